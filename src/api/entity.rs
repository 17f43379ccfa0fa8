//! The entities of the schema: one object type a kind, alike in their first ten fields, and `Source`.
//!
//! Each is a copyable handle; a field reads the graph when it is asked for.

mod facts;
mod types;

use async_graphql::{Context, ID, Interface, Object, OutputType, SimpleObject};

pub(super) use facts::admission_figures;
pub use facts::{AdmissionFigures, ApplicationGuide, InternshipFact, MasterYear, Modality, OutcomeFigures, PlaceFact};
pub use types::{Course, Family, Job, Licence, Master, Parcours, Sector, Skill, Study, University};

use super::related::Side;
use super::schema_names::{EntityKind, PartialDate};
use super::scope::At;
use crate::model::{Attributes, Kind, Relation};

/// An entity type of the schema.
pub trait EntityType: OutputType + From<At> + Copy {
    /// Its kind.
    const KIND: Kind;

    /// Its fields that list relations.
    const RELATIONS: &'static [RelationField];
}

/// A field that lists the relations of one sort at an entity.
#[derive(Clone, Copy, Debug)]
pub struct RelationField {
    /// Its name as the code has it, `next_jobs` for `nextJobs`.
    name: &'static str,
    /// The kind of the listed entities.
    pub kind: Kind,
    /// The sort of relation.
    pub relation: Relation,
    /// On which side of it they stand.
    pub side: Side,
}

impl RelationField {
    /// Whether the schema knows the field by this name.
    pub fn is_named(&self, name: &str) -> bool {
        let mut capital = false;
        let camel = self.name.chars().filter_map(|letter| match letter {
            '_' => {
                capital = true;
                None
            }
            letter => Some(if std::mem::take(&mut capital) { letter.to_ascii_uppercase() } else { letter }),
        });
        camel.eq(name.chars())
    }
}

/// The fields that list relations of entities of a kind.
pub fn relations(kind: Kind) -> &'static [RelationField] {
    match kind {
        Kind::Source => &[],
        Kind::Licence => Licence::RELATIONS,
        Kind::Master => Master::RELATIONS,
        Kind::Parcours => Parcours::RELATIONS,
        Kind::Course => Course::RELATIONS,
        Kind::University => University::RELATIONS,
        Kind::Skill => Skill::RELATIONS,
        Kind::Job => Job::RELATIONS,
        Kind::Sector => Sector::RELATIONS,
        Kind::Study => Study::RELATIONS,
        Kind::Family => Family::RELATIONS,
    }
}

/// Tout ce qui a un identifiant stable : les fiches et les sources.
#[derive(Interface, Clone, Copy)]
#[graphql(field(name = "id", ty = "ID", desc = "Identifiant, stable pour toujours : `<nature>/<nom abrégé>`."))]
pub enum Node {
    /// A licence.
    Licence(Licence),
    /// A master.
    Master(Master),
    /// A parcours.
    Parcours(Parcours),
    /// A course.
    Course(Course),
    /// A university.
    University(University),
    /// A skill.
    Skill(Skill),
    /// A job.
    Job(Job),
    /// A sector.
    Sector(Sector),
    /// A further study.
    Study(Study),
    /// A family of jobs.
    Family(Family),
    /// A source.
    Source(Source),
    /// Any entity.
    Entity(Entity),
}

/// Une fiche du graphe : diplôme, université, compétence, métier…
#[derive(Interface, Clone, Copy)]
#[expect(clippy::duplicated_attributes, reason = "several fields have one and the same type")]
#[graphql(
    field(
        name = "id",
        ty = "ID",
        desc = "Identifiant, stable pour toujours. Exemple : `job/journaliste-environnemental`."
    ),
    field(name = "kind", ty = "EntityKind", desc = "Nature de la fiche."),
    field(
        name = "slug",
        ty = "&'ctx str",
        desc = "Identifiant sans la nature. Exemple : `journaliste-environnemental`."
    ),
    field(name = "name", ty = "&'ctx str", desc = "Nom, tel que sa source l'écrit."),
    field(
        name = "aliases",
        ty = "Vec<&'ctx str>",
        desc = "Autres noms : sigles, formes féminine et inclusive, anciens noms."
    ),
    field(name = "description", ty = "Option<&'ctx str>", desc = "Description courte, en français."),
    field(name = "codes", ty = "Vec<Code>", desc = "Codes officiels."),
    field(name = "sources", ty = "Vec<Source>", desc = "Les sources qui attestent la fiche."),
    field(
        name = "retired",
        ty = "bool",
        desc = "Vrai si la fiche n'a plus cours ; elle reste lisible par son identifiant."
    ),
    field(name = "replaced_by", ty = "Option<Entity>", desc = "La fiche qui la remplace, si elle a été fusionnée.")
)]
pub enum Entity {
    /// A licence.
    Licence(Licence),
    /// A master.
    Master(Master),
    /// A parcours.
    Parcours(Parcours),
    /// A course.
    Course(Course),
    /// A university.
    University(University),
    /// A skill.
    Skill(Skill),
    /// A job.
    Job(Job),
    /// A sector.
    Sector(Sector),
    /// A further study.
    Study(Study),
    /// A family of jobs.
    Family(Family),
}

