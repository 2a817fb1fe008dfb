//! The command line: what may be asked, and where it goes. Exit codes: 0 done, 2 wrong usage, 3 refused, 4 the world
//! (disk, network, database) stood in the way. `docs/command-line.md` is made of what stands here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use zaiton_engine::{Actor, Outcome};
use zaiton_kernel::{Environment, Timestamp};

use crate::admin::Admin;
use crate::arguments::{Export, LogForm, OrdersOf, instant};
use crate::import::Say;
use crate::posting::Posting;
use crate::serve::Bounds;
use crate::site::Place;
use crate::what_if::WhatIf;
use crate::{
    admin, audit, backup, client_money, connections, demo, export, import, import_orders, out, paying,
    people, run, serve, verify, what_if,
};

/// How the program ends.
const EXIT_CODES: &str = "Exit codes: 0 done; 2 the command line cannot be read; 3 refused: correct the input, also when \
    `verify` finds something; 4 disk, network or database stood in the way: may be tried again.";

/// Zaiton: the back office of a cross-border marketplace.
#[derive(Debug, Parser)]
#[command(name = "zaiton", version, about, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// The data folder: keys, token, and the SQLite file.
    #[arg(long, global = true, env = "ZAITON_DATA", hide_env_values = true, default_value = "data")]
    data: PathBuf,
    /// Another database: `sqlite:FILE` or `postgres://..`.
    #[arg(long, global = true, env = "ZAITON_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Lanes of a database that is made now (PostgreSQL: as many as processes that shall share the work).
    #[arg(long, global = true, default_value_t = 1)]
    lanes: u16,
    /// Where documents lie: `s3://bucket/prefix?endpoint=..&region=..`; a folder of the data folder by default.
    #[arg(long, global = true, env = "ZAITON_DOCUMENTS", hide_env_values = true)]
    documents: Option<String>,
    /// Answers as JSON, and failures too.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How the log is written to standard error: words for people, or a JSON object a line.
    #[arg(long, global = true, env = "ZAITON_LOG", value_enum, default_value = "text")]
    pub(crate) log: LogForm,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve the HTTP API on a loopback address.
    Serve {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        #[command(flatten)]
        bounds: Bounds,
        #[command(flatten)]
        posting: Box<Posting>,
    },
    /// Load a small believable marketplace: writes its own bank files and orders, and runs them through the same imports.
    Demo {
        /// The same seed gives the same marketplace.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Import a bank file or orders.
    #[command(subcommand)]
    Import(Import),
    /// Connect a shop to its channel: from then on what changes is pulled every five minutes, and swept every night.
    Connect {
        /// The file with the connection's settings (JSON, with credentials: keep it readable by its owner only).
        settings: PathBuf,
        /// The merchant's code.
        #[arg(long)]
        merchant: String,
        /// The shop's code.
        #[arg(long)]
        shop: String,
        /// The shop's time zone, by whose nights it is swept.
        #[arg(long, default_value = "Asia/Shanghai")]
        zone: String,
        /// The site is the platform's own: its word that an order was sold there is believed.
        #[arg(long)]
        ours: bool,
        /// From this moment on (RFC 3339), the first time.
        #[arg(long, value_parser = instant)]
        since: Option<Timestamp>,
    },
    /// What is connected, how far it is, and what stands in its way.
    Connections {
        /// The merchant's code.
        #[arg(long)]
        merchant: String,
    },
    /// Pull a connected shop now, and wait until there is nothing newer.
    Pull {
        /// The merchant's code.
        #[arg(long)]
        merchant: String,
        /// The shop's code.
        #[arg(long)]
        shop: String,
    },
    /// Give somebody a new password, and show it once.
    Password {
        /// The login.
        login: String,
    },
    /// Give one command: its name and its JSON.
    Run {
        /// The command's name; `zaiton commands` lists them.
        name: String,
        /// Its JSON; `-` reads standard input.
        body: String,
        /// Idempotency key; by default the content is its own key.
        #[arg(long)]
        key: Option<String>,
        /// Who gives it, where two people are needed: a name without spaces. Part of the default key.
        #[arg(long)]
        by: Option<String>,
    },
    /// List the commands' names.
    Commands,
    /// Register a merchant under a code.
    Merchant {
        /// 2 to 32 letters, digits, `_` or `-`.
        code: String,
        /// What people call it.
        #[arg(long)]
        name: String,
        /// The company's name as registered.
        #[arg(long)]
        company: String,
    },
    /// Open a bank account of ours, whose statements are then imported.
    BankAccount {
        /// IBAN or account number.
        number: String,
        /// The holder: our company.
        #[arg(long)]
        holder: String,
        /// The bank's name.
        #[arg(long)]
        bank: String,
        /// Its currency.
        #[arg(long, default_value = "CNY")]
        currency: String,
        /// For our own money; else it holds clients' money.
        #[arg(long)]
        own: bool,
    },
    /// Write a released payment file, for the bank.
    PaymentFile {
        /// Its id, as `bank.propose_file` gave it.
        file: String,
        /// How it is written.
        #[arg(long, value_enum, default_value = "pain001-v9")]
        format: paying::Format,
    },
    /// Write a statement or list as CSV, JSON or a spreadsheet, or a merchant's events with their proof.
    Export(Export),
    /// Prove the books: the ledger's invariants, the event chain, what records and ledger say of each other.
    Verify {
        /// An anchor written earlier by `zaiton admin anchor`.
        #[arg(long)]
        against: Option<PathBuf>,
        /// Prove this file of events instead, as `zaiton export audit` wrote it: by itself, and against the database.
        #[arg(long, conflicts_with = "against")]
        audit: Option<PathBuf>,
    },
    /// Say how clients' money stands: what is owed to them, what lies on client accounts, by how much it is more or less.
    ClientMoney,
    /// Say what other lines would have done: how often breakers would have opened, for how long, how many alerts.
    WhatIf(WhatIf),
    /// Write the whole installation, keys and all, into one file, also while it is served. Keep the file secret.
    Backup {
        /// The file, or a folder in which it gets the name of the moment.
        #[arg(default_value = ".")]
        to: PathBuf,
    },
    /// Put a backup into an empty data folder, and an empty database of either kind.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Only say whether it is whole.
        #[arg(long)]
        check: bool,
    },
    /// Measure this machine: fees charged and settled a second, beside the same rows written with nothing decided. Writes into
    /// databases of its own.
    Bench(zaiton_bench::freeze::Options),
    /// What an operator does rarely.
    #[command(subcommand)]
    Admin(Admin),
    /// Write what completes these commands in a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
