//! Connections: taken, served and let go. A client that does not come to the end of its head in time is let go, and when the
//! program is told to stop it finishes what it took. Never looks into a request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once.
const CONNECTIONS: usize = 4_096;
/// How long what was taken may take once the program is told to stop.
const LAST: Duration = Duration::from_secs(30);
/// How long to wait when the system has no more connections to give.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `stopped`, then calls `ending` and finishes.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    patience: Duration,
    stopped: impl Future<Output = ()>,
    ending: impl FnOnce(),
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let taken = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            taken = taken => taken,
            () = &mut stopped => break,
        };
        let (stream, peer): (_, SocketAddr) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                drop(tokio::time::timeout(BREATH, std::future::pending::<()>()).await);
                continue;
            }
        };
        // An answer is small and waited for.
        drop(stream.set_nodelay(true));
        let service = TowerToHyperService::new(router.clone().layer(axum::Extension(ConnectInfo(peer))));
        let mut builder = http1::Builder::new();
        let connection = builder
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // What goes wrong with a connection is its client's to see.
            drop(watched.await);
            drop(place);
        });
    }
    drop(listener);
    ending();
    if tokio::time::timeout(LAST, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not come to their end");
    }
}
