//! What to paste elsewhere so that it shows a fabric's state.

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
    let shields = format!("https://img.shields.io/endpoint?url={page}/badge.json");
    let of = |name, text| Snippet { name, text };
    vec![
        of("Link", page.clone()),
        of(
            "Markdown",
            format!("[![GitOps state of {name}]({badge})]({page})"),
        ),
        of(
            "HTML",
            format!("<a href=\"{page}\"><img src=\"{badge}\" alt=\"GitOps state of {name}\"></a>"),
        ),
        of("Shields endpoint", shields),
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
        assert!(
            all.iter()
                .all(|snippet| snippet.text.contains("https://h.example/f/abc"))
        );
    }
}
