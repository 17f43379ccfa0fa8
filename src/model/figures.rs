//! Published figures: of those who applied, and of what became of graduates.

use serde::{Deserialize, Serialize};

use super::key::Key;

/// Admission figures of one session and phase. Counts are people; a missing one was not published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Admission {
    /// The year of the session.
    pub session: u16,
    /// The phase, in French (`principale`, `complémentaire`), or absent for the whole session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Box<str>>,
    /// Places offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Applications received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applications: Option<u32>,
    /// Applicants ranked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranked: Option<u32>,
    /// Applicants who received an offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<u32>,
    /// Applicants who accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted: Option<u32>,
    /// Rank of the last one called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_rank: Option<u32>,
    /// The same counts by where the applicants came from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<FromOrigin>,
    /// Who publishes the figures.
    pub source: Key,
    /// Where in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Box<str>>,
}

impl Admission {
    /// A session of which nothing was published.
    pub fn unsaid(session: u16, source: Key) -> Admission {
        Admission {
            session,
            phase: None,
            capacity: None,
            applications: None,
            ranked: None,
            offered: None,
            admitted: None,
            last_rank: None,
            origins: Vec::new(),
            source,
            row: None,
        }
    }
}

/// What the applicants were enrolled in the year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The third year of a *licence générale*.
    Licence,
    /// A *licence professionnelle*.
    LicencePro,
    /// The third year of a *BUT*.
    But,
    /// A master.
    Master,
    /// Another course of study.
    Other,
    /// No establishment of higher education in France.
    NotEnrolled,
    /// Whatever it was, the establishment that now recruits: the same people counted once more.
    SameEstablishment,
}

/// The applicants of one origin. Counts are people; a missing one was not published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FromOrigin {
    /// Which.
    pub origin: Origin,
    /// Applications received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applications: Option<u32>,
    /// Applicants ranked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranked: Option<u32>,
    /// Applicants who received an offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<u32>,
    /// Applicants who accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted: Option<u32>,
}

/// What became of one year's graduates. Rates are shares in 0..=1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    /// The year of the diploma.
    pub year: u16,
    /// Months between diploma and survey: 18 or 30.
    pub months: u8,
    /// The population: a discipline or domain as the source names it.
    pub population: Box<str>,
    /// Answers to the survey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<u32>,
    /// Share of those asked who answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_rate: Option<f64>,
    /// Share employed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employed: Option<f64>,
    /// Share of all who left with the diploma who are salaried in France: another measure than `employed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salaried: Option<f64>,
    /// Share of the employed in stable jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stable: Option<f64>,
    /// Share of the employed in executive or intermediate jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualified: Option<f64>,
    /// Median net monthly pay of full-time jobs, in euros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_salary: Option<u32>,
    /// Who publishes the figures.
    pub source: Key,
    /// Where in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Box<str>>,
}
