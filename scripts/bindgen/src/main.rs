//! `wasm-bindgen`, as far as this project's builds need it.
//!
//! With `--split` it also cuts what `wasm_split` marks out of the page, into files that are loaded later.
//!
//! The published command compiles a web server and a test runner too, nearly three times the work on a fresh machine.
//! This one stands on the same library. Cargo allows one version of `wasm-bindgen-shared`, on which both that
//! library and `wasm-bindgen` insist, in a workspace, so the two cannot drift apart.

use std::env;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

fn main() -> Result<()> {
    let mut bindgen = Bindgen::new();
    let (mut input, mut out_dir, mut is_split) = (None, None, false);
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
            "--split" => is_split = true,
            flag if flag.starts_with('-') => set_flag(&mut bindgen, flag)?,
            _ => input = Some(argument),
        }
    }
    let input = input.context("the input is missing")?;
    let out_dir = out_dir.context("`--out-dir` is missing")?;
    if is_split {
        let main = split(&input, Path::new(&out_dir))?;
        bindgen
            .input_bytes("frontend", main)
            .keep_lld_exports(true)
            .demangle(false);
    } else {
        bindgen.input_path(&input);
    }
    bindgen.generate(&out_dir)
}

/// Writes what is loaded later into files of its own beside `split.js`, which loads them, and `split.json`, which says
/// which of them each split point needs; gives the rest.
fn split(input: &str, out_dir: &Path) -> Result<Vec<u8>> {
    let wasm = std::fs::read(input).with_context(|| format!("cannot read {input}"))?;
    let main = out_dir.join("main.wasm");
    let mut options = Options::new(&wasm);
    options.output_dir = out_dir;
    options.main_out_path = &main;
    options.main_module = "./frontend.js";
    options.link_name = "./split.js";
    let parts = transform(options).map_err(|report| anyhow!("{report:#}"))?;
    let needs = serde_json::to_vec(&parts.prefetch_map)?;
    std::fs::write(out_dir.join("split.json"), needs)?;
    let bytes = std::fs::read(&main)?;
    std::fs::remove_file(&main)?;
    Ok(bytes)
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
