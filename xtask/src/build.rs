//! How do the worker and the site come to be?
//!
//! The worker goes into `edge/build/`, the site (the pages of `www/` and the element) into `dist/`. Not here: installing
//! the tools (`setup`), what may be how big (`sizes`), where the element lies for good (`pinned`), its npm
//! package (`package`).

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow, bail};

use crate::countries;
use crate::package;
use crate::pinned;
use crate::place::{self, root};
use crate::setup::{Tool, ensure};
use crate::sizes;
use crate::step::{Progress, Step};
use crate::versions::{WASM_BINDGEN, WASM_PACK, WORKER_BUILD};

/// Builds all that ships, and fails when it is too heavy.
pub(crate) fn build(progress: &Progress) -> Result<()> {
    make(progress)?;
    sizes::weigh(progress)?;
    progress.say(&pinned::how_to_embed()?);
    progress.say(&format!("  for npm: npm pack ./{}", package::FOLDER));
    Ok(())
}

/// Builds all that ships.
pub(crate) fn make(progress: &Progress) -> Result<()> {
    ensure(progress, &Tool::BUILD)?;
    let _turn = take_turn(progress)?;
    progress.step("copy the pages", "read the reason above.", |_| copy_pages())?;
    // cargo lets only one of them compile at a time, but each has work to do after that.
    let (worker, element) = thread::scope(|scope| {
        let worker = scope.spawn(|| progress.step("build the worker", MEND, build_worker));
        let element = progress.step("build the element", MEND, build_element);
        let worker = worker
            .join()
            .unwrap_or_else(|_| Err(anyhow!("building the worker panicked")));
        (worker, element)
    });
    worker?;
    element?;
    progress.step("pin and pack the element", MEND, |_| {
        pinned::pin()?;
        package::lay_out()
    })
}

/// Two builds of one checkout write the same files, so one waits for the other. The turn ends with the file that is returned.
fn take_turn(progress: &Progress) -> Result<File> {
    let path = root("target/xtask-build.lock");
    fs::create_dir_all(root("target"))?;
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    if file.try_lock().is_err() {
        progress.say("  … another build of this checkout is running: waiting for it");
        file.lock()?;
    }
    Ok(file)
}

const MEND: &str = "when it does not compile, mend what rustc says; when a tool is at fault, `cargo xtask setup` names it.";

/// The pages, and beside them the countries and the contract. Each run starts from an empty folder, so that a page that was deleted is gone.
fn copy_pages() -> Result<()> {
    let dist = root("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).context("emptying dist/")?;
    }
    copy_dir(&root("www"), &dist)?;
    countries::spread(&dist.join("countries"))?;
    fs::write(dist.join("openapi.json"), protocol::openapi::document())
        .context("writing dist/openapi.json")
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("creating {}", to.display()))?;
    let entries = fs::read_dir(from).with_context(|| format!("reading {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("copying to {}", target.display()))?;
        }
    }
    Ok(())
}

fn build_worker(step: &Step) -> Result<()> {
    let mut build = Command::new(place::tool(&WORKER_BUILD, "worker-build"));
    build
        .current_dir(root("edge"))
        .arg("--release")
        .env(
            "WASM_BINDGEN_BIN",
            place::tool(&WASM_BINDGEN, "wasm-bindgen"),
        )
        .env("WASM_OPT_BIN", place::wasm_opt())
        .env("ESBUILD_BIN", place::native("esbuild"))
        // A person who closes the page must not stop the worker between asking the provider and writing down what it said.
        .env("RUN_TO_COMPLETION", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?);
    step.run(build)?;
    add_last_resort(&root("edge/build/index.js"))?;

    // worker-build's own pass would keep the functions' names, so edge/Cargo.toml switches it off.
    let mut shrink = Command::new(place::wasm_opt());
    shrink
        .current_dir(root(""))
        .args(["-Oz", "--strip-debug", "--strip-producers"])
        // What rustc emits and workerd reads; not all features, since newer encodings come with those.
        .args([
            "--enable-bulk-memory",
            "--enable-bulk-memory-opt",
            "--enable-exception-handling",
            "--enable-multivalue",
            "--enable-mutable-globals",
            "--enable-nontrapping-float-to-int",
            "--enable-reference-types",
            "--enable-sign-ext",
        ])
        .args(["edge/build/index_bg.wasm", "-o", "edge/build/index_bg.wasm"]);
    step.run(shrink)
}

