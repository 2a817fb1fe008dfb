//! How the kernel's words look in JSON, for descriptions of interfaces: JSON Schema of the types that write themselves. Never
//! checks a value; the types do when they are read.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Currency, LocalDate, Money, Month, Partition, Rule, Timestamp};

/// What every id has after its prefix and the underscore: 13 letters or digits and a check letter.
pub const ID_LETTERS: &str = "[0-9A-HJKMNP-TV-Z]{14}";

/// A raw id that examples show: of the moment 2026-03-02T01:00:00Z.
pub const EXAMPLE_ID: i64 = 76_996_018_176_000_000;

/// The schema of a kind of id.
#[must_use]
pub fn of_id(prefix: &str, example: &str) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": format!("^{prefix}_{ID_LETTERS}$"),
        "examples": [example],
    })
}

/// Says a name and a schema of a type.
macro_rules! described {
    ($kind:ty, $name:literal, { $($schema:tt)* }) => {
        impl JsonSchema for $kind {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn schema_id() -> Cow<'static, str> {
                concat!("zaiton_kernel::", $name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ $($schema)* })
            }
        }
    };
}

described!(Timestamp, "Timestamp", {
    "type": "string",
    "format": "date-time",
    "description": "A moment by RFC 3339. It is taken with any offset and given in UTC.",
    "examples": ["2026-03-02T01:00:00Z"],
});
described!(LocalDate, "LocalDate", {
    "type": "string",
    "format": "date",
    "description": "A day of the calendar, without a zone.",
    "examples": ["2026-03-02"],
});
described!(Month, "Month", {
    "type": "string",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$",
    "description": "A month of a year.",
    "examples": ["2026-03"],
});
described!(Currency, "Currency", {
    "type": "string",
    "pattern": "^[A-Z]{3}$",
    "description": "A currency by ISO 4217.",
    "examples": ["CNY"],
});
described!(Rule, "Rule", {
    "type": "string",
    "description": "The number of the rule that says so. Stable.",
    "examples": ["R1-17"],
});
described!(Partition, "Partition", {
    "type": ["string", "integer"],
    "pattern": "^[1-9][0-9]{0,18}$",
    "minimum": 1,
    "description": "Where a record lies: a number of 63 bits, given as a string. A number is taken too, but many programs \
                    round one that is so large.",
    "examples": ["76996018176000000"],
});

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }
    fn schema_id() -> Cow<'static, str> {
        "zaiton_kernel::Money".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let currency = generator.subschema_for::<Currency>();
        json_schema!({
            "type": "object",
            "description": "An amount as a decimal, with at most as many decimals as its currency has.",
            "properties": {
                "amount": { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "examples": ["3000.00"] },
                "currency": currency,
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
            "examples": [{ "amount": "3000.00", "currency": "CNY" }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Id;

    #[expect(unreachable_pub, reason = "the macro makes ids for other crates")]
    mod ids {
        crate::define_id!(
            /// For this test.
            NoteId,
            "nte"
        );
    }
    use ids::NoteId;

    #[test]
    fn an_example_reads_back_and_fits_its_pattern() {
        let generator = &mut SchemaGenerator::default();
        let id = NoteId::json_schema(generator);
        let example = NoteId::from_raw(EXAMPLE_ID).to_string();
        assert_eq!(id.get("examples"), Some(&serde_json::json!([example])));
        assert_eq!(example.parse::<NoteId>(), Ok(NoteId::from_raw(EXAMPLE_ID)));
        assert_eq!(id.get("pattern"), Some(&serde_json::json!("^nte_[0-9A-HJKMNP-TV-Z]{14}$")));

        fn reads<T: JsonSchema + serde::de::DeserializeOwned>(generator: &mut SchemaGenerator) {
            let schema = T::json_schema(generator);
            let example = schema.get("examples").unwrap()[0].clone();
            assert!(serde_json::from_value::<T>(example).is_ok(), "{schema:?}");
        }
        reads::<Timestamp>(generator);
        reads::<LocalDate>(generator);
        reads::<Month>(generator);
        reads::<Currency>(generator);
        reads::<Rule>(generator);
        reads::<Partition>(generator);
        reads::<Money>(generator);
    }
}
