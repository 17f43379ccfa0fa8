//! Mentions: renamed, succeeded, without a fiche of their own; what their fiches certify; offers without a parcours.

use super::*;

#[test]
fn an_accreditation_that_changes_its_title_carries_the_outlets_over() {
    let folder = all_files();
    let renamed = "2021;0020002B;Université du Lac;77;Passage et transmission;diplôme;1;;;;PAY02
2020;0020002B;Université du Lac;77;Médiation des savoirs;diplôme;1;;;;PAY02
2021;0020002B;Université du Lac;88;Ambiguë;diplôme;1;;;;PAY02
2021;0010001A;Université de la Source;88;Médiation des savoirs;diplôme;1;;;;PAY01
2020;0010001A;Université de la Source;88;Biologie;diplôme;1;;;;PAY01
";
    let text = std::fs::read_to_string(folder.path().join("b.csv")).unwrap() + renamed;
    write(folder.path(), "b.csv", text);
    let (graph, _) = import(folder.path(), &Graph::empty());
    let (old, new) = ("master/mediation-des-savoirs", "master/passage-et-transmission");
    let near = edge(&graph, Relation::Near, old, new).unwrap();
    assert_eq!(near.weight.get(), 0.8);
    assert!(near.statements[0].row.as_deref().unwrap().contains("accréditation 77 ; en 2020"), "{near:?}");
    assert!(edge(&graph, Relation::Near, old, "master/ambigue").is_none(), "88 meant two mentions in one campaign");

    let carried = edge(&graph, Relation::LeadsTo, new, "family/x1101-x").unwrap();
    assert_eq!(carried.weight.get(), 0.56, "0.7 of what the register says of the former title");
    let row = carried.statements.last().unwrap().row.as_deref().unwrap();
    assert!(row.contains("fiche de la mention « Médiation des savoirs »") && row.contains("trouver-mon-master-2021"));
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn a_number_that_another_mention_s_number_follows_makes_them_near() {
    let folder = all_files();
    let succession = RNCP_SUCCESSION.to_owned() + "\"RNCP950\";;\"RNCP900\"\n";
    write(folder.path(), "x_2026_02_01_s.csv", succession);
    let more = "74;Master mention transmission ancienne;Master;03/05/2024;X1201;;950;;Publié\n";
    write(folder.path(), "c.csv", CERTIF_INFO.to_owned() + more);
    let (graph, _) = import(folder.path(), &Graph::empty());
    let near = edge(&graph, Relation::Near, "master/mediation-des-savoirs", "master/transmission-ancienne").unwrap();
    assert_eq!(near.weight.get(), 0.9);
    assert_eq!(near.statements[0].source.slug(), "rncp-2026-02-01");
}

#[test]
fn the_blocs_of_a_fiche_are_what_its_master_develops() {
    let folder = all_files();
    let blocs = "\"Numero_Fiche\";\"Bloc_Competences_Code\";\"Bloc_Competences_Libelle\"
\"RNCP900\";\"RNCP900BC01\";\"BC01 - Raconter l’histoire\"
\"RNCP900\";\"RNCP900BC02\";\"Communiquer\"
\"RNCP800\";\"RNCP800BC01\";\"Un bloc d'avant\"
\"RNCP12\";\"RNCP12BC01\";\"Un autre diplôme\"
";
    write(folder.path(), "x_2026_02_01_b.csv", blocs);
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    let master = "master/mediation-des-savoirs";
    assert_eq!(weight(&graph, Relation::Develops, master, "skill/raconter-l-histoire"), 0.7, "ROME's own skill");
    assert_eq!(weight(&graph, Relation::Develops, master, "skill/communiquer"), 0.7);
    assert!(graph.find("skill/un-bloc-d-avant").is_none() && graph.find("skill/un-autre-diplome").is_none());
    assert_eq!(graph.resolve("RNCP900BC02"), graph.resolve("Communiquer"));
    let rncp = outcome.report.sources.iter().find(|source| source.format == "rncp").unwrap();
    assert_eq!(rncp.left_out["blocs de certifications qui ne sont pas un master connu"], 1);
    assert_eq!(rncp.left_out["blocs d'un numéro qu'un plus récent du même master remplace"], 1);
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn titles_of_the_register_bring_current_masters_only() {
    let folder = all_files();
    let titles = "\"Id_Fiche\";\"Numero_Fiche\";\"Intitule\";\"Abrege_Libelle\";\"Actif\"
\"1\";\"RNCP900\";\"Médiation des savoirs (fiche nationale)\";\"MASTER\";\"ACTIVE\"
\"2\";\"RNCP11\";\"Sciences, mention Vieille mention, spécialité X\";\"MASTER\";\"INACTIVE\"
\"3\";\"RNCP12\";\"Mention nouvelle (fiche nationale)\";\"MASTER\";\"ACTIVE\"
\"4\";\"RNCP13\";\"Boulanger\";\"CAP\";\"ACTIVE\"
";
    write(folder.path(), "x_2026_02_01_t.csv", titles);
    let (graph, _) = import(folder.path(), &Graph::empty());
    assert_eq!(graph.resolve("RNCP12"), graph.resolve("Mention nouvelle"));
    assert!(graph.find("master/mention-nouvelle").is_some() && graph.resolve("RNCP13").is_empty());
    assert!(graph.resolve("RNCP11").is_empty(), "an old title of the register is no mention of today");
}

#[test]
fn an_award_tells_the_year_of_entry_and_with_whom() {
    let folder = all_files();
    let header = MENTIONS.lines().next().unwrap();
    let columns = "Etablissement(s) co-accrédité(s) en vue de la délivrance du DNM dans la mention;Inscription des étudiants effectuée ou non par l’établissement dans la mention";
    let rows = "2021;0010001A;Université de la Source;1;Médiation des savoirs;diplôme;1;;;;PAY01;3ème semestre;Université du Lac;0
2021;0020002B;Université du Lac;2;Médiation des savoirs;diplôme;1;;;;PAY02;3ème semestre;;
2021;0020002B;Université du Lac;3;Médiation des savoirs;diplôme;1;;;;PAY02;1er semestre;;
";
    write(folder.path(), "b.csv", format!("{header};{columns}\n{rows}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let award = |university: &str| edge(&graph, Relation::Awards, university, "master/mediation-des-savoirs").unwrap();
    let source = award("university/universite-de-la-source");
    assert_eq!(source.award.unwrap().entry, Some(crate::model::Year::M2));
    let condition = "accréditation conjointe avec Université du Lac ; les inscriptions n'y sont pas prises";
    assert_eq!(source.condition.as_deref(), Some(condition));
    let lac = award("university/universite-du-lac");
    assert!(lac.award.is_none(), "one of its two accreditations is entered in M1");
}

#[test]
fn who_says_nothing_of_the_year_of_entry_leaves_it() {
    let late = "2021;0020002B;Université du Lac;2;Médiation des savoirs;diplôme;1;;;;PAY02;3ème semestre\n";
    let header = MENTIONS.lines().next().unwrap();
    let (mentions, register) = (all_files(), all_files());
    write(mentions.path(), "b.csv", format!("{header}\n{late}"));
    for part in ["r", "c", "s"] {
        std::fs::remove_file(mentions.path().join(format!("x_2026_02_01_{part}.csv"))).unwrap();
    }
    std::fs::remove_file(register.path().join("b.csv")).unwrap();
    let both = |first: &Path, second: &Path| import(second, &import(first, &Graph::empty()).0).0;
    for graph in [both(mentions.path(), register.path()), both(register.path(), mentions.path())] {
        let award =
            edge(&graph, Relation::Awards, "university/universite-du-lac", "master/mediation-des-savoirs").unwrap();
        assert_eq!((award.statements.len(), award.award.unwrap().entry), (2, Some(crate::model::Year::M2)));
    }
}

#[test]
fn both_header_forms_tell_the_year_of_entry_and_a_labelled_table_has_its_column() {
    let technical = "annee;etab_uai;etab_nom;for_inm;for_intitule;for_ouverte;for_lic_conseille;for_semestre\n";
    let late = "2021;0020002B;Université du Lac;2;Médiation des savoirs;1;Droit;3ème semestre\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "t.csv", format!("{technical}{late}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let award = edge(&graph, Relation::Awards, "university/universite-du-lac", "master/mediation-des-savoirs").unwrap();
    assert_eq!(award.award.unwrap().entry, Some(crate::model::Year::M2));
    let sound: String =
        MENTIONS.lines().filter(|line| !line.starts_with("an ")).map(|line| format!("{line}\n")).collect();
    for column in ["Semestre auquel", "Mention ouverte", "Mention accréditée"] {
        write(folder.path(), "t.csv", sound.replace(column, "Autrement dit"));
        let error = directory(folder.path(), &graph, Reviews::default(), &Silent).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(column), "{error}");
    }
}

#[test]
fn a_record_of_one_establishment_says_less_of_the_mention_and_names_it() {
    let folder = all_files();
    let header = CERTIF_INFO.lines().next().unwrap();
    let records = format!(
        "{header};valideur
71;Master mention médiation des savoirs;Master;03/05/2024;X1101;;900;800;Publié;Université de la Source,Université du Lac
75;Master mention médiation des savoirs;Master;03/05/2024;X1201;;;;Publié;Université du Lac
"
    );
    write(folder.path(), "c.csv", records);
    let more = "\"RNCP900\";\"11111111100010\";\"UNIVERSITE DE LA SOURCE\"\n\"RNCP900\";\"33333333300010\";\"AUTRE\"\n";
    write(folder.path(), "x_2026_02_01_c.csv", RNCP_CERTIFIERS.to_owned() + more);
    let (graph, _) = import(folder.path(), &Graph::empty());
    let local = edge(&graph, Relation::LeadsTo, "master/mediation-des-savoirs", "family/x1201-x").unwrap();
    let by: Vec<&str> = local.statements.iter().map(|statement| statement.source.slug()).collect();
    assert_eq!(by, ["certif-info-2024-05-03", "rncp-2026-02-01"]);
    assert_eq!(local.statements[0].weight.map(|weight| weight.get()), Some(0.28));
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}
