//! How each read finds its rows, as the databases themselves plan it: by an index, and a page in the order of that index, never by
//! walking a table or sorting what was found. No time is measured: a plan is the same on every machine.

use serde_json::Value;
use zaiton_sim::databases::TestDatabase;
use zaiton_store::{query, scan};

/// Reads that look at a whole table and say so: the sums of all accounts, the few lanes.
fn is_whole(text: &str) -> bool {
    text.contains("SUM(debits)") || text.contains("FROM lanes")
}

/// It gives a page, so that its rows must come in the order of an index.
fn is_page(text: &str) -> bool {
    scan::pages(false).iter().chain(&scan::pages(true)).any(|page| page == text)
}

/// What is wrong with SQLite's plan of a text.
fn sqlite_finds(connection: &rusqlite::Connection, text: &str) -> Vec<String> {
    let mut statement =
        connection.prepare(&format!("EXPLAIN QUERY PLAN {}", query::for_sqlite(text))).unwrap();
    let nothing = vec![rusqlite::types::Null; statement.parameter_count()];
    let steps = statement.query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3));
    steps
        .unwrap()
        .map(Result::unwrap)
        // What a recursion has found so far is walked once.
        .filter(|step| {
            let walks = step.starts_with("SCAN ") && step != "SCAN walk";
            walks || (step.contains("TEMP B-TREE") && is_page(text))
        })
        .collect()
}

/// What is wrong with PostgreSQL's plan of a text: nodes, and what they are filtered by.
fn postgres_finds(plan: &Value, text: &str, wrong: &mut Vec<String>) {
    let node = plan["Node Type"].as_str().unwrap();
    let by_index = plan.get("Index Cond").is_some();
    let walks = match node {
        "Seq Scan" | "Bitmap Heap Scan" => true,
        "Index Scan" | "Index Only Scan" => !by_index,
        _ => false,
    };
    let left =
        is_page(text) && (plan.get("Filter").is_some() || node == "Sort" || node == "Incremental Sort");
    if walks || left {
        wrong.push(format!("{node} {} {}", plan["Index Cond"], plan["Filter"]));
    }
    for inner in plan["Plans"].as_array().into_iter().flatten() {
        postgres_finds(inner, text, wrong);
    }
}

#[test]
fn every_read_is_found_by_an_index_on_sqlite() {
    let database = TestDatabase::sqlite();
    drop(database.open(1));
    let connection = rusqlite::Connection::open(database.url().strip_prefix("sqlite:").unwrap()).unwrap();
    let mut looked = 0;
    for text in scan::texts(false).iter().filter(|text| !is_whole(text)) {
        let wrong = sqlite_finds(&connection, text);
        assert!(wrong.is_empty(), "{text}: {wrong:?}");
        looked += 1;
    }
    assert!(looked > 200, "{looked}");
    let walked = "SELECT id FROM top_ups WHERE body LIKE $1";
    assert!(!sqlite_finds(&connection, walked).is_empty(), "the test sees what walks a table");
}

#[test]
fn every_read_is_found_by_an_index_on_postgres() {
    let database = TestDatabase::postgres();
    drop(database.open(1));
    let mut client = postgres::Client::connect(database.url(), postgres::NoTls).unwrap();
    // Nothing is known of empty tables: only what no index can answer is walked or sorted then.
    client
        .batch_execute(
            "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; \
             SET plan_cache_mode = force_generic_plan",
        )
        .unwrap();
    let mut plan_of = |text: &str| -> Value {
        let parameters = client.prepare(text).unwrap().params().len();
        let nothing = if parameters == 0 {
            String::new()
        } else {
            format!("({})", vec!["NULL"; parameters].join(", "))
        };
        client.batch_execute(&format!("PREPARE looked AS {text}")).unwrap();
        let said = client.simple_query(&format!("EXPLAIN (FORMAT JSON) EXECUTE looked{nothing}")).unwrap();
        client.batch_execute("DEALLOCATE looked").unwrap();
        let plan = said.iter().find_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        serde_json::from_str::<Value>(plan.unwrap()).unwrap()[0]["Plan"].clone()
    };
    let mut looked = 0;
    for text in scan::texts(true).iter().filter(|text| !is_whole(text)) {
        let mut wrong = Vec::new();
        postgres_finds(&plan_of(text), text, &mut wrong);
        assert!(wrong.is_empty(), "{text}: {wrong:?}");
        looked += 1;
    }
    assert!(looked > 200, "{looked}");
    let mut wrong = Vec::new();
    let walked = "SELECT id FROM top_ups WHERE body LIKE $1";
    postgres_finds(&plan_of(walked), walked, &mut wrong);
    assert!(!wrong.is_empty(), "the test sees what walks a table");
}
