//! Who gets in, and what never gets out.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

#[tokio::test]
async fn a_token_signs_in_and_never_comes_back() {
    let world = World::new();
    let answer = world
        .send(
            "POST",
            "/api/auth/token",
            "",
            &[],
            Some(&json!({ "token": "standin-admin" })),
        )
        .await;
    assert_eq!(
        (answer.status, answer.body["user"]["login"].as_str()),
        (200, Some("ada"))
    );
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in [
        "__Host-hedgerow=",
        "HttpOnly",
        "Secure",
        "SameSite=Lax",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!format!("{answer:?}").contains("standin-admin"));
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.get("/api/session").await.body["user"]["login"], "ada");
    ada.create(&fabric("gitops")).await;
    assert!(
        !world.host.everything().contains("standin-admin"),
        "neither stored in the clear nor logged"
    );
}

#[tokio::test]
async fn signing_in_with_a_token_counts_the_repositories_it_sees() {
    let world = World::new();
    for (token, seen) in [("standin-admin", true), ("standin-outsider", false)] {
        let body = json!({ "token": token });
        let answer = world
            .send("POST", "/api/auth/token", "", &[], Some(&body))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let visible = answer.body["visible_repositories"].as_u64().unwrap();
        assert_eq!(visible > 0, seen, "{token}: {visible}");
        assert_eq!(world.standin.requests().len(), 1, "one question to GitHub");
        world.standin.forget_requests();
    }
}

#[tokio::test]
async fn signing_out_closes_the_session_for_every_copy_of_the_cookie() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
    assert_eq!(ada.post("/api/plan", &fabric("gitops")).await.status, 401);
}

#[tokio::test]
async fn altered_cookies_and_bad_tokens_open_nothing() {
    let world = World::new();
    let answer = world
        .send(
            "POST",
            "/api/auth/token",
            "",
            &[],
            Some(&json!({ "token": "standin-admin" })),
        )
        .await;
    let cookie = answer.headers["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let last = if cookie.ends_with('a') { "b" } else { "a" };
    let (session, _) = cookie.split_once('.').unwrap();
    let other_secret = format!("{session}.{}", "a".repeat(52));
    for forged in [
        format!("{}{last}{last}", &cookie[..cookie.len() - 2]),
        other_secret,
        session.to_owned(),
        "__Host-hedgerow=x.y".to_owned(),
        String::new(),
    ] {
        let answer = world.send("GET", "/api/session", &forged, &[], None).await;
        assert_eq!((answer.status, &answer.body["user"]), (200, &Value::Null));
    }
    for token in ["nobody-knows-this", "", "with space"] {
        let answer = world
            .send(
                "POST",
                "/api/auth/token",
                "",
                &[],
                Some(&json!({ "token": token })),
            )
            .await;
        assert!(matches!(answer.status, 400 | 401), "{answer:?}");
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn other_sites_cannot_write_with_the_persons_cookie() {
    let world = World::new();
    for headers in [
        [("sec-fetch-site", "cross-site"), ("x", "y")],
        [
            ("origin", "https://evil.example"),
            ("host", "localhost:8787"),
        ],
    ] {
        let answer = world
            .send("POST", "/api/auth/logout", "", &headers, Some(&Value::Null))
            .await;
        assert_eq!((answer.status, answer.text("code")), (403, "cross_site"));
    }
    let own = [
        ("origin", "http://localhost:8787"),
        ("host", "localhost:8787"),
    ];
    assert_eq!(
        world
            .send("POST", "/api/auth/logout", "", &own, Some(&Value::Null))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_public_fabric_is_public_and_a_private_one_does_not_exist() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let public = ada.created(&fabric("gitops")).await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/private");
    let created = ada.create(&wanted).await;
    assert_eq!(created.status, 201, "{created:?}");
    let private = created.text("id").to_owned();

    let see = async |cookie: &str, id: &str| {
        world
            .send("GET", &format!("/api/fabrics/{id}"), cookie, &[], None)
            .await
    };
    assert_eq!(see("", &public).await.text("name"), "fabric-1");
    let hidden = see("", &private).await;
    let unknown = see("", &"a".repeat(26)).await;
    assert_eq!(
        (hidden.status, hidden.text("detail")),
        (404, unknown.text("detail"))
    );
    let path = format!("/api/fabrics/{private}");
    assert_eq!(
        world
            .sign_in("standin-reader")
            .await
            .get(&path)
            .await
            .status,
        200
    );
    let otto = world.sign_in("standin-outsider").await;
    assert_eq!(otto.get(&path).await.status, 404);
    for action in ["validate-gitops", "init-gitops"] {
        let answer = otto
            .post(&format!("{path}/{action}"), &ada.approve(&wanted).await)
            .await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (404, "fabric_not_found"),
            "{action}"
        );
    }
}

#[tokio::test]
async fn health_and_unknown_routes_answer() {
    let world = World::new();
    let health = world.send("GET", "/api/health", "", &[], None).await;
    assert_eq!(
        (health.status, &health.body["layout_version"]),
        (200, &json!(1))
    );
    assert_eq!(
        world
            .send("GET", "/api/nothing", "", &[], None)
            .await
            .status,
        404
    );
    let refused = world
        .send("POST", "/api/health", "", &[], Some(&Value::Null))
        .await;
    assert_eq!(
        (
            refused.status,
            refused.headers["content-type"].to_str().unwrap()
        ),
        (405, "application/problem+json")
    );
}

#[tokio::test]
async fn a_repository_that_became_private_takes_its_fabrics_with_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
    world
        .standin
        .change_repository("acme/network", |repository| repository.private = true)
        .unwrap();
    let report = ada
        .post(&format!("{path}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(report.status, 200, "{report:?}");
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
    assert_eq!(ada.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_whatever_the_browser_keeps() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.host.advance(29 * 24 * 60 * 60 * 1000);
    assert_eq!(ada.get("/api/session").await.body["user"]["login"], "ada");
    world.host.advance(2 * 24 * 60 * 60 * 1000);
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
}

#[tokio::test]
async fn a_malformed_token_is_not_echoed() {
    let world = World::new();
    for body in [
        json!("standin-admin"),
        json!({ "token": { "standin-admin": 1 } }),
        json!({ "standin-admin": 1 }),
        json!(["standin-admin", "standin-admin"]),
    ] {
        let answer = world
            .send("POST", "/api/auth/token", "", &[], Some(&body))
            .await;
        assert_eq!((answer.status, answer.text("code")), (400, "invalid_json"));
        assert!(!answer.text.contains("standin-admin"), "{}", answer.text);
    }
}

#[tokio::test]
async fn signing_in_again_closes_the_session_before() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    let body = json!({ "token": "standin-admin" });
    let again = world
        .send("POST", "/api/auth/token", ada.cookie(), &[], Some(&body))
        .await;
    assert_ne!(again.cookie(), ada.cookie(), "a new session, never the old");
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
    let asked = world.standin.requests();
    assert!(
        asked.iter().any(|request| request.method == "DELETE"),
        "GitHub took the token back: {asked:?}"
    );

    let token = again.cookie();
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let both = format!("{}; {token}", away.cookie());
    let app = world.send("GET", &back, &both, &[], None).await;
    assert_eq!(app.status, 303, "{app:?}");
    for (cookie, login) in [(token, Value::Null), (app.cookie(), json!("ada"))] {
        let answer = world.send("GET", "/api/session", &cookie, &[], None).await;
        assert_eq!(answer.body["user"]["login"], login);
    }
}
