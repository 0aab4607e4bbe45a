//! Everything about one item.

use super::card::proposal;
use super::parts::{self, Back};
use super::{Said, Shell, Viewer, phrase, told, version};
use crate::items::{ItemId, Snooze};
use crate::ledger::LedgerError;
use crate::views::{change, names, one_line, show, when};
use crate::web::Board;
use maud::{Markup, html};

/// The page of an item, or of the one that has taken its place; none where there is neither.
pub(crate) fn page(
    board: &Board,
    viewer: &Viewer,
    id: &ItemId,
    said: &Said,
    notice: Option<&str>,
) -> Result<Option<Markup>, LedgerError> {
    let today = board.today();
    let read = board.read(|ledger| {
        let version = version(board, ledger)?;
        let Some(id) = ledger.resolve(id)? else {
            return Ok(None);
        };
        let Some(item) = ledger.item(&id)? else {
            return Ok(None);
        };
        Ok(Some((
            ledger.proposals_of(&id)?,
            ledger.history(&id)?,
            told(ledger, said)?,
            board.index(ledger)?,
            ledger.link_states([&item])?,
            version,
            item,
        )))
    })?;
    let Some((asked, history, told, index, links, version, item)) = read else {
        return Ok(None);
    };
    let back = Back::Item;
    let series = crate::web::filter::Filter {
        series: item.series.clone(),
        ..Default::default()
    };
    let shelves = index.shelves_of(&item.series);
    let people: std::collections::BTreeSet<&str> = shelves
        .flat_map(|(_, shelf)| shelf.rows.iter().flat_map(|row| &row.owners))
        .map(|owner| index.owners.shown(*owner))
        .collect();
    let content = html! {
        p.trail { a href=(series.address()) { (one_line(&item.series)) } }
        @if let Some(notice) = notice { p.notice id="notice" role="alert" { (notice) } }
        (parts::flash(viewer, told.as_ref(), back))
        article.card.whole id={ "i-" (item.id) } tabindex="-1" aria-labelledby="title" {
            h1 id="title" { (phrase(&item.what())) }
            p.who { (names(&item.owners)) }
            p.facts { (parts::facts(&item, &links, today)) }
            @match item.snoozed {
                Some(Snooze::Day { day }) if today < day => p.facts { "Snoozed until " (when::day(day, Some(today))) },
                Some(Snooze::NextMeeting { after }) => p.facts { "Snoozed until the first meeting after " (when::day(after, Some(today))) },
                _ => {},
            }
            @if let Some(due) = &item.due {
                @let phrase = one_line(&due.phrase);
                @if phrase != when::due(due, Some(today)) && due.date.is_none_or(|date| phrase != date.to_string()) {
                    p.facts { "The due date was put as “" (phrase) "”." }
                }
            }
            @if let Some(again) = &item.again {
                p.facts { "Promises " a href={ "/item/" (again) } { "an earlier item" } " again." }
            }
            p.facts { span.id { (item.id) } }
            (parts::actions(viewer, &item, back, today, true))
        }
        @if asked.iter().any(|it| it.decided.is_none()) {
            section.group.asks aria-labelledby="asks" {
                h2 id="asks" { "Waiting for a yes" }
                @for one in asked.iter().filter(|it| it.decided.is_none()) { (proposal(viewer, one, None, back, false, today)) }
            }
        }
        section aria-labelledby="said" {
            h2 id="said" { "Said" }
            @if item.mentions.is_empty() { p { "In no note any more." } }
            ol.said {
                @for mention in item.mentions.iter().rev() {
                    li {
                        @if let Some(day) = mention.meeting { p.day { (when::day(day, Some(today))) } }
                        (parts::quote(mention))
                        p.facts { span { (mention.kind.as_str()) ", rule " (one_line(&mention.rule)) } }
                    }
                }
            }
        }
        section aria-labelledby="history" {
            h2 id="history" { "History" }
            ol.history {
                @for entry in history.iter().rev() {
                    li {
                        span.day { (when::moment(entry.at, &board.settings.zone)) }
                        " " (change::in_words(&entry.change)) " "
                        span.by { "(" (one_line(&entry.command)) (show::by(entry.who.as_deref())) ")" }
                    }
                }
            }
        }
        datalist id="people" { @for name in people { option value=(name) {} } }
    };
    let shell = Shell {
        title: &crate::views::fit(&one_line(&item.text), 60),
        viewer,
        version: &version,
    };
    Ok(Some(shell.around(&content)))
}
