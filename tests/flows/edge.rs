//! What every request has to pass, and what every answer carries.

use edge_worker::host::Host;
use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use crate::fabric;

#[tokio::test]
async fn every_answer_has_security_headers_and_nothing_private_is_cached() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut private = fabric("gitops");
    private["git_repository"] = json!("acme/private");
    let id = ada.created(&private).await;
    for path in [
        "/api/health",
        "/api/session",
        "/api/repositories",
        "/api/fabrics",
        &format!("/api/fabrics/{id}"),
        &format!("/api/fabrics/{id}/shares"),
        "/api/nothing",
        "/setup",
    ] {
        let answer = ada.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        let open = answer
            .headers
            .keys()
            .find(|name| name.as_str().starts_with("access-control-"));
        assert_eq!(open, None, "{path}: no other origin may read it");
    }
    let preflight = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
    ];
    let answer = world
        .send("OPTIONS", "/api/fabrics", "", &preflight, None)
        .await;
    assert!(answer.status >= 400);
    assert!(answer.headers.get("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn cross_site_writes_with_a_cookie_are_refused() {
    let world = World::new();
    world
        .host
        .configure(|config| config.public_url = "https://hedgerow.example".to_owned());
    let ada = world.sign_in("standin-admin").await.cookie().to_owned();
    let write = async |headers: &[(&str, &str)]| {
        let body = json!({ "name": "fabric-1" });
        let answer = world
            .send("POST", "/api/plan", &ada, headers, Some(&body))
            .await;
        (answer.status, answer.text("code").to_owned())
    };
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://hedgerow.example.evil.example")],
        &[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example"),
        ],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://hedgerow.example"),
        ],
    ] {
        assert_eq!(
            write(headers).await,
            (403, "cross_site".to_owned()),
            "{headers:?}"
        );
    }
    for headers in [
        &[][..],
        &[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://hedgerow.example"),
        ],
        &[("origin", "http://localhost:8787")],
    ] {
        assert_eq!(
            write(headers).await.0,
            400,
            "it gets as far as its fields: {headers:?}"
        );
    }
}

#[tokio::test]
async fn bodies_addresses_and_depths_are_bounded() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    for (body, status, code) in [
        (
            json!({ "name": "x".repeat(300 * 1024) }),
            413,
            "body_too_large",
        ),
        (json!({ "name": deep }), 400, "invalid_json"),
        (
            json!({ "name": "x".repeat(64), "git_repository": "acme/network", "branch": "main", "gitops_directory": "a" }),
            400,
            "invalid_request",
        ),
        (
            json!({ "name": "x", "git_repository": "acme/network", "branch": "b".repeat(300), "gitops_directory": "a" }),
            400,
            "invalid_request",
        ),
        (
            json!({ "name": "x", "git_repository": "acme/network", "branch": "main", "gitops_directory": "a/".repeat(20) }),
            400,
            "invalid_request",
        ),
        (
            json!({ "name": "x", "git_repository": format!("acme/{}", "n".repeat(101)), "branch": "main", "gitops_directory": "a" }),
            400,
            "invalid_request",
        ),
    ] {
        let answer = ada.post("/api/plan", &body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (status, code),
            "{}",
            answer.text
        );
    }
    for path in [
        format!("/api/{}", "x".repeat(2_000)),
        format!("/api/fabrics?query={}", "x".repeat(20_000)),
    ] {
        assert_eq!(ada.get(&path).await.status, 414);
    }
    assert!(
        world.standin.requests().is_empty(),
        "none of it reached GitHub"
    );
}

