//! The rules at work for days, in virtual time: customers, operators, settings, crashes and restarts by chance from a seed,
//! and after every step a look whether a promise is broken. A seed that fails says how to run it again.
//!
//! A seed is one transaction that is undone at its end; each change inside it is a savepoint, so a process can die before
//! its commit, or between two commits, in no time at all.

mod dice;
mod picture;
mod play;
#[path = "../support/mod.rs"]
mod support;
mod world;

use std::ops::Range;

use picture::Picture;
use store::testing::{self, Database};
use store::{Options, Store, Tx};
use world::{End, World};

/// Seeds to run instead of the usual share, as `FIRST..END`.
const VARIABLE: &str = "TRUNKLINE_SIMULATE";

/// Steps of one seed.
const STEPS: usize = 60;

fn simulate(tx: &mut Tx<'_>, seed: u64) -> Result<(), End> {
    let mut world = World::furnish(tx, seed)?;
    let mut before = Picture::take(tx)?;
    let ended = (0..=STEPS).try_for_each(|number| {
        match number {
            STEPS => play::close_down(&mut world, tx)?,
            _ => play::step(&mut world, tx)?,
        }
        let after = Picture::take(tx)?;
        // What jobs did was looked at one by one; together they are more than one change.
        if !std::mem::take(&mut world.worked) {
            after.check(tx, &before, &world)?;
        }
        before = after;
        Ok(())
    });
    match ended {
        Err(End::Broken(what)) => Err(End::Broken(format!("{}\n{what}", world.story.join("\n")))),
        ended => ended,
    }
}

async fn run(database: Database, seeds: Range<u64>) -> Result<(), String> {
    let store = Store::open(database.url(), Options::default()).await.map_err(|error| error.to_string())?;
    store.migrate(desk::MIGRATIONS).await.map_err(|error| error.to_string())?;
    for seed in seeds {
        let ended = store.write(move |tx| Err::<(), End>(simulate(tx, seed).err().unwrap_or(End::Well))).await;
        let broken = match ended {
            Ok(()) | Err(End::Well) => continue,
            Err(End::Broken(what)) => what,
            Err(End::Store(error)) => error.to_string(),
        };
        return Err(format!("{broken}\n\nseed {seed} is broken; run it again with: make simulate SEED={seed}"));
    }
    store.close().await;
    Ok(())
}

fn asked() -> Option<Range<u64>> {
    let text = std::env::var(VARIABLE).ok()?;
    let (first, end) = text.split_once("..").expect("FIRST..END");
    Some(first.parse().expect("a number")..end.parse().expect("a number"))
}

/// Runs the seeds on as many databases as there are processors.
fn check(seeds: &Range<u64>, database: fn() -> Database) {
    let parts = std::thread::available_parallelism().map_or(1, |count| count.get() as u64).min(seeds.end - seeds.start);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let total = seeds.end - seeds.start;
    let running: Vec<_> = (0..parts)
        .map(|part| {
            let own = seeds.start + total * part / parts..seeds.start + total * (part + 1) / parts;
            runtime.spawn(run(database(), own))
        })
        .collect();
    for part in running {
        if let Err(what) = runtime.block_on(part).unwrap() {
            panic!("{what}");
        }
    }
}

#[test]
fn nothing_is_lost_whatever_happens() {
    check(&asked().unwrap_or(0..400), testing::sqlite);
}

#[test]
fn nothing_is_lost_on_postgresql_either() {
    if asked().is_none() {
        check(&(0..12), || testing::postgres().fresh_database());
    }
}
