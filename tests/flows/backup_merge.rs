//! Restoring is a merge: whatever happened before and after a backup, and however often and in whichever order its lines
//! come back, record, claims, index, history, share links and public copies agree, and what is later stays.

use std::collections::BTreeSet;

use edge_worker::objects::Class;
use flows::{NativeHost, Person, World};
use github_standin::{Limits, Standin};
use serde_json::{Value, json};

use crate::backup::{backup, restore, revive, with_key};
use crate::fabric;

fn host(standin: &Standin) -> NativeHost {
    NativeHost::new(standin.url())
        .watching(standin)
        .with_fast_clock()
}

fn world() -> World {
    let mut world = World::with_fast_clock();
    let limits = Limits {
        content_per_minute: 10_000,
        content_per_hour: 10_000,
        ..Limits::default()
    };
    world.standin.limit("ada", limits);
    with_key(&mut world);
    world
}

/// A place of its own for each number.
fn place(number: u64) -> Value {
    let mut wanted = fabric(&format!("places/p{number}"));
    wanted["name"] = json!(format!("name-{number}"));
    wanted["git_repository"] = json!("acme/fleet");
    wanted
}

fn of(list: &Value) -> Vec<Value> {
    list.as_array().unwrap().clone()
}

async fn fabrics(ada: &Person<'_>) -> Vec<Value> {
    of(&ada.get("/api/fabrics").await.body["fabrics"])
}

fn claims(world: &World) -> BTreeSet<Vec<String>> {
    let repositories = world.host.databases().into_iter();
    let rows = repositories
        .filter(|(class, ..)| *class == Class::Repository)
        .flat_map(|(.., sql)| {
            let lines = sql.lines().map(str::to_owned).collect::<Vec<_>>();
            lines.into_iter().filter_map(|line| {
                let row = line.strip_prefix("INSERT INTO claimed VALUES (")?;
                let values = row.trim_end_matches(");").split(", ");
                Some(
                    values
                        .map(|value| value.trim_matches('\'').to_owned())
                        .collect(),
                )
            })
        });
    rows.collect()
}

/// All that is told of all fabrics.
async fn told(world: &World, ada: &Person<'_>) -> Value {
    let mut all = Vec::new();
    for row in fabrics(ada).await {
        let path = format!("/api/fabrics/{}", row["id"].as_str().unwrap());
        let mut parts = vec![row];
        for part in ["", "/history", "/shares"] {
            let answer = ada.get(&format!("{path}{part}")).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            parts.push(answer.body);
        }
        all.push(parts);
    }
    json!({ "fabrics": all, "claims": claims(world) })
}

/// Holds whatever knows of a fabric against its record.
async fn assert_agrees(world: &World, ada: &Person<'_>) {
    let rows = fabrics(ada).await;
    assert_eq!(world.host.fabrics(), rows.len(), "{rows:?}");
    let mut expected = BTreeSet::new();
    for row in &rows {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        let fields = ["id", "branch", "gitops_directory", "name"];
        expected.insert(fields.map(text).to_vec());
        let record = ada.get(&format!("/api/fabrics/{}", text("id"))).await.body;
        for field in fields {
            assert_eq!(record[field], row[field]);
        }
        let copy = &world.host.copies()[&text("id")];
        let copy: Value = serde_json::from_str(copy).unwrap();
        assert_eq!(copy["version"], record["version"], "{copy} {record}");
        let history = ada
            .get(&format!("/api/fabrics/{}/history", text("id")))
            .await;
        assert!(!of(&history.body["entries"]).is_empty());
    }
    assert_eq!(claims(world), expected);
    assert_eq!(world.host.copies().len(), rows.len());
    let lines = backup(world).await;
    assert_eq!(
        lines.lines().count(),
        rows.len(),
        "and so does the next backup"
    );
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.roll(last + 1));
        }
    }
}

/// People who do what the dice say.
struct Play<'a> {
    world: &'a World,
    ada: &'a Person<'a>,
    dice: Dice,
    backups: Vec<String>,
    /// The paths and secrets of links.
    shares: Vec<(String, String)>,
    revoked: Vec<(String, String)>,
}

