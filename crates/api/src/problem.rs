//! Problem details (RFC 9457) for what did not go: code, rule, figures, both languages. Only here are status codes known.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use zaiton_engine::command::Failure;
use zaiton_engine::{Outcome, StoreError};
use zaiton_kernel::{Refusal, Rule, Text};

use crate::resources::identified_text;

mod pointer;

pub(crate) use pointer::of_error;

const PROBLEM: &str = "application/problem+json";

/// A reply of `application/problem+json`.
#[must_use]
pub fn problem(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    response
}

pub(crate) fn refused(status: StatusCode, refusal: &Refusal) -> Response {
    problem(status, &body(status, refusal, None))
}

fn body(status: StatusCode, refusal: &Refusal, pointer: Option<&str>) -> Value {
    let mut body = json!({
        "type": format!("urn:zaiton:{}", refusal.code),
        "title": refusal.why.en,
        "status": status.as_u16(),
        "code": refusal.code,
        "rule": refusal.rule,
        "figures": refusal.figures,
        "why": refusal.why,
        "cure": refusal.cure,
    });
    if let (Some(fields), Some(pointer)) = (body.as_object_mut(), pointer) {
        fields.insert("pointer".to_owned(), pointer.into());
    }
    body
}

/// The reply to the outcome of a command that was given as this JSON: a refusal points at the field that it is about.
pub(crate) fn reply_to(outcome: Outcome, given: &str) -> Response {
    match outcome {
        Outcome::Refused { refusal } => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            problem(status, &body(status, &refusal, pointer::of_refusal(&refusal, given).as_deref()))
        }
        other => reply(other),
    }
}

/// A body that cannot be read, with the place in it.
pub(crate) fn unreadable(error: &str, pointer: &str) -> Response {
    let status = StatusCode::BAD_REQUEST;
    let refusal = Refusal::new(
        "api.body",
        Rule::new("R5-40"),
        Text::new("请求内容无法读取。", error.to_owned()),
        Text::new("请更正后重试。", "Correct it, then try again."),
    );
    problem(status, &body(status, &refusal, Some(pointer).filter(|pointer| !pointer.is_empty())))
}

/// A query of an address that cannot be taken.
pub(crate) fn query(parameter: &str, error: String) -> Response {
    let refusal = Refusal::new(
        "api.query",
        Rule::new("R5-40"),
        Text::new("查询参数不正确。", error),
        Text::new("请更正后重试。", "Correct it, then try again."),
    );
    let named = !parameter.is_empty();
    refused(StatusCode::BAD_REQUEST, &if named { refusal.with("parameter", parameter) } else { refusal })
}

/// More requests than a caller may give.
pub(crate) fn too_many() -> Response {
    let refusal = Refusal::new(
        "api.rate",
        Rule::new("R5-43"),
        Text::new("请求过于频繁。", "Too many requests in a short time."),
        Text::new("请按 Retry-After 等待后重试。", "Wait as long as Retry-After says, then try again."),
    );
    refused(StatusCode::TOO_MANY_REQUESTS, &refusal)
}

