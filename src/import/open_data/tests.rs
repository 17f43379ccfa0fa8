//! Imports end to end, on small files made for the purpose in the publishers' layouts.

mod damaged;
mod editions;
mod insersup;
mod mentions;
pub(super) mod merge;
mod mon_master;
mod parcoursup;
mod shrinking;
mod values;
mod ways;
mod work;

use std::path::Path;

use crate::import::open_data::Format;

use crate::import::open_data::OpenDataError;

use crate::import::open_data::Outcome;

use crate::import::open_data::Reviews;

use crate::import::open_data::Silent;

use crate::import::open_data::directory;

use crate::graph::Graph;
use crate::import::open_data::files;
use crate::model::{Code, Edge, EdgeId, Key, Kind, Modality, Node, Relation, Weight};

const ESTABLISHMENTS: &str = "\u{feff}identifiant interne;libellé;sigle;uai - identifiant;anciens codes uai;siren;Commune;Région;Académie;date_creation
PAY01;Université de la Source;US;0010001A;0010009Z;111111111;Source-sur-Mer;Bretagne;Rennes;2020-01-01
PAY02;Université du Lac;UL;0020002B;;222222222;Lacville;Occitanie;Toulouse;2021-01-01
";

const MENTIONS: &str = "Année de la campagne de recueil des informations;Code UAI de l’établissement accrédité;Nom officiel (long) de l’établissement accrédité;Identifiant navette de la mention (INM) de master;Intitulé de la mention de master;Mention accréditée ou en cours d’accréditation;Mention ouverte ou non ouverte;Modalités d’enseignement de la mention;Capacité d’accueil limitée au 1er semestre;Licences conseillées pour suivre la formation de la mention;etablissement_id_paysage;Semestre auquel la mention est accessible dans l’établissement accrédité
2021;0010001A;Université de la Source;1;Médiation des savoirs;diplôme;1;Formation initiale,Alternance;30;Physique, chimie,Droit;PAY01;1er semestre
2020;0010009Z;Ancienne université de la Source;1;MÉDIATION DES SAVOIRS;diplôme;1;Formation initiale;25;Droit;OLD01;
2021;0020002B;Université du Lac;2;Médiation des savoirs;dossier;1;Formation initiale;;Droit;PAY02;
2021;0020002B;Université du Lac;3;Droit lacustre;diplôme;0;Formation initiale;;Toutes licences;PAY02;
an 2021;0020002B;Université du Lac;4;Droit lacustre;diplôme;1;;;;PAY02;
";

const CERTIF_INFO: &str = "Code_Diplome;Libelle_Diplome;Libelle_Type_Diplome;Date_MaJ;Code_Rome_1;Code_Rome_2;Code_RNCP;Code_Ancien_RNCP;Etat_Libelle
71;Master mention médiation des savoirs;Master;03/05/2024;X1101;;900;800;Publié
72;Master mention droits lacustre;Master;03/05/2024;X1201;;901;;Publié
73;CAP de pêche;Certificat;03/05/2024;X1201;;902;;Publié
";

