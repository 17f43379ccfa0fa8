//! Relations as connections: the nodes at the other end, with what is said of each relation, strongest first.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::marker::PhantomData;

use async_graphql::{Context, Interface, Object, OutputType, SimpleObject};

use super::entity::{
    AdmissionFigures, Course, Entity, EntityType, Family, Job, Licence, Master, MasterYear, Modality, Parcours, Sector,
    Skill, Source, Study, University, admission_figures,
};
use super::error::ApiError;
use super::listing::{EntityFilter, EntityOrder, Order, OrderDirection};
use super::page::{self, ListId, Page, PageInfo};
use super::scope::At;
use crate::graph::{Graph, Half};
use crate::model::{Kind, Relation, Year};

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
    list: List,
    /// What a filter or an order of one's own makes of the list: its length, and the cursors of the page.
    arranged: Option<(usize, Vec<String>)>,
}

impl List {
    /// All its relations, also those to nodes of another kind or no longer current.
    fn all(self, graph: &Graph) -> Cow<'_, [Half]> {
        match self.side {
            Side::To => graph.out(self.at.ix, self.relation).into(),
            Side::From => graph.incoming(self.at.ix, self.relation).into(),
            Side::Both => {
                let mut both = graph.out(self.at.ix, self.relation).to_vec();
                both.extend(graph.incoming(self.at.ix, self.relation));
                both.sort_by(|a, b| {
                    b.weight.total_cmp(&a.weight).then_with(|| graph.key(a.node).cmp(graph.key(b.node)))
                });
                both.into()
            }
        }
    }

    /// What its cursors are of, with a filter and an order of one's own or without.
    fn id(self, graph: &Graph, asked: &str) -> ListId {
        let side = match self.side {
            Side::To => "to",
            Side::From => "from",
            Side::Both => "both",
        };
        let key = graph.key(self.at.ix).as_str();
        ListId::of(&["related", key, self.relation.name(), side, self.kind.name(), asked])
    }

    fn usual_cursor(self, graph: &Graph, half: &Half) -> String {
        self.id(graph, "").cursor(&usual_position(graph, half))
    }

    fn keeps(self, graph: &Graph, half: &Half) -> bool {
        graph.kind(half.node) == self.kind && !graph.is_retired(half.node)
    }

    /// A page. O(page) going forward from the start, O(relations) otherwise.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a cursor of another list.
    pub fn slice(self, graph: &Graph, page: &Page) -> Result<Slice, ApiError> {
        let all = self.all(graph);
        let kept = all.iter().filter(|half| self.keeps(graph, half)).copied();
        if page.after.is_none() && page.before.is_none() && !page.from_end {
            let mut halves: Vec<Half> = Vec::with_capacity(all.len().min(page.size + 1));
            halves.extend(kept.take(page.size + 1));
            let has_next = halves.len() > page.size;
            halves.truncate(page.size);
            return Ok(Slice { halves, has_previous: false, has_next, list: self, arranged: None });
        }
        let page = page.of(self.id(graph, ""))?;
        let cut = page.cut(kept.collect(), |half, position| compare(graph, half, position, OrderDirection::Desc))?;
        let (has_previous, has_next) = (cut.has_previous, cut.has_next);
        Ok(Slice { halves: cut.entries, has_previous, has_next, list: self, arranged: None })
    }

    /// The page of those that meet a filter, in an order of one's own or else the usual one. O(relations × log), and what is
    /// published of each when ordered by a figure.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an order or cursor of another list, `UNKNOWN_REF` for a source that is not there.
    pub fn arranged(
        self,
        graph: &Graph,
        filter: Option<EntityFilter>,
        order: Option<EntityOrder>,
        page: &Page,
    ) -> Result<Slice, ApiError> {
        if filter.is_none() && order.is_none() {
            return self.slice(graph, page);
        }
        let id = self.id(graph, &format!("{filter:?} {order:?}"));
        let page = page.of(id)?;
        let keep = filter.unwrap_or_default().compile(graph, self.kind)?;
        let all = self.all(graph);
        let kept = all.iter().filter(|half| graph.kind(half.node) == self.kind && keep(graph, half.node)).copied();
        let (cut, cursors) = match order.as_ref().map_or(Some(OrderDirection::Desc), EntityOrder::by_weight) {
            Some(direction) => {
                let halves = in_order_of_weight(graph, kept.collect(), direction);
                let cut = page.cut(halves, |half, position| compare(graph, half, position, direction))?;
                let cursors = cut.entries.iter().map(|half| id.cursor(&usual_position(graph, half))).collect();
                (cut, cursors)
            }
            None => {
                let order = Order::new(order, self.kind)?;
                let mut spots: Vec<_> = kept.map(|half| (order.spot(graph, half.node), half)).collect();
                spots.sort_by(|a, b| order.compare(&a.0, &b.0));
                let cut = page.cut(spots, |entry, position| Ok(order.compare(&entry.0, &order.read(position)?)))?;
                let cursors = cut.entries.iter().map(|(spot, _)| order.cursor(id, spot)).collect();
                (cut.map(|(_, half)| half), cursors)
            }
        };
        let (has_previous, has_next) = (cut.has_previous, cut.has_next);
        Ok(Slice { halves: cut.entries, has_previous, has_next, list: self, arranged: Some((cut.total, cursors)) })
    }

    /// How many there are in the list that a page was cut from.
    pub fn count(self, graph: &Graph, slice: &Slice) -> usize {
        match &slice.arranged {
            Some((total, _)) => *total,
            None => self.all(graph).iter().filter(|half| self.keeps(graph, half)).count(),
        }
    }
}

