//! Who may watch a fabric, what each is told, and when that ends.

use edge_worker::objects::Class;
use edge_worker::objects::fabric::{CONNECT_AGAIN, FABRIC_GONE};
use flows::{Person, Socket, World};
use serde_json::{Value, json};

use crate::fabric;

const MINUTE_MS: u64 = 60_000;

async fn created_in(person: &Person<'_>, repository: &str) -> String {
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!(repository);
    person.created(&wanted).await
}

/// The sockets of people on a public fabric: an outsider's, a visitor's, a reader's and its owner's.
async fn watched_by_all<'a>(world: &'a World, id: &str) -> Vec<Socket<'a>> {
    let mut sockets = vec![world.watch(id, "").await.unwrap()];
    for token in ["standin-outsider", "standin-reader", "standin-admin"] {
        let person = world.sign_in(token).await;
        sockets.push(world.watch(id, person.cookie()).await.unwrap());
    }
    sockets
}

fn hide_and_rename(world: &World) {
    let standin = &world.standin;
    standin
        .change_repository("acme/network", |repository| repository.private = true)
        .unwrap();
    standin
        .rename_repository("acme/network", "acquisition")
        .unwrap();
}

#[tokio::test]
async fn nobody_is_told_what_a_repository_is_called_since_it_became_private() {
    for is_write in [false, true] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = created_in(&ada, "acme/network").await;
        let sockets = watched_by_all(&world, &id).await;
        let before: Vec<usize> = sockets.iter().map(|socket| socket.told().len()).collect();
        let ada_does = async |path: &str, body: Value| {
            // What is public is told elsewhere, too.
            world.host.hold("Confirm");
            let path = format!("/api/fabrics/{id}/{path}");
            let does = ada.post(&path, &body);
            let look = async {
                world.host.holds("Confirm").await;
                let copies = format!("{:?}", world.host.copies());
                world.host.let_go("Confirm");
                copies
            };
            let (done, copies) = tokio::join!(does, look);
            assert_eq!(done.status, 200, "{done:?}");
            assert!(!copies.contains("acquisition"), "{copies}");
        };
        if is_write {
            world.push("main", &[("gitops/raw/README.md", None)]);
            let mut again = fabric("gitops");
            again["repair"] = json!(true);
            hide_and_rename(&world);
            let plan = ada.post("/api/plan", &again).await;
            let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
            ada_does("repair", body).await;
        } else {
            hide_and_rename(&world);
            ada_does("validate-gitops", Value::Null).await;
        }
        for (socket, before) in sockets.iter().zip(before) {
            assert_eq!(socket.ended(), Some(CONNECT_AGAIN), "each asks again");
            assert_eq!(socket.told().len(), before, "and is told nothing more");
        }
        assert_eq!(
            ada.get(&format!("/api/fabrics/{id}"))
                .await
                .text("git_repository"),
            "acme/acquisition"
        );
        let stranger = world.sign_in("standin-outsider").await;
        for cookie in ["", stranger.cookie()] {
            let refused = world.watch_from("", &id, cookie).await.err().unwrap();
            assert_eq!(refused.text("code"), "fabric_not_found");
        }
        let reader = world.sign_in("standin-reader").await;
        let told = world.watch(&id, reader.cookie()).await.unwrap().told();
        assert_eq!(told[0]["git_repository"], "acme/acquisition");
    }
}

#[tokio::test]
async fn a_repository_that_becomes_public_or_is_renamed_has_everybody_ask_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/private").await;
    let reader = world.watch(&id, ada.cookie()).await.unwrap();
    let standin = &world.standin;
    standin
        .change_repository("acme/private", |repository| repository.private = false)
        .unwrap();
    ada.validate(&id).await;
    assert_eq!(
        (reader.ended(), reader.told().len()),
        (Some(CONNECT_AGAIN), 1)
    );
    let visitor = world.watch(&id, "").await.unwrap();
    standin.rename_repository("acme/private", "shown").unwrap();
    ada.validate(&id).await;
    assert_eq!(visitor.ended(), Some(CONNECT_AGAIN));
    let last = visitor.told().pop().unwrap();
    assert_eq!(last["git_repository"], "acme/private");
}

#[tokio::test]
async fn a_forgotten_fabric_ends_its_sockets() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/network").await;
    let sockets = watched_by_all(&world, &id).await;
    assert_eq!(ada.delete(&format!("/api/fabrics/{id}")).await.status, 200);
    let ended: Vec<_> = sockets.iter().map(Socket::ended).collect();
    assert_eq!(ended, [Some(FABRIC_GONE); 4]);
}

