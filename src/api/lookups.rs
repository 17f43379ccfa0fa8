//! The look-ups of the root: by id, by ref, all of a kind, by search; and what the graph holds.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::catalogue::All;
use super::entity::{Course, Entity, Family, Job, Licence, Master, Node, Parcours, Sector, Skill, Study, University};
use super::error::ApiError;
use super::info::GraphInfo;
use super::listing::{EntityFilter, EntityOrder};
use super::page::{MOST_FLAT, Page};
use super::reference;
use super::schema_names::{EntityKind, Ref};
use super::scope::{At, snapshot};
use super::search::SearchPage;
use super::work::Work;
use crate::model::Kind;

/// The most ids that `nodes` takes.
const MOST_IDS: usize = 100;

/// The look-ups of the root.
#[derive(Default)]
pub struct Lookups;

macro_rules! lookups {
    ($($one:ident, $find:ident: $type:ident, $about_one:literal; $all:ident, $about_all:literal;)*) => {
        #[Object]
        impl Lookups {
            /// Une fiche ou une source par son identifiant exact ; `null` s'il n'existe pas. L'ancien identifiant d'une
            /// fiche fusionnée mène à sa remplaçante.
            async fn node(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Identifiant. Exemple : `job/journaliste-environnemental`.")] id: ID,
            ) -> Option<Node> {
                by_id(ctx, &id)
            }

            /// Plusieurs fiches ou sources par leurs identifiants (100 au plus), dans l'ordre demandé ; `null` à la place de
            /// ceux qui n'existent pas.
            async fn nodes(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Identifiants.")] ids: Vec<ID>,
            ) -> Result<Vec<Option<Node>>, ApiError> {
                if ids.len() > MOST_IDS {
                    let message = format!("`ids` en compte {} : {MOST_IDS} au plus.", ids.len());
                    return Err(ApiError::invalid_input(message));
                }
                Ok(ids.iter().map(|id| by_id(ctx, id)).collect())
            }

            /// Une fiche de n'importe quelle nature, par une référence. Exemple : `entity(ref: "E1106")`.
            async fn entity(
                &self,
                ctx: &Context<'_>,
                #[graphql(name = "ref", desc = "Identifiant, code, nom ou alias.")] reference: Ref,
                #[graphql(desc = "Nature de la fiche, quand plusieurs portent ce nom.")] kind: Option<EntityKind>,
            ) -> Option<Entity> {
                let kinds = kind.map_or_else(|| Kind::ENTITIES.to_vec(), |kind| vec![kind.kind()]);
                let ix = reference::or_null(ctx, reference::one(snapshot(ctx), &reference, &kinds))?;
                Some(Entity::of(ctx, At::now(ix)))
            }

            $(
                #[doc = $about_one]
                async fn $one(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(name = "ref", desc = "Identifiant, code, nom ou alias.")] reference: Ref,
                ) -> Option<$type> {
                    let ix = reference::or_null(ctx, reference::one(snapshot(ctx), &reference, &[Kind::$type]))?;
                    Some(At::now(ix).into())
                }

                /// For a federated gateway: the entity of a key that another subgraph holds.
                #[graphql(entity)]
                async fn $find(&self, ctx: &Context<'_>, id: ID) -> Option<$type> {
                    by_key(ctx, Kind::$type, &id).map(Into::into)
                }

                #[doc = $about_all]
                #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
                async fn $all(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(name = "where", desc = "Ce que les fiches doivent vérifier.")] filter: Option<EntityFilter>,
                    #[graphql(desc = "L'ordre ; par identifiant sans précision.")] order_by: Option<EntityOrder>,
                    #[graphql(desc = "Nombre d'entrées depuis le début (20 sans précision, 1000 au plus).")]
                    first: Option<i32>,
                    #[graphql(desc = "Après ce repère.")] after: Option<String>,
                    #[graphql(desc = "Nombre d'entrées depuis la fin.")] last: Option<i32>,
                    #[graphql(desc = "Avant ce repère.")] before: Option<String>,
                ) -> Result<All<$type>, ApiError> {
                    let page = Page::within(MOST_FLAT, first, after.as_deref(), last, before.as_deref())?;
                    All::new(ctx, filter, order_by, page).await
                }
            )*

            /// Cherche des fiches par leur nom, sans craindre casse, accents ni une faute de frappe par mot.
            /// Exemple : `search(text: "journalisme environemental")`.
            #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
            async fn search(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Le texte cherché.")] text: String,
                #[graphql(desc = "Seulement ces natures ; toutes sans précision.")] kinds: Option<Vec<EntityKind>>,
                #[graphql(desc = "Nombre d'entrées depuis le début (20 sans précision, 100 au plus).")]
                first: Option<i32>,
                #[graphql(desc = "Après ce repère.")] after: Option<String>,
                #[graphql(desc = "Nombre d'entrées depuis la fin.")] last: Option<i32>,
                #[graphql(desc = "Avant ce repère.")] before: Option<String>,
            ) -> Result<SearchPage, ApiError> {
                let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
                let graph = snapshot(ctx).clone();
                let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
                work.run(move |cancel| SearchPage::new(&graph, text, kinds, &page, cancel)).await?
            }

            /// Ce que désignent des références, en une seule fois (1000 au plus) et dans l'ordre demandé. Exemple :
            /// `resolve(refs: ["SVT", "E1106"]) { ref entities { id name } }`.
            async fn resolve(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Les références.")] refs: Vec<Ref>,
                #[graphql(desc = "Seulement ces natures ; toutes sans précision.")] kinds: Option<Vec<EntityKind>>,
            ) -> Result<Vec<Resolution>, ApiError> {
                resolved(ctx, refs, kinds)
            }

            /// Ce que contient le graphe : version, nombres de fiches et de relations, sources.
            async fn graph(&self) -> GraphInfo {
                GraphInfo
            }
        }
    };
}