impl Play<'_> {
    async fn some_fabric(&mut self) -> Option<Value> {
        let all = fabrics(self.ada).await;
        let chosen = self.dice.roll(all.len());
        all.get(chosen).cloned()
    }

    async fn change(&mut self, to: Value) {
        let Some(row) = self.some_fabric().await else {
            return;
        };
        let mut asked = json!({ "to": to });
        for field in ["name", "git_repository", "branch", "gitops_directory"] {
            asked[field] = row[field].clone();
        }
        // The place may be taken.
        let plan = self.ada.post("/api/plan", &asked).await;
        let mut body = to;
        body["approval"] = plan.body["approval"].clone();
        let path = format!("/api/fabrics/{}", row["id"].as_str().unwrap());
        self.ada.send("PATCH", &path, Some(&body)).await;
    }

    async fn act(&mut self) {
        let number = self.dice.roll(4) as u64;
        match self.dice.roll(12) {
            0..3 => {
                let plan = self.ada.post("/api/plan", &place(number)).await;
                let mut body = place(number);
                for field in ["files", "approval"] {
                    body[field] = plan.body[field].clone();
                }
                self.ada.post("/api/fabrics", &body).await;
            }
            3 => {
                self.change(json!({ "name": format!("name-{number}") }))
                    .await
            }
            4 => {
                let to = format!("places/p{number}");
                self.change(json!({ "gitops_directory": to })).await;
            }
            5 => {
                if let Some(row) = self.some_fabric().await {
                    let path = format!("/api/fabrics/{}", row["id"].as_str().unwrap());
                    assert_eq!(self.ada.delete(&path).await.status, 200);
                }
            }
            6 => {
                if let Some(row) = self.some_fabric().await {
                    let path = format!("/api/fabrics/{}/shares", row["id"].as_str().unwrap());
                    let made = self.ada.post(&path, &json!({})).await;
                    let (_, secret) = made.text("url").rsplit_once('/').unwrap();
                    let path = format!("{path}/{}", made.text("id"));
                    self.shares.push((path, secret.to_owned()));
                }
            }
            7 if !self.shares.is_empty() => {
                let chosen = self.dice.roll(self.shares.len());
                let (path, secret) = self.shares.swap_remove(chosen);
                if self.ada.delete(&path).await.status == 204 {
                    self.revoked.push((path, secret));
                }
            }
            7..10 => self.backups.push(backup(self.world).await),
            10 => {
                let before = told(self.world, self.ada).await;
                let chosen = self.dice.roll(self.backups.len());
                if let Some(lines) = self.backups.get(chosen) {
                    let outcome = restore(self.world, lines).await;
                    assert_eq!(
                        (&outcome["restored"], &outcome["refused"]),
                        (&json!(0), &json!([]))
                    );
                }
                assert_eq!(
                    told(self.world, self.ada).await,
                    before,
                    "what is later stays"
                );
            }
            _ => {
                let before = told(self.world, self.ada).await["fabrics"].clone();
                let chosen = self.dice.roll(self.backups.len());
                if let Some(lines) = self.backups.get(chosen) {
                    let outcome = revive(self.world, lines).await;
                    assert_eq!(outcome["forgotten"], json!([]));
                }
                let after = told(self.world, self.ada).await["fabrics"].clone();
                let after = of(&after);
                assert!(
                    of(&before).iter().all(|fabric| after.contains(fabric)),
                    "what is there stays"
                );
            }
        }
        assert_agrees(self.world, self.ada).await;
        self.assert_revoked(self.world).await;
    }

    async fn assert_revoked(&self, world: &World) {
        for (_, secret) in &self.revoked {
            let path = format!("/api/shares/{secret}");
            assert_eq!(world.send("GET", &path, "", &[], None).await.status, 404);
        }
    }
}

