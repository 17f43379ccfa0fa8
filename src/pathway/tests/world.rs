//! Small graphs written down relation by relation; nodes come with the relations that name them.

use std::collections::BTreeMap;

use super::super::*;
use crate::model::attributes::Place;
use crate::model::{Attributes, Award, Edge, EdgeId, Node, Weight, Year};

#[derive(Default)]
pub struct World {
    nodes: BTreeMap<String, Node>,
    edges: BTreeMap<EdgeId, Edge>,
}

impl World {
    fn node(&mut self, key: &str) -> &mut Node {
        let node = || Node::new(key.parse().unwrap(), key.split_once('/').unwrap().1);
        self.nodes.entry(key.to_owned()).or_insert_with(node)
    }

    pub fn with(mut self, relation: Relation, from: &str, to: &str, weight: f64) -> World {
        let (a, b) = (self.node(from).key.clone(), self.node(to).key.clone());
        let source = self.node("source/s").key.clone();
        let edge = Edge::new(relation, a, b, Weight::new(weight).unwrap(), source);
        self.edges.insert(edge.id.clone(), edge);
        self
    }

    fn edge(&mut self, relation: Relation, from: &str, to: &str) -> &mut Edge {
        let id = EdgeId::new(relation, from.parse().unwrap(), to.parse().unwrap());
        self.edges.get_mut(&id).unwrap()
    }

    /// The relation on the word of this source alone.
    pub fn stated(mut self, relation: Relation, from: &str, to: &str, source: &str) -> World {
        let source = self.node(source).key.clone();
        for statement in &mut self.edge(relation, from, to).statements {
            statement.source = source.clone();
        }
        self
    }

    /// The relation under this condition.
    pub fn on(mut self, relation: Relation, from: &str, to: &str, condition: &str) -> World {
        self.edge(relation, from, to).condition = Some(condition.into());
        self
    }

    pub fn named(mut self, key: &str, name: &str) -> World {
        self.node(key).name = name.into();
        self
    }

    pub fn retired(mut self, key: &str) -> World {
        self.node(key).retired = true;
        self
    }

    fn attributes(&mut self, key: &str, change: impl FnOnce(&mut Attributes)) {
        let node = self.node(key);
        let mut attributes = node.attributes().clone();
        change(&mut attributes);
        node.attributes = attributes.boxed();
    }

    pub fn regulated(mut self, key: &str) -> World {
        self.attributes(key, |known| known.regulated = Some(true));
        self
    }

    /// The job is regulated, by a diploma that no master is.
    pub fn beyond_master(mut self, key: &str) -> World {
        self.attributes(key, |known| (known.regulated, known.beyond_master) = (Some(true), Some(true)));
        self
    }

    /// The parcours is entered in the second year.
    pub fn late_parcours(mut self, key: &str) -> World {
        self.attributes(key, |known| known.entry = Some(Year::M2));
        self
    }

    /// The master is entered in the second year there.
    pub fn late_award(mut self, university: &str, master: &str) -> World {
        let award = Award { entry: Some(Year::M2), ..Award::default() };
        self.edge(Relation::Awards, university, master).award = award.boxed();
        self
    }

    pub fn placed(mut self, key: &str, city: &str) -> World {
        self.attributes(key, |known| known.place = Some(Place { city: Some(city.into()), ..Place::default() }));
        self
    }

    pub fn dated(mut self, key: &str, date: &str) -> World {
        self.attributes(key, |known| known.date = Some(date.into()));
        self
    }

    pub fn with_outcome(mut self, key: &str, outcome: crate::model::Outcome) -> World {
        self.attributes(key, |known| known.outcomes.push(outcome));
        self
    }

    pub fn graph(&self) -> Graph {
        Graph::build(self.nodes.values().cloned().collect(), self.edges.values().cloned().collect(), 1).unwrap()
    }

    pub fn search(&self, graph: &Graph, from: &str, to: &str, change: impl FnOnce(&mut Query)) -> Found {
        let at = |key: &str| graph.find(key).into_iter().collect::<Vec<_>>();
        let mut query = Query::new(at(from), at(to));
        change(&mut query);
        search(graph, &query, &|| false).unwrap()
    }

    /// Pathways as `score slugs`, scores to ten digits.
    pub fn lines(&self, graph: &Graph, found: &Found) -> Vec<String> {
        let line = |way: &Pathway| {
            let slugs: Vec<&str> = way.nodes().map(|node| graph.key(node).slug()).collect();
            format!("{} {}", (way.score * 1e10).round() / 1e10, slugs.join(" "))
        };
        found.pathways.iter().map(line).collect()
    }

    pub fn ask(&self, from: &str, to: &str, change: impl FnOnce(&mut Query)) -> Vec<String> {
        let graph = self.graph();
        let found = self.search(&graph, from, to, change);
        self.lines(&graph, &found)
    }
}
