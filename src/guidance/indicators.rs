//! Indicators for comparing offers: what each measures, of whom, when, on whose word; or why there is no figure.
//!
//! A figure says at which level it holds: a survey by university and discipline says nothing of one parcours alone. What
//! is not published is never guessed, and never counts as zero.

mod survey;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use strum::{EnumCount, VariantArray};

use crate::graph::{Graph, Half, NodeIx};
use crate::guidance::admission;
use crate::model::text::fold;
use crate::model::{Admission, Attributes, Key, Kind, Outcome, Relation};

/// What offers are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount, VariantArray)]
pub enum Indicator {
    /// Places offered at the latest session.
    Places,
    /// Applications per place at the latest session that publishes both.
    Pressure,
    /// Share in work 18 months after the diploma.
    Insertion18,
    /// Share in work 30 months after the diploma.
    Insertion30,
    /// Median net monthly pay of full-time jobs 30 months after the diploma.
    MedianSalary,
}

impl Indicator {
    /// Every indicator, in order.
    pub const ALL: [Indicator; <Indicator as EnumCount>::COUNT] =
        *<Indicator as VariantArray>::VARIANTS.first_chunk().expect("there are as many variants as variants");

    /// Its name in French.
    pub const fn label(self) -> &'static str {
        match self {
            Indicator::Places => "Places",
            Indicator::Pressure => "Candidatures par place",
            Indicator::Insertion18 => "Insertion à 18 mois",
            Indicator::Insertion30 => "Insertion à 30 mois",
            Indicator::MedianSalary => "Salaire médian à 30 mois",
        }
    }

    /// Its unit in French.
    pub const fn unit(self) -> &'static str {
        match self {
            Indicator::Places => "places",
            Indicator::Pressure => "candidatures par place",
            Indicator::Insertion18 | Indicator::Insertion30 => "part, de 0 à 1",
            Indicator::MedianSalary => "euros nets par mois",
        }
    }

    /// What it measures, in French.
    pub const fn definition(self) -> &'static str {
        match self {
            Indicator::Places => {
                "Places offertes en première année à la dernière session publiée, telles que l'établissement les a déclarées."
            }
            Indicator::Pressure => {
                "Candidatures confirmées pour une place offerte, à la dernière session qui publie les deux. Une même personne \
                 candidate à plusieurs formations : ce n'est ni un taux d'admission ni une mesure de qualité."
            }
            Indicator::Insertion18 => {
                "Part des diplômés en emploi, 18 mois après le diplôme, parmi les répondants présents sur le marché du travail. \
                 Ceux qui poursuivent des études n'y sont pas comptés."
            }
            Indicator::Insertion30 => {
                "Part des diplômés en emploi, 30 mois après le diplôme, parmi les répondants présents sur le marché du travail. \
                 Ceux qui poursuivent des études n'y sont pas comptés."
            }
            Indicator::MedianSalary => {
                "Salaire net mensuel médian des emplois à temps plein, 30 mois après le diplôme, en euros de l'année de l'enquête."
            }
        }
    }

    /// Of what became of graduates: how many months after the diploma they were asked. `None` of admission figures.
    const fn months(self) -> Option<u8> {
        match self {
            Indicator::Places | Indicator::Pressure => None,
            Indicator::Insertion18 => Some(18),
            Indicator::Insertion30 | Indicator::MedianSalary => Some(30),
        }
    }

    /// Whether it tells what became of graduates, and not how one is admitted.
    pub const fn is_of_outcome(self) -> bool {
        self.months().is_some()
    }
}

/// What a figure speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The very parcours or master asked about.
    Itself,
    /// The whole *mention* that the parcours is part of.
    Mention,
    /// All parcours of the master that publish it, and the formations of universities that name none, taken together.
    Parcours,
    /// All masters of a discipline at the university.
    Discipline,
    /// All masters of a broad field at the university.
    Domain,
    /// All masters of France in a sector of disciplines, or in a broad field where the sector is not known.
    National,
}

/// A published figure, or one computed from published ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The number, in the indicator's unit.
    pub value: f64,
    /// For a share of known answers: its 95 % interval, as if the answers were drawn at random.
    pub interval: Option<(f64, f64)>,
    /// The session, or the year of the diploma.
    pub year: u16,
    /// What it speaks of.
    pub level: Level,
    /// Who is counted, in French.
    pub population: String,
    /// How many they are, where that is published.
    pub counted: Option<u32>,
    /// The share of those asked who answered, where that is published.
    pub response_rate: Option<f64>,
    /// Who publishes it, by key.
    pub sources: Vec<NodeIx>,
    /// Where in the source.
    pub row: Option<String>,
}

