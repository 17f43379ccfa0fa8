//! The files of the page (questions and GraphiQL), built by `scripts/web-rebuild` and embedded in the binary.
//!
//! Text files are embedded gzipped only; [`Asset::plain`] unpacks one for the rare client that does not accept that.
//! HTTP, its headers and its caching are left to the server.

use std::borrow::Cow;
use std::io::{self, Read};

use flate2::read::GzDecoder;
use rust_embed::RustEmbed;

pub mod record;

#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// Where the build puts the files whose names carry a hash of what they hold.
const HASHED: &str = "assets/";

/// One file of the page.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its bytes, gzipped if `gzip` says so.
    pub body: Cow<'static, [u8]>,
    /// Its media type, that of the unpacked file.
    pub mime: String,
    /// Whether `body` is gzipped.
    pub gzip: bool,
    /// Whether a cache may keep it for ever: its name changes with what it holds.
    pub immutable: bool,
}

impl Asset {
    /// Its bytes as they were before packing.
    ///
    /// # Errors
    /// If the embedded bytes are not what the build packed.
    pub fn plain(&self) -> io::Result<Cow<'static, [u8]>> {
        if !self.gzip {
            return Ok(self.body.clone());
        }
        let mut bytes = Vec::new();
        GzDecoder::new(&*self.body).read_to_end(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }
}

/// The file at a request's path, with or without its leading `/`; the page itself for the empty one.
/// None for any path that is not exactly a file of the page: there is no folder to climb out of.
pub fn asset(path: &str) -> Option<Asset> {
    let path = match path.strip_prefix('/').unwrap_or(path) {
        "" => "index.html",
        path => path,
    };
    let mime = mime(path)?.to_owned();
    let immutable = path.starts_with(HASHED);
    let (file, gzip) = match Dist::get(path) {
        Some(file) => (file, false),
        None => (Dist::get(&format!("{path}.gz"))?, true),
    };
    Some(Asset { body: file.data, mime, gzip, immutable })
}

/// The media type of each kind of file that the build writes. Module scripts need theirs to be exact.
fn mime(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "ttf" => "font/ttf",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The path, as a browser asks for it, of each file that `index.html` names.
    fn named_in_the_page() -> Vec<String> {
        let page = asset("/").unwrap().plain().unwrap().into_owned();
        let page = String::from_utf8(page).unwrap();
        page.split('"').filter(|part| part.starts_with("./assets/")).map(|part| part[1..].to_owned()).collect()
    }

    #[test]
    fn the_root_is_the_page() {
        let page = asset("/").unwrap();
        assert_eq!(page.body, asset("/index.html").unwrap().body);
        assert_eq!(page.mime, "text/html; charset=utf-8");
        assert!(!page.immutable, "its name says nothing of what it holds");
        let text = String::from_utf8(page.plain().unwrap().into_owned()).unwrap();
        assert!(text.contains("<html lang=\"fr\">"), "{text}");
    }

    #[test]
    fn the_files_that_the_page_names_are_there_packed_and_kept_for_ever() {
        let paths = named_in_the_page();
        for (extension, mime) in [(".js", "text/javascript; charset=utf-8"), (".css", "text/css; charset=utf-8")] {
            let mut count = 0;
            for path in paths.iter().filter(|path| path.ends_with(extension)) {
                let file = asset(path).unwrap_or_else(|| panic!("{path} is missing"));
                assert_eq!(file.mime, mime, "{path}");
                assert!(file.gzip && file.immutable, "{path}");
                assert!(file.plain().unwrap().len() > file.body.len(), "{path}");
                count += 1;
            }
            assert!(count > 0, "no {extension} in {paths:?}");
        }
    }

    #[test]
    fn every_file_has_a_media_type_and_unpacks() {
        for name in Dist::iter() {
            let path = name.strip_suffix(".gz").unwrap_or(&name);
            let file = asset(path).unwrap_or_else(|| panic!("{path} has no media type"));
            assert_eq!(file.gzip, path != &*name, "{path}");
            assert!(!file.plain().unwrap().is_empty(), "{path}");
        }
    }

    #[test]
    fn nothing_names_another_host() {
        let page = asset("/").unwrap().plain().unwrap().into_owned();
        assert!(!String::from_utf8(page).unwrap().contains("//"), "a link that leaves the host");
        for path in named_in_the_page().iter().filter(|path| path.ends_with(".css")) {
            let style = String::from_utf8(asset(path).unwrap().plain().unwrap().into_owned()).unwrap();
            assert!(!style.contains("url(http") && !style.contains("url(//"), "{path}");
            assert!(!style.contains("@import"), "{path}");
        }
    }

    #[test]
    fn other_paths_find_nothing() {
        for path in [
            "/../Cargo.toml",
            "../package.json",
            "/assets/../index.html",
            "/assets/../../package.json",
            "/%2e%2e/package.json",
            "//index.html",
            "/assets",
            "/assets/",
            "/index.html.gz",
            "/nothing.js",
            "/\0.html",
        ] {
            assert!(asset(path).is_none(), "{path}");
        }
    }
}
