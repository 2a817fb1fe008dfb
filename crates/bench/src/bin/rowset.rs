//! What the rows of one command cost: the store's own writing in batches of several sizes, and the same rows with one
//! thing changed at a time. Decides nothing and asserts nothing; prints plain tables.
#![expect(clippy::print_stdout, reason = "a report")]
#![expect(clippy::float_arithmetic, reason = "a report prints rates, no money")]

use std::time::Duration;

use clap::Parser;
use zaiton_bench::Stop;
use zaiton_bench::measure::{Noise, Spread, a_command, now, processor_time, rate};
use zaiton_bench::place::{Place, Server};
use zaiton_bench::raw::{BASE, Holds, Keys, Postgres, Sqlite, TYPED, Variant};
use zaiton_bench::synthetic::{Book, Made};
use zaiton_engine::Store;

/// What the rows of one command cost.
#[derive(Parser)]
struct Options {
    /// `sqlite:FOLDER` (default: the folder of temporary files), `postgres://..`, or `both`: PostgreSQL from
    /// `ZAITON_TEST_POSTGRES`.
    #[arg(long, default_value = "sqlite:")]
    url: String,
    /// Commands of a run (fewer in batches of 1 and 100).
    #[arg(long, default_value_t = 400_000)]
    commands: usize,
    /// Merchants.
    #[arg(long, default_value_t = 10_000)]
    merchants: usize,
    /// Runs of each, in turns.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Commands of a batch where variants are compared.
    #[arg(long, default_value_t = 8_000)]
    batch: usize,
    /// Only variants whose name holds this.
    #[arg(long, default_value = "")]
    only: String,
    /// Leave out the store itself.
    #[arg(long)]
    variants_only: bool,
    /// Leave out the variants.
    #[arg(long)]
    store_only: bool,
}

/// Variants that make sense on both databases.
fn both() -> Vec<Variant> {
    let rowid: &'static str = "DROP TABLE natural_keys; CREATE TABLE natural_keys (partition INTEGER NOT NULL, key BLOB NOT \
         NULL, id INTEGER NOT NULL) STRICT; CREATE UNIQUE INDEX natural_keys_key ON natural_keys (partition, key);";
    let number: [&'static str; 2] = [
        "DROP TABLE natural_keys; CREATE TABLE natural_keys (key INTEGER PRIMARY KEY, partition INTEGER NOT NULL, id INTEGER \
         NOT NULL) STRICT;",
        "DROP TABLE natural_keys; CREATE TABLE natural_keys (key bigint NOT NULL, partition bigint NOT NULL, id bigint NOT \
         NULL, PRIMARY KEY (key, partition));",
    ];
    let appended: [&'static str; 2] = [
        "DROP TABLE natural_keys; CREATE TABLE natural_keys (partition INTEGER NOT NULL, key BLOB NOT NULL, id INTEGER \
         NOT NULL) STRICT;",
        "DROP TABLE natural_keys; CREATE TABLE natural_keys (partition bigint NOT NULL, key bytea NOT NULL, id bigint NOT \
         NULL);",
    ];
    vec![
        BASE,
        Variant { name: "hold: a column a field", holds: Holds::Typed, ddl: TYPED, ..BASE },
        Variant { name: "hold: body without its id", holds: Holds::Shorter, ..BASE },
        Variant { name: "no natural keys", keys: Keys::None, ..BASE },
        Variant { name: "natural keys: rowid table, unique index", ddl: [rowid, ""], ..BASE },
        Variant { name: "natural keys: 64-bit number as key", keys: Keys::Number, ddl: number, ..BASE },
        Variant { name: "natural keys: appended, no index at all", ddl: appended, ..BASE },
        Variant { name: "no answers (idempotency)", requests: false, ..BASE },
        Variant { name: "answers without the reply's text", replies: false, ..BASE },
        Variant { name: "no events", events: false, ..BASE },
        Variant { name: "no events and no heads of chains", events: false, heads: false, ..BASE },
        Variant {
            name: "only hold, transfer and accounts",
            events: false,
            heads: false,
            requests: false,
            keys: Keys::None,
            ..BASE
        },
    ]
}

const UNCHECKED: &str = "ALTER TABLE accounts RENAME TO old; CREATE TABLE accounts (id INTEGER PRIMARY KEY, partition INTEGER \
     NOT NULL, code INTEGER NOT NULL, dimension INTEGER NOT NULL, currency TEXT NOT NULL, debits INTEGER NOT NULL, credits \
     INTEGER NOT NULL, last_transfer INTEGER NOT NULL, last_month INTEGER NOT NULL, guard INTEGER NOT NULL) STRICT; INSERT \
     INTO accounts SELECT * FROM old; DROP TABLE old; CREATE UNIQUE INDEX accounts_key ON accounts (partition, code, \
     dimension, currency);";
