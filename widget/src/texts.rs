//! Which sentence does a person read?
//!
//! The sentences are in `languages/`, one file a language, of which a visitor loads one. Not here: when one is shown (`flow`),
//! where (`view`), and which language it is (`element.js`).

use protocol::{ProblemCode, phone::InvalidPhone};

use crate::flow::{Ask, Flow, Notice, Screen};

macro_rules! texts {
    ($($name:ident),* $(,)?) => {
        /// What can be said, in the order of the files in `languages/`, which is how a text is found. What is said of countries is
        /// here for its place only: `countries.js` says it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Text { $(#[doc = stringify!($name)] $name),* }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

texts! {
    Lang, Dir,
    Loading, Title, TitleWithSite, StepUpTitle, StepUpHint,
    NumberLabel, NumberHint, Country, SearchCountries, NoCountry, Send, Sending, SendingCode,
    CodeTitle, SentTo, CallTo, CodeLabel, CodeHint, Verify, Confirm, Checking, CheckingCode, Resend, Call, InTime,
    DeadTitle, SendNew, ChangeNumber, Retry,
    EmailLabel, EmailHint, SendEmail, EmailedTo, UseEmail, UsePhone, ChangeEmail,
    UsePasskey, PasskeyOffer, CreatePasskey, NotNow, PasskeyCreated, PasskeyThere,
    DoneTitle, DoneTitleWithSite, Confirmed, SignOut, SigningOut, OneMoment, Proving,
    Sent, SentAgain, Calling, SignedOut, Offline, BackOnline, NoAnswer,
    NumberEmpty, NumberWithoutCountry, NumberNotDigits, NumberZeroAfterPlus, NumberTooShort, NumberTooLong, NumberInvalid,
    NumberNotServed, NumberTaken, EmailInvalid,
    CodeIncomplete, CodeWrong, CodeUnknown, CodeExpired, CodeUsedUp,
    NotDelivered, EmailNotDelivered, NotHuman, SendTooSoon, TooManySends, TooManyChecks, TooManyChanges, TooManyFromNetwork, TooManyForEmail, SendsPaused,
    CheckInProgress, NotSignedIn, SessionEnded, LoginTooOld, PasskeyRefused, TooManyPasskeys,
    ProviderUnavailable, EmailUnavailable, Unavailable, Misconfigured, CrossSite,
    HttpsRequired, OutOfDate,
    TriesLeft,
}

/// How many tries a text counts at most. The texts for one to nine tries follow each other, because every language has its own
/// way to count.
pub const COUNTED: u8 = 9;

/// The sentences of one language, with what the page says otherwise, and [`BETWEEN`] between them: one text is less to hand over than
/// a hundred.
pub struct Texts(pub String);

/// What no sentence has in it.
pub const BETWEEN: char = '\0';

impl Texts {
    /// A sentence as it is. One that is missing is empty: whoever made the files has checked them.
    pub fn get(&self, text: Text) -> &str {
        self.at(text as usize)
    }

    /// A sentence with this in the place that it leaves open.
    pub fn with(&self, text: Text, value: &str) -> String {
        match self.get(Text::Dir) {
            // Otherwise the groups of a number would change places (Unicode Standard Annex 9, section 2.4).
            "rtl" => fill(self.get(text), &["\u{2068}", value, "\u{2069}"].concat()),
            _ => fill(self.get(text), value),
        }
    }

    /// What stands before and after the place that a sentence leaves open.
    pub fn around(&self, text: Text) -> (&str, &str) {
        let sentence = self.get(text);
        split(sentence).unwrap_or((sentence, ""))
    }

    /// The heading of the screen.
    pub fn title(&self, flow: &Flow, site: Option<&str>) -> String {
        let (with_site, without) = match &flow.screen {
            Screen::Loading | Screen::Phone if flow.ticket.is_some() => {
                return self.get(Text::StepUpTitle).to_owned();
            }
            Screen::Proved(_) => return self.get(Text::Confirmed).to_owned(),
            Screen::Loading | Screen::Phone => (Text::TitleWithSite, Text::Title),
            Screen::Code(sent) if sent.dead => return self.get(Text::DeadTitle).to_owned(),
            Screen::Code(_) => return self.get(Text::CodeTitle).to_owned(),
            Screen::Done(_) => (Text::DoneTitleWithSite, Text::DoneTitle),
        };
        match site {
            Some(site) => self.with(with_site, site),
            None => self.get(without).to_owned(),
        }
    }

    /// On the button that sends the form.
    pub fn submit(&self, flow: &Flow, wait: u32) -> String {
        let label = match (&flow.screen, flow.at_work()) {
            (Screen::Phone, Some(Ask::StepUp(_))) | (_, Some(Ask::Send(_))) => Text::Sending,
            (_, Some(Ask::Verify(_))) => Text::Checking,
            (Screen::Loading | Screen::Done(_) | Screen::Proved(_), _) => Text::Retry,
            (Screen::Phone, _) if flow.by_email => Text::SendEmail,
            (Screen::Phone, _) => Text::Send,
            (Screen::Code(sent), _) if sent.dead && flow.by_email => Text::SendEmail,
            (Screen::Code(sent), _) if sent.dead => Text::SendNew,
            (Screen::Code(_), _) if flow.ticket.is_some() => Text::Confirm,
            (Screen::Code(_), _) => Text::Verify,
        };
        self.button(label, wait)
    }

    /// On a button that does nothing for so many seconds.
    pub fn button(&self, label: Text, wait: u32) -> String {
        match wait {
            0 => self.get(label).to_owned(),
            _ => fill(&self.with(Text::InTime, self.get(label)), &clock(wait)),
        }
    }

    /// What a person is told about their last step, who gave an address or a number.
    pub fn notice(&self, notice: Notice, by_email: bool) -> String {
        let said = if let Notice::Refused {
            code: ProblemCode::WrongCode,
            tries_left: Some(tries @ 1..=COUNTED),
        } = notice
        {
            self.at(Text::TriesLeft as usize + usize::from(tries - 1))
        } else {
            self.get(said(notice, by_email))
        };
        said.to_owned()
    }

    #[expect(
        clippy::manual_pattern_char_comparison,
        reason = "what std searches a char with is 250 bytes of brotli, which every visitor would download"
    )]
    fn at(&self, place: usize) -> &str {
        self.0
            .split(|c| c == BETWEEN)
            .nth(place)
            .unwrap_or_default()
    }
}

