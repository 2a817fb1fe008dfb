//! Replies, records and refusals in plain words: a line a thing, amounts with their currency, names for ids. Leaves nothing of
//! a value out; judges nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use zaiton_engine::Outcome;
use zaiton_kernel::Refusal;

use crate::names::Names;

/// A value in words. The outermost object has no braces.
pub(crate) fn plain(names: &mut Names, value: &Value) -> String {
    match value {
        Value::Object(fields) => fields_of(names, fields, true),
        other => inner(names, other),
    }
}

/// A value that has a place of its own in a line, such as a state.
pub(crate) fn tagged(names: &mut Names, value: &Value) -> String {
    inner(names, value)
}

fn inner(names: &mut Names, value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Number(number) => names.figure(number),
        Value::String(text) if text.is_empty() => "\"\"".into(),
        Value::String(text) => names.text(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| inner(names, item)).collect();
            format!("[{}]", items.join("; "))
        }
        Value::Object(fields) => fields_of(names, fields, false),
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

fn fields_of(names: &mut Names, fields: &Map<String, Value>, outermost: bool) -> String {
    if let (2, Some(amount), Some(currency)) =
        (fields.len(), text(fields, "amount"), text(fields, "currency"))
    {
        return format!("{amount} {currency}");
    }
    if let (2, Some(zh), Some(en)) = (fields.len(), text(fields, "zh-CN"), text(fields, "en")) {
        return format!("{} / {}", names.text(zh), names.text(en));
    }
    let mut tag = None;
    let mut said = Vec::new();
    // In the order of the letters, whatever order a JSON library keeps.
    let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
    for (name, value) in sorted {
        match (name.as_str(), value) {
            // What a variant is called stands for the whole: `awaiting_funds (expires_at ..)`.
            ("name" | "type" | "result" | "reason", Value::String(variant)) if !outermost => {
                tag = Some(variant.clone());
            }
            _ => said.push(format!("{name} {}", inner(names, value))),
        }
    }
    let said = said.join(", ");
    match tag {
        Some(tag) if said.is_empty() => tag,
        Some(tag) => format!("{tag} ({said})"),
        None if outermost => said,
        None => format!("{{{said}}}"),
    }
}

/// A JSON text in words; the text itself when it is none.
pub(crate) fn plain_text(names: &mut Names, body: &str) -> String {
    match serde_json::from_str::<Value>(body) {
        Ok(mut value) => {
            if let Some(fields) = value.as_object_mut() {
                fields.remove("environment");
            }
            plain(names, &value)
        }
        Err(_) => names.text(body),
    }
}

/// An outcome, with its reply or its refusal.
pub(crate) fn outcome(names: &mut Names, outcome: &Outcome) -> Vec<String> {
    match outcome {
        Outcome::Accepted { reply, repeated } => {
            let word = if *repeated { "accepted before" } else { "accepted" };
            let reply = if reply == "null" { String::new() } else { plain_text(names, reply) };
            vec![if reply.is_empty() { word.to_owned() } else { format!("{word}: {reply}") }]
        }
        Outcome::Refused { refusal } => refused(names, "refused", refusal),
        Outcome::Denied { refusal } => refused(names, "denied", refusal),
        Outcome::Failed { failure, detail } => vec![format!("failed: {failure:?} {detail}")],
    }
}

fn refused(names: &mut Names, word: &str, refusal: &Refusal) -> Vec<String> {
    let mut lines = vec![format!("{word} by {}: {}", refusal.rule, refusal.code)];
    let figures: Vec<String> = refusal
        .figures
        .iter()
        .map(|figure| {
            let value = match figure.value.parse::<i64>() {
                Ok(number) => names.figure(&number.into()),
                Err(_) => names.text(&figure.value),
            };
            format!("{} {value}", figure.name)
        })
        .collect();
    if !figures.is_empty() {
        lines.push(format!("  {}", figures.join(", ")));
    }
    lines.push(format!("  {}{}", names.text(&refusal.why.zh), names.text(&refusal.cure.zh)));
    lines.push(format!("  {} {}", names.text(&refusal.why.en), names.text(&refusal.cure.en)));
    lines
}
