//! Tokens of every kind: how far they reach, and what GitHub says where they do not.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use github_standin::{Access, Approval, Grant, Installation, Selection, Standin, TokenKind, named};
use serde_json::{Value, json};

use crate::client::{Answer, Checked, call, commit, get, graphql, input, start};
use crate::workdir::Workdir;

const READ: Access = Access::Read;
const WRITE: Access = Access::Write;

fn fine_grained(permissions: &[(&str, Access)]) -> Checked {
    let standin = start();
    standin.add_token(Grant::fine_grained("fine", "ada", "acme", permissions));
    standin
}

async fn put(standin: &Standin, token: &str, repo: &str, path: &str) -> Answer {
    let body = json!({"message": "m", "content": STANDARD.encode("x")});
    let path = format!("/repos/acme/{repo}/contents/{path}");
    call(standin, "PUT", &path, Some(token), body).await
}

async fn mutation(standin: &Standin, token: &str, path: &str) -> Value {
    let head = standin.repo("acme/network").unwrap().head("main").unwrap();
    commit(
        standin,
        Some(token),
        input("acme/network", &head, &[(path, "x")], &[]),
    )
    .await
}

#[tokio::test]
async fn missing_permission_is_named() {
    let standin = fine_grained(&[("contents", READ)]);
    let refused = put(&standin, "fine", "network", "x").await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.message(),
        "Resource not accessible by personal access token"
    );
    assert_eq!(
        refused.header("x-accepted-github-permissions"),
        "contents=write"
    );
    let refused = mutation(&standin, "fine", "x").await;
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
    let pull = json!({"title": "t", "head": "topic", "base": "main"});
    let refused = call(
        &standin,
        "POST",
        "/repos/acme/network/pulls",
        Some("fine"),
        pull,
    )
    .await;
    assert_eq!(
        refused.header("x-accepted-github-permissions"),
        "pull_requests=write"
    );
    let shown = get(&standin, "/repos/acme/network", Some("fine"))
        .await
        .json();
    assert_eq!(
        shown["permissions"]["push"], true,
        "the role is the person's, not the token's"
    );
}

