//! Access tokens at rest: one small file beside the store, each token as a hash with its role, name and dates.
//!
//! The file is not in the store, so that tokens can be made and revoked while a server holds it; the server reads the
//! file again when it changes. A token is 256 random bits, shown once; its SHA-256 is enough at rest, since nothing
//! can be guessed of it.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::api::access::{Caller, Role, TokenCheck};

/// The tokens. The store's folder may hold hidden files beside the store.
const TOKENS: &str = ".tokens.json";
/// Where the server notes when each token was last used.
const USES: &str = ".token-use.json";
/// Before the secret of each token, so that a leaked one is recognised for what it is.
const PREFIX: &str = "passerelle_";
/// How often the server looks whether the file has changed, and writes down uses.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Token {
    /// Its name, for people and for the log of changes.
    pub name: String,
    /// `reader`, `editor` or `admin`.
    pub role: String,
    /// SHA-256 of the token, in hexadecimal.
    hash: String,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// When it ends, in seconds since 1970; never, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// Whether it was revoked.
    #[serde(default)]
    pub revoked: bool,
}

/// Why tokens could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not what this program wrote.
    #[error("{} is not a list of tokens: {source}; move it away to begin anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A name that is in use.
    #[error("there is a token named `{name}` already: choose another name, or revoke it first")]
    Taken {
        /// The name.
        name: String,
    },
    /// A name that no token has.
    #[error("there is no token named `{name}`: `passerelle token list` shows those there are")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
}

/// Makes a token and keeps its hash; the token itself is returned and never stored.
///
/// # Errors
/// When a token in force has that name, or the file cannot be written.
pub fn create(dir: &Path, role: Role, name: &str, lifetime: Option<Duration>) -> Result<String, TokenError> {
    let mut tokens = list(dir)?;
    let now = now();
    if tokens.iter().any(|token| token.name == name && token.in_force(now)) {
        return Err(TokenError::Taken { name: name.to_owned() });
    }
    let mut secret = [0u8; 32];
    getrandom::fill(&mut secret).map_err(TokenError::Random)?;
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
    tokens.retain(|token| token.name != name);
    tokens.push(Token {
        name: name.to_owned(),
        role: role.name().to_owned(),
        hash: hash(&token),
        created: now,
        expires: lifetime.map(|lifetime| now.saturating_add(lifetime.as_secs())),
        revoked: false,
    });
    write(dir, &tokens)?;
    Ok(token)
}

/// Revokes a token; a running server refuses it within a second.
///
/// # Errors
/// When no token has that name, or the file cannot be written.
pub fn revoke(dir: &Path, name: &str) -> Result<(), TokenError> {
    let mut tokens = list(dir)?;
    let Some(token) = tokens.iter_mut().find(|token| token.name == name) else {
        return Err(TokenError::Unknown { name: name.to_owned() });
    };
    token.revoked = true;
    write(dir, &tokens)
}

/// The tokens of a store, in the order in which they were made.
///
/// # Errors
/// When the file cannot be read.
pub fn list(dir: &Path) -> Result<Vec<Token>, TokenError> {
    let path = dir.join(TOKENS);
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|source| TokenError::Damaged { path, source }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(TokenError::Io { path, source }),
    }
}

