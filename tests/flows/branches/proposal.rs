//! Pull request mode: the change waits on `hedgerow/<fabric id>`, once, until somebody decides.

use flows::{Answer, Person, World};
use serde_json::{Value, json};

use crate::fabric;

fn wanted() -> Value {
    let mut wanted = fabric("gitops/fabric-1");
    wanted["git_repository"] = json!("acme/protected");
    wanted
}

async fn propose(ada: &Person<'_>) -> Answer {
    let mut body = ada.approve(&wanted()).await;
    body["mode"] = json!("pull_request");
    ada.post("/api/fabrics", &body).await
}

fn pulls(world: &World) -> Vec<Value> {
    let url = format!(
        "{}/repos/acme/protected/pulls?state=all",
        world.standin.url()
    );
    let answer = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = client
                .get(url)
                .header("user-agent", "test")
                .header("authorization", "Bearer standin-admin");
            request.send().await.unwrap().bytes().await.unwrap()
        })
    });
    serde_json::from_slice(&answer.join().unwrap()).unwrap()
}

fn count(world: &World, branch: &str) -> usize {
    let repo = world.standin.repo("acme/protected").unwrap();
    let count = repo.git(&["rev-list", "--count", branch]).unwrap();
    count.trim().parse().unwrap()
}

#[tokio::test]
async fn a_protected_branch_is_offered_a_pull_request_before_and_after_the_refusal() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let plan = ada.post("/api/plan", &wanted()).await;
    assert_eq!(plan.body["mode"]["mode"], "pull_request", "{plan:?}");
    assert!(
        plan.body["mode"]["reason"]
            .as_str()
            .unwrap()
            .contains("`main`")
    );
    let answer = ada.create(&wanted()).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "branch_protected"),
        "{answer:?}"
    );
    assert!(answer.text("hint").contains("pull request"));
}

#[tokio::test]
async fn a_pull_request_holds_one_commit_and_leaves_the_status() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let answer = propose(&ada).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "not_initialized"),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["outcome"], "pull_request");
    assert_eq!(answer.body["gitops_initialized"], false);
    let branch = format!("hedgerow/{}", answer.text("id"));
    let found = pulls(&world);
    assert_eq!(found.len(), 1);
    assert_eq!(
        answer.text("pull_request_url"),
        found[0]["html_url"].as_str().unwrap()
    );
    assert_eq!(found[0]["head"]["ref"], branch.as_str());
    assert_eq!(found[0]["base"]["ref"], "main");
    let body = found[0]["body"].as_str().unwrap();
    assert!(
        body.contains("- writes `gitops/fabric-1/managed/README.md`"),
        "{body}"
    );
    assert_eq!(count(&world, &branch), count(&world, "main") + 1);
    assert_eq!(count(&world, "main"), 1, "the target branch is as it was");
}

#[tokio::test]
async fn status_is_initialised_only_after_the_target_branch_was_validated() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let answer = propose(&ada).await;
    let path = format!("/api/fabrics/{}", answer.text("id"));
    let validate = format!("{path}/validate-gitops");
    let open = ada.post(&validate, &Value::Null).await;
    assert_eq!(open.body["pull_request"]["state"], "open", "{open:?}");
    assert_eq!(open.body["valid"], false);
    world
        .standin
        .merge_pull_request("acme/protected", 1)
        .unwrap();
    assert_eq!(
        ada.get(&path).await.text("gitops_directory_status"),
        "not_initialized"
    );
    let merged = ada.post(&validate, &Value::Null).await;
    assert_eq!(merged.body["pull_request"]["state"], "merged", "{merged:?}");
    assert_eq!(merged.body["valid"], true);
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory_status"), "initialized");
    assert_eq!(record.body["pull_request_url"], Value::Null);
}

