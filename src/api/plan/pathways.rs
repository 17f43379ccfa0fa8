//! Pathways: the search on the pool, as the general way does it, then its answer written at once.

use std::sync::Arc;

use super::arguments::{Arguments, Given};
use super::connection::PageInfoFields;
use super::json::{Json, SelectedField, entries};
use super::record::Record;
use super::select::{Compiler, Selected};
use crate::api::pathways::{PathwaysAnswer, Question, evidence_name};
use crate::api::schema_names::relation_name;
use crate::api::work::Work;
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;
use crate::pathway::explain::{self, Strength};
use crate::pathway::{self, Evidence, Pathway, Step};

/// The arguments that a plan reads; with others, or a profile or an assumption, the general way answers.
const ARGUMENTS: [&str; 11] =
    ["from", "to", "via", "avoid", "where", "distinct", "diversity", "maxSteps", "maxMoves", "first", "after"];

/// A pathway question, and what to write of its answer.
#[derive(Debug)]
pub struct Pathways {
    arguments: Arguments,
    fields: Box<[SelectedField<AnswerField>]>,
    /// Whether the evidence of the steps is needed.
    grounded: bool,
}

#[derive(Debug)]
enum AnswerField {
    Typename,
    Edges(Box<[SelectedField<EdgeField>]>),
    Nodes(PathwayFields),
    PageInfo(PageInfoFields),
    From(Record),
    To(Record),
    Exhaustive,
}

#[derive(Debug)]
enum EdgeField {
    Typename,
    Cursor,
    Node(PathwayFields),
}

type PathwayFields = Box<[SelectedField<PathwayField>]>;

#[derive(Debug)]
enum PathwayField {
    Typename,
    Score,
    Steps(Box<[SelectedField<StepField>]>),
    /// The first of a kind.
    First(Kind, Record),
    University(Record),
    SkillsGained(Record),
    SkillsMissing(Record),
    Explanation,
    Weakest(EvidenceFields),
}

#[derive(Debug)]
enum StepField {
    Typename,
    From(Record),
    Relation,
    To(Record),
    Strength,
    Evidence(EvidenceFields),
}

type EvidenceFields = Box<[SelectedField<EvidenceField>]>;

#[derive(Debug)]
enum EvidenceField {
    Typename,
    Kind,
    Word,
    Strength,
    Skills(Record),
    Sources(Record),
}

