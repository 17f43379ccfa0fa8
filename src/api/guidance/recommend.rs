//! `recommend`: a page of ranked diplomas, their reasons, and what would change the ranking.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::reachable::EndOrder;
use crate::api::entity::{Entity, Source};
use crate::api::error::ApiError;
use crate::api::page::{self, ListId, Page, PageInfo};
use crate::api::pathways::DiagnosisView;
use crate::api::schema_names::Ref;
use crate::api::scope::{At, Lens};
use crate::api::work::Work;
use crate::graph::{Graph, NodeIx};
use crate::guidance::recommend::{self, Criterion, Profile, Reason, Shift};
use crate::pathway::Filter;
use crate::pathway::diagnose::listed;

/// A page of recommendations.
pub struct Recommendations {
    entries: Vec<RankedNode>,
    info: PageInfo,
    total: usize,
    shares: [f64; 7],
    graph: Arc<Graph>,
    asked: Arc<(Profile, Filter)>,
    /// References of the profile that nothing bears, left out where that was asked for.
    unresolved: Vec<Ref>,
}

#[derive(Clone)]
struct RankedNode {
    node: NodeIx,
    cursor: String,
    rank: usize,
    score: i64,
    class: u32,
    universities: usize,
    reasons: Vec<Reason>,
    shifts: Vec<Shift>,
}

impl Recommendations {
    /// Ranks all and cuts the page.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a filter out of bounds or a cursor of another list; those of heavy work.
    pub async fn find(
        ctx: &Context<'_>,
        graph: Arc<Graph>,
        profile: Profile,
        filter: Filter,
        order: EndOrder,
        (page, list): (Page, ListId),
    ) -> Result<Recommendations, ApiError> {
        let page = page.of(list)?;
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let asked = Arc::new((profile, filter));
        work.run(move |cancel| {
            let (profile, filter) = &*asked;
            let ranking = recommend::rank(&graph, profile, filter, &|| cancel.is_set())
                .map_err(|fault| ApiError::invalid_input(format!("{fault}.")))?;
            let mut places: Vec<usize> = (0..ranking.diplomas.len()).collect();
            // By score already; equals keep that order.
            let breadth = |place: usize| match order {
                EndOrder::Strength => 0,
                EndOrder::Breadth => ranking.diplomas[place].universities,
            };
            places.sort_by_key(|place| std::cmp::Reverse(breadth(*place)));
            let cut = page.cut(places, |place, position| {
                let (universities, score, key) = read(position)?;
                let ranked = &ranking.diplomas[*place];
                let by_score = || score.cmp(&ranked.score).then_with(|| graph.key(ranked.node).as_str().cmp(key));
                Ok(universities.cmp(&breadth(*place)).then_with(by_score))
            })?;
            let shifts = ranking.shifts(&graph, profile, &cut.entries);
            let classes = ranking.classes();
            let entry = |(place, shifts): (usize, Vec<Shift>)| {
                let ranked = &ranking.diplomas[place];
                RankedNode {
                    node: ranked.node,
                    cursor: list.cursor(&format!("{} {} {}", breadth(place), ranked.score, graph.key(ranked.node))),
                    rank: place + 1,
                    score: ranked.score,
                    class: classes[place],
                    universities: ranked.universities,
                    reasons: recommend::reasons(&graph, profile, filter, &ranking, ranked),
                    shifts,
                }
            };
            let entries: Vec<RankedNode> = cut.entries.into_iter().zip(shifts).map(entry).collect();
            let info = PageInfo {
                has_next_page: cut.has_next,
                has_previous_page: cut.has_previous,
                start_cursor: entries.first().map(|entry| entry.cursor.clone()),
                end_cursor: entries.last().map(|entry| entry.cursor.clone()),
            };
            let (total, shares) = (cut.total, ranking.shares);
            let (graph, asked) = (graph.clone(), asked.clone());
            Ok(Recommendations { entries, info, total, shares, graph, asked, unresolved: Vec::new() })
        })
        .await?
    }

    /// The same, with the references that were left out.
    pub fn leaving_out(self, unresolved: Vec<Ref>) -> Recommendations {
        Recommendations { unresolved, ..self }
    }
}

/// The universities where the order is by breadth, the score, the key.
fn read(position: &str) -> Result<(usize, i64, &str), ApiError> {
    let parts = || {
        let (universities, rest) = position.split_once(' ')?;
        let (score, key) = rest.split_once(' ')?;
        Some((universities.parse().ok()?, score.parse().ok()?, key))
    };
    parts().ok_or_else(|| page::bad("after"))
}

/// Les diplômes recommandés, du plus convenable au moins convenable.
#[Object(name = "RecommendationConnection")]
impl Recommendations {
    /// Les recommandations de la page, chacune avec son repère.
    async fn edges(&self) -> Vec<RecommendationEdge> {
        self.entries.iter().cloned().map(RecommendationEdge).collect()
    }

