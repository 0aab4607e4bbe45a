//! An item's life on the command line: told again, reported done, asked about, answered, moved to another ledger.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;
use std::fs;

/// Two meetings: something is promised, and then reported done in other words.
fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: I will write the exporter guide by Friday\n- Mirko: I'll ask the printers for a quote\n",
    );
    sandbox.write(
        "notes/core/2025-05-01.md",
        "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: published the exporter guide\n- Mirko: I will ask the printers for a quote and a date\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox
}

fn item(sandbox: &Sandbox, text: &str) -> serde_json::Value {
    let found = exported(sandbox)
        .into_iter()
        .find(|item| item["text"] == text);
    found.unwrap_or_else(|| panic!("no item `{text}`"))
}

fn exported(sandbox: &Sandbox) -> Vec<serde_json::Value> {
    let lines = sandbox.run(&["export"]);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

fn proposal(item: &serde_json::Value) -> String {
    item["proposals"][0]["id"]
        .as_str()
        .expect("a proposal")
        .to_owned()
}

#[test]
fn a_report_is_asked_about_and_a_yes_closes() {
    let sandbox = told();
    let guide = item(&sandbox, "write the exporter guide");
    assert_eq!(
        (&guide["state"], &guide["proposed"]),
        (&"open".into(), &"done".into())
    );
    assert_eq!(guide["mentions"].as_array().map(Vec::len), Some(1));
    let id = guide["id"].as_str().expect("an id").to_owned();
    assert_snapshot!(sandbox.run(&["list"]), @r"
    ID    ASK    OWNER  WHAT                          DUE       SINCE            WHERE
    3qkf  done?  Ana    write the exporter guide      ! 25 Apr  24 Apr, 2 weeks  notes/core/2025-04-24.md:5
    h848         Mirko  ask the printers for a quote            24 Apr, 2 weeks  notes/core/2025-05-01.md:6
    ");
    assert_snapshot!(sandbox.run(&["show", &id]), @r#"
    3qkfq7ja7sr6  open
    write the exporter guide

    owner   Ana
    due     25 Apr ("by Friday"), overdue
    since   2025-04-24 (2 weeks)
    said    at one meeting
    series  core
    kind    commitment, definite

    Said
      2025-04-24  notes/core/2025-04-24.md:5 (commitment, rule i-will)
        > I will write the exporter guide by Friday

    Proposed
      d1z7k5  it is done? (both have exporter, guide; both are Ana Lind's; rule have-done)
        > I will write the exporter guide by Friday  notes/core/2025-04-24.md:5
        > published the exporter guide  notes/core/2025-05-01.md:5

    History
      2025-05-08 12:00  added (scan notes)
      2025-05-08 12:00  said in notes/core/2025-04-24.md:5 (scan notes)
      2025-05-08 12:00  proposed: finished, by notes/core/2025-05-01.md:5 (scan notes)
    "#);
    let asked = proposal(&guide);
    assert_snapshot!(sandbox.run(&["answer", "yes", &asked]), @r"done  3qkf  Ana: write the exporter guide");
    let guide = item(&sandbox, "write the exporter guide");
    assert_eq!(
        (&guide["state"], &guide["proposed"]),
        (&"done".into(), &serde_json::Value::Null)
    );
    assert_eq!(guide["closed"], "2025-05-01");
    let again = sandbox.run(&["scan", "notes", "--force"]);
    assert!(again.contains("nothing new"), "{again}");
}

#[test]
fn a_no_is_remembered_by_every_scan() {
    let sandbox = told();
    let asked = proposal(&item(&sandbox, "write the exporter guide"));
    sandbox.run(&["answer", "no", &asked[..6]]);
    sandbox.run(&["scan", "notes", "--force"]);
    let guide = item(&sandbox, "write the exporter guide");
    assert_eq!(
        (&guide["state"], &guide["proposed"]),
        (&"open".into(), &serde_json::Value::Null)
    );
    assert_snapshot!(sandbox.run(&["answer", "yes", &asked]), @r"
    ! error: nothing that waits for an answer has the id `d1z7k5ej3hze`
    ! hint: `owed show ID` shows what is proposed about an item
    exit: Some(2)
    ");
}

#[test]
fn what_is_exported_makes_the_same_ledger() {
    let sandbox = told();
    let asked = proposal(&item(&sandbox, "write the exporter guide"));
    sandbox.run(&["answer", "no", &asked]);
    let lines = sandbox.run(&["export"]);
    let other = Sandbox::new();
    other.write("ledger.jsonl", &lines);
    assert_snapshot!(other.run(&["import", "ledger.jsonl"]), @r"
    2 items from ledger.jsonl
    ! made the ledger $ROOT/.owed/ledger.db
    ");
    assert_eq!(other.run(&["export"]), lines);
    assert_snapshot!(other.run(&["import", "ledger.jsonl"]), @r"
    ! error: the ledger has items already
    ! hint: move the ledger away first, or run this in another project; two ledgers cannot be mixed
    exit: Some(2)
    ");
    // The notes find their items there.
    other.copy(&sandbox.path("notes"), "notes");
    let scanned = other.run(&["scan", "notes"]);
    assert!(scanned.contains("nothing new"), "{scanned}");
    assert_eq!(other.run(&["export"]), lines);
    let third = Sandbox::new();
    third.write("broken.jsonl", "{\"id\": 7}\n");
    assert_snapshot!(third.run(&["import", "broken.jsonl"]), @r"
    ! error: broken.jsonl: line 1: invalid type: integer `7`, expected a string
    ! hint: `owed export` writes what can be read here
    exit: Some(2)
    ");
}

#[test]
fn a_note_that_is_renamed_keeps_its_items() {
    let sandbox = told();
    let before = item(&sandbox, "write the exporter guide");
    sandbox.run(&["done", before["id"].as_str().expect("an id")]);
    fs::rename(
        sandbox.path("notes/core/2025-04-24.md"),
        sandbox.path("notes/core/2025-04-24-core.md"),
    )
    .expect("moved");
    sandbox.run(&["scan", "notes"]);
    let after = item(&sandbox, "write the exporter guide");
    assert_eq!(
        (&after["id"], &after["state"]),
        (&before["id"], &"done".into())
    );
    assert_eq!(
        after["mentions"][0]["path"],
        "notes/core/2025-04-24-core.md"
    );
}

#[test]
fn a_ledger_made_anew_has_the_same_ids() {
    let sandbox = told();
    let before = sandbox.run(&["export"]);
    fs::remove_dir_all(sandbox.path(".owed")).expect("removed");
    // The later meeting first, and then the earlier one.
    sandbox.run(&["scan", "notes/core/2025-05-01.md"]);
    sandbox.run(&["scan", "notes/core/2025-04-24.md"]);
    let ids = |lines: &str| -> Vec<String> {
        let id = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["id"].to_string()
        };
        lines.lines().map(id).collect()
    };
    assert_eq!(ids(&sandbox.run(&["export"])), ids(&before));
}
