//! When is the browser to hold a ceremony, and what comes of it?

use crate::flow::passkeys::{Able, Ceremony, NoPasskey};

use super::*;

pub(super) const OPTIONS: &str = "{options}";

fn config_with_passkeys() -> Settings {
    Settings {
        passkeys: true,
        ..config(false)
    }
}

fn starts(able: Able) -> Told {
    Told::started().then(Event::Start(Start {
        able,
        ..Start::default()
    }))
}

/// The person is asked for a number, in a browser that can do so much.
fn at_phone(able: Able) -> Told {
    starts(able).answered(Reply::Config(Ok(config_with_passkeys())))
}

fn options() -> Reply {
    Reply::Options(Ok(OPTIONS.into()))
}

fn held(credential: &str) -> Event {
    Event::Held(Ok(credential.into()))
}

/// The browser offers passkeys beside the field.
pub(super) fn awaiting() -> Told {
    at_phone(Able::AtTheField).answered(options())
}

fn with_passkeys(passkeys: u32) -> Session {
    Session {
        passkeys: Some(passkeys),
        ..session()
    }
}

/// Somebody has come in by a code, who has so many passkeys.
fn at_done(passkeys: u32) -> Told {
    at_phone(Able::Yes)
        .then(Event::Number("+385911234590".to_owned()))
        .answered(Reply::Sent(Ok(challenge())))
        .types_code("123456")
        .answered(Reply::Session(Ok(with_passkeys(passkeys))))
}

impl Told {
    pub(super) fn ceremony(&self) -> Option<Ceremony<'_>> {
        self.flow.ceremony()
    }
}

#[test]
fn they_are_there_where_site_browser_and_page_have_them() {
    for (able, used) in [
        (Able::No, false),
        (Able::Yes, true),
        (Able::AtTheField, true),
    ] {
        assert_eq!(at_phone(able).flow.uses_passkeys(), used, "{able:?}");
        let without = starts(able).answered(Reply::Config(Ok(config(false))));
        assert!(!without.flow.uses_passkeys(), "{able:?}");
        assert_eq!(without.then(Event::UsePasskey).asked(), None);
    }
    // Whoever has a ticket is in already, and is to prove a number.
    let told = Told::started().then(Event::Start(Start {
        ticket: Some("+385 … 67".into()),
        able: Able::AtTheField,
        ..Start::default()
    }));
    let told = told.answered(Reply::Config(Ok(config_with_passkeys())));
    assert!(!told.flow.uses_passkeys());
    assert_eq!(told.asked(), None);
}

#[test]
fn the_field_offers_them_once_the_worker_has_given_what_that_takes() {
    let told = at_phone(Able::AtTheField);
    assert_eq!(told.asked(), Some(&Ask::UsePasskey));
    assert_eq!(told.flow.at_work(), None, "nobody waits for it");
    let told = told.answered(options());
    assert_eq!(told.ceremony(), Some(Ceremony::Await(OPTIONS)));
    // A browser that does not is not asked for in vain.
    assert_eq!(at_phone(Able::Yes).asked(), None);
}

#[test]
fn nobody_is_told_that_the_field_does_not_offer_them() {
    for failure in [
        Failure::NoAnswer,
        Failure::Unreadable,
        problem(ProblemCode::TooManyFromNetwork),
    ] {
        let told = at_phone(Able::AtTheField).answered(Reply::Options(Err(failure)));
        assert_eq!((told.flow.notice, &told.effects[..]), (None, &[][..]));
        assert_eq!(told.ceremony(), None);
    }
    let told = awaiting().then(Event::Held(Err(NoPasskey::Unwanted)));
    assert_eq!((told.flow.notice, told.ceremony()), (None, None));
}

#[test]
fn what_nobody_waits_for_keeps_nobody_waiting() {
    let number = || Event::Number("+385911234591".to_owned());
    let told = at_phone(Able::AtTheField).then(number());
    assert!(matches!(told.asked(), Some(Ask::Send(_))), "it goes first");
    let told = at_phone(Able::AtTheField).then(Event::Number("091".to_owned()));
    assert!(told.flow.notice.is_some());
    let told = told.then(Event::Typing);
    assert_eq!(told.flow.notice, None);
}

