//! What 5,000 fabrics in 200 repositories cost in requests to GitHub when nothing changed:
//! `cargo test --test flows -- looks::many --nocapture --include-ignored`.
#![allow(clippy::print_stdout, reason = "the figures are to be seen")]

use std::time::Instant;

use edge_worker::objects::{Class, index};
use flows::World;
use github_standin::{Access, Files, Installation, Repository, Selection, User, UserKind, named};
use shared::names::FabricId;

use super::look;
use super::schedule::{asked, tick_alone};
use crate::fabric;

const FABRICS_EACH: u64 = 25;
/// Rows that are inserted together.
const TOGETHER: usize = 500;

/// A fabric of `acme/network` that was made and looked at, and its directory's files.
struct Made {
    id: String,
    object: String,
    files: Vec<(String, String)>,
}

async fn made(world: &World) -> Made {
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    assert_eq!(look(world, &id).await, "read");
    world.host.run_alarms();
    let mut objects = world.host.databases().into_iter();
    let is_it = |class: Class, name: &str| (class, name) == (Class::Fabric, id.as_str());
    let object = objects.find(|(class, name, _)| is_it(*class, name));
    let repo = world.standin.repo("acme/network").unwrap();
    let paths = repo.git(&["ls-tree", "-r", "--name-only", "main", "gitops/"]);
    let paths = paths.unwrap();
    let files = paths.lines().map(|path| {
        let text = repo.git(&["show", &format!("main:{path}")]).unwrap();
        (path.to_owned(), text)
    });
    Made {
        object: object.unwrap().2,
        files: files.collect(),
        id,
    }
}

/// Makes that fabric again and again, in other directories of other repositories of so many owners: repositories at GitHub, objects
/// and rows as if each had been created.
fn copied(world: &World, made: &Made, (owners, repositories): (u64, u64)) {
    let network = world.standin.repo("acme/network").unwrap().settings;
    let directory = |of: u64| format!("sites/f{of}");
    let files: Files = (0..FABRICS_EACH)
        .flat_map(|of| {
            made.files.iter().map(move |(path, text)| {
                let path = path.replacen("gitops", &directory(of), 1);
                (path, Some(text.as_str().into()))
            })
        })
        .collect();
    let mut rows = Vec::new();
    for number in 0..repositories {
        let (id, owner) = (10_000 + number, format!("owner-{}", number % owners));
        let name = format!("net-{number}");
        let repository = Repository {
            id,
            owner: owner.clone(),
            name: name.clone(),
            ..network.clone()
        };
        world
            .standin
            .add_repository(repository, Some(files.clone()))
            .unwrap();
        for of in 0..FABRICS_EACH {
            let fabric = FabricId::from_bytes(u128::from(number * FABRICS_EACH + of).to_be_bytes());
            let (repo, directory) = (format!("{owner}/{name}"), directory(of));
            let copy = made
                .object
                .replace(&made.id, fabric.as_str())
                .replace("acme/network", &repo)
                .replace(r#""gitops""#, &format!("\"{directory}\""))
                .replace(&format!(", {}, ", network.id), &format!(", {id}, "));
            world
                .host
                .put_database(Class::Fabric, fabric.as_str(), &copy);
            rows.push(format!(
                "('{fabric}', '{owner}', '{repo}', '{directory}', {id})"
            ));
        }
    }
    for rows in rows.chunks(TOGETHER) {
        let values = rows.join(", ");
        let with = format!("WITH new (id, owner, repo, directory, number) AS (VALUES {values})");
        let summary = format!(
            "replace(replace(replace(summary, '{}', new.id), 'acme/network', new.repo), '\"gitops\"', '\"' || new.directory || '\"')",
            made.id
        );
        let of = format!("WHERE fabric = '{}'", made.id);
        for statement in [
            format!(
                "INSERT INTO fabrics (fabric, version, repository, rank, name, status, words, summary, number) {with} SELECT new.id, version, repository, rank, name, status, words, {summary}, new.number FROM fabrics, new {of}"
            ),
            format!(
                "INSERT INTO looks (fabric, owner, number, problem, tree, alone, counts_from_ms) {with} SELECT new.id, new.owner, new.number, problem, tree, alone, 0 FROM looks, new {of}"
            ),
        ] {
            world.host.sql(Class::Index, index::NAME, &statement);
        }
    }
    for owner in 0..owners {
        let login = format!("owner-{owner}");
        world.standin.add_user(User {
            id: 9_100 + owner,
            name: login.clone(),
            login,
            kind: UserKind::Organization,
        });
        world.standin.install(Installation {
            id: 8_000 + owner,
            app: github_standin::APP_ID,
            account: format!("owner-{owner}"),
            repositories: Selection::All,
            permissions: named(&[("contents", Access::Write)]),
            suspended: false,
        });
    }
}

/// Lets the clock tick until all were looked at, and gives how many requests GitHub got.
async fn requests(owners: u64, repositories: u64) -> usize {
    let world = World::new();
    let made = made(&world).await;
    copied(&world, &made, (owners, repositories));
    world.standin.forget_requests();
    let began = Instant::now();
    let jobs = tick_alone(&world).await;
    let (queries, requests) = asked(&world);
    let count = |job: &str| jobs.iter().filter(|it| *it == job).count();
    println!(
        "{} fabrics in {repositories} repositories of {owners} owners: {requests} requests, {queries} of them queries, in {:?}; {} rounds, {} jobs",
        repositories * FABRICS_EACH,
        began.elapsed(),
        count("round"),
        jobs.len()
    );
    assert_eq!(count("look"), 0, "nothing changed");
    let again = tick_alone(&world).await;
    assert_eq!(again, ["schedule"], "all were looked at");
    requests
}

#[tokio::test]
async fn five_thousand_fabrics_of_one_owner_take_at_most_110_requests() {
    let requests = requests(1, 200).await;
    assert!(requests <= 110, "{requests}");
}

#[tokio::test]
async fn each_owner_takes_two_requests_and_one_for_fifty_fabrics() {
    assert_eq!(requests(10, 20).await, 10 * (2 + 1));
}

#[tokio::test]
#[ignore = "takes a minute, and says what follows from the others"]
async fn five_thousand_fabrics_of_twenty_owners_take_140_requests() {
    assert_eq!(requests(20, 200).await, 20 * (2 + 5));
}
