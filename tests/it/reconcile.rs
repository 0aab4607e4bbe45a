//! What comes of notes, in scenarios and for any notes at all.

use crate::scenario::{Desk, Line, read, scenario};
use jiff::civil::{Date, date};
use owed::items::{Change, Mark, Status};
use owed::reconcile::{Known, Tick, What, plan};

#[test]
fn said_once_said_again_and_done() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
          [ ] Ben: write the release notes => new
        note 2025-05-08
          [ ] Ana: fix the **build** => again
        note 2025-05-15
          [x] ana: Fix the build. => again
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1 2025-05-08:1 2025-05-15:1x
          open 2025-05-01 Ben: write the release notes @ 2025-05-01:2
        ",
    );
}

#[test]
fn other_owners_or_words_are_another_item() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
          [ ] Ben: fix the build => new
          [ ] Chidi: mend the build => new
          [ ] Ana: review the release notes => new
        ",
    );
}

#[test]
fn what_an_item_was_called_on_the_way_does_not_matter() {
    let line = |owners, text, status| Line::new(owners, text, status);
    let (open, done) = (Status::Open, Status::Done);
    let notes = [
        vec![line("Ben", "guide for the exporter", open)],
        vec![
            line("Ana", "guide for the exporter", done),
            line("Ben", "fix the build", open),
            line("Ana", "fix the build", open),
        ],
        vec![
            line("Ana, Ben", "write the exporter guide", done),
            line("Ana", "fix the nightly build of the exporter", open),
        ],
        vec![
            line("Ana, Ben", "guide for the exporter", open),
            line("Ana", "write the exporter guide", open),
            line("Ana", "write the exporter guide", open),
        ],
    ];
    let scan = |order: [usize; 4]| {
        let mut desk = Desk::new();
        for at in order {
            let day = date(2025, 5, i8::try_from(at).expect("a day") + 1);
            desk.scan(&read(&format!("{day}.md"), Some(day), &notes[at]));
        }
        desk.items.iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(scan([0, 1, 3, 2]), scan([0, 1, 2, 3]));
}

#[test]
fn agenda_and_closing_list_of_one_note_are_one_item() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
          …
          [ ] Ana: fix the build => again
        ledger
          open 2025-05-01 Ana: fix the build @ 2025-05-01:1 2025-05-01:3
        note 2025-05-01  # one of them is ticked
          [ ] Ana: fix the build => unchanged
          …
          [x] Ana: fix the build => changed
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1 2025-05-01:3x
        ",
    );
}

#[test]
fn a_closed_item_is_promised_again() {
    scenario(
        "
        note 2025-05-01
          [x] Ana: fix the build => new
        note 2025-05-08
          [ ] Ana: fix the build => new
        note 2025-05-15
          [ ] Ana: fix the build => again
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1x
          open 2025-05-08 Ana: fix the build @ 2025-05-08:1 2025-05-15:1
        ",
    );
}

#[test]
fn below_its_own_tick_it_is_promised_again() {
    let ledger = "
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1x
          open 2025-05-01 Ana: fix the build @ 2025-05-01:2
        ";
    scenario(&format!(
        "
        note 2025-05-01
          [x] Ana: fix the build => new
          [ ] Ana: fix the build => new
        {ledger}"
    ));
    scenario(&format!(
        "
        note 2025-05-01
          [x] Ana: fix the build => new
        note 2025-05-01
          [x] Ana: fix the build => unchanged
          [ ] Ana: fix the build => new
        {ledger}"
    ));
}

#[test]
fn a_list_that_is_copied_with_its_ticks_makes_no_new_items() {
    scenario(
        "
        note 2025-05-01
          [x] Ana: fix the build => new
          [ ] Ben: ask around => new
        person dropped ask around
        note 2025-05-08
          [x] Ana: fix the build => again
          [x] Ben: ask around => again
        ledger
          dropped 2025-05-01 Ben: ask around @ 2025-05-01:2 2025-05-08:2x
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1x 2025-05-08:1x
        ",
    );
}

#[test]
fn a_box_is_heeded_when_it_is_ticked_and_not_again() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
        note 2025-05-01
          [x] Ana: fix the build => changed
        person open fix the build
        note 2025-05-01
          [x] Ana: fix the build => unchanged
        note 2025-05-01
          …
          [x] Ana: fix the build => unchanged
        ledger
          open 2025-05-01 Ana: fix the build @ 2025-05-01:2x
        note 2025-05-01
          …
          [ ] Ana: fix the build => changed
        note 2025-05-01
          …
          [x] Ana: fix the build => changed
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:2x
        ",
    );
}

