//! What holds for any notes, any histories and any words.

use crate::scenario::{Desk, Line, due, read};
use jiff::civil::{Date, date};
use owed::due::Due;
use owed::items::{Certainty, Change, Item, ItemId, Kind, Mark, Mention, State, Status};
use owed::reconcile::{Edit, Tick};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]

    /// Whatever happens: the ledger, its log and the items in memory agree, what the ledger finds for a note is enough
    /// to plan it, a second scan changes nothing (all of these in [`Desk`]); the mentions that are stored are those of
    /// the note; no item is lost; and an undo gives back what was there before.
    #[test]
    fn any_history_holds_together(steps in steps()) {
        let mut desk = Desk::new();
        let mut before = Vec::new();
        for step in &steps {
            let items = desk.items.clone();
            make(&mut desk, step);
            if desk.items != items {
                before.push(items);
            }
        }
        while let Some(items) = before.pop() {
            prop_assert!(desk.undo());
            prop_assert_eq!(&desk.items, &items);
        }
        prop_assert!(desk.items.is_empty());
        prop_assert!(!desk.undo());
    }

    /// What goes in comes out, from the tables and from the log ([`Desk`] compares them), and an undo takes it out.
    #[test]
    fn every_mention_reads_back(mentions in prop::collection::vec(any_mention(), 1..5), due in any_due()) {
        let mut desk = Desk::new();
        let line = Line::new("Ana", "fix the build", Status::Open);
        let id = desk.scan(&read("a.md", None, &[line])).outcomes[0].id.clone();
        for mention in mentions {
            desk.person(&[Change::MentionAdded { id: id.clone(), mention }]);
        }
        desk.set_due(&id, due);
        while desk.undo() {}
        prop_assert!(desk.items.is_empty());
    }

    /// In order of meetings, the last word of a note on a thing is where it stands.
    #[test]
    fn the_last_word_of_the_latest_note_counts(
        notes in prop::collection::vec((lines(6), any::<Index>(), 0..4_u8), 1..6),
    ) {
        let mut desk = Desk::new();
        let mut day = date(2025, 1, 1);
        for (lines, nth, state) in notes {
            day = day.tomorrow().expect("a day");
            let note = read(&format!("{day}.md"), Some(day), &lines);
            let made = desk.scan(&note);
            let mut last = BTreeMap::new();
            for outcome in &made.outcomes {
                let key = outcome.mention.key(&note.series);
                last.insert(key, (outcome.id.clone(), outcome.mention.status));
            }
            for (key, (id, status)) in last {
                let state = desk.items.get(&id).map(|item| item.state);
                let open = state == Some(State::Open);
                prop_assert_eq!(open, status == Status::Open, "{:?} is {:?}", key, state);
            }
            // And what people do between the meetings does not change that.
            let to = [State::Open, State::Done, State::Dropped].get(usize::from(state));
            if let Some(to) = to.filter(|_| !desk.items.is_empty()) {
                let id = pick(&desk, &nth);
                desk.set_state(&id, *to);
            }
        }
    }

    /// The order in which notes are scanned does not matter: ids, words and states are the same.
    #[test]
    fn any_order_of_scanning(
        notes in prop::collection::vec(varied_lines(), 1..6).prop_flat_map(|notes| {
            let order: Vec<usize> = (0..notes.len()).collect();
            (Just(notes), Just(order).prop_shuffle())
        }),
    ) {
        let (notes, order) = notes;
        let days: Vec<Date> = (1..).take(notes.len()).map(|day| date(2025, 5, day)).collect();
        let scan = |order: &mut dyn Iterator<Item = usize>| {
            let mut desk = Desk::new();
            for at in order {
                desk.scan(&read(&format!("{}.md", days[at]), Some(days[at]), &notes[at]));
            }
            desk
        };
        let (one, other) = (scan(&mut (0..notes.len())), scan(&mut order.into_iter()));
        let items = |desk: &Desk| desk.items.iter().cloned().collect::<Vec<Item>>();
        prop_assert_eq!(items(&one), items(&other));
        let proposals = |desk: &Desk| desk.items.proposals().cloned().collect::<Vec<_>>();
        prop_assert_eq!(proposals(&one), proposals(&other));
    }

    /// One note with several meetings, in any order, is as good as a note for each.
    #[test]
    fn one_note_of_many_meetings(
        sections in prop::collection::vec(lines(4), 1..5).prop_flat_map(|sections| {
            let days: Vec<i8> = (1..).take(sections.len()).collect();
            (Just(sections), Just(days).prop_shuffle())
        }),
    ) {
        let (sections, days) = sections;
        let mut dated: BTreeMap<Date, Vec<Line>> = BTreeMap::new();
        let mut together = read("log.md", None, &[]);
        for (lines, day) in sections.into_iter().zip(days) {
            let day = date(2025, 5, day);
            let offset = together.mentions.len();
            for mut mention in read("log.md", Some(day), &lines).mentions {
                mention.line += u32::try_from(offset).expect("a short note");
                mention.end_line = mention.line;
                together.mentions.push(mention);
            }
            dated.insert(day, lines);
        }
        let mut one = Desk::new();
        one.scan(&together);
        let mut many = Desk::new();
        for (day, lines) in &dated {
            many.scan(&read(&format!("{day}.md"), Some(*day), lines));
        }
        let told = |desk: &Desk| -> Vec<String> {
            let tell = |item: &Item| {
                let heard: Vec<_> = item.mentions.iter().map(|it| (it.meeting, it.status)).collect();
                format!("{} {:?} {:?} {:?} {heard:?}", item.id, item.key(), item.state, item.due)
            };
            desk.items.iter().map(tell).collect()
        };
        prop_assert_eq!(told(&one), told(&many));
    }
}

