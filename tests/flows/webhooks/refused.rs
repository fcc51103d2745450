//! What is not taken, and leaves nothing.

use flows::World;
use serde_json::json;

use super::{push, tell, told};
use crate::fabric;

#[tokio::test]
async fn what_is_not_signed_with_the_secret_is_nothing_and_leaves_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    let payload = push(&world, &["gitops/managed/a.yaml"]);
    for secret in ["", "another-secret"] {
        let answer = tell(&world, "guid-1", "push", &payload, secret).await;
        assert_eq!((answer.status, answer.text("code")), (404, "not_found"));
    }
    let unsigned = world
        .send_text(
            "POST",
            "/api/webhooks/github",
            &[("x-github-event", "push")],
            "{",
        )
        .await;
    assert_eq!(unsigned.status, 404);
    assert_eq!(world.host.jobs(), [""; 0]);
    let lines = world.host.log_lines().join("\n");
    assert!(
        lines.contains("it is signed with another secret"),
        "{lines}"
    );
    assert!(lines.contains("it is not signed"), "{lines}");
    assert_eq!(told(&world, "guid-1", "push", &payload).await, 1);
}

#[tokio::test]
async fn without_a_secret_nothing_is_believed() {
    let world = World::new();
    world.host.configure(|config| config.webhook_secret = None);
    let answer = tell(&world, "guid-1", "ping", &json!({}), "").await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_delivery_that_says_to_be_too_long_is_refused_before_it_is_looked_at() {
    let world = World::new();
    let path = "/api/webhooks/github";
    let limit = 1024 * 1024;
    for length in ["1048577", "26214400", "99999999999999999999", "-1", "many"] {
        let headers = [("content-length", length)];
        let answer = world.send_text("POST", path, &headers, "").await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (413, "body_too_large")
        );
    }
    let answer = world
        .send_text("POST", path, &[], &" ".repeat(limit + 1))
        .await;
    assert_eq!(answer.status, 413);
    let answer = world.send_text("POST", path, &[], &" ".repeat(limit)).await;
    assert_eq!(answer.status, 404, "it is not signed");
    // Other routes take less.
    let headers = [
        ("content-length", "262145"),
        ("content-type", "application/json"),
    ];
    let answer = world.send_text("POST", "/api/plan", &headers, "{}").await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn a_delivery_that_no_queue_takes_is_answered_as_failed_so_that_github_keeps_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    let payload = push(&world, &["gitops/managed/a.yaml"]);
    world.host.miss_queue(true);
    let answer = tell(&world, "guid-1", "push", &payload, flows::WEBHOOK_SECRET).await;
    assert!(answer.status >= 500, "{answer:?}");
    assert!(
        world
            .host
            .log_lines()
            .iter()
            .any(|line| line.contains("jobs_not_queued"))
    );
    world.host.miss_queue(false);
    assert_eq!(told(&world, "guid-1", "push", &payload).await, 1);
}

#[tokio::test]
async fn events_that_nobody_knows_are_taken_and_ignored_and_what_is_no_payload_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.created(&fabric("gitops")).await;
    let mut payload = push(&world, &["gitops/managed/a.yaml"]);
    payload["action"] = json!("done");
    for event in [
        "ping",
        "star",
        "of_tomorrow",
        "check_run",
        "status",
        "deployment_status",
    ] {
        assert_eq!(told(&world, "guid-1", event, &payload).await, 0, "{event}");
    }
    let wrong = tell(&world, "guid-1", "push", &json!({}), flows::WEBHOOK_SECRET).await;
    assert_eq!((wrong.status, wrong.text("code")), (400, "invalid_json"));
    for guid in ["", "a b", "<guid>", &"a".repeat(65)] {
        let wrong = tell(&world, guid, "push", &payload, flows::WEBHOOK_SECRET).await;
        assert_eq!(
            (wrong.status, wrong.text("code")),
            (400, "invalid_request"),
            "{guid}"
        );
    }
    assert_eq!(world.host.jobs(), [""; 0]);
}
