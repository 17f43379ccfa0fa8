//! The `passerelle` program: parses, logs, dispatches, and tells what went wrong.

use std::process::ExitCode;

use passerelle::cli;
use passerelle::logging;
use passerelle::model::clean;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
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
