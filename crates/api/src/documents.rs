//! Documents over HTTP (R5-12): a small file in one request, a larger one in parts that go on where they were cut off, content and
//! previews for who may look. Holds no rule: what is kept or refused, others decide.
//!
//! An upload is begun with what the file is and how long; each part is a `PUT` that says in `Upload-Offset` where it begins;
//! `GET` of the upload says in `received` where the next begins. The last part answers with the document.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use zaiton_app::documents::{
    BeginUpload, FinishUpload, Look, POLICY, RefuseUpload, StoreDocument, TakePart, UploadReply, ViewDocument,
};
use zaiton_documents::document::{Content, DocumentRefusal, Purpose};
use zaiton_documents::upload::{Said, State as Stands, UploadRefusal};
use zaiton_documents::{Document, DocumentId, Upload};
use zaiton_effects::documents::{Shelf, may_come, part};
use zaiton_effects::sealing::system_random;
use zaiton_engine::{Actor, Command, Outcome, Request, StoreError};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, Id, LocalDate, Partition, Refusal};
use zaiton_onboarding::MerchantId;

use crate::callers::Viewer;
use crate::lists::{merchant_of, read, read_long};
use crate::resources::asked::{Asked, Place};
use crate::resources::{by_table, reading, told};
use crate::{Api, commands, problem};

/// What is said of a file that comes in one request.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmallFile {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// What it is for.
    purpose: Purpose,
    /// What the file is called, 1 to 120 letters.
    name: String,
    /// Its first day of validity.
    valid_from: Option<LocalDate>,
    /// Its last day of validity.
    valid_until: Option<LocalDate>,
    /// In whose place it comes.
    replaces: Option<DocumentId>,
}

/// Which page is looked at.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageAsked {
    /// From 1.
    page: Option<u32>,
}

fn key_of(headers: &HeaderMap) -> &str {
    headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn refused(refusal: UploadRefusal) -> Response {
    problem::refused(StatusCode::UNPROCESSABLE_ENTITY, &Refusal::from(refusal))
}

fn shelf(api: &Api) -> Result<Arc<Shelf>, Box<Response>> {
    api.shelf.clone().ok_or_else(|| Box::new(problem::missing("documents")))
}

fn world(error: &impl ToString) -> StoreError {
    StoreError(error.to_string())
}

/// `POST /api/v1/merchants/{code}/uploads`
pub(crate) async fn begin(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Asked(place): Asked<Place>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let environment = place.environment;
    let merchant = match merchant_of(&api, &viewer, code, environment).await {
        Ok(row) => MerchantId::from_raw(row.id),
        Err(response) => return response,
    };
    let file: Said = match serde_json::from_str(&body) {
        Ok(file) => file,
        Err(error) => return problem::unreadable(&error.to_string(), ""),
    };
    let command = BeginUpload { environment, merchant, file };
    let given = serde_json::to_string(&command).unwrap_or_default();
    let actor = Actor::new(viewer.caller.name());
    match commands::read_as(&api, &actor, BeginUpload::NAME, key_of(&headers), &given) {
        Ok(request) => problem::reply_to(commands::run(&api, request).await, &body),
        Err(response) => *response,
    }
}

/// `POST /api/v1/merchants/{code}/documents`: the body is the file.
pub(crate) async fn store(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Asked(said): Asked<SmallFile>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let environment = said.environment;
    let row = match merchant_of(&api, &viewer, code, environment).await {
        Ok(row) => row,
        Err(response) => return response,
    };
    let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
    if bytes > POLICY.part_bytes {
        return refused(UploadRefusal::PartTooLarge { at_most: POLICY.part_bytes });
    }
    let SmallFile { purpose, name, valid_from, valid_until, replaces, .. } = said;
    let file = Said { purpose, name, bytes, valid_from, valid_until, replaces };
    if let Err(refusal) = may_come(&file, api.engine.clock().now(environment)) {
        return problem::refused(StatusCode::UNPROCESSABLE_ENTITY, &refusal);
    }
    let content = match kept(&api, row.partition, body).await {
        Ok(Ok(content)) => content,
        Ok(Err(refusal)) => return refused(refusal),
        Err(response) => return response,
    };
    let command = StoreDocument { environment, merchant: MerchantId::from_raw(row.id), file, content };
    let given = serde_json::to_string(&command).unwrap_or_default();
    let actor = Actor::new(viewer.caller.name());
    match commands::read_as(&api, &actor, StoreDocument::NAME, key_of(&headers), &given) {
        Ok(request) => problem::reply(commands::run(&api, request).await),
        Err(response) => *response,
    }
}

/// Looks at a whole file and keeps it.
async fn kept(
    api: &Api,
    owner: Partition,
    content: Bytes,
) -> Result<Result<Content, UploadRefusal>, Response> {
    let shelf = shelf(api).map_err(|response| *response)?;
    read_long(api, move |_| shelf.keep(owner, &content).map_err(|error| world(&error))).await
}

async fn stored<T: serde::de::DeserializeOwned + Send + 'static>(
    api: &Api,
    viewer: &Viewer,
    table: &'static str,
    id: &str,
) -> Result<(Partition, T), Response> {
    let resource = by_table(table).expect("documents and uploads are kinds of objects");
    let raw = reading::raw_id(resource, id).map_err(|response| *response)?;
    let viewer = viewer.clone();
    let job = move |api: &Api| {
        // What is out of reach is as if it were not there.
        let row = api.queries.object(table, raw)?.filter(|row| viewer.sees(row.partition));
        row.map(|row| Ok((row.partition, serde_json::from_str(&row.body).map_err(|error| told(&error))?)))
            .transpose()
    };
    read(api, job).await?.ok_or_else(|| problem::missing(id))
}

