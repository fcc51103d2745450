//! Giving a fabric another branch: its record changes, its history, share links and address stay, and git is not written to.

use flows::{Answer, Person, World};
use serde_json::{Value, json};

use super::preview;
use crate::fabric;

const REPO: &str = "acme/network";

async fn plan(ada: &Person<'_>, branch: &str) -> Answer {
    preview(
        ada,
        &fabric("gitops"),
        json!({ "to": { "branch": branch } }),
    )
    .await
}

async fn follow(ada: &Person<'_>, id: &str, branch: &str, plan: &Answer) -> Answer {
    let body = json!({ "branch": branch, "approval": plan.body["approval"] });
    ada.send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await
}

fn branch(world: &World, name: &str, from: &str) {
    world
        .standin
        .repo(REPO)
        .unwrap()
        .branch(name, from)
        .unwrap();
}

fn writes(world: &World) -> usize {
    let requests = world.standin.requests();
    let is_write = |request: &&_| {
        let request: &github_standin::RecordedRequest = request;
        let graphql = request.graphql.as_ref();
        let is_mutation = graphql.is_some_and(|asked| asked.document.starts_with("mutation"));
        let asks = request.path.contains("/hedgerow-asks-");
        is_mutation || (graphql.is_none() && request.method != "GET" && !asks)
    };
    requests.iter().filter(is_write).count()
}

#[tokio::test]
async fn a_fabric_follows_its_renamed_branch_with_history_shares_and_badge() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}");
    let share = ada.post(&format!("{path}/shares"), &json!({})).await;
    let secret = share.text("url").rsplit('/').next().unwrap().to_owned();
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    ada.validate(&id).await;
    let badge = format!("/f/{id}/badge.svg");
    assert!(ada.get(&badge).await.text.contains("Broken"));
    let before = ada.get(&format!("{path}/history")).await.body["entries"].clone();

    world.standin.forget_requests();
    let seen = plan(&ada, "trunk").await;
    assert_eq!(
        (
            seen.status,
            &seen.body["commits"],
            &seen.body["report"]["valid"]
        ),
        (200, &json!(0), &json!(true)),
        "{seen:?}"
    );
    assert_eq!(seen.body["approval"]["head"], world.head("trunk"));
    let answer = follow(&ada, &id, "trunk", &seen).await;
    assert_eq!(
        (
            answer.status,
            answer.text("branch"),
            answer.text("gitops_directory_status")
        ),
        (200, "trunk", "initialized"),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["kind"], "change");
    assert_eq!(answer.body["operation"]["outcome"], "unchanged");
    assert_eq!(writes(&world), 0);
    assert_eq!(world.commits("trunk"), 2);

    let after = ada.get(&format!("{path}/history")).await.body["entries"].clone();
    assert_eq!(
        after.as_array().unwrap()[1..],
        before.as_array().unwrap()[..]
    );
    let shared = world
        .send("GET", &format!("/api/shares/{secret}"), "", &[], None)
        .await;
    assert_eq!(shared.body["record"]["branch"], "trunk", "{shared:?}");
    assert!(ada.get(&badge).await.text.contains("Healthy"));
    assert_eq!(ada.validate(&id).await.body["valid"], true);
    // What is done next is done there.
    world.push("trunk", &[("gitops/raw/README.md", None)]);
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!("trunk");
    wanted["repair"] = json!(true);
    let body = ada.approve(&wanted).await;
    let repaired = ada.post(&format!("{path}/repair"), &body).await;
    assert_eq!(
        repaired.text("gitops_directory_status"),
        "initialized",
        "{repaired:?}"
    );
}

