//! Access tokens at rest: one small file beside the store, each token as a hash with its role, name and dates.
//!
//! The file is not in the store, so that tokens can be made and revoked while a server holds it; the server reads the
//! file again when it changes. A token is 256 random bits, shown once; its SHA-256 is enough at rest, since nothing
//! can be guessed of it.
//!
//! One process changes the file at a time: it holds a lock from reading the tokens to having the new file and its folder on the
//! disk. A crash leaves the tokens of before or of after, and what a command said was done is done.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::api::access::{Caller, Role, TokenCheck};
use crate::model::{French, clean};

/// The tokens. The store's folder may hold hidden files beside the store.
const TOKENS: &str = ".tokens.json";
/// Where the server notes when each token was last used.
const USES: &str = ".token-use.json";
/// Locked by whoever changes the tokens. A file of its own: the other is replaced with every change.
const LOCK: &str = ".tokens.lock";
/// The longest name of a token, in bytes.
const MOST_NAME: usize = 100;
/// Before the secret of each token, so that a leaked one is recognised for what it is.
const PREFIX: &str = "passerelle_";
/// How often the server looks whether the file has changed: with the half second after which a socket asks again, a revocation
/// counts within a second everywhere.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How many looks pass before uses are written down.
const LOOKS_TO_NOTE: u32 = 20;

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
    Taken { name: String },
    /// A name that no token has.
    #[error("there is no token named `{name}`: `passerelle token list` shows those there are")]
    Unknown { name: String },
    /// A name that cannot be one.
    #[error("a token's name has 1 to {MOST_NAME} bytes, none of which steers a terminal")]
    Name,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
}

impl French for TokenError {
    fn french(&self) -> String {
        match self {
            TokenError::Io { path, source } => format!("{} : {source}", path.display()),
            TokenError::Damaged { path, source } => format!(
                "{} n'est pas une liste de jetons : {source} ; déplacez ce fichier pour repartir de rien",
                path.display()
            ),
            TokenError::Taken { name } => {
                format!("il y a déjà un jeton nommé `{name}` : prenez un autre nom, ou révoquez-le d'abord")
            }
            TokenError::Unknown { name } => {
                format!("il n'y a pas de jeton nommé `{name}` : `passerelle token list` montre ceux qu'il y a")
            }
            TokenError::Name => {
                format!("le nom d'un jeton a de 1 à {MOST_NAME} octets, dont aucun ne commande un terminal")
            }
            TokenError::Random(fault) => format!("le système ne donne pas d'octets au hasard : {fault}"),
        }
    }
}

/// Makes a token and keeps its hash; the token itself is returned and never stored.
///
/// # Errors
/// When a token in force has that name, or the file cannot be written.
pub fn create(dir: &Path, role: Role, name: &str, lifetime: Option<Duration>) -> Result<String, TokenError> {
    if name.is_empty() || name.len() > MOST_NAME || name.chars().any(clean::steers) {
        return Err(TokenError::Name);
    }
    let held = lock(dir)?;
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
    write(dir, &tokens, &held)?;
    Ok(token)
}

