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
        let room = contents::HEAD_BYTES.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..room]);
        writing.push(&chunk).await?;
    }
    writing.finish().await?;
    let content = contents::describe(app, file.id, &head, size_bytes).await?;
    if file.purpose == "avatar" && !contents::is_picture(&content.mime) {
        return Err(Trouble::Lasting("it is not a picture".to_owned()));
    }
    Ok(content)
}
