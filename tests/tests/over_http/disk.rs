//! What is on the worker's disk?
//!
//! Every byte of every file that records are kept in, free pages and logs of SQLite among them. Not here: what must not be there.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use tests::line::Line;

/// The files as they are at one moment.
pub(crate) struct Disk(Vec<(String, Vec<u8>)>);

impl Disk {
    pub(crate) fn of(line: &Line) -> Self {
        let mut files = Vec::new();
        collect(&line.folder().join("objects"), &mut files);
        Self(files)
    }

    /// The files, by name or content, in which these bytes are.
    pub(crate) fn holding(&self, needle: impl AsRef<[u8]>) -> Vec<&str> {
        let needle = needle.as_ref();
        let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        let files = self.0.iter();
        files
            .filter(|(name, bytes)| holds(name.as_bytes()) || holds(bytes))
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

fn collect(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if let Ok(bytes) = fs::read(&path) {
            // A log that SQLite has just deleted is not there any more.
            files.push((path.to_string_lossy().into_owned(), bytes));
        }
    }
}

/// What a number can be recognised by: itself, and hashes that anybody can compute.
pub(crate) fn forms_of(phone: &str) -> Vec<Vec<u8>> {
    let national = phone.strip_prefix("+385").unwrap();
    let mut forms = vec![national.as_bytes().to_vec()];
    let digits = phone.strip_prefix('+').unwrap();
    for text in [phone, digits, national, &format!("0{national}")] {
        let hash = Sha256::digest(text);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        forms.extend([
            hash.to_vec(),
            hex.to_uppercase().into_bytes(),
            hex.into_bytes(),
            URL_SAFE_NO_PAD.encode(hash).into_bytes(),
            STANDARD.encode(hash).into_bytes(),
        ]);
    }
    forms
}
