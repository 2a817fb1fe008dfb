//! Tests of payment groups: one state whatever the order of arrival, what counts and what differs (K-89), and that no order is
//! told anything of another's.

use std::collections::BTreeMap;

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_kernel::{Currency, Id, Refusal};

use super::*;
use crate::channel::{
    self, FulfilledBy, Kind, MessageId, MoneyHeldBy, OrderPayment, PaymentStatus::*, SoldOn, State,
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn paid(reference: &str, minor: i64, status: PaymentStatus, seconds: i64) -> MessagePayment {
    MessagePayment { reference: reference.into(), status, at: at(seconds), amount: Some(cny(minor)) }
}

/// What the order of a merchant says: updated then, so much in all, these payments.
fn said(merchant: i64, updated: i64, minor: i64, payments: &[MessagePayment]) -> Said {
    Said {
        merchant,
        channel_order: ChannelOrderId::from_raw(merchant * 10),
        shop: "main".into(),
        channel_order_id: format!("{merchant}"),
        total: Some(cny(minor)),
        stage: Stage::Placed,
        paid_back: false,
        left: false,
        version: u32::try_from(updated).unwrap(),
        updated_at: at(updated),
        hash: format!("{updated:064x}"),
        told_at: at(updated),
        knows: 0,
        payments: payments.to_vec(),
    }
}

fn new() -> PaymentGroup {
    PaymentGroup::unseen(PaymentGroupId::from_raw(1), Channel::OwnSite, "PAY-1")
}

/// Gives a command; what is told by it, or the code of the refusal.
fn give(group: &mut PaymentGroup, command: Command, now: Timestamp) -> Result<Vec<Telling>, String> {
    let said = match &command {
        Command::Gather { said } => Some((**said).clone()),
        Command::Look => None,
    };
    let decision = decide(group, command, now).map_err(|refusal| Refusal::from(refusal).code.into_owned())?;
    for event in &decision.events {
        group.apply(event, said.as_ref());
    }
    Ok(tellings(group, &decision.events))
}

fn gather(group: &mut PaymentGroup, said: Said) -> Vec<Telling> {
    give(group, Command::Gather { said: Box::new(said) }, at(0)).unwrap()
}

/// Three orders of three merchants, one payment: covered when the last of them is known, and each is told its own share.
#[test]
fn a_payment_is_covered_by_all_its_orders() {
    let mut group = new();
    let captured = [paid("P", 600, Captured, 1)];
    assert_eq!(gather(&mut group, said(1, 1, 100, &[paid("P", 600, Authorised, 0)])), []);
    assert_eq!((group.standing, group.since), (Standing::Gathering, None), "nothing is captured yet");
    let told = gather(&mut group, said(2, 2, 200, &captured));
    let words = vec![PaymentWord { reference: "P".into(), status: Captured, at: at(1) }];
    let shares: Vec<_> = told.iter().map(|told| (told.merchant, told.share, told.payments.clone())).collect();
    assert_eq!(shares, [(1, Some(cny(100)), words.clone()), (2, Some(cny(200)), words.clone())]);
    assert_eq!((group.standing, group.since), (Standing::Gathering, Some(at(0))));
    boundary::outside("K-89", "600 captured, orders of 300 known");
    // Who comes later is told at once, and nobody else is told again.
    let told = gather(&mut group, said(3, 3, 300, &captured));
    assert_eq!(told.iter().map(|told| (told.merchant, told.number)).collect::<Vec<_>>(), [(3, 1)]);
    assert_eq!((group.standing, group.since), (Standing::Covered, None));
    boundary::inside("K-89", "600 captured, orders of 100, 200 and 300");
    // The same again, and an older one, change nothing.
    let before = group.clone();
    assert_eq!(gather(&mut group, said(3, 3, 300, &captured)), []);
    assert_eq!(gather(&mut group, said(3, 2, 999, &captured)), []);
    assert_eq!(group, before);
    // Charged back: everyone is told.
    let told = gather(&mut group, said(1, 4, 100, &[paid("P", 600, ChargedBack, 9)]));
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|told| told.payments[0].status == ChargedBack));
    assert_eq!(group.standing, Standing::Covered, "it was captured, whatever came after");
}

/// Reading K-89: an order that is off counts only once something of it was paid back.
#[test]
fn an_order_that_is_off_counts_when_it_was_paid_back() {
    let standing = |captured: i64, paid_back: bool| {
        let mut group = new();
        let payments = [paid("P", captured, Captured, 1)];
        gather(&mut group, said(1, 1, 100, &payments));
        gather(&mut group, Said { stage: Stage::Cancelled, paid_back, ..said(2, 1, 200, &payments) });
        group.standing
    };
    assert_eq!(standing(100, false), Standing::Covered);
    boundary::inside("K-89", "cancelled before the capture: nothing was taken for it");
    assert_eq!(standing(300, false), Standing::Gathering);
    boundary::outside("K-89", "captured for a cancelled order and not paid back");
    assert_eq!(standing(300, true), Standing::Covered);
    assert_eq!(standing(100, true), Standing::Gathering);
}