/// Tells those who watch something new, and gives what this one was told last, or its end.
async fn news(ada: &Person<'_>, id: &str, socket: &Socket<'_>) -> Result<Value, u16> {
    let before = socket.told().len();
    ada.validate(id).await;
    match socket.ended() {
        Some(code) => Err(code),
        None => {
            assert_eq!(socket.told().len(), before + 1);
            Ok(socket.told().pop().unwrap())
        }
    }
}

#[tokio::test]
async fn a_right_to_watch_what_is_private_is_asked_for_every_quarter_of_an_hour() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/private").await;
    assert!(world.watch(&id, "").await.is_none(), "nobody else may");
    let watch = world.watch(&id, ada.cookie()).await.unwrap();
    assert_eq!(watch.told()[0]["operation"]["actor"], "ada");
    world.host.advance(15 * MINUTE_MS - 5_000);
    assert!(news(&ada, &id, &watch).await.is_ok());
    let left = world.host.next_socket_end(&id);
    assert!(left.is_some_and(|left| left <= 5_000), "{left:?}");
    world.host.advance(10_000);
    world.host.run_alarm(Class::Fabric, &id);
    assert_eq!(watch.ended(), Some(CONNECT_AGAIN), "it ends by itself");
    assert_eq!(world.host.next_socket_end(&id), None);
    world.standin.forget_requests();
    let again = world.watch(&id, ada.cookie()).await.unwrap();
    assert_eq!(world.standin.requests().len(), 1, "GitHub is asked");
    world.host.advance(16 * MINUTE_MS);
    assert_eq!(news(&ada, &id, &again).await, Err(CONNECT_AGAIN));
    world
        .standin
        .change_repository("acme/private", |repository| {
            repository.permissions.clear();
        })
        .unwrap();
    assert!(
        world.watch(&id, ada.cookie()).await.is_none(),
        "and says no"
    );
}

#[tokio::test]
async fn what_is_public_is_watched_without_names_for_a_day_and_with_them_while_signed_in() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/network").await;
    let visitor = world.watch(&id, "").await.unwrap();
    let outsider = world.sign_in("standin-outsider").await;
    let stranger = world.watch(&id, outsider.cookie()).await.unwrap();
    world.standin.forget_requests();
    let told = news(&ada, &id, &visitor).await.unwrap();
    assert!(told["name"] == "fabric-1" && !told.to_string().contains(r#""ada""#));
    assert_eq!(stranger.told().pop().unwrap()["operation"]["actor"], "ada");
    world.host.advance(15 * MINUTE_MS + 1);
    world.host.run_alarm(Class::Fabric, &id);
    assert_eq!(
        (stranger.ended(), visitor.ended()),
        (Some(CONNECT_AGAIN), None)
    );
    world.host.advance(24 * 60 * MINUTE_MS);
    world.host.run_alarm(Class::Fabric, &id);
    assert_eq!(visitor.ended(), Some(CONNECT_AGAIN));
}

#[tokio::test]
async fn signing_out_ends_the_sessions_sockets() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let [public, private] = [
        created_in(&ada, "acme/network").await,
        created_in(&ada, "acme/private").await,
    ];
    let elsewhere = world.sign_in("standin-admin").await;
    let others = [
        world.watch(&public, "").await.unwrap(),
        world.watch(&private, elsewhere.cookie()).await.unwrap(),
    ];
    for signs_in_again in [false, true] {
        let mine = world.sign_in("standin-admin").await;
        let sockets = [
            world.watch(&public, mine.cookie()).await.unwrap(),
            world.watch(&private, mine.cookie()).await.unwrap(),
            world.watch(&private, mine.cookie()).await.unwrap(),
        ];
        let (path, body) = match signs_in_again {
            true => ("/api/auth/token", json!({ "token": "standin-reader" })),
            false => ("/api/auth/logout", Value::Null),
        };
        let left = mine.post(path, &body).await;
        assert!(matches!(left.status, 200 | 204), "{left:?}");
        for socket in &sockets {
            assert_eq!(
                (socket.ended(), socket.told().len()),
                (Some(CONNECT_AGAIN), 1)
            );
        }
        assert_eq!(others.each_ref().map(Socket::ended), [None, None]);
    }
    let name = ada.cookie().split(['=', '.']).nth(1).unwrap();
    assert!(!world.host.kept_with_sockets().contains(name));
}

