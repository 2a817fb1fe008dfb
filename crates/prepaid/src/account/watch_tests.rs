//! What an account does when its money moves, at each line and on both sides of each hour.

use zaiton_boundary as boundary;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Refusal};

use super::*;
use crate::{AlertMode, PrepaidPolicy};

const CNY: Currency = Currency::CNY;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_local(&format!("2026-03-{text}"), &Zone::shanghai()).unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

fn figures(available: &str) -> Figures {
    let zero = Money::zero(CNY);
    Figures { available: yuan(available), frozen: zero, owed: zero, pending: zero }
}

/// Warning 2000.00, suspension 1000.00, active since March the first.
fn active() -> PrepaidAccount {
    let mut account = PrepaidAccount::unopened(AccountId::from_raw(1), 2, ProgrammeId::from_raw(3), CNY);
    let contact = Contact { email: Some("a@example.com".to_owned()), mobile: None };
    account.alert =
        Some(AlertLines { warning: yuan("2000.00"), suspend: yuan("1000.00"), contacts: vec![contact] });
    account.state = State::Active { activated_at: at("01T00:00:00") };
    account
}

/// Decides, applies, and says in short words what happened.
#[expect(clippy::wildcard_enum_match_arm, reason = "what these tests are not about is shown as it is")]
fn told(account: &mut PrepaidAccount, policy: &PrepaidPolicy, now: Timestamp, command: Command) -> String {
    let before = account.clone();
    match decide(account, command, policy, now) {
        Err(refusal) => {
            assert_eq!(*account, before, "a refusal changes nothing");
            let refusal: Refusal = refusal.into();
            format!("refused {}", refusal.code)
        }
        Ok(decision) => {
            let mut words = Vec::new();
            for event in &decision.events {
                let json = serde_json::to_string(event).unwrap();
                assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
                account.apply(event);
                words.push(match event {
                    Event::BreakerMoved { to, line, .. } => format!("{to} by {}", line.decimal()),
                    Event::RecheckSet { at } => format!("look {}", short(*at)),
                    Event::AlarmRaised { next_at, .. } => {
                        format!("low, again {}", next_at.map_or("never".into(), short))
                    }
                    Event::AlertSent { sent, .. } => format!("alert {sent}"),
                    Event::RepeatSet { next_at } => {
                        format!("again {}", next_at.map_or("never".into(), short))
                    }
                    Event::AlarmEnded {} => "well".to_owned(),
                    other => format!("{other:?}"),
                });
            }
            let json = serde_json::to_string(account).unwrap();
            assert_eq!(&serde_json::from_str::<PrepaidAccount>(&json).unwrap(), account);
            words.join(", ")
        }
    }
}

fn short(at: Timestamp) -> String {
    at.local_text(&Zone::shanghai()).get(8..16).unwrap().to_owned()
}

fn watch(account: &mut PrepaidAccount, time: &str, available: &str, may_close: bool) -> String {
    let command = Command::Watch { figures: figures(available), may_close };
    told(account, &PrepaidPolicy::default(), at(time), command)
}

fn look(account: &mut PrepaidAccount, time: &str, available: &str) -> String {
    let due = account.recheck_at.unwrap();
    let command = Command::Recheck { due, figures: figures(available) };
    told(account, &PrepaidPolicy::default(), at(time), command)
}

fn repeat(account: &mut PrepaidAccount, time: &str, available: &str) -> String {
    let due = account.alarm.and_then(|alarm| alarm.next_at).unwrap();
    let command = Command::RepeatAlert { due, figures: figures(available) };
    told(account, &PrepaidPolicy::default(), at(time), command)
}

