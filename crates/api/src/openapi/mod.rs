//! The description of the API by OpenAPI 3.1, made from the types that it takes and gives.
//!
//! `schemas.rs` the types as components; `examples.rs` an example for each request; `operations.rs` commands and objects;
//! `reads.rs` what is read beside them; `long_work.rs` what takes long; `documents.rs` files; `others.rs` the rest. Never says what no type or table
//! says.

mod documents;
mod examples;
mod long_work;
mod operations;
mod others;
mod reads;
mod schemas;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use schemas::Schemas;

/// What the document says before its paths.
const ABOUT: &str = "\
Back office for cross-border marketplaces: prepaid accounts, bank, orders.\n\n\
跨境电商后台：预存账户、银行、订单。\n\n\
**First steps · 起步.** `GET /api/v1/attention` says what waits for people; `GET /api/v1/merchants/{code}/standing` why promotions \
stopped and what brings them back; `GET /api/v1/bank-lines/{id}/candidates` what a wire may be. \
`bank.propose_decision`, and `bank.confirm_decision` by somebody else, match it. \
`GET /api/v1/merchants/{code}/statement?format=csv` is the statement; `GET /api/v1/changes` tells what changes. Each has its `curl` \
below; `$TOKEN` is what `zaiton serve` prints.\n\n\
**Commands** change something. Each has an `Idempotency-Key`: the same key with the same content gives the first answer again, \
with another content it is refused. `Zaiton-Actor` says who acts; where two people are needed these names are compared.\n\n\
**Objects** are what is there. Each says in `allowed` which commands make sense now, and of the others why not.\n\n\
**Lists** go on with `after=` the `next_after` of the page before, until it is null. A page may be short, or even empty, and \
still have a next: each request reads a bounded part.\n\n\
**Amounts** are decimals with a currency. Names that end in `_minor` are whole minor units. **Ids** are texts of a prefix, 13 \
letters or digits and a check letter. **Moments** are RFC 3339.\n\n\
What did not go is a **problem** (RFC 9457): `code` and `rule` are stable, `why` and `cure` are in Chinese and English, \
`pointer` (RFC 6901) names the field that is to blame, where one is.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(made);
static TEXT: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string_pretty(&*DOCUMENT).unwrap_or_default() + "\n");

/// The document.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The document as the text that is served.
#[must_use]
pub fn text() -> &'static str {
    &TEXT
}

/// `GET /api/v1/openapi.json`
pub(crate) async fn served() -> Response {
    ([(header::CONTENT_TYPE, "application/vnd.oai.openapi+json;version=3.1")], text()).into_response()
}

fn made() -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    operations::commands(&mut schemas, &mut paths);
    operations::objects(&mut schemas, &mut paths);
    reads::reads(&mut schemas, &mut paths);
    others::others(&mut schemas, &mut paths);
    long_work::addresses(&mut schemas, &mut paths);
    documents::addresses(&mut schemas, &mut paths);
    schemas.put("Problem", problem());
    let mut paths = Value::Object(paths);
    let components = schemas.finish(&mut paths);
    examples::fill(&mut paths, &components);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Zaiton",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Back office for cross-border marketplaces · 跨境电商后台",
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This server" }],
        "security": [{ "token": [] }, { "session": [] }],
        "tags": operations::tags(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "The token that `zaiton serve` prints.",
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "zaiton_session",
                    "description": "Of somebody who came in by `POST /api/v1/session`. What changes something is taken only from a \
                                    page of this site, and whoever came in is who acts.",
                },
            },
            "parameters": parameters(),
            "headers": headers(),
            "responses": responses(),
            "schemas": components,
        },
    })
}

fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "Any text, new for each new request, kept for seven days.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "example": "2026-03-02/top-up-1",
        },
        "Actor": {
            "name": "Zaiton-Actor", "in": "header", "required": false,
            "description": "Who acts; whoever holds the token vouches for it. `api` when nobody is named.",
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9:._-]{1,64}$" },
            "example": "finance:li",
        },
    })
}

