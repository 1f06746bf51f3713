//! What do the plain pages look like, on which somebody signs in without any script?
//!
//! Four pages, each a form or two. They have no script, no state beyond the cookies that the API sets, and no text that is not
//! escaped ([`html`]). Not here: which of them is shown and when ([`crate::routes`]); the sentences ([`texts`]); the style
//! (`www/login.css`).

mod html;
pub(crate) mod operator;
pub(crate) mod texts;

use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};
use http_body_util::Full;
use protocol::messages::{Channel, Country, Session};
use protocol::{AttemptId, Destination, ProblemCode};

pub(crate) use self::html::Html;
use crate::max_age::MaxAge;
use crate::reply::{self, Denial, Response, text, with_cookies};
use crate::settings::Settings;
use crate::way_back::WayBack;

/// Where the pages are.
pub(crate) mod path {
    /// `GET`: the field of the number, or who is signed in. `POST`: sends the code.
    pub(crate) const FRONT: &str = "/login";
    /// `GET`: the field of the code. `POST`: tries it.
    pub(crate) const CODE: &str = "/login/code";
    /// `POST`: sends the same code once more.
    pub(crate) const RESEND: &str = "/login/resend";
    /// `POST`: forgets the challenge, for another number.
    pub(crate) const FORGET: &str = "/login/forget";
    /// `POST`: renews the session.
    pub(crate) const RENEW: &str = "/login/renew";
    /// `POST`: ends the session.
    pub(crate) const SIGN_OUT: &str = "/login/sign-out";
}

/// What the fields of the forms are called.
pub(crate) mod field {
    pub(crate) const PHONE: &str = "phone";
    pub(crate) const EMAIL: &str = "email";
    pub(crate) const CODE: &str = "code";
    /// How the code travels; without it, as a text.
    pub(crate) const CHANNEL: &str = "channel";
    /// Which page the code was typed into: each has another, so that a button pressed twice is one try.
    pub(crate) const ATTEMPT: &str = "attempt_id";
    pub(crate) const ANTI_FORGERY: &str = "anti_forgery";
    pub(crate) const RETURN: &str = "return";
    /// How long ago a login may be to lead there.
    pub(crate) const MAX_AGE: &str = "max_age";
    /// Of addresses only: what was done just before.
    pub(crate) const NOTICE: &str = "notice";
}

/// What the field of the channel holds for a call.
pub(crate) const CALL: &str = "voice";

/// What was done just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Calling,
    SentAgain,
    SignInAgain,
    SignedOut,
}

impl Notice {
    const ALL: [Self; 4] = [
        Self::Calling,
        Self::SentAgain,
        Self::SignInAgain,
        Self::SignedOut,
    ];

    /// As it stands in an address.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Calling => "calling",
            Self::SentAgain => "sent-again",
            Self::SignInAgain => "sign-in-again",
            Self::SignedOut => "signed-out",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == text)
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Calling => texts::CALLING,
            Self::SentAgain => texts::SENT_AGAIN,
            Self::SignInAgain => texts::SIGN_IN_AGAIN,
            Self::SignedOut => texts::SIGNED_OUT,
        }
    }
}

