//! A parsed TOML file seen as tables and values that know their place in it.
//!
//! Asking a value for what it is not notes a fault and answers `None`, so that reading goes on.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Faults;
use super::spot::Spot;
use crate::import::fault::nearest;

pub(super) struct SeedFile<'t> {
    name: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

/// A table in a file.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    file: &'t SeedFile<'t>,
    table: &'t DeTable<'t>,
    offset: usize,
}

/// A value in a file.
#[derive(Clone, Copy)]
pub(super) struct Value<'t> {
    file: &'t SeedFile<'t>,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> SeedFile<'t> {
    /// Parses as much as is TOML and notes what is not.
    pub(super) fn parse(name: &'t str, text: &'t str, faults: &mut Faults) -> SeedFile<'t> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            faults.add(Spot { name, text, offset }, format!("this is not TOML: {}", error.message()));
        }
        SeedFile { name, text, root }
    }

    /// The whole file.
    pub(super) fn table(&'t self) -> Table<'t> {
        Table { file: self, table: self.root.get_ref(), offset: 0 }
    }
}

impl<'t> Table<'t> {
    /// Where it begins.
    pub(super) fn spot(&self) -> Spot<'t> {
        Spot { name: self.file.name, text: self.file.text, offset: self.offset }
    }

    /// The value of a field.
    pub(super) fn get(&self, field: &str) -> Option<Value<'t>> {
        self.table.get(field).map(|value| Value { file: self.file, value })
    }

    /// Each field with the place of its name, and its value.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'t str, Spot<'t>, Value<'t>)> + use<'t> {
        let Table { file, table, .. } = *self;
        table.iter().map(move |(name, value)| {
            let spot = Spot { name: file.name, text: file.text, offset: name.span().start };
            (&**name.get_ref(), spot, Value { file, value })
        })
    }

    /// Notes every field that is none of these.
    pub(super) fn expect_only(&self, known: &[&str], faults: &mut Faults) {
        for (name, at, _) in self.fields().filter(|(name, ..)| !known.contains(name)) {
            let meant = nearest(name, known.iter().copied());
            faults.suggest(at, format!("unknown field `{name}`: use one of {}", known.join(", ")), meant);
        }
    }

    /// The text of a field that must be there.
    pub(super) fn required_text(&self, field: &str, faults: &mut Faults) -> Option<&'t str> {
        match self.get(field) {
            Some(value) => value.text(faults),
            None => {
                faults.add(self.spot(), format!("`{field}` is missing: add {field} = \"…\""));
                None
            }
        }
    }

    /// The text of a field that may be there.
    pub(super) fn text(&self, field: &str, faults: &mut Faults) -> Option<&'t str> {
        self.get(field).and_then(|value| value.text(faults))
    }
}

impl<'t> Value<'t> {
    /// Where it begins.
    pub(super) fn spot(&self) -> Spot<'t> {
        Spot { name: self.file.name, text: self.file.text, offset: self.value.span().start }
    }

    /// A text that says something.
    pub(super) fn text(&self, faults: &mut Faults) -> Option<&'t str> {
        match self.plain() {
            Some(text) if !text.trim().is_empty() && text.trim() == text => Some(text),
            Some(_) => self.wrong("a text with no blank around it", faults),
            None => self.wrong("a text in double quotes", faults),
        }
    }

    /// The text, if it is one.
    pub(super) fn plain(&self) -> Option<&'t str> {
        self.value.get_ref().as_str()
    }

    /// True or false.
    pub(super) fn truth(&self, faults: &mut Faults) -> Option<bool> {
        self.value.get_ref().as_bool().or_else(|| self.wrong("true or false", faults))
    }

    /// A whole number within bounds.
    pub(super) fn whole(&self, most: u16, faults: &mut Faults) -> Option<u16> {
        let number = self.value.get_ref().as_integer().and_then(|n| n.as_str().replace('_', "").parse::<u16>().ok());
        number.filter(|n| *n <= most).or_else(|| self.wrong(&format!("a whole number up to {most}"), faults))
    }

    pub(super) fn number(&self, faults: &mut Faults) -> Option<f64> {
        let value = self.value.get_ref();
        let text = value.as_float().map(|n| n.as_str()).or_else(|| value.as_integer().map(|n| n.as_str()));
        text.and_then(|text| text.replace('_', "").parse().ok()).or_else(|| self.wrong("a number", faults))
    }

    /// The items of a list; a single value is a list of one.
    pub(super) fn list(&self) -> Vec<Value<'t>> {
        match self.value.get_ref() {
            DeValue::Array(items) => items.iter().map(|value| Value { file: self.file, value }).collect(),
            _ => vec![*self],
        }
    }

    /// The texts of a list.
    pub(super) fn texts(&self, faults: &mut Faults) -> Vec<Box<str>> {
        self.list().iter().filter_map(|value| value.text(faults)).map(Box::from).collect()
    }

    pub(super) fn table(&self, faults: &mut Faults) -> Option<Table<'t>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Some(Table { file: self.file, table, offset: self.value.span().start }),
            _ => self.wrong("a table: { … }", faults),
        }
    }

    fn wrong<T>(&self, wanted: &str, faults: &mut Faults) -> Option<T> {
        let given = match self.plain() {
            Some(text) => format!("`{text}`"),
            None => format!("a TOML {}", self.value.get_ref().type_str()),
        };
        faults.add(self.spot(), format!("{given} stands where this should be {wanted}"));
        None
    }
}
