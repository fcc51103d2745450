//! A directory and a name belong to one fabric, and a refusal says what is free.

use edge_worker::objects::Class;
use flows::{Answer, Person, World};
use github_standin::{File, Grant, Permission};
use serde_json::{Value, json};

use crate::backup::{backup, with_key};
use crate::fabric;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn named(name: &str, directory: &str) -> Value {
    let mut fabric = fabric(directory);
    fabric["name"] = json!(name);
    fabric
}

async fn claim(person: &Person<'_>, directory: &str) -> Value {
    let path = "/api/snapshot?repository=acme/network&branch=main&directory=";
    let answer = person.get(&format!("{path}{directory}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["claim"].clone()
}

fn suggestions(answer: &Answer) -> Vec<&str> {
    let list = answer.body["suggestions"].as_array().unwrap();
    list.iter().map(|text| text.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_directory_that_is_taken_is_refused_with_the_fabric_that_has_it_and_free_ones() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let note: Option<File> = Some("here first\n".into());
    world.push("main", &[("sites/west/notes.txt", note)]);
    let east = ada.create(&named("east", "sites/one")).await;
    for directory in ["sites/one", "sites/one/deeper", "sites"] {
        let answer = ada.create(&named("west", directory)).await;
        assert_eq!(
            (answer.status, answer.text("code")),
            (409, "fabric_exists"),
            "{answer:?}"
        );
        assert_eq!(answer.body["fabric"], east.body["id"]);
        assert!(answer.text("detail").contains("fabric east"), "{answer:?}");
        for free in suggestions(&answer) {
            assert_ne!(free, "sites/west", "something stands there already");
        }
    }
    let answer = ada.create(&named("west", "sites/one")).await;
    assert_eq!(
        suggestions(&answer),
        ["sites/west-2", "sites/west-3", "sites/west-4"]
    );
    let taken = ada.create(&named("west", suggestions(&answer)[0])).await;
    assert_eq!(taken.status, 201, "what is suggested works: {taken:?}");
}

#[tokio::test]
async fn the_snapshot_names_the_fabric_that_has_the_directory() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let reader = world.sign_in("standin-reader").await;
    assert_eq!(claim(&ada, "sites/one").await, Value::Null);
    let east = ada.create(&named("east", "sites/one")).await;
    for (person, directory) in [
        (&ada, "sites/one"),
        (&ada, "sites/one/deeper"),
        (&ada, "sites"),
        (&reader, "sites/one"),
    ] {
        let claimed = claim(person, directory).await;
        assert_eq!(claimed["fabric"], east.body["id"], "{directory}: {claimed}");
        assert_eq!(claimed["name"], "east");
        assert_eq!(claimed["directory"], "sites/one");
        let free = claimed["suggestions"][0].as_str().unwrap();
        assert_eq!(claim(&ada, free).await, Value::Null);
    }
    assert_eq!(claim(&ada, "sites/two").await, Value::Null);
    let other = ada
        .get("/api/snapshot?repository=acme/network&branch=next&directory=sites/one")
        .await;
    assert_eq!(other.body["claim"], Value::Null, "another branch is free");
}

#[tokio::test]
async fn two_fabrics_of_one_repository_cannot_have_one_name_on_any_branch() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let first = ada.create(&named("east", "sites/one")).await;
    let commits = world.commits("main");
    let answer = ada.create(&named("east", "sites/two")).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "name_taken"),
        "{answer:?}"
    );
    assert_eq!(answer.body["fabric"], first.body["id"]);
    assert_eq!(suggestions(&answer), ["east-2", "east-3", "east-4"]);
    assert_eq!((world.commits("main"), world.host.fabrics()), (commits, 1));
    let mut elsewhere = named("east", "sites/two");
    elsewhere["git_repository"] = json!("acme/fleet");
    assert_eq!(
        ada.create(&elsewhere).await.status,
        201,
        "another repository is another place"
    );
}

#[tokio::test]
async fn the_root_reserves_only_its_three_directories() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.create(&named("whole", "/")).await.status, 201);
    let inside = ada.create(&named("east", "raw/east")).await;
    assert_eq!((inside.status, inside.text("code")), (409, "fabric_exists"));
    assert_eq!(suggestions(&inside)[0], "east");
    assert_eq!(ada.create(&named("east", "sites/east")).await.status, 201);
}

