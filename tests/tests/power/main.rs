//! What does the worker still know after its power went in the middle of something?
//!
//! `kill -9`, and a new start on the same disk. The provider goes on meanwhile. Not here: a restart in good order (`over_http`);
//! a provider that fails (`faults`), whose answers have to come in time, for which workers that start take too much of the processor.

mod provider;

use std::sync::LazyLock;
use std::thread;

use protocol::messages::path;
use serde_json::{Value, json};
use tests::cookies::{Jar, SESSION};
use tests::crowd::at_once;
use tests::hasty::sent_off;
use tests::line::Line;
use tests::numbers;
use ureq::http::{Method, Request};

use provider::Provider;

/// What somebody was doing at that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    AskingForACode,
    AskingForItAgain,
    Checking,
    CheckingAWrongCode,
}

/// How far the provider had come: it had not begun, or it was through and its word never arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provided {
    Nothing,
    All,
}

/// What holds afterwards for whoever was doing it.
#[derive(Debug, PartialEq, Eq)]
struct Afterwards {
    /// How many texts have arrived.
    texts: usize,
    /// Another code is asked for in another browser.
    another_code: String,
    /// The press of the button arrives again in the same browser, at once…
    at_once: String,
    /// …and, if it is told to wait, when it has waited.
    later: String,
}

const NO_CHALLENGE: &str = "410 no_challenge";
const IN_PROGRESS: &str = "409 check_in_progress";

const USED_UP: &str = "410 challenge_exhausted";

/// Every step of a login at which the worker waits for somebody, with the power cut there.
static STEPS: LazyLock<Vec<(Doing, Provided, Afterwards)>> = LazyLock::new(|| {
    use Doing::{AskingForACode, AskingForItAgain, Checking, CheckingAWrongCode};
    use Provided::{All, Nothing};
    [
        // The text counts, whether it was sent or not, and nobody can use its code.
        (AskingForACode, Nothing, 0, [NO_CHALLENGE, NO_CHALLENGE]),
        (AskingForACode, All, 1, [NO_CHALLENGE, NO_CHALLENGE]),
        // The first code is as good as it was.
        (AskingForItAgain, Nothing, 1, ["200", "200"]),
        (AskingForItAgain, All, 2, ["200", "200"]),
        // The try was written down before the provider was asked, and so was the lease that it holds. Nobody is in until the
        // provider says so, and it says so once.
        (Checking, Nothing, 1, [IN_PROGRESS, "200"]),
        (Checking, All, 1, [IN_PROGRESS, USED_UP]),
        (CheckingAWrongCode, Nothing, 1, [IN_PROGRESS, "200"]),
        (CheckingAWrongCode, All, 1, [IN_PROGRESS, "200"]),
    ]
    .map(|(doing, provided, texts, [at_once, later])| {
        let afterwards = Afterwards {
            texts,
            another_code: "429 send_too_soon".to_owned(),
            at_once: at_once.to_owned(),
            later: later.to_owned(),
        };
        (doing, provided, afterwards)
    })
    .into()
});

/// Somebody who is about to do it, and a provider that will keep them waiting.
struct Person {
    phone: String,
    cookies: Jar,
    /// The press of the button with which they try the code.
    attempt: String,
    code: String,
    request: Request<Vec<u8>>,
}

#[test]
fn r49_r85_a_power_cut_at_any_step_gives_back_no_text_and_no_try_and_opens_no_session() {
    let provider = Provider::start();
    let line = provider.line();
    let prepared = |is_their_turn: fn(Doing) -> bool| {
        at_once(STEPS.len(), |step| {
            let (doing, provided, _) = STEPS[step];
            is_their_turn(doing).then(|| Person::about_to(doing, provided, &provider, &line))
        })
    };
    // First those who have to wait for their turn, so that nobody else's wait is over meanwhile.
    let patient = prepared(|doing| doing == Doing::AskingForItAgain);
    let others = prepared(|doing| doing != Doing::AskingForItAgain);
    let people: Vec<Person> = patient
        .into_iter()
        .zip(others)
        .filter_map(|(patient, other)| patient.or(other))
        .collect();
    let sockets: Vec<_> = people
        .iter()
        .map(|person| {
            let browser = line.browser_with(person.cookies.clone());
            sent_off(&line, &browser, &person.request)
        })
        .collect();
    for ((doing, ..), person) in STEPS.iter().zip(&people) {
        let telephone = provider.telephone();
        telephone.waits_until_asked(doing.operation(), &person.phone);
    }
    line.loses_its_power();
    drop(sockets);

    let line = provider.line_again(line);
    let told = at_once(STEPS.len(), |step| people[step].goes_on(&provider, &line));
    for ((doing, provided, expected), told) in STEPS.iter().zip(told) {
        assert_eq!(
            &told, expected,
            "{doing:?}, of which the provider had done {provided:?}"
        );
    }
}

/// What somebody has in hand when the power has gone.
struct Survivor {
    phone: String,
    cookies: Jar,
    /// The press of the button, if they came so far.
    pressed: Option<(String, String)>,
    /// The account that they were told they are in.
    subject: Option<Value>,
}

