//! Which of the files at hand count: the newest edition of each data set, and none older than the graph has.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::import::open_data::description::Takes;
use crate::import::open_data::format::{Format, Part};
use crate::import::open_data::refused::LeftAside;
use crate::import::open_data::set::RecognisedTable;
use crate::import::open_data::set::Set;
use crate::import::open_data::sources::description;
use crate::model::text;

/// The newest edition of each data set, in the order of import. Parts of ROME and of RNCP belong together, so the
/// newest edition of the whole counts; sessions of Mon Master stand side by side; else the newest of each part. What has no
/// edition in its name belongs to the one that is there. What is left out and replaced by nothing is refused.
pub fn newest(documents: Vec<RecognisedTable>, skipped: &mut Vec<LeftAside>, refused: &mut Vec<LeftAside>) -> Vec<Set> {
    let whole = |format: Format| matches!(description(format).takes, Takes::WholeEdition | Takes::PartsOfAYear);
    let mut editions: BTreeMap<Format, Option<String>> = BTreeMap::new();
    for document in documents.iter().filter(|document| whole(document.part.format())) {
        let newest = editions.entry(document.part.format()).or_default();
        *newest = newest.take().max(document.edition.clone());
    }
    let mut chosen: BTreeMap<(Format, String, Part), RecognisedTable> = BTreeMap::new();
    let mut older = Vec::new();
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
            Takes::WholeEdition => document.edition.is_none() || newest == document.edition,
            Takes::PartsOfAYear => within_a_year(document.edition.as_deref(), newest.as_deref()),
            Takes::NewestOfEach | Takes::EveryEdition => true,
        };
        if !belongs {
            older.push(document);
            continue;
        }
        let apart = description(format).takes == Takes::EveryEdition;
        let session = if apart { document.edition.clone() } else { None };
        let at = (format, session.unwrap_or_default(), document.part);
        let kept = match chosen.remove(&at) {
            Some(known) => one_of(known, document, skipped, refused),
            None => document,
        };
        chosen.insert(at, kept);
    }
    let parts: BTreeSet<Part> = chosen.values().map(|document| document.part).collect();
    leave_older(older, &parts, &editions, skipped, refused);
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

/// Which of two tables of one kind counts: the newer, or of one edition the one with more rows; of two alike the greater
/// fingerprint, since any rule will do that is always the same.
fn one_of(
    one: RecognisedTable,
    other: RecognisedTable,
    skipped: &mut Vec<LeftAside>,
    refused: &mut Vec<LeftAside>,
) -> RecognisedTable {
    let rank =
        |document: &RecognisedTable| (document.edition.clone(), document.table.rows().len(), document.print.clone());
    let (kept, left) = if rank(&one) >= rank(&other) { (one, other) } else { (other, one) };
    let (file, edition) = (&kept.table.file, shown(kept.edition.as_deref()));
    if kept.edition != left.edition {
        skipped.push(superseded(&left, format!("{file}, d'une édition plus récente ({edition}), est là")));
    } else if kept.table.holds(&left.table) {
        skipped.push(superseded(&left, format!("{file} a toutes ses lignes")));
    } else {
        let reason = format!(
            "il est de la même édition ({edition}) que {file} et a d'autres lignes : réunissez-les en un seul fichier, ou n'en donnez qu'un"
        );
        refused.push(LeftAside::new(&*left.table.file, reason));
    }
    kept
}

/// Tells what becomes of the tables of older editions of sets that are taken whole: replaced by one of the same kind, or by
/// nothing. An older export that is replaced in part is not asked for what it has beyond that, if its parts stand alone.
fn leave_older(
    older: Vec<RecognisedTable>,
    chosen: &BTreeSet<Part>,
    newest: &BTreeMap<Format, Option<String>>,
    skipped: &mut Vec<LeftAside>,
    refused: &mut Vec<LeftAside>,
) {
    let replaced: BTreeSet<_> = older
        .iter()
        .filter(|document| chosen.contains(&document.part))
        .map(|document| (document.part.format(), document.edition.clone()))
        .collect();
    for document in older {
        let format = document.part.format();
        let newest = shown(newest.get(&format).and_then(Option::as_deref));
        let own = shown(document.edition.as_deref());
        if chosen.contains(&document.part) {
            skipped
                .push(superseded(&document, format!("une édition plus récente est là ({newest} ; celle-ci : {own})")));
            continue;
        }
        let reason = format!(
            "c'est la table {} de l'édition {own} ; l'édition {newest}, qui est là, n'en a pas, et celle-ci ne peut pas la compléter : donnez celle de la même édition",
            document.part.name()
        );
        let alone = description(format).takes == Takes::PartsOfAYear;
        let of_a_replaced_export = alone && replaced.contains(&(format, document.edition.clone()));
        let list = if of_a_replaced_export { &mut *skipped } else { &mut *refused };
        list.push(LeftAside::new(&*document.table.file, reason));
    }
}

fn shown(edition: Option<&str>) -> &str {
    edition.unwrap_or("non dite")
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

fn superseded(document: &RecognisedTable, reason: String) -> LeftAside {
    LeftAside { file: document.table.file.to_string(), reason, superseded: true }
}

/// Leaves out what the graph already has a newer edition of. What tells no edition may be of any age: it is taken.
pub fn refuse_older(sets: &mut Vec<Set>, graph: &Graph, skipped: &mut Vec<LeftAside>) {
    for set in sets.iter_mut() {
        let family = description(set.format).family;
        let families: BTreeSet<_> = set.documents.iter().filter_map(|document| family(document.part)).collect();
        for of in families {
            let documents = set.documents.iter().filter(|document| family(document.part) == Some(of));
            let Some(this) = documents.filter_map(|document| document.edition.as_deref()).max().map(text::slug) else {
                continue;
            };
            let known = graph.nodes().filter(|(_, node)| !node.retired).filter_map(|(_, node)| {
                node.key.slug().strip_prefix(of)?.strip_prefix('-').filter(|known| known.len() == this.len())
            });
            let Some(newer) = known.filter(|known| **known > *this).max() else { continue };
            let reason = format!("le graphe a déjà l'édition plus récente {newer} (celle-ci : {this})");
            let (older, rest) = set.documents.drain(..).partition(|document| family(document.part) == Some(of));
            set.documents = rest;
            let older: Vec<RecognisedTable> = older;
            skipped.extend(older.iter().map(|document| superseded(document, reason.clone())));
        }
    }
    sets.retain(|set| !set.documents.is_empty());
}