    /// Les recommandations de la page.
    async fn nodes(&self) -> Vec<Recommendation> {
        self.entries.iter().cloned().map(Recommendation).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        self.info.clone()
    }

    /// Nombre de diplômes pour lesquels une raison au moins parle, toutes pages confondues.
    async fn total_count(&self) -> usize {
        self.total
    }

    /// Les références que rien ne porte, laissées de côté à la demande de `skipUnknown`.
    async fn unresolved(&self) -> &[Ref] {
        &self.unresolved
    }

    /// Pourquoi rien, ou pas davantage, n'est recommandé, et le plus petit changement qui aiderait ; `null` s'il n'y a rien à en
    /// dire. Exemple : « Hors de Normandie : 40 autres diplômes. »
    async fn diagnosis(&self, ctx: &Context<'_>) -> Result<Option<DiagnosisView>, ApiError> {
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let (graph, asked, found) = (self.graph.clone(), self.asked.clone(), self.total);
        let diagnosis = work.run(move |cancel| {
            let (profile, filter) = &*asked;
            listed::recommended(&graph, filter, found, &|filter| {
                let ranking = recommend::rank(&graph, profile, filter, &|| cancel.is_set());
                ranking.map_or(0, |ranking| ranking.diplomas.len())
            })
        });
        Ok(diagnosis.await?.map(|diagnosis| DiagnosisView { lens: Lens::SNAPSHOT, diagnosis }))
    }

    /// Les classes des diplômes de la page : ce que les scores ne départagent pas, à un cinquième près, est ensemble.
    async fn classes(&self) -> Vec<RecommendationClass> {
        let mut all: BTreeMap<u32, Vec<Recommendation>> = BTreeMap::new();
        for entry in &self.entries {
            all.entry(entry.class).or_default().push(Recommendation(entry.clone()));
        }
        all.into_iter().map(|(class, nodes)| RecommendationClass { class, size: nodes.len(), nodes }).collect()
    }

    /// Les critères dont le profil parle, avec la part de chacun dans le score.
    async fn criteria(&self) -> Vec<CriterionShare> {
        let shares = Criterion::ALL.into_iter().zip(self.shares).filter(|(_, share)| *share > 0.0);
        shares.map(|(criterion, share)| CriterionShare { criterion: criterion.into(), share }).collect()
    }
}

/// One recommendation with its cursor.
struct RecommendationEdge(RankedNode);

/// Une recommandation d'une page.
#[Object]
impl RecommendationEdge {
    /// Repère de cette entrée, pour `after`.
    async fn cursor(&self) -> &str {
        &self.0.cursor
    }

    /// Score, de -1 à 1.
    async fn score(&self) -> f64 {
        recommend::number(self.0.score)
    }

    /// La recommandation.
    async fn node(&self) -> Recommendation {
        Recommendation(self.0.clone())
    }
}

/// One recommendation.
struct Recommendation(RankedNode);

/// Un diplôme, et pourquoi il est à ce rang.
#[Object]
impl Recommendation {
    /// Le master ou le parcours.
    async fn entity(&self, ctx: &Context<'_>) -> Entity {
        Entity::of(ctx, At::now(self.0.node))
    }

    /// Son rang, à partir de 1.
    async fn rank(&self) -> usize {
        self.0.rank
    }

    /// Score, de -1 à 1 : la somme des points de ses raisons.
    async fn score(&self) -> f64 {
        recommend::number(self.0.score)
    }

    /// Sa classe, à partir de 1 : les diplômes d'une même classe, rien ne les départage.
    #[graphql(name = "class")]
    async fn class_of_equals(&self) -> u32 {
        self.0.class
    }

    /// Dans combien d'universités on peut l'étudier, selon `where`.
    async fn universities(&self) -> usize {
        self.0.universities
    }

    /// Ce qui parle pour lui, le plus pesant d'abord.
    async fn in_favour(&self, ctx: &Context<'_>) -> Vec<ReasonView> {
        self.reasons(ctx, false)
    }

    /// Le même champ sous son ancien nom.
    #[graphql(name = "for", deprecation = "Mot réservé de plusieurs langages : demandez `inFavour`.")]
    async fn pros(&self, ctx: &Context<'_>) -> Vec<ReasonView> {
        self.reasons(ctx, false)
    }

    /// Ce qui parle contre lui, ou que l'on ne sait pas.
    async fn against(&self, ctx: &Context<'_>) -> Vec<ReasonView> {
        self.reasons(ctx, true)
    }

    /// Ce qui changerait son rang : les critères sans lesquels il serait ailleurs ; vide s'il n'en dépend pas.
    async fn sensitivity(&self) -> Vec<RankShift> {
        let view = |shift: &Shift| RankShift {
            criterion: shift.criterion.into(),
            rank: shift.rank,
            text: format!(
                "Sans {}, il passerait du {} au {} rang.",
                french(shift.criterion),
                ordinal(self.0.rank),
                ordinal(shift.rank)
            ),
        };
        self.0.shifts.iter().map(view).collect()
    }
}

