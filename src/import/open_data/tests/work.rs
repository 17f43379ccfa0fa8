//! ROME's flags, interests, themes and contexts of work: said where it says them, and silent where it is.

use super::*;
use crate::import::open_data::format::Part;
use crate::import::open_data::recognise;
use crate::model::{Ecology, Work};

const JOBS: &str = "\"code_rome\",\"code_fiche_metier\",\"code_ogr\",\"libelle_rome\",\"transition_eco\",\"transition_num\",\"transition_demo\",\"emploi_reglemente\",\"emploi_cadre\",\"code_rome_parent\"
\"X1101\",\"1\",\"11\",\"Médiateur / Médiatrice des savoirs\",\"Emploi Vert\",\"O\",\"N\",\"N\",\"O\",\"X1101\"
\"X1102\",\"2\",\"12\",\"Conteur / Conteuse\",\"\",\"\",\"\",\"\",\"\",\"X1101\"
\"X1201\",\"3\",\"13\",\"Gardien / Gardienne du lac\",\"Emploi Bleu\",\"?\",\"\",\"O\",\"N\",\"X1201\"
";
const INTERESTS: &str =
    "\"code_centre_interet\",\"libelle_centre_interet\",\"code_ogr_rome\",\"code_rome\",\"libelle_rome\",\"principal\"
\"2\",\"J'aime les récits\",\"11\",\"X1101\",\"x\",\"non\"
\"10\",\"J'aime transmettre\",\"11\",\"X1101\",\"x\",\"oui\"
\"3\",\"J'aime l'eau\",\"11\",\"X1101\",\"x\",\"non\"
";
const THEMES: &str = "\"code_theme\",\"libelle_theme\",\"code_ogr_rome\",\"code_rome\",\"libelle_rome\"
\"001\",\"Métiers du lac\",\"13\",\"X1201\",\"x\"
";
const CONTEXTS: &str = "\"code_ogr\",\"libelle_cont_travail\",\"code_type_cont_trav\",\"libelle_type_cont_trav\"
\"51\",\"Travail de nuit\",\"2\",\"Horaires\"
\"52\",\"En extérieur\",\"1\",\"Conditions\"
\"53\",\"Astreinte\",\"2\",\"Horaires\"
";

/// ROME with these tables beside the usual ones; the contexts are elements of the mediator.
fn rome(version: &str, jobs: &str, others: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let elements = "\"X1101\",\"51\",\"\"\n\"X1101\",\"52\",\"\"\n\"X1101\",\"53\",\"\"\n";
    for (name, text) in ROME {
        let text = match name {
            "jobs_v1_x.csv" => jobs.to_owned(),
            "coherence_v1_x.csv" => format!("{text}{elements}"),
            _ => text.to_owned(),
        };
        write(folder.path(), &name.replace("v1", version), text);
    }
    for (name, text) in others {
        write(folder.path(), &format!("{name}_{version}_x.csv"), text);
    }
    folder
}

const ALL: [(&str, &str); 3] = [("interests", INTERESTS), ("themes", THEMES), ("contexts", CONTEXTS)];

fn work<'g>(graph: &'g Graph, job: &str) -> Option<&'g Work> {
    graph.node(graph.find(job).unwrap()).attributes().work.as_deref()
}

