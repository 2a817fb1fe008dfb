//! The program `zaiton`: command line, configuration, real clock and randomness, wiring. The only place that knows the
//! environment it runs in; holds no rule.

mod admin;
mod arguments;
mod audit;
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
mod document_keys;
mod export;
mod forward;
mod import;
mod import_orders;
mod listening;
mod near;
mod out;
#[cfg(test)]
mod page;
mod paying;
mod people;
mod posting;
mod reread;
mod run;
mod serve;
mod site;
mod verify;
mod what_if;
mod xlsx;

use std::process::ExitCode;

use clap::Parser;

/// Commands are made on one thread and dropped on another: the system's allocator spends a fifth of the time on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The log: what, by `RUST_LOG`; in which form, by the command line.
fn log(form: arguments::LogForm) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,zaiton=info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match form {
        arguments::LogForm::Text => log.init(),
        arguments::LogForm::Json => log.json().flatten_event(true).with_current_span(false).init(),
    }
}

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    log(cli.log);
    let json = cli.json;
    let (code, name, text) = match cli::run(cli) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(cli::Failure::Refused(text)) => (3, "refused", text),
        Err(cli::Failure::World(text)) => (4, "failed", text),
    };
    if json {
        out::error(&serde_json::json!({ "failure": name, "exit_code": code, "text": text }).to_string());
    } else {
        out::error(&text);
    }
    ExitCode::from(code)
}
