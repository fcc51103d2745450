//! Working through many rows, a few at a time.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use leptos::task::spawn_local;

/// How many rows are worked on at once.
const AT_ONCE: usize = 3;

/// Does `each` for every row, in their order, and `end` after the last. What it keeps does not belong to any part of
/// the page, so it goes on when the part that began it is drawn anew.
pub fn through<T, F>(
    rows: Vec<T>,
    each: impl Fn(T) -> F + Copy + 'static,
    end: impl Fn() + Copy + 'static,
) where
    T: 'static,
    F: Future<Output = ()> + 'static,
{
    let queue: Vec<T> = rows.into_iter().rev().collect();
    let queue = Rc::new(RefCell::new(queue));
    let left = Rc::new(Cell::new(AT_ONCE));
    for _ in 0..AT_ONCE {
        let (queue, left) = (Rc::clone(&queue), Rc::clone(&left));
        spawn_local(async move {
            loop {
                let row = queue.borrow_mut().pop();
                let Some(row) = row else { break };
                each(row).await;
            }
            left.set(left.get() - 1);
            if left.get() == 0 {
                end();
            }
        });
    }
}
