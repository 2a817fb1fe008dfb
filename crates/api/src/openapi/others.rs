//! The addresses that are no command and change something, coming in, and changes as they happen. Data, mostly.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use zaiton_app::channels::ConnectionReply;
use zaiton_app::identity::MemberReply;
use zaiton_notices::template::Said;

use super::operations::{accepted, answer, in_path, parameters};
use super::reads::said;
use super::schemas::Schemas;
use super::troubles;
use crate::changes::{Change, Wanted};
use crate::keys::{KeyMade, NewKey};
use crate::lists::Asked;
use crate::session::{
    Accepting, AskedReset, Code, Confirming, DeviceSaid, NewPassword, RecoveryCodes, Resetting, SecretShown,
    SignIn, SignUp, SignedIn, WhoIsIn,
};
use crate::templates::Asked as TemplateAsked;
use crate::webhooks::{Adding, Shown};

pub(super) fn others(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    sessions(schemas, paths);
    keys(schemas, paths);
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
    accounts(schemas, paths);
}

/// An address about one's own account.
struct Own {
    verb: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    about: &'static str,
    body: Option<Value>,
    reply: (&'static str, Value),
    /// Whoever asks must be in.
    inside: bool,
}

fn put(paths: &mut Map<String, Value>, own: Own) {
    let status = own.reply.0;
    let mut responses =
        troubles(&[("403", "Foreign"), ("413", "TooLarge"), ("422", "Refused"), ("500", "Bug")]);
    responses.insert(status.into(), answer("Done.", &own.reply.1));
    let mut operation = json!({
        "tags": ["Session"], "operationId": own.id, "summary": own.summary,
        "description": format!("{} Only from a page of this site.", own.about),
        "security": if own.inside { json!([{ "session": [] }]) } else { json!([]) },
        "responses": responses,
    });
    let named = own.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let named: Vec<Value> = named.map(|part| in_path(part, &json!({ "type": "string" }))).collect();
    if !named.is_empty() {
        operation["parameters"] = named.into();
    }
    if let Some(schema) = own.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    let of = paths.entry(own.path).or_insert_with(|| json!({}));
    of[own.verb] = operation;
}

fn given<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    schemas.given(|generator| generator.subschema_for::<T>())
}