/// Puts `edge/last_resort.js` before the exports of the worker's module.
fn add_last_resort(module: &Path) -> Result<()> {
    let script = minified(&root("edge/last_resort.js"))?;
    let text = fs::read_to_string(module)?;
    let whole = with_last_resort(&text, &script)
        .context("worker-build has changed how it exports the worker: see edge/last_resort.js")?;
    fs::write(module, whole).with_context(|| format!("writing {}", module.display()))
}

fn minified(script: &Path) -> Result<String> {
    let output = Command::new(place::native("esbuild"))
        // Names stay, so that none is by chance one of the module's.
        .args(["--minify-whitespace", "--minify-syntax"])
        .arg(script)
        .output()?;
    if !output.status.success() {
        bail!("esbuild: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn with_last_resort(module: &str, script: &str) -> Option<String> {
    let (code, exports) = module.rsplit_once("export{")?;
    let names = || {
        let names = exports.split(['{', ',', '}']);
        names.filter_map(|name| name.trim().split_once(" as "))
    };
    let (worker, _) = names().find(|(_, name)| *name == "default")?;
    let objects: Vec<_> = names()
        .filter(|(_, name)| name.ends_with("Object"))
        .map(|(object, _)| object)
        .collect();
    let script = script.trim_end().replace("WORKER", worker);
    let script = script.replace("OBJECTS", &format!("[{}]", objects.join(",")));
    Some(format!("{code}{script}export{{{exports}"))
}

fn build_element(step: &Step) -> Result<()> {
    let mut pack = Command::new(place::tool(&WASM_PACK, "wasm-pack"));
    pack.current_dir(root(""))
        .args(["build", "widget", "--release", "--target", "web"])
        // The optimiser runs below; nothing is published from here.
        .args([
            "--mode",
            "no-install",
            "--no-opt",
            "--no-pack",
            "--no-typescript",
        ])
        .env("PATH", place::search_path())
        .env("CARGO_ENCODED_RUSTFLAGS", flags()?);
    step.run(pack)?;

    // Also bundles the script, because the two of them agree on short names.
    let mut shrink = Command::new("node");
    shrink
        .current_dir(root(""))
        .args(["widget/shrink.mjs", "dist"]);
    step.run(shrink)
}

/// What stands between two flags in `CARGO_ENCODED_RUSTFLAGS`. In `RUSTFLAGS` it is a space, which folders have too.
const BETWEEN_FLAGS: &str = "\x1f";

/// With SHA-2's rounds in a loop instead of written out one by one, which is four kilobytes of the upload, gzipped, and more than
/// one of what each visitor downloads. The worker hashes a few hundred bytes per request; the element hashes many times as much,
/// but no slower for it.
fn flags() -> Result<OsString> {
    let mut flags = short_paths()?;
    for flag in ["--cfg", r#"sha2_backend_soft="compact""#] {
        flags.push(BETWEEN_FLAGS);
        flags.push(flag);
    }
    Ok(flags)
}

/// Panics name the file they happened in. From the crate's own folder on that is the same on every machine; what comes
/// before it is nobody's business, and would make the bytes differ.
fn short_paths() -> Result<OsString> {
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("finding cargo's folder: set CARGO_HOME")?;
    let registries = fs::read_dir(cargo.join("registry/src"))
        .into_iter()
        .flatten();
    let registries = registries.flatten().map(|registry| registry.path());
    let mut flags = OsString::new();
    // The last one that fits counts.
    for folder in [root(""), cargo].into_iter().chain(registries) {
        if !flags.is_empty() {
            flags.push(BETWEEN_FLAGS);
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_resort_is_put_around_what_the_module_exports_as_the_worker() {
        let module = "var b=1;export{a as PhoneObject,b as default};\n";
        let whole = with_last_resort(module, "{OBJECTS;WORKER}\n").unwrap();
        let expected = "var b=1;{[a];b}export{a as PhoneObject,b as default};\n";
        assert_eq!(whole, expected);
        assert_eq!(with_last_resort("export{a as b};", ""), None);
        assert_eq!(with_last_resort("export default b;", ""), None);
    }
}
