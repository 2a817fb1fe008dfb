//! A merchant of the second book-keeping: its prepaid accounts and top-ups. Fees, lines, promotions and standing are next door.

use std::collections::{BTreeMap, VecDeque};

use zaiton_app::onboarding::{MerchantReply, RegisterMerchant};
use zaiton_app::orders::group::JoinGroup;
use zaiton_app::prepaid::account::{AccountReply, OpenAccount, SetAlerts};
use zaiton_app::prepaid::programme_id;
use zaiton_app::prepaid::top_up::{
    CreditReply, CreditTopUp, RequestTopUp, ReturnTopUp, ReviewTopUp, TopUpReply,
};
use zaiton_kernel::{Id, Timestamp};
use zaiton_prepaid::{AccountId, PromotionId, TopUpId, WithdrawalId};

use super::card::Card;
use super::channel::Captured;
use super::contact::Contact;
use super::hold::Fee;
use super::order::Order;
use super::parts::Parts;
use super::promotion::Promotion;
use super::standing::{Closing, Restriction};
use super::watch::Watch;
use super::withdrawal::Withdrawal;
use super::{Found, Turn, differs};
use crate::world::names::is_company;

/// A merchant.
#[derive(Default)]
pub(crate) struct Merchant {
    pub(crate) company: Option<String>,
    /// By programme.
    pub(crate) accounts: BTreeMap<i64, Account>,
    pub(crate) orders: BTreeMap<String, Order>,
    /// What channels said, by order.
    pub(crate) captured: BTreeMap<String, Captured>,
    /// Which of them are parts of others.
    pub(super) parts: Parts,
    /// What they said of buyers' payments, on its way there.
    pub(super) letters: Vec<JoinGroup>,
    pub(crate) parked: usize,
    /// By address, in its plain form.
    pub(crate) contacts: BTreeMap<String, Contact>,
}

/// A prepaid account. Minor units.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) watch: Watch,
    pub(crate) promotions: BTreeMap<PromotionId, Promotion>,
    pub(crate) restriction: Option<Restriction>,
    pub(crate) closing: Option<Closing>,
    pub(crate) active: Option<Timestamp>,
    pub(crate) top_ups: BTreeMap<TopUpId, TopUp>,
    /// By order.
    pub(crate) fees: BTreeMap<String, Fee>,
    pub(super) queue: VecDeque<String>,
    pub(crate) available: i64,
    pub(crate) credited: i64,
    pub(crate) settled: i64,
    pub(crate) refunded: i64,
    pub(crate) written_off: i64,
    pub(crate) card: Card,
    pub(super) card_changed: Option<Timestamp>,
    pub(super) card_used: bool,
    /// Another card, and who asks for it.
    pub(crate) card_asked: Option<(Card, String)>,
    pub(crate) withdrawals: BTreeMap<WithdrawalId, Withdrawal>,
    /// How often a debt was paid.
    pub(crate) repaid: u64,
}

/// A request to top up.
pub(crate) struct TopUp {
    pub(crate) amount: i64,
    pub(crate) state: TopUpState,
    pub(crate) remark_code: String,
    /// Without money it ends then.
    ends: Timestamp,
}

/// Where it stands, with the line that brought it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TopUpState {
    Waiting,
    InReview(i64),
    Credited(i64),
    Cancelled,
    Expired,
    /// Its wire, this line, went back to the payer.
    Returned(i64),
}

impl TopUp {
    /// It waits for money, or for a person.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, TopUpState::Waiting | TopUpState::InReview(_))
    }
}

impl Merchant {
    pub(crate) fn register(&mut self, command: &RegisterMerchant, reply: &MerchantReply) -> Found {
        differs("a new merchant", reply.new, self.company.is_none())?;
        self.company = Some(command.company.clone());
        Ok(())
    }

    pub(super) fn account(&mut self, programme: &str) -> Found<&mut Account> {
        self.accounts.get_mut(&programme_id(programme).raw()).ok_or("there is no such account".to_owned())
    }