#[tokio::test]
async fn a_rate_limited_client_is_told_when_to_retry() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.host.limit_to(3);
    let from = |address| [("cf-connecting-ip", address)];
    for expected in [200, 200, 200, 429] {
        let answer = world
            .send("GET", "/api/health", "", &from("192.0.2.1"), None)
            .await;
        assert_eq!(answer.status, expected);
        if expected == 429 {
            assert_eq!(
                (answer.text("code"), answer.header("retry-after")),
                ("too_many_requests", "60")
            );
        }
    }
    let other = world
        .send("GET", "/api/health", "", &from("192.0.2.2"), None)
        .await;
    assert_eq!(other.status, 200, "others are not held up");
    let login = world
        .send("GET", "/api/auth/login", "", &from("192.0.2.1"), None)
        .await;
    assert_eq!(login.status, 303, "signing in is counted by itself");
    for expected in [200, 200, 200, 429] {
        assert_eq!(
            ada.get("/api/session").await.status,
            expected,
            "a person, from wherever"
        );
    }
}

#[tokio::test]
async fn where_a_limit_cannot_be_told_who_is_signed_in_goes_on_and_nobody_signs_in() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.host.forget_to_count();
    let from = [("cf-connecting-ip", "192.0.2.1")];
    let told = || {
        let lines = world.host.log_lines();
        lines
            .iter()
            .filter(|line| line.contains("limit_not_known"))
            .count()
    };
    for (method, path, status, times) in [
        ("GET", "/api/health", 200, 1),
        ("GET", "/api/session", 200, 2),
        ("GET", "/api/auth/login", 503, 3),
        ("GET", "/api/auth/callback", 503, 4),
        ("POST", "/api/auth/token", 503, 5),
        ("POST", "/api/auth/logout", 204, 6),
    ] {
        let answer = world.send(method, path, ada.cookie(), &from, None).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(told(), times, "{path}: the log says so once a request");
        if status == 503 {
            assert_eq!(answer.text("code"), "storage_unavailable");
            assert_eq!(answer.header("retry-after"), "60");
        }
    }
    let lines = world.host.log_lines();
    let said = r#""event":"limit_not_known","limit":"LIMIT_SIGN_IN""#;
    assert!(lines.iter().any(|line| line.contains(said)), "{lines:#?}");
}

#[tokio::test]
async fn each_request_is_one_line_of_the_log_without_anything_secret() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let created = ada.create(&fabric("gitops")).await;
    let id = created.text("id").to_owned();
    ada.get(&format!("/api/fabrics/{id}")).await;
    ada.get("/api/fabrics/nothing").await;
    let lines = world.host.log_lines();
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |operation: &str| {
        let mut found = lines.iter().filter(|line| line["operation"] == operation);
        found
            .next()
            .unwrap_or_else(|| panic!("{operation}: {lines:#?}"))
            .clone()
    };
    let create = of("POST /api/fabrics");
    assert_eq!(
        (
            &create["repository"],
            &create["status"],
            &create["outcome"],
            &create["github_requests"],
            &create["object_calls"]
        ),
        (
            &json!("acme/network"),
            &json!(201),
            &json!("ok"),
            &json!(2),
            &json!(11)
        )
    );
    assert_eq!(create["request_id"], created.header("x-request-id"));
    assert!(create["duration_ms"].is_u64());
    let read = lines
        .iter()
        .find(|line| line["fabric"] == json!(id))
        .unwrap();
    assert_eq!(read["operation"], "GET /api/fabrics/…");
    let missing = lines
        .iter()
        .find(|line| line["outcome"] == "fabric_not_found")
        .unwrap();
    assert_eq!(
        (&missing["fabric"], &missing["github_requests"]),
        (&Value::Null, &json!(0))
    );
}

