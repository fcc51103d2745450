//! Another name or another directory: one commit that moves the files, approved by the root tree.

use flows::{Answer, Person, World};
use github_standin::File;
use serde_json::{Value, json};

use super::{preview, text};
use crate::fabric;

async fn change(ada: &Person<'_>, id: &str, fabric: &Value, to: Value) -> (Answer, Answer) {
    let plan = preview(ada, fabric, json!({ "to": to })).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    let mut body = to;
    body["approval"] = plan.body["approval"].clone();
    let answer = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    (plan, answer)
}

#[tokio::test]
async fn a_fabric_moves_with_its_files_and_git_sees_renames() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let script = File::Executable {
        executable: "#!/bin/sh\n".into(),
    };
    world.push(
        "main",
        &[
            ("gitops/managed/vpcs/vpc-1.yaml", text("kind: VPC\n")),
            ("gitops/raw/pending/run.sh", Some(script)),
            ("gitops/raw/README.md", text("our words\n")),
        ],
    );
    let to = json!({ "name": "west", "gitops_directory": "sites/west" });
    let (plan, answer) = change(&ada, &id, &fabric("gitops"), to).await;
    assert_eq!(
        plan.body["prune"],
        json!({ "files": 1, "from": ["gitops/managed"] }),
        "another path is synced from now on"
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (
            answer.text("name"),
            answer.text("gitops_directory"),
            answer.text("gitops_directory_status")
        ),
        ("west", "sites/west", "initialized")
    );
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD^{tree}"]),
        plan.body["approval"]["tree"],
        "the root that was approved"
    );
    assert!(clone.files("gitops").is_empty());
    let modes = clone.git(&["ls-tree", "-r", "HEAD", "sites/west/raw/pending/run.sh"]);
    assert!(modes.starts_with("100755"), "{modes}");
    assert_eq!(
        clone.git(&["show", "HEAD:sites/west/raw/README.md"]),
        "our words"
    );
    assert!(
        clone
            .git(&["show", "HEAD:sites/west/managed/README.md"])
            .contains("fabric `west`")
    );
    let status = clone.git(&["show", "--format=", "--name-status", "-M50%", "HEAD"]);
    assert!(status.lines().all(|line| line.starts_with('R')), "{status}");
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], true, "{report:?}");
    // The old place and name are free again, the new ones are not.
    assert_eq!(ada.create(&fabric("gitops")).await.status, 201);
    let mut taken = fabric("sites/west");
    taken["name"] = json!("other");
    assert_eq!(ada.create(&taken).await.text("code"), "fabric_exists");
}

/// The body that moves the fabric of `gitops` to `moved`, as it is previewed now.
async fn approved_move(ada: &Person<'_>) -> Value {
    let to = json!({ "to": { "gitops_directory": "moved" } });
    let plan = preview(ada, &fabric("gitops"), to).await;
    json!({ "gitops_directory": "moved", "approval": plan.body["approval"] })
}

#[tokio::test]
async fn a_move_is_approved_by_the_root_tree_so_a_moved_head_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let body = approved_move(&ada).await;
    let head = world.push("main", &[("elsewhere/x", text("x\n"))]);
    let answer = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "head_moved"),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), head);
    assert_eq!(
        ada.get(&format!("/api/fabrics/{id}"))
            .await
            .text("gitops_directory"),
        "gitops"
    );
    // Moved between the reading and the commit.
    let body = approved_move(&ada).await;
    world.fault(json!({ "match": { "method": "PATCH", "path_contains": "/git/refs/" }, "times": 1, "action": { "move_head": { "repository": "acme/network", "branch": "main", "files": { "other.txt": "x\n" }, "message": "Other" } } }));
    let answer = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "head_moved"),
        "{answer:?}"
    );
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("gitops_directory"),
            record.text("gitops_directory_status")
        ),
        ("gitops", "initialized")
    );
    // The new place was given up.
    let mut other = fabric("moved");
    other["name"] = json!("other");
    assert_eq!(ada.create(&other).await.status, 201);
}

#[tokio::test]
async fn a_move_onto_something_or_into_another_fabric_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let mut other = fabric("sites/east");
    other["name"] = json!("east");
    ada.create(&other).await;
    let onto = preview(
        &ada,
        &fabric("gitops"),
        json!({ "to": { "gitops_directory": "sites/east" } }),
    )
    .await;
    assert_eq!(
        (onto.status, onto.text("code")),
        (409, "fabric_exists"),
        "{onto:?}"
    );
    world.push("main", &[("sites/files/x.yaml", text("x: 1\n"))]);
    let files = json!({ "to": { "gitops_directory": "sites/files" } });
    let files = preview(&ada, &fabric("gitops"), files).await;
    assert_eq!(
        (files.status, files.text("code")),
        (409, "cannot_arrange"),
        "{files:?}"
    );
    for (to, code) in [
        (
            json!({ "gitops_directory": "sites/east/inside" }),
            "fabric_exists",
        ),
        (json!({ "name": "east" }), "name_taken"),
    ] {
        // The plan says so already, with what is free.
        let plan = preview(&ada, &fabric("gitops"), json!({ "to": to })).await;
        assert_eq!((plan.status, plan.text("code")), (409, code), "{plan:?}");
        let free = &plan.body["suggestions"];
        assert!(
            free.as_array().is_some_and(|free| !free.is_empty()),
            "{plan:?}"
        );
    }
    // What is taken only after it was planned is refused by the write.
    let to = json!({ "name": "north" });
    let plan = preview(&ada, &fabric("gitops"), json!({ "to": to })).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    let mut north = fabric("sites/north");
    north["name"] = json!("north");
    assert_eq!(ada.create(&north).await.status, 201);
    let again = world.head("main");
    let mut body = to;
    body["approval"] = plan.body["approval"].clone();
    let path = format!("/api/fabrics/{id}");
    let refused = ada.send("PATCH", &path, Some(&body)).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(world.head("main"), again);
    // What a fabric has itself is not taken.
    let itself = json!({ "to": { "gitops_directory": "gitops/inside" } });
    let itself = preview(&ada, &fabric("gitops"), itself).await;
    assert_ne!(itself.text("code"), "fabric_exists", "{itself:?}");
}

