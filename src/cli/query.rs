//! `passerelle query`: a GraphQL query on the store, without a server or through the one that holds it.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Args;
use serde_json::value::RawValue;

use super::{DataDir, open, server, terminal};
use crate::api::access::{Caller, Role};
use crate::api::gateway::{Call, RequestOutcome, Settings, Via};
use crate::app::App;

/// Arguments of `query`.
#[derive(Args, Debug)]
pub struct QueryArgs {
    /// Le document GraphQL.
    query: String,
    /// Ses variables, un objet JSON.
    #[arg(long, value_name = "JSON")]
    variables: Option<String>,
    /// Quelle opération, si le document en a plusieurs.
    #[arg(long, value_name = "NOM")]
    operation: Option<String>,
    #[command(flatten)]
    data: DataDir,
}

/// Runs `query`.
pub fn run(query: &QueryArgs) -> anyhow::Result<ExitCode> {
    let (answer, sound) = ask(&query.data.dir, &query.query, query.operation.as_deref(), query.variables.as_deref())?;
    anstream::println!("{}", terminal::json(&answer)?);
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks the store in a folder, through the server that holds it if there is one; says whether the answer is without errors.
///
/// # Errors
/// When the store cannot be opened, or its server does not answer.
pub fn ask(
    dir: &Path,
    query: &str,
    operation: Option<&str>,
    variables: Option<&str>,
) -> anyhow::Result<(serde_json::Value, bool)> {
    let given = variables.map(|json| RawValue::from_string(json.to_owned())).transpose();
    let given: Option<Box<RawValue>> = given
        .map_err(|fault| anyhow!("--variables n'est pas du JSON : l. {}, colonne {}", fault.line(), fault.column()))?;
    let held = match open::seeded(dir) {
        Ok(app) => {
            return answered(&app, query, operation, variables)
                .map(|(answer, outcome)| (answer, outcome == RequestOutcome::Data));
        }
        Err(error) if error.is::<open::Held>() => error,
        Err(error) => return Err(error),
    };
    let Some(address) = server::address(dir) else { return Err(held) };
    let body = serde_json::json!({ "query": query, "operationName": operation, "variables": given });
    let answer = server::ask(address, &body.to_string()).context(held)?;
    let sound = answer.get("errors").is_none();
    Ok((answer, sound))
}

/// Asks an app, as whoever holds its store may: everything.
fn answered(
    app: &Arc<App>,
    query: &str,
    operation: Option<&str>,
    variables: Option<&str>,
) -> anyhow::Result<(serde_json::Value, RequestOutcome)> {
    let settings = Settings { answer_bytes: 0, ..Settings::default() };
    let gateway = crate::api::gateway(app, settings);
    let call = Call { query: Some(query), operation, variables, extensions: None, via: Via::Post, text: None };
    let caller = Caller::new(Role::Admin, "command line");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let answer = runtime.block_on(gateway.answer(&call, &caller));
    let value = serde_json::from_slice(&answer.body).context("la réponse n'est pas du JSON")?;
    Ok((value, answer.outcome))
}
