//! The items for the next meeting as a block for its agenda.

use super::entry::{self, Bullets};
use super::escape::{escape, link_path};
use super::pick::Picked;
use super::template::{TemplateError, fill};
use super::text::{count, fit, one_line, words};
use super::when;
use crate::items::{Item, LinkState, Mention, Proposal, ProposalKind, Reason, normal};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// The template of a block where the user has none of their own.
pub const TEMPLATE: &str = include_str!("agenda.md");

/// How many columns the words of an item may take.
const WIDE: usize = 160;
/// How many items are listed as done.
const DONE: usize = 12;

/// How a block is made.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The day ages are counted to and dues are held against: the next meeting's.
    pub meeting: Date,
    /// The series, as `owed list` takes it; `None` for all series.
    pub series: Option<&'a str>,
    /// The line over the items.
    pub title: &'a str,
    /// The template; [`TEMPLATE`] by default.
    pub template: &'a str,
    /// How its entries begin.
    pub bullets: Bullets,
    /// The path of the agenda, as mentions have theirs, where there is a file: what it says itself is no earlier time.
    pub path: Option<&'a str>,
    /// The absolute directory that links start from, with `/` between its parts.
    pub directory: &'a str,
    /// The absolute directory that the paths of mentions start from, with `/` between its parts.
    pub root: &'a str,
    /// How the issues that items are tied to stand, by address, as far as it is known.
    pub links: &'a BTreeMap<String, LinkState>,
}

/// What a template gets. Every text in it is Markdown that shows itself and does nothing.
#[derive(Serialize)]
struct Values {
    title: String,
    series: String,
    /// The day of the meeting, as YYYY-MM-DD.
    meeting: String,
    items: Vec<Entry>,
    /// What is not listed, in words; empty where everything is.
    rest: String,
    more: usize,
    idle: usize,
    snoozed: usize,
    later: usize,
    done: Vec<Entry>,
    dropped: usize,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    /// The comment by which the entry is known again.
    mark: String,
    /// How the list entry begins: `-` or `1.`, as the file has it.
    bullet: String,
    /// "Ana, Ben", "We" or "Nobody".
    owners: String,
    what: String,
    /// All that is known about it, in the order of the default template.
    details: Vec<String>,
    due: String,
    overdue: bool,
    since: String,
    /// "3rd time"; empty for the first.
    nth: String,
    times: usize,
    slipped: usize,
    /// The link to where it was first said.
    first: String,
    /// The link to where it was last said, if that is elsewhere.
    last: String,
    /// Links to issues and the like.
    issues: Vec<String>,
    /// "done? said in …" where that waits for a yes.
    asked: String,
}

/// A block, its two marker lines included, without a final line break: what was picked, as the template has it. Every
/// entry holds its item's id in a comment, with a stamp of what it says, so that what people change can be read back.
///
/// # Errors
/// A template that cannot be used.
pub fn render(picked: &Picked<'_>, options: &Options<'_>) -> Result<String, TemplateError> {
    let items: Vec<Entry> = (1..)
        .zip(&picked.items)
        .map(|(nth, it)| open_entry(it.item, it.asked, nth, options))
        .collect();
    let n_done = picked.done.len().min(DONE);
    let done: Vec<Entry> = (1..)
        .zip(&picked.done[..n_done])
        .map(|(nth, item)| done_entry(item, nth, options))
        .collect();
    let marks: Vec<(String, String)> = items
        .iter()
        .chain(&done)
        .map(|entry| (entry.id.clone(), entry.what.clone()))
        .collect();
    let values = Values {
        title: escape(options.title),
        series: options.series.map(escape).unwrap_or_default(),
        meeting: options.meeting.to_string(),
        items,
        rest: rest(picked, options),
        more: picked.more,
        idle: picked.idle,
        snoozed: picked.snoozed,
        later: picked.later,
        done,
        dropped: picked.dropped,
    };
    let body = fill(options.template, &values)?;
    entry::seal(&body, &marks)
}

