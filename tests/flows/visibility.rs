//! A fabric is public only while GitHub says so: at most a day old, or asked again, and never shown on a guess.

use flows::{Person, World};
use serde_json::{Value, json};

use crate::fabric;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A world in which a public fabric was confirmed 25 hours ago, and its path.
async fn a_day_later() -> (World, String) {
    let world = World::new();
    world.host.go_back(25 * 60 * 60 * 1000);
    let path = {
        let ada = world.sign_in("standin-admin").await;
        created(&ada).await
    };
    world.host.advance(30 * 60 * 1000);
    let seen = world.send("GET", &path, "", &[], None).await;
    assert_eq!(seen.text("name"), "fabric-1");
    assert_eq!(
        world.standin.requests().len(),
        2,
        "only the two of creating"
    );
    world.standin.forget_requests();
    world.host.advance(24 * 60 * 60 * 1000 + 30 * 60 * 1000);
    (world, path)
}

async fn created(person: &Person<'_>) -> String {
    let answer = person.create(&fabric("gitops/hidden-name")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    format!("/api/fabrics/{}", answer.text("id"))
}

fn paths(world: &World) -> Vec<String> {
    let asked = world.standin.requests();
    asked.iter().map(|request| request.path.clone()).collect()
}

#[tokio::test]
async fn an_old_confirmation_is_asked_again_with_the_installations_token() {
    let (world, path) = a_day_later().await;
    let seen = world.send("GET", &path, "", &[], None).await;
    assert_eq!(seen.text("name"), "fabric-1", "{seen:?}");
    assert_eq!(
        paths(&world),
        [
            "/repos/acme/network/installation",
            "/app/installations/7001/access_tokens",
            "/repos/acme/network"
        ]
    );
    let login = world.standin.requests()[2].login.clone();
    assert_eq!(login.as_deref(), Some("hedgerow-standin[bot]"));
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
    assert_eq!(
        paths(&world).len(),
        3,
        "and then it is good for another day"
    );
}

#[tokio::test]
async fn without_an_app_github_is_asked_anonymously() {
    let (world, path) = a_day_later().await;
    world.host.configure(|config| config.app = None);
    let seen = world.send("GET", &path, "", &[], None).await;
    assert_eq!(seen.text("name"), "fabric-1");
    assert_eq!(paths(&world), ["/repos/acme/network"]);
    assert_eq!(world.standin.requests()[0].login, None);
}

#[tokio::test]
async fn a_repository_that_became_private_hides_its_fabric() {
    let (world, path) = a_day_later().await;
    world
        .standin
        .change_repository("acme/network", |repository| repository.private = true)
        .unwrap();
    let hidden = world.send("GET", &path, "", &[], None).await;
    let unknown = format!("/api/fabrics/{}", "a".repeat(26));
    let absent = world.send("GET", &unknown, "", &[], None).await;
    assert_eq!((hidden.status, absent.status), (404, 404));
    let same = |answer: &flows::Answer| {
        let mut body = answer.body.clone();
        body["request_id"] = Value::Null;
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        (body, headers)
    };
    assert_eq!(
        same(&hidden),
        same(&absent),
        "nobody can tell the two apart"
    );
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(reader.get(&path).await.status, 200);
    let outsider = world.sign_in("standin-outsider").await;
    assert_eq!(same(&outsider.get(&path).await), same(&absent));
}

#[tokio::test]
async fn while_github_cannot_be_asked_no_name_and_no_path_is_shown() {
    let (world, path) = a_day_later().await;
    world.fault(json!({ "times": 100, "action": { "status": 503 } }));
    let mut asked = Vec::new();
    for _ in 0..3 {
        let answer = world.send("GET", &path, "", &[], None).await;
        asked.push(paths(&world).len());
        assert_eq!(
            (answer.status, answer.text("code")),
            (503, "visibility_unconfirmed")
        );
        assert!(answer.text("detail").contains("since 20"), "{answer:?}");
        for name in ["fabric-1", "acme", "network", "hidden-name", "main"] {
            assert!(!answer.text.contains(name), "{name}: {}", answer.text);
        }
    }
    // With the App's proof and as anybody, each three times.
    assert_eq!(
        asked,
        [6, 6, 6],
        "a popular page asks once a minute: {:?}",
        paths(&world)
    );
    world.standin.reset().unwrap();
    world.host.advance(61_000);
    assert_eq!(
        world.send("GET", &path, "", &[], None).await.text("name"),
        "fabric-1"
    );
}

#[tokio::test]
async fn a_short_outage_hides_nothing() {
    let (world, path) = a_day_later().await;
    let broken = json!({ "status": 502, "body": "<html>Bad Gateway</html>" });
    for asked in ["/installation", "/access_tokens", "/repos/acme/network"] {
        world.fault(json!({ "match": { "path_contains": asked }, "action": broken }));
    }
    let seen = world.send("GET", &path, "", &[], None).await;
    assert_eq!(seen.text("name"), "fabric-1", "{seen:?}");
    let login = world.standin.requests().last().unwrap().login.clone();
    assert_eq!(login.as_deref(), Some("hedgerow-standin[bot]"));
}

#[tokio::test]
async fn a_rate_limit_is_neither_waited_for_nor_taken_for_an_answer() {
    let (world, path) = a_day_later().await;
    world.fault(json!({ "times": 100, "action": {
        "status": 403,
        "headers": { "retry-after": "5" },
        "body": { "message": "You have exceeded a secondary rate limit." }
    } }));
    let answer = world.send("GET", &path, "", &[], None).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (503, "visibility_unconfirmed")
    );
    assert_eq!(
        paths(&world).len(),
        2,
        "with the App's proof, and as anybody"
    );
}

