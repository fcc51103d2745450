//! Links that carry a plan: the whole draft, and what was approved. Opening one compares it again.

use shared::api::WriteMode;
use shared::approval::{Approval, BaseBranch};
use shared::fabric::FabricInput;
use shared::git::{ObjectId, blob_id};
use shared::plan::Overwrite;
use shared::quote::sentence::Name;
use shared::quote::url;

use super::address::pairs;
use super::decisions::Decisions;
use super::draft;
use super::preview::Preview;

/// The form of links that this page writes and reads.
const FORM: &str = "1";

/// What a link asks to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLink {
    pub draft: FabricInput,
    /// What was decided besides the fields.
    pub decisions: Decisions,
    /// What its maker saw.
    pub approval: Approval,
}

/// Why a link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was made by another version.
    #[error("this plan has format {}, which this page cannot read; ask for a new link", Name(.0))]
    Form(String),
    /// A part is missing or was changed on the way.
    #[error("this plan's link is damaged or incomplete; ask for a new one")]
    Damaged,
}

/// What a plan looks like today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanLinkStatus {
    /// The branch is as it was, and so is the result.
    AsItWas,
    /// The branch has moved, and the result is the same.
    Moved,
    /// The branch holds the result already.
    Done,
    /// The commit would give another tree.
    Differs,
    /// Something is in the way now.
    Blocked,
}

impl PlanLink {
    /// The plan that a page shows.
    pub fn of(draft: &FabricInput, preview: &Preview, mode: WriteMode) -> Option<Self> {
        let plan = preview.outcome.as_ref().ok()?;
        Some(Self {
            draft: draft.clone(),
            decisions: Decisions {
                overwrites: preview.overwrites.clone(),
                adopt: preview.adopt,
                mode,
                keep_info: preview.foreign_info() == Some(Overwrite::No),
            },
            approval: plan.approval.clone(),
        })
    }

    /// The fragment that reads back as this, without its `#`.
    pub fn to_fragment(&self) -> String {
        let mut fragment = format!("plan={FORM}&{}", draft::to_fragment(&self.draft));
        fragment.push_str(&self.decisions.to_fragment());
        let head = self.approval.head.map(|head| head.to_string());
        fragment.push_str(&format!(
            "&head={}&tree={}",
            head.as_deref().unwrap_or("none"),
            self.approval.tree
        ));
        if let Some(base) = &self.approval.base {
            fragment.push_str(&format!("&base={}", url::path(&base.branch)));
        }
        let sum = sum(&fragment);
        format!("{fragment}&sum={sum}")
    }

    /// Reads a fragment, with or without its `#`; none if it is only a draft.
    ///
    /// # Errors
    /// [`LinkError`] for a plan that cannot be read.
    pub fn from_fragment(fragment: &str) -> Option<Result<Self, LinkError>> {
        let fragment = fragment.trim_start_matches('#');
        let form = pairs(fragment)
            .into_iter()
            .find_map(|(key, value)| (key == "plan").then_some(value))?;
        if form != FORM {
            return Some(Err(LinkError::Form(form)));
        }
        Some(read(fragment).ok_or(LinkError::Damaged))
    }

    /// Compares what was approved with what is planned today.
    pub fn verdict(&self, today: &Preview) -> PlanLinkStatus {
        match &today.outcome {
            Err(_) => PlanLinkStatus::Blocked,
            Ok(plan) if plan.approval == self.approval => PlanLinkStatus::AsItWas,
            Ok(plan) if plan.approval.tree != self.approval.tree => PlanLinkStatus::Differs,
            Ok(_) if today.is_up_to_date() => PlanLinkStatus::Done,
            Ok(_) => PlanLinkStatus::Moved,
        }
    }
}

