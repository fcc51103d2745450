//! The git client against the stand-in.

use github_standin::{Protection, Rule, RuleKind};

use crate::client::{ADMIN, NOBODY, OUTSIDER, READER, commit, files, input, start};
use crate::workdir::{Workdir, assert_sound};

#[test]
fn who_may_clone_follows_from_visibility() {
    let standin = start();
    for (repository, token, works) in [
        ("acme/network", NOBODY, true),
        ("ACME/Network", NOBODY, true),
        ("acme/empty", NOBODY, true),
        ("acme/private", ADMIN, true),
        ("acme/private", READER, true),
        ("acme/private", OUTSIDER, false),
        ("acme/private", NOBODY, false),
        ("acme/nothing", ADMIN, false),
        ("acme/private", Some("made-up"), false),
    ] {
        let clone = Workdir::clone(&standin, repository, token);
        assert_eq!(clone.is_ok(), works, "{repository} {:?}", clone.err());
    }
}

#[test]
fn clone_holds_the_seeded_files_with_their_modes() {
    let standin = start();
    let clone = Workdir::clone(&standin, "acme/network", NOBODY).unwrap();

    let readme = std::fs::read_to_string(clone.path("README.md")).unwrap();
    assert_eq!(readme, "# Acme network\n\nOne directory a fabric.\n");
    let listing = clone.git(&["ls-tree", "-r", "HEAD"]).unwrap();
    assert!(listing.contains("100755 blob"), "{listing}");
    assert!(listing.contains("120000 blob"), "{listing}");
    assert_sound(&standin.repo("acme/network").unwrap());
}

#[test]
fn seeded_commits_have_the_same_ids_everywhere() {
    let head =
        |standin: &github_standin::Standin| standin.repo("acme/network").unwrap().head("main");
    assert_eq!(head(&start()), head(&start()));
}

#[test]
fn who_may_push_follows_from_the_role() {
    let standin = start();
    for (token, reason) in [
        (ADMIN, None),
        (READER, Some("403")),
        (OUTSIDER, Some("403")),
        (NOBODY, Some("could not read Username")),
    ] {
        let clone = Workdir::clone(&standin, "acme/network", token).unwrap();
        let oid = clone.commit("notes/by-hand.md", &format!("by {token:?}\n"));
        let pushed = clone.git(&["push", "--quiet", "origin", "main"]);
        let head = standin.repo("acme/network").unwrap().head("main").unwrap();
        match reason {
            None => assert_eq!(head, oid, "{pushed:?}"),
            Some(reason) => {
                assert!(pushed.unwrap_err().contains(reason));
                assert_ne!(head, oid);
            }
        }
    }
    assert_sound(&standin.repo("acme/network").unwrap());
}

#[test]
fn archived_repository_is_not_pushed_to() {
    let standin = start();
    standin
        .change_repository("acme/network", |settings| settings.archived = true)
        .unwrap();
    let clone = Workdir::clone(&standin, "acme/network", ADMIN).unwrap();
    clone.commit("a", "a");
    assert!(clone.git(&["push", "origin", "main"]).is_err());
}

#[test]
fn first_push_starts_an_empty_repository() {
    let standin = start();
    let clone = Workdir::clone(&standin, "acme/empty", ADMIN).unwrap();
    clone
        .git(&["switch", "--quiet", "--orphan", "main"])
        .unwrap();
    let oid = clone.commit("README.md", "# First\n");
    clone.git(&["push", "--quiet", "origin", "main"]).unwrap();
    assert_eq!(standin.repo("acme/empty").unwrap().head("main"), Some(oid));
}

#[test]
fn protected_branch_refuses_pushes_and_other_branches_take_them() {
    let standin = start();
    let clone = Workdir::clone(&standin, "acme/protected", ADMIN).unwrap();
    clone.commit("a", "a");

    let refused = clone.git(&["push", "origin", "main"]).unwrap_err();
    assert!(refused.contains("GH013: Repository rule violations found for refs/heads/main"));
    assert!(refused.contains("- Changes must be made through a pull request."));
    clone
        .git(&["push", "--quiet", "origin", "main:topic"])
        .unwrap();
}

