//! When fabrics are looked at without a person: each after its interval, spread by its id so that not all come at once.

use shared::api::{LastFound, LooksAnswer, Schedule};
use shared::names::FabricId;

use super::look_by_app::{LookedByApp, look_by_app};
use crate::config::Config;
use crate::host::{Host, ObjectUnavailable};
use crate::jobs::queue::{Job, enqueue};
use crate::objects::ask;
use crate::objects::index::looks::{DueAt, Found, Look, LooksMessage, LooksReply, early_ms};
use crate::objects::index::{IndexMessage, IndexReply, NAME};
use crate::timestamp::rfc3339;

/// How long one job after the other has an owner's fabrics. Each puts it off, so that it ends only where one was lost.
pub(super) const LEASE_MS: u64 = 15 * 60_000;
/// For how long a fabric, or an owner, is left alone where GitHub does not answer.
pub(super) const TROUBLE_MS: u64 = 10 * 60_000;
/// The most owners that a tick begins with; the others come with the next one.
const OWNERS: u64 = 90;

/// Begins a round for each owner of whose fabrics some are due.
pub(crate) async fn begin_rounds(host: &impl Host) -> Result<(), ObjectUnavailable> {
    if !has_app(host.config()) {
        return Ok(());
    }
    let now_ms = host.now_ms();
    let message = LooksMessage::Owners {
        due: due_at(host),
        now_ms,
        until_ms: now_ms + LEASE_MS,
        limit: OWNERS,
    };
    let LooksReply::Owners(owners) = ask_looks(host, message).await? else {
        return Ok(());
    };
    let rounds: Vec<Job> = owners
        .into_iter()
        .map(|owner| Job::Round { owner })
        .collect();
    // Where the queue does not answer the leases end, and the rounds begin then.
    let _ = enqueue(host, &rounds, 0).await;
    Ok(())
}

/// Lets the App look at one fabric, and notes when it is to look again: soon, where nothing was found out.
pub(crate) async fn look_and_note(
    host: &impl Host,
    fabric: &FabricId,
) -> Result<(), ObjectUnavailable> {
    let look = match look_by_app(host, fabric).await {
        LookedByApp::Read => next_look(host, fabric, Some(Found::Read)),
        LookedByApp::NotVisible => next_look(host, fabric, Some(Found::NotVisible)),
        LookedByApp::NoFabric | LookedByApp::NoApp => return Ok(()),
        LookedByApp::Later { until_ms } => look_at(host, fabric, until_ms),
    };
    let message = LooksMessage::Looked {
        looks: vec![look],
        lease: None,
    };
    ask_looks(host, message).await.map(drop)
}

/// When a fabric is looked at next, and what was found last.
pub(crate) async fn looks_of(
    host: &impl Host,
    fabric: &FabricId,
) -> Result<LooksAnswer, ObjectUnavailable> {
    let config = host.config();
    let nothing = |schedule| LooksAnswer {
        schedule,
        next_at: None,
        last_at: None,
        last_found: None,
    };
    if !has_app(config) {
        return Ok(nothing(Schedule::NeedsApp));
    }
    let fabric = fabric.clone();
    let LooksReply::Of {
        is_problem,
        counts_from_ms,
        found,
        left_alone_until_ms,
    } = ask_looks(host, LooksMessage::Of { fabric }).await?
    else {
        // Its row follows.
        return Ok(nothing(Schedule::On));
    };
    let every_ms = match is_problem {
        true => config.look_at_problems_every_ms,
        false => config.look_every_ms,
    };
    let next_ms = every_ms.map(|every_ms| {
        let due_ms = counts_from_ms.saturating_add(every_ms);
        let free_ms = left_alone_until_ms.unwrap_or_default();
        due_ms.max(free_ms).max(host.now_ms())
    });
    Ok(LooksAnswer {
        schedule: match next_ms {
            Some(_) => Schedule::On,
            None => Schedule::Off,
        },
        next_at: next_ms.map(rfc3339),
        last_at: found.map(|(_, at_ms)| rfc3339(at_ms)),
        last_found: found.map(|(found, _)| match found {
            Found::Unchanged => LastFound::Unchanged,
            Found::Read => LastFound::Read,
            Found::NotVisible => LastFound::NotVisible,
        }),
    })
}

pub(crate) fn has_app(config: &Config) -> bool {
    let app = config.app.as_ref();
    app.is_some_and(|app| app.private_key.is_some())
}

/// What is due now.
pub(super) fn due_at(host: &impl Host) -> DueAt {
    let now_ms = host.now_ms();
    let ago = |every_ms: u64| now_ms.saturating_sub(every_ms);
    let config = host.config();
    DueAt {
        usual_ms: config.look_every_ms.map(ago),
        problems_ms: config.look_at_problems_every_ms.map(ago),
    }
}

/// From when the next look counts, and what this one found.
pub(super) fn next_look(host: &impl Host, fabric: &FabricId, found: Option<Found>) -> Look {
    let now_ms = host.now_ms();
    let config = host.config();
    let from = |every_ms: Option<u64>| {
        now_ms.saturating_sub(early_ms(fabric, every_ms.unwrap_or_default()))
    };
    Look {
        fabric: fabric.clone(),
        counts_from_ms: from(config.look_every_ms),
        as_problem_ms: from(config.look_at_problems_every_ms),
        found: found.map(|found| (found, now_ms)),
    }
}

/// The next look is due then, or a few minutes from now.
pub(super) fn look_at(host: &impl Host, fabric: &FabricId, at_ms: Option<u64>) -> Look {
    let config = host.config();
    let at_ms = at_ms.unwrap_or_else(|| host.now_ms() + TROUBLE_MS);
    let from = |every_ms: Option<u64>| at_ms.saturating_sub(every_ms.unwrap_or_default());
    Look {
        fabric: fabric.clone(),
        counts_from_ms: from(config.look_every_ms),
        as_problem_ms: from(config.look_at_problems_every_ms),
        found: None,
    }
}

pub(crate) async fn ask_looks(
    host: &impl Host,
    message: LooksMessage,
) -> Result<LooksReply, ObjectUnavailable> {
    match ask(host, NAME, &IndexMessage::Looks(message)).await? {
        IndexReply::Looks(reply) => Ok(reply),
        _ => Err(ObjectUnavailable("not about looks".to_owned())),
    }
}
