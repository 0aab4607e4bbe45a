//! Small series of notes, and the lives of the items that they tell. Each story is a table: the notes as they were
//! written, and then what the ledger should say of each item. Whoever wonders what owed makes of a run of meetings
//! may begin here.

use crate::sandbox::Sandbox;
use std::fs;

/// The notes of one group by their days, each line as it stands under the heading.
fn group(notes: &[(&str, &[&str])]) -> Sandbox {
    let sandbox = Sandbox::new();
    for (day, lines) in notes {
        write(&sandbox, day, lines);
    }
    sandbox.run(&["scan", "notes"]);
    sandbox
}

fn write(sandbox: &Sandbox, day: &str, lines: &[&str]) {
    let text = format!(
        "# Core\n\nPresent: Ana Lind, Mirko Okafor, Chidi Obi\n\n{}\n",
        lines.join("\n")
    );
    sandbox.write(&format!("notes/core/{day}.md"), &text);
}

/// Every item that goes on agendas, as `owner: text | state, due, said, put off, what waits`.
fn lives(sandbox: &Sandbox) -> Vec<String> {
    let lines = sandbox.run(&["export"]);
    let mut lives = Vec::new();
    for line in lines.lines() {
        let item: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if item["carried"] != true {
            continue;
        }
        let word = |field: &str| item[field].as_str().unwrap_or("-").to_owned();
        let owners = item["owners"].as_array().expect("owners");
        let owners: Vec<&str> = owners.iter().filter_map(|it| it.as_str()).collect();
        let mut life = format!(
            "{}: {} | {}",
            owners.join(", "),
            word("text"),
            word("state")
        );
        if item["due_date"].is_string() {
            life.push_str(&format!(", due {}", word("due_date")));
        }
        life.push_str(&format!(", said {}", item["said"]));
        if item["slipped"] != 0 {
            life.push_str(&format!(", put off {}", item["slipped"]));
        }
        if item["proposed"].is_string() {
            life.push_str(&format!(", {}?", word("proposed")));
        }
        lives.push(life);
    }
    lives.sort();
    lives
}

#[test]
fn said_again_put_off_handed_on_and_done() {
    let sandbox = group(&[
        (
            "2025-03-06",
            &["- Ana: I will write the exporter guide by 13 March"],
        ),
        (
            "2025-03-20",
            &["- Ana: I will write the exporter guide by 27 March"],
        ),
        (
            "2025-04-03",
            &[
                "## Action items",
                "",
                "- [ ] Ana to write the exporter guide by 10 April",
            ],
        ),
    ]);
    assert_eq!(
        lives(&sandbox),
        ["Ana: write the exporter guide | open, due 2025-04-10, said 3, put off 2"]
    );
    // Somebody reports it: that is a question, and a yes closes.
    write(
        &sandbox,
        "2025-04-17",
        &["- Ana: published the exporter guide yesterday"],
    );
    sandbox.run(&["scan", "notes"]);
    assert_eq!(
        lives(&sandbox),
        ["Ana: write the exporter guide | open, due 2025-04-10, said 3, put off 2, done?"]
    );
}

#[test]
fn a_ticked_box_closes_and_words_after_it_promise_again() {
    let sandbox = group(&[
        (
            "2025-03-06",
            &["## Action items", "", "- [ ] Mirko to rotate the keys"],
        ),
        (
            "2025-03-20",
            &["## Action items", "", "- [x] Mirko to rotate the keys"],
        ),
        ("2025-04-03", &["- Mirko: I will rotate the keys"]),
    ]);
    assert_eq!(
        lives(&sandbox),
        [
            "Mirko: rotate the keys | done, said 2",
            "Mirko: rotate the keys | open, said 1"
        ]
    );
}

