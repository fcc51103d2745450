//! A fabric's directory and name are its own in their repository.

use shared::api::DirectoryClaim;
use shared::claims::{free_directories, free_names, overlap};
use shared::fabric::FabricSpec;
use shared::names::{DirectoryPath, FabricId, FabricName, differ_only_in_case};
use shared::snapshot::Snapshot;

use super::repository_claims::{ask_who_has, change_claims};
use crate::access::{Fabric, Known, known};
use crate::api_error::ApiError;
use crate::github::BranchSnapshot;
use crate::host::{Host, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::repository::{
    Claim, Ground, PreviousClaim, RepositoryMessage, RepositoryReply, Taken,
};
use crate::repository_id::{RecordedRepository, RepositoryId};

/// How often claims are compared with a record that somebody may be changing.
const COMPARED: u32 = 4;

/// Who has a directory of a branch, or one above or below it, before anybody asks for it. Where that cannot be learned the
/// answer goes without: the write decides.
pub(crate) async fn claim_holder(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
) -> Option<DirectoryClaim> {
    let directory = &branch_snapshot.directory;
    let question = |supposed| RepositoryMessage::Holder {
        branch: branch_snapshot.branch.clone(),
        directory: directory.clone(),
        supposed,
    };
    let reply = ask_who_has(host, &branch_snapshot.repository.id, question).await;
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
        is_over: false,
    };
    match change_claims(host, &branch_snapshot.repository.id, message).await? {
        RepositoryReply::Taken { by, what, others } => {
            Err(taken_error(branch_snapshot, spec, (by, what), others))
        }
        RepositoryReply::Full => Err(ApiError::TooManyFabrics),
        _ => Ok(()),
    }
}

/// What claims a fabric's first directory and name where nobody is in the way, for whoever asks the object of the repository for more. None
/// where its claims may be elsewhere.
pub(super) fn first_claim(
    repository: &RepositoryId,
    id: &FabricId,
    spec: &FabricSpec,
) -> Option<RepositoryMessage> {
    let is_todays = repository.node_id != repository.old_node_id();
    let message = RepositoryMessage::Claim {
        claim: Claim::of(id, spec),
        previous: PreviousClaim::Release,
        ground: Ground::New,
        is_over: false,
    };
    is_todays.then(|| RepositoryMessage::AfterHandOver(Box::new(message)))
}

/// Lets a fabric's claims follow its record: it has the place of that and those of moves that may have happened, and of the
/// places that are `left` only these. What nobody names stays: somebody may be about to begin a move; only who goes on with
/// an operation that died lets the fabric have nothing else ([`PreviousClaim::Release`]). A fabric that a backup is about to
/// bring back keeps what is reserved for it.
///
/// Gives the fabric as it is then, and the answer about its place, if it cannot have that. `repository` is asked where the
/// record does not say which one it is.
pub(super) async fn claims_follow(
    host: &impl Host,
    repository: &RecordedRepository,
    id: &FabricId,
    (mut left, mut previous): (Vec<FabricSpec>, PreviousClaim),
) -> Result<(Option<Fabric>, Option<RepositoryReply>), ObjectUnavailable> {
    let mut claimed: Vec<FabricSpec> = Vec::new();
    let (mut refused, mut compared, mut is_freed) = (None, 0, false);
    loop {
        let now = match known(host, id, false).await? {
            Known::Fabric(now) => *now,
            // A backup may bring it back just now, so it is looked for once more.
            Known::Unknown if !is_freed => {
                change_recorded(host, repository, forget_all(id)).await?;
                is_freed = true;
                claimed.clear();
                continue;
            }
            Known::Unknown | Known::ComesBack => return Ok((None, None)),
        };
        let repository = match now.repository.id() {
            Some(_) => &now.repository,
            None => repository,
        };
        let places = now.places();
        left.retain(|place| !places.contains(place));
        let missing = places.iter().filter(|place| !claimed.contains(place));
        let missing: Vec<FabricSpec> = missing.cloned().collect();
        compared += 1;
        if (left.is_empty() && missing.is_empty()) || compared > COMPARED {
            return Ok((Some(now), refused));
        }
        for place in left.drain(..) {
            if let Some(message) = giving_up(&now, &place) {
                change_recorded(host, repository, message).await?;
            }
        }
        for place in missing {
            let message = RepositoryMessage::Claim {
                claim: Claim::of(id, &place),
                previous: std::mem::replace(&mut previous, PreviousClaim::Keep),
                ground: Ground::Record,
                is_over: false,
            };
            let reply = change_recorded(host, repository, message).await?;
            if place == now.record.spec() {
                refused = Some(reply).filter(|reply| *reply != RepositoryReply::Granted);
            }
            claimed.push(place);
        }
        // Somebody may move the fabric away meanwhile.
        left.extend(claimed.iter().cloned());
    }
}

/// Changes claims of a repository as it was recorded, where it is known.
pub(super) async fn change_recorded(
    host: &impl Host,
    repository: &RecordedRepository,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    let Some(node_id) = &repository.node_id else {
        return Ok(RepositoryReply::Granted);
    };
    match repository.id() {
        Some(repository) => change_claims(host, &repository, message).await,
        // What is not one of GitHub's node ids is a name like any other.
        None => ask(host, node_id, &message).await,
    }
}

/// What gives up a place that was reserved for a fabric, if it has it for no other reason.
fn giving_up(fabric: &Fabric, place: &FabricSpec) -> Option<RepositoryMessage> {
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
            is_over: true,
        }),
        (false, false) => Some(RepositoryMessage::Forget {
            fabric: id.clone(),
            only: Some((place.branch.clone(), place.gitops_directory.clone())),
        }),
    }
}

/// What gives up all that is reserved for a fabric that is no more.
fn forget_all(id: &FabricId) -> RepositoryMessage {
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
    let question = |supposed| RepositoryMessage::Could {
        branch: from.branch.clone(),
        from: from.gitops_directory.clone(),
        to: to.gitops_directory.clone(),
        name: to.name.clone(),
        to_branch: Some(to.branch.clone()).filter(|branch| *branch != from.branch),
        supposed,
    };
    match ask_who_has(host, &branch_snapshot.repository.id, question).await {
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
