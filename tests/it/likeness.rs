//! The life of items that are told in other words: what joins by itself, what is proposed, and what people decide.

use crate::scenario::{Desk, Line, due, read, scenario};
use jiff::ToSpan;
use jiff::civil::date;
use owed::items::{Change, Home, Kind, Proposal, ProposalKind, Reason, State, Status};
use owed::reconcile::What;

#[test]
fn the_same_work_in_other_words_is_one_item() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: prototype the tile cache => new
          [ ] Ana: write a prototype of the tile cache => again  # told once more in the closing list
          [ ] Ben: prototype the tile cache => new  # of somebody else
        note 2025-05-08
          [ ] Ana: prototyping the tile cache => again
          [ ] Ana: review the prototype of the tile cache => new  # another step
          [ ] Ana: prototype the label cache => new  # another thing
        ledger
          open 2025-05-01 Ana: prototype the tile cache @ 2025-05-01:1 2025-05-01:2 2025-05-08:1
          open 2025-05-01 Ben: prototype the tile cache @ 2025-05-01:3
          open 2025-05-08 Ana: prototype the label cache @ 2025-05-08:3
          open 2025-05-08 Ana: review the prototype of the tile cache @ 2025-05-08:2
        ",
    );
}

#[test]
fn a_reworded_line_keeps_its_item_and_what_a_person_set() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: write the exporter guide => new
        person due write the exporter guide | in autumn
        note 2025-05-01
          …
          [ ] Ana: write and publish the exporter guide => changed
        ledger
          open 2025-05-01 Ana: write and publish the exporter guide | in autumn @ 2025-05-01:2
        ",
    );
}

#[test]
fn an_item_whose_first_line_is_deleted_goes_on() {
    scenario(
        "
        note 2025-05-01
          [ ] Ana: write the exporter guide => new
          …
          [ ] Ana: write the exporter guide => again
        person due write the exporter guide | in autumn
        note 2025-05-01
          …
          …
          [ ] Ana: write the exporter guide => unchanged
          gone Ana: write the exporter guide
        ledger
          open 2025-05-01 Ana: write the exporter guide | in autumn @ 2025-05-01:3
        ",
    );
}

/// Two mentions of one person at two meetings, alike in some words, and what is proposed of them.
fn likely() -> (Desk, Proposal) {
    let mut desk = Desk::new();
    let first = Line::new("Ana", "write the exporter guide", Status::Open);
    desk.scan(&read("a.md", Some(date(2025, 5, 1)), &[first]));
    let second = Line::new(
        "Ana",
        "chapter on errors for the exporter guide",
        Status::Open,
    );
    let made = desk.scan(&read("b.md", Some(date(2025, 5, 8)), &[second]));
    assert_eq!(made.outcomes[0].what, What::New, "never joined in silence");
    let proposal = made.proposals.first().expect("a proposal").clone();
    assert_eq!(proposal.kind, ProposalKind::Same);
    (desk, proposal)
}

#[test]
fn a_rejected_proposal_never_comes_back_unless_its_words_change() {
    let (mut desk, proposal) = likely();
    desk.person(&[Change::Decided {
        proposal: proposal.id,
        id: proposal.item,
        from: None,
        to: Some(false),
    }]);
    let again = |text: &str| {
        read(
            "b.md",
            Some(date(2025, 5, 8)),
            &[Line::new("Ana", text, Status::Open)],
        )
    };
    let made = desk.scan(&again("chapter on errors for the exporter guide"));
    assert_eq!(made.proposals, []);
    let made = desk.scan(&again("add to the exporter guide a chapter on warnings"));
    assert_eq!(made.proposals.len(), 1, "other words are another question");
}

