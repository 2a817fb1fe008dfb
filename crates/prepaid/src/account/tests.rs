//! What a prepaid account answers, as tables: state, command, answer.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;
use crate::withdrawal::Payee;
use crate::{Decision, PrepaidPolicy};

const CNY: Currency = Currency::CNY;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

fn card(holder: &str, in_force: bool) -> WireAccount {
    WireAccount {
        bank: "中国银行".to_owned(),
        account_no: "6222020000000000001".to_owned(),
        holder: holder.to_owned(),
        in_force,
        source: CardSource::Supplier,
    }
}

fn contact(email: &str, mobile: &str) -> Contact {
    let some = |text: &str| (text != "-").then(|| text.to_owned());
    Contact { email: some(email), mobile: some(mobile) }
}

fn lines(warning: &str, suspend: &str, contacts: Vec<Contact>) -> AlertLines {
    AlertLines { warning: yuan(warning), suspend: yuan(suspend), contacts }
}

fn good_lines() -> AlertLines {
    lines("2000.00", "1000.00", vec![contact("a@example.com", "-")])
}

fn open() -> Command {
    Command::Open {
        company: "青禾贸易有限公司".to_owned(), wire_account: card("青禾贸易有限责任公司", true)
    }
}

fn set(lines: AlertLines) -> Command {
    let verified = vec![true; lines.contacts.len()];
    Command::SetAlerts { lines, verified }
}

fn unopened() -> PrepaidAccount {
    PrepaidAccount::unopened(AccountId::from_raw(1), 2, ProgrammeId::from_raw(3), CNY)
}

/// Brings an account to a state.
fn account(state: &str) -> PrepaidAccount {
    let steps = match state {
        "unopened" => vec![],
        "opened" => vec![open()],
        "alert_set" => vec![open(), set(good_lines())],
        "active" => vec![open(), set(good_lines()), Command::TopUpCredited],
        other => panic!("no state: {other}"),
    };
    let mut account = unopened();
    for step in steps {
        carry_out(&mut account, step).unwrap();
    }
    assert_eq!(account.state.to_string(), state);
    account
}

fn carry_out(account: &mut PrepaidAccount, command: Command) -> Result<Decision<Event>, AccountRefusal> {
    let decision = decide(account, command, &PrepaidPolicy::default(), now())?;
    for event in &decision.events {
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
        account.apply(event);
    }
    let json = serde_json::to_string(account).unwrap();
    assert_eq!(&serde_json::from_str::<PrepaidAccount>(&json).unwrap(), account);
    Ok(decision)
}

/// The state afterwards, `already`, or `refused code`; a refusal changes nothing.
fn answer(account: &mut PrepaidAccount, command: Command) -> String {
    let before = account.clone();
    match carry_out(account, command) {
        Ok(decision) if decision.is_already() => "already".to_owned(),
        Ok(_) => account.state.to_string(),
        Err(refusal) => {
            assert_eq!(*account, before);
            format!("refused {}", Refusal::from(refusal).code)
        }
    }
}

fn check(state: &str, command: Command, want: &str) {
    let label = format!("{state}, {command:?}");
    assert_eq!(answer(&mut account(state), command), want, "{label}");
}

/// As [`check`], and counts it for a rule: inside when it is done, outside when it is refused, and by that rule.
#[track_caller]
fn check_rule(rule: &str, state: &str, command: Command, want: &str) {
    let case = format!("{state}, {command:?}");
    let refusal = decide(&account(state), command.clone(), &PrepaidPolicy::default(), now()).err();
    check(state, command, want);
    match refusal {
        None => boundary::inside(rule, case),
        Some(refusal) => drop(boundary::refused(rule, case, refusal)),
    }
}

