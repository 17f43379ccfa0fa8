//! Where, how and in which languages diplomas are offered, and their domains: what lists are filtered by and counted in facets.
//!
//! A parcours is offered by its hosts, its own place going before theirs; what is not said of it is as its master says. A
//! master is offered by the universities that award it, and as its parcours are. These are the facts by which pathways
//! qualify (`pathway::judge`).

use crate::graph::{Graph, NodeIx};
use crate::model::{Attributes, Kind, Modality, Place, Relation};

/// One way in which something is offered.
#[derive(Debug, Default)]
pub(in crate::api) struct Offer<'g> {
    /// By whom, where a source says.
    pub university: Option<NodeIx>,
    /// Where.
    pub region: Option<&'g str>,
    pub academy: Option<&'g str>,
    pub city: Option<&'g str>,
    /// How it is followed.
    pub modalities: Vec<Modality>,
    /// In which languages it is taught.
    pub languages: Vec<&'g str>,
}

impl<'g> Offer<'g> {
    fn at(graph: &'g Graph, university: Option<NodeIx>, own: Option<&'g Place>) -> Offer<'g> {
        let theirs = university.and_then(|ix| graph.node(ix).attributes().place.as_ref());
        let of = |field: fn(&Place) -> Option<&str>| own.and_then(field).or_else(|| theirs.and_then(field));
        Offer {
            university,
            region: of(|place| place.region.as_deref()),
            academy: of(|place| place.academy.as_deref()),
            city: of(|place| place.city.as_deref()),
            ..Offer::default()
        }
    }

    fn taught(self, modalities: &[Modality], languages: &'g [Box<str>]) -> Offer<'g> {
        Offer { modalities: modalities.to_vec(), languages: languages.iter().map(|one| &**one).collect(), ..self }
    }
}

/// The ways in which an entity is offered; of a university, where it is. O(its relations to universities and parcours).
pub(in crate::api) fn offers(graph: &Graph, ix: NodeIx) -> Vec<Offer<'_>> {
    let known = graph.node(ix).attributes();
    match graph.kind(ix) {
        Kind::University => vec![Offer::at(graph, Some(ix), None)],
        Kind::Parcours => of_parcours(graph, ix),
        Kind::Master => {
            let awards = graph.incoming(ix, Relation::Awards).iter().filter(|half| !graph.is_retired(half.node));
            let award = awards.map(|half| {
                let award = graph.edge(half.edge).award();
                let modalities = award.map(|award| &award.modalities).filter(|said| !said.is_empty());
                let languages = award.map(|award| &award.languages).filter(|said| !said.is_empty());
                let (modalities, languages) =
                    (modalities.unwrap_or(&known.modalities), languages.unwrap_or(&known.languages));
                Offer::at(graph, Some(half.node), None).taught(modalities, languages)
            });
            let parcours = graph.out(ix, Relation::Offers).iter().filter(|half| !graph.is_retired(half.node));
            // What a source says of the mention itself holds wherever that may be.
            let own = Offer::default().taught(&known.modalities, &known.languages);
            award.chain(parcours.flat_map(|half| of_parcours(graph, half.node))).chain([own]).collect()
        }
        Kind::Source
        | Kind::Licence
        | Kind::Course
        | Kind::Skill
        | Kind::Job
        | Kind::Sector
        | Kind::Study
        | Kind::Family => Vec::new(),
    }
}

fn of_parcours(graph: &Graph, ix: NodeIx) -> Vec<Offer<'_>> {
    let known = graph.node(ix).attributes();
    let modalities = said(graph, ix, |known| &known.modalities);
    let languages = said(graph, ix, |known| &known.languages);
    let hosts = graph.incoming(ix, Relation::Hosts).iter().filter(|half| !graph.is_retired(half.node));
    let mut hosts: Vec<Option<NodeIx>> = hosts.map(|half| Some(half.node)).collect();
    if hosts.is_empty() {
        hosts.push(None);
    }
    let offer = |host| {
        let place = Offer::at(graph, host, known.place.as_ref());
        let languages = languages.iter().map(|one| &***one).collect();
        Offer { modalities: modalities.iter().map(|one| **one).collect(), languages, ..place }
    };
    hosts.into_iter().map(offer).collect()
}