/// After sixty minutes a person is asked; the minute before nobody is, and what balances meanwhile asks nobody.
#[test]
fn a_difference_waits_an_hour_for_the_last_order() {
    let mut group = new();
    let payments = [paid("P", 300, Captured, 1)];
    gather(&mut group, said(1, 1, 100, &payments));
    assert_eq!(group.ask_from(), Some(at(3_600)));
    give(&mut group, Command::Look, Timestamp::from_micros(at(3_600).micros() - 1)).unwrap();
    assert_eq!(group.standing, Standing::Gathering);
    boundary::inside("K-89", "a microsecond before the hour is over");
    let mut late = group.clone();
    give(&mut group, Command::Look, at(3_600)).unwrap();
    assert_eq!(group.standing, Standing::Differs);
    boundary::outside("K-89", "an hour long something is missing");
    // Still not enough: it stays with the person. Then it is.
    gather(&mut group, said(2, 1, 199, &payments));
    assert_eq!((group.standing, group.since), (Standing::Differs, Some(at(0))));
    gather(&mut group, said(2, 2, 200, &payments));
    assert_eq!((group.standing, group.since), (Standing::Covered, None));
    gather(&mut late, said(2, 1, 200, &payments));
    give(&mut late, Command::Look, at(9_999)).unwrap();
    assert_eq!(late.standing, Standing::Covered);
}

#[test]
fn what_cannot_be_compared_is_for_a_person() {
    let mut group = new();
    let dollars = MessagePayment {
        amount: Some(Money::new(100, Currency::from_code("USD").unwrap())),
        ..paid("P", 0, Captured, 1)
    };
    gather(&mut group, said(1, 1, 100, &[dollars]));
    assert_eq!(group.standing, Standing::CurrencyMismatch);
    assert!(group.standing.waits_for_a_person());
    gather(&mut group, said(1, 2, 100, &[paid("P", 100, Captured, 1)]));
    assert_eq!(group.standing, Standing::Covered);
    // An amount that is not known covers nothing, and the hour runs.
    gather(&mut group, Said { total: None, ..said(1, 3, 0, &[paid("P", 100, Captured, 1)]) });
    assert_eq!((group.standing, group.since), (Standing::Gathering, Some(at(0))));
    // Several payments add up; one that failed or was called off adds nothing.
    let mut group = new();
    let payments = [
        paid("A", 60, Captured, 1),
        paid("B", 40, Captured, 1),
        paid("C", 9, Failed, 1),
        paid("D", 7, Voided, 1),
    ];
    let told = gather(&mut group, said(1, 1, 100, &payments));
    assert_eq!(group.standing, Standing::Covered);
    assert_eq!(told[0].payments.iter().map(|word| word.reference.as_str()).collect::<String>(), "ABC");
}

/// The newest word about a payment counts, whoever says it; one that says nothing says nothing.
#[test]
fn the_newest_word_about_a_payment_counts() {
    let status = |words: [MessagePayment; 2]| {
        let mut group = new();
        let [one, other] = words;
        gather(&mut group, said(1, 5, 100, &[one]));
        gather(&mut group, said(2, 4, 100, &[other]));
        group.payments[0].status
    };
    assert_eq!(status([paid("P", 200, Captured, 3), paid("P", 200, Refunded, 4)]), Refunded);
    assert_eq!(status([paid("P", 200, Captured, 4), paid("P", 200, Authorised, 3)]), Captured);
    assert_eq!(
        status([paid("P", 200, Captured, 3), paid("P", 200, Refunded, 3)]),
        Captured,
        "the newer message's"
    );
    assert_eq!(status([paid("P", 200, Unknown, 9), paid("P", 200, Captured, 3)]), Captured);
}

/// What the channel answered stands with its order whatever its hash (R4-04), and here as well.
#[test]
fn what_stands_with_an_order_stands_with_its_payment() {
    let mut group = new();
    gather(&mut group, said(1, 5, 100, &[]));
    gather(&mut group, Said { version: 6, hash: "0".repeat(64), ..said(1, 5, 70, &[]) });
    assert_eq!(group.members[0].said.total, Some(cny(70)));
    gather(&mut group, said(1, 5, 100, &[]));
    assert_eq!(group.members[0].said.total, Some(cny(70)), "the version before comes late");
}

