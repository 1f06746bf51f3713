//! Which numbers does a crowd have?
//!
//! Digits of E.164 numbers. Not here: whose they are (`person`).

/// What mobile numbers of a country begin with, and the least of what follows. A nought there would be nobody's in some of them.
type Plan = (&'static str, u32);
/// Where the crowd is from: Croatia, Germany, France, India.
const CROWD: [Plan; 4] = [
    ("38591", 1_000_000),
    ("49151", 10_000_000),
    ("336", 10_000_000),
    ("9198", 10_000_000),
];
/// Where nobody of the crowd is from: Great Britain.
const ELSEWHERE: Plan = ("447", 400_100_000);

/// The `index`th number of the crowd, one country after the other.
pub(super) fn of_the_crowd(index: u32) -> String {
    let countries = u32::try_from(CROWD.len()).expect("they are four");
    let (begins, least) = CROWD[(index % countries) as usize];
    format!("{begins}{}", least + index / countries)
}

/// The `nth` number of a country that nobody of the crowd is from.
pub(super) fn elsewhere(nth: u32) -> String {
    let (begins, least) = ELSEWHERE;
    format!("{begins}{}", least + nth)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use login::served::Served;
    use protocol::PhoneNumber;

    use super::*;

    #[test]
    fn everybody_has_a_mobile_number_of_their_own_in_a_country_that_is_served() {
        let served = Served::parse("HR,DE,FR,IN,GB", "HR").unwrap();
        let crowd = (0..400_000).step_by(97).map(of_the_crowd);
        let elsewhere = (0..20_000).step_by(97).map(elsewhere);
        let mut seen = BTreeSet::new();
        for number in crowd.chain(elsewhere) {
            let parsed = PhoneNumber::try_from(format!("+{number}").as_str()).unwrap();
            assert!(served.country_of(&parsed).is_ok(), "{number}");
            assert!(seen.insert(number.clone()), "{number} twice");
        }
    }
}
