//! From the text of a pack file to its shape, with all that is wrong with it.
//!
//! A file that is right is read in one go. In one that is not, every table is read for itself, and again without the field
//! that is wrong, so that one slip does not hide another. Only of fields that are missing in a table one is told.

use super::error::{PackError, PackSource};
use super::pack::PackFile;
use crate::text::nearest;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
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
    /// The ids of rules, gates and answers that could not be read; none where it cannot even be told which there are.
    pub unread: Option<Vec<String>>,
}

/// Reads a file of a pack.
pub(crate) fn read(source: PackSource<'_>) -> Read {
    let mut read = match toml::from_str(source.text) {
        Ok(file) => Read {
            file,
            errors: Vec::new(),
            has_all_words: true,
            unread: Some(Vec::new()),
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
        has_all_words: true,
        unread: Some(Vec::new()),
    };
    for error in wrong {
        let span = error.span().unwrap_or(0..0);
        parts.error(span, error.message());
    }
    // What can be made of a text that is no TOML would only give errors that are none.
    if !parts.errors.is_empty() {
        return Read {
            file,
            errors: parts.errors,
            has_all_words: false,
            unread: None,
        };
    }
    let table = table.into_inner();
    if !table.iter().any(|(key, _)| key.get_ref() == "schema") {
        let message = format!("the file does not say its schema; write schema = {VERSION}");
        parts.error(0..0, &message);
    }
    for (key, value) in table {
        match key.get_ref().as_ref() {
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
                parts.error(key.span(), &message);
            }
        }
    }
    parts
        .errors
        .sort_by_key(|error| (error.line, error.message.clone()));
    Read {
        file,
        errors: parts.errors,
        has_all_words: parts.has_all_words,
        unread: parts.unread,
    }
}

/// Reads parts of a file, and keeps what is wrong with them.
struct Parts<'s> {
    source: PackSource<'s>,
    errors: Vec<PackError>,
    has_all_words: bool,
    unread: Option<Vec<String>>,
}

impl Parts<'_> {
    fn error(&mut self, span: Range<usize>, message: &str) {
        self.errors.push(PackError::at(self.source, span, message));
    }

    /// A value of its own, or what is left of it without the fields that are wrong. Each of these is told.
    fn one<'i, T: Deserialize<'i>>(&mut self, mut value: Spanned<DeValue<'i>>) -> Option<T> {
        let whole = value.span();
        let mut left_out: Vec<String> = Vec::new();
        loop {
            let error = match T::deserialize(ValueDeserializer::from(value.clone())) {
                Ok(one) => return Some(one),
                Err(error) => error,
            };
            let span = error.span().unwrap_or_else(|| whole.clone());
            // What was left out is missing, and what was misspelt, too; that is no second error.
            let missing = error.message().strip_prefix("missing field `");
            let missing = missing.map(|name| name.trim_end_matches('`'));
            let known = |name| nearest(name, left_out.iter().map(String::as_str)).is_some();
            if !missing.is_some_and(known) {
                self.error(span.clone(), error.message());
            }
            left_out.push(take_out(&mut value, &span)?);
        }
    }

    /// The tables of a list, `[[rule]]`.
    fn list<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Vec<T> {
        if !value.get_ref().is_array() {
            self.unread = None;
            return self.one(value).unwrap_or_default();
        }
        let DeValue::Array(list) = value.into_inner() else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for value in list {
            let id = value
                .get_ref()
                .get("id")
                .and_then(|id| id.get_ref().as_str());
            let id = id.map(str::to_owned);
            match self.one(value) {
                Some(one) => all.push(one),
                None => {
                    self.unread = self.unread.take().zip(id).map(|(mut unread, id)| {
                        unread.push(id);
                        unread
                    });
                }
            }
        }
        all
    }

    /// The values of a table by their names, `[lexicon.NAME]`.
    fn named<T, C>(&mut self, value: Spanned<DeValue<'_>>) -> C
    where
        T: DeserializeOwned,
        C: FromIterator<(String, T)> + Default + DeserializeOwned,
    {
        if !value.get_ref().is_table() {
            self.has_all_words = false;
            return self.one(value).unwrap_or_default();
        }
        let DeValue::Table(table) = value.into_inner() else {
            return C::default();
        };
        let named = table.into_iter().filter_map(|(name, value)| {
            let one = self.one(value);
            self.has_all_words &= one.is_some();
            Some((name.get_ref().to_string(), one?))
        });
        named.collect()
    }
}

/// Takes the field out of a table in which a span lies, and says its name.
fn take_out(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<String> {
    let DeValue::Table(table) = value.get_mut() else {
        return None;
    };
    let within = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let mut fields = table.iter();
    let (key, _) = fields.find(|(key, value)| within(key.span()) || within(value.span()))?;
    let name = key.get_ref().to_string();
    table.remove(name.as_str());
    Some(name)
}
