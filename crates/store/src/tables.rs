//! The tables of records, and the text of the migrations that make them. Facts of the schema only.

/// A record's table and its generated columns: name, SQLite expression, PostgreSQL expression and type. None on
/// hot tables (holds, orders): a generated column with an index costs a third of the inserts.
pub struct RecordTable {
    /// Table name.
    pub name: &'static str,
    /// The migration that makes it.
    pub migration: i64,
    /// Generated columns: name, JSON path of the body, whether it is a number.
    pub generated: &'static [(&'static str, &'static str, bool)],
    /// Indexes: their columns.
    pub indexes: &'static [&'static str],
}

/// All tables of records. The order is that of their kinds' numbers.
pub const RECORD_TABLES: &[RecordTable] = &[
    RecordTable {
        name: "timers",
        migration: 2,
        generated: &[("lane", "lane", true), ("due_at", "due_at", true)],
        // The environment is the partition's highest bit: a crowd in one must not be walked through by the other.
        indexes: &["lane, (partition >> 62), due_at, id"],
    },
    RecordTable {
        name: "effects",
        migration: 2,
        generated: &[("lane", "lane", true), ("due_at", "due_at", true)],
        // The environment is the partition's highest bit: a crowd in one must not be walked through by the other.
        indexes: &["lane, (partition >> 62), due_at, id"],
    },
    RecordTable { name: "parked", migration: 2, generated: &[], indexes: &[] },
    RecordTable {
        name: "merchants",
        migration: 2,
        generated: &[("code", "code", false)],
        indexes: &["code"],
    },
    RecordTable {
        name: "prepaid_accounts",
        migration: 2,
        generated: &[("merchant", "merchant", true)],
        indexes: &["partition"],
    },
    RecordTable {
        name: "top_ups",
        migration: 2,
        generated: &[
            ("status", "state.name", false),
            ("remark_code", "remark_code", false),
            ("payer_key", "payer_key", false),
        ],
        indexes: &["partition", "payer_key, status", "remark_code"],
    },
    RecordTable { name: "holds", migration: 2, generated: &[], indexes: &[] },
    RecordTable {
        name: "promotions",
        migration: 3,
        generated: &[("status", "state.name", false)],
        indexes: &["partition"],
    },
    RecordTable { name: "prepaid_months", migration: 3, generated: &[], indexes: &["partition"] },
    RecordTable {
        name: "bank_accounts",
        migration: 2,
        generated: &[("number", "number", false)],
        indexes: &["number"],
    },
    RecordTable { name: "bank_statements", migration: 2, generated: &[], indexes: &["partition"] },
    RecordTable {
        name: "bank_lines",
        migration: 2,
        generated: &[("status", "state.name", false), ("amount", "amount.amount", false)],
        indexes: &["partition", "status, amount"],
    },
    RecordTable { name: "orders", migration: 2, generated: &[], indexes: &[] },
    RecordTable {
        name: "withdrawals",
        migration: 3,
        generated: &[("status", "state.name", false)],
        indexes: &["partition", "status"],
    },
    RecordTable {
        name: "payments",
        migration: 3,
        generated: &[("status", "state.name", false)],
        indexes: &["partition"],
    },
    RecordTable { name: "payment_files", migration: 3, generated: &[], indexes: &["partition"] },
    RecordTable { name: "held_statements", migration: 3, generated: &[], indexes: &["partition"] },
    RecordTable { name: "names", migration: 2, generated: &[], indexes: &[] },
    RecordTable { name: "policies", migration: 3, generated: &[], indexes: &[] },
    RecordTable {
        name: "notices",
        migration: 3,
        generated: &[("topic", "topic", false)],
        indexes: &["partition"],
    },
    RecordTable { name: "platform_days", migration: 3, generated: &[], indexes: &[] },
    RecordTable { name: "client_money_days", migration: 3, generated: &[], indexes: &["partition"] },
    RecordTable { name: "contact_points", migration: 4, generated: &[], indexes: &["partition"] },
    RecordTable { name: "channel_orders", migration: 5, generated: &[], indexes: &[] },
    RecordTable { name: "channel_messages", migration: 5, generated: &[], indexes: &[] },
    RecordTable { name: "sealed_messages", migration: 5, generated: &[], indexes: &[] },
    RecordTable { name: "connections", migration: 6, generated: &[], indexes: &["partition"] },
    RecordTable { name: "credentials", migration: 6, generated: &[], indexes: &[] },
    RecordTable { name: "unread_messages", migration: 6, generated: &[], indexes: &["partition"] },
    RecordTable { name: "payment_groups", migration: 7, generated: &[], indexes: &[] },
    RecordTable { name: "people", migration: 8, generated: &[], indexes: &[] },
    RecordTable { name: "sessions", migration: 8, generated: &[], indexes: &["partition"] },
    RecordTable {
        name: "operations",
        migration: 11,
        generated: &[("asked_by", "asked_by", false), ("status", "state.name", false)],
        indexes: &["partition, id", "partition, asked_by, id", "partition, status, id"],
    },
    RecordTable { name: "organisations", migration: 12, generated: &[], indexes: &[] },
    RecordTable {
        name: "api_keys",
        migration: 12,
        generated: &[("status", "state.name", false)],
        indexes: &["partition, id"],
    },
    RecordTable {
        name: "documents",
        migration: 14,
        generated: &[("status", "state.name", false)],
        indexes: &["partition, id", "status, (partition >> 62), id"],
    },
    RecordTable {
        name: "uploads",
        migration: 14,
        generated: &[("status", "state.name", false)],
        indexes: &["partition, id", "status, (partition >> 62), id"],
    },
    RecordTable { name: "operation_queues", migration: 11, generated: &[], indexes: &[] },
    RecordTable { name: "notice_preferences", migration: 13, generated: &[], indexes: &["partition, id"] },
    RecordTable { name: "templates", migration: 13, generated: &[], indexes: &["partition, id"] },
    RecordTable {
        name: "webhook_endpoints",
        migration: 13,
        generated: &[("status", "state.name", false)],
        indexes: &["partition, id", "status, (partition >> 62), id"],
    },
    RecordTable { name: "webhook_secrets", migration: 13, generated: &[], indexes: &[] },
    RecordTable {
        name: "webhook_messages",
        migration: 13,
        generated: &[("status", "state.name", false)],
        indexes: &["partition, id", "status, (partition >> 62), id"],
    },
    RecordTable { name: "webhook_books", migration: 13, generated: &[], indexes: &[] },
    RecordTable {
        name: "tickets",
        migration: 4,
        generated: &[("status", "state.name", false)],
        indexes: &["partition", "status"],
    },
    RecordTable {
        name: "review_tasks",
        migration: 15,
        generated: &[
            ("status", "state.name", false),
            ("queue", "queue", false),
            ("desk", "desk", false),
            ("claimed_by", "state.by", false),
            ("due", "due_micros", true),
        ],
        // As its queue is worked: by what is due first, by age, and by who has it.
        indexes: &[
            "partition, id",
            "status, (partition >> 62), id",
            "queue, status, (partition >> 62), due, id",
            "queue, status, (partition >> 62), id",
            "desk, queue, status, (partition >> 62), due, id",
            "claimed_by, status, (partition >> 62), due, id",
        ],
    },
];

