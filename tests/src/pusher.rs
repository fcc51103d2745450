//! Somebody else's git client, which pushes to a branch again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{Clone, World};

/// How many times as long as its last push a git client pauses at least.
const PAUSE: u32 = 5;

/// A git client at work on a thread of its own.
pub struct Pusher {
    done: Arc<AtomicBool>,
    thread: JoinHandle<usize>,
}

impl Pusher {
    /// Clones a branch and pushes a new file below `pushed/` about every 300 ms, and less often on a machine that is slow.
    pub fn start(world: &World, repo: &str, branch: &str) -> Self {
        Self::start_every(300, world, repo, branch)
    }

    /// The same every so many milliseconds. A push that takes long is followed by a pause that is long as well: else a busy machine, and not
    /// how often somebody pushes, would decide who comes first.
    pub fn start_every(pause_ms: u64, world: &World, repo: &str, branch: &str) -> Self {
        let url = world.standin.url().replace("://", "://ada:standin-admin@");
        let (url, branch) = (format!("{url}/{repo}.git"), branch.to_owned());
        let done = Arc::new(AtomicBool::new(false));
        let is_done = done.clone();
        let thread = std::thread::spawn(move || {
            let clone = Clone::of(&url, &branch);
            clone.git(&["config", "user.name", "Somebody"]);
            clone.git(&["config", "user.email", "somebody@example.com"]);
            let mut pushed = 0;
            while !is_done.load(Ordering::Relaxed) {
                let begun = Instant::now();
                clone.write(&format!("pushed/{pushed}.txt"), "x\n");
                clone.git(&["add", "."]);
                clone.git(&["commit", "--quiet", "-m", "Push something"]);
                // Like a person: pull and push until it is taken.
                while !clone.tries(&["push", "--quiet", "origin", &branch]) {
                    clone.git(&["pull", "--quiet", "--rebase", "origin", &branch]);
                }
                pushed += 1;
                let pause = Duration::from_millis(pause_ms).max(PAUSE * begun.elapsed());
                std::thread::sleep(pause);
            }
            pushed
        });
        Self { done, thread }
    }

    /// Stops, and says how many pushes there were.
    pub fn stop(self) -> usize {
        self.done.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
