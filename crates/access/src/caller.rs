//! One caller: who it is, and what it may do where. Made anew for each request from what is known then, so that a role that was
//! taken away is gone at once. Never knows how it was found out who it is.

use std::collections::BTreeSet;

use crate::permission::Permission;
use crate::refusal::AccessRefusal;
use crate::role::{Role, Side};

/// The owner of a partition: a merchant by its raw id, a bank account, the platform.
pub type Owner = i64;

/// What kind of caller it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person who came in.
    Person,
    /// A key of an organisation.
    Key,
    /// A script of whoever runs the machine, with the installation's own token.
    Machine,
}

/// What is held in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// A person's roles.
    Roles(BTreeSet<Role>),
    /// A key's scopes.
    Scopes(BTreeSet<Permission>),
}

impl Held {
    fn has(&self, permission: Permission, side: Side) -> bool {
        match self {
            Self::Roles(roles) => roles.iter().any(|role| role.side() == side && permission.is_of(*role)),
            Self::Scopes(scopes) => scopes.contains(&permission) && permission.is_of_side(side),
        }
    }
}

/// How far a permission reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything of the platform.
    All,
    /// What lies with these owners.
    Of(Vec<Owner>),
}

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    name: String,
    kind: Kind,
    platform: Option<Held>,
    merchants: Vec<(Owner, Held)>,
}

impl Caller {
    /// A caller that holds nothing yet, under the name by which it acts.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind, platform: None, merchants: Vec::new() }
    }

    /// With what it holds of the platform.
    #[must_use]
    pub fn of_platform(self, held: Held) -> Self {
        Self { platform: Some(held), ..self }
    }

    /// With what it holds of a merchant.
    #[must_use]
    pub fn of_merchant(mut self, owner: Owner, held: Held) -> Self {
        self.merchants.push((owner, held));
        self
    }

    /// The name by which it acts.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of caller it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether it is of the platform's side: its people, its keys, its machine.
    #[must_use]
    pub fn is_of_platform(&self) -> bool {
        self.kind == Kind::Machine || self.platform.is_some()
    }

    /// The merchants that it is of.
    #[must_use]
    pub fn merchants(&self) -> Vec<Owner> {
        self.merchants.iter().map(|(owner, _)| *owner).collect()
    }

    /// The roles that it has of the platform or, with an owner, of that merchant.
    #[must_use]
    pub fn roles(&self, of: Option<Owner>) -> Vec<Role> {
        let held = match of {
            None => self.platform.as_ref(),
            Some(of) => self.merchants.iter().find(|(owner, _)| *owner == of).map(|(_, held)| held),
        };
        match held {
            Some(Held::Roles(roles)) => roles.iter().copied().collect(),
            Some(Held::Scopes(_)) | None => Vec::new(),
        }
    }

    /// Rules R5-02, R5-03. How far a permission of this caller reaches.
    ///
    /// # Errors
    /// Nowhere: what to do instead.
    pub fn reach(&self, permission: Permission) -> Result<Reach, AccessRefusal> {
        if permission.is_for_people() && self.kind != Kind::Person {
            return Err(AccessRefusal::NeedsPerson { permission });
        }
        let machine = self.kind == Kind::Machine;
        if machine || self.platform.as_ref().is_some_and(|held| held.has(permission, Side::Platform)) {
            return Ok(Reach::All);
        }
        let of: Vec<Owner> = self
            .merchants
            .iter()
            .filter(|(_, held)| held.has(permission, Side::Merchant))
            .map(|(owner, _)| *owner)
            .collect();
        if of.is_empty() { Err(not_permitted(permission)) } else { Ok(Reach::Of(of)) }
    }

    /// Rules R5-02, R5-03. Whether it may do something with what lies with an owner.
    ///
    /// # Errors
    /// It may not: what to do instead.
    pub fn may(&self, permission: Permission, owner: Owner) -> Result<(), AccessRefusal> {
        if self.reach(permission)?.covers(owner) { Ok(()) } else { Err(not_permitted(permission)) }
    }

    /// Rules R5-02, R5-03. Whether it may do something with what is the platform's.
    ///
    /// # Errors
    /// It may not: what to do instead.
    pub fn may_platform(&self, permission: Permission) -> Result<(), AccessRefusal> {
        match self.reach(permission)? {
            Reach::All => Ok(()),
            Reach::Of(_) => Err(not_permitted(permission)),
        }
    }
}

fn not_permitted(permission: Permission) -> AccessRefusal {
    let roles: Vec<&str> = permission.roles().map(Role::name).collect();
    AccessRefusal::NotPermitted { permission, roles: roles.join(", ") }
}

impl Reach {
    /// Whether an owner's things are within it.
    #[must_use]
    pub fn covers(&self, owner: Owner) -> bool {
        match self {
            Self::All => true,
            Self::Of(owners) => owners.contains(&owner),
        }
    }
}
