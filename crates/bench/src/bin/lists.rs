//! How long pages of lists take with very many records, over HTTP, beside the same rows by a query alone: each filter, the first
//! page, one far behind, from either end. Asserts nothing; prints a plain page.
#![expect(clippy::print_stdout, reason = "a report")]
#![expect(clippy::float_arithmetic, reason = "a report prints times, no money")]

use clap::Parser;
use tokio::sync::oneshot;
use zaiton_api::{Api, Limits};
use zaiton_bench::Stop;
use zaiton_bench::many::{Many, fill};
use zaiton_bench::market::start;
use zaiton_bench::measure::{Noise, Spread, now, rate};
use zaiton_bench::place::Server;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_store::{Queries, Value};

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long pages of lists take with very many records.
#[derive(Parser)]
struct Options {
    /// `sqlite:FOLDER` (default: the folder of temporary files) or `postgres://..`.
    #[arg(long, default_value = "sqlite:")]
    url: String,
    /// Top-ups; a quarter as many bank lines come besides.
    #[arg(long, default_value_t = 1_000_000)]
    rows: usize,
    /// Merchants.
    #[arg(long, default_value_t = 10_000)]
    merchants: usize,
    /// How often each page is asked for.
    #[arg(long, default_value_t = 20)]
    times: usize,
    /// Rows of a page.
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

const TOKEN: &str = "a token for the time of a bench";
const COLUMNS: &str = "SELECT id, partition, version, updated_at, body FROM";

/// A page that is asked for: its name, its address, and the same rows by a query.
struct Page {
    name: String,
    path: String,
    sql: Option<(String, Vec<Value>)>,
}

/// The id that lies so far behind among those that fit.
fn behind(all: &[(i64, Partition, &str)], fits: impl Fn(Partition, &str) -> bool, part: usize) -> i64 {
    let ids: Vec<i64> = all.iter().filter(|(_, at, state)| fits(*at, state)).map(|(id, _, _)| *id).collect();
    ids.get(ids.len() * part / 100).copied().unwrap_or(0)
}

/// The first page and one far behind, from either end.
fn pages(
    name: &str,
    (path, table, prefix): (&str, &str, &str),
    filter: (&str, Vec<Value>),
    far: [i64; 2],
    limit: usize,
) -> Vec<Page> {
    let mut pages = Vec::new();
    for (newest, far) in [(false, far[0]), (true, far[1])] {
        for after in [None, Some(far)] {
            let (order, compare, ends) = if newest { ("newest", "<", i64::MAX) } else { ("oldest", ">", 0) };
            let joint = if path.contains('?') { '&' } else { '?' };
            let mut address = format!("{path}{joint}order={order}&limit={limit}");
            if let Some(raw) = after {
                address.push_str(&format!("&after={prefix}_{}", zaiton_kernel::id::letters(raw)));
            }
            let descending = if newest { " DESC" } else { "" };
            let text = format!(
                "{COLUMNS} {table} WHERE {}id {compare} $1 ORDER BY id{descending} LIMIT {limit}",
                filter.0
            );
            let mut parameters = vec![Value::Int(after.unwrap_or(ends))];
            parameters.extend(filter.1.clone());
            let place = if after.is_some() { "far behind" } else { "first" };
            let name = format!("{name}, {order}, {place}");
            pages.push(Page { name, path: address, sql: Some((text, parameters)) });
        }
    }
    pages
}

fn of_top_ups(many: &Many, limit: usize) -> Vec<Page> {
    let at = ("/api/v1/top-ups", "top_ups", "tu");
    let live = |of: Partition| of.environment() == Environment::Live;
    let far = |fits: &dyn Fn(Partition, &str) -> bool| {
        [behind(&many.top_ups, fits, 90), behind(&many.top_ups, fits, 10)]
    };
    let mut all = pages("top-ups", at, ("", Vec::new()), far(&|of, _| live(of)), limit);
    for state in ["awaiting_funds", "in_review", "credited"] {
        let path = format!("{}?state={state}", at.0);
        let filter = (
            "status = $2 AND (partition >> 62) = $3 AND ",
            vec![Value::Text(state.to_owned()), Value::Int(0)],
        );
        let far = far(&|of, is| live(of) && is == state);
        all.extend(pages(&format!("top-ups {state}"), (&path, at.1, at.2), filter, far, limit));
    }
    let largest = many.top_ups.iter().map(|(_, of, _)| *of).find(|of| live(*of));
    for (name, code, of) in [("the largest", 0, largest), ("a small merchant", many.codes.len() - 2, None)] {
        let path = format!("{}?merchant={}", at.0, many.codes[code]);
        let Some(of) = of else {
            all.push(Page { name: format!("top-ups of {name}"), path, sql: None });
            continue;
        };
        let filter = ("partition = $2 AND ", vec![Value::Int(of.raw())]);
        let far_of = far(&|at, _| at == of);
        all.extend(pages(&format!("top-ups of {name}"), (&path, at.1, at.2), filter, far_of, limit));
        let path = format!("{path}&state=in_review");
        all.push(Page { name: format!("top-ups of {name}, in_review"), path, sql: None });
    }
    let path = format!("{}?environment=sandbox&state=credited&limit={limit}", at.0);
    all.push(Page { name: "top-ups credited, sandbox".to_owned(), path, sql: None });
    all
}

fn of_lines(many: &Many, limit: usize) -> Vec<Page> {
    let path = format!("/api/v1/bank-lines?bank_account={}", many.bank_account);
    let partition = Partition::new(Environment::Live, many.bank_account.raw());
    let of = |fits: &dyn Fn(&str) -> bool| {
        [behind(&many.lines, |_, is| fits(is), 90), behind(&many.lines, |_, is| fits(is), 10)]
    };
    let filter = ("partition = $2 AND ", vec![Value::Int(partition.raw())]);
    let mut all = pages("lines of an account", (&path, "bank_lines", "bl"), filter, of(&|_| true), limit);
    let filter = (
        "status = $2 AND (partition >> 62) = $3 AND ",
        vec![Value::Text("in_review".to_owned()), Value::Int(0)],
    );
    let at = ("/api/v1/bank-lines?state=in_review", "bank_lines", "bl");
    all.extend(pages("lines in review", at, filter, of(&|is| is == "in_review"), limit));
    let waits = many.lines.iter().find(|(_, _, is)| *is == "in_review").map_or(0, |(id, _, _)| *id);
    let id = zaiton_kernel::id::letters(waits);
    for (name, path) in [
        ("candidates of a line", format!("/api/v1/bank-lines/bl_{id}/candidates")),
        ("attention", "/api/v1/attention".to_owned()),
        ("search m0042", "/api/v1/merchants?search=m0042".to_owned()),
        ("search 泉州 (all of them)", "/api/v1/merchants?search=%E6%B3%89%E5%B7%9E".to_owned()),
        ("merchants", format!("/api/v1/merchants?limit={limit}")),
    ] {
        all.push(Page { name: name.to_owned(), path, sql: None });
    }
    all
}

fn measure(queries: &Queries, address: &str, page: &Page, times: usize) -> Result<(), Stop> {
    let agent = ureq::Agent::new_with_defaults();
    let (mut http, mut raw, mut rows) = (Spread::default(), Spread::default(), 0);
    // The first of each is not counted: it fills caches.
    for at in 0..=times {
        let begun = now();
        let mut response = agent
            .get(format!("{address}{}", page.path))
            .header("authorization", &format!("Bearer {TOKEN}"))
            .call()
            .map_err(|error| format!("{}: {error}", page.path))?;
        let text = response.body_mut().with_config().limit(1 << 28).read_to_string()?;
        let took = begun.elapsed().as_secs_f64() * 1e3;
        let body: serde_json::Value = serde_json::from_str(&text)?;
        rows = body["rows"].as_array().map_or(0, Vec::len);
        if at > 0 {
            http.add(took);
        }
        if let Some((text, parameters)) = &page.sql {
            let begun = now();
            queries.rows(text, parameters)?;
            if at > 0 {
                raw.add(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    let beside = if page.sql.is_some() {
        format!("query {:>7.2}  ratio {:>5.1}", raw.median(), http.median() / raw.median().max(1e-6))
    } else {
        String::new()
    };
    println!("{:<44} {rows:>4} rows  {:>8.2} / {:>8.2} ms  {beside}", page.name, http.median(), http.max());
    Ok(())
}

fn main() -> Result<(), Stop> {
    let options = Options::parse();
    let server = Server::parse(&options.url)?;
    println!("{}", Noise::measure(&server.folder())?);
    let place = server.fresh()?;
    let opened = zaiton_store::open(&place.url, 1)?;
    let begun = now();
    let many = fill(&opened.database, options.merchants, options.rows, options.rows / 4)?;
    let written = options.merchants + options.rows + options.rows / 4;
    println!("{written} records written, {:.0} a second", rate(written, begun.elapsed()));
    if server.is_postgres() {
        place.execute("VACUUM ANALYZE")?;
    }
    let engine = start(opened.database)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("http://{}", listener.local_addr()?);
    let router = Api::new(engine.clone(), opened.queries.clone(), TOKEN, Limits::default()).router();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = runtime.spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                drop(stopped.await);
            })
            .await
    });
    println!(
        "pages of {}: middle / most of {} over HTTP, middle of the query alone",
        options.limit, options.times
    );
    for page in of_top_ups(&many, options.limit).iter().chain(&of_lines(&many, options.limit)) {
        measure(&opened.queries, &address, page, options.times)?;
    }
    drop(stop);
    runtime.block_on(served)??;
    println!("{}", Noise::measure(&server.folder())?);
    Ok(())
}
