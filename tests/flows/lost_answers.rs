//! The history says what the branch's history says: a commit that GitHub's first answers do not show is looked for again
//! before anything else is recorded, and by a later validation.

use flows::{Person, World};
use serde_json::{Value, json};

use crate::fabric;

fn fault(operation: &str, times: u32, action: Value) -> Value {
    json!({ "match": { "operation": operation }, "times": times, "action": action })
}

/// GitHub makes the commit and says that it did not.
fn denied(kind: &str, message: &str) -> Value {
    let error = json!({ "type": kind, "message": message, "path": ["createCommitOnBranch"] });
    json!({ "body": { "data": { "createCommitOnBranch": null }, "errors": [error] } })
}

/// A history that ends with the parent of the commit.
fn history_before(world: &World) -> Value {
    let repo = world.standin.repo("acme/network").unwrap();
    let node = json!({ "message": "Before", "oid": world.head("main"), "url": "", "tree": { "oid": world.head("main") } });
    let target = json!({ "history": { "nodes": [node] } });
    let repository = json!({
        "databaseId": repo.settings.id,
        "defaultBranchRef": { "name": "main" },
        "ref": { "name": "main", "target": target },
    });
    json!({ "status": 200, "body": { "data": { "repository": repository } } })
}

/// The entry of the history that is about the creation.
async fn entry(ada: &Person<'_>, id: &str) -> Value {
    let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
    let entries = history.body["entries"].as_array().unwrap();
    let created = entries.iter().find(|entry| entry["kind"] == "create");
    created.unwrap().clone()
}

fn looks(world: &World) -> usize {
    let asked = world.standin.requests();
    let operations = asked
        .into_iter()
        .filter_map(|asked| asked.graphql?.operation);
    operations
        .filter(|operation| operation == "History")
        .count()
}

#[tokio::test]
async fn a_commit_that_the_first_looks_do_not_show_is_recorded() {
    let lost = || json!({ "drop": "after" });
    // Somebody between us and GitHub sent the request twice.
    let stale = || denied("STALE_DATA", "Expected branch to point to another commit");
    let refused = || denied("FORBIDDEN", "Resource not accessible by integration");
    for (answer, stale_looks) in [(lost(), 2), (lost(), 3), (stale(), 2), (refused(), 0)] {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&fabric("gitops")).await;
        let before = world.commits("main");
        world.fault(fault("Commit", 1, answer.clone()));
        if stale_looks > 0 {
            world.fault(fault("History", stale_looks, json!({ "stale": true })));
        }
        let created = ada.post("/api/fabrics", &body).await;
        let operation = &created.body["operation"];
        assert_eq!(
            (&operation["outcome"], &operation["commit"]),
            (&json!("committed"), &json!(world.head("main"))),
            "{answer}, {stale_looks}: {created:?}"
        );
        assert_eq!(world.commits("main"), before + 1);
    }
}

#[tokio::test]
async fn a_refusal_is_not_believed_before_the_branchs_history_is_from_after_it() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("Commit", 1, json!({ "drop": "after" })));
    world.fault(fault("History", 3, history_before(&world)));
    // Somebody changes a file right after our commit.
    let file = json!({ "gitops/raw/README.md": "mine\n" });
    let push = json!({ "repository": "acme/network", "branch": "main", "files": file });
    world.fault(
        json!({ "match": { "operation": "Snapshot" }, "skip": 1, "action": { "move_head": push } }),
    );
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(created.status, 201, "{created:?}");
    let operation = &created.body["operation"];
    assert_eq!(operation["outcome"], "committed", "{created:?}");
    let ours = world.standin.repo("acme/network").unwrap();
    let ours = ours.git(&["rev-parse", "main^"]).unwrap();
    assert_eq!(operation["commit"], ours.trim());
}

#[tokio::test]
async fn a_later_validation_corrects_what_the_history_says() {
    let refused = denied("FORBIDDEN", "Resource not accessible by integration");
    for (answer, look, outcome) in [
        (json!({ "drop": "after" }), "stale", "unchanged"),
        (refused, "down", "failed"),
    ] {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&fabric("gitops")).await;
        world.fault(fault("Commit", 1, answer));
        let look = match look {
            "stale" => json!({ "stale": true }),
            _ => json!({ "status": 503 }),
        };
        world.fault(fault("History", 20, look));
        let created = ada.post("/api/fabrics", &body).await;
        assert_eq!(created.body["operation"]["outcome"], outcome, "{created:?}");
        let id = created.text("id").to_owned();
        // Another validation that sees no more changes nothing.
        world.standin.forget_faults();
        world.fault(fault("History", 1, json!({ "stale": true })));
        ada.validate(&id).await;
        assert_eq!(entry(&ada, &id).await["outcome"], outcome);
        assert_eq!(ada.validate(&id).await.body["valid"], true);
        let corrected = entry(&ada, &id).await;
        assert_eq!(
            (&corrected["outcome"], &corrected["commit"]),
            (&json!("committed"), &json!(world.head("main"))),
            "{outcome}"
        );
        let record = ada.get(&format!("/api/fabrics/{id}")).await;
        assert!(
            record.text("commit_url").ends_with(&world.head("main")),
            "{outcome}: {record:?}"
        );
        world.standin.forget_requests();
        ada.validate(&id).await;
        assert_eq!(looks(&world), 0, "it is settled");
    }
}

