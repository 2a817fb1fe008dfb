//! The callers of a simulated world: what they asked under which key, what they were told, and that they are told the same when
//! they ask again.

use std::collections::BTreeMap;
use std::sync::Arc;

use zaiton_engine::command::{AnyCommand, Failure, Request, key_reused};
use zaiton_engine::{Actor, Clock, Outcome, RequestKey};
use zaiton_kernel::{Environment, Timestamp};

use super::market::Follow;
use super::post::Origin;
use super::{Found, World, count};

/// Answers are kept for seven days; nobody asks again after six.
pub(crate) const KEPT: i64 = 6 * 86_400_000_000;

/// What somebody asked.
pub(crate) struct Ask {
    command: Arc<dyn AnyCommand>,
    actor: Actor,
    key: String,
    /// The code of the refusal that must come, if one must; empty for any.
    must_refuse: Option<&'static str>,
    /// Refusals that cannot be: what they miss was committed before this was asked, and is never taken back.
    never: Vec<&'static str>,
    follow: Follow,
    /// The reply, once it was accepted.
    accepted: Option<String>,
    first_asked: i64,
    /// The same by the clock of its environment.
    asked_at: Timestamp,
    answered: bool,
    /// Another input under a key of an earlier request.
    is_abuse: bool,
}

/// All that was asked.
#[derive(Default)]
pub(crate) struct Callers {
    asks: Vec<Ask>,
    by_key: BTreeMap<RequestKey, usize>,
}

/// Whoever asks for a merchant.
pub(crate) fn merchant() -> Actor {
    Actor::new("person:merchant")
}

impl World {
    fn live_now(&self) -> i64 {
        self.clock.now(Environment::Live).micros()
    }

    /// Asks for something. The same key again is the same request again.
    pub(crate) fn ask(
        &mut self,
        command: Arc<dyn AnyCommand>,
        key: &str,
        must_refuse: Option<&'static str>,
        follow: Follow,
    ) {
        self.ask_as(merchant(), command, key, must_refuse, follow);
    }

    /// As [`Self::ask`], by somebody.
    pub(crate) fn ask_as(
        &mut self,
        actor: Actor,
        command: Arc<dyn AnyCommand>,
        key: &str,
        must_refuse: Option<&'static str>,
        follow: Follow,
    ) {
        let named = Request::new(Arc::clone(&command), key, actor.clone());
        if let Some(at) = self.callers.by_key.get(&named.key).copied() {
            self.ask_again(at);
            return;
        }
        self.trace.act(format!("asks {} {key}", command.name()));
        let at = self.callers.asks.len();
        self.callers.by_key.insert(named.key, at);
        let never = self.model.never_refused(command.as_ref());
        let asked_at = self.clock.now(command.partition().environment());
        self.callers.asks.push(Ask {
            command,
            actor,
            key: key.to_owned(),
            must_refuse,
            never,
            follow,
            accepted: None,
            first_asked: self.live_now(),
            asked_at,
            answered: false,
            is_abuse: false,
        });
        self.send_ask(at);
        if self.dice.chance(self.moods.impatient) {
            self.ask_again(at);
        }
    }

    fn send_ask(&mut self, at: usize) {
        let Some(ask) = self.callers.asks.get(at) else { return };
        let (command, key, actor) = (Arc::clone(&ask.command), ask.key.clone(), ask.actor.clone());
        let request = self.request(command, &key, &actor);
        self.send(request, Origin::Caller(at));
    }

    /// Sends a request again, unless it is too old.
    pub(crate) fn ask_again(&mut self, at: usize) {
        let now = self.live_now();
        let Some(ask) = self.callers.asks.get(at).filter(|ask| now - ask.first_asked < KEPT) else { return };
        if ask.is_abuse {
            return;
        }
        self.trace.act(format!("asks again {} {}", ask.command.name(), ask.key));
        count(&mut self.counts, "asked again");
        self.send_ask(at);
    }

    /// Somebody remembers an old request: asks again, or misuses its key.
    pub(crate) fn remember(&mut self) {
        let len = self.callers.asks.len();
        let recent = len.min(60);
        let at = len - recent + self.dice.index(recent);
        if self.dice.chance(800) {
            self.ask_again(at);
            return;
        }
        let Some(other) = self.dice.pick(&self.callers.asks).map(|ask| Arc::clone(&ask.command)) else {
            return;
        };
        let now = self.live_now();
        let Some(ask) = self.callers.asks.get(at) else { return };
        let fits = ask.accepted.is_some()
            && now - ask.first_asked < KEPT
            && !ask.is_abuse
            && other.partition() == ask.command.partition()
            && (other.name(), other.body()) != (ask.command.name(), ask.command.body());
        if !fits {
            return;
        }
        let (key, asked_at) = (ask.key.clone(), self.clock.now(other.partition().environment()));
        self.trace.act(format!("misuses the key {key} for {}", other.name()));
        let at = self.callers.asks.len();
        self.callers.asks.push(Ask {
            command: other,
            actor: merchant(),
            key: key.clone(),
            must_refuse: Some("engine.idempotency.key_reused"),
            never: Vec::new(),
            follow: Follow::Nothing,
            accepted: None,
            first_asked: now,
            asked_at,
            answered: false,
            is_abuse: true,
        });
        count(&mut self.counts, "keys misused");
        self.send_ask(at);
    }

