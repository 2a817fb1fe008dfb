//! A merchant of the second book-keeping: its prepaid accounts, top-ups and fees.

use std::collections::{BTreeMap, VecDeque};

use zaiton_app::onboarding::{MerchantReply, RegisterMerchant};
use zaiton_app::prepaid::account::{AccountReply, OpenAccount, SetAlerts};
use zaiton_app::prepaid::charge::{ChargeFee, HoldReply};
use zaiton_app::prepaid::holds::{HoldRef, ReduceFee, RefundFee, ReleaseFee, SettleFee};
use zaiton_app::prepaid::programme_id;
use zaiton_app::prepaid::top_up::{CreditReply, CreditTopUp, RequestTopUp, ReviewTopUp, TopUpReply};
use zaiton_kernel::{Id, Timestamp};
use zaiton_prepaid::{AccountId, TopUpId};

use super::hold::{Fee, Shrink};
use super::order::Order;
use super::{Found, differs};
use crate::world::names::is_company;

/// Holds that are repaid at a time.
const AT_A_TIME: usize = 200;

/// A merchant.
#[derive(Default)]
pub(crate) struct Merchant {
    pub(crate) company: Option<String>,
    /// By programme.
    pub(crate) accounts: BTreeMap<i64, Account>,
    pub(crate) orders: BTreeMap<String, Order>,
    pub(crate) parked: usize,
}

/// A prepaid account. Minor units.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) alerts: bool,
    pub(crate) active: Option<Timestamp>,
    pub(crate) top_ups: BTreeMap<TopUpId, TopUp>,
    /// By order.
    pub(crate) fees: BTreeMap<String, Fee>,
    queue: VecDeque<String>,
    pub(crate) available: i64,
    pub(crate) credited: i64,
    pub(crate) settled: i64,
    pub(crate) refunded: i64,
    /// How often a debt was paid.
    pub(crate) repaid: u64,
}

/// A request to top up.
pub(crate) struct TopUp {
    pub(crate) amount: i64,
    pub(crate) state: TopUpState,
    pub(crate) remark_code: String,
}

/// Where it stands, with the line that brought it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TopUpState {
    Waiting,
    InReview(i64),
    Credited(i64),
    Cancelled,
    Expired,
}

fn reply_fits(reply: Option<&HoldReply>, fee: &Fee) -> Found {
    let Some(reply) = reply else { return Ok(()) };
    // One that an order's message charged in this batch has its name only at the end of it.
    if fee.id.raw() != 0 {
        differs("the hold of a reply", reply.hold, fee.id)?;
    }
    let found = [reply.frozen.minor(), reply.owed.minor(), reply.settled.minor()];
    differs("frozen, owed, settled of a reply", found, [fee.frozen, fee.owed, fee.settled])
}

impl Merchant {
    pub(crate) fn register(&mut self, command: &RegisterMerchant, reply: &MerchantReply) -> Found {
        differs("a new merchant", reply.new, self.company.is_none())?;
        self.company = Some(command.company.clone());
        Ok(())
    }

    fn account(&mut self, programme: &str) -> Found<&mut Account> {
        self.accounts.get_mut(&programme_id(programme).raw()).ok_or("there is no such account".to_owned())
    }

    fn account_by_id(&mut self, id: AccountId) -> Found<&mut Account> {
        self.accounts.values_mut().find(|account| account.id == id).ok_or("there is no such account".into())
    }

    fn top_up(&mut self, id: TopUpId) -> Found<(&mut Account, TopUpState)> {
        for account in self.accounts.values_mut() {
            if let Some(state) = account.top_ups.get(&id).map(|top_up| top_up.state) {
                return Ok((account, state));
            }
        }
        Err("there is no such top-up".into())
    }

    pub(crate) fn open(&mut self, command: &OpenAccount, reply: &AccountReply) -> Found {
        let company = self.company.as_ref().ok_or("an account of no merchant")?;
        let card = &command.wire_account;
        if !card.in_force || !is_company(company, &card.holder) {
            return Err("opened on a card that is not the company's".into());
        }
        let account = self.accounts.entry(programme_id(&command.programme).raw()).or_insert(Account {
            id: reply.account,
            alerts: false,
            active: None,
            top_ups: BTreeMap::new(),
            fees: BTreeMap::new(),
            queue: VecDeque::new(),
            available: 0,
            credited: 0,
            settled: 0,
            refunded: 0,
            repaid: 0,
        });
        differs("the account", reply.account, account.id)
    }

