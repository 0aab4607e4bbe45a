//! The entries of owed's block: how they are marked, and what a person has made of them since.
//!
//! An entry ends in a comment with its item's id and a stamp of what it said of owners, words and due. Whoever changes
//! one of these in the file leaves the stamp as it was, and so the change can be told from what has become old. The end
//! of the block names the entries that it was written with, and has a stamp of each line of owed's own that is no entry.

use super::lines::{BEGIN, END, Line, list_entry};
use super::template::TemplateError;
use crate::due::{self, Due};
use crate::items::{ItemId, Mark, normal};
use crate::reconcile::Edit;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// How a block begins.
const BEGIN_LINE: &str = "<!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add \
                          remarks below an entry: owed reads them; the rest is written anew each time) -->";

/// What comes between the words of an entry and what is known about them.
const DETAILS: &str = " — ";
/// What comes between the parts of that.
const BETWEEN: &str = " · ";
/// Who has to do it where nobody has.
pub(super) const NOBODY: &str = "Nobody";

/// What the list entries of a file begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bullets {
    /// `-`, `*` or `+`.
    Mark(char),
    /// `1.` or `1)`, all the same or counted.
    Number {
        /// `.` or `)`.
        after: char,
        /// Whether the second is `2.`.
        counted: bool,
    },
}

impl Bullets {
    /// What the n-th entry begins with, counted from 1.
    pub(super) fn nth(self, n: usize) -> String {
        match self {
            Bullets::Mark(mark) => mark.to_string(),
            Bullets::Number { after, counted } => {
                format!("{}{after}", if counted { n } else { 1 })
            }
        }
    }
}

/// The comment of an entry as a template gets it.
pub(super) fn mark(id: &ItemId, is_done: bool) -> String {
    if is_done {
        format!("<!-- owed:{id} done -->")
    } else {
        format!("<!-- owed:{id} -->")
    }
}

/// What a template has made as a whole block: with its marker lines, and with stamps in the marks. `items` are the ids
/// that must have an entry, with what they say.
///
/// # Errors
/// [`TemplateError::NoMark`], [`TemplateError::After`] and [`TemplateError::Marker`].
pub(super) fn seal(body: &str, items: &[(String, String)]) -> Result<String, TemplateError> {
    let body = body.trim_matches(['\n', '\r']);
    if body.contains(BEGIN) || body.contains(END) {
        return Err(TemplateError::Marker);
    }
    let lines = super::lines::lines(body);
    let mut sealed = body.to_owned();
    let mut ids = Vec::new();
    let mut stamps = Vec::new();
    for piece in pieces(&lines, 0, lines.len()) {
        let Some(mark) = piece.mark_comment() else {
            stamps.push(stamp(&piece.text, 4));
            continue;
        };
        if !mark.after.is_empty() {
            let what = items.iter().find(|(id, _)| id == mark.id.as_str());
            let what = what.map_or(String::new(), |(_, what)| what.clone());
            return Err(TemplateError::After { what });
        }
        if !mark.is_done {
            let id = &mark.id;
            let stamped = format!("<!-- owed:{id} {} -->", piece.shown().stamp());
            sealed = sealed.replacen(&format!("<!-- owed:{id} -->"), &stamped, 1);
        }
        ids.push(mark.id.to_string());
    }
    if let Some((_, what)) = items.iter().find(|(id, _)| !ids.contains(id)) {
        return Err(TemplateError::NoMark { what: what.clone() });
    }
    let mut end = END.to_owned();
    for part in ids.iter().map(String::as_str).chain(["/"]) {
        end.push(' ');
        end.push_str(part);
    }
    for stamp in stamps {
        end.push(' ');
        end.push_str(&stamp);
    }
    Ok(format!("{BEGIN_LINE}\n{sealed}\n{end} -->"))
}

/// What the end of a block says about how it was written.
#[derive(Default)]
pub(super) struct Written {
    /// The items that had an entry.
    pub(super) ids: Vec<ItemId>,
    /// The stamps of owed's own lines that are no entries.
    stamps: Vec<String>,
}

