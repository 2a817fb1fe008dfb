//! How a template looks, filled in with samples, before anybody saves it. Writes nothing.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use zaiton_kernel::{Environment, Id};
use zaiton_notices::preferences::Language;
use zaiton_notices::template::{self, Command, Place, Template, TemplateId, Values, Words, built_in, render};
use zaiton_notices::{Channel, Topic};

use crate::{Api, problem};

/// What is looked at.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TemplateAsked")]
pub(crate) struct Asked {
    /// What it is about.
    topic: Topic,
    /// By which way it goes: `email` or `sms`.
    #[schemars(example = Channel::Email)]
    channel: Channel,
    /// In which language.
    #[serde(default)]
    language: Language,
    /// The words; those that are built in where none are given.
    #[serde(default)]
    words: Option<Words>,
}

/// `POST /api/v1/templates/preview`
pub(crate) async fn preview(State(api): State<Api>, body: String) -> Response {
    let asked: Asked = match serde_json::from_str(&body) {
        Ok(asked) => asked,
        Err(error) => return problem::bad("api.template", "模板无法读取。", error.to_string()),
    };
    let place = Place { topic: asked.topic, channel: asked.channel, language: asked.language };
    let now = api.engine.clock().now(Environment::Live);
    let template = Template::unsaved(TemplateId::from_raw(1), place);
    let tried = Command::Save { words: asked.words.clone(), valid_from: None, by: String::new() };
    if let Err(refusal) = template::decide(&template, tried, now) {
        return problem::refused(StatusCode::UNPROCESSABLE_ENTITY, &refusal.into());
    }
    match render(&asked.words.unwrap_or_else(|| built_in(place)), &Values::sample(place.topic)) {
        Ok(said) => Json(said).into_response(),
        Err(fault) => problem::bad("api.template", "模板无法生成。", fault.what),
    }
}
