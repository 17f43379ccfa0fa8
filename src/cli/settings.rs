//! Everything about the server that can be set: one table, from which the flags, the environment's names, the keys of the
//! configuration file, what is printed at start and the check of docs/configuration.md all come.
//!
//! A setting has one name everywhere: `--rate-per-address`, `PASSERELLE_RATE_PER_ADDRESS`, `rate-per-address = 600`. What is
//! given as a flag counts before the environment, that before the file, that before the default.

mod file;
mod given;
mod value;

use std::net::SocketAddr;
use std::path::PathBuf;

pub use given::{Given, Origin, Resolved, check_variables};
use value::Value;

use crate::api::gateway::Settings;
use crate::http::Config;
use crate::store;

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the store.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the server listens and what it lets clients do.
    pub http: Config,
    /// How requests are treated; the size of its cache is in `response_cache`.
    pub requests: Settings,
    /// Megabytes of answers kept ready.
    pub response_cache: u64,
    /// Megabytes of the log that are kept at least.
    pub history: u64,
    /// Minutes between backups; 0 makes none.
    pub backup_every: u64,
    /// The folder that they go to.
    pub backup_folder: PathBuf,
    /// How many stay.
    pub backup_keep: usize,
}

impl Default for Options {
    fn default() -> Options {
        let requests = Settings::default();
        Options {
            data: PathBuf::from("data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            http: Config::default(),
            response_cache: requests.answer_bytes >> 20,
            history: store::HISTORY >> 20,
            backup_every: 0,
            backup_folder: PathBuf::from("backups"),
            backup_keep: 7,
            requests,
        }
    }
}

/// One thing that can be set.
pub struct Setting {
    /// Its name: of the flag, of the file's key, and, in capitals after `PASSERELLE_`, of the variable.
    pub name: &'static str,
    /// What its value is, as `--help` calls it; empty for a switch.
    pub value: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Whether its default depends on the machine.
    pub by_machine: bool,
    /// The least number that makes sense.
    least: f64,
    set: fn(&mut Options, &str) -> Result<(), String>,
    get: fn(&Options) -> String,
}

impl Setting {
    /// The name of its variable in the environment.
    pub fn variable(&self) -> String {
        format!("PASSERELLE_{}", self.name.replace('-', "_").to_uppercase())
    }

    /// The greatest number that makes sense: more would be refused by the system, or overflow, when the server starts.
    fn most(&self) -> f64 {
        match (self.name, self.value) {
            // The most that the server takes.
            ("workers" | "search-threads", _) => 512.0,
            ("max-connections" | "connections-per-address" | "search-queue" | "max-what-ifs" | "max-streams", _) => 1e6,
            ("body-bytes" | "message-bytes", _) => f64::from(1 << 30),
            // Times are multiplied, and some end as milliseconds in 32 bits.
            (_, "SECONDS") => 86_400.0,
            (_, "MB") => 1e6,
            (_, "MINUTES") => 525_600.0,
            _ => f64::INFINITY,
        }
    }

    /// Its value among the options, as it would be written.
    pub fn get(&self, options: &Options) -> String {
        (self.get)(options)
    }

