//! The addresses that are no command and change something, coming in, and changes as they happen. Data, mostly.

use serde_json::{Map, Value, json};
use zaiton_app::channels::ConnectionReply;
use zaiton_notices::template::Said;

use super::operations::{accepted, answer, in_path, parameters};
use super::reads::said;
use super::schemas::Schemas;
use super::troubles;
use crate::changes::{Change, Wanted};
use crate::lists::Asked;
use crate::session::{NewPassword, SignIn, SignedIn, WhoIsIn};
use crate::templates::Asked as TemplateAsked;
use crate::webhooks::{Adding, Shown};

pub(super) fn others(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    sessions(schemas, paths);
    writing(schemas, paths);
    delivery(schemas, paths);
    changes(schemas, paths);
}

/// Coming in: by these alone a page gets the cookie that lets it in everywhere else.
fn sessions(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let cookie = json!([{ "session": [] }]);
    let body =
        |schema: &Value| json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    let come_in = schemas.given(|generator| generator.subschema_for::<SignIn>());
    let (signed_in, who) = (said::<SignedIn>(schemas), said::<WhoIsIn>(schemas));
    let mut responses = troubles(&[("413", "TooLarge")]);
    let mut opened = answer("Somebody came in; the cookie is set.", &signed_in);
    opened["headers"]["Set-Cookie"] = json!({
        "description": "`zaiton_session`: scripts cannot read it, other sites cannot send it.",
        "schema": { "type": "string" },
    });
    responses.insert("200".into(), opened);
    let sign_in = json!({
        "tags": ["Session"], "operationId": "signIn", "summary": "登录 · Come in",
        "description": "The answer is the same whether nobody has this login or the password is wrong. After five wrong ones it \
                        must be waited.",
        "security": [], "requestBody": body(&come_in), "responses": responses,
    });
    let mut responses = troubles(&[]);
    responses.insert("200".into(), answer("Who came in.", &who));
    let who = json!({
        "tags": ["Session"], "operationId": "getSession", "summary": "当前登录 · Who came in",
        "security": cookie, "responses": responses,
    });
    let nothing = json!({ "type": "null" });
    let own = [("403", "Foreign"), ("422", "Refused"), ("500", "Bug")];
    let mut responses = troubles(&own);
    responses.insert("200".into(), answer("The session is over.", &accepted(&nothing)));
    let sign_out = json!({
        "tags": ["Session"], "operationId": "signOut", "summary": "退出 · End this session",
        "description": "Only from a page of this site.",
        "security": cookie, "responses": responses,
    });
    paths.insert("/api/v1/session".to_owned(), json!({ "post": sign_in, "get": who, "delete": sign_out }));
    let new = schemas.given(|generator| generator.subschema_for::<NewPassword>());
    let mut responses = troubles(&[&own[..], &[("413", "TooLarge")]].concat());
    responses.insert("200".into(), answer("Every session is over, this one too.", &accepted(&nothing)));
    let change = json!({
        "tags": ["Session"], "operationId": "changePassword", "summary": "修改密码 · Another password",
        "description": "Only from a page of this site. Every session of the old password is over.",
        "security": cookie, "requestBody": body(&new), "responses": responses,
    });
    paths.insert("/api/v1/session/password".to_owned(), json!({ "post": change }));
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
    let reply = said::<ConnectionReply>(schemas);
    let mut responses = troubles(&[("404", "Missing"), ("413", "TooLarge"), ("422", "Refused")]);
    responses.insert("200".into(), answer("Connected.", &accepted(&reply)));
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

/// Addresses of webhooks with their secrets, and how a template looks.
fn delivery(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let body =
        |schema: &Value| json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    let (adding, asked) = (
        schemas.given(|generator| generator.subschema_for::<Adding>()),
        schemas.given(|generator| generator.subschema_for::<TemplateAsked>()),
    );
    let (shown, template) = (said::<Shown>(schemas), said::<Said>(schemas));
    let actor = json!({ "$ref": "#/components/parameters/Actor" });
    let secret = || {
        let mut responses =
            troubles(&[("404", "Missing"), ("413", "TooLarge"), ("422", "Refused"), ("500", "Bug")]);
        responses.insert("200".into(), answer("The address and its secret, shown this once.", &shown));
        responses
    };
    let operation = json!({
        "tags": ["Delivery"], "operationId": "addWebhookEndpoint", "summary": "添加推送地址 · Add an address of webhooks",
        "description": "The secret is in this answer and nowhere else. Rule R5-41.",
        "parameters": [in_path("code", &json!({ "type": "string" })), actor],
        "requestBody": body(&adding), "responses": secret(),
    });
    paths.insert("/api/v1/merchants/{code}/webhook-endpoints".to_owned(), json!({ "post": operation }));
    let operation = json!({
        "tags": ["Delivery"], "operationId": "rotateWebhookSecret", "summary": "轮换推送密钥 · Another secret for an address",
        "description": "The secret before signs, too, for 24 hours. Rule R5-41.",
        "parameters": [in_path("id", &json!({ "type": "string" })), actor],
        "responses": secret(),
    });
    paths.insert("/api/v1/webhook-endpoints/{id}/secret".to_owned(), json!({ "post": operation }));
    let mut responses = troubles(&[("413", "TooLarge"), ("422", "Refused")]);
    responses.insert("200".into(), answer("How it looks.", &template));
    let operation = json!({
        "tags": ["Delivery"], "operationId": "previewTemplate", "summary": "预览模板 · How a template looks",
        "description": "Filled in with samples. Nothing is written, so no key is needed. Rule R5-20.",
        "requestBody": body(&asked), "responses": responses,
    });
    paths.insert("/api/v1/templates/preview".to_owned(), json!({ "post": operation }));
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
