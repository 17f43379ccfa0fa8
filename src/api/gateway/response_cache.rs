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
use super::answer::Tag;
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
struct CacheKey {
    text: Box<[u8]>,
    via: Via,
    version: u64,
    role: Option<Role>,
    packed: bool,
}

impl CacheKey {
    fn question(&self) -> Question<'_> {
        let CacheKey { text, via, version, role, packed } = self;
        Question { text, via: *via, version: *version, role: *role, packed: *packed }
    }
}

impl PartialEq for CacheKey {
    fn eq(&self, other: &CacheKey) -> bool {
        self.question() == other.question()
    }
}

impl Eq for CacheKey {}

impl Hash for CacheKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question().hash(state);
    }
}

impl Equivalent<CacheKey> for Question<'_> {
    fn equivalent(&self, key: &CacheKey) -> bool {
        *self == key.question()
    }
}

/// A kept answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What is sent.
    pub body: Bytes,
    /// Its tag, where it was made.
    pub tag: Option<Tag>,
}

#[derive(Clone)]
struct AnswerWeight;

impl Weighter<CacheKey, Kept> for AnswerWeight {
    fn weight(&self, key: &CacheKey, kept: &Kept) -> u64 {
        (key.text.len() + kept.body.len()) as u64 + 220
    }
}

/// Answers up to so many bytes are compressed by whoever asks for them in that form: a fraction of a millisecond.
const PACKED_AT_ONCE: usize = 64 << 10;

/// The answers of a server.
pub struct Answers {
    kept: Cache<CacheKey, Kept, AnswerWeight>,
    largest: u64,
}

impl Answers {
    /// Room for so many bytes of questions and answers together.
    pub fn new(bytes: u64) -> Answers {
        Answers {
            kept: Cache::with_weighter((bytes / 2_000).max(100) as usize, bytes, AnswerWeight),
            largest: bytes / 16,
        }
    }

    /// The answer to a question asked before.
    pub fn get(&self, question: &Question<'_>) -> Option<Kept> {
        self.kept.get(question)
    }

    /// The compressed form of the answer to a question asked before, made now and kept when it is not at hand; the answer as it
    /// is where `pack` gives none, and none where it is too long to be compressed now. With whether it is compressed.
    pub fn packed(&self, question: &Question<'_>, pack: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> Option<(Kept, bool)> {
        let wanted = Question { packed: true, ..*question };
        if let Some(packed) = self.get(&wanted) {
            return Some((packed, true));
        }
        let kept = self.get(question).filter(|kept| kept.body.len() <= PACKED_AT_ONCE)?;
        let Some(packed) = pack(&kept.body) else { return Some((kept, false)) };
        let packed = Kept { body: packed.into_boxed_slice().into(), tag: None };
        self.keep(&wanted, &packed.body, None);
        Some((packed, true))
    }

    /// Keeps an answer, in memory of its own: that in which it was written has room to spare, which nobody counts.
    pub fn keep(&self, question: &Question<'_>, body: &Bytes, tag: Option<Tag>) {
        if (question.text.len() + body.len()) as u64 > self.largest {
            return;
        }
        let Question { text, via, version, role, packed } = *question;
        let kept = Kept { body: Bytes::copy_from_slice(body), tag };
        self.kept.insert(CacheKey { text: text.into(), via, version, role, packed }, kept);
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
        answers.keep(&ASKED, &Bytes::from_static(b"1"), Some([7; 16]));
        assert_eq!(answers.get(&ASKED), Some(Kept { body: Bytes::from_static(b"1"), tag: Some([7; 16]) }));
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
        let kept = |body: &'static [u8]| Kept { body: Bytes::from_static(body), tag: None };
        assert_eq!(packed(b"z"), None);
        answers.keep(&ASKED, &Bytes::from_static(b"long"), None);
        assert_eq!(packed(b""), Some((kept(b"long"), false)));
        assert_eq!(packed(b"z"), Some((kept(b"z"), true)));
        assert_eq!(packed(b"other"), Some((kept(b"z"), true)));
        assert_eq!(answers.get(&ASKED), Some(kept(b"long")));
    }

    #[test]
    fn whoever_asks_for_a_large_one_compressed_does_not_compress_it() {
        let answers = Answers::new(4 << 20);
        let (most, more) = (vec![b'x'; PACKED_AT_ONCE], vec![b'x'; PACKED_AT_ONCE + 1]);
        answers.keep(&ASKED, &Bytes::from(more), None);
        assert_eq!(answers.packed(&ASKED, |_| unreachable!("it is too long")), None);
        assert!(answers.get(&ASKED).is_some(), "as it is, it is there");
        answers.keep(&ASKED, &Bytes::from(most), None);
        assert!(answers.packed(&ASKED, |_| Some(vec![b'z'])).is_some());
    }

    #[test]
    fn the_bytes_kept_are_bounded() {
        let answers = Answers::new(100_000);
        for version in 0..1_000 {
            answers.keep(&Question { version, ..ASKED }, &Bytes::from(vec![b'x'; 5_000]), None);
        }
        answers.keep(&ASKED, &Bytes::from(vec![b'x'; 50_000]), None);
        assert!(answers.bytes() <= 100_000 && answers.bytes() > 50_000, "{}", answers.bytes());
        assert_ne!(answers.get(&ASKED).map(|kept| kept.body.len()), Some(50_000));
    }
}
