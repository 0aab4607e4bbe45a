//! Which items a page shows, as its address says it.

use serde::Deserialize;

/// The choices in a board's address. Anything may stand in an address: what is not known chooses nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    /// The whole name of a series.
    pub(super) series: String,
    /// An owner's name, in any case; [`NOBODY`] for items of nobody.
    pub(super) owner: String,
    /// See [`Show`].
    pub(super) state: String,
    /// Words that all stand in an item, its owners or its id.
    pub(super) q: String,
    /// See [`Order`].
    pub(super) by: String,
    /// Which page, from 1.
    pub(super) page: String,
}

/// What an address calls the owner of items that nobody is to do.
pub(super) const NOBODY: &str = "nobody";

/// Items in which states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// On the table: open and not snoozed.
    Open,
    /// Only what waits for a yes.
    Asked,
    /// Open and snoozed.
    Later,
    /// Done.
    Done,
    /// Dropped.
    Dropped,
    /// All of them.
    All,
}

impl Show {
    /// Every choice with its word in addresses and its title.
    pub(super) const ALL: [(Show, &str, &str); 6] = [
        (Show::Open, "open", "Open"),
        (Show::Asked, "asked", "Waiting for a yes"),
        (Show::Later, "later", "Snoozed"),
        (Show::Done, "done", "Done"),
        (Show::Dropped, "dropped", "Dropped"),
        (Show::All, "all", "All"),
    ];
}

/// How items are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// By who is to do them.
    Owner,
    /// By how soon they need the group.
    Need,
}

impl Order {
    /// Every choice with its word in addresses and its title.
    pub(super) const ALL: [(Order, &str, &str); 2] = [
        (Order::Owner, "owner", "By owner"),
        (Order::Need, "need", "By need"),
    ];
}

/// The longest search that is looked at, in characters.
const LONGEST: usize = 200;

impl Filter {
    /// Which states it shows.
    pub(super) fn show(&self) -> Show {
        let known = Show::ALL.iter().find(|(_, word, _)| *word == self.state);
        known.map_or(Show::Open, |(show, ..)| *show)
    }

    /// How it groups them.
    pub(super) fn order(&self) -> Order {
        let known = Order::ALL.iter().find(|(_, word, _)| *word == self.by);
        known.map_or(Order::Owner, |(order, ..)| *order)
    }

    /// Its page, from 0.
    pub(super) fn page(&self) -> usize {
        self.page.parse().unwrap_or(1_usize).saturating_sub(1)
    }

    /// The same choices without a page.
    pub(super) fn first_page(&self) -> Filter {
        Filter {
            page: String::new(),
            ..self.clone()
        }
    }

    /// The words of its search in their normal form.
    pub(super) fn words(&self) -> Vec<String> {
        let text: String = self.q.chars().take(LONGEST).collect();
        crate::items::normal(&text)
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    /// The board's address with these choices, those that choose nothing left out.
    pub(super) fn address(&self) -> String {
        let query = self.query();
        if query.is_empty() {
            "/board".to_owned()
        } else {
            format!("/board?{query}")
        }
    }

    /// The part of the address after the question mark.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("series", &self.series),
            ("owner", &self.owner),
            ("state", &self.state),
            ("q", &self.q),
            ("by", &self.by),
            ("page", &self.page),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// Reads back what [`Filter::query`] wrote; other names are passed over.
    pub(super) fn parse(query: &str) -> Filter {
        let mut filter = Filter::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "series" => &mut filter.series,
                "owner" => &mut filter.owner,
                "state" => &mut filter.state,
                "q" => &mut filter.q,
                "by" => &mut filter.by,
                "page" => &mut filter.page,
                _ => continue,
            };
            *place = value.into_owned();
        }
        filter
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Order, Show};

    #[test]
    fn an_address_reads_back() {
        let filter = Filter {
            series: "notes/core & docs".to_owned(),
            owner: "Ana Lind".to_owned(),
            q: "50% <b>\"&owner=x".to_owned(),
            page: "3".to_owned(),
            ..Filter::default()
        };
        assert_eq!(Filter::parse(&filter.query()), filter);
        assert_eq!(Filter::default().address(), "/board");
        assert!(!filter.address().contains(['<', '"', ' ']));
    }

    #[test]
    fn what_is_not_known_chooses_nothing() {
        let filter = Filter::parse("state=closed&by=rank&page=x&evil=1&owner");
        assert_eq!(filter.show(), Show::Open);
        assert_eq!(filter.order(), Order::Owner);
        assert_eq!(filter.page(), 0);
        assert_eq!(filter.owner, "");
    }
}
