//! The ledger: its file, its questions, its transactions and its undo.

use crate::scenario::{Desk, Line, operation, plan_of, read};
use jiff::civil::{Date, date};
use owed::items::{Change, Item, ItemId, State, Status};
use owed::ledger::{Filter, Ledger, LedgerError, NoteRow};
use owed::reconcile::{NoteRead, What};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Scans a note as one operation and keeps its stamp.
pub(crate) fn scan(ledger: &mut Ledger, note: &NoteRead, second: i64) -> Vec<ItemId> {
    let mut transaction = ledger.begin(&operation("scan", second)).expect("begin");
    let made = plan_of(&transaction, note);
    transaction.apply(&made.changes).expect("the plan fits");
    let kept = transaction.set_note(&stamp(&note.path), &made.reads[0]);
    kept.expect("set_note");
    transaction.commit().expect("commit");
    made.outcomes.into_iter().map(|it| it.id).collect()
}

fn stamp(path: &str) -> NoteRow {
    NoteRow {
        path: path.to_owned(),
        series: "core".to_owned(),
        meeting: Some(date(2025, 5, 1)),
        title: Some("Core — weekly".to_owned()),
        size: u64::MAX,
        modified: -1,
        hash: [7; 32],
    }
}

fn item(id: &str, owners: &[&str], series: &str, since: Option<Date>, state: State) -> Item {
    let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
    let mut mention = read("a.md", since, &line(&format!("do {id}")))
        .mentions
        .remove(0);
    mention.owners = owners;
    let id = ItemId::parse(id).expect("an id");
    Item {
        state,
        ..Item::begun_by(id, series, &mention)
    }
}

fn added(items: impl IntoIterator<Item = Item>) -> Ledger {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    let changes: Vec<Change> = items
        .into_iter()
        .map(|item| Change::Added { item })
        .collect();
    let mut transaction = ledger.begin(&operation("add", 1)).expect("begin");
    transaction.apply(&changes).expect("they fit");
    transaction.commit().expect("commit");
    ledger
}

fn ids(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.id.as_str()).collect()
}

pub(crate) fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(".owed").join("ledger.db");
    (folder, path)
}

pub(crate) fn raw(path: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).expect("open");
    connection.execute_batch(sql).expect("run");
}

pub(crate) fn line(text: &str) -> [Line; 1] {
    [Line::new("Ana", text, Status::Open)]
}

#[test]
fn a_file_is_made_once_and_found_again() {
    let (_folder, path) = folder();
    let error = Ledger::open(&path).expect_err("it is not there");
    assert!(matches!(error, LedgerError::NotThere { path: at } if at == path));
    assert!(!path.exists());

    let (mut ledger, made) = Ledger::open_or_create(&path).expect("make");
    assert!(made);
    let ids = scan(&mut ledger, &read("a.md", None, &line("fix the build")), 1);
    drop(ledger);

    let (ledger, made) = Ledger::open_or_create(&path).expect("open");
    assert!(!made);
    let item = ledger.item(&ids[0]).expect("read").expect("it is there");
    assert_eq!(item.text, "fix the build");
    assert!(Ledger::open(&path).is_ok());
}

#[test]
fn other_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text.db");
    let words = "no database, but long enough to look like one. ".repeat(40);
    std::fs::write(&text, &words).expect("write");
    let error = Ledger::open(&text).expect_err("it is a text");
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error:?}");
    assert_eq!(std::fs::read_to_string(&text).expect("read"), words);

    let other = folder.path().join("other.db");
    raw(&other, "CREATE TABLE bookmarks (url TEXT)");
    let before = std::fs::read(&other).expect("read");
    let error = Ledger::open(&other).expect_err("it is another's");
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error:?}");
    assert_eq!(std::fs::read(&other).expect("read"), before);
}

#[test]
fn a_newer_ledger_is_refused() {
    let (_folder, path) = folder();
    Ledger::open_or_create(&path).expect("make");
    raw(&path, "PRAGMA user_version = 99");
    let error = Ledger::open(&path).expect_err("it is newer");
    assert!(matches!(error, LedgerError::Newer { found: 99, .. }));
}

#[test]
fn a_damaged_row_is_an_error_and_no_panic() {
    for damage in [
        "UPDATE items SET kind = 'wish'",
        "UPDATE items SET since = 'May'",
        "UPDATE items SET owners = 'Ana'",
        "UPDATE mentions SET line = -1",
    ] {
        let (_folder, path) = folder();
        let (mut ledger, _) = Ledger::open_or_create(&path).expect("make");
        scan(&mut ledger, &read("a.md", None, &line("fix the build")), 1);
        raw(&path, damage);
        let error = ledger.items(&Filter::default()).expect_err(damage);
        assert!(matches!(error, LedgerError::Damaged { .. }), "{error:?}");
    }
}