/// Tables whose records are listed by their partition, none of them hot, and whether by their state as well.
pub const PAGED: &[(&str, bool)] = &[
    ("prepaid_accounts", false),
    ("top_ups", true),
    ("promotions", true),
    ("prepaid_months", false),
    ("withdrawals", true),
    ("bank_statements", false),
    ("bank_lines", true),
    ("payments", true),
    ("payment_files", true),
    ("held_statements", true),
    ("notices", false),
    ("contact_points", false),
    ("connections", true),
    ("unread_messages", true),
    ("tickets", true),
    ("client_money_days", false),
];

/// The same of tables that came after migration 10: their indexes are made with them. Notices got theirs by state then.
pub const PAGED_LATER: &[(&str, bool)] = &[
    ("api_keys", false),
    ("documents", true),
    ("uploads", true),
    ("review_tasks", true),
    ("notices", true),
    ("notice_preferences", false),
    ("templates", false),
    ("webhook_endpoints", true),
    ("webhook_messages", true),
];

/// Every table whose records are listed by their partition, and whether by their state as well.
pub fn paged() -> impl Iterator<Item = (&'static str, bool)> {
    PAGED.iter().chain(PAGED_LATER).copied()
}

/// What makes notices readable by how their deliveries stand.
#[must_use]
pub fn notices_by_state(postgres: bool) -> String {
    let column = if postgres {
        "text GENERATED ALWAYS AS (body::json #>> '{state,name}') STORED"
    } else {
        "TEXT GENERATED ALWAYS AS (body->>'$.state.name') VIRTUAL"
    };
    format!(
        "ALTER TABLE notices ADD COLUMN status {column};\n\
         CREATE INDEX notices_state ON notices (status, (partition >> 62), id);\n"
    )
}