/// `PUT /api/v1/uploads/{id}`: the body is a part; an empty one where the last part begins asks again for the end.
pub(crate) async fn put_part(
    State(api): State<Api>,
    viewer: Viewer,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match part_taken(&api, &viewer, &id, (&headers, body)).await {
        Ok(response) | Err(response) => response,
    }
}

async fn part_taken(
    api: &Api,
    viewer: &Viewer,
    id: &str,
    (headers, body): (&HeaderMap, Bytes),
) -> Result<Response, Response> {
    let actor = Actor::new(viewer.caller.name());
    let offset = headers.get("upload-offset").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let offset = offset.ok_or_else(|| {
        let why = "Upload-Offset says in bytes where the part begins.".to_owned();
        problem::bad("api.upload_offset", "缺少 Upload-Offset，或不是数字。", why)
    })?;
    let (partition, upload): (Partition, Upload) = stored(api, viewer, "uploads", id).await?;
    let of = Of { api, viewer, actor, partition, upload };
    if body.is_empty() && of.upload.is_whole() {
        return of.finish().await;
    }
    if u64::try_from(body.len()).unwrap_or(u64::MAX) > POLICY.part_bytes {
        return Err(refused(UploadRefusal::PartTooLarge { at_most: POLICY.part_bytes }));
    }
    of.take(offset, body).await
}

/// An upload that somebody goes on with.
struct Of<'a> {
    api: &'a Api,
    viewer: &'a Viewer,
    actor: Actor,
    partition: Partition,
    upload: Upload,
}

impl Of<'_> {
    fn place(&self) -> (Environment, MerchantId) {
        (self.partition.environment(), MerchantId::from_raw(self.partition.owner()))
    }

    async fn give<C: Command>(&self, key: &str, command: C) -> Outcome {
        let key = format!("{}/{key}", self.upload.id);
        commands::run(self.api, Request::new(Arc::new(command), &key, self.actor.clone())).await
    }

    /// A part is kept, then told of; a part that is not wanted is forgotten.
    async fn take(self, offset: u64, body: Bytes) -> Result<Response, Response> {
        let (shelf, id) = (shelf(self.api).map_err(|response| *response)?, self.upload.id);
        let (vault, taken) = (Arc::clone(&shelf), part(offset, &body));
        let to_keep = taken.clone();
        read_long(self.api, move |_| vault.keep_part(id, &to_keep, &body).map_err(|error| world(&error)))
            .await?;
        let (environment, merchant) = self.place();
        let key = format!("part/{offset}/{}", taken.sha256);
        let outcome =
            self.give(&key, TakePart { environment, merchant, upload: id, part: taken.clone() }).await;
        let (_, upload): (_, Upload) = stored(self.api, self.viewer, "uploads", &id.to_string()).await?;
        if !matches!(outcome, Outcome::Accepted { .. }) {
            // Of what failed nobody knows yet whether it was written.
            if matches!(outcome, Outcome::Refused { .. }) && !upload.parts.contains(&taken) {
                let forget = move |_: &Api| shelf.forget_part(id, &taken).map_err(|error| world(&error));
                read_long(self.api, forget).await?;
            }
            return Ok(problem::reply(outcome));
        }
        if upload.is_whole() && upload.state == Stands::Uploading {
            return Of { upload, ..self }.finish().await;
        }
        // What came again has its first answer; what stands now is what its sender goes on from.
        Ok(said(&upload))
    }

    /// Everything is there: it is looked at, and becomes a document or is refused.
    async fn finish(self) -> Result<Response, Response> {
        if self.upload.state != Stands::Uploading {
            return Ok(said(&self.upload));
        }
        let (shelf, upload, owner) =
            (shelf(self.api).map_err(|response| *response)?, self.upload.clone(), self.partition);
        let job = move |_: &Api| {
            let whole = shelf.whole(&upload).map_err(|error| world(&error))?;
            shelf.keep(owner, &whole).map_err(|error| world(&error))
        };
        let (environment, merchant) = self.place();
        let upload = self.upload.id;
        match read_long(self.api, job).await? {
            Ok(content) => {
                let command = FinishUpload { environment, merchant, upload, content };
                Ok(problem::reply(self.give("finish", command).await))
            }
            Err(refusal) => {
                let refusal = Refusal::from(refusal);
                let code = refusal.code.clone().into_owned();
                let outcome = self.give("refuse", RefuseUpload { environment, merchant, upload, code }).await;
                match outcome {
                    Outcome::Accepted { .. } => {
                        Err(problem::refused(StatusCode::UNPROCESSABLE_ENTITY, &refusal))
                    }
                    other => Ok(problem::reply(other)),
                }
            }
        }
    }
}

