//! The process map: which event of one context leads to which command of another. The whole of it is here.
//!
//! `requires`: same transaction, a refusal refuses the parent. `then`: same transaction when accepted, else parked for a
//! person. `send`: another partition, after the commit. `effect`: the world, after the commit.

use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Money, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_orders::Order;
use zaiton_orders::order::{Event, FeeSaid, Status, promoted_lines};
use zaiton_prepaid::ProgrammeId;
use zaiton_prepaid::fee::{FeeLine, fee, fee_of_what_remains};
use zaiton_reviews::{QueueName, ReviewTask};

use crate::desk::AnswerTicket;
use crate::orders::OrderReply;
use crate::prepaid::charge::ChargeFee;
use crate::prepaid::holds::{HoldRef, ReduceFee, SettleFee};
use crate::prepaid::{HOLD_KEY, find_account, programme_id};

/// How one command leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Same transaction; its refusal refuses the parent.
    Requires,
    /// Same transaction; parked when refused.
    Then,
    /// Another partition, after the commit.
    Send,
    /// A handler in the world, after the commit, that may give this command.
    Effect,
    /// Later, by a timer.
    Timer,
}

/// Every edge of the map: command, word, command.
pub const MAP: &[(&str, Word, &str)] = &[
    ("orders.capture", Word::Then, "orders.record"),
    ("orders.capture", Word::Timer, "orders.forget_people"),
    ("orders.capture", Word::Send, "orders.join_group"),
    ("orders.join_group", Word::Then, "orders.gather"),
    ("orders.gather", Word::Send, "orders.payment_changed"),
    ("orders.gather", Word::Timer, "orders.look_at_group"),
    ("orders.accept", Word::Then, "orders.record"),
    ("orders.capture", Word::Effect, "orders.capture"),
    ("channels.connect", Word::Timer, "channels.begin_turn"),
    ("channels.connect", Word::Timer, "channels.begin_sweep"),
    ("channels.resume", Word::Timer, "channels.begin_turn"),
    ("channels.begin_turn", Word::Timer, "channels.begin_turn"),
    ("channels.begin_turn", Word::Effect, "orders.capture"),
    ("channels.begin_turn", Word::Effect, "channels.keep_unread"),
    ("channels.begin_turn", Word::Effect, "channels.end_turn"),
    ("channels.pull_now", Word::Timer, "channels.begin_turn"),
    ("channels.pull_now", Word::Effect, "orders.capture"),
    ("channels.pull_now", Word::Effect, "channels.keep_unread"),
    ("channels.pull_now", Word::Effect, "channels.end_turn"),
    ("channels.end_turn", Word::Timer, "channels.begin_turn"),
    ("channels.begin_sweep", Word::Timer, "channels.begin_sweep"),
    ("channels.begin_sweep", Word::Effect, "orders.capture"),
    ("channels.begin_sweep", Word::Effect, "channels.end_sweep"),
    ("channels.end_sweep", Word::Timer, "channels.begin_sweep"),
    ("channels.orders_changed", Word::Effect, "orders.capture"),
    ("channels.keep_unread", Word::Timer, "channels.forget_unread"),
    ("orders.capture", Word::Then, "orders.record_part"),
    ("orders.accept", Word::Then, "orders.record_part"),
    ("orders.capture", Word::Send, "orders.follow_parts"),
    ("orders.record", Word::Send, "orders.follow_parts"),
    ("orders.record_part", Word::Send, "orders.follow_parts"),
    ("orders.follow_parts", Word::Then, "orders.record"),
    ("orders.follow_parts", Word::Then, "orders.record_part"),
    ("orders.record_part", Word::Then, "prepaid.charge"),
    ("orders.record_part", Word::Then, "prepaid.reduce"),
    ("orders.record_part", Word::Then, "prepaid.settle"),
    ("orders.record", Word::Then, "prepaid.charge"),
    ("orders.record", Word::Then, "prepaid.reduce"),
    ("orders.record", Word::Then, "prepaid.settle"),
    ("bank.record_statement", Word::Effect, "bank.allocate_line"),
    ("bank.record_statement", Word::Effect, "bank.review_line"),
    ("bank.record_statement", Word::Effect, "prepaid.review_top_up"),
    ("prepaid.request_top_up", Word::Effect, "bank.allocate_line"),
    ("prepaid.request_top_up", Word::Timer, "prepaid.expire_top_up"),
    ("bank.allocate_line", Word::Send, "prepaid.credit_top_up"),
    ("prepaid.credit_top_up", Word::Send, "bank.unallocate_line"),
    ("prepaid.credit_top_up", Word::Timer, "prepaid.repay_arrears"),
    ("prepaid.credit_top_up", Word::Timer, "prepaid.resume_promotions"),
    ("bank.confirm_decision", Word::Send, "prepaid.credit_top_up"),
    ("bank.confirm_decision", Word::Send, "prepaid.return_top_up"),
    ("bank.confirm_decision", Word::Send, "prepaid.give_back_withdrawal"),
    ("bank.confirm_decision", Word::Send, "bank.take_other_half"),
    ("bank.take_other_half", Word::Send, "bank.take_back_decision"),
    ("prepaid.give_back_withdrawal", Word::Send, "bank.take_back_decision"),
    ("bank.record_statement", Word::Then, "bank.pay_out"),
    ("bank.record_statement", Word::Send, "bank.take_held_statement"),
    ("bank.take_held_statement", Word::Then, "bank.pay_out"),
    ("bank.take_held_statement", Word::Send, "bank.take_held_statement"),
    ("bank.take_held_anyway", Word::Then, "bank.pay_out"),
    ("bank.take_held_anyway", Word::Send, "bank.take_held_statement"),
    ("bank.record_statement", Word::Send, "prepaid.return_withdrawal"),
    ("prepaid.send_withdrawal", Word::Send, "bank.queue_withdrawal"),
    ("prepaid.send_withdrawal", Word::Timer, "prepaid.time_out_withdrawal"),
    ("prepaid.retry_withdrawal", Word::Send, "bank.queue_withdrawal"),
    ("prepaid.retry_withdrawal", Word::Timer, "prepaid.time_out_withdrawal"),
    ("bank.queue_withdrawal", Word::Send, "prepaid.fail_withdrawal"),
    ("bank.withdraw_payment", Word::Send, "prepaid.fail_withdrawal"),
    ("bank.answer_payment", Word::Send, "prepaid.fail_withdrawal"),
    ("bank.pay_out", Word::Send, "prepaid.pay_withdrawal"),
    ("prepaid.charge", Word::Then, "prepaid.reduce"),
    ("prepaid.charge", Word::Then, "prepaid.settle"),
    ("prepaid.charge", Word::Then, "prepaid.release"),
    ("prepaid.charge", Word::Then, "prepaid.refund"),
    ("prepaid.reduce", Word::Timer, "prepaid.early_overdue"),
    ("prepaid.settle", Word::Timer, "prepaid.early_overdue"),
    ("prepaid.release", Word::Timer, "prepaid.early_overdue"),
    ("prepaid.refund", Word::Timer, "prepaid.early_overdue"),
    ("prepaid.charge", Word::Timer, "prepaid.recheck"),
    ("prepaid.charge", Word::Timer, "prepaid.repeat_alert"),
    ("prepaid.recheck", Word::Timer, "prepaid.recheck"),
    ("prepaid.recheck", Word::Timer, "prepaid.resume_promotions"),
    ("prepaid.repeat_alert", Word::Timer, "prepaid.repeat_alert"),
    ("prepaid.resume_promotions", Word::Timer, "prepaid.resume_promotions"),
    ("bank.open_account", Word::Send, "platform.start_days"),
    ("platform.start_days", Word::Timer, "platform.begin_day"),
    ("platform.begin_day", Word::Timer, "platform.begin_day"),
    ("platform.begin_day", Word::Effect, "platform.record_day"),
    ("platform.recount_day", Word::Effect, "platform.record_day"),
    ("operations.ask", Word::Effect, "operations.begin"),
    ("operations.finish", Word::Effect, "operations.begin"),
    ("operations.fail", Word::Effect, "operations.begin"),
    ("operations.cancel", Word::Effect, "operations.begin"),
    ("operations.begin", Word::Effect, "operations.report"),
    ("operations.begin", Word::Effect, "operations.finish"),
    ("operations.begin", Word::Effect, "operations.fail"),
    ("operations.finish", Word::Timer, "operations.expire"),
    ("prepaid.credit_top_up", Word::Timer, "prepaid.close_month"),
    ("prepaid.close_month", Word::Effect, "prepaid.record_month"),
    ("prepaid.record_month", Word::Timer, "prepaid.close_month"),
    ("documents.begin_upload", Word::Timer, "documents.expire_upload"),
    ("documents.expire_upload", Word::Timer, "documents.expire_upload"),
    ("documents.store", Word::Timer, "documents.look"),
    ("documents.finish_upload", Word::Timer, "documents.look"),
    ("documents.change_validity", Word::Timer, "documents.look"),
    ("documents.look", Word::Timer, "documents.look"),
    ("identity.open_session", Word::Timer, "identity.forget_session"),
    ("notices.report_delivery", Word::Timer, "notices.retry_delivery"),
    ("notices.retry_delivery", Word::Effect, "notices.report_delivery"),
    ("notices.send_again", Word::Effect, "notices.report_delivery"),
    ("notices.send_again", Word::Effect, "notices.leave_waiting"),
    ("notices.send_test", Word::Effect, "notices.report_delivery"),
    ("notices.send_test", Word::Effect, "notices.leave_waiting"),
    ("prepaid.recheck", Word::Effect, "notices.report_delivery"),
    ("prepaid.recheck", Word::Effect, "webhooks.report"),
    ("prepaid.repeat_alert", Word::Effect, "notices.report_delivery"),
    ("prepaid.repeat_alert", Word::Effect, "webhooks.report"),
    ("prepaid.charge", Word::Effect, "notices.report_delivery"),
    ("prepaid.charge", Word::Effect, "webhooks.report"),
    ("prepaid.credit_top_up", Word::Effect, "notices.report_delivery"),
    ("prepaid.credit_top_up", Word::Effect, "webhooks.report"),
    ("prepaid.review_top_up", Word::Effect, "notices.report_delivery"),
    ("prepaid.review_top_up", Word::Effect, "webhooks.report"),
    ("prepaid.pay_withdrawal", Word::Effect, "notices.report_delivery"),
    ("prepaid.pay_withdrawal", Word::Effect, "webhooks.report"),
    ("prepaid.reject_withdrawal", Word::Effect, "notices.report_delivery"),
    ("prepaid.reject_withdrawal", Word::Effect, "webhooks.report"),
    ("prepaid.return_withdrawal", Word::Effect, "notices.report_delivery"),
    ("prepaid.return_withdrawal", Word::Effect, "webhooks.report"),
    ("prepaid.record_month", Word::Effect, "notices.report_delivery"),
    ("prepaid.record_month", Word::Effect, "webhooks.report"),
    ("desk.answer", Word::Effect, "webhooks.report"),
    ("channels.end_turn", Word::Effect, "webhooks.report"),
    ("webhooks.ping", Word::Effect, "webhooks.report"),
    ("webhooks.replay", Word::Effect, "webhooks.report"),
    ("webhooks.report", Word::Timer, "webhooks.retry"),
    ("webhooks.retry", Word::Effect, "webhooks.report"),
    ("webhooks.replay_since", Word::Effect, "webhooks.replay"),
    ("prepaid.schedule_promotion", Word::Timer, "prepaid.begin_promotion"),
    ("prepaid.schedule_promotion", Word::Timer, "prepaid.finish_promotion"),
    ("desk.hand_over", Word::Requires, "reviews.open"),
    ("reviews.open", Word::Timer, "reviews.tick"),
    ("reviews.ask", Word::Timer, "reviews.tick"),
    ("reviews.answer_party", Word::Timer, "reviews.tick"),
    ("reviews.tick", Word::Timer, "reviews.tick"),
    ("reviews.decide", Word::Then, "desk.answer"),
    ("reviews.confirm", Word::Then, "desk.answer"),
];

