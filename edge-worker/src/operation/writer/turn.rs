//! A write that is carried out now.

use super::item::{Item, Seen};
use super::memory::Token;

/// A write whose turn it is.
pub(super) struct Turn {
    pub item: Item,
    pub token: Token,
    pub seen: Option<Box<Seen>>,
}
