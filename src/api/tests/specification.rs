//! What the GraphQL specification (September 2025) says of documents, asked of the curated graph through the gateway.

use serde_json::{Value, json};

use super::super::access::{Caller, Role};
use super::super::gateway::{Call, Gateway, Settings, Via};
use crate::app::{App, Write};
use crate::import::{self, seed};
use crate::store::Access;
use std::sync::Arc;

pub(super) struct Server {
    runtime: tokio::runtime::Runtime,
    gateway: Arc<Gateway>,
    _folder: tempfile::TempDir,
}

impl Server {
    pub(super) fn new() -> Server {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Access::Create).unwrap();
        let graph = seed::embedded().unwrap();
        let changes = import::changes(graph.nodes, graph.edges, |_| false);
        app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let gateway = Arc::new(crate::api::gateway(&Arc::new(app), Settings::patient()));
        Server { runtime, gateway, _folder: folder }
    }

    pub(super) fn ask_with(&self, query: &str, variables: Value) -> Value {
        serde_json::from_str(&self.text(query, &variables.to_string())).unwrap()
    }

    fn text(&self, query: &str, variables: &str) -> String {
        let call = Call {
            query: Some(query),
            operation: None,
            variables: Some(variables),
            extensions: None,
            via: Via::Post,
            text: None,
        };
        let answer = self.runtime.block_on(self.gateway.answer(&call, &Caller::new(Role::Editor, "test")));
        String::from_utf8(answer.body.to_vec()).unwrap()
    }

    pub(super) fn ask(&self, query: &str) -> Value {
        self.ask_with(query, json!({}))
    }

    fn code(&self, query: &str) -> String {
        let answer = self.ask(query);
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned()
    }

    /// The events of a subscription that come without a further write.
    fn events(&self, query: &str) -> Vec<Value> {
        use futures_util::StreamExt;
        let call = Call {
            query: Some(query),
            operation: None,
            variables: None,
            extensions: None,
            via: Via::Stream,
            text: None,
        };
        self.runtime.block_on(async {
            let mut events = Vec::new();
            let Ok(mut answers) = self.gateway.stream(&call, &Caller::default(), None) else { return events };
            let wait = std::time::Duration::from_secs(2);
            while let Ok(Some(answer)) = tokio::time::timeout(wait, answers.next()).await {
                events.push(serde_json::from_slice(&answer.body).unwrap());
            }
            events
        })
    }
}

