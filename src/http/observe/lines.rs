//! Log lines that say which request they belong to.
//!
//! A span would do the same, but is formatted for every request, of which next to none writes a line; the id is only looked up by
//! the lines that are written.

use std::fmt;

use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, Uri};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

tokio::task_local! {
    /// The request that the present task answers.
    pub(super) static REQUEST: Request;
}

/// What lines tell of a request. Not the query string: a GET's variables may be personal.
#[derive(Clone)]
pub(super) struct Request {
    /// A short plain word.
    pub id: HeaderValue,
    pub method: Method,
    pub uri: Uri,
}

/// Lines of another format, with the request first where there is one.
pub struct WithRequest<F> {
    /// The other format.
    pub lines: F,
    /// Whether its lines are JSON objects.
    pub json: bool,
}

impl<S, N, F> FormatEvent<S, N> for WithRequest<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut to: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let Ok(Request { id, method, uri }) = REQUEST.try_with(Request::clone) else {
            return self.lines.format_event(context, to, event);
        };
        let (id, method, path) = (id.to_str().unwrap_or(""), method.as_str(), uri.path());
        if !self.json {
            write!(to, "{id} {method} {path} ")?;
            return self.lines.format_event(context, to, event);
        }
        let mut line = String::new();
        self.lines.format_event(context, Writer::new(&mut line), event)?;
        let members = line.strip_prefix('{').ok_or(fmt::Error)?;
        let path = serde_json::to_string(path).map_err(|_| fmt::Error)?;
        write!(to, "{{\"request\":\"{id}\",\"method\":\"{method}\",\"path\":{path},{members}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt::format;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(json: bool) -> String {
        let sink = Sink::default();
        let lines = tracing_subscriber::fmt().with_writer({
            let sink = sink.clone();
            move || sink.clone()
        });
        let log = || {
            tracing::warn!(status = 503, "inside");
        };
        let write = || {
            let uri = Uri::from_static("/graphql?variables=secret");
            let request = Request { id: HeaderValue::from_static("ab-1"), method: Method::GET, uri };
            REQUEST.sync_scope(request, log);
            tracing::warn!("outside");
        };
        if json {
            let format = WithRequest { lines: format().json(), json };
            tracing::subscriber::with_default(lines.json().event_format(format).finish(), write);
        } else {
            let format = WithRequest { lines: format().compact().without_time(), json };
            tracing::subscriber::with_default(lines.with_ansi(false).event_format(format).finish(), write);
        }
        String::from_utf8(sink.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_inside_a_request_says_which_and_one_outside_none() {
        let text = logged(false);
        assert!(text.starts_with("ab-1 GET /graphql  WARN") && text.contains("inside status=503"), "{text}");
        assert!(text.lines().nth(1).unwrap().starts_with(" WARN"), "{text}");
        let lines: Vec<serde_json::Value> = logged(true).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let told = ["request", "method", "path"].map(|member| lines[0][member].as_str());
        assert_eq!(told, ["ab-1", "GET", "/graphql"].map(Some));
        assert_eq!(lines[0]["fields"]["status"], 503);
        assert_eq!(lines[1].get("request"), None);
    }
}
