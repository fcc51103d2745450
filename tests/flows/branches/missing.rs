//! A branch that is gone, or that never was: nothing of another branch is said of it, and nothing begins it anew that a
//! person did not approve.

use flows::{Answer, Person, World};
use serde_json::{Value, json};

use crate::fabric;

const REPO: &str = "acme/network";

/// A fabric on this branch.
fn on(branch: &str) -> Value {
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!(branch);
    wanted
}

/// A fabric on the default branch, which was renamed to `trunk` since.
async fn renamed(world: &World, ada: &Person<'_>) -> String {
    let id = ada.created(&on("main")).await;
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    id
}

fn has(world: &World, branch: &str) -> bool {
    world.standin.repo(REPO).unwrap().head(branch).is_some()
}

fn assert_missing(answer: &Answer, branch: &str) {
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "branch_missing"),
        "{answer:?}"
    );
    let detail = answer.text("detail");
    assert!(detail.contains(&format!("`{branch}`")), "{detail}");
}

#[tokio::test]
async fn a_branch_is_made_though_its_base_holds_the_same_bytes() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let first = ada.created(&on("main")).await;
    let main = world.head("main");
    let forgotten = ada.delete(&format!("/api/fabrics/{first}")).await;
    assert_eq!(forgotten.status, 200, "{forgotten:?}");

    let plan = ada.post("/api/plan", &on("prod")).await;
    assert_eq!(
        (&plan.body["commits"], &plan.body["writes"]),
        (&json!(1), &json!([])),
        "{plan:?}"
    );
    assert_eq!(
        plan.body["approval"]["base"],
        json!({ "branch": "main", "head": main })
    );
    let body = ada.approve(&on("prod")).await;
    let mut unapproved = body.clone();
    unapproved["approval"]["base"] = Value::Null;
    let refused = ada.post("/api/fabrics", &unapproved).await;
    assert_missing(&refused, "prod");
    assert!(
        refused.text("hint").contains("preview again"),
        "{refused:?}"
    );
    assert_eq!((has(&world, "prod"), world.host.fabrics()), (false, 0));

    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(
        answer.body["operation"]["outcome"], "committed",
        "{answer:?}"
    );
    let clone = world.clone(REPO, "prod");
    assert_eq!(clone.git(&["rev-parse", "HEAD^"]), main);
    assert_eq!(
        clone.git(&["rev-parse", "HEAD^{tree}"]),
        clone.git(&["rev-parse", "HEAD^^{tree}"])
    );
    let trailer = clone.git(&["log", "-1", "--format=%(trailers:key=Hedgerow-Operation)"]);
    assert!(trailer.starts_with("Hedgerow-Operation: "), "{trailer}");
    assert_eq!(ada.validate(answer.text("id")).await.body["valid"], true);
}

#[tokio::test]
async fn a_renamed_default_branch_is_named_wherever_the_fabric_is_shown() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = renamed(&world, &ada).await;
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], false, "{report:?}");
    assert_eq!(
        (&report.body["head"], &report.body["missing"]),
        (&Value::Null, &json!([]))
    );
    let finding = &report.body["findings"][0];
    assert_eq!(
        (
            &finding["code"],
            &finding["severity"],
            &finding["default_branch"]
        ),
        (&json!("branch_missing"), &json!("error"), &json!("trunk"))
    );
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.contains("`main`") && message.contains("`trunk`"),
        "{message}"
    );
    assert_eq!(report.body["findings"].as_array().unwrap().len(), 1);

    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["gitops_initialized"]
        ),
        ("invalid_structure", &json!(false)),
        "{record:?}"
    );
    let status = ada.get(&format!("/f/{id}/status.json")).await;
    assert_eq!(
        (
            &status.body["state"],
            &status.body["verdict"]["code"],
            &status.body["verdict"]["sentence"]
        ),
        (
            &json!("invalid_structure"),
            &json!("broken"),
            &json!("The branch does not exist.")
        ),
        "{status:?}"
    );
    assert_eq!(status.body["findings"][0]["code"], "branch_missing");
    let badge = ada.get(&format!("/f/{id}/badge.svg")).await;
    assert!(badge.text.contains("Broken"), "{}", badge.text);
    let page = ada.get(&format!("/f/{id}")).await;
    for words in ["The branch does not exist.", "<code>trunk</code> now"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
}

