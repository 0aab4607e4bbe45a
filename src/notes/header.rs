//! The head of a note: when, what, and of which series.

use super::blocks::{Block, BlockKind, Blocks};
use super::lines::{Line, LineKind};
use super::plain::Plain;
use crate::text::SourceText;
use jiff::civil::Date;

/// What a note says of itself before anybody speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The meeting's date, from the file's name, its front matter, its title, its first lines or the address of its agenda,
    /// in this order.
    pub date: Option<Date>,
    /// The first heading, or the front matter's title.
    pub title: Option<String>,
    /// The run of meetings that it belongs to; see [`series_of`].
    pub series: String,
    /// Attendees named in the front matter.
    pub attendees: Vec<String>,
}

/// Reads a note's head.
pub(super) fn read(source: &SourceText, lines: &[Line]) -> Header {
    let mut header = Header {
        series: series_of(source.path()),
        ..Header::default()
    };
    let mut front_date = None;
    let mut list = String::new();
    let mut nested = Nested::default();
    for (index, _) in lines
        .iter()
        .enumerate()
        .take_while(|(_, line)| line.kind == LineKind::FrontMatter)
    {
        let text = source.line(index);
        nested.read(text, &mut header.attendees);
        if let Some((key, value)) = text
            .split_once(':')
            .filter(|_| !text.starts_with([' ', '-', '\t']))
        {
            list = key.trim().to_lowercase();
            let value = value.trim().trim_matches(['"', '\'']);
            match list.as_str() {
                "date" | "meeting_date" | "meeting-date" => front_date = date_in(value),
                "title" => header.title = Some(value.to_owned()).filter(|title| !title.is_empty()),
                _ if is_attendee_key(&list) => {
                    let names = value
                        .trim_matches(['[', ']'])
                        .split(',')
                        .map(|name| name.trim().trim_matches(['"', '\'']));
                    header
                        .attendees
                        .extend(names.filter(|name| !name.is_empty()).map(str::to_owned));
                }
                _ => {}
            }
        } else if is_attendee_key(&list) {
            let name = text.trim().trim_start_matches('-').trim();
            let name = name
                .strip_prefix("name:")
                .unwrap_or(name)
                .trim()
                .trim_matches(['"', '\'']);
            if !name.is_empty() && !name.contains(':') {
                header.attendees.push(name.to_owned());
            }
        }
    }
    let heading = lines
        .iter()
        .take(60)
        .find(|line| matches!(line.kind, LineKind::Heading(_)));
    let title = heading.map(|line| {
        line.body
            .of(source.text())
            .trim_matches(['*', '_', ' '])
            .to_owned()
    });
    header.title = header
        .title
        .take()
        .or(title.clone())
        .filter(|title| !title.is_empty());
    let from_title = title.as_deref().and_then(date_in);
    let stated = lines
        .iter()
        .enumerate()
        .take(60)
        .filter(|(_, line)| line.kind != LineKind::FrontMatter)
        .find_map(|(index, _)| {
            let text = source.line(index);
            let plain = text
                .trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase();
            plain.starts_with("date").then(|| date_in(text)).flatten()
        });
    let year = year_of(source.path());
    let month_day = |text: &str| year.and_then(|year| month_day_in(text, year));
    header.date = date_of_path(source.path())
        .or(front_date)
        .or(from_title)
        .or(stated)
        .or_else(|| title.as_deref().and_then(month_day))
        .or_else(|| first_stamp(source))
        .or_else(|| {
            let first =
                (0..lines.len().min(8)).filter(|index| lines[*index].kind != LineKind::FrontMatter);
            first
                .map(|index| without_addresses(source.line(index)))
                .find_map(|text| date_in(&text).or_else(|| month_day(&text)))
        })
        .or_else(|| (0..lines.len().min(12)).find_map(|index| date_of_agenda(source.line(index))));
    header
}

/// A line but for the addresses in it: the day of a post that is linked is not the meeting's.
fn without_addresses(line: &str) -> String {
    let words = line.split(' ').filter(|word| !word.contains("://"));
    words.collect::<Vec<_>>().join(" ")
}

/// The day in the address of the meeting's agenda: `agendas/2025/04-Apr/24-core.md`.
fn date_of_agenda(line: &str) -> Option<Date> {
    let (_, path) = line.split_once("://")?;
    let (_, path) = path.split_once("agenda")?;
    let path = path.split([' ', ')', '>', '?', '#']).next().unwrap_or(path);
    let numbers = numbers_of(path);
    let number = |text: &str| text.parse::<i64>().ok();
    numbers.windows(3).find_map(|window| match window {
        [year, month, day] if is_year(year) && month.len() <= 2 && day.len() <= 2 => {
            date(number(year)?, number(month)?, number(day)?)
        }
        _ => None,
    })
}

