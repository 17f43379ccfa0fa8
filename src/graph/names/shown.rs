//! Which name of a node a searched text met, and which letters of it to show as met.

use std::ops::Range;

use smallvec::SmallVec;

use super::typo;
use crate::model::Node;
use crate::model::text::fold;

/// A name, alias or code, and the parts of it that the text met, in characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// As the graph has it.
    pub text: String,
    /// The parts met, in order, none over another.
    pub met: Vec<Range<usize>>,
}

/// Of a node's names, aliases and codes, the one that a text meets best; its name where it meets none of them.
pub fn shown(node: &Node, text: &str) -> Shown {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let names = || node.names().chain(node.codes.iter().map(|code| &*code.value));
    let best = |typos: bool| {
        let mut best: Option<(Score, &str)> = None;
        for name in names() {
            let score = scored(&fold(name), &folded, &words, typos);
            if best.as_ref().is_none_or(|(least, _)| score.points > least.points) {
                best = Some((score, name));
            }
        }
        best
    };
    // Most texts are the beginnings of words: typos, which cost the most, are looked for only where one is not.
    let exact = best(false).filter(|(score, _)| score.met == words.len());
    let name = exact.or_else(|| best(true)).map_or(&*node.name, |(_, name)| name);
    Shown { text: name.to_owned(), met: met(name, &words) }
}

/// How well a name meets the words of a text.
struct Score {
    points: u32,
    /// How many words it meets.
    met: usize,
}

/// What a word of a text is worth to a folded word of a name.
fn alike(word: &str, token: &str, typos: bool) -> u32 {
    match word {
        word if *word == *token => 10,
        word if token.starts_with(word) => 5,
        word if typos && (typo::is_one(word, token) || typo::are_two(word, token)) => 2,
        _ => 0,
    }
}

/// Of the words that are left, the first of those that meet a word of a name best: what it is worth, and its place.
fn best_of(left: &[&str], token: &str, typos: bool) -> Option<(u32, usize)> {
    let worth = left.iter().enumerate().map(|(at, word)| (alike(word, token, typos), at));
    worth.max_by_key(|(alike, at)| (*alike, usize::MAX - at)).filter(|(alike, _)| *alike > 0)
}

fn scored(name: &str, folded: &str, words: &[&str], typos: bool) -> Score {
    let mut left: SmallVec<[&str; 8]> = words.into();
    let mut points = if name == folded { 1_000 } else { 0 };
    for token in name.split(' ') {
        if let Some((worth, at)) = best_of(&left, token, typos) {
            points += worth * 10;
            left.remove(at);
        }
    }
    // Of two that meet as much, the shorter.
    let length = u32::from(points > 0) * (name.len() as u32 / 20).min(9);
    Score { points: points.saturating_sub(length), met: words.len() - left.len() }
}

/// The parts of a name that the words meet.
fn met(name: &str, words: &[&str]) -> Vec<Range<usize>> {
    let (mut met, mut left) = (Vec::new(), words.to_vec());
    for token in tokens(name) {
        let letters: String = name.chars().skip(token.start).take(token.len()).collect();
        let Some((worth, at)) = best_of(&left, &fold(&letters), true) else { continue };
        // What was typed of the word, or all of it where it was typed otherwise.
        let length = if worth == 5 { left[at].chars().count().min(token.len()) } else { token.len() };
        met.push(token.start..token.start + length);
        left.remove(at);
    }
    met
}

/// The runs of letters and digits of a text, in characters.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.chars().enumerate() {
        let inside = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        match tokens.last_mut() {
            Some(last) if inside && last.end == at => last.end += 1,
            _ if inside => tokens.push(at..at + 1),
            _ => {}
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Code;

    fn met(text: &str) -> (String, Vec<String>) {
        let mut node = Node::new("job/m".parse().unwrap(), "Médiateur scientifique");
        node.aliases = vec!["Médiatrice scientifique".into(), "Animateur de l'été des sciences".into()];
        node.codes = vec![Code { scheme: "ROME".into(), value: "G1242".into() }];
        let shown = shown(&node, text);
        let part = |range: &Range<usize>| shown.text.chars().skip(range.start).take(range.len()).collect();
        let parts = shown.met.iter().map(part).collect();
        (shown.text, parts)
    }

    #[test]
    fn the_name_that_was_met_is_shown_with_what_was_typed_of_it() {
        for (text, name, parts) in [
            ("mediateur", "Médiateur scientifique", &["Médiateur"][..]),
            ("médiat sci", "Médiateur scientifique", &["Médiat", "sci"]),
            ("scientifiques mediatrice", "Médiatrice scientifique", &["Médiatrice", "scientifique"]),
            ("été", "Animateur de l'été des sciences", &["été"]),
            ("g1242", "G1242", &["G1242"]),
            ("zzz", "Médiateur scientifique", &[]),
        ] {
            assert_eq!(met(text), (name.to_owned(), parts.iter().map(|part| (*part).to_owned()).collect()), "{text}");
        }
    }
}