    pub(crate) fn set_alerts(&mut self, command: &SetAlerts) -> Found {
        let lines = &command.lines;
        let reachable = |contact: &zaiton_prepaid::account::Contact| {
            contact.verified && (contact.email.is_some() || contact.mobile.is_some())
        };
        let sound = (1..=3).contains(&lines.contacts.len())
            && lines.contacts.iter().all(reachable)
            && lines.warning.minor() >= lines.suspend.minor()
            && lines.suspend.minor() >= 100_000;
        if !sound {
            return Err("alert lines that break the rules were taken".into());
        }
        self.account(&command.programme)?.alerts = true;
        Ok(())
    }

    pub(crate) fn request(&mut self, command: &RequestTopUp, reply: &TopUpReply) -> Found {
        let account = self.account(&command.programme)?;
        let waiting = |top_up: &&TopUp| matches!(top_up.state, TopUpState::Waiting | TopUpState::InReview(_));
        if !account.alerts || command.amount.minor() < 300_000 {
            return Err("a top-up too early or too small was taken".into());
        }
        if account.top_ups.values().filter(waiting).count() >= 20 {
            return Err("a twenty-first open top-up was taken".into());
        }
        differs("the amount", reply.amount, command.amount)?;
        let (amount, remark_code) = (command.amount.minor(), reply.remark_code.clone());
        let top_up = TopUp { amount, state: TopUpState::Waiting, remark_code };
        if account.top_ups.insert(reply.top_up, top_up).is_some() {
            return Err("the same top-up was made twice".into());
        }
        Ok(())
    }

    pub(crate) fn credit(
        &mut self,
        command: &CreditTopUp,
        reply: &CreditReply,
        activated: &BTreeMap<i64, Timestamp>,
    ) -> Found {
        let company = self.company.clone().unwrap_or_default();
        let line = &command.line;
        let Ok((account, state)) = self.top_up(command.top_up) else {
            return differs("the answer", reply, &CreditReply::GoesBack);
        };
        let amount = account.top_ups.get(&command.top_up).map_or(0, |top_up| top_up.amount);
        let fits = amount == line.amount.minor() && is_company(&company, &line.payer);
        match state {
            TopUpState::Waiting if fits => {}
            TopUpState::Credited(by) if by == line.line => {
                return match reply {
                    CreditReply::Credited { available } => {
                        differs("available", available.minor(), account.available)
                    }
                    CreditReply::GoesBack => Err("money that was credited goes back".into()),
                };
            }
            TopUpState::Waiting
            | TopUpState::InReview(_)
            | TopUpState::Credited(_)
            | TopUpState::Cancelled
            | TopUpState::Expired => return differs("the answer", reply, &CreditReply::GoesBack),
        }
        if let Some(top_up) = account.top_ups.get_mut(&command.top_up) {
            top_up.state = TopUpState::Credited(line.line);
        }
        account.available += amount;
        account.credited += amount;
        if account.active.is_none() {
            let at = activated.get(&account.id.raw()).ok_or("the first top-up activated nothing")?;
            account.active = Some(*at);
        }
        account.repay();
        match reply {
            CreditReply::Credited { available } => differs("available", available.minor(), account.available),
            CreditReply::GoesBack => Err("a wire that fits goes back".into()),
        }
    }

    pub(crate) fn review(&mut self, command: &ReviewTopUp) -> Found {
        let company = self.company.clone().unwrap_or_default();
        let (account, state) = self.top_up(command.top_up)?;
        let top_up = account.top_ups.get_mut(&command.top_up).ok_or("it was just there")?;
        let fits = top_up.amount == command.line.amount.minor() && is_company(&company, &command.line.payer);
        match state {
            TopUpState::Waiting if fits => Ok(()),
            TopUpState::Waiting => {
                top_up.state = TopUpState::InReview(command.line.line);
                Ok(())
            }
            TopUpState::InReview(line) | TopUpState::Credited(line) if line == command.line.line => Ok(()),
            other => Err(format!("a review was taken in {other:?}")),
        }
    }

    fn close(&mut self, id: TopUpId, to: TopUpState) -> Found<TopUpState> {
        let (account, state) = self.top_up(id)?;
        if state == TopUpState::Waiting
            && let Some(top_up) = account.top_ups.get_mut(&id)
        {
            top_up.state = to;
        }
        Ok(state)
    }

    pub(crate) fn cancel(&mut self, id: TopUpId) -> Found {
        match self.close(id, TopUpState::Cancelled)? {
            TopUpState::Waiting | TopUpState::Cancelled => Ok(()),
            other => Err(format!("a cancel was taken in {other:?}")),
        }
    }

