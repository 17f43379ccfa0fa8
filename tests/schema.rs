//! The public schema: it is the committed schema.graphql, described in French throughout, and its lists are paged alike.

use std::collections::BTreeMap;
use std::fs;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");

/// Words that an English description has and a French one has not.
const ENGLISH: [&str; 12] = ["the", "of", "which", "this", "that", "with", "when", "and", "is", "are", "for", "to"];

/// One thing of the schema: `Type`, `Type.field`, `Type.field(argument:)`, with its description.
type Described = (String, Option<String>);

/// The named types, with their descriptions.
fn types() -> BTreeMap<String, (Option<String>, TypeKind)> {
    let document = parse_schema(passerelle::api::guard::shape::without_description(&passerelle::api::sdl()))
        .expect("the schema parses");
    let types = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) => Some(definition.node),
        _ => None,
    });
    let text = |description: Option<Positioned<String>>| description.map(|text| text.node);
    types.map(|definition| (definition.name.to_string(), (text(definition.description), definition.kind))).collect()
}

fn fields(kind: &TypeKind) -> &[Positioned<FieldDefinition>] {
    match kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

fn described() -> Vec<Described> {
    let mut all = Vec::new();
    let text = |description: &Option<Positioned<String>>| description.as_ref().map(|text| text.node.clone());
    let input = |value: &InputValueDefinition| (value.name.to_string(), text(&value.description));
    // What begins with `_` is federation's, described there.
    let ours = |name: &str| !name.starts_with('_');
    for (name, (description, kind)) in types().into_iter().filter(|(name, _)| ours(name)) {
        for field in fields(&kind).iter().filter(|field| ours(&field.node.name.node)) {
            let field = &field.node;
            let at = format!("{name}.{}", field.name);
            let arguments = field.arguments.iter().map(|argument| input(&argument.node));
            all.extend(arguments.map(|(argument, description)| (format!("{at}({argument}:)"), description)));
            all.push((at, text(&field.description)));
        }
        match &kind {
            TypeKind::InputObject(object) => {
                let fields = object.fields.iter().map(|field| input(&field.node));
                all.extend(fields.map(|(field, description)| (format!("{name}.{field}"), description)));
            }
            TypeKind::Enum(values) => {
                let values = values.values.iter().map(|value| &value.node);
                all.extend(values.map(|value| (format!("{name}.{}", value.value), text(&value.description))));
            }
            _ => {}
        }
        all.push((name, description));
    }
    all
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let committed = fs::read_to_string(FILE).unwrap_or_default();
    let printed = passerelle::api::sdl();
    let differing = committed.lines().zip(printed.lines()).position(|(old, new)| old != new);
    let line = differing.unwrap_or_else(|| committed.lines().count().min(printed.lines().count()));
    assert!(
        committed == printed,
        "schema.graphql is not what the code prints, from line {} on:\n  committed: {}\n  printed:   {}\n\
         Run scripts/schema, read the difference as a review of the API, and commit it.",
        line + 1,
        committed.lines().nth(line).unwrap_or("(its end)"),
        printed.lines().nth(line).unwrap_or("(its end)"),
    );
}

#[test]
fn everything_is_described_in_french() {
    let all = described();
    assert!(all.len() > 500, "only {} things were found", all.len());
    let mut faults = Vec::new();
    for (at, description) in all {
        let text = description.unwrap_or_default();
        // Names of fields and examples are in the language of the API.
        let prose: String = text.split('`').step_by(2).collect();
        let english = prose.split(|c: char| !c.is_alphabetic()).find(|word| ENGLISH.contains(word));
        if text.trim().is_empty() {
            faults.push(format!("{at} has no description"));
        } else if let Some(word) = english {
            faults.push(format!("{at} is not described in French (`{word}`): {text}"));
        } else if !text.trim_end().ends_with(['.', '!', '?', ')', '»', '…']) {
            faults.push(format!("{at}: the description is no sentence: {text}"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn connections_have_the_shape_that_relay_expects() {
    let types = types();
    let shape = |name: &str| -> BTreeMap<String, String> {
        let (_, kind) = types.get(name).unwrap_or_else(|| panic!("there is no type {name}"));
        fields(kind).iter().map(|field| (field.node.name.to_string(), field.node.ty.node.to_string())).collect()
    };
    let page_info = [("endCursor", "String"), ("hasNextPage", "Boolean!"), ("hasPreviousPage", "Boolean!")]
        .into_iter()
        .chain([("startCursor", "String")]);
    assert_eq!(shape("PageInfo"), page_info.map(|(name, ty)| (name.to_owned(), ty.to_owned())).collect());
    let connections: Vec<&str> = types.keys().filter_map(|name| name.strip_suffix("Connection")).collect();
    assert!(connections.len() > 15, "{connections:?}");
    for name in connections {
        let (connection, edge) = (shape(&format!("{name}Connection")), shape(&format!("{name}Edge")));
        assert_eq!(connection["edges"], format!("[{name}Edge!]!"));
        assert_eq!(connection["pageInfo"], "PageInfo!", "{name}Connection");
        assert_eq!(edge["cursor"], "String!", "{name}Edge");
        assert_eq!(connection["nodes"], format!("[{}]!", edge["node"]), "{name}Connection");
    }
    // Every list that a client pages through takes `first` and `after`.
    for (name, (_, kind)) in &types {
        for field in fields(kind).iter().map(|field| &field.node) {
            if field.ty.node.to_string().trim_end_matches('!').ends_with("Connection") {
                let taken: Vec<&str> =
                    field.arguments.iter().map(|argument| argument.node.name.node.as_str()).collect();
                assert!(taken.contains(&"first") && taken.contains(&"after"), "{name}.{}: {taken:?}", field.name);
            }
        }
    }
}

/// Words that JavaScript, Python, Rust or Swift keep for themselves.
const KEPT: [&str; 43] = [
    "as", "async", "await", "break", "case", "catch", "class", "continue", "crate", "def", "default", "defer", "del",
    "do", "else", "enum", "extern", "fn", "for", "from", "func", "global", "guard", "if", "import", "in", "init", "is",
    "lambda", "let", "loop", "match", "mod", "not", "or", "pass", "pub", "return", "self", "try", "type", "where",
    "while",
];

/// Fields whose names are settled, whatever languages make of them.
const SETTLED: [(&str, &str); 11] = [
    ("Change", "from"),
    ("EvidenceStatement", "from"),
    ("Pathway", "class"),
    ("PathwayClass", "class"),
    ("PathwayConnection", "from"),
    ("PathwayStep", "from"),
    ("ReachableClass", "class"),
    ("ReachableEdge", "class"),
    ("Recommendation", "class"),
    ("RecommendationClass", "class"),
    // Deprecated: `inFavour` is its new name.
    ("Recommendation", "for"),
];

#[test]
fn no_field_is_a_keyword_of_the_languages_that_clients_are_written_in() {
    for (name, (_, kind)) in &types() {
        for field in fields(kind).iter().map(|field| field.node.name.node.as_str()) {
            let settled = SETTLED.contains(&(name, field));
            assert!(settled || !KEPT.contains(&field), "{name}.{field} is a keyword somewhere: find another word");
        }
    }
}
