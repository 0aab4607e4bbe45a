//! Sets of small numbers.

/// A set of small numbers, a bit for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// Of numbers below `size`.
    pub(super) fn of(size: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut bits = Self(vec![0; size.div_ceil(64)]);
        for member in members {
            bits.0[member / 64] |= 1 << (member % 64);
        }
        bits
    }

    /// Takes all out, and makes room for numbers below `size`.
    pub(super) fn clear(&mut self, size: usize) {
        self.0.clear();
        self.0.resize(size.div_ceil(64), 0);
    }

    pub(super) fn has(&self, member: usize) -> bool {
        let word = self.0.get(member / 64);
        word.is_some_and(|word| word & (1 << (member % 64)) != 0)
    }

    /// Adds the members of a set that was made for numbers as large.
    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    /// Whether all members of a set that was made for numbers as large are in this one.
    pub(super) fn has_all(&self, other: &Self) -> bool {
        let mut pairs = self.0.iter().zip(&other.0);
        pairs.all(|(mine, theirs)| theirs & !mine == 0)
    }

    /// The members in order.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }
}