/// Takes the title, and a date where nothing else tells it, from the first heading of minutes in HTML.
pub(super) fn read_title(source: &SourceText, blocks: &Blocks, header: &mut Header) {
    let heading = |block: &&Block| matches!(block.kind, BlockKind::Heading(_));
    let Some(block) = blocks.blocks.iter().find(heading) else {
        return;
    };
    let mut plain = Plain::default();
    plain.push(source.text(), blocks.span_of(block));
    header.date = header.date.or_else(|| date_in(plain.text()));
    header.title = Some(plain.text().trim().to_owned());
}

/// The names under an `attendee` key that stands deeper in the front matter, in YAML or JSON, as scribes' tools write it
/// for machines.
#[derive(Default)]
struct Nested {
    /// The indent of the open key.
    open: Option<usize>,
    /// The indent of an open key within it whose names are no people's.
    beside: Option<usize>,
}

impl Nested {
    /// Takes the names of one line.
    fn read(&mut self, line: &str, names: &mut Vec<String>) {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let body = line[indent..].trim_start_matches(['-', '{', ' ']);
        let key = body
            .split(':')
            .next()
            .unwrap_or("")
            .trim_matches(['"', '\'', ' '])
            .to_lowercase();
        let begins = indent > 0 && body.contains(':') && is_attendee_key(&key);
        // Entries of a YAML list, and the brackets of JSON, may stand as deep as the key itself.
        let goes_on = indent > 0 && line[indent..].starts_with(['-', '{', '}', ']']);
        self.open = match self.open {
            Some(above) if indent > above || (indent == above && goes_on) => Some(above),
            _ if begins => Some(indent),
            _ => None,
        };
        let deep = line.len() - body.len();
        self.beside = self.beside.filter(|above| indent > *above);
        if self.open.is_none() || self.beside.is_some() {
            return;
        }
        if is_affiliation_key(&key) {
            self.beside = Some(deep);
            return;
        }
        for (at, _) in line.match_indices("name") {
            let before = line[..at].trim_end_matches(['"', '\'']);
            let after = line[at + 4..].trim_start_matches(['"', '\'']);
            let Some(value) = after.strip_prefix(':').map(str::trim_start) else {
                continue;
            };
            if before.ends_with(char::is_alphanumeric) || within_affiliation(before) {
                continue;
            }
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let name = match quote {
                Some(quote) => value[1..].split(quote).next().unwrap_or(""),
                None => value.split([',', '}']).next().unwrap_or(value),
            };
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            // "Lind, Ana" as registers write it.
            names.push(match name.split_once(", ") {
                Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
                _ => name.to_owned(),
            });
        }
    }
}

/// Whether the last object that is open at the end of a text is the value of such a key: `"affiliation": {"@type": …, `.
fn within_affiliation(before: &str) -> bool {
    let inner = before.rsplit('}').next().unwrap_or(before);
    let Some((key, _)) = inner.rsplit_once('{') else {
        return false;
    };
    let key = key.trim_end_matches([' ', ':', '"', '\'', '[']);
    let name = |c: char| !c.is_ascii_alphabetic();
    is_affiliation_key(&key.rsplit(name).next().unwrap_or("").to_lowercase())
}

/// The keys of what a person belongs to.
fn is_affiliation_key(key: &str) -> bool {
    matches!(
        key,
        "affiliation"
            | "organization"
            | "organisation"
            | "company"
            | "employer"
            | "memberof"
            | "worksfor"
    )
}

fn is_attendee_key(key: &str) -> bool {
    matches!(
        key,
        "attendees" | "attendee" | "participants" | "present" | "people"
    )
}

