//! Adopting a directory that holds something: it stays, or moves as was chosen, and nothing is lost.

use flows::{Answer, World};
use github_standin::File;
use serde_json::json;

use super::{moves, paths, preview, text};
use crate::fabric;

const FOUND: [(&str, &str); 6] = [
    ("gitops/vpc-1.yaml", "kind: VPC\n"),
    ("gitops/notes.txt", "notes\r\n"),
    ("gitops/old/deep/a.yaml", "a: 1\n"),
    ("gitops/old/script.sh", "#!/bin/sh\n"),
    ("gitops/raw/pending/vpc-1.yaml", "kind: Other\n"),
    ("gitops/managed/loose.yml", "kind: VPC\n"),
];

/// Adopts what was found, and compares how many files are said to leave what is synced.
async fn adopt(adopt: &str, leaving: Option<usize>) -> (World, Vec<String>, Answer) {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut files: Vec<(&str, Option<File>)> = FOUND
        .iter()
        .map(|(path, content)| (*path, text(content)))
        .collect();
    let executable = File::Executable {
        executable: "#!/bin/sh\n".into(),
    };
    files[3].1 = Some(executable);
    world.push("main", &files);
    let before = world.commits("main");
    let plan = preview(&ada, &fabric("gitops"), json!({ "adopt": adopt })).await;
    assert_eq!(plan.status, 200, "{plan:?}");
    let expected =
        leaving.map(|files| json!({ "files": files, "from": ["gitops/managed", "gitops"] }));
    assert_eq!(plan.body.get("prune"), expected.as_ref());
    let mut body = fabric("gitops");
    body["adopt"] = json!(adopt);
    body["files"] = plan.body["files"].clone();
    body["approval"] = plan.body["approval"].clone();
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    assert_eq!(world.commits("main"), before + 1, "one commit");
    let clone = world.clone("acme/network", "main");
    assert_eq!(
        clone.git(&["rev-parse", "HEAD:gitops"]),
        plan.body["approval"]["tree"],
        "exactly what was approved"
    );
    let moved = moves(&plan);
    (world, moved, answer)
}

/// Every file that was found is somewhere, byte for byte and with its mode.
fn nothing_is_lost(world: &World) {
    let clone = world.clone("acme/network", "main");
    let now = clone.git(&["ls-tree", "-r", "HEAD", "gitops"]);
    let before = clone.git(&["ls-tree", "-r", "HEAD^", "gitops"]);
    for line in before.lines() {
        let object = line.split('\t').next().unwrap();
        assert!(now.contains(object), "{line}\n{now}");
    }
}

#[tokio::test]
async fn adoption_keeps_everything_where_it_is() {
    let (world, moved, _) = adopt("keep", None).await;
    assert!(moved.is_empty());
    let files = world.clone("acme/network", "main").files("gitops");
    for (path, _) in FOUND {
        assert!(files.contains_key(path), "{path}");
    }
    nothing_is_lost(&world);
}

#[tokio::test]
async fn adoption_moves_loose_yaml_into_the_inbox() {
    let (world, moved, _) = adopt("pending", Some(2)).await;
    assert_eq!(
        moved,
        [
            "gitops/managed/loose.yml -> gitops/raw/pending/loose.yml",
            "gitops/vpc-1.yaml -> gitops/raw/pending/vpc-1-1.yaml",
        ]
    );
    nothing_is_lost(&world);
}

#[tokio::test]
async fn adoption_moves_everything_unexpected_out_of_the_way() {
    let (world, moved, answer) = adopt("external", Some(3)).await;
    assert_eq!(
        moved,
        [
            "gitops/managed/loose.yml -> gitops/unmanaged/external-configs/loose.yml",
            "gitops/notes.txt -> gitops/unmanaged/external-configs/notes.txt",
            "gitops/old -> gitops/unmanaged/external-configs/old",
            "gitops/vpc-1.yaml -> gitops/unmanaged/external-configs/vpc-1.yaml",
        ]
    );
    nothing_is_lost(&world);
    assert_eq!(answer.body["drift"]["unexpected"], 0);
    let renames = world.clone("acme/network", "main").git(&[
        "show",
        "--format=",
        "--name-status",
        "-M100%",
        "HEAD",
    ]);
    assert_eq!(
        renames.matches("R100").count(),
        5,
        "git sees renames: {renames}"
    );
}

#[tokio::test]
async fn somebody_elses_description_of_the_directory_makes_a_fabric_invalid_unless_it_is_replaced()
{
    let info = "gitops/managed/metadata/directory-info.json";
    for (take, state) in [(true, "initialized"), (false, "invalid_structure")] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        world.push("main", &[(info, text("{}\n"))]);
        let mut body = fabric("gitops");
        if take {
            body["take"] = json!([info]);
        }
        let plan = preview(&ada, &body, json!({})).await;
        assert_eq!(
            paths(&plan.body["writes"]).contains(&info),
            take,
            "{plan:?}"
        );
        let created = ada.create(&body).await;
        assert_eq!(
            created.text("gitops_directory_status"),
            state,
            "{created:?}"
        );
    }
}

#[tokio::test]
async fn a_directory_of_another_fabric_is_never_adopted() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let mut other = fabric("sites/east");
    other["name"] = json!("east");
    ada.create(&other).await;
    let head = world.head("main");
    let mut around = fabric("sites");
    around["name"] = json!("all");
    around["adopt"] = json!("external");
    let plan = ada.post("/api/plan", &around).await;
    // Whoever plans learns beforehand whose it is.
    let taken_by = &plan.body["taken_by"];
    assert_eq!(taken_by["name"], "east", "{plan:?}");
    assert_eq!(taken_by["directory"], "sites/east");
    let free = preview(&ada, &fabric("sites/west"), json!({})).await;
    assert_eq!(free.body.get("taken_by"), None, "{free:?}");
    // Its own repair is nobody else's.
    let repair = preview(&ada, &other, json!({ "repair": true })).await;
    assert_eq!((repair.status, repair.body.get("taken_by")), (200, None));
    around["files"] = plan.body["files"].clone();
    around["approval"] = plan.body["approval"].clone();
    let answer = ada.post("/api/fabrics", &around).await;
    assert_eq!(
        (answer.status, answer.text("code")),
        (409, "fabric_exists"),
        "{answer:?}"
    );
    assert_eq!(world.head("main"), head);
}
