//! What the server lets a client do, by the byte: how often, how slowly, and how it is told.

use crate::home::{Home, Server};
use crate::raw::{Raw, heads};

/// A server with other bounds than the usual.
fn serve(home: &Home, bounds: &[&str]) -> Server {
    let mut command = home.program();
    command.args(["serve", "--listen", "127.0.0.1:0"]).args(bounds);
    Server::start(command, &home.log())
}

#[test]
fn who_asks_too_often_is_told_to_wait() {
    let home = Home::sqlite();
    let server = serve(&home, &["--requests-per-second", "1"]);
    let get = |token: &str| Raw::get(server.url(), token, "/api/v1/resources", "Connection: close\r\n").end();
    let first = get(server.token());
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    assert_eq!(heads(&first, "ratelimit-policy"), ["\"token\";q=10;w=10", "\"address\";q=20;w=10"]);
    let remaining = heads(&first, "ratelimit");
    assert!(remaining[0].starts_with("\"token\";r=9;t="), "{remaining:?}");
    let answers: Vec<String> = (0..12).map(|_| get(server.token())).collect();
    let refused = answers.iter().find(|answer| answer.starts_with("HTTP/1.1 429")).unwrap();
    let wait: u64 = heads(refused, "retry-after")[0].parse().unwrap();
    assert!((1..=10).contains(&wait), "{refused}");
    assert!(refused.contains("application/problem+json") && refused.contains("api.rate"), "{refused}");
    // Guessing tokens costs the address, whatever the token: 13 of 20 are gone, and a few may have come back.
    let guesses: Vec<String> = (0..20).map(|guess| get(&format!("guess-{guess}"))).collect();
    assert!(guesses[0].starts_with("HTTP/1.1 401"), "{}", guesses[0]);
    assert!(guesses.iter().any(|answer| answer.starts_with("HTTP/1.1 429")));
    assert!(server.stop().success());
}

#[test]
fn who_is_too_slow_is_let_go() {
    let home = Home::sqlite();
    let server = serve(&home, &["--slow-client-seconds", "1"]);
    let mut head = Raw::to(server.url());
    head.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    let said = head.end();
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
    let mut body = Raw::to(server.url());
    body.send(&format!(
        "POST /api/v1/commands/names.claim HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nIdempotency-Key: k\r\n\
         Content-Length: 100\r\n\r\n{{\"kind\":",
        server.token()
    ));
    let said = body.end();
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("api.too_slow"), "{said}");
    assert_eq!(server.http().get("/api/v1/resources").status, 200, "others are not held up");
    assert!(server.stop().success());
}

#[test]
fn a_server_that_is_told_to_stop_ends_its_streams() {
    let home = Home::sqlite();
    let server = serve(&home, &["--beat-seconds", "1"]);
    let mut stream = Raw::get(server.url(), server.token(), "/api/v1/changes", "");
    stream.until(": here");
    stream.until(": beat");
    assert!(server.stop().success());
    let rest = stream.end();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
}
