//! From what people write to nodes, with what was met: an id, a name, an appellation, a code, an everyday word. Who asks for
//! « archiviste » must be able to tell that the answer is the fiche « Documentaliste ».

use smallvec::SmallVec;

use super::names::everyday::Everyday;
use super::names::said::kinds_said;
use super::names::{ALL_WORDS, code_readings, is_looked_for};
use super::{Graph, NodeIx};
use crate::model::gender::{self, Forms};
use crate::model::text::fold;
use crate::model::{Kind, Node};

/// Of a longer text no more words are tried as a job's name: those of the national graph have 19 at most.
const LONGEST_HEAD: usize = 32;

/// The most nodes that an unknown reference may have meant.
const MOST_NEAREST: usize = 5;

/// The score of what an everyday word means: below a name written out, above an alias, for which the file knows better.
const EVERYDAY: f32 = 0.985;
/// The score of a job that the first words say: below names that have all words, most mistyped ones too.
const HEADED: f32 = 0.65;
/// No meaning of an everyday word scores less, nothing that is searched by words as much.
const EVERYDAY_LEAST: f32 = 0.965;

/// What a reference was read as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Current nodes that it names, by key; of an everyday word its meanings, the commonest first.
    pub matches: Vec<Match>,
    /// What to do instead, in French, where it is a diploma that graphs do not have. Only without matches.
    pub instead: Option<&'static str>,
    /// Without matches, the nodes that may have been meant, the nearest first.
    pub nearest: Vec<NodeIx>,
}

/// A node that a reference names.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    pub node: NodeIx,
    /// Of all that it is called, what was met; of an everyday word its name.
    pub matched: String,
    /// What kind of thing that is.
    pub how: How,
    /// What whoever says this word must know, in French, where the node does not tell.
    pub note: Option<&'static str>,
}

impl Match {
    /// What was asked with the node that answers, as an explanation says it: « archiviste (fiche « Documentaliste ») ». `None`
    /// where the node was asked by its own name, or by its id or code.
    pub fn told(&self, graph: &Graph, asked: &str) -> Option<String> {
        let name = &graph.node(self.node).name;
        let apart = matches!(self.how, How::Alias | How::Everyday) && fold(asked) != fold(name);
        apart.then(|| format!("{} (fiche « {name} »)", asked.trim()))
    }
}

/// How a reference named a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Id,
    /// By its name, in either gender.
    Name,
    /// By an official code.
    Code,
    /// By an alias: an acronym, an appellation, an older name.
    Alias,
    /// By a word that people say for it.
    Everyday,
}

impl Graph {
    /// What a reference names among these kinds. As [`Graph::resolve`]; beyond it, everyday words, and kinds said in words
    /// (« licence de droit »).
    pub fn read(&self, text: &str, kinds: &[Kind]) -> Reading {
        let matches = self.matches(text, kinds);
        if !matches.is_empty() {
            return Reading { matches, ..Reading::default() };
        }
        let folded = fold(text);
        let said = said_among(&folded, kinds);
        let (mut nearest, mut instead) = (Vec::new(), None);
        if let Some((advice, rest)) = Everyday::built_in().instead(&folded) {
            instead = Some(advice);
            nearest.extend(self.named(rest, kinds).into_iter().map(|found| found.node));
            let quoted = advice.split('«').skip(1).filter_map(|text| text.split_once('»'));
            nearest.extend(quoted.flat_map(|(name, _)| self.named(name, kinds)).map(|found| found.node));
        } else {
            nearest = match said {
                Some((kinds, name)) => self.near(name, &kinds),
                None => self.near(text, kinds),
            };
        }
        let mut seen = std::collections::HashSet::new();
        nearest.retain(|ix| seen.insert(*ix));
        nearest.truncate(MOST_NEAREST);
        Reading { matches, instead, nearest }
    }