#[test]
fn what_rome_says_of_a_job_is_said_and_an_empty_cell_says_nothing() {
    let (graph, outcome) = import(rome("v1", JOBS, &ALL).path(), &Graph::empty());
    let key = "job/mediateur-mediatrice-des-savoirs";
    let rare: Vec<&str> =
        graph.node(graph.find(key).unwrap()).attributes().rare_names.iter().map(|name| &**name).collect();
    assert_eq!(rare, ["Animateur / Animatrice de savoirs", "Animateur de savoirs", "Animatrice de savoirs"]);
    let mediator = work(&graph, key).unwrap();
    assert_eq!((mediator.executive, mediator.ecology), (Some(true), Some(Ecology::Green)));
    assert_eq!((mediator.digital, mediator.demographic), (Some(true), Some(false)));
    let interests: Vec<&str> = mediator.interests.iter().map(|one| &**one).collect();
    assert_eq!(
        interests,
        ["J'aime transmettre", "J'aime les récits", "J'aime l'eau"],
        "the main one first, then by code"
    );
    let contexts: Vec<_> = mediator.contexts.iter().map(|of| (&*of.kind, of.names.join(", "))).collect();
    assert_eq!(
        contexts,
        [("Conditions", "En extérieur".to_owned()), ("Horaires", "Astreinte, Travail de nuit".to_owned())]
    );
    assert_eq!(mediator.source.slug(), "rome-4-v1");
    assert!(mediator.themes.is_empty());
    assert_eq!(work(&graph, "job/conteur-conteuse"), None, "all its cells are empty");

    let keeper = work(&graph, "job/gardien-gardienne-du-lac").unwrap();
    assert_eq!((keeper.executive, keeper.ecology, keeper.digital), (Some(false), None, None));
    assert_eq!(keeper.themes.len(), 1);
    let left_out = &outcome.report.sources[0].left_out;
    let unknown = ["`Emploi Bleu`", "`?`"];
    assert!(unknown.iter().all(|word| left_out.keys().any(|reason| reason.contains(word))), "{left_out:?}");
    assert!(graph.find("skill/travail-de-nuit").is_none(), "a context is no skill");
}

#[test]
fn a_job_that_stands_twice_and_codes_as_a_spreadsheet_shows_them_lose_nothing() {
    let (graph, _) = import(rome("v1", JOBS, &ALL).path(), &Graph::empty());
    let twice = format!("{JOBS}{}\n", JOBS.lines().nth(1).unwrap());
    let contexts = CONTEXTS.replace("\"51\"", "\"51.0\"");
    let others = [("interests", INTERESTS), ("themes", THEMES), ("contexts", &contexts)];
    let (again, _) = import(rome("v1", &twice, &others).path(), &Graph::empty());
    let job = "job/mediateur-mediatrice-des-savoirs";
    assert_eq!(work(&again, job), work(&graph, job));
}

#[test]
fn a_sentence_that_stands_twice_is_said_once() {
    let header = "\"code_rome\",\"position_phrase\",\"libelle_type_texte\",\"libelle_texte\"\n";
    let rows = "\"X1101\",\"1\",\"acces_metier\",\"Accessible avec une licence\"\n\"X1101\",\"2\",\"acces_metier\",\"Un concours est possible.\"\n";
    for texts in [format!("{header}{rows}"), format!("{header}{rows}{rows}")] {
        let (graph, _) = import(rome("v1", JOBS, &[("texts", &texts)]).path(), &Graph::empty());
        let mediator = graph.node(graph.find("job/mediateur-mediatrice-des-savoirs").unwrap());
        assert_eq!(
            mediator.attributes().access.as_deref(),
            Some("Accessible avec une licence. Un concours est possible.")
        );
    }
}

const TEXTS: &str = "\"code_rome\",\"position_phrase\",\"libelle_type_texte\",\"libelle_texte\"
\"X1101\",\"1\",\"acces_metier\",\"Ce métier est accessible avec un master.\"
\"X1201\",\"1\",\"acces_metier\",\"Un concours est obligatoire.\"
";
const RIASEC: &str =
    "\"code_rome\",\"riasec_majeur\",\"riasec_mineur\"\n\"X1101\",\"S\",\"A\"\n\"X1201\",\"R\",\"I\"\n";

