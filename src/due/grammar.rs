//! Places in the calendar: "Friday, May 2", "early next month", "the 7th", "two weeks".
//!
//! Every function reads from a token on and gives what it read with the token after it. None of
//! them looks further than a handful of tokens, whatever the text.

use super::calendar::{MonthDay, Part, Stretch, Unit, When, Which};
use super::lexicon::Class;
use super::words::{Shape, Words};
use jiff::civil::Date;

/// What was read, and the token after it.
pub(super) type Parsed<T> = Option<(T, usize)>;

/// A place in the calendar, with the time of day around it.
pub(super) fn when(words: &Words<'_>, at: usize) -> Parsed<When> {
    let (when, end) = if let Some(after_time) = time_of_day(words, at) {
        let on = skip(words, after_time, &["on"]);
        day(words, on)?
    } else {
        part(words, at)
            .or_else(|| day(words, at))
            .or_else(|| unclear(words, at))
            .or_else(|| whole(words, at))?
    };
    let end = skip_time_of_day(words, end);
    // "Friday-based" is no Friday.
    (!words.is_glued(end)).then_some((when, end))
}

/// One day.
fn day(words: &Words<'_>, at: usize) -> Parsed<When> {
    close_day(words, at)
        .or_else(|| weekday(words, at))
        .or_else(|| date(words, at))
        .or_else(|| day_of_month(words, at))
}

/// "Today", "tomorrow", "later today", "this afternoon", "EOD", "the day after tomorrow".
fn close_day(words: &Words<'_>, at: usize) -> Parsed<When> {
    let at = skip(words, at, &["the"]);
    let in_days = |days, end| Some((When::Ahead(days, Unit::Day), end));
    match (words.word(at), words.word(at + 1), words.word(at + 2)) {
        ("today" | "tonight", ..) => in_days(0, at + 1),
        ("tomorrow", ..) => in_days(1, at + 1),
        ("day", "after", "tomorrow") => in_days(2, at + 3),
        ("later", "today", _) => in_days(0, at + 2),
        ("this", ..) if words.is_a(at + 1, Class::PartOfDay) => in_days(0, at + 2),
        ("eod" | "cob" | "eob", ..) => end_of_day(words, at + 1),
        ("end", "of", _) => {
            let noun = skip(words, at + 2, &["the", "this"]);
            match words.word(noun) {
                "day" => end_of_day(words, noun + 1),
                "business" => end_of_day(words, skip(words, noun + 1, &["day"])),
                _ => named_day(words, at + 2),
            }
        }
        _ => None,
    }
}

/// What follows "end of day": the day that is meant, or nothing, and then it is the meeting's.
fn end_of_day(words: &Words<'_>, at: usize) -> Parsed<When> {
    let on = skip(words, at, &["on"]);
    Some(named_day(words, on).unwrap_or((When::Ahead(0, Unit::Day), at)))
}

fn named_day(words: &Words<'_>, at: usize) -> Parsed<When> {
    match words.word(at) {
        "today" => Some((When::Ahead(0, Unit::Day), at + 1)),
        "tomorrow" => Some((When::Ahead(1, Unit::Day), at + 1)),
        _ => weekday(words, at).or_else(|| date(words, at)),
    }
}

/// "Friday", "next Friday", "Fri, May 2", "Friday the 2nd", "Friday of next week".
fn weekday(words: &Words<'_>, at: usize) -> Parsed<When> {
    let (which, at) = match words.word(at) {
        "the" => determiner(words, at + 1)?,
        _ => determiner(words, at).unwrap_or((Which::Coming, at)),
    };
    let day = words.weekday(at)?;
    let end = at + 1;
    // The dot of "Fri." belongs to it only where a date follows.
    let dot = end + usize::from(words.is_mark(end, '.') && words.word(at).len() < 6);
    let next = dot + usize::from(words.is_mark(dot, ','));
    if let Some(named) = date(words, next).or_else(|| day_of_month(words, next)) {
        return Some(named);
    }
    let of = skip(words, end, &["of", "in"]);
    let weeks = match (words.word(of), words.word(of + 1)) {
        ("this", "week") => Some(0),
        ("next", "week") => Some(1),
        _ => None,
    };
    if let Some(weeks) = weeks.filter(|_| which == Which::Coming) {
        return Some((When::WeekdayOf(day, weeks), of + 2));
    }
    Some((When::Weekday(day, which), end))
}

