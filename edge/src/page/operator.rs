//! What does the operator see of the last day?
//!
//! One page without a script: the sums, a chart for each question, and below each chart the numbers that it is drawn from. Not here:
//! who may see it ([`crate::routes`]); how a chart is drawn (`chart`); the style (`www/operator.css`).

mod chart;
mod sums;

use login::Timestamp;
use login::metrics::{Column, Metrics, hour_of};
use login::money::Amount;

use self::chart::{Chart, Hours};
use self::sums::{Sums, add_up, most_first};
use super::Html;
use crate::settings::Settings;

/// Where it is.
pub(crate) mod path {
    /// `GET`: the numbers, or the form. `POST`: shows a key.
    pub(crate) const FRONT: &str = "/admin";
    /// `POST`: forgets that one was shown.
    pub(crate) const SIGN_OUT: &str = "/admin/sign-out";
}

/// The form's field.
pub(crate) const KEY: &str = "key";

/// The field of the key.
pub(crate) fn sign_in(settings: &Settings, refused: bool) -> Html {
    let mut html = head(settings);
    html.markup("<form class=\"key\" method=\"post\" action=\"")
        .text(path::FRONT)
        .markup("\">");
    if refused {
        html.markup(
            "<p role=\"alert\" id=\"problem\">That did not work: the key is not one of this worker, too many wrong ones \
             came from your network, or the numbers cannot be read at the moment.</p>",
        );
    }
    html.markup(
        "<label for=\"key\">Operator key</label><input id=\"key\" type=\"password\" name=\"",
    )
    .text(KEY)
    .markup("\" autocomplete=\"current-password\" required autofocus aria-describedby=\"hint");
    if refused {
        html.markup(" problem");
    }
    html.markup(
        "\"><p id=\"hint\">The secret of one of <code>ADMIN_KEYS</code>, what stands after the colon. It opens this page \
         for eight hours.</p><button>Show the numbers</button></form>",
    );
    end(html)
}

/// The numbers.
pub(crate) fn numbers(reading: &Metrics, now: Timestamp, settings: &Settings) -> Html {
    let cap = settings.policy.spend_cap.as_ref();
    let currency = cap.map(|cap| cap.currency.as_str());
    let hours = Hours::of(reading, hour_of(now));
    let mut day = Sums::default();
    for (_, sums) in &hours.0 {
        day.add_all(sums);
    }
    let mut html = head(settings);
    html.markup("<nav><p>The last 24 hours, to <time>");
    clock(&mut html, now);
    html.markup("</time> UTC</p><a href=\"").text(path::FRONT);
    html.markup("\">Reload</a><form method=\"post\" action=\"")
        .text(path::SIGN_OUT)
        .markup("\"><button>Sign out</button></form></nav>");
    tiles(&mut html, &day, currency);
    let all = [
        Chart {
            title: "Texts and logins",
            columns: &[Column::Texts, Column::Logins],
            stacked: false,
        },
        Chart {
            title: "What went wrong",
            columns: &[Column::Failed, Column::Wrong, Column::Refused],
            stacked: true,
        },
        Chart {
            title: "Spend",
            columns: &[Column::Cost],
            stacked: false,
        },
    ];
    html.markup("<div class=\"charts\">");
    for chart in &all {
        let money = chart.columns.contains(&Column::Cost);
        if currency.is_some() || !money {
            chart.draw(&mut html, &hours, currency);
        }
    }
    html.markup("</div>");
    countries(&mut html, reading, currency);
    prefixes(&mut html, reading);
    end(html)
}

fn head(settings: &Settings) -> Html {
    let host = settings.issuer.host();
    let mut html = Html::default();
    html.markup(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\"><title>Operations · ",
    )
    .text(host);
    html.markup("</title><link rel=\"stylesheet\" href=\"/operator.css\"></head><body><main><header><p class=\"host\">")
        .text(host)
        .markup("</p><h1>Operations</h1></header>");
    html
}

fn end(mut html: Html) -> Html {
    html.markup("</main></body></html>");
    html
}

fn tiles(html: &mut Html, day: &Sums, currency: Option<&str>) {
    html.markup("<dl class=\"tiles\">");
    for column in Column::ALL {
        if column == Column::Cost && currency.is_none() {
            continue;
        }
        html.markup("<div class=\"")
            .text(class(column))
            .markup("\"><dt>");
        of_what(html, column, currency);
        html.markup("</dt><dd>")
            .text(&value(day, column))
            .markup("</dd></div>");
    }
    html.markup("<div><dt>Logins per text</dt><dd>")
        .text(&share(day.get(Column::Logins), day.get(Column::Texts)))
        .markup("</dd></div></dl>");
}

