//! Names and texts that people, repositories and GitHub choose are data wherever they are shown.

use flows::World;
use github_standin::File;
use serde_json::json;
use shared::status::{Tone, badge_svg, shields_badge};

use crate::fabric;

/// What somebody may call a file, a branch, or an error.
fn hostile() -> Vec<String> {
    vec![
        "<img src=x onerror=alert(1)>".to_owned(),
        "\"><script>alert(1)<script>".to_owned(),
        "]]><script>alert(1)<script>".to_owned(),
        "' onmouseover='alert(1)".to_owned(),
        "\u{202e}lmth.exe\u{2066}".to_owned(),
        "[click](javascript:alert(1)) `x` | y".to_owned(),
        "&lt;img&gt; &amp; {{x}} ${x}".to_owned(),
        "x".repeat(10_000),
    ]
}

/// What must not stand in markup as it is.
fn is_raw(text: &str) -> bool {
    let raw = [
        "<img src=x",
        "<script>alert",
        "]]><",
        "' onmouseover='",
        "\u{202e}",
    ];
    raw.iter().any(|part| text.contains(part))
}

#[tokio::test]
async fn names_in_a_repository_and_words_of_github_are_text_on_pages_and_in_badges() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.created(&fabric("gitops")).await;
    let paths: Vec<String> = hostile()
        .iter()
        .map(|name| format!("gitops/managed/vpcs/{name}"))
        .collect();
    let files: Vec<(&str, Option<File>)> = paths
        .iter()
        .map(|path| (path.as_str(), Some("x\n".into())))
        .collect();
    world.push("main", &files);
    let report = ada.validate(&id).await;
    assert_eq!(report.status, 200, "{}", report.text);
    assert!(
        report.text.contains("<img src=x onerror=alert(1)>"),
        "it is found, as data in JSON"
    );
    for path in ["", "/badge.svg"] {
        let answer = world
            .send("GET", &format!("/f/{id}{path}"), "", &[], None)
            .await;
        assert_eq!(answer.status, 200);
        assert!(!is_raw(&answer.text), "{path}");
    }

    // GitHub's own words, which a proxy on the way may have written.
    for text in hostile() {
        world.push("main", &[("gitops/raw/README.md", None)]);
        let body = ada.approve(&fabric("gitops")).await;
        world.fault(json!({
            "match": { "graphql_contains": "createCommitOnBranch" },
            "action": { "status": 200, "body": { "data": null, "errors": [{ "type": "UNPROCESSABLE", "message": text }] } },
        }));
        ada.post(&format!("/api/fabrics/{id}/init-gitops"), &body)
            .await;
        for path in ["", "/badge.svg"] {
            let answer = world
                .send("GET", &format!("/f/{id}{path}"), "", &[], None)
                .await;
            assert!(!is_raw(&answer.text), "{path}");
        }
        ada.post(
            &format!("/api/fabrics/{id}/init-gitops"),
            &ada.approve(&fabric("gitops")).await,
        )
        .await;
    }
}

#[test]
fn a_badge_label_is_always_text() {
    for text in hostile() {
        let svg = badge_svg(&text, &text, Tone::Muted);
        assert!(!is_raw(&svg), "{:.300}", svg);
        assert_eq!(svg.matches("<svg").count(), 1);
        let shields = serde_json::to_value(shields_badge(&text, &text, Tone::Muted)).unwrap();
        assert_eq!(shields["schemaVersion"], 1);
    }
}
