//! An example for each request, from its schema: what the types give as theirs, else what fits. A test reads every one of them
//! back as the command that it is an example of.

use serde_json::{Map, Value, json};

const PLACE: &str = "#/components/schemas/";
/// How deep examples go; no type of a request is deeper.
const DEEP: usize = 12;
/// What people would write under a name that has no example of its own.
const USUAL: &[(&str, &str)] = &[
    ("programme", "baitiao"),
    ("contact", "finance@citong-tea.example"),
    ("email", "finance@citong-tea.example"),
    ("mobile", "+8613800000000"),
    ("code", "citong-tea"),
    ("kind", "merchant"),
    ("holder", "泉州刺桐茶业有限公司"),
    ("company", "泉州刺桐茶业有限公司"),
    ("bank", "CNAPS 102393000011"),
    ("account_no", "1402000000001"),
    ("order", "own_site/TEA-1"),
    ("evidence", "receipt 20260302-1"),
    ("reason", "checked"),
    ("zone", "Asia/Shanghai"),
];

/// Puts an example beside every schema of a request that is a reference.
pub(super) fn fill(paths: &mut Value, components: &Map<String, Value>) {
    let Some(paths) = paths.as_object_mut() else { return };
    for operations in paths.values_mut() {
        let Some(content) = operations.pointer_mut("/post/requestBody/content/application~1json") else {
            continue;
        };
        let example = content.get("schema").map(|schema| of(schema, "", components, 0));
        if let (Some(content), Some(example)) = (content.as_object_mut(), example)
            && !content.contains_key("example")
        {
            content.insert("example".to_owned(), example);
        }
    }
}

/// An example of a schema that stands under a name.
pub(super) fn of(schema: &Value, name: &str, components: &Map<String, Value>, deep: usize) -> Value {
    if deep > DEEP {
        return Value::Null;
    }
    if let Some(example) = schema.pointer("/examples/0") {
        return example.clone();
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    let at = |inner: &Value| of(inner, name, components, deep + 1);
    if let Some(to) = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(PLACE)) {
        return components.get(to).map_or(Value::Null, at);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema.get(choice).and_then(Value::as_array).and_then(|choices| choices.first())
        {
            let mut example = at(first);
            // A tagged variant may have fields beside what all of them have.
            if let (Some(fields), Some(Value::Object(more))) =
                (example.as_object_mut(), schema.get("properties").map(|_| object(schema, components, deep)))
            {
                fields.extend(more);
            }
            return example;
        }
    }
    match kind(schema) {
        "object" => object(schema, components, deep),
        "array" => array(schema, name, components, deep),
        "integer" | "number" => {
            schema.get("minimum").filter(|least| **least != json!(0)).cloned().unwrap_or(json!(1))
        }
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => json!(USUAL.iter().find(|(known, _)| *known == name).map_or("text", |(_, usual)| *usual)),
    }
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds.first().and_then(Value::as_str).unwrap_or_default(),
        Some(_) | None => "",
    }
}

/// Fields that must be there; of the others those that have an example of their own.
fn object(schema: &Value, components: &Map<String, Value>, deep: usize) -> Value {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut fields = Map::new();
    for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if required.contains(&name.as_str()) {
            fields.insert(name.clone(), of(inner, name, components, deep + 1));
        }
    }
    Value::Object(fields)
}

fn array(schema: &Value, name: &str, components: &Map<String, Value>, deep: usize) -> Value {
    if let Some(places) = schema.get("prefixItems").and_then(Value::as_array) {
        return places.iter().map(|place| of(place, name, components, deep + 1)).collect();
    }
    schema.get("items").map_or_else(|| json!([]), |item| json!([of(item, name, components, deep + 1)]))
}
