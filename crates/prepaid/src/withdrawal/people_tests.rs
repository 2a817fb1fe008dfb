//! What a withdrawal answers to those who ask for it and those who check it, at both sides of every boundary.

use zaiton_boundary as boundary;
use zaiton_kernel::Refusal;

use super::tests::{
    answer, card, carry_out, check, check_rule, command, fresh, standing, start, withdrawal, yuan,
};
use super::*;
use crate::PrepaidPolicy;
use crate::account::State as AccountState;

/// Machine M8, R1-26 to R1-28: the guards of a request, in the order in which they are asked.
#[test]
fn a_request_heeds_every_guard() {
    check_rule("M8", "new", "request 500.00 by alert_set", "-account_not_active");
    check_rule("R1-26", "new", "request 500.00 by active", "requested");
    check_rule("R1-26", "new", "request 500.00 by owes a fen", "-arrears");
    check_rule("M8", "new", "request 100.00", "requested");
    check_rule("M8", "new", "request 99.99", "-below_minimum");
    check("new", "request 0.00", "-not_positive");
    check("new", "request -1.00", "-not_positive");
    check_rule("R1-28", "new", "request 500.00 by has 500.00", "requested");
    check_rule("R1-28", "new", "request 500.01 by has 500.00", "-more_than_available");
    check_rule("R1-27", "new", "request 500.00 to card", "requested");
    check_rule("R1-27", "new", "request 500.00 to blocked", "-card_not_in_force");
    check_rule("R1-27", "new", "request 500.00 to none", "-card_not_in_force");
    check_rule("M8", "new", "request 500.00 by two open", "requested");
    check_rule("M8", "new", "request 500.00 by three open", "-too_many_open");
    let in_order = |ask: Ask| {
        let refusal = decide(&fresh(9), Command::Request { ask }, &PrepaidPolicy::default(), start());
        Refusal::from(refusal.unwrap_err()).code
    };
    let Command::Request { ask: good } = command("request 500.00") else { panic!("a request") };
    let bad_card = Card { in_force: false, changed_at: Some(start()), ..card() };
    let (active, mut worst) = (good.standing.state, standing("three open"));
    (worst.state, worst.owed_minor, worst.available_minor) = (AccountState::Opened, 1, 9_998);
    let mut ask = Ask { amount: yuan("99.99"), card: bad_card, standing: worst, ..good };
    assert_eq!(in_order(ask.clone()), "prepaid.withdrawal.account_not_active");
    ask.standing.state = active;
    assert_eq!(in_order(ask.clone()), "prepaid.withdrawal.arrears");
    ask.standing.owed_minor = 0;
    let usd = Currency::from_code("USD").unwrap();
    let foreign = Ask { amount: Money::new(9_999, usd), ..ask.clone() };
    assert_eq!(in_order(foreign), "prepaid.withdrawal.currency");
    assert_eq!(in_order(ask.clone()), "prepaid.withdrawal.below_minimum");
    ask.amount = yuan("100.00");
    assert_eq!(in_order(ask.clone()), "prepaid.withdrawal.more_than_available");
    ask.standing.available_minor = 10_000;
    assert_eq!(in_order(ask.clone()), "prepaid.withdrawal.card_not_in_force");
    ask.card.in_force = true;
    assert_eq!(in_order(ask.clone()), "prepaid.withdrawal.card_cooling");
    ask.card.changed_at = None;
    assert_eq!(in_order(ask), "prepaid.withdrawal.too_many_open");
}

/// Rule R1-28: what is missing is said.
#[test]
fn a_refusal_carries_its_figures() {
    let refusal =
        decide(&fresh(9), command("request 500.01 by has 500.00"), &PrepaidPolicy::default(), start());
    let refusal = Refusal::from(refusal.unwrap_err());
    assert_eq!(refusal.figure("needed"), Some("500.01 CNY"));
    assert_eq!(refusal.figure("available"), Some("500.00 CNY"));
    assert_eq!(refusal.figure("short_by"), Some("0.01 CNY"));
    assert_eq!(refusal.figure("account"), Some(fresh(9).account.to_string().as_str()));
    let owing =
        decide(&fresh(9), command("request 500.00 by owes a fen"), &PrepaidPolicy::default(), start());
    assert_eq!(Refusal::from(owing.unwrap_err()).figure("owed"), Some("0.01 CNY"));
}

/// Machine M8: three days after a change, to the microsecond; a card bound at opening needs none.
#[test]
fn a_changed_card_cools_off() {
    let check = |changed_at, now, want: &str| {
        let Command::Request { ask } = command("request 500.00") else { panic!("a request") };
        let ask = Ask { card: Card { changed_at, ..card() }, ..ask };
        assert_eq!(answer(&mut fresh(9), Command::Request { ask }, now), want);
    };
    let three_days = start().plus_elapsed_days(3);
    check(Some(start()), Timestamp::from_micros(three_days.micros() - 1), "-card_cooling");
    boundary::outside("M8", "a card changed a microsecond less than three days ago");
    check(Some(start()), three_days, "requested");
    boundary::inside("M8", "a card changed three days ago");
    check(None, start(), "requested");
}

