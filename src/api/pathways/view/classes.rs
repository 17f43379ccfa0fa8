//! Classes of pathways and their number, as the schema shows them.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use super::{PathwayView, PathwaysAnswer};

/// The pathways of a page that the sources do not set apart.
pub(super) struct PathwayClass {
    class: u32,
    nodes: Vec<PathwayView>,
}

impl PathwayClass {
    /// The classes of a page, in order.
    pub fn all(answer: &Arc<PathwaysAnswer>) -> Option<Vec<PathwayClass>> {
        let mut all: Vec<PathwayClass> = Vec::new();
        for (rank, class) in answer.found.classes.as_ref()?.iter().enumerate() {
            let view = PathwayView { answer: answer.clone(), rank };
            match all.last_mut() {
                Some(last) if last.class == *class => last.nodes.push(view),
                _ => all.push(PathwayClass { class: *class, nodes: vec![view] }),
            }
        }
        Some(all)
    }
}

/// Des voies que les sources ne départagent pas : leurs poids ne valent qu'à un cinquième près.
#[Object]
impl PathwayClass {
    /// Le numéro de la classe, à partir de 1 ; il continue d'une page à l'autre.
    #[graphql(name = "class")]
    async fn number(&self) -> u32 {
        self.class
    }

    /// Combien de voies de cette page en sont.
    async fn size(&self) -> usize {
        self.nodes.len()
    }

    /// Ces voies.
    async fn nodes(&self) -> &[PathwayView] {
        &self.nodes
    }
}

/// Un nombre de voies.
#[derive(SimpleObject)]
pub(super) struct PathwayCount {
    /// Le nombre.
    pub value: usize,
    /// Vrai s'il est exact ; faux s'il y en a au moins autant.
    pub exact: bool,
}
