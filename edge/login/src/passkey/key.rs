//! How is a passkey's public key written, and what does it sign with?
//!
//! As COSE has it (RFC 9053), in the canonical CBOR that is demanded of devices (Web Authentication, level 3, section 6.5.1.1; CTAP 2,
//! section 8): the shortest form of everything, in one order. So each kind of key has one form, and is read byte by byte; a reader of CBOR
//! would take more than may be. Not here: how a signature is verified ([`super::Verifier`]).

/// A key of one of the kinds that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKey<'a> {
    /// ECDSA on P-256 with SHA-256: the point.
    Es256 {
        /// Its coordinates.
        x: &'a [u8],
        /// The same.
        y: &'a [u8],
    },
    /// EdDSA on Curve25519: the point, as RFC 8032 writes it.
    EdDsa(&'a [u8]),
    /// RSASSA-PKCS1-v1_5 with SHA-256, of Windows' own devices: the modulus. The exponent is [`PublicKey::EXPONENT`].
    Rs256(&'a [u8]),
}

/// {1: 2, 3: -7, -1: 1, -2: 32 bytes
const ES256: &[u8] = &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
/// , -3: 32 bytes}
const AND_Y: &[u8] = &[0x22, 0x58, 32];
/// {1: 1, 3: -8, -1: 6, -2: 32 bytes}
const EDDSA: &[u8] = &[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32];
/// {1: 3, 3: -257, -1: as many bytes as the next two say
const RS256: &[u8] = &[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59];
/// , -2: 3 bytes}
const AND_E: &[u8] = &[0x21, 0x43];

impl<'a> PublicKey<'a> {
    /// The COSE numbers of the algorithms, the best first.
    pub const ALGORITHMS: [i32; 3] = [-7, -8, -257];

    /// The public exponent of every RSA key: 65537.
    pub const EXPONENT: [u8; 3] = [1, 0, 1];

    /// Reads a key to its last byte.
    pub fn read(cose: &'a [u8]) -> Option<Self> {
        let (key, rest) = split(cose)?;
        rest.is_empty().then_some(key)
    }

    /// The signature in the form that those who verify take: `r` and `s` one after the other, where the device wrote ASN.1 (section 6.5.5).
    pub fn signature(&self, written: &[u8]) -> Option<Vec<u8>> {
        let length = match self {
            Self::Es256 { .. } => return fixed(written),
            Self::EdDsa(_) => 64,
            Self::Rs256(modulus) => modulus.len(),
        };
        (written.len() == length).then(|| written.to_vec())
    }
}

/// How long the key is that stands first there.
pub(super) fn length(cose: &[u8]) -> Option<usize> {
    let (_, rest) = split(cose)?;
    cose.len().checked_sub(rest.len())
}

fn split(cose: &[u8]) -> Option<(PublicKey<'_>, &[u8])> {
    if let Some(rest) = cose.strip_prefix(ES256) {
        let (x, rest) = rest.split_at_checked(32)?;
        let (y, rest) = rest.strip_prefix(AND_Y)?.split_at_checked(32)?;
        Some((PublicKey::Es256 { x, y }, rest))
    } else if let Some(rest) = cose.strip_prefix(EDDSA) {
        let (x, rest) = rest.split_at_checked(32)?;
        Some((PublicKey::EdDsa(x), rest))
    } else {
        let (length, rest) = cose.strip_prefix(RS256)?.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (modulus, rest) = rest.split_at_checked(length)?;
        let rest = rest.strip_prefix(AND_E)?;
        let rest = rest.strip_prefix(&PublicKey::EXPONENT)?;
        // 2048 to 4096 bits, to the first of them.
        let is_long_enough = modulus.first().is_some_and(|first| *first != 0);
        let fits = is_long_enough && (256..=512).contains(&length);
        fits.then_some((PublicKey::Rs256(modulus), rest))
    }
}

/// `r` and `s` out of their DER (RFC 3279, section 2.2.3).
fn fixed(der: &[u8]) -> Option<Vec<u8>> {
    let [0x30, length, rest @ ..] = der else {
        return None;
    };
    if usize::from(*length) != rest.len() {
        return None;
    }
    let (r, rest) = integer(rest)?;
    let (s, rest) = integer(rest)?;
    rest.is_empty().then(|| [r, s].concat())
}

/// A positive number of at most 32 bytes in the one form that DER has for it.
fn integer(der: &[u8]) -> Option<([u8; 32], &[u8])> {
    let [2, length, rest @ ..] = der else {
        return None;
    };
    let (number, rest) = rest.split_at_checked(usize::from(*length))?;
    let bytes = match number {
        // A zero in front keeps the number from being read as a negative one, and stands nowhere else.
        [0, high @ ..] if high.first().is_some_and(|first| *first >= 0x80) => high,
        [first, ..] if (1..0x80).contains(first) => number,
        _ => return None,
    };
    let mut fixed = [0; 32];
    let place = fixed.len().checked_sub(bytes.len())?;
    fixed.get_mut(place..)?.copy_from_slice(bytes);
    Some((fixed, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn es256() -> Vec<u8> {
        [ES256, &[1; 32], AND_Y, &[2; 32]].concat()
    }

    fn eddsa() -> Vec<u8> {
        [EDDSA, &[1; 32]].concat()
    }

    fn rs256(length: u16) -> Vec<u8> {
        let modulus = vec![0x80; length.into()];
        let length = length.to_be_bytes();
        let exponent = PublicKey::EXPONENT;
        [RS256, &length, &modulus, AND_E, &exponent].concat()
    }

    #[test]
    fn each_kind_of_key_is_read_whole_and_not_cut_or_lengthened() {
        let point = PublicKey::Es256 {
            x: &[1; 32],
            y: &[2; 32],
        };
        assert_eq!(PublicKey::read(&es256()), Some(point));
        assert_eq!(PublicKey::read(&eddsa()), Some(PublicKey::EdDsa(&[1; 32])));
        for bytes in [256, 384, 512] {
            let key = rs256(bytes);
            let modulus = vec![0x80; bytes.into()];
            assert_eq!(PublicKey::read(&key), Some(PublicKey::Rs256(&modulus)));
        }
        for key in [es256(), eddsa(), rs256(256)] {
            for end in 0..key.len() {
                assert_eq!(PublicKey::read(&key[..end]), None, "cut at {end}");
            }
            let longer = [&key[..], &[0]].concat();
            assert_eq!(PublicKey::read(&longer), None);
            assert_eq!(length(&longer), Some(key.len()), "something may follow");
        }
    }

    /// What a reader of CBOR would take as well, and what no device may write.
    #[test]
    fn a_key_that_is_written_otherwise_or_is_of_another_kind_is_none() {
        let changed = |key: &[u8], place: usize, bytes: &[u8]| {
            [&key[..place], bytes, &key[place + 1..]].concat()
        };
        let (es256, eddsa, rs256_2048) = (es256(), eddsa(), rs256(256));
        let long_exponent = [&rs256_2048[..rs256_2048.len() - 4], &[0x44, 0, 1, 0, 1]].concat();
        let small_exponent = [&rs256_2048[..rs256_2048.len() - 4], &[0x41, 3]].concat();
        let mut leading_zero = rs256_2048.clone();
        leading_zero[11] = 0;
        for (what, key) in [
            ("a map of no length", changed(&es256, 0, &[0xbf])),
            ("a map of a long length", changed(&es256, 0, &[0xb8, 5])),
            ("a long 1", changed(&es256, 1, &[0x18, 1])),
            ("a long 2", changed(&es256, 2, &[0x18, 2])),
            ("a long -7", changed(&es256, 4, &[0x38, 6])),
            ("ES384", changed(&es256, 4, &[0x38, 0x22])),
            ("ES256K", changed(&es256, 4, &[0x38, 0x2e])),
            ("ECDH", changed(&es256, 4, &[0x38, 0x18])),
            ("P-384", changed(&es256, 6, &[2])),
            ("text for bytes", changed(&es256, 8, &[0x78])),
            ("a longer length", changed(&es256, 8, &[0x59, 0])),
            ("half a point", changed(&es256, 42, &[0xf5])),
            (
                "another order",
                [&[0xa5, 3, 0x26, 1, 2], &es256[5..]].concat(),
            ),
            ("X25519", changed(&eddsa, 6, &[4])),
            ("Ed448", changed(&eddsa, 6, &[7])),
            ("EdDSA of a point of P-256", changed(&eddsa, 2, &[2])),
            ("RS1", changed(&rs256_2048, 6, &[0xff, 0xfe])),
            ("PS256", changed(&rs256_2048, 4, &[0x38])),
            ("1024 bits", rs256(128)),
            ("2040 bits", rs256(255)),
            ("4104 bits", rs256(513)),
            ("a modulus with a zero in front", leading_zero),
            ("an exponent with a zero in front", long_exponent),
            ("the exponent 3", small_exponent),
            ("nothing", Vec::new()),
        ] {
            assert_eq!(PublicKey::read(&key), None, "{what}");
        }
    }

    #[test]
    fn a_signature_has_one_form() {
        let key = es256();
        let key = PublicKey::read(&key).unwrap();
        let number = |bytes: &[u8]| [&[2, u8::try_from(bytes.len()).unwrap()], bytes].concat();
        let sequence = |parts: &[u8]| [&[0x30, u8::try_from(parts.len()).unwrap()], parts].concat();
        let pair = |r: &[u8], s: &[u8]| sequence(&[number(r), number(s)].concat());
        let (one, half, whole) = ([1], [0x7f; 32], [&[0][..], &[0xff; 32]].concat());
        let padded = [&[0; 31][..], &one].concat();
        for (r, s, expected) in [
            (&one[..], &half[..], [&padded[..], &half].concat()),
            (&whole, &one, [&[0xff; 32][..], &padded].concat()),
        ] {
            assert_eq!(key.signature(&pair(r, s)), Some(expected));
        }
        let right = pair(&whole, &whole);
        for end in 0..right.len() {
            assert_eq!(key.signature(&right[..end]), None, "cut at {end}");
        }
        let long = [&[0x30, 0x81, right[1]], &right[2..]].concat();
        let three = sequence(&[number(&one), number(&one), number(&one)].concat());
        for (what, der) in [
            ("nothing", Vec::new()),
            ("r and s as they are", vec![0x11; 64]),
            ("more behind it", [&right[..], &[0]].concat()),
            ("a long length", long),
            ("three numbers", three),
            ("one number", sequence(&number(&one))),
            ("a zero", pair(&[0], &one)),
            ("no number", pair(&[], &one)),
            ("a negative number", pair(&[0x80], &one)),
            ("a zero too many", pair(&[0, 1], &one)),
            ("two zeros too many", pair(&[0, 0, 0x80], &one)),
            ("a number of 33 bytes", pair(&[1; 33], &one)),
            (
                "one of 33 with a zero in front",
                pair(&[&[0][..], &[0xff; 33]].concat(), &one),
            ),
            ("a set", [&[0x31], &right[1..]].concat()),
            ("bits", sequence(&[&[3, 1, 1][..], &number(&one)].concat())),
        ] {
            assert_eq!(key.signature(&der), None, "{what}");
        }
        for (key, length) in [(eddsa(), 64), (rs256(256), 256), (rs256(512), 512)] {
            let key = PublicKey::read(&key).unwrap();
            for (off, fits) in [(length - 1, false), (length, true), (length + 1, false)] {
                assert_eq!(key.signature(&vec![7; off]).is_some(), fits, "{key:?}");
            }
        }
    }
}
