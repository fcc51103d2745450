//! One reading of an address: whatever guards a request, answers it and logs it means the same route.

use edge_worker::ROUTES;
use flows::World;
use serde_json::{Value, json};

use crate::route_table::path_of;

const BROWSER: (&str, &str) = ("accept", "text/html,*/*;q=0.8");

/// Other ways to write a path, which browsers, proxies and servers take for the same one now and then.
fn spellings(path: &str) -> Vec<String> {
    let (_, bare) = path.split_at(1);
    let last = path.rfind('/').unwrap();
    let (folder, name) = path.split_at(last + 1);
    let (first, rest) = name.split_at(1);
    let escaped = format!("{:02x}", first.as_bytes()[0]);
    vec![
        format!("/{path}"),
        format!("//{path}"),
        format!("/.{path}"),
        format!("/%2e{path}"),
        format!("/x/..{path}"),
        format!("/%2F{bare}"),
        format!("/%5C{bare}"),
        format!("{folder}/{name}"),
        format!("{folder}./{name}"),
        format!("{folder}%{escaped}{rest}"),
        format!("/{}%2F{name}", folder.trim_matches('/')),
        format!("{path}/"),
        format!("{path}/./"),
        format!("{path}/./"),
        format!("{path};x"),
        format!("{path}%00"),
        format!("{path}%20"),
        format!("{path}%23"),
        format!("{path}%3F"),
        path.to_uppercase(),
    ]
}

#[tokio::test]
async fn no_other_way_to_write_an_address_is_the_same_route() {
    let world = World::new();
    for route in ROUTES {
        let path = path_of(route.path);
        // In place of an id or a secret stands what it is, and not something of its form.
        let depth = path.split('/').count();
        let is_same = |spelled: &str| {
            let is_open = route.path.ends_with('}') && !spelled.ends_with('/');
            is_open && spelled.split('/').count() == depth && !spelled.contains("%2F")
        };
        for spelled in spellings(&path) {
            for method in ["GET", "POST", "PATCH", "DELETE"] {
                let answer = world.send(method, &spelled, "", &[], None).await;
                let what = format!("{method} {spelled} for {}: {answer:?}", route.path);
                let line = world.host.log_lines().pop().unwrap();
                let line: Value = serde_json::from_str(&line).unwrap();
                let logged = line["operation"].as_str().unwrap();
                if !is_same(&spelled) {
                    assert_ne!(logged, logged_as(method, route.path), "{what}");
                }
                match (answer.status, answer.text("code")) {
                    // A page with a slash too many at its end.
                    (308, _) => assert_eq!(answer.header("location"), path, "{what}"),
                    // For what is not signed there is nothing.
                    (404, "not_found")
                        if is_same(&spelled) && route.path.contains("/webhooks/") => {}
                    // Of what is no route nothing is written down: it may be a secret with a slip in it.
                    (404, "not_found") => assert_eq!(logged, format!("{method} …"), "{what}"),
                    // What is no id is no fabric's.
                    (401 | 404 | 405, _) => assert!(logged.contains('/'), "{what}"),
                    _ => assert!(is_same(&spelled), "{what}"),
                }
            }
        }
    }
}

fn logged_as(method: &str, pattern: &str) -> String {
    let segments = pattern.split('/').map(|segment| match segment {
        named if named.starts_with('{') => "…",
        word => word,
    });
    format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
}

#[tokio::test]
async fn no_way_to_write_an_address_signs_in_past_the_limit() {
    let world = World::new();
    world.host.limit_to(3);
    let from = [("cf-connecting-ip", "192.0.2.1")];
    let token = json!({ "token": "standin-admin" });
    let sign_in = async |path: &str| {
        let answer = world.send("POST", path, "", &from, Some(&token)).await;
        (answer.status, answer.headers.contains_key("set-cookie"))
    };
    for expected in [200, 200, 200, 429] {
        let opens = expected == 200;
        assert_eq!(sign_in("/api/auth/token").await, (expected, opens));
    }
    for spelled in spellings("/api/auth/token") {
        let (status, opens) = sign_in(&spelled).await;
        assert!(matches!(status, 404 | 429) && !opens, "{spelled}: {status}");
    }
    let away = world.send("GET", "/api/auth/login", "", &from, None).await;
    assert_eq!(away.status, 429, "each way to sign in counts");
    let out = world
        .send("POST", "/api/auth/logout", "", &[], Some(&Value::Null))
        .await;
    assert_eq!(out.status, 204, "whoever wants to leave may");
}

#[tokio::test]
async fn a_refusal_is_a_page_where_the_route_is_one() {
    let world = World::new();
    for (method, path, is_page) in [
        ("POST", "/setup", true),
        ("POST", "/f/aaaaaaaaaaaaaaaaaaaaaaaaaa", true),
        ("POST", "/s/secret", true),
        ("POST", "/api/auth/login", true),
        ("GET", "/api/fabrics", false),
        ("GET", "/api/operator/backup", false),
        ("POST", "/setups", false),
        ("POST", "/setup/nothing", false),
        ("POST", "/api/auth/nothing", false),
        ("POST", "//setup", false),
    ] {
        let answer = world.send(method, path, "", &[BROWSER], None).await;
        assert!(answer.status >= 400, "{path}");
        let kind = answer.header("content-type");
        assert_eq!(kind.starts_with("text/html"), is_page, "{path}: {kind}");
    }
}

#[tokio::test]
async fn only_what_is_made_for_it_can_be_a_part_of_another_sites_page() {
    let world = World::new();
    let embedded = [
        "/f/{id}/status.json",
        "/f/{id}/badge.svg",
        "/f/{id}/badge.json",
        "/s/{secret}/badge.svg",
    ];
    let paths = ROUTES.iter().map(|route| (route.path, path_of(route.path)));
    for (route, path) in paths.chain([("", "/nowhere".to_owned())]) {
        let expected = match embedded.contains(&route) {
            true => "cross-origin",
            false => "same-origin",
        };
        for headers in [&[][..], &[BROWSER]] {
            let answer = world.send("GET", &path, "", headers, None).await;
            let readers = answer.header("cross-origin-resource-policy");
            assert_eq!(readers, expected, "{path}: {answer:?}");
        }
    }
}
