//! Repairing: what is missing comes back, and what people wrote stays unless they say otherwise.

use flows::{Answer, Person, World};
use github_standin::File;
use serde_json::{Value, json};

use super::{moves, paths, preview, text};
use crate::fabric;

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
    let id = ada.created(&fabric("gitops")).await;
    damage(&world);
    let (plan, answer) = repair(&ada, &id, &fabric("gitops"), json!({})).await;
    assert!(plan.body.get("prune").is_none(), "nothing leaves");
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
    let id = ada.created(&fabric("gitops")).await;
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
        let id = ada.created(&fabric("gitops")).await;
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
async fn a_kustomization_that_a_repair_takes_away_is_told_with_what_it_built() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    let built = text("namePrefix: east-\nresources: [../../base]\n");
    world.push("main", &[("gitops/managed/kustomization.yaml", built)]);
    let asked = json!({ "repair": true, "unexpected": "archive" });
    let plan = preview(&ada, &fabric("gitops"), asked).await;
    assert_eq!(moves(&plan).len(), 1, "{plan:?}");
    let expected = json!({ "files": 1, "from": ["gitops/managed"], "builds": true });
    assert_eq!(plan.body["prune"], expected);
}

#[tokio::test]
async fn a_repair_is_refused_when_the_directory_is_not_the_one_that_was_seen() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
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
