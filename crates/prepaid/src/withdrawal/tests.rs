//! What a withdrawal answers, as tables: state, command, answer. Here every state with every command; the
//! boundaries of the rules are in `people_tests` and `bank_tests`.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;
use crate::account::State as AccountState;
use crate::{Decision, PrepaidPolicy};

pub(super) const CNY: Currency = Currency::CNY;

pub(super) fn start() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap()
}

/// Five days after [`start`]: what is sent then should have been answered.
pub(super) fn due() -> Timestamp {
    Timestamp::parse("2026-03-07T09:00:00+08:00").unwrap()
}

pub(super) fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

pub(super) fn card() -> Card {
    let payee = Payee {
        bank: "中国银行".to_owned(),
        account_no: "6222020000000000001".to_owned(),
        holder: "青禾贸易有限公司".to_owned(),
    };
    Card { payee, in_force: true, changed_at: None }
}

pub(super) fn standing(label: &str) -> Standing {
    let good = Standing {
        state: AccountState::Active { activated_at: start() },
        restricted: false,
        owed_minor: 0,
        available_minor: 1_000_000_000,
        open_withdrawals: 0,
    };
    match label {
        "active" => good,
        "alert_set" => Standing { state: AccountState::AlertSet, ..good },
        "restricted" => Standing { restricted: true, ..good },
        "closing" => Standing { state: AccountState::Closing { since: start() }, ..good },
        "owes a fen" => Standing { owed_minor: 1, ..good },
        "has 500.00" => Standing { available_minor: 50_000, ..good },
        "two open" => Standing { open_withdrawals: 2, ..good },
        "three open" => Standing { open_withdrawals: 3, ..good },
        other => panic!("no standing: {other}"),
    }
}

/// Reads `request 500.00`, `approve ops operations by owes a fen`, `fail 1 AC04`, `reverse boss E1`.
pub(super) fn command(text: &str) -> Command {
    let (words, by) = text.split_once(" by ").unwrap_or((text, "active"));
    let standing = standing(by);
    let text = str::to_owned;
    let number = |word: &str| word.parse().unwrap();
    let card = |word: &str| match word {
        "card" => card(),
        "blocked" => Card { in_force: false, ..card() },
        "none" => Card { payee: Payee { holder: String::new(), ..card().payee }, ..card() },
        "new" => {
            Card { payee: Payee { account_no: "6222020000000000002".to_owned(), ..card().payee }, ..card() }
        }
        other => panic!("no card: {other}"),
    };
    let ask = |amount, first_use, maker: &str, word| {
        let amount = yuan(amount);
        Command::Request { ask: Ask { amount, card: card(word), standing, first_use, maker: text(maker) } }
    };
    match words.split(' ').collect::<Vec<_>>().as_slice() {
        ["request", amount] => ask(amount, false, "maker", "card"),
        ["request", amount, "first"] => ask(amount, true, "maker", "card"),
        ["request", amount, "of", maker] => ask(amount, false, maker, "card"),
        ["request", amount, "to", word] => ask(amount, false, "maker", word),
        ["approve", actor, "operations"] => {
            Command::Approve { actor: text(actor), role: Role::Operations, standing }
        }
        ["approve", actor, "finance"] => {
            Command::Approve { actor: text(actor), role: Role::Finance, standing }
        }
        ["reject", actor, reason] => Command::Reject { actor: text(actor), reason: text(reason) },
        ["cancel", actor] => Command::Cancel { actor: text(actor) },
        ["send", payment] => Command::Send { payment: number(payment), standing, card: card("card") },
        ["send", payment, "to", word] => {
            Command::Send { payment: number(payment), standing, card: card(word) }
        }
        ["fail", payment, code] => {
            Command::Fail { payment: number(payment), code: text(code), text: text("户名不符") }
        }
        ["time_out"] => Command::TimeOut,
        ["retry", actor, payment] => {
            Command::Retry { actor: text(actor), payment: number(payment), standing, card: card("card") }
        }
        ["retry", actor, payment, "to", word] => {
            Command::Retry { actor: text(actor), payment: number(payment), standing, card: card(word) }
        }
        ["reverse", actor] => Command::Reverse { actor: text(actor), evidence: text(" ") },
        ["reverse", actor, proof] => Command::Reverse { actor: text(actor), evidence: text(proof) },
        ["pay", payment] => Command::Pay { payment: number(payment) },
        ["return", line] => Command::Return { line: number(line) },
        ["give_back", maker, checker] => Command::GiveBack { maker: text(maker), checker: text(checker) },
        other => panic!("no command: {other:?}"),
    }
}