/// What those hear who do not see the button change.
pub fn progress(ask: &Ask) -> Text {
    match ask {
        Ask::Config | Ask::Session | Ask::Renew => Text::Loading,
        Ask::Send(_) | Ask::Resend(_) | Ask::StepUp(_) => Text::SendingCode,
        Ask::Verify(_) => Text::CheckingCode,
        Ask::Forget
        | Ask::UsePasskey
        | Ask::PasskeyLogin(_)
        | Ask::MakePasskey
        | Ask::KeepPasskey(_) => Text::OneMoment,
        Ask::SignOut => Text::SigningOut,
    }
}

/// Minutes and seconds.
pub fn clock(seconds: u32) -> String {
    let (minutes, seconds) = ((seconds / 60).to_string(), seconds % 60);
    let pad = if seconds < 10 { ":0" } else { ":" };
    [minutes.as_str(), pad, &seconds.to_string()].concat()
}

/// A sentence of the page's own may leave no place open.
fn fill(sentence: &str, value: &str) -> String {
    match split(sentence) {
        Some((before, after)) => [before, value, after].concat(),
        None => sentence.to_owned(),
    }
}

/// The first `{name}` is the place.
fn split(sentence: &str) -> Option<(&str, &str)> {
    let place = |brace| sentence.bytes().position(|byte| byte == brace);
    let (open, close) = (place(b'{')?, place(b'}')?);
    Some((sentence.get(..open)?, sentence.get(close + 1..)?))
}

