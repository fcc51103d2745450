//! GitHub Enterprise Server: REST below `/api/v3`, GraphQL at `/api/graphql`, everything else as on GitHub.com.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

/// A world whose GitHub is an Enterprise Server.
fn enterprise() -> World {
    let mut world = World::new();
    let api = format!("{}/api/v3", world.standin.url());
    world.host.configure(|config| config.github_api_url = api);
    world
}

/// Where the Worker sent its requests since the last look, each with its method.
fn asked(world: &World) -> Vec<String> {
    let requests = world.standin.requests();
    world.standin.forget_requests();
    requests
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect()
}

#[tokio::test]
async fn an_enterprise_server_is_asked_below_its_own_addresses() {
    let world = enterprise();
    let ada = world.sign_in("standin-admin").await;
    let answer = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(asked(&world), ["POST /api/graphql", "POST /api/graphql"]);
    let validate = format!("/api/fabrics/{}/validate-gitops", answer.text("id"));
    let report = ada.post(&validate, &Value::Null).await;
    assert_eq!(report.body["valid"], true, "{report:?}");
    assert!(asked(&world).iter().all(|asked| asked.contains(" /api/")));
}

#[tokio::test]
async fn an_enterprise_server_takes_pull_requests_by_git_data() {
    let world = enterprise();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/protected");
    let mut body = ada.approve(&wanted).await;
    body["mode"] = json!("pull_request");
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.body["operation"]["outcome"], "pull_request",
        "{answer:?}"
    );
    let asked = asked(&world);
    for (method, path) in [
        ("POST", "git/trees"),
        ("POST", "git/commits"),
        ("POST", "git/refs"),
        ("POST", "pulls"),
    ] {
        let wanted = format!("{method} /api/v3/repos/acme/protected/{path}");
        assert!(asked.contains(&wanted), "{wanted} is not in {asked:?}");
    }
    assert!(asked.iter().all(|asked| asked.contains(" /api/")));
}

#[tokio::test]
async fn an_enterprise_server_takes_the_first_commit_by_its_contents() {
    let world = enterprise();
    let ada = world.sign_in("standin-admin").await;
    let mut wanted = fabric("gitops");
    wanted["git_repository"] = json!("acme/empty");
    let answer = ada.create(&wanted).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    let asked = asked(&world);
    let contents = "PUT /api/v3/repos/acme/empty/contents/gitops/";
    assert!(
        asked.iter().any(|asked| asked.starts_with(contents)),
        "{asked:?}"
    );
    let clone = world.clone("acme/empty", "main");
    assert_eq!(clone.files("gitops").len(), 14);
}

#[tokio::test]
async fn an_app_of_an_enterprise_server_signs_people_in() {
    let world = enterprise();
    let ada = world.sign_in_with_app("ada").await;
    let answer = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
}
