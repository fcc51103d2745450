//! The same fourteen files committed three ways, against a GitHub that takes 100 ms for every request: by Hedgerow (the
//! Worker's own router, native), by `octokit-plugin-create-pull-request`, and by one Contents-API PUT a file.
//! `make bench` runs it; it fails where Hedgerow needs more than two requests, one commit or 2.3 times the latency. Two
//! bare requests, a query and a commit of the same files, are measured beside it: where even they take noticeably more
//! than twice the latency the machine is busy, and Hedgerow may take as much more than they do as on a quiet one.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on should stop"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use flows::World;
use github_standin::Limits;
use serde_json::{Value, json};
use shared::fabric::{FabricInput, FabricSpec};
use shared::layout::layout;

/// What is injected into every request.
const LATENCY_MS: u32 = 100;
/// How much of it an initialisation may take.
const MOST: f64 = 2.3;
/// Two bare requests take no more than this of it on a quiet machine.
const QUIET: f64 = 2.1;
const ROUNDS: usize = 5;
/// The least that can be asked: where the branch is, and the commit.
const HEAD: &str = "{ repository(owner: \"acme\", name: \"network\") { ref(qualifiedName: \"refs/heads/main\") { target { oid } } } }";
const COMMIT: &str = "mutation Commit($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";
/// The rounds of what is judged.
const JUDGED: usize = 9;

/// One way to do it.
struct Way {
    name: String,
    requests: u64,
    commits: u64,
    wall_ms: f64,
}

#[tokio::main]
async fn main() {
    let world = World::new();
    let unlimited = Limits {
        content_per_minute: 10_000,
        content_per_hour: 10_000,
        ..Limits::default()
    };
    world.standin.limit("ada", unlimited);
    world.fault(json!({"times": 1_000_000, "action": {"delay_ms": LATENCY_MS}}));

    let (hedgerow, bare_ms) = hedgerow(&world).await;
    let files = files();
    let count = files.as_object().unwrap().len();
    let ways: Vec<Way> = std::iter::once(hedgerow)
        .chain(others(&world, &files))
        .collect();

    println!(
        "{count} files, {LATENCY_MS} ms injected per request, median of {JUDGED} rounds for Hedgerow, of {ROUNDS} for the others"
    );
    println!("{:<44}{:>9}{:>9}{:>10}", "", "requests", "commits", "wall");
    for way in &ways {
        let Way {
            name,
            requests,
            commits,
            wall_ms,
        } = way;
        println!("{name:<44}{requests:>9}{commits:>9}{wall_ms:>7.0} ms");
    }
    println!(
        "{:<44}{:>9}{:>9}{bare_ms:>7.0} ms",
        "The same two requests, bare", 2, 1
    );
    let Way {
        requests,
        commits,
        wall_ms,
        ..
    } = ways[0];
    assert_eq!((count, requests, commits), (14, 2, 1));
    let most_ms = most_ms(bare_ms);
    assert!(
        wall_ms <= most_ms,
        "{wall_ms:.0} ms is more than {most_ms:.0} ms, where two bare requests take {bare_ms:.0} ms"
    );
}

/// What an initialisation may take where two bare requests take `bare_ms`.
fn most_ms(bare_ms: f64) -> f64 {
    let latency_ms = f64::from(LATENCY_MS);
    let is_quiet = bare_ms <= QUIET * latency_ms;
    if is_quiet {
        MOST * latency_ms
    } else {
        bare_ms + (MOST - 2.0) * latency_ms
    }
}

fn fabric(directory: &str) -> Value {
    json!({"name": "bench", "git_repository": "acme/network", "branch": "main", "gitops_directory": directory})
}

/// Path below the directory → text.
fn files() -> Value {
    let input: FabricInput = serde_json::from_value(fabric("bench")).unwrap();
    let layout = layout(&FabricSpec::parse(&input).unwrap());
    let text = |content: &[u8]| String::from_utf8(content.to_vec()).unwrap();
    let files = layout.files.iter();
    files
        .map(|(path, file)| (path.clone(), json!(text(&file.content))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// From the approval on: what came before, a person has seen. Beside it, what the two requests take without any thought.
async fn hedgerow(world: &World) -> (Way, f64) {
    let ada = world.sign_in("standin-admin").await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let (mut requests, mut commits) = (0, 0);
    let (mut walls, mut bare) = (Vec::new(), Vec::new());
    for round in 0..JUDGED {
        let start = Instant::now();
        let head = json!({ "query": HEAD });
        let head =
            graphql(world, &client, &head).await["data"]["repository"]["ref"]["target"]["oid"]
                .take();
        let input = json!({
            "branch": { "repositoryNameWithOwner": "acme/network", "branchName": "main" },
            "message": { "headline": "Initialise" },
            "expectedHeadOid": head,
            "fileChanges": { "additions": additions(&format!("bare/{round}")) },
        });
        let commit = json!({ "query": COMMIT, "variables": { "input": input } });
        let made = graphql(world, &client, &commit).await;
        assert!(
            made["data"]["createCommitOnBranch"]["commit"]["oid"].is_string(),
            "{made}"
        );
        bare.push(ms(start));
        let mut fabric = fabric(&format!("hedgerow/{round}"));
        fabric["name"] = json!(format!("bench-{round}"));
        let body = ada.approve(&fabric).await;
        let before = world.commits("main");
        let start = Instant::now();
        let answer = ada.post("/api/fabrics", &body).await;
        walls.push(ms(start));
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.body["gitops_initialized"], true, "{answer:?}");
        requests = requests.max(world.standin.requests().len());
        commits = commits.max(world.commits("main") - before);
    }
    let way = Way {
        name: "Hedgerow (its router, native)".to_owned(),
        requests: requests as u64,
        commits: commits as u64,
        wall_ms: median(walls),
    };
    (way, median(bare))
}

/// Asks GitHub, and does nothing else.
async fn graphql(world: &World, client: &reqwest::Client, body: &Value) -> Value {
    let asked = client.post(format!("{}/graphql", world.standin.url()));
    let asked = asked.header("user-agent", "bench").body(body.to_string());
    let answer = asked.bearer_auth("standin-admin").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The same files as `createCommitOnBranch` takes them.
fn additions(directory: &str) -> Vec<Value> {
    let files = files();
    let files = files.as_object().unwrap().iter();
    let encoded = |text: &Value| data_encoding::BASE64.encode(text.as_str().unwrap().as_bytes());
    files
        .map(|(path, text)| json!({ "path": format!("{directory}/{path}"), "contents": encoded(text) }))
        .collect()
}

fn ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

fn median(mut walls: Vec<f64>) -> f64 {
    walls.sort_by(f64::total_cmp);
    walls[walls.len() / 2]
}

/// What JavaScript does, in a process of its own.
fn others(world: &World, files: &Value) -> Vec<Way> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut child = Command::new(root.join("node_modules/.bin/node"))
        .arg(root.join("tests/bench/others.mjs"))
        .args([world.standin.url(), &ROUNDS.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(files.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "tests/bench/others.mjs failed");
    let ways: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let read = |way: &Value| Way {
        name: way["name"].as_str().unwrap().to_owned(),
        requests: way["requests"].as_u64().unwrap(),
        commits: way["commits"].as_u64().unwrap(),
        wall_ms: way["wall_ms"].as_f64().unwrap(),
    };
    ways.iter().map(read).collect()
}