/// A row for each country of the last day, those with the most texts first, each with its texts and logins as a bar.
fn countries(html: &mut Html, reading: &Metrics, currency: Option<&str>) {
    let mut rows: Vec<(String, Sums)> = Vec::new();
    for (_, name, n) in reading.lately() {
        // A prefix stands in two words.
        if let Some((country, column)) = name.split_once(' ')
            && !country.starts_with('+')
        {
            add_up(&mut rows, country, column, n);
        }
    }
    most_first(&mut rows);
    let most = rows.first().map_or(0, |(_, sums)| sums.get(Column::Texts));
    html.markup("<section><h2>By country</h2>");
    if rows.is_empty() {
        html.markup("<p class=\"none\">Nobody has asked for a text yet.</p>");
    } else {
        html.markup("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"By country\"><table><thead><tr><th>Country<th class=\"bar\"><span>Share</span>");
        chart::headings(html, &Column::ALL, currency);
        html.markup("<th>Per text</thead><tbody>");
        for (country, sums) in &rows {
            let name = if country.is_empty() {
                "not told"
            } else {
                country
            };
            html.markup("<tr><th>")
                .text(name)
                .markup("<td class=\"bar\">");
            chart::bar(
                html,
                sums.get(Column::Texts),
                sums.get(Column::Logins),
                most,
            );
            chart::cells(html, sums, &Column::ALL, currency);
            html.markup("<td>")
                .text(&share(sums.get(Column::Logins), sums.get(Column::Texts)));
        }
        html.markup("</tbody></table></div>");
    }
    html.markup("</section>");
}

fn prefixes(html: &mut Html, reading: &Metrics) {
    let mut rows: Vec<(String, Sums)> = Vec::new();
    for (hour, name, n) in reading.lately() {
        if name.starts_with('+')
            && let Some((of, column)) = name.rsplit_once(' ')
        {
            let row = [of, " ", &(hour % 24).to_string()].concat();
            add_up(&mut rows, &row, column, n);
        }
    }
    most_first(&mut rows);
    let most = rows.first().map_or(0, |(_, sums)| sums.get(Column::Texts));
    html.markup(
        "<section><h2>Prefixes that stand out</h2><p class=\"none\">Ten thousand numbers each, with ten texts or more within \
         an hour: how things stood at their last text in it.</p>",
    );
    if !rows.is_empty() {
        html.markup(
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Prefixes that stand out\"><table><thead><tr><th>Prefix<th class=\"bar\"><span>Share</span>\
             <th>Country<th>Texts<th>Logins<th>Per text<th>Hour, UTC</thead><tbody>",
        );
        for (row, sums) in &rows {
            let mut parts = row.split(' ');
            let mut part = || parts.next().unwrap_or_default();
            let (prefix, country, hour) = (part(), part(), part());
            let (texts, logins) = (sums.get(Column::Texts), sums.get(Column::Logins));
            html.markup("<tr><th>")
                .text(prefix)
                .markup("…<td class=\"bar\">");
            chart::bar(html, texts, logins, most);
            for cell in [
                country,
                &texts.to_string(),
                &logins.to_string(),
                &share(logins, texts),
            ] {
                html.markup("<td>").text(cell);
            }
            html.markup("<td>");
            two_digits(html, hour.parse().unwrap_or_default());
            html.markup(":00");
        }
        html.markup("</tbody></table></div>");
    }
    html.markup("</section>");
}

/// `14:05`
fn clock(html: &mut Html, at: Timestamp) {
    let minutes = at.as_secs() / 60;
    two_digits(html, minutes / 60 % 24);
    html.markup(":");
    two_digits(html, minutes % 60);
}

fn two_digits(html: &mut Html, n: u64) {
    if n < 10 {
        html.markup("0");
    }
    html.text(&n.to_string());
}

fn share(part: u64, whole: u64) -> String {
    let percent = part.saturating_mul(100).checked_div(whole);
    percent.map_or_else(|| "–".to_owned(), |percent| percent.to_string() + " %")
}

fn value(sums: &Sums, column: Column) -> String {
    let n = sums.get(column);
    if column == Column::Cost {
        Amount::from_ten_thousandths(n).to_string()
    } else {
        n.to_string()
    }
}

/// What a number is of: money, in which currency.
fn of_what(html: &mut Html, column: Column, currency: Option<&str>) {
    html.text(word(column));
    if let (Column::Cost, Some(currency)) = (column, currency) {
        html.markup(", ").text(currency);
    }
}

fn word(column: Column) -> &'static str {
    match column {
        Column::Texts => "Texts",
        Column::Logins => "Logins",
        Column::Wrong => "Wrong codes",
        Column::Failed => "Failures",
        Column::Refused => "Refusals",
        Column::Cost => "Spend",
    }
}

fn class(column: Column) -> &'static str {
    match column {
        Column::Texts => "texts",
        Column::Logins => "logins",
        Column::Wrong => "wrong",
        Column::Failed => "failed",
        Column::Refused => "refused",
        Column::Cost => "cost",
    }
}

#[cfg(test)]
mod tests;
