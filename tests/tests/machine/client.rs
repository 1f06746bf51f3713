//! How is a packed worker asked, directly and through a proxy with TLS?
//!
//! By curl, as the documentation has it. Not here: whether every answer is as promised, which tests of the demo's worker see to.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use tests::guard::fresh_folder;
use tests::numbers;

use crate::provider::Provider;

/// Somebody's browser, more or less: it keeps cookies. They go with this value.
pub(crate) struct Client {
    door: String,
    issuer: String,
    folder: PathBuf,
    words: Vec<String>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// 0 if nobody answered.
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The status, and the problem's code if it is one: `401 session_ended`.
    pub(crate) fn outcome(&self) -> String {
        let code = self.json()["code"].as_str().map(|code| format!(" {code}"));
        format!("{}{}", self.status, code.unwrap_or_default())
    }
}

impl Client {
    /// Asks at that door for a worker that knows itself by that origin.
    pub(crate) fn new(door: &str, issuer: &str) -> Self {
        let folder = fresh_folder();
        fs::create_dir_all(&folder).unwrap();
        let client = Self {
            door: door.to_owned(),
            issuer: issuer.to_owned(),
            folder,
            words: Vec::new(),
        };
        // To itself the worker was asked with TLS; a proxy in front of it says so anew.
        client.with(&["-H", "x-forwarded-proto: https"])
    }

    /// The same with more words for curl.
    pub(crate) fn with(mut self, words: &[&str]) -> Self {
        self.words
            .extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    /// The same cookies, now.
    pub(crate) fn copy(&self) -> Self {
        let mut copy = Self::new(&self.door, &self.issuer);
        copy.words.clone_from(&self.words);
        fs::copy(self.jar(), copy.jar()).unwrap();
        copy
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.curl(path, &[])
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let origin = format!("origin: {}", self.issuer);
        let body = body.to_string();
        self.curl(
            path,
            &[
                "-H",
                &origin,
                "-H",
                "content-type: application/json",
                "-d",
                &body,
            ],
        )
    }

    pub(crate) fn ask_code(&self, phone: &str) -> Answer {
        self.post("/v1/challenges", &json!({ "phone": phone }))
    }

    pub(crate) fn verify(&self, code: &str) -> Answer {
        let ask = json!({ "code": code, "attempt_id": numbers::fresh_attempt() });
        self.post("/v1/challenges/verify", &ask)
    }

    pub(crate) fn session(&self) -> Answer {
        self.get("/v1/session")
    }

    pub(crate) fn logout(&self) -> Answer {
        let value = self.session().json()["anti_forgery"].clone();
        self.post("/v1/session/logout", &json!({ "anti_forgery": value }))
    }

    /// A whole login. Whose it was.
    pub(crate) fn sign_in(&self, phone: &str, provider: &Provider) -> String {
        let asked = self.ask_code(phone);
        assert_eq!(asked.status, 202, "{asked:?}");
        let signed_in = self.verify(&provider.telephone().code(phone));
        assert_eq!(signed_in.status, 200, "{signed_in:?}");
        signed_in.json()["subject"].as_str().unwrap().to_owned()
    }

    fn jar(&self) -> PathBuf {
        self.folder.join("jar")
    }

    fn curl(&self, path: &str, words: &[&str]) -> Answer {
        // The cookies are for https alone, and so is this jar, whichever way the request goes.
        let jar = self.jar();
        let heads = self.folder.join("heads");
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--max-time",
            "30",
            "--write-out",
            "\n%{http_code}",
        ])
        .arg("--dump-header")
        .arg(&heads)
        .args(&self.words)
        .args(words);
        let cookies = fs::read_to_string(&jar).unwrap_or_default();
        if !cookies.is_empty() {
            curl.args([
                "-H",
                &format!("cookie: {}", cookies.trim_end().replace('\n', "; ")),
            ]);
        }
        let output = curl.arg(format!("{}{path}", self.door)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let (body, status) = said.rsplit_once('\n').unwrap_or_default();
        let status = status.parse().unwrap_or_default();
        self.keep(&cookies, &fs::read_to_string(heads).unwrap_or_default());
        Answer {
            status,
            body: format!("{body}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Takes the cookies of an answer into the jar, a line `name=value` for each.
    fn keep(&self, before: &str, heads: &str) {
        let mut jar: Vec<String> = before.lines().map(str::to_owned).collect();
        for line in heads.lines() {
            let Some((name, value)) = line.split_once(": ") else {
                continue;
            };
            if !name.eq_ignore_ascii_case("set-cookie") {
                continue;
            }
            let pair = value.split(';').next().unwrap();
            let name = pair.split('=').next().unwrap();
            jar.retain(|kept| kept.split('=').next() != Some(name));
            if !value.contains("Max-Age=0") {
                jar.push(pair.to_owned());
            }
        }
        fs::write(self.jar(), jar.join("\n")).unwrap();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}
