//! Places in filters: what people write becomes the values that the graph has, or an error that names the nearest.

use async_graphql::{InputObject, Value};

use super::error::{ApiError, quoted};
use crate::graph::Graph;
use crate::graph::places::{PlaceFault, Places};

/// Farther than any two points of the Earth are apart.
const MOST_KM: f64 = 20_040.0;

/// À telle distance d'un lieu, à vol d'oiseau.
#[derive(InputObject, Clone, Debug)]
pub struct NearInput {
    /// La ville. Exemple : `"Caen"`.
    pub place: String,
    /// La distance en kilomètres.
    pub km: f64,
}

/// What a filter says of places, as it was written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Regions.
    pub regions: Vec<String>,
    /// Académies.
    pub academies: Vec<String>,
    /// Towns.
    pub cities: Vec<String>,
    /// Departments.
    pub departments: Vec<String>,
    /// Around a town.
    pub near: Option<NearInput>,
}

/// The values of the graph that a filter's places stand for; nothing in a list asks nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meant {
    /// Regions, as the graph writes them.
    pub regions: Vec<String>,
    /// Académies.
    pub academies: Vec<String>,
    /// Towns: those asked for, in the departments and around the place asked for.
    pub cities: Vec<String>,
}

impl Written {
    /// What it stands for. O(universities and parcours) where it asks something.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a place that the graph does not know, with suggestions.
    pub fn compile(self, graph: &Graph) -> Result<Meant, ApiError> {
        let asks = !(self.regions.is_empty()
            && self.academies.is_empty()
            && self.cities.is_empty()
            && self.departments.is_empty());
        if !asks && self.near.is_none() {
            return Ok(Meant::default());
        }
        let places = Places::of(graph);
        let all = |name: &str, texts: &[String], read: &dyn Fn(&str) -> Result<Vec<String>, PlaceFault>| {
            let mut values = Vec::new();
            for text in texts {
                values.extend(read(text).map_err(|fault| unknown(name, text, fault))?);
            }
            values.sort_unstable();
            values.dedup();
            Ok::<_, ApiError>(values)
        };
        let mut regions = all("region", &self.regions, &|text| places.region(text))?;
        let academies = all("academy", &self.academies, &|text| places.academy(text))?;
        let told = !(regions.is_empty() && academies.is_empty() && self.departments.is_empty());
        let cities = all("city", &self.cities, &|text| places.city(text, told))?;
        if let [only] = &self.cities[..]
            && let Some(beside) = places.region_beside(only)
        {
            regions = beside;
        }
        let departments = all("department", &self.departments, &|text| places.department(text))?;
        let around = match &self.near {
            None => Vec::new(),
            Some(near) if !(near.km > 0.0 && near.km <= MOST_KM) => {
                return Err(ApiError::invalid_input(format!(
                    "`where.near.km` vaut {} : donnez un nombre de kilomètres plus grand que 0, {MOST_KM} au plus.",
                    near.km
                )));
            }
            Some(near) => {
                places.near(&near.place, near.km).map_err(|fault| unknown("near.place", &near.place, fault))?
            }
        };
        let mut together: Option<Vec<String>> = None;
        for asked in [cities, departments, around].into_iter().filter(|asked| !asked.is_empty()) {
            together = Some(match together {
                None => asked,
                Some(others) => others.into_iter().filter(|city| asked.contains(city)).collect(),
            });
        }
        let cities = together.unwrap_or_default();
        let towns = !self.cities.is_empty() || !self.departments.is_empty() || self.near.is_some();
        if towns && cities.is_empty() {
            return Err(ApiError::invalid_input(
                "`where` : aucune ville du graphe n'est à la fois dans la ville, le département et le rayon demandés.",
            ));
        }
        Ok(Meant { regions, academies, cities })
    }
}

/// A value that the graph does not know, of a criterion of `where`; the nearest that it knows.
pub fn unknown_value(name: &str, text: &str, suggestions: Vec<String>) -> ApiError {
    let quoted = quoted(text);
    let message = match &suggestions[..] {
        [] => {
            format!("`where.{name}` : le graphe ne connaît pas « {quoted} », ni rien de proche.")
        }
        near => {
            let near: Vec<String> = near.iter().map(|value| format!("« {value} »")).collect();
            format!("`where.{name}` : le graphe ne connaît pas « {quoted} ». Vouliez-vous dire {} ?", near.join(" ou "))
        }
    };
    ApiError::invalid_input(message).with("suggestions", self::suggestions(suggestions))
}

fn unknown(name: &str, text: &str, fault: PlaceFault) -> ApiError {
    match fault {
        PlaceFault::Unknown(suggestions) => unknown_value(name, text, suggestions),
        PlaceFault::Homonyms(towns) => {
            let message =
                format!("`where.{name}` : « {} » désigne plusieurs villes : {}.", quoted(text), towns.join(", "));
            ApiError::invalid_input(message).with("suggestions", suggestions(towns))
        }
        PlaceFault::Unplaced => ApiError::invalid_input(format!(
            "`where.{name}` : aucune source ne dit où est « {} » sur la carte ; filtrez par `city`, `department` ou `region`.",
            quoted(text)
        )),
    }
}

/// What an error suggests instead.
pub fn suggestions(values: impl IntoIterator<Item = String>) -> Value {
    Value::List(values.into_iter().map(Value::String).collect())
}
