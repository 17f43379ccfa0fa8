//! One object type a kind: what all share, then their own facts and relations.

use async_graphql::{Context, ID, Object};

use super::facts::{
    AdmissionFigures, ApplicationGuide, EcologicalPart, Facts, InternshipFact, MasterYear, Modality, OutcomeFigures,
    PlaceFact, WorkContextFact,
};
use super::{Code, Common, Entity, EntityType, RelationField, Source};
use crate::api::error::ApiError;
use crate::api::indicators::{self, IndicatorKind, IndicatorView};
use crate::api::listing::{EntityFilter, EntityOrder};
use crate::api::page::Page;
use crate::api::related::{Related, Side};
use crate::api::schema_names::EntityKind;
use crate::api::scope::At;
use crate::model::{Kind, Relation, Year};
use crate::pathway::explain::access;

/// The strongest current node that stands before this one in a relation.
fn first<T: EntityType>(ctx: &Context<'_>, at: At, relation: Relation) -> Option<T> {
    let graph = at.graph(ctx);
    let half = graph.incoming(at.ix, relation).iter().find(|half| !graph.is_retired(half.node))?;
    Some(T::from(at.with(half.node)))
}

/// Declares an entity type: the handle, the fields that all share, then its own, then its relations:
/// field, type at the other end, relation, side of the relation on which that type stands.
macro_rules! entity {
    ($name:ident, $doc:literal, $description:literal, { $($own:tt)* }, {
        $($field:ident: $target:ident = $relation:ident $side:ident, $about:literal;)*
    }) => {
        #[doc = $doc]
        #[derive(Clone, Copy)]
        pub struct $name(pub At);

        impl From<At> for $name {
            fn from(at: At) -> $name {
                $name(at)
            }
        }

        impl EntityType for $name {
            const KIND: Kind = Kind::$name;
            const RELATIONS: &'static [RelationField] = &[$(
                RelationField {
                    name: stringify!($field),
                    kind: Kind::$target,
                    relation: Relation::$relation,
                    side: Side::$side,
                },
            )*];
        }

        #[doc = $description]
        #[Object]
        impl $name {

            /// Identifiant, stable pour toujours.
            pub async fn id(&self, ctx: &Context<'_>) -> ID {
                ID(self.0.node(ctx).key.to_string())
            }

            /// Nature de la fiche.
            pub async fn kind(&self) -> EntityKind {
                EntityKind::$name
            }

            /// Identifiant sans la nature.
            pub async fn slug<'c>(&self, ctx: &Context<'c>) -> &'c str {
                self.0.node(ctx).key.slug()
            }

            /// Nom, tel que sa source l'écrit.
            pub async fn name<'c>(&self, ctx: &Context<'c>) -> &'c str {
                &self.0.node(ctx).name
            }

            /// Autres noms : sigles, formes féminine et inclusive, anciens noms.
            pub async fn aliases<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
                self.0.node(ctx).aliases.iter().map(|alias| &**alias).collect()
            }

            /// Description courte, en français.
            pub async fn description<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
                self.0.node(ctx).description.as_deref()
            }

            /// Codes officiels.
            pub async fn codes(&self, ctx: &Context<'_>) -> Vec<Code> {
                Common(self.0).codes(ctx)
            }

            /// Les sources qui attestent la fiche.
            pub async fn sources(&self, ctx: &Context<'_>) -> Vec<Source> {
                Common(self.0).sources(ctx)
            }

            /// Vrai si la fiche n'a plus cours ; elle reste lisible par son identifiant.
            pub async fn retired(&self, ctx: &Context<'_>) -> bool {
                self.0.node(ctx).retired
            }

            /// La fiche qui la remplace, si elle a été fusionnée.
            pub async fn replaced_by(&self, ctx: &Context<'_>) -> Option<Entity> {
                Common(self.0).replaced_by(ctx)
            }

            /// Où en lire plus.
            pub async fn url<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
                Common(self.0).attributes(ctx).url.as_deref()
            }

            $($own)*

            $(
                #[doc = $about]
                #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
                pub async fn $field(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(name = "where", desc = "Ce que les fiches doivent vérifier.")] filter: Option<EntityFilter>,
                    #[graphql(desc = "L'ordre ; par poids décroissant, puis par identifiant, sans précision.")]
                    order_by: Option<EntityOrder>,
                    #[graphql(desc = "Nombre d'entrées depuis le début (20 sans précision, 100 au plus).")]
                    first: Option<i32>,
                    #[graphql(desc = "Après ce repère.")] after: Option<String>,
                    #[graphql(desc = "Nombre d'entrées depuis la fin.")] last: Option<i32>,
                    #[graphql(desc = "Avant ce repère.")] before: Option<String>,
                ) -> Result<Related<$target>, ApiError> {
                    let page = Page::new(first, after.as_deref(), last, before.as_deref())?;
                    Related::new(ctx, (self.0, Relation::$relation, Side::$side), filter, order_by, &page)
                }
            )*
        }
    };
}

