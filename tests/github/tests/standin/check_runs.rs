//! Check runs, and what a pull request would leave if it were merged.

use github_standin::{Access, Grant, Selection, TokenKind, named};
use serde_json::{Value, json};

use crate::client::{ADMIN, Checked, NOBODY, READER, call, files, get, graphql, start};

const APP: Option<&str> = Some("checks-app");
const RUNS: &str = "/repos/acme/network/check-runs";

/// A stand-in with a token of the App that is there from the start, for checks.
fn with_app() -> Checked {
    let standin = start();
    let permissions = named(&[("checks", Access::Write), ("contents", Access::Read)]);
    standin.add_token(Grant {
        kind: TokenKind::Installation {
            installation: 7_001,
            repositories: Selection::All,
            permissions,
        },
        ..Grant::classic("checks-app", "hedgerow-standin[bot]")
    });
    standin
}

fn annotations(count: usize) -> Vec<Value> {
    let one = |line| json!({"path": "README.md", "start_line": line, "end_line": line, "annotation_level": "failure", "message": "m"});
    (1..=count).map(one).collect()
}

#[tokio::test]
async fn only_an_app_runs_checks_and_annotations_are_added_fifty_at_a_time() {
    let standin = with_app();
    let head = standin.repo("acme/network").unwrap().head("main").unwrap();
    let body =
        json!({"name": "check", "head_sha": head, "status": "in_progress", "external_id": "1"});
    for token in [ADMIN, READER] {
        let refused = call(&standin, "POST", RUNS, token, body.clone()).await;
        let told = (refused.status, refused.message());
        assert_eq!(
            told,
            (403, "You must authenticate via a GitHub App.".into())
        );
    }
    assert_eq!(
        call(&standin, "POST", RUNS, NOBODY, body.clone())
            .await
            .status,
        401
    );
    let made = call(&standin, "POST", RUNS, APP, body).await;
    assert_eq!(made.status, 201, "{}", made.message());
    let made = made.json();
    assert_eq!(
        (&made["status"], &made["conclusion"]),
        (&json!("in_progress"), &Value::Null)
    );
    let one = format!("{RUNS}/{}", made["id"]);
    let output = |count| json!({"title": "t", "summary": "s", "annotations": annotations(count)});
    let with = |count, end: bool| match end {
        true => json!({"conclusion": "failure", "output": output(count)}),
        false => json!({"output": output(count)}),
    };
    let refused = call(&standin, "PATCH", &one, APP, with(51, false)).await;
    assert_eq!(refused.status, 422);
    let unconcluded = call(&standin, "PATCH", &one, APP, json!({"status": "completed"})).await;
    assert_eq!(unconcluded.status, 422);
    for (count, end) in [(50, false), (3, true)] {
        let patched = call(&standin, "PATCH", &one, APP, with(count, end)).await;
        assert_eq!(patched.status, 200, "{}", patched.message());
    }
    let shown = get(&standin, &one, READER).await.json();
    assert_eq!(shown["output"]["annotations_count"], 53);
    assert_eq!(
        (&shown["status"], &shown["conclusion"]),
        (&json!("completed"), &json!("failure"))
    );
    let page = get(&standin, &format!("{one}/annotations?per_page=100"), READER).await;
    let lines = page.json();
    assert_eq!(
        (lines.as_array().unwrap().len(), &lines[52]["start_line"]),
        (53, &json!(3))
    );
}

