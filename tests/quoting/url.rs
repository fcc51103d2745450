//! Addresses, read as a server and as a client read them.

use flows::hostile;
use reqwest::Url;
use shared::paste::snippets;
use shared::quote::url::{component, is_web, path};

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
fn no_name_is_an_address_to_go_to_but_those_of_the_web() {
    for name in hostile::NAMES {
        let is_http = Url::parse(name).is_ok_and(|read| matches!(read.scheme(), "http" | "https"));
        assert_eq!(is_web(name), is_http, "{name:?}");
    }
}
