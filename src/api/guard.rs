//! What a request may weigh, found before validation and in time linear in the document.
//!
//! Validation expands fragments, so a document of 900 bytes can cost it seconds and gigabytes; nothing is
//! validated before these counts have passed. Order: tokens and nesting on the text, then the parser, then
//! [`measure`] on the document, and per request the variables and the price.

use super::error::{ApiError, ErrorCode};

pub mod lexer;
pub mod limits;
pub mod measure;
pub mod price;
pub mod shape;
pub mod table;
mod told;
pub mod variables;

pub use limits::Limits;
pub use shape::Shape;
pub use told::with_prices;

/// Refuses a value above its limit.
fn bound(measure: &'static str, french: &str, value: u64, limit: u64) -> Result<(), ApiError> {
    if value <= limit {
        return Ok(());
    }
    let message = format!("La requête est trop grande : {french} {value}, au plus {limit}. Demandez moins à la fois.");
    Err(ApiError::too_complex(measure, value, limit, message))
}

/// A fragment that spreads itself, directly or not.
fn cycle(fragment: &str) -> ApiError {
    let message = format!("Le fragment « {} » se contient lui-même.", super::error::quoted(fragment));
    ApiError::new(ErrorCode::GraphqlValidationFailed, message)
}
