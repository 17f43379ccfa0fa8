//! Who may do what: three roles, three rights, one table.

use std::net::IpAddr;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;

use super::error::ApiError;

/// What a token lets its bearer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads, also where reading needs a token.
    Reader,
    /// Reads and writes.
    Editor,
    /// Reads, writes and administers.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Role; 3] = [Role::Reader, Role::Editor, Role::Admin];

    /// Its word in commands and on disk.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Editor => "editor",
            Role::Admin => "admin",
        }
    }

    /// The role of a word.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// What a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// To read and to subscribe.
    Read,
    /// To change the graph.
    Write,
    /// To see what concerns the server itself.
    Administer,
}

/// The one table of rights: who (`None` for a caller without a token) has which.
const GRANTS: [(Option<Role>, &[Right]); 4] = [
    (None, &[Right::Read]),
    (Some(Role::Reader), &[Right::Read]),
    (Some(Role::Editor), &[Right::Read, Right::Write]),
    (Some(Role::Admin), &[Right::Read, Right::Write, Right::Administer]),
];

/// Whether reading needs a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Anyone reads.
    #[default]
    Open,
    /// Only bearers of a token read.
    TokenOnly,
}

/// Who makes a request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The role of the token; `None` without one.
    pub role: Option<Role>,
    /// The name of the token, for the audit log; never the token.
    pub name: Option<Arc<str>>,
    /// The address that the request comes from; absent for a command of this machine.
    pub from: Option<IpAddr>,
    /// Whether the token still counts, to be asked before a write; absent without a token.
    pub standing: Option<Standing>,
}

/// Asks whether a token still gives what it gave when its request came: a request may wait, and a token be revoked meanwhile.
#[derive(Clone)]
pub struct Standing(Arc<dyn Fn() -> bool + Send + Sync>);

impl Standing {
    /// By a question that is asked each time.
    pub fn new(ask: impl Fn() -> bool + Send + Sync + 'static) -> Standing {
        Standing(Arc::new(ask))
    }
}

impl std::fmt::Debug for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Standing")
    }
}

impl Caller {
    /// The bearer of a token.
    pub fn new(role: Role, name: impl Into<Arc<str>>) -> Caller {
        Caller { role: Some(role), name: Some(name.into()), from: None, standing: None }
    }

    /// The same caller, whose token is looked at again before it writes.
    #[must_use]
    pub fn as_long_as(mut self, standing: Standing) -> Caller {
        self.standing = Some(standing);
        self
    }

    /// Refuses a caller whose token was revoked, has expired or has another role since its request came.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`.
    pub fn still_counts(&self) -> Result<(), ApiError> {
        match &self.standing {
            Some(Standing(ask)) if !ask() => Err(ApiError::unauthenticated(
                "Ce jeton a expiré, a été révoqué ou a changé de rôle : rien n'est écrit.",
            )),
            _ => Ok(()),
        }
    }

    /// The same caller at an address.
    #[must_use]
    pub fn at(mut self, from: IpAddr) -> Caller {
        self.from = Some(from);
        self
    }

    /// Refuses a caller without the right.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when a token could give the right, `FORBIDDEN` when this one does not.
    pub fn demand(&self, right: Right, reading: Reading) -> Result<(), ApiError> {
        let open = self.role.is_some() || reading == Reading::Open;
        if open && GRANTS.iter().any(|(role, rights)| *role == self.role && rights.contains(&right)) {
            return Ok(());
        }
        let needed = match right {
            Right::Read => "de lecture (reader)",
            Right::Write => "d'écriture (editor)",
            Right::Administer => "d'administration (admin)",
        };
        Err(match self.role {
            None => ApiError::unauthenticated(format!(
                "Un jeton {needed} est nécessaire : ajoutez l'en-tête « Authorization: Bearer … »."
            )),
            Some(role) => ApiError::forbidden(format!(
                "Le rôle de ce jeton ({}) ne suffit pas : il faut un jeton {needed}.",
                role.name()
            )),
        })
    }
}

/// For whom something is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// The bearer of a token.
    Token(Arc<str>),
    /// Without one, an IPv4 address, or the /64 that an IPv6 address stands in: one customer has a whole one.
    Address(u128),
}

impl Who {
    /// Whom a caller counts as: the address that is known of it, or else the machine.
    pub fn known(caller: &Caller) -> Who {
        Who::of(caller, caller.from.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)))
    }

    /// Whom a caller's request counts for.
    pub fn of(caller: &Caller, address: IpAddr) -> Who {
        match (&caller.name, address.to_canonical()) {
            (Some(name), _) => Who::Token(name.clone()),
            (None, IpAddr::V4(address)) => Who::Address(address.to_ipv6_mapped().to_bits()),
            (None, IpAddr::V6(address)) => Who::Address(address.to_bits() >> 64 << 64),
        }
    }
}

/// The right that a kind of operation needs.
pub fn needed(operation: OperationType) -> Right {
    match operation {
        OperationType::Query | OperationType::Subscription => Right::Read,
        OperationType::Mutation => Right::Write,
    }
}

/// Finds the bearer of a token. Tokens are kept hashed; the comparison takes the same time whatever differs.
pub trait TokenCheck: Send + Sync {
    /// The bearer, or nothing when the token is unknown, expired or revoked.
    fn check(&self, token: &str) -> Option<Caller>;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected rights, spelled out a second time: whoever, reading, then read, write, administer.
    const EXPECTED: [(Option<Role>, Reading, [&str; 3]); 8] = [
        (None, Reading::Open, ["", "UNAUTHENTICATED", "UNAUTHENTICATED"]),
        (None, Reading::TokenOnly, ["UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED"]),
        (Some(Role::Reader), Reading::Open, ["", "FORBIDDEN", "FORBIDDEN"]),
        (Some(Role::Reader), Reading::TokenOnly, ["", "FORBIDDEN", "FORBIDDEN"]),
        (Some(Role::Editor), Reading::Open, ["", "", "FORBIDDEN"]),
        (Some(Role::Editor), Reading::TokenOnly, ["", "", "FORBIDDEN"]),
        (Some(Role::Admin), Reading::Open, ["", "", ""]),
        (Some(Role::Admin), Reading::TokenOnly, ["", "", ""]),
    ];

    #[test]
    fn every_role_has_its_rights_and_no_other() {
        for (role, reading, expected) in EXPECTED {
            let caller = Caller { role, ..Caller::default() };
            for (right, expected) in [Right::Read, Right::Write, Right::Administer].into_iter().zip(expected) {
                let code = caller.demand(right, reading).err().map_or("", |e| e.code().name());
                assert_eq!(code, expected, "{role:?} {reading:?} {right:?}");
            }
        }
    }

    #[test]
    fn only_mutations_write() {
        assert_eq!(needed(OperationType::Query), Right::Read);
        assert_eq!(needed(OperationType::Subscription), Right::Read);
        assert_eq!(needed(OperationType::Mutation), Right::Write);
    }
}
