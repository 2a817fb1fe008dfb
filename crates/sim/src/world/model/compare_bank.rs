//! The bank's side of the second book-keeping against the first: lines and held statements as they are stored, and that both
//! sides agree once nothing is on its way.

use std::collections::BTreeMap;

use zaiton_bank::HeldStatement;
use zaiton_kernel::{Id, Partition};
use zaiton_prepaid::withdrawal::Cause;
use zaiton_store::Queries;

use super::account::TopUpState;
use super::compare::{records, same};
use super::line::{Line, LineState, state_of};
use super::payment::{PaymentState, Purpose};
use super::withdrawal::State;
use super::{Bank, Model, differs, read};
use crate::world::Found;
use crate::world::names::is_company;

impl Model {
    pub(super) fn compare_banks(&self, queries: &Queries) -> Found {
        let lines = self.banks.values().flat_map(|bank| &bank.lines);
        let expected = lines.map(|(id, line)| (*id, (line.amount, line.state.clone()))).collect();
        let found = records(queries, "bank_lines", |body| {
            let line: zaiton_bank::Line = read("a line", body)?;
            Ok((line.amount.minor(), state_of(&line.state)))
        })?;
        same("bank line", &found, &expected)?;
        let held = records(queries, "held_statements", |body| read::<HeldStatement>("a statement", body))?;
        for stored in held.values() {
            let mut banks = self.banks.iter().filter(|(place, _)| place.owner() == stored.account.raw());
            banks.next().ok_or("a held statement of no account")?.1.compare_held(stored)?;
        }
        differs("held statements", held.len(), self.banks.values().map(|bank| bank.held.len()).sum())
    }

    /// The outbox is empty: what left the bank accounts has arrived, and every request in review has its line waiting.
    pub(crate) fn settled_between(&self) -> Found {
        let waits = self.banks.values().map(Bank::held_in_vain).sum::<usize>();
        differs("statements that are held, and nothing is missing before them", waits, 0)?;
        let mut given: BTreeMap<i64, i64> = BTreeMap::new();
        let mut lines: BTreeMap<i64, &LineState> = BTreeMap::new();
        for (id, line) in self.banks.values().flat_map(|bank| &bank.lines) {
            lines.insert(*id, &line.state);
            if let LineState::Given(to) = line.state {
                given.insert(to, *id);
            }
        }
        let mut credited: BTreeMap<i64, i64> = BTreeMap::new();
        for (id, top_up) in self.accounts().flat_map(|account| &account.top_ups) {
            match top_up.state {
                TopUpState::Credited(line) => drop(credited.insert(id.raw(), line)),
                TopUpState::InReview(line) if lines.get(&line) == Some(&&LineState::Free) => {
                    return Err(format!("{id} waits for a person about line {line}, which waits for none"));
                }
                TopUpState::Waiting
                | TopUpState::InReview(_)
                | TopUpState::Returned(_)
                | TopUpState::Cancelled
                | TopUpState::Expired => {}
            }
        }
        same("given line", &given, &credited)?;
        self.withdrawals_agree()?;
        self.halves_agree()
    }