entity!(Licence, "A licence.", "Une mention nationale de licence (bac+3), ou un bac+3 équivalent.", {
        /// Grands domaines du diplôme.
        pub async fn domains<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Common(self.0).attributes(ctx).domains.iter().map(|domain| &**domain).collect()
        }

        /// Crédits ECTS.
        pub async fn ects<'c>(&self, ctx: &Context<'c>) -> Option<u16> {
            Common(self.0).attributes(ctx).ects
        }
}, {
    masters: Master = Opens To, "Les masters auxquels cette licence permet de candidater.";
    universities: University = Awards From, "Les universités qui recrutent pour cette licence, selon leurs sources. Dans Parcoursup, un portail qui regroupe plusieurs licences n'en nomme aucune.";
    bridges: Licence = Bridges To, "Les licences vers lesquelles une passerelle existe.";
    bridged_from: Licence = Bridges From, "Les licences d'où une passerelle mène à celle-ci.";
});

entity!(Master, "A master.", "Une mention nationale de master (bac+5).", {
        /// Grands domaines du diplôme.
        pub async fn domains<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Common(self.0).attributes(ctx).domains.iter().map(|domain| &**domain).collect()
        }

        /// Crédits ECTS.
        pub async fn ects<'c>(&self, ctx: &Context<'c>) -> Option<u16> {
            Common(self.0).attributes(ctx).ects
        }

        /// Comment la formation peut être suivie ; vide si aucune source ne le dit.
        pub async fn modalities<'c>(&self, ctx: &Context<'c>) -> Vec<Modality> {
            Facts(self.0).modalities(ctx)
        }

        /// Langues d'enseignement (codes ISO 639-1) ; vide si aucune source ne le dit.
        pub async fn languages<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Common(self.0).attributes(ctx).languages.iter().map(|language| &**language).collect()
        }

        /// Stages.
        pub async fn internships<'c>(&self, ctx: &Context<'c>) -> Vec<InternshipFact> {
            Facts(self.0).internships(ctx)
        }

        /// Le mémoire demandé.
        pub async fn thesis<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).thesis.as_deref()
        }

        /// Les projets tutorés et autres travaux de groupe.
        pub async fn projects<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).projects.as_deref()
        }

        /// Le profil attendu.
        pub async fn profile<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).profile.as_deref()
        }

        /// Comment candidater.
        pub async fn application<'c>(&self, ctx: &Context<'c>) -> Option<ApplicationGuide> {
            Facts(self.0).application(ctx)
        }

        /// Chiffres d'admission publiés, de la session la plus récente à la plus ancienne ; vide si aucune source n'en donne.
        pub async fn admission<'c>(&self, ctx: &Context<'c>) -> Vec<AdmissionFigures> {
            Facts(self.0).admissions(ctx)
        }

        /// Pourquoi aucun chiffre d'admission n'est donné ; `null` s'il y en a.
        pub async fn admission_unavailable(&self, ctx: &Context<'_>) -> Option<String> {
            Facts(self.0).admission_unavailable(ctx)
        }

        /// Devenir des diplômés, du plus récent au plus ancien ; vide si aucune source n'en donne.
        pub async fn outcomes<'c>(&self, ctx: &Context<'c>) -> Vec<OutcomeFigures> {
            Facts(self.0).outcomes(ctx)
        }

        /// De quoi comparer les offres : places, candidatures par place, insertion, salaire. Chaque chiffre dit ce qu'il mesure,
        /// de qui, quand et selon qui ; `value` est `null` où rien n'est publié, et `missing` dit pourquoi.
        pub async fn indicators(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Lesquels ; tous sans précision.")] kinds: Option<Vec<IndicatorKind>>,
        ) -> Vec<IndicatorView> {
            indicators::of(ctx, self.0, kinds)
        }
}, {
    licences: Licence = Opens From, "Les licences qui permettent d'y candidater.";
    parcours: Parcours = Offers To, "Ses parcours, dans les universités qui les proposent.";
    courses: Course = Teaches To, "Les enseignements de son tronc commun.";
    skills: Skill = Develops To, "Les compétences de son tronc commun, dont ses parcours héritent.";
    universities: University = Awards From, "Les universités qui le délivrent, selon une campagne ou un registre ; d'autres peuvent n'en proposer que des parcours.";
    jobs: Job = LeadsTo To, "Les métiers auxquels il mène, selon ses sources.";
    families: Family = LeadsTo To, "Les familles de métiers que ses sources citent comme débouchés.";
    studies: Study = LeadsTo To, "Les poursuites d'études qu'il permet.";
    related: Master = Near Both, "Les masters voisins.";
});

