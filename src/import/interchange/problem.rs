//! What can be wrong with an interchange file, with the advice that goes with it, in English (`Display`) and in French.

use crate::import::fault::nearest;
use crate::model::{EdgeId, French, Key, KeyError, Kind, Relation, Violation};

use super::VERSION;

/// What is wrong at one place of an interchange file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A line longer than the reader takes.
    #[error("the line is longer than {most} bytes")]
    LongLine {
        /// The most that it takes.
        most: u64,
    },
    /// Bytes that are no text.
    #[error("this byte is not UTF-8 (save the file as UTF-8)")]
    NotUtf8,
    /// The first line says nothing of the format.
    #[error("this is not an interchange file: it has no header ({})", expected_header())]
    NoHeader,
    /// The header names another format.
    #[error("unknown format `{given}` ({})", expected_header())]
    Format {
        /// The name.
        given: String,
    },
    /// The header names another version.
    #[error("version {given} of the format; this program reads version {VERSION} ({})", version_advice(*given, "update passerelle", "write"))]
    Version {
        /// The version.
        given: u64,
    },
    /// A header after the first line.
    #[error("a second header (import files one by one)")]
    SecondHeader,
    /// An object without `node` or `edge`.
    #[error("the line is neither a node nor an edge (a line is {{\"node\":…}} or {{\"edge\":…}})")]
    NeitherNodeNorEdge,
    /// The object is not closed where the line or the file ends.
    #[error("{} (each line is one whole JSON object; was the file cut off?)", if *of_file { "the file ends in the middle of this line" } else { "the line ends too early" })]
    CutOff {
        /// Whether the file ends there too.
        of_file: bool,
    },
    /// JSON that is not sound, or has not the shape; `said` is the JSON library's sentence.
    #[error("{said}{}", json_advice(said, "did you mean", "keep one of the two"))]
    Json {
        /// Its words.
        said: String,
    },
    /// A key cited and nowhere defined.
    #[error("`{key}` is defined neither in this file nor in the graph{}", meant(nearest))]
    Undefined {
        key: Key,
        /// One of the file's that is nearly alike.
        nearest: Option<Key>,
    },
    /// A text that is no key.
    #[error("{error}{}", meant(&nearest.map(|kind| format!("{kind}/…"))))]
    Key {
        /// Why it is none.
        error: KeyError,
        /// A kind that is nearly alike.
        nearest: Option<Kind>,
    },
    /// A word that is no relation.
    #[error("unknown relation `{given}`: use one of {}{}", relations(), meant(&near_relation(given)))]
    UnknownRelation {
        /// The word.
        given: String,
    },
    /// Two lines about one node.
    #[error("the node `{key}` stands on line {first} already (join the two lines)")]
    NodeTwice {
        /// The node.
        key: Key,
        /// The line of the other.
        first: u64,
    },
    /// Two lines about one relation.
    #[error("the edge {id} stands on line {first} already (join the two lines)")]
    EdgeTwice {
        /// The relation.
        id: EdgeId,
        /// The line of the other.
        first: u64,
    },
    /// A relation without a weight.
    #[error("the edge has no weight (a weight is a number, more than 0 and at most 1)")]
    NoWeight,
    /// A relation from a node to itself.
    #[error("an edge from `{0}` to itself (leave it out)")]
    Loop(Key),
    /// Ends that would be permitted the other way round.
    #[error("`{relation}` cannot go from a {from} to a {to} (exchange `from` and `to`)")]
    Reversed {
        relation: Relation,
        /// The kind that it comes from here.
        from: Kind,
        /// The kind that it goes to here.
        to: Kind,
    },
    /// A symmetrical relation with the greater key first.
    #[error("`{}` is symmetrical: it is written once, smaller key first (write \"from\":\"{}\",\"to\":\"{}\")", .0.relation, .0.from, .0.to)]
    Symmetrical(EdgeId),
    /// Something else where a source is to be cited.
    #[error("`{key}` is a {}, not a source (cite a key source/…)", key.kind())]
    NotASource {
        /// What is cited.
        key: Key,
    },
    /// `"sources":[]`.
    #[error("the list of sources is empty (name at least one source)")]
    NoSources,
    /// One source twice on a relation.
    #[error("the source `{0}` is cited twice on one edge (cite it once)")]
    CitedTwice(Key),
    /// A relation without a source in a file where others have one.
    #[error("the edge has no source, while other lines have (add \"sources\", or a default \"source\" to the header)")]
    EdgeUnsourced,
    /// What only an award has, said of another relation.
    #[error("`{relation}` has no field `{field}`: it is said of `awards`")]
    NoAward { relation: Relation, field: &'static str },
    /// A rule of nodes and relations, whatever file they come from.
    #[error(transparent)]
    Violation(#[from] Violation),
}

fn expected_header() -> String {
    format!("the first line is {{\"format\":\"passerelle-graph\",\"version\":{VERSION}}}")
}

fn version_advice(version: u64, update: &str, write: &str) -> String {
    if version > VERSION { update.to_owned() } else { format!("{write} \"version\":{VERSION}") }
}

fn relations() -> String {
    Relation::ALL.map(Relation::name).join(", ")
}

fn near_relation(given: &str) -> Option<&'static str> {
    nearest(given, Relation::ALL.map(Relation::name))
}

fn meant(word: &Option<impl std::fmt::Display>) -> String {
    word.as_ref().map_or(String::new(), |word| format!(" (did you mean `{word}`?)"))
}

fn voulu(mot: &Option<impl std::fmt::Display>) -> String {
    mot.as_ref().map_or(String::new(), |mot| format!(" (vouliez-vous dire « {mot} » ?)"))
}

