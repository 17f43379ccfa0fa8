//! A plan answers what the general way answers: asked of both, over documents generated from the schema.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Request;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{Positioned, parse_query, parse_schema};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Plan;
use crate::api::access::Caller;
use crate::api::gateway::{Call, Gateway, Settings, Snapshots, Via};
use crate::app::{App, Write};
use crate::import::{self, seed};
use crate::store::Access;

/// The same graph, without what plans read: everything goes the general way.
struct GeneralOnly(Arc<App>);

impl Snapshots for GeneralOnly {
    fn version(&self) -> u64 {
        Snapshots::version(&self.0)
    }

    fn attach(&self, request: Request) -> (Request, u64) {
        self.0.attach(request)
    }
}

struct Both {
    runtime: tokio::runtime::Runtime,
    planned: Gateway,
    general: Gateway,
    _folder: tempfile::TempDir,
}

impl Both {
    fn new() -> Both {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Access::Create).unwrap();
        let graph = seed::embedded().unwrap();
        let changes = import::changes(graph.nodes, graph.edges, |_| false);
        app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
        let app = Arc::new(app);
        let settings = || Settings { answer_bytes: 0, ..Settings::patient() };
        let schema = crate::api::builder().data(app.clone()).finish();
        let general = Gateway::new(schema, crate::api::validator(), GeneralOnly(app.clone()), settings()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Both { runtime, planned: crate::api::gateway(&app, settings()), general, _folder: folder }
    }

    fn ask(&self, gateway: &Gateway, query: &str, variables: &str) -> Value {
        let call = Call {
            query: Some(query),
            operation: None,
            variables: Some(variables),
            extensions: None,
            via: Via::Post,
            text: None,
        };
        let answer = self.runtime.block_on(gateway.answer(&call, &Caller::default()));
        serde_json::from_slice(&answer.body).unwrap()
    }

    /// Asks twice, since a document is planned once it has been answered; gives the answers of the general way, and the
    /// first and second of the other.
    fn answers(&self, query: &str, variables: &str) -> [Value; 3] {
        let first = self.ask(&self.planned, query, variables);
        [self.ask(&self.general, query, variables), first, self.ask(&self.planned, query, variables)]
    }
}

fn plan(query: &str) -> Option<Plan> {
    let document = parse_query(query).unwrap();
    let operation = document.operations.iter().next().unwrap().1.node.clone();
    Plan::compile(&document, &operation)
}

/// Every field that a plan writes, and ways of asking that must not change the answer.
const PLANNED: [&str; 10] = [
    r#"{ __typename job(ref: "journaliste environnemental") { __typename id kind slug name aliases description retired url
         riasec regulated codes { __typename scheme value } sources { __typename id name aliases description publisher url
         date edition licence retired } skills(first: 2) { __typename totalCount nodes { id }
         pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor }
         edges { __typename cursor weight condition level node { name } sources { id } } } nextJobs { nodes { id } } } }"#,
    r#"{ master(ref: "IMST") { domains ects modalities languages thesis projects profile licences { nodes { id } }
         parcours { nodes { id ects place { __typename city region academy } modalities master { id } university { id }
         universities { totalCount } } } related { totalCount } } }"#,
    r#"query($m: Ref!, $n: Int = 2, $a: String) { a: master(ref: $m) { b: skills(first: $n, after: $a) { nodes { c: name } } } }"#,
    r#"{ entity(ref: "SVT", kind: LICENCE) { id ... on Licence { masters { nodes { ...f } } } ... on Job { riasec } } }
       fragment f on Entity { id ... on Master { slug } ... on Node { id } }"#,
    r#"{ a: node(id: "source/thotis-imst") { __typename id ... on Source { publisher } } b: node(id: "job/none") { id } }"#,
    r#"{ search(text: "journalisme", first: 3) { totalCount pageInfo { hasNextPage endCursor } nodes { id }
         edges { cursor score node { id name kind } } } }"#,
    r#"{ pathways(from: "SVT", to: "journaliste environnemental", distinct: MASTER, first: 3, where: { evidence: [STATED] }) {
         __typename exhaustive from { id } to { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
         edges { __typename cursor node { score } } nodes { __typename score licence { id } master { id } parcours { id }
         university { name } job { id } skillsGained { id } skillsMissing { id } explanation
         weakest { kind word strength skills { id } sources { id } }
         steps { __typename strength relation from { id } to { id } evidence { __typename kind strength } } } } }"#,
    r#"{ master(ref: "IMST") { parcours(where: { nameContains: "e" }, orderBy: { field: NAME, direction: DESC }, first: 2) {
         totalCount pageInfo { endCursor } edges { cursor node { name } } } } }"#,
    r#"{ skill(ref: "veille") { jobs(last: 2) { edges { cursor node { id } } } } skill(ref: "veille") { name } }"#,
    r#"query Q($i: ID!) { node(id: $i) { ... on Job { name } } }"#,
];

