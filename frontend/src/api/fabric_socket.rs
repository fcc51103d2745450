//! The socket that brings every new version of a fabric.

use shared::api::FabricAnswer;
use shared::quote::url;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use crate::browser;

/// The code with which the object asks to come again, so that who may read is asked again.
const AGAIN: u16 = 4401;
/// The code with which the object says that there is nothing left to see.
const GONE: u16 = 4404;

/// What a socket brings.
pub enum Event {
    Opened,
    Version(Box<FabricAnswer>),
    Closed(Reason),
}

/// Why a socket was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Another has to be opened, so that who may read is asked again.
    Again,
    /// There is nothing left to see.
    Gone,
    /// The connection broke, or the server does not say.
    Lost,
}

/// What a socket is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is not open yet.
    Connecting,
    Open,
    /// It is about to be closed: browsers may take seconds to say why.
    Closing,
    Closed,
}

/// A socket to a fabric. Dropped, it is closed and brings nothing more.
pub struct Socket {
    socket: WebSocket,
    // They are called as long as they are kept.
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens a socket to a fabric; none if the browser refuses.
    pub fn open(id: &str, on_event: impl Fn(Event) + Copy + 'static) -> Option<Self> {
        let site = browser::origin().replacen("http", "ws", 1);
        let address = format!("{site}/api/fabrics/{}/events", url::component(id));
        let socket = WebSocket::new(&address).ok()?;
        let on_open = Closure::<dyn FnMut()>::new(move || on_event(Event::Opened));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string();
            if let Some(found) = text.and_then(|text| model::json::from_str(&text).ok()) {
                on_event(Event::Version(found));
            }
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            on_event(Event::Closed(match event.code() {
                AGAIN => Reason::Again,
                GONE => Reason::Gone,
                _ => Reason::Lost,
            }));
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            _on_open: on_open,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// What it is doing.
    pub fn phase(&self) -> Phase {
        match self.socket.ready_state() {
            WebSocket::CONNECTING => Phase::Connecting,
            WebSocket::OPEN => Phase::Open,
            WebSocket::CLOSING => Phase::Closing,
            _ => Phase::Closed,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // A socket that is closed already stays so.
        let _ = self.socket.close();
    }
}
