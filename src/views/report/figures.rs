//! What the report counts.

use crate::items::{Item, ItemId, State, normal};
use crate::views::{one_line, when, words};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// What to count.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day of the report.
    pub today: Date,
    /// Count only what was closed on this day or later, and show what was open from there on.
    pub since: Option<Date>,
    /// Count only what was closed up to this day.
    pub until: Option<Date>,
    /// Whether to count by person as well.
    pub owners: bool,
}

/// What became of some items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Open now.
    pub open: usize,
    /// Of these, how many are overdue.
    pub overdue: usize,
    /// Done in the time that was said, or without one.
    pub kept: usize,
    /// Done, but put off on the way or after its due date.
    pub slipped: usize,
    /// Dropped.
    pub dropped: usize,
}

/// How many items were open on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// The day.
    pub day: Date,
    /// Items that were said before the end of it, and not closed.
    pub open: usize,
}

/// How many items fall into one part of a range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// The part in words: "2 to 4 weeks".
    pub label: &'static str,
    /// How many.
    pub count: usize,
}

/// An item that has been on the table for long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Its id.
    pub id: ItemId,
    /// What is to be done.
    pub text: String,
    /// The day when it was first said, where known.
    pub since: Option<Date>,
    /// At how many meetings it was said.
    pub said: usize,
    /// How often it was put off.
    pub slipped: usize,
}

/// Everything that the report shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The first day that is looked at, where any item has one.
    pub from: Option<Date>,
    /// The last one.
    pub to: Date,
    /// All items together.
    pub all: Tally,
    /// How many were open, from the first day to the last, at most [`POINTS`] of them.
    pub open: Vec<Stretch>,
    /// How long ago what is open was first said.
    pub ages: Vec<Spread>,
    /// How long it took from the first words until it was done.
    pub took: Vec<Spread>,
    /// The middle one of these times in days.
    pub took_median: Option<i64>,
    /// What became of what was closed in each month: "2025-04".
    pub months: BTreeMap<String, Tally>,
    /// By series.
    pub series: BTreeMap<String, Tally>,
    /// By person, in order of their names; empty where that is not wanted.
    pub owners: BTreeMap<String, Tally>,
    /// The open items that were said most often, at most [`CARRIED`].
    pub carried: Vec<Carried>,
    /// Closed on a day that nobody knows: counted in the whole, and in no month.
    pub undated: usize,
    /// First said on a day that nobody knows, as in notes that only tell the month: counted in the whole, but neither in
    /// what was open over time nor in ages and times. Those of `undated` are not among them.
    pub undated_since: usize,
}

/// Points of the curve of what was open.
pub const POINTS: usize = 60;
/// Items that are listed as carried most.
pub const CARRIED: usize = 10;

/// The last day of each part of a range, in days, with its name; what lies beyond is the last name.
type Parts = (&'static [(i64, &'static str)], &'static str);

const AGES: Parts = (
    &[
        (13, "under 2 weeks"),
        (30, "2 to 4 weeks"),
        (91, "1 to 3 months"),
        (182, "3 to 6 months"),
        (365, "6 to 12 months"),
    ],
    "over a year",
);
const TOOK: Parts = (
    &[
        (7, "within a week"),
        (14, "within 2 weeks"),
        (30, "within a month"),
        (91, "within 3 months"),
        (182, "within 6 months"),
    ],
    "longer",
);

