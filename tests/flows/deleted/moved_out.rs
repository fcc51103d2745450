//! What a push takes out of `managed/` without deleting it: with prune, a sync deletes the objects all the same.

use flows::World;
use serde_json::json;

use super::{add, deleted, made_with, paths};
use crate::fabric;

#[tokio::test]
async fn what_a_push_moves_out_of_managed_is_told_with_where_it_went() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let held = [
        "gitops/managed/vpcs/a.yaml",
        "gitops/managed/vpcs/b.yaml",
        "gitops/managed/vpcs/notes.md",
        "gitops/raw/c.yaml",
    ];
    let id = made_with(&world, &ada, &held).await;
    let content = |path: &str| Some(format!("{path}: 1\n").as_str().into());
    world.push(
        "main",
        &[
            // Out of what is synced.
            (held[0], None),
            ("gitops/raw/pending/a.yaml", content(held[0])),
            // Within it, no object at all, and never synced.
            (held[1], None),
            ("gitops/managed/vnis/b.yaml", content(held[1])),
            (held[2], None),
            ("gitops/raw/notes.md", content(held[2])),
            (held[3], None),
            ("gitops/unmanaged/c.yaml", content(held[3])),
        ],
    );
    let report = ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["managed/vpcs/a.yaml"]);
    let findings = report.body["findings"].as_array().unwrap();
    let told = findings
        .iter()
        .find(|finding| finding["path"] == json!(held[0]));
    let message = told.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("raw/pending/a.yaml"), "{message}");
    assert!(message.contains("prune"), "{message}");
    // It is told until it is back.
    world.push("main", &[(held[0], content(held[0]))]);
    ada.validate(&id).await;
    assert!(paths(&ada, &id).await.is_empty());
}

#[tokio::test]
async fn what_a_push_empties_is_told_until_it_holds_something_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (vpc, raw) = ("gitops/managed/vpcs/a.yaml", "gitops/raw/b.yaml");
    let id = made_with(&world, &ada, &[vpc, raw]).await;
    world.push("main", &[(vpc, Some("".into())), (raw, Some("".into()))]);
    let report = ada.validate(&id).await;
    let message = |path: &str| {
        let findings = report.body["findings"].as_array().unwrap();
        let told = findings.iter().find(|finding| finding["path"] == path);
        told.unwrap()["message"].as_str().unwrap().to_owned()
    };
    assert!(message(vpc).starts_with("was emptied in commit"));
    assert!(message(vpc).contains("prune"));
    assert!(!message(raw).contains("prune"), "{}", message(raw));
    let status = ada.get(&format!("/f/{id}/status.json")).await;
    assert_eq!(status.body["verdict"]["sentence"], "2 files were emptied.");
    // Neither another look nor its removal ends it.
    world.push("main", &[(raw, None)]);
    ada.validate(&id).await;
    assert_eq!(
        paths(&ada, &id).await,
        ["managed/vpcs/a.yaml", "raw/b.yaml"]
    );
    add(&world, &[vpc, raw]);
    ada.validate(&id).await;
    assert!(deleted(&ada, &id).await.is_empty());
}

#[tokio::test]
async fn what_a_pull_request_of_ours_moves_is_no_move_of_a_person() {
    for squashes in [false, true] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        // In no folder of a kind: archived by a repair that was approved. A squash keeps the message of its commit in its own.
        let id = made_with(&world, &ada, &["gitops/managed/a.yaml"]).await;
        let mut asked = fabric("gitops");
        asked["repair"] = json!(true);
        asked["unexpected"] = json!("archive");
        asked["proposal"] = json!(id);
        let plan = ada.post("/api/plan", &asked).await;
        let body = json!({
            "files": plan.body["files"], "approval": plan.body["approval"],
            "unexpected": "archive", "archive_date": plan.body["archive_date"], "mode": "pull_request",
        });
        let repaired = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
        assert_eq!(
            repaired.body["operation"]["outcome"], "pull_request",
            "{plan:?} {repaired:?}"
        );
        let repository = world.standin.repo("acme/network").unwrap();
        if squashes {
            let (tree, operation) = (
                format!("hedgerow/{id}^{{tree}}"),
                repaired.body["operation"]["operation"].as_str().unwrap(),
            );
            let message = format!("Repair (#1)\n\n* Repair\n\nHedgerow-Operation: {operation}\n");
            let squash = [
                "-c",
                "user.name=Mona",
                "-c",
                "user.email=mona@example.com",
                "commit-tree",
                &tree,
                "-p",
                "main",
                "-m",
                &message,
            ];
            let made = repository.git(&squash).unwrap();
            let moved = ["update-ref", "refs/heads/main", made.trim()];
            repository.git(&moved).unwrap();
        } else {
            world.standin.merge_pull_request("acme/network", 1).unwrap();
        }
        let tree = repository.git(&["ls-tree", "-r", "--name-only", "main"]);
        assert!(!tree.unwrap().contains("gitops/managed/a.yaml"));
        ada.validate(&id).await;
        assert!(deleted(&ada, &id).await.is_empty());
    }
}
