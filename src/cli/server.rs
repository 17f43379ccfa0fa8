//! A server that holds the store, and the questions that go through it: sled lets one process in.
//!
//! A server leaves its address in a hidden file beside the store while it runs. One that outlived its server is only looked at when
//! the store is held, and whoever takes the store removes it: no question, nor the token that goes with it, comes to a stranger.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde_json::Value;

use crate::store::SERVER;

/// How long a server may take to answer: longer than its own deadline.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address of a running server, beside its store until dropped.
pub struct Announced(PathBuf);

/// Says where the server of a store answers.
pub fn announce(dir: &Path, address: SocketAddr) -> Announced {
    let path = dir.join(SERVER);
    if let Err(error) = fs::write(&path, address.to_string()) {
        tracing::warn!("other commands will not find this server: {}: {error}", path.display());
    }
    Announced(path)
}

impl Drop for Announced {
    fn drop(&mut self) {
        // Gone already, or left behind: both are harmless.
        let _ = fs::remove_file(&self.0);
    }
}

/// The address of the server that holds the store, if one says so: for this machine, where it listens on all addresses.
pub fn address(dir: &Path) -> Option<SocketAddr> {
    let mut address: SocketAddr = fs::read_to_string(dir.join(SERVER)).ok()?.trim().parse().ok()?;
    if address.ip().is_unspecified() {
        let ip = if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };
        address.set_ip(ip);
    }
    Some(address)
}

/// What to do when the store is held.
pub fn advice(dir: &Path) -> String {
    let (held, dir) = (address(dir), dir.display());
    match held {
        Some(address) => format!(
            "la base dans {dir} est tenue par le serveur à http://{address}/ : arrêtez-le pour cette commande ; `passerelle \
             query` et `passerelle path` passent par lui, les changements aussi, par `applyChanges` avec le jeton d'un éditeur \
             dans PASSERELLE_TOKEN"
        ),
        None => format!(
            "la base dans {dir} est tenue par un autre processus, qui n'est pas un serveur : attendez qu'il ait fini (un import, une \
             sauvegarde), ou arrêtez-le"
        ),
    }
}

/// Asks the server at an address; `body` is a GraphQL request in JSON.
///
/// # Errors
/// When it does not answer with GraphQL.
pub fn ask(address: SocketAddr, body: &str) -> anyhow::Result<Value> {
    let whom = || format!("le serveur à http://{address}/");
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(3)).with_context(whom)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let token = match std::env::var("PASSERELLE_TOKEN") {
        Ok(token) if token.bytes().all(|byte| byte.is_ascii_graphic()) => format!("Authorization: Bearer {token}\r\n"),
        Ok(_) => bail!("PASSERELLE_TOKEN ne contient pas de jeton"),
        Err(_) => String::new(),
    };
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/json\r\nAccept: application/json\r\n{token}\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        address.port(),
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).with_context(whom)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(whom)?;
    let start = answer.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
    let start = start.ok_or_else(|| anyhow!("{} n'a pas répondu en HTTP", whom()))?;
    serde_json::from_slice(&answer[start..]).with_context(|| format!("{} n'a pas répondu en GraphQL", whom()))
}
