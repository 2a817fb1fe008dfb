//! What effects do at channels: a turn of a connection, a sweep, one order. Each hands what came to the engine, waits until it
//! is stored, and only then tells how far it came. Never decides when a channel is asked, nor what an order means.

mod batch;
mod clients;
mod fetch;
mod pull;
mod push;
mod sweep;

use zaiton_app::channels::Connect;
use zaiton_channels::{Connection as Settings, Stop};
use zaiton_engine::command::Failure;
use zaiton_engine::engine::EffectError;
use zaiton_engine::{Outcome, StoreError};
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::{Ended, Ways, connection_key};

use crate::orders::channel_of;
use crate::sealing::{SealError, Sealer};

pub use batch::{Arrival, Batch, Taken, capture, unread};
pub use clients::{Channels, OTHER_MERCHANT, Unopened};
pub use fetch::{FetchChangedOrder, FetchOrderAnew};
pub use pull::Puller;
pub use push::{Answer, PUSH_BYTES, Pushed, Receiver};
pub use sweep::Sweeper;

/// The command that connects a shop: its credentials are sealed before they go anywhere.
///
/// # Errors
/// They cannot be sealed.
pub fn connect(
    sealer: &Sealer,
    (environment, merchant): (Environment, MerchantId),
    settings: &Settings,
    (shop, zone, ours): (&str, &str, bool),
    since: Option<Timestamp>,
) -> Result<Connect, SealError> {
    let channel = channel_of(settings.channel());
    let plain = serde_json::to_vec(settings).map_err(|_| SealError::Broken)?;
    let credentials = sealer.seal_credentials(merchant.raw(), &connection_key(channel, shop), &plain)?;
    Ok(Connect {
        environment,
        merchant,
        channel,
        shop: shop.to_owned(),
        host: settings.base_url.clone(),
        zone: zone.to_owned(),
        ways: Ways { pulls: settings.pulls, pushes: settings.is_pushed() },
        ours,
        since,
        credentials,
    })
}

fn later(detail: impl ToString) -> EffectError {
    EffectError { detail: detail.to_string(), hopeless: false }
}

fn hopeless(detail: impl ToString) -> EffectError {
    EffectError { detail: detail.to_string(), hopeless: true }
}

fn stored(error: StoreError) -> EffectError {
    later(error.0)
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, EffectError> {
    serde_json::from_str(body).map_err(hopeless)
}

/// A report that was taken, or why the effect is not done.
fn reported(outcome: Outcome) -> Result<(), EffectError> {
    match outcome {
        Outcome::Accepted { .. } => Ok(()),
        Outcome::Refused { refusal } | Outcome::Denied { refusal } => Err(hopeless(refusal)),
        Outcome::Failed { failure, detail } => Err(EffectError { detail, hopeless: failure == Failure::Bug }),
    }
}

/// How a turn ended, by why its pull did.
fn ended(why: &Stop) -> Ended {
    let failed = |code: String| Ended::Failed { code };
    let with = |word: &str, code: &Option<String>| match code {
        Some(code) => format!("{word}.{code}"),
        None => word.to_owned(),
    };
    match why {
        Stop::Hand => Ended::More,
        Stop::Later { at } => Ended::Later { at: *at },
        Stop::Unauthorised { status: 401 } => Ended::Credentials { code: "unauthorised".into() },
        Stop::CredentialsRefused { code } => Ended::Credentials { code: with("refused", code) },
        // Forbidden is said of too many things to ask a person for new credentials.
        Stop::Unauthorised { status } => failed(format!("unauthorised.{status}")),
        Stop::CircuitOpen { last, .. } => {
            failed(last.map_or("circuit_open".into(), |last| format!("circuit_open.{last:?}").to_lowercase()))
        }
        Stop::Refused { status, code } => failed(with(&format!("refused.{status}"), code)),
        Stop::ChannelError { code } => failed(with("channel_error", code)),
        Stop::Redirected { status } => failed(format!("redirected.{status}")),
        Stop::Untrusted => failed("untrusted".into()),
        Stop::TooLarge { .. } => failed("too_large".into()),
        Stop::Unreadable { code } => failed(format!("unreadable.{code}")),
        Stop::Loops { .. } => failed("loops".into()),
        Stop::TooManyPages { .. } => failed("too_many_pages".into()),
        Stop::BadId => failed("bad_id".into()),
    }
}
