//! `skillGap`: from refs to a gap, and the gap as the schema shows it.

use async_graphql::{Context, Object, SimpleObject};

use crate::api::entity::{Entity, Job, Skill, Source};
use crate::api::error::ApiError;
use crate::api::reference;
use crate::api::schema_names::Ref;
use crate::api::scope::{At, Lens, scope, snapshot};
use crate::api::work::Work;
use crate::graph::NodeIx;
use crate::guidance::skill_gap::{self, Closing, Gap, Required};
use crate::model::{Kind, Relation};

/// The most references to what is held.
const MOST_HELD: usize = 100;

/// A gap and its job.
pub struct SkillGap {
    job: NodeIx,
    gap: Gap,
    unresolved: Vec<Ref>,
}

impl SkillGap {
    /// Works out the gap.
    ///
    /// # Errors
    /// Refs that name nothing or, for the job, several; too many refs; those of heavy work.
    pub async fn find(ctx: &Context<'_>, have: Vec<Ref>, target: &Ref, skip: bool) -> Result<SkillGap, ApiError> {
        if have.len() > MOST_HELD {
            let message = format!("`have` compte {} références : {MOST_HELD} au plus.", have.len());
            return Err(ApiError::invalid_input(message));
        }
        let graph = scope(ctx).graph(Lens::SNAPSHOT).clone();
        let job = reference::one(&graph, target, &[Kind::Job])?;
        let kinds = [Kind::Skill, Kind::Parcours, Kind::Master, Kind::Licence, Kind::Course];
        let (mut held, mut unresolved) = (Vec::new(), Vec::new());
        for text in reference::known(&graph, have, &kinds, skip, &mut unresolved) {
            held.extend(reference::all(&graph, &text, &kinds)?);
        }
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let gap = work.run(move |_| skill_gap::gap(&graph, &held, job)).await?;
        Ok(SkillGap { job, gap, unresolved })
    }

    fn required(&self, ctx: &Context<'_>, list: &[Required]) -> Vec<RequiredSkill> {
        let graph = snapshot(ctx);
        let view = |one: &Required| {
            let edge = graph.edge_between(Relation::RequiredBy, one.skill, self.job);
            let sources = edge.into_iter().flat_map(|edge| graph.edge(edge).sources());
            RequiredSkill {
                skill: At::now(one.skill).into(),
                weight: one.weight,
                sources: sources.map(|source| Source(At::now(source))).collect(),
            }
        };
        list.iter().map(view).collect()
    }
}

/// L'écart entre les compétences tenues et celles qu'un métier demande.
#[Object]
impl SkillGap {
    /// Les références que rien ne porte, laissées de côté à la demande de `skipUnknown`.
    async fn unresolved(&self) -> &[Ref] {
        &self.unresolved
    }

    /// Le métier visé.
    async fn target(&self) -> Job {
        At::now(self.job).into()
    }

    /// Les compétences demandées que l'on a, les plus importantes d'abord.
    async fn held(&self, ctx: &Context<'_>) -> Vec<RequiredSkill> {
        self.required(ctx, &self.gap.held)
    }

    /// Les compétences demandées qui manquent, les plus importantes d'abord.
    async fn missing(&self, ctx: &Context<'_>) -> Vec<RequiredSkill> {
        self.required(ctx, &self.gap.missing)
    }

    /// Part des compétences demandées que l'on a, pesée par leur importance, de 0 à 1 ; `null` si aucune source ne dit ce que le
    /// métier demande.
    async fn coverage(&self) -> Option<f64> {
        self.gap.coverage
    }

    /// Ce que l'on a donné dans `have` et qu'aucune source ne relie à une compétence : l'écart peut être moindre qu'il ne paraît.
    async fn unknown(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.gap.unknown.iter().map(|ix| Entity::of(ctx, At::now(*ix))).collect()
    }

    /// Le moins de parcours qui développent ce qui manque.
    async fn parcours(&self) -> GapClosing<'_> {
        GapClosing(&self.gap.parcours)
    }

    /// Le moins d'enseignements qui développent ce qui manque.
    async fn courses(&self) -> GapClosing<'_> {
        GapClosing(&self.gap.courses)
    }
}

/// Une compétence qu'un métier demande.
#[derive(SimpleObject)]
struct RequiredSkill {
    /// La compétence.
    skill: Skill,
    /// Son importance, plus grande que 0 et au plus 1.
    weight: f64,
    /// Qui dit que le métier la demande.
    sources: Vec<Source>,
}

/// What closes a gap.
struct GapClosing<'g>(&'g Closing);

/// Ce qui comblerait un écart, avec le moins de formations possible.
#[Object]
impl GapClosing<'_> {
    /// Les formations, celle qui apporte le plus d'abord ; vide si rien ne manque ou si rien n'apporte ce qui manque.
    async fn items(&self, ctx: &Context<'_>) -> Vec<GapClosingItem> {
        let view = |(node, skills): &(NodeIx, Vec<NodeIx>)| GapClosingItem {
            entity: Entity::of(ctx, At::now(*node)),
            skills: skills.iter().map(|ix| At::now(*ix).into()).collect(),
        };
        self.0.items.iter().map(view).collect()
    }

    /// Vrai s'il est prouvé que moins ne suffirait pas ; faux si le calcul a été borné (20 000 essais, 128 compétences) :
    /// `atLeast` dit alors combien il en faut au moins.
    async fn exact(&self) -> bool {
        self.0.exact
    }

    /// Il est prouvé qu'il n'en faut pas moins.
    async fn at_least(&self) -> usize {
        self.0.at_least
    }

    /// Les compétences manquantes qu'aucune formation du graphe n'apporte.
    async fn uncovered(&self) -> Vec<Skill> {
        self.0.uncovered.iter().map(|ix| At::now(*ix).into()).collect()
    }
}

/// Une formation qui comblerait une part de l'écart.
#[derive(SimpleObject)]
struct GapClosingItem {
    /// Le parcours ou l'enseignement.
    entity: Entity,
    /// Les compétences manquantes qu'elle apporte et que les précédentes n'apportent pas.
    skills: Vec<Skill>,
}
