//! Signing in through the GitHub App: away and back, once, for one browser; and one renewal for many requests.

use edge_worker::Secret;
use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use crate::fabric;

const HOURS_8_MS: u64 = 8 * 60 * 60 * 1000;

fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).unwrap().1.to_owned()
}

/// The cookies of a browser, in the order in which it sends them.
#[derive(Default)]
struct Jar(Vec<(String, String)>);

impl Jar {
    async fn get(&mut self, world: &World, path: &str) -> flows::Answer {
        let answer = world.send("GET", path, &self.header(), &[], None).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let known = self.0.iter().position(|(known, _)| known == name);
            match (known, rest.contains("Max-Age=0")) {
                (Some(at), true) => drop(self.0.remove(at)),
                (Some(at), false) => self.0[at].1 = value.to_owned(),
                (None, true) => panic!("{name} is removed and was never there"),
                (None, false) => self.0.push((name.to_owned(), value.to_owned())),
            }
        }
        answer
    }

    fn header(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    async fn login(&mut self, world: &World) -> String {
        let session = self.get(world, "/api/session").await;
        session.body["user"]["login"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

#[tokio::test]
async fn signing_in_returns_to_the_page_and_allows_pushing() {
    let world = World::new();
    let return_to = "/api/auth/login?return_to=%2F%23name%3Dfabric-1%26branch%3Dmain";
    let away = world.send("GET", return_to, "", &[], None).await;
    assert_eq!(away.status, 303);
    let authorize = away.header("location");
    assert!(authorize.starts_with(&format!("{}/login/oauth/authorize?", world.standin.url())));
    assert_eq!(parameter(authorize, "code_challenge_method"), "S256");
    assert_eq!(parameter(authorize, "code_challenge").len(), 43);
    let cookie = away.header("set-cookie");
    for part in [
        "__Host-hedgerow-login-",
        "Max-Age=600",
        "HttpOnly",
        "Secure",
        "SameSite=Lax",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }

    let back = world.approve_sign_in(authorize, "ada").await;
    let answer = world.send("GET", &back, &away.cookie(), &[], None).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("location"), "/#name=fabric-1&branch=main");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2, "the session's, and where it came from");

    let session = world
        .send("GET", "/api/session", &answer.cookie(), &[], None)
        .await;
    assert_eq!(session.body["user"]["login"], "ada");
    assert_eq!(
        (session.text("method"), &session.body["sign_in"]["app"]),
        ("app", &json!(true))
    );
    let ada = world.sign_in_with_app("ada").await;
    assert_eq!(ada.create(&fabric("gitops")).await.status, 201);
}

/// Whether a browser was sent to GitHub once more, with a `state` and a cookie of its own.
fn begins_afresh(answer: &flows::Answer) -> bool {
    answer.status == 303
        && answer
            .header("location")
            .contains("/login/oauth/authorize?")
}

#[tokio::test]
async fn a_state_is_good_once_and_for_the_browser_that_was_given_it() {
    let world = World::new();
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let other = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let code = parameter(&back, "code");
    let state = parameter(&back, "state");
    let foreign = parameter(other.header("location"), "state");
    world.standin.forget_requests();
    for (path, cookie, what) in [
        (back.clone(), String::new(), "another browser"),
        (
            back.clone(),
            other.cookie(),
            "a browser with another sign-in",
        ),
        (
            format!("/api/auth/callback?code={code}"),
            away.cookie(),
            "no state",
        ),
        (
            format!("/api/auth/callback?code={code}&state={foreign}"),
            away.cookie(),
            "a foreign state",
        ),
        (
            format!("/api/auth/callback?code={code}&state={state}x"),
            away.cookie(),
            "a changed state",
        ),
    ] {
        let answer = world.send("GET", &path, &cookie, &[], None).await;
        assert!(begins_afresh(&answer), "{what}: {answer:?}");
        assert_ne!(parameter(answer.header("location"), "state"), state);
        let cookies = answer.headers.get_all("set-cookie").iter();
        let opened = cookies.filter(|cookie| cookie.as_bytes().starts_with(b"__Host-hedgerow="));
        assert_eq!(opened.count(), 0, "{what}");
    }
    assert_eq!(world.standin.requests().len(), 0, "the code was not used");
    let answer = world.send("GET", &back, &away.cookie(), &[], None).await;
    assert_eq!(answer.status, 303, "it is good all the same: {answer:?}");
    let again = world.send("GET", &back, &away.cookie(), &[], None).await;
    assert!(begins_afresh(&again), "{again:?}");
}

#[tokio::test]
async fn two_sign_ins_begun_in_two_tabs_both_end_where_they_began() {
    let world = World::new();
    let mut jar = Jar::default();
    let mut tabs = Vec::new();
    for path in ["%2Ffabrics", "%2Fsettings"] {
        let path = format!("/api/auth/login?return_to={path}");
        let away = jar.get(&world, &path).await;
        tabs.push(world.approve_sign_in(away.header("location"), "ada").await);
    }
    let come_back = async |jar: &mut Jar| {
        for (back, page) in tabs.iter().zip(["/fabrics", "/settings"]) {
            let answer = jar.get(&world, back).await;
            assert_eq!((answer.status, answer.header("location")), (303, page));
            assert_eq!(jar.login(&world).await, "ada");
        }
    };
    come_back(&mut jar).await;
    let session = jar.header();
    world.standin.forget_requests();
    // Going back to GitHub's answer, in either tab, leads to where that tab was.
    come_back(&mut jar).await;
    assert_eq!(jar.header(), session);
    assert_eq!(world.standin.requests().len(), 0, "nothing is used twice");
}

#[tokio::test]
async fn a_callback_that_is_repeated_leads_to_the_same_page_and_uses_nothing() {
    let world = World::new();
    let mut jar = Jar::default();
    let away = jar
        .get(&world, "/api/auth/login?return_to=%2Ffabrics%23x")
        .await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let first = jar.get(&world, &back).await;
    assert_eq!(first.header("location"), "/fabrics#x");
    let session = jar.header();
    world.standin.forget_requests();
    for _ in 0..3 {
        let again = jar.get(&world, &back).await;
        assert_eq!(
            (again.status, again.header("location")),
            (303, "/fabrics#x")
        );
    }
    assert_eq!(
        jar.header(),
        session,
        "the session is the one that was opened"
    );
    assert_eq!(world.standin.requests().len(), 0);
    // A link that somebody else made signs nobody in as somebody else.
    let planted = jar
        .get(&world, "/api/auth/callback?code=theirs&state=theirs")
        .await;
    assert_eq!((planted.status, planted.header("location")), (303, "/"));
    assert_eq!(jar.header(), session);
}

#[tokio::test]
async fn who_installed_the_app_comes_back_signed_in_to_the_page_that_led_there() {
    let world = World::new();
    let installed = "/api/auth/callback?code=abc&installation_id=7&setup_action=install";
    let mut jar = Jar::default();
    let away = jar
        .get(&world, &format!("{installed}&state=%2Ff%2Fx"))
        .await;
    assert!(begins_afresh(&away), "{away:?}");
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let answer = jar.get(&world, &back).await;
    assert_eq!(answer.header("location"), "/f/x");
    assert_eq!(jar.login(&world).await, "ada");

    for (state, page) in [
        ("", "/"),
        ("&state=%2Fsettings", "/settings"),
        ("&state=%2F%2Fevil.example", "/"),
        ("&state=https%3A%2F%2Fevil.example", "/"),
    ] {
        let answer = jar.get(&world, &format!("{installed}{state}")).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, page),
            "{state}"
        );
    }
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so_instead_of_going_round() {
    let world = World::new();
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let away = world.send("GET", &back, "", &[], None).await;
    assert!(begins_afresh(&away), "{away:?}");
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let answer = world.send("GET", &back, "", &[], None).await;
    assert_eq!((answer.status, answer.text("code")), (400, "login_refused"));
    assert!(answer.text("detail").contains("cookie"), "{answer:?}");
    // Who took long at GitHub, or comes back much later, does not go round.
    world.host.advance(11 * 60 * 1000);
    let late = world.send("GET", &back, "", &[], None).await;
    assert!(begins_afresh(&late), "{late:?}");
}

