//! Anybody may take a name that became free: who takes a repository's old name gets nothing of its fabrics. And what a
//! person once made is not theirs for ever.

use edge_worker::host::Host;
use edge_worker::objects::Class;
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
async fn the_new_owner_of_a_name_sees_nothing_of_its_fabrics() {
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
    let visitor = world.send("GET", &path, "", &[], None).await;
    assert_eq!(visitor.status, 404, "it did not become public either");
    assert!(world.host.everything().contains("hidden-name"));
}

#[tokio::test]
async fn a_pull_request_of_the_new_owner_draws_no_branch_out_of_a_fabric() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (path, mut approved) = private_fabric(&ada).await;
    let (_, id) = path.rsplit_once('/').unwrap();
    otto_takes_the_name(&world);
    let repo = world.standin.repo("acme/private").unwrap();
    let proposal = format!("hedgerow/{id}");
    for branch in ["other", &proposal] {
        repo.git(&["branch", branch, "main"]).unwrap();
    }
    let files = github_standin::Files::from([("x".to_owned(), Some("x\n".into()))]);
    repo.push(&proposal, files, "Mine").unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let pull = json!({ "title": "Mine", "head": proposal, "base": "other" });
    let opened = client
        .post(format!("{}/repos/acme/private/pulls", world.standin.url()))
        .header("user-agent", "test")
        .header("authorization", "Bearer standin-outsider")
        .header("content-type", "application/json")
        .body(pull.to_string());
    let opened = opened.send().await.unwrap();
    assert!(opened.status().is_success(), "{:?}", opened.text().await);
    let otto = world.sign_in("standin-outsider").await;
    approved["mode"] = json!("pull_request");
    for below in ["/init-gitops", "/repair"] {
        let answer = otto.post(&format!("{path}{below}"), &approved).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (404, "fabric_not_found"),
            "{below}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn the_new_owner_of_a_name_settles_and_learns_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (path, _) = private_fabric(&ada).await;
    let id = path.rsplit_once('/').unwrap().1;
    let repo = world.standin.repo("acme/private").unwrap();
    let head = repo.head("main").unwrap();
    let becomes = fabric("elsewhere");
    let intent = json!({ "operation": "o".repeat(26), "kind": "change", "actor": "ada", "started_ms": 1, "parent": head, "root": head, "becomes": becomes });
    let sql = |statement: &str| world.host.sql(Class::Fabric, id, statement);
    sql(&format!(
        "INSERT INTO unsettled (operation, intent) VALUES ('{}', '{intent}')",
        "o".repeat(26)
    ));
    sql(
        "UPDATE fabric SET record = json_set(record, '$.pull_request_url', 'http://h/acme/private/pull/1')",
    );
    let before = world.host.object(Class::Fabric, id);
    otto_takes_the_name(&world);
    let otto = world.sign_in("standin-outsider").await;
    let head = "0".repeat(40);
    let approval = json!({ "head": head, "tree": head });
    for (method, below, body) in [
        ("POST", "/validate-gitops", Value::Null),
        ("PATCH", "", json!({ "name": "mine", "approval": approval })),
        (
            "PATCH",
            "",
            json!({ "name": "NO NAME", "approval": approval }),
        ),
        (
            "PATCH",
            "",
            json!({ "gitops_directory": "../x", "approval": approval }),
        ),
        (
            "DELETE",
            "",
            json!({ "remove_files": true, "approval": approval }),
        ),
    ] {
        let answer = otto
            .send(method, &format!("{path}{below}"), Some(&body))
            .await;
        let nowhere = format!("/api/fabrics/{}{below}", "a".repeat(26));
        let none = otto.send(method, &nowhere, Some(&body)).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (404, "fabric_not_found"),
            "{method} {body}: {answer:?}"
        );
        assert_eq!(
            answer.body["detail"], none.body["detail"],
            "{method} {body}"
        );
    }
    assert_eq!(
        world.host.object(Class::Fabric, id),
        before,
        "nothing changed"
    );
}

#[tokio::test]
async fn the_new_owner_of_a_name_gets_no_private_fabric_without_a_recorded_id() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (path, _) = private_fabric(&ada).await;
    let id = path.rsplit_once('/').unwrap().1;
    // As before Hedgerow recorded which repository a fabric is of.
    world.host.sql(Class::Fabric, id, "DELETE FROM place");
    otto_takes_the_name(&world);
    let otto = world.sign_in("standin-outsider").await;
    for (method, below) in [
        ("GET", ""),
        ("GET", "/history"),
        ("POST", "/shares"),
        ("POST", "/validate-gitops"),
        ("DELETE", ""),
    ] {
        let body = (method != "GET").then(|| json!({}));
        let path = format!("{path}{below}");
        let answer = otto.send(method, &path, body.as_ref()).await;
        assert_eq!(answer.status, 404, "{method} {below}");
    }
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
}

#[tokio::test]
async fn an_object_refuses_to_follow_another_repository() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (path, _) = private_fabric(&ada).await;
    let id = path.rsplit_once('/').unwrap().1;
    otto_takes_the_name(&world);
    // What a Worker of the version before tells the object, since it takes the one for the other.
    for taken in ["R_kgDOAAAD5w", "MDEwOlJlcG9zaXRvcnk5OTk=", "something else"] {
        let confirm = json!({ "Confirm": { "visibility": "public", "repository": taken, "now_ms": world.host.now_ms() } });
        let reply = world
            .host
            .call(Class::Fabric, id, confirm.to_string())
            .await;
        assert_eq!(reply.unwrap(), r#"{"Reply":"Unknown"}"#, "{taken}");
    }
    let otto = world.sign_in("standin-outsider").await;
    assert_eq!(otto.get(&path).await.status, 404);
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
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
