//! The board itself.

use super::card::{self, Around, Card};
use super::parts::{self, Back};
use super::{Said, Shell, Viewer, line_address, told, version};
use crate::items::{Item, ItemId, Proposal};
use crate::ledger::{Ledger, LedgerError, Meetings, NoteRow};
use crate::views::{count, one_line, when};
use crate::web::filter::{Filter, NOBODY, Order, Show};
use crate::web::index::{Index, Known, Selected, Spot};
use crate::web::selection::Selection;
use crate::web::{Board, Looked};
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Items on one page, and proposals above the items; a page of proposals alone has as many as one of items.
const CARDS: usize = 60;
const PROPOSALS: usize = 8;

/// All that the page is made from.
struct Content {
    selection: Selected,
    series: Vec<String>,
    cards: Vec<(Card, usize)>,
    proposals: Vec<(Arc<Proposal>, Option<Item>)>,
    lately: Vec<Arc<Known>>,
    meetings: Option<(Meetings, Option<NoteRow>)>,
    told: Option<super::Told>,
    version: String,
}

pub(crate) fn page(
    board: &Board,
    viewer: &Viewer,
    filter: &Filter,
    said: &Said,
) -> Result<Markup, LedgerError> {
    let today = board.today();
    let looked = board.looked();
    let content = board.read(|ledger| {
        let version = version(board, ledger)?;
        let index = board.index(ledger)?;
        read(ledger, &index, &looked, filter, said, today, version)
    })?;
    let query = filter.query();
    let back = Back::Board(&query);
    let page = html! {
        (head(&content, filter, today))
        (choices(&content, filter))
        (parts::flash(viewer, content.told.as_ref(), back))
        (summary(&content.selection, filter))
        (proposals(viewer, &content, filter, back, today))
        (groups(viewer, &content, filter, back, today))
        (pager(&content.selection, filter))
        (lately(&content.lately, filter, today))
        datalist id="people" {
            @for owner in content.selection.owners.iter().filter(|it| it.name != NOBODY) {
                option value=(owner.name) {}
            }
        }
    };
    let shell = Shell {
        title: &series_title(filter),
        viewer,
        version: &content.version,
    };
    Ok(shell.around(&page))
}

fn read(
    ledger: &Ledger,
    index: &Index,
    looked: &Looked,
    filter: &Filter,
    said: &Said,
    today: Date,
    version: String,
) -> Result<Content, LedgerError> {
    let selection = index.select(filter, today, &looked.ids(), looked.version);
    let from = filter.page().saturating_mul(CARDS);
    let mut cards = Vec::new();
    let asked: BTreeSet<&ItemId> = selection.waiting.iter().map(|it| &it.item).collect();
    let known = |spot: Spot| match index.at(spot) {
        Some((_, row)) => index.known(ledger, &row.id),
        None => Ok(None),
    };
    for (spot, group) in selection.items.iter().skip(from).take(CARDS) {
        // One that has gone since the index was made is not there to be shown.
        let Some(known) = known(*spot)? else {
            continue;
        };
        let id = &known.item.id;
        let card = Card {
            is_asked: asked.contains(id),
            looked: looked.items.get(id).copied(),
            links: ledger.link_states([&known.item])?,
            known,
        };
        cards.push((card, *group as usize));
    }
    let (skip, most) = match (filter.show(), filter.page()) {
        (Show::Asked, _) => (from, CARDS),
        (Show::Open, 0) => (0, PROPOSALS),
        _ => (0, 0),
    };
    let mut proposals = Vec::new();
    for proposal in selection.waiting.iter().skip(skip).take(most) {
        proposals.push((Arc::clone(proposal), ledger.item(&proposal.item)?));
    }
    let mut done = Vec::new();
    if filter.show() == Show::Open && filter.page() == 0 {
        for spot in &selection.done_lately {
            done.extend(known(*spot)?);
        }
    }
    Ok(Content {
        series: index.shelves.iter().map(|it| it.series.clone()).collect(),
        meetings: match index.shelves_of(&filter.series).next() {
            Some((_, shelf)) if shelf.series == filter.series => {
                let last = shelf
                    .meetings
                    .last
                    .map(|day| ledger.note_of(&shelf.series, day));
                Some((shelf.meetings, last.transpose()?.flatten()))
            }
            _ => None,
        },
        told: told(ledger, said)?,
        version,
        lately: done,
        selection,
        cards,
        proposals,
    })
}

fn series_title(filter: &Filter) -> String {
    match filter.series.as_str() {
        "" => "All series".to_owned(),
        series => one_line(series),
    }
}

/// The series and its last meeting.
fn head(content: &Content, filter: &Filter, today: Date) -> Markup {
    html! {
        div.head {
            h1 { (series_title(filter)) }
            p.meeting {
                "Today " (today.strftime("%A").to_string()) " " (when::day(today, None))
                @if let Some((meetings, note)) = &content.meetings {
                    @if let Some(day) = meetings.last {
                        " · last meeting "
                        @match note {
                            Some(note) => a href=(line_address(&note.path, 1)) { (when::day(day, Some(today))) },
                            None => (when::day(day, Some(today))),
                        }
                    }
                    @if let Some(day) = meetings.next { " · next meeting " (when::day(day, Some(today))) }
                }
            }
        }
    }
}

