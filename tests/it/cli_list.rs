//! `owed list`.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

#[test]
fn open_items_oldest_first() {
    assert_snapshot!(Sandbox::with_items().run(&["list"]), @"
    ID    OWNER   WHAT                          DUE           SINCE            SERIES  WHERE
    hxnp  nobody  pick a date for the workshop                10 Apr, 4 weeks  core    notes/core/2025/core-04-10.md:12
    vppk  Ben     ask @mira about the keys                    10 Apr, 4 weeks  core    notes/core/2025/core-04-10.md:9
    xxhz  Ana     write the guide               ! 18 Apr      10 Apr, 4 weeks  core    notes/core/2025/core-04-24.md:5
    b1zc  Chidi   try the new build             next meeting  24 Apr, 2 weeks  core    notes/core/2025/core-04-24.md:8
    fjcg  Ana     move the site                 1 Jun         1 May, 7 days    notes   notes/docs/2025/docs-05-01.md:3
    ");
}

#[test]
fn filters_narrow() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["list", "--owner", "ana"]), @"
    ID    OWNER  WHAT             DUE       SINCE            SERIES  WHERE
    xxhz  Ana    write the guide  ! 18 Apr  10 Apr, 4 weeks  core    notes/core/2025/core-04-24.md:5
    fjcg  Ana    move the site    1 Jun     1 May, 7 days    notes   notes/docs/2025/docs-05-01.md:3
    ");
    assert_snapshot!(sandbox.run(&["list", "--owner", "nobody"]), @"
    ID    OWNER   WHAT                          DUE  SINCE            WHERE
    hxnp  nobody  pick a date for the workshop       10 Apr, 4 weeks  notes/core/2025/core-04-10.md:12
    ");
    assert_snapshot!(sandbox.run(&["list", "--series", "docs"]), @"! no series is called `docs` in the ledger; there are core, notes");
    assert_snapshot!(sandbox.run(&["list", "--since", "2025-04-24"]), @"
    ID    OWNER  WHAT               DUE           SINCE            SERIES  WHERE
    b1zc  Chidi  try the new build  next meeting  24 Apr, 2 weeks  core    notes/core/2025/core-04-24.md:8
    fjcg  Ana    move the site      1 Jun         1 May, 7 days    notes   notes/docs/2025/docs-05-01.md:3
    ");
    assert_snapshot!(sandbox.run(&["list", "--overdue"]), @"
    ID    OWNER  WHAT             DUE       SINCE            WHERE
    xxhz  Ana    write the guide  ! 18 Apr  10 Apr, 4 weeks  notes/core/2025/core-04-24.md:5
    ");
}

#[test]
fn states() {
    let sandbox = Sandbox::with_items();
    let guide = sandbox.id("write the guide");
    sandbox.run(&["done", &guide]);
    assert_snapshot!(sandbox.run(&["list", "--state", "done"]), @"
    ID    STATE  OWNER  WHAT             DUE     SINCE            WHERE
    xxhz  done   Ana    write the guide  18 Apr  10 Apr, 4 weeks  notes/core/2025/core-04-24.md:5
    ");
    assert_snapshot!(sandbox.run(&["list", "--all", "--series", "notes/core"]), @"! no series is called `notes/core` in the ledger; there are core, notes");
    assert_snapshot!(sandbox.run(&["list", "--state", "dropped"]), @"! no items that are dropped fit");
}

#[test]
fn nothing_to_list_says_why() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["list", "--owner", "Zed"]), @"! nobody is called `Zed` in the ledger; there are Ana, Ben, Chidi");
    assert_snapshot!(sandbox.run(&["list", "--series", "zoo"]), @"! no series is called `zoo` in the ledger; there are core, notes");
    assert_snapshot!(sandbox.run(&["list", "--owner", "Ben", "--overdue"]), @"! nothing is overdue");
    assert_snapshot!(sandbox.run(&["list", "--since", "2025-05-08"]), @"! no open items fit; --all looks at those that are done or dropped, too");
    assert_snapshot!(sandbox.run(&["list", "--since", "2025-05-08", "--format", "json"]), @"
    []
    ! no open items fit; --all looks at those that are done or dropped, too
    ");
    assert_snapshot!(sandbox.run(&["list", "--since", "2025-05-08", "--quiet"]), @"");
    let empty = Sandbox::new();
    empty.ledger();
    assert_snapshot!(empty.run(&["list"]), @"! the ledger has no items yet; `owed scan PATH…` looks for them");
}

#[test]
fn for_programs() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["list", "--series", "docs", "--format", "json"]), @"
    []
    ! no series is called `docs` in the ledger; there are core, notes
    ");
    let lines = sandbox.run(&["list", "--format", "jsonl"]);
    let ids: Vec<String> = lines
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            value["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 5);
}

#[test]
fn errors_have_a_hint() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["list", "--since", "24.4.2025"]), @"
    ! error: --since is `24.4.2025`, which is not written as a date
    ! hint: write a date as YYYY-MM-DD: --since 2025-04-24
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["list", "--state", "closed"]), @"
    ! error: invalid value 'closed' for '--state <STATE>' [possible values: open, done, dropped]
    ! hint: --help shows how the command is used
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["list", "--overdue", "--all"]), @"
    ! error: the argument '--overdue' cannot be used with '--all'
    ! hint: usage: owed list --overdue
    exit: Some(2)
    ");
    assert_snapshot!(Sandbox::new().run(&["list"]), @"
    ! error: there is no ledger at $ROOT/.owed/ledger.db
    ! hint: `owed scan PATH…` makes it; with --ledger, one that is elsewhere is used
    exit: Some(2)
    ");
}

#[test]
fn colour_when_it_is_wanted() {
    let sandbox = Sandbox::with_items();
    let output = sandbox
        .command(&["list", "--color", "always"])
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.contains("\u{1b}["), "styled: {text:?}");
    assert_eq!(owed::views::plain(&text), sandbox.run(&["list"]));
    let quiet = sandbox
        .command(&["list"])
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    assert!(!quiet.stdout.contains(&0x1b));
}
