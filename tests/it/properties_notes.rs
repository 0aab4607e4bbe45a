//! Any text is a note: reading it neither panics nor leaves the text.

use crate::sandbox::Sandbox;
use crate::snapshots::ENGINE;
use owed::text::{SourceText, Span};
use owed::{mentions, notes};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn inside(span: Span, text: &str) -> bool {
    span.end <= text.len() && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
}

/// Reads a text and holds every place that comes of it against the text.
fn check(path: &str, text: &str) {
    let source = SourceText::new(path, text);
    let note = notes::parse(&source);
    let plain = note.plain.text();
    for turn in &note.turns {
        assert!(inside(turn.text, plain), "the turn {turn:?} of {text:?}");
        assert!(
            inside(note.plain.source_span(turn.text), text),
            "a turn's source of {text:?}"
        );
        let names = [
            turn.speaker.map(|speaker| speaker.name),
            turn.to,
            turn.topic,
        ];
        assert!(
            names.into_iter().flatten().all(|name| inside(name, text)),
            "names of {text:?}"
        );
        for clause in note.clauses_of(turn) {
            assert!(
                turn.text.contains(clause.span),
                "the clause {clause:?} of {text:?}"
            );
            assert!(
                inside(clause.span, plain),
                "the clause {clause:?} of {text:?}"
            );
            assert!(
                inside(note.plain.source_span(clause.span), text),
                "a clause's source of {text:?}"
            );
        }
    }
    for found in mentions::resolve(&ENGINE, &note, &source).found {
        let places = [Some(found.task), found.owner, found.due, Some(found.clause)];
        assert!(
            places
                .into_iter()
                .flatten()
                .all(|place| inside(place, text)),
            "{found:?} of {text:?}"
        );
        let lines = (found.mention.line, found.mention.end_line);
        assert!(1 <= lines.0 && lines.0 <= lines.1, "{found:?} of {text:?}");
        assert!(
            lines.1 as usize <= source.line_count().max(1),
            "{found:?} of {text:?}"
        );
        assert!(!found.mention.text.is_empty(), "{found:?} of {text:?}");
    }
}

/// Pieces that notes are made of, whole and broken.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "- ",
        "* [ ] ",
        "* [x] ",
        "1. ",
        "\t",
        "    ",
        "> ",
        "# Action items",
        "## Attendees",
        "Ana: ",
        "**Ben**: ",
        "[name=Chidi] ",
        "<dana> ",
        "@tom ",
        "...",
        "… ",
        "will open a PR",
        "I'll fix `x y`",
        " by Friday",
        "next week",
        "TODO: ",
        "ACTION - Ana: ",
        "https://x.y/z?a=b",
        "[link](https://x.y)",
        "![",
        "](",
        "~~struck~~",
        "~~",
        "```",
        "---",
        "| Owner | Action |",
        "|---|---|",
        "| Ana | do it |",
        "<!--",
        "-->",
        "<!-- owed:begin -->",
        "<!-- owed:end -->",
        "é",
        "日本",
        "\u{a0}",
        "\u{2028}",
        "\u{3000}",
        "\u{301}",
        "/",
        "/@ben",
        "’",
        "(",
        ")",
        "; ",
        ", and ",
        " and ",
        "?",
        ". ",
        "\r\n",
        "\n",
        "\n\n",
        "WEBVTT\n",
        "00:00:01.000 --> 00:00:02.000\n",
        "<v Ana>",
        "</v>",
        "[12:03] <ana> ",
        "date: 2024-01-02",
        "&nbsp;",
        "*",
        "_",
        "**",
        "\\",
        "`",
        "action_items:\n  - task: x",
        " ",
        "will",
        "please",
        "Done:",
        "Next:",
        "sure",
        "[12:04] <ben> s/will/won't/\n",
        "[12:05] <ben> s/a// \n",
        "s|x|y|g",
        "<ul><li>",
        "</li></ul>",
        "<p><b>Ana:</b> ",
        "<tr><td>",
        "<th>Action<th>Owner</tr>",
        "<s>old</s>",
        "<del>",
        "<input type=checkbox checked>",
        "<script>",
        "&mdash;",
        "&#x2019;",
        "&#0;",
        "  **Ana**\n",
        "(ana, 12:03:04)",
        "> *Action #1: ",
        "## 2024-05-06\n",
        "## 2024-05-20\n",
        "{: #a}",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|list| list.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_note(text in any::<String>()) {
        check("any.md", &text);
    }

    #[test]
    fn any_bytes_are_a_note(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let (Some(source), _) = SourceText::from_bytes("any.txt", bytes) {
            check("any.txt", source.text());
        }
    }

    #[test]
    fn pieces_of_notes_are_a_note(text in pieces(), path in proptest::sample::select(&["2024-05-06.md", "any.vtt", "any.html"][..])) {
        check(path, &text);
    }
}

