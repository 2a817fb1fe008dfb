//! One thing that waits, in a line: what it is about, whose, how much, why. Says what the record says; decides nothing.

use serde::de::DeserializeOwned;
use zaiton_app::reports::prepaid_figures;
use zaiton_bank::{HeldStatement, Line, Payment, PaymentFile, line};
use zaiton_desk::Ticket;
use zaiton_engine::StoreError;
use zaiton_engine::outbox::{Effect, EffectId, Parked, Timer, TimerId};
use zaiton_kernel::{Id, Money, Reason, Refusal, Text};
use zaiton_orders::connection::Connection;
use zaiton_orders::unread::UnreadMessage;
use zaiton_platform::Day;
use zaiton_policies::PolicyVersion;
use zaiton_prepaid::account::Stage;
use zaiton_prepaid::cure::{Cure, cure};
use zaiton_prepaid::matching::Mismatch;
use zaiton_prepaid::{Breaker, PrepaidAccount, TopUp, TopUpId, Withdrawal, top_up, withdrawal};
use zaiton_reviews::ReviewTask;
use zaiton_store::scan::objects::{Page, StoredRow, Which};

use super::{Look, QueueItem, queues};
use crate::whose::{read, record};

/// Days that are looked at: the last of each environment is among them.
const LAST_DAYS: i64 = 10;

fn item(row: &StoredRow, kind: &'static str, id: impl ToString, state: impl ToString) -> QueueItem {
    QueueItem {
        kind,
        id: id.to_string(),
        since: row.updated_at,
        state: state.to_string(),
        merchant: None,
        amount: None,
        name: None,
        reasons: Vec::new(),
        cure: None,
    }
}

fn refused(refusal: &Refusal) -> Reason {
    Reason { code: refusal.code.clone(), text: refusal.why.clone(), figures: refusal.figures.clone() }
}

fn parse<T: DeserializeOwned>(row: &StoredRow) -> Result<T, StoreError> {
    read(&row.body)
}

impl Look<'_> {
    /// A record in a line; none when it is gone meanwhile.
    pub(super) fn item(&mut self, table: &str, raw: i64) -> Result<Option<QueueItem>, StoreError> {
        let Some(row) = self.queries.object(table, raw)? else { return Ok(None) };
        let mut item = match table {
            "prepaid_accounts" => self.account(&row)?,
            "bank_lines" => bank_line(&row)?,
            "held_statements" => held(&row)?,
            "top_ups" => top_up(&row)?,
            "withdrawals" => withdrawal(&row)?,
            "payments" => payment(&row)?,
            "payment_files" => payment_file(&row)?,
            "policies" => policy(&row)?,
            "tickets" => ticket(&row)?,
            "review_tasks" => review(&row)?,
            "parked" => task(&row)?,
            "unread_messages" => unread(&row)?,
            "connections" => connection(&row)?,
            "effects" => effect(&row)?,
            "timers" => timer(&row)?,
            queues::DAYS => day(&row)?,
            other => return Err(StoreError(format!("no queue is made of {other}"))),
        };
        // Most of these lie in a merchant's partition; in others there is no merchant of this number.
        item.merchant = self.known.whose(self.queries, row.partition.owner())?;
        Ok(Some(item))
    }

    fn account(&self, row: &StoredRow) -> Result<QueueItem, StoreError> {
        let account: PrepaidAccount = parse(row)?;
        let mut item = item(row, "prepaid_account", account.id, account.breaker);
        let books = self.queries.accounts(row.partition)?;
        let figures = prepaid_figures(&books, account.programme, account.currency);
        item.name = Some(account.company.clone());
        item.amount = Some(figures.available);
        if account.breaker != Breaker::Closed {
            item.since = account.breaker_since.unwrap_or(row.updated_at);
            let waiting = self.waiting(&account)?;
            let found = cure(&account, figures, &waiting, self.policy);
            item.cure = found.map_err(|error| StoreError(error.to_string()))?;
            item.reasons =
                item.cure.as_ref().map(|cure: &Cure| cure.kept_open_by.clone()).unwrap_or_default();
        }
        item.reasons.extend(to_confirm(&account));
        Ok(item)
    }

    /// The requests of an account that wait for wires.
    fn waiting(&self, account: &PrepaidAccount) -> Result<Vec<(TopUpId, Money)>, StoreError> {
        let mut waiting = Vec::new();
        for id in &account.open_topups {
            let request: Option<TopUp> = record(self.queries, "top_ups", id.raw())?;
            waiting.extend(
                request
                    .filter(|request| matches!(request.state, top_up::State::AwaitingFunds { .. }))
                    .map(|request| (request.id, request.amount)),
            );
        }
        Ok(waiting)
    }

    /// The last day of this environment, when less was there than is owed.
    pub(super) fn short_days(&self) -> Result<Vec<i64>, StoreError> {
        let page = Page { after: None, limit: LAST_DAYS, newest: true };
        let days = self.queries.objects(queues::DAYS, Which::All, page)?;
        let last = days.iter().find(|row| row.partition.environment() == self.environment);
        let Some(row) = last else { return Ok(Vec::new()) };
        let day: Day = parse(row)?;
        Ok(day.last.filter(zaiton_platform::day::Count::is_short).map(|_| row.id).into_iter().collect())
    }
}

