//! The Worker as Cloudflare runs it: events, objects and the host. Everything that knows workerd is in this folder.

mod fetch;
mod host;
mod object;
mod sql;

use worker::{Context, Env, Request, Response, Result, event};

use host::CloudflareHost;

/// Reports panics with their message instead of `unreachable executed`.
#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Answers a request: `/api/*` here, everything else from the built page.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let request = fetch::incoming(request).await?;
    if !request.uri().path().starts_with("/api/") {
        return env
            .assets("ASSETS")?
            .fetch(request.uri().to_string(), None)
            .await;
    }
    let host = CloudflareHost::new(env);
    fetch::outgoing(&crate::handle(&host, request).await)
}
