//! The changes that a client may ask for, and how each becomes a change of the model.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};

use crate::api::entity::{MasterYear, Modality};
use crate::api::schema_names::RelationName;
use crate::graph::Draft;
use crate::model::{
    Attributes, Award, Change, Code, Edge, EdgeId, French, Key, Modality as ModelModality, Node, Place, Statement,
    Violation, Weight,
};

/// Un changement du graphe : exactement un des cinq champs.
#[derive(OneofObject, Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one a change asked for, and short-lived; a boxed variant cannot be a oneOf field"
)]
pub enum ChangeInput {
    /// Crée une fiche ou une source, ou en modifie les champs donnés ; les autres restent comme ils sont.
    PutNode(PutNodeInput),
    /// Retire une fiche : elle n'apparaît plus dans les réponses, mais reste lisible par son identifiant.
    DeleteNode(DeleteNodeInput),
    /// Fusionne une fiche dans une autre de même nature, qui reçoit ses noms, codes et relations.
    MergeNodes(MergeNodesInput),
    /// Crée une relation, ou en modifie les champs donnés.
    PutEdge(PutEdgeInput),
    /// Supprime une relation.
    DeleteEdge(DeleteEdgeInput),
}

/// Une fiche ou une source à créer ou à modifier. Un champ absent reste comme il est ; `null` l'efface.
#[derive(InputObject, Clone, Debug)]
pub struct PutNodeInput {
    /// Identifiant : `<nature>/<nom abrégé>`. Exemple : `job/journaliste-environnemental`.
    pub id: ID,
    /// Nom ; nécessaire pour créer.
    pub name: Option<String>,
    /// Tous les autres noms.
    pub aliases: Option<Vec<String>>,
    /// Description courte, en français.
    pub description: MaybeUndefined<String>,
    /// Tous les codes officiels.
    pub codes: Option<Vec<CodeInput>>,
    /// Toutes les sources qui attestent la fiche (identifiants).
    pub sources: Option<Vec<ID>>,
    /// `false` rend cours à une fiche retirée.
    pub retired: Option<bool>,
    /// Où en lire plus.
    pub url: MaybeUndefined<String>,
    /// Source : qui la publie.
    pub publisher: MaybeUndefined<String>,
    /// Source : sa date (`2025`, `2025-09` ou `2025-09-18`).
    pub date: MaybeUndefined<String>,
    /// Source : son édition.
    pub edition: MaybeUndefined<String>,
    /// Source : la licence de ses données.
    pub licence: MaybeUndefined<String>,
    /// Parcours, université : ville.
    pub city: MaybeUndefined<String>,
    /// Parcours, université : région.
    pub region: MaybeUndefined<String>,
    /// Parcours, université : académie.
    pub academy: MaybeUndefined<String>,
    /// Parcours, université : latitude, en degrés (WGS 84).
    pub latitude: MaybeUndefined<f64>,
    /// Parcours, université : longitude, en degrés (WGS 84).
    pub longitude: MaybeUndefined<f64>,
    /// Master, parcours : modalités.
    pub modalities: Option<Vec<Modality>>,
    /// Master, parcours : langues d'enseignement (ISO 639-1).
    pub languages: Option<Vec<String>>,
    /// Licence, master : grands domaines.
    pub domains: Option<Vec<String>>,
    /// Licence, master, parcours, enseignement : crédits ECTS.
    pub ects: MaybeUndefined<u16>,
    /// Métier : profil d'intérêts RIASEC.
    pub riasec: MaybeUndefined<String>,
    /// Parcours : l'année où l'on y entre ; M1 sans précision.
    pub entry: MaybeUndefined<MasterYear>,
    /// Métier : vrai si son accès est réglementé (concours, titre ou diplôme obligatoire).
    pub regulated: MaybeUndefined<bool>,
    /// Métier : comment on y accède.
    pub access: MaybeUndefined<String>,
    /// Métier : les diplômes et certificats demandés.
    pub diplomas: Option<Vec<String>>,
}

/// Un code officiel.
#[derive(InputObject, Clone, Debug)]
pub struct CodeInput {
    /// Qui numérote. Exemple : `ROME`.
    pub scheme: String,
    /// Le code. Exemple : `E1106`.
    pub value: String,
}

/// Une fiche à retirer.
#[derive(InputObject, Clone, Debug)]
pub struct DeleteNodeInput {
    /// Son identifiant.
    pub id: ID,
}

/// Deux fiches qui n'en sont qu'une.
#[derive(InputObject, Clone, Debug)]
pub struct MergeNodesInput {
    /// Celle qui disparaît ; son identifiant mènera à l'autre.
    pub from: ID,
    /// Celle qui reste.
    pub into: ID,
}