#[tokio::test]
async fn a_callback_that_failed_or_is_repeated_at_once_still_leads_to_the_page() {
    let world = World::new();
    let mut jar = Jar::default();
    let away = jar
        .get(&world, "/api/auth/login?return_to=%2Ffabrics%23x")
        .await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    world.fault(
        json!({ "match": { "path_contains": "access_token" }, "action": { "status": 503 } }),
    );
    assert_eq!(jar.get(&world, &back).await.status, 502);
    let answer = jar.get(&world, &back).await;
    assert_eq!(
        answer.header("location"),
        "/fabrics#x",
        "the code was not used"
    );
    // Twice at once: GitHub takes the code of one, and the other begins afresh.
    let mut jar = Jar::default();
    let away = jar
        .get(&world, "/api/auth/login?return_to=%2Ffabrics%23x")
        .await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    world.fault(
        json!({ "match": { "path_contains": "access_token" }, "action": { "delay_ms": 300 } }),
    );
    let mut other = Jar(jar.0.clone());
    let (late, early) = tokio::join!(jar.get(&world, &back), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        other.get(&world, &back).await
    });
    assert_eq!(early.header("location"), "/fabrics#x");
    assert_eq!(other.login(&world).await, "ada");
    assert!(begins_afresh(&late), "{late:?}");
    let back = world.approve_sign_in(late.header("location"), "ada").await;
    let late = jar.get(&world, &back).await;
    assert_eq!(late.header("location"), "/fabrics#x");
    assert_eq!(jar.login(&world).await, "ada");
}

