//! What `createCommitOnBranch` refuses, and what it does with modes.

use github_standin::{File, Files, Standin};
use serde_json::{Value, json};

use crate::client::{
    ADMIN, COMMIT, NOBODY, OUTSIDER, READER, call, commit, files, graphql, input, refusal, start,
};
use crate::workdir::assert_sound;

/// Returns the head of `main`, or some id where there is none.
fn head(standin: &Standin, repository: &str) -> String {
    let repo = standin.repo(repository).ok();
    let head = repo.and_then(|repo| repo.head("main"));
    head.unwrap_or_else(|| "1".repeat(40))
}

#[tokio::test]
async fn refusals_by_paths_leave_the_branch_where_it_was() {
    let standin = start();
    let head = head(&standin, "acme/network");
    for (additions, deletions, reason) in [
        (
            &[("/a", "")][..],
            &[][..],
            "path cannot start with a slash: /a",
        ),
        (&[("a/", "")], &[], "path cannot end with a slash: a/"),
        (&[("", "")], &[], "path cannot be blank: "),
        (
            &[("a/../b", "")],
            &[],
            "path contains a malformed path component: a/../b",
        ),
        (
            &[("a/./b", "")],
            &[],
            "path contains a malformed path component: a/./b",
        ),
        (
            &[("a//b", "")],
            &[],
            "path contains a malformed path component: a//b",
        ),
        (
            &[(".git/config", "")],
            &[],
            "path contains a malformed path component: .git/config",
        ),
        (
            &[("a/.GIT", "")],
            &[],
            "path contains a malformed path component: a/.GIT",
        ),
        (
            &[("a", "1"), ("a", "2")],
            &[],
            "paths must be unique: a is named more than once",
        ),
        (
            &[],
            &["README.md", "README.md"],
            "paths must be unique: README.md is named more than once",
        ),
        (
            &[("README.md", "")],
            &["README.md"],
            "paths must be unique: README.md is named more than once",
        ),
        (
            &[("README.md/below", "")],
            &[],
            "README.md is not a directory",
        ),
        (&[("docs", "")], &[], "docs is a directory"),
        (
            &[("new", ""), ("new/below", "")],
            &[],
            "new is written both as a file and as a directory",
        ),
        (
            &[("CABLING.md/below", "")],
            &[],
            "CABLING.md is not a directory",
        ),
        (&[], &["docs"], "docs is a directory"),
        (
            &[],
            &["nothing"],
            "A path was requested for deletion which does not exist as of commit oid",
        ),
        (
            &[],
            &["docs/nothing"],
            "A path was requested for deletion which does not exist as of commit oid",
        ),
        (
            &[],
            &["README.md/x"],
            "A path was requested for deletion which does not exist as of commit oid",
        ),
    ] {
        let answer = commit(
            &standin,
            ADMIN,
            input("acme/network", &head, additions, deletions),
        )
        .await;
        let (kind, message) = refusal(&answer);
        assert_eq!(kind, "UNPROCESSABLE");
        assert!(message.starts_with(reason), "{message} is not {reason}");
        assert_eq!(self::head(&standin, "acme/network"), head);
    }
}

#[tokio::test]
async fn refusals_by_place_and_person() {
    let standin = start();
    let no_push = "Resource not accessible by personal access token";
    let guarded =
        "Repository rule violations found\n\nChanges must be made through a pull request.";
    for (repository, token, kind, message) in [
        ("acme/network", READER, "FORBIDDEN", no_push),
        ("acme/network", OUTSIDER, "FORBIDDEN", no_push),
        ("acme/private", READER, "FORBIDDEN", no_push),
        (
            "acme/private",
            OUTSIDER,
            "NOT_FOUND",
            "Could not resolve to a Repository with the name 'acme/private'.",
        ),
        (
            "acme/nothing",
            ADMIN,
            "NOT_FOUND",
            "Could not resolve to a Repository with the name 'acme/nothing'.",
        ),
        (
            "acme/empty",
            ADMIN,
            "NOT_FOUND",
            "Could not resolve to a Ref with the name 'refs/heads/main'.",
        ),
        ("acme/protected", ADMIN, "UNPROCESSABLE", guarded),
    ] {
        let input = input(repository, &head(&standin, repository), &[("a", "a")], &[]);
        let answer = commit(&standin, token, input).await;
        assert_eq!(
            refusal(&answer),
            (kind.into(), message.into()),
            "{repository}"
        );
    }
}

#[tokio::test]
async fn refusals_by_branch() {
    let standin = start();
    let head = head(&standin, "acme/network");
    for (branch, kind) in [
        (
            json!({"repositoryNameWithOwner": "acme/network", "branchName": "nothing"}),
            "NOT_FOUND",
        ),
        (
            json!({"repositoryNameWithOwner": "acme/network"}),
            "UNPROCESSABLE",
        ),
        (
            json!({"id": "REF_kwDOAAAB9g", "branchName": "main"}),
            "UNPROCESSABLE",
        ),
        (json!({"id": "made up"}), "NOT_FOUND"),
        (json!({}), "UNPROCESSABLE"),
    ] {
        let mut input = input("acme/network", &head, &[("a", "a")], &[]);
        input["branch"] = branch;
        assert_eq!(refusal(&commit(&standin, ADMIN, input).await).0, kind);
    }
}

