//! Names that git cannot have beside others, and what is typed for a branch and means something else.

use flows::{Answer, Person, World};
use serde_json::{Value, json};

use crate::backup::{backup, restore, with_key};
use crate::fabric;

fn on(branch: &str) -> Value {
    let mut fabric = fabric("gitops");
    fabric["branch"] = json!(branch);
    fabric
}

/// Asks for the branch in every way in which somebody looks at it before a write, and at last writes.
async fn all_answers(ada: &Person<'_>, branch: &str, mode: &str) -> Vec<Answer> {
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    let mut body = on(branch);
    for field in ["files", "approval"] {
        body[field] = plan.body[field].clone();
    }
    body["mode"] = json!(mode);
    let path = format!("/api/snapshot?repository=acme/network&branch={branch}&directory=gitops");
    vec![
        ada.get(&path).await,
        ada.post("/api/plan", &on(branch)).await,
        ada.post("/api/fabrics", &body).await,
    ]
}

#[tokio::test]
async fn a_branch_that_lies_in_another_ones_name_is_refused_with_that_one() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.push("release/1", &[("x", Some("x\n".into()))]);
    for (branch, by) in [
        ("main/x", "main"),
        ("main/x/y", "main"),
        ("release", "release/1"),
    ] {
        for answer in all_answers(&ada, branch, "commit").await {
            assert_eq!(
                (answer.status, answer.text("code")),
                (409, "branch_blocked"),
                "{branch}: {answer:?}"
            );
            let said = format!("git cannot have a branch `{branch}` beside the branch `{by}`");
            assert!(answer.text("detail").starts_with(&said), "{answer:?}");
            assert_eq!(answer.body["suggestions"], json!([by]));
        }
    }
    for free in ["release/2", "release/1x", "mainx"] {
        let plan = ada.post("/api/plan", &on(free)).await;
        assert_eq!(plan.status, 200, "{free}: {plan:?}");
    }
    assert_eq!(world.host.fabrics(), 0);
}

#[tokio::test]
async fn a_branch_that_is_called_hedgerow_is_in_the_way_of_every_proposal() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("sites/one")).await;
    world.push("hedgerow", &[("x", Some("x\n".into()))]);
    let commits = world.commits("hedgerow");
    let mut other = fabric("sites/two");
    other["name"] = json!("two");
    let mut body = ada.approve(&other).await;
    body["mode"] = json!("pull_request");
    let created = ada.post("/api/fabrics", &body).await;
    let mut update = fabric("sites/one");
    update["proposal"] = json!(id);
    let update = ada.post("/api/plan", &update).await;
    for answer in [created, update] {
        assert_eq!(
            (answer.status, answer.text("code")),
            (409, "branch_blocked"),
            "{answer:?}"
        );
        let said = "beside the branch `hedgerow`; nothing was written";
        assert!(answer.text("detail").ends_with(said), "{answer:?}");
        assert!(
            answer.text("hint").contains("rename or delete"),
            "{answer:?}"
        );
    }
    assert_eq!(world.commits("hedgerow"), commits);
    let offer = ada.post("/api/plan", &other).await.body["mode"].clone();
    assert_eq!(offer["mode"], "commit");
    let why = offer["no_pull_request"].as_str().unwrap();
    assert!(why.contains("beside the branch `hedgerow`"), "{why}");
    // A direct commit needs no such branch.
    assert_eq!(ada.create(&other).await.status, 201);
}

#[tokio::test]
async fn a_ref_or_a_commit_typed_for_a_branch_is_refused_with_what_was_meant() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let head = world.head("main");
    for (typed, said) in [
        ("refs/heads/main", "type `main`"),
        ("refs/remotes/origin/main", "type `main`"),
        ("refs/tags/v1", "`refs/tags/v1` is not a branch"),
        (head.as_str(), "the id of a commit, not a branch"),
    ] {
        for answer in all_answers(&ada, typed, "commit").await {
            assert_eq!(
                (answer.status, answer.body["errors"][0]["field"].as_str()),
                (400, Some("branch")),
                "{typed}: {answer:?}"
            );
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(said), "{message}");
        }
    }
    assert_eq!(world.host.fabrics(), 0);
}

#[tokio::test]
async fn a_fabric_that_has_such_a_branch_already_keeps_it() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    world.push("odd", &[("x", Some("x\n".into()))]);
    let id = ada.created(&on("odd")).await;
    let lines = backup(&world)
        .await
        .replace("\"odd\"", "\"refs/heads/odd\"");

    let mut world = World::new();
    with_key(&mut world);
    assert_eq!(restore(&world, &lines).await["restored"], 1);
    world.push("refs/heads/odd", &[("x", Some("x\n".into()))]);
    let ada = world.sign_in("standin-admin").await;
    let report = ada.validate(&id).await;
    assert_eq!(
        report.body["missing"].as_array().map(Vec::is_empty),
        Some(false),
        "the branch was read: {report:?}"
    );
    let plan = ada.post("/api/plan", &on("refs/heads/odd")).await;
    assert_eq!(plan.status, 200, "{plan:?}");
}
