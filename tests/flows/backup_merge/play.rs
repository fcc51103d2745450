//! Whatever people and an operator do, one after the other and at the same time.

use flows::{Answer, Person, World};
use serde_json::{Value, json};

use super::dice::Dice;
use super::{approved, assert_agrees, elsewhere, fabrics, of, place, told, world};
use crate::backup::{backup, restore, revive};

/// What somebody does.
enum Act {
    /// What a person sends.
    Send(&'static str, String, Value),
    Restore(String),
    Revive(String),
}

/// People who do what the dice say.
struct Play<'a> {
    world: &'a World,
    ada: &'a Person<'a>,
    dice: &'a mut Dice,
    backups: &'a mut Vec<String>,
    /// The paths and secrets of links.
    shares: Vec<(String, String)>,
    revoked: &'a mut Vec<String>,
}

impl Play<'_> {
    async fn some_fabric(&mut self) -> Option<Value> {
        let all = fabrics(self.ada).await;
        let chosen = self.dice.roll(all.len());
        all.get(chosen).cloned()
    }

    /// What a person may do next. Places may be taken by then, and fabrics gone.
    async fn persons(&mut self, number: u64) -> Option<Act> {
        let kind = self.dice.roll(8);
        if kind < 3 {
            return Some(self.creates(place(number)).await);
        }
        if kind == 7 {
            let chosen = self.dice.roll(self.shares.len());
            let (path, _) = self.shares.get(chosen)?;
            return Some(Act::Send("DELETE", path.clone(), Value::Null));
        }
        let row = self.some_fabric().await?;
        let path = format!("/api/fabrics/{}", row["id"].as_str().unwrap());
        let to = match kind {
            3 => json!({ "name": format!("name-{number}") }),
            4 => json!({ "gitops_directory": format!("places/p{number}") }),
            5 => return Some(Act::Send("DELETE", path, Value::Null)),
            _ => return Some(Act::Send("POST", format!("{path}/shares"), json!({}))),
        };
        let body = approved(self.ada, &row, to).await;
        Some(Act::Send("PATCH", path, body))
    }

    async fn creates(&self, mut wanted: Value) -> Act {
        let plan = self.ada.post("/api/plan", &wanted).await;
        for field in ["files", "approval"] {
            wanted[field] = plan.body[field].clone();
        }
        Act::Send("POST", "/api/fabrics".to_owned(), wanted)
    }

    /// What an operator may do next.
    fn operators(&mut self) -> Option<Act> {
        let chosen = self.dice.roll(self.backups.len());
        let lines = self.backups.get(chosen)?.clone();
        Some(match self.dice.roll(3) {
            0 => Act::Revive(lines),
            _ => Act::Restore(lines),
        })
    }

    async fn does(&self, act: &Act) -> Option<Answer> {
        match act {
            Act::Send(method, path, body) => {
                let body = Some(body).filter(|body| !body.is_null());
                Some(self.ada.send(method, path, body).await)
            }
            Act::Restore(lines) => {
                restore(self.world, lines).await;
                None
            }
            Act::Revive(lines) => {
                revive(self.world, lines).await;
                None
            }
        }
    }

    /// Keeps what came of it.
    fn note(&mut self, act: &Act, answer: Option<Answer>) {
        let (Act::Send(method, path, _), Some(answer)) = (act, answer) else {
            return;
        };
        assert!(answer.status < 500, "{method} {path}: {answer:?}");
        if *method == "DELETE" && path.contains("/shares/") && answer.status == 204 {
            let chosen = self.shares.iter().position(|(share, _)| share == path);
            let (_, secret) = self.shares.swap_remove(chosen.unwrap());
            self.revoked.push(secret);
        }
        if *method == "POST" && path.ends_with("/shares") && answer.status == 201 {
            let (_, secret) = answer.text("url").rsplit_once('/').unwrap();
            let path = format!("{path}/{}", answer.text("id"));
            self.shares.push((path, secret.to_owned()));
        }
    }

    /// One thing after the other: nothing that is there is changed by a restore.
    async fn act(&mut self) {
        match self.dice.roll(12) {
            0..8 => {
                let number = self.dice.roll(4) as u64;
                if let Some(act) = self.persons(number).await {
                    let answer = Box::pin(self.does(&act)).await;
                    self.note(&act, answer);
                }
            }
            8..10 => self.backups.push(backup(self.world).await),
            _ => {
                let before = told(self.world, self.ada).await;
                match self.operators() {
                    Some(Act::Restore(lines)) => {
                        let outcome = restore(self.world, &lines).await;
                        assert_eq!(
                            (&outcome["restored"], &outcome["refused"]),
                            (&json!(0), &json!([]))
                        );
                        let after = told(self.world, self.ada).await;
                        assert_eq!(after, before, "what is later stays");
                    }
                    Some(Act::Revive(lines)) => {
                        let outcome = revive(self.world, &lines).await;
                        assert_eq!(outcome["forgotten"], json!([]));
                        let after = of(&told(self.world, self.ada).await["fabrics"]);
                        // What was revived before may become what a later line says.
                        for fabric in of(&before["fabrics"]) {
                            let is_same = |other: &&Value| other[1]["id"] == fabric[1]["id"];
                            let now = &after.iter().find(is_same).unwrap()[1]["version"];
                            assert!(now.as_u64() >= fabric[1]["version"].as_u64());
                        }
                    }
                    _ => {}
                }
            }
        }
        self.assert_all().await;
    }

    /// Some things at a time, two of which are done in the middle of another: a person's, an operator's, and somebody else
    /// wants the same place.
    async fn act_meanwhile(&mut self) {
        let number = self.dice.roll(4) as u64;
        let (persons, operators) = (self.persons(number).await, self.operators());
        let (Some(persons), Some(operators)) = (persons, operators) else {
            return;
        };
        let mut wanted = place(number);
        wanted["name"] = json!(format!("another-{}", self.dice.roll(1_000)));
        let wants = self.creates(wanted).await;
        let (first, other, messages) = match self.dice.roll(3) {
            0 => (&operators, &persons, self.dice.roll(24)),
            _ => (&persons, &operators, self.dice.roll(16)),
        };
        let others = async {
            let answer = self.does(other).await;
            // One that has to wait for the lock waits for the first.
            (answer, self.does(&wants).await)
        };
        let (one, two) = (Box::pin(self.does(first)), Box::pin(others));
        let host = &self.world.host;
        let both = Box::pin(host.interrupt(messages as u32, one, two));
        let (answer, (other_answer, wanted)) = both.await;
        self.note(first, answer);
        self.note(other, other_answer);
        self.note(&wants, wanted);
        self.assert_all().await;
    }

    async fn assert_all(&self) {
        assert_agrees(self.world, self.ada).await;
        for secret in &*self.revoked {
            let path = format!("/api/shares/{secret}");
            let opened = self.world.send("GET", &path, "", &[], None).await;
            assert_eq!(opened.status, 404);
        }
    }
}

