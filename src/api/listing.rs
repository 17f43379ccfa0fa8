//! What every list of entities takes alike: `where` and `orderBy`.

use std::cmp::Ordering;

use async_graphql::{Enum, InputObject};

use super::entity::Modality;
use super::error::ApiError;
use super::page::{self, ListId};
use super::place::{NearInput, Written, unknown_value};
use super::reference;
use super::schema_names::Ref;
use crate::graph::{Graph, NodeIx, places};
use crate::guidance::indicators::{self, Indicator};
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
    /// La fiche est dans cette ville, tous arrondissements compris (parcours et universités). De deux villes du même nom,
    /// dites la région : `"Saint-Denis (La Réunion)"`.
    pub city: Option<String>,
    /// La fiche est dans ce département, par son numéro ou son nom (parcours et universités) : dans une ville où une
    /// université y a son siège.
    pub department: Option<String>,
    /// La fiche est à telle distance d'une ville, à vol d'oiseau (parcours et universités).
    pub near: Option<NearInput>,
    /// La fiche est dans cette académie (parcours et universités).
    pub academy: Option<String>,
    /// La fiche est de ce domaine, sans tenir compte de la casse ni des accents (licences et masters).
    pub domain: Option<String>,
    /// La fiche se suit ainsi (masters et parcours).
    pub modality: Option<Modality>,
    /// La fiche s'enseigne dans cette langue, code ISO 639-1 (masters et parcours).
    pub language: Option<String>,
    /// `true` : seulement les fiches retirées ; `false` (par défaut) : seulement celles qui ont cours.
    pub retired: Option<bool>,
}

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

impl EntityFilter {
    /// The test that it makes of a node of a kind.
    ///
    /// # Errors
    /// `UNKNOWN_REF` for a source that is not there, `INVALID_INPUT` for a criterion that nodes of this kind do not have, or a
    /// place, domain, language or code scheme that the graph does not know.
    pub(super) fn compile(&self, graph: &Graph, kind: Kind) -> Result<impl Fn(&Node) -> bool + use<>, ApiError> {
        self.fits(kind)?;
        let list = |text: &Option<String>| text.iter().cloned().collect::<Vec<String>>();
        let places = Written {
            regions: list(&self.region),
            academies: list(&self.academy),
            cities: list(&self.city),
            departments: list(&self.department),
            near: self.near.clone(),
        };
        let places = places.compile(graph)?;
        let name = self.name_contains.as_deref().map(fold);
        let known = |name: &str, text: &Option<String>, values: &dyn Fn(&Node) -> Vec<String>| match text {
            None => Ok(None),
            Some(text) => {
                let nodes = graph.nodes_of(kind).iter().map(|ix| graph.node(*ix));
                let known: std::collections::BTreeSet<String> = nodes.flat_map(values).collect();
                let wanted = fold(text);
                if known.iter().any(|value| fold(value) == wanted) {
                    return Ok(Some(wanted));
                }
                Err(unknown_value(name, text, places::nearest(&wanted, known.iter().map(String::as_str))))
            }
        };
        let owned = |values: &[Box<str>]| values.iter().map(|value| value.to_string()).collect::<Vec<String>>();
        let domain = known("domain", &self.domain, &|node| owned(&node.attributes().domains))?;
        let language = known("language", &self.language, &|node| owned(&node.attributes().languages))?;
        let scheme = known("codeScheme", &self.code_scheme, &|node| {
            node.codes.iter().map(|code| code.scheme.to_string()).collect()
        })?;
        let modality = self.modality.map(crate::model::Modality::from);
        let source = match &self.source {
            Some(source) => Some(graph.key(reference::one(graph, source, &[Kind::Source])?).clone()),
            None => None,
        };
        let retired = self.retired.unwrap_or(false);
        Ok(move |node: &Node| {
            let place = node.attributes().place.as_ref();
            let at = |asked: &[String], has: Option<&str>| {
                asked.is_empty() || has.is_some_and(|has| asked.iter().any(|asked| asked == has))
            };
            let taught = node.attributes();
            node.retired == retired
                && name.as_ref().is_none_or(|name| node.names().any(|text| fold(text).contains(name)))
                && scheme.as_ref().is_none_or(|s| node.codes.iter().any(|code| fold(&code.scheme) == *s))
                && source.as_ref().is_none_or(|key| node.sources.contains(key))
                && at(&places.regions, place.and_then(|place| place.region.as_deref()))
                && at(&places.cities, place.and_then(|place| place.city.as_deref()))
                && at(&places.academies, place.and_then(|place| place.academy.as_deref()))
                && domain.as_ref().is_none_or(|wanted| taught.domains.iter().any(|domain| fold(domain) == *wanted))
                && language
                    .as_ref()
                    .is_none_or(|wanted| taught.languages.iter().any(|language| fold(language) == *wanted))
                && modality.is_none_or(|wanted| taught.modalities.contains(&wanted))
        })
    }

