//! While the store is opened: the port answers already, and says how far that has come. Everything but `/healthz` is told to come
//! back; connections that are not taken yet wait for the server itself.

use std::net::TcpListener;
use std::rc::Rc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::LocalSet;
use tokio::time::timeout;

/// Most stores are open sooner: who comes meanwhile waits for the server itself, and is not told to come back.
const GRACE: Duration = Duration::from_millis(500);
/// Connections at once; others wait.
const MOST: u32 = 64;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest head that is read.
const HEAD: usize = 8 << 10;

/// Answers until it is dropped.
pub struct Opening {
    over: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Answers on a bound port; `percent` is how far the opening has come.
///
/// # Errors
/// What the system refuses.
pub fn answer(listener: &TcpListener, percent: impl Fn() -> u64 + Send + 'static) -> std::io::Result<Opening> {
    let listener = listener.try_clone()?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (over, asked) = oneshot::channel();
    let thread = std::thread::Builder::new().name("opening".into()).spawn(move || {
        let answered = LocalSet::new().block_on(&runtime, answer_until(listener, percent, asked));
        answered.unwrap_or_else(|error| tracing::warn!("while opening, nobody is answered: {error}"));
    })?;
    Ok(Opening { over: Some(over), thread: Some(thread) })
}

impl Drop for Opening {
    fn drop(&mut self) {
        drop(self.over.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("answering while opening broke off");
        }
    }
}

async fn answer_until(
    listener: TcpListener,
    percent: impl Fn() -> u64 + 'static,
    mut over: oneshot::Receiver<()>,
) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::select! {
        biased;
        _ = &mut over => return Ok(()),
        () = tokio::time::sleep(GRACE) => {}
    }
    let (percent, places) = (Rc::new(percent), std::sync::Arc::new(Semaphore::new(MOST as usize)));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { break };
        let taken = tokio::select! {
            biased;
            _ = &mut over => break,
            taken = listener.accept() => taken,
        };
        let Ok((stream, _)) = taken else {
            // No more handles, or the client is gone already.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let percent = percent.clone();
        tokio::task::spawn_local(async move {
            // A client that is slow or gone is no concern.
            let _ = timeout(PATIENCE, one(stream, percent())).await;
            drop(place);
        });
    }
    // Those that were taken are answered.
    let _ = timeout(Duration::from_millis(200), places.acquire_many(MOST)).await;
    Ok(())
}

async fn one(mut stream: TcpStream, percent: u64) -> std::io::Result<()> {
    let mut head = Vec::new();
    while head.len() < HEAD && !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, kind, body) = match target.split('?').next().unwrap_or_default() {
        "/healthz" => ("200 OK", "text/plain", "ok\n".to_owned()),
        "/readyz" => ("503 Service Unavailable", "text/plain", format!("not yet, {percent} %\nwrites: no\n")),
        _ => ("503 Service Unavailable", "application/json", refusal(percent)),
    };
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Retry-After: 1\r\nConnection: close\r\n\r\n",
        body.len()
    );
    if method != "HEAD" {
        answer.push_str(&body);
    }
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    // What else it sends is read away, lest the answer be lost with the connection.
    let mut rest = [0; 4096];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

fn refusal(percent: u64) -> String {
    let message = format!("Le graphe est en cours d’ouverture ({percent} %) : réessayez dans un instant.");
    serde_json::json!({ "errors": [{ "message": message, "extensions": { "code": "OVERLOADED" } }] }).to_string()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn the_port_says_how_far_the_opening_has_come_and_is_then_handed_over() {
        let listener = crate::http::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = || std::net::TcpStream::connect(address).unwrap();
        let ask = |head: &str| {
            let mut stream = connect();
            stream.write_all(format!("{head} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let opening = answer(&listener, || 42).unwrap();
        // Whoever says nothing holds up nobody.
        let _silent: Vec<_> = (0..10).map(|_| connect()).collect();
        let ready = ask("GET /readyz");
        assert!(ready.starts_with("HTTP/1.1 503") && ready.ends_with("\r\n\r\nnot yet, 42 %\nwrites: no\n"), "{ready}");
        assert!(ask("HEAD /readyz").ends_with("\r\n\r\n"));
        assert!(ask("GET /healthz").ends_with("\r\n\r\nok\n"));
        let refused = ask("POST /graphql");
        assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("OVERLOADED") && refused.contains("42 %"));
        drop(opening);
        let client = connect();
        listener.set_nonblocking(false).unwrap();
        let (_, from) = listener.accept().unwrap();
        assert_eq!(from, client.local_addr().unwrap(), "the next connection is the server's");
    }
}