fn read(fragment: &str) -> Option<PlanLink> {
    let (signed, given) = fragment.rsplit_once("&sum=")?;
    if sum(signed) != given {
        return None;
    }
    let all = pairs(signed);
    let of = |wanted: &str| {
        all.iter()
            .find_map(|(key, value)| (key == wanted).then_some(value.as_str()))
    };
    let head = match of("head")? {
        "none" => None,
        id => Some(ObjectId::parse(id).ok()?),
    };
    let base = of("base").zip(head).map(|(branch, head)| BaseBranch {
        branch: branch.to_owned(),
        head,
    });
    Some(PlanLink {
        draft: draft::from_fragment(signed),
        decisions: Decisions::from_fragment(signed)?,
        approval: Approval {
            head,
            tree: ObjectId::parse(of("tree")?).ok()?,
            base,
        },
    })
}

/// A few digits by which a link that lost or changed a part is told.
fn sum(text: &str) -> String {
    blob_id(text.as_bytes()).to_string()[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::tests::{changed, spec};
    use shared::plan::Adopt;
    use shared::plan::Overwrites;

    fn link() -> (PlanLink, Preview) {
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No);
        let draft = FabricInput {
            git_repository: "acme/network".into(),
            gitops_directory: "net".into(),
            ..draft::initial()
        };
        (
            PlanLink::of(&draft, &preview, WriteMode::Commit).expect("nothing is in the way"),
            preview,
        )
    }

    #[test]
    fn a_plan_survives_its_link() {
        let (mut link, _) = link();
        let head = link.approval.head;
        for (overwrite, adopt, head) in [
            (Overwrite::No, Adopt::Keep, head),
            (Overwrite::Yes, Adopt::External, None),
            (Overwrite::No, Adopt::Pending, head),
        ] {
            (link.decisions.overwrites, link.decisions.adopt) = (overwrite.into(), adopt);
            link.approval.head = head;
            let fragment = format!("#{}", link.to_fragment());
            assert_eq!(PlanLink::from_fragment(&fragment), Some(Ok(link.clone())));
        }
        link.approval.base = head.map(|head| BaseBranch {
            branch: "a&b=ü".into(),
            head,
        });
        link.decisions.overwrites = Overwrites {
            all: Overwrite::No,
            paths: vec!["net/a&b=ü.md".into(), "net/raw/README.md".into()],
        };
        let fragment = link.to_fragment();
        assert_eq!(PlanLink::from_fragment(&fragment), Some(Ok(link.clone())));
        link.approval.base = None;
        assert_ne!(link.to_fragment(), fragment);
        assert_eq!(PlanLink::from_fragment("#name=x&repository=a/b"), None);
        assert_eq!(PlanLink::from_fragment(""), None);
    }

    #[test]
    fn old_and_damaged_links_are_told_apart() {
        let (link, _) = link();
        let whole = link.to_fragment();
        assert_eq!(
            PlanLink::from_fragment(&whole.replace("plan=1", "plan=0")),
            Some(Err(LinkError::Form("0".into())))
        );
        for damaged in [
            &whole[..whole.len() - 1],
            &whole[..60],
            &whole.replace("network", "metwork"),
        ] {
            assert_eq!(
                PlanLink::from_fragment(damaged),
                Some(Err(LinkError::Damaged)),
                "{damaged}"
            );
        }
    }

    #[test]
    fn links_from_before_there_was_a_choice_for_each_file_still_open() {
        let old = "plan=1&name=fabric-1&repository=acme/network&branch=main&directory=net&force=1&head=none&tree=";
        let old = format!("{old}{}", blob_id(b"t"));
        let opened = PlanLink::from_fragment(&format!("{old}&sum={}", sum(&old)));
        let taken = opened.map(|link| link.map(|link| link.decisions.overwrites));
        assert_eq!(taken, Some(Ok(Overwrite::Yes.into())));
    }

    #[test]
    fn todays_branch_decides_whether_a_plan_applies() {
        let (link, preview) = link();
        assert_eq!(link.verdict(&preview), PlanLinkStatus::AsItWas);
        let moved = PlanLink {
            approval: Approval {
                head: None,
                ..link.approval.clone()
            },
            ..link.clone()
        };
        assert_eq!(moved.verdict(&preview), PlanLinkStatus::Moved);
        let other = Preview::new(spec(), Some(&changed()), Overwrite::Yes);
        assert_eq!(link.verdict(&other), PlanLinkStatus::Differs);
    }
}
