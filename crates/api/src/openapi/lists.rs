//! The addresses that are neither a command nor a kind of object: timelines, the ledger, reports, changes. Data, mostly.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use zaiton_kernel::Timestamp;
use zaiton_ledger::Kind;
use zaiton_orders::channel::ChannelMessage;
use zaiton_prepaid::PrepaidPolicy;

use super::operations::{answer, in_path, page, parameters};
use super::schemas::Schemas;
use super::troubles;
use crate::changes::{Change, Wanted};
use crate::glance::{OfAccount, OfDays};
use crate::lists::Asked;
use crate::periods::WhatIf;
use crate::resources::asked::{Paging, Place};
use crate::resources::inside::{AtMoment, Books, OfProgramme, OfSubject};

/// An address that is read.
struct Read {
    path: &'static str,
    id: &'static str,
    tag: &'static str,
    summary: &'static str,
    about: &'static str,
    asked: Vec<Value>,
    reply: Value,
}

fn put(paths: &mut Map<String, Value>, read: Read) {
    let mut asked = read.asked;
    for part in read.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        asked.insert(0, in_path(part, &json!({ "type": "string" })));
    }
    let mut responses = troubles(&[("404", "Missing")]);
    responses.insert("200".into(), answer("What is asked.", &read.reply));
    let operation = json!({
        "tags": [read.tag], "operationId": read.id, "summary": read.summary, "description": read.about,
        "parameters": asked, "responses": responses,
    });
    paths.insert(read.path.to_owned(), json!({ "get": operation }));
}

fn said<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    schemas.said(|generator| generator.subschema_for::<T>())
}

/// Something that no type describes yet.
fn any(about: &str) -> Value {
    json!({ "type": "object", "description": about })
}

fn event(schemas: &mut Schemas) -> Value {
    let at = said::<Timestamp>(schemas);
    schemas.put(
        "Event",
        json!({
            "type": "object",
            "required": ["id", "number", "at", "actor", "command", "subject", "event"],
            "properties": {
                "id": { "type": "string" },
                "number": { "type": "integer", "description": "Its place among those of its partition." },
                "at": at,
                "actor": { "type": "string", "description": "Who." },
                "command": { "type": "string", "description": "By which command." },
                "subject": { "type": "string", "description": "The letters of the id of what changed, without prefix." },
                "event": { "type": "object", "description": "What changed: `type` says what kind it is." },
            },
        }),
    )
}

fn ledger_account(schemas: &mut Schemas) -> Value {
    let balance = said::<zaiton_kernel::Money>(schemas);
    schemas.put(
        "LedgerAccount",
        json!({
            "type": "object",
            "required": ["id", "code", "en", "zh-CN", "dimension", "currency", "balance"],
            "properties": {
                "id": { "type": "string" },
                "code": { "type": "integer", "description": "Of the chart of accounts." },
                "en": { "type": "string" }, "zh-CN": { "type": "string" },
                "dimension": { "type": "string", "description": "The letters of what it is kept for." },
                "currency": { "type": "string" },
                "balance": balance,
            },
        }),
    )
}

fn transfer(schemas: &mut Schemas) -> Value {
    let (amount, kind, moment) =
        (said::<zaiton_kernel::Money>(schemas), said::<Kind>(schemas), said::<Timestamp>(schemas));
    schemas.put(
        "Transfer",
        json!({
            "type": "object",
            "required": ["id", "transaction", "side", "amount", "kind", "subject", "booked_at", "value_date"],
            "properties": {
                "id": { "type": "string" },
                "transaction": { "type": "string", "description": "Transfers of one transaction were booked together." },
                "side": { "enum": ["debit", "credit"] },
                "amount": amount, "kind": kind,
                "subject": { "type": "string", "description": "The letters of the id of what it is for." },
                "booked_at": moment,
                "value_date": { "type": "string", "format": "date" },
            },
        }),
    )
}