fn choices(content: &Content, filter: &Filter) -> Markup {
    let owner = crate::items::normal(&filter.owner);
    html! {
        form.choices id="choices" method="get" action="/board" role="search" {
            @if content.series.len() > 1 {
                label { span { "Series" }
                    select name="series" {
                        option value="" { "All series" }
                        @for series in &content.series {
                            option value=(series) selected[*series == filter.series] { (one_line(series)) }
                        }
                    }
                }
            } @else if !filter.series.is_empty() {
                input type="hidden" name="series" value=(filter.series);
            }
            label { span { "Owner" }
                select name="owner" {
                    option value="" { "Everybody" }
                    @for one in &content.selection.owners {
                        option value=(one.name) selected[crate::items::normal(&one.name) == owner] {
                            (one.name) " (" (one.open) ")"
                        }
                    }
                    @if !owner.is_empty() && !content.selection.owners.iter().any(|one| crate::items::normal(&one.name) == owner) {
                        option value=(filter.owner) selected { (one_line(&filter.owner)) }
                    }
                }
            }
            label { span { "Show" }
                select name="state" {
                    @for (show, word, title) in Show::ALL {
                        option value=(word) selected[show == filter.show()] { (title) }
                    }
                }
            }
            label { span { "Group" }
                select name="by" {
                    @for (order, word, title) in Order::ALL {
                        option value=(word) selected[order == filter.order()] { (title) }
                    }
                }
            }
            label.search { span { "Search" }
                input id="search" type="search" name="q" value=(filter.q) maxlength="200" autocomplete="off";
            }
            button { "Show" }
        }
    }
}

fn summary(selection: &Selection, filter: &Filter) -> Markup {
    let all = selection.items.len();
    html! {
        div.summary {
            p id="summary" { (selection.in_words()) }
            @if selection.looked > 0 && filter.show() == Show::Open {
                p.progress {
                    label for="progress" { (selection.looked) " of " (all) " looked at today" }
                    progress id="progress" value=(selection.looked) max=(all) {}
                }
            }
        }
    }
}

fn proposals(
    viewer: &Viewer,
    content: &Content,
    filter: &Filter,
    back: Back<'_>,
    today: Date,
) -> Markup {
    let all = content.selection.waiting.len();
    let left = all.saturating_sub(content.proposals.len());
    let rest = Filter {
        state: "asked".to_owned(),
        ..filter.first_page()
    };
    html! {
        @if !content.proposals.is_empty() {
            section.group.asks aria-labelledby="asks" {
                h2 id="asks" { "Waiting for a yes " span.count { (all) } }
                div.cards {
                    @for (proposal, item) in &content.proposals {
                        (card::proposal(viewer, proposal, item.as_ref(), back, with_series(content, filter), today))
                    }
                    @if left > 0 && filter.show() != Show::Asked {
                        p.more { a href=(rest.address()) { "Show " (count(left, "more question")) } }
                    }
                }
            }
        } @else if filter.show() == Show::Asked {
            p.empty { "Nothing waits for a yes." }
        }
    }
}

fn with_series(content: &Content, filter: &Filter) -> bool {
    filter.series.is_empty() && content.series.len() > 1
}

fn groups(
    viewer: &Viewer,
    content: &Content,
    filter: &Filter,
    back: Back<'_>,
    today: Date,
) -> Markup {
    let groups = content
        .cards
        .chunk_by(|(_, group), (_, next)| group == next);
    let around = Around {
        back,
        today,
        with_owner: filter.order() != Order::Owner,
        with_series: with_series(content, filter),
    };
    html! {
        @if content.cards.is_empty() && filter.show() != Show::Asked {
            p.empty {
                @if filter.show() == Show::Open { "Nothing is on the table." } @else { "There is nothing to show." }
            }
        }
        @for cards in groups {
            @if let Some((_, number)) = cards.first() {
                @let group = &content.selection.groups[*number];
                @let title = format!("g-{number}");
                section.group aria-labelledby=(title) {
                    h2 id=(title) { (group.title) " " span.count { (group.count) } }
                    div.cards {
                        @for (one, _) in cards { (card::card(viewer, one, around)) }
                    }
                }
            }
        }
    }
}

fn pager(selection: &Selection, filter: &Filter) -> Markup {
    let all = match filter.show() {
        Show::Asked => selection.waiting.len(),
        _ => selection.items.len(),
    };
    let pages = all.div_ceil(CARDS);
    let now = filter.page();
    let at = |page: usize| Filter {
        page: (page + 1).to_string(),
        ..filter.clone()
    };
    html! {
        @if pages > 1 {
            nav.pager aria-label="Pages" {
                @if now > 0 { a rel="prev" href=(at(now.min(pages) - 1).address()) { "Earlier page" } }
                span { "Page " (now + 1) " of " (pages) }
                @if now + 1 < pages { a rel="next" href=(at(now + 1).address()) { "Next page" } }
            }
        }
    }
}

/// People like to see what came of it.
fn lately(items: &[Arc<Known>], filter: &Filter, today: Date) -> Markup {
    html! {
        @if !items.is_empty() {
            details.lately {
                summary { h2 { @if filter.series.is_empty() { "Done lately " } @else { "Done since the last meeting " } span.count { (items.len()) } } }
                ul {
                    @for item in items.iter().map(|known| &known.item) {
                        li {
                            a href={ "/item/" (item.id) } { (super::phrase(&item.what())) }
                            " " span.who { (crate::views::names(&item.owners)) }
                            @if let Some(day) = item.closed { " " span.day { (when::day(day, Some(today))) } }
                        }
                    }
                }
            }
        }
    }
}