#[test]
fn r55_r85_whenever_the_power_goes_whoever_was_told_so_is_in_and_nobody_is_two_people() {
    let provider = Provider::start();
    let mut line = provider.line();
    for checks in [1, 6, 12] {
        let before = provider.telephone().asked_by_anybody("verify");
        // The first of them only looks after the power.
        let people = at_once(17, |n| {
            if n == 0 {
                while provider.telephone().asked_by_anybody("verify") < before + checks {}
                line.loses_its_power();
                return None;
            }
            Some(Survivor::of_a_login(&provider, &line))
        });
        line = provider.line_again(line);
        let people: Vec<Survivor> = people.into_iter().flatten().collect();
        at_once(people.len(), |n| people[n].goes_on(&provider, &line));
    }
}

impl Survivor {
    /// A whole login, as far as it comes.
    fn of_a_login(provider: &Provider, line: &Line) -> Self {
        let (phone, browser) = (numbers::fresh(), line.browser());
        let ask = json!({ "phone": phone });
        let asked = browser.hear(browser.request(Method::POST, path::CHALLENGES, Some(&ask)));
        let mut pressed = None;
        let mut subject = None;
        if asked.is_ok_and(|asked| asked.status == 202) {
            let (attempt, code) = (numbers::fresh_attempt(), provider.telephone().code(&phone));
            let told = browser.hear(browser.verify_request(&attempt, &code));
            pressed = Some((attempt, code));
            subject = told.ok().map(|told| told.json()["subject"].clone());
        }
        let cookies = browser.jar().clone();
        Self {
            phone,
            cookies,
            pressed,
            subject,
        }
    }

    fn goes_on(&self, provider: &Provider, line: &Line) {
        let browser = line.browser_with(self.cookies.clone());
        let texts = provider.telephone().asked("send", &self.phone);
        assert!(texts <= 1, "{texts} texts");
        if let Some(subject) = &self.subject {
            assert_eq!(&browser.session().json()["subject"], subject);
            self.is_known_as(subject, line);
        } else if let Some((attempt, code)) = &self.pressed {
            // The press whose answer was lost, once more: it was through; or the provider was being asked, or was asked and is not
            // asked again; or it never arrived.
            let again = browser.verify_as(attempt, code);
            let outcome = again.outcome();
            assert!(["200", IN_PROGRESS].contains(&&*outcome), "{again:?}");
            if again.status == 200 {
                self.is_known_as(&again.json()["subject"], line);
            }
        }
    }

    fn is_known_as(&self, subject: &Value, line: &Line) {
        let known = line.admin(&["look-up", &self.phone]).expect("it is known");
        let subject = subject.as_str().expect("an account has an id");
        assert!(known.contains(subject), "{known}");
    }
}

impl Person {
    fn about_to(doing: Doing, provided: Provided, provider: &Provider, line: &Line) -> Self {
        let (phone, browser) = (numbers::fresh(), line.browser());
        let (attempt, mut code) = (numbers::fresh_attempt(), "000000".to_owned());
        if doing != Doing::AskingForACode {
            assert_eq!(browser.ask_code(&phone).outcome(), "202");
            code = provider.telephone().code(&phone);
        }
        let request = match doing {
            Doing::AskingForACode => {
                let ask = json!({ "phone": phone });
                browser.request(Method::POST, path::CHALLENGES, Some(&ask))
            }
            Doing::AskingForItAgain => {
                let early = browser.resend().retry_after();
                thread::sleep(early.expect("it has to wait a while"));
                browser.request(Method::POST, path::RESEND, Some(&json!({})))
            }
            Doing::Checking => browser.verify_request(&attempt, &code),
            Doing::CheckingAWrongCode => browser.verify_request(&attempt, &numbers::wrong(&code)),
        };
        let fault = match provided {
            Provided::Nothing => json!({ "when": "before", "delay_ms": 60_000, "answer": "drop" }),
            Provided::All => json!({ "delay_ms": 60_000, "answer": "normal" }),
        };
        let telephone = provider.telephone();
        telephone.breaks(doing.operation(), &phone, &fault);
        let cookies = browser.jar().clone();
        Self {
            phone,
            cookies,
            attempt,
            code,
            request,
        }
    }

    /// Tries the code in the same browser, at once and when the lease has ended, and asks for another one in between.
    fn goes_on(&self, provider: &Provider, line: &Line) -> Afterwards {
        provider.telephone().is_mended(&self.phone);
        let browser = line.browser_with(self.cookies.clone());
        let texts = provider.telephone().texts(&self.phone).len();
        let another_code = line.browser().ask_code(&self.phone).outcome();
        let tried = browser.verify_as(&self.attempt, &self.code);
        assert_eq!(browser.jar().get(SESSION).is_some(), tried.status == 200);
        let later = match tried.retry_after() {
            Some(wait) => {
                thread::sleep(wait);
                browser.verify(&self.code).outcome()
            }
            None => tried.outcome(),
        };
        Afterwards {
            texts,
            another_code,
            at_once: tried.outcome(),
            later,
        }
    }
}

impl Doing {
    /// The simulator's name for what the provider is asked.
    fn operation(self) -> &'static str {
        match self {
            Self::AskingForACode => "send",
            Self::AskingForItAgain => "resend",
            Self::Checking | Self::CheckingAWrongCode => "verify",
        }
    }
}
