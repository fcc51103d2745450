//! A fabric's state for those who look: one verdict, the document for machines, and badges.

mod badge;
mod document;
mod tone;
mod verdict;

pub use badge::{BADGE_STYLE, ShieldsBadge, badge_svg, shields_badge};
pub use document::{Links, STATUS_VERSION, StatusCheck, StatusDocument, StatusVerdict};
pub use tone::Tone;
pub(crate) use verdict::Facts;
pub use verdict::{Action, FabricState, Verdict, missing_branch};

/// What is said where there is no fabric, or none that whoever looks may know of.
pub const NO_FABRIC: &str = "No such fabric";
/// Why that may be, for whoever has not signed in.
pub const NO_FABRIC_REASON: &str = "It does not exist, or you need to sign in to see it.";

#[cfg(test)]
mod tests;