impl Written {
    pub(super) fn of(end: &str) -> Self {
        let inner = end.trim().strip_prefix(END).unwrap_or_default();
        let inner = inner.strip_suffix("-->").unwrap_or(inner);
        let (ids, stamps) = inner.split_once('/').unwrap_or((inner, ""));
        Self {
            ids: ids.split_whitespace().filter_map(ItemId::parse).collect(),
            stamps: stamps.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Whether owed wrote it, and nobody has changed it since.
    pub(super) fn has(&self, piece: &Piece<'_>) -> bool {
        self.stamps.contains(&stamp(&piece.text, 4))
    }
}

/// Some characters that stand for a text: emphasis, case, breaks and punctuation do not count.
fn stamp(text: &str, length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let words = normal(text);
    let words = if words.is_empty() {
        text.trim()
    } else {
        &words
    };
    let hash = Sha256::digest(words.as_bytes());
    let pick = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
    hash.iter().take(length).map(pick).collect()
}

/// An entry or a paragraph inside the block, with the lines that go on in it.
pub(super) struct Piece<'t> {
    /// Its first line, from 0.
    pub(super) line: usize,
    pub(super) indent: usize,
    pub(super) after_blank: bool,
    pub(super) is_entry: bool,
    /// How many columns its list marker takes, with one blank.
    pub(super) hang: usize,
    pub(super) lines: Vec<&'t str>,
    /// Its words on one line, without a list marker.
    pub(super) text: String,
}

/// What the comment of an entry says, and what stands after it.
pub(super) struct MarkComment<'p> {
    pub(super) id: ItemId,
    /// Whether owed wrote it as done.
    pub(super) is_done: bool,
    stamp: &'p str,
    pub(super) after: &'p str,
}

pub(super) fn pieces<'t>(lines: &[Line<'t>], from: usize, to: usize) -> Vec<Piece<'t>> {
    let mut pieces: Vec<Piece<'t>> = Vec::new();
    let mut open = false;
    let mut after_blank = false;
    for (line, at) in lines[from..to].iter().zip(from..) {
        let entry = list_entry(line.text);
        if line.is_blank() {
            (open, after_blank) = (false, true);
        } else if open && entry.is_none() {
            if let Some(piece) = pieces.last_mut() {
                piece.lines.push(line.text);
                piece.text.push(' ');
                piece.text.push_str(line.text.trim());
            }
        } else {
            let start = line.text.trim_start();
            let marker = start.find(char::is_whitespace).unwrap_or(start.len());
            pieces.push(Piece {
                line: at,
                indent: indent(line.text),
                after_blank,
                is_entry: entry.is_some(),
                hang: entry.map_or(0, |_| marker + 1),
                lines: vec![line.text],
                text: entry.map_or(line.text, |(_, text)| text).trim().to_owned(),
            });
            (open, after_blank) = (true, false);
        }
    }
    pieces
}

