//! The English sentences of libraries, as an adviser may read them: apollo-compiler's on documents, async-graphql's on values.
//! What our own types say is never matched here: they say it in French themselves ([`crate::model::French`]).
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
    (
        r#"OneOf Input Object "{}" must specify exactly one non-null field."#,
        "« {0} » : donnez exactement un champ, qui ne soit pas null.",
    ),
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
    (r#"Expected value of type "{}", found {}."#, "Une valeur de type « {0} » est attendue, et non {1}."),
    (r#"Expected input type "{}", found {}."#, "Une valeur de type « {0} » est attendue, et non {1}."),
    (r#"Failed to parse "{}": {}"#, "Cette valeur n'est pas du type « {0} » : {1}"),
];

const UNKNOWN_FIELD: &str = r#"Cannot query field "{}" on type "{}"."#;

/// The field and the type of the sentence that says that the one is not of the other.
pub fn unknown_field(message: &str) -> Option<[&str; 2]> {
    holes(UNKNOWN_FIELD, message)?.try_into().ok()
}

/// A sentence of one of the libraries' in French.
pub fn foreign(message: &str) -> String {
    let (message, around) = match message.split_once(" (occurred while parsing ") {
        Some((inner, _)) => (inner, true),
        None => (message, false),
    };
    match translated(message) {
        Some(french) => french,
        // Said by our own scalars, in French.
        None if around || !message.is_ascii() => message.to_owned(),
        None => format!("La requête ne convient pas au schéma : {message}"),
    }
}

fn translated(message: &str) -> Option<String> {
    FOREIGN.iter().find_map(|(pattern, french)| Some(filled(french, &holes(pattern, message)?)))
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
