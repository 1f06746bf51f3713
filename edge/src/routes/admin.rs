//! What may the operator do, and who is that?
//!
//! Whoever presents the secret of one of `ADMIN_KEYS`, and is no browser. To everybody else these paths do not exist: they get the
//! very answer that a path gets which never did. Not here: what an act does (`login`); what is asked and answered
//! (`protocol::admin`).

mod budgets;

use bytes::Bytes;
use http::header::{AUTHORIZATION, ORIGIN};
use http::request::Parts;
use http::{Method, StatusCode};
use http_body::Body;
use login::account::What;
use login::attempt::operator;
use login::budget::{Budget, GiveBack, Going, Scope, Spend};
use login::keys::{Key, KeyRing};
use login::ledger::{Ledger as _, LedgerDown};
use login::network::Network;
use login::switches::Throw;
use login::{Refusal, Timestamp, UserId};
use protocol::admin::{self, Order, path};
use protocol::{Destination, ProblemCode};

use super::{Answer, no_such_method, numbers};
use crate::reply::{self, Denial, Response, json, no_content, text};
use crate::request::{network, parse, read};
use crate::site::{Site, World};

/// Something that the operator does.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Block,
    Budgets,
    EndAllSessions,
    Erase,
    LookUp,
    Metrics,
    ResumeSends,
    Revoke,
    RevokeAll,
    StopSends,
    Unblock,
    User,
}

impl Act {
    fn at(path: &str) -> Option<Self> {
        Some(match path {
            path::BLOCK => Self::Block,
            path::BUDGETS => Self::Budgets,
            path::END_ALL_SESSIONS => Self::EndAllSessions,
            path::ERASE => Self::Erase,
            path::LOOK_UP => Self::LookUp,
            path::METRICS => Self::Metrics,
            path::RESUME_SENDS => Self::ResumeSends,
            path::REVOKE => Self::Revoke,
            path::REVOKE_ALL => Self::RevokeAll,
            path::STOP_SENDS => Self::StopSends,
            path::UNBLOCK => Self::Unblock,
            path::USER => Self::User,
            _ => return None,
        })
    }

    /// How the log calls it. Looking is worth a line, too: it is somebody else's account. Numbers that are nobody's, collected every few
    /// seconds by a program, are not.
    fn event(self) -> Option<&'static str> {
        Some(match self {
            Self::Block => "admin_block",
            Self::Budgets => "admin_budgets",
            Self::EndAllSessions => "admin_end_all_sessions",
            Self::Erase => "admin_erase",
            Self::LookUp => "admin_look_up",
            Self::Metrics => return None,
            Self::ResumeSends => "admin_resume_sends",
            Self::Revoke => "admin_revoke",
            Self::RevokeAll => "admin_revoke_all",
            Self::StopSends => "admin_stop_sends",
            Self::Unblock => "admin_unblock",
            Self::User => "admin_user",
        })
    }
}

/// The act that a request names, if it is the operator who asks.
///
/// 1. There is such an act, and the settings hold a key for it.
/// 2. The request comes from no browser, and over TLS unless the worker is on this machine.
/// 3. Its network has wrong keys left for the hour: one is counted before the key is looked at, and given back if it was right. Nobody
///    is locked out for what others do whose address is not known, either: the keys are too long to be guessed.
/// 4. The key is one of them.
pub(super) async fn enter<W: World>(site: &Site<W>, head: &Parts) -> Option<Act> {
    // (1)
    let act = Act::at(head.uri.path())?;
    let keys = site.settings.admin_keys.as_ref()?;
    bearer(site, head, keys).await.then_some(act)
}

/// Whether the request shows the secret of one of these keys: (2) to (4) of [`enter`].
pub(super) async fn bearer<W: World>(site: &Site<W>, head: &Parts, keys: &KeyRing) -> bool {
    // (2)
    let from_a_browser =
        head.headers.contains_key(ORIGIN) || head.headers.contains_key("sec-fetch-site");
    let readable = head.uri.scheme_str() == Some("http") && !site.settings.issuer.is_plain_http();
    if from_a_browser || readable {
        return false;
    }
    let mut presented = head.headers.get_all(AUTHORIZATION).into_iter();
    let token = presented
        .next()
        .filter(|_| presented.next().is_none())
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // (3) and (4)
    match token {
        Some(token) => admits(site, head, keys, token).await.is_some(),
        None => false,
    }
}

/// The key that this is the secret of: (3) and (4) of [`enter`].
pub(super) async fn admits<'a, W: World>(
    site: &Site<W>,
    head: &Parts,
    keys: &'a KeyRing,
    secret: &str,
) -> Option<&'a Key> {
    let ledger = site.world.ledger();
    let tries = match network(&head.headers, &site.settings) {
        Network::Known { narrow, .. } => Some(Budget {
            scope: Scope::AdminTries,
            key: narrow,
        }),
        Network::Unknown => None,
    };
    if let Some(tries) = &tries {
        let spend = Spend::of(Scope::AdminTries, Going::default(), 0);
        ledger.budget(tries, spend).await.ok()?.ok()?;
    }
    let key = keys.admits(secret, &site.world.random())?;
    if let Some(tries) = &tries {
        // If it is lost, the operator has one try less.
        let give_back = GiveBack::of(Going::default());
        let _ = ledger.budget(tries, give_back).await;
    }
    Some(key)
}

