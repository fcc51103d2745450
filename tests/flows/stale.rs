//! What was checked long ago is not called current: computed when it is read, the same for everybody who reads it.

use flows::{Person, World};
use serde_json::Value;

use crate::fabric;

const HOUR_MS: u64 = 3_600_000;

/// As the line for `jq` in `docs/status-json.md` judges.
fn passes(status: &Value) -> bool {
    let line = include_str!("../../docs/status-json.md");
    assert!(line.contains("'.verdict.code == \"healthy\" and .check.state == \"ok\"'"));
    status["verdict"]["code"] == "healthy" && status["check"]["state"] == "ok"
}

/// The check and the verdict of the row in the list.
async fn row(person: &Person<'_>) -> (Value, Value) {
    let list = person.get("/api/fabrics").await;
    let row = &list.body["fabrics"][0];
    (row["check"].clone(), row["verdict"].clone())
}

#[tokio::test]
async fn what_was_checked_over_two_days_ago_is_stale_until_somebody_validates() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let made = ada.create(&fabric("gitops/fabric-1")).await;
    let id = made.text("id");
    let (api, page) = (format!("/api/fabrics/{id}"), format!("/f/{id}"));
    let read = async |path: &str| world.send("GET", path, "", &[], None).await;
    let status = read(&format!("{page}/status.json")).await;
    assert!(passes(&status.body), "{status:?}");
    let tag = status.header("etag");

    world.host.advance(47 * HOUR_MS);
    assert!(passes(&read(&format!("{page}/status.json")).await.body));
    world.host.advance(2 * HOUR_MS);
    let known = [("if-none-match", tag)];
    let status = world
        .send("GET", &format!("{page}/status.json"), "", &known, None)
        .await;
    assert_eq!(status.status, 200, "it is another answer now");
    assert!(!passes(&status.body), "{status:?}");
    assert_eq!(status.body["status_version"], 1);
    assert_eq!(status.body["check"]["state"], "stale");
    assert_eq!(status.body["check"]["since"], Value::Null);
    let shown = world.send_text("GET", &page, &[], "").await;
    assert!(shown.text.contains("Not known") && !shown.text.contains("<p>Since "));
    assert_eq!(status.body["state"], "initialized", "the last known one");
    assert_eq!(status.body["verdict"]["code"], "not_known");
    let badge = read(&format!("{page}/badge.json")).await;
    assert_eq!(badge.body["message"], "Not known");
    let seen = ada.get(&api).await;
    assert_eq!(
        seen.body["record"]["check"]["state"]
            .as_str()
            .or(seen.body["check"]["state"].as_str()),
        Some("stale")
    );
    assert_eq!(row(&ada).await, ("stale".into(), "not_known".into()));

    ada.post(&format!("{api}/validate-gitops"), &serde_json::json!({}))
        .await;
    assert_eq!(row(&ada).await, ("ok".into(), "healthy".into()));
    let status = read(&format!("{page}/status.json")).await;
    assert!(passes(&status.body), "{status:?}");
}
