//! What long work is asked for: a list as a file, or the whole verification. Says the bounds of what is asked; never does it.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;
use zaiton_kernel::time::Zone;

use super::OperationRefusal;

/// Longest name in what is asked, in bytes.
pub const NAME_BYTES: usize = 128;
/// Longest part of a file's name, in letters.
const PART_LETTERS: usize = 40;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "OperationWork")]
pub enum Work {
    /// A list as a file.
    Export {
        /// Which list.
        list: List,
        /// How it is written.
        format: Form,
        /// Of its headings.
        #[serde(default)]
        language: Language,
    },
    /// Rule R5-30. A merchant's events with their proof, which `zaiton verify --audit` checks.
    Audit {
        /// The merchant's code.
        merchant: String,
        /// Of when.
        #[serde(default)]
        period: Period,
    },
    /// Every row of the database is read, and what does not hold is told, as `zaiton verify` does.
    Verify,
}

/// A list that can be exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "ExportedList")]
pub enum List {
    /// Rule R1-31. The statement of a merchant's prepaid account.
    Statement {
        /// The merchant's code.
        merchant: String,
        /// The programme's code.
        #[serde(default = "usual_programme")]
        programme: String,
        /// Of when.
        #[serde(default)]
        period: Period,
    },
    /// Rule R1-30. The movements of a merchant's fees.
    Fees {
        /// The merchant's code.
        merchant: String,
        /// The programme's code.
        #[serde(default = "usual_programme")]
        programme: String,
        /// Of when.
        #[serde(default)]
        period: Period,
    },
    /// Rule R1-30. A merchant's top-ups and withdrawals with their progress.
    Flow {
        /// The merchant's code.
        merchant: String,
        /// When they were asked for.
        #[serde(default)]
        period: Period,
    },
    /// Every account of a merchant at a moment.
    Balances {
        /// The merchant's code.
        merchant: String,
        /// At which moment; now by default.
        #[serde(default)]
        at: Option<Timestamp>,
    },
    /// Lines of bank statements.
    BankLines {
        /// Only of this bank account of ours, by its number.
        #[serde(default)]
        bank_account: Option<String>,
        /// When they were recorded.
        #[serde(default)]
        period: Period,
    },
    /// A merchant's orders as channels tell them.
    ChannelOrders {
        /// The merchant's code.
        merchant: String,
        /// When they first came.
        #[serde(default)]
        period: Period,
    },
    /// The fees of a merchant's orders, one an order.
    Holds {
        /// The merchant's code.
        merchant: String,
        /// When they were charged.
        #[serde(default)]
        period: Period,
    },
    /// Withdrawals.
    Withdrawals {
        /// Only of the merchant of this code.
        #[serde(default)]
        merchant: Option<String>,
        /// When they were asked for.
        #[serde(default)]
        period: Period,
    },
    /// Top-ups.
    TopUps {
        /// Only of the merchant of this code.
        #[serde(default)]
        merchant: Option<String>,
        /// When they were asked for.
        #[serde(default)]
        period: Period,
    },
}

fn usual_programme() -> String {
    "baitiao".to_owned()
}

/// From a moment to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ExportedPeriod")]
pub struct Period {
    /// From this moment on; from the beginning by default.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// To this moment, exclusive; to now by default.
    #[serde(default)]
    pub to: Option<Timestamp>,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ExportedFormat")]
pub enum Form {
    /// Cells between commas.
    Csv,
    /// A spreadsheet of Office Open XML.
    Xlsx,
    /// A JSON object a line.
    Json,
}

/// The language of headings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl Form {
    /// What a file's name ends with.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "ndjson",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/x-ndjson",
        }
    }
}

impl Language {
    /// Of a text in English and in Chinese, the one that is meant.
    #[must_use]
    pub const fn pick(self, texts: (&'static str, &'static str)) -> &'static str {
        match self {
            Self::English => texts.0,
            Self::Chinese => texts.1,
        }
    }
}

