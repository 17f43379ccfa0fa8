//! What the plainest pathways assure: a score below which nothing need be worked out.

use super::{Bounds, LISTED};
use crate::graph::NodeIx;
use crate::model::Kind;
use crate::pathway::query::MAX_FIRST;
use crate::pathway::steps::Steps;

/// So much rounding, at most, parts two ways of multiplying the same strengths; and more than scores that count as equal.
const ROUNDING: f64 = 1e-9;

impl Bounds {
    /// Takes note that a source leads to a master or parcours without a bridge, by way of this master.
    pub(super) fn arrive(&mut self, node: NodeIx, score: f64, master: u32) {
        let arrival = &mut self.arrivals[node.get()];
        if arrival.0 != self.epoch || arrival.1 < score {
            *arrival = (self.epoch, score, master);
        }
    }

    /// The score that the plainest pathways assure, rounding aside; 0 when they are fewer than wanted.
    pub(super) fn floor(&mut self, steps: &Steps) -> f64 {
        let query = steps.query;
        let told_apart = matches!(query.distinct, None | Some(Kind::Master | Kind::Parcours));
        if !told_apart
            || !query.via.is_empty()
            || query.diversity > 0.0
            || query.after.is_some()
            || query.first > MAX_FIRST
        {
            return 0.0;
        }
        let mut plain = std::mem::take(&mut self.plain);
        plain.clear();
        let min_score = query.filter.min_score.unwrap_or(0.0);
        let mut weigh = |outlet: NodeIx, rest: f64| {
            steps.to_outlet(outlet, |from, weight| {
                let (epoch, score, master) = self.arrivals[from.get()];
                let listed = self.places[from.get()] == (self.epoch, LISTED);
                let score = score * weight * rest;
                if listed && epoch == self.epoch && score >= min_score {
                    let group = if query.distinct == Some(Kind::Master) { master } else { from.get() as u32 };
                    plain.push((group, score));
                }
            });
        };
        // Up to the outlet a licence takes three steps.
        for &target in self.outlets.iter().filter(|_| query.max_steps >= 3) {
            weigh(target, 1.0);
            if query.max_steps >= 4 {
                steps.to_job(target, |job, weight| {
                    if job != target && steps.admits(job) {
                        weigh(job, weight);
                    }
                });
            }
        }
        if query.distinct.is_some() {
            plain.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            plain.dedup_by_key(|(group, _)| *group);
        }
        // One more than asked for, so that it is known whether there are more.
        let least = if plain.len() > query.first {
            plain.select_nth_unstable_by(query.first, |a, b| b.1.total_cmp(&a.1)).1.1 - ROUNDING
        } else {
            0.0
        };
        self.plain = plain;
        least
    }
}
