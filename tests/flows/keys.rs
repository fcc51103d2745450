//! An `Idempotency-Key` stands for one request: method, address and body.

use edge_worker::ROUTES;
use edge_worker::objects::Class;
use flows::openapi::DOCUMENT;
use flows::{Answer, Person, World};
use http::Method;
use serde_json::{Value, json};

use crate::fabric;

/// Two fabrics of a person, of which the first has a share link; and the body that renames the first.
struct Writes {
    first: String,
    second: String,
    share: String,
    rename: Value,
}

async fn writes(ada: &Person<'_>) -> Writes {
    let first = ada.created(&fabric("gitops")).await;
    let second = ada.created(&fabric("other")).await;
    let path = format!("/api/fabrics/{first}/shares");
    let share = ada.post(&path, &json!({})).await;
    let mut wanted = fabric("gitops");
    wanted["to"] = json!({ "name": "west" });
    let plan = ada.post("/api/plan", &wanted).await;
    let approval = plan.body["approval"].clone();
    Writes {
        share: share.text("id").to_owned(),
        rename: json!({ "name": "west", "approval": approval }),
        first,
        second,
    }
}

/// Sends a key, or several, with a write.
async fn send(
    (world, ada): (&World, &Person<'_>),
    (method, path): (&str, &str),
    keys: &[&str],
    body: &Value,
) -> Answer {
    let headers: Vec<_> = keys.iter().map(|key| ("idempotency-key", *key)).collect();
    let answer = world.send(method, path, ada.cookie(), &headers, Some(body));
    answer.await
}

fn names_the_key(answer: &Answer) -> bool {
    let field = &answer.body["errors"][0]["field"];
    (answer.status, answer.text("code")) == (400, "invalid_request") && field == "idempotency-key"
}

#[tokio::test]
async fn what_is_no_key_is_refused_by_name_wherever_one_is_taken() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let known = writes(&ada).await;
    let long = "x".repeat(129);
    let two = ["one", "two"];
    let not_keys: [&[&str]; 7] = [
        &[""],
        &[&long],
        &["schlüssel"],
        &["\u{1f511}"],
        &["one, two"],
        &two,
        &["one", "one"],
    ];
    let mut taken = Vec::new();
    for route in ROUTES {
        for method in route.methods() {
            if matches!(*method, Method::GET | Method::HEAD) {
                continue;
            }
            let path = route.path.replace("{id}", &known.first);
            let path = path.replace("{share}", &known.share);
            let described = &DOCUMENT["paths"][route.path][method.as_str().to_lowercase()];
            let is_taken = described.to_string().contains("/IdempotencyKey\"");
            if is_taken {
                taken.push(format!("{method} {}", route.path));
            }
            // A body that nothing is done for.
            let body = json!({ "approval": 1 });
            for keys in not_keys {
                if !is_taken && !route.path.ends_with("/plan") {
                    continue;
                }
                let write = (method.as_str(), path.as_str());
                let answer = send((&world, &ada), write, keys, &body).await;
                let what = format!("{method} {path} {keys:?}: {answer:?}");
                assert_eq!(names_the_key(&answer), is_taken, "{what}");
            }
        }
    }
    let expected = [
        "POST /api/fabrics",
        "PATCH /api/fabrics/{id}",
        "DELETE /api/fabrics/{id}",
        "POST /api/fabrics/{id}/init-gitops",
        "POST /api/fabrics/{id}/repair",
        "POST /api/fabrics/{id}/shares",
        "DELETE /api/fabrics/{id}/shares/{share}",
    ];
    assert_eq!(taken, expected, "docs/api.md names the others");
    for id in [&known.first, &known.second] {
        let seen = ada.get(&format!("/api/fabrics/{id}")).await;
        assert_eq!(seen.status, 200, "nothing was done");
    }
}

