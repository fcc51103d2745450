//! The pages that are files of their own. The create page is none: it is what most people open first.
#![allow(
    unsafe_code,
    reason = "the macro declares the foreign functions through which the files are loaded"
)]

use leptos::prelude::*;
use leptos::wasm_split::wasm_split;

use super::Later;
use crate::model::failure::Failure;
use crate::pages::{fabric::Fabric, fabrics::Fabrics, import::Import, settings::Settings};

/// A page without anything in its address.
pub type Plain = fn() -> AnyView;

/// The pages.
#[derive(Clone, Copy)]
pub struct Pages {
    /// `/f/{id}`.
    pub fabric: Later<fn(String) -> AnyView>,
    /// `/fabrics`.
    pub fabrics: Later<Plain>,
    /// `/fabrics/import`.
    pub import: Later<Plain>,
    /// `/settings`.
    pub settings: Later<Plain>,
}

impl Pages {
    /// None was loaded yet.
    pub fn new() -> Self {
        Self {
            fabric: Later::new(|| Box::pin(fabric())),
            fabrics: Later::new(|| Box::pin(fabrics())),
            import: Later::new(|| Box::pin(import())),
            settings: Later::new(|| Box::pin(settings())),
        }
    }
}

// `scripts/page.mjs` knows these names: whoever opens a page by its address gets the page's files at once.

#[wasm_split(fabric, wasm_split_path = leptos::wasm_split, fallible)]
fn fabric() -> Result<fn(String) -> AnyView, Failure> {
    Ok(|id| view! { <Fabric id=id/> }.into_any())
}

#[wasm_split(fabrics, wasm_split_path = leptos::wasm_split, fallible)]
fn fabrics() -> Result<Plain, Failure> {
    Ok(|| view! { <Fabrics/> }.into_any())
}

#[wasm_split(import, wasm_split_path = leptos::wasm_split, fallible)]
fn import() -> Result<Plain, Failure> {
    Ok(|| view! { <Import/> }.into_any())
}

#[wasm_split(settings, wasm_split_path = leptos::wasm_split, fallible)]
fn settings() -> Result<Plain, Failure> {
    Ok(|| view! { <Settings/> }.into_any())
}
