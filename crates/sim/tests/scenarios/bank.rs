//! Our bank: an account of ours and the statements that tell what came in. Keeps the balance, so that every statement foots.
//! Knows nothing of what a line is for.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zaiton_bank::BankAccountId;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Id, Money};

use crate::page::Step;
use crate::story::Story;
use crate::tell;
use crate::verbs::{OPERATOR, money, variable, word};

/// What our bank has told of an account.
pub(crate) struct Book {
    number: String,
    balance: i64,
    /// Statements by their names, as they were sent.
    sent: BTreeMap<String, Value>,
}

/// Who gives the bank's files to the program.
const BANK: &str = "bank-import";

impl Story {
    /// `account $name NUMBER`: opens an account of ours for client money.
    pub(crate) fn bank(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let (name, number, client) = match words.as_slice() {
            ["account", name, number] => (name, number, true),
            ["account", name, number, "own"] => (name, number, false),
            _ => return Err("bank account $name NUMBER [own]".into()),
        };
        let name = variable(name)?;
        let account = BankAccountId::from_raw(self.claim("bank_account", number)?).to_string();
        self.names.keep(name, &account);
        let body = json!({
            "bank_account": account, "number": number, "holder": "刺桐平台科技有限公司", "bank": "中国工商银行",
            "currency": "CNY", "client_money": client,
        });
        self.must("bank.open_account", &body, OPERATOR)?;
        let book = Book { number: (*number).to_owned(), balance: 10_000_000, sent: BTreeMap::new() };
        self.books.insert(name.to_owned(), book);
        Ok(Vec::new())
    }

    /// `NAME of $bank [again]`, and below it a line a receipt: `AMOUNT from PAYER [remark TEXT] [reference TEXT]`.
    pub(crate) fn statement(&mut self, rest: &str, step: &Step) -> Result<Vec<String>, String> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let (name, bank, how) = match words.as_slice() {
            [name, "of", bank] => (*name, *bank, ""),
            [name, "of", bank, how @ ("again" | "unsent")] => (*name, *bank, *how),
            _ => return Err("statement NAME of $bank [again|unsent]".into()),
        };
        let again = how == "again";
        let mut lines = Vec::new();
        for line in step.rest() {
            lines.push(self.receipt(name, lines.len() + 1, line)?);
        }
        let account = self.names.fill(bank)?;
        let today = self.room.now().date_in(&Zone::shanghai());
        let book = self.books.get_mut(variable(bank)?).ok_or_else(|| format!("{bank} is no bank account"))?;
        if !again {
            let opening = Money::new(book.balance, Currency::CNY);
            for line in &lines {
                let amount: Money =
                    serde_json::from_value(line["amount"].clone()).map_err(|e| e.to_string())?;
                let out = line["credit"] == json!(false);
                book.balance += if out { -amount.minor() } else { amount.minor() };
            }
            let closing = Money::new(book.balance, Currency::CNY);
            let draft = json!({
                "account_number": book.number, "currency": "CNY", "statement_id": name, "sequence": null,
                "from": today, "to": today, "opening": opening, "closing": closing, "lines": lines,
            });
            book.sent.insert(name.to_owned(), draft);
        }
        if how == "unsent" {
            return Ok(Vec::new());
        }
        let draft = book.sent.get(name).ok_or_else(|| format!("{name} was not sent before"))?;
        let body = json!({ "bank_account": account, "statement": draft });
        let outcome = self.give("bank.record_statement", &body, None, BANK)?;
        let mut lines = tell::outcome(&mut self.names, &outcome);
        if let Ok(reply) = outcome.reply::<Value>() {
            let field = |name: &str| reply[name].to_string();
            let taken = format!("accepted: {} new, {} known before", field("recorded"), field("known"));
            if let Some(held) = reply["held"].as_str() {
                return Ok(vec![format!("held: {}, nothing is booked", self.names.text(held))]);
            }
            lines = vec![if reply["again"] == json!(true) {
                format!("{taken}, the same statement again")
            } else {
                taken
            }];
        }
        Ok(lines)
    }

    fn receipt(&self, statement: &str, ordinal: usize, text: &str) -> Result<Value, String> {
        let form =
            "a line: AMOUNT from|to NAME [remark TEXT] [reference TEXT] [pays $payment] [returns $payment]";
        let credit = text.contains(" from ");
        let (amount, rest) = text.split_once(if credit { " from " } else { " to " }).ok_or(form)?;
        let (payer, mut rest) = word(rest);
        let (mut pays, mut returns) = (String::new(), String::new());
        let (mut remark, mut reference) = (String::new(), format!("{statement}/{ordinal}"));
        while !rest.is_empty() {
            let (what, after) = word(rest);
            let (value, after) = word(after);
            match what {
                "remark" => remark = self.names.fill(value)?,
                "reference" => value.clone_into(&mut reference),
                "pays" => pays = self.names.fill(value)?,
                "returns" => returns = self.names.fill(value)?,
                other => return Err(format!("{form}; and no {other}")),
            }
            rest = after;
        }
        let today = self.room.now().date_in(&Zone::shanghai());
        Ok(json!({
            "ordinal": ordinal, "booked": true, "amount": money(amount), "credit": credit, "reversal": false,
            "booking_date": today, "value_date": today, "payer_name": payer, "payer_account": "6217000010012345678",
            "remark": remark, "bank_reference": reference, "end_to_end": pays, "return_of": returns,
        }))
    }

    /// `up $merchant in PROGRAMME by AMOUNT`: a request, and the wire that pays it.
    pub(crate) fn top_up(&mut self, rest: &str) -> Result<Vec<String>, String> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let ["up", merchant, "in", programme, "by", amount] = words.as_slice() else {
            return Err("top up $merchant in PROGRAMME by AMOUNT".into());
        };
        let company = self.company(variable(merchant)?)?;
        let body = json!({ "merchant": self.names.fill(merchant)?, "programme": programme, "amount": money(amount) });
        let reply = self.must("prepaid.request_top_up", &body, merchant.trim_start_matches('$'))?;
        let code = reply["remark_code"].as_str().unwrap_or_default().to_owned();
        let bank = match self.books.keys().next() {
            Some(bank) => bank.clone(),
            None => {
                self.bank("account $bank 622202100100")?;
                "bank".to_owned()
            }
        };
        let count = self.books.get(&bank).map_or(0, |book| book.sent.len()) + 1;
        let step = Step::of(&[
            &format!("statement TOP-UP-{count} of ${bank}"),
            &format!("{amount} from \"{company}\" remark {code}"),
        ]);
        let (_, rest) = step.head().split_once(' ').unwrap_or_default();
        self.statement(rest, &step)?;
        self.show(&format!("account {merchant} {programme}"))
    }
}
