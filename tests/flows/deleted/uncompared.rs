//! What cannot be compared is told, until it can be or somebody who may push says that it was meant.

use flows::{Person, World, fields_of};
use serde_json::{Value, json};

use super::comparison::{tree_fault, with_file};
use super::{add, deleted, meant, paths, remove};
use crate::fabric;
use crate::self_check::{check, record};

fn gone() -> Value {
    json!({ "status": 404, "body": { "message": "Not Found" } })
}

async fn verdict(ada: &Person<'_>, id: &str) -> (String, String) {
    let status = ada.get(&format!("/f/{id}/status.json")).await;
    let verdict = &status.body["verdict"];
    let text = |name: &str| verdict[name].as_str().unwrap().to_owned();
    (text("code"), text("sentence"))
}

async fn tree(ada: &Person<'_>, id: &str) -> Value {
    ada.get(&format!("/api/fabrics/{id}")).await.body["tree"].clone()
}

/// How often a tree was asked for.
fn asked(world: &World, tree: &Value) -> usize {
    let requests = world.standin.requests();
    let tree = tree.as_str().unwrap();
    requests
        .iter()
        .filter(|request| request.path.contains(tree))
        .count()
}

#[tokio::test]
async fn what_was_not_compared_needs_somebody_wherever_the_fabric_is_shown() {
    let world = World::with_fast_clock();
    let (ada, id, then) = with_file(&world).await;
    let from = world.head("main");
    remove(&world, &["gitops/raw/a.yaml"]);
    let to = world.head("main");
    world.fault(tree_fault(&then, 99, json!({ "status": 502 })));
    let mut repair = fabric("gitops");
    repair["repair"] = json!(true);
    let plan = ada.post("/api/plan", &repair).await;
    assert_eq!(plan.body["deleted"][0]["uncompared"], "no_answer");
    let report = ada.validate(&id).await;
    let found = fields_of(&report.body["findings"], &["severity", "code", "path"]);
    assert_eq!(found[0], "warning not_compared gitops");
    let message = report.body["findings"][0]["message"].as_str().unwrap();
    for words in [
        &from[..7],
        &to[..7],
        "did not give",
        "validate again",
        "say that it was meant",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
    let told = deleted(&ada, &id).await[0].clone();
    assert_eq!(
        (&told["kept_in"], &told["until"]),
        (&json!(from), &json!(to))
    );
    assert!(told["since"].is_string(), "{told}");
    let needs_you = (
        "needs_you".to_owned(),
        "What people deleted could not be compared.".to_owned(),
    );
    assert_eq!(verdict(&ada, &id).await, needs_you);
    let list = ada.get("/api/fabrics").await;
    assert_eq!(list.body["fabrics"][0]["verdict"], "needs_you");
    let page = ada.get(&format!("/f/{id}")).await.text;
    let compare = format!("/acme/network/compare/{from}...{to}\"");
    for words in ["Deleted (not known)", "could not be compared", &compare] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let own = check(&world, &record(&world, &id).await).await;
    assert!(
        matches!(own, shared::check::CheckResult::True(_)),
        "{own:?}"
    );
    // Once more changes nothing of it; the answer says it all.
    ada.validate(&id).await;
    assert_eq!(deleted(&ada, &id).await, [told]);
    world.standin.forget_faults();
    ada.validate(&id).await;
    assert_eq!(verdict(&ada, &id).await.1, "1 file was deleted.");
}

#[tokio::test]
async fn what_is_never_compared_ends_with_the_word_of_somebody_who_may_push() {
    let world = World::with_fast_clock();
    let (ada, id, then) = with_file(&world).await;
    let path = format!("/api/fabrics/{id}");
    let validate = format!("{path}/validate-gitops");
    remove(&world, &["gitops/raw/a.yaml"]);
    world.fault(tree_fault(&then, 99, json!({ "status": 502 })));
    ada.validate(&id).await;
    let first = deleted(&ada, &id).await[0].clone();
    let seen = json!({ "deletions_meant_until": ada.get(&path).await.body["version"] });
    let rhea = world.sign_in("standin-reader").await;
    assert_eq!(rhea.post(&validate, &seen).await.status, 403);
    // What changed since is not what they saw.
    remove(&world, &["gitops/raw/b.yaml"]);
    ada.validate(&id).await;
    let late = ada.post(&validate, &seen).await;
    assert_eq!(
        (late.status, &late.body["errors"][0]["field"]),
        (400, &json!("deletions_meant_until"))
    );
    let told = deleted(&ada, &id).await[0].clone();
    assert_eq!(
        (&told["kept_in"], &told["since"]),
        (&first["kept_in"], &first["since"])
    );
    assert_eq!(told["until"], world.head("main"));
    // Neither is what comes with their word: that is compared from what they saw on.
    add(&world, &["gitops/raw/c.yaml"]);
    ada.validate(&id).await;
    let seen = json!({ "deletions_meant_until": ada.get(&path).await.body["version"] });
    remove(&world, &["gitops/raw/c.yaml"]);
    let answer = ada.post(&validate, &seen).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(paths(&ada, &id).await, ["raw/c.yaml"]);
    assert_eq!(deleted(&ada, &id).await.len(), 1);
    let history = ada.get(&format!("{path}/history")).await;
    assert!(history.text.contains("\"meant\":0"), "{history:?}");
    assert_eq!(meant(&ada, &id).await.status, 200);
    assert_eq!(verdict(&ada, &id).await.0, "healthy");
    world.standin.forget_requests();
    ada.validate(&id).await;
    assert_eq!(world.standin.requests().len(), 1, "nothing is tried again");
}

#[tokio::test]
async fn what_github_no_longer_has_is_told_once_and_not_asked_for_again() {
    let world = World::new();
    let (ada, id, then) = with_file(&world).await;
    let from = world.head("main");
    remove(&world, &["gitops/raw/a.yaml"]);
    world.fault(tree_fault(&then, 99, gone()));
    ada.validate(&id).await;
    assert_eq!(deleted(&ada, &id).await[0]["uncompared"], "gone");
    let page = ada.get(&format!("/f/{id}")).await.text;
    assert!(
        page.contains("clone from before") && !page.contains("/compare/"),
        "{page}"
    );
    world.standin.forget_requests();
    remove(&world, &["gitops/raw/b.yaml"]);
    add(&world, &["gitops/raw/c.yaml"]);
    ada.validate(&id).await;
    assert_eq!(
        (asked(&world, &then), paths(&ada, &id).await),
        (0, vec!["raw/b.yaml".to_owned()])
    );
    assert_eq!(
        verdict(&ada, &id).await.1,
        "1 file was deleted, and not all could be compared."
    );
    // The next one that is gone is told with it, and what is known stays.
    let version = ada.get(&format!("/api/fabrics/{id}")).await.body["version"].clone();
    let then = tree(&ada, &id).await;
    world.fault(tree_fault(&then, 99, gone()));
    remove(&world, &["gitops/raw/c.yaml"]);
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await;
    let unknown: Vec<_> = told
        .iter()
        .filter(|told| told["uncompared"] == "gone")
        .collect();
    assert_eq!((told.len(), unknown.len()), (2, 1), "{told:?}");
    assert_eq!(
        (&unknown[0]["kept_in"], &unknown[0]["until"]),
        (&json!(from), &json!(world.head("main")))
    );
    let body = json!({ "deletions_meant_until": version });
    ada.post(&format!("/api/fabrics/{id}/validate-gitops"), &body)
        .await;
    assert_eq!(
        verdict(&ada, &id).await.1,
        "What people deleted could not be compared."
    );
    assert_eq!(meant(&ada, &id).await.status, 200);
    assert_eq!(verdict(&ada, &id).await.0, "healthy");
}

#[tokio::test]
async fn what_takes_too_many_requests_is_tried_twice() {
    let world = World::new();
    let (ada, id, then) = with_file(&world).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    let cut = json!({ "sha": "0".repeat(40), "tree": [], "truncated": true });
    world.fault(tree_fault(&then, 99, json!({ "status": 200, "body": cut })));
    ada.validate(&id).await;
    ada.validate(&id).await;
    let told = deleted(&ada, &id).await[0].clone();
    assert_eq!(
        (&told["uncompared"], told.get("is_open")),
        (&json!("too_large"), None)
    );
    world.standin.forget_requests();
    remove(&world, &["gitops/raw/b.yaml"]);
    ada.validate(&id).await;
    assert_eq!(
        (asked(&world, &then), paths(&ada, &id).await),
        (0, vec!["raw/b.yaml".to_owned()])
    );
    assert!(deleted(&ada, &id).await.contains(&told));
}

#[tokio::test]
async fn a_renamed_branch_that_was_not_compared_goes_on_where_the_old_one_was() {
    let world = World::with_fast_clock();
    let (ada, id, then) = with_file(&world).await;
    remove(&world, &["gitops/raw/a.yaml"]);
    let repository = world.standin.repo("acme/network").unwrap();
    repository.git(&["branch", "-m", "main", "trunk"]).unwrap();
    let mut asked = fabric("gitops");
    asked["to"] = json!({ "branch": "trunk" });
    let plan = ada.post("/api/plan", &asked).await;
    let body = json!({ "branch": "trunk", "approval": plan.body["approval"] });
    world.fault(tree_fault(&then, 99, json!({ "status": 502 })));
    let path = format!("/api/fabrics/{id}");
    assert_eq!(ada.send("PATCH", &path, Some(&body)).await.status, 200);
    assert_eq!(deleted(&ada, &id).await[0]["uncompared"], "no_answer");
    world.standin.forget_faults();
    ada.validate(&id).await;
    assert_eq!(paths(&ada, &id).await, ["raw/a.yaml"]);
}

#[tokio::test]
async fn what_is_read_piece_by_piece_is_compared_within_the_means_of_one_look() {
    const MOST: usize = 40;
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let all: Vec<String> = (0..45)
        .map(|number| format!("gitops/raw/{number}/a.yaml"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let limit = |entries| {
        let change = world
            .standin
            .change_repository("acme/network", |repository| {
                repository.most_entries = entries;
            });
        change.unwrap();
        world.standin.forget_requests();
    };
    let id = ada.created(&fabric("gitops")).await;
    add(&world, &all);
    // Forty-five folders, each of which has to be asked for, are more than one look may ask.
    limit(Some(60));
    let report = ada.validate(&id).await;
    assert_eq!(world.standin.requests().len(), MOST);
    assert!(
        report.body["unread"].as_array().unwrap().len() > 5,
        "{report:?}"
    );
    assert_eq!(deleted(&ada, &id).await[0]["uncompared"], "unread");
    // What was not read to the end is not kept as if it were.
    limit(None);
    let report = ada.validate(&id).await;
    assert_eq!(
        (&report.body["unread"], deleted(&ada, &id).await),
        (&json!([]), vec![])
    );
    // A part of it is gone: what is the same in both need not be read again.
    remove(&world, &all[..40]);
    limit(Some(60));
    ada.validate(&id).await;
    let asked = world.standin.requests().len();
    assert_eq!(
        (asked, deleted(&ada, &id).await[0]["uncompared"].clone()),
        (MOST, json!("too_large"))
    );
    limit(Some(110));
    ada.validate(&id).await;
    assert!((4..10).contains(&world.standin.requests().len()));
    assert_eq!(
        (paths(&ada, &id).await.len(), deleted(&ada, &id).await.len()),
        (40, 1)
    );
}
