//! What people of a simulated world say about bank lines (R1-15, P5r, P11d, P21, P22): one proposes, another confirms or refuses,
//! rightly or not. And what the bank does with our own money: costs that it takes, and transfers that arrive, late or twice.

use std::sync::Arc;

use zaiton_app::bank::decision::{ConfirmDecision, MeantFor, Proposal, ProposeDecision, RefuseDecision};
use zaiton_bank::line::LineDecision;
use zaiton_bank::statement::LineDraft;
use zaiton_bank::{BankAccountId, LineId};
use zaiton_engine::command::AnyCommand;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::{TopUpId, WithdrawalId};

use super::market::{Follow, yuan};
use super::model::{Line, LineState, Purpose, TopUpState, name_of};
use super::{World, count};

/// How the bank writes us.
const OURS: &str = "刺桐平台科技有限公司";
const EVIDENCE: [&str; 3] = ["case 4711", "registry: renamed", "call of the payer"];

impl World {
    /// Somebody says what a line is, or what he thinks of what another said.
    pub(crate) fn say_what_lines_are(&mut self) {
        let mut said = Vec::new();
        let mut open = Vec::new();
        for (place, bank) in &self.model.banks {
            for (id, line) in &bank.lines {
                match line.state {
                    LineState::Proposed { .. } => said.push((*place, *id, line.clone())),
                    LineState::InReview | LineState::NoReceipt => open.push((*place, *id, line.clone())),
                    LineState::Free if self.dice.chance(150) => open.push((*place, *id, line.clone())),
                    _ if self.dice.chance(10) => open.push((*place, *id, line.clone())),
                    _ => {}
                }
            }
        }
        let answers = !said.is_empty() && self.dice.chance(600);
        let list = if answers { said } else { open };
        let Some((place, id, line)) = self.dice.pick(&list).cloned() else { return };
        match (answers, self.dice.index(10)) {
            (true, 0..=6) => self.confirm(place, id, &line),
            (true, 7 | 8) => self.refuse(place, id),
            _ => self.propose(place, id, &line),
        }
    }

    fn as_decider(&mut self, command: Arc<dyn AnyCommand>, refused: Option<&'static str>) {
        let (key, person) = (format!("line/{}", self.number()), self.somebody());
        self.ask_as(person, command, &key, refused, Follow::Nothing);
    }

    fn confirm(&mut self, place: Partition, id: i64, line: &Line) {
        let (environment, bank_account) = (place.environment(), BankAccountId::from_raw(place.owner()));
        let goes_back =
            matches!(line.state, LineState::Proposed { decision: LineDecision::ReturnToPayer, .. });
        let meant_for = self.in_review_for(environment, id).filter(|_| goes_back && self.dice.chance(800));
        let meant_for = meant_for.map(|(merchant, top_up)| MeantFor { merchant, top_up });
        let payer_bank = self.dice.chance(300).then(|| "中国银行".to_owned());
        let line = LineId::from_raw(id);
        let command = ConfirmDecision { environment, bank_account, line, meant_for, payer_bank };
        self.as_decider(Arc::new(command), None);
    }

    fn refuse(&mut self, place: Partition, id: i64) {
        let (environment, bank_account) = (place.environment(), BankAccountId::from_raw(place.owner()));
        let reason = if self.dice.chance(900) { "it is something else" } else { " " };
        let refused = (reason == " ").then_some("");
        let (line, reason) = (LineId::from_raw(id), reason.to_owned());
        self.as_decider(Arc::new(RefuseDecision { environment, bank_account, line, reason }), refused);
    }

    /// The request that waits for a person because of a line.
    fn in_review_for(&self, environment: Environment, line: i64) -> Option<(MerchantId, TopUpId)> {
        let here = self.model.merchants.iter().filter(|(place, _)| place.environment() == environment);
        let mut all = here.flat_map(|(place, of)| {
            let top_ups = of.accounts.values().flat_map(|account| &account.top_ups);
            top_ups.map(|(id, top_up)| (place.owner(), *id, top_up.state))
        });
        let found = all.find(|(_, _, state)| *state == TopUpState::InReview(line));
        found.map(|(merchant, id, _)| (MerchantId::from_raw(merchant), id))
    }

    fn propose(&mut self, place: Partition, id: i64, line: &Line) {
        let environment = place.environment();
        let Some(decision) = self.proposal(place, id, line) else { return };
        let blank = self.dice.chance(40);
        let evidence = if blank { " " } else { self.dice.pick(&EVIDENCE).copied().unwrap_or_default() };
        let (bank_account, line) = (BankAccountId::from_raw(place.owner()), LineId::from_raw(id));
        let evidence = evidence.to_owned();
        let command = ProposeDecision { environment, bank_account, line, decision, evidence };
        self.as_decider(Arc::new(command), blank.then_some(""));
    }

