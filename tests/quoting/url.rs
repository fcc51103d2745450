//! Addresses, read as a server and as a client read them.

use flows::hostile;
use reqwest::Url;
use shared::paste::snippets;
use shared::quote::url::{below, component, of_site, path};

#[test]
fn a_name_is_one_part_of_an_address() {
    for name in hostile::NAMES {
        let address = format!("https://h.example/a/{0}/b?c={0}&d=1#{0}", component(name));
        let read = Url::parse(&address).unwrap();
        assert_eq!(read.path_segments().unwrap().count(), 3, "{address}");
        let pairs: Vec<_> = read.query_pairs().collect();
        assert_eq!(pairs.len(), 2, "{address}");
        assert_eq!(pairs[0].1, *name, "{address}");
        assert_eq!(read.host_str(), Some("h.example"));
    }
}

#[test]
fn a_path_keeps_its_slashes_and_nothing_else() {
    for name in hostile::NAMES {
        let address = format!("https://h.example/a/{}?d=1", path(name));
        let read = Url::parse(&address).unwrap();
        let slashes = read.path().matches('/').count();
        assert_eq!(slashes, 2 + name.matches('/').count(), "{address}");
        assert_eq!(read.query(), Some("d=1"), "{address}");
    }
}

#[test]
fn the_endpoint_of_shields_gets_one_address() {
    let [.., shields, _] = &snippets("http://localhost:8787", "abc", "dc1")[..] else {
        panic!("there are snippets");
    };
    let read = Url::parse(&shields.text).unwrap();
    let pairs: Vec<_> = read.query_pairs().collect();
    assert_eq!(
        pairs,
        [(
            "url".into(),
            "http://localhost:8787/f/abc/badge.json".into()
        )]
    );
}

#[test]
fn no_name_is_something_to_be_below_but_addresses_of_the_web() {
    for name in hostile::NAMES {
        let is_http = Url::parse(name).is_ok_and(|read| matches!(read.scheme(), "http" | "https"));
        assert_eq!(below(name, &["a"]).is_some(), is_http, "{name:?}");
    }
}

#[test]
fn a_name_below_github_leads_to_that_name_and_nowhere_else() {
    let hostile = [
        "..",
        ".",
        "../../evil/x",
        "%2e%2e/%2E%2E/evil/x",
        "a/../../evil",
        "#",
        "?x",
        "\\..\\..",
        "\t..",
        "..\n",
    ];
    for name in hostile::NAMES.iter().chain(&hostile) {
        let Some(address) = below("https://github.example/at", &["acme/network", "tree", name])
        else {
            assert!(
                name.split('/').any(|part| part == "." || part == ".."),
                "{name:?}"
            );
            continue;
        };
        let read = Url::parse(&address).unwrap();
        assert_eq!((read.query(), read.fragment()), (None, None), "{address}");
        let segments: Vec<_> = read.path_segments().unwrap().collect();
        assert_eq!(
            segments[..4],
            ["at", "acme", "network", "tree"],
            "{address}"
        );
        let parts: Vec<_> = name.split('/').filter(|part| !part.is_empty()).collect();
        let encoded: Vec<_> = parts.iter().map(|part| component(part)).collect();
        assert_eq!(segments[4..], encoded, "{address}");
    }
}

#[test]
fn no_name_is_an_address_of_github_but_one_of_that_origin() {
    let base = "https://github.example";
    let hostile = [
        "https://github.example/a",
        "https://github.example@evil.example/a",
        "https://github.example.evil.example/a",
        "https://github.example\\@evil.example/a",
        "https://github.example/\\evil.example",
        "javascript:alert(1)//https://github.example/",
        "//github.example/a",
    ];
    let mut taken = 0;
    for name in hostile::NAMES.iter().chain(&hostile) {
        if of_site(base, name).is_some() {
            let read = Url::parse(name).unwrap();
            assert_eq!(
                read.origin(),
                Url::parse(base).unwrap().origin(),
                "{name:?}"
            );
            taken += 1;
        }
    }
    assert_eq!(taken, 2);
}

/// Addresses below GitHub's are made by `below` alone: joined by hand, a name could lead elsewhere.
#[test]
fn no_source_joins_an_address_of_github_by_hand() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = [
        "shared/src",
        "frontend/src",
        "frontend/model/src",
        "edge-worker/src",
    ]
    .map(|folder| root.join(folder))
    .to_vec();
    let (mut files, mut found) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            files += 1;
            if joins(&text) {
                found.push(path);
            }
        }
    }
    assert!(files > 100, "{files}");
    assert_eq!(found, [""; 0].map(std::path::PathBuf::from));
}

/// Tells whether Rust puts something after GitHub's address and a slash.
fn joins(source: &str) -> bool {
    let dense: String = source.split_whitespace().collect();
    let by_name = ["{github_url}/", "{github}/", "{html_url}/"];
    let first = dense.match_indices("format!(\"{}/").any(|(at, _)| {
        let arguments = dense[at..].split_once("\",").map_or("", |(_, rest)| rest);
        let first: String = arguments
            .chars()
            .take_while(|letter| !",)".contains(*letter))
            .collect();
        first.contains("github_url") && !first.contains("api")
    });
    first || by_name.iter().any(|name| dense.contains(name))
}

#[test]
fn an_address_that_is_joined_by_hand_is_found() {
    assert!(joins("format!(\"{github_url}/{repo}\")"));
    assert!(joins(
        "format!(\n  \"{}/{}\",\n  state.app.github_url(),\n  name)"
    ));
    assert!(!joins("format!(\"{}/{}\", page, github_url)"));
}