fn open_entry(item: &Item, asked: Option<&Proposal>, nth: usize, options: &Options<'_>) -> Entry {
    let meeting = options.meeting;
    let mut entry = plain_entry(item, nth, options);
    entry.mark = entry::mark(&item.id, false);
    if let Some(due) = &item.due {
        entry.due = escape(&when::due(due, Some(meeting)));
        entry.overdue = when::is_overdue(item, meeting);
    }
    entry.asked = asked.map_or(String::new(), |proposal| ask(proposal, item, options));
    let due = match (entry.due.as_str(), entry.overdue) {
        ("", _) => String::new(),
        (due, true) => format!("**overdue**: due {due}"),
        (due, false) => format!("due {due}"),
    };
    let since = match (entry.since.as_str(), entry.nth.as_str()) {
        ("", nth) => nth.to_owned(),
        (since, "") => format!("since {since}"),
        (since, nth) => format!("since {since}, {nth}"),
    };
    let last = match entry.last.as_str() {
        "" => String::new(),
        last => format!("last in {last}"),
    };
    let parts = [&due, &entry.asked, &since, &entry.first, &last];
    entry.details = parts.into_iter().chain(&entry.issues).cloned().collect();
    entry.details.retain(|part| !part.is_empty());
    entry
}

fn done_entry(item: &Item, nth: usize, options: &Options<'_>) -> Entry {
    let mut entry = plain_entry(item, nth, options);
    entry.mark = entry::mark(&item.id, true);
    let done = item.closed.map_or("done".to_owned(), |day| {
        format!("done {}", when::day(day, Some(options.meeting)))
    });
    let place = if entry.last.is_empty() {
        &entry.first
    } else {
        &entry.last
    };
    let parts = [&done, place];
    entry.details = parts.into_iter().chain(&entry.issues).cloned().collect();
    entry.details.retain(|part| !part.is_empty());
    entry
}

/// What is the same of an open and a closed item.
fn plain_entry(item: &Item, nth: usize, options: &Options<'_>) -> Entry {
    let earlier: Vec<&Mention> = item
        .mentions
        .iter()
        .filter(|mention| Some(mention.path.as_str()) != options.path)
        .filter(|mention| mention.meeting.is_none_or(|day| day <= options.meeting))
        .collect();
    let mut notes: Vec<&Mention> = Vec::new();
    for mention in &earlier {
        if notes.last().is_none_or(|last| last.path != mention.path) {
            notes.push(mention);
        }
    }
    let mut meetings: Vec<(Option<Date>, &str)> = earlier
        .iter()
        .map(|it| (it.meeting, it.meeting.map_or(it.path.as_str(), |_| "")))
        .collect();
    meetings.dedup();
    let times = meetings.len() + 1;
    let since = item
        .since
        .map(|since| when::day(since, Some(options.meeting)));
    let last = match notes.as_slice() {
        [_, .., last] => link(last, options),
        _ => String::new(),
    };
    Entry {
        id: item.id.to_string(),
        mark: String::new(),
        bullet: options.bullets.nth(nth),
        owners: owners(item),
        what: what(&item.what()),
        details: Vec::new(),
        due: String::new(),
        overdue: false,
        since: since.unwrap_or_default(),
        nth: if times > 2 {
            ordinal(times)
        } else {
            String::new()
        },
        times,
        slipped: item.times_slipped(),
        first: notes
            .first()
            .map_or(String::new(), |first| link(first, options)),
        last,
        issues: item
            .links
            .iter()
            .filter_map(|url| issue(url, options.links.get(url)))
            .collect(),
        asked: String::new(),
    }
}

fn owners(item: &Item) -> String {
    match item.owners.as_slice() {
        [] => entry::NOBODY.to_owned(),
        [owner] if normal(owner) == "we" => "We".to_owned(),
        owners => escape(&owners.join(", ")),
    }
}

/// The words of an item; of very many the first.
fn what(text: &str) -> String {
    let text = one_line(text);
    let shown = words(&text);
    if super::width(&shown) <= WIDE {
        return escape(&text);
    }
    escape(&fit(&shown, WIDE))
}

/// "3rd time".
fn ordinal(n: usize) -> String {
    let ending = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{ending} time")
}

