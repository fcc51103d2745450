//! Secrets that could be guessed: they are not used, and it is said so.

use edge_worker::config::Config;
use flows::World;
use serde_json::{Value, json};

/// 32 bytes.
const KEY: &str = "bmV3LWtleS1vZi0zMi1ieXRlcy1mb3ItdGhlLXRlc3Q=";

/// A Hedgerow whose operator gave these secrets.
fn with(session_key: &str, operator_key: &str) -> World {
    let world = World::new();
    let read = Config::read(|name| match name {
        "SESSION_KEY" => Some(session_key.to_owned()),
        "OPERATOR_KEY" => Some(operator_key.to_owned()),
        _ => None,
    });
    world.host.configure(|config| {
        config.session_keys = read.session_keys;
        config.operator_key = read.operator_key;
        config.unused_secrets = read.unused_secrets;
    });
    world
}

async fn health(world: &World) -> Value {
    let answer = world.send("GET", "/api/health", "", &[], None).await;
    assert_eq!(answer.status, 200);
    answer.body["configuration"].clone()
}

/// What the newest line about a request says of secrets.
fn unused(world: &World) -> Value {
    let lines = world.host.log_lines();
    let line: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(line["event"], "request");
    line["unused_secrets"].clone()
}

#[tokio::test]
async fn with_a_key_that_is_too_short_nobody_signs_in_and_both_sides_learn_why() {
    let world = with("a", "");
    let body = json!({ "token": "standin-admin" });
    let answer = world
        .send("POST", "/api/auth/token", "", &[], Some(&body))
        .await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (500, "not_configured")
    );
    assert!(
        answer.text("detail").contains("less than 32 bytes"),
        "{answer:?}"
    );
    assert_eq!(unused(&world), json!(["SESSION_KEY 1"]));
    assert_eq!(health(&world).await, "nobody_can_sign_in");
    assert_eq!(health(&with("", "")).await, "nobody_can_sign_in");
}

#[tokio::test]
async fn of_several_keys_one_that_is_too_short_is_not_used_and_named() {
    let world = with(&format!("short,{KEY}"), "");
    world.sign_in("standin-admin").await;
    assert_eq!(unused(&world), json!(["SESSION_KEY 1"]));
    assert_eq!(health(&world).await, "secret_not_used");
    let world = with(KEY, "");
    world.sign_in("standin-admin").await;
    assert_eq!(unused(&world), Value::Null);
    assert_eq!(health(&world).await, "ok");
}

#[tokio::test]
async fn an_operators_key_that_is_too_short_opens_nothing() {
    for (key, status) in [("o", 404), (KEY, 200)] {
        let world = with(KEY, key);
        let headers = [("authorization", &*format!("Bearer {key}"))];
        let answer = world
            .send_text("GET", "/api/operator/backup", &headers, "")
            .await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let world = with(KEY, "o");
    assert_eq!(health(&world).await, "secret_not_used");
    assert_eq!(unused(&world), json!(["OPERATOR_KEY"]));
}
