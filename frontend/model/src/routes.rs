//! The addresses of the pages: which page a path names, and the path of a page.

use std::fmt::Display;

pub const CREATE: &str = "/";
/// All of a person's fabrics.
pub const FABRICS: &str = "/fabrics";
/// Those that something is wrong with.
pub const PROBLEMS: &str = "/fabrics?state=problems";
/// Many fabrics from a list.
pub const IMPORT: &str = "/fabrics/import";
/// The account, what it may do, and how the page looks.
pub const SETTINGS: &str = "/settings";

/// The page of a fabric.
pub fn fabric(id: &(impl Display + ?Sized)) -> String {
    format!("/f/{id}")
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: create a fabric.
    Create,
    /// `/f/{id}`: one fabric.
    Fabric(String),
    /// `/fabrics`: all of a person's fabrics.
    Fabrics,
    /// `/fabrics/import`: many fabrics from a list.
    Import,
    /// `/settings`: the account, what it may do, and how the page looks.
    Settings,
    NotFound,
}

impl Route {
    /// The pages that every page leads to, with their names.
    pub const MAIN: [(&'static str, &'static str); 3] = [
        (CREATE, "Create"),
        (FABRICS, "Fabrics"),
        (SETTINGS, "Settings"),
    ];

    /// The page at a path; a trailing slash does not matter.
    pub fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Create,
            ["f", id] => Self::Fabric((*id).to_owned()),
            ["fabrics"] => Self::Fabrics,
            ["fabrics", "import"] => Self::Import,
            ["settings"] => Self::Settings,
            _ => Self::NotFound,
        }
    }

    /// The title of the browser's tab.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Create => "Create a fabric · Hedgerow",
            Self::Fabric(_) => "Fabric · Hedgerow",
            Self::Fabrics => "Fabrics · Hedgerow",
            Self::Import => "Import a list · Hedgerow",
            Self::Settings => "Settings · Hedgerow",
            Self::NotFound => "Not found · Hedgerow",
        }
    }

    /// Which of the main pages it belongs to, as an address.
    pub fn main(&self) -> Option<&'static str> {
        match self {
            Self::Create => Some(CREATE),
            Self::Fabric(_) | Self::Fabrics | Self::Import => Some(FABRICS),
            Self::Settings => Some(SETTINGS),
            Self::NotFound => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::pages::PAGES;

    #[test]
    fn paths_name_pages() {
        for (path, expected) in [
            ("/", Route::Create),
            ("", Route::Create),
            ("/f/abc", Route::Fabric("abc".into())),
            ("/f/abc/", Route::Fabric("abc".into())),
            ("/fabrics", Route::Fabrics),
            ("/fabrics/import/", Route::Import),
            ("/settings", Route::Settings),
            ("/fabrics/new", Route::NotFound),
            ("/f", Route::NotFound),
            ("/f/a/b", Route::NotFound),
            ("/x", Route::NotFound),
        ] {
            assert_eq!(Route::parse(path), expected, "{path}");
        }
    }

    #[test]
    fn the_worker_serves_every_page_and_nothing_else() {
        let known = PAGES.map(Route::parse);
        let all = [
            Route::Create,
            Route::Fabrics,
            Route::Import,
            Route::Settings,
        ];
        assert_eq!(known, all);
    }

    #[test]
    fn every_main_page_leads_to_itself() {
        for (address, _) in Route::MAIN {
            assert_eq!(Route::parse(address).main(), Some(address));
        }
    }
}
