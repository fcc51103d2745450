//! A fabric's directory and name are its own in their repository.

use shared::claims::{free_directories, free_names};
use shared::fabric::FabricSpec;
use shared::names::{DirectoryPath, FabricId, FabricName};

use crate::error::ApiError;
use crate::github::Reading;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::repository::{Besides, Claim, RepositoryMessage, RepositoryReply, Taken};

/// Reserves a fabric's directory and name in its repository.
///
/// # Errors
/// [`ApiError::FabricExists`] and [`ApiError::NameTaken`] name the other fabric and suggest what is free.
pub(crate) async fn claim(
    host: &impl Host,
    reading: &Reading,
    spec: &FabricSpec,
    id: &FabricId,
    besides: Besides,
) -> Result<(), ApiError> {
    let claim = Claim {
        fabric: id.clone(),
        branch: spec.branch.clone(),
        directory: spec.gitops_directory.clone(),
        name: Some(spec.name.clone()),
    };
    let repository = &reading.answer.repository.id;
    let message = RepositoryMessage::Claim { claim, besides };
    let (by, what, others) = match ask(host, repository, &message).await? {
        RepositoryReply::Taken { by, what, others } => (by, what, others),
        RepositoryReply::Full => return Err(ApiError::TooManyFabrics),
        _ => return Ok(()),
    };
    let name = by.name.as_ref().map(FabricName::to_string);
    Err(match what {
        Taken::Directory => {
            let of_branch = others.iter().filter(|other| other.branch == spec.branch);
            let taken: Vec<DirectoryPath> =
                of_branch.map(|other| other.directory.clone()).collect();
            let exists = |path: &DirectoryPath| reading.snapshot.entry(path.git_path()).is_some();
            let free = free_directories(&spec.gitops_directory, &spec.name, &taken, exists);
            ApiError::FabricExists {
                fabric: by.fabric,
                name,
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
    })
}
