//! What can be done about each way in which the worker says no?
//!
//! The list is the one that the worker itself is compiled from, so a new code is not documented until somebody has said here who
//! mends it and how. Not here: what the person reads (`widget/src/texts.rs`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use protocol::ProblemCode;
use serde_json::Value;

/// Whose doing it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Of whoever signs in: they are told so, and need nobody.
    Person,
    /// Of whoever made the page or the backend.
    Integrator,
    /// Of whoever runs the worker.
    Operator,
}

impl Whose {
    fn name(self) -> &'static str {
        match self {
            Self::Person => "whoever signs in",
            Self::Integrator => "whoever made the page or the backend",
            Self::Operator => "the operator",
        }
    }
}

/// The reference: each code, what it means, who told it, who mends it and how.
pub(super) fn reference() -> Result<String> {
    let routes = routes()?;
    let mut text = String::new();
    for &code in ProblemCode::ALL {
        let (whose, mend) = mend(code);
        let (name, status, meaning) = (code.as_str(), code.status(), code.meaning());
        write!(text, "\n### `{name}`\n\n**{status}.** {meaning}\n\n")?;
        let told = routes
            .get(name)
            .map_or(
                "paths that are not there".to_owned(),
                |routes| match routes.len() {
                    many if many > 6 => format!("{many} routes"),
                    _ => routes.join(", "),
                },
            );
        write!(
            text,
            "- Told by: {told}.\n- Mended by: {}. {mend}\n",
            whose.name()
        )?;
    }
    Ok(text)
}

/// Which routes say it, as the contract has it.
fn routes() -> Result<BTreeMap<String, Vec<String>>> {
    let document: Value = serde_json::from_str(&protocol::openapi::document())?;
    let mut routes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, operations) in document["paths"].as_object().context("it has paths")? {
        for (method, operation) in operations.as_object().context("a path has methods")? {
            let responses = operation["responses"].as_object().context("it answers")?;
            let told = responses
                .values()
                .filter_map(|it| it["description"].as_str());
            for code in told.flat_map(|it| it.split(", ")) {
                let routes = routes.entry(code.trim_matches('`').to_owned()).or_default();
                routes.push(format!("`{} {path}`", method.to_uppercase()));
            }
        }
    }
    Ok(routes)
}

