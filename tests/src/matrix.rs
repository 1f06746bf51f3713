//! What was seen when something failed?
//!
//! Each test of a fault writes down what the person was told, a line of JSON, if the environment names a folder for it;
//! `cargo xtask faults` lays the lines out as tables. Not here: what is asserted, which is the tests' own.

use std::env;
use std::fs::{File, create_dir_all};
use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::answer::Answer;

/// The variable that names the folder.
const FOLDER: &str = "SMS_LOGIN_FAULTS";

/// What was seen of one fault.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Of which table it is a part.
    pub table: &'a str,
    /// What somebody did, or where it failed.
    pub row: &'a str,
    /// How it failed.
    pub column: &'a str,
    /// What they were told.
    pub told: &'a str,
    /// How many texts came of this press of the button; none where none could.
    pub texts: Option<usize>,
}

impl Seen<'_> {
    /// Writes it down.
    ///
    /// # Panics
    ///
    /// When the folder that the environment names cannot be written to.
    pub fn note(&self) {
        let Some(folder) = env::var_os(FOLDER) else {
            return;
        };
        let folder = Path::new(&folder);
        create_dir_all(folder).expect("the folder can be made");
        let line = json!({
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "told": self.told,
            "texts": self.texts,
        });
        let file = folder.join(format!("{}.jsonl", std::process::id()));
        let file = File::options().create(true).append(true).open(file);
        // In one piece: other threads write as well.
        let line = format!("{line}\n");
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        written.expect("what was seen can be written down");
    }
}

/// What somebody was told, in the words of the tables: the status and the problem, or that nobody answered.
pub fn told(answer: Option<&Answer>) -> String {
    answer.map_or_else(|| "no answer".to_owned(), Answer::outcome)
}