/// Rule R5-10. What follows from a review that is decided, queue by queue: a later context adds its queue, and its own command
/// in this partition (`then`) or in another (`send`).
pub(crate) fn after_review(unit: &mut Unit<'_>, task: &ReviewTask) {
    let Some(decided) = task.decided() else { return };
    match task.queue {
        QueueName::General => {}
        QueueName::Tickets => {
            // The task was opened for a ticket of this merchant; one that was closed meanwhile is parked for a person.
            if let (Some(merchant), Ok(ticket)) = (task.merchant, task.subject.id.parse()) {
                let environment = unit.environment();
                let merchant = MerchantId::from_raw(merchant);
                unit.then(AnswerTicket { environment, merchant, ticket, text: decided.text.clone() });
            }
        }
    }
}

/// An amount that cannot be computed: the order's figures are too large.
fn too_large() -> Refusal {
    Refusal::new(
        "prepaid.fee.too_large",
        Rule::new("R1-39"),
        Text::new("活动费用超出可计算范围。", "The fee is too large to be computed."),
        Text::new("请核对订单金额。", "Check the order's amounts."),
    )
}

/// The programmes that an order's promotions name, each once.
fn programmes(order: &Order) -> Vec<&str> {
    let mut names: Vec<&str> =
        order.promotions.iter().map(|promotion| promotion.programme.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Rule R1-39. The fee of an order for a programme: as placed, and of what remains after refunds.
///
/// # Errors
/// Figures too large.
pub fn order_fee(order: &Order, programme: &str) -> Result<(Money, Money), Stop> {
    let lines = promoted_lines(order, programme);
    let of = |paid, rate, funded| FeeLine { paid, rate, funded };
    let whole: Vec<FeeLine> = lines.iter().map(|line| of(line.paid, line.rate, line.funded)).collect();
    let left: Vec<(FeeLine, Money)> =
        lines.iter().map(|line| (of(line.paid, line.rate, line.funded), line.refunded)).collect();
    let placed = fee(order.currency, &whole).map_err(|_| too_large())?;
    let remains = fee_of_what_remains(order.currency, &left).map_err(|_| too_large())?;
    Ok((placed, remains))
}

/// S14, the prepaid column: what an order's event does to its fee. Only orders with our promotion, of a merchant that is in
/// prepaid mode (R1-19), move anything.
///
/// # Errors
/// Not in memory yet.
pub(crate) fn after_order_event(
    unit: &mut Unit<'_>,
    order: &Order,
    event: &Event,
    charged: &mut Vec<ProgrammeId>,
) -> Result<(), Stop> {
    // Readings K-85, K-90: its original's events move the fee.
    if order.borne {
        return Ok(());
    }
    for name in programmes(order) {
        match event {
            Event::Placed { .. } => charge(unit, order, name, charged)?,
            Event::BearsItself { .. } => {
                charge(unit, order, name, charged)?;
                if order.status == Status::Cancelled || !order.refunds.is_empty() {
                    reduce(unit, order, name, charged)?;
                }
                if order.status == Status::Completed {
                    settle(unit, order, name, charged)?;
                }
            }
            Event::Refunded { .. } | Event::Cancelled { .. } => reduce(unit, order, name, charged)?,
            Event::Completed { .. } => settle(unit, order, name, charged)?,
            Event::Shipped { .. } | Event::Contradicted { .. } | Event::Touched { .. } => {}
        }
    }
    Ok(())
}

/// Rules R1-21, R1-23. Brings the fee down to that of what remains.
fn reduce(unit: &mut Unit<'_>, order: &Order, name: &str, charged: &[ProgrammeId]) -> Result<(), Stop> {
    if is_charged(unit, order, programme_id(name), charged)? {
        let (_, remaining_fee) = order_fee(order, name)?;
        let hold = HoldRef::Order { programme: name.to_owned(), order: order.key() };
        let environment = unit.environment();
        unit.then(ReduceFee { environment, merchant: merchant(order), hold, remaining_fee });
    }
    Ok(())
}

/// Rule R1-22. What remains of the fee is earned.
fn settle(unit: &mut Unit<'_>, order: &Order, name: &str, charged: &[ProgrammeId]) -> Result<(), Stop> {
    if is_charged(unit, order, programme_id(name), charged)? {
        let hold = HoldRef::Order { programme: name.to_owned(), order: order.key() };
        let environment = unit.environment();
        unit.then(SettleFee { environment, merchant: merchant(order), hold });
    }
    Ok(())
}

/// Rule R1-21. What a channel says of a fee is compared with ours when it tells something new; ours stands, and a person is
/// asked about the difference. `charged` are the programmes whose charge follows from the same message.
///
/// # Errors
/// Figures too large.
pub(crate) fn check_fees(
    unit: &mut Unit<'_>,
    order: &Order,
    said: &[FeeSaid],
    reply: &OrderReply,
    charged: &[ProgrammeId],
) -> Result<(), Stop> {
    if reply.facts == 0 {
        return Ok(());
    }
    for FeeSaid { programme, remaining_fee } in said.iter().take(MOST_FEES) {
        // An order that bears no fee here has none to differ.
        if !is_charged(unit, order, programme_id(programme), charged)? {
            continue;
        }
        let (_, ours) = order_fee(order, programme)?;
        if ours != *remaining_fee {
            let refusal = Refusal::new(
                "prepaid.fee.differs",
                Rule::new("R1-21"),
                Text::new("渠道计算的费用与系统不一致。", "The channel's fee differs from ours."),
                Text::new(
                    "请核对；如以渠道为准，请重试此任务。",
                    "Find out which is right; try again to take the channel's.",
                ),
            );
            let refusal = refusal.with("order", order.key()).with("ours", ours).with("said", *remaining_fee);
            let hold = HoldRef::Order { programme: programme.clone(), order: order.key() };
            let (environment, merchant) = (unit.environment(), merchant(order));
            let command = ReduceFee { environment, merchant, hold, remaining_fee: *remaining_fee };
            unit.park(&command, refusal);
        }
    }
    Ok(())
}

/// Programmes of one order that a channel may speak of.
const MOST_FEES: usize = 20;

fn merchant(order: &Order) -> MerchantId {
    MerchantId::from_raw(order.merchant)
}

fn is_charged(
    unit: &mut Unit<'_>,
    order: &Order,
    programme: ProgrammeId,
    charged: &[ProgrammeId],
) -> Result<bool, Stop> {
    if charged.contains(&programme) {
        return Ok(true);
    }
    Ok(unit.lookup(HOLD_KEY, &format!("{}/{}", programme.raw(), order.key()))?.is_some())
}

fn charge(
    unit: &mut Unit<'_>,
    order: &Order,
    name: &str,
    charged: &mut Vec<ProgrammeId>,
) -> Result<(), Stop> {
    let programme = programme_id(name);
    let Some(account) = find_account(unit, programme)? else { return Ok(()) };
    // Rule R1-19: what was placed before activation stays billed the old way.
    if account.bears_order_placed_at(order.bought_at()).is_err() {
        return Ok(());
    }
    let (fee, _) = order_fee(order, name)?;
    if fee.is_zero() {
        return Ok(());
    }
    charged.push(programme);
    let environment = unit.environment();
    unit.then(ChargeFee {
        environment,
        merchant: merchant(order),
        account: account.id,
        order: order.key(),
        fee,
        placed_at: Some(order.bought_at()),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MAP, Word};

    #[test]
    fn the_map_names_commands_that_exist_and_has_no_cycle_in_one_transaction() {
        let registry = crate::registry();
        let names = registry.names();
        for (from, _, to) in MAP {
            assert!(names.contains(from), "{from}");
            assert!(names.contains(to), "{to}");
        }
        let inside = |word: &Word| matches!(word, Word::Requires | Word::Then);
        for (start, _, _) in MAP {
            let mut reached = vec![*start];
            let mut at = 0;
            while let Some(current) = reached.get(at).copied() {
                for (_, _, to) in MAP.iter().filter(|(from, word, _)| *from == current && inside(word)) {
                    assert!(to != start, "{start} leads to itself");
                    if !reached.contains(to) {
                        reached.push(to);
                    }
                }
                at += 1;
            }
        }
    }
}
