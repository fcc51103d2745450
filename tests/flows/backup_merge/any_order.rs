//! Backups of several moments of one play, put back in different orders.

use std::collections::BTreeSet;

use edge_worker::objects::Class;
use flows::{Person, World};
use serde_json::{Value, json};

use super::dice::Dice;
use super::{approved, elsewhere, fabrics, of, place, world};
use crate::backup::{backup, restore, revive};

/// What people do, and what goes wrong with GitHub meanwhile, each in a place of its own: of two fabrics that want one place
/// the first is put back.
struct Play<'a> {
    world: &'a World,
    ada: &'a Person<'a>,
    dice: &'a mut Dice,
    places: u64,
}

impl Play<'_> {
    async fn act(&mut self) {
        self.world
            .host
            .advance(1_000 * (1 + self.dice.roll(150) as u64));
        let all = fabrics(self.ada).await;
        let kind = match all.len() {
            0 | 1 => 0,
            count => self.dice.roll(if count > 2 { 11 } else { 12 }),
        };
        self.places += 1;
        if kind == 0 || kind == 11 {
            let body = self.ada.approve(&place(self.places)).await;
            self.goes_wrong();
            self.ada.post("/api/fabrics", &body).await;
            self.world.standin.forget_faults();
            return;
        }
        let row = &all[self.dice.roll(all.len())];
        let path = format!("/api/fabrics/{}", row["id"].as_str().unwrap());
        match kind {
            1..4 => {
                let to = match kind {
                    1 => json!({ "name": format!("renamed-{}", self.places) }),
                    _ => json!({ "gitops_directory": format!("places/p{}", self.places) }),
                };
                let body = approved(self.ada, row, to).await;
                self.goes_wrong();
                self.ada.send("PATCH", &path, Some(&body)).await;
                self.world.standin.forget_faults();
            }
            4 | 5 => {
                self.ada.post(&format!("{path}/shares"), &json!({})).await;
            }
            6 | 7 => {
                let shares = self.ada.get(&format!("{path}/shares")).await.body;
                let shares = of(&shares["shares"]);
                if let Some(share) = shares.get(self.dice.roll(shares.len())) {
                    let share = share["id"].as_str().unwrap();
                    self.ada.delete(&format!("{path}/shares/{share}")).await;
                }
            }
            8 | 9 => {
                let validate = format!("{path}/validate-gitops");
                self.ada.post(&validate, &Value::Null).await;
            }
            _ => {
                self.ada.delete(&path).await;
            }
        }
    }

    /// The answer to a write is lost, before or after it is done, and nobody tells which.
    fn goes_wrong(&mut self) {
        let when = match self.dice.roll(3) {
            0 => return,
            1 => "before",
            _ => "after",
        };
        for write in [
            json!({ "graphql_contains": "createCommitOnBranch" }),
            json!({ "path_contains": "/git/refs/" }),
        ] {
            self.world
                .fault(json!({ "match": write, "times": 1, "action": { "drop": when } }));
        }
        self.world.fault(json!({ "match": { "graphql_contains": "query History" }, "times": 100, "action": { "status": 503 } }));
    }
}

/// The different lines of the backups of some moments.
async fn lines_of_a_play(seed: u64) -> (World, Vec<String>) {
    let world = world();
    let mut dice = Dice(seed);
    let mut lines = BTreeSet::new();
    let ada = world.sign_in("standin-admin").await;
    let mut play = Play {
        world: &world,
        ada: &ada,
        dice: &mut dice,
        places: 0,
    };
    // A version that keeps no revocations is followed by one that does, or by none.
    let acts = 30;
    let of_before = [0, acts / 2, acts][usize::try_from(seed % 3).unwrap()];
    for number in 0..acts {
        Box::pin(play.act()).await;
        let is_before = number < of_before;
        for (class, name, _) in world.host.databases() {
            if is_before && class == Class::Fabric {
                let forget = "DELETE FROM revoked";
                world.host.sql(class, &name, forget);
            }
        }
        for line in backup(&world).await.lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            if is_before && line["format"] == 1 {
                line.as_object_mut().unwrap().remove("revoked");
            }
            lines.insert(line.to_string());
        }
    }
    drop(ada);
    (world, lines.into_iter().collect())
}

/// What another Hedgerow keeps of the lines, each of which comes more than once.
async fn kept(world: &mut World, lines: &[String], dice: &mut Dice, revives: bool) -> Vec<Value> {
    drop(elsewhere(world).await);
    for _ in 0..2 {
        let mut lines = lines.to_vec();
        dice.shuffle(&mut lines);
        for lines in lines.chunks(40) {
            let outcome = match revives {
                false => restore(world, &lines.join("\n")).await,
                true => revive(world, &lines.join("\n")).await,
            };
            assert_eq!(outcome["refused"], json!([]));
        }
    }
    let kept = backup(world).await;
    let kept = kept.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if revives && line["format"] == 1 {
            // Each time that it comes to be another it gets the next version, for the copies to follow.
            line["record"]["version"] = Value::Null;
        }
        line
    });
    kept.collect()
}

#[tokio::test]
async fn lines_of_several_moments_come_to_the_same_in_any_order() {
    for seed in [208, 209] {
        let (mut world, lines) = Box::pin(lines_of_a_play(seed)).await;
        let mut dice = Dice(seed);
        let all = lines.concat();
        for part in [
            "\"forgotten\":",
            "\"unconfirmed\"",
            "\"is_presumed\":true",
            "\"shares\":[[",
        ] {
            assert!(all.contains(part), "{part}");
        }
        for revives in [false, true] {
            let one = Box::pin(kept(&mut world, &lines, &mut dice, revives)).await;
            let other = Box::pin(kept(&mut world, &lines, &mut dice, revives)).await;
            assert_eq!(one.len(), other.len());
            for (one, other) in one.iter().zip(&other) {
                assert_eq!(one, other, "seed {seed}, revives: {revives}");
            }
        }
    }
}
