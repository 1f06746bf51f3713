//! How is a day drawn?
//!
//! As bars, one for each hour, in a picture that is stretched to its place; the words around it are text of the page, and stay as
//! large as text is. Not here: which charts there are ([`super`]).

use login::metrics::{Column, Metrics};

use super::{Html, Sums, class, of_what, two_digits, value, word};

/// What happened in each of the last 24 hours, of which the last one is not over.
pub(super) struct Hours(pub(super) Vec<(u64, Sums)>);

impl Hours {
    pub(super) fn of(reading: &Metrics, now: u64) -> Self {
        let first = now.saturating_sub(23);
        let mut all: Vec<_> = (first..=now).map(|hour| (hour, Sums::default())).collect();
        for (hour, name, n) in reading.lately() {
            let column = name.split_once(' ').map_or("", |(_, column)| column);
            let column = Column::ALL.into_iter().find(|it| it.as_str() == column);
            let sums = all.iter_mut().find(|(it, _)| *it == hour);
            if let (Some(column), Some((_, sums))) = (column, sums) {
                sums.add(column, n);
            }
        }
        Self(all)
    }
}

/// One picture.
pub(super) struct Chart {
    pub(super) title: &'static str,
    pub(super) columns: &'static [Column],
    /// Whether the columns stand on one another; otherwise each later one stands before those that it is a part of.
    pub(super) stacked: bool,
}

/// The picture's own measures: an hour is ten wide, and all of it a hundred high.
const HOUR: u64 = 10;
const HEIGHT: u64 = 100;

impl Chart {
    pub(super) fn draw(&self, html: &mut Html, hours: &Hours, currency: Option<&str>) {
        let height = |sums: &Sums| {
            let all = self.columns.iter().map(|column| sums.get(*column));
            if self.stacked {
                all.sum()
            } else {
                all.max().unwrap_or_default()
            }
        };
        let tallest = hours.0.iter().map(|(_, sums)| height(sums)).max();
        let top = round_up(tallest.unwrap_or_default());
        html.markup("<figure><figcaption><h2>")
            .text(self.title)
            .markup("</h2><ul>");
        for column in self.columns {
            html.markup("<li class=\"")
                .text(class(*column))
                .markup("\">");
            of_what(html, *column, currency);
        }
        html.markup(
            "</ul></figcaption><div class=\"plot\"><p class=\"scale\" aria-hidden=\"true\">",
        );
        for part in [top, top / 2, 0] {
            let mut sums = Sums::default();
            sums.add(self.columns[0], part);
            html.markup("<span>")
                .text(&value(&sums, self.columns[0]))
                .markup("</span>");
        }
        html.markup("</p><svg viewBox=\"0 0 240 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"")
            .text(self.title)
            .markup(" by hour, as in the table below\"><path class=\"grid\" d=\"M0 .5H240M0 50H240M0 99.5H240\"/>");
        for (n, (hour, sums)) in (0..).zip(&hours.0) {
            self.hour(html, n, *hour, sums, top);
        }
        html.markup("</svg><p class=\"hours\" aria-hidden=\"true\">");
        for (hour, _) in hours.0.iter().step_by(6) {
            html.markup("<span>");
            of_day(html, *hour);
            html.markup("</span>");
        }
        html.markup("</p></div><details><summary>Table</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
            .text(self.title)
            .markup("\"><table><thead><tr><th>Hour, UTC");
        headings(html, self.columns, currency);
        html.markup("</thead><tbody>");
        for (hour, sums) in hours.0.iter().rev() {
            html.markup("<tr><th>");
            of_day(html, *hour);
            cells(html, sums, self.columns, currency);
        }
        html.markup("</tbody></table></div></details></figure>");
    }

    fn hour(&self, html: &mut Html, n: u64, hour: u64, sums: &Sums, top: u64) {
        html.markup("<g><title>");
        of_day(html, hour);
        for column in self.columns {
            html.markup(", ")
                .text(word(*column))
                .markup(": ")
                .text(&value(sums, *column));
        }
        html.markup("</title>");
        rect(html, "hour", n * HOUR, 0, HOUR, HEIGHT);
        let mut below = 0;
        for column in self.columns {
            let count = sums.get(*column);
            let tall = share_of(count, top);
            if tall > 0 {
                let y = HEIGHT.saturating_sub(below + tall);
                rect(html, class(*column), n * HOUR + 1, y, HOUR - 2, tall);
            }
            if self.stacked {
                below += tall;
            }
        }
        html.markup("</g>");
    }
}

/// What is there at all can be seen.
fn share_of(count: u64, top: u64) -> u64 {
    let tall = count.saturating_mul(HEIGHT).checked_div(top);
    tall.unwrap_or_default().max(u64::from(count > 0))
}

/// Texts, and before them the logins that they led to.
pub(super) fn bar(html: &mut Html, texts: u64, logins: u64, most: u64) {
    html.markup("<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    rect(html, "texts", 0, 0, share_of(texts, most), 10);
    rect(html, "logins", 0, 0, share_of(logins, most), 10);
    html.markup("</svg>");
}

fn rect(html: &mut Html, class: &str, x: u64, y: u64, width: u64, height: u64) {
    html.markup("<rect class=\"").text(class);
    for (name, n) in [
        ("\" x=\"", x),
        ("\" y=\"", y),
        ("\" width=\"", width),
        ("\" height=\"", height),
    ] {
        html.markup(name).text(&n.to_string());
    }
    html.markup("\"/>");
}

pub(super) fn headings(html: &mut Html, columns: &[Column], currency: Option<&str>) {
    for column in columns {
        if *column != Column::Cost || currency.is_some() {
            html.markup("<th>");
            of_what(html, *column, currency);
        }
    }
}

pub(super) fn cells(html: &mut Html, sums: &Sums, columns: &[Column], currency: Option<&str>) {
    for column in columns {
        if *column != Column::Cost || currency.is_some() {
            html.markup("<td>").text(&value(sums, *column));
        }
    }
}

fn of_day(html: &mut Html, hour: u64) {
    two_digits(html, hour % 24);
    html.markup(":00");
}

/// The next of 2, 4, 6, 10, 20, 40, …: numbers whose half is as easy to read.
pub(super) fn round_up(most: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for step in [2, 4, 6, 10] {
            let top = unit.saturating_mul(step);
            if top >= most {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}
