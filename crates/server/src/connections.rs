//! `zaiton connect`, `connections` and `pull`: a shop is connected from a file of settings, whose credentials are sealed before
//! they are sent anywhere; what is connected is listed; a turn is asked for and waited for. Calls no channel itself: the
//! process that owns the lane does.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::bounded;
use serde_json::json;
use zaiton_app::channels::{ConnectionReply, PullNow};
use zaiton_channels::Connection as Settings;
use zaiton_effects::orders::hash_of;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Outcome, Request};
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::{Connection, ConnectionId, Ended, Totals};

use crate::cli::{Failure, actor, told};
use crate::import::Say;
use crate::site::Site;
use crate::{near, out};

/// Bytes of a file of settings, at most.
const SETTINGS: u64 = 1_000_000;
/// How often a turn under way is looked at, in milliseconds.
const LOOK: u64 = 100;
/// Looks without any turn ending, after which nothing is expected any more: ten minutes.
const LOOKS: u32 = 6_000;

/// What is connected, for whom.
pub(crate) struct Asked<'a> {
    /// The file with the connection's settings.
    pub(crate) settings: &'a Path,
    /// The merchant's code.
    pub(crate) merchant: &'a str,
    /// The shop's code.
    pub(crate) shop: &'a str,
    /// The shop's time zone.
    pub(crate) zone: &'a str,
    /// The site is the platform's own.
    pub(crate) ours: bool,
    /// From when on, the first time.
    pub(crate) since: Option<Timestamp>,
}

fn settings(file: &Path) -> Result<Settings, Failure> {
    let told = |error: std::io::Error| Failure::World(format!("{}: {error}", file.display()));
    if std::fs::metadata(file).map_err(told)?.len() > SETTINGS {
        return Err(Failure::Refused(format!("{}: settings of more than {SETTINGS} bytes", file.display())));
    }
    let text = std::fs::read_to_string(file).map_err(told)?;
    // The text holds credentials: only where it is wrong is told, never what stands there.
    serde_json::from_str(&text).map_err(|error| {
        Failure::Refused(format!(
            "{}: line {}, column {}: these are no settings of a connection",
            file.display(),
            error.line(),
            error.column()
        ))
    })
}

fn merchant(site: &Site, code: &str) -> Result<MerchantId, Failure> {
    near::merchant(&site.queries, Environment::Live, code).map(|row| MerchantId::from_raw(row.id))
}

fn give(site: &Site, command: Arc<dyn AnyCommand>, key: &str) -> Result<ConnectionReply, Failure> {
    let outcome = site.engine.call(Request::new(command, key, actor()));
    told(&outcome)?;
    outcome.reply().map_err(|_: Box<Outcome>| Failure::World("the reply cannot be read".into()))
}

/// Connects a shop, or connects it anew.
pub(crate) fn connect(site: &Site, asked: &Asked<'_>, say: Say) -> Result<(), Failure> {
    let settings = settings(asked.settings)?;
    settings.check().map_err(|error| Failure::Refused(format!("{}: {error}", asked.settings.display())))?;
    let merchant = merchant(site, asked.merchant)?;
    let shop = (asked.shop, asked.zone, asked.ours);
    let whose = (Environment::Live, merchant);
    let command = zaiton_effects::channels::connect(&site.sealer, whose, &settings, shop, asked.since)
        .map_err(|error| Failure::World(error.to_string()))?;
    let channel = command.channel;
    // What is sealed is other bytes each time: connecting again is a command of its own.
    let key = format!("connect/{}", hash_of(command.credentials.text.as_bytes()));
    let reply = give(site, Arc::new(command), &key)?;
    match say {
        Say::Nothing => {}
        Say::Json => out::line(&json!(reply).to_string()),
        Say::Text => {
            out::line(&format!("{} {}/{} is connected", reply.connection, channel, asked.shop));
        }
    }
    Ok(())
}

/// The connections of a merchant.
fn of(site: &Site, merchant: MerchantId) -> Result<Vec<Connection>, Failure> {
    let partition = Partition::new(Environment::Live, merchant.raw());
    let rows = site.queries.records_of("connections", partition, 0, 1_000)?;
    rows.iter()
        .map(|row| serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string())))
        .collect()
}

