//! What is loaded later (`src/split.rs`) is cut out of the linked file, which takes the linker's relocations.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}
