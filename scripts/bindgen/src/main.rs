//! `wasm-bindgen`, as far as this project's builds need it.
//!
//! The published command compiles a web server and a test runner too, nearly three times the work on a fresh machine.
//! This one stands on the same library. Cargo allows one version of `wasm-bindgen-shared`, on which both that
//! library and `wasm-bindgen` insist, in a workspace, so the two cannot drift apart.

use std::env;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut bindgen = Bindgen::new();
    let mut out_dir = None;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .with_context(|| format!("`{argument}` needs a value"))
        };
        match argument.as_str() {
            "--out-dir" => out_dir = Some(value()?),
            "--out-name" => {
                bindgen.out_name(&value()?);
            }
            "--target" => set_target(&mut bindgen, &value()?)?,
            flag if flag.starts_with('-') => set_flag(&mut bindgen, flag)?,
            input => {
                bindgen.input_path(input);
            }
        }
    }
    bindgen.generate(out_dir.context("`--out-dir` is missing")?)
}

fn set_target(bindgen: &mut Bindgen, target: &str) -> Result<()> {
    match target {
        "web" => bindgen.web(true)?,
        "module" => bindgen.module(true)?,
        "bundler" => bindgen.bundler(true)?,
        other => bail!("unknown target `{other}`: web, module or bundler"),
    };
    Ok(())
}

fn set_flag(bindgen: &mut Bindgen, flag: &str) -> Result<()> {
    match flag {
        "--typescript" => bindgen.typescript(true),
        "--no-typescript" => bindgen.typescript(false),
        "--debug" => bindgen.debug(true),
        "--keep-debug" => bindgen.keep_debug(true),
        "--no-demangle" => bindgen.demangle(false),
        "--remove-name-section" => bindgen.remove_name_section(true),
        "--omit-default-module-path" => bindgen.omit_default_module_path(true),
        "--experimental-reset-state-function" => bindgen.reset_state_function(true),
        "--force-enable-abort-handler" => bindgen.force_enable_abort_handler(true),
        other => bail!("unknown argument `{other}`"),
    };
    Ok(())
}
