//! Bad questions, each with its code and advice; and what the answers say of themselves.

use serde_json::{Value, json};

use crate::api::tests::{ask, ask_of};
use crate::model::{Edge, Node, Relation, Weight};

const ENDS: &str = "from: \"SVT\", to: \"journaliste environnemental\"";

async fn refused(arguments: &str) -> (String, String) {
    let answer = ask(&format!("{{ pathways({arguments}) {{ exhaustive }} }}")).await;
    let error = &answer["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{arguments}: {answer:#}")).to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[tokio::test]
async fn a_bad_question_is_refused_with_a_code_and_advice_in_french() {
    let many = vec!["\"SVT\""; 21].join(", ");
    for (arguments, code, advice) in [
        (format!("from: [{many}], to: \"doctorat\""), "INVALID_INPUT", "`from` compte 21 références : 20 au plus"),
        (format!("from: \"SVT\", to: [{many}]"), "INVALID_INPUT", "`to` compte 21 références : 20 au plus"),
        ("from: [], to: \"doctorat\"".to_owned(), "INVALID_INPUT", "donnez au moins une référence"),
        (format!("{ENDS}, distinct: PLANET"), "GRAPHQL_VALIDATION_FAILED", "PLANET"),
        (format!("{ENDS}, distinct: COURSE"), "INVALID_INPUT", "donnez LICENCE, MASTER, PARCOURS"),
        ("from: \"Université de Caen Normandie\", to: \"doctorat\"".to_owned(), "INVALID_INPUT", "donnez une licence"),
        (format!("{ENDS}, via: \"musées\""), "INVALID_INPUT", "ne peut pas figurer dans via"),
        (format!("{ENDS}, avoid: \"veille\""), "INVALID_INPUT", "ne peut pas figurer dans avoid"),
        (format!("{ENDS}, via: \"IMST\", avoid: \"IMST\""), "INVALID_INPUT", "retirez"),
        (format!("{ENDS}, profile: {{skills: \"compétence inouïe zzqx\"}}"), "UNKNOWN_REF", "zzqx"),
        (format!("{ENDS}, maxSteps: 0"), "INVALID_INPUT", "`maxSteps` vaut 0 : donnez un nombre de 1 à 12"),
        (format!("{ENDS}, maxSteps: 1000"), "INVALID_INPUT", "`maxSteps` vaut 1000 : donnez un nombre de 1 à 12"),
        (format!("{ENDS}, maxSteps: -3"), "INVALID_INPUT", "`maxSteps` vaut -3"),
        (format!("{ENDS}, first: 0"), "INVALID_INPUT", "`first` vaut 0 : donnez un nombre de 1 à 100"),
        (format!("{ENDS}, first: 101"), "INVALID_INPUT", "`first` vaut 101 : donnez un nombre de 1 à 100"),
        (format!("{ENDS}, first: -1"), "INVALID_INPUT", "`first` vaut -1"),
        (format!("{ENDS}, diversity: 1.0"), "INVALID_INPUT", "de 0 inclus à 1 exclu"),
        (format!("{ENDS}, diversity: -0.1"), "INVALID_INPUT", "de 0 inclus à 1 exclu"),
        (format!("{ENDS}, where: {{minStrength: 1.5}}"), "INVALID_INPUT", "de 0 à 1"),
        (format!("{ENDS}, where: {{minScore: -1}}"), "INVALID_INPUT", "de 0 à 1"),
        (format!("{ENDS}, where: {{evidence: []}}"), "INVALID_INPUT", "STATED"),
        (format!("{ENDS}, where: {{region: []}}"), "INVALID_INPUT", "liste vide"),
        (format!("{ENDS}, where: {{university: \"Poudlard zzqx\"}}"), "UNKNOWN_REF", "zzqx"),
        (format!("{ENDS}, after: \"n'importe quoi\""), "INVALID_INPUT", "`after`"),
    ] {
        let (given, message) = refused(&arguments).await;
        assert_eq!(given, code, "{arguments}: {message}");
        assert!(message.contains(advice), "{arguments}: {message}");
    }
}

