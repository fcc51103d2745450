//! What a page claims, checked by its reader: unauthenticated REST, the same code, and git's own word.

use flows::World;
use shared::check::{Answered, CheckResult, SelfCheck, git_command};
use shared::record::FabricRecord;
use shared::status::{FabricState, Verdict};

use crate::fabric;

/// Runs a check as a browser would: without a token.
pub(crate) async fn check(world: &World, record: &FabricRecord) -> CheckResult {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut check = SelfCheck::new(record);
    while let Some(question) = check.question() {
        let request = client
            .get(format!("{}{question}", world.standin.url()))
            .header("user-agent", "a browser");
        let answer = request.send().await.unwrap();
        let number = |name: &str| answer.headers().get(name)?.to_str().ok()?.parse().ok();
        let (remaining, reset) = (number("x-ratelimit-remaining"), number("x-ratelimit-reset"));
        let answered = Answered {
            status: answer.status().as_u16(),
            remaining,
            reset,
            body: answer.text().await.unwrap(),
        };
        check.answer(Some(&answered));
    }
    check.verdict().unwrap().clone()
}

pub(crate) async fn record(world: &World, id: &str) -> FabricRecord {
    let answer = world
        .send("GET", &format!("/api/fabrics/{id}"), "", &[], None)
        .await;
    serde_json::from_value(answer.body).unwrap()
}

#[tokio::test]
async fn a_reader_calls_nothing_healthy_that_only_a_validation_can_compare() {
    for directory in ["gitops", "/"] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = ada.created(&fabric(directory)).await;
        let top = if directory == "/" { "" } else { "gitops/" };
        let path = format!("{top}managed/vpcs/a.yaml");
        world.push("main", &[(path.as_str(), Some("a: 1\n".into()))]);
        ada.validate(&id).await;
        let kept = record(&world, &id).await;
        world.push("main", &[(path.as_str(), None)]);
        let look = async |record: &FabricRecord| {
            let found = check(&world, record).await;
            found.shown(record, "2026-01-02T12:00:00Z").unwrap()
        };
        let shown = look(&kept).await;
        let said = FabricState::of(&shown);
        assert_eq!(said.verdict, Verdict::NotKnown, "{directory}: {said:?}");
        assert!(said.sentence.contains("deleted"), "{said:?}");
        // The second look knows no more than the first.
        assert_eq!(Verdict::of(&look(&shown).await), Verdict::NotKnown);
        world.push("main", &[(path.as_str(), Some("a: 1\n".into()))]);
        assert_eq!(Verdict::of(&look(&shown).await), Verdict::Healthy);
    }
}

#[tokio::test]
async fn a_reader_confirms_a_page_from_their_own_browser_and_with_git() {
    let world = World::new();
    let ada = world.sign_in("standin-admin").await;
    for directory in ["gitops/deep/east", "/"] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = ada.create(&fabric(directory)).await.text("id").to_owned();
        let record = record(&world, &id).await;
        let CheckResult::True(seen) = check(&world, &record).await else {
            panic!("{directory}: {:?}", check(&world, &record).await);
        };
        assert_eq!(seen.tree, record.tree);
        let command = git_command(&record).unwrap();
        let clone = world.clone("acme/network", "main");
        assert_eq!(
            clone.shell(&command),
            record.tree.unwrap().to_string(),
            "{command}"
        );
    }
    let id = ada.created(&fabric("gitops")).await;
    let before = record(&world, &id).await;
    world.push("main", &[("gitops/raw/README.md", None)]);
    let CheckResult::Changed(seen) = check(&world, &before).await else {
        panic!("the directory changed");
    };
    assert_eq!(seen.report.missing, ["gitops/raw/README.md"]);
    ada.validate(&id).await;
    let now = record(&world, &id).await;
    assert!(
        matches!(check(&world, &now).await, CheckResult::True(_)),
        "the page says what is"
    );
    let mut lie = now.clone();
    lie.gitops_directory_status = shared::record::DirectoryStatus::Initialized;
    assert!(matches!(
        check(&world, &lie).await,
        CheckResult::False { .. }
    ));
    let mut private = now;
    private.git_repository = shared::names::RepoName::parse("acme/private").unwrap();
    let CheckResult::Unknown { failure, .. } = check(&world, &private).await else {
        panic!("nobody sees a private repository");
    };
    assert_eq!(failure.code.as_str(), "not_found");
}
