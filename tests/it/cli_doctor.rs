//! What `owed doctor` finds, and what it says to do.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;
use rusqlite::Connection;
use std::fs;

fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\n- Ana: I will draw the floor plan\n- Ana: I'll order the chairs\n",
    );
    sandbox.write(
        "notes/core/2025-05-01.md",
        "# Core\n\n- Mirko: I'll ask the printers\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox
}

/// The lines about something.
fn about(sandbox: &Sandbox, what: &str) -> String {
    let told = sandbox.run(&["doctor"]);
    let lines = told
        .lines()
        .filter(|line| line.split_whitespace().nth(1) == Some(what));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn all_is_well() {
    let sandbox = told();
    let told = sandbox.run(&["doctor"]);
    assert!(
        !told.contains("exit:") && told.lines().all(|line| line.starts_with("ok ")),
        "{told}"
    );
    assert_snapshot!(about(&sandbox, "log"), @"ok     log        6 changes make the 3 items that are stored");
}

#[test]
fn a_note_that_is_gone_and_one_that_has_changed() {
    let sandbox = told();
    fs::remove_file(sandbox.path("notes/core/2025-05-01.md")).expect("removed");
    sandbox.write("notes/core/2025-04-24.md", "# Core\n\nNothing.\n");
    assert_snapshot!(about(&sandbox, "notes"), @r"
    wrong  notes      1 note is not there any more: notes/core/2025-05-01.md
    note   notes      1 note has changed since the last scan
    ");
    assert!(
        sandbox
            .run(&["doctor"])
            .ends_with("! error: 1 thing is wrong\nexit: Some(1)\n")
    );
    sandbox.run(&["scan", "notes"]);
    let told = sandbox.run(&["doctor"]);
    assert!(!told.contains("exit:"), "{told}");
    assert_snapshot!(about(&sandbox, "items"), @r"note   items      3 items are open that no note speaks of any more: tbwjmavtvh50, v610f97x36r5, vqjnhb50f1dh");
}

#[test]
fn a_row_that_the_log_has_not_made() {
    let sandbox = told();
    let connection = Connection::open(sandbox.path(".owed/ledger.db")).expect("open");
    connection
        .execute(
            "UPDATE items SET text = 'sing' WHERE text = 'ask the printers'",
            [],
        )
        .expect("written");
    connection
        .execute(
            "INSERT INTO forwards VALUES ('000000000000', '111111111111')",
            [],
        )
        .expect("written");
    drop(connection);
    let told = about(&sandbox, "log");
    assert!(
        told.starts_with("wrong  log        the log makes other items than are stored: "),
        "{told}"
    );
    assert_snapshot!(about(&sandbox, "ids"), @"wrong  ids        1 old id leads to no item");
    let json = sandbox.run(&["doctor", "--format", "json"]);
    let (json, _) = json.split_once("\n! ").expect("an error after it");
    let findings: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let findings = findings.as_array().expect("a list");
    assert_eq!(
        findings.iter().filter(|it| it["grade"] == "wrong").count(),
        2
    );
}

#[test]
fn settings_rules_and_backups() {
    let sandbox = told();
    sandbox.write("owed.toml", "[[series]]\nname = \"docs\"\npaths = [\"docs/\"]\n\n[[people]]\nname = \"Ana Lind\"\nalso = [\"Ana\"]\n");
    sandbox.write(".owed/rules/own.toml", "[[rule]]\nid = 3\n");
    sandbox.write(".owed/ledger.db.bak-v1", "");
    let told = sandbox.run(&["doctor"]);
    for expected in [
        "wrong  rules      the rules have 2 errors: .owed/rules/own.toml:1: the file does not say its schema",
        "note   settings   no note that was scanned belongs to the series docs of owed.toml",
        "note   settings   2 names of owed.toml not heard of yet in core",
        "note   backups    ledger.db.bak-v1 is the ledger as it was before owed was updated",
        "exit: Some(1)",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
}

#[test]
fn links_that_lead_nowhere_and_what_was_never_answered() {
    let sandbox = told();
    let url = "https://github.com/harbour/tiles/issues/7";
    let list = sandbox.run(&["list", "--format", "jsonl", "--owner", "Mirko"]);
    let item: serde_json::Value = serde_json::from_str(&list).expect("one item");
    let id = item["id"].as_str().expect("an id");
    sandbox.run(&["link", id, url]);
    assert_snapshot!(about(&sandbox, "links"), @"
    ok     links      1 link
    ");
    let write = |sql: &str| {
        let connection = Connection::open(sandbox.path(".owed/ledger.db")).expect("open");
        connection.execute_batch(sql).expect("written");
    };
    write(&format!(
        "INSERT INTO followed (url, open, gone, node, assignees, ours, checked) \
         VALUES ('{url}', 1, 1, 'n', '[]', 0, '2025-05-01T12:00:00Z');
         INSERT INTO outbox (done_once, item, kind, target, stage, request, started, url) VALUES \
         ('a', '000000000000', 'open', 'github.com/harbour/tiles', 'done', '{{}}', NULL, \
          'https://github.com/harbour/tiles/issues/8'), \
         ('b', '{id}', 'comment', '{url}', 'inflight', '{{}}', '2025-05-08T11:30:00Z', NULL), \
         ('c', '{id}', 'close', '{url}', 'inflight', '{{}}', '2025-05-08T11:59:00Z', NULL);"
    ));
    assert_snapshot!(about(&sandbox, "links"), @"
    wrong  links      item v610f97x36r5 is tied to https://github.com/harbour/tiles/issues/7, which is gone
    wrong  links      https://github.com/harbour/tiles/issues/8 was opened for the item 000000000000, which is not there
    ");
    assert_snapshot!(about(&sandbox, "outbox"), @"
    wrong  outbox     to comment for item v610f97x36r5 at https://github.com/harbour/tiles/issues/7 is in flight since 2025-05-08T11:30:00Z without an answer
    ");
    let told = sandbox.run(&["doctor"]);
    for hint in [
        "`owed unlink ",
        "close the issue by hand",
        "`owed issues open` looks",
    ] {
        assert!(told.contains(hint), "{told}");
    }
}
