//! From the text of a pack file to its shape, with all that is wrong with it.
//!
//! A file that is right is read in one go. In one that is not, every table is read for itself, so that a slip in the
//! first rule does not hide one in the last.

use super::compile::{PackError, PackSource};
use super::pack::PackFile;
use crate::text::nearest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// The version of the format that is read here.
const VERSION: u32 = 1;

/// The parts that a pack file may have.
const PARTS: [&str; 8] = [
    "schema", "test", "off", "lexicon", "macro", "gate", "rule", "answer",
];

/// What a file of a pack comes to.
pub(crate) struct Read {
    /// What could be read of it.
    pub file: PackFile,
    /// All that is wrong with its tables.
    pub errors: Vec<PackError>,
    /// Whether every lexicon and macro could be read.
    pub has_all_words: bool,
    /// Whether every rule, gate and answer could be read.
    pub has_all_ids: bool,
}

/// Reads a file of a pack.
pub(crate) fn read(source: PackSource<'_>) -> Read {
    let mut read = match toml::from_str(source.text) {
        Ok(file) => Read {
            file,
            errors: Vec::new(),
            has_all_words: true,
            has_all_ids: true,
        },
        Err(_) => by_parts(source),
    };
    let (file, errors) = (&read.file, &mut read.errors);
    if file.schema != VERSION && errors.is_empty() {
        let at = source.text.find("schema").unwrap_or(0);
        errors.push(PackError::at(
            source,
            at..at + "schema".len(),
            format!(
                "schema {} is not known here; this version reads schema {VERSION}",
                file.schema
            ),
        ));
    }
    read
}

fn by_parts(source: PackSource<'_>) -> Read {
    let mut file = PackFile {
        schema: VERSION,
        ..PackFile::default()
    };
    let (table, wrong) = DeTable::parse_recoverable(source.text);
    let mut parts = Parts {
        source,
        errors: Vec::new(),
    };
    for error in wrong {
        parts.error(&error);
    }
    // What can be made of a text that is no TOML would only give errors that are none.
    if !parts.errors.is_empty() {
        return Read {
            file,
            errors: parts.errors,
            has_all_words: false,
            has_all_ids: false,
        };
    }
    let (mut has_all_words, mut has_all_ids) = (true, true);
    let table = table.into_inner();
    if !table.iter().any(|(key, _)| key.get_ref() == "schema") {
        let message = format!("the file does not say its schema; write schema = {VERSION}");
        parts.errors.push(PackError::at(source, 0..0, message));
    }
    for (key, value) in table {
        let known = parts.errors.len();
        let key_text = key.get_ref().as_ref();
        match key_text {
            "schema" => file.schema = parts.one(value).unwrap_or(VERSION),
            "test" => file.test = parts.one(value),
            "off" => file.off = parts.one(value).unwrap_or_default(),
            "lexicon" => file.lexicon = parts.named(value),
            "macro" => file.macros = parts.named(value),
            "gate" => file.gates = parts.list(value),
            "rule" => file.rules = parts.list(value),
            "answer" => file.answers = parts.list(value),
            other => {
                let message = match nearest(other, PARTS) {
                    Some(known) => format!("there is no part `{other}`; is `{known}` meant?"),
                    None => format!("there is no part `{other}`"),
                };
                parts
                    .errors
                    .push(PackError::at(source, key.span(), message));
            }
        }
        if parts.errors.len() > known {
            has_all_words &= !matches!(key_text, "lexicon" | "macro");
            has_all_ids &= !matches!(key_text, "gate" | "rule" | "answer");
        }
    }
    parts
        .errors
        .sort_by_key(|error| (error.line, error.message.clone()));
    Read {
        file,
        errors: parts.errors,
        has_all_words,
        has_all_ids,
    }
}

/// Reads parts of a file, and keeps what is wrong with them.
struct Parts<'s> {
    source: PackSource<'s>,
    errors: Vec<PackError>,
}

impl Parts<'_> {
    fn error(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().to_owned();
        self.errors.push(PackError::at(self.source, span, message));
    }

    /// A value of its own.
    fn one<'i, T: Deserialize<'i>>(&mut self, value: Spanned<DeValue<'i>>) -> Option<T> {
        let whole = value.span();
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(one) => Some(one),
            Err(error) if error.span().is_some() => {
                self.error(&error);
                None
            }
            Err(error) => {
                let message = error.message().to_owned();
                self.errors.push(PackError::at(self.source, whole, message));
                None
            }
        }
    }

    /// The tables of a list, `[[rule]]`.
    fn list<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Vec<T> {
        match value.get_ref() {
            DeValue::Array(_) => {}
            _ => return self.one(value).unwrap_or_default(),
        }
        let DeValue::Array(list) = value.into_inner() else {
            return Vec::new();
        };
        list.into_iter()
            .filter_map(|value| self.one(value))
            .collect()
    }

    /// The values of a table by their names, `[lexicon.NAME]`.
    fn named<T, C>(&mut self, value: Spanned<DeValue<'_>>) -> C
    where
        T: DeserializeOwned,
        C: FromIterator<(String, T)> + Default + DeserializeOwned,
    {
        match value.get_ref() {
            DeValue::Table(_) => {}
            _ => return self.one(value).unwrap_or_default(),
        }
        let DeValue::Table(table) = value.into_inner() else {
            return C::default();
        };
        table
            .into_iter()
            .filter_map(|(name, value)| Some((name.get_ref().to_string(), self.one(value)?)))
            .collect()
    }
}
