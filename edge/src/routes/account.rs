//! What may somebody do with an account who is signed in to it?
//!
//! Not here: whether they may (`login`); their own session in this browser ([`super::sessions`]).

use http::{HeaderMap, StatusCode};
use login::account::sessions::{Listed, Which};
use login::{SessionId, UserId};
use protocol::ProblemCode;
use protocol::messages::{EndSessions, OpenSession, OpenSessions};

use super::Answer;
use crate::cookie::Kind;
use crate::reply::{Denial, json, no_content};
use crate::site::{Site, World};

/// `GET /v1/sessions`
pub(super) async fn sessions<W: World>(site: &Site<W>, headers: &HeaderMap) -> Answer {
    let claims = site.claims(headers)?;
    let (user, own) = (UserId::from(claims.sub), SessionId::from(claims.sid));
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let listed = site
        .login(&ledger, &provider)
        .sessions(&user, Some(own.clone()))
        .await?;
    let sessions = listed
        .into_iter()
        .map(|session| shown(session, &own))
        .collect();
    Ok(json(StatusCode::OK, &OpenSessions { sessions }))
}

/// `POST /v1/sessions/logout`
pub(super) async fn end_sessions<W: World>(
    site: &Site<W>,
    headers: &HeaderMap,
    ask: EndSessions,
) -> Answer {
    let which = match (ask.session, ask.others, ask.all) {
        (Some(id), false, false) => Which::One(id.into()),
        (None, true, false) => Which::Others,
        (None, false, true) => Which::All,
        _ => {
            return Err(Denial::detail(
                ProblemCode::InvalidRequest,
                "say one of session, others and all",
            ));
        }
    };
    let claims = site.claims(headers)?;
    site.not_forged(&claims, &ask.anti_forgery)?;
    let (user, own) = (UserId::from(claims.sub), SessionId::from(claims.sid));
    let own_too = which == Which::All || which == Which::One(own.clone());
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    site.login(&ledger, &provider)
        .end_sessions(&user, Some(own), which)
        .await?;
    Ok(no_content(own_too.then(|| Kind::Session.clear())))
}

fn shown(session: Listed, own: &SessionId) -> OpenSession {
    OpenSession {
        current: session.id == *own,
        id: session.id.to_string(),
        label: session.label,
        authenticated_at: session.opened.as_secs(),
        renewed_at: session.renewed.as_secs(),
    }
}
