//! SQL as text: where its quotes, comments, words and parentheses are.

/// A stretch of SQL: code, or something in quotes or a comment, which nobody may rewrite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece<'a> {
    Code(&'a str),
    Quoted(&'a str),
    Comment(&'a str),
}

/// Cuts SQL into pieces; put together again they are the text.
pub(super) fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < sql.len() {
        let rest = &sql[at..];
        let length = quoted_length(rest);
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        if start < at {
            pieces.push(Piece::Code(&sql[start..at]));
        }
        let text = &rest[..length];
        let comment = text.starts_with("--") || text.starts_with("/*");
        pieces.push(if comment { Piece::Comment(text) } else { Piece::Quoted(text) });
        at += length;
        start = at;
    }
    if start < sql.len() {
        pieces.push(Piece::Code(&sql[start..]));
    }
    pieces
}

/// How long the quoted text or comment at the beginning is; 0 if there is none.
fn quoted_length(rest: &str) -> usize {
    let until =
        |open: usize, close: &str| rest[open..].find(close).map_or(rest.len(), |found| open + found + close.len());
    match rest.as_bytes() {
        // A doubled quote ends one piece and begins the next, which comes to the same.
        [b'\'', ..] => until(1, "'"),
        [b'"', ..] => until(1, "\""),
        [b'-', b'-', ..] => rest.find('\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => until(2, "*/"),
        [b'$', b'$', ..] => until(2, "$$"),
        _ => 0,
    }
}

impl<'a> Piece<'a> {
    pub(super) fn text(self) -> &'a str {
        match self {
            Piece::Code(text) | Piece::Quoted(text) | Piece::Comment(text) => text,
        }
    }
}

/// Cuts code into words and what stands between them.
pub(super) fn words(code: &str) -> Vec<&str> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| part(c) != part(first)).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

pub(super) fn is_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// A word of the code, outside of quotes, and how many parentheses are open there.
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) depth: usize,
}

impl Word<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}

pub(super) fn positions(sql: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let (mut at, mut depth) = (0, 0usize);
    for piece in pieces(sql) {
        let Piece::Code(code) = piece else {
            at += piece.text().len();
            continue;
        };
        for text in words(code) {
            if is_word(text) {
                found.push(Word { text, start: at, end: at + text.len(), depth });
            }
            depth = text.chars().fold(depth, |depth, c| match c {
                '(' => depth + 1,
                ')' => depth.saturating_sub(1),
                _ => depth,
            });
            at += text.len();
        }
    }
    found
}

/// Where the parenthesis that opens at `open` closes.
pub(super) fn closing(sql: &str, open: usize) -> Option<usize> {
    let mut at = open;
    let mut depth = 0usize;
    for piece in pieces(&sql[open..]) {
        if let Piece::Code(code) = piece {
            for (offset, c) in code.char_indices() {
                match c {
                    '(' => depth += 1,
                    ')' if depth == 1 => return Some(at + offset),
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        at += piece.text().len();
    }
    None
}