    /// Sets it.
    ///
    /// # Errors
    /// Why the text is no value of it.
    pub fn set(&self, options: &mut Options, text: &str) -> Result<(), String> {
        let mut tried = options.clone();
        (self.set)(&mut tried, text.trim())?;
        // What was read is judged, not what was written: `0_` and `0s` are 0 too.
        if let Ok(number) = self.get(&tried).parse::<f64>() {
            if number > self.most() {
                return Err(format!("au plus {}", self.most()));
            }
            if number < self.least {
                return Err(format!("au moins {}", self.least));
            }
        }
        *options = tried;
        Ok(())
    }
}

macro_rules! setting {
    ($name:literal, $value:literal, $least:literal, $help:literal, $($path:ident).+) => {
        Setting {
            name: $name,
            value: $value,
            help: $help,
            by_machine: false,
            least: $least,
            set: |options, text| {
                options.$($path).+ = Value::read(text)?;
                Ok(())
            },
            get: |options| options.$($path).+.show(),
        }
    };
}

/// Every setting, in the order of the documentation.
pub static ALL: &[Setting] = &[
    setting!("data", "DIR", 0.0, "Le dossier de la base", data),
    setting!("listen", "ADDR", 0.0, "Où écouter", listen),
    setting!("require-token", "", 0.0, "Ne laisse lire que les porteurs d'un jeton", requests.reading),
    setting!(
        "allow-origin",
        "ORIGIN",
        0.0,
        "Laisse les pages de cette origine user de l'API depuis un navigateur, par exemple https://example.org ; peut être répété, * les admet toutes",
        http.origins
    ),
    setting!(
        "allow-host",
        "NAME",
        0.0,
        "Répond aussi sous ce nom (l'en-tête Host) sur une adresse de bouclage ; peut être répété, * les admet tous",
        http.hosts
    ),
    setting!("behind-proxy", "", 0.0, "Prend l'adresse du client du dernier X-Forwarded-For", http.behind_proxy),
    Setting { by_machine: true, ..setting!("workers", "N", 1.0, "Fils qui répondent aux requêtes", http.workers) },
    Setting {
        by_machine: true,
        ..setting!("search-threads", "N", 1.0, "Recherches menées à la fois", requests.search_threads)
    },
    Setting {
        by_machine: true,
        ..setting!("search-queue", "N", 0.0, "Recherches qui attendent un fil", requests.search_queue)
    },
    Setting {
        by_machine: true,
        ..setting!("max-what-ifs", "N", 0.0, "Hypothèses (whatIf) ouvertes à la fois", requests.what_ifs)
    },
    setting!("max-connections", "N", 1.0, "Connexions par fil", http.max_connections),
    setting!(
        "connections-per-address",
        "N",
        0.0,
        "Connexions d'une adresse, sauf derrière un mandataire ; 0 : sans limite",
        http.connections_per_address
    ),
    setting!(
        "flight-bytes",
        "N",
        1048576.0,
        "Octets de réponses que les clients n'ont pas encore pris, et autant de requêtes en cours",
        http.flight_bytes
    ),
    setting!(
        "read-rate",
        "N",
        0.0,
        "Octets par seconde auxquels un client doit prendre une longue réponse ; 0 : sans limite",
        http.read_rate
    ),
    setting!(
        "rate-per-address",
        "N",
        0.0,
        "Requêtes par minute d'une adresse sans jeton ; 0 : sans limite",
        http.rates.per_address
    ),
    setting!("rate-per-token", "N", 0.0, "Requêtes par minute avec un jeton ; 0 : sans limite", http.rates.per_token),
    setting!("rate-loopback", "", 0.0, "Limite aussi les requêtes de la machine même", http.rates.loopback),
    setting!("body-bytes", "N", 1.0, "Le plus long corps", http.body_bytes),
    setting!("body-time", "SECONDS", 0.001, "Le temps que peut prendre un corps à venir", http.body_time),
    setting!(
        "header-time",
        "SECONDS",
        0.001,
        "Le temps que peut prendre l'en-tête d'une requête à venir",
        http.header_time
    ),
    setting!("deadline", "SECONDS", 0.001, "Le temps que peut prendre une requête", requests.deadline),
    setting!("shutdown-time", "SECONDS", 0.0, "Le temps qu'un arrêt laisse à ce qui court", http.shutdown_time),
    setting!("max-streams", "N", 0.0, "Sockets et flux d'événements ouverts à la fois", http.max_streams),
    setting!("streams-per-caller", "N", 1.0, "De ceux-là, pour un jeton ou une adresse", http.streams_per_caller),
    setting!("max-operations", "N", 1.0, "Opérations à la fois sur un socket", http.max_operations),
    setting!("message-bytes", "N", 1.0, "Le plus long message sur un socket", http.message_bytes),
    setting!("init-time", "SECONDS", 0.001, "Le temps qu'un socket peut attendre connection_init", http.init_time),
    setting!("ping-every", "SECONDS", 0.001, "Tous les combien un socket muet est interrogé", http.ping_every),
    setting!("response-cache", "MB", 0.0, "Mégaoctets de réponses gardées ; 0 : aucune", response_cache),
    setting!("document-bytes", "N", 1048576.0, "Octets de documents lus gardés", requests.document_bytes),
    setting!("persisted-bytes", "N", 0.0, "Octets de requêtes persistées gardées", requests.persisted_bytes),
    setting!(
        "history",
        "MB",
        0.0,
        "Mégaoctets du journal gardés : le passé que `changes` et `export --at` racontent",
        history
    ),
    setting!("backup-every", "MINUTES", 0.0, "Minutes entre deux sauvegardes ; 0 : aucune", backup_every),
    setting!("backup-folder", "DIR", 0.0, "Le dossier où vont ces sauvegardes", backup_folder),
    setting!("backup-keep", "N", 1.0, "Combien d'entre elles restent", backup_keep),
    setting!("limit-bytes", "N", 1.0, "Octets d'un document", requests.limits.bytes),
    setting!("limit-tokens", "N", 1.0, "Lexèmes d'un document", requests.limits.tokens),
    setting!("limit-nesting", "N", 1.0, "Parenthèses ouvertes à la fois dans un document", requests.limits.nesting),
    setting!("limit-size", "N", 1.0, "Sélections, fragments développés", requests.limits.size),
    setting!("limit-depth", "N", 1.0, "Champs imbriqués", requests.limits.depth),
    setting!("limit-aliases", "N", 0.0, "Alias, fragments développés", requests.limits.aliases),
    setting!("limit-directives", "N", 0.0, "Directives, fragments développés", requests.limits.directives),
    setting!("limit-root-fields", "N", 1.0, "Champs de la racine, fragments développés", requests.limits.root_fields),
    setting!("limit-price", "N", 1.0, "Le prix d'une opération", requests.limits.price),
    setting!("limit-answer", "N", 1024.0, "Octets d'une réponse", requests.limits.answer),
    setting!("limit-variable-values", "N", 0.0, "Valeurs dans les variables", requests.limits.variable_values),
    setting!("limit-variable-depth", "N", 1.0, "Listes et objets imbriqués", requests.limits.variable_depth),
];

/// The setting of a name.
fn named(name: &str) -> Option<usize> {
    ALL.iter().position(|setting| setting.name == name)
}

#[cfg(test)]
mod tests;
