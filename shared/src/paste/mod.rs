//! Texts that a person copies from a fabric's page and pastes elsewhere: a command, a path for Argo CD or Flux, a badge.

mod badges;
mod clone;
mod sync;

pub use badges::{Snippet, snippets};
pub use clone::clone_command;
pub use sync::{argo_cd_path, flux_path};
