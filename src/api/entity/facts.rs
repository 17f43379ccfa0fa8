//! What is known of diplomas and establishments beyond their relations, as the schema shows it.

use async_graphql::{Context, Enum, SimpleObject};

use super::Source;
use crate::api::scope::At;
use crate::guidance::admission::{self, Counted};
use crate::model::{self, Key};

/// Où se trouve un établissement ou un parcours.
#[derive(SimpleObject)]
#[graphql(name = "Place")]
pub struct PlaceFact {
    /// Ville.
    pub city: Option<String>,
    /// Région.
    pub region: Option<String>,
    /// Académie.
    pub academy: Option<String>,
    /// Latitude, en degrés (WGS 84).
    pub latitude: Option<f64>,
    /// Longitude, en degrés (WGS 84).
    pub longitude: Option<f64>,
}

/// Comment une formation peut être suivie.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "model::Modality")]
pub enum Modality {
    /// Formation initiale.
    Initial,
    /// Alternance, sans précision de contrat.
    Alternance,
    /// Contrat d'apprentissage.
    Apprenticeship,
    /// Contrat de professionnalisation.
    Professional,
    /// Formation continue.
    Continuing,
    /// À distance.
    Distance,
    /// En partie à distance.
    Hybrid,
    /// Validation des acquis de l'expérience.
    Vae,
}

/// Année du master.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "model::Year")]
pub enum MasterYear {
    /// Première année.
    M1,
    /// Seconde année.
    M2,
}

/// La classe d'un métier dans la transition écologique, telle que le ROME la nomme.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "model::Ecology")]
pub enum EcologicalPart {
    /// « Emploi vert ».
    Green,
    /// « Emploi stratégique pour la transition écologique ».
    Strategic,
    /// « Emploi blanc ».
    White,
    /// « Emploi brun ».
    Brown,
}

/// Des contextes de travail d'une même sorte.
#[derive(SimpleObject)]
#[graphql(name = "WorkContext")]
pub struct WorkContextFact {
    /// Leur sorte, telle que la source la nomme. Exemple : Horaires et durée du travail.
    pub kind: String,
    /// Les contextes. Exemple : Travail de nuit.
    pub names: Vec<String>,
}

/// Un stage, tel qu'une source le décrit.
#[derive(SimpleObject)]
#[graphql(name = "Internship")]
pub struct InternshipFact {
    /// Année du stage.
    pub year: MasterYear,
    /// Durée minimale, en mois.
    pub months_min: Option<u8>,
    /// Durée maximale, en mois.
    pub months_max: Option<u8>,
    /// Obligatoire ou non, quand une source le dit.
    pub compulsory: Option<bool>,
    /// Précision : où et quand cela vaut.
    pub note: Option<String>,
    /// Qui l'affirme.
    pub sources: Vec<Source>,
}

/// Comment candidater.
#[derive(SimpleObject)]
#[graphql(name = "Application")]
pub struct ApplicationGuide {
    /// Plateforme de candidature. Exemple : Mon Master.
    pub platform: Option<String>,
    /// Étapes, dans l'ordre.
    pub steps: Vec<ApplicationItem>,
    /// Pièces du dossier.
    pub documents: Vec<ApplicationItem>,
    /// Qui l'affirme.
    pub sources: Vec<Source>,
}

/// Une étape ou une pièce d'une candidature.
#[derive(SimpleObject)]
pub struct ApplicationItem {
    /// Son nom. Exemple : lettre de motivation.
    pub name: String,
    /// Vrai si elle est demandée partout, faux si elle l'est seulement par endroits.
    pub required: bool,
    /// Précision.
    pub note: Option<String>,
}

/// Chiffres d'admission d'une session et d'une phase. Une valeur absente n'a pas été publiée.
#[derive(SimpleObject)]
#[graphql(name = "AdmissionFigures")]
pub struct AdmissionFigures {
    /// Année de la session.
    pub session: u16,
    /// Phase (`principale`, `complémentaire`) ; `null` pour la session entière.
    pub phase: Option<String>,
    /// Places offertes.
    pub capacity: Option<u32>,
    /// Candidatures reçues.
    pub applications: Option<u32>,
    /// Candidatures classées.
    pub ranked: Option<u32>,
    /// Propositions faites.
    pub offered: Option<u32>,
    /// Propositions acceptées.
    pub admitted: Option<u32>,
    /// Rang du dernier appelé.
    pub last_rank: Option<u32>,
    /// Les mêmes effectifs selon d'où venaient les candidats ; vide si aucune source ne le dit.
    pub origins: Vec<OriginFigures>,
    /// Taux observé à cette session, avec son incertitude ; `null` si les chiffres publiés ne le donnent pas. C'est un constat
    /// sur le passé, jamais une promesse.
    pub rate: Option<AdmissionRate>,
    /// Qui publie ces chiffres.
    pub source: Source,
    /// Où ils figurent dans la source.
    pub row: Option<String>,
}

