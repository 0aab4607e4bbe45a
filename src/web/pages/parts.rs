//! Forms and small parts that several pages have.

use super::{Told, Viewer, is_web, line_address, link_words, phrase, times};
use crate::items::{Item, LinkState, Mention, State};
use crate::views::{one_line, when};
use crate::web::acts::seen;
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Where a form leads back to.
#[derive(Clone, Copy)]
pub(super) enum Back<'a> {
    /// The board with the query of its address.
    Board(&'a str),
    /// The page of the item.
    Item,
}

/// What every form carries.
pub(super) fn hidden(viewer: &Viewer, back: Back<'_>) -> Markup {
    html! {
        input type="hidden" name="secret" value=(viewer.secret);
        @if let Back::Board(query) = back { input type="hidden" name="back" value=(query); }
    }
}

/// What was just done, with a way to take it back.
pub(super) fn flash(viewer: &Viewer, told: Option<&Told>, back: Back<'_>) -> Markup {
    html! {
        @if let Some(told) = told {
            div.flash id="flash" {
                p id="told" { (told.words) }
                @if let (Some(operation), true) = (told.undo, viewer.may_write) {
                    (undo(viewer, operation, back))
                }
            }
        }
    }
}

pub(super) fn undo(viewer: &Viewer, operation: u64, back: Back<'_>) -> Markup {
    html! {
        form.undo method="post" action="/undo" {
            (hidden(viewer, back))
            input type="hidden" name="operation" value=(operation);
            button { "Undo" }
        }
    }
}

/// Everything that can be done with an item. Each thing with a field is a form of its own, so that Enter in the field
/// does that and nothing else.
pub(super) fn actions(
    viewer: &Viewer,
    item: &Item,
    back: Back<'_>,
    today: Date,
    with_reason: bool,
) -> Markup {
    if !viewer.may_write {
        return html! {};
    }
    let action = format!("/item/{}", item.id);
    let text = one_line(&item.text);
    let common = html! {
        (hidden(viewer, back))
        input type="hidden" name="seen" value=(seen(item));
    };
    let is_open = item.state == State::Open;
    let named = |what: &str| format!("{what}: {text}");
    let owners = item.owners.join(", ");
    let due = item
        .due
        .as_ref()
        .and_then(|due| due.date)
        .map_or_else(String::new, |date| date.to_string());
    let field = |what: &str| format!("{what}-{}", item.id);
    html! {
        div.actions {
            form method="post" action=(action) {
                (common)
                @if with_reason {
                    label for=(field("why")) { "Reason, if you like" }
                    input id=(field("why")) name="why" maxlength="300" autocomplete="off";
                }
                @if is_open {
                    button.main name="act" value="done" aria-label=(named("Done")) { "Done" }
                    button name="act" value="open" aria-label=(named("Still open")) { "Still open" }
                    button name="act" value="drop" aria-label=(named("Drop")) { "Drop" }
                } @else {
                    button name="act" value="open" aria-label=(named("Open again")) { "Open again" }
                }
            }
            @if is_open {
                details.hand {
                    summary aria-label=(named("Hand over")) { "Hand over" }
                    form method="post" action=(action) {
                        (common)
                        label for=(field("owners")) { "To whom; several with commas" }
                        input id=(field("owners")) name="owners" value=(owners) list="people" maxlength="400" autocomplete="off";
                        button name="act" value="owners" { "Hand over" }
                    }
                }
                details.date {
                    summary aria-label=(named("New date")) { "New date" }
                    form method="post" action=(action) {
                        (common)
                        label for=(field("due")) { "Due, or nothing for no date" }
                        input id=(field("due")) name="due" type="date" value=(due) min=(earliest(today));
                        button name="act" value="due" { "Set" }
                    }
                    form method="post" action=(action) {
                        (common)
                        button name="act" value="later" { "Snooze until the next meeting" }
                    }
                }
            }
        }
    }
}

/// A date field takes no slip of a century; a day that has passed may still be meant.
fn earliest(today: Date) -> String {
    format!("{}-01-01", today.year() - 1)
}

/// How the issues that items are tied to stand, by address, as far as it is known.
pub(super) type Links = BTreeMap<String, LinkState>;

/// When it is due, since when it is there, how often it was said, what it is tied to: parts of a line.
pub(super) fn facts(item: &Item, links: &Links, today: Date) -> Markup {
    let is_overdue = when::is_overdue(item, today);
    html! {
        @if item.state != State::Open {
            span.state.(item.state.as_str()) {
                (item.state.as_str())
                @if let Some(day) = item.closed { " " (when::day(day, Some(today))) }
            }
        }
        @if let Some(due) = &item.due {
            span.due.overdue[is_overdue] {
                @if is_overdue { "overdue: " } @else { "due " }
                (when::due(due, Some(today)))
            }
        }
        @if let Some(since) = item.since {
            span {
                "since " (when::day(since, Some(today)))
                @let age = when::age(since, today);
                @if !age.is_empty() { ", " (age) }
            }
        }
        @for told in times(item, today) { span.often { (told) } }
        @for url in &item.links {
            span {
                @if is_web(url) {
                    a href=(url) rel="noopener noreferrer external" target="_blank" { (link_words(url)) }
                } @else { (one_line(url)) }
                @if let Some(state) = links.get(url) {
                    " " span.link.ended[*state != LinkState::Open] { (state.in_words()) }
                }
            }
        }
    }
}

/// What was said, and the way to its line.
pub(super) fn quote(mention: &Mention) -> Markup {
    html! {
        figure.quote {
            blockquote {
                @if let Some(speaker) = &mention.speaker { b { (one_line(speaker)) } ": " }
                (phrase(&mention.quote))
            }
            figcaption {
                @let path = one_line(&mention.path);
                a.line href=(line_address(&mention.path, mention.line)) title=(path) {
                    (path.rsplit('/').next().unwrap_or(&path)) ":" (mention.line)
                }
            }
        }
    }
}