#[tokio::test]
async fn a_pull_request_that_is_open_is_updated_and_not_doubled() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let answer = propose(&ada).await;
    let (id, url) = (
        answer.text("id").to_owned(),
        answer.text("pull_request_url").to_owned(),
    );
    let branch = format!("hedgerow/{id}");
    let repo = world.standin.repo("acme/protected").unwrap();
    let gone = [("gitops/fabric-1/raw/README.md".to_owned(), None)];
    repo.push(&branch, gone.into_iter().collect(), "Drop it")
        .unwrap();
    let mut of_branch = wanted();
    of_branch["branch"] = json!(branch);
    let mut body = ada.approve(&of_branch).await;
    body["mode"] = json!("pull_request");
    let before = count(&world, &branch);
    let init = format!("/api/fabrics/{id}/init-gitops");
    let answer = ada.post(&init, &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    assert_eq!(answer.text("pull_request_url"), url);
    assert_eq!(count(&world, &branch), before + 1);
    let again = ada.post(&init, &body).await;
    assert_eq!(
        again.body["operation"]["outcome"], "pull_request",
        "{again:?}"
    );
    assert_eq!(
        count(&world, &branch),
        before + 1,
        "nothing was left to commit"
    );
    let found = pulls(&world);
    assert_eq!(found.len(), 1);
    assert!(
        found[0]["body"]
            .as_str()
            .unwrap()
            .contains("gitops/fabric-1")
    );
}

#[tokio::test]
async fn a_new_pull_request_follows_a_closed_one_without_force() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let answer = propose(&ada).await;
    let id = answer.text("id").to_owned();
    let repo = world.standin.repo("acme/protected").unwrap();
    let before = repo.head(&format!("hedgerow/{id}")).unwrap();
    close(&world).await;
    let path = format!("/api/fabrics/{id}");
    let closed = ada
        .post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(closed.body["pull_request"]["state"], "closed", "{closed:?}");
    assert_eq!(ada.get(&path).await.body["pull_request_url"], Value::Null);
    let mut body = ada.approve(&wanted()).await;
    body["mode"] = json!("pull_request");
    let answer = ada.post(&format!("{path}/init-gitops"), &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    assert_eq!(pulls(&world).len(), 2);
    let branch = format!("hedgerow/{id}");
    let ancestors = repo.git(&["rev-list", &branch]).unwrap();
    assert!(ancestors.contains(&before), "the branch moved forward");
    let tree = repo
        .git(&["rev-parse", &format!("{branch}:gitops/fabric-1")])
        .unwrap();
    assert_eq!(tree.trim(), body["approval"]["tree"].as_str().unwrap());
}

async fn close(world: &World) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/repos/acme/protected/pulls/1", world.standin.url());
    let request = client
        .patch(url)
        .header("user-agent", "test")
        .header("authorization", "Bearer standin-admin")
        .header("content-type", "application/json")
        .body("{\"state\":\"closed\"}");
    assert!(request.send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn a_pull_request_whose_answer_is_lost_is_found_and_not_doubled() {
    for (method, drop) in [("POST", "after"), ("POST", "before")] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let mut body = ada.approve(&wanted()).await;
        body["mode"] = json!("pull_request");
        world.fault(json!({ "match": { "path_contains": "/pulls", "method": method }, "action": { "drop": drop } }));
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(
            answer.body["operation"]["outcome"], "pull_request",
            "{drop}: {answer:?}"
        );
        assert_eq!(pulls(&world).len(), 1, "{drop}");
    }
}

#[tokio::test]
async fn when_the_pull_request_fails_the_commit_waits_and_repeating_opens_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&wanted()).await;
    body["mode"] = json!("pull_request");
    world.fault(json!({
        "match": { "path_contains": "/pulls", "method": "POST" },
        "action": { "status": 403, "headers": { "x-accepted-github-permissions": "pull_requests=write" },
                    "body": { "message": "Resource not accessible by personal access token" } }
    }));
    let answer = ada.post("/api/fabrics", &body).await;
    let error = &answer.body["directory_init_error"];
    assert_eq!(error["code"], "token_permission_missing", "{answer:?}");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("`pull_requests=write`")
    );
    assert!(answer.body["operation"]["commit"].is_string());
    let branch = format!("hedgerow/{}", answer.text("id"));
    let commits = count(&world, &branch);
    let init = format!("/api/fabrics/{}/init-gitops", answer.text("id"));
    let answer = ada.post(&init, &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    assert_eq!(count(&world, &branch), commits, "no second commit");
    assert_eq!(pulls(&world).len(), 1);
}

