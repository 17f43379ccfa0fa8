//! Documents, kept once they are validated, so that a query asked again is not parsed, measured, validated, priced and planned
//! again; and the texts of persisted queries by their hash. Both are bounded by bytes and shared by all workers.

use std::sync::Arc;

use async_graphql::Variables;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};
use async_graphql::{Name, ServerError};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::error::{ApiError, ErrorCode, quoted};
use super::guard::{Limits, Shape, lexer, measure, price};
use super::plan::Plan;
use super::validate::{Parsed, Validator};

/// A document that is within the limits, not yet validated, or one that was kept.
#[derive(Debug)]
pub enum LookedUp {
    /// It was validated before.
    Kept(Arc<ValidDocument>),
    /// It was parsed now.
    New(Box<Parsed>),
}

/// A valid document.
#[derive(Debug)]
pub struct ValidDocument {
    /// Parsed.
    pub parsed: ExecutableDocument,
    /// The price of its only operation, when no variable changes it.
    fixed_price: Option<u64>,
    /// How its only operation is answered without the general way, when it can be.
    plan: Option<Plan>,
}

impl ValidDocument {
    /// The plan of its only operation.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    /// The price of an operation of this document with these variables.
    ///
    /// # Errors
    /// For a fragment that contains itself.
    pub fn price(
        &self,
        operation: &OperationDefinition,
        shape: &Shape,
        variables: &Variables,
    ) -> Result<u64, ApiError> {
        match self.fixed_price {
            Some(price) => Ok(price),
            None => Ok(price::price(&self.parsed, operation, shape, variables)?.value),
        }
    }
}

impl LookedUp {
    /// The document as it was parsed.
    pub fn parsed(&self) -> &ExecutableDocument {
        match self {
            LookedUp::Kept(document) => &document.parsed,
            LookedUp::New(parsed) => &parsed.document,
        }
    }
}

/// The operation of this name, or the only one.
///
/// # Errors
/// When there is none, or several and no name.
pub fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d OperationDefinition, ApiError> {
    let found: Option<&Positioned<OperationDefinition>> = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(many), Some(name)) => many.get(&Name::new(name)),
        (DocumentOperations::Multiple(many), None) if many.len() == 1 => many.values().next(),
        (DocumentOperations::Multiple(_), None) => {
            let message = "Le document a plusieurs opérations : dites laquelle dans « operationName ».";
            return Err(ApiError::new(ErrorCode::GraphqlValidationFailed, message));
        }
    };
    found.map(|operation| &operation.node).ok_or_else(|| {
        let message = format!("Le document n'a pas d'opération « {} ».", quoted(name.unwrap_or("")));
        ApiError::new(ErrorCode::GraphqlValidationFailed, message)
    })
}

/// An estimate: a parsed document takes about thirty times its text, a planned field a hundred bytes.
#[derive(Clone)]
struct DocumentWeight;

impl Weighter<Arc<str>, Arc<ValidDocument>> for DocumentWeight {
    fn weight(&self, text: &Arc<str>, document: &Arc<ValidDocument>) -> u64 {
        text.len() as u64 * 31 + 500 + document.plan().map_or(0, |plan| plan.fields() as u64 * 100)
    }
}

#[derive(Clone)]
struct TextWeight;

impl Weighter<[u8; 32], Arc<str>> for TextWeight {
    fn weight(&self, _: &[u8; 32], text: &Arc<str>) -> u64 {
        text.len() as u64 + 100
    }
}

/// The documents and persisted queries of a server.
pub struct Documents {
    parsed: Cache<Arc<str>, Arc<ValidDocument>, DocumentWeight>,
    persisted: Cache<[u8; 32], Arc<str>, TextWeight>,
}

impl Documents {
    /// Room for so many bytes of documents, as estimated above, and of persisted queries.
    pub fn new(documents: u64, persisted: u64) -> Documents {
        Documents {
            parsed: Cache::with_weighter(10_000, documents, DocumentWeight),
            persisted: Cache::with_weighter(10_000, persisted, TextWeight),
        }
    }

    /// The document of a text: kept, or parsed and measured now.
    ///
    /// # Errors
    /// What the guards or the parser refuse.
    pub fn read(&self, text: &str, limits: &Limits, validator: &Validator) -> Result<LookedUp, ServerError> {
        if let Some(document) = self.parsed.get(text) {
            return Ok(LookedUp::Kept(document));
        }
        lexer::check(text, limits).map_err(ApiError::into_server_error)?;
        let parsed = validator.parse(text)?;
        measure::check(&parsed.document, limits).map_err(ApiError::into_server_error)?;
        Ok(LookedUp::New(Box::new(parsed)))
    }