impl Pathways {
    /// The plan of a `pathways` field.
    pub fn compile<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>) -> Option<Pathways> {
        if !selected.takes(&ARGUMENTS) {
            return None;
        }
        let fields = compiler.select(&selected.sets, &["PathwayConnection"])?;
        let fields = entries(&fields, |field| {
            Some(match field.name() {
                "__typename" => AnswerField::Typename,
                "edges" => {
                    let fields = compiler.select(&field.sets, &["PathwayEdge"])?;
                    AnswerField::Edges(entries(&fields, |field| {
                        Some(match field.name() {
                            "__typename" => EdgeField::Typename,
                            "cursor" => EdgeField::Cursor,
                            "node" => EdgeField::Node(pathway_fields(compiler, field)?),
                            _ => return None,
                        })
                    })?)
                }
                "nodes" => AnswerField::Nodes(pathway_fields(compiler, field)?),
                "pageInfo" => AnswerField::PageInfo(PageInfoFields::compile(compiler, field)?),
                "from" => AnswerField::From(Record::entity(compiler, &field.sets)?),
                "to" => AnswerField::To(Record::entity(compiler, &field.sets)?),
                "exhaustive" => AnswerField::Exhaustive,
                _ => return None,
            })
        })?;
        let grounded = fields.iter().any(|entry| match &entry.field {
            AnswerField::Nodes(fields) => grounded(fields),
            AnswerField::Edges(fields) => fields.iter().any(|entry| match &entry.field {
                EdgeField::Node(fields) => grounded(fields),
                EdgeField::Typename | EdgeField::Cursor => false,
            }),
            _ => false,
        });
        Some(Pathways { arguments: Arguments::of(selected), fields, grounded })
    }

    /// Searches, and writes what was found.
    pub async fn write(&self, json: &mut Json, graph: &Arc<Graph>, given: &Given<'_>, work: &Work) -> Option<()> {
        let arguments = &self.arguments;
        let question = Question {
            from: arguments.get("from", given)?,
            to: arguments.get("to", given)?,
            via: arguments.get("via", given)?,
            avoid: arguments.get("avoid", given)?,
            filter: arguments.get("where", given)?,
            distinct: arguments.get("distinct", given)?,
            diversity: arguments.get_or("diversity", 0.0, given)?,
            max_steps: arguments.get_or("maxSteps", 6, given)?,
            max_moves: arguments.get_or("maxMoves", 1, given)?,
            first: arguments.get_or("first", 10, given)?,
            after: arguments.get("after", given)?,
            supposed: String::new(),
        };
        if question.from.is_empty() || question.to.is_empty() {
            return None;
        }
        let list = question.list();
        let query = Arc::new(question.query(graph).ok()?.0);
        let (searched, asked) = (graph.clone(), query.clone());
        let search = if self.grounded { pathway::search } else { pathway::outline };
        let found = work.run(move |cancel| search(&searched, &asked, &|| cancel.is_set())).await.ok()?.ok()?;
        graph.fetch_labels(found.pathways.iter().flat_map(|pathway| pathway.nodes()));
        let answer = PathwaysAnswer::on_snapshot(graph.clone(), list, query, found);
        json.object(&self.fields, |json, field| {
            match field {
                AnswerField::Typename => json.string("PathwayConnection"),
                AnswerField::Edges(fields) => json.list(answer.pathways(), |json, pathway| {
                    json.object(fields, |json, field| {
                        match field {
                            EdgeField::Typename => json.string("PathwayEdge"),
                            EdgeField::Cursor => json.string(&answer.cursor(pathway)),
                            EdgeField::Node(fields) => write_pathway(json, &answer, fields, pathway, given)?,
                        }
                        Some(())
                    })
                })?,
                AnswerField::Nodes(fields) => {
                    json.list(answer.pathways(), |json, pathway| write_pathway(json, &answer, fields, pathway, given))?
                }
                AnswerField::PageInfo(fields) => fields.write(json, &answer.page_info())?,
                AnswerField::From(record) => records(json, graph, record, &answer.ends(&answer.query.from), given)?,
                AnswerField::To(record) => records(json, graph, record, &answer.ends(&answer.query.to), given)?,
                AnswerField::Exhaustive => json.boolean(answer.found.exhaustive()),
            }
            Some(())
        })
    }
}

/// Whether a field of a pathway tells of its evidence.
fn grounded(fields: &PathwayFields) -> bool {
    fields.iter().any(|entry| match &entry.field {
        PathwayField::Explanation | PathwayField::Weakest(_) => true,
        PathwayField::Steps(fields) => fields.iter().any(|entry| matches!(entry.field, StepField::Evidence(_))),
        // What is gained and missing is read from the graph.
        _ => false,
    })
}

fn records(json: &mut Json, graph: &Graph, record: &Record, nodes: &[NodeIx], given: &Given<'_>) -> Option<()> {
    json.list(nodes, |json, ix| record.write(json, graph, *ix, given))
}

fn records_or_null(
    json: &mut Json,
    graph: &Graph,
    record: &Record,
    nodes: Option<&[NodeIx]>,
    given: &Given<'_>,
) -> Option<()> {
    match nodes {
        Some(nodes) => records(json, graph, record, nodes, given),
        None => {
            json.raw("null");
            Some(())
        }
    }
}

fn pathway_fields<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>) -> Option<PathwayFields> {
    let fields = compiler.select(&selected.sets, &["Pathway"])?;
    entries(&fields, |field| {
        if !field.takes(&[]) {
            return None;
        }
        let mut first = |kind| Some(PathwayField::First(kind, Record::of(compiler, &field.sets, kind)?));
        Some(match field.name() {
            "__typename" => PathwayField::Typename,
            "score" => PathwayField::Score,
            "licence" => first(Kind::Licence)?,
            "master" => first(Kind::Master)?,
            "parcours" => first(Kind::Parcours)?,
            "job" => first(Kind::Job)?,
            "university" => PathwayField::University(Record::of(compiler, &field.sets, Kind::University)?),
            "skillsGained" => PathwayField::SkillsGained(Record::of(compiler, &field.sets, Kind::Skill)?),
            "skillsMissing" => PathwayField::SkillsMissing(Record::of(compiler, &field.sets, Kind::Skill)?),
            "explanation" => PathwayField::Explanation,
            "weakest" => PathwayField::Weakest(evidence_fields(compiler, field)?),
            "steps" => {
                let fields = compiler.select(&field.sets, &["PathwayStep"])?;
                PathwayField::Steps(entries(&fields, |field| {
                    Some(match field.name() {
                        "__typename" => StepField::Typename,
                        "from" => StepField::From(Record::entity(compiler, &field.sets)?),
                        "relation" => StepField::Relation,
                        "to" => StepField::To(Record::entity(compiler, &field.sets)?),
                        "strength" => StepField::Strength,
                        "evidence" => StepField::Evidence(evidence_fields(compiler, field)?),
                        _ => return None,
                    })
                })?)
            }
            _ => return None,
        })
    })
}

