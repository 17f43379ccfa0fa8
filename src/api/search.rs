//! `search`: entities by name, tolerant of typos, best first.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Object, SimpleObject};

use super::entity::Entity;
use super::error::ApiError;
use super::page::{self, ListId, Page, PageInfo};
use super::schema_names::EntityKind;
use super::scope::{At, snapshot};
use super::work::Cancel;
use crate::graph::names::shown::{Shown, shown};
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;
use crate::model::text::fold;

/// Past this many, results are no longer counted or paged.
const MOST_FOUND: usize = 1_000;

/// A page of what a search found.
pub struct SearchPage {
    list: ListId,
    text: String,
    kinds: Vec<Kind>,
    entries: Vec<(NodeIx, f32)>,
    has_next: bool,
    /// How many stand before this page.
    start: usize,
}

impl SearchPage {
    /// Searches. Finds one more than the page to know whether another follows.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a text without letter or digit, a too long one, or a bad page; `TIMEOUT` when the cancel was set.
    pub fn new(
        graph: &Graph,
        text: String,
        kinds: Option<Vec<EntityKind>>,
        page: &Page,
        cancel: &Cancel,
    ) -> Result<SearchPage, ApiError> {
        if text.len() > 1_000 {
            return Err(ApiError::invalid_input("Le texte cherché est trop long : 1000 octets au plus."));
        }
        if fold(&text).is_empty() {
            return Err(ApiError::invalid_input("Écrivez au moins une lettre ou un chiffre dans `text`."));
        }
        if kinds.as_ref().is_some_and(Vec::is_empty) {
            return Err(ApiError::invalid_input("`kinds` est une liste vide : retirez-la ou donnez une nature."));
        }
        let kinds = match kinds {
            Some(kinds) => kinds.into_iter().map(EntityKind::kind).collect(),
            None => Kind::ENTITIES.to_vec(),
        };
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let list = ListId::of(&["search", &fold(&text), &names.join(" ")]);
        let Page { size, from_end, after, before } = page.of(list)?;
        if after.is_none() && before.is_none() && !from_end {
            let mut entries = graph.search_unless(&text, &kinds, size + 1, &|| cancel.is_set());
            if cancel.is_set() {
                return Err(ApiError::timeout());
            }
            let has_next = entries.len() > size;
            entries.truncate(size);
            return Ok(SearchPage { list, text, kinds, entries, has_next, start: 0 });
        }
        let mut entries = graph.search_unless(&text, &kinds, MOST_FOUND, &|| cancel.is_set());
        if cancel.is_set() {
            return Err(ApiError::timeout());
        }
        // Where the entry of a cursor stands, or what came next and has taken its place; and whether it is still there.
        let stands = |position: &str, name| {
            let marked = position.split_once(' ').and_then(|(place, key)| Some((place.parse::<usize>().ok()?, key)));
            let (place, key) = marked.ok_or_else(|| page::bad(name))?;
            let found = entries.iter().position(|(ix, _)| graph.key(*ix).as_str() == key);
            Ok::<_, ApiError>(found.map_or((place.min(entries.len()), false), |at| (at, true)))
        };
        let (mut start, mut end) = (0, entries.len());
        if let Some(after) = after {
            let (at, there) = stands(&after, "after")?;
            start = at + usize::from(there);
        }
        if let Some(before) = before {
            end = stands(&before, "before")?.0.max(start);
        }
        if from_end {
            start = start.max(end.saturating_sub(size));
        } else {
            end = end.min(start + size);
        }
        let has_next = end < entries.len();
        entries.truncate(end);
        entries.drain(..start);
        Ok(SearchPage { list, text, kinds, entries, has_next, start })
    }

    /// What was found on this page, with scores.
    pub fn entries(&self) -> &[(NodeIx, f32)] {
        &self.entries
    }

    /// The cursor of the entry at a place of this page.
    pub fn cursor(&self, graph: &Graph, at: usize) -> String {
        let key = self.entries.get(at).map_or("", |(ix, _)| graph.key(*ix).as_str());
        self.list.cursor(&format!("{} {key}", self.start + at))
    }

    /// Where the page stands.
    pub fn page_info_in(&self, graph: &Graph) -> PageInfo {
        let cursor = |at: Option<usize>| at.filter(|at| *at < self.entries.len()).map(|at| self.cursor(graph, at));
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.start > 0,
            start_cursor: cursor(Some(0)),
            end_cursor: cursor(self.entries.len().checked_sub(1)),
        }
    }

    /// How many there are on all pages.
    pub fn count(&self, graph: &Graph) -> usize {
        if !self.has_next && self.start == 0 {
            return self.entries.len();
        }
        graph.search(&self.text, &self.kinds, MOST_FOUND).len()
    }
}

/// Les fiches trouvées, les plus ressemblantes d'abord.
#[Object(name = "SearchConnection")]
impl SearchPage {
    /// Les entrées de la page, chacune avec sa ressemblance.
    async fn edges(&self, ctx: &Context<'_>) -> Vec<FoundEdge> {
        let text: Arc<str> = self.text.as_str().into();
        let edge = |(at, (ix, score)): (usize, &(NodeIx, f32))| FoundEdge {
            cursor: self.cursor(snapshot(ctx), at),
            ix: *ix,
            score: *score,
            text: Arc::clone(&text),
            shown: OnceLock::new(),
        };
        self.entries.iter().enumerate().map(edge).collect()
    }

    /// Les fiches de la page.
    async fn nodes(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.entries.iter().map(|(ix, _)| Entity::of(ctx, At::now(*ix))).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        self.page_info_in(snapshot(ctx))
    }

    /// Nombre de fiches trouvées, toutes pages confondues, compté jusqu'à 1000.
    async fn total_count(&self, ctx: &Context<'_>) -> usize {
        self.count(snapshot(ctx))
    }
}

/// A score to four digits: those of an `f32` beyond say nothing.
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// One entity found.
pub struct FoundEdge {
    cursor: String,
    ix: NodeIx,
    score: f32,
    text: Arc<str>,
    /// Worked out once, for the name met and the parts of it.
    shown: OnceLock<Shown>,
}

impl FoundEdge {
    fn shown(&self, ctx: &Context<'_>) -> &Shown {
        self.shown.get_or_init(|| shown(snapshot(ctx).node(self.ix), &self.text))
    }
}

/// Une fiche trouvée.
#[Object(name = "SearchEdge")]
impl FoundEdge {
    /// Repère de cette entrée, pour `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// Ressemblance entre le texte cherché et un nom de la fiche, de 0 à 1 (1 : le même nom).
    async fn score(&self) -> f64 {
        rounded(self.score)
    }

    /// Le nom, l'alias, l'appellation ou le code de la fiche que le texte rencontre ; son nom, si un mot courant l'a trouvée.
    async fn matched(&self, ctx: &Context<'_>) -> &str {
        &self.shown(ctx).text
    }

    /// Les parties de `matched` que le texte rencontre, dans l'ordre : de quoi les mettre en évidence.
    async fn highlights(&self, ctx: &Context<'_>) -> Vec<Highlight> {
        let met = self.shown(ctx).met.iter();
        met.map(|part| Highlight { start: part.start, end: part.end }).collect()
    }

    /// La fiche.
    async fn node(&self, ctx: &Context<'_>) -> Entity {
        Entity::of(ctx, At::now(self.ix))
    }
}

/// Une partie d'un texte, comptée en caractères Unicode depuis 0.
#[derive(SimpleObject)]
struct Highlight {
    /// Premier caractère.
    start: usize,
    /// Après le dernier caractère.
    end: usize,
}
