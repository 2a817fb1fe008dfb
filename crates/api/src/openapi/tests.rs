//! The document against the program: every command that is offered is in it with an example that reads back, every reference is
//! to something, and it is as it was when somebody last looked.

use std::collections::BTreeSet;

use zaiton_engine::outbox::{DropParked, RetryEffect, RetryParked, RetryTimer};

use super::schemas::references;
use super::{document, text};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json");

#[test]
fn it_is_as_it_was_when_somebody_last_looked() {
    if std::env::var_os("ZAITON_BLESS").is_some() {
        std::fs::write(GOLDEN, text()).unwrap();
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
    let differs = golden.lines().zip(text().lines()).position(|(known, now)| known != now);
    assert!(
        golden == text(),
        "docs/api/openapi.json differs from line {differs:?}: ZAITON_BLESS=1 writes it anew"
    );
}

#[test]
fn what_is_offered_is_in_it_and_nothing_else_is() {
    let paths = document()["paths"].as_object().unwrap();
    let named: BTreeSet<&str> =
        paths.keys().filter_map(|path| path.strip_prefix("/api/v1/commands/")).collect();
    let offered: BTreeSet<&str> = zaiton_app::offered().iter().map(|offered| offered.name).collect();
    assert_eq!(named, offered);
    assert!(!named.contains("engine.finish_effect") && !named.contains("prepaid.expire_top_up"));
}

#[test]
fn every_example_reads_back_as_the_command_that_it_is_of() {
    let registry = zaiton_app::registry()
        .with::<RetryEffect>()
        .with::<RetryTimer>()
        .with::<RetryParked>()
        .with::<DropParked>();
    for offered in zaiton_app::offered() {
        let at = format!(
            "/paths/~1api~1v1~1commands~1{}/post/requestBody/content/application~1json/example",
            offered.name
        );
        let example = document().pointer(&at).unwrap_or_else(|| panic!("{}", offered.name));
        let read = registry.decode(offered.name, &example.to_string()).unwrap();
        assert!(read.is_ok(), "{}: {example}: {:?}", offered.name, read.err());
    }
}

#[test]
fn every_reference_is_to_something_and_every_component_is_spoken_of() {
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    let spoken: BTreeSet<String> = references(document()).into_iter().collect();
    let known: BTreeSet<String> = schemas.keys().cloned().collect();
    assert_eq!(spoken, known);
    for name in known {
        assert!(!name.ends_with(|last: char| last.is_ascii_digit()), "{name}: two types have one name");
        assert!(name.chars().all(|letter| letter.is_ascii_alphanumeric()), "{name}");
    }
}

#[test]
fn operations_have_names_of_their_own_and_say_what_they_do() {
    let mut ids = BTreeSet::new();
    for (path, verbs) in document()["paths"].as_object().unwrap() {
        for operation in verbs.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id), "{id}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
            let tag = &operation["tags"][0];
            assert!(
                document()["tags"].as_array().unwrap().iter().any(|known| known["name"] == *tag),
                "{path}"
            );
        }
    }
}

/// What is there for the machinery and not for programs: what other processes and channels send, and the description itself.
const APART: &[&str] = &[
    "/internal/commands",
    "/push/{connection}",
    "/api/v1/openapi.json",
    "/api/v1/reference",
    "/healthz",
    "/readyz",
    "/metrics",
];

#[test]
fn every_address_is_described_and_no_other_is() {
    let mut described = BTreeSet::new();
    for (path, verbs) in document()["paths"].as_object().unwrap() {
        let path = match path.strip_prefix("/api/v1/commands/") {
            Some(_) => "/api/v1/commands/{name}",
            None => path,
        };
        described.extend(verbs.as_object().unwrap().keys().map(|verb| (verb.clone(), path.to_owned())));
    }
    let answered: BTreeSet<(String, String)> = crate::routes::known()
        .into_iter()
        .filter(|known| !APART.contains(&known.path.as_str()))
        .map(|known| (known.verb.to_owned(), known.path))
        .collect();
    assert_eq!(answered, described);
}

#[test]
fn no_answer_is_left_untyped() {
    for (path, verbs) in document()["paths"].as_object().unwrap() {
        for operation in verbs.as_object().unwrap().values() {
            let responses = &operation["responses"];
            let content =
                &["200", "201", "202"].iter().find_map(|status| responses.get(*status)).unwrap()["content"];
            let Some(schema) = content.get("application/json").map(|json| &json["schema"]) else {
                // Streams and files: lines, events, tables.
                let plain = ["application/x-ndjson", "text/event-stream", "application/octet-stream"];
                assert!(plain.iter().any(|kind| content.get(*kind).is_some()), "{path}: {content}");
                continue;
            };
            let known = schema.get("$ref").or(schema.get("properties"));
            assert!(known.is_some(), "{path}: {schema}");
        }
    }
}

#[test]
fn no_schema_speaks_of_what_is_sealed() {
    let unread = &document()["components"]["schemas"];
    for kept in [
        "Sealed",
        "SealedMessage",
        "StoredCredentials",
        "PasswordHash",
        "SealedSecret",
        "Person",
        "Session",
        "Organisation",
        "ApiKey",
    ] {
        assert!(unread.get(kept).is_none(), "{kept}");
    }
    // Neither are they objects, nor does the stream of changes name them.
    for table in ["credentials", "organisations", "people", "sealed_messages", "sessions", "webhook_secrets"]
    {
        assert!(crate::resources::by_table(table).is_none(), "{table}");
    }
}

#[test]
fn every_address_says_who_may_or_stands_before_the_door() {
    let mut open = Vec::new();
    for (path, verbs) in document()["paths"].as_object().unwrap() {
        for (verb, operation) in verbs.as_object().unwrap() {
            if operation.get("x-permission").is_none() {
                open.push(format!("{verb} {path}"));
            }
        }
    }
    let told = [
        "get /api/v1/events",
        "get /api/v1/resources",
        "post /api/v1/commands",
        "post /api/v1/invitations/accept",
        "post /api/v1/sign-ups",
        "post /api/v1/sign-ups/confirm",
    ];
    let beside = open.iter().filter(|one| !one.contains("/api/v1/session")).cloned().collect::<Vec<_>>();
    let (beside, told): (BTreeSet<_>, BTreeSet<_>) =
        (beside.into_iter().collect(), told.map(str::to_owned).into());
    assert_eq!(beside, told, "an address without a permission of its own");
}
