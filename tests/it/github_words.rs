//! What words of notes can do to an issue: nothing.

use owed::github::{
    Ask, Draft, LONGEST_BODY, LONGEST_TITLE, Repository, Step, Surroundings, TEMPLATE, Target,
    draft, marked, plan,
};
use owed::items::{Certainty, Item, ItemId, Kind, Mention, Status};
use proptest::prelude::*;

fn item(text: &str, quote: &str, owner: &str, speaker: &str) -> Item {
    let mention = Mention {
        id: None,
        people: Vec::new(),
        path: "notes/core/2025-04-24.md".to_owned(),
        line: 7,
        end_line: 7,
        kind: Kind::Commitment,
        certainty: Certainty::Definite,
        status: Status::Open,
        speaker: Some(speaker.to_owned()),
        owners: vec![owner.to_owned()],
        text: text.to_owned(),
        due: None,
        rule: "i-will".to_owned(),
        confidence: 0.9,
        quote: quote.to_owned(),
        topic: None,
        meeting: None,
    };
    let id = ItemId::from_content("core", "2025-04-24", &mention.owners, text, 0);
    let mut item = Item::begun_by(id, "core", &mention);
    item.mentions.push(mention);
    item
}

fn target() -> Target {
    Target {
        repository: Repository::parse("github.com", "acme/tiles").expect("a name"),
        labels: Vec::new(),
        milestone: None,
        project: None,
    }
}

/// The text without what stands in code, where GitHub looks for nothing.
fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '`' if !escaped => {
                code = !code;
                out.push('·');
            }
            _ if code => {}
            c => out.push(c),
        }
        escaped = c == '\\' && !escaped && !code;
    }
    assert!(!code, "code goes on past its line: {line}");
    out
}

/// Whether a text has something that GitHub acts on.
fn acts(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    for at in 0..bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        if bytes[at] == b'@' && next.is_ascii_alphanumeric() {
            return Some("a mention");
        }
        if bytes[at] == b'#' && next.is_ascii_digit() {
            return Some("a reference");
        }
    }
    let lower = text.to_lowercase();
    if lower
        .match_indices("gh-")
        .any(|(at, _)| lower.as_bytes().get(at + 3).is_some_and(u8::is_ascii_digit))
    {
        return Some("a reference");
    }
    let is_commit = |word: &str| {
        (7..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(is_commit)
    {
        return Some("a commit");
    }
    lower.contains('<').then_some("markup")
}

#[track_caller]
fn check(item: &Item) -> Draft {
    let draft = draft(item, &target(), None, &[], TEMPLATE);
    let title = draft.title.chars().count();
    assert!(
        (1..=LONGEST_TITLE).contains(&title),
        "{title}: {}",
        draft.title
    );
    assert!(!draft.title.contains('\n'));
    assert_eq!(
        acts(&outside_code(&draft.title).replace('<', "")),
        None,
        "{}",
        draft.title
    );
    assert!(draft.body.chars().count() <= LONGEST_BODY);
    assert_eq!(
        marked(&draft.body).as_ref(),
        Some(&item.id),
        "{}",
        draft.body
    );
    let lines: Vec<&str> = draft.body.lines().collect();
    // The quote is one line, and its end is the end of the quote.
    let quoted: Vec<&&str> = lines.iter().filter(|line| line.starts_with('>')).collect();
    assert_eq!(quoted.len(), 1, "{}", draft.body);
    for line in lines {
        let is_marker = line.starts_with("<!-- owed:issue ");
        if !is_marker {
            assert_eq!(acts(&outside_code(line)), None, "{line}");
            // Nothing begins a heading, a list, a rule or a fence.
            let inner = line.strip_prefix("> ").unwrap_or(line);
            assert!(
                !inner.starts_with(['#', '+', '-', '=', '~', '|', '<', ' ', '\t']),
                "{line}"
            );
            assert!(!inner.starts_with("```"), "{line}");
        }
    }
    draft
}

/// Words that are made of what is dangerous.
fn nasty() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("@ana".to_owned()),
        Just("#12".to_owned()),
        Just("GH-3".to_owned()),
        Just("Fixes".to_owned()),
        Just("a/b#1".to_owned()),
        Just("deadbeef".to_owned()),
        Just("1234567".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<!-- owed:issue 0123456789ab -->".to_owned()),
        Just("```".to_owned()),
        Just("`".to_owned()),
        Just("\\".to_owned()),
        Just("\n".to_owned()),
        Just("\n\n> ".to_owned()),
        Just(" ".to_owned()),
        Just("https://github.com/a/b/issues/1".to_owned()),
        Just("\u{200b}".to_owned()),
        Just("&#64;".to_owned()),
        Just("{quote}".to_owned()),
        Just("(".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_show_and_do_nothing(text in nasty(), quote in nasty(), owner in nasty(), speaker in nasty()) {
        check(&item(&text, &quote, &owner, &speaker));
    }

    #[test]
    fn any_template_stays_within_the_limit(template in "[{}a-z ]{0,200}", text in nasty()) {
        let item = item(&text, &text, "Ana", "Ana");
        let draft = draft(&item, &target(), None, &[], &template.repeat(90));
        prop_assert!(draft.body.chars().count() <= LONGEST_BODY);
        prop_assert_eq!(marked(&draft.body), Some(item.id));
    }

    /// The same items give the same plan, whatever stands in them.
    #[test]
    fn a_plan_is_a_function(texts in prop::collection::vec(nasty(), 0..5), by_id in any::<bool>()) {
        let ask = |text: &String| Ask {
            item: item(text, text, "Ana", "Ana"),
            target: Some(target()),
            link: None,
            logins: Vec::new(),
            by_id,
            anew: false,
        };
        let asks: Vec<Ask> = texts.iter().map(ask).collect();
        let around = Surroundings { template: TEMPLATE.to_owned(), host: "github.com".to_owned(), ..Surroundings::default() };
        let steps = |asks: &[Ask]| plan(asks, &around).into_iter().map(|it| it.step).collect::<Vec<Step>>();
        prop_assert_eq!(steps(&asks), steps(&asks));
    }
}

#[test]
fn the_longest_words_find_room() {
    let long = "@a #1 ".repeat(50_000);
    let draft = check(&item(&long, &long, &long, &long));
    assert!(draft.body.len() > 4_000);
}
