//! The rules of a repository: what they refuse and what helps.

mod first;
mod offered;
mod refused;
mod signed;

use flows::World;
use github_standin::{Rule, RuleKind};

/// From now on the branches of `acme/network` that `pattern` covers have this rule.
fn rule(world: &World, pattern: &str, kind: RuleKind) {
    rule_of(world, "acme/network", pattern, kind);
}

fn rule_of(world: &World, repo: &str, pattern: &str, kind: RuleKind) {
    let pattern = pattern.to_owned();
    world
        .standin
        .change_repository(repo, |repository| {
            repository.rules.push(Rule { pattern, kind })
        })
        .unwrap();
}

fn checks() -> RuleKind {
    RuleKind::RequiredStatusChecks {
        contexts: vec!["ci".to_owned()],
    }
}

/// The branches of `acme/network`.
fn branches(world: &World) -> Vec<String> {
    let repo = world.standin.repo("acme/network").unwrap();
    let names = repo.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
    names.unwrap().lines().map(str::to_owned).collect()
}

/// The code and the next step of why a write failed: of a creation nothing is left, another's record says so.
fn failure(answer: &flows::Answer) -> (&str, &str) {
    if answer.status >= 400 {
        return (answer.text("code"), answer.text("hint"));
    }
    let error = &answer.body["directory_init_error"];
    let text = |field: &str| error[field].as_str().unwrap_or_default();
    assert_eq!(answer.body["operation"]["outcome"], "failed", "{answer:?}");
    (text("code"), text("hint"))
}