#[test]
fn a_tick_by_mistake_is_taken_back() {
    scenario(
        "
        note 2025-05-01
          [x] Ana: fix the build => new
        note 2025-05-01
          [ ] Ana: fix the build => changed
        ledger
          open 2025-05-01 Ana: fix the build @ 2025-05-01:1
        person dropped fix the build
        note 2025-05-01
          [x] Ana: fix the build => changed
        note 2025-05-01
          [ ] Ana: fix the build => changed
        ledger
          dropped 2025-05-01 Ana: fix the build @ 2025-05-01:1
        ",
    );
    // An earlier meeting saw it done: it is promised again.
    scenario(
        "
        note 2025-05-01
          [x] Ana: fix the build => new
        note 2025-05-08
          [x] Ana: fix the build => again
        note 2025-05-08
          [ ] Ana: fix the build => changed
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1x
          open 2025-05-08 Ana: fix the build @ 2025-05-08:1
        ",
    );
}

#[test]
fn nothing_is_lost_with_its_line() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build | by Friday => new
          [ ] Ben: ask around => new
        note 2025-05-01
          [ ] Ana: order the chairs => new
          …
          …
          [ ] Ben: ask around => unchanged
          gone Ana: fix the build
        ledger
          open 2025-05-01 Ben: ask around @ 2025-05-01:4
          open 2025-05-01 Ana: fix the build | by Friday @
          open 2025-05-01 Ana: order the chairs @ 2025-05-01:1
        note 2025-05-01
          [ ] Ana: fix the build => again
          gone Ana: order the chairs
          gone Ben: ask around
        ledger
          open 2025-05-01 Ben: ask around @
          open 2025-05-01 Ana: fix the build @ 2025-05-01:1
          open 2025-05-01 Ana: order the chairs @
        ",
    );
}

#[test]
fn twins_are_paired_with_the_most_alike() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
          [ ] Ana: fix the build | by Friday => again
          …
          [x] Ana: fix the build => again
        person open fix the build
        note 2025-05-01  # the first is gone, the others have moved
          …
          …
          [ ] Ana: fix the build | by Friday => unchanged
          …
          [x] Ana: fix the build => unchanged
          gone Ana: fix the build
        ledger
          open 2025-05-01 Ana: fix the build | by Friday @ 2025-05-01:3 2025-05-01:5x
        ",
    );
}

#[test]
fn a_box_that_stays_ticked_is_not_taken_for_one_that_was_open() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
          [x] Ana: fix the build => again
        person open fix the build
        note 2025-05-01
          [x] Ana: fix the build | by Friday => changed
          gone Ana: fix the build
        ledger
          open 2025-05-01 Ana: fix the build | by Friday @ 2025-05-01:1x
        ",
    );
    // Two items, and the older meeting is taken out of the note.
    scenario(
        "
        note log.md undated
          at 2025-05-01
          [x] Ana: fix the build => new
          at 2025-05-08
          [ ] Ana: fix the build => new
        note log.md undated
          at 2025-05-08
          [x] Ana: fix the build => changed
          gone Ana: fix the build
        ledger
          done 2025-05-01 Ana: fix the build @
          done 2025-05-08 Ana: fix the build @ log.md:1x
        ",
    );
}

#[test]
fn a_late_note_belongs_to_what_was_on_the_table() {
    // Between two mentions of a closed item.
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
        note 2025-05-15
          [x] Ana: fix the build => again
        note 2025-05-22
          [ ] Ana: fix the build => new
        note 2025-05-08
          [ ] Ana: fix the build => again
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1 2025-05-08:1 2025-05-15:1x
          open 2025-05-22 Ana: fix the build @ 2025-05-22:1
        ",
    );
    // Of two items that were on the table, the one that still is.
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
        person done fix the build
        note 2025-05-08
          [ ] Ana: Fix the build => new
        person done Fix the build
        person open fix the build
        note 2025-05-15
          [ ] Ana: fix the build => again
        note b.md 2025-05-08
          [ ] Ana: fix the build => again
        ledger
          open 2025-05-01 Ana: fix the build @ 2025-05-01:1 b.md:1 2025-05-15:1
          done 2025-05-08 Ana: Fix the build @ 2025-05-08:1
        ",
    );
    // Before the first, open and closed.
    scenario(
        "
        note 2025-05-15
          [ ] Ana: fix the build => new
          [x] Ben: ask around => new
        note 2025-05-08
          [ ] Ana: fix the build => again
          [ ] Ben: ask around => again
        ledger
          done 2025-05-08 Ben: ask around @ 2025-05-08:2 2025-05-15:2x
          open 2025-05-08 Ana: fix the build @ 2025-05-08:1 2025-05-15:1
        ",
    );
}

