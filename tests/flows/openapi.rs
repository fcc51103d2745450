//! The OpenAPI document describes every route, and its examples are what it describes. Every exchange of the other tests is
//! held against it where it happens (`tests/src/openapi.rs`).

use std::collections::BTreeSet;

use edge_worker::ROUTES;
use flows::World;
use flows::openapi::{DOCUMENT, invalid};
use serde_json::{Value, json};

/// Every operation: its path, its method and its description.
fn operations() -> Vec<(String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        let methods = methods.filter(|(name, _)| *name != "parameters");
        methods.map(move |(method, operation)| (path.clone(), method.to_uppercase(), operation))
    });
    all.collect()
}

#[test]
fn every_route_is_described_and_no_other() {
    let described: BTreeSet<_> = operations()
        .into_iter()
        .map(|(path, method, _)| (path, method))
        .collect();
    let taken: BTreeSet<_> = ROUTES
        .iter()
        .flat_map(|route| {
            let methods = route.methods();
            methods.map(|method| (route.path.to_owned(), method.to_string()))
        })
        .collect();
    assert_eq!(described, taken);
}

#[test]
fn every_example_is_what_is_described() {
    let mut count = 0;
    for (path, method, operation) in operations() {
        for (kind, content) in operation["requestBody"]["content"]
            .as_object()
            .into_iter()
            .flatten()
        {
            for (name, example) in content["examples"].as_object().into_iter().flatten() {
                let id = format!("{method} {path} {kind} {name}");
                let found = invalid(&id, &content["schema"], &example["value"]);
                assert!(found.is_empty(), "{id}: {found:?}");
                count += 1;
            }
        }
    }
    assert!(count > 5, "{count}");
}

#[test]
fn what_is_not_described_is_found() {
    let schema = json!({ "$ref": "#/components/schemas/CreatedShare" });
    let share = json!({
        "id": "a", "redacted": true, "note": "", "created_by": "ada", "created_at": "2026-11-29T12:00:00Z", "url": "https://example.com/s/x",
    });
    assert_eq!(invalid("a share", &schema, &share), Vec::<String>::new());
    for (field, value) in [
        ("secret", "x".into()),
        ("created_at", "today".into()),
        ("note", Value::Null),
    ] {
        let mut invalid_share = share.clone();
        invalid_share[field] = value;
        assert_ne!(
            invalid("a share", &schema, &invalid_share),
            Vec::<String>::new(),
            "{field}"
        );
    }
    let mut short = share.clone();
    short.as_object_mut().unwrap().remove("url");
    assert_ne!(invalid("a share", &schema, &short), Vec::<String>::new());
}

#[tokio::test]
async fn it_is_served_as_it_stands_in_the_docs() {
    let world = World::new();
    let answer = world.send("GET", "/api/openapi.json", "", &[], None).await;
    assert_eq!((answer.status, &answer.body), (200, &*DOCUMENT));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let health = world.send("GET", "/api/health", "", &[], None).await;
    assert_eq!(DOCUMENT["info"]["version"], health.body["version"]);
}

#[tokio::test]
async fn whoever_has_an_answer_or_asks_about_it_is_sent_no_body() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&crate::fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/shares");
    let share = ada.post(&path, &json!({})).await;
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    for (path, has_tag, missing) in [
        (format!("/f/{id}"), true, 404),
        (format!("/f/{id}/status.json"), true, 404),
        (format!("/f/{id}/badge.svg"), true, 404),
        // An answer that is not a 200 would show as an error of shields.io.
        (format!("/f/{id}/badge.json"), true, 200),
        (format!("/s/{secret}"), false, 404),
        (format!("/s/{secret}/badge.svg"), true, 404),
    ] {
        let whole = world.send("GET", &path, "", &[], None).await;
        let asked = world.send("HEAD", &path, "", &[], None).await;
        assert_eq!((whole.status, asked.status), (200, 200), "{path}");
        for header in ["content-type", "etag", "cache-control"] {
            assert_eq!(
                whole.header(header),
                asked.header(header),
                "{path}: {header}"
            );
        }
        assert_eq!(whole.headers.contains_key("etag"), has_tag, "{path}");
        if has_tag {
            let known = [("if-none-match", whole.header("etag"))];
            for method in ["GET", "HEAD"] {
                let same = world.send(method, &path, "", &known, None).await;
                assert_eq!((same.status, same.text.as_str()), (304, ""), "{path}");
            }
        }
        let none = path
            .replace(&id, "aaaaaaaaaaaaaaaaaaaaaaaaaa")
            .replace(secret, "none");
        for method in ["GET", "HEAD"] {
            let answer = world.send(method, &none, "", &[], None).await;
            assert_eq!(answer.status, missing, "{method} {none}");
        }
    }
}

