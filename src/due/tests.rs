//! Sentences with the phrases found in them.

use super::{find, parse};
use jiff::civil::{Date, date};
use proptest::prelude::*;

/// A Thursday.
const MEETING: Date = date(2025, 4, 24);

/// Holds each line against what is found in it: a line of carets under every phrase, then its
/// date, then the other reading where it has one.
#[track_caller]
pub(super) fn check(fixture: &str) {
    check_on(Some(MEETING), fixture);
}

#[track_caller]
fn check_on(anchor: Option<Date>, fixture: &str) {
    let lines = || fixture.lines().filter(|line| !line.trim().is_empty());
    let indent = lines()
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let expected: Vec<&str> = lines().map(|line| &line[indent..]).collect();
    let mut found = Vec::new();
    for text in expected
        .iter()
        .filter(|line| !line.trim_start().starts_with('^'))
    {
        found.push((*text).to_owned());
        found.extend(marked(text, anchor));
    }
    assert_eq!(found.join("\n"), expected.join("\n"));
}

fn marked(text: &str, anchor: Option<Date>) -> Vec<String> {
    let in_line = |phrase: &super::Phrase| {
        let indent = text[..phrase.span.start].chars().count();
        let carets = phrase.span.of(text).chars().count();
        let mut line = " ".repeat(indent) + &"^".repeat(carets);
        match phrase.due.date {
            Some(date) => line += &format!(" {date}"),
            None => line += " no date",
        }
        if let Some(other) = phrase.due.alternative {
            line += &format!(" or {other}");
        }
        line
    };
    find(text, anchor).iter().map(in_line).collect()
}

#[test]
fn limits() {
    check(
        "
        Ana to send the draft by Friday
                              ^^^^^^^^^ 2025-04-25
        Ben to review it by Friday, then Chidi merges
                         ^^^^^^^^^ 2025-04-25
        Dana will file it before May 3rd
                          ^^^^^^^^^^^^^^ 2025-05-03
        Priya to leave it open until Monday
                               ^^^^^^^^^^^^ 2025-04-28
        Tom: must land no later than May 2
                       ^^^^^^^^^^^^^^^^^^^ 2025-05-02
        the form is open till May 9, on or before May 8 for us
                         ^^^^^^^^^^ 2025-05-09
                                     ^^^^^^^^^^^^^^^^^^ 2025-05-08
        by next Tuesday at the latest
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 2025-04-29
        by about mid-May
        ^^^^^^^^^^^^^^^^ 2025-05-20
        before next week, or before the weekend
        ^^^^^^^^^^^^^^^^ 2025-04-25
                             ^^^^^^^^^^^^^^^^^^ 2025-04-25
        by Q3
        ^^^^^ 2025-09-30 or 2025-07-01
        by 2026
        ^^^^^^^ 2026-12-31 or 2026-01-01
        Mira owes it by March 20
                     ^^^^^^^^^^^ 2025-03-20
        ",
    );
}

#[test]
fn deadlines() {
    check(
        "
        slides due Friday
               ^^^^^^^^^^ 2025-04-25
        slides due on 2 May
               ^^^^^^^^^^^^ 2025-05-02
        report due: 2025-03-01
               ^^^^^^^^^^^^^^^ 2025-03-01
        due date: 30.04.2025
        ^^^^^^^^^^^^^^^^^^^^ 2025-04-30
        due in two weeks
        ^^^^^^^^^^^^^^^^ 2025-05-08
        ETA end of next week
        ^^^^^^^^^^^^^^^^^^^^ 2025-05-02
        ETA: Tuesday
        ^^^^^^^^^^^^ 2025-04-29
        the deadline is June 10th
            ^^^^^^^^^^^^^^^^^^^^^ 2025-06-10
        the deadline of 8/13 stands
            ^^^^^^^^^^^^^^^^ 2025-08-13
        late due to the Friday freeze
        ",
    );
}

#[test]
fn ends() {
    check(
        "
        by the end of the week
        ^^^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        by the end of this week
        ^^^^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        Lena will post it EOW
                          ^^^ 2025-04-25
        end of the month
        ^^^^^^^^^^^^^^^^ 2025-04-30
        at the end of next quarter
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ 2025-09-30
        by year end
        ^^^^^^^^^^^ 2025-12-31
        before the end of June
        ^^^^^^^^^^^^^^^^^^^^^^ 2025-06-30
        by EOD
        ^^^^^^ 2025-04-24
        EOD Friday
        ^^^^^^^^^^ 2025-04-25
        by end of day Tuesday
        ^^^^^^^^^^^^^^^^^^^^^ 2025-04-29
        by the end of business tomorrow
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        at the end of the day it is only a parser
        ",
    );
}

