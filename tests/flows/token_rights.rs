//! What a person may do who may push, and what writes nothing to GitHub, a token does only if it could write: the role that
//! GitHub tells is the person's.

use flows::{Answer, Person, World};
use github_standin::{Access, Approval, Grant, Selection, TokenKind};
use serde_json::{Value, json};

use crate::fabric;
use crate::lifecycle::preview;

const READ: Access = Access::Read;
const WRITE: Access = Access::Write;

/// Ada's tokens that may not write to `acme/network`, though she administers it.
fn tokens() -> Vec<Grant> {
    let with = |name: &str, owner: &str, permissions: &[(&str, Access)]| {
        Grant::fine_grained(name, "ada", owner, permissions)
    };
    let mut elsewhere = with("for-other-repositories", "acme", &[("contents", WRITE)]);
    let mut waits = with("not-approved-yet", "acme", &[("contents", WRITE)]);
    for grant in [&mut elsewhere, &mut waits] {
        let is_elsewhere = grant.token == github_standin::Token::new("for-other-repositories");
        if let TokenKind::FineGrained {
            repositories,
            approval,
            ..
        } = &mut grant.kind
        {
            match is_elsewhere {
                true => *repositories = Selection::Only([502].into()),
                false => *approval = Approval::Pending,
            }
        }
    }
    vec![
        with("only-reads", "acme", &[("contents", READ)]),
        with("only-proposes", "acme", &[("pull_requests", WRITE)]),
        with("for-another-owner", "ada", &[("contents", WRITE)]),
        elsewhere,
        waits,
    ]
}

/// How often GitHub was asked to move a branch that is not there, and what it answered.
fn asked(world: &World) -> Vec<Option<u16>> {
    let requests = world.standin.requests();
    let asks = requests.iter().filter(|request| {
        request.method == "PATCH" && request.path.contains("/git/refs/heads/hedgerow-asks-")
    });
    asks.map(|request| request.status).collect()
}

/// Everything that was sent to GitHub and could change something there.
fn writes(world: &World) -> Vec<String> {
    let requests = world.standin.requests();
    let changes = requests.iter().filter(|request| match &request.graphql {
        Some(graphql) => graphql.document.starts_with("mutation"),
        None => request.method != "GET",
    });
    changes.map(|request| format!("{request:?}")).collect()
}

/// A fabric with a share link; its id, and the link's.
async fn shared_fabric(ada: &Person<'_>, name: &str) -> (String, String) {
    let mut wanted = fabric(name);
    wanted["name"] = json!(name);
    let id = ada.created(&wanted).await;
    let shares = format!("/api/fabrics/{id}/shares");
    let made = ada.post(&shares, &json!({})).await;
    (id, made.text("id").to_owned())
}

/// Everything that a person may do who may push, and that writes nothing to GitHub; each with its name.
async fn decide(person: &Person<'_>, id: &str, share: &str) -> Vec<(&'static str, Answer)> {
    let path = format!("/api/fabrics/{id}");
    let shares = format!("{path}/shares");
    let meant = json!({ "deletions_meant_until": person.get(&path).await.body["version"] });
    vec![
        ("share", person.post(&shares, &json!({})).await),
        ("revoke", person.delete(&format!("{shares}/{share}")).await),
        (
            "it was meant",
            person
                .post(&format!("{path}/validate-gitops"), &meant)
                .await,
        ),
        ("forget", person.delete(&path).await),
    ]
}

