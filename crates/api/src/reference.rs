//! The reference for people, one page made from the description of the API: no script, nothing from elsewhere. Never says what
//! the description does not.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use crate::openapi::document;

static PAGE: LazyLock<String> = LazyLock::new(|| page(document()));

/// `GET /api/v1/reference`
pub(crate) async fn served() -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE.as_str())).into_response()
}

const STYLE: &str = "\
:root{color-scheme:light dark;--accent:#0b7a75;--line:#8884;--soft:#8881}\
*{box-sizing:border-box}body{margin:0;font:14px/1.6 system-ui,'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif}\
header,main{max-width:1100px;margin:0 auto;padding:24px}nav{columns:3;gap:24px;font-size:13px}nav a{display:block}\
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}h1{margin:0 0 8px}h2{margin:40px 0 8px;\
border-bottom:1px solid var(--line)}section{padding:12px 0 20px;border-bottom:1px solid var(--line)}\
h3{margin:0;font-size:15px}code,pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}pre{background:var(--soft);\
padding:12px;overflow-x:auto;border-radius:4px}.verb{display:inline-block;min-width:44px;font-weight:700;color:var(--accent)}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:4px 12px 4px 0;\
border-top:1px solid var(--line)}summary{cursor:pointer;color:var(--accent)}.must{color:#b3261e;font-size:12px}\
@media(max-width:900px){nav{columns:1}}";

/// Text as HTML.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text with `code`, **strong** and paragraphs.
fn prose(text: &str) -> String {
    let mut html = String::new();
    for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let mut words = String::new();
        for (at, part) in plain(paragraph).split('`').enumerate() {
            if at % 2 == 1 {
                words.push_str(&format!("<code>{part}</code>"));
                continue;
            }
            for (at, part) in part.split("**").enumerate() {
                words.push_str(&if at % 2 == 1 {
                    format!("<strong>{part}</strong>")
                } else {
                    part.to_owned()
                });
            }
        }
        html.push_str(&format!("<p>{words}</p>"));
    }
    html
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn page(document: &Value) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Zaiton API 参考 · API reference</title><style>{STYLE}</style><header><h1>Zaiton API 参考 · API reference</h1>\
         {}<p>机器可读 · For programs: <a href=\"/api/v1/openapi.json\">openapi.json</a> (OpenAPI 3.1)</p>",
        prose(text(document, "/info/description")),
    );
    let mut main = String::new();
    html.push_str("<h2>目录 · Contents</h2><nav>");
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = text(tag, "/name");
        let _ = write!(html, "<strong>{}</strong>", plain(text(tag, "/description")));
        let _ = write!(main, "<h2 id=\"{name}\">{}</h2>", plain(text(tag, "/description")));
        for (path, verb, operation) in operations(document) {
            if text(operation, "/tags/0") == name {
                let id = text(operation, "/operationId");
                let _ = write!(html, "<a href=\"#{id}\">{}</a>", plain(path.trim_start_matches("/api/v1/")));
                main.push_str(&section(document, path, verb, operation));
            }
        }
    }
    html.push_str("</nav></header><main>");
    html.push_str(&main);
    html.push_str("<h2 id=\"schemas\">类型 · Types</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let json = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = write!(
            html,
            "<details id=\"{name}\"><summary>{name}</summary>{}<pre>{}</pre></details>",
            prose(text(schema, "/description")),
            plain(&json),
        );
    }
    html.push_str("</main></html>\n");
    html
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, verbs)| {
            let verbs = verbs.as_object().into_iter().flatten();
            verbs.map(move |(verb, operation)| (path.as_str(), verb.as_str(), operation))
        })
        .collect()
}

