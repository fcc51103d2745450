//! What people send to each other: the page without JavaScript, the document for machines, and badges.

use flows::{Answer, World};
use github_standin::File;
use serde_json::{Value, json};

use crate::fabric;

async fn open(world: &World, path: &str) -> Answer {
    world.send("GET", path, "", &[], None).await
}

fn html(answer: &Answer) -> &str {
    &answer.text
}

#[tokio::test]
async fn a_fabric_page_is_complete_without_javascript_and_starts_the_app_with_it() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    world.push(
        "main",
        &[
            ("gitops/raw/README.md", None),
            ("gitops/managed/vpcs/x.txt", Some("x\n".into())),
        ],
    );
    ada.validate(&id).await;
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    let page = open(&world, &format!("/f/{id}")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(
        page.headers["content-security-policy"],
        "default-src 'none'"
    );
    let html = html(&page);
    for part in [
        "<h1>fabric-1</h1>",
        "acme/network@main:gitops",
        "</svg>Broken</span>",
        "<p>1 file is missing.</p>",
        "<p>Next: repair it.</p>",
        record.text("checked_at"),
        record.text("head"),
        record.text("tree"),
        &format!("git rev-parse {}:gitops", record.text("head")),
        "Error: <code>gitops/raw/README.md</code>",
        "Warning: <code>gitops/managed/vpcs/x.txt</code>",
        "<title>fabric-1: Broken",
        "<meta property=\"og:title\" content=\"fabric-1: Broken\" />",
        &format!("<meta property=\"og:url\" content=\"http://localhost:8787/f/{id}\" />"),
        "<meta property=\"og:description\"",
        "<script type=\"module\" src=\"/assets/page.js\"></script>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(!html.contains("noindex"));
    let tag = page.headers["etag"].to_str().unwrap();
    let same = world
        .send(
            "GET",
            &format!("/f/{id}"),
            "",
            &[("if-none-match", tag)],
            None,
        )
        .await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
}

#[tokio::test]
async fn private_fabrics_and_drafts_are_answered_like_missing_ones() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut private = fabric("gitops");
    private["git_repository"] = json!("acme/private");
    let private = ada.created(&private).await;
    let body = ada.approve(&fabric("gitops")).await;
    world.fault(json!({ "match": { "graphql_contains": "Snapshot" }, "times": 9, "action": { "status": 503 } }));
    let draft = ada.post("/api/fabrics", &body).await;
    assert_eq!(draft.text("visibility"), "draft", "{draft:?}");
    let nothing = "a".repeat(26);
    for suffix in ["", "/status.json", "/badge.svg", "/badge.json"] {
        let absent = open(&world, &format!("/f/{nothing}{suffix}")).await;
        assert_eq!(
            absent.status,
            if suffix == "/badge.json" { 200 } else { 404 }
        );
        for id in [private.as_str(), draft.text("id")] {
            let hidden = open(&world, &format!("/f/{id}{suffix}")).await;
            assert_eq!(hidden.status, absent.status, "{suffix}");
            // The address and the request's own id are all that differs.
            let neutral = |answer: &Answer, id: &str| {
                let mut body = answer.body.clone();
                if !body.is_object() {
                    return answer.text.replace(id, "ID");
                }
                body["request_id"] = Value::Null;
                body.to_string().replace(id, "ID")
            };
            assert_eq!(neutral(&hidden, id), neutral(&absent, &nothing), "{suffix}");
            assert!(!hidden.text.contains("fabric-1"));
        }
    }
    let own = ada.get(&format!("/f/{private}")).await;
    assert!(own.status == 200 && html(&own).contains("<h1>fabric-1</h1>"));
    assert!(
        html(&own).contains("noindex")
            && own.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("no-store")
    );
}

#[tokio::test]
async fn names_from_a_repository_are_shown_as_text() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let long = format!("gitops/managed/{}", "x".repeat(200));
    let evil: Option<File> = Some("x\n".into());
    world.push(
        "main",
        &[
            ("gitops/<img src=x onerror=alert(1)>", evil.clone()),
            ("gitops/managed/]]><script>alert(1)<", evil.clone()),
            ("gitops/managed/a\u{202e}txt.exe", evil.clone()),
            (&long, evil),
        ],
    );
    ada.validate(&id).await;
    let page = open(&world, &format!("/f/{id}")).await;
    let html = html(&page);
    assert!(
        html.contains("&lt;img src=x onerror=alert(1)&gt;"),
        "{html}"
    );
    assert!(html.contains("]]&gt;&lt;script&gt;"), "{html}");
    for never in ["<img", "<script>alert", "\u{202e}"] {
        assert!(!html.contains(never), "{never}");
    }
}

#[tokio::test]
async fn machines_get_a_document_with_a_version() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let answer = open(&world, &format!("/f/{id}/status.json")).await;
    assert_eq!(
        (answer.status, &answer.body["status_version"]),
        (200, &json!(1))
    );
    assert_eq!(
        (answer.text("state"), answer.text("name")),
        ("initialized", "fabric-1")
    );
    assert_eq!(answer.text("head"), world.head("main"));
    assert_eq!(
        answer.body["links"]["badge"],
        format!("http://localhost:8787/f/{id}/badge.svg")
    );
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let command = answer.text("verify").to_owned();
    let clone = world.clone("acme/network", "main");
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    assert_eq!(
        clone.git(&arguments),
        answer.text("tree"),
        "the command checks the claim"
    );
}

#[tokio::test]
async fn badges_show_the_state_and_are_cached_for_a_minute() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let svg = open(&world, &format!("/f/{id}/badge.svg")).await;
    assert_eq!(svg.headers["content-type"], "image/svg+xml; charset=utf-8");
    assert!(
        html(&svg).contains("aria-label=\"fabric-1: Healthy\""),
        "{svg:?}"
    );
    assert!(
        svg.headers["cache-control"]
            .to_str()
            .unwrap()
            .starts_with("public, max-age=60")
    );
    assert!(
        svg.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("'sha256-")
    );
    let shields = open(&world, &format!("/f/{id}/badge.json")).await;
    assert_eq!(
        (shields.text("label"), shields.text("message")),
        ("fabric-1", "Healthy")
    );
    assert_eq!(
        (&shields.body["schemaVersion"], shields.text("color")),
        (&json!(1), "brightgreen")
    );
    world.push("main", &[("gitops/raw/README.md", None)]);
    ada.validate(&id).await;
    let tag = svg.headers["etag"].to_str().unwrap();
    let changed = world
        .send(
            "GET",
            &format!("/f/{id}/badge.svg"),
            "",
            &[("if-none-match", tag)],
            None,
        )
        .await;
    assert!(html(&changed).contains("fabric-1: Broken"), "{changed:?}");
}