    /// Whether nodes of a kind have what it asks about.
    fn fits(&self, kind: Kind) -> Result<(), ApiError> {
        let placed = (&[Kind::Parcours, Kind::University][..], "parcours ou des universités");
        let followed = (&[Kind::Master, Kind::Parcours][..], "masters ou des parcours");
        let criteria = [
            (self.region.is_some(), "region", placed),
            (self.city.is_some(), "city", placed),
            (self.academy.is_some(), "academy", placed),
            (self.department.is_some(), "department", placed),
            (self.near.is_some(), "near", placed),
            (self.domain.is_some(), "domain", (&[Kind::Licence, Kind::Master][..], "licences ou des masters")),
            (self.modality.is_some(), "modality", followed),
            (self.language.is_some(), "language", followed),
        ];
        for (asked, name, (kinds, nouns)) in criteria {
            if asked && !kinds.contains(&kind) {
                return Err(ApiError::invalid_input(format!(
                    "`where.{name}` ne s'applique pas ici : ce critère retient des {nouns}."
                )));
            }
        }
        Ok(())
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
pub(super) struct Spot {
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
        let order = asked.map_or(
            Order { field: EntityOrderField::Id, direction: OrderDirection::Asc },
            |EntityOrder { field, direction }| Order { field, direction: direction.unwrap_or(OrderDirection::Asc) },
        );
        if order.indicator().is_some() && !matches!(kind, Kind::Master | Kind::Parcours) {
            return Err(ApiError::invalid_input(
                "`orderBy` : cet indicateur classe des parcours ou des masters ; donnez ici `ID` ou `NAME`.",
            ));
        }
        Ok(order)
    }

    fn indicator(self) -> Option<Indicator> {
        Some(match self.field {
            EntityOrderField::Id | EntityOrderField::Name => return None,
            EntityOrderField::Places => Indicator::Places,
            EntityOrderField::Pressure => Indicator::Pressure,
            EntityOrderField::Insertion18 => Indicator::Insertion18,
            EntityOrderField::Insertion30 => Indicator::Insertion30,
            EntityOrderField::MedianSalary => Indicator::MedianSalary,
        })
    }

    /// Where an entity stands.
    pub fn spot(self, graph: &Graph, ix: NodeIx) -> Spot {
        let key = graph.key(ix).as_str();
        let value = self.indicator().and_then(|indicator| indicators::value(graph, ix, indicator));
        let text = match self.field {
            EntityOrderField::Name => format!("{}\u{1}{key}", fold(&graph.node(ix).name)),
            _ => key.to_owned(),
        };
        Spot { value, text }
    }

    /// Which of two comes first. Without a figure is last in both directions; equals follow by key.
    pub fn compare(self, a: &Spot, b: &Spot) -> Ordering {
        let descending = self.direction == OrderDirection::Desc;
        match self.indicator() {
            Some(_) => indicators::order(a.value, b.value, descending).then_with(|| a.text.cmp(&b.text)),
            None if descending => b.text.cmp(&a.text),
            None => a.text.cmp(&b.text),
        }
    }

    /// The cursor of a spot in a list.
    pub fn cursor(self, list: ListId, spot: &Spot) -> String {
        let value = spot.value.map(|value| value.to_string()).unwrap_or_default();
        list.cursor(&if self.indicator().is_some() { format!("{value} {}", spot.text) } else { spot.text.clone() })
    }

    /// The spot that the text inside a cursor marks.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a cursor of another list.
    pub fn read(self, text: &str) -> Result<Spot, ApiError> {
        if self.indicator().is_none() {
            return Ok(Spot { value: None, text: text.to_owned() });
        }
        let (value, text) = text.split_once(' ').ok_or_else(|| page::bad("after"))?;
        let value = match value {
            "" => None,
            value => {
                Some(value.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(|| page::bad("after"))?)
            }
        };
        Ok(Spot { value, text: text.to_owned() })
    }
}