/// Une relation à créer ou à modifier.
#[derive(InputObject, Clone, Debug)]
pub struct PutEdgeInput {
    /// La relation.
    pub relation: RelationName,
    /// Identifiant de la fiche d'où elle part.
    pub from: ID,
    /// Identifiant de la fiche où elle mène.
    pub to: ID,
    /// Poids, plus grand que 0 et au plus 1 ; nécessaire pour créer.
    pub weight: Option<f64>,
    /// Identifiants des sources qui l'affirment ; au moins une, nécessaire pour créer (sauf dans `whatIf`).
    pub sources: Option<Vec<ID>>,
    /// À quelle condition elle vaut.
    pub condition: MaybeUndefined<String>,
    /// À quel niveau.
    pub level: MaybeUndefined<String>,
    /// `AWARDS` : l'année où l'on entre dans le master ; M1 sans précision.
    pub entry: MaybeUndefined<MasterYear>,
    /// `AWARDS` : comment la formation y est suivie.
    pub modalities: Option<Vec<Modality>>,
    /// `AWARDS` : langues d'enseignement (ISO 639-1).
    pub languages: Option<Vec<String>>,
}

/// Une relation à supprimer.
#[derive(InputObject, Clone, Debug)]
pub struct DeleteEdgeInput {
    /// La relation.
    pub relation: RelationName,
    /// Identifiant de la fiche d'où elle part.
    pub from: ID,
    /// Identifiant de la fiche où elle mène.
    pub to: ID,
}

/// Why what a client asks for is no change of this graph.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// It breaks a rule.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// It is about a node that was merged into another.
    #[error("{key} was merged into {into}: change {into}")]
    Merged { key: Key, into: Key },
    /// It puts a node that was merged into another.
    #[error("{key} was merged into {into}: change {into}, or give `retired: false` to make it a node of its own again")]
    MergedNode { key: Key, into: Key },
    /// It makes a node without saying its name.
    #[error("{key} is not there yet: give `name` to make it")]
    Unnamed { key: Key },
    /// It makes a relation without saying its weight.
    #[error("{id} is not there yet: give `weight` to make it")]
    Unweighed { id: EdgeId },
}

impl French for Refusal {
    fn french(&self) -> String {
        match self {
            Refusal::Violation(violation) => violation.french(),
            Refusal::Merged { key, into } => format!("{key} a été fusionnée dans {into} : changez {into}"),
            Refusal::MergedNode { key, into } => format!(
                "{key} a été fusionnée dans {into} : changez {into}, ou donnez `retired: false` pour la rendre à elle-même"
            ),
            Refusal::Unnamed { key } => format!("{key} n'existe pas encore : donnez `name` pour la créer"),
            Refusal::Unweighed { id } => format!("{id} n'existe pas encore : donnez `weight` pour la créer"),
        }
    }
}

impl ChangeInput {
    /// The change of the model: fields that are absent are as they stand in the graph that the change applies to. `unsourced`
    /// is the source of relations that name none.
    ///
    /// # Errors
    /// What is malformed or missing, or a node that was merged into another, which is named.
    pub(super) fn read(self, draft: &Draft, unsourced: Option<&Key>) -> Result<Change, Refusal> {
        match self {
            ChangeInput::PutNode(input) => input.read(draft).map(Change::PutNode),
            ChangeInput::DeleteNode(input) => Ok(Change::DeleteNode(unmerged(draft, key(&input.id)?)?)),
            ChangeInput::MergeNodes(input) => {
                Ok(Change::MergeNodes { from: key(&input.from)?, into: unmerged(draft, key(&input.into)?)? })
            }
            ChangeInput::PutEdge(input) => input.read(draft, unsourced).map(Change::PutEdge),
            ChangeInput::DeleteEdge(input) => {
                let ends = (unmerged(draft, key(&input.from)?)?, unmerged(draft, key(&input.to)?)?);
                Ok(Change::DeleteEdge(EdgeId::new(input.relation.into(), ends.0, ends.1)))
            }
        }
    }
}

/// A key under which something can be written: what is written of a node that was merged into another could be read nowhere.
fn unmerged(draft: &Draft, key: Key) -> Result<Key, Refusal> {
    match merged_into(draft, &key) {
        None => Ok(key),
        Some(into) => Err(Refusal::Merged { key, into }),
    }
}

/// The node that now stands for one that was merged.
fn merged_into(draft: &Draft, key: &Key) -> Option<Key> {
    let next = |key: &Key| draft.node(key)?.replaced_by.clone();
    std::iter::successors(next(key), next).last()
}

fn key(id: &ID) -> Result<Key, Refusal> {
    Ok(id.as_str().parse().map_err(Violation::Key)?)
}

