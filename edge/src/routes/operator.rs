//! Who may look at the operator's page, and how do they get in?
//!
//! Whoever shows the secret of one of `ADMIN_KEYS` on its form; while that is not set, there is no such page. What the browser then holds
//! is not the key but a sealed word that it was shown, for [`LIFE`], and it opens this page alone: no act is done by it. The tries
//! of a network are those of [`super::admin`]. Not here: how the page looks ([`crate::page::operator`]).

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use http::header::{self, HeaderValue};
use http::request::Parts;
use http_body::Body;
use login::keys::KeyRing;
use login::seal::{OperatorSeal, seal_with, unseal};
use protocol::ProblemCode;

use super::{admin, numbers};
use crate::cookie::Kind;
use crate::form::Form;
use crate::page::operator::{self as page, path};
use crate::page::{refused, see_other, shown};
use crate::reply::{self, Denial, Response};
use crate::request::{guard_page, read_form};
use crate::site::{Site, World};

/// How long the page stays open: a day at work.
const LIFE: Duration = Duration::from_secs(8 * 3600);

/// The keys that open the page which a request asks for, if there is one.
pub(super) fn exists<'a, W>(site: &'a Site<W>, head: &Parts) -> Option<&'a KeyRing> {
    let keys = site.settings.admin_keys.as_ref();
    keys.filter(|_| matches!(head.uri.path(), path::FRONT | path::SIGN_OUT))
}

/// Answers what is asked of the page.
///
/// 1. What is no request of ours is refused, and forms of other origins than the worker's own are.
/// 2. To look, with the sealed word: the numbers. Without: the form.
/// 3. The form: a key that is right, from a network that has tries left, is answered with the sealed word.
pub(super) async fn answer<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    keys: &KeyRing,
    head: &Parts,
    body: B,
) -> Response {
    let signs_out = head.uri.path() == path::SIGN_OUT;
    let mut response = match (guarded(site, head), &head.method) {
        (Err(denial), _) => refused(denial, page::sign_in(&site.settings, true)),
        (Ok(()), &Method::GET | &Method::HEAD) if !signs_out => look(site, keys, head).await,
        (Ok(()), &Method::POST) if signs_out => see_other(path::FRONT, [Kind::Operator.clear()]),
        (Ok(()), &Method::POST) => {
            let response = sign_in(site, keys, head, body).await;
            site.record("admin_sign_in", &response);
            response
        }
        (Ok(()), _) => refused(
            ProblemCode::MethodNotAllowed.into(),
            page::sign_in(&site.settings, true),
        ),
    };
    harden(&mut response, site);
    response
}

fn guarded<W: World>(site: &Site<W>, head: &Parts) -> Result<(), Denial> {
    let settings = &site.settings;
    guard_page(&head.method, &head.uri, &head.headers, settings)?;
    let own = settings.issuer.as_str();
    let from = head.headers.get(header::ORIGIN);
    if !head.method.is_safe() && from.is_some_and(|origin| origin != own) {
        return Err(ProblemCode::CrossSite.into());
    }
    Ok(())
}

async fn look<W: World>(site: &Site<W>, keys: &KeyRing, head: &Parts) -> Response {
    site.ask_switches().await;
    let held = Kind::Operator.read(&head.headers);
    let issuer = site.settings.issuer.as_str();
    let seal = held.and_then(|held| unseal(held, keys, issuer, site.now));
    let in_force = |seal: &OperatorSeal| !site.orders().void(seal.sealed);
    if !seal.is_some_and(|seal| in_force(&seal)) {
        return shown(page::sign_in(&site.settings, false));
    }
    match numbers::read(site).await {
        Ok(reading) => shown(page::numbers(&reading, site.now, &site.settings)),
        Err(denial) => refused(denial, page::sign_in(&site.settings, true)),
    }
}

async fn sign_in<W: World, B: Body<Data = Bytes>>(
    site: &Site<W>,
    keys: &KeyRing,
    head: &Parts,
    body: B,
) -> Response {
    let form = read_form(&head.headers, body).await;
    let form = match form.and_then(|body| Form::read(&body, &[page::KEY])) {
        Ok(form) => form,
        Err(denial) => return refused(denial, page::sign_in(&site.settings, true)),
    };
    let secret = form.get(page::KEY).trim();
    let Some(key) = admin::admits(site, head, keys, secret).await else {
        // As to whoever shows a wrong key elsewhere.
        let no = ProblemCode::NotFound.into();
        return refused(no, page::sign_in(&site.settings, true));
    };
    let word = OperatorSeal {
        expires: site.now.plus(LIFE),
        sealed: site.now,
    };
    let issuer = site.settings.issuer.as_str();
    let word = seal_with(&word, key, issuer, site.world.random());
    see_other(path::FRONT, [Kind::Operator.set(&word, LIFE.as_secs())])
}

/// The headers of the API, but for what a page needs that has a style and a form of its own.
fn harden<W>(response: &mut Response, site: &Site<W>) {
    let headers = response.headers_mut();
    reply::harden_api(headers, !site.settings.issuer.is_plain_http());
    for (name, value) in [
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
