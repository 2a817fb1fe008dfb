//! A merchant's own shop: its orders as it tells them, first placed, then shipped, refunded, completed or cancelled. Every
//! telling is the whole order again, as shops do; what is new in it is for the program to find.

use serde_json::{Value, json};

use crate::page::Step;
use crate::story::Story;
use crate::tell;
use crate::verbs::{money, variable};

/// What the shop says of an order now.
pub(crate) struct Told {
    pub(crate) merchant: String,
    body: Value,
}

/// Who gives the shop's messages to the program.
const SHOP: &str = "own-site";

impl Story {
    /// `NUMBER of $merchant` with its lines below; or `NUMBER shipped`, `NUMBER completed`, `NUMBER cancelled`,
    /// `NUMBER refund REFERENCE line LINE AMOUNT`, `NUMBER again`.
    pub(crate) fn order(&mut self, rest: &str, step: &Step) -> Result<Vec<String>, String> {
        let (number, what) =
            rest.split_once(' ').ok_or("order NUMBER of $merchant, or what happened to it")?;
        let now = json!(self.room.now());
        let words: Vec<&str> = what.split_whitespace().collect();
        if let ["of", merchant] = words.as_slice() {
            let told = self.placed(number, merchant, step)?;
            self.orders.insert(number.to_owned(), told);
        }
        let told = self.orders.get_mut(number).ok_or_else(|| format!("order {number} was not placed"))?;
        let body = &mut told.body;
        match words.as_slice() {
            ["of", _] | ["again"] => {}
            [status @ ("shipped" | "completed" | "cancelled")] => {
                body["status"] = json!(status);
                body[format!("{status}_at")] = now.clone();
            }
            ["refund", reference, "line", line, amount] => {
                let refund = json!({ "reference": reference, "at": now, "lines": [{ "line": line, "amount": money(amount) }] });
                body["refunds"].as_array_mut().ok_or("refunds are a list")?.push(refund);
            }
            _ => return Err(format!("nothing like that happens to an order: {what}")),
        }
        body["updated_at"] = now;
        let body = json!({ "merchant": told.merchant, "order": told.body });
        let outcome = self.give("orders.record", &body, None, SHOP)?;
        let mut lines = tell::outcome(&mut self.names, &outcome);
        if let Ok(reply) = outcome.reply::<Value>() {
            self.name_order(number, &reply)?;
            let status = reply["status"].as_str().unwrap_or_default().to_owned();
            let new = reply["facts"].as_u64().unwrap_or(0);
            let odd = reply["contradictions"].as_u64().unwrap_or(0);
            let odd = if odd == 0 { String::new() } else { format!(", {odd} contradictions") };
            lines = vec![format!("accepted: {status}, new facts {new}{odd}")];
        }
        Ok(lines)
    }

    /// The order is `$order_NUMBER`, its hold, if it has one, `$hold_NUMBER`.
    fn name_order(&mut self, number: &str, reply: &Value) -> Result<(), String> {
        let order = reply["order"].as_str().ok_or("the reply names no order")?;
        self.names.keep(&format!("order_{number}"), order);
        let holds: Vec<zaiton_prepaid::Hold> = self.room.all("holds")?;
        if let Some(hold) = holds.iter().find(|hold| hold.order.rsplit('/').next() == Some(number)) {
            self.names.keep(&format!("hold_{number}"), &hold.id.to_string());
        }
        Ok(())
    }

    fn placed(&self, number: &str, merchant: &str, step: &Step) -> Result<Told, String> {
        let now = self.room.now();
        let (mut lines, mut promotions, mut total) = (Vec::new(), Vec::new(), 0_i64);
        let mut currency = zaiton_kernel::Currency::CNY;
        for (text, at) in step.rest().zip(1..) {
            let words: Vec<&str> = text.split_whitespace().collect();
            match words.as_slice() {
                ["line", line, "paid", amount @ ..] => {
                    let paid: zaiton_kernel::Money = serde_json::from_value(money(&amount.join(" ")))
                        .map_err(|error| error.to_string())?;
                    currency = paid.currency();
                    total += paid.minor();
                    lines.push(
                        json!({ "line": line, "sku": format!("SKU-{line}"), "quantity": 1, "paid": paid }),
                    );
                }
                [programme, "at", rate, "bps,", "share", share, "bps,", "on", covered @ ..] => {
                    let figure = |text: &str| text.parse::<u32>().map_err(|error| format!("{text}: {error}"));
                    promotions.push(json!({
                        "programme": programme, "promotion": format!("PROMO-{at}"), "rate_bps": figure(rate)?,
                        "funded_share_bps": figure(share)?, "lines": covered,
                    }));
                }
                _ => {
                    return Err(format!(
                        "`line L paid AMOUNT` or `PROGRAMME at N bps, share N bps, on L ..`, not {text}"
                    ));
                }
            }
        }
        let total = zaiton_kernel::Money::new(total, currency);
        let body = json!({
            "channel": "own_site", "shop": variable(merchant)?, "channel_order_id": number, "currency": currency,
            "placed_at": now, "updated_at": now, "status": "placed", "lines": lines, "refunds": [],
            "promotions": promotions, "total": total,
        });
        Ok(Told { merchant: self.names.fill(merchant)?, body })
    }
}
