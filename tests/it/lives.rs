//! How the items of a series compare with the expected ones of `data/items`, by the measure of `scripts/eval-series`:
//!
//! - *link*: pairs of places that speak of the same item, `joined` by themselves, or joined or `proposed`;
//! - *finish*: items that are expected to be finished, against those that are done or proposed to be.

use crate::snapshots::{ENGINE, settings};
use jiff::civil::Date;
use owed::items::{Item, ItemId, Items, Kind, ProposalKind, State};
use owed::mentions;
use owed::notes;
use owed::reconcile::{Known, NoteRead, plan};
use owed::text::SourceText;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A line of a file below `data/items`.
#[derive(serde::Deserialize)]
struct Life {
    item: String,
    mentions: Vec<Place>,
    #[serde(default)]
    closed_by: Vec<Place>,
}

#[derive(serde::Deserialize)]
struct Place {
    note: String,
    line: u32,
}

/// One place of the expected items, with the item that is found there.
struct Row {
    life: usize,
    note: String,
    line: u32,
    reports: bool,
    found: Option<ItemId>,
}

/// Right, wrong and missed.
#[derive(Clone, Copy, Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn line(self, name: &str) -> String {
        let of = |n: usize, all: usize| if all == 0 { 1.0 } else { n as f64 / all as f64 };
        let precision = of(self.right, self.right + self.wrong);
        let recall = of(self.right, self.right + self.missed);
        format!(
            "{name:<24} {:>3} right {:>3} wrong {:>3} missed  precision {precision:.2}  recall {recall:.2}",
            self.right, self.wrong, self.missed
        )
    }
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

/// The notes of a series as they are scanned.
fn read_all(series: &str) -> Vec<NoteRead> {
    let root = data().join("notes").join(series);
    let mut paths: Vec<PathBuf> = walk(&root);
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path
            .strip_prefix(&root)
            .expect("below it")
            .display()
            .to_string();
        let bytes = std::fs::read(path).expect("a note");
        let (source, _) = SourceText::from_bytes(format!("{series}/{name}"), bytes);
        let source = source.expect("text");
        let note = notes::parse(&source);
        let found = mentions::resolve(&ENGINE, &note, &source).found;
        NoteRead {
            path: name,
            series: series.to_owned(),
            meeting: note.header.date,
            title: None,
            mentions: found.into_iter().map(|found| found.mention).collect(),
            ticks: Vec::new(),
        }
    };
    let mut reads: Vec<NoteRead> = paths.iter().map(read).collect();
    for read in &mut reads {
        for mention in &mut read.mentions {
            mention.path.clone_from(&read.path);
        }
    }
    reads
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// What comes of all notes of a series.
fn items_of(series: &str) -> Items {
    let made = plan(&Known::default(), &read_all(series));
    Items::replay(&made.changes).expect("the plan fits")
}

fn lives(series: &str) -> Vec<Life> {
    let path = data().join("items").join(format!("{series}.jsonl"));
    let text = std::fs::read_to_string(path).expect("the expected items");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("an item"))
        .collect()
}

/// The places of the expected items, with the items that are found there; proposals are taken for joined if `proposed`.
fn rows(lives: &[Life], items: &Items, proposed: bool) -> Vec<Row> {
    let mut places: Vec<(&str, u32, u32, Kind, &ItemId)> = Vec::new();
    for item in items.iter() {
        for it in &item.mentions {
            places.push((&it.path, it.line, it.end_line, it.kind, &item.id));
        }
    }
    let mut same: BTreeMap<&ItemId, &ItemId> = BTreeMap::new();
    for proposal in items.proposals().filter(|_| proposed) {
        match &proposal.with {
            Some(with) => drop(same.insert(&proposal.item, with)),
            None => {
                let it = &proposal.words;
                places.push((&it.path, it.line, it.end_line, it.kind, &proposal.item));
            }
        }
    }
    let root = |mut id| {
        let mut seen = BTreeSet::new();
        while let Some(next) = same.get(id).filter(|_| seen.insert(id)) {
            id = *next;
        }
        id.clone()
    };
    let mut rows = Vec::new();
    for (life, expected) in lives.iter().enumerate() {
        let said = expected.mentions.iter().map(|place| (place, false));
        for (place, reports) in said.chain(expected.closed_by.iter().map(|place| (place, true))) {
            let here = places
                .iter()
                .filter(|it| it.0 == place.note && it.1 <= place.line && place.line <= it.2);
            let nearest = here.min_by_key(|it| {
                (
                    (it.3 == Kind::Completion) != reports,
                    it.1.abs_diff(place.line),
                )
            });
            rows.push(Row {
                life,
                note: place.note.clone(),
                line: place.line,
                reports,
                found: nearest.map(|it| root(it.4)),
            });
        }
    }
    rows
}

