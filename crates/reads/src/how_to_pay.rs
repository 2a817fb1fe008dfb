//! Rule R1-14: what a merchant must know to top up by wire: where to, by whom, with which words, and whom to ask. Reads only.

use serde::Serialize;
use zaiton_bank::BankAccount;
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Money, Partition, Timestamp};
use zaiton_prepaid::{PrepaidAccount, PrepaidPolicy, ProgrammeId, TopUp, TopUpId, top_up};
use zaiton_store::Queries;

/// Accounts of one merchant, at most: one a programme.
const PROGRAMMES: i64 = 500;

/// An account of ours that takes the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WireReceiver")]
pub struct Receiver {
    /// In whose name.
    pub holder: String,
    /// At which bank.
    pub bank: String,
    /// IBAN or account number.
    pub number: String,
}

/// A request that waits for its wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "WaitingTopUp")]
pub struct Waiting {
    /// The request.
    pub top_up: TopUpId,
    /// What to wire, exactly (R1-16).
    pub amount: Money,
    /// What to write into the remark.
    pub remark_code: String,
    /// When it ends without money.
    pub expires_at: Timestamp,
}

/// What to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct HowToPay {
    /// Rule R1-15. The company that must pay.
    pub payer: String,
    /// Rule R1-17. The least a top-up may be.
    pub least: Money,
    /// Where to wire: any of these.
    pub receivers: Vec<Receiver>,
    /// Requests that wait, oldest first.
    pub waiting: Vec<Waiting>,
    /// The command that asks the settlement desk.
    pub ask: &'static str,
}

/// What to know of a merchant's account in a programme; none without an account.
///
/// # Errors
/// The database cannot be read.
pub fn how_to_pay(
    queries: &Queries,
    (environment, partition): (Environment, Partition),
    programme: ProgrammeId,
    policy: &PrepaidPolicy,
) -> Result<Option<HowToPay>, StoreError> {
    let rows = queries.records_of("prepaid_accounts", partition, 0, PROGRAMMES)?;
    let mut accounts = rows.iter().filter_map(|row| serde_json::from_str::<PrepaidAccount>(&row.body).ok());
    let Some(account) = accounts.find(|account| account.programme == programme) else { return Ok(None) };
    let told = |error: serde_json::Error| StoreError(error.to_string());
    let mut receivers = Vec::new();
    queries.each_record("bank_accounts", |row| {
        let ours: BankAccount = serde_json::from_str(&row.body).map_err(told)?;
        let here = row.partition.environment() == environment;
        if here && ours.client_money && ours.currency == account.currency {
            receivers.push(Receiver { holder: ours.holder, bank: ours.bank, number: ours.number });
        }
        Ok(())
    })?;
    let mut waiting = Vec::new();
    for id in &account.open_topups {
        let Some(row) = queries.record("top_ups", zaiton_kernel::Id::raw(*id))? else { continue };
        let request: TopUp = serde_json::from_str(&row.body).map_err(told)?;
        if let top_up::State::AwaitingFunds { expires_at } = request.state {
            let (top_up, amount, remark_code) = (request.id, request.amount, request.remark_code);
            waiting.push(Waiting { top_up, amount, remark_code, expires_at });
        }
    }
    Ok(Some(HowToPay {
        payer: account.company,
        least: Money::new(policy.topup_min_minor, account.currency),
        receivers,
        waiting,
        ask: "desk.open_ticket",
    }))
}
