//! What is known of a node beyond its names. Every field is optional: what no source names stays absent.

use serde::{Deserialize, Serialize};

use super::figures::{Admission, Outcome};
use super::key::Key;
use super::kind::Kind;
use super::work::Work;

/// The fields that a node may carry, by kind; [`Attributes::misplaced`] is the one table of which goes where.
/// Serialised as in the interchange file: camelCase, absent where unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Attributes {
    /// source: who publishes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Box<str>>,
    /// source: its date, ISO 8601 (`2025`, `2025-09`, `2025-09-18`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Box<str>>,
    /// source: its edition, as the publisher names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<Box<str>>,
    /// source: the licence under which its facts may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<Box<str>>,
    /// any kind: where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Box<str>>,
    /// licence, master: the broad fields of study of the diploma.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Box<str>>,
    /// licence, master, parcours, course: its worth in ECTS credits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ects: Option<u16>,
    /// parcours, university: where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// master, parcours: how it can be followed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modalities: Vec<Modality>,
    /// master, parcours: languages of teaching, ISO 639-1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Box<str>>,
    /// master, parcours: internships.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub internships: Vec<Internship>,
    /// master, parcours: the thesis (*mémoire*) asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thesis: Option<Box<str>>,
    /// master, parcours: project work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projects: Option<Box<str>>,
    /// master, parcours: whom it expects, in this project's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Box<str>>,
    /// master, parcours: how one applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Application>,
    /// master, parcours: admission figures, by session and phase.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub admissions: Vec<Admission>,
    /// master, parcours, university: what became of graduates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// job: RIASEC letters, strongest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub riasec: Option<Box<str>>,
    /// parcours: the year in which one enters it; the first unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Year>,
    /// job: one must have passed a competition, hold a title or a given diploma.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulated: Option<bool>,
    /// job: how one comes to it, as its source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Box<str>>,
    /// job: the diplomas and certificates that its source lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diplomas: Vec<Box<str>>,
    /// job: its access asks for a diploma that no master is, a state doctorate for example: no family speaks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_master: Option<bool>,
    /// job: the source that says how one comes to it; where it is not told, any of the record's may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_source: Option<Key>,
    /// job: those of its aliases that its source says are little used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rare_names: Vec<Box<str>>,
    /// job: what it is like to do it, and whom it suits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub work: Option<Box<Work>>,
}

/// A place in France, as its source names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Place {
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<Box<str>>,
    /// Administrative region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Box<str>>,
    /// *Académie*.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub academy: Option<Box<str>>,
    /// Degrees north, WGS 84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east, WGS 84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

/// How a diploma can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Modality {
    /// *Formation initiale*.
    Initial,
    /// *Alternance*, without saying which contract.
    Alternance,
    /// *Contrat d'apprentissage*.
    Apprenticeship,
    /// *Contrat de professionnalisation*.
    Professional,
    /// *Formation continue*.
    Continuing,
    /// *À distance*.
    Distance,
    /// Partly at a distance.
    Hybrid,
    /// *Validation des acquis de l'expérience*.
    Vae,
}

impl Modality {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A year of the master.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
pub enum Year {
    /// First year.
    M1,
    /// Second year.
    M2,
}

impl Year {
    /// The word for it in files.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// An internship, as a source describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Internship {
    /// The year in which it falls.
    pub year: Year,
    /// Shortest length in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months_min: Option<u8>,
    /// Longest length in months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months_max: Option<u8>,
    /// Whether it is compulsory, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compulsory: Option<bool>,
    /// How far that holds, in French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Key>,
}

/// How one applies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Application {
    /// The platform, for example Mon Master.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Box<str>>,
    /// The steps in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<ApplicationStep>,
    /// The documents of the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// Who says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Key>,
}

/// One step of an application, for example the main phase or an interview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicationStep {
    /// Its name, in French.
    pub name: Box<str>,
    /// Whether every applicant passes through it.
    pub required: bool,
    /// How far that holds, in French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
}