    /// What a reference names among these kinds, as [`Graph::read`] has it, without a look at what else may have been meant.
    pub fn matches(&self, text: &str, kinds: &[Kind]) -> Vec<Match> {
        let matches = self.named(text, kinds);
        if !matches.is_empty() {
            return matches;
        }
        said_among(&fold(text), kinds).map_or(matches, |(kinds, name)| self.named(name, &kinds))
    }

    /// The nodes of these kinds whose names are nearest. Of a code or an acronym no other one is near: only what begins so.
    fn near(&self, text: &str, kinds: &[Kind]) -> Vec<NodeIx> {
        let least = if is_code(text) { ALL_WORDS } else { 0.0 };
        let near = self.search(text, kinds, MOST_NEAREST).into_iter();
        near.filter(|(_, score)| *score >= least).map(|(ix, _)| ix).collect()
    }

    /// The nodes of these kinds that a text names as it stands.
    fn named(&self, text: &str, kinds: &[Kind]) -> Vec<Match> {
        let mut matches = self.borne(text, kinds);
        let written_out = |found: &Match| found.how < How::Alias;
        if matches.iter().any(|found| found.how == How::Id) {
            return matches;
        }
        let meant = self.meant(text, kinds);
        if !meant.is_empty() {
            // The file knows better than an alias what a word is said for. A name written out comes first.
            let covered = |found: &Match| meant.iter().any(|other| self.kind(other.node) == self.kind(found.node));
            matches.retain(|found| written_out(found) || !covered(found));
            let new = meant.into_iter().filter(|found| !matches.iter().any(|other| other.node == found.node));
            let new: Vec<Match> = new.collect();
            matches.extend(new);
        }
        matches
    }