#[tokio::test]
async fn a_fabric_that_does_not_answer_at_sign_out_ends_the_sockets_seconds_later() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/private").await;
    let leaver = world.sign_in("standin-admin").await;
    let name = leaver.cookie().split(['=', '.']).nth(1).unwrap().to_owned();
    let socket = world.watch(&id, leaver.cookie()).await.unwrap();
    world.host.keep_sockets(true);
    let left = leaver.post("/api/auth/logout", &Value::Null).await;
    assert_eq!(left.status, 204, "the session has ended");
    assert_eq!(socket.ended(), None, "its object did not answer");
    world.host.run_due_alarms(Class::Session, 30_000);
    assert_eq!(socket.ended(), None, "nor later");
    world.host.keep_sockets(false);
    world.host.run_due_alarms(Class::Session, 10_000);
    assert_eq!(socket.ended(), Some(CONNECT_AGAIN));
    world.host.run_due_alarms(Class::Session, MINUTE_MS);
    assert_eq!(
        world.host.object(Class::Session, &name),
        "",
        "and nothing is left"
    );
}

#[tokio::test]
async fn sockets_that_ended_by_themselves_are_not_ended_for_ever() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/private").await;
    let name = ada.cookie().split(['=', '.']).nth(1).unwrap().to_owned();
    world.watch(&id, ada.cookie()).await.unwrap();
    world.host.keep_sockets(true);
    let left = ada.post("/api/auth/logout", &Value::Null).await;
    assert_eq!(left.status, 204);
    world.host.run_due_alarms(Class::Session, 20 * MINUTE_MS);
    assert_eq!(world.host.alarm_of(Class::Session, &name), None);
    assert_eq!(world.host.object(Class::Session, &name), "");
}

#[tokio::test]
async fn a_socket_that_is_opened_while_its_session_ends_does_not_stay() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/private").await;
    world.host.hold("Watches");
    let watch = world.watch_from("", &id, ada.cookie());
    let leave = async {
        world.host.holds("Watches").await;
        let left = ada.post("/api/auth/logout", &Value::Null).await;
        world.host.let_go("Watches");
        left.status
    };
    let (watched, left) = tokio::join!(watch, leave);
    assert_eq!(left, 204);
    assert_eq!(watched.err().unwrap().text("code"), "signed_out");
    assert_eq!(world.host.next_socket_end(&id), None, "none is open");
}

#[tokio::test]
async fn a_session_watches_as_many_fabrics_as_its_end_can_reach() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let [public, private] = [
        created_in(&ada, "acme/network").await,
        created_in(&ada, "acme/private").await,
    ];
    let first = world.watch(&public, ada.cookie()).await.unwrap();
    let name = ada.cookie().split(['=', '.']).nth(1).unwrap();
    let others = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 39) INSERT INTO watched SELECT 'other-' || i, 1e15 FROM n";
    world.host.sql(Class::Session, name, others);
    let refused = world
        .watch_from("", &private, ada.cookie())
        .await
        .err()
        .unwrap();
    assert_eq!(refused.text("code"), "watcher_limit");
    assert_eq!(world.host.next_socket_end(&private), None);
    assert!(
        world.watch(&public, ada.cookie()).await.is_some(),
        "it has one there"
    );
    assert_eq!(first.ended(), None);
}

#[tokio::test]
async fn one_address_has_a_share_of_a_fabrics_sockets_and_who_may_push_finds_room() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = created_in(&ada, "acme/network").await;
    let crowd = "2001:db8:1:2::7";
    let mut sockets = Vec::new();
    for _ in 0..100 {
        sockets.push(world.watch_from(crowd, &id, "").await.unwrap());
    }
    let outsider = world.sign_in("standin-outsider").await;
    let reader = world.sign_in("standin-reader").await;
    for cookie in ["", outsider.cookie(), reader.cookie()] {
        let neighbour = "2001:db8:1:2:3:4:5:6";
        let refused = world
            .watch_from(neighbour, &id, cookie)
            .await
            .err()
            .unwrap();
        assert_eq!(
            (refused.status, refused.text("code")),
            (503, "watcher_limit")
        );
        assert!(refused.text("hint").contains("poll the record"));
        assert_eq!(refused.headers["retry-after"], "60");
    }
    world.standin.forget_requests();
    assert!(
        world
            .watch_from("192.0.2.7", &id, reader.cookie())
            .await
            .is_ok()
    );
    assert_eq!(world.standin.requests().len(), 0);
    let owner = world.watch_from(crowd, &id, ada.cookie()).await.unwrap();
    assert_ne!(
        world.standin.requests().len(),
        0,
        "GitHub is asked where there is no room"
    );
    assert!(world.watch_from(crowd, &id, "").await.is_err());
    sockets.pop().unwrap().leave();
    assert!(
        world.watch_from(crowd, &id, "").await.is_ok(),
        "the owner's is not of its share"
    );
    assert!(news(&ada, &id, &owner).await.is_ok());
    let kept = world.host.everything();
    assert!(!kept.contains("2001:db8") && !kept.contains("192.0.2"));
}