#[tokio::test]
async fn one_of_twenty_concurrent_claims_wins() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut bodies = Vec::new();
    for number in 0..20 {
        bodies.push(
            ada.approve(&named(&format!("fabric-{number}"), "sites/one"))
                .await,
        );
    }
    let writes = bodies.iter().map(|body| ada.post("/api/fabrics", body));
    let answers = flows::join_all(writes.collect()).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((created, refused), (1, 19), "{answers:?}");
    assert_eq!(world.host.fabrics(), 1);
}

fn on_protected(name: &str) -> Value {
    let mut wanted = named(name, "sites/conf");
    wanted["git_repository"] = json!("acme/protected");
    wanted
}

#[tokio::test]
async fn what_left_no_commit_reserves_neither_its_directory_nor_its_name() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let refused = ada.create(&on_protected("conf")).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "branch_protected"),
        "{refused:?}"
    );
    // It is no fabric: neither in the list nor in the way, and nothing of it was told.
    assert_eq!(world.host.fabrics(), 0);
    let listed = ada.get("/api/fabrics").await;
    assert_eq!(listed.body["fabrics"], json!([]), "{listed:?}");
    let path = "/api/snapshot?repository=acme/protected&branch=main&directory=sites/conf";
    let seen = ada.get(path).await;
    assert_eq!(seen.body["claim"], Value::Null, "{seen:?}");
    assert_eq!(world.host.kv_writes(), 0);

    let mut body = ada.approve(&on_protected("conf")).await;
    body["mode"] = json!("pull_request");
    let proposed = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        proposed.body["operation"]["outcome"], "pull_request",
        "{proposed:?}"
    );

    // What waits in a pull request keeps its place.
    let other = ada.create(&on_protected("other")).await;
    assert_eq!(other.text("code"), "fabric_exists", "{other:?}");
    assert_eq!(other.body["fabric"], proposed.body["id"]);
}

/// What is left of fabrics: their objects, and the lines of a backup.
async fn left(world: &World) -> (usize, String) {
    world.host.advance(HOUR);
    world.host.run_alarms();
    let objects = world.host.databases();
    let fabrics = objects.iter().filter(|(class, ..)| *class == Class::Fabric);
    (fabrics.count(), backup(world).await)
}

#[tokio::test]
async fn a_creation_that_was_refused_leaves_no_object_that_wakes_and_no_line_of_a_backup() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&on_protected("conf")).await;
    for key in [
        "a-key-of-one-creation",
        "a-key-of-one-creation",
        "another-key",
    ] {
        let refused = ada.post_once("/api/fabrics", key, &body).await;
        assert_eq!(refused.text("code"), "branch_protected", "{refused:?}");
        assert_eq!(left(&world).await, (0, String::new()));
    }
    // A place that is taken is found out after the record is made.
    let made = ada.created(&named("conf", "sites/conf")).await;
    let refused = ada.create(&named("other", "sites/conf")).await;
    assert_eq!(refused.text("code"), "fabric_exists", "{refused:?}");
    let (objects, lines) = left(&world).await;
    assert_eq!((objects, lines.lines().count()), (1, 1), "{lines}");
    assert!(lines.contains(&made));
}

