//! A dry run over the demo's data (`demo.rs` loads it): with the figures in force it counts what really happened, with others
//! what would have.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zaiton_kernel::Timestamp;

use crate::home::Home;

/// Prepaid accounts of the demo: two merchants have a second one.
const ACCOUNTS: usize = 14;

/// What the dry run says with some figures, over all that the demo lived through: to its last event, for what is open then
/// stays open for as long as one looks.
fn asked(home: &Home, figures: &[&str]) -> Value {
    let end = Timestamp::from_micros(home.number("SELECT max(at) FROM events") + 1).to_string();
    let arguments = [&["--json", "what-if", "--from", "2020-01-01", "--to", &end][..], figures].concat();
    serde_json::from_str(&home.run(&arguments).ok()).unwrap()
}

/// Rules R5-31, K-3. Every move of a breaker away from closed is one opening of the dry run, account by account.
pub(crate) fn the_demo_is_counted_again(home: &Home) {
    let said = asked(home, &[]);
    assert_eq!(said["in_force"], said["asked"], "nothing else was asked");
    let rows = said["rows"].as_array().unwrap();
    assert_eq!(rows.len(), ACCOUNTS, "{said:#}");
    let moved = |to: &str| {
        home.number(&format!(
            "SELECT count(*) FROM events WHERE body LIKE '%\"type\":\"breaker_moved\",\"from\":\"closed\",\"to\":\"{to}\"%'"
        ))
    };
    // From closed an account may fall below the floor at once: that is an opening as well.
    let happened = moved("open") + moved("floor");
    assert!(happened > 0, "the demo's breakers never open");
    assert_eq!(said["in_force"]["openings"], happened, "{said:#}");
    let mut sum = 0;
    let mut openings: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows {
        *openings.entry(row["merchant"].as_str().unwrap()).or_default() +=
            row["in_force"]["openings"].as_i64().unwrap();
        sum += row["in_force"]["suspended_seconds"].as_i64().unwrap();
    }
    for (merchant, counted) in openings {
        let of = home.number(&format!(
            "SELECT count(*) FROM events WHERE body LIKE '%\"type\":\"breaker_moved\",\"from\":\"closed\"%' AND partition = \
             (SELECT partition FROM merchants WHERE code = '{merchant}')"
        ));
        assert_eq!(counted, of, "{merchant}: {said:#}");
    }
    assert_eq!(said["in_force"]["suspended_seconds"], sum);
    other_lines(home, &said);
}

/// A line that no balance reaches opens every account; one that every balance is above opens none more than in force.
fn other_lines(home: &Home, in_force: &Value) {
    let high = asked(home, &["--suspend", "900000.00"]);
    assert_eq!(high["asked"]["openings"], ACCOUNTS, "each once, for good: {high:#}");
    assert_eq!(high["in_force"], in_force["in_force"]);
    let none = asked(home, &["--warning", "0.00"]);
    assert_eq!(
        (&none["asked"]["alerts"], &none["asked"]["openings"]),
        (&json!(0), &in_force["in_force"]["openings"])
    );
    assert!(in_force["in_force"]["alerts"].as_i64().unwrap() > 0);
    let one = asked(home, &["--suspend", "2000.00", "--resume", "2500.00", "--merchant", "nanhai"]);
    assert_eq!(one["rows"].as_array().unwrap().len(), 1);
    assert_eq!(one["figures"], json!({ "suspend_minor": 200_000, "resume_minor": 250_000 }));
    // A resume line below the suspension line is no policy, and nothing is counted for it.
    let refused = home
        .run(&["what-if", "--from", "2020-01-01", "--suspend", "2000.00", "--resume", "1999.99"])
        .refused();
    assert!(refused.contains("R5-31"), "{refused}");
    assert_eq!(home.run(&["what-if", "--from", "2020-01-01", "--suspend", "1.001"]).code, 2);
    let text = home.run(&["what-if", "--from", "2020-01-01", "--suspend", "2000.00"]).ok();
    assert!(text.lines().count() == ACCOUNTS + 2 && text.contains("total: "), "{text}");
    let server = home.serve();
    let path =
        "/api/v1/what-if?from=2020-01-01T00:00:00%2B08:00&suspend=2000.00&resume=2500.00&merchant=nanhai";
    let over_http = server.http().get(path).json();
    assert_eq!(
        (&over_http["rows"][0]["in_force"]["openings"], &over_http["figures"]),
        (&one["rows"][0]["in_force"]["openings"], &one["figures"])
    );
    let refused =
        server.http().get("/api/v1/what-if?from=2020-01-01T00:00:00%2B08:00&suspend=2000.00&resume=1.00");
    assert_eq!(refused.refusal().1, "prepaid.policy.out_of_range");
}
