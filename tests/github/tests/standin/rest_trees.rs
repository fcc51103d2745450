//! Trees and commits through REST.

use serde_json::{Value, json};

use crate::client::{ADMIN, call, start};
use crate::workdir::{Workdir, assert_sound};

const TREES: &str = "/repos/acme/network/git/trees";

#[tokio::test]
async fn tree_commit_and_update_make_what_a_clone_gets() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    let base = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    let script = repo.git(&["rev-parse", "main:scripts/check"]).unwrap();
    let docs = repo.git(&["rev-parse", "main:docs"]).unwrap();
    let entries = json!([
        {"path": "fabrics/east/.gitkeep", "mode": "100644", "type": "blob", "content": ""},
        {"path": "bin/check", "mode": "100755", "type": "blob", "sha": script.trim()},
        {"path": "manual", "mode": "040000", "type": "tree", "sha": docs.trim()},
        {"path": "README.md", "mode": "100644", "type": "blob", "sha": null},
    ]);
    let answer = call(
        &standin,
        "POST",
        TREES,
        ADMIN,
        json!({"base_tree": base.trim(), "tree": entries}),
    )
    .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let commit = json!({
        "message": "Move things", "tree": answer.json()["sha"], "parents": [head],
        "author": {"name": "Grace", "email": "grace@example.com", "date": "2026-02-03T04:05:06+02:00"},
    });
    let answer = call(
        &standin,
        "POST",
        "/repos/acme/network/git/commits",
        ADMIN,
        commit,
    )
    .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let body = answer.json();
    assert_eq!(body["author"]["date"], "2026-02-03T02:05:06Z");
    let update = json!({"sha": body["sha"], "force": false});
    let path = "/repos/acme/network/git/refs/heads/main";
    assert_eq!(
        call(&standin, "PATCH", path, ADMIN, update).await.status,
        200
    );

    let clone = Workdir::clone(&standin, "acme/network", ADMIN).unwrap();
    assert!(!clone.path("README.md").exists());
    assert!(clone.path("manual/runbooks/restart.md").exists());
    assert!(clone.path("docs/runbooks/restart.md").exists());
    let who = clone.git(&["show", "-s", "--format=%an %aI %cn"]).unwrap();
    assert_eq!(who, "Grace 2026-02-03T04:05:06+02:00 Grace");
    assert_eq!(repo.modes("main").unwrap()["bin/check"], 0o100755);
    assert_sound(&repo);
}

#[tokio::test]
async fn trees_that_github_would_not_make_are_refused() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let base = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    let head = repo.head("main").unwrap();
    let file = |path: &str| json!({"path": path, "mode": "100644", "type": "blob", "content": ""});
    let with = |name: &str, value: Value| {
        let mut entry = file("a");
        entry[name] = value;
        entry
    };
    let gone = |path: &str| json!({"path": path, "mode": "100644", "type": "blob", "sha": null});
    let bad_base = "base_tree is not a valid tree oid";
    let both = "Must supply either tree.sha or tree.content. Request will be rejected if both are present.";
    let malformed = "tree.path contains a malformed path component";
    for (base, entries, message) in [
        (head.as_str(), json!([file("a")]), bad_base),
        ("abc", json!([file("a")]), bad_base),
        (base.trim(), json!([]), "Invalid tree info"),
        (
            base.trim(),
            Value::Null,
            "Invalid request.\n\n\"tree\" wasn't supplied.",
        ),
        (
            base.trim(),
            json!([with("sha", json!("1".repeat(40)))]),
            both,
        ),
        (base.trim(), json!([with("sha", Value::Null)]), both),
        (
            base.trim(),
            json!([{"path": "a", "mode": "100644", "type": "blob"}]),
            both,
        ),
        (
            base.trim(),
            json!([with("mode", json!("100600"))]),
            "Must supply a valid tree.mode",
        ),
        (
            base.trim(),
            json!([with("type", json!("tree"))]),
            "tree.type does not fit tree.mode 100644",
        ),
        (
            base.trim(),
            json!([file("/a")]),
            "tree.path cannot start with a slash",
        ),
        (base.trim(), json!([file("a/../b")]), malformed),
        (base.trim(), json!([file(".git/x")]), malformed),
        (
            base.trim(),
            json!([gone("nothing")]),
            "GitRPC::BadObjectState",
        ),
        (
            base.trim(),
            json!([gone("docs/nothing")]),
            "GitRPC::BadObjectState",
        ),
        (
            base.trim(),
            json!([gone("docs")]),
            "GitRPC::BadObjectState: docs is a directory",
        ),
        (
            base.trim(),
            json!([file("docs")]),
            "GitRPC::BadObjectState: docs is a directory",
        ),
        (
            base.trim(),
            json!([file("README.md/x")]),
            "GitRPC::BadObjectState: README.md is not a directory",
        ),
        (
            base.trim(),
            json!([file("a"), file("a")]),
            "tree.path a is named more than once",
        ),
    ] {
        let body = json!({"base_tree": base, "tree": entries});
        let answer = call(&standin, "POST", TREES, ADMIN, body).await;
        assert_eq!(
            (answer.status, answer.message().as_str()),
            (422, message),
            "{entries}"
        );
    }
    let missing = json!({"tree": [{"path": "a", "mode": "100644", "sha": "1".repeat(40)}]});
    let answer = call(&standin, "POST", TREES, ADMIN, missing).await;
    assert!(answer.message().ends_with("is not a valid blob"));
}

#[tokio::test]
async fn commits_of_what_is_not_there_are_refused() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let tree = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    let head = repo.head("main").unwrap();
    let no_parent = "Parent SHA does not exist or is not a commit object";
    for (body, message) in [
        (
            json!({"message": "m", "tree": head}),
            "Tree SHA does not exist",
        ),
        (
            json!({"message": "m", "tree": tree.trim(), "parents": [tree.trim()]}),
            no_parent,
        ),
        (
            json!({"message": "m", "tree": tree.trim(), "parents": ["abc"]}),
            no_parent,
        ),
        (
            json!({"message": "m"}),
            "Invalid request.\n\n\"tree\" wasn't supplied.",
        ),
        (
            json!({"tree": tree.trim()}),
            "Invalid request.\n\n\"message\" wasn't supplied.",
        ),
    ] {
        let answer = call(
            &standin,
            "POST",
            "/repos/acme/network/git/commits",
            ADMIN,
            body,
        )
        .await;
        assert_eq!((answer.status, answer.message().as_str()), (422, message));
    }
    let answer = call(&standin, "POST", TREES, ADMIN, json!("text")).await;
    assert_eq!(
        (answer.status, answer.message().as_str()),
        (400, "Problems parsing JSON")
    );
}
