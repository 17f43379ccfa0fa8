//! What a text may be, wherever it comes from: no character that steers a terminal or turns the order of reading, no more than a
//! page can show, dates that are dates, links that are links. The store may hold older texts: they are served, and can be
//! exported, but not written again.

use std::fmt;

use serde_json::Value;

use super::attributes::Attributes;
use super::change::Change;
use super::edge::Edge;
use super::node::Node;

/// The longest name, code, place and the like, in bytes.
pub const MOST_SHORT: usize = 1_000;
/// The longest description, condition and the like, in bytes: some four pages.
pub const MOST_LONG: usize = 20_000;
/// The most entries of one list: the largest merge of names has a tenth of it.
pub const MOST_ENTRIES: usize = 2_000;

/// Attributes that are prose: they may have several lines.
const PROSE: [&str; 6] = ["thesis", "projects", "profile", "application", "internships", "access"];

/// A field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclean {
    /// The field, in its spelling in files.
    pub field: Box<str>,
    /// What is wrong and what to do.
    pub(super) what: TextFault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TextFault {
    Character(char),
    Long { bytes: usize, most: usize },
    Many { entries: usize },
    Date { given: Box<str> },
    Url,
}

impl std::error::Error for Unclean {}

impl fmt::Display for Unclean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match &self.what {
            TextFault::Character(c) => {
                write!(f, "`{field}` holds U+{:04X}, which steers what shows it: remove that character", u32::from(*c))
            }
            TextFault::Long { bytes, most } => write!(f, "`{field}` has {bytes} bytes: the most is {most}"),
            TextFault::Many { entries } => write!(f, "`{field}` has {entries} entries: the most is {MOST_ENTRIES}"),
            TextFault::Date { given } => {
                write!(f, "`{field}` is `{given}`, which is no date: write 2025, 2025-09 or 2025-09-18")
            }
            TextFault::Url => write!(f, "`{field}` is no link: write an address that begins with http:// or https://"),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// One line.
    Short,
    /// Several lines.
    Prose,
}

impl Form {
    fn most(self) -> usize {
        match self {
            Form::Short => MOST_SHORT,
            Form::Prose => MOST_LONG,
        }
    }

    /// Whether a character has no place in such a text.
    fn refuses(self, c: char) -> bool {
        steers(c) && !(self == Form::Prose && matches!(c, '\n' | '\r' | '\t'))
    }
}

/// Whether a character steers what shows a text: controls, line separators, those that turn the order of reading, and tags,
/// which nobody sees.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// The text as it can be shown in a terminal: what steers one is told by its number.
pub fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(|c| steers(c) && c != '\n') {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match steers(c) && c != '\n' {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown.into()
}

/// The rules for what a change says.
///
/// # Errors
/// The first field that breaks one.
pub fn check(change: &Change) -> Result<(), Unclean> {
    match change {
        Change::PutNode(node) => check_node(node),
        Change::PutEdge(edge) => check_edge(edge),
        Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_) => Ok(()),
    }
}

/// The rules for a node.
///
/// # Errors
/// The first field that breaks one.
pub fn check_node(node: &Node) -> Result<(), Unclean> {
    text("name", &node.name, Form::Short)?;
    entries("aliases", node.aliases.len())?;
    entries("codes", node.codes.len())?;
    entries("sources", node.sources.len())?;
    node.aliases.iter().try_for_each(|alias| text("aliases", alias, Form::Short))?;
    optional("description", node.description.as_deref(), Form::Prose)?;
    for code in &node.codes {
        text("codes", &code.scheme, Form::Short)?;
        text("codes", &code.value, Form::Short)?;
    }
    let Some(attributes) = node.attributes.as_deref() else { return Ok(()) };
    if let Some(date) = attributes.date.as_deref().filter(|date| !is_date(date)) {
        let given = shown(date).chars().take(40).collect::<String>().into();
        return Err(Unclean { field: "date".into(), what: TextFault::Date { given } });
    }
    if attributes.url.as_deref().is_some_and(|url| !is_link(url)) {
        return Err(Unclean { field: "url".into(), what: TextFault::Url });
    }
    // Whatever attributes there come to be, their texts are looked at.
    let Ok(Value::Object(fields)) = serde_json::to_value(attributes) else { return Ok(()) };
    fields.iter().try_for_each(|(field, value)| values(field, value))
}

