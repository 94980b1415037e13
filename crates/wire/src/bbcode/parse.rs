//! A text into pieces, in one pass over its blocks and one over its tags.

/// A part of a message. Every `Open` and `QuoteStart` has its end, properly nested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Break,
    Open(Tag<'a>),
    Close(Tag<'a>),
    QuoteStart,
    QuoteEnd,
    Code(&'a str),
    Link(&'a str),
    Phone(&'a str),
    Image { url: &'a str, size: &'static str },
    Icon { url: &'a str, size: Option<u8>, title: &'a str },
    Time { unix_s: i64 },
    File { id: &'a str },
}

/// A tag around text, its argument checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Tag<'a> {
    Bold,
    Italic,
    Underline,
    Strike,
    Size(u8),
    Color(&'a str),
    Link(&'a str),
    Phone(&'a str),
    User(&'a str),
    Chat(&'a str),
    Context(&'a str),
    Put(&'a str),
    Send(&'a str),
}

/// Tags open at one time; it bounds the search for the partner of a closing tag.
const NESTING_MAX: usize = 32;

/// The last second of the year 9999.
const UNIX_S_MAX: i64 = 253_402_300_799;

pub(super) fn parse(text: &str) -> Vec<Piece<'_>> {
    let lower = text.to_ascii_lowercase();
    let mut pieces = Vec::new();
    for block in blocks(text, &lower) {
        match block {
            Block::Plain { start, end } => {
                inline(&mut pieces, &text[start..end], &lower[start..end]);
            }
            Block::Fenced { start, end } => {
                pieces.push(Piece::QuoteStart);
                inline(&mut pieces, &text[start..end], &lower[start..end]);
                pieces.push(Piece::QuoteEnd);
            }
            Block::Quoted { lines } => {
                pieces.push(Piece::QuoteStart);
                for (index, line) in lines.iter().enumerate() {
                    if index > 0 {
                        pieces.push(Piece::Break);
                    }
                    let start = line.start + 2;
                    inline(&mut pieces, &text[start..line.end], &lower[start..line.end]);
                }
                pieces.push(Piece::QuoteEnd);
            }
        }
    }
    pieces
}

enum Block {
    Plain {
        start: usize,
        end: usize,
    },
    /// Between two lines of hyphens.
    Fenced {
        start: usize,
        end: usize,
    },
    /// Lines that begin with `>>`.
    Quoted {
        lines: Vec<Line>,
    },
}

#[derive(Clone, Copy)]
struct Line {
    start: usize,
    /// Without the line feed.
    end: usize,
    kind: LineKind,
}

#[derive(Clone, Copy, PartialEq)]
enum LineKind {
    Text,
    Fence,
    Quoted,
}

fn blocks(text: &str, lower: &str) -> Vec<Block> {
    let lines = lines(text, lower);
    let mut fences = (0..lines.len()).filter(|index| lines[*index].kind == LineKind::Fence).peekable();
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        while fences.peek().is_some_and(|fence| *fence <= at) {
            fences.next();
        }
        let mut end = at + 1;
        match (lines[at].kind, fences.peek()) {
            (LineKind::Fence, Some(&close)) => {
                let start = lines[at + 1].start;
                // Two fences in a row: nothing between them.
                let inner_end = if close == at + 1 { start } else { lines[close - 1].end };
                blocks.push(Block::Fenced { start, end: inner_end });
                at = close + 1;
                continue;
            }
            (LineKind::Quoted, _) => {
                while end < lines.len() && lines[end].kind == LineKind::Quoted {
                    end += 1;
                }
                blocks.push(Block::Quoted { lines: lines[at..end].to_vec() });
            }
            // A fence without a partner is text.
            (LineKind::Text | LineKind::Fence, _) => {
                while end < lines.len() && lines[end].kind == LineKind::Text {
                    end += 1;
                }
                blocks.push(Block::Plain { start: lines[at].start, end: lines[end - 1].end });
            }
        }
        at = end;
    }
    blocks
}

/// The lines of a text. Those inside `[code]` are never marks.
fn lines(text: &str, lower: &str) -> Vec<Line> {
    let mut codes = code_spans(lower).into_iter().peekable();
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        while codes.peek().is_some_and(|(_, end)| *end <= start) {
            codes.next();
        }
        let is_code = codes.peek().is_some_and(|(code, _)| *code < start);
        let kind = if is_code { LineKind::Text } else { line_kind(line) };
        lines.push(Line { start, end: start + line.len(), kind });
        start += line.len() + 1;
    }
    lines
}

fn line_kind(line: &str) -> LineKind {
    let mark = line.trim_end();
    if mark.len() >= 6 && mark.bytes().all(|byte| byte == b'-') {
        LineKind::Fence
    } else if line.starts_with(">>") {
        LineKind::Quoted
    } else {
        LineKind::Text
    }
}

/// Where `[code]…[/code]` stands, in order.
fn code_spans(lower: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(open) = lower[from..].find("[code]").map(|found| from + found) {
        let Some(close) = lower[open..].find("[/code]").map(|found| open + found) else {
            break;
        };
        from = close + "[/code]".len();
        spans.push((open, from));
    }
    spans
}

/// Appends the pieces of a text without blocks.
fn inline<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str, lower: &str) {
    // Opening tags stand as text until their partner turns up.
    let mut open: Vec<(usize, Tag<'a>)> = Vec::new();
    let mut code_may_end = true;
    let mut at = 0;
    while at < text.len() {
        let Some(bracket) = text[at..].find('[').map(|found| at + found) else {
            break;
        };
        push_text(pieces, &text[at..bracket]);
        let Some(end) = tag_end(text, bracket) else {
            pieces.push(Piece::Text(&text[bracket..=bracket]));
            at = bracket + 1;
            continue;
        };
        let (source, name) = (&text[bracket..end], &lower[bracket + 1..end - 1]);
        at = end;
        if name == "code" && code_may_end {
            if let Some(length) = lower[end..].find("[/code]") {
                pieces.push(Piece::Code(&text[end..end + length]));
                at = end + length + "[/code]".len();
                continue;
            }
            // Looking again for every `[code]` would be quadratic.
            code_may_end = false;
        }
        if let Some(name) = name.strip_prefix('/') {
            close(pieces, &mut open, name.trim(), source);
        } else if let Some((piece, next)) = with_raw_text(text, lower, bracket, end) {
            pieces.push(piece);
            at = next;
        } else if let Some(piece) = standalone(&text[bracket + 1..end - 1]) {
            pieces.push(piece);
        } else {
            if let Some(tag) = opening(&text[bracket + 1..end - 1])
                && open.len() < NESTING_MAX
            {
                open.push((pieces.len(), tag));
            }
            pieces.push(Piece::Text(source));
        }
    }
    push_text(pieces, &text[at..]);
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
}

/// The end of the tag that begins at this bracket, if a `]` comes before the next `[`.
fn tag_end(text: &str, bracket: usize) -> Option<usize> {
    let inner = bracket + 1;
    let found = inner + text[inner..].find(['[', ']', '\n'])?;
    text[found..].starts_with(']').then_some(found + 1)
}

/// Makes an opening tag and its partner real; opening tags between them stay text.
fn close<'a>(pieces: &mut Vec<Piece<'a>>, open: &mut Vec<(usize, Tag<'a>)>, name: &str, source: &'a str) {
    let Some(position) = open.iter().rposition(|(_, tag)| tag.name() == name) else {
        pieces.push(Piece::Text(source));
        return;
    };
    let (index, tag) = open[position];
    open.truncate(position);
    pieces[index] = Piece::Open(tag);
    pieces.push(Piece::Close(tag));
}

impl Tag<'_> {
    fn name(self) -> &'static str {
        match self {
            Self::Bold => "b",
            Self::Italic => "i",
            Self::Underline => "u",
            Self::Strike => "s",
            Self::Size(_) => "size",
            Self::Color(_) => "color",
            Self::Link(_) => "url",
            Self::Phone(_) => "call",
            Self::User(_) => "user",
            Self::Chat(_) => "chat",
            Self::Context(_) => "context",
            Self::Put(_) => "put",
            Self::Send(_) => "send",
        }
    }
}

/// `name`, `name=argument` or `name attributes`.
fn split_tag(inner: &str) -> (String, Option<&str>, &str) {
    let end = inner.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(inner.len());
    let (name, rest) = (inner[..end].to_ascii_lowercase(), &inner[end..]);
    match rest.strip_prefix('=') {
        Some(argument) => (name, Some(argument.trim()), ""),
        None => (name, None, rest),
    }
}

/// A tag around text, such as `b` or `url=https://…`.
fn opening(inner: &str) -> Option<Tag<'_>> {
    let (name, argument, rest) = split_tag(inner);
    let plain = match name.as_str() {
        "b" => Some(Tag::Bold),
        "i" => Some(Tag::Italic),
        "u" => Some(Tag::Underline),
        "s" => Some(Tag::Strike),
        _ => None,
    };
    let Some(argument) = argument else {
        return plain.filter(|_| rest.trim().is_empty());
    };
    match name.as_str() {
        "size" => argument.parse::<u32>().ok().and_then(|size| u8::try_from(size.clamp(8, 30)).ok()).map(Tag::Size),
        "color" => is_color(argument).then_some(Tag::Color(argument)),
        "url" => safe_url(argument).map(Tag::Link),
        "call" => is_phone(argument).then_some(Tag::Phone(argument)),
        "user" => {
            // `[USER=1 REPLACE]` is seen in system texts.
            let id = argument.split(' ').next().unwrap_or_default();
            (is_digits(id) || id.eq_ignore_ascii_case("all")).then_some(Tag::User(id))
        }
        "chat" => is_digits(argument.strip_prefix("imol|").unwrap_or(argument)).then_some(Tag::Chat(argument)),
        "context" => is_context(argument).then_some(Tag::Context(argument)),
        "put" => Some(Tag::Put(argument)),
        "send" => Some(Tag::Send(argument)),
        _ => None,
    }
}

/// A tag without a partner.
fn standalone(inner: &str) -> Option<Piece<'_>> {
    let (name, argument, rest) = split_tag(inner);
    match (name.as_str(), argument) {
        ("br", None) if rest.trim().is_empty() => Some(Piece::Break),
        ("disk", Some(id)) if is_digits(id) => Some(Piece::File { id }),
        ("timestamp", Some(argument)) => {
            let unix_s = argument.split(' ').next()?.parse().ok()?;
            (0..=UNIX_S_MAX).contains(&unix_s).then_some(Piece::Time { unix_s })
        }
        ("icon", Some(argument)) => {
            let (url, attributes) = argument.split_once(' ').unwrap_or((argument, ""));
            let size = attributes.split(' ').find_map(|word| word.strip_prefix("size=")?.parse().ok());
            let title = attributes.split_once("title=").map_or("", |(_, title)| title);
            let title = title.split_once(" size=").map_or(title, |(title, _)| title);
            Some(Piece::Icon { url: safe_url(url)?, size, title: title.trim() })
        }
        _ => None,
    }
}

/// A tag whose text is an address: `[url]…[/url]`, `[call]…[/call]`, `[img size=…]… [/img]`.
/// Returns where it ends.
fn with_raw_text<'a>(text: &'a str, lower: &str, bracket: usize, end: usize) -> Option<(Piece<'a>, usize)> {
    let (name, argument, attributes) = split_tag(&lower[bracket + 1..end - 1]);
    if argument.is_some() || !matches!(name.as_str(), "url" | "call" | "img") {
        return None;
    }
    let content = text[end..].split('[').next()?;
    let after = end + content.len();
    let closing = format!("[/{name}]");
    if !lower[after..].starts_with(&closing) {
        return None;
    }
    let content = content.trim();
    let piece = match name.as_str() {
        "url" => Piece::Link(safe_url(content)?),
        "call" => Piece::Phone(Some(content).filter(|number| is_phone(number))?),
        _ => Piece::Image { url: safe_url(content)?, size: image_size(attributes) },
    };
    Some((piece, after + closing.len()))
}

fn image_size(attributes: &str) -> &'static str {
    match attributes.trim().strip_prefix("size=") {
        Some("small") => "small",
        Some("large") => "large",
        _ => "medium",
    }
}

/// The address if following it cannot run anything.
fn safe_url(url: &str) -> Option<&str> {
    const SCHEMES: [&str; 4] = ["http://", "https://", "mailto:", "tel:"];
    let starts_with = |scheme: &&str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    let is_clean = !url.chars().any(|character| character.is_control() || character.is_whitespace());
    (is_clean && (is_path || SCHEMES.iter().any(starts_with))).then_some(url)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_phone(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-() #*".contains(&byte))
}

fn is_context(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/:-_".contains(&byte))
}