    /// The nodes of these kinds that bear a text.
    fn borne(&self, text: &str, kinds: &[Kind]) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        for bearer in self.bearers(text) {
            let node = self.current(bearer);
            if kinds.contains(&self.kind(node)) && matches.iter().all(|found| found.node != node) {
                let (matched, how) = met(self.node(bearer), text);
                matches.push(Match { node, matched, how, note: None });
            }
        }
        matches.sort_by(|a, b| self.by_key(a.node, b.node));
        // `ESCO` is the code of the thing itself, `ESCO-LARGE` that of a broader one: where it is one's own, it is no other's.
        let own = |found: &Match| {
            let codes = &self.node(found.node).codes;
            found.how != How::Code
                || codes.iter().any(|code| *code.value == *found.matched && !code.scheme.contains('-'))
        };
        if matches.iter().any(own) {
            matches.retain(own);
        }
        if matches.iter().any(|found| !self.is_retired(found.node)) {
            matches.retain(|found| !self.is_retired(found.node));
        }
        matches
    }

    /// What an everyday word may mean among these kinds.
    fn meant(&self, text: &str, kinds: &[Kind]) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        let Some(said) = Everyday::built_in().said(text) else { return matches };
        let note = said.note.as_deref();
        for (kind, name) in said.means.iter().filter(|(kind, _)| kinds.contains(kind)) {
            for found in self.borne(name, &[*kind]) {
                if found.how < How::Alias && matches.iter().all(|other| other.node != found.node) {
                    let matched = self.node(found.node).name.to_string();
                    matches.push(Match { node: found.node, matched, how: How::Everyday, note });
                }
            }
        }
        matches
    }

    /// As [`Graph::search`]; once `interrupted` holds, which is asked over and over, what it gives is not all.
    pub fn search_unless(
        &self,
        text: &str,
        kinds: &[Kind],
        count: usize,
        interrupted: &dyn Fn() -> bool,
    ) -> Vec<(NodeIx, f32)> {
        let folded = fold(text);
        if let Some((said, name)) = said_among(&folded, kinds)
            && !self.is_written_out(text, &folded, kinds)
        {
            let of_kind = self.search_unless(name, &said, count, interrupted);
            if !of_kind.is_empty() {
                return of_kind;
            }
        }
        let mut found = self.names.search(text, kinds, count, &self.nodes, interrupted);
        let mut meant = nodes_of(self.meant(text, kinds));
        let mut at_most = EVERYDAY;
        if meant.is_empty() && found.first().is_none_or(|(_, score)| *score < ALL_WORDS) {
            (meant, at_most) = (self.headed(&folded, kinds), HEADED);
        }
        found.retain(|(ix, score)| *score > at_most || !meant.contains(ix));
        let at = found.partition_point(|(_, score)| *score > at_most);
        // The order of the file is that of the scores.
        let meant = meant.into_iter().filter(|other| found.iter().all(|(ix, _)| ix != other)).enumerate();
        let meant: Vec<(NodeIx, f32)> = meant.map(|(rank, other)| (other, at_most - rank as f32 * 1e-4)).collect();
        found.splice(at..at, meant);
        self.studies_and_jobs_first(&mut found);
        found.truncate(count);
        found
    }

    /// Whether a text is the very name of a current node of these kinds.
    fn is_written_out(&self, text: &str, folded: &str, kinds: &[Kind]) -> bool {
        let is = |ix: &NodeIx| {
            kinds.contains(&self.kind(*ix)) && !self.is_retired(*ix) && fold(&self.node(*ix).name) == folded
        };
        self.bearers(text).iter().any(is)
    }

    /// The jobs that a text's first words say where no name has all of its words: a French name begins with what the thing is,
    /// so « chercheur CNRS » is a chercheur.
    fn headed(&self, folded: &str, kinds: &[Kind]) -> Vec<NodeIx> {
        if !kinds.contains(&Kind::Job) {
            return Vec::new();
        }
        // Once for all heads: the other gender changes no word but the first two.
        let others = self.names.other_gender_of(folded);
        let ends: SmallVec<[usize; LONGEST_HEAD]> =
            folded.match_indices(' ').map(|(end, _)| end).take(LONGEST_HEAD).collect();
        let mut said = ends.iter().enumerate().rev().map(|(at, end)| {
            let head = &folded[..*end];
            let meant = nodes_of(self.meant(head, &[Kind::Job]));
            if !meant.is_empty() {
                return meant;
            }
            let mut bearers = self.names.bearers(head, &self.nodes);
            if bearers.is_empty() {
                let others = others
                    .iter()
                    .map(|other| other.match_indices(' ').nth(at).map_or(&**other, |(end, _)| &other[..end]));
                bearers = self.names.bearing_any(others, &self.nodes);
            }
            bearers.iter_mut().for_each(|bearer| *bearer = self.current(*bearer));
            bearers.retain(|bearer| self.kind(*bearer) == Kind::Job && !self.is_retired(*bearer));
            bearers.sort_by(|a, b| self.by_key(*a, *b));
            bearers.dedup();
            bearers
        });
        said.find(|bearers| !bearers.is_empty()).unwrap_or_default()
    }

    /// A skill, sector or family whose very name is the text comes after the licences, masters and jobs that the text is said
    /// for: « biologie » is asked for the studies. Where it has no such company it keeps its place and score.
    fn studies_and_jobs_first(&self, found: &mut [(NodeIx, f32)]) {
        let written = found.iter().take_while(|(_, score)| *score > EVERYDAY_LEAST).count();
        let written = &mut found[..written];
        let first = written.iter().filter(|(ix, _)| is_looked_for(self.kind(*ix))).map(|(_, score)| *score);
        let Some(least) = first.reduce(f32::min) else { return };
        for (_, score) in written.iter_mut().filter(|(ix, _)| !is_looked_for(self.kind(*ix))) {
            *score = score.min(least - 1e-4);
        }
        written.sort_by(|a, b| b.1.total_cmp(&a.1));
    }

    /// Of what a node is called, what a text meets.
    pub fn met(&self, node: NodeIx, text: &str) -> String {
        met(self.node(node), text).0
    }
}

fn nodes_of(matches: Vec<Match>) -> Vec<NodeIx> {
    matches.into_iter().map(|found| found.node).collect()
}

