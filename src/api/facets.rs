//! `facets`: which values the entities of a list have, and how many have each, so that forms offer what filters know.

use std::collections::BTreeMap;

use async_graphql::SimpleObject;

use crate::graph::places::commune;
use crate::model::Node;
use crate::model::text::fold;

/// Les valeurs que prennent les fiches d'une liste, les plus fréquentes d'abord.
#[derive(SimpleObject, Debug, Default)]
pub struct Facets {
    /// Les régions.
    region: Vec<Facet>,
    /// Les académies.
    academy: Vec<Facet>,
    /// Les villes, sans leurs arrondissements.
    city: Vec<Facet>,
    /// Les domaines ; deux graphies d'un même domaine en font un.
    domain: Vec<Facet>,
    /// Les modalités.
    modality: Vec<Facet>,
    /// Les langues d'enseignement.
    language: Vec<Facet>,
}

/// Une valeur et le nombre de fiches qui l'ont.
#[derive(SimpleObject, Debug, PartialEq)]
pub struct Facet {
    /// La valeur, telle que `where` la prend.
    value: String,
    /// Nombre de fiches.
    count: usize,
}

/// Counts of values that are one when they have the same key; each is shown in its most frequent spelling.
#[derive(Default)]
struct Counts(BTreeMap<String, BTreeMap<String, usize>>);

impl Counts {
    fn add(&mut self, key: String, spelling: &str) {
        *self.0.entry(key).or_default().entry(spelling.to_owned()).or_default() += 1;
    }

    fn facets(self) -> Vec<Facet> {
        let facet = |spellings: BTreeMap<String, usize>| {
            let count = spellings.values().sum();
            let shown = spellings.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
            Facet { value: shown.map(|(spelling, _)| spelling).unwrap_or_default(), count }
        };
        let mut facets: Vec<Facet> = self.0.into_values().map(facet).collect();
        facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        facets
    }
}

impl Facets {
    /// The values of these nodes. O(nodes).
    pub fn of<'n>(nodes: impl Iterator<Item = &'n Node>) -> Facets {
        let [mut region, mut academy, mut city, mut domain, mut modality, mut language] =
            std::array::from_fn(|_| Counts::default());
        for node in nodes {
            let attributes = node.attributes();
            if let Some(place) = &attributes.place {
                for (counts, value) in [(&mut region, &place.region), (&mut academy, &place.academy)] {
                    if let Some(value) = value {
                        counts.add(fold(value), value);
                    }
                }
                if let Some(name) = &place.city {
                    city.add(commune(name), without_arrondissement(name));
                }
            }
            attributes.domains.iter().for_each(|value| domain.add(fold(value), value));
            attributes.languages.iter().for_each(|value| language.add(fold(value), value));
            for value in &attributes.modalities {
                let name: &'static str = value.into();
                modality.add(name.to_owned(), &name.to_uppercase());
            }
        }
        Facets {
            region: region.facets(),
            academy: academy.facets(),
            city: city.facets(),
            domain: domain.facets(),
            modality: modality.facets(),
            language: language.facets(),
        }
    }
}

/// « Lyon 7e » without « 7e ».
fn without_arrondissement(name: &str) -> &str {
    match name.rsplit_once(' ') {
        Some((town, last)) if last.starts_with(|c: char| c.is_ascii_digit()) => town,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, Modality, Place};

    #[test]
    fn spellings_of_one_value_are_counted_together() {
        let node = |slug: &str, city: &str, modality| {
            let mut node = Node::new(format!("parcours/{slug}").parse().unwrap(), slug);
            let place = Place { city: Some(city.into()), region: Some("Bretagne".into()), ..Place::default() };
            node.attributes = Attributes { place: Some(place), modalities: vec![modality], ..Attributes::NONE }.boxed();
            node
        };
        let nodes = [
            node("a", "Lyon 7e", Modality::Initial),
            node("b", "Lyon 8e", Modality::Initial),
            node("c", "RENNES", Modality::Distance),
            node("d", "Rennes", Modality::Initial),
            node("e", "Rennes", Modality::Initial),
        ];
        let facets = Facets::of(nodes.iter());
        let facet = |value: &str, count| Facet { value: value.into(), count };
        assert_eq!(facets.city, [facet("Rennes", 3), facet("Lyon", 2)]);
        assert_eq!(facets.region, [facet("Bretagne", 5)]);
        assert_eq!(facets.modality, [facet("INITIAL", 4), facet("DISTANCE", 1)]);
        assert!(facets.domain.is_empty());
    }
}
