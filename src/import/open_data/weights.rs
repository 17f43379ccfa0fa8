//! The weight that each source's rule gives a relation. docs/weights.md says the same with the reasons.
//!
//! A weight says how direct, how recent and how specific a statement is, never how desirable its content.

/// RNCP: the register itself ties the diploma to the ROME code.
pub const RNCP_LEADS_TO: f64 = 0.7;
/// Certif Info: the Carif-Oref network's own indexing, one step from the register.
pub const CERTIF_INFO_LEADS_TO: f64 = 0.65;
/// What remains of a fiche's word for the offers of those that award it, where the mention's own fiche is another: it is
/// of the university's whole mention, and not of each parcours.
pub const OF_AN_OFFER: f64 = 0.6;
/// The least that a ROME code spread over many jobs still says of each.
pub const LEAST_SPREAD: f64 = 0.25;
/// What remains of a statement about a parent code for the job that still bears that very code.
pub const SAME_CODE: f64 = 0.85;

/// A statement about a code of the former ROME, for one of the `jobs` that now descend from it: divided by √n.
pub fn spread(direct: f64, jobs: usize, same_code: bool) -> f64 {
    if jobs <= 1 {
        direct
    } else if same_code {
        direct * SAME_CODE
    } else {
        (direct / (jobs as f64).sqrt()).max(LEAST_SPREAD)
    }
}

/// ROME: a core skill or knowledge of the job (*cœur de métier principal*).
pub const CORE: f64 = 0.9;
/// ROME: an emerging core skill: expected more and more, not yet everywhere.
pub const EMERGING: f64 = 0.6;
/// ROME: a skill or knowledge that the job may ask for.
pub const SECONDARY: f64 = 0.4;
/// ROME: a certificate or habilitation: one of many that exist, seldom asked for together.
pub const CERTIFICATE: f64 = 0.1;
/// ROME: a skill under its macro-skill: the tree is the publisher's own.
pub const BROADER: f64 = 0.9;
/// ROME: the main sector of a job.
pub const MAIN_SECTOR: f64 = 0.9;
/// ROME: another sector of a job.
pub const OTHER_SECTOR: f64 = 0.5;

/// ROME: a move that the publisher lists, the nearest first. The surest outlet of a whole master and the nearest move
/// after it weigh less than the least outlet: `0.6 × 0.7 × 0.35 < 0.6 × 0.25`.
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

/// Trouver mon master: a licence that a university recommends, by the share of the universities that recommend any
/// for the mention which name this one.
pub fn recommended(share: f64, year: u16) -> f64 {
    (0.5 + 0.4 * share) * campaign(year)
}

/// Trouver mon master: « Toutes licences », which says of each licence only that it is not shut out.
pub fn any_licence(year: u16) -> f64 {
    0.3 * campaign(year)
}

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
    fn a_code_spread_over_many_jobs_is_weaker_than_a_direct_one() {
        assert!(spread(RNCP_LEADS_TO, 1, true) > spread(RNCP_LEADS_TO, 2, true));
        assert!(spread(RNCP_LEADS_TO, 2, true) > spread(RNCP_LEADS_TO, 2, false));
        assert!(spread(RNCP_LEADS_TO, 2, false) > spread(RNCP_LEADS_TO, 5, false));
        assert_eq!(spread(RNCP_LEADS_TO, 27, false), LEAST_SPREAD);
    }

    #[test]
    fn older_and_vaguer_statements_are_weaker() {
        assert!(offer(2021, Accredited::Yes) > offer(2019, Accredited::Yes));
        assert!(offer(2021, Accredited::Yes) > offer(2021, Accredited::UnderReview));
        assert!(recommended(1.0, 2021) > recommended(0.1, 2021));
        assert!(recommended(0.0, 2019) > any_licence(2021));
        assert!(mobility(1) > mobility(5) && mobility(40) == 0.15);
        assert!(RNCP_LEADS_TO * mobility(1) < LEAST_SPREAD, "a move never goes before a stated outlet");
    }
}
