//! How does the operator speak to a worker?
//!
//! With a key that is read from a file or from the environment, never from the command line, where every process of the machine could
//! read it. Not here: what the worker does (`edge`); the words of both (`protocol::admin`).

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use infobip::BaseUrl;
use login::money::Amount;
use protocol::admin::{Budgets, Number, Order, Switches, path};
use protocol::messages::{OpenSession, OpenSessions};
use protocol::{Destination, EmailAddress, PhoneNumber, Problem};
use serde::de::DeserializeOwned;

use crate::wire;

const EXAMPLES: &str = "\
Examples:
  cargo xtask admin --url https://login.example.com --key-file admin.key look-up +385911234567
  cargo xtask admin --url https://login.example.com --key-file admin.key block +385911234567
  SMS_LOGIN_ADMIN_KEY=… cargo xtask admin --url https://login.example.com stop-sends
  cargo xtask admin --key-file target/demo/keys.env --url http://localhost:8787 budgets --country HR

The file holds the secret, or `id:secret`, or the line `ADMIN_KEYS=id:secret` of the settings.";

/// What is done, and to which worker.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Options {
    /// The worker's origin.
    #[arg(long)]
    url: String,
    /// Where the key is; without it, the environment's SMS_LOGIN_ADMIN_KEY.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Print the worker's answer as it is.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// How a number or an address stands, and whose it is.
    LookUp {
        #[arg(value_name = "PHONE or EMAIL", value_parser = place)]
        place: Destination,
    },
    /// Which sessions of an account live.
    User { user: String },
    /// End one session of an account, or all.
    Revoke {
        user: String,
        #[arg(long, required_unless_present = "all", conflicts_with = "all")]
        session: Option<String>,
        #[arg(long)]
        all: bool,
    },
    /// No more texts to a number, or e-mails to an address; its open codes are worth nothing.
    Block {
        #[arg(value_name = "PHONE or EMAIL", value_parser = place)]
        place: Destination,
    },
    /// Texts to a number again, or e-mails to an address.
    Unblock {
        #[arg(value_name = "PHONE or EMAIL", value_parser = place)]
        place: Destination,
    },
    /// Erase an account. What was used up of its number stays counted.
    Erase {
        /// The account's id, or the number or address that opens it.
        #[arg(value_name = "USER, PHONE or EMAIL")]
        whose: String,
    },
    /// No more texts to anybody. Sessions and codes under way live on.
    StopSends,
    /// Texts again.
    ResumeSends,
    /// End every session and every login under way. Nobody can sign in for a minute.
    EndAllSessions,
    /// How many texts were sent, and what they cost: of the site, its e-mails, and of a number's prefix and country, a country, or a network.
    Budgets {
        #[arg(long, value_parser = phone, conflicts_with_all = ["country", "network"])]
        phone: Option<PhoneNumber>,
        #[arg(long, conflicts_with = "network")]
        country: Option<String>,
        /// An IP address of it.
        #[arg(long)]
        network: Option<String>,
    },
}

fn phone(text: &str) -> Result<PhoneNumber, String> {
    PhoneNumber::try_from(text).map_err(|_| "write it as +385911234567".to_owned())
}

fn place(text: &str) -> Result<Destination, String> {
    if text.contains('@') {
        let address = EmailAddress::try_from(text);
        return address
            .map(Destination::from)
            .map_err(|_| "write it as ana@example.com".to_owned());
    }
    phone(text).map(Destination::from)
}

