use std::sync::atomic::AtomicUsize;

use super::*;

const ME: Who = Who::Address(1);

fn work_on(pool: &Arc<Pool>) -> Work {
    Work::new(pool.clone(), Cancel::after(Duration::from_secs(10)), ME)
}

#[tokio::test]
async fn a_request_is_driven_on_the_pool_one_thread_at_a_time() {
    let pool = Arc::new(Pool::new(2, 8, 16));
    let work = work_on(&pool);
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let threads = work.drive({
        let work = work.clone();
        async move {
            let piece = async |n: u64| {
                let (inside, most) = (inside.clone(), most.clone());
                let run = work.run(move |_| {
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(TURN + Duration::from_millis(n));
                    inside.fetch_sub(1, Ordering::SeqCst);
                    std::thread::current().name().map(str::to_owned)
                });
                // A timer of the runtime that waits, set on a thread of the pool.
                tokio::time::sleep(Duration::from_millis(n)).await;
                run.await.unwrap()
            };
            let threads = futures_util::join!(piece(1), piece(2), piece(3));
            ([threads.0, threads.1, threads.2], most.load(Ordering::SeqCst))
        }
    });
    let (threads, most) = threads.await.unwrap();
    assert!(threads.iter().all(|thread| thread.as_deref() == Some("search")), "{threads:?}");
    assert_eq!(most, 1);
    // A thread gives the result before it counts itself free.
    let free = async {
        while pool.load() != (0, 0, 0) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), free).await.expect("its thread is free again");
}

#[tokio::test]
async fn others_have_their_turn_while_a_request_is_driven() {
    let pool = Arc::new(Pool::new(1, 8, 16));
    let drive = |who: Who, pieces: usize| {
        let work = Work::new(pool.clone(), Cancel::after(Duration::from_secs(20)), who);
        tokio::spawn(async move {
            let begun = Instant::now();
            let inner = work.clone();
            let all = work.drive(async move {
                for _ in 0..pieces {
                    inner.run(|_| std::thread::sleep(TURN * 2)).await.unwrap();
                }
            });
            all.await.unwrap();
            begun.elapsed()
        })
    };
    // Two threads, and three who ask: two of them for much.
    let (first, second) = (drive(Who::Address(1), 60), drive(Who::Address(2), 60));
    tokio::time::sleep(TURN).await;
    let short = drive(Who::Address(3), 1).await.unwrap();
    let long = first.await.unwrap().min(second.await.unwrap());
    assert!(short * 2 < long, "{short:?} beside {long:?}");
}

#[tokio::test]
async fn a_driven_request_ends_with_its_deadline_its_client_and_its_panic() {
    let pool = Arc::new(Pool::new(1, 1, 16));
    let late = Work::new(pool.clone(), Cancel::after(Duration::from_millis(30)), ME);
    let never = late.drive(std::future::pending::<()>()).await;
    assert_eq!(never.unwrap_err().code().name(), "TIMEOUT");
    let broken = work_on(&pool).drive(async { panic!("as expected") }).await.map(|(): ()| ());
    assert_eq!(broken.unwrap_err().code().name(), "INTERNAL");
    // Inside of one that is driven, a panic is the error of its own field.
    let work = work_on(&pool);
    let inner = work.clone();
    let caught = work.drive(async move { inner.run(|_| panic!("as expected")).await.map(|(): ()| ()) }).await;
    assert_eq!(caught.unwrap().unwrap_err().code().name(), "INTERNAL");
    let gone = work_on(&pool);
    let mut waiting = Box::pin(gone.drive(std::future::pending::<()>()));
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    drop(waiting);
    assert_eq!(pool.run(&ME, &Cancel::after(Duration::from_secs(5)), |_| 7).await.unwrap(), 7);
}

#[tokio::test]
async fn what_ifs_are_bounded_and_end_with_their_request() {
    let pool = Arc::new(Pool::new(1, 1, 16));
    let (one, other) = (work_on(&pool), work_on(&pool));
    (0..16).for_each(|_| one.suppose().unwrap());
    assert_eq!(other.suppose().unwrap_err().code().name(), "OVERLOADED");
    assert_eq!(pool.suppositions(), (16, 1));
    drop(one);
    assert!(other.suppose().is_ok());
}

#[test]
fn dropping_the_guard_sets_the_cancel() {
    let cancel = Cancel::after(Duration::from_secs(10));
    drop(cancel.guard());
    assert!(cancel.is_set());
}

#[test]
fn a_head_start_counts_what_its_thread_runs_not_what_it_waits() {
    let pool = Arc::new(Pool::new(1, 1, 16));
    let head = work_on(&pool).cut_short(Duration::from_millis(20));
    std::thread::sleep(Duration::from_millis(60));
    assert_eq!(head.cancel.is_set(), cfg!(not(unix)), "it slept");
    let begun = Instant::now();
    while !head.cancel.is_set() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it ran");
        std::hint::spin_loop();
    }
}

#[tokio::test]
async fn a_caller_does_not_give_way_to_its_own_next_request() {
    let pool = Arc::new(Pool::new(1, 8, 16));
    let (begun, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let ask = || {
        let (work, begun, ended) = (work_on(&pool), begun.clone(), ended.clone());
        let inner = work.clone();
        let driven = async move {
            let open = begun.fetch_add(1, Ordering::SeqCst) - ended.load(Ordering::SeqCst);
            for _ in 0..3 {
                inner.run(|_| std::thread::sleep(TURN * 2)).await.unwrap();
            }
            ended.fetch_add(1, Ordering::SeqCst);
            open
        };
        tokio::spawn(async move { work.drive(driven).await.unwrap() })
    };
    for one in [ask(), ask(), ask()] {
        assert_eq!(one.await.unwrap(), 0, "another had begun and not ended");
    }
}
