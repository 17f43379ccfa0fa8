//! The publishers' formats, each in a file that says all that is special about it.

mod certif_info;
mod esco;
mod esco_rome;
mod etablissements;
mod insersup;
mod insertion;
mod insertion_national;
pub mod mon_master;
mod onisep;
mod parcoursup;
mod rncp;
pub mod rome;
mod trouver_mon_master;

use super::description::Description;
use super::format::Format;

/// What the import knows of a format.
pub fn description(format: Format) -> &'static Description {
    match format {
        Format::Etablissements => &etablissements::DESCRIPTION,
        Format::Rome => &rome::DESCRIPTION,
        Format::MonMaster => &mon_master::DESCRIPTION,
        Format::TrouverMonMaster => &trouver_mon_master::DESCRIPTION,
        Format::Parcoursup => &parcoursup::DESCRIPTION,
        Format::CertifInfo => &certif_info::DESCRIPTION,
        Format::Rncp => &rncp::DESCRIPTION,
        Format::Onisep => &onisep::DESCRIPTION,
        Format::Insertion => &insertion::DESCRIPTION,
        Format::InsertionNational => &insertion_national::DESCRIPTION,
        Format::InserSup => &insersup::DESCRIPTION,
        Format::Esco => &esco::DESCRIPTION,
        Format::EscoRome => &esco_rome::DESCRIPTION,
    }
}
