//! Where rules demand signed commits, GitHub makes and signs them: on a branch that was made first, and taken back if the
//! commit does not follow.

use flows::{Answer, Person, World};
use github_standin::RuleKind;
use serde_json::{Value, json};

use super::{branches, failure, rule};
use crate::fabric;

/// `main` takes signed commits through pull requests only, and every other branch signed commits.
fn demanding() -> World {
    let world = World::new();
    rule(&world, "*", RuleKind::RequiredSignatures);
    rule(&world, "main", RuleKind::PullRequest { approvals: 0 });
    world
}

async fn propose(ada: &Person<'_>) -> Answer {
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    ada.post("/api/fabrics", &body).await
}

fn is_signed(world: &World, branch: &str) -> bool {
    let clone = world.clone("acme/network", branch);
    clone.git(&["log", "-1", "--format=%ce"]).trim() == "noreply@github.com"
}

fn refuse_commit(world: &World) {
    let words = "Repository rule violations found\n\nEvery commit names its moon phase";
    world.fault(json!({
        "match": { "operation": "Commit" },
        "action": { "status": 200, "body": { "data": null, "errors": [{ "type": "UNPROCESSABLE", "message": words }] } }
    }));
}

#[tokio::test]
async fn a_proposal_is_signed_and_said_to_be_beforehand() {
    let world = demanding();
    let ada = world.sign_in("standin-admin").await;
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(plan.body["mode"]["mode"], "pull_request");
    let said = plan.body["mode"]["signing"].as_str().unwrap();
    assert!(said.contains("new branch is made first"), "{said}");
    let answer = propose(&ada).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    let branch = format!("hedgerow/{}", answer.text("id"));
    assert!(is_signed(&world, &branch));
    assert_eq!((world.commits(&branch), world.commits("main")), (2, 1));
    // One that is open gets its next commit in the same way.
    world.standin.merge_pull_request("acme/network", 1).unwrap();
    let validated = ada.validate(answer.text("id")).await;
    assert_eq!(validated.body["valid"], true, "{validated:?}");
}

#[tokio::test]
async fn a_new_branch_is_signed() {
    let world = demanding();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!("prod");
    let snapshot = ada
        .get("/api/snapshot?repository=acme/network&directory=gitops&branch=prod")
        .await;
    assert!(snapshot.body["mode"]["signing"].is_string(), "{snapshot:?}");
    let answer = ada.create(&wanted).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    assert!(is_signed(&world, "prod"));
    assert_eq!(world.commits("prod"), 2);
}

#[tokio::test]
async fn a_branch_whose_commit_is_refused_is_taken_back_unless_somebody_used_it() {
    for used in [false, true] {
        let world = demanding();
        let ada = world.sign_in("standin-admin").await;
        let mut wanted = fabric("gitops");
        wanted["branch"] = json!("prod");
        let body = ada.approve(&wanted).await;
        refuse_commit(&world);
        if used {
            let push = json!({ "repository": "acme/network", "branch": "prod", "files": { "theirs.txt": "theirs" } });
            world.fault(
                json!({ "match": { "operation": "TakeBack" }, "action": { "move_head": push } }),
            );
        }
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(failure(&answer).0, "rule_violated", "{answer:?}");
        let left = if used {
            vec!["main", "prod"]
        } else {
            vec!["main"]
        };
        assert_eq!(branches(&world), left, "what somebody pushed stays");
    }
}

#[tokio::test]
async fn a_branch_that_somebody_made_since_is_not_taken_back() {
    let world = demanding();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!("prod");
    let id = ada.created(&wanted).await;
    let repo = world.standin.repo("acme/network").unwrap();
    repo.delete_branch("prod").unwrap();
    let body = ada.approve(&wanted).await;
    refuse_commit(&world);
    let path = format!("/api/fabrics/{id}/init-gitops");
    let refused = ada.post(&path, &body).await;
    assert_eq!(failure(&refused).0, "rule_violated", "{refused:?}");
    assert_eq!(branches(&world), ["main"]);
    // They begin it from the same commit.
    repo.branch("prod", "refs/heads/main").unwrap();
    for minutes in [1, 11, 60] {
        world.host.advance(minutes * 60_000);
        ada.validate(&id).await;
        assert_eq!(branches(&world), ["main", "prod"], "after {minutes} more");
    }
}

