//! The column map: which column of a CSV holds what, kept by an operator for each bank and export. Never holds a
//! guess: separators, date forms and words are said, and a map that contradicts itself is refused before use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Currency;

use super::csv_profiles;
use super::date_form::DateForm;
use crate::{Encoding, ReadError};

/// Where to find what in a CSV. Columns are named by the text of their header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnMap {
    /// How the characters are written.
    #[serde(default)]
    pub encoding: Encoding,
    /// Between two cells.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// The booking date.
    pub date: String,
    /// The value date.
    #[serde(default)]
    pub value_date: Option<String>,
    /// How dates are written, tried in order: `YYYY-MM-DD`, `YYYY/M/D`, `YYYYMMDD`, `DD.MM.YYYY`,
    /// `YYYY-MM-DD hh:mm:ss`. `MM`, `DD`, `hh`, `mm`, `ss` are two digits, `M` and `D` one or two.
    #[serde(default = "iso_date")]
    pub date_formats: Vec<String>,
    /// Amount and direction.
    pub amount: AmountColumns,
    /// The running balance after the line.
    #[serde(default)]
    pub balance: Option<String>,
    /// The currency of every line.
    #[serde(default)]
    pub currency: CurrencySource,
    /// The other party's name.
    #[serde(default)]
    pub payer_name: Option<String>,
    /// The other party's account.
    #[serde(default)]
    pub payer_account: Option<String>,
    /// A column with the other party's name and behind it the account, of at least eight digits or `*`.
    #[serde(default)]
    pub payer_together: Option<String>,
    /// Free text, one or more columns.
    #[serde(default)]
    pub remark: Vec<String>,
    /// The bank's reference of the line.
    #[serde(default)]
    pub reference: Option<String>,
    /// What the payer called the payment.
    #[serde(default)]
    pub end_to_end: Option<String>,
    /// The separator between thousands, where the bank writes one. Groups must have three digits.
    #[serde(default)]
    pub thousands: Option<char>,
    /// What a bank writes into an empty cell: `-`, `--`, `/`.
    #[serde(default)]
    pub empty_marks: Vec<String>,
    /// The account number.
    #[serde(default)]
    pub account: AccountSource,
    /// Whether a line is booked, where the export also lists what is not.
    #[serde(default)]
    pub status: Option<StatusColumn>,
    /// A label in the lines above the header that is followed by the opening balance.
    #[serde(default)]
    pub opening_label: Option<String>,
    /// Which end of the file is older.
    #[serde(default)]
    pub order: RowOrder,
    /// A row whose first cell starts with one of these ends the lines (`合计`).
    #[serde(default)]
    pub stop_at: Vec<String>,
}

/// How a bank writes amount and direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AmountColumns {
    /// One column; what goes out has a minus.
    Signed {
        /// The column.
        column: String,
    },
    /// A column for what goes out and one for what comes in.
    Split {
        /// What goes out.
        debit: String,
        /// What comes in.
        credit: String,
    },
    /// An amount without sign and a word that says the direction.
    Directed {
        /// The amount.
        column: String,
        /// The direction.
        direction: String,
        /// Words for coming in: `收入`, `贷`.
        credit: Vec<String>,
        /// Words for going out: `支出`, `借`.
        debit: Vec<String>,
        /// Words of rows that are no movement and are left out: `不计收支`.
        #[serde(default)]
        ignore: Vec<String>,
    },
}

/// A column that says whether a line is booked. A word that is not named here is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusColumn {
    /// The column.
    pub column: String,
    /// Words of lines that are booked.
    pub booked: Vec<String>,
    /// Words of lines that are only announced, or were called off.
    #[serde(default)]
    pub announced: Vec<String>,
}

/// Where the currency comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CurrencySource {
    /// The same for every line.
    Constant(Currency),
    /// A column with an ISO code, a Chinese name, or a bank's own word.
    Column {
        /// The column.
        column: String,
        /// The bank's own words.
        #[serde(default)]
        words: BTreeMap<String, Currency>,
    },
}

impl Default for CurrencySource {
    fn default() -> Self {
        Self::Constant(Currency::CNY)
    }
}

/// Where the account number comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountSource {
    /// Nowhere: the file does not say it.
    #[default]
    None,
    /// Said with the map.
    Constant(String),
    /// After a label in the lines above the header: `卡号`.
    Label(String),
    /// In a column, the same in every row.
    Column(String),
}