fn mend(code: ProblemCode) -> (Whose, &'static str) {
    use ProblemCode as P;
    use Whose::{Integrator, Operator, Person};
    match code {
        P::InvalidRequest => (
            Integrator,
            "`detail` says what is wrong. Send the JSON object that the [route](api.md) takes, and no query. Between an element and a \
             worker of different versions it means: serve the element from the worker, or update both.",
        ),
        P::InvalidEmail => (
            Person,
            "Look at the address: a name, an `@` and a domain, in ASCII. A domain with other letters has an ASCII form (`xn--…`).",
        ),
        P::PasskeyRefused => (
            Person,
            "Sign in by text message and make another passkey. If it happens to everybody, compare `PASSKEYS` and `ALLOWED_ORIGINS` with \
             the pages' address.",
        ),
        P::TooManyPasskeys => (
            Person,
            "Remove one that is not used any more: `GET /v1/passkeys` lists them.",
        ),
        P::UnsupportedMediaType => (
            Integrator,
            "Send `Content-Type: application/json`, without anything that a form could send.",
        ),
        P::PayloadTooLarge => (
            Integrator,
            "No request of this API needs so much: look at what is sent.",
        ),
        P::NotFound => (
            Integrator,
            "Look at the path. For the operator's own routes it also means that `ADMIN_KEYS` is not set, that the key is not one of \
             them, or that a browser asks.",
        ),
        P::MethodNotAllowed => (Integrator, "The header `Allow` names the methods."),
        P::CrossSite => (
            Operator,
            "Add the page's origin to [`ALLOWED_ORIGINS`](settings.md) if it is of the worker's site, and to `EMBEDDING_ORIGINS` if it \
             is not: scheme, host and port, to the letter. A page with the referrer policy `no-referrer` cannot send the plain form. \
             A backend must send the header `Origin`, too.",
        ),
        P::HttpsRequired => (
            Operator,
            "Whoever is in front of the worker must send people to HTTPS and, in front of `workerd`, say by `X-Forwarded-Proto` that they came by it.",
        ),
        P::InvalidPhone => (
            Person,
            "They read which part of the number is wrong and type it anew. If many come with a number that is right, look whether \
             `DEFAULT_COUNTRY` is the one that they write numbers of.",
        ),
        P::PhoneNotServed => (
            Operator,
            "If it should be served: `COUNTRIES`, `NUMBER_TYPES` and `REFUSED_PREFIXES` say what is. Otherwise, nothing.",
        ),
        P::NotDelivered => (
            Operator,
            "The provider says why: the log's line has its reason. Mostly it is the account, which may not send to that country, or has \
             no money: [`cargo xtask doctor`](operations.md#going-live) looks at it.",
        ),
        P::ProofRequired => (
            Integrator,
            "The element does it by itself. A client of one's own repeats the request with the [proof](operations.md#the-bot-check) that \
             `proof` asks for. On pages without scripts there is none: have people wait, or come back with scripts on.",
        ),
        P::SendTooSoon => (
            Person,
            "They wait as long as `retry_after` says; the element counts down.",
        ),
        P::TooManySends => (
            Person,
            "They wait. If it was somebody else who asked for texts to their number, a browser that they signed in with before has \
             texts of its own. The operator sees by `look-up` what is used up.",
        ),
        P::TooManyChecks => (
            Person,
            "They wait. After a hundred wrong codes without a login, a browser that they signed in with before opens the number again, or \
             the operator does, by `unblock`.",
        ),
        P::TooManyChanges => (Person, "They wait until the day is over."),
        P::TooManyFromNetwork => (
            Operator,
            "If honest people share an address, as in a school: raise `SENDS_PER_NETWORK`. If everybody is told so at once, the worker \
             does not see clients' addresses: look at `CLIENT_ADDRESS_HEADER`.",
        ),
        P::SendsPaused => (
            Operator,
            "The log has an alert that says which budget is used up, or which prefix or country looks pumped; `cargo xtask admin budgets` \
             shows how much of it. Raise the budget only when it is real people. It is also what `stop-sends` looks like.",
        ),
        P::CheckInProgress => (
            Integrator,
            "Wait for the answer to the first request, ten seconds at most, and send the next code then. The same press of the button \
             sent again must have the same `attempt_id`.",
        ),
        P::WrongCode => (
            Person,
            "They look at the newest text and type its code; `tries_left` says how often.",
        ),
        P::NoChallenge => (
            Integrator,
            "Ask for a code in the same browser first. If the person did, their browser dropped the cookie: the page is on another \
             [site](element.md#on-a-page-of-another-site) than the worker, or it came over plain HTTP.",
        ),
        P::ChallengeExpired => (
            Person,
            "They ask for a new code. If it happens often, texts arrive late: look at the provider, or at `CODE_TTL_S`.",
        ),
        P::ChallengeExhausted => (Person, "They ask for a new code."),
        P::NotSignedIn => (
            Integrator,
            "Show the element, or lead to `/login`. A backend on another host than the worker never gets the cookie.",
        ),
        P::SessionExpired => (
            Integrator,
            "Renew it: the element does, and a backend leads to `/login/renew`. Look whether the backend's clock is right.",
        ),
        P::SessionEnded => (
            Person,
            "They sign in again. It ended because they said so, because the operator did, because thirty days are over, or because an old \
             copy of its token was presented.",
        ),
        P::LoginTooOld => (
            Person,
            "They sign in again with a text, and then ask anew, within ten minutes.",
        ),
        P::NumberTaken => (
            Person,
            "They sign in with that number: it has an account of its own. Whoever wants them to be one erases one of them.",
        ),
        P::ProviderUnavailable => (
            Operator,
            "Nothing was decided, and the person can try again. The log says whether the provider did not answer, refused the key or \
             said what was not understood.",
        ),
        P::Unavailable => (
            Operator,
            "Nothing was decided. The log names the record that did not answer. It is also told while a key is replaced, by a worker that \
             does not know the new one yet.",
        ),
        P::Misconfigured => (
            Operator,
            "The log has a line `setting NAME: …` for each setting that is wrong, with its mend. Until then the worker does nothing.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_meaning_its_routes_and_its_mend() {
        let reference = reference().unwrap();
        for code in ProblemCode::ALL {
            assert!(code.meaning().ends_with('.'), "{code:?}");
            assert!(reference.contains(&format!("### `{}`\n", code.as_str())));
        }
        let untold = reference.matches("paths that are not there").count();
        assert!(untold <= 1, "{untold} codes are told by no route");
    }
}