#[tokio::test]
async fn a_lost_answer_to_the_new_branch_is_looked_up() {
    for drop in ["before", "after"] {
        let world = demanding();
        let ada = world.sign_in("standin-admin").await;
        world.fault(json!({ "match": { "method": "POST", "path_contains": "/git/refs" }, "action": { "drop": drop } }));
        let answer = propose(&ada).await;
        assert_eq!(
            answer.body["operation"]["outcome"], "pull_request",
            "{drop}: {answer:?}"
        );
        let branch = format!("hedgerow/{}", answer.text("id"));
        assert_eq!(
            (world.commits(&branch), is_signed(&world, &branch)),
            (2, true)
        );
    }
}

#[tokio::test]
async fn a_branch_whose_making_was_not_heard_of_is_taken_back_as_well() {
    let world = demanding();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!("prod");
    let body = ada.approve(&wanted).await;
    world.fault(json!({ "match": { "method": "POST", "path_contains": "/git/refs" }, "action": { "drop": "after" } }));
    refuse_commit(&world);
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(failure(&answer).0, "rule_violated", "{answer:?}");
    assert_eq!(branches(&world), ["main"]);
}

/// A Worker that dies leaves neither a branch without a commit nor a commit that counts as proposed.
#[tokio::test]
async fn a_proposal_whose_worker_dies_is_settled_by_a_validation_and_goes_on_under_its_key() {
    for step in 0.. {
        let world = World::with_fast_clock();
        rule(&world, "*", RuleKind::RequiredSignatures);
        rule(&world, "main", RuleKind::PullRequest { approvals: 0 });
        let ada = world.sign_in("standin-admin").await;
        let mut body = ada.approve(&fabric("gitops")).await;
        body["mode"] = json!("pull_request");
        world.host.die_in(step);
        tokio::select! {
            _ = ada.post_once("/api/fabrics", "key", &body) => {}
            () = world.host.death() => {}
        }
        if !world.revive().await {
            assert!(step > 3, "nothing died");
            break;
        }
        world.host.advance(181_000);
        let listed = ada.get("/api/fabrics").await;
        for listed in listed.body["fabrics"].as_array().unwrap() {
            let id = listed["id"].as_str().unwrap();
            ada.validate(id).await;
            let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
            let entries = history.body["entries"].as_array().unwrap();
            let created = entries.iter().find(|entry| entry["kind"] == "create");
            let Some(created) = created else { continue };
            let has_commit = branches(&world).len() > 1;
            let partly = has_commit && created["outcome"] == "failed";
            assert_eq!(created["partly"] == "proposal_committed", partly);
            assert_ne!(created["outcome"], "committed", "{step}: {created}");
        }
        for branch in branches(&world).iter().filter(|branch| *branch != "main") {
            assert_eq!(world.commits(branch), 2, "{step}: without a commit");
        }
        let again = ada.post_once("/api/fabrics", "key", &body).await;
        assert_eq!(
            again.body["operation"]["outcome"], "pull_request",
            "{step}: {again:?}"
        );
        let branch = format!("hedgerow/{}", again.text("id"));
        assert_eq!(world.commits(&branch), 2, "{step}: not doubled");
    }
}

