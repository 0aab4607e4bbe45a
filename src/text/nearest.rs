//! The known word that a mistyped one most likely means.

/// Of some words the one that is most like this one; none where none is much like it. Upper and lower case are the
/// same. Likeness is that of Jaro and Winkler, which thinks most of how words begin.
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    /// Below this, two words only share letters.
    const ALIKE: f64 = 0.8;
    let word = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for other in known {
        let alike = strsim::jaro_winkler(&word, &other.to_lowercase());
        if alike >= ALIKE && best.is_none_or(|(least, _)| alike > least) {
            best = Some((alike, other));
        }
    }
    best.map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_a_slip_means() {
        let known = ["i-will", "name-will", "question", "Chidi Obi"];
        for (word, expected) in [
            ("name-wil", Some("name-will")),
            ("QUESTOIN", Some("question")),
            ("chidi ob", Some("Chidi Obi")),
            ("marker", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