/// "This", "next", "the coming".
fn determiner(words: &Words<'_>, at: usize) -> Parsed<Which> {
    match (words.word(at), words.word(at + 1)) {
        ("this", "coming") => Some((Which::Coming, at + 2)),
        ("this", _) => Some((Which::This, at + 1)),
        ("next" | "following", _) => Some((Which::Next, at + 1)),
        ("coming" | "upcoming", _) => Some((Which::Coming, at + 1)),
        _ => None,
    }
}

/// A day in figures or with its month: 2025-05-01, "8/13", "January 30", "the 7th of January".
fn date(words: &Words<'_>, at: usize) -> Parsed<When> {
    match words.shape(at)? {
        Shape::Date(date) => Some((When::On(date), at + 1)),
        // "2/3 of them".
        Shape::Slashed(..) if words.word(at + 1) == "of" => None,
        Shape::Slashed(first, second, None) => Some((When::Slashed(first, second), at + 1)),
        Shape::Slashed(first, second, Some(year)) => {
            let date = Date::new(year, first, second).or_else(|_| Date::new(year, second, first));
            Some((When::On(date.ok()?), at + 1))
        }
        _ => {
            let (day, end) = month_day(words, at).or_else(|| day_month(words, at))?;
            let comma = end + usize::from(words.is_mark(end, ','));
            match words.year(comma) {
                Some(year) => Some((
                    When::On(Date::new(year, day.month, day.day).ok()?),
                    comma + 1,
                )),
                None => Some((When::MonthDay(day), end)),
            }
        }
    }
}

/// "January 30", "Jan. 30th", "March the 3rd", "May 5-9".
fn month_day(words: &Words<'_>, at: usize) -> Parsed<MonthDay> {
    let month = words.month(at)?;
    let dot = at + 1 + usize::from(words.is_mark(at + 1, '.') && words.word(at).len() <= 4);
    let first = skip(words, dot, &["the"]);
    let day = words.day(first)?;
    // Of a range, its end.
    let dash = usize::from(words.is_mark(first + 1, '-') || words.is_mark(first + 1, '–'));
    let second = first + 1 + dash;
    match words.day(second) {
        Some(day) if dash > 0 || words.is_glued(second) => {
            Some((MonthDay { month, day }, second + 1))
        }
        _ => Some((MonthDay { month, day }, first + 1)),
    }
}

/// "30 January", "the 7th of January", "30-Jan".
fn day_month(words: &Words<'_>, at: usize) -> Parsed<MonthDay> {
    let at = skip(words, at, &["the"]);
    let day = words.day(at)?;
    let month_at = skip(words, at + 1, &["of"]);
    let month = words.month(month_at)?;
    Some((MonthDay { month, day }, month_at + 1))
}

/// "The 7th", of this month or the next. Not "the 7th attempt".
fn day_of_month(words: &Words<'_>, at: usize) -> Parsed<When> {
    let day_at = skip(words, at, &["the"]);
    match words.shape(day_at)? {
        Shape::Ordinal(day) if day_at > at && day <= 31 && words.is_boundary(day_at + 1) => {
            Some((When::DayOfMonth(day), day_at + 1))
        }
        _ => None,
    }
}

/// A stretch as a whole: "next week", "March", "Q1 2026".
fn whole(words: &Words<'_>, at: usize) -> Parsed<When> {
    let (stretch, end) = stretch(words, at)?;
    // "Next week on Friday".
    let on = skip(words, end, &["on"]);
    if let (Stretch::Week(weeks), Some(day)) = (stretch, words.weekday(on)) {
        return Some((When::WeekdayOf(day, weeks), on + 1));
    }
    Some((When::Part(stretch, Part::Whole), end))
}

