//! What a period would have seen, as tables: what moved, the figures asked, the tally.

use zaiton_boundary as boundary;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Id};

use super::*;
use crate::account::{AccountId, AlertLines, ProgrammeId};

const CNY: Currency = Currency::CNY;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_local(&format!("2026-03-{text}"), &Zone::shanghai()).unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

/// Warning 2000.00, suspension 1000.00.
fn account() -> PrepaidAccount {
    let mut account = PrepaidAccount::unopened(AccountId::from_raw(1), 2, ProgrammeId::from_raw(3), CNY);
    account.alert =
        Some(AlertLines { warning: yuan("2000.00"), suspend: yuan("1000.00"), contacts: Vec::new() });
    account
}

fn moved(when: &str, available: &str, may_close: bool) -> Movement {
    Movement { at: at(when), available: yuan(available), owed: yuan("0.00"), may_close }
}

/// The month of March so far, with figures asked.
fn tally(before: Option<Movement>, movements: &[Movement], asked: Asked) -> Tally {
    let policy = Arc::new(asked.policy(&PrepaidPolicy::default()));
    policy.check().unwrap();
    let life = Life { from: at("01T00:00:00"), to: at("11T00:00:00"), before, movements };
    what_if(&account(), life, &asked, &|_| Arc::clone(&policy))
}

fn suspend(minor: i64) -> Asked {
    Asked { suspend_minor: Some(minor), ..Asked::default() }
}

/// Rules R5-31, K-3: with the line in force, with a higher one, with one that is never crossed.
#[test]
fn a_line_opens_as_often_as_it_is_crossed() {
    let movements = [
        moved("02T10:00:00", "3000.00", true),
        moved("03T10:00:00", "999.99", false),
        // Money comes free: the next look closes, at 11:20.
        moved("03T11:10:00", "1000.01", false),
        moved("04T10:00:00", "150.00", false),
        moved("05T10:00:00", "4000.00", true),
        moved("06T10:00:00", "1900.00", false),
    ];
    let in_force = tally(None, &movements, Asked::default());
    assert_eq!((in_force.openings, in_force.floors), (2, 1));
    assert_eq!(in_force.suspended_seconds, 80 * 60 + 86_400);
    boundary::inside("K-3", "resumes above 1000.00 at the next look");
    let higher = tally(None, &movements, suspend(200_000));
    assert_eq!((higher.openings, higher.floors), (2, 1));
    assert_eq!(higher.suspended_seconds, 2 * 86_400 + (4 * 24 + 14) * 3_600);
    boundary::inside("R5-31", "a dry run with a line of 2000.00");
    let resume = Asked { resume_minor: Some(400_000), ..Asked::default() };
    let later = tally(None, &movements, resume);
    assert_eq!((later.openings, later.floors), (1, 1));
    boundary::outside("K-3", "does not resume at exactly 4000.00");
    assert_eq!(later.suspended_seconds, (7 * 24 + 14) * 3_600);
    let never = Asked { suspend_minor: Some(10_000), floor_minor: Some(0), ..Asked::default() };
    // The merchant's own line of 1000.00 still counts (K-1); the floor of none does not.
    assert_eq!((tally(None, &movements, never).openings, tally(None, &movements, never).floors), (2, 0));
}

/// Rule R1-07: alerts on crossing and at the set hours, at most four a day.
#[test]
fn alerts_are_counted() {
    let below = [moved("02T08:00:00", "3000.00", true), moved("02T08:30:00", "1999.99", false)];
    // 08:30, 09:00, 12:00, 15:00; then 09:00, 12:00, 15:00, 18:00 on each of eight days.
    assert_eq!(tally(None, &below, Asked::default()).alerts, 4 + 8 * 4);
    let asked = Asked { warning_minor: Some(150_000), ..Asked::default() };
    assert_eq!(tally(None, &below, asked).alerts, 0);
    // Two a day at most: 08:30 and 09:00; then 09:00 and 12:00 on each of eight days.
    let fewer = Asked { alert_max_per_day: Some(2), ..Asked::default() };
    assert_eq!(tally(None, &below, fewer).alerts, 2 + 8 * 2);
    let well = [below[0], below[1], moved("02T08:45:00", "2000.00", true)];
    assert_eq!(tally(None, &well, Asked::default()).alerts, 1);
}

/// What stood as the period began did not come in it, but it lasted.
#[test]
fn what_stood_before_is_not_counted_as_come() {
    let before = moved("01T00:00:00", "500.00", false);
    let found = tally(Some(before), &[moved("02T00:00:00", "5000.00", true)], Asked::default());
    assert_eq!((found.openings, found.suspended_seconds), (0, 86_400));
    let nothing = tally(None, &[], Asked::default());
    assert_eq!(nothing, Tally::default());
    // What moves at the first moment after the period is not of it.
    assert_eq!(tally(None, &[moved("11T00:00:00", "5.00", false)], Asked::default()), Tally::default());
    // Owing keeps it open (K-56).
    let owing = Movement { owed: yuan("1.00"), ..moved("02T00:00:00", "5000.00", true) };
    assert_eq!(tally(Some(before), &[owing], Asked::default()).suspended_seconds, 10 * 86_400);
}
