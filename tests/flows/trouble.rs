//! GitHub down, answers lost, writes that nobody confirmed: the record tells the truth.

use flows::{KvMood, NativeHost, World, join_all};
use serde_json::{Value, json};

use crate::fabric;

fn fault(part_of_document: &str, times: u32, action: Value) -> Value {
    json!({ "match": { "graphql_contains": part_of_document }, "times": times, "action": action })
}

#[tokio::test]
async fn while_github_is_down_a_draft_is_kept_that_only_its_creator_sees() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    for action in [
        json!({ "status": 502, "body": "<html>bad gateway</html>" }),
        json!({ "drop": "before" }),
    ] {
        world.fault(fault("Snapshot", 3, action));
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            (answer.status, answer.text("gitops_directory_status")),
            (201, "error"),
            "{answer:?}"
        );
        assert_eq!(
            (
                answer.text("visibility"),
                &answer.body["directory_init_error"]["code"]
            ),
            ("draft", &json!("github_unavailable"))
        );
        let path = format!("/api/fabrics/{}", answer.text("id"));
        assert_eq!(ada.get(&path).await.status, 200);
        assert_eq!(
            world
                .sign_in("standin-reader")
                .await
                .get(&path)
                .await
                .status,
            404
        );
        assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    }
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "a draft reserves nothing: {answer:?}"
    );
}

#[tokio::test]
async fn a_draft_becomes_a_fabric_once_github_answers() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("Snapshot", 3, json!({ "status": 503 })));
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    let answer = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        (
            answer.text("gitops_directory_status"),
            answer.text("visibility")
        ),
        ("initialized", "public"),
        "{answer:?}"
    );
}

/// Creates a fabric while this goes wrong with the commit's request: there is one commit then, and the record tells of it.
async fn is_committed_once(action: Value) {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let before = world.commits("main");
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("createCommitOnBranch", 1, action));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["outcome"], "committed");
    assert_eq!(world.commits("main"), before + 1, "one commit, not two");
    assert_eq!(answer.text("head"), world.head("main"));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_found_and_not_repeated() {
    for action in [json!({ "drop": "after" }), json!({ "truncate_body": 20 })] {
        is_committed_once(action).await;
    }
}

#[tokio::test]
async fn a_write_that_never_arrived_is_sent_again() {
    for action in [
        json!({ "drop": "before" }),
        json!({ "status": 502, "body": "<html>" }),
        json!({ "status": 500, "body": { "message": "oops" } }),
    ] {
        is_committed_once(action).await;
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_unconfirmed_until_a_validation_settles_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("createCommitOnBranch", 1, json!({ "drop": "after" })));
    world.fault(fault("query History", 6, json!({ "status": 503 })));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "error"),
        "{answer:?}"
    );
    assert_eq!(
        (
            answer.body["operation"]["outcome"].as_str(),
            answer.body["gitops_initialized"].as_bool()
        ),
        (Some("unconfirmed"), Some(false))
    );
    let id = answer.text("id").to_owned();
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], true);
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        record.text("commit_url"),
        format!(
            "{}/acme/network/commit/{}",
            world.standin.url(),
            world.head("main")
        ),
        "the history of the branch settled it"
    );
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["directory_init_error"]
        ),
        ("initialized", &Value::Null)
    );
}

#[tokio::test]
async fn a_hanging_github_is_given_up_after_the_deadline() {
    let world = World::new();
    let host = NativeHost::new(world.standin.url())
        .watching(&world.standin)
        .giving_up_on(&world.standin);
    let world = World::of(world.standin, host);
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("Snapshot", 3, json!({ "delay_ms": 60_000 })));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, &answer.body["directory_init_error"]["code"]),
        (201, &json!("github_unavailable")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_refused_creation_is_answered_with_githubs_reason_and_can_be_repeated() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault("createCommitOnBranch", 1, json!({ "status": 403, "body": { "message": "Resource not accessible by personal access token" } })));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (403, "token_permission_missing"),
        "{answer:?}"
    );
    assert!(answer.text("detail").contains("not accessible"));
    let again = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        again.text("gitops_directory_status"),
        "initialized",
        "{again:?}"
    );
}

#[tokio::test]
async fn a_check_that_fails_keeps_the_state_and_says_since_when() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.fault(fault("Snapshot", 3, json!({ "status": 503 })));
    let answer = ada.validate(&id).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (502, "github_unavailable")
    );
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["check"]["state"]
        ),
        ("initialized", &json!("unknown"))
    );
    assert!(record.body["check"]["since"].is_string());
}

#[tokio::test]
async fn twelve_fabrics_at_once_in_one_repository_are_all_written() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let before = world.commits("main");
    let mut bodies = Vec::new();
    for number in 0..12 {
        bodies.push(ada.approve(&fabric(&format!("sites/site-{number}"))).await);
    }
    let mut writes = Vec::new();
    for body in &bodies {
        writes.push(ada.post("/api/fabrics", body));
    }
    for answer in join_all(writes).await {
        assert_eq!(
            (answer.status, answer.text("gitops_directory_status")),
            (201, "initialized"),
            "{answer:?}"
        );
    }
    assert!(world.commits("main") <= before + 3, "they travel together");
    assert_eq!(
        world.clone("acme/network", "main").files("sites").len(),
        12 * 14
    );
}

#[tokio::test]
async fn a_time_out_of_github_is_looked_up_like_a_lost_answer() {
    let untyped = json!({ "data": null, "errors": [{ "message": "Something went wrong while executing your query. This may be the result of a timeout." }] });
    for action in [
        json!({ "status": 200, "body": untyped }),
        json!({ "status": 422, "body": { "message": "Sorry, your request timed out." } }),
    ] {
        is_committed_once(action).await;
    }
}

