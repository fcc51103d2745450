//! What the rules of a branch demand is said before anything is written, and what is offered then works.

use flows::World;
use github_standin::{Protection, RuleKind};
use serde_json::json;

use super::{checks, failure, rule};
use crate::fabric;

const SNAPSHOT: &str = "/api/snapshot?repository=acme/network&directory=gitops&branch=";

#[tokio::test]
async fn a_rule_that_refuses_commits_is_offered_a_pull_request_with_its_reason() {
    let environments = vec!["production".to_owned()];
    for (kind, demand, says) in [
        (checks(), "checks_required", "whose checks have passed"),
        (RuleKind::Update, "updates_restricted", "only some people"),
        (RuleKind::MergeQueue, "merge_queue_required", "merge queue"),
        (
            RuleKind::RequiredDeployments { environments },
            "deployments_required",
            "deployed before",
        ),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        rule(&world, "main", kind);
        let snapshot = ada.get(&format!("{SNAPSHOT}main")).await;
        let plan = ada.post("/api/plan", &fabric("gitops")).await;
        assert_eq!(snapshot.body["rules"][demand], true, "{snapshot:?}");
        assert_eq!(snapshot.body["mode"], plan.body["mode"]);
        assert_eq!(plan.body["mode"]["mode"], "pull_request", "{plan:?}");
        let reason = plan.body["mode"]["reason"].as_str().unwrap();
        assert!(
            reason.contains("`main`") && reason.contains(says),
            "{reason}"
        );

        let direct = ada.create(&fabric("gitops")).await;
        assert_eq!(failure(&direct).0, "branch_protected", "{direct:?}");
        let mut body = ada.approve(&fabric("gitops")).await;
        body["mode"] = json!("pull_request");
        let proposed = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            proposed.body["operation"]["outcome"], "pull_request",
            "{proposed:?}"
        );
    }
}

#[tokio::test]
async fn classic_protection_is_read_as_well() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut protection = Protection {
        pattern: "main".to_owned(),
        contexts: vec!["ci".to_owned()],
        enforce_admins: true,
        ..Protection::default()
    };
    for (demand, mode) in [
        ("checks_required", "pull_request"),
        ("signatures_required", "commit"),
    ] {
        let now = protection.clone();
        world
            .standin
            .change_repository("acme/network", |repository| {
                repository.protections = vec![now]
            })
            .unwrap();
        let snapshot = ada.get(&format!("{SNAPSHOT}main")).await;
        assert_eq!(snapshot.body["rules"][demand], true, "{snapshot:?}");
        assert_eq!(
            snapshot.body["mode"]["mode"], mode,
            "GitHub signs what it commits"
        );
        protection.contexts.clear();
        protection.requires_signatures = true;
    }
    // An administrator whom it does not bind is told so, and may commit all the same.
    protection.contexts = vec!["ci".to_owned()];
    protection.enforce_admins = false;
    world
        .standin
        .change_repository("acme/network", |repository| {
            repository.protections = vec![protection]
        })
        .unwrap();
    let snapshot = ada.get(&format!("{SNAPSHOT}main")).await;
    let reason = snapshot.body["mode"]["reason"].as_str().unwrap();
    assert!(
        reason.ends_with("GitHub says that you may push to it"),
        "{reason}"
    );
    let committed = ada.create(&fabric("gitops")).await;
    assert_eq!(
        committed.text("gitops_directory_status"),
        "initialized",
        "{committed:?}"
    );
}

