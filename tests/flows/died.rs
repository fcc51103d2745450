//! The Worker dies at every single step of a write, one after the other, and the write is repeated under its key: it is
//! the same operation on the same fabric, it is carried out once, and its result is given.

use edge_worker::host::Host;
use edge_worker::objects::Class;
use flows::{Answer, Person, World};
use github_standin::{Limits, Permission};
use serde_json::{Value, json};

use crate::fabric;

/// What the messages contain that say that a request goes on.
const KEY_BEAT: &str = "SESSION {\"Renew\"";

/// A request.
#[derive(Clone)]
struct Write {
    method: &'static str,
    path: String,
    body: Value,
}

async fn send(person: &Person<'_>, key: &str, write: &Write) -> Answer {
    let Write { method, path, body } = write;
    person.send_once(method, path, key, body).await
}

/// Lets the Worker die at each step of a write that `prepare` prepares anew for it, and holds what a repeat leaves
/// against `check`. Every other time ada has signed in anew before she repeats it.
async fn dies_at_every_step(
    world: &World,
    person: &Person<'_>,
    prepare: impl AsyncFn(usize) -> Write,
    check: impl AsyncFn(usize, &Answer),
) {
    for step in 0.. {
        let number = step as usize;
        let write = prepare(number).await;
        let key = format!("{step} {} {}", write.method, write.path);
        world.host.die_in(step);
        let first = tokio::select! {
            answer = send(person, &key, &write) => Some(answer),
            () = world.host.death() => None,
        };
        let died = world.revive().await;
        assert_eq!(died, first.is_none());
        let anew = match step % 2 {
            0 => world.person(&person.cookie),
            _ => world.sign_in("standin-admin").await,
        };
        let begun_ms = world.host.now_ms();
        let answer = send(&anew, &key, &write).await;
        let told = format!("step {step}: {answer:?}");
        assert!((200..300).contains(&answer.status), "{told}");
        let took_ms = world.host.now_ms() - begun_ms;
        assert!(took_ms < 15_000, "{took_ms} ms: {told}");
        check(number, &answer).await;
        let again = send(person, &key, &write).await;
        assert_eq!(
            (again.status, again.body),
            (answer.status, answer.body),
            "{told}"
        );
        if !died {
            assert!(step > 3, "nothing died");
            break;
        }
    }
}

fn world() -> World {
    let world = World::with_fast_clock();
    // A client that dies and comes back so often would have to wait.
    let limits = Limits {
        content_per_minute: 1_000,
        ..Limits::default()
    };
    world.standin.limit("ada", limits);
    world
}

fn named(number: usize, repository: &str) -> Value {
    let mut wanted = fabric(&format!("sites/s{number}x"));
    wanted["name"] = json!(format!("site-{number}"));
    wanted["git_repository"] = json!(repository);
    wanted
}

/// How many commits of Hedgerow's there are in a branch for a directory.
fn operations(world: &World, repository: &str, branch: &str, directory: &str) -> Vec<String> {
    let repo = world.standin.repo(repository).unwrap();
    let log = repo.git(&["log", "--format=%B", branch, "--", directory]);
    let log = log.unwrap_or_default();
    let trailers = log
        .lines()
        .filter_map(|line| line.strip_prefix("Hedgerow-Operation: "));
    trailers.map(str::to_owned).collect()
}

/// How often the claims and the list name something.
async fn named_by(world: &World, person: &Person<'_>, text: &str) -> (usize, Vec<String>) {
    let objects = world.host.databases().into_iter();
    let claims = objects
        .filter(|(class, ..)| *class == Class::Repository)
        .map(|(.., sql)| {
            let rows = sql
                .lines()
                .filter(|line| line.starts_with("INSERT INTO claimed"));
            rows.filter(|row| row.contains(text)).count()
        });
    let claims = claims.sum();
    let listed = person.get(&format!("/api/fabrics?query={text}")).await;
    let rows = listed.body["fabrics"].as_array().unwrap().iter();
    (
        claims,
        rows.map(|row| row["id"].as_str().unwrap().to_owned())
            .collect(),
    )
}

