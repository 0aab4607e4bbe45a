//! What is found in every note under `data/notes`, as a reader sees it, and how it scores against `data/expected`.
//!
//! After a change of rules, `cargo insta review` shows what else changed; `snapshots/score.snap` sums it up.

use insta::{Settings, assert_snapshot};
use owed::mentions::{self, Found};
use owed::rules::Engine;
use owed::text::SourceText;
use owed::views::carets;
use owed::views::style::plain;
use owed::{notes, rules};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The rules, compiled once for all tests.
pub(crate) static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| rules::engine().expect("the embedded packs compile"));

fn root() -> &'static Path {
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

fn settings() -> Settings {
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
    settings().bind(|| {
        for name in all_notes() {
            let (source, found) = read(&name);
            let marked: Vec<carets::Found<'_>> = found
                .iter()
                .map(|found| carets::Found {
                    mention: &found.mention,
                    owners: found.owner.into_iter().collect(),
                    task: found.task,
                    due: found.due,
                })
                .collect();
            assert_snapshot!(file_name(&name), plain(&carets::note(&source, &marked)));
        }
    });
}

#[test]
fn no_snapshot_is_left_behind() {
    let mut expected: BTreeSet<String> = all_notes()
        .iter()
        .map(|name| format!("{}.snap", file_name(name)))
        .collect();
    expected.extend(["score.snap".to_owned(), "cli-reference.snap".to_owned()]);
    let stored: BTreeSet<String> = fs::read_dir(root().join("snapshots"))
        .expect("the snapshots")
        .map(|entry| entry.expect("an entry").file_name().display().to_string())
        .filter(|name| name.ends_with(".snap"))
        .collect();
    assert_eq!(stored, expected);
}

/// A line of `data/expected`, or the same of what was found.
#[derive(Clone, serde::Deserialize)]
struct Row {
    line: u32,
    end_line: u32,
    kind: String,
    certainty: String,
    owners: Vec<String>,
    text: String,
    due_date: Option<String>,
}

impl Row {
    fn is_carried(&self) -> bool {
        matches!(self.kind.as_str(), "task" | "commitment") && self.certainty == "definite"
    }

    fn overlaps(&self, other: &Row) -> bool {
        self.line <= other.end_line && other.line <= self.end_line
    }
}

fn words(text: &str) -> Vec<String> {
    owed::items::normal(text)
        .split(' ')
        .map(str::to_owned)
        .collect()
}

/// How alike two texts are: twice the words they share over the words they have.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, mut rest) = (words(a), words(b));
    let total = a.len() + rest.len();
    let shared = a.iter().filter(|word| {
        rest.iter()
            .position(|other| other == *word)
            .map(|at| rest.swap_remove(at))
            .is_some()
    });
    2.0 * shared.count() as f64 / total as f64
}

fn people(owners: &[String]) -> BTreeSet<String> {
    owners
        .iter()
        .map(|owner| owed::items::normal(owner))
        .filter(|owner| owner != "we")
        .collect()
}

/// What a group's notes come to: right, extra, missed; owners and due dates right among the right ones.
#[derive(Default)]
struct Score {
    right: usize,
    extra: usize,
    missed: usize,
    owners: usize,
    dues: (usize, usize),
    false_dues: usize,
}

fn score(found: &[Row], expected: &[Row], score: &mut Score) {
    let carried = |rows: &[Row]| {
        rows.iter()
            .filter(|row| row.is_carried())
            .cloned()
            .collect::<Vec<Row>>()
    };
    let (got, wanted) = (carried(found), carried(expected));
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, got) in got.iter().enumerate() {
        for (j, wanted) in wanted.iter().enumerate() {
            if got.overlaps(wanted) {
                pairs.push((likeness(&got.text, &wanted.text), i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut used, mut met) = (BTreeSet::new(), BTreeSet::new());
    for (_, i, j) in pairs {
        if used.contains(&i) || met.contains(&j) {
            continue;
        }
        used.insert(i);
        met.insert(j);
        score.right += 1;
        score.owners += usize::from(people(&got[i].owners) == people(&wanted[j].owners));
        if wanted[j].due_date.is_some() {
            score.dues.1 += 1;
            score.dues.0 += usize::from(got[i].due_date == wanted[j].due_date);
        } else {
            score.false_dues += usize::from(got[i].due_date.is_some());
        }
    }
    // What stands on a line of something tentative, asked for or under way is neither right nor wrong.
    let extra = (0..got.len()).filter(|at| !used.contains(at));
    score.extra += extra
        .filter(|at| !expected.iter().any(|row| row.overlaps(&got[*at])))
        .count();
    score.missed += wanted.len() - met.len();
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        "-".to_owned()
    } else {
        format!("{:.0}%", 100.0 * part as f64 / whole as f64)
    }
}

#[test]
fn the_score_is_as_before() {
    let mut groups: BTreeMap<String, Score> = BTreeMap::new();
    for name in all_notes() {
        let (_, found) = read(&name);
        let row = |found: &Found| Row {
            line: found.mention.line,
            end_line: found.mention.end_line,
            kind: found.mention.kind.as_str().to_owned(),
            certainty: found.mention.certainty.as_str().to_owned(),
            owners: found.mention.owners.clone(),
            text: found.mention.text.clone(),
            due_date: found
                .mention
                .due
                .as_ref()
                .and_then(|due| due.date)
                .map(|date| date.to_string()),
        };
        let found: Vec<Row> = found.iter().map(row).collect();
        let expected =
            fs::read_to_string(root().join(format!("data/expected/{name}.jsonl"))).expect("labels");
        let expected: Vec<Row> = expected
            .lines()
            .map(|line| serde_json::from_str(line).expect("a label"))
            .collect();
        let group = name.split('/').next().unwrap_or_default().to_owned();
        score(&found, &expected, groups.entry(group).or_default());
        score(
            &found,
            &expected,
            groups.entry("~ all".to_owned()).or_default(),
        );
    }
    let mut table = format!(
        "{:<18} {:>5} {:>5} {:>6} {:>9} {:>6} {:>6} {:>7} {:>9}\n",
        "group", "right", "extra", "missed", "precision", "recall", "owners", "dues", "false due"
    );
    for (group, score) in &groups {
        table.push_str(&format!(
            "{group:<18} {:>5} {:>5} {:>6} {:>9} {:>6} {:>6} {:>7} {:>9}\n",
            score.right,
            score.extra,
            score.missed,
            percent(score.right, score.right + score.extra),
            percent(score.right, score.right + score.missed),
            percent(score.owners, score.right),
            format!("{}/{}", score.dues.0, score.dues.1),
            score.false_dues,
        ));
    }
    settings().bind(|| assert_snapshot!("score", table));
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
