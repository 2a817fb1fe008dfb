//! What a row says, by its columns in the order in which the texts name them. Never makes up what cannot be read.

use zaiton_engine::StoreError;
use zaiton_engine::batch::{EventRow, Head};
use zaiton_kernel::{Currency, LocalDate, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey, Transfer};

use super::StoredBody;
use crate::Value;

pub(super) fn bad(what: &str) -> StoreError {
    StoreError(format!("a stored {what} cannot be read"))
}

pub(super) fn partition(value: &Value) -> Result<Partition, StoreError> {
    Partition::from_raw(value.int()).ok_or_else(|| bad("partition"))
}

pub(super) fn pair(row: &[Value]) -> Result<(i64, i64), StoreError> {
    let [one, other] = row else { return Err(bad("pair")) };
    Ok((one.int(), other.int()))
}

pub(super) fn body(row: &[Value]) -> Result<StoredBody, StoreError> {
    let [id, part, body] = row else { return Err(bad("record")) };
    Ok(StoredBody { id: id.int(), partition: partition(part)?, body: body.text().to_owned() })
}

pub(super) fn event(row: &[Value]) -> Result<EventRow, StoreError> {
    let [id, part, previous, number, at, actor, command, subject, body, mac] = row else {
        return Err(bad("event"));
    };
    Ok(EventRow {
        id: id.int(),
        partition: partition(part)?,
        previous: previous.int(),
        number: number.int(),
        at: Timestamp::from_micros(at.int()),
        actor: actor.text().to_owned(),
        command: command.text().to_owned(),
        subject: subject.int(),
        body: body.text().to_owned(),
        mac: mac.blob().try_into().map_err(|_| bad("event"))?,
    })
}

pub(super) fn transfer(row: &[Value]) -> Result<(Partition, Transfer), StoreError> {
    let [id, part, txn, debit, credit, amount, kind, subject, link, of_debit, of_credit, booked, value_date] =
        row
    else {
        return Err(bad("transfer"));
    };
    Ok((
        partition(part)?,
        Transfer {
            id: id.int(),
            transaction: txn.int(),
            debit_account: debit.int(),
            credit_account: credit.int(),
            amount: amount.int(),
            kind: u16::try_from(kind.int()).map_err(|_| bad("transfer"))?,
            subject: subject.int(),
            link: link.int(),
            previous_of_debit: of_debit.int(),
            previous_of_credit: of_credit.int(),
            booked_at: Timestamp::from_micros(booked.int()),
            value_date: LocalDate::from_number(value_date.int()).ok_or_else(|| bad("transfer"))?,
        },
    ))
}

pub(super) fn account(row: &[Value]) -> Result<(Partition, Account), StoreError> {
    let [id, part, code, dimension, currency, debits, credits, last, month] = row else {
        return Err(bad("account"));
    };
    let code =
        u16::try_from(code.int()).ok().and_then(AccountCode::from_number).ok_or_else(|| bad("account"))?;
    let currency = Currency::from_code(currency.text()).map_err(|_| bad("account"))?;
    Ok((
        partition(part)?,
        Account {
            id: id.int(),
            key: AccountKey { code, dimension: dimension.int(), currency },
            debits: debits.int(),
            credits: credits.int(),
            last_transfer: last.int(),
            last_month: i32::try_from(month.int()).map_err(|_| bad("account"))?,
        },
    ))
}

pub(super) fn total(row: &[Value]) -> Result<(AccountKey, i64, i64), StoreError> {
    let [code, part, currency, debits, credits] = row else { return Err(bad("account")) };
    let number = u16::try_from(code.int()).ok();
    let code = number.and_then(AccountCode::from_number).ok_or_else(|| bad("account"))?;
    let currency = Currency::from_code(currency.text()).map_err(|_| bad("account"))?;
    Ok((AccountKey { code, dimension: part.int(), currency }, debits.int(), credits.int()))
}

pub(super) fn head(row: &[Value]) -> Result<(Partition, Head), StoreError> {
    let [part, last, events, mac] = row else { return Err(bad("partition")) };
    let mac = mac.blob().try_into().map_err(|_| bad("partition"))?;
    Ok((partition(part)?, Head { last_event: last.int(), events: events.int(), mac }))
}

/// The partitions of an environment lie between these.
pub(super) fn bounds(environment: zaiton_kernel::Environment) -> [Value; 2] {
    [0, i64::MAX].map(|owner| Value::Int(Partition::new(environment, owner).raw()))
}
