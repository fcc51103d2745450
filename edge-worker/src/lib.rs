//! Hedgerow's Worker.
#[cfg(target_arch = "wasm32")]
mod cloudflare {
    //! The events that Cloudflare raises.
    use worker::{Context, Env, HttpRequest, Result, event};

    #[event(fetch)]
    async fn fetch(_request: HttpRequest, _env: Env, _context: Context) -> Result<http::Response<String>> {
        Ok(http::Response::new("{\"status\":\"ok\"}".to_owned()))
    }
}
