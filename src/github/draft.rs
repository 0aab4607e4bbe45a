//! An issue as it would be opened: title, body, labels, assignees.

use super::inert::{inert, inert_title};
use super::project::Project;
use super::reference::Repository;
use crate::items::{Item, ItemId, Mention};
use serde::{Deserialize, Serialize};

/// The longest title that GitHub takes, in characters.
pub const LONGEST_TITLE: usize = 256;
/// The longest body that GitHub takes, in characters.
pub const LONGEST_BODY: usize = 65_536;
/// How much of a quote goes into a body, in characters of the note.
const LONGEST_QUOTE: usize = 4_000;
/// How much a template may have, in bytes, so that what goes into it finds room.
const LONGEST_TEMPLATE: usize = 20_000;
/// How much of any other words of a note goes into a body, in characters.
const LONGEST_WORDS: usize = 400;

/// The body where a project has no template of its own. The line with the date is the first and stands alone: tools
/// that list actions by their issues read it there.
pub const TEMPLATE: &str = "\
{due}
{quote}

{source}

Owner: {owner}
";

/// What an issue is opened with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// One line of at most [`LONGEST_TITLE`] characters.
    pub title: String,
    /// Markdown of at most [`LONGEST_BODY`] characters, with the item's marker.
    pub body: String,
    /// The labels.
    pub labels: Vec<String>,
    /// The logins of the owners that have one.
    pub assignees: Vec<String>,
    /// The title of the milestone.
    pub milestone: Option<String>,
    /// The project that the issue is put into once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Project>,
}

/// Where issues of an item go, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The repository.
    pub repository: Repository,
    /// The labels.
    pub labels: Vec<String>,
    /// The title of the milestone.
    pub milestone: Option<String>,
    /// The project.
    pub project: Option<Project>,
}

/// A place that a template can fill.
const FIELDS: &[&str] = &[
    "due", "quote", "source", "owner", "text", "meeting", "series", "place", "id",
];

/// What is wrong with a template: its first field that is unknown, or its length.
pub fn template_error(template: &str) -> Option<String> {
    if template.len() > LONGEST_TEMPLATE {
        return Some(format!(
            "the template has {} bytes, at most {LONGEST_TEMPLATE} leave room for the words of notes",
            template.len()
        ));
    }
    fields(template)
        .find(|(_, name)| !FIELDS.contains(name))
        .map(|(_, name)| {
            let known: Vec<String> = FIELDS.iter().map(|name| format!("{{{name}}}")).collect();
            format!(
                "the template has {{{name}}}; it can have {}",
                known.join(", ")
            )
        })
}

/// The fields of a template, `{name}`, with the byte where each begins.
fn fields(template: &str) -> impl Iterator<Item = (usize, &str)> {
    template.match_indices('{').filter_map(|(at, _)| {
        let name = template[at + 1..].split('}').next()?;
        let is_closed = template[at + 1 + name.len()..].starts_with('}');
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_closed && is_name).then_some((at, name))
    })
}

/// The line in an issue's body that says which item it was opened for.
pub fn marker(id: &ItemId) -> String {
    format!("<!-- owed:issue {id} -->")
}

/// The item that a body says it was opened for: the only marker in it, alone on its line. A body with several is some
/// list of issues.
pub fn marked(body: &str) -> Option<ItemId> {
    let mut found = body.lines().filter_map(|line| {
        let id = line
            .trim()
            .strip_prefix("<!-- owed:issue ")?
            .strip_suffix(" -->")?;
        ItemId::parse(id)
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The issue for an item. `link` is the address of the words in their note, where it has one; `logins` are those of the
/// owners that are known.
pub fn draft(
    item: &Item,
    target: &Target,
    link: Option<&str>,
    logins: &[String],
    template: &str,
) -> Draft {
    Draft {
        title: title(item),
        body: body(item, link, template),
        labels: target.labels.clone(),
        assignees: logins.to_vec(),
        milestone: target.milestone.clone(),
        project: target.project.clone(),
    }
}

fn title(item: &Item) -> String {
    let mut title = inert_title(&item.what(), LONGEST_TITLE);
    if let Some(first) = title.chars().next().filter(|first| first.is_lowercase()) {
        let rest = title.split_off(first.len_utf8());
        title = first.to_uppercase().chain(rest.chars()).collect();
    }
    if title.is_empty() {
        title = "Action item".to_owned();
    }
    title
}

fn body(item: &Item, link: Option<&str>, template: &str) -> String {
    let last = item.mentions.last();
    let fill = |name: &str| -> String {
        match name {
            "due" => due(item),
            "quote" => quote(item),
            "source" => last.map_or_else(String::new, |mention| source(item, mention, link)),
            "owner" => owners(item),
            "text" => words(&item.what()),
            "meeting" => last
                .and_then(|mention| mention.meeting)
                .map_or_else(String::new, |day| day.to_string()),
            "series" => words(&item.series),
            "place" => last.map_or_else(String::new, |mention| place(mention, link)),
            "id" => item.id.to_string(),
            _ => format!("{{{name}}}"),
        }
    };
    let mut body = String::with_capacity(template.len() + 512);
    let mut from = 0;
    for (at, name) in fields(template) {
        if at < from {
            continue;
        }
        body.push_str(&template[from..at]);
        body.push_str(&fill(name));
        from = at + name.len() + 2;
    }
    body.push_str(&template[from..]);
    let end = format!("\n\n{}\n", marker(&item.id));
    // A template of people's own may say the same field often.
    let room = LONGEST_BODY - end.chars().count();
    let body = body.trim();
    match body.char_indices().nth(room) {
        Some((cut, _)) => format!("{}{end}", body[..cut].trim_end()),
        None => format!("{body}{end}"),
    }
}

/// The line that tools read, where the due date is a day; else the words that say when.
fn due(item: &Item) -> String {
    match &item.due {
        Some(due) => match due.date {
            Some(day) => format!("Due: {day}\n"),
            None => format!("When: {}\n", words(&due.phrase)),
        },
        None => String::new(),
    }
}

fn quote(item: &Item) -> String {
    let said = item
        .mentions
        .last()
        .map_or(item.text.as_str(), |last| last.quote.as_str());
    format!("> {}", inert(&cut(said, LONGEST_QUOTE)))
}

fn source(item: &Item, mention: &Mention, link: Option<&str>) -> String {
    let speaker = mention.speaker.as_deref().map(words);
    let who = match speaker.filter(|speaker| !speaker.is_empty()) {
        Some(speaker) => format!("{speaker} said so"),
        None => "Said".to_owned(),
    };
    let day = mention
        .meeting
        .map_or_else(String::new, |day| format!(" of {day}"));
    let times = match item.times_said() {
        0 | 1 => String::new(),
        n => format!(", one of {n} meetings"),
    };
    format!(
        "{who} at the {} meeting{day}{times}: {}.",
        words(&item.series),
        place(mention, link)
    )
}

fn place(mention: &Mention, link: Option<&str>) -> String {
    let name = words(&format!("{}:{}", mention.path, mention.line));
    match link {
        Some(address) => format!("[{name}]({address})"),
        None => name,
    }
}

fn owners(item: &Item) -> String {
    match item.owners.as_slice() {
        [] => "nobody".to_owned(),
        owners => words(&owners.join(", ")),
    }
}

fn words(text: &str) -> String {
    inert(&cut(text, LONGEST_WORDS))
}

/// At most so many characters of a text.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
