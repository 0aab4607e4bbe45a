//! Tests of the block.

use super::{BlockError, Placed, bullets, read_block, write_block};
use crate::due::Due;
use crate::items::Mark;
use crate::views::agenda::{Options, TEMPLATE, render};
use crate::views::entry::Bullets;
use crate::views::pick::Picked;
use crate::views::testing::{item, picking};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A block with two items of Ana's.
fn block() -> String {
    block_in(Bullets::Mark('-'))
}

fn block_in(bullets: Bullets) -> String {
    let mut guide = item(&["Ana"], "write the guide", date(2025, 4, 24));
    guide.due = Some(Due {
        phrase: "by Friday".to_owned(),
        date: Some(date(2025, 5, 2)),
        alternative: None,
    });
    let end = "ask @priya <!-- owed:end --> about *keys*";
    let keys = item(&["Ana", "Goran"], end, date(2025, 4, 10));
    let done = item(&["Chidi"], "pay the bill", date(2025, 4, 10));
    let picked = Picked {
        items: vec![picking(&guide, None), picking(&keys, None)],
        more: 2,
        done: vec![&done],
        ..Picked::default()
    };
    let options = Options {
        meeting: date(2025, 5, 8),
        series: Some("core"),
        title: "Open items",
        template: TEMPLATE,
        bullets,
        path: None,
        directory: "/p/notes/core/2025",
        root: "/p",
        links: &BTreeMap::new(),
    };
    render(&picked, &options).expect("the template fits")
}

/// What a block says to the ledger, an entry a line.
fn said(text: &str) -> String {
    let read = read_block(
        text,
        "notes/core/2025/core-05-08.md",
        Some(date(2025, 5, 8)),
    );
    let mut out = String::new();
    for tick in &read.ticks {
        out.push_str(&format!(
            "{} {} {:?}\n",
            tick.line,
            tick.mark.as_str(),
            tick.edits
        ));
    }
    for remark in &read.remarks {
        let speaker = remark.speaker.as_deref().unwrap_or("?");
        out.push_str(&format!("{} {speaker}: {}\n", remark.line, remark.text));
    }
    out
}

fn marks(text: &str) -> Vec<Mark> {
    let read = read_block(text, "a.md", None);
    read.ticks.iter().map(|tick| tick.mark).collect()
}

fn write(text: &str) -> (String, Placed) {
    let written = write_block(text, &block(), None).expect("fits");
    (written.text, written.placed)
}

fn in_section(heading: &str) -> Placed {
    Placed::Section(heading.to_owned())
}

/// `BLOCK` in `expected` stands for the block; line breaks are those of `expected`.
#[track_caller]
fn check(text: &str, expected: &str, placed: &Placed) {
    let newline = if expected.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let expected = expected.replace("BLOCK", &block().replace('\n', newline));
    let (first, place) = write(text);
    assert_eq!(first, expected);
    assert_eq!(place, *placed);
    assert_eq!(write(&first), (first.clone(), Placed::Replaced));
}

#[test]
fn the_first_block_goes_into_the_agenda() {
    check(
        "# Core\n\n## Agenda\n\n1. Welcome\n1. Other things\n   1. _yours_\n\n## Attendees\n\n- Ana\n",
        "# Core\n\n## Agenda\n\n1. Welcome\n1. Other things\n   1. _yours_\n\nBLOCK\n\n## Attendees\n\n- Ana\n",
        &in_section("Agenda"),
    );
    check(
        "## Agenda\n- a\n## Notes\n",
        "## Agenda\n- a\n\nBLOCK\n\n## Notes\n",
        &in_section("Agenda"),
    );
    check("## Agenda", "## Agenda\n\nBLOCK", &in_section("Agenda"));
    check(
        "## Agenda\n\n\n---\n\n# N\n",
        "## Agenda\n\nBLOCK\n\n\n---\n\n# N\n",
        &in_section("Agenda"),
    );
}

#[test]
fn without_an_agenda_it_goes_to_the_end() {
    check("# Core\n", "# Core\n\nBLOCK\n", &Placed::End);
    check("# Core", "# Core\n\nBLOCK", &Placed::End);
    check("# Core\n\n\n", "# Core\n\nBLOCK\n\n\n", &Placed::End);
    check("", "BLOCK\n", &Placed::End);
    check("\n", "BLOCK\n\n", &Placed::End);
    check("\u{feff}\n", "\u{feff}BLOCK\n\n", &Placed::End);
}

