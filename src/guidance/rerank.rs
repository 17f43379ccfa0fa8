//! A profile's say on pathways: the exact answer in another order, every change of rank explained.
//!
//! The best pathways are found as for anyone. Each is then weighed by score × (1 + the sum of what the profile adds),
//! and the list is sorted by that; among equals the exact order stands. The score itself stays what it is.

use std::collections::HashSet;

use super::recommend::{Profile, modalities, regions};
use crate::graph::{Graph, NodeIx};
use crate::model::text::fold;
use crate::model::{Kind, Relation};
use crate::pathway::{Pathway, skills};

/// What a profile finds in a pathway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Favour {
    /// It passes through the licence of the profile.
    Licence,
    /// It passes through something wished for.
    Wish,
    /// Skills held are among those that its job requires and its diploma does not develop.
    Skills,
    /// Its parcours is in the region.
    Region,
    /// Its parcours can be followed in the way asked for.
    Modality,
}

impl Favour {
    /// The most that it adds.
    pub const fn most(self) -> f64 {
        match self {
            Favour::Wish | Favour::Skills => 0.30,
            Favour::Licence | Favour::Region => 0.20,
            Favour::Modality => 0.10,
        }
    }
}

/// One thing that a profile finds in a pathway.
#[derive(Clone, Debug, PartialEq)]
pub struct Favoured {
    pub favour: Favour,
    /// What it adds, as a share of the score.
    pub bonus: f64,
    /// In French, one sentence.
    pub text: String,
    /// The nodes that it is about.
    pub nodes: Vec<NodeIx>,
}

/// A pathway in the order of a profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Personal {
    /// Its rank for anyone, from 1.
    pub rank_without: usize,
    /// What the profile finds in it, the weightiest first.
    pub reasons: Vec<Favoured>,
    /// Why its rank is another than for anyone; `None` where it is not.
    pub change: Option<String>,
}

/// Puts pathways, given in the exact order, into that of a profile. O(pathways × what is said of their diploma and job).
pub fn rerank(graph: &Graph, profile: &Profile, pathways: Vec<Pathway>) -> Vec<(Pathway, Personal)> {
    let judged = |(place, pathway): (usize, Pathway)| {
        let reasons = reasons(graph, profile, &pathway);
        let weight = pathway.score * (1.0 + reasons.iter().map(|reason| reason.bonus).sum::<f64>());
        (weight, place, pathway, reasons)
    };
    let mut list: Vec<_> = pathways.into_iter().enumerate().map(judged).collect();
    // In steps of 1e-12, so that rounding decides nothing.
    let steps = |weight: f64| (weight * 1e12).round() as i64;
    list.sort_by(|a, b| steps(b.0).cmp(&steps(a.0)).then(a.1.cmp(&b.1)));
    let personal = |(rank, (_, place, pathway, reasons)): (usize, (f64, usize, Pathway, Vec<Favoured>))| {
        let change = change(place, rank, &reasons);
        (pathway, Personal { rank_without: place + 1, reasons, change })
    };
    list.into_iter().enumerate().map(personal).collect()
}

fn change(before: usize, now: usize, reasons: &[Favoured]) -> Option<String> {
    let places = |count: usize| if count == 1 { "une place".to_owned() } else { format!("{count} places") };
    let said: Vec<&str> = reasons.iter().map(|reason| reason.text.as_str()).collect();
    match before.cmp(&now) {
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => {
            Some(format!("Votre profil lui fait gagner {}. {}", places(before - now), said.join(" ")))
        }
        std::cmp::Ordering::Less => {
            let lost = places(now - before);
            Some(format!("Il perd {lost} au profit de voies qui répondent davantage à votre profil."))
        }
    }
}

