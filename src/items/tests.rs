use super::*;
use crate::due::Due;
use jiff::civil::date;

fn item() -> Item {
    let id = ItemId::from_content("core", "2025-05-01", &[], "fix the build", 0);
    Item::begun_by(id, "core", &mention(2, "first"))
}

fn mention(line: u32, quote: &str) -> Mention {
    Mention {
        id: None,
        people: Vec::new(),
        path: "a.md".to_owned(),
        line,
        end_line: line,
        kind: Kind::Task,
        certainty: Certainty::Definite,
        status: Status::Open,
        speaker: None,
        owners: Vec::new(),
        text: "fix the build".to_owned(),
        due: None,
        rule: "box".to_owned(),
        confidence: 1.0,
        quote: quote.to_owned(),
        topic: None,
        meeting: None,
    }
}

/// One change of each kind that fits an item with the mention of line 2.
fn fitting() -> Vec<Change> {
    let id = item().id;
    let due = Due {
        phrase: "in June".to_owned(),
        date: None,
        alternative: None,
    };
    vec![
        Change::MentionAdded {
            id: id.clone(),
            mention: mention(1, "above"),
        },
        Change::MentionRemoved {
            id: id.clone(),
            mention: mention(2, "first"),
        },
        Change::MentionMoved {
            id: id.clone(),
            from: mention(2, "first"),
            to: mention(3, "below"),
        },
        Change::StateSet {
            id: id.clone(),
            from: State::Open,
            to: State::Dropped,
            was_closed: None,
            closed: Some(date(2025, 5, 8)),
            why: Some("out of scope".to_owned()),
        },
        Change::DueSet {
            id: id.clone(),
            from: None,
            to: Some(due),
        },
        Change::Ticked {
            id,
            path: "agenda.md".to_owned(),
            from: Mark::Open,
            to: Mark::Done,
        },
    ]
}

/// One change of each kind that a person makes to the same item.
fn fitting_by_hand() -> Vec<Change> {
    let id = item().id;
    vec![
        Change::OwnersSet {
            id: id.clone(),
            from: Vec::new(),
            to: vec!["Ana".to_owned()],
        },
        Change::TextSet {
            id: id.clone(),
            from: "fix the build".to_owned(),
            to: "mend the build".to_owned(),
        },
        Change::HeardAs {
            id: id.clone(),
            from: item().heard(),
            to: Heard {
                kind: Kind::Request,
                ..item().heard()
            },
        },
        Change::Pinned {
            id: id.clone(),
            field: Field::Owners,
            from: false,
            to: true,
        },
        Change::Snoozed {
            id: id.clone(),
            from: None,
            to: Some(Snooze::Day {
                day: date(2025, 6, 1),
            }),
        },
        Change::AgainSet {
            id: id.clone(),
            from: None,
            to: Some(other()),
        },
        Change::Linked {
            id,
            url: "https://code.example/core/issues/7".to_owned(),
        },
    ]
}

/// One change of each kind that needs no item.
fn fitting_beside() -> Vec<Change> {
    vec![
        Change::Forwarded {
            id: other(),
            from: None,
            to: Some(item().id),
        },
        Change::HomeSet {
            mention: other(),
            from: None,
            to: Some(Home::Nowhere),
        },
        Change::Proposed {
            proposal: proposal(),
        },
        Change::AliasSet {
            series: "core".to_owned(),
            name: "sam".to_owned(),
            from: None,
            to: Some("Sam Lee".to_owned()),
        },
        Change::LoginSet {
            person: "Sam Lee".to_owned(),
            from: None,
            to: Some("samlee".to_owned()),
        },
    ]
}

fn other() -> ItemId {
    ItemId::parse("0123456789ab").expect("an id")
}

