//! Looks into a channel's message. What is there and cannot be mapped is told with its field and its value, and the
//! order goes on without it (rule R4-07). Never guesses, never rounds, never picks one of two values, and never tells
//! the value of a personal field.

use std::borrow::Cow;
use std::cell::RefCell;

use zaiton_kernel::{Currency, Money};

use super::countries::is_country;
use super::json::Json;
use super::model::{UNMAPPED, Unmapped};
use super::moment::{Moment, moment, offset_of};
use super::personal::PersonalText;
use crate::error::shown;
use crate::{ReadError, fields};

/// Characters of an id.
pub(super) const ID: usize = 100;
/// Characters of a word.
pub(super) const WORD: usize = 100;
/// Characters of a title.
pub(super) const TITLE: usize = 500;
/// Characters of what a person wrote.
const WORDS: usize = 10_000;
/// Items of a list. Of a longer one nothing is taken, so that no sum is of a part, and no order takes long to read.
const LIST: usize = 5_000;
/// Pieces of a line.
const PIECES: u32 = 1_000_000;

/// What was told while an order was read.
#[derive(Default)]
pub(super) struct Told(RefCell<Vec<Unmapped>>);

impl Told {
    fn tell(&self, field: &str, value: String, code: &'static str) {
        let mut told = self.0.borrow_mut();
        let known = |one: &Unmapped| one.field == field && one.code == code;
        if told.len() < UNMAPPED && !told.iter().any(known) {
            told.push(Unmapped { field: field.to_owned(), value, code: Cow::Borrowed(code) });
        }
    }

    pub(super) fn into_inner(self) -> Vec<Unmapped> {
        self.0.into_inner()
    }
}

/// The two keys of an amount: figure and currency.
pub(super) type Keys = (&'static str, &'static str);

/// A place in a message, there or not.
#[derive(Clone)]
pub(super) struct Look<'a> {
    json: Option<&'a Json>,
    path: String,
    told: &'a Told,
    /// What is below is about a person.
    hidden: bool,
    /// Keys may also stand in lower case with underscores.
    both_cases: bool,
}

impl<'a> Look<'a> {
    pub(super) fn new(json: &'a Json, told: &'a Told) -> Self {
        Self { json: Some(json), path: String::new(), told, hidden: false, both_cases: false }
    }

    /// Reads `totalPrice` also as `total_price`: a channel that writes one thing in two ways.
    pub(super) fn in_both_cases(mut self) -> Self {
        self.both_cases = true;
        self
    }

    /// Whether something is there: neither absent nor null.
    pub(super) fn is_there(&self) -> bool {
        self.json.is_some()
    }

    /// Whether an object is there.
    pub(super) fn is_object(&self) -> bool {
        matches!(self.json, Some(Json::Object(_)))
    }

    /// Tells that what is here could not be mapped.
    pub(super) fn tell(&self, code: &'static str) {
        let value = match self.json {
            _ if self.hidden => "•••".to_owned(),
            None | Some(Json::Null) => String::new(),
            Some(Json::Bool(value)) => value.to_string(),
            Some(Json::Integer(value)) => value.to_string(),
            Some(Json::Number(text) | Json::Text(text)) => shown(text),
            Some(Json::List(_)) => "[…]".to_owned(),
            Some(Json::Object(_)) => "{…}".to_owned(),
        };
        self.told.tell(if self.path.is_empty() { "order" } else { &self.path }, value, code);
    }

    fn child(&self, json: Option<&'a Json>, step: &str) -> Self {
        let path = match (self.path.is_empty(), step.starts_with('[')) {
            (true, _) => step.to_owned(),
            (false, true) => format!("{}{step}", self.path),
            (false, false) => format!("{}.{step}", self.path),
        };
        let json = json.filter(|json| **json != Json::Null);
        Self { json, path, told: self.told, hidden: self.hidden, both_cases: self.both_cases }
    }

