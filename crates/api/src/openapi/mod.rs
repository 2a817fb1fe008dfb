//! The description of the API by OpenAPI 3.1, made from the types that it takes and gives.
//!
//! `schemas.rs` the types as components; `examples.rs` an example for each request; `operations.rs` commands and objects;
//! `reads.rs` what is read beside them; `reviews.rs` queues of reviews; `long_work.rs` what takes long; `documents.rs` files; `others.rs`
//! the rest. Never says what no type or table
//! says.

mod documents;
mod examples;
mod long_work;
mod operations;
mod others;
mod reads;
mod reviews;
mod schemas;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use zaiton_access::Side;

use crate::callers::Need;
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
with another content it is refused.\n\n\
**Who may.** People come in by `POST /api/v1/session`, with a second factor where they are the platform's; programs by a key \
(`Authorization: Bearer ak_...`), or by signing each request. `x-permission` says what an address needs, `GET /api/v1/session` what \
whoever is in may do. What another may not is decided by people alone: a key confirms nothing. A merchant's people and keys see \
their merchant; anything else is as if it were not there.\n\n\
**Signed requests** have `Zaiton-Key`, `Zaiton-Timestamp` (RFC 3339, at most five minutes off), `Zaiton-Nonce` (16 to 128 letters, \
never twice) and `Zaiton-Signature`: HMAC-SHA256 in hex, under the key's signing secret, of method, path with query, timestamp, nonce \
and the SHA-256 of the body in hex, with a line break between each.\n\n\
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
    reviews::reviews(&mut schemas, &mut paths);
    others::others(&mut schemas, &mut paths);
    long_work::addresses(&mut schemas, &mut paths);
    documents::addresses(&mut schemas, &mut paths);
    schemas.put("Problem", problem());
    let mut paths = Value::Object(paths);
    let components = schemas.finish(&mut paths);
    examples::fill(&mut paths, &components);
    needs(&mut paths);
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
                    "description": "A key of `POST /api/v1/api-keys`; or, on the machine itself, the token that `zaiton serve` prints.",
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

/// What each address needs of whoever comes, as it is asked before its handler.
fn needs(paths: &mut Value) {
    let mut known: Vec<(String, &str, Need)> = Vec::new();
    for one in crate::routes::known() {
        known.extend(one.need.map(|need| (one.path, one.verb, need)));
    }
    for offered in zaiton_app::offered() {
        let path = format!("/api/v1/commands/{}", offered.name);
        known.push((path, "post", Need::Scoped(offered.permission)));
    }
    for (path, verb, need) in known {
        let Some(operation) = paths.get_mut(&path).and_then(|of| of.get_mut(verb)) else { continue };
        let (permission, everywhere) = match need {
            Need::Inside | Need::Told => continue,
            Need::Platform(permission) => (permission, true),
            Need::Scoped(permission) => (permission, false),
        };
        operation["x-permission"] = json!({
            "name": permission, "platform_only": everywhere || !permission.is_of_side(Side::Merchant),
            "people_only": permission.is_for_people(),
        });
        operation["responses"]["403"] = json!({ "$ref": "#/components/responses/Forbidden" });
    }
}

fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "Any text, new for each new request, kept for seven days.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
            "example": "2026-03-02/top-up-1",
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
        "Forbidden": problem("Whoever asks may not. 无权执行此操作。", false),
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
