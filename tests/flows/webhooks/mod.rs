//! What GitHub says of its own accord: who is believed, what follows, and how often.

mod by_hand;
mod missed;
mod pushes;
mod refused;
mod repositories;
mod storm;

use flows::{Answer, WEBHOOK_SECRET, World, signature};
use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// Sends the Worker an event as GitHub does, signed under a secret.
async fn tell(world: &World, guid: &str, event: &str, payload: &Value, secret: &str) -> Answer {
    let body = payload.to_string();
    let mut headers = HeaderMap::new();
    let signature = signature(secret, body.as_bytes());
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-github-event", event),
        ("x-github-delivery", guid),
        ("x-hub-signature-256", &signature),
    ] {
        headers.insert(name, HeaderValue::from_str(value).unwrap());
    }
    let path = "/api/webhooks/github";
    world.deliver(path, &headers, body.as_bytes()).await
}

/// The same, as the App's webhook does.
async fn told(world: &World, guid: &str, event: &str, payload: &Value) -> usize {
    let answer = tell(world, guid, event, payload, WEBHOOK_SECRET).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    usize::try_from(answer.body["jobs"].as_u64().unwrap()).unwrap()
}

/// GitHub's number of `acme/network`.
fn number(world: &World) -> u64 {
    world.standin.repo("acme/network").unwrap().settings.id
}

/// A push to `main` of `acme/network` that changes these paths.
fn push(world: &World, paths: &[&str]) -> Value {
    let head = world.head("main");
    json!({
        "ref": "refs/heads/main", "before": "1".repeat(40), "after": head,
        "created": false, "deleted": false, "forced": false,
        "commits": [{ "id": head, "added": [], "removed": [], "modified": paths }],
        "repository": { "id": number(world) },
    })
}

/// A field of a fabric's record as ada reads it.
async fn field(world: &World, id: &str, name: &str) -> Value {
    let ada = world.sign_in("standin-admin").await;
    ada.get(&format!("/api/fabrics/{id}")).await.body[name].clone()
}
