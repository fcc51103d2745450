//! The repositories that a person can choose from.

use shared::api::Permission;
use shared::problem::Explanation;

use crate::api_error::{ApiError, explanation};
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::session::{ListedRepository, SessionMessage, SessionReply};
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
    if !known.iter().any(is_it) {
        // A list from long ago is none.
        let keep = SessionMessage::KeepRepositories {
            repositories: Vec::new(),
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

/// The repositories in which the person has a role, as GitHub listed them at most five minutes ago. A list that lacks some
/// is not kept, so that it is whole as soon as GitHub lets the person see them.
pub(crate) async fn member_repositories(
    host: &impl Host,
    person: &SignedIn,
) -> Result<MemberRepositories, ApiError> {
    let now_ms = host.now_ms();
    let known = SessionMessage::Repositories { now_ms };
    // A list from before numbers were kept is asked for again.
    if let SessionReply::Repositories(known) = ask(host, &person.session, &known).await?
        && (known.is_empty() || known.iter().any(|listed| listed.number.is_some()))
    {
        return Ok(MemberRepositories {
            repositories: known,
            left_out: Vec::new(),
        });
    }
    let (repositories, refused) = Github::new(host, &person.token).repositories().await?;
    let repositories: Vec<ListedRepository> = repositories
        .into_iter()
        .map(ListedRepository::from)
        .collect();
    let left_out = left_out(refused);
    if left_out.is_empty() {
        let keep = SessionMessage::KeepRepositories {
            repositories: repositories.clone(),
            now_ms,
        };
        ask(host, &person.session, &keep).await?;
    }
    Ok(MemberRepositories {
        repositories,
        left_out,
    })
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