#[tokio::test]
async fn what_is_said_is_what_the_new_branch_holds() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    branch(&world, "empty", "main");
    let id = ada.created(&fabric("gitops")).await;
    branch(&world, "damaged", "main");
    world.push("damaged", &[("gitops/raw/README.md", None)]);
    for (name, code, status) in [
        ("damaged", "missing", "invalid_structure"),
        ("empty", "missing", "not_initialized"),
    ] {
        let seen = plan(&ada, name).await;
        let report = &seen.body["report"];
        assert_eq!(
            (&report["valid"], &report["findings"][0]["code"]),
            (&json!(false), &json!(code)),
            "{name}: {seen:?}"
        );
        // Nothing that the old branch held is said of this one.
        let mut from = fabric("gitops");
        from["branch"] = ada.get(&format!("/api/fabrics/{id}")).await.body["branch"].clone();
        let seen = preview(&ada, &from, json!({ "to": { "branch": name } })).await;
        let answer = follow(&ada, &id, name, &seen).await;
        assert_eq!(
            (
                answer.text("gitops_directory_status"),
                &answer.body["last_directory_sync"]
            ),
            (status, &Value::Null),
            "{name}: {answer:?}"
        );
        assert_eq!(answer.body["head"], world.head(name), "{name}");
    }
}

#[tokio::test]
async fn a_branch_that_cannot_be_followed_is_refused_in_the_plan_and_after_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    branch(&world, "other", "main");
    let seen = plan(&ada, "other").await;
    for (to, status, code) in [
        (json!({ "branch": "nowhere" }), 409, "branch_missing"),
        (json!({ "branch": "main" }), 400, "invalid_request"),
        (json!({ "branch": "a..b" }), 400, "invalid_request"),
        (
            json!({ "branch": "refs/heads/other" }),
            400,
            "invalid_request",
        ),
        (
            json!({ "branch": "other", "name": "west" }),
            400,
            "invalid_request",
        ),
    ] {
        let planned = preview(&ada, &fabric("gitops"), json!({ "to": to })).await;
        assert_eq!(
            (planned.status, planned.text("code")),
            (status, code),
            "{planned:?}"
        );
        let mut body = to.clone();
        body["approval"] = seen.body["approval"].clone();
        let refused = ada
            .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
            .await;
        assert_eq!(
            (refused.status, refused.text("code")),
            (status, code),
            "{to}: {refused:?}"
        );
    }
    let rosa = world.sign_in("standin-reader").await;
    let refused = follow(&rosa, &id, "other", &seen).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (403, "permission_missing")
    );

    // Commits elsewhere do not matter; one in the directory does.
    world.push("other", &[("docs/x.md", Some("x".into()))]);
    let mut theirs = fabric("gitops");
    theirs["branch"] = json!("other");
    theirs["name"] = json!("theirs");
    let moved = plan(&ada, "other").await;
    world.push("other", &[("gitops/raw/x.md", Some("x".into()))]);
    let refused = follow(&ada, &id, "other", &moved).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "head_moved"),
        "{refused:?}"
    );

    // Another fabric has the directory there.
    assert_eq!(ada.create(&theirs).await.status, 201);
    let taken = plan(&ada, "other").await;
    assert_eq!(
        (taken.status, taken.text("code")),
        (409, "fabric_exists"),
        "{taken:?}"
    );
    let head = json!({ "head": world.head("other"), "tree": tree(&world, "other") });
    let body = json!({ "branch": "other", "approval": head });
    let refused = ada
        .send("PATCH", &format!("/api/fabrics/{id}"), Some(&body))
        .await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "fabric_exists"),
        "{refused:?}"
    );
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("branch"),
            record.text("gitops_directory_status")
        ),
        ("main", "initialized")
    );
    let mut again = fabric("gitops");
    again["name"] = json!("again");
    assert_eq!(
        ada.create(&again).await.text("code"),
        "fabric_exists",
        "its own place stays its own"
    );
}

fn tree(world: &World, branch: &str) -> String {
    let repo = world.standin.repo(REPO).unwrap();
    let tree = repo
        .git(&["rev-parse", &format!("{branch}^{{tree}}")])
        .unwrap();
    tree.trim().to_owned()
}

