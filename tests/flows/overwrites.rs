//! A decision for each file that somebody changed: the layout's text at some paths, theirs at the others.

use flows::World;
use serde_json::json;

use crate::fabric;

const EDITED: [&str; 3] = [
    "gitops/managed/README.md",
    "gitops/raw/README.md",
    "gitops/unmanaged/README.md",
];

fn edit(world: &World) -> String {
    let edits = EDITED.map(|path| (path, Some("our own text\n".into())));
    world.push("main", &edits)
}

/// What git shows: for each edited file whether it has the layout's text, and which paths the last commit changed.
fn outcome(world: &World) -> ([bool; 3], Vec<String>) {
    let clone = world.clone("acme/network", "main");
    let is_ours =
        EDITED.map(|path| clone.git(&["show", &format!("HEAD:{path}")]) != "our own text");
    let changed = clone.git(&["diff", "--name-only", "HEAD^", "HEAD"]);
    (is_ours, changed.lines().map(str::to_owned).collect())
}

#[tokio::test]
async fn one_file_is_taken_and_the_others_are_kept_when_creating() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    edit(&world);
    let mut asked = fabric("gitops");
    asked["take"] = json!([EDITED[1]]);
    let body = ada.approve(&asked).await;
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["drift"]["modified"], 2);
    let (is_ours, changed) = outcome(&world);
    assert_eq!(is_ours, [false, true, false]);
    assert!(changed.contains(&EDITED[1].to_owned()), "{changed:?}");
    let tree = world
        .clone("acme/network", "main")
        .git(&["rev-parse", "HEAD:gitops"]);
    assert_eq!(body["approval"]["tree"], tree, "the approval covered it");
}

#[tokio::test]
async fn one_file_is_taken_and_the_others_are_kept_when_initialising_and_repairing() {
    for route in ["init-gitops", "repair"] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
        edit(&world);
        let mut asked = fabric("gitops");
        asked["take"] = json!([EDITED[0], EDITED[2]]);
        asked["repair"] = json!(route == "repair");
        let approved = ada.approve(&asked).await;
        let body = json!({
            "files": approved["files"], "approval": approved["approval"], "take": asked["take"],
        });
        let route = format!("/api/fabrics/{id}/{route}");
        let answer = ada.post(&route, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let taken = vec![EDITED[0].to_owned(), EDITED[2].to_owned()];
        assert_eq!(outcome(&world), ([true, false, true], taken), "{route}");
    }
}

#[tokio::test]
async fn an_unapproved_choice_writes_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let head = edit(&world);
    let mut asked = fabric("gitops");
    asked["take"] = json!([EDITED[1]]);
    let mut body = ada.approve(&asked).await;
    for take in [json!([]), json!([EDITED[0]]), json!(EDITED)] {
        body["take"] = take;
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (409, "approval_mismatch"),
            "{answer:?}"
        );
    }
    assert_eq!(world.head("main"), head);
}

#[tokio::test]
async fn a_path_outside_the_layout_is_a_field_error() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let head = edit(&world);
    let mut body = ada.approve(&fabric("gitops")).await;
    for path in ["gitops/notes.txt", "raw/README.md", "README.md"] {
        body["take"] = json!([EDITED[0], path]);
        for route in ["/api/plan", "/api/fabrics"] {
            let answer = ada.post(route, &body).await;
            assert_eq!(answer.status, 400, "{answer:?}");
            assert_eq!(answer.body["errors"][0]["field"], "take");
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains(&format!("`{path}`")), "{message}");
        }
    }
    assert_eq!(world.head("main"), head);
}

#[tokio::test]
async fn whoever_may_not_see_a_fabric_learns_nothing_of_its_directory_from_a_path() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut hidden = fabric("gitops");
    hidden["git_repository"] = json!("acme/private");
    let id = ada.create(&hidden).await.text("id").to_owned();
    assert!(!id.is_empty());
    let outsider = world.sign_in("standin-outsider").await;
    let approval = json!({ "head": "1".repeat(40), "tree": "1".repeat(40) });
    for path in ["gitops/raw/README.md", "elsewhere/raw/README.md"] {
        for route in ["init-gitops", "repair"] {
            let body = json!({ "files": {}, "approval": approval, "take": [path] });
            let answer = outsider
                .post(&format!("/api/fabrics/{id}/{route}"), &body)
                .await;
            assert_eq!(answer.status, 404, "{answer:?}");
        }
    }
}
