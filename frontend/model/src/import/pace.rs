//! How fast a list is written: GitHub takes 80 changes a minute from a person, and refuses the rest for minutes.

use std::collections::VecDeque;

/// The changes of one minute; what the person does elsewhere in the meantime has room beside them.
const A_MINUTE: usize = 70;
const MINUTE_MS: i64 = 60_000;

/// When the changes of the last minute were made.
#[derive(Clone, Debug, Default)]
pub struct Pace(VecDeque<i64>);

impl Pace {
    /// Takes room for `changes`, or says how many milliseconds to wait before asking again.
    pub fn try_acquire(&mut self, changes: usize, now_ms: i64) -> Result<(), i64> {
        while self.0.front().is_some_and(|at| at + MINUTE_MS <= now_ms) {
            self.0.pop_front();
        }
        if self.0.len() + changes > A_MINUTE
            && let Some(first) = self.0.front()
        {
            return Err(first + MINUTE_MS - now_ms);
        }
        self.0.extend(std::iter::repeat_n(now_ms, changes));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_than_github_takes() {
        let mut pace = Pace::default();
        let mut made = Vec::new();
        let mut now_ms = 0;
        while made.len() < 300 {
            match pace.try_acquire(1, now_ms) {
                Ok(()) => {
                    made.push(now_ms);
                    now_ms += 100;
                }
                Err(wait_ms) => {
                    assert!(wait_ms > 0);
                    now_ms += wait_ms;
                }
            }
        }
        for from in &made {
            let minute = made
                .iter()
                .filter(|at| (*from..from + MINUTE_MS).contains(*at));
            assert!(minute.count() <= A_MINUTE);
        }
        assert!(made[69] < 7_000, "a short list does not wait");
        assert!(
            now_ms < 5 * MINUTE_MS,
            "and a long one not longer than it must"
        );
    }

    #[test]
    fn what_makes_several_changes_takes_their_room() {
        let mut pace = Pace::default();
        for _ in 0..23 {
            assert_eq!(pace.try_acquire(3, 0), Ok(()));
        }
        assert_eq!(pace.try_acquire(3, 10), Err(MINUTE_MS - 10));
        assert_eq!(pace.try_acquire(1, 10), Ok(()));
    }
}
