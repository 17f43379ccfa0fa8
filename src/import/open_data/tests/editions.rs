//! Which file counts: dates that cannot be, files that tell no edition, parts of older editions, two files of one session.

use super::*;

fn certif_info(date: &str) -> String {
    CERTIF_INFO.replace("03/05/2024", date)
}

#[test]
fn an_impossible_date_is_refused_by_line_and_locks_nothing_out() {
    for bad in ["99/99/9999", "31/12/2205", "13/45/2025", "45/2025", "aa/bb/2099"] {
        let folder = tempfile::tempdir().unwrap();
        let row = "79;CAP de pêche;Certificat;01/05/2024;;;;;Publié\n";
        let text = padded(CERTIF_INFO, row, 40) + &row.replace("01/05/2024", bad);
        write(folder.path(), "c.csv", text);
        let (graph, outcome) = import(folder.path(), &Graph::empty());
        assert!(graph.find("source/certif-info-2024-05-03").is_some(), "{bad}");
        let refused = &outcome.report.sources[0].refused_rows[0];
        assert!((refused.line, &*refused.column) == (45, "Date_MaJ") && refused.reason.contains(bad), "{refused}");
        write(folder.path(), "c.csv", certif_info("01/02/2026"));
        let (later, _) = import(folder.path(), &graph);
        assert!(later.find("source/certif-info-2026-02-01").is_some(), "{bad}");
    }
}

#[test]
fn of_files_that_tell_no_edition_the_one_given_last_counts() {
    let folders = ["Conteur / Conteuse", "Conteur / Conteuse public"].map(|name| {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in ROME {
            write(folder.path(), &file.replace("_v1_", "_"), text.replace("Conteur / Conteuse", name));
        }
        folder
    });
    for [first, second] in [[0, 1], [1, 0]] {
        let (graph, _) = import(folders[first].path(), &Graph::empty());
        let (graph, outcome) = import(folders[second].path(), &graph);
        assert!(!outcome.report.changes_nothing(), "{}", outcome.report);
        let (_, again) = import(folders[second].path(), &graph);
        assert!(again.report.changes_nothing(), "{}", again.report);
    }
}

#[test]
fn a_renamed_file_belongs_to_the_edition_that_is_there() {
    let folder = all_files();
    let (sound, _) = import(folder.path(), &Graph::empty());
    std::fs::rename(folder.path().join("skills_v1_x.csv"), folder.path().join("compétences.csv")).unwrap();
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    assert!(outcome.report.refused_files.is_empty(), "{}", outcome.report);
    merge::same_facts(&graph, &sound);
}

#[test]
fn a_part_of_an_older_edition_that_nothing_replaces_is_refused_by_name_and_what_is_replaced_is_named() {
    let folder = all_files();
    for (name, text) in ROME {
        write(folder.path(), &name.replace("v1", "v2"), text);
    }
    write(folder.path(), "moves_v1_x.csv", "code_rome,code_rome_cible,numero_ordre\nX1101,X1102,1\n");
    let (_, outcome) = import(folder.path(), &Graph::empty());
    let [aside] = &outcome.report.refused_files[..] else { panic!("{}", outcome.report) };
    assert!(aside.file == "moves_v1_x.csv" && aside.reason.contains("rubrique_mobilite de l'édition v1"), "{aside:?}");
    let shown = outcome.report.to_string();
    assert!(shown.contains("jobs_v1_x.csv") && shown.contains("une édition plus récente est là (v2"), "{shown}");
}

#[test]
fn two_files_of_one_session_with_other_rows_are_not_taken_for_one_another() {
    let folder = all_files();
    let head = MENTIONS.lines().next().unwrap().to_owned() + "\n";
    let known = "2021;0010001A;Université de la Source;9;Biologie;diplôme;1;;;;PAY01;\n";
    write(folder.path(), "known.csv", head.clone() + known);
    write(folder.path(), "other.csv", head + &known.replace("Biologie", "Chimie"));
    let (_, outcome) = import(folder.path(), &Graph::empty());
    let [aside] = &outcome.report.refused_files[..] else { panic!("{}", outcome.report) };
    assert!(aside.file == "other.csv" && aside.reason.contains("d'autres lignes"), "{aside:?}");
    assert!(outcome.report.to_string().contains("remplacé known.csv : b.csv a toutes ses lignes"));
}

#[test]
fn sheets_of_an_earlier_day_do_not_replace_later_ones() {
    let sheet = |day: &str, job: &str| {
        let folder = all_files();
        let text = format!(
            "<formations><formation><identifiant>F1</identifiant><libelle_complet>master mention médiation des savoirs</libelle_complet>\
             <type_Formation><type_formation_libelle>master</type_formation_libelle></type_Formation><metiers_formation><metier>\
             <id>M1</id><libelle_masculin>{job}</libelle_masculin><libelle_feminin>{job}</libelle_feminin></metier>\
             </metiers_formation></formation></formations>"
        );
        write(folder.path(), &format!("Onisep_Ideo_Fiches_Formations_{day}.xml"), text);
        folder
    };
    let later = sheet("25062024", "conteur");
    let (graph, _) = import(later.path(), &Graph::empty());
    assert!(graph.find("source/onisep-fiches-formations-2024-06-25").is_some());
    let (_, outcome) = import(sheet("25062022", "médiateur des savoirs").path(), &graph);
    assert!(outcome.report.changes_nothing(), "{}", outcome.report);
    assert!(outcome.report.to_string().contains("2024-06-25"), "{}", outcome.report);
}
