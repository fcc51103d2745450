//! The page without JavaScript, read as XML: whatever a record holds is text in it, and only the web is linked to.

use std::collections::BTreeSet;

use edge_worker::Secret;
use flows::{World, hostile};
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use shared::names::FabricId;
use shared::quote::invisible::legible;
use shared::quote::sentence::Name;
use shared::quote::url::of_site;

/// What a name is on a page.
fn shown(name: &str) -> String {
    legible(name).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// The elements of a kind below a node, as text.
fn texts(page: Node<'_, '_>, element: &str) -> Vec<String> {
    let found = page.descendants().filter(|node| node.has_tag_name(element));
    let text = |node: Node<'_, '_>| {
        node.descendants()
            .filter_map(|node| node.text().filter(|_| node.is_text()))
            .collect()
    };
    found.map(text).collect()
}

/// Gives operators' requests to a Hedgerow.
async fn operate(world: &World, method: &str, what: &str, body: &str) -> String {
    let headers = [("authorization", "Bearer operators-key-for-tests")];
    let path = format!("/api/operator/{what}");
    let answer = world.send_text(method, &path, &headers, body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text
}

/// A line of a backup, made to say `name` wherever it can.
fn saying(line: &Value, name: &str, place: u8) -> (String, String) {
    let mut line = line.clone();
    let record = &mut line["record"];
    let id = FabricId::from_bytes([place; 16]).to_string();
    record["id"] = json!(id);
    record["name"] = json!(format!("east-{place}"));
    record["gitops_directory"] = json!(format!("sites/{place}"));
    let message = format!("there is no branch {} here", Name(name));
    record["directory_init_error"] = json!({ "code": name, "message": message, "hint": message });
    record["gitops_directory_status"] = json!("error");
    for field in ["commit_url", "pull_request_url", "checked_at"] {
        record[field] = json!(name);
    }
    record["drift"]["findings"] =
        json!([{ "severity": "error", "code": "x", "path": name, "message": message }]);
    record["drift"]["finding_count"] = json!(1);
    (id, line.to_string())
}

#[tokio::test]
async fn everything_a_record_holds_is_text_on_its_page() {
    let world = World::new();
    let key = "operators-key-for-tests".to_owned();
    world
        .host
        .configure(|config| config.operator_key = Some(Secret::new(key)));
    let ada = world.sign_in("standin-admin").await;
    ada.created(&json!({ "name": "fabric-1", "git_repository": "acme/network", "branch": "main", "gitops_directory": "gitops" }))
        .await;
    let line: Value = serde_json::from_str(&operate(&world, "GET", "backup", "").await).unwrap();
    let names = hostile::NAMES.iter().filter(|name| !name.is_empty());
    for (place, name) in names.enumerate() {
        let (id, line) = saying(&line, name, u8::try_from(place).unwrap());
        let restored = operate(&world, "POST", "restore", &line).await;
        assert!(restored.contains("\"restored\":1"), "{restored}: {line}");
        let page = world
            .send("GET", &format!("/f/{id}"), "", &[], None)
            .await
            .text;
        let (_, main) = page.split_once("<main ").unwrap();
        let (main, _) = main.split_once("</main>").unwrap();
        let main = format!("<main {main}</main>");
        let read = Document::parse(&main).unwrap_or_else(|error| panic!("{main}: {error}"));
        let main = read.root_element();
        let sentence = format!("there is no branch {} here", shown(name));
        let paragraphs = texts(main, "p");
        assert!(
            paragraphs.contains(&format!("{}: {sentence}.", shown(name))),
            "{paragraphs:?}"
        );
        assert!(
            paragraphs.contains(&format!("Next: {sentence}.")),
            "{paragraphs:?}"
        );
        let capitalised = sentence.replacen('t', "T", 1);
        let findings = [format!("Error: {}: {capitalised}.", shown(name))];
        assert_eq!(texts(main, "li"), findings);
        let codes = texts(main, "code")
            .into_iter()
            .filter(|code| *code == shown(name));
        assert_eq!(codes.count(), 4, "{main:?}");
        let links: BTreeSet<_> = main
            .descendants()
            .filter_map(|node| node.attribute("href"))
            .collect();
        let is_github = |link: &str| of_site(world.standin.url(), link).is_some();
        assert!(links.iter().all(|link| is_github(link)), "{links:?}");
        let is_of_github = is_github(name);
        assert_eq!(links.contains(name), is_of_github, "{links:?}");
        let elements: BTreeSet<_> = main
            .descendants()
            .map(|node| node.tag_name().name())
            .collect();
        for element in ["img", "script", "title"] {
            assert!(!elements.contains(element), "{element}: {name}");
        }
    }
}
