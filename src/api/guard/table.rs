//! What a field costs beyond the values that it returns, and what its arguments add: one table.
//!
//! A thousand units are meant to be about a millisecond of one core, or a megabyte. The numbers are estimates from what single
//! requests took; they have not been measured field by field yet. What is not in the table costs one unit a value.

/// The price of a field itself, by type and name; `*` is any type.
pub const FIELDS: &[(&str, &str, u64)] = &[
    // Searches: budgets of expansions bound them.
    ("Query", "pathways", 2_000),
    ("Query", "reachable", 2_000),
    ("Query", "recommend", 2_000),
    ("Query", "compare", 500),
    ("Query", "skillGap", 100),
    ("Query", "search", 500),
    // Look-ups by key or name, one for each entry of the list.
    ("Query", "_entities", 2),
    ("Query", "resolve", 2),
    // The whole schema as text.
    ("Query", "_service", 200),
    ("*", "best", 20),
    ("*", "ties", 200),
    // Lists of a kind: all of it is read and put in order.
    ("Query", "allLicences", 100),
    ("Query", "allMasters", 100),
    ("Query", "allParcours", 500),
    ("Query", "allCourses", 100),
    ("Query", "allUniversities", 100),
    ("Query", "allSkills", 1_000),
    ("Query", "allJobs", 100),
    ("Query", "allFamilies", 100),
    ("Query", "allSectors", 100),
    ("Query", "allStudies", 100),
    // Counts of the whole graph.
    ("GraphInfo", "nodeCount", 200),
    ("GraphInfo", "kinds", 200),
    ("GraphInfo", "relations", 1_000),
    // Replays: each set's record is read from the disk.
    ("Query", "changes", 500),
    ("ChangeSet", "changes", 100),
    ("Subscriptions", "graphChanged", 500),
    // Names that are nearly those asked for are looked for where none is the same.
    ("Query", "entity", 2),
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

/// What arguments add, by type, field (`*` is any) and name.
pub const ARGUMENTS: &[(&str, &str, &str, Extra)] = &[
    ("Query", "*", "whatIf", Extra::Changes(20, 1_500)),
    ("Mutation", "applyChanges", "input", Extra::Changes(20, 1_500)),
    // Every name of the kind is folded, or every figure looked up.
    ("Query", "allSkills", "where", Extra::Given(2_000)),
    ("Query", "allSkills", "orderBy", Extra::Given(2_000)),
    ("Query", "allParcours", "where", Extra::Given(1_000)),
    ("Query", "allParcours", "orderBy", Extra::Given(1_000)),
    ("Query", "*", "where", Extra::Given(200)),
    ("Query", "*", "orderBy", Extra::Given(200)),
    // Each may have to be looked for among all names.
    ("Query", "*", "from", Extra::Each(20)),
    ("Query", "*", "to", Extra::Each(20)),
    ("Query", "*", "via", Extra::Each(20)),
    ("Query", "*", "avoid", Extra::Each(20)),
    ("Query", "*", "have", Extra::Each(20)),
    ("Query", "compare", "parcours", Extra::Each(100)),
    // A set is read from its beginning.
    ("ChangeSet", "changes", "offset", Extra::Share(15)),
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
        let applies = *ty == on && (*of == field || *of == "*");
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

    /// Root fields that cost what they return.
    const PLAIN: [&str; 14] = [
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
                let works =
                    matches!(&*argument, "where" | "orderBy" | "whatIf" | "from" | "to" | "via" | "avoid" | "have");
                assert!(!works || extras.iter().any(|(name, _)| *name == argument), "{field}({argument})");
            }
        }
    }

    #[test]
    fn what_is_said_of_a_very_field_comes_first() {
        assert_eq!(own("Query", "allSkills"), 1_000);
        assert_eq!((own("Job", "description"), own("Job", "name")), (4, 1));
        assert!(extras("Query", "allSkills").contains(&("where", Extra::Given(2_000))));
        assert!(extras("Query", "allJobs").contains(&("where", Extra::Given(200))));
        assert!(extras("Job", "skills").is_empty());
    }
}