#[test]
fn times_of_day() {
    check(
        "
        by 5pm
        ^^^^^^ 2025-04-24
        by 17:00 UTC tomorrow
        ^^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        by noon on Friday
        ^^^^^^^^^^^^^^^^^ 2025-04-25
        on Friday, 15:00 UTC
        ^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        on Friday at 3 pm
        ^^^^^^^^^^^^^^^^^ 2025-04-25
        on Tuesday morning
        ^^^^^^^^^^^^^^^^^^ 2025-04-29
        will be at 15:00 in the usual room
        ",
    );
}

#[test]
fn weekdays() {
    check(
        "
        Mira to publish on Monday
                        ^^^^^^^^^ 2025-04-28
        Mira to publish on Thursday
                        ^^^^^^^^^^^ 2025-05-01 or 2025-04-24
        this Friday
        ^^^^^^^^^^^ 2025-04-25
        next Friday
        ^^^^^^^^^^^ 2025-05-02 or 2025-04-25
        next Monday
        ^^^^^^^^^^^ 2025-04-28
        this coming Monday
        ^^^^^^^^^^^^^^^^^^ 2025-04-28
        on Friday of next week
        ^^^^^^^^^^^^^^^^^^^^^^ 2025-05-02
        next week on Wednesday
        ^^^^^^^^^^^^^^^^^^^^^^ 2025-04-30
        can't tomorrow; will read it Monday
                                     ^^^^^^ 2025-04-28
        Tue or Wed, by Wed at the latest
                    ^^^^^^^^^^^^^^^^^^^^ 2025-04-30
        No updates from Oskar Sun
        they sat down and wed the two
        the Friday build, every Monday, last Friday, since Tuesday
        Friday-based naming
        ",
    );
}

#[test]
fn months_and_days() {
    check(
        "
        on 8/13
        ^^^^^^^ 2025-08-13
        on 5/6
        ^^^^^^ 2025-05-06 or 2025-06-05
        on 2025/05/09
        ^^^^^^^^^^^^^ 2025-05-09
        on the 7th of January
        ^^^^^^^^^^^^^^^^^^^^^ 2026-01-07
        on the 7th
        ^^^^^^^^^^ 2025-05-07
        on January 7, 2026
        ^^^^^^^^^^^^^^^^^^ 2026-01-07
        on 30-Jun-2025
        ^^^^^^^^^^^^^^ 2025-06-30
        Jan. 30 is late, so freeze by Jan. 20
                                   ^^^^^^^^^^ 2026-01-20
        tables at the fair on May 5-9
                           ^^^^^^^^^^ 2025-05-09
        Tom will send it (30 May)
                          ^^^^^^ 2025-05-30
        Tom will send it Fri, May 2
                         ^^^^^^^^^^ 2025-05-02
        next Thursday, May 1
        ^^^^^^^^^^^^^^^^^^^^ 2025-05-01
        on Friday the 2nd of May
        ^^^^^^^^^^^^^^^^^^^^^^^^ 2025-05-02
        on February 30
        ^^^^^^^^^^^^^^ no date
        on the 7th attempt, in 3 of the 4 crates, 2/3 of the tests
        agreed by 2/3 of the votes, on 2/3 of the hosts, on call 24/7
        Minutes 2025-04-24
        ",
    );
}

#[test]
fn stretches() {
    check(
        "
        Jonas: this week
               ^^^^^^^^^ 2025-04-25
        defer to next week
                 ^^^^^^^^^ 2025-05-02
        later this week
        ^^^^^^^^^^^^^^^ 2025-04-25
        early next week
        ^^^^^^^^^^^^^^^ 2025-04-29
        the week after next
        ^^^^^^^^^^^^^^^^^^^ 2025-05-09
        the week of May 12
        ^^^^^^^^^^^^^^^^^^ 2025-05-16
        over the weekend
        ^^^^^^^^^^^^^^^^ 2025-04-27
        this quarter
        ^^^^^^^^^^^^ 2025-06-30
        next month
        ^^^^^^^^^^ 2025-05-31
        in late May
        ^^^^^^^^^^^ 2025-05-31
        at the beginning of next month
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 2025-05-10
        ready in May, if all goes well
              ^^^^^^ 2025-05-31
        later in the year
        ^^^^^^^^^^^^^^^^^ 2025-12-31
        in the second quarter of 2026
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 2026-06-30
        Q1 2026 is when we ship, in H2 2025 we port
                                 ^^^^^^^^^^ 2025-12-31
        may ship, march on, in 2025 or so, the end-of-year report
        ",
    );
}

