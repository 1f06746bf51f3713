//! Which bytes break what must hold of them? `fuzz::of("passkey")` says what that is.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

static HOLDS: LazyLock<fn(&[u8])> = LazyLock::new(|| fuzz::of("passkey"));

fuzz_target!(|data: &[u8]| HOLDS(data));
