//! The Worker as Cloudflare runs it: events, objects and the host. Everything that knows workerd is in this folder.

mod assets;
mod fetch;
mod host;
mod object;
mod sign;
mod sql;
mod watch;

use futures_channel::oneshot;
use worker::{Context, Env, Request, Response, Result, event};

use crate::Watch;
use host::CloudflareHost;

/// Reports panics with their message instead of `unreachable executed`.
#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Answers a request: the API, fabrics' pages and share links; everything else that is no file of the built page with the
/// page itself.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let request = fetch::incoming(request).await?;
    let is_ours = ["/api/", "/f/", "/s/", "/setup"];
    if !is_ours
        .iter()
        .any(|start| request.uri().path().starts_with(start))
    {
        return assets::page(&env, &request).await;
    }
    let objects = env.clone();
    let host = CloudflareHost::new(env);
    // A write goes on even when the person closes the page, so that its record is brought up to date.
    let (tell, told) = oneshot::channel();
    context.wait_until(async move {
        let _ = tell.send(crate::handle(&host, request).await);
    });
    let response = told
        .await
        .map_err(|_| worker::Error::RustError("the request was not answered".to_owned()))?;
    if let Some(watch) = response.extensions().get::<Watch>() {
        return watch::open(&objects, watch).await;
    }
    fetch::outgoing(&response)
}