/// Rule R1-02: suppliers that their settlement keeps out, or everyone by policy.
#[test]
fn who_may_open() {
    let policy = PrepaidPolicy::default();
    assert_eq!(may_open(true, false, &policy), Ok(()));
    boundary::inside("R1-02", "a supplier that is kept out");
    boundary::refused("R1-02", "a supplier that takes part", may_open(true, true, &policy).unwrap_err());
    boundary::refused("R1-02", "a shop of its own", may_open(false, false, &policy).unwrap_err());
    let everyone = PrepaidPolicy { open_to: crate::OpenTo::Everyone, ..policy };
    assert_eq!(may_open(false, true, &everyone), Ok(()));
}

/// Rule R1-01.
#[test]
fn opening_needs_a_card_in_force_in_the_companys_name() {
    let with =
        |company: &str, card: WireAccount| Command::Open { company: company.to_owned(), wire_account: card };
    check_rule("R1-01", "unopened", open(), "opened");
    check_rule(
        "R1-01",
        "unopened",
        with("青禾贸易有限公司", card("青禾贸易有限公司", false)),
        "refused prepaid.account.card_not_in_force",
    );
    check(
        "unopened",
        with("青禾贸易有限公司", card("青禾香港有限公司", true)),
        "refused prepaid.account.holder_differs",
    );
    check("unopened", with("", card("", true)), "refused prepaid.account.holder_differs");
    for state in ["opened", "alert_set", "active"] {
        check(state, open(), "already");
        check(state, with("别家公司", card("别家公司", true)), "refused prepaid.account.opened_otherwise");
    }
}

/// Rules R1-03, R1-04, K-5: one to three contacts.
#[test]
fn contacts_are_counted_reachable_and_verified() {
    let many = |count: usize| vec![contact("a@example.com", "13800000000"); count];
    check("unopened", set(good_lines()), "refused prepaid.account.not_opened");
    check("opened", set(lines("2000.00", "1000.00", many(0))), "refused prepaid.account.no_contact");
    check_rule("R1-04", "opened", set(lines("2000.00", "1000.00", many(3))), "alert_set");
    let four = set(lines("2000.00", "1000.00", many(4)));
    check_rule("R1-04", "opened", four, "refused prepaid.account.too_many_contacts");
    let one = |contact| set(lines("2000.00", "1000.00", vec![contact]));
    check("opened", one(contact("-", "13800000000")), "alert_set");
    check("opened", one(contact("-", "-")), "refused prepaid.account.contact_unreachable");
    check("opened", one(contact(" ", "-")), "refused prepaid.account.contact_unreachable");
    for verified in [vec![true, false], vec![true], vec![]] {
        let command = Command::SetAlerts { lines: lines("2000.00", "1000.00", many(2)), verified };
        check_rule("R1-04", "opened", command, "refused prepaid.account.contact_not_verified");
    }
    check("alert_set", set(good_lines()), "already");
    check("active", set(good_lines()), "already");
    check("active", set(lines("3000.00", "1000.00", many(1))), "active");
}

/// Rules R1-06, R1-08, K-1: warning >= suspension >= the operator's 1000.00.
#[test]
fn lines_stand_in_order() {
    let at = |warning, suspend| set(lines(warning, suspend, good_lines().contacts));
    check_rule("K-1", "opened", at("1000.00", "1000.00"), "alert_set");
    check("opened", at("999.99", "1000.00"), "refused prepaid.account.warning_below_suspend");
    check_rule("K-1", "opened", at("1000.00", "999.99"), "refused prepaid.account.suspend_below_operator");
    check("opened", at("5000.00", "5000.00"), "alert_set");
    let usd = Currency::from_code("USD").unwrap();
    let foreign = AlertLines { warning: Money::new(900_000, usd), ..good_lines() };
    check("opened", set(foreign), "refused prepaid.account.currency");
}

