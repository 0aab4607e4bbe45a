//! What a person answers: a key on a terminal, a line of standard input elsewhere.

use super::error::CommandError;
use std::io::{self, IsTerminal};

/// Where answers come from.
pub(super) struct Keys {
    /// The terminal, where a person sits at one.
    terminal: Option<console::Term>,
}

impl Keys {
    /// Of this process.
    pub(super) fn new() -> Self {
        let is_there = io::stdin().is_terminal() && io::stdout().is_terminal();
        Self {
            terminal: is_there.then(console::Term::stdout),
        }
    }

    /// Whether a person sits at a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// The next key, shown; elsewhere the first character of the next line. `None` at the end.
    pub(super) fn key(&mut self) -> Result<Option<char>, CommandError> {
        let Some(terminal) = &self.terminal else {
            let line = self.line()?;
            return Ok(line.map(|line| line.chars().next().unwrap_or('\n')));
        };
        match terminal.read_char() {
            Ok(key) => {
                let shown = if key.is_control() { ' ' } else { key };
                terminal
                    .write_line(&shown.to_string())
                    .map_err(|error| unread(&error))?;
                Ok(Some(key).filter(|key| *key != '\u{4}'))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
            Err(error) => Err(unread(&error)),
        }
    }

    /// The next line, trimmed. `None` at the end.
    pub(super) fn line(&mut self) -> Result<Option<String>, CommandError> {
        let mut line = String::new();
        let read = io::stdin()
            .read_line(&mut line)
            .map_err(|error| unread(&error))?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    }
}

fn unread(error: &io::Error) -> CommandError {
    CommandError::user(format!("cannot read the answer: {error}"))
        .hint("every answer is also a command: `owed triage --list` shows what waits")
}
