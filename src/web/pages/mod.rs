//! The pages, as HTML. Every word of a note is escaped by the templates.

pub(super) mod board;
mod card;
pub(super) mod item;
pub(super) mod note;
pub(super) mod overview;
mod parts;

use super::{Board, assets};
use crate::items::{Change, Home, Item, ItemId, State};
use crate::ledger::{Ledger, LedgerError};
use crate::views::{names, one_line, when, words};
use axum::http::HeaderMap;
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

/// Who looks at a page.
pub(super) struct Viewer {
    /// Whether they may change anything.
    pub(super) may_write: bool,
    /// Whether a token would let them.
    may_join: bool,
    /// What their forms must carry.
    secret: String,
}

impl Board {
    pub(super) fn viewer(&self, headers: &HeaderMap) -> Viewer {
        let may_write = self.may_write(headers);
        Viewer {
            may_write,
            may_join: !may_write && self.key.is_some(),
            // Nobody else's page needs it.
            secret: if may_write {
                self.form_secret.as_str().to_owned()
            } else {
                String::new()
            },
        }
    }
}

/// What an address says was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    /// An operation of this board.
    did: String,
    /// An item with which there was nothing to do.
    same: String,
}

/// What changes whenever a page would. It is asked for before the page is made: what is written meanwhile is news.
pub(super) fn version(board: &Board, ledger: &Ledger) -> Result<String, LedgerError> {
    let (writes, looked) = (board.writes()?, board.looked().version);
    Ok(format!("{}.{writes}.{looked}", ledger.version()?))
}

/// A whole document.
struct Shell<'a> {
    title: &'a str,
    viewer: &'a Viewer,
    /// See [`version`]; empty where a page does not follow the ledger.
    version: &'a str,
}

impl Shell<'_> {
    fn around(&self, content: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · owed" }
                    link rel="icon" href=(assets::ICON.address());
                    link rel="stylesheet" href=(assets::STYLE.address());
                    script src=(assets::SCRIPT.address()) defer {}
                }
                body {
                    a.skip href="#main" { "To the items" }
                    header.top {
                        a.brand href="/" { "owed" }
                        span.mode { (self.mode()) }
                        span.tools {
                            button type="button" id="theme" hidden { "Light or dark" }
                            button type="button" id="help" hidden { "Keys" }
                        }
                    }
                    main id="main" data-version=(self.version) tabindex="-1" { (content) }
                    p.sr id="live" role="status" aria-live="polite" {}
                    (keys())
                }
            }
        }
    }

    fn mode(&self) -> Markup {
        html! {
            @if self.viewer.may_join { a href="/join" { "Enter the token to change anything" } }
            @else if !self.viewer.may_write { "for reading only" }
        }
    }
}

/// The keys, shown by the script, which heeds them.
fn keys() -> Markup {
    let rows = [
        ("j, k", "next and previous item"),
        ("d", "done"),
        ("o", "still open"),
        ("x", "drop"),
        ("h", "hand over"),
        ("t", "new date"),
        ("y, n", "yes and no to what is proposed"),
        ("u", "undo"),
        ("l", "the line it comes from"),
        ("Enter", "all about the item"),
        ("/", "search"),
        ("?", "these keys"),
        ("Esc", "close, or leave a field"),
    ];
    html! {
        dialog id="keys" aria-labelledby="keys-title" {
            h2 id="keys-title" { "Keys" }
            dl {
                @for (key, what) in rows {
                    div { dt { kbd { (key) } } dd { (what) } }
                }
            }
            form method="dialog" { button { "Close" } }
        }
    }
}

/// A page with one paragraph.
pub(super) fn plain(viewer: &Viewer, title: &str, text: &str) -> Markup {
    let content = html! {
        h1 { (title) }
        p.notice id="notice" role="alert" { (text) }
        p { a href="/board" { "Back to the board" } }
    };
    Shell {
        title,
        viewer,
        version: "",
    }
    .around(&content)
}

/// Where the token goes.
pub(super) fn join(viewer: &Viewer, is_wrong: bool) -> Markup {
    let content = html! {
        h1 { "Change things here" }
        @if is_wrong { p.notice id="notice" role="alert" { "That is not the token of this board." } }
        p { "Whoever started the board has the token: `owed serve` shows it." }
        form.join method="post" action="/join" {
            label for="token" { "Token" }
            input id="token" name="token" type="password" autocomplete="off" required;
            button.main { "Open the board" }
        }
    };
    Shell {
        title: "Token",
        viewer,
        version: "",
    }
    .around(&content)
}

/// What was just done, in words, and the operation that can be taken back.
struct Told {
    words: String,
    undo: Option<u64>,
}