#[tokio::test]
async fn a_number_that_is_none_is_refused() {
    for number in ["1e999", "-1e999", "NaN", "\"NaN\""] {
        let (code, message) = refused(&format!("{ENDS}, diversity: {number}")).await;
        let refused = ["INVALID_INPUT", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"].contains(&&*code);
        assert!(refused, "{number}: {code} {message}");
    }
}

/// Thirty jobs that all evolve to one another at full weight: bounds help nothing there.
fn clique() -> (Vec<Node>, Vec<Edge>) {
    let job = |at: usize| format!("job/j{at:02}").parse::<crate::model::Key>().unwrap();
    let mut nodes = vec![Node::new("source/s".parse().unwrap(), "Source")];
    nodes.extend((0..30).map(|at| Node::new(job(at), &format!("Métier numéro {at}"))));
    let mut edges = Vec::new();
    for (from, to) in (0..30).flat_map(|from| (0..30).map(move |to| (from, to))).filter(|(from, to)| from != to) {
        let source = "source/s".parse().unwrap();
        edges.push(Edge::new(Relation::EvolvesTo, job(from), job(to), Weight::FULL, source));
    }
    (nodes, edges)
}

#[tokio::test]
async fn a_spent_budget_gives_what_it_has_and_says_so() {
    let (nodes, edges) = clique();
    let query =
        "{ pathways(from: \"job/j00\", to: \"job/j29\", maxSteps: 12, maxMoves: 11, first: 100, diversity: 0.9) {
        exhaustive nodes { score } diagnosis { message reasons { kind } } } }";
    let answer = ask_of(nodes, edges, query).await;
    let found = &answer["data"]["pathways"];
    assert_eq!(found["exhaustive"], json!(false), "{answer:#}");
    assert!(!found["nodes"].as_array().unwrap().is_empty());
    assert!(["BUDGET", "INTERRUPTED"].contains(&found["diagnosis"]["reasons"][0]["kind"].as_str().unwrap()));
    assert!(
        found["diagnosis"]["message"].as_str().unwrap().contains("arrêtée")
            || found["diagnosis"]["message"].as_str().unwrap().contains("interrompue")
    );
}

#[tokio::test]
async fn the_others_at_the_same_score_are_one_call_away() {
    let query = "{ pathways(from: \"SVT\", to: \"journaliste environnemental\", distinct: MASTER) { nodes { score
        parcours { id } ties { totalCount exhaustive parcours { id } pathways { score parcours { id } explanation } } } }
        plain: pathways(from: \"SVT\", to: \"journaliste environnemental\", first: 100) {
            nodes { score master { id } parcours { id } ties { totalCount } } } }";
    let answer = ask(query).await;
    assert!(answer["errors"].is_null(), "{answer:#}");
    let plain = answer["data"]["plain"]["nodes"].as_array().unwrap();
    assert!(plain.iter().all(|node| node["ties"].is_null()), "without distinct nothing is left out");
    for node in answer["data"]["pathways"]["nodes"].as_array().unwrap() {
        let ties = &node["ties"];
        assert_eq!(ties["exhaustive"], json!(true));
        let listed = ties["parcours"].as_array().unwrap();
        assert_eq!(ties["totalCount"].as_u64().unwrap() as usize, listed.len());
        let paths = ties["pathways"].as_array().unwrap();
        assert!(paths.iter().all(|path| path["score"] == node["score"] && path["explanation"].is_string()));
        assert_eq!(paths.iter().map(|path| &path["parcours"]).collect::<Vec<_>>(), listed.iter().collect::<Vec<_>>());
        let first = plain.iter().find(|other| other["parcours"] == node["parcours"]).unwrap();
        let alike = |other: &&Value| other["master"] == first["master"] && other["score"] == node["score"];
        let mut others: Vec<&Value> = plain.iter().filter(alike).map(|other| &other["parcours"]).collect();
        others.sort_by_key(|parcours| parcours["id"].to_string());
        others.dedup();
        assert_eq!(others.len() - 1, listed.len(), "{node:#}");
    }
}
