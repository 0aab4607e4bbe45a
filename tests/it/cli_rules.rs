//! `owed rules test`: the rules' own examples, from the command line.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

/// A rule of a project's own, with these examples.
fn pack(matches: &str, no_match: &str) -> String {
    format!(
        r#"schema = 1

[[rule]]
id = "own"
title = "pretty please"
kind = "request"
confidence = 0.9
priority = 99
pattern = '''(?i)^pretty please (?P<task>.+)'''
owner = "nobody"
message = "asked nicely"
examples.match = [{matches}]
examples.no_match = [{no_match}]
"#
    )
}

const RIGHT: &str = r#"{ text = "- pretty please sweep the hall", task = "sweep the hall" }"#;
const LOOK_ALIKE: &str = r#"{ text = "- as pretty as a hall", because = "nobody asks" }"#;

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

/// How many examples a run counts.
fn examples(told: &str) -> usize {
    let words = last_line(told).split(' ');
    let counts: Vec<usize> = words.filter_map(|word| word.parse().ok()).collect();
    *counts.last().expect("a count of examples")
}

#[test]
fn what_passes_is_counted() {
    let sandbox = Sandbox::new();
    let told = sandbox.run(&["rules", "test"]);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.ends_with(" examples passed\n"), "{told}");
    let all = sandbox.run(&["rules", "test", "--all"]);
    assert_eq!(all.lines().count(), examples(&told) + 1);
    assert!(all.contains("passed i-will (rules/en/commitments.toml): \"- "));
    assert_eq!(last_line(&all), last_line(&told));
}

#[test]
fn what_fails_is_shown_with_what_came_out() {
    let sandbox = Sandbox::new();
    let known = examples(&sandbox.run(&["rules", "test"]));
    let wrong =
        r#"{ text = "- pretty please sweep by Friday", owner = ["Ana"], task = "sweep it" }"#;
    let missing = r#"{ text = "- please sweep", task = "sweep" }"#;
    let noisy = r#"{ text = "- pretty please\u0020ask", because = "too short" }"#;
    sandbox.write(
        ".owed/rules/own.toml",
        &pack(
            &[RIGHT, wrong, missing].join(", "),
            &[LOOK_ALIKE, noisy].join(", "),
        ),
    );
    let told = sandbox.run(&["rules", "test"]);
    let told = told.replace(&(known + 5).to_string(), "[known + 5]");
    assert_snapshot!(told, @r#"
    wrong own (.owed/rules/own.toml): "- pretty please sweep by Friday"
      owners [] instead of ["Ana"]; task "sweep" instead of "sweep it"; due Some("2025-11-14") instead of None
    missing own (.owed/rules/own.toml): "- please sweep"
      found instead: nothing
    noisy own (.owed/rules/own.toml): "- pretty please ask"
      too short: request "ask" (own)
    3 of [known + 5] examples failed
    exit: Some(1)
    "#);
}

#[test]
fn packs_may_be_named() {
    let sandbox = Sandbox::new();
    let known = examples(&sandbox.run(&["rules", "test"]));
    let right = pack(RIGHT, LOOK_ALIKE);
    sandbox.write("drafts/own.toml", &right);
    sandbox.write("drafts/readme.md", "not a pack\n");
    for path in ["drafts/own.toml", "drafts"] {
        assert_eq!(
            sandbox.run(&["rules", "test", path]),
            format!("{} examples passed\n", known + 2)
        );
    }
    // In a repository of owed itself, its files count instead of those in the binary.
    sandbox.write("rules/en/answers.toml", &right);
    let told = sandbox.run(&["rules", "test", "rules/en"]);
    assert!(examples(&told) < known + 2, "{told}");
}

#[test]
fn packs_that_cannot_be_read() {
    let sandbox = Sandbox::new();
    sandbox.write("empty/readme.md", "nothing\n");
    sandbox.write("bad.toml", "schema = 1\n[[rule]]\nid = \"x\"\n");
    let told = [["nowhere.toml"], ["empty"], ["bad.toml"]]
        .map(|[path]| sandbox.run(&["rules", "test", path]))
        .join("\n");
    assert_snapshot!(told, @"
    ! error: cannot read $ROOT/nowhere.toml: No such file or directory (os error 2)
    exit: Some(2)

    ! error: there are no rules in $ROOT/empty
    ! hint: files of rules end in .toml
    exit: Some(2)

    ! error: the rules have 1 error
    !   bad.toml:2: missing field `title`
    !     [[rule]]
    !     ^^^^^^^^
    exit: Some(2)
    ");
}
