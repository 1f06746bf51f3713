//! What becomes of a login when the disk is full, slow or broken?
//!
//! The worker as it is, from outside: `prlimit` takes its room away, `strace` lets its system calls fail or take long. Where one of them is
//! not allowed, the test says so. Not here: a platform that fails (`platform`); a worker without power (`power`).

#![expect(
    clippy::unwrap_used,
    reason = "all of it is tests, their helpers included"
)]

mod failing;
mod person;
mod tools;
