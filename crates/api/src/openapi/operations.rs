//! The operations of commands and of objects, from the registry and the table of kinds.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use zaiton_app::allowed::Allowed;

use super::schemas::Schemas;
use super::troubles;
use crate::resources::asked::{Listing, Place};
use crate::resources::{Owner, RESOURCES, Resource};

/// Tags: name, Chinese, English. A command's is that of its area.
const TAGS: &[(&str, &str, &str)] = &[
    ("Merchants", "商家、联系方式、通知、咨询", "Merchants, their contacts, notices and questions"),
    (
        "Prepaid",
        "预存账户、充值、费用、活动、提现",
        "Prepaid accounts, top-ups, fees, promotions, withdrawals",
    ),
    ("Documents", "文件", "Documents"),
    ("Bank", "银行账户、对账单、付款", "Bank accounts, statements, payments"),
    ("Orders", "订单与店铺连接", "Orders and connections to shops"),
    ("Delivery", "通知模板、偏好与推送", "Words of notices, preferences, webhooks"),
    ("Reviews", "复核任务与队列", "Review tasks and their queues"),
    ("Operations", "任务、定时器、参数", "Tasks, timers, figures in force"),
    ("Ledger", "总账", "The ledger"),
    ("Session", "登录", "Coming in"),
    ("People", "人员与密钥", "People, their roles, keys of programs"),
    ("Changes", "实时变化", "Changes as they happen"),
];

pub(super) fn tags() -> Value {
    TAGS.iter().map(|(name, zh, en)| json!({ "name": name, "description": format!("{zh} · {en}") })).collect()
}

fn tag_of(command: &str) -> &'static str {
    match command.split('.').next().unwrap_or_default() {
        "names" | "onboarding" | "desk" => "Merchants",
        "reviews" => "Reviews",
        "prepaid" => "Prepaid",
        "bank" => "Bank",
        "notices" | "webhooks" => "Delivery",
        "orders" | "channels" => "Orders",
        "people" | "keys" => "People",
        "documents" => "Documents",
        _ => "Operations",
    }
}

/// `prepaid.request_top_up` as `prepaidRequestTopUp`.
fn operation(name: &str) -> String {
    let mut id = String::new();
    for (at, word) in name.split(['.', '_', '-', '/']).filter(|word| !word.is_empty()).enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if at > 0 => id.extend(first.to_uppercase().chain(letters)),
            Some(first) => id.extend(std::iter::once(first).chain(letters)),
            None => {}
        }
    }
    id
}

/// The first sentence of what a type says of itself, rules it names put aside.
fn summary(about: &str) -> String {
    let mut sentences = about.split(". ").map(str::trim).filter(|sentence| !sentence.is_empty());
    let first = sentences.next().unwrap_or_default();
    let is_citation = ["Rule", "Reading", "Machine", "P5", "P10", "P11", "P2", "Posting", "S14"]
        .iter()
        .any(|word| first.starts_with(word))
        && first.len() < 40;
    let chosen = if is_citation { sentences.next().unwrap_or(first) } else { first };
    chosen.trim_end_matches('.').replace('\n', " ")
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/components/{name}") })
}

/// Headers that every answer has.
fn counted() -> Value {
    json!({ "RateLimit": refer("headers/RateLimit"), "RateLimit-Policy": refer("headers/RateLimit-Policy") })
}

pub(super) fn answer(text: &str, schema: &Value) -> Value {
    json!({ "description": text, "headers": counted(), "content": { "application/json": { "schema": schema } } })
}

/// What is answered to a command that was done.
pub(super) fn accepted(reply: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["outcome", "repeated", "reply"],
        "properties": {
            "outcome": { "const": "accepted" },
            "repeated": { "type": "boolean", "description": "It was done before; this is the first answer." },
            "reply": reply,
        },
    })
}

/// A path for each command that callers may give, and one for many.
pub(super) fn commands(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    for offered in zaiton_app::offered() {
        let given = schemas.given(offered.request);
        let reply = schemas.record(offered.reply);
        let about = schemas.about(&given);
        let own = [("403", "Denied"), ("413", "TooLarge"), ("422", "Refused"), ("500", "Bug")];
        let mut responses = troubles(&own);
        responses.insert("200".into(), answer("Done and durable. 已完成并落盘。", &accepted(&reply)));
        paths.insert(
            format!("/api/v1/commands/{}", offered.name),
            json!({ "post": {
                "tags": [tag_of(offered.name)],
                "operationId": operation(offered.name),
                "summary": summary(&about),
                "description": about,
                "parameters": [refer("parameters/IdempotencyKey")],
                "requestBody": { "required": true, "content": { "application/json": { "schema": given } } },
                "responses": responses,
            } }),
        );
    }
    let mut responses = troubles(&[("413", "TooLarge")]);
    let lines = "A line for each line, in the same order: `accepted` with its reply, `refused` and `denied` with a refusal, or \
                 `failed`. 每行一个结果，顺序相同。";
    responses.insert(
        "200".into(),
        json!({
            "description": lines, "headers": counted(),
            "content": { "application/x-ndjson": { "schema": { "type": "string" } } },
        }),
    );
    paths.insert(
        "/api/v1/commands".into(),
        json!({ "post": {
            "tags": ["Operations"],
            "operationId": "manyCommands",
            "summary": "Many commands at once, a line a command",
            "description": "At most 20,000 lines and 64 MiB. A line that cannot be read refuses the whole body before anything \
                            is run.",
            "parameters": [],
            "requestBody": { "required": true, "content": { "application/x-ndjson": {
                "schema": { "type": "string" },
                "example": "{\"command\":\"prepaid.settle\",\"key\":\"k1\",\"body\":{}}\n",
            } } },
            "responses": responses,
        } }),
    );
}

