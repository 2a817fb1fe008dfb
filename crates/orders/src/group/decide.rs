//! What a payment group answers to each command. Never refuses a fact for what it says: only where it would grow without end.

use zaiton_kernel::{Decision, Timestamp};

use super::{
    Command, Event, GroupRefusal, MEMBERS, Member, PAYMENTS, PaymentGroup, REFERENCE_LETTERS, Said, Standing,
    Sums, Telling, Told, sums,
};

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, GroupRefusal>;

/// Reading K-89. Decides a command. Of a group not seen before, ask one made by [`PaymentGroup::unseen`].
///
/// # Errors
/// It would have too many orders or payments; nothing has changed then.
pub fn decide(group: &PaymentGroup, command: Command, now: Timestamp) -> Answer {
    match command {
        Command::Gather { said } => gather(group, &said, now),
        Command::Look => Ok(look(group, now)),
    }
}

/// The newest message of an order stands, whatever the order in which they come; the payments and the standing follow from all
/// of them.
fn gather(group: &PaymentGroup, said: &Said, now: Timestamp) -> Answer {
    let letters = group.reference.chars().count();
    if group.reference.trim().is_empty() || letters > REFERENCE_LETTERS {
        return Err(GroupRefusal::Reference { letters, at_most: REFERENCE_LETTERS });
    }
    let known = group.members.iter().find(|member| member.said.place() == said.place());
    match known {
        Some(known) if newness(&known.said) > newness(said) || known.said == *said => {
            return Ok(Decision::already());
        }
        None if group.members.len() >= MEMBERS => {
            return Err(GroupRefusal::TooManyMembers { at_most: MEMBERS });
        }
        Some(_) | None => {}
    }
    let (merchant, channel_order, left) = (said.merchant, said.channel_order, said.left);
    let mut then = group.clone();
    let mut events = Vec::new();
    let mut happen = |then: &mut PaymentGroup, event: Event| {
        then.apply(&event, Some(said));
        events.push(event);
    };
    happen(&mut then, Event::Gathered { merchant, channel_order, left });
    let payments = sums::payments(&then.members);
    if payments.len() > PAYMENTS {
        return Err(GroupRefusal::TooManyPayments { payments: payments.len(), at_most: PAYMENTS });
    }
    if payments != then.payments {
        let told = sums::words(&payments) != then.words();
        happen(&mut then, Event::PaymentsChanged { payments, told });
    }
    let (standing, since) = stands(&then, now);
    if (standing, since) != (then.standing, then.since) {
        happen(&mut then, Event::Stands { standing, since });
    }
    let to_tell = then.members.iter().filter(|member| must_be_told(&then, member));
    let to_tell = to_tell.map(|member| (member.said.channel_order, member.tellings.saturating_add(1)));
    for (channel_order, number) in to_tell.collect::<Vec<_>>() {
        happen(&mut then, Event::Told { channel_order, number });
    }
    Ok(Decision { events })
}

/// Which of two messages of one order is the newer: as the order itself decided it (R4-04, K-86), also when the channel was asked
/// and an answer with a smaller hash stands; and of one message what was told last.
const fn newness(said: &Said) -> (u32, Timestamp) {
    (said.version, said.told_at)
}

/// Whether an order does not know how the payments stand, or with which share. One that left knows all it needs.
fn must_be_told(group: &PaymentGroup, member: &Member) -> bool {
    let now = Told { edition: group.edition, share: member.said.total };
    !member.said.left && group.edition > 0 && member.told != Some(now)
}

/// Reading K-89. How a group stands, and since when what was captured differs from its orders.
fn stands(group: &PaymentGroup, now: Timestamp) -> (Standing, Option<Timestamp>) {
    let unequal = || match group.standing {
        Standing::Differs => (Standing::Differs, group.since),
        Standing::Gathering | Standing::Covered | Standing::CurrencyMismatch => {
            (Standing::Gathering, group.since.or(Some(now)))
        }
    };
    match group.sums() {
        Sums::SeveralCurrencies => (Standing::CurrencyMismatch, None),
        Sums::NothingCaptured => (Standing::Gathering, None),
        Sums::Known { captured, orders, .. } if captured == orders => (Standing::Covered, None),
        Sums::Known { .. } | Sums::Unknown => unequal(),
    }
}

/// The time for gathering is over, if nothing new has begun it anew.
fn look(group: &PaymentGroup, now: Timestamp) -> Decision<Event> {
    match group.standing {
        Standing::Gathering => match group.ask_from() {
            Some(from) if from <= now => {
                Decision::one(Event::Stands { standing: Standing::Differs, since: group.since })
            }
            Some(_) | None => Decision::already(),
        },
        Standing::Covered | Standing::Differs | Standing::CurrencyMismatch => Decision::already(),
    }
}

/// What each order is told by a decision's events: its own share and the payments, nothing of the others. Asked of the group
/// after the events were applied.
#[must_use]
pub fn tellings(group: &PaymentGroup, events: &[Event]) -> Vec<Telling> {
    let payments = group.words();
    let mut told = Vec::new();
    for event in events {
        match event {
            Event::Told { channel_order, number } => {
                let mut members = group.members.iter().map(|member| &member.said);
                if let Some(said) = members.find(|said| said.channel_order == *channel_order) {
                    told.push(Telling {
                        merchant: said.merchant,
                        channel_order: *channel_order,
                        number: *number,
                        share: said.total,
                        payments: payments.clone(),
                    });
                }
            }
            Event::Gathered { .. } | Event::PaymentsChanged { .. } | Event::Stands { .. } => {}
        }
    }
    told
}
