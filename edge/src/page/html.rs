//! How does text get into a page without becoming a part of it?
//!
//! By types: markup is what stands in this program, and all else is escaped on its way in. Not here: which text (`texts`).

/// A page, or a piece of one, in the making.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// Adds what is meant to be read by the browser. It is `'static`, so that nothing of a request can ever be it. Values of
    /// attributes stand between double quotes.
    pub(crate) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds what is meant to be read by people, or stands in an attribute: whatever it is, it ends neither.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// The text of it all.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r68_text_is_never_markup() {
        let mut html = Html::default();
        html.markup("<p title=\"")
            .text("\"><script>'&amp;'")
            .markup("\">")
            .text("<ž>");
        assert_eq!(
            html.into_string(),
            "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;amp;&#39;\">&lt;ž&gt;"
        );
    }
}
