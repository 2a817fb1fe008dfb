//! Long work as callers see it: how far it is, and where its file is found.

use schemars::JsonSchema;
use serde::Serialize;
use zaiton_app::allowed;
use zaiton_engine::StoreError;
use zaiton_kernel::{Refusal, Timestamp};
use zaiton_platform::operation::{Product, Progress, State, Work};
use zaiton_platform::{Operation, OperationId};
use zaiton_store::scan::objects::StoredRow;

use super::{Look, Seen, told};

/// Long work: an export, a verification.
#[derive(Serialize, JsonSchema)]
pub(crate) struct OperationSeen {
    id: OperationId,
    /// Who asked for it.
    asked_by: String,
    /// When.
    asked_at: Timestamp,
    /// What is to be done.
    work: Work,
    /// `waiting`, `running`, `done`, `failed`, `cancelled` or `expired`.
    state: String,
    /// How far it is, or was.
    progress: Progress,
    /// Since when it runs; none while it does not.
    running_since: Option<Timestamp>,
    /// Which attempt runs, from 1: higher when a worker was lost. None while it does not run.
    attempt: Option<u32>,
    /// When it was over.
    ended_at: Option<Timestamp>,
    /// Who cancelled it.
    cancelled_by: Option<String>,
    /// Why it failed, and what to do now.
    refusal: Option<Refusal>,
    /// What came of it, also when its file is gone.
    result: Option<ResultSeen>,
}

/// The file that came of it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationResult")]
struct ResultSeen {
    #[serde(flatten)]
    product: Product,
    /// Until when it is kept; none once it is gone.
    until: Option<Timestamp>,
    /// Where it is taken; none once it is gone.
    link: Option<String>,
}

/// The address of an operation.
pub(crate) fn address(id: OperationId) -> String {
    format!("/api/v1/operations/{id}")
}

impl OperationSeen {
    fn of(operation: Operation) -> Self {
        let state = operation.state.to_string();
        let Operation { id, asked_by, asked_at, work, progress, .. } = operation;
        let waiting = Self {
            id,
            asked_by,
            asked_at,
            work,
            state,
            progress,
            running_since: None,
            attempt: None,
            ended_at: None,
            cancelled_by: None,
            refusal: None,
            result: None,
        };
        match operation.state {
            State::Waiting => waiting,
            State::Running { since, attempt, .. } => {
                Self { running_since: Some(since), attempt: Some(attempt), ..waiting }
            }
            State::Done { at, until, product } => {
                let link = Some(format!("{}/file", address(id)));
                let result = Some(ResultSeen { product, until: Some(until), link });
                Self { ended_at: Some(at), result, ..waiting }
            }
            State::Failed { at, refusal } => Self { ended_at: Some(at), refusal: Some(refusal), ..waiting },
            State::Cancelled { at, by } => Self { ended_at: Some(at), cancelled_by: Some(by), ..waiting },
            State::Expired { at, product } => {
                let result = Some(ResultSeen { product, until: None, link: None });
                Self { ended_at: Some(at), result, ..waiting }
            }
        }
    }
}

pub(super) fn operation(_: &Look<'_>, row: &StoredRow) -> Result<Seen, StoreError> {
    let operation: Operation = serde_json::from_str(&row.body).map_err(|error| told(&error))?;
    let allowed = allowed::of_operation(&operation);
    let record = serde_json::to_value(OperationSeen::of(operation)).map_err(|error| told(&error))?;
    Ok(Seen { record, allowed })
}
