//! A fabric's directory and name are its own in their repository.

use shared::api::DirectoryClaim;
use shared::claims::{free_directories, free_names, overlap};
use shared::fabric::FabricSpec;
use shared::names::{DirectoryPath, FabricId, FabricName, differ_only_in_case};
use shared::snapshot::Snapshot;

use super::repository_claims::ask_about_claims;
use crate::api_error::ApiError;
use crate::github::BranchSnapshot;
use crate::host::Host;
use crate::objects::repository::{Claim, PreviousClaim, RepositoryMessage, RepositoryReply, Taken};

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

/// Reserves a fabric's directory and name in its repository.
///
/// # Errors
/// [`ApiError::FabricExists`] and [`ApiError::NameTaken`] name the other fabric and suggest what is free.
pub(crate) async fn claim(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
    spec: &FabricSpec,
    id: &FabricId,
    previous: PreviousClaim,
) -> Result<(), ApiError> {
    reserve(host, branch_snapshot, spec, id, (previous, false)).await
}

/// The same for a fabric that had the place before, perhaps before there were claims: a directory of another fabric that
/// differs only in case does not take it away.
pub(crate) async fn claim_again(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
    spec: &FabricSpec,
    id: &FabricId,
    previous: PreviousClaim,
) -> Result<(), ApiError> {
    reserve(host, branch_snapshot, spec, id, (previous, true)).await
}

async fn reserve(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
    spec: &FabricSpec,
    id: &FabricId,
    (previous, is_restored): (PreviousClaim, bool),
) -> Result<(), ApiError> {
    let claim = Claim {
        fabric: id.clone(),
        branch: spec.branch.clone(),
        directory: spec.gitops_directory.clone(),
        name: Some(spec.name.clone()),
    };
    let message = RepositoryMessage::Claim {
        claim,
        previous,
        is_restored,
    };
    match ask_about_claims(host, &branch_snapshot.repository.id, message).await? {
        RepositoryReply::Taken { by, what, others } => {
            Err(taken_error(branch_snapshot, spec, (by, what), others))
        }
        RepositoryReply::Full => Err(ApiError::TooManyFabrics),
        _ => Ok(()),
    }
}

/// The same for a fabric that goes on without, where another has its directory or its name by now.
pub(crate) async fn claim_if_free(
    host: &impl Host,
    branch_snapshot: &BranchSnapshot,
    spec: &FabricSpec,
    id: &FabricId,
) -> Result<(), ApiError> {
    let how = (PreviousClaim::Release, true);
    match reserve(host, branch_snapshot, spec, id, how).await {
        Err(
            ApiError::FabricExists { .. } | ApiError::NameTaken { .. } | ApiError::TooManyFabrics,
        ) => Ok(()),
        other => other,
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
