//! Directories that hold something already.

use flows::World;
use github_standin::File;
use serde_json::json;

use crate::fabric;

#[tokio::test]
async fn files_that_people_put_there_are_kept_and_need_no_keep_file() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.push(
        "main",
        &[
            ("gitops/managed/vpcs/vpc-1.yaml", Some("kind: VPC\n".into())),
            ("gitops/notes.txt", Some("hello\n".into())),
            ("gitops/raw/README.md", Some("our own text\n".into())),
        ],
    );
    let before = world.clone("acme/network", "main").files(".");
    let plan = ada.post("/api/plan", &fabric("gitops")).await;
    assert_eq!(
        plan.body["diff"]["content"],
        json!([{ "folder": "gitops/managed/vpcs", "entries": ["vpc-1.yaml"] }]),
        "a preview shows what is there"
    );
    let answer = ada.create(&fabric("gitops")).await;
    assert_eq!(
        (answer.status, answer.text("gitops_directory_status")),
        (201, "initialized"),
        "{answer:?}"
    );
    let clone = world.clone("acme/network", "main");
    let after = clone.files(".");
    for (path, blob) in &before {
        assert_eq!(after.get(path), Some(blob), "{path}");
    }
    assert!(
        !after.contains_key("gitops/managed/vpcs/.gitkeep"),
        "the folder holds a file already"
    );
    assert_eq!(
        after.len(),
        before.len() + 12,
        "all but the README and the keep file that were not needed"
    );
    assert_eq!(
        answer.body["drift"]["modified"], 1,
        "the edited README shows as drift, not as an error"
    );
}

#[tokio::test]
async fn force_restores_a_changed_readme() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.push(
        "main",
        &[("gitops/raw/README.md", Some("our own text\n".into()))],
    );
    let mut forced = fabric("gitops");
    forced["force"] = json!(true);
    let answer = ada.create(&forced).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.body["drift"]["modified"], 0);
    let clone = world.clone("acme/network", "main");
    assert!(
        clone
            .git(&["show", "HEAD:gitops/raw/README.md"])
            .starts_with("# raw/")
    );
    assert_eq!(
        clone.git(&["show", "HEAD^:gitops/raw/README.md"]),
        "our own text"
    );
}

#[tokio::test]
async fn a_file_in_place_of_a_directory_is_refused_by_name() {
    let symlink = || {
        Some(File::Symlink {
            symlink: "elsewhere".into(),
        })
    };
    let submodule = || {
        Some(File::Submodule {
            submodule: "1".repeat(40),
        })
    };
    for (path, file, kind) in [
        ("gitops/raw", symlink(), "symbolic link"),
        ("gitops/managed", Some("a file\n".into()), "file"),
        ("gitops", symlink(), "symbolic link"),
        ("gitops/managed/vpcs", submodule(), "submodule"),
        ("gitops/raw/README.md", symlink(), "symbolic link"),
        (
            "gitops/raw/README.md",
            Some(File::Executable {
                executable: "#!/bin/sh\n".into(),
            }),
            "executable file",
        ),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let body = ada.approve(&fabric("gitops")).await;
        let head = world.push("main", &[(path, file)]);
        let preview = ada.post("/api/plan", &fabric("gitops")).await;
        assert_eq!(
            (preview.status, preview.text("code")),
            (409, "blocked"),
            "{preview:?}"
        );
        assert_eq!(preview.body["path"], path);
        assert!(preview.text("detail").contains(kind), "{preview:?}");
        let answer = ada.post("/api/fabrics", &body).await;
        assert_eq!(answer.status, 409, "{answer:?}");
        assert_eq!((world.head("main"), world.host.fabrics()), (head, 0));
    }
}

#[tokio::test]
async fn a_tag_of_the_branchs_name_does_not_mislead() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    let old = world.head("main");
    let head = world.push(
        "main",
        &[("fabrics/tagged.md", Some("after the tag\n".into()))],
    );
    world
        .standin
        .repo("acme/network")
        .unwrap()
        .tag("main", &old)
        .unwrap();
    let body = ada.approve(&fabric("gitops")).await;
    assert_eq!(body["approval"]["head"], head.as_str());
    let answer = ada.post("/api/fabrics", &body).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
    let repo = world.standin.repo("acme/network").unwrap();
    assert_eq!(
        repo.git(&["rev-parse", "refs/heads/main^"]).unwrap().trim(),
        head
    );
    assert_eq!(
        repo.git(&["rev-parse", "refs/tags/main"]).unwrap().trim(),
        old
    );
}

#[tokio::test]
async fn unusual_names_around_the_directory_are_preserved() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    world.push(
        "main",
        &[
            ("gitops/raw/größe ✓.txt", Some("x\n".into())),
            ("a.b", Some("x\n".into())),
            ("a/c", Some("x\n".into())),
        ],
    );
    let answer = ada.create(&fabric("a/gitops")).await;
    assert_eq!(
        answer.text("gitops_directory_status"),
        "initialized",
        "{answer:?}"
    );
}
