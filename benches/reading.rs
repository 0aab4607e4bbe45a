//! How long the steps of reading take, on the notes of `data/notes`, and a list of what is open.
//!
//!     cargo bench --bench reading            # all of them
//!     cargo bench --bench reading -- scan    # those with a word in their name

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use jiff::Timestamp;
use jiff::civil::date;
use owed::ledger::{Filter, Ledger, LedgerError, Operation};
use owed::mentions;
use owed::notes::{self, Note};
use owed::reconcile::{NoteRead, plan};
use owed::rules::{self, Engine, Trials};
use owed::text::SourceText;
use owed::views::list::{Row, table};
use std::path::{Path, PathBuf};

fn main() {
    divan::main();
}

/// All notes of `data/notes`, in the order of their paths.
fn sources() -> Vec<SourceText> {
    let mut paths = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("data/notes"),
        &mut paths,
    );
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("the note can be read");
        SourceText::from_bytes(path.display().to_string(), bytes).0
    };
    paths.iter().filter_map(read).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            walk(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn bytes(sources: &[SourceText]) -> BytesCount {
    BytesCount::new(
        sources
            .iter()
            .map(|source| source.text().len())
            .sum::<usize>(),
    )
}

fn engine() -> Engine {
    rules::engine().expect("the embedded packs compile")
}

/// From the packs' text to an engine that has compiled no pattern yet.
#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    bencher.bench_local(engine);
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let sources = sources();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for source in &sources {
            black_box(notes::parse(source));
        }
    });
}

#[divan::bench]
fn scan(bencher: Bencher<'_, '_>) {
    let (engine, sources) = (engine(), sources());
    let notes: Vec<Note> = sources.iter().map(notes::parse).collect();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for note in &notes {
            rules::scan(&engine, note, Trials::Unstopped, &mut |trial| {
                black_box(trial);
            });
        }
    });
}

/// The scan, and what it found made to mentions.
#[divan::bench]
fn resolve(bencher: Bencher<'_, '_>) {
    let (engine, sources) = (engine(), sources());
    let notes: Vec<Note> = sources.iter().map(notes::parse).collect();
    bencher.counter(bytes(&sources)).bench_local(|| {
        for (note, source) in notes.iter().zip(&sources) {
            black_box(mentions::resolve(&engine, note, source));
        }
    });
}

/// From text to mentions.
#[divan::bench]
fn extract(bencher: Bencher<'_, '_>) {
    let (engine, sources) = (engine(), sources());
    bencher.counter(bytes(&sources)).bench_local(|| {
        for source in &sources {
            let note = notes::parse(source);
            black_box(mentions::resolve(&engine, &note, source));
        }
    });
}

/// A ledger with what the notes say, as if so many groups had written them.
fn ledger(groups: usize) -> Result<Ledger, LedgerError> {
    let engine = engine();
    let mut ledger = Ledger::in_memory()?;
    let operation = Operation {
        command: "scan notes".to_owned(),
        who: None,
        at: Timestamp::UNIX_EPOCH,
    };
    let mut transaction = ledger.begin(&operation)?;
    for source in sources() {
        let note = notes::parse(&source);
        let found = mentions::resolve(&engine, &note, &source).found;
        let carried = found.into_iter().map(|found| found.mention);
        let mentions: Vec<_> = carried.filter(|mention| mention.is_carried()).collect();
        for group in 0..groups {
            let read = NoteRead {
                path: format!("{group}/{}", source.path()),
                series: format!("{group}/{}", note.header.series),
                meeting: note.header.date,
                title: None,
                mentions: mentions.clone(),
                ticks: Vec::new(),
            };
            let reads = [read];
            let known = transaction.known_for(&reads)?;
            transaction.apply(&plan(&known, &reads).changes)?;
        }
    }
    transaction.commit()?;
    Ok(ledger)
}

#[divan::bench(args = [1, 10])]
fn list(bencher: Bencher<'_, '_>, groups: usize) {
    let ledger = ledger(groups).expect("the ledger takes what the notes say");
    let today = date(2025, 11, 12);
    bencher.bench_local(|| -> Result<String, LedgerError> {
        let items = ledger.items(&Filter::default())?;
        let rows = items.iter().map(|item| {
            let short = ledger.short(&item.id)?;
            Ok(Row {
                short,
                item,
                ask: "",
            })
        });
        Ok(table(
            &rows.collect::<Result<Vec<_>, LedgerError>>()?,
            today,
            Some(100),
        ))
    });
}
