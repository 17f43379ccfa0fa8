//! Places as people write them: « Lyon » for « Lyon 7e », « PACA », « académie d'Aix », « Rhône », « à 30 km de Caen ».
//!
//! A written place becomes the values that the graph's universities and parcours have, so that whoever filters compares values
//! alone; what stands for none is told, with the nearest that there are.

mod gazetteer;

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::model::text::fold;
use crate::model::{Kind, Place};
use gazetteer::{ACADEMIES, AGGLOMERATIONS, DEPARTMENTS, REGIONS};

/// The most values that are suggested.
const MOST_SUGGESTED: usize = 5;
/// The mean radius of the Earth.
const EARTH_KM: f64 = 6_371.0;

/// A place that stands for nothing in the graph, or for several places.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaceFault {
    /// Nothing is there; the nearest values that there are.
    Unknown(Vec<String>),
    /// Several places bear the name: each as it can be asked for.
    Homonyms(Vec<String>),
    /// The place is known, but no source says where it is on the map.
    Unplaced,
}

/// Town, region and *académie*, as stored.
type PlaceKey<'g> = (Option<&'g str>, Option<&'g str>, Option<&'g str>);

/// Where the universities and parcours of a graph are.
pub struct Places<'g> {
    /// Each different place, and of universities the number of the department.
    places: BTreeMap<PlaceKey<'g>, PlaceFacts>,
}

/// What else is known of a place.
#[derive(Default)]
struct PlaceFacts {
    departments: BTreeSet<String>,
    /// Degrees north and east.
    points: Vec<(f64, f64)>,
}