async fn assert_history(person: &Person<'_>, id: &str, operation: &str, outcome: &str) {
    let history = person.get(&format!("/api/fabrics/{id}/history")).await;
    let entries = history.body["entries"].as_array().unwrap();
    let own: Vec<&Value> = entries
        .iter()
        .filter(|entry| entry["operation"] == operation)
        .collect();
    assert_eq!(own.len(), 1, "{history:?}");
    assert_eq!(own[0]["outcome"], outcome, "{history:?}");
}

#[tokio::test]
async fn a_creation_makes_one_fabric_and_one_commit() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let prepare = async |number| Write {
        method: "POST",
        path: "/api/fabrics".to_owned(),
        body: ada.approve(&named(number, "acme/fleet")).await,
    };
    dies_at_every_step(&world, &ada, prepare, async |number, answer| {
        let directory = format!("sites/s{number}x");
        let id = answer.text("id").to_owned();
        assert_eq!(
            answer.text("gitops_directory_status"),
            "initialized",
            "{answer:?}"
        );
        assert_eq!(
            named_by(&world, &ada, &directory).await,
            (1, vec![id.clone()])
        );
        let operation = answer.body["operation"]["operation"].as_str().unwrap();
        assert_eq!(
            operations(&world, "acme/fleet", "main", &directory),
            [operation]
        );
        assert_history(&ada, &id, operation, "committed").await;
        let other = ada.create(&named(number, "acme/fleet")).await;
        assert_eq!(other.text("fabric"), id);
    })
    .await;
}

#[tokio::test]
async fn a_creation_by_pull_request_opens_one() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let prepare = async |number| {
        let mut body = ada.approve(&named(number, "acme/protected")).await;
        body["mode"] = json!("pull_request");
        Write {
            method: "POST",
            path: "/api/fabrics".to_owned(),
            body,
        }
    };
    dies_at_every_step(&world, &ada, prepare, async |number, answer| {
        let directory = format!("sites/s{number}x");
        let id = answer.text("id").to_owned();
        assert_eq!(
            answer.body["operation"]["outcome"], "pull_request",
            "{answer:?}"
        );
        assert_eq!(
            named_by(&world, &ada, &directory).await,
            (1, vec![id.clone()])
        );
        assert!(
            answer
                .text("pull_request_url")
                .ends_with(&format!("/pull/{}", number + 1)),
            "{answer:?}"
        );
        let operation = answer.body["operation"]["operation"].as_str().unwrap();
        let branch = format!("hedgerow/{id}");
        assert_eq!(
            operations(&world, "acme/protected", &branch, &directory),
            [operation]
        );
    })
    .await;
}

#[tokio::test]
async fn a_creation_that_is_refused_leaves_nothing() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&named(0, "acme/fleet")).await;
    for step in 0.. {
        let body = ada.approve(&named(0, "acme/fleet")).await;
        let key = format!("key-{step}");
        world.host.die_in(step);
        tokio::select! {
            _ = ada.post_once("/api/fabrics", &key, &body) => {}
            () = world.host.death() => {}
        }
        let died = world.revive().await;
        let answer = ada.post_once("/api/fabrics", &key, &body).await;
        assert_eq!(answer.text("code"), "fabric_exists", "{step}: {answer:?}");
        assert_eq!(answer.text("fabric"), id, "its own is not in its way");
        let known = named_by(&world, &ada, "sites/s0x").await;
        assert_eq!(known, (1, vec![id.clone()]));
        if !died {
            break;
        }
    }
}