/// Rules R1-06, R1-08, R1-09, R1-12: each line at itself, and a fen to either side.
#[test]
fn at_each_line() {
    let mut account = active();
    assert_eq!(watch(&mut account, "02T10:00:00", "2000.00", false), "");
    boundary::outside("R1-06", "2000.00 at the warning line");
    assert!(account.is_quiet(yuan("2000.00"), &PrepaidPolicy::default()));
    assert!(!account.is_quiet(yuan("1999.99"), &PrepaidPolicy::default()));
    assert_eq!(watch(&mut account, "02T10:00:00", "1999.99", false), "low, again 02 12:00, alert 1");
    boundary::inside("R1-06", "1999.99 below the warning line");
    assert_eq!(watch(&mut account, "02T10:01:00", "1000.00", false), "");
    boundary::outside("R1-08", "1000.00 at the suspension line");
    assert_eq!(watch(&mut account, "02T10:02:00", "999.99", false), "open by 1000.00, look 02 10:22");
    boundary::inside("R1-08", "999.99 below the suspension line");
    assert_eq!(watch(&mut account, "02T10:03:00", "200.00", false), "");
    assert_eq!(watch(&mut account, "02T10:04:00", "199.99", false), "floor by 200.00");
    boundary::inside("R1-12", "199.99 below the floor");
    // Money that merely came free waits for the next look; a top-up does not.
    assert_eq!(watch(&mut account, "02T10:05:00", "5000.00", false), "well");
    boundary::outside("R1-10", "5000.00 came free before the next look");
    assert_eq!(account.breaker, Breaker::Floor);
    assert_eq!(
        watch(&mut account, "02T10:06:00", "1000.00", true),
        "open by 200.00, low, again 02 12:00, alert 2"
    );
    boundary::outside("R1-09", "1000.00 at the resume line");
    assert_eq!(watch(&mut account, "02T10:07:00", "1000.01", true), "closed by 1000.00");
    boundary::inside("R1-09", "1000.01 above the resume line");
    boundary::inside("R1-10", "a top-up is looked at at once");
    assert_eq!(account.recheck_at, None);
}

/// Rule R1-10: 19:59 and 20:00 minutes.
#[test]
fn it_is_looked_at_every_twenty_minutes() {
    let mut account = active();
    assert_eq!(
        watch(&mut account, "02T10:00:00", "500.00", false),
        "open by 1000.00, look 02 10:20, low, again 02 12:00, alert 1"
    );
    let early = decide(
        &account,
        Command::Recheck { due: at("02T10:20:00"), figures: figures("5000.00") },
        &PrepaidPolicy::default(),
        at("02T10:19:59"),
    );
    boundary::refused("R1-10", "19:59 minutes", early.unwrap_err());
    assert_eq!(look(&mut account, "02T10:20:00", "1000.00"), "look 02 10:40");
    assert_eq!(look(&mut account, "02T10:40:00", "1000.01"), "closed by 1000.00");
    boundary::inside("R1-10", "20:00 minutes");
    // A time that was set before means nothing any more.
    let late = Command::Recheck { due: at("02T10:40:00"), figures: figures("1.00") };
    assert_eq!(told(&mut account, &PrepaidPolicy::default(), at("02T11:00:00"), late), "");
}

/// Rules R1-07, K-27: on crossing and at 9, 12, 15 and 18 o'clock while below, four a day.
#[test]
fn four_alerts_a_day_and_no_fifth() {
    let mut account = active();
    assert_eq!(watch(&mut account, "02T08:00:00", "1500.00", false), "low, again 02 09:00, alert 1");
    boundary::inside("K-27", "on crossing");
    let early = Command::RepeatAlert { due: at("02T09:00:00"), figures: figures("1500.00") };
    let early = decide(&account, early, &PrepaidPolicy::default(), at("02T08:59:59")).unwrap_err();
    boundary::refused("R1-07", "a second before nine", early);
    assert_eq!(repeat(&mut account, "02T09:00:00", "1500.00"), "alert 2, again 02 12:00");
    assert_eq!(repeat(&mut account, "02T12:00:00", "1500.00"), "alert 3, again 02 15:00");
    assert_eq!(repeat(&mut account, "02T15:00:00", "1999.99"), "alert 4, again 02 18:00");
    boundary::inside("R1-07", "the fourth alert of a day");
    assert_eq!(repeat(&mut account, "02T18:00:00", "1500.00"), "again 03 09:00");
    boundary::outside("R1-07", "no fifth alert on a day");
    assert_eq!(watch(&mut account, "02T20:00:00", "2000.00", false), "well");
    // Crossing again on the same day is no new count.
    assert_eq!(watch(&mut account, "02T23:59:59", "1999.99", false), "low, again 03 09:00");
    assert_eq!(watch(&mut account, "03T00:00:00", "2000.00", false), "well");
    assert_eq!(watch(&mut account, "03T00:00:00", "1999.99", false), "low, again 03 09:00, alert 1");
    boundary::inside("R1-07", "a new day counts from one");
}

