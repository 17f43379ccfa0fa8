//! `pathways`: from what a client asks to a search, and from what it finds to the schema.

mod asked;
mod input;
mod personal;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use async_graphql::{Context, Object};

pub use asked::{Asked, Role};
pub use input::{EvidenceKindName, PathwayFilter, evidence_name};
pub use view::{DiagnosisView, EvidenceView, PathwayView, Pathways, PathwaysAnswer};

use super::changes::{self, ChangeInput};
use super::error::ApiError;
use super::page::{self, ListId, Page};
use super::profile::ProfileInput;
use super::reference;
use super::schema_names::{EntityKind, Ref};
use super::scope::{Lens, scope};
use super::work::Work;
use crate::graph::{Graph, NodeIx};
use crate::model::{Key, Kind};
use crate::pathway::query::{MAX_FIRST, MAX_MOVES, MAX_STEPS};
use crate::pathway::{self, Position, Query};

/// The most references that one end takes, and the most nodes that they may name together.
const MOST_REFS: usize = 20;
const MOST_ENDS: usize = 500;

/// What a client asks of pathways, profile and assumptions aside.
pub struct Question {
    /// Where they begin.
    pub from: Vec<Ref>,
    /// Where they end.
    pub to: Vec<Ref>,
    /// What they pass.
    pub via: Option<Vec<Ref>>,
    /// What they avoid.
    pub avoid: Option<Vec<Ref>>,
    /// What all of each must fulfil.
    pub filter: Option<PathwayFilter>,
    /// Of which kind each must have another first node.
    pub distinct: Option<EntityKind>,
    /// How unlike they must be.
    pub diversity: f64,
    /// The most steps.
    pub max_steps: i32,
    /// The most moves from job to job among them.
    pub max_moves: i32,
    /// The most pathways.
    pub first: i32,
    /// The cursor after which they stand.
    pub after: Option<String>,
    /// The profile and the assumptions of the question, as far as its cursors are not those of another; empty without any.
    pub supposed: String,
}

impl Question {
    /// What its cursors are of: everything but the page.
    pub fn list(&self) -> ListId {
        let Question {
            from,
            to,
            via,
            avoid,
            filter,
            distinct,
            diversity,
            max_steps,
            max_moves,
            first: _,
            after: _,
            supposed,
        } = self;
        ListId::of(&[
            "pathways",
            &format!("{from:?} {to:?} {via:?} {avoid:?} {filter:?} {distinct:?} {diversity} {max_steps} {max_moves}"),
            supposed,
        ])
    }

    /// As a query of a graph.
    ///
    /// # Errors
    /// For refs that nothing bears and whatever is out of bounds.
    pub fn query(self, graph: &Graph) -> Result<(Query, Vec<Asked>), ApiError> {
        let list = self.list();
        let after = self.after.as_deref().map(|cursor| position(list, cursor)).transpose()?;
        let mut asked = Vec::new();
        let mut query =
            Query::new(ends(graph, Role::From, self.from, &mut asked)?, ends(graph, Role::To, self.to, &mut asked)?);
        query.via = references(graph, Role::Via, self.via.unwrap_or_default(), &mut asked)?;
        query.avoid = references(graph, Role::Avoid, self.avoid.unwrap_or_default(), &mut asked)?.concat();
        query.filter = self.filter.unwrap_or_default().compile(graph)?;
        query.distinct = self.distinct.map(EntityKind::kind);
        query.diversity = self.diversity;
        query.max_steps = within("maxSteps", self.max_steps, MAX_STEPS)?;
        query.max_moves = moves(self.max_moves)?;
        query.first = within("first", self.first, MAX_FIRST)?;
        query.after = after;
        query.called = asked.iter().flat_map(|asked| asked.called(graph)).collect();
        Ok((query, asked))
    }
}

/// The pathway question of the root.
#[derive(Default)]
pub struct PathwayQuestions;

