//! Places for long bodies: each becomes several times its size in memory from its first value to its answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::api::access::Who;

/// A few places, of which a caller has one at a time: its own requests wait for it, not those of others.
#[derive(Debug)]
pub struct LongBodies {
    places: Arc<Semaphore>,
    callers: Mutex<HashMap<Who, Arc<Semaphore>>>,
}

/// A place, until dropped.
#[derive(Debug)]
pub struct Place {
    _own: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl LongBodies {
    /// So many places in all.
    pub fn new(places: usize) -> LongBodies {
        LongBodies { places: Arc::new(Semaphore::new(places)), callers: Mutex::default() }
    }

    /// A place for a caller's body, once there is one. `None` never comes: nothing closes them.
    pub async fn enter(&self, who: Who) -> Option<Place> {
        let own = {
            let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
            callers.retain(|_, own| Arc::strong_count(own) > 1);
            callers.entry(who).or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
        };
        let own = own.acquire_owned().await.ok()?;
        let place = self.places.clone().acquire_owned().await.ok()?;
        Some(Place { _own: own, _place: place })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_caller_waits_for_its_own_and_not_for_those_of_others() {
        let bodies = LongBodies::new(2);
        let one = bodies.enter(Who::Address(1)).await;
        let mut next = Box::pin(bodies.enter(Who::Address(1)));
        assert!(next.as_mut().now_or_never().is_none(), "it has one already");
        let other = bodies.enter(Who::Address(2)).now_or_never().expect("there is a second place");
        drop(one);
        assert!(next.as_mut().now_or_never().flatten().is_some());
        drop((next, other));
        assert!(bodies.enter(Who::Address(3)).now_or_never().flatten().is_some());
        assert_eq!(bodies.callers.lock().unwrap().len(), 1, "who has left is forgotten");
    }
}
