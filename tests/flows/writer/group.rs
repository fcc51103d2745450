//! Writes that wait while a commit is under way travel together in the next one.

use serde_json::json;

use super::{
    approved, assert_created, assert_sound, assert_told, commits, create, hold_commit, is_held,
    named, people, world,
};
use crate::writer::REPOSITORY;
use flows::{Pusher, World, join_all};

#[tokio::test]
async fn fifty_people_with_the_app_are_at_most_five_commits() {
    let world = world();
    let people = people(&world, 50).await;
    let bodies = approved(&people).await;
    world.standin.forget_requests();
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert_told(&world, &people, &answers).await;
    let commits = commits(&world);
    assert!(commits.len() <= 5, "{} commits", commits.len());
    for commit in &commits {
        let (operations, authors) = (commit.operations(), commit.trailers("Co-authored-by"));
        if operations.len() == 1 {
            assert!(commit.author.starts_with("Person "), "{commit:?}");
            assert!(authors.is_empty(), "{commit:?}");
            continue;
        }
        assert_eq!(commit.author, "hedgerow-standin[bot]", "{commit:?}");
        assert_eq!(authors.len(), operations.len(), "{commit:?}");
        for author in authors {
            let (login, rest) = author.split_once(" <").unwrap();
            let number: u64 = login.strip_prefix("person-").unwrap().parse().unwrap();
            let address = format!("{}+{login}@users.noreply.", 5_000 + number);
            assert!(rest.starts_with(&address), "{author}");
        }
        let lines = commit
            .message
            .lines()
            .filter(|line| line.starts_with("- Initialise "));
        assert_eq!(lines.count(), operations.len(), "{commit:?}");
        let count = operations.len();
        let subject = format!("Initialise GitOps directories of {count} fabrics");
        assert_eq!(commit.subject, subject);
    }
    let clone = world.clone(REPOSITORY, "main");
    assert_eq!(clone.files("sites").len(), 50 * 14);
    assert_sound(&world);
}

#[tokio::test]
async fn the_last_of_fifty_waits_at_most_eight_times_as_long_as_one_alone() {
    let world = world();
    let people = people(&world, 50).await;
    let bodies = approved(&people).await;
    world.standin.forget_requests();
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    // One alone waits for two answers of GitHub, one after the other: the branch, and the commit. Readings of different people do not wait for each
    // other; what the writer asks does.
    let asked = world.standin.requests();
    let reads = asked.iter().filter(|asked| {
        let graphql = asked.graphql.as_ref();
        graphql.is_some_and(|graphql| graphql.document.contains("query Snapshot"))
    });
    let of_the_writer = asked.len() - (people.len()).min(reads.count());
    let longest = 1 + of_the_writer;
    assert!(longest <= 8 * 2, "{longest} answers one after the other");
}

#[tokio::test]
async fn fifty_of_one_person_without_the_app_are_at_most_five_commits_in_their_own_name() {
    let world = world();
    world.host.configure(|config| config.app = None);
    let ada = world.sign_in("standin-admin").await;
    let people: Vec<_> = (0..50).map(|_| world.person(ada.cookie())).collect();
    let bodies = approved(&people).await;
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert_told(&world, &people, &answers).await;
    let commits = commits(&world);
    assert!(commits.len() <= 5, "{} commits", commits.len());
    for commit in &commits {
        assert_eq!(commit.author, "Ada Admin");
        assert!(commit.trailers("Co-authored-by").is_empty(), "{commit:?}");
    }
    assert_sound(&world);
}

#[tokio::test]
async fn without_the_app_everybody_commits_in_their_own_name() {
    let world = world();
    world.host.configure(|config| config.app = None);
    let people = people(&world, 5).await;
    let bodies = approved(&people).await;
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert_told(&world, &people, &answers).await;
    let mut authors: Vec<String> = commits(&world)
        .into_iter()
        .map(|commit| commit.author)
        .collect();
    authors.sort();
    let expected: Vec<String> = (0..5).map(|number| format!("Person {number}")).collect();
    assert_eq!(authors, expected);
}

#[tokio::test]
async fn an_app_that_is_not_installed_there_commits_for_nobody() {
    let world = world();
    let people = people(&world, 5).await;
    let bodies = approved(&people).await;
    world.fault(json!({
        "match": { "path_contains": "/installation" }, "times": 100,
        "action": { "status": 404, "body": { "message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404" } },
    }));
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert_eq!(commits(&world).len(), 5);
}

