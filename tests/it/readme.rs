//! The session in the README is what the commands print.
//!
//! With `OWED_README=write` in the environment, a test run writes the session anew instead of comparing it.

use crate::sandbox::Sandbox;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// When the session takes place.
const NOW: &str = "2024-09-20T09:00:00Z";

/// All that a command prints, results and messages in the order in which a terminal has them.
fn run(sandbox: &Sandbox, line: &str) -> String {
    let args = line.strip_prefix("owed ").expect("a command of owed");
    let args: Vec<&str> = args.split(' ').collect();
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = sandbox.command(&args);
    command
        .env("OWED_NOW", NOW)
        .stdout(writer.try_clone().expect("a second end"))
        .stderr(writer);
    let mut child = command.spawn().expect("it runs");
    // Its own ends of the pipe are still open in the command.
    drop(command);
    let mut printed = String::new();
    reader.read_to_string(&mut printed).expect("UTF-8");
    assert!(child.wait().expect("it ends").success(), "{line}");
    printed.replace(sandbox.root().to_str().expect("UTF-8"), "~/owed")
}

#[test]
fn the_session_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("a README");
    let sandbox = Sandbox::new();
    sandbox.copy(&root.join("data/notes"), "data/notes");

    let (open, close) = ("```console\n", "```\n");
    let mut parts = readme.split(open);
    let mut made = parts.next().unwrap_or_default().to_owned();
    let mut commands = 0;
    for part in parts {
        let (session, rest) = part.split_once(close).expect("an end of the session");
        made.push_str(open);
        let lines = session.lines().filter_map(|line| line.strip_prefix("$ "));
        for (at, line) in lines.enumerate() {
            let gap = if at > 0 { "\n" } else { "" };
            made.push_str(&format!("{gap}$ {line}\n{}", run(&sandbox, line)));
            commands += 1;
        }
        made.push_str(close);
        made.push_str(rest);
    }
    assert!(commands > 2, "the README has no session");
    if std::env::var_os("OWED_README").is_some_and(|value| value == "write") {
        fs::write(&path, made).expect("written");
    } else {
        assert!(
            made == readme,
            "the README's session is not what the commands print; see what changes with\n    \
             OWED_README=write cargo test --test it readme && git diff README.md"
        );
    }
}
