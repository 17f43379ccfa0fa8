//! What a search found, as the schema shows it.

mod classes;
mod diagnosis;
mod offers;
mod step;
mod ties;

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::asked::{Asked, AskedView};
use super::personal::ProfileReason;
use crate::api::entity::{Entity, Job, Licence, Master, Parcours, Skill, Source, University};
use crate::api::error::ApiError;
use crate::api::listing::EntityOrder;
use crate::api::page::{ListId, Page, PageInfo};
use crate::api::schema_names::{PartialDate, Ref};
use crate::api::scope::{At, Lens};
use crate::api::work::Work;
use crate::graph::{Graph, NodeIx};
use crate::guidance::rerank::Personal;
use crate::model::Kind;
use crate::pathway::diagnose;
use crate::pathway::explain::{self, Ground, Sentence};
use crate::pathway::ties as equals;
use crate::pathway::{self, End, Found, Pathway, Query, Retired};
use classes::{PathwayClass, PathwayCount};
pub use diagnosis::DiagnosisView;
use offers::{JobAccess, Offers};
pub use step::EvidenceView;
use step::StepView;
use ties::TiesView;

/// The answer to a pathway question.
pub struct PathwaysAnswer {
    /// In which of the operation's graphs.
    pub lens: Lens,
    /// What its cursors are of.
    pub list: ListId,
    /// That graph.
    pub graph: Arc<Graph>,
    /// What was asked.
    pub query: Arc<Query>,
    /// What was found.
    pub found: Found,
    /// What a profile says of each pathway; empty without one.
    pub personal: Vec<Personal>,
    /// Each reference of the question, and what it was read as.
    pub asked: Vec<Asked>,
}

impl PathwaysAnswer {
    /// An answer on the operation's snapshot, for no profile.
    pub fn on_snapshot(graph: Arc<Graph>, list: ListId, query: Arc<Query>, found: Found) -> PathwaysAnswer {
        PathwaysAnswer { lens: Lens::SNAPSHOT, list, graph, query, found, personal: Vec::new(), asked: Vec::new() }
    }

    fn at(&self, ix: NodeIx) -> At {
        At { lens: self.lens, ix }
    }

    /// The pathways of the page.
    pub fn pathways(&self) -> &[Pathway] {
        &self.found.pathways
    }

    /// Whether retired nodes count.
    pub fn retired(&self) -> bool {
        self.query.filter.retired == Retired::Included
    }

    /// The cursor of a pathway.
    pub fn cursor(&self, pathway: &Pathway) -> String {
        let position = pathway.position(&self.graph);
        let keys: Vec<&str> = position.keys.iter().map(|key| key.as_str()).collect();
        self.list.cursor(&format!("{} {}", position.score, keys.join(" ")))
    }

    /// Where the page stands.
    pub fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.found.has_next,
            has_previous_page: self.query.after.is_some(),
            start_cursor: self.pathways().first().map(|pathway| self.cursor(pathway)),
            end_cursor: self.pathways().last().map(|pathway| self.cursor(pathway)),
        }
    }

    /// Nodes that an end names, by key.
    pub fn ends(&self, nodes: &[NodeIx]) -> Vec<NodeIx> {
        let mut nodes = nodes.to_vec();
        nodes.sort_by(|a, b| self.graph.by_key(*a, *b));
        nodes
    }

    /// The first host of a pathway's first parcours.
    pub fn host(&self, pathway: &Pathway) -> Option<NodeIx> {
        let parcours = pathway.first(&self.graph, Kind::Parcours)?;
        pathway::first_host(&self.graph, parcours, self.query.filter.retired)
    }
}

/// A page of pathways.
pub struct Pathways(Arc<PathwaysAnswer>, Vec<Ref>);

impl Pathways {
    /// The pathways of an answer, with the refs that were left out of the question.
    pub fn of(answer: PathwaysAnswer, unresolved: Vec<Ref>) -> Pathways {
        Pathways(Arc::new(answer), unresolved)
    }

    fn views(&self) -> impl Iterator<Item = PathwayView> {
        (0..self.0.found.pathways.len()).map(|rank| PathwayView { answer: self.0.clone(), rank })
    }

    fn entities(&self, ctx: &Context<'_>, nodes: &[NodeIx]) -> Vec<Entity> {
        self.0.ends(nodes).into_iter().map(|ix| Entity::of(ctx, self.0.at(ix))).collect()
    }
}

