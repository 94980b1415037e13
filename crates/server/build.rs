//! Puts the built inbox into the program, or a page that says how to build it. In debug builds the files are read when they
//! are asked for.

use std::path::Path;

const BUILT: &str = "../../web/dist/app";
const MISSING: &str = "inbox-missing";

fn main() {
    // The folder above is always there, so that building the inbox later is noticed.
    println!("cargo::rerun-if-changed=../../web/dist");
    let built = Path::new(BUILT).join("index.html").is_file();
    memory_serve::load_directory(if built { BUILT } else { MISSING });
}
