//! What is said about commits, and classic protection.

use serde_json::{Value, json};

use crate::client::{ADMIN, READER, call, get, start};

#[tokio::test]
async fn newest_status_of_each_context_counts() {
    let standin = start();
    let head = standin.repo("acme/network").unwrap().head("main").unwrap();
    let post = |token: Option<&'static str>, state: &str, context: &str| {
        let body = json!({"state": state, "context": context, "description": "d"});
        let path = format!("/repos/acme/network/statuses/{head}");
        let standin = &standin;
        async move { call(standin, "POST", &path, token, body).await }
    };
    let combined = || async {
        let answer = get(&standin, "/repos/acme/network/commits/main/status", ADMIN)
            .await
            .json();
        answer["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(combined().await, "pending", "nothing was said");
    assert_eq!(post(READER, "success", "hedgerow").await.status, 403);
    assert_eq!(post(ADMIN, "failure", "hedgerow").await.status, 201);
    assert_eq!(post(ADMIN, "success", "build").await.status, 201);
    assert_eq!(combined().await, "failure");
    assert_eq!(post(ADMIN, "success", "hedgerow").await.status, 201);
    assert_eq!(combined().await, "success");
    let all = get(&standin, "/repos/acme/network/commits/main/statuses", ADMIN)
        .await
        .json();
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert_eq!(all[0]["context"], "hedgerow", "newest first");
    assert_eq!(post(ADMIN, "fine", "x").await.status, 422);
    let runs = get(
        &standin,
        "/repos/acme/network/commits/main/check-runs",
        ADMIN,
    )
    .await
    .json();
    assert_eq!(runs["total_count"], 0);
}

#[tokio::test]
async fn protection_that_is_put_holds_and_that_is_deleted_does_not() {
    let standin = start();
    let path = "/repos/acme/network/branches/main/protection";
    let absent = get(&standin, path, ADMIN).await;
    assert_eq!(
        (absent.status, absent.message()),
        (404, "Branch not protected".into())
    );
    let body = json!({
        "required_status_checks": null, "restrictions": null, "enforce_admins": true,
        "required_pull_request_reviews": {"required_approving_review_count": 2},
    });
    assert_eq!(
        call(&standin, "PUT", path, READER, body.clone())
            .await
            .status,
        403
    );
    let put = call(&standin, "PUT", path, ADMIN, body).await.json();
    assert_eq!(
        put["required_pull_request_reviews"]["required_approving_review_count"],
        2
    );
    let write = || async {
        let body = json!({"message": "m", "content": "eA=="});
        call(
            &standin,
            "PUT",
            "/repos/acme/network/contents/x",
            ADMIN,
            body,
        )
        .await
    };
    let refused = write().await;
    assert!(
        refused
            .message()
            .contains("At least 2 approved reviews are required"),
        "{}",
        refused.message()
    );
    let branch = get(&standin, "/repos/acme/network/branches/main", ADMIN)
        .await
        .json();
    assert_eq!(branch["protected"], true);
    assert_eq!(
        call(&standin, "DELETE", path, ADMIN, Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(write().await.status, 201);
}
