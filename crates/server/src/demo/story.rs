//! What happens once in the demo: wires that do not fit, a statement that is missing, a new figure, a restriction, a
//! goodbye, odd orders, questions. By day and by the hour at which people work; how withdrawals go is in `ends.rs`.

use serde_json::json;
use zaiton_app::reports::DEFAULT_PROGRAMME;
use zaiton_connect::orders::Channel;

use super::bank::{Entry, name};
use super::cast::{CAST, at};
use super::shops::{Item, Living, Offer, Twist};
use super::stage::{text, yuan};
use super::{DAYS, Play, ends, payouts, shapes};
use crate::cli::Failure;

/// The day on which beichen is restricted.
pub(super) const RESTRICTED: i64 = 75;
/// The last day that is over.
pub(super) const LAST: i64 = DAYS - 1;
/// What is left to meizhou after its large order, minor units: below its suspension line, above the floor.
const LEFT: i64 = 64_000;

/// At nine: who asks for something.
pub(super) fn morning(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    match day {
        9 => disputed(play, "by hong kong", day, "qinghe", 5_000, ("青禾（香港）有限公司", 0)),
        14 => disputed(play, "a fen over", day, "citong", 4_000, ("", 1)),
        15 => unknown(play, day, 0, 188_800, "王建国"),
        30 => policy(play),
        33 | 34 => unknown(play, day, 0, 30_000 + day * 100, "厦门某某商贸有限公司"),
        46 => end_promotions(play, "yaoguang"),
        60 => {
            ticket(play, "kunlun", "上月对账单里 11 号那笔是什么？", Some("是当天退货退回的活动费用。"), true)
        }
        70 => split(play, day),
        RESTRICTED => restrict(play, "beichen"),
        85 => ticket(
            play,
            "lumen",
            "Which remark goes into our next wire?",
            Some("The one of the request."),
            false,
        ),
        88 => unknown(play, day, 1, 77_700, "Nordlicht Handels GmbH"),
        LAST => last_morning(play),
        _ => Ok(()),
    }?;
    ends::morning(play, day)
}

/// What waits for whoever looks at the demo: the wires of the last day, and a question.
fn last_morning(play: &mut Play<'_>) -> Result<(), Failure> {
    disputed(play, "by its owner", LAST, "meizhou", 6_000, ("林美珠", 0))?;
    disputed(play, "another fen over", LAST, "qinghe", 4_000, ("", 1))?;
    unknown(play, LAST, 0, 200_000, "泉州某某物流有限公司")?;
    unknown(play, LAST, 1, 50_000, "Nordlicht Handels GmbH")?;
    let cost = Entry { amount: 2_500, remark: "手续费".into(), ..Entry::default() };
    play.banks.on(LAST, 0, cost);
    ticket(play, "meizhou", "昨天已汇款，活动为什么还没有恢复？", None, false)
}

/// Statements that nobody exports in time: of day 33, which comes a day late, and of yesterday, which never comes. What the
/// bank says next is held for them.
pub(super) fn gap(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    let account = match day {
        33 => 0,
        88 => 1,
        _ => return Ok(()),
    };
    let Some(text) = play.banks.statement(&play.stage, day, account) else { return Ok(()) };
    if day == 33 {
        play.ids.insert("forgotten", text);
    } else {
        let name = name(play.stage.date(day), account).replace("bank/", "bank/not-imported-");
        play.stage.write(&name, &text)?;
    }
    Ok(())
}

/// At half past four: who looks at what the bank said.
pub(super) fn afternoon(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    match day {
        12 => match_by_hand(play, "by hong kong", "qinghe"),
        16 => send_back(play, day, "a fen over", "citong"),
        34 => {
            let (text, file) = (play.id("forgotten")?, name(play.stage.date(33), 0));
            play.banks.import(&play.stage, &file, &text)
        }
        _ => Ok(()),
    }?;
    ends::afternoon(play, day)
}

/// In the evening: what is odd about today's orders.
pub(super) fn evening(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    match day {
        50 => {
            odd(play, day, "haisi", Channel::Shopify, 9_900, Twist::Test);
            odd(play, day, "yuelai", Channel::Amazon, 35_000, Twist::SentByChannel);
        }
        86 => odd(play, day, "kunlun", Channel::WooCommerce, 45_900, Twist::UnknownWord),
        87 => {
            odd(play, day, "kunlun", Channel::WooCommerce, 88_800, Twist::WrongTotal);
            group(play, day, "PAY-70087", 0);
        }
        88 => {
            odd(play, day, "qinghe", Channel::OwnSite, 120_000, Twist::OtherFee);
            group(play, day, "PAY-70088", 5_000);
            large_order(play, day)?;
        }
        _ => {}
    }
    Ok(())
}

