//! The contents API: one commit a file, and the way into an empty repository.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use github_standin::{Protection, Rule, RuleKind};
use serde_json::{Value, json};

use crate::client::{ADMIN, READER, call, commit, files, get, input, start};
use crate::workdir::assert_sound;

fn put(text: &str) -> Value {
    json!({"message": "Write", "content": STANDARD.encode(text)})
}

#[tokio::test]
async fn first_file_starts_an_empty_repository() {
    let standin = start();
    let path = "/repos/acme/empty/contents/docs/first.md";
    let missing = get(&standin, path, ADMIN).await;
    assert_eq!(
        (missing.status, missing.message()),
        (404, "This repository is empty.".into())
    );
    let elsewhere = json!({"message": "m", "content": "eA==", "branch": "other"});
    let refused = call(&standin, "PUT", path, ADMIN, elsewhere).await;
    assert_eq!(
        (refused.status, refused.message()),
        (404, "Branch other not found".into())
    );

    let answer = call(&standin, "PUT", path, ADMIN, put("hello\n")).await;

    assert_eq!(answer.status, 201);
    let body = answer.json();
    assert_eq!(body["commit"]["parents"], json!([]));
    assert_eq!(
        body["content"]["sha"],
        "ce013625030ba8dba906f756967f9e9ca394464a"
    );
    let repo = standin.repo("acme/empty").unwrap();
    assert_eq!(body["commit"]["sha"], json!(repo.head("main")));
    assert_eq!(repo.read("main", "docs/first.md").unwrap(), b"hello\n");
    assert_sound(&repo);
}

#[tokio::test]
async fn file_that_is_there_is_named_by_its_blob() {
    let standin = start();
    let path = "/repos/acme/network/contents/README.md";
    let shown = get(&standin, path, ADMIN).await.json();
    let sha = shown["sha"].as_str().unwrap();
    let text = shown["content"].as_str().unwrap().replace('\n', "");
    assert!(
        STANDARD
            .decode(text)
            .unwrap()
            .starts_with(b"# Acme network")
    );

    let mut body = put("# New\n");
    let without = call(&standin, "PUT", path, ADMIN, body.clone()).await;
    assert_eq!(without.status, 422);
    assert_eq!(
        without.message(),
        "Invalid request.\n\n\"sha\" wasn't supplied."
    );
    body["sha"] = json!("1".repeat(40));
    let refused = call(&standin, "PUT", path, ADMIN, body.clone()).await;
    let mismatch = format!("README.md does not match {}", "1".repeat(40));
    assert_eq!((refused.status, refused.message()), (409, mismatch));
    body["sha"] = json!(sha);
    let right = call(&standin, "PUT", path, ADMIN, body.clone()).await;
    assert_eq!(right.status, 200);
    let new = right.json()["content"]["sha"].clone();

    let stale = call(&standin, "DELETE", path, ADMIN, body).await;
    assert_eq!(stale.status, 409);
    let gone = json!({"message": "Delete", "sha": new});
    let gone = call(&standin, "DELETE", path, ADMIN, gone).await;
    assert_eq!((gone.status, &gone.json()["content"]), (200, &Value::Null));
    assert_eq!(get(&standin, path, ADMIN).await.status, 404);
}