fn headers() -> Value {
    json!({
        "RateLimit": {
            "description": "How many requests may come now (`r`), and seconds until more may (`t`), by token and by address.",
            "schema": { "type": "string" }, "example": "\"token\";r=19999;t=1",
        },
        "RateLimit-Policy": {
            "description": "How many requests may come at once (`q`), and seconds until as many may again (`w`).",
            "schema": { "type": "string" }, "example": "\"token\";q=20000;w=10",
        },
        "Retry-After": {
            "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 0 },
        },
    })
}

fn responses() -> Value {
    let problem = |text: &str, retry: bool| {
        let mut headers = Map::new();
        if retry {
            headers.insert("Retry-After".into(), json!({ "$ref": "#/components/headers/Retry-After" }));
        }
        json!({
            "description": text,
            "headers": headers,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    json!({
        "Unreadable": problem("The request cannot be read. 请求无法读取。", false),
        "Unauthorised": problem("No token, or a wrong one. 缺少令牌或令牌无效。", false),
        "Denied": problem("A counted attempt that failed. 已计次的失败尝试。", false),
        "NotThere": problem("Not there, or not yet. 尚无，或不在此处。", false),
        "Gone": problem("It was there and is gone. 已不存在。", false),
        "Foreign": problem("Not asked by a page of this site. 请求不是来自本站页面。", false),
        "Missing": problem("There is no such thing. 没有找到。", false),
        "TooSlow": problem("The request did not come to its end in time. 请求发送超时。", false),
        "TooLarge": problem("The body is too large. 请求内容过大。", false),
        "Refused": problem("Refused by a rule; nothing changed. 被规则拒绝，未做任何更改。", false),
        "TooMany": problem("Too many requests in a short time. 请求过于频繁。", true),
        "Bug": problem("A mistake of ours; nothing changed. 系统内部错误，未做任何更改。", false),
        "Later": problem("Not now: the same again, under the same key. 请稍后用同一个 Key 重试。", true),
    })
}

/// The statuses that every address may answer with, beside what it is there for.
fn troubles(own: &[(&str, &str)]) -> Map<String, Value> {
    let common = [
        ("400", "Unreadable"),
        ("401", "Unauthorised"),
        ("408", "TooSlow"),
        ("429", "TooMany"),
        ("503", "Later"),
    ];
    common
        .iter()
        .chain(own)
        .map(|(status, name)| {
            ((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{name}") }))
        })
        .collect()
}

fn problem() -> Value {
    let text = json!({
        "type": "object",
        "required": ["zh-CN", "en"],
        "properties": { "zh-CN": { "type": "string" }, "en": { "type": "string" } },
    });
    json!({
        "type": "object",
        "description": "What did not go, by RFC 9457.",
        "required": ["type", "title", "status", "code", "rule", "figures", "why", "cure"],
        "properties": {
            "type": { "type": "string", "format": "uri", "description": "`urn:zaiton:` and the code." },
            "title": { "type": "string", "description": "`why` in English." },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "code": { "type": "string", "description": "Stable, dotted." },
            "rule": { "type": "string", "description": "The rule that says so. Stable." },
            "figures": {
                "type": "array",
                "description": "What a person needs to understand it, in the order in which it is read.",
                "items": {
                    "type": "object", "required": ["name", "value"],
                    "properties": { "name": { "type": "string" }, "value": { "type": "string" } },
                },
            },
            "why": text,
            "cure": text,
            "pointer": {
                "type": "string", "format": "json-pointer",
                "description": "The field of the request that is to blame (RFC 6901), where one is.",
            },
        },
        "examples": [{
            "type": "urn:zaiton:prepaid.top_up.below_minimum",
            "title": "The amount is below the minimum of a top-up.",
            "status": 422, "code": "prepaid.top_up.below_minimum", "rule": "R1-17",
            "figures": [{ "name": "amount", "value": "2999.99 CNY" }],
            "why": { "zh-CN": "充值金额低于起充金额。", "en": "The amount is below the minimum of a top-up." },
            "cure": { "zh-CN": "请按起充金额或更高金额申请。", "en": "Request the minimum or more." },
            "pointer": "/amount",
        }],
    })
}
