//! Filing: what is opened, linked, asked about and left, and that nothing is done twice.

use crate::fake_github::{FakeGithub, Fault, TOKEN};
use crate::sandbox::{Said, Sandbox};
use insta::{Settings, assert_snapshot};
use serde_json::{Value, json};

/// A project whose items are filed in `acme/tiles`.
pub(crate) fn project(fake: &FakeGithub, more: &str) -> Sandbox {
    let sandbox = Sandbox::with_items();
    let settings = format!(
        "[issues]\nhost = \"{}\"\nrepository = \"acme/tiles\"\n{more}\n[[people]]\nname = \"Ana\"\ngithub = \"analind\"\n\n[[people]]\nname = \"Ben\"\ngithub = \"benwest\"\n",
        fake.host()
    );
    sandbox.write("owed.toml", &settings);
    sandbox
}

/// What a run says, with the fake's address as `$HOST`.
pub(crate) fn run(sandbox: &Sandbox, fake: &FakeGithub, args: &[&str]) -> String {
    let output = sandbox
        .command(args)
        .env("GITHUB_TOKEN", TOKEN)
        .output()
        .expect("it runs");
    let mut text = String::from_utf8(output.stdout).expect("UTF-8");
    for line in String::from_utf8(output.stderr).expect("UTF-8").lines() {
        text.push_str(&format!("! {line}\n"));
    }
    if output.status.code() != Some(0) {
        text.push_str(&format!("exit: {:?}\n", output.status.code()));
    }
    // Ids of proposals are made of addresses, and so of the fake's port.
    let line = |line: &str| match line.split_once("yes|no ") {
        Some((before, _)) => format!("{before}yes|no ID\n"),
        None => format!("{line}\n"),
    };
    let text: String = text.lines().map(line).collect();
    text.replace(&fake.host(), "$HOST")
        .replace(&fake.name(), "$HOST")
}

/// Compares a text with `snapshots/github/NAME.snap`.
#[track_caller]
pub(crate) fn shows(name: &str, text: &str) {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/github");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, text));
}

/// The titles of a repository's issues.
fn titles(fake: &FakeGithub, repo: &str) -> Vec<String> {
    fake.repo(repo, |repo| {
        let title = |issue: &Value| issue["title"].as_str().unwrap_or_default().to_owned();
        repo.issues.iter().map(title).collect()
    })
}

#[test]
fn a_plan_shows_the_very_words_and_sends_nothing() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "labels = [\"action\", \"core\"]");
    shows("plan", &run(&sandbox, &fake, &["issues", "plan"]));
    assert_eq!(fake.asked(), [""; 0]);
    let json = run(
        &sandbox,
        &fake,
        &["issues", "plan", "--format", "json", "-q"],
    );
    let plan: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(plan[0]["step"], "leave");
    assert_eq!(plan.as_array().map(Vec::len), Some(5));
    fake.finish();
}

#[test]
fn an_item_is_filed_once() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    let id = sandbox.id("write the guide");
    shows("open-one", &run(&sandbox, &fake, &["issues", "open", &id]));
    let issue = fake.repo("acme/tiles", |repo| repo.issues[0].clone());
    assert_eq!(issue["assignees"][0]["login"], "analind");
    assert_eq!(issue["labels"][0]["name"], "action");
    shows("body", issue["body"].as_str().expect("a body"));
    // Again, and with the link taken back: the issue that there is is found.
    for undone in [false, true] {
        if undone {
            sandbox.run(&["undo"]);
        }
        run(&sandbox, &fake, &["issues", "open", &id]);
        run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
        let n = titles(&fake, "acme/tiles")
            .iter()
            .filter(|it| *it == "Write the guide")
            .count();
        assert_eq!(n, 1, "undone: {undone}");
    }
    fake.finish();
}

#[test]
fn all_that_is_promised_is_filed_and_the_rest_is_not() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    // Without an answer nothing is sent.
    let refused = run(&sandbox, &fake, &["issues", "open", "--all"]);
    assert!(refused.contains("nobody is here to agree"), "{refused}");
    assert_eq!(titles(&fake, "acme/tiles"), [""; 0]);
    shows(
        "open-three",
        &run(
            &sandbox,
            &fake,
            &["issues", "open", "--all", "--yes", "--most", "3"],
        ),
    );
    shows(
        "open-rest",
        &run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]),
    );
    assert_snapshot!(run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]), @"! nothing to do\n");

    fake.finish();
}