/// A client that did not come to the end of its request in time.
pub(crate) fn too_slow() -> Response {
    let refusal = Refusal::new(
        "api.too_slow",
        Rule::new("R5-43"),
        Text::new("请求未在规定时间内发送完毕。", "The request did not come to its end in time."),
        Text::new("请用同一个 Key 重试，或分批发送。", "Try again under the same key, or send less at once."),
    );
    let mut response = refused(StatusCode::REQUEST_TIMEOUT, &refusal);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// As many reads or streams as may be are at work.
pub(crate) fn busy() -> Response {
    reply(Outcome::failed(Failure::Busy, ""))
}

/// The reply to an outcome.
pub(crate) fn reply(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Accepted { reply, repeated } => {
            let reply = identified_text(&reply);
            let body = format!("{{\"outcome\":\"accepted\",\"repeated\":{repeated},\"reply\":{reply}}}");
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Outcome::Refused { refusal } => refused(StatusCode::UNPROCESSABLE_ENTITY, &refusal),
        Outcome::Denied { refusal } => refused(StatusCode::FORBIDDEN, &refusal),
        Outcome::Failed { failure, .. } => {
            let (status, refusal) = failed(failure);
            let mut response = refused(status, &refusal);
            if status == StatusCode::SERVICE_UNAVAILABLE {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            response
        }
    }
}

fn failed(failure: Failure) -> (StatusCode, Refusal) {
    let rule = Rule::new("R5-40");
    match failure {
        Failure::Bug => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Refusal::new(
                "engine.bug",
                rule,
                Text::new("系统内部错误，未做任何更改。", "A mistake of ours; nothing was changed."),
                Text::new("请联系管理员。", "Please call the administrator."),
            ),
        ),
        Failure::Unavailable | Failure::Moved => (
            StatusCode::SERVICE_UNAVAILABLE,
            Refusal::new(
                "engine.unavailable",
                rule,
                Text::new("数据库暂不可用。", "The database is not available just now."),
                Text::new("请用同一个 Key 重试。", "Try again under the same key."),
            ),
        ),
        Failure::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            Refusal::new(
                "engine.busy",
                rule,
                Text::new("请求过多，排队已满。", "Too many requests wait."),
                Text::new("请稍后用同一个 Key 重试。", "Try again a little later under the same key."),
            ),
        ),
    }
}

/// Not now: the same again, a little later.
pub(crate) fn later() -> Response {
    reply(Outcome::failed(Failure::Unavailable, ""))
}

/// A request that cannot be read.
pub(crate) fn bad(code: &'static str, zh: &'static str, en: String) -> Response {
    let refusal = Refusal::new(
        code,
        Rule::new("R5-40"),
        Text::new(zh, en),
        Text::new("请更正后重试。", "Correct it, then try again."),
    );
    refused(StatusCode::BAD_REQUEST, &refusal)
}

/// A reply that the framework made by itself (body too large, no such address, unreadable query) as a problem too.
pub(crate) fn spoken(response: Response) -> Response {
    let status = response.status();
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if is_ours || !status.is_client_error() {
        return response;
    }
    let (code, why) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ("api.too_large", Text::new("请求内容过大。", "The body is too large."))
        }
        StatusCode::NOT_FOUND => ("api.not_found", Text::new("没有找到。", "There is no such thing.")),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("api.method", Text::new("该地址不支持此方法。", "This address does not take this method."))
        }
        _ => ("api.request", Text::new("请求无法读取。", "The request cannot be read.")),
    };
    let cure = Text::new("请更正后重试。", "Correct it, then try again.");
    refused(status, &Refusal::new(code, Rule::new("R5-40"), why, cure))
}

/// There is no such thing.
pub(crate) fn missing(what: &str) -> Response {
    let refusal = Refusal::new(
        "api.not_found",
        Rule::new("R5-40"),
        Text::new("没有找到。", "There is no such thing."),
        Text::new("请核对地址。", "Check the address."),
    )
    .with("what", what);
    refused(StatusCode::NOT_FOUND, &refusal)
}

/// Whoever asks may not.
pub(crate) fn forbidden(refusal: &Refusal) -> Response {
    refused(StatusCode::FORBIDDEN, refusal)
}

/// No token, or a wrong one.
pub(crate) fn unauthorised() -> Response {
    let refusal = Refusal::new(
        "api.unauthorised",
        Rule::new("R5-04"),
        Text::new("未登录，或访问令牌无效。", "Nobody is signed in, and there is no good token."),
        Text::new(
            "请登录；程序请使用启动时打印的令牌。",
            "Sign in; a program uses the token that is printed at the start.",
        ),
    );
    refused(StatusCode::UNAUTHORIZED, &refusal)
}

/// A list could not be read.
pub(crate) fn store(error: &StoreError) -> Response {
    tracing::error!(%error, "a list could not be read");
    let (status, refusal) = failed(Failure::Unavailable);
    refused(status, &refusal)
}