/// What is said of a parcours, or else of its masters.
fn said<'g, T>(graph: &'g Graph, parcours: NodeIx, of: fn(&'g Attributes) -> &'g Vec<T>) -> Vec<&'g T> {
    let own = of(graph.node(parcours).attributes());
    if own.is_empty() { masters(graph, parcours).flat_map(of).collect() } else { own.iter().collect() }
}

fn masters(graph: &Graph, parcours: NodeIx) -> impl Iterator<Item = &Attributes> {
    let offers = graph.incoming(parcours, Relation::Offers).iter().filter(|half| !graph.is_retired(half.node));
    offers.map(|half| graph.node(half.node).attributes())
}

/// The domains of a diploma: of a parcours, its masters'.
pub(in crate::api) fn domains(graph: &Graph, ix: NodeIx) -> impl Iterator<Item = &str> {
    let own = graph.node(ix).attributes().domains.iter();
    let masters = (graph.kind(ix) == Kind::Parcours).then(|| masters(graph, ix)).into_iter().flatten();
    own.chain(masters.flat_map(|master| &master.domains)).map(|domain| &**domain)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::EntityFilter;
    use super::*;
    use crate::import::seed;
    use crate::pathway::{Filter, judge};

    /// By the filter of lists, and as pathways judge it.
    fn both(graph: &Graph, kind: Kind, ours: EntityFilter, theirs: &Filter) -> [BTreeSet<NodeIx>; 2] {
        let keep = ours.compile(graph, kind).unwrap();
        let nodes = || graph.nodes_of(kind).iter().copied().filter(|ix| !graph.is_retired(*ix));
        let judged = judge(graph, theirs, |judge| nodes().filter(|ix| judge.admits(*ix)).collect());
        [nodes().filter(|ix| keep(graph, *ix)).collect(), judged]
    }

    #[test]
    fn lists_and_pathways_agree_on_what_is_offered_where() {
        let parts = seed::embedded().unwrap();
        let graph = Graph::build(parts.nodes, parts.edges, 1).unwrap();
        let all = || [Kind::Master, Kind::Parcours].into_iter().flat_map(|kind| graph.nodes_of(kind));
        let regions: BTreeSet<&str> =
            all().flat_map(|ix| offers(&graph, *ix)).filter_map(|offer| offer.region).collect();
        assert!(regions.len() > 3, "{regions:?}");
        for region in regions {
            for kind in [Kind::Master, Kind::Parcours] {
                let ours = EntityFilter { region: Some(vec![region.to_owned()]), ..EntityFilter::default() };
                let theirs = Filter { regions: vec![region.to_owned()], ..Filter::default() };
                let [listed, judged] = both(&graph, kind, ours, &theirs);
                assert_eq!(listed, judged, "{region} {kind:?}");
            }
        }
        let modalities: BTreeSet<Modality> =
            all().flat_map(|ix| offers(&graph, *ix)).flat_map(|one| one.modalities).collect();
        assert!(!modalities.is_empty());
        for modality in modalities {
            let ours = EntityFilter { modality: Some(vec![modality.into()]), ..EntityFilter::default() };
            let theirs = Filter { modalities: vec![modality], ..Filter::default() };
            let [listed, judged] = both(&graph, Kind::Parcours, ours.clone(), &theirs);
            assert_eq!(listed, judged, "{modality:?}");
            let [listed, judged] = both(&graph, Kind::Master, ours, &theirs);
            assert!(listed.is_superset(&judged), "{modality:?}");
        }
    }
}