/// The figure of a master or parcours.
///
/// # Errors
/// Why there is none, in French.
pub fn figure(graph: &Graph, diploma: NodeIx, indicator: Indicator) -> Result<Figure, String> {
    let found = find(graph, diploma, indicator).map_err(|why| why.told(graph, diploma, indicator))?;
    Ok(found.figure(graph, diploma, indicator))
}

/// Its number alone. O(what is published of the diploma, its parcours and its host).
pub fn value(graph: &Graph, diploma: NodeIx, indicator: Indicator) -> Option<f64> {
    find(graph, diploma, indicator).ok().map(|found| found.value(indicator))
}

/// How two numbers stand in a list: what has no figure comes last, whichever the direction.
pub fn order(a: Option<f64>, b: Option<f64>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Where a figure was found.
enum Found<'g> {
    Admission(&'g Admission),
    /// Of several parcours or awards, one session each the same; and of how many of them in all.
    Together(Vec<&'g Admission>, usize),
    Outcome(&'g Outcome, Level),
    Survey(&'g Outcome, Level, NodeIx),
}

/// Why none was.
enum Why {
    NoAdmission,
    NoCount,
    OfParcours,
    NoHost,
    NoDomain,
    Domains,
    NotSurveyed(NodeIx),
    NotPublished(NodeIx, &'static str),
}

fn find(graph: &Graph, diploma: NodeIx, indicator: Indicator) -> Result<Found<'_>, Why> {
    let known = graph.node(diploma).attributes();
    if !indicator.is_of_outcome() {
        if let Some(admission) = latest(&known.admissions, indicator) {
            return Ok(Found::Admission(admission));
        }
        if graph.kind(diploma) == Kind::Master
            && let Some(found) = together(graph, diploma, indicator)
        {
            return Ok(found);
        }
        return Err(if known.admissions.is_empty() { Why::NoAdmission } else { Why::NoCount });
    }
    if let Some(outcome) = newest(known, indicator, |_| true) {
        return Ok(Found::Outcome(outcome, Level::Itself));
    }
    if graph.kind(diploma) != Kind::Parcours {
        return national(graph, diploma, indicator).ok_or(Why::OfParcours);
    }
    let current = |node: &NodeIx| !graph.is_retired(*node);
    let before = |relation| graph.incoming(diploma, relation).iter().map(|half| half.node).find(current);
    let master = before(Relation::Offers);
    if let Some(outcome) = master.and_then(|master| newest(graph.node(master).attributes(), indicator, |_| true)) {
        return Ok(Found::Outcome(outcome, Level::Mention));
    }
    at_host(graph, before(Relation::Hosts), master, indicator)
        .or_else(|why| master.and_then(|master| national(graph, master, indicator)).ok_or(why))
}

/// What the survey says of the university of a parcours, for the group of its master.
fn at_host(
    graph: &Graph,
    host: Option<NodeIx>,
    master: Option<NodeIx>,
    indicator: Indicator,
) -> Result<Found<'_>, Why> {
    let host = host.ok_or(Why::NoHost)?;
    let surveyed = graph.node(host).attributes();
    if surveyed.outcomes.is_empty() {
        return Err(Why::NotSurveyed(host));
    }
    let groups = master.map(|master| survey::groups(graph.node(master))).unwrap_or_default();
    for group in &groups.fitting {
        let level = if group.discipline { Level::Discipline } else { Level::Domain };
        if let Some(outcome) = newest(surveyed, indicator, |population| population == group.population) {
            return Ok(Found::Survey(outcome, level, host));
        }
    }
    Err(match groups.fitting.first() {
        Some(group) => Why::NotPublished(host, group.population),
        None if groups.several => Why::Domains,
        None => Why::NoDomain,
    })
}

/// What a survey of all of France says of the finest group of a master: figures of a source as a whole.
fn national(graph: &Graph, master: NodeIx, indicator: Indicator) -> Option<Found<'_>> {
    let sources = graph.nodes_of(Kind::Source).iter().filter(|source| !graph.is_retired(**source));
    let known: Vec<&Attributes> =
        sources.map(|source| graph.node(*source).attributes()).filter(|known| !known.outcomes.is_empty()).collect();
    let groups = survey::national(graph.node(master));
    let of = |group: &&str| {
        known.iter().find_map(|known| newest(known, indicator, |population| fold(population) == **group))
    };
    groups
        .iter()
        .map(|group| &**group)
        .find_map(|group| of(&group))
        .map(|outcome| Found::Outcome(outcome, Level::National))
}

/// The latest session with what the indicator needs; of its phases the main one.
fn latest(figures: &[Admission], indicator: Indicator) -> Option<&Admission> {
    let counts = |figures: &&Admission| match indicator {
        Indicator::Places => figures.capacity.is_some(),
        Indicator::Pressure => figures.capacity.is_some_and(|places| places > 0) && figures.applications.is_some(),
        Indicator::Insertion18 | Indicator::Insertion30 | Indicator::MedianSalary => false,
    };
    figures.iter().filter(counts).max_by_key(|figures| (figures.session, standing(figures)))
}

/// The main phase before another; of its ways, where a parcours recruits in several, the initial one.
fn standing(figures: &Admission) -> u8 {
    let phase = figures.phase.as_deref().map(fold).unwrap_or_default();
    match phase.as_str() {
        "" | "principale" => 3,
        "principale formation initiale" => 2,
        other if other.starts_with("principale") => 1,
        _ => 0,
    }
}

/// The formations of a master at the newest session that any of them publishes: its parcours, and what universities award it for
/// without naming a parcours.
fn together(graph: &Graph, master: NodeIx, indicator: Indicator) -> Option<Found<'_>> {
    let current = |half: &&Half| !graph.is_retired(half.node);
    let parcours = graph.out(master, Relation::Offers).iter().filter(current);
    let parcours: Vec<_> = parcours.map(|half| &*graph.node(half.node).attributes().admissions).collect();
    let awards = graph.incoming(master, Relation::Awards).iter().filter(current);
    let awards: Vec<_> = awards.filter_map(|half| Some(&*graph.edge(half.edge).award()?.admissions)).collect();
    let newest = |of: &[&'_ [Admission]]| {
        of.iter().filter_map(|figures| latest(figures, indicator)).map(|one| one.session).max()
    };
    let session = newest(&parcours).max(newest(&awards))?;
    let (mut figures, mut all) = (Vec::new(), 0);
    // Of one session both count, since an award has figures of its own only where no parcours is named. Of an older campaign
    // neither does.
    for of in [parcours, awards] {
        let told: Vec<&Admission> =
            of.iter().filter_map(|figures| latest(figures, indicator)).filter(|one| one.session == session).collect();
        all += if told.is_empty() { 0 } else { of.len() };
        figures.extend(told);
    }
    Some(Found::Together(figures, all))
}

/// The latest outcome of a population with what the indicator needs; of a year's, the one of most answers.
fn newest(known: &Attributes, indicator: Indicator, population: impl Fn(&str) -> bool) -> Option<&Outcome> {
    let tells = |outcome: &&Outcome| {
        Some(outcome.months) == indicator.months()
            && number(outcome, indicator).is_some()
            && population(&outcome.population)
    };
    known.outcomes.iter().filter(tells).max_by_key(|outcome| (outcome.year, outcome.answers))
}

fn number(outcome: &Outcome, indicator: Indicator) -> Option<f64> {
    match indicator {
        Indicator::MedianSalary => outcome.median_salary.map(f64::from),
        Indicator::Insertion18 | Indicator::Insertion30 => outcome.employed,
        // What admission figures tell.
        Indicator::Places | Indicator::Pressure => None,
    }
}

impl Found<'_> {
    fn value(&self, indicator: Indicator) -> f64 {
        let ratio = |figures: &[&Admission]| {
            let sum = |count: fn(&Admission) -> Option<u32>| {
                figures.iter().map(|one| u64::from(count(one).unwrap_or(0))).sum::<u64>() as f64
            };
            let places = sum(|one| one.capacity);
            match indicator {
                Indicator::Places => places,
                Indicator::Pressure => sum(|one| one.applications) / places,
                Indicator::Insertion18 | Indicator::Insertion30 | Indicator::MedianSalary => {
                    unreachable!("no admission figure is found for an outcome")
                }
            }
        };
        match self {
            Found::Admission(figures) => ratio(&[figures]),
            Found::Together(figures, _) => ratio(figures),
            Found::Outcome(outcome, _) | Found::Survey(outcome, ..) => {
                number(outcome, indicator).expect("an outcome is found by its number")
            }
        }
    }

    fn figure(&self, graph: &Graph, diploma: NodeIx, indicator: Indicator) -> Figure {
        let source = |key: &Key| graph.find(key.as_str());
        let value = self.value(indicator);
        let row = |row: &Option<Box<str>>| row.as_deref().map(str::to_owned);
        match self {
            Found::Admission(figures) => Figure {
                value,
                interval: None,
                year: figures.session,
                level: Level::Itself,
                population: admission_population(graph, diploma, indicator, figures),
                counted: figures.applications.filter(|_| indicator == Indicator::Pressure),
                response_rate: None,
                sources: source(&figures.source).into_iter().collect(),
                row: row(&figures.row),
            },
            Found::Together(figures, of) => {
                let mut sources: Vec<NodeIx> = figures.iter().filter_map(|one| source(&one.source)).collect();
                sources.sort_by(|a, b| graph.by_key(*a, *b));
                sources.dedup();
                let (count, session) = (figures.len(), figures[0].session);
                let publish = if count < 2 { "publie" } else { "publient" };
                Figure {
                    value,
                    interval: None,
                    year: session,
                    level: Level::Parcours,
                    population: format!(
                        "les formations de la mention réunies, session {session} : {count} sur {of} {publish} ce chiffre"
                    ),
                    counted: None,
                    response_rate: None,
                    sources,
                    row: None,
                }
            }
            Found::Outcome(outcome, Level::National) => {
                let of = format!("tous les masters de France, « {} », et non celui-ci seul", outcome.population);
                survey_figure(graph, indicator, outcome, Level::National, of)
            }
            Found::Outcome(outcome, level) => {
                survey_figure(graph, indicator, outcome, *level, format!("« {} »", outcome.population))
            }
            Found::Survey(outcome, level, host) => {
                let of = match level {
                    Level::Discipline => "tous les masters de la discipline",
                    _ => "tous les masters du domaine",
                };
                let population = format!(
                    "{of} « {} » à l'établissement {}, et non ce parcours seul",
                    outcome.population,
                    graph.node(*host).name
                );
                survey_figure(graph, indicator, outcome, *level, population)
            }
        }
    }
}

