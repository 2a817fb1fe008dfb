//! `zaiton bench`: how fast the engine charges and settles fees with everything on, beside the same rows written with nothing
//! decided. Asserts nothing; says a plain page, or JSON. Writes into databases of its own and never into an installation.
#![expect(clippy::float_arithmetic, reason = "a report says rates, no money")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use zaiton_engine::batch::Batch;

use crate::market::{Callers, freeze, one_by_one, open_shops, settle, start};
use crate::measure::{Noise, Spread, a_command, float, forget_peak, now, peak_mib, rate, threads};
use crate::place::{Place, Server};
use crate::tap::Tapped;
use crate::{Stop, one_a_transaction, socket};

/// How fast the engine charges and settles fees.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where: `sqlite:FOLDER` (the folder of temporary files when none is said) or `postgres://..`, a server on which a database
    /// `zaiton_bench` is made and dropped.
    #[arg(long, default_value = "sqlite:")]
    on: String,
    /// Orders of a run.
    #[arg(long, default_value_t = 100_000)]
    orders: usize,
    /// Runs; each is followed by one of the rows alone.
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// Merchants.
    #[arg(long, default_value_t = 10_000)]
    merchants: usize,
    /// Threads that call.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Requests that may be unanswered at a time.
    #[arg(long, default_value_t = 24_000)]
    unanswered: usize,
    /// Commands sent one by one for the latency.
    #[arg(long, default_value_t = 2_000)]
    alone: usize,
    /// Connections over which bodies of 1,000 charges come.
    #[arg(long, default_value_t = 24)]
    connections: usize,
    /// Only charge so many million orders into one database and print the rate of each million.
    #[arg(long)]
    holds_ladder: Option<usize>,
    /// Only the engine: no rows alone, no recording. For profiling.
    #[arg(long)]
    engine_only: bool,
}

/// A page of figures: said as they come, kept for JSON.
struct Page<'a> {
    json: bool,
    tell: &'a mut dyn FnMut(&str),
    all: serde_json::Map<String, Value>,
}

impl Page<'_> {
    fn say(&mut self, key: &str, text: &str, value: Value) {
        if !self.json {
            (self.tell)(&format!("{key:<34} {text}"));
        }
        self.all.insert(key.to_owned(), value);
    }

    fn spread(&mut self, key: &str, spread: &Spread) {
        let value = json!([spread.min(), spread.median(), spread.max()]);
        self.say(key, &spread.to_string(), value);
    }

    fn noise(&mut self, key: &str, folder: &std::path::Path) -> Result<(), Stop> {
        let noise = Noise::measure(folder)?;
        let value = json!({ "processor_ms": noise.processor.median(), "flush_us": noise.flush.median() });
        self.say(key, &noise.to_string(), value);
        Ok(())
    }
}

/// What one run of the engine gave.
struct Run {
    freeze: f64,
    settle: f64,
    alone: Spread,
    socket: f64,
    restart: Duration,
    sizes: Spread,
    peak: u64,
    busy: [[f64; 3]; 2],
    bytes: f64,
    /// Batches: of the set-up, of charging, of settling. Empty when they were not recorded.
    batches: [Vec<Batch>; 3],
}

/// Microseconds of a processor a command: the callers, the lane's decider, its writer.
fn busy(
    before: &[(u32, String, Duration)],
    writer: Option<u32>,
    of_callers: Duration,
    commands: usize,
) -> [f64; 3] {
    let known: HashMap<u32, Duration> = before.iter().map(|(number, _, time)| (*number, *time)).collect();
    let mut parts = [of_callers, Duration::ZERO, Duration::ZERO];
    let [_, decider, writing] = &mut parts;
    for (number, _, time) in threads() {
        let used = time.saturating_sub(known.get(&number).copied().unwrap_or_default());
        if Some(number) == writer {
            *writing = used;
        } else {
            *decider = used.max(*decider);
        }
    }
    parts.map(|part| part.as_secs_f64() * 1e6 / float(commands))
}

/// The sizes of batches as a command meets them: the middle one is that of the command in the middle.
fn met(sizes: &[usize]) -> Spread {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let total: usize = sorted.iter().sum();
    let at = |part: usize| {
        let mut before = 0;
        sorted.iter().copied().find(|size| {
            before += size;
            before * 100 >= total * part
        })
    };
    [1, 50, 99].into_iter().filter_map(at).map(float).collect()
}

fn callers(options: &Options) -> Callers {
    Callers { threads: options.threads.max(1), unanswered: options.unanswered }
}

