//! The people of a simulated world: merchants that open accounts, set alerts, ask for top-ups, are charged and given back. They
//! know only what they were told. What banks and shops send is next door.

use std::sync::Arc;

use zaiton_app::bank::account::OpenBankAccount;
use zaiton_app::bank::line::AllocateLine;
use zaiton_app::names::{ClaimName, NameReply};
use zaiton_app::onboarding::RegisterMerchant;
use zaiton_app::policy::commands::PolicyReply;
use zaiton_app::prepaid::account::{AccountReply, OpenAccount, SetAlerts};
use zaiton_app::prepaid::charge::HoldReply;
use zaiton_app::prepaid::promotion::PromotionReply;
use zaiton_app::prepaid::top_up::{CancelTopUp, RequestTopUp, TopUpReply};
use zaiton_bank::{BankAccountId, LineId};
use zaiton_kernel::{Currency, Environment, Id, Money};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::{AlertLines, CardSource, Contact, WireAccount};
use zaiton_prepaid::{AccountId, HoldId, PromotionId, TopUpId};

use super::banks::BankBook;
use super::buyers::Purchase;
use super::contacts::contact;
use super::governors::{LEAST_TOP_UP, LOWEST_LINE};
use super::names::{COMPANIES, Company};
use super::shops::ShopOrder;
use super::{Found, World};

/// The programmes of a world.
pub(crate) const PROGRAMMES: [&str; 2] = ["baitiao", "xinpin"];
/// Amounts that merchants top up: few, so that requests look alike.
const TOP_UPS: [i64; 5] = [300_000, 300_001, 500_000, 800_000, 1_200_000];

pub(crate) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

/// What is learnt from an answer.
#[derive(Clone, Debug)]
pub(crate) enum Follow {
    Nothing,
    MerchantNamed(usize),
    AccountOpened(usize, usize),
    CodeAsked(usize, usize),
    ContactProved(usize, usize),
    TopUpAsked(usize),
    Charged(usize),
    /// Told of an order that may be placed later.
    Kept(usize),
    Drafted(usize),
    BankNamed(usize),
    /// New figures, and who asked for them.
    FiguresAsked(Environment, String),
}

/// A merchant, as it knows itself.
pub(crate) struct Shopkeeper {
    pub(crate) environment: Environment,
    pub(crate) company: &'static Company,
    code: String,
    pub(crate) id: Option<MerchantId>,
    pub(crate) accounts: [Option<AccountId>; 2],
    /// Which of its contacts told the right code.
    pub(crate) proved: Vec<usize>,
    pub(crate) top_ups: Vec<AskedTopUp>,
    pub(crate) holds: Vec<HoldId>,
    pub(crate) orders: Vec<ShopOrder>,
    pub(crate) promotions: Vec<PromotionId>,
    /// Orders that something was told of before they were placed.
    pub(crate) early: Vec<String>,
}

/// A top-up that waits for its wire.
#[derive(Clone, Debug)]
pub(crate) struct AskedTopUp {
    pub(crate) id: TopUpId,
    pub(crate) amount: Money,
    pub(crate) remark_code: String,
}

/// Everybody.
#[derive(Default)]
pub(crate) struct Market {
    pub(crate) shopkeepers: Vec<Shopkeeper>,
    pub(crate) banks: Vec<BankBook>,
    pub(crate) purchases: Vec<Purchase>,
    pub(crate) numbers: u64,
}

impl World {
    /// Two to six merchants, and a bank account or two in each environment.
    pub(crate) fn populate(&mut self) {
        let merchants = 2 + self.dice.index(5);
        for (at, company) in COMPANIES.iter().take(merchants).enumerate() {
            let environment = if self.dice.chance(300) { Environment::Sandbox } else { Environment::Live };
            self.market.shopkeepers.push(Shopkeeper {
                environment,
                company,
                code: format!("shop-{at}"),
                id: None,
                accounts: [None; 2],
                proved: Vec::new(),
                top_ups: Vec::new(),
                holds: Vec::new(),
                orders: Vec::new(),
                promotions: Vec::new(),
                early: Vec::new(),
            });
        }
        for environment in [Environment::Live, Environment::Sandbox] {
            for nth in 0..1 + self.dice.index(2) {
                self.market.banks.push(BankBook::new(environment, format!("62220210{nth}"), false));
            }
            self.market.banks.push(BankBook::new(environment, "622202555".into(), true));
        }
    }

