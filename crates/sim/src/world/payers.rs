//! Payments of a simulated world: people put them into files, release and drop those, and take payments back; the bank pays them,
//! refuses them, says nothing, pays late, sends back what it paid, and says the same twice.

use std::sync::Arc;

use zaiton_app::bank::payment::{AnswerPayment, WithdrawPayment, Word};
use zaiton_app::bank::payment_file::{DropFile, ProposeFile, ReleaseFile};
use zaiton_bank::statement::LineDraft;
use zaiton_bank::{BankAccountId, PaymentId};
use zaiton_engine::Actor;
use zaiton_engine::command::AnyCommand;
use zaiton_kernel::{Environment, Id, Partition, Text};

use super::market::{Follow, yuan};
use super::model::{PaymentState, Purpose, Withdrawal, WithdrawalState, name_of};
use super::{World, count};

/// What the bank did about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Accepted {
        settled: bool,
    },
    Refused,
    /// It lies somewhere, and may be paid late.
    Lost,
    /// The bank has said in writing that it is never paid.
    Dead,
    /// It has said so, and pays it all the same.
    Promised,
    Paid,
    Returned,
}

impl World {
    /// Somebody of the operator looks after payments and their files.
    pub(crate) fn after_payments(&mut self) {
        let busy = |bank: &&super::model::Bank| !bank.waiting.is_empty() || !bank.proposed_files().is_empty();
        let places: Vec<Partition> =
            self.model.banks.iter().filter(|(_, bank)| busy(bank)).map(|(place, _)| *place).collect();
        let Some(place) = self.dice.pick(&places).copied() else { return };
        let Some(bank) = self.model.banks.get(&place) else { return };
        let (environment, bank_account) = (place.environment(), BankAccountId::from_raw(place.owner()));
        let (waiting, proposed) = (bank.waiting.clone(), bank.proposed_files());
        let all: Vec<i64> = bank.payments.keys().copied().collect();
        let at_most = if self.dice.chance(700) { None } else { Some(self.dice.index(3)) };
        let file = self.dice.pick(&proposed).copied();
        let command: Arc<dyn AnyCommand> = match (self.dice.index(14), file) {
            (0..=4, _) | (5..=11, None) => Arc::new(ProposeFile { environment, bank_account, at_most }),
            (5..=10, Some(file)) => Arc::new(ReleaseFile { environment, bank_account, file }),
            (11, Some(file)) => Arc::new(DropFile { environment, bank_account, file }),
            (kind, _) => {
                let list = if kind == 12 { &waiting } else { &all };
                let Some(payment) = self.dice.pick(list).map(|id| PaymentId::from_raw(*id)) else { return };
                let reason = Text::new("暂不付款。", "Not to be paid yet.");
                Arc::new(WithdrawPayment { environment, bank_account, payment, reason })
            }
        };
        let (key, person) = (format!("payments/{}", self.number()), self.somebody());
        self.ask_as(person, command, &key, None, Follow::Nothing);
    }

