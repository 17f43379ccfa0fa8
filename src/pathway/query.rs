//! What is asked: ends, conditions, how many. A query names nodes, never texts; it is checked before it is run.

use strum::{EnumCount, VariantArray};

use crate::graph::{Graph, NodeIx};
use crate::model::{Key, Kind, Modality, Relation};

/// The longest pathway that can be asked for, in steps.
pub const MAX_STEPS: usize = 12;
/// The most moves that can be asked for.
pub const MAX_MOVES: usize = MAX_STEPS - 1;
/// The most pathways a page.
pub const MAX_FIRST: usize = 100;
/// The most references in `via`.
pub const MAX_VIA: usize = 6;
/// The default budget: extensions of a pathway looked at. On 2 cores of 2026 that is some 100 ms at worst.
pub const BUDGET: u64 = 1_000_000;

/// Which pathways are wanted.
#[derive(Clone, Debug)]
pub struct Query {
    /// Where a pathway may begin.
    pub from: Vec<NodeIx>,
    /// Where it may end.
    pub to: Vec<NodeIx>,
    /// One group a reference: a pathway holds at least one node of each group. A university stands for the parcours
    /// that it hosts, a skill for those that develop it (as in coverage), a course for those that teach it
    /// (themselves or through a master).
    pub via: Vec<Vec<NodeIx>>,
    /// A pathway holds none of these. A university and a course stand for their parcours.
    pub avoid: Vec<NodeIx>,
    /// What all of a pathway must satisfy.
    pub filter: Filter,
    /// Only the best pathway for each first node of this kind; those without one count as one more. A university is
    /// the first host of the parcours.
    pub distinct: Option<Kind>,
    /// In [0, 1): a pathway that shares more than `1 - diversity` of its steps with a better one taken is left out.
    pub diversity: f64,
    /// 1 to [`MAX_STEPS`].
    pub max_steps: usize,
    /// 0 to [`MAX_MOVES`]: so many of the steps, at most, are moves from job to job.
    pub max_moves: usize,
    /// 1 to [`MAX_FIRST`].
    pub first: usize,
    /// Only what comes after this place in the order.
    pub after: Option<Position>,
    /// How many extensions to look at before giving up being exhaustive: the same query does the same work on
    /// every machine.
    pub budget: u64,
    /// What the question calls its ends, where those are no names of theirs: an explanation says it. Decides nothing.
    pub called: Vec<Called>,
}

/// An end that the question calls otherwise than by its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The end.
    pub node: NodeIx,
    /// What was asked, with the name of the end: « archiviste (fiche « Documentaliste ») ».
    pub told: String,
    /// What whoever says this word must know, with its source, where the end does not tell.
    pub note: Option<&'static str>,
}

impl Called {
    /// In French, with its full stop.
    pub fn sentence(&self) -> String {
        let note = self.note.map(|note| format!(" {note}")).unwrap_or_default();
        format!("Demandé : {}.{note}", self.told)
    }
}

impl Query {
    /// The ten best pathways of at most six steps, all kinds of evidence counting.
    pub fn new(from: Vec<NodeIx>, to: Vec<NodeIx>) -> Query {
        Query {
            from,
            to,
            via: Vec::new(),
            avoid: Vec::new(),
            filter: Filter::default(),
            distinct: None,
            diversity: 0.0,
            max_steps: 6,
            max_moves: 1,
            first: 10,
            after: None,
            budget: BUDGET,
            called: Vec::new(),
        }
    }
}

/// What all of a pathway must satisfy. The default lets everything current pass.
///
/// Place, university, modality and language are facts of what is offered somewhere: while one of them is set, a pathway
/// qualifies by its parcours, or else by a university that awards its master; one with neither does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// The parcours, or else a university that hosts it, is in one of these regions (compared folded).
    pub regions: Vec<String>,
    /// The same by *académie*.
    pub academies: Vec<String>,
    /// The same by town.
    pub cities: Vec<String>,
    /// The parcours is hosted by one of these.
    pub universities: Vec<NodeIx>,
    /// The parcours, or else its master, can be followed in one of these ways.
    pub modalities: Vec<Modality>,
    /// The parcours, or else its master, is taught in one of these languages (ISO 639-1).
    pub languages: Vec<String>,
    /// Its masters, and the masters of its parcours, are of one of these domains (as the graph writes them); a pathway without
    /// either is not concerned.
    pub domains: Vec<String>,
    /// Every step is at least this strong.
    pub min_strength: Option<f64>,
    /// The pathway's score is at least this.
    pub min_score: Option<f64>,
    /// The kinds of evidence that count. Steps other than the outlets of a parcours rest on stated evidence alone:
    /// without it they don't hold.
    pub evidence: EvidenceSet,
    /// The relations that a step may be; all forward ones when `None`.
    pub relations: Option<Vec<Relation>>,
    /// Whether retired nodes count like current ones.
    pub retired: Retired,
}

