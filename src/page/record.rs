//! The page of one record at its permalink: plain HTML that needs no script, with its names, its relations, who states
//! each, and the questions that begin or end there. JSON-LD of the same is the export's.

use std::fmt::Write;

use crate::graph::{EdgeIx, Graph, Half, NodeIx};
use crate::model::{Edge, Kind, Node, Relation};

/// A relation shows so many; the rest is for the API.
const MOST: usize = 200;

/// What a record's key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordLookup {
    /// The record, current or retired.
    Record(NodeIx),
    /// It was merged into this one.
    Merged(NodeIx),
    /// Nothing bears this key.
    Nothing,
}

/// Looks a key up, as an address writes it.
pub fn find(graph: &Graph, key: &str) -> RecordLookup {
    match graph.find(key) {
        None => RecordLookup::Nothing,
        Some(ix) if graph.node(ix).replaced_by.is_some() => RecordLookup::Merged(graph.current(ix)),
        Some(ix) => RecordLookup::Record(ix),
    }
}

/// The record in JSON-LD: itself, and each relation that it has part in.
pub fn json_ld(graph: &Graph, ix: NodeIx) -> Vec<u8> {
    let edges = Relation::ALL
        .into_iter()
        .flat_map(|relation| graph.out(ix, relation).iter().chain(graph.incoming(ix, relation)))
        .map(|half| graph.edge(half.edge).to_edge())
        .collect::<Vec<Edge>>();
    let mut out = Vec::new();
    crate::export::jsonld::write(&mut out, [graph.node(ix)], &edges).expect("writing to memory does not fail");
    out
}

/// The record's page.
pub fn html(graph: &Graph, ix: NodeIx) -> String {
    let node = graph.node(ix);
    let mut notes = Notes { graph, cited: Vec::new() };
    let mut body = String::new();
    let kind = label(node.key.kind());
    let _ = write!(body, "<p class=\"kind\">{kind}</p>\n<h1>{}</h1>\n", Escaped(&node.name));
    if node.retired {
        body.push_str("<p class=\"notice\">Cette fiche n’a plus cours : elle reste lisible à son adresse, et n’apparaît plus dans les réponses.</p>\n");
    }
    regulated(node, &mut body);
    if let Some(description) = &node.description {
        let _ = writeln!(body, "<p>{}</p>", Escaped(description));
    }
    questions(node, &mut body);
    facts(node, &mut notes, &mut body);
    relations(graph, ix, &mut notes, &mut body);
    notes.write(&mut body);
    let _ = writeln!(
        body,
        "<footer><p>Version {} du graphe. Identifiant : <code>{}</code>. La même fiche en JSON-LD : \
         <code>Accept: application/ld+json</code>.</p></footer>",
        graph.version(),
        Escaped(node.key.as_str())
    );
    document(&format!("{} ({kind})", node.name), &body)
}

/// Nothing bears this key: says so, with the nearest names.
pub fn missing(graph: &Graph, kind: Kind, slug: &str) -> String {
    let near = graph.suggest(&slug.replace('-', " "), Some(kind), 5);
    let mut body = String::from("<h1>Aucune fiche à cette adresse</h1>\n");
    if near.is_empty() {
        body.push_str("<p>Cherchez-la par son nom depuis <a href=\"../\">les questions</a>.</p>\n");
    } else {
        body.push_str("<p>Les noms les plus proches :</p>\n<ul>\n");
        for ix in near {
            let _ = writeln!(body, "<li>{}</li>", Link(graph.node(ix)));
        }
        body.push_str("</ul>\n");
    }
    document("Aucune fiche à cette adresse", &body)
}

/// All addresses are relative, so that the page also works behind a proxy that serves it under a folder.
fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{} — passerelle</title>\n\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"../favicon.svg\">\n<link rel=\"stylesheet\" href=\"../record.css\">\n\
         </head>\n<body>\n<header><a href=\"../\">passerelle</a> <span>De la licence au métier : chaque voie avec ce qui la \
         fonde.</span></header>\n<main>\n{body}</main>\n</body>\n</html>\n",
        Escaped(title)
    )
}

/// What a regulated job asks for, before all else.
fn regulated(node: &Node, body: &mut String) {
    let attributes = node.attributes();
    if attributes.regulated == Some(true) {
        let text = attributes
            .access
            .as_deref()
            .unwrap_or("Un diplôme ou un titre précis est exigé ; la source n’en dit pas plus.");
        let _ = writeln!(body, "<p class=\"notice\"><strong>Métier réglementé.</strong> {}</p>", Escaped(text));
    }
}