/// Counts. Items that are not carried should not be among them.
pub fn figures(items: &[Item], options: &Options) -> Figures {
    let to = options
        .until
        .map_or(options.today, |day| day.min(options.today));
    let first = items.iter().filter_map(|item| item.since).min();
    let from = options.since.or(first).map(|day| day.min(to));
    let mut figures = Figures {
        from,
        to,
        all: Tally::default(),
        open: from.map_or_else(Vec::new, |from| curve(items, from, to)),
        ages: Vec::new(),
        took: Vec::new(),
        took_median: None,
        months: BTreeMap::new(),
        series: BTreeMap::new(),
        owners: BTreeMap::new(),
        carried: carried(items),
        undated: 0,
        undated_since: 0,
    };
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let (mut ages, mut took) = (Vec::new(), Vec::new());
    for item in items {
        if item.state != State::Open && !is_within(item.closed, options) {
            continue;
        }
        let counted = tally_of(item, options.today);
        figures.all.add(&counted);
        let series = figures.series.entry(one_line(&item.series)).or_default();
        series.add(&counted);
        if options.owners {
            for owner in &item.owners {
                // One person, one row, whatever the case of the name.
                let name = names
                    .entry(normal(owner))
                    .or_insert_with(|| one_line(owner));
                figures
                    .owners
                    .entry(name.clone())
                    .or_default()
                    .add(&counted);
            }
        }
        let is_closed_undated = item.state != State::Open && item.closed.is_none();
        figures.undated_since += usize::from(item.since.is_none() && !is_closed_undated);
        match (item.state, item.closed) {
            (State::Open, _) => {
                ages.extend(
                    item.since
                        .map(|since| when::days_between(since, options.today)),
                );
            }
            (_, None) => figures.undated += 1,
            (state, Some(day)) => {
                figures
                    .months
                    .entry(month_of(day))
                    .or_default()
                    .add(&counted);
                if let (State::Done, Some(since)) = (state, item.since) {
                    took.push(when::days_between(since, day).max(0));
                }
            }
        }
    }
    // Who asks for a quarter sees all of its months.
    if let (Some(from), false) = (options.since, figures.months.is_empty()) {
        for day in [from.min(to), to] {
            figures.months.entry(month_of(day)).or_default();
        }
    }
    fill_months(&mut figures.months);
    took.sort_unstable();
    figures.took_median = took.get(took.len() / 2).copied();
    figures.ages = spread(&ages, AGES);
    figures.took = spread(&took, TOOK);
    figures
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.open += other.open;
        self.overdue += other.overdue;
        self.kept += other.kept;
        self.slipped += other.slipped;
        self.dropped += other.dropped;
    }
}

fn tally_of(item: &Item, today: Date) -> Tally {
    let is_late = matches!((item.last_due(), item.closed), (Some(due), Some(day)) if due < day);
    let has_slipped = is_late || item.times_slipped() > 0;
    let is = |yes: bool| usize::from(yes);
    Tally {
        open: is(item.state == State::Open),
        overdue: is(when::is_overdue(item, today)),
        kept: is(item.state == State::Done && !has_slipped),
        slipped: is(item.state == State::Done && has_slipped),
        dropped: is(item.state == State::Dropped),
    }
}

/// Whether something was closed in the time that is looked at. Where any time will do, the day may be unknown.
fn is_within(closed: Option<Date>, options: &Options) -> bool {
    match closed {
        Some(day) => {
            options.since.is_none_or(|since| since <= day)
                && options.until.is_none_or(|until| day <= until)
        }
        None => options.since.is_none() && options.until.is_none(),
    }
}

/// How many were open at the end of each of some days. What was closed on an unknown day was never open here.
fn curve(items: &[Item], from: Date, to: Date) -> Vec<Stretch> {
    let days = when::days_between(from, to).max(0);
    let points = i64::try_from(POINTS).unwrap_or(i64::MAX).min(days + 1);
    let mut found = Vec::new();
    for point in 0..points {
        let after = if points > 1 {
            days * point / (points - 1)
        } else {
            0
        };
        let Ok(day) = from.checked_add(after.days()) else {
            break;
        };
        let open = items
            .iter()
            .filter(|item| item.since.is_some_and(|since| since <= day))
            .filter(|item| match item.state {
                State::Open => true,
                _ => item.closed.is_some_and(|closed| day < closed),
            })
            .count();
        found.push(Stretch { day, open });
    }
    found
}

fn carried(items: &[Item]) -> Vec<Carried> {
    let mut found: Vec<Carried> = items
        .iter()
        .filter(|item| item.state == State::Open && item.times_said() > 1)
        .map(|item| Carried {
            id: item.id.clone(),
            text: words(&item.what()),
            since: item.since,
            said: item.times_said(),
            slipped: item.times_slipped(),
        })
        .collect();
    found.sort_by_key(|it| {
        (
            std::cmp::Reverse((it.said, it.slipped)),
            it.since,
            it.id.clone(),
        )
    });
    found.truncate(CARRIED);
    found
}

fn spread(days: &[i64], (parts, beyond): Parts) -> Vec<Spread> {
    let mut counts = vec![0; parts.len() + 1];
    for day in days {
        let part = parts.iter().position(|(last, _)| day <= last);
        counts[part.unwrap_or(parts.len())] += 1;
    }
    let labels = parts.iter().map(|(_, label)| *label).chain([beyond]);
    labels
        .zip(counts)
        .map(|(label, count)| Spread { label, count })
        .collect()
}

fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Months in which nothing was closed are months, too.
fn fill_months(months: &mut BTreeMap<String, Tally>) {
    let number = |month: &str| -> Option<i32> {
        let (year, month) = month.split_once('-')?;
        Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
    };
    let ends = (months.keys().next(), months.keys().next_back());
    let (Some(first), Some(last)) = (
        ends.0.and_then(|it| number(it)),
        ends.1.and_then(|it| number(it)),
    ) else {
        return;
    };
    for at in first..last {
        let name = format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1);
        months.entry(name).or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Options, Tally, figures};
    use crate::due::Due;
    use crate::items::{Item, State};
    use crate::views::testing::item;
    use jiff::civil::{Date, date};

    const TODAY: Date = date(2025, 5, 8);

    fn closed(mut item: Item, state: State, day: Option<Date>) -> Item {
        item.state = state;
        item.closed = day;
        item
    }

    fn due(mut item: Item, day: Date) -> Item {
        item.due = Some(Due {
            phrase: "then".to_owned(),
            date: Some(day),
            alternative: None,
        });
        item
    }

    fn items() -> Vec<Item> {
        let of = |owner: &str, text: &str| item(&[owner], text, date(2025, 2, 6));
        vec![
            closed(of("Ana", "a"), State::Done, Some(date(2025, 2, 10))),
            closed(
                due(of("ana", "b"), date(2025, 3, 1)),
                State::Done,
                Some(date(2025, 4, 2)),
            ),
            closed(of("Mirko", "c"), State::Dropped, Some(date(2025, 4, 3))),
            closed(of("Mirko", "d"), State::Done, None),
            due(of("Zoe", "e"), date(2025, 5, 1)),
            item(&["Ana"], "f", date(2025, 5, 1)),
        ]
    }

    fn counted(since: Option<Date>) -> Figures {
        figures(
            &items(),
            &Options {
                today: TODAY,
                since,
                until: None,
                owners: true,
            },
        )
    }

    #[test]
    fn everything_is_counted_once() {
        let all = counted(None);
        assert_eq!(
            all.all,
            Tally {
                open: 2,
                overdue: 1,
                kept: 2,
                slipped: 1,
                dropped: 1
            }
        );
        assert_eq!(all.undated, 1);
        let months: Vec<(&str, usize)> = all
            .months
            .iter()
            .map(|(month, it)| (month.as_str(), it.kept + it.slipped + it.dropped))
            .collect();
        assert_eq!(months, [("2025-02", 1), ("2025-03", 0), ("2025-04", 2)]);
        let owners: Vec<(&str, usize)> = all
            .owners
            .iter()
            .map(|(name, it)| (name.as_str(), it.kept + it.slipped + it.open))
            .collect();
        assert_eq!(owners, [("Ana", 3), ("Mirko", 1), ("Zoe", 1)]);
        assert_eq!(all.took_median, Some(55));
        let counts =
            |it: &[super::Spread]| -> Vec<usize> { it.iter().map(|it| it.count).collect() };
        assert_eq!(counts(&all.took), [1, 0, 0, 1, 0, 0]);
        assert_eq!(counts(&all.ages), [1, 0, 1, 0, 0, 0]);
        // What was closed on an unknown day is in no curve.
        let at = |day: Date| all.open.iter().rfind(|it| it.day <= day).map(|it| it.open);
        assert_eq!(at(date(2025, 2, 7)), Some(4));
        assert_eq!(at(date(2025, 2, 12)), Some(3));
        assert_eq!(at(TODAY), Some(2));
    }

    #[test]
    fn a_time_is_looked_at() {
        let later = counted(Some(date(2025, 4, 1)));
        assert_eq!(
            later.all,
            Tally {
                open: 2,
                overdue: 1,
                kept: 0,
                slipped: 1,
                dropped: 1
            }
        );
        assert_eq!(later.from, Some(date(2025, 4, 1)));
        assert_eq!(later.open[0].open, 3);
        let longer = counted(Some(date(2025, 1, 1)));
        let months: Vec<&str> = longer.months.keys().map(String::as_str).collect();
        assert_eq!(
            months,
            ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"]
        );
    }

    #[test]
    fn nothing_at_all() {
        let none = figures(
            &[],
            &Options {
                today: TODAY,
                since: None,
                until: None,
                owners: false,
            },
        );
        assert_eq!((none.all, none.from), (Tally::default(), None));
        assert!(none.open.is_empty() && none.months.is_empty());
    }
}
