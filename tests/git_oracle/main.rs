//! `shared` against git itself: the same ids, the same trees, the same result of a commit.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod blobs;
mod change_sets;
mod git;
mod plans;
mod recorded;
mod repairs;
mod trees;

use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Runs as many cases as asked for, the same ones every time.
fn cases(count: u32) -> TestRunner {
    TestRunner::new(Config {
        cases: count,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    })
}
