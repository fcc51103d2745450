//! What is kept while GitHub is down: a draft tells only what its creator typed, is nobody else's, reserves nothing and goes away.

use edge_worker::objects::Class;
use flows::{Answer, Person, World};
use github_standin::{Access, File, Grant, Permission};
use serde_json::{Value, json};

use crate::fabric;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// GitHub does not answer what reads a branch.
fn break_github(world: &World) {
    for part_of_document in ["Snapshot", "RepositoryAccess"] {
        world.fault(json!({ "match": { "graphql_contains": part_of_document }, "times": 1_000, "action": { "status": 503 } }));
    }
}

fn mend_github(world: &World) {
    world.standin.forget_faults();
}

fn set_role(world: &World, repository: &str, login: &str, role: Option<Permission>) {
    let change = |settings: &mut github_standin::Repository| {
        match role {
            Some(role) => settings.permissions.insert(login.to_owned(), role),
            None => settings.permissions.remove(login),
        };
    };
    world.standin.change_repository(repository, change).unwrap();
}

fn of(repository: &str, directory: &str) -> Value {
    let mut wanted = fabric(directory);
    wanted["git_repository"] = json!(repository);
    wanted
}

/// A creation of which no branch was read before it is sent: what was approved matters only once GitHub answers.
fn unread(wanted: &Value) -> Value {
    let nothing = "0".repeat(40);
    let mut body =
        json!({ "mode": "commit", "files": {}, "approval": { "head": nothing, "tree": nothing } });
    for (field, value) in wanted.as_object().unwrap() {
        body[field] = value.clone();
    }
    body
}

/// A draft that is made while GitHub is down.
async fn draft(world: &World, person: &Person<'_>, wanted: &Value) -> String {
    break_github(world);
    let made = person.post("/api/fabrics", &unread(wanted)).await;
    mend_github(world);
    assert_eq!(
        (made.status, made.text("visibility")),
        (201, "draft"),
        "{made:?}"
    );
    made.text("id").to_owned()
}

fn page(id: &str) -> String {
    format!("/api/fabrics/{id}")
}

async fn share(person: &Person<'_>, id: &str) -> Answer {
    person
        .post(&format!("{}/shares", page(id)), &json!({}))
        .await
}

async fn row(person: &Person<'_>, id: &str) -> Value {
    let list = person.get("/api/fabrics").await;
    let rows = list.body["fabrics"].as_array().unwrap().clone();
    rows.into_iter()
        .find(|row| row["id"] == id)
        .unwrap_or_default()
}

/// The rows of all objects of a class, as text.
fn stored(world: &World, class: Class) -> String {
    let databases = world.host.databases();
    let of_class = databases.into_iter().filter(|(found, ..)| *found == class);
    of_class
        .map(|(.., statements)| statements)
        .filter(|statements| statements.contains("INSERT"))
        .collect()
}

