//! The `passerelle` program: parses, logs, dispatches, and tells what went wrong.

use std::process::ExitCode;

use clap::Parser;
use passerelle::cli::{self, Cli};
use passerelle::logging;
use passerelle::model::clean;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli::log(&cli);
    let code = match cli::run(cli) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("erreur : {}", clean::shown(&cli::told(&error)));
            ExitCode::FAILURE
        }
    };
    logging::settle();
    code
}