#[tokio::test]
async fn a_branch_whose_commit_never_arrived_is_taken_back_once_that_is_known() {
    let world = demanding();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    world.fault(json!({ "match": { "operation": "Commit" }, "action": { "drop": "before" } }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 3, "action": { "status": 503 } }),
    );
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "unconfirmed",
        "{answer:?}"
    );
    let branch = format!("hedgerow/{}", answer.text("id"));
    assert_eq!(
        branches(&world),
        [branch.as_str(), "main"],
        "it may still arrive"
    );
    world.standin.forget_faults();
    ada.validate(answer.text("id")).await;
    assert_eq!(branches(&world), ["main"]);
}

#[tokio::test]
async fn what_github_cannot_sign_is_said_before_it_is_written() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let loose = github_standin::File::from("kind: VPC\n");
    world.push("main", &[("gitops/vpc-1.yaml", Some(loose))]);
    rule(&world, "main", RuleKind::RequiredSignatures);
    let mut asked = fabric("gitops");
    asked["adopt"] = json!("pending");
    let plan = ada.post("/api/plan", &asked).await;
    let said = plan.body["mode"]["signing"].as_str().unwrap_or_default();
    assert!(
        said.contains("will be refused") && said.contains("with git"),
        "{plan:?}"
    );
    for field in ["files", "approval"] {
        asked[field] = plan.body[field].clone();
    }
    let head = world.head("main");
    let answer = ada.post("/api/fabrics", &asked).await;
    let (code, hint) = failure(&answer);
    assert_eq!(code, "signature_required", "{answer:?}");
    assert!(hint.contains("sign the commit"), "{hint}");
    assert_eq!(world.head("main"), head);
}

#[tokio::test]
async fn the_branch_of_an_earlier_pull_request_moves_forward_where_it_was_merged() {
    for how in ["merge", "squash", "closed"] {
        let merged = how == "merge";
        let world = demanding();
        let ada = world.sign_in("standin-admin").await;
        let id = propose(&ada).await.text("id").to_owned();
        let branch = format!("hedgerow/{id}");
        let before = world.head(&branch);
        match how {
            "closed" => end(&world, "PATCH", "", json!({ "state": "closed" })).await,
            how => end(&world, "PUT", "/merge", json!({ "merge_method": how })).await,
        }
        if how != "closed" {
            let repo = world.standin.repo("acme/network").unwrap();
            let gone = [("gitops/raw/README.md".to_owned(), None)];
            let gone = gone.into_iter().collect();
            repo.push("main", gone, "Drop it").unwrap();
        }
        ada.validate(&id).await;
        let mut asked = fabric("gitops");
        asked["proposal"] = json!(id);
        asked["repair"] = json!(true);
        let plan = ada.post("/api/plan", &asked).await;
        let said = plan.body["mode"]["signing"].as_str().unwrap_or_default();
        assert!(
            said.contains("moved forward first") && said.contains("with a merge commit"),
            "{plan:?}"
        );
        let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"], "mode": "pull_request" });
        let answer = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
        if merged {
            assert_eq!(
                answer.body["operation"]["outcome"], "pull_request",
                "{answer:?}"
            );
            assert!(is_signed(&world, &branch));
            assert_eq!(world.commits(&branch), world.commits("main") + 1);
        } else {
            let (code, hint) = failure(&answer);
            assert_eq!(code, "branch_refused", "{how}: {answer:?}");
            assert!(hint.contains("delete the branch"), "{hint}");
            let message = answer.body["directory_init_error"]["message"].as_str();
            let message = message.unwrap();
            assert!(
                message.contains(&branch) && !message.contains("two parents"),
                "{message}"
            );
            assert_eq!(world.head(&branch), before);
        }
    }
}

async fn end(world: &World, method: &str, what: &str, body: Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/repos/acme/network/pulls/1{what}", world.standin.url());
    let request = client
        .request(method.parse().unwrap(), url)
        .header("user-agent", "test")
        .header("authorization", "Bearer standin-admin")
        .header("content-type", "application/json")
        .body(body.to_string());
    assert!(request.send().await.unwrap().status().is_success());
}
