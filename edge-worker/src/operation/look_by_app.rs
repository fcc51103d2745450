//! A look at a fabric's branch by the App, without a person: with a token that reads the one repository and nothing else.

use shared::git::ObjectId;
use shared::names::FabricId;
use shared::problem::{Code, Explanation, advice};
use shared::record::{OperationOutcome, Visibility};

use super::begin::{Begun, begin_by_app};
use super::ids::Ids;
use super::look::{Onlooker, look};
use crate::access::load;
use crate::api_error::{ApiError, explanation};
use crate::github::app::{InstallationToken, Kept, Of, installation_token_of};
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::fabric::{Event, Remembers};

/// Who did it, as the history has it. No login of GitHub's has a capital that counts, and nobody is asked by this one.
const ACTOR: &str = "Hedgerow";

/// What came of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookedByApp {
    /// The branch was read, and the record says what was found.
    Read,
    /// There is no such fabric, or it is a draft.
    NoFabric,
    /// No App is configured, or its key is of no use.
    NoApp,
    /// The App is not installed on the repository, or sees it no more. Where it saw it before, the record says so.
    NotVisible,
    /// Nothing was found out, and nothing recorded; not before then, where GitHub says when.
    Later { until_ms: Option<u64> },
}

/// Looks at a fabric's branch and records what was found, as for a person who validates it.
pub(crate) async fn look_by_app(host: &impl Host, id: &FabricId) -> LookedByApp {
    let app = host.config().app.as_ref();
    if app.is_none_or(|app| app.private_key.is_none()) {
        return LookedByApp::NoApp;
    }
    let fabric = match load(host, id).await {
        Ok(fabric) if fabric.record.visibility == Visibility::Draft => {
            return LookedByApp::NoFabric;
        }
        Ok(fabric) => fabric,
        Err(ApiError::NoFabric) => return LookedByApp::NoFabric,
        Err(_) => return LookedByApp::Later { until_ms: None },
    };
    let ids = Ids::new(host);
    let begun = begin_by_app(host, fabric, (id, ACTOR), &ids);
    let looked = match look_with(host, &begun, Kept::WillDo).await {
        // The token was taken back, or the repository is no longer the installation's.
        Looked::Refused { was_kept: true } => look_with(host, &begun, Kept::WillNotDo).await,
        looked => looked,
    };
    match looked {
        Looked::Ended(ended) => ended,
        Looked::Refused { .. } => match record_not_visible(host, &begun).await {
            Ok(()) => LookedByApp::NotVisible,
            Err(_) => LookedByApp::Later { until_ms: None },
        },
    }
}

enum Looked {
    Ended(LookedByApp),
    /// The App does not see the repository, with a token that was asked for before or just now.
    Refused {
        was_kept: bool,
    },
}

async fn look_with<H: Host>(host: &H, begun: &Begun<'_>, kept: Kept) -> Looked {
    let repo = &begun.record().git_repository;
    let number = begun.fabric.repository.number();
    let mut permissions = vec![("contents", "read"), ("metadata", "read")];
    if begun.record().pull_request_url.is_some() {
        permissions.push(("pull_requests", "read"));
    }
    let of = Of { repo, number };
    let InstallationToken { token, was_kept } =
        match installation_token_of(host, of, &permissions, kept).await {
            Ok(Some(found)) => found,
            Ok(None) => return Looked::Refused { was_kept: false },
            Err(GithubError::AppKey(_)) => return Looked::Ended(LookedByApp::NoApp),
            Err(error) => return Looked::Ended(later(&error)),
        };
    let github = Github::of_app(host, &token);
    match Box::pin(look(host, &github, begun, Onlooker::App)).await {
        Ok(_) => Looked::Ended(LookedByApp::Read),
        // It was there before: another repository has the name, or this one cannot be seen.
        Err(ApiError::NoFabric) => Looked::Refused { was_kept },
        Err(ApiError::ForgottenMeanwhile) => Looked::Ended(LookedByApp::NoFabric),
        Err(ApiError::Github(error))
            if error.is_no_access() || error == GithubError::Unauthorized =>
        {
            Looked::Refused { was_kept }
        }
        Err(ApiError::Github(error)) => Looked::Ended(later(&error)),
        Err(_) => Looked::Ended(LookedByApp::Later { until_ms: None }),
    }
}

/// Says on a fabric's record that its branch changed and was not read: somebody told so, and the App may not read it. Only the time of
/// what is known changes by that, and the next who may see it reads it.
///
/// # Errors
/// [`ApiError::NoFabric`], and [`ApiError::Busy`] where an operation is under way.
pub(crate) async fn say_unread(
    host: &impl Host,
    id: &FabricId,
    head: Option<&ObjectId>,
) -> Result<(), ApiError> {
    let fabric = load(host, id).await?;
    let ids = Ids::new(host);
    let begun = begin_by_app(host, fabric, (id, ACTOR), &ids);
    let task = begun.task();
    let entry = task.entry(host, 0, (OperationOutcome::Failed, None));
    let at = head.map_or_else(String::new, |head| format!(" at {}", head.short()));
    let failure = Explanation {
        code: Code::DirectoryChanged,
        message: format!("the branch changed{at} and was not read yet"),
        hint: advice::VALIDATE.api.to_owned(),
    };
    let ended = (Event::Unreachable { failure }, Remembers::Never);
    task.finish_look(host, entry, ended).await.map(drop)
}

fn later(error: &GithubError) -> LookedByApp {
    LookedByApp::Later {
        until_ms: match error {
            GithubError::RateLimited(until_ms) => *until_ms,
            _ => None,
        },
    }
}

/// The record says that the repository cannot be read; once, and only where the App could read it before.
async fn record_not_visible<H: Host>(host: &H, begun: &Begun<'_>) -> Result<(), ApiError> {
    let task = begun.task();
    let entry = task.entry(host, 0, (OperationOutcome::Failed, None));
    let error = GithubError::AppNotInstalled {
        repository: begun.record().git_repository.to_string(),
        needed: None,
    };
    let event = Event::Unreachable {
        failure: explanation(&error.into()),
    };
    let ended = (event, Remembers::ByApp);
    match task.finish_look(host, entry, ended).await {
        Ok(_) | Err(ApiError::ForgottenMeanwhile) => Ok(()),
        Err(error) => Err(error),
    }
}
