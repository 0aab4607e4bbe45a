//! What is found in every note under `data/notes`, as a reader sees it, and how it scores against `data/expected`.
//!
//! After a change of rules, `cargo insta review` shows what else changed; `snapshots/score.snap` sums it up.

use crate::score::{Expected, Table};
use insta::{Settings, assert_snapshot};
use owed::mentions::{self, Found};
use owed::rules::Engine;
use owed::text::SourceText;
use owed::views::carets;
use owed::views::style::plain;
use owed::{notes, rules};
use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The rules, compiled once for all tests.
pub(crate) static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| rules::engine().expect("the embedded packs compile"));

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All notes, as paths under `data/notes`, in order.
fn all_notes() -> Vec<String> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, out);
            } else {
                out.push(path);
            }
        }
    }
    let base = root().join("data/notes");
    let mut paths = Vec::new();
    walk(&base, &mut paths);
    let name = |path: &PathBuf| {
        path.strip_prefix(&base)
            .expect("inside")
            .display()
            .to_string()
    };
    let mut names: Vec<String> = paths.iter().map(name).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

fn read(name: &str) -> (SourceText, Vec<Found>) {
    let path = format!("data/notes/{name}");
    let bytes = fs::read(root().join(&path)).expect("a note");
    let (source, _) = SourceText::from_bytes(path, bytes);
    let source = source.expect("a text");
    let note = notes::parse(&source);
    let found = mentions::resolve(&ENGINE, &note, &source).found;
    (source, found)
}

pub(crate) fn settings() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn file_name(note: &str) -> String {
    note.replace('/', "__")
}

#[test]
fn every_note_reads_as_before() {
    let mut other = Vec::new();
    for name in all_notes() {
        let (source, found) = read(&name);
        let marked: Vec<carets::Found<'_>> = found
            .iter()
            .map(|found| carets::Found {
                mention: &found.mention,
                owners: found.owner.into_iter().collect(),
                task: found.task,
                due: found.due,
                joins: &found.joins,
            })
            .collect();
        let shown = plain(&carets::note(&source, &marked));
        let check = || settings().bind(|| assert_snapshot!(file_name(&name), shown));
        // All notes that read otherwise are told, not the first alone.
        if catch_unwind(check).is_err() {
            other.push(name);
        }
    }
    assert!(other.is_empty(), "these read otherwise: {other:#?}");
}

#[test]
fn no_snapshot_is_left_behind() {
    let mut expected: BTreeSet<String> = all_notes()
        .iter()
        .map(|name| format!("{}.snap", file_name(name)))
        .collect();
    let others = [
        "score.snap",
        "score-labelled.snap",
        "cli-reference.snap",
        "lives__mapleaf-wg.snap",
        "lives__tidedb__storage.snap",
    ];
    expected.extend(others.map(str::to_owned));
    let stored: BTreeSet<String> = fs::read_dir(root().join("snapshots"))
        .expect("the snapshots")
        .map(|entry| entry.expect("an entry").file_name().display().to_string())
        .filter(|name| name.ends_with(".snap"))
        .collect();
    assert_eq!(stored, expected);
}

#[test]
fn the_score_is_as_before() {
    let mut table = Table::default();
    for name in all_notes() {
        let expected =
            fs::read_to_string(root().join(format!("data/expected/{name}.jsonl"))).expect("labels");
        let expected: Vec<Expected> = expected
            .lines()
            .map(|line| serde_json::from_str(line).expect("a label"))
            .collect();
        let (_, found) = read(&name);
        let found: Vec<_> = found.into_iter().map(|found| found.mention).collect();
        let group = name.split('/').next().unwrap_or_default();
        table.add(group, &found, &expected);
    }
    settings().bind(|| assert_snapshot!("score", table.to_string()));
}

#[test]
fn the_reference_of_commands_is_as_before() {
    let owed = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_owed"))
            .args(args)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    fn commands(help: &str) -> Vec<String> {
        let list = help.split("Commands:\n").nth(1).unwrap_or_default();
        let names = list.lines().take_while(|line| !line.trim().is_empty());
        let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        names
            .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
            .filter(|name| name != "help")
            .collect()
    }
    let mut reference = String::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(path) = open.pop() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = owed(&args);
        reference.push_str(&format!("# owed {}\n\n{help}\n", path.join(" ")));
        for name in commands(&help).into_iter().rev() {
            open.push(path.iter().cloned().chain([name]).collect());
        }
    }
    settings().bind(|| assert_snapshot!("cli-reference", reference));
}