fn said(upload: &Upload) -> Response {
    let reply = UploadReply { upload: upload.id, received: upload.received, state: upload.state.clone() };
    let reply = serde_json::to_string(&reply).unwrap_or_default();
    problem::reply(Outcome::Accepted { reply, repeated: false })
}

/// Writes down that somebody looks, then gives what to look at.
async fn viewed(api: &Api, id: &str, viewer: &Viewer, look: Look) -> Result<(Document, Actor), Response> {
    let actor = Actor::new(viewer.caller.name());
    let (partition, document): (Partition, Document) = stored(api, viewer, "documents", id).await?;
    let mut random = [0_u8; 16];
    system_random(&mut random).map_err(|error| problem::store(&world(&error)))?;
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let command = ViewDocument {
        environment: partition.environment(),
        merchant: MerchantId::from_raw(partition.owner()),
        document: document.id,
        look,
    };
    // Each look is one of its own, also of the same person at the same page.
    let request = Request::new(Arc::new(command), &format!("view/{random}"), actor.clone());
    match commands::run(api, request).await {
        Outcome::Accepted { .. } => Ok((document, actor)),
        other => Err(problem::reply(other)),
    }
}

/// `GET /api/v1/documents/{id}/content`
pub(crate) async fn content(State(api): State<Api>, Path(id): Path<String>, viewer: Viewer) -> Response {
    let given = async {
        let shelf = shelf(&api).map_err(|response| *response)?;
        let (document, _) = viewed(&api, &id, &viewer, Look::Content).await?;
        let format = document.content.format;
        let name = format!("{}.{}", document.id, format.ending());
        let job = move |_: &Api| shelf.content(&document).map_err(|error| world(&error));
        Ok(file(
            read_long(&api, job).await?,
            format.media_type(),
            &format!("attachment; filename=\"{name}\""),
        ))
    };
    match given.await {
        Ok(response) | Err(response) => response,
    }
}

/// `GET /api/v1/documents/{id}/preview`: a PNG.
pub(crate) async fn preview(
    State(api): State<Api>,
    viewer: Viewer,
    Path(id): Path<String>,
    Asked(asked): Asked<PageAsked>,
) -> Response {
    let page = asked.page.unwrap_or(1);
    let given = async {
        let shelf = shelf(&api).map_err(|response| *response)?;
        let (document, actor) = viewed(&api, &id, &viewer, Look::Preview { page }).await?;
        let now = api.engine.clock().now(Environment::Live).local_text(&Zone::shanghai());
        let mark = format!("{} {now}", actor.name());
        let job = move |_: &Api| shelf.preview(&document, page, &mark).map_err(|error| world(&error));
        let refusal = || Refusal::from(DocumentRefusal::NoPreview {});
        match read_long(&api, job).await? {
            Some(picture) => Ok(file(picture, "image/png", "inline; filename=\"preview.png\"")),
            None => Err(problem::refused(StatusCode::UNPROCESSABLE_ENTITY, &refusal())),
        }
    };
    match given.await {
        Ok(response) | Err(response) => response,
    }
}

/// What no browser may take for anything else, run, keep or show inside another page.
fn file(content: Vec<u8>, media_type: &'static str, disposition: &str) -> Response {
    let mut response = content.into_response();
    let fields = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
