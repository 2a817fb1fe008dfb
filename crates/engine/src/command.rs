//! Commands: data that asks for a change, and how they are named, hashed and answered. Never runs one.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::digest::{Context, SHA256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zaiton_kernel::{Partition, Refusal, Rule, Text};

use crate::unit::{Stop, Unit};
use crate::watch::Trace;

/// A command: data, with the use case that decides it. `run` is deterministic and may be called several times
/// for one request; it asks the unit for everything.
pub trait Command: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What the caller is told.
    type Reply: Serialize + DeserializeOwned;
    /// Stable name, dotted: `prepaid.charge`.
    const NAME: &'static str;
    /// The one partition that it reads and changes.
    fn partition(&self) -> Partition;
    /// Decides.
    ///
    /// # Errors
    /// Refused, denied, or stopped because something is not in memory yet.
    fn run(&self, unit: &mut Unit<'_>) -> Result<Self::Reply, Stop>;
}

/// A command whose type is forgotten.
pub trait AnyCommand: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Its partition.
    fn partition(&self) -> Partition;
    /// Its JSON, by which input is compared and commands are forwarded.
    fn body(&self) -> String;
    /// Decides; the reply as JSON.
    ///
    /// # Errors
    /// As [`Command::run`].
    fn run(&self, unit: &mut Unit<'_>) -> Result<String, Stop>;
}

