//! What fails a pull request and what does not.

use serde_json::json;

use super::{
    CHECK, KUSTOMIZATION, annotations, check, conclusion, file, open, run, runs, show_at,
    with_fabric,
};

#[tokio::test]
async fn a_pull_request_that_breaks_a_fabric_is_red_and_pushed_to_again_green() {
    let (mut world, id) = with_fabric().await;
    show_at(&mut world, "https://hedgerow.example");
    let broken = world.push(
        "topic",
        &[
            (KUSTOMIZATION, file("resources: []\n")),
            ("gitops/raw/README.md", None),
            (
                "gitops/managed/switches/leaf-1.yaml",
                file("kind: Switch\n"),
            ),
        ],
    );
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let red = run(&world, &broken).await;
    assert_eq!(conclusion(&red), (CHECK, "failure"));
    assert_eq!(red["head_sha"], json!(broken));
    assert_eq!(
        red["details_url"],
        json!(format!("https://hedgerow.example/f/{id}"))
    );
    assert_eq!(red["app"]["slug"], "hedgerow-standin");
    assert_eq!(
        red["output"]["title"],
        "2 new problems because of this pull request"
    );
    let said = red["output"]["summary"].as_str().unwrap();
    for part in [
        "the layout of fabric `fabric-1` in `gitops` does not hold",
        "| Switch (`managed/switches/`) | 1 | 0 | 0 |",
        "- error: `gitops/raw/README.md` is missing",
        "### Removed\n\n- `gitops/raw/README.md`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let beside: Vec<_> = annotations(&world, &red).await;
    let beside: Vec<_> = beside
        .iter()
        .map(|it| {
            (
                it["path"].as_str().unwrap(),
                it["start_line"].as_u64(),
                it["annotation_level"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        beside,
        [
            (KUSTOMIZATION, Some(1), "failure"),
            ("gitops/raw/README.md", Some(1), "failure")
        ]
    );

    let layout = world.standin.repo("acme/network").unwrap();
    let readme = layout.read("main", "gitops/raw/README.md").unwrap();
    let readme = String::from_utf8(readme).unwrap();
    let mended = world.push(
        "topic",
        &[
            (KUSTOMIZATION, None),
            ("gitops/raw/README.md", file(&readme)),
        ],
    );
    check(&world, number).await;
    let green = run(&world, &mended).await;
    assert_eq!(conclusion(&green), (CHECK, "success"));
    assert_eq!(green["output"]["title"], "The layout holds after the merge");
    assert_eq!(green["output"]["annotations_count"], 0);
    assert_eq!(
        conclusion(&run(&world, &broken).await),
        (CHECK, "failure"),
        "the old commit stays as it is"
    );
}

#[tokio::test]
async fn what_was_wrong_before_fails_nobody() {
    let (world, _) = with_fabric().await;
    world.push("main", &[(KUSTOMIZATION, file("resources: []\n"))]);
    let head = world.push(
        "topic",
        &[("gitops/managed/vpcs/a.yaml", file("kind: VPC\n"))],
    );
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let run = run(&world, &head).await;
    assert_eq!(conclusion(&run), (CHECK, "success"));
    assert_eq!(
        run["output"]["title"],
        "Nothing new is wrong; 1 problem was there before"
    );
    assert_eq!(run["output"]["annotations_count"], 0);
    let said = run["output"]["summary"].as_str().unwrap();
    assert!(
        said.contains("There before, and no reason for this check to fail"),
        "{said}"
    );
}

#[tokio::test]
async fn what_counts_is_what_merging_leaves_and_not_the_head_alone() {
    let (world, _) = with_fabric().await;
    // The branch never had what `main` got since, and takes nothing of it away.
    let head = world.push("topic", &[("gitops/raw/a.yaml", file("a\n"))]);
    world.push(
        "main",
        &[
            (KUSTOMIZATION, file("resources: []\n")),
            ("gitops/raw/b.yaml", file("b\n")),
        ],
    );
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let run = run(&world, &head).await;
    let said = run["output"]["summary"].as_str().unwrap();
    assert!(said.contains("with what merging would leave"), "{said}");
    assert!(
        said.contains("| waiting to be sorted (`raw/`) | 1 | 0 | 0 |"),
        "{said}"
    );
    assert_eq!(conclusion(&run), (CHECK, "success"));
    assert_eq!(
        run["output"]["title"],
        "Nothing new is wrong; 1 problem was there before"
    );
}

#[tokio::test]
async fn one_that_cannot_be_merged_is_compared_with_where_it_left_the_branch() {
    let (world, _) = with_fabric().await;
    let head = world.push(
        "topic",
        &[
            ("gitops/raw/a.yaml", file("a\n")),
            (KUSTOMIZATION, file("x")),
        ],
    );
    world.push("main", &[("gitops/raw/a.yaml", file("other\n"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    let run = run(&world, &head).await;
    assert_eq!(conclusion(&run), (CHECK, "failure"));
    let said = run["output"]["summary"].as_str().unwrap();
    assert!(
        said.contains("GitHub cannot merge this into `main` as it is"),
        "{said}"
    );
    assert!(
        said.contains("| waiting to be sorted (`raw/`) | 1 | 0 | 0 |"),
        "{said}"
    );
}

#[tokio::test]
async fn one_that_touches_no_fabric_is_left_alone() {
    let (world, _) = with_fabric().await;
    let beside = world.push("topic", &[("elsewhere.md", file("x"))]);
    let number = open(&world, "topic").await;
    check(&world, number).await;
    assert_eq!(
        runs(&world, &beside, "all").await,
        [] as [serde_json::Value; 0]
    );
    let requests = world.standin.requests();
    let written = requests
        .iter()
        .filter(|request| request.path.contains("check-runs") && request.method != "GET");
    assert_eq!(written.count(), 0);
}

#[tokio::test]
async fn what_could_not_be_read_to_the_end_is_not_called_new() {
    let (world, _) = with_fabric().await;
    let deep: Vec<String> = (0..60)
        .map(|n| format!("gitops/raw/pending/{n}/{n}.yaml"))
        .collect();
    let mut files: Vec<_> = deep.iter().map(|path| (path.as_str(), file("x"))).collect();
    files.push(("gitops/managed/vpcs/a/b/kustomization.yaml", file("x")));
    world.push("main", &files);
    let head = world.push("topic", &[("gitops/raw/pending/1/1.yaml", file("y"))]);
    let number = open(&world, "topic").await;
    let limit = |most| {
        let change = world
            .standin
            .change_repository("acme/network", |repo| repo.most_entries = most);
        change.unwrap();
    };
    limit(Some(20));
    check(&world, number).await;
    let run = run(&world, &head).await;
    assert_eq!(conclusion(&run), (CHECK, "success"));
    let said = run["output"]["summary"].as_str().unwrap();
    assert!(said.contains("Not read to the end"), "{said}");
    assert!(!said.contains("New because"), "{said}");
}