#[test]
fn plans_answer_as_the_general_way_does() {
    let both = Both::new();
    for query in PLANNED {
        let variables = r#"{"m": "IMST", "i": "job/journaliste-environnemental"}"#;
        assert!(plan(query).is_some(), "{query}");
        let [general, first, second] = both.answers(query, variables);
        assert_eq!(general["errors"], Value::Null, "{query}");
        assert_eq!(first, general, "{query}");
        assert_eq!(second, general, "{query}");
    }
}

#[test]
fn what_a_plan_cannot_answer_goes_the_general_way() {
    let both = Both::new();
    let job = "query($r: Ref!, $n: Int) { job(ref: $r) { skills(first: $n) { nodes { id } } } }";
    let good = r#"{"r": "journaliste environnemental"}"#;
    assert_eq!(both.ask(&both.planned, job, good)["errors"], Value::Null);
    let cases = [
        (r#"{"r": "rien du tout"}"#, "UNKNOWN_REF"),
        (r#"{"r": "journaliste environnemental", "n": -1}"#, "INVALID_INPUT"),
        (r#"{"r": "journaliste environnemental", "n": "x"}"#, "INVALID_INPUT"),
        (r#"{"r": 7}"#, "INVALID_INPUT"),
        (r#"{"r": null}"#, "INVALID_INPUT"),
        (r#"{}"#, "INVALID_INPUT"),
    ];
    for (variables, code) in cases {
        let [general, first, second] = both.answers(job, variables);
        assert_eq!(general["errors"][0]["extensions"]["code"], code, "{variables}: {general}");
        assert_eq!((&first, &second), (&general, &general), "{variables}");
    }
    let filter = "query($w: PathwayFilter) { pathways(from: \"SVT\", to: \"doctorat\", where: $w) { exhaustive } }";
    assert_eq!(both.ask(&both.planned, filter, "{}")["errors"], Value::Null);
    let [general, first, _] = both.answers(filter, r#"{"w": {"nowhere": 1}}"#);
    assert_ne!(general["errors"], Value::Null);
    assert_eq!(first, general);
    for query in [
        r#"{ job(ref: "journaliste environnemental") { name @skip(if: true) id } }"#,
        r#"{ graph { version } }"#,
        r#"{ allJobs(first: 1) { nodes { id } } }"#,
    ] {
        assert!(plan(query).is_none(), "{query}");
    }
}

#[test]
fn an_object_that_no_fragment_fits_is_empty_from_the_first_time_on() {
    let both = Both::new();
    let query = r#"{ entity(ref: "SVT", kind: LICENCE) { ... on Job { name } } }"#;
    let [_, first, second] = both.answers(query, "{}");
    assert_eq!(first["data"], json!({ "entity": {} }));
    assert_eq!(second, first);
}

/// A type of the schema: its fields, each with its type and whether it takes a page.
type Types = HashMap<String, Vec<(String, String, bool)>>;

fn types() -> Types {
    let read = |fields: &[Positioned<FieldDefinition>]| {
        let optional = fields.iter().filter(|field| {
            field.node.arguments.iter().all(|arg| arg.node.ty.node.nullable || arg.node.default_value.is_some())
        });
        let name = |field: &Positioned<FieldDefinition>| {
            let paged = field.node.arguments.iter().any(|argument| argument.node.name.node == "first");
            (field.node.name.node.to_string(), named(&field.node.ty.node), paged)
        };
        optional.map(name).collect()
    };
    let mut types = Types::new();
    for definition in
        parse_schema(crate::api::guard::shape::without_description(&crate::api::sdl())).unwrap().definitions
    {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let fields = match &definition.node.kind {
            TypeKind::Object(object) => read(&object.fields),
            TypeKind::Interface(interface) => read(&interface.fields),
            _ => continue,
        };
        types.insert(definition.node.name.node.to_string(), fields);
    }
    types
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => named(inner),
    }
}

/// A selection on a type, made from a stream of choices.
fn selection(types: &Types, on: &str, depth: usize, choices: &mut impl Iterator<Item = usize>) -> String {
    let mut choose = |n: usize| choices.next().unwrap_or(0) % n;
    let mut text = String::from("{ ");
    let count = 1 + choose(4);
    for at in 0..count {
        let fields = &types[on];
        let (name, target, paged) = &fields[choose(fields.len())];
        let how = choose(8);
        let page = if *paged { format!("(first: {})", choose(4)) } else { String::new() };
        let inner = match types.contains_key(target) {
            true if depth == 0 => continue,
            true => selection(
                types,
                target,
                depth - 1,
                &mut (0..64).map(|_| choose(1 << 16)).collect::<Vec<_>>().into_iter(),
            ),
            false => String::new(),
        };
        text += &match how {
            0 => format!("a{at}: {name}{page} {inner} "),
            1 => format!("... on {on} {{ b{at}: {name}{page} {inner} }} "),
            2 => format!("... {{ c{at}: {name}{page} {inner} }} "),
            _ => format!("d{at}: {name}{page} {inner} "),
        };
    }
    text + "__typename }"
}

const ROOTS: [(&str, &str); 9] = [
    ("job(ref: \"journaliste environnemental\")", "Job"),
    ("licence(ref: \"SVT\")", "Licence"),
    ("master(ref: \"IMST\")", "Master"),
    ("parcours(ref: \"JET\")", "Parcours"),
    ("university(ref: \"université Côte d'Azur\")", "University"),
    ("skill(ref: \"veille\")", "Skill"),
    ("entity(ref: \"vulgarisation\", kind: SKILL)", "Entity"),
    ("search(text: \"mediateur\", first: 4)", "SearchConnection"),
    ("pathways(from: \"SVT\", to: \"journaliste environnemental\", first: 2)", "PathwayConnection"),
];

#[test]
fn generated_documents_are_answered_alike_both_ways() {
    let both = Both::new();
    let types = types();
    let (asked, planned) = (Cell::new(0), Cell::new(0));
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let choices = proptest::collection::vec(0usize..1 << 16, 1..400);
    let result = runner.run(&choices, |choices| {
        let mut choices = choices.into_iter();
        let (root, on) = ROOTS[choices.next().unwrap_or(0) % ROOTS.len()];
        let query = format!("{{ {root} {} }}", selection(&types, on, 3, &mut choices));
        let [general, first, second] = both.answers(&query, "{}");
        prop_assert_eq!(&first, &general, "first: {}", query);
        prop_assert_eq!(&second, &general, "second: {}", query);
        asked.set(asked.get() + 1);
        planned.set(planned.get() + u32::from(general["data"] != Value::Null && plan(&query).is_some()));
        Ok(())
    });
    result.unwrap();
    let (asked, planned) = (asked.get(), planned.get());
    assert!(planned * 10 >= asked, "only {planned} of {asked} documents had a plan: the property says little");
}