pub(super) fn others(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    reading(schemas, paths);
    glances(schemas, paths);
    ledger(schemas, paths);
    reports(schemas, paths);
    writing(schemas, paths);
    changes(schemas, paths);
}

fn reading(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let event = event(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/events",
            id: "listEvents",
            tag: "Operations",
            summary: "对象的时间线 · The timeline of an object",
            about: "The newest first, by the object's id.",
            asked: parameters::<OfSubject>(schemas, &[]),
            reply: page(&event),
        },
    );
    let message = schemas.record(|generator| generator.subschema_for::<ChannelMessage>());
    put(
        paths,
        Read {
            path: "/api/v1/channel-orders/{id}/messages",
            id: "listOrderMessages",
            tag: "Orders",
            summary: "渠道订单的消息 · What the channel said of an order",
            about: "Message by message, the oldest first, without what is about people: that lies sealed.",
            asked: Vec::new(),
            reply: json!({
                "type": "object", "required": ["rows"],
                "properties": { "rows": { "type": "array", "items": message } },
            }),
        },
    );
    put(
        paths,
        Read {
            path: "/api/v1/merchants/{code}/arrears",
            id: "listArrears",
            tag: "Prepaid",
            summary: "欠费 · Fees that are owed",
            about: "In the order in which they are repaid.",
            asked: parameters::<OfProgramme>(schemas, &[]),
            reply: page(&json!({ "$ref": "#/components/schemas/HoldObject" })),
        },
    );
    let policy = said::<PrepaidPolicy>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/policies/in-force",
            id: "getPoliciesInForce",
            tag: "Operations",
            summary: "生效参数 · Figures in force",
            about: "At a moment: now, in the past, or as far ahead as it is decided.",
            asked: parameters::<AtMoment>(schemas, &[]),
            reply: json!({
                "type": "object", "required": ["at", "prepaid"],
                "properties": { "at": { "type": "string", "format": "date-time" }, "prepaid": policy },
            }),
        },
    );
    put(
        paths,
        Read {
            path: "/api/v1/resources",
            id: "listResources",
            tag: "Operations",
            summary: "对象种类 · Which kinds of objects there are",
            about: "",
            asked: parameters::<Place>(schemas, &[]),
            reply: any("`rows` of `path`, `kind`, `prefix`, and the name in both languages."),
        },
    );
}

fn glances(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let reply = said::<zaiton_reads::standing::AccountStanding>(schemas);
    let asked = parameters::<OfAccount>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/merchants/{code}/standing",
            id: "getStanding",
            tag: "Prepaid",
            summary: "账户概览 · A prepaid account at a glance",
            about: "Its money, its breaker and what would close it, its promotions, the top-ups that wait and the bank lines that \
                    are probably theirs.",
            asked,
            reply,
        },
    );
    let reply = said::<zaiton_reads::balance_days::BalanceDays>(schemas);
    let asked = parameters::<OfDays>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/merchants/{code}/balance-days",
            id: "listBalanceDays",
            tag: "Prepaid",
            summary: "每日余额 · A prepaid account day by day",
            about: "At each day's end in Asia/Shanghai, at most 400 days. The merchant's own lines are those of now, the operator's \
                    those of the day.",
            asked,
            reply,
        },
    );
    let reply = said::<zaiton_reads::candidates::LineCandidates>(schemas);
    put(
        paths,
        Read {
            path: "/api/v1/bank-lines/{id}/candidates",
            id: "listLineCandidates",
            tag: "Bank",
            summary: "流水的候选对象 · What a bank line may belong to",
            about: "Why it was not used by itself; requests, payments and withdrawals with what speaks for and against each; and the \
                    command that would say so.",
            asked: Vec::new(),
            reply,
        },
    );
    let reply = said::<zaiton_reads::attention::Attention>(schemas);
    let asked = parameters::<Place>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/attention",
            id: "getAttention",
            tag: "Operations",
            summary: "待办 · What waits for people of the operator",
            about: "Queue by queue: how many, counted no further than a hundred, the oldest, and the first five.",
            asked,
            reply,
        },
    );
}

