//! The routes put together, and the loop that takes connections.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::github::GitHub;
use crate::traffic::intercept;
use crate::{app, control, graphql, rest, transport, web};

/// How long requests that are under way may take when the stand-in stops.
const GRACE: Duration = Duration::from_secs(5);

/// Puts GitHub.com's paths and GitHub Enterprise Server's beside each other.
pub(crate) fn router(github: Arc<GitHub>) -> Router {
    let api = Router::new()
        .merge(rest::routes())
        .nest("/api/v3", rest::routes())
        .route("/graphql", post(graphql::answer))
        .route("/api/graphql", post(graphql::answer))
        .fallback(rest::unknown)
        .layer(from_fn_with_state(github.clone(), web::api));
    let everything = Router::new()
        .merge(transport::routes())
        .merge(app::routes())
        .nest("/_standin", control::routes())
        .fallback_service(api.with_state(github.clone()));
    everything
        .layer(DefaultBodyLimit::disable())
        .with_state(github)
}

/// Serves until `stop` fires, then lets requests under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    github: Arc<GitHub>,
    router: Router,
    mut stop: oneshot::Receiver<()>,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => continue,
            },
            _ = &mut stop => break,
        };
        // Answers are small and go out in two pieces; without this every one waits for the peer's delayed ACK.
        let _ = stream.set_nodelay(true);
        let (github, router) = (github.clone(), router.clone());
        let service = service_fn(move |request| intercept(github.clone(), router.clone(), request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that hangs up, or a fault that drops the connection, ends here and concerns nobody else.
            let _ = connection.await;
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}
