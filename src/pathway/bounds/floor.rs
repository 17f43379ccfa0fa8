//! What the plainest pathways assure: a score below which nothing need be worked out.

use super::{Bounds, PARCOURS};
use crate::graph::NodeIx;
use crate::model::{Kind, Relation};
use crate::pathway::query::MAX_FIRST;
use crate::pathway::steps::Steps;

/// So much rounding, at most, parts two ways of multiplying the same strengths; and more than scores that count as equal.
const ROUNDING: f64 = 1e-9;

impl Bounds {
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
                let Some(place) = self.places[from.get()].checked_sub(PARCOURS) else { return };
                let (arrival, master) = self.parcours_arrivals[place as usize];
                let score = arrival * weight * rest;
                if score > 0.0 && score >= min_score {
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
                    if job != target && steps.admits_next(job, Relation::EvolvesTo) {
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