/// Of these kinds those that a folded text says, and the name that it says them of.
fn said_among<'t>(folded: &'t str, kinds: &[Kind]) -> Option<(Vec<Kind>, &'t str)> {
    let (said, name) = kinds_said(folded)?;
    let said: Vec<Kind> = said.iter().copied().filter(|kind| kinds.contains(kind)).collect();
    (!said.is_empty()).then_some((said, name))
}

/// Of what a node is called, what a text meets, and how; its name where a search found it otherwise.
fn met(node: &Node, text: &str) -> (String, How) {
    if node.key.as_str() == text.trim() {
        return (text.trim().to_owned(), How::Id);
    }
    let folded = fold(text);
    let mut readings = vec![folded.clone()];
    readings.extend(gender::forms(text).into_iter().flat_map(Forms::both).map(|form| fold(&form)));
    readings.extend(code_readings(text, &folded));
    let code = |code: &&crate::model::Code| {
        let (scheme, value) = (fold(&code.scheme), fold(&code.value));
        readings
            .iter()
            .any(|said| *said == value || said.strip_prefix(&*scheme).is_some_and(|rest| rest.trim_start() == value))
    };
    let named = |readings: &[String]| {
        let forms = |name: &str| -> Vec<String> {
            let forms = gender::forms(name).into_iter().flat_map(Forms::both);
            std::iter::once(name.to_owned()).chain(forms).collect()
        };
        let mut names = node.names().flat_map(forms);
        names.find(|name| readings.contains(&fold(name)))
    };
    let how = |name: &str| {
        let own = gender::forms(&node.name).is_some_and(|own| own.both().iter().any(|form| form == name));
        if own || *name == *node.name { How::Name } else { How::Alias }
    };
    if let Some(name) = named(&readings) {
        let how = how(&name);
        return (name, how);
    }
    if let Some(code) = node.codes.iter().find(code) {
        return (code.value.to_string(), How::Code);
    }
    if readings.iter().any(|said| *said == fold(node.key.slug())) {
        return (node.key.slug().to_owned(), How::Name);
    }
    if let Some(name) = named(&gender::other_gender_of(&folded, |_| true)) {
        let how = how(&name);
        return (name, how);
    }
    (node.name.to_string(), How::Alias)
}

/// Words that may stand beside a code.
const AROUND_CODES: &[&str] = &["rome", "rncp", "rs", "uai", "esco", "ogr", "code", "fiche", "n", "no", "numero"];

