//! What is said right after a write: as much as a validation would find, and what to do where a branch is protected.

use edge_worker::objects::fabric::CONNECT_AGAIN;
use flows::{Answer, Person, World};
use github_standin::{Rule, RuleKind};
use serde_json::{Value, json};

use crate::fabric;

/// Puts there what the layout's own listings do not show.
fn push_deep(world: &World) {
    let notes = "gitops/managed/vpcs/site/notes.txt";
    world.push(
        "main",
        &[
            (notes, Some("notes\n".into())),
            ("gitops/raw/pending/a.yaml", Some("a: 1\n".into())),
            ("gitops/raw/pending/A.yaml", Some("a: 2\n".into())),
        ],
    );
}

/// Code and path of each finding.
fn codes_and_paths(findings: &Value) -> Vec<String> {
    flows::fields_of(findings, &["code", "path"])
}

async fn validate(ada: &Person<'_>, id: &str) -> Answer {
    ada.validate(id).await
}

/// Sends a plan for something about a fabric and gives its answer.
async fn plan(ada: &Person<'_>, more: Value) -> Answer {
    let mut body = fabric("gitops");
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let plan = ada.post("/api/plan", &body).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    plan
}

#[tokio::test]
async fn the_record_after_a_commit_is_the_one_after_a_validation() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    push_deep(&world);
    let created = ada.create(&fabric("gitops")).await;
    let id = created.text("id").to_owned();
    assert_eq!(created.text("gitops_directory_status"), "initialized");
    let report = validate(&ada, &id).await;
    let found = codes_and_paths(&report.body["findings"]);
    assert!(
        found.contains(&"not_yaml gitops/managed/vpcs/site/notes.txt".to_owned()),
        "{found:?}"
    );
    assert_eq!(codes_and_paths(&created.body["drift"]["findings"]), found);
    assert_eq!(created.body["drift"]["unexpected"], 1, "{created:?}");

    // A repair that leaves it leaves it in the record, and one that moves it takes it out.
    world.push("main", &[("gitops/raw/README.md", None)]);
    for (how, unexpected) in [("leave", 1), ("unmanaged", 0)] {
        let plan = plan(&ada, json!({ "repair": true, "unexpected": how })).await;
        let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"], "unexpected": how });
        let path = format!("/api/fabrics/{id}/repair");
        let repaired = ada.post(&path, &body).await;
        assert_eq!(repaired.body["operation"]["outcome"], "committed", "{how}");
        assert_eq!(repaired.body["drift"]["unexpected"], unexpected, "{how}");
        let report = validate(&ada, &id).await;
        assert_eq!(
            codes_and_paths(&repaired.body["drift"]["findings"]),
            codes_and_paths(&report.body["findings"]),
            "{how}"
        );
    }

    let to = json!({ "gitops_directory": "gitops-2" });
    let plan = plan(&ada, json!({ "to": to })).await;
    let body = json!({ "gitops_directory": "gitops-2", "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{id}");
    let moved = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(moved.body["operation"]["outcome"], "committed", "{moved:?}");
    let report = validate(&ada, &id).await;
    let found = codes_and_paths(&report.body["findings"]);
    assert!(
        !found.is_empty() && found.iter().all(|line| line.contains(" gitops-2/")),
        "{found:?}"
    );
    assert_eq!(codes_and_paths(&moved.body["drift"]["findings"]), found);
}

#[tokio::test]
async fn what_could_not_be_read_after_a_commit_is_reported_as_unread() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    push_deep(&world);
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "path_contains": "/git/trees/" }, "times": 9, "action": { "status": 503 } }));
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (created.status, created.text("gitops_directory_status")),
        (201, "initialized"),
        "the commit was seen: {created:?}"
    );
    assert_eq!(
        codes_and_paths(&created.body["drift"]["findings"]),
        ["unread gitops"]
    );
    world.standin.forget_faults();
    validate(&ada, created.text("id")).await;
    let record = ada
        .get(&format!("/api/fabrics/{}", created.text("id")))
        .await;
    let found = codes_and_paths(&record.body["drift"]["findings"]);
    assert!(
        found.len() > 1 && !found.contains(&"unread gitops".to_owned()),
        "{found:?}"
    );
}

