//! Whether a payment file can hold an order: lengths of ISO 20022, characters, accounts, sums, and no name used twice.
//! Never changes the order, never shows a value of it: names and accounts are personal.

use std::collections::BTreeSet;

use zaiton_kernel::{Currency, Money, Timestamp};

use super::bank_id::{is_bic, is_cnaps};
use super::{BankId, MAX_PAYMENTS, Payment, PaymentOrder};
use crate::{WriteError, fields};

/// Faults that are told before checking stops.
const FAULTS: usize = 100;
/// Max35Text: ids.
const ID: usize = 35;
/// Max34Text: accounts that are no IBAN.
const ACCOUNT: usize = 34;
/// Max140Text: names and remarks.
const NAME: usize = 140;
/// An amount has at most 18 digits.
const LARGEST: i64 = 999_999_999_999_999_999;

/// An account as a payment file writes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Account {
    Iban(String),
    Other(String),
}

/// An account without spaces, and whether it is an IBAN: two capitals, two digits and a sum that fits. `None` when it has
/// the form of an IBAN and the sum does not fit: then a digit is wrong.
pub(crate) fn account(text: &str) -> Option<Account> {
    let plain = fields::account(text);
    let upper = plain.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    let letters = bytes.iter().take(2).all(u8::is_ascii_uppercase);
    let digits = bytes.iter().skip(2).take(2).all(u8::is_ascii_digit);
    let form = letters && digits && bytes.iter().all(u8::is_ascii_alphanumeric);
    if !form || !(15..=34).contains(&bytes.len()) {
        return Some(Account::Other(plain));
    }
    let (head, tail) = upper.split_at_checked(4)?;
    let rest =
        tail.chars().chain(head.chars()).filter_map(|letter| letter.to_digit(36)).fold(0, |rest, value| {
            let shift = if value < 10 { 10 } else { 100 };
            (rest * shift + value) % 97
        });
    (rest == 1).then_some(Account::Iban(upper))
}

/// The moment to the second, as XML writes it; `None` when it is outside the years of documents.
pub(crate) fn moment(made_at: Timestamp) -> Option<String> {
    let seconds = made_at.micros().div_euclid(1_000_000).checked_mul(1_000_000)?;
    let text = Timestamp::from_micros(seconds).to_string();
    Timestamp::parse(&text).is_ok().then_some(text)
}

/// The faults of one order, and where they stand.
#[derive(Default)]
struct Faults {
    found: Vec<WriteError>,
    payment: Option<usize>,
}

impl Faults {
    fn add(&mut self, field: &'static str, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.found.push(WriteError::new(code, field, zh, en).of_payment(self.payment));
    }

    fn missing(&mut self, field: &'static str) {
        let (zh, en) = (format!("缺少“{field}”。"), format!("\"{field}\" is missing."));
        self.add(field, "payment.missing", zh, en);
    }

    /// A text of 1 to so many characters that XML and CSV can hold as it is.
    fn text(&mut self, field: &'static str, text: &str, most: usize) {
        if text.trim().is_empty() {
            return self.missing(field);
        }
        if text.chars().count() > most {
            let zh = format!("“{field}”超过 {most} 个字符。");
            self.add(
                field,
                "payment.text_too_long",
                zh,
                format!("\"{field}\" has more than {most} characters."),
            );
        }
        if text.chars().any(is_forbidden) {
            let zh = format!("“{field}”含有控制字符或换行，付款文件不允许。");
            let en =
                format!("\"{field}\" holds a control character or a line end, which a payment file cannot.");
            self.add(field, "payment.character", zh, en);
        }
        if text.trim() != text {
            let zh = format!("“{field}”的首尾有空格，银行会去掉。");
            let en = format!("\"{field}\" begins or ends with a space, which banks take off.");
            self.add(field, "payment.space", zh, en);
        }
    }

    /// An account; gives whether it says its bank by itself.
    fn account(&mut self, field: &'static str, text: &str) -> bool {
        match account(text) {
            Some(Account::Iban(_)) => true,
            Some(Account::Other(plain)) => {
                self.text(field, &plain, ACCOUNT);
                false
            }
            None => {
                let zh = format!("“{field}”形如 IBAN，但校验位不符，请核对。");
                let en = format!("\"{field}\" has the form of an IBAN, but its check digits are wrong.");
                self.add(field, "payment.iban", zh, en);
                true
            }
        }
    }

    fn bank(&mut self, field: &'static str, bank: &BankId) {
        let (good, zh, en) = match bank {
            BankId::Name(name) => return self.text(field, name, NAME),
            BankId::Bic(code) => (is_bic(code), "BIC（8 或 11 位）", "a BIC of 8 or 11 characters"),
            BankId::Cnaps(code) => (is_cnaps(code), "联行号（12 位数字）", "a CNAPS code of 12 digits"),
        };
        if !good {
            self.add(
                field,
                "payment.bank_code",
                format!("“{field}”不是{zh}。"),
                format!("\"{field}\" is not {en}."),
            );
        }
    }

