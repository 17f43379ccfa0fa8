//! Relations as connections: the nodes at the other end, with what is said of each relation, strongest first.

use std::cmp::Ordering;
use std::marker::PhantomData;

use async_graphql::{Context, Object, OutputType, SimpleObject};

use super::entity::{Course, EntityType, Job, Licence, Master, Parcours, Sector, Skill, Source, Study, University};
use super::error::ApiError;
use super::page::{self, Page, PageInfo};
use super::scope::At;
use crate::graph::{Graph, Half};
use crate::model::{Kind, Relation};

/// Which side of a relation the listed nodes stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The relation goes to them.
    To,
    /// The relation comes from them.
    From,
    /// Either, for a symmetrical relation.
    Both,
}

/// A page of the nodes that stand in a relation to one node.
pub struct Related<T> {
    list: List,
    slice: Slice,
    marker: PhantomData<fn() -> T>,
}

/// All relations of one sort at one node whose other end is of one kind and current.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// The node.
    pub at: At,
    /// The sort of relation.
    pub relation: Relation,
    /// On which side of it the listed nodes stand.
    pub side: Side,
    /// Their kind.
    pub kind: Kind,
}

/// A page of such a list.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Its relations.
    pub halves: Vec<Half>,
    has_previous: bool,
    has_next: bool,
}

impl List {
    fn kept(self, graph: &Graph) -> impl Iterator<Item = Half> {
        let halves = match self.side {
            Side::To => std::borrow::Cow::Borrowed(graph.out(self.at.ix, self.relation)),
            Side::From => std::borrow::Cow::Borrowed(graph.incoming(self.at.ix, self.relation)),
            Side::Both => {
                let mut both = graph.out(self.at.ix, self.relation).to_vec();
                both.extend(graph.incoming(self.at.ix, self.relation));
                both.sort_by(|a, b| {
                    b.weight.total_cmp(&a.weight).then_with(|| graph.key(a.node).cmp(graph.key(b.node)))
                });
                std::borrow::Cow::Owned(both)
            }
        };
        let count = halves.len();
        (0..count).map(move |i| halves[i]).filter(move |half| {
            let node = graph.node(half.node);
            node.key.kind() == self.kind && !node.retired
        })
    }

    /// How many there are.
    pub fn count(self, graph: &Graph) -> usize {
        self.kept(graph).count()
    }

    /// A page. O(page) going forward from the start, O(relations) otherwise.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a cursor of another list.
    pub fn slice(self, graph: &Graph, page: &Page) -> Result<Slice, ApiError> {
        if page.after.is_none() && page.before.is_none() && !page.from_end {
            let mut halves: Vec<Half> = self.kept(graph).take(page.size + 1).collect();
            let has_next = halves.len() > page.size;
            halves.truncate(page.size);
            return Ok(Slice { halves, has_previous: false, has_next });
        }
        let all: Vec<Half> = self.kept(graph).collect();
        let cut = page.cut(all, |half, position| {
            let (weight, key) = read(position)?;
            Ok(match weight.total_cmp(&half.weight) {
                Ordering::Equal => graph.key(half.node).as_str().cmp(key),
                other => other,
            })
        })?;
        Ok(Slice { halves: cut.entries, has_previous: cut.has_previous, has_next: cut.has_next })
    }
}

impl Slice {
    /// Where the page stands.
    pub fn page_info(&self, graph: &Graph) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.halves.first().map(|half| Slice::cursor(graph, half)),
            end_cursor: self.halves.last().map(|half| Slice::cursor(graph, half)),
        }
    }

    /// The cursor of a relation.
    pub fn cursor(graph: &Graph, half: &Half) -> String {
        page::cursor(&format!("{} {}", half.weight, graph.key(half.node)))
    }
}

impl<T: EntityType> Related<T> {
    /// The page of a node's relations.
    ///
    /// # Errors
    /// As [`List::slice`].
    pub fn new(ctx: &Context<'_>, at: At, relation: Relation, side: Side, page: &Page) -> Result<Self, ApiError> {
        let list = List { at, relation, side, kind: T::KIND };
        Ok(Related { list, slice: list.slice(at.graph(ctx), page)?, marker: PhantomData })
    }
}

fn read(position: &str) -> Result<(f64, &str), ApiError> {
    let parts = position.split_once(' ').and_then(|(weight, key)| Some((weight.parse().ok()?, key)));
    parts.filter(|(weight, _): &(f64, &str)| !weight.is_nan()).ok_or_else(|| page::bad("after"))
}

