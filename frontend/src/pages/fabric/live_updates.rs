//! Keeps the record up to date: a socket that brings every new version, and questions now and then where none gets through.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::record::Visibility;

use super::state::State;
use crate::api::fabric_socket::{Event, Phase, Reason, Socket};
use crate::{api, browser};

/// How often is looked whether there is something to do; most times there is not.
const TICK: Duration = Duration::from_millis(500);
/// How long after one question the next follows while no socket is open: what others did is seen within two seconds.
const ASK_MS: i64 = 1_500;
/// How long an answer or a handshake is waited for before another is tried.
const PATIENCE_MS: i64 = 15_000;
/// How long a lost socket is left alone before another is tried, doubled with each failure.
const RETRY_MS: i64 = 5_000;
/// The shortest time between two sockets, also where the object asks for another at once.
const APART_MS: i64 = 1_000;

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
    let following = Following {
        state,
        live: RwSignal::new(Live::Polling),
        socket: StoredValue::new_local(None),
        opened_at: StoredValue::new(0),
        retry_at: StoredValue::new(0),
        failures: StoredValue::new(0),
        tag: StoredValue::new(String::new()),
        ask_at: StoredValue::new(0),
    };
    let is_known = Memo::new(move |_| state.record.with(Option::is_some));
    Effect::new(move || {
        if is_known.get() {
            // The record was read just now.
            following.ask_at.set_value(browser::now_ms() + ASK_MS);
            following.tick();
        }
    });
    state.app.on_reconnect(move || {
        following.retry_at.set_value(0);
        following.ask_now();
    });
    if let Ok(handle) = set_interval_with_handle(move || following.tick(), TICK) {
        on_cleanup(move || handle.clear());
    }
    on_cleanup(move || following.leave());
    following.live
}

/// What is known of the way on which changes come.
#[derive(Clone, Copy)]
struct Following {
    state: State,
    live: RwSignal<Live>,
    /// The last socket, whatever has become of it.
    socket: StoredValue<Option<Socket>, LocalStorage>,
    opened_at: StoredValue<i64>,
    /// When another socket may be tried.
    retry_at: StoredValue<i64>,
    failures: StoredValue<u32>,
    /// What the last answer stands for.
    tag: StoredValue<String>,
    /// When the next question may be asked.
    ask_at: StoredValue<i64>,
}

impl Following {
    /// Does what is to be done now: nothing while a socket is open, or the page is hidden.
    fn tick(self) {
        let is_known = self
            .state
            .answer
            .with_untracked(|answer| matches!(answer, Some(Ok(_))));
        if !is_known || browser::is_hidden() {
            return;
        }
        let now = browser::now_ms();
        let phase = self
            .socket
            .with_value(|socket| socket.as_ref().map(Socket::phase));
        match phase {
            Some(Phase::Open) => return,
            Some(Phase::Connecting) if now < self.opened_at.get_value() + PATIENCE_MS => {}
            Some(Phase::Connecting) => {
                self.leave();
                self.failed(now);
            }
            // Browsers may take seconds to say why, in which nothing is told.
            Some(Phase::Closing) if self.live.get_untracked() == Live::Socket => {
                self.live.set(Live::Polling);
                self.ask_at.set_value(0);
            }
            Some(Phase::Closing) => {}
            _ if now >= self.retry_at.get_value() => self.open(now),
            _ => {}
        }
        if now >= self.ask_at.get_value() {
            self.ask(now);
        }
    }

    /// Asks at once, whenever was asked last.
    fn ask_now(self) {
        self.ask_at.set_value(0);
        self.tick();
    }

    fn ask(self, now: i64) {
        self.ask_at.set_value(now + PATIENCE_MS);
        let (id, known) = (self.state.id.get_value(), self.tag.get_value());
        spawn_local(async move {
            let answer = api::changed_fabric(&id, &known).await;
            // The page may have gone in the meantime; and something may want to be asked at once.
            let is_here = self
                .ask_at
                .try_update_value(|at| *at = (*at).min(now + ASK_MS));
            if is_here.is_none() {
                return;
            }
            match answer {
                Ok(Some((found, tag))) => {
                    self.tag.set_value(tag);
                    self.state.accept(found);
                }
                // It was deleted, or is no longer for everybody.
                Err(failure) if failure.is_not_found() => self.state.show_gone(failure),
                // Asked again soon.
                Ok(None) | Err(_) => {}
            }
        });
    }

    fn open(self, now: i64) {
        self.leave();
        self.opened_at.set_value(now);
        let id = self.state.id.get_value();
        match Socket::open(&id, move |event| self.heard(event)) {
            Some(opened) => self.socket.set_value(Some(opened)),
            None => self.failed(now),
        }
    }

    /// Hears nothing more of the last socket, and closes it.
    fn leave(self) {
        // What is left is dropped here, outside of the store, which its closing may use again.
        drop(self.socket.try_update_value(Option::take));
    }

    fn failed(self, now: i64) {
        self.failures.update_value(|failures| *failures += 1);
        let wait = RETRY_MS << self.failures.get_value().min(6);
        self.retry_at.set_value(now + wait);
    }

    fn heard(self, event: Event) {
        match event {
            Event::Opened => {
                self.live.set(Live::Socket);
                self.failures.set_value(0);
            }
            // What GitHub says of a draft's repository only an answer tells; a draft that changes is none any more.
            Event::Version(found) if found.record.visibility == Visibility::Draft => {}
            Event::Version(found) => self.state.accept(*found),
            Event::Closed(reason) => {
                self.live.set(Live::Polling);
                if reason == Reason::Again {
                    self.retry_at
                        .set_value(self.opened_at.get_value() + APART_MS);
                } else {
                    self.failed(browser::now_ms());
                }
                if reason != Reason::Lost {
                    self.ask_now();
                }
            }
        }
    }
}
