//! What people set and decide: in the ledger, in its log, and in a file of an earlier version.

use crate::ledger::{folder, line, raw, scan};
use crate::scenario::{operation, read};
use jiff::civil::date;
use owed::items::{
    Change, Field, Heard, Home, ItemId, Items, Kind, Proposal, ProposalId, ProposalKind, Snooze,
    State,
};
use owed::ledger::{Filter, Ledger};

#[test]
fn what_people_set_is_in_the_log_and_beside_it() {
    let mut ledger = Ledger::in_memory().expect("a ledger");
    let id = scan(&mut ledger, &read("a.md", None, &line("fix the build")), 1).remove(0);
    let before = ledger.everything().expect("items");
    let item = ledger.item(&id).expect("read").expect("an item");
    let (words, old) = (item.mentions[0].clone(), other("0123456789ab"));
    let proposal = Proposal {
        id: ProposalId::from_content(ProposalKind::Finished, "core", &words, &words),
        kind: ProposalKind::Finished,
        item: id.clone(),
        with: None,
        words: words.clone(),
        beside: words,
        reasons: Vec::new(),
        decided: None,
    };
    let steps = [
        vec![
            Change::OwnersSet {
                id: id.clone(),
                from: item.owners.clone(),
                to: vec!["Ben".to_owned()],
            },
            item.pin(Field::Owners).expect("not pinned yet"),
            Change::TextSet {
                id: id.clone(),
                from: item.text.clone(),
                to: "mend the build".to_owned(),
            },
            item.put(State::Done, Some(date(2025, 5, 8)), None),
        ],
        vec![
            Change::HeardAs {
                id: id.clone(),
                from: item.heard(),
                to: Heard {
                    kind: Kind::Request,
                    ..item.heard()
                },
            },
            Change::Snoozed {
                id: id.clone(),
                from: None,
                to: Some(Snooze::NextMeeting {
                    after: date(2025, 5, 8),
                }),
            },
            Change::AgainSet {
                id: id.clone(),
                from: None,
                to: Some(old.clone()),
            },
            Change::Linked {
                id: id.clone(),
                url: "https://code.example/core/issues/7".to_owned(),
            },
            Change::Forwarded {
                id: old.clone(),
                from: None,
                to: Some(id.clone()),
            },
            Change::HomeSet {
                mention: old.clone(),
                from: None,
                to: Some(Home::Own),
            },
            Change::AliasSet {
                series: "core".to_owned(),
                name: "ben".to_owned(),
                from: None,
                to: Some("Ben Okafor".to_owned()),
            },
        ],
        vec![
            Change::Proposed {
                proposal: proposal.clone(),
            },
            Change::Decided {
                proposal: proposal.id,
                id: id.clone(),
                from: None,
                to: Some(false),
            },
        ],
    ];
    for changes in &steps {
        let mut transaction = ledger.begin(&operation("by hand", 2)).expect("begin");
        transaction.apply(changes).expect("they fit");
        transaction.commit().expect("commit");
        agree(&ledger);
    }
    assert_eq!(ledger.resolve(&old).expect("read"), Some(id.clone()));
    assert_eq!(ledger.find("0123").expect("an old id"), id);
    assert_eq!(ledger.aliases("core").expect("read")["ben"], "Ben Okafor");
    assert_eq!(ledger.proposals().expect("read"), []);
    let decided = ledger.proposals_of(&id).expect("read");
    assert_eq!(decided.len(), 1);
    assert_eq!(decided[0].decided, Some(false));

    for _ in &steps {
        let mut transaction = ledger.begin(&operation("undo", 3)).expect("begin");
        transaction.undo_last().expect("undo");
        transaction.commit().expect("commit");
        agree(&ledger);
    }
    assert_eq!(ledger.everything().expect("items"), before);
}

fn other(id: &str) -> ItemId {
    ItemId::parse(id).expect("an id")
}

/// The log makes what is stored.
#[track_caller]
fn agree(ledger: &Ledger) {
    let log = ledger.log().expect("log");
    let replayed = Items::replay(log.iter().map(|entry| &entry.change)).expect("replay");
    assert_eq!(ledger.everything().expect("items"), replayed);
}

#[test]
fn a_ledger_of_version_1_keeps_its_items() {
    let (_folder, path) = folder();
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    raw(&path, include_str!("../../src/ledger/migrations/1.sql"));
    raw(
        &path,
        r#"INSERT INTO operations (command, at) VALUES ('scan', '2025-05-01T00:00:00Z');
        INSERT INTO changes (operation, item, change) VALUES (1, '0123456789ab',
        '{"change":"added","item":{"id":"0123456789ab","series":"core","kind":"task","certainty":"definite","owners":[],"text":"tag it","due":null,"state":"open","since":null,"mentions":[]}}');
        INSERT INTO items (id, series, kind, certainty, owners, text, state, key)
        VALUES ('0123456789ab', 'core', 'task', 'definite', '[]', 'tag it', 'open', 1);
        PRAGMA application_id = 0x6f776564; PRAGMA user_version = 1"#,
    );
    raw(
        &path,
        r#"INSERT INTO changes (operation, item, change) VALUES (1, '0123456789ab',
        '{"change":"mention_added","id":"0123456789ab","mention":{"path":"a.md","line":1,"end_line":1,"kind":"task","certainty":"definite","status":"open","speaker":null,"owners":["Ana"],"text":"tag it","due":null,"rule":"box","confidence":0.5,"quote":"tag it","meeting":null}}');
        INSERT INTO mentions (item, path, line, end_line, kind, certainty, status, owners, text, rule, confidence, quote, key)
        VALUES ('0123456789ab', 'a.md', 1, 1, 'task', 'definite', 'open', '["Ana"]', 'tag it', 'box', 0.5, 'tag it', 1)"#,
    );
    let mut ledger = Ledger::open(&path).expect("it is brought up to date");
    assert_eq!(ledger.items(&Filter::default()).expect("items").len(), 1);
    agree(&ledger);
    let ids = scan(&mut ledger, &read("a.md", None, &line("tag it")), 2);
    assert_eq!(
        ids,
        [other("0123456789ab")],
        "its id is older than the ids of mentions"
    );
    assert_eq!(ledger.items(&Filter::default()).expect("items").len(), 1);
    agree(&ledger);
}