/// One's own password, second factor and devices; signing up, another password by mail, invitations.
fn accounts(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let nothing = || accepted(&json!({ "type": "null" }));
    let sent =
        json!({ "type": "object", "required": ["sent"], "properties": { "sent": { "type": "boolean" } } });
    let device = said::<DeviceSaid>(schemas);
    let devices = json!({
        "type": "object", "required": ["rows"], "properties": { "rows": { "type": "array", "items": device } },
    });
    let (secret, codes) = (said::<SecretShown>(schemas), said::<RecoveryCodes>(schemas));
    let member = accepted(&said::<MemberReply>(schemas));
    let (verb, inside) = ("post", true);
    let all = [
        Own {
            verb,
            path: "/api/v1/session/password",
            id: "changePassword",
            summary: "修改密码 · Another password",
            about: "Every session of the old password is over.",
            body: Some(given::<NewPassword>(schemas)),
            reply: ("200", nothing()),
            inside,
        },
        Own {
            verb: "get",
            path: "/api/v1/session/devices",
            id: "listDevices",
            summary: "登录设备 · Where you are signed in",
            about: "Every session of one's own that is open.",
            body: None,
            reply: ("200", devices),
            inside,
        },
        Own {
            verb: "delete",
            path: "/api/v1/session/devices/{id}",
            id: "closeDevice",
            summary: "退出设备 · End a session elsewhere",
            about: "One of one's own.",
            body: None,
            reply: ("200", nothing()),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/session/second-factor",
            id: "offerSecondFactor",
            summary: "绑定验证器 · A secret for an authenticator",
            about: "Shown once; it counts when its first code was told.",
            body: None,
            reply: ("200", secret),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/session/second-factor/confirm",
            id: "confirmSecondFactor",
            summary: "启用双重验证 · The first code",
            about: "From then on a code is needed. Recovery codes are shown once.",
            body: Some(given::<Code>(schemas)),
            reply: ("200", codes),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/session/second-factor/drop",
            id: "dropSecondFactor",
            summary: "停用双重验证 · No second factor any more",
            about: "By a code or a recovery code; every session is over.",
            body: Some(given::<Code>(schemas)),
            reply: ("200", nothing()),
            inside,
        },
    ];
    all.into_iter().for_each(|own| put(paths, own));
    let inside = false;
    let all = [
        Own {
            verb,
            path: "/api/v1/session/reset",
            id: "askPasswordReset",
            summary: "找回密码 · Have a link sent for another password",
            about: "The answer is the same whether there is somebody.",
            body: Some(given::<AskedReset>(schemas)),
            reply: ("202", sent.clone()),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/session/reset/confirm",
            id: "resetPassword",
            summary: "重设密码 · Another password by the link",
            about: "Good for half an hour, once.",
            body: Some(given::<Resetting>(schemas)),
            reply: ("200", nothing()),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/sign-ups",
            id: "signUp",
            summary: "注册 · Sign up",
            about: "For applicants. The answer is the same whether the address is known.",
            body: Some(given::<SignUp>(schemas)),
            reply: ("202", sent),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/sign-ups/confirm",
            id: "confirmSignUp",
            summary: "验证邮箱 · Confirm the address",
            about: "By the link of the mail, good for a day.",
            body: Some(given::<Confirming>(schemas)),
            reply: ("200", nothing()),
            inside,
        },
        Own {
            verb,
            path: "/api/v1/invitations/accept",
            id: "acceptInvitation",
            summary: "接受邀请 · Take an invitation",
            about: "By who is new with a name and a password, by who is known after coming in.",
            body: Some(given::<Accepting>(schemas)),
            reply: ("200", member),
            inside,
        },
    ];
    all.into_iter().for_each(|own| put(paths, own));
}

/// Keys of programs.
fn keys(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let mut responses = troubles(&[("404", "Missing"), ("413", "TooLarge"), ("422", "Refused")]);
    responses
        .insert("201".into(), answer("Made. What lets in is shown this once.", &said::<KeyMade>(schemas)));
    let operation = json!({
        "tags": ["People"], "operationId": "makeKey", "summary": "创建密钥 · Make a key for a program",
        "description": "Rule R5-04. Of a merchant, or of the platform. What lets in is in this answer and nowhere else.",
        "requestBody": { "required": true, "content": { "application/json": { "schema": given::<NewKey>(schemas) } } },
        "responses": responses,
    });
    let of = paths.entry("/api/v1/api-keys").or_insert_with(|| json!({}));
    of["post"] = operation;
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
        "parameters": [code],
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
    let secret = || {
        let mut responses =
            troubles(&[("404", "Missing"), ("413", "TooLarge"), ("422", "Refused"), ("500", "Bug")]);
        responses.insert("200".into(), answer("The address and its secret, shown this once.", &shown));
        responses
    };
    let operation = json!({
        "tags": ["Delivery"], "operationId": "addWebhookEndpoint", "summary": "添加推送地址 · Add an address of webhooks",
        "description": "The secret is in this answer and nowhere else. Rule R5-41.",
        "parameters": [in_path("code", &json!({ "type": "string" }))],
        "requestBody": body(&adding), "responses": secret(),
    });
    paths.insert("/api/v1/merchants/{code}/webhook-endpoints".to_owned(), json!({ "post": operation }));
    let operation = json!({
        "tags": ["Delivery"], "operationId": "rotateWebhookSecret", "summary": "轮换推送密钥 · Another secret for an address",
        "description": "The secret before signs, too, for 24 hours. Rule R5-41.",
        "parameters": [in_path("id", &json!({ "type": "string" }))],
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
