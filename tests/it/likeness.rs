//! The life of items that are told in other words: what joins by itself, what is proposed, and what people decide.

use crate::scenario::{Desk, Line, due, read, scenario};
use jiff::civil::date;
use owed::items::{Change, Home, Kind, Proposal, ProposalKind, State, Status};
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
