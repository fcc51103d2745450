//! A fabric's directory and name are its own in their repository.

use shared::api::DirectoryClaim;
use shared::claims::{free_directories, free_names, overlap};
use shared::fabric::FabricSpec;
use shared::names::{DirectoryPath, FabricId, FabricName, differ_only_in_case};
use shared::snapshot::Snapshot;

use super::repository_claims::ask_about_claims;
use crate::access::{Fabric, known};
use crate::api_error::ApiError;
use crate::github::BranchSnapshot;
use crate::host::{Host, ObjectUnavailable};
use crate::objects::repository::{
    Claim, Ground, PreviousClaim, RepositoryMessage, RepositoryReply, Taken,
};
use crate::repository_id::RepositoryId;

/// Who has a directory of a branch, or one above or below it, before anybody asks for it. Where that cannot be learned the
/// answer goes without: the write decides.
pub(crate) async fn claim_holder(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
) -> Option<DirectoryClaim> {
    let directory = &branch_snapshot.directory;
    let message = RepositoryMessage::Holder {
        branch: branch_snapshot.branch.clone(),
        directory: directory.clone(),
    };
    let reply = ask_about_claims(host, &branch_snapshot.repository.id, message).await;
    let (by, others) = match reply {
        Ok(RepositoryReply::Taken { by, others, .. }) => (by, others),
        Ok(_) => return None,
        Err(error) => {
            let line =
                serde_json::json!({ "event": "claim_not_known", "error": error.to_string() });
            host.log(&line.to_string());
            return None;
        }
    };
    // The fabric has no name yet.
    let named = directory.components().next_back();
    let named = named.and_then(|last| FabricName::parse(last).ok());
    let suggestions = named
        .or_else(|| by.name.clone())
        .map(|name| suggest_directories(branch_snapshot, directory, &name, &others));
    Some(DirectoryClaim {
        fabric: by.fabric,
        name: by.name,
        directory: by.directory,
        suggestions: suggestions.unwrap_or_default(),
    })
}

fn suggest_directories(
    branch_snapshot: &BranchSnapshot,
    wanted: &DirectoryPath,
    name: &FabricName,
    others: &[Claim],
) -> Vec<DirectoryPath> {
    let of_branch = others
        .iter()
        .filter(|other| other.branch == branch_snapshot.branch);
    let taken: Vec<DirectoryPath> = of_branch.map(|other| other.directory.clone()).collect();
    free_directories(wanted, name, &taken, |path| {
        stands_in_any_case(&branch_snapshot.snapshot, path)
    })
}

/// Tells whether something is at a path, also where only the case of its last name differs.
fn stands_in_any_case(snapshot: &Snapshot, path: &DirectoryPath) -> bool {
    let (parent, name) = path
        .git_path()
        .rsplit_once('/')
        .unwrap_or(("", path.git_path()));
    let entries = snapshot.tree(parent).map_or(&[][..], |tree| tree.entries());
    entries.iter().any(|entry| {
        let there = entry.display_name();
        there == name || differ_only_in_case(&there, name)
    })
}

/// Reserves a fabric's directory and name in its repository, on a ground; says what becomes of what it had reserved before.
///
/// # Errors
/// [`ApiError::FabricExists`] and [`ApiError::NameTaken`] name the other fabric and suggest what is free.
pub(crate) async fn claim(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
    spec: &FabricSpec,
    id: &FabricId,
    (ground, previous): (Ground, PreviousClaim),
) -> Result<(), ApiError> {
    let message = RepositoryMessage::Claim {
        claim: Claim::of(id, spec),
        previous,
        ground,
    };
    match ask_about_claims(host, &branch_snapshot.repository.id, message).await? {
        RepositoryReply::Taken { by, what, others } => {
            Err(taken_error(branch_snapshot, spec, (by, what), others))
        }
        RepositoryReply::Full => Err(ApiError::TooManyFabrics),
        _ => Ok(()),
    }
}