#[test]
fn by_next_meeting_is_a_day_once_there_is_a_note_of_it() {
    let sandbox = group(&[(
        "2025-03-06",
        &["- Chidi: I will sort the inbox by next meeting"],
    )]);
    assert_eq!(lives(&sandbox), ["Chidi: sort the inbox | open, said 1"]);
    // One made in advance will do.
    write(&sandbox, "2025-05-22", &["## Agenda"]);
    sandbox.run(&["scan", "notes"]);
    assert_eq!(
        lives(&sandbox),
        ["Chidi: sort the inbox | open, due 2025-05-22, said 1"]
    );
    // A meeting in between comes first, in whatever order the notes are scanned.
    write(&sandbox, "2025-03-20", &["- Ana: I will water the plants"]);
    sandbox.run(&["scan", "notes"]);
    let between = [
        "Ana: water the plants | open, said 1",
        "Chidi: sort the inbox | open, due 2025-03-20, said 1",
    ];
    assert_eq!(lives(&sandbox), between);
    fs::remove_dir_all(sandbox.path(".owed")).expect("removed");
    sandbox.run(&["scan", "notes"]);
    assert_eq!(lives(&sandbox), between);
    let again = sandbox.run(&["scan", "notes", "--force"]);
    assert!(again.contains("nothing new"), "{again}");
}

#[test]
fn a_verdict_ends_what_was_left_over_and_not_what_comes_out_of_it() {
    let left_over = [
        "## Follow-up discussion",
        "",
        "1. Colours of the second atlas",
    ];
    let sandbox = group(&[
        ("2025-03-06", &left_over),
        (
            "2025-03-20",
            &[
                "## Agenda",
                "",
                "1. Colours of the second atlas",
                "    - **Verdict:** postponed",
            ],
        ),
    ]);
    assert_eq!(
        lives(&sandbox),
        [": Colours of the second atlas | open, said 1"]
    );
    write(
        &sandbox,
        "2025-04-03",
        &[
            "## Agenda",
            "",
            "1. Colours of the second atlas",
            "    - **Verdict:** print a sample in blue",
            "2. Should we print the guide on thin paper?",
            "    - **Verdict:** yes, order two reams",
        ],
    );
    sandbox.run(&["scan", "notes"]);
    assert_eq!(
        lives(&sandbox),
        [
            ": Colours of the second atlas | open, said 2, done?",
            "we: order two reams | open, said 1",
            "we: print a sample in blue | open, said 1",
        ]
    );
}

#[test]
fn who_is_still_at_it_has_not_finished_it() {
    let sandbox = group(&[
        ("2025-03-06", &["- Ana: I will write the exporter guide"]),
        (
            "2025-03-20",
            &["- Ana: working on the exporter guide. Wrote the exporter guide's first half"],
        ),
    ]);
    assert_eq!(
        lives(&sandbox),
        ["Ana: write the exporter guide | open, said 2"]
    );
    write(
        &sandbox,
        "2025-04-03",
        &["- Ana: finished the exporter guide"],
    );
    sandbox.run(&["scan", "notes"]);
    assert_eq!(
        lives(&sandbox),
        ["Ana: write the exporter guide | open, said 3, done?"]
    );
}

#[test]
fn what_was_ticked_on_agendas_outlasts_the_ledger() {
    let sandbox = group(&[(
        "2025-04-24",
        &[
            "- Ana: I will draw the floor plan",
            "- Mirko: I will ask the printers",
            "- Chidi: I will sort the inbox",
        ],
    )]);
    write(&sandbox, "2025-05-08", &["## Agenda"]);
    sandbox.run(&["agenda", "notes/core/2025-05-08.md", "--write"]);
    let agenda = sandbox.read("notes/core/2025-05-08.md");
    let ticked = agenda
        .replace("[ ] **Ana**", "[x] **Ana**")
        .replace("[ ] **Mirko**", "[-] **Mirko**");
    assert_ne!(ticked, agenda);
    sandbox.write("notes/core/2025-05-08.md", &ticked);
    sandbox.run(&["scan", "notes"]);
    let decided = [
        "Ana: draw the floor plan | done, said 1",
        "Chidi: sort the inbox | open, said 1",
        "Mirko: ask the printers | dropped, said 1",
    ];
    assert_eq!(lives(&sandbox), decided);
    let before = sandbox.run(&["export"]);
    fs::remove_dir_all(sandbox.path(".owed")).expect("removed");
    sandbox.run(&["scan", "notes"]);
    assert_eq!(lives(&sandbox), decided);
    assert_eq!(sandbox.run(&["export"]), before, "down to the last id");
}

