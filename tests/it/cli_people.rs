//! Who is who, and what follows when somebody says it.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

/// Two people are called Ana; the second meeting does not say who was there.
fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\nPresent: Ana Lind, Ana Berg, Mirko Okafor\n\n- Ana Lind: I will draw the floor plan\n- Ana Berg: I'll order the chairs\n- Mirko: I'll ask the printers\n",
    );
    sandbox.write(
        "notes/core/2025-05-01.md",
        "# Core\n\n- Ana: I will draw the floor plan\n- Ana: I'll call the caterer\n- Mirko: I'll ask the printers\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox
}

/// `owner: text` of every item, in order.
fn owned(sandbox: &Sandbox) -> Vec<String> {
    let lines = sandbox.run(&["list", "--all", "--format", "jsonl"]);
    let mut owned: Vec<String> = lines
        .lines()
        .map(|line| {
            let item: serde_json::Value = serde_json::from_str(line).expect("JSON");
            format!(
                "{}: {}",
                item["owners"][0].as_str().unwrap_or("-"),
                item["text"].as_str().expect("words")
            )
        })
        .collect();
    owned.sort();
    owned
}

#[test]
fn two_with_one_first_name_stay_apart() {
    let sandbox = told();
    assert_snapshot!(sandbox.run(&["people"]), @r#"
    core
      Ana Berg  1 item
      Ana Lind  1 item
      Mirko Okafor  1 item, also Mirko
      Who is this?
        Ana: Ana Berg or Ana Lind?  2 items, first in notes/core/2025-05-01.md:3
        Mirko: Mirko Okafor?  1 item, first in notes/core/2025-05-01.md:5
    "#);
    assert_snapshot!(sandbox.run(&["people", "show", "mirko okafor"]), @r"
    Mirko Okafor  core, 1 item
      Mirko  once, its note knows them by both names
        > I'll ask the printers  notes/core/2025-04-24.md:7
    ");
}

#[test]
fn a_name_is_given_to_a_person_and_taken_back() {
    let sandbox = told();
    let before = sandbox.run(&["export"]);
    assert_snapshot!(sandbox.run(&["people", "alias", "Ana", "Ana Lind"]), @"core: Ana stands for Ana Lind");
    let expected = [
        "Ana Berg: order the chairs",
        "Ana Lind: call the caterer",
        "Ana Lind: draw the floor plan",
        "Mirko: ask the printers",
    ];
    assert_eq!(owned(&sandbox), expected);
    let said = sandbox.run(&["export"]);
    sandbox.run(&["scan", "notes", "--force"]);
    assert_eq!(
        sandbox.run(&["export"]),
        said,
        "a scan hears names in the same way"
    );
    // A later note is heard so, too.
    sandbox.write(
        "notes/core/2025-05-08.md",
        "# Core\n\n- Ana: I'll call the caterer\n- Ana: I will sweep the floor\n",
    );
    sandbox.run(&["scan", "notes"]);
    assert!(owned(&sandbox).contains(&"Ana Lind: sweep the floor".to_owned()));
    assert_eq!(owned(&sandbox).len(), 5);
    sandbox.run(&["undo", "2"]);
    assert_eq!(sandbox.run(&["export"]), before);
    assert_snapshot!(sandbox.run(&["people", "forget", "Ana"]), @r"
    ! error: nobody has said whom `Ana` stands for
    ! hint: `owed people` shows who is who
    exit: Some(2)
    ");
}

#[test]
fn when_a_name_is_given_does_not_matter() {
    let after = told();
    after.run(&["people", "alias", "Ana", "Ana Lind"]);
    let before = told();
    std::fs::remove_dir_all(before.path(".owed")).expect("removed");
    before.run(&["scan", "notes/core/2025-05-01.md"]);
    before.run(&["people", "alias", "Ana", "Ana Lind"]);
    before.run(&["scan", "notes/core/2025-04-24.md"]);
    // Only ids that items had on the way differ.
    let but_for_old_ids = |sandbox: &Sandbox| {
        let export = sandbox.run(&["export"]);
        let lines = export.lines().map(|line| {
            let mut line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            line.as_object_mut().expect("an object").remove("also");
            line
        });
        lines.collect::<Vec<_>>()
    };
    assert_eq!(but_for_old_ids(&before), but_for_old_ids(&after));
}

#[test]
fn people_are_merged_and_split() {
    let sandbox = told();
    sandbox.run(&["people", "alias", "Ana", "Ana Berg"]);
    assert_snapshot!(sandbox.run(&["people", "split", "Ana"]), @"core: Ana stands for nobody else");
    let listed = sandbox.run(&["people"]);
    assert!(listed.contains("  Ana  2 items\n"), "{listed}");
    assert!(!listed.contains("Ana: Ana"), "{listed}");
    assert_snapshot!(sandbox.run(&["people", "merge", "Mirko Okafor", "Mirko"]), @"core: Mirko stands for Mirko Okafor");
    assert!(owned(&sandbox).contains(&"Mirko Okafor: ask the printers".to_owned()));
    assert_snapshot!(sandbox.run(&["people", "merge", "Ana Lind", "Anna"]), @r"
    ! error: no item is owned by anybody called `Anna`
    ! hint: there is Ana
    exit: Some(2)
    ");
}

#[test]
fn a_merge_in_several_series_is_one_operation() {
    let sandbox = told();
    let tools = "# Tools\n\n- Mirko: I'll bind the atlas\n";
    sandbox.write("notes/tools/2025-05-01.md", tools);
    sandbox.run(&["scan", "notes"]);
    let before = sandbox.run(&["export"]);
    assert_snapshot!(sandbox.run(&["people", "merge", "Mirko Okafor", "Mirko"]), @r"
    core: Mirko stands for Mirko Okafor
    tools: Mirko stands for Mirko Okafor
    ");
    sandbox.run(&["undo"]);
    assert_eq!(sandbox.run(&["export"]), before);
    // What the settings forbid of one series is done in none.
    sandbox.write(
        "owed.toml",
        "[[people]]\nname = \"Mirko Obi\"\nalso = [\"Mirko\"]\n\n[[people]]\nname = \"Ana Lind\"\n\n[[series]]\nname = \"core\"\npaths = [\"notes/core/\"]\npeople = [\"Ana Lind\"]\n",
    );
    let said = sandbox.run(&["people", "merge", "Mirko Okafor", "Mirko"]);
    assert!(
        said.contains("owed.toml says that Mirko is Mirko Obi in tools"),
        "{said}"
    );
    assert_eq!(sandbox.run(&["export"]), before);
}

#[test]
fn what_the_settings_say_counts_more() {
    let sandbox = told();
    sandbox.run(&["people", "alias", "Ana", "Ana Lind"]);
    sandbox.write(
        "owed.toml",
        "[[people]]\nname = \"Ana Berg\"\nalso = [\"Ana\"]\ngithub = \"aberg\"\n\n[[people]]\nname = \"Mirko Okafor\"\nalso = [\"Mirko\"]\n",
    );
    // Even where no note has changed.
    sandbox.run(&["scan", "notes"]);
    let expected = [
        "Ana Berg: call the caterer",
        "Ana Berg: draw the floor plan",
        "Ana Berg: order the chairs",
        "Ana Lind: draw the floor plan",
        "Mirko Okafor: ask the printers",
    ];
    assert_eq!(owned(&sandbox), expected);
    assert_snapshot!(sandbox.run(&["people", "alias", "Ana", "Ana Lind"]), @r"
    ! error: owed.toml says that Ana is Ana Berg in core
    ! hint: change it there; it counts for everybody
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["people", "show", "Ana"]), @r"
    Ana Berg  core, 3 items
      aberg on GitHub, as owed.toml says
      Ana  2 times, owed.toml says so
        > I will draw the floor plan  notes/core/2025-05-01.md:3
      Ana Berg  once, owed.toml says so
        > I'll order the chairs  notes/core/2025-04-24.md:6
    ");
    let people = sandbox.run(&["people", "--format", "json"]);
    let people: serde_json::Value = serde_json::from_str(&people).expect("JSON");
    assert_eq!(people[0]["github"], "aberg");
}

#[test]
fn the_people_of_a_series_are_known_by_their_first_names() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "owed.toml",
        "[[people]]\nname = \"Ana Lind\"\n\n[[people]]\nname = \"Ana Berg\"\n\n[[series]]\nname = \"core\"\npaths = [\"core-*\"]\npeople = [\"Ana Lind\"]\ndate = \"core-%d-%m-%Y.md\"\n\n[[series]]\nname = \"docs\"\npaths = [\"docs-*\"]\npeople = [\"Ana Berg\"]\n",
    );
    sandbox.write(
        "core-04-05-2025.md",
        "# Core\n\n- Ana: I will draw the floor plan\n",
    );
    sandbox.write(
        "docs-2025-05-04.md",
        "# Docs\n\n- Ana: I will order the chairs\n",
    );
    sandbox.run(&["scan", "."]);
    assert_eq!(
        owned(&sandbox),
        [
            "Ana Berg: order the chairs",
            "Ana Lind: draw the floor plan"
        ]
    );
    let listed = sandbox.run(&["list", "--series", "core"]);
    assert!(
        listed.contains("4 May"),
        "the day is written as in the pattern: {listed}"
    );
    let note = sandbox.run(&["debug", "note", "core-04-05-2025.md"]);
    assert!(
        note.contains("2025-05-04") && note.contains("Ana Lind"),
        "{note}"
    );
}

#[test]
fn a_login_is_said_and_taken_back() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "owed.toml",
        "[[people]]\nname = \"Mirko Okafor\"\ngithub = \"mirko-o\"\n",
    );
    sandbox.write(
        "notes/2025-05-01.md",
        "Present: Ana Lind, Mirko Okafor\n\n- [ ] Ana to sort the mail\n- [ ] Mirko to sort the maps\n",
    );
    sandbox.run(&["scan", "notes"]);
    let github = |name: &str| {
        let shown = sandbox.run(&["people", "show", name, "--format", "json"]);
        let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        shown[0]["github"].as_str().map(str::to_owned)
    };
    assert_eq!(github("Ana"), None);
    assert!(
        sandbox
            .run(&["people", "login", "Ana", "@analind"])
            .starts_with("Ana Lind is analind")
    );
    assert_eq!(github("Ana").as_deref(), Some("analind"));
    // What is exported is not lost.
    let exported = sandbox.run(&["export"]);
    sandbox.write("kept.jsonl", &exported);
    sandbox.run(&["undo"]);
    assert_eq!(github("Ana"), None);
    std::fs::remove_file(sandbox.path(".owed/ledger.db")).expect("removed");
    sandbox.run(&["import", "kept.jsonl"]);
    assert_eq!(github("Ana").as_deref(), Some("analind"));
    // Settings count for everybody; no such person, no such login.
    for (name, login) in [("Mirko", "other"), ("Chidi", "chidi"), ("Ana", "no login")] {
        let refused = sandbox.run(&["people", "login", name, login]);
        assert!(refused.contains("! error: "), "{refused}");
    }
    assert_eq!(github("Mirko").as_deref(), Some("mirko-o"));
}
