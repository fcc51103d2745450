//! A write that a rule refuses is told by what helps: a pull request where that gets round the rule, and nothing of the
//! kind where it does not.

use flows::World;
use github_standin::RuleKind;
use serde_json::json;

use super::{branches, failure, rule};
use crate::fabric;

/// Rules that no pull request gets round, and the code that tells each.
fn of_the_change() -> [(RuleKind, &'static str); 4] {
    // Of a branch that begins with the commit: there is nothing that a pull request could be against.
    let checks = RuleKind::RequiredStatusChecks {
        contexts: vec!["ci".to_owned()],
    };
    let message = RuleKind::CommitMessagePattern {
        pattern: "feat: ".to_owned(),
    };
    let paths = RuleKind::FilePathRestriction {
        paths: vec!["gitops/*".to_owned()],
    };
    let name = RuleKind::BranchNamePattern {
        pattern: "feature/".to_owned(),
    };
    [
        (message, "commit_message_refused"),
        (paths, "files_refused"),
        (name, "branch_refused"),
        (checks, "branch_refused"),
    ]
}

#[tokio::test]
async fn what_no_pull_request_gets_round_is_not_answered_with_one() {
    for (kind, code) in of_the_change() {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        rule(&world, "*", kind);
        // A branch that is there keeps its name.
        let branch = if code == "branch_refused" {
            "prod"
        } else {
            "main"
        };
        let mut wanted = fabric("gitops");
        wanted["branch"] = json!(branch);
        let answer = ada.create(&wanted).await;
        let (found, hint) = failure(&answer);
        assert_eq!(found, code, "{answer:?}");
        assert!(!hint.contains("`mode`"), "{hint}");
        assert_eq!(
            (branches(&world), world.commits("main")),
            (vec!["main".to_owned()], 1)
        );
    }
}

#[tokio::test]
async fn what_a_rule_is_about_is_told_by_githubs_words_and_not_by_names() {
    for (reason, code, says) in [
        (
            "Every commit names its moon phase: deployments/status check",
            "rule_violated",
            "read what the rule demands",
        ),
        (
            "Missing successful active production deployment.",
            "branch_protected",
            "pull request",
        ),
        (
            "This branch must not contain merge commits.",
            "linear_history_required",
            "an earlier pull request left behind",
        ),
        (
            "Secret detected in content",
            "secret_detected",
            "take the secret out",
        ),
        (
            "Commit author email must end with a matching pattern: @acme.example",
            "commit_author_refused",
            "the primary one in your settings",
        ),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&fabric("gitops")).await;
        let words = format!("Repository rule violations found\n\n{reason}");
        world.fault(json!({
            "match": { "graphql_contains": "createCommitOnBranch" },
            "action": { "status": 200, "body": { "data": null, "errors": [{ "type": "UNPROCESSABLE", "message": words }] } }
        }));
        let answer = ada.post("/api/fabrics", &body).await;
        let (found, hint) = failure(&answer);
        assert_eq!(found, code, "{answer:?}");
        assert!(hint.contains(says), "{hint}");
    }
}

#[tokio::test]
async fn a_proposal_that_is_refused_is_not_told_to_be_proposed() {
    let by_rule = [
        (
            RuleKind::Creation,
            "proposal_refused",
            "leave out branches named `hedgerow/*`",
        ),
        (
            of_the_change()[0].0.clone(),
            "commit_message_refused",
            "commit the files with git",
        ),
        (
            of_the_change()[2].0.clone(),
            "proposal_refused",
            "leave out branches named `hedgerow/*`",
        ),
    ];
    for (kind, code, says) in by_rule {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        rule(&world, "hedgerow/*", kind);
        let mut body = ada.approve(&fabric("gitops")).await;
        body["mode"] = json!("pull_request");
        let answer = ada.post("/api/fabrics", &body).await;
        let (found, hint) = failure(&answer);
        assert_eq!(found, code, "{answer:?}");
        assert!(hint.contains(says), "{hint}");
        assert_eq!(branches(&world), ["main"]);
    }
}

#[tokio::test]
async fn an_update_of_a_proposal_that_is_refused_names_the_branch() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    let created = ada.post("/api/fabrics", &body).await;
    let branch = format!("hedgerow/{}", created.text("id"));
    rule(&world, "hedgerow/*", RuleKind::Update);
    let repo = world.standin.repo("acme/network").unwrap();
    let gone = [("gitops/raw/README.md".to_owned(), None)];
    repo.push(&branch, gone.into_iter().collect(), "Drop it")
        .unwrap();
    let before = world.head(&branch);
    let mut of_branch = fabric("gitops");
    of_branch["branch"] = json!(branch);
    let mut body = ada.approve(&of_branch).await;
    body["mode"] = json!("pull_request");
    let path = format!("/api/fabrics/{}/init-gitops", created.text("id"));
    let answer = ada.post(&path, &body).await;
    assert_eq!(failure(&answer).0, "proposal_refused", "{answer:?}");
    let message = answer.body["directory_init_error"]["message"].as_str();
    let message = message.unwrap();
    assert!(
        message.contains(&branch) && message.contains("Cannot update this protected ref"),
        "{message}"
    );
    assert_eq!(world.head(&branch), before);
}

#[tokio::test]
async fn a_move_is_refused_by_what_the_rule_is_about() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    rule(&world, "main", of_the_change()[0].0.clone());
    let mut asked = fabric("gitops");
    asked["to"] = json!({ "gitops_directory": "moved" });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "gitops_directory": "moved", "approval": plan.body["approval"] });
    let answer = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    let (code, hint) = failure(&answer);
    assert_eq!(code, "commit_message_refused", "{answer:?}");
    assert!(hint.contains("with git"), "{hint}");
}