/// Rule K-27, the other reading.
#[test]
fn on_crossing_only() {
    let mut account = active();
    let policy = PrepaidPolicy { alert_mode: AlertMode::Crossing, ..PrepaidPolicy::default() };
    let mut watch = |time: &str, available: &str| {
        let command = Command::Watch { figures: figures(available), may_close: false };
        told(&mut account, &policy, at(time), command)
    };
    assert_eq!(watch("02T08:00:00", "1500.00"), "low, again never, alert 1");
    assert_eq!(watch("02T08:30:00", "1400.00"), "");
    boundary::outside("K-27", "still below, crossing only");
    assert_eq!(watch("02T09:00:00", "2500.00"), "well");
    assert_eq!(watch("02T10:00:00", "1500.00"), "low, again never, alert 2");
}

/// Rules K-27, R5-31: the figures of the hour say whether an alert is repeated, and not those of the crossing.
#[test]
fn the_mode_changes_while_it_is_low() {
    let mut account = active();
    let first = PrepaidPolicy { alert_mode: AlertMode::Crossing, ..PrepaidPolicy::default() };
    assert_eq!(watch(&mut account, "02T08:00:00", "1500.00", false), "low, again 02 09:00, alert 1");
    let due = Command::RepeatAlert { due: at("02T09:00:00"), figures: figures("1500.00") };
    assert_eq!(told(&mut account, &first, at("02T09:00:00"), due), "again never");
    boundary::outside("K-27", "an hour that was set, and only the first is sent by now");
    let look = || Command::Watch { figures: figures("1400.00"), may_close: false };
    assert_eq!(told(&mut account, &first, at("02T10:00:00"), look()), "");
    let silent = PrepaidPolicy { alert_repeat_at: Vec::new(), ..PrepaidPolicy::default() };
    assert_eq!(told(&mut account, &silent, at("02T10:30:00"), look()), "");
    assert_eq!(watch(&mut account, "02T11:00:00", "1400.00", false), "again 02 12:00");
    assert_eq!(repeat(&mut account, "02T12:00:00", "1400.00"), "alert 2, again 02 15:00");
    boundary::inside("K-27", "repeated while below again");
}

/// Machine M6: who owes stays suspended; who is not active is not watched.
#[test]
fn arrears_and_states() {
    let mut account = active();
    watch(&mut account, "02T10:00:00", "500.00", false);
    let owes = Figures { owed: yuan("0.01"), ..figures("5000.00") };
    let command = Command::Watch { figures: owes, may_close: true };
    assert_eq!(told(&mut account, &PrepaidPolicy::default(), at("02T10:01:00"), command), "well");
    assert_eq!(account.breaker, Breaker::Open);
    for state in [State::Opened, State::AlertSet] {
        let mut account = PrepaidAccount { state, ..active() };
        assert_eq!(watch(&mut account, "02T10:00:00", "0.00", false), "");
        assert!(account.is_quiet(yuan("0.00"), &PrepaidPolicy::default()));
    }
}

/// Machine M6: two people restrict, two people lift; the system alone may restrict.
#[test]
fn a_restriction_takes_two() {
    let policy = PrepaidPolicy::default();
    let now = at("02T10:00:00");
    let restrict = |maker: Option<&str>| Command::Restrict {
        reason: "legal_hold".to_owned(),
        maker: maker.map(str::to_owned),
    };
    let confirm = |who: &str| Command::ConfirmRestriction { checker: who.to_owned() };
    let lift = |who: &str| Command::LiftRestriction { maker: who.to_owned() };
    let mut account = active();
    assert_eq!(told(&mut account, &policy, now, confirm("b")), "refused prepaid.account.nothing_to_confirm");
    told(&mut account, &policy, now, restrict(Some("a")));
    assert!(!account.is_restricted());
    let alone = decide(&account, confirm("a"), &policy, now).unwrap_err();
    boundary::refused("M6", "one person restricts alone", alone);
    told(&mut account, &policy, now, confirm("b"));
    assert!(account.is_restricted());
    boundary::inside("M6", "two people restrict");
    assert_eq!(told(&mut account, &policy, now, restrict(Some("a"))), "");
    told(&mut account, &policy, now, lift("a"));
    assert!(account.is_restricted());
    assert_eq!(told(&mut account, &policy, now, confirm("a")), "refused prepaid.account.same_person");
    told(&mut account, &policy, now, confirm("b"));
    assert!(!account.is_restricted());
    told(&mut account, &policy, now, restrict(None));
    assert!(account.is_restricted());
    let nameless = Command::Restrict { reason: "为什么".to_owned(), maker: None };
    assert_eq!(told(&mut active(), &policy, now, nameless), "refused prepaid.account.reason_missing");
}

