//! Labelled notes of real meetings, which are not part of the project: how much is found in them, by project and by
//! rule, and that none of their names is in the rules.
//!
//! They are looked for in `../shared/eval/dev`, or in `$OWED_SHARED/eval/dev`. Where they are missing, these tests say
//! so and check nothing.

use crate::score::{Counts, Expected, Table};
use crate::snapshots::{ENGINE, root, settings};
use insta::assert_snapshot;
use owed::items::Mention;
use owed::notes::Note;
use owed::text::SourceText;
use owed::{mentions, notes};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

/// A labelled note.
pub(crate) struct Labelled {
    /// The part of its name before `__`.
    pub(crate) project: String,
    pub(crate) note: Note,
    pub(crate) found: Vec<Mention>,
    pub(crate) expected: Vec<Expected>,
}

/// Where they are, with what belongs to them.
pub(crate) fn shared() -> PathBuf {
    let named = std::env::var_os("OWED_SHARED").map(PathBuf::from);
    root().join(named.unwrap_or_else(|| "../shared".into()))
}

/// All labelled notes, in the order of their names. `None`, and a word about it, where they are not at hand.
pub(crate) fn labelled(what: &str) -> Option<Vec<Labelled>> {
    let folder = shared().join("eval/dev");
    let Ok(entries) = fs::read_dir(folder.join("labels")) else {
        // Past the harness, which keeps the output of tests that pass to itself.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: there are no labelled notes in {}; {what}",
            folder.display()
        );
        return None;
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().display().to_string())
        .filter_map(|name| Some(name.strip_suffix(".jsonl")?.to_owned()))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "labels");
    let read = |name: String| {
        let bytes = fs::read(folder.join("notes").join(&name)).expect("a note");
        let source = SourceText::from_bytes(name.as_str(), bytes).0;
        let source = source.expect("a text");
        let labels = fs::read_to_string(folder.join(format!("labels/{name}.jsonl")));
        let labels = labels.expect("labels");
        let expected = labels.lines().filter(|line| !line.trim().is_empty());
        let expected = expected.map(|line| serde_json::from_str(line).expect("a label"));
        let note = notes::parse(&source);
        let found = mentions::resolve(&ENGINE, &note, &source).found;
        Labelled {
            project: name.split("__").next().unwrap_or_default().to_owned(),
            found: found.into_iter().map(|found| found.mention).collect(),
            expected: expected.collect(),
            note,
        }
    };
    Some(names.into_iter().map(read).collect())
}

#[test]
fn the_score_of_labelled_notes_is_as_before() {
    let Some(all) = labelled("the score was NOT compared") else {
        return;
    };
    let mut table = Table::default();
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &all {
        table.add(&one.project, &one.found, &one.expected);
        *notes.entry(one.project.as_str()).or_default() += 1;
    }
    settings().bind(|| assert_snapshot!("score-labelled", shown(&table, &notes)));
}

/// What is carried: by project, without each of them, and by rule.
fn shown(table: &Table, notes: &BTreeMap<&str, usize>) -> String {
    let mut out = String::new();
    let row = |out: &mut String, name: &str, notes: usize, counts: &Counts| {
        let _ = writeln!(
            out,
            "{name:<22}  {notes:>5}  {:>5}  {:>5}  {:>6}  {:>9.3}  {:>6.3}  {:>6.3}  {:>6.3}",
            counts.right,
            counts.extra,
            counts.missed,
            counts.precision(),
            counts.recall(),
            counts.f1(),
            counts.owner()
        );
    };
    let head = |out: &mut String, name: &str| {
        let _ = writeln!(
            out,
            "{name:<22}  notes  right  extra  missed  precision  recall      F1   owner"
        );
    };
    let of = |name: &str| notes.get(name).copied().unwrap_or_default();
    let total = Counts::sum(table.groups.values());
    head(&mut out, "project");
    for (project, counts) in &table.groups {
        row(&mut out, project, of(project), counts);
    }
    row(&mut out, "all", notes.values().sum(), &total);
    let worst = table
        .groups
        .iter()
        .min_by(|a, b| a.1.f1().total_cmp(&b.1.f1()));
    if let Some((worst, counts)) = worst {
        let _ = writeln!(out, "worst: {worst}, F1 {:.3}", counts.f1());
    }
    // Rules are written with all notes in view; what the others score tells how much hangs on one of them.
    out.push('\n');
    head(&mut out, "without");
    for project in table.groups.keys() {
        let others = table.groups.iter().filter(|(name, _)| *name != project);
        let counts = Counts::sum(others.map(|(_, counts)| counts));
        let notes = notes.values().sum::<usize>() - of(project);
        row(&mut out, project, notes, &counts);
    }
    // A rule has no recall of its own; its share is that of all that is expected.
    let _ = writeln!(
        out,
        "\n{:<22}  right  extra  precision   share   owner",
        "rule"
    );
    let expected = total.right + total.missed;
    for (rule, counts) in &table.rules {
        let share = counts.right as f64 / expected.max(1) as f64;
        let _ = writeln!(
            out,
            "{rule:<22}  {:>5}  {:>5}  {:>9.3}  {share:>6.3}  {:>6.3}",
            counts.right,
            counts.extra,
            counts.precision(),
            counts.owner()
        );
    }
    out
}