impl Filter {
    /// What each step by itself must satisfy: conditions on what is offered and on the whole pathway are left out.
    pub fn of_steps(&self) -> Filter {
        let Filter {
            regions: _,
            academies: _,
            cities: _,
            universities: _,
            modalities: _,
            languages: _,
            domains: _,
            min_score: _,
            min_strength,
            evidence,
            relations,
            retired,
        } = self;
        Filter {
            min_strength: *min_strength,
            evidence: *evidence,
            relations: relations.clone(),
            retired: *retired,
            ..Filter::default()
        }
    }

    /// Whether a fact of what is offered somewhere is asked for.
    pub fn concerns_offers(&self) -> bool {
        let Filter {
            regions,
            academies,
            cities,
            universities,
            modalities,
            languages,
            domains: _,
            min_strength: _,
            min_score: _,
            evidence: _,
            relations: _,
            retired: _,
        } = self;
        !(regions.is_empty()
            && academies.is_empty()
            && cities.is_empty()
            && universities.is_empty()
            && modalities.is_empty()
            && languages.is_empty())
    }
}

/// What becomes of retired nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retired {
    /// They are as if absent.
    #[default]
    LeftOut,
    /// They count like current ones.
    Included,
}

/// What a piece of evidence is. In this order strengths are combined and pieces listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount, VariantArray)]
pub enum EvidenceKind {
    /// A source states the very step.
    Stated,
    /// A source states a family of jobs of which this is one.
    Family,
    /// A source states it of the master that offers the parcours.
    Inherited,
    /// The skills developed are those that the job requires.
    Skills,
}

impl EvidenceKind {
    /// How many kinds there are.
    pub const COUNT: usize = <EvidenceKind as EnumCount>::COUNT;

    /// Every kind, in order.
    pub const ALL: [EvidenceKind; EvidenceKind::COUNT] =
        *<EvidenceKind as VariantArray>::VARIANTS.first_chunk().expect("there are as many variants as variants");
}

/// A set of kinds of evidence; all of them by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceSet(u8);

impl Default for EvidenceSet {
    fn default() -> EvidenceSet {
        EvidenceKind::ALL.into_iter().collect()
    }
}

impl EvidenceSet {
    /// Whether a kind counts.
    pub fn has(self, kind: EvidenceKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// Whether this kind counts and no other.
    pub fn is_only(self, kind: EvidenceKind) -> bool {
        self.0 == 1 << kind as u8
    }

    /// Whether no kind counts.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<EvidenceKind> for EvidenceSet {
    fn from_iter<I: IntoIterator<Item = EvidenceKind>>(kinds: I) -> EvidenceSet {
        EvidenceSet(kinds.into_iter().fold(0, |set, kind| set | 1 << kind as u8))
    }
}

/// A place in the order of pathways.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    pub score: f64,
    /// The keys of the pathway there, first to last.
    pub keys: Vec<Key>,
}