    /// A number that was not used yet.
    pub(crate) fn number(&mut self) -> u64 {
        self.market.numbers += 1;
        self.market.numbers
    }

    /// Somebody does something.
    pub(crate) fn people(&mut self) -> Found {
        let who = self.dice.index(self.market.shopkeepers.len());
        let weights = [3, 2, 4, 10, 9, 46, 36, 44, 3, 8, 3, 20, 6, 4, 4, 40, 24, 5, 14, 6, 11, 12, 14, 9];
        match self.dice.weighed(&weights) {
            0 => self.found(who),
            1 => self.open_bank(),
            2 => self.ask_top_up(who),
            3 => self.wire(who),
            4 => self.statement(),
            5 => self.shop(who),
            6 => self.charge(who),
            7 => self.change_hold(who),
            8 => self.cancel(who),
            9 => self.remember(),
            10 => return self.allocate_by_hand(who),
            11 => self.promote(who),
            12 => self.restrict_or_close(),
            13 => self.after_parked(),
            14 => self.after_held(),
            15 => self.pay_out(who),
            16 => self.say_what_lines_are(),
            17 => self.bank_moves_ours(),
            18 => self.write_off(),
            19 => self.govern(),
            20 => self.prove(who),
            21 => self.move_lines(who),
            22 => self.after_orders(who),
            _ => self.buyer(who),
        }
        Ok(())
    }

    /// One programme is more in use than the other.
    pub(crate) fn which(&mut self) -> usize {
        usize::from(self.dice.chance(250))
    }