/// SQLite builds a table of every list of three or more, each time that a statement runs.
const CHECKED_BY_LISTS: &str = "ALTER TABLE accounts RENAME TO old; CREATE TABLE accounts (id INTEGER PRIMARY KEY, partition \
     INTEGER NOT NULL, code INTEGER NOT NULL, dimension INTEGER NOT NULL, currency TEXT NOT NULL, debits INTEGER NOT NULL, \
     credits INTEGER NOT NULL, last_transfer INTEGER NOT NULL, last_month INTEGER NOT NULL, guard INTEGER NOT NULL, CHECK \
     (debits >= 0 AND credits >= 0), CHECK (code NOT BETWEEN 2010 AND 2190 OR credits >= debits), CHECK (code NOT IN (2200, \
     2220, 2300, 2320) OR credits >= debits), CHECK (code NOT IN (1110, 1120, 1130, 1140, 1150) OR debits >= credits)) \
     STRICT; INSERT INTO accounts SELECT * FROM old; DROP TABLE old; CREATE UNIQUE INDEX accounts_key ON accounts \
     (partition, code, dimension, currency);";

fn of_sqlite() -> Vec<Variant> {
    vec![
        Variant { name: "inserts of 1 row", rows: 1, ..BASE },
        Variant { name: "inserts of 10 rows", rows: 10, ..BASE },
        Variant { name: "inserts of 32 rows", rows: 32, ..BASE },
        Variant { name: "a statement looked up for every row", once: false, ..BASE },
        Variant { name: "accounts and heads by replacing inserts of 8", upserts: true, ..BASE },
        Variant { name: "accounts without their CHECKs", ddl: [UNCHECKED, ""], ..BASE },
        Variant { name: "accounts checked by lists of codes", ddl: [CHECKED_BY_LISTS, ""], ..BASE },
    ]
}

fn of_postgres() -> Vec<Variant> {
    vec![
        Variant { name: "inserts not joined to partitions", anchored: false, ..BASE },
        Variant { name: "updates joined to partitions", anchored_updates: true, ..BASE },
        Variant { name: "one plan for all batches", plans: "force_generic_plan", ..BASE },
        Variant { name: "a plan each time", plans: "force_custom_plan", ..BASE },
        Variant { name: "not joined, a plan each time", anchored: false, plans: "force_custom_plan", ..BASE },
        Variant {
            name: "updates joined, a plan each time",
            anchored_updates: true,
            plans: "force_custom_plan",
            ..BASE
        },
    ]
}

enum Writer {
    Store(Box<dyn Store>),
    Sqlite(Sqlite, Variant),
    Postgres(Postgres, Variant),
}

impl Writer {
    fn commit(&mut self, made: &Made) -> Result<Duration, Stop> {
        let start;
        match self {
            Self::Store(store) => {
                start = now();
                store.commit(&made.batch).map_err(|error| format!("{error:?}"))?;
            }
            Self::Sqlite(writer, variant) => {
                start = now();
                let rows = variant.rows(made);
                writer.commit(&made.batch, &rows)?;
            }
            Self::Postgres(writer, variant) => {
                start = now();
                let rows = variant.rows(made);
                writer.commit(&made.batch, &rows)?;
            }
        }
        Ok(start.elapsed())
    }
}

/// What one kind of command took in one run.
#[derive(Clone, Copy, Default)]
struct Part {
    rate: f64,
    /// Microseconds of a processor a command: this thread's, and the server's connection's.
    processor: f64,
}

/// What one run gave.
struct Run {
    freeze: Part,
    settle: Part,
    scattered: Part,
    size: f64,
    written: f64,
}

#[derive(Default)]
struct Kind {
    rate: Spread,
    processor: Spread,
}

impl Kind {
    fn add(&mut self, part: Part) {
        self.rate.add(part.rate);
        self.processor.add(part.processor);
    }

    fn text(&self, base: Option<&Self>) -> String {
        let ratio = base.map_or(String::new(), |base| {
            format!(
                "{:.2} {:.2}",
                self.rate.median() / base.rate.median(),
                self.processor.min() / base.processor.min()
            )
        });
        format!("{:>24} {:>6.2} {ratio:>9}", self.rate.to_string(), self.processor.min())
    }
}

#[derive(Default)]
struct Sum {
    freeze: Kind,
    settle: Kind,
    scattered: Kind,
    size: f64,
    written: f64,
}

impl Sum {
    fn add(&mut self, run: &Run) {
        self.freeze.add(run.freeze);
        self.settle.add(run.settle);
        self.scattered.add(run.scattered);
        self.size = run.size;
        self.written = run.written;
    }

    fn print(&self, name: &str, base: Option<&Self>) {
        println!(
            "{name:<46}{} {}{:>8.0}{:>6.0}{:>7.0}",
            self.freeze.text(base.map(|sum| &sum.freeze)),
            self.settle.text(base.map(|sum| &sum.settle)),
            self.scattered.rate.median(),
            self.size,
            self.written
        );
    }
}

fn head() {
    println!(
        "{:<46}{:>24} {:>6} {:>9} {:>24} {:>6} {:>9}{:>8}{:>6}{:>7}",
        "",
        "FREEZE/s min / med / max",
        "us cpu",
        "ratios",
        "SETTLE/s min / med / max",
        "us cpu",
        "ratios",
        "scatter",
        "B/cmd",
        "written"
    );
}

