//! A fabric's state for those who look: one verdict, the document for machines, and badges.

mod badge;
mod document;
mod tone;
mod verdict;

pub use badge::{BADGE_STYLE, ShieldsBadge, badge_svg, shields_badge};
pub use document::{Links, STATUS_VERSION, StatusCheck, StatusDocument, StatusVerdict};
pub use tone::Tone;
pub(crate) use verdict::Facts;
pub use verdict::{Action, FabricState, Verdict};

#[cfg(test)]
mod tests;