    /// What somebody thinks that a line is.
    fn proposal(&mut self, place: Partition, id: i64, line: &Line) -> Option<Proposal> {
        let environment = place.environment();
        let own_account = self.an_account(environment)?;
        let kind = self.dice.index(20);
        if kind == 0 {
            return Some(Proposal::Arrived);
        }
        if !line.credit {
            let client = self.model.banks.get(&place).is_some_and(|bank| bank.client);
            return Some(match (client, kind) {
                (true, 1..=3) => Proposal::BankCost { own_account },
                (true, 4..=9) => Proposal::BankCost { own_account: self.open_own(environment)? },
                (true, _) => Proposal::SweepOut { own_account },
                (false, 1..=12) => Proposal::Arrived,
                (false, _) => Proposal::BankCost { own_account: BankAccountId::from_raw(place.owner()) },
            });
        }
        if line.payer == OURS && kind > 2 {
            return Some(Proposal::Arrived);
        }
        let back = self.withdrawal_of(environment, &line.return_of);
        if let Some((merchant, withdrawal)) = back
            && kind > 2
        {
            return Some(Proposal::WithdrawalReturned { merchant, withdrawal });
        }
        let meant = self.in_review_for(environment, id).or_else(|| self.some_top_up(environment));
        match (meant, kind) {
            (Some((merchant, top_up)), 1..=10) => Some(Proposal::Match { merchant, top_up }),
            (_, 11) => {
                let (merchant, withdrawal) = self.some_withdrawal(environment)?;
                Some(Proposal::WithdrawalReturned { merchant, withdrawal })
            }
            _ => Some(Proposal::ReturnToPayer),
        }
    }

    /// An account of our own money that is open.
    fn open_own(&self, environment: Environment) -> Option<BankAccountId> {
        let is_open =
            |place: &Partition| self.model.banks.get(place).is_some_and(super::model::Bank::is_open);
        let books = self.market.banks.iter().filter(|book| book.environment == environment && book.own);
        let mut ids = books.filter_map(|book| book.id);
        ids.find(|id| is_open(&zaiton_app::bank::partition_of(environment, *id)))
    }

    /// An account of our own money; seldom another one.
    fn an_account(&mut self, environment: Environment) -> Option<BankAccountId> {
        let own = self.dice.chance(920);
        let books =
            self.market.banks.iter().filter(|book| book.environment == environment && book.own == own);
        let ids: Vec<_> = books.filter_map(|book| book.id).collect();
        self.dice.pick(&ids).copied()
    }

    fn withdrawal_of(&self, environment: Environment, name: &str) -> Option<(MerchantId, WithdrawalId)> {
        let banks = self.model.banks.iter().filter(|(place, _)| place.environment() == environment);
        let mut payments = banks.flat_map(|(_, bank)| &bank.payments);
        let found = payments.find(|(id, _)| !name.is_empty() && name_of(**id) == name)?;
        match found.1.purpose {
            Purpose::Withdrawal { withdrawal, merchant } => {
                Some((MerchantId::from_raw(merchant), WithdrawalId::from_raw(withdrawal)))
            }
            Purpose::Return(_) => None,
        }
    }

    fn some_top_up(&mut self, environment: Environment) -> Option<(MerchantId, TopUpId)> {
        let keepers = self.market.shopkeepers.iter().filter(|keeper| keeper.environment == environment);
        let all: Vec<_> =
            keepers.filter_map(|keeper| Some((keeper.id?, keeper.top_ups.last()?.id))).collect();
        self.dice.pick(&all).copied()
    }

    fn some_withdrawal(&mut self, environment: Environment) -> Option<(MerchantId, WithdrawalId)> {
        let here = self.model.merchants.iter().filter(|(place, _)| place.environment() == environment);
        let all: Vec<_> = here
            .flat_map(|(place, of)| {
                let withdrawals = of.accounts.values().flat_map(|account| account.withdrawals.keys());
                withdrawals.map(|id| (MerchantId::from_raw(place.owner()), *id))
            })
            .collect();
        self.dice.pick(&all).copied()
    }

    /// The bank takes a cost, moves money that is ours, or brings what was announced: once, or twice.
    pub(crate) fn bank_moves_ours(&mut self) {
        let at = self.dice.index(self.market.banks.len());
        let Some(book) = self.market.banks.get(at) else { return };
        let (environment, Some(id)) = (book.environment, book.id) else { return };
        let Some(bank) = self.model.banks.get(&zaiton_app::bank::partition_of(environment, id)) else {
            return;
        };
        let costs = bank.lines.values().filter(|line| bank.client && line.state == LineState::Cost);
        let amounts: Vec<i64> =
            bank.halves.values().map(|(_, amount)| *amount).chain(costs.map(|line| line.amount)).collect();
        let (coming, going) = (bank.coming > 0, bank.going > 0);
        let announced = self.dice.pick(&amounts).copied();
        let (amount, credit) = match (announced, self.dice.index(4)) {
            (Some(amount), 0 | 1) if coming => (amount, true),
            (Some(amount), 0..=2) if going => (amount, false),
            _ => (self.dice.between(100, 20_000), false),
        };
        let number = self.number();
        let line = LineDraft {
            payer_name: if credit { OURS.into() } else { "银行".into() },
            payer_account: "62220255".into(),
            bank_reference: format!("OWN{number}"),
            ..self.line(environment, yuan(amount), credit)
        };
        let twice = self.dice.chance(80);
        let Some(book) = self.market.banks.get_mut(at) else { return };
        if twice {
            book.lines.push(LineDraft { bank_reference: format!("TWICE{number}"), ..line.clone() });
            count(&mut self.counts, "transfers doubled");
        }
        book.lines.push(line);
    }
}