/// Takes a file of the layout away on the branch of the proposal, and approves to put it back.
async fn damaged(world: &World, ada: &Person<'_>, id: &str) -> Value {
    let branch = format!("hedgerow/{id}");
    let repo = world.standin.repo("acme/protected").unwrap();
    let gone = [("gitops/fabric-1/raw/README.md".to_owned(), None)];
    repo.push(&branch, gone.into_iter().collect(), "Drop it")
        .unwrap();
    let mut of_branch = wanted();
    of_branch["branch"] = json!(branch);
    let mut body = ada.approve(&of_branch).await;
    body["mode"] = json!("pull_request");
    body
}

/// What is said of a proposal whose commit was made and whose last step failed.
fn is_partly_done(world: &World, answer: &Answer, said: &str) {
    let operation = &answer.body["operation"];
    let branch = format!("hedgerow/{}", answer.text("id"));
    let repo = world.standin.repo("acme/protected").unwrap();
    assert_eq!(
        (
            &operation["outcome"],
            &operation["partly"],
            operation["commit"].as_str()
        ),
        (
            &json!("failed"),
            &json!("proposal_committed"),
            repo.head(&branch).as_deref()
        ),
        "{answer:?}"
    );
    // The target branch is as it was, and somebody has to go on with it.
    assert_eq!(answer.text("gitops_directory_status"), "error");
    let message = answer.body["directory_init_error"]["message"].as_str();
    let message = message.unwrap();
    assert!(
        message.contains(&branch) && message.contains(said) && message.contains("goes on from"),
        "{message}"
    );
}

#[tokio::test]
async fn an_update_whose_last_step_failed_is_partly_done_and_the_next_goes_on() {
    let unauthorized = json!({ "status": 401, "body": { "message": "Bad credentials" } });
    let limited = json!({ "status": 429, "headers": { "retry-after": "3600" }, "body": { "message": "You have exceeded a secondary rate limit." } });
    for (action, code) in [
        (unauthorized, "github_unauthorized"),
        (limited, "rate_limited"),
        (json!({ "drop": "before" }), "github_unavailable"),
    ] {
        let world = World::with_fast_clock();
        let ada = world.sign_in("standin-admin").await;
        let id = propose(&ada).await.text("id").to_owned();
        let body = damaged(&world, &ada, &id).await;
        let branch = format!("hedgerow/{id}");
        let before = count(&world, &branch);
        world.fault(json!({ "match": { "method": "PATCH", "path_contains": "/pulls/" }, "times": 3, "action": action }));
        let init = format!("/api/fabrics/{id}/init-gitops");
        let answer = ada.post(&init, &body).await;
        is_partly_done(&world, &answer, "pull request 1 has it");
        assert_eq!(answer.body["directory_init_error"]["code"], code);
        world.standin.forget_faults();
        let again = ada.post(&init, &body).await;
        assert_eq!(again.body["operation"]["outcome"], "pull_request", "{code}");
        assert_eq!(again.body["operation"]["partly"], Value::Null);
        assert_eq!(count(&world, &branch), before + 1, "{code}: not doubled");
        let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
        assert_eq!(history.body["entries"][1]["partly"], "proposal_committed");
    }
}

