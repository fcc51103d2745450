//! Every fabric is looked at by itself, daily, and hourly where something is wrong: fifty with one query, as long as nothing changed.

use edge_worker::objects::{Class, index};
use flows::World;
use github_standin::{Limits, Selection};
use serde_json::{Value, json};

use super::{HOUR_MS, installed, look, push_readme, seen, state};
use crate::fabric;

const APP: &str = "hedgerow-standin[bot]";
const QUERY: &str = "DirectoryIds";

/// Ada creates fabrics in directories of `acme/network`, which the index lists.
async fn created(world: &World, directories: &[&str]) -> Vec<String> {
    let ada = world.sign_in("standin-admin").await;
    let mut ids = Vec::new();
    for directory in directories {
        ids.push(ada.created(&fabric(directory)).await);
    }
    world.host.run_alarms();
    world.standin.forget_requests();
    ids
}

/// From now on every fabric is due.
fn all_are_due(world: &World) {
    let statement = "UPDATE looks SET counts_from_ms = 0";
    world.host.sql(Class::Index, index::NAME, statement);
}

/// The clock ticks, and everything that follows is done; which jobs there were.
pub async fn tick(world: &World) -> Vec<String> {
    let jobs = tick_alone(world).await;
    world.host.run_alarms();
    jobs
}

/// The same, but for the alarms of objects.
pub async fn tick_alone(world: &World) -> Vec<String> {
    let before = world.host.log_lines().len();
    world.tick().await;
    world.host.work_all_jobs().await;
    jobs(world, before)
}

/// The jobs that were worked since then, but for what is asked about the App itself. None asked others more often than the free
/// plan allows.
fn jobs(world: &World, since: usize) -> Vec<String> {
    let lines = world.host.log_lines().split_off(since);
    let lines = lines.iter();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let jobs = lines.filter(|line| line["event"] == "job");
    let job = |line: Value| {
        assert!(line["asked"].as_u64().unwrap() <= 50, "{line}");
        assert_eq!(line["outcome"], "done", "{line}");
        line["job"].as_str().unwrap().to_owned()
    };
    let jobs = jobs.map(job).filter(|job| job != "ask_about_app");
    jobs.collect()
}

/// How many of the requests to GitHub were queries for ids, and how many there were.
pub fn asked(world: &World) -> (usize, usize) {
    let mut requests = world.standin.requests();
    // What is asked about the App itself once an hour has tests of its own.
    requests.retain(|asked| asked.path != "/app" && !asked.path.starts_with("/app/hook"));
    let is_query = |graphql: &&github_standin::Graphql| graphql.document.contains(QUERY);
    let graphql = requests.iter().filter_map(|asked| asked.graphql.as_ref());
    (graphql.filter(is_query).count(), requests.len())
}

#[tokio::test]
async fn directories_that_did_not_change_cost_one_query_and_a_token() {
    let world = World::new();
    let ids = created(&world, &["gitops", "lab/a", "lab/b"]).await;
    assert_eq!(tick(&world).await, ["schedule"], "nothing is due");
    assert_eq!(asked(&world), (0, 0));
    all_are_due(&world);
    let histories = seen(&world, &ids[0]).await.1;
    world.standin.forget_requests();
    let kv = world.host.kv_writes();
    assert_eq!(tick(&world).await, ["schedule", "round"]);
    assert_eq!(asked(&world), (1, 3), "{:?}", world.standin.requests());
    let query = world.standin.requests().pop().unwrap();
    assert_eq!(query.login.as_deref(), Some(APP));
    assert_eq!(tick(&world).await, ["schedule"], "all were looked at");
    assert_eq!(world.host.kv_writes(), kv, "only times are new");
    assert_eq!(seen(&world, &ids[0]).await.1, histories);
    // The token is kept.
    all_are_due(&world);
    world.standin.forget_requests();
    tick(&world).await;
    assert_eq!(asked(&world), (1, 1));
}