const ROME: [(&str, &str); 5] = [
    (
        "jobs_v1_x.csv",
        "\"code_rome\",\"code_fiche_metier\",\"code_ogr\",\"libelle_rome\",\"emploi_reglemente\",\"code_rome_parent\"\n\"X1101\",\"1\",\"11\",\"Médiateur / Médiatrice des savoirs\",\"N\",\"X1101\"\n\"X1102\",\"2\",\"12\",\"Conteur / Conteuse\",\"\",\"X1101\"\n\"X1201\",\"3\",\"13\",\"Gardien / Gardienne du lac\",\"O\",\"X1201\"\n",
    ),
    (
        "names_v1_x.csv",
        "\"code_ogr\",\"libelle_appellation_long\",\"code_rome\",\"classification\",\"peu_usite\"\n\"21\",\"Animateur / Animatrice de savoirs\",\"X1101\",\"SYNONYME\",\"O\"\n\"22\",\"Conteur\",\"X1101\",\"SYNONYME\",\"N\"\n",
    ),
    (
        "skills_v1_x.csv",
        "\"code_ogr\",\"nature\",\"libelle_competence\",\"code_ogr_macro_comp\"\n\"31\",\"Compétence\",\"Raconter l''histoire\",\"39\"\n\"39\",\"Macro-compétence\",\"Transmettre\",\"\"\n",
    ),
    (
        "knowledge_v1_x.csv",
        "\"code_ogr_savoir\",\"libelle_savoir\",\"categorie_savoir\"\n\"41\",\"Hydrologie\",\"Domaines d'expertise\"\n\"42\",\"Permis bateau\",\"Certifications et habilitations\"\n",
    ),
    (
        "coherence_v1_x.csv",
        "\"code_rome\",\"code_ogr\",\"coeur_metier\"\n\"X1101\",\"31\",\"Principale\"\n\"X1102\",\"31\",\"\"\n\"X1201\",\"41\",\"Émergente\"\n\"X1201\",\"42\",\"\"\n",
    ),
];

const RNCP_ROME: &str = "\"Numero_Fiche\";\"Codes_Rome_Code\";\"Codes_Rome_Libelle\"\r\n\"RNCP800\";\"X1201\";\"x\"\r\n\"RNCP900\";\"X1101\";\"x\"\r\n\"RS1\";\"X1101\";\"x\"\r\n";
const RNCP_CERTIFIERS: &str = "\"Numero_Fiche\";\"Siret_Certificateur\";\"Nom_Certificateur\"\n\"RNCP900\";\"\t22222222200010\";\"UNIVERSITE DU LAC\"\n";
const RNCP_SUCCESSION: &str =
    "\"Numero_Fiche\";\"Ancienne_Certification\";\"Nouvelle_Certification\"\n\"RNCP800\";;\"RNCP900\"\n";

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn all_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write(at, "a.csv", ESTABLISHMENTS);
    write(at, "b.csv", padded(MENTIONS, "2021;0010001A;Université de la Source;9;Biologie;diplôme;1;;;;PAY01;\n", 30));
    write(at, "c.csv", CERTIF_INFO);
    ROME.iter().for_each(|(name, text)| write(at, name, text));
    write(at, "x_2026_02_01_r.csv", RNCP_ROME);
    write(at, "x_2026_02_01_c.csv", RNCP_CERTIFIERS);
    write(at, "x_2026_02_01_s.csv", RNCP_SUCCESSION);
    folder
}

/// A file with many sound rows behind, so that a damaged one is a small share.
fn padded(text: &str, row: &str, times: usize) -> String {
    text.to_owned() + &row.repeat(times)
}

#[track_caller]
fn import(folder: &Path, graph: &Graph) -> (Graph, Outcome) {
    let outcome = directory(folder, graph, Reviews::default(), &Silent).unwrap_or_else(|error| panic!("{error}"));
    let applied = graph.apply(&outcome.changes).unwrap_or_else(|faults| panic!("{}", faults[0]));
    (applied.graph, outcome)
}

fn edge(graph: &Graph, relation: Relation, from: &str, to: &str) -> Option<Edge> {
    let found = |key: &str| graph.find(key).unwrap_or_else(|| panic!("no {key}"));
    graph.edge_between(relation, found(from), found(to)).map(|ix| graph.edge(ix).to_edge())
}

#[track_caller]
fn weight(graph: &Graph, relation: Relation, from: &str, to: &str) -> f64 {
    edge(graph, relation, from, to).unwrap_or_else(|| panic!("no {relation} {from} → {to}")).weight.get()
}

