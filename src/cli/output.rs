//! Results go to stdout, messages to stderr. Only this file writes to either.

use super::error::{CommandError, ErrorKind};
use crate::text::Notice;
use crate::views::style::{self, paint};
use crate::views::{count, one_line};
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }
}

/// The two streams of a command.
pub(super) struct Output {
    out: BufWriter<AutoStream<io::Stdout>>,
    err: AutoStream<io::Stderr>,
    quiet: bool,
}

impl Output {
    pub(super) fn new(color: Color, quiet: bool) -> Self {
        Self {
            out: BufWriter::new(AutoStream::new(io::stdout(), color.into())),
            err: AutoStream::new(io::stderr(), color.into()),
            quiet,
        }
    }

    /// How wide the terminal is; `None` where results go elsewhere.
    pub(super) fn columns(&self) -> Option<usize> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let set = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok());
        set.or_else(|| terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0)))
    }

    /// A part of the result, as it is.
    pub(super) fn print(&mut self, text: &str) -> Result<(), CommandError> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// A line of the result.
    pub(super) fn line(&mut self, text: &str) -> Result<(), CommandError> {
        self.print(text)?;
        self.print("\n")
    }

    /// A message about the run; none with `--quiet`. That nobody reads messages is no reason to
    /// stop.
    pub(super) fn message(&mut self, text: &str) {
        if !self.quiet {
            let _ = self.out.flush();
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// Something that a note's writer may want to know.
    pub(super) fn notice(&mut self, path: &str, notice: &Notice) {
        let place = notice.line.map_or(String::new(), |line| format!(":{line}"));
        let head = paint(style::WARN, "notice:");
        self.message(&format!(
            "{head} {}{place}: {}",
            one_line(path),
            one_line(&notice.message)
        ));
    }

    /// An error with its hints, also with `--quiet`.
    pub(super) fn error(&mut self, error: &CommandError) {
        let head = match error.kind {
            ErrorKind::Internal => "internal error:",
            _ => "error:",
        };
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{} {}", paint(style::BAD, head), error.error);
        for detail in &error.details {
            let _ = writeln!(self.err, "  {detail}");
        }
        for hint in &error.hints {
            let _ = writeln!(self.err, "{} {hint}", paint(style::WARN, "hint:"));
        }
    }

    /// Writes out what is still held back.
    pub(super) fn finish(&mut self) -> Result<(), CommandError> {
        Ok(self.out.flush()?)
    }

    /// A bar that shows itself when a run takes longer than half a second, on a terminal only.
    pub(super) fn progress(&self, notes: usize) -> Progress {
        Progress {
            since: Instant::now(),
            notes,
            done: 0,
            hidden: self.quiet || !io::stderr().is_terminal(),
            bar: None,
        }
    }
}

/// See [`Output::progress`].
pub(super) struct Progress {
    since: Instant,
    notes: usize,
    done: usize,
    hidden: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_millis(500);

    /// One more note is done.
    pub(super) fn step(&mut self) {
        self.done += 1;
        if self.hidden {
            return;
        }
        if self.bar.is_none() && self.since.elapsed() > Self::PATIENCE {
            let bar = ProgressBar::with_draw_target(
                Some(self.notes as u64),
                ProgressDrawTarget::stderr(),
            );
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {msg}") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done as u64);
            bar.set_message(format!("{} of {}", self.done, count(self.notes, "note")));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
