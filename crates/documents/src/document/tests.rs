//! Tests of documents: when people are reminded and when one is over, to the microsecond. Boundaries of R5-12.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

const POLICY: DocumentPolicy = DocumentPolicy::DEFAULT;

fn day(number: i64) -> LocalDate {
    LocalDate::from_number(number).unwrap()
}

/// The beginning of a day in Shanghai.
fn start(number: i64) -> Timestamp {
    day(number).start_in(&Zone::shanghai())
}

fn before(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros() - 1)
}

fn licence() -> Document {
    Document {
        id: DocumentId::from_raw(1),
        purpose: Purpose::Licence,
        name: "licence.pdf".into(),
        content: Content {
            sha256: "00".repeat(32),
            format: Format::Pdf,
            bytes: 1_000,
            pages: 2,
            blob: "ab".into(),
        },
        valid_from: None,
        valid_until: Some(day(20260531)),
        reminded: None,
        by: "a".into(),
        at: start(20260101),
        state: State::Stored,
    }
}

/// Gives a command: the code of its refusal, or its events as JSON.
fn give(document: &mut Document, command: Command, now: Timestamp) -> String {
    match decide(document, command, &POLICY, now) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            decision.events.iter().for_each(|event| document.apply(event));
            let told = |event: &Event| {
                let json = serde_json::to_value(event).unwrap();
                format!(
                    "{}{}",
                    json["type"].as_str().unwrap(),
                    json["days"].as_u64().map_or(String::new(), |d| format!(" {d}"))
                )
            };
            decision.events.iter().map(told).collect::<Vec<_>>().join(", ")
        }
    }
}

#[test]
fn people_are_reminded_sixty_thirty_and_seven_days_before_and_then_it_is_over() {
    let mut document = licence();
    for (number, what) in [(20260401, "reminded 60"), (20260501, "reminded 30"), (20260524, "reminded 7")] {
        let due = start(number);
        assert_eq!(document.next_look(&POLICY, &Zone::shanghai()).map(|(at, _)| at), Some(due));
        assert_eq!(give(&mut document, Command::Look, before(due)), "");
        boundary::outside("R5-12", format!("a microsecond before it is {what}"));
        assert_eq!(give(&mut document, Command::Look, due), what);
        boundary::inside("R5-12", format!("at the moment: {what}"));
        assert_eq!(give(&mut document, Command::Look, due), "");
    }
    let end = start(20260601);
    assert_eq!(document.next_look(&POLICY, &Zone::shanghai()), Some((end, None)));
    assert_eq!(give(&mut document, Command::Look, before(end)), "");
    boundary::inside("R5-12", "its last day is a day on which it is valid");
    assert_eq!(give(&mut document, Command::Look, end), "expired");
    assert_eq!(document.state, State::Expired { at: end, follows: AtExpiry::BlockNewGoods });
    boundary::outside("R5-12", "the day after its last");
    assert_eq!(document.next_look(&POLICY, &Zone::shanghai()), None);
    assert_eq!(give(&mut document, Command::Look, end.plus_seconds(1)), "");
}

#[test]
fn what_was_missed_is_told_once() {
    let mut document = licence();
    assert_eq!(give(&mut document, Command::Look, start(20260526)), "reminded 7");
    let mut late = licence();
    assert_eq!(give(&mut late, Command::Look, start(20270101)), "expired");
    let mut endless = Document { valid_until: None, ..licence() };
    assert_eq!(give(&mut endless, Command::Look, start(20990101)), "");
}

#[test]
fn other_days_begin_the_watch_anew() {
    let mut document = licence();
    let change = |until| Command::ChangeValidity { from: None, until: Some(day(until)) };
    let now = start(20260601);
    assert_eq!(give(&mut document, Command::Look, now), "expired");
    assert_eq!(give(&mut document, change(20260531), now), "documents.document.is_over");
    boundary::outside("R5-12", "a last day that is over");
    assert_eq!(give(&mut document, change(20260601), now), "validity_changed");
    boundary::inside("R5-12", "a last day that is today");
    assert_eq!((document.state.clone(), document.reminded), (State::Stored, None));
    let backwards = Command::ChangeValidity { from: Some(day(20260702)), until: Some(day(20260701)) };
    assert_eq!(give(&mut document, backwards, now), "documents.document.ends_before_it_begins");
}

#[test]
fn what_is_over_stays_so() {
    let other = DocumentId::from_raw(2);
    let now = start(20260301);
    let mut document = licence();
    let remove = |reason: &str| Command::Remove { by: "b".into(), reason: reason.into() };
    assert_eq!(give(&mut document, remove(" "), now), "documents.document.reason_missing");
    assert_eq!(give(&mut document, remove(&"x".repeat(501)), now), "documents.document.reason_missing");
    assert_eq!(give(&mut document, Command::Replace { by: other }, now), "replaced");
    assert_eq!(give(&mut document, Command::Replace { by: other }, now), "");
    assert_eq!(
        give(&mut document, Command::Replace { by: DocumentId::from_raw(3) }, now),
        "documents.document.closed"
    );
    assert!(document.is_there());
    assert_eq!(give(&mut document, remove("a copy"), now), "removed");
    assert!(!document.is_there());
    assert_eq!(
        give(&mut document, Command::ChangeValidity { from: None, until: None }, now),
        "documents.document.closed"
    );
    let open: Vec<bool> = allowed(&document, &POLICY, now).iter().map(|one| one.refusal.is_none()).collect();
    assert_eq!(open, [true, false, true, false]);
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
}

#[test]
fn every_purpose_has_its_effect() {
    let effects: Vec<AtExpiry> = Purpose::ALL.into_iter().map(Purpose::at_expiry).collect();
    for effect in [AtExpiry::Warn, AtExpiry::BlockNewGoods, AtExpiry::Delist, AtExpiry::Supervise] {
        assert!(effects.contains(&effect));
    }
}

#[test]
fn papers_of_people_are_seen_page_by_page_only() {
    let code = |document: &Document, whole, page| {
        may_see(document, whole, page).map_err(|refusal| Refusal::from(refusal).code.into_owned())
    };
    let (mut paper, licence) = (Document { purpose: Purpose::IdentityPaper, ..licence() }, licence());
    assert_eq!(code(&licence, true, 1), Ok(()));
    assert_eq!(code(&paper, false, 2), Ok(()));
    boundary::inside("R5-12", "a page of an identity paper");
    assert_eq!(code(&paper, true, 1), Err("documents.document.watermarked".into()));
    boundary::outside("R5-12", "an identity paper as it is");
    for page in [0, 3] {
        assert_eq!(code(&paper, false, page), Err("documents.document.no_such_page".into()));
    }
    let gone = Command::Remove { by: "b".into(), reason: "a copy".into() };
    assert_eq!(give(&mut paper, gone, start(20260301)), "removed");
    assert_eq!(code(&paper, false, 1), Err("documents.document.closed".into()));
    boundary::outside("R5-12", "a document that was taken away");
}
