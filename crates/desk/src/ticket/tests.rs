//! Tests of tickets: who is to speak next, and the limits of what is said (R1-14).

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

fn now() -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000)
}

fn open(text: &str) -> Command {
    Command::Open { desk: Desk::Settlement, about: "tu_1".into(), text: text.into(), by: "lin".into() }
}

fn say(side: Side, text: &str) -> Command {
    Command::Say { side, text: text.into(), by: "somebody".into() }
}

fn close() -> Command {
    Command::Close { by: "lin".into() }
}

/// The code of a refusal, or the state; a plus when nothing was to be recorded.
fn give(ticket: &mut Ticket, command: Command) -> String {
    match decide(ticket, command, now()) {
        Ok(decision) if decision.is_already() => "already".into(),
        Ok(decision) => {
            decision.events.iter().for_each(|event| ticket.apply(event));
            ticket.state.to_string()
        }
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
    }
}

fn new() -> Ticket {
    Ticket::new(TicketId::from_raw(1), 2)
}

#[test]
fn each_side_speaks_until_it_is_closed() {
    let mut ticket = new();
    assert_eq!(give(&mut ticket, say(Side::Desk, "?")), "desk.ticket.not_open");
    assert_eq!(give(&mut ticket, close()), "desk.ticket.not_open");
    assert_eq!(give(&mut ticket, open("my wire did not arrive")), "waits_for_desk");
    boundary::inside("R1-14", "a question to the settlement desk");
    assert_eq!(give(&mut ticket, open(" my wire did not arrive ")), "already");
    assert_eq!(give(&mut ticket, open("another")), "desk.ticket.opened_otherwise");
    assert_eq!(give(&mut ticket, say(Side::Desk, "it has another payer")), "waits_for_merchant");
    assert_eq!(give(&mut ticket, say(Side::Merchant, "it is our own")), "waits_for_desk");
    assert_eq!(give(&mut ticket, say(Side::Desk, "send the contract")), "waits_for_merchant");
    assert_eq!(give(&mut ticket, close()), "closed");
    assert_eq!(give(&mut ticket, close()), "already");
    assert_eq!(give(&mut ticket, say(Side::Merchant, "one more thing")), "desk.ticket.closed");
    boundary::outside("R1-14", "a word after the ticket was closed");
    let json = serde_json::to_string(&ticket).unwrap();
    assert_eq!(serde_json::from_str::<Ticket>(&json).unwrap(), ticket);
}

#[test]
fn another_desk_answers_once() {
    let mut ticket = new();
    let over = |to: &str| Command::HandOver { to: to.into() };
    assert_eq!(give(&mut ticket, over("legal")), "desk.ticket.not_open");
    give(&mut ticket, open("a question"));
    assert_eq!(give(&mut ticket, over("legal")), "waits_for_desk");
    assert_eq!(give(&mut ticket, over("risk")), "desk.ticket.handed_over");
    assert_eq!(give(&mut ticket, say(Side::Merchant, "are you there?")), "waits_for_desk");
    assert_eq!(give(&mut ticket, over("risk")), "desk.ticket.handed_over");
    assert_eq!(give(&mut ticket, say(Side::Desk, "yes")), "waits_for_merchant");
    assert_eq!(give(&mut ticket, over("risk")), "waits_for_merchant");
    give(&mut ticket, close());
    assert_eq!(give(&mut ticket, over("risk")), "desk.ticket.closed");
}

#[test]
fn texts_and_tickets_have_ends() {
    for (text, want) in [
        (String::new(), "desk.ticket.text"),
        (" \n".into(), "desk.ticket.text"),
        ("字".repeat(LETTERS), "waits_for_desk"),
        ("字".repeat(LETTERS + 1), "desk.ticket.text"),
    ] {
        assert_eq!(give(&mut new(), open(&text)), want);
    }
    let about =
        |about: String| Command::Open { desk: Desk::Settlement, about, text: "?".into(), by: "lin".into() };
    assert_eq!(give(&mut new(), about("a".repeat(ABOUT_LETTERS))), "waits_for_desk");
    assert_eq!(give(&mut new(), about("a".repeat(ABOUT_LETTERS + 1))), "desk.ticket.about");
    assert_eq!(give(&mut new(), about("a\nb".into())), "desk.ticket.about");
    let mut ticket = new();
    give(&mut ticket, open("?"));
    for _ in 1..MESSAGES {
        assert_eq!(give(&mut ticket, say(Side::Desk, "!")), "waits_for_merchant");
    }
    assert_eq!(give(&mut ticket, say(Side::Desk, "!")), "desk.ticket.too_long");
    assert_eq!(give(&mut ticket, close()), "closed");
}

#[test]
fn what_is_allowed_agrees_with_what_is_decided() {
    let kinds = |ticket: &Ticket| -> Vec<CommandKind> {
        let all = allowed(ticket, now());
        all.iter().filter(|one| one.refusal.is_none()).map(|one| one.command).collect()
    };
    let mut ticket = new();
    assert_eq!(kinds(&ticket), [CommandKind::Open]);
    give(&mut ticket, open("a question"));
    assert_eq!(kinds(&ticket), [CommandKind::Say, CommandKind::HandOver, CommandKind::Close]);
    give(&mut ticket, close());
    assert_eq!(kinds(&ticket), [CommandKind::Close]);
}
