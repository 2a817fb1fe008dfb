//! The refunds of a `WooCommerce` order: number and sum, below zero, as the order lists them, and lines and times of the list
//! that is a call of its own. Never counts a refund twice, and never takes a refund's own line for a line of the order: which
//! that is stands in `_refunded_item_id`.

use super::json::Json;
use super::look::Look;
use super::model::ReadOrder;
use super::parts::{ReadRefund, ReadRefundLine};
use super::personal::Note;
use super::sum::{Sum, size};
use super::woocommerce::both;

/// The key under which the shop says which line of the order was paid back.
const OF_LINE: &str = "_refunded_item_id";

/// Reads what the order lists, and what is known of each beside it. Where both say something, the list of refunds counts: it
/// was asked for later.
pub(super) fn read(from: &Look<'_>, details: &[Look<'_>], order: &mut ReadOrder) {
    let mut refunded = Sum::new();
    let detailed: Vec<Option<String>> = details.iter().map(|refund| refund.id("id")).collect();
    let listed = from.each("refunds");
    let is_bare = |refund: &&Look<'_>| {
        let id = refund.id("id");
        id.is_none() || !detailed.contains(&id)
    };
    for refund in details.iter().chain(listed.iter().filter(is_bare)) {
        let amount = amount(refund, order);
        refunded.must(amount);
        let reference = refund.id("id");
        if reference.is_none() {
            refund.at("id").tell("import.missing");
        }
        if let Some(text) = refund.personal("reason") {
            order.personal.notes.push(Note { line: None, kind: "refund_reason".to_owned(), text });
        }
        let (at, lines) = (both(refund, "date_created"), lines(refund, order));
        let reference = reference.unwrap_or_default();
        order.refunds.push(ReadRefund { reference, at, amount, status: None, lines });
    }
    order.money.refunded = refunded.total();
}

/// `amount` in the list of refunds, `total` in the order.
fn amount(refund: &Look<'_>, order: &ReadOrder) -> Option<zaiton_kernel::Money> {
    let key = if refund.at("amount").is_there() { "amount" } else { "total" };
    size(refund.amount(key, order.money.currency))
}

/// What of which line was paid back, without tax, as the order's own lines are; pieces are counted up on the line.
fn lines(refund: &Look<'_>, order: &mut ReadOrder) -> Vec<ReadRefundLine> {
    let mut lines = Vec::new();
    for item in refund.each("line_items") {
        let amount = size(item.amount("total", order.money.currency));
        let qty = pieces(&item);
        // A line of which nothing was paid back.
        if qty == Some(0) && amount.is_some_and(|amount| amount.is_zero()) {
            continue;
        }
        let of_line =
            item.each("meta_data").iter().find(|meta| meta.word("key").as_deref() == Some(OF_LINE)).cloned();
        let line = of_line.and_then(|meta| meta.id("value"));
        if line.is_none() {
            item.at(OF_LINE).tell("import.missing");
        }
        let line = line.unwrap_or_default();
        if let Some(held) = order.lines.iter_mut().find(|held| held.channel_line_id == line) {
            held.qty_refunded = qty.map(|qty| held.qty_refunded.unwrap_or(0).saturating_add(qty));
        }
        lines.push(ReadRefundLine { line, amount, qty });
    }
    lines
}

/// Pieces, which stand below zero.
fn pieces(item: &Look<'_>) -> Option<u32> {
    match item.at("quantity").json() {
        Some(Json::Integer(count @ ..0)) => {
            let count = u32::try_from(count.unsigned_abs()).ok();
            if count.is_none() {
                item.at("quantity").tell("import.out_of_range");
            }
            count
        }
        _ => item.count("quantity"),
    }
}
