//! What of an order is about a person: names, addresses, numbers to reach somebody, words that a buyer wrote. It is
//! kept apart, so that the rest may be stored and logged in clear. Never prints a value: `Debug` shows which fields
//! are filled, and the order that holds it leaves it out when it is serialised.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text about a person. Serialises as the text; prints as dots.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonalText(String);

impl PersonalText {
    /// Keeps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for whoever may see it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PersonalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// The part of an order that goes to the encrypted store (rule R4-10).
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Personal {
    /// Who bought.
    pub buyer: Buyer,
    /// Where the parcel goes: with a channel that forwards, its hub.
    pub ship_to: Option<Address>,
    /// Where the bill goes.
    pub bill_to: Option<Address>,
    /// Where a hub sends the parcel on to; for information only, never for the label.
    pub final_destination: Option<Address>,
    /// Words of people: notes, gift messages, what is to be engraved.
    pub notes: Vec<Note>,
}

impl Personal {
    /// Whether nothing about a person was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who bought.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Buyer {
    /// The channel's name or number of them; a guest has none.
    pub channel_user_id: Option<PersonalText>,
    /// Their name.
    pub name: Option<PersonalText>,
    /// Where mail reaches them.
    pub email: Option<PersonalText>,
    /// The address is the channel's own, which passes mail on and ends some day.
    pub email_is_relay: bool,
    /// Their telephone number as it is written.
    pub phone: Option<PersonalText>,
    /// The company that buys.
    pub company: Option<PersonalText>,
    /// Numbers by which a tax office knows them.
    pub tax_ids: Vec<TaxId>,
    /// The address they bought from; some channels never say it.
    pub ip: Option<PersonalText>,
    /// The browser they bought with.
    pub user_agent: Option<PersonalText>,
}

/// A number by which a tax office knows somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxId {
    /// What kind of number it is, in the channel's word: `VAT`, `CPF`, `CODICE_FISCALE`.
    pub kind: String,
    /// The country that gave it.
    pub country: Option<String>,
    /// The number.
    pub number: PersonalText,
}

/// An address, in the parts that the channel gives.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Address {
    /// Who receives.
    pub name: Option<PersonalText>,
    /// The company that receives.
    pub company: Option<PersonalText>,
    /// Up to three lines, in their order, none empty.
    pub lines: Vec<PersonalText>,
    /// The street alone, where the channel gives it alone.
    pub street: Option<PersonalText>,
    /// The house number alone.
    pub number: Option<PersonalText>,
    /// Flat, floor, building.
    pub complement: Option<PersonalText>,
    /// District or neighbourhood.
    pub district: Option<PersonalText>,
    /// Town.
    pub city: Option<PersonalText>,
    /// County.
    pub county: Option<PersonalText>,
    /// State or province: a code with some channels, a name with others.
    pub state: Option<PersonalText>,
    /// Postcode as it is written.
    pub postcode: Option<PersonalText>,
    /// The country as it is written; the order says whether it is one.
    pub country: Option<PersonalText>,
    /// The receiver's telephone number.
    pub phone: Option<PersonalText>,
    /// What kind of place it is.
    pub kind: Option<AddressKind>,
    /// The channel's hub, from which the parcel goes on.
    pub is_hub: bool,
}

/// What kind of place an address is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A home.
    Residential,
    /// An office, a shop.
    Commercial,
    /// Where the buyer fetches it.
    Pickup,
    /// A word that is not known.
    Other(String),
}

/// Words that a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The line they are about; `None` for the whole order.
    pub line: Option<String>,
    /// What they are: `note`, `gift_message`, `customisation`, `cancel_reason`, or the shop's name of the field.
    pub kind: String,
    /// The words.
    pub text: PersonalText,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_value_and_json_does() {
        let name = Some(PersonalText::new("Somebody"));
        let personal = Personal { buyer: Buyer { name, ..Buyer::default() }, ..Personal::default() };
        assert!(!format!("{personal:?}").contains("Somebody"));
        let json = serde_json::to_string(&personal).unwrap();
        assert!(json.contains("\"name\":\"Somebody\""), "{json}");
        assert_eq!(serde_json::from_str::<Personal>(&json).unwrap(), personal);
        assert!(!personal.is_empty() && Personal::default().is_empty());
    }
}