#[test]
fn amounts() {
    check(
        "
        in two weeks
        ^^^^^^^^^^^^ 2025-05-08
        within a month
        ^^^^^^^^^^^^^^ 2025-05-24
        within 48 hours
        ^^^^^^^^^^^^^^^ 2025-04-26
        in the next two weeks
        ^^^^^^^^^^^^^^^^^^^^^ 2025-05-08
        over the next week
        ^^^^^^^^^^^^^^^^^^ 2025-05-01
        in two weeks' time
        ^^^^^^^^^^^^^^^^^^ 2025-05-08
        two weeks from now
        ^^^^^^^^^^^^^^^^^^ 2025-05-08
        after two weeks we decide
        ^^^^^^^^^^^^^^^ 2025-05-08
        to stay open another week
                     ^^^^^^^^^^^^ 2025-05-01
        in a week or so
        ^^^^^^^^^^^^^^^ no date
        in the next couple of weeks
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ no date
        in 2-3 weeks
        ^^^^^^^^^^^^ no date
        in three business days
        ^^^^^^^^^^^^^^^^^^^^^^ no date
        in the coming weeks
        ^^^^^^^^^^^^^^^^^^^ no date
        out for the next two weeks, for a month, two weeks of work
        a week ago, in two weeks of testing, in 10 minutes, 2-week sprints
        a topic for another day
        ",
    );
}

#[test]
fn close_days() {
    check(
        "
        Farah to cut the release today
                                 ^^^^^ 2025-04-24
        later today
        ^^^^^^^^^^^ 2025-04-24
        Today I'll push the fix
        ^^^^^ 2025-04-24
        will do it tomorrow morning, or tonight
                   ^^^^^^^^^^^^^^^^ 2025-04-25
                                        ^^^^^^^ 2025-04-24
        the day after tomorrow
        ^^^^^^^^^^^^^^^^^^^^^^ 2025-04-26
        will do it today or tomorrow
                   ^^^^^^^^^^^^^^^^^ 2025-04-25 or 2025-04-24
        that is how it works today
        Today the parser stops there
        the linter is slow today
        ",
    );
}

#[test]
fn events_and_brackets() {
    check(
        "
        at this week's design call
        ^^^^^^^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        at next week's meeting
        ^^^^^^^^^^^^^^^^^^^^^^ 2025-05-01
        before Friday's release
        ^^^^^^^^^^^^^^^^^^^^^^^ 2025-04-25
        in a few days (maybe tomorrow)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no date or 2025-04-25
        next meeting (May 6)
        ^^^^^^^^^^^^^^^^^^^^ 2025-05-06
        next week (Tuesday)
        ^^^^^^^^^^^^^^^^^^^ 2025-04-29
        this week's changes, today's meeting, to copy Monday's meeting
        ",
    );
}

#[test]
fn plans_and_subjects() {
    check(
        "
        scheduled for June
                  ^^^^^^^^ 2025-06-30
        added for next week
              ^^^^^^^^^^^^^ 2025-05-02
        leave it for Tuesday
                 ^^^^^^^^^^^ 2025-04-29
        For May: collect the numbers
        ^^^^^^^ no date
        the numbers for March
        that is all for today
        ",
    );
}

#[test]
fn what_is_told_is_not_due() {
    check(
        "
        the parser stalled in March
        Lena started on it back in March
        the build broke on Monday
        In April we dropped the old parser
        on March 6 we branched
        landed on 2025-03-06
        Jonas will back out the change that broke on Monday
        Jonas will back out by Monday the change that broke
                            ^^^^^^^^^ 2025-04-28
        to be landed on Monday
                     ^^^^^^^^^ 2025-04-28
        the patch that will land on Monday
                                 ^^^^^^^^^ 2025-04-28
        they agreed to talk on Monday
                            ^^^^^^^^^ 2025-04-28
        written by April
        ",
    );
}

#[test]
fn nothing_is_read_in_atoms() {
    check(
        "
        see meetings/2025-05-01.md and https://example.org/on/friday
        the label is `due Friday`, by @friday, #2025
        by name@friday.example, by friday_build
        by **Friday**
        ^^^^^^^^^^^^^ 2025-04-25
        _by Friday_, über alles by Friday – ünd by Freitag
         ^^^^^^^^^ 2025-04-25
                                ^^^^^^^^^ 2025-04-25
        due:2025-05-01
        ^^^^^^^^^^^^^^ 2025-05-01
        ",
    );
}

#[test]
fn without_a_meeting_only_whole_dates_count() {
    check_on(
        None,
        "
        by Friday, in two weeks, before next meeting
        ^^^^^^^^^ no date
                   ^^^^^^^^^^^^ no date
                                 ^^^^^^^^^^^^^^^^^^^ no date
        by 2025-05-01, on January 7, 2026, in Q1 2026, by end of 2026
        ^^^^^^^^^^^^^ 2025-05-01
                       ^^^^^^^^^^^^^^^^^^ 2026-01-07
                                           ^^^^^^^^^^ 2026-03-31
                                                       ^^^^^^^^^^^^^^ 2026-12-31
        Minutes 2025-04-24
        ",
    );
}

