//! Directories that differ only in case, of which a clone on macOS or Windows has only one.

use flows::{Answer, Person, World, fields_of};
use github_standin::File;
use serde_json::{Value, json};

use crate::backup::{backup, restore, with_key};
use crate::fabric;

fn named(name: &str, directory: &str) -> Value {
    let mut fabric = fabric(directory);
    fabric["name"] = json!(name);
    fabric
}

async fn plan(ada: &Person<'_>, fabric: &Value, how: Value) -> Answer {
    let mut body = fabric.clone();
    for (field, value) in how.as_object().unwrap() {
        body[field] = value.clone();
    }
    ada.post("/api/plan", &body).await
}

#[tokio::test]
async fn they_are_not_claimed_beside_each_other() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let upper = ada.created(&named("upper", "sites/F1")).await;
    for directory in ["sites/f1", "Sites/F1", "SITES/f1/deeper", "sites/f1/x"] {
        let path = "/api/snapshot?repository=acme/network&branch=main&directory=";
        let seen = ada.get(&format!("{path}{directory}")).await;
        assert_eq!(seen.body["claim"]["fabric"], upper.as_str(), "{directory}");
        let answer = ada.create(&named("lower", directory)).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (409, "fabric_exists"),
            "{directory}: {answer:?}"
        );
        let detail = answer.text("detail");
        assert!(
            detail.contains("sites/F1") && detail.contains("differs only in case"),
            "{detail}"
        );
    }
    let other = named("lower", "sites/f2");
    ada.created(&other).await;
    let to = json!({ "to": { "gitops_directory": "sites/f1" } });
    let moved = plan(&ada, &other, to.clone()).await;
    assert_eq!((moved.status, moved.text("code")), (409, "fabric_exists"));
    let own = plan(&ada, &named("upper", "sites/F1"), to).await;
    assert_eq!(own.status, 200, "its own it may rename: {own:?}");
    assert_eq!(world.host.fabrics(), 2);
}

#[tokio::test]
async fn what_stands_beside_the_directory_is_named_before_and_after() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let note: Option<File> = Some("here first\n".into());
    world.push(
        "main",
        &[("GitOps/notes.txt", note.clone()), ("gitops/Sites", note)],
    );
    let wanted = named("east", "gitops/sites/east");
    let planned = plan(&ada, &wanted, json!({})).await;
    assert_eq!(
        fields_of(&planned.body["diff"]["case_twins"], &["path", "beside"]),
        ["GitOps gitops", "gitops/Sites gitops/sites"]
    );
    let id = ada.created(&wanted).await;
    let report = ada.validate(&id).await.body;
    assert_eq!(report["valid"], true, "a warning: {report}");
    assert_eq!(
        fields_of(&report["findings"], &["severity", "code", "path"]),
        [
            "warning case_clash GitOps",
            "warning case_clash gitops/Sites"
        ]
    );
    let detail = report["findings"][0]["message"].as_str().unwrap();
    assert!(
        detail.contains("differs from `gitops` only in case"),
        "{detail}"
    );
}

#[tokio::test]
async fn every_letter_is_compared_without_its_case() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let wanted = named("size", "größe/οδός");
    let id = ada.created(&wanted).await;
    for directory in ["GRÖSSE/ΟΔΌΣ", "Größe/οδόσ/x"] {
        let answer = ada.create(&named("other", directory)).await;
        let said = (answer.status, answer.text("code"));
        assert_eq!(said, (409, "fabric_exists"), "{directory}: {answer:?}");
    }
    let note: Option<File> = Some("here too\n".into());
    world.push(
        "main",
        &[("Größe/notes.txt", note.clone()), ("größe/ΟΔΌΣ", note)],
    );
    let twins = ["Größe größe", "größe/ΟΔΌΣ größe/οδός"];
    let planned = plan(&ada, &wanted, json!({ "repair": true })).await;
    assert_eq!(
        fields_of(&planned.body["diff"]["case_twins"], &["path", "beside"]),
        twins
    );
    let report = ada.validate(&id).await.body;
    assert_eq!(
        fields_of(&report["findings"], &["code", "path"]),
        ["case_clash Größe", "case_clash größe/ΟΔΌΣ"]
    );
}

#[tokio::test]
async fn fabrics_that_overlap_already_are_restored_and_repaired_with_a_warning() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let upper = ada.created(&named("upper", "sites/F1")).await;
    let lower = ada.created(&named("lower", "sites/f2")).await;
    // As a version that took them for different directories stored them.
    let lines = backup(&world).await.replace("sites/f2", "sites/f1");

    let mut world = World::new();
    with_key(&mut world);
    let restored = restore(&world, &lines).await;
    assert_eq!(
        (&restored["restored"], &restored["refused"]),
        (&json!(2), &json!([]))
    );
    let ada = world.sign_in("standin-admin").await;
    for (id, name, directory) in [(&upper, "upper", "sites/F1"), (&lower, "lower", "sites/f1")] {
        let report = ada.validate(id).await;
        assert_eq!(report.body["valid"], false, "nothing is there: {report:?}");
        let planned = plan(&ada, &named(name, directory), json!({ "repair": true })).await;
        let body = json!({ "files": planned.body["files"], "approval": planned.body["approval"] });
        let repaired = ada.post(&format!("/api/fabrics/{id}/repair"), &body).await;
        assert_eq!(
            (repaired.status, repaired.text("gitops_directory_status")),
            (200, "initialized"),
            "{repaired:?}"
        );
    }
    for (id, own, twin) in [
        (&upper, "sites/F1", "sites/f1"),
        (&lower, "sites/f1", "sites/F1"),
    ] {
        let report = ada.validate(id).await.body;
        assert_eq!(report["valid"], true);
        // What was compared last is in no history of this repository.
        let mut expected = [(own, "not_compared"), (twin, "case_clash")];
        expected.sort_unstable();
        let expected = expected.map(|(path, code)| format!("warning {code} {path}"));
        assert_eq!(
            fields_of(&report["findings"], &["severity", "code", "path"]),
            expected
        );
    }
}