entity!(Parcours, "A parcours.", "Un parcours d'une mention de master, tel qu'une université le propose.", {
        /// Crédits ECTS.
        pub async fn ects<'c>(&self, ctx: &Context<'c>) -> Option<u16> {
            Common(self.0).attributes(ctx).ects
        }

        /// Où il ou elle se trouve.
        pub async fn place<'c>(&self, ctx: &Context<'c>) -> Option<PlaceFact> {
            Facts(self.0).place(ctx)
        }

        /// L'année où l'on y entre ; M1 quand la source ne dit rien.
        pub async fn entry(&self, ctx: &Context<'_>) -> MasterYear {
            Common(self.0).attributes(ctx).entry.unwrap_or(Year::M1).into()
        }

        /// Comment la formation peut être suivie ; vide si aucune source ne le dit.
        pub async fn modalities<'c>(&self, ctx: &Context<'c>) -> Vec<Modality> {
            Facts(self.0).modalities(ctx)
        }

        /// Langues d'enseignement (codes ISO 639-1) ; vide si aucune source ne le dit.
        pub async fn languages<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Common(self.0).attributes(ctx).languages.iter().map(|language| &**language).collect()
        }

        /// Stages.
        pub async fn internships<'c>(&self, ctx: &Context<'c>) -> Vec<InternshipFact> {
            Facts(self.0).internships(ctx)
        }

        /// Le mémoire demandé.
        pub async fn thesis<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).thesis.as_deref()
        }

        /// Les projets tutorés et autres travaux de groupe.
        pub async fn projects<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).projects.as_deref()
        }

        /// Le profil attendu.
        pub async fn profile<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).profile.as_deref()
        }

        /// Comment candidater.
        pub async fn application<'c>(&self, ctx: &Context<'c>) -> Option<ApplicationGuide> {
            Facts(self.0).application(ctx)
        }

        /// Chiffres d'admission publiés, de la session la plus récente à la plus ancienne ; vide si aucune source n'en donne.
        pub async fn admission<'c>(&self, ctx: &Context<'c>) -> Vec<AdmissionFigures> {
            Facts(self.0).admissions(ctx)
        }

        /// Pourquoi aucun chiffre d'admission n'est donné ; `null` s'il y en a.
        pub async fn admission_unavailable(&self, ctx: &Context<'_>) -> Option<String> {
            Facts(self.0).admission_unavailable(ctx)
        }

        /// Devenir des diplômés, du plus récent au plus ancien ; vide si aucune source n'en donne.
        pub async fn outcomes<'c>(&self, ctx: &Context<'c>) -> Vec<OutcomeFigures> {
            Facts(self.0).outcomes(ctx)
        }

        /// De quoi comparer les offres : places, candidatures par place, insertion, salaire. Chaque chiffre dit ce qu'il mesure,
        /// de qui, quand et selon qui ; `value` est `null` où rien n'est publié, et `missing` dit pourquoi.
        pub async fn indicators(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Lesquels ; tous sans précision.")] kinds: Option<Vec<IndicatorKind>>,
        ) -> Vec<IndicatorView> {
            indicators::of(ctx, self.0, kinds)
        }

        /// La mention de master dont il fait partie ; `null` si aucune source ne la nomme.
        pub async fn master(&self, ctx: &Context<'_>) -> Option<Master> {
            first(ctx, self.0, Relation::Offers)
        }

        /// L'université qui le propose, la première par poids s'il y en a plusieurs ; `null` si aucune source ne la nomme.
        pub async fn university(&self, ctx: &Context<'_>) -> Option<University> {
            first(ctx, self.0, Relation::Hosts)
        }
}, {
    masters: Master = Offers From, "Les mentions de master dont il fait partie.";
    universities: University = Hosts From, "Toutes les universités qui le proposent.";
    courses: Course = Teaches To, "Ses enseignements propres.";
    skills: Skill = Develops To, "Ses compétences propres ; celles du tronc commun sont sur le master.";
    jobs: Job = LeadsTo To, "Les métiers auxquels ce parcours mène, selon ses sources.";
    families: Family = LeadsTo To, "Les familles de métiers que ses sources citent comme débouchés.";
    studies: Study = LeadsTo To, "Les poursuites d'études qu'il permet.";
});

