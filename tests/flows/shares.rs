//! Share links: random, revocable, and only as telling as their owner wants.

use edge_worker::Secret;
use edge_worker::objects::Class;
use flows::{Person, World};
use serde_json::{Value, json};
use shared::names::FabricId;

use crate::fabric;

async fn private_fabric(person: &Person<'_>) -> String {
    let mut wanted = fabric("gitops/hidden-name");
    wanted["git_repository"] = json!("acme/private");
    let created = person.create(&wanted).await;
    assert_eq!(created.status, 201, "{created:?}");
    format!("/api/fabrics/{}", created.text("id"))
}

/// The API's address of what a link shows.
fn shown(url: &str) -> String {
    let secret = url.strip_prefix("http://localhost:8787/s/").unwrap();
    // Cloudflare blanks what has 32 hexadecimal digits or more in a row.
    let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    assert!(secret.len() == 96 && secret.bytes().all(is_hex), "{secret}");
    format!("/api/shares/{secret}")
}

#[tokio::test]
async fn a_link_shows_a_private_fabric_until_it_is_revoked() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = private_fabric(&ada).await;
    let note = json!({ "note": "for the field team" });
    let made = ada.post(&format!("{path}/shares"), &note).await;
    assert_eq!(made.status, 201, "{made:?}");
    let link = shown(made.text("url"));
    let seen = world.send("GET", &link, "", &[], None).await;
    assert_eq!(seen.body["record"]["name"], "fabric-1");
    assert_eq!(seen.header("cache-control"), "no-store");

    let page = made
        .text("url")
        .strip_prefix("http://localhost:8787")
        .unwrap()
        .to_owned();
    let shown_page = world.send("GET", &page, "", &[], None).await;
    assert_eq!(shown_page.status, 200);
    assert!(
        shown_page.text.contains("<h1>fabric-1</h1>"),
        "{}",
        shown_page.text
    );
    assert!(
        !shown_page.text.contains("<script"),
        "the address is a secret, and no script sees it"
    );
    assert_eq!(
        (
            shown_page.header("cache-control"),
            shown_page.header("referrer-policy")
        ),
        ("no-store", "no-referrer")
    );
    let badge = world
        .send("GET", &format!("{page}/badge.svg"), "", &[], None)
        .await;
    assert!(badge.text.contains("fabric-1") && badge.header("cache-control") == "no-store");

    let listed = ada.get(&format!("{path}/shares")).await;
    assert_eq!(listed.body["shares"][0]["note"], "for the field team");
    assert_eq!(listed.body["shares"][0]["created_by"], "ada");
    let secret = link.rsplit('/').next().unwrap();
    assert!(!listed.text.contains(secret), "shown once");
    assert!(
        !world.host.everything().contains(secret),
        "only its hash is kept, and no log has it"
    );

    let share = made.text("id");
    let revoked = ada.delete(&format!("{path}/shares/{share}")).await;
    assert_eq!(revoked.status, 204, "{revoked:?}");
    let gone = world.send("GET", &link, "", &[], None).await;
    let never = world
        .send(
            "GET",
            &format!("/api/shares/{}", "a".repeat(52)),
            "",
            &[],
            None,
        )
        .await;
    assert_eq!(
        (gone.status, gone.text("detail")),
        (404, never.text("detail"))
    );
    assert_eq!(
        ada.delete(&format!("{path}/shares/{share}")).await.status,
        404
    );
}

#[tokio::test]
async fn a_redacted_link_tells_state_and_time_and_nothing_else() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = private_fabric(&ada).await;
    let made = ada
        .post(&format!("{path}/shares"), &json!({ "redacted": true }))
        .await;
    let seen = world
        .send("GET", &shown(made.text("url")), "", &[], None)
        .await;
    assert_eq!(seen.text("gitops_directory_status"), "initialized");
    assert_eq!(seen.body["record"], Value::Null);
    let page = made
        .text("url")
        .strip_prefix("http://localhost:8787")
        .unwrap();
    let shown_page = world.send("GET", page, "", &[], None).await;
    assert!(shown_page.status == 200 && shown_page.text.contains("Healthy"));
    let badge = world
        .send("GET", &format!("{page}/badge.svg"), "", &[], None)
        .await;
    assert!(badge.status == 200 && badge.text.contains("Healthy"));
    // The link itself is drawn by lot, and its digits may spell a word.
    let (_, secret) = page.rsplit_once('/').unwrap();
    for name in [
        "fabric-1",
        "acme",
        "acme/private",
        "hidden-name",
        "refs",
        "ada",
    ] {
        for answer in [&seen, &shown_page, &badge] {
            let told = answer.text.replace(secret, "");
            assert!(!told.contains(name), "{name}: {told}");
        }
    }
}

