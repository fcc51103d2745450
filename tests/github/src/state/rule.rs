//! Branch rules: what a ruleset refuses, and in which words.

use serde::{Deserialize, Serialize};

/// One rule of a ruleset, with the branches it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// A branch name without `refs/heads/`; a trailing `*` covers every name that starts so.
    pub pattern: String,
    /// What is refused.
    pub kind: RuleKind,
}

/// What a rule refuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Updates other than by merging a pull request.
    PullRequest {
        /// Approvals that a pull request needs.
        approvals: u32,
    },
    /// Updates before these checks have passed.
    RequiredStatusChecks {
        /// The names of the checks.
        contexts: Vec<String>,
    },
    /// Commits that GitHub did not sign.
    RequiredSignatures,
    /// Any update.
    Update,
    /// Creating the branch.
    Creation,
    /// Deleting the branch.
    Deletion,
    /// Moving the branch to a commit that does not contain the old one.
    NonFastForward,
}

/// A change of one branch, as rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefChange {
    /// The branch does not exist yet.
    Create,
    /// The branch moves to a descendant.
    FastForward,
    /// The branch moves anywhere else.
    Force,
    /// The branch goes away.
    Delete,
}

/// Who made the commit that a branch moves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// GitHub made and signed it, as it does for `createCommitOnBranch`.
    ByGitHub,
    /// Somebody else made it.
    No,
}

impl Rule {
    /// Tells whether the rule covers `branch` (without `refs/heads/`).
    pub fn covers(&self, branch: &str) -> bool {
        covers(&self.pattern, branch)
    }

    /// Returns why GitHub refuses `change`, or nothing.
    pub fn violation(&self, change: RefChange, signed: Signed) -> Option<String> {
        use RefChange::{Create, Delete, FastForward, Force};
        match (&self.kind, change) {
            (RuleKind::PullRequest { .. }, FastForward | Force) => {
                Some("Changes must be made through a pull request.".into())
            }
            (RuleKind::RequiredStatusChecks { contexts }, FastForward | Force) => Some(format!(
                "{0} of {0} required status checks are expected.",
                contexts.len()
            )),
            (RuleKind::RequiredSignatures, Create | FastForward | Force) => {
                (signed == Signed::No).then(|| "Commits must have verified signatures.".into())
            }
            (RuleKind::Update, FastForward | Force) => {
                Some("Cannot update this protected ref.".into())
            }
            (RuleKind::Creation, Create) => {
                Some("Cannot create ref due to creations being restricted.".into())
            }
            (RuleKind::Deletion, Delete) => Some("Cannot delete this branch".into()),
            (RuleKind::NonFastForward, Force) => Some("Cannot force-push to this branch".into()),
            _ => None,
        }
    }
}

/// Tells whether `pattern`, a name or the start of one before `*`, covers `branch`.
pub(super) fn covers(pattern: &str, branch: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => branch.starts_with(start),
        None => branch == pattern,
    }
}

impl RuleKind {
    /// Returns the name of the rule in REST; GraphQL writes it in capitals.
    pub fn type_name(&self) -> &'static str {
        match self {
            RuleKind::PullRequest { .. } => "pull_request",
            RuleKind::RequiredStatusChecks { .. } => "required_status_checks",
            RuleKind::RequiredSignatures => "required_signatures",
            RuleKind::Update => "update",
            RuleKind::Creation => "creation",
            RuleKind::Deletion => "deletion",
            RuleKind::NonFastForward => "non_fast_forward",
        }
    }
}