impl<'g> Places<'g> {
    /// The places of a graph. O(universities and parcours).
    pub fn of(graph: &'g Graph) -> Places<'g> {
        let mut places: BTreeMap<_, PlaceFacts> = BTreeMap::new();
        for kind in [Kind::University, Kind::Parcours] {
            for ix in graph.nodes_of(kind).iter().filter(|ix| !graph.is_retired(**ix)) {
                let node = graph.node(*ix);
                let Some(Place { city, region, academy, latitude, longitude }) = &node.attributes().place else {
                    continue;
                };
                let spot = places.entry((city.as_deref(), region.as_deref(), academy.as_deref())).or_default();
                if let (Some(north), Some(east)) = (latitude, longitude) {
                    spot.points.push((*north, *east));
                }
                // The first three digits of a UAI are those of the department.
                let uai =
                    node.codes.iter().filter(|code| &*code.scheme == "UAI").filter_map(|code| code.value.get(..3));
                spot.departments.extend(uai.map(str::to_owned));
            }
        }
        Places { places }
    }

    /// The regions that a text stands for.
    ///
    /// # Errors
    /// When it stands for none.
    pub fn region(&self, text: &str) -> Result<Vec<String>, PlaceFault> {
        self.division(text, "region", REGIONS, |(_, region, _)| *region)
    }

    /// The académies that a text stands for.
    ///
    /// # Errors
    /// When it stands for none.
    pub fn academy(&self, text: &str) -> Result<Vec<String>, PlaceFault> {
        self.division(text, "academie", ACADEMIES, |(_, _, academy)| *academy)
    }

    fn division(
        &self,
        text: &str,
        word: &str,
        names: &[(&str, &[&str])],
        of: impl Fn(&(Option<&'g str>, Option<&'g str>, Option<&'g str>)) -> Option<&'g str>,
    ) -> Result<Vec<String>, PlaceFault> {
        let known: BTreeSet<&str> = self.places.keys().filter_map(of).collect();
        let asked = without_lead(&fold(text), word);
        let named = names.iter().find(|(_, others)| others.contains(&&*asked)).map(|(name, _)| fold(name));
        let found = known.iter().filter(|name| {
            let name = fold(name);
            name == asked || named.as_ref() == Some(&name)
        });
        let found: Vec<String> = found.map(|name| (*name).to_owned()).collect();
        if found.is_empty() { Err(PlaceFault::Unknown(nearest(&asked, known.iter().copied()))) } else { Ok(found) }
    }

    /// The towns, as the graph writes them, that a text stands for: all arrondissements of a city unless it says which, the
    /// communes where a city's universities are where none is in the city itself. « Saint-Denis (La Réunion) » says which of two.
    ///
    /// # Errors
    /// When it stands for none, or for several towns of one name and nothing says which.
    pub fn city(&self, text: &str, region_is_said: bool) -> Result<Vec<String>, PlaceFault> {
        let (name, within) = match text.split_once(['(', ',']) {
            Some((name, within)) => (name, Some(self.region(within.trim_end_matches(')'))?)),
            None => (text, None),
        };
        let whole = postal(&fold(name));
        let asked = town(&whole);
        let inside = |region: Option<&str>| {
            within.as_ref().is_none_or(|regions| region.is_some_and(|region| regions.iter().any(|name| name == region)))
        };
        let matching = |test: &dyn Fn(&str) -> bool| -> BTreeMap<&str, BTreeSet<&str>> {
            let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (city, region, _) in self.places.keys() {
                if let Some(city) = city.filter(|city| inside(*region) && test(&fold(city))) {
                    found.entry(city).or_default().extend(*region);
                }
            }
            found
        };
        let mut found = if whole == asked { BTreeMap::new() } else { matching(&|city| city == whole) };
        if found.is_empty() {
            found = matching(&|city| town(city) == asked);
        }
        if found.is_empty()
            && let Some((_, communes)) = AGGLOMERATIONS.iter().find(|(city, _)| fold(city) == asked)
        {
            found = matching(&|city| communes.iter().any(|commune| town(city) == fold(commune)));
        }
        let regions: BTreeSet<&str> = found.values().flatten().copied().collect();
        if regions.len() > 1
            && within.is_none()
            && !region_is_said
            && !found.keys().any(|city| town(&fold(city)) != asked)
        {
            let name = found.keys().next().copied().unwrap_or_default();
            return Err(PlaceFault::Homonyms(regions.iter().map(|region| format!("{name} ({region})")).collect()));
        }
        if found.is_empty() {
            return Err(PlaceFault::Unknown(nearest(&asked, self.places.keys().filter_map(|(city, ..)| *city))));
        }
        Ok(found.into_keys().map(str::to_owned).collect())
    }

    /// The towns, as [`commune`] writes them, whose names another region has too.
    pub fn homonyms(&self) -> BTreeSet<String> {
        let mut regions: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (city, region, _) in self.places.keys() {
            if let (Some(city), Some(region)) = (city, region) {
                regions.entry(commune(city)).or_default().insert(region);
            }
        }
        regions.into_iter().filter(|(_, regions)| regions.len() > 1).map(|(town, _)| town).collect()
    }

    /// The region that a town's text says beside it: « Saint-Denis (La Réunion) ».
    pub fn region_beside(&self, text: &str) -> Option<Vec<String>> {
        let (_, within) = text.split_once(['(', ','])?;
        self.region(within.trim_end_matches(')')).ok()
    }

    /// The towns of a department, by its number or name, where a university has its seat.
    ///
    /// # Errors
    /// When there is none.
    pub fn department(&self, text: &str) -> Result<Vec<String>, PlaceFault> {
        let asked = without_lead(&fold(text), "departement");
        let number = asked.trim_start_matches('0').to_owned();
        let found = DEPARTMENTS
            .iter()
            .find(|(code, name)| code.trim_start_matches('0').eq_ignore_ascii_case(&number) || fold(name) == asked);
        let Some((code, _)) = found else {
            return Err(PlaceFault::Unknown(nearest(&asked, DEPARTMENTS.iter().map(|(_, name)| *name))));
        };
        let prefix = match *code {
            "2A" => "620".to_owned(),
            "2B" => "720".to_owned(),
            code => format!("{code:0>3}"),
        };
        let towns: BTreeSet<&str> = self
            .places
            .iter()
            .filter(|(_, spot)| spot.departments.contains(&prefix))
            .filter_map(|((city, ..), _)| *city)
            .collect();
        if towns.is_empty() {
            return Err(PlaceFault::Unknown(Vec::new()));
        }
        // A parcours in a town of the department is written as its university's town is, or with its arrondissement.
        let names: BTreeSet<String> = towns.iter().map(|city| town(&fold(city))).collect();
        let cities =
            self.places.keys().filter_map(|(city, ..)| *city).filter(|city| names.contains(&town(&fold(city))));
        Ok(cities.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// The towns of universities and parcours at most so far from a place.
    ///
    /// # Errors
    /// For an unknown place, or one that no source puts on the map.
    pub fn near(&self, text: &str, km: f64) -> Result<Vec<String>, PlaceFault> {
        let centre: BTreeSet<String> = self.city(text, false)?.into_iter().collect();
        let points = self.places.iter().filter(|((city, ..), _)| city.is_some_and(|city| centre.contains(city)));
        let points: Vec<(f64, f64)> = points.flat_map(|(_, spot)| spot.points.iter().copied()).collect();
        if points.is_empty() {
            return Err(PlaceFault::Unplaced);
        }
        let count = points.len() as f64;
        let (north, east) = points.iter().fold((0.0, 0.0), |(north, east), point| (north + point.0, east + point.1));
        let middle = (north / count, east / count);
        let mut towns: BTreeSet<String> = centre;
        let within =
            self.places.iter().filter(|(_, spot)| spot.points.iter().any(|point| distance(middle, *point) <= km));
        towns.extend(within.filter_map(|((city, ..), _)| city.map(str::to_owned)));
        Ok(towns.into_iter().collect())
    }
}

/// A town's name without its arrondissement, folded: what spellings of one town share.
pub fn commune(name: &str) -> String {
    town(&fold(name))
}

/// Kilometres between two points in degrees north and east, on a sphere (haversine).
fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (north, east) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
    let half =
        (north / 2.0).sin().powi(2) + a.0.to_radians().cos() * b.0.to_radians().cos() * (east / 2.0).sin().powi(2);
    2.0 * EARTH_KM * half.sqrt().min(1.0).asin()
}

/// « région Bretagne », « académie de Lyon »: the name alone.
fn without_lead(folded: &str, word: &str) -> String {
    let Some(mut name) = folded.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')) else {
        return folded.to_owned();
    };
    for joint in ["de la ", "de l ", "de ", "des ", "du ", "d "] {
        name = name.strip_prefix(joint).unwrap_or(name);
    }
    name.to_owned()
}

/// A folded town without the postal code before it and the cedex after it, its saints in full.
fn postal(folded: &str) -> String {
    let folded = folded.split(" cedex").next().unwrap_or_default();
    let words = folded.split(' ').enumerate().filter(|(at, word)| {
        let code = *at == 0 && word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
        !code
    });
    let full = |word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    };
    words.map(|(_, word)| full(word)).collect::<Vec<_>>().join(" ")
}

/// A folded town without its arrondissement, its cedex and its postal code: « paris 6e », « lyon 07 », « marseille cedex 20 ».
fn town(folded: &str) -> String {
    let plain = postal(folded);
    let mut words: Vec<&str> = plain.split(' ').collect();
    while words.len() > 1
        && words.last().is_some_and(|word| *word == "arrondissement" || word.starts_with(|c: char| c.is_ascii_digit()))
    {
        words.pop();
    }
    words.join(" ")
}

/// The values most like a folded text, the most alike first; none that has nothing of it.
pub fn nearest<'v>(asked: &str, values: impl Iterator<Item = &'v str>) -> Vec<String> {
    let likeness = |value: &str| {
        let value = fold(value);
        if value.contains(asked) || asked.contains(&*value) { 1.0 } else { strsim::jaro_winkler(asked, &value) }
    };
    let distinct: BTreeSet<&str> = values.collect();
    let mut near: Vec<(f64, &str)> = distinct.into_iter().map(|value| (likeness(value), value)).collect();
    near.retain(|(likeness, _)| *likeness > 0.75);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(MOST_SUGGESTED).map(|(_, value)| value.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, Code, Node};

    fn graph() -> Graph {
        let at = |slug: &str, city: &str, region: &str, academy: &str, uai: &str, point: Option<(f64, f64)>| {
            let mut node = Node::new(format!("university/{slug}").parse().unwrap(), slug);
            node.codes = vec![Code { scheme: "UAI".into(), value: uai.into() }];
            let place = Place {
                city: Some(city.into()),
                region: Some(region.into()),
                academy: Some(academy.into()),
                latitude: point.map(|point| point.0),
                longitude: point.map(|point| point.1),
            };
            node.attributes = Attributes { place: Some(place), ..Attributes::NONE }.boxed();
            node
        };
        let aura = "Auvergne-Rhône-Alpes";
        let nodes = vec![
            at("a", "Lyon 7e", aura, "Lyon", "0691775E", Some((45.748, 4.834))),
            at("b", "Lyon 8e", aura, "Lyon", "0692437Z", Some((45.736, 4.870))),
            at("c", "Villeurbanne", aura, "Lyon", "0691774D", Some((45.779, 4.868))),
            at("d", "Saint-Denis", "Île-de-France", "Créteil", "0931827F", None),
            at("e", "Saint-Denis", "La Réunion", "La Réunion", "9740478B", None),
            at("f", "Talence", "Nouvelle-Aquitaine", "Bordeaux", "0333232G", None),
            at("g", "Marseille 7e", "Provence-Alpes-Côte d'Azur", "Aix-Marseille", "0134009M", Some((43.29, 5.36))),
            at("h", "GRENOBLE", aura, "Grenoble", "0381912X", Some((45.19, 5.76))),
            at("i", "Corte", "Corse", "Corse", "7200664J", None),
        ];
        Graph::build(nodes, Vec::new(), 1).unwrap()
    }

    #[test]
    fn a_city_is_all_its_arrondissements_however_it_is_written() {
        let graph = graph();
        let places = Places::of(&graph);
        for text in ["Lyon", "LYON", "lyon cedex 07", "69007 Lyon"] {
            assert_eq!(places.city(text, false).unwrap(), ["Lyon 7e", "Lyon 8e"], "{text}");
        }
        assert_eq!(places.city("Lyon 7e", false).unwrap(), ["Lyon 7e"]);
        assert_eq!(places.city("grenoble", false).unwrap(), ["GRENOBLE"]);
        assert_eq!(places.city("Bordeaux", false).unwrap(), ["Talence"]);
        assert_eq!(places.city("St Denis (Réunion)", false).unwrap(), ["Saint-Denis"]);
        assert_eq!(places.region_beside("St Denis (Réunion)"), Some(vec!["La Réunion".to_owned()]));
    }

    #[test]
    fn homonyms_and_unknown_places_are_told() {
        let graph = graph();
        let places = Places::of(&graph);
        let both = vec!["Saint-Denis (La Réunion)".to_owned(), "Saint-Denis (Île-de-France)".to_owned()];
        assert_eq!(places.city("Saint-Denis", false), Err(PlaceFault::Homonyms(both)));
        assert_eq!(places.city("Saint-Denis", true).unwrap(), ["Saint-Denis"]);
        assert_eq!(places.city("Villeurbane", false), Err(PlaceFault::Unknown(vec!["Villeurbanne".to_owned()])));
        assert_eq!(places.region("Corsse"), Err(PlaceFault::Unknown(vec!["Corse".to_owned()])));
        assert_eq!(places.city("zzz", false), Err(PlaceFault::Unknown(Vec::new())));
    }

    #[test]
    fn regions_academies_and_departments_have_short_and_former_names() {
        let graph = graph();
        let places = Places::of(&graph);
        for text in ["PACA", "région PACA", "Région Sud", "provence alpes cote d'azur"] {
            assert_eq!(places.region(text).unwrap(), ["Provence-Alpes-Côte d'Azur"], "{text}");
        }
        assert_eq!(places.region("Rhône-Alpes").unwrap(), ["Auvergne-Rhône-Alpes"]);
        assert_eq!(places.academy("académie d'Aix").unwrap(), ["Aix-Marseille"]);
        for text in ["Rhône", "69", "département du Rhône"] {
            assert_eq!(places.department(text).unwrap(), ["Lyon 7e", "Lyon 8e", "Villeurbanne"], "{text}");
        }
        assert_eq!(places.department("2B").unwrap(), ["Corte"]);
        assert!(places.department("Rone").is_err() && places.department("Creuse").is_err());
    }

    #[test]
    fn what_is_near_is_measured() {
        let graph = graph();
        let places = Places::of(&graph);
        assert_eq!(places.near("Lyon", 10.0).unwrap(), ["Lyon 7e", "Lyon 8e", "Villeurbanne"]);
        assert_eq!(places.near("Lyon", 120.0).unwrap(), ["GRENOBLE", "Lyon 7e", "Lyon 8e", "Villeurbanne"]);
        assert_eq!(places.near("Corte", 10.0), Err(PlaceFault::Unplaced));
        assert!((distance((48.853, 2.349), (45.764, 4.836)) - 392.0).abs() < 3.0, "Paris to Lyon");
    }
}