    /// The valid document of what was read: one that is new is validated, priced, planned and kept; one that is not valid is not
    /// worth a place.
    ///
    /// # Errors
    /// All that validation finds.
    pub fn valid(
        &self,
        text: &str,
        read: LookedUp,
        validator: &Validator,
        shape: &Shape,
    ) -> Result<Arc<ValidDocument>, Vec<ServerError>> {
        let parsed = match read {
            LookedUp::Kept(document) => return Ok(document),
            LookedUp::New(parsed) => parsed,
        };
        validator.validate(&parsed)?;
        let parsed = parsed.document;
        let only = only_operation(&parsed);
        let fixed_price = only.and_then(|operation| {
            let price = price::price(&parsed, operation, shape, &Variables::default()).ok()?;
            (!price.varies).then_some(price.value)
        });
        let plan = only.and_then(|operation| Plan::compile(&parsed, operation));
        let document = Arc::new(ValidDocument { parsed, fixed_price, plan });
        self.parsed.insert(text.into(), document.clone());
        Ok(document)
    }

    /// The text of a persisted query, or, given both, the check that they belong together before it is kept.
    ///
    /// # Errors
    /// `PERSISTED_QUERY_NOT_FOUND`, or `BAD_REQUEST` when the hash is not that of the text.
    pub fn persisted(&self, hash: &str, text: Option<&str>) -> Result<Arc<str>, ApiError> {
        let key = parse_hash(hash).ok_or_else(|| {
            ApiError::new(ErrorCode::BadRequest, "« sha256Hash » doit avoir 64 chiffres hexadécimaux.")
        })?;
        match text {
            None => self
                .persisted
                .get(&key)
                .ok_or_else(|| ApiError::new(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")),
            Some(text) if Sha256::digest(text).as_slice() == key => {
                let text: Arc<str> = text.into();
                self.persisted.insert(key, text.clone());
                Ok(text)
            }
            Some(_) => {
                Err(ApiError::new(ErrorCode::BadRequest, "« sha256Hash » n'est pas l'empreinte de cette requête."))
            }
        }
    }
}

/// The operation of a document that has one only, named or not.
fn only_operation(document: &ExecutableDocument) -> Option<&OperationDefinition> {
    let mut operations = document.operations.iter();
    let (_, only) = operations.next()?;
    operations.next().is_none().then_some(&only.node)
}

fn parse_hash(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_document_of_one_operation_is_planned_named_or_not() {
        let validator = crate::api::validator();
        let shape = Shape::from_sdl(validator.sdl()).unwrap();
        let planned = |text: &str| {
            let documents = Documents::new(1 << 20, 0);
            let read = documents.read(text, &Limits::default(), &validator).unwrap();
            documents.valid(text, read, &validator, &shape).unwrap();
            let LookedUp::Kept(kept) = documents.read(text, &Limits::default(), &validator).unwrap() else {
                panic!("kept")
            };
            kept.plan().is_some()
        };
        assert!(planned("{ job(ref: \"a\") { name } }"));
        assert!(planned("query Named { job(ref: \"a\") { name } }"));
        assert!(!planned("query A { job(ref: \"a\") { name } } query B { job(ref: \"a\") { name } }"));
    }

    #[test]
    fn a_persisted_query_is_found_by_its_hash_only() {
        let documents = Documents::new(0, 1 << 20);
        let hash: String = Sha256::digest("{ a }").iter().map(|b| format!("{b:02x}")).collect();
        let code = |result: Result<Arc<str>, ApiError>| result.map_err(|e| e.code().name());
        assert_eq!(code(documents.persisted(&hash, None)), Err("PERSISTED_QUERY_NOT_FOUND"));
        assert_eq!(code(documents.persisted(&hash, Some("{ b }"))), Err("BAD_REQUEST"));
        assert_eq!(code(documents.persisted("zz", Some("{ b }"))), Err("BAD_REQUEST"));
        assert!(documents.persisted(&hash, Some("{ a }")).is_ok());
        assert_eq!(code(documents.persisted(&hash, None)).as_deref(), Ok("{ a }"));
    }
}