    /// The bank does something about a payment that it has.
    pub(crate) fn bank_acts(&mut self) {
        let all = self.at_the_banks();
        let new = |(at, payment): &&(usize, i64)| {
            self.market.banks.get(*at).is_some_and(|book| !book.fates.contains_key(payment))
        };
        let fresh: Vec<_> = all.iter().filter(new).copied().collect();
        // What people gave back, though the bank may still pay it.
        let back: Vec<_> = all.iter().filter(|(at, payment)| self.is_back(*at, *payment)).copied().collect();
        let list = match self.dice.index(20) {
            0..=4 if !back.is_empty() => &back,
            5..=14 if !fresh.is_empty() => &fresh,
            _ => &all,
        };
        let Some((at, payment)) = self.dice.pick(list).copied() else { return };
        let fate = self.market.banks.get(at).and_then(|book| book.fates.get(&payment)).copied();
        match (fate, self.dice.index(20)) {
            (None, 0..=7) | (Some(Fate::Accepted { .. }), 0..=13) => self.debit(at, payment, Fate::Paid),
            (None, 8..=10) | (Some(Fate::Accepted { settled: false }), 14) => {
                self.set_fate(at, payment, Fate::Refused);
                self.bank_says(at, payment, false, false);
            }
            (None, kind @ 11..=14) => {
                self.set_fate(at, payment, Fate::Accepted { settled: kind == 11 });
                self.bank_says(at, payment, true, kind == 11);
            }
            (None, 15..=18) => self.set_fate(at, payment, Fate::Lost),
            (Some(Fate::Lost), 0..=5) => {
                count(&mut self.counts, "paid late");
                self.debit(at, payment, Fate::Paid);
            }
            (Some(Fate::Promised | Fate::Refused), 0..=9) if self.is_back(at, payment) => {
                self.break_word(at, payment);
            }
            (Some(Fate::Promised), 0) => self.debit(at, payment, Fate::Paid),
            (Some(Fate::Refused), 0..=2) => self.bank_says(at, payment, false, false),
            (Some(Fate::Refused), 3) => {
                count(&mut self.counts, "paid after a no");
                self.debit(at, payment, Fate::Refused);
            }
            (Some(Fate::Paid), 0..=3) => self.send_back(at, payment),
            (Some(Fate::Paid), 4) => self.bank_says(at, payment, true, true),
            (Some(Fate::Paid), 5) => {
                count(&mut self.counts, "paid twice by the bank");
                self.debit(at, payment, Fate::Paid);
            }
            (Some(Fate::Paid), 6) if self.is_booked(at, payment) => self.bank_says(at, payment, false, false),
            _ => {}
        }
    }

    /// The payments that a bank has in a file, by the bank.
    fn at_the_banks(&self) -> Vec<(usize, i64)> {
        let mut all = Vec::new();
        for (at, book) in self.market.banks.iter().enumerate() {
            let place = book.id.map(|id| zaiton_app::bank::partition_of(book.environment, id));
            let bank = place.and_then(|place| self.model.banks.get(&place));
            all.extend(bank.iter().flat_map(|bank| bank.at_the_bank()).map(|payment| (at, payment)));
        }
        all
    }

    /// The bank pays what it had refused, or had said in writing that it never pays, and the money was given back since (K-65).
    fn break_word(&mut self, at: usize, payment: i64) {
        let fate = self.market.banks.get(at).and_then(|book| book.fates.get(&payment)).copied();
        let what = match fate {
            Some(Fate::Promised) => "letters of the bank that proved false",
            Some(Fate::Refused) => "refusals of the bank that proved false",
            None | Some(Fate::Accepted { .. } | Fate::Lost | Fate::Dead | Fate::Paid | Fate::Returned) => {
                return;
            }
        };
        count(&mut self.counts, what);
        self.debit(at, payment, Fate::Paid);
    }

    /// The end: more of what a bank had said proves false.
    pub(crate) fn break_words(&mut self) {
        for (at, payment) in self.at_the_banks() {
            if self.is_back(at, payment) && self.dice.chance(600) {
                self.break_word(at, payment);
            }
        }
    }

    pub(crate) fn set_fate(&mut self, at: usize, payment: i64, fate: Fate) {
        if let Some(book) = self.market.banks.get_mut(at) {
            book.fates.insert(payment, fate);
        }
        self.trace.act(format!("the bank: {payment} is {fate:?}"));
    }

    fn known(&self, at: usize, payment: i64) -> Option<(Environment, BankAccountId, super::model::Payment)> {
        let book = self.market.banks.get(at)?;
        let id = book.id?;
        let bank = self.model.banks.get(&zaiton_app::bank::partition_of(book.environment, id))?;
        Some((book.environment, id, bank.payments.get(&payment)?.clone()))
    }

    fn is_booked(&self, at: usize, payment: i64) -> bool {
        self.known(at, payment).is_some_and(|(_, _, known)| matches!(known.state, PaymentState::Paid(_)))
    }