#[test]
fn line_breaks_stay() {
    check(
        "\u{feff}## Agenda\r\n\r\n* a\r\n\r\n## Notes\r\n",
        "\u{feff}## Agenda\r\n\r\n* a\r\n\r\nBLOCK\r\n\r\n## Notes\r\n",
        &in_section("Agenda"),
    );
    let (text, _) = write("a\r\nb\nc\n");
    assert!(text.starts_with("a\r\nb\nc\n\n<!-- owed:begin"), "{text}");
}

#[test]
fn the_block() {
    insta::assert_snapshot!(block(), @r#"
    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items**

    - [ ] **Ana**: write the guide — **overdue**: due 2 May · since 24 Apr · [core-04-24.md:12](core-04-24.md#L12) <!-- owed:vnv2en78dr6a 4mpr78 -->
    - [ ] **Ana, Goran**: ask `@priya` &lt;!-- owed:end --&gt; about \*keys\* — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:yz5jtxx6nezc sv9v3g -->

    _And 2 more open: `owed list --series core`_

    **Done since the last meeting**

    - [x] **Chidi**: pay the bill — done · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:5299v7x2eg4y done -->
    <!-- owed:end vnv2en78dr6a yz5jtxx6nezc 5299v7x2eg4y / tecs e3ea cmpj -->
    "#);
}

#[test]
fn marks_are_read_back() {
    for (box_, mark) in [
        ("- [ ]", Mark::Open),
        ("- [x]", Mark::Done),
        ("- [X]", Mark::Done),
        ("* [-]", Mark::Dropped),
        ("- [?]", Mark::Open),
        ("1. [x]", Mark::Done),
        ("-", Mark::Open),
    ] {
        let text = block().replacen("- [ ]", box_, 1);
        assert_eq!(marks(&text), [mark, Mark::Open, Mark::Open], "{box_}");
    }
    for whole in ["write the guide", "**Ana**: write the guide"] {
        let struck = block().replacen(whole, &format!("~~{whole}~~"), 1);
        assert_eq!(marks(&struck)[0], Mark::Dropped);
        assert!(!said(&struck).contains("Text"), "{}", said(&struck));
        let both = struck.replace("- [ ]", "- [x]");
        assert_eq!(marks(&both)[0], Mark::Done);
    }
    assert!(marks("- [x] a <!-- owed:vnv2en78dr6a -->\n").is_empty());
}

#[test]
fn what_was_written_is_no_news() {
    for bullets in [
        Bullets::Mark('*'),
        Bullets::Number {
            after: ')',
            counted: true,
        },
    ] {
        for newline in ["\n", "\r\n"] {
            let text = block_in(bullets).replace('\n', newline);
            insta::allow_duplicates! {
                insta::assert_snapshot!(said(&text), @"
                4 open []
                5 open []
                11 open []
                ");
            }
        }
    }
}

#[test]
fn edits_are_read_back() {
    let change = |from: &str, to: &str| {
        assert!(block().contains(from), "{from}");
        said(&block().replacen(from, to, 1))
    };
    let all = [
        change("**Ana**:", "**Mirko & @dana**:"),
        change("**Ana**:", "nobody:"),
        change("due 2 May", "due 16 May"),
        change("**overdue**: due 2 May · ", ""),
        change("due 2 May", "due once it is merged"),
        change("write the guide", "write both \\<guides> for `@dana`"),
        change("- [x] **Chidi**", "- [ ] **Chidi**"),
        said(
            &block()
                .lines()
                .filter(|line| !line.contains("guide"))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    4 open [Owners { owners: ["Mirko", "dana"] }]
    5 open []
    11 open []

    4 open [Owners { owners: [] }]
    5 open []
    11 open []

    4 open [Due { due: Some(Due { phrase: "16 May", date: Some(2025-05-16), alternative: None }) }]
    5 open []
    11 open []

    4 open [Due { due: None }]
    5 open []
    11 open []

    4 open [Due { due: Some(Due { phrase: "once it is merged", date: None, alternative: None }) }]
    5 open []
    11 open []

    4 open [Text { text: "write both <guides> for @dana" }]
    5 open []
    11 open []

    4 open []
    5 open []
    11 open [Reopened]

    4 open []
    10 open []
    11 open [Removed]
    "#);
}

#[test]
fn looks_are_no_edits() {
    let text = block()
        .replace("**Ana**", "__Ana__")
        .replace("- [ ] ", "  1) [ ]  ")
        .replace(" — since", " —\n    since")
        .replace(" <!-- owed:v", "\n    <!-- owed:v");
    assert_eq!(said(&text).matches("[]").count(), 3, "{}", said(&text));
}

#[test]
fn what_people_wrote_stays() {
    let ours = block();
    let entry = ours
        .lines()
        .find(|line| line.contains("guide"))
        .expect("an entry");
    let done = ours
        .lines()
        .find(|line| line.contains("bill"))
        .expect("an entry");
    let end = ours.lines().last().expect("a line");
    let text = ours
        .replace(
            entry,
            &format!("{entry} done in #12\n    - Goran: thanks!\n      - really\n\n  And so on."),
        )
        .replace(done, &format!("{done}\n\t* Priya Rao: paid on 2 May"))
        .replace(
            end,
            &format!("- [ ] Chidi: a new one\nand\n\nsome text\n{end}"),
        );
    insta::assert_snapshot!(said(&text), @"
    4 open []
    9 open []
    15 open []
    4 ?: done in #12
    5 Goran: thanks!
    6 ?: really
    8 ?: And so on.
    16 Priya Rao: paid on 2 May
    ");
    let text = format!("# Core\n\n{text}\n## Notes\n");
    let written = write_block(&text, &ours, None).expect("fits");
    insta::assert_snapshot!(written.text, @r#"
    # Core

    <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
    **Open items**

    - [ ] **Ana**: write the guide — **overdue**: due 2 May · since 24 Apr · [core-04-24.md:12](core-04-24.md#L12) <!-- owed:vnv2en78dr6a 4mpr78 -->
      - done in #12
        - Goran: thanks!
          - really

      And so on.
    - [ ] **Ana, Goran**: ask `@priya` &lt;!-- owed:end --&gt; about \*keys\* — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:yz5jtxx6nezc sv9v3g -->

    _And 2 more open: `owed list --series core`_

    **Done since the last meeting**

    - [x] **Chidi**: pay the bill — done · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:5299v7x2eg4y done -->
      * Priya Rao: paid on 2 May
    <!-- owed:end vnv2en78dr6a yz5jtxx6nezc 5299v7x2eg4y / tecs e3ea cmpj -->

    - [ ] Chidi: a new one
    and

    some text

    ## Notes
    "#);
    assert_eq!(written.kept, 3);
    let again = write_block(&written.text, &ours, None).expect("fits");
    assert_eq!(again.text, written.text);
    // Of an entry that is there no more, remarks go below the block.
    let nothing = ours
        .lines()
        .filter(|line| !line.contains("guide"))
        .collect::<Vec<_>>()
        .join("\n");
    let written = write_block(&text, &nothing, None).expect("fits");
    let below = written.text.split(end).nth(1).expect("the end stands");
    insta::assert_snapshot!(below, @"
    - write the guide
      - done in #12
        - Goran: thanks!
          - really

      And so on.

    - [ ] Chidi: a new one
    and

    some text

    ## Notes
    ");
}

#[test]
fn a_block_in_the_style_of_the_file() {
    let style = |text: &str| {
        let bullets = bullets(text, None);
        let ours = block_in(bullets);
        let text = write_block(text, &ours, None).expect("fits").text;
        assert_eq!(super::bullets(&text, None), bullets, "{text}");
        assert_eq!(write_block(&text, &ours, None).expect("fits").text, text);
        let shown = text.lines().filter(|line| !line.trim().is_empty());
        let shown: Vec<String> = shown.map(|line| line.chars().take(34).collect()).collect();
        shown.join("\n")
    };
    insta::assert_snapshot!(
        style("## Agenda\n\n1. Welcome\n1. Other agenda items\n   1. _yours_\n1. Triage\n   * new\n\n## Notes\n"),
        @"
    ## Agenda
    1. Welcome
    1. Other agenda items
       1. _yours_
       <!-- owed:begin (tick [x] what 
       **Open items**
       1. [ ] **Ana**: write the guide
       1. [ ] **Ana, Goran**: ask `@pr
       _And 2 more open: `owed list --
       **Done since the last meeting**
       1. [x] **Chidi**: pay the bill 
       <!-- owed:end vnv2en78dr6a yz5j
    1. Triage
       * new
    ## Notes
    "
    );
    insta::assert_snapshot!(style("Agenda:\n1) a\n2) b\n"), @"
    Agenda:
    1) a
    2) b
    <!-- owed:begin (tick [x] what is 
    **Open items**
    1) [ ] **Ana**: write the guide — 
    2) [ ] **Ana, Goran**: ask `@priya
    _And 2 more open: `owed list --ser
    **Done since the last meeting**
    1) [x] **Chidi**: pay the bill — d
    <!-- owed:end vnv2en78dr6a yz5jtxx
    ");
    insta::assert_snapshot!(style("# Agenda\n* Review of action items\n\t* old\n* Other\n"), @"
    # Agenda
    * Review of action items
    	* old
    	<!-- owed:begin (tick [x] what is
    	**Open items**
    	* [ ] **Ana**: write the guide — 
    	* [ ] **Ana, Goran**: ask `@priya
    	_And 2 more open: `owed list --se
    	**Done since the last meeting**
    	* [x] **Chidi**: pay the bill — d
    	<!-- owed:end vnv2en78dr6a yz5jtx
    * Other
    ");
    insta::assert_snapshot!(style("no list\n"), @"
    no list
    <!-- owed:begin (tick [x] what is 
    **Open items**
    - [ ] **Ana**: write the guide — *
    - [ ] **Ana, Goran**: ask `@priya`
    _And 2 more open: `owed list --ser
    **Done since the last meeting**
    - [x] **Chidi**: pay the bill — do
    <!-- owed:end vnv2en78dr6a yz5jtxx
    ");
}

#[test]
fn a_block_that_is_not_whole_is_left_alone() {
    let cases = [
        ("a\n<!-- owed:begin -->\nb\n", BlockError::NoEnd { line: 2 }),
        ("a\n\n<!-- owed:end -->\n", BlockError::NoBegin { line: 3 }),
        (
            "<!-- owed:begin -->\n<!-- owed:end -->\n<!-- owed:begin x -->\n",
            BlockError::Two {
                first: 1,
                second: 3,
            },
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(write_block(text, &block(), None), Err(expected));
        assert!(marks(text).is_empty());
    }
}

#[test]
fn markers_in_code_are_text() {
    let text = "```\n<!-- owed:begin -->\n<!-- owed:end -->\n```\nuse <!-- owed:begin --> so\n";
    let (written, placed) = write(text);
    assert_eq!(placed, Placed::End);
    assert_eq!(written, format!("{text}\n{}\n", block()));
}

fn agenda_line() -> impl Strategy<Value = String> {
    const FIXED: &[&str] = &[
        "## Agenda",
        "# Notes",
        "",
        "- a",
        "1. b",
        "---",
        "```",
        "<!--",
        "-->",
        "===",
        "**Agenda**",
        "Agenda:",
        "    code",
        "<!-- owed:begin -->",
        "<!-- owed:end -->",
        "  - [x] a <!-- owed:vnv2en78dr6a -->",
        "\u{feff}x",
        "> q",
        "~~~",
    ];
    prop_oneof![
        proptest::sample::select(FIXED).prop_map(str::to_owned),
        "[ -~]{0,12}",
        "\\PC{0,6}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    let line = (
        agenda_line(),
        proptest::sample::select(["\n", "\r\n"].as_slice()),
    );
    (proptest::collection::vec(line, 0..14), agenda_line()).prop_map(|(lines, last)| {
        let lines: String = lines.into_iter().map(|(line, end)| line + end).collect();
        lines + &last
    })
}

proptest! {
    /// Taking the block out again leaves the file as it was, but for blank lines around the
    /// block.
    #[test]
    fn nothing_else_changes(text in text()) {
        let Ok(written) = write_block(&text, &block(), None) else {
            return Ok(());
        };
        let again = write_block(&written.text, &block(), None).map(|again| again.text);
        prop_assert_eq!(again.as_ref(), Ok(&written.text));
        // What was written says nothing.
        let read = read_block(&written.text, "a.md", Some(date(2025, 5, 8)));
        prop_assert!(read.is_silent());
        prop_assert_eq!(read.ticks.len(), 3);
        if written.placed != Placed::Replaced && !written.text.contains("\n <!-- owed:b") {
            let lf = block();
            let crlf = lf.replace('\n', "\r\n");
            let found = written.text.find(&lf).map(|at| (at, lf.len()));
            let found = found.or_else(|| written.text.find(&crlf).map(|at| (at, crlf.len())));
            let (at, length) = found.expect("the block is in the text");
            let (before, after) = (&written.text[..at], &written.text[at + length..]);
            let cut = before.trim_end_matches(['\r', '\n']).len();
            prop_assert!(text.starts_with(&before[..cut]));
            let rest = after.trim_start_matches(['\r', '\n']);
            prop_assert!(text.ends_with(rest));
            let blank = text[cut..text.len() - rest.len()].trim_matches(['\r', '\n']);
            prop_assert_eq!(blank, "");
        }
    }
}
