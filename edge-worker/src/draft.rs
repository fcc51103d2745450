//! What a draft says to its creator, the only one who sees it: GitHub is asked as soon as it answers, and what it says is
//! told and kept nowhere.

use shared::problem::{Advice, Code, Explanation, advice};
use shared::record::DirectoryStatus;

use crate::access::Fabric;
use crate::api_error::ApiError;
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::fabric::NOTHING_READ;
use crate::session::SignedIn;

/// The draft with what GitHub says of its repository now, where it answers.
pub(crate) async fn as_github_says(
    host: &impl Host,
    person: &SignedIn,
    mut draft: Fabric,
) -> Fabric {
    let record = &mut draft.record;
    let repo = record.git_repository.clone();
    let github = Github::new(host, &person.token);
    let refusal = match github.repository_access(&repo).await {
        Err(_) => return draft,
        Ok(None) => Some(explain(
            Code::RepositoryNotFound,
            &GithubError::NoRepository(repo.to_string()),
            advice::CHECK_REPOSITORY,
        )),
        Ok(Some(access)) if access.is_archived => Some(explain(
            Code::RepositoryArchived,
            &ApiError::Archived(repo.to_string()),
            advice::UNARCHIVE,
        )),
        Ok(Some(access)) if !access.can_push => Some(explain(
            Code::PermissionMissing,
            &ApiError::NoPush(repo.to_string()),
            advice::GET_WRITE_ACCESS,
        )),
        Ok(Some(_)) => None,
    };
    record.gitops_directory_status = match refusal {
        Some(_) => DirectoryStatus::Error,
        None => DirectoryStatus::NotInitialized,
    };
    record.directory_init_error = refusal;
    // That GitHub did not answer was true when the draft was made; until when it is kept is so still.
    record.check.code = None;
    record.check.message = Some(NOTHING_READ.to_owned());
    draft
}

fn explain(code: Code, what: &impl std::fmt::Display, next: Advice) -> Explanation {
    Explanation {
        code,
        message: what.to_string(),
        hint: next.api.to_owned(),
    }
}