/// A document of the application file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    /// Its name, in French.
    pub name: Box<str>,
    /// Required everywhere, or asked for in some places.
    pub required: bool,
    /// How far that holds, in French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Box<str>>,
}

impl Attributes {
    /// Nothing known.
    pub const NONE: Attributes = Attributes {
        publisher: None,
        date: None,
        edition: None,
        licence: None,
        url: None,
        domains: Vec::new(),
        ects: None,
        place: None,
        modalities: Vec::new(),
        languages: Vec::new(),
        internships: Vec::new(),
        thesis: None,
        projects: None,
        profile: None,
        application: None,
        admissions: Vec::new(),
        outcomes: Vec::new(),
        riasec: None,
        entry: None,
        regulated: None,
        access: None,
        diplomas: Vec::new(),
        beyond_master: None,
        access_source: None,
        rare_names: Vec::new(),
        work: None,
    };

    /// Boxed for a node, or `None` when nothing is known.
    pub fn boxed(self) -> Option<Box<Attributes>> {
        (self != Attributes::NONE).then(|| Box::new(self))
    }

    /// The first field that a node of this kind may not carry, in its spelling in files.
    pub fn misplaced(&self, kind: Kind) -> Option<&'static str> {
        use Kind::{Course, Job, Licence, Master, Parcours, Source, University};
        let diploma: &[Kind] = &[Master, Parcours];
        let Attributes {
            publisher,
            date,
            edition,
            licence,
            url,
            domains,
            ects,
            place,
            modalities,
            languages,
            internships,
            thesis,
            projects,
            profile,
            application,
            admissions,
            outcomes,
            riasec,
            entry,
            regulated,
            access,
            diplomas,
            beyond_master,
            access_source,
            rare_names,
            work,
        } = self;
        let _of_any_kind = url;
        let table: [(bool, &'static str, &[Kind]); 25] = [
            (publisher.is_some(), "publisher", &[Source]),
            (date.is_some(), "date", &[Source]),
            (edition.is_some(), "edition", &[Source]),
            (licence.is_some(), "licence", &[Source]),
            (!domains.is_empty(), "domains", &[Licence, Master]),
            (ects.is_some(), "ects", &[Licence, Master, Parcours, Course]),
            (place.is_some(), "place", &[Parcours, University]),
            (!modalities.is_empty(), "modalities", diploma),
            (!languages.is_empty(), "languages", diploma),
            (!internships.is_empty(), "internships", diploma),
            (thesis.is_some(), "thesis", diploma),
            (projects.is_some(), "projects", diploma),
            (profile.is_some(), "profile", diploma),
            (application.is_some(), "application", diploma),
            (!admissions.is_empty(), "admissions", diploma),
            (!outcomes.is_empty(), "outcomes", &[Master, Parcours, University, Source]),
            (riasec.is_some(), "riasec", &[Job]),
            (entry.is_some(), "entry", &[Parcours]),
            (regulated.is_some(), "regulated", &[Job]),
            (access.is_some(), "access", &[Job]),
            (!diplomas.is_empty(), "diplomas", &[Job]),
            (beyond_master.is_some(), "beyondMaster", &[Job]),
            (access_source.is_some(), "accessSource", &[Job]),
            (!rare_names.is_empty(), "rareNames", &[Job]),
            (work.is_some(), "work", &[Job]),
        ];
        table.into_iter().find(|(present, _, kinds)| *present && !kinds.contains(&kind)).map(|(_, name, _)| name)
    }

    /// The sources that single fields cite.
    pub fn cited(&self) -> impl Iterator<Item = &Key> {
        let internships = self.internships.iter().flat_map(|internship| &internship.sources);
        let application = self.application.iter().flat_map(|application| &application.sources);
        let admissions = self.admissions.iter().map(|admission| &admission.source);
        let outcomes = self.outcomes.iter().map(|outcome| &outcome.source);
        let work = self.work.iter().map(|work| &work.source);
        internships.chain(application).chain(admissions).chain(outcomes).chain(&self.access_source).chain(work)
    }
}
