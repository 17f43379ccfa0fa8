//! Which name of a node a searched text met, and which letters of it to show as met.

use std::ops::Range;

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
    let names = node.names().map(str::to_owned);
    let codes = node.codes.iter().map(|code| code.value.to_string());
    let mut best: Option<(u32, Shown)> = None;
    for name in names.chain(codes) {
        let (score, met) = compared(&name, &folded, &words);
        if best.as_ref().is_none_or(|(least, _)| score > *least) {
            best = Some((score, Shown { text: name, met }));
        }
    }
    best.map_or_else(|| Shown { text: node.name.to_string(), met: Vec::new() }, |(_, shown)| shown)
}

/// How well a name meets the words of a text, and where.
fn compared(name: &str, folded: &str, words: &[&str]) -> (u32, Vec<Range<usize>>) {
    let mut met = Vec::new();
    let mut score: u32 = if fold(name) == *folded { 1_000 } else { 0 };
    let mut left = words.to_vec();
    for token in tokens(name) {
        let letters: String = name.chars().skip(token.start).take(token.len()).collect();
        let token_folded = fold(&letters);
        let alike = |word: &str| match word {
            word if *word == token_folded => 10,
            word if token_folded.starts_with(word) => 5,
            word if typo::is_one(word, &token_folded) || typo::are_two(word, &token_folded) => 2,
            _ => 0,
        };
        let best = left
            .iter()
            .enumerate()
            .map(|(at, word)| (alike(word), at))
            .max_by_key(|(alike, at)| (*alike, usize::MAX - at));
        let Some((points @ 1.., at)) = best else { continue };
        score += points * 10;
        // What was typed of the word, or all of it where it was typed otherwise.
        let length = if points == 5 { left[at].chars().count().min(token.len()) } else { token.len() };
        met.push(token.start..token.start + length);
        left.remove(at);
    }
    // Of two that meet as much, the shorter.
    (score.saturating_sub(u32::from(score > 0) * (name.len() as u32 / 20).min(9)), met)
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
