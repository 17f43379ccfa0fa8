//! How far the national graph reaches: which masters have licences, parcours and jobs, which jobs have skills.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use crate::graph::{Graph, Half};
use crate::model::{Kind, Relation};

/// The most examples named of what is missing.
const MAX_EXAMPLES: usize = 12;

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub count: usize,
    pub of: usize,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = if self.of == 0 { 0.0 } else { 100.0 * self.count as f64 / self.of as f64 };
        write!(f, "{} sur {} ({percent:.1} %)", self.count, self.of)
    }
}

/// How far the graph reaches.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Masters that a licence opens.
    pub masters_with_licence: Share,
    pub masters_with_parcours: Share,
    /// Masters that lead to a job, they or one of their parcours.
    pub masters_with_job: Share,
    /// Masters that lead to a job whose skills are known.
    pub masters_with_skilled_job: Share,
    /// The same, of the mentions that the newest campaign of Trouver mon master names.
    pub newest_mentions_with_skilled_job: Share,
    /// Jobs whose skills are known.
    pub jobs_with_skills: Share,
    /// Jobs that a code ties to an occupation of ESCO, the same or a near one.
    pub jobs_with_esco: Share,
    /// Those that are the very occupation.
    pub jobs_with_same_esco: Share,
    /// Universities that host a parcours.
    pub universities_with_parcours: Share,
    /// Mentions of the newest campaign that reach no job with skills: the first of them.
    pub without_job: Vec<String>,
    /// What is missing, and from where it could come.
    pub missing: Vec<String>,
}

impl Coverage {
    /// Measures a graph. O(nodes + relations).
    pub fn of(graph: &Graph) -> Coverage {
        let mut coverage = Coverage::default();
        let current = |kind| graph.nodes_of(kind).iter().copied().filter(|ix| !graph.is_retired(*ix));
        let share = |kind, test: &dyn Fn(crate::graph::NodeIx) -> bool| Share {
            count: current(kind).filter(|ix| test(*ix)).count(),
            of: current(kind).count(),
        };
        let stands = |half: &&Half| !graph.is_retired(half.node);
        let out = |ix, relation| graph.out(ix, relation).iter().filter(stands);
        let incoming = |ix, relation| graph.incoming(ix, relation).iter().filter(stands);
        let skilled: HashSet<_> =
            current(Kind::Job).filter(|ix| incoming(*ix, Relation::RequiredBy).next().is_some()).collect();
        let jobs = |master| {
            let own = out(master, Relation::LeadsTo);
            let theirs = out(master, Relation::Offers).flat_map(|half| out(half.node, Relation::LeadsTo));
            let outlets = own.chain(theirs).map(|half| half.node);
            let jobs = outlets.flat_map(|outlet| match graph.kind(outlet) {
                Kind::Family => out(outlet, Relation::Groups).map(|half| half.node).collect(),
                _ => vec![outlet],
            });
            jobs.filter(|ix| graph.kind(*ix) == Kind::Job).collect::<Vec<_>>()
        };
        let reaches = |master| jobs(master).iter().any(|job| skilled.contains(job));
        coverage.masters_with_licence = share(Kind::Master, &|ix| incoming(ix, Relation::Opens).next().is_some());
        coverage.masters_with_parcours = share(Kind::Master, &|ix| out(ix, Relation::Offers).next().is_some());
        coverage.masters_with_job = share(Kind::Master, &|ix| !jobs(ix).is_empty());
        coverage.masters_with_skilled_job = share(Kind::Master, &reaches);
        coverage.jobs_with_skills = share(Kind::Job, &|ix| skilled.contains(&ix));
        let coded = |ix, is: &dyn Fn(&str) -> bool| graph.node(ix).codes.iter().any(|code| is(&code.scheme));
        coverage.jobs_with_esco = share(Kind::Job, &|ix| coded(ix, &|scheme| scheme.starts_with("ESCO")));
        coverage.jobs_with_same_esco = share(Kind::Job, &|ix| coded(ix, &|scheme| scheme == "ESCO"));
        coverage.universities_with_parcours = share(Kind::University, &|ix| out(ix, Relation::Hosts).next().is_some());
        let campaigns = current(Kind::Source).filter(|ix| graph.key(*ix).slug().starts_with("trouver-mon-master-"));
        let newest = campaigns.map(|ix| graph.key(ix).clone()).max();
        let mentions: Vec<_> = current(Kind::Master)
            .filter(|ix| newest.as_ref().is_some_and(|newest| graph.node(*ix).sources.contains(newest)))
            .collect();
        let without: Vec<_> = mentions.iter().filter(|ix| !reaches(**ix)).collect();
        coverage.newest_mentions_with_skilled_job = Share { count: mentions.len() - without.len(), of: mentions.len() };
        coverage.without_job = without.iter().map(|ix| graph.node(**ix).name.to_string()).collect();
        coverage.missing = coverage.gaps();
        coverage
    }

    fn gaps(&self) -> Vec<String> {
        let lacking = |share: Share| share.of - share.count;
        let gaps = [
            (
                lacking(self.masters_with_licence),
                "masters qu'aucune licence n'ouvre, aucun fichier lu ne leur en conseillant",
            ),
            (
                lacking(self.masters_with_parcours),
                "masters sans parcours connu (le fichier Mon Master d'une session nomme ceux qui recrutent)",
            ),
            (lacking(self.masters_with_job), "masters sans métier, aucun fichier lu ne donnant de code ROME pour eux"),
            (lacking(self.jobs_with_skills), "métiers sans compétences, absents du ROME lu"),
            (lacking(self.universities_with_parcours), "établissements sans parcours connu dans ces fichiers"),
        ];
        gaps.into_iter().filter(|(count, _)| *count > 0).map(|(count, text)| format!("{text} : {count}")).collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Étendue du graphe")?;
        for (what, share) in [
            ("masters qu'une licence ouvre", self.masters_with_licence),
            ("masters dont des parcours sont connus", self.masters_with_parcours),
            ("masters qui mènent à un métier", self.masters_with_job),
            ("masters qui mènent à un métier aux compétences connues", self.masters_with_skilled_job),
            ("mentions de la dernière campagne dans ce cas", self.newest_mentions_with_skilled_job),
            ("métiers aux compétences connues", self.jobs_with_skills),
            ("métiers reliés à ESCO", self.jobs_with_esco),
            ("métiers qui sont une profession d'ESCO", self.jobs_with_same_esco),
            ("établissements dont un parcours est connu", self.universities_with_parcours),
        ] {
            if share.of > 0 {
                writeln!(f, "  {what} : {share}")?;
            }
        }
        for gap in &self.missing {
            writeln!(f, "  manque : {gap}")?;
        }
        if !self.without_job.is_empty() {
            let shown = self.without_job.iter().take(MAX_EXAMPLES).map(String::as_str).collect::<Vec<_>>().join(" · ");
            let more = self.without_job.len().saturating_sub(MAX_EXAMPLES);
            write!(f, "  mentions de la dernière campagne sans métier : {shown}")?;
            if more > 0 {
                write!(f, " et {more} autres")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
