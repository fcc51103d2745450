//! Initialising a fabric that exists already.

use flows::World;
use serde_json::json;

use crate::fabric;

#[tokio::test]
async fn initialising_again_makes_no_commit_and_says_so() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let head = world.head("main");
    let body = ada.approve(&fabric("gitops")).await;
    let answer = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        (answer.status, answer.body["operation"]["outcome"].as_str()),
        (200, Some("unchanged")),
        "{answer:?}"
    );
    assert_eq!(answer.body["operation"]["github_requests"], 1);
    assert_eq!(world.head("main"), head);
}

#[tokio::test]
async fn initialising_adds_missing_files_again() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[
            ("gitops/raw", None),
            ("gitops/managed/vpcs/vpc-1.yaml", Some("kind: VPC\n".into())),
        ],
    );
    let report = ada.validate(&id).await;
    assert_eq!(
        (
            report.body["valid"].as_bool(),
            report.body["missing"].as_array().unwrap().len()
        ),
        (Some(false), 4),
        "{report:?}"
    );
    assert_eq!(
        ada.get(&format!("/api/fabrics/{id}"))
            .await
            .text("gitops_directory_status"),
        "invalid_structure"
    );
    let body = ada.approve(&fabric("gitops")).await;
    let answer = ada
        .post(&format!("/api/fabrics/{id}/init-gitops"), &body)
        .await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    assert!(
        world
            .clone("acme/network", "main")
            .has_directory("gitops/raw/pending")
    );
}

#[tokio::test]
async fn a_directory_that_was_initialised_elsewhere_is_recorded_without_a_commit() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    ada.create(&fabric("gitops")).await;
    let head = world.head("main");
    let other = flows::NativeHost::new(world.standin.url()).watching(&world.standin);
    let world = World::of(world.standin, other);
    let ada = world.sign_in("standin-admin").await;
    let answer = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.body["operation"]["outcome"].as_str()),
        (201, Some("unchanged")),
        "{answer:?}"
    );
    assert_eq!(
        (answer.text("gitops_directory_status"), world.head("main")),
        ("initialized", head)
    );
}

#[tokio::test]
async fn the_info_file_of_another_fabric_makes_the_structure_invalid() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[(
            "gitops/managed/metadata/directory-info.json",
            Some("{}\n".into()),
        )],
    );
    let report = ada.validate(&id).await;
    assert_eq!(
        report.body["modified"],
        json!(["gitops/managed/metadata/directory-info.json"])
    );
    assert_eq!(report.body["valid"], false);
}
