//! Starting and stopping a server: database, migrations, portal, jobs, listener.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use store::{Options, Store};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::{Address, App, SharedApp, Wakers};
use crate::auth::CallerCache;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::Config;
use crate::feed::{self, Feed};
use crate::files::FileStore;
use crate::http::body::Bodies;
use crate::http::listener::{Limited, Peer};
use crate::intake::{self, Intake};
use crate::jobs::Hosts;
use crate::long_reads::LongReads;
use crate::operating::Operating;
use crate::outgoing::Outgoing;
use crate::rate::RateLimiter;
use crate::rest::Methods;
use crate::sign_in::SignIn;
use crate::{contents, http, jobs, telemetry};

/// A server that listens.
pub struct Server {
    /// Its portal.
    pub app: SharedApp,
    /// Where it listens.
    pub listening: SocketAddr,
    stop: watch::Sender<bool>,
    listener: tokio::task::JoinHandle<()>,
    intake: tokio::task::JoinHandle<()>,
    jobs: JoinSet<()>,
}

/// Opens the database, brings it up to date and creates the portal if there is none. Without a listener: what the command
/// line needs.
///
/// # Errors
/// A text that says what could not be done and to what.
pub async fn open(config: Config, clock: Clock, chance: Chance, listening: SocketAddr) -> Result<SharedApp, String> {
    let url = config.database_url();
    let store = open_store(&config).await?;
    store.migrate(desk::MIGRATIONS).await.map_err(|error| format!("migrating {}: {error}", masked(&url)))?;
    let (now, member_id) = (clock.now_ms(), chance.hex(16));
    let portal = store
        .write(move |tx| desk::settings::create_portal(tx, now, &member_id))
        .await
        .map_err(|error| format!("creating the portal: {error}"))?;
    let zone = &config.server.time_zone;
    let time_zone = TimeZone::get(zone).map_err(|error| format!("server.time_zone {zone}: {error}"))?;
    Ok(Arc::new(App {
        address: Address::new(&config, listening)?,
        rate: RateLimiter::new(&config.rate),
        refreshes: RateLimiter::new(&http::oauth::REFRESHES),
        sign_in: SignIn::default(),
        browser_calls: RateLimiter::new(&http::session::CALLS),
        operating: Operating::new(&config.operating),
        outgoing: Outgoing::new(&config)?,
        files: FileStore::new(&config)?,
        bodies: Bodies::new(&config.server),
        hosts: Hosts::default(),
        decoding: Semaphore::new(contents::DECODED_AT_ONCE),
        methods: Methods::default(),
        intake: Intake::default(),
        callers: CallerCache::default(),
        feed: Feed::default(),
        long_reads: LongReads::default(),
        wakers: Wakers::default(),
        writer: Arc::new(desk::Writer::new(chance.number())),
        config,
        store,
        clock,
        chance,
        portal,
        time_zone,
    }))
}

/// Opens the database and nothing else; an SQLite file that does not exist is made.
///
/// # Errors
/// A text that names the database.
pub async fn open_store(config: &Config) -> Result<Store, String> {
    let url = config.database_url();
    let options = Options { readers: config.database.readers, ..Options::default() };
    Store::open(&url, options).await.map_err(|error| format!("database {}: {error}", masked(&url)))
}

/// The database's address without its password.
#[must_use]
pub fn masked(database_url: &str) -> String {
    match url::Url::parse(database_url) {
        Ok(mut url) if url.password().is_some() => {
            // Only addresses without a host refuse a password, and those have none.
            let _ = url.set_password(Some("***"));
            url.to_string()
        }
        _ => database_url.to_owned(),
    }
}

/// Makes the configured country the portal's. Only a server does: a command may be run with another configuration, and what
/// the tracker knew of the phones does not come back.
async fn adopt_country(app: &App) -> desk::Result<()> {
    let country = app.config.server.country.to_uppercase();
    let adopt = move |change: &mut desk::Change<'_, '_>| {
        if desk::settings::get(change.tx, desk::crm::COUNTRY_SETTING)?.as_deref() == Some(country.as_str()) {
            return Ok(());
        }
        desk::settings::set(change.tx, desk::crm::COUNTRY_SETTING, &country)?;
        desk::crm::multifields::normalise_phones(change.tx)
    };
    app.change(app.clock.now_ms(), 0, adopt).await
}

impl Server {
    /// Starts everything.
    ///
    /// # Errors
    /// A text that says what could not be done and to what.
    pub async fn start(config: Config, clock: Clock, chance: Chance) -> Result<Server, String> {
        let listen = config.server.listen;
        let socket = TcpListener::bind(listen).await.map_err(|error| format!("listening on {listen}: {error}"))?;
        let listening = socket.local_addr().map_err(|error| error.to_string())?;
        let app = open(config, clock, chance, listening).await?;
        adopt_country(&app).await.map_err(|error| format!("taking over server.country: {error}"))?;
        let (stop, stopped) = watch::channel(false);
        let mut jobs = jobs::spawn(&app, &stopped);
        jobs.spawn(telemetry::upkeep(stopped.clone()));
        jobs.spawn(feed::run(Arc::clone(&app), stopped.clone()));
        let intake = tokio::spawn(intake::run(Arc::clone(&app)));
        let service = http::router(Arc::clone(&app)).into_make_service_with_connect_info::<Peer>();
        // Twice: the request may take as long to arrive as the call then takes.
        let patience = 2 * app.config.request_timeout().max(Duration::from_secs(1));
        let socket = Limited::new(socket, app.config.server.connections_max, patience);
        let mut until = stopped.clone();
        let listener = tokio::spawn(async move {
            let shutdown = async move {
                // An error means that the server was dropped: stop as well.
                let _ = until.wait_for(|stopped| *stopped).await;
            };
            if let Err(error) = axum::serve(socket, service).with_graceful_shutdown(shutdown).await {
                tracing::error!(%error, "the listener ended");
            }
        });
        Ok(Server { app, listening, stop, listener, intake, jobs })
    }

    /// Stops: takes no new connections, answers calls in flight, lets jobs finish or hands them back, closes the database.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let grace = Duration::from_secs(self.app.config.server.shutdown_grace_s);
        if tokio::time::timeout(grace, &mut self.listener).await.is_err() {
            tracing::warn!(seconds = grace.as_secs(), "some calls were still running and are cut off");
            self.listener.abort();
        }
        self.intake.abort();
        let finishing = async { while self.jobs.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, finishing).await.is_err() {
            tracing::warn!(seconds = grace.as_secs(), "some jobs were still running; their leases will run out");
        }
        self.jobs.abort_all();
        self.app.store.close().await;
    }
}
