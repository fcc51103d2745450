//! The page that shows an App's secrets once: what GitHub answered is data in its commands, in its TOML and in its link.

use std::fs;
use std::process::Command;

use flows::{World, hostile};
use roxmltree::Document;
use serde_json::json;

/// In place of npx: writes down its arguments and what it is given to read.
const NPX: &str = "npx() { { printf '%s\\0' \"$@\"; cat; printf '\\001'; } >>asked; }\n";

/// The `main` of the page for an App with this text in every field.
async fn page_for(world: &World, text: &str) -> String {
    let begun = world.send("GET", "/setup", "", &[], None).await;
    let (_, state) = begun.text.split_once("state=").unwrap();
    let (state, _) = state.split_once('"').unwrap();
    world.fault(json!({
        "match": { "path": "/app-manifests/*/conversions" },
        "action": { "status": 201, "body": {
            "id": 7, "slug": text, "client_id": text, "client_secret": text, "webhook_secret": text, "pem": text, "html_url": text,
        } },
    }));
    let back = format!("/setup/callback?code=abc&state={state}");
    let shown = world.send("GET", &back, &begun.cookie(), &[], None).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let (_, main) = shown.text.split_once("<main>").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    format!("<main>{main}</main>")
}

#[tokio::test]
async fn what_an_operator_copies_stores_the_secrets_and_does_nothing_else() {
    let mut world = World::new();
    world.host.configure(|config| config.app = None);
    for names in hostile::NAMES.chunks(6) {
        let text = &names.join("/");
        let main = page_for(&world, text).await;
        let read = Document::parse(&main).unwrap_or_else(|error| panic!("{main}: {error}"));
        let blocks = read.descendants().filter(|node| node.has_tag_name("pre"));
        let blocks: Vec<&str> = blocks.map(|block| block.text().unwrap()).collect();

        let variables: toml::Table = blocks[0].parse().unwrap();
        assert_eq!(variables.len(), 3, "{}", blocks[0]);
        assert_eq!(variables["GITHUB_APP_ID"].as_str(), Some("7"));
        for name in ["GITHUB_APP_CLIENT_ID", "GITHUB_APP_SLUG"] {
            assert_eq!(
                variables[name].as_str(),
                Some(text.as_str()),
                "{}",
                blocks[0]
            );
        }

        let folder = tempfile::tempdir().unwrap();
        let run = Command::new("sh")
            .args(["-c", &format!("{NPX}{}", blocks[1])])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            run.status.success() && run.stderr.is_empty(),
            "{}: {run:?}",
            blocks[1]
        );
        let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
        let value = text.trim_end().replace('\0', "\u{fffd}");
        let stored = [
            "GITHUB_APP_CLIENT_SECRET",
            "GITHUB_WEBHOOK_SECRET",
            "GITHUB_APP_PRIVATE_KEY",
        ]
        .map(|name| format!("wrangler\0secret\0put\0{name}\0{value}\n\u{1}"));
        assert_eq!(asked, stored.concat(), "{}", blocks[1]);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{}", blocks[1]);

        let links = read.descendants().filter(|node| node.has_tag_name("a"));
        let links: Vec<_> = links.filter_map(|link| link.attribute("href")).collect();
        assert!(
            links.iter().all(|link| link.starts_with("http")),
            "{links:?}"
        );
    }
}