#[test]
fn rules_see_whether_a_push_is_forced() {
    let standin = start();
    let rule = |kind| Rule {
        pattern: "release-*".into(),
        kind,
    };
    standin
        .change_repository("acme/network", |settings| {
            settings.rules = vec![rule(RuleKind::NonFastForward), rule(RuleKind::Deletion)];
        })
        .unwrap();
    let clone = Workdir::clone(&standin, "acme/network", ADMIN).unwrap();
    clone.commit("a", "a");
    for source in ["HEAD~1", "HEAD"] {
        let moved = format!("{source}:refs/heads/release-1");
        clone.git(&["push", "--quiet", "origin", &moved]).unwrap();
    }

    let forced = clone.git(&["push", "--force", "origin", "HEAD~1:release-1"]);
    assert!(
        forced
            .unwrap_err()
            .contains("Cannot force-push to this branch")
    );
    let deleted = clone.git(&["push", "origin", ":release-1"]);
    assert!(deleted.unwrap_err().contains("Cannot delete this branch"));
}

#[test]
fn classic_protection_lets_only_administrators_pass() {
    let standin = start();
    let protect = |enforce_admins| {
        let protection = Protection {
            pattern: "ma*".into(),
            approvals: Some(1),
            enforce_admins,
            ..Protection::default()
        };
        standin
            .change_repository("acme/network", |settings| {
                settings.protections = vec![protection];
            })
            .unwrap();
    };
    let clone = Workdir::clone(&standin, "acme/network", ADMIN).unwrap();
    clone.commit("a", "a");
    protect(true);
    let refused = clone.git(&["push", "origin", "main"]).unwrap_err();
    assert!(refused.contains("At least one approved review is required"));
    protect(false);
    clone.git(&["push", "--quiet", "origin", "main"]).unwrap();
}

#[tokio::test]
async fn commit_by_graphql_is_what_a_clone_gets() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main").unwrap();
    let texts = [
        ("fabrics/east/raw/README.md", "# Raw\n"),
        ("notes.md", "ä\n"),
    ];
    let answer = commit(
        &standin,
        ADMIN,
        input("acme/network", &head, &texts, &["docs/cabling.md"]),
    )
    .await;
    let oid = answer["data"]["createCommitOnBranch"]["commit"]["oid"]
        .as_str()
        .unwrap();

    let clone = Workdir::clone(&standin, "acme/network", NOBODY).unwrap();
    assert_eq!(clone.git(&["rev-parse", "HEAD"]).unwrap(), oid);
    assert_eq!(clone.git(&["rev-parse", "HEAD^"]).unwrap(), head);
    for (path, text) in texts {
        assert_eq!(std::fs::read_to_string(clone.path(path)).unwrap(), text);
    }
    assert!(!clone.path("docs/cabling.md").exists());
    assert!(clone.path("docs/runbooks/restart.md").exists());
    let author = clone
        .git(&["show", "-s", "--format=%an <%ae> %cn <%ce>"])
        .unwrap();
    assert_eq!(
        author,
        "Ada Admin <1001+ada@users.noreply.github.com> GitHub <noreply@github.com>"
    );
    assert_sound(&repo);
}

#[test]
fn commit_of_somebody_else_is_fetched() {
    let standin = start();
    let clone = Workdir::clone(&standin, "acme/network", NOBODY).unwrap();
    let repo = standin.repo("acme/network").unwrap();
    let oid = repo
        .push("main", files(&[("README.md", "changed\n")]), "Change")
        .unwrap();
    clone.git(&["pull", "--quiet"]).unwrap();
    assert_eq!(clone.git(&["rev-parse", "HEAD"]).unwrap(), oid);
}
