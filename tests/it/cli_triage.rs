//! Going through what waits, a line for each answer.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\nPresent: Ana Lind, Ana Berg, Mirko Okafor\n\n- Ana Lind: I will write the exporter guide by Friday\n- Mirko: I'll ask the printers for a quote\n- Mirko: I will eat my hat\n- Ana Berg: I'll order the chairs\n- [ ] pick a date for the workshop\n",
    );
    sandbox.write(
        "notes/core/2025-05-01.md",
        "# Core\n\nPresent: Ana Lind, Ana Berg, Mirko Okafor\n\n- Ana Lind: published the exporter guide\n- Ana: I'll call the caterer\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox
}

#[test]
fn what_waits() {
    let sandbox = told();
    assert_snapshot!(sandbox.run(&["triage", "--list"]), @r#"
    who?       Ana of core: Ana Berg or Ana Lind?
    finished?  d1z7k5  gp7q  Ana Lind: write the exporter guide  "published the exporter guide"
    new        33s9  Ana Berg: order the chairs
    whose?     7bcv  nobody: pick a date for the workshop
    new        gp7q  Ana Lind: write the exporter guide
    new        h848  Mirko: ask the printers for a quote
    new        myqr  Mirko: eat my hat
    new        dhsf  Ana: call the caterer
    "#);
    let kinds = |args: &[&str]| -> Vec<String> {
        let lines = sandbox.run(args);
        let kind = |line: &str| -> String {
            let it: serde_json::Value = serde_json::from_str(line).expect("JSON");
            it["waits"].as_str().expect("a kind").to_owned()
        };
        lines
            .lines()
            .filter(|line| line.starts_with('{'))
            .map(kind)
            .collect()
    };
    let all = [
        "name", "proposal", "item", "item", "item", "item", "item", "item",
    ];
    assert_eq!(kinds(&["triage", "--format", "jsonl"]), all);
    assert_eq!(
        kinds(&["triage", "--format", "jsonl", "--only", "names"]),
        ["name"]
    );
    assert_eq!(
        kinds(&["triage", "--format", "jsonl", "--only", "unowned"]),
        ["item"]
    );
    assert_eq!(
        kinds(&["triage", "--format", "jsonl", "--series", "docs"]),
        [""; 0]
    );
}

#[test]
fn every_key() {
    let sandbox = told();
    let answers = [
        "2", // Ana is Ana Lind
        "y", // the guide is done
        "n", // the first item is none
        "u",
        "y", // or rather it is
        "?",
        "k", // help, and later
        "e",
        "Dana West, Priya",
        "in two weeks",
        "", // somebody else's
        "q",
    ];
    assert_snapshot!(sandbox.answer(&["triage"], &answers), @r"
    (1/8) Ana of core, 1 item
        > I'll call the caterer  notes/core/2025-05-01.md:6
    Who is this: 1 Ana Berg, 2 Ana Lind? [1,n,p,k,u,q,?]
    core: Ana stands for Ana Lind

    (2/8) Ana Lind: write the exporter guide
      d1z7k5  it is done? (both have exporter, guide; both are Ana Lind's; rule have-done)
        > I will write the exporter guide by Friday  notes/core/2025-04-24.md:5
        > published the exporter guide  notes/core/2025-05-01.md:5
    Is it so? [y,n,k,u,q,?]
    done  gp7q  Ana Lind: write the exporter guide

    (3/8) Ana Berg: order the chairs
        > I'll order the chairs  notes/core/2025-04-24.md:8
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
    rejected  33s9  Ana Berg: order the chairs

    (4/8) nobody: pick a date for the workshop
        > pick a date for the workshop  notes/core/2025-04-24.md:9
    Is it an item, and whose? [y,n,e,m,s,z,x,c,k,u,q,?]
    took back `reject 33s9cyc6yebb` of 2025-05-08 12:00: 3 changes
      33s9  Ana Berg: order the chairs: added
      33s9  Ana Berg: order the chairs: said in notes/core/2025-04-24.md:8
      33s9  Ana Berg: order the chairs: belongs where its words say

    (3/8) Ana Berg: order the chairs
        > I'll order the chairs  notes/core/2025-04-24.md:8
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
    accepted  33s9  Ana Berg: order the chairs

    (4/8) nobody: pick a date for the workshop
        > pick a date for the workshop  notes/core/2025-04-24.md:9
    Is it an item, and whose? [y,n,e,m,s,z,x,c,k,u,q,?]
      y  yes, accept it
      n  no, reject it: the line never makes an item again
      e  edit owner, due date and words
      m  it is the same as another item
      s  split: some places are of another item
      z  put it off
      x  drop it: it will not be done
      c  close it: it is done
      k  later
      u  take the last answer back
      q  quit; what was answered is kept

    (4/8) nobody: pick a date for the workshop
        > pick a date for the workshop  notes/core/2025-04-24.md:9
    Is it an item, and whose? [y,n,e,m,s,z,x,c,k,u,q,?]

    (6/8) Mirko: ask the printers for a quote
        > I'll ask the printers for a quote  notes/core/2025-04-24.md:6
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
      owner (names between commas, nobody, or nothing to leave it):
      due (a day, none, or nothing to leave it):
      what (or nothing to leave it):
    set  h848  Dana West, Priya: ask the printers for a quote
           owner Mirko → Dana West, Priya
           due none → 22 May 2025

    (7/8) Mirko: eat my hat
        > I will eat my hat  notes/core/2025-04-24.md:7
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
    ! 4 answers kept; 3 things still wait
    ");
    // Going on later begins with what was put off.
    assert_snapshot!(sandbox.answer(&["triage"], &["x", "no hat", "z", "next-meeting"]), @r#"
    (1/3) nobody: pick a date for the workshop
        > pick a date for the workshop  notes/core/2025-04-24.md:9
    Is it an item, and whose? [y,n,e,m,s,z,x,c,k,u,q,?]
      why?
    dropped  7bcv  nobody: pick a date for the workshop

    (2/3) Mirko: eat my hat
        > I will eat my hat  notes/core/2025-04-24.md:7
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
      until when? a day, next-meeting, "7 days before due":
    myqr  Mirko: eat my hat: snoozed until the first meeting after 2025-05-08

    (3/3) Ana Lind: call the caterer
        > I'll call the caterer  notes/core/2025-05-01.md:6
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
    ! 2 answers kept; 1 thing still waits
    "#);
    assert_snapshot!(sandbox.run(&["list", "--all"]), @r"
    ID    STATE    OWNER             WHAT                          DUE     SINCE            WHERE
    33s9  open     Ana Berg          order the chairs                      24 Apr, 2 weeks  notes/core/2025-04-24.md:8
    7bcv  dropped  nobody            pick a date for the workshop          24 Apr, 2 weeks  notes/core/2025-04-24.md:9
    gp7q  done     Ana Lind          write the exporter guide      25 Apr  24 Apr, 2 weeks  notes/core/2025-04-24.md:5
    h848  open     Dana West, Priya  ask the printers for a quote  22 May  24 Apr, 2 weeks  notes/core/2025-04-24.md:6
    myqr  open     Mirko             eat my hat                            24 Apr, 2 weeks  notes/core/2025-04-24.md:7
    dhsf  open     Ana Lind          call the caterer                      1 May, 7 days    notes/core/2025-05-01.md:6
    ");
    let kept = sandbox.run(&["export"]);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(sandbox.run(&["export"]), kept);
    assert_snapshot!(sandbox.answer(&["triage"], &["m"]), @r"
    (1/1) Ana Lind: call the caterer
        > I'll call the caterer  notes/core/2025-05-01.md:6
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
      the same as which item? its id:

    (1/1) Ana Lind: call the caterer
        > I'll call the caterer  notes/core/2025-05-01.md:6
    Is it an item? [y,n,e,m,s,z,x,c,k,u,q,?]
    ! 0 answers kept; 1 thing still waits
    ");
}

#[test]
fn undo_goes_back_no_further_than_the_walk() {
    let sandbox = told();
    let before = sandbox.run(&["export"]);
    let said = sandbox.answer(&["triage"], &["u", "1", "u", "q"]);
    assert!(said.contains("nothing was answered yet"), "{said}");
    assert!(
        said.contains("! 0 answers kept; 8 things still wait"),
        "{said}"
    );
    assert_eq!(sandbox.run(&["export"]), before);
}

#[test]
fn an_answer_that_changes_nothing_is_not_taken_back() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\n- [ ] pick a date for the workshop\n- [ ] find a room for it\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox.run(&["accept", &sandbox.id("pick a date for the workshop")]);
    let before = sandbox.run(&["export"]);
    let said = sandbox.answer(&["triage", "--only", "unowned"], &["y", "u", "q"]);
    assert!(said.contains("already accepted"), "{said}");
    assert!(said.contains("nothing was answered yet"), "{said}");
    assert!(said.contains("! 0 answers kept"), "{said}");
    assert_eq!(sandbox.run(&["export"]), before);
}

#[test]
fn the_end_of_the_answers_is_the_end() {
    let sandbox = told();
    let said = sandbox.answer(&["triage", "--only", "items"], &["c"]);
    assert!(
        said.ends_with("! 1 answer kept; 5 things still wait\n"),
        "{said}"
    );
    let done = sandbox.run(&["list", "--state", "done", "--format", "jsonl"]);
    assert_eq!(done.lines().count(), 1, "{done}");
    assert_snapshot!(Sandbox::new().run(&["triage"]), @r"
    ! error: there is no ledger at $ROOT/.owed/ledger.db
    ! hint: `owed scan PATH…` makes it; with --ledger, one that is elsewhere is used
    exit: Some(2)
    ");
}
