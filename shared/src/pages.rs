//! Which addresses are pages.

/// The pages that are the same for everybody; a fabric and a share link have one each besides.
pub const PAGES: [&str; 4] = ["/", "/fabrics", "/fabrics/import", "/settings"];

/// The page that an address with slashes at its end means, if there is one.
///
/// `/fabrics/` means `/fabrics`; what has no such slash, or names nothing without it either, means nothing else.
pub fn without_slash(path: &str) -> Option<&str> {
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() {
        return None;
    }
    let is_page = match trimmed.split('/').collect::<Vec<_>>().as_slice() {
        ["", "f" | "s", name] => !name.is_empty(),
        ["", "setup"] => true,
        _ => PAGES.contains(&trimmed),
    };
    is_page.then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_means_the_page_without_it() {
        for (path, meant) in [
            ("/fabrics/", Some("/fabrics")),
            ("/fabrics/import//", Some("/fabrics/import")),
            ("/settings/", Some("/settings")),
            ("/f/abc/", Some("/f/abc")),
            ("/s/secret/", Some("/s/secret")),
            ("/setup/", Some("/setup")),
            ("/fabrics", None),
            ("/", None),
            ("//", None),
            ("/f/", None),
            ("/f//", None),
            ("/f/abc/badge.svg/", None),
            ("//elsewhere.example/", None),
            ("/nowhere/", None),
        ] {
            assert_eq!(without_slash(path), meant, "{path}");
        }
    }
}
