//! Who has a code sent, and for what?
//!
//! Every way in which the provider comes to be asked. Not here: how it fails (`wire`).

use std::thread;

use protocol::messages::path;
use protocol::step_up::path as step_up;
use serde_json::json;
use tests::answer::Answer;
use tests::browser::Browser;
use tests::cookies::SESSION;
use tests::numbers;

use crate::line;

/// What somebody presses a button for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To sign in, by a text.
    Login,
    /// To sign in, by a call.
    LoginByCall,
    /// To sign in, by an e-mail.
    LoginByEmail,
    /// To have the text again.
    Again,
    /// To be called after a text.
    AgainByCall,
    /// To give their account another number.
    NewNumber,
    /// To prove their number with a site's ticket.
    StepUp,
    /// The same once more, by a call.
    StepUpAgainByCall,
}

/// Somebody who is about to press it.
pub(crate) struct Person {
    /// Their number, or their address.
    pub(crate) phone: String,
    pub(crate) browser: Browser<'static>,
    way: Way,
    ticket: String,
    /// Whose session they have, if they had to sign in for it.
    subject: Option<String>,
}

impl Way {
    /// What the tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Login => "a text",
            Self::LoginByCall => "a call",
            Self::LoginByEmail => "an e-mail",
            Self::Again => "the text again",
            Self::AgainByCall => "a call after it",
            Self::NewNumber => "a text to a new number",
            Self::StepUp => "a text for a ticket",
            Self::StepUpAgainByCall => "a call for a ticket",
        }
    }

    /// The simulator's name for what the provider is asked.
    pub(crate) fn operation(self) -> &'static str {
        match self {
            Self::Login | Self::NewNumber | Self::StepUp => "send",
            Self::LoginByCall => "send_voice",
            Self::LoginByEmail => "send_email",
            Self::Again => "resend",
            Self::AgainByCall | Self::StepUpAgainByCall => "resend_voice",
        }
    }
}

impl Person {
    /// Somebody who has done all that comes before.
    pub(crate) fn about_to(way: Way) -> Self {
        let mut person = Self {
            phone: if way == Way::LoginByEmail {
                numbers::fresh_email()
            } else {
                numbers::fresh()
            },
            browser: line().browser(),
            way,
            ticket: String::new(),
            subject: None,
        };
        match way {
            Way::Login | Way::LoginByCall | Way::LoginByEmail => {}
            Way::Again | Way::AgainByCall => person.begins(Way::Login),
            Way::NewNumber => {
                let session = person.browser.sign_in(&numbers::fresh());
                person.subject = session["subject"].as_str().map(str::to_owned);
            }
            Way::StepUp => person.ticket = line().ticket(&person.phone),
            Way::StepUpAgainByCall => {
                person.ticket = line().ticket(&person.phone);
                person.begins(Way::StepUp);
            }
        }
        person
    }

    fn begins(&self, first: Way) {
        let asked = self.presses(first);
        assert_eq!(asked.status, 202, "{asked:?}");
    }

    /// Waits for as long as they are told, if they want something again.
    pub(crate) fn waits(&self) {
        match self.way {
            Way::Again | Way::AgainByCall | Way::StepUpAgainByCall => {
                let early = self.asks().retry_after();
                thread::sleep(early.expect("the second one has to wait"));
            }
            Way::Login | Way::LoginByCall | Way::LoginByEmail | Way::NewNumber | Way::StepUp => {}
        }
    }

    /// Presses the button.
    pub(crate) fn asks(&self) -> Answer {
        self.presses(self.way)
    }

    fn presses(&self, way: Way) -> Answer {
        let (browser, phone) = (&self.browser, &self.phone);
        let call = |path, mut body: serde_json::Value| {
            body["channel"] = json!("voice");
            browser.post(path, &body)
        };
        match way {
            Way::Login => browser.ask_code(phone),
            Way::LoginByCall => call(path::CHALLENGES, json!({ "phone": phone })),
            Way::LoginByEmail => browser.ask_code_to(phone),
            Way::Again => browser.resend(),
            Way::AgainByCall => call(path::RESEND, json!({})),
            Way::NewNumber => browser.change_number(phone),
            Way::StepUp => browser.sends_for(&self.ticket),
            Way::StepUpAgainByCall => call(step_up::SEND, json!({ "ticket": self.ticket })),
        }
    }

    /// Types a code: this press of the button.
    pub(crate) fn types(&self, code: &str) -> Answer {
        match self.way {
            Way::Login | Way::LoginByCall | Way::LoginByEmail | Way::Again | Way::AgainByCall => {
                self.browser.verify(code)
            }
            Way::NewNumber => self.browser.verify_number(code),
            Way::StepUp | Way::StepUpAgainByCall => self.browser.verifies_for(&self.ticket, code),
        }
    }

    /// The code that they were sent last.
    pub(crate) fn code(&self) -> Option<String> {
        let texts = line().telephone().texts(&self.phone);
        texts.last().map(|text| text.code.clone())
    }

    /// Nothing came of it: nobody is in, or they are in as before and with the number that they had.
    pub(crate) fn has_got_nothing(&self, what: &str) {
        match &self.subject {
            None => {
                assert_eq!(self.browser.jar().get(SESSION), None, "R83: {what}");
                let session = self.browser.session();
                assert_eq!(session.outcome(), "401 not_signed_in", "R83: {what}");
            }
            Some(subject) => {
                let session = self.browser.session().json();
                assert_eq!(session["subject"], **subject, "R83: {what}");
                let account = self.browser.account().text();
                assert!(
                    !account.contains("number_changed"),
                    "R83: {what}: {account}"
                );
            }
        }
    }
}