#[test]
fn an_old_tick_does_not_close_what_was_open_later() {
    scenario(
        "
        note 2025-05-15
          [ ] Ana: fix the build => new
        note 2025-05-08
          [x] Ana: fix the build => new
        ledger
          done 2025-05-08 Ana: fix the build @ 2025-05-08:1x
          open 2025-05-15 Ana: fix the build @ 2025-05-15:1
        ",
    );
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
        note 2025-05-15
          [ ] Ana: fix the build => again
        note 2025-05-08
          [x] Ana: fix the build => again
        ledger
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1 2025-05-08:1x
          open 2025-05-15 Ana: fix the build @ 2025-05-15:1
        ",
    );
}

#[test]
fn a_tick_above_an_open_line_does_not_close_it() {
    scenario(
        "
        note 2025-05-01
          …
          [ ] Ana: fix the build => new
        note 2025-05-01
          [x] Ana: fix the build => new
          [ ] Ana: fix the build => unchanged
          [x] Ben: ask around => new
        ledger
          done 2025-05-01 Ben: ask around @ 2025-05-01:3x
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1x
          open 2025-05-01 Ana: fix the build @ 2025-05-01:2
        ",
    );
}

#[test]
fn a_note_with_the_newest_meeting_on_top() {
    scenario(
        "
        note log.md undated
          at 2025-05-15
          [ ] Ana: fix the build => new
          at 2025-05-08
          [x] Ana: fix the build => again
          at 2025-05-01
          [ ] Ana: fix the build => new
        ledger
          done 2025-05-01 Ana: fix the build @ log.md:3 log.md:2x
          open 2025-05-15 Ana: fix the build @ log.md:1
        note log.md undated  # one more on top
          at 2025-05-22
          [x] Ana: fix the build => again
          at 2025-05-15
          [ ] Ana: fix the build => unchanged
          at 2025-05-08
          [x] Ana: fix the build => unchanged
          at 2025-05-01
          [ ] Ana: fix the build => unchanged
        ledger
          done 2025-05-01 Ana: fix the build @ log.md:4 log.md:3x
          done 2025-05-15 Ana: fix the build @ log.md:2 log.md:1x
        ",
    );
}

#[test]
fn notes_without_a_date() {
    scenario(
        "
        note a.md undated
          [ ] Ana: fix the build => new
        note b.md undated
          [x] Ana: fix the build => again
        note c.md undated
          [ ] Ana: fix the build => new
        note a.md undated  # it is there already, though closed
          [ ] Ana: fix the build => unchanged
          [ ] Ana: fix the build => again
        note 2025-05-01
          [ ] Ana: fix the build => again
        ledger
          done undated Ana: fix the build @ a.md:1 a.md:2 b.md:1x
          open undated Ana: fix the build @ c.md:1 2025-05-01:1
        ",
    );
}

#[test]
fn the_due_is_that_of_the_latest_mention_with_one() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build | by Friday => new
        note 2025-05-15
          [ ] Ana: fix the build | in June => again
        note 2025-05-22
          [ ] Ana: fix the build => again
        note 2025-05-08  # late, and so not the latest
          [ ] Ana: fix the build | next week => again
        ledger
          open 2025-05-01 Ana: fix the build | in June @ 2025-05-01:1 2025-05-08:1 2025-05-15:1 2025-05-22:1
        note 2025-05-15
          gone Ana: fix the build
        ledger
          open 2025-05-01 Ana: fix the build | next week @ 2025-05-01:1 2025-05-08:1 2025-05-22:1
        note 2025-05-08
          [ ] Ana: fix the build => changed
        note 2025-05-01
          [ ] Ana: fix the build => changed
        ledger
          open 2025-05-01 Ana: fix the build @ 2025-05-01:1 2025-05-08:1 2025-05-22:1
        ",
    );
}

