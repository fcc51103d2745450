//! Putting a fabric of a backup back: a merge with what is known, after which its claims are those of its record.

use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::record::DirectoryStatus;

use super::repository_claims::ask_about_claims;
use crate::access::load;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricBackup, FabricMessage, FabricReply, Intent};
use crate::objects::index::{self, IndexMessage, IndexReply};
use crate::objects::repository::{Claim, PreviousClaim, RepositoryMessage, RepositoryReply};
use crate::repository_id::RecordedRepository;
use crate::timestamp::rfc3339;

/// Whether a fabric that was forgotten comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IfForgotten {
    Skip,
    Revive,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineOutcome {
    PutBack,
    /// It is known as it is, or as it became later.
    Unchanged,
    /// It was forgotten; why it was not put back.
    Forgotten(String),
    /// It cannot be put back, and why.
    Refused(String),
}

/// Merges a fabric of a backup into what is known of it. The place of a record that is put back is reserved before, and
/// what else the fabric had is given up after. An older line only claims again what is missing.
pub(crate) async fn restore(
    host: &impl Host,
    fabric: FabricBackup,
    if_forgotten: IfForgotten,
) -> Result<LineOutcome, ApiError> {
    let id: FabricId = fabric.record.id.clone();
    let known = match load(host, &id).await {
        Err(ApiError::NoFabric) => None,
        known => Some(known?),
    };
    let revives = if_forgotten == IfForgotten::Revive;
    let mut forgotten = None;
    let mut forgotten_ms = None;
    if known.is_none() {
        let question = IndexMessage::Forgotten { fabric: id.clone() };
        if let IndexReply::Forgotten { version, at_ms } = ask(host, index::NAME, &question).await? {
            (forgotten, forgotten_ms) = (Some(version), at_ms);
        }
    }
    // Of a line that is skipped the object takes which share links were revoked.
    let is_skipped = forgotten.is_some() && !revives;
    let was_known = known.is_some();
    let is_later = known.is_none_or(|known| known.record.version < fabric.record.version);
    if is_later && !is_skipped {
        let spec = fabric.record.spec();
        let place = (&fabric.repository, &spec);
        let reply = reserve(host, &id, place, PreviousClaim::Keep).await?;
        if let Some(why) = refusal(reply) {
            return Ok(LineOutcome::Refused(why));
        }
    }
    let import = FabricMessage::Import {
        fabric: Box::new(fabric.clone()),
        forgotten,
        revives,
    };
    let reply = ask(host, id.as_str(), &import).await?;
    if is_skipped && reply == FabricReply::Unknown {
        return Ok(LineOutcome::Forgotten(was_forgotten(&id, forgotten_ms)));
    }
    // A line that is left alone gives up nothing: somebody may have claimed where the fabric is about to move.
    let previous = match is_later {
        true => PreviousClaim::Release,
        false => PreviousClaim::Keep,
    };
    let claimed = claim_as_recorded(host, &id, &fabric.repository, previous).await?;
    if reply == FabricReply::Nothing
        && !was_known
        && let Some(why) = refusal(claimed)
    {
        // Until the record was there, its claim led to no fabric, and was somebody else's to have.
        ask(host, id.as_str(), &FabricMessage::Forget).await?;
        return Ok(LineOutcome::Refused(why));
    }
    Ok(match reply {
        FabricReply::Nothing => LineOutcome::PutBack,
        FabricReply::Unknown => LineOutcome::Forgotten(was_forgotten(&id, None)),
        _ => LineOutcome::Unchanged,
    })
}

/// Why a place cannot be a fabric's, if it cannot.
fn refusal(reply: RepositoryReply) -> Option<String> {
    match reply {
        RepositoryReply::Taken { by, .. } => {
            let by = by.fabric;
            Some(format!("fabric {by} has its directory or name now"))
        }
        RepositoryReply::Full => Some("its repository has too many fabrics".to_owned()),
        _ => None,
    }
}

fn was_forgotten(id: &FabricId, at_ms: Option<u64>) -> String {
    match at_ms {
        Some(at_ms) => format!("fabric {id} was forgotten at {}", rfc3339(at_ms)),
        None => format!("fabric {id} was forgotten"),
    }
}

/// Lets the fabric have its record's place and, where what it had before is given up, no other: only a move whose outcome
/// is not known keeps both. While somebody writes, the claims are theirs. Gives the answer about its record's place.
async fn claim_as_recorded(
    host: &impl Host,
    id: &FabricId,
    archived: &RecordedRepository,
    previous: PreviousClaim,
) -> Result<RepositoryReply, ApiError> {
    let fabric = match load(host, id).await {
        Err(ApiError::NoFabric) => {
            let forget = RepositoryMessage::Forget { fabric: id.clone() };
            ask_repository(host, archived, forget).await?;
            return Ok(RepositoryReply::Granted);
        }
        fabric => fabric?,
    };
    if fabric.record.gitops_directory_status == DirectoryStatus::Initializing {
        return Ok(RepositoryReply::Granted);
    }
    let repository = &fabric.repository;
    let spec = fabric.record.spec();
    let reply = reserve(host, id, (repository, &spec), previous).await?;
    let moves = fabric.unsettled.iter().filter_map(becomes);
    for moved in moves {
        reserve(host, id, (repository, moved), PreviousClaim::Keep).await?;
    }
    Ok(reply)
}

fn becomes(intent: &Intent) -> Option<&FabricSpec> {
    intent.becomes.as_deref()
}

/// Reserves a place and a name, where the repository is known.
async fn reserve(
    host: &impl Host,
    id: &FabricId,
    (repository, spec): (&RecordedRepository, &FabricSpec),
    previous: PreviousClaim,
) -> Result<RepositoryReply, ApiError> {
    let claim = Claim {
        fabric: id.clone(),
        branch: spec.branch.clone(),
        directory: spec.gitops_directory.clone(),
        name: Some(spec.name.clone()),
    };
    let claim = RepositoryMessage::Claim {
        claim,
        previous,
        is_restored: true,
    };
    ask_repository(host, repository, claim).await
}

async fn ask_repository(
    host: &impl Host,
    repository: &RecordedRepository,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ApiError> {
    let Some(node_id) = &repository.node_id else {
        return Ok(RepositoryReply::Granted);
    };
    Ok(match repository.id() {
        Some(repository) => ask_about_claims(host, &repository, message).await?,
        // What is not one of GitHub's node ids is a name like any other.
        None => ask(host, node_id, &message).await?,
    })
}