#[tokio::test]
async fn what_was_found_again_is_told_with_its_time_and_its_head() {
    let world = World::new();
    world.host.go_back(2 * HOUR_MS);
    let ids = created(&world, &["gitops"]).await;
    world.host.advance(2 * HOUR_MS);
    let before = seen(&world, &ids[0]).await.0;
    world.push("main", &[("elsewhere/x", Some("x\n".into()))]);
    all_are_due(&world);
    tick(&world).await;
    let after = seen(&world, &ids[0]).await.0;
    assert_ne!(before["checked_at"], after["checked_at"]);
    assert_ne!(before["last_directory_sync"], after["last_directory_sync"]);
    assert_eq!(after["head"], world.head("main"));
    assert_eq!(after["head_commit"]["subject"], "Change something");
    assert_eq!(state(&after), state(&before));
}

#[tokio::test]
async fn only_what_changed_is_looked_at_in_full() {
    let world = World::new();
    world.host.go_back(4 * 60_000);
    let ids = created(&world, &["gitops", "lab/a"]).await;
    push_readme(&world, false);
    all_are_due(&world);
    assert_eq!(tick(&world).await, ["schedule", "round", "look"]);
    let (record, history) = seen(&world, &ids[0]).await;
    assert_eq!(state(&record), json!(["invalid_structure", "ok"]));
    assert_eq!(history[0], "validate unchanged Hedgerow");
    let (record, history) = seen(&world, &ids[1]).await;
    assert_eq!(state(&record), json!(["initialized", "ok"]));
    assert_eq!(history.len(), 1);
    // A branch that is gone is a change as well.
    let repo = world.standin.repo("acme/network").unwrap();
    repo.git(&["update-ref", "refs/heads/other", "main"])
        .unwrap();
    repo.git(&["update-ref", "-d", "refs/heads/main"]).unwrap();
    all_are_due(&world);
    assert_eq!(tick(&world).await, ["schedule", "round", "look", "look"]);
    let (record, _) = seen(&world, &ids[1]).await;
    assert_eq!(state(&record), json!(["invalid_structure", "ok"]));
}

#[tokio::test]
async fn problems_come_hourly_and_the_rest_daily_each_in_its_own_time() {
    let world = World::new();
    // GitHub gives tokens at its own time only, and these are kept.
    let other = created(&world, &["lab/other"]).await;
    assert_eq!(look(&world, &other[0]).await, "read");
    all_are_due(&world);
    tick(&world).await;
    world.host.go_back(60 * HOUR_MS);
    let ids = created(&world, &["gitops", "lab/a", "lab/b"]).await;
    push_readme(&world, false);
    assert_eq!(look(&world, &ids[0]).await, "read");
    world.host.run_alarms();
    let mut looked = vec![Vec::new(); ids.len()];
    let checked_at = |id: &String| {
        let record: Value = serde_json::from_str(&world.host.live_record(id).text).unwrap();
        record["checked_at"].to_string()
    };
    for minutes in (0..6 * 50).map(|tick| tick * 10) {
        let before: Vec<_> = ids.iter().map(checked_at).collect();
        tick(&world).await;
        for (index, id) in ids.iter().enumerate() {
            if checked_at(id) != before[index] {
                looked[index].push(minutes);
            }
        }
        world.host.advance(10 * 60_000);
    }
    let gaps =
        |times: &[u64]| -> Vec<u64> { times.windows(2).map(|two| two[1] - two[0]).collect() };
    assert!(looked[0].len() >= 49, "{looked:?}");
    assert!(
        gaps(&looked[0]).iter().all(|gap| (50..=60).contains(gap)),
        "{looked:?}"
    );
    for usual in &looked[1..] {
        assert_eq!(usual.len(), 2, "{looked:?}");
        assert!(
            gaps(usual)[0] <= 24 * 60 && gaps(usual)[0] >= 20 * 60,
            "{looked:?}"
        );
    }
    assert_ne!(looked[1][1], looked[2][1], "they go apart");
    world.host.configure(|config| {
        config.look_every_ms = None;
        config.look_at_problems_every_ms = None;
    });
    all_are_due(&world);
    assert_eq!(tick(&world).await, ["schedule"], "0 is never");
}

#[tokio::test]
async fn half_of_the_limit_is_left_to_people() {
    let world = World::new();
    world.host.go_back(5 * 60_000);
    created(&world, &["gitops"]).await;
    let limits = Limits {
        graphql: 4,
        reset_in_s: 4 * 60,
        ..Limits::default()
    };
    world.standin.limit("installation 7001", limits);
    for (rounds, why) in [
        (1, "3 of 4 are left"),
        (1, "2 of 4"),
        (1, "1 of 4"),
        (0, "paused"),
    ] {
        world.standin.forget_requests();
        all_are_due(&world);
        tick(&world).await;
        assert_eq!(asked(&world).0, rounds, "{why}");
    }
    world.host.advance(10 * 60_000);
    world.standin.forget_requests();
    tick(&world).await;
    assert_eq!(asked(&world).0, 1, "it goes on after the reset");
}