/// The questions of the page that begin or end at a record of this kind.
fn questions(node: &Node, body: &mut String) {
    let asked: &[(&str, &str, &str)] = match node.key.kind() {
        Kind::Licence => {
            &[("voies", "de", "Quelles voies depuis cette licence ?"), ("apres", "de", "Que faire après ?")]
        }
        Kind::Master => &[
            ("voies", "a", "Quelles voies y mènent ?"),
            ("apres", "de", "Que faire après ?"),
            ("candidater", "a", "Candidater"),
        ],
        Kind::Parcours => &[
            ("voies", "a", "Quelles voies y mènent ?"),
            ("apres", "de", "Que faire après ?"),
            ("candidater", "a", "Candidater"),
            ("comparer", "de", "Comparer"),
        ],
        Kind::Job => &[
            ("voies", "a", "Quelles voies y mènent ?"),
            ("manque", "a", "Que me manque-t-il ?"),
            ("apres", "de", "Que faire après ?"),
        ],
        Kind::Study => &[("voies", "a", "Quelles voies y mènent ?")],
        Kind::Skill | Kind::Course => &[("manque", "de", "Que me manque-t-il, avec cela ?")],
        Kind::University | Kind::Sector | Kind::Family | Kind::Source => &[],
    };
    if asked.is_empty() {
        return;
    }
    body.push_str("<nav aria-label=\"Questions\"><ul>\n");
    for (question, role, words) in asked {
        let _ = writeln!(
            body,
            "<li><a href=\"../?q={question}&amp;{role}={}\">{words}</a></li>",
            Escaped(node.key.as_str())
        );
    }
    body.push_str("</ul></nav>\n");
}

/// What is known of it beyond its name.
fn facts(node: &Node, notes: &mut Notes<'_>, body: &mut String) {
    let attributes = node.attributes();
    let listed = |items: &[Box<str>]| items.iter().map(|item| &**item).collect::<Vec<_>>().join(", ");
    let mut rows: Vec<(&str, String)> = Vec::new();
    let mut put =
        |term, text: Option<String>| rows.extend(text.filter(|text| !text.is_empty()).map(|text| (term, text)));
    put("Autres noms", Some(listed(&node.aliases)));
    let codes = node.codes.iter().map(|code| format!("{} {}", code.scheme, code.value)).collect::<Vec<_>>();
    put("Codes", Some(codes.join(", ")));
    put(
        "Lieu",
        attributes.place.as_ref().map(|place| {
            [&place.city, &place.region, &place.academy]
                .into_iter()
                .flatten()
                .map(|part| &**part)
                .collect::<Vec<_>>()
                .join(", ")
        }),
    );
    put("Éditeur", attributes.publisher.as_deref().map(str::to_owned));
    put("Date", attributes.date.as_deref().map(str::to_owned));
    put("Édition", attributes.edition.as_deref().map(str::to_owned));
    put("Licence d’utilisation", attributes.licence.as_deref().map(str::to_owned));
    put("Domaines", Some(listed(&attributes.domains)));
    put("Crédits ECTS", attributes.ects.map(|ects| ects.to_string()));
    put("Langues", Some(listed(&attributes.languages)));
    put("Diplômes cités pour l’accès", Some(listed(&attributes.diplomas)));
    if let Some(work) = &attributes.work {
        put("Centres d’intérêt", Some(listed(&work.interests)));
        put("Thèmes", Some(listed(&work.themes)));
        for of in &work.contexts {
            put(&of.kind, Some(listed(&of.names)));
        }
    }
    put("Profil attendu", attributes.profile.as_deref().map(str::to_owned));
    put("Projets", attributes.projects.as_deref().map(str::to_owned));
    put("Mémoire", attributes.thesis.as_deref().map(str::to_owned));
    let url = attributes.url.as_deref().filter(|url| is_web(url));
    let cited = node.sources.iter().filter_map(|key| notes.graph.find(key.as_str())).collect::<Vec<_>>();
    if rows.is_empty() && url.is_none() && cited.is_empty() {
        return;
    }
    body.push_str("<dl>\n");
    for (term, text) in rows {
        let _ = writeln!(body, "<dt>{}</dt><dd>{}</dd>", Escaped(term), Escaped(&text));
    }
    if let Some(url) = url {
        let _ =
            writeln!(body, "<dt>En lire plus</dt><dd><a href=\"{0}\" rel=\"noreferrer\">{0}</a></dd>", Escaped(url));
    }
    if !cited.is_empty() {
        let _ = writeln!(body, "<dt>Attestée par</dt><dd>{}</dd>", notes.marks(cited.into_iter()));
    }
    body.push_str("</dl>\n");
}

/// Each relation, both ways, by weight; retired ends left out.
fn relations(graph: &Graph, ix: NodeIx, notes: &mut Notes<'_>, body: &mut String) {
    for relation in Relation::ALL {
        let (out, incoming) = headings(relation);
        if relation.is_symmetrical() {
            let halves =
                graph.out(ix, relation).iter().chain(graph.incoming(ix, relation)).copied().collect::<Vec<_>>();
            list(graph, out, &halves, notes, body);
        } else {
            list(graph, out, graph.out(ix, relation), notes, body);
            list(graph, incoming, graph.incoming(ix, relation), notes, body);
        }
    }
}

