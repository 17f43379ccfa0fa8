//! The kinds of value that a setting can have, each read from text and shown as the text that would be read.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::api::access::Reading;
use crate::http::config::Hosts;
use crate::http::origin::Origins;

/// A value that is written as text.
pub(super) trait Value: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// What a text must be.
    fn read(text: &str) -> Result<Self, String>;

    /// The text that would be read as it.
    fn show(&self) -> String;
}

macro_rules! number {
    ($($type:ty)*) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.replace('_', "").parse().map_err(|_| format!("`{text}` n'est pas un nombre entier, ou est trop grand"))
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

number!(u32 u64 usize);

impl Value for bool {
    fn read(text: &str) -> Result<bool, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(format!("`{text}` n'est ni true ni false")),
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for Reading {
    fn read(text: &str) -> Result<Reading, String> {
        Ok(if bool::read(text)? { Reading::TokenOnly } else { Reading::Open })
    }

    fn show(&self) -> String {
        (*self == Reading::TokenOnly).show()
    }
}

impl Value for Duration {
    fn read(text: &str) -> Result<Duration, String> {
        let seconds: Option<f64> = text.trim_end_matches('s').trim_end().parse().ok();
        seconds
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .ok_or_else(|| format!("`{text}` n'est pas une durée en secondes, par exemple 10 ou 0.5"))
    }

    fn show(&self) -> String {
        self.as_secs_f64().to_string()
    }
}

impl Value for SocketAddr {
    fn read(text: &str) -> Result<SocketAddr, String> {
        text.parse()
            .map_err(|_| format!("`{text}` n'est pas une adresse avec un port, par exemple 127.0.0.1:8080 ou [::]:80"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<PathBuf, String> {
        if text.is_empty() { Err("il faut un dossier".to_owned()) } else { Ok(text.into()) }
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

/// The words of a list.
fn words(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl Value for Origins {
    fn read(text: &str) -> Result<Origins, String> {
        let origins = words(text);
        match origins.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
            Some(wrong) => Err(format!("`{wrong}` n'est pas une origine : écrivez https://example.org, sans chemin")),
            None => Ok(Origins(origins)),
        }
    }

    fn show(&self) -> String {
        self.0.join(",")
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.map(|host| host.trim_end_matches('/'))
        .is_some_and(|host| !host.is_empty() && !host.contains(['/', '@', '?', '#']))
}

impl Value for Hosts {
    fn read(text: &str) -> Result<Hosts, String> {
        let names = words(text);
        match names.iter().find(|name| name.contains(['/', '@', '?', '#'])) {
            Some(wrong) => Err(format!("`{wrong}` n'est pas le nom d'un hôte : écrivez example.org")),
            None => Ok(Hosts(names)),
        }
    }

    fn show(&self) -> String {
        self.0.join(",")
    }
}
