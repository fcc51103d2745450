//! Rate limits: refused when used up, told before, and free where GitHub says so.

use std::time::Duration;

use github_standin::Limits;
use serde_json::{Value, json};

use crate::client::{ADMIN, READER, call, get, request, send, start};

#[tokio::test]
async fn primary_limit_is_refused_with_its_reset_until_it_is_over() {
    let standin = start();
    standin.limit(
        "ada",
        Limits {
            core: 2,
            reset_in_s: 2,
            ..Limits::default()
        },
    );
    assert_eq!(
        get(&standin, "/user", ADMIN)
            .await
            .header("x-ratelimit-remaining"),
        "1"
    );
    let last = get(&standin, "/user", ADMIN).await;
    assert_eq!(
        (last.status, last.header("x-ratelimit-remaining")),
        (200, "0")
    );
    let refused = get(&standin, "/user", ADMIN).await;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-remaining")),
        (403, "0")
    );
    assert_eq!(
        refused.message(),
        "API rate limit exceeded for user ID 1001."
    );
    assert_eq!(refused.header("retry-after"), "");
    let reset: i64 = refused.header("x-ratelimit-reset").parse().unwrap();
    assert!(
        (1_700_000_000..10_000_000_000).contains(&reset),
        "seconds, not milliseconds"
    );
    assert_eq!(
        get(&standin, "/rate_limit", ADMIN).await.status,
        200,
        "asking is free"
    );
    assert_eq!(
        get(&standin, "/user", READER).await.status,
        200,
        "others have their own"
    );
    let renewed = async {
        while get(&standin, "/user", ADMIN).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let hang = Duration::from_secs(180);
    tokio::time::timeout(hang, renewed)
        .await
        .expect("a new window");
}

#[tokio::test]
async fn graphql_has_a_limit_of_its_own_and_answers_200() {
    let standin = start();
    standin.limit(
        "ada",
        Limits {
            graphql: 1,
            ..Limits::default()
        },
    );
    let body = || json!({"query": "{ viewer { login } }"});
    let first = call(&standin, "POST", "/graphql", ADMIN, body())
        .await
        .json();
    assert_eq!(first["data"]["viewer"]["login"], "ada");
    let refused = call(&standin, "POST", "/graphql", ADMIN, body()).await;
    assert_eq!(
        (refused.status, refused.header("x-ratelimit-remaining")),
        (200, "0")
    );
    assert_eq!(refused.json()["errors"][0]["type"], "RATE_LIMITED");
    assert_eq!(get(&standin, "/user", ADMIN).await.status, 200);
}

#[tokio::test]
async fn unchanged_answers_cost_nothing() {
    let standin = start();
    standin.limit(
        "ada",
        Limits {
            core: 2,
            ..Limits::default()
        },
    );
    let tag = get(&standin, "/user", ADMIN)
        .await
        .header("etag")
        .to_owned();
    for _ in 0..3 {
        let mut again = request("GET", "/user", ADMIN, &Value::Null);
        again
            .headers_mut()
            .insert("if-none-match", tag.parse().unwrap());
        assert_eq!(send(&standin, again).await.unwrap().status, 304);
    }
    assert_eq!(
        get(&standin, "/user", ADMIN)
            .await
            .header("x-ratelimit-remaining"),
        "0"
    );
}

#[tokio::test]
async fn too_much_content_at_once_is_refused_with_a_wait() {
    let standin = start();
    standin.limit(
        "ada",
        Limits {
            content_per_minute: 2,
            ..Limits::default()
        },
    );
    let put = |name: &str| {
        let path = format!("/repos/acme/network/contents/{name}");
        let body = json!({"message": "m", "content": "eA=="});
        async {
            let path = path;
            call(&standin, "PUT", &path, ADMIN, body).await
        }
    };
    assert_eq!(put("a").await.status, 201);
    assert_eq!(put("b").await.status, 201);
    let refused = put("c").await;
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .message()
            .starts_with("You have exceeded a secondary rate limit")
    );
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_ne!(
        refused.header("x-ratelimit-remaining"),
        "0",
        "it is not the primary limit"
    );
    assert!(
        standin
            .repo("acme/network")
            .unwrap()
            .read("main", "c")
            .is_none()
    );
    assert_eq!(
        get(&standin, "/user", ADMIN).await.status,
        200,
        "reading goes on"
    );
    let mutation =
        json!({"query": "mutation { createCommitOnBranch(input: {}) { clientMutationId } }"});
    assert_eq!(
        call(&standin, "POST", "/graphql", ADMIN, mutation)
            .await
            .status,
        403
    );
}
