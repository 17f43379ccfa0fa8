//! Whole answers, kept for requests made again of the same graph.
//!
//! The key holds all that an answer depends on: the request as it came, what carried it, the version of the graph and the role. So
//! a kept answer is found before anything of the request is read. Only answers without errors are kept, bounded by bytes, the
//! largest not at all. An answer asked again by one who takes it compressed is kept in that form too.

use std::hash::{Hash, Hasher};

use bytes::Bytes;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::Via;
use crate::api::access::Role;

/// What an answer depends on, borrowed from a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question<'q> {
    /// The request's parameters as they were written.
    pub text: &'q [u8],
    /// What carried them: the same text may mean another thing by another way.
    pub via: Via,
    /// The version of the graph.
    pub version: u64,
    /// The role of the caller.
    pub role: Option<Role>,
    /// Whether the answer is wanted compressed.
    pub packed: bool,
}

#[derive(Clone)]
struct Key {
    text: Box<[u8]>,
    via: Via,
    version: u64,
    role: Option<Role>,
    packed: bool,
}

impl Key {
    fn question(&self) -> Question<'_> {
        let Key { text, via, version, role, packed } = self;
        Question { text, via: *via, version: *version, role: *role, packed: *packed }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.question() == other.question()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question().hash(state);
    }
}

impl Equivalent<Key> for Question<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self == key.question()
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Bytes> for Weight {
    fn weight(&self, key: &Key, body: &Bytes) -> u64 {
        (key.text.len() + body.len()) as u64 + 200
    }
}

/// The answers of a server.
pub struct Answers {
    kept: Cache<Key, Bytes, Weight>,
    largest: u64,
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

    /// The compressed form of the answer to a question asked before, made now and kept when it is not at hand; the answer as it
    /// is where `pack` gives none. With whether it is compressed.
    pub fn packed(
        &self,
        question: &Question<'_>,
        pack: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
    ) -> Option<(Bytes, bool)> {
        let wanted = Question { packed: true, ..*question };
        if let Some(packed) = self.get(&wanted) {
            return Some((packed, true));
        }
        let body = self.get(question)?;
        let Some(packed) = pack(&body) else { return Some((body, false)) };
        let packed = Bytes::from(packed.into_boxed_slice());
        self.keep(&wanted, &packed);
        Some((packed, true))
    }

    /// Keeps an answer, in memory of its own: that in which it was written has room to spare, which nobody counts.
    pub fn keep(&self, question: &Question<'_>, body: &Bytes) {
        if (question.text.len() + body.len()) as u64 > self.largest {
            return;
        }
        let Question { text, via, version, role, packed } = *question;
        self.kept.insert(Key { text: text.into(), via, version, role, packed }, Bytes::copy_from_slice(body));
    }

    /// Bytes kept.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Question<'_> = Question { text: b"{ a }", via: Via::Post, version: 1, role: None, packed: false };

    #[test]
    fn an_answer_is_given_again_to_the_same_question_only() {
        let answers = Answers::new(1 << 20);
        answers.keep(&ASKED, &Bytes::from_static(b"1"));
        assert_eq!(answers.get(&ASKED).as_deref(), Some(&b"1"[..]));
        let others = [
            Question { text: b"{ b }", ..ASKED },
            Question { via: Via::Get, ..ASKED },
            Question { version: 2, ..ASKED },
            Question { role: Some(Role::Reader), ..ASKED },
            Question { packed: true, ..ASKED },
        ];
        assert!(others.iter().all(|other| answers.get(other).is_none()));
    }

    #[test]
    fn what_is_asked_again_is_compressed_once() {
        let answers = Answers::new(1 << 20);
        let packed = |to: &[u8]| answers.packed(&ASKED, |_| (!to.is_empty()).then(|| to.to_vec()));
        assert_eq!(packed(b"z"), None);
        answers.keep(&ASKED, &Bytes::from_static(b"long"));
        assert_eq!(packed(b""), Some((Bytes::from_static(b"long"), false)));
        assert_eq!(packed(b"z"), Some((Bytes::from_static(b"z"), true)));
        assert_eq!(packed(b"other"), Some((Bytes::from_static(b"z"), true)));
        assert_eq!(answers.get(&ASKED).as_deref(), Some(&b"long"[..]));
    }

    #[test]
    fn the_bytes_kept_are_bounded() {
        let answers = Answers::new(100_000);
        for version in 0..1_000 {
            answers.keep(&Question { version, ..ASKED }, &Bytes::from(vec![b'x'; 5_000]));
        }
        answers.keep(&ASKED, &Bytes::from(vec![b'x'; 50_000]));
        assert!(answers.bytes() <= 100_000 && answers.bytes() > 50_000, "{}", answers.bytes());
        assert_ne!(answers.get(&ASKED).map(|body| body.len()), Some(50_000));
    }
}
