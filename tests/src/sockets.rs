//! The sockets of fabrics' objects, as workerd would hold them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use edge_worker::objects::fabric::{
    CONNECT_AGAIN, LiveRecord, NotOpened, SocketMessage, Watch, Watcher, news, next_end_ms,
    session_tag,
};
use serde_json::Value;

use crate::NativeHost;

/// One socket, in the object and with whoever opened it.
struct Held {
    tags: Vec<String>,
    watcher: Watcher,
    told: Vec<String>,
    ended: Option<u16>,
}

impl Held {
    fn hear(&mut self, message: &SocketMessage<'_>) {
        match message {
            SocketMessage::Record(text) => self.told.push((*text).to_owned()),
            SocketMessage::End(code, _) => self.ended = Some(*code),
        }
    }
}

/// Every socket that was ever opened, by fabric.
#[derive(Default)]
pub(crate) struct Sockets(Mutex<HashMap<String, Vec<Held>>>);

impl Sockets {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Vec<Held>>> {
        self.0.lock().unwrap()
    }

    /// Whether anybody watches.
    pub(crate) fn are_at(&self, fabric: &str) -> bool {
        let all = self.all();
        let mut held = all.get(fabric).into_iter().flatten();
        held.any(|socket| socket.ended.is_none())
    }

    pub(crate) fn open(
        &self,
        watch: &Watch,
        now: Option<&LiveRecord>,
        now_ms: u64,
    ) -> Result<(), NotOpened> {
        let mut all = self.all();
        let held = all.entry(watch.fabric.to_string()).or_default();
        let count = |tag: Option<&str>| {
            let open = held.iter().filter(|socket| socket.ended.is_none());
            let has = |socket: &&Held| tag.is_none_or(|tag| socket.tags.iter().any(|t| t == tag));
            open.filter(has).count()
        };
        let watcher = watch.admit(now, count, now_ms)?;
        let mut socket = Held {
            tags: watch.tags(),
            watcher: watcher.clone(),
            told: Vec::new(),
            ended: None,
        };
        if let Some(message) = news(now, None, Some(&watcher), now_ms) {
            socket.hear(&message);
        }
        held.push(socket);
        Ok(())
    }

    pub(crate) fn broadcast(
        &self,
        fabric: &str,
        now: Option<&LiveRecord>,
        told: Option<u64>,
        now_ms: u64,
    ) {
        let mut all = self.all();
        let held = all.get_mut(fabric).into_iter().flatten();
        for socket in held.filter(|socket| socket.ended.is_none()) {
            if let Some(message) = news(now, told, Some(&socket.watcher), now_ms) {
                socket.hear(&message);
            }
        }
    }

    pub(crate) fn next_end(&self, fabric: &str, now: &LiveRecord, now_ms: u64) -> Option<u64> {
        let all = self.all();
        let held = all.get(fabric).into_iter().flatten();
        let open = held.filter(|socket| socket.ended.is_none());
        let watchers = open.map(|socket| socket.watcher.clone());
        next_end_ms(now, watchers, now_ms)
    }

    pub(crate) fn end(&self, fabric: &str, session: &str) {
        let tag = session_tag(session);
        let mut all = self.all();
        let held = all.get_mut(fabric).into_iter().flatten();
        for socket in held.filter(|socket| socket.tags.contains(&tag)) {
            socket.ended.get_or_insert(CONNECT_AGAIN);
        }
    }

    /// What is kept with the sockets, as text.
    pub(crate) fn kept(&self) -> String {
        let all = self.all();
        let held = all.values().flatten();
        held.map(|socket| format!("{:?} {:?}\n", socket.tags, socket.watcher))
            .collect()
    }
}

/// A socket that somebody opened.
pub struct Socket<'a> {
    pub(crate) host: &'a NativeHost,
    pub(crate) fabric: String,
    number: usize,
}

impl<'a> Socket<'a> {
    /// The one that was opened last.
    pub(crate) fn last(host: &'a NativeHost, fabric: &str) -> Self {
        let number = host.sockets().all()[fabric].len() - 1;
        Self {
            host,
            fabric: fabric.to_owned(),
            number,
        }
    }

    fn held<T>(&self, look: impl FnOnce(&mut Held) -> T) -> T {
        let mut all = self.host.sockets().all();
        look(&mut all.get_mut(&self.fabric).unwrap()[self.number])
    }

    /// The records that it was told so far.
    pub fn told(&self) -> Vec<Value> {
        let told = self.held(|socket| socket.told.clone());
        let read = |text: &String| serde_json::from_str(text).unwrap();
        told.iter().map(read).collect()
    }

    /// What it was closed with, if it was.
    pub fn ended(&self) -> Option<u16> {
        self.held(|socket| socket.ended)
    }

    /// Closes it, as a page that is left does.
    pub fn leave(self) {
        self.held(|socket| socket.ended = Some(1000));
    }
}