#[test]
fn a_wait_ends_with_the_next_request_and_goes_on_after_it() {
    let told = awaiting().then(Event::Number("+385911234592".to_owned()));
    assert_eq!(told.ceremony(), None);
    let told = told.answered(Reply::Sent(Err(problem(ProblemCode::PhoneNotServed))));
    assert_eq!(told.ceremony(), Some(Ceremony::Await(OPTIONS)));
    let told = told
        .then(Event::Number("+385911234593".to_owned()))
        .answered(Reply::Sent(Ok(challenge())));
    assert_eq!(told.ceremony(), None);
    let told = told.then(Event::ChangeNumber).answered(Reply::Forgotten);
    assert_eq!(told.ceremony(), Some(Ceremony::Await(OPTIONS)));
}

#[test]
fn a_passkey_that_was_chosen_signs_in() {
    let told = awaiting().then(held("{credential}"));
    let login = Ask::PasskeyLogin("{credential}".into());
    assert_eq!(told.asked(), Some(&login));
    assert_eq!(told.flow.at_work(), Some(&login));
    let told = told.answered(Reply::Session(Ok(with_passkeys(1))));
    assert_eq!(
        told.effects,
        [
            Effect::ClearCode,
            Effect::Tell(News::SignedIn(Rc::new(with_passkeys(1))))
        ]
    );
    assert_eq!(told.ceremony(), None);
    assert!(!told.flow.offers_passkey());
}

#[test]
fn whoever_asks_for_it_chooses_one_at_once() {
    let told = at_phone(Able::Yes).then(Event::UsePasskey);
    assert_eq!(told.flow.at_work(), Some(&Ask::UsePasskey));
    let told = told.answered(options());
    assert_eq!(told.ceremony(), Some(Ceremony::Use(OPTIONS)));
    // What the field offers needs no second question.
    let told = awaiting().then(Event::UsePasskey);
    assert_eq!(told.asked(), None);
    assert_eq!(told.ceremony(), Some(Ceremony::Use(OPTIONS)));
    // Whoever thinks better of it is where they were.
    let told = told.then(Event::Held(Err(NoPasskey::Unwanted)));
    assert_eq!(told.flow.notice, None);
    assert_eq!(told.ceremony(), Some(Ceremony::Await(OPTIONS)));
}

#[test]
fn what_cannot_be_done_is_said_to_whoever_asked_for_it() {
    let told = awaiting()
        .then(Event::UsePasskey)
        .then(Event::Held(Err(NoPasskey::Failed)));
    assert_eq!(told.refusal(), Some(ProblemCode::PasskeyRefused));
    let told = at_phone(Able::Yes)
        .then(Event::UsePasskey)
        .answered(Reply::Options(Err(problem(ProblemCode::Unavailable))));
    assert_eq!(told.refusal(), Some(ProblemCode::Unavailable));
}

#[test]
fn a_passkey_that_is_refused_is_said_and_another_may_be_chosen() {
    let told = awaiting()
        .then(held("{credential}"))
        .answered(Reply::Session(Err(problem(ProblemCode::PasskeyRefused))));
    assert_eq!(told.refusal(), Some(ProblemCode::PasskeyRefused));
    assert_eq!(told.asked(), Some(&Ask::UsePasskey));
    let told = told.answered(options());
    assert_eq!(
        told.refusal(),
        Some(ProblemCode::PasskeyRefused),
        "it stays"
    );
    assert_eq!(told.ceremony(), Some(Ceremony::Await(OPTIONS)));
}

/// A page may stand open for longer than what the worker gave is good for.
#[test]
fn what_the_worker_has_forgotten_is_asked_for_again_once() {
    let forgotten = || Reply::Session(Err(problem(ProblemCode::NoChallenge)));
    let told = awaiting().then(held("{credential}")).answered(forgotten());
    assert_eq!(told.flow.notice, None);
    assert_eq!(told.flow.at_work(), Some(&Ask::UsePasskey));
    let told = told.answered(options());
    assert_eq!(told.ceremony(), Some(Ceremony::Use(OPTIONS)));
    let told = told.then(held("{credential}")).answered(forgotten());
    assert_eq!(told.refusal(), Some(ProblemCode::PasskeyRefused));
    assert_eq!(told.flow.at_work(), None);
}

#[test]
fn whoever_came_by_a_code_and_has_none_is_offered_one() {
    assert!(at_done(0).flow.offers_passkey());
    assert!(!at_done(1).flow.offers_passkey());
    // Not on a site that has none, nor whoever was in already.
    assert!(!Told::at_done().flow.offers_passkey());
    let settings = Settings {
        has_session: true,
        ..config_with_passkeys()
    };
    let told = starts(Able::Yes)
        .answered(Reply::Config(Ok(settings)))
        .answered(Reply::Session(Ok(with_passkeys(0))));
    assert!(!told.flow.offers_passkey());
    assert_eq!(told.then(Event::MakePasskey).asked(), None);
}