/// Fiches liées à une autre par une même relation, de la plus forte à la plus faible, puis par identifiant.
#[Object(
    concrete(name = "LicenceRelationConnection", params(Licence)),
    concrete(name = "MasterRelationConnection", params(Master)),
    concrete(name = "ParcoursRelationConnection", params(Parcours)),
    concrete(name = "CourseRelationConnection", params(Course)),
    concrete(name = "UniversityRelationConnection", params(University)),
    concrete(name = "SkillRelationConnection", params(Skill)),
    concrete(name = "JobRelationConnection", params(Job)),
    concrete(name = "SectorRelationConnection", params(Sector)),
    concrete(name = "StudyRelationConnection", params(Study))
)]
impl<T: EntityType> Related<T>
where
    RelatedEdge<T>: OutputType,
{
    /// Les relations de la page, chacune avec son poids, sa condition et ses sources.
    async fn edges(&self) -> Vec<RelatedEdge<T>> {
        let edge = |half: &Half| RelatedEdge { at: self.list.at, half: *half, marker: PhantomData };
        self.slice.halves.iter().map(edge).collect()
    }

    /// Les fiches de la page, sans le détail des relations.
    async fn nodes(&self) -> Vec<T> {
        self.slice.halves.iter().map(|half| T::from(self.list.at.with(half.node))).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        self.slice.page_info(self.list.at.graph(ctx))
    }

    /// Nombre de relations, toutes pages confondues.
    async fn total_count(&self, ctx: &Context<'_>) -> usize {
        self.list.count(self.list.at.graph(ctx))
    }
}

/// One relation seen from one end.
pub struct RelatedEdge<T> {
    at: At,
    half: Half,
    marker: PhantomData<fn() -> T>,
}

/// Une relation vers une fiche : sa force, ce qui la conditionne, qui l'affirme.
#[Object(
    concrete(name = "LicenceRelationEdge", params(Licence)),
    concrete(name = "MasterRelationEdge", params(Master)),
    concrete(name = "ParcoursRelationEdge", params(Parcours)),
    concrete(name = "CourseRelationEdge", params(Course)),
    concrete(name = "UniversityRelationEdge", params(University)),
    concrete(name = "SkillRelationEdge", params(Skill)),
    concrete(name = "JobRelationEdge", params(Job)),
    concrete(name = "SectorRelationEdge", params(Sector)),
    concrete(name = "StudyRelationEdge", params(Study))
)]
impl<T: EntityType> RelatedEdge<T> {
    /// Repère de cette entrée, pour `after` et `before`.
    async fn cursor(&self, ctx: &Context<'_>) -> String {
        Slice::cursor(self.at.graph(ctx), &self.half)
    }

    /// La fiche à l'autre bout de la relation.
    async fn node(&self) -> T {
        T::from(self.at.with(self.half.node))
    }

    /// Poids, plus grand que 0 et au plus 1 : à quel point la relation est forte et sûre. Exemple : 0.9 quand la source
    /// l'affirme pour ce parcours même.
    async fn weight(&self) -> f64 {
        self.half.weight
    }

    /// À quelle condition la relation vaut, quand une source le dit.
    async fn condition<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.at.graph(ctx).edge(self.half.edge).condition()
    }

    /// À quel niveau (d'une compétence, d'une année d'études), quand une source le dit.
    async fn level<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.at.graph(ctx).edge(self.half.edge).level()
    }

    /// Les sources qui affirment la relation ; toujours au moins une.
    async fn sources(&self, ctx: &Context<'_>) -> Vec<Source> {
        let sources = self.at.graph(ctx).edge(self.half.edge).sources();
        sources.map(|source| Source(self.at.with(source))).collect()
    }

    /// Ce que dit chaque source : où la relation y figure, et le poids qu'elle lui donne.
    async fn statements(&self, ctx: &Context<'_>) -> Vec<StatementView> {
        let graph = self.at.graph(ctx);
        let edge = graph.edge(self.half.edge);
        let rows = edge.sources().zip(edge.statements());
        rows.map(|(source, statement)| StatementView {
            source: Source(self.at.with(source)),
            row: statement.row.map(String::from),
            weight: statement.weight.map(|weight| weight.get()),
        })
        .collect()
    }
}

/// Ce qu'une source dit d'une relation.
#[derive(SimpleObject)]
#[graphql(name = "Statement")]
pub struct StatementView {
    /// La source.
    source: Source,
    /// Où la relation figure dans la source : ligne, page ou fiche.
    row: Option<String>,
    /// Le poids selon cette source, quand plusieurs l'affirment différemment.
    weight: Option<f64>,
}
