//! Parts of pages. None of them fetches.

pub mod approval;
pub mod copy;
pub mod field;
pub mod header;
pub mod icon;
pub mod link;
pub mod next_steps;
pub mod notice;
pub mod preview_pane;
pub mod prose;
pub mod report_view;
pub mod sign_in;
pub mod state_badge;
pub mod theme;
pub mod tree_view;