/// Which end of the file is older.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOrder {
    /// As the running balance says, else as the dates say.
    #[default]
    Auto,
    /// The first row is the oldest.
    OldestFirst,
    /// The first row is the newest.
    NewestFirst,
}

fn comma() -> char {
    ','
}

fn iso_date() -> Vec<String> {
    vec!["YYYY-MM-DD".to_owned()]
}

impl ColumnMap {
    /// A map with a date and an amount, CNY, and nothing else.
    #[must_use]
    pub fn new(date: &str, amount: AmountColumns) -> Self {
        Self {
            encoding: Encoding::Auto,
            delimiter: comma(),
            date: date.to_owned(),
            value_date: None,
            date_formats: iso_date(),
            amount,
            balance: None,
            currency: CurrencySource::default(),
            payer_name: None,
            payer_account: None,
            payer_together: None,
            remark: Vec::new(),
            reference: None,
            end_to_end: None,
            thousands: None,
            empty_marks: Vec::new(),
            account: AccountSource::None,
            status: None,
            opening_label: None,
            order: RowOrder::Auto,
            stop_at: Vec::new(),
        }
    }

    /// The built-in map of a known export, by its name: see [`ColumnMap::profiles`].
    #[must_use]
    pub fn profile(name: &str) -> Option<Self> {
        csv_profiles::named(name)
    }

    /// The names of the built-in maps. Without a map, a file is read by the one whose words it holds.
    pub fn profiles() -> impl Iterator<Item = &'static str> {
        csv_profiles::names()
    }

    /// Every column that the header must hold.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = vec![self.date.as_str()];
        match &self.amount {
            AmountColumns::Signed { column } => columns.push(column),
            AmountColumns::Split { debit, credit } => columns.extend([debit.as_str(), credit]),
            AmountColumns::Directed { column, direction, .. } => columns.extend([column.as_str(), direction]),
        }
        if let CurrencySource::Column { column, .. } = &self.currency {
            columns.push(column);
        }
        if let AccountSource::Column(column) = &self.account {
            columns.push(column);
        }
        columns.extend(self.status.iter().map(|status| status.column.as_str()));
        let single = [
            &self.value_date,
            &self.balance,
            &self.payer_name,
            &self.payer_account,
            &self.payer_together,
            &self.reference,
            &self.end_to_end,
        ];
        columns.extend(single.into_iter().flatten().map(String::as_str));
        columns.extend(self.remark.iter().map(String::as_str));
        columns
    }

    /// Whether the map can be used.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), ReadError> {
        let wrong = |field: &str, zh: &str, en: &str| {
            Err(ReadError::new("import.column_map", zh, en).in_field(field))
        };
        if !self.delimiter.is_ascii() || matches!(self.delimiter, '"' | '\r' | '\n' | '\0') {
            return wrong(
                "delimiter",
                "分隔符必须是单个 ASCII 字符。",
                "The delimiter must be one ASCII character.",
            );
        }
        if self.columns().iter().any(|column| column.trim().is_empty()) {
            return wrong("columns", "列名不得为空。", "The name of a column must not be empty.");
        }
        if self.date_formats.is_empty() {
            return wrong("date_formats", "至少需要一种日期格式。", "At least one date form is needed.");
        }
        if self.thousands.is_some_and(|mark| mark.is_ascii_digit() || matches!(mark, '.' | '-' | '+')) {
            return wrong("thousands", "千分位符不可用。", "This cannot be the separator of thousands.");
        }
        if let AmountColumns::Directed { credit, debit, ignore, .. } = &self.amount {
            let twice = credit.iter().any(|word| debit.contains(word) || ignore.contains(word));
            if twice
                || debit.iter().any(|word| ignore.contains(word))
                || (credit.is_empty() && debit.is_empty())
            {
                return wrong(
                    "amount",
                    "收支方向的词语缺失或重复。",
                    "The words for the direction are missing, or one has two meanings.",
                );
            }
        }
        if self.payer_together.is_some() && (self.payer_name.is_some() || self.payer_account.is_some()) {
            return wrong(
                "payer_together",
                "对方户名与账号同列时，不得再指定单独的列。",
                "Name and account are in one column, so neither has a column of its own.",
            );
        }
        if let Some(status) = &self.status
            && (status.booked.is_empty() || status.booked.iter().any(|word| status.announced.contains(word)))
        {
            return wrong(
                "status",
                "入账状态的词语缺失或重复。",
                "The words for booked lines are missing, or one has two meanings.",
            );
        }
        for form in &self.date_formats {
            DateForm::parse(form)?;
        }
        Ok(())
    }
}
