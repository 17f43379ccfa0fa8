//! A newer edition that says far less takes nothing away in silence; what is not recognised is named.

use super::*;
use crate::import::open_data::report::HeldBack;

const MOVES: &str = "\"code_rome\",\"code_rome_cible\",\"numero_ordre\"\n\"X1101\",\"X1102\",\"1\"\n\"X1102\",\"X1201\",\"1\"\n\"X1201\",\"X1101\",\"2\"\n";

/// A folder with the next edition of ROME: its moves as given, its other tables passed through `mend`.
fn next_edition(moves: Option<&str>, mend: impl Fn(&str, &str) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in ROME {
        write(folder.path(), &name.replace("v1", "v2"), mend(name, text));
    }
    if let Some(moves) = moves {
        write(folder.path(), "moves_v2_x.csv", moves);
    }
    folder
}

fn first_edition() -> Graph {
    let folder = all_files();
    write(folder.path(), "moves_v1_x.csv", MOVES);
    import(folder.path(), &Graph::empty()).0
}

fn moves(graph: &Graph) -> usize {
    graph.edges().filter(|edge| edge.relation() == Relation::EvolvesTo).count()
}

#[test]
fn a_renamed_column_is_named_and_its_table_takes_nothing_away() {
    let graph = first_edition();
    assert_eq!(moves(&graph), 3);
    let renamed = MOVES.replace("code_rome_cible", "code_rome_destination");
    let folder = next_edition(Some(&renamed), |_, text| text.to_owned());
    let (newer, outcome) = import(folder.path(), &graph);
    assert_eq!(moves(&newer), 3);
    let [refused] = &outcome.report.refused_files[..] else { panic!("{}", outcome.report) };
    assert_eq!(refused.file, "moves_v2_x.csv");
    let words = ["`code_rome_cible`", "(trouvé : `code_rome_destination`)", "manque", "rome"];
    assert!(words.iter().all(|word| refused.reason.contains(word)), "{}", refused.reason);
    let [HeldBack { format: "rome", before: 3, now: 0, what, .. }] = &outcome.report.held_back[..] else {
        panic!("{}", outcome.report)
    };
    assert_eq!(what, "evolves_to");
    let (_, again) = import(folder.path(), &newer);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn a_missing_table_takes_nothing_away_until_that_is_accepted() {
    let graph = first_edition();
    let folder = next_edition(None, |_, text| text.to_owned());
    let (newer, outcome) = import(folder.path(), &graph);
    assert_eq!((moves(&newer), outcome.report.held_back.len()), (3, 1));
    let accepting = Reviews::default().accepting(["rome".to_owned()]);
    let outcome = directory(folder.path(), &graph, accepting, &Silent).unwrap();
    assert!(outcome.report.held_back[0].accepted);
    assert_eq!(moves(&merge::applied(&graph, &outcome.changes)), 0);
}

#[test]
fn a_table_cut_at_a_line_end_takes_nothing_away() {
    let graph = first_edition();
    let required = |graph: &Graph| graph.edges().filter(|edge| edge.relation() == Relation::RequiredBy).count();
    let cut = |name: &str, text: &str| {
        let rows = if name.starts_with("coherence") { 2 } else { usize::MAX };
        text.lines().take(rows).map(|line| format!("{line}\n")).collect()
    };
    let (newer, outcome) = import(next_edition(Some(MOVES), cut).path(), &graph);
    assert_eq!(required(&newer), required(&graph));
    assert!(outcome.report.held_back.iter().any(|held| held.what == "required_by" && held.now == 1));
    assert!(outcome.report.to_string().contains("--accept-shrinking rome"));
}

#[test]
fn the_same_edition_cut_short_takes_nothing_away_until_that_is_accepted() {
    let graph = first_edition();
    let folder = all_files();
    let (name, text) = ROME[4];
    write(folder.path(), name, text.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    let (again, outcome) = import(folder.path(), &graph);
    merge::same_facts(&graph, &again);
    let held = outcome.report.held_back.iter().find(|held| held.what == "required_by");
    let Some(HeldBack { format: "rome", before: 3, now: 1, .. }) = held else { panic!("{}", outcome.report) };
    let accepting = Reviews::default().accepting(["rome".to_owned()]);
    let outcome = directory(folder.path(), &graph, accepting, &Silent).unwrap();
    assert!(outcome.report.nodes.retired > 0);
}

#[test]
fn the_same_edition_again_misses_neither_what_a_hand_stated_nor_a_certificate() {
    let graph = first_edition();
    let rome = graph.nodes_of(Kind::Source).iter().map(|ix| graph.key(*ix)).find(|key| key.slug().starts_with("rome-"));
    let rome = rome.unwrap().clone();
    let key = |text: &str| -> Key { text.parse().unwrap() };
    let skill = |slug: &str, name: &str| {
        let sources = vec![rome.clone()];
        crate::model::Change::PutNode(Node { sources, ..Node::new(key(slug), name) })
    };
    let required = |slug: &str, row: &str| {
        let job = key("job/gardien-gardienne-du-lac");
        let mut edge = Edge::new(Relation::RequiredBy, key(slug), job, Weight::FULL, rome.clone());
        edge.statements[0].row = Some(row.into());
        crate::model::Change::PutEdge(edge)
    };
    let (certificate, curated) = ("skill/permis-bateau", "skill/ecoute");
    let changes = [
        skill(certificate, "Permis bateau"),
        required(certificate, "l. 5, coherence_item"),
        skill(curated, "Écoute"),
        required(curated, "fiche X1201"),
    ];
    let older = graph.apply(&changes).unwrap_or_else(|faults| panic!("{}", faults[0])).graph;
    let folder = all_files();
    write(folder.path(), "moves_v1_x.csv", MOVES);
    let (again, outcome) = import(folder.path(), &older);
    assert!(outcome.report.held_back.is_empty(), "{}", outcome.report);
    let of = |skill: &str| edge(&again, Relation::RequiredBy, skill, "job/gardien-gardienne-du-lac");
    assert!(of(certificate).is_none(), "an earlier version of this program took it for a skill");
    assert!(of(curated).is_some());
}

#[test]
fn what_is_not_recognised_is_named_with_what_it_is_nearest_to() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pay.csv", "code_rome;salaire_median\nX1101;2000\n");
    let error = directory(folder.path(), &Graph::empty(), Reviews::default(), &Silent).map(|_| ()).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("pay.csv : non reconnu") && error.contains("salaire_median"), "{error}");
    assert!(error.contains("plus proche"), "{error}");
}

