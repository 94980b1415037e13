//! Where a call goes (`contract/platform.md` 1.1, P-01, P-02; `contract/clients.md` rule 1).

use percent_encoding::percent_decode_str;

/// What a path under `/rest` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A method of this dialect.
    Method(RestPath),
    /// `/rest/api/…`: REST 3.0, which is not offered (P-21); see
    /// [`crate::envelope::method_not_found_v3`].
    V3,
}

/// A call: who, what, and the format of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestPath {
    /// User id and secret code of an incoming webhook. A user id beyond `i64` is `i64::MAX`: it
    /// belongs to nobody, and the answer is that of a wrong code.
    pub webhook: Option<(i64, String)>,
    /// Lower case, without suffix. Empty for `/rest/` alone; with slashes inside when there were
    /// too many segments. Both are unknown methods.
    pub method: String,
    /// From the suffix.
    pub format: Format,
}

/// The format of an answer; `.xml` selects XML, `.json` or nothing JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// `application/json; charset=utf-8`.
    #[default]
    Json,
    /// `text/xml; charset=utf-8`.
    Xml,
}

/// Parses the path of a request as it came, without its query string.
///
/// Percent-decoded once; repeated and trailing slashes do not count. `None` when it is not under
/// `/rest` (any letter case) or not UTF-8.
#[must_use]
pub fn parse_path(path: &str) -> Option<Route> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    if !segments.next()?.eq_ignore_ascii_case("rest") {
        return None;
    }
    let segments: Vec<&str> = segments.collect();
    let (webhook, method) = match segments.as_slice() {
        [api, ..] if api.eq_ignore_ascii_case("api") => return Some(Route::V3),
        [user, code, method @ ..] if is_digits(user) && !method.is_empty() => {
            (Some((user.parse().unwrap_or(i64::MAX), (*code).to_owned())), method)
        }
        method => (None, method),
    };
    let method = method.join("/");
    let (method, format) = split_suffix(&method);
    Some(Route::Method(RestPath { webhook, method: method.to_lowercase(), format }))
}

/// Takes exactly one `.json` or `.xml` off a method name, in any case (P-01).
pub(crate) fn split_suffix(method: &str) -> (&str, Format) {
    match method.rsplit_once('.') {
        Some((name, suffix)) if suffix.eq_ignore_ascii_case("json") => (name, Format::Json),
        Some((name, suffix)) if suffix.eq_ignore_ascii_case("xml") => (name, Format::Xml),
        _ => (method, Format::Json),
    }
}

fn is_digits(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_digit())
}
