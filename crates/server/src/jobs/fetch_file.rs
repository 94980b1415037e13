//! Fetches attachments and pictures of users (D-31). What a file is, is told by its content, never by what its server says.

mod picture;
mod sniff;

use desk::Result;
use desk::files::{self, Content, File, State};
use desk::jobs::{Job, JobKind};

use super::{Ended, Kind};
use crate::app::{App, SharedApp};
use crate::files::Part;
use crate::outgoing::Failure;
use crate::telemetry;

/// Pauses between attempts, seconds; after the last one the file has failed.
const PAUSES_S: &[i64] = &[5, 30, 120, 600];

/// Bytes of a secret; twice as many hexadecimal digits in the address.
const SECRET_BYTES: usize = 20;

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

impl From<object_store::Error> for Trouble {
    fn from(error: object_store::Error) -> Trouble {
        tracing::error!(%error, "a file could not be written");
        Trouble::Passing("it could not be stored".to_owned())
    }
}

pub(super) async fn run(app: SharedApp, job: Job) -> Result<Ended> {
    let file_id = job.subject_id;
    let Some(file) = app.read(move |tx| files::find(tx, file_id)).await? else { return Ok(Ended::Done) };
    if file.state != State::Loading {
        return Ok(Ended::Done);
    }
    let fetched = fetch(&app, &file).await;
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

fn pause_s(attempts: i64) -> Option<i64> {
    PAUSES_S.get(usize::try_from(attempts).ok()?).copied()
}

async fn fetch(app: &App, file: &File) -> std::result::Result<Content, Trouble> {
    let mut download = app.outgoing.fetch(&file.source_url, app.config.files.bytes_max).await?;
    let mut writing = app.files.write(file.id).await?;
    let mut head = Vec::new();
    let mut size_bytes = 0_i64;
    loop {
        let chunk = match download.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(failure) => {
                writing.give_up().await;
                return Err(failure.into());
            }
        };
        size_bytes += i64::try_from(chunk.len()).unwrap_or(0);
        let room = sniff::HEAD_BYTES.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..room]);
        writing.push(&chunk).await?;
    }
    writing.finish().await?;
    let mime = sniff::mime(&head);
    if file.purpose == "avatar" && !picture::is_readable(&mime) {
        return Err(Trouble::Lasting("it is not a picture".to_owned()));
    }
    let (size, has_preview) = match picture::is_readable(&mime) {
        true => picture(app, file.id, mime.clone()).await?,
        false => (picture::Size::default(), false),
    };
    let secret = app.chance.hex(SECRET_BYTES);
    Ok(Content { mime, size_bytes, width: size.width, height: size.height, has_preview, secret })
}

/// Measures a stored picture and makes its preview. A picture that cannot be read is a file like any other.
async fn picture(app: &App, id: i64, mime: String) -> std::result::Result<(picture::Size, bool), Trouble> {
    let Some(stored) = app.files.read(id, Part::Whole, None).await? else {
        return Err(Trouble::Passing("it could not be stored".to_owned()));
    };
    if stored.meta.size > picture::BYTES_MAX {
        return Ok((picture::Size::default(), false));
    }
    let content = stored.bytes().await?;
    let read = tokio::task::spawn_blocking(move || picture::read(&content, &mime)).await;
    let Ok(Some(read)) = read else { return Ok((picture::Size::default(), false)) };
    let Some(preview) = read.preview else { return Ok((read.size, false)) };
    app.files.put(id, Part::Preview, preview).await?;
    Ok((read.size, true))
}
