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

/// How many examples a run counts: `120 examples, 0 failed`.
fn examples(told: &str) -> usize {
    let line = told.lines().find(|line| line.contains(" examples, "));
    let count = line.and_then(|line| line.split(' ').next()?.parse().ok());
    count.expect("a count of examples")
}

#[test]
fn what_passes_is_counted() {
    let sandbox = Sandbox::new();
    let told = sandbox.run(&["rules", "test"]);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.ends_with(" examples, 0 failed\n"), "{told}");
    let all = sandbox.run(&["rules", "test", "--all"]);
    assert_eq!(all.lines().count(), examples(&told) + 1);
    assert!(all.contains("\npassed   i-will  - "));
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
    wrong    own  - pretty please sweep by Friday
             owners [] instead of ["Ana"]; task "sweep" instead of "sweep it"; due Some("2025-11-14") instead of None  .owed/rules/own.toml
    missing  own  - please sweep
             found instead: nothing  .owed/rules/own.toml
    noisy    own  - pretty please ask
             too short: request "ask" (own)  .owed/rules/own.toml
    [known + 5] examples, 3 failed
    ! error: 3 of [known + 5] examples failed
    ! hint: `owed rules try TEXT` shows how a text is read
    exit: Some(1)
    "#);
}

#[test]
fn an_id_that_is_not_there_is_told_with_the_one_that_is_meant() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run(&["rules", "show", "i-wil"]), @"
    ! error: there is no rule `i-wil`; is `i-will` meant?
    ! hint: `owed rules list` shows their ids
    exit: Some(2)
    ");
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
            format!("{} examples, 0 failed\n", known + 2)
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
    ! error: there is no nowhere.toml
    ! hint: paths are taken from $ROOT
    exit: Some(2)

    ! error: there are no rules in empty
    ! hint: files of rules end in .toml
    exit: Some(2)

    ! error: the rules have 1 error
    !   bad.toml:2: missing field `title`
    !     [[rule]]
    !     ^^^^^^^^
    exit: Some(2)
    ");
}