fn section(document: &Value, path: &str, verb: &str, operation: &Value) -> String {
    let id = text(operation, "/operationId");
    let mut html = format!(
        "<section id=\"{id}\"><h3><span class=\"verb\">{}</span> <code>{}</code></h3><p>{}</p>",
        verb.to_uppercase(),
        plain(path),
        plain(text(operation, "/summary")),
    );
    let about = text(operation, "/description");
    if !about.trim_end_matches('.').eq(text(operation, "/summary")) {
        html.push_str(&prose(about));
    }
    let fields = fields(document, operation);
    if !fields.is_empty() {
        html.push_str("<table><tr><th>字段 · Field<th>说明 · What it is</tr>");
        html.push_str(&fields);
        html.push_str("</table>");
    }
    let _ = write!(html, "<pre>{}</pre>", plain(&curl(path, verb, operation)));
    let reply = operation.pointer("/responses/200/content/application~1json/schema");
    let inner = reply.map(|reply| reply.pointer("/properties/reply").unwrap_or(reply));
    if let Some(name) = inner.and_then(|inner| inner["$ref"].as_str()?.rsplit('/').next()) {
        let _ = write!(html, "<p>答复 · Reply: <a href=\"#{name}\">{name}</a></p>");
    }
    html.push_str("</section>");
    html
}

fn row(name: &str, place: &str, about: &str, required: bool) -> String {
    let must = if required { " <span class=\"must\">必填 required</span>" } else { "" };
    let place = if place == "body" { String::new() } else { format!(" <small>({place})</small>") };
    format!("<tr><td><code>{}</code>{place}{must}<td>{}</tr>", plain(name), prose(about))
}

fn fields(document: &Value, operation: &Value) -> String {
    let mut html = String::new();
    let at = |value: &Value| -> Value {
        let to = value["$ref"].as_str().map(|to| to.trim_start_matches('#').to_owned());
        to.and_then(|to| document.pointer(&to)).unwrap_or(value).clone()
    };
    for parameter in operation["parameters"].as_array().into_iter().flatten().map(at) {
        let required = parameter["required"] == true;
        html.push_str(&row(
            text(&parameter, "/name"),
            text(&parameter, "/in"),
            text(&parameter, "/description"),
            required,
        ));
    }
    let body = operation.pointer("/requestBody/content/application~1json/schema").map(at).unwrap_or_default();
    let required = body["required"].as_array().cloned().unwrap_or_default();
    for (name, field) in body["properties"].as_object().into_iter().flatten() {
        let about = if text(field, "/description").is_empty() { at(field) } else { field.clone() };
        let must = required.iter().any(|known| known == name.as_str());
        html.push_str(&row(name, "body", text(&about, "/description"), must));
    }
    html
}

fn curl(path: &str, verb: &str, operation: &Value) -> String {
    let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
    let Some((kind, content)) = body.and_then(|body| body.iter().next()).filter(|_| verb == "post") else {
        return format!("curl -H \"Authorization: Bearer $TOKEN\" \"http://127.0.0.1:8080{path}\"");
    };
    let example = match &content["example"] {
        Value::String(lines) => lines.trim_end().to_owned(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let key = if path.starts_with("/api/v1/commands/") { " -H \"Idempotency-Key: $(uuidgen)\"" } else { "" };
    format!(
        "curl -X POST \"http://127.0.0.1:8080{path}\" \\\n  -H \"Authorization: Bearer $TOKEN\"{key} \\\n  \
         -H \"Content-Type: {kind}\" \\\n  -d '{example}'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_operation_and_brings_nothing_from_elsewhere() {
        let html = page(document());
        for (path, _, operation) in operations(document()) {
            let id = text(operation, "/operationId");
            assert!(html.contains(&format!("<section id=\"{id}\">")), "{path}");
        }
        for elsewhere in ["<script", "src=", "@import", "url(", "//cdn", "<link"] {
            assert!(!html.contains(elsewhere), "{elsewhere}");
        }
        assert!(html.contains("prepaid.request_top_up") && html.contains("充值"));
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(prose("a <b> `c<d` **e**"), "<p>a &lt;b&gt; <code>c&lt;d</code> <strong>e</strong></p>");
    }
}
