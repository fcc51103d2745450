//! Change sets that GraphQL cannot carry: many files, modes, moves and deletions are still one commit.

use edge_worker::Secret;
use edge_worker::test_support::commit_change_set;
use flows::World;
use shared::change_set::{ChangeSet, FileChange};
use shared::git::{Mode, ObjectId};
use shared::names::{BranchName, RepoName};

async fn commit(world: &World, changes: &ChangeSet) -> Result<(ObjectId, u32), String> {
    let token = Secret::new("standin-admin".to_owned());
    let repo = RepoName::parse("acme/network").unwrap();
    let branch = BranchName::parse("main").unwrap();
    commit_change_set(&*world.host, &token, &repo, &branch, changes, None).await
}

#[tokio::test]
async fn a_chosen_author_is_named_by_the_commit() {
    let world = World::new();
    let mut changes = ChangeSet::default();
    changes.write("site/a.yaml", b"a: 1\n".to_vec());
    let token = Secret::new("standin-admin".to_owned());
    let repo = RepoName::parse("acme/network").unwrap();
    let branch = BranchName::parse("main").unwrap();
    let author = Some(("Grace Hopper", "grace@example.com"));
    let made = commit_change_set(&*world.host, &token, &repo, &branch, &changes, author).await;
    let (commit, requests) = made.unwrap();
    assert_eq!(commit.to_string(), world.head("main"));
    assert_eq!(
        requests, 4,
        "GraphQL names nobody but the person: query, tree, commit, branch"
    );
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["log", "-1", "--format=%an <%ae>"]),
        "Grace Hopper <grace@example.com>"
    );
    assert_eq!(clone.git(&["show", "HEAD:site/a.yaml"]), "a: 1");
}

#[tokio::test]
async fn a_thousand_files_are_one_commit() {
    let world = World::new();
    let before = world.head("main");
    let mut changes = ChangeSet::default();
    for number in 0..1000 {
        let path = format!("many/{}/{number}.yaml", number % 7);
        changes.write(&path, format!("number: {number}\n").into_bytes());
    }
    let (commit, requests) = commit(&world, &changes).await.unwrap();
    assert_eq!(commit.to_string(), world.head("main"));
    assert_eq!(requests, 1 + 10 + 2, "query, ten trees, commit, branch");
    let clone = world.clone("acme/network", "main");
    assert_eq!(clone.git(&["rev-parse", "HEAD^"]), before);
    assert_eq!(clone.files("many").len(), 1000);
    assert_eq!(clone.git(&["show", "HEAD:many/5/999.yaml"]), "number: 999");
    assert!(clone.files(".").contains_key("docs/cabling.md"));
}

#[tokio::test]
async fn moves_modes_deletions_and_bytes_that_are_no_text_are_one_commit() {
    let world = World::new();
    let clone = world.clone("acme/network", "main");
    let readme = ObjectId::parse(&clone.git(&["rev-parse", "HEAD:README.md"])).unwrap();
    let docs = ObjectId::parse(&clone.git(&["rev-parse", "HEAD:docs"])).unwrap();
    let mut changes = ChangeSet::default();
    changes.delete("README.md");
    changes.place("start/here.md", readme, Mode::FILE);
    changes.place("copy", docs, Mode::DIRECTORY);
    changes.delete("CABLING.md");
    changes.write("CABLING.md/now-a-directory", b"x\n".to_vec());
    let script = FileChange::Write {
        content: b"#!/bin/sh\n".to_vec(),
        mode: Mode::from_bits(0o100_755),
    };
    changes.insert("run", script);
    changes.write("bytes", vec![0, 0xff, 0xfe]);
    commit(&world, &changes).await.unwrap();
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&[
            "diff",
            "--name-status",
            "-M100",
            "--diff-filter=R",
            "HEAD^",
            "HEAD"
        ]),
        "R100\tREADME.md\tstart/here.md",
        "git sees the move"
    );
    assert_eq!(clone.git(&["rev-parse", "HEAD:copy"]), docs.to_string());
    assert!(
        clone
            .git(&["ls-tree", "HEAD", "run"])
            .starts_with("100755 ")
    );
    assert_eq!(clone.git(&["cat-file", "-s", "HEAD:bytes"]), "3");
    assert_eq!(clone.git(&["show", "HEAD:CABLING.md/now-a-directory"]), "x");
}