/// "Early next month", "mid-March", "the end of the year", "EOW", "year end".
fn part(words: &Words<'_>, at: usize) -> Parsed<When> {
    let at = skip(words, at, &["the", "very"]);
    let named = |stretch, part, end| Some((When::Part(stretch, part), end));
    let (part, after) = match (words.word(at), words.word(at + 1)) {
        ("eow", _) => return named(Stretch::Week(0), Part::End, at + 1),
        ("eom", _) => return named(Stretch::Month(0), Part::End, at + 1),
        ("eoq", _) => return named(Stretch::Quarter(0), Part::End, at + 1),
        ("eoy", _) => return named(Stretch::Year(0), Part::End, at + 1),
        ("midweek", _) => return named(Stretch::Week(0), Part::Mid, at + 1),
        (_, "end") => {
            let (stretch, _) = bare_unit(words, at)?;
            return named(stretch, Part::End, at + 2);
        }
        ("early", _) => (Part::Early, skip(words, at + 1, &["in", "on"])),
        ("mid", _) => (Part::Mid, at + 1),
        ("late", _) => (Part::End, skip(words, at + 1, &["in", "on"])),
        ("later", _) => (Part::End, skip(words, at + 1, &["in", "on"])),
        ("beginning" | "start", "of") => (Part::Early, at + 2),
        ("middle", "of") => (Part::Mid, at + 2),
        ("end", "of") => (Part::End, at + 2),
        _ => return None,
    };
    let the = skip(words, after, &["the"]);
    if words.is_a(skip(words, the, &["this", "next"]), Class::Season) {
        return Some((When::Unclear, skip(words, the, &["this", "next"]) + 1));
    }
    let (stretch, end) = stretch(words, the).or_else(|| {
        // "Late week" is nothing that people say, "mid-week" is.
        let is_said = the > after || part == Part::Mid || words.word(after - 1) == "of";
        bare_unit(words, the).filter(|_| is_said)
    })?;
    Some((When::Part(stretch, part), end))
}

/// "Week", in "end of the week".
fn bare_unit(words: &Words<'_>, at: usize) -> Parsed<Stretch> {
    let stretch = match words.word(at) {
        "week" => Stretch::Week(0),
        "month" => Stretch::Month(0),
        "quarter" => Stretch::Quarter(0),
        "year" => Stretch::Year(0),
        _ => return None,
    };
    Some((stretch, at + 1))
}

/// A stretch of the calendar that needs no other word to be one.
fn stretch(words: &Words<'_>, at: usize) -> Parsed<Stretch> {
    relative_stretch(words, at)
        .or_else(|| week_of(words, at))
        .or_else(|| named_stretch(words, at))
}

/// "This week", "next quarter", "the coming weekend".
fn relative_stretch(words: &Words<'_>, at: usize) -> Parsed<Stretch> {
    let the = skip(words, at, &["the"]);
    if the > at && words.word(the) == "weekend" {
        return Some((Stretch::Weekend(0), the + 1));
    }
    let (which, unit) = determiner(words, the)?;
    let count = i32::from(which == Which::Next || (which == Which::Coming));
    let stretch = match words.word(unit) {
        "week" => Stretch::Week(count),
        "month" => Stretch::Month(count),
        "quarter" => Stretch::Quarter(count),
        "year" => Stretch::Year(count),
        "weekend" => Stretch::Weekend(i32::from(which == Which::Next)),
        _ if which == Which::This => return named_stretch(words, unit),
        _ => return None,
    };
    Some((stretch, unit + 1))
}

/// "The week of March 3rd", "the week after next".
fn week_of(words: &Words<'_>, at: usize) -> Parsed<Stretch> {
    let week = skip(words, at, &["the"]);
    match (words.word(week), words.word(week + 1)) {
        ("week", "after") if words.word(week + 2) == "next" => Some((Stretch::Week(2), week + 3)),
        ("week", "of") => {
            let (day, end) = month_day(words, week + 2).or_else(|| day_month(words, week + 2))?;
            Some((Stretch::WeekOf(day), end))
        }
        _ => None,
    }
}

