//! The pages, one file or folder each. They fetch, and hand components what came.

mod batch;
pub mod contents;
#[cfg(feature = "create")]
pub mod create;
#[cfg(feature = "console")]
pub mod fabric;
#[cfg(feature = "console")]
pub mod fabrics;
#[cfg(feature = "console")]
pub mod import;
pub mod lazy;
pub mod not_found;
#[cfg(feature = "console")]
pub mod settings;
