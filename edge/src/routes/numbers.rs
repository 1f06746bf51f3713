//! What has happened so far, and what holds now?
//!
//! For whoever collects numbers, and for the operator's page. What this instance has counted is handed in first, so where there is but
//! one, nothing is missing. Not here: how they read ([`crate::metrics::exposition`]) and look ([`crate::page::operator`]).

use http::StatusCode;
use login::Refusal;
use login::budget::look::{Look, Used};
use login::budget::{Budget, EMAILS, SITE};
use login::ledger::Ledger as _;
use login::metrics::{Metrics, ReadMetrics};
use login::policy::{Limits, Policy};

use super::Answer;
use crate::metrics::exposition::{self, Row, Standing};
use crate::reply::{Denial, text};
use crate::site::{Site, World};

/// `GET /v1/admin/metrics`
pub(super) async fn metrics<W: World>(site: &Site<W>) -> Answer {
    let reading = read(site).await?;
    let policy = &site.settings.policy;
    let of_site = used(site, &SITE).await?;
    let mut budgets = texts(policy, &of_site);
    if site.settings.infobip.emails.is_some() {
        let of_emails = used(site, &EMAILS).await?;
        budgets.extend(counted("emails", &of_emails, policy.budget(EMAILS.scope)));
    }
    site.ask_switches().await;
    let standing = Standing {
        now: site.now,
        stopped: site.orders().may_send().is_err(),
        attacked: policy.looks_guessed(of_site.wrong_hour, of_site.verified_hour),
        budgets,
    };
    let body = exposition::text(&reading, &standing, &site.settings);
    Ok(text(StatusCode::OK, exposition::CONTENT_TYPE, body))
}

/// What is used up of a budget.
pub(super) async fn used<W: World>(site: &Site<W>, budget: &Budget) -> Result<Used, Denial> {
    let used = site.world.ledger().budget(budget, Look {}).await;
    Ok(used.map_err(Refusal::from)?)
}

/// What was counted.
pub(super) async fn read<W: World>(site: &Site<W>) -> Result<Metrics, Denial> {
    site.hand_in().await;
    let settings = &site.settings;
    let mut keys = vec![["signing/", settings.tokens.key_id()].concat()];
    for (ring, key) in [
        ("sealing/", Some(&settings.sealing_keys)),
        ("index/", Some(&settings.index_keys)),
        ("admin/", settings.admin_keys.as_ref()),
        ("step_up/", settings.step_up_keys.as_ref()),
    ] {
        keys.extend(key.map(|key| [ring, key.current().id()].concat()));
    }
    let reading = site.world.metrics(ReadMetrics { keys }).await;
    Ok(reading.map_err(Refusal::from)?)
}

/// The rows of what the site's texts use up: how many, and how much money.
fn texts(policy: &Policy, used: &Used) -> Vec<Row> {
    let mut rows = Vec::from(counted("texts", used, policy.budget(SITE.scope)));
    if let Some(cap) = &policy.spend_cap {
        let currency = cap.currency.as_str();
        rows.push(row("hour", currency, &used.cost_hour, &cap.per_hour));
        rows.push(row("day", currency, &used.cost_day, &cap.per_day));
    }
    rows
}

fn counted(unit: &str, used: &Used, limits: Limits) -> [Row; 2] {
    [
        row("hour", unit, &used.sent_hour, &limits.per_hour),
        row("day", unit, &used.sent_day, &limits.per_day),
    ]
}

fn row(window: &'static str, unit: &str, used: &dyn ToString, limit: &dyn ToString) -> Row {
    (window, unit.to_owned(), used.to_string(), limit.to_string())
}
