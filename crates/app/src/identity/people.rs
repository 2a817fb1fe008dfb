//! A person's record: made, guessed at, given another password or a second factor, written to. Nobody outside gives these
//! commands: whoever does has looked at passwords and codes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zaiton_engine::{Stop, Unit};
use zaiton_identity::person::{
    self, Command, Event, Links, Meter, PasswordHash, Purpose, SealedSecret, State, Tongue, normal_login,
};
use zaiton_identity::{Person, PersonId};
use zaiton_kernel::{Refusal, Rule, Text};

use super::{change, partition_of, person_id};
use crate::declare::command;
use crate::notices::letter;

/// The effect that sends a link to a person's address.
pub const LINK_EFFECT: &str = "identity_link";

/// Which link is to be sent. What makes it good is in no record: whoever sends it works it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SendLink {
    /// To whom.
    pub person: PersonId,
    /// What for.
    pub purpose: Purpose,
    /// Which of its links.
    pub number: u32,
}

/// An event as it is stored.
pub(super) fn told(event: &Event) -> Value {
    match event {
        Event::CameIn { recovery: Some(_), .. } => json!({ "type": "recovery_code_used" }),
        Event::CameIn { .. } => json!({ "type": "came_in" }),
        Event::Guessed { meter, .. } => json!({ "type": "password_wrong", "wrong": meter.wrong }),
        Event::PasswordChanged { .. } => json!({ "type": "password_changed" }),
        Event::SecondOffered { .. } => json!({ "type": "second_factor_offered" }),
        Event::SecondConfirmed { .. } => json!({ "type": "second_factor_confirmed" }),
        Event::SecondDropped {} => json!({ "type": "second_factor_dropped" }),
        Event::LinkAsked { links } => {
            json!({ "type": "link_asked", "purpose": links.open.map(|link| link.purpose) })
        }
        Event::LinkWrong { .. } => json!({ "type": "link_wrong" }),
        Event::LinkUsed { .. } => json!({ "type": "link_used" }),
        Event::Confirmed {} => json!({ "type": "confirmed" }),
        Event::Blocked {} => json!({ "type": "blocked" }),
        Event::Unblocked {} => json!({ "type": "unblocked" }),
        Event::Joined { owner } => json!({ "type": "joined", "owner": owner.to_string() }),
        Event::Left { owner } => json!({ "type": "left", "owner": owner.to_string() }),
    }
}

command! {
    /// Rule R5-01. A person who may come in. The same login again is refused.
    pub struct CreatePerson("identity.create_person") {
        /// What is typed to come in.
        pub login: String,
        /// What people call it.
        pub name: String,
        /// In which language it is written to.
        #[serde(default)]
        pub tongue: Tongue,
        /// The hash of its first password.
        pub password: PasswordHash,
        /// The password was made for it, and is to be changed.
        pub must_change: bool,
        /// Its address is to be confirmed first.
        #[serde(default)]
        pub unconfirmed: bool,
    }

    fn partition(&self) { partition_of(self.environment, person_id(&self.login)) }

    fn run(&self, unit) -> PersonId { self.create(unit) }
}

impl CreatePerson {
    fn create(&self, unit: &mut Unit<'_>) -> Result<PersonId, Stop> {
        let (login, name) = (normal_login(&self.login), self.name.trim().to_owned());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-@+".contains(letter);
        let fits = |text: &str, most: usize| (1..=most).contains(&text.chars().count());
        if !fits(&login, person::LOGIN_LETTERS)
            || !login.chars().all(plain)
            || !fits(&name, person::NAME_LETTERS)
            || name.chars().any(char::is_control)
        {
            return Err(refusal(
                "identity.person.login",
                Text::new("登录名或姓名不符合要求。", "The login or the name is not of the right form."),
                Text::new(
                    "登录名为 1 至 64 个字母、数字或 . _ - @ +，姓名为 1 至 100 字。",
                    "A login is 1 to 64 letters, digits or . _ - @ +, a name 1 to 100 letters.",
                ),
            )
            .into());
        }
        let id = person_id(&login);
        if unit.find::<Person>(id)?.is_some() {
            return Err(refusal(
                "identity.person.exists",
                Text::new("该登录名已存在。", "There is somebody with this login."),
                Text::new("请使用其他登录名。", "Use another login."),
            )
            .into());
        }
        unit.emit(id, &json!({ "type": "created" }));
        let mut person = Person {
            id,
            login,
            name,
            tongue: self.tongue,
            state: if self.unconfirmed { State::Unconfirmed } else { State::Active },
            password: self.password.clone(),
            must_change: self.must_change,
            strangers: Meter::default(),
            known: Meter::default(),
            passwords: 0,
            second: None,
            offered: None,
            links: Links::default(),
            owners: Vec::new(),
        };
        if self.unconfirmed {
            let ask = Command::AskLink { purpose: Purpose::Confirm, today: unit.today() };
            for event in &person::decide(&person, ask, unit.now())?.events {
                person.apply(event);
                unit.emit(id, &told(event));
            }
            send(unit, &person);
        }
        unit.insert(person);
        Ok(id)
    }
}