entity!(Course, "A course.", "Un enseignement ou une matière (UE).", {
        /// Crédits ECTS.
        pub async fn ects<'c>(&self, ctx: &Context<'c>) -> Option<u16> {
            Common(self.0).attributes(ctx).ects
        }
}, {
    skills: Skill = Develops To, "Les compétences qu'il développe.";
    masters: Master = Teaches From, "Les masters dont c'est un enseignement du tronc commun.";
    parcours: Parcours = Teaches From, "Les parcours qui l'enseignent.";
});

entity!(University, "A university.", "Un établissement accrédité à délivrer le diplôme.", {
        /// Où il ou elle se trouve.
        pub async fn place<'c>(&self, ctx: &Context<'c>) -> Option<PlaceFact> {
            Facts(self.0).place(ctx)
        }

        /// Devenir de ses diplômés de master, par discipline.
        pub async fn outcomes<'c>(&self, ctx: &Context<'c>) -> Vec<OutcomeFigures> {
            Facts(self.0).outcomes(ctx)
        }
}, {
    parcours: Parcours = Hosts To, "Les parcours qu'elle propose.";
    masters: Master = Awards To, "Les masters qu'elle délivre, selon une campagne ou un registre.";
    licences: Licence = Awards To, "Les licences pour lesquelles elle recrute, selon leurs sources, par exemple Parcoursup.";
});

entity!(Skill, "A skill.", "Une compétence : savoir, savoir-faire ou savoir-être.", {}, {
    jobs: Job = RequiredBy To, "Les métiers qui la demandent.";
    parcours: Parcours = Develops From, "Les parcours qui la développent en propre.";
    masters: Master = Develops From, "Les masters dont le tronc commun la développe.";
    courses: Course = Develops From, "Les enseignements qui la développent.";
    broader: Skill = Broader To, "Les compétences plus larges.";
    narrower: Skill = Broader From, "Les compétences plus précises.";
});

