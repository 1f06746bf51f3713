//! What must hold of what the provider's answers are taken for?
//!
//! An input is a line with the status, and the seconds of `Retry-After` if there are any, and then the body. Not here: the account
//! that is asked ([`crate::account`]).

use std::sync::LazyLock;

use infobip::PinId;
use infobip::answer::{Check, read_check, read_send};
use infobip::fault::{Fault, mend};
use protocol::{Destination, EmailAddress, PhoneNumber};
use serde_json::Value;

static PIN: LazyLock<PinId> =
    LazyLock::new(|| PinId::new("9C815F8AF3328".to_owned()).expect("it is not empty"));
static NUMBER: LazyLock<Destination> = LazyLock::new(|| {
    let number = PhoneNumber::try_from("+385911234567");
    number.expect("it has a plus and twelve digits").into()
});
static ADDRESS: LazyLock<Destination> = LazyLock::new(|| {
    let address = EmailAddress::try_from("ana@example.com");
    address.expect("it has a name and a domain").into()
});

/// A code is right only if the answer is a 200 that says so of this pin and of this number or address, and nothing against it. A code was sent
/// only if the answer names a pin, says of no other number that it was, and does not say that it was not. The body of a refusal never
/// makes it anything else; and no pin prints.
pub(crate) fn holds(data: &[u8]) {
    let Some((status, retry_after, body)) = split(data) else {
        return;
    };
    // In a field that nobody reads, any bytes may stand.
    let text = String::from_utf8_lossy(body);
    let json = serde_json::from_str::<Value>(&text).unwrap_or_default();
    for to in [&*NUMBER, &*ADDRESS] {
        holds_of(to, (status, retry_after, body), &json);
    }

    let fault = Fault::read(body);
    assert!(!fault.to_string().is_empty());
    assert!(!mend(status).is_empty());
    if !json.is_object() {
        assert_eq!(fault, Fault::default());
    }
}

fn holds_of(to: &Destination, answer: (u16, Option<u32>, &[u8]), json: &Value) {
    let (status, retry_after, body) = answer;
    let check = read_check(status, retry_after, body, &PIN, to);
    if check == Ok(Check::Approved) {
        assert_eq!(status, 200);
        assert_eq!(json["verified"], true);
        assert_eq!(json["pinId"], PIN.reveal());
        let untold = json["msisdn"].is_null() && to.phone().is_none();
        assert!(untold || is_echo(&json["msisdn"], to));
        assert!(json["pinError"].is_null());
    }
    if json["verified"] != true {
        assert_ne!(check, Ok(Check::Approved));
    }

    match read_send(status, retry_after, body, to) {
        Ok(pin) => {
            assert!(matches!(status, 200 | 201));
            assert_eq!(json["pinId"], pin.reveal());
            assert_ne!(json["smsStatus"], "MESSAGE_NOT_SENT");
            assert!(json["to"].is_null() || is_echo(&json["to"], to));
            let call = json["callStatus"].as_str().unwrap_or_default();
            let email = json["emailStatus"]["name"].as_str().unwrap_or_default();
            for said in [call, email] {
                assert!(!said.starts_with("REJECTED") && said != "BAD_REQUEST");
            }
            assert_eq!(format!("{pin:?}"), "PinId(…)");
        }
        Err(failure) => {
            // What may be asked for again at once costs nothing: only the status can say that.
            let said = read_send(status, retry_after, b"", to);
            assert!(matches!(status, 200 | 201 | 400) || said == Err(failure));
        }
    }
}

fn is_echo(value: &Value, to: &Destination) -> bool {
    let echo = value.as_str().unwrap_or_default();
    match to {
        Destination::Phone(number) => echo == number.reveal() || echo == number.reveal_digits(),
        Destination::Email(address) => echo.to_ascii_lowercase() == address.reveal(),
    }
}

fn split(data: &[u8]) -> Option<(u16, Option<u32>, &[u8])> {
    let end = data.iter().position(|b| *b == b'\n')?;
    let (line, body) = data.split_at_checked(end)?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let status = words.next()?.parse().ok()?;
    let retry_after = words.next().and_then(|seconds| seconds.parse().ok());
    Some((status, retry_after, body.get(1..)?))
}
