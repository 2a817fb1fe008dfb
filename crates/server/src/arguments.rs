//! What people write on the command line besides words: lengths of time, moments, months, and the choices of some verbs.
//! Reads; never does anything.

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
