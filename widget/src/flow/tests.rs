//! What does the flow do? Told as sentences.
//!
//! Not here: how it looks. Time is a number that the tests write down.

mod calls;
mod countries;
mod emails;
mod long_open;
mod passkeys;
mod proving;
mod renewal;
mod sending;
mod sessions;
mod step_ups;
mod verifying;

use protocol::{
    AttemptId, PhoneNumber, ProblemCode,
    messages::{Challenge, Country, Session},
    phone::InvalidPhone,
};

use super::{
    replies::{Failure, Refusal, Reply, Settings, known_code},
    *,
};

/// A flow at a moment, and what it asked for at the last step.
struct Told {
    flow: Flow,
    now: Millis,
    clock: Seconds,
    effects: Vec<Effect>,
}

impl Told {
    /// The element has come into the page; the settings are asked for.
    fn started() -> Self {
        let told = Self {
            flow: Flow::new(true, true),
            now: 1_000,
            clock: 1_000_000,
            effects: vec![],
        };
        told.then(Event::Start(Start::default()))
    }

    /// The person is asked for a number.
    fn at_phone() -> Self {
        Self::started().answered(Reply::Config(Ok(config(false))))
    }

    /// The code was sent to this number: 5 minutes to use it, 30 seconds to the next.
    fn at_code(number: &str) -> Self {
        Self::at_phone()
            .then(Event::Number(number.to_owned()))
            .answered(Reply::Sent(Ok(challenge())))
    }

    /// The person is in.
    fn at_done() -> Self {
        Self::started()
            .answered(Reply::Config(Ok(config(true))))
            .answered(Reply::Session(Ok(session())))
    }

    /// Whether a text will be asked for is known before, whatever happens.
    fn then(mut self, event: Event) -> Self {
        let foreseen = self.flow.would_ask_for_text(&event, self.now);
        let by_person = matches!(
            event,
            Event::Number(_) | Event::AnotherCode | Event::Call(_)
        );
        self.effects = self.flow.step(event, self.now, self.clock);
        assert_eq!(foreseen, by_person && self.asked().is_some());
        self
    }

    fn answered(self, reply: Reply) -> Self {
        self.then(Event::Reply(reply))
    }

    fn types_code(self, code: &str) -> Self {
        let press = self.now;
        self.then(Event::Code(code.to_owned(), attempt_id(press)))
    }

    fn seconds_later(mut self, seconds: u64) -> Self {
        self.now += seconds * 1000;
        self.clock += seconds;
        self.then(Event::Tick)
    }

    fn asked(&self) -> Option<&Ask> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Ask(ask) => Some(ask.as_ref()),
            Effect::Abandon
            | Effect::Work(_)
            | Effect::AskPage(_)
            | Effect::ClearCode
            | Effect::Tell(_) => None,
        })
    }

    fn refusal(&self) -> Option<ProblemCode> {
        if let Some(Notice::Refused { code, .. }) = self.flow.notice {
            return Some(code);
        }
        None
    }

    fn sent(&self) -> &Sent {
        let Screen::Code(sent) = &self.flow.screen else {
            panic!("not the code's screen: {:?}", self.flow.screen);
        };
        sent
    }

    fn sent_to(&self) -> &str {
        number(self.sent().to.as_ref())
    }

    fn verifying(&self) -> &Attempt {
        match self.asked() {
            Some(Ask::Verify(it)) => it,
            other => panic!("no code is being verified: {other:?}"),
        }
    }
}

fn number(to: Option<&Destination>) -> &str {
    to.and_then(Destination::phone)
        .map_or("", PhoneNumber::reveal)
}

fn config(has_session: bool) -> Settings {
    Settings {
        default_country: Country {
            iso: "HR".to_owned(),
            calling_code: "385".to_owned(),
            trunk_prefix: "0".to_owned(),
            example: "092 123 4567".to_owned(),
        },
        chooses_country: false,
        calls: false,
        phones: true,
        emails: false,
        passkeys: false,
        has_session,
    }
}

