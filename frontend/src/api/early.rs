//! Answers that were asked for while the program itself was still on its way (`scripts/page.mjs`).

use gloo_net::http::Response;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The answer to a question that was asked early, given once; none if it was not, or did not get through.
pub async fn answer(address: &str) -> Option<Response> {
    let early = js_sys::Reflect::get(&window(), &"early".into()).ok()?;
    let address = JsValue::from(address);
    let asked = js_sys::Reflect::get(&early, &address).ok()?;
    let asked: js_sys::Promise = asked.dyn_into().ok()?;
    // What is asked later wants an answer of then.
    js_sys::Reflect::set(&early, &address, &JsValue::UNDEFINED).ok()?;
    let answer = JsFuture::from(asked).await.ok()?;
    answer
        .dyn_into::<web_sys::Response>()
        .ok()
        .map(Response::from)
}
