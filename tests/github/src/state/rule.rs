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
    /// Updates other than by the merge queue.
    MergeQueue,
    /// Updates before these environments have the commit.
    RequiredDeployments {
        /// The names of the environments.
        environments: Vec<String>,
    },
    /// Commits with more than one parent.
    RequiredLinearHistory,
    /// Commits whose message does not start so.
    CommitMessagePattern {
        /// What it starts with.
        pattern: String,
    },
    /// Commits that touch these paths.
    FilePathRestriction {
        /// A path, or the start of one before `*`.
        paths: Vec<String>,
    },
    /// Branches whose name does not start so.
    BranchNamePattern {
        /// What it starts with.
        pattern: String,
    },
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

/// A commit that a change brings, as rules see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Whether GitHub made and signed it, as it does for `createCommitOnBranch`.
    pub is_signed: bool,
    /// Whether it has more than one parent.
    pub is_merge: bool,
    /// Its whole message.
    pub message: String,
    /// The paths that it touches.
    pub paths: Vec<String>,
}

impl Rule {
    /// Tells whether the rule covers `branch` (without `refs/heads/`).
    pub fn covers(&self, branch: &str) -> bool {
        covers(&self.pattern, branch)
    }

    /// Returns why GitHub refuses a `change` of `branch` that brings these commits, or nothing.
    pub fn violation(
        &self,
        branch: &str,
        change: RefChange,
        incoming: &[Incoming],
    ) -> Option<String> {
        use RefChange::{Create, Delete, FastForward, Force};
        let any = |is: &dyn Fn(&Incoming) -> bool| change != Delete && incoming.iter().any(is);
        match (&self.kind, change) {
            (RuleKind::PullRequest { .. }, FastForward | Force) => {
                Some("Changes must be made through a pull request.".into())
            }
            // A branch may begin at a commit that another has; where it would bring one, that has no checks.
            (RuleKind::RequiredStatusChecks { contexts }, Create | FastForward | Force) => {
                let is_checked = change == Create && incoming.is_empty();
                let count = contexts.len();
                (!is_checked)
                    .then(|| format!("{count} of {count} required status checks are expected."))
            }
            (RuleKind::RequiredSignatures, _) => any(&|commit| !commit.is_signed)
                .then(|| "Commits must have verified signatures.".into()),
            (RuleKind::RequiredLinearHistory, _) => any(&|commit| commit.is_merge)
                .then(|| "This branch must not contain merge commits.".into()),
            (RuleKind::MergeQueue, FastForward | Force) => {
                Some("Changes must be made through the merge queue".into())
            }
            (RuleKind::RequiredDeployments { environments }, FastForward | Force) => Some(format!(
                "Missing successful active {} deployment.",
                environments.join(", ")
            )),
            // The words of the settings; seen of a pattern as a regular expression.
            (RuleKind::CommitMessagePattern { pattern }, _) => any(&|commit| {
                !commit.message.starts_with(pattern.as_str())
            })
            .then(|| format!("Commit message must start with a matching pattern: {pattern}")),
            (RuleKind::BranchNamePattern { pattern }, Create) => (!branch.starts_with(pattern))
                .then(|| format!("Branch name must start with a matching pattern: {pattern}")),
            (RuleKind::FilePathRestriction { paths }, _) => {
                let is_restricted = |path: &String| paths.iter().any(|rule| covers(rule, path));
                any(&|commit| commit.paths.iter().any(is_restricted))
                    .then(|| "File path is restricted".into())
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
            RuleKind::MergeQueue => "merge_queue",
            RuleKind::RequiredDeployments { .. } => "required_deployments",
            RuleKind::RequiredLinearHistory => "required_linear_history",
            RuleKind::CommitMessagePattern { .. } => "commit_message_pattern",
            RuleKind::BranchNamePattern { .. } => "branch_name_pattern",
            RuleKind::FilePathRestriction { .. } => "file_path_restriction",
        }
    }
}
