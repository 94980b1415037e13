//! Form bodies and query strings with PHP's bracket syntax (`contract/platform.md` 1.3).
//!
//! The semantics are those of PHP's `parse_str`, except that names are not mangled (P-10) and that
//! an `=` inside brackets belongs to the key:
//!
//! * names and values are percent-decoded first (`+` is a space, a stray `%` is itself), then the
//!   name is split at its brackets; keys are literal;
//! * what follows the last complete `[key]` is ignored (`a[b]c` is `a[b]`); an opening bracket that
//!   is never closed belongs to the name (`a[b` is a name) or, after a complete one, is ignored;
//! * a pair without a name (`=1`, `[a]=1`) is dropped;
//! * a scalar gives way to a container and the other way round: the last one wins.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::limits::{DecodeError, Limits, Meter};
use crate::node::{Map, Node, index_of_key};

/// Decodes a query string (without `?`) or an `application/x-www-form-urlencoded` body.
///
/// Bytes that are not percent-encoded are taken as they are. U+0000 becomes U+FFFD.
///
/// # Errors
/// [`DecodeError::NotUtf8`] when a name or value is not UTF-8 after decoding, and the two limits.
pub fn decode_form(input: &[u8], limits: Limits) -> Result<Map, DecodeError> {
    let mut builder = FormBuilder::new(limits);
    for pair in input.split(|byte| *byte == b'&') {
        if pair.is_empty() {
            continue;
        }
        let (name, value) = split_pair(pair);
        let name = percent_decode(name)?;
        let value = percent_decode(value)?.into_owned();
        builder.push(&name, Node::from(value))?;
    }
    Ok(builder.finish())
}

/// Splits at the first `=` outside brackets, else at the first `=`.
///
/// PHP takes the first `=` always; `filter[>=ID]=5`, as people write it by hand and as `encodeURI`
/// leaves it, would lose its key.
fn split_pair(pair: &[u8]) -> (&[u8], &[u8]) {
    let mut first = None;
    let mut is_open = false;
    for (index, byte) in pair.iter().enumerate() {
        match (byte, &pair[index + 1..]) {
            (b'[', _) | (b'%', [b'5', b'b' | b'B', ..]) => is_open = true,
            (b']', _) | (b'%', [b'5', b'd' | b'D', ..]) => is_open = false,
            (b'=', _) if is_open => first = first.or(Some(index)),
            (b'=', after) => return (&pair[..index], after),
            _ => {}
        }
    }
    match first {
        Some(index) => (&pair[..index], &pair[index + 1..]),
        None => (pair, &[]),
    }
}

/// Percent-decodes one name or value, with `+` as space.
///
/// # Errors
/// [`DecodeError::NotUtf8`].
pub fn percent_decode(input: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    if !input.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return std::str::from_utf8(input).map(Cow::Borrowed).map_err(|_| DecodeError::NotUtf8);
    }
    let mut bytes = Vec::with_capacity(input.len());
    let mut rest = input;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| DecodeError::NotUtf8)
}

fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Collects `(name, value)` pairs, such as the parts of a multipart body, into a tree.
///
/// Names are bracket paths and already decoded. Each pair costs time in proportion to its length.
pub struct FormBuilder {
    meter: Meter,
    root: Branch,
}

impl FormBuilder {
    /// An empty form.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { meter: Meter::new(limits), root: Branch::default() }
    }

    /// Adds one pair, replacing what had the same path.
    ///
    /// # Errors
    /// [`DecodeError::TooDeep`] and [`DecodeError::TooManyValues`].
    pub fn push(&mut self, name: &str, value: impl Into<Node>) -> Result<(), DecodeError> {
        let name = if name.as_bytes().contains(&0) { Cow::Owned(name.replace('\0', "\u{fffd}")) } else { name.into() };
        let (head, mut brackets) = split_name(&name);
        if head.is_empty() {
            return Ok(());
        }
        self.meter.leaf()?;
        let mut branch = &mut self.root;
        let mut key = Key::Named(head);
        let mut depth = 1;
        while let Some((next, rest)) = next_bracket(brackets) {
            depth += 1;
            self.meter.depth(depth)?;
            let Some(slot) = branch.slot(key) else {
                return Ok(());
            };
            if !matches!(slot, Slot::Branch(_)) {
                self.meter.container()?;
                *slot = Slot::Branch(Branch::default());
            }
            let Slot::Branch(inner) = slot else {
                return Ok(());
            };
            branch = inner;
            key = next;
            brackets = rest;
        }
        if let Some(slot) = branch.slot(key) {
            *slot = Slot::Leaf(value.into());
        }
        Ok(())
    }

    /// The finished tree. The root is a map even if all its keys are numbers (positional calls).
    #[must_use]
    pub fn finish(self) -> Map {
        match self.root.entries {
            Entries::Dense(slots) => {
                slots.into_iter().enumerate().map(|(index, slot)| (index.to_string(), slot.into_node())).collect()
            }
            Entries::Sparse(slots) => slots.into_iter().map(|(key, slot)| (key, slot.into_node())).collect(),
        }
    }
}

