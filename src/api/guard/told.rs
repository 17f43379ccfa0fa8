//! Prices as the schema tells them: `@cost` on each field and argument that has one in the table.
//!
//! The directive is that of the public GraphQL cost specification; introspection shows no directives, so it is read in the SDL.

use std::fmt::Write;

use super::table::{self, Extra};

/// The directive's definition.
const DIRECTIVE: &str = "\
\"\"\"
Ce que le travail du serveur ajoute au prix d'une requête : pour le champ, pour un argument qui est donné, pour chaque élément d'un
argument qui est une liste de références. Un champ sans cette directive coûte 1 par valeur. `extensions.cost` de chaque réponse
dit son prix ; une requête avec `extensions: {dryRun: true}` n'est pas exécutée et dit le sien.
\"\"\"
directive @cost(weight: String!) on ARGUMENT_DEFINITION | FIELD_DEFINITION
";

/// The SDL with the prices in it. Line by line: fields stand one tab deep, their arguments two, texts between lines of quotes.
pub fn with_prices(sdl: &str) -> String {
    let mut told = String::with_capacity(sdl.len() + (sdl.len() >> 4));
    let (mut on, mut field, mut in_text): (Option<String>, Option<String>, bool) = (None, None, false);
    for line in sdl.lines() {
        if line.trim() == "\"\"\"" {
            in_text = !in_text;
        }
        let name = |line: &'_ str| line.split(['(', ':']).next().unwrap_or_default().to_owned();
        let mut price = None;
        if in_text {
            // What is said is no definition.
        } else if let Some(rest) = line.strip_prefix("type ").or_else(|| line.strip_prefix("interface ")) {
            on = rest.split([' ', '{']).next().map(str::to_owned);
        } else if line == "}" {
            on = None;
        } else if let Some(on) = &on {
            if let Some(argument) = line.strip_prefix("\t\t") {
                price = field.as_ref().and_then(|field| of_argument(on, field, &name(argument)));
            } else if line.starts_with("\t)") {
                price = field.take().and_then(|field| of_field(on, &field));
            } else if let Some(definition) = line.strip_prefix('\t').filter(|line| !line.starts_with('"')) {
                if definition.ends_with('(') {
                    field = Some(name(definition));
                } else {
                    price = of_field(on, &name(definition));
                }
            }
        }
        let (definition, comma) = line.strip_suffix(',').map_or((line, ""), |definition| (definition, ","));
        let (definition, comma) = if price.is_some() { (definition, comma) } else { (line, "") };
        told.push_str(definition);
        if let Some(price) = price {
            write!(told, " @cost(weight: \"{price}\")").expect("memory takes it");
        }
        told.push_str(comma);
        told.push('\n');
    }
    let at = told.find("\nschema {").map_or(told.len(), |at| at + 1);
    told.insert_str(at, &format!("{DIRECTIVE}\n"));
    told
}

fn of_field(on: &str, field: &str) -> Option<u64> {
    Some(table::own(on, field)).filter(|price| *price != 1)
}

fn of_argument(on: &str, field: &str, argument: &str) -> Option<u64> {
    table::extras(on, field).into_iter().find(|(name, _)| *name == argument).and_then(|(_, extra)| match extra {
        Extra::Given(price) | Extra::Each(price) => Some(price),
        // What depends on what is in it is told in docs/http.md.
        Extra::Share(_) | Extra::Changes(..) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use apollo_compiler::Schema;
    use apollo_compiler::schema::ExtendedType;

    #[test]
    fn the_schema_tells_the_table() {
        let sdl = crate::api::sdl();
        let schema = Schema::parse_and_validate(&sdl, "schema.graphql").unwrap();
        let weight = |directives: &apollo_compiler::ast::DirectiveList| {
            let cost = directives.get("cost")?;
            cost.specified_argument_by_name("weight")?.as_str()?.parse::<u64>().ok()
        };
        let mut told = 0;
        for (on, ty) in &schema.types {
            let fields = match ty {
                ExtendedType::Object(object) if !object.name.starts_with("__") => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => continue,
            };
            for (name, field) in fields {
                assert_eq!(weight(&field.directives), of_field(on, name), "{on}.{name}");
                for argument in &field.arguments {
                    assert_eq!(
                        weight(&argument.directives),
                        of_argument(on, name, &argument.name),
                        "{on}.{name}({})",
                        argument.name
                    );
                }
                told += u64::from(weight(&field.directives).is_some());
            }
        }
        assert!(told > 30, "{told}");
        assert!(sdl.contains("@cost(weight: \"2000\")"));
    }
}