pub(super) fn fresh(raw: i64) -> Withdrawal {
    Withdrawal::unrequested(Id::from_raw(raw), Id::from_raw(6), Id::from_raw(77), CNY)
}

pub(super) fn carry_out(
    withdrawal: &mut Withdrawal,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, WithdrawalRefusal> {
    let decision = decide(withdrawal, command, &PrepaidPolicy::default(), now)?;
    for event in &decision.events {
        withdrawal.apply(event);
    }
    let json = serde_json::to_string(withdrawal).unwrap();
    assert_eq!(&serde_json::from_str::<Withdrawal>(&json).unwrap(), withdrawal);
    Ok(decision)
}

/// The steps that lead to a state. A time-out happens at [`due`], all else at [`start`].
pub(super) fn steps(state: &str) -> Vec<&'static str> {
    const SENT: [&str; 3] = ["request 500.00", "approve ops operations", "send 1"];
    let then = |more: &[&'static str]| [&SENT[..], more].concat();
    match state {
        "new" => vec![],
        "requested" => SENT[..1].to_vec(),
        "half approved" => vec!["request 500.00 first", "approve ops operations"],
        "approved" => SENT[..2].to_vec(),
        "sent" => SENT.to_vec(),
        "sent again" => then(&["fail 1 AC04", "retry fin 2"]),
        "failed" => then(&["fail 1 AC04"]),
        "timed_out" => then(&["time_out"]),
        "card_changed" => vec!["request 500.00", "approve ops operations", "send 1 to new"],
        "paid" => then(&["pay 1"]),
        "rejected" => vec!["request 500.00", "reject ops RISK"],
        "cancelled" => vec!["request 500.00", "cancel maker"],
        "reversed" => then(&["fail 1 AC04", "reverse boss E1"]),
        "reversed unanswered" => then(&["time_out", "reverse boss E1"]),
        "returned" => then(&["pay 1", "return 8"]),
        "given_back" => then(&["pay 1", "return 8", "give_back fin boss"]),
        other => panic!("no state: {other}"),
    }
}

/// Brings a withdrawal to a state.
pub(super) fn withdrawal(state: &str) -> Withdrawal {
    let mut withdrawal = fresh(9);
    for step in steps(state) {
        let now = if step == "time_out" { due() } else { start() };
        let decision = carry_out(&mut withdrawal, command(step), now).unwrap();
        assert!(!decision.is_already(), "{state}: {step}");
    }
    withdrawal
}

/// The state afterwards (with its cause), `already`, or `refused code`; a refusal changes nothing.
pub(super) fn answer(withdrawal: &mut Withdrawal, command: Command, now: Timestamp) -> String {
    let before = withdrawal.clone();
    match carry_out(withdrawal, command, now) {
        Ok(decision) if decision.is_already() => {
            assert_eq!(*withdrawal, before);
            "already".to_owned()
        }
        Ok(_) => match withdrawal.cause() {
            Some(cause) => cause.to_string(),
            None => withdrawal.state.to_string(),
        },
        Err(refusal) => {
            assert_eq!(*withdrawal, before);
            let refusal = Refusal::from(refusal);
            assert!(refusal.figures.iter().all(|figure| !figure.value.is_empty()), "{refusal}");
            format!("-{}", refusal.code.strip_prefix("prepaid.withdrawal.").unwrap())
        }
    }
}

#[track_caller]
pub(super) fn check(state: &str, step: &str, want: &str) {
    assert_eq!(answer(&mut withdrawal(state), command(step), start()), want, "{state}, {step}");
}

/// As [`check`], and counts it for a rule: inside when it is done, outside when it is refused, and by that
/// rule.
#[track_caller]
pub(super) fn check_rule(rule: &str, state: &str, step: &str, want: &str) {
    let case = format!("{state}, {step}");
    let refusal = decide(&withdrawal(state), command(step), &PrepaidPolicy::default(), start()).err();
    check(state, step, want);
    match refusal {
        None => boundary::inside(rule, case),
        Some(refusal) => drop(boundary::refused(rule, case, refusal)),
    }
}

/// Machine M8: every state and command. What was done before with the same input is `already`.
#[test]
fn every_state_answers_every_command() {
    const COMMANDS: [&str; 12] = [
        "request 500.00",
        "approve ops operations",
        "reject ops RISK",
        "cancel maker",
        "send 1",
        "fail 1 AC04",
        "time_out",
        "retry fin 2",
        "reverse boss E1",
        "pay 1",
        "return 8",
        "give_back fin boss",
    ];
    let table = [
        [
            "new",
            "requested -not_requested -not_requested -not_requested -not_requested -not_requested -not_requested",
            "-not_requested -not_requested -not_requested -not_requested -not_requested",
        ],
        [
            "requested",
            "already approved rejected cancelled -not_approved -not_sent -not_sent",
            "-not_approved -nothing_to_decide -not_sent -not_paid -nothing_to_decide",
        ],
        [
            "half approved",
            "already already rejected cancelled -not_approved -not_sent -not_sent",
            "-not_approved -nothing_to_decide -not_sent -not_paid -nothing_to_decide",
        ],
        [
            "approved",
            "already already rejected cancelled sent -not_sent -not_sent",
            "-nothing_to_decide -nothing_to_decide -not_sent -not_paid -nothing_to_decide",
        ],
        [
            "sent",
            "already already -sent_already -sent_already already failed timed_out",
            "-never_resent -nothing_to_decide paid -not_paid -nothing_to_decide",
        ],
        [
            "sent again",
            "already already -sent_already -sent_already already already timed_out",
            "already -nothing_to_decide -other_payment -not_paid -nothing_to_decide",
        ],
        [
            "failed",
            "already already -closed -closed already already -closed",
            "sent reversed paid -not_paid -nothing_to_decide",
        ],
        [
            "timed_out",
            "already already -closed -closed already failed already",
            "-not_failed reversed paid -not_paid -nothing_to_decide",
        ],
        [
            "card_changed",
            "already already -closed -closed -closed -not_sent -not_sent",
            "-not_failed reversed -not_sent -not_paid -nothing_to_decide",
        ],
        [
            "paid",
            "already already -closed -closed already -answered_otherwise -closed",
            "-closed -nothing_to_decide already returned -nothing_to_decide",
        ],
        [
            "rejected",
            "already -closed already -closed -closed -closed -closed",
            "-closed -closed -closed -closed -closed",
        ],
        [
            "cancelled",
            "already -closed -closed already -closed -closed -closed",
            "-closed -closed -closed -closed -closed",
        ],
        [
            "reversed",
            "already -closed -closed -closed already already -closed",
            "-closed already -paid_after_reversal -not_paid -closed",
        ],
        [
            "reversed unanswered",
            "already -closed -closed -closed already already -closed",
            "-closed already -paid_after_reversal -not_paid -closed",
        ],
        [
            "returned",
            "already already -closed -closed already -answered_otherwise -closed",
            "-closed -closed already already given_back",
        ],
        [
            "given_back",
            "already already -closed -closed already -answered_otherwise -closed",
            "-closed -closed already already already",
        ],
    ];
    for [state, first, rest] in table {
        let answers = COMMANDS.map(|step| answer(&mut withdrawal(state), command(step), due()));
        let want: Vec<&str> = first.split(' ').chain(rest.split(' ')).collect();
        assert_eq!(answers.as_slice(), want, "{state}");
    }
}

#[test]
fn allowed_says_what_is_closed() {
    use CommandKind::{
        Approve, Cancel, Fail, GiveBack, Pay, Reject, Request, Retry, Return, Reverse, Send, TimeOut,
    };
    let check = |state: &str, now, want: &[CommandKind]| {
        let listed = allowed(&withdrawal(state), &PrepaidPolicy::default(), now);
        let open: Vec<CommandKind> =
            listed.iter().filter(|a| a.refusal.is_none()).map(|a| a.command).collect();
        assert_eq!(open, want, "{state}");
        assert_eq!(listed.len(), CommandKind::ALL.len());
    };
    check("new", start(), &[Request]);
    check("requested", start(), &[Approve, Reject, Cancel]);
    check("half approved", start(), &[Approve, Reject, Cancel]);
    check("approved", start(), &[Reject, Cancel, Send]);
    check("sent", start(), &[Fail, Pay]);
    check("sent", due(), &[Fail, TimeOut, Pay]);
    check("sent again", start(), &[Fail, Pay]);
    check("failed", due(), &[Retry, Reverse, Pay]);
    check("timed_out", due(), &[Fail, Reverse, Pay]);
    check("card_changed", due(), &[Reverse]);
    check("paid", due(), &[Return]);
    check("returned", due(), &[GiveBack]);
    for state in ["rejected", "cancelled", "reversed", "given_back"] {
        check(state, due(), &[]);
    }
}
