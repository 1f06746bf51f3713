//! Where is a number from, and what is found out about that?

use protocol::Numbering;

use super::*;

fn germany() -> Numbering {
    Numbering {
        iso: "DE".to_owned(),
        calling_code: "49".to_owned(),
        ..Numbering::default()
    }
}

fn learned(numbering: &Numbering) -> Numbering {
    Numbering {
        national_prefix: "0".to_owned(),
        ..numbering.clone()
    }
}

fn sent_to(told: &Told) -> Option<&str> {
    match told.asked()? {
        Ask::Send(request) => Some(number(Some(&request.to))),
        Ask::Config
        | Ask::Session
        | Ask::Renew
        | Ask::Resend(_)
        | Ask::StepUp(_)
        | Ask::Verify(_)
        | Ask::Forget
        | Ask::SignOut
        | Ask::UsePasskey
        | Ask::PasskeyLogin(_)
        | Ask::MakePasskey
        | Ask::KeepPasskey(_) => None,
    }
}

#[test]
fn a_number_is_from_where_the_worker_guesses() {
    assert_eq!(Told::at_phone().flow.home.unwrap().iso, "HR");
}

#[test]
fn a_number_is_from_the_country_that_was_chosen() {
    let told = Told::at_phone().then(Event::Country(germany()));
    let told = told.then(Event::Country(learned(&germany())));
    assert_eq!(told.effects, []);
    let told = told.then(Event::Number("01512 3456710".to_owned()));
    assert_eq!(sent_to(&told), Some("+4915123456710"));
}

#[test]
fn a_complaint_is_over_when_another_country_is_chosen() {
    let told = Told::at_phone().then(Event::Number("091".to_owned()));
    assert!(told.flow.notice.is_some());
    let told = told.then(Event::Country(germany()));
    assert_eq!(told.flow.notice, None);
}

#[test]
fn nobody_chooses_a_country_while_a_text_is_on_its_way() {
    let told = Told::at_phone()
        .then(Event::Number("091 123 4511".to_owned()))
        .then(Event::Country(germany()));
    assert_eq!(told.effects, []);
    assert_eq!(told.flow.home.unwrap().iso, "HR");
}

#[test]
fn what_is_learned_of_the_same_country_takes_no_complaint_away_and_is_kept_even_while_the_worker_is_asked()
 {
    let more = Numbering {
        exit_code: "00".to_owned(),
        ..learned(&germany())
    };
    let chosen = || Told::at_phone().then(Event::Country(germany()));
    let complained = chosen().then(Event::Number("091".to_owned()));
    let asking = chosen().then(Event::Number("+4915123456710".to_owned()));
    for (told, complains) in [(complained, true), (asking, false)] {
        let told = told.then(Event::Country(more.clone()));
        assert_eq!(told.flow.notice.is_some(), complains);
        assert_eq!(told.flow.home.as_deref(), Some(&more));
    }
}