#[Object]
impl PathwayQuestions {
    /// Les voies de `from` à `to`, de la mieux à la moins bien attestée : par quelle licence, quel master, quel parcours, dans quelle
    /// université, vers quel métier, et sur la foi de qui. Exemple : `pathways(from: "SVT", to: "journaliste
    /// environnemental", distinct: MASTER)`. Le même graphe et la même question donnent toujours la même réponse.
    #[allow(clippy::too_many_arguments)]
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "D'où l'on part : une ou plusieurs licences, masters, parcours ou métiers (20 au plus).")]
        from: Vec<Ref>,
        #[graphql(desc = "Où l'on veut arriver : métiers, poursuites d'études, masters ou parcours (20 au plus).")]
        to: Vec<Ref>,
        #[graphql(
            desc = "Ce par quoi la voie doit passer : au moins une fiche de chaque référence, dans n'importe quel \
                          ordre. Une université veut dire un de ses parcours ; une compétence, un parcours qui la développe."
        )]
        via: Option<Vec<Ref>>,
        #[graphql(desc = "Ce que la voie doit éviter. Une université veut dire tous ses parcours.")] avoid: Option<
            Vec<Ref>,
        >,
        #[graphql(name = "where", desc = "Ce que toute la voie doit vérifier.")] filter: Option<PathwayFilter>,
        #[graphql(
            desc = "Ce que l'on sait de la personne : reclasse les cent meilleures voies, et dit pourquoi chacune change de rang."
        )]
        profile: Option<ProfileInput>,
        #[graphql(
            desc = "Ne garder que la meilleure voie pour chaque première fiche différente de cette nature. Exemple : \
                          `MASTER`, une voie par master."
        )]
        distinct: Option<EntityKind>,
        #[graphql(
            default_with = "Some(0.0)",
            desc = "De 0 inclus à 1 exclu : écarte une voie qui partage plus de 1 − d de ses étapes avec une meilleure."
        )]
        diversity: Option<f64>,
        #[graphql(desc = "Répond comme si ces changements étaient faits ; rien n'est écrit.")] what_if: Option<
            Vec<ChangeInput>,
        >,
        #[graphql(default_with = "Some(6)", desc = "Nombre d'étapes au plus, de 1 à 12.")] max_steps: Option<i32>,
        #[graphql(
            default_with = "Some(1)",
            desc = "Nombre d'étapes, au plus, qui passent d'un métier à un autre, de 0 à 11. Aucune ne mène à un métier réglementé."
        )]
        max_moves: Option<i32>,
        #[graphql(default_with = "Some(10)", desc = "Nombre de voies, de 1 à 100.")] first: Option<i32>,
        #[graphql(
            default_with = "Some(false)",
            desc = "`true` : répond pour les références connues, et rend les autres dans `unresolved`."
        )]
        skip_unknown: Option<bool>,
        #[graphql(desc = "Après ce repère.")] after: Option<String>,
    ) -> Result<Pathways, ApiError> {
        let what_if = what_if.filter(|inputs| !inputs.is_empty());
        let of_profile = profile.as_ref().map(|profile| format!("{profile:?}"));
        let of_inputs = what_if.as_ref().map(|inputs| format!("{inputs:?}"));
        let supposed = of_profile.into_iter().chain(of_inputs).collect();
        let lens = match what_if {
            Some(inputs) => changes::suppose(ctx, inputs).await?,
            None => Lens::SNAPSHOT,
        };
        let graph = scope(ctx).graph(lens).clone();
        given(Role::From, &from)?;
        given(Role::To, &to)?;
        let (mut unresolved, skip) = (Vec::new(), skip_unknown == Some(true));
        let mut known = |refs| reference::known(&graph, refs, &Kind::ALL, skip, &mut unresolved);
        let (from, to, via, avoid) = (known(from), known(to), via.map(&mut known), avoid.map(&mut known));
        let (diversity, first) = (diversity.unwrap_or(0.0), first.unwrap_or(10));
        let (max_steps, max_moves) = (max_steps.unwrap_or(6), max_moves.unwrap_or(1));
        let question = Question {
            from,
            to,
            via,
            avoid,
            filter,
            distinct,
            diversity,
            max_steps,
            max_moves,
            first,
            after,
            supposed,
        };
        let list = question.list();
        let (query, refs) = question.query(&graph)?;
        let profile = profile.map(|profile| profile.compile(&graph, skip, &mut unresolved)).transpose()?;
        let query = Arc::new(query);
        let (searched, asked) = (graph.clone(), query.clone());
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let found = work.run(move |cancel| match profile {
            None => Ok((pathway::search(&searched, &asked, &|| cancel.is_set())?, Vec::new())),
            Some(profile) => personal::search(&searched, &asked, &profile, &|| cancel.is_set()),
        });
        let (found, personal) = found.await?.map_err(|fault| ApiError::invalid_input(format!("{fault}.")))?;
        Ok(Pathways::of(PathwaysAnswer { lens, list, graph, query, found, personal, asked: refs }, unresolved))
    }
}

/// A number from 1 on.
fn within(name: &str, given: i32, most: usize) -> Result<usize, ApiError> {
    let number = usize::try_from(given).ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| ApiError::invalid_input(format!("`{name}` vaut {given} : donnez un nombre de 1 à {most}.")))
}