#[tokio::test]
async fn an_unknown_outcome_that_a_stale_validation_called_failed_is_corrected() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("Commit", 1, json!({ "drop": "after" })));
    world.fault(fault("History", 6, json!({ "status": 503 })));
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(created.body["operation"]["outcome"], "unconfirmed");
    let id = created.text("id").to_owned();
    world.fault(fault("History", 1, json!({ "stale": true })));
    ada.validate(&id).await;
    assert_eq!(entry(&ada, &id).await["outcome"], "failed");
    ada.validate(&id).await;
    assert_eq!(entry(&ada, &id).await["outcome"], "committed");
}

#[tokio::test]
async fn what_was_refused_is_looked_for_until_no_answer_can_be_late() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    let body = ada.approve(&fabric("gitops")).await;
    let refused = json!({ "status": 403, "body": { "message": "Resource not accessible" } });
    world.fault(fault("Commit", 1, refused));
    let path = format!("/api/fabrics/{id}/init-gitops");
    let refused = ada.post(&path, &body).await;
    assert_eq!(refused.body["operation"]["outcome"], "failed");
    for (later_ms, asked) in [(0, 1), (11 * 60 * 1000, 1), (0, 0)] {
        world.host.advance(later_ms);
        world.standin.forget_requests();
        ada.validate(&id).await;
        assert_eq!(looks(&world), asked);
        let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
        let entries = history.body["entries"].as_array().unwrap();
        let refused = entries.iter().find(|entry| entry["kind"] == "initialize");
        assert_eq!(refused.unwrap()["outcome"], "failed");
    }
}

/// Somebody changes a file where the branch is read for the second time.
fn changes_a_file(world: &World) {
    let file = json!({ "gitops/raw/README.md": "mine\n" });
    let push = json!({ "repository": "acme/network", "branch": "main", "files": file });
    world.fault(
        json!({ "match": { "operation": "Snapshot" }, "skip": 1, "action": { "move_head": push } }),
    );
}

#[tokio::test]
async fn a_creation_whose_commit_may_be_there_is_not_forgotten() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let stale = denied("STALE_DATA", "Expected branch to point to another commit");
    world.fault(fault("Commit", 1, stale));
    world.fault(fault("History", 20, history_before(&world)));
    changes_a_file(&world);
    let created = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (
            created.status,
            &created.body["operation"]["outcome"],
            &created.body["directory_init_error"]["code"]
        ),
        (201, &json!("unconfirmed"), &json!("unconfirmed")),
        "{created:?}"
    );
    world.standin.forget_faults();
    let id = created.text("id").to_owned();
    ada.validate(&id).await;
    let repo = world.standin.repo("acme/network").unwrap();
    let ours = repo.git(&["rev-parse", "main^"]).unwrap();
    let entry = entry(&ada, &id).await;
    assert_eq!(
        (&entry["outcome"], &entry["commit"]),
        (&json!("committed"), &json!(ours.trim()))
    );
}

#[tokio::test]
async fn a_repeat_of_what_was_refused_looks_for_its_commit() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let repo = world.standin.repo("acme/network").unwrap();
    let file = repo.git(&["show", "main:gitops/raw/README.md"]).unwrap();
    world.push("main", &[("gitops/raw/README.md", None)]);
    let body = ada.approve(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/init-gitops");
    // Whoever began under this key is no more.
    world.host.die_in(3);
    tokio::select! {
        _ = ada.post_once(&path, "key", &body) => {}
        () = world.host.death() => {}
    }
    assert!(world.revive().await);
    let stale = denied("STALE_DATA", "Expected branch to point to another commit");
    world.fault(fault("Commit", 1, stale));
    world.fault(fault("History", 30, history_before(&world)));
    changes_a_file(&world);
    let refused = ada.post_once(&path, "key", &body).await;
    assert_eq!(refused.text("code"), "directory_changed", "{refused:?}");
    world.push(
        "main",
        &[("gitops/raw/README.md", Some(file.as_str().into()))],
    );
    let again = ada.post_once(&path, "key", &body).await;
    let operation = &again.body["operation"];
    assert_eq!(operation["outcome"], "unchanged", "{again:?}");
    world.standin.forget_faults();
    ada.validate(&id).await;
    let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
    let entries = history.body["entries"].as_array().unwrap();
    let of_key = entries
        .iter()
        .find(|entry| entry["operation"] == operation["operation"]);
    assert_eq!(of_key.unwrap()["outcome"], "committed", "{history:?}");
}

#[tokio::test]
async fn a_commit_whose_branch_was_renamed_since_is_found_under_the_new_name() {
    for now in ["the default branch", "the branch that the fabric follows"] {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        let repo = world.standin.repo("acme/network").unwrap();
        let follows = now != "the default branch";
        let mut wanted = fabric("gitops");
        if follows {
            repo.branch("lab", "main").unwrap();
            wanted["branch"] = json!("lab");
        }
        let body = ada.approve(&wanted).await;
        world.fault(fault("Commit", 1, json!({ "drop": "after" })));
        world.fault(fault("History", 6, json!({ "status": 503 })));
        let created = ada.post("/api/fabrics", &body).await;
        assert_eq!(created.body["operation"]["outcome"], "unconfirmed");
        let id = created.text("id").to_owned();
        let before = wanted["branch"].as_str().unwrap();
        world
            .standin
            .rename_branch("acme/network", before, "trunk")
            .unwrap();
        if follows {
            wanted["to"] = json!({ "branch": "trunk" });
            let plan = ada.post("/api/plan", &wanted).await;
            let body = json!({ "branch": "trunk", "approval": plan.body["approval"] });
            let followed = ada
                .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
                .await;
            assert_eq!(followed.status, 200, "{followed:?}");
        }
        ada.validate(&id).await;
        let created = entry(&ada, &id).await;
        assert_eq!(
            (&created["outcome"], &created["commit"]),
            (&json!("committed"), &json!(world.head("trunk"))),
            "{now}"
        );
    }
}
