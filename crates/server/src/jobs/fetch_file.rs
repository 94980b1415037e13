//! Fetches attachments and pictures of users (D-31). What a file is, is told by its content, never by what its server says.

use desk::Result;
use desk::files::{self, Content, File, State};
use desk::jobs::{Job, JobKind};

use super::{Ended, Kind};
use crate::app::{App, SharedApp};
use crate::contents;
use crate::outgoing::Failure;
use crate::telemetry;

/// Pauses between attempts, seconds; after the last one the file has failed.
const PAUSES_S: &[i64] = &[5, 30, 120, 600];

/// Pause until a file is looked at again whose host has as many places as it may, milliseconds.
const HOST_IS_BUSY_MS: i64 = 5_000;

pub(super) fn kind(app: &App) -> Kind {
    Kind { kinds: &[JobKind::FetchFile], at_once: app.config.files.concurrency }
}

/// Why a file could not be had.
enum Trouble {
    /// Trying again may help.
    Passing(String),
    /// It will not.
    Lasting(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        let reason = failure.to_string();
        match failure {
            Failure::Unreachable(_) | Failure::Status(408 | 425 | 429 | 500..=599) => Trouble::Passing(reason),
            Failure::Refused(_) | Failure::TooLarge(_) | Failure::Status(_) => Trouble::Lasting(reason),
        }
    }
}

impl From<contents::Trouble<Failure>> for Trouble {
    fn from(trouble: contents::Trouble<Failure>) -> Trouble {
        match trouble {
            contents::Trouble::Broken(failure) => failure.into(),
            contents::Trouble::TooLarge(bytes_max) => Failure::TooLarge(bytes_max).into(),
            contents::Trouble::Unwritable | contents::Trouble::Refused(_) => {
                Trouble::Passing("it could not be stored".to_owned())
            }
        }
    }
}

pub(super) async fn run(app: SharedApp, job: Job) -> Result<Ended> {
    let file_id = job.subject_id;
    let Some(file) = app.read(move |tx| files::find(tx, file_id)).await? else { return Ok(Ended::Done) };
    if file.state != State::Loading {
        return Ok(Ended::Done);
    }
    let Some(mut place) = app.hosts.enter(host(&file), app.config.files.concurrency) else {
        return Ok(Ended::NotYet(app.clock.now_ms() + HOST_IS_BUSY_MS));
    };
    let fetched = fetch(&app, &file).await;
    place.landed(!matches!(fetched, Err(Trouble::Passing(_))));
    let now = app.clock.now_ms();
    match fetched {
        Ok(content) => {
            telemetry::file_fetched("ready");
            app.change(now, 0, move |change| files::set_ready(change, &file, &content)).await?;
            Ok(Ended::Done)
        }
        Err(Trouble::Passing(reason)) if let Some(pause_s) = pause_s(job.attempts) => {
            telemetry::file_fetched("retried");
            Ok(Ended::Again(now + pause_s * 1000, reason))
        }
        Err(Trouble::Passing(reason) | Trouble::Lasting(reason)) => {
            tracing::info!(file = file.id, reason, "a file could not be fetched");
            telemetry::file_fetched("failed");
            app.change(now, 0, move |change| files::set_failed(change, &file, &reason)).await?;
            Ok(Ended::Done)
        }
    }
}

/// Who is asked for a file; an address that names nobody is refused by and by.
fn host(file: &File) -> String {
    let url = url::Url::parse(&file.source_url).ok();
    url.map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn pause_s(attempts: i64) -> Option<i64> {
    PAUSES_S.get(usize::try_from(attempts).ok()?).copied()
}

async fn fetch(app: &App, file: &File) -> std::result::Result<Content, Trouble> {
    let download = app.outgoing.fetch(&file.source_url, app.config.files.bytes_max).await?;
    let pieces = futures::stream::try_unfold(download, async |mut download| {
        Ok(download.chunk().await?.map(|piece| (piece, download)))
    });
    let content = contents::take_in(app, file.id, pieces).await?;
    if file.purpose == "avatar" && !contents::is_picture(&content.mime) {
        return Err(Trouble::Lasting("it is not a picture".to_owned()));
    }
    Ok(content)
}