#[tokio::test]
async fn whatever_happens_before_and_after_a_backup_all_that_is_told_agrees() {
    for seed in 1..=5 {
        let mut world = world();
        let ada = world.sign_in("standin-admin").await;
        let mut play = Play {
            world: &world,
            ada: &ada,
            dice: Dice(seed),
            backups: Vec::new(),
            shares: Vec::new(),
            revoked: Vec::new(),
        };
        for _ in 0..24 {
            play.act().await;
        }
        let last = backup(&world).await;
        let Play {
            mut dice,
            mut backups,
            revoked,
            ..
        } = play;
        backups.push(last.clone());
        let alive: Vec<Value> = fabrics(&ada).await;
        // Another Hedgerow gets all of it, in any order, and more than once.
        world.host = host(&world.standin);
        with_key(&mut world);
        let ada = world.sign_in("standin-admin").await;
        dice.shuffle(&mut backups);
        for _ in 0..2 {
            for lines in &backups {
                restore(&world, lines).await;
                assert_agrees(&world, &ada).await;
            }
        }
        let before = told(&world, &ada).await;
        for lines in &backups {
            assert_eq!(restore(&world, lines).await["restored"], 0);
        }
        assert_eq!(told(&world, &ada).await, before);
        for (path, secret) in revoked {
            let id = path.split('/').nth(3).unwrap();
            if alive.iter().any(|row| row["id"] == id) && last.contains(id) {
                let path = format!("/api/shares/{secret}");
                assert_eq!(
                    world.send("GET", &path, "", &[], None).await.status,
                    404,
                    "seed {seed}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_older_line_neither_claims_its_old_place_nor_frees_the_new_one() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let lines = backup(&world).await;
    let mut asked = place(1);
    asked["to"] = json!({ "gitops_directory": "places/p2" });
    let plan = ada.post("/api/plan", &asked).await;
    let mut body = asked["to"].clone();
    body["approval"] = plan.body["approval"].clone();
    let moved = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    assert_eq!(restore(&world, &lines).await["unchanged"], 1);
    let taken = ada.create(&place(2)).await;
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    assert_eq!(
        ada.create(&{
            let mut wanted = place(1);
            wanted["name"] = json!("another");
            wanted
        })
        .await
        .status,
        201
    );
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_move_goes_on_while_an_older_backup_is_restored() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let lines = backup(&world).await;
    let mut asked = place(1);
    asked["to"] = json!({ "gitops_directory": "places/p2" });
    let plan = ada.post("/api/plan", &asked).await;
    let mut body = asked["to"].clone();
    body["approval"] = plan.body["approval"].clone();
    world.fault(json!({ "match": { "path_contains": "/git/refs/" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let path = format!("/api/fabrics/{id}");
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let outcome = restore(&world, &lines).await;
        let taken = ada.create(&place(2)).await;
        world.release();
        (outcome, taken)
    };
    let (moved, (outcome, taken)) = tokio::join!(ada.send("PATCH", &path, Some(&body)), meanwhile);
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    assert_eq!(outcome["unchanged"], 1);
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_move_that_has_not_begun_to_write_keeps_its_claim_while_an_older_backup_is_restored() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let lines = backup(&world).await;
    let mut asked = place(1);
    asked["to"] = json!({ "gitops_directory": "places/p2" });
    let plan = ada.post("/api/plan", &asked).await;
    let mut body = asked["to"].clone();
    body["approval"] = plan.body["approval"].clone();
    let begins = "{\"Begin\":{\"intent\"";
    world.host.hold(begins);
    let meanwhile = async {
        world.host.holds(begins).await;
        let outcome = restore(&world, &lines).await;
        // One that were granted the place would be held as well.
        let body = ada.approve(&place(2)).await;
        let taken = tokio::select! {
            taken = ada.post("/api/fabrics", &body) => taken,
            () = tokio::time::sleep(std::time::Duration::from_secs(10)) => panic!("it was granted"),
        };
        world.host.let_go(begins);
        (outcome, taken)
    };
    let path = format!("/api/fabrics/{id}");
    let (moved, (outcome, taken)) = tokio::join!(ada.send("PATCH", &path, Some(&body)), meanwhile);
    assert_eq!(outcome["unchanged"], 1);
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn what_was_forgotten_is_skipped_and_named_and_comes_back_whole_on_request() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let history = ada.get(&format!("{path}/history")).await.body;
    let lines = backup(&world).await;
    assert_eq!(ada.delete(&path).await.status, 200);
    for _ in 0..2 {
        let outcome = restore(&world, &lines).await;
        assert_eq!(
            (&outcome["restored"], &outcome["refused"]),
            (&json!(0), &json!([]))
        );
        let named = outcome["forgotten"][0].as_str().unwrap();
        assert!(
            named.starts_with(&format!("line 1: fabric {id} was forgotten at 20")),
            "{named}"
        );
        assert_eq!(ada.get(&path).await.status, 404);
        assert_agrees(&world, &ada).await;
    }
    assert_eq!(revive(&world, &lines).await["restored"], 1);
    assert_eq!(revive(&world, &lines).await["unchanged"], 1);
    assert_eq!(restore(&world, &lines).await["unchanged"], 1);
    assert_eq!(ada.get(&format!("{path}/history")).await.body, history);
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let opened = world
        .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
        .await;
    assert_eq!(opened.status, 200);
    assert_agrees(&world, &ada).await;
    // And it can be forgotten again.
    assert_eq!(ada.delete(&path).await.status, 200);
    assert_eq!(
        restore(&world, &lines).await["forgotten"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(ada.created(&place(1)).await.len(), 26);
    let outcome = revive(&world, &lines).await;
    assert_eq!(
        outcome["refused"].as_array().unwrap().len(),
        1,
        "its place is another's now"
    );
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_write_that_was_unconfirmed_or_under_way_learns_of_its_commit_wherever_it_is_restored() {
    let mut world = world();
    let ada = world.sign_in("standin-admin").await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "drop": "after" } }));
    world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 100, "action": { "status": 503 } }));
    let unconfirmed = ada.create(&place(1)).await;
    assert_eq!(
        unconfirmed.body["operation"]["outcome"], "unconfirmed",
        "{unconfirmed:?}"
    );
    world.standin.forget_faults();
    let body = ada.approve(&place(2)).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    world.standin.forget_requests();
    let during = async {
        world.is_asked("createCommitOnBranch").await;
        let lines = backup(&world).await;
        world.release();
        lines
    };
    let (created, older) = tokio::join!(ada.post("/api/fabrics", &body), during);
    assert_eq!(
        created.body["operation"]["outcome"], "committed",
        "{created:?}"
    );
    let under_way = created.text("id").to_owned();
    let unconfirmed = unconfirmed.text("id").to_owned();
    let later = backup(&world).await;

    for later in [None, Some(later)] {
        world.host = host(&world.standin);
        with_key(&mut world);
        let ada = world.sign_in("standin-admin").await;
        assert_eq!(restore(&world, &older).await["restored"], 2);
        let told = ada.get(&format!("/api/fabrics/{under_way}")).await;
        assert_eq!(told.body["operation"]["outcome"], "unconfirmed", "{told:?}");
        if let Some(later) = &later {
            let outcome = restore(&world, later).await;
            assert_eq!(
                outcome["restored"], 1,
                "the commit is known by now: {outcome}"
            );
            let told = ada.get(&format!("/api/fabrics/{under_way}")).await;
            assert_eq!(told.text("gitops_directory_status"), "initialized");
            assert_eq!(told.body["operation"]["outcome"], "committed", "{told:?}");
            assert_eq!(restore(&world, &older).await["unchanged"], 2);
        }
        for id in [&unconfirmed, &under_way] {
            assert_eq!(ada.validate(id).await.body["valid"], true);
            let history = ada.get(&format!("/api/fabrics/{id}/history")).await;
            let entries = of(&history.body["entries"]);
            let created: Vec<&Value> = entries
                .iter()
                .filter(|entry| entry["kind"] == "create")
                .collect();
            assert_eq!(created.len(), 1);
            assert_eq!(created[0]["outcome"], "committed", "{history:?}");
            assert!(created[0]["commit"].is_string());
        }
        assert_agrees(&world, &ada).await;
    }
}

/// Lines as a version wrote them that did not keep which links were revoked.
fn without_revoked(lines: &str) -> String {
    let old = lines.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let revoked = line.as_object_mut().unwrap().remove("revoked");
        assert!(revoked.is_some(), "{line}");
        format!("{line}\n")
    });
    old.collect()
}

#[tokio::test]
async fn a_link_that_was_revoked_stays_so_when_a_forgotten_fabric_comes_back() {
    let mut world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let (_, secret) = share.text("url").rsplit_once('/').unwrap();
    let opened = format!("/api/shares/{secret}");
    let with_link = backup(&world).await;
    let revoke = format!("{path}/shares/{}", share.text("id"));
    assert_eq!(ada.delete(&revoke).await.status, 204);
    let with_revocation = backup(&world).await;
    assert_eq!(ada.delete(&path).await.status, 200);
    // A version that kept no revocations forgot them here.
    world
        .host
        .sql(Class::Fabric, &id, "DROP TABLE IF EXISTS revoked");
    let old = without_revoked(&with_link);
    assert_eq!(revive(&world, &old).await["restored"], 1);
    let status = async |world: &World| world.send("GET", &opened, "", &[], None).await.status;
    assert_eq!(status(&world).await, 404, "it may be one that was revoked");

    // Elsewhere the fabric is forgotten before the line comes that tells of the revocation.
    world.host = host(&world.standin);
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(restore(&world, &with_link).await["restored"], 1);
    assert_eq!(status(&world).await, 200);
    assert_eq!(ada.delete(&path).await.status, 200);
    let outcome = restore(&world, &with_revocation).await;
    assert_eq!(outcome["forgotten"].as_array().unwrap().len(), 1);
    assert_eq!(revive(&world, &with_link).await["restored"], 1);
    assert_eq!(status(&world).await, 404);
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_write_that_the_history_has_let_go_of_is_not_taken_from_an_old_backup() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let path = format!("/api/fabrics/{id}");
    let moving = async |from: u64, to: u64| {
        let mut asked = place(from);
        asked["name"] = json!("name-1");
        asked["to"] = json!({ "gitops_directory": format!("places/p{to}") });
        let plan = ada.post("/api/plan", &asked).await;
        let mut body = asked["to"].clone();
        body["approval"] = plan.body["approval"].clone();
        body
    };
    let body = moving(1, 2).await;
    world.fault(json!({ "match": { "path_contains": "/git/refs/" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let lines = backup(&world).await;
        world.release();
        lines
    };
    let (moved, lines) = tokio::join!(ada.send("PATCH", &path, Some(&body)), meanwhile);
    assert_eq!(moved.text("gitops_directory"), "places/p2", "{moved:?}");
    world.host.advance(60_000);
    let moved = ada.send("PATCH", &path, Some(&moving(2, 3).await)).await;
    assert_eq!(moved.text("gitops_directory"), "places/p3", "{moved:?}");
    // So much is done later that the history tells of nothing else.
    for statement in [
        "INSERT INTO history (operation, entry) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT 'later-' || i, json_set((SELECT entry FROM history ORDER BY number DESC LIMIT 1), '$.operation', 'later-' || i) FROM n",
        "DELETE FROM history WHERE number <= (SELECT MAX(number) FROM history) - 200",
    ] {
        world.host.sql(Class::Fabric, &id, statement);
    }
    let history = ada.get(&format!("{path}/history")).await.body;
    assert_eq!(restore(&world, &lines).await["unchanged"], 1);
    assert_eq!(ada.get(&format!("{path}/history")).await.body, history);
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory"), "places/p3", "{record:?}");
    assert_agrees(&world, &ada).await;
}

#[tokio::test]
async fn a_place_that_somebody_takes_while_its_fabric_is_restored_is_one_fabrics_alone() {
    let mut world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&place(1)).await;
    let path = format!("/api/fabrics/{id}");
    let lines = backup(&world).await;
    let imports = "{\"Import\":";

    // The claim is reserved, and nobody knows the fabric yet.
    world.host = host(&world.standin);
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    world.host.hold(imports);
    let meanwhile = async {
        world.host.holds(imports).await;
        let other = ada.created(&place(1)).await;
        world.host.let_go(imports);
        other
    };
    let (outcome, other) = tokio::join!(restore(&world, &lines), meanwhile);
    let why = format!("line 1: fabric {other} has its directory or name now");
    assert_eq!(
        (&outcome["restored"], &outcome["refused"]),
        (&json!(0), &json!([why]))
    );
    assert_eq!(ada.get(&path).await.status, 404);
    assert_agrees(&world, &ada).await;

    // Whoever finds the claim of nobody gives it up only after the fabric is back.
    world.host = host(&world.standin);
    with_key(&mut world);
    let ada = world.sign_in("standin-admin").await;
    let forgets = format!("\"Forget\":{{\"fabric\":\"{id}\"");
    world.host.hold(imports);
    world.host.hold(&forgets);
    let restoring = async {
        let outcome = restore(&world, &lines).await;
        world.host.let_go(&forgets);
        outcome
    };
    let creating = async {
        world.host.holds(imports).await;
        ada.create(&place(1)).await
    };
    let letting_go = async {
        world.host.holds(&forgets).await;
        world.host.let_go(imports);
    };
    let (outcome, taken, ()) = tokio::join!(restoring, creating, letting_go);
    assert_eq!(outcome["restored"], 1, "{outcome}");
    assert_eq!(
        (taken.text("code"), taken.text("fabric")),
        ("fabric_exists", id.as_str()),
        "{taken:?}"
    );
    assert_agrees(&world, &ada).await;
}
