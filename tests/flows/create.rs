//! Creating a fabric, and what any git client sees afterwards.

use edge_worker::objects::Class;
use flows::World;
use serde_json::json;
use shared::fabric::{FabricInput, FabricSpec};
use shared::git::blob_id;
use shared::layout::layout;

use crate::fabric;

const DIRECTORIES: [&str; 14] = [
    "managed",
    "managed/connections",
    "managed/metadata",
    "managed/servers",
    "managed/switch-groups",
    "managed/switches",
    "managed/vpcs",
    "raw",
    "raw/errors",
    "raw/pending",
    "raw/processed",
    "unmanaged",
    "unmanaged/external-configs",
    "unmanaged/manual-overrides",
];

/// Creates a fabric and compares a fresh clone with the layout, path by path and blob by blob.
async fn creates(directory: &str, canonical: &str) {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let before = world.clone("acme/network", "main").files(".");
    let answer = ada.create(&fabric(directory)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.text("gitops_directory_status"), "initialized");
    assert_eq!(answer.text("gitops_directory"), canonical);
    assert_eq!(answer.body["operation"]["outcome"], "committed");

    let clone = world.clone("acme/network", "main");
    let spec: FabricInput = serde_json::from_value(fabric(directory)).unwrap();
    let spec = FabricSpec::parse(&spec).unwrap();
    let mut expected = before.clone();
    for (below, file) in layout(&spec).files {
        expected.insert(
            spec.gitops_directory.join(&below),
            blob_id(&file.content).to_string(),
        );
    }
    assert_eq!(
        clone.files("."),
        expected,
        "what was there is untouched, and the layout is there"
    );
    assert_eq!(expected.len(), before.len() + 14);
    for below in DIRECTORIES {
        assert!(
            clone.has_directory(&spec.gitops_directory.join(below)),
            "{below}"
        );
    }
    assert_eq!(answer.text("head"), clone.git(&["rev-parse", "HEAD"]));
    if !spec.gitops_directory.is_root() {
        assert_eq!(
            answer.text("tree"),
            clone.git(&["rev-parse", &format!("HEAD:{canonical}")])
        );
    }
    let message = clone.git(&["log", "-1", "--format=%B"]);
    assert!(
        message.ends_with(&format!(
            "Hedgerow-Operation: {}",
            answer.body["operation"]["operation"].as_str().unwrap()
        )),
        "{message}"
    );

    let id = answer.text("id");
    let report = ada.validate(id).await;
    assert_eq!(report.body["valid"], true);
    assert_eq!(
        report.body["findings"],
        json!([]),
        "a fresh directory has no error and no warning"
    );
}

#[tokio::test]
async fn a_nested_directory_is_initialised() {
    creates("gitops/hedgehog/fabric-1", "gitops/hedgehog/fabric-1").await;
}

#[tokio::test]
async fn the_root_is_initialised() {
    creates("/", "/").await;
}

#[tokio::test]
async fn a_directory_with_slashes_around_it_is_the_same_directory() {
    creates("/a/b/", "a/b").await;
}

#[tokio::test]
async fn creating_costs_two_requests_and_makes_one_commit() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops/hedgehog/fabric-1")).await;
    let before = world.commits("main");
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let requests = world.standin.requests();
    let operations: Vec<_> = requests
        .iter()
        .map(|request| {
            request
                .graphql
                .as_ref()
                .and_then(|graphql| graphql.operation.clone())
                .unwrap_or_default()
        })
        .collect();
    assert_eq!(operations, ["Snapshot", "Commit"]);
    assert_eq!(answer.body["operation"]["github_requests"], 2);
    assert_eq!(world.commits("main"), before + 1);
}

#[tokio::test]
async fn the_tree_that_was_approved_is_the_tree_in_git() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for directory in ["deep/er/and/deeper", "x", "fabrics/new"] {
        let body = ada.approve(&fabric(directory)).await;
        assert_eq!(ada.post("/api/fabrics", &body).await.status, 201);
        let tree = world
            .clone("acme/network", "main")
            .git(&["rev-parse", &format!("HEAD:{directory}")]);
        assert_eq!(body["approval"]["tree"], tree.as_str(), "{directory}");
    }
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_carried_out_once() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let first = ada.post_once("/api/fabrics", "key-1", &body).await;
    let commits = world.commits("main");
    let second = ada.post_once("/api/fabrics", "key-1", &body).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.body, second.body);
    assert_eq!((world.commits("main"), world.host.fabrics()), (commits, 1));
    let other = ada
        .post_once(
            "/api/fabrics",
            "key-1",
            &ada.approve(&fabric("elsewhere")).await,
        )
        .await;
    assert_eq!(
        (other.status, other.text("code")),
        (422, "idempotency_key_reused")
    );
}

#[tokio::test]
async fn a_key_is_a_persons_in_every_session_and_kept_for_a_day() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let body = ada.approve(&fabric("gitops")).await;
    let first = ada.post_once("/api/fabrics", "key-1", &body).await;
    ada.post("/api/auth/logout", &json!({})).await;
    assert_eq!(ada.get("/api/fabrics").await.status, 401);
    let anew = world.sign_in_with_app("ada").await;
    let second = anew.post_once("/api/fabrics", "key-1", &body).await;
    assert_eq!((second.status, &second.body), (201, &first.body));
    let rhea = world.sign_in("standin-reader").await;
    let other = rhea.post_once("/api/fabrics", "key-1", &body).await;
    assert_eq!(
        (other.status, other.text("code")),
        (403, "permission_missing"),
        "{other:?}"
    );

    let keys = world.host.databases().into_iter();
    let mut keys = keys.filter(|(class, _, rows)| {
        *class == Class::Session && rows.contains("INSERT INTO answers")
    });
    let (_, name, _) = keys.next().unwrap();
    assert!(keys.next().is_none(), "whoever is refused leaves nothing");
    let day_ms = 24 * 60 * 60 * 1000;
    let left = world.host.sweep_session(&name);
    assert!(left.is_some_and(|left| left <= day_ms), "{left:?}");
    world.host.advance(day_ms);
    world.host.sweep_session(&name);
    let held = world.host.object(Class::Session, &name);
    assert!(!held.contains("key-1"), "{held}");
    // What else it holds goes with the session.
    anew.post("/api/auth/logout", &json!({})).await;
    assert_eq!(world.host.sweep_session(&name), None, "nothing is left");
}

#[tokio::test]
async fn a_repeat_makes_no_commit_and_says_which_fabric_has_the_directory() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let first = ada.create(&fabric("gitops")).await;
    let commits = world.commits("main");
    for (directory, why) in [("gitops", "the same"), ("gitops/deeper", "inside")] {
        let repeat = ada.create(&fabric(directory)).await;
        assert_eq!(
            (repeat.status, repeat.text("code")),
            (409, "fabric_exists"),
            "{why}"
        );
        assert_eq!(repeat.body["fabric"], first.body["id"]);
        assert!(repeat.text("detail").contains("nothing was written"));
    }
    assert_eq!((world.commits("main"), world.host.fabrics()), (commits, 1));
}

#[tokio::test]
async fn all_kinds_can_be_asked_for() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["layout"] = json!({ "version": 1, "all_kinds": true });
    let answer = ada.create(&wanted).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    let clone = world.clone("acme/network", "main");
    assert!(
        clone.has_directory("gitops/managed/gateway-peerings")
            && clone.has_directory("gitops/managed/externals")
    );
    assert_eq!(clone.files("gitops").len(), 24);
}