#[tokio::test]
async fn a_share_link_ends_with_its_fabric_and_cannot_be_guessed() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = private_fabric(&ada).await;
    let id = path.rsplit('/').next().unwrap();
    for guess in [
        id.to_owned(),
        format!("{id}{}", "a".repeat(26)),
        format!("{id}{}", "é".repeat(13)),
        String::new(),
        "..".to_owned(),
    ] {
        let answer = world
            .send("GET", &format!("/api/shares/{guess}"), "", &[], None)
            .await;
        assert_eq!(answer.status, 404, "{guess}");
    }
    let long = json!({ "note": "x".repeat(101) });
    assert_eq!(ada.post(&format!("{path}/shares"), &long).await.status, 400);
    for _ in 0..50 {
        let made = ada.post(&format!("{path}/shares"), &json!({})).await;
        assert_eq!(made.status, 201);
    }
    let more = ada.post(&format!("{path}/shares"), &json!({})).await;
    assert_eq!((more.status, more.text("code")), (409, "share_limit"));
}

#[tokio::test]
async fn a_key_is_one_requests_own_when_links_are_made_and_revoked() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = format!("{}/shares", private_fabric(&ada).await);
    let note = |text: &str| json!({ "note": text });
    let made = ada.post_once(&path, "one", &note("first")).await;
    let again = ada.post_once(&path, "one", &note("first")).await;
    assert_eq!((made.status, again.status), (201, 201));
    assert_eq!(made.text("url"), again.text("url"), "one link, made once");
    let other = ada.post_once(&path, "one", &note("second")).await;
    assert_eq!(
        (other.status, other.text("code")),
        (422, "idempotency_key_reused")
    );
    let list = ada.get(&path).await;
    let id = list.body["shares"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list.body["shares"].as_array().map(Vec::len), Some(1));
    let revoke = async |key: &str| {
        let headers = [("idempotency-key", key)];
        let path = format!("{path}/{id}");
        world
            .send("DELETE", &path, ada.cookie(), &headers, None)
            .await
            .status
    };
    assert_eq!(revoke(&"x".repeat(200)).await, 400, "no key is so long");
    assert_eq!(revoke("one").await, 422, "it made the link");
    assert_eq!((revoke("two").await, revoke("two").await), (204, 204));
}

/// The database of the object of a fabric that never was.
fn of_nobody(world: &World) -> bool {
    let nobody = FabricId::from_bytes([7; 16]);
    let mut objects = world.host.databases().into_iter();
    objects.any(|(class, name, _)| class == Class::Fabric && name == nobody.as_str())
}

#[tokio::test]
async fn a_share_link_that_somebody_made_up_addresses_no_object_of_a_fabric() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = private_fabric(&ada).await;
    let made = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (_, secret) = made.text("url").rsplit_once('/').unwrap();
    let nobody = FabricId::from_bytes([7; 16]);
    for made_up in [
        format!("{}{}", "07".repeat(16), &secret[32..]),
        "07".repeat(48),
        "07".repeat(40),
        format!("{nobody}{nobody}"),
    ] {
        for page in ["/api/shares/", "/s/"] {
            let answer = world
                .send("GET", &format!("{page}{made_up}"), "", &[], None)
                .await;
            assert_eq!(answer.status, 404, "{page}{made_up}");
        }
        let badge = format!("/s/{made_up}/badge.svg");
        world.send("GET", &badge, "", &[], None).await;
        assert!(!of_nobody(&world), "{made_up}");
    }
    // Whoever has the link itself asks the fabric's object at once, and nobody else.
    let before = world.host.costs()[0];
    let link = format!("/api/shares/{secret}");
    assert_eq!(world.send("GET", &link, "", &[], None).await.status, 200);
    assert_eq!(world.host.costs()[0], before + 2, "the link and the record");
    let other = secret.replace(&secret[80..], &"0".repeat(16));
    let other = format!("/api/shares/{other}");
    assert_eq!(world.send("GET", &other, "", &[], None).await.status, 404);
}

