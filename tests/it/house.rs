//! What the compiler does not guard: the borders between rooms, the reach of files, and other habits of the house.

use crate::sandbox::Sandbox;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The table of `ARCHITECTURE.md`: which rooms each may import. `cli` may import everything.
const BORDERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("people", &[]),
    ("due", &["text"]),
    ("notes", &["text", "people"]),
    ("items", &["due"]),
    ("rules", &["text", "notes", "items"]),
    (
        "mentions",
        &["text", "notes", "people", "due", "rules", "items"],
    ),
    ("reconcile", &["text", "due", "items"]),
    ("ledger", &["due", "items", "reconcile"]),
    ("taking", &["people", "due", "items", "ledger", "reconcile"]),
    ("github", &["due", "items", "ledger"]),
    ("lint", &["text", "people", "notes", "mentions", "items"]),
    (
        "views",
        &[
            "text",
            "notes",
            "due",
            "mentions",
            "items",
            "reconcile",
            "lint",
            "github",
        ],
    ),
    (
        "web",
        &["text", "due", "items", "ledger", "taking", "views"],
    ),
    (
        "cli",
        &[
            "text",
            "people",
            "due",
            "notes",
            "items",
            "rules",
            "mentions",
            "reconcile",
            "ledger",
            "taking",
            "github",
            "lint",
            "views",
            "web",
        ],
    ),
];

/// What only one room may name.
const RESERVED: &[(&str, &str)] = &[
    ("std::env", "cli"),
    ("env::var", "cli"),
    ("env::args", "cli"),
    ("println!", "cli"),
    ("print!", "cli"),
    ("SystemTime::now", "cli"),
    ("Instant::now", "cli"),
    ("Timestamp::now", "cli"),
    ("Zoned::now", "cli"),
    ("process::exit", "cli"),
    ("std::net", "web"),
    ("axum", "web"),
    ("clap", "cli"),
    ("rusqlite", "ledger"),
    ("octocrab", "github"),
];

const LONGEST_FILE: usize = 650;

/// A file of the repository that is, or may be, checked in.
struct File {
    /// From the repository's root, with `/` between its parts.
    path: String,
    text: String,
}

impl File {
    /// The room that the file lies in; none for `lib.rs` and `main.rs`.
    fn room(&self) -> Option<&str> {
        let (room, _) = self.path.strip_prefix("src/")?.split_once('/')?;
        Some(room)
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The lines that the compiler reads, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..)
            .zip(self.text.lines())
            .filter(|(_, line)| !is_comment(line))
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Every text file that git does not ignore, in order.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut walk = ignore::WalkBuilder::new(root);
    walk.hidden(false)
        .parents(false)
        .git_global(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .sort_by_file_path(Path::cmp);
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.expect("a file that can be listed");
        if !entry.path().is_file() {
            continue;
        }
        let Ok(text) = String::from_utf8(fs::read(entry.path()).expect("a file")) else {
            continue;
        };
        let path = entry.path().strip_prefix(root).expect("below the root");
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        files.push(File {
            path: parts.join("/"),
            text,
        });
    }
    assert!(files.iter().any(|file| file.path == "src/lib.rs"));
    files
}

/// Whether a text has a word, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let goes_on = word.ends_with(part) && text[at + word.len()..].starts_with(part);
        !goes_on && !text[..at].ends_with(part)
    })
}

/// The names that follow `crate::` in a file's code, with their lines: the first of a path, or all of a list in
/// braces. In the file of a room itself `super::` is the same.
fn imports(file: &File) -> Vec<(usize, String)> {
    let of_room = file.path.ends_with("/mod.rs") && file.path.split('/').count() == 3;
    let starts: &[&str] = if of_room {
        &["crate::", "super::"]
    } else {
        &["crate::"]
    };
    // One text, as a list may go over several lines.
    let mut code = String::new();
    for line in file.text.lines() {
        code.push_str(if is_comment(line) { "" } else { line });
        code.push('\n');
    }
    let mut found = Vec::new();
    for start in starts {
        for (at, _) in code.match_indices(start) {
            let line = 1 + code[..at].matches('\n').count();
            let rest = &code[at + start.len()..];
            let names = match rest.strip_prefix('{') {
                Some(list) => top_level(list),
                None => vec![rest],
            };
            for name in names {
                let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
                found.push((line, name[..end.unwrap_or(name.len())].to_owned()));
            }
        }
    }
    found
}

/// The entries of a list up to its closing brace, lists inside it left whole.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut entries) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                entries.push(list[from..at].trim());
                from = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// Fails with all that is wrong, a line each.
#[track_caller]
fn expect_none(wrong: &[String], rule: &str) {
    assert!(wrong.is_empty(), "{rule}:\n{}", wrong.join("\n"));
}

