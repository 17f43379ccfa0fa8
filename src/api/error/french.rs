//! The English sentences of others, as an adviser may read them: apollo-compiler's on documents, async-graphql's on values, the
//! graph's on changes.
//!
//! Each pattern is a sentence with holes (`{}`), its translation has them by number. What no pattern fits is given after a
//! French opening, so that nothing is hidden.

type Pattern = (&'static str, &'static str);

/// What apollo-compiler says of a document, and async-graphql of a value.
const FOREIGN: &[Pattern] = &[
    (UNKNOWN_FIELD, "Le type « {1} » n'a pas de champ « {0} »."),
    (r#"Unknown argument "{}" on field "@{}"."#, "La directive « @{1} » n'a pas d'argument « {0} »."),
    (r#"Unknown argument "{}" on field "{}"."#, "Le champ « {1} » n'a pas d'argument « {0} »."),
    (r#"Unknown directive "{}"."#, "La directive « {0} » n'existe pas."),
    (r#"Unknown fragment "{}"."#, "Le fragment « {0} » n'est pas défini."),
    (r#"Unknown type "{}"."#, "Le type « {0} » n'existe pas."),
    (
        r#"Field "{}" argument "{}" of type "{}" is required, but it was not provided."#,
        "Il manque au champ « {0} » son argument « {1} » ({2}).",
    ),
    (
        r#"Directive "@{}" argument "{}" of type "{}" is required, but it was not provided."#,
        "Il manque à la directive « @{0} » son argument « {1} » ({2}).",
    ),
    (r#"Field "{}" of required type "{}" was not provided."#, "Il manque le champ « {0} » ({1})."),
    (r#"Directive "@{}" may not be used on {}."#, "La directive « @{0} » ne peut être mise à cet endroit ({1})."),
    (
        r#"The directive "@{}" can only be used once at this location."#,
        "La directive « @{0} » est mise deux fois au même endroit.",
    ),
    (
        r#"Field "{}" must not have a selection since type "{}" has no subfields"#,
        "Le champ « {0} » ({1}) est une valeur : il n'a pas de champs entre accolades.",
    ),
    (
        r#"Field "{}" of type "{}" must have a selection of subfields. Did you mean {}"#,
        "Le champ « {0} » ({1}) demande des champs entre accolades : {0} { … }.",
    ),
    (
        r#"Fields "{}" conflict because "{}" and "{}" are different fields. Use different aliases{}"#,
        "« {0} » désigne deux champs différents, « {1} » et « {2} » : donnez-leur des alias différents.",
    ),
    (
        r#"Fields "{}" conflict because they have differing arguments. Use different aliases{}"#,
        "« {0} » est demandé deux fois avec des arguments différents : donnez-leur des alias différents.",
    ),
    (
        r#"Fields "{}" conflict because they return conflicting types {}. Use different aliases{}"#,
        "« {0} » désigne des champs de types différents ({1}) : donnez-leur des alias différents.",
    ),
    (r#"Fragment "{}" is never used."#, "Le fragment « {0} » n'est pas utilisé."),
    (
        r#"Fragment "{}" cannot be spread here as objects of type "{}" can never be of type "{}"."#,
        "Le fragment « {0} » ne convient pas ici : un objet « {1} » n'est jamais un « {2} ».",
    ),
    (
        r#"Fragment cannot be spread here as objects of type "{}" can never be of type "{}"."#,
        "Ce fragment ne convient pas ici : un objet « {0} » n'est jamais un « {1} ».",
    ),
    (
        r#"Fragment "{}" cannot condition on non composite type "{}"."#,
        "Le fragment « {0} » porte sur « {1} », qui n'a pas de champs.",
    ),
    (
        r#"Fragment cannot condition on non composite type "{}"."#,
        "Un fragment porte sur « {0} », qui n'a pas de champs.",
    ),
    (r#"Cannot spread fragment "{}" within itself via {}"#, "Le fragment « {0} » se contient lui-même."),
    (r#"There can be only one argument named "{}"."#, "L'argument « {0} » est donné deux fois."),
    (r#"There can be only one variable named "${}"."#, "La variable « ${0} » est déclarée deux fois."),
    ("the value `{}` is defined multiple times", "Le champ « {0} » est donné deux fois."),
    (r#"Variable "${}" is not defined."#, "La variable « ${0} » n'est pas déclarée."),
    (r#"Variable "${}" is never used."#, "La variable « ${0} » n'est pas utilisée."),
    (
        r#"Variable "${}" cannot be non-input type "{}"."#,
        "La variable « ${0} » ne peut être de type « {1} », qui ne se donne pas en entrée.",
    ),
    (
        r#"Variable "${}" of type "{}" used in position expecting type "{}"."#,
        "La variable « ${0} » est de type « {1} » là où il faut « {2} ».",
    ),
    (r#"Value "{}" does not exist in "{}" enum."#, "« {0} » n'est pas une valeur de l'énumération « {1} »."),
    (r#"Field "{}" is not defined by type "{}"."#, "« {1} » n'a pas de champ « {0} »."),
    ("Int cannot represent non 32-bit signed integer value: {}", "« {0} » est hors des bornes d'un entier de 32 bits."),
    ("{} cannot represent non-integer value: {}", "Une valeur de type « {0} » est attendue, et non {1}."),
    ("{} cannot represent non numeric value: {}", "Une valeur de type « {0} » est attendue, et non {1}."),
    ("{} cannot represent value: {}", "Une valeur de type « {0} » est attendue, et non {1}."),
    ("{} must select only one top level field.", "Un abonnement demande un seul champ à la racine."),
    (
        "{} must not select an introspection top level field.",
        "Un abonnement ne demande à la racine aucun champ qui commence par « __ ».",
    ),
    (
        "{} can not specify @skip or @include on root fields.",
        "Les champs à la racine d'un abonnement ne prennent ni @skip ni @include.",
    ),
    (r#"Expected input type "{}", found {}."#, "Une valeur de type « {0} » est attendue, et non {1}."),
    (r#"Failed to parse "{}": {}"#, "Cette valeur n'est pas du type « {0} » : {1}"),
];

const UNKNOWN_FIELD: &str = r#"Cannot query field "{}" on type "{}"."#;

/// The field and the type of the sentence that says that the one is not of the other.
pub fn unknown_field(message: &str) -> Option<[&str; 2]> {
    holes(UNKNOWN_FIELD, message)?.try_into().ok()
}

/// What the graph and the vocabulary say of a change.
const REASONS: &[Pattern] = &[
    ("there is no such node: check the key", "cette fiche n'existe pas : vérifiez l'identifiant"),
    ("there is no such relation to delete", "cette relation n'existe pas, il n'y a rien à supprimer"),
    ("`{}` is itself replaced by this node", "« {0} » est elle-même remplacée par cette fiche"),
    (
        "it cannot merge into `{}`: both must be of one kind",
        "elle ne peut être fusionnée dans « {0} » : les deux doivent être de même nature",
    ),
    (
        "it cannot merge into `{}`: both must be current, and two",
        "elle ne peut être fusionnée dans « {0} » : il faut deux fiches différentes, ni retirées ni remplacées",
    ),
    (
        "sources do not merge: relations cite each by its own key",
        "les sources ne se fusionnent pas : les relations citent chacune par son identifiant",
    ),
    ("`{}` goes from {} to {}, not from {} to {}", "« {0} » va de {1} à {2}, et non de {3} à {4}"),
    ("a relation joins two different nodes", "une relation va d'une fiche à une autre"),
    (
        "`{}` is not there: add that node or correct the key",
        "« {0} » n'existe pas : ajoutez cette fiche ou corrigez l'identifiant",
    ),
    ("it has no source: say who states it", "elle n'a pas de source : dites qui l'affirme"),
    (
        "`{}` is cited as a source: cite a node of kind source",
        "« {0} » est citée comme source : citez une fiche de nature source",
    ),
    (
        "it cites `{}`, which is not there: add that source or cite another",
        "elle cite « {0} », qui n'existe pas : ajoutez cette source ou citez-en une autre",
    ),
    (
        "`{}` holds {}, which steers what shows it: remove that character",
        "« {0} » contient {1}, qui commande l'affichage : retirez ce caractère",
    ),
    ("`{}` has {} bytes: the most is {}", "« {0} » a {1} octets : {2} au plus"),
    ("`{}` has {} entries: the most is {}", "« {0} » a {1} valeurs : {2} au plus"),
    (
        "`{}` is `{}`, which is no date: write 2025, 2025-09 or 2025-09-18",
        "« {0} » vaut « {1} », qui n'est pas une date : écrivez 2025, 2025-09 ou 2025-09-18",
    ),
    (
        "`{}` is no link: write an address that begins with http:// or https://",
        "« {0} » n'est pas un lien : écrivez une adresse qui commence par http:// ou https://",
    ),
    ("its name is empty: give it one", "son nom est vide : donnez-lui-en un"),
    ("a code lacks its scheme or value (`{}` `{}`)", "un code n'a pas de nomenclature ou de valeur (« {0} » « {1} »)"),
    ("a {} has no field `{}`: remove it", "une fiche de nature {0} n'a pas de champ « {1} » : retirez-le"),
    ("it is replaced but not retired: mark it retired", "elle est remplacée sans être retirée : marquez-la retirée"),
    (
        "it is replaced by `{}`, which is not another {} that is there",
        "elle est remplacée par « {0} », qui n'est pas une autre fiche de nature {1}",
    ),
    (
        "`{}` is not a key: write <kind>/<slug>, for example {}",
        "« {0} » n'est pas un identifiant : écrivez <nature>/<nom abrégé>, par exemple {1}",
    ),
    (
        "in the key `{}`: unknown kind `{}`: use one of {}",
        "dans l'identifiant « {0} », la nature « {1} » n'existe pas : prenez l'une de {2}",
    ),
    (
        "in the key `{}`: a slug has only a-z, 0-9 and single inner dashes; write `{}`",
        "dans l'identifiant « {0} », le nom abrégé ne peut avoir que a-z, 0-9 et des tirets isolés : écrivez « {1} »",
    ),
    (
        "the key that begins `{}` has {} bytes: the most is {}",
        "l'identifiant qui commence par « {0} » a {1} octets : {2} au plus",
    ),
    (
        "the weight {} is out of bounds: it must be more than 0 and at most 1",
        "le poids {0} est hors des bornes : il doit être plus grand que 0 et au plus 1",
    ),
];

/// A sentence of one of the libraries' in French.
pub fn foreign(message: &str) -> String {
    let (message, around) = match message.split_once(" (occurred while parsing ") {
        Some((inner, _)) => (inner, true),
        None => (message, false),
    };
    match translated(FOREIGN, message) {
        Some(french) => french,
        // Said by our own scalars, in French.
        None if around || !message.is_ascii() => message.to_owned(),
        None => format!("La requête ne convient pas au schéma : {message}"),
    }
}

/// A reason of the graph's in French; one that is French already stays.
pub fn reason(reason: &str) -> String {
    translated(REASONS, reason).unwrap_or_else(|| reason.to_owned())
}

fn translated(patterns: &[Pattern], message: &str) -> Option<String> {
    patterns.iter().find_map(|(pattern, french)| Some(filled(french, &holes(pattern, message)?)))
}

/// What stands in the holes of a pattern, if the text fits it whole.
fn holes<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut literals = pattern.split("{}");
    let mut rest = text.strip_prefix(literals.next()?)?;
    let literals: Vec<&str> = literals.collect();
    let mut found = Vec::with_capacity(literals.len());
    for (index, literal) in literals.iter().enumerate() {
        let last = index + 1 == literals.len();
        // The last literal ends the text; an inner one is looked for from the hole on.
        let at = match (last, literal.is_empty()) {
            (true, true) => rest.len(),
            (true, false) => rest.len() - rest.strip_suffix(literal).map(|_| literal.len())?,
            (false, _) => rest.find(literal)?,
        };
        found.push(&rest[..at]);
        rest = &rest[at + literal.len()..];
    }
    rest.is_empty().then_some(found)
}

fn filled(french: &str, holes: &[&str]) -> String {
    let mut text = String::with_capacity(french.len() + 40);
    let mut rest = french;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        let number = rest[at + 1..].split_once('}').and_then(|(number, _)| number.parse::<usize>().ok());
        // A brace of the sentence itself, or a hole.
        match number.and_then(|number| holes.get(number)) {
            Some(hole) => {
                text.push_str(hole);
                rest = &rest[at + 3..];
            }
            None => {
                text.push('{');
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_the_libraries_become_french() {
        for (english, french) in [
            (r#"Cannot query field "x" on type "Job"."#, "Le type « Job » n'a pas de champ « x »."),
            (r#"Variable "$n" is never used."#, "La variable « $n » n'est pas utilisée."),
            (
                r#"Field "masters" of type "MasterConnection" must have a selection of subfields. Did you mean "masters { ... }"?"#,
                "Le champ « masters » (MasterConnection) demande des champs entre accolades : masters { … }.",
            ),
            (
                r#"Expected input type "Int", found "a". (occurred while parsing "[Int!]")"#,
                "Une valeur de type « Int » est attendue, et non \"a\".",
            ),
            ("Something else", "La requête ne convient pas au schéma : Something else"),
        ] {
            assert_eq!(foreign(english), french);
        }
    }

    #[test]
    fn reasons_of_the_graph_become_french() {
        use crate::graph::Graph;
        use crate::model::{Attributes, Change, Code, Edge, Key, Node, Relation, Statement, Weight, clean};
        let key = |text: &str| text.parse::<Key>().unwrap();
        let mut said: Vec<String> = ["x", "jobb/x", "job/É x", &format!("job/{}", "a".repeat(300))]
            .map(|bad| bad.parse::<Key>().unwrap_err().to_string())
            .into();
        said.push(Weight::new(2.0).unwrap_err().to_string());
        let known = |key: &Key| matches!(key.as_str(), "job/a" | "job/b" | "licence/l" | "source/s");
        let nodes: [fn(&mut Node); 8] = [
            |node| node.name = "".into(),
            |node| node.codes = vec![Code { scheme: "".into(), value: "x".into() }],
            |node| node.attributes = Attributes { ects: Some(3), ..Attributes::NONE }.boxed(),
            |node| node.sources = vec!["job/b".parse().unwrap()],
            |node| node.sources = vec!["source/t".parse().unwrap()],
            |node| node.replaced_by = Some("job/b".parse().unwrap()),
            |node| (node.retired, node.replaced_by) = (true, Some("job/c".parse().unwrap())),
            |node| (node.retired, node.replaced_by) = (true, Some("licence/l".parse().unwrap())),
        ];
        for change in nodes {
            let mut node = Node::new(key("job/a"), "A");
            change(&mut node);
            said.push(node.check(known).unwrap_err());
        }
        let edge = |from: &str, to: &str, source: &str| {
            Edge::new(Relation::EvolvesTo, key(from), key(to), Weight::FULL, key(source)).check(known).unwrap_err()
        };
        said.push(edge("job/a", "licence/l", "source/s"));
        said.push(edge("job/a", "job/a", "source/s"));
        said.push(edge("job/a", "job/c", "source/s"));
        said.push(edge("job/a", "job/b", "job/a"));
        said.push(edge("job/a", "job/b", "source/t"));
        let mut unsourced = Edge::new(Relation::EvolvesTo, key("job/a"), key("job/b"), Weight::FULL, key("source/s"));
        unsourced.statements = Vec::<Statement>::new();
        said.push(unsourced.check(known).unwrap_err());

        let unclean = |node: Node| clean::check_node(&node).unwrap_err().to_string();
        let named = |name: &str| Node::new(key("source/s"), name);
        let with = |attributes: Attributes| Node { attributes: attributes.boxed(), ..named("s") };
        said.push(unclean(named("a\u{1b}")));
        said.push(unclean(named(&"a".repeat(2_000))));
        said.push(unclean(Node { aliases: vec!["a".into(); 9_000], ..named("s") }));
        said.push(unclean(with(Attributes { date: Some("2025-13-45".into()), ..Attributes::NONE })));
        said.push(unclean(with(Attributes { url: Some("javascript:x".into()), ..Attributes::NONE })));

        let put = |text: &str| Node::new(key(text), text);
        let replaced = Node { retired: true, replaced_by: Some(key("job/a")), ..put("job/b") };
        let graph = Graph::build(
            vec![put("job/a"), put("job/c"), replaced, put("licence/l"), put("source/s"), put("source/t")],
            Vec::new(),
            1,
        )
        .unwrap();
        let merge = |from: &str, into: &str| Change::MergeNodes { from: key(from), into: key(into) };
        let changes = [
            Change::DeleteNode(key("job/x")),
            Change::DeleteEdge(unsourced.id.clone()),
            Change::PutNode(Node { retired: true, replaced_by: Some(key("job/b")), ..put("job/a") }),
            merge("job/a", "licence/l"),
            merge("job/a", "job/a"),
            merge("source/s", "source/t"),
        ];
        let faults = graph.apply(&changes).err().unwrap();
        assert_eq!(faults.len(), changes.len());
        said.extend(faults.into_iter().map(|fault| fault.reason));
        for english in said {
            assert!(translated(REASONS, &english).is_some(), "no French for: {english}");
        }
    }

    #[test]
    fn a_text_in_a_hole_is_not_taken_for_a_hole() {
        assert_eq!(foreign(r#"Cannot query field "{1}" on type "T"."#), "Le type « T » n'a pas de champ « {1} ».");
    }

    #[test]
    fn holes_are_found_or_the_pattern_does_not_fit() {
        assert_eq!(holes("a {} b {}", "a x b y"), Some(vec!["x", "y"]));
        assert_eq!(holes("a {} b {} c", "a x b y c"), Some(vec!["x", "y"]));
        for text in ["", "a", "a x", "a x b y", "b"] {
            assert_eq!(holes("a {} b {} c", text), None, "{text}");
        }
        assert_eq!(holes("plain", "plain"), Some(vec![]));
        assert_eq!(holes("plain", "plainer"), None);
    }
}
