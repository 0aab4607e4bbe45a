//! The report as a page.

use super::charts;
use super::figures::{Figures, Spread, Tally};
use crate::views::{count, when};
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// Light and dark, on paper as well. It stands in the file, which must need no other.
const STYLE: &str = include_str!("report.css");

/// The whole file. `of` says whose items they are: a series, or all of them.
pub fn page(figures: &Figures, of: &str, today: Date) -> String {
    let all = &figures.all;
    let closed = all.kept + all.slipped + all.dropped;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "What became of it: " (of) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "What became of it" }
                    p {
                        (of) " · "
                        @match figures.from {
                            Some(from) => { (when::day(from, None)) " to " (when::day(figures.to, None)) },
                            None => { "up to " (when::day(figures.to, None)) },
                        }
                        " · drawn up " (when::day(today, None))
                    }
                }
                main {
                    dl.numbers {
                        (number(all.open, "open"))
                        (number(all.overdue, "of these overdue"))
                        (number(all.kept, "done as said"))
                        (number(all.slipped, "done later"))
                        (number(all.dropped, "dropped"))
                    }
                    @if all.open + closed == 0 { p { "There is nothing to tell yet." } }
                    (over_time(figures))
                    (months(figures))
                    (spread("Age of what is open", "Since it was first said", &figures.ages, None))
                    (spread("Time until done", "From the first words on", &figures.took, figures.took_median))
                    (carried(figures, today))
                    @if figures.series.len() > 1 {
                        section { h2 { "By series" } (rows("Series", &figures.series)) }
                    }
                    @if !figures.owners.is_empty() { (people(&figures.owners)) }
                    @if figures.undated > 0 {
                        p.note { (count(figures.undated, "item")) " closed on a day that nobody knows: counted above, in no month and no curve." }
                    }
                    @if figures.undated_since > 0 {
                        p.note { (count(figures.undated_since, "item")) " first said on a day that nobody knows: counted above, but not in what was open over time, in ages and in times." }
                    }
                    p.note { "Done as said: never put off, and by its due date where it had one. Done later: put off on the way, or after that date." }
                }
            }
        }
    }
    .into_string()
}

fn number(n: usize, what: &str) -> Markup {
    html! { div { dt { (what) } dd { (n) } } }
}

/// A chart, and its numbers for those who want or need them.
fn figure(title: &str, about: &Markup, chart: String, table: &Markup) -> Markup {
    html! {
        @if !chart.is_empty() {
            section {
                h2 { (title) }
                (about)
                div.scroll role="region" aria-label=(title) tabindex="0" { (PreEscaped(chart)) }
                details { summary { "The numbers" } (table) }
            }
        }
    }
}

fn over_time(figures: &Figures) -> Markup {
    let label = match (figures.open.first(), figures.open.last()) {
        (Some(first), Some(last)) => format!(
            "Open items: {} on {}, {} on {}",
            first.open, first.day, last.open, last.day
        ),
        _ => String::new(),
    };
    let rows = html! {
        table {
            thead { tr { th scope="col" { "Day" } th scope="col" { "Open" } } }
            tbody {
                @for it in &figures.open { tr { th scope="row" { (it.day) } td { (it.open) } } }
            }
        }
    };
    figure(
        "Open over time",
        &html! { p.about { "Items that were said and not yet closed" } },
        charts::curve(&figures.open, &label),
        &rows,
    )
}

fn months(figures: &Figures) -> Markup {
    let label = "What was closed in each month: done as said, done later, dropped";
    let chart = charts::months(&figures.months, label);
    let legend = html! {
        p.legend {
            span.main { "done as said" }
            span.second { "done later" }
            span.third { "dropped" }
        }
    };
    figure(
        "Closed by month",
        &legend,
        chart,
        &rows("Month", &figures.months),
    )
}

fn spread(title: &str, about: &str, parts: &[Spread], median: Option<i64>) -> Markup {
    let told: Vec<String> = parts
        .iter()
        .filter(|it| it.count > 0)
        .map(|it| format!("{} {}", it.count, it.label))
        .collect();
    let about = match median.and_then(|days| usize::try_from(days).ok()) {
        Some(0) => format!("{about}; half of them on the same day"),
        Some(days) => format!("{about}; half of them within {}", count(days, "day")),
        None => about.to_owned(),
    };
    let rows = html! {
        table {
            tbody { @for it in parts { tr { th scope="row" { (it.label) } td { (it.count) } } } }
        }
    };
    let chart = charts::bars(parts, &format!("{title}: {}", told.join(", ")));
    figure(title, &html! { p.about { (about) } }, chart, &rows)
}

fn carried(figures: &Figures, today: Date) -> Markup {
    html! {
        @if !figures.carried.is_empty() {
            section {
                h2 { "Carried most" }
                p.about { "Open, and said at more meetings than the rest: perhaps to be cut in pieces, handed over or dropped" }
                table.wide {
                    thead { tr { th scope="col" { "What" } th scope="col" { "Since" } th scope="col" { "Meetings" } th scope="col" { "Put off" } } }
                    tbody {
                        @for it in &figures.carried {
                            tr {
                                th scope="row" { (it.text) }
                                td { @if let Some(day) = it.since { (when::day(day, Some(today))) } }
                                td { (it.said) }
                                td { (it.slipped) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Closed at first: it is there for whoever looks for themselves.
fn people(owners: &BTreeMap<String, Tally>) -> Markup {
    html! {
        section {
            details {
                summary { h2 { "By person" } " (" (count(owners.len(), "name")) ")" }
                p.note { "In order of names. One is asked for more than another, and takes on more: these numbers tell how the list is kept, not who works." }
                (rows("Person", owners))
            }
        }
    }
}

fn rows(first: &str, tallies: &BTreeMap<String, Tally>) -> Markup {
    let mut names: Vec<&String> = tallies.keys().collect();
    names.sort_by_key(|name| name.to_lowercase());
    html! {
        table.wide {
            thead {
                tr {
                    th scope="col" { (first) }
                    @for title in ["Open", "Overdue", "Done as said", "Done later", "Dropped"] { th scope="col" { (title) } }
                }
            }
            tbody {
                @for name in names {
                    @let it = &tallies[name];
                    tr {
                        th scope="row" { (name) }
                        @for n in [it.open, it.overdue, it.kept, it.slipped, it.dropped] { td { (n) } }
                    }
                }
            }
        }
    }
}