#[tokio::test]
async fn codes_that_github_never_takes_end_instead_of_going_round() {
    let world = World::new();
    let mut jar = Jar::default();
    let mut away = jar.get(&world, "/api/auth/login").await;
    for is_last in [false, true] {
        let back = world.approve_sign_in(away.header("location"), "ada").await;
        world.fault(json!({
            "match": { "path_contains": "access_token" },
            "action": { "status": 200, "body": { "error": "incorrect_client_credentials" } },
        }));
        away = jar.get(&world, &back).await;
        assert_eq!(begins_afresh(&away), !is_last, "{away:?}");
    }
    assert_eq!((away.status, away.text("code")), (400, "login_refused"));
    assert!(away.text("detail").contains("code"), "{away:?}");
}

#[tokio::test]
async fn asking_to_sign_in_or_to_set_up_stores_nothing() {
    let world = World::new();
    world.sign_in_with_app("ada").await;
    let held = || {
        let mut databases = world.host.databases();
        databases.retain(|(_, _, statements)| !statements.is_empty());
        databases
    };
    let databases = held();
    let costs = world.host.costs();
    world.standin.forget_requests();
    for path in [
        "/api/auth/login?return_to=%2Ffabrics",
        "/api/auth/callback",
        "/api/auth/callback?code=abc&state=%2Fsettings",
        "/setup",
        "/setup?again=yes",
        "/setup/callback?code=abc&state=abc",
    ] {
        for _ in 0..100 {
            let answer = world.send("GET", path, "", &[], None).await;
            assert!(answer.status < 500, "{path}: {answer:?}");
        }
    }
    let asked = world.host.costs();
    assert_eq!(asked[0], costs[0] + 100, "the index, by /setup alone");
    assert_eq!(asked[3..], costs[3..], "nothing is written");
    assert_eq!(held(), databases);
    assert_eq!(world.standin.requests().len(), 0);
}