lookups! {
    licence, find_licence: Licence, "Une licence, par une référence. Exemple : `licence(ref: \"SVT\")`.";
    all_licences, "Toutes les licences.";
    master, find_master: Master, "Un master, par une référence. Exemple : `master(ref: \"IMST\")`.";
    all_masters, "Tous les masters.";
    parcours, find_parcours: Parcours, "Un parcours, par une référence. Exemple : `parcours(ref: \"JET\")`.";
    all_parcours, "Tous les parcours.";
    course, find_course: Course, "Un enseignement, par une référence. Exemple : `course(ref: \"épistémologie\")`.";
    all_courses, "Tous les enseignements.";
    university, find_university: University, "Une université, par une référence. Exemple : `university(ref: \"Aix-Marseille\")`.";
    all_universities, "Toutes les universités.";
    skill, find_skill: Skill, "Une compétence, par une référence. Exemple : `skill(ref: \"veille\")`.";
    all_skills, "Toutes les compétences.";
    job, find_job: Job, "Un métier, par une référence. Exemple : `job(ref: \"médiatrice scientifique\")`.";
    all_jobs, "Tous les métiers.";
    sector, find_sector: Sector, "Un secteur, par une référence. Exemple : `sector(ref: \"musées\")`.";
    all_sectors, "Tous les secteurs.";
    study, find_study: Study, "Une poursuite d'études, par une référence. Exemple : `study(ref: \"doctorat\")`.";
    all_studies, "Toutes les poursuites d'études.";
    family, find_family: Family, "Une famille de métiers, par une référence. Exemple : `family(ref: \"J1102\")`.";
    all_families, "Toutes les familles de métiers.";
}

/// Ce que désigne une référence.
#[derive(SimpleObject)]
struct Resolution {
    /// La référence, telle qu'elle a été demandée.
    #[graphql(name = "ref")]
    reference: Ref,
    /// Les fiches qu'elle désigne ; aucune si rien ne la porte, plusieurs si elles portent ce même nom.
    entities: Vec<Entity>,
    /// Les fiches au nom le plus proche, si rien ne porte la référence ; données pour les vingt premières de ce cas.
    suggestions: Vec<Entity>,
}

/// The most refs that `resolve` takes, and of those that nothing bears the most for which it looks for others.
const MOST_REFS: usize = 1_000;
const MOST_SUGGESTED: usize = 20;

fn resolved(ctx: &Context<'_>, refs: Vec<Ref>, kinds: Option<Vec<EntityKind>>) -> Result<Vec<Resolution>, ApiError> {
    if refs.len() > MOST_REFS {
        let message = format!("`refs` compte {} références : {MOST_REFS} au plus.", refs.len());
        return Err(ApiError::invalid_input(message));
    }
    let graph = snapshot(ctx);
    let kinds = match kinds {
        Some(kinds) => kinds.into_iter().map(EntityKind::kind).collect(),
        None => Kind::ALL[1..].to_vec(),
    };
    let mut unknown = 0;
    let one = |reference: Ref| {
        let found = graph.matches(&reference.0, &kinds);
        let mut near = Vec::new();
        if found.is_empty() {
            unknown += 1;
            if unknown <= MOST_SUGGESTED {
                near = graph.search(&reference.0, &kinds, 5);
            }
        }
        let entity = |ix| Entity::of(ctx, At::now(ix));
        let entities = found.into_iter().map(|found| entity(found.node)).collect();
        Resolution { reference, entities, suggestions: near.into_iter().map(|(ix, _)| entity(ix)).collect() }
    };
    Ok(refs.into_iter().map(one).collect())
}

fn by_id(ctx: &Context<'_>, id: &ID) -> Option<Node> {
    let graph = snapshot(ctx);
    let ix = graph.current(graph.find(id.as_str())?);
    Some(Node::at(At::now(ix), graph.kind(ix)))
}

/// The entity of a kind that an id means.
pub fn by_key(ctx: &Context<'_>, kind: Kind, id: &ID) -> Option<At> {
    let graph = snapshot(ctx);
    let ix = graph.current(graph.find(id.as_str())?);
    (graph.kind(ix) == kind).then(|| At::now(ix))
}