/// What waits for a yes, with the place of the words, or what else has happened.
fn ask(proposal: &Proposal, item: &Item, options: &Options<'_>) -> String {
    let what = match proposal.kind {
        ProposalKind::Dropped => "dropped?",
        ProposalKind::Finished | ProposalKind::Same | ProposalKind::Unlinked => "done?",
    };
    let why = match proposal.reasons.first() {
        _ if proposal.is_of_words() => format!(" see {}", link(&proposal.words, options)),
        Some(Reason::EntryRemoved { .. }) => " its entry was taken out".to_owned(),
        Some(Reason::Issue { url, event }) if item.links.contains(url) => {
            format!(" its issue was {}", escape(event))
        }
        _ => String::new(),
    };
    format!("**{what}**{why}")
}

/// What is not listed, in words.
fn rest(picked: &Picked<'_>, options: &Options<'_>) -> String {
    let mut parts = Vec::new();
    if picked.more > 0 {
        parts.push(match picked.idle {
            0 => format!("{} more open", picked.more),
            idle if idle == picked.more => {
                format!(
                    "{} more open that nobody has spoken of for half a year",
                    picked.more
                )
            }
            idle => format!(
                "{} more open, {idle} of them not spoken of for half a year",
                picked.more
            ),
        });
    }
    let counted = [(picked.snoozed, "snoozed"), (picked.later, "due later")];
    for (n, what) in counted.into_iter().filter(|(n, _)| *n > 0) {
        parts.push(format!("{n} {what}"));
    }
    let of_open = !parts.is_empty();
    if picked.dropped > 0 {
        parts.push(format!("{} dropped since the last meeting", picked.dropped));
    }
    if picked.done.len() > DONE {
        parts.push(format!("{} done", count(picked.done.len(), "item")));
    }
    if parts.is_empty() {
        return String::new();
    }
    let mut words = format!("And {}", parts.join("; "));
    if of_open {
        let series = options.series.map(|series| {
            let plain = series
                .chars()
                .all(|c| c.is_alphanumeric() || "-_./".contains(c));
            if plain {
                format!(" --series {series}")
            } else {
                // Whoever copies it into a shell runs nothing that a folder's name says.
                format!(" --series '{}'", series.replace(['`', '\'', '\n'], ""))
            }
        });
        let series = series.unwrap_or_default();
        words.push_str(&format!(": `owed list{series}`"));
        if picked.idle > 0 {
            words.push_str(", `owed sweep`");
        }
    }
    words
}

