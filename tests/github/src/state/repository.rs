//! A repository's settings; its contents live in the bare repository beside them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Incoming, NodeIds, Permission, Protection, RefChange, Rule, RuleKind};

/// A repository, as its owner set it up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// GitHub's number for the repository, stable across renames.
    pub id: u64,
    /// Which form of node id it has.
    #[serde(default)]
    pub node_ids: NodeIds,
    /// The owner's login.
    pub owner: String,
    /// The name below the owner.
    pub name: String,
    /// Earlier `owner/name`s; GitHub leads them here until somebody else takes the name.
    #[serde(default)]
    pub former_names: Vec<String>,
    /// What its owner says it is.
    #[serde(default)]
    pub description: Option<String>,
    /// Hidden from everybody without a role.
    #[serde(default)]
    pub private: bool,
    /// A private one that every member of the enterprise may see; their roles are among the others.
    #[serde(default)]
    pub internal: bool,
    /// Read-only for everybody.
    #[serde(default)]
    pub archived: bool,
    /// The branch that `HEAD` names.
    pub default_branch: String,
    /// Earlier names of branches, and what they are called now; REST's `branches/{branch}` leads there.
    #[serde(default)]
    pub former_branches: BTreeMap<String, String>,
    /// Roles by login.
    #[serde(default)]
    pub permissions: BTreeMap<String, Permission>,
    /// The rules of all rulesets.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// For whom no ruleset holds.
    #[serde(default)]
    pub bypass: Vec<BypassActor>,
    /// Classic branch protection.
    #[serde(default)]
    pub protections: Vec<Protection>,
    /// The number of the repository that it is a fork of.
    #[serde(default)]
    pub fork_of: Option<u64>,
    /// GitHub has not found out yet whether its pull requests can be merged: what it made before stays.
    #[serde(default)]
    pub merges_later: bool,
    /// How many entries of a tree are listed at once; where it is not said, as many as GitHub lists.
    #[serde(default)]
    pub most_entries: Option<usize>,
}

/// Whom the rulesets let pass, as GitHub's `actor_type` has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BypassActor {
    /// An App by itself.
    Integration,
    /// People with this role.
    RepositoryRole(Permission),
}

/// Why GitHub does not let a branch change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// By a ruleset.
    Rules(String),
    /// By classic protection.
    Protection(String),
}

impl Repository {
    /// Returns `owner/name` in the owner's spelling.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// Returns who may see it, in GitHub's word.
    pub(crate) fn visibility(&self) -> &'static str {
        match (self.private, self.internal) {
            (false, _) => "public",
            (true, false) => "private",
            (true, true) => "internal",
        }
    }

    /// Tells whether GitHub would take `full_name` for this repository: case does not matter.
    pub fn is_named(&self, full_name: &str) -> bool {
        self.full_name().eq_ignore_ascii_case(full_name)
    }

    /// Tells whether the repository was once named `full_name`.
    pub fn was_named(&self, full_name: &str) -> bool {
        self.former_names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(full_name))
    }

    /// Returns the role of `login`, if they may see the repository at all.
    pub fn permission_of(&self, login: Option<&str>) -> Option<Permission> {
        let granted = login.and_then(|login| self.permissions.get(login)).copied();
        granted.or((!self.private).then_some(Permission::Read))
    }

    /// Returns the rules that cover `branch`, whether it exists or not.
    pub fn rules_of<'a>(&'a self, branch: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.covers(branch))
    }

    /// Tells whether any rule or protection covers `branch`.
    pub fn is_guarded(&self, branch: &str) -> bool {
        self.protection_of(branch).is_some() || self.rules_of(branch).next().is_some()
    }

    /// Returns why a pull request cannot be merged into `branch` without reviews and checks, of which there are none here.
    pub(crate) fn merge_refusal(&self, branch: &str) -> Option<String> {
        let by_rules = self.rules_of(branch).find_map(|rule| match &rule.kind {
            RuleKind::PullRequest { approvals: 0 } => None,
            RuleKind::PullRequest { approvals } => Some(missing_approvals(*approvals)),
            RuleKind::RequiredStatusChecks { contexts } => Some(missing_checks(contexts.len())),
            RuleKind::MergeQueue => Some("Changes must be made through the merge queue".to_owned()),
            RuleKind::Update => Some("Cannot update this protected ref.".to_owned()),
            _ => None,
        });
        let protection = self.protection_of(branch);
        by_rules.or_else(|| {
            let protection = protection?;
            match (protection.approvals, protection.contexts.len()) {
                (Some(approvals), _) if approvals > 0 => Some(missing_approvals(approvals)),
                (_, 0) => None,
                (_, checks) => Some(missing_checks(checks)),
            }
        })
    }

    /// Returns the classic protection of `branch`; the first that covers it counts.
    pub fn protection_of(&self, branch: &str) -> Option<&Protection> {
        self.protections
            .iter()
            .find(|protection| protection.covers(branch))
    }

    /// Returns why GitHub refuses somebody with this role, or an App by itself, a `change` of the reference `name` (`refs/heads/main`), in
    /// GitHub's words.
    pub(crate) fn refusal(
        &self,
        (role, is_app): (Permission, bool),
        name: &str,
        change: RefChange,
        incoming: &[Incoming],
    ) -> Option<Refusal> {
        let branch = name.strip_prefix("refs/heads/")?;
        let actor = match is_app {
            true => BypassActor::Integration,
            false => BypassActor::RepositoryRole(role),
        };
        let holds = !self.bypass.contains(&actor);
        let violations: Vec<String> = self
            .rules_of(branch)
            .filter(|_| holds)
            .filter_map(|rule| rule.violation(branch, change, incoming))
            .collect();
        if !violations.is_empty() {
            let reasons = violations.join("\n\n");
            let message = format!("Repository rule violations found\n\n{reasons}");
            return Some(Refusal::Rules(message));
        }
        let protection = self.protection_of(branch)?;
        let violation = protection.violation(change, Some(role), incoming);
        violation.map(Refusal::Protection)
    }
}

fn missing_approvals(approvals: u32) -> String {
    let plural = if approvals == 1 {
        "review is"
    } else {
        "reviews are"
    };
    format!("At least {approvals} approving {plural} required by reviewers with write access.")
}

fn missing_checks(checks: usize) -> String {
    format!("{checks} of {checks} required status checks are expected.")
}

impl Refusal {
    pub fn message(&self) -> &str {
        match self {
            Refusal::Rules(message) | Refusal::Protection(message) => message,
        }
    }
}
