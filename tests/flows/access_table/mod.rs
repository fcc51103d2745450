//! Every route × who asks × public or private, as one table; and again after somebody else took the repository's name.

mod name_taken;
pub(crate) mod table;

use flows::{Answer, Person, World};
use github_standin::{Grant, Permission};
use serde_json::{Value, json};

use crate::fabric;
use table::TABLE;

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

/// A GitHub where wanda may write to both repositories.
fn world() -> World {
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
    world
}

#[tokio::test]
async fn every_route_admits_exactly_whom_it_should() {
    let world = world();
    let mut mismatches = Vec::new();
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
                mismatches.push(format!(
                    "{method} {path} {repository}: {found:?}, not {expected:?}"
                ));
            }
        }
    }
    assert!(mismatches.is_empty(), "{mismatches:#?}");
}