/// Whether a text is a code, a URI or an acronym rather than words.
fn is_code(text: &str) -> bool {
    if text.contains("://") {
        return true;
    }
    let folded = fold(text);
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let acronym = !folded.contains(' ') && (2..=6).contains(&letters().count()) && letters().all(char::is_uppercase);
    let digits = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
    acronym
        || digits(&folded)
            && folded.split(' ').all(|word| digits(word) || word.len() == 1 || AROUND_CODES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Key};

    fn node(key: &str, name: &str, aliases: &[&str], code: Option<&str>) -> Node {
        let mut node = Node::new(key.parse::<Key>().unwrap(), name);
        node.aliases = aliases.iter().map(|alias| (*alias).into()).collect();
        node.codes = code.iter().map(|code| Code { scheme: "ROME".into(), value: (*code).into() }).collect();
        node
    }

    fn graph() -> Graph {
        let nodes = vec![
            node("job/college", "Professeur / Professeure de collège et de lycée", &[], Some("K2107")),
            node("job/ecoles", "Professeur / Professeure des écoles", &[], Some("K2106")),
            node(
                "job/documentaliste",
                "Documentaliste",
                &["Archiviste", "Professeur / Professeure documentaliste"],
                Some("K1601"),
            ),
            node(
                "job/menuisier",
                "Menuisier / Menuisière",
                &["Huissier (menuisier) / Huissière (menuisière)", "Huissier"],
                Some("H2206"),
            ),
            node("job/huissier", "Huissier / Huissière de justice", &[], Some("K1905")),
            node("job/journaliste", "Journaliste", &[], Some("E1106")),
            node("licence/droit", "Droit", &[], None),
            node("licence/informatique", "Informatique", &["Info"], None),
            node("licence/economie-et-gestion", "Économie et gestion", &[], None),
            node("master/droit-prive", "Droit privé", &[], None),
            node("master/psychologie", "Psychologie", &["Psycho"], None),
            node("skill/droit", "Droit", &[], None),
        ];
        Graph::build(nodes, Vec::new(), 1).unwrap()
    }

    fn read(text: &str, kinds: &[Kind]) -> Vec<(String, String)> {
        let graph = graph();
        let found = graph.read(text, kinds).matches.into_iter();
        found.map(|found| (graph.key(found.node).to_string(), found.matched)).collect()
    }

    #[test]
    fn what_was_met_is_told() {
        for (text, key, matched) in [
            ("job/documentaliste", "job/documentaliste", "job/documentaliste"),
            ("archiviste", "job/documentaliste", "Archiviste"),
            ("professeure documentaliste", "job/documentaliste", "Professeure documentaliste"),
            ("K 1601", "job/documentaliste", "K1601"),
            ("rome:e1106", "job/journaliste", "E1106"),
            ("JOURNALISTE", "job/journaliste", "Journaliste"),
            ("huissière de justice", "job/huissier", "Huissière de justice"),
            ("psycho", "master/psychologie", "Psychologie"),
        ] {
            assert_eq!(read(text, &Kind::ALL), [(key.to_owned(), matched.to_owned())], "{text}");
        }
        let graph = graph();
        let told = |text: &str| graph.read(text, &Kind::ALL).matches[0].told(&graph, text);
        assert_eq!(told("archiviste").as_deref(), Some("archiviste (fiche « Documentaliste »)"));
        assert_eq!((told("documentaliste"), told("K1601"), told("job/journaliste")), (None, None, None));
    }

    #[test]
    fn an_everyday_word_has_its_meanings_the_commonest_first_before_an_alias() {
        let keys = |text: &str| -> Vec<String> { read(text, &[Kind::Job]).into_iter().map(|(key, _)| key).collect() };
        assert_eq!(keys("prof"), ["job/college", "job/ecoles"]);
        assert_eq!(keys("huissier"), ["job/huissier"]);
        assert_eq!(keys("devenir prof"), ["job/college", "job/ecoles"]);
    }

    #[test]
    fn a_kind_said_in_words_guides_and_is_not_searched_for() {
        for (text, key) in [
            ("licence de droit", "licence/droit"),
            ("Licence Droit", "licence/droit"),
            ("droit (licence)", "licence/droit"),
            ("master psychologie", "master/psychologie"),
            ("M2 de psycho", "master/psychologie"),
            ("métier de journaliste", "job/journaliste"),
            ("devenir archiviste", "job/documentaliste"),
        ] {
            assert_eq!(read(text, &Kind::ALL).first().map(|(key, _)| &**key), Some(key), "{text}");
        }
        assert!(read("licence de droit", &[Kind::Master]).is_empty());
    }

    #[test]
    fn a_diploma_that_is_not_there_says_what_to_do_instead() {
        let graph = graph();
        let reading = graph.read("BUT informatique", &[Kind::Licence]);
        assert!(reading.matches.is_empty() && reading.instead.is_some_and(|text| text.contains("BUT")));
        let keys: Vec<&str> = reading.nearest.iter().map(|ix| graph.key(*ix).as_str()).collect();
        assert_eq!(keys, ["licence/informatique", "licence/economie-et-gestion"]);
        assert!(graph.read("journalist", &[Kind::Job]).instead.is_none());
    }

    #[test]
    fn a_code_or_acronym_is_near_to_no_word() {
        let graph = graph();
        for text in ["E1107", "RNCP 39 002", "http://data.europa.eu/esco/occupation/1", "DRIOT", "D.R.H."] {
            assert_eq!(graph.read(text, &Kind::ALL).nearest, [], "{text}");
        }
        assert!(!graph.read("driot", &Kind::ALL).nearest.is_empty());
    }
}