    /// An answer for a caller.
    pub(crate) fn told(&mut self, at: usize, outcome: Option<Outcome>) -> Found {
        let Some(ask) = self.callers.asks.get_mut(at) else { return Ok(()) };
        let what = format!("{} {}", ask.command.name(), ask.key);
        let Some(outcome) = outcome else {
            // Nobody answers: asks again now, later, or never.
            if self.dice.chance(600) {
                self.ask_again(at);
            }
            return Ok(());
        };
        match outcome {
            Outcome::Accepted { reply, repeated } => {
                if ask.must_refuse.is_some() {
                    return Err(format!("{what} was accepted, and had to be refused"));
                }
                match &ask.accepted {
                    Some(_) if !repeated => return Err(format!("{what} was carried out twice")),
                    Some(first) if *first != reply => {
                        return Err(format!("{what} was told {first}, then {reply}"));
                    }
                    Some(_) => count(&mut self.counts, "told the same again"),
                    None if repeated => count(&mut self.counts, "told only when asked again"),
                    None => {}
                }
                ask.answered = true;
                let new = ask.accepted.is_none();
                ask.accepted = Some(reply.clone());
                if new {
                    if reply.contains("\"waits\":true") {
                        count(&mut self.counts, "told too early");
                    }
                    let follow = ask.follow.clone();
                    self.learn(&follow, &reply)?;
                }
            }
            Outcome::Refused { refusal } => {
                if let Some(code) = ask.must_refuse
                    && !code.is_empty()
                    && refusal.code != code
                {
                    return Err(format!("{what} was refused with {}, not {code}", refusal.code));
                }
                if ask.must_refuse.is_none() && refusal.code == key_reused().code {
                    return Err(format!("{what}: the key was never used for something else"));
                }
                let known = self.model.never_refused(ask.command.as_ref());
                let cannot_be = |code: &&str| refusal.code == **code && known.contains(code);
                if ask.never.iter().any(cannot_be) {
                    return Err(format!("{what} was refused with {}, which cannot be", refusal.code));
                }
                let environment = ask.command.partition().environment();
                let now = self.clock.now(environment);
                self.model
                    .held(&refusal, environment, ask.asked_at, now)
                    .map_err(|found| format!("{what}: {found}"))?;
                if ask.accepted.is_some() {
                    return Err(format!("{what} was accepted, and refused later: {}", refusal.code));
                }
                ask.answered = true;
                count(&mut self.refusals, refusal.code.as_ref());
            }
            // Counted, as the second book-keeping says; told again when asked again.
            Outcome::Denied { refusal } => {
                if ask.accepted.is_some() {
                    return Err(format!("{what} was accepted, and denied later"));
                }
                ask.answered = true;
                count(&mut self.refusals, refusal.code.as_ref());
            }
            Outcome::Failed { failure: Failure::Bug, detail } => return Err(format!("{what}: {detail}")),
            Outcome::Failed { .. } => {
                count(&mut self.counts, "asked in vain");
                if self.dice.chance(800) {
                    self.ask_again(at);
                }
            }
        }
        Ok(())
    }

    /// Everybody who was never answered asks once more.
    pub(crate) fn ask_unanswered(&mut self) {
        for at in 0..self.callers.asks.len() {
            if self.callers.asks.get(at).is_some_and(|ask| !ask.answered) {
                self.ask_again(at);
            }
        }
    }

    /// Every accepted answer of the last days lies in the database exactly once, as it was told.
    pub(crate) fn check_answers(&self) -> Found<usize> {
        let mut stored: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
        for row in self.queries.rows("SELECT key, reply FROM requests", &[]).map_err(|error| error.0)? {
            if let [key, reply] = row.as_slice() {
                stored.entry(key.blob().to_vec()).or_default().push(reply.text().to_owned());
            }
        }
        let now = self.live_now();
        let mut checked = 0;
        for ask in self.callers.asks.iter().filter(|ask| now - ask.first_asked < KEPT) {
            let Some(reply) = &ask.accepted else { continue };
            let key = RequestKey::of(ask.command.partition(), &ask.key);
            let found = stored.get(key.0.as_slice()).map_or(&[][..], Vec::as_slice);
            if found != [reply.clone()] {
                let what = format!("{} {}", ask.command.name(), ask.key);
                return Err(format!("{what} was told {reply}; the database has {found:?}"));
            }
            checked += 1;
        }
        Ok(checked)
    }
}