#[tokio::test]
async fn what_a_browser_keeps_of_a_sign_in_opens_as_it_was_given() {
    let world = World::new();
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let other = world.send("GET", "/api/auth/login", "", &[], None).await;
    let set_up = world.send("GET", "/setup?again=yes", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let cookie = away.cookie();
    let (name, value) = cookie.split_once('=').unwrap();
    let theirs = |cookie: String| {
        let (_, value) = cookie.split_once('=').unwrap();
        format!("{name}={value}")
    };
    let mut altered = vec![theirs(other.cookie()), theirs(set_up.cookie())];
    for at in [0, 20, value.len() / 2, value.len() - 3] {
        let letter = if value[at..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        let (before, after) = (&value[..at], &value[at + 1..]);
        altered.push(format!("{name}={before}{letter}{after}"));
    }
    altered.push(format!("{name}={}", &value[..value.len() / 2]));
    altered.push(format!("{name}="));
    world.standin.forget_requests();
    for cookie in altered {
        let answer = world.send("GET", &back, &cookie, &[], None).await;
        assert!(begins_afresh(&answer), "{cookie}: {answer:?}");
    }
    // What is kept of a sign-in sets nothing up.
    let (_, state) = back.split_once("state=").unwrap();
    let path = format!("/setup/callback?code=abc&state={state}");
    let answer = world.send("GET", &path, &cookie, &[], None).await;
    assert_eq!(answer.status, 400);
    assert_eq!(world.standin.requests().len(), 0, "no code was used");
    let answer = world.send("GET", &back, &cookie, &[], None).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
}

#[tokio::test]
async fn five_sign_ins_with_the_longest_ways_back_fit_into_a_request() {
    let world = World::new();
    let mut jar = Jar::default();
    let quotes = "%22".repeat(1018);
    for _ in 0..6 {
        let path = format!("/api/auth/login?return_to=%2Ff%2Fx%3F{quotes}%23{quotes}");
        jar.get(&world, &path).await;
    }
    assert_eq!(jar.0.len(), 5);
    assert!(jar.0.iter().all(|(_, value)| value.len() < 4000));
    let plain = "x".repeat(1018);
    for _ in 0..6 {
        let path = format!("/api/auth/login?return_to=%2Ff%2Fx%3F{plain}%23{plain}");
        jar.get(&world, &path).await;
    }
    assert!(jar.header().len() < 10_000, "{}", jar.header().len());
}

/// Whether GitHub was asked to take a token back.
fn is_revoked(world: &World) -> bool {
    let requests = world.standin.requests();
    let mut revoked = requests
        .iter()
        .filter(|request| request.method == "DELETE" && request.path.ends_with("/token"));
    revoked.any(|request| request.status == Some(204))
}

#[tokio::test]
async fn tokens_that_no_session_holds_are_given_back() {
    let world = World::new();
    let mut jar = Jar::default();
    let away = jar.get(&world, "/api/auth/login").await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    world
        .fault(json!({ "match": { "path": "/graphql" }, "times": 9, "action": { "status": 503 } }));
    world.standin.forget_requests();
    let answer = jar.get(&world, &back).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (502, "github_unavailable")
    );
    assert!(is_revoked(&world));
    assert_eq!(jar.login(&world).await, "");
}

#[tokio::test]
async fn sign_ins_of_one_person_are_counted_wherever_they_come_from() {
    let world = World::new();
    world.host.limit_to(3);
    let from = |address: &'static str| [("cf-connecting-ip", address)];
    let by_token = async |token: &str, address| {
        let body = json!({ "token": token });
        let headers = from(address);
        let answer = world.send("POST", "/api/auth/token", "", &headers, Some(&body));
        answer.await.status
    };
    assert_eq!(by_token("standin-admin", "192.0.2.1").await, 200);
    assert_eq!(by_token("standin-admin", "192.0.2.2").await, 200);
    for (address, status) in [("192.0.2.3", 303), ("192.0.2.4", 429)] {
        let away = world
            .send("GET", "/api/auth/login", "", &from(address), None)
            .await;
        let back = world.approve_sign_in(away.header("location"), "ada").await;
        world.standin.forget_requests();
        let answer = world
            .send("GET", &back, &away.cookie(), &from(address), None)
            .await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(is_revoked(&world), status == 429);
    }
    let sessions = world.host.databases().len();
    assert_eq!(by_token("standin-admin", "192.0.2.5").await, 429);
    assert_eq!(world.host.databases().len(), sessions);
    assert_eq!(by_token("standin-reader", "192.0.2.5").await, 200);
}

#[tokio::test]
async fn sign_ins_that_are_never_finished_do_not_pile_up() {
    let world = World::new();
    let mut jar = Jar::default();
    let mut last = String::new();
    for _ in 0..12 {
        let away = jar.get(&world, "/api/auth/login?return_to=%2F").await;
        last = world.approve_sign_in(away.header("location"), "ada").await;
        assert!(jar.names().len() <= 5, "{:?}", jar.names());
    }
    assert_eq!(jar.get(&world, &last).await.header("location"), "/");
    assert_eq!(jar.login(&world).await, "ada");
}

#[tokio::test]
async fn a_sign_in_that_was_declined_opens_nothing_and_a_late_one_begins_again() {
    let world = World::new();
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "").await;
    for cookie in [away.cookie(), String::new()] {
        let answer = world.send("GET", &back, &cookie, &[], None).await;
        assert_eq!((answer.status, answer.text("code")), (400, "login_refused"));
    }

    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    world.host.advance(10 * 60 * 1000 + 1);
    let answer = world.send("GET", &back, &away.cookie(), &[], None).await;
    assert!(begins_afresh(&answer), "{answer:?}");

    // GitHub does not answer: the person is told so and can begin again.
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    world.fault(
        json!({ "match": { "path_contains": "access_token" }, "action": { "status": 503 } }),
    );
    let answer = world.send("GET", &back, &away.cookie(), &[], None).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (502, "github_unavailable")
    );
}

