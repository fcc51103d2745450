//! What a draft says to its creator, the only one who sees it: GitHub is asked as soon as it answers, and what it says is
//! told and stored nowhere. For a minute the isolate remembers it, so that not each look asks.

use std::cell::RefCell;

use shared::names::{FabricId, RepoName};
use shared::problem::{Advice, Code, Explanation, advice};
use shared::record::DirectoryStatus;

use crate::access::Fabric;
use crate::api_error::ApiError;
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::fabric::NOTHING_READ;
use crate::objects::repository_facts::ASKED_AGAIN_AFTER_MS;
use crate::recent::Recent;
use crate::session::SignedIn;

thread_local! {
    static ASKED: RefCell<Recent<Asked>> = const { RefCell::new(Recent::new()) };
}

/// What GitHub answered about a draft's repository, to whom, and until when that is told again.
#[derive(Clone)]
struct Asked {
    session: String,
    repo: RepoName,
    until_ms: u64,
    said: Said,
}

#[derive(Clone)]
enum Said {
    /// Why nothing can be committed there, if anything is in the way.
    Repository(Option<Explanation>),
    /// Nothing about the repository: it refused the question.
    Nothing,
}

/// The draft with what GitHub says of its repository, where it answers.
pub(crate) async fn as_github_says(
    host: &impl Host,
    person: &SignedIn,
    mut draft: Fabric,
) -> Fabric {
    let record = &mut draft.record;
    let Some(Said::Repository(refusal)) =
        said(host, person, &record.id, &record.git_repository).await
    else {
        return draft;
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

/// Has whoever looks at a draft next ask GitHub: its creator does something with it, and may have changed what it says.
pub(crate) fn ask_anew(id: &FabricId) {
    ASKED.with_borrow_mut(|asked| asked.forget(id));
}

/// What GitHub said within the last minute, or says now; none where it does not answer, so that it is asked again as soon as it can.
async fn said(host: &impl Host, person: &SignedIn, id: &FabricId, repo: &RepoName) -> Option<Said> {
    let asked = ASKED.with_borrow(|asked| asked.of(id));
    let asked = asked.filter(|asked| {
        asked.until_ms > host.now_ms() && asked.session == person.session && asked.repo == *repo
    });
    if let Some(asked) = asked {
        return Some(asked.said);
    }
    let github = Github::new(host, &person.token);
    let said = match github.repository_access(repo).await {
        Err(GithubError::Unavailable { .. }) => return None,
        Err(_) => Said::Nothing,
        Ok(access) => Said::Repository(match access {
            None => Some(explain(
                Code::RepositoryNotFound,
                &GithubError::NoRepository(repo.to_string()),
                advice::CHECK_REPOSITORY,
            )),
            Some(access) if access.is_archived => Some(explain(
                Code::RepositoryArchived,
                &ApiError::Archived(repo.to_string()),
                advice::UNARCHIVE,
            )),
            Some(access) if !access.can_push => Some(explain(
                Code::PermissionMissing,
                &ApiError::NoPush(repo.to_string()),
                advice::GET_WRITE_ACCESS,
            )),
            Some(_) => None,
        }),
    };
    let asked = Asked {
        session: person.session.clone(),
        repo: repo.clone(),
        until_ms: host.now_ms() + ASKED_AGAIN_AFTER_MS,
        said: said.clone(),
    };
    ASKED.with_borrow_mut(|all| all.keep(id, asked));
    Some(said)
}

fn explain(code: Code, what: &impl std::fmt::Display, next: Advice) -> Explanation {
    Explanation {
        code,
        message: what.to_string(),
        hint: next.api.to_owned(),
    }
}
