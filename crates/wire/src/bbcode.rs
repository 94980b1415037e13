//! BB codes of messages (`contract/openlines.md` 5.1): to plain text, and to safe HTML.
//!
//! Tag names match in any case (D-84). Unknown, malformed and unclosed tags are text, and HTML in a
//! text is text (D-85). Everything takes time in proportion to the length of the text; tags nest up
//! to 32 deep, deeper ones are text.

mod parse;
mod render;

/// The text without its tags: for search, notifications and lists.
///
/// `[br]` is a line feed, `[url=…]text[/url]` its text, an image its address, a `[timestamp]` the
/// time in UTC; quote marks are left out.
#[must_use]
pub fn strip(text: &str) -> String {
    render::plain(&parse::parse(text))
}

/// The text as HTML for `textlegacy` and for display.
///
/// Only elements made here: `b i u s span a img code time blockquote br`. Links lead to `http`,
/// `https`, `mailto`, `tel` or a path of this host; a tag with another address is text. Mentions,
/// commands and files are `span`s with `data-` attributes.
#[must_use]
pub fn to_html(text: &str) -> String {
    render::html(&parse::parse(text))
}

/// An operator's text with the signature in the captured form `[b]Name:[/b][br] text`
/// (`contract/clients.md` rule 10, which overrides D-76).
#[must_use]
pub fn signature(name: &str, text: &str) -> String {
    format!("[b]{name}:[/b][br] {text}")
}