#[tokio::test]
async fn a_share_link_outlives_the_rotation_of_keys() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let path = private_fabric(&ada).await;
    let made = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (link, share) = (shown(made.text("url")), made.text("id").to_owned());
    world.host.configure(|config| {
        config.session_keys = vec![Secret::new("b3RoZXI=".to_owned())];
    });
    assert_eq!(world.send("GET", &link, "", &[], None).await.status, 200);
    let ada = world.sign_in("standin-admin").await;
    let revoked = ada.delete(&format!("{path}/shares/{share}")).await;
    assert_eq!(revoked.status, 204);
    assert_eq!(world.send("GET", &link, "", &[], None).await.status, 404);
}

#[tokio::test]
async fn a_repeat_after_a_rotation_gives_the_link_that_was_handed_out() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/shares");
    let body = json!({ "redacted": false, "note": "" });
    let first = ada.post_once(&path, "key", &body).await;
    assert_eq!(first.status, 201, "{first:?}");
    let key = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3".to_owned();
    let cookie = ada.cookie().to_owned();
    world
        .host
        .configure(|config| config.session_keys.insert(0, Secret::new(key)));
    let ada = world.person(&cookie);
    let repeat = ada.post_once(&path, "key", &body).await;
    assert_eq!(repeat.text("url"), first.text("url"));
    let secret = first.text("url").rsplit('/').next().unwrap();
    let opened = format!("/api/shares/{secret}");
    assert_eq!(world.send("GET", &opened, "", &[], None).await.status, 200);
    let links = ada.get(&path).await;
    assert_eq!(links.body["shares"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_storage_that_does_not_answer_is_not_told_as_a_link_that_shows_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let made = ada
        .post(&format!("/api/fabrics/{id}/shares"), &json!({}))
        .await;
    let secret = made.text("url").rsplit('/').next().unwrap().to_owned();
    let page = format!("/s/{secret}");
    for (asked, cookie, refused) in [
        (page.clone(), "", "Shares"),
        (page.clone(), "", r#"FABRIC {"Get""#),
        (format!("/f/{id}"), ada.cookie(), r#"FABRIC {"Get""#),
    ] {
        for method in ["GET", "HEAD"] {
            world.host.refuse_message(refused);
            let shown = world.send(method, &asked, cookie, &[], None).await;
            assert_eq!(shown.status, 503, "{method} {asked}: {shown:?}");
            if method == "GET" {
                let words =
                    "storage did not answer. The link may be right: reload this page in a minute.";
                assert!(shown.text.contains(words), "{shown:?}");
            }
        }
        let again = world.send("GET", &asked, cookie, &[], None).await;
        assert_eq!(again.status, 200, "{again:?}");
    }
    // A public copy that GitHub did not confirm for a day says nothing without the object.
    world.host.advance(25 * 3_600_000);
    for (badge, refused) in [
        (format!("{page}/badge.svg"), "Shares"),
        (format!("/f/{id}/badge.svg"), r#"FABRIC {"Get""#),
    ] {
        for method in ["GET", "HEAD"] {
            world.host.refuse_message(refused);
            let shown = world.send(method, &badge, "", &[], None).await;
            assert_eq!(shown.status, 503, "{method} {badge}: {shown:?}");
            assert!(
                method == "HEAD" || shown.text.contains("Not known"),
                "{shown:?}"
            );
        }
    }
    world.host.refuse_message(r#"FABRIC {"Get""#);
    let shields = format!("/f/{id}/badge.json");
    let shown = world.send("GET", &shields, "", &[], None).await;
    assert_eq!(shown.text("message"), "Not known", "{shown:?}");
    let gone = world.send("GET", &format!("{page}0"), "", &[], None).await;
    assert_eq!(gone.status, 404, "a link that is none is none");
}