    /// The next step of becoming a merchant with accounts.
    pub(crate) fn found(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, company, code) = (keeper.environment, keeper.company, keeper.code.clone());
        let Some(merchant) = keeper.id else {
            let claim = ClaimName { environment, kind: "merchant".into(), name: code.clone() };
            let number = self.number();
            let key = format!("claim/{code}/{number}");
            return self.ask(Arc::new(claim), &key, None, Follow::MerchantNamed(who));
        };
        let accounts = keeper.accounts;
        let register = RegisterMerchant {
            environment,
            merchant,
            code: code.clone(),
            name: company.name.chars().take(2).collect(),
            company: company.name.into(),
            supply: zaiton_onboarding::Supply::SelfRun,
        };
        self.ask(Arc::new(register), &format!("register/{code}"), None, Follow::Nothing);
        let which = self.which();
        if accounts.get(which).is_some_and(Option::is_none) {
            self.open_account(who, which, merchant);
        }
        if self.market.shopkeepers.get(who).is_some_and(|keeper| keeper.proved.is_empty()) {
            self.prove(who);
        }
        self.set_alerts(who, which, environment, merchant);
    }

    fn open_account(&mut self, who: usize, which: usize, merchant: MerchantId) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, company) = (keeper.environment, keeper.company);
        let good = self.dice.chance(700);
        let in_force = good || self.dice.chance(500);
        let other = company.wrong.first().copied().unwrap_or("");
        let right = self.dice.pick(company.right).copied().unwrap_or(company.name);
        let wire_account = WireAccount {
            bank: "中国建设银行".into(),
            account_no: format!("6217{who}"),
            holder: if good || !in_force { right.to_owned() } else { other.to_owned() },
            in_force,
            source: CardSource::Supplier,
        };
        let programme = PROGRAMMES.get(which).copied().unwrap_or_default().to_owned();
        let open = OpenAccount { environment, merchant, programme, currency: Currency::CNY, wire_account };
        let number = self.number();
        let refused = if good { None } else { Some("") };
        self.ask(Arc::new(open), &format!("open/{number}"), refused, Follow::AccountOpened(who, which));
    }

    /// A merchant that is known changes its lines.
    fn move_lines(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let which = self.which();
        if self.dice.chance(250) {
            self.prove(who);
        }
        self.set_alerts(who, which, environment, merchant);
    }

    fn set_alerts(&mut self, who: usize, which: usize, environment: Environment, merchant: MerchantId) {
        let proved = self.market.shopkeepers.get(who).map(|keeper| keeper.proved.clone()).unwrap_or_default();
        // Before anybody is proved they try all the same, and are refused.
        let at = self.dice.pick(&proved).copied().unwrap_or(0);
        let good = contact(at);
        let at = self.dice.index(14);
        let suspend = self.figures(environment).suspend_below_minor + self.dice.between(0, 50_000);
        let most = if self.dice.chance(500) { 200_000 } else { 2_000_000 };
        let warning = suspend + self.dice.between(0, most);
        let (warning, suspend, contacts) = match at {
            0 => (warning, suspend, vec![]),
            1 => (warning, suspend, vec![good; 4]),
            2 => (warning, suspend, vec![Contact { mobile: Some("13900000000".into()), ..good }]),
            3 => (warning, suspend, vec![Contact { email: None, mobile: None }]),
            4 => (suspend - 1, suspend, vec![good]),
            5 => (warning, LOWEST_LINE - 1, vec![good]),
            _ => (warning, suspend, vec![good; 1 + self.dice.index(3)]),
        };
        let lines = AlertLines { warning: yuan(warning), suspend: yuan(suspend), contacts };
        let programme = PROGRAMMES.get(which).copied().unwrap_or_default().to_owned();
        let alerts = SetAlerts { environment, merchant, programme, lines };
        let number = self.number();
        let refused = if at < 6 { Some("") } else { None };
        self.ask(Arc::new(alerts), &format!("alerts/{number}"), refused, Follow::Nothing);
    }

    pub(crate) fn open_bank(&mut self) {
        let at = self.dice.index(self.market.banks.len());
        let Some(book) = self.market.banks.get(at) else { return };
        let (environment, number, own) = (book.environment, book.number.clone(), book.own);
        let Some(bank_account) = book.id else {
            let claim = ClaimName { environment, kind: "bank_account".into(), name: number.clone() };
            let key = format!("claim/{number}/{}", self.number());
            return self.ask(Arc::new(claim), &key, None, Follow::BankNamed(at));
        };
        let open = OpenBankAccount {
            environment,
            bank_account,
            number: number.clone(),
            holder: "刺桐平台科技有限公司".into(),
            bank: "中国工商银行".into(),
            currency: Currency::CNY,
            client_money: !own,
        };
        self.ask(Arc::new(open), &format!("bank/{number}"), None, Follow::Nothing);
    }

    pub(crate) fn ask_top_up(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return self.found(who) };
        let (small, edge) = (self.dice.chance(80), self.dice.chance(100));
        let least = self.figures(environment).topup_min_minor;
        let amount = if small {
            yuan(self.dice.between(-1, LEAST_TOP_UP - 1))
        } else if edge {
            yuan(least - i64::from(self.dice.chance(300)))
        } else {
            yuan(self.dice.pick(&TOP_UPS).copied().unwrap_or(300_000))
        };
        let programme = PROGRAMMES.get(self.which()).copied().unwrap_or_default().to_owned();
        let request = RequestTopUp { environment, merchant, programme, amount };
        let number = self.number();
        let refused = if small { Some("") } else { None };
        self.ask(Arc::new(request), &format!("top-up/{number}"), refused, Follow::TopUpAsked(who));
    }

    fn cancel(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let Some(top_up) = self.dice.pick(&keeper.top_ups).map(|asked| asked.id) else { return };
        let number = self.number();
        let cancel = CancelTopUp { environment, merchant, top_up };
        self.ask(Arc::new(cancel), &format!("cancel/{number}"), None, Follow::Nothing);
    }

    /// A person gives a line to a request, rightly or not.
    fn allocate_by_hand(&mut self, who: usize) -> Found {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return Ok(()) };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return Ok(()) };
        let mut lines: Vec<(BankAccountId, i64, Option<i64>)> = Vec::new();
        for (partition, bank) in &self.model.banks {
            if partition.environment() == environment {
                let account = BankAccountId::from_raw(partition.owner());
                lines.extend(bank.lines.keys().map(|id| (account, *id, None)));
            }
        }
        // Best of all a line that a request of this merchant is in review for.
        for account in self.model.merchants.values().flat_map(|merchant| merchant.accounts.values()) {
            for (top_up, state) in &account.top_ups {
                if let super::model::TopUpState::InReview(line) = state.state
                    && let Some(known) = lines.iter_mut().find(|(_, id, _)| *id == line)
                {
                    known.2 = Some(top_up.raw());
                }
            }
        }
        let Some((bank_account, line, in_review)) = self.dice.pick(&lines).copied() else { return Ok(()) };
        let mine = self.dice.pick(&keeper.top_ups).map(|asked| asked.id);
        let meant = in_review.map(TopUpId::from_raw);
        let meant = meant.filter(|meant| keeper.top_ups.iter().any(|asked| asked.id == *meant));
        let Some(top_up) = meant.or(mine) else { return Ok(()) };
        let line = LineId::from_raw(line);
        let allocate = AllocateLine { environment, bank_account, line, top_up, merchant };
        let key = format!("by-hand/{}", self.number());
        self.ask(Arc::new(allocate), &key, None, Follow::Nothing);
        Ok(())
    }

    /// Somebody was told that something was done.
    pub(crate) fn learn(&mut self, follow: &Follow, reply: &str) -> Found {
        let bad = |error: serde_json::Error| format!("a reply cannot be read: {error}: {reply}");
        match follow {
            Follow::Nothing => {}
            Follow::MerchantNamed(who) => {
                let named: NameReply = serde_json::from_str(reply).map_err(bad)?;
                if let Some(keeper) = self.market.shopkeepers.get_mut(*who) {
                    keeper.id = Some(MerchantId::from_raw(named.owner));
                }
            }
            Follow::BankNamed(at) => {
                let named: NameReply = serde_json::from_str(reply).map_err(bad)?;
                if let Some(book) = self.market.banks.get_mut(*at) {
                    book.id = Some(BankAccountId::from_raw(named.owner));
                }
            }
            Follow::AccountOpened(who, which) => {
                let opened: AccountReply = serde_json::from_str(reply).map_err(bad)?;
                let keeper = self.market.shopkeepers.get_mut(*who);
                if let Some(account) = keeper.and_then(|keeper| keeper.accounts.get_mut(*which)) {
                    *account = Some(opened.account);
                }
            }
            Follow::CodeAsked(who, at) => self.tell_code(*who, *at),
            Follow::ContactProved(who, at) => {
                let proved = self.market.shopkeepers.get_mut(*who).map(|keeper| &mut keeper.proved);
                if let Some(proved) = proved.filter(|proved| !proved.contains(at)) {
                    proved.push(*at);
                }
            }
            Follow::TopUpAsked(who) => {
                let asked: TopUpReply = serde_json::from_str(reply).map_err(bad)?;
                let (id, amount, remark_code) = (asked.top_up, asked.amount, asked.remark_code);
                if let Some(keeper) = self.market.shopkeepers.get_mut(*who) {
                    keeper.top_ups.push(AskedTopUp { id, amount, remark_code });
                }
            }
            Follow::FiguresAsked(environment, maker) => {
                let asked: PolicyReply = serde_json::from_str(reply).map_err(bad)?;
                self.figures_asked(*environment, asked.policy, maker);
            }
            Follow::Drafted(who) => {
                let drafted: PromotionReply = serde_json::from_str(reply).map_err(bad)?;
                self.drafted(*who, drafted.promotion);
            }
            Follow::Charged(who) | Follow::Kept(who) => {
                let charged: HoldReply = serde_json::from_str(reply).map_err(bad)?;
                if let Some(keeper) = self.market.shopkeepers.get_mut(*who) {
                    keeper.holds.push(charged.hold);
                }
            }
        }
        Ok(())
    }
}
