//! Validation: what is found, and how much it matters.

use edge_worker::objects::Class;
use flows::{World, fields_of};
use github_standin::File;
use serde_json::Value;

use crate::fabric;

#[tokio::test]
async fn findings_say_what_is_wrong_where_and_how_much_it_matters() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[
            ("gitops/raw/README.md", Some("edited\n".into())),
            ("gitops/notes.txt", Some("note\n".into())),
            ("gitops/Managed/x.yaml", Some("x: 1\n".into())),
            ("gitops/managed/strange/x.yaml", Some("x: 1\n".into())),
            ("gitops/managed/vpcs/readme.txt", Some("text\n".into())),
            ("gitops/managed/vpcs/vpc-1.yaml", Some("kind: VPC\n".into())),
            (
                "gitops/managed/switches/link.yaml",
                Some(File::Symlink {
                    symlink: "x".into(),
                }),
            ),
            ("gitops/unmanaged/README.md", None),
            ("gitops/raw/pending/anything.bin", Some("content\n".into())),
        ],
    );
    world.standin.forget_requests();
    let report = ada.validate(&id).await;
    assert_eq!(
        world.standin.requests().len(),
        3,
        "the query, and the trees of now and of before"
    );
    let found = fields_of(&report.body["findings"], &["severity", "code", "path"]);
    assert_eq!(
        found,
        [
            "error missing gitops/unmanaged/README.md",
            "warning case_clash gitops/Managed",
            "warning unexpected gitops/managed/strange",
            "warning not_a_file gitops/managed/switches/link.yaml",
            "warning not_yaml gitops/managed/vpcs/readme.txt",
            "note beside_roots gitops/notes.txt",
            "note modified gitops/raw/README.md",
        ]
    );
    assert_eq!(report.body["valid"], false);
    assert_eq!(report.body["head"], world.head("main").as_str());
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["drift"]["missing"]
        ),
        ("invalid_structure", &1.into())
    );
}

#[tokio::test]
async fn edits_of_readmes_alone_leave_the_structure_valid() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[
            ("gitops/raw/README.md", Some("edited\n".into())),
            ("gitops/notes.txt", Some("note\n".into())),
        ],
    );
    let report = ada.validate(&id).await;
    assert_eq!(report.body["valid"], true, "{report:?}");
    assert_eq!(
        ada.get(&format!("/api/fabrics/{id}"))
            .await
            .text("gitops_directory_status"),
        "initialized"
    );
}

#[tokio::test]
async fn the_record_says_when_its_head_was_committed_as_git_does() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let address = format!("/api/fabrics/{id}");
    let clone = || world.clone("acme/network", "main");
    let made =
        || clone().shell("TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ");
    let said = async || ada.get(&address).await.text("head_committed_at").to_owned();
    let seconds = |time: &str| {
        clone()
            .shell(&format!("date -d {time} +%s"))
            .parse::<i64>()
            .unwrap()
    };
    // Of its own commit Hedgerow knows when it was answered.
    let apart = seconds(&said().await) - seconds(&made());
    assert!(apart.abs() <= 60, "{apart} s");
    ada.validate(&id).await;
    assert_eq!(said().await, made());
    world.push("main", &[("elsewhere/x", Some("x\n".into()))]);
    ada.validate(&id).await;
    assert_eq!(said().await, made());
}

#[tokio::test]
async fn an_unchanged_directory_costs_one_request_and_a_changed_one_two() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let path = format!("/api/fabrics/{id}/validate-gitops");
    let mut cost = Vec::new();
    let mut validate = async |expected: usize| {
        world.standin.forget_requests();
        let report = ada.post(&path, &Value::Null).await;
        assert_eq!(report.status, 200, "{report:?}");
        assert_eq!(world.standin.requests().len(), expected, "{report:?}");
        cost.push(expected);
        report
    };
    validate(2).await;
    validate(1).await;
    world.push("main", &[("elsewhere/x", Some("x\n".into()))]);
    validate(1).await;
    let link = File::Symlink {
        symlink: "x".into(),
    };
    world.push("main", &[("gitops/raw/pending/deep/link", Some(link))]);
    // The tree of now, and the one of before.
    let changed = validate(3).await;
    let again = validate(1).await;
    assert_eq!(
        changed.body["findings"], again.body["findings"],
        "the last full reading is kept"
    );
    assert_eq!(again.body["findings"][0]["code"], "symlink");
}

