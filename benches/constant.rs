//! A constant answer: what the server's own HTTP stack gives when there is nothing to work out.
//!
//!     cargo bench --bench constant -- BYTES
//!
//! Listens on a free loopback port, prints it, reads each POST whole and answers with so many bytes of JSON, through the same
//! workers, middleware and headers as the real server. `scripts/bench-http` gives throughput as a share of this.

use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, web};
use passerelle::http::{Config, bind, observe};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [bytes] = &arguments[..] else { return Err("usage: constant BYTES".into()) };
    let answer = bytes::Bytes::from(vec![b'x'; bytes.parse()?]);
    let config = Config::default();
    let listener = bind("127.0.0.1:0".parse()?)?;
    eprintln!("a constant answer at http://{}/", listener.local_addr()?);
    let server = HttpServer::new(move || {
        let answer = answer.clone();
        let give = move |_question: web::Bytes| {
            let answer = answer.clone();
            async move {
                HttpResponse::Ok()
                    .insert_header((header::CONTENT_TYPE, "application/json; charset=utf-8"))
                    .insert_header((header::CACHE_CONTROL, "no-store"))
                    .body(answer)
            }
        };
        App::new().route("/graphql", web::post().to(give)).wrap_fn(observe::observe)
    });
    server.workers(config.workers).listen(listener)?.run().await?;
    Ok(())
}
