//! What belongs neither to the layout nor to people's content, and where it stands.
use super::*;

/// What is unexpected once these are put (path below the fabric's directory, mode) into it.
fn unexpected_of(entries: &[(&str, u32)]) -> Vec<(String, UnexpectedPlace)> {
    let branch = entries.iter().fold(initialised(), |branch, (below, mode)| {
        branch.with_mode(&format!("gitops/fabric-1/{below}"), *mode, b"x")
    });
    let prefix = "gitops/fabric-1/";
    let found = diff_of(&branch).unexpected.into_iter();
    found
        .map(|unexpected| {
            let below = unexpected.path.strip_prefix(prefix).unwrap().to_owned();
            (below, unexpected.place)
        })
        .collect()
}

#[test]
fn each_place_has_its_own_name() {
    let cases = [
        (
            "notes.txt",
            0o100_644,
            "notes.txt",
            UnexpectedPlace::BesideRoots,
        ),
        (
            "docs/index.md",
            0o100_644,
            "docs",
            UnexpectedPlace::BesideRoots,
        ),
        (
            "Managed/x.yaml",
            0o100_644,
            "Managed",
            UnexpectedPlace::CaseClash,
        ),
        ("RAW", 0o120_000, "RAW", UnexpectedPlace::CaseClash),
        (
            "managed/x.yaml",
            0o100_644,
            "managed/x.yaml",
            UnexpectedPlace::Managed,
        ),
        (
            "managed/others/x.yaml",
            0o100_644,
            "managed/others",
            UnexpectedPlace::Managed,
        ),
        (
            "managed/VPCs/x.yaml",
            0o100_644,
            "managed/VPCs",
            UnexpectedPlace::Managed,
        ),
        (
            "managed/metadata/x.md",
            0o100_644,
            "managed/metadata/x.md",
            UnexpectedPlace::Metadata,
        ),
        (
            "managed/metadata/more/x",
            0o100_644,
            "managed/metadata/more",
            UnexpectedPlace::Metadata,
        ),
        (
            "managed/kustomization.yaml",
            0o100_644,
            "managed/kustomization.yaml",
            UnexpectedPlace::Kustomization,
        ),
        (
            "managed/vpcs/kustomization.yml",
            0o100_644,
            "managed/vpcs/kustomization.yml",
            UnexpectedPlace::Kustomization,
        ),
        (
            "managed/switches/Kustomization",
            0o100_644,
            "managed/switches/Kustomization",
            UnexpectedPlace::Kustomization,
        ),
        (
            "managed/Chart.yaml",
            0o100_644,
            "managed/Chart.yaml",
            UnexpectedPlace::ToolFile,
        ),
        (
            "managed/vpcs/.argocd-source-net.yaml",
            0o100_644,
            "managed/vpcs/.argocd-source-net.yaml",
            UnexpectedPlace::ToolFile,
        ),
        (
            "managed/vpcs/x.json",
            0o100_644,
            "managed/vpcs/x.json",
            UnexpectedPlace::NotYaml,
        ),
        (
            "managed/vpcs/x.yaml~",
            0o100_755,
            "managed/vpcs/x.yaml~",
            UnexpectedPlace::NotYaml,
        ),
        (
            "managed/externals/x.txt",
            0o100_644,
            "managed/externals/x.txt",
            UnexpectedPlace::NotYaml,
        ),
        (
            "managed/vpcs/x.yaml",
            0o120_000,
            "managed/vpcs/x.yaml",
            UnexpectedPlace::NotAFile,
        ),
        (
            "managed/switches/more",
            0o160_000,
            "managed/switches/more",
            UnexpectedPlace::NotAFile,
        ),
        (
            "managed/shared",
            0o160_000,
            "managed/shared",
            UnexpectedPlace::NotAFile,
        ),
        (
            "managed/externals",
            0o120_000,
            "managed/externals",
            UnexpectedPlace::NotAFile,
        ),
    ];
    for (path, mode, found, place) in cases {
        assert_eq!(unexpected_of(&[(path, mode)]), [(found.to_owned(), place)]);
    }
}

#[test]
fn content_of_people_is_not_unexpected() {
    let cases = [
        ("raw/anything", 0o120_000),
        ("raw/pending/export.json", 0o100_644),
        ("raw/others/deep/x", 0o160_000),
        ("unmanaged/x.sh", 0o100_755),
        ("unmanaged/external-configs/border.conf", 0o100_644),
        ("managed/vpcs/vpc-1.yaml", 0o100_644),
        ("managed/vpcs/vpc-2.yml", 0o100_755),
        ("managed/vpcs/README.md", 0o100_644),
        ("managed/vpcs/site-a/anything.txt", 0o100_644),
        ("managed/externals/x.yaml", 0o100_644),
    ];
    for case in cases {
        assert_eq!(unexpected_of(&[case]), [], "{}", case.0);
    }
}

#[test]
fn plural_names_of_the_kinds_are_accepted_as_folders() {
    let plurals = [
        "vpcattachments",
        "vpcpeerings",
        "externalattachments",
        "externalpeerings",
        "switchgroups",
        "ipv4namespaces",
        "vlannamespaces",
        "gatewaygroups",
        "gatewaypeerings",
        "switchprofiles",
        "switch-profiles",
    ];
    for plural in plurals {
        let path = format!("managed/{plural}/x.yaml");
        assert_eq!(unexpected_of(&[(&path, 0o100_644)]), [], "{plural}");
    }
}

#[test]
fn a_file_named_like_a_folder_of_a_kind_is_unexpected() {
    assert_eq!(
        unexpected_of(&[("managed/externals", 0o100_644)]),
        [("managed/externals".to_owned(), UnexpectedPlace::NotYaml)]
    );
}

#[test]
fn at_the_root_what_stands_beside_the_roots_is_not_the_fabrics() {
    let root = Branch::initialised(&fabric("/", false))
        .with("README.md", b"x")
        .with("src/main.rs", b"x")
        .with_mode("vendor", 0o160_000, b"x");
    assert_eq!(diff_in("/", &root).unexpected, []);
    let clash = UnexpectedEntry {
        path: "Raw".into(),
        place: UnexpectedPlace::CaseClash,
    };
    assert_eq!(
        diff_in("/", &root.with("Raw/x", b"x")).unexpected,
        [clash],
        "but a case clash breaks checkouts there as well"
    );
}
