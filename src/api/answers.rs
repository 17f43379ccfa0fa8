//! Whole answers, kept for queries asked again of the same graph.
//!
//! The key holds all that an answer depends on: document, operation name, variables as they were written,
//! version of the graph and role. Only answers without errors are kept, bounded by bytes, the largest not at all.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bytes::Bytes;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::access::Role;

/// What an answer depends on, borrowed from a request.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The document.
    pub query: &'q str,
    /// The operation's name.
    pub operation: Option<&'q str>,
    /// The variables' JSON, as written.
    pub variables: &'q str,
    /// The version of the graph.
    pub version: u64,
    /// The role of the caller.
    pub role: Option<Role>,
}

impl Hash for Question<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.query, self.operation, self.variables, self.version, self.role).hash(state);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    /// Shared by all answers to the document.
    query: Arc<str>,
    operation: Option<Box<str>>,
    variables: Box<str>,
    version: u64,
    role: Option<Role>,
}

impl Key {
    fn question(&self) -> Question<'_> {
        let Key { query, operation, variables, version, role } = self;
        Question { query, operation: operation.as_deref(), variables, version: *version, role: *role }
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question().hash(state);
    }
}

impl Equivalent<Key> for Question<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        let other = key.question();
        (self.query, self.operation, self.variables, self.version, self.role)
            == (other.query, other.operation, other.variables, other.version, other.role)
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Arc<Key>, Bytes> for Weight {
    fn weight(&self, key: &Arc<Key>, body: &Bytes) -> u64 {
        // The document's text as if it were not shared: never too little.
        (key.query.len() + key.variables.len() + body.len()) as u64 + 200
    }
}

/// The answers of a server.
pub struct Answers {
    kept: Cache<Arc<Key>, Bytes, Weight>,
    largest: u64,
}

impl Equivalent<Arc<Key>> for Question<'_> {
    fn equivalent(&self, key: &Arc<Key>) -> bool {
        Equivalent::<Key>::equivalent(self, key)
    }
}

impl Answers {
    /// Room for so many bytes of questions and answers together.
    pub fn new(bytes: u64) -> Answers {
        Answers { kept: Cache::with_weighter((bytes / 2_000).max(100) as usize, bytes, Weight), largest: bytes / 16 }
    }

    /// The answer to a question asked before.
    pub fn get(&self, question: &Question<'_>) -> Option<Bytes> {
        self.kept.get(question)
    }

    /// Keeps an answer. `query` is the question's.
    pub fn keep(&self, question: &Question<'_>, query: &Arc<str>, body: &Bytes) {
        if (question.query.len() + question.variables.len() + body.len()) as u64 > self.largest {
            return;
        }
        let key = Key {
            query: query.clone(),
            operation: question.operation.map(Into::into),
            variables: question.variables.into(),
            version: question.version,
            role: question.role,
        };
        self.kept.insert(Arc::new(key), body.clone());
    }

    /// Bytes kept.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Question<'_> = Question { query: "{ a }", operation: None, variables: "{}", version: 1, role: None };

    #[test]
    fn an_answer_is_given_again_to_the_same_question_only() {
        let answers = Answers::new(1 << 20);
        answers.keep(&ASKED, &ASKED.query.into(), &Bytes::from_static(b"1"));
        assert_eq!(answers.get(&ASKED).as_deref(), Some(&b"1"[..]));
        let others = [
            Question { query: "{ b }", ..ASKED },
            Question { operation: Some("x"), ..ASKED },
            Question { variables: "{\"x\":1}", ..ASKED },
            Question { version: 2, ..ASKED },
            Question { role: Some(Role::Reader), ..ASKED },
        ];
        assert!(others.iter().all(|other| answers.get(other).is_none()));
    }

    #[test]
    fn the_bytes_kept_are_bounded() {
        let answers = Answers::new(100_000);
        for version in 0..1_000 {
            answers.keep(&Question { version, ..ASKED }, &ASKED.query.into(), &Bytes::from(vec![b'x'; 5_000]));
        }
        answers.keep(&ASKED, &ASKED.query.into(), &Bytes::from(vec![b'x'; 50_000]));
        assert!(answers.bytes() <= 100_000 && answers.bytes() > 50_000, "{}", answers.bytes());
        assert_ne!(answers.get(&ASKED).map(|body| body.len()), Some(50_000));
    }
}
