//! `Edges`: what is said of each relation, in shared chunks. A clone copies one pointer a chunk; a change copies one
//! chunk. A chunk keeps its rows, their statements and all their text each in one piece, which a relation of its own
//! pieces would cost three times over.

use std::sync::Arc;

use smallvec::SmallVec;

use super::NodeIx;
use crate::model::{Award, Edge, Key, NumberedEdge, NumberedStatement, Relation, Statement, Weight};

const CHUNK: usize = 64;

/// A growing table of relations whose clones share all chunks that neither side has changed since.
#[derive(Clone, Default)]
pub(super) struct Edges {
    chunks: Vec<Arc<EdgeChunk>>,
    len: usize,
}

#[derive(Clone, Default)]
struct EdgeChunk {
    rows: Vec<Option<EdgeRow>>,
    statements: Vec<StatementRow>,
    notes: Vec<NoteRow>,
    /// What awards say beyond the rest, by place.
    awards: Vec<(u32, Arc<Award>)>,
    text: String,
}

/// A relation without what is said of it.
#[derive(Clone, Copy)]
pub(super) struct EdgeRow {
    pub relation: Relation,
    pub from: NodeIx,
    pub to: NodeIx,
    pub weight: Weight,
    /// Where its statements are in the chunk.
    first: u32,
    count: u32,
}

#[derive(Clone, Copy)]
struct StatementRow {
    source: NodeIx,
    row: Span,
    weight: Option<Weight>,
}

/// What few relations have; it names its own, by its place in the chunk.
#[derive(Clone, Copy)]
struct NoteRow {
    place: u32,
    condition: Span,
    level: Span,
}

/// A part of a chunk's text, or its absence.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

/// No text, as against an empty one.
const ABSENT: Span = Span { start: 1, end: 0 };

/// A relation in a table, with what is said of it.
#[derive(Clone, Copy)]
pub(super) struct EdgeRef<'e> {
    chunk: &'e EdgeChunk,
    pub row: &'e EdgeRow,
    place: usize,
}

/// One source's word, as the table holds it: the source, where in it, the weight it gives.
pub(super) type Word<'e> = (NodeIx, Option<&'e str>, Option<Weight>);

impl<'e> EdgeRef<'e> {
    pub fn statements(self) -> impl ExactSizeIterator<Item = Word<'e>> {
        let first = self.row.first as usize;
        let words = &self.chunk.statements[first..first + self.row.count as usize];
        words.iter().map(move |word| (word.source, self.chunk.text(word.row), word.weight))
    }

    pub fn condition(self) -> Option<&'e str> {
        self.chunk.text(self.note()?.condition)
    }

    pub fn level(self) -> Option<&'e str> {
        self.chunk.text(self.note()?.level)
    }

    pub fn award(self) -> Option<&'e Award> {
        Some(self.shared_award()?)
    }

    fn shared_award(self) -> Option<&'e Arc<Award>> {
        let awards = &self.chunk.awards;
        let at = awards.binary_search_by_key(&self.place, |award| award.0 as usize).ok()?;
        Some(&awards[at].1)
    }

    fn note(self) -> Option<&'e NoteRow> {
        self.chunk.notes.iter().find(|note| note.place as usize == self.place)
    }
}

impl Edges {
    /// How many slots there are, relations taken away included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The relation in a slot, unless it was taken away.
    pub fn get(&self, slot: usize) -> Option<EdgeRef<'_>> {
        let (chunk, place) = (&*self.chunks[slot / CHUNK], slot % CHUNK);
        let row = chunk.rows[place].as_ref()?;
        Some(EdgeRef { chunk, row, place })
    }

    /// Adds a relation in a new slot.
    pub fn push(&mut self, edge: &Edge, node: impl Fn(&Key) -> NodeIx) {
        self.grow().add(edge, node);
    }

    /// Adds a relation, told by the slots of its nodes, in a new slot.
    pub fn push_numbered(&mut self, edge: &NumberedEdge) {
        self.grow().add_numbered(edge);
    }

    /// The chunk that has the next slot.
    fn grow(&mut self) -> &mut EdgeChunk {
        if self.len.is_multiple_of(CHUNK) {
            self.fit();
            self.chunks.push(Arc::default());
        }
        self.len += 1;
        let last = self.chunks.last_mut().expect("a chunk was just made where none had room");
        Arc::make_mut(last)
    }

    /// Puts a relation in place of another, or takes that away. O(chunk).
    pub fn set(&mut self, slot: usize, edge: Option<Located<'_>>) {
        let old = &*self.chunks[slot / CHUNK];
        let mut chunk = EdgeChunk::default();
        for place in 0..old.rows.len() {
            match (old.rows[place].as_ref(), edge) {
                (_, Some((edge, node))) if place == slot % CHUNK => chunk.add(edge, node),
                (Some(row), _) if place != slot % CHUNK => chunk.take(EdgeRef { chunk: old, row, place }),
                _ => chunk.rows.push(None),
            }
        }
        self.chunks[slot / CHUNK] = Arc::new(chunk);
    }

    /// Gives nodes other slots: each the one that the list has in its place.
    pub fn renumber(&mut self, slots: &[u32]) {
        let of = |node: NodeIx| NodeIx(slots[node.get()]);
        for chunk in &mut self.chunks {
            let chunk = Arc::make_mut(chunk);
            for row in chunk.rows.iter_mut().flatten() {
                (row.from, row.to) = (of(row.from), of(row.to));
            }
            for word in &mut chunk.statements {
                word.source = of(word.source);
            }
        }
    }

    /// Gives back what room the last chunk has to spare.
    pub fn fit(&mut self) {
        if let Some(chunk) = self.chunks.last_mut().and_then(Arc::get_mut) {
            chunk.rows.shrink_to_fit();
            chunk.statements.shrink_to_fit();
            chunk.notes.shrink_to_fit();
            chunk.awards.shrink_to_fit();
            chunk.text.shrink_to_fit();
        }
    }
}

