//! How does one person's login look from outside?
//!
//! The browser's part and the telephone's part of it, over HTTP. Not here: how many at once, and what they cost (`bench`).

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

use crate::instance::Instance;
use crate::wire;

/// One person with a telephone of their own, in a browser that keeps its connection open.
pub(crate) struct Person {
    /// The site's.
    origin: String,
    /// Where the messages of the simulated telephone are.
    simulator_origin: String,
    agent: Agent,
    /// The digits of an E.164 number.
    number: String,
    /// The cookie that says which code is on its way.
    challenge: String,
    /// What stands in the message.
    code: String,
}

impl Person {
    /// Somebody with the `index`th mobile number of Croatia that begins so.
    pub(crate) fn new(instance: &Instance, index: u32) -> Self {
        Self {
            origin: instance.origin.clone(),
            simulator_origin: instance.simulator_origin.clone(),
            agent: wire::agent(),
            number: format!("38591{:07}", 1_000_000 + index),
            challenge: String::new(),
            code: String::new(),
        }
    }

    /// Opens the page, so that the connection is there when time is taken.
    pub(crate) fn arrive(&mut self) -> Result<()> {
        let url = format!("{}/healthz", self.origin);
        let mut answer = self.agent.get(&url).call()?;
        // Read to its end, or the connection cannot be used again.
        answer.body_mut().read_to_vec()?;
        Ok(())
    }

    /// Asks for a code, and tells how long that took.
    pub(crate) fn send(&mut self) -> Result<Duration> {
        let ask = json!({ "phone": format!("+{}", self.number) });
        let (answer, took) = self.post("/v1/challenges", &ask, 202)?;
        self.challenge = cookie(&answer).context("the answer to a send sets no cookie")?;
        Ok(took)
    }

    /// Reads the code on the telephone.
    pub(crate) fn read_code(&mut self) -> Result<()> {
        let url = format!(
            "{}/simulator/messages?to={}",
            self.simulator_origin, self.number
        );
        let body = self.agent.get(&url).call()?.body_mut().read_to_vec()?;
        let messages: Value = serde_json::from_slice(&body)?;
        let newest = messages.as_array().and_then(|messages| messages.last());
        self.code = newest
            .and_then(|message| message["pin"].as_str())
            .map(str::to_owned)
            .context("no message arrived")?;
        Ok(())
    }

    /// Types the code, and tells how long it took until the session was there.
    pub(crate) fn verify(&mut self) -> Result<Duration> {
        let mut attempt = [0; 16];
        getrandom::fill(&mut attempt)?;
        let attempt = BASE64_URL_SAFE_NO_PAD.encode(attempt);
        let ask = json!({ "code": self.code, "attempt_id": attempt });
        let (_, took) = self.post("/v1/challenges/verify", &ask, 200)?;
        Ok(took)
    }

    fn post(
        &self,
        path: &str,
        body: &Value,
        expected: u16,
    ) -> Result<(Response<ureq::Body>, Duration)> {
        let origin = &self.origin;
        let mut request = self
            .agent
            .post(format!("{origin}{path}"))
            .header("content-type", "application/json")
            .header("origin", origin)
            .header("sec-fetch-site", "same-origin");
        if !self.challenge.is_empty() {
            request = request.header("cookie", &self.challenge);
        }
        let body = body.to_string();
        let since = Instant::now();
        let mut answer = request.send(&body)?;
        let text = answer.body_mut().read_to_string()?;
        let took = since.elapsed();
        if answer.status() != expected {
            bail!("{path} answered {}: {text}", answer.status());
        }
        Ok((answer, took))
    }
}

/// The first cookie that is set, as it is sent back.
fn cookie(answer: &Response<ureq::Body>) -> Option<String> {
    let set = answer.headers().get("set-cookie")?.to_str().ok()?;
    Some(set.split(';').next()?.to_owned())
}