#[tokio::test]
async fn after_a_lost_answer_no_failure_is_called_final() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault(
        "createCommitOnBranch",
        1,
        json!({ "drop": "before" }),
    ));
    world.fault(fault(
        "createCommitOnBranch",
        1,
        json!({ "status": 403, "body": { "message": "Resource not accessible" } }),
    ));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["operation"]["outcome"], "unconfirmed");
    assert_eq!(
        answer.body["directory_init_error"]["code"], "unconfirmed",
        "not the reason of the second attempt"
    );
    let id = answer.text("id").to_owned();
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], false);
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(record.text("gitops_directory_status"), "not_initialized");
}

#[tokio::test]
async fn an_operation_whose_worker_died_never_stays_under_way() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault(
        "createCommitOnBranch",
        1,
        json!({ "delay_ms": 60_000 }),
    ));
    tokio::select! {
        answer = ada.post("/api/fabrics", &body) => panic!("it ended: {answer:?}"),
        () = world.is_asked("createCommitOnBranch") => {}
    }
    let taken = ada.post("/api/fabrics", &body).await;
    assert_eq!(taken.text("code"), "fabric_exists", "{taken:?}");
    let path = format!("/api/fabrics/{}", taken.text("fabric"));
    assert_eq!(
        ada.get(&path).await.text("gitops_directory_status"),
        "initializing"
    );
    world.host.advance(200_000);
    let record = ada.get(&path).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            record.body["operation"]["outcome"].as_str()
        ),
        ("error", Some("unconfirmed"))
    );
    let again = ada.post(&format!("{path}/init-gitops"), &body).await;
    assert_eq!(
        again.text("gitops_directory_status"),
        "initialized",
        "the turn to write was given up, too: {again:?}"
    );
}

#[tokio::test]
async fn a_lost_write_and_a_silent_github_leave_the_check_unknown() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.fault(fault(
        "createCommitOnBranch",
        1,
        json!({ "drop": "before" }),
    ));
    world.fault(fault("query History", 3, json!({ "status": 503 })));
    let created = ada.create(&fabric("gitops")).await;
    assert_eq!(created.body["operation"]["outcome"], "unconfirmed");
    let path = format!("/api/fabrics/{}", created.text("id"));
    world.standin.forget_faults();
    world.fault(json!({ "times": 20, "action": { "status": 503 } }));
    let answer = ada
        .post(&format!("{path}/validate-gitops"), &json!({}))
        .await;
    assert_eq!(answer.text("code"), "github_unavailable", "{answer:?}");
    world.standin.forget_faults();
    let record = ada.get(&path).await;
    assert_eq!(record.body["check"]["state"], "unknown", "{record:?}");
    assert!(record.body["check"]["since"].is_string(), "{record:?}");
}

#[tokio::test]
async fn an_operation_whose_worker_died_has_no_count_of_requests() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    let path = format!("/api/fabrics/{id}");
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(fault(
        "createCommitOnBranch",
        1,
        json!({ "delay_ms": 60_000 }),
    ));
    let write = format!("{path}/init-gitops");
    // The request is dropped in the middle of its write, as a Worker that dies drops it.
    tokio::select! {
        answer = ada.post(&write, &body) => panic!("it ended: {answer:?}"),
        () = ada.sees_a_write(&id) => {}
    }
    world.host.advance(200_000);
    world.host.run_alarms();
    let history = ada.get(&format!("{path}/history")).await;
    let entry = &history.body["entries"][0];
    assert_eq!(
        (&entry["kind"], &entry["outcome"], &entry["github_requests"]),
        (&json!("initialize"), &json!("unconfirmed"), &Value::Null),
        "{history:?}"
    );
    assert_eq!(
        history.body["entries"][1]["github_requests"], 2,
        "{history:?}"
    );
    // Settling it does not make up a number either.
    ada.validate(&id).await;
    let history = ada.get(&format!("{path}/history")).await;
    let entries = history.body["entries"].as_array().unwrap();
    let settled = entries
        .iter()
        .find(|entry| entry["kind"] == "initialize")
        .unwrap();
    assert_ne!(settled["outcome"], "unconfirmed", "{history:?}");
    assert_eq!(settled["github_requests"], Value::Null);
}

#[tokio::test]
async fn while_kv_does_not_answer_nobody_is_told_that_there_is_no_such_fabric() {
    let world = World::new();
    let id = {
        let ada = world.sign_in("standin-admin").await;
        ada.created(&fabric("gitops")).await
    };
    let paths = [
        (format!("/f/{id}"), "storage did not answer"),
        (format!("/f/{id}/status.json"), "storage did not answer"),
        (format!("/f/{id}/badge.svg"), "Not known"),
        (format!("/api/fabrics/{id}"), "storage did not answer"),
    ];
    world.host.let_kv(KvMood::Refuses);
    for (path, told) in &paths {
        let answer = world.send("GET", path, "", &[], None).await;
        assert_eq!(answer.status, 503, "{path}: {answer:?}");
        assert!(answer.text.contains(told), "{path}: {answer:?}");
        assert!(!answer.text.contains("o such fabric"), "{path}: {answer:?}");
    }
    let lines = world.host.log_lines();
    assert!(lines.iter().any(|line| line.contains("copy_not_read")));
    world.host.let_kv(KvMood::Answers);
    for (path, _) in &paths {
        let answer = world.send("GET", path, "", &[], None).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}
