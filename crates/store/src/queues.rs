//! What makes queues, searches and candidates readable by an index: the columns and indexes of migration 10. Facts of the schema
//! only.

use crate::tables::PAGED;

/// A column that is made from the body: its table, its name, what it is on SQLite and on PostgreSQL.
struct Column {
    table: &'static str,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const fn column(
    table: &'static str,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
) -> Column {
    Column { table, name, sqlite, postgres }
}

/// PostgreSQL compares what people search by byte, as SQLite does, whatever its locale is.
const ADDED: &[Column] = &[
    column("prepaid_accounts", "status", "body->>'$.state.name'", "body::json #>> '{state,name}'"),
    column("prepaid_accounts", "breaker", "body->>'$.breaker'", "body::json #>> '{breaker}'"),
    column(
        "prepaid_accounts",
        "restriction",
        "body->>'$.restriction.stage'",
        "body::json #>> '{restriction,stage}'",
    ),
    column(
        "prepaid_accounts",
        "new_card",
        "CASE WHEN body->>'$.proposed_card' IS NOT NULL THEN 'proposed' END",
        "CASE WHEN body::json #>> '{proposed_card}' IS NOT NULL THEN 'proposed' END",
    ),
    column("policies", "status", "body->>'$.state.name'", "body::json #>> '{state,name}'"),
    column("connections", "trouble", "body->>'$.trouble.name'", "body::json #>> '{trouble,name}'"),
    column("top_ups", "amount", "body->>'$.amount.amount'", "body::json #>> '{amount,amount}'"),
    column("payments", "amount", "body->>'$.amount.amount'", "body::json #>> '{amount,amount}'"),
    column(
        "merchants",
        "code_key",
        "lower(body->>'$.code')",
        "lower((body::json #>> '{code}') COLLATE \"C\")",
    ),
    column(
        "merchants",
        "name_key",
        "lower(body->>'$.name')",
        "lower((body::json #>> '{name}') COLLATE \"C\")",
    ),
    column(
        "merchants",
        "company_key",
        "lower(body->>'$.company')",
        "lower((body::json #>> '{company}') COLLATE \"C\")",
    ),
];

/// Columns by which queues are found, beside the `status` of what is paged by its state: a value of such a column says that
/// somebody is waited for.
pub const QUEUED: &[(&str, &str)] = &[
    ("prepaid_accounts", "status"),
    ("prepaid_accounts", "breaker"),
    ("prepaid_accounts", "restriction"),
    ("prepaid_accounts", "new_card"),
    ("policies", "status"),
    ("connections", "trouble"),
];

/// The columns of merchants by which they are searched.
pub const SEARCHED: &[&str] = &["code_key", "name_key", "company_key"];

/// Tables whose open records are found by their amount.
pub const BY_AMOUNT: &[&str] = &["top_ups", "payments"];

/// What is true of timers and effects that are dead: of those alone there is an index, so that nothing is paid for the others.
#[must_use]
pub fn dead(table: &str, postgres: bool) -> Option<String> {
    let why = match table {
        "timers" => "refusal",
        "effects" => "error",
        _ => return None,
    };
    Some(if postgres {
        format!("due_at IS NULL AND (body::json ->> '{why}') IS NOT NULL")
    } else {
        format!("due_at IS NULL AND body->>'$.{why}' IS NOT NULL")
    })
}

/// The text of the migration. The environment, which is the partition's highest bit, comes before the id: a crowd in one must
/// not be walked through by the other.
#[must_use]
pub fn make(postgres: bool) -> String {
    let mut sql = String::new();
    for Column { table, name, sqlite, postgres: other } in ADDED {
        sql.push_str(&if postgres {
            let collate = if SEARCHED.contains(name) { " COLLATE \"C\"" } else { "" };
            format!(
                "ALTER TABLE {table} ADD COLUMN {name} text{collate} GENERATED ALWAYS AS ({other}) STORED;\n"
            )
        } else {
            format!("ALTER TABLE {table} ADD COLUMN {name} TEXT GENERATED ALWAYS AS ({sqlite}) VIRTUAL;\n")
        });
    }
    for (table, _) in PAGED.iter().filter(|(_, states)| *states) {
        sql.push_str(&format!(
            "DROP INDEX {table}_state;\nCREATE INDEX {table}_state ON {table} (status, (partition >> 62), id);\n"
        ));
    }
    for (table, column) in QUEUED {
        sql.push_str(&format!(
            "CREATE INDEX {table}_{column} ON {table} ({column}, (partition >> 62), id);\n"
        ));
    }
    for key in SEARCHED {
        sql.push_str(&format!("CREATE INDEX merchants_{key} ON merchants ((partition >> 62), {key}, id);\n"));
    }
    for table in BY_AMOUNT {
        sql.push_str(&format!(
            "CREATE INDEX {table}_amount ON {table} (status, amount, (partition >> 62), id);\n"
        ));
    }
    for table in ["timers", "effects"] {
        if let Some(dead) = dead(table, postgres) {
            sql.push_str(&format!(
                "CREATE INDEX {table}_dead ON {table} ((partition >> 62), id) WHERE {dead};\n"
            ));
        }
    }
    sql.push_str("CREATE INDEX parked_environment ON parked ((partition >> 62), id);\n");
    sql.push_str("CREATE INDEX notices_topic ON notices (partition, topic, id);\n");
    sql
}
