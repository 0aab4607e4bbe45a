//! The charts, drawn as SVG.
//!
//! The drawing library knows colours, not styles. So everything is drawn in a few colours that stand for names, and
//! these are then put in their place: the page says what they are in light and in dark.

use super::figures::{Spread, Stretch, Tally};
use crate::views::when;
use jiff::civil::Date;
use plotters::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Colours that stand for names. Nothing else is drawn in them.
const INK: RGBColor = RGBColor(1, 0, 1);
const GRID: RGBColor = RGBColor(1, 0, 2);
const MAIN: RGBColor = RGBColor(1, 0, 3);
const SECOND: RGBColor = RGBColor(1, 0, 4);
const THIRD: RGBColor = RGBColor(1, 0, 5);
const NAMES: [(RGBColor, &str); 5] = [
    (INK, "ink"),
    (GRID, "grid"),
    (MAIN, "main"),
    (SECOND, "second"),
    (THIRD, "third"),
];

/// The size that charts are drawn for, in units that scale with the page.
const SIZE: (u32, u32) = (760, 300);
const FONT: i32 = 15;

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// How many items were open, as a curve. Empty where there are fewer than two days to draw it between.
pub(super) fn curve(points: &[Stretch], label: &str) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    if points.len() < 2 {
        return String::new();
    }
    let days = |day: Date| when::days_between(first.day, day);
    let most = points.iter().map(|it| it.open).max().unwrap_or(0);
    let line = || points.iter().map(|it| (days(it.day), it.open));
    let several_years = first.day.year() != last.day.year();
    let name = |at: &i64| {
        let day = points.iter().rfind(|it| days(it.day) <= *at);
        day.map_or_else(String::new, |it| {
            when::day(it.day, (!several_years).then_some(it.day))
        })
    };
    drawn(label, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .margin_right(48)
            .x_label_area_size(34)
            .y_label_area_size(44)
            .build_cartesian_2d(0..days(last.day), 0..top(most))?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .x_labels(6)
            .y_labels(5)
            .label_style(("sans-serif", FONT, &INK))
            .x_label_formatter(&name)
            .draw()?;
        chart.draw_series(AreaSeries::new(line(), 0, MAIN.mix(0.15)))?;
        chart.draw_series(LineSeries::new(line(), MAIN.stroke_width(3)))?;
        Ok(())
    })
}

/// How many items fall into each part of a range, as bars.
pub(super) fn bars(parts: &[Spread], label: &str) -> String {
    let bars: Vec<(String, [usize; 3])> = parts
        .iter()
        .map(|it| (it.label.to_owned(), [it.count, 0, 0]))
        .collect();
    stacks(&bars, label)
}

/// What became of what was closed in each month: kept below, slipped above it, dropped on top.
pub(super) fn months(months: &BTreeMap<String, Tally>, label: &str) -> String {
    let bars: Vec<(String, [usize; 3])> = months
        .iter()
        .map(|(month, it)| (month.clone(), [it.kept, it.slipped, it.dropped]))
        .collect();
    stacks(&bars, label)
}

