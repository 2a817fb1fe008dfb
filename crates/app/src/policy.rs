//! The figures in force. For now the defaults of each context; read here and nowhere else, so that dated policies can
//! take their place.

use zaiton_engine::Unit;
use zaiton_prepaid::PrepaidPolicy;

/// The prepaid figures that hold for this unit.
#[must_use]
pub fn prepaid(_: &Unit<'_>) -> PrepaidPolicy {
    PrepaidPolicy::default()
}

/// The prepaid figures that hold for a read.
#[must_use]
pub fn prepaid_now() -> PrepaidPolicy {
    PrepaidPolicy::default()
}
