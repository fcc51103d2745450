//! Starts the page. Pages are made of components, components of `shared`'s types; only `api` talks HTTP.

// Either half alone leaves parts unused that only the other needs.
#![cfg_attr(
    not(all(feature = "create", feature = "console")),
    allow(dead_code, unused_imports)
)]

mod api;
mod app;
mod browser;
mod command;
mod components;
mod context;
mod latest;
mod lazy;
mod pages;
mod preferences;
mod sent_writes;
mod shown;
mod split;
mod storage;

fn main() {
    console_error_panic_hook::set_once();
    preferences::apply_stored();
    leptos::mount::mount_to_body(app::App);
}
