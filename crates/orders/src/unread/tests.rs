//! Tests of unread messages: one is kept until it is read, dropped or its time is over, and what came leaves with its end.

use zaiton_kernel::{Id, Refusal};

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn waiting(channel: Channel) -> UnreadMessage {
    UnreadMessage {
        id: UnreadId::from_raw(1),
        merchant: 2,
        arrived: Arrived {
            channel,
            shop: "main".into(),
            hash: format!("{:064x}", 7),
            code: "import.json".into(),
            received_at: at(0),
        },
        state: State::Waiting,
        sealed: Some(Sealed {
            key: "k".into(),
            raw: "AA==".into(),
            headers: String::new(),
            personal: String::new(),
        }),
        dropped: None,
        task: None,
    }
}

/// Gives a command; the state afterwards, or the code of the refusal.
fn give(unread: &mut UnreadMessage, command: Command, now: Timestamp) -> String {
    match decide(unread, command, now) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            decision.events.iter().for_each(|event| unread.apply(event));
            unread.state.to_string()
        }
    }
}

fn dropping(reason: &str) -> Command {
    Command::Drop { by: "ops:lin".into(), reason: reason.into() }
}

#[test]
fn it_waits_until_it_is_read_dropped_or_too_old() {
    let mut read = waiting(Channel::Shopify);
    assert_eq!(give(&mut read, Command::Read, at(1)), "read");
    assert_eq!(read.sealed, None, "what came leaves with its end");
    assert_eq!(give(&mut read, Command::Read, at(2)), "read");
    assert_eq!(give(&mut read, dropping("x"), at(2)), "channels.unread.over");

    let mut dropped = waiting(Channel::Shopify);
    assert_eq!(give(&mut dropped, dropping(" "), at(1)), "channels.unread.reason");
    assert_eq!(give(&mut dropped, dropping(&"长".repeat(501)), at(1)), "channels.unread.reason");
    assert_eq!(dropped.state, State::Waiting);
    assert_eq!(give(&mut dropped, dropping(&"长".repeat(500)), at(1)), "dropped");
    assert_eq!(give(&mut dropped, Command::Read, at(2)), "channels.unread.over");
}

#[test]
fn its_time_is_the_channels() {
    let day = 86_400;
    for (channel, days) in [(Channel::Amazon, 30), (Channel::WooCommerce, 90)] {
        let mut unread = waiting(channel);
        let second = at(days * day - 1);
        assert_eq!(give(&mut unread, Command::Forget, second), "channels.unread.still_needed");
        assert!(unread.sealed.is_some());
        assert_eq!(give(&mut unread, Command::Forget, at(days * day)), "forgotten");
        assert_eq!(unread.sealed, None);
    }
}

/// What may be done with it: all but forgetting while it waits in its time, and nothing once it is over.
#[test]
fn allowed_says_what_decide_says() {
    let open = |unread: &UnreadMessage, now| -> Vec<CommandKind> {
        allowed(unread, now).into_iter().filter(|one| one.refusal.is_none()).map(|one| one.command).collect()
    };
    let mut unread = waiting(Channel::Shopify);
    assert_eq!(open(&unread, at(1)), [CommandKind::Read, CommandKind::Drop]);
    assert_eq!(open(&unread, at(400 * 86_400)), CommandKind::ALL);
    for last in [Command::Read, dropping("x"), Command::Forget] {
        unread = waiting(Channel::Shopify);
        give(&mut unread, last, at(400 * 86_400));
        assert!(open(&unread, at(500 * 86_400)).is_empty(), "{}", unread.state);
    }
}
