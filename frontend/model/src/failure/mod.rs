//! Why a request did not give what was asked for, worded for people.

mod refusal;
mod summary;

use shared::api::WriteMode;
use shared::fabric::FieldError;
use shared::names::FabricId;
use shared::problem::{Code, advice};
use shared::quote::sentence::Name;

pub use refusal::Refusal;
pub use summary::FailureSummary;

/// A request that failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    Network,
    /// The answer is not one that this page understands.
    Unreadable(u16),
    /// A part of the page itself did not come.
    NotLoaded,
    /// The person stopped waiting.
    Stopped,
    /// The listings do not hash to what the branch says.
    Unverified(String),
    /// The page showed another text than what would have been sent.
    Altered {
        /// What it showed.
        shown: String,
        /// What it shows now, and what would be sent.
        meant: String,
    },
    /// The Worker said what is wrong.
    Problem(Box<Refusal>),
    /// It is known from a record, from before a reload, or from GitHub itself.
    Summary(Box<FailureSummary>),
}

/// The other way to write the same, where a refusal leaves one; `tried` is the way that was refused.
pub fn other_way(code: &Code, tried: WriteMode) -> Option<WriteMode> {
    match (code, tried) {
        (Code::BranchProtected, WriteMode::Commit) => Some(WriteMode::PullRequest),
        (Code::RepositoryEmpty | Code::ProposalRefused, WriteMode::PullRequest) => {
            Some(WriteMode::Commit)
        }
        _ => None,
    }
}

/// Tells whether a refusal asks to read the branch again.
pub fn reads_again(code: &Code) -> bool {
    matches!(
        code,
        Code::BranchMissing | Code::HeadMoved | Code::TreeMismatch | Code::PullRequestExists
    )
}

impl Failure {
    /// The same, of this request: what a record tells of a failure does not name it.
    pub fn with_request_id(mut self, id: String) -> Self {
        let request = match &mut self {
            Self::Problem(refusal) => &mut refusal.problem.request_id,
            Self::Summary(summary) => &mut summary.request,
            _ => return self,
        };
        if !id.is_empty() {
            request.get_or_insert(id);
        }
        self
    }

