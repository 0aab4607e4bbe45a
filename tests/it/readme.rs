//! The sessions in the README and in `docs/rules.md` are what the commands print.
//!
//! A block that is marked `console` is a session; one whose mark names a file, such as `toml .owed/rules/ours.toml`, is
//! written to that file before the next session. With `OWED_README=write` in the environment, a test run writes the
//! sessions anew instead of comparing them.

use crate::sandbox::Sandbox;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// The words of a command line; quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The text without counts of rules, which every new rule changes.
fn steady(text: &str) -> String {
    let mut out = String::new();
    let mut words = text.split_inclusive(char::is_whitespace).peekable();
    while let Some(word) = words.next() {
        let number = word.trim_end();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let of_rules = words
            .peek()
            .is_some_and(|next| matches!(next.trim_end(), "examples," | "guards"));
        if is_number && of_rules {
            out.push_str(&word.replace(number, "…"));
        } else {
            out.push_str(word);
        }
    }
    out
}

/// All that a command prints, results and messages in the order in which a terminal has them.
fn run(sandbox: &Sandbox, line: &str, now: &str) -> String {
    let args = line.strip_prefix("owed ").expect("a command of owed");
    let args = words(args);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = sandbox.command(&args);
    command
        .env("OWED_NOW", now)
        .stdout(writer.try_clone().expect("a second end"))
        .stderr(writer);
    let mut child = command.spawn().expect("it runs");
    // Its own ends of the pipe are still open in the command.
    drop(command);
    let mut printed = String::new();
    reader.read_to_string(&mut printed).expect("UTF-8");
    // 1 is a check that found something; a page may show that.
    let code = child.wait().expect("it ends").code();
    assert!(matches!(code, Some(0 | 1)), "{line}\n{printed}");
    let printed = steady(&printed);
    printed.replace(sandbox.root().to_str().expect("UTF-8"), "~/owed")
}

/// Runs the sessions of a page, at a time, and compares them or writes them.
#[track_caller]
fn check(page: &str, sandbox: &Sandbox, now: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join(page);
    let text = fs::read_to_string(&path).expect("a page");
    let mut made = String::new();
    let mut commands = 0;
    // The mark of the block that a line stands in, and the lines of the block.
    let mut block: Option<(&str, String)> = None;
    for line in text.split_inclusive('\n') {
        match &mut block {
            None => {
                made.push_str(line);
                if let Some(mark) = line.strip_prefix("```") {
                    block = Some((mark.trim_end(), String::new()));
                }
            }
            Some((_, inside)) if !line.starts_with("```") => inside.push_str(line),
            Some((mark, inside)) => {
                match mark.split_once(' ') {
                    None if *mark == "console" => {
                        let lines = inside.lines().filter_map(|line| line.strip_prefix("$ "));
                        for (at, line) in lines.enumerate() {
                            let gap = if at > 0 { "\n" } else { "" };
                            made.push_str(&format!("{gap}$ {line}\n{}", run(sandbox, line, now)));
                            commands += 1;
                        }
                    }
                    named => {
                        if let Some((_, file)) = named {
                            sandbox.write(file, inside);
                        }
                        made.push_str(inside);
                    }
                }
                made.push_str(line);
                block = None;
            }
        }
    }
    assert!(commands > 2, "{page} has no session");
    if std::env::var_os("OWED_README").is_some_and(|value| value == "write") {
        fs::write(&path, made).expect("written");
    } else {
        assert!(
            made == text,
            "the sessions of {page} are not what the commands print; see what changes with\n    \
             OWED_README=write cargo test --test it readme && git diff {page}"
        );
    }
}

#[test]
fn the_session_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sandbox = Sandbox::new();
    sandbox.copy(&root.join("data/notes"), "data/notes");
    check("README.md", &sandbox, "2024-09-20T09:00:00Z");
}

#[test]
fn the_walk_through_of_the_rules_is_real() {
    check("docs/rules.md", &Sandbox::new(), "2025-05-08T09:00:00Z");
}
