//! Why a diploma stands where it does: what speaks for and against it, in points that add up to its score, with the
//! nodes and sources behind each.

use super::access;
use super::values::{modalities, regions};
use super::{Criterion, Profile, Ranked, Ranking};
use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::guidance::compare::facts::modality;
use crate::model::{Kind, Relation};
use crate::pathway::evidence::step;
use crate::pathway::explain::Strength;
use crate::pathway::{Filter, Query, judge, reach, skills};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonKind {
    LicenceOpens,
    /// A bridge to another licence opens it.
    LicenceBridges,
    /// No source says that the licence opens it.
    LicenceUnstated,
    /// It leads to a job or study wished for.
    WishedOutlet,
    /// It is wished for, or part of what is.
    WishedDiploma,
    /// It is near a master wished for.
    NearWished,
    /// Nothing connects it with these wishes.
    WishesUnmet,
    /// It develops a skill of interest.
    InterestingSkill,
    /// It leads to a job of interest.
    InterestingJob,
    /// It leads to a job of a sector of interest.
    InterestingSector,
    /// Nothing connects it with these interests.
    InterestsUnmet,
    /// It goes on developing skills that are held.
    SkillsKept,
    /// It leads to a job whose RIASEC letters are like those of the profile.
    RiasecAlike,
    /// It is in the region.
    RegionSame,
    /// It is elsewhere.
    RegionOther,
    /// No source says where it is.
    RegionUnknown,
    /// It can be followed in the way asked for.
    ModalityOffered,
    /// It is known to be followed otherwise.
    ModalityOther,
    /// No source says how it can be followed.
    ModalityUnknown,
}

impl ReasonKind {
    /// Whether it speaks against the diploma, or says what is missing or unknown.
    pub fn is_against(self) -> bool {
        use ReasonKind::{
            InterestsUnmet, LicenceUnstated, ModalityOther, ModalityUnknown, RegionOther, RegionUnknown, WishesUnmet,
        };
        matches!(
            self,
            LicenceUnstated
                | WishesUnmet
                | InterestsUnmet
                | RegionOther
                | RegionUnknown
                | ModalityOther
                | ModalityUnknown
        )
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub kind: ReasonKind,
    /// The criterion that it belongs to.
    pub criterion: Criterion,
    /// What it adds to the score; negative where it takes away.
    pub points: f64,
    /// In French, one sentence.
    pub text: String,
    /// The nodes that it is about.
    pub nodes: Vec<NodeIx>,
    /// The sources behind it, by key.
    pub sources: Vec<NodeIx>,
}

/// All reasons of a diploma of the ranking, the weightiest first.
pub fn reasons(graph: &Graph, profile: &Profile, filter: &Filter, ranking: &Ranking, ranked: &Ranked) -> Vec<Reason> {
    let mut found = Reasons { graph, profile, filter, ranking, node: ranked.node, list: Vec::new() };
    found.licence();
    found.wishes();
    found.interests();
    found.skills();
    found.riasec();
    found.region(ranked.values[5]);
    found.modality(ranked.values[6]);
    let mut list = found.list;
    list.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()));
    list
}

struct Reasons<'a> {
    graph: &'a Graph,
    profile: &'a Profile,
    filter: &'a Filter,
    ranking: &'a Ranking,
    node: NodeIx,
    list: Vec<Reason>,
}