#[tokio::test]
async fn a_refused_repeat_forgets_what_was_left_unless_a_commit_of_it_may_be_there() {
    for (number, may_be_there) in [false, true].into_iter().enumerate() {
        let world = world();
        let ada = world.sign_in("standin-admin").await;
        let directory = format!("sites/s{number}x");
        let mut left = None;
        for step in 0.. {
            let body = ada.approve(&named(number, "acme/network")).await;
            let key = format!("key-{step}");
            world.host.die_in(step);
            tokio::select! {
                answer = ada.post_once("/api/fabrics", &key, &body) => panic!("{answer:?}"),
                () = world.host.death() => {}
            }
            world.revive().await;
            world.host.tell_young();
            let (_, made) = named_by(&world, &ada, &directory).await;
            if let Some(id) = made.first() {
                left = Some((id.clone(), key, body));
                break;
            }
        }
        let (id, key, body) = left.unwrap();
        if may_be_there {
            let intent = json!({
                "operation": "sent", "kind": "create", "actor": "ada", "started_ms": 1,
                "parent": null, "root": world.head("main"), "is_presumed": true,
            });
            let keep =
                format!("INSERT INTO unsettled (operation, intent) VALUES ('sent', '{intent}')");
            world.host.sql(Class::Fabric, &id, &keep);
        }
        world.push(
            "main",
            &[(&format!("{directory}/raw/README.md"), Some("mine".into()))],
        );
        let refused = ada.post_once("/api/fabrics", &key, &body).await;
        assert_eq!(refused.text("code"), "directory_changed", "{refused:?}");
        let (_, known) = named_by(&world, &ada, &directory).await;
        assert_eq!(known.contains(&id), may_be_there);
    }
}

#[tokio::test]
async fn a_creation_that_is_repeated_does_not_undo_that_its_fabric_was_forgotten() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let mut forgotten = 0;
    for step in 0.. {
        let number = step as usize;
        let body = ada.approve(&named(number, "acme/fleet")).await;
        let key = format!("key-{step}");
        world.host.die_in(step);
        let first = async { ada.post_once("/api/fabrics", &key, &body).await };
        tokio::select! {
            _ = first => {}
            () = world.host.death() => {}
        }
        if !world.revive().await {
            break;
        }
        let directory = format!("sites/s{number}x");
        world.host.tell_young();
        let (_, made) = named_by(&world, &ada, &directory).await;
        let Some(id) = made.first() else {
            continue;
        };
        let gone = ada.delete(&format!("/api/fabrics/{id}")).await;
        if gone.status == 409 {
            // It is still being written as far as anybody knows.
            continue;
        }
        assert_eq!(gone.status, 200, "{step}: {gone:?}");
        forgotten += 1;
        for _ in 0..2 {
            let answer = ada.post_once("/api/fabrics", &key, &body).await;
            assert_eq!(
                (answer.status, answer.text("code")),
                (404, "fabric_not_found"),
                "{step}: {answer:?}"
            );
            assert_eq!(named_by(&world, &ada, &directory).await, (0, vec![]));
        }
    }
    assert!(forgotten > 3, "{forgotten}");
}

#[tokio::test]
async fn an_initialisation_and_a_repair_commit_once() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    for (what, plan) in [
        ("init-gitops", json!({})),
        ("repair", json!({ "repair": true })),
    ] {
        let prepare = async |number| {
            let mut wanted = named(number, "acme/network");
            wanted["name"] = json!(format!("{what}-{number}"));
            wanted["gitops_directory"] = json!(format!("{what}/s{number}x"));
            let id = ada.created(&wanted).await;
            let lost = format!("{what}/s{number}x/raw/README.md");
            world.push("main", &[(&lost, None)]);
            for (field, value) in plan.as_object().unwrap() {
                wanted[field] = value.clone();
            }
            Write {
                method: "POST",
                path: format!("/api/fabrics/{id}/{what}"),
                body: ada.approve(&wanted).await,
            }
        };
        dies_at_every_step(&world, &ada, prepare, async |number, answer| {
            let directory = format!("{what}/s{number}x");
            assert_eq!(
                answer.text("gitops_directory_status"),
                "initialized",
                "{answer:?}"
            );
            let operation = answer.body["operation"]["operation"].as_str().unwrap();
            let made = operations(&world, "acme/network", "main", &directory);
            assert_eq!((made.len(), made[0].as_str()), (2, operation));
            let id = answer.text("id").to_owned();
            assert_history(&ada, &id, operation, "committed").await;
            assert_eq!(named_by(&world, &ada, &directory).await, (1, vec![id]));
        })
        .await;
    }
}

