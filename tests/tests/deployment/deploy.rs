//! What would be uploaded, and what keeps something from being uploaded?
//!
//! Up to the last step, without a network. Not here: what Cloudflare makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use tests::guard::fresh_folder;
use tests::line::xtask;

/// A folder with a deployment in it, which goes with this value.
struct Folder(PathBuf);

impl Folder {
    fn new(environment: &str) -> Self {
        let folder = Self(fresh_folder());
        fs::create_dir_all(&folder.0).unwrap();
        let text = format!(
            r#"
            [infobip]
            base_url = "abc123.api.infobip.com"
            [sms]
            site = "Kite shop"
            default = "en"
            [sms.text]
            en = "{{{{pin}}}} is your code for Kite shop."
            [environment.{environment}]
            application = "Kite shop login"
            secrets = "secrets.env"
            [environment.{environment}.settings]
            ISSUER = "https://login.example.com"
            COUNTRIES = "HR"
            DEFAULT_COUNTRY = "HR"
            INFOBIP_APPLICATION_ID = "A-1"
            INFOBIP_MESSAGE_ID = "M-1"
            "#
        );
        fs::write(folder.0.join("sms-login.toml"), text).unwrap();
        let keys = xtask().args(["keys", "new"]).output().unwrap().stdout;
        let keys = String::from_utf8(keys).unwrap();
        let secrets =
            format!("{keys}INFOBIP_API_KEY=key-canary\nINFOBIP_ADMIN_KEY=managing-canary\n");
        fs::write(folder.0.join("secrets.env"), secrets).unwrap();
        folder
    }

    fn replace(&self, file: &str, right: &str, wrong: &str) {
        let text = fs::read_to_string(self.0.join(file)).unwrap();
        assert!(text.contains(right), "{right}: {text}");
        fs::write(self.0.join(file), text.replace(right, wrong)).unwrap();
    }

    fn deploy(&self) -> (bool, String) {
        let output = xtask()
            .args(["deploy", "--dry-run", "--no-build", "--config"])
            .arg(self.0.join("sms-login.toml"))
            // Whoever runs this is not to upload anything by it.
            .env_remove("CLOUDFLARE_API_TOKEN")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!said.contains("canary"), "a key is printed: {said}");
        (output.status.success(), said)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn r50_r51_a_dry_run_is_whole_and_leaves_no_secret_behind() {
    let folder = Folder::new("e2e-dry-run");
    let (well, said) = folder.deploy();
    assert!(well && said.contains("nothing was uploaded"), "{said}");
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/e2e-dry-run");
    let uploaded = files(&made.join("upload"));
    for kind in ["js", "wasm"] {
        let is_there = uploaded
            .iter()
            .any(|file| file.extension().is_some_and(|it| it == kind));
        assert!(is_there, "{kind}: {uploaded:?}");
    }
    let secrets = fs::read_to_string(folder.0.join("secrets.env")).unwrap();
    let secrets = Vec::from_iter(
        secrets
            .lines()
            .filter_map(|line| line.rsplit([':', '=']).next()),
    );
    for file in files(&made) {
        let bytes = fs::read(&file).unwrap();
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "a secret is in {}", file.display());
        }
    }
    fs::remove_dir_all(made).unwrap();
}

#[test]
fn what_the_worker_would_not_start_with_is_not_deployed() {
    let cases = [
        (
            "sms-login.toml",
            "COUNTRIES = \"HR\"",
            "COUNTRIES = \"XX\"",
            "setting COUNTRIES: ",
        ),
        (
            "sms-login.toml",
            "INFOBIP_APPLICATION_ID",
            "# ",
            "cargo xtask provision",
        ),
        (
            "secrets.env",
            "SIGNING_KEYS=",
            "SIGNING_KEYS=k1:short#",
            "SIGNING_KEYS: ",
        ),
        (
            "secrets.env",
            "SEALING_KEYS",
            "OTHER_KEYS",
            "SEALING_KEYS: it is not set",
        ),
        (
            "secrets.env",
            "INFOBIP_API_KEY",
            "API_KEY",
            "INFOBIP_API_KEY: it is not set",
        ),
    ];
    for (file, right, wrong, named) in cases {
        let folder = Folder::new("e2e-refused");
        folder.replace(file, right, wrong);
        let (well, said) = folder.deploy();
        assert!(!well && said.contains(named), "{wrong}: {said}");
    }
}

#[test]
fn r50_a_packed_environment_has_its_settings_and_no_secret() {
    let folder = Folder::new("e2e-pack");
    let pack = || {
        let output = xtask()
            .args(["pack", "--no-build", "--environment=e2e-pack", "--config"])
            .arg(folder.0.join("sms-login.toml"))
            .arg("--out")
            .arg(&folder.0)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    };
    let (well, said) = pack();
    assert!(well && said.contains("takes these settings"), "{said}");
    let packed = folder
        .0
        .join(concat!("sms-login-", env!("CARGO_PKG_VERSION")));
    let settings = fs::read_to_string(packed.join("worker.env")).unwrap();
    for line in [
        "ISSUER=https://login.example.com",
        "CLIENT_ADDRESS_HEADER=x-real-ip",
    ] {
        assert!(settings.lines().any(|it| it == line), "{settings}");
    }
    let secrets = fs::read_to_string(folder.0.join("secrets.env")).unwrap();
    for secret in secrets
        .lines()
        .filter_map(|line| line.rsplit([':', '=']).next())
    {
        assert!(!settings.contains(secret), "{settings}");
    }
    folder.replace("sms-login.toml", "COUNTRIES = \"HR\"", "COUNTRIES = \"XX\"");
    let (well, said) = pack();
    assert!(!well && said.contains("setting COUNTRIES: "), "{said}");
}