/// Why a query cannot be run: all of them the asker's to mend.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryFault {
    /// `max_steps` is out of bounds.
    #[error("maxSteps vaut {given} : donnez un nombre de 1 à {MAX_STEPS}")]
    Steps { given: usize },
    /// `max_moves` is out of bounds.
    #[error("maxMoves vaut {given} : donnez un nombre de 0 à {MAX_MOVES}")]
    Moves { given: usize },
    /// `first` is out of bounds.
    #[error("first vaut {given} : donnez un nombre de 1 à {MAX_FIRST}")]
    First { given: usize },
    /// A number of the query is out of bounds or not a number.
    #[error("{field} vaut {given} : donnez un nombre {bounds}")]
    Number {
        field: &'static str,
        given: f64,
        /// What would be taken, in French.
        bounds: &'static str,
    },
    /// A kind that can't stand in `via` or `avoid`.
    #[error("{key} ne peut pas figurer dans {field} : donnez {advice}")]
    Place {
        /// `via` or `avoid`.
        field: &'static str,
        /// The node.
        key: Key,
        /// What would be taken, in French.
        advice: &'static str,
    },
    /// More references in `via` than are taken.
    #[error("via compte {given} références : {MAX_VIA} au plus")]
    Via {
        /// How many were given.
        given: usize,
    },
    /// All that would satisfy a reference of `via` is in `avoid`.
    #[error("{key} est à la fois dans via et dans avoid : retirez cette fiche de l'un des deux")]
    Contradiction {
        /// A node of the reference.
        key: Key,
    },
    /// `distinct` names a kind that no pathway holds.
    #[error(
        "distinct ne peut pas être de la nature {kind} : donnez LICENCE, MASTER, PARCOURS, UNIVERSITY, JOB ou STUDY"
    )]
    Distinct {
        /// What was given.
        kind: Kind,
    },
    /// What is wanted within reach is of a kind that no pathway holds.
    #[error("kind vaut {kind} : donnez LICENCE, MASTER, PARCOURS, JOB ou STUDY")]
    Reach {
        /// What was given.
        kind: Kind,
    },
    /// No kind of evidence may count.
    #[error(
        "evidence est vide : donnez au moins une des valeurs STATED, FAMILY, INHERITED, SKILLS, ou rien pour toutes"
    )]
    NoEvidence,
}

/// Whether `via` takes nodes of a kind.
fn may_be_via(kind: Kind) -> bool {
    match kind {
        Kind::Licence
        | Kind::Master
        | Kind::Parcours
        | Kind::Course
        | Kind::University
        | Kind::Skill
        | Kind::Job
        | Kind::Study
        | Kind::Family => true,
        Kind::Sector | Kind::Source => false,
    }
}

/// Whether `avoid` takes nodes of a kind: a skill is developed in too many ways to be kept away from.
fn may_be_avoided(kind: Kind) -> bool {
    kind != Kind::Skill && may_be_via(kind)
}

impl Query {
    /// Whether the query can be run over a graph.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self, graph: &Graph) -> Result<(), QueryFault> {
        if !(1..=MAX_STEPS).contains(&self.max_steps) {
            return Err(QueryFault::Steps { given: self.max_steps });
        }
        if self.max_moves > MAX_MOVES {
            return Err(QueryFault::Moves { given: self.max_moves });
        }
        if !(1..=MAX_FIRST).contains(&self.first) {
            return Err(QueryFault::First { given: self.first });
        }
        let share = |field, given: Option<f64>| match given {
            Some(given) if !(0.0..=1.0).contains(&given) => {
                Err(QueryFault::Number { field, given, bounds: "de 0 à 1" })
            }
            _ => Ok(()),
        };
        share("minStrength", self.filter.min_strength)?;
        share("minScore", self.filter.min_score)?;
        if !(0.0..1.0).contains(&self.diversity) {
            let bounds = "de 0 inclus à 1 exclu";
            return Err(QueryFault::Number { field: "diversity", given: self.diversity, bounds });
        }
        if self.filter.evidence.is_empty() {
            return Err(QueryFault::NoEvidence);
        }
        if let Some(kind) = self.distinct
            && !kind.on_pathways()
            && kind != Kind::University
        {
            return Err(QueryFault::Distinct { kind });
        }
        self.check_places(graph)
    }

    fn check_places(&self, graph: &Graph) -> Result<(), QueryFault> {
        if self.via.len() > MAX_VIA {
            return Err(QueryFault::Via { given: self.via.len() });
        }
        for &node in self.via.iter().flatten() {
            if !may_be_via(graph.kind(node)) {
                let advice = "une licence, un master, un parcours, une université, une compétence ou un métier";
                return Err(QueryFault::Place { field: "via", key: graph.key(node).clone(), advice });
            }
        }
        for &node in &self.avoid {
            if !may_be_avoided(graph.kind(node)) {
                let advice = "une licence, un master, un parcours, une université ou un métier";
                return Err(QueryFault::Place { field: "avoid", key: graph.key(node).clone(), advice });
            }
        }
        let all_avoided =
            |group: &&Vec<NodeIx>| !group.is_empty() && group.iter().all(|node| self.avoid.contains(node));
        match self.via.iter().find(all_avoided) {
            Some(group) => Err(QueryFault::Contradiction { key: graph.key(group[0]).clone() }),
            None => Ok(()),
        }
    }
}