#[tokio::test]
async fn with_the_own_limit_spent_no_draft_is_made_and_nothing_is_stored() {
    let world = World::new();
    let rhea = world.sign_in("standin-reader").await;
    let exceeded = |status: u32, headers: Value| json!({ "status": status, "headers": headers, "body": { "message": "You have exceeded a secondary rate limit." } });
    for action in [
        exceeded(
            403,
            json!({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" }),
        ),
        exceeded(429, json!({ "retry-after": "3600" })),
        exceeded(
            200,
            json!({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" }),
        ),
    ] {
        let mut action = action;
        if action["status"] == 200 {
            action["body"] = json!({ "errors": [{ "type": "RATE_LIMITED", "message": "API rate limit exceeded" }] });
        }
        world.fault(
            json!({ "match": { "graphql_contains": "Snapshot" }, "times": 100, "action": action }),
        );
        for repository in ["acme/network", "acme/none"] {
            let refused = rhea
                .post("/api/fabrics", &unread(&of(repository, "gitops")))
                .await;
            assert_eq!(
                (refused.status, refused.text("code")),
                (503, "rate_limited"),
                "{refused:?}"
            );
            assert_eq!(refused.body["nothing_left"], true);
        }
        mend_github(&world);
    }
    assert_eq!(world.host.fabrics(), 0);
    assert_eq!(rhea.get("/api/fabrics").await.body["fabrics"], json!([]));
    world.host.advance(DAY);
    world.host.run_alarms();
    assert_eq!(
        (
            stored(&world, Class::Fabric),
            stored(&world, Class::Index).contains("INTO \"fabrics\"")
        ),
        (String::new(), false)
    );
}

#[tokio::test]
async fn a_draft_of_somebody_who_may_only_read_can_be_neither_read_into_nor_shared() {
    let world = World::new();
    let private: Option<File> = Some("plans\n".into());
    world.push("main", &[("gitops/raw/private-plans.txt", private)]);
    let rhea = world.sign_in("standin-reader").await;
    let id = draft(&world, &rhea, &of("acme/network", "gitops")).await;
    let before = world.host.object(Class::Fabric, &id);

    let refused = rhea.validate(&id).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (403, "permission_missing"),
        "{refused:?}"
    );
    let refused = share(&rhea, &id).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "draft"),
        "{refused:?}"
    );
    assert!(refused.text("hint").contains("initialise"), "{refused:?}");
    let body = rhea.approve(&fabric("gitops")).await;
    for (path, body) in [("init-gitops", body.clone()), ("repair", body)] {
        let refused = rhea.post(&format!("{}/{path}", page(&id)), &body).await;
        assert!(matches!(refused.status, 403 | 409), "{path}: {refused:?}");
    }
    let change = rhea.approve(&fabric("elsewhere")).await;
    let moved = json!({ "name": "another", "gitops_directory": "elsewhere", "approval": change["approval"] });
    let refused = rhea.send("PATCH", &page(&id), Some(&moved)).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    let removal = json!({ "remove_files": true, "approval": change["approval"] });
    assert_eq!(
        rhea.send("DELETE", &page(&id), Some(&removal)).await.status,
        409
    );

    // GitHub says who they are: the draft says so, and tells nothing else.
    let seen = rhea.get(&page(&id)).await;
    assert_eq!(
        seen.body["directory_init_error"]["code"], "permission_missing",
        "{seen:?}"
    );
    assert_eq!(
        rhea.get(&format!("{}/permission", page(&id)))
            .await
            .text("permission"),
        "read"
    );
    assert_eq!(row(&rhea, &id).await["permission"], "read");
    assert_eq!(
        world
            .host
            .object(Class::Fabric, &id)
            .replace(char::is_numeric, ""),
        before.replace(char::is_numeric, ""),
        "nothing was recorded"
    );

    set_role(&world, "acme/network", "rhea", None);
    world
        .standin
        .change_repository("acme/network", |settings| settings.private = true)
        .unwrap();
    world.host.advance(MINUTE);
    let seen = rhea.get(&page(&id)).await;
    assert_eq!(
        seen.body["directory_init_error"]["code"], "repository_not_found",
        "{seen:?}"
    );
    let refused = rhea.validate(&id).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (404, "repository_not_found"),
        "{refused:?}"
    );
    assert!(
        !world
            .host
            .object(Class::Fabric, &id)
            .contains("private-plans")
    );
}

/// Makes of a fabric what a landed version made of the draft of somebody who could only read.
fn make_landed_draft(world: &World, id: &str, creator: u64) {
    let statement = format!(
        "UPDATE fabric SET record = json_set(record, '$.visibility', 'draft'), creator = {creator}"
    );
    world.host.sql(Class::Fabric, id, &statement);
    world.host.sql(Class::Fabric, id, "DELETE FROM place");
    for key in world.host.copies().into_keys() {
        world.host.drop_copy(&key);
    }
}

