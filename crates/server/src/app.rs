//! Everything a portal needs, its start and its stop. Nothing is global, so one process can serve many portals.

use std::sync::Arc;

use desk::audit::Act;
use desk::inbound::CallOutcome;
use desk::settings::Portal;
use desk::{Cause, Change, Millis, Writer};
use jiff::tz::TimeZone;
use store::{Store, Tx};
use tokio::sync::{Notify, Semaphore};
use url::Url;

use crate::auth::CallerCache;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::feed::Feed;
use crate::files::FileStore;
use crate::http::body::Bodies;
use crate::intake::Intake;
use crate::jobs::Hosts;
use crate::long_reads::LongReads;
use crate::operating::Operating;
use crate::outgoing::Outgoing;
use crate::rate::{Network, RateLimiter};
use crate::rest::Methods;
use crate::sign_in::SignIn;

/// A running portal.
pub struct App {
    /// The configuration it was started with.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// This process's mark in the database, and what it remembers of it.
    pub writer: Arc<Writer>,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where secrets come from.
    pub chance: Chance,
    /// The portal's identity.
    pub portal: Portal,
    /// How it is reached from outside.
    pub address: Address,
    /// Time zone of dates in answers.
    pub time_zone: TimeZone,
    /// The table of REST methods.
    pub methods: Methods,
    /// Groups incoming messages into shared transactions.
    pub intake: Intake,
    /// Who a token or webhook code belongs to.
    pub callers: CallerCache,
    /// The protocol's request limit.
    pub rate: RateLimiter<Network>,
    /// The protocol's limit on refreshing tokens, per application.
    pub refreshes: RateLimiter<i64>,
    /// Bounds on guessing passwords.
    pub sign_in: SignIn,
    /// Limit on the calls of one browser session.
    pub browser_calls: RateLimiter<i64>,
    /// The protocol's operating time.
    pub operating: Operating,
    /// The only HTTP client.
    pub outgoing: Outgoing,
    /// Contents of files.
    pub files: FileStore,
    /// Room for the bodies of calls.
    pub bodies: Bodies,
    /// Hosts from which files are being fetched.
    pub hosts: Hosts,
    /// Taken while a picture is decoded.
    pub decoding: Semaphore,
    /// The line in which reports wait.
    pub long_reads: LongReads,
    /// Who listens to the live feed.
    pub feed: Feed,
    /// Woken after every commit; a hint, never the guarantee.
    pub wakers: Wakers,
}

/// Who waits for commits. Each also polls, so a lost hint costs a moment and nothing else.
#[derive(Debug, Default)]
pub struct Wakers {
    /// The delivery job.
    pub deliveries: Notify,
    /// The other jobs.
    pub jobs: Notify,
    /// The live feed.
    pub feed: Notify,
}

/// How the portal is reached from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `http://host:port`, without a slash at the end.
    pub portal_url: String,
    /// `host:port`, the port only if it is not the usual one.
    pub domain: String,
    /// The authorisation server's address, without a slash at the end.
    pub authorization_url: String,
    /// The authorisation server's host.
    pub authorization_domain: String,
}

impl Address {
    /// From the configured addresses; `listening` stands in for an empty one.
    ///
    /// # Errors
    /// A text that names the address and what is wrong with it.
    pub fn new(config: &Config, listening: std::net::SocketAddr) -> Result<Address, String> {
        let portal_url = match config.server.public_url.trim_end_matches('/') {
            "" => format!("http://{listening}"),
            url => url.to_owned(),
        };
        let authorization_url = match config.server.authorization_url.trim_end_matches('/') {
            "" => portal_url.clone(),
            url => url.to_owned(),
        };
        Ok(Address {
            domain: domain_of(&portal_url)?,
            authorization_domain: domain_of(&authorization_url)?,
            portal_url,
            authorization_url,
        })
    }

    /// REST base of the portal, with a slash at the end.
    #[must_use]
    pub fn client_endpoint(&self) -> String {
        format!("{}/rest/", self.portal_url)
    }

    /// REST base of the authorisation server, with a slash at the end.
    #[must_use]
    pub fn server_endpoint(&self) -> String {
        format!("{}/rest/", self.authorization_url)
    }
}