fn proposal() -> Proposal {
    let (words, beside) = (mention(9, "the build is fixed"), mention(2, "first"));
    Proposal {
        id: ProposalId::from_content(ProposalKind::Finished, "core", &words, &beside),
        kind: ProposalKind::Finished,
        item: item().id,
        with: None,
        words,
        beside,
        reasons: vec![Reason::Near],
        decided: None,
    }
}

fn all_fitting() -> impl Iterator<Item = Change> {
    [fitting(), fitting_by_hand(), fitting_beside()]
        .into_iter()
        .flatten()
}

fn known() -> Items {
    let id = item().id;
    let changes = [
        Change::Added { item: item() },
        Change::MentionAdded {
            id,
            mention: mention(2, "first"),
        },
    ];
    Items::replay(&changes).expect("they fit")
}

#[test]
fn an_inverse_takes_its_change_back() {
    for change in all_fitting() {
        let mut items = known();
        items.apply(&change).expect("it fits");
        assert_ne!(items, known(), "{change:?} does nothing");
        items.apply(&change.inverse()).expect("it fits");
        assert_eq!(items, known(), "{change:?}");
    }
    let mut items = Items::default();
    let added = Change::Added { item: item() };
    items.apply(&added).expect("it fits");
    items.apply(&added.inverse()).expect("it fits");
    assert!(items.is_empty());
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let removed = Change::Removed { item: item() };
    let mut wrong = vec![Change::Added { item: item() }, removed.clone()];
    wrong.extend(
        all_fitting()
            .filter(|it| !matches!(it, Change::MentionRemoved { .. }))
            .map(|it| it.inverse()),
    );
    for change in wrong {
        let mut items = known();
        let conflict = items.apply(&change).expect_err("it does not fit");
        assert_eq!(conflict.id.as_ref(), change.item_id());
        assert_eq!(items, known(), "{change:?}");
    }
    for change in fitting()
        .into_iter()
        .chain(fitting_by_hand())
        .chain([removed])
    {
        let conflict = Items::default().apply(&change);
        assert!(
            conflict.is_err(),
            "{change:?} fits an item that is not there"
        );
    }
}

#[test]
fn an_item_that_is_still_spoken_of_or_has_changed_is_not_removed() {
    let mut bare = Items::from_items([item()]);
    let mut ticked = bare.clone();
    ticked.set_mark(item().id, "agenda.md", Mark::Dropped);
    let mut closed = bare.clone();
    closed
        .apply(&Change::StateSet {
            id: item().id,
            from: State::Open,
            to: State::Done,
            was_closed: None,
            closed: None,
            why: None,
        })
        .expect("it fits");
    let removed = Change::Removed { item: item() };
    for mut items in [known(), ticked, closed] {
        assert!(items.apply(&removed).is_err());
    }
    assert!(bare.apply(&removed).is_ok());
}

#[test]
fn the_order_of_mentions_is_not_that_of_their_adding() {
    let id = item().id;
    let added = |mention| Change::MentionAdded {
        id: id.clone(),
        mention,
    };
    let changes = [
        added(mention(2, "b")),
        added(mention(1, "c")),
        added(mention(2, "a")),
    ];
    let mut one = Items::from_items([item()]);
    let mut other = one.clone();
    for change in &changes {
        one.apply(change).expect("it fits");
    }
    for change in changes.iter().rev() {
        other.apply(change).expect("it fits");
    }
    assert_eq!(one, other);
}

#[test]
fn a_change_reads_back_from_json() {
    for change in all_fitting() {
        let json = serde_json::to_string(&change).expect("it can be written");
        let back: Change = serde_json::from_str(&json).expect("it can be read");
        assert_eq!(back, change);
    }
    let json = serde_json::to_string(&fitting()[5]).expect("it can be written");
    let id = item().id;
    assert_eq!(
        json,
        format!(
            r#"{{"change":"ticked","id":"{id}","path":"agenda.md","from":"open","to":"done"}}"#
        )
    );
}

