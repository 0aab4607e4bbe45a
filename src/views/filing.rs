//! What would be filed, for people and for programs.

use super::show::reason;
use super::style::{self, paint};
use super::text::{count, fit, names, one_line, words};
use crate::github::{Draft, Filing, Likely, Step};
use serde_json::{Value, json};

/// A plan for a terminal: an entry for each item, then how many of each kind. `short` gives an item's short id.
pub fn plan(filings: &[Filing], short: &dyn Fn(&Filing) -> String) -> String {
    let mut out = String::new();
    for filing in filings {
        let id = paint(style::KEY, &short(filing));
        let owner = paint(style::OWNER, &names(&filing.item.owners));
        let what = fit(&words(&filing.item.what()), 100);
        out.push_str(&format!(
            "{:<7} {id}  {owner}: {what}\n",
            word(&filing.step)
        ));
        match &filing.step {
            Step::Open(draft) => open(&mut out, filing, draft),
            Step::Link { url, why } => {
                out.push_str(&format!("        {}: {}\n", one_line(url), why.as_str()));
            }
            Step::Choose(likely) => choose(&mut out, &short(filing), likely),
            Step::UnderWay => {
                out.push_str("        it was sent, and the answer was lost: `owed issues open` looks for it\n");
            }
            Step::Leave(left) => out.push_str(&format!("        {}\n", one_line(&left.in_words()))),
        }
    }
    out
}

/// How many of each kind, in one line.
pub fn summary(filings: &[Filing]) -> String {
    let n = |word_of: &str| {
        filings
            .iter()
            .filter(|it| word(&it.step) == word_of)
            .count()
    };
    let parts: Vec<String> = ["open", "link", "choose", "wait", "leave"]
        .into_iter()
        .filter(|word| n(word) > 0)
        .map(|word| match word {
            "choose" => format!("{} to choose for", n(word)),
            "wait" => format!("{} under way", n(word)),
            "leave" => format!("{} to leave", n(word)),
            word => format!("{} to {word}", n(word)),
        })
        .collect();
    if parts.is_empty() {
        "nothing to file".to_owned()
    } else {
        parts.join(", ")
    }
}

/// A plan as one JSON array.
pub fn json(filings: &[Filing]) -> String {
    let entries: Vec<Value> = filings.iter().map(entry).collect();
    serde_json::to_string_pretty(&entries).unwrap_or_default()
}

fn word(step: &Step) -> &'static str {
    match step {
        Step::Open(_) => "open",
        Step::Link { .. } => "link",
        Step::Choose(_) => "choose",
        Step::UnderWay => "wait",
        Step::Leave(_) => "leave",
    }
}

fn open(out: &mut String, filing: &Filing, draft: &Draft) {
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("        {name:<9} {}\n", one_line(value)));
        }
    };
    let repository = filing.repository.as_ref();
    line(
        "in",
        &repository.map_or_else(String::new, ToString::to_string),
    );
    line("title", &draft.title);
    line("labels", &draft.labels.join(", "));
    line("assign", &draft.assignees.join(", "));
    line("milestone", draft.milestone.as_deref().unwrap_or_default());
    line(
        "project",
        &draft
            .project
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
    );
    for body in draft.body.lines() {
        let body = paint(style::FAINT, &one_line(body));
        out.push_str(format!("        | {body}").trim_end());
        out.push('\n');
    }
}

fn choose(out: &mut String, id: &str, likely: &[Likely]) {
    for it in likely {
        let state = if it.open { "open" } else { "closed" };
        let why: Vec<String> = it.reasons.iter().map(reason).collect();
        let why = if why.is_empty() {
            "carries the item's marker, and was opened by a stranger".to_owned()
        } else {
            why.join("; ")
        };
        out.push_str(&format!(
            "        #{} {} ({state}; {why})\n          {}\n",
            it.number,
            fit(&one_line(&it.title), 80),
            one_line(&it.url)
        ));
    }
    if let Some(first) = likely.first() {
        out.push_str(&format!(
            "        it is one: `owed issues link {id} '#{}'` (--comment tells it there); it is none: `owed issues open {id} --new`; \
             neither: `owed issues skip {id}`\n",
            first.number
        ));
    }
}

fn entry(filing: &Filing) -> Value {
    let mut entry = json!({
        "id": filing.item.id.as_str(),
        "owners": filing.item.owners,
        "text": filing.item.text,
        "step": word(&filing.step),
        "repository": filing.repository.as_ref().map(ToString::to_string),
    });
    let more = match &filing.step {
        Step::Open(draft) => json!({
            "title": draft.title,
            "body": draft.body,
            "labels": draft.labels,
            "assignees": draft.assignees,
            "milestone": draft.milestone,
            "project": draft.project.as_ref().map(ToString::to_string),
        }),
        Step::Link { url, why } => json!({"url": url, "why": why.as_str()}),
        Step::Choose(likely) => json!({"likely": likely.iter().map(candidate).collect::<Vec<_>>()}),
        Step::UnderWay => json!({}),
        Step::Leave(left) => json!({"why": left.in_words()}),
    };
    if let (Some(entry), Value::Object(more)) = (entry.as_object_mut(), more) {
        entry.extend(more);
    }
    entry
}

fn candidate(likely: &Likely) -> Value {
    json!({
        "url": likely.url,
        "title": likely.title,
        "open": likely.open,
        "score": (likely.score * 100.0).round() / 100.0,
        "reasons": likely.reasons,
    })
}

/// "3 issues in acme/tiles, 1 in acme/docs".
pub fn where_to(filings: &[&Filing]) -> String {
    let mut counts: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for repository in filings.iter().filter_map(|it| it.repository.as_ref()) {
        *counts.entry(repository.to_string()).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .into_iter()
        .map(|(name, n)| format!("{} in {name}", count(n, "issue")))
        .collect();
    parts.join(", ")
}
