//! Whoever GitHub does not show a repository learns nothing of its fabrics, however it says so: not that there are any, not what keeps
//! them out, and they change nothing of what is recorded.

use flows::{Answer, Person, World};
use github_standin::{Grant, Permission, User, UserKind};
use serde_json::{Value, json};
use shared::names::FabricId;

use crate::fabric;

const HOUR_MS: u64 = 60 * 60 * 1000;

fn private() -> Value {
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/private");
    wanted
}

/// What GitHub says of the repository, each of it naming an organisation.
fn refusals() -> Vec<Value> {
    let sso = json!({ "status": 403, "headers": { "x-github-sso": "required; url=https://github.com/orgs/secretorg/sso" }, "body": { "message": "Resource protected by organization SAML enforcement." } });
    let addresses = json!({ "status": 403, "body": { "message": "Although you appear to have the correct authorization credentials, the `secretorg` organization has an IP allow list enabled, and your IP address is not permitted to access this resource." } });
    let token = json!({ "status": 403, "headers": { "x-accepted-github-permissions": "contents=read" }, "body": { "message": "Resource not accessible by personal access token" } });
    vec![sso, addresses, token]
}

/// What GitHub says of whoever asks, or of itself, and what that is told as.
fn own() -> Vec<(Value, &'static str)> {
    let limit = json!({ "status": 403, "headers": { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" }, "body": { "message": "API rate limit exceeded for user ID 1003." } });
    let ended = json!({ "status": 401, "body": { "message": "Bad credentials" } });
    vec![
        (limit, "rate_limited"),
        (ended, "github_unauthorized"),
        (json!({ "status": 503 }), "github_unavailable"),
    ]
}

/// Everything that can be asked of a fabric, by its method and path.
async fn everything(
    person: &Person<'_>,
    id: &str,
    approved: &Value,
) -> Vec<(&'static str, Answer)> {
    let head = "0".repeat(40);
    let approval = json!({ "head": head, "tree": head });
    let proposed = json!({ "mode": "pull_request", "files": approved["files"], "approval": approved["approval"] });
    let requests = [
        ("GET", "", Value::Null),
        ("GET", "/history", Value::Null),
        ("GET", "/permission", Value::Null),
        ("GET", "/shares", Value::Null),
        ("POST", "/validate-gitops", Value::Null),
        ("POST", "/init-gitops", approved.clone()),
        ("POST", "/init-gitops", proposed.clone()),
        ("POST", "/repair", approved.clone()),
        ("POST", "/repair", proposed),
        ("POST", "/shares", json!({})),
        (
            "PATCH",
            "",
            json!({ "name": "mine", "gitops_directory": "mine", "approval": approval }),
        ),
        (
            "PATCH",
            "",
            json!({ "branch": "main2", "approval": approval }),
        ),
        (
            "DELETE",
            "",
            json!({ "remove_files": true, "approval": approval }),
        ),
        ("DELETE", "", Value::Null),
    ];
    let mut answers = Vec::new();
    for (method, path, body) in requests {
        let address = format!("/api/fabrics/{id}{path}");
        let body = Some(&body).filter(|body| !body.is_null());
        answers.push((path, person.send(method, &address, body).await));
    }
    let page = format!("/f/{id}");
    answers.push(("the page", person.get(&page).await));
    answers
}

/// An answer without what is of this request alone.
fn words(answer: &Answer, id: &str) -> String {
    let mut body = answer.body.clone();
    if body.is_object() {
        body["request_id"] = Value::Null;
        return format!("{} {body}", answer.status);
    }
    format!("{} {}", answer.status, answer.text.replace(id, "{id}"))
}

/// A fabric that not everybody may see: of a private repository, or of one of which GitHub said long ago that it is public.
async fn kept_from_otto(is_private: bool) -> (World, String, Value) {
    let world = World::with_fast_clock();
    world.host.configure(|config| config.app = None);
    let wanted = match is_private {
        true => private(),
        false => fabric("gitops"),
    };
    let (id, approved) = {
        let ada = world.sign_in("standin-admin").await;
        let id = ada.created(&wanted).await;
        (id, ada.approve(&wanted).await)
    };
    if !is_private {
        let change = world
            .standin
            .change_repository("acme/network", |repository| repository.private = true);
        change.unwrap();
        world.host.advance(25 * HOUR_MS);
    }
    (world, id, approved)
}

fn meets(world: &World, login: &str, action: &Value) {
    world.fault(json!({ "match": { "login": login }, "times": 100_000, "action": action }));
}

fn names_something(answer: &Answer) -> bool {
    let names = ["fabric-1", "acme", "network", "secretorg", "gitops\""];
    names.iter().any(|name| answer.text.contains(name))
}

#[tokio::test]
async fn a_fabric_is_none_for_whoever_github_keeps_out_however_it_says_so() {
    let none = FabricId::from_bytes([7; 16]).to_string();
    let mut refusals = refusals();
    // Without a fault it is not found.
    refusals.push(Value::Null);
    for is_private in [true, false] {
        for refusal in &refusals {
            let (world, id, approved) = kept_from_otto(is_private).await;
            let otto = world.sign_in("standin-outsider").await;
            if !refusal.is_null() {
                meets(&world, "otto", refusal);
            }
            let hidden = everything(&otto, &id, &approved).await;
            let absent = everything(&otto, &none, &approved).await;
            for ((path, hidden), (_, absent)) in hidden.iter().zip(&absent) {
                let case = format!("{is_private} {path} {refusal}: {hidden:?}");
                assert_eq!(hidden.status, 404, "{case}");
                assert_eq!(words(hidden, &id), words(absent, &none), "{case}");
                assert!(!names_something(hidden), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_of_the_person_or_of_github_is_told_and_names_nothing() {
    for (action, code) in own() {
        let (world, id, approved) = kept_from_otto(true).await;
        let otto = world.sign_in("standin-outsider").await;
        meets(&world, "otto", &action);
        for (path, answer) in everything(&otto, &id, &approved).await {
            let is_page = path == "the page";
            assert!(!is_page || answer.status != 404, "{code}: {answer:?}");
            assert!(
                is_page || answer.text("code") == code,
                "{path} {code}: {answer:?}"
            );
            assert!(!names_something(&answer), "{path} {code}: {answer:?}");
        }
        let page = format!("/f/{id}");
        let shown = otto.get(&page).await.status;
        let head = otto.send("HEAD", &page, None).await.status;
        assert_eq!(head, shown, "{code}");
    }
}

#[tokio::test]
async fn whoever_asks_too_often_is_not_told_that_there_is_no_such_fabric() {
    let (world, id, _) = kept_from_otto(true).await;
    let otto = world.sign_in("standin-outsider").await;
    world.host.limit_to(0);
    for method in ["GET", "HEAD"] {
        let answer = otto.send(method, &format!("/f/{id}"), None).await;
        assert_eq!(answer.status, 429, "{answer:?}");
    }
}

#[tokio::test]
async fn whoever_sees_the_repository_is_told_what_their_token_may_not() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&private()).await;
    let reads = json!({ "graphql_contains": "Snapshot" });
    let refusal = &refusals()[2];
    world.fault(json!({ "match": reads, "times": 10, "action": refusal }));
    let answer = ada.validate(&id).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (403, "token_permission_missing"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn while_github_is_down_nobody_writes_to_the_record_of_what_they_may_not_see() {
    let world = World::with_fast_clock();
    world.standin.add_user(User {
        id: 1102,
        login: "lena".to_owned(),
        name: "lena".to_owned(),
        kind: UserKind::Person,
    });
    world.standin.add_token(Grant::classic("of-lena", "lena"));
    let give = |role: Option<Permission>| {
        let change = world.standin.change_repository("acme/private", |settings| {
            match role {
                Some(role) => settings.permissions.insert("lena".to_owned(), role),
                None => settings.permissions.remove("lena"),
            };
        });
        change.unwrap();
    };
    give(Some(Permission::Write));
    let lena = world.sign_in("of-lena").await;
    let ada = world.sign_in("standin-admin").await;
    let otto = world.sign_in("standin-outsider").await;
    let id = lena.created(&private()).await;
    give(None);
    let record = format!("/api/fabrics/{id}");
    let before = ada.get(&record).await.body;
    let entries = ada.get(&format!("{record}/history")).await.body["entries"].clone();
    for (person, login) in [(&lena, "lena"), (&otto, "otto")] {
        meets(&world, login, &json!({ "status": 503 }));
        let answer = person.validate(&id).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (502, "github_unavailable"),
            "{answer:?}"
        );
        assert_eq!(ada.get(&record).await.body, before, "{login}");
        let now = ada.get(&format!("{record}/history")).await.body["entries"].clone();
        assert_eq!(now, entries, "{login}");
    }
}
