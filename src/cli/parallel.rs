//! Work on many files at once, with results in order.

use super::error::CommandError;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// How many files are worked on at once.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(super) struct Jobs {
    /// How many notes to read at once; as many as there are cores, if not given
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

impl Jobs {
    fn count(self) -> usize {
        let cores = || std::thread::available_parallelism().ok();
        self.jobs.or_else(cores).map_or(1, usize::from)
    }
}

/// Does `work` on every input, on so many threads, and hands the results to `each` in the order of the
/// inputs, as soon as it can.
///
/// # Errors
/// The first error of `each`; no more work is begun then.
pub(super) fn in_order<I: Sync, R: Send>(
    inputs: &[I],
    jobs: Jobs,
    work: impl Fn(&I) -> R + Sync,
    mut each: impl FnMut(R) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let threads = jobs.count().min(inputs.len());
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    // Bounded, so that a slow reader of the output does not let results pile up.
    let (sender, results) = mpsc::sync_channel(4 * threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            let (next, stop, work) = (&next, &stop, &work);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(at) else { break };
                    if sender.send((at, work(input))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (at, result) in &results {
            early.insert(at, result);
            while let Some(result) = early.remove(&due) {
                due += 1;
                if let Err(error) = each(result) {
                    stop.store(true, Ordering::Relaxed);
                    // Workers that wait for room must find that nobody listens.
                    drop(results);
                    return Err(error);
                }
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::{Jobs, in_order};
    use crate::cli::error::CommandError;
    use std::num::NonZeroUsize;

    const FOUR: Jobs = Jobs {
        jobs: NonZeroUsize::new(4),
    };

    #[test]
    fn results_come_in_order() {
        let inputs: Vec<u64> = (0..500).collect();
        let mut seen = Vec::new();
        let work = |n: &u64| {
            std::thread::sleep(std::time::Duration::from_micros(n * 7 % 11));
            n * 2
        };
        let result = in_order(&inputs, FOUR, work, |n| {
            seen.push(n);
            Ok(())
        });
        assert!(result.is_ok());
        assert_eq!(seen, inputs.iter().map(|n| n * 2).collect::<Vec<_>>());
        assert!(in_order(&[], FOUR, work, |_| Ok(())).is_ok());
    }

    #[test]
    fn no_more_threads_than_inputs_are_made_room_for() {
        let many = Jobs {
            jobs: NonZeroUsize::new(usize::MAX),
        };
        let mut seen = 0;
        let result = in_order(
            &[1, 2],
            many,
            |n| *n,
            |n| {
                seen += n;
                Ok(())
            },
        );
        assert!(result.is_ok());
        assert_eq!(seen, 3);
    }

    #[test]
    fn an_error_ends_the_work() {
        let inputs: Vec<u64> = (0..500).collect();
        let mut seen = 0;
        let result = in_order(
            &inputs,
            FOUR,
            |n| *n,
            |n| {
                seen += 1;
                if n == 3 {
                    Err(CommandError::user("enough"))
                } else {
                    Ok(())
                }
            },
        );
        assert_eq!(
            result.map_err(|error| error.error),
            Err("enough".to_owned())
        );
        assert_eq!(seen, 4);
    }
}
