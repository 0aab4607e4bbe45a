//! `owed sweep`, `owed digest` and the formats of `owed export`.

use crate::sandbox::{Said, Sandbox};
use insta::assert_snapshot;
use jiff::civil::date;
use owed::items::{Change, ItemId, Snooze};
use owed::ledger::Operation;

/// A series whose first meeting is long past.
fn old() -> Sandbox {
    let sandbox = Sandbox::new();
    for (day, text) in [
        (
            "2024-04-11",
            "- [ ] Ana: write the guide\n- [ ] Ben: ask around by June 2025\n- [ ] Dana: move the site\n",
        ),
        ("2025-03-06", "- [ ] Dana: move the site\n"),
        ("2025-03-20", "Nothing.\n"),
        ("2025-04-03", "Nothing.\n"),
    ] {
        let text =
            format!("# Core {day}\n\nAttendees: Ana, Ben, Dana\n\n## Action items\n\n{text}");
        sandbox.write(&format!("notes/core/{day}.md"), &text);
    }
    sandbox.run(&["scan", "notes"]);
    sandbox
}

#[test]
fn a_sweep_proposes_and_a_yes_drops() {
    let sandbox = old();
    assert_snapshot!(sandbox.run(&["sweep", "--dry-run"]), @"
    ask  xfpw  Ana: write the guide (392 days, 3 meetings, no due)
    ! 1 proposal to drop; `owed sweep --yes` drops all, `owed show ID` and `owed answer` one by one
    ! a dry run: nothing was kept
    ");
    assert_snapshot!(sandbox.run(&["sweep"]), @"
    ask  xfpw  Ana: write the guide (392 days, 3 meetings, no due)
    ! 1 proposal to drop; `owed sweep --yes` drops all, `owed show ID` and `owed answer` one by one
    ");
    assert_snapshot!(sandbox.run(&["sweep"]), @"! nothing new; 1 proposal from before");
    assert_snapshot!(sandbox.run(&["list"]), @"
    ID    ASK       OWNER  WHAT             DUE              SINCE                   WHERE
    tmkp            Dana   move the site                     11 Apr 2024, 12 months  notes/core/2025-03-06.md:7
    v01m            Ben    ask around       30 Jun or 1 Jun  11 Apr 2024, 12 months  notes/core/2024-04-11.md:8
    xfpw  dropped?  Ana    write the guide                   11 Apr 2024, 12 months  notes/core/2024-04-11.md:7
    ");
    assert_snapshot!(sandbox.run(&["sweep", "--yes"]), @"
    dropped  xfpw  Ana: write the guide (392 days, 3 meetings, no due)
    ! 1 item dropped; `owed undo` takes it back
    ");
    assert_snapshot!(sandbox.run(&["list", "--all"]), @"
    ID    STATE    OWNER  WHAT             DUE              SINCE                   WHERE
    tmkp  open     Dana   move the site                     11 Apr 2024, 12 months  notes/core/2025-03-06.md:7
    v01m  open     Ben    ask around       30 Jun or 1 Jun  11 Apr 2024, 12 months  notes/core/2024-04-11.md:8
    xfpw  dropped  Ana    write the guide                   11 Apr 2024, 12 months  notes/core/2024-04-11.md:7
    ");
    sandbox.run(&["undo"]);
    assert_snapshot!(sandbox.run(&["list"]), @"
    ID    ASK       OWNER  WHAT             DUE              SINCE                   WHERE
    tmkp            Dana   move the site                     11 Apr 2024, 12 months  notes/core/2025-03-06.md:7
    v01m            Ben    ask around       30 Jun or 1 Jun  11 Apr 2024, 12 months  notes/core/2024-04-11.md:8
    xfpw  dropped?  Ana    write the guide                   11 Apr 2024, 12 months  notes/core/2024-04-11.md:7
    ");
}

#[test]
fn what_is_spoken_of_again_is_no_longer_idle() {
    let sandbox = old();
    sandbox.run(&["sweep"]);
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\n## Action items\n\n- [ ] Ana: write the guide\n",
    );
    sandbox.run(&["scan", "notes"]);
    assert_snapshot!(sandbox.run(&["sweep"]), @"
    ! nothing is idle: all was spoken of in the last 180 days or 3 meetings, or is due
    ! 1 proposal taken back: spoken of again
    ");
    assert_snapshot!(sandbox.run(&["sweep", "--days", "0", "--meetings", "0", "--series", "zoo"]), @"! no series is called `zoo` in the ledger; there are core");
}

#[test]
fn what_is_snoozed_comes_back_with_the_next_meeting() {
    let sandbox = old();
    // An agenda that was made in advance, with its items, is no reason to stop.
    sandbox.write(
        "notes/core/2025-05-22.md",
        "# Core\n\n## Action items\n\n- [ ] Ben: bring cake\n",
    );
    sandbox.run(&["scan", "notes"]);
    let guide = ItemId::parse(&sandbox.id("write the guide")).expect("an id");
    let snooze = |from: Option<Snooze>, to: Option<Snooze>| {
        let operation = Operation {
            command: "snooze".to_owned(),
            who: None,
            at: "2025-04-03T10:00:00Z".parse().expect("a time"),
        };
        let mut ledger = sandbox.ledger();
        let mut transaction = ledger.begin(&operation).expect("begun");
        let id = guide.clone();
        let change = Change::Snoozed { id, from, to };
        transaction.apply(&[change]).expect("applied");
        transaction.commit().expect("committed");
    };
    let [before, after] =
        [date(2025, 3, 20), date(2025, 4, 3)].map(|after| Some(Snooze::NextMeeting { after }));
    snooze(None, after);
    assert_snapshot!(sandbox.run(&["sweep"]), @"! nothing is idle: all was spoken of in the last 180 days or 3 meetings, or is due");
    snooze(after, before);
    assert_snapshot!(sandbox.run(&["sweep", "--yes", "--dry-run"]), @"
    dropped  xfpw  Ana: write the guide (392 days, 3 meetings, no due)
    ! 1 item would be dropped
    ! a dry run: nothing was kept
    ");
}

#[test]
fn a_no_to_a_sweep_is_remembered() {
    let sandbox = old();
    sandbox.run(&["sweep"]);
    let proposals = sandbox.ledger().proposals().expect("read");
    for proposal in proposals {
        sandbox.run(&["answer", "no", proposal.id.as_str()]);
    }
    assert_snapshot!(sandbox.run(&["sweep"]), @"! nothing is idle: all was spoken of in the last 180 days or 3 meetings, or is due");
}

#[test]
fn a_digest_for_one_and_for_all() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["digest"]), @"
    Ana: 2 open items, 1 overdue (8 May 2025)
    - write the guide (overdue, due 18 Apr; since 10 Apr; notes/core/2025/core-04-24.md:5)
    - move the site (due 1 Jun; since 1 May; notes/docs/2025/docs-05-01.md:3)

    Ben: 1 open item (8 May 2025)
    - ask @mira about the keys (since 10 Apr; notes/core/2025/core-04-10.md:9)

    Chidi: 1 open item (8 May 2025)
    - try the new build (due next meeting; since 24 Apr; notes/core/2025/core-04-24.md:8)

    nobody: 1 open item (8 May 2025)
    - pick a date for the workshop (since 10 Apr; notes/core/2025/core-04-10.md:12)
    ");
    assert_snapshot!(sandbox.run(&["digest", "--owner", "ANA", "--series", "docs"]), @"! no series is called `docs` in the ledger; there are core, notes");
    assert_snapshot!(sandbox.run(&["digest", "--owner", "CHIDI", "--series", "notes"]), @"! CHIDI owes nothing; `owed list` shows who does");
    assert_snapshot!(sandbox.run(&["digest", "--owner", "Zoe"]), @"! Zoe owes nothing; `owed list` shows who does");
}

/// What a command says in JSON, with its messages taken off.
fn json(sandbox: &Sandbox, args: &[&str]) -> serde_json::Value {
    let output = sandbox.command(args).output().expect("run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn for_programs() {
    let sandbox = old();
    let swept = json(&sandbox, &["sweep", "--dry-run", "--format", "json"]);
    assert_eq!(swept[0]["text"], "write the guide");
    assert_eq!(
        (&swept[0]["days"], &swept[0]["meetings"]),
        (&392.into(), &3.into())
    );
    assert_eq!(
        (&swept[0]["dropped"], swept.as_array().map(Vec::len)),
        (&false.into(), Some(1))
    );
    let dropped = json(&sandbox, &["sweep", "--yes", "--format", "jsonl"]);
    assert_eq!(
        (&dropped["text"], &dropped["dropped"]),
        (&"write the guide".into(), &true.into())
    );
    assert_eq!(
        json(&sandbox, &["sweep", "--format", "json"]),
        serde_json::json!([])
    );

    let sandbox = Sandbox::with_items();
    let owed = json(&sandbox, &["digest", "--format", "json"]);
    let part = |part: &serde_json::Value| {
        let items = part["items"].as_array().map_or(0, Vec::len);
        format!("{}: {items}, {} overdue", part["owner"], part["overdue"])
    };
    let parts: Vec<String> = owed
        .as_array()
        .expect("an array")
        .iter()
        .map(part)
        .collect();
    assert_snapshot!(parts.join("\n"), @r#"
    "Ana": 2, 1 overdue
    "Ben": 1, 0 overdue
    "Chidi": 1, 0 overdue
    "nobody": 1, 0 overdue
    "#);
    let nobody = json(
        &sandbox,
        &["digest", "--owner", "nobody", "--format", "jsonl"],
    );
    assert_eq!(nobody["items"][0]["text"], "pick a date for the workshop");
    assert_eq!(
        json(&sandbox, &["digest", "--owner", "Zoe", "--format", "json"]),
        serde_json::json!([])
    );
    let nobody = json(
        &sandbox,
        &["export", "--format", "json", "--owner", "Nobody"],
    );
    assert_eq!(nobody[0]["text"], "pick a date for the workshop");
    assert_eq!(nobody.as_array().map(Vec::len), Some(1));
}

#[test]
fn formats() {
    let sandbox = Sandbox::with_items();
    sandbox.scan(
        "notes/zoo/2025-05-01.md",
        "2025-05-01",
        &[Said::new(2, "Ana", "feed =them, \"now\"")],
    );
    assert_snapshot!(sandbox.run(&["export", "--format", "csv", "--owner", "ana"]), @r#"
    id,state,owners,what,due,due_date,overdue,since,closed,times_said,series,path,line,links
    xxhzybj1takt,open,Ana,write the guide,by Friday,2025-04-18,true,2025-04-10,,2,core,notes/core/2025/core-04-24.md,5,
    8228t9heh3j4,open,Ana,"feed =them, ""now""",,,false,2025-05-01,,1,zoo,notes/zoo/2025-05-01.md,2,
    fjcg1ag56j6n,open,Ana,move the site,by 1 June,2025-06-01,false,2025-05-01,,1,notes,notes/docs/2025/docs-05-01.md,3,
    "#);
    assert_snapshot!(sandbox.run(&["export", "--format", "md", "--series", "docs"]), @"
    | state | owner | what | due | since | where |
    |---|---|---|---|---|---|
    ! no series is called `docs` in the ledger; there are core, notes, zoo
    ");
    assert_snapshot!(sandbox.run(&["export", "--format", "todotxt"]), @r#"
    2025-04-10 pick a date for the workshop +core owed:hxnpewkvtm6x
    2025-04-10 ask "@mira" about the keys +core @Ben owed:vppkcj7q9bfz
    2025-04-10 write the guide +core @Ana due:2025-04-18 owed:xxhzybj1takt
    2025-04-24 try the new build +core @Chidi owed:b1zcy5ks0gdh
    2025-05-01 feed =them, "now" +zoo @Ana owed:8228t9heh3j4
    2025-05-01 move the site +notes @Ana due:2025-06-01 owed:fjcg1ag56j6n
    "#);
    assert_snapshot!(sandbox.run(&["export", "--format", "obsidian"]), @r#"
    - [ ] nobody: pick a date for the workshop ➕ 2025-04-10 🆔 hxnpewkvtm6x
    - [ ] Ben: ask `@mira` about the keys ➕ 2025-04-10 🆔 vppkcj7q9bfz
    - [ ] Ana: write the guide ➕ 2025-04-10 📅 2025-04-18 🆔 xxhzybj1takt
    - [ ] Chidi: try the new build ➕ 2025-04-24 🆔 b1zcy5ks0gdh
    - [ ] Ana: feed =them, "now" ➕ 2025-05-01 🆔 8228t9heh3j4
    - [ ] Ana: move the site ➕ 2025-05-01 📅 2025-06-01 🆔 fjcg1ag56j6n
    "#);
    assert_snapshot!(sandbox.run(&["export", "--format", "ics"]), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//owed//owed//EN
    CALSCALE:GREGORIAN
    X-WR-CALNAME:owed
    BEGIN:VEVENT
    UID:xxhzybj1takt@owed
    DTSTAMP:20250508T120000Z
    DTSTART;VALUE=DATE:20250418
    DTEND;VALUE=DATE:20250419
    SUMMARY:Ana: write the guide
    DESCRIPTION:notes/core/2025/core-04-10.md:7: Ana: I will write the guide\nn
     otes/core/2025/core-04-24.md:5: Ana: I will write the guide
    CATEGORIES:core
    TRANSP:TRANSPARENT
    END:VEVENT
    BEGIN:VEVENT
    UID:fjcg1ag56j6n@owed
    DTSTAMP:20250508T120000Z
    DTSTART;VALUE=DATE:20250601
    DTEND;VALUE=DATE:20250602
    SUMMARY:Ana: move the site
    DESCRIPTION:notes/docs/2025/docs-05-01.md:3: Ana: I will move the site
    CATEGORIES:notes
    TRANSP:TRANSPARENT
    END:VEVENT
    END:VCALENDAR
    "#);
    assert_snapshot!(sandbox.run(&["export", "--series", "docs"]), @"
    ! error: jsonl is the whole ledger, and not some of its items
    ! hint: `owed list --format jsonl` writes lines of some; or take another --format
    exit: Some(2)
    ");
    let json = sandbox.run(&["export", "--format", "json"]);
    let items: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    assert_eq!(items.len(), 6);
    let json = sandbox.run(&["export", "--format", "taskwarrior", "--all"]);
    let tasks: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    assert_eq!(tasks.len(), 6);
}

#[test]
fn an_export_of_nothing_says_so() {
    let sandbox = Sandbox::with_items();
    let export = |args: &[&str]| {
        let args = [&["export", "--format", "todotxt"], args].concat();
        sandbox.run(&args)
    };
    assert_snapshot!(export(&["--owner", "Anna"]), @"
    ! nobody is called `Anna` in the ledger; there are Ana, Ben, Chidi
    ");
    assert_snapshot!(export(&["--series", "garden"]), @"
    ! no series is called `garden` in the ledger; there are core, notes
    ");
    sandbox.run(&["done", &sandbox.id("write the guide")]);
    assert_snapshot!(export(&["--owner", "ana", "--series", "notes"]), @"
    2025-05-01 move the site +notes @Ana due:2025-06-01 owed:fjcg1ag56j6n
    ");
}