/// Something that happens.
#[derive(Clone, Debug)]
enum Step {
    /// A note is scanned, with boxes for some of the items.
    Scan {
        path: u8,
        day: Option<i8>,
        lines: Vec<Line>,
        ticks: Vec<(Index, Mark, Vec<Edit>)>,
    },
    /// A person sets the state of an item.
    State(Index, State),
    /// A person sets the due of an item.
    Due(Index, Option<Due>),
}

/// Any history: few notes, read again and again.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mark = select(vec![Mark::Open, Mark::Done, Mark::Dropped]);
    let edit = select(vec![
        Edit::Owners {
            owners: vec!["Goran Berg".to_owned()],
        },
        Edit::Due { due: None },
        Edit::Text {
            text: "do it otherwise".to_owned(),
        },
        Edit::Reopened,
        Edit::Removed,
    ]);
    let edits = prop::collection::vec(edit, 0..2);
    // Two people with one first name, and the name alone.
    let owners = vec!["Ana", "ana", "Ana Lind", "Ana Berg", "Chidi, Dana"];
    let scan = (
        0..4_u8,
        prop::option::weighted(0.8, 1..5_i8),
        prop::collection::vec(any_line(owners), 0..5),
        prop::collection::vec((any::<Index>(), mark, edits), 0..3),
    )
        .prop_map(|(path, day, lines, ticks)| Step::Scan {
            path,
            day,
            lines,
            ticks,
        });
    let state = select(vec![State::Open, State::Done, State::Dropped]);
    let by_hand = (any::<Index>(), state).prop_map(|(nth, to)| Step::State(nth, to));
    let dues = select(vec![None, Some(due("by Friday")), Some(due("in autumn"))]);
    let due = (any::<Index>(), dues).prop_map(|(nth, to)| Step::Due(nth, to));
    prop::collection::vec(prop_oneof![6 => scan, 2 => by_hand, 1 => due], 1..10)
}

fn lines(count: usize) -> impl Strategy<Value = Vec<Line>> {
    let owners = vec!["Ana", "ana", "Ben", "Chidi, Dana", "Dana, Chidi"];
    prop::collection::vec(any_line(owners), 0..count)
}

/// Lines that are alike in some words and not in others.
fn varied_lines() -> impl Strategy<Value = Vec<Line>> {
    let text = select(vec![
        "fix the build",
        "fix the nightly build of the exporter",
        "repair the exporter build",
        "write the exporter guide",
        "guide for the exporter",
        "ask around",
    ]);
    let owners = select(vec!["Ana", "Ana Lind", "Ana Berg", "Ana, Ben"]);
    let status = select(vec![Status::Open, Status::Open, Status::Done]);
    let line =
        (owners, text, status).prop_map(|(owners, text, status)| Line::new(owners, text, status));
    prop::collection::vec(line, 0..4)
}

/// A line of few words, so that lines meet.
fn any_line(owners: Vec<&'static str>) -> impl Strategy<Value = Line> {
    let owners = select(owners);
    let text = select(vec!["fix the build", "Fix the **build**", "ask around"]);
    let status = select(vec![Status::Open, Status::Done]);
    let phrase = select(vec!["", "by Friday", "in June"]);
    (owners, text, status, phrase).prop_map(|(owners, text, status, phrase)| {
        let mut line = Line::new(owners, text, status);
        line.due = (!phrase.is_empty()).then(|| due(phrase));
        line
    })
}