#[tokio::test]
async fn directories_links_and_raw_text_are_told_apart() {
    let standin = start();
    let of = |path: &str| format!("/repos/acme/network/contents/{path}");
    let root = get(&standin, &of(""), ADMIN).await.json();
    let kinds: Vec<_> = root
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["name"].as_str().unwrap(),
                entry["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(kinds.contains(&("docs", "dir")) && kinds.contains(&("README.md", "file")));
    assert!(kinds.contains(&("CABLING.md", "symlink")));
    let link = get(&standin, &of("CABLING.md"), ADMIN).await.json();
    assert_eq!(
        (&link["type"], &link["target"]),
        (&json!("symlink"), &json!("docs/cabling.md"))
    );
    let absent = get(&standin, &of("README.md?ref=nowhere"), ADMIN).await;
    assert_eq!(absent.message(), "No commit found for the ref nowhere");
}

#[tokio::test]
async fn what_may_not_be_written_is_refused_with_its_reason() {
    let standin = start();
    let path = |repo: &str| format!("/repos/acme/{repo}/contents/x");
    let forbidden = call(&standin, "PUT", &path("network"), READER, put("x")).await;
    assert_eq!(forbidden.status, 403);
    let ruled = call(&standin, "PUT", &path("protected"), ADMIN, put("x")).await;
    assert_eq!(ruled.status, 409);
    let violation =
        "Repository rule violations found\n\nChanges must be made through a pull request.";
    assert_eq!(ruled.message(), violation);
    standin
        .change_repository("acme/fleet", |settings| {
            settings.protections.push(Protection {
                pattern: "main".into(),
                contexts: vec!["build".into()],
                enforce_admins: true,
                ..Protection::default()
            });
        })
        .unwrap();
    let protected = call(&standin, "PUT", &path("fleet"), ADMIN, put("x")).await;
    assert_eq!(protected.status, 409);
    assert_eq!(
        protected.message(),
        "Could not create file: 1 of 1 required status checks are expected."
    );
    let broken = json!({"message": "m", "content": "not base64!"});
    let broken = call(&standin, "PUT", &path("network"), ADMIN, broken).await;
    assert_eq!(
        (broken.status, broken.message()),
        (422, "content is not valid Base64".into())
    );
    let outside = call(
        &standin,
        "PUT",
        "/repos/acme/network/contents/.git/config",
        ADMIN,
        put("x"),
    );
    assert_eq!(outside.await.status, 422);
}

#[tokio::test]
async fn commits_and_comparisons_say_what_changed() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let base = repo.head("main").unwrap();
    repo.push(
        "topic",
        files(&[("docs/new.md", "one\ntwo\n")]),
        "Add a page",
    )
    .unwrap();
    let head = repo.head("topic").unwrap();

    let list = get(
        &standin,
        "/repos/acme/network/commits?sha=topic&path=docs",
        ADMIN,
    )
    .await
    .json();
    assert_eq!(list[0]["sha"], json!(head));
    let one = get(&standin, "/repos/acme/network/commits/topic", ADMIN)
        .await
        .json();
    assert_eq!(
        one["stats"],
        json!({"additions": 2, "deletions": 0, "total": 2})
    );
    assert_eq!(one["files"][0]["filename"], "docs/new.md");
    let absent = get(&standin, "/repos/acme/network/commits/nowhere", ADMIN).await;
    assert_eq!(
        (absent.status, absent.message()),
        (422, "No commit found for SHA: nowhere".into())
    );

    let compared = get(&standin, "/repos/acme/network/compare/main...topic", ADMIN)
        .await
        .json();
    assert_eq!(compared["status"], "ahead");
    assert_eq!(
        (&compared["ahead_by"], &compared["behind_by"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(compared["merge_base_commit"]["sha"], json!(base));
    assert_eq!(compared["files"][0]["status"], "added");
    let empty = get(&standin, "/repos/acme/empty/commits", ADMIN).await;
    assert_eq!(
        (empty.status, empty.message()),
        (409, "Git Repository is empty.".into())
    );
}

#[tokio::test]
async fn branches_refs_roles_and_searches_are_listed() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    for branch in ["hedgerow/a", "hedgerow/b", "other"] {
        repo.branch(branch, "main").unwrap();
    }
    let path = "/repos/acme/network/git/matching-refs/heads/hedgerow/";
    let refs = get(&standin, path, ADMIN).await.json();
    let names: Vec<_> = refs
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["ref"])
        .collect();
    assert_eq!(names, ["refs/heads/hedgerow/a", "refs/heads/hedgerow/b"]);
    let branches = get(&standin, "/repos/acme/network/branches?per_page=2", ADMIN).await;
    assert_eq!(branches.json()[0]["name"], "hedgerow/a");
    assert!(branches.header("link").contains("rel=\"next\""));
    let role = |login: &str| format!("/repos/acme/private/collaborators/{login}/permission");
    for (login, word) in [("ada", "admin"), ("rhea", "read"), ("otto", "none")] {
        let answer = get(&standin, &role(login), ADMIN).await.json();
        assert_eq!(answer["permission"], word, "{login}");
    }
    assert_eq!(get(&standin, &role("nobody"), ADMIN).await.status, 404);
    let found = get(&standin, "/search/repositories?q=net+org:acme", ADMIN)
        .await
        .json();
    assert_eq!(found["total_count"], 1);
    assert_eq!(found["items"][0]["full_name"], "acme/network");
    let blind = get(&standin, "/search/repositories?q=private", None)
        .await
        .json();
    assert_eq!(blind["total_count"], 0, "what one cannot see is not found");
    assert_eq!(
        get(&standin, "/search/repositories", ADMIN).await.status,
        422
    );
}

#[tokio::test]
async fn rules_hold_for_every_way_to_write() {
    let standin = start();
    let kind = RuleKind::Creation;
    let pattern = "locked/*".to_owned();
    standin
        .change_repository("acme/network", |settings| {
            settings.rules.push(Rule { pattern, kind })
        })
        .unwrap();
    let head = standin.repo("acme/network").unwrap().head("main").unwrap();
    let body = json!({"ref": "refs/heads/locked/x", "sha": head});
    let refused = call(
        &standin,
        "POST",
        "/repos/acme/network/git/refs",
        ADMIN,
        body,
    )
    .await;
    assert_eq!(refused.status, 422);
    assert!(refused.message().contains("creations being restricted"));
}

#[tokio::test]
async fn rules_look_at_new_commits_and_at_who_signed_them() {
    let standin = start();
    standin
        .change_repository("acme/network", |settings| {
            for kind in [
                RuleKind::RequiredSignatures,
                RuleKind::RequiredLinearHistory,
            ] {
                let pattern = "signed/*".to_owned();
                settings.rules.push(Rule { pattern, kind });
            }
        })
        .unwrap();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    let tree = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    let post = |path: &'static str, body: Value| call(&standin, "POST", path, ADMIN, body);
    let by_hand = json!({"message": "By hand", "tree": tree.trim(), "parents": [head, head]});
    let made = post("/repos/acme/network/git/commits", by_hand)
        .await
        .json();
    let make = |sha: &Value| json!({"ref": "refs/heads/signed/x", "sha": sha});
    let refused = post("/repos/acme/network/git/refs", make(&made["sha"])).await;
    assert_eq!(
        (refused.status, refused.message().as_str()),
        (
            422,
            "Repository rule violations found\n\nCommits must have verified signatures.\n\n\
             This branch must not contain merge commits."
        )
    );
    // The head of another branch was taken there, and what GitHub commits is signed.
    let begun = post("/repos/acme/network/git/refs", make(&json!(head))).await;
    assert_eq!(begun.status, 201);
    let mut input = input("acme/network", &head, &[("a", "a")], &[]);
    input["branch"]["branchName"] = json!("signed/x");
    let signed = commit(&standin, ADMIN, input).await;
    assert!(signed.get("errors").is_none(), "{signed}");
}
