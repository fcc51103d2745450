//! Addresses that a record holds: a backup's file may say anything, and a link leads to GitHub or is none.

use edge_worker::Secret;
use edge_worker::objects::Class;
use flows::{Answer, Person, World};
use serde_json::{Value, json};

use crate::fabric;
use crate::lifecycle::preview;

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
    let world = World::new();
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
        let world = World::new();
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

const FOREIGN: &str = "https://evil.example/acme/network";

/// Has the stored record lead elsewhere wherever it has an address, as a landed version restored it, and its copy in KV too.
fn plant(world: &World, id: &str) {
    let statement = format!(
        "UPDATE fabric SET record = json_replace(json_set(record, '$.commit_url', '{FOREIGN}', '$.pull_request_url', '{FOREIGN}'), '$.head_commit.url', '{FOREIGN}', '$.deleted[0].commit.url', '{FOREIGN}')"
    );
    world.host.sql(Class::Fabric, id, &statement);
    let held = world.host.object(Class::Fabric, id);
    assert!(held.matches(FOREIGN).count() >= 2, "{held}");
    let copies = world.host.copies();
    if let Some(copy) = copies.get(id) {
        let mut copy: Value = serde_json::from_str(copy).unwrap();
        for field in ["commit_url", "pull_request_url"] {
            copy[field] = json!(FOREIGN);
        }
        world.host.put_copy(id, &copy.to_string());
    }
}

/// A fabric of which the record has every address that there is: a commit, and a file that somebody deleted.
async fn with_addresses(world: &World, ada: &Person<'_>) -> String {
    let id = ada.created(&fabric("gitops")).await;
    let file = "gitops/managed/own.yaml";
    world.push("main", &[(file, Some("kind: Own\n".into()))]);
    ada.validate(&id).await;
    world.push("main", &[(file, None)]);
    ada.validate(&id).await;
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    for address in [
        &record.body["commit_url"],
        &record.body["head_commit"]["url"],
        &record.body["deleted"][0]["commit"]["url"],
    ] {
        assert!(address.is_string(), "{record:?}");
    }
    id
}

#[tokio::test]
async fn neither_a_write_nor_a_live_update_leads_elsewhere() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = with_addresses(&world, &ada).await;
    let path = format!("/api/fabrics/{id}");
    plant(&world, &id);
    let sockets = [
        world.watch(&id, ada.cookie()).await.unwrap(),
        world.watch(&id, "").await.unwrap(),
    ];
    let clean = |what: &str, answer: &Answer| {
        assert!(answer.status < 300, "{what}: {answer:?}");
        assert!(!answer.text.contains("evil.example"), "{what}: {answer:?}");
    };
    let asked = |method: &str, rest: &str| format!("{method} {rest}");

    for rest in ["", "/history", "/shares"] {
        plant(&world, &id);
        clean(
            &asked("GET", rest),
            &ada.get(&format!("{path}{rest}")).await,
        );
    }
    plant(&world, &id);
    clean("validate", &ada.validate(&id).await);
    plant(&world, &id);
    let body = ada.approve(&fabric("gitops")).await;
    clean("plan", &ada.post("/api/plan", &fabric("gitops")).await);
    let initialised = ada.post(&format!("{path}/init-gitops"), &body).await;
    clean("initialise", &initialised);
    world.push("main", &[("gitops/raw/README.md", None)]);
    plant(&world, &id);
    let plan = preview(&ada, &fabric("gitops"), json!({ "repair": true })).await;
    clean("plan a repair", &plan);
    let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"] });
    clean("repair", &ada.post(&format!("{path}/repair"), &body).await);

    let repo = world.standin.repo("acme/network").unwrap();
    repo.branch("trunk", "main").unwrap();
    let mut now = fabric("gitops");
    for (field, value) in [
        ("name", "renamed"),
        ("gitops_directory", "moved"),
        ("branch", "trunk"),
    ] {
        plant(&world, &id);
        if field == "branch" {
            repo.branch("trunk-2", "main").unwrap();
        }
        let value = match field {
            "branch" => "trunk-2",
            _ => value,
        };
        let plan = preview(&ada, &now, json!({ "to": { field: value } })).await;
        clean(field, &plan);
        plant(&world, &id);
        let body = json!({ field: value, "approval": plan.body["approval"] });
        clean(field, &ada.send("PATCH", &path, Some(&body)).await);
        now[field] = json!(value);
    }
    plant(&world, &id);
    // A write that is repeated, and one that finds the fabric there.
    let body = ada.approve(&now).await;
    let again = ada.post("/api/fabrics", &body).await;
    assert!(!again.text.contains("evil.example"), "{again:?}");
    let told: Vec<String> = sockets
        .iter()
        .flat_map(|socket| socket.told())
        .map(|told| told.to_string())
        .collect();
    assert!(told.len() > 6, "{}", told.len());
    assert!(
        told.iter().all(|told| !told.contains("evil.example")),
        "{told:?}"
    );

    plant(&world, &id);
    let plan = preview(&ada, &now, json!({ "remove_files": true })).await;
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    clean("remove", &ada.send("DELETE", &path, Some(&body)).await);
}

#[tokio::test]
async fn a_proposal_and_its_answer_lead_to_github_whatever_the_record_said() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    plant(&world, &id);
    let plan = preview(&ada, &fabric("gitops"), json!({ "repair": true })).await;
    let body = json!({ "mode": "pull_request", "files": plan.body["files"], "approval": plan.body["approval"] });
    let path = format!("/api/fabrics/{id}/repair");
    let proposed = ada.post_once(&path, "one-key", &body).await;
    let own = proposed.text("pull_request_url").to_owned();
    assert!(own.starts_with(world.standin.url()), "{proposed:?}");
    plant(&world, &id);
    for repeated in [
        ada.post_once(&path, "one-key", &body).await,
        ada.get(&format!("/api/fabrics/{id}")).await,
    ] {
        assert_eq!(repeated.status, 200, "{repeated:?}");
        assert!(!repeated.text.contains("evil.example"), "{repeated:?}");
    }
}