#[tokio::test]
async fn a_move_whose_answer_is_lost_is_settled_by_validation() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.fault(json!({ "match": { "method": "PATCH", "path_contains": "/git/refs/" }, "times": 1, "action": { "drop": "after" } }));
    world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 3, "action": { "status": 503 } }));
    let (_, answer) = change(
        &ada,
        &id,
        &fabric("gitops"),
        json!({ "gitops_directory": "moved" }),
    )
    .await;
    assert_eq!(
        answer.body["operation"]["outcome"], "unconfirmed",
        "{answer:?}"
    );
    assert_eq!(
        (
            answer.text("gitops_directory"),
            answer.text("gitops_directory_status")
        ),
        ("gitops", "error")
    );
    let report = ada.validate(&id).await;
    assert_eq!(report.status, 200, "{report:?}");
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("gitops_directory"),
            record.text("gitops_directory_status")
        ),
        ("moved", "initialized"),
        "{record:?}"
    );
}

/// A fabric of which nothing is on the branch, and a write to it that takes its time.
async fn in_flight(world: &World, ada: &Person<'_>) -> (String, Value) {
    let id = ada.created(&fabric("gitops")).await;
    let body = ada.approve(&fabric("gitops")).await;
    let files = body["files"].as_object().unwrap();
    let gone: Vec<_> = files.keys().map(|path| (path.as_str(), None)).collect();
    world.push("main", &gone);
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    (id, body)
}

#[tokio::test]
async fn renaming_and_removing_are_refused_while_a_write_is_under_way() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (id, body) = in_flight(&world, &ada).await;
    let path = format!("/api/fabrics/{id}");
    let to = json!({ "gitops_directory": "sites/west" });
    let plan = preview(&ada, &fabric("gitops"), json!({ "to": to })).await;
    let mut moved = to.clone();
    moved["approval"] = plan.body["approval"].clone();
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    let removed = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let init = format!("{path}/init-gitops");
    let write = ada.post(&init, &body);
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let changed = ada.send("PATCH", &path, Some(&moved)).await;
        let forgotten = ada.send("DELETE", &path, Some(&removed)).await;
        world.release();
        (changed, forgotten)
    };
    let (written, (changed, forgotten)) = tokio::join!(write, meanwhile);
    for refused in [&changed, &forgotten] {
        assert_eq!(
            (refused.status, refused.text("code")),
            (409, "operation_in_progress"),
            "{refused:?}"
        );
    }
    assert_eq!(written.status, 200, "{written:?}");
    let record = ada.get(&path).await;
    assert_eq!(
        (
            record.text("gitops_directory"),
            record.text("gitops_directory_status")
        ),
        ("gitops", "initialized"),
        "{record:?}"
    );
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    // Its place is still its own, and the other is free.
    let mut other = fabric("sites/west");
    other["name"] = json!("west");
    assert_eq!(ada.create(&other).await.status, 201);
}

#[tokio::test]
async fn both_names_are_the_fabrics_until_its_rename_is_over() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let wanted = fabric("gitops");
    let old = wanted["name"].clone();
    let id = ada.created(&wanted).await;
    let mut theirs = fabric("theirs");
    theirs["name"] = old.clone();
    let theirs = ada.approve(&theirs).await;
    for is_refused in [true, false] {
        let to = json!({ "name": "new" });
        let plan = preview(&ada, &wanted, json!({ "to": to })).await;
        let body = json!({ "name": "new", "approval": plan.body["approval"] });
        let path = format!("/api/fabrics/{id}");
        let begins = "{\"Begin\":{\"intent\"";
        world.host.hold(begins);
        let meanwhile = async {
            world.host.holds(begins).await;
            let taken = ada.post("/api/fabrics", &theirs).await;
            assert_eq!(
                (taken.text("code"), taken.text("fabric")),
                ("name_taken", id.as_str())
            );
            if is_refused {
                world.push("main", &[("other.txt", text("x\n"))]);
            }
            world.host.let_go(begins);
        };
        let rename = ada.send("PATCH", &path, Some(&body));
        let (renamed, ()) = tokio::join!(rename, meanwhile);
        assert_eq!(renamed.status == 200, !is_refused, "{renamed:?}");
        let name = ada.get(&path).await.body["name"].clone();
        assert_eq!(
            name,
            if is_refused {
                old.clone()
            } else {
                json!("new")
            }
        );
    }
    let free = ada.post("/api/fabrics", &theirs).await;
    assert_eq!(free.status, 201, "the old name is free: {free:?}");
}
