//! One writer a repository: who shares a commit, what each is told, and what becomes of it when the writer ends in its middle.

mod group;
mod interrupted;
mod rules;

use flows::{Answer, Person, World, fabric_of, join_all};
use serde_json::{Value, json};

const REPOSITORY: &str = "acme/network";

/// A Hedgerow that may commit as often as it likes.
fn world() -> World {
    let world = World::with_fast_clock();
    world.unlimited("ada");
    world.unlimited("hedgerow-standin[bot]");
    world
}

/// So many people who may push to the repository.
async fn people(world: &World, count: u64) -> Vec<Person<'_>> {
    world.people(REPOSITORY, count).await
}

fn named(number: usize) -> Value {
    fabric_of(REPOSITORY, number)
}

/// What each of these people approves: a fabric of their own.
async fn approved(people: &[Person<'_>]) -> Vec<Value> {
    let mut bodies = Vec::new();
    for (number, person) in people.iter().enumerate() {
        bodies.push(person.approve(&named(number)).await);
    }
    bodies
}

/// All of them create their fabrics at once.
async fn create(people: &[Person<'_>], bodies: &[Value]) -> Vec<Answer> {
    let all = people.iter().zip(bodies);
    let writes = all.map(|(person, body)| person.post("/api/fabrics", body));
    join_all(writes.collect()).await
}

fn assert_created(answers: &[Answer]) {
    for answer in answers {
        let state = answer.text("gitops_directory_status");
        assert_eq!((answer.status, state), (201, "initialized"), "{answer:?}");
    }
}

const COMMIT: &str = "createCommitOnBranch";

/// Lets GitHub hold the next commit back, until it is released.
fn hold_commit(world: &World) {
    world.fault(json!({ "match": { "graphql_contains": COMMIT }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    world.standin.forget_requests();
}

/// Waits until GitHub holds that commit back, and so many writes wait or are under way.
async fn is_held(world: &World, writes: usize) {
    world.is_asked(COMMIT).await;
    world.alive(world.host.hears_writes(writes)).await;
}

/// A commit as git has it.
#[derive(Debug)]
struct Commit {
    author: String,
    subject: String,
    message: String,
}

impl Commit {
    fn trailers(&self, key: &str) -> Vec<&str> {
        let start = format!("{key}: ");
        let lines = self.message.lines();
        lines.filter_map(|line| line.strip_prefix(&start)).collect()
    }

    fn operations(&self) -> Vec<&str> {
        self.trailers("Hedgerow-Operation")
    }
}

/// The commits of Hedgerow on the branch, the first one first.
fn commits(world: &World) -> Vec<Commit> {
    let repo = world.standin.repo(REPOSITORY).unwrap();
    let log = repo.git(&["log", "--reverse", "--format=%an%x00%s%x00%B%x01", "main"]);
    let log = log.unwrap();
    let commits = log.split('\u{1}').filter_map(|commit| {
        let mut parts = commit.trim_start().split('\0').map(str::to_owned);
        Some(Commit {
            author: parts.next()?,
            subject: parts.next()?,
            message: parts.next()?,
        })
    });
    let commits = commits.filter(|commit| !commit.operations().is_empty());
    commits.collect()
}

/// Each operation that was answered is in the history of its own fabric, under its own person, with the commit that has its trailer.
async fn assert_told(world: &World, people: &[Person<'_>], answers: &[Answer]) {
    let commits = commits(world);
    for (person, answer) in people.iter().zip(answers) {
        let entry = &answer.body["operation"];
        let operation = entry["operation"].as_str().unwrap();
        let carried = commits
            .iter()
            .filter(|commit| commit.operations().contains(&operation));
        assert_eq!(carried.count(), 1, "{operation}");
        let history = person
            .get(&format!("/api/fabrics/{}/history", answer.text("id")))
            .await;
        assert_eq!(history.body["entries"][0], *entry, "{history:?}");
        assert_eq!(entry["outcome"], "committed");
        assert_eq!(entry["commit"], answer.body["head"]);
    }
}

/// Whatever was written can be read by git.
fn assert_sound(world: &World) {
    let repo = world.standin.repo(REPOSITORY).unwrap();
    repo.git(&["fsck", "--strict"]).unwrap();
}
