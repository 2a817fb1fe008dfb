//! The own-site order format: JSON (one object or a list) or NDJSON (one order a line), in UTF-8 or GBK.
//!
//! Never holds more than one line of NDJSON in memory, and never a file past its limit.

mod check;
mod json;
mod model;
mod reader;

pub use model::{
    OrderMoney, OrderStatus, ReadOrder, ReadOrderLine, ReadPromotion, ReadRefund, ReadRefundLine,
};
pub use reader::{OrderLimits, OrderReader};

use crate::{Encoding, ReadError, text};

/// Reads one order, as a shop pushes it.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read_order(bytes: &[u8]) -> Result<ReadOrder, ReadError> {
    let limits = OrderLimits::default();
    if bytes.len() > limits.line_bytes {
        return Err(reader::too_long(limits.line_bytes));
    }
    let text = text::decode(bytes, Encoding::Utf8)?;
    check::order(&json::Json::parse(&text)?)
}