#[test]
fn documents_mean_what_the_specification_says() {
    let server = Server::new();
    let svt = json!({ "id": "licence/sciences-de-la-vie-et-de-la-terre" });
    let data = |query: &str, variables: Value, expected: Value| {
        let answer = server.ask_with(query, variables);
        assert_eq!((&answer["data"], &answer["errors"]), (&expected, &Value::Null), "{query}: {answer}");
    };
    // Defaults of omitted variables decide what is skipped; an object without fields is empty, not null.
    for (query, expected) in [
        (
            r#"query($a: Boolean = false) { licence(ref: "SVT") { id name @include(if: $a) } }"#,
            json!({ "licence": svt }),
        ),
        (
            r#"query($a: Boolean! = true) { licence(ref: "SVT") { id ... @skip(if: $a) { name } } }"#,
            json!({ "licence": svt }),
        ),
        (
            r#"query($a: Boolean = false) { licence(ref: "SVT") { id ...F @include(if: $a) } } fragment F on Entity { name }"#,
            json!({ "licence": svt }),
        ),
        (r#"query($a: Boolean = true) { licence(ref: "SVT") @skip(if: $a) { id } }"#, json!({})),
        (r#"{ licence(ref: "SVT") { name @skip(if: true) } }"#, json!({ "licence": {} })),
        (
            r#"{ allLicences(first: 2) { nodes { name @skip(if: true) } } }"#,
            json!({ "allLicences": { "nodes": [{}, {}] } }),
        ),
        (r#"{ entity(ref: "SVT", kind: LICENCE) { ... on Job { name } } }"#, json!({ "entity": {} })),
        (
            r#"{ licence(ref: "SVT") { id } licence(ref: "SVT") { slug } }"#,
            json!({ "licence": { "id": svt["id"], "slug": "sciences-de-la-vie-et-de-la-terre" } }),
        ),
        (r#"{ __typename @skip(if: true) licence(ref: "SVT") { id } }"#, json!({ "licence": svt })),
    ] {
        data(query, json!({}), expected);
    }
    // The keys of an answer stand in the order in which they were asked for.
    let answer = server.text(
        r#"{ pathways(from: "SVT", to: "journaliste environnemental", first: 1) { exhaustive } graph { version } }"#,
        "{}",
    );
    assert!(answer.find("\"pathways\"") < answer.find("\"graph\""), "{answer}");
}

#[test]
fn omitted_variables_and_null_mean_the_default() {
    let server = Server::new();
    let ends = r#"from: "SVT", to: "journaliste environnemental""#;
    let plain = server.ask(&format!("{{ pathways({ends}) {{ nodes {{ score }} }} }}"));
    assert!(plain["data"]["pathways"]["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()), "{plain}");
    let nulls = server
        .ask(&format!("{{ pathways({ends}, first: null, maxSteps: null, diversity: null) {{ nodes {{ score }} }} }}"));
    assert_eq!(nulls["data"], plain["data"], "{nulls}");
    let flagship = "query($de: [Ref!]!, $vers: [Ref!]!, $n: Int, $pas: Int, $d: Float) { pathways(from: $de, to: $vers, \
                    first: $n, maxSteps: $pas, diversity: $d) { nodes { score } } }";
    for rest in [json!({}), json!({ "n": null, "pas": null, "d": null })] {
        let mut variables = json!({ "de": "SVT", "vers": "journaliste environnemental" });
        variables.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        assert_eq!(server.ask_with(flagship, variables)["data"], plain["data"]);
    }
    let order =
        "query($d: OrderDirection) { allJobs(first: 2, orderBy: {field: NAME, direction: $d}) { nodes { id } } }";
    let usual = server.ask(order);
    assert!(usual["errors"].is_null(), "{usual}");
    assert_eq!(server.ask_with(order, json!({ "d": null }))["data"], usual["data"]);
    assert_eq!(server.ask_with(order, json!({ "d": "ASC" }))["data"], usual["data"]);
}

#[test]
fn what_is_not_valid_is_refused() {
    let server = Server::new();
    for query in [
        r#"{ licence(ref: "SVT") { masters(first: 1) { nodes { id } } } licence(ref: "SVT") { masters(first: 2) { nodes { id } } } }"#,
        r#"{ entity(ref: "SVT") { a: name ... on Licence { a: slug } } }"#,
        r#"{ entity(ref: "SVT") { ...A ...B } } fragment A on Entity { x: id } fragment B on Entity { x: name }"#,
        "{ __typename @nope }",
        "{ graph { __typename @skip version } }",
        "{ graph { __typename(x: 1) } }",
        "{ __typename @skip(if: false) @skip(if: false) }",
        r#"{ allLicences(where: {nameContains: "a", nameContains: "b"}) { totalCount } }"#,
        r#"{ search(text: "a", kinds: ["JOB"]) { totalCount } }"#,
        r#"query($f: [Ref!]) { pathways(from: $f, to: "a") { exhaustive } }"#,
        "query($f: String!) { licence(ref: $f) { id } }",
        "query($n: Float) { allJobs(first: $n) { totalCount } }",
        // Inside lists and input objects too.
        "query($r: [String]) { allUniversities(where: {region: $r}) { totalCount } }",
        "query($r: String!) { allUniversities(where: {region: $r}) { totalCount } }",
        "query($r: String) { allUniversities(where: {region: [$r]}) { totalCount } }",
        "query($k: Float) { allUniversities(where: {near: {place: \"Caen\", km: $k}}) { totalCount } }",
        "query($r: Ref) { ...F } fragment F on Query { resolve(refs: [\"a\", $r]) { ref } }",
        // A default of null makes up for no value; arguments of directives are arguments.
        "query($x: Ref = null) { licence(ref: $x) { id } }",
        "query($f: [Ref!] = null) { pathways(from: $f, to: \"a\") { exhaustive } }",
        "query($t: String = null) { search(text: $t) { totalCount } }",
        "query($i: ID = null) { node(id: $i) { id } }",
        "query($k: EntityKind = null) { reachable(from: \"SVT\", kind: $k) { totalCount } }",
        "query($a: Boolean = null) { graph { version @skip(if: $a) } }",
        "query($a: Boolean = null) { ... @include(if: $a) { graph { version } } }",
        "query($a: Boolean = null) { ...F } fragment F on Query { graph { ... @skip(if: $a) { version } } }",
        // Our scalars are written as texts.
        "{ graph { version } licence(ref: SVT) { id } }",
        "{ graph { version } licence(ref: 5) { id } }",
        "{ graph { version } licence(ref: [\"SVT\"]) { id } }",
        "{ graph { version } licence(ref: {a: 1}) { id } }",
        "{ resolve(refs: [\"SVT\", 5]) { ref } }",
        "{ changes(since: 0, recordedSince: yesterday) { nodes { version } } }",
        "query($r: Ref = 5) { licence(ref: $r) { id } }",
        // What is inside of a gateway's keys is looked at too.
        "{ _entities(representations: [{__typename: \"Job\", id: $undefined}]) { __typename } }",
        "query($x: Int) { graph { version } }",
        "{ licence(ref: \"a\") }",
        "{ graph { version { x } } }",
        "{ nope }",
        "{ job(ref: \"a\") { ... on Licence { id } } }",
        "query A { graph { version } } query A { graph { version } }",
        "query A { graph { version } } { graph { version } }",
        "fragment A on Job { id }",
        "type A { b: Int } { graph { version } }",
        "{ ...A } fragment A on Query { ...A }",
        "mutation { applyChanges(input: {changes: [{putNode: {id: \"job/a\"}, deleteNode: {id: \"job/a\"}}]}) { version } }",
        "subscription { a: graphChanged { version } b: graphChanged { version } }",
        "subscription { ...F } fragment F on Subscriptions { a: graphChanged { version } b: graphChanged { version } }",
        "subscription { __typename }",
    ] {
        assert_eq!(server.code(query), "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
    for rest in [json!({ "r": true }), json!({ "r": 5 }), json!({ "r": ["SVT"] }), json!({ "r": { "a": 1 } })] {
        let answer = server.ask_with("query($r: Ref!) { graph { version } licence(ref: $r) { id } }", rest);
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_INPUT", "{answer}");
        assert_eq!(answer.get("data"), None, "the request as a whole is refused: {answer}");
    }
    for query in [
        "{",
        "{ search(text: \"\\ud83c\") { totalCount } }",
        "{ search(text: \"\\u{110000}\") { totalCount } }",
        "",
        "query",
    ] {
        assert_eq!(server.code(query), "GRAPHQL_PARSE_FAILED", "{query}");
    }
    for query in [
        "{ allJobs(first: 99999999999) { totalCount } }",
        "{ allJobs(first: NaN) { totalCount } }",
        "{ allJobs(first: -1) { totalCount } }",
    ] {
        assert_eq!(server.code(query), "INVALID_INPUT", "{query}");
    }
    let suggested = server.ask("{ job(ref: \"a\") { nmae } }");
    let message = suggested["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("« name »"), "{message}");
    assert_eq!(suggested["errors"][0]["locations"][0], json!({ "line": 1, "column": 19 }), "{suggested}");
}

#[test]
fn texts_hold_every_character() {
    let server = Server::new();
    let expected = server.ask("{ search(text: \"médiateur 🎓\") { totalCount } }");
    for text in ["m\\u00e9diateur \\ud83c\\udf93", "m\\u{E9}diateur \\u{1F393}"] {
        let answer = server.ask(&format!("{{ search(text: \"{text}\") {{ totalCount }} }}"));
        assert_eq!(answer["data"], expected["data"], "{answer}");
    }
    let described = server
        .ask("\"Ce que tient le graphe\" query Q(\"rien\" $a: Boolean = true) { graph @include(if: $a) { version } }");
    assert_eq!(described["data"], json!({ "graph": { "version": 1 } }), "{described}");
}

#[test]
fn a_field_that_fails_takes_what_may_not_be_null_with_it() {
    let server = Server::new();
    for (query, expected) in [
        (
            r#"{ licence(ref: "SVT") { name masters(first: -1) { totalCount } } graph { version } }"#,
            json!({ "licence": null, "graph": { "version": 1 } }),
        ),
        (r#"{ allJobs(first: 2) { nodes { id skills(first: -1) { totalCount } } } }"#, Value::Null),
        (r#"{ changes(since: 0) { nodes { changes(first: -1) { kind } } } }"#, Value::Null),
        (
            r#"{ node(id: "job/journaliste-environnemental") { id ... on Job { skills(first: -1) { totalCount } } } }"#,
            json!({ "node": null }),
        ),
        (
            r#"{ nodes(ids: ["job/journaliste-environnemental", "job/none"]) { ... on Job { skills(first: -1) { totalCount } } } }"#,
            json!({ "nodes": [null, null] }),
        ),
        // One key in two fragments, whose objects have fields of their own.
        (
            r#"{ node(id: "licence/sciences-de-la-vie-et-de-la-terre") {
                   ... on Licence { x: masters(first: 1) { nodes { id licences(first: -1) { totalCount } } } }
                   ... on Master { x: parcours { nodes { id universities { totalCount } } } } } graph { version } }"#,
            json!({ "node": null, "graph": { "version": 1 } }),
        ),
    ] {
        let answer = server.ask(query);
        assert_eq!(answer["data"], expected, "{query}: {answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_INPUT");
    }
}

#[test]
fn a_field_fails_once_in_however_many_fragments() {
    let server = Server::new();
    let fails = "... on Job { skills(first: -1) { totalCount } }";
    let answer = server.ask(&format!(
        "{{ node(id: \"job/journaliste-environnemental\") {{ {fails} ... on Entity {{ slug {fails} }} }} }}"
    ));
    assert_eq!(answer["data"], json!({ "node": null }), "{answer}");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
}

#[test]
fn keys_stand_in_the_order_in_which_an_object_of_their_type_is_asked_for_them() {
    let server = Server::new();
    // Each with the order of its aliases in the answer: the job's, then the licence's.
    for (selections, expected) in [
        ("... on Job { a: name } ... on Entity { b: slug } ... on Job { c: id }", "abcb"),
        ("... on Job { p: id q: slug } ... on Licence { q: slug p: id }", "pqqp"),
        ("... on Entity { ... on Licence { b: slug } a: id } ... on Job { b: slug }", "abba"),
        ("... on Licence { b: slug @skip(if: true) } ... on Node { a: id } ... on Entity { b: slug }", "abab"),
        ("x: id ... on Job { y: id } ... on Entity { a: id x: id } y: id", "xyaxay"),
        // Inside of a field that several fragments share.
        (
            "... on Licence { k: masters { a: totalCount } } ... on Entity { ... on Licence { k: masters { b: totalCount } } } \
             ... on Licence { k: masters { c: totalCount } }",
            "kabc",
        ),
    ] {
        let answer = server.text(
            &format!(
                "{{ nodes(ids: [\"job/journaliste-environnemental\", \"licence/sciences-de-la-vie-et-de-la-terre\"]) \
                 {{ ... on Entity {{ {selections} }} }} }}"
            ),
            "{}",
        );
        let found: String = answer.split('"').filter(|part| matches!(part.as_bytes(), [b'a'..=b'z'])).collect();
        assert_eq!(found, expected, "{selections}: {answer}");
    }
}

#[test]
fn variables_stand_wherever_their_types_may() {
    let server = Server::new();
    for (query, variables) in [
        ("query($r: [String!]) { allUniversities(where: {region: $r}) { totalCount } }", json!({ "r": "Normandie" })),
        ("query($r: String!) { allUniversities(where: {region: [$r]}) { totalCount } }", json!({ "r": "Normandie" })),
        ("query($r: String = \"Normandie\") { allUniversities(where: {region: [$r]}) { totalCount } }", json!({})),
        ("query($r: Ref = \"SVT\") { resolve(refs: [\"a\", $r]) { ref } }", json!({})),
        // The field has a default, which an omitted variable takes.
        ("query($d: OrderDirection) { allJobs(orderBy: {field: NAME, direction: $d}) { totalCount } }", json!({})),
    ] {
        let answer = server.ask_with(query, variables);
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
    }
}

#[test]
fn a_subscription_is_one_field_in_one_event() {
    let server = Server::new();
    let expected = vec![json!({ "version": 1, "author": "test" })];
    for query in [
        "subscription { graphChanged(since: 0) { version author } }",
        "subscription { ... on Subscriptions { graphChanged(since: 0) { version author } } }",
        "subscription { ...F } fragment F on Subscriptions { graphChanged(since: 0) { version author } }",
        "subscription { graphChanged(since: 0) { version } ... { graphChanged(since: 0) { author } } }",
        "subscription($a: Boolean = false) { graphChanged(since: 0) { version author at @include(if: $a) } }",
    ] {
        let events = server.events(query);
        let found: Vec<Value> = events.iter().map(|event| event["data"]["graphChanged"].clone()).collect();
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn a_cursor_is_of_its_list() {
    let server = Server::new();
    let cursor = |query: &str, list: &str| {
        let answer = server.ask(query);
        let edges = &answer["data"].pointer(list).unwrap_or_else(|| panic!("{answer}"))["edges"];
        edges.as_array().unwrap().last().unwrap()["cursor"].as_str().unwrap().to_owned()
    };
    let licences = cursor("{ allLicences(first: 2) { edges { cursor } } }", "/allLicences");
    let named = cursor("{ allLicences(first: 2, orderBy: {field: NAME}) { edges { cursor } } }", "/allLicences");
    let masters = cursor("{ licence(ref: \"SVT\") { masters(first: 1) { edges { cursor } } } }", "/licence/masters");
    let found = cursor("{ search(text: \"science\", first: 2) { edges { cursor } } }", "/search");
    let paths = cursor(
        r#"{ pathways(from: "SVT", to: "journaliste environnemental", first: 2) { edges { cursor } } }"#,
        "/pathways",
    );
    for query in [
        format!("{{ allLicences(first: 2, after: \"{licences}\") {{ totalCount }} }}"),
        format!("{{ allLicences(first: 3, after: \"{named}\", orderBy: {{field: NAME}}) {{ totalCount }} }}"),
        format!("{{ licence(ref: \"SVT\") {{ masters(first: 2, after: \"{masters}\") {{ totalCount }} }} }}"),
        format!("{{ search(text: \"Science\", first: 1, after: \"{found}\") {{ totalCount }} }}"),
        format!(
            r#"{{ pathways(from: "SVT", to: "journaliste environnemental", first: 5, after: "{paths}") {{ exhaustive }} }}"#
        ),
    ] {
        assert_eq!(server.code(&query), "none", "{query}");
    }
    for query in [
        format!("{{ allJobs(first: 2, after: \"{licences}\") {{ totalCount }} }}"),
        format!("{{ allLicences(first: 2, after: \"{named}\") {{ totalCount }} }}"),
        format!(
            "{{ allLicences(first: 2, after: \"{named}\", orderBy: {{field: NAME, direction: DESC}}) {{ totalCount }} }}"
        ),
        format!("{{ allMasters(first: 2, after: \"{masters}\") {{ totalCount }} }}"),
        format!("{{ licence(ref: \"info-com\") {{ masters(first: 2, after: \"{masters}\") {{ totalCount }} }} }}"),
        format!("{{ search(text: \"média\", first: 1, after: \"{found}\") {{ totalCount }} }}"),
        format!(
            r#"{{ pathways(from: "SVT", to: "journaliste environnemental", distinct: MASTER, after: "{paths}") {{ exhaustive }} }}"#
        ),
        format!(
            r#"{{ pathways(from: "info-com", to: "journaliste environnemental", after: "{paths}") {{ exhaustive }} }}"#
        ),
        "{ allJobs(last: 2, before: \"\") { totalCount } }".into(),
        "{ allJobs(first: 2, after: \"\") { totalCount } }".into(),
    ] {
        assert_eq!(server.code(&query), "INVALID_INPUT", "{query}");
    }
}

#[test]
fn a_search_goes_on_after_an_entry_that_is_gone() {
    let server = Server::new();
    let put: Vec<String> = (0..5)
        .map(|n| {
            format!(
                "{{putNode: {{id: \"job/zeta-{n}\", name: \"Zetamétier {n}\", sources: [\"source/thotis-imst\"]}}}}"
            )
        })
        .collect();
    let done =
        server.ask(&format!("mutation {{ applyChanges(input: {{changes: [{}]}}) {{ version }} }}", put.join(", ")));
    assert!(done["errors"].is_null(), "{done}");
    let whole = server.ask("{ search(text: \"zetamétier\", first: 10) { nodes { id } } }");
    let page = server.ask("{ search(text: \"zetamétier\", first: 2) { edges { cursor node { id } } } }");
    let last = &page["data"]["search"]["edges"][1];
    let gone = last["node"]["id"].as_str().unwrap();
    let done = server.ask(&format!(
        "mutation {{ applyChanges(input: {{changes: [{{deleteNode: {{id: \"{gone}\"}}}}]}}) {{ version }} }}"
    ));
    assert!(done["errors"].is_null(), "{done}");
    let next = format!("{{ search(text: \"zetamétier\", first: 2, after: {}) {{ nodes {{ id }} }} }}", last["cursor"]);
    let expected = json!(whole["data"]["search"]["nodes"].as_array().unwrap()[2..4]);
    let answer = server.ask(&next);
    assert_eq!(answer["data"]["search"]["nodes"], expected, "{answer}");
}

#[test]
fn introspection_and_sdl_say_the_same() {
    let server = Server::new();
    let answer = server.ask(
        "{ s: __schema { __typename description queryType { name } subscriptionType { name } directives { name isRepeatable } }
           node: __type(name: \"Node\") { kind possibleTypes { name kind } interfaces { name } }
           entity: __type(name: \"Entity\") { interfaces { name } possibleTypes { name } fields { name type { kind ofType { name } } } }
           ref: __type(name: \"Ref\") { specifiedByURL } change: __type(name: \"ChangeInput\") { isOneOf inputFields { name } }
           query: __type(name: \"Query\") { fields { name args { name defaultValue } } } none: __type(name: \"Nope\") { name }
           graph { version } }",
    );
    assert!(answer["errors"].is_null(), "{answer}");
    let data = &answer["data"];
    assert!(data["s"]["description"].as_str().is_some_and(|about| about.contains("formations")));
    assert_eq!(data["s"]["subscriptionType"]["name"], "Subscriptions");
    assert!(data["node"]["possibleTypes"].as_array().unwrap().iter().all(|one| one["kind"] == "OBJECT"));
    assert_eq!(data["entity"]["interfaces"], json!([{ "name": "Node" }]));
    assert_eq!((&data["none"], &data["change"]["isOneOf"]), (&Value::Null, &json!(true)));
    assert!(data["ref"]["specifiedByURL"].is_string());
    let fields = data["query"]["fields"].as_array().unwrap();
    let pathways = fields.iter().find(|field| field["name"] == "pathways").unwrap();
    let first = pathways["args"].as_array().unwrap().iter().find(|argument| argument["name"] == "first").unwrap();
    assert_eq!(first["defaultValue"], "10");
}

#[test]
fn only_nodes_have_an_id() {
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
    for definition in
        async_graphql::parser::parse_schema(crate::api::guard::shape::without_description(&crate::api::sdl()))
            .unwrap()
            .definitions
    {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let (name, kind) = (definition.node.name.node.clone(), definition.node.kind);
        let (fields, implements) = match kind {
            TypeKind::Object(object) => (object.fields, object.implements),
            TypeKind::Interface(interface) => (interface.fields, interface.implements),
            _ => continue,
        };
        let has_id = fields.iter().any(|field| field.node.name.node == "id");
        let is_node = name == "Node" || implements.iter().any(|interface| interface.node == "Node");
        assert_eq!(has_id, is_node, "{name}: caches take `id` for a global identity");
    }
}

#[test]
fn a_federated_gateway_finds_entities_by_their_key() {
    let server = Server::new();
    let answer = server.ask_with(
        "query($r: [_Any!]!) { _service { sdl } _entities(representations: $r) { __typename ... on Job { name } ... on Licence { slug } } }",
        json!({ "r": [
            { "__typename": "Job", "id": "job/journaliste-environnemental" },
            { "__typename": "Licence", "id": "licence/sciences-de-la-vie-et-de-la-terre" },
            { "__typename": "Job", "id": "job/none" },
        ] }),
    );
    let expected = json!([
        { "__typename": "Job", "name": "Journaliste environnemental" },
        { "__typename": "Licence", "slug": "sciences-de-la-vie-et-de-la-terre" },
        null,
    ]);
    assert_eq!(answer["data"]["_entities"], expected, "{answer}");
    let sdl = answer["data"]["_service"]["sdl"].as_str().unwrap();
    assert_eq!(sdl.matches("@key(fields: \"id\")").count(), crate::model::Kind::ALL.len() - 1, "{sdl}");
}

#[test]
fn an_entity_that_fails_leaves_a_federated_gateway_the_others() {
    let server = Server::new();
    let master = "master/information-et-mediation-scientifique-et-technique";
    let query = format!(
        r#"{{ graph {{ version }} found: _entities(representations: [
               {{ __typename: "Job", id: "job/journaliste-environnemental" }}, {{ __typename: "Master", id: "{master}" }},
               {{ __typename: "Job", id: "{master}" }}
           ]) {{ ... on Job {{ name }} ... on Master {{ licences(first: -1) {{ totalCount }} }} }} }}"#
    );
    let answer = server.ask(&query);
    let expected =
        json!({ "graph": { "version": 1 }, "found": [{ "name": "Journaliste environnemental" }, null, null] });
    assert_eq!(answer["data"], expected, "{answer}");
    assert_eq!(answer["errors"][0]["path"], json!(["found", 1, "licences"]), "{answer}");
    let by_variable = "query($r: [_Any!]!) { graph { version } _entities(representations: $r) { __typename } }";
    let by_part = r#"query($i: ID) { graph { version } _entities(representations: [{ __typename: "Job", id: $i }]) { __typename } }"#;
    for (query, variables) in [
        (by_variable, json!({ "r": [{ "__typename": "Nope", "id": "x" }] })),
        (by_variable, json!({ "r": [{ "id": "job/journaliste-environnemental" }] })),
        (by_variable, json!({ "r": [{ "__typename": "Job" }] })),
        (by_variable, json!({ "r": [5] })),
        (by_part, json!({})),
        (by_part, json!({ "i": null })),
        (
            r#"{ graph { version } _entities(representations: [{ __typename: "Nope", id: "x" }]) { __typename } }"#,
            json!({}),
        ),
        ("{ graph { version } _entities(representations: 5) { __typename } }", json!({})),
    ] {
        let answer = server.ask_with(query, variables.clone());
        assert_eq!(answer.get("data"), Some(&Value::Null), "{query} {variables}: {answer}");
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "INVALID_INPUT", "{answer}");
        assert_eq!(error["path"], json!(["_entities"]), "{answer}");
    }
    let asked = server.ask_with(by_part, json!({ "i": "job/journaliste-environnemental" }));
    assert_eq!(asked["data"]["_entities"], json!([{ "__typename": "Job" }]), "{asked}");
}

#[test]
fn the_recipes_for_developers_are_valid() {
    let validator = crate::api::validator();
    let page = include_str!("../../../docs/developers.md");
    let cells = page.lines().filter_map(|line| line.strip_suffix("` |")?.split_once("| `").map(|(_, recipe)| recipe));
    let recipes: Vec<&str> = cells.filter(|recipe| recipe.starts_with("query") || recipe.starts_with('{')).collect();
    assert!(recipes.len() >= 8, "{recipes:?}");
    for recipe in recipes {
        let parsed = validator.parse(recipe).unwrap_or_else(|error| panic!("{recipe}: {}", error.message));
        let faults = validator.validate(&parsed).err().unwrap_or_default();
        assert!(faults.is_empty(), "{recipe}: {faults:?}");
    }
}

#[test]
fn the_tasks_of_the_documentation_are_answered() {
    let server = Server::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tasks");
    let mut asked = 0;
    for page in std::fs::read_dir(folder).unwrap() {
        let page = page.unwrap().path();
        let text = std::fs::read_to_string(&page).unwrap();
        for part in text.split("```graphql\n").skip(1) {
            let (document, rest) = part.split_once("```\n\n```json\n").expect("each document has variables under it");
            let variables = serde_json::from_str(rest.split("```").next().unwrap()).unwrap();
            let answer = server.ask_with(document, variables);
            assert!(answer["errors"].is_null() && answer["data"].is_object(), "{}: {answer:#}", page.display());
            let nothing = ["\":[]", "\":null"].map(|nothing| answer["data"].to_string().matches(nothing).count());
            let values = answer["extensions"]["cost"]["values"].as_u64().unwrap();
            assert!(values >= 5 && values > 2 * nothing.iter().sum::<usize>() as u64, "{}: {answer:#}", page.display());
            asked += 1;
        }
    }
    assert!(asked > 8, "{asked}");
}
