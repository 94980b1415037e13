//! What a request passes before anything is done for it, whichever door it comes to: https where that is wanted, the limits on
//! how often, and who calls.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::http::HeaderMap;
use desk::Millis;

use super::session::{self, Proof};
use crate::app::App;
use crate::auth::{self, Caller, Presented};
use crate::rest::RestError;

/// Where a request comes from, as far as the proxies in front are trusted (P-05).
pub(super) struct Origin {
    pub address: IpAddr,
    https: bool,
}

impl Origin {
    fn of(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Origin {
        let trusted =
            |address: &IpAddr| app.config.server.trusted_proxies.iter().any(|network| network.contains(address));
        if !trusted(&peer.ip()) {
            return Origin { address: peer.ip(), https: false };
        }
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let hops: Vec<IpAddr> =
            text("x-forwarded-for").split(',').filter_map(|address| address.trim().parse().ok()).collect();
        let address = hops.iter().rev().find(|address| !trusted(address)).copied().unwrap_or(peer.ip());
        Origin { address, https: text("x-forwarded-proto").eq_ignore_ascii_case("https") }
    }

    /// Where the request comes from, if it came in a way that is allowed.
    ///
    /// # Errors
    /// `INVALID_REQUEST` when it did not come by https, and has to.
    pub fn admit(app: &App, peer: SocketAddr, headers: &HeaderMap) -> Result<Origin, RestError> {
        let origin = Origin::of(app, peer, headers);
        match app.config.server.require_https && !origin.https {
            true => Err(RestError::invalid_request("Https required")),
            false => Ok(origin),
        }
    }
}

/// Counts a request of somebody who has no limit of their own.
///
/// # Errors
/// `QUERY_LIMIT_EXCEEDED`.
pub(super) fn count(app: &App, from: IpAddr, now: Millis) -> Result<(), RestError> {
    if app.rate.allow(from, now) { Ok(()) } else { Err(RestError::query_limit_exceeded()) }
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