#[tokio::test]
async fn what_a_landed_version_read_into_a_draft_and_its_links_show_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let rhea = world.sign_in("standin-reader").await;
    let me = |person: &Answer| person.body["user"]["id"].as_u64().unwrap();
    let (of_ada, of_rhea) = (
        me(&ada.get("/api/session").await),
        me(&rhea.get("/api/session").await),
    );
    let private: Option<File> = Some("plans\n".into());
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/private-plans.txt", private)]);
    ada.validate(&id).await;
    assert!(ada.get(&page(&id)).await.text.contains("private-plans"));
    let shared = share(&ada, &id).await;
    let secret = shared.text("url").rsplit_once("/s/").unwrap().1.to_owned();
    assert!(
        world
            .send("GET", &format!("/s/{secret}"), "", &[], None)
            .await
            .text
            .contains("private-plans")
    );

    make_landed_draft(&world, &id, of_rhea);
    set_role(&world, "acme/network", "rhea", None);
    world
        .standin
        .change_repository("acme/network", |settings| settings.private = true)
        .unwrap();
    // It is kept for as long as one that is made now, from when the branch was read.
    world.host.run_alarm(Class::Fabric, &id);
    let seen = rhea.get(&page(&id)).await;
    let hint = seen.body["check"]["hint"].as_str().unwrap();
    assert!(!hint.contains("1970"), "{hint}");
    assert!(hint.contains("goes away by itself at 20"), "{hint}");
    assert_eq!(
        (seen.status, &seen.body["head"], &seen.body["tree"]),
        (200, &Value::Null, &Value::Null),
        "{seen:?}"
    );
    let told = [
        seen.text,
        world.host.live_record(&id).text,
        row(&rhea, &id).await.to_string(),
    ];
    assert!(
        told.iter().all(|told| !told.contains("private-plans")),
        "{told:?}"
    );
    for path in [
        format!("/s/{secret}"),
        format!("/s/{secret}/badge.svg"),
        format!("/api/shares/{secret}"),
    ] {
        let closed = world.send("GET", &path, "", &[], None).await;
        assert_eq!(
            (closed.status, closed.text.contains("private-plans")),
            (404, false),
            "{path}: {closed:?}"
        );
    }
    for path in ["", "/history", "/permission", "/shares"] {
        assert_eq!(
            ada.get(&format!("{}{path}", page(&id))).await.status,
            404,
            "{path}"
        );
    }
    assert!(world.watch(&id, ada.cookie()).await.is_none());
    assert!(world.watch(&id, rhea.cookie()).await.is_some());
    assert!(world.watch(&id, "").await.is_none());

    // Once it is a fabric, links are those of people who may push.
    make_landed_draft(&world, &id, of_ada);
    let body = ada.approve(&fabric("gitops")).await;
    let made = ada.post(&format!("{}/init-gitops", page(&id)), &body).await;
    assert_eq!(
        (made.status, made.text("visibility")),
        (200, "private"),
        "{made:?}"
    );
    assert_eq!(
        world
            .send("GET", &format!("/s/{secret}"), "", &[], None)
            .await
            .status,
        404
    );
    let shared = share(&ada, &id).await;
    let secret = shared.text("url").rsplit_once("/s/").unwrap().1.to_owned();
    assert_eq!(
        world
            .send("GET", &format!("/s/{secret}"), "", &[], None)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_draft_asks_github_as_soon_as_it_can_and_keeps_nothing_of_what_it_says() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let absent = draft(&world, &ada, &of("acme/none", "gitops")).await;
    let own = draft(&world, &ada, &fabric("sites/own")).await;
    break_github(&world);
    let seen = ada.get(&page(&absent)).await;
    assert_eq!(
        (seen.status, &seen.body["directory_init_error"]["code"]),
        (200, &json!("github_unavailable")),
        "{seen:?}"
    );
    let tag = seen.headers["etag"].to_str().unwrap().to_owned();
    mend_github(&world);
    let again = world
        .send(
            "GET",
            &page(&absent),
            ada.cookie(),
            &[("if-none-match", &tag)],
            None,
        )
        .await;
    assert_eq!(
        (again.status, &again.body["directory_init_error"]["code"]),
        (200, &json!("repository_not_found")),
        "{again:?}"
    );
    assert_eq!(
        ada.get(&format!("{}/permission", page(&absent)))
            .await
            .text("permission"),
        "read"
    );
    assert_eq!(row(&ada, &absent).await["permission"], "read");

    let before = world.host.rows_written(Class::Fabric, &own);
    let seen = ada.get(&page(&own)).await;
    assert_eq!(
        (
            seen.text("gitops_directory_status"),
            &seen.body["directory_init_error"]
        ),
        ("not_initialized", &Value::Null),
        "{seen:?}"
    );
    assert_eq!(
        ada.get(&format!("{}/permission", page(&own)))
            .await
            .text("permission"),
        "write"
    );
    assert_eq!(row(&ada, &own).await["permission"], "write");
    let report = ada.validate(&own).await;
    assert_eq!(
        (report.status, &report.body["valid"]),
        (200, &json!(false)),
        "{report:?}"
    );
    assert_eq!(
        world.host.rows_written(Class::Fabric, &own),
        before,
        "nothing was recorded"
    );
    assert_eq!(
        ada.get(&page(&own)).await.body["version"],
        seen.body["version"]
    );

    let body = ada.approve(&fabric("sites/own")).await;
    let made = ada
        .post(&format!("{}/init-gitops", page(&own)), &body)
        .await;
    assert_eq!(
        (
            made.text("gitops_directory_status"),
            made.text("visibility")
        ),
        ("initialized", "public"),
        "{made:?}"
    );
    assert!(!made.text.contains("goes away"), "{made:?}");
}

