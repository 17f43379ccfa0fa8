//! The configuration file: TOML, one key a setting. Whatever is wrong is told with its line.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ALL, Options, named};
use crate::import::fault::nearest;

/// What a file sets: which setting, to what, on which line.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<(usize, String, usize)>> {
    let text = fs::read_to_string(path).with_context(|| format!("le fichier de configuration {}", path.display()))?;
    parse(&text, &path.display().to_string())
}

/// Reads the text of a file of this name.
fn parse(text: &str, name: &str) -> anyhow::Result<Vec<(usize, String, usize)>> {
    let line = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let at = line(error.span().map_or(0, |span| span.start));
            bail!("{name}, l. {at} : ce n'est pas du TOML : {}", error.message());
        }
    };
    let mut read = Vec::new();
    for (key, value) in table.get_ref() {
        let at = line(key.span().start);
        let key = key.get_ref().as_ref();
        let Some(index) = named(key) else {
            let near = nearest(&key.replace('_', "-"), ALL.iter().map(|setting| setting.name));
            let advice = near.map_or_else(
                || "docs/configuration.md dit ce qui se règle".to_owned(),
                |near| format!("vouliez-vous dire `{near}` ?"),
            );
            bail!("{name}, l. {at} : il n'y a pas de réglage `{key}` : {advice}");
        };
        let Some(value) = text_of(value) else {
            bail!("{name}, l. {at} : `{key}` prend un texte, un nombre, true ou false, ou une liste de textes");
        };
        // Told here, with its line.
        if let Err(why) = ALL[index].set(&mut Options::default(), &value) {
            bail!("{name}, l. {at} : `{key}` : {why}");
        }
        read.push((index, value, at));
    }
    Ok(read)
}

fn text_of(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Boolean(is) => Some(is.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Array(list) => {
            let texts = list.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            texts.collect::<Option<Vec<String>>>().map(|texts| texts.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_by_name_and_its_mistakes_have_a_line() {
        let text = "# ours\nlisten = \"0.0.0.0:80\"\nrequire-token = true\nrate-per-address = 1_000\ndeadline = 2.5\n\
                    allow-origin = [\"https://a.example\", \"https://b.example\"]\n";
        let mut options = Options::default();
        for (index, value, _) in parse(text, "x.toml").unwrap() {
            ALL[index].set(&mut options, &value).unwrap();
        }
        assert_eq!(options.listen.port(), 80);
        assert_eq!(options.http.rates.per_address, 1_000);
        assert_eq!(options.http.origins.0.len(), 2);
        assert_eq!(options.requests.deadline.as_millis(), 2_500);
        for (text, expected) in [
            ("listen = 1\n\nrate-per-adress = 5", "x.toml, l. 1 : `listen` : `1` n'est pas une adresse"),
            (
                "\n\nrate-per-adress = 5",
                "x.toml, l. 3 : il n'y a pas de réglage `rate-per-adress` : vouliez-vous dire `rate-per-address` ?",
            ),
            ("rate_per_token = 5", "vouliez-vous dire `rate-per-token` ?"),
            ("[http]\nworkers = 1", "x.toml, l. 1 : il n'y a pas de réglage `http`"),
            ("workers = 0", "x.toml, l. 1 : `workers` : au moins 1"),
            ("max-streams = -1", "`-1` n'est pas un nombre entier"),
            ("workers = \"0_\"", "x.toml, l. 1 : `workers` : au moins 1"),
            ("workers = {}", "x.toml, l. 1 : `workers` prend un texte"),
            ("behind-proxy = \"perhaps\"", "ni true ni false"),
            ("a =\n", "x.toml, l. 1 : ce n'est pas du TOML"),
            ("workers = 1\nworkers = 2", "x.toml, l. 2 : ce n'est pas du TOML"),
        ] {
            let error = parse(text, "x.toml").unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
