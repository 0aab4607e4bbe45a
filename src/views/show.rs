//! One item with everything that is known about it.

use super::change;
use super::style::{self, paint};
use super::text::{names, one_line, words};
use super::when;
use crate::items::{Change, Item, Mention, Proposal, ProposalKind, Reason, Snooze};
use crate::views::count;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// One line of an item's history.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// The command that did it.
    pub command: String,
    /// Who gave it, where known.
    pub who: Option<String>,
    /// What it did.
    pub change: Change,
}

/// The item, every place that speaks of it with its words, and every change to it with its time in
/// `zone`.
pub fn show(
    item: &Item,
    proposals: &[Proposal],
    history: &[Event],
    today: Date,
    zone: &TimeZone,
) -> String {
    let mut out = format!(
        "{}  {}\n",
        paint(style::KEY, item.id.as_str()),
        item.state.as_str()
    );
    out.push_str(&paint(style::TASK, &words(&item.what())));
    out.push_str("\n\n");
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            out.push_str(&format!(
                "{}  {value}\n",
                paint(style::FAINT, &format!("{name:<6}"))
            ));
        }
    };
    field("owner", paint(style::OWNER, &names(&item.owners)));
    if let Some(due) = &item.due {
        let phrase = one_line(&due.phrase);
        let said = when::due(due, Some(today));
        let said = if said == phrase {
            said
        } else {
            format!("{said} (\"{phrase}\")")
        };
        let value = if when::is_overdue(item, today) {
            paint(style::BAD, &format!("{said}, overdue"))
        } else {
            paint(style::DUE, &said)
        };
        field("due", value);
    }
    if let Some(since) = item.since {
        let age = when::age(since, today);
        let age = if age.is_empty() {
            age
        } else {
            format!(" ({age})")
        };
        field("since", format!("{since}{age}"));
    }
    if let Some(closed) = item.closed {
        field("closed", closed.to_string());
    }
    match item.snoozed {
        Some(Snooze::Day { day }) if today < day => field("later", format!("snoozed until {day}")),
        Some(Snooze::NextMeeting { after }) => {
            field(
                "later",
                format!("snoozed until the first meeting after {after}"),
            );
        }
        _ => {}
    }
    if let Some(again) = &item.again {
        field("again", format!("promises {again} again"));
    }
    for link in &item.links {
        field("link", one_line(link));
    }
    field("said", times(item));
    field("series", one_line(&item.series));
    field(
        "kind",
        format!("{}, {}", item.kind.as_str(), item.certainty.as_str()),
    );

    out.push_str(&format!("\n{}\n", paint(style::KEY, "Said")));
    if item.mentions.is_empty() {
        out.push_str("  in no note any more\n");
    }
    for mention in &item.mentions {
        out.push_str(&said(mention));
    }
    let waiting: Vec<&Proposal> = proposals.iter().filter(|it| it.decided.is_none()).collect();
    if !waiting.is_empty() {
        out.push_str(&format!("\n{}\n", paint(style::KEY, "Proposed")));
    }
    for proposal in waiting {
        out.push_str(&proposed(proposal, item));
    }
    out.push_str(&format!("\n{}\n", paint(style::KEY, "History")));
    for line in self::history(history, zone).lines() {
        out.push_str(&format!("  {line}\n"));
    }
    out
}

/// Every change to an item, a line each.
pub fn history(history: &[Event], zone: &TimeZone) -> String {
    let mut out = String::new();
    for event in history {
        let at = when::moment(event.at, zone);
        out.push_str(&format!(
            "{}  {} {}\n",
            paint(style::FAINT, &at),
            change::in_words(&event.change),
            paint(
                style::FAINT,
                &format!("({}{})", one_line(&event.command), by(event.who.as_deref()))
            ),
        ));
    }
    out
}

/// Who did something, as it goes behind what was done.
pub fn by(who: Option<&str>) -> String {
    who.map_or_else(String::new, |who| format!(", by {}", one_line(who)))
}

/// How often it was said, put off, and handed on.
fn times(item: &Item) -> String {
    let counted = |n: usize, what: &str| match n {
        0 => String::new(),
        1 => format!(", {what} once"),
        n => format!(", {what} {n} times"),
    };
    let meetings = match item.times_said() {
        0 => return String::new(),
        1 => "at one meeting".to_owned(),
        n => format!("at {n} meetings"),
    };
    let slipped = counted(item.times_slipped(), "put off");
    format!(
        "{meetings}{slipped}{}",
        counted(item.times_handed_on(), "handed on")
    )
}

/// An item in a few lines: what and who, by when, and its first words.
pub fn brief(item: &Item, today: Date) -> String {
    let due = item.due.as_ref().map_or(String::new(), |due| {
        format!(
            ", {}",
            paint(style::DUE, &format!("due {}", when::due(due, Some(today))))
        )
    });
    let mut out = format!(
        "{}: {}{due}\n",
        paint(style::OWNER, &names(&item.owners)),
        paint(style::TASK, &words(&item.what())),
    );
    for mention in &item.mentions {
        out.push_str(&format!(
            "    > {}  {}\n",
            one_line(&mention.quote),
            paint(style::FAINT, &place(mention))
        ));
    }
    out
}

/// A proposal about an item as a question, with the words of both sides.
pub fn question(proposal: &Proposal, item: &Item) -> String {
    let text = proposed(proposal, item);
    format!(
        "{}: {}\n{text}",
        paint(style::OWNER, &names(&item.owners)),
        paint(style::TASK, &words(&item.what())),
    )
}