fn domain_of(address: &str) -> Result<String, String> {
    let url = Url::parse(address).map_err(|error| format!("{address}: {error}"))?;
    let host = url.host_str().ok_or_else(|| format!("{address}: no host"))?;
    Ok(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

impl App {
    /// Reads, on one of the reading threads.
    ///
    /// # Errors
    /// Those of the rule and of the database.
    pub async fn read<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.store.read(rule).await
    }

    /// [`App::read`] for what may take longer than others should wait: a search, a long list.
    ///
    /// # Errors
    /// Those of the rule and of the database.
    pub async fn read_long<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.store.read_long(rule).await
    }

    /// [`App::read_long`] for what may take very long, one after another: a report.
    ///
    /// # Errors
    /// [`store::Error::Busy`] when too many wait; those of the rule and of the database.
    pub async fn read_in_turn<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.long_reads.in_turn(&self.store, rule).await
    }

    /// Changes something; durable with its events and deliveries when it returns.
    ///
    /// # Errors
    /// Those of the rule and of the database; nothing is stored then.
    pub async fn change<T: Send + 'static>(
        &self,
        now: Millis,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.change_for(Cause { now, actor_id, ..Cause::default() }, rule).await
    }

    /// [`App::change`] by somebody at the command line; the act goes into the audit log.
    ///
    /// # Errors
    /// Those of the rule and of the database; nothing is stored then.
    pub async fn command<T: Send + 'static>(
        &self,
        kind: &'static str,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        let act = Act { kind, address: "command line".to_owned(), ..Act::default() };
        self.change_for(Cause { now: self.clock.now_ms(), act: Some(act), ..Cause::default() }, rule).await
    }

    /// [`App::change`] with everything that is to be known of its cause.
    ///
    /// # Errors
    /// Those of the rule and of the database; nothing is stored then.
    pub async fn change_for<T: Send + 'static>(
        &self,
        cause: Cause,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        let writer = Arc::clone(&self.writer);
        let result = self.store.write(move |tx| writer.change(tx, cause, rule)).await;
        if result.is_ok() {
            self.committed();
        }
        result
    }

    /// Changes something for the program itself, as [`Writer::work`] allows, and wakes nobody. Durable when it returns.
    ///
    /// All that changes something comes through here or [`App::change`]: a transaction that does not take its turn first
    /// could lock rows in another order than one of another process.
    ///
    /// # Errors
    /// Those of the rule and of the database; nothing is stored then.
    pub async fn work<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        let (writer, now) = (Arc::clone(&self.writer), self.clock.now_ms());
        self.store.write(move |tx| writer.work(tx, now, rule)).await
    }

    /// Accepts incoming messages; durable with their events and deliveries when it returns.
    ///
    /// # Errors
    /// Those of the database; nothing is stored then.
    pub async fn accept(&self, now: Millis, calls: Arc<Vec<desk::inbound::Call>>) -> desk::Result<Vec<CallOutcome>> {
        let writer = Arc::clone(&self.writer);
        let (outcomes, wake) = self.store.write(move |tx| writer.accept(tx, now, &calls)).await?;
        if wake.deliveries {
            self.wakers.deliveries.notify_one();
        }
        if wake.jobs {
            self.wakers.jobs.notify_waiters();
        }
        self.wakers.feed.notify_waiters();
        Ok(outcomes)
    }

    /// Tells those who wait for commits to look.
    pub fn committed(&self) {
        self.wakers.deliveries.notify_one();
        self.wakers.jobs.notify_waiters();
        self.wakers.feed.notify_waiters();
    }

    /// A moment as the protocol writes it: `2025-12-28T14:05:48+03:00`, in the portal's time zone.
    #[must_use]
    pub fn datetime(&self, at_ms: Millis) -> String {
        datetime(&self.time_zone, at_ms)
    }
}

/// [`App::datetime`] in a given time zone.
#[must_use]
pub fn datetime(time_zone: &TimeZone, at_ms: Millis) -> String {
    let timestamp = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(time_zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A shared portal.
pub type SharedApp = Arc<App>;
