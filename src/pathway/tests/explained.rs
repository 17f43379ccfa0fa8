//! Explanations: what a student reads, and that each word of it rests on evidence.

use super::super::explain;
use super::super::*;
use super::world::World;
use crate::import::seed;
use crate::model::Relation::*;

fn told(world: &World, from: &str, to: &str, change: impl FnOnce(&mut Query)) -> String {
    let graph = world.graph();
    let at = |key: &str| graph.find(key).into_iter().collect::<Vec<_>>();
    let mut query = Query::new(at(from), at(to));
    change(&mut query);
    let found = search(&graph, &query, &|| false).unwrap();
    explain::paragraph(&graph, &query, &found.pathways[0])
}

fn to_ecologue() -> World {
    World::default()
        .named("source/s", "Fiche du master")
        .dated("source/s", "2025-09-18")
        .named("licence/l", "Licence Sciences de la vie")
        .named("master/m", "Information et médiation scientifique")
        .named("parcours/p", "JET")
        .named("university/u", "Université Côte d'Azur")
        .named("job/j", "Écologue")
        .named("skill/s0", "veille")
        .named("skill/s1", "écrire")
        .with(Opens, "licence/l", "master/m", 0.6)
        .with(Offers, "master/m", "parcours/p", 1.0)
        .with(Hosts, "university/u", "parcours/p", 1.0)
        .with(LeadsTo, "parcours/p", "job/j", 0.9)
        .with(RequiredBy, "skill/s0", "job/j", 0.5)
        .with(RequiredBy, "skill/s1", "job/j", 0.5)
        .with(Develops, "parcours/p", "skill/s0", 0.5)
}

#[test]
fn a_pathway_is_explained_on_whose_word() {
    assert_eq!(
        told(&to_ecologue(), "licence/l", "job/j", |_| {}),
        "La licence Sciences de la vie peut mener au master Information et médiation scientifique (attesté). Ce \
         master propose le parcours JET, à l'Université Côte d'Azur (bien attesté). Ce parcours peut mener au métier \
         d'écologue (bien attesté) : débouché annoncé ; on y acquiert une des deux compétences requises (peu attesté). \
         Le moins sûr : l'accès au master. Seule source : « Fiche du master » (2025)."
    );
}

#[test]
fn skills_alone_are_no_announcement_but_what_is_only_not_counted_is_not_denied() {
    let skills = |query: &mut Query| query.filter.evidence = [EvidenceKind::Skills].into_iter().collect();
    let world = to_ecologue().with(Develops, "parcours/p", "skill/s1", 0.5);
    assert!(told(&world, "parcours/p", "job/j", skills).starts_with(
        "Le parcours JET peut mener au métier d'écologue (attesté) : on y acquiert les deux compétences requises, \
         « veille » et « écrire ». Seule source"
    ));
    let world = World::default().with(RequiredBy, "skill/s", "job/j", 0.5).with(Develops, "parcours/p", "skill/s", 0.5);
    assert!(
        told(&world, "parcours/p", "job/j", |_| {})
            .contains("la compétence requise, « s », mais aucune source ne l'annonce. Aucune preuve n'est datée.")
    );
}

#[test]
fn a_change_of_track_and_of_job_read_on() {
    let world = World::default()
        .named("licence/a", "Physique")
        .named("licence/b", "Histoire")
        .named("job/j", "Archiviste")
        .named("job/k", "Historien")
        .with(Bridges, "licence/a", "licence/b", 0.5)
        .with(Opens, "licence/b", "master/m", 0.8)
        .with(LeadsTo, "master/m", "job/j", 0.8)
        .with(EvolvesTo, "job/j", "job/k", 0.5);
    assert_eq!(
        told(&world, "licence/a", "job/k", |_| {}),
        "De la licence Physique, une passerelle conduit à la licence Histoire (attesté). Cette licence peut mener \
         au master m (bien attesté). Aucune source ne dit quelle université propose ce master. Ce master peut mener au métier d'archiviste (bien attesté) : débouché annoncé. De ce métier, on \
         peut évoluer vers le métier d'historien (attesté). Les moins sûrs : la passerelle vers la licence \
         Histoire et l'évolution vers le métier d'historien. Aucune preuve n'est datée. Seule source : « s »."
    );
}

