//! Going through what waits, a line for each answer.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\nPresent: Ana Lind, Ana Berg, Mirko Okafor\n\n- Ana Lind: I will write the exporter guide by Friday\n- Mirko: I'll ask the printers for a quote\n- Mirko: I will eat my hat\n- [ ] pick a date for the workshop\n",
    );
    sandbox.write(
        "notes/core/2025-05-01.md",
        "# Core\n\nPresent: Ana Lind, Ana Berg, Mirko Okafor\n\n- Ana Lind: published the exporter guide\n- Ana: I'll call the caterer\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox
}

#[test]
fn what_waits() {
    let sandbox = told();
    assert_snapshot!(sandbox.run(&["triage", "--list"]), @r#""#);
    let kinds = |args: &[&str]| -> Vec<String> {
        let lines = sandbox.run(args);
        let kind = |line: &str| -> String {
            let it: serde_json::Value = serde_json::from_str(line).expect("JSON");
            it["waits"].as_str().expect("a kind").to_owned()
        };
        lines
            .lines()
            .filter(|line| line.starts_with('{'))
            .map(kind)
            .collect()
    };
    let all = ["name", "proposal", "item", "item", "item", "item", "item"];
    assert_eq!(kinds(&["triage", "--format", "jsonl"]), all);
    assert_eq!(
        kinds(&["triage", "--format", "jsonl", "--only", "names"]),
        ["name"]
    );
    assert_eq!(
        kinds(&["triage", "--format", "jsonl", "--only", "unowned"]),
        ["item"]
    );
    assert_eq!(
        kinds(&["triage", "--format", "jsonl", "--series", "docs"]),
        [""; 0]
    );
}

#[test]
fn every_key() {
    let sandbox = told();
    let answers = [
        "2", // Ana is Ana Lind
        "y", // the guide is done
        "n", // the first item is none
        "u",
        "y", // or rather it is
        "?",
        "k", // help, and later
        "e",
        "Dana West, Priya",
        "in two weeks",
        "", // somebody else's
        "q",
    ];
    assert_snapshot!(sandbox.answer(&["triage"], &answers), @r#""#);
    // Going on later begins with what was put off.
    assert_snapshot!(sandbox.answer(&["triage"], &["x", "no hat", "z", "next-meeting"]), @r#""#);
    assert_snapshot!(sandbox.run(&["list", "--all"]), @r#""#);
    let kept = sandbox.run(&["export"]);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(sandbox.run(&["export"]), kept);
    assert_snapshot!(sandbox.answer(&["triage"], &["m"]), @r#""#);
}

#[test]
fn undo_goes_back_no_further_than_the_walk() {
    let sandbox = told();
    let before = sandbox.run(&["export"]);
    let said = sandbox.answer(&["triage"], &["u", "1", "u", "q"]);
    assert!(said.contains("nothing was answered yet"), "{said}");
    assert!(
        said.contains("! 0 answers kept; 7 things still wait"),
        "{said}"
    );
    assert_eq!(sandbox.run(&["export"]), before);
}

#[test]
fn the_end_of_the_answers_is_the_end() {
    let sandbox = told();
    let said = sandbox.answer(&["triage", "--only", "items"], &["c"]);
    assert!(
        said.ends_with("! 1 answer kept; 4 things still wait\n"),
        "{said}"
    );
    let done = sandbox.run(&["list", "--state", "done", "--format", "jsonl"]);
    assert_eq!(done.lines().count(), 1, "{done}");
    assert_snapshot!(Sandbox::new().run(&["triage"]), @r"
    ! error: there is no ledger at $ROOT/.owed/ledger.db
    ! hint: `owed scan PATH…` makes it; with --ledger, one that is elsewhere is used
    exit: Some(2)
    ");
}
