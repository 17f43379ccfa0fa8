//! The `all…` connections: every entity of a kind, filtered and ordered the same way for each.

use std::cmp::Ordering;

use async_graphql::{Context, Enum, InputObject, Object, OutputType};

use super::entity::{Course, EntityType, Job, Licence, Master, Parcours, Sector, Skill, Study, University};
use super::error::ApiError;
use super::page::{self, Cut, Page, PageInfo};
use super::reference;
use super::scope::{At, snapshot};
use super::words::Ref;
use crate::graph::{Graph, NodeIx};
use crate::model::text::fold;
use crate::model::{Kind, Node};

/// Ce que les fiches doivent toutes vérifier. Un critère absent ne filtre rien.
#[derive(InputObject, Default, Clone, Debug)]
pub struct EntityFilter {
    /// Le nom ou un alias contient ce texte, sans tenir compte de la casse ni des accents.
    pub name_contains: Option<String>,
    /// La fiche porte un code de cette nomenclature. Exemple : `ROME`.
    pub code_scheme: Option<String>,
    /// La fiche est attestée par cette source (identifiant). Exemple : `source/onisep-ideo-metiers`.
    pub source: Option<Ref>,
    /// La fiche est dans cette région (parcours et universités). Exemple : `Normandie`.
    pub region: Option<String>,
    /// La fiche est dans cette ville (parcours et universités).
    pub city: Option<String>,
    /// La fiche est dans cette académie (parcours et universités).
    pub academy: Option<String>,
    /// `true` : seulement les fiches retirées ; `false` (par défaut) : seulement celles qui ont cours.
    pub retired: Option<bool>,
}

/// Ordre d'une liste.
#[derive(InputObject, Clone, Debug)]
pub struct EntityOrder {
    /// Selon quoi ordonner.
    pub field: EntityOrderField,
    /// Dans quel sens ; croissant sans précision.
    #[graphql(default_with = "OrderDirection::Asc")]
    pub direction: OrderDirection,
}

/// Ce selon quoi une liste de fiches s'ordonne.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityOrderField {
    /// L'identifiant.
    Id,
    /// Le nom, sans tenir compte de la casse ni des accents.
    Name,
}

/// Sens d'un ordre.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderDirection {
    /// Croissant.
    Asc,
    /// Décroissant.
    Desc,
}

impl EntityFilter {
    fn compile(&self, graph: &Graph) -> Result<impl Fn(&Node) -> bool + use<>, ApiError> {
        let folded = |text: &Option<String>| text.as_deref().map(fold);
        let (name, region, city, academy) =
            (folded(&self.name_contains), folded(&self.region), folded(&self.city), folded(&self.academy));
        let scheme = self.code_scheme.clone();
        let source = match &self.source {
            Some(source) => Some(graph.key(reference::one(graph, source, &[Kind::Source])?).clone()),
            None => None,
        };
        let retired = self.retired.unwrap_or(false);
        Ok(move |node: &Node| {
            let place = node.attributes().place.as_ref();
            let at = |asked: &Option<String>, has: Option<&str>| match asked {
                Some(asked) => has.is_some_and(|has| fold(has) == *asked),
                None => true,
            };
            node.retired == retired
                && name.as_ref().is_none_or(|name| node.names().any(|text| fold(text).contains(name)))
                && scheme.as_ref().is_none_or(|s| node.codes.iter().any(|code| code.scheme.eq_ignore_ascii_case(s)))
                && source.as_ref().is_none_or(|key| node.sources.contains(key))
                && at(&region, place.and_then(|place| place.region.as_deref()))
                && at(&city, place.and_then(|place| place.city.as_deref()))
                && at(&academy, place.and_then(|place| place.academy.as_deref()))
        })
    }
}

/// A page of all entities of a kind.
pub struct All<T> {
    cut: Cut<(String, T)>,
}

impl<T: EntityType> All<T> {
    /// The page asked for. O(entities of the kind) when filtered or ordered by name.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a bad page, `UNKNOWN_REF` for a source that is not there.
    pub fn new(
        ctx: &Context<'_>,
        filter: Option<EntityFilter>,
        order: Option<EntityOrder>,
        page: &Page,
    ) -> Result<All<T>, ApiError> {
        let graph = snapshot(ctx);
        let keep = filter.unwrap_or_default().compile(graph)?;
        let kept = graph.nodes_of(T::KIND).iter().copied().filter(|ix| keep(graph.node(*ix)));
        let (field, direction) =
            order.map_or((EntityOrderField::Id, OrderDirection::Asc), |order| (order.field, order.direction));
        // Position texts compare as the list is ordered.
        let position = |ix: NodeIx| match field {
            EntityOrderField::Id => graph.key(ix).to_string(),
            EntityOrderField::Name => format!("{}\u{1}{}", fold(&graph.node(ix).name), graph.key(ix)),
        };
        let mut list: Vec<(String, T)> = kept.map(|ix| (position(ix), T::from(At::now(ix)))).collect();
        let order = |a: &str, b: &str| -> Ordering {
            match direction {
                OrderDirection::Asc => a.cmp(b),
                OrderDirection::Desc => b.cmp(a),
            }
        };
        list.sort_by(|a, b| order(&a.0, &b.0));
        let cut = page.cut(list, |entry, position| Ok(order(&entry.0, position)))?;
        Ok(All { cut })
    }
}

/// Une liste paginée de fiches d'une même nature.
#[Object(
    concrete(name = "LicenceConnection", params(Licence)),
    concrete(name = "MasterConnection", params(Master)),
    concrete(name = "ParcoursConnection", params(Parcours)),
    concrete(name = "CourseConnection", params(Course)),
    concrete(name = "UniversityConnection", params(University)),
    concrete(name = "SkillConnection", params(Skill)),
    concrete(name = "JobConnection", params(Job)),
    concrete(name = "SectorConnection", params(Sector)),
    concrete(name = "StudyConnection", params(Study))
)]
impl<T: EntityType> All<T>
where
    AllEdge<T>: OutputType,
{
    /// Les entrées de la page, chacune avec son repère.
    async fn edges(&self) -> Vec<AllEdge<T>> {
        self.cut
            .entries
            .iter()
            .map(|(position, node)| AllEdge { cursor: page::cursor(position), node: *node })
            .collect()
    }

    /// Les fiches de la page.
    async fn nodes(&self) -> Vec<T> {
        self.cut.entries.iter().map(|(_, node)| *node).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.cut.has_next,
            has_previous_page: self.cut.has_previous,
            start_cursor: self.cut.entries.first().map(|(position, _)| page::cursor(position)),
            end_cursor: self.cut.entries.last().map(|(position, _)| page::cursor(position)),
        }
    }

    /// Nombre de fiches, toutes pages confondues.
    async fn total_count(&self) -> usize {
        self.cut.total
    }
}

/// One entity of a list.
pub struct AllEdge<T> {
    cursor: String,
    node: T,
}

/// Une entrée d'une liste.
#[Object(
    concrete(name = "LicenceEdge", params(Licence)),
    concrete(name = "MasterEdge", params(Master)),
    concrete(name = "ParcoursEdge", params(Parcours)),
    concrete(name = "CourseEdge", params(Course)),
    concrete(name = "UniversityEdge", params(University)),
    concrete(name = "SkillEdge", params(Skill)),
    concrete(name = "JobEdge", params(Job)),
    concrete(name = "SectorEdge", params(Sector)),
    concrete(name = "StudyEdge", params(Study))
)]
impl<T: EntityType> AllEdge<T> {
    /// Repère de cette entrée, pour `after` et `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// La fiche.
    async fn node(&self) -> T {
        self.node
    }
}