#[tokio::test]
async fn return_to_never_leaves_this_origin() {
    let world = World::new();
    for elsewhere in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "%2F%0D%0Ax%3A%20y",
    ] {
        let path = format!("/api/auth/login?return_to={elsewhere}");
        let away = world.send("GET", &path, "", &[], None).await;
        let back = world.approve_sign_in(away.header("location"), "ada").await;
        let answer = world.send("GET", &back, &away.cookie(), &[], None).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, "/"),
            "{elsewhere}"
        );
    }
}

#[tokio::test]
async fn twenty_requests_at_once_when_the_token_ends_make_one_renewal() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    world.host.advance(HOURS_8_MS - 30_000);
    world.fault(
        json!({ "match": { "path_contains": "access_token" }, "action": { "delay_ms": 300 } }),
    );
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=gitops";
    let answers = futures_util::future::join_all((0..20).map(|_| ada.get(path))).await;
    assert!(
        answers.iter().all(|answer| answer.status == 200),
        "{answers:?}"
    );
    let asked = world.standin.requests();
    let renewals = asked
        .iter()
        .filter(|request| request.path.ends_with("/access_token"));
    assert_eq!(renewals.count(), 1);
    assert_eq!(asked.len(), 21);

    world.host.advance(HOURS_8_MS);
    assert_eq!(
        ada.get(path).await.status,
        200,
        "the next refresh token is the one that is kept"
    );
}

