//! Which media type an answer has, and whether a request's body is one that we take.

use actix_web::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use crate::api::error::{ApiError, ErrorCode};
use crate::api::gateway::RequestOutcome;

/// The media type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`, what a client gets that states no wish: a refused document is still 200.
    Json,
    /// `application/graphql-response+json`: the status tells what became of the request.
    GraphqlResponse,
    /// `text/event-stream`: the answers as they come.
    Events,
}

impl Media {
    /// The `Content-Type` of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Media::Json => "application/json; charset=utf-8",
            Media::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Media::Events => "text/event-stream; charset=utf-8",
        }
    }

    /// The status of an answer: docs/errors.md has the rule.
    pub fn status(self, outcome: RequestOutcome) -> u16 {
        use ErrorCode::{GraphqlParseFailed, GraphqlValidationFailed, InvalidInput, TooComplex};
        match outcome {
            RequestOutcome::Data | RequestOutcome::Partial(None) => 200,
            RequestOutcome::Refused(GraphqlParseFailed | GraphqlValidationFailed | InvalidInput | TooComplex)
                if self == Media::Json =>
            {
                200
            }
            RequestOutcome::Partial(Some(code)) | RequestOutcome::Refused(code) => code.status(),
        }
    }
}

/// The media type to answer with. Ties go to the type that says more; a wildcard means JSON.
///
/// # Errors
/// `NOT_ACCEPTABLE` when none can be served.
pub fn accepted(headers: &HeaderMap) -> Result<Media, ApiError> {
    let mut best: Option<(u32, u8, Media)> = None;
    let mut any = false;
    for line in headers.get_all(ACCEPT) {
        for range in line.to_str().unwrap_or("").split(',') {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or("");
            if name.is_empty() {
                continue;
            }
            any = true;
            let quality = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
            let quality = quality.map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0)).clamp(0.0, 1.0);
            let (rank, media) = match name.to_ascii_lowercase().as_str() {
                "text/event-stream" => (3, Media::Events),
                "application/graphql-response+json" => (2, Media::GraphqlResponse),
                "application/json" => (1, Media::Json),
                "application/*" | "*/*" => (0, Media::Json),
                _ => continue,
            };
            let candidate = ((quality * 1000.0) as u32, rank, media);
            if candidate.0 > 0 && best.is_none_or(|(q, r, _)| (candidate.0, rank) > (q, r)) {
                best = Some(candidate);
            }
        }
    }
    match best {
        Some((_, _, media)) => Ok(media),
        None if !any => Ok(Media::Json),
        None => Err(ApiError::new(
            ErrorCode::NotAcceptable,
            "Aucun des types demandés ne peut être servi : acceptez application/json, \
             application/graphql-response+json ou text/event-stream.",
        )),
    }
}

/// Takes a JSON body in UTF-8, and no other: a form or plain text, which a foreign page can send without
/// asking first, is refused.
///
/// # Errors
/// `UNSUPPORTED_MEDIA_TYPE`.
pub fn takes_body(headers: &HeaderMap) -> Result<(), ApiError> {
    let refuse = |message: &str| Err(ApiError::new(ErrorCode::UnsupportedMediaType, message));
    let coding = headers.get(CONTENT_ENCODING).map(|value| value.as_bytes());
    if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case(b"identity")) {
        return refuse("Le corps ne doit pas être compressé : retirez Content-Encoding.");
    }
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if text == "application/json" {
        return Ok(());
    }
    let mut parts = text.split(';').map(str::trim);
    if !parts.next().unwrap_or("").eq_ignore_ascii_case("application/json") {
        return refuse("Le corps doit être du JSON : envoyez Content-Type: application/json.");
    }
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim_matches('"');
        if name.eq_ignore_ascii_case("charset")
            && !value.eq_ignore_ascii_case("utf-8")
            && !value.eq_ignore_ascii_case("utf8")
        {
            return refuse("Le corps doit être en UTF-8.");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn the_best_type_accepted_is_chosen() {
        let cases = [
            ("application/json", Some(Media::Json)),
            ("*/*", Some(Media::Json)),
            ("application/*;q=0.1", Some(Media::Json)),
            ("application/json, application/graphql-response+json", Some(Media::GraphqlResponse)),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Some(Media::GraphqlResponse),
            ),
            ("application/graphql-response+json;q=0.5, application/json", Some(Media::Json)),
            ("text/event-stream", Some(Media::Events)),
            ("text/html, application/json;q=0", None),
            ("text/html", None),
        ];
        for (accept, expected) in cases {
            assert_eq!(accepted(&headers(ACCEPT, accept)).ok(), expected, "{accept}");
        }
        assert_eq!(accepted(&HeaderMap::new()).ok(), Some(Media::Json));
    }

    #[test]
    fn only_json_in_utf8_is_taken() {
        let takes = |value: &str| takes_body(&headers(CONTENT_TYPE, value)).is_ok();
        assert!(takes("application/json") && takes("Application/JSON; Charset=\"UTF-8\""));
        for bad in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=latin1",
            "application/jsonp",
            "application/graphql",
            "",
        ] {
            assert!(!takes(bad), "{bad}");
        }
        assert!(takes_body(&HeaderMap::new()).is_err());
    }
}
