//! How what one more source knows of an entity joins what is known of it.

use crate::import::open_data::naming::spelling::is_better;
use crate::model::text::fold;
use crate::model::{Admission, Attributes, Key, Outcome, Place};

/// Adds what a source knows. What others said stays; `ours` says that nobody else spoke of the entity, so that a
/// newer edition corrects an older one.
pub fn merge(known: &mut Attributes, new: Attributes, ours: bool) {
    let Attributes {
        url,
        riasec,
        access,
        beyond_master,
        access_source,
        rare_names,
        work,
        entry,
        ects,
        regulated,
        place,
        diplomas,
        domains,
        modalities,
        languages,
        admissions,
        outcomes,
        // Of sources: an edition says them when it is made.
        publisher: _,
        date: _,
        edition: _,
        licence: _,
        // No data set tells these.
        internships: _,
        thesis: _,
        projects: _,
        profile: _,
        application: _,
    } = new;
    let one = |known: &mut Option<Box<str>>, new: Option<Box<str>>| {
        if new.is_some() && (known.is_none() || ours) {
            *known = new;
        }
    };
    one(&mut known.url, url);
    one(&mut known.riasec, riasec);
    if access.is_some() && (known.access.is_none() || ours) {
        known.beyond_master = beyond_master;
    }
    if access_source.is_some() && (known.access_source.is_none() || ours) {
        known.access_source = access_source;
    }
    one(&mut known.access, access);
    if !rare_names.is_empty() {
        known.rare_names = rare_names;
    }
    if work.is_some() {
        known.work = work;
    }
    if entry.is_some() && (known.entry.is_none() || ours) {
        known.entry = entry;
    }
    if known.ects.is_none() || (ours && ects.is_some()) {
        known.ects = ects;
    }
    if regulated.is_some() && (known.regulated.is_none() || ours) {
        known.regulated = regulated;
    }
    if let Some(place) = place {
        let Place { city, region, academy, latitude, longitude } = known.place.get_or_insert_default();
        one(city, place.city);
        one(region, place.region);
        one(academy, place.academy);
        // The two belong together.
        if place.latitude.is_some() && place.longitude.is_some() && (latitude.is_none() || ours) {
            (*latitude, *longitude) = (place.latitude, place.longitude);
        }
    }
    union(&mut known.diplomas, diplomas);
    for domain in domains {
        match known.domains.iter_mut().find(|other| fold(other) == fold(&domain)) {
            Some(other) if is_better(&domain, other) => *other = domain,
            Some(_) => {}
            None => known.domains.push(domain),
        }
    }
    known.domains.sort();
    union(&mut known.modalities, modalities);
    union(&mut known.languages, languages);
    for admission in admissions {
        let same = |other: &Admission| {
            (&other.source, other.session, &other.phase) == (&admission.source, admission.session, &admission.phase)
        };
        replace(&mut known.admissions, admission.clone(), same);
    }
    sort_admissions(&mut known.admissions);
    for outcome in outcomes {
        // Of one year that two editions of a data set give, the later edition's figures count.
        let same = |other: &Outcome| {
            data_set(&other.source) == data_set(&outcome.source)
                && (other.year, other.months, &other.population) == (outcome.year, outcome.months, &outcome.population)
        };
        match known.outcomes.iter_mut().find(|other| same(other)) {
            Some(known) if known.source > outcome.source => {}
            Some(known) => *known = outcome,
            None => known.outcomes.push(outcome),
        }
    }
    sort_outcomes(&mut known.outcomes);
}

/// By session and phase.
pub fn sort_admissions(admissions: &mut [Admission]) {
    admissions.sort_by(|a, b| (a.session, &a.phase, &a.source, &a.row).cmp(&(b.session, &b.phase, &b.source, &b.row)));
}

/// By year, horizon and population.
pub fn sort_outcomes(outcomes: &mut [Outcome]) {
    outcomes.sort_by(|a, b| {
        (a.year, a.months, &a.population, &a.source).cmp(&(b.year, b.months, &b.population, &b.source))
    });
}

/// Puts a source's figures of one session in place of those that it gave before.
pub fn restate(known: &mut Vec<Admission>, source: &Key, session: u16, figures: Vec<Admission>) {
    known.retain(|other| other.session != session || other.source != *source);
    known.extend(figures);
    sort_admissions(known);
}

/// The data set of an edition: its key without the year.
pub fn data_set(source: &Key) -> &str {
    source.slug().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-')
}

fn union<T: PartialEq + Ord>(known: &mut Vec<T>, new: Vec<T>) {
    let before = known.len();
    for item in new {
        if !known.contains(&item) {
            known.push(item);
        }
    }
    if known.len() > before {
        known.sort();
    }
}

fn replace<T>(list: &mut Vec<T>, item: T, same: impl Fn(&T) -> bool) {
    match list.iter_mut().find(|known| same(known)) {
        Some(known) => *known = item,
        None => list.push(item),
    }
}
