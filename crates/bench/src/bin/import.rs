//! An import of orders by the program itself, from a file of NDJSON, beside the least that could be done with the same file: each
//! line parsed and inserted into a table of SQLite with the same durability. Prints rates, their ratio, and the peak of memory
//! at two sizes. Asserts nothing.
#![expect(clippy::print_stdout, reason = "a report")]
#![expect(clippy::float_arithmetic, reason = "a report prints rates, no money")]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Parser;
use zaiton_bench::Stop;
use zaiton_bench::measure::{Noise, Spread, now, rate};

/// Imports of orders.
#[derive(Parser)]
struct Options {
    /// Orders of the file.
    #[arg(long, default_value_t = 100_000)]
    orders: usize,
    /// Runs of each, in turns.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// The program; the one beside this by default.
    #[arg(long)]
    zaiton: Option<PathBuf>,
}

/// Lines of a plain transaction.
const BATCH: usize = 1_000;

fn write_orders(path: &Path, count: usize) -> Result<(), Stop> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    let mut line = String::new();
    for number in 0..count {
        line.clear();
        let (minute, hour) = (number % 60, number / 60 % 24);
        write!(
            line,
            r#"{{"merchant":"qinghe","shop":"main","channel_order_id":"O{number:07}","status_channel":"placed","placed_at":"2026-03-02T{hour:02}:{minute:02}:00+08:00","updated_at":"2026-03-02T{hour:02}:{minute:02}:00+08:00","money":{{"currency":"CNY","total":"1000.00","goods":"1000.00"}},"buyer":{{"name":"Somebody {number}","email":"b{number}@example.com"}},"ship_to":{{"name":"Somebody {number}","lines":["1 Long Street"],"city":"Quanzhou","postcode":"362000","country":"CN"}},"lines":[{{"channel_line_id":"1","sku":"TEA-200","title":"tea","qty":1,"line_total":"600.00"}},{{"channel_line_id":"2","sku":"TEA-300","title":"more tea","qty":2,"line_total":"400.00"}}],"promotions":[{{"programme":"baitiao","promotion":"SPRING","term":"6","rate_bps":450,"funded_share_bps":10000,"lines":["1","2"]}}]}}"#
        )?;
        line.push('\n');
        file.write_all(line.as_bytes())?;
    }
    file.flush()?;
    Ok(())
}

/// Parses and inserts: the key unique, a transaction a thousand, each flushed.
fn plain(orders: &Path, database: &Path) -> Result<Duration, Stop> {
    let begun = now();
    let mut connection = rusqlite::Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, status TEXT NOT NULL, body TEXT NOT NULL) STRICT",
    )?;
    let mut lines = BufReader::new(std::fs::File::open(orders)?).lines();
    loop {
        let transaction = connection.transaction()?;
        let mut read = 0;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO orders (key, status, body) VALUES (?1, ?2, ?3)")?;
            for line in lines.by_ref().take(BATCH) {
                let line = line?;
                let order: serde_json::Value = serde_json::from_str(&line)?;
                let text =
                    |name: &str| order.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
                insert.execute((text("channel_order_id"), text("status_channel"), line.as_str()))?;
                read += 1;
            }
        }
        transaction.commit()?;
        if read == 0 {
            return Ok(begun.elapsed());
        }
    }
}

/// The program's import: how long, and the most memory that it held, in MiB.
fn program(zaiton: &Path, orders: &Path, data: &Path) -> Result<(Duration, u64), Stop> {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(zaiton);
        command.arg("--data").arg(data).args(arguments).stdout(Stdio::null());
        command
    };
    let company = ["merchant", "qinghe", "--name", "qinghe", "--company", "qinghe"];
    if !run(&company).status()?.success() {
        return Err("the merchant could not be registered".into());
    }
    let begun = now();
    let mut child = run(&["import", "orders"]).arg(orders).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let (told, ends) = crossbeam_channel::bounded(1);
    let waiter = std::thread::spawn(move || drop(told.send(child.wait())));
    let mut peak = 0;
    let ended = loop {
        match ends.recv_timeout(Duration::from_millis(20)) {
            Ok(ended) => break ended?,
            Err(_) => peak = peak.max(most_memory(&status)),
        }
    };
    let took = begun.elapsed();
    drop(waiter.join());
    if ended.success() { Ok((took, peak / 1_024)) } else { Err("the import failed".into()) }
}

/// The most memory that a process held so far, KiB; 0 when it is gone.
fn most_memory(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn main() -> Result<(), Stop> {
    let options = Options::parse();
    let beside = std::env::current_exe()?.with_file_name("zaiton");
    let zaiton = options.zaiton.unwrap_or(beside);
    let folder = tempfile::tempdir()?;
    println!("noise before: {}", Noise::measure(folder.path())?);
    for count in [options.orders / 10, options.orders] {
        let file = folder.path().join(format!("orders-{count}.ndjson"));
        write_orders(&file, count)?;
        let (mut plainly, mut taken, mut peaks) = (Spread::default(), Spread::default(), Vec::new());
        for nth in 0..options.runs {
            let database = folder.path().join(format!("plain-{count}-{nth}.db"));
            plainly.add(rate(count, plain(&file, &database)?));
            let data = folder.path().join(format!("data-{count}-{nth}"));
            let (took, peak) = program(&zaiton, &file, &data)?;
            taken.add(rate(count, took));
            peaks.push(peak);
            std::fs::remove_dir_all(&data)?;
            std::fs::remove_file(&database)?;
        }
        let megabytes = std::fs::metadata(&file)?.len() / 1_000_000;
        println!(
            "{count} orders, {megabytes} MB: import {:.0} / {:.0} / {:.0} orders a second, plain parse and insert {:.0} / {:.0} / {:.0}, ratio of the middles {:.2}, peak of memory {peaks:?} MiB",
            taken.min(),
            taken.median(),
            taken.max(),
            plainly.min(),
            plainly.median(),
            plainly.max(),
            taken.median() / plainly.median(),
        );
    }
    println!("noise after: {}", Noise::measure(folder.path())?);
    Ok(())
}