#[tokio::test]
async fn a_token_that_may_not_write_decides_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (id, share) = shared_fabric(&ada, "gitops").await;
    for grant in tokens() {
        let world = &world;
        world.standin.add_token(grant);
    }
    for token in [
        "only-reads",
        "only-proposes",
        "for-another-owner",
        "for-other-repositories",
        "not-approved-yet",
    ] {
        let narrow = world.sign_in(token).await;
        // What is public may be read, and the role is the person's.
        let permission = narrow.get(&format!("/api/fabrics/{id}/permission")).await;
        assert_eq!(permission.text("permission"), "write", "{token}");
        for (what, answer) in decide(&narrow, &id, &share).await {
            assert_eq!(
                (answer.status, answer.text("code")),
                (403, "token_permission_missing"),
                "{token}, {what}: {answer:?}"
            );
            assert!(
                answer.text("hint").contains("Contents: read and write"),
                "{answer:?}"
            );
        }
    }
    let links = ada.get(&format!("/api/fabrics/{id}/shares")).await;
    assert_eq!(links.body["shares"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_writes_nothing_does_not_prove_that_a_token_may() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let reads = Grant::fine_grained("only-reads", "ada", "acme", &[("contents", READ)]);
    world.standin.add_token(reads);
    let narrow = world.sign_in("only-reads").await;
    let (id, _) = shared_fabric(&ada, "gitops").await;
    let path = format!("/api/fabrics/{id}");
    let refused = |what: &str, answer: Answer| {
        let code = answer.text("code");
        let expected = (403, "token_permission_missing");
        assert_eq!((answer.status, code), expected, "{what}: {answer:?}");
    };

    // Another branch.
    let repo = world.standin.repo("acme/network").unwrap();
    repo.branch("trunk", "main").unwrap();
    let to = json!({ "to": { "branch": "trunk" } });
    let plan = preview(&narrow, &fabric("gitops"), to).await;
    let body = json!({ "branch": "trunk", "approval": plan.body["approval"] });
    refused("branch", narrow.send("PATCH", &path, Some(&body)).await);

    // Forgetting with files of which none is there any more, and a move of a directory without any.
    let gone = repo.git(&["ls-tree", "-r", "--name-only", "main:gitops"]);
    let gone = gone.unwrap();
    let gone: Vec<String> = gone.lines().map(|path| format!("gitops/{path}")).collect();
    let gone: Vec<_> = gone.iter().map(|path| (path.as_str(), None)).collect();
    world.push("main", &gone);
    let plan = preview(&narrow, &fabric("gitops"), json!({ "remove_files": true })).await;
    let body = json!({ "remove_files": true, "approval": plan.body["approval"] });
    refused("remove", narrow.send("DELETE", &path, Some(&body)).await);
    let to = json!({ "to": { "gitops_directory": "elsewhere" } });
    let plan = preview(&narrow, &fabric("gitops"), to).await;
    let body = json!({ "gitops_directory": "elsewhere", "approval": plan.body["approval"] });
    refused("move", narrow.send("PATCH", &path, Some(&body)).await);
    let record = ada.get(&path).await;
    assert_eq!(record.text("gitops_directory"), "gitops");
    assert_eq!(record.text("branch"), "main");

    // A fabric whose layout is there already.
    let (other, _) = shared_fabric(&ada, "other").await;
    let forgotten = ada.delete(&format!("/api/fabrics/{other}")).await;
    assert_eq!(forgotten.status, 200, "{forgotten:?}");
    let mut wanted = fabric("other");
    wanted["name"] = json!("other");
    let before = world.host.costs()[3];
    refused("create", narrow.create(&wanted).await);
    assert_eq!(world.host.costs()[3], before, "no row is written");
    let made = ada.create(&wanted).await;
    assert_eq!(made.text("gitops_directory_status"), "initialized");
}

#[tokio::test]
async fn a_token_that_may_write_is_asked_for_once_and_leaves_nothing() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let writes = Grant::fine_grained("may-write", "ada", "acme", &[("contents", WRITE)]);
    world.standin.add_token(writes);
    let (id, share) = shared_fabric(&ada, "gitops").await;
    let repo = world.standin.repo("acme/network").unwrap();
    let refs = || repo.git(&["for-each-ref"]).unwrap();
    let before = refs();
    let narrow = world.sign_in("may-write").await;
    let all = decide(&narrow, &id, &share).await;
    for (what, answer) in &all {
        assert!(answer.status < 300, "{what}: {answer:?}");
    }
    assert_eq!(asked(&world), vec![Some(422); all.len()]);
    assert_eq!(refs(), before);

    // Who signed in through the App proved who they are.
    let (id, share) = shared_fabric(&ada, "other").await;
    let app = world.sign_in_with_app("ada").await;
    for (what, answer) in decide(&app, &id, &share).await {
        assert!(answer.status < 300, "{what}: {answer:?}");
    }
    assert_eq!(asked(&world), Vec::new());
}

