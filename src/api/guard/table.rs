//! What a field costs beyond the values that it returns, and what its arguments add: one table.
//!
//! A thousand units are about a millisecond of one core, or a megabyte: `scripts/prices` measures each field and argument on the
//! national graph, with the dearest values that it has, and fails where one takes more than five times its price. A graph with ten
//! times as many skills takes ten times as long to list them. What is not in the table costs one unit a value.

/// What a request that works costs at least: it is executed on the pool, not by the threads that answer requests.
pub const WORK: u64 = 500;

/// The price of a field itself, by type and name; `*` is any type.
pub const FIELDS: &[(&str, &str, u64)] = &[
    // Searches: budgets of expansions bound them.
    ("Query", "pathways", 2_000),
    ("Query", "reachable", 5_000),
    ("Query", "recommend", 3_000),
    ("Query", "compare", 500),
    ("Query", "skillGap", 500),
    ("Query", "search", 1_000),
    // Found again, without a page.
    ("SearchConnection", "totalCount", 3_000),
    ("SearchEdge", "matched", 20),
    ("SearchEdge", "highlights", 20),
    ("PathwayConnection", "totalCount", 3_000),
    // Each condition is left out and searched without.
    ("PathwayConnection", "diagnosis", 60_000),
    ("ReachableConnection", "diagnosis", 20_000),
    ("RecommendationConnection", "diagnosis", 20_000),
    // Look-ups by key, one for each entry of the list.
    ("Query", "_entities", 2),
    ("Query", "resolve", 2),
    // The whole schema as text.
    ("Query", "_service", 2_000),
    ("*", "best", 20),
    ("*", "ties", 200),
    // Lists of a kind: all of it is read and put in order.
    ("Query", "allLicences", 200),
    ("Query", "allMasters", 300),
    ("Query", "allParcours", 500),
    ("Query", "allCourses", 200),
    ("Query", "allUniversities", 300),
    ("Query", "allSkills", 5_000),
    ("Query", "allJobs", 500),
    ("Query", "allFamilies", 300),
    ("Query", "allSectors", 100),
    ("Query", "allStudies", 100),
    // The places, domains and languages of all that a list holds, and of where it is offered.
    ("*", "facets", 6_000),
    // Counts of the whole graph.
    ("GraphInfo", "nodeCount", 500),
    ("GraphInfo", "kinds", 500),
    ("GraphInfo", "relations", 2_000),
    // Replays: what is said of each set is read from the disk, and each set's changes up to the last that is asked for.
    ("Query", "changes", 2_000),
    ("ChangeSet", "changes", 100),
    ("Subscriptions", "graphChanged", 500),
    // Long texts.
    ("*", "description", 4),
    ("*", "explanation", 10),
    ("Change", "line", 10),
    // A write waits for the disk.
    ("Mutation", "applyChanges", 100),
];

/// What an argument adds to a field that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// So much, where it is given.
    Given(u64),
    /// So much for each entry of the list.
    Each(u64),
    /// One for so many of the number.
    Share(u64),
    /// For a list of changes: so much for each, and for each merge.
    Changes(u64, u64),
}

/// What arguments add, by type (`*` is any), field (`*` is any) and name.
pub const ARGUMENTS: &[(&str, &str, &str, Extra)] = &[
    ("Query", "*", "whatIf", Extra::Changes(20, 2_500)),
    ("Mutation", "applyChanges", "input", Extra::Changes(20, 2_500)),
    // Every name of the kind is folded, or every figure looked up.
    ("Query", "allSkills", "where", Extra::Given(20_000)),
    ("Query", "allSkills", "orderBy", Extra::Given(25_000)),
    ("Query", "allJobs", "where", Extra::Given(2_000)),
    ("Query", "allJobs", "orderBy", Extra::Given(2_000)),
    ("Query", "allParcours", "where", Extra::Given(1_000)),
    ("Query", "allParcours", "orderBy", Extra::Given(1_000)),
    // Relations are put in order by all their names, and a value that the graph does not know is looked for among all that it has.
    ("*", "*", "where", Extra::Given(1_000)),
    ("*", "*", "orderBy", Extra::Given(500)),
    // A reference that nothing bears is looked for among all names.
    ("Query", "*", "ref", Extra::Given(300)),
    ("Query", "*", "target", Extra::Given(200)),
    ("Query", "*", "from", Extra::Each(200)),
    ("Query", "*", "to", Extra::Each(200)),
    ("Query", "*", "via", Extra::Each(200)),
    ("Query", "*", "avoid", Extra::Each(200)),
    ("Query", "*", "have", Extra::Each(200)),
    ("Query", "compare", "parcours", Extra::Each(200)),
    // Of those in `resolve`, for the first twenty only.
    ("Query", "resolve", "refs", Extra::Each(30)),
    // More pathways than are given are found to choose from.
    ("Query", "pathways", "distinct", Extra::Given(3_000)),
    ("Query", "pathways", "diversity", Extra::Given(3_000)),
    ("Query", "pathways", "profile", Extra::Given(3_000)),
    // All are found, up to the page.
    ("Query", "search", "after", Extra::Given(5_000)),
    ("Query", "search", "before", Extra::Given(5_000)),
    ("Query", "search", "last", Extra::Given(5_000)),
    // A set is read from its beginning.
    ("ChangeSet", "changes", "offset", Extra::Share(4)),
];

