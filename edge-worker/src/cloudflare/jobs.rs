//! Jobs from the queue, and the ticks of the clock.

use worker::{
    Context, Env, MessageBatch, MessageExt, QueueRetryOptionsBuilder, Result, ScheduleContext,
    ScheduledEvent, event,
};

use super::host::CloudflareHost;
use crate::jobs::{Worked, bury, tick, work};

/// The queue of what failed for good, as `wrangler.toml` calls it.
const FAILED: &str = "hedgerow-failed-jobs";

/// Works the jobs of a batch, each by itself: one that fails brings no other back.
#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, _: Context) -> Result<()> {
    let is_failed = batch.queue() == FAILED;
    let host = CloudflareHost::new(env);
    for message in batch.raw_iter() {
        let job = message.body().as_string().unwrap_or_default();
        if is_failed {
            bury(&host, &job).await;
            message.ack();
            continue;
        }
        match work(&host, &job).await {
            Worked::Done | Worked::Never => message.ack(),
            Worked::Again { after_s } => {
                let later = QueueRetryOptionsBuilder::new().with_delay_seconds(after_s);
                message.retry_with_options(&later.build());
            }
        }
    }
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_: ScheduledEvent, env: Env, _: ScheduleContext) {
    tick(&CloudflareHost::new(env)).await;
}