/// `[#12](https://…)`, or the host where the address is not that of an issue; `None` for what is no address. What has
/// ended says so: in a file, GitHub shows a link as it is written.
fn issue(url: &str, state: Option<&LinkState>) -> Option<String> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    if url.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>[]`\"\\".contains(c)) {
        return None;
    }
    let mut parts = rest.trim_end_matches('/').rsplit('/');
    let last = parts.next()?;
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    let kind = parts.next().unwrap_or_default();
    let name = if is_number && matches!(kind, "issues" | "pull" | "merge_requests") {
        format!("#{last}")
    } else {
        escape(rest.split('/').next().unwrap_or(rest))
    };
    let ended = state.filter(|state| **state != LinkState::Open);
    let ended = ended.map_or(String::new(), |state| format!(" {}", state.in_words()));
    Some(format!("[{name}]({url}){ended}"))
}

/// A link to the line where it was said.
fn link(mention: &Mention, options: &Options<'_>) -> String {
    let name = mention.path.rsplit('/').next().unwrap_or(&mention.path);
    let path = if is_absolute(&mention.path) {
        mention.path.clone()
    } else {
        format!("{}/{}", options.root, mention.path)
    };
    format!(
        "[{}:{line}]({}#L{line})",
        escape(name),
        link_path(&relative(options.directory, &path)),
        line = mention.line,
    )
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.as_bytes().get(1) == Some(&b':')
}

/// The way from an absolute directory to an absolute path.
pub fn relative(directory: &str, path: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (from, to) = (parts(directory), parts(path));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[shared..].iter().map(|_| "..");
    let down = to[shared..].iter().map(String::as_str);
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::{Options, TEMPLATE, issue, relative, render};
    use crate::due::Due;
    use crate::items::{Item, LinkState, ProposalKind, Reason};
    use crate::views::Bullets;
    use crate::views::pick::Picked;
    use crate::views::testing::{item, mention, picking};
    use jiff::civil::date;
    use std::collections::BTreeMap;

    const OPTIONS: Options<'_> = Options {
        meeting: date(2025, 5, 8),
        series: Some("notes/core"),
        title: "Open items",
        template: TEMPLATE,
        bullets: Bullets::Mark('-'),
        path: None,
        directory: "/p/notes/core/2025",
        root: "/p",
        links: &BTreeMap::new(),
    };

    fn list(items: &[&Item]) -> String {
        let picked = Picked {
            items: items.iter().map(|item| picking(item, None)).collect(),
            ..Picked::default()
        };
        render(&picked, &OPTIONS).expect("the template fits")
    }

    #[test]
    fn entries_say_what_is_known() {
        let mut late = item(&["Ana"], "write the guide", date(2025, 4, 24));
        late.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        late.links = [
            "https://code.example/a/b/issues/12",
            "https://wiki.example/x",
            "javascript:x",
        ]
        .map(str::to_owned)
        .into();
        let mut again = item(&["ana"], "ask @priya about <b>keys</b>", date(2025, 4, 10));
        again
            .mentions
            .push(mention("notes/core/2025/core-04-24.md", 30));
        let nobody = item(&[], "pick a date", date(2025, 4, 10));
        let us = item(&["we"], "read the draft", date(2024, 12, 12));
        let pair = item(&["@ben", "Chidi"], &"try it ".repeat(40), date(2025, 5, 8));
        insta::assert_snapshot!(list(&[&late, &again, &nobody, &us, &pair]), @"
        <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
        **Open items**

        - [ ] **Ana**: write the guide — **overdue**: due 2 May · since 24 Apr · [core-04-24.md:12](core-04-24.md#L12) · [#12](https://code.example/a/b/issues/12) · [wiki.example](https://wiki.example/x) <!-- owed:vnv2en78dr6a 4mpr78 -->
        - [ ] **ana**: ask `@priya` about &lt;b>keys&lt;/b> — since 10 Apr, 3rd time · [core-04-10.md:12](core-04-10.md#L12) · last in [core-04-24.md:30](core-04-24.md#L30) <!-- owed:bzpbaegt1x8e 4mm33g -->
        - [ ] **Nobody**: pick a date — since 10 Apr · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:dqhr79sn2ygb 324k3g -->
        - [ ] **We**: read the draft — since 12 Dec 2024 · [core-12-12.md:12](../2024/core-12-12.md#L12) <!-- owed:zdqs6dbgqcd8 wwvn3g -->
        - [ ] **`@ben`, Chidi**: try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try it try i… — since 8 May · [core-05-08.md:12](core-05-08.md#L12) <!-- owed:cyz66jajmgcw 465k3g -->
        <!-- owed:end vnv2en78dr6a bzpbaegt1x8e dqhr79sn2ygb zdqs6dbgqcd8 cyz66jajmgcw / tecs -->
        ");
        insta::assert_snapshot!(list(&[]), @"
        <!-- owed:begin (tick [x] what is done and [-] what is dropped, change owners and dues, add remarks below an entry: owed reads them; the rest is written anew each time) -->
        **Open items**

        Nothing is open.
        <!-- owed:end / tecs pzjy -->
        ");
    }

    #[test]
    fn what_waits_and_what_is_counted() {
        let asked = item(&["Ana"], "write the guide", date(2025, 4, 24));
        let words = mention("notes/core/2025/core-05-01.md", 4);
        let proposal = crate::items::Proposal {
            id: crate::items::ProposalId::from_content(
                ProposalKind::Finished,
                "core",
                &words,
                &words,
            ),
            kind: ProposalKind::Finished,
            item: asked.id.clone(),
            with: None,
            words: words.clone(),
            beside: words,
            reasons: vec![Reason::Near],
            decided: None,
        };
        let done: Vec<Item> = (0..14)
            .map(|nth| item(&["Ben"], &format!("do {nth}"), date(2025, 4, 24)))
            .collect();
        let picked = Picked {
            items: vec![picking(&asked, Some(&proposal))],
            more: 7,
            idle: 5,
            snoozed: 1,
            later: 2,
            done: done.iter().collect(),
            dropped: 1,
        };
        let text = render(&picked, &OPTIONS).expect("the template fits");
        let lines: Vec<&str> = text.lines().collect();
        insta::assert_snapshot!(lines[3..10].join("\n"), @"
        - [ ] **Ana**: write the guide — **done?** see [core-05-01.md:4](core-05-01.md#L4) · since 24 Apr · [core-04-24.md:12](core-04-24.md#L12) <!-- owed:vnv2en78dr6a 4mpr3g -->

        _And 7 more open, 5 of them not spoken of for half a year; 1 snoozed; 2 due later; 1 dropped since the last meeting; 14 items done: `owed list --series notes/core`, `owed sweep`_

        **Done since the last meeting**

        - [x] **Ben**: do 0 — done · [core-04-24.md:12](core-04-24.md#L12) <!-- owed:srkrxnwhz2yz done -->
        ");
        assert_eq!(
            text.matches("[x]").count(),
            13,
            "twelve, and the explanation"
        );
    }

    #[test]
    fn a_template_of_ones_own() {
        let ana = item(&["Ana"], "write the guide", date(2025, 4, 24));
        let of = |template| {
            let picked = Picked {
                items: vec![picking(&ana, None)],
                ..Picked::default()
            };
            let options = Options {
                template,
                ..OPTIONS
            };
            match render(&picked, &options) {
                Ok(text) => text.lines().nth(1).unwrap_or_default().to_owned(),
                Err(error) => error.to_string(),
            }
        };
        let all = [
            "{% for i in items %}\n{{ i.bullet }} {{ i.what }} ({{ i.owners }}) {{ i.mark }}\n{% endfor %}",
            "{% for i in items %}{{ i.what }}{% endfor %}",
            "{% for i in items %}\n- {{ i.what }} {{ i.mark }}\n{% endfor %}\nmore\n",
            "{{ items.mark }}",
            "{{ nothing }}",
            "<!-- owed:end -->",
        ];
        insta::assert_snapshot!(all.map(of).join("\n"), @r#"
        - write the guide (Ana) <!-- owed:vnv2en78dr6a 3gy83g -->
        the entry of "write the guide" is no list entry with `{{ item.mark }}` in it
        something stands after `{{ item.mark }}` in the entry of "write the guide": it ends an entry, and a blank line ends the list
        line 1: undefined value
        line 1: undefined value
        it writes a marker of owed's block; owed puts them around what it makes
        "#);
    }

    #[test]
    fn links_to_issues() {
        let pull = "https://code.example/a/b/pull/7/";
        for (url, state, expected) in [
            (pull, None, Some("[#7](https://code.example/a/b/pull/7/)")),
            (
                pull,
                Some(LinkState::Open),
                Some("[#7](https://code.example/a/b/pull/7/)"),
            ),
            (
                pull,
                Some(LinkState::Merged),
                Some("[#7](https://code.example/a/b/pull/7/) merged"),
            ),
            (
                "https://code.example/a/b",
                None,
                Some("[code.example](https://code.example/a/b)"),
            ),
            ("https://code.example/a)b", None, None),
            ("ftp://x", None, None),
        ] {
            let shown = issue(url, state.as_ref());
            assert_eq!(shown.as_deref(), expected, "{url} {state:?}");
        }
    }

    #[test]
    fn ways_between_paths() {
        let cases = [
            ("/p/a", "/p/a/x.md", "x.md"),
            ("/p/a/b", "/p/c/x.md", "../../c/x.md"),
            ("/p", "/q/x.md", "../q/x.md"),
            ("/", "/q/x.md", "q/x.md"),
        ];
        for (from, to, expected) in cases {
            assert_eq!(relative(from, to), expected);
        }
    }
}
