//! GitHub Enterprise Server: REST below `/api/v3`, GraphQL at `/api/graphql`, everything else as on GitHub.com.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

/// A world whose GitHub is an Enterprise Server.
fn enterprise() -> World {
    let world = World::new();
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

/// What everybody is answered at a fabric's addresses: the API, the page, what machines read, and the socket.
async fn everybody_gets(world: &World, id: &str) -> [u16; 5] {
    let mut found = [0; 5];
    let paths = [
        format!("/api/fabrics/{id}"),
        format!("/f/{id}"),
        format!("/f/{id}/status.json"),
        format!("/f/{id}/badge.svg"),
    ];
    for (status, path) in found.iter_mut().zip(paths) {
        *status = world.send("GET", &path, "", &[], None).await.status;
    }
    found[4] = match world.watch(id, "").await {
        Some(_) => 101,
        None => 404,
    };
    found
}

#[tokio::test]
async fn what_an_enterprise_server_calls_public_is_for_who_is_signed_in_there() {
    let world = enterprise();
    let id = {
        let ada = world.sign_in("standin-admin").await;
        let created = ada.create(&fabric("gitops")).await;
        assert_eq!(created.text("visibility"), "private", "{created:?}");
        created.text("id").to_owned()
    };
    assert_eq!(everybody_gets(&world, &id).await, [404; 5]);
    assert_eq!(world.host.copies().get(&id), None, "no copy in KV");
    let path = format!("/api/fabrics/{id}");
    {
        // Whoever is signed in there sees such a repository, and may make nothing public of it.
        let otto = world.sign_in("standin-outsider").await;
        let seen = otto.get(&path).await;
        assert_eq!((seen.status, seen.text("visibility")), (200, "private"));
        let badge = format!("/f/{id}/badge.svg");
        assert_eq!(otto.get(&badge).await.status, 404);
        let rhea = world.sign_in("standin-reader").await;
        let choices = rhea.get("/api/repositories").await;
        let choices = choices.body["repositories"].as_array().unwrap();
        assert!(choices.iter().all(|choice| choice["private"] == true));
    }
    // A server that shows its public repositories to everybody.
    world
        .host
        .configure(|config| config.private_mode = Some(false));
    let ada = world.sign_in("standin-admin").await;
    let shown = ada.validate(&id).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    assert_eq!(everybody_gets(&world, &id).await, [200, 200, 200, 200, 101]);
}

#[tokio::test]
async fn what_was_shown_to_everybody_is_not_once_the_server_is_known_to_be_private() {
    let world = enterprise();
    world
        .host
        .configure(|config| config.private_mode = Some(false));
    let id = {
        let ada = world.sign_in("standin-admin").await;
        ada.created(&fabric("gitops")).await
    };
    assert_eq!(everybody_gets(&world, &id).await, [200, 200, 200, 200, 101]);
    world.host.configure(|config| config.private_mode = None);
    // At once, though GitHub was not asked again and the copy is still there.
    assert!(world.host.copies().contains_key(&id));
    assert_eq!(everybody_gets(&world, &id).await, [404; 5]);
    let path = format!("/api/fabrics/{id}");
    {
        // Who may not see the repository any more does not even by what was confirmed a minute ago.
        world
            .standin
            .change_repository("acme/network", |repository| repository.private = true)
            .unwrap();
        let otto = world.sign_in("standin-outsider").await;
        assert_eq!(otto.get(&path).await.status, 404);
        let permission = format!("{path}/permission");
        assert_eq!(otto.get(&permission).await.status, 404);
    }
    let ada = world.sign_in("standin-admin").await;
    assert_eq!(ada.get(&path).await.text("visibility"), "private");
    assert_eq!(world.host.copies().get(&id), None, "no copy in KV");
}
