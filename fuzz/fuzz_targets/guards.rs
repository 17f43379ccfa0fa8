//! Arbitrary documents and variables, through guards, parser, validation and execution: never a panic, never long, never a
//! fault of the server's. A line that is `---` parts the document from the variables.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (document, variables) = match text.split_once("\n---\n") {
        Some((document, variables)) => (document, Some(variables)),
        None => (text, None),
    };
    // As the body's reader makes sure: variables are a JSON object.
    let variables = variables
        .filter(|text| text.starts_with('{') && serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok());
    passerelle_fuzz::ask(document, variables);
});
