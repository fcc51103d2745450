//! What a branch demands of those who write to it: rulesets and classic protection. A hint, since the write itself decides:
//! GitHub does not say whom a ruleset lets pass.

use serde::{Deserialize, Serialize};
use shared::names::{BranchName, RepoName};
use shared::quote::url;

use super::{BranchSnapshot, Github, GithubError, PROPOSALS};
use crate::host::Host;

/// What a branch demands of those who write to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BranchRules {
    /// Changes must come through a pull request.
    pub pull_request_required: bool,
    /// Changes must come through the merge queue.
    pub merge_queue_required: bool,
    /// Checks must have passed, which a new commit has none of.
    pub checks_required: bool,
    /// The commit must have been deployed before.
    pub deployments_required: bool,
    /// Only some may update the branch.
    pub updates_restricted: bool,
    /// The person may not push to the branch.
    pub push_restricted: bool,
    /// Whatever classic protection demands, GitHub says that the person may push to the branch. Of rulesets it does not say.
    pub push_allowed: bool,
    /// Only some may make the branch, or it may not have this name.
    pub creation_restricted: bool,
    /// The branch has to have a name that matches a regular expression, which is GitHub's to judge.
    pub name_undecided: bool,
    /// Checks must have passed before a branch moves that may begin without them.
    pub checks_required_later: bool,
    /// Commits may not have more than one parent.
    pub linear_history_required: bool,
    /// Commits must be signed.
    pub signatures_required: bool,
    /// The branch that a pull request would come from may not be made.
    pub proposals_restricted: bool,
    /// Commits to the branch that a pull request would come from must be signed.
    pub proposal_signatures_required: bool,
    /// The same as `name_undecided`, of the branch that a pull request would come from.
    pub proposal_name_undecided: bool,
    /// GitHub told all rules and protection of the branch, and none of them could treat two people differently who may push, or
    /// one of them and an App.
    pub is_for_all: bool,
}

/// Classic protection, as far as it is told to everybody.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateRule {
    required_approving_review_count: Option<u32>,
    #[serde(default)]
    required_status_check_contexts: Option<Vec<Option<String>>>,
    #[serde(default)]
    requires_signatures: Option<bool>,
    viewer_can_push: Option<bool>,
}

/// The rules of rulesets in GraphQL.
#[derive(Deserialize)]
pub(super) struct Rules {
    nodes: Option<Vec<Option<Rule>>>,
}

/// A rule, in GraphQL or REST.
#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
    /// Each kind has its own.
    #[serde(default)]
    parameters: serde_json::Value,
}

#[derive(Default, Deserialize)]
struct Parameters {
    /// The checks do not stand in the way of a new branch.
    do_not_enforce_on_create: Option<bool>,
    /// How a name is compared with `pattern`.
    operator: Option<String>,
    pattern: Option<String>,
    negate: Option<bool>,
}

impl Parameters {
    /// Tells whether a branch may not have this name; none where that is GitHub's to judge, as by a regular expression.
    fn refuses(&self, name: &str) -> Option<bool> {
        let pattern = self.pattern.as_deref()?;
        let matches = match self.operator.as_deref()? {
            "starts_with" => name.starts_with(pattern),
            "ends_with" => name.ends_with(pattern),
            "contains" => name.contains(pattern),
            _ => return None,
        };
        Some(matches == self.negate.unwrap_or_default())
    }
}

/// Tells whether no rule could refuse one person's commit on a branch and take another's. Whom a ruleset lets pass GitHub does not say,
/// so of whatever could refuse a commit it may be anybody.
fn spare_everybody(rules: &[Option<Rule>]) -> bool {
    rules.iter().all(|rule| {
        rule.as_ref().is_some_and(|rule| {
            let kind = rule.kind.to_ascii_lowercase();
            matches!(kind.as_str(), "deletion" | "non_fast_forward")
        })
    })
}

impl BranchRules {
    /// The rules of a branch that exists.
    pub(super) fn of_branch(classic: Option<&UpdateRule>, rules: Option<Rules>) -> Self {
        let rules = rules.and_then(|rules| rules.nodes);
        let mut found = Self {
            is_for_all: classic.is_none() && rules.as_deref().is_some_and(spare_everybody),
            ..Self::default()
        };
        for rule in rules.into_iter().flatten() {
            found.add(rule.as_ref(), None);
        }
        let is_classic_only = !found.wants_pull_request();
        if let Some(rule) = classic {
            let reviews = rule.required_approving_review_count;
            found.pull_request_required |= reviews.is_some_and(|count| count > 0);
            let contexts = rule.required_status_check_contexts.as_ref();
            found.checks_required |= contexts.is_some_and(|contexts| !contexts.is_empty());
            found.signatures_required |= rule.requires_signatures == Some(true);
            found.push_restricted = rule.viewer_can_push == Some(false);
            found.push_allowed = is_classic_only && rule.viewer_can_push == Some(true);
        }
        found
    }

