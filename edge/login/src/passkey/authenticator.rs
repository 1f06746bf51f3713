//! What does a device say when a passkey is made or used?
//!
//! Authenticator data (Web Authentication, level 3, section 6.1): fixed offsets, but for the key and what extensions say. Not here: what
//! must hold of it ([`super`]).

use super::key;

/// What it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// The SHA-256 of the domain that the passkey is for.
    pub party: &'a [u8; 32],
    /// What it saw.
    pub flags: Flags,
    /// How often the passkey was used; 0 if the device does not count.
    pub counter: u32,
    /// The passkey, if it was made just now.
    pub made: Option<New<'a>>,
}

/// A new passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct New<'a> {
    /// Its id.
    pub id: &'a [u8],
    /// Its public key, as COSE has it.
    pub key: &'a [u8],
}

/// What the device saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags {
    /// Somebody was there (`UP`).
    pub present: bool,
    /// It was its owner (`UV`).
    pub verified: bool,
    /// The passkey may be on several devices (`BE`).
    pub may_sync: bool,
    /// It is (`BS`).
    pub synced: bool,
}

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_SYNC: u8 = 1 << 3;
const SYNCED: u8 = 1 << 4;
const MADE: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// Reads it to its last byte. None for anything that a device would not write.
pub fn read(data: &[u8]) -> Option<Said<'_>> {
    let (party, rest) = data.split_first_chunk()?;
    let (&flags, rest) = rest.split_first()?;
    let (counter, mut rest) = rest.split_first_chunk()?;
    let has = |flag| flags & flag != 0;
    let made = if has(MADE) {
        let (new, after) = new(rest)?;
        rest = after;
        Some(new)
    } else {
        None
    };
    // Nobody asked for extensions, but some devices add their own. They are signed with the rest, and nothing here reads them.
    let is_map = rest.first().is_some_and(|first| first >> 5 == 5);
    let is_whole = if has(EXTENSIONS) {
        is_map
    } else {
        rest.is_empty()
    };
    is_whole.then_some(Said {
        party,
        flags: Flags {
            present: has(PRESENT),
            verified: has(VERIFIED),
            may_sync: has(MAY_SYNC),
            synced: has(SYNCED),
        },
        counter: u32::from_be_bytes(*counter),
        made,
    })
}

/// The new passkey, and what stands after it (section 6.5.1).
fn new(data: &[u8]) -> Option<(New<'_>, &[u8])> {
    let (_model, rest) = data.split_at_checked(16)?;
    let (length, rest) = rest.split_first_chunk()?;
    let (id, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    let (key, rest) = rest.split_at_checked(key::length(rest)?)?;
    Some((New { id, key }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 42] = {
        let mut key = [9; 42];
        let head = [0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32];
        let mut i = 0;
        while i < head.len() {
            key[i] = head[i];
            i += 1;
        }
        key
    };

    fn data(flags: u8, rest: &[u8]) -> Vec<u8> {
        [&[7; 32][..], &[flags], &[1, 2, 3, 4], rest].concat()
    }

    #[test]
    fn each_flag_is_read_from_its_own_bit() {
        for bits in 0..64u8 {
            let flags = (bits & 0b1) | ((bits & 0b1110) << 1) | ((bits & 0b11_0000) << 1);
            let said = data(flags & !(MADE | EXTENSIONS), &[]);
            let said = read(&said).unwrap();
            let expected = Flags {
                present: flags & 1 != 0,
                verified: flags & 4 != 0,
                may_sync: flags & 8 != 0,
                synced: flags & 16 != 0,
            };
            assert_eq!(said.flags, expected, "{flags:08b}");
            assert_eq!((said.party, said.counter), (&[7; 32], 0x0102_0304));
        }
    }

    #[test]
    fn it_is_read_to_its_last_byte_and_no_further() {
        let made = [&[0; 16][..], &[0, 3], b"id!", &KEY].concat();
        let map = [0xa1, 0x61, b'x', 1];
        for (what, flags, rest) in [
            ("used", 5, Vec::new()),
            ("used, with extensions", 5 | EXTENSIONS, map.to_vec()),
            ("made", 5 | MADE, made.clone()),
            (
                "made, with extensions",
                5 | MADE | EXTENSIONS,
                [&made[..], &map].concat(),
            ),
        ] {
            let whole = data(flags, &rest);
            let new = (flags & MADE != 0).then_some(New {
                id: b"id!",
                key: &KEY,
            });
            assert_eq!(read(&whole).unwrap().made, new, "{what}");
            // What extensions say is not read: that they say something is.
            let shortest = whole.len()
                - if flags & EXTENSIONS == 0 {
                    0
                } else {
                    map.len() - 1
                };
            for end in 0..shortest {
                assert_eq!(read(&whole[..end]), None, "{what}, cut at {end}");
            }
            if flags & EXTENSIONS == 0 {
                assert_eq!(read(&[&whole[..], &[0]].concat()), None, "{what}");
            }
        }
    }

    #[test]
    fn an_id_that_is_longer_than_what_follows_is_none() {
        for length in [4_u16, 45, 46, 1023, 65_535] {
            let made = [&[0; 16][..], &length.to_be_bytes(), b"id!", &KEY].concat();
            assert_eq!(read(&data(5 | MADE, &made)), None, "{length}");
        }
    }
}
