//! Setting how the pull requests are checked that touch a fabric.

use flows::{Person, World};
use serde_json::{Value, json};

use crate::fabric;

async fn set(person: &Person<'_>, id: &str, how: &str) {
    let body = json!({ "pull_request_checks": how });
    let answer = person
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn what_a_fabric_is_set_to_is_one_of_three_words_and_stands_in_its_record() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    let record = async || ada.get(&path).await.body;
    let before = record().await;
    assert_eq!(
        before["pull_request_checks"],
        Value::Null,
        "so it is with whoever sets nothing"
    );
    set(&ada, &id, "check_only").await;
    let now = record().await;
    assert_eq!(now["pull_request_checks"], "check_only");
    assert_eq!(
        now["version"],
        json!(before["version"].as_u64().unwrap() + 1)
    );
    set(&ada, &id, "check_only").await;
    assert_eq!(record().await["version"], now["version"], "nothing changed");
    world.standin.forget_requests();
    for (body, status, code) in [
        (
            json!({ "pull_request_checks": "loud" }),
            400,
            "invalid_request",
        ),
        (
            json!({ "pull_request_checks": "off", "name": "x" }),
            400,
            "invalid_json",
        ),
        (json!({ "pull_request_checks": 1 }), 400, "invalid_json"),
    ] {
        let answer = ada.send("PATCH", &path, Some(&body)).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (status, code),
            "{answer:?}"
        );
    }
    assert_eq!(record().await["version"], now["version"]);
    let written = world
        .standin
        .requests()
        .into_iter()
        .filter(|it| it.method != "GET" && it.path != "/graphql");
    assert!(
        written.count() <= 1,
        "only whether the token could write is asked"
    );
}

#[tokio::test]
async fn while_something_is_written_the_setting_waits() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    let path = format!("/api/fabrics/{id}");
    let mut wanted = fabric("gitops");
    wanted["repair"] = json!(true);
    let plan = ada.post("/api/plan", &wanted).await;
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    world.fault(json!({
        "match": { "graphql_contains": "createCommitOnBranch" }, "action": { "delay_ms": World::HELD_MS },
    }));
    world.standin.forget_requests();
    let repair = async { ada.post(&format!("{path}/repair"), &body).await };
    let setting = async {
        world.is_asked("createCommitOnBranch").await;
        let off = json!({ "pull_request_checks": "off" });
        let answer = ada.send("PATCH", &path, Some(&off)).await;
        world.release();
        answer
    };
    let (repaired, refused) = tokio::join!(repair, setting);
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "operation_in_progress"),
        "{refused:?}"
    );
    assert_eq!(repaired.status, 200, "{repaired:?}");
    set(&ada, &id, "off").await;
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory_status"), "initialized");
}