#[tokio::test]
async fn a_move_moves_once_and_claims_the_new_place_alone() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let prepare = async |number| {
        let id = ada.created(&named(number, "acme/network")).await;
        let mut asked = named(number, "acme/network");
        asked["to"] = json!({ "gitops_directory": format!("moved/m{number}x") });
        let plan = ada.post("/api/plan", &asked).await;
        let mut body = asked["to"].clone();
        body["approval"] = plan.body["approval"].clone();
        Write {
            method: "PATCH",
            path: format!("/api/fabrics/{id}"),
            body,
        }
    };
    dies_at_every_step(&world, &ada, prepare, async |number, answer| {
        let (old, new) = (format!("sites/s{number}x"), format!("moved/m{number}x"));
        let id = answer.text("id").to_owned();
        assert_eq!(answer.text("gitops_directory"), new, "{answer:?}");
        assert_eq!(
            answer.text("gitops_directory_status"),
            "initialized",
            "{answer:?}"
        );
        assert_eq!(named_by(&world, &ada, &new).await, (1, vec![id.clone()]));
        assert_eq!(named_by(&world, &ada, &old).await, (0, vec![]));
        let operation = answer.body["operation"]["operation"].as_str().unwrap();
        assert_eq!(
            operations(&world, "acme/network", "main", &new),
            [operation]
        );
        assert_history(&ada, &id, operation, "committed").await;
    })
    .await;
}

#[tokio::test]
async fn another_branch_is_followed_once_and_claims_the_new_place_alone() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let repo = world.standin.repo("acme/fleet").unwrap();
    repo.branch("other", "main").unwrap();
    let fabric_of = |number: usize| {
        let mut wanted = named(number, "acme/fleet");
        wanted["name"] = json!(format!("branch-{number}x"));
        wanted
    };
    let prepare = async |number| {
        let mut wanted = fabric_of(number);
        let id = ada.created(&wanted).await;
        wanted["to"] = json!({ "branch": "other" });
        let plan = ada.post("/api/plan", &wanted).await;
        assert_eq!(plan.status, 200, "{plan:?}");
        Write {
            method: "PATCH",
            path: format!("/api/fabrics/{id}"),
            body: json!({ "branch": "other", "approval": plan.body["approval"] }),
        }
    };
    dies_at_every_step(&world, &ada, prepare, async |number, answer| {
        assert_eq!(answer.text("branch"), "other", "{answer:?}");
        let id = answer.text("id").to_owned();
        let operation = answer.body["operation"]["operation"].as_str().unwrap();
        assert_history(&ada, &id, operation, "unchanged").await;
        let name = format!("branch-{number}x");
        assert_eq!(named_by(&world, &ada, &name).await, (1, vec![id.clone()]));
        let record = ada.get(&format!("/api/fabrics/{id}")).await;
        assert_eq!(record.text("gitops_directory_status"), "not_initialized");
    })
    .await;
}

#[tokio::test]
async fn what_is_removed_or_forgotten_is_gone_once() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    for removes in [true, false] {
        let prepare = async |number| {
            let mut wanted = named(number, "acme/network");
            wanted["name"] = json!(format!("gone-{number}-{removes}"));
            wanted["gitops_directory"] = json!(format!("gone/{removes}{number}x"));
            let id = ada.created(&wanted).await;
            wanted["remove_files"] = json!(true);
            let plan = ada.post("/api/plan", &wanted).await;
            assert_eq!(plan.status, 200, "{plan:?}");
            let approval = plan.body["approval"].clone();
            Write {
                method: "DELETE",
                path: format!("/api/fabrics/{id}"),
                body: match removes {
                    true => json!({ "remove_files": true, "approval": approval }),
                    false => json!({}),
                },
            }
        };
        dies_at_every_step(&world, &ada, prepare, async |number, answer| {
            let directory = format!("gone/{removes}{number}x");
            let id = answer.text("fabric");
            assert_eq!(ada.get(&format!("/api/fabrics/{id}")).await.status, 404);
            assert_eq!(
                named_by(&world, &ada, &directory).await.1,
                Vec::<String>::new()
            );
            let made = operations(&world, "acme/network", "main", &directory);
            assert_eq!(made.len(), if removes { 2 } else { 1 });
            let mut wanted = named(number, "acme/network");
            wanted["name"] = json!(format!("gone-{number}-{removes}"));
            wanted["gitops_directory"] = json!(directory);
            let next = ada.create(&wanted).await;
            assert_eq!(next.status, 201, "the place is free: {next:?}");
            let next = next.text("id").to_owned();
            assert_eq!(named_by(&world, &ada, &directory).await, (1, vec![next]));
        })
        .await;
    }
}

