//! Does the worker's memory stay as it is while people come and go?
//!
//! Not here: memory by how many numbers have been seen (`load`).

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::runtime::Runtime;

use super::{Extent, mebibytes, report, start};
use crate::bench::Common;
use crate::bench::crowd::Crowd;
use crate::bench::results::Soak;
use crate::measure::memory;
use crate::step::Progress;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Looks at it all the while.
pub(super) fn soak(
    progress: &Progress,
    common: &Common,
    extent: &Extent,
    runtime: &Runtime,
) -> Result<Soak> {
    let (instance, site) = start(common)?;
    let pid = instance.worker.pid();
    progress.say(&format!(
        "  … {} people a second for {} seconds",
        extent.rate, extent.soak
    ));
    let crowd = Crowd {
        people: 0..extent.rate * extent.soak,
        rate: extent.rate.into(),
        uncounted: 0,
    };
    let (tally, looked) = runtime.block_on(async {
        let mut crowd = std::pin::pin!(crowd.come(&site));
        let begin = Instant::now();
        let mut looked = Vec::new();
        loop {
            tokio::select! {
                tally = &mut crowd => return Ok::<_, anyhow::Error>((tally, looked)),
                () = tokio::time::sleep(LOOK) => {
                    looked.push((begin.elapsed().as_secs_f64(), mebibytes(memory(pid)?)));
                }
            }
        }
    })?;
    report(progress, &tally);
    let half = looked.len() / 2;
    Ok(Soak {
        rate: extent.rate,
        done: tally.done,
        failed: tally.failed(),
        slope: 60.0 * slope(&looked[half..]),
        memory: looked,
    })
}

/// How steeply the line rises that lies nearest to these points (least squares).
fn slope(points: &[(f64, f64)]) -> f64 {
    let many = points.len().max(1) as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / many;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / many;
    let (mut above, mut below) = (0.0, 0.0);
    for (x, y) in points {
        above += (x - mean_x) * (y - mean_y);
        below += (x - mean_x).powi(2);
    }
    if below > 0.0 { above / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_evenly_has_its_growth_for_a_slope() {
        let cases: [(&[(f64, f64)], f64); 4] = [
            (&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)], 2.0),
            (&[(0.0, 7.0), (10.0, 7.0)], 0.0),
            (&[(3.0, 1.0)], 0.0),
            (&[], 0.0),
        ];
        for (points, expected) in cases {
            assert!((slope(points) - expected).abs() < 1e-9, "{points:?}");
        }
    }
}