/// Machine M6: an account that may not promote keeps its breaker open, whatever is available; once it may, the next look
/// closes it.
#[test]
fn a_restriction_keeps_the_breaker_open() {
    let policy = PrepaidPolicy::default();
    let mut account = active();
    watch(&mut account, "02T10:00:00", "999.99", false);
    let restrict = Command::Restrict { reason: "legal_hold".to_owned(), maker: None };
    told(&mut account, &policy, at("02T10:01:00"), restrict);
    assert_eq!(watch(&mut account, "02T10:02:00", "5000.00", true), "well");
    boundary::outside("M6", "5000.00 available, restricted");
    account.restriction = None;
    let look = Command::Recheck { due: at("02T10:20:00"), figures: figures("5000.00") };
    assert_eq!(told(&mut account, &policy, at("02T10:20:00"), look), "closed by 1000.00");
    boundary::inside("M6", "5000.00 available, no longer restricted");
}

/// Machine M6: nothing frozen, owed or open; somebody else closes it when nothing is left.
#[test]
fn closing() {
    let policy = PrepaidPolicy::default();
    let now = at("02T10:00:00");
    let begin = |figures| Command::BeginClosing { maker: "a".to_owned(), figures };
    let finish = |who: &str, figures| Command::FinishClosing { checker: who.to_owned(), figures };
    let mut account = active();
    let frozen = Figures { frozen: yuan("0.01"), ..figures("10.00") };
    let owes = Figures { owed: yuan("0.01"), ..figures("10.00") };
    assert_eq!(
        told(&mut account, &policy, now, finish("b", figures("0.00"))),
        "refused prepaid.account.not_closing"
    );
    assert_eq!(told(&mut account, &policy, now, begin(frozen)), "refused prepaid.account.still_frozen");
    assert_eq!(told(&mut account, &policy, now, begin(owes)), "refused prepaid.account.still_owes");
    account.promotions.push(PromotionId::from_raw(1));
    assert_eq!(
        told(&mut account, &policy, now, begin(figures("10.00"))),
        "refused prepaid.account.still_in_use"
    );
    told(&mut account, &policy, now, Command::DropPromotion { promotion: PromotionId::from_raw(1) });
    told(&mut account, &policy, now, begin(figures("10.00")));
    assert_eq!(account.state.to_string(), "closing");
    assert!(account.may_be_charged().is_err());
    let add = Command::AddPromotion { promotion: PromotionId::from_raw(2) };
    assert_eq!(told(&mut account, &policy, now, add), "refused prepaid.account.not_active");
    assert_eq!(
        told(&mut account, &policy, now, finish("a", figures("0.00"))),
        "refused prepaid.account.same_person"
    );
    assert_eq!(
        told(&mut account, &policy, now, finish("b", figures("0.01"))),
        "refused prepaid.account.money_left"
    );
    told(&mut account, &policy, now, finish("b", figures("0.00")));
    assert_eq!(account.state.to_string(), "closed");
    assert_eq!(told(&mut account, &policy, now, finish("b", figures("0.00"))), "");
}

/// Rule R1-13: a hundred promotions wait or run, and no more.
#[test]
fn promotions_are_bounded() {
    let policy = PrepaidPolicy::default();
    let add = |raw| Command::AddPromotion { promotion: PromotionId::from_raw(raw) };
    let mut account = active();
    for raw in 1..=100 {
        told(&mut account, &policy, at("02T10:00:00"), add(raw));
    }
    assert_eq!(account.promotions.len(), 100);
    assert_eq!(told(&mut account, &policy, at("02T10:00:00"), add(100)), "");
    let more = told(&mut account, &policy, at("02T10:00:00"), add(101));
    assert_eq!(more, "refused prepaid.account.too_many_promotions");
}
