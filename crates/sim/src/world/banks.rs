//! The banks of a simulated world: wires as payers write them, and statements as banks send them: overlapping, late, twice,
//! changed, or wrong in their sums.

use std::collections::BTreeMap;
use std::sync::Arc;

use zaiton_app::bank::statement::RecordStatement;
use zaiton_bank::BankAccountId;
use zaiton_bank::statement::{LineDraft, StatementDraft};
use zaiton_engine::Clock;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Environment, LocalDate, Money};

use super::World;
use super::market::{Follow, yuan};
use super::payers::Fate;

/// One of our bank accounts, as the bank keeps it.
pub(crate) struct BankBook {
    pub(crate) environment: Environment,
    pub(crate) number: String,
    pub(crate) id: Option<BankAccountId>,
    /// It holds our own money, and not that of merchants.
    pub(crate) own: bool,
    /// What the bank did about payments of ours.
    pub(crate) fates: BTreeMap<i64, Fate>,
    pub(crate) lines: Vec<LineDraft>,
    /// Lines that a statement has told.
    told: usize,
    statements: u32,
    /// Statements that come late.
    late: Vec<StatementDraft>,
    /// Statements that were sent.
    sent: Vec<StatementDraft>,
}

impl BankBook {
    pub(crate) fn new(environment: Environment, number: String, own: bool) -> Self {
        Self {
            environment,
            number,
            id: None,
            own,
            fates: BTreeMap::new(),
            lines: Vec::new(),
            told: 0,
            statements: 0,
            late: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn balance(&self, before: usize) -> Money {
        let signed = |line: &LineDraft| match (line.booked, line.credit) {
            (false, _) => 0,
            (true, true) => line.amount.minor(),
            (true, false) => -line.amount.minor(),
        };
        yuan(10_000_000 + self.lines.iter().take(before).map(signed).sum::<i64>())
    }

    /// A statement over some of the lines.
    fn statement(&mut self, from: usize, to: usize, today: LocalDate) -> StatementDraft {
        self.statements += 1;
        let mut lines: Vec<LineDraft> = self.lines.get(from..to).unwrap_or_default().to_vec();
        for (line, ordinal) in lines.iter_mut().zip(1..) {
            line.ordinal = ordinal;
        }
        let first = lines.first().map_or(today, |line| line.booking_date);
        StatementDraft {
            account_number: self.number.clone(),
            currency: Currency::CNY,
            statement_id: format!("S{}", self.statements),
            sequence: Some(i64::from(self.statements)),
            from: first,
            to: today,
            opening: Some(self.balance(from)),
            closing: Some(self.balance(to)),
            lines,
        }
    }
}

impl World {
    /// A wire reaches the bank: the right one, or one of many wrong ones.
    pub(crate) fn wire(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, company, len) = (keeper.environment, keeper.company, keeper.top_ups.len());
        let newest = len.saturating_sub(1 + self.dice.index(3));
        let asked = self.market.shopkeepers.get(who).and_then(|keeper| keeper.top_ups.get(newest)).cloned();
        let mut amount = asked.as_ref().map_or(yuan(300_000), |asked| asked.amount);
        let code = asked.map_or(String::new(), |asked| asked.remark_code);
        let mut payer = match self.dice.index(2) {
            0 => company.name,
            _ => self.dice.pick(company.right).copied().unwrap_or(company.name),
        };
        let spaced = |code: &str| code.chars().flat_map(|letter| [letter, ' ']).collect::<String>();
        let mut remark = match self.dice.index(4) {
            0 => code.clone(),
            1 => format!("充值 {} 谢谢", code.to_lowercase()),
            2 => format!("/{}/", spaced(&code)),
            _ => format!("货款{code}"),
        };
        let (mut credit, mut reversal, mut booked) = (true, false, true);
        match self.dice.index(16) {
            0 => payer = self.dice.pick(company.wrong).copied().unwrap_or(""),
            1 => amount = yuan(amount.minor() + self.dice.between(-2, 2)),
            2 | 3 => remark = String::from("货款"),
            4 => remark = code.replace('Z', "S"),
            5 => credit = false,
            6 => (credit, reversal) = (self.dice.chance(500), true),
            7 => booked = false,
            _ => {}
        }
        let banks: Vec<usize> = (0..self.market.banks.len())
            .filter(|at| {
                self.market.banks.get(*at).is_some_and(|book| book.environment == environment && !book.own)
            })
            .collect();
        let Some(at) = self.dice.pick(&banks).copied() else { return };
        let bank_reference =
            if self.dice.chance(850) { format!("REF{}", self.number()) } else { String::new() };
        let line = LineDraft {
            booked,
            reversal,
            payer_name: payer.into(),
            payer_account: format!("6217{who}"),
            remark,
            bank_reference,
            ..self.line(environment, amount, credit)
        };
        let twice = self.dice.chance(60);
        self.trace
            .act(format!("wire of {amount} from {payer:?} for {code}{}", if twice { ", twice" } else { "" }));
        let Some(book) = self.market.banks.get_mut(at) else { return };
        if twice {
            book.lines.push(line.clone());
        }
        book.lines.push(line);
    }

    /// A line of today that says nothing.
    pub(crate) fn line(&self, environment: Environment, amount: Money, credit: bool) -> LineDraft {
        let date = self.clock.now(environment).date_in(&Zone::shanghai());
        LineDraft {
            ordinal: 0,
            booked: true,
            amount,
            credit,
            reversal: false,
            booking_date: date,
            value_date: date,
            payer_name: String::new(),
            payer_account: String::new(),
            remark: String::new(),
            bank_reference: String::new(),
            end_to_end: String::new(),
            return_of: String::new(),
        }
    }

    /// The bank sends a statement.
    pub(crate) fn statement(&mut self) {
        let told = |book: &BankBook| book.told == book.lines.len();
        let untold: Vec<usize> = (0..self.market.banks.len())
            .filter(|at| self.market.banks.get(*at).is_some_and(|book| !told(book)))
            .collect();
        let any = self.dice.index(self.market.banks.len());
        let at = if self.dice.chance(600) { self.dice.pick(&untold).copied().unwrap_or(any) } else { any };
        let way = self.dice.index(12);
        let back = self.dice.index(4);
        let Some(book) = self.market.banks.get_mut(at) else { return };
        let today = self.clock.now(book.environment).date_in(&Zone::shanghai());
        let (from, to) = (book.told, book.lines.len());
        let mut refused = None;
        let statement = match way {
            0 | 1 if !book.late.is_empty() => book.late.remove(0),
            2 if !book.sent.is_empty() => {
                let which = self.dice.index(book.sent.len());
                match book.sent.get(which).cloned() {
                    Some(statement) => statement,
                    None => return,
                }
            }
            3 => {
                let mut statement = book.statement(from, to, today);
                statement.closing = statement.closing.map(|closing| yuan(closing.minor() + 1));
                refused = Some("");
                statement
            }
            4 => {
                let number = format!("{}9", book.number);
                refused = Some("");
                StatementDraft { account_number: number, ..book.statement(from, to, today) }
            }
            // The same lines again, from a while before.
            5 | 6 => {
                let statement = book.statement(from.saturating_sub(back), to, today);
                book.told = to;
                statement
            }
            7 | 8 if from < to => {
                let statement = book.statement(from, to, today);
                book.told = to;
                book.late.push(statement);
                return;
            }
            _ if from == to => return,
            _ => {
                let statement = book.statement(from, to, today);
                book.told = to;
                statement
            }
        };
        self.send_statement(at, statement, refused);
    }

    fn send_statement(&mut self, at: usize, statement: StatementDraft, refused: Option<&'static str>) {
        let number = self.number();
        let Some(book) = self.market.banks.get_mut(at) else { return };
        let (environment, Some(bank_account)) = (book.environment, book.id) else {
            book.late.push(statement);
            return;
        };
        if refused.is_none() && !book.sent.contains(&statement) {
            book.sent.push(statement.clone());
        }
        // The same file under its own key, or under another.
        let key = if self.dice.chance(500) {
            format!("statement/{}/{}", statement.statement_id, u8::from(refused.is_some()))
        } else {
            format!("statement/{number}")
        };
        let command = RecordStatement { environment, bank_account, statement };
        self.ask(Arc::new(command), &key, refused, Follow::Nothing);
    }

    /// Statements that nobody took (the account was not open yet) come once more, and whatever was late.
    pub(crate) fn catch_up(&mut self) {
        for at in 0..self.market.banks.len() {
            let Some(book) = self.market.banks.get_mut(at) else { continue };
            let mut all = std::mem::take(&mut book.late);
            all.extend(book.sent.iter().cloned());
            let (from, to) = (book.told, book.lines.len());
            let today = self.clock.now(book.environment).date_in(&Zone::shanghai());
            if from < to {
                book.told = to;
                all.push(book.statement(from, to, today));
            }
            for statement in all {
                self.send_statement(at, statement, None);
            }
        }
    }
}