#[test]
fn an_accepted_proposal_joins_and_leaves_the_old_id_valid() {
    let (mut desk, proposal) = likely();
    let (words, beside) = (proposal.words.id.clone(), proposal.beside.id.clone());
    let home = Home::With {
        mention: beside.expect("an id"),
    };
    desk.person(&[
        Change::Decided {
            proposal: proposal.id.clone(),
            id: proposal.item.clone(),
            from: None,
            to: Some(true),
        },
        Change::HomeSet {
            mention: words.expect("an id"),
            from: None,
            to: Some(home),
        },
        Change::Linked {
            id: proposal.item.clone(),
            url: "https://code.example/core/issues/7".to_owned(),
        },
    ]);
    let note = read(
        "b.md",
        Some(date(2025, 5, 8)),
        &[Line::new(
            "Ana",
            "chapter on errors for the exporter guide",
            Status::Open,
        )],
    );
    desk.scan(&note);
    assert_eq!(desk.items.len(), 1);
    assert_eq!(desk.items.resolve(&proposal.item), proposal.with.as_ref());
    let item = desk.items.iter().next().expect("an item");
    assert_eq!(item.mentions.len(), 2);
    assert_eq!(
        item.links.len(),
        1,
        "what was tied to the one is tied to both"
    );
}

#[test]
fn a_line_that_is_no_item_never_comes_back() {
    let mut desk = Desk::new();
    let note = |text: &str| {
        read(
            "a.md",
            Some(date(2025, 5, 1)),
            &[Line::new("Ana", text, Status::Open)],
        )
    };
    let made = desk.scan(&note("think about it over lunch"));
    let id = made.outcomes[0].id.clone();
    desk.person(&[Change::HomeSet {
        mention: id.clone(),
        from: None,
        to: Some(Home::Nowhere),
    }]);
    let made = desk.scan(&note("think about it over lunch"));
    assert_eq!(
        made.outcomes
            .iter()
            .filter(|it| it.what != What::Gone)
            .count(),
        0
    );
    assert_eq!(desk.items.get(&id).map(|item| item.mentions.len()), Some(0));
    let made = desk.scan(&note("think about the release over lunch"));
    assert_eq!(made.outcomes[0].what, What::New);
}

#[test]
fn a_report_proposes_to_close_and_prose_closes_nothing() {
    let mut desk = Desk::new();
    let first = Line::new("Ana", "write the exporter guide", Status::Open);
    desk.scan(&read("a.md", Some(date(2025, 5, 1)), &[first]));
    for (rule, kind) in [
        ("have-done", ProposalKind::Finished),
        ("dropped-given-up", ProposalKind::Dropped),
    ] {
        let path = format!("{rule}.md");
        let mut note = read(
            &path,
            Some(date(2025, 5, 8)),
            &[Line::new(
                "Ana",
                "published the exporter guide",
                Status::Open,
            )],
        );
        note.mentions[0].kind = Kind::Completion;
        note.mentions[0].rule = rule.to_owned();
        let made = desk.scan(&note);
        let proposal = made.proposals.first().expect("a proposal");
        assert_eq!(
            (proposal.kind, proposal.beside.path.as_str()),
            (kind, "a.md")
        );
    }
    assert_eq!(desk.items.len(), 1, "a report begins no item");
    assert!(desk.items.iter().all(|item| item.state == State::Open));
}

/// What is proposed of the last line of the last meeting, held against lines of the meetings before it, and why; one
/// line a meeting.
fn asked(lines: &[(&str, &str)]) -> Option<(ProposalKind, Vec<Reason>)> {
    asked_of(Kind::Commitment, lines)
}

/// The same of lines of another kind.
fn asked_of(kind: Kind, lines: &[(&str, &str)]) -> Option<(ProposalKind, Vec<Reason>)> {
    let mut desk = Desk::new();
    let mut day = date(2025, 5, 1);
    let mut proposals = Vec::new();
    for (owners, text) in lines {
        let line = Line::new(owners, text, Status::Open);
        let mut note = read(&format!("{day}.md"), Some(day), &[line]);
        for mention in &mut note.mentions {
            mention.kind = kind;
        }
        proposals = desk.scan(&note).proposals;
        day = day.saturating_add(1.days());
    }
    let proposal = proposals.into_iter().next()?;
    Some((proposal.kind, proposal.reasons))
}

