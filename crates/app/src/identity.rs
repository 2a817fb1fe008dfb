//! People and sessions (R5-01). Passwords come hashed and checked, tokens as their SHA-256: whoever calls these commands did
//! that, and no caller from outside gives them. Events say who and what, never a hash.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_identity::person::{self, Command, Event, PasswordHash, Role, State, normal_login};
use zaiton_identity::session::DEVICE_LETTERS;
use zaiton_identity::{Person, PersonId, Session, SessionId};
use zaiton_kernel::{Environment, Id, Partition, Refusal, Rule, Text};

use crate::declare::command;
use crate::names::hashed;

/// The id of whoever has a login.
#[must_use]
pub fn person_id(login: &str) -> PersonId {
    PersonId::from_raw(hashed("person", &normal_login(login)))
}

/// Where a person and its sessions lie.
#[must_use]
pub fn partition_of(environment: Environment, person: PersonId) -> Partition {
    Partition::new(environment, person.raw())
}

command! {
    /// Rule R5-01. A person who may come in. The same login again is refused.
    pub struct CreatePerson("identity.create_person") {
        /// What is typed to come in.
        pub login: String,
        /// What people call it.
        pub name: String,
        /// What it may do.
        pub role: Role,
        /// The hash of its first password.
        pub password: PasswordHash,
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
        unit.emit(id, &serde_json::json!({ "type": "created", "role": self.role }));
        unit.insert(Person {
            id,
            login,
            name,
            role: self.role,
            state: State::Active,
            password: self.password.clone(),
            must_change: true,
            wrong: 0,
            wait_until: None,
            passwords: 0,
        });
        Ok(id)
    }
}

fn refusal(code: &'static str, why: Text, cure: Text) -> Refusal {
    Refusal::new(code, Rule::new("R5-01"), why, cure)
}

fn change(unit: &mut Unit<'_>, id: PersonId, command: Command) -> Result<Person, Stop> {
    let mut record = unit.load::<Person>(id)?;
    for event in &person::decide(&record, command, unit.now())?.events {
        record.apply(event);
        let told = match event {
            Event::CameIn => serde_json::json!({ "type": "came_in" }),
            Event::PasswordWrong { wrong, .. } => {
                serde_json::json!({ "type": "password_wrong", "wrong": wrong })
            }
            Event::PasswordChanged { .. } => serde_json::json!({ "type": "password_changed" }),
        };
        unit.emit(id, &told);
    }
    let person = (*record).clone();
    unit.save(record);
    Ok(person)
}

command! {
    /// Rule R5-01. Somebody gave a wrong password: it is counted.
    pub struct WrongPassword("identity.wrong_password") {
        /// The person.
        pub person: PersonId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        change(unit, self.person, Command::WrongPassword).map(drop)
    }
}

command! {
    /// Rule R5-01. Somebody came in with the right password.
    pub struct OpenSession("identity.open_session") {
        /// The person.
        pub person: PersonId,
        /// SHA-256 of the session's token, hex.
        pub token: String,
        /// What the device calls itself.
        pub device: String,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> SessionReply { self.open(unit) }
}

/// A session that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionReply {
    /// Its id.
    pub session: SessionId,
    /// The password was made for the person, and is to be changed.
    pub must_change: bool,
}

impl OpenSession {
    fn open(&self, unit: &mut Unit<'_>) -> Result<SessionReply, Stop> {
        let person = change(unit, self.person, Command::ComeIn)?;
        let (id, now): (SessionId, _) = (unit.new_id(), unit.now());
        let session = Session {
            id,
            person: self.person,
            token: self.token.clone(),
            passwords: person.passwords,
            device: self.device.chars().take(DEVICE_LETTERS).collect(),
            opened_at: now,
            seen_at: now,
            closed_at: None,
        };
        let (environment, person_id) = (self.environment, self.person);
        unit.timer(session.forget_from(), &ForgetSession { environment, person: person_id, session: id });
        unit.emit(self.person, &serde_json::json!({ "type": "session_opened", "session": id }));
        unit.insert(session);
        Ok(SessionReply { session: id, must_change: person.must_change })
    }
}

command! {
    /// Rule R5-01. A sign of life of a session.
    pub struct SeeSession("identity.see_session") {
        /// The person.
        pub person: PersonId,
        /// Its session.
        pub session: SessionId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        let mut record = unit.load::<Session>(self.session)?;
        if record.closed_at.is_none() && record.is_due(unit.now()) {
            record.seen_at = unit.now();
        }
        unit.save(record);
        Ok(())
    }
}

command! {
    /// Rule R5-01. A session is over: its person left, or closes it from another device.
    pub struct CloseSession("identity.close_session") {
        /// The person.
        pub person: PersonId,
        /// Its session.
        pub session: SessionId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        let mut record = unit.load::<Session>(self.session)?;
        if record.closed_at.is_none() {
            record.closed_at = Some(unit.now());
            unit.emit(self.person, &serde_json::json!({ "type": "session_closed", "session": self.session }));
        }
        unit.save(record);
        Ok(())
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
    /// Rule R5-01. Nothing is known any more of a session that is over. A timer's command.
    pub struct ForgetSession("identity.forget_session") {
        /// The person.
        pub person: PersonId,
        /// Its session.
        pub session: SessionId,
    }

    fn partition(&self) { partition_of(self.environment, self.person) }

    fn run(&self, unit) -> () {
        if let Some(record) = unit.find::<Session>(self.session)? {
            unit.remove(record);
        }
        Ok(())
    }
}
