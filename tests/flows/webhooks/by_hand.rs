//! The webhook of one repository, set up by hand where there is no App.

use flows::{Answer, Person, World, signature};
use serde_json::{Value, json};

use super::{field, number, push, tell};
use crate::fabric;

/// What an administrator is shown for a fabric's repository.
async fn shown(person: &Person<'_>, id: &str) -> Answer {
    person.get(&format!("/api/fabrics/{id}/webhook")).await
}

/// Sends a delivery to the address of a number.
async fn to(world: &World, address: &str, event: &str, payload: &Value, secret: &str) -> Answer {
    let body = payload.to_string();
    let signed = signature(secret, body.as_bytes());
    let headers = [
        ("content-type", "application/json"),
        ("x-github-event", event),
        ("x-github-delivery", "guid-1"),
        ("x-hub-signature-256", signed.as_str()),
    ];
    let path = address
        .strip_prefix("http://localhost:8787")
        .unwrap_or(address);
    world.send_text("POST", path, &headers, &body).await
}

fn without_app() -> World {
    let world = World::new();
    world.host.configure(|config| config.app = None);
    world
}

#[tokio::test]
async fn a_push_marks_what_nobody_may_read_without_a_person_and_the_next_who_looks_reads_it() {
    let world = without_app();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let hook = shown(&ada, &id).await.body;
    assert_eq!(
        hook["events"],
        json!(["push", "pull_request", "repository"])
    );
    let (url, secret) = (
        hook["url"].as_str().unwrap(),
        hook["secret"].as_str().unwrap(),
    );
    world.push("main", &[("gitops/unmanaged/README.md", None)]);
    let payload = push(&world, &["gitops/unmanaged/README.md"]);
    world.standin.forget_requests();
    let answer = to(&world, url, "push", &payload, secret).await;
    assert_eq!((answer.status, &answer.body["jobs"]), (202, &json!(1)));
    world.work_jobs().await;
    assert_eq!(
        world.standin.requests().len(),
        0,
        "nothing is read without a person"
    );
    let check = field(&world, &id, "check").await;
    assert_eq!(check["state"], "unknown");
    assert_eq!(check["code"], "directory_changed");
    let head = &world.head("main")[..7];
    let message = format!("the branch changed at {head} and was not read yet");
    assert_eq!(check["message"], message);
    assert_eq!(
        field(&world, &id, "gitops_directory_status").await,
        "initialized"
    );
    assert_eq!(ada.validate(&id).await.status, 200);
    assert_eq!(field(&world, &id, "check").await["state"], "ok");
    assert_eq!(
        field(&world, &id, "gitops_directory_status").await,
        "invalid_structure"
    );
}

#[tokio::test]
async fn the_secret_of_one_repositorys_hook_is_good_for_no_other() {
    let world = without_app();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let mut other = fabric("gitops");
    other["git_repository"] = json!("acme/private");
    let other = ada.created(&other).await;
    let own = shown(&ada, &other).await.body;
    let hook = shown(&ada, &id).await.body;
    let (url, own_url) = (hook["url"].as_str().unwrap(), own["url"].as_str().unwrap());
    let secret = own["secret"].as_str().unwrap();
    assert_ne!(hook["secret"], own["secret"]);
    let payload = push(&world, &["gitops/unmanaged/README.md"]);
    // To the address of the repository that is lied about, to its own, and to the App's.
    for address in [url, own_url, "/api/webhooks/github"] {
        let answer = to(&world, address, "push", &payload, secret).await;
        assert_eq!(answer.status, 404, "{address}");
    }
    assert_eq!(
        tell(&world, "guid-1", "push", &payload, secret)
            .await
            .status,
        404
    );
    // Nor is the App's good for a repository's, and a number is written in one way.
    let app = to(&world, url, "push", &payload, flows::WEBHOOK_SECRET).await;
    assert_eq!(app.status, 404);
    let own_secret = hook["secret"].as_str().unwrap();
    let padded = format!("/api/webhooks/github/0{}", number(&world));
    for address in [
        padded.as_str(),
        "/api/webhooks/github/x",
        "/api/webhooks/github/-1",
    ] {
        let answer = to(&world, address, "push", &payload, own_secret).await;
        assert_eq!(answer.status, 404, "{address}");
    }
    assert_eq!(world.host.jobs(), [""; 0]);
    let lines = world.host.log_lines().join("\n");
    assert!(
        lines.contains("it is about another repository than its address"),
        "{lines}"
    );
    // What it is not good for, it is not, also of its own repository.
    let revoked = json!({ "action": "revoked", "sender": { "id": 1001 }, "repository": { "id": number(&world) } });
    for (event, payload) in [
        ("github_app_authorization", revoked),
        (
            "installation",
            json!({ "action": "created", "repositories": [{ "id": number(&world) }], "repository": { "id": number(&world) } }),
        ),
    ] {
        let answer = to(&world, url, event, &payload, own_secret).await;
        assert_eq!(
            (answer.status, &answer.body["jobs"]),
            (202, &json!(0)),
            "{event}"
        );
    }
}

#[tokio::test]
async fn only_who_administers_a_repository_is_shown_its_secret_and_it_outlives_a_rotation() {
    let world = without_app();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let reader = world.sign_in("standin-reader").await;
    let refused = shown(&reader, &id).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (403, "permission_missing")
    );
    assert_eq!(
        refused.text("detail"),
        "only who administers acme/network may have this"
    );
    let hook = shown(&ada, &id).await;
    assert_eq!(hook.header("cache-control"), "no-store");
    let (url, secret) = (hook.text("url").to_owned(), hook.text("secret").to_owned());
    assert!(
        !world.host.everything().contains(&secret),
        "it is kept nowhere"
    );
    let cookie = ada.cookie.clone();
    world.host.configure(|config| {
        let new = "bmV3LWtleS1vZi0zMi1ieXRlcy1mb3ItdGhlLXRlc3Q=".to_owned();
        config.session_keys.insert(0, edge_worker::Secret::new(new));
    });
    let payload = push(&world, &["gitops/unmanaged/README.md"]);
    let answer = to(&world, &url, "push", &payload, &secret).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let new = shown(&world.person(&cookie), &id).await;
    assert_ne!(new.text("secret"), secret);
    assert_eq!(
        to(&world, &url, "push", &payload, new.text("secret"))
            .await
            .status,
        202
    );
    world
        .host
        .configure(|config| drop(config.session_keys.pop()));
    assert_eq!(
        to(&world, &url, "push", &payload, &secret).await.status,
        404
    );
}

#[tokio::test]
async fn what_an_administrator_says_became_private_is_hidden_and_shown_again_once_github_says_so() {
    let world = without_app();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let hook = shown(&ada, &id).await;
    let repository = json!({ "id": number(&world) });
    let payload = json!({ "action": "privatized", "repository": repository });
    let answer = to(
        &world,
        hook.text("url"),
        "repository",
        &payload,
        hook.text("secret"),
    )
    .await;
    assert_eq!(answer.status, 202);
    world.work_jobs().await;
    let status = format!("/f/{id}/status.json");
    assert_eq!(world.send("GET", &status, "", &[], None).await.status, 404);
    assert_eq!(ada.validate(&id).await.status, 200);
    assert_eq!(world.send("GET", &status, "", &[], None).await.status, 200);
}
