//! The fabric that a person is describing, as typed, and how the URL's fragment carries it.

use shared::fabric::{FabricInput, FabricSpec};
use shared::quote::url;

use super::address::pairs;

/// A draft in which nothing was typed yet.
pub fn initial() -> FabricInput {
    let name = "fabric-1".to_owned();
    FabricInput {
        gitops_directory: directory_of(&name),
        name,
        branch: "main".to_owned(),
        ..FabricInput::default()
    }
}

/// Reads a fragment, with or without its `#`; what it does not mention is as in [`initial`].
pub fn from_fragment(fragment: &str) -> FabricInput {
    let mut draft = initial();
    let mut directory = None;
    for (key, value) in pairs(fragment.trim_start_matches('#')) {
        match key.as_str() {
            "name" => draft.name = value,
            "repository" => draft.git_repository = value,
            "branch" => draft.branch = value,
            "directory" => directory = Some(value),
            "all_kinds" => draft.layout.all_kinds = value == "1",
            _ => {}
        }
    }
    draft.gitops_directory = directory.unwrap_or_else(|| directory_of(&draft.name));
    draft
}

/// The fragment that reads back as this draft, without its `#`.
pub fn to_fragment(draft: &FabricInput) -> String {
    let mut fragment = format!(
        "name={}&repository={}&branch={}&directory={}",
        url::path(&draft.name),
        url::path(&draft.git_repository),
        url::path(&draft.branch),
        url::path(&draft.gitops_directory)
    );
    if draft.layout.all_kinds {
        fragment.push_str("&all_kinds=1");
    }
    fragment
}

/// Takes a new name; a directory that still follows the name goes with it.
pub fn rename(draft: &mut FabricInput, name: String) {
    if draft.gitops_directory == directory_of(&draft.name) {
        draft.gitops_directory = directory_of(&name);
    }
    draft.name = name;
}

/// A fabric with the same tree, if name and directory are fine: the layout names neither repository nor branch.
pub fn drawable(draft: &FabricInput) -> Option<FabricSpec> {
    let input = FabricInput {
        git_repository: "owner/repository".to_owned(),
        branch: "main".to_owned(),
        ..draft.clone()
    };
    FabricSpec::parse(&input).ok()
}

/// The directory that a fabric has unless a person names another.
pub fn directory_of(name: &str) -> String {
    format!("gitops/hedgehog/{name}")
}

/// Takes what people paste for a repository, a web or clone address, as `owner/name`.
pub fn normalise_repository(text: &str) -> String {
    let text = text.trim();
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => match text.split_once(':') {
            Some((host, path)) if host.starts_with("git@") => path,
            _ => {
                return text
                    .trim_end_matches('/')
                    .trim_end_matches(".git")
                    .to_owned();
            }
        },
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let name = parts.iter().take(2).copied().collect::<Vec<_>>().join("/");
    name.strip_suffix(".git").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::fabric::LayoutOptions;

    #[test]
    fn a_draft_survives_its_fragment() {
        let draft = FabricInput {
            name: "a&b=ü %#".into(),
            git_repository: "acme/network".into(),
            branch: "feature/x".into(),
            gitops_directory: "/".into(),
            layout: LayoutOptions {
                all_kinds: true,
                ..LayoutOptions::default()
            },
        };
        let fragment = to_fragment(&draft);
        assert_eq!(
            fragment,
            "name=a%26b%3D%C3%BC%20%25%23&repository=acme/network&branch=feature/x&directory=/&all_kinds=1"
        );
        assert_eq!(from_fragment(&format!("#{fragment}")), draft);
        assert_eq!(from_fragment(""), initial());
        assert_eq!(from_fragment("#name=%zz").name, "%zz");
    }

    #[test]
    fn the_directory_follows_the_name_until_it_is_edited() {
        let mut draft = initial();
        rename(&mut draft, "dc2".into());
        assert_eq!(draft.gitops_directory, "gitops/hedgehog/dc2");
        draft.gitops_directory = "elsewhere".into();
        rename(&mut draft, "dc3".into());
        assert_eq!(draft.gitops_directory, "elsewhere");
        assert_eq!(
            from_fragment("#name=x").gitops_directory,
            "gitops/hedgehog/x"
        );
    }

    #[test]
    fn the_tree_does_not_depend_on_the_repository() {
        let draft = FabricInput {
            git_repository: "acme/network".into(),
            branch: "x".into(),
            ..initial()
        };
        let spec = FabricSpec::parse(&draft).expect("every field is well formed");
        let drawn = drawable(&initial()).expect("name and directory are fine");
        assert_eq!(
            shared::layout::layout(&spec),
            shared::layout::layout(&drawn)
        );
    }

    #[test]
    fn pasted_addresses_become_names() {
        for text in [
            "acme/network",
            " acme/network/ ",
            "acme/network.git",
            "https://github.com/acme/network",
            "https://github.com/acme/network.git",
            "https://github.com/acme/network/tree/main/gitops?x#y",
            "git@github.com:acme/network.git",
            "ssh://git@github.com/acme/network.git",
        ] {
            assert_eq!(normalise_repository(text), "acme/network", "{text}");
        }
    }
}
