//! The command line: what may be asked, and where it goes. Exit codes: 0 done, 2 wrong usage, 3 refused, 4 the world
//! (disk, network, database) stood in the way.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use zaiton_engine::{Actor, Outcome, Request};
use zaiton_kernel::{Environment, Month, Refusal, Rule, Text, Timestamp};

use crate::arguments::{OrdersOf, What, duration, instant, month};
use crate::import::Say;
use crate::serve::Bounds;
use crate::site::Place;
use crate::what_if::WhatIf;
use crate::{
    backup, client_money, connections, contact_code, demo, export, import, import_orders, out, paying,
    people, reread, serve, verify, what_if,
};

/// Zaiton: the back office of a cross-border marketplace.
#[derive(Debug, Parser)]
#[command(name = "zaiton", version, about)]
pub(crate) struct Cli {
    /// The data folder: keys, token, and the SQLite file.
    #[arg(long, global = true, env = "ZAITON_DATA", default_value = "data")]
    data: PathBuf,
    /// Another database: `sqlite:FILE` or `postgres://..`.
    #[arg(long, global = true, env = "ZAITON_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Lanes of a database that is made now (PostgreSQL: as many as processes that shall share the work).
    #[arg(long, global = true, default_value_t = 1)]
    lanes: u16,
    /// Answers as JSON.
    #[arg(long, global = true)]
    json: bool,
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
    /// Read anew, from what came, the orders that wait for a person: after an update of the program.
    RereadOrders,
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
    /// Write a statement or list as CSV.
    Export {
        /// Which.
        what: What,
        /// The merchant's code.
        #[arg(long)]
        merchant: String,
        /// The programme's code.
        #[arg(long, default_value = zaiton_app::reports::DEFAULT_PROGRAMME)]
        programme: String,
        /// From this day (2026-11-01, platform's zone) or moment (RFC 3339).
        #[arg(long)]
        from: Option<String>,
        /// To this day or moment, exclusive.
        #[arg(long)]
        to: Option<String>,
        /// The whole of a month (2026-03, platform's zone), instead of `--from` and `--to`.
        #[arg(long, conflicts_with_all = ["from", "to"], value_parser = month)]
        month: Option<Month>,
        /// Headings in Chinese.
        #[arg(long)]
        zh: bool,
    },
    /// Prove the books: the ledger's invariants, the event chain, what records and ledger say of each other.
    Verify {
        /// An anchor written earlier by `zaiton anchor`.
        #[arg(long)]
        against: Option<PathBuf>,
    },
    /// Say how clients' money stands: what is owed to them, what lies on client accounts, by how much it is more or less.
    ClientMoney,
    /// Say the code that was sent last to an address or a number, for whoever tells it to the person there: over the phone, or
    /// while nothing delivers e-mail and text messages.
    ContactCode {
        /// The e-mail address or mobile number.
        contact: String,
        /// The merchant's code.
        #[arg(long)]
        merchant: String,
        /// In the sandbox.
        #[arg(long)]
        sandbox: bool,
    },
    /// Say what other lines would have done: how often breakers would have opened, for how long, how many alerts.
    WhatIf(WhatIf),
    /// Say the sandbox's time, or move its clock ahead: deadlines, timers and days of the sandbox come sooner. It never goes
    /// back, and live work never sees it.
    SandboxClock {
        /// How far, as a number and `s`, `m`, `h` or `d`; at most 366 days at a time.
        #[arg(long, value_parser = duration)]
        forward: Option<i64>,
    },
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
    /// Write an anchor: the heads and counts of all event chains, signed. Keep it elsewhere.
    Anchor {
        /// The file to write.
        file: PathBuf,
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
    let place = Place { data: cli.data, database: cli.database, lanes: cli.lanes.clamp(1, 64) };
    match cli.verb {
        Verb::Serve { listen, bounds } => serve::serve(&place, listen, bounds),
        Verb::Verify { against } => verify::verify(&place, against.as_deref(), cli.json),
        Verb::Anchor { file } => verify::anchor(&place, &file),
        Verb::Backup { to } => backup::backup(&place, &to, cli.json),
        Verb::Restore { file, check } => backup::restore(&place, &file, check, cli.json),
        Verb::PaymentFile { file, format } => paying::write(&place, &file, format),
        Verb::Export { what, merchant, programme, from, to, month, zh } => {
            let period = export::period([from.as_deref(), to.as_deref()], month)?;
            export::export(&place, what, &merchant, &programme, period, zh)
        }
        Verb::SandboxClock { forward } => {
            let now = place.forward_sandbox(forward.unwrap_or(0)).map_err(Failure::World)?;
            out::line(&now.to_string());
            Ok(())
        }
        Verb::WhatIf(asked) => what_if::what_if(&place, &asked, cli.json),
        Verb::ClientMoney => client_money::client_money(&place, cli.json),
        Verb::ContactCode { contact, merchant, sandbox } => {
            let environment = if sandbox { Environment::Sandbox } else { Environment::Live };
            contact_code::contact_code(&place, environment, &merchant, &contact)
        }
        Verb::Commands => {
            zaiton_app::registry().names().iter().for_each(|name| out::line(name));
            Ok(())
        }
        verb => with_engine(&place, cli.json, verb),
    }
}

/// The verbs that give commands. They go to the process that owns the lanes, be it this one or a server.
fn with_engine(place: &Place, json: bool, verb: Verb) -> Result<(), Failure> {
    if let Verb::Demo { seed } = verb {
        return demo::demo(place, seed);
    }
    let say = if json { Say::Json } else { Say::Text };
    let site = place.open("").map_err(Failure::World)?;
    let result = match verb {
        Verb::Import(Import::Bank { file, account, map }) => {
            import::bank(&site, &file, map.as_deref(), account.as_deref(), say)
        }
        Verb::Import(Import::Orders { file, channel, merchant, shop }) => {
            let from = import_orders::From {
                file: &file,
                channel: channel.into(),
                merchant: merchant.as_deref(),
                shop: shop.as_deref(),
            };
            import_orders::orders(&site, &from, say)
        }
        Verb::Run { name, body, key, by } => give(&site.engine, &name, &body, key.as_deref(), by.as_deref()),
        Verb::Merchant { code, name, company } => {
            import::register(&site.engine, Environment::Live, &code, &name, &company).map(|merchant| {
                out::line(&format!("{merchant}"));
            })
        }
        Verb::BankAccount { number, holder, bank, currency, own } => {
            import::open_bank_account(&site.engine, &number, [&holder, &bank], &currency, !own).map(
                |account| {
                    out::line(&format!("{account}"));
                },
            )
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
        Verb::RereadOrders => reread::reread(&site),
        Verb::Demo { .. }
        | Verb::Serve { .. }
        | Verb::Verify { .. }
        | Verb::Anchor { .. }
        | Verb::Backup { .. }
        | Verb::Restore { .. }
        | Verb::Export { .. }
        | Verb::PaymentFile { .. }
        | Verb::ClientMoney
        | Verb::ContactCode { .. }
        | Verb::WhatIf(_)
        | Verb::SandboxClock { .. }
        | Verb::Commands => Ok(()),
    };
    if result.is_ok() {
        site.engine.settle(1_200)?;
    }
    site.engine.stop();
    result
}

fn give(
    engine: &zaiton_engine::Engine,
    name: &str,
    body: &str,
    key: Option<&str>,
    by: Option<&str>,
) -> Result<(), Failure> {
    let body = if body == "-" {
        std::io::read_to_string(std::io::stdin().lock()).map_err(|error| Failure::World(error.to_string()))?
    } else {
        body.to_owned()
    };
    let unreadable = |code, zh: &'static str, en: String| {
        let cure = Text::new("请用 `zaiton commands` 查看命令。", "`zaiton commands` lists the commands.");
        Failure::Refused(explain(&Refusal::new(code, Rule::new("R5-40"), Text::new(zh, en), cure)))
    };
    if body.contains("\\u0000") {
        return Err(unreadable("cli.nul", "文本不得含 U+0000。", "Texts may not hold U+0000.".into()));
    }
    let command = engine
        .registry()
        .decode(name, &body)
        .ok_or_else(|| unreadable("cli.command", "没有此命令。", format!("There is no command {name}.")))?
        .map_err(|error| unreadable("cli.body", "命令内容无法读取。", format!("{name}: {error}.")))?;
    let said = by.map_or_else(String::new, |by| format!("{by}/"));
    let key = key.map_or_else(|| format!("cli/{said}{name}/{body}"), str::to_owned);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    let named = by.filter(|name| {
        !name.is_empty() && name.len() <= 64 && name.chars().all(plain) && *name != Actor::system().name()
    });
    if by.is_some() && named.is_none() {
        return Err(unreadable(
            "cli.by",
            "--by 须为 1 至 64 个字母、数字、冒号、点、下划线或连字符，且不得为 system。",
            "--by is 1 to 64 letters, digits, colons, dots, underscores or hyphens, and not `system`.".into(),
        ));
    }
    let actor = named.map_or_else(actor, Actor::new);
    let outcome = engine.call(Request::new(command, &key, actor));
    if matches!(outcome, Outcome::Accepted { repeated: true, .. }) {
        out::error("given before under this key; this is its first answer (another --key gives it anew)");
    }
    told(&outcome).map(|reply| out::line(&reply))
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