#[tokio::test]
async fn what_only_looks_asks_github_for_the_role_and_for_no_write() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let reads = Grant::fine_grained("only-reads", "ada", "acme", &[("contents", READ)]);
    world.standin.add_token(reads);
    let narrow = world.sign_in("only-reads").await;
    let reader = world.sign_in("standin-reader").await;
    let (id, _) = shared_fabric(&ada, "gitops").await;
    let shares = format!("/api/fabrics/{id}/shares");
    // All places of their address are taken, so that GitHub is asked whether one is kept for them.
    for _ in 0..100 {
        world.watch_from("192.0.2.7", &id, "").await.unwrap();
    }
    world.standin.forget_requests();
    for person in [&ada, &narrow] {
        let listed = person.get(&shares).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        assert_eq!(listed.body["shares"].as_array().unwrap().len(), 1);
        let watched = world.watch_from("192.0.2.7", &id, person.cookie()).await;
        assert!(watched.is_ok());
    }
    let refused = reader.get(&shares).await;
    assert_eq!(
        (refused.status, refused.text("code")),
        (403, "permission_missing")
    );
    assert_ne!(
        world.standin.requests().len(),
        0,
        "GitHub is asked each time"
    );
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[tokio::test]
async fn only_what_github_says_of_the_token_refuses_and_no_answer_lets_nobody_through() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let shares = format!("/api/fabrics/{id}/shares");
    let answers = |status: u16, message: &str, headers: Value| {
        world.fault(json!({
            "match": { "path_contains": "hedgerow-asks-" },
            "times": 10,
            "action": { "status": status, "body": { "message": message }, "headers": headers },
        }));
    };
    let accepted = json!({ "x-accepted-github-permissions": "contents=write" });
    let in_a_while = json!({ "retry-after": "600" });
    let sso = json!({ "x-github-sso": "required; url=https://github.com/orgs/acme/sso" });
    for (status, message, headers, expected) in [
        (404, "Not Found", json!({}), (201, "")),
        (409, "Git Repository is empty.", json!({}), (201, "")),
        (
            403,
            "Repository was archived so is read-only.",
            accepted.clone(),
            (201, ""),
        ),
        (403, "Not today", accepted, (201, "")),
        (
            403,
            "Resource not accessible by personal access token",
            json!({}),
            (403, "token_permission_missing"),
        ),
        (
            403,
            "Resource protected by organization SAML enforcement.",
            sso,
            (403, "sso_required"),
        ),
        (
            403,
            "You have exceeded a secondary rate limit",
            in_a_while,
            (503, "rate_limited"),
        ),
        (503, "", json!({}), (502, "github_unavailable")),
    ] {
        answers(status, message, headers);
        let answer = ada.post(&shares, &json!({})).await;
        world.standin.forget_faults();
        let found = (answer.status, answer.text("code"));
        assert_eq!(found, expected, "{status} {message}: {answer:?}");
    }
}

#[tokio::test]
async fn a_wrong_request_for_a_link_has_github_asked_for_no_write() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let (id, share) = shared_fabric(&ada, "gitops").await;
    let shares = format!("/api/fabrics/{id}/shares");
    world.standin.forget_requests();
    for body in [
        json!({ "note": "x".repeat(101) }),
        json!({ "note": 1 }),
        json!("x"),
    ] {
        let refused = ada.post(&shares, &body).await;
        assert!([400, 422].contains(&refused.status), "{refused:?}");
    }
    let key = [("idempotency-key", "one, two")];
    for (method, path) in [
        ("POST", shares.clone()),
        ("DELETE", format!("{shares}/{share}")),
    ] {
        let refused = ada.send_with(method, &path, &key, Some(&json!({}))).await;
        assert!([400, 422].contains(&refused.status), "{refused:?}");
    }
    assert_eq!(
        world.standin.requests().len(),
        0,
        "GitHub was asked nothing"
    );
    let no_link = format!("{shares}/{}", "b".repeat(26));
    assert_eq!(ada.delete(&no_link).await.status, 404);
    assert_eq!(writes(&world), Vec::<String>::new());
    let revoked = ada.delete(&format!("{shares}/{share}")).await;
    assert_eq!(revoked.status, 204, "{revoked:?}");
    assert_eq!(asked(&world), [Some(422)]);
}

#[tokio::test]
async fn what_is_there_already_is_not_done_again_with_a_token_that_only_reads() {
    let world = World::with_fast_clock();
    let ada = world.sign_in("standin-admin").await;
    let reads = Grant::fine_grained("only-reads", "ada", "acme", &[("contents", READ)]);
    world.standin.add_token(reads);
    let narrow = world.sign_in("only-reads").await;
    let (id, _) = shared_fabric(&ada, "gitops").await;
    let path = format!("/api/fabrics/{id}");
    let mut wanted = fabric("gitops");
    wanted["name"] = json!("gitops");
    let approved = ada.approve(&wanted).await;
    let told = async || {
        let history = ada.get(&format!("{path}/history")).await.body;
        (ada.get(&path).await.body, history)
    };
    let before = told().await;
    for what in ["init-gitops", "repair"] {
        for mode in ["commit", "pull_request"] {
            let mut body = approved.clone();
            body["mode"] = json!(mode);
            let refused = narrow.post(&format!("{path}/{what}"), &body).await;
            let expected = (403, "token_permission_missing");
            let found = (refused.status, refused.text("code"));
            assert_eq!(found, expected, "{what}, {mode}: {refused:?}");
        }
    }
    assert_eq!(told().await, before);
    // Whose token could write hears that nothing had to be written.
    let done = ada.post(&format!("{path}/repair"), &approved).await;
    assert_eq!(done.body["operation"]["outcome"], "unchanged", "{done:?}");
}
