//! How commands grow with the ledger: made-up ledgers of several sizes, and `owed` itself run on them.
//!
//!     cargo bench --bench scale                      # 10,000 and 100,000 items, and an archive of 10,000 notes
//!     cargo bench --bench scale -- 10000 1000000     # other sizes
//!
//! Each series has the meetings of ten years or fewer, twenty entries each, of which people finish all but a few; its
//! people, and the words of its work, some of them often and most of them seldom. Times are those of whole runs, from
//! start to exit: the least of seven.

#![allow(clippy::print_stdout, reason = "a program of its own")]

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use owed::items::{Certainty, Kind, Mention, State, Status};
use owed::ledger::{Filter, Ledger, NoteRow, Operation};
use owed::reconcile::NoteRead;
use owed::taking::{Fresh, take};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const ENTRIES: usize = 20;
const MEETINGS: usize = 500;
/// How many series are taken in by one scan.
const SERIES: usize = 10;
const PEOPLE: usize = 12;
const WORDS: usize = 30_000;

fn main() -> Outcome<()> {
    let given: Vec<usize> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let sizes = if given.is_empty() {
        vec![10_000, 100_000]
    } else {
        given
    };
    println!(
        "| items | taken in | a list of one owner | show | agenda | a new note | an older note |"
    );
    println!("|---|---|---|---|---|---|---|");
    for size in sizes {
        ledger_of(size)?;
    }
    println!();
    archive(10_000)
}

/// Numbers without a pattern, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }

    /// As [`Chance::below`], the lower ones more often as words of a language are: the tenth a tenth as often as the
    /// first (Zipf's law).
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below `end`"
    )]
    fn seldom(&mut self, end: usize) -> usize {
        let fraction = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (end as f64).powf(fraction) as usize - 1
    }
}

/// A word of a made-up language: few beginning alike, as words of a language do.
fn word(n: usize) -> String {
    const CONSONANTS: &[&str] = &[
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br",
        "cl", "dr", "fl", "gr", "pl", "st", "tr",
    ];
    const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ou"];
    let all = CONSONANTS.len() * VOWELS.len();
    // Odd, so that it goes through all numbers, each once.
    let mut left = (n + 200).wrapping_mul(15_485_863) % (1 << 22);
    let mut word = String::new();
    while word.is_empty() || left > 0 {
        let syllable = left % all;
        word.push_str(CONSONANTS[syllable % CONSONANTS.len()]);
        word.push_str(VOWELS[syllable / CONSONANTS.len()]);
        left /= all;
    }
    word
}

fn task(series: usize, chance: &mut Chance) -> String {
    const VERBS: [&str; 8] = [
        "write", "review", "test", "port", "document", "move", "measure", "fix",
    ];
    let noun = |chance: &mut Chance| word(series * 37 % 1000 + chance.seldom(WORDS));
    format!(
        "{} the {} {} of the {}",
        VERBS[chance.below(VERBS.len())],
        noun(chance),
        noun(chance),
        noun(chance)
    )
}