/// When each token was last used, by name, in seconds since 1970, as the last server noted it.
pub fn uses(dir: &Path) -> HashMap<String, u64> {
    let text = fs::read(dir.join(USES)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

impl Token {
    /// Whether it opens anything at a time.
    pub fn in_force(&self, now: u64) -> bool {
        !self.revoked && self.expires.is_none_or(|expires| now < expires)
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

fn hash(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Replaces the file whole; readable by its owner alone.
fn write(dir: &Path, tokens: &[Token]) -> Result<(), TokenError> {
    let path = dir.join(TOKENS);
    let fault = |source| TokenError::Io { path: path.clone(), source };
    fs::create_dir_all(dir).map_err(fault)?;
    let text = serde_json::to_vec_pretty(tokens).map_err(|error| fault(io::Error::other(error)))?;
    replace(&path, &text).map_err(fault)
}

fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

/// The tokens as a server checks them.
pub struct Tokens {
    dir: PathBuf,
    state: Mutex<State>,
}

struct State {
    tokens: Vec<Token>,
    modified: Option<SystemTime>,
    looked: Instant,
    uses: HashMap<String, u64>,
    noted: bool,
}

impl Tokens {
    /// The tokens of a store.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn open(dir: &Path) -> Result<Tokens, TokenError> {
        let state =
            State { tokens: list(dir)?, modified: modified(dir), looked: Instant::now(), uses: uses(dir), noted: true };
        Ok(Tokens { dir: dir.to_owned(), state: Mutex::new(state) })
    }

    fn refresh(&self, state: &mut State) {
        if state.looked.elapsed() < LOOK_EVERY {
            return;
        }
        state.looked = Instant::now();
        let modified = modified(&self.dir);
        if modified != state.modified {
            match list(&self.dir) {
                Ok(tokens) => (state.tokens, state.modified) = (tokens, modified),
                Err(error) => tracing::warn!("the tokens stay as they were: {error}"),
            }
        }
        if !state.noted {
            let text = serde_json::to_vec(&state.uses).unwrap_or_default();
            match replace(&self.dir.join(USES), &text) {
                Ok(()) => state.noted = true,
                Err(error) => tracing::warn!("the uses of tokens are not noted: {error}"),
            }
        }
    }
}

fn modified(dir: &Path) -> Option<SystemTime> {
    fs::metadata(dir.join(TOKENS)).and_then(|data| data.modified()).ok()
}

impl TokenCheck for Tokens {
    fn check(&self, token: &str) -> Option<Caller> {
        let given = hash(token);
        let now = now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut state);
        // Every hash is compared, each in constant time.
        let mut found = None;
        for (index, token) in state.tokens.iter().enumerate() {
            if bool::from(token.hash.as_bytes().ct_eq(given.as_bytes())) {
                found = Some(index);
            }
        }
        let token = state.tokens[found?].clone();
        let role = Role::from_name(&token.role).filter(|_| token.in_force(now))?;
        if state.uses.insert(token.name.clone(), now) != Some(now) {
            state.noted = false;
        }
        Some(Caller::new(role, token.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_once_and_kept_as_a_hash() {
        let dir = tempfile::tempdir().unwrap();
        let token = create(dir.path(), Role::Editor, "portail", None).unwrap();
        let text = fs::read_to_string(dir.path().join(TOKENS)).unwrap();
        assert!(!text.contains(&token) && !text.contains(&token[PREFIX.len()..]));
        let tokens = Tokens::open(dir.path()).unwrap();
        assert_eq!(tokens.check(&token), Some(Caller::new(Role::Editor, "portail")));
        assert_eq!(tokens.check(&format!("{token}x")), None);
        assert_eq!(tokens.check(""), None);
    }

    #[test]
    fn a_revoked_or_expired_token_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let revoked = create(dir.path(), Role::Admin, "a", None).unwrap();
        let expired = create(dir.path(), Role::Admin, "b", Some(Duration::ZERO)).unwrap();
        revoke(dir.path(), "a").unwrap();
        let tokens = Tokens::open(dir.path()).unwrap();
        assert_eq!((tokens.check(&revoked), tokens.check(&expired)), (None, None));
    }

    #[test]
    fn a_name_is_taken_while_its_token_is_in_force() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), Role::Reader, "a", None).unwrap();
        assert!(matches!(create(dir.path(), Role::Reader, "a", None), Err(TokenError::Taken { .. })));
        revoke(dir.path(), "a").unwrap();
        create(dir.path(), Role::Reader, "a", None).unwrap();
        assert!(matches!(revoke(dir.path(), "b"), Err(TokenError::Unknown { .. })));
    }

    #[test]
    fn a_running_server_learns_of_a_revocation() {
        let dir = tempfile::tempdir().unwrap();
        let token = create(dir.path(), Role::Reader, "a", None).unwrap();
        let tokens = Tokens::open(dir.path()).unwrap();
        assert!(tokens.check(&token).is_some());
        revoke(dir.path(), "a").unwrap();
        let mut state = tokens.state.lock().unwrap();
        state.looked = Instant::now().checked_sub(LOOK_EVERY).unwrap();
        state.modified = None;
        drop(state);
        assert_eq!(tokens.check(&token), None);
        assert!(uses(dir.path()).contains_key("a"), "uses are noted on disk");
    }
}
