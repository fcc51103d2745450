#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use crate::names::FabricId;
use crate::record::{Deletion, Visibility};
use crate::snapshot::example::{Branch, fabric};

const NOON: &str = "2026-01-02T12:00:00Z";

/// Runs a check against a branch as GitHub would answer, and gives the verdict and the questions.
fn run(claim: &FabricRecord, branch: &Branch) -> (CheckResult, Vec<String>) {
    let mut check = SelfCheck::new(claim);
    let mut asked = Vec::new();
    while let Some(question) = check.question() {
        let body = branch
            .github(&question)
            .unwrap_or_else(|| panic!("{question}"));
        let answered = Answered {
            status: 200,
            body,
            ..Answered::default()
        };
        check.answer(Some(&answered));
        asked.push(question);
    }
    (check.verdict().unwrap().clone(), asked)
}

/// The record of a fabric that was validated on this branch.
fn claim(directory: &str, branch: &Branch) -> FabricRecord {
    let spec = fabric(directory, false);
    let mut record = FabricRecord::new(FabricId::from_bytes([7; 16]), &spec, Visibility::Public);
    let snapshot = branch.snapshot(&spec);
    let report = Report::new(
        &diff(&layout(&spec), &spec.gitops_directory, &snapshot),
        snapshot.head().map(|head| head.commit),
        snapshot.directory_id(&spec.gitops_directory),
    );
    record.checked(&report, NOON);
    record
}

#[test]
fn what_a_page_says_is_confirmed_with_one_question_for_each_directory_on_the_way() {
    for (directory, questions) in [("a/b/c", 5), ("gitops", 3), ("/", 5)] {
        let branch = Branch::initialised(&fabric(directory, false)).with("elsewhere/x", b"x");
        let claim = claim(directory, &branch);
        let (verdict, asked) = run(&claim, &branch);
        let CheckResult::True(seen) = verdict else {
            panic!("{verdict:?}");
        };
        assert_eq!((seen.tree, seen.report.valid), (claim.tree, true));
        assert_eq!(asked.len(), questions, "{asked:?}");
        assert_eq!(asked[0], "/repos/acme/network/branches/main");
        assert!(asked.last().unwrap().ends_with("?recursive=1"));
    }
}

#[test]
fn what_github_says_under_a_branch_s_new_name_is_not_what_the_page_tells_of() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let mut claim = claim("gitops", &branch);
    // GitHub's REST leads from the old name to the new one, and browsers follow.
    claim.branch = crate::names::BranchName::parse("master").unwrap();
    let (verdict, asked) = run(&claim, &branch);
    let CheckResult::Unknown { failure, .. } = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!((failure.code, asked.len()), (Code::BranchMissing, 1));
    assert!(failure.message.contains("`master`") && failure.message.contains("`main`"));
}

#[test]
fn commits_elsewhere_do_not_make_a_page_wrong_and_commits_inside_make_it_old() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let claim = claim("gitops", &branch);
    let elsewhere = branch.clone().with("docs/x.md", b"x");
    assert!(matches!(run(&claim, &elsewhere).0, CheckResult::True(_)));
    let inside = branch.clone().without("gitops/raw/README.md");
    let CheckResult::Changed(seen) = run(&claim, &inside).0 else {
        panic!("changed");
    };
    assert_eq!(seen.report.missing, ["gitops/raw/README.md"]);
    let gone = Branch::default().with("x", b"x");
    let CheckResult::Changed(seen) = run(&claim, &gone).0 else {
        panic!("gone");
    };
    assert_eq!(seen.tree, None);
}

#[test]
fn a_page_can_show_what_its_reader_has_just_seen() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let claim = claim("gitops", &branch);
    let emptied = Branch::default().with("x", b"x");
    let (found, _) = run(&claim, &emptied);
    let shown = found.shown(&claim, "2026-01-02T13:00:00Z").unwrap();
    assert_eq!(
        (Verdict::of(&claim), Verdict::of(&shown)),
        (Verdict::Healthy, Verdict::Broken)
    );
    assert_eq!((claim.drift.missing, shown.drift.missing), (0, 14));
    assert_eq!(shown.checked_at.as_deref(), Some("2026-01-02T13:00:00Z"));
    assert_eq!(
        shown.version, claim.version,
        "Hedgerow's record is as it was"
    );
    // What the page shows then is what GitHub holds.
    assert!(matches!(run(&shown, &emptied).0, CheckResult::True(_)));
    // And where it holds the same, only the time is new.
    let (found, _) = run(&claim, &branch);
    let same = found.shown(&claim, NOON).unwrap();
    assert_eq!(same, claim);
    // What people deleted stays told, whatever a visitor reads.
    let mut told = claim.clone();
    told.deleted = vec![Deletion {
        commit: None,
        directory: claim.gitops_directory.clone(),
        paths: vec!["raw/a.yaml".to_owned()],
        count: 1,
        moved_to: Vec::new(),
        is_emptied: false,
        kept_in: None,
        found_in: 1,
        is_open: false,
        uncompared: None,
        until: None,
        since: None,
    }];
    let shown = run(&told, &branch).0.shown(&told, NOON).unwrap();
    assert_eq!(
        (Verdict::of(&shown), shown.deleted.len()),
        (Verdict::NeedsYou, 1)
    );
    assert!(matches!(run(&shown, &branch).0, CheckResult::True(_)));
}

