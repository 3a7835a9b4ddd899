//! Puts the built site into the binary, and rebuilds it when a migration is added.
//!
//! Only a release build that comes after the front end's (`cargo leptos build --release`) has a site to
//! embed; every other build serves it from the folder that `LEPTOS_SITE_ROOT` names when it runs.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=LEPTOS_SITE_ROOT");

    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let release = env::var("PROFILE")? == "release";
    let built =
        env::var("LEPTOS_SITE_ROOT").ok().map(|root| workspace.join(root)).filter(|root| root.is_dir());
    let site = match built.filter(|_| release) {
        Some(site) => site,
        None => {
            let empty = PathBuf::from(env::var("OUT_DIR")?).join("no-site");
            fs::create_dir_all(&empty)?;
            empty
        }
    };
    memory_serve::load_directory(site);
    Ok(())
}
