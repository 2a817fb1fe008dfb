//! `zaiton serve`: the HTTP API on loopback, until told to stop. Finishes what was taken before it leaves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use zaiton_api::{Api, Hub, Limits, Metrics, Rate};
use zaiton_effects::delivery;
use zaiton_reads::audit::search::Search;

use crate::cli::Failure;
use crate::out;
use crate::people;
use crate::site::{Place, Site};

/// What the outside may ask of a server.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Bounds {
    /// Requests a second in the long run, for each token; ten times as many at once, and twice as many for each address.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    requests_per_second: u32,
    /// Seconds that a client may take to send a request.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    slow_client_seconds: u64,
    /// Seconds after which a silent stream of changes says that it is there.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    beat_seconds: u64,
}

impl Bounds {
    fn limits(self) -> Limits {
        let rate = |per_second: u32| Rate { per_second, burst: per_second.saturating_mul(10) };
        Limits {
            per_token: rate(self.requests_per_second),
            per_address: rate(self.requests_per_second.saturating_mul(2)),
            patience: Duration::from_secs(self.slow_client_seconds),
            beat: Duration::from_secs(self.beat_seconds),
            ..Limits::default()
        }
    }
}

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn serve(place: &Place, listen: SocketAddr, bounds: Bounds, json: bool) -> Result<(), Failure> {
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
        let limits = bounds.limits();
        let hub = Arc::new(Hub::new(limits.streams));
        let metrics = Arc::new(Metrics::default());
        let opened = {
            let (place, bell, watch) = (place.clone(), hub.bell(), Arc::clone(&metrics));
            let on_commit = Arc::new(move || bell.notify_one());
            tokio::task::spawn_blocking(move || place.open_telling(&address.to_string(), on_commit, watch)).await
        };
        let site = opened.map_err(|error| Failure::World(error.to_string()))?.map_err(Failure::World)?;
        let site = kept.insert(site);
        let first = tokio::task::block_in_place(|| people::first(site))?;
        tokio::task::block_in_place(|| site.kept.sweep(&site.queries))?;
        let begun = tokio::task::block_in_place(|| delivery::sweep(&site.engine, &site.queries, &site.post));
        match begun {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "what waited for the post goes out now"),
            Err(error) => tracing::error!(%error, "what waits for the post cannot be looked for"),
        }
        let stopped = stopped();
        if json {
            let (login, password) = first.unzip();
            let said = serde_json::json!({
                "address": format!("http://{address}"), "token": site.token, "login": login, "password": password,
            });
            out::line(&said.to_string());
        } else {
            out::line(&format!("Zaiton serves on http://{address}"));
            out::line(&format!("token: {}", site.token));
            if let Some((login, password)) = first {
                out::line(&format!("sign in as {login} with {password} (shown once; change it)"));
            }
        }
        let (engine, queries) = (site.engine.clone(), site.queries.clone());
        let (channels, sealer) = (Arc::clone(&site.channels), site.sealer.clone());
        let api = Api::new(engine, queries, &site.token, limits).with_kept(site.kept.clone()).with_shelf(Arc::clone(&site.shelf));
        let search = Search::new(place.data.join("event-search.db"), place.fingerprint());
        let api = api.with_channels(channels, sealer).with_hub(Arc::clone(&hub)).with_audit(search).with_metrics(metrics);
        let router = api.router().merge(crate::console::router());
        crate::listening::listen(listener, router, limits.patience, stopped, || hub.close()).await;
        let engine = site.engine.clone();
        drop(tokio::task::spawn_blocking(move || engine.stop()).await);
        Ok(())
    });
    drop(runtime);
    drop(kept);
    served
}

/// Listens for the end from now on: whoever was told where this serves may end it.
fn stopped() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        match terminate {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {},
                    _ = terminate.recv() => {},
                }
            }
            Err(_) => drop(interrupt.await),
        }
        #[cfg(not(unix))]
        drop(interrupt.await);
    }
}