#[tokio::test]
async fn another_repository_under_the_old_name_does_not_bring_the_fabric_back() {
    let (world, path) = a_day_later().await;
    world
        .standin
        .change_repository("acme/network", |repository| {
            "elsewhere".clone_into(&mut repository.name);
            repository.private = true;
        })
        .unwrap();
    let fleet = world.standin.repo("acme/fleet").unwrap().settings;
    let squatter = github_standin::Repository {
        id: 999,
        name: "network".to_owned(),
        ..fleet
    };
    world.standin.add_repository(squatter, None).unwrap();
    assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
}

#[tokio::test]
async fn an_installations_token_is_kept_until_shortly_before_it_ends_and_sealed() {
    let (world, path) = a_day_later().await;
    world.send("GET", &path, "", &[], None).await;
    let ada = world.sign_in("standin-admin").await;
    let mut other = fabric("gitops/other");
    other["name"] = json!("other");
    let other = format!("/api/fabrics/{}", ada.create(&other).await.text("id"));
    world.standin.forget_requests();
    world.host.advance(DAY_MS + 1000);
    // By this clock the token has ended; by GitHub's it has not, and the proof is from the future.
    let seen = world.send("GET", &other, "", &[], None).await;
    assert_eq!(seen.text("name"), "other", "asked as anybody: {seen:?}");
    assert!(paths(&world).contains(&"/repos/acme/network/installation".to_owned()));
}

#[tokio::test]
async fn without_a_usable_key_or_installation_github_is_asked_anonymously() {
    let (world, path) = a_day_later().await;
    world.host.configure(|config| {
        let app = config.app.as_mut().unwrap();
        app.private_key = Some(edge_worker::Secret::new("no key".to_owned()));
    });
    assert_eq!(
        world.send("GET", &path, "", &[], None).await.text("name"),
        "fabric-1"
    );
    assert_eq!(paths(&world), ["/repos/acme/network"]);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let (world, path) = a_day_later().await;
    world.fault(json!({
        "match": { "path_contains": "/repos/acme/network" }, "times": 10,
        "action": { "status": 301, "headers": { "location": "http://127.0.0.1:9/repos/acme/network" } },
    }));
    let answer = world.send("GET", &path, "", &[], None).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (503, "visibility_unconfirmed")
    );
    let ada = world.sign_in("standin-admin").await;
    world.fault(json!({
        "match": { "path_contains": "/graphql" },
        "action": { "status": 307, "headers": { "location": "http://127.0.0.1:9/graphql" } },
    }));
    let snapshot = "/api/snapshot?repository=acme/network&branch=main&directory=x";
    let answer = ada.get(snapshot).await;
    assert!(answer.status >= 400, "{answer:?}");
    assert!(!answer.text.contains("127.0.0.1:9"));
}

#[tokio::test]
async fn a_key_on_one_line_and_one_in_the_newer_form_are_taken_too() {
    let one_line = github_standin::PRIVATE_KEY.replace('\n', "\\n");
    for key in [one_line, pkcs8()] {
        let (world, path) = a_day_later().await;
        world.host.configure(|config| {
            let app = config.app.as_mut().unwrap();
            app.private_key = Some(edge_worker::Secret::new(key));
        });
        assert_eq!(world.send("GET", &path, "", &[], None).await.status, 200);
        assert!(paths(&world).contains(&"/app/installations/7001/access_tokens".to_owned()));
    }
}

