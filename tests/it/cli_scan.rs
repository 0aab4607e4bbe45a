//! `owed scan`, and what the other commands make of scanned notes.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;
use std::io::Write;
use std::process::Stdio;

const APRIL: &str = "notes/core/2025/core-04-24.md";
const MAY: &str = "notes/core/2025/core-05-08.md";

/// A project with the notes of one meeting, not scanned.
fn with_note() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        APRIL,
        "# Core, 24 April\n\n## Notes\n\n- Ana: I will write the guide by Friday\n\
         - Ben: the build is green again\n\n## Action items\n\n- [ ] Chidi: try the new build\n",
    );
    sandbox
}

#[test]
fn the_first_scan_makes_the_ledger() {
    let sandbox = with_note();
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"
    notes/core/2025/core-04-24.md
      new         5  yjcn  Ana: write the guide, due 25 Apr
      new        10  b1zc  Chidi: try the new build
    ! made the ledger $ROOT/.owed/ledger.db
    ! 2 new in 1 note
    ");
    assert_eq!(
        sandbox.read(".owed/.gitignore"),
        "*\n!/rules/\n!/rules/*.toml\n"
    );
    assert_snapshot!(sandbox.run(&["list"]), @"
    ID    OWNER  WHAT               DUE       SINCE            WHERE
    b1zc  Chidi  try the new build            24 Apr, 2 weeks  notes/core/2025/core-04-24.md:10
    yjcn  Ana    write the guide    ! 25 Apr  24 Apr, 2 weeks  notes/core/2025/core-04-24.md:5
    ");
}

#[test]
fn a_second_scan_changes_nothing_and_says_so() {
    let sandbox = with_note();
    sandbox.run(&["scan", "notes"]);
    let before = sandbox.run(&["list", "--all", "--format", "json"]);
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"! nothing to do: 1 note not changed since the last scan");
    // Another time of the file, the same words.
    let text = sandbox.read(APRIL);
    std::fs::remove_file(sandbox.path(APRIL)).expect("removed");
    sandbox.write(APRIL, &text);
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"! nothing to do: 1 note not changed since the last scan");
    assert!(
        sandbox
            .run(&["scan", "notes", "--force"])
            .starts_with("! nothing new: 2 known in 1 note")
    );
    assert_eq!(sandbox.run(&["list", "--all", "--format", "json"]), before);
}

