//! What must hold of what a device with a passkey says?
//!
//! An input is taken as each of the forms that are read byte by byte: authenticator data, a public key, a signature in ASN.1. Not here: the
//! JSON around them ([`crate::body`]); what must be said (`login`).

use login::passkey::authenticator::{Flags, Said, read};
use login::passkey::key::PublicKey;

/// What was read is written in one way only: the input.
pub(crate) fn holds(data: &[u8]) {
    if let Some(said) = read(data) {
        let written = write(&said);
        let mut same = data.to_vec();
        // What is not read: bits without a meaning, the device's model, and what extensions say.
        same[32] &= 0b0101_1101;
        if said.made.is_some() {
            same[37..53].fill(0);
        }
        let rest = same.split_off(written.len());
        assert_eq!(same, written);
        assert_eq!(rest.is_empty(), data[32] & 128 == 0);
    }
    if let Some(key) = PublicKey::read(data) {
        assert_eq!(write_key(&key), data);
    }
    let key = PublicKey::Es256 { x: &[], y: &[] };
    if let Some(signature) = key.signature(data) {
        let (r, s) = signature.split_at(32);
        assert_eq!(s.len(), 32);
        let both = [write_number(r), write_number(s)].concat();
        assert_eq!([&[0x30, length(&both)], &both[..]].concat(), data);
    }
    for bytes in [64, data.len()] {
        let modulus = vec![1; bytes];
        let same = PublicKey::Rs256(&modulus).signature(data);
        assert_eq!(same.is_some(), data.len() == bytes);
    }
}

fn write(said: &Said<'_>) -> Vec<u8> {
    let Flags {
        present,
        verified,
        may_sync,
        synced,
    } = said.flags;
    let bits = [(present, 1), (verified, 4), (may_sync, 8), (synced, 16)];
    let bits = bits.into_iter().chain([(said.made.is_some(), 64)]);
    let flags = bits.map(|(is, bit)| if is { bit } else { 0 }).sum::<u8>();
    let mut written = [&said.party[..], &[flags], &said.counter.to_be_bytes()].concat();
    written.extend(said.made.iter().flat_map(|new| {
        let length = u16::try_from(new.id.len()).expect("two bytes said so");
        assert!(PublicKey::read(new.key).is_some());
        [&[0; 16], &length.to_be_bytes()[..], new.id, new.key].concat()
    }));
    written
}

fn write_key(key: &PublicKey<'_>) -> Vec<u8> {
    match key {
        PublicKey::Es256 { x, y } => {
            let head = [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
            [&head, *x, &[0x22, 0x58, 32], y].concat()
        }
        PublicKey::EdDsa(x) => {
            let head = [0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32];
            [&head, *x].concat()
        }
        PublicKey::Rs256(n) => {
            let length = u16::try_from(n.len()).expect("two bytes said so");
            let head = [0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59];
            [&head, &length.to_be_bytes()[..], n, &[0x21, 0x43, 1, 0, 1]].concat()
        }
    }
}

fn write_number(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = &number[zeros..];
    let sign: &[u8] = if digits[0] < 0x80 { &[] } else { &[0] };
    let digits = [sign, digits].concat();
    [&[2, length(&digits)], &digits[..]].concat()
}

fn length(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).expect("numbers are short")
}
