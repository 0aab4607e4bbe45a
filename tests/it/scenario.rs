//! A small language for what happens to a ledger over time: notes that are scanned, what people do by hand, and what
//! must come of it. Every step is made on a set of items in memory and on a ledger; the two must agree.
//!
//! ```text
//! note 2025-05-01                       a note with that date and path; `note a.md 2025-05-01`, `note a.md undated`
//!   [ ] Ana, Ben: fix the build => new  a mention and what becomes of it
//!   [x] Ana: tag it | by Friday => new  done, and with a due
//!   …                                   a line without a mention
//!   at 2025-04-24                       the lines below are the notes of another meeting
//!   (x) fix the build                   a box of owed's block, for the item with these words
//!   gone Ana: ship it                   a stored mention that the note no longer has
//! person open|done|dropped fix the build
//! person due fix the build | in June
//! undo
//! ledger                                what is in the ledger now
//!   open 2025-05-01 Ana, Ben: fix the build @ 2025-05-01:1 2025-05-08:3x
//! ```

use jiff::Timestamp;
use jiff::civil::Date;
use owed::due::Due;
use owed::items::{
    Certainty, Change, Field, Item, ItemId, Items, Kind, Mark, Mention, State, Status,
};
use owed::ledger::{Filter, Ledger, LedgerError, NoteRow, Operation, Transaction};
use owed::reconcile::{Known, NoteRead, Plan, Tick, WordCounts, first_position, plan};
use std::collections::{BTreeMap, BTreeSet};

/// Runs a script; panics where something else came of it.
#[track_caller]
pub(crate) fn scenario(script: &str) {
    let mut desk = Desk::new();
    let lines: Vec<&str> = script
        .lines()
        .map(|line| line.split(" # ").next().unwrap_or(line).trim())
        .filter(|line| !line.is_empty())
        .collect();
    let mut rest = &lines[..];
    while let Some((head, tail)) = rest.split_first() {
        let end = tail
            .iter()
            .position(|line| {
                ["note ", "person ", "undo", "ledger"]
                    .iter()
                    .any(|word| line.starts_with(word))
            })
            .unwrap_or(tail.len());
        let (body, after) = tail.split_at(end);
        desk.step(head, body);
        rest = after;
    }
}

/// What a line of a note says; the rest of its mention is made up.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    owners: String,
    text: String,
    status: Status,
    pub(crate) due: Option<Due>,
    meeting: Option<Date>,
}

impl Line {
    pub(crate) fn new(owners: &str, text: &str, status: Status) -> Self {
        Self {
            owners: owners.to_owned(),
            text: text.to_owned(),
            status,
            due: None,
            meeting: None,
        }
    }

    fn mention(&self, path: &str, line: u32) -> Mention {
        Mention {
            id: None,
            people: Vec::new(),
            path: path.to_owned(),
            line,
            end_line: line,
            kind: Kind::Task,
            certainty: Certainty::Definite,
            status: self.status,
            speaker: None,
            owners: self.owners.split(", ").map(str::to_owned).collect(),
            text: self.text.clone(),
            due: self.due.clone(),
            rule: "box".to_owned(),
            confidence: 0.9,
            quote: format!("{}: {}", self.owners, self.text),
            topic: None,
            meeting: self.meeting,
        }
    }
}

/// A note of one series, with a line for each mention.
pub(crate) fn read(path: &str, meeting: Option<Date>, lines: &[Line]) -> NoteRead {
    let mentions = (1..).zip(lines).map(|(number, line)| Mention {
        meeting: line.meeting.or(meeting),
        ..line.mention(path, number)
    });
    NoteRead {
        path: path.to_owned(),
        series: "core".to_owned(),
        meeting,
        title: None,
        mentions: mentions.collect(),
        ticks: Vec::new(),
    }
}

/// A due with a phrase only.
pub(crate) fn due(phrase: &str) -> Due {
    Due {
        phrase: phrase.to_owned(),
        date: None,
        alternative: None,
    }
}

/// An operation at some second.
pub(crate) fn operation(command: &str, second: i64) -> Operation {
    Operation {
        command: command.to_owned(),
        who: None,
        at: Timestamp::from_second(second).expect("a second of this age"),
    }
}

/// What comes of a note, by what a ledger knows.
pub(crate) fn plan_of(transaction: &Transaction<'_>, read: &NoteRead) -> Plan {
    let reads = std::slice::from_ref(read);
    plan(&transaction.known_for(reads).expect("known"), reads)
}

fn stamp(read: &NoteRead) -> NoteRow {
    NoteRow {
        path: read.path.clone(),
        series: read.series.clone(),
        meeting: read.meeting,
        title: read.title.clone(),
        size: 0,
        modified: 0,
        hash: [0; 32],
    }
}