enum Import {
    /// A bank file: camt.053, MT940, or CSV (known exports by themselves, others with a column map).
    Bank {
        /// The file.
        file: PathBuf,
        /// The account, where the file does not name it or shows only a part.
        #[arg(long)]
        account: Option<String>,
        /// The column map (JSON) of a CSV file.
        #[arg(long)]
        map: Option<PathBuf>,
    },
    /// Orders of a channel: one JSON object, an array, a page as the channel's API answers, or NDJSON; of an own site CSV too.
    Orders {
        /// The file.
        file: PathBuf,
        /// Which channel wrote it.
        #[arg(long, value_enum, default_value = "own-site")]
        channel: OrdersOf,
        /// The merchant's code, where the file does not name it.
        #[arg(long)]
        merchant: Option<String>,
        /// The shop's code, where the file does not name it.
        #[arg(long)]
        shop: Option<String>,
    },
}

/// How a run of the program failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused: correct the input.
    Refused(String),
    /// Disk, network or database.
    World(String),
}

impl From<zaiton_engine::StoreError> for Failure {
    fn from(error: zaiton_engine::StoreError) -> Self {
        Self::World(error.0)
    }
}

/// Who the command line acts as.
pub(crate) fn actor() -> Actor {
    Actor::new("cli")
}

pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let (lanes, documents) = (cli.lanes.clamp(1, 64), cli.documents);
    let place = Place { data: cli.data, database: cli.database, lanes, documents, post: None };
    match cli.verb {
        Verb::Serve { listen, bounds, posting } => {
            let post = posting.open().map_err(Failure::Refused)?;
            serve::serve(&Place { post: Some(Arc::new(post)), ..place }, listen, bounds, cli.json)
        }
        Verb::Verify { audit: Some(file), .. } => audit::verify(&place, &file, cli.json),
        Verb::Verify { against, audit: None } => verify::verify(&place, against.as_deref(), cli.json),
        Verb::Backup { to } => backup::backup(&place, &to, cli.json),
        Verb::Restore { file, check } => backup::restore(&place, &file, check, cli.json),
        Verb::Admin(verb) => admin::admin(&place, verb, cli.json),
        Verb::Bench(options) => zaiton_bench::freeze::run(&options, cli.json, &mut out::line)
            .map_err(|error| Failure::World(error.to_string())),
        Verb::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "zaiton", &mut std::io::stdout().lock());
            Ok(())
        }
        Verb::PaymentFile { file, format } => paying::write(&place, &file, format),
        Verb::Export(asked) => export::run(&place, &asked, cli.json),
        Verb::WhatIf(asked) => what_if::what_if(&place, &asked, cli.json),
        Verb::ClientMoney => client_money::client_money(&place, cli.json),
        Verb::Commands => {
            let names = zaiton_app::registry().names();
            if cli.json {
                out::line(&serde_json::json!({ "commands": names }).to_string());
            } else {
                names.iter().for_each(|name| out::line(name));
            }
            Ok(())
        }
        verb => with_engine(&place, cli.json, verb),
    }
}

