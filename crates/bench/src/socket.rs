//! The same charges through the program's own HTTP face: bodies of 1,000 lines over loopback, clients in this process.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::oneshot;
use zaiton_api::{Api, Limits};
use zaiton_app::prepaid::charge::{ChargeFee, HoldReply};
use zaiton_engine::command::Command;
use zaiton_engine::engine::Engine;
use zaiton_prepaid::HoldId;
use zaiton_store::Queries;

use crate::Stop;
use crate::market::{Shop, charge};
use crate::measure::now;
use crate::synthetic::Scatter;

/// Commands of one body.
pub const LINES: usize = 1_000;

#[derive(Deserialize)]
struct Answer {
    outcome: String,
    repeated: bool,
    reply: HoldReply,
}

/// One body after the other, each read to its end.
fn client(
    address: &str,
    token: &str,
    shops: &[Shop],
    orders: std::ops::Range<usize>,
) -> Result<usize, String> {
    let agent = ureq::Agent::new_with_defaults();
    let mut scatter = Scatter::new(u64::try_from(orders.start).unwrap_or(0));
    let (mut body, mut holds): (String, Vec<HoldId>) = (String::new(), Vec::new());
    let mut next = orders.start;
    while next < orders.end {
        let end = orders.end.min(next + LINES);
        body.clear();
        for order in next..end {
            let (command, key) = charge(&shops[scatter.below(shops.len())], order);
            let command = serde_json::to_string(&command).map_err(|error| error.to_string())?;
            let name = <ChargeFee as Command>::NAME;
            let _ = writeln!(body, r#"{{"command":"{name}","key":"{key}","body":{command}}}"#);
        }
        let mut response = agent
            .post(address)
            .header("authorization", &format!("Bearer {token}"))
            .header("content-type", "application/x-ndjson")
            .send(body.as_str())
            .map_err(|error| error.to_string())?;
        let text = response.body_mut().read_to_string().map_err(|error| error.to_string())?;
        for line in text.lines() {
            let answer: Answer = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
            holds.push(answer.reply.hold);
            if answer.outcome != "accepted" || answer.repeated {
                return Err(line.to_owned());
            }
        }
        next = end;
    }
    Ok(holds.len())
}

/// Charges the orders `from..from + count` over so many connections; gives the time until the last answer.
///
/// # Errors
/// A charge is not accepted, or the socket fails.
pub fn freeze(
    engine: &Engine,
    queries: &Queries,
    shops: &Arc<Vec<Shop>>,
    from: usize,
    count: usize,
    connections: usize,
) -> Result<Duration, Stop> {
    let token = "a token for the time of a bench";
    let runtime = tokio::runtime::Runtime::new()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = format!("http://{}/api/v1/commands", listener.local_addr()?);
    let router = Api::new(engine.clone(), queries.clone(), token, Limits::default()).router();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = runtime.spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                drop(stopped.await);
            })
            .await
    });
    let start = now();
    let clients: Vec<_> = (0..connections)
        .map(|at| {
            let share = from + count * at / connections..from + count * (at + 1) / connections;
            let (address, shops) = (address.clone(), Arc::clone(shops));
            std::thread::Builder::new()
                .name("caller".into())
                .spawn(move || client(&address, token, &shops, share))
        })
        .collect::<Result<_, _>>()?;
    let mut held = 0;
    for thread in clients {
        held += thread.join().map_err(|_| "a client panicked")??;
    }
    let took = start.elapsed();
    drop(stop);
    runtime.block_on(served)??;
    if held == count { Ok(took) } else { Err(format!("{held} of {count} answered").into()) }
}
