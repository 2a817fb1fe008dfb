//! The fees of a merchant's orders in the second book-keeping: charged, then made smaller, earned or given back; and what is
//! told of an order before it is placed (M9), which waits for that.

use zaiton_app::prepaid::charge::{ChargeFee, HoldReply};
use zaiton_app::prepaid::holds::HoldRef;
use zaiton_kernel::Id;
use zaiton_prepaid::{ArrearsMode, HoldId, Model as Revenue};

use super::account::{Account, Merchant};
use super::hold::{Change, Fee};
use super::{Found, Turn, differs};

/// What is kept of an order that is not placed.
const MOST_EARLY: usize = 20;
/// Holds that are repaid at a time.
const AT_A_TIME: usize = 200;

fn reply_fits(reply: Option<&HoldReply>, fee: &mut Fee) -> Found {
    let Some(reply) = reply else { return Ok(()) };
    // One that an order's message charged in this batch has its name only at the end of it.
    if fee.id.raw() == 0 {
        fee.id = reply.hold;
    }
    differs("the hold of a reply", reply.hold, fee.id)?;
    differs("whether it waits", reply.waits, !fee.early.is_empty())?;
    let found = [reply.frozen.minor(), reply.owed.minor(), reply.settled.minor()];
    differs("frozen, owed, settled of a reply", found, [fee.frozen, fee.owed, fee.settled])
}

impl Merchant {
    /// `reply` is none for a follow-up: what is refused then is parked.
    pub(crate) fn charge(&mut self, command: &ChargeFee, reply: Option<&HoldReply>, turn: Turn<'_>) -> Found {
        let amount = command.fee.minor();
        let account = self.account_by_id(command.account)?;
        if let Some(known) = account.fees.get_mut(&command.order).filter(|known| known.is_charged()) {
            return match reply {
                _ if known.fee == amount => reply_fits(reply, known),
                Some(_) => Err("an order was charged with another fee".into()),
                None => {
                    self.parked += 1;
                    Ok(())
                }
            };
        }
        if amount < 0 || !account.bears(command.placed_at.unwrap_or(turn.now)) {
            return Err("a fee below zero, or of an order that is not the account's, was charged".into());
        }
        // What is not covered is owed: all of it, or what is missing (K-6).
        let frozen = match turn.figures.arrears_mode {
            _ if account.available >= amount => amount,
            ArrearsMode::Full => 0,
            ArrearsMode::Gap => account.available,
        };
        let owed = amount - frozen;
        let fee = account.fees.entry(command.order.clone()).or_insert_with(Fee::waiting);
        (fee.fee, fee.frozen, fee.unfunded, fee.owed) = (amount, frozen, owed, owed);
        let early = std::mem::take(&mut fee.early);
        reply_fits(reply, fee)?;
        account.available -= frozen;
        if owed > 0 {
            account.queue.push_back(command.order.clone());
        }
        account.look(false, turn);
        // Told before it was placed: done now, in that order; what cannot be done waits for a person.
        let mut carry = |change| account.carry(&command.order, change, turn);
        let parked = early.into_iter().filter(|change| !carry(*change)).count();
        self.parked += parked;
        Ok(())
    }

    /// The account and the order of a hold; one that nobody heard of before waits for its placing.
    fn hold(&mut self, hold: &HoldRef) -> Found<(&mut Account, String)> {
        match hold {
            HoldRef::Order { programme, order } => {
                let account = self.account(programme)?;
                if !account.fees.contains_key(order) {
                    if !account.is_active() {
                        return Err("something is kept for an account that is not active".into());
                    }
                    account.fees.insert(order.clone(), Fee::waiting());
                }
                Ok((account, order.clone()))
            }
            HoldRef::Id(id) => {
                for account in self.accounts.values_mut() {
                    let known = account.fees.iter().find(|(_, fee)| fee.id == *id);
                    if let Some(order) = known.map(|(order, _)| order.clone()) {
                        return Ok((account, order));
                    }
                }
                Err("there is no such hold".into())
            }
        }
    }

