//! What the object of a repository remembers of writes as long as it lives: whose token to use, and who waits for the answer.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

use futures_channel::oneshot;
use shared::git::ObjectId;

use super::item::Seen;
use super::message::{WriterAnswer, WriterMessage, WriterReply};
use crate::Secret;
use crate::objects::repository::write_queue::{self, QueuedWrite};
use crate::objects::repository::{self, RepositoryReply};
use crate::objects::{ObjectError, Sql, Tables};

/// How many heads are remembered that a commit of ours has replaced.
const REPLACED: usize = 64;

/// What the object of a repository remembers of writes.
#[derive(Default)]
pub struct Writer {
    pub(super) waiting: RefCell<BTreeMap<String, Waiting>>,
    /// Since when it lives.
    pub(super) woken_ms: Cell<Option<u64>>,
    /// The heads that commits of ours have replaced: what was read at one of them is not what the branch holds.
    replaced: RefCell<VecDeque<ObjectId>>,
}

/// A write that can be carried out.
pub(super) struct Waiting {
    pub token: Token,
    pub seen: Option<Box<Seen>>,
    /// Whether an object that is no more may have sent something of it.
    pub is_left: bool,
    /// Whether a shared commit kept its intent in the fabric, and did not come about.
    pub has_begun: bool,
    /// Whether it shares its commit with no other.
    pub is_alone: bool,
    /// How often a shared commit found that the branch had moved.
    pub tries: u32,
    pub callers: Vec<oneshot::Sender<String>>,
}

/// With whose token GitHub is asked.
#[derive(Clone)]
pub(super) enum Token {
    Person(Secret),
    App(Secret),
}

impl Token {
    pub(super) fn secret(&self) -> &Secret {
        match self {
            Self::Person(token) | Self::App(token) => token,
        }
    }
}

/// What becomes of a message.
pub enum Accepted {
    /// The reply.
    Now(String),
    /// The reply comes once the write is over.
    Later(oneshot::Receiver<String>),
}

impl Writer {
    /// Takes a message. What is to be written is kept when this returns, and worked off by whoever runs the object ([`Writer::work`]).
    pub fn accept(&self, sql: &Tables<impl Sql>, now_ms: u64, message: &str) -> Accepted {
        if self.woken_ms.get().is_none() {
            self.woken_ms.set(Some(now_ms));
        }
        let taken = serde_json::from_str(message)
            .map_err(ObjectError::from)
            .and_then(|message| self.take(sql, message));
        match taken {
            Ok(accepted) => accepted,
            Err(error) => Accepted::Now(text(WriterReply::Failed(error.to_string()), (0, 0))),
        }
    }

    fn take(&self, sql: &impl Sql, message: WriterMessage) -> Result<Accepted, ObjectError> {
        let (operation, token, seen) = match message {
            WriterMessage::Write {
                item,
                seen,
                token,
                claim,
            } => {
                if let Some(claim) = claim
                    && repository::handle(sql, *claim)? != RepositoryReply::Granted
                {
                    return Ok(Accepted::Now(text(WriterReply::NotClaimed, (0, 0))));
                }
                let write = QueuedWrite {
                    operation: item.operation.clone(),
                    fabric: item.fabric.to_string(),
                    item: serde_json::to_string(&item)?,
                    begun: false,
                };
                write_queue::put(sql, &write)?;
                (write.operation, token, seen)
            }
            WriterMessage::Await { operation, token } => {
                if !write_queue::holds(sql, &operation)? {
                    return Ok(Accepted::Now(text(WriterReply::Unknown, (0, 0))));
                }
                (operation, token, None)
            }
        };
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.waiting.borrow_mut();
        match waiting.get_mut(&operation) {
            Some(known) => known.callers.push(sender),
            None => {
                let is_left = write_queue::is_begun(sql, &operation)?;
                let new = Waiting {
                    token: Token::Person(Secret::new(token)),
                    seen: seen.filter(|_| !is_left),
                    is_left,
                    has_begun: false,
                    is_alone: false,
                    tries: 0,
                    callers: vec![sender],
                };
                waiting.insert(operation, new);
            }
        }
        Ok(Accepted::Later(receiver))
    }

    /// A commit of ours took the place of a head.
    pub(super) fn replaces(&self, head: Option<ObjectId>) {
        let mut replaced = self.replaced.borrow_mut();
        replaced.extend(head);
        while replaced.len() > REPLACED {
            replaced.pop_front();
        }
    }

    /// Tells whether a branch that had this head has another one by now.
    pub(super) fn is_replaced(&self, head: Option<ObjectId>) -> bool {
        let replaced = self.replaced.borrow();
        head.is_some_and(|head| replaced.contains(&head))
    }

    /// A write is over: whoever waits for it is told, and how often GitHub and objects were asked.
    pub(super) fn answer(&self, operation: &str, reply: WriterReply, cost: (u32, u32)) {
        let Some(waiting) = self.waiting.borrow_mut().remove(operation) else {
            return;
        };
        let reply = text(reply, cost);
        for caller in waiting.callers {
            // Who went away needs no answer.
            let _ = caller.send(reply.clone());
        }
    }
}

fn text(reply: WriterReply, (github_requests, object_calls): (u32, u32)) -> String {
    let answer = WriterAnswer {
        reply,
        github_requests,
        object_calls,
    };
    serde_json::to_string(&answer).unwrap_or_else(|error| {
        let reply = serde_json::json!({ "Failed": error.to_string() });
        serde_json::json!({ "reply": reply, "github_requests": 0, "object_calls": 0 }).to_string()
    })
}
