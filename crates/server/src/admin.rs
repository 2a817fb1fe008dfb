//! `zaiton admin`: what an operator does rarely: tasks that wait for a person or were given up, listed and tried again; the
//! sandbox's clock; anchors; codes; orders read anew. Decides nothing.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use serde::Serialize;
use zaiton_access::Role;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::outbox::{
    DropParked, Effect, EffectId, Parked, ParkedId, RetryEffect, RetryParked, RetryTimer, Timer, TimerId,
};
use zaiton_kernel::{Environment, Id, Partition, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_store::Queries;
use zaiton_store::scan::objects::{Page, StoredRow, Which};

use crate::arguments::duration;
use crate::cli::{Failure, explain};
use crate::site::{Place, Site};
use crate::{contact_code, document_keys, near, out, people, reread, run, verify};

/// What an operator does rarely.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// List what waits for a person and what was given up: parked tasks, dead effects, dead timers.
    Tasks,
    /// Try a task of that list again, once its cause is put right.
    Retry {
        /// Its id: `pk_..`, `ef_..` or `tm_..`.
        task: String,
        /// Who does it.
        #[arg(long)]
        by: Option<String>,
    },
    /// Drop a parked task: what it was for never follows.
    Drop {
        /// Its id: `pk_..`.
        task: String,
        /// Why, as a code: `told_twice`.
        #[arg(long)]
        reason: String,
        /// Who does it.
        #[arg(long)]
        by: Option<String>,
    },
    /// Add a person with roles, and show the password once: what two people decide needs two.
    AddPerson {
        /// What is typed to come in: an e-mail address, so that it can be written to.
        login: String,
        /// What people call it.
        #[arg(long)]
        name: String,
        /// A role, such as `finance`; once for each.
        #[arg(long = "role", required = true, value_parser = role)]
        roles: Vec<Role>,
        /// Of this merchant, by its code; of the platform where none is named.
        #[arg(long)]
        merchant: Option<String>,
    },
    /// Say the six digits that somebody's authenticator shows now: for who lost it, and for trying the demo.
    Code {
        /// What is typed to come in.
        login: String,
    },
    /// Write an anchor: the heads and counts of all event chains, signed. Keep it elsewhere.
    Anchor {
        /// The file to write.
        file: PathBuf,
    },
    /// Say the code that was sent last to an address or a number, for whoever tells it to the person there: over the phone, or
    /// while nothing delivers e-mail and text messages.
    ContactCode {
        /// The e-mail address or mobile number.
        contact: String,
        /// The merchant's code.
        #[arg(long)]
        merchant: String,
        /// In the sandbox.
        #[arg(long)]
        sandbox: bool,
    },
    /// Make a new master key for documents, and put every data key under it. Cut off, it is ended with `--resume`.
    RotateDocumentKey {
        /// No new key: only put the rest under the newest.
        #[arg(long)]
        resume: bool,
        /// Drop the keys under which nothing is any more. Copies of documents made before need them.
        #[arg(long)]
        drop_old: bool,
    },
    /// Read anew, from what came, the orders that wait for a person: after an update of the program.
    RereadOrders,
    /// Say the sandbox's time, or move its clock ahead: deadlines, timers and days of the sandbox come sooner. It never goes
    /// back, and live work never sees it.
    SandboxClock {
        /// How far, as a number and `s`, `m`, `h` or `d`; at most 366 days at a time.
        #[arg(long, value_parser = duration)]
        forward: Option<i64>,
    },
}

/// A role by its name.
fn role(text: &str) -> Result<Role, String> {
    Role::ALL.iter().copied().find(|role| role.name() == text).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("a role is one of {}", known.join(", "))
    })
}

/// Records read at a time.
const PAGE: i64 = 500;

/// Does it; what needs the engine starts it.
pub(crate) fn admin(place: &Place, verb: Admin, json: bool) -> Result<(), Failure> {
    match verb {
        Admin::Tasks => tasks(&place.queries().map_err(Failure::World)?.0, json),
        Admin::Anchor { file } => verify::anchor(place, &file, json),
        Admin::ContactCode { contact, merchant, sandbox } => {
            let environment = if sandbox { Environment::Sandbox } else { Environment::Live };
            contact_code::contact_code(place, environment, &merchant, &contact, json)
        }
        Admin::SandboxClock { forward } => {
            let now = place.forward_sandbox(forward.unwrap_or(0)).map_err(Failure::World)?;
            let text = if json { serde_json::json!({ "now": now }).to_string() } else { now.to_string() };
            out::line(&text);
            Ok(())
        }
        Admin::AddPerson { login, name, roles, merchant } => on_site(place, |site| {
            let merchant =
                merchant.as_deref().map(|code| near::merchant(&site.queries, Environment::Live, code));
            let merchant = merchant.transpose()?.map(|row| MerchantId::from_raw(row.id));
            people::add(site, &login, &name, &people::Place { merchant, roles: &roles }, json)
        }),
        Admin::Code { login } => people::code(place, &login, json),
        Admin::RotateDocumentKey { resume, drop_old } => document_keys::rotate(place, resume, drop_old, json),
        Admin::RereadOrders => on_site(place, |site| reread::reread(site, json)),
        Admin::Retry { task, by } => on_site(place, |site| again(site, &task, by.as_deref(), None)),
        Admin::Drop { task, reason, by } => {
            on_site(place, |site| again(site, &task, by.as_deref(), Some(reason.clone())))
        }
    }
}