/// "March", "March 2026", "Q1", "Q1 2026", "2026 Q1", "the first quarter of 2026", "2026".
fn named_stretch(words: &Words<'_>, at: usize) -> Parsed<Stretch> {
    let with_year = |end: usize| {
        let comma = end + usize::from(words.is_mark(end, ','));
        let year_at = skip(words, comma, &["of"]);
        match words.year(year_at) {
            Some(year) => (Some(year), year_at + 1),
            None => (None, end),
        }
    };
    if let Some(month) = words.month(at) {
        let (year, end) = with_year(at + 1);
        return Some((Stretch::NamedMonth(month, year), end));
    }
    match words.shape(at)? {
        Shape::Quarter(quarter) => {
            let (year, end) = with_year(at + 1);
            Some((Stretch::NamedQuarter(quarter, year), end))
        }
        Shape::Half(half) => {
            let (year, end) = with_year(at + 1);
            Some((Stretch::NamedHalf(half, year), end))
        }
        Shape::Number(_) => {
            let year = words.year(at)?;
            match words.shape(at + 1) {
                Some(Shape::Quarter(quarter)) => {
                    Some((Stretch::NamedQuarter(quarter, Some(year)), at + 2))
                }
                // A year by itself is a number like any other where a noun follows.
                _ if words.is_boundary(at + 1) => Some((Stretch::NamedYear(year), at + 1)),
                _ => None,
            }
        }
        Shape::Word => {
            let the = skip(words, at, &["the"]);
            let number = match words.word(the) {
                "first" => 1,
                "second" => 2,
                "third" => 3,
                "fourth" | "last" => 4,
                _ => return None,
            };
            let (year, end) = with_year(the + 2);
            match words.word(the + 1) {
                "quarter" => Some((Stretch::NamedQuarter(number, year), end)),
                "half" if year.is_some() => Some((
                    Stretch::NamedHalf(if number == 1 { 1 } else { 2 }, year),
                    end,
                )),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Time without a day: "the next few weeks", "the coming months", "the next week or so", "this
/// summer".
fn unclear(words: &Words<'_>, at: usize) -> Parsed<When> {
    let the = skip(words, at, &["the"]);
    let (which, noun) = determiner(words, the)?;
    if words.is_a(noun, Class::Season) {
        return Some((When::Unclear, noun + 1));
    }
    if let Some((amount, end)) = amount(words, noun) {
        return (which != Which::This).then_some((amount, end));
    }
    let (_, is_plural) = unit(words, noun)?;
    if let Some(end) = or_so(words, noun + 1) {
        return Some((When::Unclear, end));
    }
    if is_plural {
        return Some((When::Unclear, noun + 1));
    }
    // "Over the next week" is a week from the meeting; "next week" is a week of the calendar.
    let ahead = after_unit(words, 1, noun)?;
    (the > at && which != Which::This).then_some(ahead)
}

/// A length of time: "two weeks", "a month", "a couple of days", "a week or so". Where the count
/// is loose, or it counts from another event, it is no date.
pub(super) fn amount(words: &Words<'_>, at: usize) -> Parsed<When> {
    let loose = skip(words, at, &["a", "the"]);
    if matches!(
        words.word(loose),
        "couple" | "few" | "several" | "some" | "many"
    ) {
        let of = skip(words, loose + 1, &["of"]);
        let noun = skip(words, of, &["more", "short"]);
        unit(words, noun)?;
        return not_work(words, noun + 1).then_some((When::Unclear, noun + 1));
    }
    let (count, mut noun) = match words.word(at) {
        "another" => words
            .count(at + 1)
            .map_or((1, at + 1), |count| (count, at + 2)),
        _ => (words.count(at)?, at + 1),
    };
    let is_range = (words.is_glued(noun) || matches!(words.word(noun), "or" | "to"))
        && words
            .count(noun + usize::from(!words.is_glued(noun)))
            .is_some();
    if is_range {
        noun += if words.is_glued(noun) { 1 } else { 2 };
    }
    let is_working = matches!(words.word(noun), "business" | "working");
    noun = skip(words, noun, &["more", "full", "business", "working"]);
    let (when, end) = after_unit(words, count, noun)?;
    if is_range || is_working {
        return Some((When::Unclear, end));
    }
    Some((when, end))
}

/// The unit of an amount and what may follow it.
fn after_unit(words: &Words<'_>, count: i16, noun: usize) -> Parsed<When> {
    let (kind, _) = unit(words, noun)?;
    let count = i32::from(count);
    if let Some(end) = or_so(words, noun + 1) {
        return Some((When::Unclear, end));
    }
    if !not_work(words, noun + 1) {
        return None;
    }
    let (count, kind) = if words.word(noun) == "fortnight" {
        (count * 2, Unit::Week)
    } else {
        (count, kind)
    };
    let end = match (words.word(noun + 1), words.word(noun + 2)) {
        ("time", _) if words.is_possessive(noun) => noun + 2,
        ("from", "now" | "today") => noun + 3,
        // "Six weeks after it ships".
        ("after" | "before" | "from" | "since", _) => return Some((When::Unclear, noun + 1)),
        _ => noun + 1,
    };
    Some((When::Ahead(count, kind), end))
}

/// A unit of time, and whether it is in the plural.
fn unit(words: &Words<'_>, at: usize) -> Option<(Unit, bool)> {
    if words.is_glued(at) || (words.is_possessive(at) && words.word(at + 1) != "time") {
        return None;
    }
    Some(match words.word(at) {
        "hour" | "hr" => (Unit::Hour, false),
        "hours" | "hrs" => (Unit::Hour, true),
        "day" => (Unit::Day, false),
        "days" => (Unit::Day, true),
        "week" | "wk" | "fortnight" => (Unit::Week, false),
        "weeks" | "wks" => (Unit::Week, true),
        "month" => (Unit::Month, false),
        "months" => (Unit::Month, true),
        "quarter" => (Unit::Quarter, false),
        "quarters" => (Unit::Quarter, true),
        "year" => (Unit::Year, false),
        "years" => (Unit::Year, true),
        _ => return None,
    })
}

/// Whether what follows a unit leaves it a length of time: not "two weeks of work", "a week ago".
fn not_work(words: &Words<'_>, at: usize) -> bool {
    !matches!(
        words.word(at),
        "of" | "ago" | "old" | "long" | "late" | "worth" | "later" | "earlier" | "behind"
    )
}

/// "Or so", "or two", after a unit.
fn or_so(words: &Words<'_>, at: usize) -> Option<usize> {
    let is_loose = words.word(at) == "or"
        && matches!(words.word(at + 1), "so" | "two" | "three" | "more" | "less");
    is_loose.then_some(at + 2)
}

/// A time of day before its day: "5pm", "15:00 UTC", "noon".
pub(super) fn time_of_day(words: &Words<'_>, at: usize) -> Option<usize> {
    let end =
        if words.shape(at) == Some(Shape::Clock) || matches!(words.word(at), "noon" | "midnight") {
            at + 1
        } else if words.count(at).is_some() && matches!(words.word(at + 1), "am" | "pm") {
            at + 2
        } else {
            return None;
        };
    Some(end + usize::from(words.is_a(end, Class::TimeZone)))
}

/// Passes over a time of day after its day: "morning", ", 15:00 UTC", "at noon", "EOD".
fn skip_time_of_day(words: &Words<'_>, at: usize) -> usize {
    if words.is_a(at, Class::TimeZone) {
        return at + 1;
    }
    if words.is_a(at, Class::PartOfDay) || matches!(words.word(at), "eod" | "cob" | "eob") {
        return at + 1;
    }
    let comma = at + usize::from(words.is_mark(at, ','));
    let cue = skip(words, comma, &["at", "by", "around", "before"]);
    time_of_day(words, cue).unwrap_or(at)
}

/// The token after `at` where `at` is one of these words, else `at`.
pub(super) fn skip(words: &Words<'_>, at: usize, any_of: &[&str]) -> usize {
    let word = words.word(at);
    at + usize::from(!word.is_empty() && any_of.contains(&word))
}
