//! How does one person's login look from outside?
//!
//! The browser's part of it, over HTTP. Not here: the telephone (`telephone`), how many people at once and what they cost (`crowd`, `worker`,
//! `peers`).

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use super::numbers;
use super::telephone::Telephone;

/// How long an answer may take until it counts as none. Longer than the worker ever takes.
const DEADLINE: Duration = Duration::from_secs(15);

/// A site as its visitors' browsers see it.
#[derive(Clone)]
pub(super) struct Site {
    origin: String,
    api: Api,
    client: Client<HttpConnector, Full<Bytes>>,
    telephone: Telephone,
}

/// The words in which a site is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    /// Ours.
    Own,
    /// That of Better Auth's plugin `phoneNumber`.
    BetterAuth,
}

/// One person with a telephone and an address of their own.
pub(super) struct Person {
    site: Site,
    /// The digits of an E.164 number.
    number: String,
    address: String,
    cookies: BTreeMap<String, String>,
    /// What stands in the message.
    code: String,
    /// What changes a session must know.
    anti_forgery: String,
}

impl Site {
    pub(super) fn new(origin: &str, api: Api, telephone: Telephone) -> Self {
        Self {
            origin: origin.to_owned(),
            api,
            client: Client::builder(TokioExecutor::new()).build_http(),
            telephone,
        }
    }
}

impl Person {
    /// The `index`th person of the crowd.
    pub(super) fn new(site: &Site, index: u32) -> Self {
        let [a, b, c, d] = index.to_be_bytes();
        Self {
            site: site.clone(),
            number: numbers::of_the_crowd(index),
            address: format!("{}.{b}.{c}.{d}", 20 + a),
            cookies: BTreeMap::new(),
            code: String::new(),
            anti_forgery: String::new(),
        }
    }

    /// The same person with another number.
    pub(super) fn with_number(self, number: String) -> Self {
        Self { number, ..self }
    }

    /// The same person at another address.
    pub(super) fn at(self, address: &str) -> Self {
        let address = address.to_owned();
        Self { address, ..self }
    }

    /// Opens the page, so that a connection is there when time is taken.
    pub(super) async fn arrive(&mut self) -> Result<()> {
        let path = match self.site.api {
            Api::Own => "/healthz",
            Api::BetterAuth => "/api/auth/ok",
        };
        self.ask("GET", path, None).await.map(drop)
    }

    /// Asks for a code.
    pub(super) async fn send(&mut self) -> Result<()> {
        let number = self.phone();
        match self.site.api {
            Api::Own => {
                let ask = json!({ "phone": number });
                self.expect(202, "POST", "/v1/challenges", &ask).await
            }
            Api::BetterAuth => {
                let ask = json!({ "phoneNumber": number });
                let path = "/api/auth/phone-number/send-otp";
                self.expect(200, "POST", path, &ask).await
            }
        }
        .map(drop)
    }

    /// Waits until the message has arrived, and reads the code.
    pub(super) async fn read_code(&mut self) -> Result<()> {
        let code = self.site.telephone.code(&self.number);
        let code = tokio::time::timeout(DEADLINE, code).await;
        self.code = code.context("no message arrived")?;
        Ok(())
    }

    /// Types the code, and is signed in.
    pub(super) async fn verify(&mut self) -> Result<()> {
        match self.site.api {
            Api::Own => {
                let ask = json!({ "code": self.code, "attempt_id": attempt()? });
                let path = "/v1/challenges/verify";
                let session = self.expect(200, "POST", path, &ask).await?;
                self.remember(&session);
            }
            Api::BetterAuth => {
                let ask = json!({ "phoneNumber": self.phone(), "code": self.code });
                let path = "/api/auth/phone-number/verify";
                self.expect(200, "POST", path, &ask).await?;
            }
        }
        Ok(())
    }

    /// Asks who is signed in, as a backend does that wants to know it as of now.
    pub(super) async fn session(&mut self) -> Result<()> {
        let path = match self.site.api {
            Api::Own => "/v1/session",
            Api::BetterAuth => "/api/auth/get-session",
        };
        let (status, told) = self.ask("GET", path, None).await?;
        // Better Auth says "nobody" with 200 and null.
        if status != 200 || told.is_null() {
            bail!("{path} answered {status}: {told}");
        }
        Ok(())
    }

    /// Renews the token, as the element does every few minutes.
    pub(super) async fn renew(&mut self) -> Result<()> {
        let ask = json!({ "anti_forgery": self.anti_forgery });
        let session = self.expect(200, "POST", "/v1/session/renew", &ask);
        let session = session.await?;
        self.remember(&session);
        Ok(())
    }

    /// Does what somebody does who is to be refused, and says with which status.
    pub(super) async fn try_to_send(&mut self) -> Result<u16> {
        let ask = json!({ "phone": self.phone() });
        let (status, _) = self.ask("POST", "/v1/challenges", Some(&ask)).await?;
        Ok(status)
    }

    /// Types what is not the code, and says with which status that was answered.
    pub(super) async fn try_a_wrong_code(&mut self) -> Result<u16> {
        let wrong = match self.code.strip_prefix('0') {
            Some(rest) => format!("1{rest}"),
            None => format!("0{}", self.code.get(1..).unwrap_or_default()),
        };
        let ask = json!({ "code": wrong, "attempt_id": attempt()? });
        let (status, _) = self
            .ask("POST", "/v1/challenges/verify", Some(&ask))
            .await?;
        Ok(status)
    }

    /// In E.164.
    pub(super) fn phone(&self) -> String {
        format!("+{}", self.number)
    }

    fn remember(&mut self, session: &Value) {
        let value = session["anti_forgery"].as_str().unwrap_or_default();
        value.clone_into(&mut self.anti_forgery);
    }

    async fn expect(
        &mut self,
        status: u16,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value> {
        let (answered, told) = self.ask(method, path, Some(body)).await?;
        if answered != status {
            bail!("{path} answered {answered}: {told}");
        }
        Ok(told)
    }

    /// The status, and the body if it is JSON.
    async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value)> {
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.site.origin))
            .header("origin", &self.site.origin)
            .header("sec-fetch-site", "same-origin")
            .header("cf-connecting-ip", &self.address)
            .header("cookie", self.cookie_header());
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(text)))?;
        let client = self.site.client.clone();
        let answered = async move {
            let (head, body) = client.request(request).await?.into_parts();
            Ok::<_, anyhow::Error>((head, body.collect().await?.to_bytes()))
        };
        let answered = tokio::time::timeout(DEADLINE, answered).await;
        let (head, body) = answered.with_context(|| format!("{path} does not answer"))??;
        for set in head.headers.get_all("set-cookie") {
            let pair = set.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let told = serde_json::from_slice(&body).unwrap_or_default();
        Ok((head.status.as_u16(), told))
    }

    fn cookie_header(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs = Vec::from_iter(pairs.map(|(name, value)| format!("{name}={value}")));
        pairs.join("; ")
    }
}

/// A new press of the button.
fn attempt() -> Result<String> {
    let mut attempt = [0; 16];
    getrandom::fill(&mut attempt)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(attempt))
}