#[tokio::test]
async fn a_key_stands_for_one_method_address_and_body() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let known = writes(&ada).await;
    let (first, second) = (&known.first, &known.second);
    let fabric = |id: &str| format!("/api/fabrics/{id}");
    let shares = |id: &str| format!("/api/fabrics/{id}/shares");
    let share = format!("{}/{}", shares(first), known.share);
    let one = async |method: &str, path: &str, key: &str, body: &Value| {
        let answer = send((&world, &ada), (method, path), &[key], body).await;
        (answer.status, answer.text("code").to_owned())
    };
    let used = (422, "idempotency_key_reused".to_owned());
    let (rename, note) = (&known.rename, json!({ "note": "x" }));
    // A rename is no removal, though key, address and body are the same.
    let ok = |status: u16| (status, String::new());
    let path = fabric(first);
    assert_eq!(one("PATCH", &path, "a", rename).await, ok(200));
    assert_eq!(one("DELETE", &path, "a", rename).await, used);
    assert_eq!(one("PATCH", &path, "a", rename).await, ok(200));
    assert_eq!(ada.get(&path).await.text("name"), "west");
    // Nor is it another fabric's, another query's, or one with another body.
    assert_eq!(one("PATCH", &fabric(second), "a", rename).await, used);
    assert_eq!(one("PATCH", &path, "a", &note).await, used);
    assert_eq!(one("POST", &shares(first), "a", &note).await, used);
    assert_eq!(one("POST", &shares(first), "b", &note).await, ok(201));
    assert_eq!(one("POST", &shares(first), "b", &note).await, ok(201));
    assert_eq!(one("POST", &shares(second), "b", &note).await, used);
    assert_eq!(one("POST", &shares(first), "b", &json!({})).await, used);
    assert_eq!(one("DELETE", &share, "b", &note).await, used);
    for write in ["init-gitops", "repair"] {
        let path = format!("{}/{write}", fabric(first));
        assert_eq!(one("POST", &path, "b", &note).await, used, "{write}");
    }
    assert_eq!(one("DELETE", &share, "c", &note).await, ok(204));
    assert_eq!(one("DELETE", &share, "c", &note).await, ok(204));
    let listed = ada.get(&shares(first)).await;
    assert_eq!(listed.body["shares"].as_array().map(Vec::len), Some(1));
    // And the removal, with a key of its own, removes.
    assert_eq!(one("DELETE", &path, "d", &json!({})).await, ok(200));
    assert_eq!(one("DELETE", &path, "d", &json!({})).await, ok(200));
    assert_eq!(ada.get(&path).await.status, 404);
}

/// What a key stood for to a version that knew address and body alone.
fn landed_fingerprint(path: &str, body: &Value) -> String {
    let text = format!("{path}\0{body}");
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.as_ref())
}

#[tokio::test]
async fn a_write_that_a_version_began_which_knew_no_methods_is_still_the_same() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let known = writes(&ada).await;
    let fabric = format!("/api/fabrics/{}", known.first);
    let shares = format!("{fabric}/shares");
    for (method, path, key, body, status) in [
        ("POST", &shares, "made", &json!({ "note": "x" }), 201),
        ("PATCH", &fabric, "renamed", &known.rename, 200),
        ("DELETE", &fabric, "removed", &json!({}), 200),
    ] {
        let write = (method, path.as_str());
        let before = send((&world, &ada), write, &[key], body).await;
        assert_eq!(before.status, status, "{before:?}");
        let landed = landed_fingerprint(path, body);
        let statement = format!("UPDATE answers SET fingerprint = '{landed}' WHERE key = '{key}'");
        if method == "POST" {
            let kept = world.host.object(Class::Session, "person-1001");
            assert!(kept.contains(&landed), "going back finds it, too");
        }
        world.host.sql(Class::Session, "person-1001", &statement);
        let after = send((&world, &ada), write, &[key], body).await;
        assert_eq!((after.status, &after.body), (status, &before.body));
        let other = send((&world, &ada), write, &[key], &json!({ "y": 1 })).await;
        assert_eq!(other.status, 422, "{other:?}");
    }
}
