//! What the ledger must book for an event of a hold: P6 to P10d of the ledger page. Never books.

use zaiton_kernel::Id;
use zaiton_ledger::{AccountCode, Kind, Transaction};

use super::{Event, Hold};
use crate::account::ProgrammeId;

/// The transactions of an event, none of them empty. `before` is the hold as it was when the event was
/// decided; 1120, 2110, 2120, 2125 and 2330 carry the programme, the subject is the hold.
#[must_use]
pub fn postings(before: &Hold, event: &Event, programme: ProgrammeId) -> Vec<Transaction> {
    let of = |code| (code, programme.raw());
    let money = |minor| before.money(minor);
    let start = |kind| Transaction::new(kind, before.id.raw());
    let available = of(AccountCode::PREPAID_AVAILABLE);
    let frozen_account = of(AccountCode::PREPAID_FROZEN);
    let due = of(AccountCode::PREPAID_DUE);
    let arrears = of(AccountCode::PREPAID_ARREARS);
    let transactions = match *event {
        Event::Charged { frozen, unfunded: 0, .. } => {
            vec![start(Kind::Freeze).pair(available, frozen_account, money(frozen))]
        }
        Event::Charged { frozen, unfunded, .. } => {
            vec![start(Kind::Arrears).pair(available, frozen_account, money(frozen)).pair(
                arrears,
                due,
                money(unfunded),
            )]
        }
        Event::Released { from_unfunded, from_frozen } => vec![
            start(Kind::ArrearsDropped).pair(due, arrears, money(from_unfunded)),
            start(Kind::Release).pair(frozen_account, available, money(from_frozen)),
        ],
        Event::Settled { from_frozen, from_unfunded, tax_of_frozen, tax_of_unfunded, vat } => {
            let earn = |kind, debit, amount: i64, tax: i64| {
                let credit =
                    if vat.is_some() { (AccountCode::MARKETING, 0) } else { of(AccountCode::FUNDER_PAYABLE) };
                start(kind).pair(debit, credit, money(amount - tax)).pair(
                    debit,
                    (AccountCode::OUTPUT_VAT, 0),
                    money(tax),
                )
            };
            vec![
                earn(Kind::Settle, frozen_account, from_frozen, tax_of_frozen),
                earn(Kind::ArrearsSettled, due, from_unfunded, tax_of_unfunded),
            ]
        }
        Event::SettledRefunded { amount, tax, of_debt } => {
            let debit = if before.vat.is_some() {
                (AccountCode::MARKETING, 0)
            } else {
                of(AccountCode::FUNDER_PAYABLE)
            };
            let vat = (AccountCode::OUTPUT_VAT, 0);
            let (net, net_of_debt) = (amount - tax, of_debt.min(amount - tax));
            let tax_of_debt = of_debt - net_of_debt;
            let refund = start(Kind::SettledRefund)
                .pair(debit, arrears, money(net_of_debt))
                .pair(vat, arrears, money(tax_of_debt))
                .pair(debit, available, money(net - net_of_debt))
                .pair(vat, available, money(tax - tax_of_debt));
            vec![refund]
        }
        Event::Repaid { amount, thereof_frozen } => {
            vec![start(Kind::ArrearsRepaid).pair(available, arrears, money(amount)).pair(
                due,
                frozen_account,
                money(thereof_frozen),
            )]
        }
        Event::WrittenOff { amount, .. } => {
            vec![start(Kind::ArrearsWrittenOff).pair((AccountCode::BAD_DEBT, 0), arrears, money(amount))]
        }
        Event::WriteOffProposed { .. }
        | Event::NextLinked { .. }
        | Event::LeftQueue {}
        | Event::KeptEarly { .. }
        | Event::EarlyTaken {} => Vec::new(),
    };
    transactions.into_iter().filter(|transaction| !transaction.is_empty()).collect()
}
