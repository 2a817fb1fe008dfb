//! Sessions: opened by the right password and code, seen, closed, forgotten. Never sees a token.

use serde::{Deserialize, Serialize};
use serde_json::json;
use zaiton_engine::{Stop, Unit};
use zaiton_identity::person::{Command, Proof};
use zaiton_identity::session::DEVICE_LETTERS;
use zaiton_identity::{PersonId, Session, SessionId};

use super::{change, partition_of};
use crate::declare::command;

command! {
    /// Rule R5-01. Somebody came in with the right password, and the right code where one is needed.
    pub struct OpenSession("identity.open_session") {
        /// The person.
        pub person: PersonId,
        /// SHA-256 of the session's token, hex.
        pub token: String,
        /// What the device calls itself.
        pub device: String,
        /// It came in with this device before.
        #[serde(default)]
        pub known: bool,
        /// The step of its code.
        #[serde(default)]
        pub step: Option<i64>,
        /// SHA-256 of the recovery code that it told instead.
        #[serde(default)]
        pub recovery: Option<String>,
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
        let proof = match (self.step, &self.recovery) {
            (Some(step), _) => Proof::Step(step),
            (None, Some(hash)) => Proof::Recovery(hash.clone()),
            (None, None) => Proof::None,
        };
        let (person, _) = change(unit, self.person, Command::ComeIn { known: self.known, proof })?;
        let (id, now): (SessionId, _) = (unit.new_id(), unit.now());
        let session = Session {
            id,
            person: self.person,
            token: self.token.clone(),
            passwords: person.passwords,
            device: self.device.chars().filter(|letter| !letter.is_control()).take(DEVICE_LETTERS).collect(),
            opened_at: now,
            seen_at: now,
            closed_at: None,
        };
        let (environment, person_id) = (self.environment, self.person);
        unit.timer(session.forget_from(), &ForgetSession { environment, person: person_id, session: id });
        unit.emit(self.person, &json!({ "type": "session_opened", "session": id }));
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
            unit.emit(self.person, &json!({ "type": "session_closed", "session": self.session }));
        }
        unit.save(record);
        Ok(())
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