#[test]
fn the_same_request_again_is_done_and_another_is_not() {
    for state in ["requested", "approved", "sent", "paid", "cancelled"] {
        check(state, "request 500.00 by owes a fen", "already");
        check(state, "request 500.00 first", "already");
        check(state, "request 500.01", "-requested_otherwise");
        check(state, "request 500.00 of another", "-requested_otherwise");
        check(state, "request 500.00 to new", "-requested_otherwise");
    }
    let done = withdrawal("requested");
    assert_eq!((&done.to, done.maker.as_str(), done.requested_at), (&card().payee, "maker", start()));
    assert!(done.is_open() && !done.first_use && !done.needs_finance);
}

/// Rule R1-27: finance approves above 50,000.00 and at the first use of a card.
#[test]
fn large_amounts_and_new_cards_need_finance() {
    let check = |request: &str, want: &[&str]| {
        let mut withdrawal = fresh(9);
        carry_out(&mut withdrawal, command(request), start()).unwrap();
        let checks = ["approve ops operations", "approve fin finance"];
        let answers: Vec<String> =
            checks.iter().map(|step| answer(&mut withdrawal, command(step), start())).collect();
        assert_eq!(answers, want, "{request}");
    };
    check("request 50000.00", &["approved", "-closed"]);
    boundary::outside("R1-27", "finance is not asked at exactly 50,000.00");
    check("request 50000.01", &["requested", "approved"]);
    boundary::inside("R1-27", "finance is asked at 50,000.01");
    check("request 100.00 first", &["requested", "approved"]);
    boundary::inside("R1-27", "finance is asked at the first use of a card");
}

/// Rules R1-26, R1-27, K-62: in order, never one person twice, never the maker, and not while anything is
/// owed.
#[test]
fn checkers_are_different_people() {
    check_rule("R1-27", "requested", "approve ops operations", "approved");
    check_rule("R1-27", "requested", "approve maker operations", "-maker_checks");
    check_rule("R1-27", "requested", "approve fin finance", "-another_role");
    check_rule("R1-27", "half approved", "approve fin finance", "approved");
    check_rule("R1-27", "half approved", "approve ops finance", "-same_person");
    check_rule("R1-27", "half approved", "approve maker finance", "-maker_checks");
    check_rule("R1-27", "half approved", "approve ops2 operations", "-another_role");
    check("half approved", "approve ops operations by owes a fen", "already");
    check_rule("R1-26", "requested", "approve ops operations by owes a fen", "-arrears");
    check_rule("R1-26", "requested", "approve ops operations by active", "approved");
    check_rule("R1-26", "half approved", "approve fin finance by owes a fen", "-arrears");
    check("requested", "approve ops operations by alert_set", "-account_not_active");
    check("approved", "approve ops2 operations", "-closed");
    let roles: Vec<Role> = withdrawal("half approved").approvals.iter().map(|given| given.role).collect();
    assert_eq!(roles, [Role::Operations]);
    assert_eq!(withdrawal("half approved").next_role(), Some(Role::Finance));
    assert_eq!(withdrawal("approved").next_role(), None);
    let mut both = withdrawal("half approved");
    assert_eq!(answer(&mut both, command("approve fin finance"), start()), "approved");
    assert_eq!((both.next_role(), both.approvals.len()), (None, 2));
}

/// Rule R1-26: what is owed never stands in the way of taking a withdrawal back to repay it.
#[test]
fn it_is_rejected_or_taken_back_until_it_is_sent() {
    for state in ["requested", "half approved", "approved"] {
        check_rule("R1-26", state, "cancel maker", "cancelled");
        check(state, "cancel colleague", "cancelled");
        check_rule("M8", state, "reject ops RISK.01-a_b", "rejected");
        check_rule("M8", state, "reject ops 理由", "-not_a_code");
    }
    let long = "x".repeat(36);
    check("requested", &format!("reject ops {long}"), "-not_a_code");
    check("requested", &format!("reject ops {}", &long[1..]), "rejected");
    check("requested", "reject ops ", "-not_a_code");
    check("rejected", "reject ops OTHER", "-closed");
    check("rejected", "reject other RISK", "-closed");
    check("cancelled", "cancel colleague", "-closed");
    check_rule("M8", "sent", "cancel maker", "-sent_already");
    check_rule("M8", "sent", "reject ops RISK", "-sent_already");
}