/// How long a program needs to answer again on a database: opening, taking the lanes, knowing the keys.
fn restart(place: &Place) -> Result<Duration, Stop> {
    let begun = now();
    let again = start(zaiton_store::open(&place.url, 1)?.database)?;
    let took = begun.elapsed();
    again.stop();
    Ok(took)
}

fn engine_run(server: &Server, options: &Options, record: bool) -> Result<Run, Stop> {
    forget_peak();
    let place = server.fresh()?;
    let opened = zaiton_store::open(&place.url, 1)?;
    let (database, seen) = Tapped::listen(opened.database);
    if record {
        seen.record();
    }
    let engine = start(database)?;
    let shops = Arc::new(open_shops(&engine, options.merchants)?);
    let setting_up = seen.take_batches();
    drop(seen.take_sizes());
    let size_before = place.size()?;
    let before = threads();
    let (charged, freezing) = freeze(&engine, &shops, 0, options.orders, callers(options))?;
    let busy_charging = busy(&before, seen.writer(), freezing.callers, options.orders);
    let sizes = met(&seen.take_sizes());
    let charging = seen.take_batches();
    let bytes = a_command(place.size()?.saturating_sub(size_before), options.orders);
    let before = threads();
    let settling = settle(&engine, &shops, &Arc::new(charged), callers(options))?;
    let busy_settling = busy(&before, seen.writer(), settling.callers, options.orders);
    let batches = [setting_up, charging, seen.take_batches()];
    let alone = one_by_one(&engine, &shops, options.orders, options.alone)?;
    let peak = peak_mib();
    let by_socket = if record {
        0.0
    } else {
        let from = options.orders + options.alone;
        rate(
            options.orders,
            socket::freeze(&engine, &opened.queries, &shops, from, options.orders, options.connections)?,
        )
    };
    engine.stop();
    drop(engine);
    let restart = restart(&place)?;
    Ok(Run {
        freeze: rate(options.orders, freezing.time),
        settle: rate(options.orders, settling.time),
        alone: alone.iter().map(|time| time.as_secs_f64() * 1e3).collect(),
        socket: by_socket,
        restart,
        sizes,
        peak,
        busy: [busy_charging, busy_settling],
        bytes,
        batches,
    })
}

/// The recorded batches written into a fresh database: charging and settling, rows of commands a second.
fn rows_alone(server: &Server, batches: &mut [Vec<Batch>; 3]) -> Result<(f64, f64), Stop> {
    let place = server.fresh()?;
    let opened = zaiton_store::open(&place.url, 1)?;
    let lane = opened.database.take_lane(0, "bench", "", 3_600)?.ok_or("the lane is another's")?;
    let mut store = opened.database.store()?;
    let mut seq = lane.seq;
    let mut rates = [0.0; 3];
    for (part, rate_of_part) in batches.iter_mut().zip(&mut rates) {
        let (mut commands, mut time) = (0, Duration::ZERO);
        for batch in part {
            seq += 1;
            batch.epoch = lane.epoch;
            batch.seq = seq;
            let start = now();
            store.commit(batch).map_err(|error| format!("{error:?}"))?;
            time += start.elapsed();
            commands += batch.requests.len();
        }
        *rate_of_part = rate(commands, time);
    }
    let [_, charging, settling] = rates;
    Ok((charging, settling))
}

fn ladder(server: &Server, options: &Options, millions: usize, page: &mut Page<'_>) -> Result<(), Stop> {
    let place = server.fresh()?;
    let engine = start(zaiton_store::open(&place.url, 1)?.database)?;
    let shops = Arc::new(open_shops(&engine, options.merchants)?);
    for million in 0..millions {
        let (_, took) = freeze(&engine, &shops, million * 1_000_000, 1_000_000, callers(options))?;
        let value = rate(1_000_000, took.time);
        let text = format!("{value:.0} FREEZE/s, {} MiB of memory", peak_mib());
        page.say(&format!("million {}", million + 1), &text, json!(value));
    }
    engine.stop();
    drop(engine);
    forget_peak();
    let took = restart(&place)?.as_secs_f64();
    page.say("restart, s", &format!("{took:.2}, {} MiB of memory", peak_mib()), json!(took));
    Ok(())
}

