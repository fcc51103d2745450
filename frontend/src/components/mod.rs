//! Parts of pages. None of them fetches.

pub mod approval;
pub mod badge_snippets;
pub mod combobox;
pub mod copy;
pub mod dialog;
pub mod diff_view;
pub mod field;
pub mod file_view;
pub mod header;
pub mod icon;
pub mod key_sheet;
pub mod link;
pub mod next_steps;
pub mod notice;
pub mod palette;
pub mod planned;
pub mod preview_pane;
pub mod prose;
pub mod report_view;
pub mod scroller;
pub mod segmented;
pub mod shortcuts;
pub mod sign_in;
pub mod state_badge;
pub mod tabs;
pub mod tree_view;
