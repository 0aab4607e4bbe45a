//! From a file to what is found in it: the rooms of the core in a row.

use super::error::{CommandError, ErrorKind};
use super::project::{FOLDER, Project};
use crate::mentions::{self, Found, Reading};
use crate::notes::{self, Note};
use crate::rules::{self, Engine, PackError, PackSource};
use crate::text::SourceText;
use crate::views::carets;
use std::path::PathBuf;

/// The rules, ready to read notes with.
pub(super) struct Reader {
    pub(super) engine: Engine,
}

impl Reader {
    /// With the rules of owed and those that the project has in `.owed/rules/`.
    ///
    /// # Errors
    /// All that is wrong with the project's rules.
    pub(super) fn new(project: &Project) -> Result<Self, CommandError> {
        let mut own = Vec::new();
        for path in own_packs(project)? {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| CommandError::file(&path, "read", &error))?;
            own.push((project.name(&path), text));
        }
        let mut sources = rules::embedded_sources().to_vec();
        sources.extend(own.iter().map(|(name, text)| PackSource { name, text }));
        let engine = rules::load(&sources).map_err(|errors| pack_errors(&errors))?;
        Ok(Self { engine })
    }

    pub(super) fn read(&self, source: &SourceText) -> (Note, Reading) {
        let note = notes::parse(source);
        let reading = mentions::resolve(&self.engine, &note, source);
        (note, reading)
    }
}

/// The project's own packs, in order of their names.
pub(super) fn own_packs(project: &Project) -> Result<Vec<PathBuf>, CommandError> {
    let folder = project.root.join(FOLDER).join("rules");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(CommandError::file(&folder, "read", &error)),
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    Ok(paths)
}

/// One error for all that is wrong with packs.
pub(super) fn pack_errors(errors: &[PackError]) -> CommandError {
    let mut made = CommandError::new(
        ErrorKind::Config,
        format!(
            "the rules have {}",
            crate::views::count(errors.len(), "error")
        ),
    );
    for error in errors {
        let mut detail = error.to_string();
        if let Some((line, columns)) = &error.excerpt {
            let (before, under) = (" ".repeat(columns.start), "^".repeat(columns.len()));
            detail.push_str(&format!("\n    {line}\n    {before}{under}"));
        }
        made.details.push(detail);
    }
    made
}

/// Something found, as it is underlined.
pub(super) fn underlined(found: &Found) -> carets::Found<'_> {
    carets::Found {
        mention: &found.mention,
        owners: found.owner.into_iter().collect(),
        task: found.task,
        due: found.due,
    }
}