    fn amount(&mut self, amount: Money, currency: Currency) {
        let (expected, found) = (currency, amount.currency());
        if found != expected {
            let zh = format!("付款币种为 {found}，文件币种为 {expected}。");
            self.add(
                "amount",
                "payment.currency",
                zh,
                format!("The payment is in {found}, the file in {expected}."),
            );
        } else if !amount.is_positive() {
            self.add(
                "amount",
                "payment.amount_not_positive",
                "付款金额必须大于零。",
                "The amount must be above zero.",
            );
        } else if amount.minor() > LARGEST {
            self.too_large("amount");
        }
    }

    fn too_large(&mut self, field: &'static str) {
        let (zh, en) = ("金额超过 18 位数字。", "The amount has more than 18 digits.");
        self.add(field, "payment.amount_too_large", zh, en);
    }

    fn payment(&mut self, payment: &Payment, currency: Currency) {
        self.text("end_to_end", &payment.end_to_end, ID);
        if fields::is_no_reference(&payment.end_to_end) {
            let zh = "该编号表示“无编号”，不能用于付款。";
            self.add("end_to_end", "payment.no_reference", zh, "This word means that there is no reference.");
        }
        self.amount(payment.amount, currency);
        self.text("creditor_name", &payment.creditor_name, NAME);
        let says_its_bank = self.account("creditor_account", &payment.creditor_account);
        match &payment.creditor_bank {
            Some(bank) => self.bank("creditor_bank", bank),
            None if says_its_bank => {}
            None => self.missing("creditor_bank"),
        }
        if !payment.remark.is_empty() {
            self.text("remark", &payment.remark, NAME);
        }
    }
}

pub(crate) fn check(order: &PaymentOrder) -> Result<Money, Vec<WriteError>> {
    let mut faults = Faults::default();
    faults.text("message_id", &order.message_id, ID);
    faults.text("debtor_name", &order.debtor_name, NAME);
    faults.account("debtor_account", &order.debtor_account);
    faults.bank("debtor_bank", &order.debtor_bank);
    if moment(order.made_at).is_none() {
        let en = "The year is outside 1990 to 2099.";
        faults.add("made_at", "payment.moment", "年份不在 1990 至 2099 之间。", en);
    }
    let count = order.payments.len();
    if count == 0 {
        faults.add("payments", "payment.none", "文件中没有付款。", "There is no payment in the file.");
    }
    if count > MAX_PAYMENTS {
        let zh = format!("付款共 {count} 笔，超过上限 {MAX_PAYMENTS} 笔。");
        let en = format!("There are {count} payments, more than the {MAX_PAYMENTS} of a file.");
        faults.add("payments", "payment.too_many", zh, en);
        return Err(faults.found);
    }
    let mut names = BTreeSet::new();
    for (payment, at) in order.payments.iter().zip(1..) {
        faults.payment = Some(at);
        faults.payment(payment, order.currency);
        if !names.insert(payment.end_to_end.as_str()) {
            let en = "An earlier payment of this file has the same reference.";
            faults.add("end_to_end", "payment.twice", "该编号在本文件中已使用。", en);
        }
        if faults.found.len() >= FAULTS {
            faults.found.truncate(FAULTS);
            return Err(faults.found);
        }
    }
    faults.payment = None;
    let sum = order
        .payments
        .iter()
        .map(|payment| payment.amount)
        .try_fold(Money::zero(order.currency), Money::plus);
    match sum {
        Ok(sum) if faults.found.is_empty() && sum.minor() <= LARGEST => return Ok(sum),
        // A wrong currency or amount was told at its payment.
        Ok(_) | Err(_) if !faults.found.is_empty() => {}
        Ok(_) | Err(_) => faults.too_large("payments"),
    }
    Err(faults.found)
}

/// What XML 1.0 cannot hold, or what readers change: line ends of every kind, and the mark of an encoding.
fn is_forbidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_told_apart() {
        let kind = |text: &str| match account(text) {
            Some(Account::Iban(plain)) => format!("iban {plain}"),
            Some(Account::Other(plain)) => format!("other {plain}"),
            None => "wrong".to_owned(),
        };
        assert_eq!(kind("GB82 WEST 1234 5698 7654 32"), "iban GB82WEST12345698765432");
        assert_eq!(kind("gb82west12345698765432"), "iban GB82WEST12345698765432");
        assert_eq!(kind("CH5109000000250092291"), "iban CH5109000000250092291");
        assert_eq!(kind("GB82 WEST 1234 5698 7654 33"), "wrong");
        assert_eq!(kind("GB28 WEST 1234 5698 7654 32"), "wrong");
        assert_eq!(kind("6222 0000 1234 5678"), "other 6222000012345678");
        assert_eq!(kind("NRA62220000123456"), "other NRA62220000123456");
        assert_eq!(kind("GB82WEST"), "other GB82WEST");
        assert_eq!(kind(""), "other ");
        assert_eq!(kind("刺桐"), "other 刺桐");
    }

    #[test]
    fn moments_are_cut_to_the_second_and_bounded() {
        let text = |micros| moment(Timestamp::from_micros(micros));
        assert_eq!(text(1_772_442_000_999_999).as_deref(), Some("2026-03-02T09:00:00Z"));
        assert_eq!(text(-1), None);
        assert_eq!(text(i64::MAX), None);
        assert_eq!(text(i64::MIN), None);
    }
}