#[test]
fn a_newer_edition_without_a_column_or_table_takes_nothing_away_until_that_is_accepted() {
    let all = [&ALL[..], &[("texts", TEXTS), ("riasec", RIASEC)]].concat();
    let (graph, _) = import(rome("v1", JOBS, &all).path(), &Graph::empty());
    let job = "job/mediateur-mediatrice-des-savoirs";
    let said = |graph: &Graph| graph.node(graph.find(job).unwrap()).attributes().clone();
    assert_eq!((said(&graph).regulated, said(&graph).riasec.as_deref()), (Some(false), Some("SA")));
    let with = |name: &str, text: &'static str| -> Vec<(&'static str, &'static str)> {
        all.iter().map(|(other, known)| (*other, if *other == name { text } else { known })).collect()
    };
    let without =
        |name: &str| -> Vec<(&str, &str)> { all.iter().filter(|(other, _)| *other != name).copied().collect() };
    let cut = "\"code_centre_interet\",\"libelle_centre_interet\",\"code_ogr_rome\",\"code_rome\",\"libelle_rome\",\"principal\"\n\"2\",\"J'aime les récits\",\"11\",\"X1101\",\"x\",\"non\"\n";
    let letters = "\"code_rome\",\"riasec_majeur\",\"autre\"\n\"X1101\",\"S\",\"A\"\n";
    for (jobs, others, what) in [
        (JOBS.replace("emploi_cadre", "statut_cadre"), all.clone(), &["emploi_cadre"][..]),
        (JOBS.to_owned(), without("texts"), &["acces_metier"]),
        (JOBS.to_owned(), without("riasec"), &["riasec"]),
        (JOBS.to_owned(), with("riasec", letters), &["riasec"]),
        (JOBS.to_owned(), with("interests", cut), &["centre_interet"]),
    ] {
        let folder = rome("v2", &jobs, &others);
        let (newer, outcome) = import(folder.path(), &graph);
        let held: Vec<&str> = outcome.report.held_back.iter().map(|held| &*held.what).collect();
        assert_eq!(held, what);
        assert_eq!(said(&newer), said(&graph), "{what:?}");
        assert!(import(folder.path(), &newer).1.report.changes_nothing());
        let accepting = Reviews::default().accepting(["rome".to_owned()]);
        let outcome = directory(folder.path(), &graph, accepting, &Silent).unwrap();
        assert_eq!(work(&merge::applied(&graph, &outcome.changes), job).unwrap().source.slug(), "rome-4-v2");
    }
}

#[test]
fn a_newer_edition_whose_elements_no_table_names_is_refused_until_that_is_accepted() {
    let (graph, _) = import(rome("v1", JOBS, &ALL).path(), &Graph::empty());
    let folder = rome("v2", JOBS, &ALL[..2]);
    let error = directory(folder.path(), &graph, Reviews::default(), &Silent).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("coherence_v2_x.csv") && error.contains("`51` n'est l'élément d'aucune table"), "{error}");
    let accepting = Reviews::default().accepting(["rome".to_owned()]);
    let outcome = directory(folder.path(), &graph, accepting, &Silent).unwrap();
    let newer = merge::applied(&graph, &outcome.changes);
    assert!(work(&newer, "job/mediateur-mediatrice-des-savoirs").unwrap().contexts.is_empty());
}

#[test]
fn without_the_category_of_knowledge_a_certificate_is_no_skill() {
    let folder = rome("v1", JOBS, &ALL);
    let (name, text) = ROME[3];
    write(folder.path(), name, text.replace("categorie_savoir", "categorie"));
    let error = directory(folder.path(), &Graph::empty(), Reviews::default(), &Silent).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("`categorie_savoir`"), "{error}");
}

#[test]
fn the_workbook_of_flags_is_a_part_of_the_set() {
    let text = "Grand domaine;Domaine;Code ROME;Libellé fiche ROME;Code OGR;Transition Ecologique;Transition Numérique;Transition Démographique;Emploi cadre ?;Emploi réglementé ?\na;b;X1101;c;11;Emploi Vert;Oui;Non;Oui;Non\n";
    let found = recognise::contents("flags.csv", text.as_bytes()).unwrap().documents;
    assert_eq!(found[0].part, Part::RomeOther);
}