/// What a second person must say about an account.
fn to_confirm(account: &PrepaidAccount) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match account.restriction.as_ref() {
        Some(asked) if asked.stage == Stage::Proposed => {
            let text = Text::new("有人申请限制该账户", "somebody asks to restrict the account");
            let reason = Reason::new("prepaid.account.restriction_proposed", text);
            reasons.push(reason.with("reason", &asked.reason).with("maker", &asked.maker));
        }
        Some(asked) if asked.stage == Stage::LiftProposed => {
            let text = Text::new("有人申请解除限制", "somebody asks to lift its restriction");
            let reason = Reason::new("prepaid.account.lift_proposed", text);
            reasons.push(reason.with("reason", &asked.reason).with("maker", &asked.maker));
        }
        Some(_) | None => {}
    }
    if let Some((_, maker)) = &account.proposed_card {
        let text = Text::new("有人申请更换银行卡", "somebody asks to bind another card");
        reasons.push(Reason::new("prepaid.account.card_proposed", text).with("maker", maker));
    }
    if let zaiton_prepaid::account::State::Closing { since } = account.state {
        let text = Text::new("账户关闭中", "the account is being closed");
        let maker = account.closing_maker.as_deref().unwrap_or_default();
        reasons.push(Reason::new("prepaid.account.closing", text).with("since", since).with("maker", maker));
    }
    reasons
}

fn bank_line(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let line: Line = parse(row)?;
    Ok(QueueItem {
        amount: Some(line.amount),
        name: Some(line.payer_name.clone()),
        reasons: line::waits(&line),
        ..item(row, "bank_line", line.id, &line.state)
    })
}

fn held(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let held: HeldStatement = parse(row)?;
    let text = Text::new(
        format!("期初 {} 与上一份期末 {} 不符", held.opening, held.expected_opening),
        format!("it opens with {}, the one before closed with {}", held.opening, held.expected_opening),
    );
    let reason = Reason::new("bank.statement.gap", text)
        .with("opening", held.opening)
        .with("expected_opening", held.expected_opening);
    Ok(QueueItem {
        since: held.held_at,
        amount: Some(held.opening),
        reasons: vec![reason],
        ..item(row, "held_statement", held.id, &held.state)
    })
}

fn top_up(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let request: TopUp = parse(row)?;
    let reasons = match &request.state {
        top_up::State::InReview { reasons, .. } => reasons.iter().map(Mismatch::reason).collect(),
        top_up::State::Draft
        | top_up::State::AwaitingFunds { .. }
        | top_up::State::Credited { .. }
        | top_up::State::Returned { .. }
        | top_up::State::Cancelled
        | top_up::State::Expired => Vec::new(),
    };
    Ok(QueueItem { amount: Some(request.amount), reasons, ..item(row, "top_up", request.id, &request.state) })
}

fn withdrawal(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let asked: Withdrawal = parse(row)?;
    let mut reasons = Vec::new();
    if let (withdrawal::State::InManual { .. }, Some(failure)) = (&asked.state, asked.failures.last()) {
        let text = Text::new("银行拒付", "the bank refused it");
        reasons.push(Reason::new("prepaid.withdrawal.bank_refused", text).with("code", &failure.code));
    }
    if asked.needs_finance {
        let text = Text::new("需财务复核", "finance must agree too");
        reasons.push(
            Reason::new("prepaid.withdrawal.needs_finance", text).with("approvals", asked.approvals.len()),
        );
    }
    Ok(QueueItem {
        amount: Some(asked.amount),
        name: Some(asked.to.holder.clone()),
        reasons,
        ..item(row, "withdrawal", asked.id, &asked.state)
    })
}