fn on_site(place: &Place, act: impl FnOnce(&Site) -> Result<(), Failure>) -> Result<(), Failure> {
    let site = place.open("").map_err(Failure::World)?;
    let result = act(&site);
    if result.is_ok() {
        site.engine.settle(1_200)?;
    }
    site.engine.stop();
    result
}

/// One task.
#[derive(Serialize)]
struct Task {
    id: String,
    /// The merchant's code; none where the partition is not a merchant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<String>,
    partition: i64,
    /// The command, or the kind of the effect.
    command: String,
    why: String,
}

fn tasks(queries: &Queries, json: bool) -> Result<(), Failure> {
    let mut count = 0_u64;
    let mut tell = |table: &str, page: &[StoredRow]| -> Result<(), Failure> {
        for row in page {
            let Some(task) = task(queries, table, row)? else { continue };
            count += 1;
            if json {
                out::line(&serde_json::json!(task).to_string());
            } else {
                let of = task.merchant.as_deref().unwrap_or("-");
                out::line(&format!("{} {of} {}: {}", task.id, task.command, task.why));
            }
        }
        Ok(())
    };
    let mut after = None;
    loop {
        let page = queries.objects("parked", Which::All, Page { after, limit: PAGE, newest: false })?;
        tell("parked", &page)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
    }
    for table in ["effects", "timers"] {
        for environment in [Environment::Live, Environment::Sandbox] {
            let mut after = 0;
            loop {
                let page = queries.still(table, environment, after, PAGE)?;
                tell(table, &page)?;
                let Some(last) = page.last() else { break };
                after = last.id;
            }
        }
    }
    if !json {
        out::line(&format!("{count} tasks"));
    }
    Ok(())
}

/// A row as a task; none when it only waits for somebody to deliver it.
fn task(queries: &Queries, table: &str, row: &StoredRow) -> Result<Option<Task>, Failure> {
    let told = |error: serde_json::Error| Failure::World(format!("{table} {}: {error}", row.id));
    let said = |refusal: &Refusal| format!("{} [{}] {}", refusal.code, refusal.rule, refusal.why.en);
    let (id, command, why) = match table {
        "parked" => {
            let parked: Parked = serde_json::from_str(&row.body).map_err(told)?;
            (parked.id.to_string(), parked.command, Some(said(&parked.refusal)))
        }
        "effects" => {
            let effect: Effect = serde_json::from_str(&row.body).map_err(told)?;
            (effect.id.to_string(), effect.kind, effect.error)
        }
        _ => {
            let timer: Timer = serde_json::from_str(&row.body).map_err(told)?;
            (timer.id.to_string(), timer.command, timer.refusal.as_ref().map(said))
        }
    };
    let Some(why) = why else { return Ok(None) };
    let merchant = queries.records_of("merchants", row.partition, 0, 1)?;
    let merchant = merchant.first().and_then(|row| {
        serde_json::from_str::<zaiton_onboarding::Merchant>(&row.body).ok().map(|merchant| merchant.code)
    });
    Ok(Some(Task { id, merchant, partition: row.partition.raw(), command, why }))
}

fn no_task(task: &str) -> Failure {
    let refusal = Refusal::new(
        "cli.task_unknown",
        Rule::new("R5-40"),
        Text::new("没有此待办任务。", "There is no such task."),
        Text::new("请用 `zaiton admin tasks` 查看。", "`zaiton admin tasks` lists them."),
    );
    Failure::Refused(explain(&refusal.with("task", task)))
}

/// Tries a task again, or drops it.
fn again(site: &Site, task: &str, by: Option<&str>, reason: Option<String>) -> Result<(), Failure> {
    let place = |table: &str, id: i64| -> Result<Partition, Failure> {
        let row = site.queries.record(table, id)?;
        row.map(|row| row.partition).ok_or_else(|| no_task(task))
    };
    let command: Arc<dyn AnyCommand> = if let Ok(parked) = task.parse::<ParkedId>() {
        let partition = place("parked", parked.raw())?;
        match reason {
            Some(reason) => Arc::new(DropParked { partition, parked, reason }),
            None => Arc::new(RetryParked { partition, parked }),
        }
    } else if reason.is_some() {
        return Err(no_task(task));
    } else if let Ok(effect) = task.parse::<EffectId>() {
        Arc::new(RetryEffect { partition: place("effects", effect.raw())?, effect })
    } else if let Ok(timer) = task.parse::<TimerId>() {
        Arc::new(RetryTimer { partition: place("timers", timer.raw())?, timer })
    } else {
        return Err(no_task(task));
    };
    // Each try is one of its own: the same command a second time is meant.
    let mut once = [0_u8; 8];
    zaiton_effects::sealing::system_random(&mut once).map_err(|error| Failure::World(error.to_string()))?;
    let key = format!("cli/{task}/{}", once.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    run::give(&site.engine, command, &key, run::who(by)?).map(|reply| out::line(&reply))
}
