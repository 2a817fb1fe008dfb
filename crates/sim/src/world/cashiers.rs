//! Withdrawals of a simulated world: merchants ask for money and change their minds, the operator's people agree, refuse, send,
//! send again and reverse, each now and then where it must not be; two people change a merchant's card.

use std::sync::Arc;

use zaiton_app::prepaid::account::{ConfirmCard, ProposeCard};
use zaiton_app::prepaid::programme_id;
use zaiton_app::prepaid::withdrawal::{
    ApproveWithdrawal, CancelWithdrawal, RejectWithdrawal, RequestWithdrawal, RetryWithdrawal,
    ReverseWithdrawal, SendWithdrawal,
};
use zaiton_bank::BankAccountId;
use zaiton_engine::command::AnyCommand;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::WithdrawalId;
use zaiton_prepaid::account::{CardSource, WireAccount};
use zaiton_prepaid::withdrawal::{Cause, Role};

use super::callers::merchant as merchants_actor;
use super::market::{Follow, PROGRAMMES, yuan};
use super::model::{Withdrawal, WithdrawalState as State};
use super::payers::Fate;
use super::{Found, World};

/// Steps on the way of money out that are taken in one go.
const IN_A_ROW: usize = 4;

/// Rounds of a day on which much is paid, and what is done in each.
const PAY_ROUNDS: usize = 6;
const PER_ROUND: usize = 7;

impl World {
    /// A day on which much is paid: each round ends with what follows from it.
    pub(crate) fn pay_day(&mut self) -> Found {
        for _ in 0..PAY_ROUNDS {
            for _ in 0..PER_ROUND {
                self.pay_out(0);
            }
            for _ in 0..PER_ROUND / 2 {
                self.say_what_lines_are();
            }
            self.bank_moves_ours();
            self.statement();
            self.after_held();
            self.tend()?;
        }
        Ok(())
    }

    /// Some steps on the way of money out of the accounts, by merchants, by the operator's people, and by the bank.
    pub(crate) fn pay_out(&mut self, who: usize) {
        for _ in 0..=self.dice.index(IN_A_ROW) {
            match self.dice.weighed(&[3, 10, 5, 8, 1]) {
                0 => self.ask_withdrawal(who),
                1 => self.after_withdrawal(),
                2 => self.after_payments(),
                3 => self.bank_acts(),
                _ => self.change_card(who),
            }
        }
    }

    /// A merchant and a programme: mostly with an account that has money and owes nothing.
    fn with_money(&mut self, who: usize) -> Option<(Partition, &'static str, i64)> {
        let mut rich = Vec::new();
        for (place, merchant) in &self.model.merchants {
            for programme in PROGRAMMES {
                let account = merchant.accounts.get(&programme_id(programme).raw());
                let account = account.filter(|of| of.available >= 10_000 && of.owed() == 0);
                rich.extend(account.map(|account| (*place, programme, account.available)));
            }
        }
        if self.dice.chance(900) {
            return self.dice.pick(&rich).copied();
        }
        let keeper = self.market.shopkeepers.get(who)?;
        let place = zaiton_app::prepaid::partition_of(keeper.environment, keeper.id?);
        Some((place, PROGRAMMES.get(self.which()).copied()?, 20_000))
    }

    /// A merchant wants money back: mostly some of what it has.
    fn ask_withdrawal(&mut self, who: usize) {
        let Some((place, programme, available)) = self.with_money(who) else { return };
        let (environment, merchant) = (place.environment(), MerchantId::from_raw(place.owner()));
        let (amount, refused) = match self.dice.index(12) {
            0 => (0, Some("")),
            1 => (-self.dice.between(1, 50_000), Some("")),
            2 => (9_999, None),
            3 => (available + 1, None),
            4 => (available, None),
            5 if available >= 300_000 => (300_000, None),
            5..=7 => (self.dice.between(10_000, 20_000.min(available)), None),
            _ => (self.dice.between(10_000, available), None),
        };
        let command = RequestWithdrawal {
            environment,
            merchant,
            programme: programme.to_owned(),
            amount: yuan(amount),
        };
        let key = format!("withdraw/{}", self.number());
        self.ask(Arc::new(command), &key, refused, Follow::Nothing);
    }

