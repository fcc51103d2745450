//! XML such as SVG, read by an XML parser; `tests/e2e/quoting.test.mjs` has Chromium read HTML.

use flows::hostile;
use roxmltree::Document;
use shared::paste::snippets;
use shared::quote::invisible::legible;
use shared::quote::markup::markup;
use shared::status::{Tone, badge_svg};

/// The name as XML has it.
fn in_xml(name: &str) -> String {
    legible(name).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[test]
fn a_name_is_text_in_content_and_in_attributes() {
    for name in hostile::NAMES {
        let xml = format!("<a b=\"{0}\" c='{0}'>{0}</a>", markup(name));
        let read = Document::parse(&xml).unwrap_or_else(|error| panic!("{xml}: {error}"));
        let root = read.root_element();
        let found = [
            root.attribute("b"),
            root.attribute("c"),
            root.text().or(Some("")),
        ];
        assert_eq!(found, [Some(&*in_xml(name)); 3], "{xml}");
        assert_eq!(
            root.children().filter(|child| child.is_element()).count(),
            0
        );
    }
}

#[test]
fn a_badge_is_well_formed_whatever_it_says() {
    for name in hostile::NAMES {
        let svg = badge_svg(name, name, Tone::Danger);
        let read = Document::parse(&svg).unwrap_or_else(|error| panic!("{svg}: {error}"));
        let names = read.descendants().filter(|node| node.is_element());
        let names: Vec<_> = names.map(|node| node.tag_name().name()).collect();
        assert_eq!(
            names,
            [
                "svg", "title", "style", "clipPath", "rect", "g", "rect", "rect", "g", "text",
                "text"
            ],
            "{svg}"
        );
    }
}

#[test]
fn the_badge_is_one_picture_in_one_link_whatever_the_fabric_is_called() {
    for name in hostile::NAMES {
        let badge = &snippets("https://h.example", "abc", name)[2];
        let read = badge.text.replace("\"></a>", "\"/></a>");
        let read = Document::parse(&read).unwrap_or_else(|error| panic!("{read}: {error}"));
        let link = read.root_element();
        let picture = link.first_element_child().unwrap();
        assert_eq!(link.attribute("href"), Some("https://h.example/f/abc"));
        let said = format!("GitOps state of {}", in_xml(name));
        assert_eq!(
            picture.attribute("alt"),
            Some(said.as_str()),
            "{}",
            badge.text
        );
        assert_eq!(picture.attributes().len(), 2);
    }
}
