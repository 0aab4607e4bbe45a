//! Items in the formats of other programs. Each is a list to read or to take in; [`super::export`] is the whole ledger.

use super::text::{names, one_line, words};
use super::{escape, when};
use crate::items::{Item, ItemId, State};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};
use unicode_width::UnicodeWidthChar;

/// A table in Markdown.
pub fn markdown(items: &[Item], today: Date) -> String {
    let mut out =
        "| state | owner | what | due | since | where |\n|---|---|---|---|---|---|\n".to_owned();
    for item in items {
        let due = item.due.as_ref().map(|due| when::due(due, Some(today)));
        let since = item.since.map(|since| when::day(since, Some(today)));
        let cells = [
            item.state.as_str().to_owned(),
            names(&item.owners),
            one_line(&item.what()),
            due.unwrap_or_default(),
            since.unwrap_or_default(),
            place(item),
        ];
        let cells = cells.map(|cell| escape::escape(&cell).replace('|', "\\|"));
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

/// Comma-separated values as in RFC 4180, the first line with the names. A cell that a spreadsheet would take for a
/// formula begins with `'`.
pub fn csv(items: &[Item], today: Date) -> String {
    let columns = [
        "id",
        "state",
        "owners",
        "what",
        "due",
        "due_date",
        "overdue",
        "since",
        "closed",
        "times_said",
        "series",
        "path",
        "line",
        "links",
    ];
    let mut out = columns.join(",") + "\r\n";
    for item in items {
        let last = item.mentions.last();
        let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let due = item.due.as_ref();
        let links: Vec<&str> = item.links.iter().map(String::as_str).collect();
        let cells = [
            item.id.to_string(),
            item.state.as_str().to_owned(),
            names(&item.owners),
            words(&item.what()),
            due.map(|due| one_line(&due.phrase)).unwrap_or_default(),
            date(due.and_then(|due| due.date)),
            when::is_overdue(item, today).to_string(),
            date(item.since),
            date(item.closed),
            item.times_said().to_string(),
            one_line(&item.series),
            last.map(|last| one_line(&last.path)).unwrap_or_default(),
            last.map(|last| last.line.to_string()).unwrap_or_default(),
            links.join(" "),
        ];
        out.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
        out.push_str("\r\n");
    }
    out
}

fn csv_cell(text: &str) -> String {
    let mut text = text.to_owned();
    if text.starts_with(['=', '+', '-', '@']) {
        text.insert(0, '\'');
    }
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// A calendar as in RFC 5545 with an all-day entry for each open item that has a due date. An item keeps its UID, so
/// that taking it in again changes entries and doubles none.
pub fn calendar(items: &[Item], now: Timestamp) -> String {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//owed//owed//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        "X-WR-CALNAME:owed".to_owned(),
    ];
    for item in items.iter().filter(|item| item.state == State::Open) {
        let Some(day) = item.due.as_ref().and_then(|due| due.date) else {
            continue;
        };
        let after = day.tomorrow().unwrap_or(day);
        let summary = format!("{}: {}", names(&item.owners), words(&item.what()));
        let mut about: Vec<String> = item
            .mentions
            .iter()
            .map(|it| {
                format!(
                    "{}:{}: {}",
                    one_line(&it.path),
                    it.line,
                    one_line(&it.quote)
                )
            })
            .collect();
        about.extend(item.links.iter().map(|url| one_line(url)));
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@owed", item.id),
            format!("DTSTAMP:{stamp}"),
            format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")),
            format!("DTEND;VALUE=DATE:{}", after.strftime("%Y%m%d")),
            format!("SUMMARY:{}", calendar_text(&summary)),
            format!("DESCRIPTION:{}", calendar_text(&about.join("\n"))),
            format!("CATEGORIES:{}", calendar_text(&one_line(&item.series))),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn calendar_text(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// A line of a calendar with its end; no more than 75 bytes stand on one.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out + "\r\n"
}

/// Lines of todo.txt: `2025-04-24 write the guide +core @Ana due:2025-05-02`.
pub fn todo_txt(items: &[Item]) -> String {
    let mut out = String::new();
    for item in items {
        let mut parts: Vec<String> = Vec::new();
        match (item.state, item.closed, item.since) {
            (State::Open, _, since) => parts.extend(since.map(|day| day.to_string())),
            // A day of beginning may only stand after one of ending.
            (_, Some(closed), since) => {
                parts.extend(["x".to_owned(), closed.to_string()]);
                parts.extend(since.map(|day| day.to_string()));
            }
            (_, None, _) => parts.push("x".to_owned()),
        }
        parts.push(todo_words(&item.what()));
        let series = Some(tag(&item.series)).filter(|tag| !tag.is_empty());
        parts.extend(series.map(|tag| format!("+{tag}")));
        parts.extend(item.owners.iter().map(|owner| format!("@{}", tag(owner))));
        let due = item.due.as_ref().and_then(|due| due.date);
        parts.extend(due.map(|due| format!("due:{due}")));
        if item.state == State::Dropped {
            parts.push("status:dropped".to_owned());
        }
        parts.push(format!("owed:{}", item.id));
        out.push_str(&parts.join(" "));
        out.push('\n');
    }
    out
}

/// The words of an item in which none means something to todo.txt: a date, a priority or an `x` at the start, a context
/// (`@x`) or a project (`+x`) anywhere, a field such as `due:2025-05-02`. Quotes take the meaning from a word and leave
/// it to be read; a field is taken apart.
fn todo_words(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let text = words(text);
    for mut word in text.split_whitespace() {
        while let Some((key, value)) = field(word) {
            out.push(format!("{key}:"));
            word = value;
        }
        let is_first = out.is_empty()
            && (word == "x" || word.parse::<Date>().is_ok() || word.starts_with('('));
        match is_first || word.starts_with(['@', '+']) {
            true => out.push(format!("\"{word}\"")),
            false => out.push(word.to_owned()),
        }
    }
    out.join(" ")
}

/// The key and the value of a word that readers take for a field. An address, a time of day and a path of code are none.
fn field(word: &str) -> Option<(&str, &str)> {
    let (key, value) = word.split_once(':')?;
    let is_key = key.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))
        && key.contains(char::is_alphabetic);
    (is_key && !value.is_empty() && !value.starts_with(['/', ':'])).then_some((key, value))
}

/// A name as one word.
fn tag(text: &str) -> String {
    let name = one_line(text);
    let words: Vec<&str> = name.trim_start_matches('@').split_whitespace().collect();
    words.join("-")
}

#[derive(Serialize)]
struct Task {
    uuid: String,
    description: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    project: String,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
    owed: String,
}

#[derive(Serialize)]
struct Annotation {
    entry: String,
    description: String,
}

/// The array that `task import` takes. An item keeps its UUID, so that taking it in again changes tasks and doubles
/// none.
///
/// Notes say days, and Taskwarrior keeps moments. With a `Z`, as it exports them itself, a moment is one of UTC, and
/// midnight there is the day before in half of the world. Without, its import takes it for the reader's own time, so
/// that the day is the same for everybody. What is due on a day is due at its end: until then it is not overdue, neither
/// there nor here.
pub fn taskwarrior(items: &[Item]) -> String {
    let stamp = |day: Date| day.strftime("%Y%m%dT000000").to_string();
    let end_of = |day: Date| day.strftime("%Y%m%dT235959").to_string();
    let task = |item: &Item| Task {
        uuid: uuid(&item.id),
        description: words(&item.what()),
        status: match item.state {
            State::Open => "pending",
            State::Done => "completed",
            State::Dropped => "deleted",
        },
        entry: item.since.map(stamp),
        due: item.due.as_ref().and_then(|due| due.date).map(end_of),
        // Taskwarrior wants a day for all that has ended.
        end: (item.state != State::Open)
            .then(|| item.closed.or(item.since).map(stamp))
            .flatten(),
        project: tag(&item.series).replace('/', "."),
        tags: item
            .owners
            .iter()
            .map(|owner| tag(owner).replace(['-', '.', '/', '@'], "_"))
            .collect(),
        annotations: item
            .mentions
            .iter()
            .filter_map(|it| {
                Some(Annotation {
                    entry: stamp(it.meeting?),
                    description: format!("{}:{}", one_line(&it.path), it.line),
                })
            })
            .collect(),
        owed: item.id.to_string(),
    };
    let tasks: Vec<Task> = items.iter().map(task).collect();
    // Plain values with words for keys can always be written.
    serde_json::to_string_pretty(&tasks).unwrap_or_default() + "\n"
}

/// A UUID of version 8, of the id alone.
fn uuid(id: &ItemId) -> String {
    let hash = Sha256::digest(id.as_str().as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// Entries as the Tasks plugin of Obsidian reads them: `- [ ] Ana: write the guide ➕ 2025-04-24 📅 2025-05-02`.
pub fn obsidian(items: &[Item]) -> String {
    let mut out = String::new();
    for item in items {
        let mark = match item.state {
            State::Open => ' ',
            State::Done => 'x',
            State::Dropped => '-',
        };
        let text: String = one_line(&item.what())
            .chars()
            .filter(|c| !is_sign(*c))
            .collect();
        let mut line = format!(
            "- [{mark}] {}: {}",
            escape::escape(&names(&item.owners)),
            escape::escape(&text)
        );
        let mut push = |sign: &str, day: Option<Date>| {
            if let Some(day) = day {
                line.push_str(&format!(" {sign} {day}"));
            }
        };
        push("➕", item.since);
        push("📅", item.due.as_ref().and_then(|due| due.date));
        match item.state {
            State::Open => {}
            State::Done => push("✅", item.closed),
            State::Dropped => push("❌", item.closed),
        }
        out.push_str(&format!("{line} 🆔 {}\n", item.id));
    }
    out
}

/// Whether a character is a picture, as that plugin's fields begin with one.
fn is_sign(c: char) -> bool {
    // Some pictures, such as a calendar's, are as narrow as a letter.
    let is_picture = ('\u{1f000}'..='\u{1faff}').contains(&c) || c.width() == Some(2);
    !c.is_ascii() && !c.is_alphanumeric() && is_picture && !('\u{3000}'..='\u{ffef}').contains(&c)
}

fn place(item: &Item) -> String {
    item.mentions
        .last()
        .map(|last| format!("{}:{}", last.path, last.line))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{calendar, csv, folded, markdown, obsidian, taskwarrior, todo_txt};
    use crate::due::Due;
    use crate::items::{Item, State};
    use crate::views::testing::item;
    use jiff::civil::{Date, date};

    const TODAY: Date = date(2025, 5, 8);

    fn items() -> Vec<Item> {
        let mut late = item(
            &["Ana Lind", "@ben"],
            "write \"the guide\", all | of it",
            date(2025, 4, 24),
        );
        late.due = Some(Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        late.links
            .insert("https://code.example/a/b/issues/3".to_owned());
        let odd = item(
            &[],
            "x =@SUM(A1) @here +all 🗓 2025-01-01 due:now:@all at 12:30, see a::b, https://a.example",
            date(2025, 4, 10),
        );
        let formula = item(&["we"], "=1+1; then\\go", date(2025, 4, 10));
        let mut done = item(&["Ana Lind"], "ask them", date(2025, 4, 10));
        (done.state, done.closed) = (State::Done, Some(date(2025, 4, 24)));
        let mut dropped = item(&["Ana Lind"], "ask us", date(2025, 4, 10));
        (dropped.state, dropped.closed) = (State::Dropped, Some(date(2025, 4, 24)));
        vec![late, odd, formula, done, dropped]
    }

    #[test]
    fn lists_of_items() {
        let items = items();
        insta::assert_snapshot!(markdown(&items, TODAY), @r#"
        | state | owner | what | due | since | where |
        |---|---|---|---|---|---|
        | open | Ana Lind, `@ben` | write "the guide", all \| of it | 2 May | 24 Apr | notes/core/2025/core-04-24.md:12 |
        | open | nobody | x =`@SUM`(A1) `@here` +all 🗓 2025-01-01 due:now:`@all` at 12:30, see a::b, https://a.example |  | 10 Apr | notes/core/2025/core-04-10.md:12 |
        | open | we | =1+1; then\go |  | 10 Apr | notes/core/2025/core-04-10.md:12 |
        | done | Ana Lind | ask them |  | 10 Apr | notes/core/2025/core-04-10.md:12 |
        | dropped | Ana Lind | ask us |  | 10 Apr | notes/core/2025/core-04-10.md:12 |
        "#);
        insta::assert_snapshot!(csv(&items, TODAY), @r#"
        id,state,owners,what,due,due_date,overdue,since,closed,times_said,series,path,line,links
        2cpax6eraerp,open,"Ana Lind, @ben","write ""the guide"", all | of it",by Friday,2025-05-02,true,2025-04-24,,1,notes/core,notes/core/2025/core-04-24.md,12,https://code.example/a/b/issues/3
        14b2xd4wkggx,open,nobody,"x =@SUM(A1) @here +all 🗓 2025-01-01 due:now:@all at 12:30, see a::b, https://a.example",,,false,2025-04-10,,1,notes/core,notes/core/2025/core-04-10.md,12,
        tfwm22fdcra3,open,we,'=1+1; then\go,,,false,2025-04-10,,1,notes/core,notes/core/2025/core-04-10.md,12,
        kjswqhep9m28,done,Ana Lind,ask them,,,false,2025-04-10,2025-04-24,1,notes/core,notes/core/2025/core-04-10.md,12,
        csct3nznrmq0,dropped,Ana Lind,ask us,,,false,2025-04-10,2025-04-24,1,notes/core,notes/core/2025/core-04-10.md,12,
        "#);
        insta::assert_snapshot!(todo_txt(&items), @r#"
        2025-04-24 write "the guide", all | of it +notes/core @Ana-Lind @ben due:2025-05-02 owed:2cpax6eraerp
        2025-04-10 "x" =@SUM(A1) "@here" "+all" 🗓 2025-01-01 due: now: "@all" at 12:30, see a::b, https://a.example +notes/core owed:14b2xd4wkggx
        2025-04-10 =1+1; then\go +notes/core @we owed:tfwm22fdcra3
        x 2025-04-24 2025-04-10 ask them +notes/core @Ana-Lind owed:kjswqhep9m28
        x 2025-04-24 2025-04-10 ask us +notes/core @Ana-Lind status:dropped owed:csct3nznrmq0
        "#);
        insta::assert_snapshot!(obsidian(&items), @r#"
        - [ ] Ana Lind, `@ben`: write "the guide", all | of it ➕ 2025-04-24 📅 2025-05-02 🆔 2cpax6eraerp
        - [ ] nobody: x =`@SUM`(A1) `@here` +all 2025-01-01 due:now:`@all` at 12:30, see a::b, https://a.example ➕ 2025-04-10 🆔 14b2xd4wkggx
        - [ ] we: =1+1; then\go ➕ 2025-04-10 🆔 tfwm22fdcra3
        - [x] Ana Lind: ask them ➕ 2025-04-10 ✅ 2025-04-24 🆔 kjswqhep9m28
        - [-] Ana Lind: ask us ➕ 2025-04-10 ❌ 2025-04-24 🆔 csct3nznrmq0
        "#);
        insta::assert_snapshot!(taskwarrior(&items[..1]), @r#"
        [
          {
            "uuid": "f8a598bf-e02d-83ba-a484-9e2574488847",
            "description": "write \"the guide\", all | of it",
            "status": "pending",
            "entry": "20250424T000000",
            "due": "20250502T235959",
            "project": "notes.core",
            "tags": [
              "Ana_Lind",
              "ben"
            ],
            "annotations": [
              {
                "entry": "20250424T000000",
                "description": "notes/core/2025/core-04-24.md:12"
              }
            ],
            "owed": "2cpax6eraerp"
          }
        ]
        "#);
        let now = "2025-05-08T12:00:00Z".parse().expect("a time");
        insta::assert_snapshot!(calendar(&items, now), @r#"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//owed//owed//EN
        CALSCALE:GREGORIAN
        X-WR-CALNAME:owed
        BEGIN:VEVENT
        UID:2cpax6eraerp@owed
        DTSTAMP:20250508T120000Z
        DTSTART;VALUE=DATE:20250502
        DTEND;VALUE=DATE:20250503
        SUMMARY:Ana Lind\, @ben: write "the guide"\, all | of it
        DESCRIPTION:notes/core/2025/core-04-24.md:12: Ana Lind and @ben: I will wri
         te "the guide"\, all | of it\nhttps://code.example/a/b/issues/3
        CATEGORIES:notes/core
        TRANSP:TRANSPARENT
        END:VEVENT
        END:VCALENDAR
        "#);
    }

    #[test]
    fn lines_of_a_calendar_are_short_and_whole() {
        let line = format!("SUMMARY:{}", "é会x".repeat(60));
        let text = folded(&line);
        assert!(text.split("\r\n").all(|part| part.len() <= 75));
        assert_eq!(text.replace("\r\n ", "").trim_end(), line);
    }
}