/// What an address says was done, as far as the ledger bears it out.
fn told(ledger: &Ledger, said: &Said) -> Result<Option<Told>, LedgerError> {
    if let Some(id) = ItemId::parse(&said.same) {
        let Some(item) = ledger.item(&id)? else {
            return Ok(None);
        };
        let words = format!(
            "Looked at: {} ({})",
            words(&item.what()),
            item.state.as_str()
        );
        return Ok(Some(Told { words, undo: None }));
    }
    let Ok(number) = said.did.parse() else {
        return Ok(None);
    };
    // What other commands did is not this board's to offer.
    let Some(operation) = ledger.operation(number)? else {
        return Ok(None);
    };
    let Some(act) = operation.command.strip_prefix(super::acts::COMMAND) else {
        return Ok(None);
    };
    let changes = ledger.changes_of(number)?;
    let Some(id) = changes.iter().find_map(Change::item_id) else {
        return Ok(None);
    };
    let item = match ledger.resolve(id)? {
        Some(id) => ledger.item(&id)?,
        None => None,
    };
    let is_undo = act.starts_with("undo ");
    let what = if is_undo {
        "Taken back".to_owned()
    } else {
        done(&changes)
    };
    let text = item.map_or_else(String::new, |item| format!(": {}", words(&item.what())));
    Ok(Some(Told {
        words: format!("{what}{text}"),
        undo: (!is_undo && !operation.undone).then_some(number),
    }))
}

/// The change that people meant, in words: what became of the item, before what else goes with that.
fn done(changes: &[Change]) -> String {
    let became = changes.iter().find_map(|change| match change {
        Change::StateSet { to, .. } => Some(match to {
            State::Done => "Done".to_owned(),
            State::Dropped => "Dropped".to_owned(),
            State::Open => "Open again".to_owned(),
        }),
        Change::OwnersSet { to, .. } => Some(format!("Handed over to {}", names(to))),
        Change::DueSet { to: Some(due), .. } => Some(format!("Due {}", when::due(due, None))),
        Change::DueSet { to: None, .. } => Some("No due date any more".to_owned()),
        Change::Snoozed { to: Some(_), .. } => Some("Snoozed until the next meeting".to_owned()),
        Change::Snoozed { to: None, .. } => Some("Back on the table".to_owned()),
        Change::HomeSet {
            to: Some(Home::With { .. }),
            ..
        } => Some("Taken for the same item".to_owned()),
        Change::Accepted { .. } => Some("Still open".to_owned()),
        _ => None,
    });
    let answered = || {
        changes.iter().find_map(|change| match change {
            Change::Decided { to: Some(true), .. } => Some("Answered yes".to_owned()),
            Change::Decided { .. } => Some("Answered no".to_owned()),
            _ => None,
        })
    };
    became
        .or_else(answered)
        .unwrap_or_else(|| "Changed".to_owned())
}

/// The address of a line of a note.
fn line_address(path: &str, line: u32) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("path", path)
        .append_pair("line", &line.to_string())
        .finish();
    format!("/note?{query}#L{line}")
}

/// Words of a note: links as their words, code as code.
fn phrase(text: &str) -> Markup {
    let text = words(text);
    let mut parts: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is itself.
    let tail = parts.len().is_multiple_of(2).then(|| parts.pop()).flatten();
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
        @if let Some(tail) = tail { "`" (tail) }
    }
}

/// An address elsewhere, in short: `ana/tools#12`.
fn link_words(url: &str) -> String {
    let url = one_line(url);
    let path = url.split_once("://").map_or("", |(_, rest)| rest);
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [_, owner, repository, "issues" | "pull", number, ..] => {
            format!("{owner}/{repository}#{number}")
        }
        _ => path.to_owned(),
    }
}

/// Whether an address may be led to: one of the web, and of nothing that acts.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// "said at 3 meetings, the last on 24 Apr", where that says anything.
fn times(item: &Item, today: Date) -> Vec<String> {
    let mut told = Vec::new();
    match item.times_said() {
        0 | 1 => {}
        n => {
            let last = item.last_said().map_or(String::new(), |last| {
                format!(", the last on {}", when::day(last, Some(today)))
            });
            told.push(format!("said at {n} meetings{last}"));
        }
    }
    match item.times_slipped() {
        0 => {}
        1 => told.push("put off once".to_owned()),
        n => told.push(format!("put off {n} times")),
    }
    match item.times_handed_on() {
        0 => {}
        1 => told.push("handed on once".to_owned()),
        n => told.push(format!("handed on {n} times")),
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{line_address, link_words, phrase};

    #[test]
    fn words_of_notes_are_escaped() {
        for (text, expected) in [
            ("mend `a<b>` now", "mend <code>a&lt;b&gt;</code> now"),
            ("one ` alone", "one ` alone"),
            ("`a` and ` alone", "<code>a</code> and ` alone"),
            (
                "<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            ("[the plan](https://a.example)", "the plan"),
        ] {
            assert_eq!(phrase(text).into_string(), expected);
        }
    }

    #[test]
    fn addresses() {
        assert_eq!(
            line_address("a b/c&d.md", 7),
            "/note?path=a+b%2Fc%26d.md&line=7#L7"
        );
        for (url, expected) in [
            ("https://git.example/ana/tools/issues/12", "ana/tools#12"),
            ("https://git.example/ana/tools/pull/3/files", "ana/tools#3"),
            ("https://a.example/x", "a.example/x"),
        ] {
            assert_eq!(link_words(url), expected);
        }
    }
}
