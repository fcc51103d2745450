//! Tokens: whose they are, of which kind, and how far they reach into one repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Permission, Repository, State};

/// A secret that can be compared but not shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Takes a secret in.
    pub fn new(secret: impl Into<String>) -> Self {
        Token(secret.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// How much of a permission is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// May be looked at.
    Read,
    /// May be changed.
    Write,
}

/// Permissions by GitHub's names: `contents`, `pull_requests`, `statuses`, `checks`, `workflows`, `administration`,
/// `repository_hooks`. `metadata` is always granted.
pub type Permissions = BTreeMap<String, Access>;

/// Which repositories of an owner are covered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// All, also later ones.
    #[default]
    All,
    /// These, by number.
    Only(BTreeSet<u64>),
}

impl Selection {
    /// Tells whether the repository with this number is covered.
    pub fn covers(&self, repository: u64) -> bool {
        match self {
            Selection::All => true,
            Selection::Only(ids) => ids.contains(&repository),
        }
    }
}

/// Whether an organization has let a fine-grained token in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// It has, or need not.
    #[default]
    Granted,
    /// An owner has not looked yet: until then the token sees what is public and writes nothing.
    Pending,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TokenKind {
    /// A classic personal access token: all that its scopes and its owner's roles allow.
    Classic {
        /// `repo` for everything, `public_repo` for what is public, `workflow` for workflows.
        scopes: BTreeSet<String>,
    },
    /// A fine-grained personal access token: one owner, some repositories, some permissions.
    FineGrained {
        /// The login of the owner whose repositories it is for.
        owner: String,
        /// Which of them.
        #[serde(default)]
        repositories: Selection,
        /// What it may do there.
        permissions: Permissions,
        /// Whether the owner has let it in.
        #[serde(default)]
        approval: Approval,
    },
    /// A person's token from an App's web flow: what both the person and an installation of the App may do.
    UserToServer {
        /// The App's number.
        app: u64,
    },
    /// An App's own token for one installation.
    Installation {
        /// The installation's number.
        installation: u64,
        /// Which of its repositories.
        #[serde(default)]
        repositories: Selection,
        /// Which of its permissions.
        permissions: Permissions,
    },
}

/// A token as GitHub knows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Grant {
    /// The secret.
    pub token: Token,
    /// The login of the person, or of the App's bot (`name[bot]`) for an installation's token.
    pub login: String,
    /// What it is.
    #[serde(flatten)]
    pub kind: TokenKind,
    /// When it ends, in seconds since 1970; never if not given. After that it is as good as made up: 401.
    #[serde(default)]
    pub expires_at_s: Option<i64>,
    /// Organizations with single sign-on that it was authorized for.
    #[serde(default)]
    pub sso: BTreeSet<String>,
}

impl Grant {
    /// A classic token that may do all that the person may.
    pub fn classic(secret: &str, login: &str) -> Self {
        let scopes = ["repo", "workflow", "admin:repo_hook"];
        Grant {
            token: Token::new(secret),
            login: login.to_owned(),
            kind: TokenKind::Classic {
                scopes: scopes.map(str::to_owned).into(),
            },
            expires_at_s: None,
            sso: BTreeSet::new(),
        }
    }

    /// A fine-grained token for all repositories of `owner`.
    pub fn fine_grained(
        secret: &str,
        login: &str,
        owner: &str,
        permissions: &[(&str, Access)],
    ) -> Self {
        Grant {
            kind: TokenKind::FineGrained {
                owner: owner.to_owned(),
                repositories: Selection::All,
                permissions: named(permissions),
                approval: Approval::Granted,
            },
            ..Grant::classic(secret, login)
        }
    }
}

/// Collects permissions by name.
pub fn named(permissions: &[(&str, Access)]) -> Permissions {
    permissions
        .iter()
        .map(|(name, access)| ((*name).to_owned(), *access))
        .collect()
}

/// An App where it is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// GitHub's number for the installation.
    pub id: u64,
    /// The App's number.
    pub app: u64,
    /// The login of the account that installed it.
    pub account: String,
    /// Which of the account's repositories.
    #[serde(default)]
    pub repositories: Selection,
    /// What it may do there.
    pub permissions: Permissions,
    /// Switched off by the account for now.
    #[serde(default)]
    pub suspended: bool,
}

impl Installation {
    /// Tells whether it reaches the repository.
    pub fn covers(&self, repository: &Repository) -> bool {
        !self.suspended
            && self.account.eq_ignore_ascii_case(&repository.owner)
            && self.repositories.covers(repository.id)
    }
}