/// Relations that stand in the usual order, by weight descending, then key; or by weight ascending, then key.
pub(super) fn in_order_of_weight(graph: &Graph, mut halves: Vec<Half>, direction: OrderDirection) -> Vec<Half> {
    if direction == OrderDirection::Asc {
        halves.sort_by(|a, b| a.weight.total_cmp(&b.weight).then_with(|| graph.by_key(a.node, b.node)));
    }
    halves
}

/// How a relation stands to the place of a cursor in an order of weight.
///
/// # Errors
/// `INVALID_INPUT` for a position that is none of such an order.
pub(super) fn compare(
    graph: &Graph,
    half: &Half,
    position: &str,
    direction: OrderDirection,
) -> Result<Ordering, ApiError> {
    let (weight, key) = read(position)?;
    let by_weight = match direction {
        OrderDirection::Asc => half.weight.total_cmp(&weight),
        OrderDirection::Desc => weight.total_cmp(&half.weight),
    };
    Ok(by_weight.then_with(|| graph.key(half.node).as_str().cmp(key)))
}

/// What a cursor says of a relation in an order of weight.
pub(super) fn usual_position(graph: &Graph, half: &Half) -> String {
    format!("{} {}", half.weight, graph.key(half.node))
}

impl Slice {
    /// Where the page stands.
    pub fn page_info(&self, graph: &Graph) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.cursor(graph, 0),
            end_cursor: self.cursor(graph, self.halves.len().wrapping_sub(1)),
        }
    }

    /// The cursor of a relation of the page.
    pub fn cursor(&self, graph: &Graph, at: usize) -> Option<String> {
        let half = self.halves.get(at)?;
        match &self.arranged {
            Some((_, cursors)) => cursors.get(at).cloned(),
            None => Some(self.list.usual_cursor(graph, half)),
        }
    }
}

impl<T: EntityType> Related<T> {
    /// The page of a node's relations that meet a filter, in an order.
    ///
    /// # Errors
    /// As [`List::arranged`].
    pub fn new(
        ctx: &Context<'_>,
        (at, relation, side): (At, Relation, Side),
        filter: Option<EntityFilter>,
        order: Option<EntityOrder>,
        page: &Page,
    ) -> Result<Self, ApiError> {
        let list = List { at, relation, side, kind: T::KIND };
        Ok(Related { list, slice: list.arranged(at.graph(ctx), filter, order, page)?, marker: PhantomData })
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
    concrete(name = "StudyRelationConnection", params(Study)),
    concrete(name = "FamilyRelationConnection", params(Family))
)]
impl<T: EntityType> Related<T>
where
    RelatedEdge<T>: OutputType,
{
    /// Les relations de la page, chacune avec son poids, sa condition et ses sources.
    async fn edges(&self) -> Vec<RelatedEdge<T>> {
        let edge = |(at, half): (usize, &Half)| RelatedEdge {
            list: self.list,
            half: *half,
            cursor: self.slice.arranged.as_ref().and_then(|(_, cursors)| cursors.get(at).cloned()),
            marker: PhantomData,
        };
        self.slice.halves.iter().enumerate().map(edge).collect()
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
        self.list.count(self.list.at.graph(ctx), &self.slice)
    }
}

/// One relation seen from one end.
pub struct RelatedEdge<T> {
    list: List,
    half: Half,
    /// Its cursor in a list of one's own order.
    cursor: Option<String>,
    marker: PhantomData<fn() -> T>,
}