fn evidence_fields<'d>(compiler: &mut Compiler<'d>, selected: &Selected<'d>) -> Option<EvidenceFields> {
    let fields = compiler.select(&selected.sets, &["Evidence"])?;
    entries(&fields, |field| {
        Some(match field.name() {
            "__typename" => EvidenceField::Typename,
            "kind" => EvidenceField::Kind,
            "word" => EvidenceField::Word,
            "strength" => EvidenceField::Strength,
            "skills" => EvidenceField::Skills(Record::of(compiler, &field.sets, Kind::Skill)?),
            "sources" => EvidenceField::Sources(Record::of(compiler, &field.sets, Kind::Source)?),
            _ => return None,
        })
    })
}

fn write_pathway(
    json: &mut Json,
    answer: &PathwaysAnswer,
    fields: &[SelectedField<PathwayField>],
    pathway: &Pathway,
    given: &Given<'_>,
) -> Option<()> {
    let graph = &*answer.graph;
    json.object(fields, |json, field| {
        match field {
            PathwayField::Typename => json.string("Pathway"),
            PathwayField::Score => json.value(pathway.score),
            PathwayField::Steps(fields) => {
                json.list(&pathway.steps, |json, step| write_step(json, graph, fields, step, given))?
            }
            PathwayField::First(kind, record) => {
                or_null(json, graph, record, pathway.first(graph, *kind), given)?;
            }
            PathwayField::University(record) => or_null(json, graph, record, answer.host(pathway), given)?,
            PathwayField::SkillsGained(record) => {
                let skills = pathway::skills::gained(graph, pathway, answer.retired());
                records_or_null(json, graph, record, skills.as_deref(), given)?;
            }
            PathwayField::SkillsMissing(record) => {
                let skills = pathway::skills::missing(graph, pathway, answer.retired());
                records_or_null(json, graph, record, skills.as_deref(), given)?;
            }
            PathwayField::Explanation => {
                json.string(&explain::paragraph(graph, &answer.query, pathway));
            }
            PathwayField::Weakest(fields) => {
                let (_, evidence) = pathway.weakest()?;
                write_evidence(json, graph, fields, evidence, given)?;
            }
        }
        Some(())
    })
}

fn or_null(json: &mut Json, graph: &Graph, record: &Record, ix: Option<NodeIx>, given: &Given<'_>) -> Option<()> {
    match ix {
        Some(ix) => record.write(json, graph, ix, given),
        None => {
            json.raw("null");
            Some(())
        }
    }
}

fn write_step(
    json: &mut Json,
    graph: &Graph,
    fields: &[SelectedField<StepField>],
    step: &Step,
    given: &Given<'_>,
) -> Option<()> {
    json.object(fields, |json, field| {
        match field {
            StepField::Typename => json.string("PathwayStep"),
            StepField::From(record) => record.write(json, graph, step.from, given)?,
            StepField::Relation => json.string(relation_name(step.relation)),
            StepField::To(record) => record.write(json, graph, step.to, given)?,
            StepField::Strength => json.value(step.strength),
            StepField::Evidence(fields) => {
                json.list(&step.evidence, |json, evidence| write_evidence(json, graph, fields, evidence, given))?
            }
        }
        Some(())
    })
}

fn write_evidence(
    json: &mut Json,
    graph: &Graph,
    fields: &[SelectedField<EvidenceField>],
    evidence: &Evidence,
    given: &Given<'_>,
) -> Option<()> {
    json.object(fields, |json, field| {
        match field {
            EvidenceField::Typename => json.string("Evidence"),
            EvidenceField::Kind => json.string(evidence_name(evidence.kind)),
            EvidenceField::Word => json.string(Strength::of(evidence.strength).name()),
            EvidenceField::Strength => json.value(evidence.strength),
            EvidenceField::Skills(record) => records(json, graph, record, &evidence.skills, given)?,
            EvidenceField::Sources(record) => records(json, graph, record, &evidence.sources, given)?,
        }
        Some(())
    })
}