/// Bars of up to three parts each, with their sums above them. Where there are many, not every one has its name.
fn stacks(bars: &[(String, [usize; 3])], label: &str) -> String {
    let sum = |parts: &[usize; 3]| parts.iter().sum::<usize>();
    let most = bars.iter().map(|(_, parts)| sum(parts)).max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let every = bars.len().div_ceil(8);
    let count = i32::try_from(bars.len()).unwrap_or(i32::MAX);
    drawn(label, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin(8)
            .margin_top(24)
            .x_label_area_size(34)
            .y_label_area_size(44)
            .build_cartesian_2d(0.0..f64::from(count), 0..top(most))?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .x_labels(0)
            .y_labels(5)
            .label_style(("sans-serif", FONT, &INK))
            .draw()?;
        for (at, (name, parts)) in (0_i32..).zip(bars) {
            let (left, right) = (f64::from(at) + 0.14, f64::from(at) + 0.86);
            let mut from = 0;
            for (part, color) in parts.iter().zip([MAIN, SECOND, THIRD]) {
                if *part > 0 {
                    let corners = [(left, from), (right, from + part)];
                    chart.draw_series([Rectangle::new(corners, color.filled())])?;
                }
                from += part;
            }
            let middle = chart.backend_coord(&(f64::from(at) + 0.5, from));
            let bottom = chart.backend_coord(&(f64::from(at) + 0.5, 0));
            let write = |text: &str, place: (i32, i32)| {
                let size =
                    area.estimate_text_size(text, &("sans-serif", FONT).into_text_style(area));
                let half = size.map_or(0, |(width, _)| i32::try_from(width / 2).unwrap_or(0));
                let style = ("sans-serif", FONT, &INK).into_text_style(area);
                area.draw(&Text::new(
                    text.to_owned(),
                    (place.0 - half, place.1),
                    style,
                ))
            };
            if bars.len() <= 24 && from > 0 {
                write(&from.to_string(), (middle.0, middle.1 - 20))?;
            }
            if at % i32::try_from(every).unwrap_or(1) == 0 {
                write(name, (bottom.0, bottom.1 + 8))?;
            }
        }
        Ok(())
    })
}

/// A little above the highest, so that it does not touch the edge; a whole number, as items are.
fn top(most: usize) -> usize {
    most + most.div_ceil(8).max(1)
}

/// Draws, and makes of the drawing a part of a page. A drawing that fails is none: the table beside it has the numbers.
fn drawn(
    label: &str,
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, plotters::coord::Shift>) -> Drawn,
) -> String {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
    let result = draw(&area).and_then(|()| Ok(area.present()?));
    drop(area);
    match result {
        Ok(()) => named(&svg, label),
        Err(_) => String::new(),
    }
}

/// The drawing with names for its colours, a label for those who do not see it, and the page's own size.
fn named(svg: &str, label: &str) -> String {
    let mut svg = svg.to_owned();
    for (color, name) in NAMES {
        let mut code = String::from("\"#");
        for part in [color.0, color.1, color.2] {
            // Writing to a String cannot fail.
            let _ = write!(code, "{part:02X}");
        }
        code.push('"');
        svg = svg.replace(&code, &format!("\"var(--{name})\""));
    }
    let label = maud::html! { (label) }.into_string();
    match svg.split_once('>') {
        Some((_, rest)) => format!(
            "<svg class=\"chart\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {} {}\" xmlns=\"http://www.w3.org/2000/svg\">{rest}",
            SIZE.0, SIZE.1
        ),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Stretch, bars, curve, months};
    use crate::views::report::figures::{Spread, Tally};
    use jiff::civil::date;
    use std::collections::BTreeMap;

    #[test]
    fn charts_have_names_for_their_colours() {
        let points: Vec<Stretch> = (1..28)
            .map(|day| Stretch {
                day: date(2025, 4, day),
                open: usize::try_from(day % 5).expect("small"),
            })
            .collect();
        let parts = [3, 0, 2].map(|count| Spread {
            label: "a <b> & \"c\"",
            count,
        });
        let tally = Tally {
            kept: 2,
            slipped: 1,
            dropped: 4,
            ..Tally::default()
        };
        let by_month = BTreeMap::from([("2025-04".to_owned(), tally)]);
        for svg in [
            curve(&points, "Open"),
            bars(&parts, "Ages"),
            months(&by_month, "Months"),
        ] {
            assert!(
                svg.starts_with("<svg class=\"chart\" role=\"img\""),
                "{svg}"
            );
            assert!(svg.contains("var(--main)") && svg.contains("var(--ink)"));
            assert!(!svg.contains("#0100"), "a colour without a name: {svg}");
            assert!(!svg.contains("<b>"), "words are escaped: {svg}");
        }
        assert!(months(&by_month, "Months").contains("var(--third)"));
        assert_eq!(curve(&points[..1], "Open"), "");
        assert_eq!(bars(&[], "Ages"), "");
    }
}