#[tokio::test]
async fn a_draft_asks_github_once_a_minute_however_often_it_is_read_and_stores_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = draft(&world, &ada, &fabric("sites/own")).await;
    let said = async |person: &Person<'_>| {
        let seen = person.get(&page(&id)).await;
        let code = seen.body["directory_init_error"]["code"].as_str();
        (
            seen.text("gitops_directory_status").to_owned(),
            code.map(str::to_owned),
        )
    };
    let free = ("not_initialized".to_owned(), None);
    let refused = ("error".to_owned(), Some("permission_missing".to_owned()));
    let before = world.host.rows_written(Class::Fabric, &id);
    world.standin.forget_requests();
    for _ in 0..5 {
        assert_eq!(said(&ada).await, free);
        assert_eq!(ada.get(&format!("{}/history", page(&id))).await.status, 200);
        assert!(world.watch(&id, ada.cookie()).await.is_some());
    }
    assert_eq!(world.standin.requests().len(), 1);
    assert_eq!(world.host.rows_written(Class::Fabric, &id), before);

    set_role(&world, "acme/network", "ada", Some(Permission::Read));
    assert_eq!(said(&ada).await, free, "not asked yet");
    world.host.advance(MINUTE);
    assert_eq!(said(&ada).await, refused);
    set_role(&world, "acme/network", "ada", Some(Permission::Write));
    assert_eq!(said(&ada).await, refused, "not asked yet");
    // Another session may have another token.
    let again = world.sign_in("standin-admin").await;
    assert_eq!(said(&again).await, free);
    // Who checks asks at once, and so does what is read next.
    set_role(&world, "acme/network", "ada", Some(Permission::Read));
    assert_eq!(again.validate(&id).await.text("code"), "permission_missing");
    assert_eq!(said(&again).await, refused);

    // What refuses the question says nothing of the repository, and is not asked each time either.
    world.host.advance(MINUTE);
    let limited = json!({ "match": { "graphql_contains": "RepositoryAccess" }, "times": 1_000, "action": { "status": 403, "headers": { "retry-after": "600" }, "body": { "message": "You have exceeded a secondary rate limit" } } });
    world.fault(limited);
    world.standin.forget_requests();
    for _ in 0..3 {
        assert_eq!(said(&again).await.1.as_deref(), Some("github_unavailable"));
    }
    assert_eq!(world.standin.requests().len(), 1);
}

#[tokio::test]
async fn nobody_has_more_than_five_drafts_whatever_the_session() {
    let world = World::new();
    let (one, other) = (
        world.sign_in("standin-reader").await,
        world.sign_in("standin-reader").await,
    );
    let bodies: Vec<Value> = (0..8)
        .map(|number| unread(&of("acme/none", &format!("sites/s{number}"))))
        .collect();
    break_github(&world);
    let sent = bodies.iter().enumerate().map(|(number, body)| {
        let person = if number % 2 == 0 { &one } else { &other };
        person.post("/api/fabrics", body)
    });
    let answers = flows::join_all(sent.collect()).await;
    let ids: Vec<&str> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.text("id"))
        .collect();
    assert_eq!(ids.len(), 5, "{answers:?}");
    let refused = answers.iter().find(|answer| answer.status != 201).unwrap();
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "fabric_limit"),
        "{refused:?}"
    );
    assert!(refused.text("hint").contains("discard"), "{refused:?}");
    assert_eq!(refused.body["nothing_left"], Value::Null);

    // The list leads to those that there are; what is discarded makes room.
    let listed = other.get("/api/fabrics").await;
    assert_eq!(listed.body["fabrics"].as_array().unwrap().len(), 5);
    assert_eq!(other.delete(&page(ids[0])).await.status, 200);
    world.host.advance(2 * MINUTE);
    assert_eq!(one.post("/api/fabrics", &bodies[0]).await.status, 201);
    assert_eq!(one.post("/api/fabrics", &bodies[1]).await.status, 409);
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(
        ada.post("/api/fabrics", &bodies[0]).await.status,
        201,
        "everybody has their own"
    );
}

