#![allow(clippy::unwrap_used)]
use serde_json::{Value, json};

use super::*;

/// A rule as REST tells it, of a branch that exists (none) or would have this name.
fn with(kind: &str, parameters: Value, new: Option<&str>) -> BranchRules {
    let rule = json!({ "type": kind, "parameters": parameters });
    let mut found = BranchRules::default();
    found.add(Some(&serde_json::from_value(rule).unwrap()), new);
    found
}

/// Every rule of GitHub's REST description and, in capitals, what only GraphQL names; and what it means for a commit to a
/// branch that exists, for one that a new branch begins with, and for one of those that GitHub has to sign, which needs the
/// branch to be made first.
#[test]
fn every_rule_is_known_for_every_branch_that_a_commit_goes_to() {
    let spares = json!({ "do_not_enforce_on_create": true });
    let name = |operator, pattern, negate| json!({ "operator": operator, "pattern": pattern, "negate": negate });
    let none = Value::Null;
    let (takes, refuses) = (false, true);
    for (kind, parameters, existing, new, signed) in [
        ("creation", &none, takes, refuses, refuses),
        ("update", &none, refuses, takes, refuses),
        ("LOCK_BRANCH", &none, refuses, takes, refuses),
        ("pull_request", &none, refuses, takes, refuses),
        ("merge_queue", &none, refuses, takes, refuses),
        ("MERGE_QUEUE_LOCKED_REF", &none, refuses, takes, refuses),
        ("required_deployments", &none, refuses, takes, refuses),
        ("required_status_checks", &none, refuses, refuses, refuses),
        ("required_status_checks", &spares, refuses, takes, refuses),
        ("workflows", &none, refuses, refuses, refuses),
        ("workflows", &spares, refuses, takes, refuses),
        (
            "REQUIRED_WORKFLOW_STATUS_CHECKS",
            &none,
            refuses,
            refuses,
            refuses,
        ),
        ("code_scanning", &none, refuses, refuses, refuses),
        ("required_signatures", &none, takes, takes, takes),
        (
            "branch_name_pattern",
            &name("starts_with", "hedgerow/", false),
            takes,
            takes,
            takes,
        ),
        (
            "branch_name_pattern",
            &name("starts_with", "hedgerow/", true),
            takes,
            refuses,
            refuses,
        ),
        (
            "branch_name_pattern",
            &name("contains", "feature", false),
            takes,
            refuses,
            refuses,
        ),
        (
            "branch_name_pattern",
            &name("ends_with", "-1", false),
            takes,
            takes,
            takes,
        ),
        (
            "branch_name_pattern",
            &name("regex", "^feature", false),
            takes,
            takes,
            takes,
        ),
        // How commits are made, which is said once GitHub refuses one, and what no commit of ours does.
        ("required_linear_history", &none, takes, takes, takes),
        ("non_fast_forward", &none, takes, takes, takes),
        ("deletion", &none, takes, takes, takes),
        (
            "tag_name_pattern",
            &name("contains", "v", false),
            takes,
            takes,
            takes,
        ),
        (
            "commit_message_pattern",
            &name("contains", "feat", false),
            takes,
            takes,
            takes,
        ),
        (
            "commit_author_email_pattern",
            &name("contains", "@", false),
            takes,
            takes,
            takes,
        ),
        (
            "committer_email_pattern",
            &name("contains", "@", false),
            takes,
            takes,
            takes,
        ),
        ("file_path_restriction", &none, takes, takes, takes),
        ("max_file_path_length", &none, takes, takes, takes),
        ("file_extension_restriction", &none, takes, takes, takes),
        ("max_file_size", &none, takes, takes, takes),
        ("SECRET_SCANNING", &none, takes, takes, takes),
        ("license_compliance_scanning", &none, takes, takes, takes),
        ("copilot_code_review", &none, takes, takes, takes),
    ] {
        let branch = "hedgerow/fabric-1";
        let of_existing = with(kind, parameters.clone(), None);
        let of_new = with(kind, parameters.clone(), Some(branch));
        let mut of_signed = of_new;
        of_signed.sign();
        assert_eq!(
            of_existing.wants_pull_request(),
            existing,
            "{kind} {parameters}"
        );
        assert!(!of_existing.name_undecided, "it has its name");
        assert_eq!(of_new.refuses_beginning(), new, "{kind} {parameters}");
        assert_eq!(of_signed.refuses_beginning(), signed, "{kind} {parameters}");
        let is_regex = parameters["operator"] == "regex" && kind == "branch_name_pattern";
        assert_eq!(of_new.name_undecided, is_regex, "{kind}");
    }
}
