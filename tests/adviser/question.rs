//! One question: what is asked, and what the answer must and must not hold.

use std::collections::HashSet;

use passerelle::graph::{Graph, NodeIx};
use passerelle::model::{Kind, Relation};
use passerelle::pathway::query::{Called, Query};
use passerelle::pathway::reach::{self, Reach};
use passerelle::pathway::{Pathway, classes, diagnose, explain, search};
use serde::Deserialize;

/// A question with its facts. Names are written as an adviser would; they must mean one thing of their kind.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// In an adviser's words.
    pub asked: String,
    /// How the facts were checked.
    checked: String,
    /// The licence where pathways begin.
    from: Option<String>,
    /// The job where they end.
    to: Option<String>,
    /// The masters of the best pathways, one a master, the first ones first.
    best: Vec<String>,
    /// Masters that are among the first ten.
    among: Vec<String>,
    /// Masters that are not among the first ten.
    never: Vec<String>,
    /// The most moves between jobs on the best pathway.
    moves: Option<usize>,
    /// Jobs of the first class of all that is within reach of the licence.
    first_class: Vec<String>,
    /// There is no pathway: not this way.
    pub nothing: bool,
    /// What ROME says of the access to the job, which must be regulated.
    requires: Vec<String>,
    /// What the explanation of the best pathway says.
    says: Vec<String>,
    /// The master that the facts below are of.
    master: Option<String>,
    /// Licences that open it.
    opened_by: Vec<String>,
    /// Licences that do not.
    not_opened_by: Vec<String>,
    /// Jobs that it leads to.
    leads_to: Vec<String>,
    /// Jobs that it does not lead to.
    not_leads_to: Vec<String>,
    /// Universities that offer it.
    offered_by: Vec<String>,
    /// Universities that do not.
    not_offered_by: Vec<String>,
    /// Mentions that a source says to be near it.
    near: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    question: Vec<Question>,
}

/// All questions.
pub fn all() -> Vec<Question> {
    toml::from_str::<File>(include_str!("questions.toml"))
        .unwrap_or_else(|error| panic!("questions.toml: {error}"))
        .question
}

impl Question {
    /// Whether it expects something, so that it can fail.
    pub fn expects(&self) -> Result<(), String> {
        let path = self.from.is_some()
            && self.to.is_some()
            && (self.nothing || !(self.best.is_empty() && self.among.is_empty()));
        let lists =
            [&self.opened_by, &self.not_opened_by, &self.leads_to, &self.not_leads_to, &self.offered_by, &self.near];
        let facts = self.master.is_some() && lists.iter().any(|list| !list.is_empty());
        let reach = self.from.is_some() && !self.first_class.is_empty();
        if path || facts || reach { Ok(()) } else { Err(format!("« {} » expects nothing", self.asked)) }
    }