#[tokio::test]
async fn nobody_makes_drafts_faster_than_ten_in_an_hour() {
    let world = World::new();
    let rhea = world.sign_in("standin-reader").await;
    break_github(&world);
    let body = unread(&of("acme/none", "gitops"));
    let mut made = 0;
    for _ in 0..14 {
        let answer = rhea.post("/api/fabrics", &body).await;
        if answer.status == 201 {
            made += 1;
            rhea.delete(&page(answer.text("id"))).await;
        }
        world.host.advance(2 * MINUTE);
    }
    assert_eq!(made, 10);
    world.host.advance(60 * MINUTE);
    assert_eq!(rhea.post("/api/fabrics", &body).await.status, 201);
}

/// What is left of drafts: fabrics' objects with anything in them, and rows of the index.
fn left(world: &World) -> (String, bool) {
    (
        stored(world, Class::Fabric),
        stored(world, Class::Index).contains("sites/s"),
    )
}

#[tokio::test]
async fn a_draft_goes_away_by_itself_after_a_week_and_leaves_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.host.set_clock(1_795_426_530_000);
    let ids = [
        draft(&world, &ada, &fabric("sites/s1")).await,
        draft(&world, &ada, &fabric("sites/s2")).await,
    ];
    let seen = ada.get(&page(&ids[0])).await;
    let hint = seen.body["check"]["hint"].as_str().unwrap();
    assert!(
        hint.contains("goes away by itself at 2026-11-30 09:35 UTC"),
        "{hint}"
    );
    for _ in 0..6 {
        world.host.advance(DAY);
        world.host.run_alarms();
    }
    let listed = async || {
        ada.get("/api/fabrics").await.body["fabrics"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        (ada.get(&page(&ids[0])).await.status, listed().await),
        (200, 2)
    );
    // Whoever asks finds it gone, also where its alarm is late.
    world.host.advance(DAY + MINUTE);
    assert_eq!(ada.get(&page(&ids[0])).await.status, 404);
    world.host.run_alarms();
    assert_eq!((left(&world), listed().await), ((String::new(), false), 0));
    assert_eq!(
        stored(&world, Class::Index)
            .matches("INSERT INTO \"fabrics\"")
            .count(),
        0
    );
}

#[tokio::test]
async fn a_discarded_draft_leaves_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = draft(&world, &ada, &fabric("sites/s1")).await;
    assert_eq!(row(&ada, &id).await["visibility"], "draft");
    assert_eq!(ada.delete(&page(&id)).await.status, 200);
    world.host.run_alarms();
    assert_eq!(
        (left(&world), row(&ada, &id).await),
        ((String::new(), false), Value::Null)
    );
}

#[tokio::test]
async fn a_draft_reserves_nothing_whatever_is_done_with_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let rhea = world.sign_in("standin-reader").await;
    // The layout stands there, and is no fabric's.
    let first = ada.created(&fabric("gitops")).await;
    assert_eq!(ada.delete(&page(&first)).await.status, 200);
    let claims = stored(&world, Class::Repository);
    for person in [&rhea, &ada] {
        let id = draft(&world, person, &fabric("gitops")).await;
        person.validate(&id).await;
        person.get(&page(&id)).await;
    }
    assert_eq!(stored(&world, Class::Repository), claims);
    let body = ada.approve(&fabric("gitops")).await;
    let made = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        made.text("gitops_directory_status"),
        "initialized",
        "{made:?}"
    );
}

#[tokio::test]
async fn a_token_that_may_only_read_makes_no_fabric_of_a_draft() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let first = ada.created(&fabric("gitops")).await;
    assert_eq!(ada.delete(&page(&first)).await.status, 200);
    let permissions = [("contents", Access::Read)];
    world.standin.add_token(Grant::fine_grained(
        "only-reads",
        "ada",
        "acme",
        &permissions,
    ));
    let reads = world.sign_in("only-reads").await;
    let id = draft(&world, &reads, &fabric("gitops")).await;
    let body = reads.approve(&fabric("gitops")).await;
    let refused = reads
        .post(&format!("{}/init-gitops", page(&id)), &body)
        .await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (403, "token_permission_missing"),
        "{refused:?}"
    );
    assert_eq!(reads.get(&page(&id)).await.text("visibility"), "draft");
    let made = ada.post(&format!("{}/init-gitops", page(&id)), &body).await;
    assert_eq!(
        (made.status, made.text("visibility")),
        (200, "public"),
        "{made:?}"
    );
}