/// D'où venaient des candidats, et ce qu'il en est advenu. Une valeur absente n'a pas été publiée.
#[derive(SimpleObject)]
pub struct OriginFigures {
    /// Où ils étaient inscrits l'année précédente.
    pub origin: AdmissionOrigin,
    /// Candidatures reçues.
    pub applications: Option<u32>,
    /// Candidatures classées.
    pub ranked: Option<u32>,
    /// Propositions faites.
    pub offered: Option<u32>,
    /// Propositions acceptées.
    pub admitted: Option<u32>,
}

/// Où des candidats étaient inscrits l'année précédente.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "model::Origin")]
pub enum AdmissionOrigin {
    /// Troisième année de licence générale.
    Licence,
    /// Licence professionnelle.
    LicencePro,
    /// Troisième année de bachelor universitaire de technologie (BUT).
    But,
    /// Master.
    Master,
    /// Une autre formation.
    Other,
    /// Dans aucun établissement d'enseignement supérieur en France.
    NotEnrolled,
    /// Dans le même établissement, quelle que soit la formation : les mêmes personnes, comptées une seconde fois.
    SameEstablishment,
}

/// Part des candidatures qui ont abouti à une session, de 0 à 1. Elle ne dit pas vos chances, qui dépendent de votre dossier :
/// c'est un constat, jamais une promesse.
#[derive(SimpleObject)]
pub struct AdmissionRate {
    /// Ce qui est compté, pour chaque candidature.
    pub counted: CountedAdmissions,
    /// Le taux. Exemple : 0.21, 21 propositions pour 100 candidatures.
    pub value: f64,
    /// Bas de l'intervalle de confiance à 95 % (Wilson).
    pub low: f64,
    /// Haut de l'intervalle de confiance à 95 % (Wilson).
    pub high: f64,
}

/// Ce que compte un taux d'admission.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Counted")]
pub enum CountedAdmissions {
    /// Les propositions faites.
    Offered,
    /// Les propositions acceptées, quand les propositions faites ne sont pas publiées.
    Admitted,
}

/// Ce que sont devenus les diplômés d'une année. Les taux vont de 0 à 1.
#[derive(SimpleObject)]
#[graphql(name = "OutcomeFigures")]
pub struct OutcomeFigures {
    /// Année du diplôme.
    pub year: u16,
    /// Mois entre le diplôme et l'enquête : 18 ou 30.
    pub months: u8,
    /// Population : la discipline ou le domaine, selon la source.
    pub population: String,
    /// Nombre de réponses à l'enquête.
    pub answers: Option<u32>,
    /// Part des personnes interrogées qui ont répondu.
    pub response_rate: Option<f64>,
    /// Part en emploi.
    pub employed: Option<f64>,
    /// Part en emploi salarié en France, parmi ceux qui sont sortis diplômés (InserSup) : une autre mesure qu'`employed`.
    pub salaried: Option<f64>,
    /// Part des emplois stables.
    pub stable: Option<f64>,
    /// Part des emplois cadres ou intermédiaires.
    pub qualified: Option<f64>,
    /// Salaire net mensuel médian à temps plein, en euros.
    pub median_salary: Option<u32>,
    /// Qui publie ces chiffres.
    pub source: Source,
    /// Où ils figurent dans la source.
    pub row: Option<String>,
}

/// The facts of the node at a place.
#[derive(Clone, Copy)]
pub struct Facts(pub At);

impl Facts {
    fn sources(self, ctx: &Context<'_>, keys: &[Key]) -> Vec<Source> {
        let graph = self.0.graph(ctx);
        keys.iter().filter_map(|key| graph.find(key.as_str())).map(|ix| Source(self.0.with(ix))).collect()
    }

    fn source(self, ctx: &Context<'_>, key: &Key) -> Source {
        let ix = self.0.graph(ctx).find(key.as_str()).expect("a graph holds the sources that its nodes cite");
        Source(self.0.with(ix))
    }

    /// Where it is.
    pub fn place(self, ctx: &Context<'_>) -> Option<PlaceFact> {
        let place = self.0.node(ctx).attributes().place.as_ref()?;
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        Some(PlaceFact {
            city: text(&place.city),
            region: text(&place.region),
            academy: text(&place.academy),
            latitude: place.latitude,
            longitude: place.longitude,
        })
    }

    /// How it can be followed.
    pub fn modalities(self, ctx: &Context<'_>) -> Vec<Modality> {
        self.0.node(ctx).attributes().modalities.iter().map(|modality| (*modality).into()).collect()
    }

