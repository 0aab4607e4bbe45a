//! `owed` as it really runs: killed at any moment, and several at once.

use crate::sandbox::Sandbox;
use owed::items::{ItemId, Items, State};
use owed::ledger::{Entry, Filter, Ledger};
use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How often a process is killed.
const KILLS: u32 = 200;

/// A note of a meeting with some entries; `nth` makes its day and its words.
fn note(nth: usize) -> (String, String) {
    let day = jiff::civil::date(2024, 1, 1).saturating_add(jiff::Span::new().days(nth as i64));
    let mut text = String::from("# Core\n\n## Actions\n\n");
    for (owner, verb) in [("Ana", "write"), ("Ben", "print"), ("Chidi", "bind")] {
        text.push_str(&format!(
            "- [ ] {owner}: {verb} chapter {nth} of the atlas\n"
        ));
    }
    (format!("notes/core/{day}.md"), text)
}

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = sandbox.command(args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

/// What must hold of a ledger whatever has happened: it is whole, and its items are those that its log makes.
fn is_whole(ledger: &Ledger) -> Items {
    let items = ledger.everything().expect("it can be read");
    let changes: Vec<_> = log(ledger).into_iter().map(|entry| entry.change).collect();
    let replayed = Items::replay(&changes).expect("the log fits");
    assert_eq!(items, replayed, "the items are not those of the log");
    items
}

fn log(ledger: &Ledger) -> Vec<Entry> {
    ledger.log().expect("the log can be read")
}

fn open_items(ledger: &Ledger) -> Vec<String> {
    let open = Filter {
        state: Some(State::Open),
        ..Filter::default()
    };
    let items = ledger.items(&open).expect("items");
    items.into_iter().map(|item| item.id.to_string()).collect()
}

/// Scans and closes, each killed after a time that grows and begins anew. What a process has acknowledged by its exit
/// stays; what it had begun is there whole or not at all.
#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let sandbox = Sandbox::new();
    let (path, text) = note(0);
    sandbox.write(&path, &text);
    let status = start(&sandbox, &["scan", "notes"]).wait().expect("it ends");
    assert!(status.success());

    // How long a run takes here tells when to kill.
    let started = Instant::now();
    assert!(
        start(&sandbox, &["scan", "notes", "--force"])
            .wait()
            .expect("it ends")
            .success()
    );
    let usual = started.elapsed();
    let mut killed = 0;
    let mut notes = 1;
    let mut acknowledged = log(&sandbox.ledger()).len();
    for round in 0..KILLS {
        let before = log(&sandbox.ledger());
        assert!(
            before.len() >= acknowledged,
            "what was acknowledged is lost"
        );
        let is_scan = round % 2 == 0;
        let id = open_items(&sandbox.ledger()).pop().unwrap_or_default();
        let mut child = if is_scan {
            let (path, text) = note(notes);
            sandbox.write(&path, &text);
            notes += 1;
            start(&sandbox, &["scan", "notes"])
        } else {
            start(&sandbox, &["done", &id])
        };
        std::thread::sleep(usual * (round % 40) / 32);
        let ended = child.try_wait().expect("asked");
        child.kill().expect("killed");
        let status = child.wait().expect("it ends");
        killed += u32::from(ended.is_none());

        let ledger = sandbox.ledger();
        let items = is_whole(&ledger);
        let after = log(&ledger);
        assert!(after.starts_with(&before), "the log was rewritten");
        let operations: BTreeSet<u64> = after[before.len()..]
            .iter()
            .map(|entry| entry.operation)
            .collect();
        assert!(operations.len() <= 1, "one command is one operation");
        if status.success() {
            acknowledged = after.len();
            let state = state_of(&items, &id);
            assert!(is_scan || state == Some(State::Done), "{round}: {state:?}");
        }
    }
    assert!(
        killed > KILLS / 4,
        "only {killed} were killed before they ended"
    );

    // And with nobody in the way everything is taken in.
    assert!(
        start(&sandbox, &["scan", "notes"])
            .wait()
            .expect("it ends")
            .success()
    );
    let items = is_whole(&sandbox.ledger());
    assert_eq!(items.iter().count(), notes * 3);
}

/// The state of an item by its id as it is typed.
fn state_of(items: &Items, id: &str) -> Option<State> {
    let item = items.get(&ItemId::parse(id)?)?;
    Some(item.state)
}

/// Processes that scan and close at once, and readers in between: nobody waits in vain, and nothing is lost.
#[test]
fn several_processes_at_once_lose_nothing() {
    let sandbox = Sandbox::new();
    for nth in 0..8 {
        let (path, text) = note(nth);
        sandbox.write(&path, &text);
    }
    assert!(
        start(&sandbox, &["scan", "notes"])
            .wait()
            .expect("it ends")
            .success()
    );
    let first = open_items(&sandbox.ledger());
    assert_eq!(first.len(), 24);

    for round in 0..6 {
        let (path, text) = note(100 + round);
        sandbox.write(&path, &text);
        let ids: Vec<&String> = first.iter().skip(round * 4).take(4).collect();
        let mut writers: Vec<Child> = ids
            .iter()
            .map(|id| start(&sandbox, &["done", id]))
            .collect();
        writers.push(start(&sandbox, &["scan", "notes"]));
        writers.push(start(&sandbox, &["scan", "notes", "--force"]));
        let mut readers: Vec<Child> = (0..2)
            .map(|_| start(&sandbox, &["list", "--all"]))
            .collect();
        for child in writers.iter_mut().chain(&mut readers) {
            assert!(child.wait().expect("it ends").success());
        }
    }
    let items = is_whole(&sandbox.ledger());
    assert_eq!(items.iter().count(), 24 + 6 * 3);
    for id in &first {
        assert_eq!(state_of(&items, id), Some(State::Done), "{id}");
    }
}

/// A reader sees the old state while a writer has not ended.
#[test]
fn a_reader_does_not_wait_for_a_writer() {
    let sandbox = Sandbox::with_items();
    let mut ledger = sandbox.ledger();
    let operation = crate::scenario::operation("scan", 1);
    let transaction = ledger.begin(&operation).expect("begun");
    let started = Instant::now();
    let listed = sandbox.run(&["list"]);
    assert!(listed.contains("write the guide"), "{listed}");
    assert!(started.elapsed() < Duration::from_secs(4), "it has waited");
    drop(transaction);
}
