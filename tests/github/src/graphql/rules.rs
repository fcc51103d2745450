//! What guards a branch: rulesets and classic protection.

use async_graphql::{Enum, ID, SimpleObject};

use super::source::Source;
use crate::state::{NodeId, Permission, Protection, RuleKind};

#[derive(SimpleObject)]
pub(super) struct RepositoryRule {
    id: ID,
    #[graphql(name = "type")]
    kind: RepositoryRuleType,
}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(super) enum RepositoryRuleType {
    BranchNamePattern,
    CommitMessagePattern,
    Creation,
    Deletion,
    FilePathRestriction,
    MergeQueue,
    NonFastForward,
    PullRequest,
    RequiredDeployments,
    RequiredLinearHistory,
    RequiredSignatures,
    RequiredStatusChecks,
    Update,
}

#[derive(SimpleObject)]
pub(super) struct RefUpdateRule {
    allows_deletions: bool,
    allows_force_pushes: bool,
    blocks_creations: bool,
    pattern: String,
    required_approving_review_count: Option<i32>,
    required_status_check_contexts: Option<Vec<Option<String>>>,
    requires_code_owner_reviews: bool,
    requires_conversation_resolution: bool,
    requires_linear_history: bool,
    requires_signatures: bool,
    viewer_allowed_to_dismiss_reviews: bool,
    viewer_can_push: bool,
}

impl RepositoryRule {
    pub fn all(source: &Source, branch: &str) -> Vec<Self> {
        let settings = &source.repo.settings;
        let rules = settings.rules_of(branch).enumerate();
        rules
            .map(|(place, rule)| RepositoryRule {
                id: ID(NodeId::Rule(settings.id, place).encode()),
                kind: RepositoryRuleType::of(&rule.kind),
            })
            .collect()
    }
}

impl RepositoryRuleType {
    fn of(kind: &RuleKind) -> Self {
        match kind {
            RuleKind::Creation => RepositoryRuleType::Creation,
            RuleKind::Deletion => RepositoryRuleType::Deletion,
            RuleKind::NonFastForward => RepositoryRuleType::NonFastForward,
            RuleKind::PullRequest { .. } => RepositoryRuleType::PullRequest,
            RuleKind::RequiredSignatures => RepositoryRuleType::RequiredSignatures,
            RuleKind::RequiredStatusChecks { .. } => RepositoryRuleType::RequiredStatusChecks,
            RuleKind::Update => RepositoryRuleType::Update,
            RuleKind::MergeQueue => RepositoryRuleType::MergeQueue,
            RuleKind::RequiredDeployments { .. } => RepositoryRuleType::RequiredDeployments,
            RuleKind::RequiredLinearHistory => RepositoryRuleType::RequiredLinearHistory,
            RuleKind::CommitMessagePattern { .. } => RepositoryRuleType::CommitMessagePattern,
            RuleKind::BranchNamePattern { .. } => RepositoryRuleType::BranchNamePattern,
            RuleKind::FilePathRestriction { .. } => RepositoryRuleType::FilePathRestriction,
        }
    }
}

impl RefUpdateRule {
    pub fn new(protection: &Protection, permission: Option<Permission>) -> Self {
        let contexts = protection.contexts.iter().cloned().map(Some).collect();
        RefUpdateRule {
            allows_deletions: protection.allows_deletions,
            allows_force_pushes: protection.allows_force_pushes,
            blocks_creations: false,
            pattern: protection.pattern.clone(),
            required_approving_review_count: protection.approvals.map(|count| count as i32),
            required_status_check_contexts: Some(contexts),
            requires_code_owner_reviews: false,
            requires_conversation_resolution: false,
            requires_linear_history: false,
            requires_signatures: protection.requires_signatures,
            viewer_allowed_to_dismiss_reviews: permission == Some(Permission::Admin),
            viewer_can_push: protection.lets_push(permission),
        }
    }
}