fn ledger(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let (account, transfer) = (ledger_account(schemas), transfer(schemas));
    put(
        paths,
        Read {
            path: "/api/v1/ledger/accounts",
            id: "listLedgerAccounts",
            tag: "Ledger",
            summary: "总账科目及余额 · Accounts and their balances",
            about: "Of a merchant or a bank account of ours, now or at a moment.",
            asked: parameters::<Books>(schemas, &[]),
            reply: json!({
                "type": "object", "required": ["rows"],
                "properties": { "rows": { "type": "array", "items": account } },
            }),
        },
    );
    let mut reply = page(&transfer);
    reply["properties"]["account"] = account;
    put(
        paths,
        Read {
            path: "/api/v1/ledger/accounts/{id}/transfers",
            id: "listTransfers",
            tag: "Ledger",
            summary: "总账分录 · What was booked on an account",
            about: "The newest first.",
            asked: parameters::<Paging>(schemas, &[]),
            reply,
        },
    );
}

fn reports(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let of = |names: &[&str], schemas: &mut Schemas| {
        let all = ["environment", "programme", "from", "to", "at", "after", "limit", "format", "lang"];
        let leave: Vec<&str> = all.into_iter().filter(|name| !names.contains(name)).collect();
        parameters::<Asked>(schemas, &leave)
    };
    let period = ["environment", "programme", "from", "to", "format", "lang"];
    let rows = [
        (
            "/api/v1/merchants/{code}/statement",
            "getStatement",
            "对账单 · The statement of a period",
            "It foots. `format=csv` gives CSV.",
            &period[..],
        ),
        (
            "/api/v1/merchants/{code}/fees",
            "listFees",
            "费用流水 · The movements of fees",
            "`format=csv` gives CSV.",
            &period[..],
        ),
        (
            "/api/v1/merchants/{code}/flow",
            "listFlow",
            "充值与提现进度 · Top-ups and withdrawals with their progress",
            "",
            &["environment", "after", "limit", "format", "lang"][..],
        ),
        (
            "/api/v1/merchants/{code}/how-to-pay",
            "getHowToPay",
            "汇款说明 · Where to wire, and as whom",
            "",
            &["environment", "programme"][..],
        ),
        (
            "/api/v1/merchants/{code}/balances",
            "listBalances",
            "各科目余额 · Every account of the merchant at a moment",
            "",
            &["environment", "at"][..],
        ),
        (
            "/api/v1/merchants/{code}/months",
            "listMerchantMonths",
            "月结单 · The recorded statements of its months",
            "The oldest first.",
            &["environment", "after", "limit"][..],
        ),
        (
            "/api/v1/merchants/{code}/events",
            "listMerchantEvents",
            "商家时间线 · All that happened to a merchant",
            "The newest first.",
            &["environment", "after", "limit"][..],
        ),
    ];
    for (path, id, summary, about, names) in rows {
        let asked = of(names, schemas);
        put(paths, Read { path, id, tag: "Merchants", summary, about, asked, reply: any("The report.") });
    }
    let asked = of(&["environment"], schemas);
    put(
        paths,
        Read {
            path: "/api/v1/client-money",
            id: "getClientMoney",
            tag: "Operations",
            summary: "客户资金 · How clients' money stands now",
            about: "",
            asked,
            reply: any("`rows`, one a currency."),
        },
    );
    let asked = parameters::<WhatIf>(schemas, &[]);
    put(
        paths,
        Read {
            path: "/api/v1/what-if",
            id: "getWhatIf",
            tag: "Operations",
            summary: "参数试算 · What other lines would have done",
            about: "Against those in force, over what really moved.",
            asked,
            reply: any("What there is and what there would have been."),
        },
    );
    let asked = of(&["after", "limit"], schemas);
    put(
        paths,
        Read {
            path: "/api/v1/records/{table}",
            id: "listRecords",
            tag: "Operations",
            summary: "原始记录 · Records as they are stored",
            about: "For those who look after the program: shapes may change. Objects are what programs should read.",
            asked,
            reply: any("`rows` and `next_after`."),
        },
    );
}

