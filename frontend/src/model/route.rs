//! Which page a path names.

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: create a fabric.
    Create,
    /// `/f/{id}`: one fabric.
    Fabric(String),
    /// Anything else.
    NotFound,
}

impl Route {
    /// The page at a path; a trailing slash does not matter.
    pub fn parse(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Create,
            ["f", id] => Self::Fabric((*id).to_owned()),
            _ => Self::NotFound,
        }
    }

    /// The title of the browser's tab.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Create => "Create a fabric · Hedgerow",
            Self::Fabric(_) => "Fabric · Hedgerow",
            Self::NotFound => "Not found · Hedgerow",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_pages() {
        for (path, expected) in [
            ("/", Route::Create),
            ("", Route::Create),
            ("/f/abc", Route::Fabric("abc".into())),
            ("/f/abc/", Route::Fabric("abc".into())),
            ("/f", Route::NotFound),
            ("/f/a/b", Route::NotFound),
            ("/x", Route::NotFound),
        ] {
            assert_eq!(Route::parse(path), expected, "{path}");
        }
    }
}
