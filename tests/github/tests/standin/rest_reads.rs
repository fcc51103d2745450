//! What REST tells, and to whom.

use serde_json::{Value, json};

use crate::client::{ADMIN, NOBODY, OUTSIDER, READER, get, start};

#[tokio::test]
async fn permissions_follow_from_the_role() {
    let standin = start();
    for (token, push, pull) in [
        (ADMIN, json!(true), json!(true)),
        (READER, json!(false), json!(true)),
    ] {
        let body = get(&standin, "/repos/acme/network", token).await.json();
        assert_eq!(
            (&body["permissions"]["push"], &body["permissions"]["pull"]),
            (&push, &pull)
        );
    }
    let body = get(&standin, "/repos/acme/network", NOBODY).await.json();
    assert_eq!(body.get("permissions"), None);
    assert_eq!(
        get(&standin, "/repos/acme/network", OUTSIDER).await.status,
        200
    );
}

#[tokio::test]
async fn list_of_repositories_is_paged_by_links() {
    let standin = start();
    let mut path = "/user/repos?per_page=2".to_owned();
    let mut names = Vec::new();
    loop {
        let answer = get(&standin, &path, ADMIN).await;
        for repository in answer.json().as_array().unwrap() {
            names.push(repository["full_name"].as_str().unwrap().to_owned());
        }
        let links = answer.header("link").split(", ");
        let next = links.filter(|link| link.ends_with("rel=\"next\"")).last();
        let Some(next) = next else { break };
        let address = next.split(['<', '>']).nth(1).unwrap();
        path = address.strip_prefix(standin.url()).unwrap().to_owned();
    }
    let all = [
        "acme/empty",
        "acme/fleet",
        "acme/network",
        "acme/private",
        "acme/protected",
    ];
    assert_eq!(names, all);
    let none = get(&standin, "/user/repos", OUTSIDER).await;
    assert_eq!((none.json(), none.header("link")), (json!([]), ""));
}

#[tokio::test]
async fn branch_and_reference_agree_with_git() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    repo.branch("feature/one", "main").unwrap();
    repo.tag("v1", "main").unwrap();
    let head = repo.head("main").unwrap();
    let tree = repo.git(&["rev-parse", "main^{tree}"]).unwrap();
    for branch in ["main", "feature/one", "feature%2Fone"] {
        let body = get(
            &standin,
            &format!("/repos/acme/network/branches/{branch}"),
            READER,
        )
        .await
        .json();
        assert_eq!(body["commit"]["sha"], head.as_str());
        assert_eq!(body["commit"]["commit"]["tree"]["sha"], tree.trim());
        assert_eq!(body["protected"], false);
    }
    for name in ["heads/main", "heads/feature/one", "tags/v1"] {
        let body = get(
            &standin,
            &format!("/repos/acme/network/git/ref/{name}"),
            READER,
        )
        .await
        .json();
        assert_eq!(body["ref"], format!("refs/{name}"));
        assert_eq!(body["object"]["sha"], head.as_str());
        assert_eq!(body["object"]["type"], "commit");
    }
    let body = get(&standin, "/repos/acme/protected/branches/main", READER)
        .await
        .json();
    assert_eq!(body["protected"], true);
}

#[tokio::test]
async fn trees_list_as_git_lists_them() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    for (query, args) in [
        ("", &["ls-tree", "main"][..]),
        ("?recursive=1", &["ls-tree", "-r", "-t", "main"]),
    ] {
        let body = get(
            &standin,
            &format!("/repos/acme/network/git/trees/main{query}"),
            NOBODY,
        )
        .await
        .json();
        let lines: Vec<String> = body["tree"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                let text = |name: &str| entry[name].as_str().unwrap();
                format!(
                    "{} {} {}\t{}",
                    text("mode"),
                    text("type"),
                    text("sha"),
                    text("path")
                )
            })
            .collect();
        let listing = repo.git(args).unwrap();
        assert_eq!(lines, listing.lines().collect::<Vec<_>>());
        assert_eq!(body["truncated"], false);
    }
}

#[tokio::test]
async fn blob_and_commit_are_read_by_id() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let blob = repo.git(&["rev-parse", "main:README.md"]).unwrap();
    let body = get(
        &standin,
        &format!("/repos/acme/network/git/blobs/{}", blob.trim()),
        NOBODY,
    )
    .await
    .json();
    assert_eq!(
        body["content"],
        "IyBBY21lIG5ldHdvcmsKCk9uZSBkaXJlY3RvcnkgYSBmYWJyaWMuCg==\n"
    );
    assert_eq!(body["size"], 40);
    let head = repo.head("main").unwrap();
    let body = get(
        &standin,
        &format!("/repos/acme/network/git/commits/{head}"),
        NOBODY,
    )
    .await
    .json();
    assert_eq!(body["message"], "Initial commit");
    assert_eq!(body["author"]["date"], "2026-01-01T00:00:00Z");
    assert_eq!(body["parents"], json!([]));
    for (path, status) in [
        ("blobs/abc", 422),
        ("commits/abc", 404),
        ("trees/nothing", 404),
    ] {
        let answer = get(&standin, &format!("/repos/acme/network/git/{path}"), NOBODY).await;
        assert_eq!(answer.status, status, "{path}");
    }
}

#[tokio::test]
async fn rules_are_told_before_the_branch_exists() {
    let standin = start();
    standin
        .change_repository("acme/protected", |settings| {
            settings.rules[0].pattern = "release-*".into()
        })
        .unwrap();
    let body = get(
        &standin,
        "/repos/acme/protected/rules/branches/release-1",
        READER,
    )
    .await
    .json();
    assert_eq!(body[0]["type"], "pull_request");
    assert_eq!(body[0]["parameters"]["required_approving_review_count"], 1);
    let body = get(
        &standin,
        "/repos/acme/protected/rules/branches/main",
        READER,
    )
    .await
    .json();
    assert_eq!(body, json!([]));
}

#[tokio::test]
async fn rate_limit_is_told_and_costs_nothing() {
    let standin = start();
    get(&standin, "/user", ADMIN).await;
    for _ in 0..2 {
        let body: Value = get(&standin, "/rate_limit", ADMIN).await.json();
        assert_eq!(body["resources"]["core"]["used"], 1);
        assert_eq!(body["rate"]["remaining"], 4999);
    }
}