#[test]
fn what_speaks_of_one_work_is_asked_about() {
    for (before, now) in [
        // One rare word that is half of what is said, and the same person.
        (
            ("Ana", "look into the label overlaps"),
            ("Ana", "labels again"),
        ),
        // Two words, and the same person.
        (
            ("Ana", "look into the label overlaps"),
            ("Ana", "label overlaps on the winter sheets are half there"),
        ),
        // A word that nobody else says need be no part of what is said.
        (
            (
                "Ana",
                "extract the glyph packing level to `glyph_pack` for the printers of every region",
            ),
            (
                "Ana",
                "splitting off `glyph_pack` so that sprites and labels of the coast can have it",
            ),
        ),
        // Whoever works on it with somebody.
        (
            ("Ana", "glyph packing with Ben on every winter sheet"),
            (
                "Ben",
                "glyph packing of coast and winter labels on a new branch of the tile loader",
            ),
        ),
        // One issue, written in two ways.
        (
            ("Ana", "review atlas/maps#12"),
            ("Ben", "look at https://github.com/atlas/maps/pull/12"),
        ),
        // A version, and the same person.
        (
            ("Ana", "calendar of atlas 3.2"),
            ("Ana", "dates that the printers gave for atlas 3.2"),
        ),
        // The same person by another name.
        (
            ("Ana Lind", "prototype the atlas search"),
            ("ana", "measure the atlas search in the field"),
        ),
        (
            ("chidi", "split the tile server"),
            ("chidiobi", "deploy the tile server on two hosts"),
        ),
        // A part and its abbreviation.
        (
            ("Ana", "prototype TM support for the legend"),
            ("Ana", "the tile model in the legend is up"),
        ),
        // Nobody in particular first, somebody then.
        (
            ("we", "invite the printers to the atlas day"),
            ("Ben", "talk to the printers about an atlas day"),
        ),
        // A thing that has the name of a step.
        (
            ("we", "should our release calendar follow the printers'"),
            ("we", "calendar of atlas and printers' releases"),
        ),
        // Handed on.
        (
            ("Ana", "print the winter atlas in two colours"),
            ("Ben", "print the winter atlas in colour"),
        ),
    ] {
        let asked = asked(&[before, now]);
        assert!(asked.is_some(), "{before:?} {now:?}");
    }
    for (before, now) in [
        (
            ("Ana", "look into the label overlaps"),
            ("Ana", "update the docs"),
        ),
        // One word is of many things that somebody does.
        (
            ("Ana", "look into the label overlaps"),
            ("Ana", "label search is half there"),
        ),
        (("Ana", "update the guide"), ("Ben", "update the legend")),
        (
            ("Ana", "write the guide for printers"),
            ("Ben", "review the guide for printers"),
        ),
        (("Ana", "review #12"), ("Ana", "review #14")),
        (
            ("Ana", "review atlas/maps#12"),
            ("Ana", "review atlas/tiles#12"),
        ),
    ] {
        let asked = asked(&[before, now]);
        assert_eq!(asked, None, "{before:?} {now:?}");
    }
}

#[test]
fn what_nobody_has_promised_is_not_asked_about() {
    let requests = [
        ("we", "invite the printers to the atlas day"),
        ("", "talk to the printers about an atlas day"),
    ];
    assert_eq!(asked_of(Kind::Request, &requests), None);
    assert!(asked_of(Kind::Commitment, &requests).is_some());
    // One person who tells of the same work twice may have two items of it.
    let told = [
        ("Ana", "looking into the label overlaps"),
        ("Ana", "label overlaps are half there"),
    ];
    assert!(asked_of(Kind::Progress, &told).is_some());
}

