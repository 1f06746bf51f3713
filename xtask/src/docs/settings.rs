//! Which settings does the worker have, which must be set, and what holds if one is not?
//!
//! What each holds is said in README.md, and `edge/settings.tsv` says which there are, which must be set and which are secrets: a test
//! of the worker holds it against the code that reads them. What holds otherwise is asked of the rules themselves.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use login::Policy;
use login::policy::Limits;

use crate::place::root;

/// The reference.
pub(super) fn reference() -> Result<String> {
    let readme = fs::read_to_string(root("README.md")).context("reading README.md")?;
    let rows = rows(&readme);
    let facts = include_str!("../../../edge/settings.tsv");
    let mut text = "\n| name | holds |\n|---|---|\n".to_owned();
    let mut said = Vec::new();
    for (names, holds) in rows {
        let shown: Result<Vec<_>> = names.iter().map(|name| shown(name, facts)).collect();
        said.extend(names);
        writeln!(text, "| {} | {holds} |", shown?.join(", "))?;
    }
    for name in facts.lines().filter_map(|line| line.split('\t').next()) {
        if !said.contains(&name) && !readme.contains(&format!("`{name}`")) {
            bail!("README.md does not say what {name} holds");
        }
    }
    text += &defaults()?;
    Ok(text)
}

/// The names of each row of the README's table, and what they hold.
fn rows(readme: &str) -> Vec<(Vec<&str>, &str)> {
    let table = readme.split_once("\n## Settings\n").map_or("", |it| it.1);
    let table = table.split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter_map(|line| {
        let (names, holds) = line
            .strip_prefix("| `")?
            .strip_suffix(" |")?
            .split_once("` | ")?;
        Some((names.split("`, `").collect(), holds))
    });
    rows.collect()
}

/// A name, bold if it must be set.
fn shown(name: &str, facts: &str) -> Result<String> {
    let mut lines = facts.lines();
    let facts = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    let facts = facts
        .with_context(|| format!("README.md has a setting {name}, and the worker has none"))?;
    let secret = if facts.ends_with("secret") {
        " (secret)"
    } else {
        ""
    };
    Ok(if facts.starts_with("needed") {
        format!("**`{name}`**{secret}")
    } else {
        format!("`{name}`{secret}")
    })
}

/// What holds for what is not set, by the rules' own account.
fn defaults() -> Result<String> {
    let policy = Policy::default();
    let limits = |it: Limits| format!("{}/{}", it.per_hour, it.per_day);
    let budgets = policy.budgets;
    let values = [
        ("CODE_LENGTH", policy.code_length.to_string()),
        ("CODE_TTL_S", policy.code_life.as_secs().to_string()),
        ("SENDS_PER_NETWORK", limits(budgets.network)),
        ("SENDS_PER_WIDE_NETWORK", limits(budgets.wide_network)),
        ("SENDS_PER_UNKNOWN_NETWORK", limits(budgets.unknown_network)),
        ("SENDS_PER_PREFIX", limits(budgets.prefix)),
        ("SENDS_PER_COUNTRY", limits(budgets.country)),
        ("SENDS_PER_SITE", limits(budgets.site)),
        ("EMAILS_PER_SITE", limits(budgets.email)),
        ("BUDGET_SHARDS", policy.sharding.shards.to_string()),
        ("PUMPING_FLOOR_PERCENT", policy.pumping.percent.to_string()),
        (
            "PROVIDER_BREAKER_PERCENT",
            policy.breaking.percent.to_string(),
        ),
        (
            "BOT_CHECK",
            format!("{:?}", policy.proofs.demand).to_lowercase(),
        ),
        (
            "STRICT_NIST",
            if policy.strict_nist { "on" } else { "off" }.to_owned(),
        ),
        (
            "RECYCLED_AFTER_DAYS",
            (policy.recycled_after.as_secs() / 86_400).to_string(),
        ),
    ];
    let mut text = "\n## If left out\n\n| name | is then |\n|---|---|\n".to_owned();
    for (name, value) in values {
        writeln!(text, "| `{name}` | `{value}` |")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SECRETS;

    #[test]
    fn what_is_a_secret_to_a_deployment_is_one_here() {
        let facts = include_str!("../../../edge/settings.tsv");
        for line in facts.lines() {
            let name = line.split('\t').next().unwrap();
            assert_eq!(
                line.ends_with("\tsecret"),
                SECRETS.contains(&name),
                "{name}"
            );
        }
    }

    #[test]
    fn every_row_of_the_readme_is_read() {
        let readme = fs::read_to_string(root("README.md")).unwrap();
        let rows = rows(&readme);
        let names: Vec<_> = rows.iter().flat_map(|(names, _)| names).collect();
        assert!(
            names.contains(&&"ISSUER") && names.contains(&&"ADMIN_KEYS"),
            "{names:?}"
        );
        reference().unwrap();
    }
}