/// Une relation vers une fiche, quelle que soit la nature de celle-ci : de quoi écrire un seul fragment pour toutes.
#[derive(Interface)]
#[expect(clippy::duplicated_attributes, reason = "several fields have one and the same type")]
#[graphql(
    field(name = "cursor", ty = "String", desc = "Repère de cette entrée, pour `after` et `before`."),
    field(name = "node", ty = "Entity", desc = "La fiche à l'autre bout de la relation."),
    field(name = "weight", ty = "f64", desc = "Poids, plus grand que 0 et au plus 1."),
    field(
        name = "condition",
        ty = "Option<&'ctx str>",
        desc = "À quelle condition la relation vaut, quand une source le dit."
    ),
    field(name = "level", ty = "Option<&'ctx str>", desc = "À quel niveau, quand une source le dit."),
    field(
        name = "sources",
        ty = "Vec<Source>",
        desc = "Les sources qui affirment la relation ; toujours au moins une."
    ),
    field(name = "statements", ty = "Vec<StatementView>", desc = "Ce que dit chaque source.")
)]
pub enum RelationEdge {
    /// To a licence.
    Licence(RelatedEdge<Licence>),
    /// To a master.
    Master(RelatedEdge<Master>),
    /// To a parcours.
    Parcours(RelatedEdge<Parcours>),
    /// To a course.
    Course(RelatedEdge<Course>),
    /// To a university.
    University(RelatedEdge<University>),
    /// To a skill.
    Skill(RelatedEdge<Skill>),
    /// To a job.
    Job(RelatedEdge<Job>),
    /// To a sector.
    Sector(RelatedEdge<Sector>),
    /// To a further study.
    Study(RelatedEdge<Study>),
    /// To a family of jobs.
    Family(RelatedEdge<Family>),
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
    concrete(name = "StudyRelationEdge", params(Study)),
    concrete(name = "FamilyRelationEdge", params(Family))
)]
impl<T: EntityType> RelatedEdge<T> {
    /// Repère de cette entrée, pour `after` et `before`.
    async fn cursor(&self, ctx: &Context<'_>) -> String {
        self.cursor.clone().unwrap_or_else(|| self.list.usual_cursor(self.list.at.graph(ctx), &self.half))
    }

    /// La fiche à l'autre bout de la relation.
    async fn node(&self) -> T {
        T::from(self.list.at.with(self.half.node))
    }

    /// Poids, plus grand que 0 et au plus 1 : à quel point la relation est forte et sûre. Exemple : 0.9 quand la source
    /// l'affirme pour ce parcours même.
    async fn weight(&self) -> f64 {
        self.half.weight
    }

    /// À quelle condition la relation vaut, quand une source le dit.
    async fn condition<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.list.at.graph(ctx).edge(self.half.edge).condition()
    }

    /// À quel niveau (d'une compétence, d'une année d'études), quand une source le dit.
    async fn level<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.list.at.graph(ctx).edge(self.half.edge).level()
    }

    /// Université → master : l'année où l'on y entre (M1 quand la source ne dit rien) ; `null` pour toute autre relation.
    async fn entry(&self, ctx: &Context<'_>) -> Option<MasterYear> {
        let graph = self.list.at.graph(ctx);
        let edge = graph.edge(self.half.edge);
        let entry = edge.award().and_then(|award| award.entry).unwrap_or(Year::M1);
        let of_master = edge.relation() == Relation::Awards
            && [self.half.node, self.list.at.ix].iter().any(|end| graph.kind(*end) == Kind::Master);
        of_master.then(|| entry.into())
    }

    /// Université → master : comment la formation y est suivie ; vide si la source ne le dit pas.
    async fn modalities(&self, ctx: &Context<'_>) -> Vec<Modality> {
        let award = self.list.at.graph(ctx).edge(self.half.edge).award();
        award.map_or(&[][..], |award| &award.modalities).iter().map(|modality| (*modality).into()).collect()
    }

    /// Université → master : les langues d'enseignement (codes ISO 639-1) ; vide si la source ne le dit pas.
    async fn languages<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
        let award = self.list.at.graph(ctx).edge(self.half.edge).award();
        award.map_or(&[][..], |award| &award.languages).iter().map(|language| &**language).collect()
    }

    /// Université → master : chiffres d'admission de cette université pour ce master, de la session la plus récente à la plus
    /// ancienne ; vide si aucune source n'en donne.
    async fn admissions(&self, ctx: &Context<'_>) -> Vec<AdmissionFigures> {
        let award = self.list.at.graph(ctx).edge(self.half.edge).award();
        admission_figures(ctx, self.list.at, award.map_or(&[][..], |award| &award.admissions))
    }

    /// Les sources qui affirment la relation ; toujours au moins une.
    async fn sources(&self, ctx: &Context<'_>) -> Vec<Source> {
        let sources = self.list.at.graph(ctx).edge(self.half.edge).sources();
        sources.map(|source| Source(self.list.at.with(source))).collect()
    }

    /// Ce que dit chaque source : où la relation y figure, et le poids qu'elle lui donne.
    async fn statements(&self, ctx: &Context<'_>) -> Vec<StatementView> {
        let graph = self.list.at.graph(ctx);
        let edge = graph.edge(self.half.edge);
        let rows = edge.sources().zip(edge.statements());
        rows.map(|(source, statement)| StatementView {
            source: Source(self.list.at.with(source)),
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