/// Lists what is connected.
pub(crate) fn list(site: &Site, code: &str, say: Say) -> Result<(), Failure> {
    let now = site.engine.clock().now(Environment::Live);
    for connection in of(site, merchant(site, code)?)? {
        if say == Say::Json {
            out::line(&json!(connection).to_string());
            continue;
        }
        let lag = connection.lag_seconds(now);
        let trouble = connection.trouble.as_ref().map_or(String::new(), |trouble| format!(", {trouble:?}"));
        out::line(&format!(
            "{} {} {}, everything until {} is here, {lag} s behind{trouble}",
            connection.id,
            connection.key(),
            connection.state,
            connection.until
        ));
    }
    Ok(())
}

fn record(site: &Site, id: ConnectionId) -> Result<Connection, Failure> {
    let row = site.queries.record("connections", id.raw())?;
    let row = row.ok_or_else(|| Failure::World("the connection is gone".into()))?;
    serde_json::from_str(&row.body).map_err(|error| Failure::World(error.to_string()))
}

/// Asks for a turn, and waits until there is nothing newer, or the channel is left.
pub(crate) fn pull(site: &Site, code: &str, shop: &str, say: Say) -> Result<(), Failure> {
    let merchant = merchant(site, code)?;
    let mine: Vec<Connection> = of(site, merchant)?.into_iter().filter(|one| one.shop == shop).collect();
    if mine.is_empty() {
        return Err(Failure::Refused(format!("{code} has no connection {shop}: zaiton connect makes one")));
    }
    let mut left = Vec::new();
    for connection in mine {
        left.extend(one(site, &connection, merchant, say)?);
    }
    if left.is_empty() { Ok(()) } else { Err(Failure::World(left.join("\n"))) }
}

/// Pulls one connection; why it was left early, if it was.
fn one(
    site: &Site,
    connection: &Connection,
    merchant: MerchantId,
    say: Say,
) -> Result<Option<String>, Failure> {
    let mut turn = connection.turn;
    if connection.under_way.is_none() {
        let environment = Environment::Live;
        let command = PullNow { environment, merchant, connection: connection.id };
        let key = format!("pull/{}/{}", connection.id, connection.turn + 1);
        turn = give(site, Arc::new(command), &key)?.turn;
    }
    let before = connection.totals;
    let mut looks = 0;
    loop {
        let now = record(site, connection.id)?;
        let over = now.turn >= turn && now.under_way.is_none();
        let ended = now.last.as_ref().filter(|_| over);
        let Some(last) = ended else {
            looks += 1;
            if looks > LOOKS || site.engine.stopped() {
                return Err(Failure::World("nobody carries the turn out".into()));
            }
            let (_open, never) = bounded::<()>(0);
            let _ = never.recv_timeout(Duration::from_millis(LOOK));
            continue;
        };
        looks = 0;
        if last.ended == Ended::More {
            turn = now.turn + 1;
            continue;
        }
        let since = |of: fn(&Totals) -> u64| of(&now.totals).saturating_sub(of(&before));
        let (messages, new) = (since(|totals| totals.messages), since(|totals| totals.new));
        let (changed, unread) = (since(|totals| totals.changed), since(|totals| totals.unread));
        let figures = json!({ "connection": now.id, "messages": messages, "new": new, "changed": changed,
            "unread": unread, "until": now.until, "ended": last.ended });
        match say {
            Say::Nothing => {}
            Say::Json => out::line(&figures.to_string()),
            Say::Text => out::line(&format!(
                "{}: {messages} order messages: {new} new orders, {changed} changed, {unread} that are no order; \
                 everything until {} is captured",
                now.key(),
                now.until
            )),
        }
        return Ok(match &last.ended {
            Ended::CaughtUp | Ended::More => None,
            Ended::Later { at } => Some(format!("the channel may be asked again at {at}")),
            Ended::Credentials { code } => {
                Some(format!("the channel does not take the credentials ({code})"))
            }
            Ended::Failed { code } => Some(format!("the channel was left early: {code}")),
        });
    }
}
