//! Classic branch protection, which GitHub words differently from rulesets.

use serde::{Deserialize, Serialize};

use super::{Incoming, Permission, RefChange, rule};

/// The protection of the branches that a pattern covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Protection {
    /// A branch name; a trailing `*` covers every name that starts so.
    pub pattern: String,
    /// Approvals that an update needs, which makes pull requests the only way.
    pub approvals: Option<u32>,
    /// Checks that must have passed.
    pub contexts: Vec<String>,
    /// Whether only signed commits are taken.
    pub requires_signatures: bool,
    /// Whether the branch may move anywhere.
    pub allows_force_pushes: bool,
    /// Whether the branch may be deleted.
    pub allows_deletions: bool,
    /// Whether administrators are bound too; without this they pass.
    pub enforce_admins: bool,
}

impl Protection {
    /// Tells whether the protection covers `branch` (without `refs/heads/`).
    pub fn covers(&self, branch: &str) -> bool {
        rule::covers(&self.pattern, branch)
    }

    /// Returns why GitHub refuses `change` to somebody with the role `permission`, or nothing.
    pub fn violation(
        &self,
        change: RefChange,
        permission: Option<Permission>,
        incoming: &[Incoming],
    ) -> Option<String> {
        if permission == Some(Permission::Admin) && !self.enforce_admins {
            return None;
        }
        let reasons: Vec<String> = match change {
            RefChange::Create => Vec::new(),
            RefChange::Delete if !self.allows_deletions => {
                vec!["Cannot delete a protected branch".to_owned()]
            }
            RefChange::Delete => Vec::new(),
            RefChange::Force if !self.allows_force_pushes => {
                vec!["Cannot force-push to a protected branch".to_owned()]
            }
            RefChange::FastForward | RefChange::Force => self.unmet(incoming),
        };
        (!reasons.is_empty()).then(|| reasons.join(" "))
    }

    /// Tells whether somebody with the role `permission` may update the branch directly.
    pub fn lets_push(&self, permission: Option<Permission>) -> bool {
        permission.is_some_and(Permission::can_push)
            && self
                .violation(RefChange::FastForward, permission, &[])
                .is_none()
    }

    fn unmet(&self, incoming: &[Incoming]) -> Vec<String> {
        let is_unsigned = incoming.iter().any(|commit| !commit.is_signed);
        let signatures = (self.requires_signatures && is_unsigned)
            .then(|| "Commits must have verified signatures.".to_owned());
        let checks = (!self.contexts.is_empty()).then(|| {
            let count = self.contexts.len();
            format!("{count} of {count} required status checks are expected.")
        });
        let reviews = self.approvals.map(|approvals| match approvals {
            0 => "Changes must be made through a pull request.".to_owned(),
            1 => "At least one approved review is required".to_owned(),
            more => format!("At least {more} approved reviews are required"),
        });
        checks
            .into_iter()
            .chain(reviews)
            .chain(signatures)
            .collect()
    }
}