/// How far a caller reaches into one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The role, which is what the person has; at least reading, or the repository would not be seen.
    pub role: Permission,
    /// What the token narrows that to; nothing if it does not.
    permissions: Option<Permissions>,
    /// Whether everybody may read.
    is_public: bool,
    /// What GitHub calls the token when it refuses.
    pub token: &'static str,
    /// Single sign-on at this organization is missing: what is not public is refused with where to do it.
    pub sso: Option<String>,
    /// An App itself, which has no role.
    pub is_app: bool,
}

impl Reach {
    /// What everybody may do with a public repository.
    pub fn public() -> Self {
        Reach {
            role: Permission::Read,
            permissions: Some(Permissions::new()),
            is_public: true,
            token: PERSONAL,
            sso: None,
            is_app: false,
        }
    }

    /// Tells whether the caller may read or write what `permission` names.
    pub fn may(&self, permission: &str, access: Access) -> bool {
        if access == Access::Write && !self.role.can_push() {
            return false;
        }
        self.grants(permission, access) || (access == Access::Read && self.is_public)
    }

    /// Tells whether the token grants it, whatever the role.
    pub fn grants(&self, permission: &str, access: Access) -> bool {
        match &self.permissions {
            None => true,
            Some(permissions) => permissions
                .get(permission)
                .is_some_and(|granted| *granted >= access),
        }
    }

    /// Tells whether a token may write to this path: workflows need a permission of their own.
    pub fn may_touch(&self, path: &str) -> bool {
        !path.starts_with(".github/workflows/") || self.may("workflows", Access::Write)
    }
}

const PERSONAL: &str = "personal access token";
const INTEGRATION: &str = "integration";

impl State {
    /// Returns how far `grant` reaches into `repository`; nothing if it may not even be seen.
    pub fn reach(&self, grant: Option<&Grant>, repository: &Repository) -> Option<Reach> {
        let is_public = !repository.private;
        let public = |token| Reach {
            is_public,
            token,
            ..Reach::public()
        };
        let public_only = |token| is_public.then(|| public(token));
        let Some(grant) = grant else {
            return public_only(PERSONAL);
        };
        let role = repository.permission_of(Some(&grant.login));
        let reach = match &grant.kind {
            TokenKind::Classic { scopes } => {
                let covers = scopes.contains("repo") || is_public && scopes.contains("public_repo");
                if !covers {
                    return public_only(PERSONAL);
                }
                let narrowed = (!scopes.contains("workflow")).then(|| {
                    let all = [
                        "contents",
                        "pull_requests",
                        "statuses",
                        "checks",
                        "administration",
                        "repository_hooks",
                    ];
                    named(&all.map(|name| (name, Access::Write)))
                });
                Reach {
                    role: role?,
                    permissions: narrowed,
                    ..public(PERSONAL)
                }
            }
            TokenKind::FineGrained {
                owner,
                repositories,
                permissions,
                approval,
            } => {
                let covers = owner.eq_ignore_ascii_case(&repository.owner)
                    && repositories.covers(repository.id)
                    && *approval == Approval::Granted;
                if !covers {
                    // The role stays what the person has: only the first write tells that the token is too narrow.
                    return is_public.then_some(Reach {
                        role: role.unwrap_or(Permission::Read),
                        ..public(PERSONAL)
                    });
                }
                Reach {
                    role: role?,
                    permissions: Some(permissions.clone()),
                    ..public(PERSONAL)
                }
            }
            TokenKind::UserToServer { app } => {
                let mut installations = self.installations.iter();
                let installation =
                    installations.find(|known| known.app == *app && known.covers(repository));
                let Some(installation) = installation else {
                    return is_public.then_some(Reach {
                        role: role.unwrap_or(Permission::Read),
                        ..public(INTEGRATION)
                    });
                };
                Reach {
                    role: role?,
                    permissions: Some(installation.permissions.clone()),
                    ..public(INTEGRATION)
                }
            }
            TokenKind::Installation {
                installation,
                repositories,
                permissions,
            } => {
                let mut installations = self.installations.iter();
                let known = installations.find(|known| known.id == *installation);
                // GitHub refuses a token of an installation that is switched off, whatever it asks for.
                if known.is_none_or(|known| known.suspended) {
                    return None;
                }
                let covers = known.is_some_and(|known| known.covers(repository))
                    && repositories.covers(repository.id);
                if !covers {
                    return public_only(INTEGRATION);
                }
                Reach {
                    role: Permission::Write,
                    permissions: Some(permissions.clone()),
                    is_app: true,
                    ..public(INTEGRATION)
                }
            }
        };
        let wants_sso = self
            .sso
            .iter()
            .any(|owner| owner.eq_ignore_ascii_case(&repository.owner))
            && matches!(
                grant.kind,
                TokenKind::Classic { .. } | TokenKind::UserToServer { .. }
            )
            && !grant.sso.contains(&repository.owner);
        Some(Reach {
            sso: wants_sso.then(|| repository.owner.clone()),
            ..reach
        })
    }
}