entity!(Job, "A job.", "Un métier.", {
        /// Profil d'intérêts RIASEC, la lettre la plus forte d'abord. Exemple : `IA`.
        pub async fn riasec<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).riasec.as_deref()
        }

        /// Vrai si l'accès au métier est réglementé ; `null` si aucune source ne le dit.
        pub async fn regulated<'c>(&self, ctx: &Context<'c>) -> Option<bool> {
            Common(self.0).attributes(ctx).regulated
        }

        /// Vrai si l'accès demande un diplôme qu'aucun master n'est, un doctorat d'État par exemple : aucune famille n'en atteste
        /// alors de voie. `null` sinon.
        pub async fn beyond_master<'c>(&self, ctx: &Context<'c>) -> Option<bool> {
            Common(self.0).attributes(ctx).beyond_master
        }

        /// Comment on accède au métier, selon sa source ; `null` si aucune ne le dit.
        pub async fn access<'c>(&self, ctx: &Context<'c>) -> Option<&'c str> {
            Common(self.0).attributes(ctx).access.as_deref()
        }

        /// Les diplômes et certificats que sa source énumère ; vide si aucune ne le fait.
        pub async fn diplomas<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Common(self.0).attributes(ctx).diplomas.iter().map(|diploma| &**diploma).collect()
        }

        /// Ceux de ses `aliases` que leur source dit peu usités ; une recherche les propose après les autres.
        pub async fn rare_names<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Common(self.0).attributes(ctx).rare_names.iter().map(|name| &**name).collect()
        }

        /// Vrai si l'emploi est de statut cadre ; `null` si aucune source ne le dit.
        pub async fn executive<'c>(&self, ctx: &Context<'c>) -> Option<bool> {
            Facts(self.0).work(ctx)?.executive
        }

        /// Sa classe dans la transition écologique ; `null` si aucune source ne la dit.
        pub async fn ecological_transition<'c>(&self, ctx: &Context<'c>) -> Option<EcologicalPart> {
            Facts(self.0).work(ctx)?.ecology.map(EcologicalPart::from)
        }

        /// Vrai si sa source le rattache à la transition numérique ; `null` si aucune source ne le dit.
        pub async fn digital_transition<'c>(&self, ctx: &Context<'c>) -> Option<bool> {
            Facts(self.0).work(ctx)?.digital
        }

        /// Vrai si sa source le rattache à la transition démographique ; `null` si aucune source ne le dit.
        pub async fn demographic_transition<'c>(&self, ctx: &Context<'c>) -> Option<bool> {
            Facts(self.0).work(ctx)?.demographic
        }

        /// Les centres d'intérêt auxquels sa source le rattache, le principal d'abord ; vide si aucune ne le fait.
        pub async fn interests<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Facts(self.0).work(ctx).iter().flat_map(|work| &work.interests).map(|interest| &**interest).collect()
        }

        /// Les thèmes sous lesquels sa source le range ; vide si elle ne le range sous aucun.
        pub async fn themes<'c>(&self, ctx: &Context<'c>) -> Vec<&'c str> {
            Facts(self.0).work(ctx).iter().flat_map(|work| &work.themes).map(|theme| &**theme).collect()
        }

        /// Où, quand, avec qui et dans quelles conditions il s'exerce, selon sa source ; vide si aucune ne le dit.
        pub async fn work_contexts<'c>(&self, ctx: &Context<'c>) -> Vec<WorkContextFact> {
            Facts(self.0).work_contexts(ctx)
        }

        /// La source de `executive`, des transitions, de `interests`, de `themes` et de `workContexts`.
        pub async fn work_source(&self, ctx: &Context<'_>) -> Option<Source> {
            Facts(self.0).work_source(ctx)
        }

        /// Les sources qui disent comment on accède au métier : celles de `access`, `regulated` et `diplomas`.
        pub async fn access_sources(&self, ctx: &Context<'_>) -> Vec<Source> {
            access::sources(self.0.graph(ctx), self.0.ix).into_iter().map(|ix| Source(self.0.with(ix))).collect()
        }
}, {
    skills: Skill = RequiredBy From, "Les compétences qu'il demande, les plus importantes d'abord.";
    parcours: Parcours = LeadsTo From, "Les parcours qui y mènent, selon leurs sources.";
    masters: Master = LeadsTo From, "Les masters qui y mènent, selon leurs sources.";
    next_jobs: Job = EvolvesTo To, "Les métiers vers lesquels il évolue.";
    previous_jobs: Job = EvolvesTo From, "Les métiers qui évoluent vers lui.";
    sectors: Sector = WorksIn To, "Les secteurs où il s'exerce.";
    families: Family = Groups From, "Les familles de métiers (fiches ROME citées par les registres) où la nomenclature d'aujourd'hui le range.";
});

entity!(Sector, "A sector.", "Un secteur où des métiers s'exercent.", {}, {
    jobs: Job = WorksIn From, "Les métiers qui s'y exercent.";
});

entity!(Study, "A further study.", "Une poursuite d'études qu'un diplôme permet.", {}, {
    parcours: Parcours = LeadsTo From, "Les parcours qui y mènent.";
    masters: Master = LeadsTo From, "Les masters qui y mènent.";
});

entity!(Family, "A family of jobs.", "Une famille de métiers : la fiche ROME que cite un registre, sous le code et l'intitulé qu'il écrit.", {}, {
    jobs: Job = Groups To, "Les métiers que la nomenclature d'aujourd'hui range sous ce code.";
    masters: Master = LeadsTo From, "Les masters dont une source cite cette famille comme débouché.";
    parcours: Parcours = LeadsTo From, "Les parcours dont une source cite cette famille comme débouché.";
});
