//! A newer edition that says far less than the one it replaces: a table is missing, has lost a column or was cut short.
//! What it would take away stays, and is named, until a person accepts the loss.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Successor};
use crate::import::open_data::report::HeldBack;
use crate::model::{Key, Kind, Relation};

/// What an edition says something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// Entities of a kind.
    Nodes(Kind),
    /// Relations of a kind.
    Relation(Relation),
}

/// Below this share of what the older edition said, a newer one is taken to be incomplete; editions of few rows may differ
/// more.
const LEAST_SHARE: f64 = 0.75;
/// The same where the older edition said fewer than [`FEW`] things.
const LEAST_SHARE_OF_FEW: f64 = 0.5;
/// So few that one row more or less is a large share.
const FEW: usize = 20;

/// Whether what is said of something now is far less than what was.
pub fn is_far_less(before: usize, now: usize) -> bool {
    let least = if before < FEW { LEAST_SHARE_OF_FEW } else { LEAST_SHARE };
    (now as f64) < least * before as f64
}

#[derive(Default)]
pub(super) struct Shrinking {
    held: BTreeSet<(Successor, Subject)>,
    pub(super) held_back: Vec<HeldBack>,
}

impl Shrinking {
    /// Whether something that only older editions say stays. Entities stay as soon as anything does: what is held back
    /// speaks of them.
    pub(super) fn holds_back(&self, successor: &Successor, what: Subject) -> bool {
        self.held.iter().any(|(of, held)| of == successor && (*held == what || matches!(what, Subject::Nodes(_))))
    }
}

impl Draft<'_> {
    /// Notes that a newer edition says far less than an older one.
    pub fn note_shrinking(&mut self, format: &'static str, edition: String, what: &str, before: usize, now: usize) {
        let accepted = self.reviews.accepts_shrinking(format);
        self.held_back.push(HeldBack { format, edition, what: what.to_owned(), before, now, accepted });
    }

    /// What the newer editions at hand say far less of than those whose place they take.
    pub(super) fn shrinking(&self, gone: &BTreeSet<Key>) -> Shrinking {
        let mut before: BTreeMap<(&Successor, Subject), usize> = BTreeMap::new();
        for edge in self.graph.edges() {
            let sources = edge.sources().map(|source| self.graph.key(source)).filter(|source| gone.contains(*source));
            let successors: BTreeSet<&Successor> = sources.map(|source| &self.older[source]).collect();
            for successor in successors {
                *before.entry((successor, Subject::Relation(edge.relation()))).or_default() += 1;
            }
        }
        let spoken_of = |kind| kind != Kind::Source;
        for (_, node) in self.graph.nodes().filter(|(_, node)| !node.retired && spoken_of(node.key.kind())) {
            let sources = node.sources.iter().filter(|source| gone.contains(*source));
            let successors: BTreeSet<&Successor> = sources.map(|source| &self.older[source]).collect();
            for successor in successors {
                *before.entry((successor, Subject::Nodes(node.key.kind()))).or_default() += 1;
            }
        }
        let mut now: BTreeMap<(&Key, Subject), usize> = BTreeMap::new();
        for (id, slot) in &self.edges {
            for source in &slot.by {
                *now.entry((source, Subject::Relation(id.relation))).or_default() += 1;
            }
        }
        for (key, slot) in &self.nodes {
            for source in slot.by.iter().collect::<BTreeSet<_>>() {
                *now.entry((source, Subject::Nodes(key.kind()))).or_default() += 1;
            }
        }
        let mut shrinking = Shrinking::default();
        for ((successor, what), before) in before {
            let now = now.get(&(&successor.source, what)).copied().unwrap_or_default();
            if !is_far_less(before, now) {
                continue;
            }
            let accepted = self.reviews.accepts_shrinking(successor.format);
            let what_shown = match what {
                Subject::Nodes(kind) => kind.name(),
                Subject::Relation(relation) => relation.name(),
            };
            shrinking.held_back.push(HeldBack {
                format: successor.format,
                edition: successor.source.slug().to_owned(),
                what: what_shown.to_owned(),
                before,
                now,
                accepted,
            });
            if !accepted {
                shrinking.held.insert((successor.clone(), what));
            }
        }
        shrinking
    }
}