#[tokio::test]
async fn a_round_that_died_is_taken_up_again() {
    let world = World::new();
    world.host.go_back(30 * 60_000);
    created(&world, &["gitops"]).await;
    all_are_due(&world);
    world.tick().await;
    for _ in 0..2 {
        assert!(world.host.work_job().await);
    }
    let jobs = world.host.jobs();
    assert!(jobs.len() == 1 && jobs[0].contains("Round"), "{jobs:?}");
    world.host.lose_jobs();
    world.host.advance(10 * 60_000);
    assert_eq!(tick(&world).await, ["schedule"], "it may be under way");
    world.host.advance(20 * 60_000);
    assert_eq!(tick(&world).await, ["schedule", "round"]);
    assert_eq!(asked(&world).0, 1);
}

#[tokio::test]
async fn what_the_app_does_not_see_keeps_nothing_else_from_being_looked_at() {
    let world = World::new();
    world.host.go_back(5 * 60_000);
    let ids = created(&world, &["gitops", "lab/a"]).await;
    let ada = world.sign_in("standin-admin").await;
    let mut elsewhere = fabric("gitops");
    elsewhere["git_repository"] = json!("acme/private");
    elsewhere["name"] = json!("fabric-2");
    let hidden = ada.created(&elsewhere).await;
    world.host.run_alarms();
    assert_eq!(look(&world, &hidden).await, "read");
    let number = world.standin.repo("acme/network").unwrap().settings.id;
    installed(&world, Selection::Only([number].into()), false);
    all_are_due(&world);
    let first = tick(&world).await;
    assert_eq!(first.iter().filter(|job| *job == "look").count(), 3);
    let (record, history) = seen(&world, &hidden).await;
    assert_eq!(record["check"]["code"], "app_not_installed");
    assert_eq!(history[0], "validate failed Hedgerow");
    // From now on it is looked at by itself, and the others with one query.
    world.standin.forget_requests();
    all_are_due(&world);
    assert_eq!(tick(&world).await, ["schedule", "round", "look"]);
    assert_eq!(asked(&world).0, 1);
    assert_eq!(seen(&world, &hidden).await.1, history, "told once");
    for id in &ids {
        assert_eq!(
            state(&seen(&world, id).await.0),
            json!(["initialized", "ok"])
        );
    }
}

#[tokio::test]
async fn while_github_does_not_answer_nothing_is_recorded_and_it_is_asked_again() {
    let world = World::with_fast_clock();
    world.host.go_back(HOUR_MS);
    let ids = created(&world, &["gitops"]).await;
    world.host.advance(40 * 60_000);
    let before = seen(&world, &ids[0]).await;
    all_are_due(&world);
    world.fault(
        json!({ "match": { "path": "/graphql" }, "times": 20, "action": { "status": 503 } }),
    );
    world.host.advance(20 * 60_000);
    assert_eq!(tick(&world).await, ["schedule", "round"]);
    world.standin.forget_faults();
    assert_eq!(seen(&world, &ids[0]).await, before);
    assert_eq!(tick(&world).await, ["schedule"], "not at once");
}

#[tokio::test]
async fn without_an_app_nothing_is_due() {
    let world = World::new();
    created(&world, &["gitops"]).await;
    all_are_due(&world);
    world.host.configure(|config| config.app = None);
    assert_eq!(tick(&world).await, ["schedule"]);
    assert_eq!(asked(&world), (0, 0));
}

#[tokio::test]
async fn forgotten_fabrics_are_looked_at_no_more() {
    let world = World::new();
    let ids = created(&world, &["gitops"]).await;
    let ada = world.sign_in("standin-admin").await;
    let gone = ada.delete(&format!("/api/fabrics/{}", ids[0])).await;
    assert_eq!(gone.status, 200, "{gone:?}");
    world.host.run_alarms();
    all_are_due(&world);
    assert_eq!(tick(&world).await, ["schedule"]);
}

