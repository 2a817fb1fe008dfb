//! `zaiton export audit` and `zaiton verify --audit`: a merchant's events as a file with its proof, and whether such a file is
//! still what was written, and what the database says (R5-30). Reads only; takes no lane.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use zaiton_app::verify::audit::{Checking, LINE_BYTES};
use zaiton_engine::chain::ChainKey;
use zaiton_kernel::Timestamp;
use zaiton_reads::audit;
use zaiton_reads::exports::Halt;
use zaiton_store::Queries;

use crate::cli::Failure;
use crate::out;
use crate::site::Place;

fn world(file: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    |error| Failure::World(format!("{}: {error}", file.display()))
}

fn told(halt: Halt) -> Failure {
    match halt {
        Halt::Store(error) => Failure::World(error.0),
        Halt::World(error) => Failure::World(error),
        Halt::Refused(refusal) => Failure::Refused(zaiton_kernel::Refusal::from(refusal).to_string()),
        Halt::Unwanted | Halt::Stopping => Failure::World("it was ended".to_owned()),
    }
}

/// Writes a merchant's events of a period into a file, or to standard output.
pub(crate) fn export(
    queries: &Queries,
    chain: &ChainKey,
    of: audit::Of<'_>,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let Some(file) = file else {
        let mut print = |line: &str| {
            out::line(line.trim_end());
            Ok(())
        };
        return audit::export(queries, chain, of, &mut print).map(drop).map_err(told);
    };
    let mut into = BufWriter::new(File::create(file).map_err(world(file))?);
    let mut write =
        |line: &str| into.write_all(line.as_bytes()).map_err(|error| Halt::World(error.to_string()));
    audit::export(queries, chain, of, &mut write).map_err(told)?;
    let written = into.into_inner().map_err(|error| Failure::World(error.to_string()))?;
    written.sync_all().map_err(world(file))
}

/// The next line, no longer than a line may be; none at the end.
fn next_line(from: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(LINE_BYTES).unwrap_or(u64::MAX) + 1;
    Read::by_ref(from).take(most).read_until(b'\n', &mut bytes)?;
    // What is no text fits no line of ours.
    Ok(if bytes.is_empty() { None } else { Some(String::from_utf8_lossy(&bytes).into_owned()) })
}

/// Proves a file by itself, then against the database.
pub(crate) fn verify(place: &Place, file: &Path, json: bool) -> Result<(), Failure> {
    let (queries, chain) = place.queries().map_err(Failure::World)?;
    let mut from = BufReader::new(File::open(file).map_err(world(file))?);
    let mut checking = Checking::new(&chain);
    let wrong = |what: String| Failure::Refused(format!("{}: {what}", file.display()));
    while let Some(line) = next_line(&mut from).map_err(world(file))? {
        checking.line(&line).map_err(wrong)?;
    }
    let held = checking.finish().map_err(wrong)?;
    let queries = queries.snapshot()?;
    audit::agrees(&queries, &held)?.map_err(wrong)?;
    let count = held.lines.len();
    let (begin, zone) = (&held.begin, zaiton_kernel::time::Zone::shanghai());
    if json {
        let said = serde_json::json!({
            "file": file, "merchant": begin.merchant, "from": begin.from, "to": begin.to, "is_open": begin.is_open,
            "events": count, "findings": 0,
        });
        out::line(&said.to_string());
    } else {
        let local = |moment: Timestamp| moment.local_text(&zone);
        out::line(&format!(
            "{count} events of {} from {} to {}: as they were written, and as the database has them",
            begin.merchant,
            local(begin.from),
            local(begin.to)
        ));
    }
    Ok(())
}
