//! Turns: who says what, and in which zone.

use super::blocks::{Block, BlockKind, Blocks};
use super::cells::{self, Cells};
use super::clauses;
use super::days;
use super::debate;
use super::header::Header;
use super::labels::{self, Form};
use super::lines::{Bullet, Line};
use super::log;
use super::plain::Plain;
use super::roster::Roster;
use super::told;
use super::turn::{Entry, Speaker, Turn, Voice, end_of_turn};
use super::zones::{self, Zone};
use super::{Clause, Note};
use crate::people::{self, Evidence};
use crate::text::{SourceText, Span};
use jiff::civil::Date;

/// What a block hands down to the entries under it.
#[derive(Clone, Copy, Default)]
struct Handed {
    zone: Option<Zone>,
    speaker: Option<Span>,
    turn: Option<usize>,
    depth: u32,
}

/// How far before a colon a name and the end of the sentence before it are looked for, in bytes.
const LONGEST_GAP: usize = 60;

struct Builder<'s> {
    source: &'s SourceText,
    roster: Roster,
    plain: Plain,
    turns: Vec<Turn>,
    clauses: Vec<Clause>,
    /// Open headings: level, zone, speaker.
    sections: Vec<(u8, Option<Zone>, Option<Span>)>,
    topic: Option<Span>,
    /// The day of the meeting that the builder is in.
    day: Option<Date>,
    /// What a line such as "Action items:" hands to the list after it.
    lead: Handed,
    /// What each block hands down.
    handed: Vec<Handed>,
    /// The titles of action lists under which people talk.
    debates: Vec<usize>,
    /// The lists of attendees before this block are over: somebody talks.
    talk_since: usize,
    last_speaker: Option<Span>,
    last_paragraph_speaker: Option<Span>,
    /// The last speaker of each depth of entries.
    beside: Vec<Option<Span>>,
}

/// Makes the turns of a note.
pub(super) fn build(
    source: &SourceText,
    header: Header,
    blocks: &Blocks,
    roster: Roster,
    lines: &[Line],
) -> Note {
    let mut builder = Builder {
        debates: debate::of_lists(source, blocks, &roster),
        source,
        roster,
        plain: Plain::default(),
        turns: Vec::with_capacity(blocks.blocks.len()),
        clauses: Vec::with_capacity(blocks.blocks.len() * 2),
        sections: Vec::new(),
        topic: None,
        day: header.date,
        lead: Handed::default(),
        handed: Vec::with_capacity(blocks.blocks.len()),
        talk_since: 0,
        last_speaker: None,
        last_paragraph_speaker: None,
        beside: Vec::new(),
    };
    for (task, cells) in cells::of_front_matter(source, lines) {
        builder.row(&[task], cells);
    }
    let mut rows = cells::of_tables(source, blocks).into_iter().peekable();
    let mut days = days::of_sections(source, blocks).into_iter().peekable();
    for (at, block) in blocks.blocks.iter().enumerate() {
        if let Some((_, day)) = days.next_if(|(section, _)| *section == at) {
            builder.day = Some(day);
        }
        while let Some((_, task, cells)) = rows.next_if(|(row, _, _)| *row == at) {
            builder.row(&[task], cells);
        }
        let has_children = blocks
            .blocks
            .get(at + 1)
            .is_some_and(|next| next.parent == Some(at));
        let handed = builder.block(blocks, block, has_children);
        builder.handed.push(handed);
    }
    let mut people = builder.roster.people;
    told::add(builder.plain.text(), &mut people);
    Note {
        header,
        people,
        plain: builder.plain,
        turns: builder.turns,
        clauses: builder.clauses,
        log: blocks.log,
        html: blocks.html,
        rewritten: blocks.html || !blocks.corrections.is_empty(),
    }
}

