//! What a filter names of words that come with the data (domains, languages, code schemes): each spelling that the graph has of
//! it, or an error with the nearest. Linear in the nodes that have such words, where something is asked.

use std::collections::BTreeSet;

use super::error::ApiError;
use super::place::unknown_value;
use crate::graph::{Graph, places};
use crate::model::text::fold;
use crate::model::{Attributes, Kind, Relation};

/// The domains of diplomas.
///
/// # Errors
/// `INVALID_INPUT` for one that no diploma has.
pub fn domains(graph: &Graph, asked: &[String]) -> Result<Vec<String>, ApiError> {
    spellings("domain", asked, || words(graph, &[Kind::Licence, Kind::Master], |known| &known.domains))
}

/// The languages in which diplomas are taught.
///
/// # Errors
/// `INVALID_INPUT` for one in which none is.
pub fn languages(graph: &Graph, asked: &[String]) -> Result<Vec<String>, ApiError> {
    spellings("language", asked, || {
        let mut found = words(graph, &[Kind::Master, Kind::Parcours], |known| &known.languages);
        for university in graph.nodes_of(Kind::University) {
            let awards = graph.out(*university, Relation::Awards).iter();
            let awards = awards.filter_map(|half| graph.edge(half.edge).award());
            found.extend(awards.flat_map(|award| award.languages.iter().map(|language| &**language)));
        }
        found
    })
}

/// The schemes of the codes that nodes of a kind bear.
///
/// # Errors
/// `INVALID_INPUT` for one that none bears.
pub fn schemes(graph: &Graph, kind: Kind, asked: &[String]) -> Result<Vec<String>, ApiError> {
    spellings("codeScheme", asked, || {
        let nodes = graph.nodes_of(kind).iter().map(|ix| graph.node(*ix));
        nodes.flat_map(|node| node.codes.iter().map(|code| &*code.scheme)).collect()
    })
}

fn words<'g>(graph: &'g Graph, kinds: &[Kind], of: impl Fn(&'g Attributes) -> &'g [Box<str>]) -> BTreeSet<&'g str> {
    let nodes = kinds.iter().flat_map(|kind| graph.nodes_of(*kind)).map(|ix| graph.node(*ix).attributes());
    nodes.flat_map(|known| of(known).iter().map(|word| &**word)).collect()
}

fn spellings<'g>(
    name: &str,
    asked: &[String],
    known: impl FnOnce() -> BTreeSet<&'g str>,
) -> Result<Vec<String>, ApiError> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let (known, mut found) = (known(), Vec::new());
    for text in asked {
        let wanted = fold(text);
        let before = found.len();
        found.extend(known.iter().filter(|value| fold(value) == wanted).map(|value| (*value).to_owned()));
        if found.len() == before {
            return Err(unknown_value(name, text, places::nearest(&wanted, known.iter().copied())));
        }
    }
    Ok(found)
}
