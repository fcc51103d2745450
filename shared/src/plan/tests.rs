#![allow(clippy::unwrap_used)]
mod golden;
mod moves;

use super::plan_layout as plan;
use super::*;
use crate::git::blob_id;
use crate::layout::layout;
use crate::snapshot::example::{Branch, fabric};

const INFO: &str = "managed/metadata/directory-info.json";

fn spec() -> FabricSpec {
    fabric("gitops/fabric-1", false)
}

fn plan_of(branch: &Branch, overwrite: Overwrite) -> Plan {
    plan(&spec(), &branch.snapshot(&spec()), overwrite).unwrap()
}

/// The files that a plan writes.
fn written(plan: &Plan) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(plan.changes.writes().count(), plan.changes.len());
    let writes = plan.changes.writes();
    writes
        .map(|(path, content)| (path.to_owned(), content.to_vec()))
        .collect()
}

fn initialised() -> Branch {
    Branch::initialised(&spec())
}

#[test]
fn an_empty_repository_gets_the_whole_layout() {
    let plan = plan(&spec(), &Snapshot::without_head(), Overwrite::No).unwrap();
    let contents: BTreeMap<String, Vec<u8>> = layout(&spec())
        .files
        .into_iter()
        .map(|(below, file)| (format!("gitops/fabric-1/{below}"), file.content))
        .collect();
    let ids: BTreeMap<String, ObjectId> = contents
        .iter()
        .map(|(path, content)| (path.clone(), blob_id(content)))
        .collect();
    assert_eq!(written(&plan), contents);
    assert_eq!(plan.files, ids);
    assert_eq!(plan.approval.head, None);
}

#[test]
fn the_result_is_the_tree_that_an_initialised_branch_holds() {
    for (directory, all_kinds) in [("gitops/fabric-1", false), ("a", true), ("/", false)] {
        let spec = fabric(directory, all_kinds);
        let plan = plan(&spec, &Snapshot::without_head(), Overwrite::No).unwrap();
        let after = Branch::initialised(&spec).snapshot(&spec);
        assert_eq!(
            Some(plan.approval.tree),
            after.directory_id(&spec.gitops_directory)
        );
        assert_eq!(Some(plan.root), after.head().map(|head| head.tree));
    }
}

#[test]
fn an_empty_repository_takes_two_commits_and_the_second_completes_the_first() {
    let spec = spec();
    let nothing = Snapshot::without_head();
    let whole = plan(&spec, &nothing, Overwrite::No).unwrap();
    assert_eq!(whole.commits(), 2);
    let step = first_step(&spec);
    assert_eq!(step.len(), 1);
    let path = format!("gitops/fabric-1/{INFO}");
    let (_, content) = step.writes().next().unwrap();
    let begun = Branch::default().with(&path, content).snapshot(&spec);
    assert!(is_after_first_step(&spec, &begun));
    let rest = plan(&spec, &begun, Overwrite::No).unwrap();
    assert_eq!(rest.commits(), 1);
    assert_eq!(rest.approval.tree, whole.approval.tree);
    assert_eq!((rest.root, &rest.files), (whole.root, &whole.files));
    let beside = Branch::default().with(&path, content).with("a", b"");
    assert!(is_after_first_step(&spec, &beside.snapshot(&spec)));
    let other = Branch::default()
        .with(&path, content)
        .with("gitops/fabric-1/a", b"");
    for snapshot in [nothing, other.snapshot(&spec)] {
        assert!(!is_after_first_step(&spec, &snapshot));
    }
}

#[test]
fn planning_again_finds_nothing_to_do_and_the_same_tree() {
    let branch = Branch::default()
        .with("README.md", b"hello")
        .with("gitops/fabric-1/managed/vpcs/vpc-1.yaml", b"kind: VPC")
        .with("gitops/fabric-1/raw/pending/export.json", b"{}");
    let first = plan_of(&branch, Overwrite::No);
    let after = branch.after(&first);
    let second = plan_of(&after, Overwrite::No);
    assert!(!first.is_up_to_date());
    assert!(second.is_up_to_date());
    assert_eq!(second.approval.tree, first.approval.tree);
    assert_eq!(second.root, first.root);
    assert_eq!(second.files, first.files);
    assert_eq!(second.diff, first.diff_after());
}

#[test]
fn a_folder_in_use_gets_no_keep_file_and_promises_none() {
    let branch = initialised()
        .without("gitops/fabric-1/managed/vpcs")
        .with("gitops/fabric-1/managed/vpcs/vpc-1.yaml", b"kind: VPC");
    let plan = plan_of(&branch, Overwrite::Yes);
    assert!(plan.is_up_to_date());
    let keep = "gitops/fabric-1/managed/vpcs/.gitkeep";
    assert!(!plan.files.contains_key(keep));
    assert_eq!(plan.files.len(), 13);
}

