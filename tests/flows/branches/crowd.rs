//! Many initialisations of one repository at once.

use flows::{Pusher, World, join_all};

use crate::fabric;

async fn forty(world: &World) {
    let ada = world.sign_in("standin-admin").await;
    let mut bodies = Vec::new();
    for number in 0..40 {
        let mut wanted = fabric(&format!("sites/site-{number}"));
        wanted["name"] = serde_json::json!(format!("site-{number}"));
        bodies.push(ada.approve(&wanted).await);
    }
    let writes = bodies.iter().map(|body| ada.post("/api/fabrics", body));
    for answer in join_all(writes.collect()).await {
        assert_eq!(
            (answer.status, answer.text("gitops_directory_status")),
            (201, "initialized"),
            "{answer:?}"
        );
    }
}

/// Each operation is in one commit, and in no other.
fn assert_trailers(world: &World, count: usize) {
    let repo = world.standin.repo("acme/network").unwrap();
    let log = repo.git(&[
        "log",
        "--format=%(trailers:key=Hedgerow-Operation,valueonly)",
        "main",
    ]);
    let log = log.unwrap();
    let mut operations: Vec<&str> = log.split_whitespace().collect();
    operations.sort_unstable();
    let all = operations.len();
    operations.dedup();
    assert_eq!((operations.len(), all), (count, count));
}

#[tokio::test]
async fn forty_fabrics_of_one_person_at_once_are_few_commits_and_nothing_is_lost() {
    let world = World::new();
    let before = world.commits("main");
    forty(&world).await;
    let made = world.commits("main") - before;
    assert!(made <= 4, "{made} commits");
    assert_trailers(&world, 40);
    // A clone is checked with `git fsck --strict`.
    let clone = world.clone("acme/network", "main");
    assert_eq!(clone.files("sites").len(), 40 * 14);
    world
        .standin
        .repo("acme/network")
        .unwrap()
        .git(&["fsck", "--strict"])
        .unwrap();
}

#[tokio::test]
async fn forty_fabrics_and_another_git_client_lose_nothing() {
    let world = World::new();
    let before = world.commits("main");
    let pusher = Pusher::start(&world, "acme/network", "main");
    forty(&world).await;
    let pushed = pusher.stop();
    // How many get in between depends on the machine; that one did shows that the two met.
    assert!(pushed >= 1, "the other client never pushed meanwhile");
    let made = world.commits("main") - before - pushed;
    assert!(made <= 8, "{made} commits");
    assert_trailers(&world, 40);
    let clone = world.clone("acme/network", "main");
    assert_eq!(clone.files("sites").len(), 40 * 14);
    assert_eq!(clone.files("pushed").len(), pushed, "every push is there");
    world
        .standin
        .repo("acme/network")
        .unwrap()
        .git(&["fsck", "--strict"])
        .unwrap();
}
