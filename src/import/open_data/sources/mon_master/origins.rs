//! Where the candidates of a formation came from, in the publisher's own counts.
//!
//! Since 2024 only applications are counted by phase; who was ranked, received an offer or accepted one is counted of the whole
//! session, the two phases together. The two are never mixed: they stand on different figures.

use crate::import::open_data::read::table::{Column, Row, Table};
use crate::model::{FromOrigin, Origin};

/// The columns of all origins, and the session's own.
pub(super) struct Origins {
    of: [(Origin, OriginColumns); 7],
    /// Of all candidates, both phases together.
    all: OriginColumns,
}

struct OriginColumns {
    main: Option<Column>,
    second: Option<Column>,
    ranked: Option<Column>,
    offered: Option<Column>,
    admitted: Option<Column>,
}

/// The end of the technical names, and who is meant in the labels.
const KNOWN: [(Origin, &str, &str); 7] = [
    (Origin::Licence, "lg3", "inscrits en troisième année de licence générale à la rentrée N-1"),
    (Origin::LicencePro, "lp3", "inscrits en licence professionnelle à la rentrée N-1"),
    (Origin::But, "but3", "inscrits en troisième année de bachelor universitaire de technologie à la rentrée N-1"),
    (Origin::Master, "master", "inscrits en master à la rentrée N-1"),
    (Origin::Other, "autre", "inscrits dans une autre formation à la rentrée N-1"),
    (
        Origin::NotEnrolled,
        "noninscri",
        "qui n'étaient pas inscrits dans un établissement d'enseignement supérieur en France à la rentrée N-1",
    ),
    (Origin::SameEstablishment, "etab", "qui étaient inscrits dans le même établissement à la rentrée N-1"),
];

const CANDIDATES: &str = "Effectif de candidats";
const OFFERED: &str = "ayant reçu une proposition";
const ADMITTED: &str = "ayant accepté une proposition";
const EITHER: &str = "pour une candidature formulée en phase principale ou en phase complémentaire";

impl Origins {
    pub(super) fn of(table: &Table) -> Origins {
        let all = OriginColumns {
            main: None,
            second: None,
            ranked: table.find(&[
                "Effectif de candidats classés sur une candidature formulée en phase principale ou en phase complémentaire",
                "n_clas_total",
            ]),
            offered: table.find(&[&format!("{CANDIDATES} {OFFERED} {EITHER}"), "n_prop_total"]),
            admitted: table.find(&[&format!("{CANDIDATES} {ADMITTED} d'admission {EITHER}"), "n_accept_total"]),
        };
        Origins {
            of: KNOWN.map(|(origin, technical, who)| (origin, OriginColumns::of(table, origin, technical, who))),
            all,
        }
    }

    /// Whether applications of the second phase are counted apart.
    pub(super) fn tell_the_second_phase(&self) -> bool {
        self.of.iter().any(|(_, columns)| columns.second.is_some())
    }

    /// Who applied in a phase.
    pub(super) fn applications(&self, row: &Row, main: bool) -> Vec<FromOrigin> {
        self.said(|counts| [row.count(if main { counts.main } else { counts.second }), None, None, None])
    }

    /// What became of them, both phases together.
    pub(super) fn outcomes(&self, row: &Row) -> Vec<FromOrigin> {
        self.said(|counts| {
            let [ranked, offered, admitted] = counts.outcomes(row);
            [None, ranked, offered, admitted]
        })
    }

    /// Who applied and what became of them, where there was one phase.
    pub(super) fn whole(&self, row: &Row) -> Vec<FromOrigin> {
        self.said(|counts| {
            let [ranked, offered, admitted] = counts.outcomes(row);
            [row.count(counts.main), ranked, offered, admitted]
        })
    }

    /// Of all candidates, both phases together: ranked, with an offer, admitted.
    pub(super) fn session(&self, row: &Row) -> [Option<u32>; 3] {
        self.all.outcomes(row)
    }

    fn said(&self, counts: impl Fn(&OriginColumns) -> [Option<u32>; 4]) -> Vec<FromOrigin> {
        let told = self.of.iter().map(|(origin, columns)| (*origin, counts(columns)));
        let told = told.filter(|(_, counts)| counts.iter().any(Option::is_some));
        told.map(|(origin, [applications, ranked, offered, admitted])| FromOrigin {
            origin,
            applications,
            ranked,
            offered,
            admitted,
        })
        .collect()
    }
}

impl OriginColumns {
    fn of(table: &Table, origin: Origin, technical: &str, who: &str) -> OriginColumns {
        let find = |label: String, names: [String; 2]| table.find(&[&label, &names[0], &names[1]]);
        let same = origin == Origin::SameEstablishment;
        let applied = |phase: &str, ending: &str, older: &str| {
            let label = if same {
                format!(
                    "{CANDIDATES} ayant confirmé une candidature en phase {phase} - Dont effectif de candidats {who}"
                )
            } else {
                format!("{CANDIDATES} en phase {phase} {who}")
            };
            find(label, [format!("n_can_{technical}{ending}"), format!("n_can_{technical}{older}")])
        };
        let became = |stem: &str, plain: &str, what: &str, all: &str| {
            let label = if same {
                format!("{CANDIDATES} {all} - Dont effectif de candidats {what} {who}")
            } else {
                format!("{CANDIDATES} {plain} {who}")
            };
            find(label, [format!("{stem}_{technical}"), format!("{stem}_{technical}_total")])
        };
        let of_either = "pour une candidature de PP ou de PC";
        OriginColumns {
            main: applied("principale", "_pp", ""),
            second: applied("complémentaire", "_pc", "_pc"),
            ranked: became(
                "n_clas",
                "classés en PP ou en PC",
                "classés",
                "classés sur une candidature formulée en phase principale ou en phase complémentaire",
            ),
            offered: became("n_prop", &format!("{OFFERED} {of_either}"), OFFERED, &format!("{OFFERED} {EITHER}")),
            admitted: became(
                "n_accept",
                &format!("{ADMITTED} d'admission {of_either}"),
                ADMITTED,
                &format!("{ADMITTED} d'admission {EITHER}"),
            ),
        }
    }

    fn outcomes(&self, row: &Row) -> [Option<u32>; 3] {
        [self.ranked, self.offered, self.admitted].map(|column| row.count(column))
    }
}
