//! The Worker as Cloudflare runs it: events, objects and the host. Everything that knows workerd is in this folder.

mod ask_for_socket;
mod assets;
mod fetch;
mod host;
mod jobs;
mod live_sockets;
mod object;
mod sign;
mod sql;

use futures_channel::oneshot;
use shared::pages::PAGES;
use worker::{Context, Env, Request, Response, Result, event};

use host::CloudflareHost;

/// Reports panics with their message instead of `unreachable executed`.
#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Answers a request that names no file of the built page: the addresses that are pages with the page itself, all others
/// by their routes.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let request = fetch::incoming(request).await?;
    let path = request.uri().path();
    if path.starts_with("/assets/") {
        return assets::gone();
    }
    if PAGES.contains(&path) {
        return assets::page(&env, &request).await;
    }
    let host = CloudflareHost::new(env);
    let opened = host.opened();
    // A write goes on even when the person closes the page, so that its record is brought up to date.
    let (sender, receiver) = oneshot::channel();
    context.wait_until(async move {
        let _ = sender.send(crate::handle(&host, request).await);
    });
    let response = receiver
        .await
        .map_err(|_| worker::Error::RustError("the request was not answered".to_owned()))?;
    if response.status() == http::StatusCode::SWITCHING_PROTOCOLS
        && let Some(answer) = opened.take()
    {
        return Ok(answer);
    }
    fetch::outgoing(&response)
}