/// The first word that the JSON library quotes, and the one of the others that is nearest to it.
fn quoted(said: &str) -> (Option<&str>, Option<&str>) {
    let mut words = said.split('`').skip(1).step_by(2);
    let given = words.next();
    (given, given.and_then(|given| nearest(given, words)))
}

fn json_advice(said: &str, mean: &str, keep: &str) -> String {
    match quoted(said) {
        (_, Some(near)) if said.starts_with("unknown ") => format!(" ({mean} `{near}`?)"),
        (Some(_), _) if said.starts_with("duplicate ") => format!(" ({keep})"),
        _ => String::new(),
    }
}

/// The JSON library's sentence in French, where it is one of the usual ones.
fn json(said: &str) -> String {
    let (word, near) = quoted(said);
    let word = word.unwrap_or_default();
    match said {
        _ if said.starts_with("unknown field ") => format!("le champ « {word} » n'existe pas{}", voulu(&near)),
        _ if said.starts_with("unknown variant ") => format!("« {word} » n'est pas une valeur permise{}", voulu(&near)),
        _ if said.starts_with("missing field ") => format!("il manque le champ « {word} »"),
        _ if said.starts_with("duplicate field ") => format!("le champ « {word} » est donné deux fois (gardez-en un)"),
        "trailing characters" => "quelque chose suit l'objet, qui doit être seul sur la ligne".to_owned(),
        "trailing comma" => "une virgule est de trop".to_owned(),
        "expected value" => "une valeur est attendue".to_owned(),
        "number out of range" => "ce nombre est hors des bornes".to_owned(),
        _ => format!("ce JSON n'est pas celui qui est attendu : {said}"),
    }
}

impl French for Problem {
    fn french(&self) -> String {
        let entete = || format!("la première ligne est {{\"format\":\"passerelle-graph\",\"version\":{VERSION}}}");
        match self {
            Problem::Empty => "le fichier est vide".to_owned(),
            Problem::LongLine { most } => format!("la ligne dépasse {most} octets"),
            Problem::NotUtf8 => "cet octet n'est pas de l'UTF-8 (enregistrez le fichier en UTF-8)".to_owned(),
            Problem::NoHeader => {
                format!("ce n'est pas un fichier d'échange : il n'a pas d'en-tête ({})", entete())
            }
            Problem::Format { given } => format!("le format « {given} » n'existe pas ({})", entete()),
            Problem::Version { given } => format!(
                "version {given} du format ; ce programme lit la version {VERSION} ({})",
                version_advice(*given, "mettez passerelle à jour", "écrivez")
            ),
            Problem::SecondHeader => "un second en-tête (importez les fichiers un par un)".to_owned(),
            Problem::NeitherNodeNorEdge => {
                "la ligne n'est ni une fiche ni une relation (une ligne est {\"node\":…} ou {\"edge\":…})".to_owned()
            }
            Problem::CutOff { of_file } => format!(
                "{} (chaque ligne est un objet JSON entier ; le fichier est-il tronqué ?)",
                if *of_file { "le fichier s'arrête au milieu de cette ligne" } else { "la ligne s'arrête trop tôt" }
            ),
            Problem::Json { said } => json(said),
            Problem::Undefined { key, nearest } => {
                format!("« {key} » n'est défini ni dans ce fichier ni dans le graphe{}", voulu(nearest))
            }
            Problem::Key { error, nearest } => {
                format!("{}{}", error.french(), voulu(&nearest.map(|kind| format!("{kind}/…"))))
            }
            Problem::UnknownRelation { given } => format!(
                "la relation « {given} » n'existe pas : prenez l'une de {}{}",
                relations(),
                voulu(&near_relation(given))
            ),
            Problem::NodeTwice { key, first } => {
                format!("la fiche « {key} » est déjà à la ligne {first} (réunissez les deux lignes)")
            }
            Problem::EdgeTwice { id, first } => {
                format!("la relation {id} est déjà à la ligne {first} (réunissez les deux lignes)")
            }
            Problem::NoWeight => {
                "la relation n'a pas de poids, `weight` (un nombre plus grand que 0 et au plus 1)".to_owned()
            }
            Problem::Loop(key) => format!("une relation de « {key} » à elle-même (ôtez-la)"),
            Problem::Reversed { relation, from, to } => {
                let ends = Violation::Ends { relation: *relation, from: *from, to: *to };
                format!("{} (échangez `from` et `to`)", ends.french())
            }
            Problem::Symmetrical(id) => format!(
                "« {} » est symétrique : elle s'écrit une fois, le plus petit identifiant d'abord (écrivez \
                 \"from\":\"{}\",\"to\":\"{}\")",
                id.relation, id.from, id.to
            ),
            Problem::NotASource { key } => {
                format!("« {key} » n'est pas une source (citez un identifiant source/…)")
            }
            Problem::NoSources => "la liste des sources est vide (nommez-en au moins une)".to_owned(),
            Problem::CitedTwice(key) => format!("la source « {key} » est citée deux fois par une relation (une suffit)"),
            Problem::EdgeUnsourced => {
                "la relation n'a pas de source, alors que d'autres lignes en ont (ajoutez \"sources\", ou une \"source\" par \
                 défaut à l'en-tête)"
                    .to_owned()
            }
            Problem::NoAward { relation, field } => {
                format!("« {relation} » n'a pas de champ « {field} » : il se dit d'« awards »")
            }
            Problem::Violation(violation) => violation.french(),
        }
    }
}