fn refusal(code: &'static str, why: Text, cure: Text) -> Refusal {
    Refusal::new(code, Rule::new("R5-01"), why, cure)
}

fn send(unit: &mut Unit<'_>, person: &Person) {
    if let Some(link) = person.links.open {
        let link = SendLink { person: person.id, purpose: link.purpose, number: link.number };
        letter(unit, LINK_EFFECT, &link);
    }
}

command! {
    /// Rule R5-01. Somebody gave a wrong password or code: it is counted.
    pub struct Guess("identity.guess") {
        /// The person.
        pub person: PersonId,
        /// From a device that it came in with before.
        pub known: bool,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::Guess { known: self.known }).map(drop)
    }
}

command! {
    /// Rule R5-01. A person who came in takes another password; all its sessions are over.
    pub struct ChangePassword("identity.change_password") {
        /// The person.
        pub person: PersonId,
        /// The hash of the new one.
        pub password: PasswordHash,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        let password = self.password.clone();
        change(unit, self.person, Command::ChangePassword { password }).map(drop)
    }
}

command! {
    /// Rule R5-01. A secret of a second factor was shown to a person who came in.
    pub struct OfferSecond("identity.offer_second") {
        /// The person.
        pub person: PersonId,
        /// What was shown, sealed.
        pub secret: SealedSecret,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::OfferSecond { secret: self.secret.clone() }).map(drop)
    }
}

command! {
    /// Rule R5-01. It told the first code: a code is needed from now on.
    pub struct ConfirmSecond("identity.confirm_second") {
        /// The person.
        pub person: PersonId,
        /// The step of the code.
        pub step: i64,
        /// SHA-256 of its recovery codes.
        pub recovery: Vec<String>,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        let command = Command::ConfirmSecond { step: self.step, recovery: self.recovery.clone() };
        change(unit, self.person, command).map(drop)
    }
}

command! {
    /// Rule R5-01. A person's second factor is gone, and its sessions with it: it lost the device, or changes it.
    pub struct DropSecond("identity.drop_second") {
        /// The person.
        pub person: PersonId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::DropSecond).map(drop)
    }
}

command! {
    /// Rule R5-01. A link is sent to a person's address.
    pub struct AskLink("identity.ask_link") {
        /// The person.
        pub person: PersonId,
        /// What for.
        pub purpose: Purpose,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        let command = Command::AskLink { purpose: self.purpose, today: unit.today() };
        let (person, _) = change(unit, self.person, command)?;
        send(unit, &person);
        Ok(())
    }
}

command! {
    /// Rule R5-01. Somebody has a link: to confirm the address, or for another password. A wrong one is a counted attempt.
    pub struct UseLink("identity.use_link") {
        /// The person.
        pub person: PersonId,
        /// What for.
        pub purpose: Purpose,
        /// What makes it good.
        pub token: String,
        /// The hash of the password that is to hold.
        #[serde(default)]
        pub password: Option<PasswordHash>,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        let number = unit.load::<Person>(self.person)?.links.asked;
        let right = unit.is_token(self.purpose.name(), self.person, number, &self.token);
        let password = self.password.clone();
        change(unit, self.person, Command::UseLink { purpose: self.purpose, right, password })?;
        if right { Ok(()) } else { Err(Stop::denied(person::PersonRefusal::LinkOver {})) }
    }
}

command! {
    /// Rule R5-01. A person may not come in any more; its sessions are over.
    pub struct BlockPerson("identity.block") {
        /// The person.
        pub person: PersonId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::Block).map(drop)
    }
}

command! {
    /// Rule R5-01. A person may come in again.
    pub struct UnblockPerson("identity.unblock") {
        /// The person.
        pub person: PersonId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::Unblock).map(drop)
    }
}

command! {
    /// Rule R5-02. A person is a member of an owner's organisation. What it may do there the organisation says.
    pub struct JoinOwner("identity.join_owner") {
        /// The person.
        pub person: PersonId,
        /// Whose.
        pub owner: i64,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::Join { owner: self.owner }).map(drop)
    }
}

command! {
    /// Rule R5-02. It is none any more.
    pub struct LeaveOwner("identity.leave_owner") {
        /// The person.
        pub person: PersonId,
        /// Whose.
        pub owner: i64,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::Leave { owner: self.owner }).map(drop)
    }
}
