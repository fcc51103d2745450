//! Validation: what is found, and how much it matters.

use flows::World;
use github_standin::File;
use serde_json::Value;

use crate::fabric;

#[tokio::test]
async fn findings_say_what_is_wrong_where_and_how_much_it_matters() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    world.push(
        "main",
        &[
            ("gitops/raw/README.md", Some("edited\n".into())),
            ("gitops/notes.txt", Some("note\n".into())),
            ("gitops/Managed/x.yaml", Some("x: 1\n".into())),
            ("gitops/managed/strange/x.yaml", Some("x: 1\n".into())),
            ("gitops/managed/vpcs/readme.txt", Some("text\n".into())),
            ("gitops/managed/vpcs/vpc-1.yaml", Some("kind: VPC\n".into())),
            (
                "gitops/managed/switches/link.yaml",
                Some(File::Symlink {
                    symlink: "x".into(),
                }),
            ),
            ("gitops/unmanaged/README.md", None),
            ("gitops/raw/pending/anything.bin", Some("content\n".into())),
        ],
    );
    world.standin.forget_requests();
    let report = ada
        .post(&format!("/api/fabrics/{id}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(world.standin.requests().len(), 1);
    let found: Vec<String> = report.body["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                finding["severity"].as_str().unwrap(),
                finding["code"].as_str().unwrap(),
                finding["path"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "error missing gitops/unmanaged/README.md",
            "warning case_clash gitops/Managed",
            "warning unexpected gitops/managed/strange",
            "warning not_a_file gitops/managed/switches/link.yaml",
            "warning not_yaml gitops/managed/vpcs/readme.txt",
            "note beside_roots gitops/notes.txt",
            "note modified gitops/raw/README.md",
        ]
    );
    assert_eq!(report.body["valid"], false);
    assert_eq!(report.body["head"], world.head("main").as_str());
    let record = ada.get(&format!("/api/fabrics/{id}")).await;
    assert_eq!(
        (
            record.text("gitops_directory_status"),
            &record.body["drift"]["missing"]
        ),
        ("invalid_structure", &1.into())
    );
}

#[tokio::test]
async fn edits_of_readmes_alone_leave_the_structure_valid() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let id = ada.create(&fabric("gitops")).await.text("id").to_owned();
    world.push(
        "main",
        &[
            ("gitops/raw/README.md", Some("edited\n".into())),
            ("gitops/notes.txt", Some("note\n".into())),
        ],
    );
    let report = ada
        .post(&format!("/api/fabrics/{id}/validate-gitops"), &Value::Null)
        .await;
    assert_eq!(report.body["valid"], true, "{report:?}");
    assert_eq!(
        ada.get(&format!("/api/fabrics/{id}"))
            .await
            .text("gitops_directory_status"),
        "initialized"
    );
}
