//! What people keep in the folders is named, each once and not without end.
use super::*;

#[test]
fn peoples_entries_are_named_and_the_layouts_and_unexpected_ones_are_not() {
    let mut branch = initialised();
    let root = "gitops/fabric-1";
    for below in [
        "managed/vpcs/vpc-1.yaml",
        "managed/vpcs/site-a/vpc-2.yaml",
        "managed/vpcs/notes.txt",
        // Of a kind that this layout leaves out, and under its other name.
        "managed/externals/external-1.yaml",
        "managed/ipv4namespaces/default.yaml",
        "managed/loose.yaml",
        "raw/todo.md",
        "raw/pending/.gitkeep/odd",
        "beside.txt",
    ] {
        branch = branch.with(&format!("{root}/{below}"), b"x");
    }
    let diff = diff_of(&branch);
    let found: Vec<String> = diff.content.iter().flat_map(FolderContent::paths).collect();
    assert_eq!(
        found,
        [
            "managed/ipv4namespaces/",
            "raw/todo.md",
            "managed/externals/external-1.yaml",
            "managed/vpcs/site-a/",
            "managed/vpcs/vpc-1.yaml",
        ]
        .map(|below| format!("{root}/{below}"))
    );
    assert!(diff.content.iter().all(|folder| folder.more == 0));
    assert_eq!(diff_of(&initialised()).content, []);
}

#[test]
fn of_many_entries_the_first_fifty_are_named() {
    let mut branch = initialised();
    for number in 0..62 {
        let path = format!("gitops/fabric-1/managed/vpcs/vpc-{number:02}.yaml");
        branch = branch.with(&path, b"x");
    }
    let diff = diff_of(&branch);
    let vpcs = &diff.content[0];
    assert_eq!((vpcs.entries.len(), vpcs.more), (50, 12));
    assert_eq!(vpcs.entries[49], "vpc-49.yaml");
}
