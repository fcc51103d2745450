//! Many people who may push to one repository, and what they do at once.

use github_standin::{Grant, Limits, Permission, Repository, User, UserKind};
use serde_json::{Value, json};

use crate::{Answer, Person, World, join_all};

/// People of a repository, each with a fabric of their own that they approved.
pub struct Crowd<'a> {
    pub people: Vec<Person<'a>>,
    pub bodies: Vec<Value>,
}

impl World {
    /// Lets an account write as often as it likes.
    pub fn unlimited(&self, login: &str) {
        let limits = Limits {
            core: 1_000_000,
            graphql: 1_000_000,
            content_per_minute: 1_000_000,
            content_per_hour: 1_000_000,
            ..Limits::default()
        };
        self.standin.limit(login, limits);
    }

    /// So many people who may push to a repository: `person-0` with the number 5000 and the name `Person 0`, and so on.
    pub async fn people(&self, repository: &str, count: u64) -> Vec<Person<'_>> {
        let mut people = Vec::new();
        for number in 0..count {
            let login = format!("person-{number}");
            self.standin.add_user(User {
                id: 5_000 + number,
                login: login.clone(),
                name: format!("Person {number}"),
                kind: UserKind::Person,
            });
            let token = format!("token-of-{login}");
            self.standin.add_token(Grant::classic(&token, &login));
            let change = |repository: &mut Repository| {
                let role = Permission::Write;
                repository.permissions.insert(login.clone(), role);
            };
            self.standin.change_repository(repository, change).unwrap();
            self.unlimited(&login);
            people.push(self.sign_in(&token).await);
        }
        people
    }
}

/// The fabric that the person of this number approves.
pub fn fabric_of(repository: &str, number: usize) -> Value {
    json!({
        "name": format!("site-{number}"), "git_repository": repository, "branch": "main",
        "gitops_directory": format!("sites/s{number}x"),
    })
}

impl<'a> Crowd<'a> {
    /// Each of them approves a fabric of their own.
    pub async fn approving(people: Vec<Person<'a>>, repository: &str) -> Self {
        let mut bodies = Vec::new();
        for (number, person) in people.iter().enumerate() {
            bodies.push(person.approve(&fabric_of(repository, number)).await);
        }
        Self { people, bodies }
    }

    /// All of them create their fabrics at once.
    pub async fn create(&self) -> Vec<Answer> {
        let all = self.people.iter().zip(&self.bodies);
        let writes = all.map(|(person, body)| person.post("/api/fabrics", body));
        join_all(writes.collect()).await
    }
}
