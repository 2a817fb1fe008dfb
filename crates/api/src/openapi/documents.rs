//! The addresses of documents beside their objects: a file in one request or in parts, and looking at it. Data, mostly.

use serde_json::{Map, Value, json};
use zaiton_app::documents::{DocumentReply, UploadReply};
use zaiton_documents::upload::Said;

use super::operations::{accepted, answer, in_path, parameters};
use super::reads::said;
use super::schemas::Schemas;
use super::troubles;
use crate::documents::{PageAsked, SmallFile};
use crate::resources::asked::Place;

const BEGIN: &str = "\
A file of up to 20 MB: its length is said now, then it comes in parts of 256 KB to 5 MB, the last as small as it is. An upload waits \
a day for its next part.";
const PART: &str = "\
`Upload-Offset` says where the part begins: where the last one ended, as `received` of the upload says, also after the server was \
away. A part that came before is answered and counts once. The last one answers with the document; where that answer was lost, an \
empty part asks again.";
const SMALL: &str = "\
A PDF, JPEG, PNG or WebP of up to 5 MB, by what is in it and not by its name. A larger one comes in parts.";
const LOOK: &str = "Who looks is written down before anything is shown.";

fn bytes() -> Value {
    json!({ "required": true, "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } })
}

pub(super) fn addresses(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let code = in_path("code", &json!({ "type": "string" }));
    let id = |what: &str| in_path("id", &json!({ "type": "string", "description": what }));
    let key = json!({ "$ref": "#/components/parameters/IdempotencyKey" });
    let own = [("404", "Missing"), ("413", "TooLarge"), ("422", "Refused"), ("500", "Bug")];
    let done = |schema: &Value| {
        let mut responses = troubles(&own);
        responses.insert("200".into(), answer("Done and durable. 已完成并落盘。", &accepted(schema)));
        responses
    };
    let (upload, document) = (said::<UploadReply>(schemas), said::<DocumentReply>(schemas));
    let file = schemas.given(|generator| generator.subschema_for::<Said>());
    let mut asked = vec![code.clone(), key.clone()];
    asked.extend(parameters::<Place>(schemas, &[]));
    let example = json!({ "purpose": "licence", "name": "licence.pdf", "bytes": 7_340_032, "valid_until": "2031-05-31" });
    let begin = json!({
        "tags": ["Documents"], "operationId": "beginUpload", "summary": "开始上传 · Begin an upload",
        "description": BEGIN, "parameters": asked,
        "requestBody": { "required": true, "content": { "application/json": { "schema": file, "example": example } } },
        "responses": done(&upload),
    });
    paths.insert("/api/v1/merchants/{code}/uploads".to_owned(), json!({ "post": begin }));
    let mut asked = vec![code, key];
    asked.extend(parameters::<SmallFile>(schemas, &[]));
    let small = json!({
        "tags": ["Documents"], "operationId": "storeDocument", "summary": "上传小文件 · A file in one request",
        "description": SMALL, "parameters": asked, "requestBody": bytes(), "responses": done(&document),
    });
    paths.insert("/api/v1/merchants/{code}/documents".to_owned(), json!({ "post": small }));
    let offset = json!({
        "name": "Upload-Offset", "in": "header", "required": true, "schema": { "type": "integer", "minimum": 0 },
        "description": "Where the part begins, in bytes.",
    });
    let part = json!({
        "tags": ["Documents"], "operationId": "putPart", "summary": "上传分片 · A part of a file",
        "description": PART, "parameters": [id("The upload's id."), offset],
        "requestBody": bytes(), "responses": done(&upload),
    });
    if let Some(one) = paths.get_mut("/api/v1/uploads/{id}") {
        one["put"] = part;
    }
    let shown = |name: &str, summary: &str, about: String, asked: Vec<Value>| {
        let mut responses = troubles(&[("404", "Missing"), ("422", "Refused"), ("500", "Bug")]);
        let given = json!({
            "description": "The file.",
            "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } },
        });
        responses.insert("200".into(), given);
        json!({ "get": {
            "tags": ["Documents"], "operationId": name, "summary": summary, "description": about,
            "parameters": asked, "responses": responses,
        } })
    };
    let asked = vec![id("The document's id.")];
    let about = format!("{LOOK} Papers of people are not given out as they are.");
    let content = shown("takeDocument", "下载文件 · The file of a document", about, asked);
    paths.insert("/api/v1/documents/{id}/content".to_owned(), content);
    let mut asked = vec![id("The document's id.")];
    asked.extend(parameters::<PageAsked>(schemas, &[]));
    let about = format!("A PNG. {LOOK} Papers of people come under a watermark of who looks and when.");
    let preview = shown("previewDocument", "预览一页 · A page as a picture", about, asked);
    paths.insert("/api/v1/documents/{id}/preview".to_owned(), preview);
}
