//! How does a curve look on a page?
//!
//! An SVG in the page's own text colour, so that it can be read in the light and in the dark, with its figures in a table beside it for
//! whoever does not see it. Not here: which curves (`results`).

use std::ops::Range;

use anyhow::{Result, anyhow};
use plotters::coord::combinators::BindKeyPoints;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;

/// A line, and what it is called.
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// A picture of some curves.
pub(super) struct Picture<'a> {
    /// What it shows, for whoever does not see it.
    pub(super) title: &'a str,
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    pub(super) curves: &'a [Curve],
    /// Whether a step upwards is ten times as much.
    pub(super) steep: bool,
}

const SIZE: (u32, u32) = (720, 320);
/// Colours that stand out on white and on black alike, and from each other for whoever confuses red and green (Okabe and Ito).
const COLOURS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];

impl Picture<'_> {
    /// The picture, as it stands in a page.
    pub(super) fn svg(&self) -> Result<String> {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
        let least = points().map(|point| point.1).fold(f64::MAX, f64::min);
        let (right, top) = (most(|point| point.0), most(|point| point.1));
        let mut svg = String::new();
        if self.steep {
            let heights = (least * 0.8..top * 1.3).log_scale();
            let heights = heights.with_key_points(steps(top));
            self.draw(&mut svg, 0.0..right, heights)?;
        } else {
            self.draw(&mut svg, 0.0..right, 0.0..top * 1.1)?;
        }
        // A blank line would end it, and what is black is as the text is.
        let lines = svg.lines().filter(|line| !line.trim().is_empty());
        let svg = Vec::from_iter(lines).join("\n");
        let labelled = format!(
            "<svg role=\"img\" aria-label=\"{}\" style=\"max-width: 100%; height: auto\" ",
            self.title
        );
        Ok(svg
            .replace("#000000", "currentColor")
            .replacen("<svg ", &labelled, 1))
    }

    fn draw<Y>(&self, svg: &mut String, across: Range<f64>, heights: Y) -> Result<()>
    where
        Y: AsRangedCoord<Value = f64>,
        Y::CoordDescType: ValueFormatter<f64>,
    {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let font = ("sans-serif", 14);
        let mut chart = ChartBuilder::on(&area)
            .margin(8)
            .x_label_area_size(40)
            .y_label_area_size(64)
            .build_cartesian_2d(across, heights)
            .map_err(wrong)?;
        let number = |n: &f64| {
            if *n >= 10.0 || *n == 0.0 {
                format!("{n:.0}")
            } else {
                format!("{n}")
            }
        };
        chart
            .configure_mesh()
            .disable_mesh()
            .x_desc(self.x)
            .y_desc(self.y)
            .x_labels(8)
            .y_labels(6)
            .x_label_formatter(&number)
            .y_label_formatter(&number)
            .label_style(font)
            .axis_desc_style(font)
            .draw()
            .map_err(wrong)?;
        for (curve, colour) in self.curves.iter().zip(COLOURS.iter().cycle()) {
            let line = LineSeries::new(curve.points.iter().copied(), colour.stroke_width(2));
            chart
                .draw_series(line)
                .map_err(wrong)?
                .label(&curve.name)
                .legend(|(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .label_font(font)
            .draw()
            .map_err(wrong)?;
        area.present().map_err(wrong)?;
        Ok(())
    }
}

/// What stands at an axis on which a step is ten times as much: 1, 2, 5, 10, and so on.
fn steps(top: f64) -> Vec<f64> {
    let powers = (0..9).map(|power| 10_f64.powi(power));
    let steps = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * power));
    steps.take_while(|step| *step <= top * 1.3).collect()
}

fn wrong(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("drawing: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_what_it_shows_and_is_one_block_in_the_colour_of_the_text() {
        for steep in [false, true] {
            let curves = [Curve {
                name: "send".to_owned(),
                points: vec![(1.0, 5.0), (10.0, 50.0)],
            }];
            let picture = Picture {
                title: "Times by rate",
                x: "logins a second",
                y: "ms",
                curves: &curves,
                steep,
            };
            let svg = picture.svg().unwrap();
            assert!(svg.starts_with("<svg role=\"img\" aria-label=\"Times by rate\""));
            assert!(
                svg.contains("currentColor") && svg.contains("send"),
                "{svg}"
            );
            assert!(!svg.contains("\n\n") && !svg.contains("#000000"));
        }
    }
}