#[test]
fn parts_of_the_register_of_two_days_are_joined_and_those_of_another_year_are_not() {
    let folder = all_files();
    let blocs = "\"Numero_Fiche\";\"Bloc_Competences_Code\";\"Bloc_Competences_Libelle\"\n\"RNCP900\";\"RNCP900BC01\";\"Conter le monde\"\n";
    write(folder.path(), "blocs_2026_07_10.csv", blocs);
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    assert!(outcome.report.refused_files.is_empty(), "{}", outcome.report);
    assert!(graph.find("skill/conter-le-monde").is_some());
    let source = graph.node(graph.find("source/rncp-2026-07-10").unwrap());
    assert_eq!(source.attributes().edition.as_deref(), Some("parties du 2026-02-01 et du 2026-07-10"));
    std::fs::rename(folder.path().join("blocs_2026_07_10.csv"), folder.path().join("blocs_2024_07_10.csv")).unwrap();
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    assert!(graph.find("skill/conter-le-monde").is_none());
    assert_eq!(outcome.report.refused_files[0].file, "blocs_2024_07_10.csv");
}

#[test]
fn numbers_as_a_spreadsheet_leaves_them_are_the_same_numbers() {
    let as_saved = |number: &str| {
        let folder = all_files();
        write(
            folder.path(),
            "c.csv",
            padded(
                &CERTIF_INFO.replace(";900;", &format!(";{number};")),
                "73;CAP de pêche;Certificat;03/05/2024;X1201;;902;;Publié\n",
                30,
            ),
        );
        import(folder.path(), &Graph::empty())
    };
    let (plain, _) = as_saved("900");
    for number in ["900.0", "rncp900", "RNCP 900", "9 00"] {
        merge::same_facts(&plain, &as_saved(number).0);
    }
    let (_, outcome) = as_saved("9.0E2");
    let certif_info = outcome.report.sources.iter().find(|source| source.format == "certif-info").unwrap();
    let refused = &certif_info.refused_rows[0];
    assert!(refused.line == 2 && &*refused.column == "Code_RNCP" && refused.reason.contains("9.0E2"), "{refused}");
}