struct Meter<'a> {
    place: &'a Place,
    writer: Writer,
    size: usize,
}

impl Meter<'_> {
    /// Writes so many commands made by `make`, and takes the time of the writing alone.
    fn run(&mut self, commands: usize, mut make: impl FnMut(usize) -> Made) -> Result<Part, Stop> {
        let (mut time, mut processor) = (Duration::ZERO, Duration::ZERO);
        let server = self.place.file().is_none();
        let before = if server { self.place.processor_time()? } else { Duration::ZERO };
        let batches = commands.div_ceil(self.size);
        for _ in 0..batches {
            let made = make(self.size);
            let start = processor_time("thread-self");
            time += self.writer.commit(&made)?;
            processor += processor_time("thread-self").saturating_sub(start);
        }
        if server {
            processor += self.place.processor_time()?.saturating_sub(before);
        }
        let count = batches * self.size;
        Ok(Part { rate: rate(count, time), processor: 1e6 / rate(count, processor) })
    }
}

fn run(
    server: &Server,
    variant: Option<Variant>,
    commands: usize,
    size: usize,
    options: &Options,
) -> Result<Run, Stop> {
    let place: Place = server.fresh()?;
    let opened = zaiton_store::open(&place.url, 1)?;
    let lane = opened.database.take_lane(0, "bench", "", 3_600)?.ok_or("the lane is another's")?;
    let (mut book, first) = Book::open(lane, options.merchants, 7);
    opened.database.store()?.commit(&first).map_err(|error| format!("{error:?}"))?;
    let writer = match (variant, place.file()) {
        (None, _) => Writer::Store(opened.database.store()?),
        (Some(variant), Some(file)) => Writer::Sqlite(Sqlite::open(file, variant)?, variant),
        (Some(variant), None) => Writer::Postgres(Postgres::open(&place.url, variant)?, variant),
    };
    let (size_before, written_before) = (place.size()?, place.written()?);
    let mut meter = Meter { place: &place, writer, size };
    let freeze = meter.run(commands, |size| book.freeze(size))?;
    let (size_after, written_after) = (place.size()?, place.written()?);
    let settle = meter.run(commands / 2, |size| book.settle(size))?;
    book.shuffle();
    let scattered = meter.run(commands / 4, |size| book.settle(size))?;
    Ok(Run {
        freeze,
        settle,
        scattered,
        size: a_command(size_after.saturating_sub(size_before), commands),
        written: a_command(written_after.saturating_sub(written_before), commands),
    })
}

fn measure(server: &Server, options: &Options) -> Result<(), Stop> {
    println!("\n{}", if server.is_postgres() { "PostgreSQL" } else { "SQLite" });
    println!("before: {}", Noise::measure(&server.folder())?);
    head();
    if !options.variants_only {
        for size in [1, 100, 1_000, 8_000] {
            let most = match size {
                1 => options.commands.min(4_000),
                100 => options.commands.min(200_000),
                _ => options.commands,
            };
            let mut sum = Sum::default();
            for _ in 0..options.runs {
                sum.add(&run(server, None, most, size, options)?);
            }
            sum.print(&format!("the store, batches of {size}"), None);
        }
    }
    if !options.store_only {
        println!("\nwritten by hand, batches of {}, one thing changed at a time:", options.batch);
        head();
        let mut variants = both();
        if server.is_postgres() {
            // Both key tables without a rowid are one on PostgreSQL.
            variants.retain(|variant| !variant.name.contains("rowid"));
            variants.extend(of_postgres());
        } else {
            variants.extend(of_sqlite());
        }
        variants.retain(|variant| variant.name == BASE.name || variant.name.contains(&options.only));
        let mut sums: Vec<Sum> = variants.iter().map(|_| Sum::default()).collect();
        for round in 1..=options.runs {
            for (variant, sum) in variants.iter().zip(&mut sums) {
                sum.add(&run(server, Some(*variant), options.commands, options.batch, options)?);
            }
            println!("after {round} of {} runs:", options.runs);
            for (variant, sum) in variants.iter().zip(&sums) {
                sum.print(variant.name, sums.first());
            }
        }
    }
    println!("after: {}", Noise::measure(&server.folder())?);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a bench is told by its caller which server it may use")]
fn postgres_from_outside() -> Result<String, Stop> {
    Ok(std::env::var("ZAITON_TEST_POSTGRES")?)
}

fn main() -> Result<(), Stop> {
    let options = Options::parse();
    println!(
        "{} merchants, {} commands a run, {} runs. us cpu: processor time a command, the least of the runs (waiting for disk \
         or for other programs is not in it). ratios: rate and processor time to the first line's. scatter: SETTLE/s of \
         holds in an order of chance. B/cmd: growth of the database by a FREEZE. written: log and all.",
        options.merchants, options.commands, options.runs
    );
    if options.url == "both" {
        measure(&Server::parse("sqlite:")?, &options)?;
        return measure(&Server::parse(&postgres_from_outside()?)?, &options);
    }
    measure(&Server::parse(&options.url)?, &options)
}
