//! One verdict wherever a fabric is shown, and who did it.

use flows::{World, fields_of};
use serde_json::json;

use super::{deleted, made_with, meant, remove};
use crate::fabric;
use crate::self_check::{check, record};

const VPCS: [&str; 2] = ["gitops/managed/vpcs/a.yaml", "gitops/managed/vpcs/b.yaml"];

#[tokio::test]
async fn list_document_badge_plan_and_the_page_without_javascript_say_the_same() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = made_with(&world, &ada, &VPCS).await;
    let kept = world.head("main");
    remove(&world, &VPCS);
    let gone = world.head("main");
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    // Before anybody validated, the preview of a repair tells it already.
    let plan = ada.post("/api/plan", &asked).await;
    let told = &plan.body["deleted"][0];
    assert_eq!(
        told["paths"],
        json!(["managed/vpcs/a.yaml", "managed/vpcs/b.yaml"])
    );
    assert_eq!(told["commit"]["id"], gone.as_str(), "{plan:?}");
    assert_eq!(plan.body["head_commit"]["id"], gone.as_str());
    // A validation by whoever may only read finds it, and clears nothing.
    let rhea = world.sign_in("standin-reader").await;
    for _ in 0..2 {
        let report = rhea.validate(&id).await;
        let found = fields_of(&report.body["findings"], &["severity", "code", "path"]);
        assert_eq!(
            found[..2],
            VPCS.map(|path| format!("warning deleted {path}"))
        );
    }
    let sentence = "2 files were deleted.";
    let list = ada.get("/api/fabrics").await;
    assert_eq!(list.body["fabrics"][0]["verdict"], "needs_you");
    assert_eq!(list.body["fabrics"][0]["action"], "review");
    let status = world
        .send("GET", &format!("/f/{id}/status.json"), "", &[], None)
        .await;
    assert_eq!(status.body["verdict"]["code"], "needs_you");
    assert_eq!(status.body["verdict"]["sentence"], sentence);
    assert_eq!(status.body["head_commit"]["id"], gone.as_str());
    let badge = world
        .send("GET", &format!("/f/{id}/badge.svg"), "", &[], None)
        .await;
    assert!(badge.text.contains("Needs you"), "{badge:?}");
    let page = world
        .send("GET", &format!("/f/{id}"), "", &[], None)
        .await
        .text;
    let commit = status.body["head_commit"].clone();
    for words in [
        "Needs you",
        sentence,
        "<h2 id=\"deleted\">Deleted (2)</h2>",
        "2 files were deleted in commit",
        commit["author"].as_str().unwrap(),
        commit["subject"].as_str().unwrap(),
        &gone[..7],
        &format!("href=\"{}\"", commit["url"].as_str().unwrap()),
        &format!("/acme/network/blob/{kept}/gitops/managed/vpcs/a.yaml\""),
        "<code>gitops/managed/vpcs/b.yaml</code>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // Anybody's own check finds the page true: the branch is as it says.
    let shown = record(&world, &id).await;
    let verdict = check(&world, &shown).await;
    assert!(
        matches!(verdict, shared::check::CheckResult::True(_)),
        "{verdict:?}"
    );
    assert_eq!(meant(&ada, &id).await.status, 200);
    let page = world
        .send("GET", &format!("/f/{id}"), "", &[], None)
        .await
        .text;
    assert!(
        page.contains("Healthy") && !page.contains("id=\"deleted\""),
        "{page}"
    );
}

#[tokio::test]
async fn whose_commit_it_is_stands_with_each_commit_that_is_not_our_own() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    let own = ada.get(&path).await;
    assert!(own.body.get("head_commit").is_none(), "{own:?}");
    let approved = ada.approve(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", Some("edited\n".into()))]);
    let theirs = world.head("main");
    let refused = ada.post(&format!("{path}/init-gitops"), &approved).await;
    assert_eq!(refused.text("code"), "directory_changed");
    assert_eq!(
        refused.body["snapshot"]["head_commit"]["id"],
        theirs.as_str()
    );
    let sentence = format!("the branch is at commit `{}` by", &theirs[..7]);
    assert!(refused.text("detail").contains(&sentence), "{refused:?}");
    let report = ada.validate(&id).await;
    let facts = ada.get(&path).await.body["head_commit"].clone();
    assert_eq!(report.body["head_commit"], facts);
    assert_eq!(
        (&facts["id"], &facts["subject"]),
        (&json!(theirs), &json!("Change something"))
    );
    assert!(facts["author"].is_string() && facts["time"].is_string() && facts["url"].is_string());
    // Where everything is there already and nothing is written, the head stays somebody else's.
    world.push("main", &[("README.md", Some("beside\n".into()))]);
    let again = ada.approve(&fabric("gitops")).await;
    let done = ada.post(&format!("{path}/init-gitops"), &again).await;
    assert_eq!(done.body["operation"]["outcome"], "unchanged", "{done:?}");
    assert_eq!(done.body["head_commit"]["id"], world.head("main"));
    // What a repair overwrites is in a commit of somebody.
    let mut asked = fabric("gitops");
    asked["repair"] = json!(true);
    asked["force"] = json!(true);
    let plan = ada.post("/api/plan", &asked).await;
    let body =
        json!({ "files": plan.body["files"], "approval": plan.body["approval"], "force": true });
    let before = world.head("main");
    let repaired = ada.post(&format!("{path}/repair"), &body).await;
    assert_eq!(repaired.body["before_commit"]["id"], before, "{repaired:?}");
    assert!(repaired.body.get("head_commit").is_none(), "{repaired:?}");
    assert!(deleted(&ada, &id).await.is_empty());
}
