//! The life of a fabric after its creation: adoption, repair, moving, and the end.

use flows::{Answer, Person, World};
use github_standin::File;
use serde_json::{Value, json};

use crate::fabric;

fn text(content: &str) -> Option<File> {
    Some(content.into())
}

/// Previews something about a fabric and gives the plan's answer.
async fn preview(ada: &Person<'_>, fabric: &Value, more: Value) -> Answer {
    let mut body = fabric.clone();
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    ada.post("/api/plan", &body).await
}

fn paths(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap();
    list.iter().map(|path| path.as_str().unwrap()).collect()
}

fn moves(plan: &Answer) -> Vec<String> {
    let list = plan.body["moves"].as_array().unwrap();
    let told = |moved: &Value| {
        format!(
            "{} -> {}",
            moved["from"].as_str().unwrap(),
            moved["to"].as_str().unwrap()
        )
    };
    list.iter().map(told).collect()
}

const FOUND: [(&str, &str); 6] = [
    ("gitops/vpc-1.yaml", "kind: VPC\n"),
    ("gitops/notes.txt", "notes\r\n"),
    ("gitops/old/deep/a.yaml", "a: 1\n"),
    ("gitops/old/script.sh", "#!/bin/sh\n"),
    ("gitops/raw/pending/vpc-1.yaml", "kind: Other\n"),
    ("gitops/managed/loose.yml", "kind: VPC\n"),
];

async fn adopt(adopt: &str) -> (World, Vec<String>, Answer) {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut files: Vec<(&str, Option<File>)> = FOUND
        .iter()
        .map(|(path, content)| (*path, text(content)))
        .collect();
    let executable = File::Executable {
        executable: "#!/bin/sh\n".into(),
    };
    files[3].1 = Some(executable);
    world.push("main", &files);
    let before = world.commits("main");
    let plan = preview(&ada, &fabric("gitops"), json!({ "adopt": adopt })).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    let mut body = fabric("gitops");
    body["adopt"] = json!(adopt);
    body["files"] = plan.body["files"].clone();
    body["approval"] = plan.body["approval"].clone();
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(world.commits("main"), before + 1, "one commit");
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD:gitops"]),
        plan.body["approval"]["tree"],
        "exactly what was approved"
    );
    let moved = moves(&plan);
    (world, moved, answer)
}

/// Every file that was found is somewhere, byte for byte and with its mode.
fn nothing_is_lost(world: &World) {
    let clone = world.clone("acme/network", "main");
    let now = clone.git(&["ls-tree", "-r", "HEAD", "gitops"]);
    let before = clone.git(&["ls-tree", "-r", "HEAD^", "gitops"]);
    for line in before.lines() {
        let object = line.split('\t').next().unwrap();
        assert!(now.contains(object), "{line}\n{now}");
    }
}

#[tokio::test]
async fn adoption_keeps_everything_where_it_is() {
    let (world, moved, _) = adopt("keep").await;
    assert!(moved.is_empty());
    let files = world.clone("acme/network", "main").files("gitops");
    for (path, _) in FOUND {
        assert!(files.contains_key(path), "{path}");
    }
    nothing_is_lost(&world);
}

#[tokio::test]
async fn adoption_moves_loose_yaml_into_the_inbox() {
    let (world, moved, _) = adopt("pending").await;
    assert_eq!(
        moved,
        [
            "gitops/managed/loose.yml -> gitops/raw/pending/loose.yml",
            "gitops/vpc-1.yaml -> gitops/raw/pending/vpc-1-1.yaml",
        ]
    );
    nothing_is_lost(&world);
}

#[tokio::test]
async fn adoption_moves_everything_foreign_out_of_the_way() {
    let (world, moved, answer) = adopt("external").await;
    assert_eq!(
        moved,
        [
            "gitops/managed/loose.yml -> gitops/unmanaged/external-configs/loose.yml",
            "gitops/notes.txt -> gitops/unmanaged/external-configs/notes.txt",
            "gitops/old -> gitops/unmanaged/external-configs/old",
            "gitops/vpc-1.yaml -> gitops/unmanaged/external-configs/vpc-1.yaml",
        ]
    );
    nothing_is_lost(&world);
    assert_eq!(answer.body["drift"]["unexpected"], 0);
    let renames = world.clone("acme/network", "main").git(&[
        "show",
        "--format=",
        "--name-status",
        "-M100%",
        "HEAD",
    ]);
    assert_eq!(
        renames.matches("R100").count(),
        5,
        "git sees renames: {renames}"
    );
}

