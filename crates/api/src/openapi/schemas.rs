//! The schemas of everything that is given or comes back, as components of the document. What is given and what comes back of
//! one type may differ (a field with a default may be left out, and is always written): then the one that is given has
//! `Given` after its name. Says nothing that the types do not say.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::resources::RAW;

const PLACE: &str = "#/components/schemas/";

/// The two generators at work.
pub(super) struct Schemas {
    given: SchemaGenerator,
    said: SchemaGenerator,
    by_hand: Map<String, Value>,
    records: Vec<String>,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings =
            || SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
        Self {
            given: settings().for_deserialize().into_generator(),
            said: settings().for_serialize().into_generator(),
            by_hand: Map::new(),
            records: Vec::new(),
        }
    }

    /// A type as callers give it. Its references are settled by [`Self::finish`].
    pub(super) fn given(&mut self, of: impl FnOnce(&mut SchemaGenerator) -> Schema) -> Value {
        let mut schema = of(&mut self.given).to_value();
        each_reference(&mut schema, &|name| format!("<{name}"));
        schema
    }

    /// A type as it comes back.
    pub(super) fn said(&mut self, of: impl FnOnce(&mut SchemaGenerator) -> Schema) -> Value {
        of(&mut self.said).to_value()
    }

    /// A record as it is seen: ids that it keeps as numbers are texts.
    pub(super) fn record(&mut self, of: fn(&mut SchemaGenerator) -> Schema) -> Value {
        let schema = of(&mut self.said).to_value();
        self.records.extend(references(&schema));
        schema
    }

    /// A type in place, with what it speaks of.
    pub(super) fn inline<T: JsonSchema>(&mut self) -> Value {
        let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
        settings.for_deserialize().into_generator().into_root_schema_for::<T>().to_value()
    }

    /// What a type that is given says of itself.
    pub(super) fn about(&self, schema: &Value) -> String {
        let named = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(PLACE));
        let known = named.and_then(|name| self.given.definitions().get(name.trim_start_matches('<')));
        known.unwrap_or(schema).get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A component that no type writes by itself, and a reference to it.
    pub(super) fn put(&mut self, name: &str, schema: Value) -> Value {
        self.by_hand.insert(name.to_owned(), schema);
        serde_json::json!({ "$ref": format!("{PLACE}{name}") })
    }

    /// All components; references in `document` are to them.
    pub(super) fn finish(mut self, document: &mut Value) -> Map<String, Value> {
        let given = self.given.take_definitions(true);
        let mut all = self.said.take_definitions(true);
        let seen = closure(&self.records, &all);
        for name in &seen {
            if let Some(schema) = all.get_mut(name) {
                identified(schema);
            }
        }
        let mut other: BTreeSet<String> = given
            .iter()
            .filter(|(name, schema)| all.get(*name).is_some_and(|said| said != *schema))
            .map(|(name, _)| name.clone())
            .collect();
        // Who speaks of one that differs differs as well.
        loop {
            let more: Vec<String> = given
                .iter()
                .filter(|(name, schema)| {
                    !other.contains(*name) && references(schema).iter().any(|to| other.contains(to))
                })
                .map(|(name, _)| name.clone())
                .collect();
            if more.is_empty() {
                break;
            }
            other.extend(more);
        }
        let settled = |name: &str| {
            if other.contains(name) && all_has(&all, name) { format!("{name}Given") } else { name.to_owned() }
        };
        let mut put = Vec::new();
        for (name, mut schema) in given {
            each_reference(&mut schema, &settled);
            put.push((settled(&name), schema));
        }
        each_reference(document, &|name| name.strip_prefix('<').map_or_else(|| name.to_owned(), &settled));
        all.extend(put);
        all.extend(self.by_hand);
        all
    }
}

/// These and all that they speak of.
fn closure(from: &[String], all: &Map<String, Value>) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut next: Vec<String> = from.to_vec();
    while let Some(name) = next.pop() {
        if known.insert(name.clone()) {
            next.extend(all.get(&name).map(references).unwrap_or_default());
        }
    }
    known
}

/// What `resources::identified` does to a record, done to its schema.
fn identified(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Object(properties)) = fields.get_mut("properties") {
                for (name, of) in properties {
                    let Some((_, prefix)) = RAW.iter().find(|(known, _)| known == name) else { continue };
                    let is_optional = of["type"] == json!(["integer", "null"]);
                    if of["type"] == "integer" || is_optional {
                        let about = of.get("description").cloned().unwrap_or_default();
                        let kind = if is_optional { json!(["string", "null"]) } else { json!("string") };
                        *of = json!({
                            "type": kind, "pattern": format!("^{prefix}_{}$", zaiton_kernel::schema::ID_LETTERS),
                            "description": about,
                        });
                    }
                }
            }
            fields.values_mut().for_each(identified);
        }
        Value::Array(items) => items.iter_mut().for_each(identified),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn all_has(all: &Map<String, Value>, name: &str) -> bool {
    all.contains_key(name)
}

/// The names of the components that a schema speaks of.
pub(super) fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(to) if name == "$ref" => {
                        found.extend(to.strip_prefix(PLACE).map(str::to_owned))
                    }
                    other => found.extend(references(other)),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| found.extend(references(item))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn each_reference(schema: &mut Value, name_of: &dyn Fn(&str) -> String) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match value {
                    Value::String(to) if name == "$ref" => {
                        if let Some(named) = to.strip_prefix(PLACE).map(name_of) {
                            *to = format!("{PLACE}{named}");
                        }
                    }
                    other => each_reference(other, name_of),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_reference(item, name_of)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
