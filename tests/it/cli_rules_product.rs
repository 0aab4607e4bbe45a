//! Rules as a product: switching them off, comparing them, and finding what no example needs.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

const NOTE: &str = "# Core, 2025-05-01\n\n\
    Ana: I'll write the guide by Friday\n\
    Chidi: will you merge it?\n\
    Ana: could somebody look at the docs?\n";

const OFF: &str = "schema = 1\n\n[off]\nrules = [\"i-will\"]\n";

#[test]
fn rules_are_switched_off_by_id() {
    let sandbox = Sandbox::new();
    sandbox.write("notes/core-05-01.md", NOTE);
    let found = || sandbox.run(&["extract", "notes", "--quiet"]);
    assert!(found().contains("rule i-will"), "{}", found());
    sandbox.write(".owed/rules/off.toml", OFF);
    assert!(!found().contains("rule i-will"), "{}", found());
    let list = sandbox.run(&["rules", "list"]);
    let place = ".owed/rules/off.toml:4";
    let line = |id: &str| {
        list.lines()
            .find(|line| line.starts_with(id))
            .unwrap_or_default()
    };
    assert!(
        line("i-will ").ends_with(&format!("(switched off in {place})")),
        "{list}"
    );
    assert!(!line("name-will ").contains("switched off"), "{list}");
    let explained = sandbox.run(&["explain", "notes/core-05-01.md:3"]);
    assert!(
        explained.contains(&format!("  i-will  no: switched off in {place}\n")),
        "{explained}"
    );
    let shown = sandbox.run(&["rules", "show", "i-will"]);
    assert!(shown.starts_with("# rules/en/commitments.toml:"), "{shown}");
    let off = format!("! the rule is switched off in {place}\n");
    assert!(shown.ends_with(&off), "{shown}");
    let pattern = sandbox.run(&["rules", "show", "i-will", "--expanded"]);
    assert!(pattern.starts_with("(?i)(?-u:"), "{pattern}");
    assert!(pattern.ends_with(&off), "{pattern}");
    // Examples that the project has put out of force are counted, and are no failure.
    let told = sandbox.run(&["rules", "test"]);
    assert!(told.contains(" examples, 0 failed, "), "{told}");
    assert!(told.ends_with(" not held to for what is switched off\n"));
    let all = sandbox.run(&["rules", "test", "--all"]);
    assert!(all.contains("\noff      i-will  - "), "{all}");
}

#[test]
fn guards_and_gates_are_switched_off_too() {
    let sandbox = Sandbox::new();
    let tried = |text| sandbox.run(&["rules", "try", text, "--date", "2025-05-01"]);
    let question = "Ana: will open a second branch?";
    assert!(tried(question).contains("no: gate question"));
    let pronoun = "Chidi: I'll write the guide";
    assert!(tried(pronoun).contains("no: guard: a pronoun"));
    let off = "schema = 1\n\n[off]\ngates = [\"question\"]\nguards = [\"name-will: a pronoun\"]\n";
    sandbox.write(".owed/rules/off.toml", off);
    assert!(!tried(question).contains("no: gate question"));
    assert!(!tried(pronoun).contains("no: guard: a pronoun"));
    let off = "switched off: gate question, guard name-will: a pronoun\n";
    assert!(tried(question).ends_with(off), "{}", tried(question));
    let shown = sandbox.run(&["rules", "show", "name-will"]);
    let guard = "! the guard `a pronoun` is switched off in .owed/rules/off.toml:5\n";
    assert!(shown.ends_with(guard), "{shown}");
}

/// Rules that are there and cannot be read are not as good as none.
#[cfg(unix)]
#[test]
fn a_folder_of_rules_that_cannot_be_read_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("notes/core-05-01.md", NOTE);
    std::fs::create_dir(sandbox.path(".owed")).expect("a folder");
    std::os::unix::fs::symlink("rules", sandbox.path(".owed/rules")).expect("a link to itself");
    let told = sandbox.run(&["extract", "notes"]);
    assert!(told.starts_with("! error: cannot read "), "{told}");
    let told = sandbox.run(&["rules", "test", ".owed/rules"]);
    assert!(told.starts_with("! error: cannot read "), "{told}");
}

