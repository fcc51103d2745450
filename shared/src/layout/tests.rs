#![allow(clippy::unwrap_used)]
use super::*;
use crate::fabric::FabricInput;
use crate::fabric::LayoutOptions;

fn spec(directory: &str, all_kinds: bool) -> FabricSpec {
    FabricSpec::parse(&FabricInput {
        name: "fabric-1".into(),
        git_repository: "acme/network".into(),
        branch: "main".into(),
        gitops_directory: directory.into(),
        layout: LayoutOptions {
            all_kinds,
            ..LayoutOptions::default()
        },
    })
    .unwrap()
}

#[test]
fn version_1_has_fourteen_files_in_fourteen_directories() {
    let layout = layout(&spec("gitops/fabric-1", false));
    insta::assert_snapshot!(layout.files.keys().cloned().collect::<Vec<_>>().join("\n"));
    assert_eq!((layout.files.len(), layout.directories().len()), (14, 14));
}

#[test]
fn all_kinds_adds_the_folder_of_every_other_kind() {
    let layout = layout(&spec("gitops/fabric-1", true));
    for kind in KINDS {
        assert!(
            layout
                .files
                .contains_key(&format!("managed/{}/.gitkeep", kind.folder)),
            "{}",
            kind.folder
        );
    }
    assert_eq!((layout.files.len(), layout.directories().len()), (24, 24));
}

#[test]
fn texts_name_the_fabric_and_its_paths() {
    let layout = layout(&spec("gitops/fabric-1", false));
    let text = |path: &str| String::from_utf8(layout.files[path].content.clone()).unwrap();
    insta::assert_snapshot!("managed_readme", text("managed/README.md"));
    insta::assert_snapshot!("raw_readme", text("raw/README.md"));
    insta::assert_snapshot!("unmanaged_readme", text("unmanaged/README.md"));
    insta::assert_snapshot!("directory_info", text(DIRECTORY_INFO));
}

#[test]
fn at_the_root_paths_have_no_leading_slash() {
    let layout = layout(&spec("/", false));
    let text = |path: &str| String::from_utf8(layout.files[path].content.clone()).unwrap();
    assert!(text("managed/README.md").contains("`path: managed`"));
    assert!(text("managed/README.md").contains("`path: ./managed/vpcs`"));
    assert!(text("raw/README.md").contains("reads `managed`."));
    assert!(text(DIRECTORY_INFO).contains("\"gitops_directory\": \"/\""));
}

#[test]
fn argo_cd_is_told_to_skip_the_info_file_and_reads_no_other_json() {
    let layout = layout(&spec("/", true));
    let info = &layout.files[DIRECTORY_INFO].content;
    assert!(String::from_utf8_lossy(info).contains("+argocd:skip-file-rendering"));
    let read_by_argo = |path: &&String| {
        [".yaml", ".yml", ".json", ".jsonnet"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    assert_eq!(
        layout.files.keys().filter(read_by_argo).collect::<Vec<_>>(),
        [DIRECTORY_INFO]
    );
}

use crate::kinds::KINDS;