impl Recommendation {
    fn reasons(&self, ctx: &Context<'_>, against: bool) -> Vec<ReasonView> {
        let view = |reason: &Reason| ReasonView {
            kind: reason.kind.into(),
            criterion: reason.criterion.into(),
            weight: reason.points,
            text: reason.text.clone(),
            entities: reason.nodes.iter().map(|ix| Entity::of(ctx, At::now(*ix))).collect(),
            sources: reason.sources.iter().map(|ix| Source(At::now(*ix))).collect(),
        };
        self.0.reasons.iter().filter(|reason| reason.kind.is_against() == against).map(view).collect()
    }
}

fn french(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Licence => "votre licence",
        Criterion::Wishes => "vos souhaits",
        Criterion::Interests => "vos intérêts",
        Criterion::Skills => "vos compétences",
        Criterion::Riasec => "votre profil RIASEC",
        Criterion::Region => "la région choisie",
        Criterion::Modality => "la modalité choisie",
    }
}

fn ordinal(rank: usize) -> String {
    if rank == 1 { "1er".to_owned() } else { format!("{rank}e") }
}

/// Des diplômes que leurs scores ne départagent pas : l'ordre entre eux ne dit rien.
#[derive(SimpleObject)]
struct RecommendationClass {
    /// Le numéro de la classe, à partir de 1, dans l'ordre des scores.
    class: u32,
    /// Combien de diplômes de cette page en sont.
    size: usize,
    /// Ces diplômes.
    nodes: Vec<Recommendation>,
}

/// La part d'un critère dans le score.
#[derive(SimpleObject)]
struct CriterionShare {
    /// Le critère.
    criterion: CriterionName,
    /// Sa part ; les parts font 1 ensemble.
    share: f64,
}

/// Un critère sans lequel le rang serait autre.
#[derive(SimpleObject)]
struct RankShift {
    /// Le critère.
    criterion: CriterionName,
    /// Le rang que le diplôme aurait si le profil n'en disait rien.
    rank: usize,
    /// La même chose en une phrase.
    text: String,
}

/// Une raison pour ou contre un diplôme.
#[derive(SimpleObject)]
#[graphql(name = "RecommendationReason")]
struct ReasonView {
    /// De quelle sorte elle est.
    kind: ReasonKindName,
    /// Le critère auquel elle appartient.
    criterion: CriterionName,
    /// Ce qu'elle ajoute au score ; négatif si elle en retire, 0 si elle ne fait que dire ce qu'on ne sait pas.
    weight: f64,
    /// La raison en une phrase.
    text: String,
    /// Les fiches dont elle parle.
    entities: Vec<Entity>,
    /// Les sources qui la fondent.
    sources: Vec<Source>,
}

/// Ce qui juge un diplôme pour un profil.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "RecommendationCriterion", remote = "Criterion")]
enum CriterionName {
    /// La licence : par quelle voie elle y mène (poids 0,30).
    Licence,
    /// Les souhaits (poids 0,25).
    Wishes,
    /// Les intérêts (poids 0,20).
    Interests,
    /// Les compétences que l'on a (poids 0,10).
    Skills,
    /// Les lettres RIASEC (poids 0,05).
    Riasec,
    /// La région (poids 0,05).
    Region,
    /// La modalité (poids 0,05).
    Modality,
}

/// Sorte de raison.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "ReasonKind", remote = "recommend::ReasonKind")]
enum ReasonKindName {
    /// La licence permet d'y candidater.
    LicenceOpens,
    /// Une passerelle vers une autre licence y mène.
    LicenceBridges,
    /// Aucune source ne dit que la licence y mène.
    LicenceUnstated,
    /// Il mène à un débouché souhaité.
    WishedOutlet,
    /// Il est souhaité, ou fait partie d'un master souhaité.
    WishedDiploma,
    /// Il est voisin d'un master souhaité.
    NearWished,
    /// Rien ne le relie à certains souhaits.
    WishesUnmet,
    /// Il développe une compétence qui intéresse.
    InterestingSkill,
    /// Il mène à un métier qui intéresse.
    InterestingJob,
    /// Il mène à un métier d'un secteur qui intéresse.
    InterestingSector,
    /// Rien ne le relie à certains intérêts.
    InterestsUnmet,
    /// Il prolonge des compétences que l'on a.
    SkillsKept,
    /// Il mène à un métier au profil RIASEC semblable.
    RiasecAlike,
    /// Il est dans la région choisie.
    RegionSame,
    /// Il est dans une autre région.
    RegionOther,
    /// Aucune source ne dit où il est.
    RegionUnknown,
    /// Il peut être suivi comme on le souhaite.
    ModalityOffered,
    /// Ses sources disent qu'il est suivi autrement.
    ModalityOther,
    /// Aucune source ne dit comment il peut être suivi.
    ModalityUnknown,
}
