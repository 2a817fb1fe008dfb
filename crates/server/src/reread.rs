//! `zaiton admin reread-orders`: what could not be mapped, or did not add up, is read anew from the bytes that came, by the readers
//! of this program. Takes no file and asks no channel; what a person accepted stays as it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use zaiton_app::channels::unread::UnreadWasRead;
use zaiton_app::orders::capture::{CaptureOrder, CaptureReply, CheckOrder};
use zaiton_connect::orders::read_channel;
use zaiton_effects::channels::{Arrival, OTHER_MERCHANT, capture};
use zaiton_effects::orders::{message, read_channel_of};
use zaiton_engine::command::AnyCommand;
use zaiton_engine::outbox::Parked;
use zaiton_engine::{Command, Request};
use zaiton_kernel::{Environment, Id};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{ChannelMessage, ChannelOrder, SealedMessage};
use zaiton_orders::unread::{State as UnreadState, UnreadMessage};

use crate::cli::{Failure, actor, told};
use crate::out;
use crate::site::Site;

/// How an order came out.
enum Came {
    /// It waits no more.
    Mapped,
    /// It still does.
    Waits,
    /// There is nothing left to read, or it cannot be read.
    Not(String),
}

/// Reads anew what waits for a person.
pub(crate) fn reread(site: &Site, json: bool) -> Result<(), Failure> {
    let (mut mapped, mut waits, mut not) = (0_u64, 0_u64, Vec::new());
    for (order, merchant) in waiting(site)? {
        match one(site, order, merchant)? {
            Came::Mapped => mapped += 1,
            Came::Waits => waits += 1,
            Came::Not(why) => not.push(why),
        }
    }
    for unread in unread(site)? {
        match whole(site, &unread)? {
            Came::Mapped => mapped += 1,
            Came::Waits => waits += 1,
            Came::Not(why) => not.push(why),
        }
    }
    if json {
        let said = serde_json::json!({ "known": mapped, "waiting": waits, "not_read": not });
        out::line(&said.to_string());
        return Ok(());
    }
    out::line(&format!(
        "{mapped} orders are known now, {waits} still wait for a person, {} were not read",
        not.len()
    ));
    not.iter().take(20).for_each(|why| out::line(&format!("  {why}")));
    Ok(())
}

/// Orders that somebody has a task for, each once, with the merchant whose they are.
fn waiting(site: &Site) -> Result<BTreeSet<(i64, i64)>, Failure> {
    let mut found = BTreeSet::new();
    site.queries.each_record("parked", |row| {
        if let Ok(parked) = serde_json::from_str::<Parked>(&row.body)
            && parked.command == CheckOrder::NAME
            && let Ok(check) = serde_json::from_str::<CheckOrder>(&parked.body)
            && check.environment == Environment::Live
        {
            found.insert((check.channel_order.raw(), check.merchant.raw()));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Messages that nobody could read and that wait for it.
fn unread(site: &Site) -> Result<Vec<UnreadMessage>, Failure> {
    let mut found = Vec::new();
    site.queries.each_record("unread_messages", |row| {
        if row.partition.environment() == Environment::Live
            && let Ok(unread) = serde_json::from_str::<UnreadMessage>(&row.body)
            && unread.state == UnreadState::Waiting
        {
            found.push(unread);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Reads a message anew that was no order when it came. One that names another merchant is no matter of reading.
fn whole(site: &Site, unread: &UnreadMessage) -> Result<Came, Failure> {
    let (arrived, key) = (&unread.arrived, unread.arrived.key());
    let Some(sealed) = unread.sealed.as_ref().filter(|_| arrived.code != OTHER_MERCHANT) else {
        return Ok(Came::Waits);
    };
    let raw = match site.sealer.raw(&key, &arrived.hash, sealed) {
        Ok(raw) => raw,
        Err(error) => return Ok(Came::Not(format!("{key}: {error}"))),
    };
    let headers = site.sealer.headers(&key, &arrived.hash, sealed).unwrap_or_default();
    let orders = match read_channel(read_channel_of(arrived.channel), &raw) {
        Ok(page) => page.orders,
        Err(_) => return Ok(Came::Waits),
    };
    let merchant = MerchantId::from_raw(unread.merchant);
    let environment = Environment::Live;
    let mut commands: Vec<Arc<dyn AnyCommand>> = Vec::new();
    for read in &orders {
        let Ok(order) = &read.order else { return Ok(Came::Waits) };
        let arrival = Arrival {
            environment,
            merchant,
            channel: arrived.channel,
            shop: arrived.shop.clone(),
            raw: read.raw.to_vec(),
            headers: headers.clone(),
            received_at: arrived.received_at,
            ours: false,
            asked: false,
        };
        let command = capture(&site.sealer, &arrival, order);
        commands.push(Arc::new(command.map_err(|error| Failure::World(error.to_string()))?));
    }
    if commands.is_empty() {
        return Ok(Came::Waits);
    }
    commands.push(Arc::new(UnreadWasRead { environment, merchant, unread: unread.id }));
    for (nth, command) in commands.into_iter().enumerate() {
        let id = format!("reread/{}/{}/{nth}", unread.id, env!("CARGO_PKG_VERSION"));
        told(&site.engine.call(Request::new(command, &id, actor())))?;
    }
    Ok(Came::Mapped)
}

fn one(site: &Site, order: i64, merchant: i64) -> Result<Came, Failure> {
    let told_by = |error: serde_json::Error| Failure::World(error.to_string());
    let Some(row) = site.queries.record("channel_orders", order)? else {
        return Ok(Came::Not(format!("{order}: gone")));
    };
    let order: ChannelOrder = serde_json::from_str(&row.body).map_err(told_by)?;
    let key = order.key();
    let Some(current) = order.messages.iter().find(|known| known.hash == order.hash) else {
        return Ok(Came::Not(format!("{key}: its message was not kept")));
    };
    let kept = site.queries.record("channel_messages", current.id.raw())?;
    let sealed = site.queries.record("sealed_messages", current.id.raw())?;
    let (Some(kept), Some(sealed)) = (kept, sealed) else {
        return Ok(Came::Not(format!("{key}: what came was forgotten")));
    };
    let kept: ChannelMessage = serde_json::from_str(&kept.body).map_err(told_by)?;
    let sealed: SealedMessage = serde_json::from_str(&sealed.body).map_err(told_by)?;
    let raw = match site.sealer.raw(&key, &order.hash, &sealed.sealed) {
        Ok(raw) => raw,
        Err(error) => return Ok(Came::Not(format!("{key}: {error}"))),
    };
    let read = match read_channel(read_channel_of(order.channel), &raw) {
        Ok(page) => page.orders.into_iter().next().map(|read| read.order),
        Err(error) => return Ok(Came::Not(format!("{key}: {error}"))),
    };
    let Some(Ok(read)) = read else { return Ok(Came::Not(format!("{key}: no order is in it"))) };
    let message = message(&read, &order.shop, &raw, kept.message.received_at);
    let id = format!("reread/{}/{}/{}", order.id, order.hash, env!("CARGO_PKG_VERSION"));
    let (environment, merchant) = (Environment::Live, MerchantId::from_raw(merchant));
    let command = CaptureOrder { environment, merchant, message, sealed: None, again: true, asked: false };
    let outcome = site.engine.call(Request::new(Arc::new(command), &id, actor()));
    told(&outcome)?;
    let reply: CaptureReply =
        outcome.reply().map_err(|_| Failure::World("the reply cannot be read".into()))?;
    Ok(if reply.state.waits_for_a_person() { Came::Waits } else { Came::Mapped })
}
