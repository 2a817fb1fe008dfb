//! What a day answers, as a table: counts so far, the count given, answer.

use zaiton_boundary as boundary;
use zaiton_kernel::{Currency, Id, Money};

use super::*;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T00:00:01+08:00").unwrap()
}

fn figures(owed: i64, cover: i64) -> Vec<ClientMoney> {
    let money = |minor| Money::new(minor, Currency::CNY);
    vec![ClientMoney {
        owed: money(owed),
        on_its_way: money(0),
        cover: money(cover),
        excess: money((cover - owed).max(0)),
        shortfall: money((owed - cover).max(0)),
    }]
}

fn counted(number: u32, figures: Vec<ClientMoney>) -> Day {
    let mut day = Day::uncounted(DayId::from_raw(1), LocalDate::new(2026, 3, 2).unwrap());
    for nth in 1..=number {
        let command = Command::Record { number: nth, figures: figures.clone() };
        decide(&day, command, now()).unwrap().events.iter().for_each(|event| day.apply(event));
    }
    day
}

/// Rules L-7, L-I13: each count once, under the number that is next.
#[test]
fn counts_follow_each_other() {
    let day = counted(2, figures(5, 5));
    assert_eq!(day.counts(), 2);
    boundary::inside("L-7", "a day is counted, and counted again");
    let given = |number, figures| decide(&day, Command::Record { number, figures }, now());
    assert!(given(2, figures(5, 5)).unwrap().is_already());
    boundary::refused("L-7", "the second count, otherwise", given(2, figures(5, 4)).unwrap_err());
    boundary::refused("L-7", "the first count, again", given(1, figures(5, 5)).unwrap_err());
    boundary::refused("L-7", "a number is left out", given(4, figures(5, 5)).unwrap_err());
    assert!(!given(3, figures(5, 4)).unwrap().is_already());
    assert!(allowed(&day)[0].refusal.is_none());
    let json = serde_json::to_string(&day).unwrap();
    assert_eq!(serde_json::from_str::<Day>(&json).unwrap(), day);
}

/// Rule L-I13: a count with a shortfall says so, with its figures.
#[test]
fn a_short_day_is_said() {
    assert!(!counted(1, figures(5, 5)).last.unwrap().is_short());
    boundary::inside("L-I13", "a day whose cover is what is owed");
    let day = counted(1, figures(5, 4));
    assert!(day.last.as_ref().unwrap().is_short());
    let told = short(day.day, &figures(5, 4)[0]);
    let told = boundary::refused("L-I13", "a day whose cover is a fen less", told);
    assert_eq!(told.figure("shortfall"), Some("0.01 CNY"));
}

#[test]
fn the_next_day_begins_at_midnight_of_the_platform() {
    let midnight = Timestamp::parse("2026-03-03T00:00:00+08:00").unwrap();
    assert_eq!(midnight_after(now()), midnight);
    assert_eq!(midnight_after(midnight.plus_seconds(-1)), midnight);
    assert!(midnight_after(midnight) > midnight);
}
