//! `zaiton what-if`: what other lines would have done (R5-31, K-3). Reads only; takes no lane.

use clap::Args;
use zaiton_kernel::{Currency, Environment, Money, Refusal, Timestamp};
use zaiton_prepaid::PrepaidPolicy;
use zaiton_prepaid::what_if::{Asked, Tally};
use zaiton_reads::what_if::{Question, ask};

use crate::cli::{Failure, explain};
use crate::clock::system;
use crate::site::Place;
use crate::{export, out};

/// The figures asked; those that are not named stay as they are in force.
#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// The operator's suspension line, in yuan; a merchant's own that is higher still counts.
    #[arg(long, value_parser = yuan)]
    suspend: Option<i64>,
    /// The operator's resume line; at least the suspension line.
    #[arg(long, value_parser = yuan)]
    resume: Option<i64>,
    /// Every account's warning line.
    #[arg(long, value_parser = yuan)]
    warning: Option<i64>,
    /// The floor.
    #[arg(long, value_parser = yuan)]
    floor: Option<i64>,
    /// Minutes between two looks at an open breaker.
    #[arg(long)]
    recheck_minutes: Option<u16>,
    /// Alerts of one day, at most: 1 to 4.
    #[arg(long)]
    alert_max_per_day: Option<u8>,
    /// From this day (platform's zone) or moment on.
    #[arg(long)]
    from: String,
    /// To this day or moment, exclusive; never past now.
    #[arg(long)]
    to: Option<String>,
    /// One merchant's code; else all.
    #[arg(long)]
    merchant: Option<String>,
}

/// An amount as people write it, in minor units.
fn yuan(text: &str) -> Result<i64, String> {
    Money::parse(text, Currency::CNY).map(Money::minor).map_err(|error| error.to_string())
}

/// Answers, as text or JSON.
pub(crate) fn what_if(place: &Place, asked: &WhatIf, json: bool) -> Result<(), Failure> {
    let (queries, _) = place.queries().map_err(Failure::World)?;
    let (from, to) = export::period([Some(&asked.from), asked.to.as_deref()], None)?;
    let merchant = asked.merchant.as_deref().map(|code| export::merchant(&queries, code)).transpose()?;
    let figures = Asked {
        suspend_minor: asked.suspend,
        resume_minor: asked.resume,
        floor_minor: asked.floor,
        warning_minor: asked.warning,
        recheck_minutes: asked.recheck_minutes,
        alert_max_per_day: asked.alert_max_per_day,
    };
    let book = zaiton_reads::policies::book(&queries)?;
    let in_force = |at: Timestamp| book.prepaid(Environment::Live, at);
    let now = system();
    let checked: Result<(), _> = PrepaidPolicy::check(&figures.policy(&in_force(now)));
    checked.map_err(|outside| Failure::Refused(explain(&Refusal::from(outside))))?;
    let question = Question {
        environment: Environment::Live,
        merchant: merchant.map(|row| row.partition),
        from,
        to: to.min(now),
        figures,
    };
    let answer = ask(&queries, &question, &in_force)?;
    if json {
        let text = serde_json::to_string(&answer).map_err(|error| Failure::World(error.to_string()))?;
        out::line(&text);
        return Ok(());
    }
    out::line("merchant: openings, falls to the floor, suspended for, alerts; in force -> asked");
    let rows = answer.rows.iter().map(|row| (row.merchant.as_str(), row.in_force, row.asked));
    for (name, before, after) in rows.chain([("total", answer.in_force, answer.asked)]) {
        out::line(&format!("{name}: {} -> {}", said(before), said(after)));
    }
    Ok(())
}

fn said(tally: Tally) -> String {
    let hours = tally.suspended_seconds / 3_600;
    let minutes = tally.suspended_seconds % 3_600 / 60;
    format!("{}, {}, {hours} h {minutes:02} min, {}", tally.openings, tally.floors, tally.alerts)
}