/// A top-up whose wire does not fit its request: another payer, or so much more, minor units.
fn disputed(
    play: &mut Play<'_>,
    called: &'static str,
    day: i64,
    code: &str,
    amount: i64,
    (payer, more): (&str, i64),
) -> Result<(), Failure> {
    let at = at(code);
    let reply = play.stage.account(at, code, "prepaid.request_top_up", json!({ "amount": yuan(amount) }))?;
    let (top_up, remark) = (text(&reply, "top_up")?, text(&reply, "remark_code")?);
    play.ids.insert(called, format!("{top_up} {remark}"));
    let party = if payer.is_empty() { CAST[at].company } else { payer };
    let account = if payer.is_empty() { CAST[at].card } else { "6217990010055512345" };
    let entry = Entry {
        credit: true,
        amount: amount * 100 + more,
        party: party.into(),
        account: account.into(),
        remark,
        ..Entry::default()
    };
    play.banks.on(day, CAST[at].pays_to, entry);
    Ok(())
}

/// The request and the line of a disputed wire.
pub(super) fn of_disputed(play: &Play<'_>, called: &str, code: &str) -> Result<(String, String), Failure> {
    let known = play.id(called)?;
    let (top_up, remark) = known.split_once(' ').unwrap_or((&known, ""));
    let line = payouts::line(&play.stage, &play.banks, CAST[at(code)].pays_to, "in_review", remark)?;
    Ok((top_up.to_owned(), line))
}

/// Money of somebody who asked for nothing.
fn unknown(play: &mut Play<'_>, day: i64, account: usize, amount: i64, party: &str) -> Result<(), Failure> {
    let number = format!("62179900{:011}", amount * 7 + day);
    let entry = Entry {
        credit: true,
        amount,
        party: party.into(),
        account: number,
        remark: "货款".into(),
        ..Entry::default()
    };
    play.banks.on(day, account, entry);
    Ok(())
}

/// Two people find that a wire is the merchant's all the same.
fn match_by_hand(play: &mut Play<'_>, called: &str, code: &str) -> Result<(), Failure> {
    let ((top_up, line), merchant) = (of_disputed(play, called, code)?, play.stage.merchants[at(code)]);
    let bank_account = play.banks.id(CAST[at(code)].pays_to);
    let decision = json!({ "name": "match", "merchant": merchant, "top_up": top_up });
    let propose = json!({ "bank_account": bank_account, "line": line, "decision": decision,
        "evidence": "代付协议 2026-014" });
    play.stage.give("chen", "bank.propose_decision", &propose)?;
    let confirm = json!({ "bank_account": bank_account, "line": line });
    play.stage.give("wang", "bank.confirm_decision", &confirm)?;
    Ok(())
}

/// Two people send a wire back to its payer; the bank pays it the next day.
fn send_back(play: &mut Play<'_>, day: i64, called: &str, code: &str) -> Result<(), Failure> {
    let (at, (top_up, line)) = (at(code), of_disputed(play, called, code)?);
    let bank_account = play.banks.id(CAST[at].pays_to);
    let propose = json!({ "bank_account": bank_account, "line": line,
        "decision": { "name": "return_to_payer" }, "evidence": "商家电话确认多付" });
    play.stage.give("chen", "bank.propose_decision", &propose)?;
    let meant_for = json!({ "merchant": play.stage.merchants[at], "top_up": top_up });
    let confirm = json!({ "bank_account": bank_account, "line": line, "meant_for": meant_for,
        "payer_bank": CAST[at].bank });
    play.stage.give("wang", "bank.confirm_decision", &confirm)?;
    let sent = payouts::file(&mut play.stage, &play.banks, CAST[at].pays_to)?;
    payouts::paid(&mut play.banks, day + 1, at, &sent);
    Ok(())
}

/// From the next morning on finance looks at smaller withdrawals too, and breakers are looked at every hour.
fn policy(play: &mut Play<'_>) -> Result<(), Failure> {
    let stage = &mut play.stage;
    let propose = json!({ "prepaid": { "withdrawal_finance_above_minor": 3_000_000, "recheck_minutes": 60 },
        "valid_from": stage.at(31, 0, 0), "reason": "audit of the third quarter" });
    let version = text(&stage.give("li", "policy.propose", &propose)?, "policy")?;
    stage.give("wang", "policy.confirm", &json!({ "policy": version }))?;
    // The lanes read their figures by the real clock, which is slower than the demo's.
    let book = zaiton_reads::policies::book(&stage.site.queries)?;
    stage.site.engine.registry().refer(std::sync::Arc::new(book));
    Ok(())
}