#[test]
fn whoever_wants_none_is_not_asked_again() {
    let told = at_done(0).then(Event::DeclinePasskey);
    assert!(!told.flow.offers_passkey());
    let told = told
        .then(Event::SignOut)
        .answered(Reply::SignedOut(Ok(())))
        .then(Event::Start(Start {
            able: Able::Yes,
            ..Start::default()
        }))
        .answered(Reply::Config(Ok(config_with_passkeys())))
        .then(Event::Number("+385911234594".to_owned()))
        .answered(Reply::Sent(Ok(challenge())))
        .types_code("123456")
        .answered(Reply::Session(Ok(with_passkeys(0))));
    assert!(!told.flow.offers_passkey());
}

#[test]
fn a_passkey_is_made_and_kept() {
    let told = at_done(0).then(Event::MakePasskey);
    assert_eq!(told.asked(), Some(&Ask::MakePasskey));
    let told = told.answered(options());
    assert_eq!(told.ceremony(), Some(Ceremony::Make(OPTIONS)));
    let told = told.then(held("{credential}"));
    assert_eq!(told.asked(), Some(&Ask::KeepPasskey("{credential}".into())));
    let told = told.answered(Reply::Kept(Ok(())));
    assert_eq!(told.effects, [Effect::Tell(News::PasskeyCreated)]);
    assert_eq!(told.flow.notice, Some(Notice::PasskeyCreated));
    assert!(!told.flow.offers_passkey());
    assert!(matches!(&told.flow.screen, Screen::Done(it) if it.passkeys == Some(1)));
}

#[test]
fn a_passkey_that_is_not_made_leaves_the_person_in() {
    let cases = [
        (NoPasskey::Unwanted, None, true),
        (NoPasskey::There, Some(Notice::PasskeyThere), false),
        (
            NoPasskey::Failed,
            Some(Notice::Refused {
                code: ProblemCode::PasskeyRefused,
                tries_left: None,
            }),
            true,
        ),
    ];
    for (ended, notice, offered) in cases {
        let told = at_done(0).then(Event::MakePasskey).answered(options());
        let told = told.then(Event::Held(Err(ended)));
        assert_eq!(told.flow.notice, notice, "{ended:?}");
        assert_eq!(told.flow.offers_passkey(), offered, "{ended:?}");
        assert_eq!(told.ceremony(), None);
    }
    for (code, said) in [
        (ProblemCode::LoginTooOld, ProblemCode::LoginTooOld),
        (ProblemCode::TooManyPasskeys, ProblemCode::TooManyPasskeys),
        (ProblemCode::NoChallenge, ProblemCode::PasskeyRefused),
    ] {
        let told = at_done(0)
            .then(Event::MakePasskey)
            .answered(options())
            .then(held("{credential}"))
            .answered(Reply::Kept(Err(problem(code))));
        assert_eq!(told.refusal(), Some(said));
        assert!(matches!(told.flow.screen, Screen::Done(_)));
        assert_eq!(told.asked(), None);
    }
}

#[test]
fn a_session_is_renewed_only_once_the_passkey_is_made() {
    let told = at_done(0).then(Event::MakePasskey).answered(options());
    let told = told.seconds_later(900);
    assert_eq!(told.asked(), None);
    assert_eq!(told.ceremony(), Some(Ceremony::Make(OPTIONS)));
    let told = told
        .then(Event::Held(Err(NoPasskey::Unwanted)))
        .then(Event::Tick);
    assert_eq!(told.asked(), Some(&Ask::Renew));
}

#[test]
fn what_the_browser_says_too_late_is_nothing() {
    for told in [
        Told::at_phone(),
        Told::at_code("+385911234595"),
        at_done(0),
        awaiting().then(Event::Number("+385911234596".to_owned())),
    ] {
        let busy = told.flow.busy.clone();
        let told = told.then(held("{credential}"));
        assert_eq!((told.asked(), &told.flow.busy), (None, &busy));
    }
}

#[test]
fn whoever_has_signed_out_may_come_back_with_one() {
    let told = awaiting()
        .then(held("{credential}"))
        .answered(Reply::Session(Ok(with_passkeys(1))))
        .then(Event::SignOut)
        .answered(Reply::SignedOut(Ok(())));
    assert_eq!(told.flow.notice, Some(Notice::SignedOut));
    assert_eq!(told.asked(), Some(&Ask::UsePasskey));
    assert_eq!(
        told.answered(options()).ceremony(),
        Some(Ceremony::Await(OPTIONS))
    );
}
