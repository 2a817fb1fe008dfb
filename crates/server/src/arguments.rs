//! What people write on the command line besides words: lengths of time, moments, months, and the choices of some verbs.
//! Reads; never does anything.

use std::path::PathBuf;

use clap::ValueEnum;
use zaiton_connect::orders::Channel;
use zaiton_kernel::{Month, Timestamp};

/// A length of time as people write it: 90s, 20m, 12h, 15d. Microseconds.
pub(crate) fn duration(text: &str) -> Result<i64, String> {
    let wrong = || "a number and s, m, h or d, at most 366d".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    let seconds = number.parse::<u32>().map_err(|_| wrong())?.checked_mul(seconds).ok_or_else(wrong)?;
    if seconds > 366 * 86_400 { Err(wrong()) } else { Ok(i64::from(seconds) * 1_000_000) }
}

/// A moment as RFC 3339 writes it.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| format!("{error}; 2026-11-01T09:00:00+08:00"))
}

/// A month as people write it: 2026-03.
pub(crate) fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).map_err(|error| format!("{error}; 2026-03"))
}

/// Whose orders a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrdersOf {
    /// A shop of the merchant's own.
    OwnSite,
    /// Amazon, Orders v0 or 2026-01-01.
    Amazon,
    /// eBay, Fulfillment v1.
    Ebay,
    /// Shopify, REST or GraphQL.
    Shopify,
    /// `WooCommerce`, REST v3.
    Woocommerce,
}

impl From<OrdersOf> for Channel {
    fn from(of: OrdersOf) -> Self {
        match of {
            OrdersOf::OwnSite => Self::OwnSite,
            OrdersOf::Amazon => Self::Amazon,
            OrdersOf::Ebay => Self::Ebay,
            OrdersOf::Shopify => Self::Shopify,
            OrdersOf::Woocommerce => Self::WooCommerce,
        }
    }
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// The account statement.
    Statement,
    /// Fees: frozen, released, settled, refunded, arrears.
    Fees,
    /// Top-ups and withdrawals with their progress.
    Flow,
    /// All that happened, with its proof (R5-30): `zaiton verify --audit` checks the file.
    Audit,
}

/// `zaiton export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// Which.
    pub(crate) what: What,
    /// The merchant's code.
    #[arg(long)]
    pub(crate) merchant: String,
    /// The programme's code.
    #[arg(long, default_value = zaiton_app::reports::DEFAULT_PROGRAMME)]
    pub(crate) programme: String,
    /// From this day (2026-11-01, platform's zone) or moment (RFC 3339).
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// To this day or moment, exclusive.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// The whole of a month (2026-03, platform's zone), instead of `--from` and `--to`.
    #[arg(long, conflicts_with_all = ["from", "to"], value_parser = month)]
    pub(crate) month: Option<Month>,
    /// Headings in Chinese.
    #[arg(long)]
    pub(crate) zh: bool,
    /// How it is written; JSON with `--json`.
    #[arg(long, value_enum, default_value = "csv")]
    pub(crate) format: Form,
    /// Into this file instead of standard output.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// For people.
    Text,
    /// A JSON object a line, with the trace of the request that it belongs to.
    Json,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Cells between commas.
    Csv,
    /// JSON.
    Json,
    /// A spreadsheet of Office Open XML.
    Xlsx,
}