#[test]
fn a_reader_s_look_does_not_end_a_write() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let mut claim = claim("gitops", &branch);
    claim.initializing();
    let (found, _) = run(&claim, &branch);
    assert_eq!(found.shown(&claim, NOON), None, "it may land any second");
    let failed = |code| {
        let mut claim = claim.clone();
        claim.failed(Explanation {
            code,
            message: "m".to_owned(),
            hint: "h".to_owned(),
        });
        let shown = run(&claim, &branch).0.shown(&claim, NOON).unwrap();
        (Verdict::of(&shown), is_other(&claim, &shown))
    };
    // The branch may hold the directory from before a write that nobody knows the end of.
    assert_eq!(failed(Code::Unconfirmed), (Verdict::NeedsYou, false));
    assert_eq!(failed(Code::BranchProtected), (Verdict::Healthy, true));
}

#[test]
fn where_only_the_verdict_is_another_others_say_something_else() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let kept = claim("gitops", &branch);
    let mut stale = kept.clone();
    stale.check.state = crate::record::CheckState::Stale;
    let shown = run(&stale, &branch).0.shown(&stale, NOON).unwrap();
    assert_eq!(
        (Verdict::of(&stale), Verdict::of(&shown)),
        (Verdict::NotKnown, Verdict::Healthy)
    );
    assert!(is_other(&stale, &shown));
    assert!(!is_other(&kept, &shown));
}

#[test]
fn a_page_that_lies_is_called_wrong() {
    let damaged = Branch::initialised(&fabric("gitops", false)).without("gitops/raw/README.md");
    let mut claim = claim("gitops", &damaged);
    assert!(matches!(run(&claim, &damaged).0, CheckResult::True(_)));
    claim.gitops_directory_status = DirectoryStatus::Initialized;
    claim.drift.missing = 0;
    let CheckResult::False { differences, .. } = run(&claim, &damaged).0 else {
        panic!("false");
    };
    assert_eq!(differences.len(), 2, "{differences:?}");
}

#[test]
fn a_page_that_says_nothing_of_strangers_is_called_wrong() {
    let branch = Branch::initialised(&fabric("gitops", false))
        .with("gitops/notes.txt", b"notes")
        .with("gitops/managed/own/x.yaml", b"x: 1");
    let honest = claim("gitops", &branch);
    assert_eq!(honest.drift.unexpected, 2);
    assert!(matches!(run(&honest, &branch).0, CheckResult::True(_)));
    let lies = |lie: &dyn Fn(&mut FabricRecord)| {
        let mut claim = honest.clone();
        lie(&mut claim);
        match run(&claim, &branch).0 {
            CheckResult::False { differences, .. } => differences.join("; "),
            verdict => panic!("{verdict:?}"),
        }
    };
    let fewer = lies(&|claim| claim.drift.unexpected = 1);
    assert_eq!(fewer, "unexpected files: the page says 1, GitHub shows 2");
    let another = lies(&|claim| claim.drift.paths[0] = "gitops/raw/README.md".to_owned());
    assert!(another.contains("`gitops/raw/README.md`"), "{another}");
    // Not having read everything is not a false claim.
    let mut unread = honest.clone();
    unread.drift.unexpected = 0;
    let finding = crate::report::Finding::unread("gitops/managed/own");
    unread.drift.findings.push(finding);
    assert!(matches!(run(&unread, &branch).0, CheckResult::True(_)));
}

#[test]
fn an_answer_that_leaves_something_out_is_noticed() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let claim = claim("gitops", &branch);
    let mut check = SelfCheck::new(&claim);
    while let Some(question) = check.question() {
        let mut body = branch.github(&question).unwrap();
        if question.ends_with("recursive=1") {
            let mut value: serde_json::Value = serde_json::from_str(&body).unwrap();
            value["tree"].as_array_mut().unwrap().pop();
            body = value.to_string();
        }
        check.answer(Some(&Answered {
            status: 200,
            body,
            ..Answered::default()
        }));
    }
    let Some(CheckResult::Unknown { failure, .. }) = check.verdict() else {
        panic!("{:?}", check.verdict());
    };
    assert_eq!(failure.code.as_str(), "github_answer");
}

#[test]
fn a_limit_a_private_repository_and_silence_are_told_apart() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let claim = claim("gitops", &branch);
    let refused = |status, remaining| Answered {
        status,
        body: r#"{"message":"no"}"#.to_owned(),
        remaining,
        reset: Some(1_800_000_000),
    };
    for (answered, code, until) in [
        (
            Some(refused(403, Some(0))),
            "rate_limited",
            Some(1_800_000_000),
        ),
        (
            Some(refused(429, None)),
            "rate_limited",
            Some(1_800_000_000),
        ),
        (Some(refused(404, Some(12))), "not_found", None),
        (Some(refused(502, Some(12))), "github_unavailable", None),
        (None, "github_unavailable", None),
    ] {
        let mut check = SelfCheck::new(&claim);
        check.answer(answered.as_ref());
        let Some(CheckResult::Unknown {
            failure,
            until: answers_again,
        }) = check.verdict()
        else {
            panic!("{:?}", check.verdict());
        };
        assert_eq!((failure.code.as_str(), *answers_again), (code, until));
        assert_eq!(check.question(), None);
    }
}

#[test]
fn the_command_names_the_commit_and_the_directory() {
    let branch = Branch::initialised(&fabric("gitops", false));
    let claim = claim("gitops", &branch);
    let head = claim.head.unwrap();
    assert_eq!(
        git_command(&claim),
        Some(format!("git rev-parse {head}:gitops"))
    );
    let branch = Branch::initialised(&fabric("/", false));
    let at_root = super::tests::claim("/", &branch);
    assert!(
        git_command(&at_root)
            .unwrap()
            .ends_with("managed raw unmanaged | git mktree")
    );
}
