//! What a bare pass of all rules over the lines of notes would take: one `regex::RegexSet` of the packs' patterns, with
//! room for its states, tells for each line which patterns match. No notes are parsed, nothing is captured.
//!
//!     cargo bench --bench regexset -- FOLDER
//!
//! Prints one line: seconds for a pass with cold automata, for a second one over the same lines, and the bytes.
//! `scripts/speed` compares with it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own"
)]

use owed::rules;
use regex::RegexSetBuilder;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

fn main() {
    // Cargo adds --bench.
    let folder = std::env::args().skip(1).find(|arg| !arg.starts_with("--"));
    let Some(folder) = folder else {
        eprintln!("regexset: needs a folder of notes; see scripts/speed");
        return;
    };
    let mut text = String::new();
    read(Path::new(&folder), &mut text);
    let engine = rules::engine().expect("the embedded packs compile");
    let rules = engine
        .list()
        .into_iter()
        .filter(|info| info.sort == "rule")
        .filter_map(|info| engine.expanded(info.id));
    let set = RegexSetBuilder::new(rules)
        .size_limit(1 << 28)
        .dfa_size_limit(1 << 24)
        .build()
        .expect("the patterns fit in one set");
    let pass = || {
        let start = Instant::now();
        for line in text.lines() {
            black_box(set.matches(line));
        }
        start.elapsed().as_secs_f64()
    };
    println!("{:.3} {:.3} {}", pass(), pass(), text.len());
}

/// Every file below a folder that is text.
fn read(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            read(&path, text);
        } else if let Ok(note) = std::fs::read_to_string(&path) {
            text.push_str(&note);
            text.push('\n');
        }
    }
}