#[test]
fn what_one_person_leaves_undone_another_takes_up() {
    let sandbox = group(&[
        (
            "2025-03-06",
            &[
                "## Action items",
                "",
                "- [ ] Ana to benchmark the new allocator",
            ],
        ),
        (
            "2025-03-20",
            &[
                "## Action items",
                "",
                "- [ ] Chidi to benchmark the new allocator",
            ],
        ),
    ]);
    let ana = sandbox.id("benchmark the new allocator");
    let listed = lives(&sandbox);
    // Other people are never one item without a yes.
    assert_eq!(listed.len(), 2, "{listed:?}");
    let items = sandbox
        .ledger()
        .items(&owed::ledger::Filter::default())
        .expect("read");
    let other = items
        .iter()
        .find(|item| item.id.as_str() != ana)
        .expect("another");
    sandbox.run(&["same", &ana, other.id.as_str()]);
    assert_eq!(
        lives(&sandbox),
        ["Chidi: benchmark the new allocator | open, said 2"]
    );
}

#[test]
fn names_that_only_begin_alike_are_asked_about() {
    let sandbox = group(&[
        (
            "2025-03-06",
            &[
                "- Ana: I will write the release notes",
                "- Goran: I will rotate the signing keys",
            ],
        ),
        (
            "2025-03-20",
            &[
                "- Anahit: I will write the release notes",
                "- Goranka: I will rotate the signing keys",
            ],
        ),
    ]);
    assert_eq!(
        lives(&sandbox),
        [
            "Ana: write the release notes | open, said 1",
            "Anahit: write the release notes | open, said 1",
            "Goran: rotate the signing keys | open, said 1",
            "Goranka: rotate the signing keys | open, said 1",
        ]
    );
    let asked = sandbox.run(&["triage", "--list", "--only", "proposals"]);
    assert_eq!(asked.matches("same?").count(), 2, "{asked}");
}

#[test]
fn a_first_name_makes_no_bridge_between_two_people() {
    let sandbox = group(&[
        ("2025-03-06", &["- Ana Lind: I will draw the floor map"]),
        ("2025-03-20", &["- Ana: I will draw the floor map"]),
        ("2025-04-03", &["- Ana Berg: I will draw the floor map"]),
    ]);
    let lives = lives(&sandbox);
    assert!(
        lives.contains(&"Ana Berg: draw the floor map | open, said 1".to_owned()),
        "{lives:?}"
    );
}

#[test]
fn a_first_name_is_its_only_bearer_or_a_question() {
    let map = "I will draw the floor map of the archive";
    let (lind, ana) = (format!("- Ana Lind: {map}"), format!("- Ana: {map}"));
    let chairs = "- Ana Berg: I will order the chairs";
    let story = |second: &[&str], day: &str| {
        let sandbox = Sandbox::new();
        let notes: [(&str, &[&str]); 3] = [
            ("2025-03-06", &[&lind]),
            (day, second),
            ("2025-03-20", &[&ana]),
        ];
        for (day, lines) in notes {
            let text = format!("# Core\n\n{}\n", lines.join("\n"));
            sandbox.write(&format!("notes/core/{day}.md"), &text);
        }
        sandbox.run(&["scan", "notes"]);
        let of_map = |life: &String| life.contains("floor map");
        let of_map: Vec<String> = lives(&sandbox).into_iter().filter(of_map).collect();
        let asked = sandbox.run(&["triage", "--list", "--only", "proposals"]);
        (of_map, asked.matches("same?").count())
    };
    let one = "Ana Lind: draw the floor map of the archive | open, said 2";
    let apart = [
        "Ana Lind: draw the floor map of the archive | open, said 1",
        "Ana: draw the floor map of the archive | open, said 1",
    ];
    // Nobody else is called so; somebody is; somebody was, half a year ago.
    assert_eq!(story(&[], "2025-03-13"), (vec![one.to_owned()], 0));
    assert_eq!(
        story(&[chairs], "2025-03-13"),
        (apart.map(str::to_owned).to_vec(), 1)
    );
    assert_eq!(story(&[chairs], "2024-09-12"), (vec![one.to_owned()], 0));
}
