//! The few colours there are. Views always style; who prints takes the styles off where they are
//! not wanted.

use anstyle::{AnsiColor, Style};

/// What a reader looks for first: an id, a heading.
pub const KEY: Style = Style::new().bold();
/// What helps to place the rest: dates, paths, rules.
pub const FAINT: Style = Style::new().dimmed();
/// Who is to do it.
pub const OWNER: Style = AnsiColor::Cyan.on_default();
/// What is to be done.
pub const TASK: Style = AnsiColor::Green.on_default();
/// By when.
pub const DUE: Style = AnsiColor::Yellow.on_default();
/// What is late, or wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// What somebody should look at.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// The text in a style; an empty text stays empty.
pub fn paint(style: Style, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{style}{text}{style:#}")
}

/// The text without any styles.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}
