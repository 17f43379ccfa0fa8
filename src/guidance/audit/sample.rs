//! Which pairs are looked at: drawn without replacement from all that have an answer, by a seed.

use super::{Pair, Plan};
use crate::graph::Graph;
use crate::model::Kind;
use crate::pathway::QueryFault;
use crate::pathway::reach::{Reach, reach};

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every machine.
pub(super) struct Draw(u64);

impl Draw {
    pub fn by(seed: u64) -> Draw {
        Draw(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.share() * bound as f64) as usize
    }
}

/// The pairs drawn, by key, and how many have an answer.
pub(super) fn pairs(graph: &Graph, plan: &Plan) -> Result<(Vec<Pair>, usize), QueryFault> {
    let mut all: Vec<Pair> = Vec::new();
    for &licence in graph.nodes_of(Kind::Licence).iter().filter(|licence| !graph.is_retired(**licence)) {
        let wanted = Reach { max_steps: plan.max_steps, ..Reach::new(vec![licence], Vec::new(), Kind::Job) };
        let reached = reach(graph, &wanted, &|| false)?;
        all.extend(reached.entries.into_iter().map(|entry| (licence, entry.node)));
    }
    // Slots of a graph built anew follow the keys.
    all.sort_unstable();
    let answerable = all.len();
    let mut draw = Draw::by(plan.seed);
    let drawn = plan.pairs.min(answerable);
    for at in 0..drawn {
        let other = at + draw.below(answerable - at);
        all.swap(at, other);
    }
    all.truncate(drawn);
    all.sort_unstable();
    Ok((all, answerable))
}