impl List {
    /// Its name, as in what is asked.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Statement { .. } => "statement",
            Self::Fees { .. } => "fees",
            Self::Flow { .. } => "flow",
            Self::Balances { .. } => "balances",
            Self::BankLines { .. } => "bank_lines",
            Self::ChannelOrders { .. } => "channel_orders",
            Self::Holds { .. } => "holds",
            Self::Withdrawals { .. } => "withdrawals",
            Self::TopUps { .. } => "top_ups",
        }
    }

    /// Whose it is: a merchant's code, or the number of a bank account of ours.
    #[must_use]
    pub fn whose(&self) -> Option<&str> {
        match self {
            Self::Statement { merchant, .. }
            | Self::Fees { merchant, .. }
            | Self::Flow { merchant, .. }
            | Self::Balances { merchant, .. }
            | Self::ChannelOrders { merchant, .. }
            | Self::Holds { merchant, .. } => Some(merchant),
            Self::Withdrawals { merchant, .. } | Self::TopUps { merchant, .. } => merchant.as_deref(),
            Self::BankLines { bank_account, .. } => bank_account.as_deref(),
        }
    }

    /// Of when it is; none for what is of a moment.
    #[must_use]
    pub const fn period(&self) -> Option<Period> {
        match self {
            Self::Statement { period, .. }
            | Self::Fees { period, .. }
            | Self::Flow { period, .. }
            | Self::BankLines { period, .. }
            | Self::ChannelOrders { period, .. }
            | Self::Holds { period, .. }
            | Self::Withdrawals { period, .. }
            | Self::TopUps { period, .. } => Some(*period),
            Self::Balances { .. } => None,
        }
    }

    fn names(&self) -> [(&'static str, Option<&str>); 2] {
        let programme = match self {
            Self::Statement { programme, .. } | Self::Fees { programme, .. } => Some(programme.as_str()),
            Self::Flow { .. }
            | Self::Balances { .. }
            | Self::BankLines { .. }
            | Self::ChannelOrders { .. }
            | Self::Holds { .. }
            | Self::Withdrawals { .. }
            | Self::TopUps { .. } => None,
        };
        let whose = if matches!(self, Self::BankLines { .. }) { "bank_account" } else { "merchant" };
        [(whose, self.whose()), ("programme", programme)]
    }
}

impl Work {
    /// Its kind, as in what is asked.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Export { .. } => "export",
            Self::Audit { .. } => "audit",
            Self::Verify => "verify",
        }
    }

    /// The media type of its file.
    #[must_use]
    pub const fn media_type(&self) -> &'static str {
        match self {
            Self::Export { format, .. } => format.media_type(),
            Self::Audit { .. } => Form::Json.media_type(),
            Self::Verify => "application/json",
        }
    }

    /// What its file is called: letters, digits, dots and hyphens only, so that it is safe wherever it is written.
    #[must_use]
    pub fn file_name(&self) -> String {
        let zone = Zone::shanghai();
        let day = |moment: Option<Timestamp>| moment.map(|moment| moment.date_in(&zone).to_string());
        let (parts, end) = match self {
            Self::Verify => return "verification.json".to_owned(),
            Self::Audit { merchant, period } => {
                let parts = [
                    Some("audit".to_owned()),
                    Some(merchant.clone()),
                    day(period.from),
                    day(period.to),
                    None,
                ];
                (parts, Form::Json.extension())
            }
            Self::Export { list, format, .. } => {
                let period = list.period().unwrap_or_default();
                let at = if let List::Balances { at, .. } = list { day(*at) } else { None };
                let whose = list.whose().map(str::to_owned);
                (
                    [Some(list.name().to_owned()), whose, day(period.from), day(period.to), at],
                    format.extension(),
                )
            }
        };
        let parts: Vec<String> = parts.into_iter().flatten().map(|part| safe(&part)).collect();
        format!("{}.{end}", parts.join("-"))
    }

    /// Rule R5-40. Whether it can be asked for at all.
    ///
    /// # Errors
    /// A name that is none, or a period that ends before it begins.
    pub fn check(&self) -> Result<(), OperationRefusal> {
        let (names, period) = match self {
            Self::Export { list, .. } => (list.names(), list.period()),
            Self::Audit { merchant, period } => {
                ([("merchant", Some(merchant.as_str())), ("programme", None)], Some(*period))
            }
            Self::Verify => return Ok(()),
        };
        for (field, name) in names {
            let Some(name) = name else { continue };
            if name.trim().is_empty() || name.len() > NAME_BYTES || name.chars().any(char::is_control) {
                return Err(OperationRefusal::Name { field });
            }
        }
        match period {
            Some(Period { from: Some(from), to: Some(to) }) if from >= to => {
                Err(OperationRefusal::Period { from, to })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// A part of a file's name: what is no letter, digit or hyphen of ASCII becomes an underscore.
fn safe(part: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    part.chars().take(PART_LETTERS).map(plain).collect()
}
