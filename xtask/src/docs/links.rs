//! Where do links lead, and is there anything?
//!
//! What leads out of the checkout is not followed: a check must not depend on other people's servers. Not here: how a link comes to
//! lead to a page of the book (`pages`).

use std::collections::BTreeMap;

use anyhow::Result;

use super::pages::Page;
use super::{Documents, resolve};
use crate::place::root;

/// The links of every document of the checkout that lead to no file, or to no heading in it.
pub(super) fn broken(documents: &Documents) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (file, text) in documents.iter() {
        for link in links(text) {
            let Some((path, heading)) = resolve(file, link) else {
                continue;
            };
            let is_there = match documents.get(&path) {
                Some(text) => heading.is_empty() || slugs(text).contains(&heading),
                None => root(&path).exists(),
            };
            if !is_there {
                broken.push(format!("{file}: {link}"));
            }
        }
    }
    Ok(broken)
}

/// The same within the book, where nothing is but its pages.
pub(super) fn broken_in_book(pages: &[Page]) -> Vec<String> {
    let headings: BTreeMap<_, _> = pages
        .iter()
        .map(|page| (&*page.name, slugs(&page.text)))
        .collect();
    let mut broken = Vec::new();
    for page in pages {
        for link in links(&page.text) {
            let Some((path, heading)) = resolve(&page.name, link) else {
                continue;
            };
            let is_there = headings
                .get(&*path)
                .is_some_and(|known| heading.is_empty() || known.contains(&heading));
            if !is_there {
                broken.push(format!("{} of the book: {link}", page.name));
            }
        }
    }
    broken
}

/// The names by which a document's headings are linked to, in their order: those of GitHub and of mdBook.
pub(super) fn slugs(text: &str) -> Vec<String> {
    let mut slugs: Vec<String> = Vec::new();
    for (line, is_code) in lines(text) {
        if let (Some((_, title)), false) = (heading(line), is_code) {
            let slug = slug(title);
            let same = |n: usize| {
                if n == 0 {
                    slug.clone()
                } else {
                    format!("{slug}-{n}")
                }
            };
            let free = (0..).map(same).find(|it| !slugs.contains(it));
            slugs.extend(free);
        }
    }
    slugs
}

/// The name by which a heading is linked to.
pub(super) fn slug(title: &str) -> String {
    let kept = title.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then_some(letter),
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// How deep a heading is, and its words.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let words = line.trim_start_matches('#');
    let depth = line.len() - words.len();
    let title = words.strip_prefix(' ')?;
    (1..=6).contains(&depth).then_some((depth, title.trim()))
}

/// The lines, and whether each is part of a block of code.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut in_code = false;
    text.lines().map(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        let is_code = in_code || is_fence;
        in_code ^= is_fence;
        (line, is_code)
    })
}

/// What the links of a text lead to.
pub(super) fn links(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    for (line, is_code) in lines(text) {
        if !is_code {
            all.extend(in_line(line).map(|link| link.target));
        }
    }
    all
}

/// A link in a line: `[words](target)`.
pub(super) struct Link<'l> {
    /// What stands before it since the last one.
    pub(super) before: &'l str,
    pub(super) words: &'l str,
    pub(super) target: &'l str,
    /// What stands after it.
    pub(super) after: &'l str,
}

/// The links of a line. What stands in `code` is none.
pub(super) fn in_line(line: &str) -> impl Iterator<Item = Link<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let mut from = 0;
        loop {
            let middle = from + rest.get(from..)?.find("](")?;
            from = middle + 2;
            let (head, tail) = rest.split_at(middle);
            let Some((before, words)) = head.rsplit_once('[') else {
                continue;
            };
            let tail = tail.get(2..)?;
            // An odd number of backticks before it: it stands within code.
            let Some((target, after)) = tail.split_once(')') else {
                continue;
            };
            if before.matches('`').count() % 2 == 1 {
                continue;
            }
            rest = after;
            return Some(Link {
                before,
                words,
                target,
                after,
            });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_linked_to_by_its_letters_and_the_second_of_its_name_by_a_number() {
        let text = "# `<sms-login>`\n## What is kept, and how it goes\n```sh\n# no heading\n```\n## The map\n## The map\n";
        let expected = [
            "sms-login",
            "what-is-kept-and-how-it-goes",
            "the-map",
            "the-map-1",
        ];
        assert_eq!(slugs(text), expected);
    }

    #[test]
    fn links_are_found_in_prose_and_not_in_code() {
        let text =
            "See [a](a.md), and `x[0](b)` or [`c`](c.md#d).\n```\n[e](e.md)\n```\n![f](f.png)\n";
        assert_eq!(links(text), ["a.md", "c.md#d", "f.png"]);
    }

    #[test]
    fn a_link_to_no_page_or_to_no_heading_is_broken() {
        let page = |name: &str, text: &str| Page {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let pages = [
            page(
                "a.md",
                "# A\n[b](b.md#there) [c](c.md) [d](#nowhere) [e](https://e.example/)\n",
            ),
            page("b.md", "# B\n## There\n[a](a.md#a)\n"),
        ];
        assert_eq!(
            broken_in_book(&pages),
            ["a.md of the book: c.md", "a.md of the book: #nowhere"]
        );
    }
}