#[tokio::test]
async fn a_pull_request_that_was_not_opened_is_opened_by_the_next_click_for_the_same_commit() {
    let refused = json!({ "match": { "method": "POST", "path_contains": "/pulls" }, "action": { "status": 403, "body": { "message": "Resource not accessible by integration" } } });
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.fault(refused.clone());
    let answer = propose(&ada).await;
    is_partly_done(&world, &answer, "no pull request was opened");
    let id = answer.text("id").to_owned();
    let branch = format!("hedgerow/{id}");
    let init = format!("/api/fabrics/{id}/init-gitops");
    let mut body = ada.approve(&wanted()).await;
    body["mode"] = json!("pull_request");
    let again = ada.post(&init, &body).await;
    assert_eq!(
        again.body["operation"]["outcome"], "pull_request",
        "{again:?}"
    );
    assert_eq!(count(&world, &branch), 2, "not doubled");

    // What was written over a closed one waits as well, and is not begun once more.
    close(&world).await;
    world.fault(refused);
    let answer = ada.post(&init, &body).await;
    is_partly_done(&world, &answer, "no pull request was opened");
    let commits = count(&world, &branch);
    let again = ada.post(&init, &body).await;
    assert_eq!(
        again.body["operation"]["outcome"], "pull_request",
        "{again:?}"
    );
    assert_eq!(count(&world, &branch), commits, "not doubled");
    let open = pulls(&world);
    let open = open.iter().filter(|pull| pull["state"] == "open");
    assert_eq!(open.count(), 1);
}

#[tokio::test]
async fn a_commit_that_was_found_later_is_no_pull_request_yet() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    world.fault(json!({ "match": { "method": "POST", "path_contains": "/git/refs" }, "action": { "drop": "after" } }));
    world.fault(
        json!({ "match": { "operation": "History" }, "times": 20, "action": { "status": 503 } }),
    );
    let answer = propose(&ada).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "unconfirmed",
        "{answer:?}"
    );
    world.standin.forget_faults();
    let id = answer.text("id").to_owned();
    let branch = format!("hedgerow/{id}");
    ada.validate(&id).await;
    let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
    let entries = history.body["entries"].as_array().unwrap();
    let created = entries.iter().find(|entry| entry["kind"] == "create");
    let created = created.unwrap();
    let repo = world.standin.repo("acme/protected").unwrap();
    assert_eq!(
        (
            &created["outcome"],
            &created["partly"],
            created["commit"].as_str()
        ),
        (
            &json!("failed"),
            &json!("proposal_committed"),
            repo.head(&branch).as_deref()
        )
    );
    assert!(pulls(&world).is_empty());
    let mut body = ada.approve(&wanted()).await;
    body["mode"] = json!("pull_request");
    let init = format!("/api/fabrics/{id}/init-gitops");
    let next = ada.post(&init, &body).await;
    assert_eq!(
        next.body["operation"]["outcome"], "pull_request",
        "{next:?}"
    );
    assert_eq!(count(&world, &branch), 2, "not doubled");
}

#[tokio::test]
async fn what_was_never_on_the_branch_is_no_drift() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let made = propose(&ada).await;
    let (id, url) = (made.text("id"), made.body["pull_request_url"].clone());
    let api = format!("/api/fabrics/{id}");
    let validate = async || {
        let path = format!("{api}/validate-gitops");
        ada.post(&path, &json!({})).await;
        ada.get(&api).await.body
    };
    let waiting = validate().await;
    assert_eq!(waiting["gitops_directory_status"], "not_initialized");
    assert_eq!(waiting["pull_request_url"], url);
    assert_eq!(waiting["drift"]["missing"], 0, "{waiting}");
    assert_eq!(waiting["drift"]["findings"], json!([]));
    let row = ada.get("/api/fabrics").await.body["fabrics"][0].clone();
    assert_eq!(row["verdict"], "waiting_for_merge", "{row}");
    assert_eq!(row["drift"], 0);
    // Nor is what nothing brings any more, and never was there.
    close(&world).await;
    let draft = validate().await;
    assert_eq!(draft["gitops_directory_status"], "not_initialized");
    assert_eq!(draft["pull_request_url"], Value::Null);
    assert_eq!(draft["drift"]["missing"], 0, "{draft}");
    let row = ada.get("/api/fabrics").await.body["fabrics"][0].clone();
    assert_eq!(
        (&row["verdict"], &row["drift"]),
        (&json!("draft"), &json!(0))
    );
}