#[tokio::test]
async fn a_creation_that_was_told_before_it_was_refused_cannot_come_back() {
    let mut world = World::new();
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let forgets = r#""ForgetFor""#;
    world.host.hold(forgets);
    let meanwhile = async {
        world.host.holds(forgets).await;
        world.host.advance(MINUTE);
        world.host.run_alarms();
        let list = ada.get("/api/fabrics").await;
        world.host.let_go(forgets);
        list.body["fabrics"].as_array().unwrap().len()
    };
    let protected = on_protected("conf");
    let (refused, listed) = tokio::join!(ada.create(&protected), meanwhile);
    assert_eq!((refused.text("code"), listed), ("branch_protected", 1));
    // Its row and its copy may be on their way still, so its version is kept.
    let (objects, lines) = left(&world).await;
    assert_eq!((objects, lines.lines().count()), (1, 1), "{lines}");
    assert!(lines.starts_with(r#"{"format":2,"#), "{lines}");
    assert!(world.host.copies().is_empty());
    let list = ada.get("/api/fabrics").await;
    assert_eq!(list.body["fabrics"], json!([]), "{list:?}");
}

#[tokio::test]
async fn a_write_that_may_have_happened_keeps_its_place() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let fault = |document: &str, times: u32, action: Value| json!({ "match": { "graphql_contains": document }, "times": times, "action": action });
    world.fault(fault("createCommitOnBranch", 1, json!({ "drop": "after" })));
    world.fault(fault("query History", 6, json!({ "status": 503 })));
    let lost = ada.create(&named("conf", "sites/conf")).await;
    assert_eq!(lost.body["operation"]["outcome"], "unconfirmed", "{lost:?}");
    world.standin.forget_faults();
    let other = ada.create(&named("other", "sites/conf")).await;
    assert_eq!(other.text("code"), "fabric_exists", "{other:?}");
    assert_eq!(other.body["fabric"], lost.body["id"]);
}

#[tokio::test]
async fn whoever_may_push_settles_a_creation_of_which_nothing_arrived_and_it_gives_way() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let fault = |document: &str, times: u32, action: Value| json!({ "match": { "graphql_contains": document }, "times": times, "action": action });
    world.fault(fault(
        "createCommitOnBranch",
        1,
        json!({ "drop": "before" }),
    ));
    world.fault(fault("query History", 6, json!({ "status": 503 })));
    let lost = ada.create(&named("conf", "sites/conf")).await;
    assert_eq!(lost.body["operation"]["outcome"], "unconfirmed", "{lost:?}");
    world.standin.forget_faults();
    world
        .standin
        .change_repository("acme/network", |repository| {
            let write = github_standin::Permission::Write;
            repository.permissions.insert("rhea".to_owned(), write);
        })
        .unwrap();
    let rhea = world.sign_in("standin-reader").await;
    let page = format!("/api/fabrics/{}", lost.text("id"));
    rhea.validate(lost.text("id")).await;
    assert_eq!(
        rhea.get(&page).await.text("gitops_directory_status"),
        "not_initialized"
    );
    let other = rhea.create(&named("other", "sites/conf")).await;
    assert_eq!(
        other.text("gitops_directory_status"),
        "initialized",
        "{other:?}"
    );
    assert_eq!(ada.get(&page).await.status, 404, "it gave way");
}

/// A world with somebody else who may push, and a fabric of which nobody knows whether its commit arrived.
async fn unconfirmed(world: &World) -> String {
    world
        .standin
        .add_token(Grant::classic("standin-writer", "wanda"));
    world
        .standin
        .change_repository("acme/network", |repository| {
            repository
                .permissions
                .insert("wanda".to_owned(), Permission::Write);
        })
        .unwrap();
    let ada = world.sign_in("standin-admin").await;
    let fault = |document: &str, times: u32, action: Value| json!({ "match": { "graphql_contains": document }, "times": times, "action": action });
    world.fault(fault("createCommitOnBranch", 1, json!({ "drop": "after" })));
    world.fault(fault("query History", 6, json!({ "status": 503 })));
    let lost = ada.create(&named("conf", "sites/conf")).await;
    world.standin.forget_faults();
    assert_eq!(lost.body["operation"]["outcome"], "unconfirmed", "{lost:?}");
    lost.text("id").to_owned()
}

#[tokio::test]
async fn whoever_may_push_discards_an_unconfirmed_creation_of_somebody_else_and_nobody_else_does() {
    let world = World::new();
    let id = unconfirmed(&world).await;
    let page = format!("/api/fabrics/{id}");
    for token in ["standin-reader", "standin-outsider"] {
        let person = world.sign_in(token).await;
        assert_eq!(person.delete(&page).await.status, 403, "{token}");
        let other = person.create(&named("other", "sites/conf")).await;
        assert_eq!(other.status, 403, "{token}: {other:?}");
    }
    let wanda = world.sign_in("standin-writer").await;
    let taken = wanda.create(&named("other", "sites/conf")).await;
    assert_eq!(taken.text("code"), "fabric_exists", "{taken:?}");
    assert_eq!(wanda.delete(&page).await.status, 200);
    let mine = wanda.create(&named("conf", "sites/conf")).await;
    assert_eq!(
        mine.text("gitops_directory_status"),
        "initialized",
        "{mine:?}"
    );
}