fn comparison(server: &Server, options: &Options, page: &mut Page<'_>) -> Result<(), Stop> {
    let (mut freezes, mut settles) = (Spread::default(), Spread::default());
    let first = engine_run(server, options, false)?;
    let mut recorded = if options.engine_only {
        [Vec::new(), Vec::new(), Vec::new()]
    } else {
        std::mem::take(&mut engine_run(server, options, true)?.batches)
    };
    let (mut rows_freeze, mut rows_settle) = (Spread::default(), Spread::default());
    let (mut ratio_freeze, mut ratio_settle) = (Spread::default(), Spread::default());
    let (mut alone, mut at_99) = (Spread::default(), Spread::default());
    let (mut socket, mut ratio_socket) = (Spread::default(), Spread::default());
    for at in 0..options.runs.max(1) {
        let another = if at == 0 { None } else { Some(engine_run(server, options, false)?) };
        let run = another.as_ref().unwrap_or(&first);
        freezes.add(run.freeze);
        settles.add(run.settle);
        alone.add(run.alone.median());
        at_99.add(run.alone.at(0.99));
        socket.add(run.socket);
        ratio_socket.add(run.freeze / run.socket);
        if !options.engine_only {
            let (charging, settling) = rows_alone(server, &mut recorded)?;
            rows_freeze.add(charging);
            rows_settle.add(settling);
            ratio_freeze.add(run.freeze / charging);
            ratio_settle.add(run.settle / settling);
        }
    }
    page.spread("engine, FREEZE/s", &freezes);
    page.spread("engine, SETTLE/s", &settles);
    if !options.engine_only {
        page.spread("the same rows alone, FREEZE/s", &rows_freeze);
        page.spread("the same rows alone, SETTLE/s", &rows_settle);
        page.spread("engine / rows, FREEZE", &ratio_freeze);
        page.spread("engine / rows, SETTLE", &ratio_settle);
    }
    page.spread("over HTTP by 1,000, FREEZE/s", &socket);
    page.spread("engine / over HTTP", &ratio_socket);
    page.spread("a command alone, ms, p50", &alone);
    page.spread("a command alone, ms, p99", &at_99);
    page.spread("batch of a command, p1 / p50 / p99", &first.sizes);
    for (what, [callers, decider, writer]) in ["FREEZE", "SETTLE"].into_iter().zip(first.busy) {
        let text = format!("callers {callers:.2}, decider {decider:.2}, writer {writer:.2}");
        page.say(&format!("processor us, {what}"), &text, json!([callers, decider, writer]));
    }
    page.say("most memory, MiB", &first.peak.to_string(), json!(first.peak));
    page.say("database a FREEZE, bytes", &format!("{:.0}", first.bytes), json!(first.bytes));
    let restart = first.restart.as_secs_f64();
    page.say("restart on that database, s", &format!("{restart:.2}"), json!(restart));
    if server.is_postgres() && !options.engine_only {
        let mut plain = Spread::default();
        for _ in 0..options.runs.max(1) {
            let place = server.fresh()?;
            let calls = options.orders.min(60_000);
            let (count, time) = one_a_transaction::run(&place.url, options.merchants, 20, calls)?;
            plain.add(rate(count, time));
        }
        page.spread("one a transaction, 20 clients, /s", &plain);
        let ratio = freezes.median() / plain.median();
        page.say("engine / one a transaction", &format!("{ratio:.1}"), json!(ratio));
    }
    Ok(())
}

/// Measures, and tells each line as soon as it is known; as JSON one line at the end.
///
/// # Errors
/// A database cannot be made or written, or a command is not accepted.
pub fn run(options: &Options, json: bool, tell: &mut dyn FnMut(&str)) -> Result<(), Stop> {
    let server = Server::parse(&options.on)?;
    let mut page = Page { json, tell, all: serde_json::Map::new() };
    let runs = match options.holds_ladder {
        Some(millions) => format!("{millions} times 1000000 orders into one database"),
        None => format!("{} orders, {} runs: min / median / max", options.orders, options.runs),
    };
    let title = format!(
        "{}, {} merchants, {} callers with {} unanswered, {runs}",
        if server.is_postgres() { "PostgreSQL" } else { "SQLite" },
        options.merchants,
        options.threads,
        options.unanswered,
    );
    page.say("what", &title, json!(title));
    page.noise("machine before", &server.folder())?;
    match options.holds_ladder {
        Some(millions) => ladder(&server, options, millions, &mut page)?,
        None => comparison(&server, options, &mut page)?,
    }
    page.noise("machine after", &server.folder())?;
    if json {
        (page.tell)(&Value::Object(page.all).to_string());
    }
    Ok(())
}
