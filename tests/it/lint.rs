//! What `owed lint` remarks on.

use crate::sandbox::Sandbox;
use crate::snapshots::ENGINE;
use insta::assert_snapshot;
use owed::lint::{Wanted, check};
use owed::mentions::resolve;
use owed::notes;
use owed::text::SourceText;

/// The remarks about a note: `LINE:COLUMN code <words> message`.
#[track_caller]
fn remarks(text: impl AsRef<[u8]>, due: bool, expected: &[&str]) {
    remarks_in("notes/2025-11-12.md", text, due, expected);
}

#[track_caller]
fn remarks_in(path: &str, text: impl AsRef<[u8]>, due: bool, expected: &[&str]) {
    let (source, _) = SourceText::from_bytes(path, text.as_ref().to_vec());
    let source = source.expect("a text");
    let note = notes::parse(&source);
    let reading = resolve(&ENGINE, &note, &source);
    let remarks = check(&source, &note, &reading, Wanted { due });
    let told: Vec<String> = remarks
        .iter()
        .map(|remark| {
            let place = remark.place.expect("a place");
            let words = place.span.of(source.text());
            format!(
                "{}:{} {} <{words}> {}",
                place.line,
                place.column,
                remark.code.as_str(),
                remark.message
            )
        })
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn owners() {
    let text = "# Core\n\nAttendees: Ana Lind, Ana Berg, Mirko Okafor, Chidi Obi, Dana West\n\n\
        ## Action items\n\n\
        - write the guide\n\
        - Ana to draw the map\n\
        - Mirko, Chidi and Dana to sort the parts\n\
        - Mirok to mail the vendor\n\
        - everyone to read the draft\n\
        - somebody to look at the docs\n\
        - Chidi to call the vendor\n\
        - the docs team to publish it\n\
        - Dena to call the bank and write the letter\n\
        - how many meetings?\n\
        - could somebody open the door?\n\
        - [x] close the old board\n";
    remarks(
        text,
        false,
        &[
            "7:3 no-owner <write the guide> no one is named who does this",
            "8:3 ambiguous-name <Ana> \"Ana\" could be Ana Lind or Ana Berg",
            "9:3 many-owners <Mirko, Chidi and Dana> 3 people are to do this",
            "10:3 unknown-name <Mirok> \"Mirok\" is nobody in this note",
            "11:3 vague-owner <everyone> this is everybody's",
            "12:3 vague-owner <somebody to look at the docs> this is somebody's, and no one is named",
            "15:3 unknown-name <Dena> \"Dena\" is nobody in this note",
        ],
    );
}

#[test]
fn without_a_list_of_attendees_every_name_will_do() {
    remarks(
        "## Action items\n\n- Mirok to mail the vendor\n",
        false,
        &[],
    );
}

#[test]
fn dues() {
    let text = "## Action items\n\n- Ana to write it by 3 November 2025\n- Mirko to check it by Friday\n- Dana to file it\n\n## Last week's action items\n\n- Ana to write it by 3 November 2025\n";
    let past =
        "3:19 past-due <by 3 November 2025> 2025-11-03 lies before the meeting of 2025-11-12";
    remarks(text, false, &[past]);
    remarks(
        text,
        true,
        &[past, "5:11 no-due <file it> nothing says by when"],
    );
}

#[test]
fn a_due_is_held_against_the_day_of_its_section() {
    let text = "# Core\n\n## 2025-10-01\n\n- ACTION: Ana to write it by 3 October 2025\n\n\
        ## 2025-11-12\n\n- ACTION: Mirko to check it by 3 November 2025\n";
    let past =
        "9:29 past-due <by 3 November 2025> 2025-11-03 lies before the meeting of 2025-11-12";
    remarks_in("notes/core.md", text, false, &[past]);
}

#[test]
fn what_cannot_be_read() {
    remarks(
        b"Ana: \xef\xbf\xbd\nAna: a b\xff\xfec \xfd\n\n```\nlet x\n",
        false,
        &[
            "2:9 unreadable <\u{fffd}\u{fffd}> bytes that are no UTF-8",
            "4:1 unclosed <```> this code is never closed, and is read as text",
        ],
    );
}

const NOTE: &str = "# Core\n\n## Action items\n\n- write the guide\n- Ana to draw the map\n";

#[test]
fn remarks_for_people() {
    let sandbox = Sandbox::new();
    sandbox.write("notes/core-05-01.md", NOTE);
    sandbox.write("notes/empty.md", " \n");
    assert_snapshot!(sandbox.run(&["lint", "notes"]), @r#"
    notes/core-05-01.md:5:3: no-owner: no one is named who does this
    5 | - write the guide
      |   ^^^^^^^^^^^^^^^
      = help: name who does it: "Ana to …"

    notes/empty.md: unreadable: empty
      = help: nothing of the file was read; a note is text in UTF-8, up to 100 MB

    ! 2 remarks in 2 of 2 notes
    "#);
    assert_snapshot!(sandbox.run(&["lint", "notes", "--ignore", "unreadable", "--check", "--due"]), @r#"
    notes/core-05-01.md:5:3: no-owner: no one is named who does this
    5 | - write the guide
      |   ^^^^^^^^^^^^^^^
      = help: name who does it: "Ana to …"

    notes/core-05-01.md:5:3: no-due: nothing says by when
    5 | - write the guide
      |   ^^^^^^^^^^^^^^^
      = help: say by when: "by Friday", "before the next meeting"

    notes/core-05-01.md:6:10: no-due: nothing says by when
    6 | - Ana to draw the map
      |          ^^^^^^^^^^^^
      = help: say by when: "by Friday", "before the next meeting"

    ! error: 3 remarks in 1 of 2 notes
    exit: Some(1)
    "#);
    assert_snapshot!(sandbox.run(&["lint", "notes", "--ignore", "no-owners"]), @"
    ! error: invalid value 'no-owners' for '--ignore <CODE>': the codes are no-owner, vague-owner, many-owners, unknown-name, ambiguous-name, no-due, past-due, no-date, unreadable, unclosed
    ! hint: --help shows how the command is used
    exit: Some(2)
    ");
    for ignore in [
        &["--ignore", "unreadable", "--ignore", "no-owner"][..],
        &["--ignore", "unreadable,no-owner"],
    ] {
        let well = [&["lint", "notes", "--check"], ignore].concat();
        assert_eq!(sandbox.run(&well), "! nothing to remark in 2 notes\n");
    }
}

#[test]
fn a_year_is_missed_only_where_none_is_written() {
    let sandbox = Sandbox::new();
    let note =
        "## Action items\n\n- Ana to write it by 3 April\n- Ana to mail it by 3 April 2024\n";
    sandbox.write("notes/core-2025-05-01.md", note);
    let json = sandbox.run(&["lint", "notes", "--json", "-q"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0]["help"], "check the date; a year can be written out");
    assert_eq!(json[1]["help"], "check the date");
}

#[test]
fn a_folder_without_notes_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.write("photos/hall.png", "");
    for command in [
        &["lint", "photos", "--check"][..],
        &["rules", "diff", "builtin", "project", "photos"],
        &["extract", "photos"],
    ] {
        assert_eq!(
            sandbox.run(command),
            "! error: there are no notes in photos\n\
             ! hint: of a folder, files are read whose names end in .md, .txt, .log and the like; a file that is named is always read\n\
             exit: Some(2)\n"
        );
    }
}

#[test]
fn remarks_for_programs() {
    let sandbox = Sandbox::new();
    sandbox.write("notes/core-05-01.md", NOTE);
    sandbox.write("notes/broken.md", "\0");
    assert_snapshot!(sandbox.run(&["lint", "notes", "--format", "github", "-q"]), @r#"
    ::warning file=notes/broken.md,title=owed%3A unreadable::not a text file, left out; nothing of the file was read; a note is text in UTF-8, up to 100 MB
    ::warning file=notes/core-05-01.md,line=5,endLine=5,col=3,endColumn=17,title=owed%3A no-owner::no one is named who does this; name who does it: "Ana to …"
    "#);
    let json = sandbox.run(&["lint", "notes", "--json", "-q"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0]["code"], "unreadable");
    assert_eq!(json[0]["line"], serde_json::Value::Null);
    assert_eq!(json[1]["column"], 3);
    let sarif = sandbox.run(&["lint", "notes", "--format", "sarif", "-q"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    let results = &sarif["runs"][0]["results"];
    assert_eq!(results[1]["ruleId"], "no-owner");
    let place = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "notes/core-05-01.md");
    assert_eq!(place["region"]["startLine"], 5);
}
