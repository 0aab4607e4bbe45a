//! `owed agenda`.

use crate::sandbox::{Said, Sandbox};
use insta::assert_snapshot;

const NEXT: &str = "notes/core/2025/core-05-08.md";

fn with_agenda(text: &str) -> Sandbox {
    let sandbox = Sandbox::with_items();
    sandbox.write(NEXT, text);
    sandbox
}

#[test]
fn everything_without_a_file() {
    assert_snapshot!(Sandbox::with_items().run(&["agenda"]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Ana**: write the guide — **overdue**: due 18 Apr · since 10 Apr, 3rd time · [core-04-10.md:7](notes/core/2025/core-04-10.md#L7) · last in [core-04-24.md:5](notes/core/2025/core-04-24.md#L5) <!-- owed:xxhzybj1takt 4mprbs -->
    - [ ] **Chidi**: try the new build — due next meeting · since 24 Apr · [core-04-24.md:8](notes/core/2025/core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh mwf9fw -->
    - [ ] **Ana**: move the site — due 1 Jun · since 1 May · [docs-05-01.md:3](notes/docs/2025/docs-05-01.md#L3) <!-- owed:fjcg1ag56j6n 4mcy5x -->
    - [ ] **Nobody**: pick a date for the workshop — since 10 Apr · [core-04-10.md:12](notes/core/2025/core-04-10.md#L12) <!-- owed:hxnpewkvtm6x 324f3g -->
    - [ ] **Ben**: ask `@mira` about the keys — since 10 Apr · [core-04-10.md:9](notes/core/2025/core-04-10.md#L9) <!-- owed:vppkcj7q9bfz 70c13g -->
    <!-- owed:end xxhzybj1takt b1zcy5ks0gdh fjcg1ag56j6n hxnpewkvtm6x vppkcj7q9bfz / 48x0 -->
    ");
}

#[test]
fn what_is_listed_and_why() {
    let sandbox = with_agenda("# Core\n");
    sandbox.write("owed.toml", "[agenda]\nbudget = 3\n");
    let told = |args: &[&str]| -> String {
        let output = sandbox.command(args).output().expect("run");
        let all: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let agenda = if all.is_array() { &all[0] } else { &all };
        let mut out = [
            "file", "series", "meeting", "previous", "budget", "more", "later",
        ]
        .map(|name| format!("{name} {}", agenda[name]))
        .join(", ");
        for item in agenda["items"].as_array().expect("items") {
            out.push_str(&format!(
                "\n{}: {}, due {}",
                item["need"], item["text"], item["due"]
            ));
        }
        out
    };
    assert_snapshot!(told(&["agenda", "core", "--format", "json"]), @r#"
    file null, series "core", meeting "2025-05-08", previous null, budget 3, more 1, later 0
    "overdue": "write the guide", due "by Friday"
    "due": "try the new build", due "next meeting"
    "rest": "pick a date for the workshop", due null
    "#);
    assert_snapshot!(told(&["agenda", NEXT, "--format", "jsonl"]), @r#"
    file "notes/core/2025/core-05-08.md", series "core", meeting "2025-05-08", previous null, budget 3, more 1, later 0
    "overdue": "write the guide", due "by Friday"
    "due": "try the new build", due "next meeting"
    "rest": "pick a date for the workshop", due null
    "#);
    sandbox.write("T.md", "# Core\n");
    let made = [
        "next",
        "notes/core/2025/core-05-22.md",
        "--template",
        "T.md",
        "--format",
        "json",
    ];
    assert_snapshot!(told(&made), @r#"
    file "notes/core/2025/core-05-22.md", series "core", meeting "2025-05-22", previous null, budget 3, more 1, later 0
    "overdue": "write the guide", due "by Friday"
    "due": "try the new build", due "next meeting"
    "rest": "pick a date for the workshop", due null
    "#);
    assert!(
        sandbox
            .read("notes/core/2025/core-05-22.md")
            .contains("write the guide")
    );
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write", "--format", "json"]), @"
    ! error: the argument '--write' cannot be used with '--format <FORMAT>'
    ! hint: usage: owed agenda --write <FILE|SERIES>
    exit: Some(2)
    ");
}

#[test]
fn the_series_of_a_file() {
    let sandbox = with_agenda("");
    // News of the meeting itself and of later ones is not brought up.
    sandbox.scan(NEXT, "2025-05-08", &[Said::new(20, "Ana", "open an issue")]);
    sandbox.scan(
        "notes/core/2025/core-05-22.md",
        "2025-05-22",
        &[Said::new(4, "Ben", "close it")],
    );
    assert_snapshot!(sandbox.run(&["agenda", NEXT]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Ana**: write the guide — **overdue**: due 18 Apr · since 10 Apr, 3rd time · [core-04-10.md:7](core-04-10.md#L7) · last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt 4mprbs -->
    - [ ] **Chidi**: try the new build — due next meeting · since 24 Apr · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh mwf9fw -->
    - [ ] **Nobody**: pick a date for the workshop — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x 324f3g -->
    - [ ] **Ben**: ask `@mira` about the keys — since 10 Apr · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz 70c13g -->
    <!-- owed:end xxhzybj1takt b1zcy5ks0gdh hxnpewkvtm6x vppkcj7q9bfz / 48x0 -->
    ");
    assert_snapshot!(sandbox.run(&["-C", "notes/core/2025", "agenda", "core-05-08.md", "--date", "2025-05-29"]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Ana**: write the guide — **overdue**: due 18 Apr · since 10 Apr, 3rd time · [core-04-10.md:7](core-04-10.md#L7) · last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt 4mprbs -->
    - [ ] **Chidi**: try the new build — due next meeting · since 24 Apr · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh mwf9fw -->
    - [ ] **Ben**: close it — since 22 May · [core-05-22.md:4](core-05-22.md#L4) <!-- owed:n93hdvgfzcd6 70xx3g -->
    - [ ] **Nobody**: pick a date for the workshop — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x 324f3g -->
    - [ ] **Ben**: ask `@mira` about the keys — since 10 Apr · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz 70c13g -->
    <!-- owed:end xxhzybj1takt b1zcy5ks0gdh n93hdvgfzcd6 hxnpewkvtm6x vppkcj7q9bfz / 48x0 -->
    ");
}

#[test]
fn written_and_written_again() {
    let sandbox = with_agenda(
        "# Core\r\n\r\n## Agenda\r\n\r\n1. Welcome\r\n\r\n## Notes\r\n\r\n- Ana: hello",
    );
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @r#"notes/core/2025/core-05-08.md: 4 open items, under "Agenda""#);
    let first = sandbox.read(NEXT);
    assert!(first.starts_with("# Core\r\n\r\n## Agenda\r\n\r\n1. Welcome\r\n\r\n<!-- owed:begin"));
    assert!(first.ends_with(" -->\r\n\r\n## Notes\r\n\r\n- Ana: hello"));
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"notes/core/2025/core-05-08.md: 4 open items, unchanged");
    assert_eq!(sandbox.read(NEXT), first);
    assert_snapshot!(first.replace("\r\n", "\n"), @"
    # Core

    ## Agenda

    1. Welcome

    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    1. [ ] **Ana**: write the guide — **overdue**: due 18 Apr · since 10 Apr, 3rd time · [core-04-10.md:7](core-04-10.md#L7) · last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt 4mprbs -->
    1. [ ] **Chidi**: try the new build — due next meeting · since 24 Apr · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh mwf9fw -->
    1. [ ] **Nobody**: pick a date for the workshop — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x 324f3g -->
    1. [ ] **Ben**: ask `@mira` about the keys — since 10 Apr · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz 70c13g -->
    <!-- owed:end xxhzybj1takt b1zcy5ks0gdh hxnpewkvtm6x vppkcj7q9bfz / 48x0 -->

    ## Notes

    - Ana: hello
    ");
}

#[test]
fn ticks_are_taken_in_before_writing() {
    let sandbox = with_agenda("# Core\n\nAgenda:\n\n- Welcome\n");
    sandbox.run(&["agenda", NEXT, "--write"]);
    let build = sandbox.id("try the new build");
    let ticked = sandbox
        .read(NEXT)
        .replace("- [ ] **Ana**", "- [x] **Ana**")
        .replace("- [ ] **Ben**", "- [-] **Ben**")
        .lines()
        .map(
            |line| match line.contains(&build) && !line.contains("owed:end") {
                true => format!("{line} works on my machine\n"),
                false => format!("{line}\n"),
            },
        )
        .collect::<String>();
    sandbox.write(NEXT, &ticked);
    assert_snapshot!(sandbox.run(&["agenda", NEXT]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Ana**: write the guide — **overdue**: due 18 Apr · since 10 Apr, 3rd time · [core-04-10.md:7](core-04-10.md#L7) · last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt 4mprbs -->
    - [ ] **Chidi**: try the new build — due next meeting · since 24 Apr · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh mwf9fw -->
    - [ ] **Nobody**: pick a date for the workshop — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x 324f3g -->
    - [ ] **Ben**: ask `@mira` about the keys — since 10 Apr · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz 70c13g -->
    <!-- owed:end xxhzybj1takt b1zcy5ks0gdh hxnpewkvtm6x vppkcj7q9bfz / 48x0 -->
    ! notes/core/2025/core-05-08.md has 2 ticks for the ledger; --write or a scan takes them in
    ");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    due  b1zc  Chidi: try the new build
    dropped  vppk  Ben: ask @mira about the keys
    done  xxhz  Ana: write the guide
    notes/core/2025/core-05-08.md: 2 open items, in the block that was there
    ");
    assert_snapshot!(sandbox.read(NEXT), @r"
    # Core

    Agenda:

    - Welcome

    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Chidi**: try the new build — due 8 May · since 24 Apr · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh mwf9x5 -->
      - works on my machine
    - [ ] **Nobody**: pick a date for the workshop — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x 324f3g -->
    <!-- owed:end b1zcy5ks0gdh hxnpewkvtm6x / 48x0 -->
    ");
    assert_snapshot!(sandbox.run(&["list", "--all", "--series", "core"]), @"
    ID    STATE    OWNER   WHAT                          DUE     SINCE            WHERE
    hxnp  open     nobody  pick a date for the workshop          10 Apr, 4 weeks  notes/core/2025/core-04-10.md:12
    vppk  dropped  Ben     ask @mira about the keys              10 Apr, 4 weeks  notes/core/2025/core-04-10.md:9
    xxhz  done     Ana     write the guide               18 Apr  10 Apr, 4 weeks  notes/core/2025/core-04-24.md:5
    b1zc  open     Chidi   try the new build             8 May   24 Apr, 2 weeks  notes/core/2025/core-04-24.md:8
    ");
    let written = sandbox.read(NEXT);
    sandbox.run(&["agenda", NEXT, "--write"]);
    assert_eq!(sandbox.read(NEXT), written);
    // What was closed by a tick comes back with an undo.
    sandbox.run(&["undo"]);
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"notes/core/2025/core-05-08.md: 4 open items, in the block that was there");
}

#[test]
fn a_tick_that_would_be_lost_stops_the_writing() {
    let sandbox = with_agenda(
        "<!-- owed:begin -->\n- [x] a <!-- owed:0123456789ab -->\n- [ ] b <!-- owed:1123456789ab -->\n<!-- owed:end -->\n",
    );
    let before = sandbox.read(NEXT);
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    ! error: notes/core/2025/core-05-08.md:2 ticks item 0123456789ab, which the ledger does not have
    ! hint: scan the notes that it comes from, or take the line out: its tick would be lost
    exit: Some(2)
    ");
    assert_eq!(sandbox.read(NEXT), before);
}

#[test]
fn with_nothing_open_the_file_stays() {
    let sandbox = with_agenda("# Core\n");
    sandbox.write("notes/zoo/2025-05-08.md", "# Zoo\n");
    assert_snapshot!(sandbox.run(&["agenda", "notes/zoo/2025-05-08.md", "--write"]), @"! nothing is open in the series zoo; there are items in core, notes; notes/zoo/2025-05-08.md stays as it is");
    assert_eq!(sandbox.read("notes/zoo/2025-05-08.md"), "# Zoo\n");
}

#[test]
fn settings_place_and_name_the_block() {
    let sandbox = with_agenda("# Core\n\n## Agenda\n\n- a\n\n## Topics\n\n- b\n");
    sandbox.write(
        "owed.toml",
        "[agenda]\nheading = \"topics\"\ntitle = \"Still open\"\n",
    );
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @r#"notes/core/2025/core-05-08.md: 4 open items, under "Topics""#);
    assert!(sandbox.read(NEXT).contains("- b\n\n<!-- owed:begin"));
    assert!(sandbox.read(NEXT).contains("\n**Still open**\n"));
}

#[test]
fn settings_name_series() {
    let sandbox = Sandbox::with_items();
    sandbox.write("meetings/docs-2025-05-08.md", "");
    assert_snapshot!(sandbox.run(&["agenda", "meetings/docs-2025-05-08.md"]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Ana**: move the site — due 1 Jun · since 1 May · [docs-05-01.md:3](../notes/docs/2025/docs-05-01.md#L3) <!-- owed:fjcg1ag56j6n 4mcy5x -->
    <!-- owed:end fjcg1ag56j6n / 48x0 -->
    ");
    sandbox.write(
        "owed.toml",
        "[[series]]\nname = \"docs\"\npaths = [\"/meetings/docs-*\"]\n",
    );
    assert_snapshot!(sandbox.run(&["agenda", "meetings/docs-2025-05-08.md"]), @"! nothing is open in the series docs; there are items in core, notes");
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let sandbox = with_agenda("a\n<!-- owed:begin -->\n");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    ! error: the block that begins on line 2 has no `<!-- owed:end -->`
    ! hint: take the extra marker lines out of the file; owed then puts its block in anew
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", "notes/nowhere.md"]), @"
    ! error: there is no notes/nowhere.md
    ! hint: paths are taken from $ROOT
    ! hint: nor is there a series of this name; there are core, notes
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", "--write"]), @"
    ! error: no agenda is named to write to or to check
    ! hint: name its file, or let --next find it: owed agenda --next --write
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--next"]), @"
    ! error: --next finds a file itself, and notes/core/2025/core-05-08.md is one
    ! hint: name its series, or leave --next out
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--date", "8 May"]), @"
    ! error: --date is `8 May`, which is not written as a date
    ! hint: write a date as YYYY-MM-DD: --date 2025-04-24
    exit: Some(2)
    ");
    std::fs::write(sandbox.path(NEXT), b"caf\xe9\n").expect("written");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    ! error: notes/core/2025/core-05-08.md is not UTF-8
    ! hint: save it as UTF-8: owed could not keep its other bytes as they are
    exit: Some(2)
    ");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = Sandbox::with_items();
    sandbox.write("real.md", "# Core\n");
    let real = sandbox.path("real.md");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("set");
    symlink(&real, sandbox.path(NEXT)).unwrap_or_else(|_| {
        std::fs::create_dir_all(sandbox.path("notes/core/2025")).expect("made");
        symlink(&real, sandbox.path(NEXT)).expect("linked");
    });
    sandbox.run(&["agenda", NEXT, "--write"]);
    let kind = std::fs::symlink_metadata(sandbox.path(NEXT))
        .expect("there")
        .file_type();
    assert!(kind.is_symlink());
    assert!(sandbox.read("real.md").contains("<!-- owed:end "));
    let mode = std::fs::metadata(&real)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn a_series_and_the_next_agenda() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["agenda", "notes"]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items from earlier meetings**

    - [ ] **Ana**: move the site — due 1 Jun · since 1 May · [docs-05-01.md:3](notes/docs/2025/docs-05-01.md#L3) <!-- owed:fjcg1ag56j6n 4mcy5x -->
    <!-- owed:end fjcg1ag56j6n / 48x0 -->
    ");
    assert_snapshot!(sandbox.run(&["agenda", "zoo"]), @"
    ! error: there is no zoo
    ! hint: paths are taken from $ROOT
    ! hint: nor is there a series of this name; there are core, notes
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", "core", "--write"]), @"
    ! error: no agenda is named to write to or to check
    ! hint: name its file, or let --next find it: owed agenda --next --write
    exit: Some(2)
    ");
    // No notes were scanned from files here, so that their place must be named.
    assert_snapshot!(sandbox.run(&["agenda", "--next"]), @r#"
    ! error: it cannot be told where the agendas of notes are
    ! hint: name them in owed.toml: `agenda = "meetings/YYYY/core-MM-DD.md"` under the [[series]]
    exit: Some(2)
    "#);
    sandbox.write(
        "owed.toml",
        "[[series]]\nname = \"core\"\npaths = [\"/notes/core/\"]\nagenda = \"next/YYYY-MM-DD.md\"\n",
    );
    sandbox.write("next/2025-05-22.md", "# Core\n");
    assert_snapshot!(sandbox.run(&["agenda", "core", "--next", "--write"]), @"next/2025-05-22.md: 4 open items, at the end");
}

#[test]
fn a_whole_review() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025/core-04-10.md",
        "# Core\n\nAttendees: Ana Lind, Mirko Okafor, Dana West\n\n## Action items\n\n\
         - [ ] Ana: write the guide by 18 April\n- [ ] Mirko: ask about the keys\n- [ ] Dana: book the room\n\
         - [ ] Ana: order the paper\n",
    );
    sandbox.write(
        "TEMPLATE.md",
        "# Core, {day} {month}\n\nLast time: {prev_path}\n\n## Agenda\n\n1. Welcome\n1. Review of action items\n1. Other\n",
    );
    sandbox.run(&["scan", "notes"]);
    assert_snapshot!(sandbox.run(&["agenda", "core", "--next"]), @"
    ! error: there is no next agenda of core: no notes/core/YYYY/core-MM-DD.md from 2025-05-08 on
    ! hint: `owed next FILE --template TEMPLATE` makes one
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["next", NEXT, "--template", "TEMPLATE.md"]), @"made notes/core/2025/core-05-08.md: 4 of 4 open items");
    assert_snapshot!(sandbox.run(&["next", NEXT, "--template", "TEMPLATE.md"]), @"
    ! error: notes/core/2025/core-05-08.md is there already
    ! hint: `owed agenda FILE --write` puts the block into it
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", "--next", "--check"]), @"");
    assert_snapshot!(sandbox.read(NEXT), @"
    # Core, 8 May

    Last time: core-04-10.md

    ## Agenda

    1. Welcome
    1. Review of action items

       <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
       **Open items from earlier meetings**

       1. [ ] **Ana**: write the guide — **overdue**: due 18 Apr · since 10 Apr · [core-04-10.md:7](core-04-10.md#L7) <!-- owed:xxhzybj1takt 4mprbs -->
       1. [ ] **Ana**: order the paper — since 10 Apr · [core-04-10.md:10](core-04-10.md#L10) <!-- owed:0n6p24d3vdsm 4mdd3g -->
       1. [ ] **Dana**: book the room — since 10 Apr · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:9kw07363zjar cyft3g -->
       1. [ ] **Mirko**: ask about the keys — since 10 Apr · [core-04-10.md:8](core-04-10.md#L8) <!-- owed:kcjt2k0619c1 emfm3g -->
       <!-- owed:end xxhzybj1takt 0n6p24d3vdsm 9kw07363zjar kcjt2k0619c1 / 48x0 -->

    1. Other
    ");
    let paper = sandbox.id("order the paper");
    let reviewed: Vec<String> = sandbox
        .read(NEXT)
        .lines()
        .filter(|line| !line.contains(&paper) || line.contains("owed:end"))
        .map(|line| {
            line.replace("[ ] **Dana**", "[x] **Dana**")
                .replace("**Mirko**: ask", "**Dana West**: ask")
                .replace("due 18 Apr", "due 22 May")
        })
        .flat_map(|line| {
            let remark = line
                .contains("about the keys")
                .then(|| "      - Mirko: wrote to them, no answer yet".to_owned());
            [Some(line), remark].into_iter().flatten()
        })
        .collect();
    sandbox.write(NEXT, &(reviewed.join("\n") + "\n"));
    assert_snapshot!(sandbox.run(&["agenda", "--next", "--check"]), @"
    ! error: 1 agenda not up to date
    !   notes/core/2025/core-05-08.md: has 1 tick and 3 edits for the ledger
    ! hint: `owed agenda FILE --write` brings it up to date
    exit: Some(1)
    ");
    assert_snapshot!(sandbox.run(&["scan", "notes"]), @r#"
    notes/core/2025/core-05-08.md
      remark     16  kcjt  Mirko: wrote to them, no answer yet
      owners         kcjt  Dana West: ask about the keys
      due            xxhz  Ana: write the guide, due 22 May
      done           9kw0  Dana: book the room
    notes/core/2025/core-04-10.md
      ask        10  dropped? "order the paper"
    ! 1 said again, 1 closed or reopened, 2 edited in the block in 2 notes, 1 of them not changed
    "#);
    let again = sandbox.run(&["scan", "notes", "--force"]);
    assert!(again.starts_with("! nothing new: "), "{again}");
    assert_snapshot!(sandbox.run(&["list", "--all"]), @"
    ID    STATE  ASK       OWNER      WHAT                DUE     SINCE            WHERE
    0n6p  open   dropped?  Ana        order the paper             10 Apr, 4 weeks  notes/core/2025/core-04-10.md:10
    9kw0  done             Dana       book the room               10 Apr, 4 weeks  notes/core/2025/core-04-10.md:9
    kcjt  open             Dana West  ask about the keys          10 Apr, 4 weeks  notes/core/2025/core-05-08.md:16
    xxhz  open             Ana        write the guide     22 May  10 Apr, 4 weeks  notes/core/2025/core-04-10.md:7
    ");
    assert_snapshot!(sandbox.run(&["agenda", "--next", "--write"]), @"notes/core/2025/core-05-08.md: 3 open items, in the block that was there");
    assert_snapshot!(sandbox.read(NEXT), @"
    # Core, 8 May

    Last time: core-04-10.md

    ## Agenda

    1. Welcome
    1. Review of action items

       <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
       **Open items from earlier meetings**

       1. [ ] **Ana**: order the paper — **dropped?** its entry was taken out · since 10 Apr · [core-04-10.md:10](core-04-10.md#L10) <!-- owed:0n6p24d3vdsm 4mdd3g -->
       1. [ ] **Dana West**: ask about the keys — since 10 Apr · [core-04-10.md:8](core-04-10.md#L8) <!-- owed:kcjt2k0619c1 g6fm3g -->
          - Mirko: wrote to them, no answer yet
       1. [ ] **Ana**: write the guide — due 22 May · since 10 Apr · [core-04-10.md:7](core-04-10.md#L7) <!-- owed:xxhzybj1takt 4mprmt -->

       **Done since the last meeting**

       1. [x] **Dana**: book the room — done 8 May · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:9kw07363zjar done -->
       <!-- owed:end 0n6p24d3vdsm kcjt2k0619c1 xxhzybj1takt 9kw07363zjar / 48x0 cmpj -->

    1. Other
    ");
    assert_snapshot!(sandbox.run(&["agenda", "--next", "--check"]), @"");
    // What is set later by other means stays, though the note still says otherwise when it is read again.
    let keys = sandbox.id("ask about the keys");
    sandbox.run(&["done", &keys]);
    let again = sandbox.run(&["scan", "notes"]);
    assert!(again.starts_with("! nothing new: "), "{again}");
    assert_snapshot!(sandbox.run(&["list", "--state", "done"]), @"
    ID    STATE  OWNER      WHAT                DUE  SINCE            WHERE
    9kw0  done   Dana       book the room            10 Apr, 4 weeks  notes/core/2025/core-04-10.md:9
    kcjt  done   Dana West  ask about the keys       10 Apr, 4 weeks  notes/core/2025/core-05-08.md:15
    ");
}

#[test]
fn edits_are_taken_in_before_writing() {
    let sandbox = with_agenda("# Core\n");
    sandbox.run(&["agenda", NEXT, "--write"]);
    let edited = sandbox
        .read(NEXT)
        .replace("**Ben**", "**Priya Rao**")
        .replace("write the guide", "write the short guide");
    sandbox.write(NEXT, &edited);
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    due  b1zc  Chidi: try the new build
    owner  vppk  Priya Rao: ask @mira about the keys
    words  xxhz  Ana: write the short guide
    notes/core/2025/core-05-08.md: 4 open items, in the block that was there
    ");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--check"]), @"");
    assert_snapshot!(sandbox.run(&["list", "--series", "core"]), @"
    ID    OWNER      WHAT                          DUE       SINCE            WHERE
    hxnp  nobody     pick a date for the workshop            10 Apr, 4 weeks  notes/core/2025/core-04-10.md:12
    vppk  Priya Rao  ask @mira about the keys                10 Apr, 4 weeks  notes/core/2025/core-04-10.md:9
    xxhz  Ana        write the short guide         ! 18 Apr  10 Apr, 4 weeks  notes/core/2025/core-04-24.md:5
    b1zc  Chidi      try the new build             8 May     24 Apr, 2 weeks  notes/core/2025/core-04-24.md:8
    ");
    sandbox.run(&["undo"]);
    assert_snapshot!(sandbox.run(&["list", "--series", "core", "--owner", "priya rao"]), @"! nobody is called `priya rao` in the ledger; there are Ana, Ben, Chidi");
}

#[test]
fn a_template_and_a_budget_of_ones_own() {
    let sandbox = with_agenda("# Core\n");
    sandbox.write(
        "owed.toml",
        "[agenda]\nbudget = \"4 minutes\"\ntemplate = \"block.md\"\n",
    );
    sandbox.write(
        "block.md",
        "{% for item in items %}\n{{ item.bullet }} {{ item.what }} ({{ item.owners }}) {{ item.mark }}\n{% endfor %}\n\n{{ more }} more\n",
    );
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"notes/core/2025/core-05-08.md: 2 of 4 open items, at the end");
    assert_snapshot!(sandbox.read(NEXT), @"
    # Core

    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    - write the guide (Ana) <!-- owed:xxhzybj1takt 3gy83g -->
    - try the new build (Chidi) <!-- owed:b1zcy5ks0gdh 3gde3g -->

    2 more
    <!-- owed:end xxhzybj1takt b1zcy5ks0gdh / q0xq -->
    ");
    sandbox.write(
        "block.md",
        "{% for item in items %}\n- {{ item.wat }}\n{% endfor %}\n",
    );
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    ! error: block.md: line 2: undefined value
    ! hint: docs/agenda.md tells what a template gets
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["next", "notes/core/x.md", "--template", "block.md"]), @"
    ! error: notes/core/x.md does not tell its day
    ! hint: name it with --date 2025-05-08
    exit: Some(2)
    ");
}