/// An order that left forgets what it was told: it is told again, also when it is heard of its leaving after it came back.
#[test]
fn who_comes_back_is_told_again() {
    let payments = [paid("P", 100, Captured, 1)];
    let mut group = new();
    assert_eq!(gather(&mut group, said(1, 1, 100, &payments))[0].number, 1);
    assert_eq!(gather(&mut group, said(1, 3, 100, &payments))[0].number, 2);
    assert_eq!(gather(&mut group, said(1, 2, 100, &payments).leaving()), []);
    assert_eq!(gather(&mut group, Said { knows: 2, ..said(1, 4, 100, &payments) }), [], "it knows");
}

#[test]
fn a_group_does_not_grow_without_end() {
    let code = |group: &PaymentGroup, said: Said| {
        let answer = decide(group, Command::Gather { said: Box::new(said) }, at(0));
        answer.err().map(|refusal| Refusal::from(refusal).code.into_owned())
    };
    let mut group = new();
    for merchant in 1..=i64::try_from(MEMBERS).unwrap() {
        gather(&mut group, said(merchant, 1, 1, &[]));
    }
    boundary::inside("K-89", "the hundredth order");
    assert_eq!(code(&group, said(101, 1, 1, &[])).as_deref(), Some("orders.payment_group.too_many_members"));
    boundary::outside("K-89", "one order more");
    assert_eq!(code(&group, said(100, 2, 1, &[])), None, "one that is known may say more");
    let named = |from: usize, to: usize| -> Vec<MessagePayment> {
        (from..to).map(|nth| paid(&format!("P{nth}"), 1, Pending, 1)).collect()
    };
    let mut group = new();
    gather(&mut group, said(1, 1, 1, &named(0, PAYMENTS)));
    assert_eq!(code(&group, said(2, 1, 1, &named(1, 2))), None);
    let one_more = said(2, 1, 1, &named(PAYMENTS, PAYMENTS + 1));
    assert_eq!(code(&group, one_more).as_deref(), Some("orders.payment_group.too_many_payments"));
    let nameless = PaymentGroup::unseen(PaymentGroupId::from_raw(1), Channel::OwnSite, " ");
    assert_eq!(code(&nameless, said(1, 1, 1, &[])).as_deref(), Some("orders.payment_group.reference"));
    let long = "x".repeat(REFERENCE_LETTERS + 1);
    let long = PaymentGroup::unseen(PaymentGroupId::from_raw(1), Channel::OwnSite, &long);
    assert_eq!(code(&long, said(1, 1, 1, &[])).as_deref(), Some("orders.payment_group.reference"));
}

/// Reading K-89: who joins.
#[test]
fn only_what_was_sold_on_our_marketplace_joins() {
    let joined = |change: fn(&mut Message)| {
        let mut message = message(1, 1, 0, 0);
        change(&mut message);
        let mut order = ChannelOrder::unseen(ChannelOrderId::from_raw(1), 1, &message);
        take(&mut order, &message);
        order.joined().map(str::to_owned)
    };
    assert_eq!(joined(|_| {}).as_deref(), Some("PAY-1"));
    boundary::inside("K-89", "sold on our marketplace");
    assert_eq!(joined(|message| message.sold_on = SoldOn::External), None);
    boundary::outside("K-89", "a merchant's own site joins no payment of others");
    assert_eq!(joined(|message| message.kind = Kind::Test), None);
    assert_eq!(joined(|message| message.kind = Kind::Replacement), None);
    assert_eq!(joined(|message| message.kind = Kind::Exchange), None);
    assert_eq!(joined(|message| message.payment_group = None), None);
    assert_eq!(joined(|message| message.payment_group = Some(" ".into())), None);
}

/// A message of a merchant's order; what it says follows from its figures.
fn message(merchant: i64, updated: i64, nth: i64, kind: usize) -> Message {
    let status = [Authorised, Captured, Refunded, Failed, Unknown][kind % 5];
    let total = [100, 200, 250][kind % 3];
    Message {
        channel: Channel::OwnSite,
        shop: "main".into(),
        channel_order_id: format!("{merchant}"),
        display_no: None,
        original_order_id: None,
        payment_group: Some(if kind == 7 { "PAY-2" } else { "PAY-1" }.into()),
        hash: format!("{:064x}", (updated * 4 + nth) * 16 + merchant),
        received_at: at(100),
        updated_at: at(updated),
        kind: Kind::Sale,
        stage: if kind == 5 { Stage::Cancelled } else { Stage::Placed },
        sold_on: SoldOn::Ours,
        money_held_by: MoneyHeldBy::Platform,
        fulfilled_by: FulfilledBy::Merchant,
        cancel_requested: false,
        ended_at: None,
        total: Some(cny(total)),
        difference_minor: Some(0),
        unmapped: Vec::new(),
        payments: vec![paid("P", 300, status, updated % 3), paid("Q", 50, Captured, i64::from(kind == 3))],
        snapshot: None,
        detail: "{}".into(),
    }
}