#[tokio::test]
async fn commits_elsewhere_on_the_new_branch_do_not_matter() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    branch(&world, "other", "main");
    let seen = plan(&ada, "other").await;
    world.push("other", &[("docs/x.md", Some("x".into()))]);
    let answer = follow(&ada, &id, "other", &seen).await;
    assert_eq!(
        (answer.status, answer.text("branch")),
        (200, "other"),
        "{answer:?}"
    );
    // The place that it left is free, and the one that it took is not.
    let mut next = fabric("gitops");
    next["name"] = json!("next");
    assert_eq!(ada.create(&next).await.status, 201);
    next["branch"] = json!("other");
    next["name"] = json!("later");
    assert_eq!(ada.create(&next).await.text("code"), "fabric_exists");
}

/// Whether the fabric has its directory on one branch and not on another.
async fn assert_is_on(ada: &Person<'_>, id: &str, own: &str, free: &str) {
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(record.text("branch"), own, "{record:?}");
    for (branch, status) in [(own, 409), (free, 201)] {
        let mut other = fabric("gitops");
        other["branch"] = json!(branch);
        other["name"] = json!(format!("on-{branch}"));
        let answer = ada.create(&other).await;
        assert_eq!(answer.status, status, "{branch}: {answer:?}");
    }
}

#[tokio::test]
async fn a_fabric_that_is_being_written_stays_on_its_branch() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    branch(&world, "other", "main");
    world.push("main", &[("gitops/raw/README.md", None)]);
    let seen = plan(&ada, "other").await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "createCommitOnBranch" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
    let init = format!("/api/fabrics/{id}/init-gitops");
    let write = ada.post(&init, &body);
    let meanwhile = async {
        ada.sees_a_write(&id).await;
        let refused = follow(&ada, &id, "other", &seen).await;
        world.release();
        refused
    };
    let (written, refused) = tokio::join!(write, meanwhile);
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "operation_in_progress"),
        "{refused:?}"
    );
    assert_eq!(
        written.text("gitops_directory_status"),
        "initialized",
        "{written:?}"
    );
    assert_is_on(&ada, &id, "main", "other").await;
}

#[tokio::test]
async fn a_write_that_was_planned_for_the_branch_before_is_refused() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    branch(&world, "other", "main");
    let seen = plan(&ada, "other").await;
    // One that has nothing to write, and one that has.
    for damaged in [false, true] {
        if damaged {
            let mut from = fabric("gitops");
            from["branch"] = json!("other");
            let seen = preview(&ada, &from, json!({ "to": { "branch": "main" } })).await;
            assert_eq!(follow(&ada, &id, "main", &seen).await.status, 200);
            world.push("main", &[("gitops/raw/README.md", None)]);
        }
        let main = world.head("main");
        let body = ada.approve(&fabric("gitops")).await;
        world.fault(json!({ "match": { "graphql_contains": "query Snapshot" }, "times": 1, "action": { "delay_ms": World::HELD_MS } }));
        let init = format!("/api/fabrics/{id}/init-gitops");
        let write = ada.post(&init, &body);
        let meanwhile = async {
            world.is_asked("query Snapshot").await;
            let answer = follow(&ada, &id, "other", &seen).await;
            world.release();
            answer
        };
        let (refused, followed) = tokio::join!(write, meanwhile);
        assert_eq!(followed.status, 200, "{followed:?}");
        assert_eq!(
            (refused.status, refused.text("code")),
            (409, "operation_in_progress"),
            "{damaged}: {refused:?}"
        );
        assert_eq!(
            world.head("main"),
            main,
            "nothing was written to the old branch"
        );
        let record = ada.get(&format!("/api/fabrics/{id}")).await;
        assert_eq!(record.body["head"], world.head("other"), "{record:?}");
    }
    assert_is_on(&ada, &id, "other", "main").await;
}