impl Entity {
    /// The entity at a place; `None` for a source.
    pub fn at(at: At, kind: Kind) -> Option<Entity> {
        Some(match kind {
            Kind::Source => return None,
            Kind::Licence => Entity::Licence(at.into()),
            Kind::Master => Entity::Master(at.into()),
            Kind::Parcours => Entity::Parcours(at.into()),
            Kind::Course => Entity::Course(at.into()),
            Kind::University => Entity::University(at.into()),
            Kind::Skill => Entity::Skill(at.into()),
            Kind::Job => Entity::Job(at.into()),
            Kind::Sector => Entity::Sector(at.into()),
            Kind::Study => Entity::Study(at.into()),
            Kind::Family => Entity::Family(at.into()),
        })
    }

    /// The entity of a node that is known not to be a source.
    pub fn of(ctx: &Context<'_>, at: At) -> Entity {
        Entity::at(at, at.graph(ctx).kind(at.ix)).expect("relations and searches end at entities, never at sources")
    }
}

impl Node {
    /// The node at a place.
    pub fn at(at: At, kind: Kind) -> Node {
        // The concrete type, never the interface: clients choose their fragments by it.
        match kind {
            Kind::Source => Node::Source(Source(at)),
            Kind::Licence => Node::Licence(at.into()),
            Kind::Master => Node::Master(at.into()),
            Kind::Parcours => Node::Parcours(at.into()),
            Kind::Course => Node::Course(at.into()),
            Kind::University => Node::University(at.into()),
            Kind::Skill => Node::Skill(at.into()),
            Kind::Job => Node::Job(at.into()),
            Kind::Sector => Node::Sector(at.into()),
            Kind::Study => Node::Study(at.into()),
            Kind::Family => Node::Family(at.into()),
        }
    }
}

/// Un code officiel.
#[derive(SimpleObject, Clone)]
pub struct Code {
    /// Qui numérote : `ROME`, `RNCP`, `INM`, `UAI`, `ESCO`…
    pub scheme: String,
    /// Le code. Exemple : `E1106`.
    pub value: String,
}

/// The first ten fields, which every entity answers alike.
#[derive(Clone, Copy)]
pub(super) struct Common(pub At);

impl Common {
    pub fn codes(self, ctx: &Context<'_>) -> Vec<Code> {
        let codes = self.0.node(ctx).codes.iter();
        codes.map(|code| Code { scheme: code.scheme.to_string(), value: code.value.to_string() }).collect()
    }

    pub fn sources(self, ctx: &Context<'_>) -> Vec<Source> {
        let graph = self.0.graph(ctx);
        let found = self.0.node(ctx).sources.iter().filter_map(|key| graph.find(key.as_str()));
        found.map(|ix| Source(self.0.with(ix))).collect()
    }

    pub fn replaced_by(self, ctx: &Context<'_>) -> Option<Entity> {
        let current = self.0.graph(ctx).current(self.0.ix);
        (current != self.0.ix).then(|| Entity::of(ctx, self.0.with(current)))
    }

    pub fn attributes<'c>(self, ctx: &Context<'c>) -> &'c Attributes {
        self.0.node(ctx).attributes()
    }
}

/// A source as the schema shows it.
#[derive(Clone, Copy)]
pub struct Source(pub At);

/// D'où vient une information : un document ou un jeu de données, avec son éditeur, sa date et sa licence.
#[Object]
impl Source {
    /// Identifiant, stable pour toujours. Exemple : `source/onisep-ideo-metiers`.
    pub async fn id(&self, ctx: &Context<'_>) -> ID {
        ID(self.0.node(ctx).key.to_string())
    }

    /// Nom de la source.
    pub async fn name<'c>(&self, ctx: &Context<'c>) -> &'c str {
        &self.0.node(ctx).name
    }

    /// Autres noms.
    pub async fn aliases<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
        self.0.node(ctx).aliases.iter().map(|alias| &**alias).collect()
    }

    /// Ce que contient la source.
    pub async fn description<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.0.node(ctx).description.as_deref()
    }

    /// Qui la publie.
    pub async fn publisher<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.0.node(ctx).attributes().publisher.as_deref()
    }

    /// Où la lire.
    pub async fn url<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.0.node(ctx).attributes().url.as_deref()
    }

    /// Sa date.
    pub async fn date(&self, ctx: &Context<'_>) -> Option<PartialDate> {
        self.0.node(ctx).attributes().date.as_deref().map(|date| PartialDate(date.into()))
    }

    /// Son édition, telle que l'éditeur la nomme.
    pub async fn edition<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.0.node(ctx).attributes().edition.as_deref()
    }

    /// La licence sous laquelle ses données peuvent être réutilisées.
    pub async fn licence<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
        self.0.node(ctx).attributes().licence.as_deref()
    }

    /// Vrai si la source n'a plus cours.
    pub async fn retired(&self, ctx: &Context<'_>) -> bool {
        self.0.node(ctx).retired
    }
}
