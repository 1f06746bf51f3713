//! Which telephone number or address is a test's own?
//!
//! Not here: numbers that mean something to the simulator (its README has the list).

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};

/// A Croatian mobile number that no other test of this process uses, in E.164 form.
///
/// They look unlike each other, so that a test that searches for its own digits finds no neighbour's.
pub fn fresh() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // 7919 and 9,000,000 have no divisor in common: nine million numbers before one comes again.
        let subscriber = 1_000_000 + (count.wrapping_add(271) * 7919) % 9_000_000;
        if !(990_001..=990_006).contains(&(subscriber % 1_000_000)) {
            return format!("+38591{subscriber}");
        }
    }
}

/// An e-mail address that no other test of this process uses. Nobody's name is part of another's.
pub fn fresh_email() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("ana.kos{count:06}@mail.example")
}

/// An IPv4 address that no other test of this process comes from.
pub fn fresh_address() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + count).to_string()
}

/// The button was pressed once more: an id for this press.
pub fn fresh_attempt() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("attempt-{count:014}")
}

/// A code of the same form that is not this one.
pub fn wrong(code: &str) -> String {
    let digit = |byte: u8| char::from(b'0' + (byte - b'0' + 1) % 10);
    code.bytes().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tests_get_the_same_number() {
        let mut numbers: Vec<_> = (0..2000).map(|_| fresh()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 2000);
        assert!(numbers.iter().all(|number| number.len() == 13));
    }

    #[test]
    fn a_wrong_code_differs_in_every_digit() {
        assert_eq!(wrong("190999"), "201000");
    }
}
