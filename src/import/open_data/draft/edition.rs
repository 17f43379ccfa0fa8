//! Which edition of which data set a file is: the source node that its facts cite.

use crate::model::{Attributes, Key, Kind, Node, text};

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
        let rest = other.slug().strip_prefix(self.family).and_then(|rest| rest.strip_prefix('-'));
        let alike = |rest: &str| match is_print(&self.slug) {
            // Files that tell no edition may be of any age: what is given now counts.
            true => matches!(&*shape(rest), "0" | "0-0" | "0-0-0" | "v0"),
            false => shape(rest) == shape(&text::slug(&self.slug)),
        };
        let of_family = rest.is_some_and(|rest| is_print(rest) || alike(rest));
        self.replaces_older && of_family && *other != self.key()
    }
}

/// An edition with every number as one digit: `2024-05-03` and `2025-01-31` are alike, `v1-2` is of somebody else's making.
fn shape(slug: &str) -> String {
    let mut shape = String::with_capacity(slug.len());
    for c in slug.chars() {
        match c {
            '0'..='9' if shape.ends_with('0') => {}
            '0'..='9' => shape.push('0'),
            other => shape.push(other),
        }
    }
    shape
}

/// The fingerprint of a file that tells no edition.
fn is_print(slug: &str) -> bool {
    slug.len() == 8 && slug.bytes().all(|b| b.is_ascii_hexdigit())
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
        let others = if rows.len() == 4 { "autre" } else { "autres" };
        shown.push_str(&format!(" et {} {others}", rows.len() - 3));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_takes_the_place_of_those_like_it_only() {
        let edition = Edition {
            family: "esco",
            slug: "2024-04-30".to_owned(),
            name: String::new(),
            date: None,
            edition: None,
            publisher: "",
            licence: "",
            url: "",
            replaces_older: true,
        };
        let supersedes = |slug: &str| edition.supersedes(&Key::new(Kind::Source, slug).unwrap());
        assert!(supersedes("esco-2023-1-2") && supersedes("esco-a8cd14f9"));
        let untold = Edition { slug: "a8cd14f9".to_owned(), ..edition.clone() };
        let replaces = |slug: &str| untold.supersedes(&Key::new(Kind::Source, slug).unwrap());
        assert!(replaces("esco-2024-04-30") && replaces("esco-b1234567"));
        assert!(!replaces("esco-rome-2023-06-07") && !replaces("esco-a8cd14f9"));
        assert!(!supersedes("esco-v1-2") && !supersedes("esco-2024-04-30") && !supersedes("escorial-2023-01-02"));
    }

    #[test]
    fn rows_are_cited_shortly() {
        let rows: Vec<Box<str>> = ["l. 1", "l. 5", "l. 7", "l. 9"].map(Into::into).to_vec();
        assert_eq!(cite(&rows), "l. 1, 5, 7 et 1 autre");
        assert_eq!(cite(&rows[..1]), "l. 1");
        assert!(cites_a_row(Some(&cite(&rows))) && !cites_a_row(Some("page 3")) && !cites_a_row(None));
    }
}
