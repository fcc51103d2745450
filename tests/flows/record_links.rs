//! Addresses that a record holds: a backup's file may say anything, and a link leads to GitHub or is none.

use edge_worker::Secret;
use edge_worker::objects::Class;
use flows::World;
use serde_json::{Value, json};

use crate::fabric;

const ELSEWHERE: [&str; 4] = [
    "javascript:alert(1)",
    "https://evil.example/acme/network/pull/1",
    "http://evil.example/",
    "//evil.example",
];

/// What the API, the list, status.json, a share link and the page of a fabric say.
async fn said(world: &World, id: &str) -> Vec<String> {
    let ada = world.sign_in("standin-admin").await;
    let share = ada
        .post(
            &format!("/api/fabrics/{id}/shares"),
            &json!({ "redacted": false }),
        )
        .await;
    assert_eq!(share.status, 201, "{share:?}");
    let secret = share.text("url").rsplit('/').next().unwrap();
    let mut said = Vec::new();
    for path in [
        format!("/api/fabrics/{id}"),
        "/api/fabrics".to_owned(),
        format!("/f/{id}/status.json"),
        format!("/f/{id}"),
        format!("/api/shares/{secret}"),
        format!("/s/{secret}"),
    ] {
        let answer = ada.get(&path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        said.push(format!("{path}: {}", answer.text));
    }
    said
}

#[tokio::test]
async fn an_address_that_is_none_of_github_s_leads_nowhere() {
    let mut world = World::new();
    let key = Secret::new("operators-key-for-tests".to_owned());
    world
        .host
        .configure(|config| config.operator_key = Some(key));
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let headers = [("authorization", "Bearer operators-key-for-tests")];
    let line = world
        .send_text("GET", "/api/operator/backup", &headers, "")
        .await;
    let line: Value = serde_json::from_str(&line.text).unwrap();
    let own = line["record"]["commit_url"].as_str().unwrap();
    assert!(
        said(&world, &id)
            .await
            .iter()
            .any(|said| said.contains(own)),
        "GitHub's own is there"
    );

    for address in ELSEWHERE {
        // As an older version stored it.
        for field in ["commit_url", "pull_request_url"] {
            let statement =
                format!("UPDATE fabric SET record = json_set(record, '$.{field}', '{address}')");
            world.host.sql(Class::Fabric, &id, &statement);
        }
        for said in said(&world, &id).await {
            assert!(!said.contains(address), "{address} in {said}");
        }
        // As a backup's file has it: it is not even stored.
        let mut line = line.clone();
        for field in ["commit_url", "pull_request_url"] {
            line["record"][field] = json!(address);
        }
        line["record"]["version"] = json!(1_000);
        let mut world = World::new();
        let key = Secret::new("operators-key-for-tests".to_owned());
        world
            .host
            .configure(|config| config.operator_key = Some(key));
        let restored = world
            .send_text("POST", "/api/operator/restore", &headers, &line.to_string())
            .await;
        assert!(restored.text.contains("\"restored\":1"), "{restored:?}");
        assert!(
            !world.host.object(Class::Fabric, &id).contains(address),
            "{address}"
        );
    }
}