/// From now on `main` takes changes only through pull requests.
fn protect(world: &World) {
    let rule = Rule {
        pattern: "main".to_owned(),
        kind: RuleKind::PullRequest { approvals: 1 },
    };
    world
        .standin
        .change_repository("acme/network", |repository| repository.rules.push(rule))
        .unwrap();
}

#[tokio::test]
async fn a_repair_of_a_protected_branch_is_refused_with_the_way_out_which_works() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    protect(&world);
    let head = world.head("main");
    let plan = plan(&ada, json!({ "repair": true })).await;
    assert_eq!(plan.body["mode"]["mode"], "pull_request", "said beforehand");
    let path = format!("/api/fabrics/{id}/repair");
    let mut body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    let refused = ada.post(&path, &body).await;
    let error = &refused.body["directory_init_error"];
    assert_eq!(error["code"], "branch_protected", "{refused:?}");
    let hint = error["hint"].as_str().unwrap();
    assert!(hint.contains("`mode`: `pull_request`"), "{hint}");
    assert_eq!(world.head("main"), head);

    body["mode"] = json!("pull_request");
    let proposed = ada.post(&path, &body).await;
    assert_eq!(
        proposed.body["operation"]["outcome"], "pull_request",
        "{proposed:?}"
    );
    assert!(proposed.body["pull_request_url"].is_string());
    assert_eq!(world.head("main"), head);
    let clone = world.clone("acme/network", &format!("hedgerow/{id}"));
    let subject = clone.git(&["log", "-1", "--format=%s"]);
    assert!(
        subject.starts_with("Repair GitOps directory of fabric fabric-1"),
        "{subject}"
    );
    assert!(
        clone
            .git(&["show", "HEAD:gitops/raw/README.md"])
            .starts_with("# raw/")
    );
}

#[tokio::test]
async fn a_move_and_a_removal_on_a_protected_branch_say_what_can_be_done_instead() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    protect(&world);
    let (head, path) = (world.head("main"), format!("/api/fabrics/{id}"));
    let says = |error: &Value| {
        assert_eq!(error["code"], "branch_protected", "{error}");
        let hint = error["hint"].as_str().unwrap();
        assert!(
            hint.contains("ask somebody who may push") && !hint.contains("`mode`"),
            "{hint}"
        );
    };
    // What GitHub may refuse it for is said beforehand, and no pull request is offered that cannot be had.
    let said =
        json!({ "mode": "commit", "reason": "`main` takes changes only through pull requests" });
    let planned = plan(&ada, json!({ "to": { "gitops_directory": "moved" } })).await;
    assert_eq!(planned.body["mode"], said);
    let body = json!({ "gitops_directory": "moved", "approval": planned.body["approval"] });
    let answer = ada.send("PATCH", &path, Some(&body)).await;
    says(&answer.body["directory_init_error"]);
    assert_eq!(answer.text("gitops_directory"), "gitops", "{answer:?}");
    assert_eq!(answer.body["operation"]["outcome"], "failed");
    let planned = plan(&ada, json!({ "remove_files": true })).await;
    assert_eq!(planned.body["mode"], said);
    let body = json!({ "remove_files": true, "approval": planned.body["approval"] });
    let answer = ada.send("DELETE", &path, Some(&body)).await;
    assert_eq!(answer.status, 409, "{answer:?}");
    says(&answer.body);
    assert_eq!(world.head("main"), head, "nothing was written");
    // The new place is free again, and the fabric is still there, and can be forgotten as the hint says.
    validate(&ada, &id).await;
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory_status"), "initialized");
    assert_eq!(ada.delete(&path).await.status, 200);
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_move_of_unknown_outcome_keeps_both_places_until_it_is_settled() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.fault(json!({ "match": { "method": "PATCH", "path_contains": "/git/refs/" }, "times": 1, "action": { "drop": "before" } }));
    world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 3, "action": { "status": 503 } }));
    let planned = plan(&ada, json!({ "to": { "gitops_directory": "moved" } })).await;
    let body = json!({ "gitops_directory": "moved", "approval": planned.body["approval"] });
    let path = format!("/api/fabrics/{id}");
    let answer = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(answer.body["operation"]["outcome"], "unconfirmed");
    let other = json!({ "name": "other", "git_repository": "acme/network", "branch": "main", "gitops_directory": "moved" });
    let taken = ada.create(&other).await;
    assert_eq!(
        (taken.status, taken.text("code")),
        (409, "fabric_exists"),
        "{taken:?}"
    );
    // A repair at the old place takes nothing from the new one, and no further move begins.
    world.standin.forget_faults();
    world.push("main", &[("gitops/raw/README.md", None)]);
    let planned = plan(&ada, json!({ "repair": true })).await;
    let mut repair = planned.body.clone();
    repair["mode"] = json!("commit");
    let repaired = ada.post(&format!("{path}/repair"), &repair).await;
    assert_eq!(repaired.status, 200, "{repaired:?}");
    let still_taken = ada.create(&other).await;
    assert_eq!(still_taken.text("code"), "fabric_exists", "{still_taken:?}");
    let again = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(again.text("code"), "unconfirmed", "{again:?}");
    // The write never arrived: once that is seen, the other place is free.
    assert_eq!(validate(&ada, &id).await.body["valid"], true);
    let free = ada.create(&other).await;
    assert_eq!(
        (free.status, free.text("gitops_directory_status")),
        (201, "initialized"),
        "{free:?}"
    );
}

