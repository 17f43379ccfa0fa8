//! Guidance in the schema: what is within reach, the skill gap, parcours side by side, recommendations.

mod compare;
mod reachable;
mod recommend;
mod skill_gap;
#[cfg(test)]
mod tests;

use async_graphql::{Context, Object};

use super::error::ApiError;
use super::page::{ListId, Page};
use super::pathways::{self, PathwayFilter};
use super::profile::ProfileInput;
use super::reference;
use super::schema_names::{EntityKind, Ref};
use super::scope::{Lens, scope};
use crate::model::Kind;
use crate::pathway::reach::Reach;
use compare::Comparison;
use reachable::{EndOrder, Reachable};
use recommend::Recommendations;
use skill_gap::SkillGap;

/// The guidance questions of the root.
#[derive(Default)]
pub struct Guidance;

#[Object]
impl Guidance {
    /// Tout ce qu'on peut atteindre depuis `from`, ou d'où l'on peut atteindre `to`, avec la meilleure voie de chaque fiche,
    /// classé par lui. Exemples : `reachable(from: "SVT", kind: JOB)`, tous les métiers depuis une licence ;
    /// `reachable(to: "journaliste environnemental", kind: LICENCE)`, toutes les licences qui y mènent. Avec les deux : les
    /// fiches par où l'on passe de l'un à l'autre. Chemins de six étapes au plus.
    #[allow(clippy::too_many_arguments)]
    async fn reachable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "D'où l'on part (20 références au plus).")] from: Option<Vec<Ref>>,
        #[graphql(desc = "Où l'on veut arriver (20 références au plus).")] to: Option<Vec<Ref>>,
        #[graphql(desc = "Nature des fiches cherchées : `LICENCE`, `MASTER`, `PARCOURS`, `JOB` ou `STUDY`.")]
        kind: EntityKind,
        #[graphql(name = "where", desc = "Ce que toute la voie doit vérifier.")] filter: Option<PathwayFilter>,
        #[graphql(
            default_with = "Some(1)",
            desc = "Nombre d'étapes, au plus, qui passent d'un métier à un autre, de 0 à 11. Aucune ne mène à un métier réglementé."
        )]
        max_moves: Option<i32>,
        #[graphql(
            default_with = "Some(EndOrder::Strength)",
            desc = "L'ordre : par le score de la meilleure voie (`STRENGTH`), ou par le nombre d'universités où on peut la suivre (`BREADTH`)."
        )]
        order_by: Option<EndOrder>,
        #[graphql(
            default_with = "Some(false)",
            desc = "`true` : répond pour les références connues, et rend les autres dans `unresolved`."
        )]
        skip_unknown: Option<bool>,
        #[graphql(desc = "Nombre de fiches depuis le début (20 sans précision, 100 au plus).")] first: Option<i32>,
        #[graphql(desc = "Après ce repère.")] after: Option<String>,
        #[graphql(desc = "Nombre de fiches depuis la fin.")] last: Option<i32>,
        #[graphql(desc = "Avant ce repère.")] before: Option<String>,
    ) -> Result<Reachable, ApiError> {
        let order = order_by.unwrap_or(EndOrder::Strength);
        let list = ListId::of(&["reachable", &format!("{from:?} {to:?} {kind:?} {filter:?} {max_moves:?} {order:?}")]);
        let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
        let graph = scope(ctx).graph(Lens::SNAPSHOT).clone();
        if from.is_none() && to.is_none() {
            return Err(ApiError::invalid_input("Donnez `from`, `to` ou les deux."));
        }
        let (mut unresolved, skip) = (Vec::new(), skip_unknown == Some(true));
        let mut ends = |role: pathways::Role, refs: Option<Vec<Ref>>| {
            let Some(refs) = refs else { return Ok(None) };
            pathways::given(role, &refs)?;
            let refs = reference::known(&graph, refs, &Kind::ALL, skip, &mut unresolved);
            pathways::ends(&graph, role, refs, &mut Vec::new()).map(Some)
        };
        let (from, to) = (ends(pathways::Role::From, from)?, ends(pathways::Role::To, to)?);
        let filter = filter.unwrap_or_default().compile(&graph)?;
        let max_moves = pathways::moves(max_moves.unwrap_or(1))?;
        // An end that is empty is no condition, but one of which nothing is known leaves nothing to be reached.
        let nothing_known = [&from, &to].into_iter().flatten().any(Vec::is_empty);
        if nothing_known {
            let wanted = Reach { filter, max_moves, ..Reach::new(Vec::new(), Vec::new(), kind.kind()) };
            return Ok(Reachable::nothing(graph, wanted, unresolved));
        }
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        let wanted = Reach { filter, max_moves, ..Reach::new(from, to, kind.kind()) };
        let found = Reachable::find(ctx, graph, wanted, order, (page, list)).await?;
        Ok(found.leaving_out(unresolved))
    }

    /// Ce qu'un métier demande et que l'on n'a pas encore : les compétences tenues, celles qui manquent, les plus importantes
    /// d'abord, et le moins de parcours ou d'enseignements qui les apporteraient. Exemple : `skillGap(have: ["veille",
    /// "vulgarisation"], target: "médiateur scientifique")`.
    async fn skill_gap(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Ce que l'on a : des compétences, ou des parcours, masters et enseignements suivis, qui apportent ce \
                    qu'ils développent (100 références au plus)."
        )]
        have: Vec<Ref>,
        #[graphql(desc = "Le métier visé.")] target: Ref,
        #[graphql(
            default_with = "Some(false)",
            desc = "`true` : répond pour les références connues, et rend les autres dans `unresolved`."
        )]
        skip_unknown: Option<bool>,
    ) -> Result<SkillGap, ApiError> {
        SkillGap::find(ctx, have, &target, skip_unknown == Some(true)).await
    }

    /// Deux à six parcours côte à côte, une ligne par sujet, les différences marquées. Exemple : `compare(parcours: ["JET",
    /// "ISME Caen"]) { rows { label same cells { values entities { name } } } }`.
    async fn compare(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Les parcours. Une référence que plusieurs portent les désigne tous.")] parcours: Vec<Ref>,
        #[graphql(
            default_with = "Some(false)",
            desc = "`true` : répond pour les références connues, et rend les autres dans `unresolved`."
        )]
        skip_unknown: Option<bool>,
    ) -> Result<Comparison, ApiError> {
        Comparison::find(ctx, parcours, skip_unknown == Some(true)).await
    }

    /// Les masters et parcours qui conviennent le mieux à un profil, avec les raisons pour et contre chacun, leur poids, leurs
    /// sources, et ce qui changerait le classement. Le score est la moyenne pondérée des seuls critères dont le profil parle.
    /// Exemple : `recommend(profile: {licence: "SVT", interests: ["vulgarisation"], region: "Normandie"}) { nodes { rank
    /// entity { name } inFavour { text } against { text } } }`.
    #[allow(clippy::too_many_arguments)]
    async fn recommend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ce que l'on sait de la personne.")] profile: ProfileInput,
        #[graphql(name = "where", desc = "Ce que le diplôme doit vérifier.")] filter: Option<PathwayFilter>,
        #[graphql(
            default_with = "Some(EndOrder::Strength)",
            desc = "L'ordre : par score (`STRENGTH`), ou par le nombre d'universités où on peut étudier le diplôme (`BREADTH`)."
        )]
        order_by: Option<EndOrder>,
        #[graphql(desc = "Nombre de diplômes depuis le début (20 sans précision, 100 au plus).")] first: Option<i32>,
        #[graphql(desc = "Après ce repère.")] after: Option<String>,
        #[graphql(desc = "Nombre de diplômes depuis la fin.")] last: Option<i32>,
        #[graphql(desc = "Avant ce repère.")] before: Option<String>,
        #[graphql(
            default_with = "Some(false)",
            desc = "`true` : répond pour les références connues des listes du profil, et rend les autres dans `unresolved`."
        )]
        skip_unknown: Option<bool>,
    ) -> Result<Recommendations, ApiError> {
        let order = order_by.unwrap_or(EndOrder::Strength);
        let list = ListId::of(&["recommend", &format!("{profile:?} {filter:?} {order:?}")]);
        let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
        let graph = scope(ctx).graph(Lens::SNAPSHOT).clone();
        let mut unresolved = Vec::new();
        let profile = profile.compile(&graph, skip_unknown == Some(true), &mut unresolved)?;
        let filter = filter.unwrap_or_default().compile(&graph)?;
        let found = Recommendations::find(ctx, graph, profile, filter, order, (page, list)).await?;
        Ok(found.leaving_out(unresolved))
    }
}