/// Les voies trouvées, de la mieux à la moins bien attestée.
#[Object(name = "PathwayConnection")]
impl Pathways {
    /// Les voies de la page, chacune avec son repère.
    async fn edges(&self) -> Vec<PathwayEdge> {
        self.views().map(PathwayEdge).collect()
    }

    /// Les voies de la page.
    async fn nodes(&self) -> Vec<PathwayView> {
        self.views().collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        self.0.page_info()
    }

    /// Les fiches que `from` désigne.
    async fn from(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.entities(ctx, &self.0.query.from)
    }

    /// Les fiches que `to` désigne.
    async fn to(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.entities(ctx, &self.0.query.to)
    }

    /// Chaque référence de la question, avec ce qu'elle désigne et par quel nom, appellation ou code : de quoi dire
    /// « archiviste (fiche « Documentaliste ») ».
    async fn asked(&self) -> Vec<AskedView> {
        (0..self.0.asked.len()).map(|index| AskedView { answer: self.0.clone(), index }).collect()
    }

    /// Les références que rien ne porte, laissées de côté à la demande de `skipUnknown`.
    async fn unresolved(&self) -> &[Ref] {
        &self.1
    }

    /// Pourquoi rien, ou pas davantage, n'a été trouvé, et le plus petit changement qui aiderait ; `null` s'il n'y a rien à
    /// en dire.
    async fn diagnosis(&self, ctx: &Context<'_>) -> Result<Option<DiagnosisView>, ApiError> {
        // Nothing that was asked at this end is known: `unresolved` says so.
        if self.0.query.from.is_empty() || self.0.query.to.is_empty() {
            return Ok(None);
        }
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let answer = self.0.clone();
        let diagnosis = work
            .run(move |cancel| diagnose::diagnose(&answer.graph, &answer.query, &answer.found, &|| cancel.is_set()))
            .await?
            .map_err(|fault| ApiError::invalid_input(format!("{fault}.")))?;
        Ok(diagnosis.map(|diagnosis| DiagnosisView { lens: self.0.lens, diagnosis }))
    }

    /// Les classes des voies de la page : ce que les sources ne départagent pas est ensemble, et l'ordre dans une classe ne dit
    /// rien. `null` avec `profile` ou `diversity`, qui ordonnent autrement.
    async fn classes(&self) -> Option<Vec<PathwayClass>> {
        PathwayClass::all(&self.0)
    }

    /// Combien de voies en tout, toutes pages confondues.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<PathwayCount, ApiError> {
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let answer = self.0.clone();
        let counted = work.run(move |cancel| pathway::count(&answer.graph, &answer.query, &|| cancel.is_set()));
        let count = counted.await?.map_err(|fault| ApiError::invalid_input(format!("{fault}.")))?;
        Ok(PathwayCount { value: count.value, exact: count.exact })
    }

    /// Vrai si ces voies sont, preuve faite, les meilleures ; faux si la recherche a épuisé son budget avant.
    async fn exhaustive(&self) -> bool {
        self.0.found.exhaustive()
    }
}

/// One pathway of a page.
struct PathwayEdge(PathwayView);

/// Une voie d'une page.
#[Object]
impl PathwayEdge {
    /// Repère de cette voie, pour `after`.
    async fn cursor(&self) -> String {
        self.0.cursor()
    }

    /// La voie.
    async fn node(&self) -> PathwayView {
        self.0.clone()
    }
}

/// One pathway.
#[derive(Clone)]
pub struct PathwayView {
    answer: Arc<PathwaysAnswer>,
    rank: usize,
}

impl PathwayView {
    /// A pathway by itself, found by a query.
    pub fn single(lens: Lens, graph: Arc<Graph>, query: Arc<Query>, pathway: Pathway) -> PathwayView {
        let found = Found { pathways: vec![pathway], has_next: false, end: End::Proven, expansions: 0, classes: None };
        PathwayView {
            answer: Arc::new(PathwaysAnswer {
                lens,
                list: ListId::of(&[]),
                graph,
                query,
                found,
                personal: Vec::new(),
                asked: Vec::new(),
            }),
            rank: 0,
        }
    }

    fn pathway(&self) -> &Pathway {
        &self.answer.found.pathways[self.rank]
    }

    fn cursor(&self) -> String {
        self.answer.cursor(self.pathway())
    }

    fn first<T: From<At>>(&self, kind: Kind) -> Option<T> {
        self.pathway().first(&self.answer.graph, kind).map(|ix| T::from(self.answer.at(ix)))
    }