/// Lets a fabric have the place of its record and nothing else, save where a write under way, or one of which nobody knows
/// how it ended, may take it. Where another fabric has that by now, it goes on without.
pub(super) async fn claim_as_recorded(
    host: &impl Host,
    repository: &RepositoryId,
    id: &FabricId,
) -> Result<(), ObjectUnavailable> {
    let Some(fabric) = known(host, id, false).await? else {
        ask_about_claims(host, repository, forget_all(id)).await?;
        return Ok(());
    };
    let mut previous = PreviousClaim::Release;
    for place in fabric.places() {
        let message = RepositoryMessage::Claim {
            claim: Claim::of(id, &place),
            previous,
            ground: Ground::Record,
        };
        ask_about_claims(host, repository, message).await?;
        previous = PreviousClaim::Keep;
    }
    Ok(())
}

/// Gives up the place of a move that did not happen, and nothing that the fabric has for another reason.
pub(super) async fn give_up(
    host: &impl Host,
    repository: &RepositoryId,
    id: &FabricId,
    place: &FabricSpec,
) -> Result<(), ObjectUnavailable> {
    let message = match known(host, id, false).await? {
        Some(fabric) => giving_up(&fabric, place),
        None => Some(forget_all(id)),
    };
    if let Some(message) = message {
        ask_about_claims(host, repository, message).await?;
    }
    Ok(())
}

/// What gives up a place that was reserved for a fabric, if it has it for no other reason.
pub(super) fn giving_up(fabric: &Fabric, place: &FabricSpec) -> Option<RepositoryMessage> {
    let is_there = |other: &FabricSpec| {
        (&other.branch, &other.gitops_directory) == (&place.branch, &place.gitops_directory)
    };
    let id = &fabric.record.id;
    let mut others = fabric.places().into_iter();
    let now = others.next()?;
    match (is_there(&now), others.any(|other| is_there(&other))) {
        (_, true) => None,
        // Only the name was to be another.
        (true, false) => (now.name != place.name).then(|| RepositoryMessage::Claim {
            claim: Claim::of(id, &now),
            previous: PreviousClaim::Keep,
            ground: Ground::New,
        }),
        (false, false) => Some(RepositoryMessage::Forget {
            fabric: id.clone(),
            only: Some((place.branch.clone(), place.gitops_directory.clone())),
        }),
    }
}

/// What gives up all that is reserved for a fabric that is no more.
pub(super) fn forget_all(id: &FabricId) -> RepositoryMessage {
    RepositoryMessage::Forget {
        fabric: id.clone(),
        only: None,
    }
}

/// Tells before a plan is approved whether the fabric that is at `from` could have the place and the name of `to`. Where
/// that cannot be learned the plan is made: the write decides.
///
/// # Errors
/// As [`claim`].
pub(crate) async fn could_claim(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
    from: &FabricSpec,
    to: &FabricSpec,
) -> Result<(), ApiError> {
    let message = RepositoryMessage::Could {
        branch: from.branch.clone(),
        from: from.gitops_directory.clone(),
        to: to.gitops_directory.clone(),
        name: to.name.clone(),
        to_branch: Some(to.branch.clone()).filter(|branch| *branch != from.branch),
    };
    match ask_about_claims(host, &branch_snapshot.repository.id, message).await {
        Ok(RepositoryReply::Taken { by, what, others }) => {
            Err(taken_error(branch_snapshot, to, (by, what), others))
        }
        _ => Ok(()),
    }
}

fn taken_error(
    branch_snapshot: &BranchSnapshot,
    spec: &FabricSpec,
    (by, what): (Claim, Taken),
    others: Vec<Claim>,
) -> ApiError {
    let name = by.name.as_ref().map(FabricName::to_string);
    match what {
        Taken::Directory => {
            let free =
                suggest_directories(branch_snapshot, &spec.gitops_directory, &spec.name, &others);
            ApiError::FabricExists {
                fabric: by.fabric,
                name,
                only_in_any_case: !overlap(&by.directory, &spec.gitops_directory),
                directory: by.directory,
                suggestions: free.iter().map(DirectoryPath::to_string).collect(),
            }
        }
        Taken::Name => {
            let taken: Vec<FabricName> =
                others.into_iter().filter_map(|other| other.name).collect();
            ApiError::NameTaken {
                fabric: by.fabric,
                name: spec.name.to_string(),
                branch: by.branch.to_string(),
                directory: by.directory,
                suggestions: free_names(&spec.name, &taken)
                    .iter()
                    .map(FabricName::to_string)
                    .collect(),
            }
        }
    }
}