/// The verbs that give commands. They go to the process that owns the lanes, be it this one or a server.
fn with_engine(place: &Place, json: bool, verb: Verb) -> Result<(), Failure> {
    if let Verb::Demo { seed } = verb {
        return demo::demo(place, seed, json);
    }
    let say = if json { Say::Json } else { Say::Text };
    let site = place.open("").map_err(Failure::World)?;
    let result = match verb {
        Verb::Import(Import::Bank { file, account, map }) => {
            import::bank(&site, &file, map.as_deref(), account.as_deref(), say)
        }
        Verb::Import(Import::Orders { file, channel, merchant, shop }) => {
            let (channel, merchant, shop) = (channel.into(), merchant.as_deref(), shop.as_deref());
            let from = import_orders::From { file: &file, channel, merchant, shop };
            import_orders::orders(&site, &from, say)
        }
        Verb::Run { name, body, key, by } => {
            run::run(&site.engine, &name, &body, key.as_deref(), by.as_deref())
        }
        Verb::Merchant { code, name, company } => {
            import::register(&site.engine, Environment::Live, &code, &name, &company)
                .map(|merchant| made("merchant", &merchant, json))
        }
        Verb::BankAccount { number, holder, bank, currency, own } => {
            import::open_bank_account(&site.engine, &number, [&holder, &bank], &currency, !own)
                .map(|account| made("bank_account", &account, json))
        }
        Verb::Connect { settings, merchant, shop, zone, ours, since } => {
            let asked = connections::Asked {
                settings: &settings,
                merchant: &merchant,
                shop: &shop,
                zone: &zone,
                ours,
                since,
            };
            connections::connect(&site, &asked, say)
        }
        Verb::Connections { merchant } => connections::list(&site, &merchant, say),
        Verb::Pull { merchant, shop } => connections::pull(&site, &merchant, &shop, say),
        Verb::Password { login } => people::new_password(&site, &login),
        Verb::Demo { .. }
        | Verb::Serve { .. }
        | Verb::Verify { .. }
        | Verb::Backup { .. }
        | Verb::Restore { .. }
        | Verb::Export(_)
        | Verb::PaymentFile { .. }
        | Verb::ClientMoney
        | Verb::WhatIf(_)
        | Verb::Admin(_)
        | Verb::Bench(_)
        | Verb::Completions { .. }
        | Verb::Commands => Ok(()),
    };
    if result.is_ok() {
        site.engine.settle(1_200)?;
    }
    site.engine.stop();
    result
}

/// The id of what was made.
fn made(what: &str, id: &dyn std::fmt::Display, json: bool) {
    let id = id.to_string();
    out::line(&if json { serde_json::json!({ what: id }).to_string() } else { id });
}

/// The reply of an outcome, or why there is none.
pub(crate) fn told(outcome: &Outcome) -> Result<String, Failure> {
    match outcome {
        Outcome::Accepted { reply, .. } => Ok(reply.clone()),
        Outcome::Refused { refusal } | Outcome::Denied { refusal } => Err(Failure::Refused(explain(refusal))),
        Outcome::Failed { detail, .. } => Err(Failure::World(detail.clone())),
    }
}

/// A refusal in both languages.
pub(crate) fn explain(refusal: &zaiton_kernel::Refusal) -> String {
    let mut text = format!(
        "{} [{}]\n  {} {}\n  {} {}",
        refusal.code, refusal.rule, refusal.why.zh, refusal.cure.zh, refusal.why.en, refusal.cure.en
    );
    for figure in &refusal.figures {
        text.push_str(&format!("\n  {}: {}", figure.name, figure.value));
    }
    text
}