    /// Its debit; the bank's own reference makes each another line.
    fn debit(&mut self, at: usize, payment: i64, fate: Fate) {
        let Some((environment, _, known)) = self.known(at, payment) else { return };
        if self.is_timed_out(&known.purpose, environment) {
            count(&mut self.counts, "paid after the time-out");
        }
        self.set_fate(at, payment, fate);
        let number = self.number();
        let line = LineDraft {
            payer_name: "商户".into(),
            bank_reference: format!("OUT{number}"),
            end_to_end: name_of(payment),
            ..self.line(environment, yuan(known.amount), false)
        };
        if let Some(book) = self.market.banks.get_mut(at) {
            book.lines.push(line);
        }
    }

    fn is_timed_out(&self, purpose: &Purpose, environment: Environment) -> bool {
        let timed_out = WithdrawalState::Manual(zaiton_prepaid::withdrawal::Cause::TimedOut);
        self.paid_by(purpose, environment).is_some_and(|one| one.state == timed_out)
    }

    /// A person gave its money back to the merchant, and the bank has not paid it.
    fn is_back(&self, at: usize, payment: i64) -> bool {
        let Some((environment, _, known)) = self.known(at, payment) else { return false };
        let unpaid = !matches!(known.state, PaymentState::Paid(_));
        let one = self.paid_by(&known.purpose, environment).filter(|_| unpaid);
        one.is_some_and(|one| matches!(one.state, WithdrawalState::Reversed { .. }))
    }

    /// The withdrawal that a payment is for.
    fn paid_by(&self, purpose: &Purpose, environment: Environment) -> Option<&Withdrawal> {
        let Purpose::Withdrawal { withdrawal, .. } = *purpose else { return None };
        let here = self.model.merchants.iter().filter(|(place, _)| place.environment() == environment);
        let mut all = here.flat_map(|(_, of)| of.accounts.values()).flat_map(|of| &of.withdrawals);
        all.find(|(id, _)| id.raw() == withdrawal).map(|(_, one)| one)
    }

    /// What was paid comes back, mostly all of it, from a name that the bank writes.
    fn send_back(&mut self, at: usize, payment: i64) {
        let Some((environment, _, known)) = self.known(at, payment) else { return };
        self.set_fate(at, payment, Fate::Returned);
        let company = match known.purpose {
            Purpose::Withdrawal { merchant, .. } => {
                let is_it = |of: &&super::market::Shopkeeper| of.id.is_some_and(|id| id.raw() == merchant);
                self.market.shopkeepers.iter().find(is_it).map_or("", |of| of.company.name)
            }
            Purpose::Return(_) => "",
        };
        let amount = if self.dice.chance(850) { known.amount } else { known.amount + 1 };
        let (payer, number) = (if self.dice.chance(500) { company } else { "退汇" }, self.number());
        let return_of = if self.dice.chance(950) { name_of(payment) } else { "PYUNKNOWN".into() };
        let line = LineDraft {
            payer_name: payer.into(),
            payer_account: "62179999".into(),
            bank_reference: format!("BACK{number}"),
            return_of,
            ..self.line(environment, yuan(amount), true)
        };
        if let Some(book) = self.market.banks.get_mut(at) {
            book.lines.push(line);
        }
    }

    fn bank_says(&mut self, at: usize, payment: i64, yes: bool, settled: bool) {
        let Some((environment, bank_account, known)) = self.known(at, payment) else { return };
        let (payment, number) = (PaymentId::from_raw(payment), self.number());
        let word = if yes {
            Word::Accepted { settled }
        } else {
            Word::Rejected { code: "AC01".into(), text: "account unknown".into() }
        };
        let refused = (!yes && matches!(known.state, PaymentState::Paid(_))).then_some("");
        let command = AnswerPayment { environment, bank_account, payment, word };
        let key = format!("answer/{number}");
        self.ask_as(Actor::new("bank"), Arc::new(command), &key, refused, Follow::Nothing);
    }
}