/// Makes a random step, if there is an item for it.
fn make(desk: &mut Desk, step: &Step) {
    let n_items = desk.items.len();
    let before: Vec<ItemId> = desk.items.iter().map(|item| item.id.clone()).collect();
    match step {
        Step::Scan {
            path,
            day,
            lines,
            ticks,
        } => {
            let meeting = day.map(|day| date(2025, 5, day));
            let mut note = read(&format!("{path}.md"), meeting, lines);
            if n_items > 0 {
                let tick = |(nth, mark, edits): &(Index, Mark, Vec<Edit>)| Tick {
                    id: pick(desk, nth),
                    mark: *mark,
                    line: 9,
                    edits: edits.clone(),
                };
                note.ticks = ticks.iter().map(tick).collect();
            }
            note = desk.scan(&note).reads.remove(0);
            let mut mentions: Vec<&Mention> = desk
                .items
                .iter()
                .flat_map(|item| &item.mentions)
                .filter(|it| it.path == note.path)
                .collect();
            mentions.sort_by(|a, b| a.order(b));
            note.mentions.sort_by(Mention::order);
            assert_eq!(mentions, note.mentions.iter().collect::<Vec<_>>());
            let lost = before.iter().find(|id| desk.items.resolve(id).is_none());
            assert_eq!(lost, None, "an item is lost");
        }
        Step::State(nth, to) if n_items > 0 => {
            let id = pick(desk, nth);
            desk.set_state(&id, *to);
        }
        Step::Due(nth, to) if n_items > 0 => {
            let id = pick(desk, nth);
            desk.set_due(&id, to.clone());
        }
        Step::State(..) | Step::Due(..) => {}
    }
}

/// One of the items, of which there is at least one.
fn pick(desk: &Desk, nth: &Index) -> ItemId {
    let nth = nth.index(desk.items.len());
    let item = desk.items.iter().nth(nth).expect("an item");
    item.id.clone()
}

/// Any text, with what SQL, JSON and C trip over.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", Just("it's\0\"ö\"\\\n🎉".to_owned())]
}

fn day() -> impl Strategy<Value = Option<Date>> {
    prop::option::of((1..9999_i16, 1..13_i8, 1..29_i8).prop_map(|(y, m, d)| date(y, m, d)))
}

fn any_due() -> impl Strategy<Value = Option<Due>> {
    prop::option::of(
        (text(), day(), day()).prop_map(|(phrase, date, alternative)| Due {
            date,
            alternative,
            ..due(&phrase)
        }),
    )
}

fn any_mention() -> impl Strategy<Value = Mention> {
    let kinds = [
        Kind::Task,
        Kind::Commitment,
        Kind::Request,
        Kind::Progress,
        Kind::Completion,
    ];
    (
        (text(), any::<u32>(), any::<u32>()),
        select(kinds.to_vec()),
        select(vec![Certainty::Definite, Certainty::Tentative]),
        select(vec![Status::Open, Status::Done]),
        (
            prop::option::of(text()),
            prop::collection::vec(text(), 0..3),
            text(),
        ),
        any_due(),
        (text(), 0.0..=1.0_f32, text(), day()),
    )
        .prop_map(|(place, kind, certainty, status, who, due, rest)| Mention {
            id: None,
            people: Vec::new(),
            path: place.0,
            line: place.1,
            end_line: place.2,
            kind,
            certainty,
            status,
            speaker: who.0,
            owners: who.1,
            text: who.2,
            due,
            rule: rest.0,
            confidence: rest.1,
            quote: rest.2,
            topic: None,
            meeting: rest.3,
        })
}

/// A line that was taken out of its note begins no promise again, although an entry of its item is edited there.
#[test]
fn an_edit_of_what_no_note_speaks_of_is_heeded_once() {
    let mut desk = Desk::new();
    let line = |status| Line::new("Ana", "fix the build", status);
    desk.scan(&read("1.md", Some(date(2025, 5, 1)), &[line(Status::Done)]));
    desk.scan(&read("2.md", Some(date(2025, 5, 2)), &[line(Status::Open)]));
    let first = desk.items.iter().find(|item| item.state == State::Done);
    let id = first.expect("the first promise").id.clone();
    let mut note = read("1.md", None, &[]);
    note.ticks = vec![Tick {
        id,
        mark: Mark::Open,
        line: 9,
        edits: vec![Edit::Due { due: None }],
    }];
    desk.scan(&note);
    assert!(desk.items.iter().all(|item| item.again.is_none()));
}
