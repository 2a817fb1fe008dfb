//! The program `zaiton`: command line, configuration, real clock and randomness, wiring. The only place that knows the
//! environment it runs in; holds no rule.

mod arguments;
mod backup;
mod capturing;
mod channel_world;
mod cli;
mod client_money;
mod clock;
mod connections;
mod console;
mod contact_code;
mod demo;
mod export;
mod forward;
mod import;
mod import_orders;
mod listening;
mod out;
mod paying;
mod people;
mod reread;
mod serve;
mod site;
mod verify;
mod what_if;

use std::process::ExitCode;

use clap::Parser;

/// Commands are made on one thread and dropped on another: the system's allocator spends a fifth of the time on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,zaiton=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match cli::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cli::Failure::Refused(text)) => {
            out::error(&text);
            ExitCode::from(3)
        }
        Err(cli::Failure::World(text)) => {
            out::error(&text);
            ExitCode::from(4)
        }
    }
}