fn reasons(graph: &Graph, profile: &Profile, pathway: &Pathway) -> Vec<Favoured> {
    let mut found = Vec::new();
    let mut add = |favour: Favour, share: f64, text: String, nodes: Vec<NodeIx>| {
        found.push(Favoured { favour, bonus: favour.most() * share, text, nodes });
    };
    let names = |nodes: &[NodeIx]| {
        let names: Vec<String> = nodes.iter().map(|node| format!("« {} »", graph.node(*node).name)).collect();
        names.join(", ")
    };
    if let Some(licence) = profile.licence.filter(|licence| pathway.nodes().any(|node| node == *licence)) {
        add(Favour::Licence, 1.0, format!("Il passe par votre licence, {}.", names(&[licence])), vec![licence]);
    }
    let wishes: Vec<NodeIx> = pathway.nodes().filter(|node| profile.wishes.contains(node)).collect();
    if !wishes.is_empty() {
        add(Favour::Wish, 1.0, format!("Il passe par ce que vous souhaitez : {}.", names(&wishes)), wishes);
    }
    if let Some((share, held)) = skills_brought(graph, profile, pathway) {
        let text = format!(
            "Vous avez déjà des compétences que le métier demande et que le diplôme n'apporte pas : {}.",
            names(&held)
        );
        add(Favour::Skills, share, text, held);
    }
    if let Some(parcours) = pathway.first(graph, Kind::Parcours) {
        if let Some(region) = &profile.region
            && regions(graph, parcours).iter().any(|name| fold(name) == fold(region))
        {
            add(Favour::Region, 1.0, format!("Son parcours est dans votre région : {region}."), vec![parcours]);
        }
        if profile.modality.is_some_and(|wanted| modalities(graph, parcours).contains(&wanted)) {
            let text = "Son parcours peut être suivi comme vous le souhaitez.".to_owned();
            add(Favour::Modality, 1.0, text, vec![parcours]);
        }
    }
    found.sort_by(|a, b| b.bonus.total_cmp(&a.bonus));
    found
}

/// The share, by weight, of the job's required skills that are held and not developed on the way; and those skills.
fn skills_brought(graph: &Graph, profile: &Profile, pathway: &Pathway) -> Option<(f64, Vec<NodeIx>)> {
    let job = pathway.nodes().rev().find(|node| graph.kind(*node) == Kind::Job)?;
    let missing: HashSet<NodeIx> = skills::missing(graph, pathway, false)?.into_iter().collect();
    let required = graph.incoming(job, Relation::RequiredBy).iter().filter(|half| !graph.is_retired(half.node));
    let (mut total, mut brought, mut held) = (0.0, 0.0, Vec::new());
    for half in required {
        total += half.weight;
        if missing.contains(&half.node) && profile.skills.contains(&half.node) {
            brought += half.weight;
            held.push(half.node);
        }
    }
    (!held.is_empty()).then_some((brought / total, held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Relation::{Develops, LeadsTo, Offers, RequiredBy};
    use crate::pathway::world::World;
    use crate::pathway::{Query, search};

    #[test]
    fn a_profile_reorders_and_says_why() {
        let graph = World::default()
            .with(Offers, "master/m", "parcours/a", 1.0)
            .with(Offers, "master/m", "parcours/b", 1.0)
            .with(LeadsTo, "parcours/a", "job/j", 0.9)
            .with(LeadsTo, "parcours/b", "job/j", 0.8)
            .with(RequiredBy, "skill/s", "job/j", 1.0)
            .with(RequiredBy, "skill/t", "job/j", 1.0)
            .with(Develops, "master/m", "skill/u", 1.0)
            .graph();
        let at = |key: &str| graph.find(key).unwrap();
        let found = search(&graph, &Query::new(vec![at("master/m")], vec![at("job/j")]), &|| false).unwrap();
        let second = found.pathways[1].clone();
        let wish = Profile { wishes: vec![at("parcours/b")], ..Profile::default() };
        let ranked = rerank(&graph, &wish, found.pathways.clone());
        assert_eq!(ranked[0].0, second, "0.8 × 1.3 is more than 0.9");
        assert_eq!((ranked[0].1.rank_without, ranked[1].1.rank_without), (2, 1));
        assert!(ranked.iter().all(|(_, personal)| personal.change.is_some()), "both changes are explained");
        // A skill held that no diploma here develops counts alike for both: nothing moves, and the reason is still told.
        let skilled = Profile { skills: vec![at("skill/s")], ..Profile::default() };
        let ranked = rerank(&graph, &skilled, found.pathways);
        assert!(ranked.iter().all(|(_, personal)| personal.change.is_none()));
        assert!((ranked[0].1.reasons[0].bonus - 0.15).abs() < 1e-12, "half of the required weight");
    }
}
