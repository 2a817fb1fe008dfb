//! To which field of a request a problem points (RFC 6901): where its reading stopped, or the field that a figure of the refusal
//! repeats. Never points at a field that only might be meant.

use serde_json::Value;
use zaiton_kernel::Refusal;

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The place at which a command's JSON could not be read. The reader says the path; of a missing or unknown field it says the
/// name in its words.
pub(crate) fn of_error(path: &serde_path_to_error::Path, words: &str) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    let mut last = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escaped(key),
            // A variant is no place of its own.
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&name);
        last = name;
    }
    let named = ["missing field `", "unknown field `"].iter().find_map(|start| words.strip_prefix(start));
    if let Some(name) = named.and_then(|rest| rest.split('`').next()).map(escaped)
        && last != name
    {
        pointer.push('/');
        pointer.push_str(&name);
    }
    pointer
}

/// The field of a request that a refusal repeats as a figure: by its name, or an id by its value.
pub(super) fn of_refusal(refusal: &Refusal, given: &str) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(given) else { return None };
    for figure in &refusal.figures {
        let by_name =
            fields.get_key_value(figure.name.as_ref()).filter(|(_, value)| says(value, &figure.value));
        let by_value = || {
            fields.iter().find(|(_, value)| {
                figure.name == "id" && value.as_str().is_some_and(|given| given == figure.value)
            })
        };
        if let Some((name, _)) = by_name.or_else(by_value) {
            return Some(format!("/{}", escaped(name)));
        }
    }
    None
}

/// Whether a value of a request and the text of a figure say the same.
fn says(value: &Value, text: &str) -> bool {
    match value {
        Value::String(given) => given == text,
        Value::Number(_) | Value::Bool(_) => {
            serde_json::from_str::<Value>(text).is_ok_and(|said| said == *value)
        }
        Value::Object(_) => serde_json::from_value::<zaiton_kernel::Money>(value.clone())
            .is_ok_and(|money| money.to_string() == text),
        Value::Null | Value::Array(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;
    use zaiton_kernel::{Money, Rule, Text};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Given {
        amount: Money,
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Line {
        rate: u32,
    }

    fn pointer(given: &str) -> String {
        let reader = &mut serde_json::Deserializer::from_str(given);
        let error = serde_path_to_error::deserialize::<_, Given>(reader).unwrap_err();
        of_error(error.path(), &error.inner().to_string())
    }

    #[test]
    fn what_cannot_be_read_is_pointed_at() {
        let amount = r#"{"amount":"1.00","currency":"CNY"}"#;
        for (given, place) in [
            (format!(r#"{{"amount":{amount},"lines":[{{"rate":1}},{{"rate":"x"}}]}}"#), "/lines/1/rate"),
            (format!(r#"{{"amount":{amount},"lines":[{{"rat/e":1}}]}}"#), "/lines/0/rat~1e"),
            (format!(r#"{{"amount":{amount},"lines":[{{}}]}}"#), "/lines/0/rate"),
            (r#"{"lines":[]}"#.to_owned(), "/amount"),
            (r#"{"amount":{"amount":"1.001","currency":"CNY"},"lines":[]}"#.to_owned(), "/amount"),
            ("[]".to_owned(), ""),
        ] {
            assert_eq!(pointer(&given), place, "{given}");
        }
    }

    #[test]
    fn a_refusal_points_at_the_field_that_it_repeats() {
        let none = Refusal::new("a.b", Rule::new("R1-17"), Text::new("", ""), Text::new("", ""));
        let given =
            json!({ "amount": { "amount": "1.00", "currency": "CNY" }, "top_up": "tu_1", "at_most": 7 });
        let at = |refusal: Refusal| of_refusal(&refusal, &given.to_string());
        assert_eq!(at(none.clone().with("amount", "1.00 CNY")), Some("/amount".to_owned()));
        assert_eq!(at(none.clone().with("at_least", "9").with("at_most", 7)), Some("/at_most".to_owned()));
        assert_eq!(at(none.clone().with("id", "tu_1")), Some("/top_up".to_owned()));
        assert_eq!(at(none.clone().with("at_most", 8)), None);
        assert_eq!(at(none), None);
    }
}
