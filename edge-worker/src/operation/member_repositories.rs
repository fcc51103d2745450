//! The repositories that a person can choose from.

use shared::api::Permission;
use shared::problem::Explanation;

use crate::api_error::{ApiError, explanation};
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::session::{ListedRepository, RepositoryList, SessionMessage, SessionReply};
use crate::repository_id::RepositoryId;
use crate::session::SignedIn;

/// A person may write to a repository: a list that does not say so is older than that, and is asked for again.
pub(super) async fn may_write(host: &impl Host, person: &SignedIn, repository: &RepositoryId) {
    let now_ms = host.now_ms();
    let known = SessionMessage::Repositories { now_ms };
    let Ok(SessionReply::Repositories(known)) = ask(host, &person.session, &known).await else {
        return;
    };
    let is_it = |listed: &ListedRepository| {
        listed.number == Some(repository.number) && listed.choice.permission == Permission::Write
    };
    let known = MemberRepositories::from(known);
    if !known.repositories.iter().any(is_it) {
        // A list from long ago is none.
        let keep = SessionMessage::KeepRepositories {
            repositories: RepositoryList::Whole(Vec::new()),
            now_ms: 0,
        };
        if let Err(error) = ask(host, &person.session, &keep).await {
            let line =
                serde_json::json!({ "event": "list_not_renewed", "error": error.to_string() });
            host.log(&line.to_string());
        }
    }
}

/// What GitHub listed.
pub(crate) struct MemberRepositories {
    pub repositories: Vec<ListedRepository>,
    /// Why others are not in it.
    pub left_out: Vec<Explanation>,
}

/// The repositories in which the person has a role, as GitHub listed them at most five minutes ago; at most one minute ago
/// where some are left out.
pub(crate) async fn member_repositories(
    host: &impl Host,
    person: &SignedIn,
) -> Result<MemberRepositories, ApiError> {
    let now_ms = host.now_ms();
    let known = SessionMessage::Repositories { now_ms };
    if let SessionReply::Repositories(known) = ask(host, &person.session, &known).await? {
        let known = MemberRepositories::from(known);
        // A list from before numbers were kept is asked for again.
        let has_numbers = known
            .repositories
            .iter()
            .any(|listed| listed.number.is_some());
        if has_numbers || known.repositories.is_empty() {
            return Ok(known);
        }
    }
    let (repositories, refused) = Github::new(host, &person.token).repositories().await?;
    let repositories = repositories
        .into_iter()
        .map(ListedRepository::from)
        .collect();
    let left_out = left_out(refused);
    let list = match left_out.is_empty() {
        true => RepositoryList::Whole(repositories),
        false => RepositoryList::Partial {
            repositories,
            left_out,
        },
    };
    let keep = SessionMessage::KeepRepositories {
        repositories: list.clone(),
        now_ms,
    };
    ask(host, &person.session, &keep).await?;
    Ok(list.into())
}

impl From<RepositoryList> for MemberRepositories {
    fn from(list: RepositoryList) -> Self {
        let (repositories, left_out) = match list {
            RepositoryList::Whole(repositories) => (repositories, Vec::new()),
            RepositoryList::Partial {
                repositories,
                left_out,
            } => (repositories, left_out),
        };
        Self {
            repositories,
            left_out,
        }
    }
}

/// Why repositories are left out, each reason once.
fn left_out(refused: Vec<GithubError>) -> Vec<Explanation> {
    let mut reasons: Vec<Explanation> = Vec::new();
    for error in refused {
        let mut reason = explanation(&error.into());
        reason.message = format!("some repositories are left out: {}", reason.message);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}