#[test]
fn weekend_meetings() {
    check_on(
        Some(date(2025, 4, 26)),
        "
        this week, next week, by Monday, this weekend
        ^^^^^^^^^ 2025-04-27
                   ^^^^^^^^^ 2025-05-02
                              ^^^^^^^^^ 2025-04-28
                                         ^^^^^^^^^^^^ 2025-04-27
        ",
    );
}

#[test]
fn a_phrase_is_one_line_without_emphasis() {
    let due = |text| find(text, Some(MEETING))[0].due.phrase.clone();
    assert_eq!(due("by\n  **Friday**"), "by Friday");
    assert_eq!(due("~~by _Friday_~~"), "by Friday");
}

#[test]
fn phrases_that_stand_alone() {
    let date_of = |text| parse(text, Some(MEETING)).map(|due| due.date);
    for (text, expected) in [
        ("Friday", Some(date(2025, 4, 25))),
        ("Fri.", Some(date(2025, 4, 25))),
        ("by Friday", Some(date(2025, 4, 25))),
        ("(Friday)", Some(date(2025, 4, 25))),
        (" 2025-05-01 ", Some(date(2025, 5, 1))),
        ("2024-12-24", Some(date(2024, 12, 24))),
        ("30 Jan", Some(date(2026, 1, 30))),
        ("8/13", Some(date(2025, 8, 13))),
        ("in two weeks", Some(date(2025, 5, 8))),
        ("two weeks", Some(date(2025, 5, 8))),
        ("end of month", Some(date(2025, 4, 30))),
        ("EOD", Some(date(2025, 4, 24))),
        ("today", Some(date(2025, 4, 24))),
        ("Q1 2026", Some(date(2026, 3, 31))),
        ("2026", Some(date(2026, 12, 31))),
        ("next meeting", None),
        ("before the 2.0 release", None),
        ("once CI is green", None),
        ("soon", None),
    ] {
        assert_eq!(date_of(text), Some(expected), "{text}");
    }
    for text in [
        "",
        "TBD",
        "-",
        "n/a",
        "Ana",
        "Friday, Ana",
        "send it by Friday",
        "1.5",
    ] {
        assert_eq!(date_of(text), None, "{text}");
    }
}

/// Words that make phrases, in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = "by before until on at in for the end of next this week month Friday May 7th 2 two \
        2026 8/13 2025-05-01 weeks a couple or so after once when we is ready will that landed \
        today tomorrow later EOD Q1 early mid- meeting release 2.0 v2 soon as possible ( ) , . ' \
        's ** ` / - 5pm UTC from now another due ETA : latest time then summer prior to ahead";
    let words: Vec<&str> = words.split(' ').collect();
    prop::collection::vec(prop::sample::select(words), 0..14).prop_map(|words| words.join(" "))
}

/// Phrases lie in the text, in order and apart.
fn check_spans(text: &str) -> Result<(), TestCaseError> {
    let mut end = 0;
    for phrase in find(text, Some(MEETING)) {
        prop_assert!(end <= phrase.span.start && phrase.span.start < phrase.span.end);
        prop_assert!(text.get(phrase.span.range()).is_some());
        prop_assert!(!phrase.due.phrase.is_empty());
        end = phrase.span.end;
    }
    parse(text, Some(MEETING));
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_safe(text in "\\PC*") {
        check_spans(&text)?;
    }

    #[test]
    fn any_phrase_is_safe(text in soup()) {
        check_spans(&text)?;
    }

    #[test]
    fn the_first_look_misses_nothing(text in soup()) {
        prop_assert_eq!(super::scan(&text, Some(MEETING)), find(&text, Some(MEETING)));
    }

    #[test]
    fn any_meeting_is_safe(text in soup(), days in -4_371_587..2_932_896_i32) {
        let day = date(1970, 1, 1).saturating_add(jiff::ToSpan::days(days));
        find(&text, Some(day));
        find(&text, None);
    }
}

#[test]
fn the_next_meeting_of_the_group() {
    for (phrase, expected) in [
        ("by next meeting", true),
        ("before the next call", true),
        ("next time", true),
        ("at the next Board meeting", true),
        ("a day before the next meeting", false),
        ("after the next call", false),
        ("by the next release", false),
        ("next week's meeting", false),
        ("next", false),
    ] {
        let due = super::Due {
            phrase: phrase.to_owned(),
            date: None,
            alternative: None,
        };
        assert_eq!(due.is_next_meeting(), expected, "{phrase}");
    }
}
