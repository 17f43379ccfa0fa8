//! `facets`: which values the entities of a list have, and how many have each, so that forms offer what filters know.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::SimpleObject;

use super::listing::{Offer, domains, offers};
use crate::graph::places::{Places, commune};
use crate::graph::{Graph, NodeIx};
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
struct ValueCounts(BTreeMap<String, BTreeMap<String, usize>>);

impl ValueCounts {
    /// Counts one entity by each of its values, whatever the number of times that it has it.
    fn add(&mut self, values: impl Iterator<Item = (String, String)>) {
        let values: BTreeMap<String, String> = values.collect();
        for (key, spelling) in values {
            *self.0.entry(key).or_default().entry(spelling).or_default() += 1;
        }
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
    /// The values of these nodes: what `where` compares. O(nodes and their offers).
    pub fn of(graph: &Graph, nodes: &[NodeIx]) -> Facets {
        let [mut region, mut academy, mut city, mut domain, mut modality, mut language] =
            std::array::from_fn(|_| ValueCounts::default());
        let folded = |value: &str| (fold(value), value.to_owned());
        let homonyms = Places::of(graph).homonyms();
        // Of two towns of one name `where` wants to know which.
        let town = |offer: &Offer<'_>| {
            let name = offer.city?;
            let (key, shown) = (commune(name), without_arrondissement(name));
            Some(match offer.region.filter(|_| homonyms.contains(&key)) {
                Some(region) => (format!("{key} ({})", fold(region)), format!("{shown} ({region})")),
                None => (key, shown.to_owned()),
            })
        };
        for ix in nodes {
            let offers = offers(graph, *ix);
            region.add(offers.iter().filter_map(|offer| offer.region).map(folded));
            academy.add(offers.iter().filter_map(|offer| offer.academy).map(folded));
            city.add(offers.iter().filter_map(town));
            domain.add(domains(graph, *ix).map(folded));
            language.add(offers.iter().flat_map(|offer| &offer.languages).map(|language| folded(language)));
            let followed: BTreeSet<String> = offers
                .iter()
                .flat_map(|offer| &offer.modalities)
                .map(|value| <&str>::from(value).to_uppercase())
                .collect();
            modality.add(followed.into_iter().map(|name| (name.clone(), name)));
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
    use crate::model::{Attributes, Edge, Kind, Modality, Node, Place, Relation, Weight};

    #[test]
    fn spellings_of_one_value_are_counted_together_and_once_an_entity() {
        let node = |slug: &str, city: &str, modality| {
            let mut node = Node::new(format!("parcours/{slug}").parse().unwrap(), slug);
            let place = Place { city: Some(city.into()), region: Some("Bretagne".into()), ..Place::default() };
            node.attributes = Attributes { place: Some(place), modalities: vec![modality], ..Attributes::NONE }.boxed();
            node
        };
        let mut master = Node::new("master/m".parse().unwrap(), "M");
        master.attributes = Attributes { domains: vec!["Droit".into()], ..Attributes::NONE }.boxed();
        let nodes = vec![
            Node::new("source/s".parse().unwrap(), "S"),
            master,
            node("a", "Lyon 7e", Modality::Initial),
            node("b", "Lyon 8e", Modality::Initial),
            node("c", "RENNES", Modality::Distance),
            node("d", "Rennes", Modality::Initial),
            node("e", "Rennes", Modality::Initial),
        ];
        let offers = ["a", "b"].map(|slug| {
            let (master, parcours) = ("master/m".parse().unwrap(), format!("parcours/{slug}").parse().unwrap());
            Edge::new(Relation::Offers, master, parcours, Weight::new(1.0).unwrap(), "source/s".parse().unwrap())
        });
        let graph = Graph::build(nodes, offers.to_vec(), 1).unwrap();
        let facet = |value: &str, count| Facet { value: value.into(), count };
        let facets = Facets::of(&graph, graph.nodes_of(Kind::Parcours));
        assert_eq!(facets.city, [facet("Rennes", 3), facet("Lyon", 2)]);
        assert_eq!(facets.region, [facet("Bretagne", 5)]);
        assert_eq!(facets.modality, [facet("INITIAL", 4), facet("DISTANCE", 1)]);
        assert_eq!(facets.domain, [facet("Droit", 2)]);
        let facets = Facets::of(&graph, graph.nodes_of(Kind::Master));
        assert_eq!((facets.city, facets.modality), (vec![facet("Lyon", 1)], vec![facet("INITIAL", 1)]));
    }

    #[test]
    fn towns_of_one_name_are_told_apart_as_where_takes_them() {
        let node = |slug: &str, city: &str, region: &str| {
            let mut node = Node::new(format!("university/{slug}").parse().unwrap(), slug);
            let place = Place { city: Some(city.into()), region: Some(region.into()), ..Place::default() };
            node.attributes = Attributes { place: Some(place), ..Attributes::NONE }.boxed();
            node
        };
        let nodes = vec![
            node("a", "Saint-Denis", "Île-de-France"),
            node("b", "Saint-Denis", "La Réunion"),
            node("c", "Saint-Denis", "La Réunion"),
            node("d", "Caen", "Normandie"),
        ];
        let graph = Graph::build(nodes, Vec::new(), 1).unwrap();
        let towns = Facets::of(&graph, graph.nodes_of(Kind::University)).city;
        let told: Vec<(&str, usize)> = towns.iter().map(|facet| (facet.value.as_str(), facet.count)).collect();
        assert_eq!(told, [("Saint-Denis (La Réunion)", 2), ("Caen", 1), ("Saint-Denis (Île-de-France)", 1)]);
        assert!(towns.iter().all(|facet| Places::of(&graph).city(&facet.value, false).is_ok()), "{towns:?}");
    }
}
