//! A name that became free is anybody's: whoever takes a repository's old name gets nothing of its fabrics. And what a
//! person once made is not theirs for ever.

use flows::{Person, World};
use github_standin::{Permission, Repository};
use serde_json::{Value, json};

use crate::fabric;

/// A fabric of `acme/private`, and what would approve it again.
async fn private_fabric(ada: &Person<'_>) -> (String, Value) {
    let mut wanted = fabric("gitops/hidden-name");
    wanted["git_repository"] = json!("acme/private");
    let approved = ada.approve(&wanted).await;
    let created = ada.create(&wanted).await;
    assert_eq!(created.status, 201, "{created:?}");
    (format!("/api/fabrics/{}", created.text("id")), approved)
}

/// `acme/private` goes elsewhere, and otto has a public repository under its name.
fn otto_takes_the_name(world: &World) {
    let mut squatter = Repository {
        id: 999,
        private: false,
        ..world.standin.repo("acme/private").unwrap().settings
    };
    squatter.permissions = [("otto".to_owned(), Permission::Admin)].into();
    world
        .standin
        .change_repository("acme/private", |repository| {
            "elsewhere".clone_into(&mut repository.name);
        })
        .unwrap();
    let files = github_standin::Files::from([("gitops/x".to_owned(), Some("x\n".into()))]);
    world.standin.add_repository(squatter, Some(files)).unwrap();
}

#[tokio::test]
async fn whoever_takes_a_repositorys_name_gets_nothing_of_its_fabrics() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (path, approved) = private_fabric(&ada).await;
    otto_takes_the_name(&world);
    let otto = world.sign_in("standin-outsider").await;
    let own = otto
        .get("/api/snapshot?repository=acme/private&branch=main&directory=gitops")
        .await;
    assert_eq!(own.status, 200, "the name is otto's now: {own:?}");
    let head = "0".repeat(40);
    let moved = json!({ "name": "mine", "approval": { "head": head, "tree": head } });
    let removal = json!({ "remove_files": true, "approval": { "head": head, "tree": head } });
    for (method, below, body) in [
        ("GET", "", Value::Null),
        ("GET", "/history", Value::Null),
        ("GET", "/shares", Value::Null),
        ("POST", "/shares", json!({})),
        ("POST", "/validate-gitops", Value::Null),
        ("POST", "/init-gitops", approved.clone()),
        ("POST", "/repair", approved.clone()),
        ("PATCH", "", moved),
        ("DELETE", "", json!({})),
        ("DELETE", "", removal),
    ] {
        let body = (method != "GET").then_some(&body);
        let answer = otto.send(method, &format!("{path}{below}"), body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (404, "fabric_not_found"),
            "{method} {below}: {}",
            answer.text
        );
    }
    let listed = otto.get("/api/fabrics").await;
    assert_eq!(listed.body["fabrics"], json!([]), "{listed:?}");
    let stranger = world.send("GET", &path, "", &[], None).await;
    assert_eq!(stranger.status, 404, "it did not become public either");
    assert!(world.host.everything().contains("hidden-name"));
}

#[tokio::test]
async fn a_name_that_is_taken_between_two_attempts_is_not_written_to() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/fleet");
    let body = ada.approve(&wanted).await;
    let stale = json!({ "type": "STALE_DATA", "message": "Expected branch to point to another." });
    world.fault(json!({
        "match": { "graphql_contains": "createCommitOnBranch" },
        "action": { "delay_ms": 500, "status": 200, "body": { "data": { "createCommitOnBranch": null }, "errors": [stale] } },
    }));
    let take_the_name = async {
        let is_write = |request: &github_standin::RecordedRequest| {
            let operation = request.graphql.as_ref();
            operation.is_some_and(|graphql| graphql.document.contains("createCommitOnBranch"))
        };
        while !world.standin.requests().iter().any(is_write) {
            tokio::task::yield_now().await;
        }
        let twin = Repository {
            id: 999,
            ..world.standin.repo("acme/fleet").unwrap().settings
        };
        world
            .standin
            .rename_repository("acme/fleet", "before")
            .unwrap();
        let readme = Some("# Fleet\n".into());
        let files = github_standin::Files::from([("README.md".to_owned(), readme)]);
        world.standin.add_repository(twin, Some(files)).unwrap();
    };
    let (answer, ()) = tokio::join!(ada.post("/api/fabrics", &body), take_the_name);
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "error"),
        "{answer:?}"
    );
    let error = &answer.body["directory_init_error"]["code"];
    assert_eq!(error, "repository_not_found", "{answer:?}");
    for name in ["acme/fleet", "acme/before"] {
        let repo = world.standin.repo(name).unwrap();
        let head = repo.head("main").unwrap();
        assert_eq!(
            body["approval"]["head"],
            json!(head),
            "{name} has its first commit, the same as the other"
        );
    }
}

#[tokio::test]
async fn an_outsiders_validation_changes_nothing_of_a_private_fabric() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops/fabric-1");
    wanted["git_repository"] = json!("acme/protected");
    let mut body = ada.approve(&wanted).await;
    body["mode"] = json!("pull_request");
    let created = ada.post("/api/fabrics", &body).await;
    let url = created.text("pull_request_url").to_owned();
    assert!(!url.is_empty(), "{created:?}");
    let path = format!("/api/fabrics/{}", created.text("id"));
    world
        .standin
        .change_repository("acme/protected", |repository| repository.private = true)
        .unwrap();
    let validate = format!("{path}/validate-gitops");
    assert_eq!(ada.post(&validate, &Value::Null).await.status, 200);
    let before = ada.get(&path).await;
    assert_eq!(before.text("visibility"), "private");
    let otto = world.sign_in("standin-outsider").await;
    let answer = otto.post(&validate, &Value::Null).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (404, "fabric_not_found")
    );
    let after = ada.get(&path).await;
    assert_eq!(after.text("pull_request_url"), url);
    assert_eq!(after.body, before.body);
}

#[tokio::test]
async fn who_made_a_fabric_cannot_forget_it_after_leaving() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (path, _) = private_fabric(&ada).await;
    let permit = |permission: Option<Permission>| {
        world
            .standin
            .change_repository("acme/private", |repository| match permission {
                Some(permission) => {
                    repository.permissions.insert("ada".to_owned(), permission);
                }
                None => {
                    repository.permissions.remove("ada");
                }
            })
            .unwrap();
    };
    permit(None);
    let answer = ada.delete(&path).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (404, "fabric_not_found")
    );
    permit(Some(Permission::Read));
    let answer = ada.delete(&path).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    permit(Some(Permission::Write));
    assert_eq!(ada.get(&path).await.text("name"), "fabric-1");
}