    /// Somebody does something about a withdrawal, mostly about one that is open.
    fn after_withdrawal(&mut self) {
        let mut all: Vec<(Partition, WithdrawalId, Withdrawal)> = Vec::new();
        for (place, merchant) in &self.model.merchants {
            for (id, one) in merchant.accounts.values().flat_map(|account| &account.withdrawals) {
                all.push((*place, *id, one.clone()));
            }
        }
        let open: Vec<_> = all.iter().filter(|(_, _, one)| one.is_pending()).cloned().collect();
        // Whoever owes is asked now and then, and refused.
        let owes = |place: &Partition, id: &WithdrawalId| {
            let accounts = self.model.merchants.get(place).map(|of| of.accounts.values());
            accounts.is_some_and(|mut of| of.any(|of| of.withdrawals.contains_key(id) && of.owed() > 0))
        };
        let able: Vec<_> = open.iter().filter(|(place, id, _)| !owes(place, id)).cloned().collect();
        let open = if self.dice.chance(850) && !able.is_empty() { able } else { open };
        let list = if self.dice.chance(900) { &open } else { &all };
        let Some((place, withdrawal, one)) = self.dice.pick(list).cloned() else { return };
        let (environment, merchant) = (place.environment(), MerchantId::from_raw(place.owner()));
        let kind = self.dice.index(if one.agreed.is_empty() { 60 } else { 24 });
        let cancel = CancelWithdrawal { environment, merchant, withdrawal };
        match (&one.state, kind) {
            (_, 0) if self.dice.chance(400) => self.as_merchant(Arc::new(cancel), None),
            (State::Sent { .. }, 1) => self.as_merchant(Arc::new(cancel), None),
            (State::Requested | State::Approved, 1) => {
                let reason = if self.dice.chance(800) { "suspicious" } else { "not a code" };
                let refused = reason.contains(' ').then_some("");
                let reject =
                    RejectWithdrawal { environment, merchant, withdrawal, reason: reason.to_owned() };
                self.as_somebody(Arc::new(reject), refused);
            }
            (State::Requested, 2) => {
                let approve = ApproveWithdrawal { environment, merchant, withdrawal, role: Role::Operations };
                self.as_merchant(Arc::new(approve), Some(""));
            }
            (State::Requested, _) => {
                let role = if self.dice.chance(50) {
                    Role::Finance
                } else {
                    one.next_role().unwrap_or(Role::Finance)
                };
                self.as_somebody(
                    Arc::new(ApproveWithdrawal { environment, merchant, withdrawal, role }),
                    None,
                );
            }
            (State::Approved | State::Paid, _) | (State::Sent { .. }, 2..=6) | (State::Manual(_), 1) => {
                if let Some(bank_account) = self.paying_account(environment) {
                    let send = SendWithdrawal { environment, merchant, withdrawal, bank_account };
                    self.as_somebody(Arc::new(send), None);
                }
            }
            (State::Manual(Cause::Failed), 2..=12) | (State::Manual(Cause::TimedOut), 2..=4) => {
                if let Some(bank_account) = self.paying_account(environment) {
                    let retry = RetryWithdrawal { environment, merchant, withdrawal, bank_account };
                    let refused =
                        (one.state == State::Manual(Cause::TimedOut) && self.is_dead(&one)).then_some("");
                    self.as_somebody(Arc::new(retry), refused);
                }
            }
            (State::Manual(_), _) => self.reverse(environment, merchant, withdrawal, &one),
            _ => {}
        }
    }

    fn as_merchant(&mut self, command: Arc<dyn AnyCommand>, refused: Option<&'static str>) {
        let key = format!("withdrawal/{}", self.number());
        self.ask_as(merchants_actor(), command, &key, refused, Follow::Nothing);
    }

    fn as_somebody(&mut self, command: Arc<dyn AnyCommand>, refused: Option<&'static str>) {
        let (key, person) = (format!("withdrawal/{}", self.number()), self.somebody());
        self.ask_as(person, command, &key, refused, Follow::Nothing);
    }

    /// An account that may pay; seldom one of our own money, which may not.
    fn paying_account(&mut self, environment: Environment) -> Option<BankAccountId> {
        let own = self.dice.chance(50);
        let books =
            self.market.banks.iter().filter(|book| book.environment == environment && book.own == own);
        let ids: Vec<_> = books.filter_map(|book| book.id).collect();
        self.dice.pick(&ids).copied()
    }

