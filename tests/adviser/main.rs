//! Questions as an adviser asks them, on the national graph, with what the answers must say and must not say, checked by
//! hand against the publishers' files. `questions.toml` holds them.
//!
//! Needs the optional test data beside the clone, `../shared/data`, so it is ignored unless asked for:
//! `cargo test --test adviser -- --ignored`.

mod national;
mod question;

use question::Question;

#[test]
#[ignore = "needs the optional test data"]
fn questions_of_an_adviser_with_data() {
    let graph = national::graph();
    let mut wrong = Vec::new();
    let questions = question::all();
    assert!(questions.len() >= 20, "only {} questions", questions.len());
    for question in &questions {
        let faults = question.faults(&graph);
        if let Some(reason) = &question.to_review {
            // Counted again as soon as the graph says it: the mark must not outlive its reason.
            assert!(!faults.is_empty(), "« {} » is answered: take its `to_review` away", question.asked);
            eprintln!("TO REVIEW ({reason}): {}\n  {}", question.asked, faults.join("\n  "));
        } else if !faults.is_empty() {
            wrong.push(format!("{}\n  {}", question.asked, faults.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} answers are wrong\n\n{}", wrong.len(), questions.len(), wrong.join("\n\n"));
}

#[test]
fn a_question_that_says_nothing_is_refused() {
    let empty: Question = toml::from_str("asked = \"Rien ?\"").unwrap();
    assert!(empty.expects().is_err());
}