/// The number of moves asked for.
pub(super) fn moves(given: i32) -> Result<usize, ApiError> {
    let number = usize::try_from(given).ok().filter(|number| *number <= MAX_MOVES);
    number.ok_or_else(|| {
        ApiError::invalid_input(format!("`maxMoves` vaut {given} : donnez un nombre de 0 à {MAX_MOVES}."))
    })
}

/// The nodes at one end: of those that a ref names, the first on the ladder where pathways begin, the last where they end; there a
/// family stands for its jobs.
pub(super) fn ends(graph: &Graph, role: Role, refs: Vec<Ref>, asked: &mut Vec<Asked>) -> Result<Vec<NodeIx>, ApiError> {
    let name = role.argument();
    bounded(name, &refs)?;
    let mut nodes = Vec::new();
    for text in refs {
        let found = graph.read(&text.0, role.kinds()).matches;
        let mut matches = match graph.read(&text.0, Kind::ENTITIES).matches.into_iter().next() {
            Some(other) if found.is_empty() => vec![other],
            _ if found.is_empty() => reference::read_end(graph, &text, role.kinds())?,
            _ => found,
        };
        let first = matches[0].node;
        let rung =
            role.kinds().iter().copied().find(|rung| matches.iter().any(|found| graph.kind(found.node) == *rung));
        matches.retain(|found| Some(graph.kind(found.node)) == rung);
        let mut named: Vec<NodeIx> = matches.iter().map(|found| found.node).collect();
        if rung == Some(Kind::Family) {
            named = named.iter().flat_map(|family| pathway::outlets::jobs_of(graph, *family)).collect();
        }
        if named.is_empty() {
            let node = graph.node(first);
            let advice = match graph.kind(first) {
                Kind::Family if role == Role::To => "la nomenclature n'y range aujourd'hui aucun métier.",
                Kind::Family => {
                    "une famille de métiers n'est pas un point de départ ; donnez une licence, un master, un parcours ou un métier."
                }
                Kind::Source
                | Kind::Licence
                | Kind::Master
                | Kind::Parcours
                | Kind::Course
                | Kind::University
                | Kind::Skill
                | Kind::Job
                | Kind::Sector
                | Kind::Study => "donnez une licence, un master, un parcours, un métier ou une poursuite d'études.",
            };
            return Err(ApiError::invalid_input(format!(
                "`{name}` : « {} » ({}) ne peut pas être le bout d'une voie ; {advice}",
                node.name, node.key
            )));
        }
        nodes.extend(named);
        asked.push(Asked { reference: text, role, matches });
    }
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.len() > MOST_ENDS {
        return Err(ApiError::invalid_input(format!("`{name}` désigne plus de {MOST_ENDS} fiches : précisez.")));
    }
    Ok(nodes)
}

fn references(graph: &Graph, role: Role, refs: Vec<Ref>, asked: &mut Vec<Asked>) -> Result<Vec<Vec<NodeIx>>, ApiError> {
    bounded(role.argument(), &refs)?;
    let mut nodes = Vec::with_capacity(refs.len());
    for text in refs {
        let matches = reference::read(graph, &text, role.kinds())?;
        nodes.push(matches.iter().map(|found| found.node).collect());
        asked.push(Asked { reference: text, role, matches });
    }
    Ok(nodes)
}

/// Refuses an end at which nothing was given.
pub(super) fn given(role: Role, refs: &[Ref]) -> Result<(), ApiError> {
    if refs.is_empty() {
        let message = format!("`{}` est vide : donnez au moins une référence.", role.argument());
        return Err(ApiError::invalid_input(message));
    }
    Ok(())
}

pub(super) fn bounded(name: &str, refs: &[Ref]) -> Result<(), ApiError> {
    if refs.len() > MOST_REFS {
        let message = format!("`{name}` compte {} références : {MOST_REFS} au plus.", refs.len());
        return Err(ApiError::invalid_input(message));
    }
    Ok(())
}

/// The position inside a cursor: the score, then the keys.
fn position(list: ListId, cursor: &str) -> Result<Position, ApiError> {
    let page = Page::new(None, Some(cursor), None, None)?.of(list)?;
    let text = page.after.unwrap_or_default();
    let mut words = text.split(' ');
    let score: f64 = words.next().and_then(|score| score.parse().ok()).ok_or_else(|| page::bad("after"))?;
    let keys: Result<Vec<Key>, _> = words.map(str::parse).collect();
    let keys = keys.map_err(|_| page::bad("after"))?;
    if keys.len() < 2 || !score.is_finite() {
        return Err(page::bad("after"));
    }
    Ok(Position { score, keys })
}
