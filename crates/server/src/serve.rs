//! `zaiton serve`: the HTTP API on loopback, until told to stop. Finishes what was taken before it leaves.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::cli::Failure;
use crate::out;
use crate::site::{Place, Site};

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn serve(place: &Place, listen: SocketAddr, json: bool) -> Result<(), Failure> {
    if !listen.ip().is_loopback() {
        return Err(Failure::Refused(
            "zaiton serve listens on loopback addresses only until people can sign in (127.0.0.1 or ::1)"
                .into(),
        ));
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::World(error.to_string()))?;
    // Kept until the runtime is gone: PostgreSQL's connections may not be closed from within it.
    let mut kept: Option<Site> = None;
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .map_err(|error| Failure::World(format!("{listen}: {error}")))?;
        let address = listener.local_addr().map_err(|error| Failure::World(error.to_string()))?;
        let opened = {
            let place = place.clone();
            tokio::task::spawn_blocking(move || place.open(&address.to_string())).await
        };
        let site = opened.map_err(|error| Failure::World(error.to_string()))?.map_err(Failure::World)?;
        let site = kept.insert(site);
        if json {
            let said = serde_json::json!({ "address": format!("http://{address}"), "token": site.token });
            out::line(&said.to_string());
        } else {
            out::line(&format!("Zaiton serves on http://{address}"));
            out::line(&format!("token: {}", site.token));
        }
        let (engine, queries) = (site.engine.clone(), site.queries.clone());
        let (channels, sealer) = (Arc::clone(&site.channels), site.sealer.clone());
        let api = zaiton_api::Api::new(engine, queries, &site.token).with_channels(channels, sealer);
        let router = api.router();
        let served = axum::serve(listener, router).with_graceful_shutdown(stopped()).await;
        let engine = site.engine.clone();
        drop(tokio::task::spawn_blocking(move || engine.stop()).await);
        served.map_err(|error| Failure::World(error.to_string()))
    });
    drop(runtime);
    drop(kept);
    served
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {},
                    _ = terminate.recv() => {},
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