#[tokio::test]
async fn what_is_rarely_refused_is_a_problem_like_any_other() {
    let world = World::new();
    let refused =
        |status: u16, message: &str| json!({ "status": status, "body": { "message": message } });
    {
        let ada = world.sign_in("standin-admin").await;
        for (action, status, code) in [
            (
                refused(
                    403,
                    "`acme` forbids access via a personal access token (classic).",
                ),
                403,
                "token_not_approved",
            ),
            (
                refused(403, "Resource not accessible by integration"),
                403,
                "app_not_installed",
            ),
            (
                json!({ "status": 200, "body": "no JSON" }),
                502,
                "github_answer",
            ),
        ] {
            world.standin.forget_faults();
            world.fault(
                json!({ "match": { "operation": "Snapshot" }, "times": 9, "action": action }),
            );
            let path = "/api/snapshot?repository=acme/network&branch=main&directory=gitops";
            let answer = ada.get(path).await;
            assert_eq!(
                (answer.status, answer.text("code")),
                (status, code),
                "{answer:?}"
            );
        }
    }
    world.standin.forget_faults();
    {
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&crate::fabric("gitops")).await;
        let action = refused(413, "Payload too large");
        world.fault(json!({ "match": { "operation": "Commit" }, "action": action }));
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (409, "too_large"),
            "{answer:?}"
        );
    }
    world.host.configure(|config| config.session_keys.clear());
    let body = json!({ "token": "standin-admin" });
    let answer = world
        .send("POST", "/api/auth/token", "", &[], Some(&body))
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (500, "not_configured"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn whatever_github_refuses_to_tell_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let oid = "42c4d4ccb455e395b16ab65f716e02fd31614ad1";
    let message = "Resource protected by organization SAML enforcement.";
    let sso = json!({ "status": 403, "headers": { "x-github-sso": "required" }, "body": { "message": message } });
    world.fault(json!({ "times": 99, "action": sso }));
    for path in [
        "/api/snapshot?repository=acme/network&branch=main&directory=gitops",
        "/api/branches?repository=acme/network",
        &format!("/api/blob?repository=acme/network&oid={oid}"),
        "/api/repositories",
        "/api/fabrics",
    ] {
        let answer = ada.get(path).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (403, "sso_required"),
            "{path}: {answer:?}"
        );
    }
    let body = json!({ "token": "standin-admin" });
    let answer = world
        .send("POST", "/api/auth/token", "", &[], Some(&body))
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (403, "sso_required"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_write_with_a_body_that_nobody_can_read_or_a_used_key_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&crate::fabric("gitops")).await;
    let created = ada.post_once("/api/fabrics", "used", &body).await;
    let path = format!("/api/fabrics/{}", created.text("id"));
    let approval = &body["approval"];
    let change = json!({ "name": "other", "approval": approval });
    let write = json!({ "files": body["files"], "approval": approval });
    for (method, path, whole) in [
        ("PATCH", path.clone(), &change),
        (
            "DELETE",
            path.clone(),
            &json!({ "remove_files": true, "approval": approval }),
        ),
        ("POST", format!("{path}/init-gitops"), &write),
        ("POST", format!("{path}/repair"), &write),
    ] {
        let broken = ada.send(method, &path, Some(&json!("broken"))).await;
        assert_eq!(
            (broken.status, broken.text("code")),
            (400, "invalid_json"),
            "{method} {path}: {broken:?}"
        );
        let used = [("idempotency-key", "used")];
        let reused = world
            .send(method, &path, ada.cookie(), &used, Some(whole))
            .await;
        assert_eq!(
            (reused.status, reused.text("code")),
            (422, "idempotency_key_reused"),
            "{method} {path}: {reused:?}"
        );
    }
    let refused = ada
        .get("/api/snapshot?repository=acme&branch=main&directory=gitops")
        .await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (400, "invalid_request"),
        "{refused:?}"
    );
}