#[tokio::test]
async fn whatever_happens_before_and_after_a_backup_all_that_is_told_agrees() {
    for seed in 1..=4 {
        let mut world = world();
        let mut dice = Dice(seed);
        let (mut backups, mut revoked) = (Vec::new(), Vec::new());
        let ada = world.sign_in("standin-admin").await;
        let mut play = Play {
            world: &world,
            ada: &ada,
            dice: &mut dice,
            backups: &mut backups,
            shares: Vec::new(),
            revoked: &mut revoked,
        };
        for _ in 0..18 {
            Box::pin(play.act()).await;
            Box::pin(play.act_meanwhile()).await;
        }
        backups.push(backup(&world).await);
        drop(ada);
        // Another Hedgerow gets all of it, in any order, and more than once, while people write there.
        elsewhere(&mut world).await;
        let ada = world.sign_in("standin-admin").await;
        dice.shuffle(&mut backups);
        let mut of_before = Vec::new();
        let mut play = Play {
            world: &world,
            ada: &ada,
            dice: &mut dice,
            backups: &mut backups,
            shares: Vec::new(),
            revoked: &mut of_before,
        };
        for _ in 0..12 {
            Box::pin(play.act_meanwhile()).await;
        }
        for _ in 0..2 {
            for lines in &backups {
                restore(&world, lines).await;
                assert_agrees(&world, &ada).await;
            }
        }
        let before = told(&world, &ada).await;
        for lines in &backups {
            assert_eq!(restore(&world, lines).await["restored"], 0, "seed {seed}");
        }
        assert_eq!(told(&world, &ada).await, before);
        for secret in &revoked {
            let path = format!("/api/shares/{secret}");
            let opened = world.send("GET", &path, "", &[], None).await;
            assert_eq!(opened.status, 404, "seed {seed}");
        }
    }
}
