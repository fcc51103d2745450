//! Giving a write to the object of its repository, and waiting for its end.

use super::item::{Change, Item, Seen, Whole};
use super::message::{Over, WriterAnswer, WriterMessage, WriterReply};
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github};
use crate::host::{Host, ObjectUnavailable, jittered};
use crate::objects::repository::RepositoryMessage;
use crate::operation::task::Task;
use crate::session::SignedIn;
use shared::snapshot::Snapshot;

/// How often a write is given again to an object that did not answer.
const AGAIN: u32 = 3;

/// A write that is about to be given away.
pub(in crate::operation) struct Submission<'a, H> {
    pub person: &'a SignedIn,
    pub github: &'a Github<'a, H>,
    pub task: &'a Task<'a>,
    pub branch: BranchSnapshot,
    pub whole: Option<Snapshot>,
    /// What has to be granted before, if anything.
    pub claim: Option<RepositoryMessage>,
    pub change: Change,
}

impl<H: Host> Submission<'_, H> {
    /// Gives the write to the object of its repository, and waits until it is over. An object that does not answer is asked again: it
    /// carries a write out once.
    pub(in crate::operation) async fn carried_out(self, host: &H) -> Over {
        let Self {
            person,
            github,
            task,
            branch,
            whole,
            claim,
            change,
        } = self;
        let repository = branch.repository.id.clone();
        let item = Item {
            operation: task.operation.to_owned(),
            fabric: task.fabric.clone(),
            spec: task.spec.clone(),
            kind: task.kind,
            request_id: host.request_id().unwrap_or_default().to_owned(),
            person: person.user.clone(),
            started_ms: task.started_ms,
            may_have_happened: task.may_have_happened,
            requests: github.requests(),
            name: branch.repository.name.clone(),
            is_for_all: branch.repository.can_push && branch.rules.is_for_all,
            has_begun: false,
            repository,
            change,
        };
        let name = item.repository.node_id.clone();
        let seen = Seen {
            branch,
            whole: whole.map(Whole),
        };
        let mut message = WriterMessage::Write {
            item: Box::new(item),
            seen: Some(Box::new(seen)),
            token: person.token.expose().to_owned(),
            claim: claim.map(Box::new),
        };
        let mut tries = 0;
        loop {
            let error = match ask_writer(host, &name, &message).await {
                Ok(WriterReply::Over(over)) => return *over,
                Ok(WriterReply::NotClaimed) => return Over::NotClaimed,
                Ok(WriterReply::Unknown) => ObjectUnavailable("it knows no such write".to_owned()),
                Ok(WriterReply::Failed(reason)) => {
                    return Over::Unrecorded(ObjectUnavailable(reason).into());
                }
                Err(error) => error,
            };
            if tries == AGAIN {
                return Over::Unrecorded(error.into());
            }
            tries += 1;
            host.sleep(jittered(host, 200)).await;
            // What became of it is not known.
            if let WriterMessage::Write { item, .. } = &mut message {
                item.may_have_happened = true;
            }
        }
    }
}

/// Waits for a write that an earlier request gave to the object of this name; none if that knows nothing of it.
pub(in crate::operation) async fn await_earlier(
    host: &impl Host,
    person: &SignedIn,
    repository: &str,
    operation: &str,
) -> Result<bool, ApiError> {
    let message = WriterMessage::Await {
        operation: operation.to_owned(),
        token: person.token.expose().to_owned(),
    };
    Ok(match ask_writer(host, repository, &message).await? {
        WriterReply::Over(_) => true,
        WriterReply::Unknown | WriterReply::NotClaimed => false,
        WriterReply::Failed(reason) => return Err(ObjectUnavailable(reason).into()),
    })
}

async fn ask_writer(
    host: &impl Host,
    repository: &str,
    message: &WriterMessage,
) -> Result<WriterReply, ObjectUnavailable> {
    let unreadable =
        |error: serde_json::Error| ObjectUnavailable(format!("cannot read JSON: {error}"));
    let message = serde_json::to_string(message).map_err(unreadable)?;
    let answered = host.write(repository, message).await;
    let reply = answered.and_then(|answer| {
        let answer: WriterAnswer = serde_json::from_str(&answer).map_err(unreadable)?;
        host.also_asked(answer.github_requests, answer.object_calls);
        Ok(answer.reply)
    });
    reply.inspect_err(|error| {
        let line = serde_json::json!({ "event": "storage_failed", "class": "REPOSITORY", "error": error.to_string() });
        host.log(&line.to_string());
    })
}