fn payment(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let payment: Payment = parse(row)?;
    let name = Some(payment.creditor.name.clone());
    Ok(QueueItem { amount: Some(payment.amount), name, ..item(row, "payment", payment.id, &payment.state) })
}

fn payment_file(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let file: PaymentFile = parse(row)?;
    let (since, amount) = (file.made_at, Some(file.total));
    Ok(QueueItem { since, amount, ..item(row, "payment_file", file.id, &file.state) })
}

fn policy(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let version: PolicyVersion = parse(row)?;
    let text = Text::new("拟生效的参数", "figures that would hold");
    let reason = Reason::new("policies.proposed", text)
        .with("valid_from", version.valid_from)
        .with("maker", &version.maker);
    let name = Some(version.subject.clone());
    Ok(QueueItem { name, reasons: vec![reason], ..item(row, "policy", version.id, &version.state) })
}

fn ticket(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let ticket: Ticket = parse(row)?;
    let since = ticket.messages.last().map_or(row.updated_at, |message| message.at);
    let name = Some(ticket.about.clone()).filter(|about| !about.is_empty());
    Ok(QueueItem { since, name, ..item(row, "ticket", ticket.id, ticket.state) })
}

fn review(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let task: ReviewTask = parse(row)?;
    let mut reasons = Vec::new();
    if let Some(due_at) = task.clock.due_at {
        let text = Text::new("处理时限", "when it is due");
        reasons.push(Reason::new("reviews.due", text).with("due_at", due_at).with("maker", &task.maker));
    }
    let name = Some(format!("{} {}", task.subject.kind, task.subject.id));
    Ok(QueueItem { since: task.opened_at, name, reasons, ..item(row, "review_task", task.id, &task.state) })
}

fn task(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let parked: Parked = parse(row)?;
    let reasons = vec![refused(&parked.refusal)];
    let name = Some(parked.command);
    Ok(QueueItem { since: parked.at, name, reasons, ..item(row, "task", parked.id, "parked") })
}

fn unread(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let message: UnreadMessage = parse(row)?;
    let text = Text::new("消息无法读取", "the message could not be read");
    let reason = Reason::new("orders.unread", text).with("code", &message.arrived.code);
    let (since, name) = (message.arrived.received_at, Some(message.arrived.shop.clone()));
    let item = item(row, "unread_message", message.id, message.state);
    Ok(QueueItem { since, name, reasons: vec![reason], ..item })
}

fn connection(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let connection: Connection = parse(row)?;
    let told = |trouble| refused(&zaiton_app::channels::told(&connection, trouble));
    let reasons = connection.trouble.iter().map(told).collect();
    let name = Some(connection.shop.clone());
    Ok(QueueItem { name, reasons, ..item(row, "connection", connection.id, &connection.state) })
}

fn effect(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let effect: Effect = parse(row)?;
    let text = Text::new("多次尝试后放弃", "given up after several attempts");
    let reason = Reason::new("engine.effect.dead", text)
        .with("attempts", effect.attempts)
        .with("error", effect.error.unwrap_or_default());
    let id = EffectId::from_raw(row.id);
    Ok(QueueItem { name: Some(effect.kind), reasons: vec![reason], ..item(row, "effect", id, "dead") })
}

fn timer(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let timer: Timer = parse(row)?;
    let reasons = timer.refusal.iter().map(refused).collect();
    let id = TimerId::from_raw(row.id);
    Ok(QueueItem { name: Some(timer.command), reasons, ..item(row, "timer", id, "dead") })
}

fn day(row: &StoredRow) -> Result<QueueItem, StoreError> {
    let day: Day = parse(row)?;
    let mut reasons = Vec::new();
    let mut first = None;
    let counted = day.last.as_ref();
    let since = counted.map_or(row.updated_at, |count| count.at);
    for figures in counted.into_iter().flat_map(|count| &count.figures).filter(|one| !one.is_covered()) {
        let text = Text::new(
            format!("客户资金缺口 {}", figures.shortfall),
            format!("{} of clients' money is missing", figures.shortfall),
        );
        let reason = Reason::new("platform.day.short", text).with("shortfall", figures.shortfall);
        reasons.push(reason.with("owed", figures.owed).with("cover", figures.cover));
        first = first.or(Some(figures.shortfall));
    }
    let name = Some(day.day.to_string());
    Ok(QueueItem { since, amount: first, name, reasons, ..item(row, "client_money_day", day.id, "short") })
}