#[tokio::test]
async fn an_open_pull_request_goes_with_its_branch_or_ends_first() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    let created = ada.post("/api/fabrics", &body).await;
    let id = created.text("id").to_owned();
    branch(&world, "other", "main");
    let seen = plan(&ada, "other").await;
    let refused = follow(&ada, &id, "other", &seen).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (409, "pull_request_exists"),
        "{refused:?}"
    );
    // GitHub takes it along where the branch is renamed, and so does the fabric.
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    let seen = plan(&ada, "trunk").await;
    let answer = follow(&ada, &id, "trunk", &seen).await;
    assert_eq!(
        (answer.status, answer.text("branch")),
        (200, "trunk"),
        "{answer:?}"
    );
    assert_eq!(
        answer.text("pull_request_url"),
        created.text("pull_request_url")
    );
    let commits = world.commits(&format!("hedgerow/{id}"));
    let again = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        again.body["operation"]["outcome"], "pull_request",
        "{again:?}"
    );
    assert_eq!(
        again.text("pull_request_url"),
        created.text("pull_request_url")
    );
    assert_eq!(world.commits(&format!("hedgerow/{id}")), commits);
    world.standin.merge_pull_request(REPO, 1).unwrap();
    assert_eq!(ada.validate(&id).await.body["valid"], true);
}

#[tokio::test]
async fn a_proposal_for_the_branch_before_is_left_behind_once_it_ended() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut body = ada.approve(&fabric("gitops")).await;
    body["mode"] = json!("pull_request");
    let id = ada.post("/api/fabrics", &body).await.text("id").to_owned();
    branch(&world, "other", "main");
    world.push("main", &[("only/on-main.md", Some("x".into()))]);
    world.standin.merge_pull_request(REPO, 1).unwrap();
    ada.validate(&id).await;
    let seen = plan(&ada, "other").await;
    assert_eq!(follow(&ada, &id, "other", &seen).await.status, 200);
    let mut wanted = fabric("gitops");
    wanted["branch"] = json!("other");
    let mut body = ada.approve(&wanted).await;
    body["mode"] = json!("pull_request");
    let answer = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    let proposed = world.clone(REPO, &format!("hedgerow/{id}"));
    let only_on_main = proposed.git(&["ls-tree", "HEAD", "only"]);
    assert_eq!(
        only_on_main, "",
        "nothing of the old branch is proposed to the new one"
    );
}

#[tokio::test]
async fn a_fabric_in_an_archived_repository_can_follow_a_branch() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.standin.rename_branch(REPO, "main", "trunk").unwrap();
    let archive = |repository: &mut github_standin::Repository| repository.archived = true;
    world.standin.change_repository(REPO, archive).unwrap();
    let seen = plan(&ada, "trunk").await;
    assert_eq!(seen.status, 200, "{seen:?}");
    let rhea = world.sign_in("standin-reader").await;
    let refused = follow(&rhea, &id, "trunk", &seen).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (403, "permission_missing")
    );
    world.standin.forget_requests();
    let answer = follow(&ada, &id, "trunk", &seen).await;
    assert_eq!(
        (
            answer.status,
            answer.text("branch"),
            answer.text("gitops_directory_status")
        ),
        (200, "trunk", "initialized"),
        "{answer:?}"
    );
    assert_eq!(writes(&world), 0);
}

#[tokio::test]
async fn a_repair_meanwhile_leaves_the_place_on_the_new_branch_the_fabrics_own() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    branch(&world, "other", "main");
    let seen = plan(&ada, "other").await;
    let mut repair = fabric("gitops");
    repair["repair"] = json!(true);
    let repair = ada.approve(&repair).await;
    let mut theirs = fabric("gitops");
    theirs["branch"] = json!("other");
    theirs["name"] = json!("theirs");
    let theirs = ada.approve(&theirs).await;
    let renames = "{\"Rename\":";
    world.host.hold(renames);
    let meanwhile = async {
        world.host.holds(renames).await;
        let repaired = ada
            .post(&format!("/api/fabrics/{id}/repair"), &repair)
            .await;
        assert_eq!(repaired.status, 200, "{repaired:?}");
        let refused = ada.post("/api/fabrics", &theirs).await;
        world.host.let_go(renames);
        refused
    };
    let (followed, refused) = tokio::join!(follow(&ada, &id, "other", &seen), meanwhile);
    assert_eq!(followed.text("branch"), "other", "{followed:?}");
    assert_eq!(
        (refused.text("code"), refused.text("fabric")),
        ("fabric_exists", id.as_str())
    );
    let mut again = fabric("gitops");
    again["name"] = json!("again");
    assert_eq!(
        ada.create(&again).await.status,
        201,
        "the old place is free"
    );
}
