//! What must hold of a telephone number?
//!
//! Not here: the lists of countries and types that a site serves ([`crate::served`]).

use std::sync::LazyLock;

use login::served::Served;
use protocol::PhoneNumber;

static SERVED: LazyLock<Served> = LazyLock::new(|| {
    Served::parse("AR,DE,GB,HR,IT,MX,US", "HR").expect("these countries have mobile numbers")
});

/// What is a number is E.164 to the letter, is the same number after a journey as JSON, is masked wherever it prints, and gets a code
/// only in a country that is served. What is not is none as JSON either.
pub(crate) fn holds(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(number) = PhoneNumber::try_from(text) else {
        assert!(serde_json::from_value::<PhoneNumber>(text.into()).is_err());
        return;
    };
    assert_eq!(number.reveal(), text);
    assert_eq!(
        number.reveal().strip_prefix('+'),
        Some(number.reveal_digits())
    );
    let digits = number.reveal_digits();
    assert!((PhoneNumber::MIN_DIGITS..=PhoneNumber::MAX_DIGITS).contains(&digits.len()));
    assert!(digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));

    let json = serde_json::to_string(&number).expect("a number is JSON");
    assert_eq!(
        serde_json::from_str::<PhoneNumber>(&json).ok(),
        Some(number.clone())
    );

    for shown in [format!("{number}"), format!("{number:?}")] {
        let shown = shown.chars().filter(char::is_ascii_digit).count();
        assert!(shown <= 5, "a country code and two digits");
        assert!(shown < digits.len());
    }

    if let Ok(country) = SERVED.country_of(&number) {
        assert!(SERVED.serves(&country));
        let country = SERVED.country(&country).expect("it is served");
        assert!(digits.starts_with(&country.calling_code));
    }
}
