//! What is asked about: a fabric in each state that its repository can be in, and what belongs to it.

use flows::{Person, World};
use github_standin::{Files, NodeIds, Permission, Repository};
use serde_json::{Value, json};

use super::people::{Who, give};
use crate::fabric;

/// The name and the directory of every fabric here begin so: nobody may read this who may not see the fabric.
pub(crate) const HIDDEN: &str = "for-readers";

/// What became of a fabric's repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Public,
    Private,
    /// Nobody knows: GitHub could not be asked when the fabric was made.
    Draft,
    /// It was public, and GitHub said so less than an hour ago.
    BecamePrivate,
    /// The same, and GitHub was asked since.
    KnownPrivate,
    /// It was public, was renamed, and somebody else has its name, less than an hour after GitHub said that it is public.
    Taken,
    /// The same, after what GitHub said is over; or it was private.
    TakenForADay,
    /// It was forgotten: from then on as if there had never been any.
    Forgotten,
    /// There is no fabric.
    None,
}

impl State {
    /// Everybody may see it, by what GitHub said within the hour.
    pub(crate) fn is_everybodys(self) -> bool {
        matches!(self, Self::Public | Self::BecamePrivate | Self::Taken)
    }

    /// Links were given. They show what was recorded to whoever has one.
    pub(crate) fn has_links(self) -> bool {
        !matches!(self, Self::Draft | Self::Forgotten | Self::None)
    }
}

/// A fabric, and what belongs to it.
pub(crate) struct Subject {
    pub repository: &'static str,
    pub id: String,
    /// Fabrics beside it that may be forgotten: the writer's, the administrator's, and one for everybody else.
    own: [String; 3],
    /// Links to be revoked, in the same order.
    shares: [String; 3],
    pub secret: String,
    pub redacted: String,
    pub revoked: String,
    pub wanted: Value,
    /// What approves its directory.
    pub approved: Value,
}

fn place(who: Who) -> usize {
    match who {
        Who::Writer => 0,
        Who::Admin => 1,
        _ => 2,
    }
}

impl Subject {
    pub(crate) fn own(&self, who: Who) -> &str {
        &self.own[place(who)]
    }

    pub(crate) fn share(&self, who: Who) -> &str {
        &self.shares[place(who)]
    }
}

fn wanted(repository: &str, name: &str) -> Value {
    let name = format!("{HIDDEN}-{name}");
    let mut wanted = fabric(&name);
    wanted["git_repository"] = json!(repository);
    wanted["name"] = json!(name);
    wanted
}

/// A share link's id and secret.
async fn link(ada: &Person<'_>, id: &str, redacted: bool) -> (String, String) {
    let shares = format!("/api/fabrics/{id}/shares");
    let made = ada.post(&shares, &json!({ "redacted": redacted })).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (_, secret) = made.text("url").rsplit_once('/').unwrap();
    (made.text("id").to_owned(), secret.to_owned())
}

/// A fabric that lena made in a repository, before she left.
pub(crate) async fn made_by_lena(world: &World, repository: &'static str) -> Subject {
    give(world, repository, "lena", Some(Permission::Write));
    let lena = world.sign_in("of-lena").await;
    let ada = world.sign_in("standin-admin").await;
    let wanted_here = wanted(repository, "one");
    let id = lena.created(&wanted_here).await;
    let mut own = [const { String::new() }; 3];
    let mut shares = own.clone();
    for (place, (own, share)) in own.iter_mut().zip(&mut shares).enumerate() {
        let wanted = wanted(repository, &format!("own-{place}"));
        *own = lena.created(&wanted).await;
        *share = link(&ada, &id, false).await.0;
    }
    let (_, secret) = link(&ada, &id, false).await;
    let (_, redacted) = link(&ada, &id, true).await;
    let (gone, revoked) = link(&ada, &id, false).await;
    let gone = format!("/api/fabrics/{id}/shares/{gone}");
    assert_eq!(ada.delete(&gone).await.status, 204);
    let approved = ada.approve(&wanted_here).await;
    give(world, repository, "lena", None);
    Subject {
        repository,
        id,
        own,
        shares,
        secret,
        redacted,
        revoked,
        wanted: wanted_here,
        approved,
    }
}

/// What lena wanted while GitHub could not be asked, in a repository that she cannot see any more.
pub(crate) async fn draft_of_lena(world: &World, like: Subject) -> Subject {
    give(world, like.repository, "lena", Some(Permission::Write));
    let lena = world.sign_in("of-lena").await;
    let mut drafts = Vec::new();
    for name in ["draft-0", "draft-1", "draft-2", "draft-3"] {
        let approved = lena.approve(&wanted(like.repository, name)).await;
        world.fault(json!({ "times": 100, "action": { "status": 503 } }));
        let made = lena.post("/api/fabrics", &approved).await;
        world.standin.forget_faults();
        assert_eq!(made.text("visibility"), "draft", "{made:?}");
        drafts.push(made.text("id").to_owned());
    }
    give(world, like.repository, "lena", None);
    let [id, own @ ..] = <[String; 4]>::try_from(drafts).unwrap();
    Subject {
        id,
        own,
        ..none(like)
    }
}

/// Forgets the fabric, and those beside it.
pub(crate) async fn forget(world: &World, subject: &Subject) {
    let ada = world.sign_in("standin-admin").await;
    for id in subject.own.iter().chain([&subject.id]) {
        let answer = ada.delete(&format!("/api/fabrics/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

/// No fabric at all.
pub(crate) fn none(like: Subject) -> Subject {
    let none = "a".repeat(26);
    let unknown = format!("{none}{none}");
    Subject {
        id: none.clone(),
        own: [none.clone(), none.clone(), none],
        secret: unknown.clone(),
        redacted: unknown.clone(),
        revoked: unknown,
        ..like
    }
}

/// The repository goes elsewhere, and otto has a public one of another number under its name, with the same files.
pub(crate) fn otto_takes_the_name(world: &World, repository: &str, node_ids: NodeIds) {
    let first = world.standin.repo(repository).unwrap();
    let readme = format!("{HIDDEN}-one/managed/README.md");
    let content = first.git(&["show", &format!("main:{readme}")]).unwrap();
    let squatter = Repository {
        id: first.settings.id + 400,
        private: false,
        node_ids,
        permissions: [("otto".to_owned(), Permission::Admin)].into(),
        ..first.settings
    };
    let name = format!("{}-before", squatter.name);
    world.standin.rename_repository(repository, &name).unwrap();
    let files = Files::from([(readme, Some(content.as_str().into()))]);
    world.standin.add_repository(squatter, Some(files)).unwrap();
}
