//! Working off what is kept: one commit at a time, and first what an object that is no more left.

use super::carry_out::carry_out;
use super::group::{Ended, commit_together};
use super::item::Item;
use super::left_behind::{Left, ended, look, take_up};
use super::memory::{Token, Waiting, Writer};
use super::message::{Over, WriterReply};
use super::share::{Batch, batch};
use super::turn::Turn;
use crate::github::Github;
use crate::host::{Host, jittered};
use crate::objects::repository::write_queue::{self, QueuedWrite};
use crate::objects::{ObjectError, Sql, Tables};
use crate::observed_host::Observed;

/// How long a write that an object left waits for whoever asked for it: they ask again as soon as they notice.
pub(super) const GRACE_MS: u64 = 3_000;
/// Half of the pause before the first further try; each one is twice as long, up to the fourth.
const PAUSE_MS: u64 = 25;
/// When what failed here is tried again.
const AGAIN_MS: u64 = 1_000;

impl Writer {
    /// Carries out the writes whose turn it is: one commit, whoever it is of. Gives in how many milliseconds there is more to do.
    pub async fn work(&self, sql: &Tables<impl Sql>, host: &impl Host) -> Option<u64> {
        match self.work_off(sql, host).await {
            Ok(more) => more,
            Err(error) => {
                let line = serde_json::json!({ "event": "writes_not_worked_off", "error": error.to_string() });
                host.log(&line.to_string());
                Some(AGAIN_MS)
            }
        }
    }

    async fn work_off(
        &self,
        sql: &Tables<impl Sql>,
        host: &impl Host,
    ) -> Result<Option<u64>, ObjectError> {
        let kept = write_queue::all(sql)?;
        let Some(first) = kept.first() else {
            return Ok(None);
        };
        let now_ms = host.now_ms();
        let woken_ms = self.woken_ms.get().unwrap_or(now_ms);
        self.woken_ms.set(Some(woken_ms));
        let grace_ms = (woken_ms + GRACE_MS).saturating_sub(now_ms);
        let is_asked_for =
            |write: &QueuedWrite| self.waiting.borrow().contains_key(&write.operation);
        if !is_asked_for(first) && grace_ms == 0 {
            Box::pin(self.take_up_left(sql, host, first)).await?;
            return Ok(Some(0));
        }
        let Some(position) = kept.iter().position(is_asked_for) else {
            return Ok(Some(grace_ms));
        };
        let turn = batch(self, host, &kept[position..]).await;
        match turn {
            Batch::Unreadable => self.gone(sql, &kept[position].operation)?,
            Batch::Alone(turn) => Box::pin(self.alone(sql, host, *turn)).await?,
            Batch::Together(turns, token) => {
                Box::pin(self.together(sql, host, turns, &token)).await?;
            }
        }
        let more = !write_queue::is_empty(sql)?;
        Ok(more.then_some(0))
    }

    /// Goes on with a write that nobody asks for any more, or ends it.
    async fn take_up_left(
        &self,
        sql: &impl Sql,
        host: &impl Host,
        write: &QueuedWrite,
    ) -> Result<(), ObjectError> {
        match take_up(host, write).await {
            Some(token) => {
                let left = Waiting {
                    token: Token::App(token),
                    seen: None,
                    is_left: write.begun,
                    has_begun: false,
                    is_alone: false,
                    tries: 0,
                    callers: Vec::new(),
                };
                let mut waiting = self.waiting.borrow_mut();
                // Whoever asked may have come back meanwhile.
                waiting.entry(write.operation.clone()).or_insert(left);
                Ok(())
            }
            // Whoever asked may have come back meanwhile, and asks anew.
            None => self.gone(sql, &write.operation),
        }
    }

    async fn alone(&self, sql: &impl Sql, host: &impl Host, turn: Turn) -> Result<(), ObjectError> {
        let Turn {
            mut item,
            token,
            seen,
        } = turn;
        let operation = item.operation.clone();
        let request_id = item.request_id.clone();
        let host = &Observed::new(host, &request_id);
        let mut intent = None;
        if self.is_left(&operation) {
            match ended(host, &item).await {
                Left::Over(over) => return self.over(sql, host, &operation, over),
                // Whoever asks for it looks at the branch.
                Left::Unsettled => return self.gone(sql, &operation),
                Left::GoesOn(left) => intent = left,
            }
            item.may_have_happened = true;
        }
        let head = seen.as_ref().and_then(|seen| seen.branch.head);
        let seen = (seen, self.is_replaced(head));
        write_queue::begin(sql, &operation)?;
        let root = intent.as_ref().map(|intent| intent.root);
        let (over, replaced) = carry_out(host, &item, &token, seen, root).await;
        if let (Over::Refused(_), Some(intent)) = (&over, intent) {
            let github = Github::after(host, token.secret(), item.requests);
            look(host, &github, &item, intent).await;
        }
        self.replaces(replaced);
        self.over(sql, host, &operation, over)
    }

    async fn together(
        &self,
        sql: &impl Sql,
        host: &impl Host,
        turns: Vec<Turn>,
        token: &Token,
    ) -> Result<(), ObjectError> {
        let items: Vec<Item> = turns.into_iter().map(|turn| turn.item).collect();
        let tries = items.iter().map(|item| self.tries(&item.operation)).max();
        if let Some(tries @ 1..) = tries {
            // A head that was read right after another write may be the one from before it.
            host.sleep(jittered(host, PAUSE_MS << tries.min(4))).await;
        }
        let request_id = items.first().map_or("", |first| first.request_id.as_str());
        let host = &Observed::new(host, request_id);
        let begin = |operation: &str| write_queue::begin(sql, operation);
        let (ended, replaced) = commit_together(host, token, &items, begin).await;
        self.replaces(replaced);
        for (item, ended) in items.iter().zip(ended) {
            match ended {
                Ended::Over(over) => self.over(sql, host, &item.operation, *over)?,
                Ended::Again => self.wait(&item.operation, |waiting| waiting.tries += 1),
                Ended::Alone => self.wait(&item.operation, |waiting| waiting.is_alone = true),
                Ended::Later => {}
            }
        }
        Ok(())
    }

    pub(super) fn tries(&self, operation: &str) -> u32 {
        let waiting = self.waiting.borrow();
        waiting.get(operation).map_or(0, |waiting| waiting.tries)
    }

    /// A shared commit did not come about: the write is tried again, on what the branch holds then.
    fn wait(&self, operation: &str, change: impl FnOnce(&mut Waiting)) {
        if let Some(waiting) = self.waiting.borrow_mut().get_mut(operation) {
            waiting.has_begun = true;
            waiting.seen = None;
            change(waiting);
        }
    }

    fn is_left(&self, operation: &str) -> bool {
        let waiting = self.waiting.borrow();
        waiting
            .get(operation)
            .is_some_and(|waiting| waiting.is_left)
    }

    fn over<H: Host>(
        &self,
        sql: &impl Sql,
        host: &Observed<'_, H>,
        operation: &str,
        over: Over,
    ) -> Result<(), ObjectError> {
        write_queue::end(sql, operation)?;
        let cost = (host.github_requests.get(), host.object_calls.get());
        self.answer(operation, WriterReply::Over(Box::new(over)), cost);
        Ok(())
    }

    /// Nothing waits any more under this name: whoever asks for it begins anew.
    fn gone(&self, sql: &impl Sql, operation: &str) -> Result<(), ObjectError> {
        write_queue::end(sql, operation)?;
        self.answer(operation, WriterReply::Unknown, (0, 0));
        Ok(())
    }
}