/// Notes that would take hours if any step looked at the rest of the note, or at all turns, for each line or sign, and
/// that would overflow the stack if any step called itself for each level. Each is read whole.
#[test]
fn hostile_notes_are_read_whole() {
    let turns = |path: &str, text: &str| {
        let source = SourceText::new(path, text);
        let note = notes::parse(&source);
        let longest = note.turns.iter().map(|turn| turn.text.len()).max();
        assert!(longest.is_none_or(|longest| longest <= 4096), "of {path}");
        let cut = note
            .turns
            .iter()
            .map(|turn| turn.clauses.len())
            .sum::<usize>();
        assert_eq!(cut, note.clauses.len(), "of {path}");
        note.turns.len()
    };
    let fences = "```rust\n".repeat(100_000);
    assert!(turns("fences.md", &fences) > 100);
    let comments = "- <!-- a\n".repeat(100_000);
    assert_eq!(turns("comments.md", &comments), 100_000);
    let levels = |mark: &str| -> String {
        let line = |depth: usize| format!("{}- a\n", mark.repeat(depth));
        (0..2_000).map(line).collect()
    };
    assert_eq!(turns("levels.md", &levels(" ")), 2_000);
    assert!(turns("quotes.md", &levels(">")) > 255);
    let lists = "<ul><li>a".repeat(20_000);
    assert_eq!(turns("lists.html", &lists), 20_000);
    let line = format!(
        "Ana: {}",
        "I will go there, and (I will stay. ".repeat(20_000)
    );
    assert!(turns("line.md", &line) > 100);
    for sign in ["/@a", "Ana: ", "`<!--~~[(", ".", "a)", "&", "<b", "(Ana "] {
        turns("signs.md", &sign.repeat(40_000));
    }
    let talk = "## Attendees\nAna Lind\n\nAna Lind: I will go there now\n".repeat(10_000);
    assert!(turns("talk.md", &talk) >= 20_000);
    let corrections = "<ana> hello there\n<ben> s/nothing/something/\n".repeat(10_000);
    assert_eq!(turns("log.txt", &corrections), 20_000);
}

#[test]
fn a_handle_may_stand_after_a_wide_space() {
    check("any.md", "- see\u{a0}(x/@ana)\n- ask foo\u{2029}/@ben\n");
}

#[test]
fn every_beginning_of_a_note_is_a_note() {
    for name in [
        "palisade-cg/2024-10-23.md",
        "cantata-sig/2023-09-28.txt",
        "ferrydock/2024-01-25.vtt",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("data/notes")
            .join(name);
        let text = fs::read_to_string(path).expect("a note");
        let ends = text.char_indices().map(|(at, _)| at).step_by(97);
        for end in ends {
            check(name, &text[..end]);
        }
    }
}

#[test]
fn a_second_scan_changes_nothing_and_undo_restores() {
    let sandbox = Sandbox::new();
    let notes = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/notes");
    sandbox.copy(&notes, "notes");
    sandbox.run(&["scan", "notes/mapleaf-wg"]);
    let before = sandbox.run(&["list", "--all", "--format", "jsonl"]);
    assert!(before.lines().count() > 10, "{before}");
    sandbox.run(&["scan", "notes"]);
    let all = sandbox.run(&["list", "--all", "--format", "jsonl"]);
    assert!(all.lines().count() > before.lines().count() + 50, "{all}");
    let again = sandbox.run(&["scan", "--force", "notes"]);
    assert!(again.contains("nothing new"), "{again}");
    assert_eq!(sandbox.run(&["list", "--all", "--format", "jsonl"]), all);
    sandbox.run(&["undo"]);
    assert_eq!(sandbox.run(&["list", "--all", "--format", "jsonl"]), before);
}
