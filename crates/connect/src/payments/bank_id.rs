//! How a payment names a bank. Never looks a bank up: whether there is one of that code, the bank that pays finds out.

use serde::{Deserialize, Serialize};

/// How a bank is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankId {
    /// Its BIC: 8 or 11 capitals and digits.
    Bic(String),
    /// Its number in China's payment system: 12 digits.
    Cnaps(String),
    /// Its name, at most 140 characters.
    Name(String),
}

impl BankId {
    /// What a text most likely is: 12 digits are a CNAPS code, the form of a BIC is a BIC, all else is a name. A bank
    /// whose name is spelled like a BIC (`CITIBANK`) has to be said as [`BankId::Name`].
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.trim().to_owned();
        if is_cnaps(&text) {
            Self::Cnaps(text)
        } else if is_bic(&text) {
            Self::Bic(text)
        } else {
            Self::Name(text)
        }
    }

    /// The code or name as written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Bic(text) | Self::Cnaps(text) | Self::Name(text) => text,
        }
    }
}

/// The narrower form of version 001.03, which every later version takes too.
pub(crate) fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    let capitals = bytes.iter().take(6).all(u8::is_ascii_uppercase);
    let place = matches!(bytes.get(6), Some(b'A'..=b'Z' | b'2'..=b'9'))
        && matches!(bytes.get(7), Some(b'A'..=b'N' | b'P'..=b'Z' | b'0'..=b'9'));
    let all = bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    matches!(bytes.len(), 8 | 11) && capitals && place && all
}

pub(crate) fn is_cnaps(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_code_or_a_name() {
        let kind = |text: &str| match BankId::of(text) {
            BankId::Bic(_) => "bic",
            BankId::Cnaps(_) => "cnaps",
            BankId::Name(_) => "name",
        };
        for (text, want) in [
            ("POFICHBEXXX", "bic"),
            ("BKCHCNBJ", "bic"),
            (" BKCHCNBJ ", "bic"),
            ("BKCHCNBO", "name"),
            ("BKCHCN1J", "name"),
            ("BKCHCNBJX", "name"),
            ("bkchcnbj", "name"),
            ("104100000004", "cnaps"),
            ("10410000000", "name"),
            ("1041000000040", "name"),
            ("１０４１００００００００", "name"),
            ("中国银行", "name"),
            ("", "name"),
        ] {
            assert_eq!(kind(text), want, "{text}");
        }
    }
}
