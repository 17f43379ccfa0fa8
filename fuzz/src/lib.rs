//! What the fuzz targets share: the curated graph, and a gateway to it.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use passerelle::api::access::Caller;
use passerelle::api::error::ErrorCode;
use passerelle::api::gateway::{Call, Gateway, RequestOutcome, Settings, Via};
use passerelle::app::{App, Write};
use passerelle::graph::Graph;
use passerelle::import::{self, seed};
use passerelle::store::Access;
use tokio::runtime::Runtime;

/// The curated graph.
pub static GRAPH: LazyLock<Graph> = LazyLock::new(|| {
    let seed = seed::embedded().expect("the seed is sound");
    Graph::build(seed.nodes, seed.edges, 1).expect("the seed is a graph")
});

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"));

static GATEWAY: LazyLock<Gateway> = LazyLock::new(|| {
    let dir = std::env::temp_dir().join(format!("passerelle-fuzz-{}", std::process::id()));
    let app = App::open(&dir, Access::Create).expect("a new store opens");
    let seed = seed::embedded().expect("the seed is sound");
    let changes = import::changes(seed.nodes, seed.edges, |_| false);
    app.write(Write { changes, author: "seed".into(), expected_version: None, dry_run: false }).expect("it is taken");
    // The open files are enough: nothing is written any more, and nothing is to be left behind.
    let _ = std::fs::remove_dir_all(&dir);
    let settings = Settings { deadline: Duration::from_secs(3), answer_bytes: 0, ..Settings::default() };
    passerelle::api::gateway(&Arc::new(app), settings)
});

/// Asks the gateway as a stranger may. Whatever is asked, the answer is JSON, of bounded size, and no fault of the server's.
pub fn ask(query: &str, variables: Option<&str>) -> RequestOutcome {
    let call = Call { query: Some(query), operation: None, variables, extensions: None, via: Via::Post, text: None };
    let answer = RUNTIME.block_on(GATEWAY.answer(&call, &Caller::default()));
    assert_ne!(answer.outcome, RequestOutcome::Refused(ErrorCode::Internal));
    assert!(!answer.body.windows(10).any(|part| part == b"\"INTERNAL\""), "an internal error");
    if answer.outcome == RequestOutcome::Data {
        serde_json::from_slice::<serde_json::Value>(&answer.body).expect("an answer is JSON");
    } else {
        assert!(
            answer.body.len() < 1 << 20 || matches!(answer.outcome, RequestOutcome::Partial(_)),
            "a refusal is short"
        );
    }
    answer.outcome
}