#[test]
fn again_changed_gone_and_done() {
    let sandbox = with_note();
    sandbox.run(&["scan", "notes"]);
    sandbox.write(
        MAY,
        "# Core\n\n- Ana: I will write the guide by 20 June\n- Ben: I'll open an issue\n",
    );
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"
    notes/core/2025/core-05-08.md
      again       3  yjcn  Ana: write the guide, due 20 Jun
      new         4  zj2t  Ben: open an issue
    ! 1 new, 1 said again in 2 notes, 1 of them not changed
    ");
    let ticked = sandbox
        .read(APRIL)
        .replace("[ ]", "[x]")
        .replace("by Friday", "by Monday");
    sandbox.write(APRIL, &ticked);
    sandbox.write(MAY, "# Core\n\n- Ana: I will write the guide by 20 June\n");
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"
    notes/core/2025/core-04-24.md
      changed     5  yjcn  Ana: write the guide, due 28 Apr
      changed    10  b1zc  Chidi: try the new build
      done           b1zc  Chidi: try the new build
    notes/core/2025/core-05-08.md
      gone        4  zj2t  Ben: open an issue
    ! 2 changed, 1 gone, 1 closed or reopened in 2 notes
    ");
    std::fs::remove_file(sandbox.path(MAY)).expect("removed");
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"
    notes/core/2025/core-05-08.md
      gone        3  yjcn  Ana: write the guide, due 20 Jun
    ! 1 gone in 1 note, 1 of them not changed
    ");
    assert_snapshot!(sandbox.run(&["undo"]), @"
    took back `scan notes` of 2025-05-08 12:00: 2 changes
      yjcn  Ana: write the guide: due 28 Apr 2025 → 20 Jun 2025
      yjcn  Ana: write the guide: said in notes/core/2025/core-05-08.md:3
    ");
}

#[test]
fn what_was_said_first_comes_first() {
    let sandbox = Sandbox::new();
    // In order of their names the later meeting comes first.
    sandbox.write("notes/a-2025-05-08.md", "- Ana: I will write the guide\n");
    sandbox.write("notes/b-2025-04-24.md", "- Ana: I will write the guide\n");
    sandbox.run(&["scan", "notes"]);
    assert_snapshot!(sandbox.run(&["list"]), @"
    ID    OWNER  WHAT             DUE  SINCE            WHERE
    bx78  Ana    write the guide       24 Apr, 2 weeks  notes/a-2025-05-08.md:1
    ");
}

#[test]
fn a_dry_run_keeps_nothing() {
    let sandbox = with_note();
    assert_snapshot!(sandbox.run(&["scan", "notes", "--dry-run"]), @"
    notes/core/2025/core-04-24.md
      new         5  Ana: write the guide, due 25 Apr
      new        10  Chidi: try the new build
    ! 2 new in 1 note
    ! a dry run: nothing was kept
    ");
    assert!(!sandbox.path(".owed").exists());
    sandbox.run(&["scan", "notes"]);
    sandbox.write(APRIL, "# Core\n\n- Ben: I'll open an issue\n");
    assert_snapshot!(sandbox.run(&["scan", "notes", "--dry-run"]), @"
    notes/core/2025/core-04-24.md
      new         3  Ben: open an issue
      gone        5  Ana: write the guide, due 25 Apr
      gone       10  Chidi: try the new build
    ! 1 new, 2 gone in 1 note
    ! a dry run: nothing was kept
    ");
    assert!(sandbox.run(&["list"]).contains("write the guide"));
}

#[test]
fn a_dry_run_asks_what_the_scan_would_ask() {
    let sandbox = Sandbox::new();
    let april = "# Core\n\n- Ana: I will write the exporter guide\n";
    sandbox.write("notes/core/2025-04-24.md", april);
    let may = "# Core\n\n- Ana: published the exporter guide\n";
    sandbox.write("notes/core/2025-05-01.md", may);
    for args in [&["scan", "notes", "--dry-run"][..], &["scan", "notes"]] {
        let told = sandbox.run(args);
        let question = "  ask         3  finished? \"published the exporter guide\"";
        assert!(told.contains(question), "{told}");
    }
}

#[test]
fn finding_nothing_tells_what_was_looked_at() {
    let sandbox = Sandbox::new();
    sandbox.write("notes/a.md", "# Core\n\n- Ben: the build is green again\n");
    let told = sandbox.run(&["scan", "notes"]);
    let last = told.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("! found nothing in 1 note with 3 lines and "),
        "{told}"
    );
    std::fs::create_dir(sandbox.path("empty")).expect("made");
    assert_snapshot!(sandbox.run(&["scan", "empty"]), @"! no notes there");
}

#[test]
fn what_is_no_note_stops_nothing() {
    let sandbox = with_note();
    sandbox.write("notes/empty.md", "");
    std::fs::write(sandbox.path("notes/picture.md"), b"\x89PNG\0\0").expect("written");
    std::fs::write(
        sandbox.path("notes/latin.txt"),
        b"Ana: I will visit the caf\xe9\n",
    )
    .expect("written");
    let huge = std::fs::File::create(sandbox.path("notes/huge.txt")).expect("made");
    huge.set_len(101 * 1024 * 1024).expect("sparse");
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @r"
    notes/latin.txt
      new         1  4fzn  Ana: visit the caf�
    notes/core/2025/core-04-24.md
      new         5  yjcn  Ana: write the guide, due 25 Apr
      new        10  b1zc  Chidi: try the new build
    ! made the ledger $ROOT/.owed/ledger.db
    ! notice: notes/empty.md: empty
    ! notice: notes/huge.txt: larger than 100 MB, left out
    ! notice: notes/latin.txt:1: not UTF-8; unreadable bytes were replaced
    ! notice: notes/picture.md: not a text file, left out
    ! 3 new in 2 notes
    ");
    assert_snapshot!(sandbox.run(&["scan", "notes", "nowhere.md"]), @"
    ! error: there is no nowhere.md
    ! hint: paths are taken from $ROOT
    exit: Some(2)
    ");
}

#[test]
fn standard_input_is_a_note() {
    let sandbox = Sandbox::new();
    let piped = |args: &[&str]| {
        let mut child = sandbox
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let mut stdin = child.stdin.take().expect("piped");
        stdin
            .write_all(b"Ana: I will write the guide by Friday\n")
            .expect("written");
        drop(stdin);
        String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("UTF-8")
    };
    assert_snapshot!(piped(&["scan", "-"]), @r"
    stdin-56e39ccf
      new         1  ase8  Ana: write the guide, due by Friday
    ");
    assert_snapshot!(piped(&["scan", "-"]), @"");
    assert_snapshot!(piped(&["scan", "-", "--as", APRIL]), @"
    notes/core/2025/core-04-24.md
      new         1  yjcn  Ana: write the guide, due 25 Apr
    ");
    assert_snapshot!(piped(&["extract", "-", "--format", "jsonl"]), @r#"{"path":"-","line":1,"end_line":1,"kind":"commitment","certainty":"definite","status":"open","speaker":"Ana","owners":["Ana"],"text":"write the guide","due":"by Friday","due_date":null,"rule":"i-will","confidence":0.95,"quote":"I will write the guide by Friday","topic":null}"#);
}

#[test]
fn ticks_in_the_block_close_items() {
    let sandbox = with_note();
    sandbox.run(&["scan", "notes"]);
    sandbox.write(MAY, "# Core\n\n## Agenda\n\n- Welcome\n");
    sandbox.run(&["agenda", MAY, "--write"]);
    // The block itself says nothing new: notes and views agree on where it begins and ends.
    let (begin, end) = owed::notes::BLOCK_MARKERS;
    let block = sandbox.read(MAY);
    assert!(block.contains(begin) && block.contains(end), "{block}");
    let told = sandbox.run(&["scan", "notes"]);
    assert!(
        told.starts_with("! found nothing in 1 note with 12 lines"),
        "{told}"
    );
    let ticked = sandbox.read(MAY).replace("[ ] **Ana**", "[x] **Ana**");
    sandbox.write(MAY, &ticked);
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @"
    notes/core/2025/core-05-08.md
      done           yjcn  Ana: write the guide
    ! 1 closed or reopened in 2 notes, 1 of them not changed
    ");
    assert_snapshot!(sandbox.run(&["agenda", MAY, "--write"]), @"notes/core/2025/core-05-08.md: 1 open item, in the block that was there");
    assert_snapshot!(sandbox.read(MAY), @"
    # Core

    ## Agenda

    - Welcome

    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Chidi**: try the new build — since 24 Apr · [core-04-24.md:10](core-04-24.md#L10) <!-- owed:b1zcy5ks0gdh mwf93g -->

    **Done since the last meeting**

    - [x] **Ana**: write the guide — done 8 May · [core-04-24.md:5](core-04-24.md#L5) <!-- owed:yjcn50gvs8md done -->
    <!-- owed:end b1zcy5ks0gdh yjcn50gvs8md / 48x0 cmpj -->
    ");
}

#[test]
fn settings_decide_the_series() {
    let sandbox = with_note();
    sandbox.run(&["scan", "notes"]);
    sandbox.write("owed.toml", "[[series]]\nname = \"all\"\npaths = [\"*\"]\n");
    sandbox.run(&["scan", "notes"]);
    assert!(
        sandbox
            .run(&["list", "--series", "all"])
            .contains("write the guide")
    );
}