#[tokio::test]
async fn while_github_cannot_renew_the_token_is_used_as_long_as_it_is_good() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=gitops";
    let down = json!({ "match": { "path_contains": "access_token" }, "action": { "status": 502 } });
    world.host.advance(HOURS_8_MS - 30_000);
    world.fault(down.clone());
    assert_eq!(ada.get(path).await.status, 200);
    world.host.advance(31_000);
    world.fault(down);
    assert_eq!(ada.get(path).await.status, 502);
    assert_eq!(
        ada.get(path).await.status,
        200,
        "and renewed once GitHub answers"
    );
}

#[tokio::test]
async fn a_renewal_whose_answer_is_lost_signs_the_person_out() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    world.host.advance(HOURS_8_MS);
    world.fault(
        json!({ "match": { "path_contains": "access_token" }, "action": { "drop": "after" } }),
    );
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=gitops";
    assert_eq!(ada.get(path).await.status, 502);
    let answer = ada.get(path).await;
    assert_eq!((answer.status, answer.text("code")), (401, "signed_out"));
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
}

#[tokio::test]
async fn a_token_that_is_renewed_while_the_person_signs_out_is_revoked_and_not_used() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    world.host.advance(HOURS_8_MS - 30_000);
    world.standin.forget_requests();
    world.host.hold("Renewed");
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=gitops";
    let read = ada.get(path);
    let sign_out = async {
        world.host.holds("Renewed").await;
        let ended = ada.post("/api/auth/logout", &Value::Null).await;
        assert_eq!(ended.status, 204, "{ended:?}");
        world.host.let_go("Renewed");
    };
    let (read, ()) = tokio::join!(read, sign_out);
    assert_eq!((read.status, read.text("code")), (401, "signed_out"));
    let asked = world.standin.requests();
    let asked: Vec<_> = asked
        .iter()
        .map(|request| (request.method.as_str(), request.status))
        .collect();
    let revoked = ("DELETE", Some(204));
    assert_eq!(
        asked,
        [("POST", Some(200)), revoked, revoked],
        "the one from before, and the new one"
    );
}

#[tokio::test]
async fn signing_out_revokes_the_token_at_github_and_a_copied_cookie_opens_nothing() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    let copied = ada.cookie().to_owned();
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    let asked = world.standin.requests();
    assert_eq!(
        (asked.len(), asked[0].method.as_str(), asked[0].status),
        (1, "DELETE", Some(204))
    );
    for (path, expected) in [("/api/session", 200), ("/api/fabrics", 401)] {
        let answer = world.send("GET", path, &copied, &[], None).await;
        assert_eq!(
            (answer.status, &answer.body["user"]),
            (expected, &Value::Null)
        );
    }
    // GitHub down does not keep anybody signed in here.
    let ada = world.sign_in_with_app("ada").await;
    world.fault(json!({ "match": { "method": "DELETE" }, "action": { "drop": "before" } }));
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
}

#[tokio::test]
async fn sessions_outlive_the_rotation_of_keys_until_the_old_key_goes() {
    let world = World::new();
    let old = world.sign_in_with_app("ada").await.cookie().to_owned();
    let login = async |world: &World| {
        let answer = world.send("GET", "/api/session", &old, &[], None).await;
        answer.body["user"]["login"].as_str().map(str::to_owned)
    };
    let new = || Secret::new("bmV3LWtleS1vZi0zMi1ieXRlcy1mb3ItdGhlLXRlc3Q=".to_owned());
    world
        .host
        .configure(|config| config.session_keys.insert(0, new()));
    assert_eq!(login(&world).await.as_deref(), Some("ada"));
    // What is renewed is sealed with the first key, and the cookie still goes by the old one.
    world.host.advance(HOURS_8_MS);
    assert_eq!(login(&world).await.as_deref(), Some("ada"));
    world.host.set_clock(AFTER_RANDOM_NAMES_MS - HOURS_8_MS);
    let old = world.sign_in_with_app("ada").await.cookie().to_owned();
    world.host.advance(HOURS_8_MS);
    let login = async |world: &World| {
        let answer = world.send("GET", "/api/session", &old, &[], None).await;
        answer.body["user"]["login"].as_str().map(str::to_owned)
    };
    assert_eq!(login(&world).await.as_deref(), Some("ada"));
    world.host.configure(|config| config.session_keys.reverse());
    assert_eq!(login(&world).await.as_deref(), Some("ada"));
    world
        .host
        .configure(|config| config.session_keys.truncate(1));
    assert_eq!(login(&world).await, None);
}

