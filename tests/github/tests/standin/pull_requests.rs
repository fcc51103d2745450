//! Pull requests: opened, followed, merged, and refused in GitHub's words.

use github_standin::Standin;
use serde_json::{Value, json};

use crate::client::{ADMIN, Answer, Checked, OUTSIDER, READER, call, files, get, start};

const PULLS: &str = "/repos/acme/network/pulls";

/// Starts with a branch `topic` that is one commit ahead of `main`.
fn with_topic() -> Checked {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    repo.push("topic", files(&[("topic.md", "one\n")]), "Add a topic")
        .unwrap();
    standin
}

fn wanted() -> Value {
    json!({"title": "A topic", "head": "topic", "base": "main", "body": "Why"})
}

async fn open(standin: &Standin) -> Answer {
    call(standin, "POST", PULLS, ADMIN, wanted()).await
}

fn complaint(answer: &Answer) -> Value {
    assert_eq!(
        (answer.status, answer.message()),
        (422, "Validation Failed".into())
    );
    answer.json()["errors"][0].clone()
}

#[tokio::test]
async fn pull_request_is_opened_found_and_read() {
    let standin = with_topic();
    let opened = open(&standin).await;
    assert_eq!(opened.status, 201);
    let pull = opened.json();
    assert_eq!(
        (&pull["number"], &pull["state"], &pull["mergeable"]),
        (&json!(1), &json!("open"), &json!(true))
    );
    assert_eq!(pull["head"]["label"], "acme:topic");
    let head = standin.repo("acme/network").unwrap().head("topic");
    assert_eq!(pull["head"]["sha"], json!(head));
    for (query, found) in [
        ("", 1),
        ("?head=acme:topic&base=main", 1),
        ("?head=acme:other", 0),
        ("?head=topic", 1),
        ("?base=other", 0),
        ("?state=closed", 0),
        ("?state=all", 1),
    ] {
        let list = get(&standin, &format!("{PULLS}{query}"), ADMIN)
            .await
            .json();
        assert_eq!(list.as_array().unwrap().len(), found, "{query}");
    }
    let files = get(&standin, &format!("{PULLS}/1/files"), ADMIN)
        .await
        .json();
    assert_eq!(files[0]["filename"], "topic.md");
    assert_eq!(
        get(&standin, &format!("{PULLS}/2"), ADMIN).await.status,
        404
    );
}

#[tokio::test]
async fn what_cannot_be_a_pull_request_is_refused_in_github_s_words() {
    let standin = with_topic();
    let with = |field: &str, value: &str| {
        let mut body = wanted();
        body[field] = json!(value);
        body
    };
    for (body, expected) in [
        (
            with("head", "nowhere"),
            json!({"resource": "PullRequest", "field": "head", "code": "invalid"}),
        ),
        (
            with("base", "nowhere"),
            json!({"resource": "PullRequest", "field": "base", "code": "invalid"}),
        ),
        (
            with("title", ""),
            json!({"resource": "PullRequest", "field": "title", "code": "missing_field"}),
        ),
        (
            with("head", "main"),
            json!({"resource": "PullRequest", "code": "custom", "message": "No commits between main and main"}),
        ),
    ] {
        let answer = call(&standin, "POST", PULLS, ADMIN, body).await;
        assert_eq!(complaint(&answer), expected);
    }
    open(&standin).await;
    let twice = complaint(&open(&standin).await);
    assert_eq!(
        twice["message"],
        "A pull request already exists for acme:topic."
    );
    assert_eq!(
        call(&standin, "POST", PULLS, None, wanted()).await.status,
        401
    );
}

#[tokio::test]
async fn pull_request_follows_its_branch() {
    let standin = with_topic();
    open(&standin).await;
    let repo = standin.repo("acme/network").unwrap();
    let moved = repo
        .push("topic", files(&[("two.md", "two\n")]), "More")
        .unwrap();
    let pull = get(&standin, &format!("{PULLS}/1"), ADMIN).await.json();
    assert_eq!(
        (&pull["head"]["sha"], &pull["commits"]),
        (&json!(moved), &json!(2))
    );
    repo.delete_branch("topic").unwrap();
    let pull = get(&standin, &format!("{PULLS}/1"), ADMIN).await.json();
    assert_eq!(
        (&pull["state"], &pull["merged"]),
        (&json!("closed"), &json!(false))
    );
    let reopen = json!({"state": "open"});
    let reopen = call(&standin, "PATCH", &format!("{PULLS}/1"), ADMIN, reopen).await;
    assert_eq!(complaint(&reopen)["field"], "state");
}

#[tokio::test]
async fn commits_that_reach_the_base_by_any_way_merge() {
    let standin = with_topic();
    open(&standin).await;
    standin
        .repo("acme/network")
        .unwrap()
        .branch("main", "topic")
        .unwrap();
    let pull = get(&standin, &format!("{PULLS}/1"), ADMIN).await.json();
    assert_eq!(
        (&pull["state"], &pull["merged"]),
        (&json!("closed"), &json!(true))
    );
}

