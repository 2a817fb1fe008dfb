//! The page of the command line, `docs/command-line.md`: written from what the program takes, and compared with it. Tests only.

use std::fmt::Write as _;

use clap::CommandFactory as _;

use crate::cli::Cli;

/// One command and those below it, as a page says it.
fn page(command: &mut clap::Command, path: &str, text: &mut String) {
    let level = "#".repeat(path.split(' ').count().min(4));
    let mut shown = command.clone();
    if path.contains(' ') {
        // What every command takes is said once, with the program.
        for name in ["data", "database", "lanes", "json", "help", "version"] {
            if shown.get_arguments().any(|argument| argument.get_id() == name) {
                shown = shown.mut_arg(name, |argument| argument.hide(true));
            }
        }
    }
    let help = shown.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    writeln!(text, "{level} {path}\n\n```text\n{}\n```\n", lines.join("\n").trim()).unwrap();
    for below in command.get_subcommands_mut().filter(|below| below.get_name() != "help") {
        let path = format!("{path} {}", below.get_name());
        page(below, &path, text);
    }
}

/// The page of the command line says what the program takes; ZAITON_BLESS=1 writes it.
#[test]
fn the_page_is_what_the_program_takes() {
    let mut command = Cli::command().term_width(110);
    command.build();
    let mut text = String::from(
        "<!-- Written by a test from what the program takes: ZAITON_BLESS=1 cargo test -p zaiton-server --bins -->\n\n",
    );
    page(&mut command, "zaiton", &mut text);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/command-line.md");
    if std::env::var_os("ZAITON_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "docs/command-line.md is not what the program takes: see its first line");
}

/// Every shell is given something, and the names are in it.
#[test]
fn shells_complete() {
    for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "zaiton", &mut text);
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("contact-code") && text.contains("restore"), "{shell}");
    }
}
