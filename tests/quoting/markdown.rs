//! Markdown, read by a CommonMark parser.

use flows::hostile;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use shared::paste::snippets;
use shared::quote::invisible::legible;
use shared::quote::markdown::{code, destination, text};

/// What a parser with GitHub's additions sees.
pub fn events(markdown: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let options = options | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM;
    Parser::new_ext(markdown, options).collect()
}

/// The code in a text, in order.
pub fn codes(markdown: &str) -> Vec<String> {
    let codes = events(markdown)
        .into_iter()
        .filter_map(|event| match event {
            Event::Code(code) => Some(code.to_string()),
            _ => None,
        });
    codes.collect()
}

/// Words that are all of a paragraph, or of what `events` is about; none if there is anything else.
fn words(events: &[Event<'_>]) -> Option<String> {
    let words = events.iter().map(|event| match event {
        Event::Text(words) => Some(words.as_ref()),
        _ => None,
    });
    words.collect()
}

/// The name as it stands within a line.
pub fn on_a_line(name: &str) -> String {
    legible(name).replace(['\n', '\t'], " ")
}

#[test]
fn a_name_in_words_is_words() {
    for name in hostile::NAMES {
        let line = format!("a {} b", text(name));
        let read = events(&line);
        let expected = format!("a {} b", on_a_line(name));
        assert_eq!(words(&read[1..read.len() - 1]), Some(expected), "{line}");
    }
}

#[test]
fn a_name_as_code_is_one_code() {
    for name in hostile::NAMES.iter().filter(|name| !name.is_empty()) {
        let line = format!("a {}, {} b", code(name), code("c"));
        assert_eq!(codes(&line), [on_a_line(name), "c".to_owned()], "{line}");
    }
}

#[test]
fn an_address_is_one_destination() {
    for name in hostile::NAMES {
        let address = format!("https://h.example/{name}");
        let line = format!("[![a]({0})]({0})", destination(&address));
        let read = events(&line);
        let [
            _,
            Event::Start(Tag::Link { dest_url, .. }),
            Event::Start(Tag::Image { .. }),
            ..,
            Event::End(TagEnd::Link),
            _,
        ] = read.as_slice()
        else {
            panic!("{line}: {read:?}");
        };
        // The same address in the spelling of RFC 3986.
        let spelled = dest_url.replace("%EF%BF%BD", "\u{fffd}");
        assert!(spelled.starts_with("https://h.example/"), "{line}");
        assert!(!spelled.contains(char::is_whitespace), "{line}");
    }
}

#[test]
fn the_badge_is_one_picture_in_one_link_whatever_the_fabric_is_called() {
    for name in hostile::NAMES {
        let badge = &snippets("http://[::1]:8787", "abc", name)[1];
        let read = events(&badge.text);
        let (page, picture) = (
            "http://[::1]:8787/f/abc",
            "http://[::1]:8787/f/abc/badge.svg",
        );
        let [
            Event::Start(Tag::Paragraph),
            Event::Start(Tag::Link { dest_url: link, .. }),
            Event::Start(Tag::Image {
                dest_url: image, ..
            }),
            said @ ..,
            Event::End(TagEnd::Image),
            Event::End(TagEnd::Link),
            Event::End(TagEnd::Paragraph),
        ] = read.as_slice()
        else {
            panic!("{}: {read:?}", badge.text);
        };
        assert_eq!((&**link, &**image), (page, picture), "{}", badge.text);
        let expected = format!("GitOps state of {}", on_a_line(name));
        assert_eq!(words(said), Some(expected), "{}", badge.text);
    }
}