/// From then on a cookie whose name was drawn by lot is none: 2027-03-01.
const AFTER_RANDOM_NAMES_MS: u64 = 1_803_859_200_000;

/// The session of a cookie as versions before this one had it: under a name that was drawn by lot.
fn under_a_random_name(world: &World, cookie: &str) -> String {
    let random = "a".repeat(26);
    let (_, value) = cookie.split_once('=').unwrap();
    let (name, secret) = value.split_once('.').unwrap();
    let mut sessions = world.host.databases().into_iter();
    let (.., statements) = sessions.find(|(_, known, _)| known == name).unwrap();
    world.host.drop_database(Class::Session, name);
    world
        .host
        .put_database(Class::Session, &random, &statements);
    cookie
        .replace(name, &random)
        .replace(&format!(".{name}"), &format!(".{secret}"))
}

#[tokio::test]
async fn a_cookie_of_the_form_before_opens_until_a_fixed_date() {
    let world = World::new();
    world.host.set_clock(AFTER_RANDOM_NAMES_MS - 60_000);
    let ada = world.sign_in_with_app("ada").await;
    let old = under_a_random_name(&world, ada.cookie());
    let ada = world.person(&old);
    assert_eq!(ada.get("/api/session").await.body["user"]["login"], "ada");
    assert_eq!(ada.get("/api/fabrics").await.status, 200);

    world.host.advance(60_000);
    let before = world.host.costs();
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
    assert_eq!(ada.get("/api/fabrics").await.status, 401);
    assert_eq!(world.host.costs(), before, "no object was asked");
}

#[tokio::test]
async fn a_cookie_that_somebody_made_up_addresses_no_object() {
    let world = World::new();
    world.host.set_clock(AFTER_RANDOM_NAMES_MS);
    let ada = world.sign_in_with_app("ada").await;
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    let back = world.approve_sign_in(away.header("location"), "ada").await;
    let (objects, before) = (world.host.databases(), world.host.costs());
    let (name, secret) = ada.cookie().split_once('.').unwrap();
    let (login, login_secret) = away.header("set-cookie").split_once('=').unwrap();
    let login_secret = login_secret.split_once(';').unwrap().0;
    let is_signed_out = async |cookie: &str| {
        let session = world.send("GET", "/api/session", cookie, &[], None).await;
        assert_eq!((session.status, &session.body["user"]), (200, &Value::Null));
        for path in ["/api/fabrics", "/api/repositories"] {
            let answer = world.send("GET", path, cookie, &[], None).await;
            assert_eq!((answer.status, answer.text("code")), (401, "signed_out"));
        }
    };
    for made_up in [
        format!("{name}.{}", "a".repeat(52)),
        format!("__Host-hedgerow={}.{secret}", "a".repeat(26)),
        // The cookie of a sign-in that is under way is not one of a session, nor the other way round.
        format!("__Host-hedgerow={login_secret}"),
    ] {
        is_signed_out(&made_up).await;
    }
    // Such a sign-in begins anew, as one without a cookie does.
    let (_, session) = ada.cookie().split_once('=').unwrap();
    for made_up in [
        format!("{login}={session}"),
        format!("{login}={}.{secret}", "a".repeat(26)),
    ] {
        let answer = world.send("GET", &back, &made_up, &[], None).await;
        assert!(begins_afresh(&answer), "{answer:?}");
    }
    assert_eq!(world.host.costs(), before, "no object was asked");
    assert_eq!(world.host.databases(), objects);
    assert_eq!(ada.get("/api/session").await.body["user"]["login"], "ada");
}

