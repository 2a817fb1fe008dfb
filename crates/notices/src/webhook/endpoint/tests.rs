//! Tests of addresses: which are taken, and when one that fails is paused.

use zaiton_boundary as boundary;
use zaiton_kernel::Id;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn add(url: &str, local: bool) -> Command {
    Command::Add { url: url.into(), description: String::new(), events: Vec::new(), local }
}

fn give(endpoint: &mut Endpoint, command: Command, now: Timestamp) -> Result<usize, EndpointRefusal> {
    let decision = decide(endpoint, command, now)?;
    decision.events.iter().for_each(|event| endpoint.apply(event));
    Ok(decision.events.len())
}

fn fresh() -> Endpoint {
    Endpoint::unadded(EndpointId::from_raw(7))
}

fn added() -> Endpoint {
    let mut endpoint = fresh();
    give(&mut endpoint, add("https://shop.example/hooks", false), at(0)).unwrap();
    endpoint
}

#[test]
fn an_address_is_https_and_whole() {
    let good = ["https://shop.example/h?a=b", "https://203.0.113.7:8443/h", "https://[2001:db8::1]/h"];
    for url in good {
        assert_eq!(give(&mut fresh(), add(url, false), at(0)), Ok(1), "{url}");
    }
    let long = format!("https://shop.example/{}", "a".repeat(URL_LETTERS));
    let bad = [
        "http://shop.example/h",
        "ftp://shop.example/h",
        "https://",
        "https:///h",
        "https://:443/h",
        "https://user:pass@shop.example/h",
        "https://shop.example/#fragment",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "file:///etc/passwd",
        "",
        &long,
    ];
    for url in bad {
        assert_eq!(give(&mut fresh(), add(url, false), at(0)), Err(EndpointRefusal::Url {}), "{url}");
    }
    assert_eq!(give(&mut fresh(), add("http://127.0.0.1:9/h", true), at(0)), Ok(1));
    let ping = Command::Add {
        url: "https://shop.example/h".into(),
        description: String::new(),
        events: vec![PublicEvent::Ping],
        local: false,
    };
    assert_eq!(give(&mut fresh(), ping, at(0)), Err(EndpointRefusal::Events {}));
}

#[test]
fn an_address_that_fails_for_three_days_is_paused() {
    let mut endpoint = added();
    let fails = |gave_up| Command::Fails { gave_up, gone: false };
    assert_eq!(give(&mut endpoint, fails(true), at(10)), Ok(1));
    assert_eq!(endpoint.failing_since, Some(at(10)));
    assert_eq!(give(&mut endpoint, fails(true), at(9 + FAILING_SECONDS)), Ok(0));
    assert!(endpoint.is_active());
    boundary::inside("R5-41", "it fails for a second less than three days");
    assert_eq!(give(&mut endpoint, fails(false), at(10 + FAILING_SECONDS)), Ok(0), "nothing was given up");
    assert_eq!(give(&mut endpoint, fails(true), at(10 + FAILING_SECONDS)), Ok(1));
    assert!(
        matches!(&endpoint.state, State::Paused { by, reason, .. } if by == "system" && reason == "failing")
    );
    boundary::outside("R5-41", "it has failed for three days");
    assert_eq!(give(&mut endpoint, Command::Works, at(11)), Ok(0));
    assert_eq!(give(&mut endpoint, Command::Ping, at(12)), Err(EndpointRefusal::Paused {}));
    assert_eq!(give(&mut endpoint, Command::Resume, at(13)), Ok(1));
    assert_eq!((endpoint.failing_since, endpoint.is_active()), (None, true));
    assert_eq!(give(&mut endpoint, Command::Resume, at(13)), Err(EndpointRefusal::NotPaused {}));
    assert_eq!(give(&mut endpoint, fails(false), at(14)), Ok(1));
    assert_eq!(give(&mut endpoint, Command::Works, at(15)), Ok(1));
    assert_eq!(endpoint.failing_since, None);
    assert_eq!(give(&mut endpoint, Command::Fails { gave_up: false, gone: true }, at(16)), Ok(2));
    assert!(matches!(&endpoint.state, State::Paused { reason, .. } if reason == "gone"));
}

#[test]
fn what_is_removed_stays_so_and_a_secret_goes_on_for_a_day() {
    let mut endpoint = added();
    assert_eq!(endpoint.secret_at, Some(at(0)));
    give(&mut endpoint, Command::Rotate, at(5)).unwrap();
    assert_eq!((endpoint.secret_at, endpoint.before_until), (Some(at(5)), Some(at(5 + OVERLAP_SECONDS))));
    let known = EndpointRefusal::Known { endpoint: endpoint.id };
    assert_eq!(give(&mut endpoint, add("https://shop.example/hooks", false), at(6)), Err(known));
    assert!(endpoint.wants(PublicEvent::WithdrawalPaid));
    let change = Command::Change {
        url: endpoint.url.clone(),
        description: "d".into(),
        events: vec![PublicEvent::BalanceLow],
        local: false,
    };
    assert_eq!(give(&mut endpoint, change.clone(), at(7)), Ok(1));
    assert_eq!(give(&mut endpoint, change, at(7)), Ok(0));
    assert!(!endpoint.wants(PublicEvent::WithdrawalPaid) && endpoint.wants(PublicEvent::Ping));
    give(&mut endpoint, Command::Remove, at(8)).unwrap();
    for one in allowed(&endpoint, at(9)) {
        let over = matches!(one.command, CommandKind::Remove);
        assert_eq!(one.refusal.is_none(), over, "{}", one.command);
    }
    let json = serde_json::to_string(&endpoint).unwrap();
    assert_eq!(serde_json::from_str::<Endpoint>(&json).unwrap(), endpoint);
}
