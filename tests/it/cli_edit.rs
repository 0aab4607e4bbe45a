//! What a person sets about items: it holds against every later scan, and undo takes it back.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

const APRIL: &str = "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: I will write the exporter guide by Friday\n\
                     - Mirko: I'll ask the printers for a quote\n- Mirko: I will eat my hat\n";
const MAY: &str = "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: I will write the exporter guide by 16 May\n\
                   - Mirko: I'll call the print shop on the corner\n";

fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("notes/core/2025-04-24.md", APRIL);
    sandbox.write("notes/core/2025-05-01.md", MAY);
    sandbox.run(&["scan", "notes"]);
    sandbox
}

/// The ledger as it is without its log.
fn state(sandbox: &Sandbox) -> String {
    sandbox.run(&["export"])
}

#[test]
fn what_is_set_holds_against_later_scans() {
    let sandbox = told();
    let before = state(&sandbox);
    let id = sandbox.id("write the exporter guide");
    assert_snapshot!(sandbox.run(&["set", &id[..4], "--owner", "Dana West", "--owner", "Priya", "--due", "in two weeks", "--text", "write the guide"]), @r#"
    set  3qkf  Dana West, Priya: write the guide
           owner Ana → Dana West, Priya
           words "write the exporter guide" → "write the guide"
           due 16 May 2025 → 22 May 2025
    "#);
    let set = state(&sandbox);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(state(&sandbox), set);
    sandbox.run(&["undo"]);
    assert_eq!(state(&sandbox), before);
    assert_snapshot!(sandbox.run(&["set", &id, "--due", "none", "--owner", "nobody", "--why", "the vendor"]), @r#"
    set  3qkf  nobody: write the exporter guide
           owner Ana → nobody
           due 16 May 2025 → none
    "#);
    assert_snapshot!(sandbox.run(&["log", "-n", "1"]), @r#"    4  2025-05-08 12:00  set 3qkfq7ja7sr6 --owner "nobody" --due "none" --why "the vendor" (4 changes)"#);
}

#[test]
fn what_cannot_be_set_changes_nothing() {
    let sandbox = told();
    let before = state(&sandbox);
    let id = sandbox.id("eat my hat");
    for (args, expected) in [
        (
            vec!["set", &id, "--due", "whenever it suits"],
            "--due is `whenever it suits`, which is no day that owed knows",
        ),
        (vec!["set", &id, "--text", " "], "--text has no words"),
        (
            vec!["set", &id, "--owner", "nobody", "--owner", "Ana"],
            "--owner names somebody and nobody",
        ),
        (vec!["set", &id], "required arguments were not provided"),
        (
            vec!["snooze", &id, "--until", "2025-05-01"],
            "--until is 2025-05-01, which is not to come",
        ),
        (
            vec!["snooze", &id, "--until", "7 days before due"],
            "--until counts from the due date",
        ),
        (vec!["link", &id, "issue 12"], "is no address of the web"),
        (
            vec!["unlink", &id, "https://example.org/1"],
            "is not linked to https://example.org/1",
        ),
        (vec!["same", &id, &id], "these ids are of one item already"),
        (vec!["split", &id], "only one place speaks of the item"),
        (vec!["split", &id, "2025-04-24.md:1"], "is not spoken of at"),
        (vec!["undo", "9"], "can be taken back, so none was"),
    ] {
        let said = sandbox.run(&args);
        assert!(said.contains(expected), "{args:?}: {said}");
        assert!(
            said.contains("! hint: ") && said.contains("exit: Some(2)") || args[0] == "undo",
            "{said}"
        );
        assert_eq!(state(&sandbox), before, "{args:?}");
    }
}

#[test]
fn out_of_sight_until_then() {
    let sandbox = told();
    let hat = sandbox.id("eat my hat");
    let guide = sandbox.id("write the exporter guide");
    assert_snapshot!(sandbox.run(&["snooze", &hat, "--until", "next-meeting"]), @"myqr  Mirko: eat my hat: snoozed until the first meeting after 2025-05-08");
    assert_snapshot!(sandbox.run(&["snooze", &guide, "--until", "7 days before due"]), @"3qkf  Ana: write the exporter guide: snoozed until 2025-05-09");
    let listed = sandbox.run(&["list"]);
    assert!(
        !listed.contains("eat my hat") && !listed.contains("guide"),
        "{listed}"
    );
    assert!(
        listed.contains("! 2 items are snoozed; --all shows what is"),
        "{listed}"
    );
    // A file made in advance is no meeting yet; one with something said in it is.
    sandbox.write("notes/core/2025-05-15.md", "# Core\n\n## Agenda\n");
    sandbox.run(&["scan", "notes"]);
    for command in ["list", "digest"] {
        let told = sandbox.run(&[command]);
        assert!(!told.contains("eat my hat"), "{told}");
    }
    sandbox.write(
        "notes/core/2025-05-15.md",
        "# Core\n\n- Ana: I will bring cake\n",
    );
    sandbox.run(&["scan", "notes"]);
    assert!(sandbox.run(&["list"]).contains("eat my hat"));
    assert_snapshot!(sandbox.run(&["snooze", &guide, "--until", "none"]), @"3qkf  Ana: write the exporter guide: not snoozed any more");
}

#[test]
fn links_are_added_and_taken_away() {
    let sandbox = told();
    let id = sandbox.id("eat my hat");
    let url = "https://example.org/issues/1";
    assert_snapshot!(sandbox.run(&["link", &id, url]), @r"link  myqr  Mirko: eat my hat: https://example.org/issues/1");
    assert_snapshot!(sandbox.run(&["link", &id, url]), @r"! myqr  Mirko: eat my hat: linked to it already");
    sandbox.run(&["scan", "notes", "--force"]);
    assert!(sandbox.run(&["show", &id]).contains(url));
    sandbox.run(&["unlink", &id, url]);
    assert!(!state(&sandbox).contains(url));
}

#[test]
fn joined_and_parted_by_hand() {
    let sandbox = told();
    let before = state(&sandbox);
    let (quote, shop) = (
        sandbox.id("ask the printers for a quote"),
        sandbox.id("call the print shop on the corner"),
    );
    sandbox.run(&["set", &shop, "--due", "2025-06-01"]);
    assert_snapshot!(sandbox.run(&["same", &shop, &quote]), @"joined  h848  Mirko: ask the printers for a quote");
    // What was set about the one stays, and its id leads to the other.
    let shown = sandbox.run(&["show", &shop]);
    assert!(
        shown.starts_with(&quote) && shown.contains("1 Jun"),
        "{shown}"
    );
    let joined = state(&sandbox);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(state(&sandbox), joined);
    assert_snapshot!(sandbox.run(&["split", &quote]), @r"
    h848  Mirko: ask the printers for a quote  notes/core/2025-04-24.md:6
    5sah  Mirko: call the print shop on the corner  notes/core/2025-05-01.md:6
    ");
    let parted = state(&sandbox);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(state(&sandbox), parted);
    sandbox.run(&["undo", "3"]);
    assert_eq!(state(&sandbox), before);
    assert_snapshot!(sandbox.run(&["log", "-n", "2"]), @r"
    5  2025-05-08 12:00  undo 3 (14 changes, took back 2, 3, 4)
    4  2025-05-08 12:00  split h84895hdby5d (5 changes, undone)
    ");
}

#[test]
fn a_place_can_be_parted_from_an_item() {
    let sandbox = told();
    let id = sandbox.id("write the exporter guide");
    let told = sandbox.run(&["split", &id, "2025-05-01.md:5"]);
    assert!(told.contains("notes/core/2025-05-01.md:5"), "{told}");
    let items = sandbox.run(&["list", "--format", "jsonl"]);
    let guides = items
        .lines()
        .filter(|line| line.contains("write the exporter guide"));
    assert_eq!(guides.count(), 2, "{items}");
    let parted = state(&sandbox);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(state(&sandbox), parted, "the same words stay apart");
}

#[test]
fn a_rejected_line_never_comes_back_unless_its_words_change() {
    let sandbox = told();
    let id = sandbox.id("eat my hat");
    assert_snapshot!(sandbox.run(&["reject", &id, "--why", "a joke"]), @r"rejected  myqr  Mirko: eat my hat");
    let rejected = state(&sandbox);
    assert!(!rejected.contains("\"text\":\"eat my hat\""), "{rejected}");
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(state(&sandbox), rejected);
    sandbox.write(
        "notes/core/2025-04-24.md",
        &format!("Some line.\n\n{APRIL}"),
    );
    sandbox.run(&["scan", "notes"]);
    assert!(
        !sandbox.run(&["list"]).contains("hat"),
        "a moved line is the same line"
    );
    sandbox.write(
        "notes/core/2025-04-24.md",
        &APRIL.replace("eat my hat", "eat the whole hat"),
    );
    sandbox.run(&["scan", "notes"]);
    assert!(sandbox.run(&["list"]).contains("eat the whole hat"));
}

#[test]
fn a_rejection_is_undone() {
    let sandbox = told();
    let before = state(&sandbox);
    let id = sandbox.id("eat my hat");
    sandbox.run(&["reject", &id]);
    sandbox.run(&["undo"]);
    assert_eq!(state(&sandbox), before);
    // Its note is still known, so that it can be rejected again.
    sandbox.run(&["reject", &id]);
    assert!(!state(&sandbox).contains("\"text\":\"eat my hat\""));
    assert!(
        sandbox
            .run(&["scan", "notes", "--force"])
            .contains("nothing new")
    );
}

#[test]
fn accepting_carries_what_was_only_asked_for() {
    let sandbox = Sandbox::new();
    let note =
        "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: Mirko, could you look at the build?\n";
    sandbox.write("notes/core/2025-04-24.md", note);
    sandbox.run(&["scan", "notes"]);
    let id = sandbox.id("look at the build");
    assert!(!sandbox.run(&["list"]).contains("build"));
    sandbox.run(&["accept", &id]);
    sandbox.run(&["scan", "notes", "--force"]);
    assert!(sandbox.run(&["list"]).contains("look at the build"));
    let again = sandbox.run(&["accept", &id]);
    assert!(again.contains("already accepted"), "{again}");
}

#[test]
fn the_history_of_one_item() {
    let sandbox = told();
    let id = sandbox.id("eat my hat");
    sandbox.run(&["drop", &id, "--why", "no hat"]);
    assert_snapshot!(sandbox.run(&["show", &id, "--history"]), @r"
    2025-05-08 12:00  added (scan notes)
    2025-05-08 12:00  said in notes/core/2025-04-24.md:7 (scan notes)
    2025-05-08 12:00  open → dropped: no hat (drop myqrw9mwthyy)
    2025-05-08 12:00  state set by hand (drop myqrw9mwthyy)
    ");
    assert_snapshot!(sandbox.run(&["log", "--item", &id, "-n", "1"]), @r"
    2  2025-05-08 12:00  drop myqrw9mwthyy (2 changes)
       myqrw9mwthyy  open → dropped: no hat
       myqrw9mwthyy  state set by hand
    ");
    let lines = sandbox.run(&["log", "--format", "jsonl"]);
    let first: serde_json::Value =
        serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["changes"][0]["why"], "no hat");
}

#[test]
fn the_log_tells_who_did_it() {
    let sandbox = told();
    let id = sandbox.id("eat my hat");
    let by = |who: &[(&str, &str)], args: &[&str]| {
        let mut command = sandbox.command(args);
        assert!(
            command
                .envs(who.iter().copied())
                .output()
                .expect("it runs")
                .status
                .success()
        );
    };
    by(&[("USER", "ana")], &["done", &id]);
    // The account of a workflow's machine is nobody's.
    let workflow = [
        ("USER", "runner"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_ACTOR", "mirko"),
    ];
    by(&workflow, &["reopen", &id]);
    by(
        &[("USER", "ana"), ("OWED_USER", "Ana Lind")],
        &["drop", &id],
    );
    let lines = sandbox.run(&["log", "--format", "jsonl"]);
    let who = lines.lines().map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        entry["who"].as_str().map(str::to_owned)
    });
    let expected = [Some("Ana Lind"), Some("mirko"), Some("ana"), None];
    assert_eq!(
        who.collect::<Vec<_>>(),
        expected.map(|who| who.map(str::to_owned))
    );
    assert!(sandbox.run(&["log", "-n", "1"]).contains("by Ana Lind"));
}