    /// What one side says of a withdrawal the other says too: sent and not answered, refused, paid once, given back once.
    fn withdrawals_agree(&self) -> Found {
        let mut stand: BTreeMap<i64, (i64, PaymentState)> = BTreeMap::new();
        let mut back: BTreeMap<i64, i64> = BTreeMap::new();
        for bank in self.banks.values() {
            for (id, payment) in &bank.payments {
                if let Purpose::Withdrawal { withdrawal, .. } = payment.purpose {
                    stand.insert(*id, (withdrawal, payment.state));
                }
            }
            for (id, line) in &bank.lines {
                if let LineState::Withdrawal(withdrawal) = line.state
                    && back.insert(withdrawal, *id).is_some()
                {
                    return Err(format!("withdrawal {withdrawal} came back twice"));
                }
            }
        }
        let mut given_back: BTreeMap<i64, i64> = BTreeMap::new();
        for (id, one) in self.accounts().flat_map(|account| &account.withdrawals) {
            let payment =
                one.payment.and_then(|payment| stand.get(&payment)).filter(|(of, _)| *of == id.raw());
            let state = payment.map(|(_, state)| *state);
            let fits = match (&one.state, state) {
                (
                    State::Requested | State::Approved | State::Rejected { .. } | State::Cancelled { .. },
                    state,
                ) => state.is_none(),
                (State::Sent { .. } | State::Manual(Cause::TimedOut), Some(state)) => matches!(
                    state,
                    PaymentState::Waiting | PaymentState::InFile(_) | PaymentState::Accepted { .. }
                ),
                (State::Sent { .. } | State::Manual(Cause::TimedOut), None) => false,
                (State::Manual(_), state) => !matches!(state, Some(PaymentState::Paid(_))),
                (State::Reversed { .. }, Some(PaymentState::Paid(_))) => {
                    one.payment.is_some_and(|payment| one.after_all.contains(&payment))
                }
                (State::Reversed { .. }, _) => true,
                (State::Paid | State::Returned { .. } | State::GivenBack { .. }, state) => {
                    matches!(state, Some(PaymentState::Paid(_)))
                }
            };
            if !fits {
                return Err(format!("{id} is {:?}, and its payment {state:?}", one.state));
            }
            if let State::GivenBack { line, .. } = one.state {
                given_back.insert(id.raw(), line);
            }
        }
        let after_all: std::collections::BTreeSet<i64> = self
            .accounts()
            .flat_map(|account| account.withdrawals.values())
            .flat_map(|one| one.after_all.iter().copied())
            .collect();
        let is_first = |payment: &i64| !after_all.contains(payment);
        let paid: Vec<i64> = stand
            .iter()
            .filter(|(payment, (_, state))| matches!(state, PaymentState::Paid(_)) && is_first(payment))
            .map(|(_, (of, _))| *of)
            .collect();
        let once: std::collections::BTreeSet<i64> = paid.iter().copied().collect();
        differs("withdrawals paid once", paid.len(), once.len())?;
        same("withdrawal that came back", &back, &given_back)
    }

    /// Each sweep and each cover is booked on both sides.
    fn halves_agree(&self) -> Found {
        let mut begun = BTreeMap::new();
        let mut booked = BTreeMap::new();
        for bank in self.banks.values() {
            for (id, line) in &bank.lines {
                let whole = line.state == LineState::Swept || line.state == LineState::Cost && bank.client;
                whole.then(|| begun.insert(*id, line.amount));
            }
            booked.extend(bank.halves.iter().map(|(line, (_, amount))| (*line, *amount)));
        }
        same("half of a transfer", &booked, &begun)
    }

    /// The outbox is empty: nobody waits for money that came, fits, and names the request.
    pub(crate) fn nobody_waits_in_vain(&self) -> Found {
        for (partition, merchant) in &self.merchants {
            let company = merchant.company.as_deref().unwrap_or_default();
            let ours =
                |of: &Partition, bank: &Bank| of.environment() == partition.environment() && bank.client;
            let banks = self.banks.iter().filter(|(of, bank)| ours(of, bank));
            let lines: Vec<_> = banks.flat_map(|(_, bank)| bank.lines.values()).collect();
            for (id, top_up) in merchant.accounts.values().flat_map(|account| &account.top_ups) {
                let pays = |line: &&&Line| {
                    line.state == LineState::Free
                        && line.amount == top_up.amount
                        && line.remark.contains(&top_up.remark_code)
                        && is_company(company, &line.payer)
                };
                if top_up.state == TopUpState::Waiting && lines.iter().any(|line| pays(&line)) {
                    return Err(format!("{id} waits, and its money is here"));
                }
            }
        }
        Ok(())
    }
}
