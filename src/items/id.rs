//! Ids that come from content, so that a ledger made anew from the same notes has the same ids.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The id of an item: 12 characters of `0-9a-z` without `i`, `l`, `o`, `u` (60 bits).
///
/// It is made from what was said, by whom, when and in which series, and from an ordinal that keeps identical twins
/// apart. Two of a million items share one with a probability of about one in two million.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(String);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl ItemId {
    /// How many characters an id has.
    pub const LENGTH: usize = 12;

    /// The id of the `ordinal`-th item (from 0) with these words in this meeting.
    ///
    /// `owners` and `text` are compared as [`normal`] makes them, so that emphasis and case do not matter.
    pub fn from_content(
        series: &str,
        meeting: &str,
        owners: &[String],
        text: &str,
        ordinal: usize,
    ) -> Self {
        let mut owners: Vec<String> = owners.iter().map(|owner| normal(owner)).collect();
        owners.sort();
        let mut hash = Sha256::new();
        for part in [
            series,
            meeting,
            &owners.join(","),
            &normal(text),
            &ordinal.to_string(),
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let mut bits = u64::from_be_bytes([
            digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7],
        ]);
        let mut id = String::with_capacity(Self::LENGTH);
        for _ in 0..Self::LENGTH {
            id.push(char::from(ALPHABET[(bits >> 59) as usize]));
            bits <<= 5;
        }
        Self(id)
    }

    /// Reads an id that was written by [`ItemId::as_str`]; `None` where it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == Self::LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ItemId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text as identity sees it: lower case, letters and digits only, one space between words.
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::{ItemId, normal};

    fn id(owner: &str, text: &str, ordinal: usize) -> ItemId {
        ItemId::from_content("core", "2025-04-24", &[owner.to_owned()], text, ordinal)
    }

    #[test]
    fn words_decide_and_markup_does_not() {
        assert_eq!(
            id("Ana", "open **an** issue", 0),
            id("ana", "Open an issue.", 0)
        );
        assert_ne!(id("Ana", "open an issue", 0), id("Ben", "open an issue", 0));
        assert_ne!(id("Ana", "open an issue", 0), id("Ana", "open an issue", 1));
    }

    #[test]
    fn an_id_reads_back() {
        let made = id("Ana", "open an issue", 0);
        assert_eq!(ItemId::parse(made.as_str()), Some(made));
        assert_eq!(ItemId::parse("0123"), None);
        assert_eq!(ItemId::parse("uuuuuuuuuuuu"), None);
    }

    #[test]
    fn normal_form() {
        assert_eq!(normal("  Fix `#12`, please! "), "fix 12 please");
    }
}