fn links(rows: &[Row]) -> Score {
    let mut score = Score::default();
    for (at, one) in rows.iter().enumerate() {
        for other in &rows[at + 1..] {
            if (&one.note, one.line) == (&other.note, other.line) {
                continue;
            }
            let expected = one.life == other.life;
            let found = one.found.is_some() && one.found == other.found;
            score.right += usize::from(expected && found);
            score.wrong += usize::from(!expected && found);
            score.missed += usize::from(expected && !found);
        }
    }
    score
}

fn finished(rows: &[Row], items: &Items) -> Score {
    let proposed: BTreeSet<&ItemId> = items
        .proposals()
        .filter(|it| it.kind == ProposalKind::Finished)
        .map(|it| &it.item)
        .collect();
    let is_finished = |item: &Item| item.state == State::Done || proposed.contains(&item.id);
    let expected: BTreeSet<usize> = rows
        .iter()
        .filter(|row| row.reports)
        .map(|row| row.life)
        .collect();
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let mut wrong = 0;
    for item in items.iter().filter(|item| is_finished(item)) {
        let lives: BTreeSet<usize> = rows
            .iter()
            .filter(|row| row.found.as_ref() == Some(&item.id))
            .map(|row| row.life)
            .collect();
        wrong += usize::from(!lives.is_empty() && lives.is_disjoint(&expected));
        found.extend(lives.intersection(&expected));
    }
    Score {
        right: found.len(),
        wrong,
        missed: expected.len() - found.len(),
    }
}

fn table(series: &str) -> String {
    let (lives, items) = (lives(series), items_of(series));
    let joined = rows(&lives, &items, false);
    let mut out = String::new();
    let scores = [
        ("link, joined", links(&joined)),
        (
            "link, joined or proposed",
            links(&rows(&lives, &items, true)),
        ),
        ("finish", finished(&joined, &items)),
    ];
    for (name, score) in scores {
        writeln!(out, "{}", score.line(name)).expect("a string");
    }
    for (at, life) in lives.iter().enumerate() {
        let of_life = joined.iter().filter(|row| row.life == at);
        let parts: Vec<String> = of_life
            .map(|row| {
                let id = row.found.as_ref().map_or("nothing", |id| &id.as_str()[..4]);
                format!("{}:{} {id}", row.note, row.line)
            })
            .collect();
        writeln!(out, "{}: {}", life.item, parts.join(", ")).expect("a string");
    }
    out
}

#[test]
fn the_lives_of_items_in_two_series() {
    settings().bind(|| {
        insta::assert_snapshot!("lives__mapleaf-wg", table("mapleaf-wg"));
        insta::assert_snapshot!("lives__tidedb__storage", table("tidedb/storage"));
    });
}

/// What is scanned meeting by meeting, or in the order of the alphabet backwards, comes to the same.
#[test]
fn the_order_of_scanning_does_not_matter_in_real_notes() {
    for series in ["mapleaf-wg", "tidedb/storage"] {
        let all = items_of(series);
        let mut desk = crate::scenario::Desk::new();
        for read in read_all(series).iter().rev() {
            desk.scan(read);
        }
        let of = |items: &Items| items.iter().cloned().collect::<Vec<Item>>();
        assert_eq!(of(&desk.items), of(&all));
        let dates: Vec<Option<Date>> = all.iter().map(|item| item.since).collect();
        assert!(dates.iter().all(Option::is_some), "{series}");
    }
}
