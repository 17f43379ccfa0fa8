//! `passerelle token`: access tokens, made, listed and revoked, also while a server runs.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{DataDir, terminal};
use crate::api::access::Role;
use crate::tokens;

/// Arguments of `token`.
#[derive(Args, Debug)]
pub struct TokenArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Fait un jeton et l'écrit, une seule fois.
    Create {
        /// Ce qu'il permet à qui le porte.
        #[arg(long, value_enum)]
        role: RoleName,
        /// Son nom, que note le journal des changements.
        #[arg(long)]
        name: String,
        /// Jours avant sa fin ; sans cela, jamais.
        #[arg(long, value_name = "JOURS")]
        expires_in: Option<u64>,
        #[command(flatten)]
        data: DataDir,
    },
    /// Liste les jetons : nom, rôle, état, dernier usage.
    List {
        #[command(flatten)]
        data: DataDir,
    },
    /// Révoque un jeton.
    Revoke {
        /// Son nom.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        data: DataDir,
    },
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum RoleName {
    /// Lit, aussi là où lire demande un jeton.
    Reader,
    /// Lit et écrit.
    Editor,
    /// Lit, écrit et administre.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Reader => Role::Reader,
            RoleName::Editor => Role::Editor,
            RoleName::Admin => Role::Admin,
        }
    }
}

/// Runs `token`.
pub fn run(token: &TokenArgs) -> anyhow::Result<ExitCode> {
    match &token.action {
        Action::Create { role, name, expires_in, data } => {
            // Only a store's folder, or one that may become it, gets tokens.
            crate::store::is_vacant(&data.dir)?;
            let lifetime = expires_in.map(|days| Duration::from_secs(days.saturating_mul(86_400)));
            let secret = tokens::create(&data.dir, (*role).into(), name, lifetime)?;
            anstream::println!("{secret}");
        }
        Action::List { data } => {
            let (uses, now) = (tokens::uses(&data.dir), tokens::now());
            for token in tokens::list(&data.dir)? {
                let state = match (token.revoked, token.in_force(now)) {
                    (true, _) => "révoqué",
                    (false, true) => "en vigueur",
                    (false, false) => "expiré",
                };
                let used = uses.get(&token.name).map_or_else(
                    || "jamais utilisé".to_owned(),
                    |used| format!("utilisé il y a {} h", now.saturating_sub(*used) / 3_600),
                );
                let name = terminal::line(&token.name);
                anstream::println!("{name:<24} {:<7} {:<10} {used}", terminal::line(&token.role), state);
            }
        }
        Action::Revoke { name, data } => {
            tokens::revoke(&data.dir, name)?;
            anstream::println!("{} est révoqué", terminal::line(name));
        }
    }
    Ok(ExitCode::SUCCESS)
}
