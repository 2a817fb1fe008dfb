//! JSON as a tree without floats and with its keys as they stand. Never picks one of two values for a key, never
//! takes a number for an amount, never lets U+0000 through.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use zaiton_kernel::{Currency, Money};

use super::moment::Moment;
use crate::error::shown;
use crate::{ReadError, fields, text};

/// Said by the visitor when a text holds U+0000; told apart from other faults by it.
const NUL: &str = "U+0000";

/// A JSON value.
#[derive(Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number with a fraction, an exponent, or too many digits, as a text to show: nothing here is ever one.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or_else(|_| Json::Number(value.to_string()), Json::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        if value.contains('\0') { Err(E::custom(NUL)) } else { Ok(Json::Text(value)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key.contains('\0') {
                return Err(A::Error::custom(NUL));
            }
            object.push((key, map.next_value()?));
        }
        Ok(Json::Object(object))
    }
}

impl Json {
    /// Reads a whole text as one value.
    pub(crate) fn parse(text: &str) -> Result<Self, ReadError> {
        serde_json::from_str(text).map_err(|error| broken(&error))
    }

    /// The only value of a key; `None` when it is absent or null.
    pub(crate) fn get(&self, key: &str) -> Result<Option<&Json>, ReadError> {
        let Self::Object(pairs) = self else { return Err(wrong_kind("对象", "an object")) };
        let mut named = pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value);
        let first = named.next();
        if named.next().is_some() {
            return Err(ReadError::new(
                "import.twice",
                format!("字段“{key}”出现了多次。"),
                format!("The field \"{key}\" stands more than once."),
            )
            .in_field(key));
        }
        Ok(first.filter(|value| !matches!(value, Self::Null)))
    }

    /// The value of a key, read by `read`; `None` when it is absent.
    pub(crate) fn maybe<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Json) -> Result<T, ReadError>,
    ) -> Result<Option<T>, ReadError> {
        self.get(key)?.map(read).transpose().map_err(|error| under(error, key))
    }

    /// The value of a key, which must be there, read by `read`.
    pub(crate) fn must<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Json) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        self.maybe(key, read)?.ok_or_else(|| fields::missing(key))
    }

    /// The list of a key, each element read by `read`; an absent one is empty.
    pub(crate) fn each<T>(
        &self,
        key: &str,
        most: usize,
        mut read: impl FnMut(&Json) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let Some(value) = self.get(key)? else { return Ok(Vec::new()) };
        let Self::List(list) = value else { return Err(wrong_kind("数组", "a list").in_field(key)) };
        if list.len() > most {
            return Err(ReadError::new(
                "import.too_many",
                format!("“{key}”超过上限 {most} 项。"),
                format!("There are more than {most} items in \"{key}\"."),
            )
            .in_field(key));
        }
        let numbered = list.iter().enumerate();
        numbered.map(|(at, item)| read(item).map_err(|error| under(error, &format!("{key}[{at}]")))).collect()
    }

    /// A short text that names something: not empty, no control characters, space around it set aside.
    pub(crate) fn name(&self, most: usize) -> Result<String, ReadError> {
        let name = self.free_text(most)?.trim().to_owned();
        if name.is_empty() {
            return Err(ReadError::new("import.empty_text", "不得为空。", "This must not be empty."));
        }
        if name.chars().any(char::is_control) {
            return Err(ReadError::new(
                "import.control_character",
                "不得含有控制字符。",
                "This must not hold control characters.",
            ));
        }
        Ok(name)
    }

    /// A text of any kind.
    pub(crate) fn free_text(&self, most: usize) -> Result<&str, ReadError> {
        let Self::Text(text) = self else { return Err(wrong_kind("字符串", "a text")) };
        fields::bounded(text, most)?;
        Ok(text)
    }

    /// A whole number within bounds.
    pub(crate) fn whole(&self, least: u32, most: u32) -> Result<u32, ReadError> {
        let Self::Integer(value) = self else { return Err(wrong_kind("整数", "a whole number")) };
        u32::try_from(*value).ok().filter(|value| (least..=most).contains(value)).ok_or_else(|| {
            ReadError::new(
                "import.out_of_range",
                format!("{value} 不在 {least} 至 {most} 之间。"),
                format!("{value} is outside {least} to {most}."),
            )
        })
    }

    /// An amount as a decimal text, never negative.
    pub(crate) fn amount(&self, currency: Currency) -> Result<Money, ReadError> {
        match self {
            Self::Text(text) => fields::amount(text, currency),
            Self::Integer(_) | Self::Number(_) => Err(ReadError::new(
                "import.amount_number",
                "金额必须写成十进制字符串，例如 \"12.50\"，不得写成 JSON 数字。",
                "An amount must be a decimal text such as \"12.50\", not a JSON number, which loses digits.",
            )),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Object(_) => {
                Err(wrong_kind("金额字符串", "an amount as a text"))
            }
        }
    }

    /// A moment in RFC 3339 with its offset.
    pub(crate) fn moment(&self) -> Result<Moment, ReadError> {
        Moment::written(self.free_text(64)?)
    }

    /// A currency by its three letters.
    pub(crate) fn currency(&self) -> Result<Currency, ReadError> {
        fields::currency(self.free_text(64)?)
    }

    /// Yes or no.
    pub(crate) fn yes(&self) -> Result<bool, ReadError> {
        if let Self::Bool(value) = self {
            Ok(*value)
        } else {
            Err(wrong_kind("true 或 false", "true or false"))
        }
    }
}

/// Puts an error's field under the field that holds it: `qty` in `lines[2]` is `lines[2].qty`.
pub(crate) fn under(mut error: ReadError, holder: &str) -> ReadError {
    error.field = Some(match error.field.take() {
        Some(field) => format!("{holder}.{field}"),
        None => holder.to_owned(),
    });
    error
}

pub(crate) fn wrong_kind(zh: &str, en: &str) -> ReadError {
    ReadError::new("import.wrong_kind", format!("此处应为{zh}。"), format!("This should be {en}."))
}

/// A fault of the JSON itself, with its place.
pub(crate) fn broken(error: &serde_json::Error) -> ReadError {
    let reason = error.to_string();
    let told = if reason.starts_with(NUL) {
        text::nul()
    } else if error.is_eof() {
        ReadError::new("import.truncated", "JSON 在中途结束。", "The JSON ends half-way.")
    } else {
        let reason = shown(reason.split(" at line ").next().unwrap_or(&reason));
        ReadError::new(
            "import.json",
            format!("JSON 格式有误：{reason}。"),
            format!("The JSON is not well-formed: {reason}."),
        )
    };
    told.at_line(text::number(error.line().max(1))).at_column(text::number(error.column().max(1)))
}