/// The stand-in's key in PKCS#8.
fn pkcs8() -> String {
    let lines = github_standin::PRIVATE_KEY
        .lines()
        .filter(|line| !line.starts_with('-'));
    let inner = data_encoding::BASE64
        .decode(lines.collect::<String>().as_bytes())
        .unwrap();
    let length = |bytes: usize| u16::try_from(bytes).unwrap().to_be_bytes();
    let head = [
        0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
        0x01, 0x05, 0x00,
    ];
    let octets = [&[0x04, 0x82][..], &length(inner.len()), &inner].concat();
    let content = [&head[..], &octets].concat();
    let der = [&[0x30, 0x82][..], &length(content.len()), &content].concat();
    let text = data_encoding::BASE64.encode(&der);
    format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")
}

#[tokio::test]
async fn after_an_hour_the_app_or_whoever_is_signed_in_asks_again() {
    for (looks, is_installed) in [("visitor", true), ("visitor", false), ("outsider", false)] {
        for becomes_private in [false, true] {
            let world = World::new();
            world.host.go_back(2 * 60 * 60 * 1000);
            let path = created(&world.sign_in("standin-admin").await).await;
            if !is_installed {
                world.host.configure(|config| config.app = None);
            }
            world.host.advance(30 * 60 * 1000);
            let outsider = world.sign_in("standin-outsider").await;
            let cookie = match looks {
                "visitor" => "",
                _ => outsider.cookie(),
            };
            let look = async || world.send("GET", &path, cookie, &[], None).await.status;
            world
                .standin
                .change_repository("acme/network", |repository| {
                    repository.private = becomes_private;
                })
                .unwrap();
            world.standin.forget_requests();
            assert_eq!(look().await, 200);
            assert!(paths(&world).is_empty(), "nobody is asked within the hour");

            world.host.advance(90 * 60 * 1000);
            let is_asked = is_installed || looks != "visitor";
            let told = if is_asked && becomes_private {
                404
            } else {
                200
            };
            assert_eq!(look().await, told, "{looks} {is_installed}");
            assert_eq!(!paths(&world).is_empty(), is_asked, "{looks}");
            world.standin.forget_requests();
            let visitor = world.send("GET", &path, "", &[], None).await.status;
            assert_eq!(visitor, told, "nor is anybody else told");
            assert!(paths(&world).is_empty(), "once is enough");
            if becomes_private && !is_asked {
                world.host.advance(DAY_MS);
                assert_eq!(look().await, 404, "no longer than a day");
            }
        }
    }
}

#[tokio::test]
async fn a_popular_page_asks_its_object_once_an_hour() {
    for is_installed in [true, false] {
        let world = World::new();
        world.host.go_back(4 * 60 * 60 * 1000);
        let path = created(&world.sign_in("standin-admin").await).await;
        if !is_installed {
            world.host.configure(|config| {
                config.app.as_mut().unwrap().private_key = None;
            });
        }
        let path = path.replace("/api/fabrics/", "/f/") + "/status.json";
        let spent = async || {
            let before = world.host.costs()[0];
            let answer = world.send("GET", &path, "", &[], None).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            world.host.costs()[0] - before
        };
        assert_eq!(spent().await, 0);
        world.host.advance(2 * 60 * 60 * 1000);
        // An outage: GitHub is asked again soon.
        world.fault(json!({ "times": 100, "action": { "status": 503 } }));
        assert!(spent().await > 0);
        world.standin.forget_faults();
        assert_eq!(spent().await, 0);
        world.host.advance(61_000);
        assert_eq!(spent().await > 0, is_installed, "nobody else can ask");
        for _ in 0..5 {
            assert_eq!(spent().await, 0);
            world.host.advance(10 * 60 * 1000);
        }
        world.host.advance(15 * 60 * 1000);
        assert!(spent().await > 0);
        assert_eq!(spent().await, 0);
    }
}

#[tokio::test]
async fn an_internal_repository_is_not_everybodys() {
    for is_asked_without_a_person in [false, true] {
        let world = World::new();
        let make_internal = || {
            let internal = |repository: &mut github_standin::Repository| {
                (repository.private, repository.internal) = (true, true);
            };
            world
                .standin
                .change_repository("acme/network", internal)
                .unwrap();
        };
        if !is_asked_without_a_person {
            make_internal();
        }
        world.host.go_back(2 * 60 * 60 * 1000);
        let ada = world.sign_in("standin-admin").await;
        let path = created(&ada).await;
        if is_asked_without_a_person {
            make_internal();
            // The App asks by REST.
            world.host.advance(2 * 60 * 60 * 1000);
        }
        let seen = world.send("GET", &path, "", &[], None).await;
        assert_eq!(seen.status, 404, "{seen:?}");
        assert_eq!(ada.get(&path).await.text("visibility"), "private");
    }
}