    /// `reply` is none for a follow-up: what is refused then is parked.
    pub(crate) fn change(
        &mut self,
        hold: &HoldRef,
        change: Change,
        reply: Option<&HoldReply>,
        turn: Turn<'_>,
    ) -> Found {
        let (account, order) = self.hold(hold)?;
        if account.carry(&order, change, turn) {
            let fee = account.fees.get_mut(&order).ok_or("there is no such hold")?;
            return reply_fits(reply, fee);
        }
        if reply.is_some() {
            return Err(format!("{change:?} was taken, and it cannot be"));
        }
        self.parked += 1;
        Ok(())
    }

    /// What a fee still owes after all is settled: one asks to write it off, another does (P10e).
    pub(super) fn write_off(&mut self, id: HoldId, evidence: Option<&str>, turn: Turn<'_>) -> Found {
        let (account, order) = self.hold(&HoldRef::Id(id))?;
        let fee = account.fees.get_mut(&order).ok_or("there is no such hold")?;
        if !fee.is_lost() {
            return Err("a write-off was taken of a fee that may still be paid, or owes nothing".into());
        }
        if let Some(evidence) = evidence {
            if evidence.trim().is_empty() {
                return Err("a write-off was asked for without a reason".into());
            }
            fee.write_off = Some((turn.actor.to_owned(), evidence.to_owned()));
        } else {
            match fee.write_off.take() {
                Some((maker, _)) if maker != turn.actor => {
                    account.written_off += std::mem::take(&mut fee.owed)
                }
                known => return Err(format!("{} wrote off what was asked for by {known:?}", turn.actor)),
            }
        }
        // What is available is taken before anything is lost.
        account.repay();
        account.look(true, turn);
        Ok(())
    }

    /// A day has passed since the first of it was told: a person is asked.
    pub(crate) fn overdue(&mut self, id: HoldId) -> Found {
        let mut fees = self.accounts.values_mut().flat_map(|account| account.fees.values_mut());
        let fee = fees.find(|fee| fee.id == id).ok_or("there is no such hold")?;
        if !fee.is_charged() {
            self.parked += std::mem::take(&mut fee.early).len();
        }
        Ok(())
    }
}

impl Account {
    /// Carries out a change, or keeps it for an order that is not placed; false when it cannot be.
    fn carry(&mut self, order: &str, change: Change, turn: Turn<'_>) -> bool {
        let Some(fee) = self.fees.get_mut(order) else { return false };
        if !fee.is_charged() {
            return fee.keep(change, MOST_EARLY);
        }
        let Some(moved) = fee.take(change) else { return false };
        if moved.earned > 0 {
            // By the figures of the settling, whatever is given back later.
            let ours = turn.figures.model == Revenue::Principal;
            fee.tax = ours.then(|| turn.figures.vat_bps.get());
        }
        self.settled += if turn.mistaken { 2 * moved.earned } else { moved.earned };
        self.refunded += moved.refunded;
        self.available += moved.released + moved.refunded - moved.forgiven;
        if moved.gives {
            self.repay();
        }
        self.look(false, turn);
        true
    }

    /// Debts are paid, the oldest first, as far as the money goes.
    pub(super) fn repay(&mut self) {
        for _ in 0..AT_A_TIME {
            let Some(fee) = self.queue.front().and_then(|order| self.fees.get_mut(order)) else { return };
            let paid = self.available.min(fee.owed).max(0);
            let frozen = paid.min(fee.unfunded);
            fee.owed -= paid;
            fee.unfunded -= frozen;
            fee.frozen += frozen;
            self.available -= paid;
            self.repaid += u64::from(paid > 0);
            if fee.owed > 0 {
                return;
            }
            self.queue.pop_front();
        }
    }
}
