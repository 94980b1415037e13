//! What a request passes before anything is done for it, whichever door it comes to: https where that is wanted, the limits on
//! how often, and who calls.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::HeaderMap;
use desk::Millis;
use ipnet::IpNet;

use super::session::{self, Proof};
use crate::app::App;
use crate::auth::{self, Caller, Presented};
use crate::rest::RestError;

/// Where a request comes from, as far as the proxies in front are trusted (P-05).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// An IPv4 address is one, also where it came over IPv6.
    pub address: IpAddr,
    https: bool,
}

impl Origin {
    fn of(proxies: &[IpNet], peer: SocketAddr, headers: &HeaderMap) -> Origin {
        let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(&address));
        let mut address = peer.ip().to_canonical();
        if !trusted(address) {
            return Origin { address, https: false };
        }
        // Each proxy adds to the end whom it was called by. Before one that is not trusted, or cannot be read, anything may
        // have been made up.
        for hop in listed(headers, "x-forwarded-for").into_iter().rev() {
            let Some(hop) = address_of(hop) else { break };
            address = hop;
            if !trusted(hop) {
                break;
            }
        }
        let last = listed(headers, "x-forwarded-proto").pop();
        Origin { address, https: last.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https")) }
    }

    /// Where the request comes from, if it came in a way that is allowed.
    ///
    /// # Errors
    /// `INVALID_REQUEST` when it did not come by https, and has to.
    pub fn admit(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Result<Origin, RestError> {
        let origin = Origin::of(&app.config.server.trusted_proxies, peer, headers);
        match app.config.server.require_https && !origin.https {
            true => Err(RestError::invalid_request("Https required")),
            false => Ok(origin),
        }
    }
}

/// The values of a header whose lines are lists: several lines are one list.
fn listed<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h [u8]> {
    let lines = headers.get_all(name).into_iter();
    let values = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    values.filter(|value| !value.is_empty()).collect()
}

/// The address of a hop, which some proxies write with a port.
fn address_of(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?;
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// Counts a request of somebody who has no limit of their own.
///
/// # Errors
/// `QUERY_LIMIT_EXCEEDED`.
pub(super) fn count(app: &App, from: IpAddr, now: Millis) -> Result<(), RestError> {
    if app.rate.allow(from.into(), now) { Ok(()) } else { Err(RestError::query_limit_exceeded()) }
}

/// Finds out who calls, within the limits on how often. People behind one address share it, so a browser has a limit of
/// its own; guessing cookies counts for the address.
///
/// # Errors
/// `QUERY_LIMIT_EXCEEDED` and those of [`auth::authenticate`].
pub(super) async fn admit(
    app: &App,
    from: IpAddr,
    presented: Presented,
    now: Millis,
) -> Result<Arc<Caller>, RestError> {
    let browser = matches!(presented, Presented::Browser(_));
    if !browser {
        count(app, from, now)?;
    }
    let caller = match auth::authenticate(app, presented, now).await {
        Err(error) if browser => return count(app, from, now).and(Err(error)),
        caller => caller?,
    };
    if caller.browser().is_some_and(|session| !app.browser_calls.allow(session.id, now)) {
        return Err(RestError::query_limit_exceeded());
    }
    Ok(caller)
}

/// A browser in which somebody is signed in.
pub(super) struct Browser {
    pub address: IpAddr,
    /// What it showed, for asking again later.
    pub presented: Presented,
    pub caller: Arc<Caller>,
}

/// Lets in a browser in which somebody is signed in, and nobody else.
///
/// # Errors
/// `NO_AUTH_FOUND` without a cookie; those of [`Origin::admit`], [`session::presented`] and [`admit`].
pub(super) async fn browser(
    app: &App,
    peer: SocketAddr,
    headers: &HeaderMap,
    proof: Proof,
) -> Result<Browser, RestError> {
    let origin = Origin::admit(app, peer, headers)?;
    let presented = session::presented(app, headers, proof)?;
    let caller = admit(app, origin.address, presented.clone(), app.clock.now_ms()).await?;
    Ok(Browser { address: origin.address, presented, caller })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let proxies = ["10.0.0.0/8", "2001:db8:1::/48"].map(|network| network.parse().unwrap());
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        Origin::of(&proxies, SocketAddr::new(peer.parse().unwrap(), 4711), &headers).address.to_string()
    }

    #[test]
    fn only_what_trusted_proxies_saw_is_believed() {
        for (peer, forwarded, expected) in [
            ("9.9.9.9", &["1.1.1.1"][..], "9.9.9.9"),
            ("10.0.0.2", &[], "10.0.0.2"),
            ("10.0.0.2", &["6.6.6.6, 1.1.1.1"], "1.1.1.1"),
            ("10.0.0.2", &["6.6.6.6", "1.1.1.1"], "1.1.1.1"),
            ("10.0.0.2", &["6.6.6.6", "1.1.1.1, 10.0.0.3"], "1.1.1.1"),
            ("10.0.0.2", &["6.6.6.6, 1.1.1.1:443,"], "1.1.1.1"),
            ("10.0.0.2", &["6.6.6.6, [2001:db8::1]:443"], "2001:db8::1"),
            ("10.0.0.2", &["6.6.6.6, [2001:db8::1]"], "2001:db8::1"),
            ("10.0.0.2", &["6.6.6.6, unknown"], "10.0.0.2"),
            ("10.0.0.2", &["6.6.6.6, 1.1.1.1.1, 10.0.0.3"], "10.0.0.3"),
            ("10.0.0.2", &["10.0.0.9, 10.0.0.3"], "10.0.0.9"),
            ("2001:db8:1::5", &["6.6.6.6, 2001:db8::7"], "2001:db8::7"),
            // A socket that listens on [::] shows IPv4 callers like this.
            ("::ffff:10.0.0.2", &["6.6.6.6, ::ffff:1.1.1.1"], "1.1.1.1"),
            ("::ffff:9.9.9.9", &["1.1.1.1"], "9.9.9.9"),
        ] {
            assert_eq!(address(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }
}
