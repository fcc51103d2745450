//! Which fabrics a repository has, by its number alone: a delivery may name it by a node id of any form.

use shared::claims::overlap_in_any_case;
use shared::names::{BranchName, DirectoryPath};

use crate::host::{Host, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::repository::{Claim, RepositoryMessage, RepositoryReply};
use crate::repository_id::RepositoryId;

/// What all fabrics of a repository have claimed, whichever of its node ids names the object that keeps it. Nothing is handed over.
pub(crate) async fn claims_of(
    host: &impl Host,
    repository: u64,
) -> Result<Vec<Claim>, ObjectUnavailable> {
    let forms = RepositoryId::of_number(repository);
    let mut elsewhere = Vec::new();
    for id in &forms {
        let all = RepositoryMessage::AfterHandOver(Box::new(RepositoryMessage::Claims));
        match ask(host, &id.node_id, &all).await? {
            // It has those that an older id named, too.
            RepositoryReply::Claims(claims) => return Ok(claims),
            _ => elsewhere.push(id.node_id.clone()),
        }
    }
    elsewhere.extend(forms.first().map(RepositoryId::old_node_id));
    let mut claims = Vec::new();
    for name in elsewhere {
        if let RepositoryReply::Claims(found) = ask(host, &name, &RepositoryMessage::Claims).await?
        {
            claims.extend(found);
        }
    }
    Ok(claims)
}

/// Tells whether what changed on a branch may concern a fabric's directory. What cannot be compared does.
pub(super) fn is_touched(claim: &Claim, branch: &BranchName, changed: Option<&[String]>) -> bool {
    let is_below = |path: &String| {
        let parsed = DirectoryPath::parse(path);
        parsed.is_ok_and(|path| !overlap_in_any_case(&path, &claim.directory))
    };
    let is_elsewhere = |paths: &[String]| !claim.directory.is_root() && paths.iter().all(is_below);
    claim.branch == *branch && !changed.is_some_and(is_elsewhere)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use shared::names::FabricId;

    #[test]
    fn a_push_concerns_a_directory_with_what_is_in_it_above_it_or_called_alike() {
        let claim = |directory: &str| Claim {
            fabric: FabricId::from_bytes([7; 16]),
            branch: BranchName::parse("main").unwrap(),
            directory: DirectoryPath::parse(directory).unwrap(),
            name: None,
        };
        let main = BranchName::parse("main").unwrap();
        let long = "a/".repeat(2000);
        for (directory, path, is_it) in [
            ("gitops/one", "gitops/one/managed/a.yaml", true),
            ("gitops/one", "gitops/one", true),
            ("gitops/one", "gitops", true),
            ("gitops/one", "GitOps/One/a.yaml", true),
            ("gitops/one", "gitops/one2/a.yaml", false),
            ("gitops/one", "gitops/a.yaml", false),
            ("gitops/one", "one/a.yaml", false),
            ("gitops/one", "README.md", false),
            ("gitops/one", long.as_str(), true),
            ("gitops/one", "../gitops/one/a.yaml", true),
            ("/", "README.md", true),
        ] {
            let changed = [path.to_owned()];
            let said = is_touched(&claim(directory), &main, Some(&changed));
            assert_eq!(said, is_it, "{directory} {path}");
        }
        let other = BranchName::parse("other").unwrap();
        assert!(!is_touched(&claim("gitops/one"), &other, None));
        assert!(is_touched(&claim("gitops/one"), &main, None));
        let both = ["docs/a.md".to_owned(), "gitops/one/a.yaml".to_owned()];
        assert!(is_touched(&claim("gitops/one"), &main, Some(&both)));
    }
}