    fn class(&self) -> Option<u32> {
        self.answer.found.classes.as_ref()?.get(self.rank).copied()
    }

    /// All that a sentence cites: by key, each once.
    fn sources(&self, sentence: &Sentence) -> Vec<Source> {
        let graph = &self.answer.graph;
        let piece = |ground: &Ground| &self.pathway().steps[ground.step].evidence[ground.piece];
        let of_pieces = sentence.grounds.iter().flat_map(|ground| piece(ground).sources.iter().copied());
        let of_edges = sentence.edges.iter().flat_map(|edge| graph.edge(*edge).sources());
        let mut sources: Vec<NodeIx> = of_pieces.chain(of_edges).chain(sentence.sources.iter().copied()).collect();
        sources.sort_unstable_by(|a, b| graph.by_key(*a, *b));
        sources.dedup();
        sources.into_iter().map(|ix| Source(self.answer.at(ix))).collect()
    }

    fn skills(&self, skills: Vec<NodeIx>) -> Vec<Skill> {
        skills.into_iter().map(|ix| self.answer.at(ix).into()).collect()
    }
}

/// Une voie d'études et d'emploi, avec ce qui la fonde.
#[Object(name = "Pathway")]
impl PathwayView {
    /// Score, de 0 à 1 : le produit des forces de ses étapes. Il les classe ; ce n'est pas une probabilité.
    async fn score(&self) -> f64 {
        self.pathway().score
    }

    /// Les étapes, dans l'ordre.
    async fn steps(&self) -> Vec<StepView> {
        (0..self.pathway().steps.len()).map(|step| StepView { view: self.clone(), step }).collect()
    }

    /// La première licence de la voie.
    async fn licence(&self) -> Option<Licence> {
        self.first(Kind::Licence)
    }

    /// Le premier master de la voie.
    async fn master(&self) -> Option<Master> {
        self.first(Kind::Master)
    }

    /// Le premier parcours de la voie.
    async fn parcours(&self) -> Option<Parcours> {
        self.first(Kind::Parcours)
    }

    /// L'université qui propose ce parcours ; `null` si aucune source ne la nomme.
    async fn university(&self) -> Option<University> {
        let host = self.answer.host(self.pathway())?;
        Some(self.answer.at(host).into())
    }

    /// Le premier métier de la voie.
    async fn job(&self) -> Option<Job> {
        self.first(Kind::Job)
    }

    /// Sa classe, à partir de 1 : les voies d'une même classe, les sources ne les départagent pas. `null` avec `profile` ou
    /// `diversity`.
    #[graphql(name = "class")]
    async fn class_of_equals(&self) -> Option<u32> {
        self.class()
    }

    /// Où l'on peut l'étudier : les universités qui proposent son parcours, ou, si elle ne passe par aucun, celles qui délivrent
    /// son master ; seulement celles qui vérifient `where`.
    async fn offers(
        &self,
        #[graphql(desc = "Nombre d'entrées depuis le début (20 sans précision, 100 au plus).")] first: Option<i32>,
        #[graphql(desc = "Après ce repère.")] after: Option<String>,
        #[graphql(desc = "Nombre d'entrées depuis la fin.")] last: Option<i32>,
        #[graphql(desc = "Avant ce repère.")] before: Option<String>,
        #[graphql(desc = "L'ordre ; par poids décroissant, puis par identifiant, sans précision.")] order_by: Option<
            EntityOrder,
        >,
    ) -> Result<Offers, ApiError> {
        let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
        Offers::of(&self.answer, self.pathway(), &page, order_by)
    }

    /// Ce que demande le métier où elle mène ; `null` si aucune source ne le dit, ou si elle ne mène pas à un métier.
    async fn access(&self) -> Option<JobAccess> {
        JobAccess::of(&self.answer, self.pathway().nodes().next_back()?)
    }

    /// Les compétences que le diplôme développe, les mieux établies d'abord ; `null` si aucune source ne le dit.
    async fn skills_gained(&self) -> Option<Vec<Skill>> {
        pathway::skills::gained(&self.answer.graph, self.pathway(), self.answer.retired())
            .map(|found| self.skills(found))
    }