/// Takes a message; whether it was applied.
fn take(order: &mut ChannelOrder, message: &Message) -> bool {
    let id = MessageId::from_raw(i64::try_from(order.messages.len()).unwrap() + 1);
    let command =
        channel::Command::Take { message: Box::new(message.clone()), id, again: false, asked: false };
    let mut applied = false;
    for event in &channel::decide(order, command, at(200)).unwrap().events {
        order.apply(event, Some((message, false)));
        applied |= matches!(event, channel::Event::Taken { .. });
    }
    assert!(order.state != State::Unseen);
    applied
}

/// How everything stands in the end: the orders of the group, its payments, its standing, what each order knows of it.
type End = (Vec<(i64, Option<Money>)>, Vec<MessagePayment>, Standing, BTreeMap<i64, Option<OrderPayment>>);

/// Messages arrive in this order; what orders and group send each other arrives in the order that `pick` gives, at least once.
fn run(messages: &[Message], mut pick: impl FnMut(usize) -> usize) -> End {
    let mut orders: BTreeMap<i64, ChannelOrder> = BTreeMap::new();
    let mut group = new();
    let (mut to_group, mut to_orders): (Vec<Said>, Vec<Telling>) = (Vec::new(), Vec::new());
    for (message, nth) in messages.iter().zip(1..) {
        let merchant = message.channel_order_id.parse().unwrap();
        let id = ChannelOrderId::from_raw(merchant * 10);
        let order = orders.entry(merchant).or_insert_with(|| ChannelOrder::unseen(id, merchant, message));
        let before = order.joined() == Some("PAY-1");
        if take(order, message) {
            let said = Said::of(order, message, at(1_000 + nth));
            match (before, order.joined() == Some("PAY-1")) {
                (_, true) => to_group.push(said),
                (true, false) => to_group.push(said.leaving()),
                (false, false) => {}
            }
        }
    }
    while !to_group.is_empty() || !to_orders.is_empty() {
        let at = pick(to_group.len() + to_orders.len());
        if at < to_group.len() {
            let said = to_group.remove(at);
            for _ in 0..2 {
                to_orders.extend(gather(&mut group, said.clone()));
            }
        } else {
            let telling = to_orders.remove(at - to_group.len());
            let Telling { number, share, payments, .. } = telling;
            let payment = OrderPayment { group: "PAY-1".into(), number, share, payments };
            let order = orders.get_mut(&telling.merchant).unwrap();
            let command = channel::Command::NotePayment { payment };
            for event in &channel::decide(order, command, super::tests::at(300)).unwrap().events {
                order.apply(event, None);
            }
        }
    }
    let members = group.members.iter().map(|member| &member.said).filter(|said| !said.left);
    let members = members.map(|said| (said.merchant, said.total)).collect();
    let known = orders.into_iter().map(|(merchant, order)| {
        // How often it was told may differ: what it knows in the end may not.
        (merchant, order.payment.map(|payment| OrderPayment { number: 0, ..payment }))
    });
    (members, group.payments, group.standing, known.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    /// One state whatever the order of arrival, with repeats, and with messages between the partitions that overtake each other.
    #[test]
    fn every_arrival_ends_alike(
        told in prop::collection::vec((1_i64..4, 0_i64..5, 0_i64..3, 0_usize..8), 1..10),
        shuffle in prop::collection::vec(any::<prop::sample::Index>(), 20),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 200),
    ) {
        // One hash is one content.
        let mut messages: Vec<Message> = Vec::new();
        for (merchant, updated, nth, kind) in told {
            let message = message(merchant, updated, nth, kind);
            if messages.iter().all(|known| known.hash != message.hash) {
                messages.push(message);
            }
        }
        let straight = run(&messages, |_| 0);
        let mut other: Vec<Message> = Vec::new();
        let mut left = messages.clone();
        for index in shuffle.iter().take(messages.len()) {
            other.push(left.remove(index.index(left.len())));
        }
        for index in &shuffle[15..] {
            other.push(messages[index.index(messages.len())].clone());
        }
        let mut nth = 0;
        let crooked = run(&other, |waiting| {
            nth += 1;
            picks[nth % picks.len()].index(waiting)
        });
        prop_assert_eq!(straight, crooked);
    }
}