/// Carries the act out and prints what came of it.
pub(crate) fn run(options: &Options) -> Result<()> {
    // The rules for where a key may be sent are the same as for the provider's.
    let origin = BaseUrl::parse(&options.url).context("--url")?;
    let key = key(options)?;
    let ask = |path: &str, order: Order| ask(origin.as_str(), &key, path, &order);
    let about = |place: &Destination| {
        let mut order = Order::default();
        match place.clone() {
            Destination::Phone(phone) => order.phone = Some(phone),
            Destination::Email(email) => order.email = Some(email),
        }
        order
    };
    let of = |user: &str, session: Option<String>| Order {
        user: Some(user.to_owned()),
        session,
        ..Order::default()
    };
    let answer = match &options.act {
        Act::LookUp { place } => ask(path::LOOK_UP, about(place)),
        Act::User { user } => ask(path::USER, of(user, None)),
        Act::Revoke {
            user,
            session: None,
            ..
        } => ask(path::REVOKE_ALL, of(user, None)),
        Act::Revoke { user, session, .. } => ask(path::REVOKE, of(user, session.clone())),
        Act::Block { place } => ask(path::BLOCK, about(place)),
        Act::Unblock { place } => ask(path::UNBLOCK, about(place)),
        Act::Erase { whose } if whose.contains(['+', '@']) => ask(
            path::ERASE,
            about(&place(whose).map_err(anyhow::Error::msg)?),
        ),
        Act::Erase { whose } => ask(path::ERASE, of(whose, None)),
        Act::StopSends => ask(path::STOP_SENDS, Order::default()),
        Act::ResumeSends => ask(path::RESUME_SENDS, Order::default()),
        Act::EndAllSessions => ask(path::END_ALL_SESSIONS, Order::default()),
        Act::Budgets {
            phone,
            country,
            network,
        } => ask(
            path::BUDGETS,
            Order {
                phone: phone.clone(),
                country: country.clone(),
                network: network.clone(),
                ..Order::default()
            },
        ),
    }?;
    if options.json {
        println!("{}", String::from_utf8_lossy(&answer));
        return Ok(());
    }
    print!(
        "{}",
        match &options.act {
            Act::LookUp { .. } => number(&read(&answer)?),
            Act::Budgets { .. } => budgets(&read(&answer)?),
            Act::StopSends | Act::ResumeSends | Act::EndAllSessions => switches(&read(&answer)?),
            Act::User { .. } => sessions(&read(&answer)?),
            Act::Block { .. } | Act::Unblock { .. } | Act::Revoke { .. } | Act::Erase { .. } =>
                "done\n".to_owned(),
        }
    );
    Ok(())
}

fn key(options: &Options) -> Result<String> {
    let text = match &options.key_file {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?
        }
        None => env::var("SMS_LOGIN_ADMIN_KEY")
            .context("name the key's file with --key-file, or set SMS_LOGIN_ADMIN_KEY")?,
    };
    secret(&text).context("there is no key in it")
}

/// The first secret in a text: alone, with its id, or on the line of the settings.
pub(crate) fn secret(text: &str) -> Option<String> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines()
        .find_map(|line| line.strip_prefix("ADMIN_KEYS="))
        .or_else(|| lines().next())?;
    let first = line.split(',').find(|key| !key.trim().is_empty())?;
    let secret = first.rsplit(':').next()?.trim();
    (!secret.contains('=') && !secret.is_empty()).then(|| secret.to_owned())
}

pub(crate) fn ask(origin: &str, key: &str, path: &str, order: &Order) -> Result<Vec<u8>> {
    let (status, body) = wire::carry(&wire::Ask {
        method: "POST",
        url: &format!("{origin}{path}"),
        authorization: &format!("Bearer {key}"),
        body: &serde_json::to_string(order)?,
    })?;
    if matches!(status, 200 | 204) {
        return Ok(body);
    }
    let problem: Option<Problem> = serde_json::from_slice(&body).ok();
    match problem {
        Some(_) if status == 404 => bail!(
            "the worker knows no such path: ADMIN_KEYS is not set there, the key is another, or ten wrong ones came from here within the hour"
        ),
        Some(problem) => bail!(
            "the worker answered {status} {}: {}",
            problem.code.as_str(),
            problem.detail.unwrap_or(problem.title)
        ),
        None => bail!("{origin} answered {status}, and not as the worker does"),
    }
}

fn read<T: DeserializeOwned>(answer: &[u8]) -> Result<T> {
    serde_json::from_slice(answer).context("the worker is of another version")
}

