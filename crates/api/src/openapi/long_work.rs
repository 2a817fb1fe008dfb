//! The addresses of long work: asked for, listed, taken. Its object is one of the kinds.

use serde_json::{Map, Value, json};
use zaiton_app::operations::AskOperation;

use super::operations::{answer, in_path, parameters};
use super::schemas::Schemas;
use super::troubles;
use crate::operations::Listed;

const ABOUT: &str = "\
It waits, runs and ends by itself, also when nobody looks: ask again at its address, or listen to changes of the kind \
`operation`. At most 3 of one person run and 20 wait. A file has at most 1,000,000 rows and 200 MB and is kept for 24 hours.";

pub(super) fn addresses(schemas: &mut Schemas, paths: &mut Map<String, Value>) {
    let object = json!({ "$ref": "#/components/schemas/OperationObject" });
    let given = schemas.given(|generator| generator.subschema_for::<AskOperation>());
    let mut responses = troubles(&[("413", "TooLarge"), ("422", "Refused"), ("500", "Bug")]);
    let mut accepted = answer("It waits for its turn, or runs. 已受理。", &object);
    accepted["headers"]["Location"] =
        json!({ "description": "The address of the operation.", "schema": { "type": "string" } });
    responses.insert("202".into(), accepted);
    let example = json!({
        "work": {
            "kind": "export", "format": "xlsx", "language": "zh-CN",
            "list": {
                "name": "statement", "merchant": "citong-tea", "programme": "baitiao",
                "period": { "from": "2026-03-01T00:00:00+08:00", "to": "2026-04-01T00:00:00+08:00" },
            },
        },
    });
    let post = json!({
        "tags": ["Operations"], "operationId": "askOperation", "summary": "发起耗时操作 · Ask for long work",
        "description": ABOUT,
        "parameters": [
            { "$ref": "#/components/parameters/IdempotencyKey" },
        ],
        "requestBody": {
            "required": true, "content": { "application/json": { "schema": given, "example": example } },
        },
        "responses": responses,
    });
    let asked = parameters::<Listed>(schemas, &[]);
    if let Some(list) = paths.get_mut("/api/v1/operations") {
        list["get"]["parameters"] = asked.into();
        list["get"]["description"] = "The newest first.".into();
        list["post"] = post;
    }
    let about = "Where it lies on another server of the installation, 409 says on which.";
    let own = [("404", "Missing"), ("409", "NotThere"), ("410", "Gone")];
    let mut responses = troubles(&own);
    responses.insert(
        "200".into(),
        json!({
            "description": "The file, with its name and its length.",
            "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } },
        }),
    );
    let get = json!({
        "tags": ["Operations"], "operationId": "takeOperationFile", "summary": "取结果文件 · Take the file of an operation",
        "description": about,
        "parameters": [in_path("id", &json!({ "type": "string", "description": "The operation's id." }))],
        "responses": responses,
    });
    paths.insert("/api/v1/operations/{id}/file".to_owned(), json!({ "get": get }));
}
