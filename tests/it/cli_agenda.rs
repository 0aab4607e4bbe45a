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
    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Ana**
      - [ ] write the guide — **overdue**: due 18 Apr · since 10 Apr, 4 weeks · [core-04-10.md:7](notes/core/2025/core-04-10.md#L7) · said 2 times, last in [core-04-24.md:5](notes/core/2025/core-04-24.md#L5) <!-- owed:xxhzybj1takt -->
      - [ ] move the site — due 1 Jun · since 1 May, 7 days · [docs-05-01.md:3](notes/docs/2025/docs-05-01.md#L3) <!-- owed:fjcg1ag56j6n -->
    - **Ben**
      - [ ] ask `@mira` about the keys — since 10 Apr, 4 weeks · [core-04-10.md:9](notes/core/2025/core-04-10.md#L9) <!-- owed:vppkcj7q9bfz -->
    - **Chidi**
      - [ ] try the new build — due next meeting · since 24 Apr, 2 weeks · [core-04-24.md:8](notes/core/2025/core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh -->
    - **Nobody yet**
      - [ ] pick a date for the workshop — since 10 Apr, 4 weeks · [core-04-10.md:12](notes/core/2025/core-04-10.md#L12) <!-- owed:hxnpewkvtm6x -->
    <!-- owed:end -->
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
    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Ana**
      - [ ] write the guide — **overdue**: due 18 Apr · since 10 Apr, 4 weeks · [core-04-10.md:7](core-04-10.md#L7) · said 2 times, last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt -->
    - **Ben**
      - [ ] ask `@mira` about the keys — since 10 Apr, 4 weeks · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz -->
    - **Chidi**
      - [ ] try the new build — due next meeting · since 24 Apr, 2 weeks · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh -->
    - **Nobody yet**
      - [ ] pick a date for the workshop — since 10 Apr, 4 weeks · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x -->
    <!-- owed:end -->
    ");
    assert_snapshot!(sandbox.run(&["-C", "notes/core/2025", "agenda", "core-05-08.md", "--date", "2026-05-08"]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Ana**
      - [ ] write the guide — **overdue**: due 18 Apr 2025 · since 10 Apr 2025, 12 months · [core-04-10.md:7](core-04-10.md#L7) · said 2 times, last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt -->
    - **Ben**
      - [ ] ask `@mira` about the keys — since 10 Apr 2025, 12 months · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz -->
      - [ ] close it — since 22 May 2025, 11 months · [core-05-22.md:4](core-05-22.md#L4) <!-- owed:n93hdvgfzcd6 -->
    - **Chidi**
      - [ ] try the new build — due next meeting · since 24 Apr 2025, 12 months · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh -->
    - **Nobody yet**
      - [ ] pick a date for the workshop — since 10 Apr 2025, 12 months · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x -->
    <!-- owed:end -->
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
    assert!(first.ends_with("<!-- owed:end -->\r\n\r\n## Notes\r\n\r\n- Ana: hello"));
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"notes/core/2025/core-05-08.md: 4 open items, unchanged");
    assert_eq!(sandbox.read(NEXT), first);
    assert_snapshot!(first.replace("\r\n", "\n"), @"
    # Core

    ## Agenda

    1. Welcome

    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Ana**
      - [ ] write the guide — **overdue**: due 18 Apr · since 10 Apr, 4 weeks · [core-04-10.md:7](core-04-10.md#L7) · said 2 times, last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt -->
    - **Ben**
      - [ ] ask `@mira` about the keys — since 10 Apr, 4 weeks · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz -->
    - **Chidi**
      - [ ] try the new build — due next meeting · since 24 Apr, 2 weeks · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh -->
    - **Nobody yet**
      - [ ] pick a date for the workshop — since 10 Apr, 4 weeks · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x -->
    <!-- owed:end -->

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
        .replace("- [ ] write", "- [x] write")
        .replace("- [ ] ask", "- [-] ask")
        .replace(
            &format!("{build} -->"),
            &format!("{build} --> works on my machine"),
        );
    sandbox.write(NEXT, &ticked);
    assert_snapshot!(sandbox.run(&["agenda", NEXT]), @"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Ana**
      - [ ] write the guide — **overdue**: due 18 Apr · since 10 Apr, 4 weeks · [core-04-10.md:7](core-04-10.md#L7) · said 2 times, last in [core-04-24.md:5](core-04-24.md#L5) <!-- owed:xxhzybj1takt -->
    - **Ben**
      - [ ] ask `@mira` about the keys — since 10 Apr, 4 weeks · [core-04-10.md:9](core-04-10.md#L9) <!-- owed:vppkcj7q9bfz -->
    - **Chidi**
      - [ ] try the new build — due next meeting · since 24 Apr, 2 weeks · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh -->
    - **Nobody yet**
      - [ ] pick a date for the workshop — since 10 Apr, 4 weeks · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x -->
    <!-- owed:end -->
    ! notes/core/2025/core-05-08.md has 2 ticks for the ledger; --write or a scan takes them in
    ");
    assert_snapshot!(sandbox.run(&["agenda", NEXT, "--write"]), @"
    dropped  vppk  Ben: ask @mira about the keys
    done  xxhz  Ana: write the guide
    notes/core/2025/core-05-08.md: 2 open items, in the block that was there
    ! kept below the block: 2 lines that owed did not write
    ");
    assert_snapshot!(sandbox.read(NEXT), @r"
    # Core

    Agenda:

    - Welcome

    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Chidi**
      - [ ] try the new build — due 8 May · since 24 Apr, 2 weeks · [core-04-24.md:8](core-04-24.md#L8) <!-- owed:b1zcy5ks0gdh -->
    - **Nobody yet**
      - [ ] pick a date for the workshop — since 10 Apr, 4 weeks · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:hxnpewkvtm6x -->
    <!-- owed:end -->

    - try the new build
      - works on my machine
    ");
    assert_snapshot!(sandbox.run(&["list", "--all", "--series", "core"]), @r"
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
    <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
    **Open items from earlier meetings**

    - **Ana**
      - [ ] move the site — due 1 Jun · since 1 May, 7 days · [docs-05-01.md:3](../notes/docs/2025/docs-05-01.md#L3) <!-- owed:fjcg1ag56j6n -->
    <!-- owed:end -->
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
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["agenda", "--write"]), @"
    ! error: the following required arguments were not provided: <FILE>
    ! hint: usage: owed agenda --write <FILE>
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
    assert!(sandbox.read("real.md").contains("<!-- owed:end -->"));
    let mode = std::fs::metadata(&real)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}