#[test]
fn work_of_months_is_known_by_words_that_are_not_rare_any_more() {
    let mut desk = Desk::new();
    let said = |day: i8, owner: &str, texts: &[String]| {
        let lines = texts
            .iter()
            .map(|text| Line::new(owner, text, Status::Open));
        let lines: Vec<Line> = lines.collect();
        read(&format!("{day}.md"), Some(date(2025, 5, day)), &lines)
    };
    let of_many = (0..300).map(|nth| match nth % 10 {
        0 => format!("atlas borders {nth}nd"),
        _ => format!("sheet{nth} sent{nth}"),
    });
    desk.scan(&said(1, "Ben", &of_many.collect::<Vec<_>>()));
    desk.scan(&said(
        8,
        "Ana",
        &["colours of the atlas borders".to_owned()],
    ));
    let made = desk.scan(&said(15, "Ana", &["atlas borders look fine".to_owned()]));
    let proposal = made.proposals.first().expect("it is asked about");
    assert_eq!(proposal.beside.text, "colours of the atlas borders");
}

#[test]
fn an_entry_in_the_place_of_another_is_carried_over() {
    let list = |day: i8, middle: &str| {
        let lines = ["print the atlas", middle, "paint the door"];
        let lines = lines.map(|text| Line::new("Ana", text, Status::Open));
        read(&format!("{day}.md"), Some(date(2025, 5, day)), &lines)
    };
    let mut desk = Desk::new();
    desk.scan(&list(1, "call Dana about paper"));
    let made = desk.scan(&list(8, "order two reams"));
    let proposal = made.proposals.first().expect("a proposal");
    assert_eq!(proposal.beside.text, "call Dana about paper");
    assert_eq!(proposal.reasons[0], Reason::CarriedOver);
    // Not where the other entry is still there.
    let mut desk = Desk::new();
    desk.scan(&list(1, "call Dana about paper"));
    let mut note = list(8, "order two reams");
    let mut kept = list(8, "call Dana about paper").mentions.remove(1);
    kept.line = 4;
    note.mentions.push(kept);
    assert_eq!(desk.scan(&note).proposals, []);
}

#[test]
fn who_reports_what_landed_need_not_have_done_it() {
    for (reporter, said, asks) in [
        ("Ana", "patch to shrink the tessellation cache landed", true),
        ("Ana", "patch to shrink the font tables landed", false),
    ] {
        let mut desk = Desk::new();
        let line = Line::new("Chidi", "shrink the tessellation cache", Status::Open);
        desk.scan(&read("a.md", Some(date(2025, 5, 1)), &[line]));
        let line = Line::new("", said, Status::Open);
        let mut report = read("b.md", Some(date(2025, 5, 8)), &[line]);
        report.mentions[0].kind = Kind::Completion;
        report.mentions[0].owners.clear();
        report.mentions[0].speaker = Some(reporter.to_owned());
        assert_eq!(
            desk.scan(&report).proposals.len(),
            usize::from(asks),
            "{said}"
        );
    }
}

#[test]
fn a_report_that_is_copied_into_the_next_notes_asks_once() {
    let mut desk = Desk::new();
    let first = Line::new("Ana", "write the exporter guide", Status::Open);
    desk.scan(&read("a.md", Some(date(2025, 5, 1)), &[first]));
    let asked = [8, 15].map(|day| {
        let line = Line::new("Ana", "published the exporter guide", Status::Open);
        let mut note = read(&format!("{day}.md"), Some(date(2025, 5, day)), &[line]);
        note.mentions[0].kind = Kind::Completion;
        desk.scan(&note).proposals.len()
    });
    assert_eq!(asked, [1, 0]);
}

#[test]
fn a_note_of_another_series_takes_its_items_along() {
    let mut desk = Desk::new();
    let lines = [Line::new("Ana", "write the exporter guide", Status::Open)];
    let id = desk.scan(&read("a.md", None, &lines)).outcomes[0]
        .id
        .clone();
    desk.set_due(&id, Some(due("in autumn")));
    let mut moved = read("a.md", None, &lines);
    moved.series = "docs".to_owned();
    desk.scan(&moved);
    assert_eq!(desk.items.len(), 1, "nothing is left behind");
    let item = desk.items.get(&id).expect("it keeps its id");
    assert_eq!(item.series, "docs");
    assert_eq!(
        item.due.as_ref().map(|due| due.phrase.as_str()),
        Some("in autumn")
    );
}