#[tokio::test]
async fn names_are_always_text() {
    let world = World::new();
    let long = "x".repeat(10_000);
    let hostile = [
        "<img src=x onerror=alert(1)>",
        "\"><script>alert(1)</script>",
        "]]></text><script>alert(1)</script>",
        "'onmouseover='alert(1)",
        "\u{202e}gnp.exe",
        "[x](javascript:alert(1)) `code` | table",
        long.as_str(),
    ];
    let browser = [("accept", "text/html")];
    for name in hostile {
        let encoded: String = name
            .bytes()
            .map(|byte| match byte.is_ascii_alphanumeric() {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            })
            .collect();
        for path in [
            format!("/setup?organization={encoded}"),
            format!("/setup/callback?code={encoded}&state={encoded}"),
            format!(
                "/api/auth/callback?code={encoded}&state={encoded}&error_description={encoded}"
            ),
        ] {
            let answer = world.send("GET", &path, "", &browser, None).await;
            assert!(!answer.text.contains(name), "{path}");
            assert!(
                !answer.text.contains("<script") && !answer.text.contains("<img"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_repository_has_a_bounded_number_of_fabrics() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let listed = ada.get("/api/repositories?query=acme/network").await;
    let repository = listed.body["repositories"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for number in 0..1_000_u32 {
        let mut bytes = [9; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let claim = json!({
            "fabric": shared::names::FabricId::from_bytes(bytes),
            "branch": "main", "directory": format!("many/{number}"), "name": null,
        });
        let message = json!({ "Claim": { "claim": claim, "besides": "Nothing" } });
        let reply = world
            .host
            .call(Class::Repository, &repository, message.to_string())
            .await;
        assert!(reply.unwrap().contains("Granted"));
    }
    let answer = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "fabric_limit"),
        "{answer:?}"
    );
    assert_eq!(world.host.fabrics(), 0, "nothing is stored");
}

#[tokio::test]
async fn expired_rows_are_swept_out_of_a_session_object() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    ada.get("/api/repositories").await;
    let name = ada
        .cookie()
        .split_once('=')
        .unwrap()
        .1
        .split_once('.')
        .unwrap()
        .0
        .to_owned();
    let day_ms = 24 * 60 * 60 * 1000;
    let left = world.host.sweep_session(&name);
    assert!(
        left.is_some_and(|left| left <= 5 * 60 * 1000),
        "the list of repositories goes first: {left:?}"
    );
    world.host.advance(day_ms);
    let left = world.host.sweep_session(&name);
    assert!(
        left.is_some_and(|left| left > 28 * day_ms && left <= 29 * day_ms),
        "then the session: {left:?}"
    );
    world.host.advance(30 * day_ms);
    assert_eq!(
        world.host.sweep_session(&name),
        None,
        "and then nothing is left"
    );
}

#[tokio::test]
async fn an_unknown_address_is_404_as_html_for_browsers_and_as_json_for_clients() {
    let world = World::new();
    let browser = [(
        "accept",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    )];
    for path in ["/nowhere", "/fabrics/new", "/f/a/b", "/api/nothing", "//"] {
        let answer = world.send("GET", path, "", &browser, None).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        let said = "<h1>Nothing is at this address</h1>";
        assert!(answer.text.contains(said), "{path}: {}", answer.text);
        assert!(answer.text.contains("<title>Not found – Hedgerow</title>"));
        assert!(answer.text.contains("noindex"), "{path}");
        assert!(answer.text.contains("<script"), "{path}: the page starts");
        for headers in [&[][..], &[("accept", "application/json")]] {
            let answer = world.send("GET", path, "", headers, None).await;
            assert_eq!((answer.status, answer.text("code")), (404, "not_found"));
        }
        let body = json!({});
        let answer = world.send("POST", path, "", &browser, Some(&body)).await;
        assert_eq!(answer.text("code"), "not_found", "{path}");
    }
}

#[tokio::test]
async fn a_trailing_slash_is_redirected() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    for (path, meant) in [
        ("/fabrics/?q=dc-1", "/fabrics?q=dc-1"),
        ("/fabrics/import/", "/fabrics/import"),
        ("/settings//", "/settings"),
        (&format!("/f/{id}/"), &format!("/f/{id}")),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = world.send(method, path, "", &[], None).await;
            assert_eq!((answer.status, answer.header("location")), (308, meant));
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
    // No redirect leads to another site.
    for path in ["//elsewhere.example/", "/nowhere/", "/f/"] {
        let answer = world.send("GET", path, "", &[], None).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}