    /// Takes a rule in; `new` is the name of a branch that would have to be made.
    fn add(&mut self, rule: Option<&Rule>, new: Option<&str>) {
        let Some(Rule { kind, parameters }) = rule else {
            return;
        };
        // Where they are not what they are known to be, the rule holds without what they would spare.
        let parameters: Parameters = Parameters::deserialize(parameters).unwrap_or_default();
        match kind.to_ascii_lowercase().as_str() {
            "pull_request" => self.pull_request_required = true,
            "merge_queue" | "merge_queue_locked_ref" => self.merge_queue_required = true,
            "required_status_checks"
            | "workflows"
            | "required_workflow_status_checks"
            | "code_scanning" => {
                let spares_new = parameters.do_not_enforce_on_create == Some(true);
                self.checks_required |= new.is_none() || !spares_new;
                self.checks_required_later = true;
            }
            "required_deployments" => self.deployments_required = true,
            "update" | "lock_branch" => self.updates_restricted = true,
            "creation" => self.creation_restricted = true,
            "required_signatures" => self.signatures_required = true,
            "required_linear_history" => self.linear_history_required = true,
            "branch_name_pattern" => {
                if let Some(name) = new {
                    let refuses = parameters.refuses(name);
                    self.creation_restricted |= refuses == Some(true);
                    self.name_undecided |= refuses.is_none();
                }
            }
            // What these say of the commit itself, its message, author or files, holds for every branch alike, and others
            // are about deletion, tags, forced pushes, secrets or who reviews.
            _ => {}
        }
    }

    /// Tells whether no commit can go straight to a branch that exists.
    fn wants_pull_request(&self) -> bool {
        self.pull_request_required
            || self.merge_queue_required
            || self.checks_required
            || self.deployments_required
            || self.updates_restricted
            || self.push_restricted
    }

    /// Tells whether a branch cannot begin with a commit of its own.
    fn refuses_beginning(&self) -> bool {
        let moves_after_its_making = self.signatures_required && self.wants_pull_request();
        self.creation_restricted || self.checks_required || moves_after_its_making
    }

    /// Takes in that a new branch's commit has to be signed: then the branch is made first, and moves to the commit.
    pub(super) fn sign(&mut self) {
        self.signatures_required = true;
        self.checks_required |= self.checks_required_later;
    }
}

impl<H: Host> Github<'_, H> {
    /// The rules that a branch would have which does not exist: one request.
    pub(super) async fn rules_of_new(
        &self,
        repo: &RepoName,
        branch: &BranchName,
    ) -> Result<BranchRules, GithubError> {
        let mut found = BranchRules::default();
        for rule in &self.rules_by_name(repo, branch).await? {
            found.add(Some(rule), Some(branch.as_str()));
        }
        Ok(found)
    }

    /// The rules of rulesets that hold for a branch of this name. What GitHub does not tell this person, or an older server
    /// anybody, or a newer one in other words, the write finds out; an answer that did not come says nothing.
    async fn rules_by_name(
        &self,
        repo: &RepoName,
        branch: &BranchName,
    ) -> Result<Vec<Rule>, GithubError> {
        let name = url::component(branch.as_str());
        let path = format!("/repos/{repo}/rules/branches/{name}?per_page=100");
        match self.get(&path, repo.as_str(), |_| true).await {
            Err(error) if error.is_unreachable() => Err(error),
            rules => Ok(rules.unwrap_or_default()),
        }
    }

    /// Finds out what the branch's own rules do not say: whether the branch of a pull request could be made, where only a
    /// pull request reaches the branch, and in an empty repository what holds for the first commits. One request, or none.
    pub(crate) async fn read_further_rules(
        &self,
        read: &mut BranchSnapshot,
    ) -> Result<(), GithubError> {
        let repo = &read.repository.name;
        if read.repository.is_empty {
            // The first commit makes the branch, and the second is on one that exists.
            for rule in &self.rules_by_name(repo, &read.branch).await? {
                read.rules.add(Some(rule), Some(read.branch.as_str()));
                read.rules.add(Some(rule), None);
            }
            return Ok(());
        }
        let is_blocked = read.proposals_blocked_by.is_some();
        if read.head.is_none() || is_blocked || !read.rules.wants_pull_request() {
            return Ok(());
        }
        // Rules cover all branches that proposals wait on, or none.
        if let Ok(branch) = BranchName::parse(&format!("{PROPOSALS}/proposal")) {
            let mut rules = self.rules_of_new(repo, &branch).await?;
            if rules.signatures_required || read.rules.signatures_required {
                rules.sign();
            }
            read.rules.proposals_restricted = rules.refuses_beginning();
            read.rules.proposal_signatures_required = rules.signatures_required;
            read.rules.proposal_name_undecided = rules.name_undecided;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
