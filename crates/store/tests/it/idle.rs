//! Who waits for work leaves the processor alone.

use std::time::Duration;

use store::Options;

use crate::{check_with, ids};

/// Hundredths of a second that the readers have used so far.
fn ticks_of_readers() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let stats = threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok());
    stats
        .filter_map(|stat| {
            let (name, rest) = stat.rsplit_once(')')?;
            // Behind the name come the state and ten more numbers, then the time in the program and in the system.
            let mut spent = rest.split_whitespace().skip(11).map(|ticks| ticks.parse::<u64>().unwrap());
            name.contains("(store-reader-").then(|| spent.next().unwrap() + spent.next().unwrap())
        })
        .sum()
}

/// Readers that share a queue and were woken for a job that a colleague took must go back to sleep.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn idle_readers_use_no_processor() {
    check_with(Options { readers: 4, ..Options::default() }, async |store| {
        let callers = (0..16).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..200 {
                    ids(&store).await;
                }
            })
        });
        for caller in callers.collect::<Vec<_>>() {
            caller.await.unwrap();
        }
        let before = ticks_of_readers();
        // The time that is measured: nothing else happens meanwhile.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let spent = ticks_of_readers() - before;
        assert!(spent < 20, "{spent} hundredths of a second in one of doing nothing");
    })
    .await;
}
