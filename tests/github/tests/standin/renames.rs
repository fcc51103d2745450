//! Repositories that got another name: old addresses lead on, new ones say the new name.

use serde_json::json;

use crate::client::{ADMIN, OUTSIDER, call, get, graphql, input, start};
use crate::workdir::Workdir;

const REPOSITORY: &str = "query($name: String!, $follow: Boolean) { repository(owner: \"acme\", name: $name, followRenames: $follow) \
    { id nameWithOwner } }";

#[tokio::test]
async fn old_name_redirects_by_number_and_keeps_the_method_of_writes() {
    let standin = start();
    let renamed = json!({"name": "net"});
    let renamed = call(&standin, "PATCH", "/repos/acme/network", ADMIN, renamed).await;
    assert_eq!(
        (renamed.status, &renamed.json()["full_name"]),
        (200, &json!("acme/net"))
    );

    let moved = get(&standin, "/repos/acme/network/branches/main?x=1", ADMIN).await;
    assert_eq!(moved.status, 301);
    let to = format!("{}/repositories/501/branches/main?x=1", standin.url());
    assert_eq!(
        (moved.header("location"), &moved.json()["url"]),
        (to.as_str(), &json!(to))
    );
    let write = json!({"description": "Cables"});
    let moved = call(
        &standin,
        "PATCH",
        "/repos/acme/network",
        ADMIN,
        write.clone(),
    )
    .await;
    assert_eq!(moved.status, 307);
    let there = call(&standin, "PATCH", "/repositories/501", ADMIN, write).await;
    assert_eq!(
        (there.status, &there.json()["description"]),
        (200, &json!("Cables"))
    );
    let branch = get(&standin, "/repositories/501/branches/main", ADMIN).await;
    assert_eq!(branch.json()["name"], "main");
}

#[tokio::test]
async fn graphql_answers_under_the_new_name_unless_told_not_to_follow() {
    let standin = start();
    standin.rename_repository("acme/network", "net").unwrap();
    let followed = graphql(&standin, ADMIN, REPOSITORY, json!({"name": "network"})).await;
    assert_eq!(followed["data"]["repository"]["nameWithOwner"], "acme/net");
    let strict = json!({"name": "network", "follow": false});
    let strict = graphql(&standin, ADMIN, REPOSITORY, strict).await;
    assert_eq!(strict["errors"][0]["type"], "NOT_FOUND");
    let head = standin.repo("acme/net").unwrap().head("main").unwrap();
    let stale_name = input("acme/network", &head, &[("x", "x")], &[]);
    let refused = crate::client::commit(&standin, ADMIN, stale_name).await;
    assert_eq!(
        refused["errors"][0]["type"], "NOT_FOUND",
        "nobody should write by an old name"
    );
}

#[tokio::test]
async fn old_name_tells_nothing_to_those_who_may_not_see() {
    let standin = start();
    standin.rename_repository("acme/private", "secret").unwrap();
    assert_eq!(
        get(&standin, "/repos/acme/private", OUTSIDER).await.status,
        404
    );
    assert_eq!(
        get(&standin, "/repos/acme/private", ADMIN).await.status,
        301
    );
}

#[tokio::test]
async fn a_renamed_branch_takes_its_pull_requests_along_and_leads_on_in_rest_alone() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    repo.branch("topic", "main").unwrap();
    repo.push(
        "topic",
        [("x".to_owned(), Some("x".into()))].into(),
        "Add x",
    )
    .unwrap();
    let pull = json!({"title": "x", "head": "topic", "base": "main"});
    let pull = call(&standin, "POST", "/repos/acme/network/pulls", ADMIN, pull).await;
    assert_eq!(pull.status, 201);
    let head = repo.head("main").unwrap();
    let path = "/repos/acme/network/branches/main";
    standin
        .rename_branch("acme/network", "main", "trunk")
        .unwrap();
    assert_eq!((repo.head("main"), repo.head("trunk")), (None, Some(head)));
    let moved = get(&standin, path, ADMIN).await;
    let to = format!("{}/repos/acme/network/branches/trunk", standin.url());
    assert_eq!((moved.status, moved.header("location")), (301, to.as_str()));
    let ask = "query { repository(owner: \"acme\", name: \"network\") { defaultBranchRef { name } \
        ref(qualifiedName: \"refs/heads/main\") { name } } }";
    let told = graphql(&standin, ADMIN, ask, json!({})).await;
    assert_eq!(
        told["data"]["repository"],
        json!({"defaultBranchRef": {"name": "trunk"}, "ref": null})
    );
    let pull = get(&standin, "/repos/acme/network/pulls/1", ADMIN).await;
    assert_eq!(
        (&pull.json()["state"], &pull.json()["base"]["ref"]),
        (&json!("open"), &json!("trunk"))
    );
}

#[tokio::test]
async fn old_name_can_be_taken_by_another_repository() {
    let standin = start();
    standin.rename_repository("acme/network", "net").unwrap();
    standin.rename_repository("acme/fleet", "network").unwrap();
    let taken = get(&standin, "/repos/acme/network", ADMIN).await;
    assert_eq!((taken.status, &taken.json()["id"]), (200, &json!(505)));
    assert!(standin.rename_repository("acme/net", "network").is_err());
}

#[tokio::test]
async fn git_follows_to_the_new_name() {
    let standin = start();
    let head = standin.repo("acme/network").unwrap().head("main");
    standin.rename_repository("acme/network", "net").unwrap();
    let clone = Workdir::clone(&standin, "acme/network", ADMIN).unwrap();
    assert_eq!(
        Some(clone.git(&["rev-parse", "HEAD"]).unwrap().trim()),
        head.as_deref()
    );
    let made = clone.commit("by-hand", "x");
    clone.git(&["push", "origin", "main"]).unwrap();
    assert_eq!(standin.repo("acme/net").unwrap().head("main"), Some(made));
}
