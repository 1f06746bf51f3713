//! What may somebody do with an account who is signed in to it?
//!
//! Not here: whether they may (`login`); their own session in this browser ([`super::sessions`]); how they get a passkey ([`super::passkeys`]).

use http::{HeaderMap, StatusCode};
use login::account::What;
use login::{SessionId, Timestamp, UserId};
use protocol::ProblemCode;
use protocol::messages::EndSessions;

use super::Answer;
use crate::cookie::Kind;
use crate::reply::{Denial, no_content, text};
use crate::site::{Site, World};

/// `GET /v1/sessions`, `GET` and `DELETE` of `/v1/account` and `/v1/passkeys`, and the rest of `POST /v1/sessions/logout`. What changes something brings the
/// session's anti-forgery value.
pub(super) async fn manage<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    anti_forgery: Option<String>,
    what: What,
) -> Answer {
    let claims = site.claims(headers)?;
    if let Some(presented) = &anti_forgery {
        site.not_forged(&claims, presented)?;
    }
    let gone: &[Kind] = match &what {
        What::Erase => &[Kind::Session, Kind::Challenge, Kind::Browser],
        What::EndAll => &[Kind::Session],
        What::EndOne(id) if id.as_str() == claims.sid => &[Kind::Session],
        What::EndOne(_)
        | What::EndOthers
        | What::LetGo(_)
        | What::ShowAll
        | What::ShowSessions
        | What::OfferPasskey
        | What::AddPasskey(_)
        | What::RemovePasskey(_)
        | What::ShowPasskeys
        | What::FindPasskey(_) => &[],
    };
    let by = (claims.sid.into(), Timestamp::from_secs(claims.auth_time));
    let shown = ask(site, &claims.sub.into(), by, what).await?;
    Ok(match anti_forgery {
        None => text(StatusCode::OK, "application/json", shown),
        Some(_) => no_content(gone.iter().map(|kind| kind.clear())),
    })
}

/// The same for whoever is known to be signed in, by that session, which was opened then. What was to be shown.
pub(super) async fn ask<W: World>(
    site: &Site<W>,
    user: &UserId,
    by: (SessionId, Timestamp),
    what: What,
) -> Result<String, Denial> {
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let login = site.login(&ledger, &provider);
    Ok(login.manage(user, Some(by), what).await?)
}

/// Which sessions `POST /v1/sessions/logout` ends.
pub(super) fn which(ask: EndSessions) -> Result<(Option<String>, What), Denial> {
    let which = match (ask.session, ask.others, ask.all) {
        (Some(id), false, false) => What::EndOne(id.into()),
        (None, true, false) => What::EndOthers,
        (None, false, true) => What::EndAll,
        _ => {
            return Err(Denial::detail(
                ProblemCode::InvalidRequest,
                "say one of session, others and all",
            ));
        }
    };
    Ok((Some(ask.anti_forgery), which))
}