impl Piece<'_> {
    /// The comment of an entry of owed's.
    pub(super) fn mark_comment(&self) -> Option<MarkComment<'_>> {
        if !self.is_entry {
            return None;
        }
        let (_, after) = self.text.rsplit_once("<!-- owed:")?;
        let (inner, after) = after.split_once("-->")?;
        let mut parts = inner.split_whitespace();
        let id = ItemId::parse(parts.next()?)?;
        let stamp = parts.next().unwrap_or_default();
        Some(MarkComment {
            id,
            is_done: stamp == "done",
            stamp,
            after: after.trim(),
        })
    }

    /// The box, where it begins with one, and the words after it.
    fn boxed(&self) -> (Option<&str>, &str) {
        let inner = self
            .text
            .strip_prefix('[')
            .and_then(|text| text.split_once(']'));
        match inner {
            Some((mark, rest)) if mark.chars().count() <= 1 => (Some(mark.trim()), rest.trim()),
            _ => (None, &self.text),
        }
    }

    /// The words without a box.
    pub(super) fn unboxed(&self) -> &str {
        self.boxed().1
    }

    /// A tick wins over a strike: people strike what is done, too.
    pub(super) fn mark(&self) -> Mark {
        let (mark, words) = self.boxed();
        let what = self.shown().what;
        let is_struck = ["~~", "<s>", "<del>"]
            .iter()
            .any(|strike| words.starts_with(strike) || what.starts_with(strike));
        match mark {
            Some("x" | "X" | "✓" | "✔") => Mark::Done,
            Some("-") => Mark::Dropped,
            _ if is_struck => Mark::Dropped,
            _ => Mark::Open,
        }
    }

    /// What the entry says.
    pub(super) fn shown(&self) -> Shown<'_> {
        let (_, words) = self.boxed();
        let words = words
            .rsplit_once("<!-- owed:")
            .map_or(words, |(words, _)| words);
        let words = words.trim().trim_matches('~').trim();
        let (head, details) = words.rsplit_once(DETAILS).unwrap_or((words, ""));
        let bold = head
            .strip_prefix("**")
            .and_then(|rest| rest.split_once("**"));
        let (owners, what) = match bold {
            Some((owners, what)) => (owners, what.trim_start().trim_start_matches(':')),
            None => head
                .split_once(": ")
                .filter(|(owners, _)| owners.chars().count() <= 60)
                .unwrap_or(("", head)),
        };
        let due = details.split(BETWEEN).find_map(|part| {
            let part = part.trim().trim_start_matches('*');
            let part = part.strip_prefix("overdue").unwrap_or(part);
            let part = part.trim_start_matches(|c: char| "*:, ".contains(c));
            part.strip_prefix("due ")
                .or_else(|| part.strip_prefix("Due "))
        });
        Shown {
            owners: owners.trim().trim_end_matches(':').trim(),
            what: what.trim(),
            due: due.unwrap_or_default().trim(),
            has_details: !details.trim().is_empty(),
        }
    }

    /// What a person has changed about an entry of owed's since it was written.
    pub(super) fn edits(&self, meeting: Option<Date>) -> Vec<Edit> {
        let Some(comment) = self.mark_comment() else {
            return Vec::new();
        };
        if comment.is_done {
            let reopened = matches!(self.boxed().0, Some(""));
            return if reopened {
                vec![Edit::Reopened]
            } else {
                Vec::new()
            };
        }
        let shown = self.shown();
        let (before, now) = (comment.stamp, shown.stamp());
        if before.len() != now.len() || !before.is_ascii() {
            return Vec::new();
        }
        let mut edits = Vec::new();
        if before[..2] != now[..2] && !shown.owners.is_empty() {
            edits.push(Edit::Owners {
                owners: owners(shown.owners),
            });
        }
        // What was cut for its length would be cut for good.
        if before[2..4] != now[2..4] && !shown.what.is_empty() && !shown.what.ends_with('…') {
            edits.push(Edit::Text {
                text: unescaped(shown.what.trim_matches('~')),
            });
        }
        // Who has cut off all that is known about it has not meant the due.
        if before[4..] != now[4..] && shown.has_details {
            edits.push(Edit::Due {
                due: due_of(shown.due, meeting),
            });
        }
        edits
    }
}

/// What an entry says, as it is written.
pub(super) struct Shown<'p> {
    pub(super) owners: &'p str,
    pub(super) what: &'p str,
    pub(super) due: &'p str,
    has_details: bool,
}

impl Shown<'_> {
    /// Two characters for each part.
    fn stamp(&self) -> String {
        let parts = [self.owners, self.what, self.due];
        parts.iter().map(|part| stamp(part, 2)).collect()
    }
}

fn owners(text: &str) -> Vec<String> {
    let text = unescaped(text).replace(" and ", ",");
    let names: Vec<String> = text
        .split([',', '&', '+'])
        .map(|name| name.trim_matches(|c: char| c.is_whitespace() || "@`*_".contains(c)))
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let lower: Vec<String> = names.iter().map(|name| normal(name)).collect();
    match lower
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["nobody" | "nobody yet" | "none" | "tbd" | ""] => Vec::new(),
        ["we" | "all" | "everybody" | "everyone"] => vec!["we".to_owned()],
        _ => names,
    }
}

fn due_of(text: &str, meeting: Option<Date>) -> Option<Due> {
    let phrase = unescaped(text);
    if phrase.is_empty() {
        return None;
    }
    due::parse(&phrase, meeting).or(Some(Due {
        phrase,
        date: None,
        alternative: None,
    }))
}

/// The words that are shown by Markdown as `super::escape` makes it.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = chars.next_if(|next| c == '\\' && next.is_ascii_punctuation());
        out.push(escaped.unwrap_or(c));
    }
    let out = uncalled(&out);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The text with names out of the code spans that keep them from calling somebody: `@ana`.
fn uncalled(text: &str) -> String {
    let mut parts = text.split("`@");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('@');
        let (name, rest) = part.split_once('`').unwrap_or((part, ""));
        out.push_str(name);
        out.push_str(rest);
    }
    out
}

/// The columns of white space before a line; a tab takes four.
pub(super) fn indent(line: &str) -> usize {
    line.chars()
        .take_while(|c| c.is_whitespace())
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum()
}
