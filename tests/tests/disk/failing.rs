//! Is anybody in, or out, or texted twice, because of a disk?
//!
//! Not here: who is there (`person`).

use tests::line::Line;

use crate::person::People;
use crate::tools::{Full, Tampered};

#[test]
fn r80_r83_r85_on_a_full_disk_nothing_is_promised_and_what_was_is_there_afterwards() {
    let line = Line::start();
    let people = People::of(&line);
    let full = Full::of(line.worker_pid());
    people.go_on("no room");
    drop(full);
    people.have_what_they_had("no room");
}

/// What each call to the disk comes to.
const FAILURES: [(&str, &str); 5] = [
    ("ENOSPC", "pwrite64,ftruncate,fallocate:error=ENOSPC"),
    ("EIO at writing", "pwrite64:error=EIO"),
    ("EIO at syncing", "fsync,fdatasync:error=EIO"),
    ("EIO at reading", "pread64:error=EIO"),
    ("0.2 s a sync", "fsync,fdatasync:delay_enter=200000"),
];

#[test]
fn r80_r83_r85_on_a_disk_that_fails_or_is_slow_nobody_is_in_who_is_not_and_all_goes_on_afterwards()
{
    for (failure, calls) in FAILURES {
        let line = Line::start();
        let people = People::of(&line);
        let tampered = Tampered::with(line.worker_pid(), calls);
        people.go_on(failure);
        assert!(tampered.calls() > 0, "nothing failed: {failure}");
        drop(tampered);
        people.have_what_they_had(failure);
    }
}