#[test]
fn what_the_files_state_becomes_one_graph() {
    let folder = all_files();
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    let master = "master/mediation-des-savoirs";

    // What is stated is the family, under the code and label of the row; which jobs it groups, ROME says.
    let (family, former) = ("family/x1101-x", "family/x1201-x");
    assert_eq!(weight(&graph, Relation::LeadsTo, master, family), 0.8);
    let own_jobs = ["job/mediateur-mediatrice-des-savoirs", "job/conteur-conteuse"];
    for job in own_jobs {
        assert!(edge(&graph, Relation::LeadsTo, master, job).is_none(), "no row names {job}");
        assert_eq!(weight(&graph, Relation::Groups, family, job), 1.0);
    }
    let stated = edge(&graph, Relation::LeadsTo, master, family).unwrap().statements;
    let by: Vec<&str> = stated.iter().map(|statement| statement.source.slug()).collect();
    assert_eq!(by, ["certif-info-2024-05-03", "rncp-2026-02-01"]);
    assert_eq!(stated[1].row.as_deref(), Some("l. 3, Rome (RNCP900)"));
    let replaced = edge(&graph, Relation::LeadsTo, master, former).unwrap();
    assert_eq!(replaced.weight.get(), 0.56, "an older fiche's outlet");
    assert!(replaced.condition.unwrap().contains("que la fiche RNCP900 a remplacée"));

    // Both universities that recommend anything name Droit in 2021, one Physique, chimie.
    assert_eq!(weight(&graph, Relation::Opens, "licence/droit", master), 0.883);
    assert_eq!(weight(&graph, Relation::Opens, "licence/physique-chimie", master), 0.467);
    let any = edge(&graph, Relation::Opens, "licence/histoire", "master/droit-lacustre").unwrap();
    assert!(any.weight.get() == 0.1 && any.condition.unwrap().contains("toutes licences"));

    let droit = edge(&graph, Relation::Opens, "licence/droit", master).unwrap();
    assert_eq!(
        droit.condition.as_deref(),
        Some("conseillée par 2 universités sur 2 de celles qui en conseillent (2021)")
    );

    // The old UAI is the same university; its offers of two campaigns are one award.
    let (old, new) = (graph.resolve("0010009Z"), graph.resolve("0010001A"));
    assert_eq!((old.len(), &old), (1, &new));
    assert_eq!(graph.resolve("Ancienne université de la Source"), new);
    assert_eq!(graph.nodes_of(Kind::University).len(), 2);
    assert_eq!(weight(&graph, Relation::Awards, "university/universite-du-lac", master), 0.75);
    let award = edge(&graph, Relation::Awards, "university/universite-de-la-source", master).unwrap();
    assert_eq!((award.weight.get(), award.statements.len()), (0.85, 2));
    let said = award.award.unwrap();
    let figures: Vec<_> = said.admissions.iter().map(|figures| (figures.session, figures.capacity)).collect();
    assert_eq!((said.entry, figures), (None, vec![(2020, Some(25)), (2021, Some(30))]));
    assert!(said.modalities.contains(&Modality::Alternance));
    assert!(
        edge(&graph, Relation::Awards, "university/universite-du-lac", "master/droit-lacustre").is_none(),
        "not open"
    );
    assert!(graph.nodes_of(Kind::Parcours).is_empty(), "no parcours is made up");

    // Skills: core, secondary, emerging, a certificate; the tree; names of jobs.
    let told = "skill/raconter-l-histoire";
    assert_eq!(weight(&graph, Relation::RequiredBy, told, "job/mediateur-mediatrice-des-savoirs"), 0.9);
    assert_eq!(weight(&graph, Relation::RequiredBy, told, "job/conteur-conteuse"), 0.4);
    assert!(graph.find("skill/permis-bateau").is_none(), "a certificate is no skill");
    let job = |key: &str| graph.node(graph.find(key).unwrap()).attributes().clone();
    let keeper = job("job/gardien-gardienne-du-lac");
    assert_eq!((keeper.regulated, &*keeper.diplomas[0]), (Some(true), "Permis bateau"));
    assert_eq!(job("job/conteur-conteuse").regulated, None, "without a flag and a text, nobody says");
    assert!(edge(&graph, Relation::Broader, told, "skill/transmettre").is_some());
    // The family that a register cites bears the code too.
    let coded: Vec<_> = graph.resolve("X1101").into_iter().filter(|ix| graph.kind(*ix) == Kind::Job).collect();
    for name in ["mediateur·rice des savoirs", "Animatrice de savoirs", "médiatrice des savoirs"] {
        assert_eq!(graph.resolve(name), coded, "{name}");
    }
    assert_eq!(coded.len(), 1, "a code means one job, whatever descends from its former self");
    assert_eq!(graph.resolve("conteur").len(), 1, "an appellation gives way to a job's own name");

    // The report tells what was repaired, refused, left out and left for review.
    let report = &outcome.report;
    let source = |format: &str| report.sources.iter().find(|source| source.format == format).unwrap();
    let refused = &source("trouver-mon-master").refused_rows[0];
    assert_eq!((refused.line, &*refused.column), (6, "Année de la campagne de recueil des informations"));
    assert!(refused.reason.contains("an 2021"));
    assert_eq!(source("rome").repaired["cellules aux apostrophes doublées"], 1);
    assert_eq!(source("rncp").repaired["cellules aux tabulations perdues"], 1);
    assert_eq!(report.for_review, 1, "« droits lacustre » is near and waits");
    assert_eq!((report.coverage.jobs_with_skills.count, report.coverage.jobs_with_skills.of), (3, 3));
    assert!(report.to_string().contains("1 refusée") && serde_json::to_string(report).unwrap().contains("coverage"));
}

