//! What every list of entities takes alike: `where` (`filter`) and `orderBy`.

mod filter;
mod offered;

use std::cmp::Ordering;

use async_graphql::{Enum, InputObject};

use super::error::ApiError;
use super::page::{self, ListId};
use crate::graph::{Graph, NodeIx};
use crate::guidance::indicators::{self, Indicator};
use crate::model::Kind;
use crate::model::text::fold;

pub use filter::EntityFilter;
pub(super) use filter::one_or_more;
pub(super) use offered::{Offer, domains, offers};

/// Ordre d'une liste.
#[derive(InputObject, Clone, Debug)]
pub struct EntityOrder {
    /// Selon quoi ordonner.
    pub field: EntityOrderField,
    /// Dans quel sens ; croissant sans précision.
    #[graphql(default_with = "Some(OrderDirection::Asc)")]
    pub direction: Option<OrderDirection>,
}

/// Ce selon quoi une liste de fiches s'ordonne.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityOrderField {
    /// L'identifiant.
    Id,
    /// Le nom, sans tenir compte de la casse ni des accents.
    Name,
    /// Listes de relations seulement : le poids de la relation ; les égales se suivent par identifiant.
    Weight,
    /// Parcours et masters : les places offertes à la dernière session publiée. Pour cet ordre et les suivants, ce que
    /// chaque chiffre mesure, de qui et quand est dans `indicators` ; ce qui n'a pas de chiffre vient en dernier, dans les
    /// deux sens ; les égaux se suivent par identifiant.
    Places,
    /// Parcours et masters : les candidatures par place à la dernière session qui publie les deux.
    Pressure,
    /// Parcours et masters : la part en emploi 18 mois après le diplôme.
    Insertion18,
    /// Parcours et masters : la part en emploi 30 mois après le diplôme.
    Insertion30,
    /// Parcours et masters : le salaire net médian à temps plein, 30 mois après le diplôme.
    MedianSalary,
}

/// Sens d'un ordre.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderDirection {
    /// Croissant.
    Asc,
    /// Décroissant.
    Desc,
}

impl EntityOrder {
    fn direction(&self) -> OrderDirection {
        self.direction.unwrap_or(OrderDirection::Asc)
    }

    /// Whether it is by the weight of relations, and then in which direction.
    pub(super) fn by_weight(&self) -> Option<OrderDirection> {
        (self.field == EntityOrderField::Weight).then(|| self.direction())
    }
}

/// An order of entities, and where each stands in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    field: EntityOrderField,
    direction: OrderDirection,
}

/// Where an entity stands in an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SortKey {
    /// The figure that decides, where one does and is known.
    value: Option<f64>,
    /// What decides among equals, or everything where no figure does.
    text: String,
}

impl Order {
    /// The order asked for over entities of a kind; by id unless said.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an indicator of what is no offer.
    pub fn new(asked: Option<EntityOrder>, kind: Kind) -> Result<Order, ApiError> {
        let order = asked.map_or(Order { field: EntityOrderField::Id, direction: OrderDirection::Asc }, |asked| {
            Order { field: asked.field, direction: asked.direction() }
        });
        if order.field == EntityOrderField::Weight {
            return Err(ApiError::invalid_input(
                "`orderBy` : `WEIGHT` ordonne des relations ; donnez ici `ID` ou `NAME`, ou un indicateur.",
            ));
        }
        if order.indicator().is_some() && !kind.is_offer() {
            return Err(ApiError::invalid_input(
                "`orderBy` : cet indicateur classe des parcours ou des masters ; donnez ici `ID` ou `NAME`.",
            ));
        }
        Ok(order)
    }

    fn indicator(self) -> Option<Indicator> {
        Some(match self.field {
            EntityOrderField::Id | EntityOrderField::Name | EntityOrderField::Weight => return None,
            EntityOrderField::Places => Indicator::Places,
            EntityOrderField::Pressure => Indicator::Pressure,
            EntityOrderField::Insertion18 => Indicator::Insertion18,
            EntityOrderField::Insertion30 => Indicator::Insertion30,
            EntityOrderField::MedianSalary => Indicator::MedianSalary,
        })
    }

    /// Where an entity stands.
    pub fn spot(self, graph: &Graph, ix: NodeIx) -> SortKey {
        let key = graph.key(ix).as_str();
        let value = self.indicator().and_then(|indicator| indicators::value(graph, ix, indicator));
        let text = match self.field {
            EntityOrderField::Name => format!("{}\u{1}{key}", fold(&graph.node(ix).name)),
            _ => key.to_owned(),
        };
        SortKey { value, text }
    }

    /// Which of two comes first. Without a figure is last in both directions; equals follow by key.
    pub fn compare(self, a: &SortKey, b: &SortKey) -> Ordering {
        let descending = self.direction == OrderDirection::Desc;
        match self.indicator() {
            Some(_) => indicators::order(a.value, b.value, descending).then_with(|| a.text.cmp(&b.text)),
            None if descending => b.text.cmp(&a.text),
            None => a.text.cmp(&b.text),
        }
    }

    /// The cursor of a spot in a list.
    pub fn cursor(self, list: ListId, spot: &SortKey) -> String {
        let value = spot.value.map(|value| value.to_string()).unwrap_or_default();
        list.cursor(&if self.indicator().is_some() { format!("{value} {}", spot.text) } else { spot.text.clone() })
    }

    /// The spot that the text inside a cursor marks.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a cursor of another list.
    pub fn read(self, text: &str) -> Result<SortKey, ApiError> {
        if self.indicator().is_none() {
            return Ok(SortKey { value: None, text: text.to_owned() });
        }
        let (value, text) = text.split_once(' ').ok_or_else(|| page::bad("after"))?;
        let value = match value {
            "" => None,
            value => {
                Some(value.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(|| page::bad("after"))?)
            }
        };
        Ok(SortKey { value, text: text.to_owned() })
    }
}