/// Revokes a token; a running server refuses it within a second.
///
/// # Errors
/// When no token has that name, or the file cannot be written.
pub fn revoke(dir: &Path, name: &str) -> Result<(), TokenError> {
    if list(dir)?.is_empty() {
        return Err(TokenError::Unknown { name: name.to_owned() });
    }
    let held = lock(dir)?;
    let mut tokens = list(dir)?;
    let Some(token) = tokens.iter_mut().find(|token| token.name == name) else {
        return Err(TokenError::Unknown { name: name.to_owned() });
    };
    token.revoked = true;
    write(dir, &tokens, &held)
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

/// The right to change the tokens, until dropped.
struct Held(#[expect(dead_code, reason = "closing the file gives the lock up")] fs::File);

/// Waits until no other process changes the tokens.
fn lock(dir: &Path) -> Result<Held, TokenError> {
    let path = dir.join(LOCK);
    let fault = |source| TokenError::Io { path: path.clone(), source };
    fs::create_dir_all(dir).map_err(fault)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(fault)?;
    fs2::FileExt::lock_exclusive(&file).map_err(fault)?;
    Ok(Held(file))
}

/// Replaces the file whole; readable by its owner alone.
fn write(dir: &Path, tokens: &[Token], _: &Held) -> Result<(), TokenError> {
    let path = dir.join(TOKENS);
    let fault = |source| TokenError::Io { path: path.clone(), source };
    let text = serde_json::to_vec_pretty(tokens).map_err(|error| fault(io::Error::other(error)))?;
    replace(&path, &text).map_err(fault)
}

fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&fresh).and_then(|mut file| {
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    });
    if written.is_err() {
        // It may never have been made.
        let _ = fs::remove_file(&fresh);
    }
    written?;
    // The name is on the disk only once the folder is.
    #[cfg(unix)]
    if let Some(dir) = path.parent() {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// The tokens as a server checks them. A thread of its own reads the file when it changes and notes uses, so that no request waits
/// for the disk.
pub struct Tokens {
    shared: Arc<Shared>,
    keeper: Option<JoinHandle<()>>,
}

struct Shared {
    dir: PathBuf,
    state: Mutex<TokenState>,
    closing: Condvar,
}

struct TokenState {
    tokens: Vec<Token>,
    seen: Option<Seen>,
    uses: HashMap<String, u64>,
    noted: bool,
    closed: bool,
}

/// What tells one file of tokens from the next: each is another file, even where two follow within a tick of the clock.
type Seen = (u64, u64, SystemTime);

impl Tokens {
    /// The tokens of a store.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or the system gives no thread.
    pub fn open(dir: &Path) -> Result<Tokens, TokenError> {
        // Looked at before it is read: what changes between is read again.
        let seen = seen(dir);
        let state = TokenState { tokens: list(dir)?, seen, uses: uses(dir), noted: true, closed: false };
        let shared = Arc::new(Shared { dir: dir.to_owned(), state: Mutex::new(state), closing: Condvar::new() });
        let kept = shared.clone();
        let keeper = std::thread::Builder::new().name("tokens".into()).spawn(move || kept.keep());
        let keeper = keeper.map_err(|source| TokenError::Io { path: dir.join(TOKENS), source })?;
        Ok(Tokens { shared, keeper: Some(keeper) })
    }
}

impl Drop for Tokens {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.closing.notify_all();
        if let Some(keeper) = self.keeper.take() {
            // It holds nothing that a panic of it could have left half done.
            let _ = keeper.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, TokenState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows the file and notes uses, until the server stops.
    fn keep(&self) {
        for look in 1u32.. {
            let waited = self.closing.wait_timeout_while(self.state(), LOOK_EVERY, |state| !state.closed);
            let closed = waited.unwrap_or_else(PoisonError::into_inner).0.closed;
            self.look();
            if closed || look % LOOKS_TO_NOTE == 0 {
                self.note();
            }
            if closed {
                return;
            }
        }
    }

    fn look(&self) {
        let seen = seen(&self.dir);
        if seen == self.state().seen {
            return;
        }
        match list(&self.dir) {
            Ok(tokens) => {
                let mut state = self.state();
                (state.tokens, state.seen) = (tokens, seen);
            }
            Err(error) => tracing::warn!("the tokens stay as they were: {error}"),
        }
    }

    fn note(&self) {
        let text = {
            let mut state = self.state();
            if state.noted {
                return;
            }
            state.noted = true;
            serde_json::to_vec(&state.uses).unwrap_or_default()
        };
        if let Err(error) = replace(&self.dir.join(USES), &text) {
            tracing::warn!("the uses of tokens are not noted: {error}");
            self.state().noted = false;
        }
    }
}

fn seen(dir: &Path) -> Option<Seen> {
    let data = fs::metadata(dir.join(TOKENS)).ok()?;
    #[cfg(unix)]
    let file = std::os::unix::fs::MetadataExt::ino(&data);
    #[cfg(not(unix))]
    let file = 0;
    Some((file, data.len(), data.modified().ok()?))
}

impl TokenCheck for Tokens {
    fn check(&self, token: &str) -> Option<Caller> {
        let given = hash(token);
        let now = now();
        let mut state = self.shared.state();
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
    fn a_change_that_fails_leaves_no_draft() {
        let dir = tempfile::tempdir().unwrap();
        // A folder is no file to be replaced.
        let path = dir.path().join(TOKENS);
        fs::create_dir(&path).unwrap();
        replace(&path, b"[]").unwrap_err();
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left, [path]);
    }

    #[test]
    fn a_token_is_shown_once_and_kept_as_a_hash() {
        let dir = tempfile::tempdir().unwrap();
        let token = create(dir.path(), Role::Editor, "portail", None).unwrap();
        let text = fs::read_to_string(dir.path().join(TOKENS)).unwrap();
        assert!(!text.contains(&token) && !text.contains(&token[PREFIX.len()..]));
        let tokens = Tokens::open(dir.path()).unwrap();
        let bearer = tokens.check(&token).map(|caller| (caller.role, caller.name));
        assert_eq!(bearer, Some((Some(Role::Editor), Some("portail".into()))));
        assert!(tokens.check(&format!("{token}x")).is_none());
        assert!(tokens.check("").is_none());
    }

    #[test]
    fn a_revoked_or_expired_token_opens_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let revoked = create(dir.path(), Role::Admin, "a", None).unwrap();
        let expired = create(dir.path(), Role::Admin, "b", Some(Duration::ZERO)).unwrap();
        revoke(dir.path(), "a").unwrap();
        let tokens = Tokens::open(dir.path()).unwrap();
        assert!(tokens.check(&revoked).is_none() && tokens.check(&expired).is_none());
    }

    #[test]
    fn a_name_is_taken_while_its_token_is_in_force() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), Role::Reader, "a", None).unwrap();
        let taken = create(dir.path(), Role::Reader, "a", None).unwrap_err();
        assert!(matches!(taken, TokenError::Taken { .. }) && taken.french().contains("il y a déjà un jeton nommé `a`"));
        revoke(dir.path(), "a").unwrap();
        create(dir.path(), Role::Reader, "a", None).unwrap();
        let unknown = revoke(dir.path(), "b").unwrap_err();
        assert!(matches!(unknown, TokenError::Unknown { .. }) && unknown.french().contains("pas de jeton nommé `b`"));
    }

    #[test]
    fn a_running_server_learns_of_a_revocation() {
        let dir = tempfile::tempdir().unwrap();
        let token = create(dir.path(), Role::Reader, "a", None).unwrap();
        let tokens = Tokens::open(dir.path()).unwrap();
        assert!(tokens.check(&token).is_some());
        revoke(dir.path(), "a").unwrap();
        let begun = std::time::Instant::now();
        while tokens.check(&token).is_some() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the revocation is not seen");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(tokens);
        assert!(uses(dir.path()).contains_key("a"), "uses are noted on disk");
    }

    #[test]
    fn a_token_ends_at_its_time_and_not_before() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path(), Role::Reader, "a", Some(Duration::from_secs(100))).unwrap();
        create(dir.path(), Role::Reader, "b", None).unwrap();
        let tokens = list(dir.path()).unwrap();
        let ends = tokens[0].expires.unwrap();
        assert_eq!(ends, tokens[0].created + 100);
        assert!(tokens[0].in_force(ends - 1) && !tokens[0].in_force(ends) && !tokens[0].in_force(ends + 1));
        assert!(tokens[1].expires.is_none() && tokens[1].in_force(u64::MAX));
    }

    #[test]
    fn whoever_makes_tokens_beside_a_revocation_does_not_undo_it() {
        let dir = tempfile::tempdir().unwrap();
        for round in 0..10 {
            let doomed = format!("condamné {round}");
            let secret = create(dir.path(), Role::Admin, &doomed, None).unwrap();
            let together = std::sync::Barrier::new(6);
            std::thread::scope(|scope| {
                for n in 0..5 {
                    let (dir, together) = (dir.path(), &together);
                    scope.spawn(move || {
                        together.wait();
                        create(dir, Role::Reader, &format!("{round} {n}"), None).unwrap();
                    });
                }
                together.wait();
                revoke(dir.path(), &doomed).unwrap();
            });
            assert!(Tokens::open(dir.path()).unwrap().check(&secret).is_none(), "round {round}");
        }
        let tokens = list(dir.path()).unwrap();
        assert_eq!(tokens.len(), 60, "none is lost");
        assert_eq!(tokens.iter().filter(|token| token.revoked).count(), 10);
    }

    #[test]
    fn a_crash_in_the_middle_leaves_the_tokens_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let secret = create(dir.path(), Role::Reader, "a", None).unwrap();
        // What a killed command leaves: half a new file, and a lock that nobody holds.
        fs::write(dir.path().join(TOKENS).with_extension("new"), b"[{\"name\":").unwrap();
        fs::write(dir.path().join(LOCK), b"").unwrap();
        assert_eq!(list(dir.path()).unwrap().len(), 1);
        create(dir.path(), Role::Reader, "b", None).unwrap();
        assert!(Tokens::open(dir.path()).unwrap().check(&secret).is_some());
        assert_eq!(list(dir.path()).unwrap().len(), 2);
    }

    #[test]
    fn a_name_steers_no_terminal() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["", "a\u{1b}[2J", "a\nb", "\u{202e}a", &"x".repeat(MOST_NAME + 1)] {
            assert!(matches!(create(dir.path(), Role::Reader, name, None), Err(TokenError::Name)), "{name:?}");
        }
        assert!(list(dir.path()).unwrap().is_empty());
    }
}