/// In how many minutes the next look comes, as it is told.
fn in_minutes(world: &World, looks: &flows::Answer) -> u64 {
    let next = looks.text("next_at");
    let clock = rusqlite::Connection::open_in_memory().unwrap();
    let next_s = clock.query_row("SELECT unixepoch(?)", [next], |row| row.get::<_, u64>(0));
    let now_ms = edge_worker::host::Host::now_ms(&*world.host);
    (next_s.unwrap() * 1000).saturating_sub(now_ms) / 60_000
}

#[tokio::test]
async fn what_a_person_finds_to_be_a_problem_is_looked_at_an_hour_later() {
    let world = World::new();
    let ids = created(&world, &["gitops"]).await;
    push_readme(&world, false);
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.validate(&ids[0]).await.body["valid"], false);
    world.host.run_alarms();
    let looks = ada.get(&format!("/api/fabrics/{}/looks", ids[0])).await;
    let next = in_minutes(&world, &looks);
    assert!((50..=60).contains(&next), "{looks:?}");
    assert_eq!(tick(&world).await, ["schedule"], "nothing is due");
}

#[tokio::test]
async fn whoever_may_read_a_fabric_is_told_when_it_is_looked_at_next() {
    let world = World::new();
    world.host.go_back(5 * 60_000);
    let ids = created(&world, &["gitops"]).await;
    let path = format!("/api/fabrics/{}/looks", ids[0]);
    let visitor = world.send("GET", &path, "", &[], None).await;
    assert_eq!(visitor.status, 200, "{visitor:?}");
    assert_eq!(visitor.text("schedule"), "on");
    assert_eq!(visitor.body["last_at"], json!(null));
    let in_hours = |answer: &flows::Answer| in_minutes(&world, answer) / 60;
    assert!((19..=24).contains(&in_hours(&visitor)), "{visitor:?}");
    all_are_due(&world);
    let due = world.send("GET", &path, "", &[], None).await;
    assert_eq!(in_hours(&due), 0, "{due:?}");
    tick(&world).await;
    let looked = world.send("GET", &path, "", &[], None).await;
    assert_eq!(looked.text("last_found"), "unchanged");
    assert!((19..=24).contains(&in_hours(&looked)), "{looked:?}");
    push_readme(&world, false);
    all_are_due(&world);
    tick(&world).await;
    let problem = world.send("GET", &path, "", &[], None).await;
    assert_eq!(problem.text("last_found"), "read");
    assert!(
        (45..=60).contains(&in_minutes(&world, &problem)),
        "{problem:?}"
    );
    world
        .host
        .configure(|config| config.look_at_problems_every_ms = None);
    let off = world.send("GET", &path, "", &[], None).await;
    assert_eq!(
        (off.text("schedule"), &off.body["next_at"]),
        ("off", &json!(null))
    );
    world.host.configure(|config| config.app = None);
    let needs_app = world.send("GET", &path, "", &[], None).await;
    assert_eq!(needs_app.text("schedule"), "needs_app");
}

/// What the App's last token may do.
fn last_token(world: &World) -> Value {
    let token = world.standin.installation_tokens().pop().unwrap();
    serde_json::to_value(token).unwrap()
}

#[tokio::test]
async fn what_is_read_without_a_person_is_read_with_tokens_that_only_read() {
    let world = World::new();
    let ids = created(&world, &["gitops"]).await;
    let ada = world.sign_in("standin-admin").await;
    let mut elsewhere = fabric("gitops");
    elsewhere["git_repository"] = json!("acme/private");
    ada.created(&elsewhere).await;
    world.host.run_alarms();
    let number = |name: &str| world.standin.repo(name).unwrap().settings.id;
    let (network, private) = (number("acme/network"), number("acme/private"));
    let reads = json!({ "contents": "read", "metadata": "read" });
    assert_eq!(look(&world, &ids[0]).await, "read");
    let token = last_token(&world);
    assert_eq!(
        token["repositories"],
        json!({ "only": [network] }),
        "{token}"
    );
    assert_eq!(token["permissions"], reads);
    all_are_due(&world);
    tick(&world).await;
    let token = last_token(&world);
    assert_eq!(
        token["repositories"],
        json!({ "only": [network, private] }),
        "{token}"
    );
    assert_eq!(token["permissions"], reads);
}
