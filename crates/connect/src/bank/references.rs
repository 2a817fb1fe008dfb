//! Which reference of a line names a payment: what the payer called it, and which payment comes back with it. Never
//! picks one of several: a line that brings more than one payment has none.

use super::{ReadDetail, ReadEntry};
use crate::fields;

/// What MT940 writes for the customer's reference where it stands in the text (`:86:`) instead.
const SEE_THE_TEXT: [&str; 6] = ["EREF", "EREF+", "KREF", "KREF+", "PREF", "MREF+"];

impl ReadEntry {
    /// What the payer called the payment, of money that went out: what we called it. The EndToEndId (MT940 `EREF`,
    /// else the customer's reference of `:61:`); `None` when the line has none, or brings several payments.
    #[must_use]
    pub fn end_to_end(&self) -> Option<&str> {
        let (first, others) = self.details.split_first()?;
        let found = self.named(first)?;
        others.iter().all(|other| self.named(other) == Some(found)).then_some(found)
    }

    /// The EndToEndId of the payment that comes back with this line; `None` when it is no return, or when the bank does
    /// not say of which payment.
    #[must_use]
    pub fn return_of(&self) -> Option<&str> {
        if self.details.iter().all(|detail| detail.returned) { self.end_to_end() } else { None }
    }

    fn named<'a>(&self, detail: &'a ReadDetail) -> Option<&'a str> {
        let of_the_payer = detail.end_to_end_id.as_deref().map(str::trim).filter(|text| is_reference(text));
        // Only MT940 and MT942 have a movement, and their `61` is the customer's reference.
        let of_the_field = || {
            let field = detail.refs.iter().find(|reference| reference.kind == "61")?;
            let value = field.value.trim();
            (is_reference(value) && !SEE_THE_TEXT.contains(&value)).then_some(value)
        };
        of_the_payer.or_else(|| self.movement.as_ref().and_then(|_| of_the_field()))
    }
}

fn is_reference(text: &str) -> bool {
    !text.is_empty() && !fields::is_no_reference(text)
}
