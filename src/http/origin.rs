//! Which web pages may use the API from a browser.
//!
//! Our own page may; a page of another site only when its origin is configured. The API knows no cookies, so a
//! foreign page gains no rights by a visitor's browser, but it could use the browser to reach a server that
//! only the visitor can reach: so a cross-site POST or socket is refused, and a cross-site GET where the browser says
//! that it is one (`Sec-Fetch-Site`). Programs send no `Origin` and are not concerned.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::api::error::{ApiError, ErrorCode, quoted};

const FOREIGN: &str = "Une page d'un autre site ne peut utiliser ce serveur : son origine doit être autorisée.";

/// The origins of other sites that may use the API: `https://example.org`, or `*` for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(pub Vec<String>);

impl Origins {
    /// Whether a page of this origin may use the API although it is not ours.
    fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|allowed| allowed == "*" || allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
    }

    /// Refuses a request that a foreign page makes.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let foreign = match text(header::ORIGIN) {
            None => text(HeaderName::from_static("sec-fetch-site")) == Some("cross-site"),
            Some(origin) => {
                let ours = origin.split_once("://").map(|(_, authority)| authority);
                let host = text(header::HOST);
                let same = matches!((ours, host), (Some(ours), Some(host)) if ours.eq_ignore_ascii_case(host));
                !same && !self.allow(origin)
            }
        };
        if foreign {
            let origin = text(header::ORIGIN).map_or(String::new(), |origin| format!(" (« {} »)", quoted(origin)));
            let message = format!(
                "Une page d'un autre site{origin} ne peut utiliser ce serveur : celui qui le tient doit autoriser son origine \
                 (--allow-origin)."
            );
            return Err(ApiError::new(ErrorCode::Forbidden, message));
        }
        Ok(())
    }

    /// Refuses a GET that a browser makes for a foreign page: an image or a script of it could have the server work.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub fn check_get(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let from = headers.get("sec-fetch-site").map(|site| site.as_bytes());
        let allowed = match headers.get(header::ORIGIN) {
            Some(origin) => origin.to_str().is_ok_and(|origin| self.allow(origin)),
            None => self.0.iter().any(|allowed| allowed == "*"),
        };
        if from != Some(b"cross-site") || allowed {
            return Ok(());
        }
        Err(ApiError::new(ErrorCode::Forbidden, FOREIGN))
    }

    /// The same for an address that is only read: links of other sites may lead there.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub fn check_read(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let followed = headers.get("sec-fetch-mode").is_some_and(|mode| mode.as_bytes() == b"navigate");
        if followed { Ok(()) } else { self.check_get(headers) }
    }

    /// The headers that let an allowed page read the answer.
    pub fn headers(&self, request: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let mut headers = vec![(header::VARY, HeaderValue::from_static("Origin"))];
        if let Some(origin) = request.get(header::ORIGIN)
            && origin.to_str().is_ok_and(|origin| self.allow(origin))
        {
            headers.push((header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()));
            let exposed = "ETag, X-Api-Version, X-Graph-Version, X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, \
                           RateLimit-Reset";
            headers.push((header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed)));
        }
        headers
    }

    /// The further headers of the answer to a preflight request. Whatever headers the page would send it may: there are no cookies
    /// that they could act with, and client libraries add headers of their own.
    pub fn preflight(request: &HeaderMap, methods: &'static str) -> [(HeaderName, HeaderValue); 4] {
        let asked = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS).filter(|asked| asked.len() <= 2_000);
        let usual = HeaderValue::from_static("content-type, authorization, accept, x-request-id");
        [
            (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods)),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, asked.cloned().unwrap_or(usual)),
            (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200")),
            (header::VARY, HeaderValue::from_static("Access-Control-Request-Headers")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_page_and_configured_sites_may_post() {
        let check = |allowed: &[&str], headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
            }
            Origins(allowed.iter().map(|o| (*o).to_owned()).collect()).check(&map).is_ok()
        };
        let host = ("host", "api.example:8080");
        assert!(check(&[], &[host]));
        assert!(check(&[], &[host, ("origin", "http://api.example:8080")]));
        assert!(!check(&[], &[host, ("origin", "http://api.example")]));
        assert!(!check(&[], &[host, ("origin", "https://evil.example")]));
        assert!(!check(&[], &[host, ("origin", "null")]));
        assert!(!check(&[], &[host, ("sec-fetch-site", "cross-site")]));
        assert!(check(&[], &[host, ("sec-fetch-site", "same-origin")]));
        assert!(check(&["https://ok.example"], &[host, ("origin", "https://ok.example")]));
        assert!(!check(&["https://ok.example"], &[host, ("origin", "https://ok.example.evil")]));
        assert!(check(&["*"], &[host, ("origin", "https://any.example")]));
    }
}
