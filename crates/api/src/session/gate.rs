//! What bounds coming in: how many passwords are hashed at once, and how often may be guessed at logins that are nobody's, so that
//! these answer as those that are somebody's. Never keeps a password.

use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::Semaphore;
use zaiton_effects::passwords;
use zaiton_identity::PersonId;
use zaiton_identity::person::{Meter, PasswordHash};
use zaiton_kernel::Timestamp;

use crate::Api;

/// Passwords hashed at once.
const HASHING: usize = 2;
/// Passwords that wait to be hashed; more are told to come back.
const WAITING: usize = 50;
/// Logins of nobody that are remembered at once.
const NOBODIES: usize = 10_000;

/// What coming in needs beside the rest of the API.
pub(crate) struct Gate {
    hashing: Semaphore,
    waiting: Semaphore,
    /// The hash of nobody's password: it is compared with when there is nobody, so that this takes as long.
    pub(super) nobody: PasswordHash,
    nobodies: Mutex<HashMap<PersonId, Meter>>,
}

impl Default for Gate {
    fn default() -> Self {
        // Without randomness nothing is compared, and nobody comes in.
        let nobody = passwords::made().and_then(|made| passwords::hash(&made));
        Self {
            hashing: Semaphore::new(HASHING),
            waiting: Semaphore::new(WAITING),
            nobody: nobody.unwrap_or(PasswordHash(String::new())),
            nobodies: Mutex::default(),
        }
    }
}

impl Gate {
    /// Until when it must be waited before a login that is nobody's is looked at again.
    pub(super) fn nobody_waits(&self, id: PersonId, now: Timestamp) -> Option<Timestamp> {
        let known = self.nobodies.lock().expect("nobody panics here");
        known.get(&id).and_then(|meter| meter.waits(now))
    }

    /// Somebody guessed at a login that is nobody's.
    pub(super) fn nobody_guessed(&self, id: PersonId, now: Timestamp) {
        let mut known = self.nobodies.lock().expect("nobody panics here");
        if known.len() >= NOBODIES && !known.contains_key(&id) {
            known.retain(|_, meter| meter.waits(now).is_some());
        }
        if known.len() < NOBODIES || known.contains_key(&id) {
            let meter = known.entry(id).or_default();
            *meter = meter.guessed(now);
        }
    }
}

/// Whether a password is right, hashed beside the runtime's threads; none when too many wait.
pub(super) async fn is_right(api: &Api, password: String, hash: PasswordHash) -> Option<bool> {
    let _place = api.gate.waiting.try_acquire().ok()?;
    let _turn = api.gate.hashing.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || passwords::is_of(&password, &hash)).await.ok()
}

/// The hash of a password; none when too many wait.
pub(super) async fn hashed(api: &Api, password: String) -> Option<PasswordHash> {
    let _place = api.gate.waiting.try_acquire().ok()?;
    let _turn = api.gate.hashing.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || passwords::hash(&password)).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::Id;

    use super::*;

    #[test]
    fn nobodys_logins_slow_down_as_somebodys_do() {
        let gate = Gate::default();
        let (id, now) = (PersonId::from_raw(5), Timestamp::from_micros(1_772_424_000_000_000));
        for _ in 0..5 {
            assert_eq!(gate.nobody_waits(id, now), None);
            gate.nobody_guessed(id, now);
        }
        gate.nobody_guessed(id, now);
        assert_eq!(gate.nobody_waits(id, now), Some(now.plus_seconds(2)));
        assert_eq!(gate.nobody_waits(id, now.plus_seconds(2)), None);
        for other in 0..i64::try_from(NOBODIES).unwrap() {
            gate.nobody_guessed(PersonId::from_raw(100 + other), now);
        }
        assert!(gate.nobodies.lock().unwrap().len() <= NOBODIES);
    }
}