/// Answers the operator. Every act leaves a line in the log, whatever came of it.
pub(super) async fn answer<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    act: Act,
    head: &Parts,
    body: B,
) -> Response {
    let mut response = carry_out(site, act, head, body)
        .await
        .unwrap_or_else(Denial::into_response);
    if let Some(name) = act.event() {
        site.record(name, &response);
    }
    let over_https = !site.settings.issuer.is_plain_http();
    reply::harden_api(response.headers_mut(), over_https);
    response
}

async fn carry_out<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    act: Act,
    head: &Parts,
    body: B,
) -> Answer {
    let (method, allow) = if matches!(act, Act::Metrics) {
        (Method::GET, "GET")
    } else {
        (Method::POST, "POST")
    };
    if head.method != method {
        return Ok(no_such_method(allow));
    }
    if head.uri.query().is_some() {
        return Err(not_this("no route takes a query"));
    }
    let mut order = if method == Method::GET {
        Order::default()
    } else {
        parse(&read(&head.headers, body).await?)?
    };
    let what = match act {
        Act::Budgets => return budgets::used_up(site, order).await,
        Act::Metrics => return numbers::metrics(site).await,
        Act::Erase if order.user.is_none() => {
            return erase_owner(site, &only_one_place(order)?).await;
        }
        Act::LookUp => return look_up(site, &only_one_place(order)?).await,
        Act::Block => return give(site, &only_one_place(order)?, operator::Order::Block).await,
        Act::Unblock => return give(site, &only_one_place(order)?, operator::Order::Unblock).await,
        Act::Erase => What::Erase,
        Act::User => What::ShowSessions,
        Act::RevokeAll => What::EndAll,
        Act::Revoke => {
            let session = order.session.take();
            let session = session.ok_or_else(|| not_this("this takes `user` and `session`"))?;
            What::EndOne(session.into())
        }
        Act::StopSends => return throw(site, &order, Throw::StopSends).await,
        Act::ResumeSends => return throw(site, &order, Throw::ResumeSends).await,
        Act::EndAllSessions => return throw(site, &order, Throw::EndAllSessions).await,
    };
    let shown = manage(site, &only_user(order)?, what).await?;
    Ok(if matches!(act, Act::User) {
        text(StatusCode::OK, "application/json", shown)
    } else {
        no_content([])
    })
}

fn only_one_place(order: Order) -> Result<Destination, Denial> {
    match order {
        Order {
            phone,
            email,
            user: None,
            session: None,
            country: None,
            network: None,
        } => match (phone, email) {
            (Some(phone), None) => Some(phone.into()),
            (None, Some(email)) => Some(email.into()),
            (None, None) | (Some(_), Some(_)) => None,
        },
        _ => None,
    }
    .ok_or_else(|| not_this("this takes `phone` or `email` and nothing else"))
}

fn only_user(order: Order) -> Result<UserId, Denial> {
    match order {
        Order {
            phone: None,
            email: None,
            user: Some(user),
            session: None,
            country: None,
            network: None,
        } if UserId::is_one(&user) => Ok(user.into()),
        _ => Err(not_this(
            "this takes the id of a `user`, such as look-up names it",
        )),
    }
}

fn not_this(detail: &'static str) -> Denial {
    Denial::detail(ProblemCode::InvalidRequest, detail)
}

async fn look_up<W: World>(site: &Site<W>, to: &Destination) -> Answer {
    site.tell_where(to);
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let login = site.login(&ledger, &provider);
    let name = login.name(to).await?;
    let standing = unless_down(ledger.destination(&name, operator::Order::Look).await)?;
    let owner = login.owner(name, standing.user).await?;
    let number = admin::Number {
        user: owner.map(|user| user.to_string()),
        last_login: standing.last_login.map(Timestamp::as_secs),
        blocked: standing.blocked.map(Timestamp::as_secs),
        open_challenges: count(standing.open_challenges),
        sends_left: count(standing.sends_left),
        checks_left: count(standing.checks_left),
    };
    Ok(json(StatusCode::OK, &number))
}

async fn give<W: World>(site: &Site<W>, to: &Destination, order: operator::Order) -> Answer {
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    let name = site.login(&ledger, &provider).name(to).await?;
    unless_down(ledger.destination(&name, order).await)?;
    Ok(no_content([]))
}

async fn manage<W: World>(site: &Site<W>, user: &UserId, what: What) -> Result<String, Denial> {
    site.tell_subject(user.as_str());
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    Ok(site
        .login(&ledger, &provider)
        .manage(user, None, what)
        .await?)
}

async fn erase_owner<W: World>(site: &Site<W>, to: &Destination) -> Answer {
    site.tell_where(to);
    let (ledger, provider) = (site.world.ledger(), site.world.provider());
    if let Some(user) = site.login(&ledger, &provider).erase_owner(to).await? {
        site.tell_subject(user.as_str());
    }
    Ok(no_content([]))
}

/// Orders hold for this instance at once, and for all others within a minute.
async fn throw<W: World>(site: &Site<W>, order: &Order, throw: Throw) -> Answer {
    if *order != Order::default() {
        return Err(not_this("this takes an empty object"));
    }
    let switches = unless_down(site.world.ledger().switches(throw).await)?;
    site.learn(switches);
    let state = admin::Switches {
        sends_stopped: switches.sends_stopped,
        not_before: switches.not_before.as_secs(),
    };
    Ok(json(StatusCode::OK, &state))
}

fn unless_down<T>(reply: Result<T, LedgerDown>) -> Result<T, Denial> {
    Ok(reply.map_err(Refusal::from)?)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
