//! Which requirement is proved by which tests, and which mistake of others would fail which?
//!
//! A test that proves a requirement begins its name with the id: `r25_parallel_wrong_codes_…`; one that proves several begins
//! with all of them. The requirements are in `tests/requirements.tsv`: id, priority, sentence. The mistakes are in
//! `tests/advisories.tsv`: the published advisory, what went wrong there, and the test that would fail if it were so here. Not here:
//! running the tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::place::root;

/// Where tests are.
const PLACES: [&str; 6] = ["protocol", "edge", "widget", "tests", "xtask/src", "www"];

/// Prints the table.
pub(crate) fn print() -> Result<()> {
    let proofs = proofs()?;
    let requirements = table(&list("requirements")?, &proofs)?;
    let advisories = advisories(&list("advisories")?, &proofs)?;
    print!("{requirements}\n{advisories}");
    Ok(())
}

fn list(name: &str) -> Result<String> {
    let path = root("tests").join(name).with_extension("tsv");
    fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
}

fn proofs() -> Result<Proofs> {
    let mut proofs = BTreeMap::new();
    for place in PLACES {
        collect(&root(place), &mut proofs)?;
    }
    Ok(proofs)
}

/// Requirement → names of its tests, each with its file.
type Proofs = BTreeMap<String, Vec<String>>;

fn collect(dir: &Path, proofs: &mut Proofs) -> Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    let mut paths: Vec<_> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        let built = path.file_name().is_some_and(|name| {
            ["target", "pkg", "build", "node_modules"]
                .iter()
                .any(|it| name == *it)
        });
        if path.is_dir() && !built {
            collect(&path, proofs)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path)?;
            let file = path
                .strip_prefix(root(""))
                .unwrap_or(&path)
                .display()
                .to_string();
            for name in test_names(&text) {
                for id in ids(name) {
                    proofs
                        .entry(id)
                        .or_default()
                        .push(format!("{name} ({file})"));
                }
            }
        }
    }
    Ok(())
}

/// The names of the functions that begin with an id.
fn test_names(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| {
            line.trim_start()
                .trim_start_matches("async ")
                .strip_prefix("fn ")
        })
        .filter_map(|rest| rest.split(['(', '<']).next())
        .filter(|name| !ids(name).is_empty())
}

/// `r25_r26_limits_hold` carries R25 and R26.
fn ids(name: &str) -> Vec<String> {
    name.split('_')
        .map_while(|part| part.strip_prefix('r').filter(|digits| digits.len() == 2))
        .map_while(|digits| digits.parse::<u8>().ok())
        .map(|number| format!("R{number:02}"))
        .collect()
}

fn table(list: &str, proofs: &Proofs) -> Result<String> {
    let mut table = String::new();
    let (mut proved, mut all) = (0, 0);
    let mut known = Vec::new();
    for line in list.lines() {
        let mut columns = line.split('\t');
        let (Some(id), Some(priority), Some(sentence)) =
            (columns.next(), columns.next(), columns.next())
        else {
            bail!("not an id, a priority and a sentence: {line:?}");
        };
        known.push(id);
        all += 1;
        table += &format!("{id} {priority}  {sentence}\n");
        match proofs.get(id) {
            Some(tests) => {
                proved += 1;
                for test in tests {
                    table += &format!("        {test}\n");
                }
            }
            None => table += "        none\n",
        }
    }
    if let Some(id) = proofs.keys().find(|id| !known.contains(&id.as_str())) {
        bail!("a test carries {id}, which is no requirement");
    }
    table += &format!("\n{proved} of {all} requirements have a test that carries their id.\n");
    Ok(table)
}

/// The mistakes of others. An error if one names a test that is not there.
fn advisories(list: &str, proofs: &Proofs) -> Result<String> {
    let mut table = String::new();
    for line in list.lines() {
        let mut columns = line.split('\t');
        let (Some(advisory), Some(mistake), Some(test)) =
            (columns.next(), columns.next(), columns.next())
        else {
            bail!("not an advisory, a mistake and a test: {line:?}");
        };
        let place = proofs
            .values()
            .flatten()
            .find(|place| place.split(' ').next() == Some(test))
            .with_context(|| format!("{advisory}: there is no test {test}"))?;
        table += &format!("{advisory}  {mistake}\n        {place}\n");
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_of_others_has_a_test_that_is_there() {
        let (list, proofs) = (list("advisories").unwrap(), proofs().unwrap());
        advisories(&list, &proofs).unwrap();
        let gone = "CVE-2000-1\tIt was wrong.\tr25_a_test_that_is_gone\n";
        assert!(advisories(gone, &proofs).is_err());
    }

    #[test]
    fn a_test_is_found_by_the_ids_that_its_name_begins_with() {
        let text = "#[test]\nfn r25_r26_limits_hold() {}\n    async fn r02_every_answer() {}\nfn ready_r25() {}\nfn r2_x() {}\n";
        let names: Vec<_> = test_names(text).collect();
        assert_eq!(names, ["r25_r26_limits_hold", "r02_every_answer"]);
        assert_eq!(ids(names[0]), ["R25", "R26"]);
    }

    #[test]
    fn what_has_no_test_says_so_and_an_unknown_id_is_an_error() {
        let proofs = BTreeMap::from([("R02".to_owned(), vec!["r02_x (a.rs)".to_owned()])]);
        let list = "R01\tP0\tOne.\nR02\tP1\tTwo.\n";
        let expected = "R01 P0  One.\n        none\nR02 P1  Two.\n        r02_x (a.rs)\n\n1 of 2 requirements have a test that carries their id.\n";
        assert_eq!(table(list, &proofs).unwrap(), expected);
        assert!(table("R01\tP0\tOne.\n", &proofs).is_err());
    }
}