/// What somebody typed into one of the two fields that say where a code goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Typed<'a> {
    Number(&'a str),
    Address(&'a str),
}

/// What a page has beside what it is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page<'a> {
    /// Whose page it is.
    pub(crate) host: &'a str,
    /// Where all this leads back to.
    pub(crate) way_back: Option<&'a WayBack>,
    /// How long ago a login may be to lead there.
    pub(crate) max_age: Option<MaxAge>,
    pub(crate) notice: Option<Notice>,
    /// Whether codes are read out in calls.
    pub(crate) calls: bool,
    /// Whether codes go to e-mail addresses.
    pub(crate) emails: bool,
    /// What was refused, and the sentence for it.
    pub(crate) complaint: Option<(ProblemCode, &'a str)>,
}

impl Page<'_> {
    /// The field of the number and, where codes go to addresses, that of the address: each with a form of its own.
    pub(crate) fn number(self, home: &Country, typed: Typed<'_>) -> Html {
        let quiet = Page {
            complaint: None,
            ..self
        };
        let (of_number, of_address, phone, email) = match typed {
            Typed::Number(typed) => (self, quiet, typed, ""),
            Typed::Address(typed) => (quiet, self, "", typed),
        };
        let autofocus = |is: bool| if is { " autofocus" } else { "" };
        let is_address = matches!(typed, Typed::Address(_));
        let mut html = self.head(texts::SIGN_IN);
        self.open(&mut html, path::FRONT);
        html.markup("<label for=\"phone\">").text(texts::NUMBER);
        html.markup("</label><input id=\"phone\" type=\"tel\" name=\"")
            .text(field::PHONE)
            .markup("\" autocomplete=\"tel\" inputmode=\"tel\" maxlength=\"64\" required")
            .markup(autofocus(!is_address))
            .markup(" value=\"")
            .text(phone)
            .markup("\"");
        of_number.describe(&mut html, "hint");
        let hint = texts::number_hint(&home.example, &home.calling_code);
        html.text(&hint).markup("</p>");
        close(&mut html, texts::SEND);
        if self.emails {
            self.open(&mut html, path::FRONT);
            html.markup("<label for=\"email\">").text(texts::ADDRESS);
            html.markup("</label><input id=\"email\" type=\"email\" name=\"")
                .text(field::EMAIL)
                .markup("\" autocomplete=\"email\" maxlength=\"254\" required")
                .markup(autofocus(is_address))
                .markup(" value=\"")
                .text(email)
                .markup("\"");
            of_address.describe(&mut html, "email-hint");
            html.text(texts::ADDRESS_HINT).markup("</p>");
            close(&mut html, texts::E_MAIL);
        }
        end(html)
    }

    /// The field of the code. The number or address is masked: who typed it knows it, and whoever finds the page open need not.
    pub(crate) fn code(
        self,
        to: &Destination,
        digits: u8,
        seconds: u32,
        attempt: &AttemptId,
    ) -> Html {
        let mut html = self.head(texts::ENTER_CODE);
        let (before, after) = texts::sent_to(to, digits);
        html.markup("<p>").text(&before).markup("<bdi>");
        html.text(&to.to_string()).markup("</bdi>").text(after);
        html.markup("</p>");
        self.open(&mut html, path::CODE);
        hidden(&mut html, field::ATTEMPT, attempt.as_str());
        html.markup("<label for=\"code\">").text(texts::CODE);
        html.markup("</label><input id=\"code\" name=\"")
            .text(field::CODE)
            .markup("\" autocomplete=\"one-time-code\" inputmode=\"numeric\" maxlength=\"24\" required autofocus");
        self.describe(&mut html, "hint");
        html.text(&texts::code_hint(seconds)).markup("</p>");
        close(&mut html, texts::CHECK);
        html.markup("<div class=\"others\">");
        self.open(&mut html, path::RESEND);
        close(&mut html, texts::SEND_AGAIN);
        if self.calls && to.takes(Channel::Voice) {
            self.open(&mut html, path::RESEND);
            hidden(&mut html, field::CHANNEL, CALL);
            close(&mut html, texts::CALL);
        }
        self.open(&mut html, path::FORGET);
        let other = match to {
            Destination::Phone(_) => texts::OTHER_NUMBER,
            Destination::Email(_) => texts::OTHER_ADDRESS,
        };
        close(&mut html, other);
        html.markup("</div>");
        end(html)
    }

    /// Who is signed in.
    pub(crate) fn signed_in(self, session: &Session) -> Html {
        let mut html = self.head(texts::SIGNED_IN);
        html.markup("<p>").text(texts::YOUR_ACCOUNT);
        html.markup("<code>")
            .text(&session.subject)
            .markup("</code>.</p>");
        if let Some(way_back) = self.way_back {
            html.markup("<a class=\"button\" href=\"")
                .text(way_back.as_str());
            html.markup("\">").text(texts::CONTINUE).markup("</a>");
        }
        self.for_session(&mut html, path::SIGN_OUT, session, texts::SIGN_OUT);
        end(html)
    }

    /// The way on for somebody whose token is past its time: to look at a page renews nothing.
    pub(crate) fn still_there(self, session: &Session) -> Html {
        let mut html = self.head(texts::STILL_THERE);
        html.markup("<p>").text(texts::A_WHILE_AGO).markup("</p>");
        self.for_session(&mut html, path::RENEW, session, texts::STAY);
        html.markup("<div class=\"others\">");
        self.for_session(&mut html, path::SIGN_OUT, session, texts::SIGN_OUT);
        html.markup("</div>");
        end(html)
    }

    /// Everything up to what the page is for.
    fn head(self, title: &str) -> Html {
        let mut html = Html::default();
        html.markup("<!doctype html><html lang=\"")
            .text(texts::LANGUAGE);
        html.markup(
            "\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\"><title>",
        );
        if self.complaint.is_some() {
            html.text(texts::ERROR);
        }
        html.text(title).markup(" · ").text(self.host);
        html.markup("</title><link rel=\"stylesheet\" href=\"/login.css\"></head><body><main><p class=\"host\">");
        html.text(self.host)
            .markup("</p><h1>")
            .text(title)
            .markup("</h1>");
        if let Some(notice) = self.notice {
            html.markup("<p role=\"status\">")
                .text(notice.sentence())
                .markup("</p>");
        }
        if let Some((code, sentence)) = self.complaint {
            html.markup("<p role=\"alert\" id=\"problem\" data-code=\"")
                .text(code.as_str());
            html.markup("\">").text(sentence).markup("</p>");
        }
        html
    }

    /// The beginning of a form, with what every form takes along.
    fn open(self, html: &mut Html, action: &'static str) {
        html.markup("<form method=\"post\" action=\"")
            .text(action)
            .markup("\">");
        if let Some(way_back) = self.way_back {
            hidden(html, field::RETURN, way_back.as_str());
        }
        if let Some(max_age) = self.max_age {
            hidden(html, field::MAX_AGE, &max_age.as_text());
        }
    }

    /// The rest of a field, up to the hint, which has this id: what is said of it. A problem is mostly about what was typed.
    fn describe(self, html: &mut Html, hint: &'static str) {
        html.markup(match self.complaint {
            Some((
                ProblemCode::InvalidPhone
                | ProblemCode::InvalidEmail
                | ProblemCode::PhoneNotServed
                | ProblemCode::NotDelivered
                | ProblemCode::WrongCode,
                _,
            )) => " aria-invalid=\"true\" aria-describedby=\"problem ",
            Some(_) => " aria-describedby=\"problem ",
            None => " aria-describedby=\"",
        });
        html.markup(hint).markup("\"><p class=\"hint\" id=\"");
        html.markup(hint).markup("\">");
    }

    fn for_session(self, html: &mut Html, action: &'static str, session: &Session, button: &str) {
        self.open(html, action);
        hidden(html, field::ANTI_FORGERY, &session.anti_forgery);
        close(html, button);
    }
}

