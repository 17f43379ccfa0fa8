//! A progress bar on standard error, where that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::import::open_data::Progress;

/// The bar of one import.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that does not know yet how many steps there are.
    pub fn new() -> Bar {
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}");
        // The template is a constant; a bar without style would still do.
        Bar(ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn step(&self, name: &str, number: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(number as u64);
        self.0.set_message(name.to_owned());
    }
}
