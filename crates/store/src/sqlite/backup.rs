//! A copy of the running database as one new file.

use std::path::Path;

use rusqlite::OpenFlags;
use rusqlite::backup::{Backup, StepResult};

use crate::Error;

/// Copies `source` to `target`, which must not exist. The target appears under its name when it is checked.
pub(super) fn backup(source: &Path, target: &Path) -> Result<(), Error> {
    if target.exists() {
        return Err(Error::database(format!("{} exists already: choose another name", target.display())));
    }
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let copied = copy(source, part).and_then(|()| {
        let io = |error: std::io::Error| Error::database(format!("cannot keep {}: {error}", target.display()));
        std::fs::File::open(part).and_then(|file| file.sync_all()).map_err(io)?;
        std::fs::rename(part, target).map_err(io)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)
    });
    if copied.is_err() {
        let _ = std::fs::remove_file(part);
    }
    copied
}

fn copy(source: &Path, part: &Path) -> Result<(), Error> {
    let refused = |error: rusqlite::Error| Error::database(format!("backup to {}: {error}", part.display()));
    // Only a leftover of an interrupted backup can be there.
    let _ = std::fs::remove_file(part);
    super::create_file(part)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = rusqlite::Connection::open_with_flags(source, flags).map_err(refused)?;
    from.busy_timeout(super::BUSY_TIMEOUT).map_err(refused)?;
    let mut to = rusqlite::Connection::open(part).map_err(refused)?;
    {
        let backup = Backup::new(&from, &mut to).map_err(refused)?;
        // In one step, which is one consistent view: in several, each commit meanwhile would start it anew.
        match backup.step(-1).map_err(refused)? {
            StepResult::Done => {}
            other => {
                return Err(Error::database(format!("backup to {}: {other:?}", part.display())));
            }
        }
    }
    // Without a write-ahead log the copy is one file.
    to.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0)).map_err(refused)?;
    let sound: String = to.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(refused)?;
    match sound.as_str() {
        "ok" => Ok(()),
        problem => Err(Error::database(format!("the copy {} is not sound: {problem}", part.display()))),
    }
}