#[tokio::test]
async fn latest_check_run_of_each_name_is_listed() {
    let standin = with_app();
    let head = standin.repo("acme/network").unwrap().head("main").unwrap();
    let create = async |name: &str, at: &str| {
        let body =
            json!({"name": name, "head_sha": head, "conclusion": "success", "completed_at": at});
        let made = call(&standin, "POST", RUNS, APP, body).await;
        assert_eq!(made.status, 201, "{}", made.message());
        made.json()["id"].clone()
    };
    create("a", "2026-01-01T00:00:00Z").await;
    let newest = create("a", "2026-01-01T00:00:02Z").await;
    create("a", "2026-01-01T00:00:01Z").await;
    let other = create("b", "2026-01-01T00:00:00Z").await;
    let list = async |query: &str| {
        let path = format!("/repos/acme/network/commits/main/check-runs{query}");
        let listed = get(&standin, &path, READER).await.json();
        let runs = listed["check_runs"].as_array().unwrap().clone();
        runs.iter().map(|run| run["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(list("").await, [other.clone(), newest.clone()]);
    assert_eq!(list("?check_name=a").await, [newest]);
    assert_eq!(list("?filter=all").await.len(), 4);
    assert_eq!(list("?app_id=1").await, [] as [Value; 0]);
}

const MERGE: &str = "query Merge($number: Int!) { repository(owner: \"acme\", name: \"network\") { pullRequest(number: $number) \
    { headRefOid baseRefOid isCrossRepository mergeable headRepository { databaseId nameWithOwner } \
      potentialMergeCommit { oid parents(first: 2) { nodes { oid } } tree { oid } } } } }";

#[tokio::test]
async fn what_merging_would_leave_is_a_commit_of_the_base_and_the_head() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.push("topic", files(&[("t", "t")]), "Topic").unwrap();
    let base = repo.push("main", files(&[("m", "m")]), "Main").unwrap();
    let body = json!({"title": "T", "head": "topic", "base": "main"});
    let opened = call(&standin, "POST", "/repos/acme/network/pulls", ADMIN, body).await;
    let opened = opened.json();
    let read = async || {
        let answer = graphql(&standin, READER, MERGE, json!({"number": 1})).await;
        answer["data"]["repository"]["pullRequest"].clone()
    };
    let pull = read().await;
    let merge = &pull["potentialMergeCommit"];
    assert_eq!(pull["mergeable"], "MERGEABLE");
    assert_eq!(
        merge["parents"]["nodes"],
        json!([{"oid": base}, {"oid": head}])
    );
    assert_eq!(merge["oid"], opened["merge_commit_sha"]);
    let both = repo
        .git(&["ls-tree", "--name-only", "refs/pull/1/merge"])
        .unwrap();
    assert!(both.contains("t\n") && both.contains("m\n"), "{both}");

    let settings = |later| {
        let change = standin.change_repository("acme/network", |repo| repo.merges_later = later);
        change.unwrap();
    };
    settings(true);
    let head = repo
        .push("topic", files(&[("m", "other")]), "Conflict")
        .unwrap();
    let pull = read().await;
    assert_eq!(pull["headRefOid"], json!(head));
    assert_eq!(pull["mergeable"], "UNKNOWN");
    assert_ne!(
        pull["potentialMergeCommit"]["parents"]["nodes"][1]["oid"],
        json!(head),
        "the one of before"
    );
    settings(false);
    let pull = read().await;
    assert_eq!(pull["mergeable"], "CONFLICTING");
    assert_eq!(pull["potentialMergeCommit"], Value::Null);
}

#[tokio::test]
async fn a_forks_pull_request_is_readable_in_the_repository() {
    let standin = start();
    let fork = standin.fork("acme/network", "otto").unwrap();
    let head = fork
        .push("topic", files(&[("from-fork", "x")]), "Topic")
        .unwrap();
    let body = json!({"title": "T", "head": "otto:topic", "base": "main"});
    let opened = call(
        &standin,
        "POST",
        "/repos/acme/network/pulls",
        Some("standin-outsider"),
        body,
    )
    .await;
    assert_eq!(opened.status, 201, "{}", opened.message());
    assert_eq!(opened.json()["head"]["repo"]["full_name"], "otto/network");
    let answer = graphql(&standin, READER, MERGE, json!({"number": 1})).await;
    let pull = &answer["data"]["repository"]["pullRequest"];
    assert_eq!(
        (&pull["isCrossRepository"], &pull["headRefOid"]),
        (&json!(true), &json!(head))
    );
    assert_eq!(pull["headRepository"]["nameWithOwner"], "otto/network");
    let repo = standin.repo("acme/network").unwrap();
    let shown = repo.git(&["show", "refs/pull/1/head:from-fork"]).unwrap();
    assert_eq!(shown, "x");
    let compared = format!("/repos/acme/network/compare/main...{head}");
    let files = get(&standin, &compared, READER).await.json();
    assert_eq!(files["files"][0]["filename"], "from-fork");
}