#[tokio::test]
async fn branch_may_be_named_by_its_id() {
    let standin = start();
    let document = "{ repository(owner: \"acme\", name: \"network\") { ref(qualifiedName: \"refs/heads/main\") { id } } }";
    let answer = graphql(&standin, ADMIN, document, Value::Null).await;
    let mut input = input(
        "acme/network",
        &head(&standin, "acme/network"),
        &[("a", "a")],
        &[],
    );
    input["branch"] = json!({"id": answer["data"]["repository"]["ref"]["id"]});
    let answer = commit(&standin, ADMIN, input).await;
    assert!(answer.get("errors").is_none(), "{answer}");
}

#[tokio::test]
async fn archived_repository_takes_no_commit() {
    let standin = start();
    let head = head(&standin, "acme/network");
    standin
        .change_repository("acme/network", |settings| settings.archived = true)
        .unwrap();
    let answer = commit(
        &standin,
        ADMIN,
        input("acme/network", &head, &[("a", "a")], &[]),
    )
    .await;
    assert_eq!(
        refusal(&answer).1,
        "Repository was archived so is read-only."
    );
}

#[tokio::test]
async fn contents_must_be_padded_standard_base64() {
    let standin = start();
    for contents in ["YQ", "YQ=", "YQ===", "YQ==\n", "_-8=", "a b=", "YR=="] {
        let mut input = input(
            "acme/network",
            &head(&standin, "acme/network"),
            &[("a", "")],
            &[],
        );
        input["fileChanges"]["additions"][0]["contents"] = json!(contents);
        let answer = commit(&standin, ADMIN, input).await;
        assert!(
            answer.get("data").is_none() && answer["errors"].is_array(),
            "{contents}: {answer}"
        );
    }
}

#[tokio::test]
async fn expected_head_must_be_a_whole_id() {
    let standin = start();
    for expected in [json!("abc123"), json!("main"), Value::Null] {
        let mut input = input("acme/network", "", &[("a", "a")], &[]);
        input["expectedHeadOid"] = expected;
        let answer = commit(&standin, ADMIN, input).await;
        assert!(
            answer.get("data").is_none() && answer["errors"].is_array(),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn answer_names_commit_tree_and_branch() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let mut input = input(
        "acme/network",
        &head(&standin, "acme/network"),
        &[("a", "a")],
        &[],
    );
    input["message"] = json!({"headline": "Add a", "body": "Because.\n\nHedgerow-Operation: 1"});
    input["clientMutationId"] = json!("mine");
    let answer = commit(&standin, ADMIN, input).await;
    let payload = &answer["data"]["createCommitOnBranch"];
    let head = head(&standin, "acme/network");
    let tree = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    let expected = json!({
        "clientMutationId": "mine",
        "commit": {
            "oid": head,
            "url": format!("{}/acme/network/commit/{head}", standin.url()),
            "messageHeadline": "Add a",
            "messageBody": "Because.\n\nHedgerow-Operation: 1",
            "tree": {"oid": tree.trim()},
        },
        "ref": {"name": "main", "target": {"oid": head}},
    });
    assert_eq!(*payload, expected);
    let message = repo.git(&["log", "-1", "--format=%B", "main"]).unwrap();
    assert_eq!(
        message.trim_end(),
        "Add a\n\nBecause.\n\nHedgerow-Operation: 1"
    );
}

#[tokio::test]
async fn written_files_are_regular_and_others_keep_their_modes() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let submodule = File::Submodule {
        submodule: "1".repeat(40),
    };
    let head = repo
        .push(
            "main",
            Files::from([("sub".into(), Some(submodule))]),
            "Add",
        )
        .unwrap();
    let texts = [("scripts/check", "new"), ("new", "")];
    commit(&standin, ADMIN, input("acme/network", &head, &texts, &[])).await;
    let modes = repo.modes("main").unwrap();
    for (path, mode) in [
        ("scripts/check", 0o100644),
        ("new", 0o100644),
        ("CABLING.md", 0o120000),
        ("sub", 0o160000),
    ] {
        assert_eq!(modes.get(path), Some(&mode), "{path}");
    }
    assert_sound(&repo);
}

#[tokio::test]
async fn directory_goes_with_its_last_file_and_a_file_may_take_its_place() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo
        .push(
            "main",
            files(&[("gone/deep/x", "x"), ("swap/x", "x")]),
            "Add",
        )
        .unwrap();
    let changes = input(
        "acme/network",
        &head,
        &[("swap", "file")],
        &["gone/deep/x", "swap/x"],
    );
    let answer = commit(&standin, ADMIN, changes).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    let modes = repo.modes("main").unwrap();
    assert!(!modes.keys().any(|path| path.starts_with("gone")));
    assert_eq!(modes.get("swap"), Some(&0o100644));
    assert_sound(&repo);
}

#[tokio::test]
async fn nobody_and_too_much_are_refused_before_the_document_is_read() {
    let standin = start();
    let body = json!({"query": COMMIT});
    let answer = call(&standin, "POST", "/graphql", NOBODY, body).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.message(),
        "This endpoint requires you to be authenticated."
    );
    let body = json!({"query": COMMIT, "padding": "x".repeat(40_000_000)});
    assert_eq!(
        call(&standin, "POST", "/graphql", ADMIN, body).await.status,
        413
    );
}