fn number(number: &Number) -> String {
    let moment = |at: Option<u64>| at.map_or("never".to_owned(), |at| format!("{at} (Unix time)"));
    format!(
        "account           {}\nlast login        {}\nblocked           {}\nopen codes        {}\ntexts left        {}\nwrong codes left  {}\n",
        number.user.as_deref().unwrap_or("none"),
        moment(number.last_login),
        number
            .blocked
            .map_or("no".to_owned(), |at| format!("since {at} (Unix time)")),
        number.open_challenges,
        number.sends_left,
        number.checks_left,
    )
}

fn sessions(open: &OpenSessions) -> String {
    let line = |session: &OpenSession| {
        format!(
            "{}  opened {}, renewed {} (Unix time)  {}\n",
            session.id, session.authenticated_at, session.renewed_at, session.label
        )
    };
    match &open.sessions[..] {
        [] => "no session lives\n".to_owned(),
        sessions => sessions.iter().map(line).collect(),
    }
}

fn switches(switches: &Switches) -> String {
    let sends = if switches.sends_stopped {
        "stopped"
    } else {
        "sent"
    };
    let ended = match switches.not_before {
        0 => "never".to_owned(),
        at => format!("those from before {at} (Unix time)"),
    };
    format!(
        "texts           {sends}\nsessions ended  {ended}\nEvery instance goes by this within 60 seconds.\n"
    )
}

fn budgets(budgets: &Budgets) -> String {
    let mut table = format!(
        "{:<16}{:>16}{:>16}{:>16}{:>16}\n",
        "", "texts, hour", "texts, day", "logins, hour", "wrong, hour"
    );
    for budget in &budgets.budgets {
        let of = |used, limit| format!("{used} of {limit}");
        table += &format!(
            "{:<16}{:>16}{:>16}{:>16}{:>16}\n",
            budget.scope,
            of(budget.sent_hour, budget.limit_hour),
            of(budget.sent_day, budget.limit_day),
            budget.verified_hour,
            budget.wrong_hour
        );
        if let Some(money) = &budget.money {
            let of = |spent, cap| {
                let [spent, cap] = [spent, cap].map(Amount::from_ten_thousandths);
                format!("{spent} of {cap}")
            };
            table += &format!(
                "{:<16}{:>16}{:>16}\n",
                format!("  {}", money.currency),
                of(money.spent_hour, money.cap_hour),
                of(money.spent_day, money.cap_day)
            );
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use protocol::admin::{Budget, Money};

    use super::*;

    #[test]
    fn budgets_are_shown_with_what_the_texts_cost_where_that_is_capped() {
        let budget = |scope: &str, money| Budget {
            scope: scope.to_owned(),
            sent_hour: 3,
            limit_hour: 500,
            sent_day: 40,
            limit_day: 5000,
            verified_hour: 2,
            wrong_hour: 1,
            money,
        };
        let money = Money {
            currency: "EUR".to_owned(),
            spent_hour: 1350,
            cap_hour: 200_000,
            spent_day: 18_000,
            cap_day: 1_000_000,
        };
        let shown = budgets(&Budgets {
            budgets: vec![budget("country", None), budget("site", Some(money))],
        });
        let lines: Vec<_> = shown
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let expected = [
            "texts, hour texts, day logins, hour wrong, hour",
            "country 3 of 500 40 of 5000 2 1",
            "site 3 of 500 40 of 5000 2 1",
            "EUR 0.135 of 20 1.8 of 100",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_key_is_read_in_every_form_it_is_kept_in() {
        let cases = [
            ("abc\n", Some("abc")),
            ("k1:abc", Some("abc")),
            ("\nADMIN_KEYS=k2:def,k1:abc\n", Some("def")),
            ("SIGNING_KEYS=k1:sign\nADMIN_KEYS=k1:abc\n", Some("abc")),
            ("SIGNING_KEYS=sign", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(secret(text).as_deref(), expected, "{text:?}");
        }
    }
}
