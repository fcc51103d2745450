//! Every route × who asks × public or private, as one table.

use flows::{Answer, Person, World};
use github_standin::{Grant, Permission};
use serde_json::{Value, json};

use crate::fabric;

/// What each of nobody, an outsider, a reader, a writer and an admin gets, for a public and for a private repository.
type Row = (&'static str, &'static str, [u16; 5], [u16; 5]);

/// A path's `{id}`, `{repo}` and `{share}` are those of a fabric that exists. A write that is allowed but already done is 409.
const TABLE: &[Row] = &[
    ("GET", "/api/health", [200; 5], [200; 5]),
    ("GET", "/api/session", [200; 5], [200; 5]),
    ("GET", "/api/nothing", [404; 5], [404; 5]),
    ("GET", "/api/auth/login", [303; 5], [303; 5]),
    ("GET", "/api/auth/callback", [400; 5], [400; 5]),
    ("POST", "/api/auth/token", [400; 5], [400; 5]),
    ("GET", "/setup", [200; 5], [200; 5]),
    ("GET", "/setup/callback", [400; 5], [400; 5]),
    (
        "GET",
        "/api/repositories",
        [401, 200, 200, 200, 200],
        [401, 200, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics",
        [401, 200, 200, 200, 200],
        [401, 200, 200, 200, 200],
    ),
    (
        "GET",
        "/api/snapshot?repository={repo}&branch=main&directory=gitops",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "POST",
        "/api/plan",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics",
        [401, 403, 403, 409, 409],
        [401, 404, 403, 409, 409],
    ),
    (
        "GET",
        "/api/fabrics/{id}",
        [200, 200, 200, 200, 200],
        [404, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics/{id}/permission",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics/{id}/history",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics/{id}/init-gitops",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics/{id}/validate-gitops",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/fabrics/{id}/shares",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    (
        "POST",
        "/api/fabrics/{id}/shares",
        [401, 403, 403, 201, 201],
        [401, 404, 403, 201, 201],
    ),
    (
        "DELETE",
        "/api/fabrics/{id}/shares/{share}",
        [401, 403, 403, 204, 204],
        [401, 404, 403, 204, 204],
    ),
    (
        "GET",
        "/api/branches?repository={repo}",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    (
        "GET",
        "/api/blob?repository={repo}&oid=e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        [401, 200, 200, 200, 200],
        [401, 404, 200, 200, 200],
    ),
    // Allowed, but approved is something else.
    (
        "PATCH",
        "/api/fabrics/{id}",
        [401, 403, 403, 409, 409],
        [401, 404, 403, 409, 409],
    ),
    (
        "POST",
        "/api/fabrics/{id}/repair",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    (
        "DELETE",
        "/api/fabrics/{own}",
        [401, 403, 403, 200, 200],
        [401, 404, 403, 200, 200],
    ),
    ("GET", "/f/{id}", [200; 5], [404, 404, 200, 200, 200]),
    // What machines and other sites read is for everybody or for nobody, whoever asks.
    ("GET", "/f/{id}/status.json", [200; 5], [404; 5]),
    ("GET", "/f/{id}/badge.svg", [200; 5], [404; 5]),
    ("GET", "/f/{id}/badge.json", [200; 5], [200; 5]),
    (
        "WATCH",
        "/api/fabrics/{id}/events",
        [101; 5],
        [404, 404, 101, 101, 101],
    ),
    // Without an upgrade nobody gets as far as the fabric.
    ("GET", "/api/fabrics/{id}/events", [426; 5], [426; 5]),
    // Whoever has the link, until it is revoked.
    ("GET", "/s/{secret}", [200; 5], [200; 5]),
    ("GET", "/s/{secret}/badge.svg", [200; 5], [200; 5]),
    ("GET", "/api/shares/{secret}", [200; 5], [200; 5]),
    ("GET", "/s/{revoked}", [404; 5], [404; 5]),
    ("GET", "/s/{revoked}/badge.svg", [404; 5], [404; 5]),
    ("GET", "/api/shares/{revoked}", [404; 5], [404; 5]),
    // No person's: there is no such route without the operator's key.
    ("GET", "/api/operator/backup", [404; 5], [404; 5]),
    ("POST", "/api/operator/restore", [404; 5], [404; 5]),
    ("GET", "/api/fabrics/{absent}", [404; 5], [404; 5]),
    ("WATCH", "/api/fabrics/{absent}/events", [404; 5], [404; 5]),
    (
        "GET",
        "/api/fabrics/{absent}/history",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    ("GET", "/f/{absent}", [404; 5], [404; 5]),
    ("GET", "/f/{absent}/status.json", [404; 5], [404; 5]),
    ("GET", "/f/{absent}/badge.svg", [404; 5], [404; 5]),
    (
        "PATCH",
        "/api/fabrics/{absent}",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "DELETE",
        "/api/fabrics/{absent}",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/repair",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/init-gitops",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/validate-gitops",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    (
        "POST",
        "/api/fabrics/{absent}/shares",
        [401, 404, 404, 404, 404],
        [401, 404, 404, 404, 404],
    ),
    ("POST", "/api/auth/logout", [204; 5], [204; 5]),
];

const WHO: [&str; 5] = ["nobody", "outsider", "reader", "writer", "admin"];

async fn ask(
    world: &World,
    person: Option<&Person<'_>>,
    method: &str,
    path: &str,
    body: &Value,
) -> Answer {
    let cookie = person.map_or("", |person| person.cookie());
    if method == "WATCH" {
        let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
        return world.send("GET", path, cookie, &upgrade, None).await;
    }
    let body = (method != "GET").then_some(body);
    world.send(method, path, cookie, &[], body).await
}

/// A share link's id and secret.
async fn link(ada: &Person<'_>, id: &str) -> (String, String) {
    let made = ada
        .post(&format!("/api/fabrics/{id}/shares"), &json!({}))
        .await;
    let (_, secret) = made.text("url").rsplit_once('/').unwrap();
    (made.text("id").to_owned(), secret.to_owned())
}

#[tokio::test]
async fn every_route_admits_exactly_whom_it_should() {
    let mut world = World::new();
    world.host.configure(|config| {
        config.operator_key = Some(edge_worker::Secret::new("the-operators-key".to_owned()));
    });
    world
        .standin
        .add_token(Grant::classic("standin-writer", "wanda"));
    for repository in ["acme/network", "acme/private"] {
        world
            .standin
            .change_repository(repository, |settings| {
                settings
                    .permissions
                    .insert("wanda".to_owned(), Permission::Write);
            })
            .unwrap();
    }
    let mut wrong = Vec::new();
    for (repository, is_public) in [("acme/network", true), ("acme/private", false)] {
        let ada = world.sign_in("standin-admin").await;
        let mut wanted = fabric("gitops");
        wanted["git_repository"] = json!(repository);
        let id = ada.create(&wanted).await.text("id").to_owned();
        let links = [link(&ada, &id).await, link(&ada, &id).await];
        let revoked = format!("/api/fabrics/{id}/shares/{}", links[1].0);
        assert_eq!(ada.delete(&revoked).await.status, 204);
        for (method, path, public, private) in TABLE {
            let expected = if is_public { public } else { private };
            let mut found = [0; 5];
            for (place, who) in WHO.iter().enumerate() {
                let person = match *who {
                    "nobody" => None,
                    who => Some(world.sign_in(&format!("standin-{who}")).await),
                };
                let mut body = match *path {
                    "/api/plan" => wanted.clone(),
                    _ if path.ends_with("/shares") => json!({}),
                    "/api/fabrics"
                    | "/api/fabrics/{id}/repair"
                    | "/api/fabrics/{id}/init-gitops"
                    | "/api/fabrics/{absent}/repair"
                    | "/api/fabrics/{absent}/init-gitops" => ada.approve(&wanted).await,
                    _ => Value::Null,
                };
                let mut share = String::new();
                if path.contains("{share}") {
                    let made = ada
                        .post(&format!("/api/fabrics/{id}/shares"), &json!({}))
                        .await;
                    share = made.text("id").to_owned();
                    body = Value::Null;
                }
                let mut own = String::new();
                if path.contains("{own}") {
                    let mut another = wanted.clone();
                    another["name"] = json!(format!("own-{who}"));
                    another["gitops_directory"] = json!(format!("own/{who}"));
                    body = json!({});
                    own = ada.create(&another).await.text("id").to_owned();
                }
                if *method == "DELETE" && path.ends_with("{absent}") {
                    body = json!({});
                }
                if *method == "PATCH" {
                    let head = "0".repeat(40);
                    body = json!({ "name": "renamed", "gitops_directory": "moved", "approval": { "head": head, "tree": head } });
                }
                let path = path
                    .replace("{own}", &own)
                    .replace("{id}", &id)
                    .replace("{absent}", &"a".repeat(26))
                    .replace("{share}", &share)
                    .replace("{secret}", &links[0].1)
                    .replace("{revoked}", &links[1].1)
                    .replace("{repo}", repository);
                found[place] = ask(&world, person.as_ref(), method, &path, &body)
                    .await
                    .status;
            }
            if found != *expected {
                wrong.push(format!(
                    "{method} {path} {repository}: {found:?}, not {expected:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