#[tokio::test]
async fn a_directory_of_another_fabric_is_never_adopted() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut other = fabric("sites/east");
    other["name"] = json!("east");
    ada.create(&other).await;
    let head = world.head("main");
    let mut around = fabric("sites");
    around["name"] = json!("all");
    around["adopt"] = json!("external");
    let plan = ada.post("/api/plan", &around).await;
    around["files"] = plan.body["files"].clone();
    around["approval"] = plan.body["approval"].clone();
    let answer = ada.post("/api/fabrics", &around).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "fabric_exists"),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), head);
}

async fn repair(ada: &Person<'_>, id: &str, fabric: &Value, how: Value) -> (Answer, Answer) {
    let mut asked = how.clone();
    asked["repair"] = json!(true);
    let plan = preview(ada, fabric, asked).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    let mut body = how;
    for field in ["files", "approval", "archive_date"] {
        if !plan.body[field].is_null() {
            body[field] = plan.body[field].clone();
        }
    }
    let answer = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
    (plan, answer)
}

fn damage(world: &World) {
    let link = File::Symlink {
        symlink: "x".into(),
    };
    world.push(
        "main",
        &[
            ("gitops/raw/README.md", text("our words\n")),
            ("gitops/managed/metadata/directory-info.json", text("{}\n")),
            ("gitops/unmanaged/README.md", None),
            ("gitops/raw/processed/.gitkeep", None),
            ("gitops/notes.txt", text("notes\n")),
            ("gitops/managed/strange/a.yaml", text("a: 1\n")),
            ("gitops/managed/vpcs/site/readme.txt", text("text\n")),
            ("gitops/managed/switches/link", Some(link)),
        ],
    );
}

#[tokio::test]
async fn repair_adds_what_is_missing_and_touches_nothing_that_a_person_wrote() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    damage(&world);
    let (plan, answer) = repair(&ada, &id, &fabric("gitops"), json!({})).await;
    assert_eq!(
        paths(&plan.body["writes"]),
        [
            "gitops/managed/metadata/directory-info.json",
            "gitops/raw/processed/.gitkeep",
            "gitops/unmanaged/README.md",
        ]
    );
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (200, "initialized"),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["kind"], "repair");
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["show", "HEAD:gitops/raw/README.md"]),
        "our words"
    );
    assert_eq!(clone.git(&["show", "HEAD:gitops/notes.txt"]), "notes");
    assert_eq!(
        paths(&answer.body["overwritten"]),
        ["gitops/managed/metadata/directory-info.json"]
    );
    let before = answer.text("before");
    assert_eq!(
        clone.git(&[
            "show",
            &format!("{before}:gitops/managed/metadata/directory-info.json")
        ]),
        "{}"
    );
}

#[tokio::test]
async fn a_forced_repair_restores_the_layout_and_names_the_commit_that_has_the_old_text() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    damage(&world);
    let old = world.head("main");
    let (_, answer) = repair(&ada, &id, &fabric("gitops"), json!({ "force": true })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.text("before"), old);
    let clone = world.clone("acme/network", "main");
    assert!(
        clone
            .git(&["show", "HEAD:gitops/raw/README.md"])
            .starts_with("# raw/")
    );
    let message = clone.git(&["log", "-1", "--format=%s"]);
    assert!(message.contains(&old[..7]), "{message}");
}