/// One step of a bracket path.
#[derive(Clone, Copy)]
enum Key<'a> {
    Named(&'a str),
    /// `[]`: one more than the greatest number so far.
    Next,
}

/// Splits `a[b][c]` into `a` and `[b][c]`. Without a complete bracket everything is the name.
fn split_name(name: &str) -> (&str, &str) {
    match name.find('[') {
        Some(open) if name[open..].contains(']') => name.split_at(open),
        _ => (name, ""),
    }
}

/// Takes `[key]` off the front; `[ ]` with one blank is `[]`, as in PHP.
fn next_bracket(brackets: &str) -> Option<(Key<'_>, &str)> {
    let inner = brackets.strip_prefix('[')?;
    let close = inner.find(']')?;
    let (key, rest) = (&inner[..close], &inner[close + 1..]);
    let is_next = key.is_empty() || (key.len() == 1 && key.as_bytes()[0].is_ascii_whitespace());
    Some((if is_next { Key::Next } else { Key::Named(key) }, rest))
}

/// A container under construction.
#[derive(Default)]
struct Branch {
    entries: Entries,
    /// The number that `[]` takes next; `None` when numbers have run out, as in PHP.
    next: NextIndex,
}

enum Entries {
    /// All keys so far are 0..n-1 in order: no key texts, no hashing.
    Dense(Vec<Slot>),
    /// Some key broke that order. Nothing is ever removed, so it can never be dense again.
    Sparse(IndexMap<String, Slot>),
}

impl Default for Entries {
    fn default() -> Self {
        Self::Dense(Vec::new())
    }
}

#[derive(Clone, Copy)]
struct NextIndex(Option<i64>);

impl Default for NextIndex {
    fn default() -> Self {
        Self(Some(0))
    }
}

enum Slot {
    Leaf(Node),
    Branch(Branch),
}

impl Branch {
    /// The place for a key, made if it is new; `None` when there is no next number.
    fn slot(&mut self, key: Key<'_>) -> Option<&mut Slot> {
        let (index, name) = match key {
            Key::Named(name) => (index_of_key(name), Cow::Borrowed(name)),
            Key::Next => {
                let index = self.next.0?;
                (Some(index), Cow::Owned(String::new()))
            }
        };
        if let (Some(index), Some(next)) = (index, self.next.0)
            && index >= next
        {
            self.next.0 = index.checked_add(1);
        }
        if let Entries::Dense(slots) = &mut self.entries {
            let position = index.and_then(|index| usize::try_from(index).ok());
            if position.is_none_or(|position| position > slots.len()) {
                self.entries = Entries::Sparse(with_names(std::mem::take(slots)));
            }
        }
        let vacant = || Slot::Leaf(Node::Null);
        match (&mut self.entries, index) {
            (Entries::Dense(slots), Some(index)) => {
                let position = usize::try_from(index).ok()?;
                if position == slots.len() {
                    slots.push(vacant());
                }
                slots.get_mut(position)
            }
            (Entries::Dense(_), None) => None,
            (Entries::Sparse(slots), index) => {
                let name = match (key, index) {
                    (Key::Next, Some(index)) => Cow::Owned(index.to_string()),
                    _ => name,
                };
                let position = match slots.get_index_of(name.as_ref()) {
                    Some(position) => position,
                    None => slots.insert_full(name.into_owned(), vacant()).0,
                };
                slots.get_index_mut(position).map(|(_, slot)| slot)
            }
        }
    }
}

fn with_names(slots: Vec<Slot>) -> IndexMap<String, Slot> {
    slots.into_iter().enumerate().map(|(index, slot)| (index.to_string(), slot)).collect()
}

impl Slot {
    fn into_node(self) -> Node {
        match self {
            Self::Leaf(node) => node,
            Self::Branch(Branch { entries: Entries::Dense(slots), .. }) => {
                Node::List(slots.into_iter().map(Self::into_node).collect())
            }
            Self::Branch(Branch { entries: Entries::Sparse(slots), .. }) => {
                Node::Map(slots.into_iter().map(|(key, slot)| (key, slot.into_node())).collect())
            }
        }
    }
}