#[tokio::test]
async fn a_share_link_is_made_once_and_revoked_once() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/shares");
    let shares = async || {
        let shares = ada.get(&path).await;
        shares.body["shares"].as_array().unwrap().len()
    };
    let prepare = async |_| Write {
        method: "POST",
        path: path.clone(),
        body: json!({ "note": "for the auditors" }),
    };
    dies_at_every_step(&world, &ada, prepare, async |number, answer| {
        assert_eq!(shares().await, number + 1);
        let (_, secret) = answer.text("url").rsplit_once('/').unwrap();
        let opened = world
            .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
            .await;
        assert_eq!(opened.status, 200);
        let stored = world.host.everything();
        assert!(!stored.contains(secret), "only its hash is kept");
    })
    .await;

    let prepare = async |_| {
        let made = ada.post(&path, &json!({})).await;
        let share = made.text("id").to_owned();
        Write {
            method: "DELETE",
            path: format!("{path}/{share}"),
            body: json!({}),
        }
    };
    let before = shares().await;
    dies_at_every_step(&world, &ada, prepare, async |_, _| {
        assert_eq!(shares().await, before);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_taken_for_dead_and_lives_does_no_harm() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    for (number, step) in ["query Snapshot", "createCommitOnBranch"]
        .iter()
        .enumerate()
    {
        let body = ada.approve(&named(number, "acme/fleet")).await;
        let key = format!("key-{number}");
        world.fault(json!({ "match": { "graphql_contains": step }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
        world.standin.forget_requests();
        let second = async {
            world.is_asked(step).await;
            // The clock is fast, and nothing is heard of the first for ten seconds.
            let answer = ada.post_once("/api/fabrics", &key, &body).await;
            world.release();
            answer
        };
        let (first, second) = tokio::join!(ada.post_once("/api/fabrics", &key, &body), second);
        assert_eq!(
            (first.status, second.status),
            (201, 201),
            "{first:?} {second:?}"
        );
        let id = second.text("id").to_owned();
        assert_eq!(first.text("id"), id);
        let directory = format!("sites/s{number}x");
        assert_eq!(
            named_by(&world, &ada, &directory).await,
            (1, vec![id.clone()])
        );
        let operation = second.body["operation"]["operation"].as_str().unwrap();
        assert_eq!(
            operations(&world, "acme/fleet", "main", &directory),
            [operation]
        );
        assert_history(&ada, &id, operation, "committed").await;
        let record = ada.get(&format!("/api/fabrics/{id}")).await;
        assert_eq!(
            record.text("gitops_directory_status"),
            "initialized",
            "{record:?}"
        );
    }
}

#[tokio::test]
async fn a_repeat_waits_ten_seconds_for_a_request_that_is_worked_on() {
    let world = world();
    let begin = async |attempt: &str| {
        let message = json!({ "Begin": {
            "key": "key", "fingerprint": "same", "now_ms": world.host.now_ms(),
            "attempt": { "id": attempt, "fabric": "aaaaaaaaaaaaaaaaaaaaaaaaaa", "operation": attempt },
        } });
        let reply = world
            .host
            .call(Class::Session, "session", message.to_string())
            .await;
        let reply: Value = serde_json::from_str(&reply.unwrap()).unwrap();
        reply["Reply"].clone()
    };
    let tell = async |message: Value| {
        let told = world
            .host
            .call(Class::Session, "session", message.to_string());
        assert_eq!(told.await.unwrap(), r#"{"Reply":"Done"}"#);
    };
    let renew = async |attempt: &str| {
        let until_ms = world.host.now_ms() + 9_000;
        tell(json!({ "Renew": { "key": "key", "attempt": attempt, "until_ms": until_ms } })).await;
    };
    assert_eq!(begin("first").await, "New");
    for _ in 0..5 {
        world.host.advance(8_000);
        assert_eq!(begin("second").await, "UnderWay");
        renew("first").await;
    }
    world.host.advance(9_000);
    let resumed =
        json!({ "Resume": { "fabric": "aaaaaaaaaaaaaaaaaaaaaaaaaa", "operation": "first" } });
    assert_eq!(begin("second").await, resumed);
    assert_eq!(begin("first").await, "UnderWay", "it is another's now");
    renew("first").await;
    let abandon = |keeps_ids: bool| json!({ "Abandon": { "key": "key", "attempt": "second", "keeps_ids": keeps_ids } });
    tell(abandon(true)).await;
    renew("second").await;
    assert_eq!(begin("third").await, resumed, "who gave it up gave it up");
    tell(json!({ "Abandon": { "key": "key", "attempt": "third", "keeps_ids": false } })).await;
    renew("third").await;
    assert_eq!(
        begin("fourth").await,
        "New",
        "a late beat does not bring it back"
    );
}

/// Lets otto write to a repository, too.
async fn colleague<'a>(world: &'a World, repository: &str) -> Person<'a> {
    let change = |repository: &mut github_standin::Repository| {
        let otto = "otto".to_owned();
        repository.permissions.insert(otto, Permission::Write);
    };
    world.standin.change_repository(repository, change).unwrap();
    world.sign_in("standin-outsider").await
}

async fn repair_of(person: &Person<'_>, wanted: &Value) -> Value {
    let mut wanted = wanted.clone();
    wanted["repair"] = json!(true);
    person.approve(&wanted).await
}

#[tokio::test]
async fn nobody_else_waits_for_the_dead() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let otto = colleague(&world, "acme/network").await;
    let mut unfinished = 0;
    for step in 0.. {
        let wanted = named(step as usize, "acme/network");
        let id = ada.created(&wanted).await;
        let repair = format!("/api/fabrics/{id}/repair");
        world.push("main", &[(&format!("sites/s{step}x/raw/README.md"), None)]);
        let body = repair_of(&ada, &wanted).await;
        world.host.die_in(step);
        tokio::select! {
            _ = ada.post(&repair, &body) => {}
            () = world.host.death() => {}
        }
        let died = world.revive().await;
        let before = ada.get(&format!("/api/fabrics/{id}")).await;
        unfinished += u32::from(before.text("gitops_directory_status") == "initializing");
        let begun_ms = world.host.now_ms();
        let elsewhere = named(1000 + step as usize, "acme/network");
        let created = otto.create(&elsewhere).await;
        assert_eq!(
            (created.status, created.text("gitops_directory_status")),
            (201, "initialized"),
            "{step}: {created:?}"
        );
        let took_ms = world.host.now_ms() - begun_ms;
        assert!(took_ms < 12_000, "{step}: {took_ms} ms");

        world.host.advance(10_000_u64.saturating_sub(took_ms));
        let report = otto.validate(&id).await;
        assert_eq!(report.status, 200, "{step}: {report:?}");
        let history = otto.get(&format!("/api/fabrics/{id}/history")).await;
        let outcomes = flows::fields_of(&history.body["entries"], &["outcome"]);
        assert!(
            !outcomes.iter().any(|outcome| outcome == "unconfirmed"),
            "{step}: {history:?}"
        );
        let body = repair_of(&otto, &wanted).await;
        let repaired = otto.post(&repair, &body).await;
        assert_eq!(
            (repaired.status, repaired.text("gitops_directory_status")),
            (200, "initialized"),
            "{step}: {repaired:?}"
        );
        let made = operations(&world, "acme/network", "main", &format!("sites/s{step}x"));
        assert_eq!(made.len(), 2, "{step}: it was created and repaired once");
        if !died {
            break;
        }
    }
    assert!(unfinished > 1, "nothing died while it wrote");
}

#[tokio::test]
async fn whoever_says_late_that_it_committed_does_not_undo_what_a_validation_found_since() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let otto = colleague(&world, "acme/network").await;
    let wanted = named(1, "acme/network");
    let id = ada.created(&wanted).await;
    let path = format!("/api/fabrics/{id}");
    for validates in [false, true] {
        world.push("main", &[("sites/s1x/raw/README.md", None)]);
        let body = repair_of(&ada, &wanted).await;
        let end = "\"actor\":\"ada\",\"started_at\"";
        world.host.hold(end);
        let second = async {
            world.host.holds(end).await;
            world.host.advance(160_000);
            let left = ada.get(&path).await;
            assert_eq!(left.text("gitops_directory_status"), "error");
            if validates {
                world.push("main", &[("sites/s1x/raw/README.md", None)]);
                let report = otto.validate(&id).await;
                assert_eq!(report.body["valid"], false, "{report:?}");
            }
            world.host.let_go(end);
        };
        let repair = format!("{path}/repair");
        let (first, ()) = tokio::join!(ada.post(&repair, &body), second);
        assert_eq!(first.status, 200, "{first:?}");
        assert_eq!(first.body["operation"]["outcome"], "committed");
        let record = ada.get(&path).await;
        let status = match validates {
            true => "invalid_structure",
            false => "initialized",
        };
        assert_eq!(
            record.text("gitops_directory_status"),
            status,
            "{validates}: {record:?}"
        );
    }
}

#[tokio::test]
async fn a_worker_of_an_older_version_gets_the_lock_that_nobody_else_asks_for() {
    let world = world();
    for operation in ["first", "second"] {
        let times = json!({ "operation": operation, "now_ms": 1, "until_ms": 2 });
        for message in [
            json!({ "Acquire": times }),
            json!({ "Renew": { "operation": operation, "until_ms": 2 } }),
            json!({ "Release": { "operation": operation } }),
        ] {
            let reply = world
                .host
                .call(Class::Repository, "lock", message.to_string());
            assert_eq!(reply.await.unwrap(), r#"{"Reply":"Granted"}"#);
        }
    }
    assert_eq!(world.host.object(Class::Repository, "lock"), "");
}

/// Lets another operation begin to write to a fabric.
async fn begin_write(world: &World, id: &str, operation: &str) -> Value {
    let now_ms = world.host.now_ms();
    let intent = json!({
        "operation": operation, "kind": "repair", "actor": "ada", "started_ms": now_ms,
        "parent": null, "root": "0".repeat(40),
    });
    let begin = json!({ "Begin": { "intent": intent, "until_ms": now_ms + 9_000 } });
    let reply = world.host.call(Class::Fabric, id, begin.to_string()).await;
    let reply: Value = serde_json::from_str(&reply.unwrap()).unwrap();
    reply["Reply"].clone()
}

#[tokio::test]
async fn a_fabric_is_somebodys_while_that_one_says_so() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&named(1, "acme/network")).await;
    let path = format!("/api/fabrics/{id}");
    let ask = async |message: Value| {
        let reply = world
            .host
            .call(Class::Fabric, &id, message.to_string())
            .await;
        let reply: Value = serde_json::from_str(&reply.unwrap()).unwrap();
        reply["Reply"].clone()
    };
    let begin = async |operation: &str| begin_write(&world, &id, operation).await;
    assert!(begin("first").await.get("Record").is_some());
    for _ in 0..5 {
        world.host.advance(8_000);
        let until_ms = world.host.now_ms() + 9_000;
        let renewed = json!({ "Renew": { "operation": "first", "until_ms": until_ms } });
        assert_eq!(ask(renewed).await, "Nothing");
        let others = json!({ "Renew": { "operation": "second", "until_ms": 2 * until_ms } });
        ask(others).await;
        assert_eq!(begin("second").await, "Busy");
        let record = ada.get(&path).await;
        assert_eq!(record.text("gitops_directory_status"), "initializing");
    }
    world.host.advance(9_100);
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory_status"), "error");
    assert_eq!(record.body["operation"]["outcome"], "unconfirmed");
}