#[tokio::test]
async fn validation_repair_and_validation_end_in_a_directory_without_findings() {
    for how in ["unmanaged", "archive"] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
        damage(&world);
        let validate = format!("/api/fabrics/{id}/validate-gitops");
        assert_eq!(ada.post(&validate, &Value::Null).await.body["valid"], false);
        let asked = json!({ "force": true, "unexpected": how });
        let (plan, answer) = repair(&ada, &id, &fabric("gitops"), asked.clone()).await;
        assert_eq!(
            (answer.status, answer.text("gitops_directory_status")),
            (200, "initialized"),
            "{answer:?}"
        );
        let target = match how {
            "archive" => format!(
                "gitops/unmanaged/archive/{}/notes.txt",
                plan.text("archive_date")
            ),
            _ => "gitops/unmanaged/notes.txt".to_owned(),
        };
        assert!(
            moves(&plan).contains(&format!("gitops/notes.txt -> {target}")),
            "{plan:?}"
        );
        let report = ada.post(&validate, &Value::Null).await;
        assert_eq!(
            (&report.body["valid"], &report.body["unexpected"]),
            (&json!(true), &json!([])),
            "{report:?}"
        );
        // A symbolic link is still one, where it harms nobody.
        let codes: Vec<_> = report.body["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].clone())
            .collect();
        assert_eq!(codes, [json!("symlink")], "{report:?}");
        let commits = world.commits("main");
        let (_, again) = repair(&ada, &id, &fabric("gitops"), asked).await;
        assert_eq!(again.body["operation"]["outcome"], "unchanged", "{again:?}");
        assert_eq!(world.commits("main"), commits);
    }
}

#[tokio::test]
async fn a_repair_is_refused_when_the_directory_is_not_the_one_that_was_seen() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    damage(&world);
    let plan = preview(
        &ada,
        &fabric("gitops"),
        json!({ "repair": true, "unexpected": "unmanaged" }),
    )
    .await;
    let head = world.push("main", &[("gitops/another.txt", text("x\n"))]);
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"], "unexpected": "unmanaged" });
    let answer = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "directory_changed"),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), head);
    let reader = world.sign_in("standin-reader").await;
    let answer = reader
        .post(&format!("/api/fabrics/{id}/repair"), &body)
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (403, "permission_missing")
    );
}

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
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
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
    let report = ada
        .post(&format!("/api/fabrics/{id}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(report.body["valid"], true, "{report:?}");
    // The old place and name are free again, the new ones are not.
    assert_eq!(ada.create(&fabric("gitops")).await.status, 201);
    let mut taken = fabric("sites/west");
    taken["name"] = json!("other");
    assert_eq!(ada.create(&taken).await.text("code"), "fabric_exists");
}

#[tokio::test]
async fn a_move_is_approved_by_the_root_tree_so_a_moved_head_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    let plan = preview(
        &ada,
        &fabric("gitops"),
        json!({ "to": { "gitops_directory": "moved" } }),
    )
    .await;
    let head = world.push("main", &[("elsewhere/x", text("x\n"))]);
    let body = json!({ "gitops_directory": "moved", "approval": plan.body["approval"] });
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
    let plan = preview(
        &ada,
        &fabric("gitops"),
        json!({ "to": { "gitops_directory": "moved" } }),
    )
    .await;
    world.fault(json!({ "match": { "method": "PATCH", "path_contains": "/git/refs/" }, "times": 1, "action": { "move_head": { "repository": "acme/network", "branch": "main", "files": { "other.txt": "x\n" }, "message": "Other" } } }));
    let body = json!({ "gitops_directory": "moved", "approval": plan.body["approval"] });
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
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    let mut other = fabric("sites/east");
    other["name"] = json!("east");
    ada.create(&other).await;
    let head = world.head("main");
    let onto = preview(
        &ada,
        &fabric("gitops"),
        json!({ "to": { "gitops_directory": "sites/east" } }),
    )
    .await;
    assert_eq!(
        (onto.status, onto.text("code")),
        (409, "cannot_arrange"),
        "{onto:?}"
    );
    let (_, into) = change(
        &ada,
        &id,
        &fabric("gitops"),
        json!({ "gitops_directory": "sites/east/inside" }),
    )
    .await;
    assert_eq!(
        (into.status, into.text("code")),
        (409, "fabric_exists"),
        "{into:?}"
    );
    let (_, named) = change(&ada, &id, &fabric("gitops"), json!({ "name": "east" })).await;
    assert_eq!(
        (named.status, named.text("code")),
        (409, "name_taken"),
        "{named:?}"
    );
    assert_eq!(world.head("main"), head);
}

#[tokio::test]
async fn a_move_whose_answer_is_lost_is_settled_by_validation() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
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
    let report = ada
        .post(&format!("/api/fabrics/{id}/validate-gitops"), &Value::Null)
        .await;
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