impl<C: Command> AnyCommand for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn partition(&self) -> Partition {
        Command::partition(self)
    }

    fn body(&self) -> String {
        serde_json::to_string(self).expect("a command's serde form is JSON: string keys, no foreign errors")
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<String, Stop> {
        let reply = Command::run(self, unit)?;
        Ok(serde_json::to_string(&reply)
            .expect("a reply's serde form is JSON: string keys, no foreign errors"))
    }
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Actor(Arc<str>);

impl Actor {
    /// A person, key or part of the system by its stable name (`system`, `cli`, `person:...`). Never a personal value.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The system itself: timers, follow-ups.
    #[must_use]
    pub fn system() -> Self {
        Self::new("system")
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// 128 bits that stand for an idempotency key within a partition.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestKey(pub [u8; 16]);

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl RequestKey {
    /// The key of a partition's caller-given text.
    #[must_use]
    pub fn of(partition: Partition, text: &str) -> Self {
        Self(short_hash(&[&partition.raw().to_be_bytes(), text.as_bytes()]))
    }

    /// The 64 bits by which it is found in memory.
    #[must_use]
    pub fn short(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// The first half of a SHA-256 over parts, each with its length before it.
#[must_use]
pub fn short_hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let digest = context.finish();
    let mut half = [0_u8; 16];
    for (to, from) in half.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    half
}

/// A command on its way to a lane.
pub struct Request {
    /// What is asked.
    pub command: Arc<dyn AnyCommand>,
    /// Its partition, asked once.
    pub partition: Partition,
    /// Idempotency key.
    pub key: RequestKey,
    /// Hash over name and body: another input under the same key is refused.
    pub input: [u8; 16],
    /// Who asks.
    pub actor: Actor,
    /// By which it is found in the log.
    pub trace: Option<Trace>,
}

impl Request {
    /// The same, found in the log by a trace.
    #[must_use]
    pub fn traced(self, trace: Option<Trace>) -> Self {
        Self { trace, ..self }
    }

    /// A request under a caller's key text.
    #[must_use]
    pub fn new(command: Arc<dyn AnyCommand>, key: &str, actor: Actor) -> Self {
        let partition = command.partition();
        let input = short_hash(&[command.name().as_bytes(), command.body().as_bytes()]);
        Self { partition, key: RequestKey::of(partition, key), input, actor, command, trace: None }
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Done and durable.
    Accepted {
        /// The reply as JSON.
        reply: String,
        /// The same request was done before; this is its first answer.
        repeated: bool,
    },
    /// A counted attempt, and durable as such: nothing else changed.
    Denied {
        /// Why.
        refusal: Refusal,
    },
    /// Nothing changed.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The world or a bug stood in the way; nothing changed.
    Failed {
        /// What kind, so that a caller knows whether to try again.
        failure: Failure,
        /// For the log. Never holds personal values.
        detail: String,
    },
}

/// Why a request failed without being refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Our mistake: the same request will fail again.
    Bug,
    /// Disk or database: the same request under the same key may be tried again.
    Unavailable,
    /// The lane went to another process: to be sent there.
    Moved,
    /// The queue is full: to be tried again later.
    Busy,
}

impl Outcome {
    /// The reply, typed.
    ///
    /// # Errors
    /// The outcome itself when it is no acceptance (boxed as it is large).
    pub fn reply<T: DeserializeOwned>(&self) -> Result<T, Box<Self>> {
        match self {
            Self::Accepted { reply, .. } => serde_json::from_str(reply).map_err(|_| Box::new(self.clone())),
            Self::Denied { .. } | Self::Refused { .. } | Self::Failed { .. } => Err(Box::new(self.clone())),
        }
    }

    /// A failure.
    #[must_use]
    pub fn failed(failure: Failure, detail: impl Into<String>) -> Self {
        Self::Failed { failure, detail: detail.into() }
    }
}

/// R5-40: the same key with another input.
#[must_use]
pub fn key_reused() -> Refusal {
    Refusal::new(
        "engine.idempotency.key_reused",
        Rule::new("R5-40"),
        Text::new(
            "该 Idempotency-Key 已用于内容不同的请求。",
            "This Idempotency-Key was already used for a request with another content.",
        ),
        Text::new("请为新的请求使用新的 Key。", "Use a new key for a new request."),
    )
}

type Decode = fn(&str) -> Result<Arc<dyn AnyCommand>, serde_json::Error>;
/// Where in a body the reading stopped, and the reader's words.
type Blame = fn(&str) -> Option<(serde_path_to_error::Path, String)>;

fn blame<C: Command>(body: &str) -> Option<(serde_path_to_error::Path, String)> {
    let reader = &mut serde_json::Deserializer::from_str(body);
    let error = serde_path_to_error::deserialize::<_, C>(reader).err()?;
    Some((error.path().clone(), error.inner().to_string()))
}

/// Commands by name: for timers, messages, forwarding and the API.
#[derive(Default)]
pub struct Registry {
    by_name: HashMap<&'static str, (Decode, Blame)>,
    reference: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Registry {
    /// Adds a command; the same name twice is a bug.
    #[must_use]
    pub fn with<C: Command>(mut self) -> Self {
        let decode: Decode = |body| Ok(Arc::new(serde_json::from_str::<C>(body)?));
        let before = self.by_name.insert(C::NAME, (decode, blame::<C>));
        assert!(before.is_none(), "two commands are called {}", C::NAME);
        self
    }

    /// Reads a command by name.
    ///
    /// # Errors
    /// `None` for an unknown name; the reader's error for a body that does not fit.
    pub fn decode(&self, name: &str, body: &str) -> Option<Result<Arc<dyn AnyCommand>, serde_json::Error>> {
        self.by_name.get(name).map(|(decode, _)| decode(body))
    }

    /// Where in a command's body that cannot be read the reading stops, and the reader's words. Reads it once more, so it is
    /// asked only then.
    #[must_use]
    pub fn blame(&self, name: &str, body: &str) -> Option<(serde_path_to_error::Path, String)> {
        self.by_name.get(name).and_then(|(_, blame)| blame(body))
    }

    /// Puts what all commands may read beside their records in place of what was there of this type: figures in force, by their
    /// dates. What a command writes of it must depend on the command's own time alone, so that every process writes the same; but
    /// for when an effect is due.
    pub fn refer<T: Send + Sync + 'static>(&self, reference: Arc<T>) {
        let mut known = self.reference.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(TypeId::of::<T>(), reference);
    }

    /// What [`Registry::refer`] put there of this type.
    #[must_use]
    pub fn reference<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let known = self.reference.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&TypeId::of::<T>()).cloned()?.downcast::<T>().ok()
    }

    /// All names, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.by_name.keys().copied().collect();
        names.sort_unstable();
        names
    }
}
