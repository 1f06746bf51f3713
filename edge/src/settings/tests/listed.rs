//! Is every setting on the list that others go by?
//!
//! `edge/settings.tsv` has them for the documentation, `edge/workerd.capnp` hands them on. Not here: what each of them holds
//! (README.md).

use std::cell::RefCell;

use super::Settings;

#[test]
fn the_settings_that_are_read_are_those_that_are_listed_and_handed_on() {
    let asked = RefCell::new(Vec::new());
    let faults = Settings::read(|name| {
        asked.borrow_mut().push(name.to_owned());
        None
    })
    .unwrap_err();
    let mut asked = asked.into_inner();
    asked.sort_unstable();
    asked.dedup();
    let read: Vec<_> = asked
        .into_iter()
        .map(|name| {
            let needed = faults.iter().any(|fault| fault.name == name);
            (name, if needed { "needed" } else { "optional" })
        })
        .collect();

    let list = include_str!("../../../settings.tsv");
    let mut listed: Vec<_> = list
        .lines()
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            assert!(
                matches!(columns[..], [_, "needed" | "optional", "plain" | "secret"]),
                "{line:?}"
            );
            (columns[0].to_owned(), columns[1])
        })
        .collect();
    listed.sort_unstable();
    assert_eq!(read, listed, "edge/settings.tsv lists them");

    let bindings = include_str!("../../../workerd.capnp");
    for (name, _) in &listed {
        assert!(
            bindings.contains(&format!("fromEnvironment = \"{name}\"")),
            "edge/workerd.capnp hands {name} on"
        );
    }
}