#[tokio::test]
async fn a_branch_that_may_not_begin_is_said_to_be_one() {
    let name = RuleKind::BranchNamePattern {
        pattern: "feature/".to_owned(),
    };
    for (kind, says) in [
        (RuleKind::Creation, "do not let everybody create `prod`"),
        (name, "do not let everybody create `prod`"),
        (
            checks(),
            "`prod` may begin only with a commit whose checks have passed",
        ),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        rule(&world, "p*", kind);
        let snapshot = ada.get(&format!("{SNAPSHOT}prod")).await;
        assert_eq!(snapshot.body["mode"]["mode"], "commit", "{snapshot:?}");
        let reason = snapshot.body["mode"]["reason"].as_str().unwrap();
        assert!(
            reason.starts_with(says) || reason.contains(says),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_pull_request_whose_branch_may_not_be_made_is_said_beforehand() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    rule(&world, "main", RuleKind::PullRequest { approvals: 1 });
    let reason = async || {
        let snapshot = ada.get(&format!("{SNAPSHOT}main")).await;
        snapshot.body["mode"]["reason"].as_str().unwrap().to_owned()
    };
    assert!(!reason().await.contains("hedgerow/"));
    rule(&world, "hedgerow/*", RuleKind::Creation);
    let said = reason().await;
    assert!(
        said.contains("keep the branch `hedgerow/…` of a pull request from being made"),
        "{said}"
    );
}

#[tokio::test]
async fn rules_cost_a_request_only_where_they_matter() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let asked = |world: &World| {
        let all = world.standin.requests();
        let rules = all
            .iter()
            .filter(|request| request.path.contains("/rules/branches/"));
        (rules.count(), all.len())
    };
    world.standin.forget_requests();
    ada.get(&format!("{SNAPSHOT}main")).await;
    assert_eq!(asked(&world), (0, 1), "a branch that takes commits");
    rule(&world, "main", RuleKind::MergeQueue);
    world.standin.forget_requests();
    ada.get(&format!("{SNAPSHOT}main")).await;
    assert_eq!(asked(&world), (1, 2), "one that takes pull requests");
}

#[tokio::test]
async fn rules_that_github_does_not_tell_are_an_error_only_where_it_did_not_answer() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for kind in [RuleKind::RequiredSignatures, RuleKind::MergeQueue] {
        rule(&world, "main", kind);
    }
    rule(&world, "hedgerow/*", RuleKind::RequiredSignatures);
    let rules = |status: u16, message: &str| json!({ "match": { "path_contains": "/rules/branches/" }, "times": 99, "action": { "status": status, "body": { "message": message } } });
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    world.fault(rules(503, "busy"));
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    let snapshot = ada.get(&format!("{SNAPSHOT}main")).await;
    for answer in [&plan, &snapshot] {
        assert_eq!(
            (answer.status, answer.text("code")),
            (502, "github_unavailable"),
            "{answer:?}"
        );
    }
    // Nothing was written unsigned meanwhile, for which GitHub would have refused it.
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(failure(&created).0, "github_unavailable", "{created:?}");
    world.standin.forget_faults();
    let path = format!("/api/fabrics/{}/init-gitops", created.text("id"));
    let proposed = ada.post(&path, &body).await;
    assert_eq!(
        proposed.body["operation"]["outcome"], "pull_request",
        "{proposed:?}"
    );
    // An older server has no such address, a token may not be told, and a newer server may say it otherwise.
    for (status, message, branch) in [
        (404, "Not Found", "prod"),
        (403, "Forbidden", "stage"),
        (200, "Rules as nobody knows them yet", "lab"),
    ] {
        world.standin.forget_faults();
        world.fault(rules(status, message));
        rule(&world, branch, RuleKind::RequiredSignatures);
        let mut wanted = fabric("gitops");
        (wanted["branch"], wanted["name"]) = (json!(branch), json!(branch));
        let created = ada.create(&wanted).await;
        assert_eq!(
            created.text("gitops_directory_status"),
            "initialized",
            "signed once GitHub says so: {created:?}"
        );
        assert_eq!(world.commits(branch), 2);
    }
}

#[tokio::test]
async fn a_signed_commit_needs_a_branch_that_takes_commits_once_it_is_there() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    rule(&world, "*", RuleKind::RequiredSignatures);
    rule(&world, "main", RuleKind::PullRequest { approvals: 0 });
    rule(&world, "p*", RuleKind::MergeQueue);
    rule(&world, "hedgerow/*", RuleKind::Update);
    let reason = async |branch: &str| {
        let snapshot = ada.get(&format!("{SNAPSHOT}{branch}")).await;
        snapshot.body["mode"]["reason"].as_str().unwrap().to_owned()
    };
    let said = reason("prod").await;
    assert!(
        said.contains("needs the branch to be there before, and `prod` takes changes only through its merge queue"),
        "{said}"
    );
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!("prod");
    let refused = ada.create(&wanted).await;
    assert_eq!(failure(&refused).0, "branch_refused", "{refused:?}");
    let said = reason("main").await;
    assert!(said.contains("keep the branch `hedgerow/…`"), "{said}");
}

#[tokio::test]
async fn what_holds_for_the_branch_of_a_pull_request_is_said_in_its_plan() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    let mut asked = fabric("gitops");
    asked["proposal"] = json!(id);
    let plan = ada.post("/api/plan", &asked).await;
    assert_eq!(plan.body["mode"], json!({ "mode": "pull_request" }));
    rule(&world, "hedgerow/*", RuleKind::Update);
    let plan = ada.post("/api/plan", &asked).await;
    let said = plan.body["mode"]["reason"].as_str().unwrap_or_default();
    assert!(
        said.contains("also hold for the branch of the pull request: the rules of")
            && said.contains("leave out branches named `hedgerow/*`"),
        "{plan:?}"
    );
    // One that is over is built over with a commit of two parents.
    world.standin.merge_pull_request("acme/network", 1).unwrap();
    rule(&world, "hedgerow/*", RuleKind::RequiredLinearHistory);
    let gone = [("gitops/raw/README.md", None)];
    world.push("main", &gone);
    let plan = ada.post("/api/plan", &asked).await;
    let said = plan.body["mode"]["reason"].as_str().unwrap_or_default();
    assert!(
        said.contains("no commit with two parents")
            && said.contains(&format!("delete `hedgerow/{id}`")),
        "{plan:?}"
    );
}

#[tokio::test]
async fn a_name_that_only_github_can_judge_is_said_to_be_one() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let named = json!([{ "type": "branch_name_pattern", "parameters": { "operator": "regex", "pattern": "^feature/" } }]);
    world.fault(json!({ "match": { "path_contains": "/rules/branches/" }, "times": 9, "action": { "status": 200, "body": named } }));
    for (branch, says) in [
        ("prod", "whether `prod` is one only GitHub can tell"),
        (
            "main",
            "take the name `hedgerow/…` of the pull request's branch only GitHub can tell",
        ),
    ] {
        let snapshot = ada.get(&format!("{SNAPSHOT}{branch}")).await;
        let said = snapshot.body["mode"]["reason"].as_str().unwrap_or_default();
        assert!(said.contains(says), "{snapshot:?}");
        rule(&world, "main", RuleKind::PullRequest { approvals: 0 });
    }
}
