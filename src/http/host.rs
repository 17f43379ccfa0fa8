//! Under which names the server answers.
//!
//! A foreign page may point a name of its own at 127.0.0.1 (DNS rebinding): to the browser it then is the same site as the server,
//! which only the visitor was to reach. So a server on a loopback address answers only requests for a loopback name, or one
//! that is configured. A server on any other address is reached without a browser's help, and answers under every name.

use actix_web::guard::GuardContext;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::negotiate::Media;
use super::{State, reply};
use crate::api::error::{ApiError, ErrorCode};

/// Whether a request is for another name than ours.
pub fn foreign(context: &GuardContext<'_>) -> bool {
    let Some(state) = context.app_data::<web::Data<State>>() else { return false };
    if !state.loopback {
        return false;
    }
    // Without a name (HTTP/1.0, a program of one's own) it is no browser's.
    let host = context.head().headers().get(header::HOST).map(|host| host.to_str().unwrap_or("?"));
    let host = host.or_else(|| context.head().uri.authority().map(|authority| authority.as_str()));
    host.is_some_and(|host| !state.config.hosts.allow(host))
}

/// The answer to such a request, whatever it asks.
pub async fn refuse(request: HttpRequest) -> HttpResponse {
    let message = "Ce serveur ne répond qu'aux noms de cette machine (localhost, 127.0.0.1) : l'exploitant peut en autoriser \
                   d'autres avec --allow-host.";
    reply::error(&request, Media::Json, ApiError::new(ErrorCode::Forbidden, message))
}