#[test]
fn an_unknown_id_is_told_with_the_one_that_is_meant() {
    let sandbox = Sandbox::new();
    let off = OFF.replace("i-will", "i-wil") + "guards = [\"name-will: a pronoum\", \"x: y\"]\n";
    sandbox.write(".owed/rules/off.toml", &off);
    assert_snapshot!(sandbox.run(&["rules", "list"]), @r#"
    ! error: the rules have 3 errors
    !   .owed/rules/off.toml:4: there is no rule `i-wil`; is `i-will` meant?
    !     rules = ["i-wil"]
    !              ^^^^^^^
    !   .owed/rules/off.toml:5: there is no guard `name-will: a pronoum`; is `name-will: a pronoun` meant?
    !     guards = ["name-will: a pronoum", "x: y"]
    !               ^^^^^^^^^^^^^^^^^^^^^^
    !   .owed/rules/off.toml:5: there is no guard `x: y`
    !     guards = ["name-will: a pronoum", "x: y"]
    !                                       ^^^^^^
    exit: Some(2)
    "#);
}

#[test]
fn a_pack_that_is_no_text_is_told_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write(".owed/rules/own.toml", "");
    let bytes = b"schema = 1\n# caf\xe9\n";
    std::fs::write(sandbox.path(".owed/rules/own.toml"), bytes).expect("written");
    assert_snapshot!(sandbox.run(&["rules", "list"]), @"
    ! error: .owed/rules/own.toml:2: bytes that are no UTF-8
    ! hint: save the file as UTF-8
    exit: Some(2)
    ");
}

#[test]
fn the_marks_of_an_error_lie_under_its_text() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".owed/rules/own.toml",
        "schema = 1\n[off]\nrules = [\"ゼロ\",\t\"x\"]\n",
    );
    assert_snapshot!(sandbox.run(&["rules", "list"]), @r#"
    ! error: the rules have 2 errors
    !   .owed/rules/own.toml:3: there is no rule `ゼロ`
    !     rules = ["ゼロ",	"x"]
    !              ^^^^^^
    !   .owed/rules/own.toml:3: there is no rule `x`
    !     rules = ["ゼロ",	"x"]
    !                     	^^^
    exit: Some(2)
    "#);
}