    /// The value of a key. Two values that differ are told, and are none.
    pub(super) fn at(&self, key: &str) -> Self {
        let Some(json) = self.json else { return self.child(None, key) };
        let Json::Object(pairs) = json else {
            self.tell("import.wrong_kind");
            return self.child(None, key);
        };
        let named = |key: &str| {
            let mut values = pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value);
            let first = values.next();
            (first, values.any(|other| Some(other) != first))
        };
        let (mut found, mut differs) = named(key);
        if found.is_none() && self.both_cases {
            (found, differs) = named(&underscored(key));
        }
        let child = self.child(found, key);
        if differs {
            child.tell("import.twice");
            return self.child(None, key);
        }
        child
    }

    /// What stands here.
    pub(super) fn json(&self) -> Option<&'a Json> {
        self.json
    }

    /// The same, where all below is about a person.
    pub(super) fn personal_at(&self, key: &str) -> Self {
        self.at(key).hide()
    }

    /// From here on all is about a person.
    pub(super) fn hide(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The elements of a list, or of a connection of nodes; one that goes on is told.
    pub(super) fn each(&self, key: &str) -> Vec<Self> {
        self.at(key).elements()
    }

    /// The elements of the list here.
    pub(super) fn elements(&self) -> Vec<Self> {
        match self.json {
            None => Vec::new(),
            Some(Json::List(list)) if list.len() > LIST => {
                self.tell("import.too_many");
                Vec::new()
            }
            Some(Json::List(list)) => {
                let all =
                    list.iter().enumerate().map(|(at, json)| self.child(Some(json), &format!("[{at}]")));
                all.filter(Self::is_told_there).collect()
            }
            Some(Json::Object(_)) if self.at("nodes").is_there() || self.at("edges").is_there() => {
                let more = self.at("pageInfo").at("hasNextPage");
                if more.json == Some(&Json::Bool(true)) {
                    more.tell("import.more_pages");
                }
                let nodes = self.at("nodes");
                if nodes.is_there() {
                    return nodes.elements();
                }
                self.at("edges")
                    .elements()
                    .iter()
                    .map(|edge| edge.at("node"))
                    .filter(Self::is_there)
                    .collect()
            }
            Some(_) => {
                self.tell("import.wrong_kind");
                Vec::new()
            }
        }
    }

    /// Whether something is there, which is told when it is not: an empty place in a list is something lost.
    fn is_told_there(&self) -> bool {
        if !self.is_there() {
            self.tell("import.missing");
        }
        self.is_there()
    }

    /// The text here, without the space around it; empty is none. A whole number is a text too.
    fn text_here(&self, most: usize) -> Option<String> {
        let text: Cow<'_, str> = match self.json? {
            Json::Text(text) => Cow::Borrowed(text.trim()),
            Json::Integer(value) => Cow::Owned(value.to_string()),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                self.tell("import.wrong_kind");
                return None;
            }
        };
        if text.len() > most && text.chars().count() > most {
            self.tell("import.text_too_long");
            return Some(text.chars().take(most).collect());
        }
        Some(text.into_owned()).filter(|text| !text.is_empty())
    }

    /// The word here, as an element of a list.
    pub(super) fn here(&self) -> Option<String> {
        self.text_here(WORD)
    }

    /// A text of a key; one that is too long is told and cut.
    pub(super) fn text(&self, key: &str, most: usize) -> Option<String> {
        self.at(key).text_here(most)
    }

    /// A word of a key: short, on one line.
    pub(super) fn word(&self, key: &str) -> Option<String> {
        self.text(key, WORD).map(|text| text.replace(char::is_control, " "))
    }

    /// An id of a key. One that is too long, or holds control characters, is told and is none.
    pub(super) fn id(&self, key: &str) -> Option<String> {
        let at = self.at(key);
        match at.json? {
            Json::Text(text) if text.chars().count() > ID => at.tell("import.text_too_long"),
            Json::Text(text) if text.trim().chars().any(char::is_control) => {
                at.tell("import.control_character")
            }
            _ => return at.text_here(ID),
        }
        None
    }

    /// The id by which the order is known: without it the message is no order.
    pub(super) fn order_id(&self, key: &str) -> Result<String, ReadError> {
        self.id(key).ok_or_else(|| fields::missing(key))
    }

    /// A text about a person.
    pub(super) fn personal(&self, key: &str) -> Option<PersonalText> {
        self.personal_at(key).text_here(WORDS).map(PersonalText::new)
    }

    /// Yes or no, also as the words `true` and `false`.
    pub(super) fn yes(&self, key: &str) -> Option<bool> {
        let at = self.at(key);
        match at.json? {
            Json::Bool(value) => return Some(*value),
            Json::Text(text) if text.eq_ignore_ascii_case("true") => return Some(true),
            Json::Text(text) if text.eq_ignore_ascii_case("false") => return Some(false),
            Json::Text(text) if text.trim().is_empty() => {}
            _ => at.tell("import.wrong_kind"),
        }
        None
    }

    /// Pieces, also as digits in a text.
    pub(super) fn count(&self, key: &str) -> Option<u32> {
        let at = self.at(key);
        let count = match at.json? {
            Json::Integer(value) => u32::try_from(*value).ok(),
            Json::Text(text) => text.trim().parse().ok(),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => None,
        };
        let count = count.filter(|count| *count <= PIECES);
        if count.is_none() {
            at.tell("import.out_of_range");
        }
        count
    }

    /// A moment with its offset, or seconds since 1970 as a scientific number in a text.
    pub(super) fn moment(&self, key: &str) -> Option<Moment> {
        self.moment_with(key, "")
    }

    /// A moment of UTC that is written without saying so.
    pub(super) fn utc(&self, key: &str) -> Option<Moment> {
        self.moment_with(key, "Z")
    }

    fn moment_with(&self, key: &str, end: &str) -> Option<Moment> {
        let at = self.at(key);
        let text = at.text_here(WORD)?;
        let end = if offset_of(&text).is_some() { "" } else { end };
        match moment(&format!("{text}{end}")) {
            Ok(moment) => Some(moment),
            Err(error) => {
                at.tell(error.code);
                None
            }
        }
    }

    /// A word that means something, or is told and kept as it stands.
    pub(super) fn one_of<T>(
        &self,
        key: &str,
        known: impl Fn(&str) -> Option<T>,
        other: impl Fn(String) -> T,
    ) -> Option<T> {
        let word = self.word(key)?;
        Some(known(&word).unwrap_or_else(|| {
            self.at(key).tell("import.unknown_word");
            other(word)
        }))
    }

    /// The country of a key as two letters; another text is told.
    pub(super) fn country(&self, key: &str) -> Option<String> {
        let at = self.at(key);
        let code = at.text_here(WORD)?.to_ascii_uppercase();
        if is_country(&code) {
            return Some(code);
        }
        at.tell("import.country_unknown");
        None
    }

    /// The currency of a key.
    pub(super) fn currency(&self, key: &str) -> Option<Currency> {
        let at = self.at(key);
        let found = fields::currency(&at.text_here(WORD)?);
        found.map_err(|error| at.tell(error.code)).ok()
    }

    /// The currency of an amount here; none, untold, when there is no such amount.
    pub(super) fn currency_of(&self, keys: Keys) -> Option<Currency> {
        if self.is_object() { self.currency(keys.1) } else { None }
    }

    /// A plain amount of a key, in a currency that stands elsewhere.
    pub(super) fn amount(&self, key: &str, currency: Option<Currency>) -> Option<Money> {
        let (at, currency) = (self.at(key), currency?);
        let read = match at.json? {
            Json::Text(text) if text.trim().is_empty() => return None,
            Json::Text(text) => fields::signed_amount(text.trim(), currency),
            Json::Integer(value) => fields::signed_amount(&value.to_string(), currency),
            Json::Number(_) => {
                at.tell("import.amount_number");
                return None;
            }
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => {
                at.tell("import.wrong_kind");
                return None;
            }
        };
        read.map_err(|error| at.tell(error.code)).ok()
    }

    /// An amount with its currency here, which must be the order's. While the order has none, no amount is taken.
    pub(super) fn coin(&self, keys: Keys, order: Option<Currency>) -> Option<Money> {
        if !self.is_there() {
            return None;
        }
        let found = self.currency(keys.1);
        if !self.is_object() {
            return None;
        }
        if order.zip(found).is_some_and(|(order, found)| order != found) {
            self.at(keys.1).tell("import.currency_mixed");
            return None;
        }
        if order.is_none() || !self.at(keys.1).is_there() {
            self.at(keys.1).tell("import.missing");
            return None;
        }
        self.amount(keys.0, found)
    }
}

/// `totalPrice` as `total_price`.
fn underscored(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 4);
    for letter in key.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
