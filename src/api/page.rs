//! Pages: the arguments of every connection, their bounds, and opaque cursors.

use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::ApiError;

/// Entries on a page unless said otherwise.
pub const USUAL: usize = 20;
/// The most entries on a page.
pub const MOST: usize = 100;
/// The most on a page of a list that stands at the root and holds records or changes as they are.
pub const MOST_FLAT: usize = 1_000;

/// Où l'on se trouve dans une liste paginée.
#[derive(SimpleObject, Clone, Debug, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// Vrai s'il y a une page après celle-ci : demandez-la avec `after: endCursor`.
    pub has_next_page: bool,
    /// Vrai s'il y a une page avant celle-ci : demandez-la avec `before: startCursor`.
    pub has_previous_page: bool,
    /// Repère de la première entrée de la page ; `null` si la page est vide.
    pub start_cursor: Option<String>,
    /// Repère de la dernière entrée de la page ; `null` si la page est vide.
    pub end_cursor: Option<String>,
}

/// The page asked for, within bounds. `after` and `before` are the texts inside the cursors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many entries at the most.
    pub size: usize,
    /// Whether they are the last ones of the stretch.
    pub from_end: bool,
    /// After this position.
    pub after: Option<String>,
    /// Before this position.
    pub before: Option<String>,
}

