//! A repository's settings; its contents live in the bare repository beside them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Permission, Protection, RefChange, Rule, Signed};

/// A repository, as its owner set it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// GitHub's number for the repository, stable across renames.
    pub id: u64,
    /// The owner's login.
    pub owner: String,
    /// The name below the owner.
    pub name: String,
    /// Hidden from everybody without a role.
    #[serde(default)]
    pub private: bool,
    /// Read-only for everybody.
    #[serde(default)]
    pub archived: bool,
    /// The branch that `HEAD` names.
    pub default_branch: String,
    /// Roles by login.
    #[serde(default)]
    pub permissions: BTreeMap<String, Permission>,
    /// The rules of all rulesets.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Classic branch protection.
    #[serde(default)]
    pub protections: Vec<Protection>,
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

    /// Tells whether GitHub would take `full_name` for this repository: case does not matter.
    pub fn is_named(&self, full_name: &str) -> bool {
        self.full_name().eq_ignore_ascii_case(full_name)
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

    /// Returns the classic protection of `branch`; the first that covers it counts.
    pub fn protection_of(&self, branch: &str) -> Option<&Protection> {
        self.protections
            .iter()
            .find(|protection| protection.covers(branch))
    }

    /// Returns why GitHub refuses `login` a `change` of the reference `name` (`refs/heads/main`), in GitHub's words.
    pub(crate) fn refusal(
        &self,
        login: Option<&str>,
        name: &str,
        change: RefChange,
        signed: Signed,
    ) -> Option<Refusal> {
        let branch = name.strip_prefix("refs/heads/")?;
        let violations: Vec<String> = self
            .rules_of(branch)
            .filter_map(|rule| rule.violation(change, signed))
            .collect();
        if !violations.is_empty() {
            let reasons = violations.join("\n\n");
            let message = format!("Repository rule violations found\n\n{reasons}");
            return Some(Refusal::Rules(message));
        }
        let permission = self.permission_of(login);
        let violation = self.protection_of(branch)?.violation(change, permission);
        violation.map(Refusal::Protection)
    }
}

impl Refusal {
    pub fn message(&self) -> &str {
        match self {
            Refusal::Rules(message) | Refusal::Protection(message) => message,
        }
    }
}
