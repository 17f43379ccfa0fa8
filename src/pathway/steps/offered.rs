//! The conditions on what is offered: which parcours, which universities that award a master, meet a filter of place, modality and
//! language.

use std::rc::Rc;

use super::{AVOIDED, Steps};
use crate::graph::{Half, NodeIx};
use crate::model::text::fold;
use crate::model::{Award, Kind, Modality, Place, Relation, Year};
use crate::pathway::query::Filter;

/// The places asked for, folded.
pub(super) struct Places {
    regions: Vec<String>,
    academies: Vec<String>,
    cities: Vec<String>,
}

impl Places {
    /// `None` where the filter asks for none.
    pub(super) fn of(filter: &Filter) -> Option<Places> {
        let folded = |names: &[String]| names.iter().map(|name| fold(name)).collect::<Vec<_>>();
        let Filter { regions, academies, cities, .. } = filter;
        let any = !(regions.is_empty() && academies.is_empty() && cities.is_empty());
        any.then(|| Places { regions: folded(regions), academies: folded(academies), cities: folded(cities) })
    }
}

impl Steps<'_> {
    /// The universities that award a master and meet the query's conditions, by weight descending, then key.
    pub fn awards(&self, master: NodeIx, arrived: bool) -> Rc<[Half]> {
        if let Some(known) = self.awards.borrow().get(&(master, arrived)) {
            return known.clone();
        }
        let all = self.graph.incoming(master, Relation::Awards).iter();
        let awards: Rc<[Half]> = all.filter(|half| self.award_counts(master, half, arrived)).copied().collect();
        self.awards.borrow_mut().insert((master, arrived), awards.clone());
        awards
    }

    fn award_counts(&self, master: NodeIx, half: &Half, arrived: bool) -> bool {
        if self.marks.of(half.node) & AVOIDED != 0 || !self.includes(half.node) {
            return false;
        }
        let award = self.graph.edge(half.edge).award();
        if arrived && award.and_then(|award| award.entry) == Some(Year::M2) {
            return false;
        }
        if self.offer_need == 0 {
            return true;
        }
        let known = self.graph.node(master).attributes();
        let said = |of: fn(&Award) -> bool| award.is_some_and(of);
        let modalities = if said(|award| !award.modalities.is_empty()) {
            &award.expect("it says something").modalities
        } else {
            &known.modalities
        };
        let languages = if said(|award| !award.languages.is_empty()) {
            &award.expect("it says something").languages
        } else {
            &known.languages
        };
        self.is_located(None, Some(half.node)) && self.is_followed_in(modalities) && self.is_taught_in(languages)
    }

    /// The universities that award a master, less those that host one of these parcours.
    pub fn awards_beside(&self, master: NodeIx, arrived: bool, parcours: &[NodeIx]) -> Vec<Half> {
        let hosts = |parcours: &NodeIx| self.graph.incoming(*parcours, Relation::Hosts).iter().map(|half| half.node);
        let hosts: Vec<NodeIx> = parcours.iter().flat_map(hosts).filter(|host| self.includes(*host)).collect();
        self.awards(master, arrived).iter().filter(|half| !hosts.contains(&half.node)).copied().collect()
    }

    /// The hosts of a parcours that meet the query's conditions, by weight descending, then key.
    pub fn hosts(&self, parcours: NodeIx) -> Vec<Half> {
        let own = self.graph.node(parcours).attributes().place.as_ref();
        let hosts = self.graph.incoming(parcours, Relation::Hosts).iter();
        hosts.filter(|half| self.includes(half.node) && self.is_located(own, Some(half.node))).copied().collect()
    }

    /// Whether a pathway may begin at a node: nothing that is offered comes after a job, so that it meets no condition on it.
    pub fn begins(&self, node: NodeIx) -> bool {
        !(self.query.filter.concerns_offers() && self.graph.kind(node).is_outlet())
    }

    /// Whether a pathway may end at a node: nothing that is offered comes before a licence, and a master must be awarded where
    /// the filter asks for it.
    pub fn ends(&self, node: NodeIx) -> bool {
        !self.query.filter.concerns_offers()
            || match self.graph.kind(node) {
                Kind::Master => !self.awards(node, true).is_empty(),
                Kind::Parcours | Kind::Job | Kind::Study => true,
                Kind::Licence => false,
                // On no pathway.
                Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector | Kind::Family => false,
            }
    }

    pub(super) fn parcours_qualifies(&self, node: NodeIx) -> bool {
        let graph = self.graph;
        let known = graph.node(node).attributes();
        let mut hosts = graph.incoming(node, Relation::Hosts).iter().map(|half| half.node);
        let mut hosts = hosts.by_ref().filter(|host| self.includes(*host)).peekable();
        let located = if hosts.peek().is_some() {
            hosts.any(|host| self.is_located(known.place.as_ref(), Some(host)))
        } else {
            self.is_located(known.place.as_ref(), None)
        };
        // What is not said of the parcours is as its master says.
        let masters = || {
            let offers = graph.incoming(node, Relation::Offers).iter().filter(|half| self.includes(half.node));
            offers.map(|half| graph.node(half.node).attributes())
        };
        let followed = |known: &[Modality]| self.is_followed_in(known);
        located
            && (followed(&known.modalities)
                || known.modalities.is_empty() && masters().any(|master| followed(&master.modalities)))
            && (self.is_taught_in(&known.languages)
                || known.languages.is_empty() && masters().any(|master| self.is_taught_in(&master.languages)))
    }

    /// Whether what is offered at a university meets the conditions of place; its own place goes before the university's.
    fn is_located(&self, own: Option<&Place>, host: Option<NodeIx>) -> bool {
        let Filter { universities, .. } = &self.query.filter;
        if !universities.is_empty() && !host.is_some_and(|host| universities.contains(&host)) {
            return false;
        }
        let Some(places) = &self.places else { return true };
        let theirs = host.and_then(|host| self.graph.node(host).attributes().place.as_ref());
        let fits = |wanted: &[String], field: fn(&Place) -> Option<&str>| {
            let name = own.and_then(field).or_else(|| theirs.and_then(field));
            wanted.is_empty() || name.is_some_and(|name| wanted.contains(&fold(name)))
        };
        fits(&places.regions, |place| place.region.as_deref())
            && fits(&places.academies, |place| place.academy.as_deref())
            && fits(&places.cities, |place| place.city.as_deref())
    }

    fn is_followed_in(&self, known: &[Modality]) -> bool {
        let wanted = &self.query.filter.modalities;
        wanted.is_empty() || known.iter().any(|modality| wanted.contains(modality))
    }

    fn is_taught_in(&self, known: &[Box<str>]) -> bool {
        let wanted = &self.query.filter.languages;
        wanted.is_empty() || known.iter().any(|known| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(known)))
    }
}