/// The rules for a relation.
///
/// # Errors
/// The first field that breaks one.
pub fn check_edge(edge: &Edge) -> Result<(), Unclean> {
    optional("condition", edge.condition.as_deref(), Form::Prose)?;
    optional("level", edge.level.as_deref(), Form::Short)?;
    entries("sources", edge.statements.len())?;
    edge.statements.iter().try_for_each(|statement| optional("row", statement.row.as_deref(), Form::Short))?;
    let Some(award) = &edge.award else { return Ok(()) };
    entries("modalities", award.modalities.len())?;
    entries("languages", award.languages.len())?;
    entries("admissions", award.admissions.len())?;
    award.languages.iter().try_for_each(|language| text("languages", language, Form::Short))?;
    award.admissions.iter().try_for_each(|figures| {
        optional("admissions", figures.phase.as_deref(), Form::Short)?;
        optional("admissions", figures.row.as_deref(), Form::Short)
    })
}

/// Makes a node what the rules allow: what steers becomes a space or goes, what is too long is cut, what is no date or no link goes.
/// Tells how many changes of text that took.
pub fn tidy_node(node: &mut Node) -> usize {
    let mut count = 0;
    if check_node(node).is_ok() {
        return count;
    }
    cut(&mut node.name, Form::Short, &mut count);
    node.aliases.truncate(MOST_ENTRIES);
    node.aliases.iter_mut().for_each(|alias| cut(alias, Form::Short, &mut count));
    node.description.iter_mut().for_each(|text| cut(text, Form::Prose, &mut count));
    for code in &mut node.codes {
        cut(&mut code.scheme, Form::Short, &mut count);
        cut(&mut code.value, Form::Short, &mut count);
    }
    if let Some(attributes) = &mut node.attributes {
        tidy_attributes(attributes, &mut count);
    }
    node.normalise();
    count
}

/// As [`tidy_node`], for a relation.
pub fn tidy_edge(edge: &mut Edge) -> usize {
    let mut count = 0;
    if check_edge(edge).is_ok() {
        return count;
    }
    edge.condition.iter_mut().for_each(|text| cut(text, Form::Prose, &mut count));
    edge.level.iter_mut().for_each(|text| cut(text, Form::Short, &mut count));
    let rows = edge.statements.iter_mut().filter_map(|statement| statement.row.as_mut());
    rows.for_each(|row| cut(row, Form::Short, &mut count));
    if let Some(award) = &mut edge.award {
        award.languages.iter_mut().for_each(|language| cut(language, Form::Short, &mut count));
        let texts = award.admissions.iter_mut().flat_map(|figures| [&mut figures.phase, &mut figures.row]);
        texts.flatten().for_each(|text| cut(text, Form::Short, &mut count));
    }
    count
}

fn tidy_attributes(attributes: &mut Attributes, count: &mut usize) {
    if attributes.date.take_if(|date| !is_date(date)).is_some() {
        *count += 1;
    }
    if attributes.url.take_if(|url| !is_link(url)).is_some() {
        *count += 1;
    }
    let Ok(Value::Object(mut fields)) = serde_json::to_value(&*attributes) else { return };
    for (field, value) in &mut fields {
        tidy_value(form(field), value, count);
    }
    if let Ok(tidied) = serde_json::from_value(Value::Object(fields)) {
        *attributes = tidied;
    }
}

