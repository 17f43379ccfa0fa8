//! The cells that are facts, not relations: place, modalities, internships, figures, in French.

use super::{Aspect, Cell, own_and_masters};
use crate::graph::{Graph, NodeIx};
use crate::guidance::admission::{self, Counted};
use crate::guidance::indicators::{self, Indicator, Level};
use crate::model::{Admission, Attributes, Internship, Key, Modality, Place, Relation};

/// What is said of a parcours itself, or else of a master that offers it; of its place, or else of its host's.
pub(super) fn cell(graph: &Graph, parcours: NodeIx, aspect: Aspect) -> Cell {
    let mut said = own_and_masters(graph, parcours);
    if aspect == Aspect::Place {
        let hosts = graph.incoming(parcours, Relation::Hosts).iter().map(|half| half.node);
        said.truncate(1);
        said.extend(hosts.filter(|host| !graph.is_retired(*host)));
    }
    for node in said {
        let known = graph.node(node).attributes();
        let (values, cited) = values(known, aspect);
        if !values.is_empty() {
            let cited = if cited.is_empty() { graph.node(node).sources.clone() } else { cited };
            let sources = cited.iter().filter_map(|key| graph.find(key.as_str())).collect();
            return Cell { values, sources, inherited: node != parcours, ..Cell::default() };
        }
    }
    Cell::default()
}

/// What became of graduates, each figure with whom it counts: seldom of the parcours alone.
pub(super) fn outlook(graph: &Graph, parcours: NodeIx) -> Cell {
    let mut cell = Cell::default();
    for indicator in Indicator::ALL.into_iter().filter(|indicator| indicator.is_of_outcome()) {
        let Ok(figure) = indicators::figure(graph, parcours, indicator) else { continue };
        let value = match indicator {
            Indicator::MedianSalary => format!("{} {}", figure.value.round(), indicator.unit()),
            Indicator::Insertion18 | Indicator::Insertion30 => format!("{} %", (figure.value * 100.0).round()),
            Indicator::Places | Indicator::Pressure => continue,
        };
        let answers = figure.counted.map(|count| format!(" ; {count} réponse{}", if count < 2 { "" } else { "s" }));
        cell.values.push(format!(
            "{} : {value} ({}{})",
            indicator.label(),
            figure.population,
            answers.unwrap_or_default()
        ));
        cell.inherited |= figure.level != Level::Itself;
        cell.sources.extend(figure.sources);
    }
    cell
}

/// The facts of an aspect, and who says so where that is known of the fact itself.
fn values(known: &Attributes, aspect: Aspect) -> (Vec<String>, Vec<Key>) {
    let own = |values: Vec<String>| (values, Vec::new());
    match aspect {
        Aspect::Place => own(known.place.iter().filter_map(place).collect()),
        Aspect::Modalities => own(known.modalities.iter().map(|one| modality(*one).to_owned()).collect()),
        Aspect::Languages => own(known.languages.iter().map(|one| one.to_string()).collect()),
        Aspect::Credits => own(known.ects.iter().map(|ects| format!("{ects} crédits ECTS")).collect()),
        Aspect::Thesis => own(known.thesis.iter().map(|text| text.to_string()).collect()),
        Aspect::Internships => {
            let cited = known.internships.iter().flat_map(|one| one.sources.iter().cloned()).collect();
            (known.internships.iter().map(internship).collect(), cited)
        }
        Aspect::Admission => {
            let latest = known.admissions.iter().map(|figures| figures.session).max();
            let mut figures: Vec<&Admission> =
                known.admissions.iter().filter(|figures| Some(figures.session) == latest).collect();
            figures.sort_by(|a, b| a.phase.cmp(&b.phase));
            let cited = figures.iter().map(|figures| figures.source.clone()).collect();
            (figures.into_iter().map(admissions).collect(), cited)
        }
        // Relations, told elsewhere.
        Aspect::Master
        | Aspect::University
        | Aspect::Courses
        | Aspect::Skills
        | Aspect::StatedJobs
        | Aspect::InheritedJobs
        | Aspect::Studies
        | Aspect::Outlook => own(Vec::new()),
    }
}

fn place(place: &Place) -> Option<String> {
    match (place.city.as_deref(), place.region.as_deref().or(place.academy.as_deref())) {
        (Some(city), Some(around)) if city != around => Some(format!("{city} ({around})")),
        (Some(city), _) => Some(city.to_owned()),
        (None, around) => around.map(str::to_owned),
    }
}

/// A modality in French.
pub fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::Initial => "formation initiale",
        Modality::Alternance => "alternance",
        Modality::Apprenticeship => "contrat d'apprentissage",
        Modality::Professional => "contrat de professionnalisation",
        Modality::Continuing => "formation continue",
        Modality::Distance => "à distance",
        Modality::Hybrid => "en partie à distance",
        Modality::Vae => "validation des acquis de l'expérience",
    }
}

fn internship(internship: &Internship) -> String {
    let months = match (internship.months_min, internship.months_max) {
        (Some(least), Some(most)) if least != most => Some(format!("{least} à {most} mois")),
        (Some(months), _) | (None, Some(months)) => Some(format!("{months} mois")),
        (None, None) => None,
    };
    let compulsory = internship.compulsory.map(|yes| if yes { "obligatoire" } else { "facultatif" }.to_owned());
    let note = internship.note.as_deref().map(str::to_owned);
    let said: Vec<String> = [months, compulsory, note].into_iter().flatten().collect();
    match said.is_empty() {
        true => format!("{:?}", internship.year),
        false => format!("{:?} : {}", internship.year, said.join(", ")),
    }
}

fn admissions(figures: &Admission) -> String {
    let mut said = Vec::new();
    let mut add = |count: Option<u32>, one: &str, many: &str| {
        said.extend(count.map(|count| format!("{count} {}", if count < 2 { one } else { many })));
    };
    add(figures.capacity, "place", "places");
    add(figures.applications, "candidature", "candidatures");
    add(figures.offered, "proposition", "propositions");
    add(figures.admitted, "proposition acceptée", "propositions acceptées");
    if let Some(rate) = admission::rate(figures) {
        let percent = |share: f64| (share * 100.0).round();
        let word = if rate.counted == Counted::Offered { "de proposition" } else { "d'admission" };
        said.push(format!(
            "taux {word} : {} % (intervalle à 95 % : de {} à {} %)",
            percent(rate.value),
            percent(rate.low),
            percent(rate.high)
        ));
    }
    let phase = figures.phase.as_deref().map(|phase| format!(", phase {phase}")).unwrap_or_default();
    format!("Session {}{phase} : {}", figures.session, said.join(", "))
}