    /// By its timer: one in review stays, and the timer is dead.
    pub(crate) fn expire(&mut self, id: TopUpId) -> Found {
        self.close(id, TopUpState::Expired).map(|_| ())
    }

    pub(crate) fn repay(&mut self, id: AccountId) -> Found {
        self.account_by_id(id)?.repay();
        Ok(())
    }

    /// `reply` is none for a follow-up: what is refused then is parked.
    pub(crate) fn charge(&mut self, command: &ChargeFee, reply: Option<&HoldReply>) -> Found {
        let fee = command.fee.minor();
        let account = self.account_by_id(command.account)?;
        if let Some(known) = account.fees.get(&command.order) {
            if known.fee == fee {
                return reply_fits(reply, known);
            }
            return match reply {
                Some(_) => Err("an order was charged with another fee".into()),
                None => {
                    self.parked += 1;
                    Ok(())
                }
            };
        }
        let since = account.active.ok_or("charged before activation")?;
        if fee < 0 || command.placed_at.is_some_and(|placed| placed < since) {
            return Err("a fee below zero, or of an order before activation, was charged".into());
        }
        let frozen = if account.available >= fee { fee } else { 0 };
        let owed = fee - frozen;
        let id = reply.map_or(zaiton_prepaid::HoldId::from_raw(0), |reply| reply.hold);
        let new = Fee { id, fee, frozen, unfunded: owed, owed, released: 0, settled: 0, refunded: 0 };
        account.available -= frozen;
        if owed > 0 {
            account.queue.push_back(command.order.clone());
        }
        reply_fits(reply, &new)?;
        account.fees.insert(command.order.clone(), new);
        Ok(())
    }

    fn fee(&mut self, hold: &HoldRef) -> Found<(&mut Account, String)> {
        match hold {
            HoldRef::Order { programme, order } => Ok((self.account(programme)?, order.clone())),
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

    pub(crate) fn release(&mut self, command: &ReleaseFee, reply: &HoldReply) -> Found {
        let (account, order) = self.fee(&command.hold)?;
        let fee = account.fees.get_mut(&order).ok_or("there is no such hold")?;
        let amount = command.amount.minor();
        if amount <= 0 || amount > fee.open() {
            return Err("more than is open was released".into());
        }
        account.available += fee.give_up(amount);
        account.repay();
        account.reply(&order, Some(reply))
    }

    pub(crate) fn refund(&mut self, command: &RefundFee, reply: &HoldReply) -> Found {
        let (account, order) = self.fee(&command.hold)?;
        let fee = account.fees.get_mut(&order).ok_or("there is no such hold")?;
        let amount = command.amount.minor();
        if amount <= 0 || fee.open() > 0 || amount > fee.settled - fee.refunded {
            return Err("more than was settled was refunded".into());
        }
        fee.refunded += amount;
        account.refunded += amount;
        account.available += amount;
        account.repay();
        account.reply(&order, Some(reply))
    }

    pub(crate) fn settle(&mut self, command: &SettleFee, reply: Option<&HoldReply>, mistaken: bool) -> Found {
        let (account, order) = self.fee(&command.hold)?;
        let fee = account.fees.get_mut(&order).ok_or("there is no such hold")?;
        let earned = fee.earn();
        account.settled += if mistaken { 2 * earned } else { earned };
        account.reply(&order, reply)
    }

    /// `reply` is none for a follow-up: what is refused then is parked.
    pub(crate) fn reduce(&mut self, command: &ReduceFee, reply: Option<&HoldReply>) -> Found {
        let (account, order) = self.fee(&command.hold)?;
        let fee = account.fees.get_mut(&order).ok_or("there is no such hold")?;
        match fee.shrink(command.remaining_fee.minor()) {
            Some(Shrink::Nothing) => {}
            Some(Shrink::GiveUp(less)) => {
                account.available += fee.give_up(less);
                account.repay();
            }
            Some(Shrink::Refund(less)) => {
                fee.refunded += less;
                account.refunded += less;
                account.available += less;
                account.repay();
            }
            None if reply.is_some() => return Err("a fee was raised".into()),
            None => {
                self.parked += 1;
                return Ok(());
            }
        }
        account.reply(&order, reply)
    }
}

impl Account {
    fn reply(&self, order: &str, reply: Option<&HoldReply>) -> Found {
        self.fees.get(order).map_or(Err("there is no such hold".into()), |fee| reply_fits(reply, fee))
    }

    /// Debts are paid, the oldest first, as far as the money goes.
    fn repay(&mut self) {
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