/// Tables that have no state column of their making.
const STATE_ADDED: &[&str] = &["payment_files", "held_statements", "connections", "unread_messages"];

/// What makes the tables of [`PAGED`] readable in pages. The index by partition alone goes on PostgreSQL, where it does not have
/// the ids in their order; on SQLite it does.
#[must_use]
pub fn page_tables(postgres: bool) -> String {
    let mut sql = String::new();
    for (name, states) in PAGED {
        if STATE_ADDED.contains(name) {
            sql.push_str(&if postgres {
                format!("ALTER TABLE {name} ADD COLUMN status text GENERATED ALWAYS AS (body::json #>> '{{state,name}}') STORED;\n")
            } else {
                format!("ALTER TABLE {name} ADD COLUMN status TEXT GENERATED ALWAYS AS (body->>'$.state.name') VIRTUAL;\n")
            });
        }
        if postgres {
            sql.push_str(&format!(
                "DROP INDEX {name}_0;\nCREATE INDEX {name}_page ON {name} (partition, id);\n"
            ));
        }
        if *states {
            sql.push_str(&format!("CREATE INDEX {name}_state ON {name} (status, id);\n"));
        }
    }
    sql
}

/// The makings of the record tables of a migration, for one database.
#[must_use]
pub fn create_tables(postgres: bool, migration: i64) -> String {
    let mut sql = String::new();
    for table in RECORD_TABLES.iter().filter(|table| table.migration == migration) {
        let name = table.name;
        let mut columns = if postgres {
            "partition bigint NOT NULL, id bigint NOT NULL, shape bigint NOT NULL, version bigint NOT NULL, \
             updated_at bigint NOT NULL, body text NOT NULL"
                .to_owned()
        } else {
            "partition INTEGER NOT NULL, id INTEGER PRIMARY KEY, shape INTEGER NOT NULL, version INTEGER NOT NULL, \
             updated_at INTEGER NOT NULL, body TEXT NOT NULL"
                .to_owned()
        };
        for (column, path, number) in table.generated {
            let steps = path.replace('.', ",");
            columns.push_str(&match (postgres, number) {
                (true, true) => {
                    format!(", {column} bigint GENERATED ALWAYS AS ((body::json #>> '{{{steps}}}')::bigint) STORED")
                }
                (true, false) => format!(", {column} text GENERATED ALWAYS AS (body::json #>> '{{{steps}}}') STORED"),
                (false, true) => format!(", {column} INTEGER GENERATED ALWAYS AS (body->>'$.{path}') STORED"),
                (false, false) => format!(", {column} TEXT GENERATED ALWAYS AS (body->>'$.{path}') STORED"),
            });
        }
        if postgres {
            let fill = if table.indexes.is_empty() { "80" } else { "100" };
            sql.push_str(&format!(
                "CREATE TABLE {name} ({columns}, PRIMARY KEY (id, partition)) WITH (fillfactor = {fill});\n"
            ));
        } else {
            sql.push_str(&format!("CREATE TABLE {name} ({columns}) STRICT;\n"));
        }
        for (at, index) in table.indexes.iter().enumerate() {
            sql.push_str(&format!("CREATE INDEX {name}_{at} ON {name} ({index});\n"));
        }
    }
    sql
}