#[tokio::test]
async fn what_was_approved_of_a_branch_that_is_gone_is_not_written_to_another() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&on("main")).await;
    let unchanged = ada.approve(&on("main")).await;
    let mut repaired = on("main");
    repaired["repair"] = json!(true);
    let repaired = ada.approve(&repaired).await;
    let mut created = fabric("gitops/second");
    created["name"] = json!("second");
    let created = ada.approve(&created).await;
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    let trunk = world.head("trunk");
    let path = format!("/api/fabrics/{id}");
    for (path, body) in [
        ("/api/fabrics".to_owned(), &created),
        (format!("{path}/init-gitops"), &unchanged),
        (format!("{path}/repair"), &repaired),
    ] {
        let refused = ada.post(&path, body).await;
        assert_missing(&refused, "main");
        // Another base, or the right one at another head, is not what would be begun from.
        for base in [
            json!({ "branch": "prod", "head": trunk }),
            json!({ "branch": "trunk", "head": "1111111111111111111111111111111111111111" }),
        ] {
            let mut other = body.clone();
            other["approval"]["base"] = base;
            assert_missing(&ada.post(&path, &other).await, "main");
        }
        let mut proposed = body.clone();
        proposed["mode"] = json!("pull_request");
        assert_missing(&ada.post(&path, &proposed).await, "main");
    }
    assert_eq!((has(&world, "main"), world.host.fabrics()), (false, 1));
    let record = ada.get(&path).await;
    assert_eq!(
        record.text("gitops_directory_status"),
        "initialized",
        "as it was last seen"
    );

    // Who sees that the branch begins anew, and wants that, has it.
    let mut wanted = on("main");
    wanted["repair"] = json!(true);
    let plan = ada.post("/api/plan", &wanted).await;
    assert_eq!(
        (&plan.body["base"]["branch"], &plan.body["commits"]),
        (&json!("trunk"), &json!(1)),
        "{plan:?}"
    );
    let body = ada.approve(&wanted).await;
    let answer = ada.post(&format!("{path}/repair"), &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "committed",
        "{answer:?}"
    );
    assert_eq!(answer.text("gitops_directory_status"), "initialized");
    assert!(has(&world, "main"));
    assert_eq!(world.head("trunk"), trunk);
    let again = ada.post(&format!("{path}/repair"), &body).await;
    assert_eq!(again.body["operation"]["outcome"], "unchanged", "{again:?}");
}

#[tokio::test]
async fn nothing_is_moved_or_removed_on_a_branch_that_is_not_there() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&on("main")).await;
    let moved = json!({ "to": { "gitops_directory": "sites/west" } });
    let renamed = json!({ "to": { "name": "west" } });
    let removed = json!({ "remove_files": true });
    let plan = async |more: &Value| {
        let mut asked = on("main");
        for (key, value) in more.as_object().unwrap() {
            asked[key] = value.clone();
        }
        ada.post("/api/plan", &asked).await
    };
    let (before_move, before_removal) = (plan(&moved).await, plan(&removed).await);
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    for more in [&moved, &renamed, &removed] {
        assert_missing(&plan(more).await, "main");
    }
    let path = format!("/api/fabrics/{id}");
    let mut body = moved["to"].clone();
    body["approval"] = before_move.body["approval"].clone();
    assert_missing(&ada.send("PATCH", &path, Some(&body)).await, "main");
    let body = json!({ "remove_files": true, "approval": before_removal.body["approval"] });
    let refused = ada.send("DELETE", &path, Some(&body)).await;
    assert_missing(&refused, "main");
    assert!(
        refused.text("detail").contains("default branch is `trunk`"),
        "{refused:?}"
    );
    assert_eq!(world.host.fabrics(), 1);
    // Only the record can go.
    assert_eq!(ada.delete(&path).await.status, 200);
}

#[tokio::test]
async fn a_proposal_for_a_branch_that_is_gone_is_not_made() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&on("main")).await;
    body["mode"] = json!("pull_request");
    let answer = ada.post("/api/fabrics", &body).await;
    let id = answer.text("id").to_owned();
    let proposal = format!("hedgerow/{id}");
    let waiting = world.head(&proposal);
    // GitHub takes the pull request along.
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    let report = ada.validate(&id).await;
    assert_eq!(report.body["pull_request"]["state"], "open", "{report:?}");
    let status = ada.get(&format!("/f/{id}/status.json")).await;
    assert_eq!(status.body["verdict"]["code"], "broken", "{status:?}");
    let init = format!("/api/fabrics/{id}/init-gitops");
    let refused = ada.post(&init, &body).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "pull_request_exists"),
        "{refused:?}"
    );
    assert_eq!(
        world.head(&proposal),
        waiting,
        "what waits is for the other branch"
    );
}