#[tokio::test]
async fn title_text_and_state_change() {
    let standin = with_topic();
    open(&standin).await;
    let one = format!("{PULLS}/1");
    let stranger = call(&standin, "PATCH", &one, READER, json!({"title": "Mine"})).await;
    assert_eq!(stranger.status, 403);
    let changed = json!({"title": "Better", "body": "Because"});
    let changed = call(&standin, "PATCH", &one, ADMIN, changed).await.json();
    assert_eq!(
        (&changed["title"], &changed["body"]),
        (&json!("Better"), &json!("Because"))
    );
    let closed = call(&standin, "PATCH", &one, ADMIN, json!({"state": "closed"}))
        .await
        .json();
    assert_eq!(closed["state"], "closed");
    assert_eq!(
        open(&standin).await.json()["number"],
        2,
        "a closed one is not in the way"
    );
    let twin = call(&standin, "PATCH", &one, ADMIN, json!({"state": "open"})).await;
    assert_eq!(twin.status, 422);
}

#[tokio::test]
async fn merging_makes_a_commit_with_two_parents_if_the_head_is_as_seen() {
    let standin = with_topic();
    let head = open(&standin).await.json()["head"]["sha"].clone();
    let merge = format!("{PULLS}/1/merge");
    assert_eq!(get(&standin, &merge, ADMIN).await.status, 404);
    let stale = call(
        &standin,
        "PUT",
        &merge,
        ADMIN,
        json!({"sha": "1".repeat(40)}),
    )
    .await;
    assert_eq!(stale.status, 409);
    assert_eq!(
        call(&standin, "PUT", &merge, READER, json!({}))
            .await
            .status,
        403
    );
    let merged = call(&standin, "PUT", &merge, ADMIN, json!({"sha": head})).await;
    assert_eq!(
        (merged.status, &merged.json()["merged"]),
        (200, &json!(true))
    );
    let repo = standin.repo("acme/network").unwrap();
    let parents = repo.git(&["rev-list", "--parents", "-1", "main"]).unwrap();
    assert_eq!(parents.split_whitespace().count(), 3);
    assert_eq!(get(&standin, &merge, ADMIN).await.status, 204);
    assert_eq!(
        call(&standin, "PUT", &merge, ADMIN, json!({})).await.status,
        405
    );
}

#[tokio::test]
async fn conflicts_and_missing_reviews_stand_in_the_way_of_a_merge() {
    let standin = with_topic();
    open(&standin).await;
    let repo = standin.repo("acme/network").unwrap();
    repo.push("main", files(&[("topic.md", "other\n")]), "Meanwhile")
        .unwrap();
    let pull = get(&standin, &format!("{PULLS}/1"), ADMIN).await.json();
    assert_eq!(
        (&pull["mergeable"], &pull["mergeable_state"]),
        (&json!(false), &json!("dirty"))
    );
    let merge = call(
        &standin,
        "PUT",
        &format!("{PULLS}/1/merge"),
        ADMIN,
        json!({}),
    )
    .await;
    assert_eq!(
        (merge.status, merge.message()),
        (405, "Pull Request is not mergeable".into())
    );

    let guarded = standin.repo("acme/protected").unwrap();
    guarded.push("topic", files(&[("a", "a")]), "A").unwrap();
    let path = "/repos/acme/protected/pulls";
    assert_eq!(
        call(&standin, "POST", path, ADMIN, wanted()).await.status,
        201
    );
    let merge = call(
        &standin,
        "PUT",
        &format!("{path}/1/merge"),
        ADMIN,
        json!({}),
    )
    .await;
    assert_eq!(merge.status, 405);
    assert!(
        merge
            .message()
            .contains("At least 1 approving review is required")
    );
    let merged = standin.merge_pull_request("acme/protected", 1).unwrap();
    assert_eq!(guarded.head("main"), Some(merged));
}

#[tokio::test]
async fn pull_requests_of_a_private_repository_are_not_shown_to_others() {
    let standin = start();
    let path = "/repos/acme/private/pulls";
    assert_eq!(get(&standin, path, ADMIN).await.status, 200);
    assert_eq!(get(&standin, path, OUTSIDER).await.status, 404);
}

#[tokio::test]
async fn graphql_finds_pull_requests_by_branch_state_and_number() {
    let standin = with_topic();
    open(&standin).await;
    let document = "query($states: [PullRequestState!]) { repository(owner: \"acme\", name: \"network\") { \
        pullRequest(number: 1) { id state headRefName merged } \
        pullRequests(first: 5, headRefName: \"topic\", states: $states) { totalCount nodes { number } } \
        ref(qualifiedName: \"topic\") { associatedPullRequests(first: 1, states: OPEN) { edges { node { url } } } } } }";
    let ask = |states: Value| {
        let variables = json!({ "states": states });
        async {
            crate::client::graphql(&standin, ADMIN, document, variables).await["data"]["repository"]
                .clone()
        }
    };
    let found = ask(json!(["OPEN"])).await;
    assert_eq!(found["pullRequest"]["state"], "OPEN");
    assert_eq!(found["pullRequests"]["nodes"], json!([{"number": 1}]));
    let url = format!("{}/acme/network/pull/1", standin.url());
    assert_eq!(
        found["ref"]["associatedPullRequests"]["edges"][0]["node"]["url"],
        json!(url)
    );
    standin.merge_pull_request("acme/network", 1).unwrap();
    let found = ask(json!(["OPEN"])).await;
    assert_eq!(
        (
            &found["pullRequest"]["merged"],
            &found["pullRequests"]["totalCount"]
        ),
        (&json!(true), &json!(0))
    );
    assert_eq!(
        ask(json!(["MERGED"])).await["pullRequests"]["totalCount"],
        1
    );
}
