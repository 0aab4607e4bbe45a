//! The open items as a block for the next meeting's agenda.

use super::escape::{escape, link_path};
use super::text::count;
use super::when;
use crate::items::{Item, Mention, State, normal};
use jiff::civil::Date;

/// The line that begins the block. It starts with `lines::BEGIN`.
const BEGIN_LINE: &str = "<!-- owed:begin (tick [x] what is done and [-] what is dropped; \
                          the rest of this part is written anew each time) -->";
const END_LINE: &str = "<!-- owed:end -->";

/// What the block says when nothing is open.
pub(super) const NOTHING: &str = "Nothing is open.";

/// What comes between the words of an entry and what is known about them.
pub(super) const DETAILS: &str = " — ";

/// The name of the part for items without an owner; it comes last.
const NOBODY: &str = "Nobody yet";

/// How a block is made.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The day ages are counted to and dues are held against: the next meeting's. Without one there
    /// are no ages.
    pub meeting: Option<Date>,
    /// The line over the items.
    pub title: &'a str,
    /// The absolute directory that links start from, with `/` between its parts.
    pub directory: &'a str,
    /// The absolute directory that the paths of mentions start from, with `/` between its parts.
    pub root: &'a str,
}

/// The open ones of `items` as a block, its two marker lines included, without a final line break.
///
/// The entries are grouped by owner, the oldest first. Every entry holds its item's id in a
/// comment, so that ticks can be read back from it.
pub fn render<'a>(items: impl IntoIterator<Item = &'a Item>, options: &Options<'_>) -> String {
    let mut open: Vec<&Item> = items
        .into_iter()
        .filter(|item| item.state == State::Open)
        .collect();
    open.sort_by_cached_key(|item| {
        (
            group_key(item),
            item.since.is_none(),
            item.since,
            item.id.clone(),
        )
    });

    let mut lines = vec![
        BEGIN_LINE.to_owned(),
        format!("**{}**", escape(options.title)),
        String::new(),
    ];
    if open.is_empty() {
        lines.push(NOTHING.to_owned());
    }
    let mut group = None;
    for item in open {
        let key = group_key(item);
        if group.as_ref() != Some(&key) {
            lines.push(format!("- **{}**", group_name(item)));
            group = Some(key);
        }
        lines.push(entry(item, options));
    }
    lines.push(END_LINE.to_owned());
    lines.join("\n")
}

/// What groups are put in order by: people, the group as a whole, nobody.
fn group_key(item: &Item) -> (u8, String) {
    let owners: Vec<String> = item.owners.iter().map(|owner| normal(owner)).collect();
    let rank = match owners.as_slice() {
        [] => 2,
        [owner] if owner == "we" => 1,
        _ => 0,
    };
    (rank, owners.join(", "))
}

fn group_name(item: &Item) -> String {
    match group_key(item).0 {
        0 => escape(&item.owners.join(", ")),
        1 => "We".to_owned(),
        _ => NOBODY.to_owned(),
    }
}