impl Reasons<'_> {
    fn share(&self, criterion: Criterion) -> f64 {
        self.ranking.shares[criterion as usize]
    }

    fn add(&mut self, kind: ReasonKind, criterion: Criterion, points: f64, text: String, about: About) {
        let mut sources = about.sources;
        sources.sort_by(|a, b| self.graph.by_key(*a, *b));
        sources.dedup();
        self.list.push(Reason { kind, criterion, points, text, nodes: about.nodes, sources });
    }

    fn name(&self, node: NodeIx) -> &str {
        &self.graph.node(node).name
    }

    fn names(&self, nodes: &[NodeIx]) -> String {
        let names: Vec<String> = nodes.iter().map(|node| format!("« {} »", self.name(*node))).collect();
        names.join(", ")
    }

    fn cited(&self, edges: impl IntoIterator<Item = EdgeIx>) -> Vec<NodeIx> {
        edges.into_iter().flat_map(|edge| self.graph.edge(edge).sources()).collect()
    }

    fn licence(&mut self) {
        let Some(licence) = self.profile.licence else { return };
        let share = self.share(Criterion::Licence);
        let name = self.name(licence).to_owned();
        let Some(way) = self.ranking.ways.get(&self.node) else {
            let text = format!("Aucune source ne dit que votre licence « {name} » permet d'y candidater.");
            let about = About::nodes(vec![licence]);
            return self.add(ReasonKind::LicenceUnstated, Criterion::Licence, -0.5 * share, text, about);
        };
        let wanted = access::wanted(licence, self.graph.kind(self.node), self.filter);
        let pathway = reach::pathway(self.graph, &wanted, way);
        let sources = pathway.steps.iter().flat_map(|step| &step.evidence).flat_map(|piece| piece.sources.clone());
        let about = About { nodes: way.nodes.clone(), sources: sources.collect() };
        let bridges = way.nodes.iter().skip(1).filter(|node| self.graph.kind(**node) == Kind::Licence);
        let bridges: Vec<NodeIx> = bridges.copied().collect();
        let (kind, text) = if bridges.is_empty() {
            (ReasonKind::LicenceOpens, format!("Votre licence « {name} » permet d'y candidater."))
        } else {
            let through = self.names(&bridges);
            let text = format!("Votre licence « {name} » y mène par une passerelle : {through}.");
            (ReasonKind::LicenceBridges, text)
        };
        self.add(kind, Criterion::Licence, share * way.score, text, about);
    }

    /// The strongest outlet to any of these, each with what its strength counts for.
    fn strongest(&self, counts: impl Fn(NodeIx) -> f64) -> Option<(NodeIx, f64, f64)> {
        let mut best: Option<(NodeIx, f64, f64)> = None;
        judge(self.graph, self.filter, |judge| {
            judge.outlets(self.node, |to, strength| {
                let value = strength * counts(to);
                let better = match best {
                    None => value > 0.0,
                    Some((node, _, held)) => value > held || value == held && self.graph.by_key(to, node).is_lt(),
                };
                if better {
                    best = Some((to, strength, value));
                }
            });
        });
        best
    }

    fn outlet(&self, to: NodeIx, strength: f64) -> (String, Vec<NodeIx>) {
        let query = Query { filter: self.filter.clone(), ..Query::new(Vec::new(), Vec::new()) };
        let step = step(self.graph, &query, self.node, to);
        let sources = step.evidence.into_iter().flat_map(|piece| piece.sources).collect();
        (format!("« {} » ({})", self.name(to), Strength::of(strength).name()), sources)
    }

    fn wishes(&mut self) {
        let each = self.share(Criterion::Wishes) / self.profile.wishes.len().max(1) as f64;
        let mut unmet = Vec::new();
        for &wish in &self.profile.wishes {
            let found = match self.graph.kind(wish) {
                Kind::Job | Kind::Study => self.strongest(|to| f64::from(to == wish)).map(|(to, strength, value)| {
                    let (named, sources) = self.outlet(to, strength);
                    let text = format!("Il mène à un débouché que vous souhaitez : {named}.");
                    (ReasonKind::WishedOutlet, value, text, sources)
                }),
                Kind::Source
                | Kind::Licence
                | Kind::Master
                | Kind::Parcours
                | Kind::Course
                | Kind::University
                | Kind::Skill
                | Kind::Sector
                | Kind::Family => self.wished_diploma(wish),
            };
            match found {
                Some((kind, value, text, sources)) => {
                    let about = About { nodes: vec![wish], sources };
                    self.add(kind, Criterion::Wishes, each * value, text, about);
                }
                None => unmet.push(wish),
            }
        }
        if !unmet.is_empty() {
            let text = format!("Rien dans le graphe ne le relie à ces souhaits : {}.", self.names(&unmet));
            self.add(ReasonKind::WishesUnmet, Criterion::Wishes, 0.0, text, About::nodes(unmet));
        }
    }

    fn wished_diploma(&self, wish: NodeIx) -> Option<(ReasonKind, f64, String, Vec<NodeIx>)> {
        if wish == self.node {
            return Some((ReasonKind::WishedDiploma, 1.0, "Vous le souhaitez.".to_owned(), Vec::new()));
        }
        let weight = |edge: EdgeIx| self.graph.edge(edge).weight().get();
        if let Some(edge) = self.graph.edge_between(Relation::Offers, wish, self.node) {
            let text = format!("C'est un parcours d'un master que vous souhaitez : « {} ».", self.name(wish));
            return Some((ReasonKind::WishedDiploma, weight(edge), text, self.cited([edge])));
        }
        let near = |a, b| self.graph.edge_between(Relation::Near, a, b);
        let edge = near(wish, self.node).or_else(|| near(self.node, wish))?;
        let text = format!("C'est un master voisin d'un master que vous souhaitez : « {} ».", self.name(wish));
        Some((ReasonKind::NearWished, weight(edge) / 2.0, text, self.cited([edge])))
    }

    fn interests(&mut self) {
        let each = self.share(Criterion::Interests) / self.profile.interests.len().max(1) as f64;
        let developed = skills::developed(self.graph, self.node, false);
        let mut unmet = Vec::new();
        for &interest in &self.profile.interests {
            match self.graph.kind(interest) {
                Kind::Skill => match developed.get(&interest) {
                    Some(grounds) => {
                        let sources = self.cited(grounds.edges.iter().copied());
                        let text = format!("Il développe « {} », qui vous intéresse.", self.name(interest));
                        let about = About { nodes: vec![interest], sources };
                        self.add(ReasonKind::InterestingSkill, Criterion::Interests, each, text, about);
                    }
                    None => unmet.push(interest),
                },
                kind => {
                    let sector = kind == Kind::Sector;
                    let works = |job: NodeIx| self.graph.edge_between(Relation::WorksIn, job, interest);
                    let counts = |to: NodeIx| match sector {
                        true => works(to).map_or(0.0, |edge| self.graph.edge(edge).weight().get()),
                        false => f64::from(to == interest),
                    };
                    let Some((to, strength, value)) = self.strongest(counts) else {
                        unmet.push(interest);
                        continue;
                    };
                    let (named, mut sources) = self.outlet(to, strength);
                    let (kind, text, nodes) = if sector {
                        sources.extend(self.cited(works(to)));
                        let text = format!(
                            "Il mène à {named}, dans un secteur qui vous intéresse : « {} ».",
                            self.name(interest)
                        );
                        (ReasonKind::InterestingSector, text, vec![interest, to])
                    } else {
                        let text = format!("Il mène à un métier qui vous intéresse : {named}.");
                        (ReasonKind::InterestingJob, text, vec![interest])
                    };
                    self.add(kind, Criterion::Interests, each * value, text, About { nodes, sources });
                }
            }
        }
        if !unmet.is_empty() {
            let text = format!("Rien dans le graphe ne le relie à ces intérêts : {}.", self.names(&unmet));
            self.add(ReasonKind::InterestsUnmet, Criterion::Interests, 0.0, text, About::nodes(unmet));
        }
    }

    fn skills(&mut self) {
        let developed = skills::developed(self.graph, self.node, false);
        let kept: Vec<NodeIx> =
            self.profile.skills.iter().copied().filter(|skill| developed.contains_key(skill)).collect();
        if kept.is_empty() {
            return;
        }
        let of = self.profile.skills.len();
        let points = self.share(Criterion::Skills) * kept.len() as f64 / of as f64;
        let text = format!("Il prolonge {} de vos {of} compétences : {}.", kept.len(), self.names(&kept));
        let sources = self.cited(kept.iter().flat_map(|skill| developed[skill].edges.iter().copied()));
        self.add(ReasonKind::SkillsKept, Criterion::Skills, points, text, About { nodes: kept, sources });
    }

    fn riasec(&mut self) {
        let Some(riasec) = &self.profile.riasec else { return };
        let letters = |job: NodeIx| self.graph.node(job).attributes().riasec.as_deref();
        let Some((job, strength, value)) = self.strongest(|job| riasec.likeness(letters(job))) else { return };
        let (named, mut sources) = self.outlet(job, strength);
        sources.extend(self.graph.node(job).sources.iter().filter_map(|key| self.graph.find(key.as_str())));
        let (theirs, ours) = (letters(job).unwrap_or_default(), riasec.letters());
        let text = format!("Il mène à {named}, dont le profil d'intérêts ({theirs}) ressemble au vôtre ({ours}).");
        let points = self.share(Criterion::Riasec) * value;
        self.add(ReasonKind::RiasecAlike, Criterion::Riasec, points, text, About { nodes: vec![job], sources });
    }

    fn region(&mut self, value: f64) {
        let Some(wanted) = &self.profile.region else { return };
        let (kind, text) = if value > 0.0 {
            (ReasonKind::RegionSame, format!("Il est proposé dans la région que vous avez choisie : {wanted}."))
        } else if value < 0.0 {
            let mut regions = regions(self.graph, self.node);
            regions.sort_unstable();
            regions.dedup();
            (ReasonKind::RegionOther, format!("Il est proposé dans une autre région : {}.", regions.join(", ")))
        } else {
            (ReasonKind::RegionUnknown, "Aucune source ne dit dans quelle région il est proposé.".to_owned())
        };
        let points = self.share(Criterion::Region) * value;
        self.add(kind, Criterion::Region, points, text, self.own_word());
    }

    fn modality(&mut self, value: f64) {
        let Some(wanted) = self.profile.modality else { return };
        let (kind, text) = if value > 0.0 {
            (ReasonKind::ModalityOffered, format!("Il peut être suivi comme vous le souhaitez : {}.", modality(wanted)))
        } else if value < 0.0 {
            let mut known = modalities(self.graph, self.node);
            known.sort_unstable();
            known.dedup();
            let names: Vec<&str> = known.into_iter().map(modality).collect();
            let (wanted, known) = (modality(wanted), names.join(", "));
            (
                ReasonKind::ModalityOther,
                format!("Selon ses sources il est suivi autrement ({known}) ; vous souhaitez : {wanted}."),
            )
        } else {
            (ReasonKind::ModalityUnknown, "Aucune source ne dit comment il peut être suivi.".to_owned())
        };
        let points = self.share(Criterion::Modality) * value;
        self.add(kind, Criterion::Modality, points, text, self.own_word());
    }

    /// The sources of the diploma itself, for facts that carry none of their own.
    fn own_word(&self) -> About {
        let keys = self.graph.node(self.node).sources.iter();
        About { nodes: Vec::new(), sources: keys.filter_map(|key| self.graph.find(key.as_str())).collect() }
    }
}

struct About {
    nodes: Vec<NodeIx>,
    sources: Vec<NodeIx>,
}

impl About {
    fn nodes(nodes: Vec<NodeIx>) -> About {
        About { nodes, sources: Vec::new() }
    }
}
