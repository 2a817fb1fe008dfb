//! An order of a channel as a text of our own, so that a change in what is read is seen: no personal value is in it, only
//! which fields are filled. And what the tests of the channels share.

use std::fmt::Write;

use serde_json::Value;
use zaiton_connect::ReadError;
use zaiton_connect::orders::{
    Address, Channel, ChannelRead, Moment, Personal, ReadOrder, ReadOrderLine, read_channel,
};
use zaiton_kernel::Money;

use crate::common::brief;

/// Each order of an answer, told.
pub(crate) fn story(channel: Channel, bytes: &[u8]) -> String {
    match read_channel(channel, bytes) {
        Err(error) => format!("refused {}\n", brief(&error)),
        Ok(page) => {
            let mut text = String::new();
            for ChannelRead { line, order, .. } in &page.orders {
                text += &line_told(*line, order);
            }
            if page.next.is_some() || page.until.is_some() {
                let until = page.until.map_or("-".to_owned(), |moment| moment.at.to_string());
                writeln!(text, "page next {} until {until}", page.next.as_deref().unwrap_or("-")).unwrap();
            }
            if text.is_empty() { "no order\n".to_owned() } else { text }
        }
    }
}

fn line_told(line: u64, order: &Result<ReadOrder, ReadError>) -> String {
    match order {
        Ok(order) => self::order(order),
        Err(error) => format!("line {line} {}\n", brief(error)),
    }
}

/// An order, told.
pub(crate) fn order(order: &ReadOrder) -> String {
    let mut text = String::new();
    let words: Vec<&str> = order.status_channel.iter().map(|one| one.text.as_str()).collect();
    let mut say = |line: String| writeln!(text, "{line}").unwrap();
    say(format!(
        "{:?} {} {} {:?}{} is {:?} ({})",
        order.channel,
        order.channel_order_id,
        order.display_no.as_deref().unwrap_or("-"),
        order.kind,
        order.original_order_id.as_deref().map_or(String::new(), |id| format!(" of {id}")),
        order.status,
        words.join(", ")
    ));
    say(format!(
        "  site {} to {} sent by {} sold {:?} money with {:?}",
        order.marketplace.as_deref().unwrap_or("-"),
        order.ship_country.as_deref().unwrap_or("-"),
        order.fulfilled_by.as_ref().map_or("-".to_owned(), |who| format!("{who:?}")),
        order.sold_on.unwrap(),
        order.money_held_by.unwrap()
    ));
    let times = [
        ("placed", order.placed_at),
        ("updated", order.updated_at),
        ("shipped", order.shipped_at),
        ("completed", order.completed_at),
        ("cancelled", order.cancelled_at),
        ("ship after", order.promise.ship_after),
        ("ship by", order.promise.ship_by),
        ("deliver from", order.promise.deliver_from),
        ("deliver by", order.promise.deliver_by),
    ];
    let mut parts: Vec<String> =
        times.iter().filter_map(|(name, at)| Some(format!("{name} {}", moment((*at)?)))).collect();
    parts.extend(order.promise.service_level.as_ref().map(|level| format!("service {level}")));
    say(format!("  {}", parts.join(", ")));
    say(format!("  {}", sums(order)));
    for line in &order.lines {
        say(format!("  line {}", self::line(line)));
    }
    for payment in &order.payments {
        let method = payment.method.as_deref().unwrap_or("-");
        let at = payment.at.map_or(String::new(), |at| format!(" at {}", moment(at)));
        let hold = payment.hold.as_ref().map_or(String::new(), |hold| format!(" held {hold}"));
        say(format!("  payment {method} {:?} {}{at}{hold}", payment.state, decimal(payment.amount)));
    }
    for package in &order.packages {
        let lines: Vec<String> =
            package.lines.iter().map(|line| format!("{} x{}", line.line, count(line.qty))).collect();
        let word = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        say(format!(
            "  package {} {} {} {} holds {}",
            word(&package.reference),
            word(&package.carrier),
            word(&package.tracking),
            word(&package.status),
            lines.join(", ")
        ));
    }
    for cancel in &order.cancels {
        let word = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        let (state, by, reason) = (word(&cancel.state), word(&cancel.by), word(&cancel.reason));
        say(format!("  cancel {state} by {by} for {reason} of {}", cancel.lines.join(", ")));
    }
    for refund in &order.refunds {
        let lines: Vec<String> = refund
            .lines
            .iter()
            .map(|line| format!("{} x{} {}", line.line, count(line.qty), decimal(line.amount)))
            .collect();
        let status = refund.status.as_deref().unwrap_or("-");
        say(format!(
            "  refund {} {} {status} of {}",
            refund.reference,
            decimal(refund.amount),
            lines.join(", ")
        ));
    }
    for promotion in &order.promotions {
        say(format!(
            "  promotion {} {} {}",
            promotion.programme,
            promotion.promotion,
            promotion.lines.join(" ")
        ));
    }
    let filled = filled(&order.personal);
    if !filled.is_empty() {
        say(format!("  personal {filled}"));
    }
    for one in &order.unmapped {
        say(format!("  unmapped {} \"{}\" {}", one.field, one.value, one.code));
    }
    text
}

fn moment(moment: Moment) -> String {
    let offset = moment.offset_minutes.map_or("?".to_owned(), |minutes| minutes.to_string());
    format!("{} ({offset})", moment.at)
}

fn decimal(money: Option<Money>) -> String {
    money.map_or("-".to_owned(), Money::decimal)
}

fn count(count: Option<u32>) -> String {
    count.map_or("-".to_owned(), |count| count.to_string())
}