/// A proposal with the words of both sides.
fn proposed(proposal: &Proposal, item: &Item) -> String {
    let what = match (proposal.kind, &proposal.with) {
        (ProposalKind::Same, Some(with)) if *with == item.id => {
            format!("{} is the same", proposal.item)
        }
        (ProposalKind::Same, Some(with)) => format!("it is the same as {with}"),
        (ProposalKind::Same, None) => "it is the same as another".to_owned(),
        (ProposalKind::Finished, _) => "it is done".to_owned(),
        (ProposalKind::Dropped, _) => "it will not be done".to_owned(),
        (ProposalKind::Unlinked, _) => {
            "it is taken off its issue, and may be filed anew".to_owned()
        }
    };
    let reasons: Vec<String> = proposal.reasons.iter().map(reason).collect();
    let quote = |mention: &Mention| {
        format!(
            "    > {}  {}\n",
            one_line(&mention.quote),
            paint(style::FAINT, &place(mention))
        )
    };
    format!(
        "  {}  {what}? {}\n{}{}",
        paint(style::KEY, &proposal.id.as_str()[..6]),
        paint(style::FAINT, &format!("({})", reasons.join("; "))),
        quote(&proposal.beside),
        quote(&proposal.words),
    )
}

fn place(mention: &Mention) -> String {
    format!("{}:{}", one_line(&mention.path), mention.line)
}

/// What speaks for a proposal, in words.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::SharedWords { words } => format!("both have {}", one_line(&words.join(", "))),
        Reason::SameOwner { owner } if owner.is_empty() => "both are the same person's".to_owned(),
        Reason::SameOwner { owner } => format!("both are {}'s", one_line(owner)),
        Reason::SameReference { reference } => format!("both name {}", one_line(reference)),
        Reason::CarriedOver => "both stand in the list that was carried over".to_owned(),
        Reason::Near => "the words stand just below it".to_owned(),
        Reason::Idle { days, meetings } => format!(
            "nobody has spoken of it for {}, over {}",
            count(*days as usize, "day"),
            count(*meetings as usize, "meeting")
        ),
        Reason::Issue { url, event } => format!("{} was {}", one_line(url), one_line(event)),
        Reason::EntryRemoved { path } => format!("its entry was taken out of {}", one_line(path)),
        Reason::Rule { rule } => format!("rule {}", one_line(rule)),
    }
}

fn said(mention: &Mention) -> String {
    let meeting = mention
        .meeting
        .map_or(String::new(), |date| format!("{date}  "));
    let done = if mention.status == crate::items::Status::Done {
        ", ticked"
    } else {
        ""
    };
    format!(
        "  {meeting}{}:{} {}\n    > {}\n",
        one_line(&mention.path),
        mention.line,
        paint(
            style::FAINT,
            &format!(
                "({}, rule {}{done})",
                mention.kind.as_str(),
                one_line(&mention.rule)
            )
        ),
        one_line(&mention.quote),
    )
}

#[cfg(test)]
mod tests {
    use super::{Event, show};
    use crate::due::Due;
    use crate::items::{Change, State};
    use crate::views::plain;
    use crate::views::testing::item;
    use jiff::Timestamp;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    #[test]
    fn everything_about_one_item() {
        let mut item = item(&["Ana", "Ben"], "write the guide", date(2025, 4, 24));
        item.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        let mut again = item.mentions[0].clone();
        again.path = "notes/core/2025/core-05-08.md".to_owned();
        again.meeting = Some(date(2025, 5, 8));
        again.quote = "the\tguide\u{1b}[2J".to_owned();
        item.mentions.push(again.clone());
        let id = item.id.clone();
        let at = |hour: i64, change| Event {
            at: Timestamp::from_second(1_746_662_400 + hour * 3600).expect("in range"),
            command: "scan notes".to_owned(),
            who: Some("ana".to_owned()),
            change,
        };
        let history = [
            at(9, Change::Added { item: item.clone() }),
            at(
                9,
                Change::MentionAdded {
                    id: id.clone(),
                    mention: again,
                },
            ),
            at(
                10,
                Change::DueSet {
                    id: id.clone(),
                    from: None,
                    to: item.due.clone(),
                },
            ),
            at(
                11,
                Change::StateSet {
                    id,
                    from: State::Done,
                    to: State::Open,
                    was_closed: None,
                    closed: None,
                    why: Some("not yet".to_owned()),
                },
            ),
        ];
        insta::assert_snapshot!(plain(&show(&item, &[], &history, date(2025, 5, 8), &TimeZone::UTC)), @r#"
        yc4e5h7esb9j  open
        write the guide

        owner   Ana, Ben
        due     2 May ("by Friday"), overdue
        since   2025-04-24 (2 weeks)
        said    at 2 meetings
        series  notes/core
        kind    commitment, definite

        Said
          2025-04-24  notes/core/2025/core-04-24.md:12 (commitment, rule en.will)
            > Ana and Ben: I will write the guide
          2025-05-08  notes/core/2025/core-05-08.md:12 (commitment, rule en.will)
            > the guide[2J

        History
          2025-05-08 09:00  added (scan notes, by ana)
          2025-05-08 09:00  said in notes/core/2025/core-05-08.md:12 (scan notes, by ana)
          2025-05-08 10:00  due none → 2 May 2025 (scan notes, by ana)
          2025-05-08 11:00  done → open: not yet (scan notes, by ana)
        "#);
    }

    #[test]
    fn an_item_that_no_note_speaks_of() {
        let mut item = item(&[], "pick a date", date(2025, 4, 24));
        item.mentions.clear();
        insta::assert_snapshot!(plain(&show(&item, &[], &[], date(2025, 4, 24), &TimeZone::UTC)), @"
        82p6e6fxjx76  open
        pick a date

        owner   nobody
        since   2025-04-24
        series  notes/core
        kind    commitment, definite

        Said
          in no note any more

        History
        ");
    }
}