fn writing(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let question = schemas.given(|generator| generator.subschema_for::<zaiton_prepaid::quote::Question>());
    let quote = said::<zaiton_prepaid::quote::Quote>(schemas);
    let code = in_path("code", &json!({ "type": "string" }));
    let mut asked = vec![code.clone()];
    asked.extend(parameters::<Asked>(schemas, &["from", "to", "at", "after", "limit", "format", "lang"]));
    let mut responses = troubles(&[("404", "Missing"), ("413", "TooLarge")]);
    responses.insert("200".into(), answer("Offered, or why not.", &quote));
    let operation = json!({
        "tags": ["Prepaid"], "operationId": "quote", "summary": "报价 · What an order would bear",
        "description": "Nothing is written, so no key is needed. Rule R1-40.",
        "parameters": asked,
        "requestBody": { "required": true, "content": { "application/json": { "schema": question } } },
        "responses": responses,
    });
    paths.insert("/api/v1/merchants/{code}/quote".to_owned(), json!({ "post": operation }));
    let mut responses = troubles(&[("404", "Missing"), ("413", "TooLarge"), ("422", "Refused")]);
    responses.insert("200".into(), answer("Connected.", &any("`outcome` and `reply`.")));
    let body = json!({
        "type": "object",
        "required": ["shop", "settings"],
        "properties": {
            "shop": { "type": "string" },
            "zone": { "type": "string", "description": "`Asia/Shanghai` by default." },
            "ours": { "type": "boolean" },
            "since": { "type": "string", "format": "date-time" },
            "settings": { "type": "object", "description": "The channel and its credentials; they are sealed at once." },
        },
        "additionalProperties": false,
    });
    let example = json!({
        "shop": "citong-tea.example", "settings": { "channel": "own_site", "secret": "a secret of 32 bytes or more" },
    });
    let operation = json!({
        "tags": ["Orders"], "operationId": "connectShop", "summary": "连接店铺 · Connect a shop",
        "description": "Errors never repeat credentials.",
        "parameters": [code, { "$ref": "#/components/parameters/Actor" }],
        "requestBody": {
            "required": true, "content": { "application/json": { "schema": body, "example": example } },
        },
        "responses": responses,
    });
    paths.insert("/api/v1/merchants/{code}/connections".to_owned(), json!({ "post": operation }));
}

fn changes(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let change = said::<Change>(schemas);
    let mut asked = parameters::<Wanted>(schemas, &[]);
    asked.push(json!({
        "name": "Last-Event-ID", "in": "header", "required": false, "schema": { "type": "string" },
        "description": "The last `id` that was seen: what came since is told first.",
    }));
    let mut responses = troubles(&[]);
    responses.insert(
        "200".into(),
        json!({
            "description": "Server-sent events. Each `change` has an `id` and, as `data`, what changed; each is told at least \
                            once. `reset`: more was missed than is told, read anew what you show. A comment comes now and then \
                            while nothing changes.",
            "content": { "text/event-stream": {
                "schema": { "type": "string" },
                "x-data": change,
                "example": "id: ev_03F2MVFSC0000J\nevent: change\ndata: {\"environment\":\"live\",\"kind\":\"top_up\",\"id\":\"tu_03F2MVFSC0000J\",\"version\":2,\"at\":\"2026-03-02T01:00:00Z\",\"command\":\"prepaid.cancel_top_up\"}\n\n",
            } },
        }),
    );
    let operation = json!({
        "tags": ["Changes"], "operationId": "streamChanges", "summary": "实时变化 · Changes as they happen",
        "parameters": asked, "responses": responses,
    });
    paths.insert("/api/v1/changes".to_owned(), json!({ "get": operation }));
}
