//! `owed show`, `done`, `drop`, `reopen` and `undo`.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

#[test]
fn show_tells_all() {
    let sandbox = Sandbox::with_items();
    let guide = sandbox.id("write the guide");
    sandbox.run(&["done", &guide, "--why", "landed on Tuesday"]);
    assert_snapshot!(sandbox.run(&["show", &guide]), @r#"
    xxhzybj1takt  done
    write the guide

    owner   Ana
    due     18 Apr ("by Friday")
    since   2025-04-10 (4 weeks)
    closed  2025-05-08
    said    at 2 meetings
    series  core
    kind    commitment, definite

    Said
      2025-04-10  notes/core/2025/core-04-10.md:7 (commitment, rule en.will)
        > Ana: I will write the guide
      2025-04-24  notes/core/2025/core-04-24.md:5 (commitment, rule en.will)
        > Ana: I will write the guide

    History
      2025-05-01 10:00  added (scan notes)
      2025-05-01 10:00  said in notes/core/2025/core-04-10.md:7 (scan notes)
      2025-05-01 10:00  said in notes/core/2025/core-04-24.md:5 (scan notes)
      2025-05-08 12:00  open → done: landed on Tuesday (done xxhzybj1takt)
      2025-05-08 12:00  state set by hand (done xxhzybj1takt)
    "#);
    assert_snapshot!(sandbox.run(&["show", &guide, "--format", "json"]), @r#"
    {
      "id": "xxhzybj1takt",
      "series": "core",
      "state": "done",
      "kind": "commitment",
      "certainty": "definite",
      "owners": [
        "Ana"
      ],
      "text": "write the guide",
      "topic": null,
      "due": "by Friday",
      "due_date": "2025-04-18",
      "overdue": false,
      "since": "2025-04-10",
      "said": 2,
      "slipped": 0,
      "links": [],
      "mentions": [
        {
          "path": "notes/core/2025/core-04-10.md",
          "line": 7,
          "end_line": 7,
          "kind": "commitment",
          "certainty": "definite",
          "status": "open",
          "speaker": null,
          "owners": [
            "Ana"
          ],
          "text": "write the guide",
          "due": "by Friday",
          "due_date": "2025-04-18",
          "rule": "en.will",
          "confidence": 0.9,
          "quote": "Ana: I will write the guide",
          "topic": null
        },
        {
          "path": "notes/core/2025/core-04-24.md",
          "line": 5,
          "end_line": 5,
          "kind": "commitment",
          "certainty": "definite",
          "status": "open",
          "speaker": null,
          "owners": [
            "Ana"
          ],
          "text": "write the guide",
          "due": null,
          "due_date": null,
          "rule": "en.will",
          "confidence": 0.9,
          "quote": "Ana: I will write the guide",
          "topic": null
        }
      ],
      "proposals": [],
      "history": [
        {
          "at": "2025-05-01T10:00:00Z",
          "command": "scan notes",
          "who": null,
          "change": "added",
          "item": {
            "id": "xxhzybj1takt",
            "series": "core",
            "kind": "commitment",
            "certainty": "definite",
            "owners": [
              "Ana"
            ],
            "text": "write the guide",
            "due": {
              "phrase": "by Friday",
              "date": "2025-04-18",
              "alternative": null
            },
            "state": "open",
            "since": "2025-04-10",
            "mentions": []
          }
        },
        {
          "at": "2025-05-01T10:00:00Z",
          "command": "scan notes",
          "who": null,
          "change": "mention_added",
          "id": "xxhzybj1takt",
          "mention": {
            "id": "xxhzybj1takt",
            "path": "notes/core/2025/core-04-10.md",
            "line": 7,
            "end_line": 7,
            "kind": "commitment",
            "certainty": "definite",
            "status": "open",
            "speaker": null,
            "owners": [
              "Ana"
            ],
            "text": "write the guide",
            "due": {
              "phrase": "by Friday",
              "date": "2025-04-18",
              "alternative": null
            },
            "rule": "en.will",
            "confidence": 0.9,
            "quote": "Ana: I will write the guide",
            "meeting": "2025-04-10"
          }
        },
        {
          "at": "2025-05-01T10:00:00Z",
          "command": "scan notes",
          "who": null,
          "change": "mention_added",
          "id": "xxhzybj1takt",
          "mention": {
            "id": "yjcn50gvs8md",
            "path": "notes/core/2025/core-04-24.md",
            "line": 5,
            "end_line": 5,
            "kind": "commitment",
            "certainty": "definite",
            "status": "open",
            "speaker": null,
            "owners": [
              "Ana"
            ],
            "text": "write the guide",
            "due": null,
            "rule": "en.will",
            "confidence": 0.9,
            "quote": "Ana: I will write the guide",
            "meeting": "2025-04-24"
          }
        },
        {
          "at": "2025-05-08T12:00:00Z",
          "command": "done xxhzybj1takt",
          "who": null,
          "change": "state_set",
          "id": "xxhzybj1takt",
          "from": "open",
          "to": "done",
          "closed": "2025-05-08",
          "why": "landed on Tuesday"
        },
        {
          "at": "2025-05-08T12:00:00Z",
          "command": "done xxhzybj1takt",
          "who": null,
          "change": "pinned",
          "id": "xxhzybj1takt",
          "field": "state",
          "from": false,
          "to": true
        }
      ]
    }
    "#);
    assert_eq!(
        sandbox
            .run(&["show", &guide, "--format", "jsonl"])
            .lines()
            .count(),
        1
    );
}

#[test]
fn a_life_and_its_undoing() {
    let sandbox = Sandbox::with_items();
    let guide = sandbox.id("write the guide");
    let before = sandbox.run(&["list", "--all", "--format", "json"]);
    assert_snapshot!(sandbox.run(&["done", &guide, "--why", "landed"]), @"done  xxhz  Ana: write the guide");
    assert_snapshot!(sandbox.run(&["done", &guide]), @"! xxhz  Ana: write the guide: already done");
    assert_snapshot!(sandbox.run(&["reopen", &guide.to_uppercase()]), @"open  xxhz  Ana: write the guide");
    assert_snapshot!(sandbox.run(&["drop", &guide, "zzzz"]), @"
    ! error: no item has an id that begins with `zzzz`
    ! hint: `owed list --all` shows the ids
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["list", "--state", "dropped"]), @"! no items that are dropped fit");
    assert_snapshot!(sandbox.run(&["undo"]), @"
    took back `reopen XXHZYBJ1TAKT` of 2025-05-08 12:00: 1 change
      xxhz  Ana: write the guide: open → done: undo
    ");
    assert_snapshot!(sandbox.run(&["undo"]), @r"
    took back `done xxhzybj1takt` of 2025-05-08 12:00: 2 changes
      xxhz  Ana: write the guide: state left to the notes again
      xxhz  Ana: write the guide: done → open: undo
    ");
    assert_eq!(sandbox.run(&["list", "--all", "--format", "json"]), before);
}

#[test]
fn undo_goes_back_to_nothing() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["undo"]), @"
    took back `scan notes` of 2025-05-01 10:00: 2 changes
      fjcg1ag56j6n: no longer said in notes/docs/2025/docs-05-01.md:3
      fjcg1ag56j6n  Ana: move the site: removed
    ");
    sandbox.run(&["undo"]);
    sandbox.run(&["undo"]);
    assert_snapshot!(sandbox.run(&["undo"]), @"
    ! error: there is nothing to undo
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["list"]), @"! the ledger has no items yet; `owed scan PATH…` looks for them");
}

#[test]
fn wrong_ids_change_nothing() {
    let sandbox = Sandbox::with_items();
    let guide = sandbox.id("write the guide");
    assert_snapshot!(sandbox.run(&["show", "nope"]), @"
    ! error: no item has an id that begins with `nope`
    ! hint: `owed list --all` shows the ids
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["done", ""]), @"
    ! error: no item has an id that begins with ``
    ! hint: `owed list --all` shows the ids
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["done"]), @"
    ! error: the following required arguments were not provided: <ID>...
    ! hint: usage: owed done <ID>...
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["done", &guide, "nope"]), @"
    ! error: no item has an id that begins with `nope`
    ! hint: `owed list --all` shows the ids
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["list", "--state", "done"]), @"! no items that are done fit");
    assert_snapshot!(Sandbox::new().run(&["undo"]), @"
    ! error: there is no ledger at $ROOT/.owed/ledger.db
    ! hint: `owed scan PATH…` makes it; with --ledger, one that is elsewhere is used
    exit: Some(2)
    ");
}
