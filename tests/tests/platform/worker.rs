//! How is the worker that was built put onto a platform that fails?
//!
//! Beside a copy of it lie two modules of these tests' own, and in its configuration they come first. Not here: what they do
//! (`platform.mjs`).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tests::guard::{Guarded, fresh_folder};
use tests::line::Line;

/// The modules of `edge/workerd.capnp`, and those that take their place.
const ITS_OWN: &str = r#"(name = "index.js", esModule = embed "build/index.js"),"#;
const AROUND_IT: &str = r#"(name = "platform.mjs", esModule = embed "platform.mjs"),
    (name = "ground.mjs", esModule = embed "ground.mjs"),
    (name = "index.js", esModule = embed "build/index.js"),"#;

/// The folder. A shell that waits for the end of these tests keeps it from staying.
static WORKER: LazyLock<(PathBuf, Guarded)> = LazyLock::new(|| {
    let folder = fresh_folder();
    let (guard, _) = Guarded::start("sleep".as_ref(), ["infinity"], folder.clone());
    let edge = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../edge"));
    fs::create_dir(folder.join("build")).unwrap();
    for file in ["build/index.js", "build/index_bg.wasm"] {
        fs::copy(edge.join(file), folder.join(file)).expect("the worker is built");
    }
    let config = fs::read_to_string(edge.join("workerd.capnp")).unwrap();
    assert!(config.contains(ITS_OWN), "its modules are called otherwise");
    let config = config.replace(ITS_OWN, AROUND_IT);
    fs::write(folder.join("workerd.capnp"), config).unwrap();
    fs::write(folder.join("ground.mjs"), include_str!("ground.mjs")).unwrap();
    fs::write(folder.join("platform.mjs"), include_str!("platform.mjs")).unwrap();
    (folder, guard)
});

/// Starts it with these settings.
pub(crate) fn line(settings: &[(&str, &str)]) -> Line {
    Line::of_worker(&WORKER.0, settings)
}
