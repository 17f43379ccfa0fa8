//! Which edition of which data set a file is: the source node that its facts cite.

use crate::model::{Attributes, Key, Kind, Node};

/// An edition of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The data set's part of the key, `rome-4`.
    pub family: &'static str,
    /// The edition's part of the key, `v460`.
    pub slug: String,
    /// The name of the source, in French.
    pub name: String,
    /// Its date, ISO 8601, where the files tell.
    pub date: Option<String>,
    /// The edition as the publisher names it.
    pub edition: Option<String>,
    /// Who publishes it.
    pub publisher: &'static str,
    /// Under which licence.
    pub licence: &'static str,
    /// Where it is published.
    pub url: &'static str,
    /// Whether it says all that older editions said, so that what it no longer says is retired.
    pub replaces_older: bool,
}

/// The licence of most of France's open data.
pub const ETALAB: &str = "Licence Ouverte v2.0 (Etalab)";
/// Onisep's licence.
pub const ODBL: &str = "ODbL 1.0";

impl Edition {
    /// The source's key.
    pub fn key(&self) -> Key {
        let slug = crate::model::text::slug(&format!("{}-{}", self.family, self.slug));
        Key::new(Kind::Source, &slug).expect("a family is a slug, and so is what slug returns")
    }

    /// The source's node.
    pub fn node(&self) -> Node {
        let attributes = Attributes {
            publisher: Some(self.publisher.into()),
            date: self.date.as_deref().map(Into::into),
            edition: self.edition.as_deref().map(Into::into),
            licence: Some(self.licence.into()),
            url: Some(self.url.into()),
            ..Attributes::NONE
        };
        Node { attributes: attributes.boxed(), ..Node::new(self.key(), &self.name) }
    }

    /// Whether a source of the graph is an older edition of this data set.
    pub fn supersedes(&self, other: &Key) -> bool {
        let of_family = other.slug().strip_prefix(self.family).is_some_and(|rest| rest.starts_with('-'));
        self.replaces_older && of_family && *other != self.key()
    }
}

/// Whether a statement was made by an import: it cites a line or an item of a file.
pub fn cites_a_row(row: Option<&str>) -> bool {
    row.is_some_and(|row| row.starts_with("l. ") || row.starts_with("élément "))
}

/// The rows of a statement that several rows make: the first three, and how many more.
pub fn cite(rows: &[Box<str>]) -> String {
    let mut shown = rows.iter().take(3).enumerate().fold(String::new(), |mut text, (n, row)| {
        let number = row.rsplit(' ').next().unwrap_or_default();
        text.push_str(if n == 0 { row } else { ", " });
        if n > 0 {
            text.push_str(number);
        }
        text
    });
    if rows.len() > 3 {
        shown.push_str(&format!(" et {} autres", rows.len() - 3));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cited_shortly() {
        let rows: Vec<Box<str>> = ["l. 1", "l. 5", "l. 7", "l. 9"].map(Into::into).to_vec();
        assert_eq!(cite(&rows), "l. 1, 5, 7 et 1 autres");
        assert_eq!(cite(&rows[..1]), "l. 1");
        assert!(cites_a_row(Some(&cite(&rows))) && !cites_a_row(Some("page 3")) && !cites_a_row(None));
    }
}
