//! `graph`: what the graph holds, as of the version that answers.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::entity::Source;
use super::schema_names::{EntityKind, RelationName};
use super::scope::{At, snapshot};
use crate::app::App;
use crate::model::{Kind, Relation};

/// The graph as a whole.
pub struct GraphInfo;

/// Ce que contient le graphe, à la version qui répond.
#[Object]
impl GraphInfo {
    /// Version du graphe : elle augmente de un à chaque écriture ou import qui change quelque chose.
    async fn version(&self, ctx: &Context<'_>) -> u64 {
        snapshot(ctx).version()
    }

    /// Identité du journal derrière cette version : si elle change, ce que l'on suivait par `changes` est un autre graphe, à relire
    /// en entier.
    async fn store<'c>(&self, ctx: &Context<'c>) -> &'c str {
        ctx.data_opt::<Arc<App>>().expect("the schema is built with its app").identity()
    }

    /// Nombre de fiches qui ont cours, toutes natures confondues.
    async fn node_count(&self, ctx: &Context<'_>) -> usize {
        let graph = snapshot(ctx);
        graph.nodes().filter(|(_, node)| !node.retired && node.key.kind() != Kind::Source).count()
    }

    /// Nombre de relations.
    async fn edge_count(&self, ctx: &Context<'_>) -> usize {
        snapshot(ctx).edge_count()
    }

    /// Nombre de fiches par nature.
    async fn kinds(&self, ctx: &Context<'_>) -> Vec<KindCount> {
        let graph = snapshot(ctx);
        let count = |kind: Kind| {
            let current = graph.nodes_of(kind).iter().filter(|ix| !graph.is_retired(**ix));
            Some(KindCount { kind: EntityKind::of(kind)?, count: current.count() })
        };
        Kind::ALL.into_iter().filter_map(count).collect()
    }

    /// Nombre de relations par nature.
    async fn relations(&self, ctx: &Context<'_>) -> Vec<RelationCount> {
        let mut counts = [0usize; Relation::ALL.len()];
        for edge in snapshot(ctx).edges() {
            counts[edge.relation() as usize] += 1;
        }
        let count = |relation: Relation| RelationCount { relation: relation.into(), count: counts[relation as usize] };
        Relation::ALL.into_iter().map(count).collect()
    }

    /// Les sources dont viennent les informations du graphe.
    async fn sources(&self, ctx: &Context<'_>) -> Vec<Source> {
        snapshot(ctx).nodes_of(Kind::Source).iter().map(|ix| Source(At::now(*ix))).collect()
    }
}

/// Nombre de fiches d'une nature.
#[derive(SimpleObject)]
struct KindCount {
    /// La nature.
    kind: EntityKind,
    /// Combien de fiches qui ont cours.
    count: usize,
}

/// Nombre de relations d'une nature.
#[derive(SimpleObject)]
struct RelationCount {
    /// La relation.
    relation: RelationName,
    /// Combien il y en a.
    count: usize,
}