#[tokio::test]
async fn a_write_goes_on_for_as_long_as_it_takes_though_not_every_beat_is_heard() {
    let world = world();
    world.host.beat_every(20);
    let ada = world.sign_in("standin-admin").await;
    let otto = colleague(&world, "acme/network").await;
    let wanted = named(1, "acme/network");
    let id = ada.created(&wanted).await;
    let path = format!("/api/fabrics/{id}");
    world.push("main", &[("sites/s1x/raw/README.md", None)]);
    let body = repair_of(&ada, &wanted).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    world.standin.forget_requests();
    let second = async {
        world.is_asked("createCommitOnBranch").await;
        for _ in 0..4 {
            world.host.advance(8_000);
            world.host.lose_message(KEY_BEAT);
            while world.host.is_to_lose() {
                tokio::task::yield_now().await;
            }
            world.host.hears(KEY_BEAT).await;
            let forgotten = otto.delete(&path).await;
            assert_eq!(
                (forgotten.status, forgotten.text("code")),
                (409, "operation_in_progress"),
                "{forgotten:?}"
            );
        }
        world.release();
    };
    let repair = format!("{path}/repair");
    let (first, ()) = tokio::join!(ada.post_once(&repair, "key", &body), second);
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.body["operation"]["outcome"], "committed", "{first:?}");
    let history = otto.get(&format!("{path}/history")).await;
    let outcomes = flows::fields_of(&history.body["entries"], &["outcome"]);
    assert_eq!(outcomes, ["committed"; 2], "{history:?}");
}