#[test]
fn the_log_is_only_added_to() {
    let (_folder, path) = folder();
    let (mut ledger, _) = Ledger::open_or_create(&path).expect("make");
    scan(&mut ledger, &read("a.md", None, &line("fix the build")), 1);
    let connection = rusqlite::Connection::open(&path).expect("open");
    for sql in ["DELETE FROM changes", "UPDATE changes SET item = ''"] {
        let error = connection.execute_batch(sql).expect_err(sql);
        assert_eq!(error.to_string(), "the log is only added to");
    }
}

#[test]
fn a_list_is_filtered_and_in_order() {
    let may = Some(date(2025, 5, 1));
    let june = Some(date(2025, 6, 1));
    let ledger = added([
        item("00000000000d", &["Ana"], "core", june, State::Open),
        item("00000000000c", &["ana", "Ben"], "docs", may, State::Open),
        item("00000000000b", &["Ana", "ANA"], "core", may, State::Done),
        item("00000000000a", &[], "core", may, State::Dropped),
        item("00000000000e", &["Ben"], "core", None, State::Open),
    ]);
    let check = |filter: Filter, expected: &str| {
        let items = ledger.items(&filter).expect("list");
        let letters: String = ids(&items).iter().map(|id| &id[11..]).collect();
        assert_eq!(letters, expected, "{filter:?}");
    };
    let all = Filter::default();
    let ana = Filter {
        owner: Some("*Ana*".to_owned()),
        ..all.clone()
    };
    let open = Some(State::Open);
    let core = Some("core".to_owned());
    check(all.clone(), "eabcd");
    check(ana.clone(), "bcd");
    check(
        Filter {
            state: open,
            ..ana.clone()
        },
        "cd",
    );
    check(
        Filter {
            series: core.clone(),
            state: open,
            ..ana
        },
        "d",
    );
    check(
        Filter {
            series: core,
            ..all.clone()
        },
        "eabd",
    );
    check(
        Filter {
            state: open,
            ..all.clone()
        },
        "ecd",
    );
    check(
        Filter {
            since: Some(date(2025, 5, 2)),
            ..all.clone()
        },
        "d",
    );
    check(
        Filter {
            since: may,
            state: open,
            ..all.clone()
        },
        "cd",
    );
    check(
        Filter {
            owner: Some("Chidi".to_owned()),
            ..all
        },
        "",
    );
}

#[test]
fn a_list_follows_a_state() {
    let mut ledger = added([item("00000000000a", &["Ana"], "core", None, State::Open)]);
    let change = Change::StateSet {
        id: ItemId::parse("00000000000a").expect("an id"),
        from: State::Open,
        to: State::Done,
        was_closed: None,
        closed: None,
        why: None,
    };
    let mut transaction = ledger.begin(&operation("done", 2)).expect("begin");
    transaction.apply(&[change]).expect("it fits");
    transaction.commit().expect("commit");
    for (state, count) in [(State::Open, 0), (State::Done, 1)] {
        let filter = Filter {
            owner: Some("Ana".to_owned()),
            state: Some(state),
            ..Filter::default()
        };
        assert_eq!(ledger.items(&filter).expect("list").len(), count);
    }
}

#[test]
fn an_id_is_found_by_its_beginning() {
    let ledger = added(
        [
            "aaaa00000000",
            "aaaab1000000",
            "aaaab2000000",
            "zzzzzzzzzzzz",
        ]
        .map(|id| item(id, &[], "core", None, State::Open)),
    );
    let found = |prefix: &str| ledger.find(prefix).map(|id| id.to_string());
    assert_eq!(found("z").ok().as_deref(), Some("zzzzzzzzzzzz"));
    assert_eq!(found(" AAAAB1 ").ok().as_deref(), Some("aaaab1000000"));
    assert_eq!(found("aaaa00000000").ok().as_deref(), Some("aaaa00000000"));
    for none in ["", "b", "aaaab3", "aaaa000000000", "%", "a_aa", "'"] {
        let error = found(none).expect_err(none);
        assert!(matches!(error, LedgerError::NoSuchItem { .. }), "{none}");
    }
    let Err(LedgerError::Ambiguous { candidates, .. }) = found("aaaab") else {
        panic!("two ids begin so");
    };
    let candidates: Vec<&str> = candidates.iter().map(ItemId::as_str).collect();
    assert_eq!(candidates, ["aaaab1000000", "aaaab2000000"]);

    for (id, short) in [
        ("aaaa00000000", "aaaa0"),
        ("aaaab1000000", "aaaab1"),
        ("aaaab2000000", "aaaab2"),
        ("zzzzzzzzzzzz", "zzzz"),
    ] {
        let id = ItemId::parse(id).expect("an id");
        assert_eq!(ledger.short(&id).expect("short"), short);
        assert_eq!(ledger.find(short).expect("find"), id);
    }
}

