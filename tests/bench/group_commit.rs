//! Fifty people create fifty fabrics in one repository at once, against a GitHub that takes 0.9 s for every request: how many commits that
//! are, and how long the last one waits, as a multiple of what one alone waits. `make bench` runs it; it fails where it is more than five commits or more
//! than eight times as long, with the App, and for one person without it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on should stop"
)]

use std::time::Instant;

use flows::{Answer, Crowd, Person, Pusher, World, join_all};
use serde_json::json;

const REPOSITORY: &str = "acme/network";
/// What is injected into every request.
const LATENCY_MS: u32 = 900;
const PEOPLE: u64 = 50;
/// What is judged: commits, and how often the wait of one alone.
const MOST_COMMITS: usize = 5;
const MOST_TIMES: f64 = 8.0;

/// How it went.
struct Row {
    name: &'static str,
    commits: usize,
    p50_s: f64,
    p95_s: f64,
    last_s: f64,
    alone_s: f64,
    pushed: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let rows = [
        measure("50 people, with the App", true, false, false).await,
        measure(
            "50 people, with the App, a git client pushing",
            true,
            false,
            true,
        )
        .await,
        measure("one person's 50, without an App", false, true, false).await,
        measure("50 people, without an App", false, false, false).await,
    ];
    println!("{PEOPLE} fabrics in one repository at once, {LATENCY_MS} ms injected per request");
    println!(
        "{:<48}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "", "commits", "alone", "p50", "p95", "last", "times"
    );
    for row in &rows {
        let times = row.last_s / row.alone_s;
        println!(
            "{:<48}{:>9}{:>7.1} s{:>7.1} s{:>7.1} s{:>7.1} s{:>9.1}",
            row.name, row.commits, row.alone_s, row.p50_s, row.p95_s, row.last_s, times
        );
    }
    for row in &rows[..3] {
        let times = row.last_s / row.alone_s;
        assert!(row.commits <= MOST_COMMITS + row.pushed, "{}", row.name);
        assert!(times <= MOST_TIMES, "{}: {times:.1}", row.name);
    }
}

async fn measure(name: &'static str, has_app: bool, is_of_one: bool, is_pushed: bool) -> Row {
    let world = World::new();
    world.unlimited("ada");
    world.unlimited("hedgerow-standin[bot]");
    if !has_app {
        world.host.configure(|config| config.app = None);
    }
    let people = match is_of_one {
        true => {
            let ada = world.sign_in("standin-admin").await;
            (0..=PEOPLE).map(|_| world.person(ada.cookie())).collect()
        }
        false => world.people(REPOSITORY, PEOPLE + 1).await,
    };
    let mut crowd = Crowd::approving(people, REPOSITORY).await;
    // GitHub is asked the first time for a token of the App, which is kept for an hour.
    let (first, body) = (crowd.people.pop().unwrap(), crowd.bodies.pop().unwrap());
    world.fault(json!({ "times": 1_000_000, "action": { "delay_ms": LATENCY_MS } }));
    let (alone_s, answer) = timed(&first, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let before = world.commits("main");
    let pusher = is_pushed.then(|| Pusher::start_every(3_000, &world, REPOSITORY, "main"));
    let all = crowd.people.iter().zip(&crowd.bodies);
    let writes = all.map(|(person, body)| timed(person, body)).collect();
    let mut waits: Vec<f64> = Vec::new();
    for (wait_s, answer) in join_all(writes).await {
        let state = answer.text("gitops_directory_status");
        assert_eq!((answer.status, state), (201, "initialized"), "{answer:?}");
        waits.push(wait_s);
    }
    let pushed = pusher.map_or(0, Pusher::stop);
    waits.sort_by(f64::total_cmp);
    let at = |part: usize| waits[(waits.len() * part / 100).min(waits.len() - 1)];
    let held = world.clone(REPOSITORY, "main").files("sites").len();
    assert_eq!(held, (waits.len() + 1) * 14, "nothing is lost");
    Row {
        name,
        commits: world.commits("main") - before - pushed,
        p50_s: at(50),
        p95_s: at(95),
        last_s: at(100),
        alone_s,
        pushed,
    }
}

async fn timed(person: &Person<'_>, body: &serde_json::Value) -> (f64, Answer) {
    let begun = Instant::now();
    let answer = person.post("/api/fabrics", body).await;
    (begun.elapsed().as_secs_f64(), answer)
}
