//! What rules demand of the first commits of a repository, before there is a branch that has them.

use flows::World;
use github_standin::RuleKind;
use serde_json::json;

use super::{checks, failure, rule_of};
use crate::fabric;

const EMPTY: &str = "acme/empty";

#[tokio::test]
async fn what_keeps_an_empty_repository_from_its_first_commits_is_said_beforehand() {
    let second =
        "keeps the second of the two commits out, if not the first; make a first commit on GitHub";
    for (kind, field, says, code, hint) in [
        (
            RuleKind::RequiredSignatures,
            "signing",
            "make a first commit on GitHub, for example a README, which GitHub signs",
            "signature_required",
            "make a first commit on GitHub, for example a README",
        ),
        (
            RuleKind::Creation,
            "reason",
            "do not let everybody create `main`; ask somebody who may to make a first commit",
            "branch_refused",
            "ask somebody who may to create the branch",
        ),
        (
            checks(),
            "reason",
            "a new commit has none, which keeps",
            "branch_refused",
            "ask somebody who may to create the branch",
        ),
        (
            RuleKind::PullRequest { approvals: 0 },
            "reason",
            second,
            "branch_protected",
            "as a pull request",
        ),
        (
            RuleKind::Update,
            "reason",
            second,
            "branch_protected",
            "as a pull request",
        ),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        rule_of(&world, EMPTY, "main", kind);
        let mut wanted = fabric("gitops");
        wanted["git_repository"] = json!(EMPTY);
        let snapshot = format!("/api/snapshot?repository={EMPTY}&directory=gitops&branch=main");
        let snapshot = ada.get(&snapshot).await;
        let plan = ada.post("/api/plan", &wanted).await;
        assert_eq!(snapshot.body["mode"], plan.body["mode"]);
        let mode = &plan.body["mode"];
        let said = mode[field].as_str().unwrap_or_default();
        assert!(said.contains(says), "{plan:?}");
        assert_eq!(
            (&mode["mode"], &mode["no_pull_request"]),
            (&json!("commit"), &json!("the repository has no commit yet"))
        );

        let mut body = ada.approve(&wanted).await;
        let direct = ada.post("/api/fabrics", &body).await;
        let (found, next) = failure(&direct);
        assert_eq!(found, code, "{direct:?}");
        assert!(next.contains(hint), "{next}");
        let is_begun = direct.body["operation"]["partly"] == "first_commit_made";
        assert_eq!(is_begun, code == "branch_protected", "{direct:?}");
        if is_begun {
            // What the hint says is possible.
            body["mode"] = json!("pull_request");
            let path = format!("/api/fabrics/{}/init-gitops", direct.text("id"));
            let proposed = ada.post(&path, &body).await;
            assert_eq!(
                proposed.body["operation"]["outcome"], "pull_request",
                "{proposed:?}"
            );
        }
    }
}