#[test]
fn a_history_tells_what_was_done_when() {
    let mut desk = Desk::new();
    let note = read(
        "a.md",
        None,
        &[Line::new("Ana", "fix the build", Status::Done)],
    );
    let id = desk.scan(&note).outcomes[0].id.clone();
    desk.scan(&read("b.md", None, &line("ask around")));
    desk.set_state(&id, State::Open);
    assert!(desk.undo());
    let history = desk.ledger.history(&id).expect("history");
    let told: Vec<(u64, i64, &str, bool)> = history
        .iter()
        .map(|entry| {
            let is_state = matches!(entry.change, Change::StateSet { .. });
            let second = entry.at.as_second();
            (entry.operation, second, entry.command.as_str(), is_state)
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, 1, "scan", false),
            (1, 1, "scan", false),
            (1, 1, "scan", true),
            (3, 3, "by hand", true),
            (3, 3, "by hand", false),
            (4, 4, "undo", false),
            (4, 4, "undo", true),
        ]
    );
    let never = ItemId::parse("000000000000").expect("an id");
    assert_eq!(desk.ledger.history(&never).expect("history"), []);
}

#[test]
fn an_item_is_known_by_its_own_words_and_by_those_of_its_mentions() {
    let mut ledger = added([item("00000000000a", &["Ana"], "core", None, State::Open)]);
    let other = read("a.md", None, &line("fix the build"));
    let mut transaction = ledger.begin(&operation("link", 2)).expect("begin");
    let change = Change::MentionAdded {
        id: ItemId::parse("00000000000a").expect("an id"),
        mention: other.mentions[0].clone(),
    };
    transaction.apply(&[change]).expect("it fits");
    for (text, known) in [
        ("Fix the build!", 1),
        ("do 00000000000a", 1),
        ("ask around", 0),
    ] {
        let note = read("b.md", None, &line(text));
        let items = transaction
            .known_for(std::slice::from_ref(&note))
            .expect("known")
            .items;
        assert_eq!(items.len(), known, "{text}");
        let what = plan_of(&transaction, &note).outcomes[0].what;
        assert_eq!(what == What::Again, known == 1);
    }
}

#[test]
fn what_is_dropped_never_was() {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    let note = read("a.md", None, &line("fix the build"));
    let mut transaction = ledger.begin(&operation("scan", 1)).expect("begin");
    let made = plan_of(&transaction, &note);
    transaction.apply(&made.changes).expect("the plan fits");
    let kept = transaction.set_note(&stamp("a.md"), &made.reads[0]);
    kept.expect("set_note");
    let id = &made.outcomes[0].id;
    assert!(transaction.item(id).expect("read").is_some());
    assert!(transaction.note("a.md").expect("read").is_some());
    drop(transaction);
    assert_eq!(ledger.item(id).expect("read"), None);
    assert_eq!(ledger.notes().expect("notes"), []);
    assert_eq!(ledger.last_operation().expect("read"), None);
}

#[test]
fn an_operation_without_changes_keeps_its_notes_and_leaves_no_row() {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    scan(&mut ledger, &read("a.md", None, &[]), 1);
    assert_eq!(ledger.last_operation().expect("read"), None);
    assert_eq!(ledger.notes().expect("notes"), [stamp("a.md")]);
    assert_eq!(ledger.note("a.md").expect("note"), Some(stamp("a.md")));
    assert_eq!(ledger.note("b.md").expect("note"), None);
}

#[test]
fn a_change_that_does_not_fit_changes_nothing() {
    let fits = Change::StateSet {
        id: ItemId::parse("00000000000a").expect("an id"),
        from: State::Open,
        to: State::Done,
        was_closed: None,
        closed: None,
        why: None,
    };
    let unknown = Change::StateSet {
        id: ItemId::parse("00000000000b").expect("an id"),
        from: State::Open,
        to: State::Done,
        was_closed: None,
        closed: None,
        why: None,
    };
    for changes in [[fits.clone(), fits.clone()], [fits, unknown]] {
        let mut ledger = added([item("00000000000a", &["Ana"], "core", None, State::Open)]);
        let mut transaction = ledger.begin(&operation("done", 2)).expect("begin");
        let error = transaction.apply(&changes).expect_err("it does not fit");
        assert!(matches!(error, LedgerError::Conflict(_)), "{error:?}");
        transaction.commit().expect("commit");
        let items = ledger.items(&Filter::default()).expect("list");
        assert_eq!(items[0].state, State::Open);
        let last = ledger.last_operation().expect("read").expect("one");
        assert_eq!((last.id, last.command.as_str()), (1, "add"));
    }
}

