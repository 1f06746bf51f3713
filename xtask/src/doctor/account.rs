//! Is the account at the provider as the worker needs it, and does a text arrive?

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result};
use infobip::plan::Step;
use infobip::{Account, ApiKey, Messages, answer, request};
use protocol::messages::Channel;
use protocol::{Code, PhoneNumber};

use super::Row;
use crate::account;
use crate::config::Deployment;
use crate::provision::{Ids, Provider};

/// The managing key, the application and its texts, and what the worker's key may do.
pub(super) fn look(
    deployment: &Deployment,
    secrets: &BTreeMap<String, String>,
    managing: Result<ApiKey>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let deployed = secrets
        .get("INFOBIP_API_KEY")
        .map(|text| ApiKey::parse(text));
    match managing.and_then(|key| {
        rows.extend(same_key(&key, deployed.as_ref()));
        Provider::of(deployment.clone(), key)
    }) {
        Err(why) => rows.push(Row::warn("account", format!("not looked at: {why:#}"))),
        Ok(provider) => match judge(&provider) {
            Ok(more) => rows.extend(more),
            Err(why) => rows.push(Row::fail("account", one_line(&why))),
        },
    }
    rows.push(match deployed {
        None => Row::fail(
            "worker's key",
            "INFOBIP_API_KEY is not among the secrets: make a key with the scope 2fa:pin:send, and add it",
        ),
        Some(Err(why)) => Row::fail("worker's key", format!("INFOBIP_API_KEY: {why}")),
        Some(Ok(key)) => may_only_send(deployment, &key),
    });
    rows
}

/// R51: one key for each purpose.
fn same_key<E>(managing: &ApiKey, deployed: Option<&Result<ApiKey, E>>) -> Option<Row> {
    let is_same = matches!(deployed, Some(Ok(key)) if key == managing);
    is_same.then(|| {
        let words = "INFOBIP_ADMIN_KEY is the worker's own key: make a second one with the scope 2fa:manage";
        Row::fail("worker's key", words)
    })
}

fn judge(provider: &Provider) -> Result<Vec<Row>> {
    const MEND: &str = "cargo xtask provision";
    let (application, templates) = provider.plan()?;
    let mut rows = vec![Row::pass(
        "account",
        format!(
            "{} knows the key, which may manage",
            provider.deployment.base_url.as_str()
        ),
    )];
    let known = provider.deployment.application_id();
    let messages = provider.deployment.messages();
    let name = provider.deployment.environment.application.get_ref();
    let mut all = vec![("application", format!("`{name}`"), &application, known)];
    for (message, step) in messages.iter().zip(&templates) {
        let which = format!("for {}", message.language);
        all.push((message.kind(), which, step, message.id.clone()));
    }
    let mut ids = Vec::new();
    for (what, which, step, known) in all {
        rows.push(match step {
            Step::Create => Row::fail(what, format!("{which} is not there: {MEND}")),
            Step::Keep(id) | Step::Update(id, _) if known.as_ref() != Some(id) => Row::fail(
                what,
                format!("{which} is there as {id}, which the worker is not told: {MEND}"),
            ),
            Step::Keep(id) => {
                ids.push(id.clone());
                Row::pass(what, format!("{which} is as it should be ({id})"))
            }
            Step::Update(id, differences) => {
                ids.push(id.clone());
                let settings = Vec::from_iter(differences.iter().map(|it| it.setting));
                let words = format!("{which} differs in {}: {MEND}", settings.join(", "));
                Row::warn(what, words)
            }
        });
    }
    // Each difference is a thing to look at; what the worker relies on is a fault.
    if let [application, messages @ ..] = &ids[..]
        && messages.len() == templates.len()
    {
        let ids = Ids {
            application: application.clone(),
            messages: messages.to_vec(),
        };
        for (what, mend) in provider.judge(&ids)? {
            rows.push(Row::fail(
                what,
                format!("{}: {} ({MEND})", mend.setting, mend.words),
            ));
        }
    }
    Ok(rows)
}

/// R51: it may send, and nothing else.
fn may_only_send(deployment: &Deployment, key: &ApiKey) -> Row {
    const WHAT: &str = "worker's key";
    let ask = request::list_applications(&deployment.base_url, key);
    match account::send(&ask) {
        Err(why) => Row::fail(WHAT, one_line(&why)),
        Ok((401, _)) => Row::fail(
            WHAT,
            "the provider does not know INFOBIP_API_KEY, so nobody could sign in: see that it is whole, not expired, and of this account",
        ),
        Ok((403, _)) => Row::pass(WHAT, "it is known, and may not manage the account"),
        Ok((200, _)) => Row::fail(
            WHAT,
            "it may manage the account: deploy one with the scope 2fa:pin:send alone",
        ),
        Ok((status, _)) => Row::warn(
            WHAT,
            format!("not known what it may do: the provider answered {status}"),
        ),
    }
}

/// Sends a text with the worker's key and, if somebody is there to type it, has the code checked.
pub(super) fn send(
    deployment: &Deployment,
    secrets: &BTreeMap<String, String>,
    number: &PhoneNumber,
) -> Result<Vec<Row>> {
    let to = &number.clone().into();
    const WHAT: &str = "real text";
    let settings = deployment.settings();
    let get = |name: &str| {
        let value = settings.get(name).or_else(|| secrets.get(name));
        value.with_context(|| format!("{name} is not set: cargo xtask provision"))
    };
    let account = Account {
        base_url: deployment.base_url.clone(),
        key: ApiKey::parse(get("INFOBIP_API_KEY")?)?,
        application_id: get("INFOBIP_APPLICATION_ID")?.clone(),
        messages: Messages::parse(get("INFOBIP_MESSAGE_ID")?)?,
        calls: None,
        emails: None,
    };
    let text = request::send(&account, Channel::Sms, to, &[]).context("texts are always sent")?;
    let (status, body) = account::send(&text)?;
    let pin = match answer::read_send(status, None, &body, to) {
        Ok(pin) => pin,
        Err(why) => {
            let fault = infobip::fault::Fault::read(&body);
            let words = format!(
                "not sent ({why:?}, {status}: {fault}): a trial account sends to its owner's verified numbers only; see the account's balance, and that the country is open to the sender"
            );
            return Ok(vec![Row::fail(WHAT, words)]);
        }
    };
    let mut rows = vec![Row::pass(WHAT, "the provider took it")];
    if io::stdin().is_terminal() {
        print!("The code in the text: ");
        io::stdout().flush()?;
        let mut typed = String::new();
        io::stdin().lock().read_line(&mut typed)?;
        let code = Code::try_from(typed.trim()).context("that is no code")?;
        let (status, body) = account::send(&request::verify(&account, &pin, &code))?;
        rows.push(match answer::read_check(status, None, &body, &pin, to) {
            Ok(answer::Check::Approved) => Row::pass(WHAT, "its code is right"),
            other => Row::fail(WHAT, format!("its code is not taken: {other:?}")),
        });
    }
    Ok(rows)
}

fn one_line(why: &anyhow::Error) -> String {
    let words = format!("{why:#}");
    Vec::from_iter(words.lines().map(str::trim)).join("; ")
}
