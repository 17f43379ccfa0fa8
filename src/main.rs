//! The `passerelle` program: parses, logs, dispatches, and tells what went wrong.

use std::process::ExitCode;

use clap::Parser;
use passerelle::cli::{self, Cli};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli::log();
    match cli::run(cli) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