fn person(series: usize, n: usize) -> String {
    let mut name = word(series * 7 + n * 131);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

fn folder(series: usize) -> String {
    format!("notes/{}", word(series + 3000))
}

/// The notes of one meeting, as they were read.
fn meeting(series: usize, nth: usize, entries: usize, chance: &mut Chance) -> Fresh {
    let weeks = i64::try_from(nth).unwrap_or_default();
    let day: Date = date(2014, 1, 6).saturating_add(weeks.weeks());
    let path = format!("{}/{day}.md", folder(series));
    let mentions = (1..=entries).map(|line| {
        let (owner, text) = (person(series, chance.below(PEOPLE)), task(series, chance));
        let line = u32::try_from(line).unwrap_or_default();
        let is_done = chance.below(100) < 97;
        Mention {
            id: None,
            path: path.clone(),
            line,
            end_line: line,
            kind: Kind::Task,
            certainty: Certainty::Definite,
            status: if is_done { Status::Done } else { Status::Open },
            speaker: None,
            people: Vec::new(),
            topic: None,
            quote: format!("{owner}: {text}"),
            owners: vec![owner],
            text,
            due: None,
            rule: "en.box".to_owned(),
            confidence: 0.9,
            meeting: Some(day),
        }
    });
    let series = folder(series).trim_start_matches("notes/").to_owned();
    let read = NoteRead {
        path: path.clone(),
        series: series.clone(),
        meeting: Some(day),
        title: None,
        mentions: mentions.collect(),
        ticks: Vec::new(),
    };
    let row = NoteRow {
        path,
        series,
        meeting: Some(day),
        title: None,
        size: 0,
        modified: 0,
        hash: [0; 32],
    };
    Fresh { read, row }
}

/// Makes a ledger of so many items, or a little more, and runs commands on it.
fn ledger_of(size: usize) -> Outcome<()> {
    let folder_of_project = tempfile::tempdir()?;
    let root = folder_of_project.path();
    std::fs::write(root.join("owed.toml"), "")?;
    let path = root.join(".owed/ledger.db");
    let (mut ledger, _) = Ledger::open_or_create(&path)?;
    let mut chance = Chance(7);
    let meetings = size.div_ceil(ENTRIES);
    let started = Instant::now();
    let all: Vec<usize> = (0..meetings.div_ceil(MEETINGS)).collect();
    for several in all.chunks(SERIES) {
        let mut fresh: Vec<Fresh> = Vec::new();
        for series in several {
            let of_series = MEETINGS.min(meetings - series * MEETINGS);
            fresh.extend((0..of_series).map(|nth| meeting(*series, nth, ENTRIES, &mut chance)));
        }
        let mut transaction = ledger.begin(&Operation {
            command: "scan notes".to_owned(),
            who: None,
            at: Timestamp::UNIX_EPOCH,
        })?;
        take(&mut transaction, &fresh, &[], &BTreeMap::new())?;
        transaction.commit()?;
    }
    let taken = started.elapsed();
    let open = ledger.items(&Filter {
        state: Some(State::Open),
        owner: Some(person(0, 0)),
        ..Filter::default()
    })?;
    let id = open.first().map_or("", |item| item.id.as_str()).to_owned();
    drop(ledger);

    let list = least(root, &["list", "--owner", &person(0, 0)], || Ok(()))?;
    let show = least(root, &["show", &id], || Ok(()))?;
    let agenda = folder(0) + "/2030-01-07.md";
    std::fs::create_dir_all(root.join(folder(0)))?;
    let empty = || std::fs::write(root.join(&agenda), "# Next\n\n## Agenda\n");
    let agenda_took = least(root, &["agenda", &agenda, "--write"], empty)?;
    let mut nth = 0;
    let mut note = |name: &str, first: usize| {
        nth += 1;
        let name = format!("{}/{name}", folder(0));
        let mut text = String::from("# Meeting\n\n## Actions\n\n");
        for _ in 0..10 {
            let words = task(0, &mut Chance(first as u64 + nth));
            text.push_str(&format!("- [ ] {}: {words}\n", person(0, first % PEOPLE)));
        }
        std::fs::write(root.join(name), text)
    };
    let (new, older) = ("2030-01-14.md", "2014-01-08.md");
    let path = |name: &str| format!("{}/{name}", folder(0));
    let new_took = least(root, &["scan", &path(new)], || note(new, 1))?;
    let older_took = least_of(1, root, &["scan", &path(older)], || note(older, 2))?;
    println!(
        "| {size} | {:.1} s | {} | {} | {} | {} | {} |",
        taken.as_secs_f64(),
        ms(list),
        ms(show),
        ms(agenda_took),
        ms(new_took),
        ms(older_took)
    );
    Ok(())
}

/// An archive of so many small notes: read for the first time, and once more when nothing has changed.
fn archive(notes: usize) -> Outcome<()> {
    let project = tempfile::tempdir()?;
    let root = project.path();
    std::fs::write(root.join("owed.toml"), "")?;
    let mut chance = Chance(11);
    for nth in 0..notes {
        let fresh = meeting(nth / MEETINGS, nth % MEETINGS, 10, &mut chance);
        let mut text = format!(
            "# Meeting\n\n{} opened the call.\n\n## Actions\n\n",
            person(0, 1)
        );
        for said in &fresh.read.mentions {
            let mark = if said.status == Status::Done {
                'x'
            } else {
                ' '
            };
            text.push_str(&format!("- [{mark}] {}: {}\n", said.owners[0], said.text));
        }
        let path = root.join(&fresh.read.path);
        std::fs::create_dir_all(path.parent().unwrap_or(root))?;
        std::fs::write(path, text)?;
    }
    let first = least_of(1, root, &["scan", "notes"], || Ok(()))?;
    let again = least(root, &["scan", "notes"], || Ok(()))?;
    println!("| an archive of {notes} notes | took |");
    println!("|---|---|");
    println!(
        "| read for the first time, {} mentions | {:.1} s |",
        notes * 10,
        first.as_secs_f64()
    );
    println!("| unchanged | {} |", ms(again));
    Ok(())
}

fn ms(took: Duration) -> String {
    format!("{:.0} ms", took.as_secs_f64() * 1000.0)
}

fn least(
    root: &Path,
    args: &[&str],
    before: impl FnMut() -> std::io::Result<()>,
) -> Outcome<Duration> {
    least_of(7, root, args, before)
}

/// The least time of some runs of `owed`, each after `before`.
fn least_of(
    runs: usize,
    root: &Path,
    args: &[&str],
    mut before: impl FnMut() -> std::io::Result<()>,
) -> Outcome<Duration> {
    let mut least = Duration::MAX;
    for _ in 0..runs {
        before()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_owed"));
        command.args(args).current_dir(root).stdin(Stdio::null());
        command.env("OWED_NOW", "2025-05-08T12:00:00Z");
        let started = Instant::now();
        let output = command.output()?;
        least = least.min(started.elapsed());
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(format!("owed {}: {error}", args.join(" ")).into());
        }
    }
    Ok(least)
}
