//! Who may commit for whom: rules that let one pass and not the other leave each person their own commit.

use github_standin::{BypassActor, Permission, Protection, Rule, RuleKind};

use super::{REPOSITORY, approved, assert_created, commits, create, people, world};
use flows::World;

fn rule(world: &World, kind: RuleKind, bypass: Vec<BypassActor>) {
    let change = |repository: &mut github_standin::Repository| {
        let pattern = "main".to_owned();
        repository.rules.push(Rule { pattern, kind });
        repository.bypass = bypass;
    };
    world.standin.change_repository(REPOSITORY, change).unwrap();
}

#[tokio::test]
async fn a_rule_that_the_app_may_bypass_and_the_person_may_not_is_nobodys_way_round() {
    let world = world();
    let people = people(&world, 4).await;
    let bodies = approved(&people).await;
    let kind = RuleKind::PullRequest { approvals: 1 };
    rule(&world, kind, vec![BypassActor::Integration]);
    let answers = create(&people, &bodies).await;
    for answer in &answers {
        assert_eq!(answer.text("code"), "branch_protected", "{answer:?}");
    }
    assert_eq!(commits(&world).len(), 0);
}

#[tokio::test]
async fn a_rule_that_the_person_may_bypass_and_the_app_may_not_leaves_each_their_own_commit() {
    let world = world();
    let people = people(&world, 4).await;
    let bodies = approved(&people).await;
    let kind = RuleKind::PullRequest { approvals: 1 };
    let writers = BypassActor::RepositoryRole(Permission::Write);
    rule(&world, kind, vec![writers]);
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    let authors: Vec<String> = commits(&world)
        .into_iter()
        .map(|commit| commit.author)
        .collect();
    assert_eq!(authors.len(), 4);
    assert!(
        authors.iter().all(|author| author.starts_with("Person ")),
        "{authors:?}"
    );
}

#[tokio::test]
async fn classic_protection_leaves_each_their_own_commit() {
    let world = world();
    let people = people(&world, 4).await;
    let bodies = approved(&people).await;
    let change = |repository: &mut github_standin::Repository| {
        repository.protections.push(Protection {
            pattern: "main".to_owned(),
            ..Protection::default()
        });
    };
    world.standin.change_repository(REPOSITORY, change).unwrap();
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert_eq!(commits(&world).len(), 4);
}

#[tokio::test]
async fn rules_against_deletion_and_force_tell_nobody_from_another() {
    let world = world();
    let people = people(&world, 6).await;
    let bodies = approved(&people).await;
    rule(&world, RuleKind::Deletion, Vec::new());
    rule(&world, RuleKind::NonFastForward, Vec::new());
    let answers = create(&people, &bodies).await;
    assert_created(&answers);
    assert!(commits(&world).len() <= 3);
}

#[tokio::test]
async fn a_person_who_may_no_longer_push_is_refused_and_the_others_are_not() {
    let world = world();
    let people = people(&world, 4).await;
    let bodies = approved(&people).await;
    let change = |repository: &mut github_standin::Repository| {
        let role = Permission::Read;
        repository.permissions.insert("person-2".to_owned(), role);
    };
    world.standin.change_repository(REPOSITORY, change).unwrap();
    let answers = create(&people, &bodies).await;
    for (number, answer) in answers.iter().enumerate() {
        match number {
            2 => assert_eq!(answer.text("code"), "permission_missing", "{answer:?}"),
            _ => assert_eq!(answer.status, 201, "{answer:?}"),
        }
    }
    let clone = world.clone(REPOSITORY, "main");
    assert_eq!(clone.files("sites").len(), 3 * 14);
}
