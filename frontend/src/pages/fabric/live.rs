//! Keeps the record up to date: a socket that brings every new version, and questions now and then where none gets through.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::FabricAnswer;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, WebSocket};

use super::state::State;
use crate::{api, browser};

/// How often is asked while no socket is open.
const POLL: Duration = Duration::from_secs(5);
/// How long a lost socket is left alone before another is tried, doubled with each failure.
const RETRY_MS: i64 = 5_000;

/// How the page learns of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// Through an open socket, at once.
    Socket,
    /// By asking now and then.
    Polling,
}

/// Follows the fabric until the page goes.
pub fn follow(state: State) -> RwSignal<Live> {
    let live = RwSignal::new(Live::Polling);
    let socket = StoredValue::new_local(None::<WebSocket>);
    let failures = StoredValue::new(0_u32);
    let tag = StoredValue::new(String::new());
    let retry_at = StoredValue::new(0_i64);
    let open = move || {
        let address = browser::origin().replacen("http", "ws", 1);
        let address = format!("{address}/api/fabrics/{}/events", state.id.get_value());
        if let Ok(opened) = WebSocket::new(&address) {
            listen(state, &opened, live, failures, retry_at);
            socket.set_value(Some(opened));
        }
    };
    let tick = move || {
        let is_known = state
            .answer
            .with_untracked(|answer| matches!(answer, Some(Ok(_))));
        if live.get_untracked() == Live::Socket || !is_known || browser::is_hidden() {
            return;
        }
        let now = browser::now_ms();
        // The record was read just before the first.
        let is_first = retry_at.get_value() == 0;
        if now >= retry_at.get_value() {
            retry_at.set_value(now + (RETRY_MS << failures.get_value().min(6)));
            open();
            if is_first {
                return;
            }
        }
        let (id, known) = (state.id.get_value(), tag.get_value());
        spawn_local(async move {
            let answer = api::changed_fabric(&id, &known).await;
            // The page may have gone meanwhile.
            if let Ok(Some((found, now))) = answer
                && tag.try_set_value(now).is_none()
            {
                state.take(found);
            }
        });
    };
    let is_known = Memo::new(move |_| state.record.with(Option::is_some));
    Effect::new(move || {
        if is_known.get() && socket.with_value(Option::is_none) {
            tick();
        }
    });
    state.app.when_back(move || {
        retry_at.set_value(0);
        tick();
    });
    if let Ok(handle) = set_interval_with_handle(tick, POLL) {
        on_cleanup(move || handle.clear());
    }
    on_cleanup(move || {
        if let Some(opened) = socket.try_update_value(Option::take).flatten() {
            opened.set_onmessage(None);
            opened.set_onclose(None);
            // A socket that is closed already stays so.
            let _ = opened.close();
        }
    });
    live
}

fn listen(
    state: State,
    socket: &WebSocket,
    live: RwSignal<Live>,
    failures: StoredValue<u32>,
    retry_at: StoredValue<i64>,
) {
    let on_open = Closure::<dyn FnMut()>::new(move || {
        live.try_set(Live::Socket);
        failures.try_update_value(|failures| *failures = 0);
    });
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let found = event
            .data()
            .as_string()
            .and_then(|text| serde_json::from_str::<FabricAnswer>(&text).ok());
        if let Some(found) = found.filter(|_| state.answer.try_get_untracked().is_some()) {
            state.take(found);
        }
    });
    let on_close = Closure::<dyn FnMut()>::new(move || {
        live.try_set(Live::Polling);
        let count = failures.try_update_value(|failures| {
            *failures += 1;
            *failures
        });
        retry_at.try_update_value(|at| {
            *at = browser::now_ms() + (RETRY_MS << count.unwrap_or(0).min(6))
        });
    });
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    // The socket keeps them as long as it lives, and a page opens few.
    on_open.forget();
    on_message.forget();
    on_close.forget();
}
