//! What to paste elsewhere so that it shows a fabric's state.

use crate::quote::markdown;
use crate::quote::markup::markup;
use crate::quote::url::component;

/// A text to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// What it is for.
    pub name: &'static str,
    /// The text.
    pub text: String,
}

/// The link and the badges of a fabric, where `site` is this site's address.
pub fn snippets(site: &str, id: &str, name: &str) -> Vec<Snippet> {
    let page = format!("{site}/f/{id}");
    let badge = format!("{page}/badge.svg");
    let said = format!("GitOps state of {name}");
    let of = |name, text| Snippet { name, text };
    let picture = format!(
        "![{}]({})",
        markdown::text(&said),
        markdown::destination(&badge)
    );
    vec![
        of("Link", page.clone()),
        of(
            "Markdown",
            format!("[{picture}]({})", markdown::destination(&page)),
        ),
        of(
            "HTML",
            format!(
                "<a href=\"{}\"><img src=\"{}\" alt=\"{}\"></a>",
                markup(&page),
                markup(&badge),
                markup(&said)
            ),
        ),
        of(
            "Shields endpoint",
            format!(
                "https://img.shields.io/endpoint?url={}",
                component(&format!("{page}/badge.json"))
            ),
        ),
        of("Status for machines", format!("{page}/status.json")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_lead_to_the_page() {
        let all = snippets("https://h.example", "abc", "dc1");
        assert_eq!(
            all[1].text,
            "[![GitOps state of dc1](https://h.example/f/abc/badge.svg)](https://h.example/f/abc)"
        );
        assert_eq!(
            all[3].text,
            "https://img.shields.io/endpoint?url=https%3A%2F%2Fh.example%2Ff%2Fabc%2Fbadge.json"
        );
    }
}
