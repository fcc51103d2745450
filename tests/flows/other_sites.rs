//! What a page of another site can do with the browser of somebody who is signed in: lead it to pages, and nothing else.

use edge_worker::ROUTES;
use flows::World;
use http::Method;

use crate::route_table::path_of;

const ELSEWHERE: [&str; 2] = ["cross-site", "same-site"];
const FROM_HERE: [&[(&str, &str)]; 3] = [
    &[],
    &[("sec-fetch-site", "same-origin")],
    &[("sec-fetch-site", "none")],
];

/// What another site may lead to, or embed. Of all else it could notice what only the person may know.
const OPEN: [&str; 13] = [
    "/api/health",
    "/api/openapi.json",
    "/api/auth/login",
    "/api/auth/callback",
    "/api/shares/{secret}",
    "/setup",
    "/setup/callback",
    "/f/{id}",
    "/f/{id}/status.json",
    "/f/{id}/badge.svg",
    "/f/{id}/badge.json",
    "/s/{secret}",
    "/s/{secret}/badge.svg",
];

#[tokio::test]
async fn nothing_of_a_persons_own_is_read_for_another_site() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for route in ROUTES {
        let path = path_of(route.path);
        let is_open = OPEN.contains(&route.path);
        for method in route.methods() {
            let sent = |headers: Vec<(&'static str, &'static str)>| {
                let (method, path, ada) = (method.as_str(), path.clone(), &ada);
                let world = &world;
                async move {
                    let answer = world
                        .send(method, &path, ada.cookie(), &headers, None)
                        .await;
                    answer.text("code") == "cross_site"
                }
            };
            // This one ends the session.
            if route.path == "/api/auth/logout" {
                continue;
            }
            let is_read = matches!(*method, Method::GET | Method::HEAD);
            // What proves itself with each request is no browser's, and a cookie is nothing to it.
            let is_signed = route.path.starts_with("/api/webhooks/github");
            for site in ELSEWHERE {
                let is_refused = sent(vec![("sec-fetch-site", site)]).await;
                let is_taken = is_open && is_read || is_signed;
                assert_eq!(is_refused, !is_taken, "{method} {path} {site}");
            }
            for headers in FROM_HERE {
                assert!(!sent(headers.to_vec()).await, "{method} {path} {headers:?}");
            }
        }
    }
    let nowhere = [("sec-fetch-site", "cross-site"), ("accept", "text/html")];
    let answer = world.send("GET", "/nowhere", "", &nowhere, None).await;
    assert_eq!(answer.status, 404, "a stale link is told what it is");
    assert!(answer.text.contains("Nothing is at this address"));
}

#[tokio::test]
async fn another_site_cannot_tell_who_may_read_a_history() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let reader = world.sign_in("standin-outsider").await;
    let mut private = crate::fabric("gitops");
    private["git_repository"] = serde_json::json!("acme/private");
    let id = ada.created(&private).await;
    let path = format!("/api/fabrics/{id}/history?download=1");
    for site in ELSEWHERE {
        let mut seen = Vec::new();
        for cookie in [ada.cookie(), reader.cookie(), ""] {
            let headers = [("sec-fetch-site", site), ("sec-fetch-mode", "navigate")];
            let answer = world.send("GET", &path, cookie, &headers, None).await;
            let saved = answer.headers.contains_key("content-disposition");
            seen.push((answer.status, saved, answer.text("code").to_owned()));
        }
        let refused = (403, false, "cross_site".to_owned());
        assert_eq!(seen, vec![refused; 3], "{site}");
    }
    for headers in FROM_HERE {
        let answer = world.send("GET", &path, ada.cookie(), headers, None).await;
        assert_eq!(answer.status, 200, "{headers:?}");
        assert!(answer.headers.contains_key("content-disposition"));
    }
}

#[tokio::test]
async fn a_link_of_another_site_does_not_change_who_is_signed_in() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let login = "/api/auth/login?return_to=%2Ffabrics%3Fq%3Dx";
    for cookie in [ada.cookie(), ""] {
        for site in ELSEWHERE {
            let headers = [("sec-fetch-site", site)];
            let answer = world.send("GET", login, cookie, &headers, None).await;
            let led = (answer.status, answer.header("location"));
            assert_eq!(led, (303, "/fabrics?q=x"), "the page that has the button");
            assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
        }
    }
    for elsewhere in ["https://evil.example", "//evil.example", "/api/auth/login"] {
        let path = format!("/api/auth/login?return_to={elsewhere}");
        let headers = [("sec-fetch-site", "cross-site")];
        let answer = world.send("GET", &path, "", &headers, None).await;
        assert_eq!(answer.header("location"), "/", "{elsewhere}");
    }
    // A callback that somebody else made leaves the session as it is.
    let planted = "/api/auth/callback?code=theirs&state=theirs";
    let headers = [("sec-fetch-site", "cross-site")];
    let answer = world
        .send("GET", planted, ada.cookie(), &headers, None)
        .await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
    let session = ada.get("/api/session").await;
    assert_eq!(session.text("method"), "token", "{session:?}");
}

#[tokio::test]
async fn who_presses_the_button_signs_in_anew_also_where_a_token_did_before() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for headers in FROM_HERE {
        let away = world
            .send("GET", "/api/auth/login", ada.cookie(), headers, None)
            .await;
        let location = away.header("location");
        assert!(location.contains("/login/oauth/authorize?"), "{headers:?}");
        // GitHub is another site, and leads back.
        let back = world.approve_sign_in(location, "ada").await;
        let cookies = format!("{}; {}", ada.cookie(), away.cookie());
        let github = [("sec-fetch-site", "cross-site")];
        let answer = world.send("GET", &back, &cookies, &github, None).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"));
        let person = world.person(&answer.cookie());
        assert_eq!(person.get("/api/session").await.text("method"), "app");
    }
    // Who comes from GitHub without a sign-in under way, as after installing the App, begins one.
    let installed = "/api/auth/callback?code=x&installation_id=7&state=%2Ff%2Fx";
    let github = [("sec-fetch-site", "cross-site")];
    let away = world.send("GET", installed, "", &github, None).await;
    let location = away.header("location");
    assert!(location.contains("/login/oauth/authorize?"), "{away:?}");
}