#[tokio::test]
async fn private_contents_want_reading_and_workflows_a_permission_of_their_own() {
    let standin = fine_grained(&[("contents", WRITE)]);
    standin.add_token(Grant::fine_grained(
        "blind",
        "ada",
        "acme",
        &[("pull_requests", WRITE)],
    ));
    assert_eq!(
        get(&standin, "/repos/acme/private", Some("blind"))
            .await
            .status,
        200
    );
    let refused = get(&standin, "/repos/acme/private/commits/main", Some("fine")).await;
    assert_eq!(refused.status, 200);
    let refused = get(
        &standin,
        "/repos/acme/private/git/ref/heads/main",
        Some("blind"),
    )
    .await;
    assert_eq!(
        (
            refused.status,
            refused.header("x-accepted-github-permissions")
        ),
        (403, "contents=read")
    );
    let document = "{ repository(owner: \"acme\", name: \"private\") { id ref(qualifiedName: \"main\") { name } } }";
    let answer = graphql(&standin, Some("blind"), document, Value::Null).await;
    assert_eq!(answer["data"]["repository"]["ref"], Value::Null);
    assert_eq!(answer["errors"][0]["type"], "FORBIDDEN");

    assert_eq!(put(&standin, "fine", "network", "a").await.status, 201);
    let workflow = ".github/workflows/ci.yml";
    assert_eq!(put(&standin, "fine", "network", workflow).await.status, 403);
    let refused = mutation(&standin, "fine", workflow).await;
    assert!(
        refused["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("`workflows` permission")
    );
}

#[tokio::test]
async fn token_awaiting_approval_sees_only_what_is_public() {
    let standin = start();
    let mut grant = Grant::fine_grained("new", "ada", "acme", &[("contents", WRITE)]);
    if let TokenKind::FineGrained { approval, .. } = &mut grant.kind {
        *approval = Approval::Pending;
    }
    standin.add_token(grant);
    assert_eq!(
        get(&standin, "/repos/acme/private", Some("new"))
            .await
            .status,
        404
    );
    assert_eq!(
        get(&standin, "/repos/acme/network", Some("new"))
            .await
            .status,
        200
    );
    assert_eq!(put(&standin, "new", "network", "x").await.status, 403);
}

#[tokio::test]
async fn token_covers_the_chosen_repositories_only() {
    let standin = start();
    let mut grant = Grant::fine_grained("one", "ada", "acme", &[("contents", WRITE)]);
    if let TokenKind::FineGrained { repositories, .. } = &mut grant.kind {
        *repositories = Selection::Only(BTreeSet::from([504]));
    }
    standin.add_token(grant);
    assert_eq!(put(&standin, "one", "private", "x").await.status, 201);
    assert_eq!(put(&standin, "one", "network", "x").await.status, 403);
}

#[tokio::test]
async fn expired_token_is_as_good_as_made_up() {
    let standin = start();
    let expired = Grant {
        expires_at_s: Some(1_000_000_000),
        ..Grant::classic("old", "ada")
    };
    let lasting = Grant {
        expires_at_s: Some(4_000_000_000),
        ..Grant::classic("young", "ada")
    };
    standin.add_token(expired);
    standin.add_token(lasting);
    let refused = get(&standin, "/user", Some("old")).await;
    assert_eq!(
        (refused.status, refused.message()),
        (401, "Bad credentials".into())
    );
    let taken = get(&standin, "/user", Some("young")).await;
    assert_eq!(taken.status, 200);
    let end = "2096-10-02 07:06:40 UTC";
    assert_eq!(taken.header("github-authentication-token-expiration"), end);
    assert!(Workdir::clone(&standin, "acme/private", Some("old")).is_err());
}

#[tokio::test]
async fn single_sign_on_is_asked_for_with_its_address() {
    let standin = start();
    standin.require_sso("acme", true);
    let signed_on = Grant {
        sso: BTreeSet::from(["acme".to_owned()]),
        ..Grant::classic("signed-on", "ada")
    };
    standin.add_token(signed_on);
    let refused = get(&standin, "/repos/acme/private", Some("standin-admin")).await;
    assert_eq!(refused.status, 403);
    let address = format!(
        "required; url={}/orgs/acme/sso?authorization_request=1",
        standin.url()
    );
    assert_eq!(refused.header("x-github-sso"), address);
    let refused = put(&standin, "standin-admin", "network", "x").await;
    assert!(
        refused
            .message()
            .starts_with("Resource protected by organization SAML enforcement.")
    );
    let refused = mutation(&standin, "standin-admin", "x").await;
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
    let list = get(&standin, "/user/repos", Some("standin-admin")).await;
    assert_eq!(
        list.header("x-github-sso"),
        "partial-results; organizations=9001"
    );
    assert!(
        list.json()
            .as_array()
            .unwrap()
            .iter()
            .all(|repo| repo["name"] != "private")
    );
    assert_eq!(put(&standin, "signed-on", "network", "x").await.status, 201);
    assert!(Workdir::clone(&standin, "acme/private", Some("standin-admin")).is_err());
}

#[tokio::test]
async fn an_app_s_token_reaches_where_the_app_is_installed_and_its_person_may() {
    let standin = start();
    standin.install(Installation {
        id: 7,
        app: 3,
        account: "acme".into(),
        repositories: Selection::Only(BTreeSet::from([501, 504])),
        permissions: named(&[("contents", WRITE)]),
        suspended: false,
    });
    let token = |secret: &str, login: &str| Grant {
        kind: TokenKind::UserToServer { app: 3 },
        ..Grant::classic(secret, login)
    };
    standin.add_token(token("ada-app", "ada"));
    standin.add_token(token("rhea-app", "rhea"));
    standin.add_token(Grant {
        kind: TokenKind::Installation {
            installation: 7,
            repositories: Selection::All,
            permissions: named(&[("contents", WRITE)]),
        },
        ..Grant::classic("app-itself", "hedgerow[bot]")
    });
    assert_eq!(put(&standin, "ada-app", "network", "a").await.status, 201);
    let elsewhere = put(&standin, "ada-app", "fleet", "a").await;
    assert_eq!(
        (elsewhere.status, elsewhere.message()),
        (403, "Resource not accessible by integration".into())
    );
    assert_eq!(put(&standin, "rhea-app", "network", "b").await.status, 403);
    assert_eq!(
        put(&standin, "app-itself", "private", "a").await.status,
        201
    );
    let document = "{ repository(owner: \"acme\", name: \"network\") { viewerPermission } }";
    let answer = graphql(&standin, Some("app-itself"), document, Value::Null).await;
    assert_eq!(
        answer["data"]["repository"]["viewerPermission"],
        Value::Null
    );
}

#[tokio::test]
async fn tokens_are_added_over_http() {
    let standin = start();
    let body = json!({"token": "t", "login": "ada", "kind": "fine_grained", "owner": "acme", "permissions": {"contents": "read"}});
    assert_eq!(
        call(&standin, "POST", "/_standin/tokens", None, body)
            .await
            .status,
        204
    );
    assert_eq!(
        get(&standin, "/user", Some("t")).await.json()["login"],
        "ada"
    );
    assert_eq!(put(&standin, "t", "network", "x").await.status, 403);
}
