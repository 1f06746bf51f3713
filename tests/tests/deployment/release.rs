//! Is a release whole, and can whoever downloads it see whose it is?
//!
//! Not here: that it can be built again to the byte (`cargo xtask reproduce`).

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tests::guard::fresh_folder;
use tests::line::xtask;

fn in_folder(folder: &Path, program: &str, words: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(words).current_dir(folder).output().unwrap()
}

/// The names of the crates that a list has.
fn listed(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let checkout = Path::new(root).parent().unwrap().to_str().unwrap();
    assert!(!text.contains(checkout), "it says where it was built");
    let list: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(list["bomFormat"], "CycloneDX");
    let components = list["components"].as_array().unwrap();
    let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
    components.iter().map(name).collect()
}

#[test]
fn r78_a_release_lists_what_is_in_it_and_its_hashes_are_signed() {
    let folder = fresh_folder();
    fs::create_dir_all(&folder).unwrap();
    let key = ["-G", "-W", "-p", "key.pub", "-s", "key.sec"];
    assert!(in_folder(&folder, "minisign", &key).status.success());
    let out = folder.join("out");
    let made = xtask()
        .args(["release", "--draft", "--no-build", "--key"])
        .arg(folder.join("key.sec"))
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");

    let verify = ["-V", "-p", "../key.pub", "-m", "SHA256SUMS"];
    let signed = || in_folder(&out, "minisign", &verify).status.success();
    let hashes = || {
        let check = ["--check", "--strict", "--quiet", "SHA256SUMS"];
        in_folder(&out, "sha256sum", &check).status.success()
    };
    assert!(signed() && hashes());
    let sums = fs::read_to_string(out.join("SHA256SUMS")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    for file in [
        &format!("sms-login-{version}.tar.gz"),
        &format!("sms-login-{version}.tgz"),
        "worker.cdx.json",
        "element.cdx.json",
        "build.json",
        "embed.html",
    ] {
        assert!(sums.contains(&format!("  {file}\n")), "{file}: {sums}");
    }
    let (worker, element) = ("worker.cdx.json", "element.cdx.json");
    let [worker, element] = [worker, element].map(|file| listed(&out.join(file)));
    assert!(worker.contains(&"ed25519-dalek".to_owned()), "{worker:?}");
    assert!(!element.contains(&"ed25519-dalek".to_owned()));
    assert!(element.contains(&"wasm-bindgen".to_owned()), "{element:?}");
    let built: Value = serde_json::from_slice(&fs::read(out.join("build.json")).unwrap()).unwrap();
    assert_eq!(built["commit"].as_str().map(str::len), Some(40));

    // A file that was touched is seen, and so is a list of hashes that was made to fit it.
    fs::write(
        out.join("embed.html"),
        "<script src=//evil.example></script>",
    )
    .unwrap();
    assert!(!hashes());
    let listing = in_folder(&out, "sha256sum", &["embed.html"]).stdout;
    fs::write(out.join("SHA256SUMS"), listing).unwrap();
    assert!(hashes() && !signed());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_not_signed_is_no_release() {
    let made = xtask().args(["release", "--no-build"]).output().unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    let reasons = ["not all is committed", "has no section", "--key"];
    let named = reasons.iter().any(|reason| said.contains(reason));
    assert!(!made.status.success() && named, "{said}");
}
