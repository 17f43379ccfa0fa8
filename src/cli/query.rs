//! `passerelle query`: a GraphQL query on the store, without a server.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use super::{DataDir, open};
use crate::api::access::{Caller, Role};
use crate::api::gateway::{Call, Outcome, Settings, Via};
use crate::app::App;

/// Arguments of `query`.
#[derive(Args, Debug)]
pub struct Query {
    /// The GraphQL document.
    query: String,
    /// Its variables, a JSON object.
    #[arg(long, value_name = "JSON")]
    variables: Option<String>,
    /// Which operation, where the document holds several.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    #[command(flatten)]
    data: DataDir,
}

/// Runs `query`.
pub fn run(query: &Query) -> anyhow::Result<ExitCode> {
    let app = open::seeded(&query.data.dir)?;
    let (answer, outcome) = ask(&app, &query.query, query.operation.as_deref(), query.variables.as_deref())?;
    anstream::println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(if outcome == Outcome::Data { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks an app, as whoever holds its store may: everything.
pub fn ask(
    app: &Arc<App>,
    query: &str,
    operation: Option<&str>,
    variables: Option<&str>,
) -> anyhow::Result<(serde_json::Value, Outcome)> {
    let settings = Settings { answer_bytes: 0, ..Settings::default() };
    let gateway = crate::api::gateway(app, settings);
    let call = Call { query: Some(query), operation, variables, extensions: None, via: Via::Post };
    let caller = Caller::new(Role::Admin, "command line");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let answer = runtime.block_on(gateway.answer(&call, &caller));
    let value = serde_json::from_slice(&answer.body).context("the answer is not JSON")?;
    Ok((value, answer.outcome))
}