#[tokio::test]
async fn forgetting_a_fabric_leaves_the_branch_as_it_is_and_frees_its_place() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    let head = world.head("main");
    let path = format!("/api/fabrics/{id}");
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(reader.send("DELETE", &path, None).await.status, 403);
    let answer = ada.send("DELETE", &path, None).await;
    assert_eq!(
        (answer.status, &answer.body["operation"]),
        (200, &Value::Null),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), head);
    assert_eq!(ada.get(&path).await.status, 404);
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    assert_eq!(
        ada.create(&fabric("gitops")).await.status,
        201,
        "the place is free"
    );
}

#[tokio::test]
async fn removal_takes_the_layouts_own_files_and_nothing_else() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    world.push(
        "main",
        &[
            ("gitops/managed/vpcs/vpc-1.yaml", text("kind: VPC\n")),
            ("gitops/raw/README.md", text("our words\n")),
        ],
    );
    let path = format!("/api/fabrics/{id}");
    let without = ada
        .send("DELETE", &path, Some(&json!({ "remove_files": true })))
        .await;
    assert_eq!(
        (without.status, without.text("code")),
        (400, "invalid_request")
    );
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    assert_eq!(
        plan.body["deletions"].as_array().unwrap().len(),
        12,
        "{plan:?}"
    );
    let old = world.push("main", &[("elsewhere/x", text("x\n"))]);
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let moved = ada.send("DELETE", &path, Some(&body)).await;
    assert_eq!(
        (moved.status, moved.text("code")),
        (409, "head_moved"),
        "{moved:?}"
    );
    assert_eq!(world.head("main"), old);
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let answer = ada.send("DELETE", &path, Some(&body)).await;
    assert_eq!(
        (answer.status, answer.body["operation"]["outcome"].as_str()),
        (200, Some("committed")),
        "{answer:?}"
    );
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD^{tree}"]),
        plan.body["approval"]["tree"]
    );
    let left: Vec<String> = clone.files("gitops").into_keys().collect();
    assert_eq!(
        left,
        [
            "gitops/managed/vpcs/.gitkeep",
            "gitops/managed/vpcs/vpc-1.yaml",
            "gitops/raw/README.md"
        ]
    );
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_removal_that_fails_forgets_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    let plan = preview(&ada, &fabric("gitops"), json!({ "remove_files": true })).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "status": 403, "body": { "message": "Resource not accessible by personal access token" } } }));
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{id}");
    let answer = ada.send("DELETE", &path, Some(&body)).await;
    assert!(answer.status >= 400, "{answer:?}");
    let record = ada.get(&path).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["gitops_initialized"]
        ),
        ("error", &json!(true))
    );
    assert_eq!(record.body["operation"]["kind"], "remove");
}

#[tokio::test]
async fn a_draft_is_forgotten_by_its_creator_alone() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "Snapshot" }, "times": 3, "action": { "status": 503 } }));
    let draft = ada.post("/api/fabrics", &body).await;
    assert_eq!(draft.text("visibility"), "draft", "{draft:?}");
    let path = format!("/api/fabrics/{}", draft.text("id"));
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(reader.send("DELETE", &path, None).await.status, 404);
    assert_eq!(ada.send("DELETE", &path, None).await.status, 200);
    assert_eq!(ada.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_fabric_is_not_forgotten_while_a_write_is_under_way() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    world.push("main", &[("gitops/raw/README.md", None)]);
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("commit");
    let path = format!("/api/fabrics/{id}");
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": 1500 } }));
    let init = format!("{path}/init-gitops");
    let write = ada.post(&init, &body);
    let forget = async {
        ada.sees_a_write(&id).await;
        ada.send("DELETE", &path, None).await
    };
    let (written, forgotten) = tokio::join!(write, forget);
    assert_eq!(
        (forgotten.status, forgotten.text("code")),
        (409, "operation_in_progress"),
        "{forgotten:?}"
    );
    assert_eq!(
        (written.status, written.text("gitops_directory_status")),
        (200, "initialized"),
        "{written:?}"
    );
    assert_eq!(ada.send("DELETE", &path, None).await.status, 200);
}