#[test]
fn a_due_that_a_person_set_stays() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build | by Friday => new
        person due fix the build | in autumn
        note 2025-05-08
          [ ] Ana: fix the build | in June => again
        ledger
          open 2025-05-01 Ana: fix the build | in autumn @ 2025-05-01:1 2025-05-08:1
        ",
    );
}

#[test]
fn boxes_of_a_block() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: fix the build => new
          [ ] Ben: ask around => new
          [ ] Chidi: book a room => new
        note agenda.md 2025-05-08
          (x) fix the build
          (-) ask around
          ( ) book a room
        ledger
          dropped 2025-05-01 Ben: ask around @ 2025-05-01:2
          open 2025-05-01 Chidi: book a room @ 2025-05-01:3
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1
        person open fix the build
        person done book a room
        note agenda.md 2025-05-08  # the same boxes again
          …
          (x) fix the build
          (-) ask around
          ( ) book a room
        ledger
          dropped 2025-05-01 Ben: ask around @ 2025-05-01:2
          done 2025-05-01 Chidi: book a room @ 2025-05-01:3
          open 2025-05-01 Ana: fix the build @ 2025-05-01:1
        note agenda.md 2025-05-08  # without the block
        note agenda.md 2025-05-08
          ( ) fix the build
          (x) fix the build
        ledger
          dropped 2025-05-01 Ben: ask around @ 2025-05-01:2
          done 2025-05-01 Chidi: book a room @ 2025-05-01:3
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1
        undo  # the last tick
        undo  # the block that was gone
        undo  # what the person did
        undo
        ledger
          dropped 2025-05-01 Ben: ask around @ 2025-05-01:2
          open 2025-05-01 Chidi: book a room @ 2025-05-01:3
          done 2025-05-01 Ana: fix the build @ 2025-05-01:1
        ",
    );
}

#[test]
fn a_box_of_an_unknown_item_is_reported() {
    let mut note = read("agenda.md", Some(date(2025, 5, 8)), &[]);
    let other = read(
        "a.md",
        None,
        &[Line::new("Ana", "fix the build", Status::Open)],
    );
    let made = plan(&Known::default(), &[other]);
    let tick = Tick {
        id: made.outcomes[0].id.clone(),
        mark: Mark::Done,
        line: 7,
        edits: Vec::new(),
    };
    note.ticks.push(tick.clone());
    let unknown = plan(&Known::default(), &[note]);
    assert_eq!(unknown.changes, []);
    assert_eq!(unknown.unknown_ticks, [("agenda.md".to_owned(), tick)]);
}

#[test]
fn the_reason_for_a_state_names_the_line() {
    let note = read(
        "notes/may.md",
        None,
        &[
            Line::new("Ben", "ask around", Status::Open),
            Line::new("Ana", "fix the build", Status::Done),
        ],
    );
    let mut desk = Desk::new();
    let mut open = note.clone();
    open.mentions[1].status = Status::Open;
    desk.scan(&open);
    let whys: Vec<String> = desk
        .scan(&note)
        .changes
        .into_iter()
        .filter_map(|change| match change {
            Change::StateSet { why, .. } => why,
            _ => None,
        })
        .collect();
    assert_eq!(whys, ["ticked in notes/may.md:2"]);
}

#[test]
fn ids_come_from_the_words_and_an_ordinal() {
    let may = date(2025, 5, 1);
    let lines = [
        Line::new("Ana", "fix the build", Status::Done),
        Line::new("Ana", "fix the build", Status::Open),
    ];
    let ids = |path: &str, date: Option<Date>| -> Vec<String> {
        plan(&Known::default(), &[read(path, date, &lines)])
            .outcomes
            .iter()
            .map(|outcome| outcome.id.to_string())
            .collect()
    };
    let dated = ids("a.md", Some(may));
    assert_ne!(dated[0], dated[1]);
    assert_eq!(dated, ids("moved/b.md", Some(may)), "the path is no part");
    assert_eq!(ids("a.md", None), ids("b.md", None), "nor without a date");
}

#[test]
fn another_series_is_another_item() {
    let lines = [Line::new("Ana", "fix the build", Status::Open)];
    let mut desk = Desk::new();
    desk.scan(&read("a.md", None, &lines));
    let mut docs = read("b.md", None, &lines);
    docs.series = "docs".to_owned();
    let made = desk.scan(&docs);
    assert_eq!(made.outcomes[0].what, What::New);
    assert_eq!(desk.items.len(), 2);
}
