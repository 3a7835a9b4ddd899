//! The selection of rows in a table.

use super::*;
use std::cell::Cell;

thread_local! {
    /// Whether the press under way closes a menu.
    static CLOSES: Cell<bool> = const { Cell::new(false) };
    /// The row whose box was clicked last, by its value.
    static LAST_CHOICE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Selects just the rows with these values, and returns how many there are.
pub fn choose(values: &[String]) -> usize {
    LAST_CHOICE.with_borrow_mut(|last| *last = None);
    let rows = choices();
    rows.iter().for_each(|row| row.set_checked(values.contains(&row.value())));
    count(&rows)
}

/// Whether an event happened in a selection box, or in the bar of actions on the selected rows.
pub fn is_choice(event: &web_sys::Event) -> bool {
    around::<Element>(event, ".token-choice .cell-choice, .choice-bar").is_some()
}

/// A click with Shift on a row's box applies its state to all rows between it and the one clicked last.
pub fn choose_between(event: &web_sys::MouseEvent) {
    let Some(row) = around::<HtmlInputElement>(event, ".token-choice input[name=id]") else { return };
    let last = LAST_CHOICE.with_borrow_mut(|last| last.replace(row.value()));
    let rows = choices();
    let at = |value: &str| rows.iter().position(|row| row.value() == value);
    if let (true, Some(from), Some(to)) =
        (event.shift_key(), last.and_then(|last| at(&last)), at(&row.value()))
    {
        rows[from.min(to)..=from.max(to)].iter().for_each(|between| between.set_checked(row.checked()));
    }
}

/// The number of selected rows after a change in the table. One box selects all of them.
pub fn count_chosen(event: &web_sys::Event) -> usize {
    let rows = choices();
    if let Some(everything) = around::<HtmlInputElement>(event, "#choose-all") {
        rows.iter().for_each(|row| row.set_checked(everything.checked()));
    }
    count(&rows)
}

/// Called when a press begins. If a menu is open, the press closes it, and is not meant for the element below.
pub fn begin_press() {
    let open = document().query_selector(":popover-open");
    CLOSES.set(open.is_ok_and(|open| open.is_some()));
}

/// The link of the name in a clicked row, unless the click was meant for something in the row or selects text.
pub fn row_clicked(event: &web_sys::MouseEvent) -> Option<String> {
    const OTHERS: &str = "a, button, input, label, .menu, .popover, .cell-choice, .cell-actions";
    let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    let selection = window().get_selection().ok().flatten();
    let selects = selection.is_some_and(|selection| !selection.is_collapsed());
    if has_modifier || selects || CLOSES.get() || is_within(event, OTHERS) {
        return None;
    }
    let row = around::<Element>(event, "tbody tr")?;
    row.query_selector("th a[href]").ok()??.get_attribute("href")
}

/// Whether a row of a table is selected, something in it has the focus, or a menu is open.
pub fn is_table_in_use() -> bool {
    document()
        .query_selector("tbody :checked, tbody :focus, .menu:popover-open")
        .is_ok_and(|found| found.is_some())
}

fn choices() -> Vec<HtmlInputElement> {
    all(".token-choice input[name=id]")
}

/// Counts the selected rows. The box above them shows whether all of them are selected.
fn count(rows: &[HtmlInputElement]) -> usize {
    let chosen = rows.iter().filter(|row| row.checked()).count();
    if let Some(everything) = by_id::<HtmlInputElement>("choose-all") {
        everything.set_checked(chosen > 0 && chosen == rows.len());
        everything.set_indeterminate(chosen > 0 && chosen < rows.len());
    }
    chosen
}