#[tokio::test]
async fn what_github_said_of_a_person_over_a_minute_ago_lets_nobody_else_commit_for_them() {
    let world = world();
    let people = people(&world, 4).await;
    let bodies = approved(&people).await;
    hold_commit(&world);
    let later = async {
        is_held(&world, 4).await;
        world.host.advance(61_000);
        world.release();
    };
    let (answers, ()) = tokio::join!(create(&people, &bodies), later);
    assert_created(&answers);
    let commits = commits(&world);
    assert_eq!(commits.len(), 4, "{commits:#?}");
}

#[tokio::test]
async fn one_that_no_longer_holds_stops_no_other() {
    let world = world();
    let people = people(&world, 6).await;
    let bodies = approved(&people).await;
    // While the first is under way, somebody pushes to what another one approved.
    hold_commit(&world);
    let meanwhile = async {
        is_held(&world, 6).await;
        world.push("main", &[("sites/s4x/raw/notes.txt", Some("mine".into()))]);
        world.release();
    };
    let (answers, ()) = tokio::join!(create(&people, &bodies), meanwhile);
    let (refused, created): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status != 201);
    assert_created(&created);
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].text("code"), "directory_changed");
    let held = world.clone(REPOSITORY, "main").files("sites/s4x");
    assert_eq!(
        held.len(),
        1,
        "nothing was written beside what was pushed: {held:?}"
    );
    assert_sound(&world);
}

#[tokio::test]
async fn a_lost_answer_to_a_shared_commit_is_looked_up_for_all() {
    for drop in ["before", "after"] {
        let world = world();
        let people = people(&world, 6).await;
        let bodies = approved(&people).await;
        world.fault(json!({ "match": { "operation": "Commit", "login": "hedgerow-standin[bot]" }, "times": 1, "action": { "drop": drop } }));
        let answers = create(&people, &bodies).await;
        assert_created(&answers);
        assert_told(&world, &people, &answers).await;
        assert!(commits(&world).len() <= 3, "{:#?}", commits(&world));
        assert_sound(&world);
    }
}

#[tokio::test]
async fn a_shared_commit_that_github_refuses_is_tried_by_each_alone() {
    let world = world();
    let people = people(&world, 6).await;
    let bodies = approved(&people).await;
    world.fault(json!({
        "match": { "operation": "Commit", "login": "hedgerow-standin[bot]" }, "times": 10,
        "action": { "status": 200, "body": { "data": null, "errors": [{ "type": "UNPROCESSABLE", "message": "Repository rule violations found\n\nSomething about one of them." }] } },
    }));
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert_told(&world, &people, &answers).await;
    let commits = commits(&world);
    assert_eq!(commits.len(), 6, "{commits:#?}");
    let mut authors = commits.iter().map(|commit| &commit.author);
    assert!(authors.all(|author| author.starts_with("Person ")));
}

#[tokio::test]
async fn a_git_client_that_pushes_meanwhile_loses_nothing_and_nobody_is_refused() {
    let world = World::new();
    let people = people(&world, 30).await;
    let bodies = approved(&people).await;
    let before = world.commits("main");
    let pusher = Pusher::start(&world, REPOSITORY, "main");
    let answers = create(&people, &bodies).await;
    let pushed = pusher.stop();
    assert_created(&answers);
    assert!(pushed >= 1, "the two never met");
    let made = commits(&world).len();
    assert_eq!(world.commits("main"), before + made + pushed);
    assert_eq!(
        world.clone(REPOSITORY, "main").files("pushed").len(),
        pushed
    );
    assert_sound(&world);
}

#[tokio::test]
async fn where_the_branch_moves_again_and_again_fewer_share_a_commit() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let mut bodies = Vec::new();
    for number in 0..21 {
        bodies.push(ada.approve(&named(number)).await);
    }
    let writes = async {
        let writes = bodies.iter().map(|body| ada.post("/api/fabrics", body));
        join_all(writes.collect()).await
    };
    hold_commit(&world);
    let meanwhile = async {
        is_held(&world, 21).await;
        for number in 0..3 {
            // The first one is on its way alone; then three times somebody is faster than the twenty.
            hold_commit(&world);
            world.release();
            is_held(&world, 20).await;
            let file = format!("pushed/{number}.txt");
            world.push("main", &[(&file, Some("x".into()))]);
        }
        world.release();
    };
    let (answers, ()) = tokio::join!(writes, meanwhile);
    assert_created(&answers);
    let made = commits(&world);
    let shared: Vec<usize> = made
        .iter()
        .map(|commit| commit.operations().len())
        .collect();
    assert_eq!(shared, [1, 10, 10]);
    assert_eq!(world.clone(REPOSITORY, "main").files("pushed").len(), 3);
    assert_sound(&world);
}