/// Rules R1-03, R1-14.
#[test]
fn top_up_requests_are_listed_and_bounded() {
    let request = |raw| Command::OpenTopUp { top_up: TopUpId::from_raw(raw) };
    check("unopened", request(1), "refused prepaid.account.not_opened");
    check_rule("R1-03", "opened", request(1), "refused prepaid.account.alerts_missing");
    check_rule("R1-03", "alert_set", request(1), "alert_set");
    let mut active = account("active");
    for raw in 1..=20 {
        assert_eq!(answer(&mut active, request(raw)), "active");
    }
    assert_eq!(answer(&mut active, request(20)), "already");
    assert_eq!(answer(&mut active, request(21)), "refused prepaid.account.too_many_open_top_ups");
    let close = |raw| Command::CloseTopUp { top_up: TopUpId::from_raw(raw) };
    assert_eq!(answer(&mut active, close(7)), "active");
    assert_eq!(answer(&mut active, close(7)), "already");
    assert_eq!(answer(&mut active, request(21)), "active");
}

/// Rule R1-19.
#[test]
fn the_first_top_up_makes_it_prepaid() {
    check("unopened", Command::TopUpCredited, "refused prepaid.account.not_opened");
    check("opened", Command::TopUpCredited, "refused prepaid.account.alerts_missing");
    check("alert_set", Command::TopUpCredited, "active");
    check("active", Command::TopUpCredited, "already");
    for state in ["unopened", "opened", "alert_set"] {
        let refusal: Refusal = account(state).may_be_charged().unwrap_err().into();
        assert_eq!(
            (refusal.code.as_ref(), refusal.rule.as_str()),
            ("prepaid.account.not_yet_prepaid", "R1-19")
        );
        assert_eq!(refusal.figure("state"), Some(state));
        boundary::refused("R1-19", state, refusal);
        assert!(account(state).bears_order_placed_at(now()).is_err());
    }
    let active = account("active");
    assert_eq!(active.may_be_charged(), Ok(()));
    boundary::inside("R1-19", "active");
    assert_eq!(active.bears_order_placed_at(now()), Ok(()));
    boundary::inside("R1-19", "an order placed at the moment of activation");
    let before = active.bears_order_placed_at(Timestamp::from_micros(now().micros() - 1)).unwrap_err();
    boundary::refused("R1-19", "an order placed a microsecond earlier", before);
}

/// Rule R1-24: the queue of holds that owe, oldest first.
#[test]
fn the_queue_is_joined_at_the_end_and_left_at_the_head() {
    let join = |raw| Command::QueueArrears { hold: HoldId::from_raw(raw) };
    let leave = |left, next: i64| Command::AdvanceArrears {
        left: HoldId::from_raw(left),
        next: (next != 0).then(|| HoldId::from_raw(next)),
    };
    check("alert_set", join(1), "refused prepaid.account.not_yet_prepaid");
    check("active", leave(1, 0), "refused prepaid.account.not_first_in_arrears");
    let mut account = account("active");
    let queue = |account: &PrepaidAccount| {
        (account.arrears_head.map_or(0, Id::raw), account.arrears_tail.map_or(0, Id::raw))
    };
    assert_eq!(answer(&mut account, join(1)), "active");
    assert_eq!(queue(&account), (1, 1));
    assert_eq!(answer(&mut account, join(1)), "already");
    let after = carry_out(&mut account, join(2)).unwrap();
    let after_one = Event::ArrearsQueued { hold: HoldId::from_raw(2), after: Some(HoldId::from_raw(1)) };
    assert_eq!(after.events, vec![after_one]);
    assert_eq!(queue(&account), (1, 2));
    assert_eq!(answer(&mut account, leave(2, 0)), "refused prepaid.account.not_first_in_arrears");
    assert_eq!(answer(&mut account, leave(1, 0)), "refused prepaid.account.not_first_in_arrears");
    assert_eq!(answer(&mut account, leave(1, 1)), "refused prepaid.account.not_first_in_arrears");
    assert_eq!(answer(&mut account, leave(1, 2)), "active");
    assert_eq!(queue(&account), (2, 2));
    assert_eq!(answer(&mut account, leave(2, 3)), "refused prepaid.account.not_first_in_arrears");
    assert_eq!(answer(&mut account, leave(2, 0)), "active");
    assert_eq!(queue(&account), (0, 0));
}

