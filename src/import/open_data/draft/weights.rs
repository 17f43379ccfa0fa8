//! The weight that each source's rule gives a relation. docs/weights.md says the same with the reasons.
//!
//! A weight says how direct, how recent and how specific a statement is, never how desirable its content.

/// RNCP: the register itself ties the diploma to the family of jobs.
pub const RNCP_LEADS_TO: f64 = 0.8;
/// Certif Info: the Carif-Oref network's own indexing, one step from the register.
pub const CERTIF_INFO_LEADS_TO: f64 = 0.7;
/// Onisep: its editors name the job itself, for the whole mention.
pub const ONISEP_LEADS_TO: f64 = 0.7;
/// What remains of the word for a job where it names a part of it: an appellation that ROME puts under the job, unless it is the
/// job's own name and more words.
pub const OF_APPELLATION: f64 = 0.6;
/// ROME: the master is among the diplomas that it lists for the job.
pub const ROME_LEADS_TO: f64 = 0.7;
/// What remains of a fiche's word for a mention that a broader fiche covers: it is that of a few establishments.
pub const OF_A_FEW: f64 = 0.4;
/// What remains of the word of a fiche that another has replaced.
pub const REPLACED: f64 = 0.7;

/// ROME: a core skill or knowledge of the job (*cœur de métier principal*).
pub const CORE: f64 = 0.9;
/// ROME: an emerging core skill: expected more and more, not yet everywhere.
pub const EMERGING: f64 = 0.6;
/// ROME: a skill or knowledge that the job may ask for.
pub const SECONDARY: f64 = 0.4;
/// ROME: a skill under its macro-skill: the tree is the publisher's own.
pub const BROADER: f64 = 0.9;
/// ROME: the main sector of a job.
pub const MAIN_SECTOR: f64 = 0.9;
/// ROME: another sector of a job.
pub const OTHER_SECTOR: f64 = 0.5;

/// ROME: a move that the publisher lists, the nearest first.
pub fn mobility(order: u32) -> f64 {
    (0.35 - 0.02 * f64::from(order.saturating_sub(1))).max(0.15)
}

/// Trouver mon master: how much a campaign's statement still says; the portal closed after 2021.
pub fn campaign(year: u16) -> f64 {
    match year {
        2021.. => 1.0,
        2020 => 0.95,
        _ => 0.9,
    }
}

/// Trouver mon master: an offer of a mention, open in its campaign; accredited or still under review.
pub fn offer(year: u16, accredited: Accredited) -> f64 {
    let direct = match accredited {
        Accredited::Yes => 0.85,
        Accredited::UnderReview => 0.7,
    };
    direct * campaign(year)
}

/// Whether the establishment may award the diploma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accredited {
    /// It is accredited.
    Yes,
    /// Its file was under review when the campaign was held.
    UnderReview,
}

/// RNCP: the establishment may award the diploma; whether it opens it this year, the register does not say.
pub const CERTIFIER_OFFERS: f64 = 0.75;
/// Mon Master: the parcours itself recruits in that session.
pub const RECRUITS: f64 = 0.95;

/// How many universities the prior of [`recommended`] stands for, and the share that it expects. Fitted on what the campaign
/// of 2019 says of that of 2020, checked on 2020 and 2021: docs/weights.md has the table.
pub const PRIOR: (f64, f64) = (0.4, 0.3);

/// Trouver mon master: a licence that `named` of `advising` universities recommend for the mention: their share, shrunk
/// towards what is expected of few of them. It estimates the share in the next campaign.
pub fn recommended(named: usize, advising: usize, year: u16) -> f64 {
    let (strength, expected) = PRIOR;
    (named as f64 + strength * expected) / (advising as f64 + strength) * campaign(year)
}

/// Trouver mon master: « Toutes licences », which says of each licence only that it is not shut out.
pub const ANY_LICENCE: f64 = 0.1;

/// Trouver mon master: one accreditation bore both titles, one campaign after the other.
pub const SAME_ACCREDITATION: f64 = 0.8;
/// RNCP, Certif Info: the one diploma takes the place of the other.
pub const SUCCEEDS: f64 = 0.9;
/// What remains of the register's word on a mention for the one that followed it under the same accreditation or number.
pub const OF_PREDECESSOR: f64 = 0.7;

/// RNCP: a « bloc de compétences » of the master's fiche: certified, of the whole mention, and broad.
pub const BLOC: f64 = 0.7;

/// ESCO: an essential skill of the occupation.
pub const ESSENTIAL: f64 = 0.7;
/// ESCO: an optional skill of the occupation.
pub const OPTIONAL: f64 = 0.35;

/// To a thousandth: enough to order, and the same on every machine.
pub fn rounded(weight: f64) -> f64 {
    (weight * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_and_vaguer_statements_are_weaker() {
        assert!(offer(2021, Accredited::Yes) > offer(2019, Accredited::Yes));
        assert!(offer(2021, Accredited::Yes) > offer(2021, Accredited::UnderReview));
        assert!(
            recommended(5, 5, 2021) > recommended(1, 1, 2021) && recommended(1, 1, 2021) > recommended(1, 10, 2021)
        );
        assert!(recommended(1, 10, 2021) < 0.15, "one in ten is not likely");
        assert!(mobility(1) > mobility(5) && mobility(40) == 0.15);
        const { assert!(RNCP_LEADS_TO > ONISEP_LEADS_TO && RNCP_LEADS_TO * REPLACED < CERTIF_INFO_LEADS_TO) };
    }
}
