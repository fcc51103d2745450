//! What a person decided besides the fields, and how the URL's fragment carries it.

use shared::api::WriteMode;
use shared::fabric::FabricSpec;
use shared::layout::DIRECTORY_INFO;
use shared::plan::Adopt;
use shared::plan::{Overwrite, Overwrites};
use shared::quote::url;

use super::address::pairs;

/// How a fragment says what moves; where nothing does, it says nothing.
const ADOPT: [(Adopt, &str); 2] = [(Adopt::Pending, "pending"), (Adopt::External, "external")];

/// The decisions. A fragment does not mention what is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// What happens to changed files.
    pub overwrites: Overwrites,
    /// What becomes of what the directory holds already.
    pub adopt: Adopt,
    /// How the change reaches the branch, where that is open.
    pub mode: WriteMode,
    /// Whether somebody else's `directory-info.json` stays, with which the fabric is not valid.
    pub keep_info: bool,
}

/// What is overwritten where a fabric's layout is put in place: what was decided, and somebody else's
/// `directory-info.json`, by which tools tell what the directory is, unless it is to stay.
pub fn with_info(spec: &FabricSpec, mut decided: Overwrites, keep_info: bool) -> Overwrites {
    let info = info_path(spec);
    if !keep_info && decided.of(&info) == Overwrite::No {
        decided.paths.push(info);
        decided.paths.sort();
    }
    decided
}

/// The path of the file that says what the fabric's directory is.
pub fn info_path(spec: &FabricSpec) -> String {
    spec.gitops_directory.join(DIRECTORY_INFO)
}

impl Decisions {
    /// Reads a fragment; none if it names a decision that there is not.
    pub fn from_fragment(fragment: &str) -> Option<Self> {
        let mut decisions = Self::default();
        for (key, value) in pairs(fragment.trim_start_matches('#')) {
            match key.as_str() {
                "force" => decisions.overwrites.all = Overwrite::from(value == "1"),
                "take" => decisions.overwrites.paths.push(value),
                "adopt" => decisions.adopt = ADOPT.iter().find(|(_, word)| *word == value)?.0,
                "mode" if value == "pull_request" => decisions.mode = WriteMode::PullRequest,
                "keep" if value == "info" => decisions.keep_info = true,
                _ => {}
            }
        }
        Some(decisions)
    }

    /// What a fragment ends with so that it reads back as these; nothing where all is as usual.
    pub fn to_fragment(&self) -> String {
        let mut fragment = String::new();
        if self.overwrites.all == Overwrite::Yes {
            fragment.push_str("&force=1");
        }
        for path in &self.overwrites.paths {
            fragment.push_str("&take=");
            fragment.push_str(&url::path(path));
        }
        if let Some((_, word)) = ADOPT.iter().find(|(adopt, _)| *adopt == self.adopt) {
            fragment.push_str("&adopt=");
            fragment.push_str(word);
        }
        if self.mode == WriteMode::PullRequest {
            fragment.push_str("&mode=pull_request");
        }
        if self.keep_info {
            fragment.push_str("&keep=info");
        }
        fragment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_survive_a_fragment() {
        let decided = Decisions {
            overwrites: Overwrites {
                all: Overwrite::No,
                paths: vec!["net/a&b=ü.md".into(), "net/raw/README.md".into()],
            },
            adopt: Adopt::External,
            mode: WriteMode::PullRequest,
            keep_info: true,
        };
        let fragment = format!("#name=x&directory=net{}", decided.to_fragment());
        assert_eq!(Decisions::from_fragment(&fragment), Some(decided));
        let forced = Decisions {
            overwrites: Overwrite::Yes.into(),
            ..Decisions::default()
        };
        assert_eq!(
            Decisions::from_fragment(&forced.to_fragment()),
            Some(forced)
        );
    }

    #[test]
    fn what_is_as_usual_is_not_mentioned() {
        assert_eq!(Decisions::default().to_fragment(), "");
        assert_eq!(
            Decisions::from_fragment("name=x"),
            Some(Decisions::default())
        );
        assert_eq!(Decisions::from_fragment("adopt=burn"), None);
    }
}
