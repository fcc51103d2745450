//! Starting, stopping, and starting again.

use github_standin::{Permission, Repository, Seed, Standin, StandinOptions, StartError};

use crate::client::{ADMIN, OUTSIDER, files, get, start};

#[tokio::test]
async fn reset_brings_the_seeds_back() {
    let standin = start();
    let repo = standin.repo("acme/network").unwrap();
    let head = repo.head("main");
    repo.push("main", files(&[("a", "a")]), "Change").unwrap();
    standin
        .change_repository("acme/network", |settings| settings.private = true)
        .unwrap();
    get(&standin, "/user", ADMIN).await;
    standin.reset().unwrap();
    let repo = standin.repo("acme/network").unwrap();
    assert_eq!(repo.head("main"), head);
    assert!(!repo.settings.private);
    assert!(standin.requests().is_empty());
    assert_eq!(
        get(&standin, "/user", ADMIN)
            .await
            .header("x-ratelimit-used"),
        "1"
    );
}

#[tokio::test]
async fn repositories_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let options = || StandinOptions {
        data_dir: Some(directory.path().to_owned()),
        ..StandinOptions::default()
    };
    let standin = Standin::start(options()).unwrap();
    let repo = standin.repo("acme/fleet").unwrap();
    let head = repo.push("main", files(&[("a", "a")]), "Change").unwrap();
    standin.shutdown().await;

    let standin = Standin::start(options()).unwrap();
    assert_eq!(standin.repo("acme/fleet").unwrap().head("main"), Some(head));
    assert_eq!(get(&standin, "/repos/acme/empty", ADMIN).await.status, 200);
}

#[test]
fn busy_port_and_foreign_address_are_named() {
    let standin = start();
    let addr = standin
        .url()
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let again = Standin::start(StandinOptions {
        addr,
        ..StandinOptions::default()
    });
    assert!(matches!(again.err(), Some(StartError::PortInUse(port)) if port == addr.port()));
    let addr = "0.0.0.0:0".parse().unwrap();
    let foreign = Standin::start(StandinOptions {
        addr,
        ..StandinOptions::default()
    });
    assert!(matches!(foreign.err(), Some(StartError::NotLoopback(_))));
}

#[tokio::test]
async fn repositories_can_be_added_with_roles_of_their_own() {
    let seed = Seed::NoRepositories;
    let standin = Standin::start(StandinOptions {
        seed,
        ..StandinOptions::default()
    })
    .unwrap();
    let repository = Repository {
        id: 77,
        owner: "acme".into(),
        name: "mine".into(),
        private: true,
        default_branch: "trunk".into(),
        permissions: [("otto".to_owned(), Permission::Write)].into(),
        ..Repository::default()
    };
    let repo = standin
        .add_repository(repository, Some(files(&[("a", "a")])))
        .unwrap();
    assert!(repo.head("trunk").is_some());
    let answer = get(&standin, "/repos/acme/mine", OUTSIDER).await.json();
    assert_eq!(answer["permissions"]["push"], true);
    assert_eq!(answer["default_branch"], "trunk");
    assert_eq!(get(&standin, "/repos/acme/mine", ADMIN).await.status, 404);
}
