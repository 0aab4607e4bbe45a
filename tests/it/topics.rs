//! The topic that words were said under, kept with them and shown where they tell nothing themselves.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

/// What was said, with its topic, of the notes of one meeting.
fn topics(body: &str) -> Vec<(String, Option<String>)> {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025/core-04-24.md",
        &format!("# Core, 24 April\n\n## Attendees\n\n- Ana\n- Ben\n\n{body}"),
    );
    let lines = sandbox.run(&["extract", "--all", "--format", "jsonl", "notes"]);
    let said = lines.lines().filter(|line| line.starts_with('{'));
    said.map(|line| {
        let said: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let word = |key: &str| said[key].as_str().map(str::to_owned);
        (word("text").expect("text"), word("topic"))
    })
    .collect()
}

#[test]
fn the_topic_of_what_is_said() {
    for (body, topic) in [
        (
            "## Winding down the tile loader\n\n- Ana: I will look into this",
            Some("Winding down the tile loader"),
        ),
        // The head of the list rather than its heading.
        (
            "## Notes\n\n- Legend of the winter sheets\n  - Ana: I will look into this",
            Some("Legend of the winter sheets"),
        ),
        // The name of whose round it is tells nothing, nor does what every note has.
        ("## Notes\n\n- Ana\n  - I will look into this", None),
        (
            "## Winter sheets\n\n- Ana\n  - I will look into this",
            Some("Winter sheets"),
        ),
        ("## Updates\n\n- Ana: I will look into this", None),
        // Of links only the words, and no minutes.
        (
            "## Legend of [the [winter] sheets](https://maps.example/12) (10m, Ben)\n\n- Ana: I will look into this",
            Some("Legend of the [winter] sheets"),
        ),
    ] {
        let expected = ("look into this".to_owned(), topic.map(str::to_owned));
        assert_eq!(topics(body), [expected], "{body}");
    }
}

#[test]
fn a_topic_that_is_a_paragraph_is_cut_between_words() {
    let said = topics(&format!(
        "## Notes\n\n- {}\n  - Ana: I will look into this",
        "the legend of winter sheets ".repeat(6)
    ));
    let topic = said[0].1.as_deref().expect("a topic");
    assert!(topic.chars().count() <= 81, "{topic}");
    assert!(
        topic.ends_with(" winter…") || topic.ends_with(" sheets…"),
        "{topic}"
    );
}

#[test]
fn an_item_that_tells_nothing_is_shown_with_its_topic() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025/core-04-24.md",
        "# Core, 24 April\n\n## Winter sheets\n\n- Ana: I will look into this\n- Ben: I will measure the legend\n",
    );
    sandbox.run(&["scan", "notes"]);
    assert_snapshot!(sandbox.run(&["list"]), @r"
    ID    OWNER  WHAT                            DUE  SINCE            WHERE
    fxwz  Ana    look into this (Winter sheets)       24 Apr, 2 weeks  notes/core/2025/core-04-24.md:5
    ye85  Ben    measure the legend                   24 Apr, 2 weeks  notes/core/2025/core-04-24.md:6
    ");
    let agenda = sandbox.run(&["agenda", "core"]);
    assert!(
        agenda.contains("look into this (Winter sheets)"),
        "{agenda}"
    );
    // The words of a person stand for themselves.
    let id = sandbox.id("look into this");
    sandbox.run(&["set", &id, "--text", "measure the frost line"]);
    assert!(!sandbox.run(&["list"]).contains("(Winter sheets)"));
}