#[test]
fn allowed_says_what_is_closed() {
    let check = |state: &str, want: &[CommandKind]| {
        let listed = allowed(&account(state), &PrepaidPolicy::default(), now());
        let open: Vec<CommandKind> =
            listed.iter().filter(|a| a.refusal.is_none()).map(|a| a.command).collect();
        assert_eq!(open, want, "{state}");
        assert_eq!(listed.len(), CommandKind::ALL.len());
    };
    use CommandKind as C;
    let any = [
        C::DropPromotion,
        C::Restrict,
        C::LiftRestriction,
        C::UnlistWithdrawal,
        C::UseCard,
        C::ReturnCard,
        C::ProposeCard,
    ];
    let with = |first: &[C], last: &[C]| {
        let mut all = [first, &any, last].concat();
        all.sort_by_key(|kind| C::ALL.iter().position(|known| known == kind));
        all
    };
    let watched = [C::Watch, C::Recheck, C::RepeatAlert];
    check("unopened", &[C::Open]);
    check("opened", &with(&[C::SetAlerts, C::CloseTopUp], &watched));
    let before = [C::SetAlerts, C::OpenTopUp, C::CloseTopUp, C::TopUpCredited];
    check("alert_set", &with(&before, &watched));
    let queue = [C::QueueArrears, C::AdvanceArrears, C::AddPromotion, C::BeginClosing, C::ListWithdrawal];
    check("active", &with(&before, &[watched.as_slice(), &queue].concat()));
}

/// Rules R1-01, R1-27: another card takes two people; what the bank returns to it puts it out of force.
#[test]
fn the_bound_card() {
    let now = now();
    let policy = PrepaidPolicy::default();
    let mut account = account("active");
    let propose = |card| Command::ProposeCard { card, maker: "a".to_owned() };
    let confirm = |who: &str| Command::ConfirmCard { checker: who.to_owned() };
    assert_eq!(answer(&mut account, confirm("b")), "refused prepaid.account.no_card_proposed");
    let other = propose(card("别家公司", true));
    assert_eq!(answer(&mut account, other), "refused prepaid.account.holder_differs");
    let new = WireAccount { account_no: "6217".to_owned(), ..card("青禾贸易有限公司", true) };
    let waiting = propose(WireAccount { in_force: false, ..new.clone() });
    assert_eq!(answer(&mut account, waiting), "refused prepaid.account.card_not_in_force");
    let to = Payee::from(account.wire_account.as_ref().unwrap());
    for (command, used, in_force) in [
        (Command::UseCard { to: Payee::default() }, false, true),
        (Command::UseCard { to: to.clone() }, true, true),
        (Command::ReturnCard { to: Payee::default() }, true, true),
        (Command::ReturnCard { to: to.clone() }, true, false),
    ] {
        let decision = decide(&account, command, &policy, now).unwrap();
        decision.events.iter().for_each(|event| account.apply(event));
        let bound = account.wire_account.as_ref().unwrap();
        assert_eq!((account.card_used, bound.in_force), (used, in_force));
    }
    for event in decide(&account, propose(new.clone()), &policy, now).unwrap().events {
        let told = serde_json::to_string(&event).unwrap();
        assert!(!told.contains("6217"), "the card's number stays in the record: {told}");
        account.apply(&event);
    }
    let alone = decide(&account, confirm("a"), &policy, now).unwrap_err();
    assert_eq!(Refusal::from(alone).code, "prepaid.account.same_person");
    assert_eq!(answer(&mut account, confirm("b")), "active");
    assert_eq!(account.wire_account, Some(new));
    assert_eq!((account.card_used, account.card_changed_at), (false, Some(now)));
}
