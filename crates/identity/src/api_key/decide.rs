//! What is answered about keys. Whether a text is a network comes with the command.

use std::collections::BTreeSet;

use zaiton_access::{Permission, Side};
use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{ApiKey, ApiKeyRefusal, KEYS, NAME_LETTERS, NETWORKS, State};

/// A command about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make it as it stands.
    Make {
        /// The side of its organisation.
        side: Side,
        /// What whoever makes it may do itself.
        maker: BTreeSet<Permission>,
        /// The first of its networks that is none.
        bad_network: Option<String>,
        /// Keys that the organisation has already.
        others: usize,
    },
    /// It lets in no more.
    Revoke {
        /// Who says so.
        by: String,
    },
}

/// The commands of people, without what they carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// [`Command::Revoke`].
    Revoke,
}

/// What happened to a key. Stored without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was made.
    Made {},
    /// It lets in no more.
    Revoked {
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
}

/// Which commands make sense now.
#[must_use]
pub fn allowed(_key: &ApiKey) -> Vec<Allowed<CommandKind, ApiKeyRefusal>> {
    vec![Allowed { command: CommandKind::Revoke, refusal: None }]
}

/// Rule R5-04. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(key: &ApiKey, command: Command, now: Timestamp) -> Result<Decision<Event>, ApiKeyRefusal> {
    match command {
        Command::Make { side, maker, bad_network, others } => {
            if !(1..=NAME_LETTERS).contains(&key.name.chars().count()) {
                return Err(ApiKeyRefusal::Name { most: NAME_LETTERS });
            }
            scopes_fit(key, side, &maker)?;
            if let Some(network) = bad_network {
                return Err(ApiKeyRefusal::Network { network });
            }
            if key.networks.len() > NETWORKS {
                return Err(ApiKeyRefusal::TooMany { most: NETWORKS });
            }
            if others >= KEYS {
                return Err(ApiKeyRefusal::TooMany { most: KEYS });
            }
            if let Some(expires_at) = key.expires_at.filter(|until| *until <= now) {
                return Err(ApiKeyRefusal::Expired { expires_at });
            }
            Ok(Decision::one(Event::Made {}))
        }
        Command::Revoke { by } => Ok(match key.state {
            State::Active => Decision::one(Event::Revoked { at: now, by }),
            State::Revoked { .. } => Decision::already(),
        }),
    }
}

fn scopes_fit(key: &ApiKey, side: Side, maker: &BTreeSet<Permission>) -> Result<(), ApiKeyRefusal> {
    let may = |scope: &Permission| scope.is_of_side(side) && !scope.is_for_people();
    if key.scopes.is_empty() || !key.scopes.iter().all(may) {
        let known: Vec<&str> =
            Permission::ALL.iter().filter(|scope| may(scope)).map(|scope| scope.name()).collect();
        return Err(ApiKeyRefusal::Scopes { scopes: known.join(", ") });
    }
    match key.scopes.iter().find(|scope| !maker.contains(scope)) {
        Some(scope) => Err(ApiKeyRefusal::BeyondMaker { scope: *scope }),
        None => Ok(()),
    }
}