/// The series of a path: its folders, without years and without words such as `notes` that every group has.
///
/// `tides/storage/2025/storage-03-04.md` belongs to `tides/storage`; a file without a telling folder to `notes`.
pub fn series_of(path: &str) -> String {
    const GENERIC: &[&str] = &[
        "notes",
        "minutes",
        "meetings",
        "meeting-notes",
        "meeting_notes",
        "meeting-minutes",
        "data",
        "docs",
        "doc",
        ".",
        "..",
        "",
        "archive",
        "archived",
        "agendas",
        "agenda",
    ];
    let path = path.replace('\\', "/");
    let folders: Vec<&str> = path.split('/').collect();
    let folders = &folders[..folders.len().saturating_sub(1)];
    let telling: Vec<&str> = folders
        .iter()
        .copied()
        .filter(|folder| !GENERIC.contains(&folder.to_lowercase().as_str()) && !is_year(folder))
        .collect();
    if telling.is_empty() {
        "notes".to_owned()
    } else {
        telling.join("/")
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && (text.starts_with("19") || text.starts_with("20"))
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    let year = i16::try_from(year)
        .ok()
        .filter(|year| (1990..2100).contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The date that a path tells: that of its file, or `core-04-24.md` under `2025/`.
fn date_of_path(path: &str) -> Option<Date> {
    if let Some(found) = date_of_name(path) {
        return Some(found);
    }
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let numbers = numbers_of(name);
    let number = |text: &str| text.parse::<i64>().unwrap_or(0);
    let year = year_of(path)?;
    let pair = numbers
        .windows(2)
        .rev()
        .find(|pair| pair.iter().all(|text| text.len() <= 2))?;
    date(year, number(pair[0]), number(pair[1]))
}

/// The whole date in a file's name: `2025-04-24.md`, `04-24-2025.md`, `20250424.md`.
pub(super) fn date_of_name(path: &str) -> Option<Date> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let numbers = numbers_of(name);
    let number = |text: &&str| text.parse::<i64>().unwrap_or(0);
    for window in numbers.windows(3) {
        let [a, b, c] = window else { continue };
        if is_year(a)
            && let Some(found) = date(number(a), number(b), number(c))
        {
            return Some(found);
        }
        if is_year(c) && a.len() <= 2 && b.len() <= 2 {
            let found = date(number(c), number(a), number(b))
                .or_else(|| date(number(c), number(b), number(a)));
            if found.is_some() {
                return found;
            }
        }
    }
    for text in &numbers {
        if text.len() == 8
            && is_year(&text[..4])
            && let (Ok(month), Ok(day)) = (text[4..6].parse(), text[6..].parse())
            && let Some(found) = date(number(&&text[..4]), month, day)
        {
            return Some(found);
        }
    }
    None
}

/// The year that stands in a path or title, its last one.
pub(super) fn year_of(path: &str) -> Option<i64> {
    numbers_of(path)
        .into_iter()
        .rev()
        .find(|text| is_year(text))
        .and_then(|text| text.parse().ok())
}

fn numbers_of(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect()
}

/// The first date written out in a text: `2025-04-24`, `April 24, 2025`, `24 April 2025`, `24/04/2025` (day first only
/// where it must be).
pub(super) fn date_in(text: &str) -> Option<Date> {
    // A date stands near the start of its line, and a line may be very long.
    let text = text
        .char_indices()
        .nth(300)
        .map_or(text, |(end, _)| &text[..end]);
    let numbers = numbers_of(text);
    for window in numbers.windows(3) {
        let value = |at: usize| window[at].parse::<i64>().unwrap_or(0);
        if is_year(window[0])
            && window[1].len() <= 2
            && window[2].len() <= 2
            && let Some(found) = date(value(0), value(1), value(2))
        {
            return Some(found);
        }
        let joined = format!("{}/{}/{}", window[0], window[1], window[2]);
        let slashes = text.contains(&joined)
            || text.contains(&joined.replace('/', "."))
            || text.contains(&joined.replace('/', "-"));
        if slashes && is_year(window[2]) {
            let found =
                date(value(2), value(0), value(1)).or_else(|| date(value(2), value(1), value(0)));
            if found.is_some() {
                return found;
            }
        }
    }
    let year = numbers
        .iter()
        .find(|number| is_year(number))
        .and_then(|year| year.parse().ok())?;
    month_day_in(text, year)
}

/// A month by name with a day beside it, in a known year.
pub(super) fn month_day_in(text: &str, year: i64) -> Option<Date> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let day = |word: Option<&&str>| -> Option<i64> {
        let word = word?;
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let rest = &word[digits.len()..];
        (digits.len() <= 2 && matches!(rest, "" | "st" | "nd" | "rd" | "th"))
            .then(|| digits.parse().ok())
            .flatten()
    };
    for (at, word) in words.iter().enumerate() {
        let Some(month) = month(word) else { continue };
        let before = at.checked_sub(1).and_then(|before| day(words.get(before)));
        let found = day(words.get(at + 1))
            .or(before)
            .and_then(|day| date(year, month, day));
        if found.is_some() {
            return found;
        }
    }
    None
}

pub(super) fn month(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = word.to_lowercase();
    let at = MONTHS.iter().position(|month| {
        *month == lower || (lower.len() >= 3 && lower.len() <= 4 && month.starts_with(&lower))
    })?;
    i64::try_from(at + 1).ok()
}

/// The date of the first stamp of a log.
fn first_stamp(source: &SourceText) -> Option<Date> {
    (0..source.line_count().min(20))
        .map(|index| source.line(index))
        .find_map(|line| {
            let head = line.trim_start_matches(['[', ' ']).get(..10)?;
            let numbers = numbers_of(head);
            (numbers.len() == 3 && is_year(numbers[0]))
                .then(|| date_in(head))
                .flatten()
        })
}

#[cfg(test)]
mod tests {
    use super::{date_in, read, series_of};
    use crate::notes::lines;
    use crate::text::SourceText;

    fn check(path: &str, text: &str, expected: &str) {
        let source = SourceText::new(path, text);
        let header = read(&source, &lines::scan(&source));
        let got = header.date.map(|date| date.to_string());
        assert_eq!(got.as_deref().unwrap_or(""), expected, "of {path} {text:?}");
    }

    #[test]
    fn dates_of_notes() {
        check("tides/2025/core-04-24.md", "", "2025-04-24");
        check("2025-04-24.md", "# 2024-01-01", "2025-04-24");
        check("guest-10-17-2024.md", "", "2024-10-17");
        check("notes/20250424_weekly.md", "", "2025-04-24");
        check("notes/2025/core.md", "# April 24 | Weekly", "2025-04-24");
        check("notes/weekly.md", "# Weekly, 3rd March 2024", "2024-03-03");
        check("2023-11.md", "# Notes\n\nDate: 2023-11-02", "2023-11-02");
        check("a.md", "---\ndate: 2024-05-06\n---\n# x", "2024-05-06");
        check("a.log", "2021-03-15 20:07:31\tmira\thello", "2021-03-15");
        check("a.md", "# Weekly", "");
        check(
            "notes/2024-05.md",
            "# Weekly\n\nAgenda:\nhttps://example.org/agendas/2024/05-May/02-weekly.md",
            "2024-05-02",
        );
        check(
            "a.md",
            "# Weekly\n\nhttps://example.org/posts/2024/05/02",
            "",
        );
    }

    #[test]
    fn attendees_of_the_front_matter() {
        let check = |front: &str, expected: &[&str]| {
            let source = SourceText::new("x.md", format!("---\n{front}\n---\ntext"));
            let header = read(&source, &lines::scan(&source));
            assert_eq!(header.attendees, expected, "of {front:?}");
        };
        check("attendees: [Ana Lind, \"Ben Ek\"]", &["Ana Lind", "Ben Ek"]);
        check(
            "attendees:\n- Ana Lind\n- name: Ben Ek",
            &["Ana Lind", "Ben Ek"],
        );
        check(
            "json-ld:\n  name: Weekly\n  attendee:\n    - type: Role\n      roleName: chair\n      attendee:\n        type: Person\n        name: Ana Lind\n    - {type: Person, name: 'Ben Ek'}\n  publisher: {name: Org}",
            &["Ana Lind", "Ben Ek"],
        );
        check(
            "x:\n  attendee:\n  - name: \"Lind, Ana\"\n    affiliation:\n      name: Tidal\n  - {name: Ben, affiliation: {name: Tidal}}\n  - memberOf:\n      name: Reef\n    name: Chidi",
            &["Ana Lind", "Ben", "Chidi"],
        );
        check(
            "x:\n  attendee:\n  - name: Ana Lind\n  - name: Ben Ek\n  name: Org",
            &["Ana Lind", "Ben Ek"],
        );
        check(
            "json-ld: |\n  {\"name\": \"Weekly\",\n  \"attendee\": [\n    {\"@type\": \"Person\", \"name\": \"Ana Lind\"},\n    {\"name\":\"Ben Ek\"}],\n  \"name\": \"Org\"}",
            &["Ana Lind", "Ben Ek"],
        );
    }

    #[test]
    fn dates_in_text() {
        for text in [
            "**Date:** November 18, 2025",
            "18 Nov 2025",
            "2025-11-18T10:00Z",
            "18/11/2025",
            "11/18/2025",
        ] {
            assert_eq!(
                date_in(text).map(|date| date.to_string()).as_deref(),
                Some("2025-11-18"),
                "{text}"
            );
        }
        assert_eq!(date_in("RFC 2070 of 3 people"), None);
    }

    #[test]
    fn series() {
        assert_eq!(
            series_of("tides/storage/2025/storage-03-04.md"),
            "tides/storage"
        );
        assert_eq!(series_of("data/notes/mapleaf/2024-09-05.md"), "mapleaf");
        assert_eq!(series_of("notes/2025-01-01.md"), "notes");
        assert_eq!(series_of("x.md"), "notes");
    }
}