#[test]
fn a_change_of_an_older_version_reads_back() {
    let id = item().id;
    let json =
        format!(r#"{{"change":"state_set","id":"{id}","from":"open","to":"done","why":null}}"#);
    let change: Change = serde_json::from_str(&json).expect("it can be read");
    let mut items = known();
    items.apply(&change).expect("it fits");
    assert_eq!(items.get(&id).map(|item| item.state), Some(State::Done));
}

#[test]
fn a_yes_or_no_is_kept_with_its_proposal() {
    let decided = Change::Decided {
        proposal: proposal().id,
        id: item().id,
        from: None,
        to: Some(false),
    };
    let proposed = Change::Proposed {
        proposal: proposal(),
    };
    let mut items = known();
    assert!(items.apply(&decided).is_err());
    items.apply(&proposed).expect("it fits");
    items.apply(&decided).expect("it fits");
    assert_eq!(
        items.proposal(&proposal().id).and_then(|it| it.decided),
        Some(false)
    );
    assert!(items.apply(&proposed).is_err(), "it does not come back");
    assert!(
        items.apply(&proposed.inverse()).is_err(),
        "it is not forgotten"
    );
}

#[test]
fn an_old_id_leads_to_the_item_that_took_its_place() {
    let forwarded = |id: &str, to: &ItemId| Change::Forwarded {
        id: ItemId::parse(id).expect("an id"),
        from: None,
        to: Some(to.clone()),
    };
    let (oldest, old) = ("000000000000", "0123456789ab");
    let mut items = known();
    items.apply(&forwarded(oldest, &other())).expect("it fits");
    let oldest = ItemId::parse(oldest).expect("an id");
    assert_eq!(items.resolve(&oldest), None, "it leads nowhere yet");
    items.apply(&forwarded(old, &item().id)).expect("it fits");
    assert_eq!(items.resolve(&oldest), Some(&item().id));
    let taken = Change::Forwarded {
        id: item().id,
        from: None,
        to: Some(other()),
    };
    assert!(
        items.apply(&taken).is_err(),
        "there is an item with this id"
    );
}

#[test]
fn what_is_derived_from_mentions() {
    let said = |day: i8, owner: &str, due_day: i8| Mention {
        meeting: Some(date(2025, 5, day)),
        owners: vec![owner.to_owned()],
        due: Some(Due {
            phrase: "then".to_owned(),
            date: Some(date(2025, 6, due_day)),
            alternative: None,
        }),
        ..mention(1, "said")
    };
    let mut item = item();
    item.mentions = vec![
        said(1, "Ana", 1),
        said(1, "ana", 1),
        said(8, "Ana", 9),
        said(15, "Ben", 2),
    ];
    assert_eq!(item.times_said(), 3);
    assert_eq!(item.times_slipped(), 1);
    assert_eq!(item.times_handed_on(), 1);
}

#[test]
fn a_snoozed_item_is_out_of_sight_until_its_day_or_the_next_meeting() {
    let today = date(2025, 5, 8);
    let day = |day| Snooze::Day {
        day: date(2025, 5, day),
    };
    assert!(day(9).holds(today, None));
    assert!(!day(8).holds(today, None));
    let next = Snooze::NextMeeting { after: today };
    assert!(next.holds(date(2025, 7, 1), Some(today)));
    assert!(!next.holds(today, Some(date(2025, 5, 15))));
}

#[test]
fn two_items_of_one_sentence_are_asked_about_apart() {
    let one = Item {
        mentions: vec![mention(1, "said")],
        ..item()
    };
    let two = Item {
        id: other(),
        ..one.clone()
    };
    let ask = |item: &Item| {
        let reason = Reason::Idle {
            days: 200,
            meetings: 4,
        };
        Proposal::of_item(ProposalKind::Dropped, item, reason, "")
    };
    assert_ne!(ask(&one).id, ask(&two).id);
    assert_eq!(ask(&one), ask(&one));
}
