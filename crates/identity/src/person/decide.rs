//! What a person's record answers to each command. Whether a password, a code or a link is right comes with the command.

use zaiton_kernel::{Decision, LocalDate, Timestamp};

use super::{
    Event, LINK_WAIT, LINKS_A_DAY, Meter, ORGANISATIONS, PasswordHash, Person, PersonRefusal, Purpose,
    SealedSecret, State,
};

/// The partition of the platform itself is its own owner.
const PLATFORM: i64 = 1;

/// What was told beside the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    None,
    /// A right code of this step.
    Step(i64),
    /// A recovery code, as its SHA-256.
    Recovery(String),
}

/// A command to a person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Somebody came in with the right password.
    ComeIn {
        /// From a device that it came in with before.
        known: bool,
        /// What was told beside it.
        proof: Proof,
    },
    /// Somebody gave a wrong password or code: a counted attempt.
    Guess {
        /// From a device that it came in with before.
        known: bool,
    },
    /// The person, who came in, has another password from now on.
    ChangePassword {
        /// Its hash.
        password: PasswordHash,
    },
    /// A secret is shown to it.
    OfferSecond {
        /// Which.
        secret: SealedSecret,
    },
    /// It told the first code of that secret.
    ConfirmSecond {
        /// The step of the code.
        step: i64,
        /// SHA-256 of its recovery codes.
        recovery: Vec<String>,
    },
    /// It has no second factor from now on.
    DropSecond,
    /// A link is to be sent to its address.
    AskLink {
        /// What for.
        purpose: Purpose,
        /// The day of the asking.
        today: LocalDate,
    },
    /// Somebody has a link.
    UseLink {
        /// What for.
        purpose: Purpose,
        /// It is the one that was sent.
        right: bool,
        /// The password that is to hold, for [`Purpose::Reset`].
        password: Option<PasswordHash>,
    },
    /// It may not come in any more.
    Block,
    /// It may come in again.
    Unblock,
    /// It is a member of an owner's organisation.
    Join {
        /// Whose.
        owner: i64,
    },
    /// It is none any more.
    Leave {
        /// Whose.
        owner: i64,
    },
}

/// Rule R5-01. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(person: &Person, command: Command, now: Timestamp) -> Result<Decision<Event>, PersonRefusal> {
    match command {
        Command::ComeIn { known, proof } => come_in(person, known, proof, now),
        Command::Guess { known } => {
            waits(person.meter(known), now)?;
            Ok(Decision::one(Event::Guessed { known, meter: person.meter(known).guessed(now) }))
        }
        Command::ChangePassword { password } => Ok(Decision::one(Event::PasswordChanged { password })),
        Command::OfferSecond { .. } if person.second.is_some() => Err(PersonRefusal::SecondThere {}),
        Command::OfferSecond { secret } => Ok(Decision::one(Event::SecondOffered { secret })),
        Command::ConfirmSecond { .. } if person.offered.is_none() => Err(PersonRefusal::NothingOffered {}),
        Command::ConfirmSecond { step, recovery } => {
            Ok(Decision::one(Event::SecondConfirmed { since: now, step, recovery }))
        }
        Command::DropSecond if person.second.is_none() => Err(PersonRefusal::NoSecond {}),
        Command::DropSecond => Ok(Decision::one(Event::SecondDropped {})),
        Command::AskLink { purpose, today } => ask_link(person, purpose, now, today),
        Command::UseLink { purpose, right, password } => use_link(person, purpose, right, password, now),
        Command::Block if person.state == State::Blocked => Ok(Decision::already()),
        Command::Block => Ok(Decision::one(Event::Blocked {})),
        Command::Unblock if person.state == State::Blocked => Ok(Decision::one(Event::Unblocked {})),
        Command::Unblock => Ok(Decision::already()),
        Command::Join { owner } => join(person, owner),
        Command::Leave { owner } if person.owners.contains(&owner) => {
            Ok(Decision::one(Event::Left { owner }))
        }
        Command::Leave { .. } => Ok(Decision::already()),
    }
}

fn come_in(
    person: &Person,
    known: bool,
    proof: Proof,
    now: Timestamp,
) -> Result<Decision<Event>, PersonRefusal> {
    waits(person.meter(known), now)?;
    match person.state {
        State::Unconfirmed => return Err(PersonRefusal::Unconfirmed {}),
        State::Blocked => return Err(PersonRefusal::Blocked {}),
        State::Active => {}
    }
    let (step, recovery) = match (&person.second, proof) {
        (None, _) => (None, None),
        (Some(_), Proof::None) => return Err(PersonRefusal::CodeNeeded {}),
        (Some(second), Proof::Step(step)) if step <= second.last_step => {
            return Err(PersonRefusal::CodeUsed {});
        }
        (Some(_), Proof::Step(step)) => (Some(step), None),
        (Some(second), Proof::Recovery(hash)) if second.recovery.contains(&hash) => (None, Some(hash)),
        (Some(_), Proof::Recovery(_)) => return Err(PersonRefusal::CodeUsed {}),
    };
    let changes = step.is_some() || recovery.is_some() || *person.meter(known) != Meter::default();
    Ok(if changes { Decision::one(Event::CameIn { known, step, recovery }) } else { Decision::already() })
}

fn ask_link(
    person: &Person,
    purpose: Purpose,
    now: Timestamp,
    today: LocalDate,
) -> Result<Decision<Event>, PersonRefusal> {
    let links = &person.links;
    if let Some(from) = links.last_at.map(|at| at.plus_seconds(LINK_WAIT)).filter(|from| now < *from) {
        return Err(PersonRefusal::LinkTooSoon { from });
    }
    if links.day == Some(today) && links.of_day >= LINKS_A_DAY {
        return Err(PersonRefusal::LinkTooMany { most: LINKS_A_DAY });
    }
    Ok(Decision::one(Event::LinkAsked { links: links.with(purpose, now, today) }))
}

fn use_link(
    person: &Person,
    purpose: Purpose,
    right: bool,
    password: Option<PasswordHash>,
    now: Timestamp,
) -> Result<Decision<Event>, PersonRefusal> {
    if person.links.usable(purpose, now).is_none() {
        return Err(PersonRefusal::LinkOver {});
    }
    if !right {
        return Ok(Decision::one(Event::LinkWrong { links: person.links.tried() }));
    }
    let mut events = vec![Event::LinkUsed { links: person.links.used() }];
    // Who reads the address has confirmed it by that.
    events.extend((person.state == State::Unconfirmed).then_some(Event::Confirmed {}));
    events.extend(password.map(|password| Event::PasswordChanged { password }));
    Ok(Decision { events })
}

fn join(person: &Person, owner: i64) -> Result<Decision<Event>, PersonRefusal> {
    if person.owners.contains(&owner) {
        return Ok(Decision::already());
    }
    if person.owners.iter().any(|known| (*known == PLATFORM) != (owner == PLATFORM)) {
        return Err(PersonRefusal::OtherSide {});
    }
    if person.owners.len() >= ORGANISATIONS {
        return Err(PersonRefusal::TooManyOrganisations { most: ORGANISATIONS });
    }
    Ok(Decision::one(Event::Joined { owner }))
}

/// While it must be waited no password is looked at, the right one neither: else it could be guessed by the answer.
fn waits(meter: &Meter, now: Timestamp) -> Result<(), PersonRefusal> {
    match meter.waits(now) {
        Some(until) => Err(PersonRefusal::Wait { until }),
        None => Ok(()),
    }
}