fn list(graph: &Graph, heading: &str, halves: &[Half], notes: &mut Notes<'_>, body: &mut String) {
    let current = halves.iter().filter(|half| !graph.is_retired(half.node)).collect::<Vec<_>>();
    if current.is_empty() {
        return;
    }
    let _ = write!(body, "<section>\n<h2>{heading} <span class=\"count\">({})</span></h2>\n<ul>\n", current.len());
    for half in current.iter().take(MOST) {
        let edge = graph.edge(half.edge);
        let _ = write!(body, "<li>{}", Link(graph.node(half.node)));
        for said in [edge.condition(), edge.level()].into_iter().flatten() {
            let _ = write!(body, " <span class=\"said\">{}</span>", Escaped(said));
        }
        let _ = writeln!(body, " {}</li>", notes.of(half.edge));
    }
    if current.len() > MOST {
        let _ = writeln!(body, "<li>et {} autres, que donne l’API</li>", current.len() - MOST);
    }
    body.push_str("</ul>\n</section>\n");
}

/// The sources cited on the page, numbered in the order in which they are met.
struct Notes<'g> {
    graph: &'g Graph,
    cited: Vec<NodeIx>,
}

impl Notes<'_> {
    fn of(&mut self, edge: EdgeIx) -> String {
        let graph = self.graph;
        self.marks(graph.edge(edge).sources())
    }

    fn marks(&mut self, sources: impl Iterator<Item = NodeIx>) -> String {
        let mut marks = String::new();
        for source in sources {
            let number = self.cited.iter().position(|cited| *cited == source).unwrap_or_else(|| {
                self.cited.push(source);
                self.cited.len() - 1
            }) + 1;
            let _ =
                write!(marks, "<a class=\"mark\" href=\"#s{number}\" aria-label=\"source {number}\">[{number}]</a>");
        }
        marks
    }

    fn write(&self, body: &mut String) {
        if self.cited.is_empty() {
            return;
        }
        body.push_str("<section>\n<h2>Sources</h2>\n<ol>\n");
        for (place, &ix) in self.cited.iter().enumerate() {
            let source = self.graph.node(ix);
            let attributes = source.attributes();
            let _ = write!(body, "<li id=\"s{}\">", place + 1);
            if let Some(publisher) = &attributes.publisher {
                let _ = write!(body, "{}, ", Escaped(publisher));
            }
            let _ = write!(body, "{} ({})", Link(source), Escaped(attributes.date.as_deref().unwrap_or("sans date")));
            if let Some(url) = attributes.url.as_deref().filter(|url| is_web(url)) {
                let _ = write!(body, " <a href=\"{0}\" rel=\"noreferrer\">{0}</a>", Escaped(url));
            }
            body.push_str("</li>\n");
        }
        body.push_str("</ol>\n</section>\n");
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// What a kind is called.
const fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Licence => "Licence",
        Kind::Master => "Master",
        Kind::Parcours => "Parcours de master",
        Kind::Course => "Enseignement",
        Kind::University => "Université",
        Kind::Skill => "Compétence",
        Kind::Job => "Métier",
        Kind::Sector => "Secteur",
        Kind::Study => "Poursuite d’études",
        Kind::Family => "Famille de métiers (fiche ROME)",
        Kind::Source => "Source",
    }
}

/// What is read of a relation at its start, and at its end.
const fn headings(relation: Relation) -> (&'static str, &'static str) {
    match relation {
        Relation::Opens => ("Masters auxquels elle donne accès", "Licences qui y donnent accès"),
        Relation::Bridges => ("Passerelles vers", "Passerelles depuis"),
        Relation::Offers => ("Parcours", "Master"),
        Relation::Hosts => ("Parcours proposés", "Proposé par"),
        Relation::Awards => ("Diplômes délivrés", "Universités qui le délivrent"),
        Relation::Teaches => ("Enseignements", "Enseigné dans"),
        Relation::Develops => ("Compétences développées", "Développée par"),
        Relation::RequiredBy => ("Métiers qui la demandent", "Compétences demandées"),
        Relation::LeadsTo => ("Débouchés", "Formations qui y mènent"),
        Relation::Groups => ("Métiers de cette famille", "Familles de métiers"),
        Relation::EvolvesTo => ("Métiers vers lesquels il évolue", "Métiers d’où l’on y vient"),
        Relation::WorksIn => ("Secteurs", "Métiers de ce secteur"),
        Relation::Broader => ("Compétences plus larges", "Compétences plus précises"),
        Relation::Near => ("Masters proches", "Masters proches"),
    }
}

/// A record's name, which leads to its page.
struct Link<'n>(&'n Node);

impl std::fmt::Display for Link<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<a href=\"../{}\">{}</a>", Escaped(self.0.key.as_str()), Escaped(&self.0.name))
    }
}

/// Text that cannot be read as markup, in an element or between double quotes.
struct Escaped<'t>(&'t str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                other => out.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_markup() {
        let mut node = Node::new("job/a".parse().unwrap(), "<script>alert(1)</script> \"&'");
        node.description = Some("<img src=x>".into());
        let graph = Graph::build(vec![node], Vec::new(), 3).unwrap();
        let page = html(&graph, graph.find("job/a").unwrap());
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&#39;"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
}