impl Builder<'_> {
    fn section(&self) -> (Option<Zone>, Option<Span>) {
        self.sections
            .last()
            .map_or((None, None), |(_, zone, speaker)| (*zone, *speaker))
    }

    /// What a block hands down, as long as it holds.
    fn handed_by(&self, block: usize) -> Handed {
        let handed = self.handed[block];
        let over = block < self.talk_since && handed.zone == Some(Zone::Attendees);
        Handed {
            zone: handed.zone.filter(|_| !over),
            ..handed
        }
    }

    fn block(&mut self, blocks: &Blocks, block: &Block, has_children: bool) -> Handed {
        match block.kind {
            BlockKind::Heading(level) => {
                self.heading(blocks, level, block);
                Handed::default()
            }
            BlockKind::Own => Handed::default(),
            BlockKind::Row => Handed::default(),
            BlockKind::Said(nick) => {
                self.said(blocks, block, nick);
                Handed::default()
            }
            BlockKind::Entry(_) | BlockKind::Paragraph => self.talk(blocks, block, has_children),
        }
    }

    fn heading(&mut self, blocks: &Blocks, level: u8, block: &Block) {
        let span = blocks.span_of(block);
        let title = span.of(self.source.text());
        while self
            .sections
            .last()
            .is_some_and(|(open, _, _)| *open >= level)
        {
            self.sections.pop();
        }
        let parent = self.section();
        let debated = self.debates.binary_search(&self.handed.len()).is_ok();
        let own = match zones::of_title(title.trim_end_matches([':', ' ', '*', '_'])) {
            Some(Zone::Actions) if debated => Some(Zone::Notes),
            own => own,
        };
        let name = self.name_alone(span);
        let zone = own.or(match parent.0 {
            Some(Zone::Attendees | Zone::Links) | None => None,
            // A topic under the agenda is talked about right there.
            Some(Zone::Agenda) => Some(Zone::Notes),
            Some(Zone::Actions) if name.is_none() => Some(Zone::Notes),
            inherited => inherited,
        });
        self.sections
            .push((level, zone, name.or(parent.1.filter(|_| own.is_none()))));
        self.topic = Some(span);
        self.lead = Handed::default();
        self.last_speaker = None;
        self.last_paragraph_speaker = None;
        self.beside.clear();
        let (text, struck) = self.words(blocks, block, 0);
        self.turn(Zone::Title, None, None, text, block, struck, None);
    }

    /// The name, where a text is nothing but a known person's name: `### Ana Lind`, `- **Ana**`, `@ana:`.
    fn name_alone(&self, span: Span) -> Option<Span> {
        let text = self.source.text();
        let body = span.of(text);
        let inner = body.trim_matches(|c: char| !c.is_alphanumeric() && c != ')');
        let (bare, bracket) = inner.split_once(" (").unwrap_or((inner, ""));
        let bare = bare.trim_end_matches([':', '*', '_', ')']);
        // "Ana (with Ben) will go" is more than a name.
        let after = bracket.split_once(')').map_or("", |(_, after)| after);
        let more = after.contains(char::is_alphanumeric);
        if more || bare.is_empty() || bare.len() > 50 || !labels::has_name_shape(bare) {
            return None;
        }
        let at = span.start + body.find(bare)?;
        let people::Match::One(person) = self.roster.people.find(bare) else {
            return None;
        };
        let evidence = self.roster.people.persons()[person].evidence;
        let strong = evidence <= Evidence::Spoke
            || body.trim_start_matches(['*', '(', ' ']).starts_with('@');
        strong.then(|| Span::new(at, at + bare.len()))
    }

    fn said(&mut self, blocks: &Blocks, block: &Block, nick: Span) {
        let source = self.source.text();
        let span = blocks.span_of(block);
        if blocks.scribed && log::is_command(span.of(source)) {
            return;
        }
        let mut speaker = Some(nick);
        let mut to = None;
        let mut rest = span.start;
        let label = labels::parse(source, span).filter(|label| label.rest <= span.end);
        match label {
            Some(label) if label.form == Form::Continued && blocks.scribed => {
                speaker = self.last_speaker.or(speaker);
                rest = label.rest;
            }
            Some(label) if matches!(label.form, Form::Colon | Form::Comma) => {
                let name = label.name.of(source);
                let named = !super::words::is_no_name(name) && label.form == Form::Colon;
                if blocks.scribed && named && !name.starts_with(char::is_lowercase) {
                    speaker = blocks.corrected(label.name);
                    rest = label.rest;
                } else if self.roster.people.knows(name) && (named || self.roster.is_nick(name)) {
                    to = blocks.corrected(label.name);
                    rest = label.rest;
                }
            }
            _ => {}
        }
        let (text, struck) = self.words(blocks, block, rest);
        self.last_speaker = speaker;
        let speaker = speaker.map(|name| Speaker {
            name,
            voice: Voice::Own,
        });
        let zone = self.section().0.unwrap_or(Zone::Notes);
        let at = self.turn(zone, speaker, None, text, block, struck, None);
        self.turns[at].to = to;
    }

    fn talk(&mut self, blocks: &Blocks, block: &Block, has_children: bool) -> Handed {
        let source = self.source.text();
        let span = blocks.span_of(block);
        let entry = match block.kind {
            BlockKind::Entry(bullet) => Some(bullet),
            _ => None,
        };
        let above = match block.parent {
            Some(parent) => self.handed_by(parent),
            None if entry.is_some() => self.lead,
            None => Handed::default(),
        };
        let (section_zone, section_speaker) = self.section();
        let zone = above.zone.or(section_zone).unwrap_or(Zone::Notes);
        let depth = if block.parent.is_some() {
            above.depth + 1
        } else {
            0
        };
        let body = span.of(source);
        // A line that only says what follows: "Action items:", "**Attendees**".
        let bare = body.trim_matches(['*', '_', ' ', ':']);
        let title_like = body.len() <= 90
            && (entry.is_none() || has_children || body.ends_with(':'))
            && entry.is_none_or(|bullet| bullet.ticked.is_none());
        let debated = self.debates.binary_search(&self.handed.len()).is_ok();
        let opened = title_like
            .then(|| zones::of_title(bare))
            .flatten()
            .filter(|opened| !(debated && *opened == Zone::Actions))
            .filter(|_| {
                entry.is_some()
                    || body.starts_with(['*', '_'])
                    || body.trim_end_matches(['*', '_']).ends_with(':')
                    || body == bare && body.len() < 40
            });
        if let Some(opened) = opened {
            let handed = Handed {
                zone: Some(opened),
                speaker: above
                    .speaker
                    .or(self.lead.speaker)
                    .or(self.last_paragraph_speaker),
                turn: None,
                depth,
            };
            if entry.is_none() {
                self.lead = handed;
            }
            self.last_paragraph_speaker = None;
            let (text, struck) = self.words(blocks, block, 0);
            self.turn(Zone::Title, None, None, text, block, struck, None);
            return handed;
        }
        // A person's name alone, over what they say or have to do.
        if !matches!(zone, Zone::Attendees | Zone::Links)
            && let Some(name) = self.name_alone(span)
        {
            let alone = entry.is_none() || has_children;
            if alone {
                let handed = Handed {
                    zone: above.zone,
                    speaker: Some(name),
                    turn: None,
                    depth,
                };
                if entry.is_none() {
                    self.lead = Handed {
                        zone: self.lead.zone,
                        ..handed
                    };
                    self.last_paragraph_speaker = Some(name);
                }
                return handed;
            }
        }
        if matches!(zone, Zone::Notes | Zone::Agenda)
            && let Some((end, name)) = self.roster.owner_at_end(body)
        {
            let turn = self.turns.len();
            let place = name.shifted(span.start);
            let pieces = blocks.pieces_of(block).iter();
            let pieces: Vec<Span> = pieces
                .map(|piece| Span::new(piece.start, piece.end.min(span.start + end)))
                .filter(|piece| piece.start < piece.end)
                .collect();
            let ticked = entry.is_some_and(|bullet| bullet.ticked == Some(true));
            let cells = Cells {
                owner: Some(place),
                due: None,
                done: ticked,
            };
            self.row(&pieces, cells);
            return Handed {
                turn: Some(turn),
                speaker: None,
                depth,
                ..above
            };
        }
        let label = labels::parse(source, span).filter(|label| label.rest <= span.end);
        let mut own = None;
        // "[ ] [Ana] send it" names who is to do it, and rules read that.
        let is_task = zone == Zone::Actions || entry.is_some_and(|bullet| bullet.ticked.is_some());
        let mut unknown = false;
        // "[Ana] Budget" also says who presents what follows: its voice is not that of the entries under and after it.
        let mut alone = false;
        let mut rest = span.start;
        if let Some(label) = label {
            if label.form == Form::Continued {
                own = self.last_speaker.map(|name| Speaker {
                    name,
                    voice: Voice::Own,
                });
                rest = label.rest;
            } else if self.roster.is_speaker(label.name.of(source), label.form)
                && (label.form != Form::Bracket || !is_task)
            {
                alone = label.form == Form::Bracket;
                own = Some(Speaker {
                    name: label.name,
                    voice: Voice::Own,
                });
                rest = label.rest;
            } else {
                // "lena - happy to try": somebody, but not who spoke before.
                let name = label.name.of(source);
                unknown = label.form == Form::Dash
                    && !name.contains(' ')
                    && !super::words::is_no_name(name);
            }
        }
        let depth_index = depth as usize;
        let voiced = |voice| move |name| Speaker { name, voice };
        let speaker = own
            .or(above.speaker.map(voiced(Voice::Inherited)))
            .or(section_speaker.map(voiced(Voice::Inherited)))
            .or_else(|| {
                let goes_on = entry.is_none() && block.quote == 0 && !unknown;
                let before = self.last_paragraph_speaker.filter(|_| goes_on);
                before.map(voiced(Voice::Inherited))
            })
            .or_else(|| {
                let beside = entry.filter(|_| !unknown);
                let beside = beside.and_then(|_| self.beside.get(depth_index).copied().flatten());
                beside.map(voiced(Voice::Beside))
            });
        if let Some(own) = own {
            self.last_speaker = Some(own.name);
        }
        if entry.is_some() {
            self.beside.truncate(depth_index + 1);
            self.beside.resize(depth_index + 1, None);
            if own.is_some() || unknown {
                self.beside[depth_index] = own.filter(|_| !alone).map(|own| own.name);
            }
            self.last_paragraph_speaker = None;
        } else {
            self.beside.clear();
            if own.is_some() || unknown {
                self.last_paragraph_speaker = own.filter(|_| !alone).map(|own| own.name);
            }
            // A list belongs to the line right above it.
            self.lead = Handed::default();
        }
        let (text, struck) = self.words(blocks, block, rest);
        let text = labels::without_stamp(self.plain.text(), text);
        let recorded = labels::number_of_action(text.of(self.plain.text()));
        let text = Span::new(text.start + recorded, text.end);
        // Some groups talk right under the list of who is there.
        let talks = zone == Zone::Attendees
            && own.is_some()
            && text.of(self.plain.text()).split_whitespace().count() >= 4;
        if talks {
            if let Some((_, section, _)) = self.sections.last_mut() {
                *section = Some(Zone::Notes);
            }
            self.lead.zone = None;
            self.talk_since = self.handed.len();
        }
        let zone = if talks { Zone::Notes } else { zone };
        let is_topic = matches!(zone, Zone::Notes | Zone::Agenda)
            && entry.is_some_and(|bullet| bullet.ticked.is_some())
            && self
                .sections
                .iter()
                .any(|(_, zone, _)| *zone == Some(Zone::Agenda))
            && zones::is_linked_topic(body);
        let words = text.of(self.plain.text());
        let template = zones::is_template(words);
        let quote = block.quote > 0 && entry.is_none() && own.is_none();
        let quoted = quote && !zones::is_outcome(words);
        let zone = match zone {
            _ if template => Zone::Template,
            _ if recorded > 0 => Zone::Actions,
            Zone::Notes if is_topic => Zone::Agenda,
            Zone::Notes | Zone::Agenda if quoted => Zone::Quote,
            zone => zone,
        };
        let entry = entry.or(Some(Bullet::default()).filter(|_| recorded > 0));
        let info = entry.map(|bullet| Entry {
            ticked: bullet.ticked.filter(|_| !is_topic),
            numbered: bullet.numbered,
            depth,
            parent: has_children,
        });
        let index = self.voices(zone, speaker, info, text, block, struck, above.turn);
        self.turns[index].recorded = recorded > 0 && section_zone != Some(Zone::Actions);
        let handed = own.filter(|_| !alone).map(|own| own.name);
        let handed_speaker = handed.or(above.speaker.filter(|_| !alone));
        // "Ana:" alone on its line speaks for the list after it.
        if own.is_some() && text.is_empty() && entry.is_none() {
            self.lead = Handed {
                zone: None,
                speaker: handed_speaker,
                turn: None,
                depth: 0,
            };
        }
        Handed {
            zone: above.zone,
            speaker: handed_speaker,
            turn: Some(index),
            depth,
        }
    }

    /// One turn, or several where another speaker takes over in the middle: "… first. Ben: that might …".
    #[expect(clippy::too_many_arguments, reason = "the arguments of `turn`")]
    fn voices(
        &mut self,
        zone: Zone,
        speaker: Option<Speaker>,
        entry: Option<Entry>,
        text: Span,
        block: &Block,
        struck: bool,
        under: Option<usize>,
    ) -> usize {
        let changes = self.changes_of_voice(text);
        let first_end = changes.first().map_or(text.end, |(name, _)| name.start);
        let first = Span::new(text.start, first_end);
        let index = self.turn(zone, speaker, entry, first, block, struck, under);
        for (at, (name, rest)) in changes.iter().enumerate() {
            let end = changes.get(at + 1).map_or(text.end, |(next, _)| next.start);
            let name = self.plain.source_span(*name);
            let speaker = Speaker {
                name,
                voice: Voice::Own,
            };
            self.last_speaker = Some(name);
            self.turn(
                zone,
                Some(speaker),
                None,
                Span::new(*rest, end),
                block,
                struck,
                under,
            );
        }
        index
    }

    /// The labels of known people within a text, each at the start of a sentence, and where their words begin.
    fn changes_of_voice(&self, text: Span) -> Vec<(Span, usize)> {
        let plain = self.plain.text();
        let inner = text.of(plain);
        let mut out = Vec::new();
        for (colon, _) in inner.match_indices(": ") {
            // A name is short; the rest of a long line need not be looked through for each colon.
            let mut from = colon.saturating_sub(LONGEST_GAP);
            while !inner.is_char_boundary(from) {
                from += 1;
            }
            let before = &inner[from..colon];
            let Some(stop) = before.rfind(['.', '?', '!', ')', '/', ';']) else {
                continue;
            };
            // "ACTION: Ana / Ben: send it" has one voice and two owners.
            if before[stop..].starts_with('/') && self.ends_with_name(&before[..stop]) {
                continue;
            }
            let gap = &before[stop + 1..];
            let name = gap.trim_start_matches([' ', '*', '_']);
            if gap.len() == name.len()
                || name.len() > 40
                || name.split(' ').count() > 3
                || !name.starts_with(char::is_uppercase)
            {
                continue;
            }
            if self.roster.people.knows(name) && self.roster.is_speaker(name, Form::Colon) {
                let at = text.start + colon;
                out.push((Span::new(at - name.len(), at), at + 2));
            }
        }
        out
    }

    /// Whether the last word or two of a text are a known person's name.
    fn ends_with_name(&self, text: &str) -> bool {
        let words = text.trim_end().rsplitn(3, ' ');
        let words: Vec<&str> = words.take(2).collect();
        let last = words.first().copied().unwrap_or("");
        let both = words.iter().rev().copied().collect::<Vec<_>>().join(" ");
        self.roster.people.knows(last) || self.roster.people.knows(&both)
    }

    /// A row of an action table, or an entry of the front matter: a task whatever its words.
    fn row(&mut self, task: &[Span], cells: Cells) {
        let (Some(first), Some(last)) = (task.first(), task.last()) else {
            return;
        };
        let from = self.clauses.len();
        let start = self.plain.position();
        let struck = self.plain.push_all(self.source.text(), task, |_| &[]);
        let text = Span::new(start, self.plain.position()).trimmed(self.plain.text());
        clauses::cut(self.plain.text(), text, &mut self.clauses);
        self.plain.close(last.end);
        let line = |at| self.source.line_number(at).saturating_sub(1) as usize;
        let lines = (line(first.start), line(last.start));
        self.turns.push(Turn {
            zone: Zone::Actions,
            speaker: None,
            entry: Some(Entry {
                ticked: cells.done.then_some(true),
                numbered: false,
                depth: 0,
                parent: false,
            }),
            text,
            clauses: from..self.clauses.len(),
            lines,
            struck,
            under: None,
            topic: self.topic,
            to: None,
            recorded: false,
            day: self.day,
            cells: Some(cells),
        });
    }

    /// Takes a block's words from a byte of the source on into the plain text. Returns where they stand there, and
    /// whether they are struck through.
    fn words(&mut self, blocks: &Blocks, block: &Block, from: usize) -> (Span, bool) {
        let start = self.plain.position();
        let pieces = blocks.pieces_of(block).iter();
        let pieces: Vec<Span> = pieces
            .filter(|piece| piece.end > from)
            .map(|piece| Span::new(piece.start.max(from), piece.end))
            .collect();
        let corrections = |piece| blocks.corrections_of(piece);
        let struck = self
            .plain
            .push_all(self.source.text(), &pieces, corrections);
        (Span::new(start, self.plain.position()), struck)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the one place where a turn is put together"
    )]
    fn turn(
        &mut self,
        zone: Zone,
        speaker: Option<Speaker>,
        entry: Option<Entry>,
        text: Span,
        block: &Block,
        struck: bool,
        under: Option<usize>,
    ) -> usize {
        let text = text.trimmed(self.plain.text());
        let first = self.turns.len();
        let mut rest = text;
        while self.turns.len() == first || !rest.is_empty() {
            let text = Span::new(rest.start, end_of_turn(self.plain.text(), rest));
            rest = Span::new(text.end, rest.end).trimmed(self.plain.text());
            let from = self.clauses.len();
            if !matches!(zone, Zone::Attendees | Zone::Links | Zone::Template) {
                clauses::cut(self.plain.text(), text, &mut self.clauses);
            }
            self.turns.push(Turn {
                zone,
                speaker,
                entry: entry.filter(|_| self.turns.len() == first),
                text,
                clauses: from..self.clauses.len(),
                lines: (block.first, block.last),
                struck,
                under,
                topic: self.topic,
                to: None,
                recorded: false,
                day: self.day,
                cells: None,
            });
        }
        self.plain.close(self.source.line_span(block.last).end);
        first
    }
}
