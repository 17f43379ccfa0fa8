//! `compare`: rows and cells as the schema shows them.

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::api::entity::{Entity, Parcours, Source};
use crate::api::error::ApiError;
use crate::api::pathways::bounded;
use crate::api::reference;
use crate::api::schema_names::Ref;
use crate::api::scope::{At, Lens, scope};
use crate::api::work::Work;
use crate::graph::NodeIx;
use crate::guidance::compare::{self, Aspect, AspectRow, BOUNDS};
use crate::model::Kind;

/// Parcours side by side.
pub struct Comparison {
    parcours: Vec<NodeIx>,
    rows: Vec<AspectRow>,
    unresolved: Vec<Ref>,
}

impl Comparison {
    /// Compares.
    ///
    /// # Errors
    /// Refs that name no parcours; fewer than two or more than six; those of heavy work.
    pub async fn find(ctx: &Context<'_>, refs: Vec<Ref>, skip: bool) -> Result<Comparison, ApiError> {
        bounded("parcours", &refs)?;
        let graph = scope(ctx).graph(Lens::SNAPSHOT).clone();
        let mut unresolved = Vec::new();
        let refs = reference::known(&graph, refs, &[Kind::Parcours], skip, &mut unresolved);
        let mut parcours: Vec<NodeIx> = Vec::new();
        for text in &refs {
            for node in reference::all(&graph, text, &[Kind::Parcours])? {
                if !parcours.contains(&node) {
                    parcours.push(node);
                }
            }
        }
        if !BOUNDS.contains(&parcours.len()) {
            return Err(ApiError::invalid_input(format!(
                "`parcours` désigne {} fiche(s) : comparez-en de {} à {}.",
                parcours.len(),
                BOUNDS.start(),
                BOUNDS.end()
            )));
        }
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let compared = parcours.clone();
        let rows = work.run(move |_| compare::compare(&graph, &compared)).await?;
        Ok(Comparison { parcours, rows, unresolved })
    }
}

/// Des parcours côte à côte.
#[Object]
impl Comparison {
    /// Les références que rien ne porte, laissées de côté à la demande de `skipUnknown`.
    async fn unresolved(&self) -> &[Ref] {
        &self.unresolved
    }

    /// Les parcours comparés, dans l'ordre demandé : celui des cellules de chaque ligne.
    async fn parcours(&self) -> Vec<Parcours> {
        self.parcours.iter().map(|ix| At::now(*ix).into()).collect()
    }

    /// Une ligne par sujet, toujours dans le même ordre.
    async fn rows(&self, ctx: &Context<'_>) -> Vec<ComparisonRow> {
        let entities = |nodes: &mut dyn Iterator<Item = NodeIx>| -> Vec<Entity> {
            nodes.map(|ix| Entity::of(ctx, At::now(ix))).collect()
        };
        let view = |row: &AspectRow| ComparisonRow {
            aspect: row.aspect.into(),
            label: label(row.aspect),
            same: row.same,
            common: entities(&mut row.common.iter().copied()),
            cells: self
                .parcours
                .iter()
                .zip(&row.cells)
                .map(|(parcours, cell)| ComparisonCell {
                    parcours: At::now(*parcours).into(),
                    known: cell.known(),
                    values: cell.values.clone(),
                    entities: entities(&mut cell.entities.iter().copied()),
                    unlike: entities(&mut cell.entities.iter().copied().filter(|node| !row.common.contains(node))),
                    inherited: cell.inherited,
                    sources: cell.sources.iter().map(|ix| Source(At::now(*ix))).collect(),
                })
                .collect(),
        };
        self.rows.iter().map(view).collect()
    }
}

/// Un sujet, pour tous les parcours.
#[derive(SimpleObject)]
struct ComparisonRow {
    /// Le sujet.
    aspect: ComparisonAspect,
    /// Le sujet, en français.
    label: &'static str,
    /// Vrai si toutes les cellules disent la même chose ; vrai aussi si aucune source ne dit rien d'aucun parcours.
    same: bool,
    /// Les fiches que toutes les cellules ont en commun.
    common: Vec<Entity>,
    /// Une cellule par parcours, dans l'ordre de `parcours`.
    cells: Vec<ComparisonCell>,
}

/// Ce qui est dit d'un parcours sur un sujet.
#[derive(SimpleObject)]
struct ComparisonCell {
    /// Le parcours.
    parcours: Parcours,
    /// Faux si aucune source n'en dit rien.
    known: bool,
    /// Ce qui est dit, en français ; vide pour un sujet fait de fiches.
    values: Vec<String>,
    /// Les fiches ; vide pour un sujet fait de valeurs.
    entities: Vec<Entity>,
    /// Celles de ces fiches que les autres parcours n'ont pas tous.
    unlike: Vec<Entity>,
    /// Vrai si c'est dit du master ou de l'université, non du parcours lui-même.
    inherited: bool,
    /// Qui le dit.
    sources: Vec<Source>,
}

/// Sujet d'une comparaison.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Aspect")]
enum ComparisonAspect {
    /// La mention de master.
    Master,
    /// L'université qui le propose.
    University,
    /// Le lieu, ou celui de l'université.
    Place,
    /// Comment il peut être suivi.
    Modalities,
    /// Les langues d'enseignement.
    Languages,
    /// Les crédits ECTS.
    Credits,
    /// Les enseignements, tronc commun compris.
    Courses,
    /// Les compétences développées, tronc commun et enseignements compris.
    Skills,
    /// Les stages.
    Internships,
    /// Le mémoire.
    Thesis,
    /// Les métiers qu'une source déclare pour ce parcours même.
    StatedJobs,
    /// Les métiers qu'une source ne déclare que pour le master.
    InheritedJobs,
    /// Les poursuites d'études.
    Studies,
    /// Les chiffres d'admission de la dernière session publiée : un constat, jamais une promesse.
    Admission,
    /// Ce que sont devenus les diplômés : insertion et salaire, avec qui est compté ; le plus souvent tous les masters d'une
    /// discipline à l'université, et non ce parcours seul.
    Outlook,
}

fn label(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Master => "Mention de master",
        Aspect::University => "Université",
        Aspect::Place => "Lieu",
        Aspect::Modalities => "Modalités",
        Aspect::Languages => "Langues d'enseignement",
        Aspect::Credits => "Crédits",
        Aspect::Courses => "Enseignements",
        Aspect::Skills => "Compétences",
        Aspect::Internships => "Stages",
        Aspect::Thesis => "Mémoire",
        Aspect::StatedJobs => "Métiers déclarés pour le parcours",
        Aspect::InheritedJobs => "Métiers déclarés pour la mention",
        Aspect::Studies => "Poursuites d'études",
        Aspect::Admission => "Admission",
        Aspect::Outlook => "Insertion et salaire",
    }
}