#[test]
fn imports_are_read_in_every_spelling() {
    let names = |path: &str, text: &str| -> Vec<(usize, String)> {
        imports(&File {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    };
    let expected = |names: &[(usize, &str)]| -> Vec<(usize, String)> {
        names
            .iter()
            .map(|(line, name)| (*line, (*name).to_owned()))
            .collect()
    };
    assert_eq!(
        names(
            "src/due/words.rs",
            "// crate::no\nuse crate::text::Span;\nuse crate::{\n    a::{\n        b, c,\n    },\n    d,\n};\nlet x = crate::e::f(crate::g);\nuse super::h;"
        ),
        expected(&[(2, "text"), (3, "a"), (3, "d"), (9, "e"), (9, "g")])
    );
    assert_eq!(
        names("src/due/mod.rs", "use super::notes;"),
        expected(&[(1, "notes")])
    );
}

#[test]
fn rooms_know_only_what_they_may() {
    let borders: BTreeMap<&str, &[&str]> = BORDERS.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut entered = BTreeSet::new();
    for file in files() {
        let Some(room) = file.room().filter(|_| file.is_rust()) else {
            continue;
        };
        entered.insert(room.to_owned());
        let Some(may) = borders.get(room) else {
            wrong.push(format!(
                "{}: the room {room} is not in the table",
                file.path
            ));
            continue;
        };
        for (line, name) in imports(&file) {
            let is_room = borders.contains_key(name.as_str());
            if is_room && name != room && !may.contains(&name.as_str()) {
                wrong.push(format!("{}:{line}: {room} must not know {name}", file.path));
            }
        }
    }
    wrong.extend(
        borders
            .keys()
            .filter(|room| !entered.contains(**room))
            .map(|room| format!("the table has a room {room}, src/ has none")),
    );
    expect_none(&wrong, "borders that ARCHITECTURE.md draws");
}

#[test]
fn the_table_of_rooms_has_no_circle() {
    let borders: BTreeMap<&str, &[&str]> = BORDERS.iter().copied().collect();
    let mut settled: BTreeSet<&str> = BTreeSet::new();
    while settled.len() < borders.len() {
        let next = borders.iter().find(|(room, may)| {
            !settled.contains(**room) && may.iter().all(|other| settled.contains(other))
        });
        let Some((room, _)) = next else {
            panic!("these import each other: {:?}", {
                let left = borders.keys().filter(|room| !settled.contains(**room));
                left.collect::<Vec<_>>()
            });
        };
        settled.insert(room);
    }
}

#[test]
fn the_outside_is_reached_from_one_room() {
    let mut wrong = Vec::new();
    for file in files() {
        let Some(room) = file.room().filter(|_| file.is_rust()) else {
            continue;
        };
        for (line, code) in file.code() {
            wrong.extend(
                RESERVED
                    .iter()
                    .filter(|(word, owner)| room != *owner && has_word(code, word))
                    .map(|(word, owner)| {
                        format!("{}:{line}: {word} belongs to {owner}", file.path)
                    }),
            );
        }
    }
    expect_none(&wrong, "what only one room may reach for");
}

#[test]
fn every_test_file_is_part_of_the_binary() {
    let files = files();
    let main = files.iter().find(|file| file.path == "tests/it/main.rs");
    let main = main.expect("the integration tests");
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("tests/")) {
        let name = file.path.strip_prefix("tests/it/").unwrap_or(&file.path);
        let declared = match name.strip_suffix(".rs") {
            None | Some("main") => true,
            Some(name) => main.code().any(|(_, line)| line == format!("mod {name};")),
        };
        if !declared {
            wrong.push(format!("{}: not declared in tests/it/main.rs", file.path));
        }
    }
    expect_none(&wrong, "tests that are never run");
}

#[test]
fn files_stay_short() {
    let wrong: Vec<String> = files()
        .iter()
        .filter(|file| file.is_rust())
        .map(|file| (&file.path, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(path, lines)| format!("{path}: {lines} lines, at most {LONGEST_FILE}"))
        .collect();
    expect_none(&wrong, "files to be cut in two");
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    // Put together here, so that this file does not have them.
    let folders = ["work", "root", "Users", "tmp/wt"].map(|name| format!("/{name}"));
    let mut wrong = Vec::new();
    for file in files() {
        for (line, text) in (1..).zip(file.text.lines()) {
            for folder in &folders {
                // At the start of a path: the part of an address or of a relative path is none.
                let found = text.match_indices(folder.as_str()).any(|(at, _)| {
                    let inside = |c: char| c.is_alphanumeric() || "._-~/>".contains(c);
                    let after = &text[at + folder.len()..];
                    !text[..at].ends_with(inside)
                        && (after.starts_with('/') || folder.ends_with("wt"))
                });
                if found {
                    wrong.push(format!("{}:{line}: {folder}", file.path));
                }
            }
        }
    }
    expect_none(&wrong, "paths of somebody's machine");
}

#[test]
fn every_pack_file_comes_with_the_binary() {
    let embedded: Vec<&str> = owed::rules::embedded_sources()
        .iter()
        .map(|source| source.name)
        .collect();
    let wrong: Vec<String> = files()
        .iter()
        .filter(|file| file.path.starts_with("rules/"))
        .filter(|file| !embedded.contains(&file.path.as_str()))
        .map(|file| format!("{}: not embedded by src/rules/embedded.rs", file.path))
        .collect();
    expect_none(&wrong, "pack files that are not used");
    assert!(!embedded.is_empty());
}

#[test]
fn every_command_shows_examples_of_itself() {
    let sandbox = Sandbox::new();
    let mut wrong = Vec::new();
    let mut seen = 0;
    let mut ahead = vec![Vec::<String>::new()];
    while let Some(command) = ahead.pop() {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let help = sandbox.run(&args);
        let section = |title: &str| {
            let rest = help.split(title).nth(1).unwrap_or_default();
            rest.split("\n\n").next().unwrap_or_default().to_owned()
        };
        seen += 1;
        let own = format!("owed {}", command.join(" "));
        if !section("Examples:\n").contains(own.trim_end()) {
            wrong.push(own);
        }
        for line in section("\nCommands:\n").lines() {
            // A description that goes over several lines is indented further.
            let Some(line) = line
                .strip_prefix("  ")
                .filter(|line| !line.starts_with(' '))
            else {
                continue;
            };
            let name = line.split_whitespace().next().unwrap_or_default();
            let mut inner = command.clone();
            inner.push(name.to_owned());
            ahead.push(inner);
        }
    }
    assert!(seen > 15, "only {seen} commands were found");
    expect_none(&wrong, "commands whose --help has no example");
}