/// A relation, and where its nodes are.
pub type Located<'e> = (&'e Edge, &'e dyn Fn(&Key) -> NodeIx);

impl EdgeChunk {
    fn add<'e>(&mut self, edge: &'e Edge, node: impl Fn(&Key) -> NodeIx) {
        let word = |said: &'e Statement| (node(&said.source).0, said.row.as_deref(), said.weight);
        let statements: SmallVec<[NumberedStatement; 4]> = edge.statements.iter().map(word).collect();
        self.add_numbered(&NumberedEdge {
            relation: edge.id.relation,
            from: node(&edge.id.from).0,
            to: node(&edge.id.to).0,
            weight: edge.weight,
            statements: &statements,
            condition: edge.condition.as_deref(),
            level: edge.level.as_deref(),
            award: edge.award.as_deref(),
        });
    }

    fn add_numbered(&mut self, edge: &NumberedEdge) {
        let (first, count) = (self.statements.len() as u32, edge.statements.len() as u32);
        for &(source, row, weight) in edge.statements {
            let row = self.keep(row);
            self.statements.push(StatementRow { source: NodeIx(source), row, weight });
        }
        self.note(edge.condition, edge.level);
        if let Some(award) = edge.award {
            self.awards.push((self.rows.len() as u32, Arc::new(award.clone())));
        }
        let NumberedEdge { relation, weight, .. } = *edge;
        self.rows.push(Some(EdgeRow { relation, from: NodeIx(edge.from), to: NodeIx(edge.to), weight, first, count }));
    }

    /// Adds a relation of another chunk.
    fn take(&mut self, edge: EdgeRef<'_>) {
        let first = self.statements.len() as u32;
        for (source, row, weight) in edge.statements() {
            let row = self.keep(row);
            self.statements.push(StatementRow { source, row, weight });
        }
        self.note(edge.condition(), edge.level());
        if let Some(award) = edge.shared_award() {
            self.awards.push((self.rows.len() as u32, award.clone()));
        }
        self.rows.push(Some(EdgeRow { first, ..*edge.row }));
    }

    fn note(&mut self, condition: Option<&str>, level: Option<&str>) {
        if condition.is_some() || level.is_some() {
            let (condition, level) = (self.keep(condition), self.keep(level));
            self.notes.push(NoteRow { place: self.rows.len() as u32, condition, level });
        }
    }

    fn keep(&mut self, text: Option<&str>) -> Span {
        let Some(text) = text else { return ABSENT };
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let end = u32::try_from(self.text.len()).expect("what is said of 64 relations is less than 4 GiB");
        Span { start, end }
    }

    fn text(&self, span: Span) -> Option<&str> {
        self.text.get(span.start as usize..span.end as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(turn: usize, row: Option<&str>) -> Edge {
        let key = |text: String| -> Key { text.parse().unwrap() };
        let (from, to) = (key(format!("job/a{turn}")), key("job/z".to_owned()));
        let mut edge = Edge::new(Relation::EvolvesTo, from, to, Weight::FULL, key("source/s".to_owned()));
        edge.statements = vec![Statement { row: row.map(Into::into), ..edge.statements[0].clone() }];
        edge.condition = turn.is_multiple_of(3).then(|| format!("si {turn}").into());
        edge
    }

    fn said(edges: &Edges, slot: usize) -> Option<(Option<&str>, Option<&str>)> {
        let edge = edges.get(slot)?;
        Some((edge.statements().next()?.1, edge.condition()))
    }

    #[test]
    fn a_change_shows_in_one_table_and_in_its_own_row() {
        let node = |_: &Key| NodeIx::at(0);
        let mut edges = Edges::default();
        (0..200).for_each(|turn| edges.push(&edge(turn, Some("l. 1")), node));
        let before = edges.clone();
        edges.set(66, Some((&edge(67, Some("")), &node)));
        edges.set(69, None);
        edges.push(&edge(200, None), node);
        assert_eq!((before.len(), edges.len()), (200, 201));
        assert_eq!(said(&before, 66), Some((Some("l. 1"), Some("si 66"))));
        assert_eq!(said(&edges, 66), Some((Some(""), None)), "an empty text is not none");
        assert_eq!((said(&edges, 69), said(&edges, 72)), (None, Some((Some("l. 1"), Some("si 72")))));
        assert_eq!(said(&edges, 200), Some((None, None)));
        assert!(Arc::ptr_eq(&before.chunks[0], &edges.chunks[0]), "untouched chunks are shared");
    }
}