#[tokio::test]
async fn a_fabric_is_not_forgotten_under_the_hands_of_whoever_began_to_write_meanwhile() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&named(1, "acme/network")).await;
    let path = format!("/api/fabrics/{id}");
    let forgets = "FABRIC {\"ForgetFor\"";
    world.host.hold(forgets);
    let other = async {
        world.host.holds(forgets).await;
        begin_write(&world, &id, "other").await;
        world.host.let_go(forgets);
    };
    let (forgotten, ()) = tokio::join!(ada.delete(&path), other);
    assert_eq!(forgotten.text("code"), "operation_in_progress");
    let known = named_by(&world, &ada, "sites/s1x").await;
    assert_eq!(known, (1, vec![id.clone()]));
    world.host.advance(10_000);
    let forgotten = ada.delete(&path).await;
    assert_eq!(forgotten.status, 200, "{forgotten:?}");
}

#[tokio::test]
async fn a_move_that_is_taken_for_dead_keeps_both_places_until_the_record_has_the_new_one() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let mut asked = named(1, "acme/network");
    let id = ada.created(&asked).await;
    let path = format!("/api/fabrics/{id}");
    asked["to"] = json!({ "gitops_directory": "moved/m1x" });
    let plan = ada.post("/api/plan", &asked).await;
    let mut body = asked["to"].clone();
    body["approval"] = plan.body["approval"].clone();
    let renames = "FABRIC {\"Rename\"";
    world.host.hold(renames);
    let other = async {
        world.host.holds(renames).await;
        world.host.advance(160_000);
        begin_write(&world, &id, "other").await;
        world.host.let_go(renames);
    };
    let (moved, ()) = tokio::join!(ada.send("PATCH", &path, Some(&body)), other);
    assert_eq!(moved.text("code"), "operation_in_progress", "{moved:?}");
    let claims = async |place: &str| named_by(&world, &ada, place).await.0;
    assert_eq!(
        (claims("sites/s1x").await, claims("moved/m1x").await),
        (1, 1)
    );
    world.host.advance(10_000);
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], true, "{report:?}");
    assert_eq!(
        (claims("sites/s1x").await, claims("moved/m1x").await),
        (0, 1)
    );
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory"), "moved/m1x");
}
