//! Nodes and relations in blocks, each of which can be read without the others: what a checkpoint is made of. Nodes are lines of
//! JSON; relations name their nodes and sources by their places among the nodes, in a few bytes, since there are many.

use std::collections::HashMap;

use super::log;
use super::record::seal;
use super::shape;
use super::stream::piece_key;
use crate::model::{Edge, Key, NumberedEdge, NumberedStatement, Relation, Weight};

/// Letters of their keys.
pub const NODES: u8 = b'N';
pub const EDGES: u8 = b'E';

/// Bytes of a block, unpacked, from which on it is sealed.
const FULL: usize = 64 << 10;

/// What a relation has beyond the usual.
const CONDITION: u8 = 1;
const LEVEL: u8 = 2;
const AWARD: u8 = 4;

/// The key of a block.
pub fn key(letter: u8, version: u64, number: u32) -> [u8; 17] {
    piece_key(letter, version, 0, number)
}

/// Blocks in the making.
pub struct Writer {
    letter: u8,
    version: u64,
    number: u32,
    block: Vec<u8>,
}

impl Writer {
    pub fn new(letter: u8, version: u64) -> Writer {
        Writer { letter, version, number: 0, block: Vec::new() }
    }

    /// Adds what `fill` writes, all of it in one block; a block that is full goes to `out`.
    pub fn add(&mut self, out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
        fill(&mut self.block);
        if self.block.len() >= FULL {
            self.seal(out);
        }
    }

    /// All is in; gives how many blocks there are.
    pub fn finish(mut self, out: &mut Vec<u8>) -> u32 {
        if !self.block.is_empty() {
            self.seal(out);
        }
        self.number
    }

    fn seal(&mut self, out: &mut Vec<u8>) {
        out.extend(seal(&key(self.letter, self.version, self.number), &self.block));
        self.number += 1;
        self.block.clear();
    }
}

/// Adds a relation; `None`, and nothing to be relied upon, where it names a node without a place.
pub fn write_edge(out: &mut Vec<u8>, edge: &Edge, places: &HashMap<Key, u32>) -> Option<()> {
    let Edge { id, weight, statements, condition, level, award } = edge;
    let flag = |is: bool, flag: u8| if is { flag } else { 0 };
    out.push(id.relation as u8);
    out.push(flag(condition.is_some(), CONDITION) | flag(level.is_some(), LEVEL) | flag(award.is_some(), AWARD));
    number(out, u64::from(*places.get(&id.from)?));
    number(out, u64::from(*places.get(&id.to)?));
    out.extend(weight.get().to_le_bytes());
    number(out, statements.len() as u64);
    for statement in statements {
        // Two bits beside the place: whether a row follows, whether a weight.
        let (row, own) = (&statement.row, statement.weight);
        let place = u64::from(*places.get(&statement.source)?);
        number(out, place << 2 | u64::from(row.is_some()) << 1 | u64::from(own.is_some()));
        row.iter().for_each(|row| text(out, row));
        own.iter().for_each(|own| out.extend(own.get().to_le_bytes()));
    }
    condition.iter().chain(level).for_each(|said| text(out, said));
    award.iter().for_each(|award| text(out, &shape::award_text(award)));
    Some(())
}

/// A number, seven bits a byte.
pub fn number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Hands over the relations of a block; `None` where it is not what was written. `relations` are the kinds by the numbers that
/// the checkpoint gave them, `nodes` is how many nodes it has.
pub fn read_edges(
    block: &[u8],
    relations: &[Relation],
    nodes: u32,
    mut edge: impl FnMut(&NumberedEdge),
) -> Option<u64> {
    let mut rest = Cursor(block);
    let mut words: Vec<NumberedStatement> = Vec::new();
    let mut count = 0;
    while !rest.0.is_empty() {
        let relation = *relations.get(usize::from(rest.byte()?))?;
        let flags = rest.byte()?;
        let (from, to) = (rest.place(nodes)?, rest.place(nodes)?);
        let weight = rest.weight()?;
        words.clear();
        for _ in 0..rest.number()? {
            let source = rest.number()?;
            let place = u32::try_from(source >> 2).ok().filter(|place| *place < nodes)?;
            let row = if source & 2 == 0 { None } else { Some(rest.text()?) };
            words.push((place, row, if source & 1 == 0 { None } else { Some(rest.weight()?) }));
        }
        let mut said = |flag: u8| if flags & flag == 0 { Some(None) } else { rest.text().map(Some) };
        let (condition, level, award) = (said(CONDITION)?, said(LEVEL)?, said(AWARD)?);
        let award = match award {
            Some(text) => Some(shape::award(text).ok()?),
            None => None,
        };
        let award = award.as_deref();
        edge(&NumberedEdge { relation, from, to, weight, statements: &words, condition, level, award });
        count += 1;
    }
    Some(count)
}

/// What is left of some bytes.
pub struct Cursor<'b>(pub &'b [u8]);

impl<'b> Cursor<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn place(&mut self, nodes: u32) -> Option<u32> {
        u32::try_from(self.number()?).ok().filter(|place| *place < nodes)
    }

    fn weight(&mut self) -> Option<Weight> {
        Weight::new(f64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

/// The kinds of relation by the numbers that a checkpoint written now gives them.
pub fn relations() -> Vec<Relation> {
    let mut relations = Relation::ALL.to_vec();
    relations.sort_by_key(|relation| *relation as u8);
    relations
}

/// What ends a checkpoint: how many blocks there are.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub nodes: u32,
    pub edges: u32,
}

impl End {
    /// The keys of all blocks.
    pub fn keys(&self, version: u64) -> impl Iterator<Item = [u8; 17]> {
        let nodes = (0..self.nodes).map(move |number| key(NODES, version, number));
        nodes.chain((0..self.edges).map(move |number| key(EDGES, version, number)))
    }

    pub fn sealed(&self, key: &[u8]) -> Vec<u8> {
        seal(key, &log::json(self))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary;

    proptest! {
        #[test]
        fn relations_come_back_as_they_were((nodes, mut edges) in arbitrary::graph()) {
            let places: HashMap<Key, u32> = nodes.iter().map(|node| node.key.clone()).zip(0..).collect();
            edges.iter_mut().for_each(Edge::normalise);
            let mut block = Vec::new();
            edges.iter().for_each(|edge| write_edge(&mut block, edge, &places).unwrap());
            let mut back = Vec::new();
            let key = |place: u32| nodes[place as usize].key.clone();
            let count = read_edges(&block, &relations(), nodes.len() as u32, |edge| back.push(edge.to_edge(key)));
            prop_assert_eq!((count, &back), (Some(edges.len() as u64), &edges));
            // A node fewer, and what names it is refused.
            let named = edges.iter().any(|edge| [&edge.id.from, &edge.id.to].contains(&&nodes[nodes.len() - 1].key));
            let fewer = read_edges(&block, &relations(), nodes.len() as u32 - 1, |_| {});
            prop_assert!(!named || fewer.is_none());
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            read_edges(&bytes, &relations(), 7, |edge| assert!(edge.from < 7 && edge.to < 7));
        }
    }

    #[test]
    fn numbers_of_any_size_come_back() {
        for given in [0, 1, 0x7f, 0x80, 1 << 40, u64::MAX] {
            let mut bytes = Vec::new();
            number(&mut bytes, given);
            assert_eq!(Cursor(&bytes).number(), Some(given));
        }
        assert_eq!(Cursor(&[0xff; 20]).number(), None);
    }
}
