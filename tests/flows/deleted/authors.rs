//! What an author is called: never by an e-mail address.

use flows::World;
use serde_json::{Value, json};

use super::{add, deleted, made_with, remove};
use crate::fabric;
use crate::self_check::{check, record};

/// Makes the head of `main` again as somebody's commit.
fn by(world: &World, name: &str, email: &str) {
    let repository = world.standin.repo("acme/network").unwrap();
    let (name, email) = (format!("user.name={name}"), format!("user.email={email}"));
    let commit = ["commit-tree", "main^{tree}", "-p", "main^", "-m", "Tidy"];
    let mut arguments = vec!["-c", &name, "-c", &email];
    arguments.extend(commit);
    let made = repository.git(&arguments).unwrap();
    let head = ["update-ref", "refs/heads/main", made.trim()];
    repository.git(&head).unwrap();
}

#[tokio::test]
async fn whose_name_is_an_address_is_called_by_the_login_wherever_a_commit_is_named() {
    const ADDRESS: &str = "ada@example.com";
    for (email, author) in [
        ("1001+ada@users.noreply.github.com", json!("ada")),
        (ADDRESS, Value::Null),
    ] {
        let world = World::new();
        let ada = world.sign_in("standin-admin").await;
        let id = made_with(&world, &ada, &["gitops/raw/a.yaml", "gitops/raw/b.yaml"]).await;
        let path = format!("/api/fabrics/{id}");
        // By a commit of its own, and before another commit, so that it is looked for.
        remove(&world, &["gitops/raw/a.yaml"]);
        by(&world, ADDRESS, email);
        let before = record(&world, &id).await;
        add(&world, &["gitops/raw/c.yaml"]);
        remove(&world, &["gitops/raw/README.md"]);
        by(&world, ADDRESS, email);
        let own = check(&world, &before).await;
        let own = own.seen().unwrap().report.head_commit.clone().unwrap();
        assert_eq!(json!(own.author), author);
        let mut asked = fabric("gitops");
        asked["repair"] = json!(true);
        asked["force"] = json!(true);
        let plan = ada.post("/api/plan", &asked).await;
        assert_eq!(plan.body["head_commit"]["author"], author);
        assert_eq!(plan.body["deleted"][0]["commit"]["author"], author);
        let report = ada.validate(&id).await;
        assert_eq!(report.body["head_commit"]["author"], author);
        let kept = ada.get(&path).await;
        assert_eq!(kept.body["head_commit"]["author"], author);
        let told = deleted(&ada, &id).await;
        assert_eq!(told[0]["commit"]["author"], author, "{told:?}");
        let status = ada.get(&format!("/f/{id}/status.json")).await;
        assert_eq!(status.body["head_commit"]["author"], author);
        let page = ada.get(&format!("/f/{id}")).await;
        assert_eq!(page.text.contains(" by ada"), author.is_string());
        // What is refused names the commit in its sentence and in its snapshot.
        let mut stale = ada.approve(&fabric("gitops")).await;
        world.push("main", &[("gitops/raw/README.md", Some("edited\n".into()))]);
        by(&world, ADDRESS, email);
        stale["approval"]["tree"] = plan.body["approval"]["tree"].clone();
        let refused = ada.post(&format!("{path}/init-gitops"), &stale).await;
        let snapshot = &refused.body["snapshot"]["head_commit"];
        assert_eq!(snapshot["author"], author, "{refused:?}");
        assert_eq!(
            refused.text("detail").contains(" by `ada`"),
            author.is_string()
        );
        let plan = ada.post("/api/plan", &asked).await;
        let body = json!({ "files": plan.body["files"], "approval": plan.body["approval"], "force": true });
        let repaired = ada.post(&format!("{path}/repair"), &body).await;
        assert_eq!(
            repaired.body["before_commit"]["author"], author,
            "{repaired:?}"
        );
        for answer in [plan, report, kept, status, page, refused, repaired] {
            assert!(!answer.text.contains(ADDRESS), "{answer:?}");
        }
    }
}