    /// Les compétences que demande le métier où elle mène et que le diplôme ne développe pas, les plus importantes d'abord ;
    /// `null` si aucune source ne dit ce que le diplôme développe.
    async fn skills_missing(&self) -> Option<Vec<Skill>> {
        pathway::skills::missing(&self.answer.graph, self.pathway(), self.answer.retired())
            .map(|found| self.skills(found))
    }

    /// La voie expliquée en un court paragraphe : ce que l'on étudie et où, pourquoi cela mène plus loin, sur la foi de qui,
    /// ce qui est fragile ou ancien.
    async fn explanation(&self) -> String {
        explain::paragraph(&self.answer.graph, &self.answer.query, self.pathway())
    }

    /// L'explication, phrase par phrase, chacune avec les preuves qui la fondent.
    async fn sentences(&self) -> Vec<SentenceView> {
        let sentences = explain::sentences(&self.answer.graph, &self.answer.query, self.pathway());
        let view = |sentence: Sentence| SentenceView {
            sources: self.sources(&sentence),
            evidence: sentence
                .grounds
                .iter()
                .map(|ground| EvidenceView { view: self.clone(), step: ground.step, piece: ground.piece })
                .collect(),
            text: sentence.text,
        };
        sentences.into_iter().map(view).collect()
    }

    /// Son rang sans le profil, à partir de 1 ; `null` si la question n'a pas de profil.
    async fn rank_without_profile(&self) -> Option<usize> {
        self.answer.personal.get(self.rank).map(|personal| personal.rank_without)
    }

    /// Pourquoi le profil change son rang, en français ; `null` si le rang reste le même.
    async fn profile_change(&self) -> Option<&str> {
        self.answer.personal.get(self.rank)?.change.as_deref()
    }

    /// Ce que le profil trouve dans cette voie, le plus pesant d'abord.
    async fn profile_reasons(&self, ctx: &Context<'_>) -> Vec<ProfileReason> {
        let reasons = self.answer.personal.get(self.rank).into_iter().flat_map(|personal| &personal.reasons);
        reasons.map(|reason| ProfileReason::new(ctx, self.answer.lens, reason)).collect()
    }

    /// Sous `distinct`, les autres parcours du même groupe (le même master, la même université…) à score égal : seul l'ordre
    /// des identifiants a mis celui-ci devant. `null` sans `distinct`, ou si la voie n'a pas de fiche de cette nature.
    async fn ties(&self, ctx: &Context<'_>) -> Result<Option<TiesView>, ApiError> {
        if self.answer.query.distinct.is_none() {
            return Ok(None);
        }
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let view = self.clone();
        let ties = work.run(move |cancel| {
            equals::ties(&view.answer.graph, &view.answer.query, view.pathway(), &|| cancel.is_set())
        });
        Ok(ties.await?.map(|ties| TiesView { view: self.clone(), ties }))
    }

    /// L'âge de ses preuves.
    async fn freshness(&self) -> FreshnessView {
        let freshness = explain::freshness(&self.answer.graph, self.pathway());
        FreshnessView {
            oldest: freshness.oldest.map(PartialDate),
            weakest: freshness.weakest.map(PartialDate),
            undated: freshness.undated,
        }
    }

    /// La preuve à laquelle la voie tient le plus : la plus forte de son étape la moins sûre.
    async fn weakest(&self) -> EvidenceView {
        let pathway = self.pathway();
        let (step, evidence) = pathway.weakest().expect("a search finds no pathway without steps");
        let at = pathway.steps.iter().position(|other| other == step).unwrap_or_default();
        let piece = step.evidence.iter().position(|other| other == evidence).unwrap_or_default();
        EvidenceView { view: self.clone(), step: at, piece }
    }
}

/// Une phrase d'une explication, et ce qui la fonde.
#[derive(SimpleObject)]
#[graphql(name = "ExplanationSentence")]
struct SentenceView {
    /// La phrase.
    text: String,
    /// Les preuves qui la fondent.
    evidence: Vec<EvidenceView>,
    /// Toutes les sources qu'elle cite.
    sources: Vec<Source>,
}

/// L'âge des preuves d'une voie : une date ISO 8601, aussi précise que sa source.
#[derive(SimpleObject)]
#[graphql(name = "Freshness")]
struct FreshnessView {
    /// La date de la preuve la plus ancienne, parmi celles qui en ont une.
    oldest: Option<PartialDate>,
    /// La date de la preuve à laquelle la voie tient le plus.
    weakest: Option<PartialDate>,
    /// Nombre de preuves dont une source au moins n'a pas de date.
    undated: usize,
}