    /// The bank has said that its payment is never paid.
    fn is_dead(&self, one: &Withdrawal) -> bool {
        let fates = |book: &super::banks::BankBook| one.payment.and_then(|id| book.fates.get(&id).copied());
        self.market.banks.iter().filter_map(fates).any(|fate| fate == Fate::Dead)
    }

    /// A person gives the money back. Where the bank was silent it is asked first, and says in writing that nothing left or will;
    /// now and then that proves false, and it pays.
    fn reverse(
        &mut self,
        environment: Environment,
        merchant: MerchantId,
        withdrawal: WithdrawalId,
        one: &Withdrawal,
    ) {
        let mut evidence = String::new();
        if one.state == State::Manual(Cause::TimedOut) && self.dice.chance(900) {
            let Some(payment) = one.payment else { return };
            let mut has = None;
            for (at, book) in self.market.banks.iter().enumerate() {
                let place = book.id.map(|id| zaiton_app::bank::partition_of(book.environment, id));
                let bank = place.and_then(|place| self.model.banks.get(&place));
                if bank.is_some_and(|bank| bank.at_the_bank().contains(&payment)) {
                    has = Some((at, book.fates.get(&payment).copied()));
                }
            }
            match has {
                Some((at, None | Some(Fate::Lost | Fate::Dead | Fate::Promised))) => {
                    let word = if self.dice.chance(600) { Fate::Promised } else { Fate::Dead };
                    self.set_fate(at, payment, word);
                }
                _ => return,
            }
            evidence = "letter of the bank".to_owned();
        }
        let reverse = ReverseWithdrawal { environment, merchant, withdrawal, evidence };
        let (key, mut person) = (format!("withdrawal/{}", self.number()), self.somebody());
        while one.had_part(person.name()) && self.dice.chance(800) {
            person = self.somebody();
        }
        self.ask_as(person, Arc::new(reverse), &key, None, Follow::Nothing);
    }

    /// Somebody gives back a withdrawal that waits for a person.
    pub(crate) fn give_back(&mut self) {
        let mut all = Vec::new();
        for (place, merchant) in &self.model.merchants {
            let withdrawals = merchant.accounts.values().flat_map(|account| &account.withdrawals);
            let manual = withdrawals.filter(|(_, one)| matches!(one.state, State::Manual(_)));
            all.extend(manual.map(|(id, one)| (*place, *id, one.clone())));
        }
        if let Some((place, withdrawal, one)) = self.dice.pick(&all).cloned() {
            self.reverse(place.environment(), MerchantId::from_raw(place.owner()), withdrawal, &one);
        }
    }

    /// One step of binding another card, or of verifying the same one anew.
    fn change_card(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant), company) = (keeper.environment, keeper.id, keeper.company) else {
            return;
        };
        let which = self.which();
        let programme = PROGRAMMES.get(which).copied().unwrap_or_default().to_owned();
        let of = self.model.merchants.get(&zaiton_app::prepaid::partition_of(environment, merchant));
        let account = of.and_then(|of| of.accounts.get(&programme_id(&programme).raw()));
        let Some(asked) = account.map(|account| account.card_asked.is_some()) else { return };
        let in_force = account.is_some_and(|account| account.card.in_force);
        if asked && self.dice.chance(800) {
            return self.as_somebody(Arc::new(ConfirmCard { environment, merchant, programme }), None);
        }
        if in_force && self.dice.chance(600) {
            return;
        }
        let (good, same) = (self.dice.chance(800), self.dice.chance(500));
        let other = company.wrong.first().copied().unwrap_or("");
        let holder = if good { company.name } else { other };
        let account_no = if same { format!("6217{who}") } else { format!("6218{}", self.number()) };
        let wire_account = WireAccount {
            bank: "中国建设银行".into(),
            account_no,
            holder: holder.into(),
            in_force: true,
            source: CardSource::Supplier,
        };
        let command = Arc::new(ProposeCard { environment, merchant, programme, wire_account });
        let refused = if good { None } else { Some("") };
        if self.dice.chance(500) {
            self.as_merchant(command, refused)
        } else {
            self.as_somebody(command, refused)
        }
    }
}