/// A set of items in memory and a ledger, kept in step.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) items: Items,
    pub(crate) ledger: Ledger,
    readings: BTreeMap<String, NoteRead>,
    second: i64,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            items: Items::default(),
            ledger: Ledger::in_memory().expect("a ledger in memory"),
            readings: BTreeMap::new(),
            second: 0,
        }
    }

    fn next(&mut self, command: &str) -> Operation {
        self.second += 1;
        operation(command, self.second)
    }

    /// Scans a note: the plan is the same for all items and for those that the ledger finds, and once it was applied
    /// the note leaves nothing to do.
    pub(crate) fn scan(&mut self, read: &NoteRead) -> Plan {
        let expected = plan(&self.known(read), std::slice::from_ref(read));
        let operation = self.next("scan");
        let mut transaction = self.ledger.begin(&operation).expect("begin");
        let made = plan_of(&transaction, read);
        assert_eq!(made, expected, "the ledger knows less than all the items");
        transaction.apply(&made.changes).expect("the plan fits");
        let kept = made.reads[0].clone();
        transaction.set_note(&stamp(read), &kept).expect("kept");
        self.readings.insert(read.path.clone(), kept);
        let again = plan_of(&transaction, read);
        assert_eq!(again.changes, [], "a second scan changes something");
        transaction.commit().expect("commit");
        for change in &made.changes {
            self.items.apply(change).expect("the plan fits");
        }
        self.agree();
        made
    }

    /// All that could be known of a note.
    fn known(&self, read: &NoteRead) -> Known {
        let reads = std::slice::from_ref(read);
        let first = first_position(&self.items, reads).map(|(day, path)| (day, path.to_owned()));
        let is_later = |other: &&NoteRead| {
            let last = other.days().max().map(|day| (day, other.path.clone()));
            other.series == read.series && other.path != read.path && last >= first
        };
        Known {
            items: self.items.clone(),
            later: self.readings.values().filter(is_later).cloned().collect(),
            before: self.readings.get(&read.path).cloned().into_iter().collect(),
            counts: WordCounts::of(&self.items, &read.series),
            meetings: self
                .readings
                .values()
                .filter(|other| other.series == read.series && other.path != read.path)
                .flat_map(|other| other.days().flatten())
                .collect(),
        }
    }

    /// Sets the state of an item by hand.
    pub(crate) fn set_state(&mut self, id: &ItemId, to: State) {
        let item = self.items.get(id).expect("it is there");
        let change = item.put(
            to,
            item.mentions.iter().filter_map(|it| it.meeting).max(),
            None,
        );
        let pin = item.pin(Field::State);
        if item.state != to {
            self.person(
                &[Some(change), pin]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>(),
            );
        }
    }

    /// Sets the due of an item by hand.
    pub(crate) fn set_due(&mut self, id: &ItemId, to: Option<Due>) {
        let due = to.clone();
        let item = self.items.get(id).expect("it is there");
        let pin = item.pin(Field::Due);
        let change = Change::DueSet {
            id: item.id.clone(),
            from: item.due.clone(),
            to,
        };
        if item.due != due {
            self.person(
                &[Some(change), pin]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>(),
            );
        }
    }

    /// Makes changes by hand.
    pub(crate) fn person(&mut self, changes: &[Change]) {
        let operation = self.next("by hand");
        let mut transaction = self.ledger.begin(&operation).expect("begin");
        transaction.apply(changes).expect("they fit");
        transaction.commit().expect("commit");
        for change in changes {
            self.items.apply(change).expect("it fits");
        }
        self.agree();
    }

    /// Takes the last operation back; `false` where there is none.
    pub(crate) fn undo(&mut self) -> bool {
        let operation = self.next("undo");
        let mut transaction = self.ledger.begin(&operation).expect("begin");
        let undone = match transaction.undo_last() {
            Ok(undone) => undone,
            Err(LedgerError::NothingToUndo) => return false,
            Err(error) => panic!("{error}"),
        };
        transaction.commit().expect("commit");
        for change in &undone.changes {
            self.items.apply(change).expect("an undo fits");
            if let Some(path) = change.path() {
                self.readings.remove(path);
            }
        }
        self.agree();
        true
    }

    /// The items of the ledger, those made from its log, and those in memory are the same.
    fn agree(&mut self) {
        let log = self.ledger.log().expect("log");
        let replayed = Items::replay(log.iter().map(|entry| &entry.change)).expect("replay");
        assert_eq!(replayed, self.items, "the log makes other items");
        let mut stored = self.ledger.items(&Filter::default()).expect("items");
        stored.sort_by(|a, b| a.id.cmp(&b.id));
        let in_memory: Vec<Item> = self.items.iter().cloned().collect();
        assert_eq!(stored, in_memory, "the ledger has other items");
        let everything = self.ledger.everything().expect("all");
        assert_eq!(
            everything, self.items,
            "the ledger has others beside its items"
        );

        let paths: BTreeSet<String> = log
            .iter()
            .filter_map(|entry| entry.change.path().map(str::to_owned))
            .collect();
        let operation = operation("look", 0);
        let transaction = self.ledger.begin(&operation).expect("begin");
        for path in paths {
            let known = transaction.items_at(&path).expect("known");
            let marks = |items: &Items| -> Vec<(ItemId, Mark)> {
                let marks = items.marks().filter(|(_, at, _)| *at == path);
                marks.map(|(id, _, mark)| (id.clone(), mark)).collect()
            };
            assert_eq!(marks(&known), marks(&self.items), "other marks at {path}");
        }
    }

    #[track_caller]
    fn step(&mut self, head: &str, body: &[&str]) {
        let mut words = head.splitn(3, ' ');
        match (words.next(), words.next(), words.next()) {
            (Some("note"), Some(date), None) => self.note(date, date, body),
            (Some("note"), Some(path), Some(date)) => self.note(path, date, body),
            (Some("person"), Some("due"), Some(what)) => {
                let (text, phrase) = what.split_once(" | ").expect("a due");
                let id = self.item(text).id.clone();
                self.set_due(&id, Some(due(phrase)));
            }
            (Some("person"), Some(state), Some(text)) => {
                let to = [State::Open, State::Done, State::Dropped]
                    .into_iter()
                    .find(|it| it.as_str() == state)
                    .expect("a state");
                let id = self.item(text).id.clone();
                self.set_state(&id, to);
            }
            (Some("undo"), None, None) => assert!(self.undo(), "nothing to undo"),
            (Some("ledger"), None, None) => assert_eq!(self.rendered(), body),
            _ => panic!("no step: {head}"),
        }
    }

    #[track_caller]
    fn note(&mut self, path: &str, date: &str, body: &[&str]) {
        let mut read = read(path, date.parse().ok(), &[]);
        let mut meeting = read.meeting;
        let mut expected = Vec::new();
        let mut line = 0;
        for text in body {
            if let Some(date) = text.strip_prefix("at ") {
                meeting = date.parse().ok();
                continue;
            }
            if text.starts_with("gone ") {
                expected.push((*text).to_owned());
                continue;
            }
            line += 1;
            let (text, what) = text.split_once(" => ").unwrap_or((text, ""));
            let Some((mark, words)) = text.split_at_checked(4) else {
                continue;
            };
            match mark {
                "[ ] " | "[x] " => {
                    let status = if mark == "[x] " {
                        Status::Done
                    } else {
                        Status::Open
                    };
                    let (words, phrase) = words.split_once(" | ").unwrap_or((words, ""));
                    let (owners, task) = words.split_once(": ").expect("owners");
                    let said = Line {
                        due: (!phrase.is_empty()).then(|| due(phrase)),
                        meeting,
                        ..Line::new(owners, task, status)
                    };
                    read.mentions.push(said.mention(path, line));
                    expected.push(format!("{what} {words}"));
                }
                "( ) " | "(x) " | "(-) " => {
                    let mark = match mark {
                        "( ) " => Mark::Open,
                        "(x) " => Mark::Done,
                        _ => Mark::Dropped,
                    };
                    let id = self.item(words).id.clone();
                    read.ticks.push(Tick {
                        id,
                        mark,
                        line,
                        edits: Vec::new(),
                    });
                }
                _ => {}
            }
        }
        let plan = self.scan(&read);
        let outcomes: Vec<String> = plan
            .outcomes
            .iter()
            .map(|it| {
                let owners = it.mention.owners.join(", ");
                format!("{} {owners}: {}", it.what.as_str(), it.mention.text)
            })
            .collect();
        assert_eq!(outcomes, expected, "at {path}");
    }

    /// The item with these words that was last promised.
    fn item(&self, text: &str) -> &Item {
        self.items
            .iter()
            .filter(|item| item.text == text)
            .max_by_key(|item| (item.since, item.state == State::Open))
            .unwrap_or_else(|| panic!("no item `{text}`"))
    }

    fn rendered(&self) -> Vec<String> {
        let mut items: Vec<&Item> = self.items.iter().collect();
        items.sort_by_key(|item| {
            (
                item.since,
                &item.text,
                item.mentions.first().map(Mention::place),
            )
        });
        items.into_iter().map(rendered).collect()
    }
}

fn rendered(item: &Item) -> String {
    let since = item
        .since
        .map_or_else(|| "undated".to_owned(), |date| date.to_string());
    let due = item
        .due
        .as_ref()
        .map(|due| format!(" | {}", due.phrase))
        .unwrap_or_default();
    let places: String = item
        .mentions
        .iter()
        .map(|it| {
            let done = if it.status == Status::Done { "x" } else { "" };
            format!(" {}:{}{done}", it.path, it.line)
        })
        .collect();
    format!(
        "{} {since} {}: {}{due} @{places}",
        item.state.as_str(),
        item.owners.join(", "),
        item.text
    )
}