/// `  - [ ] write the guide — due 2 May · since 24 Apr, 1 week ·
/// [core-04-24.md:12](core-04-24.md#L12) <!-- owed:… -->`
fn entry(item: &Item, options: &Options<'_>) -> String {
    let mut details = Vec::new();
    if let Some(due) = &item.due {
        let overdue = options
            .meeting
            .is_some_and(|meeting| when::is_overdue(item, meeting));
        let mark = if overdue { "**overdue**: " } else { "" };
        details.push(format!(
            "{mark}due {}",
            escape(&when::due(due, options.meeting))
        ));
    }
    if let Some(since) = item.since {
        let age = options.meeting.map(|meeting| when::age(since, meeting));
        let age = age.filter(|age| !age.is_empty());
        let age = age.map_or(String::new(), |age| format!(", {age}"));
        details.push(format!("since {}{age}", when::day(since, options.meeting)));
    }
    let mut notes: Vec<&Mention> = Vec::new();
    for mention in &item.mentions {
        if notes.last().is_none_or(|last| last.path != mention.path) {
            notes.push(mention);
        }
    }
    if let Some(first) = notes.first() {
        details.push(link(first, options));
    }
    if let [_, .., last] = notes.as_slice() {
        details.push(format!(
            "said {}, last in {}",
            count(notes.len(), "time"),
            link(last, options)
        ));
    }
    let details = if details.is_empty() {
        String::new()
    } else {
        format!("{DETAILS}{}", details.join(" · "))
    };
    format!(
        "  - [ ] {}{details} <!-- owed:{} -->",
        escape(&item.text),
        item.id
    )
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
fn relative(directory: &str, path: &str) -> String {
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
    use super::{Options, relative, render};
    use crate::due::Due;
    use crate::items::State;
    use crate::views::testing::{item, mention};
    use jiff::civil::date;

    const OPTIONS: Options<'_> = Options {
        meeting: Some(date(2025, 5, 8)),
        title: "Open items",
        directory: "/p/notes/core/2025",
        root: "/p",
    };

    #[test]
    fn grouped_by_owner_and_oldest_first() {
        let mut late = item(&["Ana"], "write the guide", date(2025, 4, 24));
        late.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        let mut again = item(&["ana"], "ask @priya about <b>keys</b>", date(2025, 4, 10));
        again
            .mentions
            .push(mention("notes/core/2025/core-04-24.md", 30));
        let mut done = item(&["Ana"], "open an issue", date(2025, 4, 10));
        done.state = State::Done;
        let nobody = item(&[], "pick a date", date(2025, 4, 10));
        let us = item(&["we"], "read the draft", date(2024, 12, 12));
        let pair = item(&["Ben", "Chidi"], "try it", date(2025, 5, 8));
        insta::assert_snapshot!(render([&late, &again, &done, &nobody, &us, &pair], &OPTIONS), @"
        <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
        **Open items**

        - **ana**
          - [ ] ask `@priya` about &lt;b>keys&lt;/b> — since 10 Apr, 4 weeks · [core-04-10.md:12](core-04-10.md#L12) · said 2 times, last in [core-04-24.md:30](core-04-24.md#L30) <!-- owed:bzpbaegt1x8e -->
          - [ ] write the guide — **overdue**: due 2 May · since 24 Apr, 2 weeks · [core-04-24.md:12](core-04-24.md#L12) <!-- owed:vnv2en78dr6a -->
        - **Ben, Chidi**
          - [ ] try it — since 8 May · [core-05-08.md:12](core-05-08.md#L12) <!-- owed:d05akp9kfx7a -->
        - **We**
          - [ ] read the draft — since 12 Dec 2024, 4 months · [core-12-12.md:12](../2024/core-12-12.md#L12) <!-- owed:zdqs6dbgqcd8 -->
        - **Nobody yet**
          - [ ] pick a date — since 10 Apr, 4 weeks · [core-04-10.md:12](core-04-10.md#L12) <!-- owed:dqhr79sn2ygb -->
        <!-- owed:end -->
        ");
    }

    #[test]
    fn nothing_open() {
        insta::assert_snapshot!(render([], &OPTIONS), @"
        <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
        **Open items**

        Nothing is open.
        <!-- owed:end -->
        ");
    }

    #[test]
    fn without_a_meeting_there_are_no_ages() {
        let options = Options {
            meeting: None,
            ..OPTIONS
        };
        let ana = item(&["Ana"], "write the guide", date(2025, 4, 24));
        insta::assert_snapshot!(render([&ana], &options), @"
        <!-- owed:begin (tick [x] what is done and [-] what is dropped; the rest of this part is written anew each time) -->
        **Open items**

        - **Ana**
          - [ ] write the guide — since 24 Apr 2025 · [core-04-24.md:12](core-04-24.md#L12) <!-- owed:vnv2en78dr6a -->
        <!-- owed:end -->
        ");
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