fn restrict(play: &mut Play<'_>, code: &str) -> Result<(), Failure> {
    play.stage.account(at(code), "li", "prepaid.restrict_account", json!({ "reason": "legal_hold" }))?;
    play.stage.account(at(code), "wang", "prepaid.confirm_restriction", json!({}))?;
    Ok(())
}

/// A merchant that gives up ends what still runs.
fn end_promotions(play: &mut Play<'_>, code: &str) -> Result<(), Failure> {
    let at = at(code);
    for promotion in play.stage.promotions(at)? {
        let body = json!({ "promotion": promotion, "by": "merchant" });
        play.stage.of(at, code, "prepaid.end_promotion", body)?;
    }
    Ok(())
}

fn ticket(
    play: &mut Play<'_>,
    code: &str,
    question: &str,
    answer: Option<&str>,
    closed: bool,
) -> Result<(), Failure> {
    let (stage, at) = (&mut play.stage, at(code));
    let ticket = text(&stage.of(at, code, "desk.open_ticket", json!({ "text": question }))?, "ticket")?;
    if let Some(answer) = answer {
        stage.of(at, "chen", "desk.answer", json!({ "ticket": ticket, "text": answer }))?;
    }
    if closed {
        stage.of(at, code, "desk.close_ticket", json!({ "ticket": ticket }))?;
    }
    Ok(())
}

/// An order of one line, sold with the promotion of six months, placed an hour and a half ago.
fn order(play: &Play<'_>, day: i64, code: &str, channel: Channel, price: i64, twist: Twist) -> Living {
    let offer =
        Offer { programme: DEFAULT_PROGRAMME, name: "免息6期", term: "6", rate_bps: 450, lines: vec![0] };
    Living {
        at: at(code),
        channel,
        number: 0,
        placed: play.stage.at(day, 19, 0),
        items: vec![Item { sku: format!("{}-900", code.to_uppercase()), price }],
        offers: if channel == Channel::Amazon { Vec::new() } else { vec![offer] },
        ships: Some(play.stage.at(day + 1, 10, 0)),
        completes: Some(play.stage.at(day + 6, 10, 0)),
        refund: None,
        cancels: None,
        twist,
    }
}

fn odd(play: &mut Play<'_>, day: i64, code: &str, channel: Channel, price: i64, twist: Twist) {
    let order = order(play, day, code, channel, price, twist);
    play.shops.add(order);
}

/// One payment for the orders of three merchants, with so much more captured than they come to, minor units.
fn group(play: &mut Play<'_>, day: i64, reference: &'static str, more: i64) {
    let orders = [("qinghe", 25_900), ("citong", 48_800), ("lumen", 99_900)];
    let paid = orders.iter().map(|(_, price)| price).sum::<i64>() + more;
    for (code, price) in orders {
        odd(play, day, code, Channel::OwnSite, price, Twist::Group(reference, paid));
    }
}

/// An order that is sent in two parts, each of which is told as an order.
fn split(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    let mut whole = order(play, day, "qinghe", Channel::OwnSite, 60_000, Twist::None);
    whole.placed = play.stage.at(day, 9, 30);
    whole.items.push(Item { sku: "QINGHE-901".into(), price: 40_000 });
    let number = play.shops.add(whole.clone());
    let original = shapes::name(&Living { number, ..whole.clone() });
    for (item, placed) in whole.items.iter().zip([10, 11]) {
        let (items, twist) = (vec![item.clone()], Twist::PartOf(original.clone()));
        let placed = play.stage.at(day, placed, 0);
        play.shops.add(Living { items, twist, placed, ..whole.clone() });
    }
    Ok(())
}

/// A hotel buys so much of meizhou that the fee of its order takes nearly all that is left.
fn large_order(play: &mut Play<'_>, day: i64) -> Result<(), Failure> {
    let left = play.stage.available(at("meizhou"), DEFAULT_PROGRAMME)?;
    let price = (left - LEFT) * 10_000 / 450;
    if price > 0 {
        odd(play, day, "meizhou", Channel::OwnSite, price, Twist::None);
    }
    Ok(())
}