fn tidy_value(form: Form, value: &mut Value, count: &mut usize) {
    match value {
        Value::String(text) => {
            let mut short = std::mem::take(text).into_boxed_str();
            cut(&mut short, form, count);
            *text = short.into();
        }
        Value::Array(list) => list.iter_mut().for_each(|value| tidy_value(form, value, count)),
        Value::Object(fields) => fields.values_mut().for_each(|value| tidy_value(form, value, count)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Takes out of a text what has no place in it, and its end where it is too long.
fn cut(text: &mut Box<str>, form: Form, count: &mut usize) {
    if text.len() <= form.most() && !text.chars().any(|c| form.refuses(c)) {
        return;
    }
    *count += 1;
    let kept = text.chars().filter_map(|c| match form.refuses(c) {
        true => matches!(c, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}').then_some(' '),
        false => Some(c),
    });
    let mut kept: String = kept.collect();
    if kept.len() > form.most() {
        let most = (0..=form.most() - '…'.len_utf8()).rev().find(|at| kept.is_char_boundary(*at));
        kept.truncate(most.unwrap_or(0));
        kept.push('…');
    }
    *text = kept.trim().into();
}

fn form(field: &str) -> Form {
    if PROSE.contains(&field) { Form::Prose } else { Form::Short }
}

fn values(field: &str, value: &Value) -> Result<(), Unclean> {
    match value {
        Value::String(given) => text(field, given, form(field)),
        Value::Array(list) => {
            entries(field, list.len())?;
            list.iter().try_for_each(|value| values(field, value))
        }
        Value::Object(fields) => fields.values().try_for_each(|value| values(field, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn optional(field: &str, given: Option<&str>, form: Form) -> Result<(), Unclean> {
    given.map_or(Ok(()), |given| text(field, given, form))
}

fn text(field: &str, given: &str, form: Form) -> Result<(), Unclean> {
    let fault = |what| Err(Unclean { field: field.into(), what });
    if given.len() > form.most() {
        return fault(TextFault::Long { bytes: given.len(), most: form.most() });
    }
    match given.chars().find(|c| form.refuses(*c)) {
        Some(c) => fault(TextFault::Character(c)),
        None => Ok(()),
    }
}

fn entries(field: &str, entries: usize) -> Result<(), Unclean> {
    if entries <= MOST_ENTRIES {
        return Ok(());
    }
    Err(Unclean { field: field.into(), what: TextFault::Many { entries } })
}

/// Whether a text is a date of the calendar: a year, a month of it, or a day of that.
pub fn is_date(text: &str) -> bool {
    let number = |part: &str, digits: usize| -> Option<u32> {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let mut parts = text.split('-');
    let Some(year) = parts.next().and_then(|part| number(part, 4)).filter(|year| *year > 0) else { return false };
    let Some(month) = parts.next() else { return true };
    let Some(month) = number(month, 2).filter(|month| (1..=12).contains(month)) else { return false };
    let Some(day) = parts.next() else { return true };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    number(day, 2).is_some_and(|day| (1..=days).contains(&day)) && parts.next().is_none()
}

/// Whether a text is the address of a page: http or https, with a host, without spaces.
pub fn is_link(text: &str) -> bool {
    let scheme = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let rest = match (scheme("https://"), scheme("http://")) {
        (true, _) => &text[8..],
        (_, true) => &text[7..],
        _ => return false,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    text.len() <= MOST_SHORT
        && host.chars().any(char::is_alphanumeric)
        && !text.chars().any(|c| c.is_whitespace() || steers(c) || matches!(c, '<' | '>' | '"' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Relation, Weight};

    fn job(name: &str) -> Node {
        Node::new("job/a".parse().unwrap(), name)
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for date in ["2025", "2025-09", "2025-09-18", "2024-02-29", "2000-02-29"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "",
            "25",
            "2025-13",
            "2025-13-45",
            "2025-00",
            "2025-02-29",
            "1900-02-29",
            "2025-04-31",
            "31/12/2025",
            "2025-9",
            "2025-09-18T10:00",
            "2025-09-18-1",
            "２０２５",
            "0000",
            "+025",
            "2025-",
            "2025-09-",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn links_are_http_or_https() {
        for url in ["https://exemple.invalid", "http://exemple.invalid/a?b=c#d", "HTTPS://éx.fr/œ", "http://[::1]:80/"]
        {
            assert!(is_link(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JavaScript:x",
            "data:text/html,x",
            "ftp://a.fr",
            "https://",
            "//a.fr",
            "a.fr",
            "",
            "https:///x",
            "https://a.fr/ b",
            "https://a.fr/\u{202e}",
            "http://a\n.fr",
            "https://\"x",
        ] {
            assert!(!is_link(url), "{url}");
        }
    }

    #[test]
    fn what_steers_is_refused_in_every_text_and_told() {
        for c in ['\u{1b}', '\0', '\r', '\n', '\t', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{e0041}'] {
            let fault = check_node(&job(&format!("a{c}b"))).unwrap_err();
            assert_eq!(&*fault.field, "name");
            assert!(fault.to_string().contains(&format!("U+{:04X}", u32::from(c))), "{fault}");
            let node = Node { aliases: vec![format!("a{c}").into()], ..job("a") };
            assert_eq!(&*check_node(&node).unwrap_err().field, "aliases");
        }
        let prose = Node {
            description: Some("Un.\r\n\tDeux.".into()), ..job("Médiateur·rice — l’été « ici »\u{a0}!")
        };
        assert_eq!(check_node(&prose), Ok(()));
        let steered = Node { description: Some("Un.\u{1b}[2J".into()), ..job("a") };
        assert_eq!(&*check_node(&steered).unwrap_err().field, "description");
        let deep = Attributes { languages: vec!["fr\u{7}".into()], ..Attributes::NONE };
        let deep = Node { attributes: deep.boxed(), ..job("a") };
        assert_eq!(&*check_node(&deep).unwrap_err().field, "languages");
    }

    #[test]
    fn every_length_is_bounded() {
        assert!(check_node(&job(&"é".repeat(500))).is_ok());
        assert!(check_node(&job(&"é".repeat(501))).unwrap_err().to_string().contains("1002 bytes"));
        let node = Node { aliases: (0..=MOST_ENTRIES).map(|n| n.to_string().into()).collect(), ..job("a") };
        assert!(check_node(&node).is_err());
        let key = |text: &str| text.parse::<Key>().unwrap();
        let mut edge = Edge::new(Relation::EvolvesTo, key("job/a"), key("job/b"), Weight::FULL, key("source/s"));
        edge.condition = Some("x".repeat(MOST_LONG).into());
        assert!(check_edge(&edge).is_ok());
        edge.condition = Some("x".repeat(MOST_LONG + 1).into());
        assert!(check_edge(&edge).is_err());
    }

    #[test]
    fn what_is_tidied_passes_and_what_is_clean_stays() {
        let attributes = Attributes {
            date: Some("31/12/2025".into()),
            url: Some("javascript:x".into()),
            publisher: Some("Édi\u{202e}teur\nsuite".into()),
            ..Attributes::NONE
        };
        let mut node = Node {
            aliases: vec!["un\u{1b}\tdeux".into(), "x".repeat(3_000).into()],
            description: Some("Un.\nDeux.\u{0}".into()),
            attributes: attributes.boxed(),
            ..job(" a\r\nb ")
        };
        assert_eq!(tidy_node(&mut node), 7);
        assert_eq!((check_node(&node), tidy_node(&mut node)), (Ok(()), 0));
        assert_eq!(
            (&*node.name, &*node.aliases[0], node.description.as_deref()),
            ("a  b", "un deux", Some("Un.\nDeux."))
        );
        assert_eq!(node.attributes().publisher.as_deref(), Some("Éditeur suite"));
        assert_eq!((&node.attributes().date, &node.attributes().url), (&None, &None));
    }

    #[test]
    fn a_terminal_is_shown_numbers_for_what_would_steer_it() {
        assert_eq!(shown("a\u{1b}[2Jb\nc\u{202e}"), "a\\u{1b}[2Jb\nc\\u{202e}");
        assert!(matches!(shown("plain « é »"), std::borrow::Cow::Borrowed(_)));
    }
}