/// Whether the log says that a token could not be revoked.
fn says_not_revoked(world: &World) -> bool {
    let lines = world.host.log_lines();
    lines.iter().any(|line| line.contains("token_not_revoked"))
}

#[tokio::test]
async fn a_session_that_no_key_opens_ends_for_good_by_signing_out_or_in_again() {
    for signs_out in [true, false] {
        let mut world = World::new();
        world.host.set_clock(AFTER_RANDOM_NAMES_MS);
        let ada = world.sign_in_with_app("ada").await.cookie().to_owned();
        let old = std::cell::RefCell::new(vec![Secret::new(
            "b3RoZXItYnl0ZXMsIHRoaXJ0eS10d28gb2YgdGhlbSEhIQ==".to_owned(),
        )]);
        let rotate = |world: &mut World| {
            world.host.configure(|config| {
                std::mem::swap(&mut config.session_keys, &mut old.borrow_mut());
            });
        };
        rotate(&mut world);
        let session = world.send("GET", "/api/session", &ada, &[], None).await;
        assert_eq!(session.body["user"], Value::Null);
        if signs_out {
            let out = world
                .send("POST", "/api/auth/logout", &ada, &[], Some(&Value::Null))
                .await;
            assert_eq!(out.status, 204);
        } else {
            let token = json!({ "token": "standin-reader" });
            let answer = world
                .send("POST", "/api/auth/token", &ada, &[], Some(&token))
                .await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        assert!(says_not_revoked(&world), "GitHub still takes the token");
        rotate(&mut world);
        let session = world.send("GET", "/api/session", &ada, &[], None).await;
        assert_eq!(session.body["user"], Value::Null, "{signs_out}");
    }
}

#[tokio::test]
async fn where_a_session_cannot_be_closed_nobody_is_told_that_it_is() {
    let world = World::new();
    let ada = world.sign_in_with_app("ada").await;
    let sign_in = json!({ "token": "standin-admin" });
    for (path, body) in [
        ("/api/auth/logout", &Value::Null),
        ("/api/auth/token", &sign_in),
    ] {
        world.host.refuse_message(r#"{"End""#);
        let answer = ada.post(path, body).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (503, "storage_unavailable"),
            "{answer:?}"
        );
        let cookies = answer.headers.get_all("set-cookie");
        assert_eq!(cookies.iter().count(), 0, "the cookie stays, to try again");
        assert_eq!(ada.get("/api/session").await.body["user"]["login"], "ada");
    }
    // What cannot be read can still be closed.
    world.host.refuse_message(r#"{"Get""#);
    assert_eq!(ada.post("/api/auth/logout", &Value::Null).await.status, 204);
    assert!(says_not_revoked(&world));
    assert_eq!(ada.get("/api/session").await.body["user"], Value::Null);
}

#[tokio::test]
async fn without_an_app_the_token_form_is_filled_in() {
    let world = World::new();
    world.host.configure(|config| config.app = None);
    let away = world.send("GET", "/api/auth/login", "", &[], None).await;
    assert_eq!((away.status, away.text("code")), (404, "no_app"));
    let session = world.send("GET", "/api/session", "", &[], None).await;
    let ways = &session.body["sign_in"];
    assert_eq!((&ways["app"], &ways["demo"]), (&json!(false), &json!([])));
    let form = ways["token_url"].as_str().unwrap();
    for part in [
        "/settings/personal-access-tokens/new?",
        "contents=write",
        "pull_requests=write",
        "expires_in=90",
    ] {
        assert!(form.contains(part), "{form}");
    }
    assert_eq!(ways["token_permissions"][0]["name"], "Contents");
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.get("/api/session").await.text("method"), "token");
}