#[tokio::test]
async fn whoever_may_push_settles_or_discards_the_unconfirmed_move_of_somebody_else() {
    for settles in [true, false] {
        let world = World::new();
        world
            .standin
            .add_token(Grant::classic("standin-writer", "wanda"));
        let grant = |repository: &mut github_standin::Repository| {
            repository
                .permissions
                .insert("wanda".to_owned(), Permission::Write);
        };
        world
            .standin
            .change_repository("acme/network", grant)
            .unwrap();
        let ada = world.sign_in("standin-admin").await;
        let wanda = world.sign_in("standin-writer").await;
        let id = ada.created(&named("conf", "sites/conf")).await;
        let page = format!("/api/fabrics/{id}");
        let mut asked = named("conf", "sites/conf");
        asked["to"] = json!({ "name": "moved", "gitops_directory": "sites/moved" });
        let plan = ada.post("/api/plan", &asked).await;
        let mut body = asked["to"].clone();
        body["approval"] = plan.body["approval"].clone();
        world.fault(json!({ "match": { "method": "PATCH", "path_contains": "/git/refs/" }, "times": 1, "action": { "drop": "before" } }));
        world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 6, "action": { "status": 503 } }));
        let lost = ada.send("PATCH", &page, Some(&body)).await;
        world.standin.forget_faults();
        assert_eq!(lost.body["operation"]["outcome"], "unconfirmed", "{lost:?}");
        // Both places are its own until that is known, and nobody has to wait for ada.
        for directory in ["sites/conf", "sites/moved"] {
            assert_eq!(claim(&wanda, directory).await["fabric"], id, "{directory}");
        }
        match settles {
            true => assert_eq!(wanda.validate(&id).await.status, 200),
            false => assert_eq!(wanda.delete(&page).await.status, 200),
        }
        let left = if settles { json!(id) } else { Value::Null };
        assert_eq!(claim(&wanda, "sites/conf").await["fabric"], left);
        assert_eq!(claim(&wanda, "sites/moved").await, Value::Null);
    }
}

/// What all repositories have reserved: places, names, and locks.
fn reserved(world: &World) -> Vec<(Class, String, String)> {
    let mut all = world.host.databases();
    all.retain(|(class, ..)| *class == Class::Repository);
    all
}

#[tokio::test]
async fn people_who_may_not_push_reserve_nothing_whatever_they_ask() {
    let world = World::new();
    let id = unconfirmed(&world).await;
    let page = format!("/api/fabrics/{id}");
    let before = reserved(&world);
    assert!(!before.is_empty());
    for token in ["standin-reader", "standin-outsider"] {
        let person = world.sign_in(token).await;
        let wanted = named("another", "sites/another");
        for (mode, directory) in [
            ("commit", "sites/another"),
            ("pull_request", "sites/another"),
            ("commit", "sites/conf"),
        ] {
            let mut body = person.approve(&named("another", directory)).await;
            body["mode"] = json!(mode);
            for (method, path) in [
                ("POST", "/api/fabrics".to_owned()),
                ("POST", format!("{page}/init-gitops")),
                ("POST", format!("{page}/repair")),
            ] {
                let refused = person.send(method, &path, Some(&body)).await;
                assert!(refused.status >= 400, "{path}: {refused:?}");
            }
            let change = json!({ "name": "another", "gitops_directory": directory, "approval": body["approval"] });
            assert!(person.send("PATCH", &page, Some(&change)).await.status >= 400);
            let branch = json!({ "branch": "next", "approval": body["approval"] });
            assert!(person.send("PATCH", &page, Some(&branch)).await.status >= 400);
            let removal = json!({ "remove_files": true, "approval": body["approval"] });
            assert!(person.send("DELETE", &page, Some(&removal)).await.status >= 400);
            assert!(person.delete(&page).await.status >= 400);
            claim(&person, directory).await;
        }
        assert_eq!(person.post("/api/plan", &wanted).await.status, 200);
        assert_eq!(reserved(&world), before, "{token}");
    }
}