#[test]
fn a_changed_file_stays_unless_a_person_decides_otherwise() {
    let path = "gitops/fabric-1/managed/README.md";
    let branch = initialised().with(path, b"our own words");
    let kept = plan_of(&branch, Overwrite::No);
    assert!(kept.is_up_to_date());
    assert_eq!(kept.kept().collect::<Vec<_>>(), [path]);
    assert_eq!(kept.files[path], blob_id(b"our own words"));

    let restored = plan_of(&branch, Overwrite::Yes);
    let original = layout(&spec()).files["managed/README.md"].content.clone();
    assert_eq!(restored.files[path], blob_id(&original));
    assert_eq!(
        written(&restored),
        BTreeMap::from([(path.to_owned(), original)])
    );
    assert_eq!(restored.kept().count(), 0);
    assert_ne!(restored.approval.tree, kept.approval.tree);
    let pristine = plan_of(&initialised(), Overwrite::No);
    assert_eq!(restored.approval.tree, pristine.approval.tree);
    assert_eq!(restored.root, pristine.root);
}

#[test]
fn an_executable_bit_is_kept_and_counts_in_the_tree() {
    let path = format!("gitops/fabric-1/{INFO}");
    let content = layout(&spec()).files[INFO].content.clone();
    let branch = initialised().with_mode(&path, 0o100_755, &content);
    let plan = plan_of(&branch, Overwrite::Yes);
    assert!(plan.is_up_to_date());
    let held = branch
        .snapshot(&spec())
        .directory_id(&spec().gitops_directory);
    assert_eq!(Some(plan.approval.tree), held);
    assert_ne!(
        plan.approval.tree,
        plan_of(&initialised(), Overwrite::No).approval.tree
    );
}

#[test]
fn a_commit_elsewhere_changes_the_root_and_not_the_approved_tree() {
    let before = plan_of(&Branch::default().with("a", b"1"), Overwrite::No);
    let after = plan_of(&Branch::default().with("a", b"2"), Overwrite::No);
    assert_eq!(before.approval.tree, after.approval.tree);
    assert_ne!(before.approval.head, after.approval.head);
    assert_ne!(before.root, after.root);
}

#[test]
fn at_the_root_the_approved_tree_holds_only_the_three_roots() {
    let spec = fabric("/", false);
    let beside = Branch::default().with("README.md", b"hello");
    let plan = plan(&spec, &beside.snapshot(&spec), Overwrite::No).unwrap();
    let alone = super::plan_layout(&spec, &Snapshot::without_head(), Overwrite::No).unwrap();
    assert_eq!(plan.approval.tree, alone.approval.tree);
    assert_eq!(alone.root, alone.approval.tree);
    assert_ne!(plan.root, plan.approval.tree);
}

#[test]
fn nothing_is_planned_over_an_obstacle_even_with_overwrite() {
    let branch = Branch::default()
        .with("gitops/fabric-1/raw", b"a file")
        .with_mode("gitops/fabric-1/managed/README.md", 0o120_000, b"../x");
    let snapshot = branch.snapshot(&spec());
    for overwrite in [Overwrite::No, Overwrite::Yes] {
        let blocked = plan(&spec(), &snapshot, overwrite).unwrap_err();
        let paths: Vec<&str> = blocked
            .obstacles
            .iter()
            .map(|obstacle| obstacle.path.as_str())
            .collect();
        assert_eq!(
            paths,
            ["gitops/fabric-1/managed/README.md", "gitops/fabric-1/raw"]
        );
        insta::assert_snapshot!("blocked", blocked.to_string());
    }
}

#[test]
fn names_that_sort_around_a_directory_keep_their_places() {
    let branch = Branch::default()
        .with("gitops-", b"1")
        .with("gitops.d/x", b"2")
        .with("gitops0", b"3");
    let plan = plan_of(&branch, Overwrite::No);
    // As `git mktree` prints it for these entries.
    assert_eq!(
        plan.root.to_string(),
        "586b536bc558dcb4a01003dc440802e033c860b7"
    );
}

#[test]
fn overwrite_is_a_plain_boolean_on_the_wire() {
    for (overwrite, text) in [(Overwrite::No, "false"), (Overwrite::Yes, "true")] {
        assert_eq!(serde_json::to_string(&overwrite).unwrap(), text);
        assert_eq!(serde_json::from_str::<Overwrite>(text).unwrap(), overwrite);
    }
}

#[test]
fn each_changed_file_can_have_a_decision_of_its_own() {
    let [ours, theirs] = ["managed", "raw"].map(|root| format!("gitops/fabric-1/{root}/README.md"));
    let branch = initialised().with(&ours, b"a").with(&theirs, b"b");
    let snapshot = branch.snapshot(&spec());
    let overwrites = Overwrites {
        all: Overwrite::No,
        paths: vec![ours.clone()],
    };
    let some = plan(&spec(), &snapshot, &overwrites).unwrap();
    let writes: Vec<String> = written(&some).into_keys().collect();
    assert_eq!(writes, [ours.as_str()]);
    assert_eq!(some.files[&theirs], blob_id(b"b"));
    assert_eq!(some.kept().collect::<Vec<_>>(), [theirs.as_str()]);
    let all = plan(&spec(), &snapshot, Overwrite::Yes).unwrap();
    let both = Overwrites {
        all: Overwrite::No,
        paths: vec![theirs, ours],
    };
    assert_eq!(plan(&spec(), &snapshot, both).unwrap(), all);
    assert_ne!(some.approval.tree, all.approval.tree);
}