#[test]
fn a_ledger_made_anew_finds_the_issues_again() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    let before = titles(&fake, "acme/tiles");
    assert_eq!(before.len(), 4);
    let anew = project(&fake, "");
    let out = run(&anew, &fake, &["issues", "open", "--all", "--yes"]);
    assert_eq!(titles(&fake, "acme/tiles"), before);
    assert!(out.contains("4 linked"), "{out}");
    // A marker in a stranger's issue is asked about, and keeps the item from being filed by itself.
    let other = FakeGithub::new();
    let sandbox = project(&other, "");
    let id = sandbox.id("write the guide");
    other.add_issue(
        "acme/tiles",
        "Take this",
        &format!("<!-- owed:issue {id} -->"),
    );
    let out = run(&sandbox, &other, &["issues", "open", &id]);
    assert!(out.contains("opened by a stranger"), "{out}");
    assert_eq!(titles(&other, "acme/tiles").len(), 1);
    run(&sandbox, &other, &["issues", "open", &id, "--new"]);
    assert_eq!(titles(&other, "acme/tiles").len(), 2);
    fake.finish();
    other.finish();
}

#[test]
fn an_issue_that_is_named_is_linked_and_a_likely_one_asked_about() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    fake.add_repo("acme/docs");
    fake.add_issue("acme/tiles", "Tile loader stalls on empty tiles", "");
    fake.add_issue("acme/docs", "Guide", "");
    fake.add_issue("acme/tiles", "Benchmark the sprite packer", "");
    sandbox.scan(
        "notes/core/2025/core-05-07.md",
        "2025-05-07",
        &[
            Said::new(3, "Ana", "look at #1 again"),
            Said::new(4, "Ana", "review acme/docs#1"),
            Said::new(5, "Ana", "call it our #9 priority"),
            Said::new(6, "Chidi", "benchmark the new sprite packer"),
        ],
    );
    shows(
        "link-and-choose",
        &run(
            &sandbox,
            &fake,
            &["issues", "open", "--all", "--yes", "--most", "0"],
        ),
    );
    let id = sandbox.id("benchmark the new sprite packer");
    shows(
        "link-with-comment",
        &run(&sandbox, &fake, &["issues", "link", &id, "#2", "--comment"]),
    );
    assert_eq!(fake.repo("acme/tiles", |repo| repo.comments.len()), 1);
    shows("unlink", &run(&sandbox, &fake, &["issues", "unlink", &id]));
    let after = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert!(
        titles(&fake, "acme/tiles").contains(&"Benchmark the new sprite packer".to_owned()),
        "{after}"
    );
    fake.finish();
}

#[test]
fn what_an_answer_lost_is_looked_for() {
    for (fault, lag) in [
        (Fault::LostAfter, 0),
        (Fault::LostAfter, 2),
        (Fault::Half, 1),
        (Fault::LostBefore, 0),
        (Fault::DoneBut(502, String::new()), 1),
        (Fault::Answer(503, &[], String::new()), 0),
        (
            Fault::DoneBut(201, "<html>who are you?</html>".to_owned()),
            0,
        ),
        (Fault::DoneBut(201, "{\"number\": 1}".to_owned()), 0),
    ] {
        let fake = FakeGithub::new();
        let sandbox = project(&fake, "");
        fake.repo("acme/tiles", |repo| repo.lag = lag);
        fake.trap("POST /repos/acme/tiles/issues", fault.clone());
        let id = sandbox.id("write the guide");
        let out = run(&sandbox, &fake, &["issues", "open", &id]);
        assert_eq!(
            titles(&fake, "acme/tiles"),
            ["Write the guide"],
            "{fault:?}: {out}"
        );
        assert!(out.contains("1 opened"), "{fault:?}: {out}");
        fake.finish();
    }
}

#[test]
fn what_may_not_be_set_is_told() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "milestone = \"next\"");
    let id = sandbox.id("ask @mira about the keys");
    shows(
        "no-milestone",
        &run(&sandbox, &fake, &["issues", "open", &id]),
    );
    fake.repo("acme/tiles", |repo| {
        repo.milestones = vec![json!({"number": 4, "title": "Next", "due_on": null})];
        repo.no_push = true;
    });
    shows("left-out", &run(&sandbox, &fake, &["issues", "open", &id]));
    fake.finish();
}

#[test]
fn rules_send_what_stands_under_a_heading_elsewhere() {
    let fake = FakeGithub::new();
    fake.add_repo("acme/docs");
    let sandbox = project(
        &fake,
        "[[issues.rule]]\ntopic = \"docs\"\nrepository = \"acme/docs\"\nlabels = []\n",
    );
    sandbox.write(
        "notes/club/2025-05-06.md",
        "# Club\n\nPresent: Ana Lind, Mirko Okafor\n\n## The docs\n\n- Ana: I will write the exporter guide\n\n## Else\n\n- Mirko: I will ask the printers for a quote\n",
    );
    sandbox.run(&["scan", "notes/club"]);
    run(
        &sandbox,
        &fake,
        &["issues", "open", "--all", "--yes", "--series", "club"],
    );
    assert_eq!(titles(&fake, "acme/docs"), ["Write the exporter guide"]);
    assert_eq!(
        titles(&fake, "acme/tiles"),
        ["Ask the printers for a quote"]
    );
    fake.finish();
}