    /// What happened, in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::Network => "Hedgerow did not answer".to_owned(),
            Self::Unreadable(_) => "The answer could not be read".to_owned(),
            Self::NotLoaded => "A part of this page did not load".to_owned(),
            Self::Stopped => "Stopped".to_owned(),
            Self::Unverified(_) => "The listing does not match its commit".to_owned(),
            Self::Altered { .. } => "The page showed something else".to_owned(),
            Self::Summary(summary) => summary.title.clone(),
            Self::Problem(problem) if problem.title.is_empty() => {
                format!("Error {}", problem.status)
            }
            Self::Problem(problem) => problem.title.clone(),
        }
    }

    /// What happened this time.
    pub fn detail(&self) -> String {
        match self {
            Self::Network => "No answer came back, so the outcome is not known.".to_owned(),
            Self::Unreadable(status) => {
                format!("The answer had status {status} and an unknown format.")
            }
            Self::NotLoaded => {
                "The connection broke, or Hedgerow was updated since this page was opened."
                    .to_owned()
            }
            Self::Stopped => "The branch was not read.".to_owned(),
            Self::Unverified(error) => format!("{error}."),
            Self::Altered { shown, meant } => format!(
                "It showed {}, and {} is what would be sent. Nothing was sent.",
                Name(shown),
                Name(meant)
            ),
            Self::Summary(summary) => summary.detail.clone(),
            Self::Problem(problem) if !problem.errors.is_empty() => {
                let errors: Vec<String> = problem.errors.iter().map(of_field).collect();
                errors.join("; ")
            }
            Self::Problem(problem) => problem.detail.clone(),
        }
    }

    pub fn hint(&self) -> String {
        match self {
            Self::Network => {
                "Check the connection and try again; repeating never writes twice.".to_owned()
            }
            Self::Unreadable(500..) => "Try again in a moment.".to_owned(),
            Self::Unreadable(_) => "Reload the page; a newer version may be there.".to_owned(),
            Self::NotLoaded => {
                "Try again, or reload the page; a draft stays in its address.".to_owned()
            }
            Self::Stopped => "Try again to compare with it.".to_owned(),
            Self::Unverified(_) => "Read the branch again. Nothing was written.".to_owned(),
            Self::Altered { .. } => {
                "A translation or an extension of the browser changed this page. It is corrected now: look at it, then press again. \
                 If this comes back, turn the translation off for this page."
                    .to_owned()
            }
            Self::Summary(summary) => summary.hint.clone(),
            Self::Problem(problem) => advice::on_page(&problem.hint).to_owned(),
        }
    }

    /// What its suggestions are.
    pub fn offers(&self) -> &'static str {
        match self.code() {
            Code::BranchMissing | Code::BranchBlocked => "Did you mean ",
            _ => "Free: ",
        }
    }

    /// The stable word for it.
    pub fn code(&self) -> &Code {
        match self {
            Self::Network => &Code::NoAnswer,
            Self::Unreadable(_) => &Code::UnreadableAnswer,
            Self::NotLoaded => &Code::PartNotLoaded,
            Self::Stopped => &Code::Stopped,
            Self::Unverified(_) => &Code::UnverifiedListing,
            Self::Altered { .. } => &Code::PageAltered,
            Self::Problem(problem) => &problem.code,
            Self::Summary(summary) => &summary.code,
        }
    }

    /// Everything that is needed to look into it, to be copied.
    pub fn details(&self, page: &str) -> String {
        let mut lines = vec![
            self.title(),
            self.detail(),
            format!("code: {}", self.code()),
        ];
        if let Some(problem) = self.problem() {
            lines.push(format!("status: {}", problem.status));
            lines.extend(problem.path.iter().map(|path| format!("path: {path}")));
        }
        lines.extend(self.request_id().map(|id| format!("request: {id}")));
        lines.push(format!("page: {page}"));
        lines.join("\n")
    }

    /// The problem, if the Worker named one.
    pub fn problem(&self) -> Option<&Refusal> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// What its request is called in the Worker's log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => problem.request_id.as_deref(),
            Self::Summary(summary) => summary.request.as_deref(),
            _ => None,
        }
    }

    /// The fabric that is in the way, where one is.
    pub fn existing(&self) -> Option<&FabricId> {
        match self {
            Self::Problem(problem) => problem.fabric.as_ref(),
            Self::Summary(summary) => summary.existing.as_ref(),
            _ => None,
        }
    }

    /// Tells whether the session has ended.
    pub fn is_signed_out(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 401)
    }

    /// Tells whether what was approved is not what would be committed now.
    pub fn is_outdated(&self) -> bool {
        matches!(
            self.code(),
            Code::DirectoryChanged | Code::HeadMoved | Code::ApprovalMismatch | Code::BranchMissing
        )
    }

    /// Tells whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status == 404,
            _ => *self.code() == Code::NotPublic,
        }
    }

    /// Tells whether every other request would fail in the same way just now.
    pub fn concerns_all(&self) -> bool {
        let holds_for_all = matches!(
            self.code(),
            Code::NoAnswer
                | Code::RateLimited
                | Code::TooManyRequests
                | Code::StorageUnavailable
                | Code::GithubUnavailable
                | Code::GithubUnauthorized
        );
        holds_for_all || self.is_signed_out()
    }

    /// Tells whether the same write, or another in its way, is still being carried out.
    pub fn is_under_way(&self) -> bool {
        *self.code() == Code::OperationInProgress
    }

    /// Tells whether a creation may still have left something, so that a repeat must carry the same key.
    pub fn may_have_left_something(&self) -> bool {
        let left_nothing = self.problem().is_some_and(Refusal::left_nothing);
        self.may_have_happened() && !left_nothing
    }

    /// Tells whether the write may still have happened, so that a repeat must carry the same key.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Network => true,
            Self::Unreadable(status) => *status >= 500 || *status < 300,
            Self::NotLoaded
            | Self::Stopped
            | Self::Unverified(_)
            | Self::Altered { .. }
            | Self::Summary(_) => false,
            Self::Problem(problem) => problem.status >= 500 || self.is_under_way(),
        }
    }
}

/// The fields as the pages label them.
const LABELS: [(&str, &str); 6] = [
    ("name", "Fabric name"),
    ("git_repository", "Repository"),
    ("branch", "Branch"),
    ("gitops_directory", "Directory"),
    ("token", "Token"),
    ("note", "Note"),
];

/// What is wrong with a field, by its label; a field that no person fills in has none.
fn of_field(error: &FieldError) -> String {
    let message = &error.message;
    match LABELS.iter().find(|(field, _)| *field == error.field) {
        Some((_, label)) => format!("{label}: {message}"),
        None => message.clone(),
    }
}

#[cfg(test)]
pub mod tests;