#[tokio::test]
async fn a_repository_seen_to_be_private_is_hidden_at_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world
        .standin
        .change_repository("acme/network", |repository| repository.private = true)
        .unwrap();
    world.push("main", &[("gitops/raw/README.md", None)]);
    validate(&ada, &id).await;
    let path = format!("/api/fabrics/{id}");
    let record = ada.get(&path).await;
    assert_eq!(
        (
            record.text("visibility"),
            record.text("gitops_directory_status")
        ),
        ("private", "invalid_structure"),
        "the same validation counts all the same: {record:?}"
    );
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
}

#[tokio::test]
async fn moves_and_removals_are_hidden_once_the_repository_is_private() {
    let to = json!({ "gitops_directory": "moved" });
    for (method, preview, body) in [
        ("PATCH", json!({ "to": to }), to.clone()),
        (
            "DELETE",
            json!({ "remove_files": true }),
            json!({ "remove_files": true }),
        ),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = ada.created(&fabric("gitops")).await;
        let path = format!("/api/fabrics/{id}");
        let mut body = body;
        body["approval"] = plan(&ada, preview).await.body["approval"].clone();
        assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
        let watcher = world.watch(&id, "").await.unwrap();
        world
            .standin
            .change_repository("acme/network", |repository| repository.private = true)
            .unwrap();
        for asked in [
            json!({ "method": "PATCH", "path_contains": "/git/refs/" }),
            json!({ "graphql_contains": "createCommitOnBranch" }),
        ] {
            world.fault(
                json!({ "match": asked, "times": 1, "action": { "delay_ms": World::HELD_MS } }),
            );
        }
        let write = ada.send(method, &path, Some(&body));
        let look = async {
            ada.sees_a_write(&id).await;
            let is_ended = watcher.ended() == Some(CONNECT_AGAIN);
            let shown = world.send("GET", &path, "", &[], None).await.status;
            world.release();
            (is_ended, shown)
        };
        let (written, seen) = tokio::join!(write, look);
        assert_eq!(seen, (true, 404), "{method}: while it is being written");
        assert_eq!(written.status, 200, "{method}: {written:?}");
        assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    }
}