#[tokio::test]
async fn repairs_and_creations_share_a_commit_and_pull_requests_do_not() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&named(90)).await;
    world.push("main", &[("sites/s90x/raw/README.md", None)]);
    let mut repair = named(90);
    repair["repair"] = json!(true);
    let repair = ada.approve(&repair).await;
    let mut proposal = ada.approve(&named(91)).await;
    proposal["mode"] = json!("pull_request");
    let bodies = [ada.approve(&named(92)).await, ada.approve(&named(93)).await];
    let repairing = format!("/api/fabrics/{id}/repair");
    let before = commits(&world).len();
    hold_commit(&world);
    let others = async {
        is_held(&world, 1).await;
        let waiting = async {
            is_held(&world, 4).await;
            world.release();
        };
        let writes = vec![
            ada.post(&repairing, &repair),
            ada.post("/api/fabrics", &proposal),
            ada.post("/api/fabrics", &bodies[1]),
        ];
        tokio::join!(join_all(writes), waiting).0
    };
    let (first, mut answers) = tokio::join!(ada.post("/api/fabrics", &bodies[0]), others);
    answers.insert(0, first);
    let outcomes: Vec<_> = answers
        .iter()
        .map(|answer| answer.body["operation"]["outcome"].clone())
        .collect();
    let expected = ["committed", "committed", "pull_request", "committed"];
    assert_eq!(outcomes, expected);
    let made = commits(&world);
    assert_eq!(made.len() - before, 2, "{made:#?}");
    let shared = &made[made.len() - 1];
    let subject = "Initialise and repair GitOps directories of 2 fabrics";
    assert_eq!(shared.subject, subject);
    let line = "- Repair GitOps directory of fabric site-90 (before: ";
    assert!(shared.message.contains(line), "{shared:?}");
}

#[tokio::test]
async fn one_whose_directory_changes_between_two_tries_is_refused_and_can_be_written_at_once() {
    let world = world();
    let ada = world.sign_in("standin-admin").await;
    let mut repairs = Vec::new();
    for number in [90, 91] {
        let id = ada.created(&named(number)).await;
        let lost = format!("sites/s{number}x/raw/README.md");
        world.push("main", &[(&lost, None)]);
        repairs.push(format!("/api/fabrics/{id}"));
    }
    let repair_of = async |number: usize| {
        let mut repair = named(number);
        repair["repair"] = json!(true);
        ada.approve(&repair).await
    };
    let bodies = [repair_of(90).await, repair_of(91).await];
    let first = ada.approve(&named(92)).await;
    hold_commit(&world);
    let writes = async {
        is_held(&world, 1).await;
        let writes = [0, 1].map(|at| (format!("{}/repair", repairs[at]), &bodies[at]));
        let writes = writes.iter().map(|(path, body)| ada.post(path, body));
        join_all(writes.collect()).await
    };
    let between = async {
        is_held(&world, 3).await;
        hold_commit(&world);
        world.release();
        // Both of them share this one.
        is_held(&world, 2).await;
        world.push("main", &[("sites/s91x/raw/notes.txt", Some("mine".into()))]);
        world.release();
    };
    let (first, answers, ()) = tokio::join!(ada.post("/api/fabrics", &first), writes, between);
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(
        answers[0].body["operation"]["outcome"], "committed",
        "{answers:?}"
    );
    assert_eq!(answers[1].text("code"), "directory_changed", "{answers:?}");
    let record = ada.get(&repairs[1]).await;
    assert_ne!(
        record.text("gitops_directory_status"),
        "initializing",
        "{record:?}"
    );
    let again = ada
        .post(&format!("{}/repair", repairs[1]), &repair_of(91).await)
        .await;
    assert_eq!(again.body["operation"]["outcome"], "committed", "{again:?}");
}
