//! How are the pages put together?
//!
//! A page is a file of `docs/`. In it, on a line alone,
//!
//! - `{{#section FILE#HEADING}}` is that section of a document, with those below it; `{{#section FILE#HEADING alone}}` without them;
//! - `{{#body FILE}}` is a whole document but for its title;
//! - `{{#rest FILE}}` is each section of a document that no page names, so that what is new there is in the book at once;
//! - `{{#made NAME}}` is a reference that is made from what the programs are made from.
//!
//! A link within what was taken from elsewhere is made to lead to where its target is in the book. Not here: the references (`element`,
//! `api`, `settings`, `problems`).

use std::fs;

use anyhow::{Context, Result, bail};

use super::links::{heading, in_line, lines, slug, slugs};
use super::{Documents, api, element, problems, resolve, results, settings};
use crate::place::root;

/// Where the pages are.
const FOLDER: &str = "docs/";
/// The list of the pages, and not one of them.
const SUMMARY: &str = "SUMMARY.md";

/// A page as mdBook reads it.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) text: String,
}

/// A section of a document that stands in a page: where which heading went.
struct Moved {
    file: String,
    heading: String,
    page: String,
}

/// A line of a page that stands for something else.
enum Order<'l> {
    Section {
        file: &'l str,
        heading: &'l str,
        alone: bool,
    },
    Body(&'l str),
    Rest(&'l str),
    Made(&'l str),
}

impl<'l> Order<'l> {
    fn read(line: &'l str) -> Result<Option<Self>> {
        let Some(order) = line
            .strip_prefix("{{#")
            .and_then(|it| it.strip_suffix("}}"))
        else {
            return Ok(None);
        };
        let words: Vec<&str> = order.split(' ').collect();
        let section = |place: &'l str, alone| {
            let (file, heading) = place.split_once('#')?;
            Some(Self::Section {
                file,
                heading,
                alone,
            })
        };
        let order = match words[..] {
            ["section", place] => section(place, false),
            ["section", place, "alone"] => section(place, true),
            ["body", file] => Some(Self::Body(file)),
            ["rest", file] => Some(Self::Rest(file)),
            ["made", name] => Some(Self::Made(name)),
            _ => None,
        };
        order
            .map(Some)
            .with_context(|| format!("not understood: {line}"))
    }
}

/// Puts all pages together.
pub(super) fn assemble(documents: &Documents) -> Result<Vec<Page>> {
    let drafts: Vec<(&str, &str)> = documents
        .iter()
        .filter_map(|(path, text)| Some((path.strip_prefix(FOLDER)?, text)))
        .collect();
    let taken = taken(&drafts)?;
    let mut moved = Vec::new();
    let mut pages = Vec::new();
    for (name, draft) in &drafts {
        let own = format!("{FOLDER}{name}");
        // Each piece with the file that its links are written for.
        let mut pieces: Vec<(String, String)> = Vec::new();
        for line in draft.lines() {
            let Some(order) = Order::read(line).with_context(|| own.clone())? else {
                match pieces.last_mut() {
                    Some((file, text)) if *file == own => *text += &format!("{line}\n"),
                    _ => pieces.push((own.clone(), format!("{line}\n"))),
                }
                continue;
            };
            let (file, text) = match order {
                // Its sentences are the README's.
                Order::Made("settings") => ("README.md".to_owned(), settings::reference()?),
                Order::Made(what) => (own.clone(), made(what)?),
                Order::Section {
                    file,
                    heading,
                    alone,
                } => {
                    let text = documents.get(file).unwrap_or_default();
                    let text = section(text, heading, alone)
                        .with_context(|| format!("{own}: there is no {file}#{heading}"))?;
                    (file.to_owned(), text)
                }
                Order::Body(file) => {
                    let text = documents.get(file);
                    let text = text.with_context(|| format!("{own}: there is no {file}"))?;
                    let (_, body) = text.split_once('\n').unwrap_or_default();
                    (file.to_owned(), body.to_owned())
                }
                Order::Rest(file) => (file.to_owned(), rest(documents, file, &taken)),
            };
            if file != own {
                moved.push(Moved {
                    file: file.clone(),
                    heading: String::new(),
                    page: (*name).to_owned(),
                });
                moved.extend(slugs(&text).into_iter().map(|heading| Moved {
                    file: file.clone(),
                    heading,
                    page: (*name).to_owned(),
                }));
            }
            pieces.push((file, text));
        }
        pages.push((*name, pieces));
    }
    let names = drafts.iter().map(|(name, _)| *name);
    let known: Vec<&str> = names.filter(|name| *name != SUMMARY).collect();
    let finish = |(name, pieces): (&str, Vec<(String, String)>)| {
        let mut text = String::new();
        for (file, piece) in pieces {
            text += &relink(&file, &piece, name, &known, &moved);
        }
        Page {
            name: name.to_owned(),
            text,
        }
    };
    let pages: Vec<Page> = pages.into_iter().map(finish).collect();
    every_page_is_listed(&pages)?;
    Ok(pages)
}

/// The sections that some page names, as `FILE#HEADING`.
fn taken(drafts: &[(&str, &str)]) -> Result<Vec<String>> {
    let mut taken = Vec::new();
    for line in drafts.iter().flat_map(|(_, draft)| draft.lines()) {
        if let Some(Order::Section { file, heading, .. }) = Order::read(line)? {
            taken.push(format!("{file}#{heading}"));
        }
    }
    Ok(taken)
}

fn made(what: &str) -> Result<String> {
    match what {
        "element" => element::reference(),
        "api" => api::reference(),
        "problems" => problems::reference(),
        "results-worker" => results::worker(),
        "results-peers" => results::peers(),
        "results-growth" => results::growth(),
        "results-load" => results::load(),
        "results-timing" => results::timing(),
        _ => bail!("nothing is made of that name: {what}"),
    }
}

/// A section with its heading, and with those below it unless it is wanted alone.
fn section(text: &str, wanted: &str, alone: bool) -> Option<String> {
    let mut inside = None;
    let mut section = String::new();
    for (line, is_code) in lines(text) {
        if let (Some((depth, title)), false) = (heading(line), is_code) {
            match inside {
                None if slug(title) == wanted => inside = Some(depth),
                Some(top) if alone || depth <= top => break,
                _ => {}
            }
        }
        if inside.is_some() {
            section += line;
            section.push('\n');
        }
    }
    inside.map(|_| section)
}

/// The sections of the second level that no page names.
fn rest(documents: &Documents, file: &str, taken: &[String]) -> String {
    let text = documents.get(file).unwrap_or_default();
    let titles = lines(text).filter_map(|(line, is_code)| match heading(line) {
        Some((2, title)) if !is_code => Some(slug(title)),
        _ => None,
    });
    titles
        .filter(|title| !taken.contains(&format!("{file}#{title}")))
        .filter_map(|title| section(text, &title, false))
        .collect()
}

/// A piece of a page with its links made to lead to where their targets are in the book; what is not in it stays as its words.
fn relink(file: &str, piece: &str, page: &str, pages: &[&str], moved: &[Moved]) -> String {
    let mut text = String::new();
    for (line, is_code) in lines(piece) {
        let mut after = line;
        if !is_code {
            for link in in_line(line) {
                after = link.after;
                text += link.before;
                let words = link.words;
                text += &match resolve(file, link.target) {
                    None => format!("[{words}]({})", link.target),
                    Some(target) => match place(&target, page, pages, moved) {
                        Some(place) => format!("[{words}]({place})"),
                        None => words.to_owned(),
                    },
                };
            }
        }
        text += after;
        text.push('\n');
    }
    text
}

/// Where that file or heading is in the book.
fn place(
    (file, heading): &(String, String),
    page: &str,
    pages: &[&str],
    moved: &[Moved],
) -> Option<String> {
    let link = |name: &str, heading: &str| {
        let name = if name == page { "" } else { name };
        match heading {
            "" => name.to_owned(),
            _ => format!("{name}#{heading}"),
        }
    };
    if let Some(name) = file.strip_prefix(FOLDER)
        && pages.contains(&name)
    {
        return Some(link(name, heading));
    }
    let all = moved.iter().filter(|moved| moved.file == *file);
    if heading.is_empty() {
        // Of a whole document, the page that has most of it.
        let pages: Vec<&str> = all.map(|moved| &*moved.page).collect();
        let count = |page: &str| pages.iter().filter(|it| **it == page).count();
        let most = pages.iter().max_by_key(|page| count(page))?;
        return Some((*most).to_owned());
    }
    let moved = all.clone().find(|moved| moved.heading == *heading)?;
    Some(link(&moved.page, heading))
}

/// mdBook leaves out what the summary does not name, without a word.
fn every_page_is_listed(pages: &[Page]) -> Result<()> {
    let summary = fs::read_to_string(root(FOLDER).join(SUMMARY)).context("reading the summary")?;
    for page in pages.iter().filter(|page| page.name != SUMMARY) {
        if !summary.contains(&format!("]({})", page.name)) {
            bail!("{FOLDER}{SUMMARY} does not name {}", page.name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Top\n\nIn short.\n\n## One\n\nFirst.\n\n### Below\n\nDeep.\n\n```sh\n## no heading\n```\n\n## Two\n\nSecond.\n";

    #[test]
    fn a_section_ends_where_the_next_of_its_depth_begins() {
        let one = "## One\n\nFirst.\n\n### Below\n\nDeep.\n\n```sh\n## no heading\n```\n\n";
        assert_eq!(section(TEXT, "one", false).unwrap(), one);
        assert_eq!(section(TEXT, "one", true).unwrap(), "## One\n\nFirst.\n\n");
        assert_eq!(section(TEXT, "two", false).unwrap(), "## Two\n\nSecond.\n");
        assert_eq!(section(TEXT, "three", false), None);
    }

    #[test]
    fn the_rest_is_what_no_page_names() {
        let documents = Documents(vec![("a.md".to_owned(), TEXT.to_owned())]);
        let taken = ["a.md#one".to_owned()];
        assert_eq!(rest(&documents, "a.md", &taken), "## Two\n\nSecond.\n");
    }

    #[test]
    fn a_link_leads_to_where_its_target_went() {
        let moved = [Moved {
            file: "README.md".to_owned(),
            heading: "limits".to_owned(),
            page: "security.md".to_owned(),
        }];
        let pages = ["security.md", "api.md"];
        let cases = [
            ("[a](../README.md#limits)", "[a](security.md#limits)\n"),
            ("[a](../docs/api.md#x)", "[a](api.md#x)\n"),
            ("[a](../README.md)", "[a](security.md)\n"),
            ("[`a.tsv`](../tests/a.tsv) b", "`a.tsv` b\n"),
            (
                "[a](https://a.example/) [b](../no.md)",
                "[a](https://a.example/) b\n",
            ),
            ("`[a](../README.md#limits)`", "`[a](../README.md#limits)`\n"),
        ];
        for (from, to) in cases {
            assert_eq!(
                relink("edge/README.md", from, "costs.md", &pages, &moved),
                to
            );
        }
    }

    #[test]
    fn an_order_that_is_not_understood_is_an_error() {
        for line in [
            "{{#section README.md}}",
            "{{#sections a#b}}",
            "{{#made a b}}",
        ] {
            assert!(Order::read(line).is_err(), "{line}");
        }
        assert!(Order::read("{{pin}} is your code").unwrap().is_none());
    }
}
