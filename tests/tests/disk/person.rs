//! Who is there when the disk fails, and what do they have afterwards?
//!
//! Not here: how it fails (`tools`).

use std::thread;
use std::time::Duration;

use serde_json::Value;
use tests::answer::Answer;
use tests::browser::Browser;
use tests::cookies::SESSION;
use tests::line::Line;
use tests::matrix::Seen;
use tests::numbers;

/// R80: a person has an answer by then, whatever happens.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// People at every stage of a login, before anything fails.
pub(crate) struct People<'a> {
    line: &'a Line,
    /// Somebody who is in.
    inside: Browser<'a>,
    inside_phone: String,
    subject: Value,
    /// Somebody who has their code.
    waiting: Browser<'a>,
    waiting_phone: String,
    attempt: String,
    code: String,
    /// Somebody who has not asked yet.
    new: Browser<'a>,
    new_phone: String,
    /// Somebody who is about to leave.
    leaving: Browser<'a>,
}

impl<'a> People<'a> {
    pub(crate) fn of(line: &'a Line) -> Self {
        let (inside, waiting, leaving) = (line.browser(), line.browser(), line.browser());
        let (inside_phone, waiting_phone) = (numbers::fresh(), numbers::fresh());
        let subject = inside.sign_in(&inside_phone)["subject"].clone();
        leaving.sign_in(&numbers::fresh());
        assert_eq!(waiting.ask_code(&waiting_phone).status, 202);
        let code = line.telephone().code(&waiting_phone);
        Self {
            line,
            inside,
            inside_phone,
            subject,
            waiting,
            waiting_phone,
            attempt: numbers::fresh_attempt(),
            code,
            new: line.browser(),
            new_phone: numbers::fresh(),
            leaving,
        }
    }

    /// All of them do what they are there for, while it fails so.
    pub(crate) fn go_on(&self, failure: &str) {
        let texts = |phone: &str| self.line.telephone().texts(phone).len();
        let note = |row, told: &Answer, texts| {
            assert!(
                told.took < LONGEST_WAIT,
                "R80: {failure}: {row}: {told:?}, {:?}",
                told.took
            );
            Seen {
                table: "The disk",
                row,
                column: failure,
                told: &told.outcome(),
                texts,
            }
            .note();
        };
        let asked = self.new.ask_code(&self.new_phone);
        let sent = texts(&self.new_phone);
        note("send", &asked, Some(sent));
        assert!(sent <= 1, "R81: {failure}: {asked:?}");
        assert!(asked.status != 202 || sent == 1, "{failure}: no text");

        let verified = self.waiting.verify_as(&self.attempt, &self.code);
        note("verify", &verified, None);
        let is_in = self.waiting.jar().get(SESSION).is_some();
        assert_eq!(
            is_in,
            verified.status == 200,
            "R83: {failure}: {verified:?}"
        );
        assert_eq!(texts(&self.waiting_phone), 1, "R81: {failure}");

        note("session", &self.inside.session(), None);
        note("renew", &self.inside.renew(), None);
        let left = self.leaving.logout();
        note("logout", &left, None);
        let copy = self.leaving.jar().get(SESSION).map(str::to_owned);
        assert_eq!(copy, None, "R60: {failure}: {left:?}");
    }

    /// What they were promised is still there, and so is what they can do.
    pub(crate) fn have_what_they_had(&self, failure: &str) {
        let session = self.inside.session().json();
        assert_eq!(session["subject"], self.subject, "{failure}: {session}");
        assert_eq!(self.inside.renew().status, 200, "{failure}");
        let known = self.line.admin(&["look-up", &self.inside_phone]).unwrap();
        let subject = self.subject.as_str().unwrap();
        assert!(known.contains(subject), "R55: {failure}: {known}");

        // The press whose answer was a no or was lost, once more; perhaps when its lease is over.
        let mut again = self.waiting.verify_as(&self.attempt, &self.code);
        if again.outcome() == "409 check_in_progress" {
            thread::sleep(again.retry_after().unwrap());
            again = self.waiting.verify_as(&self.attempt, &self.code);
        }
        let fine = ["200", "410 challenge_exhausted", "410 no_challenge"];
        assert!(fine.contains(&&*again.outcome()), "{failure}: {again:?}");

        // A text that left is counted.
        let sent = self.line.telephone().texts(&self.new_phone).len();
        let more = self.line.browser().ask_code(&self.new_phone).outcome();
        let fine = more == "429 send_too_soon" || (sent == 0 && more == "202");
        assert!(fine, "R83: {failure}: {sent} texts, and then {more}");
        self.line.browser().sign_in(&numbers::fresh());
    }
}