fn admission_population(graph: &Graph, diploma: NodeIx, indicator: Indicator, figures: &Admission) -> String {
    let of = if graph.kind(diploma) == Kind::Parcours { "ce parcours" } else { "la mention" };
    let phase = figures.phase.as_deref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
    let what = if indicator == Indicator::Places { "places offertes par" } else { "candidatures confirmées à" };
    format!("{what} {of}, session {}{phase}", figures.session)
}

fn survey_figure(graph: &Graph, indicator: Indicator, outcome: &Outcome, level: Level, of: String) -> Figure {
    let value = number(outcome, indicator).expect("an outcome is found by its number");
    let share = indicator != Indicator::MedianSalary;
    let interval = outcome.answers.filter(|answers| share && *answers > 0 && (0.0..=1.0).contains(&value));
    Figure {
        value,
        interval: interval.map(|answers| admission::wilson((value * f64::from(answers)).round() as u32, answers)),
        year: outcome.year,
        level,
        population: format!("diplômés de {} : {of}, {} mois après", outcome.year, outcome.months),
        counted: outcome.answers,
        response_rate: outcome.response_rate,
        sources: graph.find(outcome.source.as_str()).into_iter().collect(),
        row: outcome.row.as_deref().map(str::to_owned),
    }
}

impl Why {
    fn told(&self, graph: &Graph, diploma: NodeIx, indicator: Indicator) -> String {
        let name = |node: &NodeIx| &*graph.node(*node).name;
        match self {
            Why::NoAdmission => admission::unavailable(graph, diploma).unwrap_or_else(|| missing(indicator)),
            Why::NoCount => missing(indicator),
            Why::OfParcours => {
                "L'insertion est publiée par université et par discipline, non par mention : voyez les parcours."
                    .to_owned()
            }
            Why::NoHost => {
                "Aucune source ne dit quelle université propose ce parcours : l'enquête d'insertion, publiée par \
                            université, ne peut pas lui être rapportée."
                    .to_owned()
            }
            Why::NoDomain => {
                "L'enquête d'insertion est publiée par université et par domaine, et aucune source ne dit de quel \
                              domaine relève la mention."
                    .to_owned()
            }
            Why::Domains => {
                "L'enquête d'insertion est publiée par université et par domaine, et les sources rattachent la \
                             mention à plusieurs domaines."
                    .to_owned()
            }
            Why::NotSurveyed(host) => {
                format!("Aucune source du graphe ne publie l'insertion des diplômés de l'établissement {}.", name(host))
            }
            Why::NotPublished(host, population) => format!(
                "L'enquête ne publie pas ce chiffre pour « {population} » à l'établissement {} : trop peu de réponses, ou pas \
                 de diplômés.",
                name(host)
            ),
        }
    }
}

fn missing(indicator: Indicator) -> String {
    let what = if indicator == Indicator::Places {
        "les places offertes"
    } else {
        "à la fois les places et les candidatures"
    };
    format!("Les chiffres d'admission publiés ne donnent pas {what}.")
}