#[test]
fn a_source_has_one_number_and_one_name_and_age_is_told_from_the_newest() {
    let world = to_ecologue()
        .named("source/old", "Enquête, tableau 3")
        .dated("source/old", "2019")
        .named("source/pages", "Page d'orientation")
        .stated(Opens, "licence/l", "master/m", "source/old")
        .stated(LeadsTo, "parcours/p", "job/j", "source/pages");
    assert_eq!(
        told(&world, "licence/l", "job/j", |_| {}),
        "La licence Sciences de la vie peut mener au master Information et médiation scientifique (attesté ; \
         confirmé en dernier en 2019) [1]. \
         Ce master propose le parcours JET, à l'Université Côte d'Azur (bien attesté) [2]. Ce parcours peut mener au métier \
         d'écologue (bien attesté) : débouché annoncé [3] ; on y acquiert une des deux compétences requises (peu attesté) [2]. \
         Le moins sûr : l'accès au master. Une preuve est sans date. \
         Sources : [1] Enquête (2019) ; [2] Fiche du master (2025) ; [3] Page d'orientation."
    );
    let recent = world.dated("source/old", "2023-10").dated("source/pages", "2024");
    assert!(
        !told(&recent, "licence/l", "job/j", |_| {}).contains("confirmé en dernier"),
        "within two years of the newest"
    );
}

#[test]
fn what_a_source_adds_is_said_where_it_belongs() {
    let world = to_ecologue()
        .with(Opens, "licence/l", "master/m", 0.8)
        .on(Opens, "licence/l", "master/m", "Avec de la biologie.")
        .with(Hosts, "university/u", "parcours/p", 0.6)
        .on(Hosts, "university/u", "parcours/p", "jusqu'en 2025");
    let text = told(&world, "licence/l", "job/j", |_| {});
    assert!(text.contains("scientifique (bien attesté ; avec de la biologie). Ce master"), "{text}");
    assert!(text.contains("JET (bien attesté), à l'Université Côte d'Azur (attesté ; jusqu'en 2025). Ce"), "{text}");
    assert!(!text.contains("moins sûr"), "each step is solid: {text}");
}

/// Every pathway of the curated graph from each licence to each job, ten at most a pair.
#[test]
fn the_curated_graph_is_told_briefly_and_on_evidence() {
    let seed = seed::embedded().unwrap();
    let graph = Graph::build(seed.nodes, seed.edges, 1).unwrap();
    let mut lengths: Vec<usize> = Vec::new();
    for licence in graph.nodes_of(Kind::Licence) {
        for job in graph.nodes_of(Kind::Job).iter().chain(graph.nodes_of(Kind::Study)) {
            let query = Query::new(vec![*licence], vec![*job]);
            let found = search(&graph, &query, &|| false).unwrap();
            for way in &found.pathways {
                let sentences = explain::sentences(&graph, &query, way);
                for sentence in &sentences {
                    let stated = sentence.edges.len() + sentence.sources.len();
                    assert!(sentence.grounds.len() + stated > 0, "{}", sentence.text);
                    let piece = |at: &explain::Ground| way.steps[at.step].evidence.get(at.piece);
                    assert!(sentence.grounds.iter().all(|at| piece(at).is_some()), "{}", sentence.text);
                }
                for (step, sentence) in way.steps.iter().zip(&sentences) {
                    let word = explain::Strength::of(step.strength).name();
                    assert!(sentence.text.contains(&format!("({word}")), "{}", sentence.text);
                    let name = graph.node(step.to).name.to_lowercase();
                    assert!(sentence.text.to_lowercase().contains(&name), "{}", sentence.text);
                }
                let text = explain::paragraph(&graph, &query, way);
                for wrong in ["  ", "..", " .", "()", "[]", "de le ", "à le ", "de a", "de é", "une autres", "[ "] {
                    assert!(!text.contains(wrong), "`{wrong}` in {text}");
                }
                lengths.push(text.chars().count());
            }
        }
    }
    lengths.sort_unstable();
    let (median, longest) = (lengths[lengths.len() / 2], lengths[lengths.len() - 1]);
    assert!(median <= 800 && longest <= 1100, "half are at most {median} characters long, all at most {longest}");
}

#[test]
fn the_question_that_everyone_asks_first_is_told_briefly_with_every_source() {
    let seed = seed::embedded().unwrap();
    let graph = Graph::build(seed.nodes, seed.edges, 1).unwrap();
    let at = |name: &str| graph.resolve(name);
    let query = Query::new(at("SVT"), at("journaliste environnemental"));
    let found = search(&graph, &query, &|| false).unwrap();
    let text = explain::paragraph(&graph, &query, &found.pathways[0]);
    assert!(text.chars().count() <= 800, "{} letters: {text}", text.chars().count());
    // What one studies where, why it leads on, on whose word, what is weak, what is old.
    for said in [
        "au master",
        "à l'Université Côte d'Azur",
        "débouché annoncé",
        "sept des 49 compétences",
        "moins sûr",
        "2020",
        "Sources",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}
