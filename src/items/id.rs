//! Ids that come from content, so that a ledger made anew from the same notes has the same ids.

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The id of an item: 12 characters of `0-9a-z` without `i`, `l`, `o`, `u` (60 bits).
///
/// It is made from what was said, by whom, when and in which series, and from an ordinal that keeps identical twins
/// apart. Two of a million items share one with a probability of about one in two million.
///
/// It lies where it is held, not on the heap: reading an archive handles millions of them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct ItemId([u8; Self::LENGTH]);

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
        Self::hashed(&[
            series,
            meeting,
            &owners.join(","),
            &normal(text),
            &ordinal.to_string(),
        ])
    }

    /// Reads an id that was written by [`ItemId::as_str`]; `None` where it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; Self::LENGTH] = text.as_bytes().try_into().ok()?;
        let fits = bytes.iter().all(|byte| ALPHABET.contains(byte));
        fits.then_some(Self(bytes))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        // All of them are of the alphabet, which is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// An id made of these parts.
    pub(super) fn hashed(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let bits = first_eight(&hash.finalize());
        Self(std::array::from_fn(|at| {
            ALPHABET[(bits << (5 * at) >> 59) as usize]
        }))
    }
}

impl Serialize for ItemId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl TryFrom<String> for ItemId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is no id"))
    }
}

impl std::fmt::Debug for ItemId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ItemId").field(&self.as_str()).finish()
    }
}

impl std::fmt::Display for ItemId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What two mentions must share to speak of the same item: the series, the owners and the words.
///
/// Owners and words are compared as [`normal`] makes them, owners in any order. Words without a letter or digit are
/// compared as written, so that two unlike rows of symbols are not taken for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    series: String,
    owners: Vec<String>,
    text: String,
}

impl Key {
    /// The key of these words of these owners in this series.
    pub fn new(series: &str, owners: &[String], text: &str) -> Self {
        let mut owners: Vec<String> = owners.iter().map(|owner| normal(owner)).collect();
        owners.sort();
        let mut words = normal(text);
        if words.is_empty() {
            text.trim().clone_into(&mut words);
        }
        Self {
            series: series.to_owned(),
            owners,
            text: words,
        }
    }

    /// A number for an index. Equal keys have equal digests; two unlike keys may share one, so that whoever looks up
    /// by digest compares the keys afterwards. It is stored, and must stay the same from version to version.
    pub fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        hash.update(self.series.as_bytes());
        for owner in &self.owners {
            hash.update([0]);
            hash.update(owner.as_bytes());
        }
        hash.update([0, 0]);
        hash.update(self.text.as_bytes());
        first_eight(&hash.finalize()).cast_signed()
    }
}

/// The first eight bytes of a digest as a number.
fn first_eight(digest: &[u8]) -> u64 {
    digest
        .iter()
        .take(8)
        .fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
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

/// Whether an owner, in the [`normal`] form, is the whole group and no person.
pub fn is_group(owner: &str) -> bool {
    matches!(owner, "we" | "all" | "everyone" | "")
}

#[cfg(test)]
mod tests {
    use super::{ItemId, Key, normal};

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
    fn a_key_sees_series_owners_and_words_only() {
        let key = |series: &str, owners: &[&str], text: &str| {
            let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
            Key::new(series, &owners, text)
        };
        let known = key("core", &["Ana", "Ben"], "open **an** issue");
        assert_eq!(known, key("core", &["ben", "ANA"], "Open an issue."));
        assert_eq!(
            known.digest(),
            key("core", &["ben", "ANA"], "Open an issue.").digest()
        );
        for other in [
            key("docs", &["Ana", "Ben"], "open an issue"),
            key("core", &["Ana"], "open an issue"),
            key("core", &["Ana", "Ben"], "open an issue again"),
        ] {
            assert_ne!(known, other);
            assert_ne!(known.digest(), other.digest());
        }
        assert_ne!(key("core", &[], "->"), key("core", &[], "<-"));
    }

    #[test]
    fn digests_and_ids_stay_the_same_from_version_to_version() {
        let key = Key::new("core", &["Ana".to_owned()], "open an issue");
        assert_eq!(key.digest(), 600_587_572_933_209_623);
        assert_eq!(id("Ana", "open an issue", 0).as_str(), "tt2w0d4fckmm");
    }

    #[test]
    fn normal_form() {
        assert_eq!(normal("  Fix `#12`, please! "), "fix 12 please");
    }
}
