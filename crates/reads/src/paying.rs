//! Payment files as the bank takes them, from the records of a released file: the same content at every download. Reads
//! only.

use zaiton_bank::payment_file::{PaymentFileId, may_download};
use zaiton_bank::{BankAccount, Payment, PaymentFile};
use zaiton_connect::payments::{self, BankId, PaymentOrder};
use zaiton_engine::StoreError;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Refusal};
use zaiton_store::Queries;

fn record<T: serde::de::DeserializeOwned>(
    queries: &Queries,
    table: &str,
    id: i64,
) -> Result<Option<T>, StoreError> {
    let Some(row) = queries.record(table, id)? else { return Ok(None) };
    serde_json::from_str(&row.body).map(Some).map_err(|error| StoreError(error.to_string()))
}

/// What a file asks the bank to pay; `None` when there is no such file, the refusal when it is not released.
///
/// # Errors
/// The database cannot be read.
pub fn order(
    queries: &Queries,
    file: PaymentFileId,
) -> Result<Option<Result<PaymentOrder, Refusal>>, StoreError> {
    let Some(file) = record::<PaymentFile>(queries, "payment_files", file.raw())? else { return Ok(None) };
    if let Err(refusal) = may_download(&file) {
        return Ok(Some(Err(refusal.into())));
    }
    let Some(account) = record::<BankAccount>(queries, "bank_accounts", file.account.raw())? else {
        return Ok(None);
    };
    let mut payments = Vec::with_capacity(file.payments.len());
    for id in &file.payments {
        let payment = record::<Payment>(queries, "payments", id.raw())?;
        let payment = payment.ok_or_else(|| StoreError(format!("the payment {id} is missing")))?;
        let bank = payment.creditor.bank.trim();
        payments.push(payments::Payment {
            end_to_end: payment.end_to_end(),
            amount: payment.amount,
            creditor_name: payment.creditor.name.clone(),
            creditor_account: payment.creditor.account.clone(),
            creditor_bank: (!bank.is_empty()).then(|| BankId::of(bank)),
            remark: payment.remark.clone(),
        });
    }
    Ok(Some(Ok(PaymentOrder {
        message_id: file.message_id(),
        made_at: file.made_at,
        execution_date: file.made_at.date_in(&Zone::shanghai()),
        debtor_name: account.holder,
        debtor_account: account.number,
        debtor_bank: BankId::of(&account.bank),
        currency: account.currency,
        payments,
    })))
}