    pub(super) fn account_by_id(&mut self, id: AccountId) -> Found<&mut Account> {
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
            watch: Watch::default(),
            promotions: BTreeMap::new(),
            restriction: None,
            closing: None,
            active: None,
            top_ups: BTreeMap::new(),
            fees: BTreeMap::new(),
            queue: VecDeque::new(),
            available: 0,
            credited: 0,
            settled: 0,
            refunded: 0,
            written_off: 0,
            card: Card::from(card),
            card_changed: None,
            card_used: false,
            card_asked: None,
            withdrawals: BTreeMap::new(),
            repaid: 0,
        });
        differs("the account", reply.account, account.id)
    }

    pub(crate) fn set_alerts(&mut self, command: &SetAlerts, turn: Turn<'_>) -> Found {
        let lines = &command.lines;
        let figures = turn.figures;
        let sound = (1..=usize::from(figures.max_contacts)).contains(&lines.contacts.len())
            && lines.contacts.iter().all(|contact| self.has_proved(contact))
            && lines.warning.minor() >= lines.suspend.minor()
            && lines.suspend.minor() >= figures.suspend_below_minor;
        if !sound {
            return Err("alert lines that break the rules were taken".into());
        }
        let account = self.account(&command.programme)?;
        if account.closing.is_some() {
            return Err("alert lines of an account that is closing were set".into());
        }
        account.watch.lines = Some((lines.warning.minor(), lines.suspend.minor()));
        account.look(true, turn);
        Ok(())
    }

    pub(crate) fn request(&mut self, command: &RequestTopUp, reply: &TopUpReply, turn: Turn<'_>) -> Found {
        let account = self.account(&command.programme)?;
        let early = account.watch.lines.is_none() || account.closing.is_some();
        if early || command.amount.minor() < turn.figures.topup_min_minor {
            return Err("a top-up too early or too small was taken".into());
        }
        let open = account.top_ups.values().filter(|top_up| top_up.is_open()).count();
        if open >= usize::from(turn.figures.max_open_topups) {
            return Err(format!("a top-up was taken, and {open} are open"));
        }
        differs("the amount", reply.amount, command.amount)?;
        let (amount, remark_code) = (command.amount.minor(), reply.remark_code.clone());
        let ends = turn.now.plus_seconds(i64::from(turn.figures.topup_expires_days) * 86_400);
        let top_up = TopUp { amount, state: TopUpState::Waiting, remark_code, ends };
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
        turn: Turn<'_>,
    ) -> Found {
        let company = self.company.clone().unwrap_or_default();
        let line = &command.line;
        let Ok((account, state)) = self.top_up(command.top_up) else {
            return differs("the answer", reply, &CreditReply::GoesBack);
        };
        let amount = account.top_ups.get(&command.top_up).map_or(0, |top_up| top_up.amount);
        // Two people with evidence may accept another name, never another amount.
        let proved = command.evidence.is_some();
        let fits = amount == line.amount.minor() && (proved || is_company(&company, &line.payer));
        match state {
            TopUpState::Waiting if fits => {}
            TopUpState::InReview(by) if by == line.line && fits && proved => {}
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
            | TopUpState::Returned(_)
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
        account.look(true, turn);
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

    /// The wire that it waits for a person with goes back; any other is none of its business.
    pub(crate) fn return_top_up(&mut self, command: &ReturnTopUp) -> Found {
        let (account, state) = self.top_up(command.top_up)?;
        if let Some(top_up) = account.top_ups.get_mut(&command.top_up)
            && state == TopUpState::InReview(command.line.raw())
        {
            top_up.state = TopUpState::Returned(command.line.raw());
        }
        Ok(())
    }

    pub(crate) fn cancel(&mut self, id: TopUpId) -> Found {
        match self.close(id, TopUpState::Cancelled)? {
            TopUpState::Waiting | TopUpState::Cancelled => Ok(()),
            other => Err(format!("a cancel was taken in {other:?}")),
        }
    }

    /// By its timer: one in review stays, and the timer is dead.
    pub(crate) fn expire(&mut self, id: TopUpId, turn: Turn<'_>) -> Found {
        let (account, _) = self.top_up(id)?;
        if account.top_ups.get(&id).is_some_and(|top_up| turn.now < top_up.ends) {
            return Err("a top-up ended before its time".into());
        }
        self.close(id, TopUpState::Expired).map(|_| ())
    }

    pub(crate) fn repay(&mut self, id: AccountId, turn: Turn<'_>) -> Found {
        let account = self.account_by_id(id)?;
        account.repay();
        account.look(true, turn);
        Ok(())
    }
}