#[tokio::test]
async fn at_the_root_only_the_three_roots_are_read() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("/")).await;
    world.standin.forget_requests();
    let report = ada.validate(&id).await;
    assert_eq!(
        (report.status, &report.body["valid"]),
        (200, &Value::Bool(true)),
        "{report:?}"
    );
    assert_eq!(world.standin.requests().len(), 4);
}

#[tokio::test]
async fn what_was_found_by_other_rules_is_looked_for_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let notes = ("gitops/managed/vpcs/site/notes.txt", Some("text\n".into()));
    world.push("main", &[notes]);
    let found = ada.validate(&id).await;
    let older =
        "UPDATE deep SET depth = json_remove(json_set(depth, '$.findings', json('[]')), '$.rules')";
    world.host.sql(Class::Fabric, &id, older);
    let again = ada.validate(&id).await;
    assert!(!again.body["findings"].as_array().unwrap().is_empty());
    assert_eq!(again.body["findings"], found.body["findings"]);
}

#[tokio::test]
async fn findings_deep_inside_come_with_the_expected_content() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[
            (
                "gitops/managed/metadata/directory-info.json",
                Some("{}\n".into()),
            ),
            ("gitops/managed/vpcs/site/notes.txt", Some("text\n".into())),
            (
                "gitops/managed/vpcs/site/vpc.yaml",
                Some("kind: VPC\n".into()),
            ),
            (
                "gitops/managed/vpcs/site/VPC.yaml",
                Some("kind: VPC\n".into()),
            ),
            (
                "gitops/raw/pending/large.bin",
                Some("x".repeat(1024 * 1024 + 1).as_str().into()),
            ),
            (
                "gitops/unmanaged/external-configs/module",
                Some(File::Submodule {
                    submodule: "1".repeat(40),
                }),
            ),
        ],
    );
    let report = ada.validate(&id).await;
    let found = fields_of(&report.body["findings"], &["severity", "code", "path"]);
    assert_eq!(
        found,
        [
            "error modified gitops/managed/metadata/directory-info.json",
            "warning case_clash gitops/managed/vpcs/site/VPC.yaml",
            "warning not_yaml gitops/managed/vpcs/site/notes.txt",
            "warning case_clash gitops/managed/vpcs/site/vpc.yaml",
            "note too_large gitops/raw/pending/large.bin",
            "note submodule gitops/unmanaged/external-configs/module",
        ]
    );
    let should_be = report.body["findings"][0]["should_be"]["content"]
        .as_str()
        .unwrap();
    assert!(
        should_be.contains("\"fabric_name\": \"fabric-1\""),
        "{should_be}"
    );
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    let kept = &record.body["drift"]["findings"];
    assert_eq!(kept.as_array().unwrap().len(), 6);
    assert!(kept[0]["should_be"]["content"].is_null() && kept[0]["should_be"]["id"].is_string());
}

#[tokio::test]
async fn a_tree_that_github_does_not_list_leaves_the_state_unknown() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.fault(serde_json::json!({ "match": { "path_contains": "/git/trees/" }, "times": 5, "action": { "status": 503 } }));
    let answer = ada.validate(&id).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (502, "github_unavailable"),
        "{answer:?}"
    );
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(record.text("gitops_directory_status"), "initialized");
    assert_eq!(record.body["check"]["state"], "unknown");
}

#[tokio::test]
async fn what_changes_how_argo_cd_and_flux_read_a_folder_is_an_error_wherever_they_read() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let file = |path: &'static str| (path, Some("resources: []\n".into()));
    world.push(
        "main",
        &[
            file("gitops/managed/Chart.yaml"),
            file("gitops/managed/kustomization.yaml"),
            file("gitops/managed/vpcs/kustomization.yml"),
            file("gitops/managed/vpcs/site/Kustomization"),
            file("gitops/raw/pending/kustomization.yaml"),
            file("gitops/unmanaged/kustomization.yaml"),
        ],
    );
    let report = ada.validate(&id).await;
    let found = fields_of(&report.body["findings"], &["severity", "code", "path"]);
    assert_eq!(
        found,
        [
            "error tool_file gitops/managed/Chart.yaml",
            "error kustomization gitops/managed/kustomization.yaml",
            "error kustomization gitops/managed/vpcs/kustomization.yml",
            "error kustomization gitops/managed/vpcs/site/Kustomization",
        ]
    );
    assert_eq!(report.body["unexpected"].as_array().unwrap().len(), 4);
    assert_eq!(report.body["valid"], false);
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(record.text("gitops_directory_status"), "invalid_structure");
}