    /// Its internships.
    pub fn internships(self, ctx: &Context<'_>) -> Vec<InternshipFact> {
        let internships = self.0.node(ctx).attributes().internships.iter();
        internships
            .map(|internship| InternshipFact {
                year: internship.year.into(),
                months_min: internship.months_min,
                months_max: internship.months_max,
                compulsory: internship.compulsory,
                note: internship.note.as_deref().map(str::to_owned),
                sources: self.sources(ctx, &internship.sources),
            })
            .collect()
    }

    /// How one applies.
    pub fn application(self, ctx: &Context<'_>) -> Option<ApplicationGuide> {
        let application = self.0.node(ctx).attributes().application.as_ref()?;
        let item = |name: &str, required: bool, note: Option<&str>| ApplicationItem {
            name: name.to_owned(),
            required,
            note: note.map(str::to_owned),
        };
        let steps = application.steps.iter().map(|step| item(&step.name, step.required, step.note.as_deref()));
        let documents = application.documents.iter().map(|doc| item(&doc.name, doc.required, doc.note.as_deref()));
        Some(ApplicationGuide {
            platform: application.platform.as_deref().map(str::to_owned),
            steps: steps.collect(),
            documents: documents.collect(),
            sources: self.sources(ctx, &application.sources),
        })
    }

    /// Its admission figures, latest session first.
    pub fn admissions(self, ctx: &Context<'_>) -> Vec<AdmissionFigures> {
        admission_figures(ctx, self.0, &self.0.node(ctx).attributes().admissions)
    }

    /// Why it has no admission figures.
    pub fn admission_unavailable(self, ctx: &Context<'_>) -> Option<String> {
        admission::unavailable(self.0.graph(ctx), self.0.ix)
    }

    /// What it is like to do the job, and whom it suits.
    pub fn work<'c>(self, ctx: &Context<'c>) -> Option<&'c model::Work> {
        self.0.node(ctx).attributes().work.as_deref()
    }

    /// The contexts in which the job is done, by sort.
    pub fn work_contexts(self, ctx: &Context<'_>) -> Vec<WorkContextFact> {
        let contexts = self.work(ctx).into_iter().flat_map(|work| &work.contexts);
        contexts
            .map(|of| WorkContextFact {
                kind: of.kind.to_string(),
                names: of.names.iter().map(|name| name.to_string()).collect(),
            })
            .collect()
    }

    /// Who says what it is like to do the job.
    pub fn work_source(self, ctx: &Context<'_>) -> Option<Source> {
        self.work(ctx).map(|work| self.source(ctx, &work.source))
    }

    /// What became of its graduates, latest year first.
    pub fn outcomes(self, ctx: &Context<'_>) -> Vec<OutcomeFigures> {
        let mut figures: Vec<&model::Outcome> = self.0.node(ctx).attributes().outcomes.iter().collect();
        figures.sort_by(|a, b| {
            b.year.cmp(&a.year).then_with(|| a.population.cmp(&b.population)).then(a.months.cmp(&b.months))
        });
        figures
            .into_iter()
            .map(|figure| OutcomeFigures {
                year: figure.year,
                months: figure.months,
                population: figure.population.to_string(),
                answers: figure.answers,
                response_rate: figure.response_rate,
                employed: figure.employed,
                salaried: figure.salaried,
                stable: figure.stable,
                qualified: figure.qualified,
                median_salary: figure.median_salary,
                source: self.source(ctx, &figure.source),
                row: figure.row.as_deref().map(str::to_owned),
            })
            .collect()
    }
}

/// Admission figures at a place, latest session first.
pub fn admission_figures(ctx: &Context<'_>, at: At, figures: &[model::Admission]) -> Vec<AdmissionFigures> {
    let mut figures: Vec<&model::Admission> = figures.iter().collect();
    figures.sort_by(|a, b| b.session.cmp(&a.session).then_with(|| a.phase.cmp(&b.phase)));
    figures
        .into_iter()
        .map(|figure| AdmissionFigures {
            session: figure.session,
            phase: figure.phase.as_deref().map(str::to_owned),
            capacity: figure.capacity,
            applications: figure.applications,
            ranked: figure.ranked,
            offered: figure.offered,
            admitted: figure.admitted,
            last_rank: figure.last_rank,
            origins: figure
                .origins
                .iter()
                .map(|from| OriginFigures {
                    origin: from.origin.into(),
                    applications: from.applications,
                    ranked: from.ranked,
                    offered: from.offered,
                    admitted: from.admitted,
                })
                .collect(),
            rate: admission::rate(figure).map(|rate| AdmissionRate {
                counted: rate.counted.into(),
                value: rate.value,
                low: rate.low,
                high: rate.high,
            }),
            source: Facts(at).source(ctx, &figure.source),
            row: figure.row.as_deref().map(str::to_owned),
        })
        .collect()
}
