//! The writer ends at every single step, and whoever asked for a write goes away: every write is finished once, and nobody else waits
//! for it.

use edge_worker::host::Host;
use edge_worker::objects::Class;
use flows::{Answer, Person, World, join_all};
use serde_json::{Value, json};

use super::{approved, assert_sound, commits, hold_commit, is_held, named, people, world};

/// How often the branch's commits name an operation.
fn carried(world: &World, operation: &str) -> usize {
    let commits = commits(world);
    let of = commits.iter().flat_map(|commit| commit.operations());
    of.filter(|known| *known == operation).count()
}

/// What the history of a fabric says of how it was created.
async fn told(person: &Person<'_>, id: &str) -> Value {
    let history = person.get(&format!("/api/fabrics/{id}/history")).await;
    let entries = history.body["entries"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut created = entries
        .into_iter()
        .filter(|entry| entry["kind"] == "create");
    let first = created.next().unwrap_or(Value::Null);
    assert_eq!(created.next(), None, "{history:?}");
    first
}

/// All of them create their fabrics at once, each under a key.
async fn create_once(people: &[Person<'_>], bodies: &[Value]) -> Vec<Answer> {
    let all = people.iter().zip(bodies);
    let writes = all.map(|(person, body)| person.post_once("/api/fabrics", "key", body));
    join_all(writes.collect()).await
}

/// Lets everything die at each step of three people's creations, with an App or without, and starts it again.
async fn dies_at_every_step(has_app: bool) {
    let mut finished_alone = 0;
    for step in 0.. {
        let world = world();
        if !has_app {
            world.host.configure(|config| config.app = None);
        }
        let people = people(&world, 4).await;
        let bodies = approved(&people).await;
        world.host.die_in(step);
        tokio::select! {
            _ = create_once(&people[..3], &bodies) => {}
            () = world.host.death() => {}
        }
        let died = world.revive().await;
        let begun_ms = world.host.now_ms();
        // Somebody else is not held up.
        let other = people[3].post("/api/fabrics", &bodies[3]).await;
        assert_eq!(other.status, 201, "{step}: {other:?}");
        let took_ms = world.host.now_ms() - begun_ms;
        assert!(took_ms < 10_000, "{step}: {took_ms} ms");
        world.writes_are_over().await;
        let queue = world
            .host
            .databases()
            .into_iter()
            .filter(|(class, ..)| *class == Class::Repository);
        for (_, _, sql) in queue {
            assert!(!sql.contains("INSERT INTO writes"), "{step}: {sql}");
        }
        let before = commits(&world).len();
        let answers = create_once(&people[..3], &bodies).await;
        for (person, answer) in people.iter().zip(&answers) {
            assert_eq!(
                (answer.status, answer.text("gitops_directory_status")),
                (201, "initialized"),
                "{step}: {answer:?}"
            );
            let operation = answer.body["operation"]["operation"].as_str().unwrap();
            assert_eq!(carried(&world, operation), 1, "{step}");
            let entry = told(person, answer.text("id")).await;
            assert_eq!(
                (entry["operation"].as_str(), entry["outcome"].as_str()),
                (Some(operation), Some("committed")),
                "{step}"
            );
        }
        finished_alone += u32::from(died && before > 1 && commits(&world).len() == before);
        assert_sound(&world);
        if !died {
            break;
        }
    }
    if has_app {
        assert!(finished_alone > 0, "the App never went on by itself");
    }
}

#[tokio::test]
async fn with_the_app_every_write_is_finished_once_wherever_it_was_interrupted() {
    dies_at_every_step(true).await;
}

#[tokio::test]
async fn without_the_app_every_write_is_finished_once_by_whoever_repeats_it() {
    dies_at_every_step(false).await;
}

#[tokio::test]
async fn a_caller_that_goes_away_changes_nothing() {
    for has_app in [true, false] {
        let world = world();
        if !has_app {
            world.host.configure(|config| config.app = None);
        }
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&named(1)).await;
        tokio::select! {
            answer = ada.post_once("/api/fabrics", "key", &body) => panic!("{answer:?}"),
            () = world.alive(world.host.hears_writes(1)) => {}
        }
        world.writes_are_over().await;
        let made = commits(&world);
        assert_eq!(made.len(), 1, "{made:#?}");
        assert_eq!(made[0].author, "Ada Admin");
        let again = ada.post_once("/api/fabrics", "key", &body).await;
        assert_eq!(
            (again.status, again.text("gitops_directory_status")),
            (201, "initialized"),
            "{again:?}"
        );
        assert_eq!(
            again.body["operation"]["operation"],
            made[0].operations()[0]
        );
        assert_eq!(commits(&world).len(), 1);
    }
}

#[tokio::test]
async fn an_object_that_is_started_anew_goes_on_for_whoever_still_waits() {
    let world = world();
    world.host.configure(|config| config.app = None);
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&named(1)).await;
    hold_commit(&world);
    let restart = async {
        is_held(&world, 1).await;
        world.restart_objects().await;
        world.release();
    };
    let (answer, ()) = tokio::join!(ada.post("/api/fabrics", &body), restart);
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(commits(&world).len(), 1);
}

#[tokio::test]
async fn what_was_not_sent_and_nobody_asks_for_is_told_and_can_be_repeated() {
    let world = world();
    world.host.configure(|config| config.app = None);
    let ada = world.sign_in("standin-admin").await;
    let first = ada.approve(&named(1)).await;
    let second = ada.approve(&named(2)).await;
    hold_commit(&world);
    let waiting = async {
        is_held(&world, 2).await;
    };
    tokio::select! {
        _ = async { tokio::join!(ada.post("/api/fabrics", &first), ada.post_once("/api/fabrics", "key", &second)) } => panic!("answered"),
        () = waiting => {}
    }
    world.restart_objects().await;
    world.release();
    world.writes_are_over().await;
    let listed = ada.get("/api/fabrics?query=s2x").await;
    let found = &listed.body["fabrics"][0];
    assert_eq!(found["gitops_directory_status"], "error", "{listed:?}");
    let id = found["id"].as_str().unwrap();
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        record.body["directory_init_error"]["code"], "interrupted",
        "{record:?}"
    );
    let entry = told(&ada, id).await;
    assert_eq!(
        (&entry["outcome"], &entry["partly"]),
        (&json!("failed"), &json!("interrupted"))
    );
    let again = ada.post_once("/api/fabrics", "key", &second).await;
    assert_eq!(
        (again.status, again.text("gitops_directory_status")),
        (201, "initialized"),
        "{again:?}"
    );
    assert_eq!(again.text("id"), id);
}

#[tokio::test]
async fn nobody_finds_a_token_among_what_waits() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&named(1)).await;
    tokio::select! {
        answer = ada.post("/api/fabrics", &body) => panic!("{answer:?}"),
        () = world.alive(world.host.hears_writes(1)) => {}
    }
    let kept = world.host.everything();
    assert!(kept.contains("is_for_all"), "the write waits");
    assert!(!kept.contains("standin-admin"));
    world.writes_are_over().await;
}
