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
    assert!(questions.len() >= 60, "only {} questions", questions.len());
    let not_this_way = questions.iter().filter(|question| question.nothing).count();
    assert!(not_this_way >= 20, "only {not_this_way} whose right answer is « not this way »");
    for question in &questions {
        let faults = question.faults(&graph);
        if !faults.is_empty() {
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