#[test]
fn a_broken_pack_is_shown_with_all_its_errors() {
    let sandbox = Sandbox::new();
    let rule = |id: &str, pattern: &str| {
        format!(
            "\n[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nkind = \"request\"\nconfidence = 0.9\npriority = 1\n\
             pattern = '''{pattern}'''\nowner = \"nobody\"\nmessage = \"m\"\n\
             examples.match = [{{ text = \"x\", task = \"x\" }}]\nexamples.no_match = [{{ text = \"y\", because = \"z\" }}]\n"
        )
    };
    let first = format!("schema = 1\n{}", rule("a", "(?P<task>{V_TSK}.*)"));
    let second = format!(
        "schema = 1\n{}{}",
        rule("b", "pretty please").replace("kind", "sort"),
        rule("c", "pretty (?P<task>")
    );
    sandbox.write(".owed/rules/one.toml", &first);
    sandbox.write(".owed/rules/two.toml", &second);
    assert_snapshot!(sandbox.run(&["rules", "list"]), @r#"
    ! error: the rules have 4 errors
    !   .owed/rules/one.toml:9: there is no lexicon or macro {V_TSK}; is {V_TASK} meant?
    !     pattern = '''(?P<task>{V_TSK}.*)'''
    !               ^^^^^^^^^^^^^^^^^^^^^^^^^
    !   .owed/rules/two.toml:3: missing field `kind`
    !     [[rule]]
    !     ^^^^^^^^
    !   .owed/rules/two.toml:6: unknown field `sort`, expected one of `id`, `title`, `kind`, `certainty`, `confidence`, `priority`, `zones`, `unit`, `anchor`, `pattern`, `owner`, `about`, `requires`, `unless`, `ignore_gates`, `message`, `examples`
    !     sort = "request"
    !     ^^^^
    !   .owed/rules/two.toml:21: the pattern does not compile: unclosed group
    !     pattern = '''pretty (?P<task>'''
    !               ^^^^^^^^^^^^^^^^^^^^^^
    exit: Some(2)
    "#);
}

#[test]
fn what_no_example_needs() {
    let sandbox = Sandbox::new();
    let told = sandbox.run(&["rules", "test", "--coverage"]);
    assert!(
        told.ends_with(" guards and gates, 0 that no example needs\n"),
        "{told}"
    );
    let pack = r#"schema = 1

[[rule]]
id = "own"
title = "we beg you"
kind = "request"
confidence = 0.9
priority = 99
pattern = '''we beg you (?P<task>.+)'''
owner = "nobody"
unless = [
  { where = "task", pattern = '''^cease\b''', reason = "no work" },
  { where = "task", pattern = '''^halt\b''', reason = "nobody says it" },
]
message = "asked nicely"
examples.match = [{ text = "- we beg you sweep", task = "sweep" }]
examples.no_match = [{ text = "- we beg you cease", because = "no work" }]
"#;
    sandbox.write(".owed/rules/own.toml", pack);
    let told = sandbox.run(&["rules", "test", "--coverage"]);
    let (_, idle) = told.split_once('\n').expect("a count of examples");
    let idle = idle.replace(|c: char| c.is_ascii_digit(), "N");
    assert_snapshot!(idle, @"
    no example needs   guard own: nobody says it  .owed/rules/own.toml
    NNN guards and gates, N that no example needs
    ! error: N of NNN guards and gates could go and no example would tell
    ! hint: add a look-alike that is found without it; `owed rules show ID` shows the guard
    exit: Some(N)
    ");
    let all = sandbox.run(&["rules", "test", "--coverage", "--all"]);
    assert!(
        all.contains("\n1 example needs    guard own: no work  .owed/rules/own.toml\n"),
        "{all}"
    );
}

#[test]
fn rules_are_compared_over_notes() {
    let sandbox = Sandbox::new();
    sandbox.write("notes/core-05-01.md", NOTE);
    sandbox.write("drafts/off.toml", OFF);
    sandbox.write(
        ".owed/rules/own.toml",
        r#"schema = 1

[[rule]]
id = "somebody"
title = "could somebody"
kind = "task"
confidence = 0.9
priority = 99
pattern = '''could\s+somebody\s+(?P<task>.+)'''
owner = "nobody"
message = "asked of the round"
ignore_gates = ["question", "inverted"]
examples.match = [{ text = "- could somebody sweep the hall", task = "sweep the hall" }]
examples.no_match = [{ text = "- somebody could", because = "nobody asks" }]
"#,
    );
    let diff = |args: &[&str]| sandbox.run(&[&["rules", "diff"], args].concat());
    assert_snapshot!(diff(&["builtin", "project", "notes"]), @r#"
    changed: 1
    notes/core-05-01.md:5  look at the docs
        "could somebody look at the docs?"
        kind: request → task
        certainty: tentative → definite
        rule: can-somebody → somebody

    0 gained, 0 lost, 1 changed, 2 the same in 1 note
    "#);
    assert_snapshot!(diff(&["project", "project+drafts/off.toml", "notes", "--check"]), @r#"
    lost: 1
    notes/core-05-01.md:3  Ana: write the guide, due 2025-05-02
        "I'll write the guide by Friday"
        definite commitment, rule i-will

    0 gained, 1 lost, 0 changed, 2 the same in 1 note
    ! error: 1 difference by these rules
    exit: Some(1)
    "#);
    assert_eq!(
        diff(&["builtin", "builtin", "notes", "--check"]),
        "0 gained, 0 lost, 0 changed, 3 the same in 1 note\n"
    );
    let json = diff(&["builtin", "drafts", "notes", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["notes"], 1);
    assert_eq!(json["lost"][0]["rule"], "i-will");
    assert_snapshot!(diff(&["builtin", "nowhere", "notes"]), @"
    ! error: there is no nowhere
    ! hint: paths are taken from $ROOT
    ! hint: a set of rules is `builtin`, `project`, or a file or folder of rules
    exit: Some(2)
    ");
}
