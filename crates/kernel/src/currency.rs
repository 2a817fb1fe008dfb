//! ISO 4217 currencies and how many decimals each has. Facts only: names and symbols belong to the screens.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::MoneyError;

/// A currency in force, by its three letters. Precious metals and test codes, which have no minor unit, are none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

/// Codes by their number of decimals: ISO 4217 list one, as in force in 2026.
const TABLE: &[(u8, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
         CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
         GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD \
         LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB \
         PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
         SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW \
         ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

impl Currency {
    /// Chinese yuan.
    pub const CNY: Self = Self { code: *b"CNY", exponent: 2 };

    /// The currency of a code in capitals.
    ///
    /// # Errors
    /// `UnknownCurrency`.
    pub fn from_code(code: &str) -> Result<Self, MoneyError> {
        let letters = <[u8; 3]>::try_from(code.as_bytes()).map_err(|_| MoneyError::UnknownCurrency)?;
        if letters == Self::CNY.code {
            return Ok(Self::CNY);
        }
        TABLE
            .iter()
            .find(|(_, codes)| codes.split_ascii_whitespace().any(|known| known == code))
            .map(|(exponent, _)| Self { code: letters, exponent: *exponent })
            .ok_or(MoneyError::UnknownCurrency)
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("made of three ASCII letters")
    }

    /// Decimals of the minor unit: 2 for CNY, 0 for JPY, 3 for KWD.
    #[must_use]
    pub const fn exponent(&self) -> u8 {
        self.exponent
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        Self::from_code(&text).map_err(serde::de::Error::custom)
    }
}
