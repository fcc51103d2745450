//! The page that shows an App's secrets once: what GitHub answered is data in its TOML, in its link and in what is to be pasted, and
//! no command has a secret in it.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use flows::{World, hostile};
use roxmltree::Document;
use serde_json::json;

/// In place of npx: writes down its arguments and what it is given to read.
const NPX: &str = "npx() { { printf '%s\\0' \"$@\"; cat; printf '\\001'; } >>asked; }\n";

/// What is shown of an App with this text in every field that is not secret, and this one in those that are.
async fn shown_for(world: &World, text: &str, secret: &str) -> flows::Answer {
    let begun = world.send("GET", "/setup", "", &[], None).await;
    let (_, state) = begun.text.split_once("state=").unwrap();
    let (state, _) = state.split_once('"').unwrap();
    world.fault(json!({
        "match": { "path": "/app-manifests/*/conversions" },
        "action": { "status": 201, "body": {
            "id": 7, "slug": text, "client_id": text, "client_secret": secret, "webhook_secret": secret, "pem": secret, "html_url": text,
        } },
    }));
    let back = format!("/setup/callback?code=abc&state={state}");
    world.send("GET", &back, &begun.cookie(), &[], None).await
}

#[tokio::test]
async fn what_an_operator_copies_stores_the_secrets_and_does_nothing_else() {
    let world = World::new();
    world.host.configure(|config| config.app = None);
    for names in hostile::NAMES.chunks(6) {
        let text = &names.join("/");
        let plain = |character: char| matches!(character, ' '..='~' | '\n');
        let secret: String = format!("a{text}").chars().filter(|c| plain(*c)).collect();
        let shown = shown_for(&world, text, &secret).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let (_, main) = shown.text.split_once("<main>").unwrap();
        let (main, _) = main.split_once("</main>").unwrap();
        let main = format!("<main>{main}</main>");
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

        let names = [
            "GITHUB_APP_CLIENT_SECRET",
            "GITHUB_WEBHOOK_SECRET",
            "GITHUB_APP_PRIVATE_KEY",
        ];
        assert_eq!(blocks.len(), 7);
        for (pair, name) in blocks[1..].chunks(2).zip(names) {
            let [command, pasted] = pair else { panic!() };
            let folder = tempfile::tempdir().unwrap();
            let mut shell = Command::new("sh")
                .args(["-c", &format!("{NPX}{command}")])
                .current_dir(&folder)
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            let mut terminal = shell.stdin.take().unwrap();
            terminal
                .write_all(format!("{pasted}\n").as_bytes())
                .unwrap();
            drop(terminal);
            assert!(shell.wait().unwrap().success(), "{command}");
            let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
            let stored = secret.trim_end();
            let expected = format!("wrangler\0secret\0put\0{name}\0{stored}\n\u{1}");
            assert_eq!(asked, expected, "{command}");
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{command}");
        }

        let links = read.descendants().filter(|node| node.has_tag_name("a"));
        let links: Vec<_> = links.filter_map(|link| link.attribute("href")).collect();
        assert!(
            links.iter().all(|link| link.starts_with("http")),
            "{links:?}"
        );
    }
}

#[tokio::test]
async fn what_a_terminal_would_act_on_is_not_offered_for_pasting() {
    let world = World::new();
    world.host.configure(|config| config.app = None);
    for secret in ["a\u{3}b", "a\u{4}id", "a\u{1b}[201~id", "a\u{202e}b"] {
        let shown = shown_for(&world, "hedgerow", secret).await;
        assert_eq!(shown.status, 502, "{}", shown.text);
        assert!(!shown.text.contains("wrangler"), "{}", shown.text);
    }
}
