//! `[issues]`: where items are filed, with what, and what follows from what becomes of their issues.

use crate::github::Policy;
use serde::Deserialize;

/// `[issues]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Issues {
    /// The host, where it is not github.com.
    pub(crate) host: Option<String>,
    /// `owner/name`.
    pub(crate) repository: Option<String>,
    /// Labels of every issue that is opened.
    pub(crate) labels: Vec<String>,
    /// The title of an open milestone.
    pub(crate) milestone: Option<String>,
    /// A project of GitHub's, `owner/number` or its address.
    pub(crate) project: Option<String>,
    /// A file of the project with the body's template.
    pub(crate) template: Option<String>,
    /// What a closed issue does to its item.
    pub(crate) when_closed: WhenClosed,
    /// What new assignees do to the item's owners.
    pub(crate) when_assigned: WhenSet,
    /// What a milestone with a day does to the item's due date.
    pub(crate) when_scheduled: WhenSet,
    /// Whether labels that a repository does not have are made.
    pub(crate) make_labels: bool,
    /// How many issues a run opens at most.
    pub(crate) most: usize,
    /// Whether `owed ci merge` opens issues.
    pub(crate) file_on_merge: bool,
    /// What goes elsewhere, by its place in the note.
    pub(crate) rule: Vec<Rule>,
}

impl Default for Issues {
    fn default() -> Self {
        Self {
            host: None,
            repository: None,
            labels: vec!["action".to_owned()],
            milestone: None,
            project: None,
            make_labels: false,
            template: None,
            when_closed: WhenClosed::Propose,
            when_assigned: WhenSet::Tell,
            when_scheduled: WhenSet::Tell,
            most: 50,
            file_on_merge: false,
            rule: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WhenClosed {
    /// It is proposed to close the item.
    #[default]
    Propose,
    /// The item is closed.
    Close,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WhenSet {
    /// It is told.
    #[default]
    Tell,
    /// The item follows.
    Follow,
}

/// `issues = { … }` of a series, and the target of a rule: what is named takes the place of what `[issues]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Place {
    /// `owner/name`.
    pub(crate) repository: Option<String>,
    /// Labels.
    pub(crate) labels: Option<Vec<String>>,
    /// The title of an open milestone.
    pub(crate) milestone: Option<String>,
    /// A project of GitHub's, `owner/number` or its address.
    pub(crate) project: Option<String>,
}

/// `[[issues.rule]]`: a heading or a zone, and where what stands there goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rule {
    /// Words of the heading that it stands under, whatever their case.
    pub(crate) topic: Option<String>,
    /// The kind of place: `actions`, `notes`, `agenda` and the like.
    pub(crate) zone: Option<String>,
    /// `owner/name`.
    pub(crate) repository: Option<String>,
    /// Labels.
    pub(crate) labels: Option<Vec<String>>,
    /// The title of an open milestone.
    pub(crate) milestone: Option<String>,
    /// A project of GitHub's, `owner/number` or its address.
    pub(crate) project: Option<String>,
}

/// Where in its note something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The heading above it.
    pub(crate) topic: Option<String>,
    /// The word for its zone.
    pub(crate) zone: Option<&'static str>,
}

impl Issues {
    /// What follows from what becomes of issues.
    pub(crate) fn policy(&self) -> Policy {
        Policy {
            close: self.when_closed == WhenClosed::Close,
            owners: self.when_assigned == WhenSet::Follow,
            due: self.when_scheduled == WhenSet::Follow,
        }
    }

    /// Where an item goes: what `[issues]` says, then its series, then the first rule that fits, then the repository
    /// that the caller names.
    pub(crate) fn place(
        &self,
        series: Option<&Place>,
        standing: &Standing,
        named: Option<&str>,
    ) -> Place {
        let mut place = Place {
            repository: self.repository.clone(),
            labels: Some(self.labels.clone()),
            milestone: self.milestone.clone(),
            project: self.project.clone(),
        };
        place.take(series);
        let rule = self.rule.iter().find(|rule| rule.fits(standing));
        let of_rule = rule.map(|rule| Place {
            repository: rule.repository.clone(),
            labels: rule.labels.clone(),
            milestone: rule.milestone.clone(),
            project: rule.project.clone(),
        });
        place.take(of_rule.as_ref());
        let named = named.filter(|name| place.repository.as_deref() != Some(*name));
        place.take(
            named
                .map(|name| Place {
                    repository: Some(name.to_owned()),
                    ..Place::default()
                })
                .as_ref(),
        );
        place
    }
}

impl Place {
    fn take(&mut self, other: Option<&Place>) {
        let Some(other) = other else { return };
        if other.repository.is_some() {
            self.repository.clone_from(&other.repository);
            // A milestone is of its repository.
            self.milestone = None;
        }
        if other.labels.is_some() {
            self.labels.clone_from(&other.labels);
        }
        if other.milestone.is_some() {
            self.milestone.clone_from(&other.milestone);
        }
        if other.project.is_some() {
            self.project.clone_from(&other.project);
        }
    }
}

impl Rule {
    fn fits(&self, standing: &Standing) -> bool {
        let topic = self.topic.as_ref().is_none_or(|words| {
            let heading = standing.topic.as_deref().unwrap_or_default();
            heading.to_lowercase().contains(&words.to_lowercase())
        });
        let zone = self
            .zone
            .as_deref()
            .is_none_or(|zone| standing.zone == Some(zone));
        topic && zone
    }
}

#[cfg(test)]
mod tests {
    use super::{Issues, Place, Standing};

    #[test]
    fn the_closest_word_counts() {
        let text = "repository = \"acme/tiles\"\nmilestone = \"Next\"\nproject = \"acme/3\"\n\
            [[rule]]\ntopic = \"docs\"\nrepository = \"acme/docs\"\n\
            [[rule]]\nzone = \"actions\"\nlabels = [\"todo\"]\n";
        let issues: Issues = toml::from_str(text).expect("fits");
        let series = Place {
            labels: Some(vec!["core".to_owned()]),
            project: Some("acme/4".to_owned()),
            ..Place::default()
        };
        let place = |series: Option<&Place>, topic: Option<&str>, zone| {
            let place = issues.place(
                series,
                &Standing {
                    topic: topic.map(str::to_owned),
                    zone,
                },
                None,
            );
            format!(
                "{} {} {} {}",
                place.repository.unwrap_or_default(),
                place.labels.unwrap_or_default().join("+"),
                place.milestone.unwrap_or_default(),
                place.project.unwrap_or_default()
            )
        };
        assert_eq!(place(None, None, None), "acme/tiles action Next acme/3");
        assert_eq!(
            place(Some(&series), None, None),
            "acme/tiles core Next acme/4"
        );
        assert_eq!(
            place(Some(&series), Some("The Docs"), Some("actions")),
            "acme/docs core  acme/4"
        );
        assert_eq!(
            place(None, Some("x"), Some("actions")),
            "acme/tiles todo Next acme/3"
        );
        let named = issues.place(None, &Standing::default(), Some("acme/other"));
        assert_eq!(named.repository.as_deref(), Some("acme/other"));
        assert_eq!(named.milestone, None, "a milestone is of its repository");
    }
}
