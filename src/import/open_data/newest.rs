//! Which of the files at hand count: the newest edition of each data set, and none older than the graph has.

use std::collections::BTreeMap;

use crate::graph::Graph;
use crate::import::open_data::description::Takes;
use crate::import::open_data::format::{Format, Part};
use crate::import::open_data::refused::LeftAside;
use crate::import::open_data::set::RecognisedTable;
use crate::import::open_data::set::Set;
use crate::import::open_data::sources::description;

/// The newest edition of each data set, in the order of import. Parts of ROME and of RNCP belong together, so the
/// newest edition of the whole counts; sessions of Mon Master stand side by side; else the newest of each part.
pub fn newest(documents: Vec<RecognisedTable>, skipped: &mut Vec<LeftAside>) -> Vec<Set> {
    let whole = |format: Format| matches!(description(format).takes, Takes::WholeEdition | Takes::PartsOfAYear);
    let mut editions: BTreeMap<Format, Option<String>> = BTreeMap::new();
    for document in documents.iter().filter(|document| whole(document.part.format())) {
        let newest = editions.entry(document.part.format()).or_default();
        *newest = newest.take().max(document.edition.clone());
    }
    let mut chosen: BTreeMap<(Format, String, Part), RecognisedTable> = BTreeMap::new();
    for document in documents {
        let format = document.part.format();
        if document.part == Part::OnisepDomains {
            let reason =
                "c'est la liste des domaines de l'Onisep, dont rien n'est tiré : ses intitulés ne sont pas repris";
            skipped.push(LeftAside::new(&*document.table.file, reason));
            continue;
        }
        if matches!(document.part, Part::RomeOther | Part::RncpOther | Part::EscoOther) {
            continue;
        }
        let newest = editions.get(&format).cloned().flatten();
        let belongs = match description(format).takes {
            Takes::WholeEdition => newest == document.edition,
            Takes::PartsOfAYear => within_a_year(document.edition.as_deref(), newest.as_deref()),
            Takes::NewestOfEach | Takes::EveryEdition => true,
        };
        if !belongs {
            skipped.push(older(&document, newest.as_deref()));
            continue;
        }
        let apart = description(format).takes == Takes::EveryEdition;
        let session = if apart { document.edition.clone() } else { None };
        let at = (format, session.unwrap_or_default(), document.part);
        match chosen.remove(&at) {
            Some(known) => {
                // Of two alike, the greater fingerprint: any rule will do, if it is always the same.
                let rank = |document: &RecognisedTable| {
                    (document.edition.clone(), document.table.rows().len(), document.print.clone())
                };
                let (kept, left) = if rank(&known) >= rank(&document) { (known, document) } else { (document, known) };
                skipped.push(older(&left, kept.edition.as_deref()));
                chosen.insert(at, kept);
            }
            None => {
                chosen.insert(at, document);
            }
        }
    }
    let mut sets: Vec<Set> = Vec::new();
    let mut last = None;
    for ((format, session, _), document) in chosen {
        if last.as_ref() != Some(&(format, session.clone())) {
            sets.push(Set { format, documents: Vec::new() });
            last = Some((format, session));
        }
        if let Some(set) = sets.last_mut() {
            set.documents.push(document);
        }
    }
    sets
}

/// Whether two dates are a year apart at most; a part without a date is taken to belong to the others.
fn within_a_year(one: Option<&str>, newest: Option<&str>) -> bool {
    let days = |date: &str| {
        let mut parts = date.split('-').map_while(|part| part.parse::<u32>().ok());
        Some(parts.next()? * 372 + parts.next()? * 31 + parts.next()?)
    };
    match one.and_then(days).zip(newest.and_then(days)) {
        Some((one, newest)) => newest.abs_diff(one) <= 372,
        None => true,
    }
}

fn older(document: &RecognisedTable, newest: Option<&str>) -> LeftAside {
    let edition = document.edition.as_deref().unwrap_or("édition non dite");
    let reason = match newest {
        Some(newest) => format!("un fichier plus récent ou plus complet est là ({newest} ; celui-ci : {edition})"),
        None => format!("un fichier plus complet est là (celui-ci : {edition})"),
    };
    LeftAside { file: document.table.file.to_string(), reason, superseded: true }
}

/// Leaves out what the graph already has a newer edition of.
pub fn refuse_older(sets: &mut Vec<Set>, graph: &Graph, skipped: &mut Vec<LeftAside>) {
    sets.retain(|set| {
        let Some(family) = description(set.format).family else { return true };
        let this = crate::model::text::slug(&set.edition());
        let sources = graph.nodes().filter(|(_, node)| !node.retired).map(|(_, node)| node.key.slug());
        let newer = sources
            .filter_map(|slug| slug.strip_prefix(family)?.strip_prefix('-'))
            .filter(|known| known.len() == this.len());
        let newer = newer.filter(|known| **known > *this).max();
        if let Some(newer) = newer {
            let reason = format!("le graphe a déjà l'édition plus récente {newer} (celle-ci : {this})");
            skipped.extend(set.documents.iter().map(|document| LeftAside {
                file: document.table.file.to_string(),
                reason: reason.clone(),
                superseded: true,
            }));
        }
        newer.is_none()
    });
}
