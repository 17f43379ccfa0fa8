//! Admission: what published figures say of how many got in, with how little that binds the next year; or why nothing
//! can be said.

use crate::graph::{Graph, NodeIx};
use crate::model::{Admission, Kind, Relation};

/// The 97.5th percentile of the normal distribution: 95 % lie within it on both sides.
const Z: f64 = 1.959_963_984_540_054;

/// What a rate counts, out of all applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those who received an offer.
    Offered,
    /// Those who accepted one.
    Admitted,
}

/// A share of the applications, with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    pub counted: Counted,
    /// The share, 0 to 1.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Offers out of applications, or admissions where offers were not published. `None` where neither was, or the numbers
/// contradict each other.
pub fn rate(figures: &Admission) -> Option<Rate> {
    let applications = figures.applications.filter(|count| *count > 0)?;
    let (counted, successes) = match (figures.offered, figures.admitted) {
        (Some(offered), _) => (Counted::Offered, offered),
        (None, Some(admitted)) => (Counted::Admitted, admitted),
        (None, None) => return None,
    };
    if successes > applications {
        return None;
    }
    let (low, high) = wilson(successes, applications);
    Some(Rate { counted, value: f64::from(successes) / f64::from(applications), low, high })
}

/// The 95 % score interval of a proportion (Wilson 1927): sound for few applications and for rates near 0 and 1, where
/// the usual ± is not.
pub fn wilson(successes: u32, trials: u32) -> (f64, f64) {
    let (n, p) = (f64::from(trials), f64::from(successes) / f64::from(trials));
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    // At the ends the interval is closed: what never or always happened bounds it.
    let low = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if successes == trials { 1.0 } else { (centre + half).min(1.0) };
    (low, high)
}

/// Why a master or parcours has no admission figures, in French; `None` where it has some.
pub fn unavailable(graph: &Graph, diploma: NodeIx) -> Option<String> {
    let has = |node: NodeIx| !graph.node(node).attributes().admissions.is_empty();
    if has(diploma) {
        return None;
    }
    let current = |node: &NodeIx| !graph.is_retired(*node);
    if graph.kind(diploma) == Kind::Parcours {
        let masters = graph.incoming(diploma, Relation::Offers).iter().map(|half| half.node).filter(current);
        return Some(match masters.into_iter().find(|master| has(*master)) {
            Some(master) => format!(
                "Aucune source du graphe ne publie de chiffres d'admission pour ce parcours ; il y en a pour l'ensemble de la \
                 mention « {} », qui ne valent pas pour lui seul.",
                graph.node(master).name
            ),
            None => "Aucune source du graphe ne publie de chiffres d'admission pour ce parcours.".to_owned(),
        });
    }
    let parcours = graph.out(diploma, Relation::Offers).iter().map(|half| half.node).filter(current);
    Some(match parcours.filter(|parcours| has(*parcours)).count() {
        0 => "Aucune source du graphe ne publie de chiffres d'admission pour cette mention.".to_owned(),
        1 => "Les chiffres d'admission sont publiés par parcours : un parcours de cette mention en a.".to_owned(),
        count => {
            format!("Les chiffres d'admission sont publiés par parcours : {count} parcours de cette mention en ont.")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(applications: Option<u32>, offered: Option<u32>, admitted: Option<u32>) -> Admission {
        Admission {
            session: 2025,
            phase: None,
            capacity: None,
            applications,
            ranked: None,
            offered,
            admitted,
            last_rank: None,
            origins: Vec::new(),
            source: "source/s".parse().unwrap(),
            row: None,
        }
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        // 8 of 10: 0.4902 to 0.9433 (Newcombe 1998 works such cases); 0 of 20: 0 to 0.1611.
        let (low, high) = wilson(8, 10);
        assert!((low - 0.4902).abs() < 5e-5 && (high - 0.9433).abs() < 5e-5, "{low} {high}");
        let (low, high) = wilson(0, 20);
        assert!(low == 0.0 && (high - 0.1611).abs() < 5e-5, "{high}");
        assert_eq!(wilson(20, 20).1, 1.0);
    }

    #[test]
    fn offers_count_before_admissions_and_contradictions_say_nothing() {
        let rate_of = |a, o, d| rate(&figures(a, o, d)).map(|rate| (rate.counted, rate.value));
        assert_eq!(rate_of(Some(100), Some(40), Some(25)), Some((Counted::Offered, 0.4)));
        assert_eq!(rate_of(Some(100), None, Some(25)), Some((Counted::Admitted, 0.25)));
        assert_eq!(rate_of(Some(100), Some(140), None), None);
        assert_eq!(rate_of(Some(0), Some(0), None), None);
        assert_eq!(rate_of(None, Some(3), None), None);
        assert_eq!(rate_of(Some(3), None, None), None);
    }
}