#[test]
fn undo_goes_back_step_by_step_and_has_notes_read_again() {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    let first = scan(&mut ledger, &read("a.md", None, &line("fix the build")), 1);
    let second = scan(&mut ledger, &read("b.md", None, &line("ask around")), 2);
    scan(&mut ledger, &read("c.md", None, &[]), 3);

    let mut undo = |second| {
        let mut transaction = ledger.begin(&operation("undo", second)).expect("begin");
        let undone = transaction.undo_last().expect("undo");
        transaction.commit().expect("commit");
        let paths: Vec<String> = ledger
            .notes()
            .expect("notes")
            .into_iter()
            .map(|note| note.path)
            .collect();
        (undone, paths)
    };
    let (undone, paths) = undo(4);
    assert_eq!((undone.operation, undone.command.as_str()), (2, "scan"));
    assert_eq!(undone.at.as_second(), 2);
    assert!(
        undone
            .changes
            .iter()
            .all(|it| it.item_id() == Some(&second[0]))
    );
    assert_eq!(paths, ["a.md", "c.md"]);

    let (undone, paths) = undo(5);
    assert_eq!(undone.operation, 1);
    assert!(
        undone
            .changes
            .iter()
            .all(|it| it.item_id() == Some(&first[0]))
    );
    assert_eq!(paths, ["c.md"]);
    assert_eq!(ledger.items(&Filter::default()).expect("list"), []);

    let mut transaction = ledger.begin(&operation("undo", 6)).expect("begin");
    let error = transaction.undo_last().expect_err("nothing is left");
    assert!(matches!(error, LedgerError::NothingToUndo), "{error:?}");
    drop(transaction);

    let again = scan(&mut ledger, &read("a.md", None, &line("fix the build")), 7);
    assert_eq!(again, first, "the same words have the same id");
    let last = ledger.last_operation().expect("read").expect("one");
    assert_eq!((last.id, last.undone), (5, false));
}

#[test]
fn two_steps_back_in_one_operation() {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    for (path, second) in [("a.md", 1), ("b.md", 2), ("c.md", 3)] {
        scan(&mut ledger, &read(path, None, &line(path)), second);
    }
    let mut transaction = ledger.begin(&operation("undo", 4)).expect("begin");
    assert_eq!(transaction.undo_last().expect("undo").operation, 3);
    assert_eq!(transaction.undo_last().expect("undo").operation, 2);
    transaction.commit().expect("commit");
    let items = ledger.items(&Filter::default()).expect("list");
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].text, "a.md");
}

#[test]
fn a_note_that_is_gone_is_forgotten() {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    let ids = scan(&mut ledger, &read("a.md", None, &line("fix the build")), 1);
    let gone = read("a.md", None, &[]);
    let mut transaction = ledger.begin(&operation("scan", 2)).expect("begin");
    let made = plan_of(&transaction, &gone);
    transaction.apply(&made.changes).expect("the plan fits");
    transaction.forget_note("a.md").expect("forget");
    transaction.commit().expect("commit");
    assert_eq!(ledger.notes().expect("notes"), []);
    let item = ledger.item(&ids[0]).expect("read").expect("it stays");
    assert_eq!((item.state, item.mentions), (State::Open, Vec::new()));
}

#[test]
fn readers_see_what_is_committed() {
    let (_folder, path) = folder();
    let (mut writer, _) = Ledger::open_or_create(&path).expect("make");
    let reader = Ledger::open(&path).expect("open");
    let note = read("a.md", None, &line("fix the build"));
    let mut transaction = writer.begin(&operation("scan", 1)).expect("begin");
    let made = plan_of(&transaction, &note);
    transaction.apply(&made.changes).expect("the plan fits");
    assert_eq!(reader.items(&Filter::default()).expect("list"), []);
    transaction.commit().expect("commit");
    assert_eq!(reader.items(&Filter::default()).expect("list").len(), 1);
}

#[test]
fn many_at_once_wait_for_each_other() {
    let (_folder, path) = folder();
    let texts: Vec<String> = (0..8).map(|number| format!("task {number}")).collect();
    std::thread::scope(|scope| {
        for text in &texts {
            scope.spawn(|| {
                let (mut ledger, _) = Ledger::open_or_create(&path).expect("open");
                scan(&mut ledger, &read(text, None, &line(text)), 1);
            });
        }
    });
    let ledger = Ledger::open(&path).expect("open");
    let items = ledger.items(&Filter::default()).expect("list");
    assert_eq!(items.len(), texts.len());
}