fn said(notice: Notice, by_email: bool) -> Text {
    match notice {
        Notice::InvalidNumber(reason) => match reason {
            InvalidPhone::Empty => Text::NumberEmpty,
            InvalidPhone::MissingCountryCode => Text::NumberWithoutCountry,
            InvalidPhone::NotDigits => Text::NumberNotDigits,
            InvalidPhone::ZeroAfterPlus => Text::NumberZeroAfterPlus,
            InvalidPhone::TooShort => Text::NumberTooShort,
            InvalidPhone::TooLong => Text::NumberTooLong,
        },
        Notice::InvalidEmail => Text::EmailInvalid,
        Notice::IncompleteCode => Text::CodeIncomplete,
        Notice::Refused { code, .. } => problem(code, by_email),
        Notice::NoAnswer => Text::NoAnswer,
        Notice::Offline => Text::Offline,
        Notice::BackOnline => Text::BackOnline,
        Notice::Sent => Text::Sent,
        Notice::SentAgain => Text::SentAgain,
        Notice::Calling => Text::Calling,
        Notice::SignedOut => Text::SignedOut,
        Notice::PasskeyCreated => Text::PasskeyCreated,
        Notice::PasskeyThere => Text::PasskeyThere,
    }
}

fn problem(code: ProblemCode, by_email: bool) -> Text {
    let either = |number, address| if by_email { address } else { number };
    match code {
        ProblemCode::InvalidRequest
        | ProblemCode::UnsupportedMediaType
        | ProblemCode::PayloadTooLarge
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed => Text::OutOfDate,
        ProblemCode::CrossSite => Text::CrossSite,
        ProblemCode::HttpsRequired => Text::HttpsRequired,
        ProblemCode::InvalidPhone => Text::NumberInvalid,
        ProblemCode::InvalidEmail => Text::EmailInvalid,
        ProblemCode::PasskeyRefused => Text::PasskeyRefused,
        ProblemCode::TooManyPasskeys => Text::TooManyPasskeys,
        ProblemCode::PhoneNotServed => Text::NumberNotServed,
        ProblemCode::NotDelivered => either(Text::NotDelivered, Text::EmailNotDelivered),
        ProblemCode::ProofRequired => Text::NotHuman,
        ProblemCode::SendTooSoon => Text::SendTooSoon,
        ProblemCode::TooManySends => either(Text::TooManySends, Text::TooManyForEmail),
        ProblemCode::TooManyChecks => either(Text::TooManyChecks, Text::TooManyForEmail),
        ProblemCode::TooManyChanges => Text::TooManyChanges,
        ProblemCode::TooManyFromNetwork => Text::TooManyFromNetwork,
        ProblemCode::SendsPaused => either(Text::SendsPaused, Text::EmailUnavailable),
        ProblemCode::CheckInProgress => Text::CheckInProgress,
        ProblemCode::WrongCode => Text::CodeWrong,
        ProblemCode::NoChallenge => Text::CodeUnknown,
        ProblemCode::ChallengeExpired => Text::CodeExpired,
        ProblemCode::ChallengeExhausted => Text::CodeUsedUp,
        ProblemCode::NotSignedIn => Text::NotSignedIn,
        ProblemCode::SessionExpired | ProblemCode::SessionEnded => Text::SessionEnded,
        ProblemCode::LoginTooOld => Text::LoginTooOld,
        ProblemCode::NumberTaken => Text::NumberTaken,
        ProblemCode::ProviderUnavailable => {
            either(Text::ProviderUnavailable, Text::EmailUnavailable)
        }
        ProblemCode::Unavailable => Text::Unavailable,
        ProblemCode::Misconfigured => Text::Misconfigured,
    }
}

#[cfg(test)]
mod tests;
