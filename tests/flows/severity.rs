//! What differs and is fine makes no problem anywhere.

use flows::World;
use serde_json::{Value, json};

use crate::fabric;

#[tokio::test]
async fn an_edited_readme_and_a_file_beside_the_roots_are_fine_wherever_the_fabric_is_shown() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut ids = Vec::new();
    for directory in ["a-fine", "b-warned", "z-whole"] {
        ids.push(ada.created(&fabric(directory)).await);
    }
    world.push(
        "main",
        &[
            ("z-whole/raw/README.md", Some("edited\n".into())),
            ("z-whole/notes.txt", Some("note\n".into())),
            ("b-warned/managed/loose.yaml", Some("x: 1\n".into())),
        ],
    );
    for id in &ids {
        let report = ada.validate(id).await;
        assert_eq!(report.body["valid"], true, "{report:?}");
    }
    let list = ada.get("/api/fabrics").await;
    let rows: Vec<(&str, &Value)> = list.body["fabrics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), &row["verdict"]))
        .collect();
    assert_eq!(
        rows,
        [
            ("b-warned", &json!("needs_you")),
            ("a-fine", &json!("healthy")),
            ("z-whole", &json!("healthy")),
        ],
        "only what needs somebody comes first"
    );
    for (id, word, code) in [
        (&ids[1], "Needs you", "needs_you"),
        (&ids[2], "Healthy", "healthy"),
    ] {
        let address = format!("/f/{id}");
        let get = async |path: &str| world.send("GET", path, "", &[], None).await;
        let status = get(&format!("{address}/status.json")).await;
        assert_eq!(status.body["verdict"]["code"], code, "{status:?}");
        let differs = status.body["unexpected"].as_u64() > Some(0);
        assert!(differs, "it is still said: {status:?}");
        for shown in [address.clone(), format!("{address}/badge.svg")] {
            let shown = get(&shown).await.text;
            assert!(shown.contains(word), "{word}: {shown}");
            let is_amber = shown.contains("tone-attention") || shown.contains("class=\"attention");
            assert!(word != "Healthy" || !is_amber, "{shown}");
        }
    }
}