#[test]
fn the_same_files_again_change_nothing_and_file_names_do_not_matter() {
    let folder = all_files();
    let (graph, _) = import(folder.path(), &Graph::empty());
    std::fs::rename(folder.path().join("a.csv"), folder.path().join("zzz.dat")).unwrap();
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn what_earlier_editions_of_the_program_made_up_goes_with_a_new_import() {
    let folder = all_files();
    let (graph, _) = import(folder.path(), &Graph::empty());
    let key = |text: &str| -> Key { text.parse().unwrap() };
    let rncp = key("source/rncp-2026-02-01");
    let stated = |from: &str, to: &str, relation, row: &str| {
        let mut edge = Edge::new(relation, key(from), key(to), Weight::new(0.5).unwrap(), rncp.clone());
        edge.statements[0].row = Some(row.into());
        crate::model::Change::PutEdge(edge)
    };
    let stand_in = Node {
        sources: vec![rncp.clone()],
        description: Some("Offre de la mention « Médiation des savoirs » par …".into()),
        ..Node::new(key("parcours/mediation-des-savoirs-universite-du-lac"), "Sans nom")
    };
    let master = "master/mediation-des-savoirs";
    let old = graph
        .apply(&[
            crate::model::Change::PutNode(stand_in),
            stated(master, "parcours/mediation-des-savoirs-universite-du-lac", Relation::Offers, "l. 3"),
            stated(
                "university/universite-du-lac",
                "parcours/mediation-des-savoirs-universite-du-lac",
                Relation::Hosts,
                "l. 3",
            ),
            stated(master, "job/conteur-conteuse", Relation::LeadsTo, "l. 3, Rome"),
            stated(master, "job/gardien-gardienne-du-lac", Relation::LeadsTo, "fiche 900"),
        ])
        .unwrap_or_else(|faults| panic!("{}", faults[0]))
        .graph;
    let (new, _) = import(folder.path(), &old);
    assert!(new.is_retired(new.find("parcours/mediation-des-savoirs-universite-du-lac").unwrap()));
    assert!(edge(&new, Relation::LeadsTo, master, "job/conteur-conteuse").is_none(), "derived from a code");
    assert!(edge(&new, Relation::LeadsTo, master, "job/gardien-gardienne-du-lac").is_some(), "curated: it stays");
}

#[test]
fn a_newer_edition_retires_what_it_no_longer_says() {
    let folder = all_files();
    let (graph, _) = import(folder.path(), &Graph::empty());
    for (name, text) in ROME {
        std::fs::remove_file(folder.path().join(name)).unwrap();
        let gone = |line: &&str| !line.contains("X1201");
        let newer: String = text.lines().filter(gone).map(|line| line.to_owned() + "\n").collect();
        write(folder.path(), &name.replace("v1", "v2"), newer);
    }
    let (newer, outcome) = import(folder.path(), &graph);
    let ix = newer.find("job/gardien-gardienne-du-lac").unwrap();
    assert!(newer.node(ix).retired, "retired, its key still there");
    assert!(newer.incoming(ix, Relation::RequiredBy).is_empty());
    assert!(!newer.node(newer.find("job/conteur-conteuse").unwrap()).retired);
    assert!(outcome.report.nodes.retired >= 1 && outcome.report.relations.retired >= 2);
    let (_, again) = import(folder.path(), &newer);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn a_curated_graph_is_joined_at_its_own_nodes_with_both_sources() {
    let source: Key = "source/page".parse().unwrap();
    let node = |key: &str, name: &str| Node { sources: vec![source.clone()], ..Node::new(key.parse().unwrap(), name) };
    let (mut job, master) =
        (node("job/mediateur", "Médiateur des savoirs"), node("master/mds", "Médiation des savoirs"));
    job.codes = vec![Code { scheme: "ROME".into(), value: "X1101".into() }];
    let curated = Weight::new(0.7).unwrap();
    let leads = Edge::new(Relation::LeadsTo, master.key.clone(), job.key.clone(), curated, source.clone());
    let nodes = vec![Node::new(source.clone(), "Page"), job, master];
    let seeded = Graph::build(nodes, vec![leads], 1).unwrap();
    let folder = all_files();
    let (graph, _) = import(folder.path(), &seeded);
    assert!(graph.find("master/mediation-des-savoirs").is_none() && graph.nodes_of(Kind::Job).len() == 3);
    let id = EdgeId::new(Relation::LeadsTo, "master/mds".parse().unwrap(), "job/mediateur".parse().unwrap());
    let joined = edge(&graph, id.relation, id.from.as_str(), id.to.as_str()).unwrap();
    assert_eq!(joined.weight.get(), 0.7);
    assert_eq!(joined.statements.len(), 1, "the curated relation stays, and no row says the same");
    assert_eq!(graph.node(graph.find("job/mediateur").unwrap()).name.as_ref(), "Médiateur des savoirs");
}

#[test]
fn a_decision_on_a_near_match_holds() {
    let folder = all_files();
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    assert!(graph.find("master/droits-lacustre").is_none());
    let decided = outcome.reviews.to_text().replace("undecided", "same");
    let reviews = Reviews::read(&decided).unwrap();
    let outcome = directory(folder.path(), &graph, reviews, &Silent).unwrap();
    let graph = graph.apply(&outcome.changes).unwrap_or_else(|faults| panic!("{}", faults[0])).graph;
    assert_eq!(weight(&graph, Relation::LeadsTo, "master/droit-lacustre", "family/x1201-x"), 0.7);
    assert!(outcome.reviews.to_text().contains("\"same\""), "the decision stays written down");
}

#[test]
fn wrong_and_damaged_files_are_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |format: Format, text: &str| {
        let path = folder.path().join("f.csv");
        std::fs::write(&path, text).unwrap();
        files(format, &[path], &Graph::empty(), Reviews::default(), &Silent).map(|_| ()).unwrap_err()
    };
    assert!(matches!(refusal(Format::Rome, ESTABLISHMENTS), OpenDataError::OtherFormat { .. }));
    assert!(matches!(refusal(Format::Rome, ROME[0].1), OpenDataError::Incomplete { .. }));
    assert!(matches!(refusal(Format::Rncp, "<html>404</html>"), OpenDataError::NotATable { .. }));
    assert!(matches!(refusal(Format::TrouverMonMaster, MENTIONS), OpenDataError::TooManyRefused { .. }));
    let cut = &CERTIF_INFO[..CERTIF_INFO.len() - 12];
    assert!(refusal(Format::CertifInfo, cut).to_string().contains("tronqué"));
    let empty = tempfile::tempdir().unwrap();
    let nothing = directory(empty.path(), &Graph::empty(), Reviews::default(), &Silent).map(|_| ()).unwrap_err();
    assert!(nothing.to_string().contains("docs/data-sources.md"));
}
