//! Who asks.

use flows::{Person, World};
use github_standin::{Access, Grant, Permission, User, UserKind};
use serde_json::Value;

/// Everybody in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Without a cookie.
    Nobody,
    /// With a cookie that Hedgerow never gave.
    MadeUpCookie,
    /// An administrator who signed out, with the cookie from before.
    SignedOut,
    /// Signed in, without a role in the repository; it is they who take its name.
    Outsider,
    /// May read the repository.
    Reader,
    /// Made the fabric while they could push, and has no role any more.
    CreatorWhoLeft,
    /// May push.
    Writer,
    Admin,
    /// The administrator's token that may only read.
    ReadingToken,
}

pub(crate) const EVERYBODY: [Who; 9] = [
    Who::Nobody,
    Who::MadeUpCookie,
    Who::SignedOut,
    Who::Outsider,
    Who::Reader,
    Who::CreatorWhoLeft,
    Who::Writer,
    Who::Admin,
    Who::ReadingToken,
];

/// What GitHub lets somebody do in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Reads,
    Pushes,
}

impl Who {
    pub(crate) fn is_signed_in(self) -> bool {
        !matches!(self, Self::Nobody | Self::MadeUpCookie | Self::SignedOut)
    }

    /// The role that they were given in the repository.
    pub(crate) fn role(self) -> Option<Role> {
        match self {
            Self::Reader => Some(Role::Reads),
            Self::Writer | Self::Admin | Self::ReadingToken => Some(Role::Pushes),
            _ => None,
        }
    }
}

/// Everybody with their cookie.
pub(crate) struct People<'a>(Vec<(Who, Person<'a>)>);

impl<'a> People<'a> {
    pub(crate) async fn of(world: &'a World) -> Self {
        let mut people = Vec::new();
        for who in EVERYBODY {
            people.push((who, sign_in(world, who).await));
        }
        Self(people)
    }

    pub(crate) fn get(&self, who: Who) -> &Person<'a> {
        let mut all = self.0.iter();
        &all.find(|(known, _)| *known == who).unwrap().1
    }
}

async fn sign_in(world: &World, who: Who) -> Person<'_> {
    match who {
        Who::Nobody => world.person(""),
        Who::MadeUpCookie => {
            let real = world.sign_in("standin-admin").await;
            let made_up = real.cookie().chars().map(|letter| match letter {
                '2'..='6' => '7',
                letter => letter,
            });
            world.person(&made_up.collect::<String>())
        }
        Who::SignedOut => {
            let person = world.sign_in("standin-admin").await;
            let answer = person.post("/api/auth/logout", &Value::Null).await;
            assert_eq!(answer.status, 204);
            person
        }
        Who::Outsider => world.sign_in("standin-outsider").await,
        Who::Reader => world.sign_in("standin-reader").await,
        Who::CreatorWhoLeft => world.sign_in("of-lena").await,
        Who::Writer => world.sign_in("of-wanda").await,
        Who::Admin => world.sign_in("standin-admin").await,
        Who::ReadingToken => world.sign_in("only-reads").await,
    }
}

/// Two people more than the stand-in begins with, and a token of ada's that may only read.
pub(crate) fn introduce(world: &World) {
    for (id, login) in [(1101, "wanda"), (1102, "lena")] {
        world.standin.add_user(User {
            id,
            login: login.to_owned(),
            name: login.to_owned(),
            kind: UserKind::Person,
        });
        let token = Grant::classic(&format!("of-{login}"), login);
        world.standin.add_token(token);
    }
    let reads = [("contents", Access::Read)];
    let token = Grant::fine_grained("only-reads", "ada", "acme", &reads);
    world.standin.add_token(token);
    for repository in ["acme/network", "acme/private"] {
        give(world, repository, "wanda", Some(Permission::Write));
        give(world, repository, "lena", Some(Permission::Write));
    }
}

/// Gives somebody a role in a repository, or none.
pub(crate) fn give(world: &World, repository: &str, login: &str, role: Option<Permission>) {
    let change = |settings: &mut github_standin::Repository| {
        match role {
            Some(role) => settings.permissions.insert(login.to_owned(), role),
            None => settings.permissions.remove(login),
        };
    };
    world.standin.change_repository(repository, change).unwrap();
}