    /// What is wrong with the answer.
    pub fn faults(&self, graph: &Graph) -> Vec<String> {
        let mut faults: Vec<String> = self.expects().err().into_iter().collect();
        if self.checked.is_empty() {
            faults.push("nobody says how its facts were checked".to_owned());
        }
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            self.pathways(graph, from, to, &mut faults);
        }
        if let Some(from) = self.from.as_ref().filter(|_| !self.first_class.is_empty()) {
            match one(graph, Kind::Licence, from) {
                Ok(from) => self.reach(graph, from, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        if let Some(master) = &self.master {
            match one(graph, Kind::Master, master) {
                Ok(master) => self.facts(graph, master, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        faults
    }

    fn pathways(&self, graph: &Graph, from: &str, asked: &str, faults: &mut Vec<String>) {
        let ends = one(graph, Kind::Licence, from).and_then(|from| Ok((from, one(graph, Kind::Job, asked)?)));
        let (from, to) = match ends {
            Ok(ends) => ends,
            Err(fault) => return faults.push(fault),
        };
        let access = graph.node(to).attributes();
        let text = access.access.as_deref().unwrap_or_default();
        if !self.requires.is_empty() && access.regulated != Some(true) {
            faults.push("the job is not regulated".to_owned());
        }
        let unsaid = self.requires.iter().filter(|words| !text.contains(&***words));
        faults.extend(unsaid.map(|words| format!("its access does not say « {words} »: {text}")));
        let told = graph.read(asked, &[Kind::Job]).matches.into_iter();
        let called = told.filter_map(|found| {
            let told = found.told(graph, asked)?;
            Some(Called { node: found.node, told, note: found.note })
        });
        let query =
            Query { distinct: Some(Kind::Master), called: called.collect(), ..Query::new(vec![from], vec![to]) };
        let found = search(graph, &query, &|| false).expect("a sound query").pathways;
        let masters: Vec<&str> =
            found.iter().filter_map(|way| way.first(graph, Kind::Master)).map(|ix| &*graph.node(ix).name).collect();
        if self.nothing {
            if let Some(way) = found.first() {
                faults.push(format!("there is a pathway: {}", explain::paragraph(graph, &query, way)));
            }
            return self.says_why(graph, &query, faults);
        }
        for (place, name) in self.best.iter().enumerate() {
            if masters.get(place) != Some(&&**name) {
                faults.push(format!("place {}: « {name} » is not there; found: {}", place + 1, masters.join(" · ")));
            }
        }
        let missing = self.among.iter().filter(|name| !masters.contains(&&***name));
        faults.extend(missing.map(|name| format!("« {name} » is not among the ten: {}", masters.join(" · "))));
        let wrong = self.never.iter().filter(|name| masters.contains(&&***name));
        faults.extend(wrong.map(|name| format!("« {name} » is among the ten")));
        let Some(best) = found.first() else { return faults.push("no pathway".to_owned()) };
        self.reads_well(graph, &query, best, faults);
    }

    /// All jobs within reach, by classes.
    fn reach(&self, graph: &Graph, from: NodeIx, faults: &mut Vec<String>) {
        let wanted = Reach::new(vec![from], Vec::new(), Kind::Job);
        let found = reach::reach(graph, &wanted, &|| false).expect("a sound question").entries;
        let classes = classes::classes(graph, &wanted.query(), found.iter().map(|within| &*within.nodes));
        let first: Vec<NodeIx> =
            found.iter().zip(classes).filter(|(_, class)| *class == 1).map(|(within, _)| within.node).collect();
        for name in &self.first_class {
            match one(graph, Kind::Job, name) {
                Ok(job) if first.contains(&job) => {}
                Ok(_) => {
                    let names: Vec<&str> = first.iter().map(|ix| &*graph.node(*ix).name).collect();
                    faults.push(format!("« {name} » is not in the first class: {}", names.join(" · ")));
                }
                Err(fault) => faults.push(fault),
            }
        }
    }

    /// Where there is none: what the job asks for comes first, and nothing is claimed that no source says.
    fn says_why(&self, graph: &Graph, query: &Query, faults: &mut Vec<String>) {
        let found = search(graph, query, &|| false).expect("a sound query");
        let told = diagnose::diagnose(graph, query, &found, &|| false).expect("a sound query");
        let reasons: Vec<String> =
            told.into_iter().flat_map(|told| told.reasons).map(|reason| reason.message).collect();
        let text = reasons.join(" ");
        let first = reasons.first().map_or("", String::as_str);
        let unsaid = self.requires.iter().filter(|words| !first.contains(&***words));
        faults.extend(unsaid.map(|words| format!("« {words} » does not come first: {text}")));
        well_written(&text, faults);
    }

    /// The best pathway: its moves, and what its explanation says, in French.
    fn reads_well(&self, graph: &Graph, query: &Query, best: &Pathway, faults: &mut Vec<String>) {
        let moves = best.steps.iter().filter(|step| step.relation == Relation::EvolvesTo).count();
        if moves > self.moves.unwrap_or(0) {
            faults.push(format!("the best pathway makes {moves} moves between jobs"));
        }
        let text = explain::paragraph(graph, query, best);
        let unsaid = self.says.iter().filter(|phrase| !text.contains(&***phrase));
        faults.extend(unsaid.map(|phrase| format!("« {phrase} » is not said: {text}")));
        well_written(&text, faults);
    }

    fn facts(&self, graph: &Graph, master: NodeIx, faults: &mut Vec<String>) {
        let ends =
            |halves: &[passerelle::graph::Half]| halves.iter().map(|half| half.node).collect::<HashSet<NodeIx>>();
        let licences = ends(graph.incoming(master, Relation::Opens));
        let near: HashSet<NodeIx> =
            &ends(graph.out(master, Relation::Near)) | &ends(graph.incoming(master, Relation::Near));
        let parcours = graph.out(master, Relation::Offers).iter().filter(|half| !graph.node(half.node).retired);
        let hosts = parcours.flat_map(|half| graph.incoming(half.node, Relation::Hosts)).map(|half| half.node);
        let hosts = hosts.chain(graph.incoming(master, Relation::Awards).iter().map(|half| half.node)).collect();
        // An outlet is what one step of a pathway takes, whoever states it and however widely.
        let outlet = |name: &String| {
            one(graph, Kind::Job, name).ok().filter(|job| {
                let query = Query { max_steps: 1, ..Query::new(vec![master], vec![*job]) };
                !search(graph, &query, &|| false).expect("a sound query").pathways.is_empty()
            })
        };
        let jobs: HashSet<NodeIx> = self.leads_to.iter().chain(&self.not_leads_to).filter_map(outlet).collect();
        type List<'l> = (&'l str, Kind, &'l HashSet<NodeIx>, &'l [String], &'l [String]);
        let lists: [List<'_>; 4] = [
            ("opened by", Kind::Licence, &licences, &self.opened_by, &self.not_opened_by),
            ("leads to", Kind::Job, &jobs, &self.leads_to, &self.not_leads_to),
            ("offered by", Kind::University, &hosts, &self.offered_by, &self.not_offered_by),
            ("near", Kind::Master, &near, &self.near, &[]),
        ];
        for (what, kind, known, wanted, unwanted) in lists {
            for (name, should) in
                wanted.iter().map(|name| (name, true)).chain(unwanted.iter().map(|name| (name, false)))
            {
                match one(graph, kind, name) {
                    Ok(end) if known.contains(&end) == should => {}
                    Ok(_) if should => faults.push(format!("{what}: « {name} » is missing")),
                    Ok(_) => faults.push(format!("{what}: « {name} » is wrong")),
                    Err(fault) => faults.push(fault),
                }
            }
        }
    }
}

/// Whether a text has none of the slips that texts made of parts have.
fn well_written(text: &str, faults: &mut Vec<String>) {
    for slip in
        ["  ", " .", " ,", "de le ", "de les ", "à le ", "d'un Université", "l'l'", "métier de a", "métier de e"]
    {
        if text.contains(slip) {
            faults.push(format!("« {slip} » is no French: {text}"));
        }
    }
}

/// The one current node of a kind that a name means.
fn one(graph: &Graph, kind: Kind, name: &str) -> Result<NodeIx, String> {
    let found: Vec<NodeIx> =
        graph.resolve(name).into_iter().filter(|ix| graph.kind(*ix) == kind && !graph.node(*ix).retired).collect();
    match found[..] {
        [one] => Ok(one),
        _ => Err(format!("« {name} » means {} of kind {kind}", found.len())),
    }
}