/// What a query may ask, as parameters.
pub(super) fn parameters<T: JsonSchema>(schemas: &mut Schemas, leave: &[&str]) -> Vec<Value> {
    let schema = schemas.inline::<T>();
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut found = Vec::new();
    for (name, of) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if leave.contains(&name.as_str()) {
            continue;
        }
        let mut of = of.clone();
        let about = of.as_object_mut().and_then(|fields| fields.remove("description")).unwrap_or_default();
        if let Some(kinds) = of.get_mut("type").filter(|kinds| kinds.is_array()) {
            *kinds = kinds[0].clone();
        }
        if let Some(only) = of.pointer("/anyOf/0").cloned() {
            of = only;
        }
        found.push(json!({
            "name": name, "in": "query", "required": required.contains(&name.as_str()),
            "description": about, "schema": of,
        }));
    }
    found
}

pub(super) fn in_path(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn object_schema(schemas: &mut Schemas, resource: &Resource) -> Value {
    let record = schemas.record(resource.schema);
    let allowed = schemas.said(|generator| generator.subschema_for::<Allowed>());
    let environment = schemas.said(|generator| generator.subschema_for::<zaiton_kernel::Environment>());
    let moment = schemas.said(|generator| generator.subschema_for::<zaiton_kernel::Timestamp>());
    let pattern = format!("^{}_{}$", resource.prefix, zaiton_kernel::schema::ID_LETTERS);
    schemas.put(
        &format!("{}Object", resource.name()),
        json!({
            "type": "object",
            "description": format!("{} · {}", resource.about.0, resource.about.1),
            "required": ["kind", "id", "environment", "version", "updated_at", "record", "allowed"],
            "properties": {
                "kind": { "const": resource.kind },
                "id": { "type": "string", "pattern": pattern },
                "environment": environment,
                "version": { "type": "integer", "minimum": 1, "description": "How often it was written." },
                "updated_at": moment,
                "record": record,
                "allowed": {
                    "type": "array", "items": allowed,
                    "description": "Commands, and why those that make no sense now do not.",
                },
            },
        }),
    )
}

/// Two paths for each kind of object.
pub(super) fn objects(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    for resource in RESOURCES {
        let object = object_schema(schemas, resource);
        let name = resource.name();
        let page = schemas.put(&format!("{name}Page"), page(&object));
        let mut leave = Vec::new();
        match resource.owner {
            Owner::Merchant | Owner::Traced => leave.push("bank_account"),
            Owner::BankAccount => leave.push("merchant"),
            Owner::Nobody => leave.extend(["merchant", "bank_account"]),
        }
        if resource.kind != "merchant" {
            leave.push("search");
        }
        let is_still = ["timers", "effects"].contains(&resource.table);
        if !zaiton_store::scan::objects::has_states(resource.table) && !is_still {
            leave.push("state");
        }
        let mut responses = troubles(&[("404", "Missing")]);
        responses.insert("200".into(), answer("A page.", &page));
        let (zh, en) = resource.about;
        let traced = "A merchant's come by what happened to them last, the newest first: one that changed more than once may \
                      come again on a later page.";
        let about = if resource.owner == Owner::Traced { traced } else { "" };
        paths.insert(
            format!("/api/v1/{}", resource.path),
            json!({ "get": {
                "tags": [resource.tag],
                "operationId": operation(&format!("list_{}", resource.path)),
                "summary": format!("{zh} · {en}"),
                "description": about,
                "parameters": parameters::<Listing>(schemas, &leave),
                "responses": responses,
            } }),
        );
        let mut responses = troubles(&[("404", "Missing")]);
        responses.insert("200".into(), answer("The object.", &object));
        let is_merchant = resource.kind == "merchant";
        let key = if is_merchant { "code" } else { "id" };
        let id = json!({ "type": "string", "description": if is_merchant { "Its code, or its id." } else { "Its id." } });
        let mut asked = vec![in_path(key, &id)];
        if is_merchant {
            asked.extend(parameters::<Place>(schemas, &[]));
        }
        paths.insert(
            format!("/api/v1/{}/{{{key}}}", resource.path),
            json!({ "get": {
                "tags": [resource.tag],
                "operationId": operation(&format!("get_{}", resource.kind)),
                "summary": format!("{zh} · {en}: one"),
                "parameters": asked,
                "responses": responses,
            } }),
        );
    }
}

/// A page of something.
pub(super) fn page(row: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["rows", "next_after"],
        "properties": {
            "rows": { "type": "array", "items": row },
            "next_after": {
                "type": ["string", "null"],
                "description": "What the next page goes on after; null at the end.",
            },
        },
    })
}
