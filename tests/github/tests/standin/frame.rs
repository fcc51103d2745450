//! What every answer of the API has in common.

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::Full;
use serde_json::Value;

use crate::client::{ADMIN, NOBODY, OUTSIDER, READER, call, files, get, request, send, start};

#[tokio::test]
async fn request_without_a_name_is_forbidden_in_plain_text() {
    let standin = start();
    let anonymous = Request::builder()
        .uri("/user")
        .body(Full::new(Bytes::new()));
    let answer = send(&standin, anonymous.unwrap()).await.unwrap();
    assert_eq!(answer.status, 403);
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(
        text.starts_with("Request forbidden by administrative rules."),
        "{text}"
    );
}

#[tokio::test]
async fn errors_have_message_documentation_and_a_status_that_is_text() {
    let standin = start();
    for (path, token, status, message) in [
        ("/user", NOBODY, 401, "Requires authentication"),
        ("/user", Some("made-up"), 401, "Bad credentials"),
        (
            "/repos/acme/network",
            Some("made-up"),
            401,
            "Bad credentials",
        ),
        ("/repos/acme/private", NOBODY, 404, "Not Found"),
        ("/repos/acme/private", OUTSIDER, 404, "Not Found"),
        ("/repos/acme/nothing", ADMIN, 404, "Not Found"),
        ("/nothing", ADMIN, 404, "Not Found"),
        (
            "/repos/acme/network/branches/nothing",
            ADMIN,
            404,
            "Branch not found",
        ),
        (
            "/repos/acme/network/git/ref/heads/nothing",
            ADMIN,
            404,
            "Not Found",
        ),
        (
            "/repos/acme/empty/git/ref/heads/main",
            ADMIN,
            409,
            "Git Repository is empty.",
        ),
        (
            "/repos/acme/empty/git/trees/main",
            ADMIN,
            409,
            "Git Repository is empty.",
        ),
    ] {
        let answer = get(&standin, path, token).await;
        assert_eq!(
            (answer.status, answer.message().as_str()),
            (status, message),
            "{path}"
        );
        let body = answer.json();
        assert_eq!(body["status"], status.to_string());
        assert!(body["documentation_url"].is_string());
    }
}

#[tokio::test]
async fn token_is_taken_in_three_ways() {
    let standin = start();
    for value in [
        "Bearer standin-reader",
        "token standin-reader",
        "Basic eDpzdGFuZGluLXJlYWRlcg==",
    ] {
        let mut request = request("GET", "/user", NOBODY, &Value::Null);
        request
            .headers_mut()
            .insert("authorization", value.parse().unwrap());
        let answer = send(&standin, request).await.unwrap();
        assert_eq!(answer.json()["login"], "rhea", "{}", value.len());
    }
}

#[tokio::test]
async fn answers_carry_github_s_headers() {
    let standin = start();
    let first = get(&standin, "/repos/acme/network", READER).await;
    let second = get(&standin, "/user", READER).await;
    for (name, value) in [
        ("x-ratelimit-limit", "5000"),
        ("x-ratelimit-resource", "core"),
        ("x-github-media-type", "github.v3; format=json"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "private, max-age=60, s-maxage=60"),
    ] {
        assert_eq!(first.header(name), value);
    }
    assert_eq!(first.header("x-ratelimit-remaining"), "4999");
    assert_eq!(second.header("x-ratelimit-remaining"), "4998");
    assert!(
        first
            .header("access-control-expose-headers")
            .contains("ETag")
    );
    assert_ne!(
        first.header("x-github-request-id"),
        second.header("x-github-request-id")
    );
    assert_eq!(
        get(&standin, "/user", NOBODY)
            .await
            .header("x-ratelimit-limit"),
        "60"
    );
    let reset: i64 = first.header("x-ratelimit-reset").parse().unwrap();
    assert!(reset < 10_000_000_000, "seconds, not milliseconds");
}

#[tokio::test]
async fn unchanged_answer_is_304_and_free() {
    let standin = start();
    let path = "/repos/acme/network/branches/main";
    let first = get(&standin, path, ADMIN).await;
    let ask = async |tag: &str| {
        let mut request = request("GET", path, ADMIN, &Value::Null);
        request
            .headers_mut()
            .insert("if-none-match", tag.parse().unwrap());
        send(&standin, request).await.unwrap()
    };
    let again = ask(first.header("etag")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(
        again.header("x-ratelimit-remaining"),
        first.header("x-ratelimit-remaining")
    );
    let repo = standin.repo("acme/network").unwrap();
    repo.push("main", files(&[("a", "a")]), "Move").unwrap();
    assert_eq!(ask(first.header("etag")).await.status, 200);
}

#[tokio::test]
async fn preflight_lets_pages_call() {
    let standin = start();
    for path in ["/user", "/graphql", "/repos/acme/network/git/trees"] {
        let answer = call(&standin, "OPTIONS", path, NOBODY, Value::Null).await;
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(
            answer
                .header("access-control-allow-headers")
                .contains("Authorization")
        );
        assert!(
            answer
                .header("access-control-allow-methods")
                .contains("PATCH")
        );
    }
}