fn sums(order: &ReadOrder) -> String {
    let money = &order.money;
    let parts = [
        ("total", money.total),
        ("current", money.current_total),
        ("goods", money.goods),
        ("off", money.goods_discount),
        ("shipping", money.shipping),
        ("shipping off", money.shipping_discount),
        ("gift", money.gift),
        ("fees", money.fees),
        ("tax", money.tax),
        ("tax inside", money.tax_included),
        ("tax by channel", money.tax_collected_by_channel),
        ("duties", money.duties),
        ("tip", money.tip),
        ("paid", money.paid),
        ("refunded", money.refunded),
        ("channel fee", money.channel_fee),
    ];
    let mut text = money.currency.map_or("no currency".to_owned(), |currency| currency.to_string());
    for (name, part) in parts {
        if part.is_some() {
            write!(text, " {name} {}", decimal(part)).unwrap();
        }
    }
    if let Some(seen) = money.presentment_currency {
        write!(text, " seen in {seen} {}", decimal(money.presentment_total)).unwrap();
    }
    let told = |difference: Option<i64>| difference.map_or("-".to_owned(), |minor| minor.to_string());
    write!(text, " differs {} lines {}", told(money.difference()), told(order.lines_difference())).unwrap();
    text
}

fn line(line: &ReadOrderLine) -> String {
    let mut text = format!(
        "{} {} ({}) x{} at {} is {}",
        line.channel_line_id,
        line.sku.as_deref().unwrap_or("-"),
        line.listing_id.as_deref().unwrap_or("-"),
        count(line.qty),
        decimal(line.unit_price),
        decimal(line.line_total)
    );
    for (name, part) in [("off", line.discount), ("tax", line.tax), ("shipping", line.shipping)] {
        if part.is_some() {
            write!(text, " {name} {}", decimal(part)).unwrap();
        }
    }
    for tax in &line.taxes {
        let who = if tax.by_channel { " by channel" } else { "" };
        write!(text, " [{} {}{who}]", tax.name, decimal(tax.amount)).unwrap();
    }
    for (name, pieces) in
        [("sent", line.qty_shipped), ("cancelled", line.qty_cancelled), ("back", line.qty_refunded)]
    {
        if pieces.is_some() {
            write!(text, " {name} {}", count(pieces)).unwrap();
        }
    }
    for (name, is_so) in
        [("gift", line.gift), ("serial", line.serial_required), ("cancel asked", line.cancel_requested)]
    {
        if is_so {
            write!(text, " {name}").unwrap();
        }
    }
    if let Some(ioss) = &line.ioss {
        write!(text, " ioss {ioss}").unwrap();
    }
    text
}

/// Which personal fields are filled, without their values.
fn filled(personal: &Personal) -> String {
    let buyer = &personal.buyer;
    let mut names: Vec<String> = [
        ("id", buyer.channel_user_id.is_some()),
        ("name", buyer.name.is_some()),
        ("email", buyer.email.is_some()),
        ("relay", buyer.email_is_relay),
        ("phone", buyer.phone.is_some()),
        ("company", buyer.company.is_some()),
        ("tax ids", !buyer.tax_ids.is_empty()),
        ("ip", buyer.ip.is_some()),
        ("agent", buyer.user_agent.is_some()),
    ]
    .iter()
    .filter(|(_, is_there)| *is_there)
    .map(|(name, _)| (*name).to_owned())
    .collect();
    for (name, address) in [
        ("ship to", &personal.ship_to),
        ("bill to", &personal.bill_to),
        ("onward", &personal.final_destination),
    ] {
        names.extend(address.as_ref().map(|address| format!("{name}[{}]", self::address(address))));
    }
    names.extend(personal.notes.iter().map(|note| format!("note:{}", note.kind)));
    names.join(" ")
}

fn address(address: &Address) -> String {
    let mut names: Vec<String> = [
        ("name", address.name.is_some()),
        ("company", address.company.is_some()),
        ("street", address.street.is_some()),
        ("number", address.number.is_some()),
        ("complement", address.complement.is_some()),
        ("district", address.district.is_some()),
        ("city", address.city.is_some()),
        ("county", address.county.is_some()),
        ("state", address.state.is_some()),
        ("postcode", address.postcode.is_some()),
        ("country", address.country.is_some()),
        ("phone", address.phone.is_some()),
        ("hub", address.is_hub),
    ]
    .iter()
    .filter(|(_, is_there)| *is_there)
    .map(|(name, _)| (*name).to_owned())
    .collect();
    names.insert(1.min(names.len()), format!("{} lines", address.lines.len()));
    names.extend(address.kind.as_ref().map(|kind| format!("{kind:?}")));
    names.join(" ")
}

pub(crate) fn all(channel: Channel, message: &Value) -> Vec<ReadOrder> {
    let bytes = message.to_string().into_bytes();
    let page = read_channel(channel, &bytes).unwrap();
    page.orders.into_iter().map(|read| read.order.unwrap()).collect()
}

pub(crate) fn one(channel: Channel, message: &Value) -> ReadOrder {
    let mut orders = all(channel, message);
    assert_eq!(orders.len(), 1, "{message}");
    orders.remove(0)
}

/// `field value code` of everything that was told.
pub(crate) fn told(order: &ReadOrder) -> Vec<String> {
    order.unmapped.iter().map(|one| format!("{} {} {}", one.field, one.value, one.code)).collect()
}

pub(crate) fn amount(money: Option<Money>) -> String {
    money.map_or("-".to_owned(), |money| money.to_string())
}
