//! `owed extract`, `explain`, `rules` and `debug`: reading without a ledger.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

const NOTE: &str = "notes/core/2025/core-04-24.md";

fn with_note() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        NOTE,
        "# Core, 24 April\n\n- Ana: I will write the guide by Friday\n- Ben: did you read `it`?\n\n\
         ```\nBen: I will run\n```\n",
    );
    sandbox
}

#[test]
fn extract_underlines() {
    let sandbox = with_note();
    let told = sandbox.run(&["extract", "notes"]);
    let (shown, summary) = told.split_once("! ").expect("a summary");
    assert_snapshot!(shown, @"
    notes/core/2025/core-04-24.md
    3 | - Ana: I will write the guide by Friday
      |   ^^^         ~~~~~~~~~~~~~~~ ---------
      = definite commitment; owner Ana; due 2025-04-25; rule i-will
    ");
    assert!(
        summary.starts_with("1 task or commitment in 1 note, 8 lines, "),
        "{summary}"
    );
    assert!(!sandbox.path(".owed").exists());
}

#[test]
fn extract_for_programs() {
    let sandbox = with_note();
    assert_snapshot!(sandbox.run(&["-q", "extract", "notes", "--format", "jsonl"]), @r#"{"path":"notes/core/2025/core-04-24.md","line":3,"end_line":3,"kind":"commitment","certainty":"definite","status":"open","speaker":"Ana","owners":["Ana"],"text":"write the guide","due":"by Friday","due_date":"2025-04-25","rule":"i-will","confidence":0.95,"quote":"I will write the guide by Friday","topic":null}"#);
    let array = sandbox.run(&["-q", "extract", "notes", "--all", "--format", "json"]);
    let array: serde_json::Value = serde_json::from_str(&array).expect("JSON");
    assert_eq!(array.as_array().map(Vec::len), Some(1));
    assert_snapshot!(sandbox.run(&["-q", "extract", "owed.toml", "--format", "json"]), @"[]");
}

#[test]
fn explain_tells_why_and_why_not() {
    let sandbox = with_note();
    let line = |n: u32| sandbox.run(&["explain", &format!("{NOTE}:{n}")]);
    assert!(line(3).contains("won\n"), "{}", line(3));
    assert!(line(3).contains("^^^"));
    assert!(
        line(4).contains("read `it`?") && line(4).ends_with("no item\n"),
        "{}",
        line(4)
    );
    assert!(line(7).contains("code"), "{}", line(7));
    assert_snapshot!(line(2), @"

    no words that rules look at: a blank line, code, front matter or a frame of a table
    ");
    assert_snapshot!(line(99), @"
    ! error: notes/core/2025/core-04-24.md has no line 99
    ! hint: it has 8 lines
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["explain", NOTE]), @"
    ! error: `notes/core/2025/core-04-24.md` names no line
    ! hint: write it as FILE:LINE: notes/core-04-24.md:41
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["explain", "notes:3"]), @"
    ! error: notes is a folder
    ! hint: name one file
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["explain", "nowhere.md:3"]), @"
    ! error: there is no nowhere.md
    ! hint: paths are taken from $ROOT
    exit: Some(2)
    ");
}

#[test]
fn rules_can_be_read_and_tried() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["rules", "list"]);
    let id = list
        .lines()
        .find_map(|line| line.split("  ").next())
        .expect("a rule")
        .trim();
    let shown = sandbox.run(&["rules", "show", id]);
    assert!(shown.contains(&format!("id = \"{id}\"")), "{shown}");
    assert!(shown.contains("examples.match"), "{shown}");
    assert_snapshot!(sandbox.run(&["rules", "show", "nope"]), @"
    ! error: there is no rule `nope`
    ! hint: `owed rules list` shows their ids
    exit: Some(2)
    ");
    let sentence = [
        "rules",
        "try",
        "I'll open an issue by Friday",
        "--speaker",
        "Ana",
    ];
    let tried = sandbox.run(&[&sentence[..], &["--date", "2025-04-24"]].concat());
    assert!(tried.contains("owner Ana; due 2025-04-25"), "{tried}");
}

#[test]
fn a_project_may_have_its_own_rules() {
    let sandbox = with_note();
    sandbox.write(
        ".owed/rules/own.toml",
        "schema = 1\n\n[[rule]]\nid = \"own\"\ntitle = \"please and a verb\"\nkind = \"task\"\n\
         confidence = 0.9\npriority = 99\npattern = '''(?i)^pretty please (?P<task>.+)'''\n\
         owner = \"nobody\"\nmessage = \"asked nicely\"\n\
         examples.match = [{ text = \"pretty please sweep\", task = \"sweep\" }]\n\
         examples.no_match = [{ text = \"as pretty as a hall\", because = \"nobody asks\" }]\n",
    );
    assert!(
        sandbox
            .run(&["rules", "list"])
            .contains("please and a verb")
    );
    let shown = sandbox.run(&["rules", "show", "own"]);
    assert!(
        shown.starts_with("# .owed/rules/own.toml:3\n[[rule]]\n"),
        "{shown}"
    );
    sandbox.write(NOTE, "- pretty please sweep the hall\n");
    let found = sandbox.run(&["-q", "extract", NOTE, "--format", "jsonl"]);
    assert!(found.contains("\"rule\":\"own\""), "{found}");
    sandbox.write(".owed/rules/own.toml", "schema = 1\nrules = 3\n\n[[rule]\n");
    assert_snapshot!(sandbox.run(&["extract", "notes"]), @"
    ! error: the rules have 1 error
    !   .owed/rules/own.toml:4: unclosed array table, expected `]`
    !     [[rule]
    !            ^
    exit: Some(2)
    ");
}

#[test]
fn debug_shows_each_step() {
    let sandbox = with_note();
    let debug = |step: &str| sandbox.run(&["debug", step, NOTE]);
    assert!(debug("note").contains("2025-04-24"));
    assert!(debug("turns").contains("notes Ana"));
    assert!(debug("candidates").contains(": won\n"));
    assert!(debug("mentions").contains("4 | - Ben: did you read `it`?\n"));
}