impl Page {
    /// The page of the four usual arguments.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a negative or too large size, both `first` and `last`, or a text that is no cursor.
    pub fn new(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Page, ApiError> {
        Page::within(MOST, first, after, last, before)
    }

    /// The same, with another bound on its size.
    ///
    /// # Errors
    /// As [`Page::new`].
    pub fn within(
        most: usize,
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Page, ApiError> {
        if first.is_some() && last.is_some() {
            return Err(ApiError::invalid_input("Demandez `first` ou `last`, pas les deux."));
        }
        let size = |name: &str, asked: i32| match usize::try_from(asked) {
            Ok(size) if size <= most => Ok(size),
            _ => Err(ApiError::invalid_input(format!("`{name}` vaut {asked} : il doit être entre 0 et {most}."))),
        };
        let (size, from_end) = match (first, last) {
            (Some(first), _) => (size("first", first)?, false),
            (None, Some(last)) => (size("last", last)?, true),
            (None, None) => (USUAL, false),
        };
        let after = after.map(|cursor| read(cursor, "after")).transpose()?;
        let before = before.map(|cursor| read(cursor, "before")).transpose()?;
        Ok(Page { size, from_end, after, before })
    }

    /// The page with its cursors read as those of a list.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a cursor of another.
    pub fn of(&self, list: ListId) -> Result<Page, ApiError> {
        let position = |text: &Option<String>, name| text.as_deref().map(|text| list.position(text, name)).transpose();
        let (after, before) = (position(&self.after, "after")?, position(&self.before, "before")?);
        Ok(Page { after, before, ..self.clone() })
    }

    /// The part of a sorted list that the page shows. `position` is each entry's position text, `order` how two
    /// positions stand to each other; a position that is gone from the list still marks its place.
    ///
    /// # Errors
    /// What `order` makes of a position that it cannot read.
    pub fn cut<T>(
        &self,
        list: Vec<T>,
        order: impl Fn(&T, &str) -> Result<std::cmp::Ordering, ApiError>,
    ) -> Result<Cut<T>, ApiError> {
        let total = list.len();
        let (mut start, mut end) = (0, total);
        if let Some(after) = &self.after {
            start = split(&list, |entry| Ok(order(entry, after)?.is_le()))?;
        }
        if let Some(before) = &self.before {
            end = split(&list, |entry| Ok(order(entry, before)?.is_lt()))?.max(start);
        }
        if self.from_end {
            start = start.max(end.saturating_sub(self.size));
        } else {
            end = end.min(start.saturating_add(self.size));
        }
        let entries: Vec<T> = list.into_iter().skip(start).take(end - start).collect();
        Ok(Cut { entries, has_previous: start > 0, has_next: end < total, total })
    }
}

/// The first place where the predicate, true up to somewhere, is false.
fn split<T>(list: &[T], holds: impl Fn(&T) -> Result<bool, ApiError>) -> Result<usize, ApiError> {
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(&list[middle])? { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// A page cut from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut<T> {
    /// Its entries.
    pub entries: Vec<T>,
    /// Whether entries come before.
    pub has_previous: bool,
    /// Whether entries come after.
    pub has_next: bool,
    /// Entries of the whole list.
    pub total: usize,
}

impl<T> Cut<T> {
    /// The page with other entries in the same places.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Cut<U> {
        let Cut { entries, has_previous, has_next, total } = self;
        Cut { entries: entries.into_iter().map(change).collect(), has_previous, has_next, total }
    }
}

/// Which list a cursor is of: its order and question count, the size of its pages does not. A cursor of another list is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListId(u32);

impl ListId {
    /// The list that these words describe.
    pub fn of(words: &[&str]) -> ListId {
        let mut hasher = crc32fast::Hasher::new();
        for word in words {
            hasher.update(word.as_bytes());
            hasher.update(&[0]);
        }
        ListId(hasher.finalize())
    }

    /// The opaque cursor of a position in it.
    pub fn cursor(self, position: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{:08x}{position}", self.0))
    }

    fn position(self, text: &str, name: &str) -> Result<String, ApiError> {
        let position = text.strip_prefix(format!("{:08x}", self.0).as_str());
        position.map(str::to_owned).ok_or_else(|| bad(name))
    }
}

fn read(cursor: &str, name: &str) -> Result<String, ApiError> {
    bytes(cursor).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| bad(name))
}

fn bytes(cursor: &str) -> Option<Vec<u8>> {
    (cursor.len() <= 8_000).then(|| URL_SAFE_NO_PAD.decode(cursor).ok())?
}

/// The error of a text that is no cursor of this list.
pub fn bad(name: &str) -> ApiError {
    ApiError::invalid_input(format!(
        "`{name}` n'est pas un repère de cette liste : reprenez tel quel un `endCursor`, `startCursor` ou `cursor` reçu."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(first: Option<i32>, after: Option<&str>, last: Option<i32>, before: Option<&str>) -> Cut<char> {
        let list = ListId::of(&["letters"]);
        let (after, before) = (after.map(|at| list.cursor(at)), before.map(|at| list.cursor(at)));
        let page = Page::new(first, after.as_deref(), last, before.as_deref()).unwrap();
        let page = page.of(list).unwrap();
        let order = |entry: &char, position: &str| Ok(entry.to_string().as_str().cmp(position));
        page.cut("abcdefgh".chars().collect(), order).unwrap()
    }

    #[test]
    fn pages_go_both_ways_and_say_what_lies_beyond() {
        let page = |cut: Cut<char>| (cut.entries.into_iter().collect::<String>(), cut.has_previous, cut.has_next);
        assert_eq!(page(cut(Some(3), None, None, None)), ("abc".into(), false, true));
        assert_eq!(page(cut(Some(3), Some("c"), None, None)), ("def".into(), true, true));
        assert_eq!(page(cut(Some(9), Some("f"), None, None)), ("gh".into(), true, false));
        assert_eq!(page(cut(None, None, Some(2), None)), ("gh".into(), true, false));
        assert_eq!(page(cut(None, None, Some(2), Some("c"))), ("ab".into(), false, true));
        assert_eq!(page(cut(Some(0), None, None, None)), (String::new(), false, true));
        assert_eq!(page(cut(None, Some("zz"), None, None)), (String::new(), true, false));
        assert_eq!(page(cut(Some(2), Some("cc"), None, None)).0, "de", "a position that is gone still marks its place");
    }

    #[test]
    fn a_page_out_of_bounds_is_refused() {
        for (first, after, last) in [
            (Some(-1), None, None),
            (Some(101), None, None),
            (None, None, Some(-5)),
            (Some(1), None, Some(1)),
            (None, Some("é!"), None),
        ] {
            assert!(Page::new(first, after, last, None).is_err(), "{first:?} {after:?} {last:?}");
        }
        assert!(Page::within(MOST_FLAT, Some(1_000), None, None, None).is_ok());
        assert!(Page::within(MOST_FLAT, None, None, Some(1_001), None).is_err());
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let (one, other) = (ListId::of(&["a", "bc"]), ListId::of(&["ab", "c"]));
        for cursor in [one.cursor("x"), String::new()] {
            for (after, before) in [(Some(&cursor), None), (None, Some(&cursor))] {
                let page = Page::new(None, after.map(|c| c.as_str()), None, before.map(|c| c.as_str())).unwrap();
                assert_eq!(page.of(one).is_ok(), !cursor.is_empty());
                assert!(page.of(other).is_err());
            }
        }
    }
}