/// The price of a field itself.
pub fn own(on: &str, field: &str) -> u64 {
    let found = FIELDS.iter().find(|(ty, name, _)| *name == field && (*ty == on || *ty == "*"));
    found.map_or(1, |(_, _, price)| *price)
}

/// What arguments may add to a field: each name once, what is said of this very field first.
pub fn extras(on: &str, field: &str) -> Vec<(&'static str, Extra)> {
    let mut extras: Vec<(&'static str, Extra)> = Vec::new();
    for (ty, of, argument, extra) in ARGUMENTS {
        let applies = (*ty == on || *ty == "*") && (*of == field || *of == "*");
        if applies && !extras.iter().any(|(known, _)| known == argument) {
            extras.push((argument, *extra));
        }
    }
    extras
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_schema;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

    /// Root fields that cost what they return, and their reference.
    const PLAIN: [&str; 15] = [
        "entity",
        "node",
        "nodes",
        "licence",
        "master",
        "parcours",
        "course",
        "university",
        "skill",
        "job",
        "family",
        "sector",
        "study",
        "graph",
        "source",
    ];

    /// Every field of a type and its arguments.
    fn fields(ty: &str) -> Vec<(String, Vec<String>)> {
        // The parser does not know the description of a schema, which stands last, between the last two marks.
        let sdl = crate::api::sdl();
        let types = sdl.rsplitn(3, "\"\"\"").last().unwrap();
        let definitions = parse_schema(types).unwrap().definitions;
        let found = definitions.into_iter().find_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) if definition.node.name.node == ty => match definition.node.kind {
                TypeKind::Object(object) => Some(object.fields),
                _ => None,
            },
            _ => None,
        });
        let name = |field: &async_graphql::parser::types::FieldDefinition| {
            let arguments = field.arguments.iter().map(|argument| argument.node.name.node.to_string()).collect();
            (field.name.node.to_string(), arguments)
        };
        found.unwrap().iter().map(|field| name(&field.node)).collect()
    }

    #[test]
    fn every_root_field_is_in_the_table_or_said_to_be_plain() {
        for (field, _) in fields("Query") {
            let priced = FIELDS.iter().any(|(ty, name, _)| *ty == "Query" && *name == field);
            assert!(
                priced || PLAIN.contains(&&*field),
                "what does `{field}` cost? Measure it, and put it into the table"
            );
        }
    }

    #[test]
    fn arguments_that_have_the_server_work_add_to_the_price() {
        for (field, arguments) in fields("Query") {
            let extras = extras("Query", &field);
            for argument in arguments {
                let works = matches!(
                    &*argument,
                    "where"
                        | "orderBy"
                        | "whatIf"
                        | "from"
                        | "to"
                        | "via"
                        | "avoid"
                        | "have"
                        | "ref"
                        | "refs"
                        | "target"
                );
                assert!(!works || extras.iter().any(|(name, _)| *name == argument), "{field}({argument})");
            }
        }
    }

    #[test]
    fn what_is_said_of_a_very_field_comes_first() {
        assert_eq!(own("Query", "allSkills"), 5_000);
        assert_eq!((own("Job", "description"), own("Job", "name")), (4, 1));
        assert!(extras("Query", "allSkills").contains(&("where", Extra::Given(20_000))));
        assert!(extras("Query", "allSectors").contains(&("where", Extra::Given(1_000))));
        assert_eq!(extras("Job", "skills"), [("where", Extra::Given(1_000)), ("orderBy", Extra::Given(500))]);
    }
}
