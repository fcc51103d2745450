//! Looking around: branches to choose from, and what a file says.

use flows::World;
use github_standin::File;
use shared::git::blob_id;

#[tokio::test]
async fn branches_come_with_the_default_one_first() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world
        .standin
        .repo("acme/network")
        .unwrap()
        .git(&["branch", "a-feature", "main"])
        .unwrap();
    let answer = ada
        .get("/api/branches?repository=acme/network&query=")
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.body["default_branch"], "main");
    assert_eq!(answer.body["branches"][0], "main");
    let found = ada
        .get("/api/branches?repository=acme/network&query=FEAT")
        .await;
    assert_eq!(found.body["branches"], serde_json::json!(["a-feature"]));
    assert_eq!(found.body["total"], 1);
    let empty = ada.get("/api/branches?repository=acme/empty").await;
    assert_eq!(
        (empty.status, &empty.body["branches"]),
        (200, &serde_json::json!([]))
    );
}

#[tokio::test]
async fn a_files_text_is_given_to_whoever_may_read_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.push(
        "main",
        &[("sites/note.txt", Some(File::Text("hello\n".into())))],
    );
    let oid = blob_id(b"hello\n");
    let answer = ada
        .get(&format!("/api/blob?repository=acme/network&oid={oid}"))
        .await;
    assert_eq!(
        (answer.status, answer.text("text")),
        (200, "hello\n"),
        "{answer:?}"
    );
    assert_eq!(answer.body["bytes"], 6);
    let unknown = blob_id(b"not there");
    let missing = ada
        .get(&format!("/api/blob?repository=acme/network&oid={unknown}"))
        .await;
    assert_eq!(missing.status, 400, "{missing:?}");
}

#[tokio::test]
async fn branches_and_files_are_hidden_from_those_who_may_not_read() {
    let world = World::new();
    let outsider = world.sign_in("standin-outsider").await;
    let oid = blob_id(b"hello\n");
    for path in [
        "/api/branches?repository=acme/private".to_owned(),
        format!("/api/blob?repository=acme/private&oid={oid}"),
    ] {
        assert_eq!(outsider.get(&path).await.status, 404, "{path}");
        assert_eq!(
            world.send("GET", &path, "", &[], None).await.status,
            401,
            "{path}"
        );
    }
    assert_eq!(
        outsider.get("/api/branches?repository=acme").await.status,
        400
    );
    assert_eq!(
        outsider
            .get("/api/blob?repository=acme/network&oid=xyz")
            .await
            .status,
        400
    );
}
