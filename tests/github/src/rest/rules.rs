//! `GET /repos/{owner}/{repo}/rules/branches/{branch}`: the rules that apply, also before the branch exists.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::subject::Subject;
use crate::state::RuleKind;

pub(super) async fn list(
    subject: Subject,
    Path((_, _, branch)): Path<(String, String, String)>,
) -> Json<Vec<Value>> {
    let settings = &subject.repo.settings;
    let rules = settings.rules_of(&branch).map(|rule| {
        let mut body = json!({
            "type": rule.kind.type_name(),
            "ruleset_source_type": "Repository",
            "ruleset_source": settings.full_name(),
            "ruleset_id": settings.id,
        });
        if let Some(parameters) = parameters(&rule.kind) {
            body["parameters"] = parameters;
        }
        body
    });
    Json(rules.collect())
}

fn parameters(kind: &RuleKind) -> Option<Value> {
    match kind {
        RuleKind::PullRequest { approvals } => Some(json!({
            "required_approving_review_count": approvals,
            "dismiss_stale_reviews_on_push": false,
            "require_code_owner_review": false,
            "require_last_push_approval": false,
            "required_review_thread_resolution": false,
        })),
        RuleKind::RequiredStatusChecks { contexts } => {
            let checks = contexts.iter().map(|context| json!({"context": context}));
            Some(json!({
                "required_status_checks": checks.collect::<Vec<_>>(),
                "strict_required_status_checks_policy": false,
            }))
        }
        RuleKind::Update => Some(json!({"update_allows_fetch_and_merge": false})),
        RuleKind::MergeQueue => Some(json!({
            "check_response_timeout_minutes": 60,
            "grouping_strategy": "ALLGREEN",
            "max_entries_to_build": 5,
            "max_entries_to_merge": 5,
            "merge_method": "MERGE",
            "min_entries_to_merge": 1,
            "min_entries_to_merge_wait_minutes": 5,
        })),
        RuleKind::RequiredDeployments { environments } => {
            Some(json!({"required_deployment_environments": environments}))
        }
        RuleKind::CommitMessagePattern { pattern } | RuleKind::BranchNamePattern { pattern } => {
            Some(json!({"operator": "starts_with", "pattern": pattern}))
        }
        RuleKind::FilePathRestriction { paths } => Some(json!({"restricted_file_paths": paths})),
        RuleKind::RequiredSignatures
        | RuleKind::Creation
        | RuleKind::Deletion
        | RuleKind::NonFastForward
        | RuleKind::RequiredLinearHistory => None,
    }
}
