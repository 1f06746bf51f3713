//! How much is used up of which budgets?
//!
//! Not here: who may ask ([`super`]); how they are counted (`login`).

use http::StatusCode;
use login::budget::{self, Budget, Scope};
use login::money::SpendCap;
use login::network::Network;
use protocol::admin::{self, Order};

use super::{Answer, not_this, numbers};
use crate::reply::json;
use crate::site::{Site, World};

/// The site's budget, that of its e-mails where there are any, and those of the number, the country or the network that is asked about.
pub(super) async fn used_up<W: World>(site: &Site<W>, order: Order) -> Answer {
    let of_country = |country| Budget {
        scope: Scope::Country,
        key: country,
    };
    if order.user.is_some() || order.session.is_some() {
        return Err(not_this("budgets are of no user"));
    }
    let mut asked = match order {
        Order {
            phone: None,
            email: Some(_),
            country: None,
            network: None,
            ..
        } => Vec::new(),
        Order {
            phone: Some(phone),
            email: None,
            country: None,
            network: None,
            ..
        } => {
            let country = site.settings.served.country_of(&phone)?;
            vec![budget::prefix_of(&phone), of_country(country)]
        }
        Order {
            phone: None,
            email: None,
            country: Some(country),
            network: None,
            ..
        } => vec![of_country(country)],
        Order {
            phone: None,
            email: None,
            country: None,
            network: Some(address),
            ..
        } => match Network::of(Some(&address)) {
            Network::Unknown => return Err(not_this("`network` is no IP address")),
            known @ Network::Known { .. } => budget::of_network(&known),
        },
        Order {
            phone: None,
            email: None,
            country: None,
            network: None,
            ..
        } => budget::of_network(&Network::Unknown),
        _ => {
            return Err(not_this(
                "this takes one of `phone`, `email`, `country` and `network`",
            ));
        }
    };
    let mut budgets = Vec::new();
    asked.push(budget::SITE);
    if site.settings.infobip.emails.is_some() {
        asked.push(budget::EMAILS);
    }
    for budget in &asked {
        let used = numbers::used(site, budget).await?;
        let policy = &site.settings.policy;
        let limits = policy.budget(budget.scope);
        let cap = policy.spend_cap.as_ref();
        let money = |cap: &SpendCap| admin::Money {
            currency: cap.currency.clone(),
            spent_hour: used.cost_hour.ten_thousandths(),
            cap_hour: cap.per_hour.ten_thousandths(),
            spent_day: used.cost_day.ten_thousandths(),
            cap_day: cap.per_day.ten_thousandths(),
        };
        budgets.push(admin::Budget {
            scope: budget.scope.as_str().to_owned(),
            sent_hour: used.sent_hour,
            limit_hour: limits.per_hour,
            sent_day: used.sent_day,
            limit_day: limits.per_day,
            verified_hour: used.verified_hour,
            wrong_hour: used.wrong_hour,
            money: cap.filter(|_| budget.scope == Scope::Site).map(money),
        });
    }
    Ok(json(StatusCode::OK, &admin::Budgets { budgets }))
}