fn keys(ids: Vec<ID>) -> Result<Vec<Key>, Refusal> {
    ids.iter().map(key).collect()
}

fn texts(texts: Vec<String>) -> Vec<Box<str>> {
    texts.into_iter().map(String::into_boxed_str).collect()
}

fn set<T, U: From<T>>(field: &mut Option<U>, given: MaybeUndefined<T>) {
    match given {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *field = None,
        MaybeUndefined::Value(value) => *field = Some(value.into()),
    }
}

impl PutNodeInput {
    fn read(self, draft: &Draft) -> Result<Node, Refusal> {
        let key = key(&self.id)?;
        if self.retired != Some(false)
            && let Some(into) = merged_into(draft, &key)
        {
            return Err(Refusal::MergedNode { key, into });
        }
        let mut node = match (draft.node(&key).cloned(), &self.name) {
            (Some(node), _) => node,
            (None, Some(name)) => Node::new(key, name),
            (None, None) => return Err(Refusal::Unnamed { key }),
        };
        if let Some(name) = self.name {
            node.name = name.into();
        }
        if let Some(aliases) = self.aliases {
            node.aliases = texts(aliases);
        }
        set(&mut node.description, self.description);
        if let Some(codes) = self.codes {
            let code = |code: CodeInput| Code { scheme: code.scheme.to_uppercase().into(), value: code.value.into() };
            node.codes = codes.into_iter().map(code).collect();
        }
        if let Some(sources) = self.sources {
            node.sources = keys(sources)?;
        }
        if let Some(retired) = self.retired {
            node.retired = retired;
            if !retired {
                node.replaced_by = None;
            }
        }
        let mut attributes = node.attributes.take().map_or(Attributes::NONE, |attributes| *attributes);
        set(&mut attributes.url, self.url);
        set(&mut attributes.publisher, self.publisher);
        set(&mut attributes.date, self.date);
        set(&mut attributes.edition, self.edition);
        set(&mut attributes.licence, self.licence);
        let mut place = attributes.place.take().unwrap_or_default();
        set(&mut place.city, self.city);
        set(&mut place.region, self.region);
        set(&mut place.academy, self.academy);
        set(&mut place.latitude, self.latitude);
        set(&mut place.longitude, self.longitude);
        attributes.place = (place != Place::default()).then_some(place);
        if let Some(modalities) = self.modalities {
            attributes.modalities = modalities.into_iter().map(ModelModality::from).collect();
        }
        if let Some(languages) = self.languages {
            attributes.languages = texts(languages);
        }
        if let Some(domains) = self.domains {
            attributes.domains = texts(domains);
        }
        set(&mut attributes.ects, self.ects);
        set(&mut attributes.riasec, self.riasec);
        set(&mut attributes.entry, self.entry);
        if !self.regulated.is_undefined() || !self.access.is_undefined() || self.diplomas.is_some() {
            (attributes.access_source, attributes.beyond_master) = (None, None);
        }
        set(&mut attributes.regulated, self.regulated);
        set(&mut attributes.access, self.access);
        if let Some(diplomas) = self.diplomas {
            attributes.diplomas = texts(diplomas);
        }
        node.attributes = attributes.boxed();
        Ok(node)
    }
}

impl PutEdgeInput {
    fn read(self, draft: &Draft, unsourced: Option<&Key>) -> Result<Edge, Refusal> {
        let ends = (unmerged(draft, key(&self.from)?)?, unmerged(draft, key(&self.to)?)?);
        let id = EdgeId::new(self.relation.into(), ends.0, ends.1);
        let given = self.weight.map(Weight::new).transpose().map_err(Violation::Weight)?;
        let mut edge = match (draft.edge(&id), given) {
            (Some(edge), None) => edge,
            (Some(edge), Some(weight)) => Edge { weight, ..edge },
            (None, Some(weight)) => Edge::unstated(id, weight),
            (None, None) => return Err(Refusal::Unweighed { id }),
        };
        match self.sources {
            Some(sources) => edge.statements = keys(sources)?.into_iter().map(Statement::of).collect(),
            None if edge.statements.is_empty() => {
                edge.statements.extend(unsourced.map(|source| Statement::of(source.clone())));
            }
            None => {}
        }
        set(&mut edge.condition, self.condition);
        set(&mut edge.level, self.level);
        let mut award = edge.award.take().map_or_else(Award::default, |award| *award);
        set(&mut award.entry, self.entry);
        if let Some(modalities) = self.modalities {
            award.modalities = modalities.into_iter().map(ModelModality::from).collect();
        }
        if let Some(languages) = self.languages {
            award.languages = texts(languages);
        }
        edge.award = award.boxed();
        Ok(edge)
    }
}
