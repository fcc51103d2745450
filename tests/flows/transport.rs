//! What lies between the Worker and GitHub: limits, breakdowns, sign-on, renames, and answers that are already known.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

fn limited(retry_after_s: u32) -> Value {
    json!({
        "status": 429,
        "headers": { "retry-after": retry_after_s.to_string() },
        "body": { "message": "You have exceeded a secondary rate limit." }
    })
}

#[tokio::test]
async fn a_short_limit_is_waited_for_before_reads_and_writes() {
    for operation in ["Snapshot", "Commit"] {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        let before = world.commits("main");
        let body = ada.approve(&fabric("gitops")).await;
        world.fault(json!({ "match": { "operation": operation }, "action": limited(3) }));
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            answer.text("gitops_directory_status"),
            "initialized",
            "{operation}: {answer:?}"
        );
        assert_eq!(world.commits("main"), before + 1);
        assert!(answer.body["operation"]["duration_ms"].as_u64().unwrap() >= 3000);
    }
}

#[tokio::test]
async fn a_long_limit_is_an_error_that_says_until_when() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let primary = json!({
        "status": 403,
        "headers": { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" },
        "body": { "message": "API rate limit exceeded for user ID 1001." }
    });
    world.fault(json!({ "match": { "operation": "Commit" }, "action": primary }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (503, "rate_limited"),
        "{answer:?}"
    );
    let message = answer.text("detail");
    assert!(message.contains("until 2096-10-02T07:06:40Z"), "{message}");
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": limited(3600) }));
    let answer = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (503, "rate_limited"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn reads_are_retried_and_writes_only_after_looking_for_their_commit() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let gateway = json!({ "status": 502, "body": "<html>Bad Gateway</html>" });
    world.fault(json!({ "match": { "operation": "Snapshot" }, "times": 2, "action": gateway }));
    world.fault(json!({ "match": { "operation": "Commit" }, "action": gateway }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    let operations: Vec<String> = world
        .standin
        .requests()
        .into_iter()
        .filter_map(|request| request.graphql?.operation)
        .collect();
    assert_eq!(
        operations,
        [
            "Snapshot", "Snapshot", "Snapshot", "Commit", "History", "Snapshot", "Commit"
        ]
    );
}

#[tokio::test]
async fn single_sign_on_is_named_with_its_page() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let page = "https://github.com/orgs/acme/sso?authorization_request=AB";
    let action = json!({
        "status": 403,
        "headers": { "x-github-sso": format!("required; url={page}") },
        "body": { "message": "Resource protected by organization SAML enforcement." }
    });
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": action }));
    let answer = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (403, "sso_required"),
        "{answer:?}"
    );
    assert!(answer.text("detail").ends_with(page));
}

#[tokio::test]
async fn a_renamed_repository_is_followed_and_the_record_updated() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/protected");
    let mut body = ada.approve(&wanted).await;
    body["mode"] = json!("pull_request");
    let answer = ada.post("/api/fabrics", &body).await;
    let path = format!("/api/fabrics/{}", answer.text("id"));
    world
        .standin
        .rename_repository("acme/protected", "guarded")
        .unwrap();
    world.standin.forget_requests();
    // REST redirects, GraphQL answers under the old name and tells the new one.
    let answer = ada.post(&format!("{path}/init-gitops"), &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    let statuses: Vec<Option<u16>> = world
        .standin
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert!(statuses.contains(&Some(301)), "{statuses:?}");
    let record = ada.get(&path).await;
    assert_eq!(record.text("git_repository"), "acme/guarded");
    let report = ada
        .post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(report.body["pull_request"]["state"], "open", "{report:?}");
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let world = World::with_fast_clock();
    let other = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/protected");
    let mut body = ada.approve(&wanted).await;
    body["mode"] = json!("pull_request");
    let elsewhere = format!("{}/repositories/503/pulls", other.standin.url());
    world.fault(json!({
        "match": { "path_contains": "/pulls" },
        "action": { "status": 307, "headers": { "location": elsewhere }, "body": { "message": "Moved" } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.body["directory_init_error"]["code"], "github_redirected",
        "{answer:?}"
    );
    assert!(
        other.standin.requests().is_empty(),
        "the token went nowhere"
    );
}

#[tokio::test]
async fn known_answers_are_asked_for_by_their_etag() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/protected");
    let mut body = ada.approve(&wanted).await;
    body["mode"] = json!("pull_request");
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    let validate = format!("/api/fabrics/{id}/validate-gitops");
    let status = async || {
        world.standin.forget_requests();
        let report = ada.post(&validate, &Value::Null).await;
        assert_eq!(report.body["pull_request"]["state"], "open", "{report:?}");
        let requests = world.standin.requests();
        let pull = requests
            .iter()
            .find(|request| request.path.contains("/pulls/"));
        pull.unwrap().status
    };
    assert_eq!(status().await, Some(200));
    assert_eq!(status().await, Some(304), "nothing of the limit is used");
    world
        .standin
        .merge_pull_request("acme/protected", 1)
        .unwrap();
    let report = ada.post(&validate, &Value::Null).await;
    assert_eq!(report.body["pull_request"]["state"], "merged");
}

#[tokio::test]
async fn a_stale_read_after_our_own_write_is_not_a_conflict() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let mut forced = fabric("gitops");
    forced["force"] = json!(true);
    let body = ada.approve(&forced).await;
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": { "stale": true } }));
    let answer = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (200, "initialized"),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["outcome"], "unchanged");
    // A late read before a write is found out by the write, and read again.
    let mut other = fabric("other");
    other["name"] = json!("fabric-2");
    let body = ada.approve(&other).await;
    world.fault(json!({ "match": { "operation": "Snapshot" }, "action": { "stale": true } }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_stale_read_after_our_own_write_is_not_drift() {
    let world = World::with_fast_clock();
    // The commits before are a while older than the one that follows.
    world.host.advance(10_000);
    let ada = world.sign_in("standin-admin").await;
    let created = ada.create(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{}", created.text("id"));
    let validate = format!("{path}/validate-gitops");
    world.fault(
        json!({ "match": { "operation": "Snapshot" }, "times": 2, "action": { "stale": true } }),
    );
    let answer = ada.post(&validate, &Value::Null).await;
    assert_eq!(answer.body["valid"], true, "{answer:?}");
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory_status"), "initialized");
    assert_eq!(record.body["head"], world.head("main"));
}

#[tokio::test]
async fn a_branch_that_was_reset_is_believed_after_a_few_reads() {
    let world = World::with_fast_clock();
    world.host.advance(10_000);
    let ada = world.sign_in("standin-admin").await;
    let before = world.head("main");
    let created = ada.create(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{}", created.text("id"));
    let repository = world.standin.repo("acme/network").unwrap();
    let set_back = ["update-ref", "refs/heads/main", before.as_str()];
    repository.git(&set_back).unwrap();
    world.standin.forget_requests();
    let answer = ada
        .post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(answer.body["valid"], false, "{answer:?}");
    assert_eq!(
        world.standin.requests().len(),
        5,
        "three times again, and the tree of before"
    );
    let record = ada.get(&path).await;
    assert_eq!(
        record.text("gitops_directory_status"),
        "invalid_structure",
        "{record:?}"
    );
    assert_eq!(record.body["head"], before);
}

#[tokio::test]
async fn a_server_error_of_a_creation_says_where_certainly_nothing_is_left() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let limited = json!({
        "status": 403,
        "headers": { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" },
        "body": { "message": "API rate limit exceeded for user ID 1001." }
    });
    world.fault(json!({ "match": { "operation": "Commit" }, "action": limited }));
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.text("code"), &answer.body["nothing_left"]),
        ("rate_limited", &json!(true)),
        "{answer:?}"
    );
    assert_eq!(world.host.fabrics(), 0);
    // What an earlier request under the same key left is not known to one that GitHub refuses.
    world.host.die_in(6);
    tokio::select! {
        answer = ada.post_once("/api/fabrics", "key", &body) => panic!("{answer:?}"),
        () = world.host.death() => {}
    }
    assert!(world.revive().await);
    world.fault(json!({ "match": { "operation": "Commit" }, "action": limited }));
    let answer = ada.post_once("/api/fabrics", "key", &body).await;
    assert_eq!(
        (answer.text("code"), &answer.body["nothing_left"]),
        ("rate_limited", &serde_json::Value::Null),
        "{answer:?}"
    );
    // A refusal says so by its status.
    let mut wrong = body.clone();
    wrong["name"] = json!("not a name");
    let refused = ada.post("/api/fabrics", &wrong).await;
    assert_eq!(
        (refused.status, &refused.body["nothing_left"]),
        (400, &serde_json::Value::Null)
    );
}
