//! How many sessions a person has: the last twenty, wherever they signed in.

use edge_worker::objects::Class;
use edge_worker::objects::fabric::CONNECT_AGAIN;
use flows::{Person, World};
use serde_json::{Value, json};

const DAY_MS: u64 = 24 * 3_600_000;

async fn is_signed_in(person: &Person<'_>) -> bool {
    person.get("/api/session").await.body["user"]["login"] == "ada"
}

fn name<'a>(person: &'a Person<'_>) -> &'a str {
    person.cookie().split(['=', '.']).nth(1).unwrap()
}

/// How many sessions are kept with the person.
fn kept(world: &World, person: &str) -> usize {
    world.host.run_alarm(Class::Session, person);
    let held = world.host.object(Class::Session, person);
    held.matches("session ").count()
}

/// The object of Ada.
fn of_ada(world: &World) -> String {
    let objects = world.host.databases();
    let mut names = objects.into_iter().map(|(_, name, _)| name);
    names.find(|name| name.starts_with("person-")).unwrap()
}

#[tokio::test]
async fn of_a_persons_sessions_the_last_twenty_stay() {
    let world = World::new();
    let first = world.sign_in_with_app("ada").await;
    let wanted = json!({ "name": "private", "git_repository": "acme/private", "branch": "main", "gitops_directory": "gitops" });
    let id = first.created(&wanted).await;
    let socket = world.watch(&id, first.cookie()).await.unwrap();
    let other = world.sign_in("standin-reader").await;
    let mut others = Vec::new();
    for _ in 0..19 {
        world.host.advance(1_000);
        others.push(world.sign_in("standin-admin").await);
    }
    assert!(is_signed_in(&first).await);
    assert_eq!(kept(&world, &of_ada(&world)), 20);
    world.host.advance(1_000);
    let last = world.sign_in("standin-admin").await;
    assert!(!is_signed_in(&first).await, "the oldest ended");
    assert_eq!(socket.ended(), Some(CONNECT_AGAIN), "with its sockets");
    world.host.run_due_alarms(Class::Session, 2 * 60_000);
    assert_eq!(world.host.object(Class::Session, name(&first)), "");
    let lines = world.host.log_lines();
    let said = lines
        .iter()
        .filter(|line| line.contains("token_not_revoked"));
    assert_eq!(
        said.count(),
        1,
        "GitHub still takes its token: only its cookie opened that"
    );
    for person in others.iter().chain([&last]) {
        assert!(is_signed_in(person).await);
    }
    assert_eq!(
        other.get("/api/session").await.body["user"]["login"],
        "rhea"
    );
    assert_eq!(kept(&world, &of_ada(&world)), 20);
}

#[tokio::test]
async fn who_signs_out_or_signs_in_again_makes_room_and_leaves_no_name() {
    let world = World::new();
    let first = world.sign_in("standin-admin").await;
    let ada = of_ada(&world);
    let mut again = world.sign_in("standin-admin").await;
    for _ in 0..25 {
        world.host.advance(1_000);
        let signed_in = again
            .post("/api/auth/token", &json!({ "token": "standin-admin" }))
            .await;
        let cookie = signed_in.cookie();
        again = world.person(&cookie);
        let passing = world.sign_in("standin-admin").await;
        assert_eq!(
            passing.post("/api/auth/logout", &Value::Null).await.status,
            204
        );
    }
    assert!(is_signed_in(&first).await);
    assert_eq!(kept(&world, &ada), 2);
    let held = world.host.object(Class::Session, &ada);
    assert!(
        held.contains(name(&again)) && !held.contains("ada"),
        "digests alone: {held}"
    );
    for person in [&first, &again] {
        assert_eq!(
            person.post("/api/auth/logout", &Value::Null).await.status,
            204
        );
    }
    world.host.run_due_alarms(Class::Session, 2 * 60_000);
    assert_eq!(
        world.host.object(Class::Session, &ada),
        "",
        "nothing is left"
    );
}

#[tokio::test]
async fn names_go_when_their_sessions_end_by_themselves() {
    let world = World::new();
    let first = world.sign_in("standin-admin").await;
    let ada = of_ada(&world);
    world.host.advance(15 * DAY_MS);
    world.sign_in("standin-admin").await;
    world.host.advance(15 * DAY_MS + 1);
    assert!(!is_signed_in(&first).await);
    assert_eq!(kept(&world, &ada), 1);
    world.host.run_due_alarms(Class::Session, 16 * DAY_MS);
    assert_eq!(world.host.object(Class::Session, &ada), "");
}

#[tokio::test]
async fn a_session_that_could_not_be_ended_is_ended_at_the_next_sign_in() {
    let world = World::new();
    let first = world.sign_in("standin-admin").await;
    for _ in 0..19 {
        world.host.advance(1_000);
        world.sign_in("standin-admin").await;
    }
    world.host.advance(1_000);
    world.host.refuse_message(r#"{"End""#);
    let last = world.sign_in("standin-admin").await;
    assert!(is_signed_in(&last).await, "whoever signs in is signed in");
    assert!(is_signed_in(&first).await);
    world.host.advance(1_000);
    world.sign_in("standin-admin").await;
    assert!(!is_signed_in(&first).await);
    assert_eq!(kept(&world, &of_ada(&world)), 20);
}
