//! The steps that a query lets a pathway take: which nodes are admitted, which relations lead on, how strongly.
//!
//! Both halves of the search and the diagnosis see the graph through this, and only through this.

use crate::graph::links::Link;
use crate::graph::outlets::{COVERAGE_ALONE, Outlet, SKILLS_SHARE, TOLERANCE};
use crate::graph::{Graph, NodeIx};
use crate::model::text::fold;
use crate::model::{Attributes, Kind, Place, Relation};

use super::query::{EvidenceKind, EvidenceSet, Filter, Query, Retired};

const SOURCE: u16 = 1 << 15;
const TARGET: u16 = 1 << 14;
const AVOIDED: u16 = 1 << 13;
const GROUPS: u16 = (1 << 8) - 1;

/// What the query says of each node, by slot; marks hold where their epoch is the present one.
#[derive(Default)]
pub(super) struct Marks {
    epoch: u32,
    marks: Vec<(u32, u16)>,
}

impl Marks {
    fn open(&mut self, graph: &Graph) {
        if self.marks.len() < graph.len() || self.epoch == u32::MAX {
            self.marks = vec![(0, 0); graph.len()];
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    fn add(&mut self, node: NodeIx, bits: u16) {
        let mark = &mut self.marks[node.get()];
        *mark = if mark.0 == self.epoch { (self.epoch, mark.1 | bits) } else { (self.epoch, bits) };
    }

    fn of(&self, node: NodeIx) -> u16 {
        let mark = self.marks[node.get()];
        if mark.0 == self.epoch { mark.1 } else { 0 }
    }
}

/// A query made ready to walk a graph.
pub(super) struct Steps<'q> {
    pub graph: &'q Graph,
    pub query: &'q Query,
    marks: &'q Marks,
    evidence: EvidenceSet,
    /// Whether only stated evidence counts, so that only stated steps need be looked at.
    stated_only: bool,
    targets_diplomas: bool,
    min_strength: f64,
    relations: u16,
    /// The bits of all groups of which a pathway needs a node.
    pub needs: u16,
    /// The bit that any parcours satisfies, where a filter is about the parcours.
    parcours_need: u16,
    places: Option<Places>,
}

struct Places {
    regions: Vec<String>,
    academies: Vec<String>,
    cities: Vec<String>,
}

impl<'q> Steps<'q> {
    /// O(what `from`, `to`, `via` and `avoid` stand for).
    pub fn new(graph: &'q Graph, query: &'q Query, marks: &'q mut Marks) -> Steps<'q> {
        marks.open(graph);
        for (ends, bit) in [(&query.from, SOURCE), (&query.to, TARGET)] {
            ends.iter().for_each(|node| marks.add(*node, bit));
        }
        let retired = query.filter.retired == Retired::Included;
        for &node in &query.avoid {
            stands_for(graph, node, retired, |node| marks.add(node, AVOIDED));
        }
        for (i, group) in query.via.iter().enumerate() {
            for &node in group {
                stands_for(graph, node, retired, |node| marks.add(node, 1 << i));
            }
        }
        let mut needs = (1u16 << query.via.len()) - 1;
        let parcours_need = if query.filter.concerns_parcours() { 1 << query.via.len() } else { 0 };
        needs |= parcours_need;
        let filter = &query.filter;
        let folded = |names: &Vec<String>| names.iter().map(|name| fold(name)).collect::<Vec<_>>();
        let placed = !(filter.regions.is_empty() && filter.academies.is_empty() && filter.cities.is_empty());
        let places = placed.then(|| Places {
            regions: folded(&filter.regions),
            academies: folded(&filter.academies),
            cities: folded(&filter.cities),
        });
        let relations = match &filter.relations {
            None => u16::MAX,
            Some(list) => list.iter().fold(0, |set, relation| set | 1 << *relation as u16),
        };
        Steps {
            graph,
            query,
            marks,
            evidence: filter.evidence,
            stated_only: filter.evidence.is_only(EvidenceKind::Stated),
            targets_diplomas: query.to.iter().any(|to| !matches!(graph.kind(*to), Kind::Job | Kind::Study)),
            min_strength: filter.min_strength.unwrap_or(0.0) - TOLERANCE,
            relations,
            needs,
            parcours_need,
            places,
        }
    }

    /// Whether a licence, master or parcours is a target: known at once where no target is any.
    pub fn is_target_diploma(&self, node: NodeIx) -> bool {
        self.targets_diplomas && self.marks.of(node) & TARGET != 0
    }

    /// The groups that a node satisfies.
    pub fn satisfies(&self, node: NodeIx) -> u16 {
        if self.needs == 0 {
            return 0;
        }
        let own = self.marks.of(node) & GROUPS;
        if self.parcours_need != 0 && self.graph.kind(node) == Kind::Parcours { own | self.parcours_need } else { own }
    }

    /// Whether a node may stand on a pathway.
    pub fn admits(&self, node: NodeIx) -> bool {
        if self.marks.of(node) & AVOIDED != 0 || !self.includes(node) {
            return false;
        }
        self.parcours_need == 0 || self.graph.kind(node) != Kind::Parcours || self.parcours_qualifies(node)
    }

    fn includes(&self, node: NodeIx) -> bool {
        self.query.filter.retired == Retired::Included || !self.graph.is_retired(node)
    }

    /// Calls with each step from a node: relation, other end, strength. Ends are current where only those count, but
    /// otherwise not checked for admission. The order means nothing.
    pub fn from(&self, node: NodeIx, mut step: impl FnMut(Relation, NodeIx, f64)) {
        let retired = self.query.filter.retired == Retired::Included;
        let all: Vec<Outlet>;
        let (links, outlets): (&[Link], &[Outlet]) = if retired {
            all = self.graph.ahead_among(node, true);
            (&[], &all)
        } else if self.stated_only {
            (self.graph.links_ahead(node), &[])
        } else {
            (&[], self.graph.ahead(node))
        };
        let links = links.iter().map(|link| (link.relation, link.node, link.weight));
        let outlets = outlets.iter().map(|outlet| (outlet.relation, outlet.to, strength(outlet, self.evidence)));
        for (relation, to, strength) in links.chain(outlets) {
            if strength > 0.0 && strength >= self.min_strength && self.allows(relation) {
                step(relation, to, strength);
            }
        }
    }

    /// Whether a node that a step leads to may stand on a pathway: [`Steps::admits`] without asking again whether it is
    /// current.
    pub fn admits_next(&self, node: NodeIx, relation: Relation) -> bool {
        (self.query.avoid.is_empty() || self.marks.of(node) & AVOIDED == 0)
            && (relation != Relation::Offers || self.parcours_need == 0 || self.parcours_qualifies(node))
    }

    /// Calls with each job that evolves to a job, and the weight; current ones where only those count.
    pub fn to_job(&self, job: NodeIx, step: impl FnMut(NodeIx, f64)) {
        self.back(job, Relation::EvolvesTo, step);
    }

    /// Calls with each diploma that states a job or study as its outlet, and the weight; current ones where only those count.
    pub fn to_outlet(&self, outlet: NodeIx, step: impl FnMut(NodeIx, f64)) {
        self.back(outlet, Relation::LeadsTo, step);
    }

    fn back(&self, node: NodeIx, relation: Relation, mut step: impl FnMut(NodeIx, f64)) {
        if !self.allows(relation) || !self.evidence.has(EvidenceKind::Stated) {
            return;
        }
        // Both are by weight descending.
        if self.query.filter.retired == Retired::Included {
            let halves = self.graph.incoming(node, relation).iter();
            halves.take_while(|half| half.weight >= self.min_strength).for_each(|half| step(half.node, half.weight));
        } else {
            for link in self.graph.links_behind(node).iter().skip_while(|link| link.relation != relation) {
                if link.relation != relation || link.weight < self.min_strength {
                    break;
                }
                step(link.node, link.weight);
            }
        }
    }

    /// Whether only stated evidence counts.
    pub fn stated_only(&self) -> bool {
        self.stated_only
    }

    fn allows(&self, relation: Relation) -> bool {
        self.relations & (1 << relation as u16) != 0
    }

    fn parcours_qualifies(&self, node: NodeIx) -> bool {
        let Filter { universities, modalities, languages, .. } = &self.query.filter;
        let graph = self.graph;
        let hosts =
            || graph.incoming(node, Relation::Hosts).iter().map(|half| half.node).filter(|ix| self.includes(*ix));
        if !universities.is_empty() && !hosts().any(|host| universities.contains(&host)) {
            return false;
        }
        if let Some(places) = &self.places {
            let own = graph.node(node).attributes().place.as_ref();
            let hosted = || hosts().filter_map(|host| graph.node(host).attributes().place.as_ref());
            let fits = |wanted: &[String], field: fn(&Place) -> Option<&str>| {
                let is_wanted = |name: &str| wanted.contains(&fold(name));
                wanted.is_empty()
                    || match own.and_then(field) {
                        Some(name) => is_wanted(name),
                        None => hosted().filter_map(field).any(is_wanted),
                    }
            };
            if !fits(&places.regions, |place| place.region.as_deref())
                || !fits(&places.academies, |place| place.academy.as_deref())
                || !fits(&places.cities, |place| place.city.as_deref())
            {
                return false;
            }
        }
        let any = |stated: fn(&Attributes) -> bool, wanted: &dyn Fn(&Attributes) -> bool| {
            let own = graph.node(node).attributes();
            if stated(own) {
                return wanted(own);
            }
            let masters = graph.incoming(node, Relation::Offers).iter().filter(|half| self.includes(half.node));
            masters.map(|half| graph.node(half.node).attributes()).any(wanted)
        };
        (modalities.is_empty()
            || any(|known| !known.modalities.is_empty(), &|known| {
                known.modalities.iter().any(|m| modalities.contains(m))
            }))
            && (languages.is_empty()
                || any(|known| !known.languages.is_empty(), &|known| {
                    known.languages.iter().any(|l| languages.iter().any(|w| w.eq_ignore_ascii_case(l)))
                }))
    }
}

/// Noisy-or of the counted evidence of an outlet: 1 - Π(1 - e), in the order of the kinds. 0 where it is no step.
///
/// Skills count from the floor of coverage; counted alone, from a coverage of one half.
pub(super) fn strength(outlet: &Outlet, evidence: EvidenceSet) -> f64 {
    let counted = |kind, value| if evidence.has(kind) { value } else { 0.0 };
    let stated = counted(EvidenceKind::Stated, outlet.stated);
    let inherited = counted(EvidenceKind::Inherited, outlet.inherited);
    let coverage = counted(EvidenceKind::Skills, outlet.coverage);
    let alone = stated == 0.0 && inherited == 0.0;
    let skills = if alone && coverage < COVERAGE_ALONE - TOLERANCE { 0.0 } else { SKILLS_SHARE * coverage };
    // One piece is exactly itself.
    match (stated > 0.0, inherited > 0.0, skills > 0.0) {
        (true, false, false) => stated,
        (false, true, false) => inherited,
        (false, false, _) => skills,
        _ => 1.0 - (1.0 - stated) * (1.0 - inherited) * (1.0 - skills),
    }
}

/// Calls with what a node stands for in `via` and `avoid`: itself, or the parcours of a university, course or skill.
/// A retired one that is left out stands for nothing: its relations are as if absent.
fn stands_for(graph: &Graph, node: NodeIx, retired: bool, mut each: impl FnMut(NodeIx)) {
    let current = |ix: NodeIx| retired || !graph.is_retired(ix);
    if !current(node) {
        return;
    }
    let mut taught_by = |course: NodeIx, relation: Relation| {
        for half in graph.incoming(course, relation) {
            match graph.kind(half.node) {
                Kind::Parcours => each(half.node),
                Kind::Master if current(half.node) => {
                    graph.out(half.node, Relation::Offers).iter().for_each(|parcours| each(parcours.node));
                }
                _ => {}
            }
        }
    };
    match graph.kind(node) {
        Kind::University => graph.out(node, Relation::Hosts).iter().for_each(|half| each(half.node)),
        Kind::Course => taught_by(node, Relation::Teaches),
        Kind::Skill => {
            taught_by(node, Relation::Develops);
            for half in graph.incoming(node, Relation::Develops) {
                if graph.kind(half.node) == Kind::Course && current(half.node) {
                    taught_by(half.node, Relation::Teaches);
                }
            }
        }
        _ => each(node),
    }
}