fn challenge() -> Challenge {
    Challenge {
        code_length: 6,
        expires_in: 300,
        resend_in: 30,
        tries_left: 5,
    }
}

fn session() -> Session {
    Session {
        subject: "usr_3Jf0Zk6oQ1yVb8nXw2TtRg".to_owned(),
        new_account: true,
        authenticated_at: 1_000_000,
        auth_level: String::new(),
        first_seen: 0,
        last_login: 0,
        passkeys: None,
        renew_by: 1_000_900,
        ends_at: 1_086_400,
        anti_forgery: String::new(),
    }
}

fn attempt_id(press: u64) -> AttemptId {
    AttemptId::try_from(format!("press-{press:0>20}")).unwrap()
}

fn problem(code: ProblemCode) -> Failure {
    refusal(code, None, None)
}

fn refusal(code: ProblemCode, retry_after: Option<u32>, tries_left: Option<u8>) -> Failure {
    Failure::Refused(Refusal {
        code,
        retry_after,
        tries_left,
        proof: None,
    })
}

/// What is wrong is read out at once, and only what is wrong with the field is shown at it.
#[test]
fn a_notice_complains_or_is_good_to_know_and_blames_the_field_for_what_was_typed() {
    let refused = |code| Notice::Refused {
        code,
        tries_left: None,
    };
    let cases = [
        (Notice::InvalidNumber(InvalidPhone::TooShort), true, true),
        (Notice::InvalidEmail, true, true),
        (Notice::IncompleteCode, true, true),
        (refused(ProblemCode::InvalidPhone), true, true),
        (refused(ProblemCode::InvalidEmail), true, true),
        (refused(ProblemCode::PhoneNotServed), true, true),
        (refused(ProblemCode::NotDelivered), true, true),
        (refused(ProblemCode::WrongCode), true, true),
        (refused(ProblemCode::TooManySends), true, false),
        (refused(ProblemCode::PasskeyRefused), true, false),
        (Notice::SESSION_ENDED, true, false),
        (Notice::NoAnswer, true, false),
        (Notice::Offline, true, false),
        (Notice::BackOnline, false, false),
        (Notice::Sent, false, false),
        (Notice::SentAgain, false, false),
        (Notice::Calling, false, false),
        (Notice::SignedOut, false, false),
        (Notice::PasskeyCreated, false, false),
        (Notice::PasskeyThere, false, false),
    ];
    for (notice, complains, blames_the_field) in cases {
        assert_eq!(notice.complains(), complains, "{notice:?}");
        assert_eq!(notice.blames_the_field(), blames_the_field, "{notice:?}");
    }
}

/// A newer worker may have problems that an element of yesterday has never heard of.
#[test]
fn a_problem_is_known_by_its_name_or_not_at_all() {
    for code in ProblemCode::ALL {
        assert_eq!(known_code(code.as_str()), Some(*code));
    }
    for name in ["", "wrong_code ", "WRONG_CODE", "of_tomorrow"] {
        assert_eq!(known_code(name), None, "{name:?}");
    }
}

#[test]
fn time_is_looked_at_every_second_while_a_wait_counts_down_and_not_after_it() {
    let told = Told::at_phone();
    let wakes_in = |told: &Told| told.flow.wakes_in(told.now);
    assert_eq!(wakes_in(&told), None);
    let told = told
        .then(Event::Number("+385911234513".to_owned()))
        .answered(Reply::Sent(Err(refusal(
            ProblemCode::TooManySends,
            Some(30),
            None,
        ))));
    assert_eq!(wakes_in(&told), Some(1000));
    let told = told.seconds_later(29);
    assert_eq!(wakes_in(&told), Some(1000));
    let told = told.seconds_later(1);
    assert_eq!(wakes_in(&told), None);
}
