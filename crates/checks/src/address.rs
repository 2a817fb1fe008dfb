//! Postal addresses against the format of their country (R5-13): what must be there, what a postal code looks like, and in which
//! province it lies. The facts are those of libaddressinput, read at run time; none of them is carried here.
//!
//! Never says that somebody lives there, and never corrects what was written.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use crate::{Kind, Part, Wrong};

/// Bytes of the facts, at most.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of one pattern, compiled, at most.
const PATTERN_BYTES: usize = 256 * 1024;
/// Letters of one field, at most.
const FIELD_LETTERS: usize = 200;

/// Where people write the town before the street, in one.
const TOWN_IN_STREET: [&str; 1] = ["JP"];

/// An address, each field as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// Two letters of ISO 3166-1.
    pub country: String,
    /// Province, state or prefecture: its name, its short form or its code, in any language of the country.
    pub area: String,
    /// Town.
    pub town: String,
    /// Street and number, several lines in one.
    pub street: String,
    /// Postal code.
    pub postcode: String,
}

/// The formats of the countries.
#[derive(Debug, Default)]
pub struct Formats {
    countries: BTreeMap<String, Format>,
}

#[derive(Debug, Default)]
struct Format {
    /// Letters of what must be there: `A` street, `C` town, `S` area, `Z` postal code.
    required: String,
    postcode: Option<Regex>,
    areas: Vec<Area>,
}

#[derive(Debug)]
struct Area {
    /// Every name of it, in small letters.
    names: Vec<String>,
    /// How its postal codes begin.
    postcode: Option<Regex>,
}

/// The facts cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Which line, from 1; none for the whole.
    pub line: Option<usize>,
    /// What is wrong, in English: for whoever loads it.
    pub why: String,
}

/// A line of the facts, as far as it is used.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    require: String,
    zip: Option<String>,
    #[serde(default)]
    sub_keys: String,
    #[serde(default)]
    sub_names: String,
    #[serde(default)]
    sub_lnames: String,
    #[serde(default)]
    sub_isoids: String,
    #[serde(default)]
    sub_zips: String,
}

impl Formats {
    /// Reads the facts: lines of `data/US={..}`. What lies below provinces is passed over.
    ///
    /// # Errors
    /// A line that cannot be read, or more than may be.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        if text.len() > MOST_BYTES {
            return Err(Unreadable { line: None, why: format!("more than {MOST_BYTES} bytes") });
        }
        let mut formats = Self::default();
        for (at, line) in text.lines().enumerate() {
            let Some((key, body)) = line.strip_prefix("data/").and_then(|line| line.split_once('=')) else {
                continue;
            };
            // `US`, or `CA--fr` with the names in another language; `US/CA` is a province.
            let country = key.split("--").next().unwrap_or_default();
            if country.len() != 2 || country == "ZZ" {
                continue;
            }
            let unreadable = |why: String| Unreadable { line: Some(at + 1), why };
            let line: Line = serde_json::from_str(body).map_err(|error| unreadable(error.to_string()))?;
            let format = formats.countries.entry(country.to_owned()).or_default();
            format.take(&line, country, key == country).map_err(|error| unreadable(error.to_string()))?;
        }
        if formats.countries.is_empty() {
            return Err(Unreadable { line: None, why: "no country is in it".to_owned() });
        }
        Ok(formats)
    }

    /// How many countries have a format.
    #[must_use]
    pub fn len(&self) -> usize {
        self.countries.len()
    }

    /// No country has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.countries.is_empty()
    }

    /// Rule R5-13. All that is wrong with an address, in the order of its fields; empty when nothing is.
    #[must_use]
    pub fn check(&self, address: &Address) -> Vec<Wrong> {
        let Some(format) = self.countries.get(address.country.trim()) else {
            return vec![Kind::Address.wrong(Part::Country)];
        };
        format.check(address).into_iter().map(|part| Kind::Address.wrong(part)).collect()
    }
}

fn pattern(text: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(text).case_insensitive(true).size_limit(PATTERN_BYTES).build()
}

impl Format {
    /// The line of a country, or of a country in another of its languages, which adds names.
    fn take(&mut self, line: &Line, country: &str, is_main: bool) -> Result<(), regex::Error> {
        let part = |list: &str, at: usize| list.split('~').nth(at).unwrap_or_default().trim().to_lowercase();
        if is_main {
            // A country whose line does not say it asks for street and town.
            self.required = if line.require.is_empty() { "AC".to_owned() } else { line.require.clone() };
            if TOWN_IN_STREET.contains(&country) {
                self.required.retain(|letter| letter != 'C');
            }
            self.postcode = line.zip.as_deref().map(|zip| pattern(&format!("^(?:{zip})$"))).transpose()?;
        }
        for (at, key) in line.sub_keys.split('~').enumerate().filter(|(_, key)| !key.is_empty()) {
            let key = key.trim().to_lowercase();
            let lists = [&line.sub_names, &line.sub_lnames, &line.sub_isoids];
            let mut names: Vec<String> = lists.iter().map(|list| part(list, at)).collect();
            names.push(key.clone());
            names.retain(|name| !name.is_empty());
            // A province has the same key or the same code in every language.
            if let Some(area) = self.areas.iter_mut().find(|area| area.names.contains(&key)) {
                area.names.extend(names);
                continue;
            }
            let zip = line.sub_zips.split('~').nth(at).filter(|zip| !zip.is_empty());
            let postcode = zip.map(|zip| pattern(&format!("^(?:{zip})"))).transpose()?;
            self.areas.push(Area { names, postcode });
        }
        Ok(())
    }

    fn check(&self, address: &Address) -> Vec<Part> {
        let field = |text: &str| text.trim().chars().take(FIELD_LETTERS).collect::<String>();
        let (area, town, street, postcode) =
            (field(&address.area), field(&address.town), field(&address.street), field(&address.postcode));
        let missing = |letter: char, text: &str| self.required.contains(letter) && text.is_empty();
        let mut wrong = Vec::new();
        let name = area.to_lowercase();
        let known = self.areas.iter().find(|known| known.names.contains(&name));
        if missing('S', &area) {
            wrong.push(Part::AreaMissing);
        } else if !area.is_empty() && !self.areas.is_empty() && known.is_none() {
            wrong.push(Part::AreaUnknown);
        }
        if missing('C', &town) {
            wrong.push(Part::TownMissing);
        }
        if missing('A', &street) {
            wrong.push(Part::StreetMissing);
        }
        let begins = |known: &Area| known.postcode.as_ref().is_none_or(|begin| begin.is_match(&postcode));
        if postcode.is_empty() {
            if missing('Z', &postcode) {
                wrong.push(Part::PostcodeMissing);
            }
        } else if self.postcode.as_ref().is_some_and(|form| !form.is_match(&postcode)) {
            wrong.push(Part::PostcodeForm);
        } else if known.is_some_and(|known| !begins(known)) {
            wrong.push(Part::PostcodeElsewhere);
        }
        wrong
    }
}
