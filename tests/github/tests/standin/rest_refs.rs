//! References through REST.

use serde_json::{Value, json};

use crate::client::{ADMIN, NOBODY, OUTSIDER, READER, call, files, start};

#[tokio::test]
async fn update_without_force_wants_a_descendant() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let old = repo.head("main").unwrap();
    let new = repo.push("topic", files(&[("a", "a")]), "Topic").unwrap();
    let fork = repo.push("fork", files(&[("b", "b")]), "Fork").unwrap();
    let update = async |branch: &str, sha: &str, force: bool| {
        let path = format!("/repos/acme/network/git/refs/heads/{branch}");
        let answer = call(
            &standin,
            "PATCH",
            &path,
            ADMIN,
            json!({"sha": sha, "force": force}),
        )
        .await;
        (answer.status, answer.message())
    };
    let refused = |message: &str| (422, message.to_owned());
    assert_eq!(update("main", &new, false).await, (200, String::new()));
    assert_eq!(
        update("main", &fork, false).await,
        refused("Update is not a fast forward")
    );
    assert_eq!(
        update("main", &old, false).await,
        refused("Update is not a fast forward")
    );
    assert_eq!(repo.head("main"), Some(new));
    assert_eq!(update("main", &fork, true).await, (200, String::new()));
    assert_eq!(repo.head("main"), Some(fork.clone()));
    assert_eq!(
        update("nothing", &fork, false).await,
        refused("Reference does not exist")
    );
    assert_eq!(
        update("main", &"1".repeat(40), false).await,
        refused("Object does not exist")
    );
    let tree = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    assert_eq!(
        update("main", tree.trim(), true).await,
        refused("Object does not exist")
    );
}

#[tokio::test]
async fn reference_is_created_once() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    for (name, sha, status, message) in [
        ("refs/heads/new", head.as_str(), 201, ""),
        ("refs/heads/new", &head, 422, "Reference already exists"),
        (
            "refs/heads/new/below",
            &head,
            422,
            "Reference update failed",
        ),
        ("refs/tags/v1", &head, 201, ""),
        ("refs/heads/x", "abc", 422, "Object does not exist"),
        ("heads/x", &head, 422, "heads/x is not a valid ref name."),
        ("refs/x", &head, 422, "refs/x is not a valid ref name."),
        (
            "refs/heads/a b",
            &head,
            422,
            "refs/heads/a b is not a valid ref name.",
        ),
        (
            "refs/heads/a..b",
            &head,
            422,
            "refs/heads/a..b is not a valid ref name.",
        ),
    ] {
        let body = json!({"ref": name, "sha": sha});
        let answer = call(
            &standin,
            "POST",
            "/repos/acme/network/git/refs",
            ADMIN,
            body,
        )
        .await;
        assert_eq!(
            (answer.status, answer.message().as_str()),
            (status, message),
            "{name}"
        );
    }
    assert_eq!(repo.head("new"), Some(head));
}

#[tokio::test]
async fn reference_is_deleted() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    repo.branch("topic", "main").unwrap();
    let path = "/repos/acme/network/git/refs/heads/topic";
    for status in [204, 422] {
        let answer = call(&standin, "DELETE", path, ADMIN, Value::Null).await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(repo.head("topic"), None);
}

#[tokio::test]
async fn rules_hold_for_rest_too() {
    let standin = start();
    let repo = standin.repo("acme/protected").unwrap();
    let sha = repo.push("topic", files(&[("a", "a")]), "Topic").unwrap();
    let path = "/repos/acme/protected/git/refs/heads/main";
    for force in [false, true] {
        let answer = call(
            &standin,
            "PATCH",
            path,
            ADMIN,
            json!({"sha": sha, "force": force}),
        )
        .await;
        assert_eq!(answer.status, 422);
        let message =
            "Repository rule violations found\n\nChanges must be made through a pull request.";
        assert_eq!(answer.message(), message);
    }
}

#[tokio::test]
async fn writing_wants_a_role() {
    let standin = start();
    let head = standin.repo("acme/network").unwrap().head("main").unwrap();
    for (token, status, message) in [
        (
            READER,
            403,
            "Resource not accessible by personal access token",
        ),
        (
            OUTSIDER,
            403,
            "Resource not accessible by personal access token",
        ),
        (NOBODY, 401, "Requires authentication"),
    ] {
        for (method, path) in [
            ("POST", "refs"),
            ("POST", "trees"),
            ("POST", "commits"),
            ("PATCH", "refs/heads/main"),
            ("DELETE", "refs/heads/main"),
        ] {
            let body = json!({"ref": "refs/heads/x", "sha": head});
            let answer = call(
                &standin,
                method,
                &format!("/repos/acme/network/git/{path}"),
                token,
                body,
            )
            .await;
            assert_eq!(
                (answer.status, answer.message().as_str()),
                (status, message),
                "{method} {path}"
            );
        }
    }
    let answer = call(
        &standin,
        "POST",
        "/repos/acme/network/git/refs",
        READER,
        json!({}),
    )
    .await;
    assert_eq!(
        answer.header("x-accepted-github-permissions"),
        "contents=write"
    );
}

#[tokio::test]
async fn nothing_is_written_to_an_empty_repository() {
    let standin = start();
    for (path, body) in [
        (
            "refs",
            json!({"ref": "refs/heads/main", "sha": "1".repeat(40)}),
        ),
        (
            "trees",
            json!({"tree": [{"path": "a", "mode": "100644", "content": "a"}]}),
        ),
        ("commits", json!({"message": "m", "tree": "1".repeat(40)})),
    ] {
        let answer = call(
            &standin,
            "POST",
            &format!("/repos/acme/empty/git/{path}"),
            ADMIN,
            body,
        )
        .await;
        assert_eq!(
            (answer.status, answer.message().as_str()),
            (409, "Git Repository is empty."),
            "{path}"
        );
    }
}
