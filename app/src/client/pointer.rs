//! The position of a pointer.

use super::here;
use web_sys::{Element, MouseEvent};

/// The part of its element that the pointer is over, out of `parts` equally wide parts side by side.
pub fn part_under(event: &MouseEvent, parts: usize) -> Option<usize> {
    let width = usize::try_from(here::<Element>(event)?.client_width()).ok()?;
    let left = usize::try_from(event.offset_x()).unwrap_or_default();
    (left * parts).checked_div(width).map(|part| part.min(parts.saturating_sub(1)))
}