fn hidden(html: &mut Html, name: &str, value: &str) {
    html.markup("<input type=\"hidden\" name=\"").text(name);
    html.markup("\" value=\"").text(value).markup("\">");
}

fn close(html: &mut Html, button: &str) {
    html.markup("<button>")
        .text(button)
        .markup("</button></form>");
}

fn end(mut html: Html) -> Html {
    html.markup("</main></body></html>");
    html
}

const HTML: &str = "text/html; charset=utf-8";

/// A page.
pub(crate) fn shown(html: Html) -> Response {
    text(StatusCode::OK, HTML, html.into_string())
}

/// A page that says no: the problem's status, wait and cookie, and something to read.
pub(crate) fn refused(denial: Denial, html: Html) -> Response {
    let mut response = denial.into_response();
    *response.body_mut() = Full::from(html.into_string());
    let html = HeaderValue::from_static(HTML);
    response.headers_mut().insert(header::CONTENT_TYPE, html);
    response
}

/// The way to the next page, which to load again does nothing again (RFC 9110, section 15.4.4).
pub(crate) fn see_other(place: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut response = text(StatusCode::SEE_OTHER, HTML, "");
    let place = HeaderValue::try_from(place).expect("addresses are visible ASCII");
    response.headers_mut().insert(header::LOCATION, place);
    with_cookies(response, cookies)
}

/// The headers that every page carries: those of the API (R02, R72), but for two.
pub(crate) fn harden(headers: &mut HeaderMap, settings: &Settings) {
    reply::harden_api(headers, !settings.issuer.is_plain_http());
    // With `no-referrer`, browsers would not say which page a form comes from, not even to the page's own origin.
    let referrer = HeaderValue::from_static("same-origin");
    headers.insert(header::REFERRER_POLICY, referrer);
    // Where a form leads after it was sent is held against the policy as well, and a login leads back to all of the site's origins.
    let mut policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
            .to_owned();
    for origin in settings.origins() {
        policy.extend([" ", origin.as_str()]);
    }
    let policy = HeaderValue::try_from(policy).expect("origins are visible ASCII");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
}
